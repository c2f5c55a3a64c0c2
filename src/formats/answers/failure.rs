//! Why a record has no answer, or why the answers end.

use super::json_text::{text, whole};
use crate::{
    domain::{area::Snapshot, coverage::AreaIndex},
    formats::points::Trouble,
};

/// Most codes that one reason names.
const MAX_NAMED: usize = 8;

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

    /// The kind of an address that is not in the data.
    pub const NOT_FOUND_KIND: &str = "/problems/not-found";

    /// The same in words.
    pub const NOT_FOUND_TITLE: &str = "没有找到 / Not found";

    /// What a record asks for is not there.
    pub fn not_found(zh: String, en: String) -> Self {
        Self { kind: Self::NOT_FOUND_KIND.to_owned(), title: Self::NOT_FOUND_TITLE.to_owned(), zh, en }
    }

    /// The kind of a record that several areas answer for, where one code was asked for.
    pub const STACK_KIND: &str = "/problems/shared-footprint";

    /// The same in words.
    pub const STACK_TITLE: &str = "多个区域共用同一范围 / Several areas share the footprint";

    /// No one code is the answer: the areas `stacked` share the footprint. There is at least one.
    pub fn of_stack(snapshot: &Snapshot, stacked: &[AreaIndex]) -> Self {
        let (hierarchy, profile, count) = (&snapshot.hierarchy, &snapshot.profile, stacked.len());
        let first = hierarchy.area(stacked[0]);
        let level = profile.level(first.level);
        let mut codes: Vec<&str> = stacked.iter().take(MAX_NAMED).map(|&index| &*hierarchy.area(index).code).collect();
        codes.extend((count > MAX_NAMED).then_some("..."));
        let codes = codes.join(", ");
        let above = first.parent.map(|parent| &profile.level(hierarchy.area(parent).level).id);
        let (zh, en) = match above {
            Some(above) => (format!("level={above} 或 answer=full"), format!("level={above} or answer=full")),
            None => ("answer=full".to_owned(), "answer=full".to_owned()),
        };
        Self {
            kind: Self::STACK_KIND.to_owned(),
            title: Self::STACK_TITLE.to_owned(),
            zh: format!("{count} 个{}共用此处范围：{codes}；请用 {zh} 查询", level.name.zh),
            en: format!("{count} areas of level {} share this footprint: {codes}; ask {en}", level.id),
        }
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
