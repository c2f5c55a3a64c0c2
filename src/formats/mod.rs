//! Bytes to domain values and back. Pure: readers take bytes or `Read`, nothing opens a file.

pub mod geojson;
pub mod geojson_feature;
pub mod geojson_frame;
pub mod geojson_geometry;
pub mod json;
pub mod record;
pub mod shape_rules;
pub mod text_encoding;
