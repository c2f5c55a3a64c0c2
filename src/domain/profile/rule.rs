//! Who is to answer for what: the rules of a district (派单规则).

use time::OffsetDateTime;

use super::{CategoryPattern, Name};
use crate::domain::area::{Kind, Level};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Who is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// Whoever answers for the finest area, else for the one above it, and so on ([`Escalation::roles`]).
    Leaders,
    /// 责任单位 that the exclusive area names.
    Body,
    /// Whoever is posted in a role, by its place in the profile: for a place that the rule is about, or for the area of the
    /// role's level.
    Role(usize),
    /// The organisation of that name or short name, with its duty telephone.
    Organisation(String),
}

/// Days of the week and hours, by the district's clock.
///
/// **Invariant**: at least one day; both ends are minutes of a day and differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Bit 0 is Monday.
    days: u8,
    from: u16,
    to: u16,
}

impl Window {
    /// The hours from one minute of a day up to, but not with, another, on the days that are set, bit 0 Monday. One that ends
    /// before it begins ends on the next day. `None` when it breaks the invariant; it may end at 24:00.
    pub fn new(days: u8, from: u16, to: u16) -> Option<Self> {
        let is_good = (1..1 << 7).contains(&days) && from < DAY && to <= DAY && from != to;
        is_good.then_some(Self { days, from, to })
    }

    /// Whether a moment of the district's clock is in it.
    pub fn contains(self, local: OffsetDateTime) -> bool {
        let minute = u16::from(local.hour()) * 60 + u16::from(local.minute());
        let day = local.weekday().number_days_from_monday();
        let begins_on = |day: u8| self.days & (1 << day) != 0;
        if self.from < self.to {
            return begins_on(day) && (self.from..self.to).contains(&minute);
        }
        (begins_on(day) && minute >= self.from) || (begins_on((day + 6) % 7) && minute < self.to)
    }
}

/// One rule. What it says nothing of it does not ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Id, unique in the profile.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// What cases it is about; at least one pattern.
    pub categories: Vec<CategoryPattern>,
    /// The kind of the area on `level`, or of the finest area that has one; [`Kind::None`] for any.
    pub kind: Kind,
    /// The case lies in an area of this level, as far as its position can be trusted.
    pub level: Option<Level>,
    /// The case is at a place of one of these classes; none for anywhere.
    pub place_classes: Vec<String>,
    /// When; none for always.
    pub time: Vec<Window>,
    /// 主办.
    pub lead: Party,
    /// 协办, in order.
    pub assist: Vec<Party>,
}

/// Who answers when no rule finds anybody on duty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Escalation {
    /// Roles, by their places in the profile, the first of a level first; levels are climbed from the finest.
    pub roles: Vec<usize>,
    /// Name of the organisation that answers when nobody is on duty on any level.
    pub organisation: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn windows_are_half_open_and_may_cross_midnight() {
        let workdays = Window::new(0b001_1111, 8 * 60 + 30, 17 * 60 + 30).expect("a window");
        // 2026-11-20 is a Friday.
        assert!(workdays.contains(datetime!(2026-11-20 08:30 +8)) && workdays.contains(datetime!(2026-11-20 17:29 +8)));
        assert!(
            !workdays.contains(datetime!(2026-11-20 17:30 +8)) && !workdays.contains(datetime!(2026-11-21 09:00 +8))
        );
        let friday_night = Window::new(0b001_0000, 22 * 60, 6 * 60).expect("a window");
        assert!(friday_night.contains(datetime!(2026-11-20 22:00 +8)));
        assert!(friday_night.contains(datetime!(2026-11-21 05:59 +8)));
        assert!(!friday_night.contains(datetime!(2026-11-20 05:59 +8)));
        assert!(!friday_night.contains(datetime!(2026-11-21 22:00 +8)));
        // Sunday night ends on Monday.
        let sunday_night = Window::new(0b100_0000, 22 * 60, 6 * 60).expect("a window");
        assert!(sunday_night.contains(datetime!(2026-11-23 05:00 +8)));
        assert!(Window::new(1, 0, DAY).expect("a whole day").contains(datetime!(2026-11-23 23:59 +8)));
        for (days, from, to) in [(0, 0, 60), (128, 0, 60), (1, 60, 60), (1, DAY, 60), (1, 0, DAY + 1)] {
            assert_eq!(Window::new(days, from, to), None);
        }
    }
}
