//! Import: files of areas become a draft, the draft an edition.

mod fields;
mod judge;
mod normalise;
mod read;
mod report;
mod run;

pub use fields::{FieldMap, FieldMapError};
pub use normalise::digest;
pub use read::{ImportSource, Progress};
pub use report::{ImportReport, Outcome};
pub use run::{ImportError, ImportOptions, import, imprint};
