//! WKB and EWKB.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::wkb_reader::Wkb;

fuzz_target!(|data: &[u8]| {
    let _ = Wkb::parse(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Wkb::parse_hex(text);
    }
});
