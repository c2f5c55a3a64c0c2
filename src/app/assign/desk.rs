//! Assigning written cases by a map in memory, without a server.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{AssignSource, Matter, MatterError, MatterWords, Spot, spot_of};
use crate::{
    app::{
        address::{AddressSource, AreaBook, PlaceBook},
        library::{Map, MapError},
        lookup::AnswerSource,
    },
    domain::{
        assign::{Assignment, Case, Ground},
        duty::Roster,
        place::PlaceDirectory,
    },
    formats::{
        assignment::AssignmentJson,
        assignments::{AssignmentFailure, Tried, case_id},
    },
};

/// Rosters that are kept: of the times at which others were on duty. Each is a look at all postings.
const MAX_ROSTERS: usize = 16;

/// Where a case is said to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// At the position of its words.
    Position,
    /// At an address.
    Address(String),
}

/// A case as a table or a command has it.
#[derive(Debug, Clone)]
pub struct WrittenCase {
    /// Number of its record.
    pub record: u64,
    /// What it is called, when it is.
    pub id: Option<String>,
    /// Where it is said to be.
    pub at: Where,
    /// What it says.
    pub words: MatterWords,
}

/// One edition with its places and everybody on duty, ready to assign cases.
pub struct AssignDesk {
    source: AssignSource,
    addresses: AddressSource,
    rosters: Vec<Arc<Roster>>,
    now: OffsetDateTime,
}

impl AssignDesk {
    /// The desk of a map; blocks while the places are read. Cases that say no time are of `now`.
    pub fn new(map: &Map, now: OffsetDateTime) -> Result<Self, MapError> {
        let places = Arc::new(PlaceDirectory::new(map.places()?));
        let snapshot = Arc::clone(map.snapshot());
        let areas = AreaBook::new(&snapshot, None);
        let answers = AnswerSource::new(Arc::clone(&snapshot), None);
        let addresses = AddressSource::new(answers, areas, Arc::new(PlaceBook::new(Arc::clone(&places))));
        let rosters = vec![Arc::clone(snapshot.roster())];
        Ok(Self { source: AssignSource { snapshot, places }, addresses, rosters, now })
    }

    /// Who is to answer for a case, as the service tells it; CPU work of mostly less than a millisecond.
    pub fn assign(&mut self, case: WrittenCase) -> Tried {
        let WrittenCase { record, id, at, words } = case;
        let outcome = self.matter(at, words).and_then(|matter| self.told(&matter, id.as_deref()));
        let outcome = outcome.map_err(|error| AssignmentFailure {
            record,
            parameter: error.field(),
            detail: error.to_string(),
            detail_zh: error.zh(),
            allowed: error.allowed(),
        });
        Tried { id, record, outcome }
    }

    fn matter(&self, at: Where, mut words: MatterWords) -> Result<Matter, MatterError> {
        if let Where::Address(address) = at {
            let Spot { lon, lat, unit } = spot_of(&self.addresses, &address)?;
            // An address is in the district's own system, and as good as the map.
            words = MatterWords { x: lon, y: lat, crs: None, accuracy_m: None, accuracy_kind: None, ..words };
            words.unit = words.unit.or(unit);
        }
        words.read(&self.source.snapshot.profile, self.now)
    }

    fn told(&mut self, matter: &Matter, id: Option<&str>) -> Result<AssignmentJson, MatterError> {
        let roster = self.roster(matter.at);
        let (snapshot, places) = (&self.source.snapshot, &self.source.places);
        let tell = |ground: Ground<'_>, case: &Case<'_>, found: &Assignment<'_>| {
            AssignmentJson::new(snapshot, places, (ground, case, found), case_id(id))
        };
        self.source.assign(matter, &roster, tell)
    }

    /// Who is on duty at a time.
    fn roster(&mut self, at: OffsetDateTime) -> Arc<Roster> {
        if let Some(known) = self.rosters.iter().find(|roster| roster.holds().contains(at)) {
            return Arc::clone(known);
        }
        let staff = Arc::clone(self.rosters[0].staff());
        let roster = Arc::new(Roster::new(&self.source.snapshot.profile, staff, at));
        if self.rosters.len() > MAX_ROSTERS {
            // The first is that of the map, and the one asked for most.
            self.rosters.remove(1);
        }
        self.rosters.push(Arc::clone(&roster));
        roster
    }
}
