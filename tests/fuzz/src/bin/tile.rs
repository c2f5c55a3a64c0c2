//! Vector tiles: what is read is written and read again to the same, and polygons are judged without harm.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap_tiles::{decode, encode};

/// Judging a polygon takes quadratic time; larger tiles are only read.
const MAX_JUDGED_BYTES: usize = 4096;

fuzz_target!(|data: &[u8]| {
    let Ok(layers) = decode(data) else { return };
    let bytes = encode(&layers);
    let again = decode(&bytes).expect("what is encoded is decoded");
    assert_eq!(encode(&again), bytes);
    assert_eq!(again.len(), layers.len());
    if data.len() <= MAX_JUDGED_BYTES {
        for feature in layers.iter().flat_map(|layer| &layer.features) {
            let _ = feature.geometry.check();
        }
    }
});
