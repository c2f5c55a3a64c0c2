//! The tileset `places`: a layer per class, by rank and zoom.

use std::{collections::HashMap, sync::Arc};

use onemap_tiles::{LatticeBounds, TileBuilder, TileCoord, Value};

use super::{
    areas::at,
    shape::{self, point},
    version::{Digest, Inputs, Version},
    window::{Window, crosses, put_stretch},
};
use crate::domain::{
    extent_tree::ExtentTree,
    geometry::Position,
    place::{Place, PlaceGeometry, PlaceLayer},
    profile::PlaceClass,
};

/// What tiles of the places are drawn from.
pub struct PlaceTiles {
    places: Vec<Drawn>,
    /// By class in drawing order and by zoom: the places that are drawn from this zoom on.
    indexes: Vec<(PlaceLayer, u8, ExtentTree<LatticeBounds>)>,
}

struct Drawn {
    id: u64,
    name: String,
    class: Arc<str>,
    icon: Option<Arc<str>>,
    rank: u8,
    bounds: LatticeBounds,
    shape: Shape,
}

enum Shape {
    Point(Position),
    Line(Vec<Position>),
    /// Rings of all parts; what is inside follows from the even-odd rule.
    Polygon(Vec<Vec<Position>>),
}

/// The zoom of WebMercatorQuad from which on a place is drawn.
pub(super) fn first_zoom(class: PlaceLayer, rank: u8) -> u8 {
    match class {
        PlaceLayer::Road => [8, 10, 12, 13, 14].get(usize::from(rank)).copied().unwrap_or(15),
        PlaceLayer::Water | PlaceLayer::Green => [8, 10, 12].get(usize::from(rank)).copied().unwrap_or(13),
        PlaceLayer::Building => 14,
        PlaceLayer::Facility => [13, 15].get(usize::from(rank)).copied().unwrap_or(16),
    }
}

const SORT_PLACE: u64 = 4;

impl PlaceTiles {
    /// Everything that tiles of `places` are drawn from; `classes` say which icons they have.
    pub fn new(places: &[Place], classes: &[PlaceClass]) -> Self {
        let mut words = Words { classes, known: HashMap::new() };
        let mut drawn: Vec<(PlaceLayer, Drawn)> = places.iter().filter_map(|place| drawn(place, &mut words)).collect();
        // by id: tiles must not tell in which order a store keeps places
        drawn.sort_by_key(|(_, place)| place.id);
        let mut indexes = Vec::new();
        for class in PlaceLayer::ALL {
            let of_class = |&(_, entry): &(u32, &(PlaceLayer, Drawn))| entry.0 == class;
            let members = || (0..).zip(&drawn).filter(of_class);
            let mut zooms: Vec<u8> = members().map(|(_, (_, place))| first_zoom(class, place.rank)).collect();
            zooms.sort_unstable();
            zooms.dedup();
            for zoom in zooms {
                let of_zoom = members().filter(|(_, (_, place))| first_zoom(class, place.rank) == zoom);
                let bounds_of = |number: u32| drawn[number as usize].1.bounds;
                indexes.push((class, zoom, ExtentTree::new(of_zoom.map(|(number, _)| number), bounds_of)));
            }
        }
        Self { places: drawn.into_iter().map(|(_, place)| place).collect(), indexes }
    }

    /// What the tile at `coord` is drawn from, without drawing it: equal versions, equal bytes.
    pub fn version(&self, coord: TileCoord) -> Version {
        let window = Window::new(coord);
        let mut inputs = Inputs::default();
        for class in PlaceLayer::ALL {
            for number in self.near(class, &window) {
                let place = &self.places[number as usize];
                let mut digest = Digest::of(SORT_PLACE);
                digest.text(class.id());
                digest.text(&place.name);
                digest.text(&place.class);
                digest.text(place.icon.as_deref().unwrap_or_default());
                digest.word(place.id);
                digest.word(place.rank.into());
                if place.put(&window, &mut digest) {
                    inputs.add(digest.finish());
                }
            }
        }
        inputs.version(0)
    }

    /// The tile at `coord` of any matrix set, MVT, not compressed; empty when nothing is there.
    ///
    /// A polygon that is too small to be seen is left out.
    pub fn tile(&self, coord: TileCoord) -> Vec<u8> {
        let window = Window::new(coord);
        let mut tile = TileBuilder::new(coord);
        for class in PlaceLayer::ALL {
            let mut layer = tile.layer(class.id()).expect("classes have different names");
            for number in self.near(class, &window) {
                let place = &self.places[number as usize];
                let rank = ("rank", Value::Integer(i64::from(place.rank)));
                let mut attributes = vec![rank, ("class", Value::String(&place.class))];
                if !place.name.is_empty() {
                    attributes.push(("name", Value::String(&place.name)));
                }
                if let Some(icon) = &place.icon {
                    attributes.push(("icon", Value::String(icon)));
                }
                let attributes = attributes.as_slice();
                let drawn = match &place.shape {
                    Shape::Point(position) => layer.point(place.id, attributes, point(*position)),
                    Shape::Line(line) => layer.line(place.id, attributes, [window.reduced(line).as_slice()]),
                    Shape::Polygon(rings) => {
                        let rings: Vec<_> = rings.iter().map(|ring| window.reduced(ring)).collect();
                        layer.polygon(place.id, attributes, [rings.iter().map(Vec::as_slice)])
                    }
                };
                drawn.expect("keys of a place differ");
            }
            layer.finish();
        }
        tile.into_bytes()
    }

    /// The places of a class near a window that its zoom shows, by id.
    fn near(&self, class: PlaceLayer, window: &Window) -> Vec<u32> {
        let mut near = Vec::new();
        for (_, _, index) in self.indexes.iter().filter(|(of, zoom, _)| *of == class && *zoom <= window.zoom) {
            index.visit(window.reach, |number| self.places[number as usize].bounds, |number| near.push(number));
        }
        near.sort_unstable();
        near
    }
}

impl Drawn {
    /// Puts what a window shows of the place; whether that is anything.
    fn put(&self, window: &Window, digest: &mut Digest) -> bool {
        let mut seen = false;
        let mut put = |line: &[Position]| {
            window.stretches(line, |stretch| {
                seen = true;
                put_stretch(digest, &line[stretch], false);
            });
        };
        match &self.shape {
            Shape::Point(position) => {
                let shown = window.unit(point(*position)).is_some();
                digest.position(point(*position));
                return shown;
            }
            Shape::Line(line) => put(line),
            Shape::Polygon(rings) => {
                rings.iter().for_each(|ring| put(ring));
                if !seen {
                    let middle = window.middle();
                    let edges = rings.iter().flat_map(|ring| ring.windows(2));
                    return edges.filter(|pair| crosses(middle, [pair[0], pair[1]].map(point))).count() % 2 == 1;
                }
            }
        }
        seen
    }
}

/// The words that tiles write again and again, one of each.
struct Words<'a> {
    classes: &'a [PlaceClass],
    /// By id of the class: the id and the icon.
    known: HashMap<String, (Arc<str>, Option<Arc<str>>)>,
}

impl Words<'_> {
    fn of(&mut self, class: &str) -> (Arc<str>, Option<Arc<str>>) {
        if let Some(words) = self.known.get(class) {
            return words.clone();
        }
        let icon = self.classes.iter().find(|known| known.id == class).and_then(|class| class.icon.as_deref());
        let words = (Arc::from(class), icon.map(Arc::from));
        self.known.insert(class.to_owned(), words.clone());
        words
    }
}

fn drawn(place: &Place, words: &mut Words<'_>) -> Option<(PlaceLayer, Drawn)> {
    let closed = |ring: &[Position]| ring.iter().chain(ring.first()).copied().collect::<Vec<_>>();
    let (shape, bounds) = match &place.geometry {
        PlaceGeometry::Point(position) => (Shape::Point(*position), at(point(*position))),
        PlaceGeometry::Line(line) if line.is_empty() => return None,
        PlaceGeometry::Line(line) => (Shape::Line(line.clone()), shape::bounds_of(line)),
        PlaceGeometry::Polygon(area) => {
            let rings: Vec<_> = area.rings().map(|ring| closed(ring.positions())).collect();
            (Shape::Polygon(rings), shape::bounds(area.extent()?))
        }
    };
    let (id, name, rank) = (place.id.unsigned_abs(), place.name.clone(), place.rank);
    let (class, icon) = words.of(&place.class);
    Some((place.layer, Drawn { id, name, class, icon, rank, bounds, shape }))
}
