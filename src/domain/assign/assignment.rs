//! Who is to answer, and why.

use std::sync::Arc;

use crate::domain::{
    area::{Level, ResponsibleBody},
    coverage::AreaIndex,
    duty::{OnDuty, Order, Organisation},
    locate::{Certainty, RunnerUp},
};

/// By what the areas of a case are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Basis {
    /// Its position lies in them.
    Position,
    /// They were named with it.
    Unit,
    /// 归属 of the place with this number, a road or ditch that is the border.
    Border {
        /// The place.
        place: i64,
        /// Its owner.
        owner: AreaIndex,
    },
    /// Its position lies outside of all, so far from the nearest, in metres.
    Nearest(f64),
    /// They are not known.
    Nowhere,
}

/// What somebody answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// An area.
    Area(AreaIndex),
    /// A place, by its number.
    Place(i64),
}

/// Somebody or something that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// Whoever holds a post.
    OnDuty(&'a OnDuty),
    /// An organisation, by its duty telephone.
    Organisation(&'a Arc<Organisation>),
    /// 责任单位 that an exclusive area names.
    Body(&'a ResponsibleBody),
}

impl Who<'_> {
    /// The name of the person, or of the organisation.
    pub fn name(&self) -> &str {
        match self {
            Self::OnDuty(one) => one.name(),
            Self::Organisation(organisation) => &organisation.name,
            Self::Body(body) => &body.name,
        }
    }

    /// The name of the organisation; empty when there is none.
    pub fn organisation(&self) -> &str {
        match self {
            Self::OnDuty(one) => one.organisation(),
            Self::Organisation(organisation) => &organisation.name,
            Self::Body(body) => &body.name,
        }
    }

    /// A角 or B角, of a post.
    pub fn order(&self) -> Option<Order> {
        match self {
            Self::OnDuty(one) => Some(one.order()),
            Self::Organisation(_) | Self::Body(_) => None,
        }
    }

    /// Whether it takes the place of another for a time (代班).
    pub fn stands_in(&self) -> bool {
        matches!(self, Self::OnDuty(one) if one.posting.stands_in)
    }
}

/// Who answers, as what, for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answerer<'a> {
    /// Who.
    pub who: Who<'a>,
    /// The role, by its place in the profile.
    pub role: Option<usize>,
    /// For what; `None` for an organisation that was named as such.
    pub on: Option<On>,
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A rule's 主办, by the rule's place in the profile.
    Rule(usize),
    /// A rule's 协办, by both places.
    Assist(usize, usize),
    /// The leaders of a level of the chain.
    Climb(Level),
    /// The organisation of last resort.
    LastResort,
}

/// Why nobody was found that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// The area is not of the kind that the rule is for.
    Kind,
    /// No area of the level is known there.
    Level(Level),
    /// The position is not good enough for the level.
    Untrusted(Level),
    /// No place of the classes is there.
    PlaceClass,
    /// It is not the time.
    Time,
    /// Nobody is on duty.
    Nobody,
    /// The area names no 责任单位.
    NoBody,
    /// No organisation has the name.
    NoOrganisation,
    /// It is somebody who answers already.
    Already,
}

/// One thing that was tried, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// What.
    pub step: Step,
    /// The role that was looked for, by its place in the profile.
    pub role: Option<usize>,
    /// Where.
    pub on: Option<On>,
    /// Why not; `None` when somebody was found.
    pub why_not: Option<WhyNot>,
}

/// Who is to answer for a case, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment<'a> {
    /// Number of the edition.
    pub edition: u32,
    /// By what the areas are known.
    pub basis: Basis,
    /// The areas, coarsest first.
    pub chain: Vec<AreaIndex>,
    /// How many of them can be trusted, from the first on. Nobody answers for any other.
    pub trusted: usize,
    /// How sure the finest of them is; `None` when no accuracy was stated.
    pub certainty: Option<Certainty>,
    /// Whether somebody has to check where it was (待核) before the case can go to the finest level.
    pub is_to_check: bool,
    /// Distance to the nearest border of the finest area.
    pub margin_m: Option<f64>,
    /// The area that is next, should it be this one's after all.
    pub runner_up: Option<RunnerUp>,
    /// The rule that found 主办, by its place in the profile; `None` when it took escalation.
    pub rule: Option<usize>,
    /// 主办; `None` for nobody.
    pub lead: Option<Answerer<'a>>,
    /// 协办.
    pub assists: Vec<Answerer<'a>>,
    /// What was tried, in order, the last 主办 and all 协办 among it. Rules for other categories were not.
    pub tried: Vec<Tried>,
}

impl Assignment<'_> {
    /// The finest level that can be trusted.
    pub fn level(&self) -> Option<Level> {
        self.trusted.checked_sub(1).map(|ordinal| Level(ordinal as u8))
    }

    /// The areas that can be trusted, coarsest first.
    pub fn trusted_chain(&self) -> &[AreaIndex] {
        &self.chain[..self.trusted]
    }
}
