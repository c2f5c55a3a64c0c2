//! Everybody, every organisation and all postings of a district, as they were known at one time.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{Channel, ChannelId, Organisation, OrganisationId, Person, PersonId, Posting};
use crate::domain::area::AreaId;

/// What the store knows of duties after one change of them. Shared by everything made from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// Number in the change log of the change after which it is so; 0 for before the first.
    pub revision: i64,
    /// The largest number that anything in it has, or ever had: new ones follow it.
    pub last_id: i64,
    /// By id, ascending.
    organisations: Vec<Arc<Organisation>>,
    /// By id, ascending.
    people: Vec<Arc<Person>>,
    /// By id, ascending, those of the past and of the future among them.
    postings: Vec<Arc<Posting>>,
    /// By id, ascending.
    channels: Vec<Channel>,
    /// Where the channels of an area stand in `channels`.
    channels_by_area: HashMap<AreaId, Vec<u32>>,
}

/// What [`Staff`] is made of.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct StaffLists {
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// The people.
    pub people: Vec<Person>,
    /// The postings.
    pub postings: Vec<Posting>,
    /// The channels.
    pub channels: Vec<Channel>,
}

/// One change of duties: rows that are new or take the place of those with the same number, and rows that go.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct StaffChange {
    /// What is new or other.
    pub put: StaffLists,
    /// Numbers of what is no more; a number belongs to one thing only.
    pub gone: Vec<i64>,
}

impl StaffChange {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        let StaffLists { organisations, people, postings, channels } = &self.put;
        let nothing = organisations.is_empty() && people.is_empty() && postings.is_empty() && channels.is_empty();
        nothing && self.gone.is_empty()
    }
}

impl Staff {
    /// What the lists say, known after the change `revision`.
    pub fn new(revision: i64, last_id: i64, lists: StaffLists) -> Self {
        let StaffLists { organisations, people, postings, mut channels } = lists;
        let mut organisations: Vec<_> = organisations.into_iter().map(Arc::new).collect();
        let mut people: Vec<_> = people.into_iter().map(Arc::new).collect();
        let mut postings: Vec<_> = postings.into_iter().map(Arc::new).collect();
        organisations.sort_by_key(|it| it.id);
        people.sort_by_key(|it| it.id);
        postings.sort_by_key(|it| it.id);
        channels.sort_by_key(|it| it.id);
        let mut channels_by_area: HashMap<AreaId, Vec<u32>> = HashMap::new();
        for (at, channel) in (0..).zip(&channels) {
            channels_by_area.entry(channel.area).or_default().push(at);
        }
        Self { revision, last_id, organisations, people, postings, channels, channels_by_area }
    }

    /// All organisations, by id.
    pub fn organisations(&self) -> &[Arc<Organisation>] {
        &self.organisations
    }

    /// All people, by id.
    pub fn people(&self) -> &[Arc<Person>] {
        &self.people
    }

    /// All postings, by id: those of now, of the past and of the future.
    pub fn postings(&self) -> &[Arc<Posting>] {
        &self.postings
    }

    /// All channels, by id.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The channels of an area, by id.
    pub fn channels_of(&self, area: AreaId) -> impl Iterator<Item = &Channel> {
        let places = self.channels_by_area.get(&area).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&at| &self.channels[at as usize])
    }

    /// A channel.
    pub fn channel(&self, id: ChannelId) -> Option<&Channel> {
        let at = self.channels.binary_search_by_key(&id, |it| it.id).ok()?;
        Some(&self.channels[at])
    }

    /// An organisation.
    pub fn organisation(&self, id: OrganisationId) -> Option<&Arc<Organisation>> {
        let at = self.organisations.binary_search_by_key(&id, |it| it.id).ok()?;
        Some(&self.organisations[at])
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Arc<Person>> {
        let at = self.people.binary_search_by_key(&id, |it| it.id).ok()?;
        Some(&self.people[at])
    }

    /// What is known once a change was made, as the change `revision` of the log.
    pub fn after(&self, change: &StaffChange, revision: i64) -> Self {
        let StaffLists { organisations, people, postings, channels } = &change.put;
        let gone: HashSet<i64> = change.gone.iter().copied().collect();
        let mut next = StaffLists::default();
        let is_kept = |put: &HashSet<i64>, id: i64| !gone.contains(&id) && !put.contains(&id);
        let ids: HashSet<i64> = organisations.iter().map(|it| it.id.0).collect();
        next.organisations = kept(&self.organisations, organisations, |it| is_kept(&ids, it.id.0));
        let ids: HashSet<i64> = people.iter().map(|it| it.id.0).collect();
        next.people = kept(&self.people, people, |it| is_kept(&ids, it.id.0));
        let ids: HashSet<i64> = postings.iter().map(|it| it.id.0).collect();
        next.postings = kept(&self.postings, postings, |it| is_kept(&ids, it.id.0));
        let ids: HashSet<i64> = channels.iter().map(|it| it.id.0).collect();
        let old = self.channels.iter().filter(|it| is_kept(&ids, it.id.0)).cloned();
        next.channels = old.chain(channels.iter().cloned()).collect();
        let put = organisations.iter().map(|it| it.id.0).chain(people.iter().map(|it| it.id.0));
        let put = put.chain(postings.iter().map(|it| it.id.0)).chain(channels.iter().map(|it| it.id.0));
        let last_id = put.fold(self.last_id, i64::max);
        Self::new(revision, last_id, next)
    }

    /// Postings that cannot both be true, each pair once.
    pub fn clashes(&self) -> Vec<(&Posting, &Posting)> {
        let mut by_post: HashMap<_, Vec<&Posting>> = HashMap::new();
        for posting in &self.postings {
            by_post.entry(&posting.post).or_default().push(posting);
        }
        let mut clashes = Vec::new();
        for list in by_post.values() {
            for (at, &one) in list.iter().enumerate() {
                clashes.extend(list[at + 1..].iter().filter(|other| one.clashes(other)).map(|&other| (one, other)));
            }
        }
        clashes.sort_by_key(|(one, other)| (one.id, other.id));
        clashes
    }
}

/// The old ones that are kept, and all new ones.
fn kept<T: Clone>(old: &[Arc<T>], new: &[T], mut is_kept: impl FnMut(&T) -> bool) -> Vec<T> {
    let old = old.iter().filter(|it| is_kept(it)).map(|it| T::clone(it));
    old.chain(new.iter().cloned()).collect()
}
