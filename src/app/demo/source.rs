//! What is real in the demo: the district's outline, its streets, towns and communities (`data/demo`).

use serde_json::Value;

use crate::domain::geometry::{Position, Ring};

const BOUNDARY: &str = include_str!("../../../data/demo/boundary.geojson");
const DIVISIONS: &str = include_str!("../../../data/demo/divisions.json");

/// A street or town with its communities.
#[derive(Debug, Clone)]
pub struct Street {
    /// Nine digits.
    pub code: String,
    /// 镇海街道.
    pub name: String,
    /// Its communities, in the order of their codes.
    pub communities: Vec<Community>,
}

/// A community or village.
#[derive(Debug, Clone)]
pub struct Community {
    /// Twelve digits.
    pub code: String,
    /// 镇海社区 or 步云村: the place, not the committee.
    pub name: String,
    /// The name without 社区 or 村.
    pub stem: String,
    /// Whether it is a 社区 (else a 村).
    pub urban: bool,
}

/// The real part of the district.
#[derive(Debug, Clone)]
pub struct Source {
    /// 350304.
    pub code: String,
    /// 荔城区.
    pub name: String,
    /// The streets and towns, in the order of their codes.
    pub streets: Vec<Street>,
    /// The mainland, counter-clockwise.
    pub mainland: Vec<Position>,
    /// The island, counter-clockwise.
    pub island: Vec<Position>,
}

/// Reads the embedded files.
pub fn read() -> Source {
    let divisions: Value = serde_json::from_str(DIVISIONS).expect("the embedded divisions are JSON");
    let boundary: Value = serde_json::from_str(BOUNDARY).expect("the embedded boundary is JSON");
    let district = &divisions["district"];
    let parts = boundary["features"][0]["geometry"]["coordinates"].as_array().expect("a MultiPolygon");
    let mut rings: Vec<Ring> = parts.iter().map(|part| ring(&part[0])).collect();
    rings.sort_by_key(|ring| std::cmp::Reverse(ring.signed_area_doubled()));
    Source {
        code: text(&district["code"]),
        name: text(&district["name"]),
        streets: list(&district["streets"]).iter().map(street).collect(),
        mainland: rings[0].positions().to_vec(),
        island: rings[1].positions().to_vec(),
    }
}

fn street(value: &Value) -> Street {
    Street {
        code: text(&value["code"]),
        name: text(&value["name"]),
        communities: list(&value["villages"]).iter().map(community).collect(),
    }
}

fn community(value: &Value) -> Community {
    let committee = text(&value["name"]);
    // 镇海社区居委会 is the organisation of 镇海社区, 步云村委会 that of 步云村.
    let (stem, urban) = match committee.strip_suffix("社区居委会") {
        Some(stem) => (stem, true),
        None => (committee.strip_suffix("村委会").expect("a committee of a 社区 or a 村"), false),
    };
    let name = format!("{stem}{}", if urban { "社区" } else { "村" });
    Community { code: text(&value["code"]), name, stem: stem.to_owned(), urban }
}

fn ring(value: &Value) -> Ring {
    let position = |pair: &Value| {
        let [lon, lat] = [0, 1].map(|i| pair[i].as_f64().expect("a coordinate"));
        Position::from_degrees(lon, lat).expect("the boundary is in the world")
    };
    let ring = Ring::new(list(value).iter().map(position).collect()).expect("the boundary has rings");
    if ring.signed_area_doubled() < 0 { ring.reversed() } else { ring }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list in the embedded data")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text in the embedded data").to_owned()
}
