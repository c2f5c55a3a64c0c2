//! People in their posts. Names say 示例, numbers begin with 000: nobody real is meant.
//!
//! Role ids are those of `data/profiles/licheng.toml`.

use time::{OffsetDateTime, macros::datetime};

use super::{fabric::Fabric, layout::Layout, number::NumberedGrid, random::Random, source::Source};
use crate::domain::{
    area::{AreaCode, ResponsibleBody},
    duty::{ListedPosting, Order, Period, Phone},
};

/// Comprehensive units per leader: 镇海街道 has 607 leaders for its 4,565 - 176 comprehensive units.
const UNITS_PER_LEADER: f64 = (4565.0 - 176.0) / 607.0;

/// Share of grids with a B-post.
const SECOND_LEADERS: f64 = 0.35;

/// Most full-time workers of a grid.
const MAX_WORKERS: usize = 3;

/// Share of grids whose leader is away, with somebody in the place of the leader (代班).
const AWAY: f64 = 0.02;

/// Share of grids that nobody leads (缺岗).
const VACANT: f64 = 0.01;

/// Share of grids whose leader is not the first.
const SUCCEEDED: f64 = 0.1;

/// When leaders changed.
const HANDED_OVER: OffsetDateTime = datetime!(2025-07-01 0:00 +8);

/// Share of grids whose Party branch is that of the grid before as well (联合组建).
const JOINT: f64 = 0.15;

#[derive(Default)]
struct Roster {
    postings: Vec<ListedPosting>,
    people: u64,
    /// The Party branch of the last grid.
    branch: Option<String>,
}

/// A made-up person; the empty one is nobody.
#[derive(Clone, Default)]
struct Person {
    name: String,
    phone: Phone,
}

impl Roster {
    fn person(&mut self, title: &str, number: u64) -> Person {
        self.people += 1;
        let (high, low) = (self.people / 10_000, self.people % 10_000);
        Person { name: format!("{title}示例{number:04}"), phone: Phone(format!("000-{high:04}-{low:04}")) }
    }

    fn post(&mut self, area: AreaCode, role: &str, order: Order, person: &Person, organisation: &str) {
        self.postings.push(ListedPosting {
            area,
            role: role.to_owned(),
            order,
            name: person.name.clone(),
            phone: person.phone.clone(),
            organisation: organisation.to_owned(),
            stands_in: false,
            valid: Period::ALWAYS,
        });
    }

    /// Says when the last posting holds.
    fn hold_last(&mut self, valid: Option<Period>) {
        let last = self.postings.last_mut().expect("somebody was posted");
        last.valid = valid.expect("a period that begins before it ends");
    }

    /// The leader that a body put in its own place.
    fn post_body(&mut self, area: AreaCode, role: &str, body: &ResponsibleBody) {
        let person = Person {
            name: body.leader.clone().unwrap_or_default(),
            phone: Phone(body.duty_phone.clone().unwrap_or_default()),
        };
        self.post(area, role, Order::A, &person, &body.name);
    }
}

/// Posts for every street, community, grid and unit.
pub fn fill(layout: &Layout, source: &Source, grids: &[NumberedGrid], seed: &Random) -> Vec<ListedPosting> {
    let mut roster = Roster::default();
    above_grids(&mut roster, source);
    let mut from = 0;
    for (street, division) in source.streets.iter().enumerate() {
        let of_street = |grid: &NumberedGrid| layout.communities[layout.grids[grid.cell].community].street == street;
        let count = grids[from..].iter().take_while(|grid| of_street(grid)).count();
        let here = &grids[from..from + count];
        for (index, grid) in here.iter().enumerate() {
            let cell = &layout.grids[grid.cell];
            let community = &division.communities[layout.communities[cell.community].index];
            let number = (from + index) as u64;
            post_grid(&mut roster, grid, cell.fabric, number, &community.name, &mut seed.fork(number));
        }
        post_units(&mut roster, here, &division.name, street);
        from += count;
    }
    roster.postings
}

fn above_grids(roster: &mut Roster, source: &Source) {
    let mut number = 0;
    for (index, street) in source.streets.iter().enumerate() {
        let code = AreaCode::new(&street.code).expect("digits are a code");
        for (offset, order) in [Order::A, Order::B].into_iter().enumerate() {
            let chief = roster.person("值班长", (2 * index + offset + 1) as u64);
            roster.post(code, "duty_chief", order, &chief, &format!("{}综治中心（示例）", street.name));
        }
        for community in &street.communities {
            number += 1;
            let code = AreaCode::new(&community.code).expect("digits are a code");
            let secretary = roster.person("书记", number);
            roster.post(code, "community_secretary", Order::A, &secretary, &community.name);
            let officer = roster.person("民警", number);
            roster.post(code, "community_police", Order::A, &officer, &format!("{}派出所（示例）", street.name));
            // Departments answer as such, by their duty telephones.
            for (role, department) in [("market_inspector", "市场监管所"), ("enforcement_officer", "综合执法队")]
            {
                let department = format!("{}{department}（示例）", street.name);
                roster.post(code, role, Order::A, &Person::default(), &department);
            }
        }
    }
}

fn post_grid(
    roster: &mut Roster,
    grid: &NumberedGrid,
    fabric: Fabric,
    number: u64,
    organisation: &str,
    random: &mut Random,
) {
    if let Some(body) = &grid.body {
        roster.post_body(grid.code, "grid_leader", body);
    } else if random.chance(VACANT) {
        roster.post(grid.code, "grid_leader", Order::A, &Person::default(), "");
    } else {
        let leader = roster.person("网格长", number + 1);
        if random.chance(SUCCEEDED) {
            let former = roster.person("前任网格长", number + 1);
            roster.post(grid.code, "grid_leader", Order::A, &former, organisation);
            roster.hold_last(Period::new(None, Some(HANDED_OVER)));
            roster.post(grid.code, "grid_leader", Order::A, &leader, organisation);
            roster.hold_last(Period::new(Some(HANDED_OVER), None));
        } else {
            roster.post(grid.code, "grid_leader", Order::A, &leader, organisation);
        }
        if random.chance(AWAY) {
            let stand_in = roster.person("代班网格长", number + 1);
            roster.post(grid.code, "grid_leader", Order::A, &stand_in, organisation);
            roster.postings.last_mut().expect("just posted").stands_in = true;
        }
        if random.chance(SECOND_LEADERS) {
            let second = roster.person("副网格长", number + 1);
            roster.post(grid.code, "grid_leader", Order::B, &second, organisation);
        }
    }
    let workers = if fabric == Fabric::Town { 1 + random.below(MAX_WORKERS) } else { 1 };
    if !random.chance(JOINT) || roster.branch.is_none() {
        roster.branch = Some(format!("{organisation}第{}网格党支部（示例）", number + 1));
    }
    let branch = roster.branch.clone().unwrap_or_default();
    roster.post(grid.code, "grid_party_branch", Order::A, &Person::default(), &branch);
    for worker in 0..workers {
        let worker = roster.person("网格员", number * MAX_WORKERS as u64 + worker as u64 + 1);
        roster.post(grid.code, "grid_worker", Order::A, &worker, organisation);
    }
}

/// One leader for several neighbouring comprehensive units of a street; the body's own for every exclusive one.
fn post_units(roster: &mut Roster, grids: &[NumberedGrid], organisation: &str, street: usize) {
    let units = || grids.iter().flat_map(|grid| &grid.units);
    let count = units().filter(|unit| unit.body.is_none()).count();
    let leaders = ((count as f64 / UNITS_PER_LEADER).round() as usize).max(1);
    let mut leader: Option<(usize, Person)> = None;
    let mut index = 0;
    for unit in units() {
        if let Some(body) = &unit.body {
            roster.post_body(unit.code, "exclusive_unit_leader", body);
            continue;
        }
        let turn = index * leaders / count;
        index += 1;
        let (_, person) = match leader.take() {
            Some(same) if same.0 == turn => leader.insert(same),
            _ => {
                let number = (street + 1) as u64 * 1_000_000 + turn as u64 + 1;
                let person = roster.person("单元长", number);
                leader.insert((turn, person))
            }
        };
        let person = person.clone();
        roster.post(unit.code, "unit_leader", Order::A, &person, organisation);
    }
}
