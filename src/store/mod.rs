//! store.

pub mod geopackage_reader;
