//! CSV with WKT or hexadecimal WKB.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::csv_reader::CsvReader;

fuzz_target!(|data: &[u8]| {
    if let Ok(reader) = CsvReader::new(data) {
        onemap_fuzz::drain(reader);
    }
});
