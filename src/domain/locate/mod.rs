//! Locating: which face a position lies in, and what is answered for it.

mod accuracy;
pub mod disc;
mod index;
mod located;
mod trust;

pub use accuracy::{Accuracy, AccuracyKind, Candidate, Certainty, MAX_ACCURACY_M, Trust};
pub use disc::{Disc, Edge, Share, Shares, Spread};
pub use index::{Hit, LocateIndex};
pub use located::{Ground, Located, Match, Nearest, RunnerUp, locate};
pub use trust::{MAX_CANDIDATES, trust};
