//! What is still missing once a roster is in: posts that nobody holds (G11), exclusive areas without 责任单位 (G16), areas without
//! their Party body (G17).

use std::sync::Arc;

use time::OffsetDateTime;

use super::ground::{Ground, GroundArea};
use crate::domain::{
    area::{AreaCode, AreaFacts, Finding, Kind, Rule, Severity},
    duty::{
        Roster, Staff,
        need::{Misfilled, misfilled},
    },
    profile::{Name, Profile},
};

/// Findings about what is still missing that a report lists; the rest is counted.
pub const MAX_STILL_VACANT: usize = 100;

/// What is still missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StillVacant {
    /// How many things there are.
    pub count: u64,
    /// The first of them, coarse levels first: at most [`MAX_STILL_VACANT`].
    pub findings: Vec<Finding>,
}

impl StillVacant {
    /// What is missing at a time among the areas in force then, when `staff` is all that is known of duties.
    pub(super) fn of(profile: &Profile, ground: &Ground, staff: Arc<Staff>, at: OffsetDateTime) -> Self {
        let roster = Roster::new(profile, staff, at);
        let mut missing = Self::default();
        for (code, area) in ground.areas_at(at) {
            let facts = AreaFacts { code: *code, level: area.level, kind: area.kind, parent: None };
            let posts = misfilled(profile, &roster, (area.id, facts, area.branch.as_deref()));
            for wrong in posts.filter(Misfilled::is_vacancy) {
                missing.tell(|| vacancy(profile, (code, area), wrong));
            }
            if area.kind == Kind::Exclusive && !area.has_body {
                missing.tell(|| bodiless(profile, (code, area)));
            }
        }
        missing
    }

    fn tell(&mut self, finding: impl FnOnce() -> Finding) {
        self.count += 1;
        if self.findings.len() < MAX_STILL_VACANT {
            self.findings.push(finding());
        }
    }
}

fn vacancy(profile: &Profile, about: (&AreaCode, &GroundArea), wrong: Misfilled) -> Finding {
    let role = &profile.roles[wrong.role];
    let (rule, severity) = match role.is_party_body {
        true => (Rule::PartyBody, Severity::Info),
        false => (Rule::Post, Severity::Warning),
    };
    let Misfilled { filled, min, .. } = wrong;
    let (level, called) = names(profile, about);
    let zh = format!("{}{called}缺{}：应至少 {min}，实有 {filled}", level.zh, role.name.zh);
    let en = format!("{} {called} lacks a {}: {filled} of at least {min}", level.en, role.name.en);
    of_area(Finding::new(rule, severity, zh, en), about)
}

fn bodiless(profile: &Profile, about: (&AreaCode, &GroundArea)) -> Finding {
    let (level, called) = names(profile, about);
    let zh = format!("专属{}{called}未注明责任单位", level.zh);
    let en = format!("the exclusive {} {called} names no responsible body", level.en);
    of_area(Finding::new(Rule::Body, Severity::Warning, zh, en), about)
}

/// What the level is called, and what the area is.
fn names<'p>(profile: &'p Profile, (code, area): (&AreaCode, &GroundArea)) -> (&'p Name, String) {
    let called = if area.name.is_empty() { code.to_string() } else { format!("{}（{code}）", area.name) };
    (profile.level(area.level).name_in(area.branch.as_deref()), called)
}

fn of_area(mut finding: Finding, (code, area): (&AreaCode, &GroundArea)) -> Finding {
    finding.areas = vec![*code];
    finding.level = Some(area.level);
    finding
}
