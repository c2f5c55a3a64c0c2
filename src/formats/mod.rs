//! Bytes to domain values and back. Pure: readers take bytes or `Read`, nothing opens a file.

pub mod map_style;
pub mod record;
