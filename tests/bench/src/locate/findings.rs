//! The peers' figures in FINDINGS, and whether this run's are near enough to be quoted.

use crate::probe;
use crate::report::Report;

/// How many times as slow as FINDINGS, by the probe, a peer may be.
const SLOWER_AT_MOST: f64 = 1.5;

/// Name as in the tables, units, ns per look-up of uniform points on one thread. Of a range, its upper end.
const FINDINGS: [(&str, usize, f64); 9] = [
    ("rstar 0.12 + geo Contains", 40_000, 780.0),
    ("rstar 0.12 + geo Contains", 400_000, 1_400.0),
    ("rstar 0.12 + geo Contains", 4_000_000, 1_990.0),
    ("geo-index 0.4 + geo Contains", 40_000, 860.0),
    ("geo-index 0.4 + geo Contains", 400_000, 1_740.0),
    ("geo-index 0.4 + geo Contains", 4_000_000, 1_920.0),
    ("PostGIS, prepared, one round trip", 40_000, 67_000.0),
    ("PostGIS, set join", 40_000, 25_200.0),
    ("tzf-rs", 0, 194.0),
];

/// Compares a peer's figure with FINDINGS' and returns the cell; a peer that is much slower spoils the run.
pub fn against(report: &mut Report, peer: &str, units: usize, ns: f64, probe_ns: f64) -> String {
    let known = FINDINGS.iter().find(|(name, size, _)| *name == peer && *size == units);
    let Some(&(_, _, expected)) = known else { return "not in FINDINGS".to_owned() };
    let slower = ns / expected / (probe_ns / probe::FINDINGS_NS);
    let why_not = || format!("{peer} at {units} units is {slower:.2} times as slow as in FINDINGS, by the probe");
    report.compared_with_findings((slower > SLOWER_AT_MOST).then(why_not));
    format!("{slower:.2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_peer_on_a_fast_machine_is_told() {
        let check = |ns: f64, probe_ns: f64, expected: bool| {
            let mut report = Report::default();
            against(&mut report, "rstar 0.12 + geo Contains", 40_000, ns, probe_ns);
            assert_eq!(report.may_be_quoted(), expected, "{ns} {probe_ns}");
        };
        check(780.0, probe::FINDINGS_NS, true);
        check(1_200.0, probe::FINDINGS_NS, false);
        check(1_200.0, probe::FINDINGS_NS * 2.0, true);
        check(780.0, probe::FINDINGS_NS / 2.0, false);
    }
}
