//! Rows of a CSV file.

use std::{
    io::{BufRead, BufReader, Cursor, Read},
    ops::ControlFlow,
};

use super::raw::{MAX_TABLE_COLUMNS, RawCell, RawRow};
use crate::formats::{
    csv_reader::{SNIFFED_BYTES, sniff_delimiter},
    formula::is_formula,
    geojson_frame::too_large,
    points::{Place, fields, unquoted},
    record::RecordError,
    shape_rules::MAX_RECORD_BYTES,
    text_encoding::Guess,
};

/// Gives the rows of `source` to `each`, blank ones included; the delimiter is the comma, semicolon or tab that the first
/// line has most of, the text UTF-8 or else GB18030.
///
/// Rows are counted as a spreadsheet counts them: blank ones are rows, a line break within quotes is none.
pub(super) fn each_row(
    mut source: impl Read,
    mut each: impl FnMut(RawRow) -> ControlFlow<()>,
) -> Result<(), RecordError> {
    let mut head = Vec::new();
    let reading = |error: std::io::Error| RecordError::of_reading(&error);
    source.by_ref().take(SNIFFED_BYTES as u64).read_to_end(&mut head).map_err(reading)?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(refused("文件是 UTF-16 编码", "the file is UTF-16"));
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
    }
    let delimiter = sniff_delimiter(&head);
    let mut source = BufReader::new(Cursor::new(head).chain(source));
    let (mut line, mut ranges, mut guess) = (Vec::new(), Vec::new(), Guess::default());
    for number in 1.. {
        if !read_record(&mut source, delimiter, &mut line).map_err(|error| in_row(number, error))? {
            return Ok(());
        }
        let record = line.strip_suffix(b"\r").unwrap_or(&line);
        fields(record, delimiter, &mut ranges);
        let mut row = RawRow { number, ..RawRow::default() };
        for range in ranges.iter().take(MAX_TABLE_COLUMNS) {
            let text = guess.decode(&unquoted(&record[range.clone()])).map_err(|error| in_row(number, error))?;
            row.cells.push(cell_of(text));
        }
        row.is_cut = ranges.iter().skip(MAX_TABLE_COLUMNS).any(|range| !range.is_empty());
        if each(row).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads a record, without the line feed that ends it; `false` when there is none any more.
fn read_record(source: &mut impl BufRead, delimiter: u8, record: &mut Vec<u8>) -> Result<bool, RecordError> {
    record.clear();
    let mut place = Place::default();
    loop {
        let bytes = source.fill_buf().map_err(|error| RecordError::of_reading(&error))?;
        if bytes.is_empty() {
            return match place {
                Place::Quoted => Err(refused("引号没有闭合", "a quoted field does not end")),
                _ => Ok(!record.is_empty()),
            };
        }
        let mut end = None;
        for (index, &byte) in bytes.iter().enumerate() {
            match place.after(byte, delimiter) {
                Some(next) => place = next,
                None => {
                    end = Some(index);
                    break;
                }
            }
        }
        let taken = end.unwrap_or(bytes.len());
        if record.len() + taken > MAX_RECORD_BYTES {
            return Err(too_large());
        }
        record.extend_from_slice(&bytes[..taken]);
        source.consume(taken + usize::from(end.is_some()));
        if end.is_some() {
            return Ok(true);
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
    RawCell { text: unmarked(&text).to_owned(), ..RawCell::default() }
}

/// A text without the `'` that an export puts before what a spreadsheet would take for a formula.
pub(in crate::formats) fn unmarked(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

fn in_row(number: u64, error: RecordError) -> RecordError {
    RecordError { zh: format!("第 {number} 行：{}", error.zh), en: format!("row {number}: {}", error.en), ..error }
}

fn refused(zh: &str, en: &str) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        (
            "UTF-8 或 GB18030（GBK）编码的 CSV，或 Excel 工作簿（.xlsx）",
            "CSV in UTF-8 or GB18030 (GBK), or an Excel workbook (.xlsx)",
        ),
    )
}
