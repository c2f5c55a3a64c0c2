//! A page as an Excel workbook: one sheet, block below block, set up for A4.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};
use time::OffsetDateTime;

use super::page::{Block, Page, PageCell};
use crate::domain::profile::Name;

/// The number of A4 in Excel's list of papers.
const A4: u8 = 9;

/// Widths of the columns, in characters.
const WIDTHS: [f64; 8] = [30.0, 16.0, 16.0, 20.0, 24.0, 18.0, 18.0, 18.0];

/// The page as a workbook; `made_at` is written into it, so that equal pages are equal bytes.
pub fn page_xlsx(page: &Page, sheet_name: &str, made_at: OffsetDateTime) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(made_at.unix_timestamp())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name)?;
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    for (column, width) in (0_u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let styles = Styles::new();
    sheet.write_string_with_format(0, 0, line(&page.title), &styles.title)?;
    sheet.write_string(1, 0, line(&page.subtitle))?;
    let mut row = 3;
    for block in &page.blocks {
        row = write_block(sheet, row, block, &styles)? + 1;
    }
    sheet.write_string(row, 0, line(&page.notice))?;
    workbook.save_to_buffer()
}

struct Styles {
    title: Format,
    block: Format,
    heading: Format,
    text: Format,
    number: Format,
}

impl Styles {
    fn new() -> Self {
        let framed = || Format::new().set_border(FormatBorder::Thin);
        Self {
            title: Format::new().set_bold().set_font_size(16.0),
            block: Format::new().set_bold().set_font_size(12.0),
            heading: framed().set_bold(),
            text: framed().set_num_format("@").set_text_wrap(),
            number: framed(),
        }
    }
}

/// Writes a block from a row on; the row behind it.
fn write_block(sheet: &mut Worksheet, first: u32, block: &Block, styles: &Styles) -> Result<u32, XlsxError> {
    sheet.write_string_with_format(first, 0, line(&block.title), &styles.block)?;
    sheet.write_string(first + 1, 0, format!("来源：{}　日期 date：{}", line(&block.source), block.date))?;
    let mut row = first + 2;
    if !block.columns.is_empty() && !block.rows.is_empty() {
        for (column, heading) in (0_u16..).zip(&block.columns) {
            sheet.write_string_with_format(row, column, line(heading), &styles.heading)?;
        }
        row += 1;
    }
    if block.rows.is_empty() {
        sheet.write_string(row, 0, "无 none")?;
        row += 1;
    }
    for cells in &block.rows {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                PageCell::Empty => drop(sheet.write_string_with_format(row, column, "—", &styles.text)?),
                PageCell::Text(text) => drop(sheet.write_string_with_format(row, column, text, &styles.text)?),
                PageCell::Both(name) => {
                    sheet.write_string_with_format(row, column, line(name), &styles.text)?;
                }
                PageCell::Number(digits) => match digits.parse::<f64>() {
                    Ok(number) => drop(sheet.write_number_with_format(row, column, number, &styles.number)?),
                    Err(_) => drop(sheet.write_string_with_format(row, column, digits, &styles.text)?),
                },
            }
        }
        row += 1;
    }
    Ok(row)
}

fn line(name: &Name) -> String {
    if name.en.is_empty() || name.en == name.zh { name.zh.clone() } else { format!("{} {}", name.zh, name.en) }
}
