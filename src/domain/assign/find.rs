//! Finding whoever a rule or a level calls.

use std::sync::Arc;

use super::{
    Answerer, Case, Ground, On, PlaceHit, Who, WhyNot,
    standing::{Standing, around},
};
use crate::domain::{
    area::{Kind, Level},
    coverage::AreaIndex,
    duty::{Object, Organisation, need},
    profile::{Party, Rule},
};

/// What was found, or where it was looked for and why nobody is there.
pub(super) type Found<'a> = Result<Answerer<'a>, (Option<On>, WhyNot)>;

/// What finding reads.
#[derive(Clone, Copy)]
pub(super) struct Search<'a, 's> {
    pub ground: Ground<'a>,
    pub case: &'s Case<'s>,
    pub standing: &'s Standing,
}

impl<'a> Search<'a, '_> {
    /// The area of a level, when it can be trusted.
    pub fn area_of(&self, level: Level) -> Result<AreaIndex, WhyNot> {
        let ordinal = usize::from(level.0);
        let Standing { chain, trusted, .. } = self.standing;
        match chain.get(ordinal) {
            Some(&area) if ordinal < *trusted => Ok(area),
            Some(_) => Err(WhyNot::Untrusted(level)),
            None => Err(WhyNot::Level(level)),
        }
    }

    /// The areas that can be trusted, coarsest first.
    pub fn areas(&self) -> &[AreaIndex] {
        &self.standing.chain[..self.standing.trusted]
    }

    /// The kind of the area of a level, or of the finest area that has one.
    pub fn kind_at(&self, level: Option<Level>) -> Kind {
        let kind = |&area: &AreaIndex| self.ground.hierarchy.area(area).kind;
        match level {
            Some(level) => self.area_of(level).map_or(Kind::None, |area| kind(&area)),
            None => self.areas().iter().rev().map(kind).find(|kind| *kind != Kind::None).unwrap_or_default(),
        }
    }

    /// Whoever a rule calls, but for [`Party::Leaders`], who are climbed to.
    pub fn party(&self, party: &Party, rule: &Rule) -> Found<'a> {
        match party {
            Party::Role(role) => self.role(*role, rule),
            Party::Organisation(name) => self.organisation(name),
            Party::Body => self.body(),
            Party::Leaders => Err((None, WhyNot::Nobody)),
        }
    }

    fn role(&self, role: usize, rule: &Rule) -> Found<'a> {
        let is_meant = |class: &str| rule.place_classes.is_empty() || rule.place_classes.iter().any(|it| it == class);
        if let Some(found) = self.at_place(role, |hit| is_meant(hit.class)) {
            return Ok(found);
        }
        let area = self.area_of(self.ground.profile.roles[role].level).map_err(|why| (None, why))?;
        self.role_of(role, area)
    }

    /// Whoever is on duty in a role for a place that the case is at, surely enough for the role; the nearest first.
    pub fn at_place(&self, role: usize, is_meant: impl Fn(&PlaceHit<'_>) -> bool) -> Option<Answerer<'a>> {
        let level = self.ground.profile.roles[role].level;
        let mut hits = self.case.places.iter().filter(|hit| is_meant(hit) && self.is_surely_at(hit, Some(level)));
        hits.find_map(|hit| self.posted(Object::Place(hit.place), role, On::Place(hit.place)))
    }

    /// Whether the case is at a place surely enough for somebody of a level, or for all levels: its areas can be trusted so far,
    /// or the sure share of its error disc is at the place.
    pub fn is_surely_at(&self, hit: &PlaceHit<'_>, level: Option<Level>) -> bool {
        let Standing { chain, trusted, .. } = self.standing;
        // Below the end of the chain there is nothing left to be trusted: stacked units are one footprint.
        let needed = level.map_or(chain.len(), |level| chain.len().min(usize::from(level.0) + 1));
        let sure_share = self.ground.profile.thresholds.sure_share();
        let accuracy = self.case.whereabouts.accuracy;
        (needed > 0 && *trusted >= needed) || accuracy.is_none_or(|it| around(it, hit.edge_m) >= sure_share)
    }

    /// Whoever is on duty in a role for an area.
    pub fn role_of(&self, role: usize, index: AreaIndex) -> Found<'a> {
        let on = On::Area(index);
        let area = self.ground.hierarchy.area(index);
        if !need::applies(&self.ground.profile.roles[role], area.facts()) {
            return Err((Some(on), WhyNot::Kind));
        }
        self.posted(Object::Area(area.id), role, on).ok_or((Some(on), WhyNot::Nobody))
    }

    /// The first of a role: A-posts stand before B-posts, whoever stands in at the place of whoever is away.
    fn posted(&self, object: Object, role: usize, on: On) -> Option<Answerer<'a>> {
        let Ground { profile, roster, .. } = self.ground;
        let called = &profile.roles[role];
        let on_duty = if called.is_party_body { roster.bodies_of(object) } else { roster.of(object) };
        let first = on_duty.iter().find(|one| one.role() == called.id)?;
        Some(Answerer { who: Who::OnDuty(first), role: Some(role), on: Some(on) })
    }

    /// An organisation by its name, else by its short name.
    pub fn organisation(&self, name: &str) -> Found<'a> {
        let all = self.ground.roster.staff().organisations();
        let named = |is: fn(&Organisation) -> &str| all.iter().find(|organisation| is(organisation) == name);
        let found: Option<&'a Arc<Organisation>> = named(|it| &it.name).or_else(|| named(|it| &it.short_name));
        let answerer = |found| Answerer { who: Who::Organisation(found), role: None, on: None };
        found.map(answerer).ok_or((None, WhyNot::NoOrganisation))
    }

    /// 责任单位 of the finest exclusive area.
    fn body(&self) -> Found<'a> {
        let areas = self.areas().iter().rev().copied();
        let exclusive = areas.filter(|&area| self.ground.hierarchy.area(area).kind == Kind::Exclusive);
        let mut last = None;
        for area in exclusive {
            match self.body_of(area) {
                Some(found) => return Ok(found),
                None => last = last.or(Some(On::Area(area))),
            }
        }
        Err((last, WhyNot::NoBody))
    }

    /// 责任单位 of an exclusive area.
    pub fn body_of(&self, index: AreaIndex) -> Option<Answerer<'a>> {
        let hierarchy = self.ground.hierarchy;
        let area = hierarchy.area(index);
        let body = area.body.as_deref().filter(|body| area.kind == Kind::Exclusive && !body.name.is_empty())?;
        Some(Answerer { who: Who::Body(body), role: None, on: Some(On::Area(index)) })
    }
}
