//! The tileset `places`: a layer per class, by rank and zoom.

use onemap_tiles::{TileBuilder, TileCoord, Value};

use super::{
    shape::{self, ExtentIndex, Parts},
    version::{Digest, Inputs, Version},
};
use crate::domain::{
    geometry::Extent,
    place::{Place, PlaceClass, PlaceGeometry},
};

/// What a tile needs of the places.
pub struct PlaceTiles {
    places: Vec<Drawn>,
    /// By class, in drawing order: its places.
    by_class: Vec<(PlaceClass, ExtentIndex)>,
}

struct Drawn {
    id: u64,
    name: String,
    rank: u8,
    shape: Shape,
    /// Of the class and all of the above.
    digest: u128,
}

enum Shape {
    Point([i32; 2]),
    Line(Vec<[i32; 2]>),
    Polygon(Parts),
}

impl Shape {
    fn put(&self, digest: &mut Digest) {
        let mut line = |line: &[[i32; 2]]| {
            digest.word(line.len() as u64);
            line.iter().for_each(|&position| digest.position(position));
        };
        match self {
            Self::Point(position) => line(&[*position]),
            Self::Line(positions) => line(positions),
            Self::Polygon(parts) => {
                for part in parts {
                    line(&[]);
                    part.iter().for_each(|ring| line(ring));
                }
            }
        }
    }
}

/// The zoom from which a place is drawn.
fn min_zoom(class: PlaceClass, rank: u8) -> u8 {
    match class {
        PlaceClass::Road => [8, 10, 12, 13, 14].get(usize::from(rank)).copied().unwrap_or(15),
        PlaceClass::Water | PlaceClass::Green => [8, 10, 12].get(usize::from(rank)).copied().unwrap_or(13),
        PlaceClass::Building => 14,
    }
}

impl PlaceTiles {
    /// Everything that tiles of `places` are cut from.
    pub fn new(places: &[Place]) -> Self {
        let extents = places.iter().map(|place| extent(&place.geometry));
        let numbered: Vec<(u32, PlaceClass, Extent)> = (0..)
            .zip(places)
            .zip(extents)
            .filter_map(|((number, place), extent)| Some((number, place.class, extent?)))
            .collect();
        let of_class = |class: PlaceClass| {
            let members = numbered.iter().filter(|entry| entry.1 == class).map(|&(number, _, extent)| (number, extent));
            (class, ExtentIndex::new(members))
        };
        let drawn = |place: &Place| {
            let (id, name, rank) = (place.id.unsigned_abs(), place.name.clone(), place.rank);
            let shape = shape_of(&place.geometry);
            let mut digest = Digest::of(3);
            digest.text(place.class.id());
            digest.text(&name);
            digest.word(id);
            digest.word(rank.into());
            shape.put(&mut digest);
            Drawn { id, name, rank, shape, digest: digest.finish() }
        };
        Self { places: places.iter().map(drawn).collect(), by_class: PlaceClass::ALL.map(of_class).into() }
    }

    /// What the tile at `coord` is drawn from, without drawing it: equal versions, equal bytes.
    pub fn version(&self, coord: TileCoord) -> Version {
        let mut inputs = Inputs::default();
        for (class, index) in &self.by_class {
            let near = index.within(coord.reach()).into_iter().map(|number| &self.places[number as usize]);
            near.filter(|place| min_zoom(*class, place.rank) <= coord.z()).for_each(|place| inputs.add(place.digest));
        }
        inputs.version(0)
    }

    /// The tile at `coord`, MVT, not compressed; empty when nothing is there.
    pub fn tile(&self, coord: TileCoord) -> Vec<u8> {
        let mut tile = TileBuilder::new(coord);
        for (class, index) in &self.by_class {
            let mut layer = tile.layer(class.id()).expect("classes have different names");
            for number in index.within(coord.reach()) {
                let place = &self.places[number as usize];
                if min_zoom(*class, place.rank) > coord.z() {
                    continue;
                }
                let rank = ("rank", Value::Integer(i64::from(place.rank)));
                let all = [rank, ("name", Value::String(&place.name))];
                let attributes = if place.name.is_empty() { &all[..1] } else { &all[..] };
                let drawn = match &place.shape {
                    Shape::Point(position) => layer.point(place.id, attributes, *position),
                    Shape::Line(line) => layer.line(place.id, attributes, [line.as_slice()]),
                    Shape::Polygon(parts) => layer.polygon(place.id, attributes, shape::rings(parts)),
                };
                drawn.expect("keys of a place differ");
            }
            layer.finish();
        }
        tile.into_bytes()
    }
}

fn extent(geometry: &PlaceGeometry) -> Option<Extent> {
    match geometry {
        PlaceGeometry::Point(position) => Some(Extent::of(*position)),
        PlaceGeometry::Line(line) => Extent::around(line.iter().copied()),
        PlaceGeometry::Polygon(area) => area.extent(),
    }
}

fn shape_of(geometry: &PlaceGeometry) -> Shape {
    match geometry {
        PlaceGeometry::Point(position) => Shape::Point(shape::point(*position)),
        PlaceGeometry::Line(line) => Shape::Line(shape::line(line)),
        PlaceGeometry::Polygon(area) => Shape::Polygon(shape::parts(area)),
    }
}
