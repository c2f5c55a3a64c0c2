//! What is said about a table, finding by finding.

use std::collections::HashSet;

use super::columns::Col;
use crate::{
    domain::area::{
        Finding, Rule, Severity,
        finding::{Allowed, Source},
    },
    formats::table::Table,
};

/// Most errors, and most findings of other kinds, that are kept; the rest is counted.
pub(super) const MAX_FINDINGS: usize = 10_000;

/// Says what is wrong, and remembers in which rows.
#[derive(Debug)]
pub(super) struct Teller<'a> {
    file: &'a str,
    headings: &'a [Option<String>],
    pub findings: Vec<Finding>,
    /// Rows with an error, told or not.
    pub bad: HashSet<u64>,
    /// How many findings there were besides.
    pub untold: usize,
    errors: usize,
}

impl<'a> Teller<'a> {
    pub(super) fn new(file: &'a str, table: &'a Table) -> Self {
        Self { file, headings: &table.headings, findings: Vec::new(), bad: HashSet::new(), untold: 0, errors: 0 }
    }

    fn tell(
        &mut self,
        severity: Severity,
        row: u64,
        column: Col,
        texts: (String, String),
        allowed: impl Into<Allowed>,
    ) {
        let is_error = severity == Severity::Error;
        if is_error {
            self.bad.insert(row);
        }
        let kept = if is_error { self.errors } else { self.findings.len() - self.errors };
        if kept >= MAX_FINDINGS {
            self.untold += 1;
            return;
        }
        self.errors += usize::from(is_error);
        let heading = self.headings.get(column as usize).cloned().flatten();
        let field = Some(heading.unwrap_or_else(|| column.name().to_owned()));
        let source = Source { file: self.file.to_owned(), record: Some(row), field };
        self.findings.push(Finding::new(Rule::Record, severity, texts.0, texts.1).allowed(allowed).at(source));
    }

    pub(super) fn error(&mut self, row: u64, column: Col, zh: String, en: String, allowed: impl Into<Allowed>) {
        self.tell(Severity::Error, row, column, (zh, en), allowed);
    }

    pub(super) fn warn(&mut self, row: u64, column: Col, zh: String, en: String, allowed: impl Into<Allowed>) {
        self.tell(Severity::Warning, row, column, (zh, en), allowed);
    }
}
