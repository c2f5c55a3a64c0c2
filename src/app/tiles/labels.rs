//! Where labels sit, and which come first.

use super::{AreaTiles, areas::at, shape::point, window::Window};
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
    /// The labels of all areas of shown levels whose label is in the tile, by level and code.
    pub(super) fn labels_in(&self, window: &Window) -> Vec<Label> {
        let mut labels = Vec::new();
        for (spec, tree) in self.snapshot.profile.levels.iter().zip(&self.labels) {
            if spec.min_zoom > window.zoom {
                continue;
            }
            let is_shown = spec.label_zoom.is_some_and(|zoom| zoom <= window.zoom);
            let place = |area: AreaIndex| at(point(self.area(area).label));
            tree.visit(window.reach, place, |area| {
                if let Some(unit) = window.unit(point(self.area(area).label)) {
                    let is_tiny = window.is_below_pixel(self.area_bounds[area as usize]);
                    let cell = unit.map(|c| c * CELLS / i64::from(onemap_tiles::EXTENT));
                    labels.push((cell, Label { area, is_shown, is_tiny, rank: 0 }));
                }
            });
        }
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
