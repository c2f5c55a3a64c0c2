//! Other numbers for the areas of a coverage.

use std::collections::BTreeMap;

use super::super::{
    paged::{Rows, Table},
    topology::{AreaIndex, Coverage},
};

impl Coverage {
    /// The coverage with `count` areas, in which each area has the number that `number_of` says; `None` for those that go,
    /// which have no border. Numbers keep their order; areas that nothing got the number of have no border yet.
    pub fn with_area_numbers(&self, number_of: &[Option<AreaIndex>], count: usize) -> Self {
        let mut face_areas = Table { starts: vec![0], entries: Vec::new() };
        for face in 0..self.face_areas.len() {
            let areas = self.face_areas.row(face).iter();
            face_areas.entries.extend(areas.filter_map(|&area| number_of[area as usize]));
            face_areas.starts.push(face_areas.entries.len() as u32);
        }
        let mut row_of: BTreeMap<AreaIndex, usize> = BTreeMap::new();
        for (old, new) in number_of.iter().enumerate() {
            row_of.extend(new.map(|new| (new, old)));
        }
        let mut area_arcs = Table { starts: vec![0], entries: Vec::new() };
        for area in 0..count as AreaIndex {
            let row: &[_] = row_of.get(&area).map_or(&[], |&old| self.area_arcs.row(old));
            area_arcs.entries.extend_from_slice(row);
            area_arcs.starts.push(area_arcs.entries.len() as u32);
        }
        Self {
            vertices: self.vertices.clone(),
            arcs: self.arcs.clone(),
            face_areas: Rows::new(&face_areas),
            area_arcs: Rows::new(&area_arcs),
            face_arcs: self.face_arcs.clone(),
            bounds: self.bounds,
            edge_count: self.edge_count,
        }
    }
}
