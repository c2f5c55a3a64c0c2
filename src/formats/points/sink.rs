//! Where records go, whatever the format.

use super::batch::{Asked, PointBatch, Trouble};
use super::error::Refusal;
use super::meaning::CrsCache;

/// The most bytes that one batch carries: places in it are of 32 bits, and text may grow to three halves when it is recoded.
pub(super) const MAX_CARRIED_BYTES: usize = 2 << 30;

/// The batch that is being filled, and what readers remember from record to record.
pub(super) struct Sink<'a> {
    pub(super) batch: &'a mut PointBatch,
    /// The number of the last record.
    pub(super) number: &'a mut u64,
    pub(super) crs: &'a mut CrsCache,
}

impl Sink<'_> {
    /// Adds the next record; what it carries has been appended to the batch.
    #[inline]
    pub(super) fn put(&mut self, asked: Result<Asked, Trouble>) -> Result<(), Refusal> {
        if self.batch.carried.len() > MAX_CARRIED_BYTES {
            return Err(too_much());
        }
        *self.number += 1;
        self.batch.put(*self.number, asked);
        Ok(())
    }

    /// Adds the next records, which say where they are and nothing else.
    pub(super) fn put_places(&mut self, xs: &[f64], ys: &[f64]) {
        self.batch.put_places(*self.number + 1, xs, ys);
        *self.number += xs.len() as u64;
    }

    /// Adds the next record, which carries `text`.
    #[inline]
    pub(super) fn put_with(&mut self, asked: Result<Asked, Trouble>, text: &[u8]) -> Result<(), Refusal> {
        self.batch.carried.extend_from_slice(text);
        self.put(asked)
    }
}

#[cold]
fn too_much() -> Refusal {
    Refusal::new(
        "一次送入的数据太多",
        "too much is carried at once",
        format!("at most {MAX_CARRIED_BYTES} bytes between two answers"),
    )
}
