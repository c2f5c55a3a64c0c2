//! The embedded store: one SQLite file that is a valid GeoPackage.

mod areas;
mod columns;
mod editions;
mod indicators;
mod log;
mod open;
mod pages;
mod places;
mod profile;
mod publish;
mod reader;
mod schema;
mod staff;
mod store;
mod transfer;
mod views;
mod watch;

use super::{error, stamp, words};

pub use reader::{SqliteReader, Stillness};
pub use store::SqliteStore;
pub use watch::SqliteWatch;
