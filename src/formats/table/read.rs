//! From the bytes of a file to a table.

use std::{
    io::{Read, Seek},
    ops::ControlFlow,
};

use super::{
    csv_rows,
    header::{TableColumn, listed},
    rows::{Builder, Table},
    sheets::{Merged, Sheets},
};
use crate::{
    domain::area::{
        Finding, Rule, Severity,
        finding::{Allowed, Source},
    },
    formats::record::{RecordError, shown},
};

/// The field that a finding names when somebody must say which sheet is meant.
pub(in crate::formats) const SHEET_FIELD: &str = "sheet";

/// Merged ranges that are told one by one; the rest is counted.
const MAX_TOLD_RANGES: usize = 100;

/// What is allowed instead of merged cells.
const UNMERGED: (&str, &str) =
    ("每行各有其值：请取消合并并填满", "a value in every row: unmerge the cells and fill them");

/// Which kind of file a table is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Commas, semicolons or tabs.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

impl TableKind {
    /// The kind of a file that begins with `head`: a zip is a workbook, an old Excel file is taken for one so that it is
    /// named, all else is CSV.
    pub fn of(head: &[u8]) -> Self {
        if head.starts_with(b"PK") || head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) { Self::Xlsx } else { Self::Csv }
    }
}

/// Reads a table of `columns` from `source`, which findings call `file`; `sheet` chooses among those of a workbook, else
/// it is the only one whose header fits.
pub fn read_table<R: Read + Seek>(
    source: R,
    kind: TableKind,
    columns: &[TableColumn<'_>],
    file: &str,
    sheet: Option<&str>,
) -> Table {
    let mut builder = Builder::new(columns, file);
    let read = match kind {
        TableKind::Csv if sheet.is_some() => Err(RecordError::of_record(
            "CSV 没有工作表，不能指定 sheet",
            "a CSV has no sheets, and sheet says nothing",
            ("不指定工作表，或用 Excel 工作簿（.xlsx）", "no sheet, or an Excel workbook (.xlsx)"),
        )),
        TableKind::Csv => csv_rows::each_row(source, |row| builder.push(row)).map(|()| None),
        TableKind::Xlsx => read_workbook(source, columns, sheet, &mut builder).map(Some),
    };
    let sheet = read.unwrap_or_else(|error| {
        let finding = Finding::new(Rule::Record, Severity::Error, error.zh, error.en).allowed(error.allowed);
        let source = Source { file: String::new(), record: None, field: error.field };
        builder.fail(finding.at(source));
        None
    });
    builder.finish(sheet)
}

/// Reads the sheet that is meant; its name.
fn read_workbook<R: Read + Seek>(
    source: R,
    columns: &[TableColumn<'_>],
    sheet: Option<&str>,
    builder: &mut Builder<'_>,
) -> Result<String, RecordError> {
    let mut sheets = Sheets::open(source)?;
    let name = choose(&mut sheets, columns, sheet)?;
    sheets.each_row(&name, |row| builder.push(row))?;
    if let Some(header_row) = builder.header_row() {
        tell_merged(sheets.merged(&name)?, header_row, builder);
    }
    Ok(name)
}

/// The sheet of that name, or the only visible one whose header fits.
fn choose<R: Read + Seek>(
    sheets: &mut Sheets<R>,
    columns: &[TableColumn<'_>],
    name: Option<&str>,
) -> Result<String, RecordError> {
    let all = sheets.names();
    let names = listed(all.iter().map(|(name, _)| name.as_str()));
    if let Some(name) = name {
        return match all.into_iter().find(|(known, _)| known == name) {
            Some((name, _)) => Ok(name),
            None => Err(RecordError::of_record(
                format!("没有工作表“{}”，有：{names}", shown(name)),
                format!("there is no sheet {:?}; there are {names}", shown(name)),
                Allowed::same(&names),
            )),
        };
    }
    let visible: Vec<String> = all.into_iter().filter(|(_, is_visible)| *is_visible).map(|(name, _)| name).collect();
    let (mut fitting, mut nearest): (Vec<String>, Option<(usize, String)>) = (Vec::new(), None);
    for name in visible {
        let mut probe = Builder::new(columns, "");
        sheets.each_row(&name, |row| {
            let flow = probe.push(row);
            if probe.header_row().is_some() { ControlFlow::Break(()) } else { flow }
        })?;
        match probe.fit() {
            (true, _) => fitting.push(name),
            (false, known) if nearest.as_ref().is_none_or(|(most, _)| known > *most) => nearest = Some((known, name)),
            (false, _) => {}
        }
    }
    match (fitting.len(), nearest) {
        (1, _) => Ok(fitting.remove(0)),
        // Reading the nearest one says what its header lacks.
        (0, Some((known, name))) if known > 0 => Ok(name),
        (0, _) => Err(RecordError::of_record(
            format!("没有一张工作表的表头合适，有：{names}"),
            format!("no sheet has a header that fits; there are {names}"),
            ("与模板列名一致的工作表，用 sheet 指明", "a sheet with the columns of the template, named with sheet"),
        )),
        _ => {
            let fitting = listed(fitting.iter().map(String::as_str));
            Err(RecordError::of_field(
                SHEET_FIELD,
                format!("不止一张工作表的表头合适：{fitting}，请用 sheet 指明"),
                format!("several sheets have a header that fits: {fitting}; name one with sheet"),
                Allowed::same(&fitting),
            ))
        }
    }
}

/// Tells merged cells below the header, and marks their rows; titles above it may be merged.
fn tell_merged(merged: Vec<Merged>, header_row: u64, builder: &mut Builder<'_>) {
    let mut below: Vec<Merged> = merged.into_iter().filter(|range| u64::from(range.last.0) >= header_row).collect();
    below.sort_by_key(|range| range.first);
    for row in builder.rows_mut() {
        // The ranges are few where they are told at all; of many, everything is lost anyway.
        let is_in = |range: &Merged| (u64::from(range.first.0) + 1..=u64::from(range.last.0) + 1).contains(&row.number);
        row.is_bad |= below.len() > MAX_TOLD_RANGES || below.iter().any(is_in);
    }
    for range in below.iter().take(MAX_TOLD_RANGES) {
        let name = range.name();
        let zh = format!("合并单元格 {name}：不知道其值属于哪几行");
        let en = format!("the cells {name} are merged: to which of their rows the value belongs is not said");
        let finding = Finding::new(Rule::Record, Severity::Error, zh, en);
        let finding = finding.allowed(UNMERGED);
        builder.spoil((u64::from(range.first.0) + 1).max(header_row + 1), finding);
    }
    if below.len() > MAX_TOLD_RANGES {
        let all = below.len();
        let zh = format!("表头之下共有 {all} 处合并单元格");
        let en = format!("{all} ranges of cells below the header are merged");
        let finding = Finding::new(Rule::Record, Severity::Error, zh, en);
        builder.tell(finding.allowed(UNMERGED));
    }
}
