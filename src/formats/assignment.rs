//! Who is to answer for a case, and why, as the service and `onemap assign` write it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    moment::moment_text,
    wire::{AreaRef, BothLanguages, CertaintyJson, RunnerUpJson},
};
use crate::domain::{
    area::Snapshot,
    assign::{
        Answerer, Assignment, Basis, Case, Ground, On, Step, Tried, Who, WhyNot,
        explain::{explain, explain_tried},
    },
    place::PlaceDirectory,
};

/// A category, rule or role by its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    /// Id in the profile.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
}

/// Who answers, as what, for what.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyJson {
    /// The role; null for an organisation that was named as such.
    #[schema(required)]
    pub role: Option<Named>,
    /// `A` or `B` (A角, B角); null for an organisation.
    #[schema(required)]
    pub order: Option<&'static str>,
    /// Whether it is for the time in which whoever holds the post is away (代班).
    pub stands_in: bool,
    /// Number of the person; null where an organisation answers.
    #[schema(required)]
    pub person: Option<i64>,
    /// Name of the person, or of the organisation.
    pub name: String,
    /// Telephone, masked.
    #[schema(required)]
    pub phone: Option<String>,
    /// Name of the organisation.
    #[schema(required)]
    pub organisation: Option<String>,
    /// The area that it answers for.
    #[schema(required)]
    pub area: Option<AreaRef>,
    /// Number of the place that it answers for.
    #[schema(required)]
    pub place: Option<i64>,
}

/// One thing that was tried.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedJson {
    /// `rule` 主办, `assist` 协办, `climb` 逐级上报, or `last_resort` 兜底.
    pub step: &'static str,
    /// Id of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Code of the area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why nobody was found so; null when somebody was.
    #[schema(required)]
    pub why_not: Option<&'static str>,
    /// The same in words.
    pub text: BothLanguages,
}

/// Who is to answer for a case, and why (派单依据).
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentJson {
    /// The edition.
    pub edition: u32,
    /// What the case was called, when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    /// When.
    pub at: String,
    /// What it is about.
    pub category: Named,
    /// Whether it is never shown as an exact point or text in public.
    pub sensitive: bool,
    /// By what the areas are known: `position`, `unit`, `border`, `nearest` or `nowhere`.
    pub basis: &'static str,
    /// The areas, coarsest first.
    pub chain: Vec<AreaRef>,
    /// Id of the finest level that can be trusted; nobody of a finer one is called.
    #[schema(required)]
    pub level: Option<String>,
    /// How sure it is; null when no accuracy was stated.
    #[schema(required)]
    pub certainty: Option<CertaintyJson>,
    /// Whether somebody has to check where it was (待核).
    pub to_check: bool,
    /// 距边界, in metres.
    #[schema(required)]
    pub margin_m: Option<f64>,
    /// 相邻备选: the area that is next, should it be that one's.
    #[schema(required)]
    pub runner_up: Option<RunnerUpJson>,
    /// The rule that found who leads; null when it took escalation.
    #[schema(required)]
    pub rule: Option<Named>,
    /// 主办; null for nobody.
    #[schema(required)]
    pub lead: Option<PartyJson>,
    /// 协办.
    pub assists: Vec<PartyJson>,
    /// What was tried, in order.
    pub tried: Vec<TriedJson>,
    /// 派单依据, a line each.
    pub explain: Vec<BothLanguages>,
}

impl AssignmentJson {
    /// An assignment as everybody may see it.
    pub fn new(
        snapshot: &Snapshot,
        places: &PlaceDirectory,
        (ground, case, found): (Ground<'_>, &Case<'_>, &Assignment<'_>),
        id: Option<serde_json::Value>,
    ) -> Self {
        let profile = ground.profile;
        let place_name = |id: i64| {
            let name = places.find(id).map(|number| places.place(number).name.clone()).unwrap_or_default();
            if name.is_empty() { format!("#{id}") } else { name }
        };
        let party = |one: &Answerer<'_>| PartyJson::new(snapshot, one);
        let category = profile.category(case.category);
        let level_id = |level| profile.level(level).id.clone();
        Self {
            edition: found.edition,
            id,
            at: moment_text(case.at),
            category: Named {
                id: case.category.to_owned(),
                name: category.map(|it| BothLanguages::from(&it.name)).unwrap_or_default(),
            },
            sensitive: category.is_some_and(|it| it.is_sensitive),
            basis: match found.basis {
                Basis::Position => "position",
                Basis::Unit => "unit",
                Basis::Border { .. } => "border",
                Basis::Nearest(_) => "nearest",
                Basis::Nowhere => "nowhere",
            },
            chain: AreaRef::list(snapshot, &found.chain),
            level: found.level().map(level_id),
            certainty: found.certainty.map(CertaintyJson::from),
            to_check: found.is_to_check,
            margin_m: found.margin_m,
            runner_up: found.runner_up.map(|next| {
                let area = snapshot.hierarchy.area(next.area);
                RunnerUpJson {
                    code: area.code.to_string(),
                    name: area.name.clone(),
                    level: level_id(area.level),
                    distance_m: next.distance_m,
                }
            }),
            rule: found.rule.map(|at| Named {
                id: profile.rules[at].id.clone(),
                name: BothLanguages::from(&profile.rules[at].name),
            }),
            lead: found.lead.as_ref().map(party),
            assists: found.assists.iter().map(party).collect(),
            tried: found.tried.iter().map(|tried| TriedJson::new(ground, &place_name, tried)).collect(),
            explain: explain(ground, &place_name, found).iter().map(BothLanguages::from).collect(),
        }
    }
}

impl PartyJson {
    fn new(snapshot: &Snapshot, one: &Answerer<'_>) -> Self {
        let non_empty = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let role = one.role.map(|role| &snapshot.profile.roles[role]);
        let (person, phone) = match one.who {
            Who::OnDuty(on_duty) => (on_duty.person.as_ref().map(|person| person.id.0), on_duty.phone().masked()),
            Who::Organisation(organisation) => (None, organisation.duty_phone.masked()),
            Who::Body(body) => (None, crate::domain::duty::Phone(body.duty_phone.clone().unwrap_or_default()).masked()),
        };
        Self {
            role: role.map(|role| Named { id: role.id.clone(), name: BothLanguages::from(&role.name) }),
            order: one.who.order().map(crate::domain::duty::Order::id),
            stands_in: one.who.stands_in(),
            person,
            name: one.who.name().to_owned(),
            phone: non_empty(&phone),
            organisation: non_empty(one.who.organisation()),
            area: match one.on {
                Some(On::Area(area)) => Some(AreaRef::new(snapshot, area)),
                _ => None,
            },
            place: match one.on {
                Some(On::Place(place)) => Some(place),
                _ => None,
            },
        }
    }
}

impl TriedJson {
    fn new(ground: Ground<'_>, place_name: &dyn Fn(i64) -> String, tried: &Tried) -> Self {
        let profile = ground.profile;
        let (step, rule) = match tried.step {
            Step::Rule(at) => ("rule", Some(at)),
            Step::Assist(at, _) => ("assist", Some(at)),
            Step::Climb(_) => ("climb", None),
            Step::LastResort => ("last_resort", None),
        };
        Self {
            step,
            rule: rule.map(|at| profile.rules[at].id.clone()),
            role: tried.role.map(|role| profile.roles[role].id.clone()),
            area: match tried.on {
                Some(On::Area(area)) => Some(ground.hierarchy.area(area).code.to_string()),
                _ => None,
            },
            why_not: tried.why_not.map(|why| match why {
                WhyNot::Kind => "kind",
                WhyNot::Level(_) => "level",
                WhyNot::Untrusted(_) => "not_sure",
                WhyNot::PlaceClass => "place_class",
                WhyNot::Time => "time",
                WhyNot::Nobody => "nobody_on_duty",
                WhyNot::NoBody => "no_body",
                WhyNot::NoOrganisation => "no_organisation",
                WhyNot::Already => "already",
            }),
            text: BothLanguages::from(&explain_tried(ground, place_name, tried)),
        }
    }
}
