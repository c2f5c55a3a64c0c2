//! GeoPackage geometry: what is read is written and read again to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::gpkg_geometry::{multi_polygon_blob, multi_polygon_from_blob, place_blob, place_from_blob};

fuzz_target!(|data: &[u8]| {
    if let Ok(area) = multi_polygon_from_blob(data) {
        assert_eq!(multi_polygon_from_blob(&multi_polygon_blob(&area)), Ok(area));
    }
    if let Ok(place) = place_from_blob(data) {
        assert_eq!(place_from_blob(&place_blob(&place)), Ok(place));
    }
});
