//! Redraws: from edits to something that may be published.

pub mod diff;
mod local;
mod records;
mod retire;
mod validate;

pub use local::{base_of, validate_on};
pub use validate::{AreaChange, Base, Cause, Change, Invalid, ValidDraft, validate, validate_retiring};
