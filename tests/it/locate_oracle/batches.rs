//! Many at once answer as one by one, and nothing is allocated for an answer.

use onemap::domain::{
    geometry::{MultiPolygon, Position},
    locate::{Match, Spot},
};

use super::{index::Index, spread::Spread};
use crate::support::{
    drawn::{self, NEAR},
    plane::{self, Net, TILE},
    random::Random,
    world::World,
};

fn crooked() -> Vec<MultiPolygon> {
    plane::net(&Net { origin: (36_317 * TILE, 7_751 * TILE), cells: 12, size: 3_000, pieces: 7, block: 4 }, 21)
}

#[test]
fn a_batch_of_any_length_answers_as_one_by_one_does() {
    for (name, polygons) in [("nothing", Vec::new()), ("crooked", crooked()), ("world", plane::ends_of_the_world())] {
        let index = Index::build(polygons.iter());
        let positions = Spread::new(&polygons).positions(100_000, &mut Random::new(22));
        let one_by_one: Vec<Spot> = positions.iter().map(|&position| index.locate(position)).collect();
        for length in (0..=200).chain([255, 256, 257, 4_095, 4_096, 4_097, positions.len()]) {
            for from in [0, 1, 77_777] {
                let range = from..(from + length).min(positions.len());
                assert_eq!(
                    index.locate_batch(&positions[range.clone()]),
                    one_by_one[range.clone()],
                    "{name}, seed 22, positions {range:?}"
                );
            }
        }
    }
}

#[test]
fn finding_a_face_allocates_nothing() {
    let polygons = crooked();
    let index = Index::build(polygons.iter());
    let positions = Spread::new(&polygons).positions(20_000, &mut Random::new(23));
    let mut spots = vec![Spot::default(); positions.len()];
    let allocated = allocation_counter::measure(|| {
        for &position in &positions {
            std::hint::black_box(index.locate(position));
        }
        index.locate_into(&positions, &mut spots);
        std::hint::black_box(&spots);
    });
    assert_eq!(allocated, allocation_counter::AllocationInfo::default());
}

#[test]
fn an_answer_off_borders_allocates_nothing() {
    let world = World::of_areas(&drawn::profile("overlay", "warning", NEAR), drawn::quarter(4, 5, 270, 24));
    let (stored, snapshot) = (world.stored(), world.snapshot());
    let spread = Spread::new(stored.iter().map(|stored| &stored.geometry));
    // Inside, and not on a border that an exclusive area hides either.
    let is_off = |&position: &Position| {
        snapshot.locate(position).found == Match::Inside && !snapshot.index().locate(position).on_edge
    };
    let positions: Vec<Position> = spread.positions(20_000, &mut Random::new(24)).into_iter().filter(is_off).collect();
    assert!(positions.len() > 4_000, "{}", positions.len());
    let allocated = allocation_counter::measure(|| {
        for &position in &positions {
            std::hint::black_box(snapshot.locate(position));
        }
    });
    assert_eq!(allocated, allocation_counter::AllocationInfo::default());
}
