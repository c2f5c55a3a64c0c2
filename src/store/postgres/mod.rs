//! The store of a city: a database of PostgreSQL with PostGIS.

mod areas;
mod batch;
mod columns;
mod editions;
mod gate;
mod indicators;
mod log;
mod open;
mod places;
mod profile;
mod publish;
mod reach;
mod reader;
mod schema;
mod server;
mod staff;
mod steady;
mod store;
mod views;
mod watch;
mod write;

pub(in crate::store) use batch::{BATCH_BYTES, BATCH_ROWS, batches};
pub(in crate::store) use steady::Steady;
pub(in crate::store) use write::Write;

pub use reader::PostgresReader;
pub use store::PostgresStore;
pub use watch::PostgresWatch;
