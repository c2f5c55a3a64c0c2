//! Where labels sit, and which come first.

use super::{
    AreaTiles,
    areas::{SORT_LABEL, SORT_PLACE, at},
    shape::point,
    version::{Digest, Inputs},
    window::Window,
};
use crate::domain::{
    coverage::AreaIndex,
    profile::{LevelLabel, Profile},
};

/// Labels are ranked among those of the same cell; so many cells to a side of a tile.
const CELLS: i64 = 8;

/// Labels of a cell from this one on have the same rank.
pub(super) const LAST_RANK: u8 = 9;

/// The label of an area, in the one tile of a zoom that it is in.
pub(super) struct Label {
    pub(super) area: AreaIndex,
    /// Whether the zoom shows it; others stand in for areas that are too small to be seen.
    pub(super) is_shown: bool,
    /// Whether the area is smaller than a pixel.
    pub(super) is_tiny: bool,
    /// 0 for the first to be written of its neighbourhood.
    pub(super) rank: u8,
}

impl AreaTiles {
    /// The labels in the tile of areas of levels that the zoom shows, by level and code: those that are written, and those
    /// of areas that are too small to be seen.
    pub(super) fn labels_in(&self, window: &Window) -> Vec<Label> {
        let mut labels = Vec::new();
        self.for_each_label(window, |area, is_shown| {
            let is_tiny = window.is_below_pixel(self.area_bounds[area as usize]);
            if !is_shown && !is_tiny {
                return;
            }
            if let Some(unit) = window.unit(point(self.area(area).label)) {
                let cell = unit.map(|c| c * CELLS / i64::from(onemap_tiles::EXTENT));
                labels.push((cell, Label { area, is_shown, is_tiny, rank: 0 }));
            }
        });
        // In a cell: written ones first, then those of areas that can be seen, of coarse levels, large, by code.
        let size = |label: &Label| self.area(label.area).area_m2;
        labels.sort_unstable_by(|(cell, label), (other_cell, other)| {
            let key = |label: &Label| (!label.is_shown, label.is_tiny, self.area(label.area).level);
            let by_size = || size(other).total_cmp(&size(label)).then(label.area.cmp(&other.area));
            cell.cmp(other_cell).then_with(|| key(label).cmp(&key(other))).then_with(by_size)
        });
        for cell in labels.chunk_by_mut(|one, other| one.0 == other.0) {
            for (rank, (_, label)) in (0..).zip(cell) {
                label.rank = LAST_RANK.min(rank);
            }
        }
        let mut labels: Vec<Label> = labels.into_iter().map(|(_, label)| label).collect();
        labels.sort_unstable_by_key(|label| label.area);
        labels
    }

    /// Adds the labels of areas that were drawn and could not be seen, if they are in the tile: after all others.
    pub(super) fn add_collapsed(
        &self,
        window: &Window,
        collapsed: impl Iterator<Item = AreaIndex>,
        labels: &mut Vec<Label>,
    ) {
        let known = labels.len();
        for area in collapsed {
            match labels[..known].binary_search_by_key(&area, |label| label.area) {
                Ok(label) => labels[label].is_tiny = true,
                Err(_) if window.unit(point(self.area(area).label)).is_some() => {
                    labels.push(Label { area, is_shown: false, is_tiny: true, rank: LAST_RANK });
                }
                Err(_) => {}
            }
        }
        labels.sort_unstable_by_key(|label| label.area);
        labels.dedup_by_key(|label| label.area);
    }

    /// Adds to the inputs of a tile what its labels are drawn from.
    pub(super) fn put_labels(&self, window: &Window, inputs: &mut Inputs) {
        for label in self.labels_in(window) {
            let mut digest = Digest::of(SORT_LABEL);
            digest.digest(self.area_digest(label.area));
            digest.position(point(self.area(label.area).label));
            digest.word(u64::from(label.rank) << 2 | u64::from(label.is_shown) << 1 | u64::from(label.is_tiny));
            inputs.add(digest.finish());
        }
        // any other may have to stand in for an area that cannot be seen once it is drawn
        self.for_each_label(window, |area, is_shown| {
            let at = point(self.area(area).label);
            if !is_shown && window.unit(at).is_some() {
                let mut digest = Digest::of(SORT_PLACE);
                digest.word(self.area(area).id.0.unsigned_abs());
                digest.position(at);
                inputs.add(digest.finish());
            }
        });
    }

    /// Calls `each` with the areas of levels that the zoom shows whose label is near the tile, and whether it is written.
    fn for_each_label(&self, window: &Window, mut each: impl FnMut(AreaIndex, bool)) {
        for (spec, tree) in self.snapshot.profile.levels.iter().zip(&self.labels) {
            if spec.min_zoom <= window.zoom {
                let is_shown = spec.label_zoom.is_some_and(|zoom| zoom <= window.zoom);
                let place = |area: AreaIndex| at(point(self.area(area).label));
                tree.visit(window.reach, place, |area| each(area, is_shown));
            }
        }
    }

    /// What is written into an area.
    pub(super) fn label_text(&self, area: AreaIndex) -> &str {
        let profile: &Profile = &self.snapshot.profile;
        let area = self.area(area);
        let text = match profile.levels[usize::from(area.level.0)].label {
            LevelLabel::Name => &area.name,
            LevelLabel::Number => {
                // the end of the code, which tells the area from its siblings
                let parent = profile.parent_prefix(area.level, &area.code);
                parent.and_then(|prefix| area.code.strip_prefix(&*prefix)).unwrap_or(&area.code)
            }
        };
        if text.is_empty() { &area.code } else { text }
    }
}
