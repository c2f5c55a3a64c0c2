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
    pub(super) fn put(&mut self, asked: Result<Asked, Trouble>) -> Result<(), Refusal> {
        if self.batch.carried.len() > MAX_CARRIED_BYTES {
            return Err(too_much());
        }
        *self.number += 1;
        self.batch.put(*self.number, asked);
        Ok(())
    }

    /// Adds the next record, which says where it is and nothing else; what it carries has been appended to the batch.
    #[inline]
    pub(super) fn put_place(&mut self, x: f64, y: f64) -> Result<(), Refusal> {
        if self.batch.carried.len() > MAX_CARRIED_BYTES {
            return Err(too_much());
        }
        *self.number += 1;
        self.batch.put_place(*self.number, x, y);
        Ok(())
    }

    /// The same for one whose text is appended only later, up to `carried_end`.
    #[inline]
    pub(super) fn put_place_ending(&mut self, x: f64, y: f64, carried_end: usize) {
        *self.number += 1;
        self.batch.put_place_ending(*self.number, (x, y), carried_end);
    }

    /// Adds the next record, whose text is appended only later, up to `carried_end`.
    #[inline]
    pub(super) fn put_ending(&mut self, asked: &Asked, carried_end: usize) {
        *self.number += 1;
        match *asked {
            Asked { x, y, crs: None, accuracy_m: None, accuracy_kind: None } => {
                self.batch.put_place_ending(*self.number, (x, y), carried_end);
            }
            asked => self.batch.put_ending(*self.number, asked, carried_end),
        }
    }

    /// Adds the next records, which say where they are and carry nothing, in a body where none does.
    pub(super) fn put_places(&mut self, xs: Vec<f64>, ys: Vec<f64>) {
        let count = xs.len() as u64;
        self.batch.put_places(*self.number + 1, xs, ys);
        *self.number += count;
    }

    /// Adds a plain record, which carries `text`.
    #[inline]
    pub(super) fn put_plain(&mut self, asked: &Asked, text: &[u8]) -> Result<(), Refusal> {
        if !text.is_empty() {
            self.batch.carried.extend_from_slice(text);
        }
        match *asked {
            Asked { x, y, crs: None, accuracy_m: None, accuracy_kind: None } => self.put_place(x, y),
            asked => self.put(Ok(asked)),
        }
    }

    /// Adds the next record, which carries `text`.
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
