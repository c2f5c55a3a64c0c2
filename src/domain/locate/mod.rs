//! Locating: which face a position lies in, and what is answered for it.

mod accuracy;
mod cells;
mod located;

pub use accuracy::{Accuracy, AccuracyKind, Candidate, Certainty, MAX_ACCURACY_M, Trust};
pub use cells::{Edge, LocateIndex, Spot};
pub use located::{Ground, Located, Match, Nearest, RunnerUp, locate, located};
