//! Positions by the million, in every world: the index against the bulk judge.

use onemap::domain::{
    coverage::FaceId,
    geometry::{MultiPolygon, Position},
    locate::Spot,
};

use super::{index::Index, spread::Spread};
use crate::support::{
    bulk_naive::{BulkNaive, Verdict},
    random::Random,
};

/// Positions over all worlds; the environment variable `ONEMAP_ORACLE_POINTS` asks for another number.
const POINTS: usize = 20_000_000;

/// Positions that are judged at a time.
const CHUNK: usize = 1 << 20;

/// One in so many positions is judged by the outlines of the faces as well.
const FACES_ONE_IN: usize = 4;

/// Positions of each chunk whose faces all around are compared.
const TOUCHING: usize = 20_000;

/// What was seen of a world.
#[derive(Debug, Default)]
pub struct Seen {
    pub points: usize,
    pub on_edge: usize,
    pub outside: usize,
    /// Faces that owned some position.
    pub faces: usize,
}

/// How many positions a world gets that is worth `percent` of all.
pub fn share(percent: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "a switch of these tests, not a setting of the program")]
    let asked = std::env::var("ONEMAP_ORACLE_POINTS").ok();
    let all = asked.map_or(POINTS, |asked| asked.parse().expect("ONEMAP_ORACLE_POINTS is a number"));
    all / 100 * percent
}

/// Compares every vertex and `count` other positions of the world `name`.
#[track_caller]
pub fn check(name: &str, polygons: &[&MultiPolygon], count: usize, seed: u64) -> Seen {
    check_index(name, polygons, &Index::build(polygons.iter().copied()), count, seed)
}

/// The same for an index that is there.
#[track_caller]
pub fn check_index(name: &str, polygons: &[&MultiPolygon], index: &Index, count: usize, seed: u64) -> Seen {
    let (spread, mut random) = (Spread::new(polygons.iter().copied()), Random::new(seed));
    let judges = Judges::new(name, seed, polygons, index);
    let mut seen = Seen::default();
    let mut owners = vec![false; index.coverage.face_count()];
    let fixed = [spread.vertices(), spread.corners()].concat();
    for chunk in fixed.chunks(CHUNK) {
        judges.compare(chunk, &mut seen, &mut owners);
    }
    let mut left = count;
    while left > 0 {
        let chunk = spread.positions(left.min(CHUNK), &mut random);
        left -= chunk.len();
        judges.compare(&chunk, &mut seen, &mut owners);
    }
    seen.faces = owners.iter().filter(|&&is_owner| is_owner).count();
    eprintln!("{name}: {} areas, {} faces: {seen:?}", polygons.len(), index.coverage.face_count());
    seen
}

struct Judges<'a> {
    name: &'a str,
    seed: u64,
    index: &'a Index,
    by_area: BulkNaive,
    /// Knows one face from another where the same areas lie in both.
    by_face: BulkNaive,
    /// What each judge says of the inside of each face.
    of_face: Vec<(u64, u64)>,
}

impl<'a> Judges<'a> {
    fn new(name: &'a str, seed: u64, polygons: &[&MultiPolygon], index: &'a Index) -> Self {
        let coverage = &index.coverage;
        let faces: Vec<MultiPolygon> = coverage.faces().map(|face| coverage.face_polygon(face)).collect();
        let (by_area, by_face) = (BulkNaive::new(polygons.iter().copied()), BulkNaive::new(&faces));
        let of = |face: u32| {
            let areas = coverage.areas_of(FaceId(face)).iter().copied();
            (by_area.signature(areas), by_face.signature(face.checked_sub(1)))
        };
        let of_face = (0..coverage.face_count() as u32).map(of).collect();
        Self { name, seed, index, by_area, by_face, of_face }
    }

    #[track_caller]
    fn compare(&self, positions: &[Position], seen: &mut Seen, owners: &mut [bool]) {
        let spots = self.index.locate_batch(positions);
        for ((&position, &spot), judged) in positions.iter().zip(&spots).zip(self.by_area.judge(positions)) {
            let Spot { face, on_edge } = spot;
            let of_face = self.of_face.get(face.0 as usize).map(|of_face| of_face.0);
            if of_face != Some(judged.signature) || on_edge != judged.on_edge {
                self.fail(position, spot, judged);
            }
            assert_eq!(self.index.locate(position), spot, "{}: one by one, then in a batch", self.at(position));
            seen.on_edge += usize::from(on_edge);
            seen.outside += usize::from(face == FaceId::OUTSIDE);
            owners[face.0 as usize] = true;
        }
        seen.points += positions.len();
        let some: Vec<Position> = positions.iter().copied().step_by(FACES_ONE_IN).collect();
        for (at, judged) in self.by_face.judge(&some).into_iter().enumerate() {
            let face = spots[at * FACES_ONE_IN].face;
            assert_eq!(
                judged.signature,
                self.of_face[face.0 as usize].1,
                "{}: {face:?}, not {:?} (from 1)",
                self.at(some[at]),
                self.by_face.areas_at(some[at])
            );
        }
        let step = positions.len() / TOUCHING + 1;
        let some: Vec<Position> = positions.iter().copied().step_by(step).collect();
        for (&position, judged) in some.iter().zip(self.by_face.touching(&some)) {
            let judged: Vec<FaceId> =
                judged.into_iter().map(|face| face.map_or(FaceId::OUTSIDE, |face| FaceId(face + 1))).collect();
            assert_eq!(self.index.touching(position), judged, "{}: the faces that meet", self.at(position));
        }
    }

    fn at(&self, position: Position) -> String {
        format!("{}, seed {}, at ({}, {})", self.name, self.seed, position.lon(), position.lat())
    }

    #[track_caller]
    fn fail(&self, position: Position, Spot { face, on_edge }: Spot, judged: Verdict) -> ! {
        let coverage = &self.index.coverage;
        let ours = if (face.0 as usize) < coverage.face_count() { coverage.areas_of(face) } else { &[] };
        let (at, theirs) = (self.at(position), self.by_area.areas_at(position));
        panic!("{at}: {face:?} of areas {ours:?}, on an edge: {on_edge}; the judge: {theirs:?}, {}", judged.on_edge)
    }
}
