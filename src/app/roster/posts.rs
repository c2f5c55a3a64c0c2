//! Who will hold which post when: what is known, and what the rows say of it.

use std::{collections::HashMap, sync::Arc};

use time::OffsetDateTime;

use super::{
    columns::Col,
    report::Counted,
    row::{RosterRow, Teller},
};
use crate::domain::duty::{Holder, Object, Order, Period, Post, Posting, PostingId, Staff};

/// A posting that was known before, or not, and what a row made of it.
#[derive(Debug)]
struct Planned {
    before: Option<Arc<Posting>>,
    now: Posting,
    /// The row that speaks of it.
    row: Option<u64>,
}

/// What a row says of a post, with everybody resolved.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    pub row: &'a RosterRow,
    pub object: Object,
    pub role: &'a str,
    pub order: Order,
    pub seat: Option<u16>,
    pub holder: Holder,
    /// How many may hold the role in its area at one time.
    pub max: u16,
}

/// Everything that one role and order of an object has.
type Chairs = (Object, String, Order);

/// All postings.
#[derive(Debug)]
pub(super) struct Posts {
    list: Vec<Planned>,
    by_chairs: HashMap<Chairs, Vec<usize>>,
    /// From when a posting is without a beginning of its own.
    today: OffsetDateTime,
    /// Whether whoever holds a post without end makes room for who comes next.
    succeed: bool,
}

/// Why a posting cannot be: the posting in the way, or what the finding says.
enum Hindrance {
    /// Others hold the post.
    Taken(Vec<usize>),
    /// For whom the stand-in stands in is not said.
    WhichSeat,
    /// The end is before the beginning.
    Reversed,
}

impl Posts {
    pub(super) fn new(staff: &Staff, today: OffsetDateTime, succeed: bool) -> Self {
        let mut posts = Self { list: Vec::new(), by_chairs: HashMap::new(), today, succeed };
        for posting in staff.postings() {
            posts.add(Planned { before: Some(Arc::clone(posting)), now: (**posting).clone(), row: None });
        }
        posts
    }

    fn add(&mut self, planned: Planned) {
        let post = &planned.now.post;
        let chairs = (post.object, post.role.clone(), post.order);
        self.by_chairs.entry(chairs).or_default().push(self.list.len());
        self.list.push(planned);
    }

    fn of(&self, wanted: &Wanted<'_>) -> &[usize] {
        let chairs = (wanted.object, wanted.role.to_owned(), wanted.order);
        self.by_chairs.get(&chairs).map_or(&[], Vec::as_slice)
    }

    /// Finds a known posting of the same holder that the row speaks of, and gives it the row's time; whether there is one.
    pub(super) fn matched(&mut self, wanted: &Wanted<'_>, teller: &mut Teller<'_>) -> bool {
        let row = wanted.row;
        let is_same = |at: &&usize| {
            let now = &self.list[**at].now;
            now.holder == wanted.holder
                && now.stands_in == row.stands_in
                && wanted.seat.is_none_or(|seat| seat == now.post.seat)
        };
        let same: Vec<usize> = self.of(wanted).iter().filter(is_same).copied().collect();
        let period_for = |known: Period| {
            let from = row.from.map_or(known.from(), |from| Some(from.at));
            Period::new(from, row.to)
        };
        let is_exact = |at: &usize| period_for(self.list[*at].now.valid) == Some(self.list[*at].now.valid);
        let free = |at: &&usize| self.list[**at].row.is_none();
        if let Some(&at) = same.iter().find(|at| is_exact(at) && free(at)) {
            self.list[at].row = Some(row.number);
            return true;
        }
        if let Some(&at) = same.iter().find(|at| is_exact(at)) {
            self.warn_of_double(row.number, at, teller);
            return true;
        }
        let is_near = |at: &&usize| {
            let known = self.list[**at].now.valid;
            free(at) && period_for(known).is_some_and(|period| period.overlaps(known))
        };
        let Some(&at) = same.iter().find(is_near) else { return false };
        let planned = &mut self.list[at];
        planned.now.valid = period_for(planned.now.valid).expect("it was found by having one");
        planned.row = Some(row.number);
        true
    }

    fn warn_of_double(&self, row: u64, at: usize, teller: &mut Teller<'_>) {
        let first = self.list[at].row.unwrap_or_default();
        let (zh, en) = (format!("与第 {first} 行重复"), format!("row {first} says the same"));
        teller.warn(row, Col::Name, zh, en, ("每条任职一次", "each posting once"));
    }

    /// Adds a posting that nobody knew; one that cannot be is told, with the names that `name` gives to holders.
    pub(super) fn place(
        &mut self,
        wanted: &Wanted<'_>,
        id: PostingId,
        name: impl Fn(Holder) -> String,
        teller: &mut Teller<'_>,
    ) {
        let row = wanted.row;
        // Rows of the same table may say it twice.
        let from = match (row.from, row.to) {
            (Some(from), _) => Some(from.at),
            // What is over began before, whenever that was.
            (None, Some(to)) if to <= self.today => None,
            (None, _) => Some(self.today),
        };
        let hindrance = match Period::new(from, row.to) {
            None => Hindrance::Reversed,
            Some(valid) => {
                let is_double = |at: &&usize| {
                    let other = &self.list[**at];
                    other.row.is_some()
                        && other.now.holder == wanted.holder
                        && other.now.stands_in == row.stands_in
                        && other.now.valid == valid
                        && wanted.seat.is_none_or(|seat| seat == other.now.post.seat)
                        && wanted.holder != Holder::Vacant
                };
                if let Some(&at) = self.of(wanted).iter().find(is_double) {
                    return self.warn_of_double(row.number, at, teller);
                }
                match self.seat(wanted, valid) {
                    Ok(seat) => {
                        let post =
                            Post { object: wanted.object, role: wanted.role.to_owned(), order: wanted.order, seat };
                        let now = Posting { id, post, holder: wanted.holder, stands_in: row.stands_in, valid };
                        return self.add(Planned { before: None, now, row: Some(row.number) });
                    }
                    Err(hindrance) => hindrance,
                }
            }
        };
        self.tell(wanted, &hindrance, name, teller);
    }

    /// The chair that is free for all of a time.
    fn seat(&mut self, wanted: &Wanted<'_>, valid: Period) -> Result<u16, Hindrance> {
        let overlapping = |posts: &Self, stands_in: bool| -> Vec<usize> {
            let is_in_the_way = |at: &&usize| {
                let other = &posts.list[**at].now;
                other.stands_in == stands_in && other.valid.overlaps(valid)
            };
            posts.of(wanted).iter().filter(is_in_the_way).copied().collect()
        };
        let mut others = overlapping(self, wanted.row.stands_in);
        let seat_of = |posts: &Self, at: usize| posts.list[at].now.post.seat;
        if wanted.row.stands_in {
            let mut regular: Vec<u16> = overlapping(self, false).into_iter().map(|at| seat_of(self, at)).collect();
            regular.sort_unstable();
            regular.dedup();
            let seat = match (wanted.seat, regular.as_slice()) {
                (Some(seat), _) => seat,
                (None, []) => 1,
                (None, [one]) => *one,
                (None, _) => return Err(Hindrance::WhichSeat),
            };
            others.retain(|&at| seat_of(self, at) == seat);
            return if others.is_empty() { Ok(seat) } else { Err(Hindrance::Taken(others)) };
        }
        let most = if wanted.order == Order::A { wanted.max.max(1) } else { u16::MAX };
        let free = |posts: &Self, others: &[usize]| match wanted.seat {
            Some(seat) => Some(seat).filter(|seat| others.iter().all(|&at| seat_of(posts, at) != *seat)),
            None => (1..=most).find(|seat| others.iter().all(|&at| seat_of(posts, at) != *seat)),
        };
        if let Some(seat) = free(self, &others) {
            return Ok(seat);
        }
        if self.succeed && (wanted.seat.is_some() || most == 1) {
            self.end(&mut others, valid, wanted.seat);
            if let Some(seat) = free(self, &others) {
                return Ok(seat);
            }
        }
        others.retain(|&at| wanted.seat.is_none_or(|seat| seat_of(self, at) == seat));
        Err(Hindrance::Taken(others))
    }

    /// Ends those of `others` that no row speaks of and that are without end when `valid` begins; they are others no more.
    fn end(&mut self, others: &mut Vec<usize>, valid: Period, seat: Option<u16>) {
        let Some(from) = valid.from() else { return };
        others.retain(|&at| {
            let planned = &mut self.list[at];
            let is_meant = planned.row.is_none()
                && planned.now.valid.to().is_none()
                && seat.is_none_or(|seat| seat == planned.now.post.seat);
            match planned.now.valid.before(from).filter(|_| is_meant) {
                Some(shorter) => {
                    planned.now.valid = shorter;
                    false
                }
                None => true,
            }
        });
    }

    fn tell(
        &self,
        wanted: &Wanted<'_>,
        hindrance: &Hindrance,
        name: impl Fn(Holder) -> String,
        teller: &mut Teller<'_>,
    ) {
        let row = wanted.row.number;
        match hindrance {
            Hindrance::Reversed => {
                let (zh, en) = ("止不晚于起", "it ends before it begins");
                teller.error(
                    row,
                    Col::From,
                    zh.to_owned(),
                    en.to_owned(),
                    ("早于“止”的日期", "a beginning before the end"),
                );
            }
            Hindrance::WhichSeat => {
                let (zh, en) = (
                    "同一岗位有几个人，须写明代哪个席位的班",
                    "several hold the role, and whose stand-in this is is not said",
                );
                teller.error(
                    row,
                    Col::Seat,
                    zh.to_owned(),
                    en.to_owned(),
                    ("离岗者的席位", "the seat of whoever is away"),
                );
            }
            Hindrance::Taken(others) => {
                let Some(&other) = others.first() else { return };
                let planned = &self.list[other];
                let who = name(planned.now.holder);
                let order = wanted.order.id();
                let more = others.len() - 1;
                let (more_zh, more_en) = match more {
                    0 => Default::default(),
                    _ => (format!("等 {} 人", more + 1), format!(" and {more} more")),
                };
                let (zh, en) = match planned.row {
                    Some(first) => (
                        format!("与第 {first} 行“{who}”{more_zh}的{order}角任期重叠"),
                        format!(
                            "its time overlaps that of {who}{more_en} (row {first}) in the same post, order {order}"
                        ),
                    ),
                    None => (
                        format!("与已有的“{who}”{more_zh}的{order}角任期重叠"),
                        format!(
                            "its time overlaps that of {who}{more_en}, who is known to hold the post, order {order}"
                        ),
                    ),
                };
                let most = wanted.max.max(1);
                let allowed = (
                    format!("同时至多 {most} 人：请给前任写“止”，或勾选“前任自动止于继任之日”（succeed）"),
                    format!("at most {most} at one time: give the other an end (止), or import with succeed"),
                );
                teller.error(row, Col::From, zh, en, allowed);
            }
        }
    }

    /// Tells which postings that rows gave another time clash with others.
    pub(super) fn check_changed(&self, name: impl Fn(Holder) -> String, teller: &mut Teller<'_>) {
        for list in self.by_chairs.values() {
            for &at in list {
                let planned = &self.list[at];
                let is_changed = planned.before.as_ref().is_some_and(|before| **before != planned.now);
                let Some(row) = planned.row.filter(|_| is_changed) else { continue };
                let Some(&other) = list.iter().find(|&&other| self.list[other].now.clashes(&planned.now)) else {
                    continue;
                };
                let who = name(self.list[other].now.holder);
                let (zh, en) = match self.list[other].row {
                    Some(other) => (
                        format!("改后的任期与第 {other} 行“{who}”重叠"),
                        format!("its new time overlaps that of {who} (row {other}) in the same post"),
                    ),
                    None => (
                        format!("改后的任期与已有的“{who}”重叠"),
                        format!("its new time overlaps that of {who}, who is known to hold the post"),
                    ),
                };
                teller.error(row, Col::From, zh, en, ("同一岗位同时只有一人", "one holder of a post at one time"));
            }
        }
    }

    /// What is new or other, and how much is which.
    pub(super) fn finish(self) -> (Vec<Posting>, Counted) {
        let (mut put, mut counted) = (Vec::new(), Counted::default());
        for planned in self.list {
            match &planned.before {
                None => counted.added += 1,
                Some(before) if **before == planned.now => {
                    counted.unchanged += u64::from(planned.row.is_some());
                    continue;
                }
                Some(before) => {
                    let (then, now) = (before.valid, planned.now.valid);
                    let is_shorter = now.to().is_some_and(|to| then.to().is_none_or(|end| to < end));
                    match then.from() == now.from() && is_shorter {
                        true => counted.ended += 1,
                        false => counted.changed += 1,
                    }
                }
            }
            put.push(planned.now);
        }
        (put, counted)
    }
}
