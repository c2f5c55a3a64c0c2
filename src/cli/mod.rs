//! cli.
pub mod profile;
