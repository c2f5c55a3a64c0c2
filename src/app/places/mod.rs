//! Places: what falls into which area, what is near, and how lists of them come in.

mod import;
mod merge;
mod reads;
mod record;
mod report;

pub use import::{ImportPlacesError, PlaceImportOptions, Scope, import_places};
pub use reads::{Found, ServicePlacesError};
pub use report::{PlaceImportReport, PlaceOutcome};
