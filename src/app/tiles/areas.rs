//! The tileset `areas`: a layer per level, `borders`, `labels`.

use std::sync::Arc;

use onemap_tiles::{LatticeBounds, LayerBuilder, TileBuilder, TileCoord, Value};

use super::{
    BORDERS_LAYER, LABELS_LAYER,
    shape::{self, ExtentIndex, Parts},
    version::{Digest, Inputs, Version},
};
use crate::domain::{
    area::{AreaCode, Kind, Level, Snapshot},
    coverage::{ArcId, FaceId},
    geometry::Extent,
    profile::{LevelLabel, LevelSpec, Profile},
};

/// What a tile needs of the areas of one edition.
pub struct AreaTiles {
    levels: Vec<LevelSpec>,
    areas: Vec<Drawn>,
    /// By level: its areas.
    by_level: Vec<ExtentIndex>,
    borders: Vec<Border>,
    border_index: ExtentIndex,
    label_index: ExtentIndex,
    /// Digest of the levels.
    rules: u128,
}

/// One area, ready to draw.
struct Drawn {
    id: u64,
    code: AreaCode,
    name: String,
    short: String,
    kind: Kind,
    level: Level,
    label: [i32; 2],
    parts: Parts,
    /// Of all of the above.
    digest: u128,
}

/// One arc, ready to draw.
struct Border {
    /// The coarsest level that it divides.
    level: Level,
    line: Vec<[i32; 2]>,
    /// Of both.
    digest: u128,
}

impl AreaTiles {
    /// Everything that tiles of `snapshot` are cut from.
    pub fn new(snapshot: &Arc<Snapshot>, _before: Option<&Self>) -> Self {
        let profile = &snapshot.profile;
        let (mut areas, mut extents) = (Vec::new(), Vec::new());
        for (index, area) in (0..).zip(snapshot.hierarchy.areas()) {
            let polygon = snapshot.coverage.polygon(index);
            extents.push((index, polygon.extent().expect("an area of an edition has an outline")));
            let mut drawn = Drawn {
                id: area.id.0.unsigned_abs(),
                code: area.code,
                name: area.name.clone(),
                short: short_code(profile, area.level, &area.code),
                kind: area.kind,
                level: area.level,
                label: shape::point(area.label),
                parts: shape::parts(&polygon),
                digest: 0,
            };
            drawn.digest = drawn.digest();
            areas.push(drawn);
        }
        let by_level = (0..profile.levels.len())
            .map(|ordinal| {
                let of_level = snapshot.hierarchy.of_level(Level(ordinal as u8));
                ExtentIndex::new(extents[of_level.start as usize..of_level.end as usize].iter().copied())
            })
            .collect();
        let label_extent = |(index, area): (u32, &crate::domain::area::Area)| (index, Extent::of(area.label));
        let label_index = ExtentIndex::new((0..).zip(snapshot.hierarchy.areas()).map(label_extent));
        let (borders, border_index) = borders(snapshot);
        let mut rules = Digest::of(0);
        for spec in &profile.levels {
            rules.text(&spec.id);
            let zooms = [Some(spec.min_zoom), spec.label_zoom];
            zooms.into_iter().for_each(|zoom| rules.word(zoom.map_or(u64::MAX, u64::from)));
            rules.word(u64::from(spec.label == LevelLabel::Name));
        }
        let rules = rules.finish();
        Self { levels: profile.levels.clone(), areas, by_level, borders, border_index, label_index, rules }
    }

    /// What the tile at `coord` is drawn from, without drawing it: equal versions, equal bytes.
    pub fn version(&self, coord: TileCoord) -> Version {
        let reach = coord.reach();
        let mut inputs = Inputs::default();
        for (_, index) in self.levels.iter().zip(&self.by_level).filter(|(spec, _)| spec.min_zoom <= coord.z()) {
            index.within(reach).into_iter().for_each(|number| inputs.add(self.areas[number as usize].digest));
        }
        let borders = self.border_index.within(reach).into_iter().map(|number| &self.borders[number as usize]);
        let shown = borders.filter(|border| self.levels[usize::from(border.level.0)].min_zoom <= coord.z());
        shown.for_each(|border| inputs.add(border.digest));
        inputs.version(self.rules)
    }

    /// The tile at `coord`, MVT, not compressed; empty when nothing is there.
    pub fn tile(&self, coord: TileCoord) -> Vec<u8> {
        let mut tile = TileBuilder::new(coord);
        let bounds = coord.reach();
        let is_shown = |level: Level| self.levels[usize::from(level.0)].min_zoom <= coord.z();
        for (spec, index) in self.levels.iter().zip(&self.by_level).filter(|(spec, _)| spec.min_zoom <= coord.z()) {
            self.draw_level(open(&mut tile, &spec.id), index, bounds);
        }
        let mut layer = open(&mut tile, BORDERS_LAYER);
        for number in self.border_index.within(bounds) {
            let border = &self.borders[number as usize];
            if is_shown(border.level) {
                let attributes = [("level", level_value(&self.levels, border.level)), rank(border.level)];
                layer.line(None, &attributes, [border.line.as_slice()]).expect("keys of a border differ");
            }
        }
        layer.finish();
        let mut layer = open(&mut tile, LABELS_LAYER);
        for number in self.label_index.within(bounds) {
            self.draw_label(&mut layer, &self.areas[number as usize], coord.z());
        }
        layer.finish();
        tile.into_bytes()
    }

    fn draw_level(&self, mut layer: LayerBuilder<'_>, index: &ExtentIndex, bounds: LatticeBounds) {
        for number in index.within(bounds) {
            let area = &self.areas[number as usize];
            let mut attributes = vec![("code", Value::String(&area.code)), ("name", Value::String(&area.name))];
            attributes.extend(area.kind.id().map(|kind| ("kind", Value::String(kind))));
            let drawn = layer.polygon(area.id, &attributes, shape::rings(&area.parts));
            drawn.expect("keys of an area differ");
        }
        layer.finish();
    }

    fn draw_label(&self, layer: &mut LayerBuilder<'_>, area: &Drawn, zoom: u8) {
        let spec = &self.levels[usize::from(area.level.0)];
        if spec.min_zoom > zoom || spec.label_zoom.is_none_or(|label_zoom| label_zoom > zoom) {
            return;
        }
        let shown = match spec.label {
            LevelLabel::Number => &area.short,
            LevelLabel::Name => &area.name,
        };
        let mut attributes = vec![
            ("code", Value::String(&area.code)),
            ("name", Value::String(&area.name)),
            ("short", Value::String(if shown.is_empty() { &area.code } else { shown })),
            ("level", level_value(&self.levels, area.level)),
            rank(area.level),
        ];
        attributes.extend(area.kind.id().map(|kind| ("kind", Value::String(kind))));
        layer.point(area.id, &attributes, area.label).expect("keys of a label differ");
    }
}

impl Drawn {
    fn digest(&self) -> u128 {
        let mut digest = Digest::of(1);
        digest.word(self.id);
        for text in [&*self.code, &self.name, &self.short, self.kind.id().unwrap_or_default()] {
            digest.text(text);
        }
        digest.word(self.level.0.into());
        digest.position(self.label);
        for part in &self.parts {
            digest.word(part.len() as u64);
            for ring in part {
                digest.word(ring.len() as u64);
                ring.iter().for_each(|&position| digest.position(position));
            }
        }
        digest.finish()
    }
}

fn open<'t>(tile: &'t mut TileBuilder, name: &str) -> LayerBuilder<'t> {
    tile.layer(name).expect("level ids are unique and none is the name of a layer of ours: the profile is checked")
}

fn rank(level: Level) -> (&'static str, Value<'static>) {
    ("rank", Value::Integer(i64::from(level.0)))
}

fn level_value(levels: &[LevelSpec], level: Level) -> Value<'_> {
    Value::String(&levels[usize::from(level.0)].id)
}

/// The end of a code that tells an area from its siblings.
fn short_code(profile: &Profile, level: Level, code: &AreaCode) -> String {
    let parent = profile.parent_prefix(level, code);
    let own = parent.as_deref().and_then(|prefix| code.strip_prefix(prefix));
    own.unwrap_or(code).to_owned()
}

/// Every arc with the coarsest level that it divides.
fn borders(snapshot: &Snapshot) -> (Vec<Border>, ExtentIndex) {
    let (mut borders, mut extents) = (Vec::new(), Vec::new());
    // By place, not by number: numbers tell of former editions, tiles must not.
    let mut arcs: Vec<ArcId> = snapshot.coverage.arc_ids().collect();
    arcs.sort_unstable_by_key(|&arc| {
        let positions = snapshot.coverage.positions(arc);
        (positions.first().copied(), positions.get(1).copied())
    });
    for arc in arcs {
        let sides = snapshot.coverage.arc(arc);
        if let Some(level) = coarsest_difference(snapshot, sides.left, sides.right) {
            extents.push((borders.len() as u32, arc_extent(snapshot, arc)));
            let line = shape::line(snapshot.coverage.positions(arc));
            let mut digest = Digest::of(2);
            digest.word(level.0.into());
            line.iter().for_each(|&position| digest.position(position));
            borders.push(Border { level, line, digest: digest.finish() });
        }
    }
    (borders, ExtentIndex::new(extents.into_iter()))
}

fn arc_extent(snapshot: &Snapshot, arc: ArcId) -> Extent {
    Extent::around(snapshot.coverage.positions(arc).iter().copied()).expect("an arc has positions")
}

fn coarsest_difference(snapshot: &Snapshot, left: FaceId, right: FaceId) -> Option<Level> {
    let (left, right) = (snapshot.finest(left), snapshot.finest(right));
    if left == right {
        return None;
    }
    let (left_chain, right_chain) = (snapshot.owners().chain(left), snapshot.owners().chain(right));
    let differs = |ordinal: &usize| left_chain.get(*ordinal) != right_chain.get(*ordinal);
    let chained = (0..snapshot.profile.levels.len()).find(differs);
    Some(Level(chained.unwrap_or(left_chain.len()) as u8))
}
