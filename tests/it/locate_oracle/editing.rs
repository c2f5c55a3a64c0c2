//! A map that is redrawn step by step and stays noded: every border that two areas share changes in both.
//!
//! Everything is decided by looking at all borders, which is slow and simple. No step makes borders cross, so that
//! whatever it leaves is a map that a store could hold.

mod segments;

use std::collections::{BTreeMap, BTreeSet};

use onemap::domain::geometry::{MultiPolygon, Polygon, Ring};

use segments::{Edge, area_doubled, edges_of, is_in_triangle, meet, turn};

use crate::support::{
    plane::{self, Point},
    random::Random,
};

/// Every vertex, and where borders lead from it.
type Neighbours = BTreeMap<Point, BTreeSet<Point>>;

/// One area: its exterior counter-clockwise, then its holes clockwise.
#[derive(Debug, Clone)]
struct Plot {
    rings: Vec<Vec<Point>>,
    /// Its own as long as it is there.
    number: u32,
    /// Of the finest level: may be split, joined and dropped.
    is_unit: bool,
    is_enclave: bool,
}

/// The map.
pub struct Editing {
    plots: Vec<Plot>,
    /// So many units are never dropped.
    least: usize,
    /// The number of the plot added last.
    last_number: u32,
}

/// What a step changed.
#[derive(Debug)]
pub struct Step {
    pub kind: Kind,
    /// Old and new places of what was moved.
    pub places: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    MoveVertex,
    MoveNode,
    MoveOverCorner,
    InsertVertex,
    RemoveVertex,
    Split,
    Join,
    AddEnclave,
    RemoveEnclave,
    DropUnit,
}

/// How often a kind is tried at random places before another gets its turn.
const TRIES: usize = 60;

/// Each kind as often as it should come.
const KINDS: [Kind; 12] = [
    Kind::MoveVertex,
    Kind::MoveNode,
    Kind::MoveOverCorner,
    Kind::InsertVertex,
    Kind::RemoveVertex,
    Kind::Split,
    Kind::Split,
    Kind::Join,
    Kind::AddEnclave,
    Kind::AddEnclave,
    Kind::RemoveEnclave,
    Kind::DropUnit,
];

impl Plot {
    /// Whether a point in doubled units, on no border of this plot, lies inside.
    fn holds_doubled(&self, (x, y): Point) -> bool {
        let doubled = |p: Point| (2 * p.0, 2 * p.1);
        let mut crossed = 0;
        for (a, b) in self.rings.iter().flat_map(|ring| edges_of(ring)) {
            let (w, e) = (doubled(a.min(b)), doubled(a.max(b)));
            crossed += usize::from(w.0 <= x && x < e.0 && turn(w, e, (x, y)) < 0);
        }
        crossed % 2 == 1
    }
}

impl Editing {
    /// Begins with `areas`, the last `units` of which are of the finest level.
    pub fn new(areas: &[MultiPolygon], units: usize) -> Self {
        let ring = |ring: &Ring| -> Vec<Point> {
            ring.positions().iter().map(|p| (i64::from(p.lon()), i64::from(p.lat()))).collect()
        };
        let plot = |(at, area): (usize, &MultiPolygon)| Plot {
            rings: area.rings().map(ring).collect(),
            number: at as u32 + 1,
            is_unit: at + units >= areas.len(),
            is_enclave: false,
        };
        Self { plots: areas.iter().enumerate().map(plot).collect(), least: units / 2, last_number: areas.len() as u32 }
    }

    pub fn polygons(&self) -> Vec<MultiPolygon> {
        self.areas().map(|(_, _, polygon)| polygon).collect()
    }

    /// Every area with its number, which it keeps while it is there, and whether it is of the finest level.
    pub fn areas(&self) -> impl Iterator<Item = (u32, bool, MultiPolygon)> + '_ {
        let of = |plot: &Plot| {
            let exterior = plane::ring(&plot.rings[0]);
            let holes = plot.rings[1..].iter().map(|hole| plane::ring(hole)).collect();
            let polygon = MultiPolygon { polygons: vec![Polygon { exterior, holes }] }.canonical();
            (plot.number, plot.is_unit, polygon)
        };
        self.plots.iter().map(of)
    }

    /// Takes one step of some kind that is possible.
    pub fn step(&mut self, random: &mut Random) -> Step {
        let neighbours = self.neighbours();
        for _ in 0..100 {
            let kind = *random.pick(&KINDS);
            if let Some(places) = (0..TRIES).find_map(|_| self.attempt(kind, &neighbours, random)) {
                return Step { kind, places };
            }
        }
        panic!("no step is possible with {} areas", self.plots.len());
    }

    fn attempt(&mut self, kind: Kind, neighbours: &Neighbours, random: &mut Random) -> Option<Vec<Point>> {
        match kind {
            Kind::MoveVertex | Kind::MoveNode => {
                let degree = if kind == Kind::MoveNode { 3 } else { 2 };
                let (&from, around) = random.pick(&neighbours.iter().collect::<Vec<_>>()).to_owned();
                let reach = *random.pick(&[1, 3, 20, 300, 3_000]);
                let to = (from.0 + random.between(-reach, reach), from.1 + random.between(-reach, reach));
                (around.len() >= degree && self.move_vertex(from, to, neighbours)).then(|| vec![from, to])
            }
            Kind::MoveOverCorner => {
                let (&near, _) = random.pick(&neighbours.iter().collect::<Vec<_>>()).to_owned();
                // Tiles of the index are 2^10 units and more, by how many borders there are; cells are smaller.
                let size = 1_i64 << random.between(10, 17);
                let corner = |value: i64| (value + size / 2).div_euclid(size) * size;
                let corner = (corner(near.0), corner(near.1));
                let distance = |p: &&Point| (p.0 - corner.0).abs() + (p.1 - corner.1).abs();
                let from = *neighbours.keys().min_by_key(distance).filter(|p| distance(p) < 8_000)?;
                let to = (corner.0 + random.between(-2, 2), corner.1 + random.between(-2, 2));
                self.move_vertex(from, to, neighbours).then(|| vec![from, to])
            }
            Kind::InsertVertex => self.insert_vertex(neighbours, random),
            Kind::RemoveVertex => self.remove_vertex(neighbours, random),
            Kind::Split => self.split(neighbours, random),
            Kind::Join => self.join(random),
            Kind::AddEnclave => self.add_enclave(neighbours, random),
            Kind::RemoveEnclave => self.remove_enclave(random),
            Kind::DropUnit => self.drop_unit(random),
        }
    }

    fn neighbours(&self) -> Neighbours {
        let mut neighbours = Neighbours::new();
        for (a, b) in self.plots.iter().flat_map(|plot| &plot.rings).flat_map(|ring| edges_of(ring)) {
            neighbours.entry(a).or_default().insert(b);
            neighbours.entry(b).or_default().insert(a);
        }
        neighbours
    }

    /// Moves a vertex in a straight line unless its borders would run into something on the way.
    fn move_vertex(&mut self, from: Point, to: Point, neighbours: &Neighbours) -> bool {
        let around = &neighbours[&from];
        let swept = |p: &Point| around.iter().any(|&n| *p != n && *p != from && is_in_triangle(*p, [from, to, n]));
        if from == to || neighbours.contains_key(&to) || neighbours.keys().any(swept) {
            return false;
        }
        let blocks = |edge: Edge| meet(edge, (from, to)) || around.iter().any(|&n| meet(edge, (to, n)));
        if edges(neighbours).any(|edge| edge.0 != from && edge.1 != from && blocks(edge)) {
            return false;
        }
        let rings = self.plots.iter_mut().flat_map(|plot| &mut plot.rings);
        rings.flatten().filter(|p| **p == from).for_each(|p| *p = to);
        true
    }

    fn insert_vertex(&mut self, neighbours: &Neighbours, random: &mut Random) -> Option<Vec<Point>> {
        let all: Vec<Edge> = edges(neighbours).collect();
        let &(a, b) = random.pick(&all);
        let reach = ((b.0 - a.0).abs().max((b.1 - a.1).abs()) / 5).max(1);
        let middle = ((a.0 + b.0) / 2, (a.1 + b.1) / 2);
        let new = (middle.0 + random.between(-reach, reach), middle.1 + random.between(-reach, reach));
        if !is_free(neighbours, [a, new, b], (a, b)) || neighbours.contains_key(&new) {
            return None;
        }
        for ring in self.plots.iter_mut().flat_map(|plot| &mut plot.rings) {
            let at = edges_of(ring).position(|edge| edge == (a, b) || edge == (b, a));
            at.into_iter().for_each(|at| ring.insert(at + 1, new));
        }
        Some(vec![a, b, new])
    }

    fn remove_vertex(&mut self, neighbours: &Neighbours, random: &mut Random) -> Option<Vec<Point>> {
        let (&old, around) = random.pick(&neighbours.iter().collect::<Vec<_>>()).to_owned();
        let ends: Vec<Point> = around.iter().copied().collect();
        let [a, b] = ends[..] else { return None };
        let is_small = |ring: &Vec<Point>| ring.len() <= 3 && ring.contains(&old);
        let direct = edges(neighbours).filter(|edge| edge.0 != old && edge.1 != old).any(|edge| meet(edge, (a, b)));
        let swept = |p: &Point| ![a, b, old].contains(p) && is_in_triangle(*p, [a, old, b]);
        if direct || neighbours.keys().any(swept) || self.plots.iter().flat_map(|plot| &plot.rings).any(is_small) {
            return None;
        }
        self.plots.iter_mut().flat_map(|plot| &mut plot.rings).for_each(|ring| ring.retain(|&p| p != old));
        Some(vec![a, b, old])
    }

    fn unit(&self, random: &mut Random) -> Option<usize> {
        let at = random.bits() as usize % self.plots.len();
        self.plots[at].is_unit.then_some(at)
    }

    /// Puts a plot anywhere into the list, so that the numbers of areas move.
    fn add(&mut self, plot: Plot, random: &mut Random) {
        self.last_number += 1;
        let plot = Plot { number: self.last_number, ..plot };
        let at = random.bits() as usize % (self.plots.len() + 1);
        self.plots.insert(at, plot);
    }

    /// Splits a unit along a straight line between two of its vertices.
    fn split(&mut self, neighbours: &Neighbours, random: &mut Random) -> Option<Vec<Point>> {
        let unit = self.unit(random)?;
        let ring = self.plots[unit].rings[0].clone();
        let (i, j) = (random.bits() as usize % ring.len(), random.bits() as usize % ring.len());
        let (i, j) = (i.min(j), i.max(j));
        let (a, b) = (ring[i], ring[j]);
        let is_side = j - i < 2 || j - i + 2 > ring.len();
        if is_side || edges(neighbours).any(|edge| meet(edge, (a, b))) {
            return None;
        }
        if !self.plots[unit].holds_doubled((a.0 + b.0, a.1 + b.1)) {
            return None;
        }
        let one: Vec<Point> = ring[i..=j].to_vec();
        let other: Vec<Point> = ring[j..].iter().chain(&ring[..=i]).copied().collect();
        let holes = self.plots[unit].rings.split_off(1);
        let number = self.plots[unit].number;
        let plot = |ring: Vec<Point>| Plot { rings: vec![ring], number, is_unit: true, is_enclave: false };
        let (mut one, mut other) = (plot(one), plot(other));
        for hole in holes {
            let p = (2 * hole[0].0, 2 * hole[0].1);
            if one.holds_doubled(p) { one.rings.push(hole) } else { other.rings.push(hole) }
        }
        self.plots[unit] = one;
        self.add(other, random);
        Some(vec![a, b])
    }

    /// Joins a unit with one beside it.
    fn join(&mut self, random: &mut Random) -> Option<Vec<Point>> {
        let (one, other) = (self.unit(random)?, self.unit(random)?);
        let all = |plot: usize| self.plots[plot].rings.iter().flat_map(|ring| edges_of(ring));
        let mine: BTreeSet<Edge> = all(one).collect();
        let shared: BTreeSet<Edge> = all(other).filter(|&(a, b)| mine.contains(&(b, a))).collect();
        if one == other || shared.is_empty() {
            return None;
        }
        let mut next: BTreeMap<Point, Point> = BTreeMap::new();
        for (a, b) in all(one).chain(all(other)) {
            let is_kept = !shared.contains(&(a, b)) && !shared.contains(&(b, a));
            // Where the outline would touch itself.
            if is_kept && next.insert(a, b).is_some() {
                return None;
            }
        }
        let (mut shells, mut holes) = (Vec::new(), Vec::new());
        while let Some((&first, _)) = next.first_key_value() {
            let mut ring = vec![first];
            let mut at = next.remove(&first)?;
            while at != first {
                ring.push(at);
                at = next.remove(&at)?;
            }
            if area_doubled(&ring) > 0 { shells.push(ring) } else { holes.push(ring) }
        }
        if shells.len() != 1 {
            return None;
        }
        shells.extend(holes);
        let number = self.plots[one].number;
        self.plots[one] = Plot { rings: shells, number, is_unit: true, is_enclave: false };
        self.plots.remove(other);
        Some(shared.into_iter().flat_map(|(a, b)| [a, b]).collect())
    }

    /// Draws a small area into a unit: cut out of it, or over it.
    fn add_enclave(&mut self, neighbours: &Neighbours, random: &mut Random) -> Option<Vec<Point>> {
        let unit = self.unit(random)?;
        let exterior = &self.plots[unit].rings[0];
        let (a, b, c) = (*random.pick(exterior), *random.pick(exterior), *random.pick(exterior));
        let (x, y) = ((a.0 + b.0 + c.0) / 3, (a.1 + b.1 + c.1) / 3);
        let reach = *random.pick(&[1, 2, 9, 60, 700]);
        let ring = match random.between(0, 2) {
            0 => vec![(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)],
            1 => vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)],
            _ => vec![(x - reach, y - reach), (x + reach, y), (x, y + reach)],
        };
        let is_near = |p: &Point| (p.0 - x).abs() <= reach + 1 && (p.1 - y).abs() <= reach + 1;
        if neighbours.keys().any(is_near)
            || edges(neighbours).any(|edge| edges_of(&ring).any(|side| meet(edge, side)))
            || !self.plots[unit].holds_doubled((2 * x, 2 * y))
        {
            return None;
        }
        if random.one_in(2) {
            self.plots[unit].rings.push(ring.iter().rev().copied().collect());
        }
        self.add(Plot { rings: vec![ring.clone()], number: 0, is_unit: true, is_enclave: true }, random);
        Some(ring)
    }

    /// Drops an enclave; its hole, if it has one, is filled or stays.
    fn remove_enclave(&mut self, random: &mut Random) -> Option<Vec<Point>> {
        let enclave = self.unit(random).filter(|&at| self.plots[at].is_enclave && self.plots[at].rings.len() == 1)?;
        let ring = self.plots.remove(enclave).rings.remove(0);
        let sorted = |ring: &[Point]| -> BTreeSet<Point> { ring.iter().copied().collect() };
        if random.one_in(2) {
            for plot in &mut self.plots {
                let exterior = plot.rings.remove(0);
                plot.rings.retain(|hole| sorted(hole) != sorted(&ring));
                plot.rings.insert(0, exterior);
            }
        }
        Some(ring)
    }

    /// Drops a unit, most often at the outer border, and leaves its ground to nobody or to the levels above.
    fn drop_unit(&mut self, random: &mut Random) -> Option<Vec<Point>> {
        let unit = self.unit(random)?;
        let outer: BTreeSet<Point> =
            self.plots.iter().filter(|plot| !plot.is_unit).flat_map(|plot| &plot.rings).flatten().copied().collect();
        let is_outer = self.plots[unit].rings[0].iter().any(|p| outer.contains(p));
        let count = self.plots.iter().filter(|plot| plot.is_unit).count();
        (count > self.least && (is_outer || random.one_in(4))).then(|| self.plots.remove(unit).rings.remove(0))
    }
}

fn edges(neighbours: &Neighbours) -> impl Iterator<Item = Edge> + '_ {
    neighbours.iter().flat_map(|(&a, to)| to.range(a..).map(move |&b| (a, b)))
}

/// Whether the line through three points runs into no border but `instead_of`, and nothing stands between it and that.
fn is_free(neighbours: &Neighbours, line: [Point; 3], instead_of: Edge) -> bool {
    let [a, new, b] = line;
    let swept = |p: &Point| *p != a && *p != b && is_in_triangle(*p, line);
    let blocks = |edge: &Edge| *edge != instead_of && (meet(*edge, (a, new)) || meet(*edge, (new, b)));
    new != a && new != b && !neighbours.keys().any(swept) && !edges(neighbours).any(|edge| blocks(&edge))
}
