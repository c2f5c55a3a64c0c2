//! How the made-up district is reached: organisations that the profile's rules name, duty telephones, channels, and people for
//! single buildings and streets.
//!
//! Names say 示例, numbers begin with 000, links go to `example.invalid`, which is nowhere.

use crate::domain::{
    area::{AreaCode, AreaId, Level},
    duty::{
        Channel, ChannelId, Holder, Object, Order, Organisation, OrganisationId, Period, Person, PersonId, Phone, Post,
        Posting, PostingId, StaffLists, channel::DEFAULT_KIND,
    },
    place::{Place, PlaceLayer},
    profile::{Party, Profile},
};

/// Level of communities, which have a channel each.
const COMMUNITY: u8 = 2;

/// Level of grids, of which some have a channel.
const GRID: u8 = 3;

/// Every so many grids has a channel.
const GRIDS_PER_CHANNEL: usize = 10;

/// Buildings with a 楼栋长.
const BUILDING_LEADERS: usize = 200;

/// Streets with a 街巷长.
const LANE_LEADERS: usize = 40;

/// A building or street that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacePost {
    place: i64,
    role: &'static str,
    title: &'static str,
}

/// The places of a made-up district that somebody answers for.
pub fn place_posts(places: &[Place]) -> Vec<PlacePost> {
    let is_building = |it: &&Place| it.building.is_some() && !it.name.is_empty();
    let is_lane = |it: &&Place| it.layer == PlaceLayer::Road && !it.name.is_empty();
    let of = |role, title| move |it: &Place| PlacePost { place: it.id, role, title };
    let buildings = places.iter().filter(is_building).take(BUILDING_LEADERS).map(of("building_leader", "楼栋长"));
    let lanes = places.iter().filter(is_lane).take(LANE_LEADERS).map(of("lane_leader", "街巷长"));
    buildings.chain(lanes).collect()
}

/// Adds to the duties of a made-up district; `last_id` is the largest number that anything in the store has.
pub fn furnish(
    lists: &mut StaffLists,
    last_id: i64,
    profile: &Profile,
    areas: &[(AreaId, AreaCode, Level)],
    posts: &[PlacePost],
) {
    let put = [
        lists.organisations.iter().map(|it| it.id.0).max(),
        lists.people.iter().map(|it| it.id.0).max(),
        lists.postings.iter().map(|it| it.id.0).max(),
    ];
    let mut next = put.into_iter().flatten().max().unwrap_or(0).max(last_id);
    let mut take = || {
        next += 1;
        next
    };
    for name in named(profile) {
        let is_known = |it: &Organisation| it.name == name || it.short_name == name;
        if !lists.organisations.iter().any(is_known) {
            lists.organisations.push(Organisation {
                id: OrganisationId(take()),
                name: format!("{name}（示例）"),
                short_name: name,
                credit_code: None,
                duty_phone: Phone::default(),
                parent: None,
            });
        }
    }
    let silent = lists.organisations.iter_mut().filter(|organisation| organisation.duty_phone.0.is_empty());
    for (number, organisation) in (1..).zip(silent) {
        organisation.duty_phone = phone(8_000, number);
    }
    for (area, code) in with_channels(areas) {
        lists.channels.push(Channel {
            id: ChannelId(take()),
            area,
            kind: DEFAULT_KIND.to_owned(),
            group: format!("示例群{code}"),
            link: format!("https://example.invalid/groups/{code}"),
        });
    }
    let has_role = |post: &&PlacePost| profile.roles.iter().any(|role| role.id == post.role);
    for (number, PlacePost { place, role, title }) in (1..).zip(posts.iter().filter(has_role)) {
        let person = PersonId(take());
        let name = format!("{title}示例{number:04}");
        lists.people.push(Person { id: person, name, phone: phone(7_000, number), organisation: None });
        lists.postings.push(Posting {
            id: PostingId(take()),
            post: Post { object: Object::Place(*place), role: (*role).to_owned(), order: Order::A, seat: 1 },
            holder: Holder::Person(person, None),
            stands_in: false,
            valid: Period::ALWAYS,
        });
    }
}

/// The organisations that rules and escalation of a profile name, each once.
fn named(profile: &Profile) -> Vec<String> {
    let of = |party: &Party| match party {
        Party::Organisation(name) => Some(name.clone()),
        _ => None,
    };
    let parties = profile.rules.iter().flat_map(|rule| std::iter::once(&rule.lead).chain(&rule.assist));
    let mut names: Vec<String> = parties.filter_map(of).chain(profile.escalation.organisation.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Every community, and some grids, in the order of the areas.
fn with_channels(areas: &[(AreaId, AreaCode, Level)]) -> Vec<(AreaId, AreaCode)> {
    let of_level =
        |wanted: u8| areas.iter().filter(move |(_, _, level)| level.0 == wanted).map(|&(id, code, _)| (id, code));
    of_level(COMMUNITY).chain(of_level(GRID).step_by(GRIDS_PER_CHANNEL)).collect()
}

fn phone(block: u32, number: u32) -> Phone {
    Phone(format!("000-{:04}-{:04}", block + number / 10_000, number % 10_000))
}
