//! Point location in this process: ours beside its peers, on one map, at the same positions.

mod borders;
mod cluster;
mod figures;
mod findings;
mod locator;
mod ours;
mod peers;
mod postgis;
mod table;
mod time_zones;

pub use figures::{allocations_of_one_lookup, figures};
pub use table::compare;
