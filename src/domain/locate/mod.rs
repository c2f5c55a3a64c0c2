//! Locating: which face a position lies in, and what is answered for it.

mod index;
mod located;

pub use index::{Hit, LocateIndex};
pub use located::{Ground, Located, Match, Nearest, RunnerUp, locate};
