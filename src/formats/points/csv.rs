//! Records of a CSV, as it arrives.

use super::csv_fields::Place;
use super::csv_header::{Header, MAX_HEADER_BYTES, Role, encoding_of};
use super::csv_row::{Pair, carry, is_text, pair_row, plain_row, put_row};
use super::error::{ReadError, Refusal};
use super::reader::PointOptions;
use super::sink::{MAX_CARRIED_BYTES, Sink};
use crate::formats::shape_rules::MAX_RECORD_BYTES;
use crate::formats::text_encoding::Guess;

pub(super) const ALLOWED: &str = "CSV with a header that names a column of longitude and one of latitude";

/// What is kept of the memory of a large record once it is done with.
const KEPT_BYTES: usize = 1 << 20;

/// A CSV; the first line that is not empty is its header, empty ones are not counted.
#[derive(Debug)]
pub(super) struct Csv {
    options: PointOptions,
    header: Option<Header>,
    roles: Vec<Role>,
    /// What the columns are when they are but two.
    pair: Option<Pair>,
    /// The delimiter, once the header is read.
    delimiter: u8,
    guess: Guess,
    /// The record that has begun in an earlier piece, and where its end is looked for.
    carry: Vec<u8>,
    place: Place,
    /// Where the record began.
    began: u64,
}

impl Csv {
    pub(super) fn new(options: PointOptions, guess: Guess) -> Self {
        Self {
            options,
            header: None,
            roles: Vec::new(),
            pair: None,
            delimiter: b',',
            guess,
            carry: Vec::new(),
            place: Place::default(),
            began: 0,
        }
    }

    pub(super) const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Reads `chunk`, which begins `base` bytes from the beginning of the body.
    pub(super) fn push(&mut self, chunk: &[u8], base: u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let mut at = 0;
        while at < chunk.len() {
            if self.carry.is_empty() {
                if self.header.is_some() {
                    at += self.run(&chunk[at..], sink).map_err(|refusal| self.error(refusal, sink))?;
                }
                self.began = base + at as u64;
            }
            let rest = &chunk[at..];
            let end = self.end_in(rest);
            let taken = end.unwrap_or(rest.len());
            if self.carry.len() + taken > self.most() {
                let refusal = self.too_long();
                return Err(self.error(refusal, sink));
            }
            at += taken + usize::from(end.is_some());
            if end.is_none() {
                self.carry.extend_from_slice(rest);
                return Ok(());
            }
            let done = if self.carry.is_empty() {
                self.put(&rest[..taken], sink)
            } else {
                let mut record = std::mem::take(&mut self.carry);
                record.extend_from_slice(&rest[..taken]);
                let done = self.put(&record, sink);
                record.clear();
                record.shrink_to(KEPT_BYTES);
                self.carry = record;
                done
            };
            done.map_err(|refusal| self.error(refusal, sink))?;
        }
        Ok(())
    }

    /// Reads the last record, when it has no line end of its own.
    pub(super) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let record = std::mem::take(&mut self.carry);
        let done = if self.place == Place::Quoted {
            Err(Refusal::new("引号没有闭合", "a quoted field does not end", "each quoted field with its closing quote"))
        } else {
            self.put(&record, sink)
        };
        done.map_err(|refusal| self.error(refusal, sink))?;
        if self.header.is_none() {
            let refusal = Refusal::empty(ALLOWED);
            return Err(self.error(refusal, sink));
        }
        Ok(())
    }

    /// Adds the plain records that `bytes` begins with; how many bytes they have.
    ///
    /// Their text is carried as it stands, line ends and all, in one go.
    fn run(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<usize, Refusal> {
        // Every batch is told: a piece of the table may begin with a fresh one.
        sink.batch.let_line_ends_be();
        let base = sink.batch.carried.len();
        let bytes = &bytes[..bytes.len().min(MAX_CARRIED_BYTES.saturating_sub(base))];
        let mut at = match self.pair {
            Some(pair) => self.run_of_pairs(bytes, pair, sink),
            None => 0,
        };
        // What stands before is carried.
        let mut from = 0;
        while let Some(row) = plain_row(&bytes[at..], &self.roles, self.delimiter, sink.crs) {
            if row.with_end > MAX_RECORD_BYTES {
                break;
            }
            let (begin, record) = (at, &bytes[at..at + row.length]);
            at += row.with_end;
            if is_text(record, &mut self.guess) {
                sink.put_ending(&row.asked, sink.batch.carried.len() + at - from);
                continue;
            }
            sink.batch.carried.extend_from_slice(&bytes[from..begin]);
            from = at;
            let carried = carry(record, &mut self.guess, &mut sink.batch.carried);
            sink.put(carried.map(|()| row.asked))?;
        }
        sink.batch.carried.extend_from_slice(&bytes[from..at]);
        Ok(at)
    }

    /// The same for rows of nothing but the two coordinates; the text is left to be carried.
    fn run_of_pairs(&mut self, bytes: &[u8], pair: Pair, sink: &mut Sink<'_>) -> usize {
        let base = sink.batch.carried.len();
        let mut at = 0;
        while let Some((first, second, length)) = pair_row(&bytes[at..], self.delimiter) {
            if length > MAX_RECORD_BYTES {
                break;
            }
            at += length;
            let (x, y) = if pair == Pair::LonLat { (first, second) } else { (second, first) };
            sink.put_place_ending(x, y, base + at);
        }
        at
    }

    /// Where the record ends in `bytes`, if it does.
    fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, &byte) in bytes.iter().enumerate() {
            let next = match (&self.header, self.place, byte) {
                // The delimiter is not known before the header's end: any quote opens or closes.
                (None, Place::Quoted, b'"') => Some(Place::Bare),
                (None, Place::Bare | Place::FieldStart, b'"') => Some(Place::Quoted),
                (_, place, _) => place.after(byte, self.delimiter),
            };
            match next {
                Some(place) => self.place = place,
                None => {
                    self.place = Place::default();
                    return Some(index);
                }
            }
        }
        None
    }

    /// Takes a record or the header.
    fn put(&mut self, record: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        if record.is_empty() {
            return Ok(());
        }
        match &self.header {
            Some(header) => put_row(record, header, &self.roles, &mut self.guess, sink),
            None => {
                let header = Header::read(record, &self.options, &mut self.guess)?;
                (self.roles, self.delimiter) = (header.roles(), header.delimiter);
                self.pair = Pair::of(&self.roles);
                self.header = Some(header);
                Ok(())
            }
        }
    }

    fn most(&self) -> usize {
        if self.header.is_some() { MAX_RECORD_BYTES } else { MAX_HEADER_BYTES }
    }

    fn too_long(&self) -> Refusal {
        if self.header.is_some() {
            return Refusal::too_large();
        }
        Refusal::new(
            format!("表头超过 {MAX_HEADER_BYTES} 字节"),
            format!("the header is longer than {MAX_HEADER_BYTES} bytes"),
            ALLOWED,
        )
    }

    fn error(&self, refusal: Refusal, sink: &Sink<'_>) -> ReadError {
        refusal.at(self.header.is_some().then_some(*sink.number + 1), self.began)
    }

    /// Brings what the header says of the encoding up to date.
    pub(super) fn settle_encoding(&mut self) {
        if let Some(header) = &mut self.header {
            header.encoding = encoding_of(self.guess);
        }
    }
}
