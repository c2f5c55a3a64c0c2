//! Locating: which face a position lies in, and what is answered for it.

mod accuracy;
mod cells;
pub mod disc;
mod located;
mod trust;

pub use accuracy::{Accuracy, AccuracyKind, Candidate, Certainty, MAX_ACCURACY_M, Omitted, Trust};
pub use cells::{Edge, LocateIndex, Nearby, Spot};
pub use disc::{Disc, Share, Shares, Spread};
pub use located::{Ground, Located, Match, Nearest, RunnerUp, locate, located};
pub use trust::{Answering, MAX_CANDIDATES, trust};
