//! From the shares of an error disc to how far an answer can be trusted.

use super::{
    accuracy::{Candidate, Certainty, Omitted, Trust},
    disc::Share,
};
use crate::domain::{
    area::Level,
    coverage::{AreaIndex, Chain, FaceId},
    profile::Thresholds,
};

/// Most candidates that are named.
pub const MAX_CANDIDATES: usize = 20;

/// Shares are told in so many parts of 1.
const PARTS: i64 = 10_000;

/// Bits of a share that rounding may have touched: they decide nothing.
const NOISE_BITS: u32 = 20;

/// Bits of what is lost by rounding down, which has 60, that may differ between equal losses.
const LOSS_BITS: u32 = 46;

/// What answers for a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answering {
    /// The areas, coarsest first.
    pub chain: Chain,
    /// The area that stands for the face: its finest one, the parent of stacked ones; `None` for gaps and the outside.
    pub area: Option<AreaIndex>,
}

/// How far the answer of the face `owner`, in which the position lies, can be trusted, given the share of every face.
///
/// **Candidates**: the finest area of each face with the sum of its shares; stacked areas share one footprint, so their
/// parent stands for them; gaps and the outside are one candidate without an area. Those below 0.0001 are dropped. The
/// others are rounded so that they add up to what they have together, rounded: each down first, and what is missing goes
/// to those that lost most. The likeliest first, equal ones in the order of the areas, the outside last; at most
/// [`MAX_CANDIDATES`]; of those beyond it, how many they are and what they have together.
///
/// **Certainty** is that of the owner, who need not be the likeliest: its share, rounded to 0.0001, against the
/// thresholds.
///
/// **Answer level**: the finest level on which the owner's area holds the sure share, all finer areas in it counted.
pub fn trust(
    shares: &[(FaceId, Share)],
    owner: FaceId,
    answering: impl Fn(FaceId) -> Answering,
    thresholds: Thresholds,
) -> Trust {
    let Answering { chain, area } = answering(owner);
    let held = |wanted: &dyn Fn(&Answering) -> bool| -> f64 {
        let wanted = shares.iter().filter(|(face, _)| wanted(&answering(*face)));
        let sum = wanted.fold(Share::default(), |sum, (_, share)| sum.plus(*share));
        nearest_parts(denoised(sum)) as f64 / PARTS as f64
    };
    let own = held(&|other| other.area == area);
    let certainty = match own {
        own if own >= thresholds.sure_share() => Certainty::Sure,
        own if own >= thresholds.doubtful_share() => Certainty::Doubtful,
        _ => Certainty::ToCheck,
    };
    let is_sure =
        |ordinal: &usize| held(&|other| other.chain.get(*ordinal) == Some(&chain[*ordinal])) >= thresholds.sure_share();
    let answer_level = (0..chain.len()).rev().find(is_sure).map(|ordinal| Level(ordinal as u8));
    let by_area = shares.iter().map(|(face, share)| (answering(*face).area, *share));
    let (candidates, omitted) = candidates(by_area.collect());
    Trust { certainty, candidates, omitted, answer_level }
}

fn candidates(mut shares: Vec<(Option<AreaIndex>, Share)>) -> (Vec<Candidate>, Option<Omitted>) {
    let order = |area: Option<AreaIndex>| (area.is_none(), area);
    shares.sort_unstable_by_key(|(area, _)| order(*area));
    shares.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 = kept.1.plus(next.1);
        }
        is_same
    });
    let mut named: Vec<(Option<AreaIndex>, i128)> = shares
        .into_iter()
        .map(|(area, share)| (area, denoised(share)))
        .filter(|(_, share)| parts(*share).0 > 0)
        .collect();
    let sum = nearest_parts(named.iter().map(|(_, share)| share).sum());
    let missing = sum - named.iter().map(|(_, share)| parts(*share).0).sum::<i64>();
    // A stable sort: those that lost equally much stay in the order of the areas.
    let lost = |share: i128| ((parts(share).1 >> (LOSS_BITS - 1)) + 1) >> 1;
    named.sort_by_key(|(_, share)| std::cmp::Reverse(lost(*share)));
    let round = |(i, (area, share)): (usize, (Option<AreaIndex>, i128))| {
        let more = i64::from((i as i64) < missing);
        (area, parts(share).0 + more)
    };
    let mut rounded: Vec<(Option<AreaIndex>, i64)> = named.into_iter().enumerate().map(round).collect();
    rounded.sort_unstable_by_key(|&(area, parts)| (-parts, order(area)));
    let share = |parts: i64| parts as f64 / PARTS as f64;
    let rest = rounded.split_off(rounded.len().min(MAX_CANDIDATES));
    let omitted = Omitted { count: rest.len(), share: share(rest.iter().map(|(_, parts)| parts).sum()) };
    let candidates = rounded.into_iter().map(|(area, parts)| Candidate { area, share: share(parts) }).collect();
    (candidates, (omitted.count > 0).then_some(omitted))
}

/// A share without its last bits.
fn denoised(share: Share) -> i128 {
    let half = 1_i128 << (NOISE_BITS - 1);
    (i128::from(share.steps()) + half) >> NOISE_BITS << NOISE_BITS
}

/// Whole parts of a share, and what is over.
fn parts(share: i128) -> (i64, i128) {
    let (whole, one) = (share * i128::from(PARTS), i128::from(Share::ONE.steps()));
    (whole.div_euclid(one) as i64, whole.rem_euclid(one))
}

fn nearest_parts(share: i128) -> i64 {
    let (whole, over) = parts(share);
    whole + i64::from(2 * over >= i128::from(Share::ONE.steps()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The footprints of the faces 0, 1, ...: the chain, and what is stacked below it.
    type Faces<'a> = &'a [(&'a [AreaIndex], &'a [AreaIndex])];

    /// The trust for shares in ten-thousandths of the faces 0, 1, ...
    fn told(faces: Faces<'_>, parts: &[f64], owner: u32) -> Trust {
        let answering = |face: FaceId| {
            let (chain, stacked) = faces[face.0 as usize];
            let area = chain.last().or(stacked.first()).copied();
            Answering { chain: chain.iter().copied().collect(), area }
        };
        let share = |parts: f64| Share::of(parts / PARTS as f64);
        let shares: Vec<(FaceId, Share)> = (0..).map(FaceId).zip(parts.iter().map(|&parts| share(parts))).collect();
        trust(&shares, FaceId(owner), answering, Thresholds::default())
    }

    fn named(trust: &Trust) -> Vec<(Option<AreaIndex>, f64)> {
        trust.candidates.iter().map(|candidate| (candidate.area, candidate.share)).collect()
    }

    /// 0 is the outside, 1 a gap; district 0 with the grids 1 and 2, units 3 and 4 in 1, 5 stacked over 6 in 2.
    const DISTRICT: Faces<'static> =
        &[(&[], &[]), (&[], &[]), (&[0, 1, 3], &[]), (&[0, 1, 4], &[]), (&[0, 2], &[5, 6]), (&[0, 1], &[])];

    #[test]
    fn shares_are_summed_by_the_finest_area_and_the_likeliest_is_first() {
        let trust = told(DISTRICT, &[1000.0, 500.0, 3000.0, 2000.0, 2000.0, 1500.0], 2);
        let expected = [(Some(3), 0.3), (Some(2), 0.2), (Some(4), 0.2), (Some(1), 0.15), (None, 0.15)];
        assert_eq!(named(&trust), expected);
        assert_eq!((trust.certainty, trust.answer_level), (Certainty::ToCheck, None));
    }

    #[test]
    fn the_owner_is_judged_and_not_the_likeliest() {
        for (own, certainty) in [
            (10_000.0, Certainty::Sure),
            (9_500.0, Certainty::Sure),
            (9_499.6, Certainty::Sure),
            (9_499.0, Certainty::Doubtful),
            (6_000.0, Certainty::Doubtful),
            (5_999.0, Certainty::ToCheck),
            (0.0, Certainty::ToCheck),
        ] {
            let trust = told(DISTRICT, &[0.0, 0.0, own, 10_000.0 - own], 2);
            assert_eq!(trust.certainty, certainty, "{own}");
        }
    }

    #[test]
    fn the_answer_is_as_fine_as_its_areas_hold_the_sure_share() {
        let level = |parts: &[f64], owner| told(DISTRICT, parts, owner).answer_level.map(|level| level.0);
        assert_eq!(level(&[0.0, 0.0, 9_600.0, 400.0], 2), Some(2));
        assert_eq!(level(&[0.0, 0.0, 5_000.0, 5_000.0], 2), Some(1));
        // The face without a unit counts for its grid.
        assert_eq!(level(&[0.0, 0.0, 100.0, 4_400.0, 0.0, 5_500.0], 2), Some(1));
        assert_eq!(level(&[0.0, 0.0, 5_000.0, 0.0, 5_000.0], 2), Some(0));
        assert_eq!(level(&[0.0, 0.0, 0.0, 0.0, 10_000.0], 4), Some(1));
        assert_eq!(level(&[600.0, 0.0, 9_400.0], 2), None);
    }

    #[test]
    fn outside_the_outside_and_all_gaps_are_one() {
        let trust = told(DISTRICT, &[5_000.0, 4_600.0, 400.0], 1);
        assert_eq!(named(&trust), [(None, 0.96), (Some(3), 0.04)]);
        assert_eq!((trust.certainty, trust.answer_level), (Certainty::Sure, None));
        assert_eq!(told(DISTRICT, &[5_000.0, 0.0, 5_000.0], 0).certainty, Certainty::ToCheck);
    }

    #[test]
    fn areas_stacked_without_a_parent_are_somebody() {
        let trust = told(&[(&[], &[]), (&[], &[0, 1])], &[300.0, 9_700.0], 1);
        assert_eq!(named(&trust), [(Some(0), 0.97), (None, 0.03)]);
        assert_eq!((trust.certainty, trust.answer_level), (Certainty::Sure, None));
    }

    #[test]
    fn rounded_shares_add_up_and_what_is_below_a_ten_thousandth_is_dropped() {
        let chains: Vec<[AreaIndex; 1]> = (0..40).map(|area| [area]).collect();
        let faces: Vec<(&[AreaIndex], &[AreaIndex])> = chains.iter().map(|chain| (&chain[..], &[][..])).collect();
        let check = |parts: &[f64], expected: &[(u32, f64)]| {
            let expected: Vec<_> = expected.iter().map(|&(area, share)| (Some(area), share)).collect();
            assert_eq!(named(&told(&faces, parts, 0)), expected, "{parts:?}");
        };
        let third = 10_000.0 / 3.0;
        check(&[third; 3], &[(0, 0.3334), (1, 0.3333), (2, 0.3333)]);
        check(&[5_000.5, 4_999.5], &[(0, 0.5001), (1, 0.4999)]);
        check(&[3_333.4, 3_333.4, 3_333.2], &[(0, 0.3334), (1, 0.3333), (2, 0.3333)]);
        check(&[3_333.1, 3_333.1, 3_333.8], &[(2, 0.3334), (0, 0.3333), (1, 0.3333)]);
        check(&[9_998.5, 0.75, 0.75], &[(0, 0.9999)]);
        check(&[9_998.75, 1.25], &[(0, 0.9999), (1, 0.0001)]);
        check(&[9_999.1, 0.9], &[(0, 0.9999)]);
        check(&[10_000.0], &[(0, 1.0)]);
        let many = told(&faces, &[250.0; 40], 39);
        assert_eq!(named(&many), (0..20).map(|area| (Some(area), 0.025)).collect::<Vec<_>>());
        assert_eq!(many.omitted, Some(Omitted { count: 20, share: 0.5 }));
        // What rounds to nothing is dropped, not left out; twenty are all there.
        let (mut one_more, mut tiny) = ([400.0; 21], [500.0; 21]);
        (one_more[0], tiny[20]) = (2_000.0, 0.4);
        assert_eq!(told(&faces, &one_more, 0).omitted, Some(Omitted { count: 1, share: 0.04 }));
        assert_eq!(told(&faces, &tiny, 0).omitted, None);
    }
}
