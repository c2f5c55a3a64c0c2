//! WKT and EWKT, and the .prj of a Shapefile.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::{prj::declared_by_prj, wkt::Wkt};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Wkt::parse(text);
        let _ = declared_by_prj(text);
    }
});
