//! A generated district in memory, with the names that addresses are looked up in.

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context, Result};
use onemap::{
    app::demo::{Content, DemoPlan, generate},
    domain::{
        address::{AreaNames, Gazetteer, PlaceNames},
        area::{Area, AreaCode, AreaId, NewArea, Snapshot},
        geometry::{label::label_position, measure::area_m2},
        held::Held,
        place::{Place, PlaceGeometry},
        profile::Profile,
    },
    formats::profile_toml::find_profile,
};
use onemap_bench::{scale::PROFILE, stopwatch::time};

/// What making names took.
pub struct Made {
    pub seconds: f64,
    pub bytes: usize,
}

/// A building that is asked for.
pub struct Asked {
    pub id: i64,
    /// The names of the areas that it lies in, but for the unit.
    pub above: String,
    pub estate: String,
    pub number: String,
}

/// Everything that addresses are looked up in.
pub struct Ground {
    pub snapshot: Snapshot,
    pub places: PlaceNames,
    pub areas: AreaNames,
    pub place_count: usize,
    pub buildings: Vec<Asked>,
    pub of_places: Made,
    pub of_areas: Made,
}

impl Ground {
    /// A district of so many units, with so many of its buildings, or all when it has fewer.
    pub fn new(units: u64, buildings: usize) -> Result<Self> {
        let plan = DemoPlan::new(units, 1, Content::Buildings)?;
        let mut demo = generate(&plan, &mut |_, _| {});
        let all = demo.places.iter().filter(|place| place.building.is_some()).count();
        let wanted = buildings.min(all);
        let mut seen = 0;
        demo.places.retain(|place| {
            if place.building.is_none() {
                return true;
            }
            seen += 1;
            // Evenly: so many of the first `seen` as of all.
            seen * wanted / all > (seen - 1) * wanted / all
        });
        let profile = find_profile(PROFILE).context("the profile of the demo")?;
        let snapshot = snapshot_of(Arc::new(profile.clone()), demo.areas)?;
        let (places, of_places) = time(|| PlaceNames::new(&demo.places));
        let (areas, of_areas) = time(|| AreaNames::new(&snapshot.hierarchy));
        let bytes = |hold: &dyn Fn(&mut Held)| {
            let mut held = Held::default();
            hold(&mut held);
            held.bytes()
        };
        let of_places = Made { seconds: of_places.elapsed, bytes: bytes(&|held| places.hold(held)) };
        let of_areas = Made { seconds: of_areas.elapsed, bytes: bytes(&|held| areas.hold(held)) };
        let buildings = demo.places.iter().filter_map(|place| asked(&snapshot, place)).collect();
        Ok(Self { snapshot, places, areas, place_count: demo.places.len(), buildings, of_places, of_areas })
    }

    /// What looks addresses up.
    pub fn gazetteer(&self) -> Gazetteer<'_> {
        Gazetteer { places: &self.places, areas: &self.areas, snapshot: &self.snapshot }
    }
}

fn asked(snapshot: &Snapshot, place: &Place) -> Option<Asked> {
    let building = place.building.as_ref()?;
    let PlaceGeometry::Polygon(polygon) = &place.geometry else { return None };
    let chain = snapshot.locate(label_position(polygon)?).chain;
    let levels = snapshot.profile.levels.len() - 1;
    let above = chain.iter().take(levels).map(|&area| snapshot.hierarchy.area(area).name.as_str()).collect();
    Some(Asked { id: place.id, above, estate: building.estate.clone(), number: building.number.clone() })
}

/// The edition of generated areas, without a store.
fn snapshot_of(profile: Arc<Profile>, mut areas: Vec<NewArea>) -> Result<Snapshot> {
    areas.sort_by_key(|area| (area.level, area.code));
    let index_of: HashMap<AreaCode, u32> = (0..).zip(&areas).map(|(index, area)| (area.code, index)).collect();
    let known = |(id, area): (i64, NewArea)| {
        let known = Area {
            id: AreaId(id),
            from_edition: 1,
            code: area.code,
            level: area.level,
            parent: area.parent.map(|code| index_of[&code]),
            name: area.name,
            kind: area.kind,
            branch: area.branch,
            households: area.households,
            residents: area.residents,
            figures: area.figures,
            body: None,
            area_m2: area_m2(&area.geometry),
            label: label_position(&area.geometry)?,
            digest: [0; 32],
        };
        Some((known, area.geometry))
    };
    let known: Option<Vec<_>> = (1..).zip(areas).map(known).collect();
    let (areas, polygons) = known.context("an area has an inside")?.into_iter().unzip();
    Ok(Snapshot::new(profile, None, areas, polygons, Arc::default(), None)?)
}
