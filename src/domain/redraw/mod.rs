//! Redraws: from edits to something that may be published.

mod validate;

pub use validate::{AreaChange, Base, Cause, Change, Invalid, ValidDraft, validate};
