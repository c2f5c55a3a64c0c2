//! Rows of a CSV file.

use std::{
    io::{Cursor, Read},
    ops::ControlFlow,
};

use csv::ByteRecord;

use super::raw::{MAX_TABLE_COLUMNS, RawCell, RawRow};
use crate::formats::{
    csv_reader::{METER_BYTES, Metered, SNIFFED_BYTES, csv_error, sniff_delimiter},
    record::RecordError,
    text_encoding::Guess,
};

/// What an export puts before a text that a spreadsheet would take for a formula.
const FORMULA_STARTS: [char; 4] = ['=', '+', '-', '@'];

/// Gives the rows of `source` to `each`, blank ones included; the delimiter is the comma, semicolon or tab that the first
/// line has most of, the text UTF-8 or else GB18030.
///
/// Rows are counted as a spreadsheet counts them: a line break within quotes is none.
pub(super) fn each_row(
    mut source: impl Read,
    mut each: impl FnMut(RawRow) -> ControlFlow<()>,
) -> Result<(), RecordError> {
    let mut head = Vec::new();
    source
        .by_ref()
        .take(SNIFFED_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(|error| RecordError::of_reading(&error))?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(refused("文件是 UTF-16 编码", "the file is UTF-16"));
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
    }
    let delimiter = sniff_delimiter(&head);
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(Metered { source: Cursor::new(head).chain(source), left: METER_BYTES });
    let (mut row, mut guess, mut breaks_within) = (ByteRecord::new(), Guess::default(), 0);
    loop {
        rows.get_mut().left = METER_BYTES;
        if !rows.read_byte_record(&mut row).map_err(csv_error)? {
            return Ok(());
        }
        let line = row.position().map_or(0, csv::Position::line);
        let number = line.saturating_sub(breaks_within);
        let mut cells = Vec::with_capacity(row.len().min(MAX_TABLE_COLUMNS));
        for cell in &row {
            breaks_within += cell.iter().filter(|&&byte| byte == b'\n').count() as u64;
            if cells.len() < MAX_TABLE_COLUMNS {
                let text = guess.decode(cell).map_err(|error| in_row(number, error))?;
                cells.push(cell_of(text));
            }
        }
        let is_cut = row.iter().skip(MAX_TABLE_COLUMNS).any(|cell| !cell.is_empty());
        if each(RawRow { number, cells, is_cut }).is_break() {
            return Ok(());
        }
    }
}

/// A cell without what spreadsheets need around texts: `="007"` is the text 007, `'=x` the text =x. Other formulas are
/// formulas, whose results a CSV has not.
fn cell_of(text: String) -> RawCell {
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return RawCell { text: inner.replace("\"\"", "\""), ..RawCell::default() };
    }
    if text.starts_with('=') {
        return RawCell { is_formula: true, ..RawCell::default() };
    }
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA_STARTS) => RawCell { text: rest.to_owned(), ..RawCell::default() },
        _ => RawCell { text, ..RawCell::default() },
    }
}

fn in_row(number: u64, error: RecordError) -> RecordError {
    RecordError { zh: format!("第 {number} 行：{}", error.zh), en: format!("row {number}: {}", error.en), ..error }
}

fn refused(zh: &str, en: &str) -> RecordError {
    RecordError::of_record(zh, en, "CSV in UTF-8 or GB18030 (GBK), or an Excel workbook (.xlsx)")
}
