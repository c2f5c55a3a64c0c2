//! What judges shares: the disc's own sum over a map, rays, and chance.

use super::*;

/// A map whose shares are asked for in three ways.
pub(super) struct Map {
    pub(super) coverage: Coverage,
    pub(super) index: LocateIndex,
    pub(super) edges: Vec<Edge>,
}

impl Map {
    pub(super) fn new(coverage: Coverage) -> Self {
        let index = LocateIndex::build(&coverage);
        let edges = |arc| {
            let (left, right) = (coverage.arc(arc).left, coverage.arc(arc).right);
            coverage.positions(arc).windows(2).map(move |pair| Edge { a: pair[0], b: pair[1], left, right })
        };
        let edges = coverage.arc_ids().flat_map(edges).collect();
        Self { coverage, index, edges }
    }

    pub(super) fn of(areas: &[MultiPolygon]) -> Self {
        Self::new(Coverage::build(areas.iter()).expect("areas drawn node to node"))
    }

    /// The shares by the areas of the face; none is outside.
    pub(super) fn shares(&self, disc: &Disc) -> BTreeMap<Vec<u32>, f64> {
        let mut shares = Shares::default();
        shares.begin(self.index.locate(disc.centre).face);
        self.index.edges_near(&self.coverage, disc.extent(), |edge| shares.add(disc, edge));
        let by_face = shares.finish();
        let sum: f64 = by_face.iter().map(|(_, share)| share.to_f64()).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        let mut by_areas = BTreeMap::new();
        for (face, share) in by_face {
            assert!((0.0..=1.0).contains(&share.to_f64()));
            *by_areas.entry(self.coverage.areas_of(*face).to_vec()).or_insert(0.0) += share.to_f64();
        }
        by_areas
    }

    /// The areas at a point given in metres from the centre, by the next border west of it; no code in common.
    pub(super) fn areas_at(&self, disc: &Disc, (east_m, north_m): (f64, f64)) -> Vec<u32> {
        let x = f64::from(disc.centre.lon()) + east_m / disc.east_m;
        let y = f64::from(disc.centre.lat()) + north_m / disc.north_m;
        let (mut west, mut face) = (f64::NEG_INFINITY, FaceId::OUTSIDE);
        for Edge { a, b, left, right } in &self.edges {
            let [ax, ay, bx, by] = [a.lon(), a.lat(), b.lon(), b.lat()].map(f64::from);
            if (ay <= y) != (by <= y) {
                let at = ax + (y - ay) / (by - ay) * (bx - ax);
                if at <= x && at > west {
                    (west, face) = (at, if by > ay { *right } else { *left });
                }
            }
        }
        self.coverage.areas_of(face).to_vec()
    }

    /// The shares along `rays` rays from the centre, between the borders that each crosses.
    pub(super) fn by_rays(&self, disc: &Disc, rays: u32) -> BTreeMap<Vec<u32>, f64> {
        let mut shares = BTreeMap::new();
        let beyond = |rho: f64| beyond(disc, rho);
        for ray in 0..rays {
            let (north, east) = (TAU * (f64::from(ray) + 0.370_17) / f64::from(rays)).sin_cos();
            let mut cuts = vec![0.0, disc.reach_m];
            for Edge { a, b, .. } in &self.edges {
                let metres = |end: &Position| disc.metres(predicates::difference(disc.centre, *end));
                let ((ax, ay), (bx, by)) = (metres(a), metres(b));
                let (before, after) = (east * ay - north * ax, east * by - north * bx);
                if (before <= 0.0) != (after <= 0.0) {
                    let part = before / (before - after);
                    let rho = east * (ax + part * (bx - ax)) + north * (ay + part * (by - ay));
                    if rho > 0.0 && rho < disc.reach_m {
                        cuts.push(rho);
                    }
                }
            }
            cuts.sort_by(f64::total_cmp);
            for pair in cuts.windows(2) {
                // Not the middle, which may be exactly as far north as a vertex.
                let middle = pair[0] + 0.4837 * (pair[1] - pair[0]);
                let areas = self.areas_at(disc, (east * middle, north * middle));
                *shares.entry(areas).or_insert(0.0) += (beyond(pair[0]) - beyond(pair[1])) / f64::from(rays);
            }
        }
        shares
    }

    /// The shares among `count` drawn positions.
    pub(super) fn by_chance(&self, disc: &Disc, count: u32, random: &mut Random) -> BTreeMap<Vec<u32>, f64> {
        let mut shares = BTreeMap::new();
        let mut number = || (random.below(1 << 50) as f64 + 0.5) / (1_u64 << 50) as f64;
        for _ in 0..count {
            // By the inverse of what lies nearer.
            let (chance, turn) = (number(), TAU * number());
            let rho = match disc.normal {
                None => disc.reach_m * chance.sqrt(),
                Some(_) => {
                    let whole = 1.0 - (-0.5 * CUT_SIGMAS * CUT_SIGMAS).exp();
                    disc.reach_m / CUT_SIGMAS * (-2.0 * (1.0 - chance * whole).ln()).sqrt()
                }
            };
            let areas = self.areas_at(disc, (rho * turn.cos(), rho * turn.sin()));
            *shares.entry(areas).or_insert(0.0) += 1.0 / f64::from(count);
        }
        shares
    }
}

/// What lies farther away than `rho`.
pub(super) fn beyond(disc: &Disc, rho: f64) -> f64 {
    match disc.normal {
        None => 1.0 - (rho / disc.reach_m).powi(2),
        Some(_) => {
            let tail = |sigmas: f64| (-0.5 * sigmas * sigmas).exp();
            let end = tail(CUT_SIGMAS);
            (tail(rho / disc.reach_m * CUT_SIGMAS) - end) / (1.0 - end)
        }
    }
}

/// Fails where two lists of shares differ by more than `allowed` of the found share.
#[track_caller]
pub(super) fn compare(
    found: &BTreeMap<Vec<u32>, f64>,
    expected: &BTreeMap<Vec<u32>, f64>,
    allowed: impl Fn(f64) -> f64,
    about: &str,
) {
    for areas in found.keys().chain(expected.keys()) {
        let share = |shares: &BTreeMap<Vec<u32>, f64>| shares.get(areas).copied().unwrap_or(0.0);
        let (found, expected) = (share(found), share(expected));
        assert!((found - expected).abs() <= allowed(found), "{areas:?}: {found}, expected {expected}; {about}");
    }
}

pub(super) fn list(shares: &BTreeMap<Vec<u32>, f64>) -> Vec<(&[u32], f64)> {
    shares.iter().map(|(areas, share)| (areas.as_slice(), *share)).collect()
}
