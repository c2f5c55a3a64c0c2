//! Geometry through clip, snap, repair, encode and decode: every tile is valid, and the same from outlines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap_tiles::{Geometry, LatticeBounds, MatrixSet, Outline, Run, TileBuilder, TileRange, decode};

/// Rings of more positions take too long to judge.
const MAX_POSITIONS: usize = 400;

fuzz_target!(|data: &[u8]| {
    let [set, zoom, scale, cuts, rest @ ..] = data else { return };
    let set = MatrixSet::ALL[usize::from(*set) % MatrixSet::ALL.len()];
    let zoom = set.min_zoom() + zoom % 20;
    // steps from a lattice unit to about ten degrees
    let scale = 1i32 << (scale % 15);
    let middle = [1_190_077_000, 254_310_000];
    let positions: Vec<[i32; 2]> = rest
        .chunks_exact(4)
        .take(MAX_POSITIONS)
        .map(|bytes| [0, 1].map(|axis| i32::from(i16::from_le_bytes([bytes[2 * axis], bytes[2 * axis + 1]]))))
        .map(|step| [0, 1].map(|axis| step[axis].saturating_mul(scale).saturating_add(middle[axis])))
        .collect();
    let cut = usize::from(*cuts) * positions.len() / 256;
    let rings = [&positions[..cut], &positions[cut..]];
    let outlines = rings.map(Outline::new);
    let runs = [Run::Along(&outlines[0]), Run::Against(&outlines[1])];

    let place = LatticeBounds::of(&[middle]).expect("one position");
    let tile = TileRange::covering(set, zoom, place).expect("the zoom exists").iter().next().expect("one tile");
    let mut bare = TileBuilder::new(tile);
    let mut layer = bare.layer("area").expect("a name");
    layer.polygon(1, &[], [rings]).expect("no keys");
    let report = layer.finish();
    assert!(report.features + report.collapsed.len() <= 1);
    let bytes = bare.into_bytes();

    let mut builder = TileBuilder::new(tile);
    let mut layer = builder.layer("area").expect("a name");
    layer.polygon(1, &[], [[&outlines[0], &outlines[1]]]).expect("no keys");
    layer.finish();
    assert_eq!(builder.into_bytes(), bytes);

    let mut builder = TileBuilder::new(tile);
    let mut layer = builder.layer("area").expect("a name");
    layer.polygon(1, &[], [[runs.as_slice()]]).expect("no keys");
    layer.hold();
    let mut layer = builder.layer("line").expect("a name");
    layer.line(2, &[], [runs.as_slice()]).expect("no keys");
    layer.finish();
    let chained = builder.into_bytes();

    for layer in [&bytes, &chained].into_iter().flat_map(|bytes| decode(bytes).expect("own tiles are valid")) {
        for feature in layer.features {
            assert_eq!(feature.geometry.check(), Ok(()));
            let units: Vec<[i32; 2]> = match feature.geometry {
                Geometry::Points(points) => points,
                Geometry::Lines(lines) => lines.concat(),
                Geometry::Polygons(polygons) => polygons.concat().concat(),
            };
            assert!(units.iter().flatten().all(|c| (-64..=4160).contains(c)));
        }
    }
});
