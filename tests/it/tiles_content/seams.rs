//! What lies side by side fits: areas, levels, lines and tiles, at every zoom, whatever was simplified.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onemap::{
    app::{
        demo::{Content, DemoPlan, generate},
        tiles::{AreaTiles, TileCoord, deepest_zoom},
    },
    domain::{area::Snapshot, coverage::AreaIndex},
    formats::profile_toml::find_profile,
};
use onemap_tiles::{BUFFER, EXTENT, Geometry, MatrixSet, decode};

use super::{bounds, edition_of, sample, valid};

type Unit = [i32; 2];
type Ring = Vec<Unit>;

/// An edge, and the number of times that it is walked forth less those back.
type Walked = BTreeMap<(Unit, Unit), i32>;

/// Rings of the areas of one layer by id, and the lines of `borders`.
#[derive(Default)]
struct Drawn {
    rings: BTreeMap<String, BTreeMap<u64, Vec<Ring>>>,
    lines: Vec<(String, Ring)>,
    labels: Vec<(u64, bool)>,
}

fn drawn(tiles: &AreaTiles, coord: TileCoord) -> Drawn {
    let bytes = valid(tiles, coord);
    let mut drawn = Drawn::default();
    for layer in decode(&bytes).expect("a valid tile") {
        for feature in &layer.features {
            match &feature.geometry {
                Geometry::Polygons(polygons) => {
                    let rings = polygons.iter().flatten().cloned().collect();
                    let layer = drawn.rings.entry(layer.name.to_owned()).or_default();
                    assert!(layer.insert(feature.id.expect("areas have ids"), rings).is_none(), "{coord}: twice");
                }
                Geometry::Lines(lines) => {
                    let Some(onemap_tiles::Value::String(level)) = layer.attribute(feature, "level") else {
                        panic!("{coord}: a border without a level")
                    };
                    drawn.lines.extend(lines.iter().map(|line| (level.to_owned(), line.clone())));
                }
                Geometry::Points(_) => {
                    let tiny = layer.attribute(feature, "tiny").is_some();
                    drawn.labels.push((feature.id.expect("labels have ids"), tiny));
                }
            }
        }
    }
    drawn
}

fn edges(ring: &[Unit]) -> impl Iterator<Item = (Unit, Unit)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Cuts edges at all `stops` on them and puts the pieces together: what is walked forth and back is gone.
fn walked(edges: impl Iterator<Item = (Unit, Unit)>, stops: &Stops) -> Walked {
    let mut walked = Walked::new();
    for (a, b) in edges {
        for (from, to) in stops.cut(a, b) {
            let (key, way) = if from < to { ((from, to), 1) } else { ((to, from), -1) };
            *walked.entry(key).or_default() += way;
        }
    }
    walked.retain(|_, count| *count != 0);
    walked
}

/// Units at which edges are cut, by column.
struct Stops(BTreeMap<i32, BTreeSet<i32>>);

impl Stops {
    fn of(units: impl Iterator<Item = Unit>) -> Self {
        let mut stops: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        units.for_each(|[x, y]| {
            stops.entry(x).or_default().insert(y);
        });
        Self(stops)
    }

    fn cut(&self, a: Unit, b: Unit) -> Vec<(Unit, Unit)> {
        let (low, high) = ([a[0].min(b[0]), a[1].min(b[1])], [a[0].max(b[0]), a[1].max(b[1])]);
        let turn = |p: Unit| {
            let d = |from: Unit, to: Unit| [i64::from(to[0] - from[0]), i64::from(to[1] - from[1])];
            let ([abx, aby], [apx, apy]) = (d(a, b), d(a, p));
            abx * apy - aby * apx
        };
        let columns = self.0.range(low[0]..=high[0]);
        let units = columns.flat_map(|(&x, ys)| ys.range(low[1]..=high[1]).map(move |&y| [x, y]));
        let mut on: Vec<Unit> = units.filter(|&unit| turn(unit) == 0).chain([a, b]).collect();
        on.sort_by_key(|unit| (i64::from(unit[0] - a[0]).abs(), i64::from(unit[1] - a[1]).abs()));
        on.dedup();
        on.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }
}

/// What was looked at.
#[derive(Debug, Default)]
struct Count {
    parents: usize,
    /// Pieces of lines; those of them drawn more than once, and those that are on no border: where a strip between two borders
    /// is narrower than a unit, the borders meet and the strip is gone.
    pieces: usize,
    twice: usize,
    off_border: usize,
    shared: usize,
}

/// Parents are the union of their children, which do not overlap; lines lie on borders.
#[track_caller]
fn check_levels(drawn: &Drawn, snapshot: &Snapshot, coord: TileCoord, count: &mut Count) {
    let all = drawn.rings.values().flat_map(BTreeMap::values).flatten().flatten();
    let stops = Stops::of(all.copied().chain(drawn.lines.iter().flat_map(|(_, line)| line.iter().copied())));
    let levels: Vec<&str> = snapshot.profile.levels.iter().map(|level| level.id.as_str()).collect();
    let index_of = |id: u64| snapshot.hierarchy.find_id(onemap::domain::area::AreaId(id as i64)).expect("an area");
    for pair in levels.windows(2) {
        let (Some(parents), Some(children)) = (drawn.rings.get(pair[0]), drawn.rings.get(pair[1])) else { continue };
        // stacked areas share a footprint: it counts once
        let mut of_parent: HashMap<AreaIndex, BTreeSet<&Vec<Ring>>> = HashMap::new();
        for (&child, rings) in children {
            let parent = snapshot.hierarchy.area(index_of(child)).parent.expect("a parent");
            of_parent.entry(parent).or_default().insert(rings);
        }
        for (&parent, rings) in parents {
            let children = of_parent.remove(&index_of(parent)).unwrap_or_default();
            let own = walked(rings.iter().flat_map(|ring| edges(ring)), &stops);
            let together = walked(children.into_iter().flatten().flat_map(|ring| edges(ring)), &stops);
            if own != together {
                let only = |one: &Walked, other: &Walked| -> Vec<_> {
                    one.iter().filter(|(edge, count)| other.get(edge) != Some(count)).map(|(e, c)| (*e, *c)).collect()
                };
                let (more, less) = (only(&own, &together), only(&together, &own));
                panic!("{coord}: {parent} of {} is not the union of its children: {more:?}, {less:?}", pair[0]);
            }
            count.parents += 1;
        }
        assert!(of_parent.is_empty(), "{coord}: children of {} without their parent", pair[0]);
    }
    let borders = |level: &str| -> BTreeSet<(Unit, Unit)> {
        let rings = drawn.rings.get(level).into_iter().flat_map(BTreeMap::values).flatten();
        let pieces = rings.flat_map(|ring| edges(ring)).flat_map(|(a, b)| stops.cut(a, b));
        pieces.map(|(a, b)| (a.min(b), a.max(b))).collect()
    };
    let borders: HashMap<&str, BTreeSet<(Unit, Unit)>> = levels.iter().map(|&level| (level, borders(level))).collect();
    let mut seen = BTreeSet::new();
    for (a, b) in drawn.lines.iter().flat_map(|(_, line)| line.windows(2)).flat_map(|pair| stops.cut(pair[0], pair[1]))
    {
        let piece = (a.min(b), a.max(b));
        count.pieces += 1;
        count.twice += usize::from(!seen.insert(piece));
        count.off_border += usize::from(!levels.iter().any(|level| borders[level].contains(&piece)));
    }
}

/// The pieces of each area's border in the strip that a tile shares with the next one to the east or south.
fn strip(drawn: &Drawn, axis: usize, is_first: bool) -> BTreeMap<(String, u64), BTreeSet<(Unit, Unit)>> {
    let (extent, buffer) = (EXTENT as i32, BUFFER as i32);
    let shift = if is_first { extent } else { 0 };
    let mut pieces: BTreeMap<(String, u64), BTreeSet<(Unit, Unit)>> = BTreeMap::new();
    for (layer, areas) in &drawn.rings {
        for (&id, rings) in areas {
            for (a, b) in rings.iter().flat_map(|ring| edges(ring)) {
                let inside = |unit: Unit| {
                    let [along, across] = [unit[axis] - shift, unit[1 - axis]];
                    along.abs() < buffer && (0..=extent).contains(&across)
                };
                // edges that are whole in the strip, in numbers of the second tile
                if inside(a) && inside(b) {
                    let moved = [a, b].map(|mut unit| {
                        unit[axis] -= shift;
                        unit
                    });
                    pieces.entry((layer.clone(), id)).or_default().insert((moved[0], moved[1]));
                }
            }
        }
    }
    pieces
}

pub(super) fn demo(units: u64, content: Content) -> (std::sync::Arc<Snapshot>, Vec<onemap::domain::place::Place>) {
    demo_of(&DemoPlan::new(units, 7, content).expect("a plan"))
}

/// What a plan makes, as one edition.
pub(super) fn demo_of(plan: &DemoPlan) -> (std::sync::Arc<Snapshot>, Vec<onemap::domain::place::Place>) {
    let demo = generate(plan, &mut |_, _| {});
    let profile = std::sync::Arc::new(find_profile("licheng").expect("a profile").clone());
    (edition_of(&profile, demo.areas), demo.places)
}

#[test]
fn levels_and_tiles_of_the_demo_fit_at_every_zoom() {
    let (snapshot, _) = demo(2_000, Content::Declared);
    let tiles = AreaTiles::new(&snapshot, None);
    tiles.prepare();
    let place = bounds(&snapshot);
    let mut count = Count::default();
    for set in MatrixSet::ALL {
        for zoom in set.min_zoom()..=deepest_zoom(set) {
            for coord in sample(set, zoom, place, 3) {
                let here = drawn(&tiles, coord);
                check_levels(&here, &snapshot, coord, &mut count);
                for (axis, next) in [(0, [coord.x() + 1, coord.y()]), (1, [coord.x(), coord.y() + 1])] {
                    let Ok(next) = TileCoord::new(set, zoom, next[0], next[1]) else { continue };
                    let (one, other) = (strip(&here, axis, true), strip(&drawn(&tiles, next), axis, false));
                    count.shared += one.values().map(BTreeSet::len).sum::<usize>();
                    assert!(one == other, "{} {coord} and {next} differ where both draw", set.name());
                }
            }
        }
    }
    assert!(count.parents > 150 && count.shared > 300 && count.pieces > 10_000, "{count:?}");
    assert!(count.twice * 100 < count.pieces && count.off_border * 100 < count.pieces, "{count:?}");
    eprintln!("{count:?}");
}

#[test]
fn every_label_is_in_one_tile_of_a_zoom() {
    let (snapshot, _) = demo(500, Content::Declared);
    let tiles = AreaTiles::new(&snapshot, None);
    for (set, zoom) in
        [(MatrixSet::WebMercatorQuad, 14), (MatrixSet::WorldCrs84Quad, 13), (MatrixSet::Cgcs2000Quad, 14)]
    {
        let mut found = Vec::new();
        for coord in sample(set, zoom, bounds(&snapshot), usize::MAX) {
            found.extend(drawn(&tiles, coord).labels.into_iter().map(|(id, _)| id));
        }
        found.sort_unstable();
        let shown = snapshot.hierarchy.areas().iter().filter(|area| {
            let level = &snapshot.profile.levels[usize::from(area.level.0)];
            level.min_zoom <= 14 && level.label_zoom.is_some_and(|zoom| zoom <= 14)
        });
        let mut expected: Vec<u64> = shown.map(|area| area.id.0 as u64).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", set.name());
    }
}
