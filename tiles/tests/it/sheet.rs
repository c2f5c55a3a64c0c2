//! Tiles cut from a sheet are the tiles that are snapped one by one, to the byte.

use onemap_tiles::{Drawn, MatrixSet, ShapePacker, Sheet, Step, TileBuilder, TileCoord, Value, pack_line};
use proptest::prelude::*;

use crate::coverage::{Mesh, any_set, mesh, mesh_over, tile_at};

/// An area: rings of arcs with the way along them.
type Rings = Vec<Vec<(usize, bool)>>;

/// The cells, areas of two neighbours, and areas of a cell and another one somewhere: two exteriors, or ends that touch.
fn areas(mesh: &Mesh) -> Vec<Rings> {
    let mut areas: Vec<Rings> = mesh.cells.iter().map(|cell| vec![cell.to_vec()]).collect();
    for pair in mesh.cells.windows(2) {
        // around both: south, east and north of the second, then the others of the first
        let [one, other] = [pair[0], pair[1]];
        if one[1].0 == other[3].0 {
            areas.push(vec![vec![one[0], other[0], other[1], other[2], one[2], one[3]]]);
        }
    }
    let far = |cell: usize| mesh.cells[(cell * 7 + 3) % mesh.cells.len()].to_vec();
    let apart = mesh.cells.iter().enumerate().filter(|&(cell, sides)| far(cell) != sides.to_vec());
    areas.extend(apart.map(|(cell, sides)| vec![sides.to_vec(), far(cell)]).collect::<Vec<_>>());
    areas
}

fn attributes(number: usize) -> [(&'static str, Value<'static>); 1] {
    [("rank", Value::Integer(number as i64 % 3))]
}

fn snapped(tile: TileCoord, mesh: &Mesh, areas: &[Rings]) -> (Vec<u8>, Drawn) {
    let mut builder = TileBuilder::new(tile);
    for arc in &mesh.arcs {
        builder.arc(arc.positions().iter().copied());
    }
    let mut layer = builder.layer("grid").expect("a name");
    for (id, rings) in areas.iter().enumerate() {
        let step = |&(arc, is_along): &(usize, bool)| {
            let arc = arc as u32;
            if is_along { Step::Along(arc) } else { Step::Against(arc) }
        };
        let rings = rings.iter().map(|ring| ring.iter().map(step));
        layer.polygon_of(id as u64, &attributes(id), rings).expect("one attribute");
    }
    layer.hold();
    let mut layer = builder.layer("borders").expect("a name");
    layer.lines_of(None, &[], 0..mesh.arcs.len() as u32).expect("no attributes");
    let drawn = layer.finish();
    (builder.into_bytes(), drawn)
}

/// The mesh on the sheet of a zoom: arcs and areas as bytes.
fn packed(set: MatrixSet, zoom: u8, mesh: &Mesh, areas: &[Rings]) -> [Vec<Vec<u8>>; 2] {
    let mut sheet = Sheet::new(set, zoom).expect("a zoom with sheets");
    mesh.arcs.iter().for_each(|arc| sheet.heat(arc.positions().iter().copied()));
    assert!(!sheet.is_sparse());
    sheet.build();
    let arcs: Vec<Vec<u8>> = mesh
        .arcs
        .iter()
        .map(|arc| {
            let (mut units, mut bytes) = (Vec::new(), Vec::new());
            sheet.route(arc.positions().iter().copied(), &mut units);
            pack_line(&units, &mut bytes);
            bytes
        })
        .collect();
    let mut packer = ShapePacker::default();
    let shapes = areas
        .iter()
        .map(|rings| {
            for ring in rings {
                ring.iter().for_each(|&(arc, is_along)| packer.line(&arcs[arc], is_along));
                packer.close();
            }
            let mut bytes = Vec::new();
            packer.pack(&mut bytes);
            bytes
        })
        .collect();
    [arcs, shapes]
}

fn cut(tile: TileCoord, [arcs, shapes]: &[Vec<Vec<u8>>; 2]) -> (Vec<u8>, Drawn) {
    let mut builder = TileBuilder::new(tile);
    let mut layer = builder.layer("grid").expect("a name");
    for (id, shape) in shapes.iter().enumerate() {
        layer.packed(id as u64, &attributes(id), shape).expect("one attribute");
    }
    layer.hold();
    let mut layer = builder.layer("borders").expect("a name");
    layer.packed_lines(None, &[], arcs.iter().map(Vec::as_slice)).expect("no attributes");
    let drawn = layer.finish();
    (builder.into_bytes(), drawn)
}

fn check(tile: TileCoord, mesh: &Mesh) -> Result<(), TestCaseError> {
    let areas = areas(mesh);
    let sheet = packed(tile.matrix_set(), tile.z(), mesh, &areas);
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1), (3, 3)] {
        let tile = TileCoord::new(tile.matrix_set(), tile.z(), tile.x() + dx, tile.y() + dy).expect("in the matrix");
        let (one, other) = (snapped(tile, mesh, &areas), cut(tile, &sheet));
        prop_assert_eq!(&one.1.collapsed, &other.1.collapsed);
        prop_assert_eq!(one.1.features, other.1.features);
        prop_assert!(one.0 == other.0, "{} differs", tile);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn areas_of_many_sizes(seed in any::<u64>(), set in any_set(), z in 8u8..=17, columns in 1usize..24, rows in 1usize..24) {
        let tile = tile_at(set, z, [0, 0]);
        check(tile, &mesh_over(tile, seed, columns, rows))?;
    }

    #[test]
    fn areas_narrower_than_a_unit(seed in any::<u64>(), set in any_set(), z in 6u8..=14, places in 0i32..4096, cells in 0.4f64..2.0) {
        let tile = tile_at(set, z, [0, 0]);
        let bounds = tile.bounds(0);
        let unit = f64::from(bounds.max()[0] - bounds.min()[0]) / 4096.0;
        let corner = [0, 1].map(|axis| bounds.min()[axis] + (f64::from(places) * unit) as i32);
        let size = [(unit * 900.0) as i32, (unit * cells).max(12.0) as i32];
        check(tile, &mesh(seed, corner, size, 2, 90))?;
    }
}

#[test]
fn a_sheet_ends_where_units_do_not_fit() {
    assert!(
        Sheet::new(MatrixSet::WebMercatorQuad, 18).is_some() && Sheet::new(MatrixSet::WebMercatorQuad, 19).is_none()
    );
    assert!(Sheet::new(MatrixSet::WorldCrs84Quad, 17).is_some() && Sheet::new(MatrixSet::WorldCrs84Quad, 18).is_none());
    assert!(Sheet::new(MatrixSet::Cgcs2000Quad, 18).is_some() && Sheet::new(MatrixSet::Cgcs2000Quad, 0).is_none());
}

#[test]
fn lines_across_the_world_are_told_to_be_sparse() {
    let mut sheet = Sheet::new(MatrixSet::WebMercatorQuad, 18).expect("a zoom with sheets");
    sheet.heat([[-1_700_000_000, 100], [1_700_000_000, 200_000_000]]);
    assert!(sheet.is_sparse());
}
