//! What else a Rust program can use: a tree of boxes and an exact test on the candidates.
//!
//! Both trees lie over the same polygons, in lattice units as f64, which are exact: nothing is rounded.

use geo::{Contains, Coord, LineString, Polygon};
use geo_index::rtree::{RTree as PackedTree, RTreeBuilder, RTreeIndex, sort::HilbertSort};
use onemap::domain::geometry::Position;
use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};

use super::locator::{Found, Locator, NOBODY};
use crate::world::World;

/// The polygon of every unit.
pub struct Polygons(Vec<Polygon<f64>>);

fn coord(position: Position) -> Coord<f64> {
    Coord { x: f64::from(position.lon()), y: f64::from(position.lat()) }
}

impl Polygons {
    /// The polygons of a map.
    pub fn new(world: &World) -> Self {
        let line = |ring: Vec<Position>| LineString(ring.into_iter().map(coord).collect());
        let polygon = |unit: usize| {
            let outline = world.outline(unit);
            Polygon::new(line(outline.exterior), outline.hole.into_iter().map(line).collect())
        };
        Self((0..world.unit_count()).map(polygon).collect())
    }

    fn contains(&self, unit: u32, position: Position) -> bool {
        self.0[unit as usize].contains(&coord(position))
    }

    /// West, south, east and north of each unit.
    fn boxes(&self) -> impl ExactSizeIterator<Item = [f64; 4]> + '_ {
        self.0.iter().map(|polygon| {
            polygon.exterior().coords().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[w, s, e, n], at| {
                [w.min(at.x), s.min(at.y), e.max(at.x), n.max(at.y)]
            })
        })
    }

    fn bytes(&self) -> usize {
        let line = |line: &LineString<f64>| size_of::<LineString<f64>>() + line.0.len() * size_of::<Coord<f64>>();
        let interiors = |polygon: &Polygon<f64>| polygon.interiors().iter().map(line).sum::<usize>();
        let interior_list = size_of::<Vec<LineString<f64>>>();
        self.0.iter().map(|polygon| line(polygon.exterior()) + interior_list + interiors(polygon)).sum()
    }
}

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// rstar and `geo::Contains`.
pub struct Rstar<'a> {
    polygons: &'a Polygons,
    tree: RTree<Entry>,
}

impl<'a> Rstar<'a> {
    /// The tree, loaded in bulk.
    pub fn new(polygons: &'a Polygons) -> Self {
        let entry = |(unit, [west, south, east, north]): (u32, [f64; 4])| {
            GeomWithData::new(Rectangle::from_corners([west, south], [east, north]), unit)
        };
        Self { polygons, tree: RTree::bulk_load((0..).zip(polygons.boxes()).map(entry).collect()) }
    }
}

impl Locator for Rstar<'_> {
    fn name(&self) -> &'static str {
        "rstar 0.12 + geo Contains"
    }

    fn bytes(&self) -> Option<usize> {
        // The tree's own size is not told: an entry and its share of nodes of at most six.
        Some(self.polygons.bytes() + self.tree.size() * size_of::<Entry>() * 6 / 5)
    }

    fn locate_all(&self, positions: &[Position], found: &mut [Found]) {
        for (found, &position) in found.iter_mut().zip(positions) {
            let at = AABB::from_point([f64::from(position.lon()), f64::from(position.lat())]);
            let mut candidates = self.tree.locate_in_envelope_intersecting(&at);
            let owner = candidates.find(|entry| self.polygons.contains(entry.data, position));
            *found = Found { area: owner.map_or(NOBODY, |entry| entry.data), on_border: false };
        }
    }
}

/// geo-index and `geo::Contains`.
pub struct GeoIndex<'a> {
    polygons: &'a Polygons,
    tree: PackedTree<f64>,
}

impl<'a> GeoIndex<'a> {
    /// The packed tree, sorted by Hilbert's curve.
    pub fn new(polygons: &'a Polygons) -> Self {
        let boxes = polygons.boxes();
        let mut builder = RTreeBuilder::new(boxes.len() as u32);
        for [west, south, east, north] in boxes {
            builder.add(west, south, east, north);
        }
        Self { polygons, tree: builder.finish::<HilbertSort>() }
    }
}

impl Locator for GeoIndex<'_> {
    fn name(&self) -> &'static str {
        "geo-index 0.4 + geo Contains"
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.polygons.bytes() + AsRef::<[u8]>::as_ref(&self.tree).len())
    }

    fn locate_all(&self, positions: &[Position], found: &mut [Found]) {
        for (found, &position) in found.iter_mut().zip(positions) {
            let [x, y] = [position.lon(), position.lat()].map(f64::from);
            let candidates = self.tree.search(x, y, x, y);
            let owner = candidates.into_iter().find(|&unit| self.polygons.contains(unit, position));
            *found = Found { area: owner.unwrap_or(NOBODY), on_border: false };
        }
    }
}
