//! What editions share: how little a small change takes, and how much of the past a server keeps.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use onemap::{
    app::{
        View,
        service::{KEPT_PERCENT, staying},
        tiles::AreaTiles,
    },
    domain::{
        area::{AreaChanges, Edition, Level, PutArea, Snapshot},
        coverage::AreaIndex,
        geometry::{MultiPolygon, Polygon, Position, Ring},
        held::Held,
    },
};
use onemap_tiles::MatrixSet;
use time::OffsetDateTime;

use super::{Plan, bounds, edition, profile, sample};
use crate::support::plane::{self, Net};

/// Units of a row of the map, and rows.
const SIDE: usize = 64;

/// One edition, ready to answer and to be drawn.
struct Kept {
    view: View,
    tiles: AreaTiles,
}

impl Kept {
    fn snapshot(&self) -> &Snapshot {
        self.view.snapshot()
    }

    fn hold(&self, held: &mut Held) {
        self.view.hold(held);
        self.tiles.hold(held);
    }

    /// The edition after it, in which borders within the area of these rows and columns of units run otherwise.
    fn next(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> Self {
        let old = self.snapshot();
        let first = old.hierarchy.of_level(Level(2)).start;
        let units = rows.flat_map(|row| columns.clone().map(move |column| first + (row * SIDE + column) as AreaIndex));
        let changes = bent(old, &units.collect());
        assert!(!changes.put.is_empty());
        let edition = Edition { number: old.edition_number() + 1, ..old.edition.clone().expect("it has one") };
        let next = Arc::new(old.next(Some(edition), changes, Arc::clone(old.roster())).expect("a map"));
        Self { tiles: AreaTiles::new(&next, Some(&self.tiles)), view: View::ready(next, Some(&self.view)) }
    }
}

fn first_edition() -> Kept {
    let net = Net { origin: (1_190_000_000, 254_000_000), cells: SIDE, size: 9_000, pieces: 6, block: 8 };
    let areas = plane::net(&net, 1).into_iter();
    let blocks = (SIDE / 8).pow(2);
    let level = |number: usize| if number == 0 { 0 } else { 1 + u8::from(number > blocks) };
    let plans = areas.enumerate().map(|(number, area)| Plan::new(number as i64 + 1, level(number), area));
    let bare = edition(&profile(), &plans.collect::<Vec<_>>(), None);
    let time = OffsetDateTime::UNIX_EPOCH;
    let [title, author, profile_digest] = [const { String::new() }; 3];
    let first = Edition { number: 1, title, author, effective_from: time, published_at: time, profile_digest };
    let first = Arc::new(bare.next(Some(first), AreaChanges::default(), Arc::clone(bare.roster())).expect("a map"));
    Kept { tiles: AreaTiles::new(&first, None), view: View::ready(first, None) }
}

/// Borders between `units`, but for their ends, moved by a lattice unit.
fn bent(snapshot: &Snapshot, units: &BTreeSet<AreaIndex>) -> AreaChanges {
    let (coverage, hierarchy) = (&snapshot.coverage, &snapshot.hierarchy);
    let mut moved: HashMap<Position, Position> = HashMap::new();
    let mut changed = BTreeSet::new();
    for side in units.iter().flat_map(|&unit| coverage.border_of(unit)) {
        let (inside, outside) = coverage.inside_outside(*side);
        let [one, other] =
            [inside, outside].map(|face| coverage.areas_of(face).iter().copied().collect::<BTreeSet<_>>());
        let differ: Vec<AreaIndex> = one.symmetric_difference(&other).copied().collect();
        if differ.iter().all(|area| units.contains(area)) {
            let positions = coverage.positions(side.arc);
            for &at in &positions[1..positions.len() - 1] {
                let by = if snapshot.edition_number().is_multiple_of(2) { 1 } else { -1 };
                moved.insert(at, Position::new(at.lon() + by, at.lat()).expect("in the world"));
            }
            changed.extend(differ);
        }
    }
    let ring = |ring: &Ring| {
        let positions = ring.positions().iter().map(|at| *moved.get(at).unwrap_or(at));
        Ring::new(positions.collect()).expect("as many positions as before")
    };
    let polygon = |polygon: &Polygon| Polygon {
        exterior: ring(&polygon.exterior),
        holes: polygon.holes.iter().map(ring).collect(),
    };
    let put = |index: AreaIndex| {
        let mut area = hierarchy.area(index).clone();
        area.digest[0] = area.digest[0].wrapping_add(1);
        let parent = area.parent.map(|parent| hierarchy.area(parent).id);
        let polygons = coverage.polygon(index).polygons.iter().map(polygon).collect();
        (PutArea { area, parent }, MultiPolygon { polygons }.canonical())
    };
    AreaChanges { put: changed.into_iter().map(put).collect(), gone: Vec::new() }
}

/// What is there only because of `kept`, beside what is `held`.
fn own(held: &mut Held, kept: impl FnOnce(&mut Held)) -> usize {
    let before = held.bytes();
    kept(held);
    held.bytes() - before
}

#[test]
fn a_patch_takes_little_of_its_own() {
    let mut held = Held::default();
    let mut last = first_edition();
    let one = own(&mut held, |held| last.hold(held));
    for number in 0..8 {
        // 40 of 4,096 units.
        let next = last.next(4 * number..4 * number + 4, 20..30);
        let (view, tiles) = (own(&mut held, |held| next.view.hold(held)), own(&mut held, |held| next.tiles.hold(held)));
        eprintln!("edition {}: {view} and {tiles} of {one}", next.snapshot().edition_number());
        assert!(view > 0 && view < one * 3 / 100, "{view} of {one}");
        assert!(tiles > 0 && tiles < one / 100, "{tiles} of {one}");
        last = next;
    }
    // It is the edition that it would be without the others, to the byte of a tile.
    let (coverage, hierarchy) = (&last.snapshot().coverage, &last.snapshot().hierarchy);
    let (areas, polygons) =
        (0..).zip(hierarchy.areas()).map(|(at, area)| ((**area).clone(), coverage.polygon(at))).unzip();
    let roster = Arc::clone(last.snapshot().roster());
    let anew = Snapshot::new(Arc::clone(&last.snapshot().profile), None, areas, polygons, roster, None).expect("a map");
    let anew = AreaTiles::new(&Arc::new(anew), None);
    for zoom in [8, 12, 15, 17] {
        for coord in sample(MatrixSet::WebMercatorQuad, zoom, bounds(last.snapshot()), 30) {
            assert_eq!(last.tiles.version(coord), anew.version(coord), "{coord}");
            assert!(last.tiles.tile(coord) == anew.tile(coord), "{coord}");
        }
    }
    // What it holds of the others counts as theirs.
    let (mut all, mut alone) = (Held::default(), Held::default());
    last.view.hold(&mut all);
    View::ready(Arc::clone(anew.snapshot()), None).hold(&mut alone);
    let without = all.bytes() - last.snapshot().spare();
    assert!(
        last.snapshot().spare() > 0 && without.abs_diff(alone.bytes()) < alone.bytes() / 20,
        "{without} {}",
        alone.bytes()
    );
}

/// Which of `editions`, of which the last is served, a server keeps: how many, how many with tiles, and what all that takes.
fn kept(editions: &[Kept]) -> (usize, usize, usize) {
    let (served, past) = editions.split_last().expect("there are some");
    let views: Vec<View> = past.iter().map(|kept| kept.view.clone()).collect();
    let tiles: Vec<_> = past.iter().map(|kept| (kept.snapshot().edition_number(), &kept.tiles)).collect();
    let stays = staying((&served.view, &served.tiles), &views, &tiles);
    let mut held = Held::default();
    served.hold(&mut held);
    for &at in &stays.views {
        past[at].view.hold(&mut held);
    }
    let drawn = past.iter().filter(|kept| stays.tiles.contains(&kept.snapshot().edition_number()));
    drawn.for_each(|kept| kept.tiles.hold(&mut held));
    (stays.views.len(), stays.tiles.len(), held.bytes())
}

#[test]
fn editions_that_take_little_all_stay_with_their_tiles() {
    let mut editions = vec![first_edition()];
    let mut one = Held::default();
    editions[0].hold(&mut one);
    let most = one.bytes() / 100 * (100 + KEPT_PERCENT);
    for number in 0..12 {
        editions.push(editions[number].next(4 * number..4 * number + 4, 20..30));
    }
    let (views, tiles, bytes) = kept(&editions);
    assert_eq!((views, tiles), (12, 12));
    assert!(bytes < most, "{bytes} {most}");
}
