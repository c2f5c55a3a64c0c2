//! What the map draws under the areas: greens, waters, roads, buildings.

use super::{
    building::{Shell, build},
    fabric::Use,
    figures::Figures,
    layout::Layout,
    number::NumberedGrid,
    random::Random,
};
use crate::domain::{
    geometry::{MultiPolygon, Polygon, Ring},
    place::{Building, Place, PlaceGeometry, PlaceLayer},
};

/// A building of a footprint, without its residents.
#[derive(Debug)]
pub struct Stock {
    /// Index of the footprint.
    pub footprint: usize,
    /// Where and how it stands.
    pub shell: Shell,
    estate: String,
    number: String,
}

/// Builds on all footprints; numbers run through each grid.
pub fn build_all(
    layout: &Layout,
    grids: &[NumberedGrid],
    footprints: &[MultiPolygon],
    seed: &Random,
    progress: &mut dyn FnMut(u64),
) -> Vec<Stock> {
    let mut stock = Vec::new();
    for grid in grids {
        // Stairwell buildings have the number that their units' names have.
        let count = |stairs: bool| {
            let is_stairs = |index: usize| matches!(layout.footprints[index].land_use, Use::Stairs(_));
            grid.units.iter().filter(|unit| unit.stair == 0 && is_stairs(unit.footprint) == stairs).count()
        };
        let (mut stair_number, mut other_number) = (0, count(true));
        for unit in grid.units.iter().filter(|unit| unit.stair == 0) {
            let land_use = layout.footprints[unit.footprint].land_use;
            let border = footprints[unit.footprint].polygons[0].exterior.positions();
            if matches!(land_use, Use::Stairs(_)) {
                stair_number += 1;
            }
            let shells = build(border, land_use, &mut seed.fork(unit.footprint as u64));
            for (index, shell) in shells.into_iter().enumerate() {
                let number = match land_use {
                    Use::Stairs(_) => stair_number,
                    Use::Body(_) => index + 1,
                    _ => {
                        other_number += 1;
                        other_number
                    }
                };
                let estate = unit.body.as_ref().map_or(&grid.estate, |body| &body.name).clone();
                let word = if matches!(land_use, Use::Houses | Use::Shop) { "号" } else { "号楼" };
                stock.push(Stock { footprint: unit.footprint, shell, estate, number: format!("{number}{word}") });
            }
        }
        progress(1);
    }
    stock
}

/// All places, numbered from 1 in drawing order.
pub fn collect(
    layout: &Layout,
    footprints: &[MultiPolygon],
    stock: Vec<Stock>,
    figures: &[Figures],
    greens: bool,
) -> Vec<Place> {
    let mut places = Vec::new();
    let mut push = |layer, rank, name: String, building, geometry| {
        let id = places.len() as i64 + 1;
        places.push(Place { rank, name, building, ..Place::bare(id, layer, geometry) });
    };
    for (footprint, polygon) in layout.footprints.iter().zip(footprints).filter(|_| greens) {
        let (class, rank, name) = match footprint.land_use {
            Use::Field => (PlaceLayer::Green, 3, ""),
            Use::Park => (PlaceLayer::Green, 1, "公共绿地"),
            Use::Pond => (PlaceLayer::Water, 3, ""),
            Use::Estate | Use::Stairs(_) | Use::Shop | Use::Houses | Use::Body(_) => continue,
        };
        push(class, rank, name.to_owned(), None, PlaceGeometry::Polygon(polygon.clone()));
    }
    for line in &layout.lines {
        let path = PlaceGeometry::Line(layout.planar.path(line.first));
        push(line.class, line.rank, line.name.clone(), None, path);
    }
    for (one, figures) in stock.into_iter().zip(figures) {
        let exterior = Ring::new(one.shell.corners.to_vec()).expect("a building has four corners");
        let polygons = vec![Polygon { exterior, holes: Vec::new() }];
        let building = Building {
            estate: one.estate,
            number: one.number,
            stairs: one.shell.stairs,
            floors: one.shell.floors,
            households: figures.households,
            residents: figures.residents,
        };
        let name = format!("{}{}", building.estate, building.number);
        let geometry = PlaceGeometry::Polygon(MultiPolygon { polygons }.canonical());
        push(PlaceLayer::Building, 0, name, Some(building), geometry);
    }
    places
}
