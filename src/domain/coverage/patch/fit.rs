//! Making outlines that were drawn freely meet the borders of the map: noding, but only of what lies near them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    super::{
        noding::{self, NodingError, RingInput},
        snapping::{PositionHash, Tolerance},
        topology::{ArcId, ArcSide, AreaIndex, Coverage},
    },
    Near, Outline,
    sides::{Edge, Place, edge_of, find, separates},
};
use crate::domain::geometry::{Extent, MultiPolygon, Position};

/// How often what lies near is looked for anew, because a border was bent towards more of it.
const MAX_ROUNDS: usize = 16;

/// An area with its polygons as they were drawn: valid and canonical.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// The area.
    pub area: AreaIndex,
    /// What it is to look like.
    pub polygons: &'a MultiPolygon,
}

/// Outlines that meet the map in vertices only.
pub struct Fitted {
    /// The outlines of what was drawn and of what goes, and of all that got nodes of them.
    pub outlines: Vec<Outline>,
}

/// Nodes `drawn` against each other and against the borders near them; `gone` are areas that go.
///
/// The same as noding everything, as far as the map was noded with this tolerance before: what is away from new borders
/// stays as it is. `snap_m` is the tolerance in metres.
pub fn fit(
    coverage: &Coverage,
    near: &dyn Near,
    drawn: &[Drawn<'_>],
    gone: &[AreaIndex],
    snap_m: f64,
) -> Result<Fitted, NodingError> {
    let edited = drawn.iter().map(|drawn| drawn.area).chain(gone.iter().copied()).collect();
    let mut settled = Settled {
        coverage,
        near,
        edited,
        tolerance: Tolerance::new(snap_m),
        is_settled: HashMap::new(),
        lines: BTreeMap::new(),
    };
    drawn.iter().for_each(|drawn| settled.look_around(drawn));
    let mut is_looked_at: BTreeSet<Place> = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let (rings, lines) = settled.node(drawn, snap_m)?;
        let bent: Vec<Place> = lines.iter().filter(|(_, path)| path.len() > 2).map(|(place, _)| *place).collect();
        let known = settled.lines.len();
        for place in bent.into_iter().filter(|place| is_looked_at.insert(*place)) {
            settled.gather(settled.lines[&place]);
        }
        if settled.lines.len() == known {
            return Ok(settled.outlines(drawn, gone, rings, &lines));
        }
    }
    let position = drawn.iter().flat_map(|drawn| drawn.polygons.rings()).map(|ring| ring.positions()[0]).next();
    Err(NodingError { position: position.expect("nothing drawn bends nothing") })
}

/// The borders that stay, as far as they are near what was drawn.
struct Settled<'a> {
    coverage: &'a Coverage,
    near: &'a dyn Near,
    edited: HashSet<AreaIndex>,
    tolerance: Tolerance,
    /// Whether an arc is a border of anything that stays.
    is_settled: HashMap<ArcId, bool>,
    lines: BTreeMap<Place, [Position; 2]>,
}

/// Vertices along each edge that stays.
type Paths = BTreeMap<Place, Vec<Position>>;

impl Settled<'_> {
    /// Gathers the borders near an outline: along edges that are there already just these, around others all.
    fn look_around(&mut self, drawn: &Drawn<'_>) {
        let mut places: HashMap<Edge, Place, PositionHash> = HashMap::default();
        for side in self.coverage.border_of(drawn.area) {
            for (number, ends) in (0..).zip(self.coverage.positions(side.arc).windows(2)) {
                places.insert(edge_of([ends[0], ends[1]]), (side.arc, number));
            }
        }
        for (a, b) in drawn.polygons.rings().flat_map(|ring| ring.edges()) {
            let edge = edge_of([a, b]);
            let place = places.get(&edge).copied().or_else(|| find(self.coverage, self.near, edge));
            match place.filter(|place| self.stays(place.0)) {
                Some(place) => self.add(place),
                None => self.gather([a, b]),
            }
        }
    }

    fn stays(&mut self, arc: ArcId) -> bool {
        *self.is_settled.entry(arc).or_insert_with(|| separates(self.coverage, arc, &self.edited))
    }

    fn add(&mut self, (arc, number): Place) {
        let positions = self.coverage.positions(arc);
        self.lines.insert((arc, number), [positions[number as usize], positions[number as usize + 1]]);
    }

    /// Adds all borders that stay and come near an edge.
    fn gather(&mut self, [a, b]: [Position; 2]) {
        let units = self.tolerance.units(a).max(self.tolerance.units(b));
        let around = Extent::of(a).with(b).grown(2 * units + 2);
        let mut found = Vec::new();
        self.near.edges(around, &mut |arc, number| found.push((arc, number)));
        for place in found {
            if self.stays(place.0) {
                self.add(place);
            }
        }
    }

    /// The rings of what was drawn, and the paths of what stays.
    fn node(&self, drawn: &[Drawn<'_>], snap_m: f64) -> Result<(Vec<Vec<Position>>, Paths), NodingError> {
        let rings = drawn.iter().flat_map(|drawn| drawn.polygons.rings());
        let rings = rings.map(|ring| RingInput { positions: ring.positions(), settled: false, is_closed: true });
        let lines = self.lines.values().map(|line| RingInput { positions: line, settled: true, is_closed: false });
        let input: Vec<RingInput<'_>> = rings.chain(lines).collect();
        let ring_count = input.len() - self.lines.len();
        let noded = noding::node(&input, snap_m)?;
        let path = |chain: &Vec<u32>| chain.iter().map(|&vertex| noded.positions[vertex as usize]).collect();
        let mut paths: Vec<Vec<Position>> = noded.rings.iter().map(path).collect();
        let lines = paths.split_off(ring_count);
        Ok((paths, self.lines.keys().copied().zip(lines).collect()))
    }

    fn outlines(&self, drawn: &[Drawn<'_>], gone: &[AreaIndex], rings: Vec<Vec<Position>>, lines: &Paths) -> Fitted {
        let mut outlines: Vec<Outline> = gone.iter().map(|&area| Outline::none(area)).collect();
        let mut rings = rings.into_iter();
        for drawn in drawn {
            let mut edges = Vec::new();
            for ring in rings.by_ref().take(drawn.polygons.rings().count()) {
                let next = ring.iter().skip(1).chain(ring.first());
                edges.extend(ring.iter().zip(next).map(|(&a, &b)| [a, b]));
            }
            outlines.push(Outline { area: drawn.area, edges });
        }
        let mut bent: BTreeSet<AreaIndex> = BTreeSet::new();
        for ((arc, _), _) in lines.iter().filter(|(_, path)| path.len() > 2) {
            let arc = self.coverage.arc(*arc);
            let (left, right) = (self.coverage.areas_of(arc.left), self.coverage.areas_of(arc.right));
            bent.extend(left.iter().filter(|area| right.binary_search(area).is_err()));
            bent.extend(right.iter().filter(|area| left.binary_search(area).is_err()));
        }
        outlines.extend(bent.difference(&self.edited.iter().copied().collect()).map(|&area| self.bent(area, lines)));
        outlines.sort_by_key(|outline| outline.area);
        Fitted { outlines }
    }

    /// The outline of an area that stays, with the vertices that its edges got.
    fn bent(&self, area: AreaIndex, lines: &Paths) -> Outline {
        let mut edges = Vec::new();
        for &ArcSide { arc, is_forward } in self.coverage.border_of(area) {
            for (number, ends) in (0..).zip(self.coverage.positions(arc).windows(2)) {
                let path = lines.get(&(arc, number)).map_or(ends, |path| &path[..]);
                edges.extend(
                    path.windows(2).map(|ends| if is_forward { [ends[0], ends[1]] } else { [ends[1], ends[0]] }),
                );
            }
        }
        Outline { area, edges }
    }
}
