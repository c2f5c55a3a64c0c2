//! What a run has to say when it is done.

use std::time::Duration;

use super::args::Defaults;
use crate::{domain::locate::Match, formats::points::Header};

/// How many records had which kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    inside: u64,
    border: u64,
    nearest: u64,
    outside: u64,
    errors: u64,
}

impl Tally {
    /// Counts an answer.
    pub fn count(&mut self, found: Match) {
        match found {
            Match::Inside => self.inside += 1,
            Match::Border => self.border += 1,
            Match::Nearest => self.nearest += 1,
            Match::None => self.outside += 1,
        }
    }

    /// Counts a record without an answer.
    pub fn count_error(&mut self) {
        self.errors += 1;
    }

    /// Adds the counts of another part.
    pub fn add(&mut self, other: &Self) {
        self.inside += other.inside;
        self.border += other.border;
        self.nearest += other.nearest;
        self.outside += other.outside;
        self.errors += other.errors;
    }

    /// All records.
    pub fn records(&self) -> u64 {
        self.inside + self.border + self.nearest + self.outside + self.errors
    }

    /// The line of counts, line break included.
    pub fn line(&self, edition: u32, took: Duration) -> String {
        let Self { inside, border, nearest, outside, errors } = *self;
        let (records, seconds) = (self.records(), took.as_secs_f64());
        format!(
            "记录 {records}：界内 {inside}，边界上 {border}，界外邻近 {nearest}，界外 {outside}，错误 {errors}；第 {edition} 版，{seconds:.1} 秒\n\
             {records} records: {inside} inside, {border} on a border, {nearest} nearest, {outside} none, {errors} errors; \
             edition {edition}, {seconds:.1} s\n"
        )
    }
}

/// Which columns were taken for what, line break included.
pub fn columns_line(header: &Header, defaults: &Defaults) -> String {
    let name = |column: usize| header.columns.get(column).map_or("", String::as_str);
    let (lon, lat) = (name(header.lon), name(header.lat));
    let mut zh = format!("经度取“{lon}”列，纬度取“{lat}”列");
    let mut en = format!("longitude from column {lon:?}, latitude from column {lat:?}");
    let others = [
        (header.crs, "坐标系", "crs"),
        (header.accuracy_m, "精度", "accuracy"),
        (header.accuracy_kind, "精度含义", "its kind"),
    ];
    for (column, what_zh, what_en) in others {
        if let Some(column) = column {
            zh.push_str(&format!("，{what_zh}取“{}”列", name(column)));
            en.push_str(&format!(", {what_en} from column {:?}", name(column)));
        }
    }
    let line = format!("{zh}；默认坐标系 {0} / {en}; default crs {0}", defaults.crs);
    line.chars().map(|character| if character.is_control() { ' ' } else { character }).chain(['\n']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_answer_is_counted_and_said() {
        let mut tally = Tally::default();
        for found in [Match::Inside, Match::Inside, Match::Border, Match::Nearest, Match::None] {
            tally.count(found);
        }
        tally.count_error();
        let mut twice = tally;
        twice.add(&tally);
        assert_eq!(
            twice.line(3, Duration::from_millis(1_250)),
            "记录 12：界内 4，边界上 2，界外邻近 2，界外 2，错误 2；第 3 版，1.2 秒\n\
             12 records: 4 inside, 2 on a border, 2 nearest, 2 none, 2 errors; edition 3, 1.2 s\n"
        );
    }
}
