//! Findings as they come.

use crate::{
    app::import::MAX_RECORD_FINDINGS,
    domain::area::{Finding, Rule, Severity},
};

/// Findings of which so many are kept, errors before others; the rest is counted.
///
/// **Invariant**: at most [`MAX_RECORD_FINDINGS`] are kept, and `milder` has the places of those that are no errors.
#[derive(Debug, Default)]
pub struct Told {
    kept: Vec<Finding>,
    milder: Vec<usize>,
    more: u64,
    worst_of_more: Option<Severity>,
    has_errors: bool,
}

impl Told {
    /// Takes another one.
    pub fn add(&mut self, finding: Finding) {
        let is_error = finding.severity == Severity::Error;
        self.has_errors |= is_error;
        if self.kept.len() < MAX_RECORD_FINDINGS {
            if !is_error {
                self.milder.push(self.kept.len());
            }
            self.kept.push(finding);
            return;
        }
        let spare = if is_error { self.milder.pop() } else { None };
        let cut = match spare {
            Some(place) => std::mem::replace(&mut self.kept[place], finding),
            None => finding,
        };
        self.more += 1;
        self.worst_of_more = self.worst_of_more.max(Some(cut.severity));
    }

    /// Whether one of all that came is an error.
    pub const fn has_errors(&self) -> bool {
        self.has_errors
    }

    /// Those that were kept, and one that counts the others.
    pub fn close(mut self) -> Vec<Finding> {
        if let Some(severity) = self.worst_of_more {
            let more = self.more;
            let (zh, en) = (format!("另有 {more} 处问题未列出"), format!("{more} more findings are not listed"));
            self.kept.push(Finding::new(Rule::Record, severity, zh, en));
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_kept_and_errors_before_others() {
        let mut told = Told::default();
        let finding = |severity| Finding::new(Rule::Record, severity, "注", "a note");
        for _ in 0..MAX_RECORD_FINDINGS + 10 {
            told.add(finding(Severity::Info));
        }
        assert_eq!((told.kept.len(), told.more, told.has_errors()), (MAX_RECORD_FINDINGS, 10, false));
        for _ in 0..3 {
            told.add(finding(Severity::Error));
        }
        assert!(told.has_errors() && told.kept.capacity() < 2 * MAX_RECORD_FINDINGS);
        let findings = told.close();
        assert_eq!(findings.len(), MAX_RECORD_FINDINGS + 1);
        assert_eq!(findings.iter().filter(|finding| finding.severity == Severity::Error).count(), 3);
        assert!(findings[MAX_RECORD_FINDINGS].en.starts_with("13 more"), "{:?}", findings[MAX_RECORD_FINDINGS]);
        assert_eq!(findings[MAX_RECORD_FINDINGS].severity, Severity::Info);
        assert_eq!(Told::default().close(), []);
    }
}
