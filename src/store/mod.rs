//! The store: the contract, and what keeps it. The only room with SQL.

pub mod address;
mod any;
mod assembly;
mod barrier;
pub mod contract;
pub mod copy;
mod digest;
mod error;
pub mod geopackage_reader;
mod indicator_row;
mod place_words;
pub mod postgres;
mod publishing;
mod reader;
pub mod sqlite;
mod staffing;
mod stamp;
mod watch;
mod words;

pub use address::StoreAddress;
pub use any::AnyStore;
pub use barrier::Barrier;
pub use contract::{
    ChangePlacesError, Counts, Imprint, LogHead, LoggedChange, Now, PublishError, RetiredArea, Revisions, Store,
    StoreError, StoredArea, StoredProfile,
};
pub use indicator_row::RecordError;
pub use postgres::{PostgresReader, PostgresStore};
pub use reader::AnyReader;
pub use sqlite::{SqliteReader, SqliteStore, Stillness};
pub use staffing::{Act, StaffError};
pub use watch::LogWatch;
