//! Vector tiles: what is read is written and read again to the same, and polygons are judged without harm.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap_tiles::{decode, encode};

/// Judging a polygon takes quadratic time; those of larger tiles are only read.
const MAX_JUDGED_BYTES: usize = 4096;

fuzz_target!(|data: &[u8]| {
    check(data);
    // the same bytes as the geometry of a feature, where no lengths around it must fit
    if let [kind, commands @ ..] = data {
        let feature = [&[0x18, kind % 4][..], &field(4, commands)].concat();
        let layer = [&[0x78, 2][..], &field(1, b"a"), &field(2, &feature)].concat();
        check(&field(3, &layer));
    }
});

fn check(data: &[u8]) {
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
}

/// A field of bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut len = bytes.len();
    while len >= 0x80 {
        out.push(len as u8 | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
    out.extend(bytes);
    out
}
