//! Why a body as a whole cannot be read.

use thiserror::Error;

use super::batch::Trouble;
use crate::formats::record::RecordError;
use crate::formats::shape_rules::MAX_RECORD_BYTES;

/// Why a body cannot be read on; the records before are good.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{en} (byte {offset}); allowed is {allowed}")]
pub struct ReadError {
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// What is allowed.
    pub allowed: String,
    /// The record where it happened, from 1, when it is one.
    pub number: Option<u64>,
    /// Where it happened, or where the record begins, in bytes from the beginning of the body.
    pub offset: u64,
}

/// What is wrong with a body, before anybody knows where it is.
#[derive(Debug)]
pub(super) struct Refusal {
    zh: String,
    en: String,
    allowed: String,
}

impl Refusal {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), allowed: allowed.into() }
    }

    /// The error at a place.
    pub(super) fn at(self, number: Option<u64>, offset: u64) -> ReadError {
        let Self { zh, en, allowed } = self;
        ReadError { zh, en, allowed, number, offset }
    }

    /// A record, or a value, beyond [`MAX_RECORD_BYTES`].
    pub(super) fn too_large() -> Self {
        let mib = MAX_RECORD_BYTES >> 20;
        Self::new(
            format!("一条记录超过 {mib} MiB"),
            format!("a record is larger than {mib} MiB"),
            format!("records of at most {MAX_RECORD_BYTES} bytes (max-record-bytes)"),
        )
    }

    /// A body without anything in it.
    pub(super) fn empty(allowed: &str) -> Self {
        Self::new("请求体是空的，没有记录", "the body is empty, there is no record", allowed)
    }
}

impl From<Trouble> for Refusal {
    fn from(Trouble { zh, en, allowed, .. }: Trouble) -> Self {
        Self { zh, en, allowed }
    }
}

impl From<RecordError> for Refusal {
    fn from(RecordError { zh, en, allowed, .. }: RecordError) -> Self {
        Self { zh, en, allowed: allowed.en }
    }
}
