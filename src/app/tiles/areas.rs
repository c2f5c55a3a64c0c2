//! The tileset `areas`: a layer per level, `borders`, `labels`.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use onemap_tiles::{LatticeBounds, TileCoord};

use super::{
    arc_index::{self, ArcIndex},
    changes::same_borders,
    rings::{Before, Rings},
    scene::Scene,
    shape,
    sheets::Sheets,
    version::{Digest, Inputs, Version},
    window::Window,
};
use crate::domain::{
    area::{Area, Level, Snapshot},
    coverage::{AreaIndex, Paged, Pyramid},
    extent_tree::ExtentTree,
    held::Held,
    profile::{LevelLabel, Profile},
};

/// Deeper zooms show the exact borders.
const FINEST_SIMPLIFIED: u8 = super::MAX_TILE_ZOOM - 1;

/// What tiles of the areas of one edition are drawn from.
///
/// Positions are those of the snapshot, which it keeps. A border is there once, for both its sides and all levels.
pub struct AreaTiles {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) pyramid: Pyramid,
    pub(super) arcs: ArcIndex,
    pub(super) rings: Rings,
    /// By area.
    pub(super) area_bounds: Paged<LatticeBounds>,
    /// By level: its areas.
    pub(super) areas: Vec<ExtentTree<LatticeBounds>>,
    /// By level: where its labels are.
    pub(super) labels: Vec<ExtentTree<LatticeBounds>>,
    /// Digest of what is common to all tiles.
    pub(super) rules: u128,
    /// What tiles are cut from, once it is there.
    pub(super) sheets: OnceLock<Sheets>,
}

impl AreaTiles {
    /// Everything that tiles of `snapshot` are drawn from; what did not change since `before` is taken from there.
    pub fn new(snapshot: &Arc<Snapshot>, before: Option<&Self>) -> Self {
        let (coverage, hierarchy) = (&snapshot.coverage, &snapshot.hierarchy);
        let changed = before.map(|before| coverage.differing_arcs(&before.snapshot.coverage));
        let zooms = coarsest_zoom(&snapshot.profile)..=FINEST_SIMPLIFIED;
        let alike = before.filter(|before| coarsest_zoom(&before.snapshot.profile) == *zooms.start());
        let pyramid = match alike.zip(changed.as_deref()) {
            Some((before, changed)) => before.pyramid.updated(&before.snapshot.coverage, coverage, changed),
            None => Pyramid::build(coverage, zooms),
        };
        let old = before.zip(changed.as_deref()).map(|(before, changed)| arc_index::Before {
            arcs: &before.arcs,
            changed,
            // Where areas have other numbers every face belongs to others.
            faces: (before.snapshot.hierarchy.has_indices_of(hierarchy) && before.rules == rules(&snapshot.profile))
                .then(|| {
                    let mut faces = snapshot.owners().differing_faces(before.snapshot.owners())?;
                    faces.extend(coverage.differing_faces(&before.snapshot.coverage));
                    Some(faces)
                })
                .flatten(),
        });
        let arcs = ArcIndex::new(snapshot, old.as_ref());
        let same = before.zip(changed.as_deref()).map(|(before, changed)| same_borders(before, snapshot, changed));
        let old_rings = before.zip(same.as_deref()).map(|(before, same)| Before { rings: &before.rings, same });
        let rings = Rings::new(coverage, &arcs, old_rings.as_ref());
        let number_before = |area: AreaIndex| same.as_deref().and_then(|same| same[area as usize]);
        let bounds: Vec<LatticeBounds> = (0..hierarchy.areas().len() as AreaIndex)
            .map(|area| match before.zip(number_before(area)) {
                Some((before, old)) => before.area_bounds[old as usize],
                None => rings.bounds(area, &arcs).unwrap_or(at(shape::point(hierarchy.area(area).label))),
            })
            .collect();
        let area_bounds = before.map_or_else(|| Paged::new(&bounds), |before| before.area_bounds.with(&bounds));
        let kept = before.filter(|before| before.snapshot.hierarchy.has_indices_of(hierarchy));
        let trees = |ordinal: usize| {
            let of_level = hierarchy.of_level(Level(ordinal as u8));
            let now = |area: AreaIndex| bounds[area as usize];
            let label_now = |area: AreaIndex| at(shape::point(hierarchy.area(area).label));
            let Some(before) = kept else {
                return (ExtentTree::new(of_level.clone(), now), ExtentTree::new(of_level, label_now));
            };
            let then = |area: AreaIndex| before.area_bounds[area as usize];
            let label_then = |area: AreaIndex| at(shape::point(before.area(area).label));
            let tree = moved(&before.areas[ordinal], of_level.clone(), then, now);
            (tree, moved(&before.labels[ordinal], of_level, label_then, label_now))
        };
        let (areas, labels) = (0..snapshot.profile.levels.len()).map(trees).unzip();
        let rules = rules(&snapshot.profile);
        let (snapshot, sheets) = (Arc::clone(snapshot), OnceLock::new());
        let tiles = Self { snapshot, pyramid, arcs, rings, area_bounds, areas, labels, rules, sheets };
        if let Some(((before, changed), same)) = before.zip(changed.as_deref()).zip(same.as_deref())
            && let Some(sheets) = tiles.updated_sheets(before, changed, same)
        {
            tiles.sheets.get_or_init(|| sheets);
        }
        tiles
    }

    /// Snaps all zooms, so that tiles need only be cut from them: the same tiles, in a fraction of the time. CPU work of a
    /// second or so; what comes from an edition with sheets by a small change has them already.
    pub fn prepare(&self) {
        self.sheets.get_or_init(|| self.build_sheets());
    }

    /// The edition.
    pub const fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The same without what tiles are cut from: for an edition of which few tiles are asked for. Shares all else.
    pub fn without_sheets(&self) -> Self {
        Self {
            snapshot: Arc::clone(&self.snapshot),
            pyramid: self.pyramid.clone(),
            arcs: self.arcs.clone(),
            rings: self.rings.clone(),
            area_bounds: self.area_bounds.clone(),
            areas: self.areas.clone(),
            labels: self.labels.clone(),
            rules: self.rules,
            sheets: OnceLock::new(),
        }
    }

    /// Whether tiles are cut from sheets.
    pub fn is_prepared(&self) -> bool {
        self.sheets.get().is_some()
    }

    /// What the tile at `coord` is drawn from, without drawing it: equal versions, equal bytes.
    ///
    /// Nothing beyond the reach of the tile counts, and of what is within only what the zoom shows.
    pub fn version(&self, coord: TileCoord) -> Version {
        let window = Window::new(coord);
        let scene = Scene::new(self, &window);
        let mut inputs = Inputs::default();
        scene.put_borders(&mut inputs);
        scene.areas.iter().for_each(|&area| inputs.add(self.area_digest(area)));
        self.put_labels(&window, &mut inputs);
        inputs.version(self.rules)
    }

    /// How many areas the tile at `coord` shows, or a few more.
    pub(super) fn count_near(&self, coord: TileCoord) -> usize {
        let window = Window::new(coord);
        let shown = self.shown_levels(window.zoom);
        let mut count = 0;
        for (_, tree) in self.areas.iter().enumerate().filter(|(ordinal, _)| shown & 1 << ordinal != 0) {
            tree.visit(window.reach, |area| self.area_bounds[area as usize], |_| count += 1);
        }
        count
    }

    /// Bytes of memory beyond those of the snapshot; what several share counts for each.
    pub fn bytes(&self) -> usize {
        let mut held = Held::default();
        self.hold(&mut held);
        held.bytes()
    }

    /// Counts its memory but for the snapshot.
    pub fn hold(&self, held: &mut Held) {
        self.pyramid.hold(held);
        self.arcs.hold(held);
        self.rings.hold(held);
        self.area_bounds.hold(held, |_, _| ());
        self.areas.iter().chain(&self.labels).for_each(|tree| tree.hold(held));
        if let Some(sheets) = self.sheets.get() {
            sheets.hold(held);
        }
    }

    pub(super) fn area(&self, area: AreaIndex) -> &Area {
        self.snapshot.hierarchy.area(area)
    }

    /// The levels that a zoom shows, one bit each.
    pub(super) fn shown_levels(&self, zoom: u8) -> u8 {
        let levels = self.snapshot.profile.levels.iter().enumerate();
        levels.filter(|(_, spec)| spec.min_zoom <= zoom).fold(0, |mask, (ordinal, _)| mask | 1 << ordinal)
    }

    /// The areas of levels, one bit each, as few ranges: areas are sorted by level.
    pub(super) fn areas_of_levels(&self, levels: u8) -> Vec<Range<AreaIndex>> {
        let ordinals = (0..8).filter(|ordinal| levels & 1 << ordinal != 0);
        let mut ranges: Vec<Range<AreaIndex>> = Vec::new();
        for range in ordinals.map(|ordinal| self.snapshot.hierarchy.of_level(Level(ordinal))) {
            match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        ranges
    }

    /// Digest of all of an area that a tile shows, but where it is.
    pub(super) fn area_digest(&self, area: AreaIndex) -> u128 {
        let area = self.area(area);
        let mut digest = Digest::of(SORT_AREA);
        digest.word(area.id.0.unsigned_abs());
        digest.word(area.level.0.into());
        digest.text(&area.code);
        digest.text(&area.name);
        digest.text(area.kind.id().unwrap_or_default());
        digest.finish()
    }
}

pub(super) const SORT_AREA: u64 = 1;
pub(super) const SORT_BORDER: u64 = 2;
pub(super) const SORT_LABEL: u64 = 3;
pub(super) const SORT_PLACE: u64 = 4;

/// The index of areas of which some moved.
fn moved(
    tree: &ExtentTree<LatticeBounds>,
    areas: Range<AreaIndex>,
    then: impl Fn(AreaIndex) -> LatticeBounds,
    now: impl Fn(AreaIndex) -> LatticeBounds,
) -> ExtentTree<LatticeBounds> {
    let others = areas.filter(|&area| then(area) != now(area));
    tree.edited(others.clone().map(|area| (area, then(area))), others, &now)
}

/// The bounds of one position.
pub(super) fn at(position: [i32; 2]) -> LatticeBounds {
    LatticeBounds::new(position, position).expect("a position is not turned around")
}

/// The zoom from which on the profile shows anything.
fn coarsest_zoom(profile: &Profile) -> u8 {
    let zooms = profile.levels.iter().map(|spec| spec.min_zoom);
    zooms.min().unwrap_or(0).min(FINEST_SIMPLIFIED)
}

/// Digest of what the profile says of tiles.
fn rules(profile: &Profile) -> u128 {
    let mut digest = Digest::of(0);
    // numbers shown as labels are cut from codes by the schemes that it names
    digest.text(&profile.source);
    for spec in &profile.levels {
        digest.text(&spec.id);
        digest.word(spec.min_zoom.into());
        digest.word(spec.label_zoom.map_or(u64::MAX, u64::from));
        digest.word(u64::from(spec.label == LevelLabel::Name));
    }
    digest.finish()
}
