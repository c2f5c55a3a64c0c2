//! Places: what falls into which area, what is near, and how lists of them come in.

mod ids;
mod import;
mod inside;
mod merge;
mod reads;
mod record;
mod report;
mod told;

pub use import::{ImportPlacesError, PlaceImportOptions, Scope, import_places};
pub use reads::{Found, PlaceCount, ServicePlacesError, class_name};
pub use report::{PlaceImportReport, PlaceOutcome};
