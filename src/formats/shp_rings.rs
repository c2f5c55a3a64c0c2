//! Assembles the loose rings of a Shapefile's polygon into polygons with holes.
//!
//! Exteriors are clockwise, holes counter-clockwise, in any order; each hole belongs to the smallest exterior around
//! it. Where every ring turns the wrong way, containment alone tells them apart.

use super::record::RecordError;
use super::shape_rules::empty_geometry;

type Positions = Vec<[f64; 2]>;

/// The most edges that are looked at for one record, in all comparisons of rings; about a second of work.
const MAX_WORK: u64 = 300_000_000;

/// The polygons of closed rings, each exterior followed by its holes, in file order of the exteriors.
pub fn polygons_of_rings(rings: Vec<Positions>) -> Result<Vec<Vec<Positions>>, RecordError> {
    if rings.is_empty() {
        return Err(empty_geometry());
    }
    let mut work = Work { left: MAX_WORK };
    let any_clockwise = rings.iter().any(|ring| signed_area_doubled(ring) < 0.0);
    let (exteriors, holes): (Vec<Positions>, Vec<Positions>) = if any_clockwise {
        rings.into_iter().partition(|ring| signed_area_doubled(ring) <= 0.0)
    } else {
        by_containment(rings, &mut work)?
    };
    let shells: Vec<Bounded> = exteriors.iter().map(|ring| Bounded::of(ring)).collect();
    let mut holes_of: Vec<Vec<Positions>> = vec![Vec::new(); exteriors.len()];
    for hole in holes {
        let bounded = Bounded::of(&hole);
        let mut owner: Option<usize> = None;
        for (index, shell) in shells.iter().enumerate() {
            let smaller = owner.is_none_or(|known| shell.area < shells[known].area);
            if smaller && work.lies_within(&bounded, shell)? {
                owner = Some(index);
            }
        }
        let Some(owner) = owner else {
            return Err(RecordError::of_geometry(
                format!("洞（始于 {} {}）不在任何外环之内", hole[0][0], hole[0][1]),
                format!("the hole that begins at {} {} lies in no exterior ring", hole[0][0], hole[0][1]),
                ("外环顺时针，洞逆时针且在外环之内", "clockwise exteriors, counter-clockwise holes within them"),
            ));
        };
        holes_of[owner].push(hole);
    }
    let with_holes = |(exterior, holes): (Positions, Vec<Positions>)| std::iter::once(exterior).chain(holes).collect();
    Ok(exteriors.into_iter().zip(holes_of).map(with_holes).collect())
}

/// Exteriors and holes of rings that are all counter-clockwise, as writers of the OGC order have them: a ring within
/// an odd number of others is a hole.
fn by_containment(rings: Vec<Positions>, work: &mut Work) -> Result<(Vec<Positions>, Vec<Positions>), RecordError> {
    let bounded: Vec<Bounded> = rings.iter().map(|ring| Bounded::of(ring)).collect();
    let mut is_hole = vec![false; rings.len()];
    for (index, inner) in bounded.iter().enumerate() {
        for (other, outer) in bounded.iter().enumerate() {
            if other != index && work.lies_within(inner, outer)? {
                is_hole[index] = !is_hole[index];
            }
        }
    }
    drop(bounded);
    let (mut exteriors, mut holes) = (Vec::new(), Vec::new());
    for (ring, is_hole) in rings.into_iter().zip(is_hole) {
        if is_hole { holes.push(ring) } else { exteriors.push(ring) }
    }
    Ok((exteriors, holes))
}

/// A ring with its bounds `[west, south, east, north]` and twice its area.
struct Bounded<'a> {
    ring: &'a [[f64; 2]],
    bounds: [f64; 4],
    area: f64,
}

impl<'a> Bounded<'a> {
    fn of(ring: &'a [[f64; 2]]) -> Self {
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for &[x, y] in ring {
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        Self { ring, bounds, area: signed_area_doubled(ring).abs() }
    }

    fn may_hold(&self, inner: &Bounded<'_>) -> bool {
        let (outer, inner) = (self.bounds, inner.bounds);
        outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3]
    }
}

/// How much may still be done for a record.
struct Work {
    left: u64,
}

impl Work {
    /// Whether the first position of `ring` that is not on an edge of `shell` is inside it.
    ///
    /// A ring whose first positions all lie on the shell counts as inside; validation judges it later.
    fn lies_within(&mut self, ring: &Bounded<'_>, shell: &Bounded<'_>) -> Result<bool, RecordError> {
        /// A hole touches its shell at few positions; more tries would only cost time.
        const MAX_TRIES: usize = 16;
        self.spend(1)?;
        if !shell.may_hold(ring) {
            return Ok(false);
        }
        for &position in ring.ring.iter().take(MAX_TRIES) {
            self.spend(shell.ring.len() as u64)?;
            if let Some(inside) = side(position, shell.ring) {
                return Ok(inside);
            }
        }
        Ok(true)
    }

    fn spend(&mut self, edges: u64) -> Result<(), RecordError> {
        self.left = self.left.checked_sub(edges).ok_or_else(|| {
            RecordError::of_geometry(
                "环太多，无法分清外环与洞",
                "too many rings to tell exteriors from holes",
                ("环和坐标点更少的面；请拆分该记录", "polygons of fewer rings and positions; split the record"),
            )
        })?;
        Ok(())
    }
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
    fn the_work_for_one_record_is_bounded() {
        // 20,000 nested squares, all counter-clockwise: comparing all with all would be 4 * 10^8 pairs.
        let rings = (0..20_000).map(|index| reversed(square(f64::from(index), 100_000.0 - f64::from(index)))).collect();
        let error = polygons_of_rings(rings).expect_err("too many rings");
        assert_eq!(error.en, "too many rings to tell exteriors from holes");
    }

    #[test]
    fn a_hole_outside_every_exterior_is_an_error() {
        let error = polygons_of_rings(vec![square(0.0, 1.0), reversed(square(5.0, 6.0))]).expect_err("a stray hole");
        assert_eq!(error.en, "the hole that begins at 5 5 lies in no exterior ring");
    }
}
