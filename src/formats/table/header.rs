//! The row that names the columns: found by the names that are known.

use super::{
    cell::{ColumnKind, narrowed},
    raw::{RawRow, column_name},
};
use crate::formats::record::shown;

/// How many rows that say something are looked at for the header: titles and notes may stand above it.
pub const HEADER_ROWS: usize = 20;

/// Names of columns that a finding lists.
const LISTED: usize = 20;

/// A column that a caller knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableColumn<'a> {
    /// The names by which it is found, the first being the one that is shown; case, blanks, `*` and what stands in
    /// brackets do not count.
    pub names: &'a [&'a str],
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether a table without it is none of this kind.
    pub is_required: bool,
}

/// The header row, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Number of the row.
    pub row: u64,
    /// The headings as they stand there, empty ones included.
    pub headings: Vec<String>,
    /// For every known column, in the caller's order, the place in the row.
    pub places: Vec<Option<usize>>,
    /// Places that mean the same known column.
    pub doubles: Vec<(usize, usize)>,
}

impl Header {
    /// What `row` would be as a header.
    pub(super) fn of(row: &RawRow, columns: &[TableColumn<'_>]) -> Self {
        let headings: Vec<String> = row.cells.iter().map(|cell| cell.text.trim().to_owned()).collect();
        let (mut places, mut doubles) = (vec![None; columns.len()], Vec::new());
        for (place, heading) in headings.iter().enumerate() {
            let Some(column) = meaning(heading, columns) else { continue };
            match places[column] {
                None => places[column] = Some(place),
                Some(first) => doubles.push((first, place)),
            }
        }
        Self { row: row.number, headings, places, doubles }
    }

    /// How many known columns it has.
    pub(super) fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// The first names of the required columns that it lacks.
    pub(super) fn missing<'a>(&self, columns: &[TableColumn<'a>]) -> Vec<&'a str> {
        let lacks = |(column, place): &(&TableColumn<'a>, &Option<usize>)| column.is_required && place.is_none();
        columns.iter().zip(&self.places).filter(lacks).map(|(column, _)| column.names[0]).collect()
    }

    /// The headings that mean nothing known.
    pub(super) fn unknown(&self) -> Vec<&str> {
        let is_known = |place: usize| {
            self.places.contains(&Some(place)) || self.doubles.iter().any(|&(_, double)| double == place)
        };
        let named =
            self.headings.iter().enumerate().filter(|(place, heading)| !heading.is_empty() && !is_known(*place));
        named.map(|(_, heading)| heading.as_str()).collect()
    }

    /// How the column at `place` is called in findings: its heading, or its letter.
    pub(super) fn name(&self, place: usize) -> String {
        match self.headings.get(place).filter(|heading| !heading.is_empty()) {
            Some(heading) => heading.clone(),
            None => column_name(place),
        }
    }
}

/// The known column that a heading means: as a whole, or one of its parts (`姓名 name`, `姓名/name`).
fn meaning(heading: &str, columns: &[TableColumn<'_>]) -> Option<usize> {
    let whole = folded(heading);
    if whole.is_empty() {
        return None;
    }
    let find = |text: &str| columns.iter().position(|column| column.names.iter().any(|name| folded(name) == text));
    find(&whole).or_else(|| {
        let parts: Vec<String> =
            heading.split(|c: char| c.is_whitespace() || matches!(c, '/' | '／' | '|')).map(folded).collect();
        let mut found = parts.iter().filter(|part| !part.is_empty()).filter_map(|part| find(part));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    })
}

/// A heading without what does not count.
fn folded(text: &str) -> String {
    let mut depth = 0_usize;
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().map(narrowed) {
        match character {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || character.is_whitespace() || matches!(character, '*' | ':' | '\u{feff}') => {}
            '-' => folded.push('_'),
            _ => folded.extend(character.to_lowercase()),
        }
    }
    folded
}

/// As many of `names` as a finding lists.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut text: Vec<String> = names.by_ref().take(LISTED).map(shown).collect();
    if names.next().is_some() {
        text.push("…".to_owned());
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::table::raw::RawCell;

    const COLUMNS: [TableColumn<'static>; 3] = [
        TableColumn { names: &["姓名", "name", "person"], kind: ColumnKind::Text, is_required: true },
        TableColumn { names: &["区域编码", "area", "area_code"], kind: ColumnKind::Token, is_required: true },
        TableColumn { names: &["起", "valid_from", "起始日期"], kind: ColumnKind::Date, is_required: false },
    ];

    fn header(headings: &[&str]) -> Header {
        let cells = headings.iter().map(|text| RawCell { text: (*text).to_owned(), ..RawCell::default() }).collect();
        Header::of(&RawRow { number: 3, cells, is_cut: false }, &COLUMNS)
    }

    #[test]
    fn columns_are_known_by_any_of_their_names() {
        for (heading, column) in [
            ("姓名", Some(0)),
            (" Name* ", Some(0)),
            ("姓 名（必填）", Some(0)),
            ("姓名 name", Some(0)),
            ("姓名/name", Some(0)),
            ("区域编码\narea", Some(1)),
            ("ＡＲＥＡ", Some(1)),
            ("area-code", Some(1)),
            ("valid from", None),
            ("起 name", None),
            ("备注", None),
            ("", None),
            ("(姓名)", None),
        ] {
            assert_eq!(meaning(heading, &COLUMNS), column, "{heading:?}");
        }
    }

    #[test]
    fn a_header_says_what_it_has_and_what_it_lacks() {
        let header = header(&["", "姓名", "备注", "起", "person"]);
        assert_eq!(header.places, [Some(1), None, Some(3)]);
        assert_eq!((header.known(), header.missing(&COLUMNS)), (2, vec!["区域编码"]));
        assert_eq!((header.unknown(), header.doubles.clone()), (vec!["备注"], vec![(1, 4)]));
        assert_eq!(
            (header.name(0), header.name(3), header.name(30)),
            ("A".to_owned(), "起".to_owned(), "AE".to_owned())
        );
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(["a", "b\n"]), "a, b\\n");
        assert!(listed(std::iter::repeat_n("x", 40)).ends_with("x, …"));
    }
}
