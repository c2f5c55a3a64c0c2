//! Who shares ground with whom.

use std::collections::BTreeMap;

use super::overlay::Piece;

/// Pieces narrower than this are where borders were made to meet, not where they were moved: twice the default tolerance
/// of noding.
const MIN_WIDTH_M: f64 = 0.1;

/// The ground that changed areas of one level have in common: indices into the lists before and after.
#[derive(Default)]
pub(super) struct Ground {
    /// Square metres by pair; `None` for ground that is nobody's on that side.
    pub(super) shared: BTreeMap<(Option<usize>, Option<usize>), f64>,
    /// For each area before the widest piece that it lost, for each after the widest that it gained.
    pub(super) lost_m: BTreeMap<usize, f64>,
    /// The widest piece that each area after gained.
    pub(super) gained_m: BTreeMap<usize, f64>,
}

/// The common ground of areas of one level; `partner` is the area after that an area before lives on as.
///
/// Where several share a piece (stairwells, an exclusive area over another), an area is kin to itself first; what is left
/// on one side is kin to what is left on the other, or to those that stay.
pub(super) fn ground(pieces: &[Piece], partner: &[Option<usize>]) -> Ground {
    let mut ground = Ground::default();
    for piece in pieces {
        let stays = |&&old: &&usize| partner[old].is_some_and(|new| piece.after.contains(&new));
        let (kept, left): (Vec<usize>, Vec<usize>) = piece.before.iter().partition(|old| stays(old));
        let kept_after: Vec<usize> = kept.iter().filter_map(|&old| partner[old]).collect();
        let come: Vec<usize> = piece.after.iter().copied().filter(|new| !kept_after.contains(new)).collect();
        left.iter().for_each(|&old| widen(&mut ground.lost_m, old, piece.width_m));
        come.iter().for_each(|&new| widen(&mut ground.gained_m, new, piece.width_m));
        if piece.width_m < MIN_WIDTH_M {
            continue;
        }
        let mut add = |pair| *ground.shared.entry(pair).or_default() += piece.area_m2;
        kept.iter().for_each(|&old| add((Some(old), partner[old])));
        let heirs = if come.is_empty() { &kept_after } else { &come };
        for &old in &left {
            heirs.iter().for_each(|&new| add((Some(old), Some(new))));
            if heirs.is_empty() {
                add((Some(old), None));
            }
        }
        if left.is_empty() {
            for &new in &come {
                kept.iter().for_each(|&old| add((Some(old), Some(new))));
                if kept.is_empty() {
                    add((None, Some(new)));
                }
            }
        }
    }
    ground
}

fn widen(widths: &mut BTreeMap<usize, f64>, of: usize, width_m: f64) {
    let widest = widths.entry(of).or_default();
    *widest = widest.max(width_m);
}

impl Ground {
    /// Whether the outline of an area that lives on moved by more than noding does.
    pub(super) fn has_moved(&self, before: usize, after: usize, noded_only_m: Option<f64>) -> bool {
        let least = noded_only_m.unwrap_or(MIN_WIDTH_M).max(MIN_WIDTH_M);
        let widest = [self.lost_m.get(&before), self.gained_m.get(&after)].into_iter().flatten();
        widest.copied().fold(0.0, f64::max) >= least
    }
}
