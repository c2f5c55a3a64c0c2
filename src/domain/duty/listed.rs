//! Postings as a list has them: everybody by name, nothing numbered yet.

use std::collections::HashMap;

use super::{
    Holder, Object, Order, Organisation, OrganisationId, Period, Person, PersonId, Phone, Post, Posting, PostingId,
    StaffLists,
};
use crate::domain::area::AreaCode;

/// One line of a list of who answers for which area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPosting {
    /// The area.
    pub area: AreaCode,
    /// Id of the role in the profile.
    pub role: String,
    /// A角 or B角.
    pub order: Order,
    /// Name of the person; empty where the organisation as such answers, or, without one, nobody (缺岗).
    pub name: String,
    /// Telephone of the person.
    pub phone: Phone,
    /// Name of the organisation, possibly empty.
    pub organisation: String,
    /// Whether it is for the time in which whoever holds the post is away (代班).
    pub stands_in: bool,
    /// From when to when.
    pub valid: Period,
}

/// A chair that somebody has, and when.
type Seat = (u16, Period);

/// The lists with numbers from `first`: one organisation for each name, one person for each name and telephone, the first chair that is
/// free for everybody of one role and order of an area. Lines of areas without a number are left out.
pub fn numbered(listed: &[ListedPosting], first: i64, number_of: impl Fn(&AreaCode) -> Option<Object>) -> StaffLists {
    let mut next = first;
    let mut take = || {
        next += 1;
        next - 1
    };
    let mut lists = StaffLists::default();
    let mut organisations: HashMap<&str, OrganisationId> = HashMap::new();
    let mut people: HashMap<(&str, &str), PersonId> = HashMap::new();
    let mut taken: HashMap<(Object, &str, Order), Vec<Seat>> = HashMap::new();
    for one in listed {
        let Some(object) = number_of(&one.area) else { continue };
        let organisation = (!one.organisation.is_empty()).then(|| {
            *organisations.entry(&one.organisation).or_insert_with(|| {
                let id = OrganisationId(take());
                lists.organisations.push(Organisation {
                    id,
                    name: one.organisation.clone(),
                    short_name: String::new(),
                    credit_code: None,
                    duty_phone: if one.name.is_empty() { one.phone.clone() } else { Phone::default() },
                    parent: None,
                });
                id
            })
        });
        let person = (!one.name.is_empty()).then(|| {
            *people.entry((&one.name, &one.phone.0)).or_insert_with(|| {
                let id = PersonId(take());
                let (name, phone) = (one.name.clone(), one.phone.clone());
                lists.people.push(Person { id, name, phone, organisation });
                id
            })
        });
        let holder = match (person, organisation) {
            (Some(person), behalf) => {
                let at = lists.people.binary_search_by_key(&person, |it| it.id).expect("it is there, by its number");
                Holder::Person(person, behalf.filter(|_| behalf != lists.people[at].organisation))
            }
            (None, Some(organisation)) => Holder::Organisation(organisation),
            (None, None) => Holder::Vacant,
        };
        let taken = taken.entry((object, &one.role, one.order)).or_default();
        let seat = if one.stands_in {
            // For the one before.
            taken.last().map_or(1, |&(seat, _)| seat)
        } else {
            let is_free = |&seat: &u16| taken.iter().all(|&(other, valid)| other != seat || !valid.overlaps(one.valid));
            let seat = (1..=u16::MAX).find(is_free).expect("a list has fewer lines for one post");
            taken.push((seat, one.valid));
            seat
        };
        let post = Post { object, role: one.role.clone(), order: one.order, seat };
        let id = PostingId(take());
        lists.postings.push(Posting { id, post, holder, stands_in: one.stands_in, valid: one.valid });
    }
    lists
}
