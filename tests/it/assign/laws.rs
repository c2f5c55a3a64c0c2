//! What holds for all cases.

use proptest::prelude::*;

use onemap::domain::{
    area::{Kind, Level},
    assign::{
        Answerer, Case, Ground, On, PlaceHit, Step, Whereabouts, Who, WhyNot, assign, explain::explain, may_choose,
    },
    duty::Order,
    locate::{Accuracy, AccuracyKind, Candidate, Certainty, Match, Nearest, RunnerUp, Trust},
    profile::Party,
};
use time::{Duration, macros::datetime};

use super::world::World;

const PROFILES: [&str; 5] = ["licheng", "shifeng", "danjiangkou", "chibi", "xianning"];

/// Numbers from which everything of a case is drawn.
type Drawn = (usize, Vec<u32>, u32, u32, Vec<u32>, i64);

fn drawn() -> impl Strategy<Value = Drawn> {
    let numbers = |most| prop::collection::vec(any::<u32>(), 0..most);
    (0..PROFILES.len(), numbers(30), any::<u32>(), any::<u32>(), numbers(4), 0_i64..20_000)
}

/// Some posts: area, role, order and whether it is vacant out of one number each.
fn posts(world: &World, numbers: &[u32]) -> String {
    let mut posts = Vec::new();
    for (number, &drawn) in numbers.iter().enumerate() {
        let areas = world.hierarchy.areas();
        let area = match drawn >> 16 & 3 {
            0 => format!("P{}", drawn % 7),
            _ => areas[drawn as usize % areas.len()].code.to_string(),
        };
        let role = &world.profile.roles[(drawn >> 8) as usize % world.profile.roles.len()].id;
        let name = if drawn >> 28 == 0 { "-".to_owned() } else { format!("某{number}") };
        let order = if drawn >> 24 & 3 == 0 { " B" } else { "" };
        let stands_in = if drawn >> 26 & 3 == 0 { " 代" } else { "" };
        posts.push(format!("{area} {role} {name}{order}{stands_in}"));
    }
    posts.join(";")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_total_and_pure_and_keeps_to_what_is_trusted((profile, staffed, place, kind, hits, minutes) in drawn()) {
        let world = World::new(PROFILES[profile]);
        let at = datetime!(2026-11-16 00:00 +8) + Duration::minutes(minutes);
        let roster = world.roster(&posts(&world, &staffed), at);
        let count = world.hierarchy.areas().len() as u32;
        let index = |number: u32| number % count;
        let full = world.hierarchy.chain(index(place));
        let chain = if kind & 15 == 0 { Vec::new() } else { full };
        let answer_level = (kind >> 4 & 7 < 6).then_some(Level((kind >> 4 & 7) as u8));
        let certainty = [Certainty::Sure, Certainty::Doubtful, Certainty::ToCheck][(kind >> 8) as usize % 3];
        let trust = Trust { certainty, candidates: vec![Candidate { area: Some(index(kind >> 9)), share: 0.5 }], answer_level, omitted: Default::default() };
        let accuracy = Accuracy::new(f64::from(1 + (kind >> 10 & 63)), AccuracyKind::ALL[(kind >> 16) as usize % 4]);
        let is_measured = kind >> 18 & 1 == 1;
        let places: Vec<PlaceHit<'_>> = hits.iter().map(|&hit| PlaceHit {
            place: i64::from(hit % 7),
            class: ["road", "water", "building", "none"][hit as usize % 4],
            distance_m: f64::from(hit >> 4 & 15),
            // By its number all of a disc is at it, or nothing.
            edge_m: if hit % 7 < 3 { 1e6 } else { 0.0 },
            owner: (hit >> 8 & 1 == 1).then(|| (index(hit >> 9), f64::from(hit >> 20 & 15))),
        }).collect();
        let whereabouts = Whereabouts {
            found: Some(Match::Inside),
            chain: &chain,
            stacked: &[],
            margin_m: Some(3.0),
            runner_up: Some(RunnerUp { area: index(kind >> 3), distance_m: 3.0 }),
            nearest: (kind >> 20 & 1 == 1).then(|| Nearest { area: index(kind >> 5), distance_m: 9.0, bearing_deg: 0.0 }),
            accuracy: accuracy.filter(|_| is_measured),
            trust: is_measured.then_some(&trust),
        };
        let named = [Some(index(kind >> 2)), Some(index(kind >> 9)), chain.last().copied(), chain.get(2).copied()];
        let unit = named[(kind >> 24) as usize % 4].filter(|_| kind >> 21 & 3 == 0);
        let unit = unit.filter(|&unit| may_choose(&world.hierarchy, &whereabouts, unit));
        let category = &world.profile.categories[(kind >> 11) as usize % world.profile.categories.len()].id;
        let case = Case { whereabouts, category, at, unit, places: &places };
        let ground = Ground { profile: world.profile, hierarchy: &world.hierarchy, roster: &roster, edition: 3 };
        let found = assign(ground, &case);
        prop_assert_eq!(&found, &assign(ground, &case));

        prop_assert!(found.trusted <= found.chain.len() && found.edition == 3);
        prop_assert!(found.chain.is_empty() || found.trusted > 0, "somebody has to check");
        let is_known = |on: Option<On>| match on {
            Some(On::Area(area)) => found.trusted_chain().contains(&area),
            Some(On::Place(place)) => places.iter().any(|hit| hit.place == place),
            None => true,
        };
        // Nobody answers for a place that a disc lets be another, unless the level is sure.
        let is_sure_at = |place: i64, role: Option<usize>| {
            let level = role.map(|role| usize::from(world.profile.roles[role].level.0) + 1);
            let needed = level.unwrap_or(usize::MAX).min(found.chain.len()).max(1);
            !is_measured || place % 7 < 3 || found.trusted >= needed
        };
        let is_sure = |one: &Answerer<'_>| match one.on {
            Some(On::Place(place)) => is_sure_at(place, one.role),
            _ => true,
        };
        for tried in &found.tried {
            let Step::Rule(at) = tried.step else { continue };
            let rule = &world.profile.rules[at];
            let has_fit = matches!(tried.why_not, None | Some(WhyNot::Nobody | WhyNot::NoOrganisation));
            let role = if let Party::Role(role) = rule.lead { Some(role) } else { None };
            let mut meant = places.iter().filter(|hit| rule.place_classes.iter().any(|class| class == hit.class));
            let is_fit = rule.place_classes.is_empty() || meant.any(|hit| is_sure_at(hit.place, role));
            prop_assert!(!has_fit || is_fit, "{} fits nowhere", rule.id);
        }
        for one in found.lead.iter().chain(&found.assists) {
            prop_assert!(is_known(one.on) && is_sure(one), "{one:?}");
            prop_assert!(!one.who.name().is_empty());
            if let Who::OnDuty(on_duty) = one.who {
                prop_assert!(roster.objects().any(|(_, list)| list.contains(on_duty)));
            }
        }
        if let Some(unit) = unit {
            prop_assert_eq!(&found.chain, &world.hierarchy.chain(unit));
            let is_next = |next: RunnerUp| !world.hierarchy.chain(next.area).contains(&unit);
            prop_assert!(found.runner_up.is_none_or(is_next), "{:?} next to {unit}", found.runner_up);
        }
        // An answer, or nobody and everything that was tried.
        let is_lead = |it: &&onemap::domain::assign::Tried| !matches!(it.step, Step::Assist(..));
        let answered = found.tried.iter().filter(is_lead).filter(|it| it.why_not.is_none()).count();
        prop_assert_eq!(answered, usize::from(found.lead.is_some()));
        if found.lead.is_none() {
            for (ordinal, &area) in found.trusted_chain().iter().enumerate() {
                let level = Level(ordinal as u8);
                let climbed = found.tried.iter().any(|it| it.step == Step::Climb(level));
                prop_assert!(climbed, "nobody, and the {level:?} was not tried: {area}");
            }
        }
        // Whoever answers in a role is the first of it.
        if let Some(lead) = found.lead && let Who::OnDuty(one) = lead.who && one.order() == Order::B {
            let list = roster.of(one.posting.post.object);
            prop_assert!(!list.iter().any(|other| other.role() == one.role() && other.order() == Order::A));
        }
        // Exclusive first.
        let kind_of = |&area: &u32| world.hierarchy.area(area).kind;
        let finest_kind = found.trusted_chain().iter().rev().map(kind_of).find(|kind| *kind != Kind::None);
        let rules: Vec<usize> = found.tried.iter().filter_map(|it| match it.step { Step::Rule(at) if it.why_not.is_none_or(|why| why == WhyNot::Nobody) => Some(at), _ => None }).collect();
        let is_exclusive: Vec<bool> = rules.iter().map(|&at| world.profile.rules[at].kind == Kind::Exclusive).collect();
        prop_assert!(is_exclusive.is_sorted_by(|a, b| a >= b), "{rules:?}");
        prop_assert!(finest_kind == Some(Kind::Exclusive) || !is_exclusive.contains(&true));
        // It can always be told.
        let lines = explain(ground, &|place| place.to_string(), &found);
        prop_assert!(lines.iter().all(|line| !line.zh.is_empty() && !line.en.is_empty()));
    }
}
