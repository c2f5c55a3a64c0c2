//! Numbers of a declared system to degrees and lattice positions, and back.

use std::fmt;

use thiserror::Error;

use super::{Crs, TransverseMercator, bd09, bd09mc, gcj02, transverse_mercator, web_mercator};
use crate::domain::geometry::{Extent, Position};

/// What coordinates are right, in Chinese and English.
pub const COORDINATES_ALLOWED: (&str, &str) =
    ("所声明坐标系范围内的有限坐标", "finite coordinates inside the declared system");

/// Which of a pair's two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Longitude, degrees.
    Longitude,
    /// Latitude, degrees.
    Latitude,
    /// Easting, metres.
    Easting,
    /// Northing, metres.
    Northing,
}

impl Axis {
    /// The axes of a system: x, y.
    pub fn of(crs: Crs) -> [Self; 2] {
        if crs.is_geographic() { [Self::Longitude, Self::Latitude] } else { [Self::Easting, Self::Northing] }
    }

    /// What it is called in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Longitude => "经度",
            Self::Latitude => "纬度",
            Self::Easting => "东坐标",
            Self::Northing => "北坐标",
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Longitude => "longitude",
            Self::Latitude => "latitude",
            Self::Easting => "easting",
            Self::Northing => "northing",
        })
    }
}

/// Why two numbers are no place in a system.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum CrsError {
    /// NaN or infinite.
    #[error("{axis} {value} is not a finite number")]
    NotFinite {
        /// Which number.
        axis: Axis,
        /// What was given.
        value: f64,
    },
    /// A number that the system does not reach.
    #[error("{axis} {value} is outside {crs}, which allows {min} to {max}")]
    Outside {
        /// The system.
        crs: Crs,
        /// Which number.
        axis: Axis,
        /// What was given.
        value: f64,
        /// Least value allowed.
        min: f64,
        /// Largest value allowed.
        max: f64,
    },
}

impl CrsError {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotFinite { axis, value } => format!("{} {value} 不是有限数", axis.zh()),
            Self::Outside { crs, axis, value, min, max } => {
                format!("{} {value} 不在 {crs} 的范围内（{min} 至 {max}）", axis.zh())
            }
        }
    }
}

/// The lattice position of `x, y` in `crs`, rounded half-even once.
#[inline]
pub fn to_position(crs: Crs, x: f64, y: f64) -> Result<Position, CrsError> {
    if matches!(crs, Crs::Cgcs2000 | Crs::Wgs84 | Crs::Crs84)
        && x.abs() <= 180.0
        && y.abs() <= 90.0
        && let Some(position) = Position::from_degrees(x, y)
    {
        return Ok(position);
    }
    let (lon, lat) = to_degrees(crs, x, y)?;
    Ok(Position::from_degrees(lon, lat).expect("to_degrees answers inside the world"))
}

/// EPSG:4490 longitude and latitude of `x, y` in `crs`; longitude in -180 to 180, latitude in -90 to 90.
pub fn to_degrees(crs: Crs, x: f64, y: f64) -> Result<(f64, f64), CrsError> {
    check_domain(crs, x, y)?;
    let (lon, lat) = match crs {
        Crs::Cgcs2000 | Crs::Wgs84 | Crs::Crs84 => (x, y),
        Crs::WebMercator => web_mercator::to_degrees(x, y),
        Crs::Gcj02 => gcj02::to_wgs84(x, y),
        Crs::Bd09 => bd09_to_wgs84(x, y),
        Crs::Bd09Mc => {
            let (lon, lat) = bd09mc::to_bd09(x, y);
            bd09_to_wgs84(lon, lat)
        }
        Crs::GaussKrueger(zone) => zone.projection().unproject(x, y),
        Crs::TransverseMercator(projection) => projection.unproject(x, y),
    };
    // BD-09 shifts a strip at the world's edge out of it; Mercator's edge may round beyond it.
    Ok((lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)))
}

/// `x, y` in `crs` of EPSG:4490 longitude and latitude.
pub fn from_degrees(crs: Crs, lon: f64, lat: f64) -> Result<(f64, f64), CrsError> {
    let max_lat = match crs {
        Crs::WebMercator => web_mercator::MAX_LAT_DEG,
        Crs::Bd09Mc => bd09mc::MAX_LAT_DEG - bd09::REACH_DEG,
        _ => 90.0,
    };
    check(crs, Axis::Longitude, lon, -180.0, 180.0)?;
    check(crs, Axis::Latitude, lat, -max_lat, max_lat)?;
    match crs {
        Crs::Cgcs2000 | Crs::Wgs84 | Crs::Crs84 => Ok((lon, lat)),
        Crs::WebMercator => Ok(web_mercator::from_degrees(lon, lat)),
        Crs::Gcj02 => Ok(gcj02::from_wgs84(lon, lat)),
        Crs::Bd09 => Ok(bd09_from_wgs84(lon, lat)),
        Crs::Bd09Mc => {
            let (lon, lat) = bd09_from_wgs84(lon, lat);
            Ok(bd09mc::from_bd09(lon, lat))
        }
        Crs::GaussKrueger(zone) => project(crs, zone.projection(), lon, lat),
        Crs::TransverseMercator(projection) => project(crs, projection, lon, lat),
    }
}

/// Whether `x, y` in `crs` lie outside `extent` or nowhere, and inside it when exchanged: somebody wrote latitude, or
/// northing, first.
///
/// The edge counts as inside; false for NaN. Degrees are compared as they are, whatever the system.
pub fn looks_swapped(crs: Crs, x: f64, y: f64, extent: Extent) -> bool {
    if crs.is_geographic() {
        return looks_swapped_in(x, y, extent.to_degrees());
    }
    let inside = |x, y| to_position(crs, x, y).is_ok_and(|position| extent.contains(position));
    !inside(x, y) && inside(y, x)
}

/// The same for degrees, with the extent in degrees: west, south, east, north.
#[inline]
pub fn looks_swapped_in(x: f64, y: f64, [west, south, east, north]: [f64; 4]) -> bool {
    let inside = |lon: f64, lat: f64| west <= lon && lon <= east && south <= lat && lat <= north;
    !inside(x, y) && inside(y, x)
}

fn bd09_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let (lon, lat) = bd09::to_gcj02(lon, lat);
    gcj02::to_wgs84(lon, lat)
}

fn bd09_from_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let (lon, lat) = gcj02::from_wgs84(lon, lat);
    bd09::from_gcj02(lon, lat)
}

fn project(crs: Crs, projection: TransverseMercator, lon: f64, lat: f64) -> Result<(f64, f64), CrsError> {
    let half_width = transverse_mercator::HALF_WIDTH_DEG;
    let offset = projection.offset_deg(lon);
    if offset.abs() > half_width {
        let meridian = lon - offset;
        let (min, max) = (meridian - half_width, meridian + half_width);
        return Err(CrsError::Outside { crs, axis: Axis::Longitude, value: lon, min, max });
    }
    Ok(projection.project(lon, lat))
}

/// Errs unless both numbers are in the range of `crs`.
fn check_domain(crs: Crs, x: f64, y: f64) -> Result<(), CrsError> {
    let [min_x, max_x, min_y, max_y] = domain(crs);
    let [x_axis, y_axis] = Axis::of(crs);
    check(crs, x_axis, x, min_x, max_x)?;
    check(crs, y_axis, y, min_y, max_y)
}

/// Least and largest x, least and largest y of a system.
fn domain(crs: Crs) -> [f64; 4] {
    match crs {
        Crs::Cgcs2000 | Crs::Wgs84 | Crs::Crs84 | Crs::Gcj02 => [-180.0, 180.0, -90.0, 90.0],
        Crs::Bd09 => {
            [-180.0 - bd09::REACH_DEG, 180.0 + bd09::REACH_DEG, -90.0 - bd09::REACH_DEG, 90.0 + bd09::REACH_DEG]
        }
        Crs::WebMercator => {
            let half = web_mercator::HALF_SIDE_M;
            [-half, half, -half, half]
        }
        Crs::Bd09Mc => {
            let (x, y) = bd09mc::from_bd09(180.0 + bd09::REACH_DEG, bd09mc::MAX_LAT_DEG);
            [-x, x, -y, y]
        }
        Crs::GaussKrueger(zone) => zone.projection().domain_m(),
        Crs::TransverseMercator(projection) => projection.domain_m(),
    }
}

fn check(crs: Crs, axis: Axis, value: f64, min: f64, max: f64) -> Result<(), CrsError> {
    if !value.is_finite() {
        return Err(CrsError::NotFinite { axis, value });
    }
    if value < min || value > max {
        return Err(CrsError::Outside { crs, axis, value, min, max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crs(name: &str) -> Crs {
        Crs::parse(name).expect("a known system")
    }

    #[track_caller]
    fn check(name: &str, lon: f64, lat: f64, x: f64, y: f64) {
        let found = from_degrees(crs(name), lon, lat).expect("in the domain");
        assert!((found.0 - x).abs() < 2e-5 && (found.1 - y).abs() < 2e-5, "{name} {lon} {lat}: {found:?}");
        let back = to_degrees(crs(name), found.0, found.1).expect("in the domain");
        assert!((back.0 - lon).abs() < 1e-10 && (back.1 - lat).abs() < 1e-10, "{name} {lon} {lat}: {back:?}");
    }

    /// Constants by pyproj 3.7.2, PROJ 9.5.1.
    #[test]
    fn projected_metres_agree_with_proj() {
        let own = "+proj=tmerc +lat_0=25 +lon_0=119.05 +k=1.00001 +x_0=50000 +y_0=-2500000.5 +ellps=GRS80";
        check(own, 119.0, 25.43, 44_970.153_49, -2_452_365.357_87);
        check(own, 118.2, -10.5, -43_051.602_51, -6_427_379.289_34);
        check(own, 125.0, 60.0, 381_714.395_89, 1_402_993.437_82);
        check(own, 148.0, 30.0, 2_902_049.648_78, -1_564_981.378_57);
        check(own, 95.0, 84.0, -222_773.240_60, 4_123_641.689_97);
        check("EPSG:4549", 120.0, 0.0, 500_000.0, 0.0);
        check("EPSG:4549", 121.5, 53.0, 600_702.677_88, 5_875_673.237_07);
        check("EPSG:4502", 77.5, 39.0, 716_580.450_64, 4_321_478.606_71);
        check("EPSG:3857", 119.0, 25.43, 13_247_019.404_40, 2_928_653.566_90);
        check("EPSG:3857", -179.5, -84.0, -19_981_848.597_39, -18_807_214.096_75);
        check("EPSG:3857", 0.0, 0.0, 0.0, 0.0);
    }

    #[track_caller]
    fn check_refused(name: &str, x: f64, y: f64, message: &str) {
        let error = to_position(crs(name), x, y).expect_err("outside").to_string();
        assert!(error.starts_with(message), "{error}");
    }

    #[test]
    fn a_number_that_the_system_does_not_reach_is_named_with_what_is_allowed() {
        check_refused("EPSG:4490", f64::NAN, 25.0, "longitude NaN is not a finite number");
        check_refused("gcj02", 119.0, f64::INFINITY, "latitude inf is not a finite number");
        check_refused("EPSG:4326", 25.43, 119.0, "latitude 119 is outside EPSG:4326, which allows -90 to 90");
        check_refused("OGC:CRS84", 180.000_000_1, 0.0, "longitude 180.0000001 is outside OGC:CRS84, which allows");
        check_refused("EPSG:4549", 40_600_599.16, 2_814_064.89, "easting 40600599.16 is outside EPSG:4549, which");
        check_refused("EPSG:4528", 600_599.16, 2_814_064.89, "easting 600599.16 is outside EPSG:4528, which");
        check_refused("EPSG:4549", 600_599.16, 1e8, "northing 100000000 is outside EPSG:4549, which");
        check_refused("EPSG:3857", 2.1e7, 0.0, "easting 21000000 is outside EPSG:3857, which");
        check_refused("bd09mc", 0.0, 1e9, "northing 1000000000 is outside bd09mc, which");
        let error = from_degrees(crs("EPSG:4549"), 80.0, 30.0).expect_err("outside").to_string();
        assert_eq!(error, "longitude 80 is outside EPSG:4549, which allows 90 to 150");
        let error = from_degrees(crs("EPSG:3857"), 80.0, 86.0).expect_err("outside").to_string();
        assert!(error.starts_with("latitude 86 is outside EPSG:3857"), "{error}");
    }

    #[test]
    fn exchanged_coordinates_are_recognised_only_where_the_exchange_helps() {
        let corner = |lon, lat| Position::from_degrees(lon, lat).expect("in the world");
        let extent = Extent::of(corner(118.7, 25.2)).with(corner(119.2, 25.6));
        let looks_swapped = |x, y| super::looks_swapped(Crs::Cgcs2000, x, y, extent);
        assert!(looks_swapped(25.43, 119.0));
        assert!(looks_swapped(25.2, 118.7));
        assert!(!looks_swapped(119.0, 25.43));
        assert!(!looks_swapped(25.43, 120.0));
        assert!(!looks_swapped(f64::NAN, 119.0));
    }

    #[test]
    fn exchanged_metres_are_recognised_whether_or_not_the_system_reaches_them() {
        let corner = |lon, lat| Position::from_degrees(lon, lat).expect("in the world");
        let extent = Extent::of(corner(118.7, 25.2)).with(corner(119.2, 25.6));
        let own = "+proj=tmerc +lon_0=119 +x_0=500000 +ellps=GRS80";
        let mut is_a_place = [0, 0];
        for name in ["EPSG:4549", "EPSG:4527", "EPSG:3857", "bd09mc", own] {
            let (x, y) = from_degrees(crs(name), 119.0, 25.43).expect("in the domain");
            is_a_place[usize::from(to_position(crs(name), y, x).is_ok())] += 1;
            assert!(looks_swapped(crs(name), y, x, extent), "{name}");
            assert!(!looks_swapped(crs(name), x, y, extent), "{name}");
            let (x, y) = from_degrees(crs(name), 120.0, 25.43).expect("in the domain");
            assert!(!looks_swapped(crs(name), y, x, extent), "{name}: the exchange does not help");
            assert!(!looks_swapped(crs(name), f64::NAN, x, extent), "{name}");
        }
        assert!(is_a_place[0] > 0 && is_a_place[1] > 0, "{is_a_place:?}");
    }

    #[test]
    fn the_edge_of_the_world_is_a_place_in_every_world_wide_system() {
        for name in ["EPSG:4490", "EPSG:4326", "OGC:CRS84", "gcj02", "bd09"] {
            for (lon, lat) in [(180.0, 90.0), (-180.0, -90.0), (180.0, -90.0), (-180.0, 90.0), (180.0, 30.0)] {
                let (x, y) = from_degrees(crs(name), lon, lat).expect("in the world");
                let position = to_position(crs(name), x, y).expect(name);
                assert_eq!(Some(position), Position::from_degrees(lon, lat), "{name}");
            }
        }
        let half = web_mercator::HALF_SIDE_M;
        assert!(to_position(Crs::WebMercator, half, -half).is_ok());
        assert_eq!(
            from_degrees(Crs::WebMercator, 0.0, web_mercator::MAX_LAT_DEG).map(|(_, y)| y.round()),
            Ok(half.round())
        );
    }

    proptest! {
        #[test]
        fn every_lattice_position_of_china_survives_every_system(
            lon in 735_000_000..1_350_000_000_i32, lat in 30_000_000..540_000_000_i32, which in 0..71_usize,
        ) {
            let position = Position::new(lon, lat).expect("in the world");
            let system = Crs::all().nth(which).expect("71 systems");
            if let Ok((x, y)) = from_degrees(system, position.lon_degrees(), position.lat_degrees()) {
                let back = to_position(system, x, y).expect("what comes out goes in");
                // The tables of BD-09MC are off by up to 25 lattice units there and back.
                let allowed = if system == Crs::Bd09Mc { 30 } else { 0 };
                prop_assert!((back.lon() - lon).abs() <= allowed && (back.lat() - lat).abs() <= allowed, "{system} {back}");
            } else {
                prop_assert!(matches!(system, Crs::GaussKrueger(_)), "{system}");
            }
        }

        #[test]
        fn no_numbers_at_all_make_it_panic(x in proptest::num::f64::ANY, y in proptest::num::f64::ANY, which in 0..71_usize) {
            let system = Crs::all().nth(which).expect("71 systems");
            let _ = to_position(system, x, y);
            let _ = from_degrees(system, x, y);
        }

        #[test]
        fn whatever_the_domain_allows_is_in_the_world(part_x in 0.0..=1.0_f64, part_y in 0.0..=1.0_f64, which in 0..71_usize) {
            let system = Crs::all().nth(which).expect("71 systems");
            let [min_x, max_x, min_y, max_y] = domain(system);
            let (x, y) = (min_x + part_x * (max_x - min_x), min_y + part_y * (max_y - min_y));
            if x <= max_x && y <= max_y {
                prop_assert!(to_position(system, x, y).is_ok(), "{system} {x} {y}");
            }
        }
    }
}
