//! Why a record has no answer, or why the answers end.

use super::json_text::{text, whole};
use crate::formats::points::Trouble;

/// Why a record has no answer, in the words of a problem (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind, an address below `/problems/`.
    pub kind: String,
    /// The kind in words: Chinese / English.
    pub title: String,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
}

impl Failure {
    /// The kind of a record that cannot be understood.
    pub const RECORD_KIND: &str = "/problems/bad-parameter";

    /// The same in words.
    pub const RECORD_TITLE: &str = "参数有误 / A parameter is wrong";

    /// What is wrong with one record.
    pub fn of_record(trouble: &Trouble) -> Self {
        let allowed = &trouble.allowed;
        let (zh, en) = (&trouble.zh, &trouble.en);
        let (zh, en) = if allowed.is_empty() {
            (zh.clone(), en.clone())
        } else {
            (format!("{zh}；允许：{allowed}"), format!("{en}; allowed: {allowed}"))
        };
        Self { kind: Self::RECORD_KIND.to_owned(), title: Self::RECORD_TITLE.to_owned(), zh, en }
    }

    /// Appends the problem of the record `number` as a JSON object.
    pub(super) fn write(&self, out: &mut Vec<u8>, number: u64) {
        out.extend_from_slice(b"{\"type\":");
        text(out, &self.kind);
        out.extend_from_slice(b",\"title\":");
        text(out, &self.title);
        out.extend_from_slice(b",\"detail\":");
        text(out, &format!("record {number}: {}", self.en));
        out.extend_from_slice(b",\"detail_zh\":");
        text(out, &format!("第 {number} 条：{}", self.zh));
        out.extend_from_slice(b",\"record\":");
        whole(out, number);
        out.push(b'}');
    }
}
