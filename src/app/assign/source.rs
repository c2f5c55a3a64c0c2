//! Assigning a case without recording it.

use std::sync::Arc;

use super::{Matter, MatterError};
use crate::app::lookup::ask;
use crate::domain::{
    area::Snapshot,
    assign::{Assignment, Case, Ground, PlaceHit, Whereabouts, assign, may_choose},
    coverage::AreaIndex,
    duty::{Object, Roster},
    geometry::Position,
    locate::Accuracy,
    place::{AtPlace, PlaceDirectory, places_at},
    profile::{PlaceAttribute, PlaceClass},
};

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
        let hits = place_hits(snapshot, roster, places, reply.located.position);
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

/// The places at which a position lies: of the classes that rules are about or that may be borders, and those with posts of
/// their own; the nearest first.
fn place_hits<'p>(
    snapshot: &Snapshot,
    roster: &Roster,
    places: &'p PlaceDirectory,
    position: Position,
) -> Vec<PlaceHit<'p>> {
    let profile = &*snapshot.profile;
    let is_ruled = |class: &PlaceClass| profile.rules.iter().any(|rule| rule.place_classes.contains(&class.id));
    let counts = |class: &PlaceClass| class.carries(PlaceAttribute::Owner) || is_ruled(class);
    // Where nobody has a post of a place, most classes need not be looked through.
    let classes = profile.place_classes.iter().filter(|class| roster.has_posts_of_places() || counts(class));
    let is_posted =
        |id| [roster.of(Object::Place(id)), roster.bodies_of(Object::Place(id))].iter().any(|it| !it.is_empty());
    let mut at = places_at(classes, &snapshot.hierarchy, places, position);
    at.retain(|at| profile.place_class(&at.place.class).is_some_and(counts) || is_posted(at.place.id));
    let hit = |AtPlace { place, distance_m, edge_m, owner }| {
        let (place, class) = (place.id, place.class.as_str());
        PlaceHit { place, class, distance_m, edge_m, owner }
    };
    at.into_iter().map(hit).collect()
}
