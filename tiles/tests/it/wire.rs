//! Bytes: what is written is read back, what others write is read, nonsense is refused without harm.

use mvt::{GeomData, GeomEncoder, GeomType};
use onemap_tiles::{BuildError, Geometry, MatrixSet, TileBuilder, TileCoord, Value, decode};
use proptest::prelude::*;

const ATTRIBUTES: [(&str, Value<'static>); 6] = [
    ("code", Value::String("350304001001001")),
    ("name", Value::String("镇海街道第一网格")),
    ("rank", Value::Integer(3)),
    ("delta", Value::Integer(i64::MIN)),
    ("share", Value::Double(0.1)),
    ("open", Value::Bool(true)),
];

/// The tile whose north-west corner is at 0 E 0 N.
fn tile() -> TileCoord {
    TileCoord::new(MatrixSet::WebMercatorQuad, 14, 8192, 8192).expect("inside the matrix")
}

/// The position nearest to the middle of a unit; near the equator latitude is as regular as longitude.
fn at(x: i32, y: i32) -> [i32; 2] {
    let units_per_tile_unit = 3.6e9 / f64::from(1 << 14) / 4096.0;
    [(f64::from(x) * units_per_tile_unit).round() as i32, -(f64::from(y) * units_per_tile_unit).round() as i32]
}

fn sample() -> Vec<u8> {
    let mut builder = TileBuilder::new(tile());
    let mut areas = builder.layer("grid").expect("a new name");
    let exterior = [at(10, 10), at(900, 10), at(900, 800), at(10, 800)];
    let hole = [at(100, 100), at(100, 200), at(200, 200)];
    areas.polygon(7, &ATTRIBUTES, [[&exterior[..], &hole[..]]]).expect("unique keys");
    areas.polygon(8, &ATTRIBUTES[..2], [[&[at(900, 70), at(1800, 70), at(900, 800)][..]]]).expect("unique keys");
    assert_eq!(areas.finish().features, 2);
    let mut borders = builder.layer("borders").expect("a new name");
    borders
        .line(None, &ATTRIBUTES[2..3], [&[at(5, 5), at(50, 5), at(50, 70)][..], &[at(0, 0), at(9, 9)]])
        .expect("keys");
    assert_eq!(borders.finish().features, 1);
    let mut labels = builder.layer("labels").expect("a new name");
    labels.point(7, &ATTRIBUTES[..1], at(450, 400)).expect("unique keys");
    labels.point(9, &ATTRIBUTES[..1], at(-1, 400)).expect("unique keys");
    assert_eq!(labels.finish().features, 1, "the second stands in the tile to the west");
    assert_eq!(builder.layer("empty").expect("a new name").finish().features, 0);
    builder.into_bytes()
}

fn geometry(points: &[[i32; 2]], kind: GeomType) -> GeomData {
    let mut encoder = GeomEncoder::new(kind);
    for point in points {
        encoder.add_point(f64::from(point[0]), f64::from(point[1])).expect("a number");
    }
    encoder.complete_geom().expect("complete");
    encoder.encode().expect("enough points")
}

/// The same tile, written by the crate `mvt`.
fn reference() -> Vec<u8> {
    let mut tile = mvt::Tile::new(4096);
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    for ring in [&[[10, 10], [900, 10], [900, 800], [10, 800]][..], &[[100, 100], [100, 200], [200, 200]]] {
        for point in ring {
            encoder.add_point(f64::from(point[0]), f64::from(point[1])).expect("a number");
        }
        encoder.complete_geom().expect("complete");
    }
    let mut feature = tile.create_layer("grid").into_feature(encoder.encode().expect("enough points"));
    feature.set_id(7);
    feature.add_tag_string("code", "350304001001001");
    feature.add_tag_string("name", "镇海街道第一网格");
    feature.add_tag_uint("rank", 3);
    feature.add_tag_sint("delta", i64::MIN);
    feature.add_tag_double("share", 0.1);
    feature.add_tag_bool("open", true);
    let second = geometry(&[[900, 70], [1800, 70], [900, 800]], GeomType::Polygon);
    let mut feature = feature.into_layer().into_feature(second);
    feature.set_id(8);
    feature.add_tag_string("code", "350304001001001");
    feature.add_tag_string("name", "镇海街道第一网格");
    tile.add_layer(feature.into_layer()).expect("a new name");

    let mut encoder = GeomEncoder::new(GeomType::Linestring);
    for line in [&[[5, 5], [50, 5], [50, 70]][..], &[[0, 0], [9, 9]]] {
        for point in line {
            encoder.add_point(f64::from(point[0]), f64::from(point[1])).expect("a number");
        }
        encoder.complete_geom().expect("complete");
    }
    let mut feature = tile.create_layer("borders").into_feature(encoder.encode().expect("enough points"));
    feature.add_tag_uint("rank", 3);
    tile.add_layer(feature.into_layer()).expect("a new name");

    let mut feature = tile.create_layer("labels").into_feature(geometry(&[[450, 400]], GeomType::Point));
    feature.set_id(7);
    feature.add_tag_string("code", "350304001001001");
    tile.add_layer(feature.into_layer()).expect("a new name");
    tile.to_bytes().expect("a whole tile")
}

/// Everything a tile says, with rings turned so that the first unit is the smallest.
type Said = Vec<(String, u32, Vec<(Option<u64>, Geometry, Vec<String>)>)>;

fn said(bytes: &[u8]) -> Said {
    let layers = decode(bytes).expect("a valid tile");
    let feature = |layer: &onemap_tiles::Layer<'_>, feature: &onemap_tiles::Feature| {
        let mut geometry = feature.geometry.clone();
        if let Geometry::Polygons(polygons) = &mut geometry {
            for ring in polygons.iter_mut().flatten() {
                let first = (0..ring.len()).min_by_key(|i| ring[*i]).expect("not empty");
                ring.rotate_left(first);
            }
        }
        (feature.id, geometry, layer.attributes(feature).map(|attribute| format!("{attribute:?}")).collect())
    };
    layers
        .iter()
        .map(|layer| (layer.name.to_owned(), layer.extent, layer.features.iter().map(|f| feature(layer, f)).collect()))
        .collect()
}

#[test]
fn our_tile_says_what_the_tile_of_the_crate_mvt_says() {
    assert_eq!(said(&sample()), said(&reference()));
}

#[test]
fn what_is_encoded_is_decoded() {
    let bytes = sample();
    let layers = decode(&bytes).expect("a valid tile");
    assert_eq!(layers.iter().map(|layer| layer.name).collect::<Vec<_>>(), ["grid", "borders", "labels"]);
    let first = &layers[0].features[0];
    assert_eq!(layers[0].attributes(first).collect::<Vec<_>>(), ATTRIBUTES);
    assert_eq!(layers[0].attribute(first, "name"), Some(ATTRIBUTES[1].1));
    assert_eq!(layers[0].values.len(), ATTRIBUTES.len(), "values of the second feature are those of the first");
    assert_eq!(layers[2].features[0].geometry, Geometry::Points(vec![[450, 400]]));
}

#[test]
fn bytes_are_the_same_every_time_and_none_for_nothing() {
    assert_eq!(sample(), sample());
    assert_eq!(TileBuilder::new(tile()).into_bytes(), Vec::<u8>::new());
    assert_eq!(decode(&[]), Ok(Vec::new()));
}

#[test]
fn double_names_are_refused() {
    let mut builder = TileBuilder::new(tile());
    builder.layer("grid").expect("a new name").finish();
    assert_eq!(builder.layer("grid").err(), Some(BuildError::DuplicateLayer { name: "grid".into() }));
    assert_eq!(builder.layer("").err(), Some(BuildError::UnnamedLayer));
    let mut layer = builder.layer("unit").expect("a new name");
    let twice = [("code", Value::Integer(1)), ("code", Value::Integer(2))];
    assert_eq!(layer.point(1, &twice, [0, 0]), Err(BuildError::DuplicateKey { key: "code".into() }));
}

#[test]
fn line_is_cut_at_the_buffer_and_comes_back_as_a_second_part() {
    let mut builder = TileBuilder::new(tile());
    let mut layer = builder.layer("road").expect("a new name");
    let line = [at(100, 100), at(4000, 100), at(9000, 100), at(9000, 300), at(100, 300)];
    layer.line(1, &[], [&line[..]]).expect("no attributes");
    layer.finish();
    let bytes = builder.into_bytes();
    let layers = decode(&bytes).expect("a valid tile");
    let parts = vec![vec![[100, 100], [4160, 100]], vec![[4160, 300], [100, 300]]];
    assert_eq!(layers[0].features[0].geometry, Geometry::Lines(parts));
}

#[test]
fn every_prefix_and_every_flipped_bit_of_a_tile_is_survived() {
    let bytes = sample();
    for len in 0..bytes.len() {
        let _ = decode(&bytes[..len]);
        for bit in 0..8 {
            let mut broken = bytes.clone();
            broken[len] ^= 1 << bit;
            let _ = decode(&broken);
        }
    }
    assert!(decode(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn promises_of_many_steps_do_not_cost_memory() {
    // one point feature that announces 2^29 - 1 moves and brings none
    let geometry = [0xf9, 0xff, 0xff, 0xff, 0x0f];
    let mut feature = vec![0x18, 1, 0x22, geometry.len() as u8];
    feature.extend(geometry);
    let mut layer = vec![0x78, 2, 0x0a, 1, b'a', 0x12, feature.len() as u8];
    layer.extend(&feature);
    let mut bytes = vec![0x1a, layer.len() as u8];
    bytes.extend(&layer);
    assert!(decode(&bytes).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn a_tile_with_bytes_replaced_is_survived(changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..12)) {
        let mut bytes = sample();
        for (place, byte) in changes {
            let place = usize::from(place) % bytes.len();
            bytes[place] = byte;
        }
        let _ = decode(&bytes);
    }
}
