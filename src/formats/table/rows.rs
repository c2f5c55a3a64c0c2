//! Raw rows become a table: the header is found, cells are cleaned, and what is odd is said.

use std::ops::ControlFlow;

use super::{
    cell::{Remark, clean},
    header::{HEADER_ROWS, Header, TableColumn, listed},
    raw::{MAX_TABLE_COLUMNS, RawRow},
};
use crate::domain::area::{
    Finding, Rule, Severity,
    finding::{Allowed, Source},
};

/// Most rows of a table, blank ones not counted.
pub const MAX_TABLE_ROWS: usize = 250_000;

/// Most findings about cells; the rest is counted.
pub const MAX_TABLE_FINDINGS: usize = 10_000;

/// A row that says something, below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its number as a spreadsheet shows it, from 1; the header is counted.
    pub number: u64,
    /// Whether a finding of the table makes it unusable.
    pub is_bad: bool,
    cells: Vec<Option<Box<str>>>,
}

impl TableRow {
    /// The text of the known column with this index, when the table has it and the cell says something.
    pub fn get(&self, column: usize) -> Option<&str> {
        self.cells[column].as_deref()
    }
}

/// A table, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The sheet that it was, in a workbook.
    pub sheet: Option<String>,
    /// The number of the header's row; 0 when none was found.
    pub header_row: u64,
    /// For every known column, in the caller's order, how the file calls it; `None` where the file has none.
    pub headings: Vec<Option<String>>,
    /// The headings that mean nothing known, and are passed over.
    pub unknown: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<TableRow>,
    /// All that was odd. With an error of no row there are no rows.
    pub findings: Vec<Finding>,
}

/// A table on its way.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    columns: &'a [TableColumn<'a>],
    file: &'a str,
    table: Table,
    /// Rows in which the header is looked for.
    held: Vec<RawRow>,
    header: Option<Header>,
    /// Columns without a heading in which something was found already.
    warned: Vec<usize>,
    untold: u64,
    is_over: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(columns: &'a [TableColumn<'a>], file: &'a str) -> Self {
        Self {
            columns,
            file,
            table: Table::default(),
            held: Vec::new(),
            header: None,
            warned: Vec::new(),
            untold: 0,
            is_over: false,
        }
    }

    /// Takes the next row, and says whether it wants more.
    pub(super) fn push(&mut self, row: RawRow) -> ControlFlow<()> {
        if row.is_blank() {
            return ControlFlow::Continue(());
        }
        if self.header.is_some() {
            return self.take(row);
        }
        let header = Header::of(&row, self.columns);
        if header.missing(self.columns).is_empty() && header.known() > 0 {
            self.held.clear();
            return self.begin(header);
        }
        self.held.push(row);
        if self.held.len() < HEADER_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// How far the header fits: found, or how many known columns the best row has.
    pub(super) fn fit(&self) -> (bool, usize) {
        let best = self.held.iter().map(|row| Header::of(row, self.columns).known()).max();
        (self.header.is_some(), self.header.as_ref().map_or(best.unwrap_or(0), Header::known))
    }

    /// Adds a finding about no cell.
    pub(super) fn tell(&mut self, finding: Finding) {
        let file = self.file.to_owned();
        self.table.findings.push(Finding { source: Source { file, ..finding.source }, ..finding });
    }

    /// Adds why the rest of the file cannot be read.
    pub(super) fn fail(&mut self, finding: Finding) {
        self.is_over = true;
        self.tell(finding);
    }

    /// Adds a finding about a row, which it makes unusable.
    pub(super) fn spoil(&mut self, row: u64, finding: Finding) {
        self.tell(finding.at(Source { file: String::new(), record: Some(row), field: None }));
    }

    /// The rows taken so far, to be marked.
    pub(super) fn rows_mut(&mut self) -> &mut [TableRow] {
        &mut self.table.rows
    }

    /// The number of the header's row.
    pub(super) fn header_row(&self) -> Option<u64> {
        self.header.as_ref().map(|header| header.row)
    }

    /// The table; without a header or with too many rows it has none.
    pub(super) fn finish(mut self, sheet: Option<String>) -> Table {
        if !self.is_over && self.header.is_none() {
            let finding = self.no_header();
            self.tell(finding);
        } else if !self.is_over && self.table.rows.is_empty() {
            let (zh, en) = ("表头之下没有数据", "there is no row below the header");
            self.tell(Finding::new(Rule::Record, Severity::Error, zh, en));
        }
        if self.untold > 0 {
            let more = self.untold;
            let zh = format!("另有 {more} 项未列出（最多列出 {MAX_TABLE_FINDINGS} 项）");
            let en = format!("{more} more are not listed, {MAX_TABLE_FINDINGS} at most");
            self.tell(Finding::new(Rule::Record, Severity::Warning, zh, en));
        }
        let is_lost = |finding: &Finding| finding.severity == Severity::Error && finding.source.record.is_none();
        if self.table.findings.iter().any(is_lost) {
            self.table.rows.clear();
        }
        self.table.sheet = sheet;
        self.table
    }

    /// Takes the header.
    fn begin(&mut self, header: Header) -> ControlFlow<()> {
        for &(first, second) in &header.doubles {
            let (one, other) = (header.name(first), header.name(second));
            let zh = format!("“{one}”和“{other}”两列是同一个意思");
            let en = format!("columns {one:?} and {other:?} mean the same");
            let finding = Finding::new(Rule::Record, Severity::Error, zh, en).allowed(("只留一列", "one such column"));
            let source = Source { file: self.file.to_owned(), record: None, field: Some(other) };
            self.table.findings.push(finding.at(source));
        }
        let unknown = header.unknown();
        if !unknown.is_empty() {
            let names = listed(unknown.iter().copied());
            let zh = format!("不认识的列已略过：{names}");
            let en = format!("columns that are not known are passed over: {names}");
            let finding = Finding::new(Rule::Record, Severity::Info, zh, en).allowed(Allowed::same(self.all_names()));
            let source = Source { file: self.file.to_owned(), record: Some(header.row), field: None };
            self.table.findings.push(finding.at(source));
        }
        self.table.unknown = header.unknown().into_iter().map(str::to_owned).collect();
        self.table.headings = header.places.iter().map(|place| place.map(|place| header.name(place))).collect();
        self.table.header_row = header.row;
        self.is_over = !header.doubles.is_empty();
        self.header = Some(header);
        if self.is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Takes a row below the header.
    fn take(&mut self, row: RawRow) -> ControlFlow<()> {
        if self.table.rows.len() == MAX_TABLE_ROWS {
            let zh = format!("表格超过 {MAX_TABLE_ROWS} 行");
            let en = format!("the table has more than {MAX_TABLE_ROWS} rows");
            self.fail(Finding::new(Rule::Record, Severity::Error, zh, en).allowed(("分成几个文件", "several files")));
            return ControlFlow::Break(());
        }
        let header = self.header.take().expect("rows are taken below a header");
        let mut remarks = Vec::new();
        let mut taken = TableRow { number: row.number, is_bad: false, cells: Vec::with_capacity(self.columns.len()) };
        for (column, place) in self.columns.iter().zip(&header.places) {
            let raw = place.and_then(|place| Some((place, row.cells.get(place)?)));
            let text = raw.and_then(|(place, raw)| {
                let text = clean(raw, column.kind, &mut remarks);
                for remark in remarks.drain(..) {
                    taken.is_bad |= remark.is_error;
                    self.remark(row.number, header.name(place), remark);
                }
                text
            });
            taken.cells.push(text.map(String::into_boxed_str));
        }
        self.warn_of_stray_cells(&row, &header);
        self.header = Some(header);
        self.table.rows.push(taken);
        ControlFlow::Continue(())
    }

    /// Text in a column without a heading may be a row that slipped.
    fn warn_of_stray_cells(&mut self, row: &RawRow, header: &Header) {
        for (place, cell) in row.cells.iter().enumerate() {
            let has_heading = header.headings.get(place).is_some_and(|heading| !heading.is_empty());
            if has_heading || cell.text.trim().is_empty() || self.warned.contains(&place) {
                continue;
            }
            self.warned.push(place);
            let remark = Remark {
                is_error: false,
                is_info: false,
                zh: "这一列没有表头，其中的内容已略过".to_owned(),
                en: "this column has no heading; what stands in it is passed over".to_owned(),
                allowed: ("写上表头", "a heading above it"),
            };
            self.remark(row.number, header.name(place), remark);
        }
        if row.is_cut && !self.warned.contains(&MAX_TABLE_COLUMNS) {
            self.warned.push(MAX_TABLE_COLUMNS);
            let remark = Remark {
                is_error: false,
                is_info: false,
                zh: format!("第 {MAX_TABLE_COLUMNS} 列之后的内容已略过"),
                en: format!("what stands behind column {MAX_TABLE_COLUMNS} is passed over"),
                allowed: ("列数更少的表", "a narrower table"),
            };
            self.remark(row.number, header.name(MAX_TABLE_COLUMNS), remark);
        }
    }

    fn remark(&mut self, row: u64, field: String, remark: Remark) {
        if self.table.findings.len() >= MAX_TABLE_FINDINGS {
            self.untold += 1;
            return;
        }
        let severity = match (remark.is_error, remark.is_info) {
            (true, _) => Severity::Error,
            (false, true) => Severity::Info,
            (false, false) => Severity::Warning,
        };
        let finding = Finding::new(Rule::Record, severity, remark.zh, remark.en).allowed(remark.allowed);
        let source = Source { file: self.file.to_owned(), record: Some(row), field: Some(field) };
        self.table.findings.push(finding.at(source));
    }

    /// Why no row is the header.
    fn no_header(&self) -> Finding {
        let headers = self.held.iter().map(|row| Header::of(row, self.columns));
        let best = headers
            .filter(|header| header.known() > 0)
            .max_by_key(|header| (header.known(), std::cmp::Reverse(header.row)));
        let finding = |zh: String, en: String| {
            Finding::new(Rule::Record, Severity::Error, zh, en).allowed(Allowed::same(self.all_names()))
        };
        match best {
            None if self.held.is_empty() => finding("文件是空的".to_owned(), "the file is empty".to_owned()),
            None => finding(
                format!("前 {HEADER_ROWS} 行中没有认识的表头"),
                format!("none of the first {HEADER_ROWS} rows has a heading that is known"),
            ),
            Some(header) => {
                let missing = listed(header.missing(self.columns));
                let there = listed(header.headings.iter().map(String::as_str).filter(|text| !text.is_empty()));
                finding(
                    format!("第 {} 行表头缺少列：{missing}（现有：{there}）", header.row),
                    format!("the header in row {} lacks the columns {missing}; it has {there}", header.row),
                )
            }
        }
    }

    /// Every known column with its names.
    fn all_names(&self) -> String {
        let one = |column: &TableColumn<'_>| {
            let mark = if column.is_required { "*" } else { "" };
            format!("{}{mark}", column.names.iter().take(2).copied().collect::<Vec<_>>().join("/"))
        };
        self.columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}
