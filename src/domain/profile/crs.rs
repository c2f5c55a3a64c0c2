//! The coordinate systems that a district has names of its own for.

use std::sync::Arc;

use super::Name;
use crate::domain::crs::{Crs, TransverseMercator, UnknownCrs};

/// The transverse Mercator of a survey office, by the name that people here know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCrs {
    /// Its id: `putian-local`; no built-in system is called so.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// The projection.
    pub projection: TransverseMercator,
}

impl OwnCrs {
    /// The system itself.
    pub const fn crs(&self) -> Crs {
        Crs::TransverseMercator(self.projection)
    }
}

/// Every name of a coordinate system that input may use in a district: the built-in ones and the district's own.
///
/// Cheap to clone. **Invariant**: ids are unique, in small letters, and no built-in names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CrsNames(Arc<[OwnCrs]>);

impl CrsNames {
    /// The names of a district with these systems of its own; the caller keeps the invariant.
    pub fn new(own: Vec<OwnCrs>) -> Self {
        debug_assert!(own.iter().all(|own| Crs::parse(&own.id).is_err() && own.id == own.id.to_ascii_lowercase()));
        Self(own.into())
    }

    /// The district's own systems, in the order of the profile.
    pub fn own(&self) -> &[OwnCrs] {
        &self.0
    }

    /// The system that `name` means: one of the built-in ones, see [`Crs::parse`], or the district's own. Case does not
    /// matter.
    pub fn parse(&self, name: &str) -> Result<Crs, UnknownCrs> {
        Crs::parse(name).or_else(|unknown| {
            let id = name.trim();
            let own = self.0.iter().find(|own| own.id.eq_ignore_ascii_case(id));
            own.map(OwnCrs::crs).ok_or_else(|| UnknownCrs { own: self.ids(), ..unknown })
        })
    }

    /// All names: the usual ones, the district's own, the national zones. Each parses back.
    pub fn all(&self) -> Vec<String> {
        let (zones, usual): (Vec<Crs>, Vec<Crs>) = Crs::all().partition(|crs| matches!(crs, Crs::GaussKrueger(_)));
        let text = |crs: Crs| crs.to_string();
        usual.into_iter().map(text).chain(self.ids()).chain(zones.into_iter().map(text)).collect()
    }

    fn ids(&self) -> Vec<String> {
        self.0.iter().map(|own| own.id.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn putian() -> CrsNames {
        let projection = TransverseMercator::new(119.0, 0.0, 1.0, 40_000.0, -2_700_000.0).expect("a projection");
        let name = Name { zh: "莆田城建坐标系".to_owned(), en: "Putian local".to_owned() };
        CrsNames::new(vec![OwnCrs { id: "putian-local".to_owned(), name, projection }])
    }

    #[test]
    fn a_name_of_the_district_means_its_projection() {
        let names = putian();
        let wanted = Crs::parse("+proj=tmerc +lon_0=119 +lat_0=0 +k=1 +x_0=40000 +y_0=-2700000");
        assert!(wanted.is_ok());
        for name in ["putian-local", " Putian-Local "] {
            assert_eq!(names.parse(name), wanted, "{name}");
        }
        assert_eq!(names.parse("gcj02"), Ok(Crs::Gcj02));
        assert_eq!(CrsNames::default().parse("gcj02"), Ok(Crs::Gcj02));
    }

    #[test]
    fn all_names_parse_back_and_an_unknown_one_hears_of_the_districts_own() {
        let names = putian();
        let all = names.all();
        assert_eq!(all.len(), Crs::all().count() + 1);
        assert_eq!(all[7], "putian-local");
        assert!(all.iter().all(|name| names.parse(name).is_ok()));
        let error = names.parse("putian").expect_err("no system").to_string();
        assert!(error.contains("EPSG:4490") && error.contains("putian-local"), "{error}");
        let error = CrsNames::default().parse("putian-local").expect_err("nobody's").to_string();
        assert!(error.ends_with("+ellps=GRS80\""), "{error}");
    }
}
