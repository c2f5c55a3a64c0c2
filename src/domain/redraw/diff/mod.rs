//! What differs between two editions, and what became of each area (网格沿革).

mod compare;
mod households;
mod lineage;
mod overlay;
mod record;
mod told;

pub use compare::{DiffError, diff, heirs};
pub use record::{Change, ChangeKind, Diff, Kinship, Party, Relation, Weighting};
