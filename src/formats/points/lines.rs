//! Records as JSON objects on lines (NDJSON).

use super::error::{ReadError, Refusal};
use super::object::{plain, put_object};
use super::sink::Sink;
use crate::formats::shape_rules::MAX_RECORD_BYTES;

/// What is kept of the memory of a long line once it is done with.
const KEPT_BYTES: usize = 1 << 20;

/// The lines of a body; white ones are not counted.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The line that has begun in an earlier piece.
    carry: Vec<u8>,
    /// Where the line began.
    began: u64,
}

impl Lines {
    /// Reads `chunk`, which begins `base` bytes from the beginning of the body.
    pub(super) fn push(&mut self, chunk: &[u8], base: u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let mut at = 0;
        while at < chunk.len() {
            if self.carry.is_empty() {
                self.began = base + at as u64;
                if let Some(length) = plain_line(&chunk[at..], sink).map_err(|refusal| self.place(refusal, sink))? {
                    at += length;
                    continue;
                }
            }
            let rest = &chunk[at..];
            let end = rest.iter().position(|&byte| byte == b'\n');
            let taken = end.unwrap_or(rest.len());
            if self.carry.len() + taken > MAX_RECORD_BYTES {
                return Err(self.place(Refusal::too_large(), sink));
            }
            at += taken + usize::from(end.is_some());
            if end.is_none() || !self.carry.is_empty() {
                self.carry.extend_from_slice(&rest[..taken]);
            }
            let line = if self.carry.is_empty() { &rest[..taken] } else { &self.carry[..] };
            if end.is_some() {
                put_line(line, sink).map_err(|refusal| self.place(refusal, sink))?;
                self.carry.clear();
                self.carry.shrink_to(KEPT_BYTES);
            }
        }
        Ok(())
    }

    /// Reads the last line, when it has no end of its own.
    pub(super) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let line = std::mem::take(&mut self.carry);
        put_line(&line, sink).map_err(|refusal| self.place(refusal, sink))
    }

    fn place(&self, refusal: Refusal, sink: &Sink<'_>) -> ReadError {
        refusal.at(Some(*sink.number + 1), self.began)
    }
}

/// Adds the record of the line that `bytes` begins with, when it is a plain one with its end; the length of the line.
fn plain_line(bytes: &[u8], sink: &mut Sink<'_>) -> Result<Option<usize>, Refusal> {
    let Some(found) = plain(bytes, sink.crs) else { return Ok(None) };
    let line_end = found.end + usize::from(bytes.get(found.end) == Some(&b'\r'));
    // White space within the record may be the end of a line.
    if bytes.get(line_end) != Some(&b'\n') || line_end > MAX_RECORD_BYTES {
        return Ok(None);
    }
    if !found.is_tight && bytes[..found.end].contains(&b'\n') {
        return Ok(None);
    }
    sink.put_plain(&found.asked, &bytes[found.id])?;
    Ok(Some(line_end + 1))
}

fn put_line(line: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let line = line.trim_ascii();
    if line.is_empty() { Ok(()) } else { put_object(line, sink) }
}
