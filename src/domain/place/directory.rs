//! All places of a store, found by id, class, number, extent and distance.

use std::{collections::HashMap, ops::Range};

use super::{Place, PlaceGeometry, anchor::has_inside};
use crate::domain::{
    extent_tree::ExtentTree,
    geometry::{Extent, MultiPolygon, Position, measure::LocalMetric},
};

/// How far a nearest place may be, in metres: local metres are good to a centimetre so far.
pub const NEAREST_REACH_M: f64 = 10_000.0;

/// The first reach of a search for the nearest, in metres; each one is [`REACH_GROWTH`] times the one before.
const FIRST_REACH_M: f64 = 200.0;
const REACH_GROWTH: f64 = 4.0;

/// All places, in the order of their classes' ids, then of their own. Their numbers are places in that order.
#[derive(Debug, Default)]
pub struct PlaceDirectory {
    places: Vec<Place>,
    /// By class, ascending: its places.
    classes: Vec<(String, Range<u32>)>,
    by_id: HashMap<i64, u32>,
    /// By number.
    anchors: Vec<Option<Position>>,
    extents: Vec<Option<Extent>>,
    /// By class, in the order of `classes`.
    trees: Vec<ExtentTree<Extent>>,
}

/// A place near a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearPlace {
    /// Its number.
    pub number: u32,
    /// How far it is, in metres; 0 inside of it.
    pub distance_m: f64,
    /// Where it is nearest, in degrees from north, clockwise; 0 at distance 0.
    pub bearing_deg: f64,
}

impl PlaceDirectory {
    /// The directory of `places`, in any order; ids are unique.
    pub fn new(mut places: Vec<Place>) -> Self {
        places.sort_by(|a, b| (&a.class, a.id).cmp(&(&b.class, b.id)));
        let mut classes: Vec<(String, Range<u32>)> = Vec::new();
        for (number, place) in (0..).zip(&places) {
            match classes.last_mut() {
                Some((class, range)) if *class == place.class => range.end = number + 1,
                _ => classes.push((place.class.clone(), number..number + 1)),
            }
        }
        let extents: Vec<Option<Extent>> = places.iter().map(|place| place.geometry.extent()).collect();
        let tree = |(_, range): &(String, Range<u32>)| {
            let with_extent = range.clone().filter(|&number| extents[number as usize].is_some());
            ExtentTree::new(with_extent, |number| extents[number as usize].expect("only those that have one"))
        };
        Self {
            trees: classes.iter().map(tree).collect(),
            by_id: (0..).zip(&places).map(|(number, place)| (place.id, number)).collect(),
            anchors: places.iter().map(|place| place.geometry.anchor()).collect(),
            classes,
            extents,
            places,
        }
    }

    /// All places; the number of each is its place in the list.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The place of a number.
    pub fn place(&self, number: u32) -> &Place {
        &self.places[number as usize]
    }

    /// The number of the place with an id.
    pub fn find(&self, id: i64) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The position that stands for the place of a number.
    pub fn anchor(&self, number: u32) -> Option<Position> {
        self.anchors[number as usize]
    }

    /// The smallest extent around the place of a number.
    pub fn extent(&self, number: u32) -> Option<Extent> {
        self.extents[number as usize]
    }

    /// The classes that have places, ascending, with the numbers of these.
    pub fn classes(&self) -> &[(String, Range<u32>)] {
        &self.classes
    }

    /// The numbers of the places of a class.
    pub fn range_of(&self, class: &str) -> Range<u32> {
        self.position_of(class).map_or(0..0, |at| self.classes[at].1.clone())
    }

    fn position_of(&self, class: &str) -> Option<usize> {
        self.classes.binary_search_by(|(known, _)| known.as_str().cmp(class)).ok()
    }

    fn bounds(&self, number: u32) -> Extent {
        self.extents[number as usize].expect("what is in a tree has an extent")
    }

    /// The numbers of places, of one class or of all, whose extents meet `window`, ascending.
    pub fn meeting(&self, class: Option<&str>, window: Extent) -> Vec<u32> {
        let mut found = Vec::new();
        let trees = match class {
            Some(class) => self.position_of(class).map_or(0..0, |at| at..at + 1),
            None => 0..self.trees.len(),
        };
        for tree in &self.trees[trees] {
            tree.visit(window, |number| self.bounds(number), |number| found.push(number));
        }
        found.sort_unstable();
        found
    }

    /// The places, of one class or of all, no further than `reach_m` from `position`, in the order of their numbers.
    pub fn within(&self, class: Option<&str>, position: Position, reach_m: f64) -> Vec<NearPlace> {
        let metric = LocalMetric::at(position);
        let candidates = self.meeting(class, around(position, metric, reach_m)).into_iter();
        let measured = candidates.filter_map(|number| near(self.place(number), number, position, metric));
        measured.filter(|near| near.distance_m <= reach_m).collect()
    }

    /// The places of a class that are no further from `position` than each reaches, in metres and at most `most_m`, in the order
    /// of their numbers. What is out of reach by its extent is not measured.
    pub fn reaching(
        &self,
        class: &str,
        position: Position,
        most_m: f64,
        reach_m: impl Fn(&Place) -> f64,
    ) -> Vec<NearPlace> {
        let metric = LocalMetric::at(position);
        let mut found = self.meeting(Some(class), around(position, metric, most_m));
        found.retain(|&number| {
            let reach_m = reach_m(self.place(number)).min(most_m);
            around(position, metric, reach_m).intersects(self.bounds(number))
        });
        let measured = found.into_iter().filter_map(|number| near(self.place(number), number, position, metric));
        measured.filter(|near| near.distance_m <= reach_m(self.place(near.number)).min(most_m)).collect()
    }

    /// How far a position inside of a place of a number is from its outline, in metres; `None` for what is no polygon.
    pub fn depth_m(&self, number: u32, position: Position) -> Option<f64> {
        let PlaceGeometry::Polygon(area) = &self.place(number).geometry else { return None };
        let (distance_m, _) = nearest_foot(edges(area), position, LocalMetric::at(position))?;
        Some(distance_m)
    }

    /// The `count` places, of one class or of all, nearest to `position`, the nearest first, none further than
    /// [`NEAREST_REACH_M`]; of those as far the one with the smaller number.
    pub fn nearest(&self, class: Option<&str>, position: Position, count: usize) -> Vec<NearPlace> {
        let metric = LocalMetric::at(position);
        let mut reach_m = FIRST_REACH_M;
        loop {
            let window = around(position, metric, reach_m);
            let candidates = self.meeting(class, window).into_iter();
            let measured = candidates.filter_map(|number| near(self.place(number), number, position, metric));
            // What is further than the window reaches may have nearer ones outside of it.
            let mut near: Vec<NearPlace> = measured.filter(|near| near.distance_m <= reach_m).collect();
            if near.len() >= count || reach_m >= NEAREST_REACH_M {
                near.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.number.cmp(&b.number)));
                near.truncate(count);
                return near;
            }
            reach_m = (reach_m * REACH_GROWTH).min(NEAREST_REACH_M);
        }
    }
}

/// An extent that holds all that is within `reach_m`.
fn around(position: Position, metric: LocalMetric, reach_m: f64) -> Extent {
    // Near a pole a metre is many units of longitude: the window is clamped to the world.
    let units = |per_unit_m: f64| (reach_m / per_unit_m).ceil().min(4e9) as i64 + 1;
    let widest = units(metric.metres_per_unit_east()).max(units(metric.metres_per_unit_north()));
    Extent::of(position).grown(widest)
}

/// How far a place is; `None` when it has no positions.
fn near(place: &Place, number: u32, position: Position, metric: LocalMetric) -> Option<NearPlace> {
    let (distance_m, foot) = match &place.geometry {
        PlaceGeometry::Point(at) => (metric.distance_m(position, *at), *at),
        PlaceGeometry::Line(line) => {
            let first = *line.first()?;
            let pairs = line.windows(2).map(|pair| (pair[0], pair[1]));
            nearest_foot(pairs.chain(std::iter::once((first, first))), position, metric)?
        }
        PlaceGeometry::Polygon(area) if has_inside(area, position) => (0.0, position),
        PlaceGeometry::Polygon(area) => nearest_foot(edges(area), position, metric)?,
    };
    let bearing_deg = if distance_m == 0.0 { 0.0 } else { metric.bearing_deg(position, foot) };
    Some(NearPlace { number, distance_m, bearing_deg })
}

fn edges(area: &MultiPolygon) -> impl Iterator<Item = (Position, Position)> {
    area.rings().flat_map(|ring| ring.edges())
}

fn nearest_foot(
    edges: impl Iterator<Item = (Position, Position)>,
    position: Position,
    metric: LocalMetric,
) -> Option<(f64, Position)> {
    let feet = edges.map(|(a, b)| metric.point_segment_distance(position, a, b));
    let foot = feet.min_by(|a, b| a.distance_m.total_cmp(&b.distance_m))?;
    Some((foot.distance_m, foot.position()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        geometry::{Polygon, Ring},
        place::PlaceLayer,
    };

    fn at(lon: i32, lat: i32) -> Position {
        Position::new(1_190_000_000 + lon, 254_000_000 + lat).expect("in the world")
    }

    fn camera(id: i64, class: &str, position: Position) -> Place {
        Place { class: class.to_owned(), ..Place::bare(id, PlaceLayer::Facility, PlaceGeometry::Point(position)) }
    }

    #[test]
    fn the_nearest_are_those_that_measuring_all_finds() {
        let mut state = 7_u64;
        let mut random = |most: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i32).rem_euclid(2 * most) - most
        };
        let class = |id: i64| if id % 3 == 0 { "hydrant" } else { "camera" };
        let places: Vec<Place> =
            (1..400).map(|id| camera(id, class(id), at(random(900_000), random(900_000)))).collect();
        let directory = PlaceDirectory::new(places.clone());
        for _ in 0..50 {
            let position = at(random(1_500_000), random(1_500_000));
            let metric = LocalMetric::at(position);
            let mut all: Vec<(f64, i64)> = places
                .iter()
                .filter(|place| place.class == "hydrant")
                .filter_map(|place| Some((metric.distance_m(position, place.geometry.anchor()?), place.id)))
                .filter(|(distance_m, _)| *distance_m <= NEAREST_REACH_M)
                .collect();
            all.sort_by(|a, b| a.partial_cmp(b).expect("distances are numbers"));
            let found = directory.nearest(Some("hydrant"), position, 5);
            let ids: Vec<i64> = found.iter().map(|near| directory.place(near.number).id).collect();
            assert_eq!(ids, all.iter().take(5).map(|&(_, id)| id).collect::<Vec<_>>());
        }
        assert_eq!(directory.nearest(Some("gate"), at(0, 0), 3), []);
        assert_eq!(directory.range_of("hydrant").len(), 133);
    }

    #[test]
    fn what_lies_inside_is_so_deep_in_it() {
        let corners = [(-1_000, -1_000), (1_000, -1_000), (1_000, 1_000), (-1_000, 1_000)];
        let exterior = Ring::new(corners.into_iter().map(|(lon, lat)| at(lon, lat)).collect()).expect("a ring");
        let area = MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] };
        let building = Place::bare(1, PlaceLayer::Building, PlaceGeometry::Polygon(area));
        let directory = PlaceDirectory::new(vec![building, camera(2, "camera", at(0, 0))]);
        let depth_m = |id, position| directory.depth_m(directory.find(id).expect("a place"), position);
        // 1000 units of longitude are 10.06 m here, of latitude 11.08 m.
        for (position, wanted_m) in [(at(0, 0), 10.06), (at(900, 0), 1.006), (at(0, -900), 1.108)] {
            let found_m = depth_m(1, position).expect("a polygon");
            assert!((found_m - wanted_m).abs() < 0.01, "{found_m} for {wanted_m}");
        }
        assert_eq!(depth_m(2, at(0, 0)), None);
    }

    #[test]
    fn a_line_is_as_far_as_its_nearest_stretch_and_bearings_run_clockwise() {
        let line = PlaceGeometry::Line(vec![at(-5_000, 1_000), at(5_000, 1_000)]);
        let road = Place::bare(1, PlaceLayer::Road, line);
        let directory =
            PlaceDirectory::new(vec![road, camera(2, "camera", at(0, 0)), camera(3, "camera", at(2_000, 0))]);
        let near = directory.nearest(None, at(0, 0), 3);
        assert_eq!(near.iter().map(|near| directory.place(near.number).id).collect::<Vec<_>>(), [2, 1, 3]);
        assert_eq!((near[0].distance_m, near[0].bearing_deg), (0.0, 0.0));
        assert!((near[1].distance_m - 11.08).abs() < 0.05 && near[1].bearing_deg == 0.0, "{near:?}");
        assert!((near[2].bearing_deg - 90.0).abs() < 1e-6, "{near:?}");
        assert_eq!(directory.find(3).map(|number| directory.place(number).id), Some(3));
        assert_eq!(directory.meeting(Some("camera"), Extent::of(at(1_999, -1)).with(at(2_001, 1))).len(), 1);
    }
}
