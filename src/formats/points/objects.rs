//! Records as the elements of a JSON array.

use super::error::Refusal;
use super::frame::skip_white;
use super::object::{plain, put_object};
use super::sink::Sink;
use super::stream::{Document, Given};
use crate::formats::shape_rules::MAX_RECORD_BYTES;

/// The records of an array.
#[derive(Debug)]
pub(super) struct Objects;

impl Document for Objects {
    fn member(&mut self, _: &str) -> Result<(), Refusal> {
        unreachable!("an array has no members")
    }

    fn array_begins(&mut self) -> Result<Given, Refusal> {
        unreachable!("an array has no members")
    }

    fn value(&mut self, _: &str, _: &mut Sink<'_>) -> Result<(), Refusal> {
        unreachable!("an array has no members")
    }

    fn run(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<usize, Refusal> {
        let mut at = 0;
        while let Some(found) = plain(&bytes[at..], sink.crs) {
            let comma = skip_white(bytes, at + found.end);
            if found.end > MAX_RECORD_BYTES || bytes.get(comma) != Some(&b',') {
                break;
            }
            sink.put_plain(&found.asked, &bytes[at..][found.id])?;
            at = skip_white(bytes, comma + 1);
        }
        Ok(at)
    }

    fn element(&mut self, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
        put_object(raw, sink)
    }

    fn next_number(&self, sink: &Sink<'_>) -> u64 {
        *sink.number + 1
    }

    fn end(&mut self, _: &mut Sink<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
