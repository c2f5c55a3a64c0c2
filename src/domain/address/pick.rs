//! Which of several units on one footprint an address means.

use super::{
    fold::fold,
    parts::{Dashes, Numbered, Part, Parts},
};
use crate::domain::{area::Snapshot, coverage::AreaIndex};

/// A unit out of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// The unit.
    pub area: AreaIndex,
    /// By which parts of the address.
    pub by: Vec<Part>,
}

/// The one unit of `stacked` whose name has the stair, floor or room that `asked` says; `None` when there is none, or
/// more than one.
pub fn pick(snapshot: &Snapshot, stacked: &[AreaIndex], asked: &Parts) -> Option<Picked> {
    let mut one: Option<Picked> = None;
    for &area in stacked {
        let Some(by) = fit(&snapshot.hierarchy.area(area).name, asked) else { continue };
        if one.is_some() {
            return None;
        }
        one = Some(Picked { area, by });
    }
    one
}

/// The parts by which the unit called `name` is what is asked for; `None` when it is not, or no part tells.
fn fit(name: &str, asked: &Parts) -> Option<Vec<Part>> {
    let name: Vec<char> = fold(name).chars().collect();
    let unit = Parts::read(&name, 0, Dashes::Range);
    let mut by = Vec::new();
    if let (Some(own), Some(asked)) = (&unit.stair, &asked.stair) {
        if !is_among(own, &asked.value) {
            return None;
        }
        by.push(Part::Stair);
    }
    if let (Some(own), Some(storey)) = (&unit.floor, asked.storey()) {
        let is_own = match &own.from {
            None => unit.storey() == Some(storey),
            Some(_) => is_among(own, &storey.to_string()),
        };
        if !is_own {
            return None;
        }
        by.push(if asked.floor.is_some() { Part::Floor } else { Part::Room });
    }
    if let (Some(own), Some(asked)) = (&unit.room, &asked.room) {
        if !is_among(own, &asked.value) {
            return None;
        }
        by.push(Part::Room);
    }
    by.dedup();
    (!by.is_empty()).then_some(by)
}

/// Whether `asked` is the number, or one of the numbers that it stands for.
fn is_among(own: &Numbered, asked: &str) -> bool {
    let number = |text: &str| text.parse::<i32>().ok();
    match &own.from {
        None => own.value == asked,
        Some(from) => match (number(from), number(&own.value), number(asked)) {
            (Some(first), Some(last), Some(asked)) => (first..=last).contains(&asked),
            _ => own.value == asked || from == asked,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stair_floor_and_room_tell_units_apart() {
        let fits = |name: &str, asked: &str| {
            let asked: Vec<char> = fold(asked).chars().collect();
            fit(name, &Parts::read(&asked, 0, Dashes::Follow))
        };
        assert_eq!(fits("荔园小区3号楼2梯", "3号楼2单元107"), Some(vec![Part::Stair]));
        assert_eq!(fits("荔园小区3号楼二梯", "3号楼2梯"), Some(vec![Part::Stair]));
        assert_eq!(fits("荔园小区3号楼1梯", "3号楼2梯"), None);
        assert_eq!(fits("荔园小区3号楼2梯", "3号楼"), None);
        assert_eq!(fits("荔园小区3号楼1-3层", "3号楼2层"), Some(vec![Part::Floor]));
        assert_eq!(fits("荔园小区3号楼1-3层", "3号楼203室"), Some(vec![Part::Room]));
        assert_eq!(fits("荔园小区3号楼4-18层", "3号楼203室"), None);
        assert_eq!(fits("荔园小区3号楼2梯4-18层", "3号楼2梯1203室"), Some(vec![Part::Stair, Part::Room]));
        assert_eq!(fits("荔园小区3号楼B1层", "3号楼B1层"), Some(vec![Part::Floor]));
        assert_eq!(fits("荔园小区3号楼B1层", "3号楼负1层"), Some(vec![Part::Floor]));
        assert_eq!(fits("荔园小区3号楼B1层", "3号楼1层"), None);
        assert_eq!(fits("荔园小区3号楼101-105室", "3号楼103室"), Some(vec![Part::Room]));
        assert_eq!(fits("荔园小区3号楼东单元", "3号楼东单元"), Some(vec![Part::Stair]));
    }
}
