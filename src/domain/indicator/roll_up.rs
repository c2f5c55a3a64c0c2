//! From areas to their parents: sums, maxima and weighted means, and how much of a parent they cover.

use std::collections::{BTreeMap, HashMap};

use super::{Amount, RollUp};
use crate::domain::{area::Hierarchy, coverage::AreaIndex};

/// How many of the children of an area have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Children with a value, their own or from their children.
    pub with_value: u32,
    /// All children.
    pub children: u32,
    /// Whether all children have a value that is their own or covers all of theirs.
    pub is_whole: bool,
}

/// What one area has of an indicator in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rolled {
    /// What was recorded for the area itself.
    pub declared: Option<Amount>,
    /// What comes of its children; `None` when none of them has a value, or too large a one.
    pub computed: Option<Amount>,
    /// How many children that is.
    pub coverage: Coverage,
}

/// All areas that have an indicator in a period, by index.
pub type RolledUp = BTreeMap<AreaIndex, Rolled>;

/// A declared value that does not fit those of the children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// All children have a value, and they make another one.
    Differs {
        /// What was recorded.
        declared: Amount,
        /// What the children make.
        computed: Amount,
    },
    /// Not all children have a value, and they make more already.
    Exceeded {
        /// What was recorded.
        declared: Amount,
        /// What the children make so far.
        computed: Amount,
    },
}

impl Rolled {
    /// The value that is shown: the declared one, else that of the children.
    pub fn shown(&self) -> Option<Amount> {
        self.declared.or(self.computed)
    }

    /// How the declared value does not fit those of the children.
    ///
    /// Means of rounded means may differ by one in the last place.
    pub fn difference(&self, roll_up: &RollUp) -> Option<Difference> {
        let (Some(declared), Some(computed)) = (self.declared, self.computed) else { return None };
        let (own, theirs) = (declared.mantissa(), computed.mantissa());
        let tolerance = match roll_up {
            RollUp::None => return None,
            RollUp::Sum | RollUp::Max => 0,
            RollUp::Mean { .. } if !self.coverage.is_whole => return None,
            RollUp::Mean { .. } => 1,
        };
        if self.coverage.is_whole && own.abs_diff(theirs) > tolerance {
            return Some(Difference::Differs { declared, computed });
        }
        (!self.coverage.is_whole && theirs > own).then_some(Difference::Exceeded { declared, computed })
    }
}

/// What the children of one area have.
#[derive(Debug, Default)]
struct Children {
    with_value: u32,
    all_whole: bool,
    sum: i128,
    weight: i128,
    max: i64,
}

#[derive(Debug, Default)]
struct Open {
    declared: Option<Amount>,
    children: Option<Children>,
}

/// What every area has that a value was recorded for, and what comes of it for those above.
///
/// `recorded` are values of one indicator in one period, of the scale `scale`; `weights`, for a mean, what the indicator
/// that weighs has in the same period. A child without a weight is not counted in a mean. Costs what is recorded, not what
/// areas there are.
pub fn roll_up(
    hierarchy: &Hierarchy,
    how: &RollUp,
    scale: u8,
    recorded: &[(AreaIndex, Amount)],
    weights: &RolledUp,
) -> RolledUp {
    let mut open: BTreeMap<AreaIndex, Open> = BTreeMap::new();
    for &(area, amount) in recorded {
        open.entry(area).or_default().declared = Some(amount);
    }
    let mut rolled = HashMap::with_capacity(open.len());
    // Parents stand before their children: the last one has all that its children have.
    while let Some((area, Open { declared, children })) = open.pop_last() {
        let count = hierarchy.children(area).len() as u32;
        let found = children.unwrap_or_default();
        let coverage = Coverage {
            with_value: found.with_value,
            children: count,
            is_whole: count > 0 && found.with_value == count && found.all_whole,
        };
        let it = Rolled { declared, computed: computed(how, scale, &found), coverage };
        if let (Some(shown), Some(parent)) = (it.shown(), hierarchy.area(area).parent)
            && let Some(weight) = weight_of(how, area, weights)
        {
            let above = open.entry(parent).or_default();
            let sums = above.children.get_or_insert_with(|| Children { all_whole: true, ..Children::default() });
            sums.with_value += 1;
            sums.all_whole &= declared.is_some() || coverage.is_whole;
            sums.sum += i128::from(shown.mantissa()) * weight;
            sums.weight += weight;
            sums.max = sums.max.max(shown.mantissa());
        }
        rolled.insert(area, it);
    }
    rolled.into_iter().collect()
}

/// How much a child weighs; `None` when it does not count.
fn weight_of(how: &RollUp, area: AreaIndex, weights: &RolledUp) -> Option<i128> {
    match how {
        RollUp::None => None,
        RollUp::Sum | RollUp::Max => Some(1),
        RollUp::Mean { .. } => weights.get(&area)?.shown().map(|weight| i128::from(weight.mantissa())),
    }
}

fn computed(how: &RollUp, scale: u8, children: &Children) -> Option<Amount> {
    if children.with_value == 0 {
        return None;
    }
    let mantissa = match how {
        RollUp::None => return None,
        RollUp::Sum => children.sum,
        RollUp::Max => i128::from(children.max),
        // Nobody weighs anything: there is no mean.
        RollUp::Mean { .. } if children.weight == 0 => return None,
        // Half of the last place goes up.
        RollUp::Mean { .. } => (2 * children.sum + children.weight) / (2 * children.weight),
    };
    Amount::new(i64::try_from(mantissa).ok()?, scale)
}

#[cfg(test)]
mod tests;
