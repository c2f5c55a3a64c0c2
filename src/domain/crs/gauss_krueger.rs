//! The Gauss-Krueger zones of CGCS2000, EPSG:4491 to 4554.

use super::transverse_mercator::TransverseMercator;

/// First EPSG code, first zone number and width in degrees of each family, with or without the zone in the easting.
///
/// All families run from 75 E to 135 E; EPSG:4491-4512 are the six-degree zones, EPSG:4513-4554 the three-degree ones.
const FAMILIES: [Family; 4] = [
    Family { first: 4491, first_zone: 13, width_deg: 6, prefix: true },
    Family { first: 4502, first_zone: 13, width_deg: 6, prefix: false },
    Family { first: 4513, first_zone: 25, width_deg: 3, prefix: true },
    Family { first: 4534, first_zone: 25, width_deg: 3, prefix: false },
];
/// First code of all families.
const FIRST_EPSG: u16 = 4491;
/// Last code of all families.
const LAST_EPSG: u16 = 4554;
/// Easting of the central meridian, before the zone number.
const FALSE_EASTING_M: f64 = 500_000.0;
/// What one zone number is worth in an easting.
const ZONE_PREFIX_M: f64 = 1_000_000.0;

struct Family {
    first: u16,
    first_zone: u16,
    width_deg: u16,
    prefix: bool,
}

/// A Gauss-Krueger zone of CGCS2000, named by its EPSG code.
///
/// **Invariant**: the code is one of EPSG:4491 to 4554.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GaussKrueger {
    epsg: u16,
}

impl GaussKrueger {
    /// The zone of an EPSG code; `None` when the code is no such zone.
    pub fn from_epsg(epsg: u16) -> Option<Self> {
        (FIRST_EPSG..=LAST_EPSG).contains(&epsg).then_some(Self { epsg })
    }

    /// All zones in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (FIRST_EPSG..=LAST_EPSG).map(|epsg| Self { epsg })
    }

    /// The EPSG code.
    pub fn epsg(self) -> u16 {
        self.epsg
    }

    /// Zone number: 25 to 45 of the three-degree zones, 13 to 23 of the six-degree ones.
    pub fn zone(self) -> u16 {
        self.family().first_zone + self.epsg - self.family().first
    }

    /// Width of a zone in degrees: 3 or 6.
    pub fn width_deg(self) -> u16 {
        self.family().width_deg
    }

    /// Whether eastings begin with the zone number.
    pub fn has_zone_prefix(self) -> bool {
        self.family().prefix
    }

    /// Central meridian in degrees east: 75 to 135.
    pub fn central_meridian_deg(self) -> f64 {
        let zone = f64::from(self.zone());
        if self.width_deg() == 3 { 3.0 * zone } else { 6.0 * zone - 3.0 }
    }

    /// The projection of the zone.
    pub fn projection(self) -> TransverseMercator {
        let prefix_m = if self.has_zone_prefix() { f64::from(self.zone()) * ZONE_PREFIX_M } else { 0.0 };
        TransverseMercator::new(self.central_meridian_deg(), 0.0, 1.0, prefix_m + FALSE_EASTING_M, 0.0)
            .expect("the parameters of a Gauss-Krueger zone are in range")
    }

    fn family(self) -> &'static Family {
        let family = FAMILIES.iter().rev().find(|family| family.first <= self.epsg);
        family.expect("the first family begins with the first code")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_every_family_have_the_registered_meridian_and_zone() {
        let expected = [
            (4491, 13, 75.0, true),
            (4501, 23, 135.0, true),
            (4502, 13, 75.0, false),
            (4512, 23, 135.0, false),
            (4513, 25, 75.0, true),
            (4533, 45, 135.0, true),
            (4534, 25, 75.0, false),
            (4549, 40, 120.0, false),
            (4554, 45, 135.0, false),
        ];
        for (epsg, zone, meridian, prefix) in expected {
            let system = GaussKrueger::from_epsg(epsg).expect("a zone");
            let found = (system.zone(), system.central_meridian_deg(), system.has_zone_prefix());
            assert_eq!(found, (zone, meridian, prefix), "EPSG:{epsg}");
        }
        assert_eq!(GaussKrueger::from_epsg(4490), None);
        assert_eq!(GaussKrueger::from_epsg(4555), None);
    }
}
