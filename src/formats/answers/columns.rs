//! The located answer as columns of a table.

use std::borrow::Cow;

use super::{
    Failure,
    answer::{answer_level, match_word},
};
use crate::domain::{
    area::{Level, Snapshot},
    coverage::AreaIndex,
    duty::OnDuty,
    locate::{Certainty, Located, Match, Trust},
    profile::Profile,
};

/// In which language a table is headed and its words are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Headings {
    /// The members of the JSON answer.
    #[default]
    Plain,
    /// Chinese.
    Zh,
}

/// One cell of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text.
    Text(Cow<'a, str>),
    /// Metres, to 0.01.
    Metres(f64),
    /// A share, to 0.0001.
    Share(f64),
    /// A whole number.
    Whole(u64),
    /// Yes or no.
    Flag(bool),
}

/// What stands between several texts in one cell.
const BETWEEN: char = ';';

/// Longest cell of several texts, in bytes; what is beyond is left out behind an ellipsis. A cell of a workbook takes 32,767
/// characters.
const MAX_JOINED_BYTES: usize = 30_000;

/// Columns before and after those of the levels: plain heading, Chinese heading.
const BEFORE: [(&str, &str); 5] =
    [("edition", "版本"), ("match", "匹配"), ("code", "编码"), ("name", "名称"), ("level", "层级")];
const AFTER: [(&str, &str); 15] = [
    ("stacked", "同址单元"),
    ("answer_level", "可信层级"),
    ("margin_m", "距边界（米）"),
    ("on_border", "在边界上"),
    ("certainty", "确定程度"),
    ("share", "可能性"),
    ("runner_up", "相邻备选"),
    ("runner_up_m", "距相邻备选（米）"),
    ("nearest", "最近区域"),
    ("nearest_m", "距最近区域（米）"),
    ("role", "岗位"),
    ("responsible", "责任人"),
    ("phone", "电话"),
    ("organisation", "单位"),
    ("error", "错误"),
];

/// The columns of answers under one profile.
#[derive(Debug, Clone)]
pub struct AnswerColumns {
    language: Headings,
    headings: Vec<String>,
    level_count: usize,
}

impl AnswerColumns {
    /// The columns for the levels of `profile`.
    pub fn new(profile: &Profile, language: Headings) -> Self {
        let pick = |&(plain, zh): &(&str, &str)| match language {
            Headings::Plain => plain.to_owned(),
            Headings::Zh => zh.to_owned(),
        };
        let mut headings: Vec<String> = BEFORE.iter().map(pick).collect();
        for level in &profile.levels {
            headings.extend(match language {
                Headings::Plain => [format!("{}_code", level.id), format!("{}_name", level.id)],
                Headings::Zh => [format!("{}编码", level.name.zh), format!("{}名称", level.name.zh)],
            });
        }
        headings.extend(AFTER.iter().map(pick));
        Self { language, headings, level_count: profile.levels.len() }
    }

    /// The headings; one that `taken` has already gets `onemap_` before it.
    pub fn headings(&self, taken: &[String]) -> Vec<String> {
        free_headings(&self.headings, taken)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.headings.len()
    }

    /// Calls `each` with the cells of an answer, in the order of the headings.
    pub fn answer<'a>(
        &self,
        snapshot: &'a Snapshot,
        located: &Located,
        trust: Option<&Trust>,
        mut each: impl FnMut(Cell<'a>),
    ) {
        let area = |index| snapshot.hierarchy.area(index);
        let level_text = |level: Level| {
            let level = snapshot.profile.level(level);
            text(if self.language == Headings::Zh { &level.name.zh } else { &level.id })
        };
        let finest = located.chain.last().map(|&index| area(index));
        each(Cell::Whole(u64::from(snapshot.edition_number())));
        each(text(self.match_text(located.found)));
        each(finest.map_or(Cell::Empty, |area| text(&area.code)));
        each(finest.map_or(Cell::Empty, |area| text(&area.name)));
        each(finest.map_or(Cell::Empty, |area| level_text(area.level)));
        for ordinal in 0..self.level_count {
            let area = located.chain.get(ordinal).map(|&index| area(index));
            each(area.map_or(Cell::Empty, |area| text(&area.code)));
            each(area.map_or(Cell::Empty, |area| text(&area.name)));
        }
        each(joined(located.stacked.iter().map(|&index| Cow::Borrowed(&*area(index).code))));
        each(answer_level(snapshot, located, trust).map_or(Cell::Empty, level_text));
        each(located.margin_m.map_or(Cell::Empty, Cell::Metres));
        each(Cell::Flag(located.on_border));
        each(trust.map_or(Cell::Empty, |trust| text(self.certainty_text(trust.certainty))));
        // The area that was judged: of stacked ones their parent, or the first where they have none.
        let owner = located.chain.last().or(located.stacked.first()).copied();
        let share = trust.and_then(|trust| trust.candidates.iter().find(|candidate| candidate.area == owner));
        each(share.map_or(Cell::Empty, |candidate| Cell::Share(candidate.share)));
        each(located.runner_up.map_or(Cell::Empty, |other| text(&area(other.area).code)));
        each(located.runner_up.map_or(Cell::Empty, |other| Cell::Metres(other.distance_m)));
        each(located.nearest.map_or(Cell::Empty, |nearest| text(&area(nearest.area).code)));
        each(located.nearest.map_or(Cell::Empty, |nearest| Cell::Metres(nearest.distance_m)));
        self.responsible(snapshot, located, &mut each);
        each(Cell::Empty);
    }

    /// The cells of who answers: the first of the finest area that somebody answers for. Where several areas are stacked
    /// and not the same one answers for all of them, one for each, in the order of `stacked`.
    fn responsible<'a>(&self, snapshot: &'a Snapshot, located: &Located, each: &mut impl FnMut(Cell<'a>)) {
        let first_of = |&index: &AreaIndex| snapshot.on_duty(index).first();
        let above = located.chain.iter().rev().find_map(first_of);
        let of_stacked: Vec<_> = located.stacked.iter().map(|index| first_of(index).or(above)).collect();
        let postings = match &of_stacked[..] {
            [] => std::slice::from_ref(&above),
            [first, rest @ ..] if rest.iter().all(|other| is_same(*first, *other)) => &of_stacked[..1],
            all => all,
        };
        let role_text = |one: &'a OnDuty| match snapshot.profile.roles.iter().find(|role| role.id == one.role()) {
            Some(role) if self.language == Headings::Zh => role.name.zh.as_str(),
            _ => one.role(),
        };
        let mut all = |text_of: &dyn Fn(&'a OnDuty) -> Cow<'a, str>| {
            each(joined(postings.iter().map(|posting| posting.map_or(Cow::Borrowed(""), text_of))));
        };
        all(&|one| Cow::Borrowed(role_text(one)));
        all(&|one| Cow::Borrowed(one.name()));
        all(&|one| Cow::Owned(one.phone().masked()));
        all(&|one| Cow::Borrowed(one.organisation()));
    }

    /// Calls `each` with the cells of a record that has no answer because of `error`.
    pub fn failure<'a>(&self, error: &'a str, mut each: impl FnMut(Cell<'a>)) {
        (1..self.count()).for_each(|_| each(Cell::Empty));
        each(text(error));
    }

    /// What the column `error` says.
    pub fn reason<'a>(&self, failure: &'a Failure) -> &'a str {
        reason(self.language, failure)
    }

    fn match_text(&self, found: Match) -> &'static str {
        match (self.language, found) {
            (Headings::Plain, found) => match_word(found),
            (Headings::Zh, Match::Inside) => "界内",
            (Headings::Zh, Match::Border) => "边界上",
            (Headings::Zh, Match::Nearest) => "界外邻近",
            (Headings::Zh, Match::None) => "界外",
        }
    }

    fn certainty_text(&self, certainty: Certainty) -> &'static str {
        match self.language {
            Headings::Plain => certainty.id(),
            Headings::Zh => certainty.zh(),
        }
    }
}

/// `headings`; one that `taken` has already gets `onemap_` before it.
pub(super) fn free_headings(headings: &[String], taken: &[String]) -> Vec<String> {
    let free = |heading: &String| {
        let mut heading = heading.clone();
        while taken.contains(&heading) {
            heading.insert_str(0, "onemap_");
        }
        heading
    };
    headings.iter().map(free).collect()
}

/// What is wrong with a record, in the language of its table.
pub(super) fn reason(language: Headings, failure: &Failure) -> &str {
    match language {
        Headings::Plain => &failure.en,
        Headings::Zh => &failure.zh,
    }
}

/// Whether the columns say the same of both, whatever area they answer for.
fn is_same<'a>(one: Option<&'a OnDuty>, other: Option<&'a OnDuty>) -> bool {
    let said = |one: &'a OnDuty| (one.role(), one.name(), one.phone(), one.organisation());
    one.map(said) == other.map(said)
}

/// Texts in one cell with [`BETWEEN`] them, which becomes a full-width one inside of a text; empty when all of them are.
fn joined<'a>(texts: impl Iterator<Item = Cow<'a, str>>) -> Cell<'a> {
    let mut texts = texts.peekable();
    let first = texts.next().unwrap_or_default();
    let is_alone = texts.peek().is_none();
    if is_alone {
        return if first.is_empty() { Cell::Empty } else { Cell::Text(first) };
    }
    let plain = |text: &str| text.replace(BETWEEN, "；");
    let mut all = plain(&first);
    for text in texts {
        if all.len() + text.len() >= MAX_JOINED_BYTES {
            all.extend([BETWEEN, '…']);
            break;
        }
        all.push(BETWEEN);
        all.push_str(&plain(&text));
    }
    if all.chars().all(|character| character == BETWEEN) { Cell::Empty } else { Cell::Text(Cow::Owned(all)) }
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: Cell<'_>) {
        assert_eq!(joined(texts.iter().map(|&text| Cow::Borrowed(text))), expected, "{texts:?}");
    }

    #[test]
    fn several_texts_are_one_cell_that_can_be_taken_apart_again() {
        check(&[], Cell::Empty);
        check(&[""], Cell::Empty);
        check(&["", "", ""], Cell::Empty);
        check(&["a;b"], text("a;b"));
        check(&["a", "b"], text("a;b"));
        check(&["a", "", "c"], text("a;;c"));
        check(&["", "b"], text(";b"));
        check(&["a;b", "c;"], text("a；b;c；"));
    }

    #[test]
    fn no_cell_is_longer_than_a_workbook_takes() {
        let many = vec!["网格员示例0001"; 100_000];
        let Cell::Text(text) = joined(many.iter().map(|&text| Cow::Borrowed(text))) else { panic!("a text") };
        assert!(text.len() <= MAX_JOINED_BYTES + 4 && text.ends_with(";…"), "{}", text.len());
        assert!(text.split(';').rev().skip(1).all(|part| part == "网格员示例0001"));
    }
}
