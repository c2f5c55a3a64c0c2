//! Which areas a case lies in, and how far that can be trusted.

use std::f64::consts::SQRT_2;

use super::{Basis, Case, PlaceHit, Whereabouts};
use crate::domain::{
    area::Hierarchy,
    coverage::AreaIndex,
    locate::{Accuracy, Certainty, RunnerUp, Spread, Trust},
    profile::Thresholds,
};

/// The areas of a case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing {
    pub basis: Basis,
    /// Coarsest first.
    pub chain: Vec<AreaIndex>,
    /// How many of them can be trusted.
    pub trusted: usize,
    pub certainty: Option<Certainty>,
    pub is_to_check: bool,
    pub margin_m: Option<f64>,
    pub runner_up: Option<RunnerUp>,
}

/// Whether a case may name an area as its own: it shares the footprint, is the one located, or one that the position may lie in,
/// or lies within, around or at the finest of these.
pub fn may_choose(hierarchy: &Hierarchy, whereabouts: &Whereabouts<'_>, unit: AreaIndex) -> bool {
    let candidates = whereabouts.trust.into_iter().flat_map(|trust| &trust.candidates).filter_map(|one| one.area);
    let near = whereabouts.nearest.map(|nearest| nearest.area);
    let possible = candidates.chain(near).chain(whereabouts.chain.last().copied());
    whereabouts.stacked.contains(&unit)
        || possible.into_iter().any(|area| {
            area == unit || hierarchy.area(unit).parent == Some(area) || {
                let mut above = std::iter::successors(Some(area), |&area| hierarchy.area(area).parent);
                above.any(|area| area == unit)
            }
        })
}

/// Where a case stands: by the area that it names, by the 归属 of a border, by its position, by the nearest area.
pub(super) fn standing(hierarchy: &Hierarchy, thresholds: Thresholds, case: &Case<'_>) -> Standing {
    let at = &case.whereabouts;
    let margin = (at.margin_m, at.runner_up);
    if let Some(unit) = case.unit {
        let chain = hierarchy.chain(unit);
        let trusted = chain.len();
        let margin = (at.margin_m, beside(hierarchy, at, unit, &chain));
        return Standing { basis: Basis::Unit, ..of(chain, trusted, None, margin) };
    }
    if let Some((hit, owner, half_width_m)) = border(case.places) {
        return on_border(hierarchy, thresholds, at, (hit, owner, half_width_m));
    }
    if let Some(nearest) = at.nearest.filter(|_| at.chain.is_empty()) {
        let chain = hierarchy.chain(nearest.area);
        let trusted = at.trust.map_or(chain.len(), |trust| trusted_nearest(hierarchy, thresholds, trust, &chain));
        let basis = Basis::Nearest(nearest.distance_m);
        return Standing { basis, is_to_check: true, ..of(chain, trusted, Some(Certainty::ToCheck), margin) };
    }
    let basis = if at.chain.is_empty() { Basis::Nowhere } else { Basis::Position };
    Standing { basis, ..of(at.chain.to_vec(), trusted(at), at.trust.map(|trust| trust.certainty), margin) }
}

fn of(
    chain: Vec<AreaIndex>,
    trusted: usize,
    certainty: Option<Certainty>,
    (margin_m, runner_up): (Option<f64>, Option<RunnerUp>),
) -> Standing {
    let is_unsure = certainty.is_some_and(|certainty| certainty != Certainty::Sure);
    let is_to_check = is_unsure || trusted < chain.len();
    Standing { basis: Basis::Position, chain, trusted, certainty, is_to_check, margin_m, runner_up }
}

/// How many areas of the located chain can be trusted: those down to the answer level, and at least the coarsest, for somebody
/// has to check.
fn trusted(at: &Whereabouts<'_>) -> usize {
    let Some(trust) = at.trust else { return at.chain.len() };
    trust.answer_level.map_or(1, |level| usize::from(level.0) + 1).min(at.chain.len())
}

/// How many areas of the chain of the nearest can be trusted: those that hold the sure share of what the error disc has in any
/// area, and at least the coarsest. What of it lies outside is nobody's and speaks for none.
fn trusted_nearest(hierarchy: &Hierarchy, thresholds: Thresholds, trust: &Trust, chain: &[AreaIndex]) -> usize {
    let inside = || trust.candidates.iter().filter_map(|one| Some((hierarchy.chain(one.area?), one.share)));
    // Of those that are not named nobody knows where they lie.
    let all = inside().map(|(_, share)| share).sum::<f64>() + trust.omitted.map_or(0.0, |omitted| omitted.share);
    let held =
        |area: &AreaIndex| inside().filter(|(areas, _)| areas.contains(area)).map(|(_, share)| share).sum::<f64>();
    chain.iter().rposition(|area| held(area) >= thresholds.sure_share() * all).map_or(1, |ordinal| ordinal + 1)
}

/// The runner-up of an area that was named with the case: the one located, when it is another; else that of the one located,
/// unless it lies in the named one.
fn beside(hierarchy: &Hierarchy, at: &Whereabouts<'_>, unit: AreaIndex, chain: &[AreaIndex]) -> Option<RunnerUp> {
    let is_elsewhere = !at.chain.contains(&unit) && at.chain.last().is_some_and(|located| !chain.contains(located));
    if is_elsewhere {
        return side(at);
    }
    at.runner_up.filter(|next| !hierarchy.chain(next.area).contains(&unit))
}

/// The area located: who would answer but for what says otherwise.
fn side(at: &Whereabouts<'_>) -> Option<RunnerUp> {
    at.chain.last().map(|&area| RunnerUp { area, distance_m: at.margin_m.unwrap_or(0.0) })
}

/// The border that the case lies on: the nearest, of equally near ones the one with the smaller number.
fn border<'c>(places: &'c [PlaceHit<'c>]) -> Option<(&'c PlaceHit<'c>, AreaIndex, f64)> {
    let on = |hit: &'c PlaceHit<'c>| {
        let (area, half_width_m) = hit.owner.filter(|&(_, half_width_m)| hit.distance_m <= half_width_m)?;
        Some((hit, area, half_width_m))
    };
    places.iter().filter_map(on).min_by(|a, b| {
        let (a, b) = (a.0, b.0);
        a.distance_m.total_cmp(&b.distance_m).then(a.place.cmp(&b.place))
    })
}

/// On a border with an owner the owner answers, whichever the side. On its own side finer areas stay.
fn on_border(
    hierarchy: &Hierarchy,
    thresholds: Thresholds,
    at: &Whereabouts<'_>,
    (hit, owner, half_width_m): (&PlaceHit<'_>, AreaIndex, f64),
) -> Standing {
    let is_own_side = at.chain.contains(&owner);
    let owned = hierarchy.chain(owner);
    let basis = Basis::Border { place: hit.place, owner };
    let share = at.accuracy.map(|accuracy| {
        // Beyond the far edge of the road the other side answers again.
        let to_edge_m = if is_own_side { half_width_m + hit.distance_m } else { half_width_m - hit.distance_m };
        within(accuracy, to_edge_m)
    });
    let is_owned = share.is_none_or(|share| share >= thresholds.sure_share());
    let certainty = share.map(|share| match share {
        share if share >= thresholds.sure_share() => Certainty::Sure,
        share if share >= thresholds.doubtful_share() => Certainty::Doubtful,
        _ => Certainty::ToCheck,
    });
    if is_own_side {
        let by_disc = trusted(at);
        let trusted = if is_owned { by_disc.max(owned.len()) } else { by_disc };
        // Finer areas than the owner are judged by the disc.
        let certainty = if by_disc < owned.len() { certainty } else { at.trust.map(|trust| trust.certainty) };
        return Standing { basis, ..of(at.chain.to_vec(), trusted, certainty, (at.margin_m, at.runner_up)) };
    }
    let common = owned.iter().zip(at.chain).take_while(|(owned, located)| owned == located).count();
    let trusted = if is_owned { owned.len() } else { common.min(trusted(at)).max(1).min(owned.len()) };
    Standing { basis, ..of(owned, trusted, certainty, (at.margin_m, side(at))) }
}

/// The share of an error disc that lies on this side of a straight line so far from its centre, in metres.
fn within(accuracy: Accuracy, to_line_m: f64) -> f64 {
    match Spread::of(accuracy) {
        Spread::Normal { sigma_m } => 0.5 * (1.0 + libm::erf(to_line_m / (sigma_m * SQRT_2))),
        Spread::Uniform { radius_m } => {
            let part = (to_line_m / radius_m).clamp(-1.0, 1.0);
            0.5 + (part * (1.0 - part * part).sqrt() + libm::asin(part)) / std::f64::consts::PI
        }
    }
}

/// The share of an error disc that lies no further than so many metres from its centre.
pub(super) fn around(accuracy: Accuracy, radius_m: f64) -> f64 {
    let radius_m = radius_m.max(0.0);
    match Spread::of(accuracy) {
        Spread::Normal { sigma_m } => -libm::expm1(-0.5 * (radius_m / sigma_m) * (radius_m / sigma_m)),
        Spread::Uniform { radius_m: all_m } => ((radius_m / all_m) * (radius_m / all_m)).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::locate::AccuracyKind;

    #[test]
    fn a_disc_is_split_by_a_line() {
        let near = |accuracy: Accuracy, to_line_m, share: f64| {
            let found = within(accuracy, to_line_m);
            assert!((found - share).abs() < 1e-4, "{found} for {share}");
        };
        let normal = Accuracy::new(15.1, AccuracyKind::Android).expect("an accuracy");
        near(normal, 0.0, 0.5);
        near(normal, 10.0, 0.8413);
        near(normal, -10.0, 0.1587);
        near(normal, 1e6, 1.0);
        let uniform = Accuracy::new(10.0, AccuracyKind::Uniform).expect("an accuracy");
        near(uniform, 0.0, 0.5);
        near(uniform, 5.0, 0.8045);
        near(uniform, 10.0, 1.0);
        near(uniform, -20.0, 0.0);
    }

    #[test]
    fn a_disc_is_held_by_a_circle_around_its_centre() {
        let near = |accuracy: Accuracy, radius_m, share: f64| {
            let found = around(accuracy, radius_m);
            assert!((found - share).abs() < 1e-3, "{found} for {share}");
        };
        // What the kinds of accuracy mean.
        for (kind, share) in [(AccuracyKind::Android, 0.68), (AccuracyKind::W3c, 0.95), (AccuracyKind::Uniform, 1.0)] {
            near(Accuracy::new(8.0, kind).expect("an accuracy"), 8.0, share);
        }
        let uniform = Accuracy::new(10.0, AccuracyKind::Uniform).expect("an accuracy");
        near(uniform, 5.0, 0.25);
        near(uniform, 90.0, 1.0);
        near(uniform, -5.0, 0.0);
        near(Accuracy::new(500.0, AccuracyKind::Android).expect("an accuracy"), 5.0, 0.0001);
    }
}
