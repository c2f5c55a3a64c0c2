//! Decompression within limits.

use std::{borrow::Cow, io::Read};

use flate2::bufread::GzDecoder;
use pmtiles::Compression;

use super::error::{Part, PmtilesError};

/// Largest tile, decompressed. Those of real base maps stay below half a megabyte.
const MAX_TILE_BYTES: u64 = 32 << 20;

/// `stored` as it was before it was compressed; damaged, or more than `limit` bytes, is an error.
pub(super) fn inflate(
    stored: &[u8],
    compression: Compression,
    part: Part,
    limit: u64,
) -> Result<Cow<'_, [u8]>, PmtilesError> {
    match compression {
        Compression::None if stored.len() as u64 > limit => Err(PmtilesError::TooLarge { part, limit }),
        Compression::None => Ok(Cow::Borrowed(stored)),
        Compression::Gzip => {
            let mut bytes = Vec::new();
            let read = GzDecoder::new(stored).take(limit + 1).read_to_end(&mut bytes);
            read.map_err(|_| PmtilesError::Damaged { part, what: "it is no whole gzip" })?;
            if bytes.len() as u64 > limit {
                return Err(PmtilesError::TooLarge { part, limit });
            }
            Ok(Cow::Owned(bytes))
        }
        Compression::Unknown => Err(PmtilesError::Compression("something unknown")),
        Compression::Brotli => Err(PmtilesError::Compression("brotli")),
        Compression::Zstd => Err(PmtilesError::Compression("zstd")),
    }
}

/// A tile that is stored with gzip, for somebody who does not take that.
pub fn inflate_tile(stored: &[u8]) -> Result<Vec<u8>, PmtilesError> {
    inflate(stored, Compression::Gzip, Part::Tiles, MAX_TILE_BYTES).map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn what_is_decompressed_is_bounded_and_whole() {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 1 << 20]).expect("written");
        let packed = encoder.finish().expect("packed");
        let unpack = |bytes: &[u8], limit| inflate(bytes, Compression::Gzip, Part::Root, limit).map(|it| it.len());
        assert_eq!(unpack(&packed, 1 << 20), Ok(1 << 20));
        assert_eq!(
            unpack(&packed, (1 << 20) - 1),
            Err(PmtilesError::TooLarge { part: Part::Root, limit: (1 << 20) - 1 })
        );
        assert!(matches!(unpack(&packed[..packed.len() - 9], 1 << 20), Err(PmtilesError::Damaged { .. })));
        assert!(matches!(unpack(b"plain", 9), Err(PmtilesError::Damaged { .. })));
        assert!(inflate(b"plain", Compression::None, Part::Root, 4).is_err());
        assert!(inflate(b"", Compression::Zstd, Part::Root, 4).is_err());
    }
}
