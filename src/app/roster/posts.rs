//! Who will hold which post when: what is known, and what the rows say of it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use time::OffsetDateTime;

use super::{columns::Col, report::Counted, teller::Teller, wanted::Wanted};
use crate::domain::duty::{Holder, Object, Order, Period, Post, Posting, PostingId, Staff};

/// A posting that was known before, or not, and what a row made of it.
#[derive(Debug)]
struct Planned {
    before: Option<Arc<Posting>>,
    now: Posting,
    /// The row that speaks of it.
    row: Option<u64>,
    /// Whether that row says on whose behalf it is held.
    says_behalf: bool,
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
            let (before, now) = (Some(Arc::clone(posting)), (**posting).clone());
            posts.add(Planned { before, now, row: None, says_behalf: false });
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

    /// The postings that a row may speak of: those of its holder, on its chair where it names one.
    fn meant(&self, wanted: &Wanted<'_>) -> Vec<usize> {
        let row = wanted.row;
        // A row without a beginning that is not over says who holds the post from today on; what is over stays so.
        let is_of_today = row.from.is_none() && row.to.is_none_or(|to| to > self.today);
        let is_meant = |at: &usize| {
            let now = &self.list[*at].now;
            let is_over = now.valid.to().is_some_and(|to| to <= self.today);
            wanted.is_held_by(now.holder)
                && now.stands_in == row.stands_in
                && wanted.seat.is_none_or(|seat| seat == now.post.seat)
                && !(is_of_today && is_over)
        };
        self.of(wanted).iter().copied().filter(is_meant).collect()
    }

    /// Finds the posting that is just as the row says; whether there is one.
    pub(super) fn is_told(&mut self, wanted: &Wanted<'_>, teller: &mut Teller<'_>) -> bool {
        let is_it = |at: &usize| {
            let now = &self.list[*at].now;
            wanted.is_exact(now.valid) && wanted.agrees(now.holder)
        };
        let same: Vec<usize> = self.meant(wanted).into_iter().filter(is_it).collect();
        if let Some(&at) = same.iter().find(|&&at| self.list[at].row.is_none()) {
            self.mark(at, wanted);
            return true;
        }
        if let Some(&at) = same.first() {
            self.warn_of_double(wanted.row.number, at, teller);
        }
        !same.is_empty()
    }

    /// Finds a known posting of the same holder that the row speaks of, and gives it the row's time and behalf; whether
    /// there is one.
    pub(super) fn is_changed(&mut self, wanted: &Wanted<'_>) -> bool {
        let is_near = |at: &usize| {
            let planned = &self.list[*at];
            let period = wanted.period_for(planned.now.valid);
            planned.row.is_none() && period.is_some_and(|period| period.overlaps(planned.now.valid))
        };
        let rank = |at: &usize| {
            let now = &self.list[*at].now;
            (!wanted.agrees(now.holder), !wanted.is_exact(now.valid))
        };
        let Some(at) = self.meant(wanted).into_iter().filter(is_near).min_by_key(rank) else { return false };
        let now = &mut self.list[at].now;
        now.valid = wanted.period_for(now.valid).expect("it was found by having one");
        if wanted.says_behalf() {
            now.holder = wanted.holder;
        }
        self.mark(at, wanted);
        true
    }

    fn mark(&mut self, at: usize, wanted: &Wanted<'_>) {
        let planned = &mut self.list[at];
        planned.row = Some(wanted.row.number);
        planned.says_behalf = wanted.says_behalf();
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
                if let Some(at) = self.double(wanted, valid) {
                    let planned = &mut self.list[at];
                    if wanted.says_behalf() {
                        planned.now.holder = wanted.holder;
                        planned.says_behalf = true;
                    }
                    return self.warn_of_double(row.number, at, teller);
                }
                match self.seat(wanted, valid) {
                    Ok(seat) => {
                        let post =
                            Post { object: wanted.object, role: wanted.role.to_owned(), order: wanted.order, seat };
                        let now = Posting { id, post, holder: wanted.holder, stands_in: row.stands_in, valid };
                        let (row, says_behalf) = (Some(row.number), wanted.says_behalf());
                        return self.add(Planned { before: None, now, row, says_behalf });
                    }
                    Err(hindrance) => hindrance,
                }
            }
        };
        self.tell(wanted, &hindrance, name, teller);
    }

    /// The posting of another row that says the same as this one, or less.
    fn double(&self, wanted: &Wanted<'_>, valid: Period) -> Option<usize> {
        let is_double = |at: &usize| {
            let other = &self.list[*at];
            other.row.is_some()
                && (wanted.agrees(other.now.holder) || (!other.says_behalf && wanted.is_held_by(other.now.holder)))
                && other.now.stands_in == wanted.row.stands_in
                && other.now.valid == valid
                && wanted.seat.is_none_or(|seat| seat == other.now.post.seat)
                && wanted.holder != Holder::Vacant
        };
        self.of(wanted).iter().copied().find(is_double)
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
        let most = wanted.chairs.max(1);
        let free = |posts: &Self, others: &[usize]| {
            let taken: HashSet<u16> = others.iter().map(|&at| seat_of(posts, at)).collect();
            match wanted.seat {
                Some(seat) => Some(seat).filter(|seat| !taken.contains(seat)),
                None => (1..=most).find(|seat| !taken.contains(seat)),
            }
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
                let most = wanted.chairs.max(1);
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
