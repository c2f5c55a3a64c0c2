//! Why somebody is to answer, in words (派单依据).

use super::{Answerer, Assignment, Basis, Ground, On, Step, Tried, WhyNot};
use crate::domain::{
    area::Level,
    coverage::AreaIndex,
    duty::Order,
    locate::Certainty,
    profile::{Name, Party},
};

/// Tells places by their numbers.
pub type PlaceName<'a> = &'a dyn Fn(i64) -> String;

/// The reasons of an assignment, one a line: by what the areas are known, how far they can be trusted, what was tried and what
/// came of it, who answers.
pub fn explain(ground: Ground<'_>, place_name: PlaceName<'_>, assignment: &Assignment<'_>) -> Vec<Name> {
    let words = Words { ground, place_name };
    let mut lines = vec![words.basis(assignment)];
    lines.extend(words.trust(assignment));
    let is_assist = |tried: &&Tried| matches!(tried.step, Step::Assist(..));
    lines.extend(assignment.tried.iter().filter(|tried| !is_assist(tried)).map(|tried| words.tried(tried)));
    lines.push(words.lead(assignment));
    lines.extend(assignment.assists.iter().map(|assist| {
        let (zh, en) = words.answerer(assist);
        line(format!("协办：{zh}"), format!("assists: {en}"))
    }));
    let absent = assignment.tried.iter().filter(is_assist).filter(|tried| tried.why_not.is_some());
    lines.extend(absent.map(|tried| words.tried(tried)));
    lines
}

/// One thing that was tried, and what came of it.
pub fn explain_tried(ground: Ground<'_>, place_name: PlaceName<'_>, tried: &Tried) -> Name {
    Words { ground, place_name }.tried(tried)
}

fn line(zh: impl Into<String>, en: impl Into<String>) -> Name {
    Name { zh: zh.into(), en: en.into() }
}

struct Words<'w> {
    ground: Ground<'w>,
    place_name: PlaceName<'w>,
}

impl Words<'_> {
    /// The name of an area, or its code when it has none.
    fn area(&self, index: AreaIndex) -> String {
        let area = self.ground.hierarchy.area(index);
        if area.name.is_empty() { area.code.to_string() } else { area.name.clone() }
    }

    fn chain(&self, areas: &[AreaIndex]) -> String {
        areas.iter().map(|&area| self.area(area)).collect::<Vec<_>>().join(" > ")
    }

    fn level(&self, level: Level) -> &Name {
        &self.ground.profile.level(level).name
    }

    fn basis(&self, assignment: &Assignment<'_>) -> Name {
        let chain = self.chain(&assignment.chain);
        let mut told = match assignment.basis {
            Basis::Position => line(format!("位置归属：{chain}"), format!("the position lies in {chain}")),
            Basis::Unit => line(format!("报送时已指明：{chain}"), format!("named with the case: {chain}")),
            Basis::Border { place, owner } => {
                let (place, owner) = ((self.place_name)(place), self.area(owner));
                line(
                    format!("位于界线 {place} 的宽度之内，按归属由 {owner} 负责，不论在哪一侧：{chain}"),
                    format!("within the width of the border {place}, which {owner} answers for on both sides: {chain}"),
                )
            }
            Basis::Nearest(distance_m) => line(
                format!("位置在各区域之外，最近的相距 {distance_m:.2} 米：{chain}"),
                format!("the position lies outside of all areas, {distance_m:.2} m from the nearest: {chain}"),
            ),
            Basis::Nowhere => line("位置不在任何区域内", "the position lies in no area, and none is near"),
        };
        if let Some(margin_m) = assignment.margin_m {
            told.zh += &format!("；距边界 {margin_m:.2} 米");
            told.en += &format!("; {margin_m:.2} m from the border");
        }
        if let Some(next) = assignment.runner_up {
            let next = self.area(next.area);
            told.zh += &format!("；相邻备选 {next}");
            told.en += &format!("; next would be {next}");
        }
        told
    }

    fn trust(&self, assignment: &Assignment<'_>) -> Option<Name> {
        let certainty = assignment.certainty?;
        let english = match certainty {
            Certainty::Sure => "sure",
            Certainty::Doubtful => "doubtful",
            Certainty::ToCheck => "to be checked",
        };
        let mut told = line(format!("归属可信度：{}", certainty.zh()), format!("the area is {english}"));
        if assignment.is_to_check
            && let Some(level) = assignment.level()
        {
            let area = assignment.trusted_chain().last().map(|&area| self.area(area)).unwrap_or_default();
            let level = self.level(level);
            told.zh += &format!("；按位置只能派到{} {area}，具体位置待核", level.zh);
            told.en += &format!("; by the position it goes to the {} {area}, who are to check where it was", level.en);
        }
        Some(told)
    }

    fn tried(&self, tried: &Tried) -> Name {
        let (zh, en) = self.step(tried);
        let Some(why) = tried.why_not else {
            return line(format!("{zh}：在岗，由其负责"), format!("{en}: on duty, answers"));
        };
        let why = self.why_not(why);
        line(format!("{zh}：{}", why.zh), format!("{en}: {}", why.en))
    }

    fn step(&self, tried: &Tried) -> (String, String) {
        let profile = self.ground.profile;
        let place = match tried.on {
            Some(On::Area(area)) => format!(" {}", self.area(area)),
            Some(On::Place(place)) => format!(" {}", (self.place_name)(place)),
            None => String::new(),
        };
        let role = tried.role.map(|role| &profile.roles[role].name);
        let (role_zh, role_en) =
            role.map_or_else(Default::default, |role| (format!(" {}", role.zh), format!(" {}", role.en)));
        match tried.step {
            Step::Rule(at) => {
                let rule = &profile.rules[at];
                let (party_zh, party_en) = self.called(&rule.lead);
                let (zh, en) = if tried.role.is_some() { (role_zh, role_en) } else { (party_zh, party_en) };
                (format!("规则“{}”{place}{zh}", rule.name.zh), format!("rule \"{}\"{place}{en}", rule.name.en))
            }
            Step::Assist(at, number) => {
                let (party_zh, party_en) = self.called(&profile.rules[at].assist[number]);
                let (zh, en) = if tried.role.is_some() { (role_zh, role_en) } else { (party_zh, party_en) };
                (format!("协办{place}{zh}"), format!("to assist,{place}{en}"))
            }
            Step::Climb(level) => {
                let level = self.level(level);
                (format!("逐级上报到{}{place}{role_zh}", level.zh), format!("up to the {}{place}{role_en}", level.en))
            }
            Step::LastResort => {
                let name = profile.escalation.organisation.as_deref().unwrap_or_default();
                (format!("兜底单位 {name}"), format!("the organisation of last resort {name}"))
            }
        }
    }

    /// What a party is called that is no role.
    fn called(&self, party: &Party) -> (String, String) {
        match party {
            Party::Leaders => (" 逐级负责人".to_owned(), " leaders of each level".to_owned()),
            Party::Body => (" 责任单位".to_owned(), " responsible body".to_owned()),
            Party::Organisation(name) => (format!(" {name}"), format!(" {name}")),
            Party::Role(role) => {
                let role = &self.ground.profile.roles[*role].name;
                (format!(" {}", role.zh), format!(" {}", role.en))
            }
        }
    }

    fn why_not(&self, why: WhyNot) -> Name {
        match why {
            WhyNot::Kind => line("区域类别（综合、专属）不符", "the area is of another kind"),
            WhyNot::Level(level) => {
                let level = self.level(level);
                line(format!("此处没有{}", level.zh), format!("there is no {} there", level.en))
            }
            WhyNot::Untrusted(level) => {
                let level = self.level(level);
                line(
                    format!("定位精度不足以确定{}", level.zh),
                    format!("the position is not good enough to tell the {}", level.en),
                )
            }
            WhyNot::PlaceClass => line("不在所要求的点位上", "it is not at a place of that class"),
            WhyNot::Time => line("不在规定的时段", "it is not the time for it"),
            WhyNot::Nobody => line("无人在岗", "nobody is on duty"),
            WhyNot::NoBody => line("没有登记责任单位", "no responsible body is named"),
            WhyNot::NoOrganisation => line("单位名录中没有此单位", "no organisation has that name"),
            WhyNot::Already => line("已在办理此件", "answers already"),
        }
    }

    fn lead(&self, assignment: &Assignment<'_>) -> Name {
        let Some(lead) = &assignment.lead else {
            return line("无人可派：须人工派单", "nobody was found: somebody has to assign it by hand");
        };
        let (zh, en) = self.answerer(lead);
        match assignment.rule.map(|at| &self.ground.profile.rules[at].name) {
            Some(rule) => line(
                format!("主办：{zh}（依据规则“{}”）", rule.zh),
                format!("leads: {en} (by the rule \"{}\")", rule.en),
            ),
            None => line(format!("主办：{zh}（逐级上报）"), format!("leads: {en} (by escalation)")),
        }
    }

    fn answerer(&self, answerer: &Answerer<'_>) -> (String, String) {
        let Answerer { who, role, on } = answerer;
        let (mut zh, mut en) = match on {
            Some(On::Area(area)) => (self.area(*area), self.area(*area)),
            Some(On::Place(place)) => ((self.place_name)(*place), (self.place_name)(*place)),
            None => (String::new(), String::new()),
        };
        let mut add = |chinese: &str, english: &str| {
            for (text, more) in [(&mut zh, chinese), (&mut en, english)] {
                if !text.is_empty() && !more.is_empty() {
                    text.push(' ');
                }
                text.push_str(more);
            }
        };
        if let Some(role) = role.map(|role| &self.ground.profile.roles[role].name) {
            add(&role.zh, &role.en);
        }
        add(who.name(), who.name());
        let post = match (who.order(), who.stands_in()) {
            (Some(_), true) => ("（代班）", "(standing in)"),
            (Some(Order::A), false) => ("（A角）", "(A)"),
            (Some(Order::B), false) => ("（B角）", "(B)"),
            (None, _) => ("", ""),
        };
        zh.push_str(post.0);
        if !post.1.is_empty() {
            en.push(' ');
            en.push_str(post.1);
        }
        (zh, en)
    }
}
