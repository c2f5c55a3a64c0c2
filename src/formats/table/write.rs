//! Tables written so that spreadsheets keep every text as it is.

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::formats::formula::is_formula;

/// Tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Widest column that is made for its texts, in characters.
const MAX_WIDTH: usize = 40;

/// Rows that are looked at for the width of a column.
const MEASURED_ROWS: usize = 200;

/// Rows for which a choice is offered below the header.
const CHOICE_ROWS: u32 = 10_000;

/// What a column of a sheet offers to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    column: usize,
    from: ChoiceFrom,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ChoiceFrom {
    Words(Vec<String>),
    /// The first column of another sheet, so many rows below its header.
    Sheet(String, usize),
}

impl Choice {
    /// A few words.
    pub fn of_words(column: usize, words: &[&str]) -> Self {
        Self { column, from: ChoiceFrom::Words(words.iter().map(|&word| word.to_owned()).collect()) }
    }

    /// The first column of another sheet, `rows` rows below its header.
    pub fn of_sheet(column: usize, sheet: &str, rows: usize) -> Self {
        Self { column, from: ChoiceFrom::Sheet(sheet.to_owned(), rows) }
    }
}

/// A sheet to be written: all cells are texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutSheet {
    name: String,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    /// What columns offer to choose from.
    pub choices: Vec<Choice>,
}

impl OutSheet {
    /// A sheet of at most [`crate::formats::xlsx::MAX_ROWS`] rows; its name has at most 31 characters.
    pub fn new(name: &str, headings: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        Self { name: name.to_owned(), headings, rows, choices: Vec::new() }
    }
}

/// CSV in UTF-8 with a byte order mark and CRLF, as Excel opens it. A text that looks like a formula gets a `'` before it, which
/// [`read_table`](super::read_table) takes away again.
pub fn write_csv(headings: &[String], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(headings).expect("a Vec takes every line");
    for row in rows {
        let cells = row.iter().map(|text| match is_formula(text) {
            true => format!("'{text}"),
            false => text.clone(),
        });
        writer.write_record(cells).expect("a Vec takes every line");
    }
    writer.into_inner().expect("a Vec takes every line")
}

/// A workbook of sheets, the first one open. The same sheets are the same bytes.
pub fn write_workbook(sheets: &[OutSheet]) -> Vec<u8> {
    try_write(sheets).expect("names, sizes and texts of our sheets are within Excel's")
}

fn try_write(sheets: &[OutSheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The day on which nothing happened: a file tells of its content only.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Left);
    let bold = Format::new().set_bold().set_num_format("@");
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet, &text, &bold)?;
    }
    workbook.save_to_buffer()
}

fn write_sheet(out: &mut Worksheet, sheet: &OutSheet, text: &Format, bold: &Format) -> Result<(), XlsxError> {
    out.set_name(&sheet.name)?.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(&sheet.headings) {
        // What is typed into the column later stays a text: no code becomes a number.
        out.set_column_format(column, text)?;
        out.set_column_width(column, width(sheet, usize::from(column)))?;
        out.write_string_with_format(0, column, heading, bold)?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            out.write_string_with_format(row, column, cell, text)?;
        }
    }
    for choice in &sheet.choices {
        let validation = match &choice.from {
            ChoiceFrom::Words(words) => DataValidation::new().allow_list_strings(words)?,
            ChoiceFrom::Sheet(name, rows) => {
                let range = format!("='{name}'!$A$2:$A${}", rows + 1);
                DataValidation::new().allow_list_formula(range.as_str().into())
            }
        };
        let column = choice.column as u16;
        out.add_data_validation(1, column, CHOICE_ROWS, column, &validation)?;
    }
    Ok(())
}

/// As wide as its widest text, ideographs counted twice.
fn width(sheet: &OutSheet, column: usize) -> f64 {
    let rows = sheet.rows.iter().take(MEASURED_ROWS).filter_map(|row| row.get(column));
    let of = |text: &String| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let widest = rows.chain(sheet.headings.get(column)).map(of).max().unwrap_or(0);
    (widest + 2).min(MAX_WIDTH) as f64
}
