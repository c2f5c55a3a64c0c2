//! Profiles and code schemes as TOML.
//!
//! The readers walk the spanned table of the `toml` parser themselves instead of deriving serde: so that every
//! complaint has its line, its key as a path, and what is allowed there.

pub mod builtin;
pub mod error;

mod category;
mod crs;
mod indicators;
mod level;
mod locate;
mod place_class;
mod profile;
mod rule;
mod scheme;
mod table;

pub use builtin::{builtin_profiles, builtin_schemes, find_profile};
pub use error::ProfileError;
pub use profile::parse_profile;
pub use scheme::{SchemeCatalogue, parse_scheme};
