//! What a cell says once everything that nobody meant is gone, and what of it cannot be right.

use super::{
    date::{TABLE_DATES, TableTime, day_of_digits, day_of_serial, table_time},
    raw::{RawCell, RawKind},
};
use crate::formats::record::shown;

/// Longest text of a cell.
pub const MAX_CELL_CHARACTERS: usize = 1_000;

/// Longest text of a cell of a column of long texts: what a cell of Excel holds.
pub const MAX_LONG_CELL_CHARACTERS: usize = 32_767;

/// From here on a spreadsheet's numbers have lost digits: they have fifteen.
const MAX_EXACT: f64 = 1e15;

/// How far the full-width forms stand behind ASCII.
const FULL_WIDTH_OFFSET: u32 = 0xfee0;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Names and other words, kept as they are.
    Text,
    /// Lists and outlines, kept as they are.
    LongText,
    /// Codes, telephone numbers, words of a list: full-width characters become ASCII.
    Token,
    /// Dates and times.
    Date,
    /// Numbers: full-width digits become ASCII, separators of thousands are not understood.
    Number,
}

/// Something about a cell, in Chinese and English, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remark {
    pub is_error: bool,
    pub is_info: bool,
    pub zh: String,
    pub en: String,
    pub allowed: (&'static str, &'static str),
}

impl Remark {
    fn error(zh: impl Into<String>, en: impl Into<String>, allowed: (&'static str, &'static str)) -> Self {
        Self { is_error: true, is_info: false, zh: zh.into(), en: en.into(), allowed }
    }

    fn warning(zh: impl Into<String>, en: impl Into<String>, allowed: (&'static str, &'static str)) -> Self {
        Self { is_error: false, ..Self::error(zh, en, allowed) }
    }

    fn info(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { is_error: false, is_info: true, ..Self::error(zh, en, ("", "")) }
    }
}

/// The text of a cell, `None` when it says nothing or nothing that can be used; what is odd about it goes to `remarks`.
pub(super) fn clean(raw: &RawCell, kind: ColumnKind, remarks: &mut Vec<Remark>) -> Option<String> {
    if raw.kind == RawKind::Error {
        let value = shown(&raw.text);
        remarks.push(Remark::error(
            format!("单元格是错误值 {value}"),
            format!("the cell is the error {value}"),
            ("具体的值", "a value"),
        ));
        return None;
    }
    if raw.is_formula && raw.text.trim().is_empty() {
        remarks.push(Remark::error(
            "公式没有保存结果",
            "the formula has no stored result",
            ("具体的值；请以“粘贴值”覆盖公式", "a value; paste values over formulas"),
        ));
        return None;
    }
    if raw.is_formula {
        let value = shown(&raw.text);
        remarks.push(Remark::warning(
            format!("单元格是公式，取其最后结果“{value}”"),
            format!("the cell is a formula; its last result {value} is taken"),
            ("具体的值；请以“粘贴值”覆盖公式", "values; paste values over formulas"),
        ));
    }
    let most = if kind == ColumnKind::LongText { MAX_LONG_CELL_CHARACTERS } else { MAX_CELL_CHARACTERS };
    if raw.text.chars().nth(most).is_some() {
        let found = raw.text.chars().count();
        remarks.push(Remark::error(
            format!("文本有 {found} 个字符，最多 {most} 个"),
            format!("the text has {found} characters, at most {most}"),
            ("更短的文字", "a shorter text"),
        ));
        return None;
    }
    let text = visible(&raw.text, kind, remarks)?;
    if text.is_empty() {
        return None;
    }
    match (kind, raw.kind) {
        (ColumnKind::Date, kind) => date(&text, kind, remarks),
        (ColumnKind::Token | ColumnKind::Text, RawKind::Number(number)) if number.abs() >= MAX_EXACT => {
            remarks.push(Remark::error(
                format!("表格软件把它存成了数值 {text}，15 位之后的数字已丢失"),
                format!("the spreadsheet keeps this as the number {text}, whose digits after the fifteenth are lost"),
                ("文本：请把该列设为文本格式后重新输入", "a text: format the column as text and enter the value again"),
            ));
            None
        }
        (ColumnKind::Token, RawKind::Text) if is_scientific(&text) => {
            remarks.push(Remark::error(
                format!("“{text}”是科学计数法，原来的数字已丢失"),
                format!("{text} is scientific notation, the digits that stood here are lost"),
                (
                    "全部数字：请把该列设为文本格式，或保存为 .xlsx",
                    "all digits: format the column as text, or keep the table as .xlsx",
                ),
            ));
            None
        }
        _ => Some(text),
    }
}

/// The text without blanks around it and marks that nobody sees; `None` with a control character in it.
fn visible(raw: &str, kind: ColumnKind, remarks: &mut Vec<Remark>) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let (mut is_narrowed, mut has_unseen) = (false, false);
    for character in raw.trim().chars() {
        match character {
            _ if is_unseen(character) => has_unseen = true,
            '\n' | '\r' | '\t' => {
                remarks.push(Remark::error(
                    "单元格里有换行或制表符",
                    "there is a line break or a tab in the cell",
                    (
                        "一格一行一个值；第二个人请另起一行",
                        "one value in one line; put a second person into a row of its own",
                    ),
                ));
                return None;
            }
            _ if character.is_control() => {
                let name = character.escape_unicode();
                remarks.push(Remark::error(
                    format!("单元格里有控制字符 {name}"),
                    format!("there is the control character {name} in the cell"),
                    ("文本", "text"),
                ));
                return None;
            }
            _ => {
                let is_kept = matches!(kind, ColumnKind::Text | ColumnKind::LongText);
                let narrow = if is_kept { character } else { narrowed(character) };
                is_narrowed |= narrow != character;
                text.push(narrow);
            }
        }
    }
    if has_unseen {
        remarks.push(Remark::info("去掉了不可见字符", "characters that nobody sees were taken out"));
    }
    if is_narrowed {
        let (from, to) = (shown(raw.trim()), shown(&text));
        remarks.push(Remark::info(
            format!("全角字符已转为半角：“{from}”→“{to}”"),
            format!("full-width characters became plain ones: {from} is read as {to}"),
        ));
    }
    Some(text.trim().to_owned())
}

/// Marks without width and marks of direction, which phones and chat programs put around what is copied.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// The plain form of what looks like ASCII: full-width characters, blanks and hyphens of all widths.
pub fn narrowed(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - FULL_WIDTH_OFFSET).unwrap_or(character),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        _ => character,
    }
}

/// 3.50304E+17, as spreadsheets write numbers of many digits into CSV.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    exponent.strip_prefix('+').is_some_and(digits) && digits(&mantissa.replacen('.', "", 1))
}

/// A date as ISO 8601 has it.
fn date(text: &str, kind: RawKind, remarks: &mut Vec<Remark>) -> Option<String> {
    if let Some(time) = table_time(text) {
        return Some(iso(time));
    }
    let number = match kind {
        RawKind::Number(number) => Some(number),
        _ => text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')),
    };
    let would_be = day_of_digits(text).or_else(|| day_of_serial(number?));
    let text = shown(text);
    remarks.push(match would_be {
        Some(day) => Remark::error(
            format!("日期列里是数字 {text}，若指 {day}，请写成日期"),
            format!("the column of dates has the number {text}; if {day} is meant, write that"),
            TABLE_DATES,
        ),
        None => Remark::error(format!("“{text}”不是日期"), format!("{text} is no date"), TABLE_DATES),
    });
    None
}

fn iso(time: TableTime) -> String {
    match time {
        TableTime::Day(day) => day.to_string(),
        TableTime::Local(time) => {
            let (hour, minute, second) = time.as_hms();
            format!("{} {hour:02}:{minute:02}:{second:02}", time.date())
        }
        TableTime::Moment(moment) => crate::formats::moment::moment_text(moment),
    }
}
