//! Import: files of areas become a draft, the draft an edition.

mod fields;
mod judge;
mod normalise;
mod read;
mod report;
mod run;
mod scope;

pub use fields::{FieldMap, FieldMapError};
pub use normalise::digest;
pub use read::{ImportSource, MAX_RECORD_FINDINGS, Progress, Systems, Tables, Taken, each_record};
pub use report::{ImportReport, Outcome, PostToFill};
pub use run::{ANONYMOUS, ImportError, ImportOptions, base_of, import, imprint};
pub use scope::{Scope, ScopeError};
