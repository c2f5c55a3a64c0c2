//! From the outline down to the last unit: streets, communities, grids, units, and the roads and ditches between.

use super::{
    cut::{Cutter, metres, norm},
    fabric::{BodyKind, Fabric, Use},
    lines::{CommunityCuts, GridCuts, Line, LineNames, STREET_CUTS, StreetCuts, UnitCuts},
    plan::{Content, DemoPlan},
    planar::{Face, HalfEdge, Planar},
    random::Random,
    share::apportion,
    source::Source,
    subdivide::subdivide,
};
use crate::domain::geometry::Position;

/// What a street or town has, of the whole district.
struct StreetShare {
    code: &'static str,
    /// Square kilometres.
    ground_km2: f64,
    units: f64,
    grids: f64,
    residents: u64,
    /// Whether its communities are a town throughout.
    town: bool,
}

/// 镇海街道 is documented (7.5 km2, 260 grids, 4,565 units, 99,806 residents); the rest is believable.
const STREETS: [StreetShare; 6] = [
    StreetShare { code: "350304001", ground_km2: 7.5, units: 4565.0, grids: 260.0, residents: 99_806, town: true },
    StreetShare { code: "350304002", ground_km2: 18.0, units: 6400.0, grids: 330.0, residents: 118_240, town: true },
    StreetShare { code: "350304100", ground_km2: 55.0, units: 6200.0, grids: 310.0, residents: 68_310, town: false },
    StreetShare { code: "350304101", ground_km2: 78.0, units: 9600.0, grids: 470.0, residents: 147_920, town: false },
    StreetShare { code: "350304102", ground_km2: 57.0, units: 6800.0, grids: 330.0, residents: 91_870, town: false },
    StreetShare { code: "350304103", ground_km2: 72.9, units: 6435.0, grids: 300.0, residents: 87_660, town: false },
];

/// Index of the town that the island belongs to (北高镇).
const ISLAND_STREET: usize = 5;

/// Exclusive units among all units: 镇海街道 has 176 leaders of exclusive units and 4,565 units.
const EXCLUSIVE_UNITS: f64 = 176.0 / 4565.0;

/// Exclusive grids among all grids.
const EXCLUSIVE_GRIDS: f64 = 10.0 / 260.0;

/// A community on the ground.
#[derive(Debug, Clone, Copy)]
pub struct CommunityCell {
    /// Index of its street in the source.
    pub street: usize,
    /// Index in its street in the source.
    pub index: usize,
    face: Face,
}

/// A grid on the ground.
#[derive(Debug, Clone, Copy)]
pub struct GridCell {
    /// Index of its community cell.
    pub community: usize,
    /// Its texture.
    pub fabric: Fabric,
    face: Face,
}

/// The ground of a unit, or of several stacked ones.
#[derive(Debug, Clone, Copy)]
pub struct Footprint {
    /// Index of its grid cell.
    pub grid: usize,
    /// What it is used for.
    pub land_use: Use,
    /// How many units stand on it.
    pub units: u32,
    /// Its face.
    pub face: Face,
}

/// Everything on the ground, without names and figures.
#[derive(Debug)]
pub struct Layout {
    /// The shared borders.
    pub planar: Planar,
    /// Communities, by street.
    pub communities: Vec<CommunityCell>,
    /// Grids, by community.
    pub grids: Vec<GridCell>,
    /// Footprints, by grid.
    pub footprints: Vec<Footprint>,
    /// Roads and waters along the borders, important ones first.
    pub lines: Vec<Line>,
}

/// How many residents the street or town with the given index has.
pub fn residents(street: usize) -> u64 {
    STREETS[street].residents
}

/// Lays the district out; `progress` hears how many grids of how many are done.
pub fn lay_out(plan: DemoPlan, source: &Source, progress: &mut dyn FnMut(u64, u64)) -> Layout {
    let mut planar = Planar::new();
    let mainland = planar.add_ring(&source.mainland);
    let island = planar.add_ring(&source.island);
    let seed = Random::new(plan.seed());
    let mut work = Work { cutter: Cutter::new(seed.fork(1)), names: LineNames::default(), lines: Vec::new() };

    let streets = work.streets(&mut planar, mainland);
    let communities = work.communities(&mut planar, source, &streets);
    let island_community = nearest(&planar, &communities, source.island[0]);
    let (mut grids, grid_weights) = plan_grids(plan, source, &communities, island_community, &mut seed.fork(2));
    let island_grid = grids.iter().rposition(|grid| grid.community == island_community);
    let island_grid = island_grid.expect("the island's community has grids");
    let (units, exclusive) = plan_units(plan, source, &communities, &grids, &mut seed.fork(3));

    let mut from = 0;
    for (index, community) in communities.iter().enumerate() {
        let count = grids[from..].iter().take_while(|grid| grid.community == index).count();
        // The island is the last grid of its community and is not cut out of the mainland.
        let cut = from..from + count - usize::from(index == island_community);
        let stem = &source.streets[community.street].communities[community.index].stem;
        let town = is_town(source, community);
        let mut cuts = GridCuts { town, stem, names: &mut work.names, lines: &mut work.lines };
        let faces = subdivide(&mut planar, &mut work.cutter, community.face, &grid_weights[cut.clone()], &mut cuts);
        for (grid, face) in grids[cut].iter_mut().zip(faces) {
            grid.face = face;
        }
        from += count;
    }
    grids[island_grid].face = island;

    let mut footprints = Vec::with_capacity(plan.units() as usize);
    let total = grids.len() as u64;
    for (index, grid) in grids.iter().enumerate() {
        let uses = grid.fabric.uses(units[index], exclusive[index], &mut seed.fork(0x100_0000 + index as u64));
        let (uses, weights): (Vec<Use>, Vec<f64>) = uses.into_iter().unzip();
        let lanes = plan.content() == Content::Buildings && uses.len() > 3;
        let community = &communities[grid.community];
        let stem = &source.streets[community.street].communities[community.index].stem;
        let mut cuts = UnitCuts { fabric: grid.fabric, lanes, stem, names: &mut work.names, lines: &mut work.lines };
        let faces = subdivide(&mut planar, &mut work.cutter, grid.face, &weights, &mut cuts);
        for (land_use, face) in uses.into_iter().zip(faces) {
            let stacked = if let Use::Stairs(stairs) = land_use { u32::from(stairs) } else { 1 };
            match footprints.last_mut() {
                // Ground too small to be cut once more is shared.
                Some(Footprint { face: last, units, .. }) if *last == face => *units += stacked,
                _ => footprints.push(Footprint { grid: index, land_use, units: stacked, face }),
            }
        }
        progress(index as u64 + 1, total);
    }
    work.lines.sort_by_key(|line| line.rank);
    Layout { planar, communities, grids, footprints, lines: work.lines }
}

/// Whether a community is part of a town: a 社区, or any village of the two streets.
pub fn is_town(source: &Source, community: &CommunityCell) -> bool {
    STREETS[community.street].town || source.streets[community.street].communities[community.index].urban
}

struct Work {
    cutter: Cutter,
    names: LineNames,
    lines: Vec<Line>,
}

impl Work {
    /// The face of every street: five cuts along the rivers and trunk roads.
    fn streets(&mut self, planar: &mut Planar, mainland: Face) -> [Face; 6] {
        let mut faces = [mainland; 6];
        for cut in &STREET_CUTS {
            let ground = |streets: &[usize]| streets.iter().map(|&street| STREETS[street].ground_km2).sum::<f64>();
            let share = ground(cut.first) / (ground(cut.first) + ground(cut.second));
            let face = faces[cut.first[0]];
            let halves = self.cutter.cut(planar, face, share, &StreetCuts::style(cut));
            let halves = halves.expect("a face as large as a town can be cut");
            for (streets, face) in [(cut.first, halves.first), (cut.second, halves.second)] {
                for &street in streets {
                    faces[street] = face;
                }
            }
            self.lines.push(StreetCuts::line(cut, halves.line));
        }
        faces
    }

    fn communities(&mut self, planar: &mut Planar, source: &Source, streets: &[Face; 6]) -> Vec<CommunityCell> {
        let mut cells = Vec::new();
        for (street, &street_face) in streets.iter().enumerate() {
            let communities = &source.streets[street].communities;
            debug_assert_eq!(source.streets[street].code, STREETS[street].code);
            let random = self.cutter.random();
            let ground = |urban: bool| if urban && !STREETS[street].town { 0.35 } else { 1.0 };
            let weights: Vec<f64> =
                communities.iter().map(|community| ground(community.urban) * random.between(0.75, 1.35)).collect();
            let mut cuts = CommunityCuts { town: STREETS[street].town, names: &mut self.names, lines: &mut self.lines };
            let faces = subdivide(planar, &mut self.cutter, street_face, &weights, &mut cuts);
            let cell = |(index, face)| CommunityCell { street, index, face };
            cells.extend(faces.into_iter().enumerate().map(cell));
        }
        cells
    }
}

/// The community of the island's town that comes nearest to the island.
fn nearest(planar: &Planar, communities: &[CommunityCell], island: Position) -> usize {
    let mut edges: Vec<HalfEdge> = Vec::new();
    let mut best = (f64::MAX, 0);
    for (index, community) in communities.iter().enumerate().filter(|(_, cell)| cell.street == ISLAND_STREET) {
        planar.read_loop(community.face, &mut edges);
        for &edge in &edges {
            let distance_m = norm(metres(island, planar.position(edge)));
            if distance_m < best.0 {
                best = (distance_m, index);
            }
        }
    }
    best.1
}

/// The grids of every community with their textures and their shares of its ground; no faces yet.
fn plan_grids(
    plan: DemoPlan,
    source: &Source,
    communities: &[CommunityCell],
    island_community: usize,
    random: &mut Random,
) -> (Vec<GridCell>, Vec<f64>) {
    // One grid per community, and one for the island.
    let min = |index: usize| 1 + u64::from(index == island_community);
    let of_street = |street: usize| (0..communities.len()).filter(move |&index| communities[index].street == street);
    let street_mins: Vec<u64> = (0..STREETS.len()).map(|street| of_street(street).map(min).sum()).collect();
    let street_weights: Vec<f64> = STREETS.iter().map(|street| street.grids).collect();
    let total = plan.grids().max(street_mins.iter().sum());
    let per_street = apportion(total, &street_weights, &street_mins);
    let mut grids = Vec::new();
    let mut weights = Vec::new();
    for (street, &count) in per_street.iter().enumerate() {
        let cells: Vec<usize> = of_street(street).collect();
        let shares: Vec<f64> = cells.iter().map(|_| random.between(0.85, 1.2)).collect();
        let mins: Vec<u64> = cells.iter().map(|&index| min(index)).collect();
        let first = grids.len();
        for (&index, count) in cells.iter().zip(apportion(count, &shares, &mins)) {
            let town = is_town(source, &communities[index]);
            for i in 0..count {
                let fabric = match (town, i * 2 < count) {
                    (true, _) => Fabric::Town,
                    (false, false) => Fabric::Fields,
                    (false, true) => Fabric::Core,
                };
                grids.push(GridCell { community: index, fabric, face: 0 });
            }
        }
        let exclusive = (count as f64 * EXCLUSIVE_GRIDS).round() as usize;
        make_campuses(&mut grids, first, exclusive, island_community, random);
        weights.extend(grids[first..].iter().map(|grid| grid.fabric.ground(random)));
    }
    (grids, weights)
}

/// Turns `count` of the grids from `first` on into campuses, at most one in three of a community, never the island.
fn make_campuses(grids: &mut [GridCell], first: usize, count: usize, island: usize, random: &mut Random) {
    let mut order: Vec<usize> = (first..grids.len()).collect();
    random.shuffle(&mut order);
    let of_community = |grids: &[GridCell], community: usize| -> (usize, usize) {
        let all = grids[first..].iter().filter(|grid| grid.community == community);
        all.fold((0, 0), |(all, campuses), grid| (all + 1, campuses + usize::from(grid.fabric.is_exclusive())))
    };
    let mut left = count;
    for index in order {
        if left == 0 {
            return;
        }
        let community = grids[index].community;
        let (all, campuses) = of_community(grids, community);
        if community != island && (campuses + 1) * 3 <= all {
            grids[index].fabric = Fabric::Campus(BodyKind::any(random));
            left -= 1;
        }
    }
}

/// How many units each grid has, and how many of them are exclusive.
fn plan_units(
    plan: DemoPlan,
    source: &Source,
    communities: &[CommunityCell],
    grids: &[GridCell],
    random: &mut Random,
) -> (Vec<u64>, Vec<u64>) {
    let mut counts = vec![0u64; source.streets.len()];
    for grid in grids {
        counts[communities[grid.community].street] += 1;
    }
    let weights: Vec<f64> = STREETS.iter().map(|street| street.units).collect();
    let per_street = apportion(plan.units(), &weights, &counts);
    let (mut units, mut exclusive) = (Vec::new(), vec![0u64; grids.len()]);
    for (&count, &street_units) in counts.iter().zip(&per_street) {
        let range = units.len()..units.len() + count as usize;
        let shares: Vec<f64> = grids[range.clone()].iter().map(|grid| grid.fabric.units(random)).collect();
        units.extend(apportion(street_units, &shares, &vec![1; shares.len()]));
        let campus = |i: &usize| grids[*i].fabric.is_exclusive();
        let in_campuses: u64 = range.clone().filter(campus).map(|i| units[i]).sum();
        let mut left = ((street_units as f64 * EXCLUSIVE_UNITS).round() as u64).saturating_sub(in_campuses);
        let mut order: Vec<usize> = range.filter(|i| !campus(i) && units[*i] > 2).collect();
        random.shuffle(&mut order);
        while left > 0 && !order.is_empty() {
            order.retain(|&i| exclusive[i] + 2 < units[i]);
            for &i in order.iter().take(left as usize) {
                exclusive[i] += 1;
            }
            left = left.saturating_sub(order.len() as u64);
        }
    }
    (units, exclusive)
}
