//! Error discs over the demo district against chance: positions drawn by what an accuracy means, each judged naively.

use std::collections::BTreeMap;

use onemap::domain::{
    geometry::{Position, measure::LocalMetric},
    locate::{Accuracy, AccuracyKind, Certainty, MAX_CANDIDATES, Trust},
};

use crate::support::{data, naive::Naive, random::Random, world::World};

/// Positions drawn for each disc.
const DRAWS: usize = 400;

/// Radii as stated, in metres.
const RADII_M: [f64; 4] = [5.0, 15.0, 30.0, 100.0];

fn number(random: &mut Random) -> f64 {
    (random.between(0, 1 << 40) as f64 + 0.5) / (1_u64 << 41) as f64 * 2.0
}

/// A true position, given where it is said to be and how well.
fn draw(position: Position, radius_m: f64, kind: AccuracyKind, random: &mut Random) -> Position {
    let sigmas = match kind {
        AccuracyKind::Android => 1.51,
        AccuracyKind::W3c => 2.45,
        AccuracyKind::Ios => 1.41,
        AccuracyKind::Uniform => f64::NAN,
    };
    let (chance, turn) = (number(random).min(1.0), number(random) * std::f64::consts::TAU);
    let rho_m = match kind {
        AccuracyKind::Uniform => radius_m * chance.sqrt(),
        // Not cut: what lies beyond the cut is less than the error of so few draws.
        _ => radius_m / sigmas * (-2.0 * chance.max(1e-15).ln()).sqrt(),
    };
    let metric = LocalMetric::at(position);
    let unit = |metres: f64, metres_per_unit: f64| (metres / metres_per_unit).round() as i32;
    let lon = position.lon() + unit(rho_m * turn.cos(), metric.metres_per_unit_east());
    let lat = position.lat() + unit(rho_m * turn.sin(), metric.metres_per_unit_north());
    Position::new(lon, lat).expect("near the district")
}

/// The area that a candidate stands for at a position: the finest of the chain, whatever is stacked below it.
fn judged(naive: &Naive, position: Position) -> (Option<u32>, Vec<u32>) {
    let chain = naive.judge(position).owners.chain;
    (chain.last().copied(), chain)
}

#[test]
fn shares_in_the_demo_district_are_what_chance_says() {
    let world = World::of_areas(data::licheng(), data::demo(2_000, 5));
    let (stored, snapshot) = (world.stored(), world.snapshot());
    let naive = Naive::new(&stored, &world.profile);
    let extent = snapshot.extent().expect("areas");
    let mut random = Random::new(31);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for number in 0..100 {
        // Labels of units lie among others like them; the rest anywhere, also outside.
        let position = if number % 4 == 0 {
            let lon = random.between(extent.min().lon().into(), extent.max().lon().into());
            let lat = random.between(extent.min().lat().into(), extent.max().lat().into());
            Position::new(lon as i32, lat as i32).expect("in the world")
        } else {
            let areas = snapshot.hierarchy.areas();
            areas[areas.len() - 1 - random.between(0, 1_900) as usize].label
        };
        for (i, radius_m) in RADII_M.into_iter().enumerate() {
            let kind = AccuracyKind::ALL[(number + i) % 4];
            let accuracy = Accuracy::new(radius_m, kind).expect("an accuracy");
            let trust = snapshot.trust(position, accuracy);
            check(&naive, position, radius_m, kind, &trust, &mut random);
            *seen.entry(trust.certainty.id()).or_default() += 1;
        }
    }
    eprintln!("{seen:?}");
    assert!(seen.len() == 3 && seen.values().all(|&count| count >= 5), "{seen:?}");
}

#[track_caller]
fn check(naive: &Naive, position: Position, radius_m: f64, kind: AccuracyKind, trust: &Trust, random: &mut Random) {
    let about = format!("{radius_m} m {kind:?} at {position}: {trust:?}");
    let sum: f64 = trust.candidates.iter().map(|candidate| candidate.share).sum();
    assert!(sum <= 1.000_000_1 && trust.candidates.len() <= MAX_CANDIDATES, "{about}");
    let beyond = trust.omitted.map_or(0.0, |omitted| omitted.share);
    assert!(sum + beyond <= 1.000_000_1 && sum + beyond > 0.95, "{about}");
    assert!(trust.omitted.is_some() || sum > 0.99, "{about}");
    assert!(trust.omitted.is_none_or(|it| it.count > 0 && trust.candidates.len() == MAX_CANDIDATES), "{about}");
    assert!(trust.candidates.windows(2).all(|pair| pair[0].share >= pair[1].share), "{about}");
    let (owner, chain) = judged(naive, position);
    let mut drawn: BTreeMap<Option<u32>, usize> = BTreeMap::new();
    let mut by_level = vec![0; chain.len()];
    for _ in 0..DRAWS {
        let (area, other) = judged(naive, draw(position, radius_m, kind, random));
        *drawn.entry(area).or_default() += 1;
        for (level, count) in by_level.iter_mut().enumerate() {
            *count += usize::from(other.get(level) == Some(&chain[level]));
        }
    }
    let share = |count: usize| count as f64 / DRAWS as f64;
    // Four standard errors, a draw, and what the cut moves.
    let error = |share: f64| 4.0 * (share * (1.0 - share) / DRAWS as f64).sqrt() + 4.0 / DRAWS as f64 + 4e-4;
    let named = |area: Option<u32>| trust.candidates.iter().find(|candidate| candidate.area == area);
    for candidate in &trust.candidates {
        let found = share(drawn.get(&candidate.area).copied().unwrap_or(0));
        assert!((found - candidate.share).abs() <= error(candidate.share), "{candidate:?}, drawn {found}; {about}");
    }
    for (area, &count) in &drawn {
        // What is not named is less likely than the last that is, or than anything that is told.
        let most =
            if trust.candidates.len() == MAX_CANDIDATES { trust.candidates[MAX_CANDIDATES - 1].share } else { 1e-4 };
        assert!(named(*area).is_some() || share(count) <= most + error(most), "{area:?}: {count}; {about}");
    }
    let own = named(owner).map_or(0.0, |candidate| candidate.share);
    let expected = match own {
        own if own >= 0.95 => Certainty::Sure,
        own if own >= 0.6 => Certainty::Doubtful,
        _ => Certainty::ToCheck,
    };
    assert_eq!(trust.certainty, expected, "{about}");
    // The level is the finest on which enough positions were drawn, unless chance leaves that open.
    let level = trust.answer_level.map(|level| usize::from(level.0));
    for (finer, &count) in by_level.iter().enumerate() {
        let is_trusted = level.is_some_and(|level| finer <= level);
        let open = (share(count) - 0.95).abs() <= error(0.95);
        assert!(open || is_trusted == (share(count) >= 0.95), "level {finer}: {count}; {about}");
    }
}
