//! The embedded store: one SQLite file that is a valid GeoPackage.

mod areas;
mod columns;
mod editions;
mod error;
mod log;
mod open;
mod places;
mod postings;
mod profile;
mod publish;
mod reader;
mod schema;
mod stamp;
mod store;
mod views;
mod words;

pub use reader::{SqliteReader, Stillness};
pub use store::SqliteStore;
