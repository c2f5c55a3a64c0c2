//! The located answer as columns of a table.

use std::borrow::Cow;

use super::{
    Failure,
    answer::{answer_level, match_word},
};
use crate::domain::{
    area::Snapshot,
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

/// Columns before and after those of the levels: plain heading, Chinese heading.
const BEFORE: [(&str, &str); 5] =
    [("edition", "版本"), ("match", "匹配"), ("code", "编码"), ("name", "名称"), ("level", "层级")];
const AFTER: [(&str, &str); 13] = [
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
        let level_text = |level| {
            let level = snapshot.profile.level(level);
            text(if self.language == Headings::Zh { &level.name.zh } else { &level.id })
        };
        let finest = located.chain.last().map(|&index| area(index));
        each(Cell::Whole(u64::from(snapshot.edition_number())));
        each(text(self.match_text(located.found)));
        each(finest.map_or(Cell::Empty, |area| text(&area.code)));
        each(finest.map_or(Cell::Empty, |area| text(&area.name)));
        each(answer_level(snapshot, located, trust).map_or(Cell::Empty, level_text));
        for ordinal in 0..self.level_count {
            let area = located.chain.get(ordinal).map(|&index| area(index));
            each(area.map_or(Cell::Empty, |area| text(&area.code)));
            each(area.map_or(Cell::Empty, |area| text(&area.name)));
        }
        each(located.margin_m.map_or(Cell::Empty, Cell::Metres));
        each(Cell::Flag(located.on_border));
        each(trust.map_or(Cell::Empty, |trust| text(self.certainty_text(trust.certainty))));
        let owner = located.stacked.first().or(located.chain.last()).copied();
        let share = trust.and_then(|trust| trust.candidates.iter().find(|candidate| candidate.area == owner));
        each(share.map_or(Cell::Empty, |candidate| Cell::Share(candidate.share)));
        each(located.runner_up.map_or(Cell::Empty, |other| text(&area(other.area).code)));
        each(located.runner_up.map_or(Cell::Empty, |other| Cell::Metres(other.distance_m)));
        each(located.nearest.map_or(Cell::Empty, |nearest| text(&area(nearest.area).code)));
        each(located.nearest.map_or(Cell::Empty, |nearest| Cell::Metres(nearest.distance_m)));
        let mut areas = located.stacked.iter().chain(located.chain.iter().rev());
        let Some(posting) = areas.find_map(|&index| snapshot.postings(index).first()) else {
            (0..5).for_each(|_| each(Cell::Empty));
            return;
        };
        let role = snapshot.profile.roles.iter().find(|role| role.id == posting.role);
        each(text(match role {
            Some(role) if self.language == Headings::Zh => &role.name.zh,
            _ => &posting.role,
        }));
        each(text(&posting.name));
        let phone = posting.phone.masked();
        each(if phone.is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(phone)) });
        each(text(&posting.organisation));
        each(Cell::Empty);
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

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(text)) }
}
