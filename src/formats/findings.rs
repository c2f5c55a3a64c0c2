//! Findings as files: the JSON that the service gives too, and CSV for spreadsheets.

use serde::Serialize;

use super::formula::is_formula;
use crate::domain::area::{Finding, Level};

/// Tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The columns of the CSV.
const COLUMNS: [&str; 14] = [
    "severity",
    "rule",
    "file",
    "record",
    "field",
    "zh",
    "en",
    "allowed",
    "allowed_zh",
    "areas",
    "level",
    "lon",
    "lat",
    "area_m2",
];

/// How an import ended, with the counts that belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary<'a> {
    /// `published`, `unchanged`, `checked` or `rejected`.
    pub outcome: &'a str,
    /// The edition that was made.
    pub edition: Option<u32>,
    /// From when that is in force, when it is scheduled for a time to come.
    pub effective_from: Option<String>,
    /// How many records were read, bad ones included.
    pub records: u64,
    /// Areas that were not there.
    pub created: u64,
    /// Areas whose record differs.
    pub changed: u64,
    /// Areas whose record is the same.
    pub unchanged: u64,
    /// Areas whose border only got nodes of its neighbours.
    pub noded: u64,
    /// Areas that are no more.
    pub retired: u64,
    /// Posts that must be filled anew.
    pub posts_to_fill: Posts,
}

/// How an import of places ended, with its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlaceSummary<'a> {
    /// `applied`, `unchanged`, `checked` or `rejected`.
    pub outcome: &'a str,
    /// How many records were read, bad ones included.
    pub records: u64,
    /// Places that were not there.
    pub created: u64,
    /// Places whose record differs.
    pub changed: u64,
    /// Places whose record is the same.
    pub unchanged: u64,
    /// Places that are no more.
    pub removed: u64,
    /// Records with errors, left out.
    pub left_out: u64,
    /// Places that lie in no area.
    pub outside: u64,
}

/// How an import of values of indicators ended, as the service writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValuesSummary {
    /// `recorded`, `unchanged`, `checked` or `rejected`.
    pub outcome: &'static str,
    /// Number of the change that recorded values.
    pub change: Option<i64>,
    /// How many values were read, bad ones included.
    pub values: u64,
    /// How many were recorded, or would be.
    pub recorded: u64,
    /// How many were there already.
    pub unchanged: u64,
    /// How many could not be taken.
    pub refused: u64,
}

/// Posts of new areas, as the service writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct Posts {
    /// How many there are.
    pub number_matched: usize,
    /// The first of them.
    pub items: Vec<Post>,
}

/// A post of a new area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Code of the area.
    pub area: String,
    /// Its name, possibly empty.
    pub name: String,
    /// Id of the role.
    pub role: String,
    /// How many it needs.
    pub missing: u16,
}

#[derive(Serialize)]
struct Report<'a, S> {
    #[serde(flatten)]
    summary: S,
    findings: Vec<Row<'a>>,
}

/// A finding as the service writes it; see `http::finding`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row<'a> {
    rule: &'static str,
    severity: &'static str,
    text: Text<'a>,
    allowed: &'a str,
    allowed_zh: &'a str,
    file: &'a str,
    record: Option<u64>,
    field: Option<&'a str>,
    areas: Vec<&'a str>,
    level: Option<&'a str>,
    position: Option<[f64; 2]>,
    area_m2: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Text<'a> {
    zh: &'a str,
    en: &'a str,
}

/// The whole report as a JSON document with a line break at its end: the members of `summary`, then the findings; `level_id` is the profile's id of a level.
pub fn findings_json<'a>(
    summary: impl Serialize,
    findings: &'a [Finding],
    level_id: impl Fn(Level) -> &'a str + Copy,
) -> String {
    let rows = finding_rows(findings, level_id);
    let report = Report { summary, findings: rows };
    let mut text = serde_json::to_string_pretty(&report).expect("texts, numbers and lists are JSON");
    text.push('\n');
    text
}

/// The findings as they stand in a report.
pub fn finding_rows<'a>(findings: &'a [Finding], level_id: impl Fn(Level) -> &'a str + Copy) -> Vec<Row<'a>> {
    findings.iter().map(|finding| Row::new(finding, level_id)).collect()
}

/// The findings as CSV (UTF-8 with byte order mark, CRLF), one a line below a line of column names.
pub fn findings_csv<'a>(findings: &'a [Finding], level_id: impl Fn(Level) -> &'a str + Copy) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("a Vec takes every line");
    for finding in findings {
        let row = Row::new(finding, level_id);
        let [lon, lat] = row.position.map_or([None, None], |position| position.map(Some));
        let number = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
        let cells = [
            row.severity.to_owned(),
            row.rule.to_owned(),
            cell(row.file),
            row.record.map_or(String::new(), |record| record.to_string()),
            cell(row.field.unwrap_or_default()),
            cell(row.text.zh),
            cell(row.text.en),
            cell(row.allowed),
            cell(row.allowed_zh),
            row.areas.join(" "),
            cell(row.level.unwrap_or_default()),
            number(lon),
            number(lat),
            number(row.area_m2),
        ];
        writer.write_record(cells).expect("every line has as many cells as there are columns");
    }
    let bytes = writer.into_inner().expect("a Vec takes every line");
    format!("{BYTE_ORDER_MARK}{}", String::from_utf8(bytes).expect("texts are UTF-8"))
}

impl<'a> Row<'a> {
    fn new(finding: &'a Finding, level_id: impl Fn(Level) -> &'a str) -> Self {
        Self {
            rule: finding.rule.id(),
            severity: finding.severity.id(),
            text: Text { zh: &finding.zh, en: &finding.en },
            allowed: &finding.allowed.en,
            allowed_zh: &finding.allowed.zh,
            file: &finding.source.file,
            record: finding.source.record,
            field: finding.source.field.as_deref(),
            areas: finding.areas.iter().map(|code| code.as_str()).collect(),
            level: finding.level.map(level_id),
            position: finding.position.map(|position| [position.lon_degrees(), position.lat_degrees()]),
            area_m2: finding.area_m2.map(|area_m2| (area_m2 * 100.0).round() / 100.0),
        }
    }
}

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        area::{AreaCode, Rule, Severity, finding::Source},
        geometry::Position,
    };

    fn overlap() -> Finding {
        let source =
            Source { file: "=cmd|' /C calc'!A0".to_owned(), record: Some(3), field: Some("geometry".to_owned()) };
        let finding = Finding::new(Rule::Overlap, Severity::Error, "重叠", "overlap, \"by\" 2").at(source);
        Finding {
            areas: ["350304001001", "350304001002"].map(|code| AreaCode::new(code).expect("a code")).to_vec(),
            level: Some(Level(2)),
            position: Position::from_degrees(-119.5, 25.25),
            area_m2: Some(12.345_6),
            ..finding.allowed(("-无", "-none"))
        }
    }

    fn note() -> Finding {
        Finding::new(Rule::Record, Severity::Info, "提示", "a note")
    }

    #[test]
    fn csv_has_a_line_per_finding_and_no_formula() {
        let expected = "\u{feff}severity,rule,file,record,field,zh,en,allowed,allowed_zh,areas,level,lon,lat,area_m2\r\n\
            error,G02,'=cmd|' /C calc'!A0,3,geometry,重叠,\"overlap, \"\"by\"\" 2\",'-none,'-无,350304001001 350304001002,\
            third,-119.5,25.25,12.35\r\n\
            info,record,,,,提示,a note,,,,,,,\r\n";
        assert_eq!(findings_csv(&[overlap(), note()], |_| "third"), expected);
    }

    #[test]
    fn json_has_the_summary_and_every_member_of_every_finding() {
        let summary = Summary {
            outcome: "rejected",
            edition: None,
            effective_from: None,
            records: 3,
            created: 0,
            changed: 0,
            unchanged: 0,
            noded: 0,
            retired: 0,
            posts_to_fill: Posts::default(),
        };
        let text = findings_json(summary, &[overlap(), note()], |_| "third");
        assert!(text.ends_with("}\n"), "{text}");
        let expected = serde_json::json!({
            "outcome": "rejected", "edition": null, "effective_from": null, "records": 3, "created": 0, "changed": 0, "unchanged": 0, "noded": 0, "retired": 0,
            "posts_to_fill": {"numberMatched": 0, "items": []},
            "findings": [{
                "rule": "G02", "severity": "error", "text": {"zh": "重叠", "en": "overlap, \"by\" 2"}, "allowed": "-none", "allowed_zh": "-无",
                "file": "=cmd|' /C calc'!A0", "record": 3, "field": "geometry",
                "areas": ["350304001001", "350304001002"], "level": "third", "position": [-119.5, 25.25], "area_m2": 12.35,
            }, {
                "rule": "record", "severity": "info", "text": {"zh": "提示", "en": "a note"}, "allowed": "", "allowed_zh": "", "file": "",
                "record": null, "field": null, "areas": [], "level": null, "position": null, "area_m2": null,
            }],
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), expected);
    }
}
