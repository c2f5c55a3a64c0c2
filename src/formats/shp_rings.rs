//! Assembles the loose rings of a Shapefile's polygon into polygons with holes.
//!
//! Exteriors are clockwise, holes counter-clockwise, in any order; each hole belongs to the smallest exterior around
//! it. A file in which every ring turns the wrong way is read as if all were exteriors, by containment.

use super::record::RecordError;
use super::shape_rules::empty_geometry;

type Positions = Vec<[f64; 2]>;

/// The most comparisons of a hole with an exterior in one record.
const MAX_PAIRS: usize = 4_000_000;

/// The polygons of closed rings, each exterior followed by its holes, in file order of the exteriors.
pub fn polygons_of_rings(rings: Vec<Positions>) -> Result<Vec<Vec<Positions>>, RecordError> {
    if rings.is_empty() {
        return Err(empty_geometry());
    }
    let any_clockwise = rings.iter().any(|ring| signed_area_doubled(ring) < 0.0);
    let (exteriors, holes): (Vec<Positions>, Vec<Positions>) = if any_clockwise {
        rings.into_iter().partition(|ring| signed_area_doubled(ring) <= 0.0)
    } else {
        // Writers that follow the OGC order: the first ring is the exterior, as are those outside it.
        by_containment(rings)
    };
    if exteriors.len().saturating_mul(holes.len()) > MAX_PAIRS {
        return Err(RecordError::of_geometry(
            "环太多",
            format!("{} exteriors and {} holes in one polygon", exteriors.len(), holes.len()),
            "exteriors times holes at most 4000000 in one record",
        ));
    }
    let shells: Vec<([f64; 4], f64)> =
        exteriors.iter().map(|ring| (bounds(ring), signed_area_doubled(ring).abs())).collect();
    let mut polygons: Vec<Vec<Positions>> = exteriors.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let hole_bounds = bounds(&hole);
        let owner = (0..shells.len())
            .filter(|&index| encloses(shells[index].0, hole_bounds) && lies_within(&hole, &polygons[index][0]))
            .min_by(|&a, &b| shells[a].1.total_cmp(&shells[b].1));
        let Some(owner) = owner else {
            return Err(RecordError::of_geometry(
                format!("洞（始于 {} {}）不在任何外环之内", hole[0][0], hole[0][1]),
                format!("the hole that begins at {} {} lies in no exterior ring", hole[0][0], hole[0][1]),
                "clockwise exteriors, counter-clockwise holes within them",
            ));
        };
        polygons[owner].push(hole);
    }
    Ok(polygons)
}

/// Exteriors and holes of rings that are all counter-clockwise: a ring within an odd number of others is a hole.
fn by_containment(rings: Vec<Positions>) -> (Vec<Positions>, Vec<Positions>) {
    /// Beyond this, comparing all with all takes too long, and all rings are exteriors.
    const MAX_COMPARED: usize = 2_000;
    if rings.len() == 1 || rings.len() > MAX_COMPARED {
        return (rings, Vec::new());
    }
    let boxes: Vec<[f64; 4]> = rings.iter().map(|ring| bounds(ring)).collect();
    let is_hole = |index: usize| {
        let around = |other: &usize| {
            *other != index && encloses(boxes[*other], boxes[index]) && lies_within(&rings[index], &rings[*other])
        };
        (0..rings.len()).filter(around).count() % 2 == 1
    };
    let flags: Vec<bool> = (0..rings.len()).map(is_hole).collect();
    let (mut exteriors, mut holes) = (Vec::new(), Vec::new());
    for (ring, is_hole) in rings.into_iter().zip(flags) {
        if is_hole { holes.push(ring) } else { exteriors.push(ring) }
    }
    (exteriors, holes)
}

/// Twice the signed area, relative to the first position so that large coordinates cost no digits.
fn signed_area_doubled(ring: &[[f64; 2]]) -> f64 {
    let [x0, y0] = ring[0];
    let shifted = |[x, y]: [f64; 2]| (x - x0, y - y0);
    ring.windows(2)
        .map(|edge| {
            let ((ax, ay), (bx, by)) = (shifted(edge[0]), shifted(edge[1]));
            ax * by - bx * ay
        })
        .sum()
}

fn bounds(ring: &[[f64; 2]]) -> [f64; 4] {
    let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for &[x, y] in ring {
        bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
    }
    bounds
}

fn encloses(outer: [f64; 4], inner: [f64; 4]) -> bool {
    outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3]
}

/// Whether the first position of `ring` that is not a corner or on an edge of `shell` is inside it.
///
/// A ring all of whose positions lie on the shell counts as inside; validation judges it later.
fn lies_within(ring: &[[f64; 2]], shell: &[[f64; 2]]) -> bool {
    /// A hole touches its shell at few positions; more tries would only cost time.
    const MAX_TRIES: usize = 16;
    ring.iter().take(MAX_TRIES).find_map(|&position| side(position, shell)).unwrap_or(true)
}

/// Whether `position` is inside `shell`; `None` on its border.
fn side([x, y]: [f64; 2], shell: &[[f64; 2]]) -> Option<bool> {
    let mut inside = false;
    for edge in shell.windows(2) {
        let ([ax, ay], [bx, by]) = (edge[0], edge[1]);
        let cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        let within = x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
        if within && cross == 0.0 {
            return None;
        }
        if (ay > y) != (by > y) && (cross > 0.0) == (by > ay) {
            inside = !inside;
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clockwise square from `low` to `high` on both axes.
    fn square(low: f64, high: f64) -> Positions {
        vec![[low, low], [low, high], [high, high], [high, low], [low, low]]
    }

    fn reversed(mut ring: Positions) -> Positions {
        ring.reverse();
        ring
    }

    #[track_caller]
    fn check(rings: Vec<Positions>, expected: Vec<Vec<Positions>>) {
        assert_eq!(polygons_of_rings(rings), Ok(expected));
    }

    #[test]
    fn a_hole_belongs_to_the_smallest_exterior_around_it() {
        // an island within a hole, the island with a hole of its own
        let (sea, lake, island, pond) =
            (square(0.0, 9.0), reversed(square(1.0, 8.0)), square(2.0, 7.0), reversed(square(3.0, 6.0)));
        check(vec![pond.clone(), sea.clone(), lake.clone(), island.clone()], vec![vec![sea, lake], vec![island, pond]]);
    }

    #[test]
    fn a_hole_that_touches_its_exterior_is_still_its_hole() {
        let shell = square(0.0, 4.0);
        let hole = vec![[0.0, 2.0], [2.0, 1.0], [2.0, 3.0], [0.0, 2.0]];
        check(vec![shell.clone(), hole.clone()], vec![vec![shell, hole]]);
    }

    #[test]
    fn rings_that_all_turn_the_wrong_way_are_sorted_by_containment() {
        let (shell, hole) = (reversed(square(0.0, 9.0)), reversed(square(1.0, 8.0)));
        let other = reversed(square(20.0, 21.0));
        check(vec![shell.clone()], vec![vec![shell.clone()]]);
        check(vec![shell.clone(), hole.clone(), other.clone()], vec![vec![shell, hole], vec![other]]);
    }

    #[test]
    fn a_hole_outside_every_exterior_is_an_error() {
        let error = polygons_of_rings(vec![square(0.0, 1.0), reversed(square(5.0, 6.0))]).expect_err("a stray hole");
        assert_eq!(error.en, "the hole that begins at 5 5 lies in no exterior ring");
    }
}
