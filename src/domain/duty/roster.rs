//! Who is on duty for what at one time.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use time::OffsetDateTime;

use super::{Holder, Object, Order, Organisation, Period, Person, Phone, Posting, Staff};
use crate::domain::profile::Profile;

/// Somebody who answers now for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty {
    /// The posting by which that is so.
    pub posting: Arc<Posting>,
    /// The person; `None` where an organisation as such answers.
    pub person: Option<Arc<Person>>,
    /// Whom the person works for, or the organisation that answers.
    pub organisation: Option<Arc<Organisation>>,
    /// Who would answer and is away (代班); `None` for nobody.
    pub stands_in_for: Option<Arc<Person>>,
}

impl OnDuty {
    /// Id of the role in the profile.
    pub fn role(&self) -> &str {
        &self.posting.post.role
    }

    /// A角 or B角.
    pub fn order(&self) -> Order {
        self.posting.post.order
    }

    /// The name of the person, or of the organisation.
    pub fn name(&self) -> &str {
        match (&self.person, &self.organisation) {
            (Some(person), _) => &person.name,
            (None, Some(organisation)) => &organisation.name,
            (None, None) => "",
        }
    }

    /// The telephone of the person, or the duty telephone of the organisation; empty when there is none.
    pub fn phone(&self) -> &Phone {
        const NONE: &Phone = &Phone(String::new());
        match (&self.person, &self.organisation) {
            (Some(person), _) => &person.phone,
            (None, Some(organisation)) => &organisation.duty_phone,
            (None, None) => NONE,
        }
    }

    /// The name of the organisation; empty when there is none.
    pub fn organisation(&self) -> &str {
        self.organisation.as_ref().map_or("", |organisation| &organisation.name)
    }
}

/// Who answers for each area and place, in answering order, at one time and as long as nothing changes.
///
/// Editions share it: it is about areas by their numbers.
#[derive(Debug, Default)]
pub struct Roster {
    staff: Arc<Staff>,
    holds: Period,
    by_object: HashMap<Object, Vec<OnDuty>>,
    /// Party bodies: they stand beside those who answer, never among them.
    bodies: HashMap<Object, Vec<OnDuty>>,
    /// Whether somebody is on duty for a place.
    has_places: bool,
}

/// What tells rosters of one store apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RosterId {
    /// Number in the change log of the last change of duties that it knows.
    pub revision: i64,
    /// Since when everybody in it is on duty.
    pub since: Option<OffsetDateTime>,
}

impl Roster {
    /// Who of `staff` is on duty at a time; the roles of an object follow one another as in the profile.
    pub fn new(profile: &Profile, staff: Arc<Staff>, at: OffsetDateTime) -> Self {
        let ranks: HashMap<&str, usize> =
            (0..).zip(&profile.roles).map(|(rank, role)| (role.id.as_str(), rank)).collect();
        let mut by_object: HashMap<Object, Vec<OnDuty>> = HashMap::new();
        let (mut since, mut until) = (None, None);
        for posting in staff.postings() {
            let ends = [posting.valid.from(), posting.valid.to()];
            since = since.max(ends.into_iter().flatten().filter(|&end| end <= at).max());
            let next = ends.into_iter().flatten().filter(|&end| end > at).min();
            until = [until, next].into_iter().flatten().min();
            if posting.valid.contains(at)
                && let Some(on_duty) = on_duty(&staff, posting)
            {
                by_object.entry(posting.post.object).or_default().push(on_duty);
            }
        }
        for list in by_object.values_mut() {
            let rank = |one: &OnDuty| ranks.get(one.role()).copied().unwrap_or(usize::MAX);
            list.sort_by_cached_key(|one| {
                let post = &one.posting.post;
                let stands_in_first = Reverse(one.posting.stands_in);
                (rank(one), post.order, post.role.clone(), post.seat, stands_in_first, one.posting.id)
            });
            // Of one post the stand-in comes first, and whoever is away after it.
            list.dedup_by(|after, kept| {
                let is_replaced = after.posting.post == kept.posting.post;
                if is_replaced {
                    kept.stands_in_for = after.person.take();
                }
                is_replaced
            });
            list.retain(|one| one.posting.holder != Holder::Vacant);
        }
        let is_body = |one: &mut OnDuty| profile.roles.iter().any(|role| role.is_party_body && role.id == one.role());
        let mut bodies = HashMap::new();
        for (object, list) in &mut by_object {
            let of_object: Vec<OnDuty> = list.extract_if(.., is_body).collect();
            if !of_object.is_empty() {
                bodies.insert(*object, of_object);
            }
        }
        by_object.retain(|_, list| !list.is_empty());
        let holds = Period::new(since, until).expect("what is over is before what is to come");
        let has_places = by_object.keys().chain(bodies.keys()).any(|object| matches!(object, Object::Place(_)));
        Self { staff, holds, by_object, bodies, has_places }
    }

    /// What tells it from other rosters of the same store.
    pub fn id(&self) -> RosterId {
        RosterId { revision: self.staff.revision, since: self.holds.from() }
    }

    /// Number in the change log of the last change of duties that it knows; 0 for none.
    pub fn revision(&self) -> i64 {
        self.staff.revision
    }

    /// Since when and until when nobody comes or goes, as far as is known.
    pub const fn holds(&self) -> Period {
        self.holds
    }

    /// All that is known of duties, those of other times among them.
    pub const fn staff(&self) -> &Arc<Staff> {
        &self.staff
    }

    /// The Party bodies of something (G17).
    pub fn bodies_of(&self, object: Object) -> &[OnDuty] {
        self.bodies.get(&object).map_or(&[], Vec::as_slice)
    }

    /// Who is on duty for something, in answering order.
    pub fn of(&self, object: Object) -> &[OnDuty] {
        self.by_object.get(&object).map_or(&[], Vec::as_slice)
    }

    /// Whether somebody is on duty for a place: a building, a street.
    pub const fn has_posts_of_places(&self) -> bool {
        self.has_places
    }

    /// Everything that somebody is on duty for, in no order.
    pub fn objects(&self) -> impl Iterator<Item = (Object, &[OnDuty])> {
        self.by_object.iter().map(|(object, list)| (*object, list.as_slice()))
    }
}

fn on_duty(staff: &Staff, posting: &Arc<Posting>) -> Option<OnDuty> {
    let organisation = |id| staff.organisation(id).cloned();
    let (person, organisation) = match posting.holder {
        Holder::Person(person, behalf) => {
            let person = staff.person(person)?;
            (Some(Arc::clone(person)), behalf.or(person.organisation).and_then(organisation))
        }
        Holder::Organisation(id) => (None, Some(organisation(id)?)),
        Holder::Vacant => (None, None),
    };
    Some(OnDuty { posting: Arc::clone(posting), person, organisation, stands_in_for: None })
}
