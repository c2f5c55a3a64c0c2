//! Assigning a case without recording it.

use std::sync::Arc;

use time::OffsetDateTime;

use super::lookup::{Question, QuestionError, ask};
use crate::domain::{
    area::{Hierarchy, Snapshot},
    assign::{Assignment, Case, Ground, PlaceHit, Whereabouts, assign, may_choose},
    coverage::AreaIndex,
    duty::Roster,
    geometry::Position,
    locate::Accuracy,
    place::{Place, PlaceDirectory, PlaceGeometry},
    profile::{PlaceAttribute, Profile},
};

/// A case is at what is a point when it is no further from it, in metres: an arm of a street, and a good phone's error.
const AT_POINT_M: f64 = 15.0;

/// A case is on a road or ditch whose width is not known when it is no further from its middle, in metres.
const AT_LINE_M: f64 = 10.0;

/// A border is looked for so far from its middle, in metres: a river of twice the width.
const MAX_HALF_WIDTH_M: f64 = 250.0;

/// A case as it was sent.
#[derive(Debug, Clone)]
pub struct Matter {
    /// Where.
    pub question: Question,
    /// Id of its category, one of the profile's.
    pub category: String,
    /// When.
    pub at: OffsetDateTime,
    /// Code of the area that was named with it.
    pub unit: Option<String>,
}

/// Why a case is not assigned.
#[derive(Debug, thiserror::Error)]
pub enum MatterError {
    /// The position is none.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// No category has that id.
    #[error("{found} is no category of the profile")]
    Category {
        /// What was sent.
        found: String,
        /// What there is.
        allowed: Vec<String>,
    },
    /// The area that was named is none, or none that the position may lie in.
    #[error("area {found} is none that the position may lie in")]
    Unit {
        /// What was sent.
        found: String,
        /// Codes of the areas that share the place, or that the position may lie in.
        allowed: Vec<String>,
    },
}

/// What assigning reads, beside who is on duty at the time.
#[derive(Clone)]
pub struct AssignSource {
    /// The edition.
    pub snapshot: Arc<Snapshot>,
    /// The places of now.
    pub places: Arc<PlaceDirectory>,
}

impl AssignSource {
    /// Who is to answer for a case, as `tell` wants to have it told; `roster` is who is on duty at its time.
    pub fn assign<T>(
        &self,
        matter: &Matter,
        roster: &Roster,
        tell: impl FnOnce(Ground<'_>, &Case<'_>, &Assignment<'_>) -> T,
    ) -> Result<T, MatterError> {
        let Self { snapshot, places } = self;
        let profile = &snapshot.profile;
        if profile.category(&matter.category).is_none() {
            let allowed = profile.categories.iter().map(|category| category.id.clone()).collect();
            return Err(MatterError::Category { found: matter.category.clone(), allowed });
        }
        let reply = ask(snapshot, &matter.question)?;
        let accuracy =
            matter.question.accuracy_m.and_then(|radius_m| Accuracy::new(radius_m, matter.question.accuracy_kind));
        let whereabouts = Whereabouts::new(&reply.located, accuracy, reply.trust.as_ref());
        let unit = matter.unit.as_deref().map(|code| self.unit(&whereabouts, code)).transpose()?;
        let hits = place_hits(profile, &snapshot.hierarchy, places, reply.located.position);
        let case = Case { whereabouts, category: &matter.category, at: matter.at, unit, places: &hits };
        let ground = Ground::new(snapshot, roster);
        Ok(tell(ground, &case, &assign(ground, &case)))
    }

    /// The area of a code, when the case may lie in it.
    fn unit(&self, whereabouts: &Whereabouts<'_>, code: &str) -> Result<AreaIndex, MatterError> {
        let hierarchy = &self.snapshot.hierarchy;
        let found = hierarchy.find(code).filter(|&unit| may_choose(hierarchy, whereabouts, unit));
        found.ok_or_else(|| {
            let candidates = whereabouts.trust.into_iter().flat_map(|trust| &trust.candidates).filter_map(|it| it.area);
            let finest = whereabouts.chain.last().copied();
            let mut possible: Vec<AreaIndex> =
                whereabouts.stacked.iter().copied().chain(candidates).chain(finest).collect();
            possible.sort_unstable();
            possible.dedup();
            let allowed = possible.into_iter().map(|area| hierarchy.area(area).code.to_string()).collect();
            MatterError::Unit { found: code.to_owned(), allowed }
        })
    }
}

/// The places at which a position lies: of the classes that rules are about or that may be borders, and of those with posts of
/// their own; the nearest first.
fn place_hits<'p>(
    profile: &Profile,
    hierarchy: &Hierarchy,
    places: &'p PlaceDirectory,
    position: Position,
) -> Vec<PlaceHit<'p>> {
    let mut hits = Vec::new();
    for class in &profile.place_classes {
        let may_be_border = class.carries(PlaceAttribute::Owner);
        let is_ruled = profile.rules.iter().any(|rule| rule.place_classes.contains(&class.id));
        if !may_be_border && !is_ruled {
            continue;
        }
        let reach_m = if may_be_border { MAX_HALF_WIDTH_M } else { AT_POINT_M };
        for near in places.within(Some(&class.id), position, reach_m) {
            let place = places.place(near.number);
            let owner = place
                .owner
                .and_then(|owner| Some((hierarchy.find(owner.area.as_str())?, f64::from(owner.width_cm) / 200.0)));
            if near.distance_m <= width_m(place, owner) {
                hits.push(PlaceHit { place: place.id, class: &place.class, distance_m: near.distance_m, owner });
            }
        }
    }
    hits.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.place.cmp(&b.place)));
    hits
}

/// How far from a place a case is still at it, in metres.
fn width_m(place: &Place, owner: Option<(AreaIndex, f64)>) -> f64 {
    match (&place.geometry, owner) {
        (PlaceGeometry::Point(_), _) => AT_POINT_M,
        (PlaceGeometry::Line(_), Some((_, half_width_m))) => half_width_m,
        (PlaceGeometry::Line(_), None) => AT_LINE_M,
        (PlaceGeometry::Polygon(_), _) => 0.0,
    }
}
