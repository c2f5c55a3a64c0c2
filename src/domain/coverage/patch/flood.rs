//! Which faces an area covers, found from its border inwards.

use std::collections::{BTreeSet, HashSet};

use super::{
    super::topology::{ArcId, ArcSide, Coverage, FaceId},
    Unclosed,
};

/// The faces inside of a border, given as the arcs that it consists of with the inside on their left.
///
/// `Err` when the border does not close: a face would lie on both sides, or the outside within.
pub(super) fn inside(coverage: &Coverage, border: &[ArcSide]) -> Result<BTreeSet<FaceId>, Unclosed> {
    let is_border: HashSet<ArcId> = border.iter().map(|side| side.arc).collect();
    let (mut within, mut beyond) = (BTreeSet::new(), HashSet::from([FaceId::OUTSIDE]));
    let mut pending = Vec::new();
    for &side in border {
        let (inner, outer) = coverage.inside_outside(side);
        beyond.insert(outer);
        pending.push(inner);
    }
    while let Some(face) = pending.pop() {
        if beyond.contains(&face) {
            return Err(Unclosed);
        }
        if within.insert(face) {
            let sides = coverage.border_of_face(face).iter().filter(|side| !is_border.contains(&side.arc));
            pending.extend(sides.map(|&side| coverage.inside_outside(side).1));
        }
    }
    Ok(within)
}
