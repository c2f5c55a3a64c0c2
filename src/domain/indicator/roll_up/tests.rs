//! A street with two communities, of three grids and one.

use super::*;
use crate::domain::{
    area::{Area, AreaCode, AreaId, FigureSource, Kind, Level},
    geometry::Position,
};
use proptest::prelude::*;

/// Parents of the areas: the street 0, the communities 1 and 2, the grids 3, 4, 5 of 1 and 6 of 2.
const PARENTS: [Option<AreaIndex>; 7] = [None, Some(0), Some(0), Some(1), Some(1), Some(1), Some(2)];

fn hierarchy() -> Hierarchy {
    let level = |parent: Option<AreaIndex>| match parent {
        None => 0,
        Some(0) => 1,
        Some(_) => 2,
    };
    let area = |(index, parent): (usize, Option<AreaIndex>)| Area {
        id: AreaId(index as i64 + 1),
        from_edition: 1,
        code: AreaCode::new(&format!("A{index}")).expect("a code"),
        level: Level(level(parent)),
        parent,
        name: String::new(),
        kind: Kind::None,
        branch: None,
        households: None,
        residents: None,
        figures: FigureSource::Declared,
        body: None,
        area_m2: 1.0,
        label: Position::new(0, 0).expect("a position"),
        digest: [0; 32],
    };
    Hierarchy::new(PARENTS.into_iter().enumerate().map(area).collect(), 3).expect("a hierarchy")
}

fn amount(mantissa: i64) -> Amount {
    Amount::new(mantissa, 1).expect("an amount")
}

fn rolled(how: &RollUp, recorded: &[(AreaIndex, i64)], weights: &[(AreaIndex, i64)]) -> RolledUp {
    let of = |list: &[(AreaIndex, i64)]| list.iter().map(|&(area, it)| (area, amount(it))).collect::<Vec<_>>();
    let weights = roll_up(&hierarchy(), &RollUp::Sum, 1, &of(weights), &RolledUp::new());
    roll_up(&hierarchy(), how, 1, &of(recorded), &weights)
}

fn mean() -> RollUp {
    RollUp::Mean { weight: "residents".to_owned() }
}

/// Shown value of every area that has one, and its coverage.
fn shown(rolled: &RolledUp) -> Vec<(AreaIndex, i64, u32, bool)> {
    let of = |(&area, it): (&AreaIndex, &Rolled)| {
        Some((area, it.shown()?.mantissa(), it.coverage.with_value, it.coverage.is_whole))
    };
    rolled.iter().filter_map(of).collect()
}

#[test]
fn children_sum_to_parents_and_say_how_many_they_are() {
    let all = rolled(&RollUp::Sum, &[(3, 10), (4, 20), (5, 30), (6, 5)], &[]);
    assert_eq!(shown(&all)[..3], [(0, 65, 2, true), (1, 60, 3, true), (2, 5, 1, true)]);
    assert_eq!(all[&1].coverage, Coverage { with_value: 3, children: 3, is_whole: true });
    // Without one grid neither its community nor the street is whole.
    let most = rolled(&RollUp::Sum, &[(3, 10), (5, 30), (6, 5)], &[]);
    assert_eq!(shown(&most)[..3], [(0, 45, 2, false), (1, 40, 2, false), (2, 5, 1, true)]);
    // What is declared counts in place of the children, and makes the parent whole.
    let declared = rolled(&RollUp::Sum, &[(1, 100), (3, 10), (6, 5)], &[]);
    assert_eq!(shown(&declared)[..3], [(0, 105, 2, true), (1, 100, 1, false), (2, 5, 1, true)]);
    assert_eq!(rolled(&RollUp::Sum, &[], &[]), RolledUp::new());
}

#[test]
fn the_largest_child_and_no_child_at_all() {
    let largest = rolled(&RollUp::Max, &[(3, 10), (4, 20), (6, 15)], &[]);
    assert_eq!(shown(&largest)[..3], [(0, 20, 2, false), (1, 20, 2, false), (2, 15, 1, true)]);
    let none = rolled(&RollUp::None, &[(3, 10), (1, 7)], &[]);
    assert_eq!(shown(&none), [(1, 7, 0, false), (3, 10, 0, false)]);
}

#[test]
fn a_mean_weighs_its_children_and_leaves_out_those_without_a_weight() {
    // (10 * 1 + 20 * 3) / 4 = 17.5, of the last place, up.
    let weighed = rolled(&mean(), &[(3, 10), (4, 20), (5, 99), (6, 40)], &[(3, 10), (4, 30), (6, 40)]);
    assert_eq!(shown(&weighed)[..3], [(0, 29, 2, false), (1, 18, 2, false), (2, 40, 1, true)]);
    let nobody = rolled(&mean(), &[(6, 40)], &[(6, 0)]);
    assert_eq!(shown(&nobody), [(6, 40, 0, false)]);
}

#[test]
fn a_declared_parent_is_compared_with_its_children() {
    let difference = |how: &RollUp, recorded: &[(AreaIndex, i64)], weights: &[(AreaIndex, i64)]| {
        rolled(how, recorded, weights)[&1].difference(how)
    };
    let (sum, grids) = (RollUp::Sum, [(3, 10), (4, 20), (5, 30)]);
    let with = |own: i64, children: &[(AreaIndex, i64)]| [&[(1, own)], children].concat();
    let differs = |own, computed| {
        let (declared, computed) = (amount(own), amount(computed));
        Some(Difference::Differs { declared, computed })
    };
    assert_eq!(difference(&sum, &with(60, &grids), &[]), None);
    assert_eq!(difference(&sum, &with(61, &grids), &[]), differs(61, 60));
    assert_eq!(difference(&sum, &with(59, &grids), &[]), differs(59, 60));
    // Two of three children: less is no contradiction, more is one.
    assert_eq!(difference(&sum, &with(60, &grids[..2]), &[]), None);
    let (declared, computed) = (amount(29), amount(30));
    assert_eq!(difference(&sum, &with(29, &grids[..2]), &[]), Some(Difference::Exceeded { declared, computed }));
    assert_eq!(difference(&RollUp::Max, &with(30, &grids), &[]), None);
    assert_eq!(difference(&RollUp::Max, &with(31, &grids), &[]), differs(31, 30));
    assert_eq!(difference(&RollUp::None, &with(61, &grids), &[]), None);
    // Equal weights: the mean is 20; 21 may be the rounding of the children, 22 is not.
    let weights = [(3, 10), (4, 10), (5, 10)];
    assert_eq!(difference(&mean(), &with(21, &grids), &weights), None);
    assert_eq!(difference(&mean(), &with(22, &grids), &weights), differs(22, 20));
    assert_eq!(difference(&mean(), &with(99, &grids), &weights[..2]), None);
}

#[test]
fn sums_that_no_number_holds_are_none() {
    let large = Amount::new(i64::MAX, 0).expect("an amount");
    let all = roll_up(&hierarchy(), &RollUp::Sum, 0, &[(3, large), (4, large)], &RolledUp::new());
    assert_eq!(all[&1].shown(), None);
    assert_eq!(all[&1].coverage.with_value, 2);
    assert!(!all.contains_key(&0), "nothing is known of the street");
}

proptest! {
    /// The shown value of the street is what a naive walk from above finds.
    #[test]
    fn sums_agree_with_a_walk_from_above(given in prop::collection::vec(prop::option::of(0_i64..1000), 7)) {
        let recorded: Vec<(AreaIndex, i64)> =
            (0..).zip(&given).filter_map(|(area, it)| it.map(|it| (area, it))).collect();
        let all = rolled(&RollUp::Sum, &recorded, &[]);
        for area in 0..7 {
            let found = all.get(&area).and_then(Rolled::shown).map(Amount::mantissa);
            prop_assert_eq!(found, walk(&given, area), "area {}", area);
        }
    }
}

fn walk(given: &[Option<i64>], area: AreaIndex) -> Option<i64> {
    let children = (0..7).filter(|&child| PARENTS[child as usize] == Some(area));
    given[area as usize].or_else(|| children.filter_map(|child| walk(given, child)).reduce(|a, b| a + b))
}
