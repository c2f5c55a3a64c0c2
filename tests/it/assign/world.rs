//! A small district of any profile, with postings and cases written in a line.

use std::collections::HashMap;
use std::sync::Arc;

use onemap::{
    domain::{
        area::{Area, AreaCode, AreaId, FigureSource, Hierarchy, Kind, Level, ResponsibleBody},
        assign::{Assignment, Basis, Case, Ground, On, PlaceHit, Step, Whereabouts, Who, assign},
        coverage::AreaIndex,
        duty::{ListedPosting, Object, Order, Organisation, OrganisationId, Period, Phone, Roster, Staff, numbered},
        geometry::Position,
        locate::{Accuracy, AccuracyKind, Candidate, Certainty, Match, Nearest, RunnerUp, Trust},
        profile::Profile,
    },
    formats::profile_toml::find_profile,
};
use time::{OffsetDateTime, macros::datetime};

/// The areas of a test: `A1` to `An`, one in the other, `An` the finest; beside the finest `Bn`, and `S1` and `S2`, which share a
/// footprint; beside each area of a level with kinds an exclusive one `Xi`, and below the exclusive grid `Yi`; beside the grid
/// `Ci` with one area of each level below it.
pub struct World {
    pub profile: &'static Profile,
    pub hierarchy: Hierarchy,
}

impl World {
    pub fn new(profile: &str) -> Self {
        Self::of(find_profile(profile).expect("a built-in profile"))
    }

    pub fn of(profile: &'static Profile) -> Self {
        let count = profile.levels.len();
        let grid = profile.levels.iter().position(|level| level.id == "grid").expect("all have grids");
        let code = |letter: &str, level: usize| format!("{letter}{}", level + 1);
        let mut drawn: Vec<(usize, String, Option<String>, Kind)> = Vec::new();
        for (level, spec) in profile.levels.iter().enumerate() {
            let kind = if spec.kinds { Kind::Comprehensive } else { Kind::None };
            let parent = (level > 0).then(|| code("A", level - 1));
            drawn.push((level, code("A", level), parent.clone(), kind));
            if spec.kinds {
                drawn.push((level, code("X", level), parent.clone(), Kind::Exclusive));
            }
            if level > grid {
                let exclusive = if level == grid + 1 { "X" } else { "Y" };
                drawn.push((level, code("Y", level), Some(code(exclusive, level - 1)), kind));
                drawn.push((level, code("C", level), Some(code("C", level - 1)), kind));
            }
            if level == grid {
                drawn.push((level, code("C", level), parent.clone(), kind));
            }
            if level == count - 1 {
                for other in [code("B", level), "S1".to_owned(), "S2".to_owned()] {
                    drawn.push((level, other, parent.clone(), kind));
                }
            }
        }
        drawn.sort();
        let index: HashMap<String, AreaIndex> = (0..).zip(&drawn).map(|(at, it)| (it.1.clone(), at)).collect();
        let area = |(number, (level, code, parent, kind)): (i64, &(usize, String, Option<String>, Kind))| Area {
            id: AreaId(number),
            from_edition: 1,
            code: AreaCode::new(code).expect("a code"),
            level: Level(*level as u8),
            parent: parent.as_ref().map(|parent| index[parent]),
            name: format!("{code}区域"),
            kind: *kind,
            branch: None,
            households: None,
            residents: None,
            figures: FigureSource::Declared,
            body: (*kind == Kind::Exclusive)
                .then(|| Box::new(ResponsibleBody { name: "示例中学".to_owned(), ..ResponsibleBody::default() })),
            area_m2: 1.0,
            label: Position::from_degrees(119.0, 25.4).expect("in the world"),
            digest: [0; 32],
        };
        let areas = (1..).zip(&drawn).map(area).collect();
        Self { profile, hierarchy: Hierarchy::new(areas, count).expect("a hierarchy") }
    }

    pub fn find(&self, code: &str) -> AreaIndex {
        self.hierarchy.find(code).unwrap_or_else(|| panic!("no area {code}"))
    }

    /// Who is on duty: `area role name [B] [代]; ...`. A name `-` is a known vacancy, `org:name` an organisation that holds the
    /// post, `=name` an organisation without any; an area `P7` is the place 7.
    pub fn roster(&self, posts: &str, at: OffsetDateTime) -> Roster {
        let mut listed = Vec::new();
        let mut organisations = Vec::new();
        for post in posts.split(';').map(str::trim).filter(|post| !post.is_empty()) {
            if let Some(name) = post.strip_prefix('=') {
                organisations.push(name);
                continue;
            }
            let words: Vec<&str> = post.split_whitespace().collect();
            let [area, role, name, flags @ ..] = &words[..] else { panic!("no post: {post}") };
            assert!(self.profile.roles.iter().any(|known| known.id == *role), "no role {role}");
            let (name, organisation) = match name.strip_prefix("org:") {
                Some(organisation) => ("", organisation),
                None => (*name, ""),
            };
            listed.push(ListedPosting {
                area: AreaCode::new(area).expect("a code"),
                role: (*role).to_owned(),
                order: if flags.contains(&"B") { Order::B } else { Order::A },
                name: if name == "-" { String::new() } else { name.to_owned() },
                phone: Phone::default(),
                organisation: organisation.to_owned(),
                stands_in: flags.contains(&"代"),
                valid: Period::ALWAYS,
            });
        }
        let mut lists = numbered(&listed, 1, |code| match code.as_str().strip_prefix('P') {
            Some(place) => Some(Object::Place(place.parse().expect("a number"))),
            None => Some(Object::Area(self.hierarchy.area(self.find(code.as_str())).id)),
        });
        for (id, name) in (10_000..).zip(organisations) {
            lists.organisations.push(Organisation {
                id: OrganisationId(id),
                name: name.to_owned(),
                short_name: String::new(),
                credit_code: None,
                duty_phone: Phone::default(),
                parent: None,
            });
        }
        Roster::new(self.profile, Arc::new(Staff::new(1, 20_000, lists)), at)
    }

    /// What comes of a case: `area category time [flags]`; see [`Told`].
    pub fn assigned(&self, case: &str, posts: &str) -> String {
        let told = Told::new(self, case);
        let roster = self.roster(posts, told.at);
        let ground = Ground { profile: self.profile, hierarchy: &self.hierarchy, roster: &roster, edition: 1 };
        let assignment = assign(ground, &told.case());
        self.shown(&assignment)
    }

    /// An assignment in a line: `rule: where role name order + 协办, ...`, `待核` behind it.
    pub fn shown(&self, assignment: &Assignment<'_>) -> String {
        let by = match assignment.rule {
            Some(at) => self.profile.rules[at].id.clone(),
            None => {
                match assignment.tried.iter().rfind(|it| it.why_not.is_none() && !matches!(it.step, Step::Assist(..))) {
                    Some(tried) if tried.step == Step::LastResort => "last".to_owned(),
                    Some(_) => "up".to_owned(),
                    None => "none".to_owned(),
                }
            }
        };
        let lead = assignment.lead.map_or_else(
            || "nobody".to_owned(),
            |lead| {
                let on = lead.on.map_or(String::new(), |on| match on {
                    On::Area(area) => format!("{} ", self.hierarchy.area(area).code),
                    On::Place(place) => format!("P{place} "),
                });
                let role = match (lead.role, lead.who) {
                    (Some(role), _) => self.profile.roles[role].id.as_str(),
                    (None, Who::Body(_)) => "body",
                    (None, _) => "organisation",
                };
                let order = lead.who.order().map_or("", Order::id);
                let stands_in = if lead.who.stands_in() { "代" } else { "" };
                format!("{on}{role} {} {order}{stands_in}", lead.who.name()).trim_end().to_owned()
            },
        );
        let assists: Vec<&str> = assignment.assists.iter().map(|assist| assist.who.name()).collect();
        let assists = if assists.is_empty() { String::new() } else { format!(" + {}", assists.join(", ")) };
        format!("{by}: {lead}{assists}{}", if assignment.is_to_check { " 待核" } else { "" })
    }
}

/// A case as a line tells it: where, what, when (`wed10`, `wed22`, `sun10`), and flags:
///
/// `at:road:7` at the place 7 of a class, `at:road:7:5` at it for 5 m around; `border:C4:7:2:6` on the road 7, which C4 owns, 2 m from its middle, 6 m to its edge;
/// `disc:8` an accuracy in metres; `doubtful:2` and `check:-` the certainty with the finest level that can be trusted, `in:B5:0.4`
/// behind them a share of the disc; `next:B5` the runner-up;
/// `stack` on the footprint of S1 and S2; `unit:S1`; `outside:50` so many metres outside; `nowhere`.
pub struct Told {
    category: String,
    pub at: OffsetDateTime,
    unit: Option<AreaIndex>,
    found: Match,
    chain: Vec<AreaIndex>,
    stacked: Vec<AreaIndex>,
    nearest: Option<Nearest>,
    runner_up: Option<RunnerUp>,
    accuracy: Option<Accuracy>,
    trust: Option<Trust>,
    places: Vec<(String, PlaceHit<'static>)>,
}

impl Told {
    pub fn new(world: &World, case: &str) -> Self {
        let words: Vec<&str> = case.split_whitespace().collect();
        let [area, category, time, flags @ ..] = &words[..] else { panic!("no case: {case}") };
        assert!(world.profile.category(category).is_some(), "no category {category}");
        let at = match *time {
            "wed10" => datetime!(2026-11-18 10:00 +8),
            "wed22" => datetime!(2026-11-18 14:00 UTC),
            "sun10" => datetime!(2026-11-22 10:00 +8),
            other => panic!("no time: {other}"),
        };
        let mut told = Self {
            category: (*category).to_owned(),
            at,
            unit: None,
            found: Match::Inside,
            chain: world.hierarchy.chain(world.find(area)),
            stacked: Vec::new(),
            nearest: None,
            runner_up: None,
            accuracy: None,
            trust: None,
            places: Vec::new(),
        };
        for flag in flags {
            told.flag(world, flag);
        }
        told
    }

    fn flag(&mut self, world: &World, flag: &str) {
        let parts: Vec<&str> = flag.split(':').collect();
        let metres = |text: &str| text.parse::<f64>().expect("metres");
        let trust = |certainty, level: &str| {
            let answer_level = level.parse().ok().map(Level);
            Some(Trust { certainty, candidates: Vec::new(), answer_level, omitted: Default::default() })
        };
        match parts[..] {
            ["at", class, place] => self.place(class, place, (0.0, 0.0), None),
            ["at", class, place, edge_m] => self.place(class, place, (0.0, metres(edge_m)), None),
            ["border", owner, place, distance_m, half_m] => {
                let (distance_m, half_m) = (metres(distance_m), metres(half_m));
                self.place("road", place, (distance_m, half_m - distance_m), Some((world.find(owner), half_m)));
            }
            ["disc", radius] => self.accuracy = Accuracy::new(metres(radius), AccuracyKind::Android),
            ["sure", level] => self.trust = trust(Certainty::Sure, level),
            ["doubtful", level] => self.trust = trust(Certainty::Doubtful, level),
            ["check", level] => self.trust = trust(Certainty::ToCheck, level),
            ["in", area, share] => {
                let candidate = Candidate { area: Some(world.find(area)), share: metres(share) };
                self.trust.as_mut().expect("a certainty before it").candidates.push(candidate);
            }
            ["next", area] => self.runner_up = Some(RunnerUp { area: world.find(area), distance_m: 5.0 }),
            ["stack"] => {
                self.chain.pop();
                self.stacked = vec![world.find("S1"), world.find("S2")];
            }
            ["unit", code] => self.unit = Some(world.find(code)),
            ["outside", distance_m] => {
                let area = self.chain.pop().expect("an area");
                self.chain.clear();
                self.found = Match::Nearest;
                self.nearest = Some(Nearest { area, distance_m: metres(distance_m), bearing_deg: 0.0 });
            }
            ["nowhere"] => {
                self.chain.clear();
                self.found = Match::None;
            }
            _ => panic!("no flag: {flag}"),
        }
    }

    fn place(&mut self, class: &str, place: &str, (distance_m, edge_m): (f64, f64), owner: Option<(AreaIndex, f64)>) {
        let place = place.parse().expect("a number");
        self.places.push((class.to_owned(), PlaceHit { place, class: "", distance_m, edge_m, owner }));
    }

    pub fn case(&self) -> Case<'_> {
        let places: Vec<PlaceHit<'_>> = self.places.iter().map(|(class, hit)| PlaceHit { class, ..*hit }).collect();
        let whereabouts = Whereabouts {
            found: Some(self.found),
            chain: &self.chain,
            stacked: &self.stacked,
            margin_m: (!self.chain.is_empty()).then_some(5.0),
            runner_up: self.runner_up,
            nearest: self.nearest,
            accuracy: self.accuracy,
            trust: self.trust.as_ref(),
        };
        Case { whereabouts, category: &self.category, at: self.at, unit: self.unit, places: places.leak() }
    }
}

/// What an assignment rests on, in a word.
pub fn basis(assignment: &Assignment<'_>) -> &'static str {
    match assignment.basis {
        Basis::Position => "position",
        Basis::Unit => "unit",
        Basis::Border { .. } => "border",
        Basis::Nearest(_) => "nearest",
        Basis::Nowhere => "nowhere",
    }
}
