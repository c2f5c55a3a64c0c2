//! Findings as a table for people.

use crate::{
    domain::area::{Finding, Severity, finding::Allowed},
    formats::record::shown,
};

/// Findings that the table shows; the rest is counted.
pub const MAX_SHOWN: usize = 50;

/// Widest cell of a file or a field, in columns of the terminal; longer ones are cut in front, where paths differ least.
const MAX_CELL: usize = 40;

/// Codes that are named in one finding; the rest is counted.
const MAX_AREAS: usize = 4;

const HEAD: [&str; 5] = ["程度 severity", "规则 rule", "文件 file", "记录 record", "字段 field"];

/// The findings as aligned text, line breaks included; at most [`MAX_SHOWN`] of them, in their order.
///
/// What is wrong stands in the last column: Chinese, below it English, what is allowed, and where on the map.
pub fn table(findings: &[Finding]) -> String {
    let rows: Vec<[String; 5]> = findings.iter().take(MAX_SHOWN).map(cells).collect();
    let width_of =
        |column: usize| rows.iter().map(|row| width(&row[column])).chain([width(HEAD[column])]).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width_of);
    let mut text = line(&HEAD.map(str::to_owned), &widths, "说明 what");
    let indent = " ".repeat(widths.iter().map(|width| width + 2).sum());
    for (row, finding) in rows.iter().zip(findings) {
        text.push_str(&line(row, &widths, &visible(&finding.zh)));
        for more in details(finding) {
            text.push_str(&format!("{indent}{more}\n"));
        }
    }
    text
}

fn cells(finding: &Finding) -> [String; 5] {
    let severity = match finding.severity {
        Severity::Error => "错误 error",
        Severity::Warning => "警告 warning",
        Severity::Info => "提示 info",
    };
    let source = &finding.source;
    [
        severity.to_owned(),
        finding.rule.id().to_owned(),
        cut(&visible(&source.file)),
        source.record.map_or(String::new(), |record| record.to_string()),
        cut(&shown(source.field.as_deref().unwrap_or_default())),
    ]
}

fn details(finding: &Finding) -> Vec<String> {
    let mut details = vec![visible(&finding.en)];
    let Allowed { zh, en } = &finding.allowed;
    if zh == en && !en.is_empty() {
        details.push(format!("应为 allowed: {}", visible(en)));
    } else if !finding.allowed.is_empty() {
        details.push(format!("应为：{}", visible(zh)));
        details.push(format!("allowed: {}", visible(en)));
    }
    let mut place = Vec::new();
    if !finding.areas.is_empty() {
        let codes: Vec<&str> = finding.areas.iter().take(MAX_AREAS).map(|code| code.as_str()).collect();
        let more = finding.areas.len() - codes.len();
        let more = if more > 0 { format!(" (+{more})") } else { String::new() };
        place.push(format!("区域 areas: {}{more}", codes.join(" ")));
    }
    place.extend(finding.position.map(|position| format!("位置 at: {position}")));
    place.extend(finding.area_m2.map(|area_m2| format!("{area_m2:.2} m²")));
    if !place.is_empty() {
        details.push(place.join("  "));
    }
    details
}

fn line(cells: &[String; 5], widths: &[usize; 5], last: &str) -> String {
    let mut text = String::new();
    for (cell, &wanted) in cells.iter().zip(widths) {
        text.push_str(cell);
        text.push_str(&" ".repeat(wanted - width(cell) + 2));
    }
    text + last + "\n"
}

/// The text without anything that a terminal would obey.
fn visible(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

/// The end of a text that is too long for its cell.
fn cut(text: &str) -> String {
    if width(text) <= MAX_CELL {
        return text.to_owned();
    }
    let mut room = MAX_CELL - 1;
    let mut from = text.len();
    for (at, character) in text.char_indices().rev() {
        let Some(left) = room.checked_sub(columns(character)) else { break };
        (room, from) = (left, at);
    }
    format!("…{}", &text[from..])
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// How many columns of a terminal a character takes: two for what is East Asian wide.
const fn columns(character: char) -> usize {
    match character {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::{AreaCode, Rule, finding::Source};

    #[test]
    fn columns_line_up_and_details_stand_below() {
        let source = |record, field: &str| Source {
            file: "一.csv".to_owned(),
            record: Some(record),
            field: Some(field.to_owned()),
        };
        let bad = Finding::new(Rule::Code, Severity::Error, "编码\u{1b}[31m不对", "code 1 is wrong");
        let bad = bad.at(source(12, "DLBM")).allowed(("十二位数字", "twelve digits"));
        let codes = ["a", "b", "c", "d", "e"].map(|code| AreaCode::new(code).expect("a code")).to_vec();
        let note = Finding { areas: codes, ..Finding::new(Rule::Record, Severity::Info, "提示", "a note") };
        let expected = "\
程度 severity  规则 rule  文件 file  记录 record  字段 field  说明 what
错误 error     G10        一.csv     12           DLBM        编码\u{fffd}[31m不对
                                                              code 1 is wrong
                                                              应为：十二位数字
                                                              allowed: twelve digits
提示 info      record                                         提示
                                                              a note
                                                              区域 areas: a b c d (+1)
";
        assert_eq!(table(&[bad, note]), expected);
    }

    #[test]
    fn a_long_path_keeps_its_end() {
        assert_eq!(cut(&format!("{}/末.csv", "x".repeat(90))), format!("…{}/末.csv", "x".repeat(32)));
        assert_eq!(cut("短.csv"), "短.csv");
    }

    #[test]
    fn a_long_list_is_cut() {
        let finding = Finding::new(Rule::Record, Severity::Info, "提示", "a note");
        let text = table(&vec![finding; MAX_SHOWN + 7]);
        assert_eq!(text.lines().count(), 1 + 2 * MAX_SHOWN);
    }
}
