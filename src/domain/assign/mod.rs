//! Who is to answer for a case (派单): a pure function of the profile's rules, an edition's areas, who is on duty, and what is
//! known of the case.
//!
//! ```text
//! Case ── standing ──> the chain of areas, as far as it can be trusted
//!           │            unit chosen > 归属 of a border road > located > nearest
//!           v
//!         rules that fit, those for exclusive areas first, each in the profile's order
//!           │   nobody on duty
//!           v
//!         the chain, climbed: unit -> grid -> community -> street -> district   (escalation)
//!           │   nobody on duty
//!           v
//!         the organisation of last resort
//! ```
//!
//! It always ends with an answer or with nobody; either way [`Assignment::tried`] says what was tried and why it did not apply.

#[allow(clippy::module_inception, reason = "the room is named after its first resident")]
mod assign;
mod assignment;
mod case;
pub mod explain;
mod find;
mod standing;

pub use assign::{Ground, assign};
pub use assignment::{Answerer, Assignment, Basis, On, Step, Tried, Who, WhyNot};
pub use case::{Case, PlaceHit, Whereabouts};
pub use standing::may_choose;
