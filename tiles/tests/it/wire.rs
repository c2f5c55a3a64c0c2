//! Bytes: what is written is read back, what others write is read, nonsense is refused without harm.

use mvt::{GeomData, GeomEncoder, GeomType};
use onemap_tiles::{BuildError, Geometry, Layer, MatrixSet, TileBuilder, TileCoord, Value, decode, encode};
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

/// A layer of version 2 called `a` with what `parts` add; each part is a field number and its bytes or number.
fn layer_of(parts: &[(u8, &[u8])]) -> Vec<u8> {
    let mut layer = vec![0x78, 2, 0x0a, 1, b'a'];
    for (field, bytes) in parts {
        layer.extend([field << 3 | 2, bytes.len() as u8]);
        layer.extend(*bytes);
    }
    let mut tile = vec![0x1a, layer.len() as u8];
    tile.extend(layer);
    tile
}

/// A feature of a type with a command stream.
fn feature_of(kind: u8, commands: &[u8]) -> Vec<u8> {
    let mut feature = vec![0x18, kind, 0x22, commands.len() as u8];
    feature.extend(commands);
    feature
}

#[test]
fn what_the_specification_forbids_is_refused() {
    let point = feature_of(1, &[9, 2, 2]);
    assert!(decode(&layer_of(&[(2, &point)])).is_ok());
    let square = [9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15];
    assert!(decode(&layer_of(&[(2, &feature_of(3, &square))])).is_ok());
    let tagged = |tags: &[u8]| [&[0x12, tags.len() as u8], tags, &point].concat();
    let (key, value) = (&b"k"[..], &[0x28, 1][..]);
    assert!(decode(&layer_of(&[(2, &tagged(&[0, 0])), (3, key), (4, value)])).is_ok());
    let bad: [(&str, Vec<u8>); 18] = [
        ("version 1", vec![0x1a, 14, 0x78, 1, 0x0a, 1, b'a', 0x12, 7, 0x18, 1, 0x22, 3, 9, 2, 2]),
        ("two layers of a name", [layer_of(&[(2, &point)]), layer_of(&[(2, &point)])].concat()),
        ("a name twice", layer_of(&[(1, b"b"), (2, &point)])),
        ("no feature", layer_of(&[])),
        ("a key twice", layer_of(&[(2, &point), (3, key), (3, key)])),
        ("a value without variant", layer_of(&[(2, &point), (4, &[])])),
        ("a key that is not there", layer_of(&[(2, &tagged(&[1, 0])), (3, key), (4, value)])),
        ("a value that is not there", layer_of(&[(2, &tagged(&[0, 1])), (3, key), (4, value)])),
        ("half a tag", layer_of(&[(2, &tagged(&[0])), (3, key), (4, value)])),
        ("a key twice in a feature", layer_of(&[(2, &tagged(&[0, 0, 0, 0])), (3, key), (4, value)])),
        ("two types", layer_of(&[(2, &[&[0x18, 1][..], &point].concat())])),
        ("an unknown type", layer_of(&[(2, &feature_of(4, &[9, 2, 2]))])),
        ("a line of one unit", layer_of(&[(2, &feature_of(2, &[9, 2, 2]))])),
        ("fewer steps than said", layer_of(&[(2, &feature_of(2, &[9, 2, 2, 18, 2, 2]))])),
        ("a ring that is not closed", layer_of(&[(2, &feature_of(3, &square[..10]))])),
        ("a ring of two units", layer_of(&[(2, &feature_of(3, &[9, 0, 0, 10, 20, 0, 15]))])),
        ("a hole and no exterior", layer_of(&[(2, &feature_of(3, &[9, 0, 0, 26, 0, 20, 20, 0, 0, 19, 15]))])),
        ("close path in a line", layer_of(&[(2, &feature_of(2, &[9, 2, 2, 10, 2, 2, 15]))])),
    ];
    for (what, bytes) in bad {
        assert!(decode(&bytes).is_err(), "{what}");
    }
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

/// A layer as the crate `mvt` would write it, from nothing but what the decoder says.
fn with_mvt(layers: &[Layer<'_>]) -> Vec<u8> {
    let mut tile = mvt::Tile::new(4096);
    for layer in layers {
        let mut written = tile.create_layer(layer.name);
        for feature in &layer.features {
            let (kind, paths) = match &feature.geometry {
                Geometry::Points(points) => (GeomType::Point, vec![points]),
                Geometry::Lines(lines) => (GeomType::Linestring, lines.iter().collect()),
                Geometry::Polygons(polygons) => (GeomType::Polygon, polygons.iter().flatten().collect()),
            };
            let mut encoder = GeomEncoder::new(kind);
            for path in paths {
                for point in path {
                    encoder.add_point(f64::from(point[0]), f64::from(point[1])).expect("a number");
                }
                encoder.complete_geom().expect("complete");
            }
            let mut open = written.into_feature(encoder.encode().expect("enough points"));
            if let Some(id) = feature.id {
                open.set_id(id);
            }
            for (key, value) in layer.attributes(feature) {
                match value {
                    Value::String(text) => open.add_tag_string(key, text),
                    Value::Integer(number) => open.add_tag_sint(key, number),
                    Value::Double(number) => open.add_tag_double(key, number),
                    Value::Bool(truth) => open.add_tag_bool(key, truth),
                }
            }
            written = open.into_layer();
        }
        tile.add_layer(written).expect("a new name");
    }
    tile.to_bytes().expect("a whole tile")
}

fn any_value() -> impl Strategy<Value = (u8, i64, String)> {
    (0..4u8, prop_oneof![any::<i64>(), 0..5i64], "[a-c镇]{0,3}")
}

fn value_of((kind, number, text): &(u8, i64, String)) -> Value<'_> {
    match kind {
        0 => Value::String(text),
        1 => Value::Integer(*number),
        2 => Value::Double(*number as f64 / 8.0),
        _ => Value::Bool(number % 2 == 0),
    }
}

type AnyFeature = (Option<u64>, Vec<[i32; 2]>, Vec<(u8, i64, String)>);

/// An id, three positions or more in tile units, and values for the keys a, b, c and d.
fn any_feature() -> impl Strategy<Value = AnyFeature> {
    let id = prop::option::of(prop_oneof![any::<u64>(), 0..9u64]);
    let path = prop::collection::vec([-60..4150i32, -60..4150i32], 3..20);
    (id, path, prop::collection::vec(any_value(), 0..4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tile_says_what_the_crate_mvt_makes_of_it(
        areas in prop::collection::vec(any_feature(), 0..6),
        lines in prop::collection::vec(any_feature(), 0..6),
        points in prop::collection::vec(any_feature(), 0..6),
    ) {
        let mut builder = TileBuilder::new(tile());
        for (name, features) in [("areas", &areas), ("lines", &lines), ("points", &points)] {
            let mut layer = builder.layer(name).expect("a new name");
            for (id, path, values) in features {
                let attributes: Vec<_> = ["a", "b", "c", "d"].into_iter().zip(values.iter().map(value_of)).collect();
                let path: Vec<[i32; 2]> = path.iter().map(|unit| at(unit[0], unit[1])).collect();
                match name {
                    "areas" => layer.polygon(*id, &attributes, [[path.as_slice()]]).expect("unique keys"),
                    "lines" => layer.line(*id, &attributes, [path.as_slice()]).expect("unique keys"),
                    _ => layer.point(*id, &attributes, path[0]).expect("unique keys"),
                }
            }
            layer.finish();
        }
        let bytes = builder.into_bytes();
        let layers = decode(&bytes).expect("own tiles are read");
        prop_assert_eq!(&encode(&layers), &bytes, "decoded and encoded again");
        for feature in layers.iter().flat_map(|layer| &layer.features) {
            prop_assert_eq!(feature.geometry.check(), Ok(()));
        }
        // `mvt` leaves out the move to a path that begins where the one before ended, which no reader understands
        let continues = |geometry: &Geometry| {
            let paths: Vec<&Vec<[i32; 2]>> = match geometry {
                Geometry::Points(_) => Vec::new(),
                Geometry::Lines(lines) => lines.iter().collect(),
                Geometry::Polygons(polygons) => polygons.iter().flatten().collect(),
            };
            paths.windows(2).any(|pair| pair[0].last() == pair[1].first())
        };
        if !layers.iter().flat_map(|layer| &layer.features).any(|feature| continues(&feature.geometry)) {
            prop_assert_eq!(said(&with_mvt(&layers)), said(&bytes));
        }
    }
}
