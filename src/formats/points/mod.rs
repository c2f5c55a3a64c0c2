//! Points to locate, from JSON, GeoJSON, NDJSON and CSV, as they arrive.

mod batch;

pub use batch::{Asked, Entry, PointBatch, Trouble};
