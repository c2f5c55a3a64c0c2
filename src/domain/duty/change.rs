//! Changes of duties one at a time: an appointment, a hand-over from a date, an end.

use std::{collections::BTreeSet, sync::Arc};

use time::OffsetDateTime;

use super::{Holder, Object, Order, Period, Post, Posting, PostingId, Staff, StaffChange, StaffLists};

/// A posting that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is about.
    pub object: Object,
    /// Id of the role in the profile.
    pub role: String,
    /// A角 or B角.
    pub order: Order,
    /// The chair; `None` for the first that is free all the time, or the one that is taken over or stood in for.
    pub seat: Option<u16>,
    /// How many chairs there are.
    pub seats: u16,
    /// Who is to hold it.
    pub holder: Holder,
    /// 代班: for the time in which whoever holds the post is away.
    pub stands_in: bool,
    /// When.
    pub valid: Period,
    /// Whether whoever holds the chair before leaves it then (交接).
    pub takes_over: bool,
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody holds the post at that time.
    #[error("posting {} holds the post at that time", .0.0)]
    Held(PostingId),
    /// All chairs are taken at that time.
    #[error("all {0} chairs are taken at that time")]
    Full(u16),
    /// There is no such chair.
    #[error("there is no chair {seat}, chairs are 1 to {seats}")]
    NoSeat {
        /// The chair that was asked for.
        seat: u16,
        /// How many there are.
        seats: u16,
    },
    /// Who is taken over from, or stood in for, is not said, and several hold chairs.
    #[error("{0} chairs are held at that time, and which one is meant is not said")]
    WhichSeat(usize),
    /// There is no posting of this number.
    #[error("there is no posting {}", .0.0)]
    NoPosting(PostingId),
    /// It is over by then, or begins only then.
    #[error("posting {} is not held then", .0.0)]
    NotThen(PostingId),
    /// A hand-over has a beginning.
    #[error("a hand-over needs the time from which it holds")]
    NoBeginning,
}

/// The change that appoints somebody.
pub fn appoint(staff: &Staff, wanted: Wanted) -> Result<StaffChange, Refusal> {
    let Wanted { object, role, order, seat, seats, holder, stands_in, valid, takes_over } = wanted;
    if let Some(seat) = seat.filter(|&seat| seat == 0 || seat > seats) {
        return Err(Refusal::NoSeat { seat, seats });
    }
    let id = PostingId(staff.last_id + 1);
    let at_seat =
        |seat| Posting { id, post: Post { object, role: role.clone(), order, seat }, holder, stands_in, valid };
    let clashes =
        |posting: &Posting| staff.postings().iter().filter(|other| other.clashes(posting)).collect::<Vec<_>>();
    let holds_then = |other: &Posting| {
        let is_then = match valid.from().filter(|_| takes_over) {
            Some(from) => other.valid.contains(from),
            None => other.valid.overlaps(valid),
        };
        is_then && (&other.post.role, other.post.object, other.post.order) == (&role, object, order)
    };
    let held_by = |stand_ins: bool| {
        let is_meant = |other: &&Arc<Posting>| other.stands_in == stand_ins && holds_then(other);
        let held: BTreeSet<u16> = staff.postings().iter().filter(is_meant).map(|other| other.post.seat).collect();
        match held.len() {
            0 | 1 => Ok(held.first().copied()),
            several => Err(Refusal::WhichSeat(several)),
        }
    };
    // A stand-in sits on the chair of whoever is away, or of the stand-in before.
    let held_seat = || match stands_in && takes_over {
        true => held_by(true).and_then(|seat| seat.map_or_else(|| held_by(false), |seat| Ok(Some(seat)))),
        false => held_by(false),
    };
    let free = || (1..=seats).map(at_seat).find(|posting| clashes(posting).is_empty());
    let posting = match seat {
        Some(seat) => at_seat(seat),
        None if seats == 1 => at_seat(1),
        None if takes_over || stands_in => match held_seat()? {
            Some(seat) => at_seat(seat),
            None => free().ok_or(Refusal::Full(seats))?,
        },
        None => free().ok_or(Refusal::Full(seats))?,
    };
    let mut postings = Vec::new();
    for other in clashes(&posting) {
        // Whoever sits there before leaves; whoever is to come after keeps the chair.
        let left = match (takes_over, valid.from()) {
            (false, _) => None,
            (true, None) => return Err(Refusal::NoBeginning),
            (true, Some(from)) => other.valid.before(from),
        };
        match left {
            Some(left) if !posting.valid.overlaps(left) => {
                postings.push(Posting { valid: left, ..Posting::clone(other) })
            }
            _ => return Err(Refusal::Held(other.id)),
        }
    }
    postings.push(posting);
    Ok(StaffChange { put: StaffLists { postings, ..StaffLists::default() }, gone: Vec::new() })
}

/// The change that ends a posting at a time.
pub fn end(staff: &Staff, id: PostingId, at: OffsetDateTime) -> Result<StaffChange, Refusal> {
    let posting = find(staff, id)?;
    match posting.valid.before(at) {
        Some(valid) if valid != posting.valid => {
            let postings = vec![Posting { valid, ..posting.clone() }];
            Ok(StaffChange { put: StaffLists { postings, ..StaffLists::default() }, gone: Vec::new() })
        }
        _ => Err(Refusal::NotThen(id)),
    }
}

/// The change that takes a posting back: it was entered in error, and nobody held it.
pub fn withdraw(staff: &Staff, id: PostingId) -> Result<StaffChange, Refusal> {
    find(staff, id)?;
    Ok(StaffChange { put: StaffLists::default(), gone: vec![id.0] })
}

fn find(staff: &Staff, id: PostingId) -> Result<&Posting, Refusal> {
    let at = staff.postings().binary_search_by_key(&id, |posting| posting.id).map_err(|_| Refusal::NoPosting(id))?;
    Ok(&staff.postings()[at])
}

impl Refusal {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Held(PostingId(id)) => format!("该岗位在此时段已有人（任职 {id}）"),
            Self::Full(seats) => format!("该岗位的 {seats} 个席位在此时段均已有人"),
            Self::NoSeat { seat, seats } => format!("没有第 {seat} 席，可用 1 至 {seats}"),
            Self::WhichSeat(held) => format!("届时有 {held} 个席位有人，须写明接任或代班哪个席位"),
            Self::NoPosting(PostingId(id)) => format!("没有编号为 {id} 的任职"),
            Self::NotThen(PostingId(id)) => format!("任职 {id} 届时未开始或已结束"),
            Self::NoBeginning => "交接须给出开始时间".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        area::AreaId,
        duty::{Person, PersonId, Phone},
    };
    use time::macros::datetime;

    const MARCH: OffsetDateTime = datetime!(2026-03-01 0:00 UTC);
    const APRIL: OffsetDateTime = datetime!(2026-04-01 0:00 UTC);

    fn wanted(person: i64, from: Option<OffsetDateTime>, to: Option<OffsetDateTime>) -> Wanted {
        Wanted {
            object: Object::Area(AreaId(7)),
            role: "grid_worker".to_owned(),
            order: Order::A,
            seat: None,
            seats: 2,
            holder: Holder::Person(PersonId(person), None),
            stands_in: false,
            valid: Period::new(from, to).expect("a period"),
            takes_over: false,
        }
    }

    /// The staff after a change.
    fn after(staff: &Staff, change: StaffChange) -> Staff {
        staff.after(&change, staff.revision + 1)
    }

    fn people() -> Staff {
        let person =
            |id| Person { id: PersonId(id), name: format!("{id}"), phone: Phone::default(), organisation: None };
        let people = (1..=4).map(person).collect();
        Staff::new(1, 4, StaffLists { people, ..StaffLists::default() })
    }

    fn seats(staff: &Staff) -> Vec<(u16, Option<OffsetDateTime>)> {
        staff.postings().iter().map(|it| (it.post.seat, it.valid.to())).collect()
    }

    #[test]
    fn chairs_are_taken_one_after_the_other() {
        let mut staff = people();
        for person in [1, 2] {
            let change = appoint(&staff, wanted(person, None, None)).expect("a free chair");
            staff = after(&staff, change);
        }
        assert_eq!(seats(&staff), [(1, None), (2, None)]);
        assert_eq!(appoint(&staff, wanted(3, None, None)), Err(Refusal::Full(2)));
        assert_eq!(
            appoint(&staff, Wanted { seat: Some(3), ..wanted(3, None, None) }),
            Err(Refusal::NoSeat { seat: 3, seats: 2 })
        );
        assert_eq!(
            appoint(&staff, Wanted { seat: Some(2), ..wanted(3, None, None) }),
            Err(Refusal::Held(PostingId(6)))
        );
        assert!(staff.clashes().is_empty());
    }

    #[test]
    fn a_hand_over_ends_whoever_was_there() {
        let staff = people();
        let staff = after(&staff, appoint(&staff, wanted(1, None, None)).expect("free"));
        let next = Wanted { takes_over: true, ..wanted(2, Some(MARCH), None) };
        let staff = after(&staff, appoint(&staff, next.clone()).expect("a hand-over"));
        assert_eq!(seats(&staff), [(1, Some(MARCH)), (1, None)]);
        assert!(staff.clashes().is_empty());
        // Nobody can take over before somebody who is to come.
        assert_eq!(appoint(&staff, Wanted { valid: Period::ALWAYS, ..next.clone() }), Err(Refusal::NoBeginning));
        let before = Period::new(Some(MARCH - time::Duration::DAY), None).expect("a period");
        assert_eq!(appoint(&staff, Wanted { valid: before, ..next }), Err(Refusal::Held(PostingId(6))));
    }

    #[test]
    fn a_stand_in_leaves_the_post_to_its_holder() {
        let staff = people();
        let staff = after(&staff, appoint(&staff, wanted(1, None, None)).expect("free"));
        let away = Wanted { stands_in: true, ..wanted(2, Some(MARCH), Some(APRIL)) };
        let staff = after(&staff, appoint(&staff, away.clone()).expect("a stand-in"));
        assert_eq!(seats(&staff), [(1, None), (1, Some(APRIL))]);
        assert_eq!(appoint(&staff, away), Err(Refusal::Held(PostingId(6))));
    }

    #[test]
    fn whose_chair_is_meant_is_asked_where_several_are_held() {
        let of = |person, from, to| Wanted { seats: 9, ..wanted(person, from, to) };
        let staff = people();
        let staff = after(&staff, appoint(&staff, Wanted { seat: Some(3), ..of(1, None, None) }).expect("free"));
        // One holder: there is nobody else to be meant.
        let taken = Wanted { takes_over: true, ..of(2, Some(MARCH), None) };
        let one = after(&staff, appoint(&staff, taken.clone()).expect("a hand-over"));
        assert_eq!(seats(&one), [(3, Some(MARCH)), (3, None)]);
        let away = Wanted { stands_in: true, ..of(2, Some(MARCH), Some(APRIL)) };
        let one = after(&staff, appoint(&staff, away.clone()).expect("a stand-in"));
        assert_eq!(seats(&one), [(3, None), (3, Some(APRIL))]);
        // Two holders, and six free chairs: nobody's posting is ended by chance.
        let staff = after(&staff, appoint(&staff, of(3, None, None)).expect("free"));
        assert_eq!(appoint(&staff, taken.clone()), Err(Refusal::WhichSeat(2)));
        assert_eq!(appoint(&staff, away.clone()), Err(Refusal::WhichSeat(2)));
        let told = after(&staff, appoint(&staff, Wanted { seat: Some(1), ..taken.clone() }).expect("a hand-over"));
        assert_eq!(seats(&told), [(3, None), (1, Some(MARCH)), (1, None)]);
        let told = after(&staff, appoint(&staff, Wanted { seat: Some(3), ..away }).expect("a stand-in"));
        assert_eq!(seats(&told), [(3, None), (1, None), (3, Some(APRIL))]);
        // Nobody to take over from: a free chair.
        let nobody = after(&people(), appoint(&people(), taken).expect("free"));
        assert_eq!(seats(&nobody), [(1, None)]);
    }

    #[test]
    fn what_is_over_is_not_ended_again() {
        let staff = people();
        let staff = after(&staff, appoint(&staff, wanted(1, Some(MARCH), None)).expect("free"));
        let id = PostingId(5);
        assert_eq!(end(&staff, id, MARCH), Err(Refusal::NotThen(id)));
        let staff = after(&staff, end(&staff, id, APRIL).expect("an end"));
        assert_eq!(seats(&staff), [(1, Some(APRIL))]);
        assert_eq!(end(&staff, id, APRIL), Err(Refusal::NotThen(id)));
        assert_eq!(end(&staff, PostingId(9), APRIL), Err(Refusal::NoPosting(PostingId(9))));
        assert_eq!(withdraw(&staff, id).expect("taken back").gone, [5]);
    }
}
