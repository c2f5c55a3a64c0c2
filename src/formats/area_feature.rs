//! An area as one line of newline-delimited GeoJSON, as an import reads it back.

use super::geojson_text::{write_area_geometry, write_string};
use crate::domain::area::{Kind, NewArea};

/// The Feature of `area` on one line, line break included; `level_id` is the profile's id of its level.
///
/// What is not known is left out, so that an import does not take it for a value.
pub fn area_feature_line(area: &NewArea, level_id: &str) -> String {
    let mut text = String::from(r#"{"type":"Feature","properties":{"code":"#);
    write_string(&area.code, &mut text);
    let body = area.body.as_ref();
    let members = [
        ("parent", area.parent.as_deref()),
        ("name", Some(area.name.as_str()).filter(|name| !name.is_empty())),
        ("level", Some(level_id)),
        ("kind", kind_word(area.kind)),
        ("branch", area.branch.as_deref()),
        ("body", body.map(|body| body.name.as_str())),
        ("body_credit_code", body.and_then(|body| body.credit_code.as_deref())),
        ("body_leader", body.and_then(|body| body.leader.as_deref())),
        ("body_phone", body.and_then(|body| body.duty_phone.as_deref())),
    ];
    for (name, value) in members {
        let Some(value) = value else { continue };
        text.push_str(&format!(",\"{name}\":"));
        write_string(value, &mut text);
    }
    for (name, figure) in [("households", area.households), ("residents", area.residents)] {
        if let Some(figure) = figure {
            text.push_str(&format!(",\"{name}\":{figure}"));
        }
    }
    text.push_str(r#"},"geometry":"#);
    write_area_geometry(&area.geometry, &mut text);
    text.push_str("}\n");
    text
}

/// The word that an import takes for a kind.
const fn kind_word(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::None => None,
        Kind::Comprehensive => Some("综合"),
        Kind::Exclusive => Some("专属"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        area::{AreaCode, FigureSource, Level, ResponsibleBody},
        geometry::{MultiPolygon, Polygon, Position, Ring},
    };

    fn area() -> NewArea {
        let corner = |(lon, lat)| Position::new(lon, lat).expect("in the world");
        let ring = [(0, 0), (10_000_000, 0), (0, 5)].map(corner).to_vec();
        let polygon = Polygon { exterior: Ring::new(ring).expect("a ring"), holes: Vec::new() };
        NewArea {
            code: AreaCode::new("350304").expect("a code"),
            level: Level(0),
            parent: None,
            name: String::new(),
            kind: Kind::None,
            branch: None,
            households: None,
            residents: Some(7),
            figures: FigureSource::Declared,
            body: None,
            geometry: MultiPolygon { polygons: vec![polygon] },
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let expected = concat!(
            r#"{"type":"Feature","properties":{"code":"350304","level":"top","residents":7},"geometry":"#,
            r#"{"type":"Polygon","coordinates":[[[0.0000000,0.0000000],[1.0000000,0.0000000],[0.0000000,0.0000005],"#,
            r#"[0.0000000,0.0000000]]]}}"#,
            "\n"
        );
        assert_eq!(area_feature_line(&area(), "top"), expected);
    }

    #[test]
    fn every_field_is_written_under_the_name_that_an_import_reads() {
        let body = ResponsibleBody {
            name: "示例\"学校\"".to_owned(),
            credit_code: Some("X".to_owned()),
            leader: Some("示例".to_owned()),
            duty_phone: Some("000-1".to_owned()),
        };
        let full = NewArea {
            parent: AreaCode::new("35").ok(),
            name: "荔城区".to_owned(),
            kind: Kind::Exclusive,
            branch: Some("urban".to_owned()),
            households: Some(3),
            body: Some(body),
            ..area()
        };
        let line: serde_json::Value = serde_json::from_str(&area_feature_line(&full, "top")).expect("JSON");
        let expected = serde_json::json!({
            "code": "350304", "parent": "35", "name": "荔城区", "level": "top", "kind": "专属", "branch": "urban",
            "households": 3, "residents": 7, "body": "示例\"学校\"", "body_credit_code": "X", "body_leader": "示例",
            "body_phone": "000-1",
        });
        assert_eq!(line["properties"], expected);
    }
}
