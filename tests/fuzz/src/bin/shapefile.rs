//! Shapefiles in a zip.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use onemap::formats::zipped_shapefile::zipped_shapefiles;

fuzz_target!(|data: &[u8]| {
    for layer in zipped_shapefiles(Cursor::new(data.to_vec())).into_iter().flatten() {
        onemap_fuzz::drain(layer);
    }
});
