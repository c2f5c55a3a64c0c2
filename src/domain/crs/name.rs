//! The systems by name.

use std::fmt;

use thiserror::Error;

use super::{gauss_krueger::GaussKrueger, transverse_mercator::TransverseMercator};

/// A coordinate reference system that input may declare and output may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crs {
    /// EPSG:4490, CGCS2000 degrees.
    Cgcs2000,
    /// EPSG:4326, WGS 84 degrees.
    Wgs84,
    /// OGC:CRS84, WGS 84 degrees with longitude first: GeoJSON's system.
    Crs84,
    /// EPSG:3857, spherical Mercator metres.
    WebMercator,
    /// EPSG:4491 to 4554, CGCS2000 Gauss-Krueger metres.
    GaussKrueger(GaussKrueger),
    /// GCJ-02 degrees (高德, 腾讯).
    Gcj02,
    /// BD-09 degrees (百度 bd09ll).
    Bd09,
    /// BD-09MC metres (百度 tiles).
    Bd09Mc,
    /// A survey's own transverse Mercator on CGCS2000, metres.
    TransverseMercator(TransverseMercator),
}

/// Which coordinate the authority's definition names first. Ours is always x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorityOrder {
    /// Longitude or easting first.
    XFirst,
    /// Latitude or northing first.
    YFirst,
}

/// A name of no system we know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "unknown crs {name:?}; allowed are EPSG:4490, EPSG:4326, OGC:CRS84, EPSG:3857, EPSG:4491 to EPSG:4554, gcj02, bd09, bd09mc, {}\
     and \"+proj=tmerc +lat_0= +lon_0= +k= +x_0= +y_0= +ellps=GRS80\"", .own.iter().map(|id| format!("{id}, ")).collect::<String>()
)]
pub struct UnknownCrs {
    /// What was given, cut to a readable length.
    pub name: String,
    /// The names that the district has of its own, where they were looked at.
    pub own: Vec<String>,
}

/// A name longer than this is cut in the error and cannot be a system.
const MAX_NAME_CHARS: usize = 200;
/// How much of a wrong name its error repeats.
const SHOWN_NAME_CHARS: usize = 60;

impl Crs {
    /// The system of a name: short (`EPSG:4490`, `gcj02`), `urn:ogc:def:crs:EPSG::4490`,
    /// `http://www.opengis.net/def/crs/EPSG/0/4490`, or a PROJ string of a transverse Mercator. Case does not matter.
    pub fn parse(name: &str) -> Result<Self, UnknownCrs> {
        let unknown = || UnknownCrs { name: name.chars().take(SHOWN_NAME_CHARS).collect(), own: Vec::new() };
        if name.chars().count() > MAX_NAME_CHARS {
            return Err(unknown());
        }
        let lower = name.trim().to_ascii_lowercase();
        parse_short(&lower)
            .or_else(|| parse_urn(&lower))
            .or_else(|| parse_uri(&lower))
            .or_else(|| parse_proj(&lower))
            .ok_or_else(unknown)
    }

    /// The system of an EPSG code.
    pub fn from_epsg(code: u16) -> Option<Self> {
        match code {
            4490 => Some(Self::Cgcs2000),
            4326 => Some(Self::Wgs84),
            3857 => Some(Self::WebMercator),
            _ => GaussKrueger::from_epsg(code).map(Self::GaussKrueger),
        }
    }

    /// The EPSG code, where there is one.
    pub fn epsg(self) -> Option<u16> {
        match self {
            Self::Cgcs2000 => Some(4490),
            Self::Wgs84 => Some(4326),
            Self::WebMercator => Some(3857),
            Self::GaussKrueger(zone) => Some(zone.epsg()),
            Self::Crs84 | Self::Gcj02 | Self::Bd09 | Self::Bd09Mc | Self::TransverseMercator(_) => None,
        }
    }

    /// The OGC's address of the system, where it has one.
    pub fn uri(self) -> Option<String> {
        if self == Self::Crs84 {
            return Some("http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned());
        }
        self.epsg().map(|code| format!("http://www.opengis.net/def/crs/EPSG/0/{code}"))
    }

    /// Whether values are degrees; else they are metres.
    pub fn is_geographic(self) -> bool {
        matches!(self, Self::Cgcs2000 | Self::Wgs84 | Self::Crs84 | Self::Gcj02 | Self::Bd09)
    }

    /// Which coordinate the authority's definition names first.
    pub fn authority_order(self) -> AuthorityOrder {
        match self {
            Self::Cgcs2000 | Self::Wgs84 | Self::GaussKrueger(_) => AuthorityOrder::YFirst,
            Self::Crs84 | Self::WebMercator | Self::Gcj02 | Self::Bd09 | Self::Bd09Mc | Self::TransverseMercator(_) => {
                AuthorityOrder::XFirst
            }
        }
    }

    /// Every system that has a fixed name, the usual ones first.
    pub fn all() -> impl Iterator<Item = Self> {
        let usual =
            [Self::Cgcs2000, Self::Wgs84, Self::Crs84, Self::Gcj02, Self::Bd09, Self::Bd09Mc, Self::WebMercator];
        usual.into_iter().chain(GaussKrueger::all().map(Self::GaussKrueger))
    }

    /// The names of [`Crs::all`]; each parses back.
    pub fn all_names() -> Vec<String> {
        Self::all().map(|crs| crs.to_string()).collect()
    }
}

/// The system's id; parses back to the same system.
impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crs84 => f.write_str("OGC:CRS84"),
            Self::Gcj02 => f.write_str("gcj02"),
            Self::Bd09 => f.write_str("bd09"),
            Self::Bd09Mc => f.write_str("bd09mc"),
            Self::Cgcs2000 => f.write_str("EPSG:4490"),
            Self::Wgs84 => f.write_str("EPSG:4326"),
            Self::WebMercator => f.write_str("EPSG:3857"),
            Self::GaussKrueger(zone) => write!(f, "EPSG:{}", zone.epsg()),
            Self::TransverseMercator(projection) => {
                let [lon_0, lat_0, k, x_0, y_0] = projection.parameters();
                write!(f, "+proj=tmerc +lat_0={lat_0} +lon_0={lon_0} +k={k} +x_0={x_0} +y_0={y_0} +ellps=GRS80")
            }
        }
    }
}

fn parse_short(lower: &str) -> Option<Crs> {
    match lower {
        "gcj02" => Some(Crs::Gcj02),
        "bd09" => Some(Crs::Bd09),
        "bd09mc" => Some(Crs::Bd09Mc),
        "ogc:crs84" | "crs84" => Some(Crs::Crs84),
        _ => parse_code("epsg", lower.strip_prefix("epsg:")?),
    }
}

/// `urn:ogc:def:crs:{authority}:{version}:{code}`, the version being anything.
fn parse_urn(lower: &str) -> Option<Crs> {
    let mut parts = lower.strip_prefix("urn:ogc:def:crs:")?.split(':');
    let (authority, _version, code) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() { None } else { parse_code(authority, code) }
}

/// `http(s)://www.opengis.net/def/crs/{authority}/{version}/{code}`.
fn parse_uri(lower: &str) -> Option<Crs> {
    let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"))?;
    let mut parts = rest.strip_prefix("www.opengis.net/def/crs/")?.split('/');
    let (authority, _version, code) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() { None } else { parse_code(authority, code) }
}

fn parse_code(authority: &str, code: &str) -> Option<Crs> {
    match authority {
        "ogc" if code == "crs84" => Some(Crs::Crs84),
        "epsg" if code.bytes().all(|byte| byte.is_ascii_digit()) => Crs::from_epsg(code.parse().ok()?),
        _ => None,
    }
}

/// `+proj=tmerc` with numbers of its own; anything that would change the meaning (another ellipsoid, units) is refused.
fn parse_proj(lower: &str) -> Option<Crs> {
    let mut words = lower.split_ascii_whitespace();
    if words.next() != Some("+proj=tmerc") {
        return None;
    }
    let (mut lon_0, mut lat_0, mut k, mut x_0, mut y_0) = (None, 0.0, 1.0, 0.0, 0.0);
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match (key, value) {
            ("+lon_0", _) => lon_0 = Some(value.parse().ok()?),
            ("+lat_0", _) => lat_0 = value.parse().ok()?,
            ("+k" | "+k_0", _) => k = value.parse().ok()?,
            ("+x_0", _) => x_0 = value.parse().ok()?,
            ("+y_0", _) => y_0 = value.parse().ok()?,
            ("+ellps", "grs80") | ("+units", "m") | ("+no_defs", "") | ("+type", "crs") => {}
            _ => return None,
        }
    }
    TransverseMercator::new(lon_0?, lat_0, k, x_0, y_0).ok().map(Crs::TransverseMercator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(Crs::parse(name).map(|crs| crs.to_string()).as_deref(), Ok(expected), "{name}");
    }

    #[test]
    fn every_name_we_list_parses_back_to_itself() {
        let names = Crs::all_names();
        assert_eq!(names.len(), 7 + 64);
        for name in names {
            check(&name, &name);
            check(&name.to_lowercase(), &name);
            if let Some(uri) = Crs::parse(&name).expect("just parsed").uri() {
                check(&uri, &name);
            }
        }
    }

    #[test]
    fn the_long_forms_of_a_name_mean_the_same_system() {
        check("urn:ogc:def:crs:EPSG::4490", "EPSG:4490");
        check("urn:ogc:def:crs:EPSG:9.9.1:4549", "EPSG:4549");
        check("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84");
        check("urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84");
        check("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84");
        check("https://www.opengis.net/def/crs/EPSG/0/4527", "EPSG:4527");
        check(" GCJ02 ", "gcj02");
        check("BD09MC", "bd09mc");
    }

    #[test]
    fn a_survey_projection_is_its_own_name() {
        check(
            "+proj=tmerc +lon_0=119.05 +lat_0=25 +k=1.00001 +x_0=50000 +y_0=-2500000.5 +ellps=GRS80 +units=m +no_defs",
            "+proj=tmerc +lat_0=25 +lon_0=119.05 +k=1.00001 +x_0=50000 +y_0=-2500000.5 +ellps=GRS80",
        );
        check("+proj=tmerc +lon_0=120", "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=0 +y_0=0 +ellps=GRS80");
    }

    #[test]
    fn an_unknown_name_says_what_is_allowed() {
        let wrong = [
            "",
            "EPSG:",
            "EPSG:+4490",
            "EPSG:4555",
            "EPSG:4479",
            "EPSG:99999",
            "wgs84",
            "urn:ogc:def:crs:EPSG::4490:1",
            "http://example.org/EPSG/0/4490",
            "+proj=tmerc",
            "+proj=tmerc +lon_0=nan",
            "+proj=tmerc +lon_0=120 +ellps=krass",
            "+proj=tmerc +lon_0=120 +units=km",
            "+proj=utm +zone=50",
        ];
        for name in wrong {
            let error = Crs::parse(name).expect_err(name).to_string();
            assert!(error.contains("EPSG:4490") && error.contains("gcj02"), "{error}");
        }
        let long = Crs::parse(&"网".repeat(1_000_000)).expect_err("no system");
        assert_eq!(long.name.chars().count(), SHOWN_NAME_CHARS);
    }
}
