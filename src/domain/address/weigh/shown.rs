//! What a candidate is called, and where it is shown.

use super::{Thing, Weighing};
use crate::domain::{
    address::{
        candidate::CandidateKind,
        reading::{Named, Side},
    },
    coverage::Chain,
    geometry::Position,
};

/// Levels that no address is written with: 网格, 单元.
const LEVELS_BELOW: usize = 2;

impl Weighing<'_> {
    /// The name that the text is about.
    pub(super) fn name_text(&self) -> String {
        self.shown(self.subject).to_owned()
    }

    /// A name as the data have it.
    pub(super) fn shown(&self, named: &Named) -> &str {
        match named.side {
            Side::Places => self.gazetteer.places.names.shown(named.hit.name),
            Side::Areas => self.gazetteer.areas.names.shown(named.hit.name),
        }
    }

    /// The address of a thing: the areas that it lies in, but for the finest, and what it is called.
    pub(super) fn full_text(&self, chain: &Chain, thing: &Thing<'_>, own: &str) -> String {
        let snapshot = self.gazetteer.snapshot;
        let shown = (snapshot.profile.levels.len()).saturating_sub(LEVELS_BELOW);
        let mut full = String::new();
        for &area in chain.iter().take(shown).skip(1).filter(|&&area| thing.area != Some(area)) {
            let name = &snapshot.hierarchy.area(area).name;
            if !own.starts_with(name.as_str()) {
                full.push_str(name);
            }
        }
        full + own
    }

    /// The position of a thing; of a wide one that of its parts which is nearest to their middle.
    pub(super) fn position_of(&self, thing: &Thing<'_>) -> Position {
        if let [only] = thing.positions[..] {
            return only;
        }
        if let Some(entry) = thing.entry.filter(|_| thing.kind == CandidateKind::Place) {
            return entry.position;
        }
        let count = thing.positions.len() as i64;
        let mean = |axis: fn(Position) -> i32| thing.positions.iter().map(|&p| i64::from(axis(p))).sum::<i64>() / count;
        let (lon, lat) = (mean(Position::lon), mean(Position::lat));
        let apart = |p: &Position| {
            let (east, north) = (i64::from(p.lon()) - lon, i64::from(p.lat()) - lat);
            (i128::from(east) * i128::from(east) + i128::from(north) * i128::from(north), *p)
        };
        thing.positions.iter().copied().min_by_key(apart).expect("a thing has a position")
    }
}
