//! A row as the file has it, before anybody knows which columns matter.

/// Columns that are looked at; what stands to the right of them is named, and read no further.
pub const MAX_TABLE_COLUMNS: usize = 256;

/// What a file says of a cell besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum RawKind {
    /// A text. In CSV all cells are.
    #[default]
    Text,
    /// A number.
    Number(f64),
    /// A cell with a format of dates; its text is ISO 8601 without a zone.
    Date,
    /// `#N/A` and the like.
    Error,
}

/// A cell as the file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RawCell {
    /// What it says; empty when it says nothing.
    pub text: String,
    /// What it is.
    pub kind: RawKind,
    /// Whether a formula made it.
    pub is_formula: bool,
}

/// A row as the file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RawRow {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u64,
    /// Its cells from the first column on, at most [`MAX_TABLE_COLUMNS`].
    pub cells: Vec<RawCell>,
    /// Whether something stands to the right of those.
    pub is_cut: bool,
}

impl RawRow {
    /// Whether no cell says anything.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty() && !cell.is_formula)
    }
}

/// The name of a column as spreadsheets have it: A, B, ... Z, AA.
pub(super) fn column_name(index: usize) -> String {
    const LETTERS: usize = 26;
    let mut name = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        name.insert(0, char::from(b'A' + (rest % LETTERS) as u8));
        rest /= LETTERS;
    }
    name.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        for (index, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_name(index), name);
        }
    }
}
