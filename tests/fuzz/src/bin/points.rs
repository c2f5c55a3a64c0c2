//! Points to locate, in every format. How the body is cut must make no difference: the first byte says where.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::points::{PointBatch, PointFormat, PointOptions, PointReader, ReadError};

/// What a body in pieces of `size` bytes gives.
fn read(format: PointFormat, body: &[u8], size: usize) -> (PointBatch, Result<(), ReadError>) {
    let mut reader = PointReader::new(format, PointOptions::default());
    let mut batch = PointBatch::default();
    let pushed = body.chunks(size).try_for_each(|piece| reader.push(piece, &mut batch));
    let done = pushed.and_then(|()| reader.finish(&mut batch));
    let is_text = |carried: &[u8]| std::str::from_utf8(carried).is_ok();
    assert!(batch.entries().all(|entry| is_text(entry.carried)), "what is carried is text");
    (batch, done)
}

fuzz_target!(|data: &[u8]| {
    let Some((&size, body)) = data.split_first() else { return };
    for format in [PointFormat::Json, PointFormat::GeoJson, PointFormat::NdJson, PointFormat::Csv] {
        assert_eq!(read(format, body, usize::from(size) + 1), read(format, body, usize::MAX));
    }
});
