//! A finding on the wire.

use serde::Serialize;
use utoipa::ToSchema;

pub use crate::formats::wire::BothLanguages;

use crate::domain::area::finding::Finding;

/// One thing that somebody should mend, or know.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingJson {
    /// The check: `G01` to `G17`, or `record`.
    pub rule: &'static str,
    /// `error`, `warning` or `info`; nothing is applied while an error is left.
    pub severity: &'static str,
    /// What is wrong.
    pub text: BothLanguages,
    /// What would be right, in English; empty when the text says it.
    pub allowed: String,
    /// What would be right, in Chinese.
    pub allowed_zh: String,
    /// Name of the file, empty when the input has none.
    pub file: String,
    /// Number of the record in the file, from 1; of a table of people, places or indicators the number of its row, as
    /// spreadsheets show it.
    pub record: Option<u64>,
    /// The field, as it is called in the file.
    pub field: Option<String>,
    /// Codes of the areas concerned, the one to mend first.
    pub areas: Vec<String>,
    /// Id of the level concerned.
    pub level: Option<String>,
    /// Where on the map: longitude, latitude in degrees.
    pub position: Option<[f64; 2]>,
    /// Size of the gap, overlap or leak, in square metres.
    pub area_m2: Option<f64>,
}

impl FindingJson {
    /// `finding` as it goes on the wire; `level_id` is the profile's id of its level.
    pub fn new(finding: &Finding, level_id: Option<&str>) -> Self {
        Self {
            rule: finding.rule.id(),
            severity: finding.severity.id(),
            text: BothLanguages { zh: finding.zh.clone(), en: finding.en.clone() },
            allowed: finding.allowed.en.clone(),
            allowed_zh: finding.allowed.zh.clone(),
            file: finding.source.file.clone(),
            record: finding.source.record,
            field: finding.source.field.clone(),
            areas: finding.areas.iter().map(ToString::to_string).collect(),
            level: level_id.map(str::to_owned),
            position: finding.position.map(|position| [position.lon_degrees(), position.lat_degrees()]),
            area_m2: finding.area_m2.map(to_hundredths),
        }
    }
}

/// Square metres to two decimals, as DESIGN says for the wire.
fn to_hundredths(area_m2: f64) -> f64 {
    (area_m2 * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::finding::{Rule, Severity, Source};
    use crate::domain::geometry::Position;
    use serde_json::json;

    #[test]
    fn wire_form_has_every_member() {
        let source = Source { file: "a.geojson".to_owned(), record: Some(3), field: Some("geometry".to_owned()) };
        let mut finding =
            Finding::new(Rule::Overlap, Severity::Error, "重叠", "overlap").at(source).allowed(("无", "none"));
        finding.position = Position::from_degrees(119.0, 25.5);
        finding.area_m2 = Some(12.345_6);
        let expected = json!({
            "rule": "G02", "severity": "error", "text": {"zh": "重叠", "en": "overlap"}, "allowed": "none",
            "allowed_zh": "无",
            "file": "a.geojson", "record": 3, "field": "geometry", "areas": [], "level": "grid",
            "position": [119.0, 25.5], "area_m2": 12.35,
        });
        assert_eq!(serde_json::to_value(FindingJson::new(&finding, Some("grid"))).unwrap(), expected);
    }
}
