//! Small texts that several parts share.

use crate::domain::{indicator::Indicator, profile::Profile};

/// The indicator that a cell of a table names: by its id or a name.
pub(super) fn named(profile: &Profile, text: &str) -> Option<usize> {
    let is_it = |it: &Indicator| it.id == text || it.name.zh == text || it.name.en.eq_ignore_ascii_case(text);
    profile.indicators.iter().position(is_it)
}

/// Whether a text is the measure of an indicator.
pub(super) fn is_measure(indicator: &Indicator, text: &str) -> bool {
    let plain = if text == "％" { "%" } else { text };
    plain == indicator.measure.zh || plain.eq_ignore_ascii_case(&indicator.measure.en)
}

/// How an indicator is called in findings: `户籍人口 residents_registered`.
pub(super) fn called(indicator: &Indicator) -> String {
    format!("{} {}", indicator.name.zh, indicator.id)
}
