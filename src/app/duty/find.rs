//! Finding postings, people and posts that nobody holds.

use std::{collections::HashSet, sync::Arc};

use time::OffsetDateTime;

use crate::{
    app::search::{fold, initials},
    domain::{
        area::{AreaId, Snapshot},
        coverage::AreaIndex,
        duty::{
            Holder, Object, OrganisationId, Person, PersonId, Posting, Staff,
            need::{Misfilled, misfilled_of},
        },
    },
};

/// Where a posting stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is over.
    Past,
    /// It holds.
    Current,
    /// It is to come.
    Future,
}

impl Standing {
    /// Where a posting stands at a time.
    pub fn of(posting: &Posting, at: OffsetDateTime) -> Self {
        match posting.valid {
            valid if valid.contains(at) => Self::Current,
            valid if valid.to().is_some_and(|to| to <= at) => Self::Past,
            _ => Self::Future,
        }
    }

    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Current => "current",
            Self::Future => "future",
        }
    }
}

/// Which postings are looked for.
#[derive(Debug, Clone, Default)]
pub struct PostingQuery {
    /// Part of a name of a person or organisation, or initials of its pinyin; empty for all.
    pub text: String,
    /// Id of a role.
    pub role: Option<String>,
    /// Only for this area, or, with `below`, for those in it too.
    pub area: Option<AreaIndex>,
    /// Whether areas inside of the area count.
    pub below: bool,
    /// Only of this person.
    pub person: Option<PersonId>,
    /// Only of this organisation: it holds the post, or the person works for it.
    pub organisation: Option<OrganisationId>,
    /// Only those that stand so.
    pub standing: Option<Standing>,
}

/// The postings that fit, in the order of areas, coarse levels first, then of roles and chairs; of what is no area of the
/// edition last.
pub fn find_postings(snapshot: &Snapshot, query: &PostingQuery, at: OffsetDateTime) -> Vec<Arc<Posting>> {
    let staff = snapshot.roster().staff();
    let text = fold(&query.text);
    let within = query.area.map(|area| within(snapshot, area, query.below));
    let fits = |posting: &&Arc<Posting>| {
        query.role.as_ref().is_none_or(|role| *role == posting.post.role)
            && query.standing.is_none_or(|standing| standing == Standing::of(posting, at))
            && within.as_ref().is_none_or(|within| match posting.post.object {
                Object::Area(id) => within.contains(&id),
                Object::Place(_) => false,
            })
            && query.person.is_none_or(|person| matches!(posting.holder, Holder::Person(id, _) if id == person))
            && query.organisation.is_none_or(|wanted| organisation_of(staff, posting) == Some(wanted))
            && (text.is_empty() || names_of(staff, posting).any(|name| reads(name, &text)))
    };
    let mut found: Vec<Arc<Posting>> = staff.postings().iter().filter(fits).map(Arc::clone).collect();
    let rank = |role: &str| snapshot.profile.roles.iter().position(|known| known.id == role).unwrap_or(usize::MAX);
    let index = |object| match object {
        Object::Area(id) => snapshot.hierarchy.find_id(id).unwrap_or(AreaIndex::MAX),
        Object::Place(_) => AreaIndex::MAX,
    };
    found.sort_by_cached_key(|posting| {
        let post = &posting.post;
        (index(post.object), post.object, rank(&post.role), post.order, post.seat, posting.valid.from(), posting.id)
    });
    found
}

/// The people whose name or its initials a text gives, by id. Numbers are not searched: that would tell them bit by bit.
pub fn find_people(staff: &Staff, text: &str) -> Vec<Arc<Person>> {
    let text = fold(text);
    let fits = |person: &&Arc<Person>| text.is_empty() || reads(&person.name, &text);
    staff.people().iter().filter(fits).map(Arc::clone).collect()
}

/// Posts of an area and those in it that have too few people or too many, of one role or of all.
pub fn posts_to_fill(snapshot: &Snapshot, area: Option<AreaIndex>, role: Option<&str>) -> Vec<Misfilled> {
    let within = area.map(|area| within(snapshot, area, true));
    let areas = (0..).zip(snapshot.hierarchy.areas());
    let areas = areas.filter(|(_, area)| within.as_ref().is_none_or(|within| within.contains(&area.id)));
    areas
        .flat_map(|(index, area)| misfilled_of(&snapshot.profile, snapshot.roster(), index, area))
        .filter(|wrong| role.is_none_or(|role| snapshot.profile.roles[wrong.role].id == role))
        .collect()
}

/// An area, and with `below` those in it.
pub(super) fn within(snapshot: &Snapshot, area: AreaIndex, below: bool) -> HashSet<AreaId> {
    let hierarchy = &snapshot.hierarchy;
    let mut within = HashSet::from([hierarchy.area(area).id]);
    let mut open = vec![area];
    while let Some(area) = open.pop().filter(|_| below) {
        for &child in hierarchy.children(area) {
            within.insert(hierarchy.area(child).id);
            open.push(child);
        }
    }
    within
}

fn organisation_of(staff: &Staff, posting: &Posting) -> Option<OrganisationId> {
    match posting.holder {
        Holder::Person(person, behalf) => behalf.or_else(|| staff.person(person)?.organisation),
        Holder::Organisation(id) => Some(id),
        Holder::Vacant => None,
    }
}

fn names_of<'a>(staff: &'a Staff, posting: &Posting) -> impl Iterator<Item = &'a str> {
    let person = match posting.holder {
        Holder::Person(person, _) => staff.person(person),
        _ => None,
    };
    let organisation = organisation_of(staff, posting).and_then(|id| staff.organisation(id));
    let names = organisation.into_iter().flat_map(|it| [it.name.as_str(), it.short_name.as_str()]);
    person.map(|person| person.name.as_str()).into_iter().chain(names).filter(|name| !name.is_empty())
}

/// Whether a name, or its initials, have a folded text in them.
fn reads(name: &str, text: &str) -> bool {
    fold(name).contains(text) || initials(name).starts_with(text)
}
