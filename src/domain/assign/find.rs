//! Finding whoever a rule or a level calls.

use std::sync::Arc;

use super::{Answerer, Case, Ground, On, Who, WhyNot, standing::Standing};
use crate::domain::{
    area::{Kind, Level},
    coverage::AreaIndex,
    duty::{Object, OnDuty, Organisation, need},
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
        for hit in self.case.places.iter().filter(|hit| is_meant(hit.class)) {
            let on_duty = self.ground.roster.of(Object::Place(hit.place));
            if let Some(found) = self.posted(on_duty, role, On::Place(hit.place)) {
                return Ok(found);
            }
        }
        let area = self.area_of(self.ground.profile.roles[role].level).map_err(|why| (None, why))?;
        self.role_of(role, area)
    }

    /// Whoever is on duty in a role for an area.
    pub fn role_of(&self, role: usize, index: AreaIndex) -> Found<'a> {
        let on = On::Area(index);
        let area = self.ground.hierarchy.area(index);
        if !need::applies(&self.ground.profile.roles[role], area.facts()) {
            return Err((Some(on), WhyNot::Kind));
        }
        let on_duty = self.ground.roster.of(Object::Area(area.id));
        self.posted(on_duty, role, on).ok_or((Some(on), WhyNot::Nobody))
    }

    /// The first of a role: A-posts stand before B-posts, whoever stands in at the place of whoever is away.
    fn posted(&self, on_duty: &'a [OnDuty], role: usize, on: On) -> Option<Answerer<'a>> {
        let id = &self.ground.profile.roles[role].id;
        let first = on_duty.iter().find(|one| one.role() == id)?;
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
