//! What the tiles of areas and places hold, and how it changes with what is published.

mod every_tile;
mod history;
mod odd;
mod seams;
mod sharing;
mod sheets;

use std::sync::Arc;

use onemap::{
    app::tiles::{AreaTiles, TileCoord},
    domain::{
        area::{Area, AreaCode, AreaId, FigureSource, Kind, Level, NewArea, Snapshot},
        geometry::{MultiPolygon, label::label_position, measure::area_m2},
        profile::Profile,
    },
};
use onemap_tiles::{LatticeBounds, MatrixSet, TileRange};

use crate::support::drawn;

/// Three levels, shown from zooms 8, 10 and 12, written into from zooms 8, 11 and 14.
pub(crate) fn profile() -> Arc<Profile> {
    let mut profile = drawn::profile("overlay", "warning", [-180.0, -90.0, 180.0, 90.0]);
    for (level, [shown, written]) in profile.levels.iter_mut().zip([[8, 8], [10, 11], [12, 14]]) {
        (level.min_zoom, level.label_zoom) = (shown, Some(written));
    }
    Arc::new(profile)
}

/// An area with its outline, before it has a place among others.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) id: i64,
    pub(crate) level: u8,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) geometry: MultiPolygon,
}

impl Plan {
    pub(crate) fn new(id: i64, level: u8, geometry: MultiPolygon) -> Self {
        Self { id, level, name: format!("区{id}"), kind: Kind::None, geometry }
    }
}

/// The edition of `plans`; every area lies in the first one of the level above.
pub(crate) fn edition(profile: &Arc<Profile>, plans: &[Plan], before: Option<&Snapshot>) -> Arc<Snapshot> {
    let mut plans: Vec<&Plan> = plans.iter().collect();
    plans.sort_by_key(|plan| (plan.level, plan.id));
    let first = |level: u8| plans.iter().position(|plan| plan.level == level).map(|index| index as u32);
    let area = |plan: &&Plan| Area {
        id: AreaId(plan.id),
        from_edition: 1,
        code: AreaCode::new(&format!("{}{:06}", plan.level + 10, plan.id)).expect("a code"),
        level: Level(plan.level),
        parent: plan.level.checked_sub(1).and_then(first),
        name: plan.name.clone(),
        kind: plan.kind,
        branch: None,
        households: Some(4711),
        residents: None,
        figures: FigureSource::Declared,
        body: None,
        area_m2: area_m2(&plan.geometry),
        label: label_position(&plan.geometry).expect("an area has an inside"),
        digest: [0; 32],
    };
    let (areas, polygons) = plans.iter().map(|plan| (area(plan), plan.geometry.clone())).unzip();
    let snapshot = Snapshot::new(Arc::clone(profile), None, areas, polygons, Arc::default(), before);
    Arc::new(snapshot.expect("areas that form a map"))
}

/// The edition of areas that a generator made, in any order.
pub(crate) fn edition_of(profile: &Arc<Profile>, mut areas: Vec<NewArea>) -> Arc<Snapshot> {
    areas.sort_by_key(|area| (area.level, area.code));
    let index_of = |code: &AreaCode| areas.iter().position(|area| area.code == *code).map(|index| index as u32);
    let parents: std::collections::HashMap<AreaCode, u32> =
        areas.iter().filter_map(|area| area.parent).filter_map(|code| Some((code, index_of(&code)?))).collect();
    let area = |(id, area): (i64, NewArea)| {
        let known = Area {
            id: AreaId(id),
            from_edition: 1,
            code: area.code,
            level: area.level,
            parent: area.parent.map(|code| parents[&code]),
            name: area.name,
            kind: area.kind,
            branch: area.branch,
            households: area.households,
            residents: area.residents,
            figures: area.figures,
            body: None,
            area_m2: area_m2(&area.geometry),
            label: label_position(&area.geometry).expect("an area has an inside"),
            digest: [0; 32],
        };
        (known, area.geometry)
    };
    let (areas, polygons) = (1..).zip(areas).map(area).unzip();
    let snapshot = Snapshot::new(Arc::clone(profile), None, areas, polygons, Arc::default(), None);
    Arc::new(snapshot.expect("areas that form a map"))
}

/// Everything the areas cover.
pub(crate) fn bounds(snapshot: &Snapshot) -> LatticeBounds {
    let extent = snapshot.extent().expect("there are areas");
    let corner = |at: onemap::domain::geometry::Position| [at.lon(), at.lat()];
    LatticeBounds::new(corner(extent.min()), corner(extent.max())).expect("an extent")
}

/// Tiles of a zoom over `bounds`, all of them or some, spread evenly.
pub(crate) fn sample(set: MatrixSet, zoom: u8, bounds: LatticeBounds, most: usize) -> Vec<TileCoord> {
    let range = TileRange::covering(set, zoom, bounds).expect("a zoom of the set");
    let step = (range.count() as usize).div_ceil(most).max(1);
    range.iter().step_by(step).collect()
}

/// The tile, which must be valid.
#[track_caller]
pub(crate) fn valid(tiles: &AreaTiles, coord: TileCoord) -> Vec<u8> {
    let bytes = tiles.tile(coord);
    check_valid(&bytes, coord);
    bytes
}

#[track_caller]
pub(crate) fn check_valid(bytes: &[u8], coord: TileCoord) {
    let invalid = invalid(bytes, coord);
    assert!(invalid.is_empty(), "{}", invalid.join("\n"));
}

/// All that is not valid in a tile: where, and why.
fn invalid(bytes: &[u8], coord: TileCoord) -> Vec<String> {
    let layers = match onemap_tiles::decode(bytes) {
        Ok(layers) => layers,
        Err(error) => return vec![format!("{coord}: {error:?}")],
    };
    let checked = layers.iter().flat_map(|layer| layer.features.iter().map(move |feature| (layer, feature)));
    let invalid = checked.filter_map(|(layer, feature)| Some((layer, feature, feature.geometry.check().err()?)));
    invalid.map(|(layer, feature, why)| format!("{coord}, {}, {:?}: {why:?}", layer.name, feature.id)).collect()
}

/// A number that `make oracle` sets, or that of `make test`.
fn asked(variable: &str, otherwise: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a switch of these tests, not a setting of the program")]
    let asked = std::env::var(variable).ok();
    asked.map_or(otherwise, |asked| asked.parse().unwrap_or_else(|_| panic!("{variable} is a number: {asked}")))
}
