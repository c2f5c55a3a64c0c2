//! Ways of asking for buildings, and what comes of it.

use std::time::Instant;

use anyhow::Result;
use onemap::domain::address::{MAX_ADDRESS_CHARACTERS, find};

use super::ground::{Asked, Ground};

/// Addresses of one kind.
pub struct Way {
    pub name: &'static str,
    /// Each with the number of the building that is meant, if one is.
    pub addresses: Vec<(String, Option<i64>)>,
}

/// Microseconds, ascending.
pub struct Times(Vec<f64>);

impl Times {
    pub fn new(mut micros: Vec<f64>) -> Self {
        micros.sort_by(f64::total_cmp);
        Self(micros)
    }

    /// The time that a share of all did not exceed.
    pub fn at(&self, share: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * share) as usize]
    }

    /// A row of the table of peers.
    pub fn peer_row(&self, name: &str, seconds: f64, found: usize, ours: &Self) -> String {
        let (p50, p99, count) = (self.at(0.5), self.at(0.99), self.0.len());
        let ratio = ours.at(0.5) / p50;
        format!("| {name} | {seconds:.2} | {count} | {p50:.1} | {p99:.1} | {found} | {ratio:.3} |")
    }
}

/// How many of the slowest look-ups of a way are asked again, and how often: what the machine did meanwhile is not of the
/// address.
const AGAIN: usize = 16;
const AGAIN_TURNS: usize = 5;

/// What came of a way.
pub struct Outcome {
    pub times: Times,
    /// The address that took longest when the slowest were asked again, and the microseconds, the least of its turns.
    pub slowest: (f64, String),
    itself: usize,
    among_others: usize,
    another: usize,
    not_found: usize,
}

impl Outcome {
    /// A row of the table.
    pub fn row(&self, name: &str) -> String {
        let Self { times, itself, among_others, another, not_found, .. } = self;
        let [p50, p99, most] = [0.5, 0.99, 1.0].map(|share| times.at(share));
        let (count, again) = (times.0.len(), self.slowest.0);
        format!(
            "| {name} | {count} | {p50:.0} | {p99:.0} | {most:.0} | {again:.0} | {itself} | {among_others} | {another} | {not_found} |"
        )
    }
}

/// The ways, of about `most` buildings each, taken evenly.
pub fn ways(ground: &Ground, most: usize) -> Vec<Way> {
    let some = || ground.buildings.iter().step_by(ground.buildings.len().div_ceil(most).max(1));
    let way = |name: &'static str, text: &dyn Fn(&Asked) -> String, is_there: bool| Way {
        name,
        addresses: some().map(|building| (text(building), is_there.then_some(building.id))).collect(),
    };
    vec![
        way("whole address", &|one| format!("{}{}{}", one.above, one.estate, one.number), true),
        way("estate and number", &|one| format!("{}{}", one.estate, one.number), true),
        way("a character missing", &|one| format!("{}{}", without_second(&one.estate), one.number), true),
        way("no such number", &|one| format!("{}9999号楼2梯107室", one.estate), false),
        way("no such name", &|one| format!("从来没有的地方{}2梯107室", one.number), false),
    ]
}

/// Texts as long as they may be, of what many names share.
pub fn hard(ground: &Ground) -> Way {
    let of_buildings = ground.buildings.iter().step_by((ground.buildings.len() / 200).max(1)).flat_map(|one| {
        let estate = without_second(&one.estate);
        [format!("{estate}1号"), format!("{}9号楼", one.estate), one.above.clone()]
    });
    let others =
        ["第1网格", "第1单元", "村社小区", "沿街商铺3", "农田片区1", "xqhycl", "1-", "路街"].map(str::to_owned);
    let repeat = |part: String| {
        let text: String = part.chars().cycle().take(MAX_ADDRESS_CHARACTERS).collect();
        (text, None)
    };
    Way { name: "200 characters of nonsense", addresses: of_buildings.chain(others).map(repeat).collect() }
}

fn without_second(name: &str) -> String {
    name.chars().enumerate().filter(|&(at, _)| at != 1).map(|(_, c)| c).collect()
}

/// Looks all of a way up, one by one.
pub fn ask_all(ground: &Ground, way: &Way) -> Result<Outcome> {
    let mut micros = Vec::with_capacity(way.addresses.len());
    let (mut itself, mut among_others, mut another, mut not_found) = (0, 0, 0, 0);
    for (address, meant) in &way.addresses {
        let began = Instant::now();
        let found = find(ground.gazetteer(), address)?;
        micros.push(began.elapsed().as_secs_f64() * 1e6);
        let at = found.candidates.iter().position(|candidate| meant.is_some() && candidate.place == *meant);
        let counter = match (at, found.candidates.is_empty()) {
            (Some(0), _) if !found.is_ambiguous => &mut itself,
            (Some(_), _) => &mut among_others,
            (None, false) => &mut another,
            (None, true) => &mut not_found,
        };
        *counter += 1;
    }
    let slowest = ask_again(ground, way, &micros)?;
    Ok(Outcome { times: Times::new(micros), slowest, itself, among_others, another, not_found })
}

/// The slowest of a way that stay the slowest.
fn ask_again(ground: &Ground, way: &Way, micros: &[f64]) -> Result<(f64, String)> {
    let mut order: Vec<usize> = (0..micros.len()).collect();
    order.sort_by(|&a, &b| micros[b].total_cmp(&micros[a]));
    let mut slowest = (0.0, String::new());
    for &at in order.iter().take(AGAIN) {
        let address = &way.addresses[at].0;
        let mut least = f64::INFINITY;
        for _ in 0..AGAIN_TURNS {
            let began = Instant::now();
            find(ground.gazetteer(), address)?;
            least = least.min(began.elapsed().as_secs_f64() * 1e6);
        }
        if least > slowest.0 {
            slowest = (least, address.clone());
        }
    }
    Ok(slowest)
}
