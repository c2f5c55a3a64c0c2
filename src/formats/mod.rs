//! Bytes to domain values and back. Pure: readers take bytes or `Read`, nothing opens a file.

pub mod csv_reader;
pub mod dbf;
pub mod geojson;
pub mod geojson_feature;
pub mod geojson_frame;
pub mod geojson_geometry;
pub mod geojson_text;
pub mod gpkg_geometry;
pub mod json;
pub mod lattice_geometry;
pub mod map_style;
pub mod prj;
pub mod profile_toml;
pub mod record;
pub mod safe_zip;
pub mod shape_rules;
pub mod shapefile;
pub mod shp;
pub mod shp_rings;
pub mod source_kind;
pub mod source_layer;
pub mod text_encoding;
pub mod wkb;
pub mod wkb_reader;
pub mod wkt;
pub mod zipped_shapefile;
