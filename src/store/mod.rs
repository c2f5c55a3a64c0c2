//! The store: the contract, and what keeps it. The only room with SQL.

pub mod contract;
pub mod geopackage_reader;
pub mod sqlite;

pub use contract::{Counts, Imprint, PublishError, Revisions, Store, StoreError, StoredArea, StoredProfile};
pub use sqlite::{SqliteReader, SqliteStore, Stillness};
