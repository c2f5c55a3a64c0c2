//! Editions through time: which one a question means, what differs between two, what became of an area.

mod homes;
mod which;

pub use homes::homes;
pub use which::{CompareError, NoneInForce, ReadError, Which, in_force_at};
