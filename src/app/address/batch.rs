//! Many addresses of one request.

use super::{AddressSource, located};
use crate::{
    domain::address::{AddressError, Found},
    formats::{
        addresses::{AddressRecord, Addresses},
        answers::{AddressDocument, AnswerFormat, Failure, Headings, Shape},
        points::Trouble,
    },
};

/// How many records had which kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AddressTally {
    /// One thing is meant.
    pub found: usize,
    /// Others may be meant as well.
    pub ambiguous: usize,
    /// Not in the data.
    pub not_found: usize,
    /// No address.
    pub bad: usize,
}

/// Answers addresses in their order, piece by piece.
pub struct AddressBatch {
    source: AddressSource,
    document: AddressDocument,
    records: std::vec::IntoIter<AddressRecord>,
    /// How many had which kind of answer so far.
    pub tally: AddressTally,
}

impl AddressBatch {
    /// The answers to `addresses` by `source`; appends their beginning to `out`.
    pub fn begin(
        source: AddressSource,
        addresses: Addresses,
        format: AnswerFormat,
        headings: Headings,
        out: &mut Vec<u8>,
    ) -> Self {
        let shape = match addresses.table {
            Some((headings, line, delimiter)) => Shape::Table { headings, line, delimiter },
            None => Shape::Objects,
        };
        let snapshot = &source.answers.snapshot;
        let mut document = AddressDocument::new(format, shape, snapshot, headings);
        document.begin(out, snapshot);
        Self { source, document, records: addresses.records.into_iter(), tally: AddressTally::default() }
    }

    /// Appends the answers to the next `most` addresses, and behind the last one the end; whether it was that.
    pub fn answer(&mut self, most: usize, out: &mut Vec<u8>) -> bool {
        for _ in 0..most {
            let Some(record) = self.records.next() else { break };
            let AddressRecord { number, carried, address } = record;
            let found = address.and_then(|address| {
                let found = self.source.find(&address).map_err(|error| trouble_of(&error))?;
                Ok((address, found))
            });
            match found {
                Ok((address, found)) => self.put(out, (number, &carried), &address, &found),
                Err(trouble) => {
                    self.tally.bad += 1;
                    self.document.failure(out, (number, &carried), &Failure::of_record(&trouble));
                }
            }
        }
        let is_end = self.records.len() == 0;
        if is_end {
            self.document.end(out);
        }
        is_end
    }

    fn put(&mut self, out: &mut Vec<u8>, record: (u64, &[u8]), address: &str, found: &Found) {
        let (snapshot, fragments) = (&*self.source.answers.snapshot, &*self.source.answers.fragments);
        let Some(best) = found.candidates.first() else {
            self.tally.not_found += 1;
            let (zh, en) = found.reason(address);
            return self.document.failure(out, record, &Failure::not_found(zh, en));
        };
        *(if found.is_ambiguous { &mut self.tally.ambiguous } else { &mut self.tally.found }) += 1;
        let posted = self.source.posted(best);
        self.document.answer(out, record, (snapshot, fragments), (&located(snapshot, best), posted, found));
    }
}

fn trouble_of(error: &AddressError) -> Trouble {
    Trouble {
        field: Some("address".to_owned()),
        zh: error.zh(),
        en: error.to_string(),
        allowed: AddressError::ALLOWED.to_owned(),
    }
}
