//! GeoJSON, one document or newline-delimited.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::geojson::{GeoJsonReader, feature_of_body};

fuzz_target!(|data: &[u8]| {
    if let Ok(reader) = GeoJsonReader::new(data) {
        onemap_fuzz::drain(reader);
    }
    let _ = feature_of_body(data);
});
