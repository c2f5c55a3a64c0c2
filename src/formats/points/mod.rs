//! Points to locate, from JSON, GeoJSON, NDJSON and CSV, as they arrive.
//!
//! Every format has two ways through: a scanner for the plain record, which allocates nothing, and a careful reader
//! for all others, which says what is wrong. What the scanner takes, the careful reader would read alike.

mod batch;
mod columns;
mod csv;
mod csv_fields;
mod csv_header;
mod csv_row;
mod error;
mod feature_scan;
mod features;
mod frame;
mod lines;
mod meaning;
mod number;
mod object;
mod objects;
mod reader;
mod sink;
mod stream;
#[cfg(test)]
mod tests;

pub use batch::{Asked, Entry, PointBatch, Trouble, feature_parts};
pub use columns::MAX_COLUMNS_RECORDS;
pub use csv_fields::csv_cells;
pub(super) use csv_fields::{Place, fields, unquoted};
pub use csv_header::Header;
pub use error::ReadError;
pub use reader::{PointFormat, PointOptions, PointReader, Shape};
