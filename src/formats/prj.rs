//! Reads what a `.prj` file (WKT 1 of ESRI or OGC, WKT 2) says of its coordinate system, as an EPSG number.
//!
//! A number is given only for an authority's own word, or a name whose parameters agree with it. Never a guess.

use super::record::DeclaredCrs;

/// The longest text that is looked at.
const MAX_PRJ_BYTES: usize = 64 << 10;
/// The deepest nesting of brackets; real files have 5.
const MAX_NESTING: usize = 16;
/// How much of a text that nobody understands is kept.
const KEPT_CHARACTERS: usize = 200;

/// EPSG number of the CGCS2000 3-degree zone with central meridian 75 E, easting without zone prefix.
const GK_BY_MERIDIAN: u32 = 4534;
/// EPSG number of the CGCS2000 3-degree zone 25, easting with zone prefix.
const GK_BY_ZONE: u32 = 4513;
/// The first and the last zone that have a number.
const GK_ZONES: std::ops::RangeInclusive<u32> = 25..=45;

/// What the text of a `.prj` declares.
pub fn declared_by_prj(text: &str) -> DeclaredCrs {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    let unknown = || DeclaredCrs::Unknown(text.chars().take(KEPT_CHARACTERS).collect());
    if text.is_empty() {
        return DeclaredCrs::Missing;
    }
    if text.len() > MAX_PRJ_BYTES {
        return unknown();
    }
    let Some(root) = Node::parse(text) else { return unknown() };
    root.authority().or_else(|| root.named()).map_or_else(unknown, DeclaredCrs::Epsg)
}

/// `KEYWORD[value, value, NODE[...]]`.
#[derive(Debug, Default)]
struct Node<'a> {
    keyword: &'a str,
    values: Vec<&'a str>,
    nodes: Vec<Node<'a>>,
}

impl<'a> Node<'a> {
    /// The one node that is all of `text`.
    fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text;
        let node = Self::read(&mut rest, MAX_NESTING)?;
        rest.trim().is_empty().then_some(node)
    }

    fn read(rest: &mut &'a str, levels_left: usize) -> Option<Self> {
        let open = rest.find(['[', '('])?;
        let mut node = Node { keyword: rest[..open].trim(), ..Self::default() };
        *rest = &rest[open + 1..];
        loop {
            *rest = rest.trim_start();
            if let Some(quoted) = rest.strip_prefix('"') {
                let (value, after) = quoted.split_once('"')?;
                node.values.push(value);
                *rest = after.trim_start();
            } else {
                let end = rest.find(['[', '(', ',', ']', ')'])?;
                if rest[end..].starts_with(['[', '(']) {
                    node.nodes.push(Self::read(rest, levels_left.checked_sub(1)?)?);
                    *rest = rest.trim_start();
                } else {
                    node.values.push(rest[..end].trim());
                    *rest = &rest[end..];
                }
            }
            let mut after = rest.chars();
            match after.next()? {
                ',' => *rest = after.as_str(),
                ']' | ')' => {
                    *rest = after.as_str();
                    return Some(node);
                }
                _ => return None,
            }
        }
    }

    /// The EPSG number that `AUTHORITY["EPSG","4490"]` or `ID["EPSG",4490]` directly in this node gives.
    fn authority(&self) -> Option<u32> {
        let node = self.nodes.iter().find(|node| node.is("AUTHORITY") || node.is("ID"))?;
        match node.values.as_slice() {
            [authority, number, ..] if authority.eq_ignore_ascii_case("EPSG") => number.parse().ok(),
            _ => None,
        }
    }

    fn is(&self, keyword: &str) -> bool {
        self.keyword.eq_ignore_ascii_case(keyword)
    }

    /// The EPSG number of a system known by its name.
    fn named(&self) -> Option<u32> {
        let name = normal(self.values.first()?);
        if self.is("GEOGCS") || self.is("GEOGCRS") || self.is("GEODCRS") {
            return geographic(&name);
        }
        if !(self.is("PROJCS") || self.is("PROJCRS")) {
            return None;
        }
        if matches!(name.as_str(), "wgs1984webmercatorauxiliarysphere" | "wgs84pseudomercator" | "wgs1984webmercator") {
            return Some(3857);
        }
        let zone = name
            .strip_prefix("cgcs2000")
            .and_then(|rest| rest.strip_prefix("3degreegk").or_else(|| rest.strip_prefix("3degreegausskruger")))?;
        let (number, easting_prefix) = if let Some(meridian) = zone.strip_prefix("cm") {
            let meridian: u32 = meridian.strip_suffix('e').unwrap_or(meridian).parse().ok()?;
            (meridian.is_multiple_of(3).then_some(meridian / 3)?, 0.0)
        } else {
            let number: u32 = zone.strip_prefix("zone")?.parse().ok()?;
            (number, 1e6 * f64::from(number))
        };
        if !GK_ZONES.contains(&number) || !self.is_transverse_mercator(3.0 * f64::from(number), 5e5 + easting_prefix) {
            return None;
        }
        Some(number - GK_ZONES.start() + if easting_prefix == 0.0 { GK_BY_MERIDIAN } else { GK_BY_ZONE })
    }

    /// Whether every parameter that is written agrees with a Gauss-Krueger zone.
    fn is_transverse_mercator(&self, meridian: f64, easting: f64) -> bool {
        let parameters = self.nodes.iter().filter(|node| node.is("PARAMETER")).all(|node| {
            let [name, value, ..] = node.values.as_slice() else { return false };
            let Ok(value) = value.parse::<f64>() else { return false };
            match normal(name).as_str() {
                "centralmeridian" | "longitudeofnaturalorigin" => value == meridian,
                "falseeasting" => value == easting,
                "falsenorthing" | "latitudeoforigin" | "latitudeofnaturalorigin" => value == 0.0,
                "scalefactor" | "scalefactoratnaturalorigin" => value == 1.0,
                _ => false,
            }
        });
        let base = self.nodes.iter().find(|node| node.is("GEOGCS")).and_then(|node| node.values.first());
        parameters && base.is_none_or(|name| geographic(&normal(name)) == Some(4490))
    }
}

/// Letters and digits in lower case: ESRI, GDAL and EPSG differ in the rest.
fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn geographic(name: &str) -> Option<u32> {
    match name {
        "gcswgs1984" | "wgs84" | "wgs1984" => Some(4326),
        "gcschinageodeticcoordinatesystem2000" | "chinageodeticcoordinatesystem2000" | "cgcs2000" | "gcscgcs2000" => {
            Some(4490)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CGCS2000: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    fn zone(name: &str, meridian: u32, easting: u32) -> String {
        format!(
            r#"PROJCS["{name}",{CGCS2000},PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting}.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
        )
    }

    #[track_caller]
    fn check(text: &str, expected: Option<u32>) {
        let declared = declared_by_prj(text);
        match expected {
            Some(number) => assert_eq!(declared, DeclaredCrs::Epsg(number), "{text}"),
            None => assert!(matches!(declared, DeclaredCrs::Unknown(_)), "{text}: {declared:?}"),
        }
    }

    #[test]
    fn systems_are_known_by_name_when_their_parameters_agree() {
        check(CGCS2000, Some(4490));
        check(&CGCS2000.replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_WGS_1984"), Some(4326));
        check(&zone("CGCS2000_3_Degree_GK_CM_75E", 75, 500_000), Some(4534));
        check(&zone("CGCS2000_3_Degree_GK_CM_120E", 120, 500_000), Some(4549));
        check(&zone("CGCS2000_3_Degree_GK_CM_135E", 135, 500_000), Some(4554));
        check(&zone("CGCS2000_3_Degree_GK_Zone_25", 75, 25_500_000), Some(4513));
        check(&zone("CGCS2000_3_Degree_GK_Zone_40", 120, 40_500_000), Some(4528));
        check(&zone("CGCS2000 / 3-degree Gauss-Kruger CM 111E", 111, 500_000), Some(4546));
        check(r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]"#, Some(3857));
    }

    #[test]
    fn an_authority_is_believed() {
        check(r#"GEOGCS["anything",AUTHORITY["EPSG","4490"]]"#, Some(4490));
        check(r#"PROJCRS["x",BASEGEOGCRS["y",ID["EPSG",4490]],ID["EPSG",4549]]"#, Some(4549));
        check(r#"PROJCS["x",GEOGCS["y",AUTHORITY["EPSG","4490"]]]"#, None);
    }

    #[test]
    fn local_and_broken_systems_stay_unknown() {
        check(&zone("CGCS2000_3_Degree_GK_CM_120E", 119, 500_000), None);
        check(&zone("CGCS2000_3_Degree_GK_CM_120E", 120, 0), None);
        check(&zone("CGCS2000_3_Degree_GK_CM_121E", 121, 500_000), None);
        check(&zone("CGCS2000_3_Degree_GK_CM_138E", 138, 500_000), None);
        check(&zone("Putian_Local", 119, 500_000), None);
        check(&zone("CGCS2000_3_Degree_GK_CM_120E", 120, 500_000).replace("China_Geodetic", "Xian"), None);
        check("GEOGCS[\"GCS_WGS_1984\"", None);
        check("莆田独立坐标系", None);
        check(&"A[".repeat(50_000), None);
        check(&"A[".repeat(20_000), None);
        assert_eq!(declared_by_prj(" \n"), DeclaredCrs::Missing);
        let long = declared_by_prj(&"坐".repeat(5_000));
        assert_eq!(long, DeclaredCrs::Unknown("坐".repeat(KEPT_CHARACTERS)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[A-Z\\[\\](),\"0-9 ]{0,60}|\\PC{0,40}") {
            declared_by_prj(&text);
        }
    }
}
