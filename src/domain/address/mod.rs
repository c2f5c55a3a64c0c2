//! Addresses as people say them, found among the names that the district has (not a general geocoder).
//!
//! A text is folded to one spelling, the names of the district that occur in it are looked up, what stands behind them is
//! read as building, stair, floor and room, and each reading is weighed by how much of what was said is in the data.

mod candidate;
mod find;
mod fold;
mod gazetteer;
mod grams;
mod hit;
mod home;
mod names;
mod numeral;
mod parts;
mod pick;
mod reading;
mod simplified;
mod sound;
mod weigh;
mod words;

pub use candidate::{Candidate, CandidateKind, Matched, Missing};
pub use find::{AddressError, Found, Gazetteer, MAX_ADDRESS_CHARACTERS, MAX_CANDIDATES, find};
pub use fold::fold;
pub use gazetteer::{AreaNames, PlaceNames};
pub use hit::How;
pub use parts::Part;
pub use simplified::simplified;
