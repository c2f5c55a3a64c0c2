//! Indicators (人、地、物、事、组织): counts per area and period, and how they sum to parents. Never about one person.

mod amount;
mod definition;
mod period;
mod roll_up;
mod value;

pub use amount::{Amount, AmountError, MAX_DECIMALS, MAX_MANTISSA};
pub use definition::{Group, Indicator, NotOpen, RollUp};
pub use period::{Period, PeriodKind, YEARS};
pub use roll_up::{Coverage, Difference, Rolled, RolledUp, roll_up};
pub use value::{GivenValue, PeriodInUse, RecordedValue};
