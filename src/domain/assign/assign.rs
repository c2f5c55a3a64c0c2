//! Assigning.

use super::{
    Answerer, Assignment, Case, On, Step, Tried, Who, WhyNot,
    find::Search,
    standing::{Standing, standing},
};
use crate::domain::{
    area::{Hierarchy, Kind, Level, Snapshot},
    duty::Roster,
    profile::{Party, Profile, Rule},
};
use time::OffsetDateTime;

/// What assigning reads.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Whose rules hold.
    pub profile: &'a Profile,
    /// The areas.
    pub hierarchy: &'a Hierarchy,
    /// Who is on duty at the time of the case.
    pub roster: &'a Roster,
    /// Number of the edition.
    pub edition: u32,
}

impl<'a> Ground<'a> {
    /// The ground of an edition, with who is on duty at the time of the case.
    pub fn new(snapshot: &'a Snapshot, roster: &'a Roster) -> Self {
        let (profile, hierarchy) = (&*snapshot.profile, &snapshot.hierarchy);
        Self { profile, hierarchy, roster, edition: snapshot.edition_number() }
    }
}

/// Who is to answer for a case.
///
/// A function of what it is given and of nothing else. It never fails: when nobody can be found, [`Assignment::lead`] is `None`,
/// and [`Assignment::tried`] says why.
///
/// In an exclusive area the rules for exclusive areas are tried first, then the others, each in the profile's order. The first
/// rule that fits and finds somebody on duty wins. When none does, the levels are climbed, from the finest that a rule that
/// fits has called, or from the finest of all: on each the roles of [`Escalation::roles`](crate::domain::profile::Escalation),
/// at the places of the case, then for the area, then 责任单位 of an exclusive area. Last comes the organisation of the
/// escalation. Nobody is looked for on a level that the position cannot be trusted for, but at a place that is sure.
pub fn assign<'a>(ground: Ground<'a>, case: &Case<'_>) -> Assignment<'a> {
    let standing = standing(ground.hierarchy, ground.profile.thresholds, case);
    let mut trial = Trial { search: Search { ground, case, standing: &standing }, tried: Vec::new() };
    let local = ground.profile.local(case.at);
    let mut fitting = trial.fitting(local);
    let mut lead = None;
    let mut is_climbed = false;
    for &at in &fitting {
        lead = match &ground.profile.rules[at].lead {
            // Twice it would find nobody twice.
            Party::Leaders if is_climbed => None,
            Party::Leaders => {
                is_climbed = true;
                trial.climb(ground.profile.levels.len() - 1)
            }
            _ => trial.lead(at),
        };
        if lead.is_some() {
            fitting = vec![at];
            break;
        }
    }
    let rule = lead.and(fitting.first().copied());
    let lead = lead.or_else(|| {
        let found = if is_climbed { None } else { trial.climb(trial.begin(&fitting)) };
        found.or_else(|| trial.last_resort())
    });
    // Whoever is to help by the first rule that fits helps also whoever was found in the end.
    let helped = fitting.first().copied();
    let assists = helped.map_or(Vec::new(), |at| trial.assists(at, lead));
    let tried = trial.tried;
    let Standing { basis, chain, trusted, certainty, is_to_check, margin_m, runner_up } = standing;
    let edition = ground.edition;
    Assignment {
        edition,
        basis,
        chain,
        trusted,
        certainty,
        is_to_check,
        margin_m,
        runner_up,
        rule,
        lead,
        assists,
        tried,
    }
}

/// Trying, with notes of what was tried.
struct Trial<'a, 's> {
    search: Search<'a, 's>,
    tried: Vec<Tried>,
}

impl<'a> Trial<'a, '_> {
    fn note(&mut self, step: Step, role: Option<usize>, on: Option<On>, why_not: Option<WhyNot>) {
        self.tried.push(Tried { step, role, on, why_not });
    }

    /// The rules that fit, in the order in which they are tried.
    fn fitting(&mut self, local: OffsetDateTime) -> Vec<usize> {
        let rules = &self.search.ground.profile.rules;
        let is_exclusive = self.search.kind_at(None) == Kind::Exclusive;
        let mut fitting = Vec::new();
        for first in [true, false] {
            for (at, rule) in rules.iter().enumerate() {
                let is_first = is_exclusive && rule.kind == Kind::Exclusive;
                let is_about = |rule: &Rule| rule.categories.iter().any(|it| it.fits(self.search.case.category));
                if is_first != first || !is_about(rule) {
                    continue;
                }
                match self.refusal(rule, local) {
                    None => fitting.push(at),
                    Some(why) => self.note(Step::Rule(at), None, None, Some(why)),
                }
            }
        }
        fitting
    }

    /// Why a rule for the category does not fit.
    fn refusal(&self, rule: &Rule, local: OffsetDateTime) -> Option<WhyNot> {
        if let Some(level) = rule.level
            && let Err(why) = self.search.area_of(level)
        {
            return Some(why);
        }
        if rule.kind != Kind::None && self.search.kind_at(rule.level) != rule.kind {
            return Some(WhyNot::Kind);
        }
        if !rule.place_classes.is_empty()
            && let Some(why) = self.misplaced(rule)
        {
            return Some(why);
        }
        let is_time = rule.time.is_empty() || rule.time.iter().any(|window| window.contains(local));
        (!is_time).then_some(WhyNot::Time)
    }

    /// Why the case is at no place that a rule is about, as surely as whoever leads has to know.
    fn misplaced(&self, rule: &Rule) -> Option<WhyNot> {
        let Search { ground, case, standing } = self.search;
        let mut meant =
            case.places.iter().filter(|hit| rule.place_classes.iter().any(|class| class == hit.class)).peekable();
        if meant.peek().is_none() {
            return Some(WhyNot::PlaceClass);
        }
        let level = match rule.lead {
            Party::Role(role) => Some(ground.profile.roles[role].level),
            _ => rule.level,
        };
        let is_sure = meant.any(|hit| self.search.is_surely_at(hit, level));
        let finest = || Level(standing.chain.len().saturating_sub(1) as u8);
        (!is_sure).then(|| WhyNot::Untrusted(level.unwrap_or_else(finest)))
    }

    /// 主办 of a rule that fits.
    fn lead(&mut self, at: usize) -> Option<Answerer<'a>> {
        let rule = &self.search.ground.profile.rules[at];
        self.call(Step::Rule(at), &rule.lead, rule)
    }

    fn call(&mut self, step: Step, party: &Party, rule: &Rule) -> Option<Answerer<'a>> {
        let role = if let Party::Role(role) = party { Some(*role) } else { None };
        match self.search.party(party, rule) {
            Ok(found) => {
                self.note(step, found.role, found.on, None);
                Some(found)
            }
            Err((on, why)) => {
                self.note(step, role, on, Some(why));
                None
            }
        }
    }

    /// The level from which to climb: the finest that a rule calls, or the finest of all.
    fn begin(&self, fitting: &[usize]) -> usize {
        let profile = self.search.ground.profile;
        let called = fitting.iter().filter_map(|&at| match profile.rules[at].lead {
            Party::Role(role) => Some(usize::from(profile.roles[role].level.0)),
            _ => None,
        });
        called.max().unwrap_or(profile.levels.len() - 1)
    }

    /// Climbs from a level upwards until somebody is on duty: on each for a place that the case is at, then for the area.
    fn climb(&mut self, from: usize) -> Option<Answerer<'a>> {
        let profile = self.search.ground.profile;
        for ordinal in (0..=from).rev() {
            let level = Level(ordinal as u8);
            let search = self.search;
            let area = search.areas().get(ordinal).copied();
            let roles = profile.escalation.roles.iter().copied();
            let mut of_level = roles.filter(|&role| profile.roles[role].level == level);
            let at_place = of_level.clone().find_map(|role| search.at_place(role, |_| true));
            let found = at_place.or_else(|| {
                let for_area = of_level.find_map(|role| search.role_of(role, area?).ok());
                for_area.or_else(|| search.body_of(area?))
            });
            let on = found.and_then(|it| it.on).or(area.map(On::Area));
            // A level without an area that can be trusted was not tried.
            if on.is_some() {
                let why_not = found.is_none().then_some(WhyNot::Nobody);
                self.note(Step::Climb(level), found.and_then(|it| it.role), on, why_not);
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The organisation that answers when nobody else does.
    fn last_resort(&mut self) -> Option<Answerer<'a>> {
        let name = self.search.ground.profile.escalation.organisation.as_deref()?;
        let found = self.search.organisation(name);
        self.note(Step::LastResort, None, None, found.err().map(|(_, why)| why));
        found.ok()
    }

    /// 协办 of a rule, without anybody twice.
    fn assists(&mut self, at: usize, lead: Option<Answerer<'a>>) -> Vec<Answerer<'a>> {
        let rule = &self.search.ground.profile.rules[at];
        let mut assists: Vec<Answerer<'a>> = Vec::new();
        for (place, party) in rule.assist.iter().enumerate() {
            let Some(found) = self.call(Step::Assist(at, place), party, rule) else { continue };
            if lead.iter().chain(&assists).any(|before| is_same(before.who, found.who)) {
                self.tried.last_mut().expect("it was noted just now").why_not = Some(WhyNot::Already);
            } else {
                assists.push(found);
            }
        }
        assists
    }
}

/// Whether both are one person, or one organisation as such.
fn is_same(one: Who<'_>, other: Who<'_>) -> bool {
    let person = |who: Who<'_>| match who {
        Who::OnDuty(on_duty) => on_duty.person.as_ref().map(|person| person.id),
        _ => None,
    };
    match (person(one), person(other)) {
        (None, None) => one.name() == other.name(),
        (one, other) => one == other,
    }
}
