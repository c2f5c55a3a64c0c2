//! What a server holds that keeps past editions as `app::service::staying` says.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use allocation_counter::{AllocationInfo, measure};
use anyhow::Context;
use onemap::{
    app::{
        View,
        lookup::MAX_PAST_EDITIONS,
        service::{Staying, staying},
        tiles::AreaTiles,
    },
    domain::{
        area::{AreaChanges, AreaId, PutArea, Snapshot},
        geometry::MultiPolygon,
    },
};

/// As the service has it.
const MAX_KEPT: usize = MAX_PAST_EDITIONS;

/// What a store says of editions; it is not counted.
#[derive(Default)]
pub struct History {
    /// By edition, the first one without any: what differs from the one before.
    changes: Vec<AreaChanges>,
    /// Each area that changed ever, from its first state on, with the edition that it began with.
    states: HashMap<AreaId, Vec<(u32, PutArea, MultiPolygon)>>,
}

impl History {
    /// Takes in how the next edition differs from the one `before` it.
    pub fn add(&mut self, before: &Snapshot, changes: AreaChanges) {
        self.changes.push(changes.clone());
        let number = self.changes.len() as u32 + 1;
        for (put, polygons) in changes.put {
            let index = before.hierarchy.find_id(put.area.id).expect("areas only change");
            let first = || {
                let area = before.hierarchy.area(index).clone();
                vec![(1, PutArea { area, parent: put.parent }, before.coverage.polygon(index))]
            };
            self.states.entry(put.area.id).or_insert_with(first).push((number, put, polygons));
        }
    }

    /// How many editions there are.
    pub fn editions(&self) -> u32 {
        self.changes.len() as u32 + 1
    }

    /// What differs from one edition to another.
    fn between(&self, from: u32, to: u32) -> AreaChanges {
        let others = &self.changes[from.min(to) as usize - 1..from.max(to) as usize - 1];
        let ids: BTreeSet<AreaId> =
            others.iter().flat_map(|changes| &changes.put).map(|(put, _)| put.area.id).collect();
        let state = |id: AreaId| {
            let states = &self.states[&id];
            let (_, put, polygons) = states.iter().rev().find(|(since, ..)| *since <= to).expect("from the first on");
            (put.clone(), polygons.clone())
        };
        AreaChanges { put: ids.into_iter().map(state).collect(), gone: Vec::new() }
    }
}

/// A server, and what stays allocated of what it does.
pub struct Server<'a> {
    history: &'a History,
    served: (View, Arc<AreaTiles>),
    past: Vec<View>,
    tiles: Vec<(u32, Arc<AreaTiles>)>,
    /// Of the first edition alone.
    pub one: i64,
    /// Of all, now.
    pub held: i64,
    /// The most of all between two questions.
    pub most: i64,
    /// The most of all at any time, while an edition was made as well.
    pub peak: i64,
    /// What it took to answer of each edition that was not kept, reading from the store aside.
    pub made_in: Vec<Duration>,
}

impl<'a> Server<'a> {
    /// Serves the first edition.
    pub fn start(history: &'a History, first: impl FnOnce() -> anyhow::Result<Snapshot>) -> anyhow::Result<Self> {
        let mut served = None;
        let made = measure(|| served = Some(first().map(|snapshot| ready(snapshot, None))));
        let (one, served) = (made.bytes_current, served.context("it was made")??);
        let (past, tiles, made_in) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { history, served, past, tiles, one, held: one, most: one, peak: one, made_in })
    }

    /// Serves the edition after the one that is served.
    pub fn publish(&mut self) -> anyhow::Result<()> {
        let number = self.served.0.snapshot().edition_number() + 1;
        let mut done = Ok(());
        let made = measure(|| match made(self.history, &self.served.0, number) {
            Ok(snapshot) => {
                let next = ready(snapshot, Some(&self.served));
                let (before, tiles) = std::mem::replace(&mut self.served, next);
                self.tiles.push((number - 1, tiles));
                self.past.push(before);
                self.keep_within_count();
            }
            Err(error) => done = Err(error),
        });
        self.count(&made);
        self.forget();
        done
    }

    /// Answers of an edition, and draws its tiles when that is asked for.
    pub fn ask(&mut self, number: u32, with_tiles: bool) -> anyhow::Result<()> {
        if self.served.0.snapshot().edition_number() == number {
            return Ok(());
        }
        let mut done = Ok(());
        let made = measure(|| done = self.find(number, with_tiles));
        self.count(&made);
        self.forget();
        done
    }

    /// Takes in what was allocated and what of it stays.
    fn count(&mut self, made: &AllocationInfo) {
        self.peak = self.peak.max(self.held + made.bytes_max as i64);
        self.held += made.bytes_current;
    }

    fn keep_within_count(&mut self) {
        self.past.drain(..self.past.len().saturating_sub(MAX_KEPT));
        self.tiles.drain(..self.tiles.len().saturating_sub(MAX_KEPT));
    }

    fn find(&mut self, number: u32, with_tiles: bool) -> anyhow::Result<()> {
        let of = |view: &View| view.snapshot().edition_number();
        let view = match self.past.iter().position(|view| of(view) == number) {
            Some(at) => self.past.remove(at),
            None => {
                let all = self.past.iter().chain([&self.served.0]);
                let near = all.min_by_key(|view| of(view).abs_diff(number)).expect("one is served");
                let changes = self.history.between(of(near), number);
                let began = Instant::now();
                let view = View::new(Arc::new(next(near, number, changes)?), Some(near));
                self.made_in.push(began.elapsed());
                view
            }
        };
        if with_tiles {
            let tiles = match self.tiles.iter().position(|(of, _)| *of == number) {
                Some(at) => self.tiles.remove(at).1,
                None => {
                    let served = (of(&self.served.0), Arc::clone(&self.served.1));
                    let all = self.tiles.iter().chain([&served]);
                    let (_, near) = all.min_by_key(|(of, _)| of.abs_diff(number)).expect("one is served");
                    Arc::new(AreaTiles::new(view.snapshot(), Some(near)))
                }
            };
            self.tiles.push((number, tiles));
        }
        self.past.push(view);
        self.keep_within_count();
        Ok(())
    }

    fn forget(&mut self) {
        let freed = measure(|| {
            let tiles: Vec<(u32, &AreaTiles)> = self.tiles.iter().map(|(number, tiles)| (*number, &**tiles)).collect();
            let Staying { views, tiles } = staying((&self.served.0, &self.served.1), &self.past, &tiles);
            let past: Vec<View> = views.into_iter().map(|at| self.past[at].clone()).collect();
            let is_there = |number: u32| past.iter().any(|view| view.snapshot().edition_number() == number);
            self.tiles.retain(|(number, _)| tiles.contains(number) && is_there(*number));
            self.past = past;
        });
        self.held += freed.bytes_current;
        self.most = self.most.max(self.held);
    }

    /// Editions kept beside the one that is served, and how many of them can be drawn at once.
    pub fn kept(&self) -> (usize, usize) {
        (self.past.len(), self.tiles.len())
    }
}

fn made(history: &History, near: &View, number: u32) -> anyhow::Result<Snapshot> {
    next(near, number, history.between(near.snapshot().edition_number(), number))
}

fn next(near: &View, number: u32, changes: AreaChanges) -> anyhow::Result<Snapshot> {
    let old = near.snapshot();
    let mut edition = old.edition.clone().context("an edition")?;
    edition.number = number;
    Ok(old.next(Some(edition), changes, Arc::clone(old.roster()))?)
}

fn ready(snapshot: Snapshot, before: Option<&(View, Arc<AreaTiles>)>) -> (View, Arc<AreaTiles>) {
    let snapshot = Arc::new(snapshot);
    let tiles = Arc::new(AreaTiles::new(&snapshot, before.map(|before| &*before.1)));
    (View::ready(snapshot, before.map(|before| &before.0)), tiles)
}
