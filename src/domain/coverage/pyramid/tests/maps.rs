//! Maps to try: rasters of crooked cells, whose regions are as wiggly, thin and nested as the cells say.

use proptest::prelude::*;

use crate::domain::{
    coverage::Coverage,
    geometry::{MultiPolygon, Polygon, Position, Ring},
};

/// Cells with a label each; cells of one label are one area. Label 0 is nobody's.
#[derive(Debug, Clone)]
pub(super) struct Raster {
    pub(super) side: usize,
    /// Lattice units between corners.
    pub(super) spacing: i32,
    /// Row by row.
    pub(super) labels: Vec<u8>,
    /// How far each corner is moved, in percent of the spacing; less than 50 keeps all cells apart.
    pub(super) shifts: Vec<[i32; 2]>,
}

impl Raster {
    pub(super) fn coverage(&self) -> Coverage {
        let mut areas = vec![MultiPolygon::default(); 256];
        for row in 0..self.side {
            for column in 0..self.side {
                let corners = [(0, 0), (1, 0), (1, 1), (0, 1)];
                let ring = corners.map(|(east, north)| self.corner(column + east, row + north)).to_vec();
                let exterior = Ring::new(ring).expect("a cell has four corners");
                let label = usize::from(self.labels[row * self.side + column]);
                areas[label].polygons.push(Polygon { exterior, holes: Vec::new() });
            }
        }
        let areas: Vec<MultiPolygon> = areas.into_iter().skip(1).filter(|area| !area.polygons.is_empty()).collect();
        Coverage::build(areas.iter()).expect("cells share their corners")
    }

    fn corner(&self, column: usize, row: usize) -> Position {
        let [east, north] = self.shifts[row * (self.side + 1) + column].map(|shift| shift * self.spacing / 100);
        let (lon, lat) = (column as i32 * self.spacing + east, row as i32 * self.spacing + north);
        Position::new(1_190_000_000 + lon, 254_000_000 + lat).expect("in the world")
    }

    /// Does an edit.
    pub(super) fn apply(&mut self, edit: &Edit) {
        match *edit {
            Edit::Label(cell, label) => {
                let cell = cell % self.labels.len();
                self.labels[cell] = label;
            }
            Edit::Corner(corner, shift) => {
                let corner = corner % self.shifts.len();
                self.shifts[corner] = shift;
            }
        }
    }
}

/// One edit of a raster.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    /// A cell goes to another area: arcs are split, joined, come and go.
    Label(usize, u8),
    /// A corner moves: one vertex, or a node.
    Corner(usize, [i32; 2]),
}

fn shift() -> impl Strategy<Value = [i32; 2]> {
    [-40..=40_i32, -40..=40_i32]
}

/// A few areas as a patchwork of cells (most cells as their neighbour), combs, spirals and chaos.
pub(super) fn raster(side: usize) -> impl Strategy<Value = Raster> {
    let cell = prop_oneof![5 => Just(None), 1 => (0..5_u8).prop_map(Some)];
    let patchwork = prop::collection::vec((cell, any::<bool>()), side * side).prop_map(move |cells| {
        let mut labels: Vec<u8> = Vec::new();
        for (n, (label, is_south)) in cells.into_iter().enumerate() {
            let beside = if is_south { n.checked_sub(side) } else { n.checked_sub(1) };
            labels.push(label.unwrap_or_else(|| beside.map_or(1, |beside| labels[beside])));
        }
        labels
    });
    let comb = (1..4_usize).prop_map(move |width| {
        let label =
            |n: usize| if n < side || ((n % side / width).is_multiple_of(2) && n + side < side * side) { 1 } else { 2 };
        (0..side * side).map(label).collect()
    });
    let rings = (1..4_u8).prop_map(move |count| {
        let depth = |n: usize| (n % side).min(n / side).min(side - 1 - n % side).min(side - 1 - n / side);
        (0..side * side).map(|n| depth(n) as u8 % count + 1).collect()
    });
    let chaos = prop::collection::vec(0..4_u8, side * side);
    let labels = prop_oneof![4 => patchwork, 1 => comb, 1 => rings, 1 => chaos];
    let shifts = prop::collection::vec(shift(), (side + 1) * (side + 1));
    let spacing = prop_oneof![Just(300), Just(2_700), Just(9_000), Just(7)];
    (labels, shifts, spacing).prop_map(move |(labels, shifts, spacing)| Raster { side, spacing, labels, shifts })
}

/// One edit.
pub(super) fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<prop::sample::Index>(), 0..5_u8).prop_map(|(cell, label)| Edit::Label(cell.index(1 << 20), label)),
        (any::<prop::sample::Index>(), shift()).prop_map(|(corner, shift)| Edit::Corner(corner.index(1 << 20), shift)),
    ]
}
