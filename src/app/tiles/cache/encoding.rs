//! Compressing tiles, and back.

use std::{cell::RefCell, io::Read};

use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};

/// Level of gzip. All tiles of a trace of map screens, mean: level 1 170 us and 19.2 kB, 4 248 us and 19.1 kB, 6 301 us and
/// 18.9 kB.
const GZIP_LEVEL: i32 = 1;

thread_local! {
    /// A compressor of half a megabyte, which would cost as much as a small tile to make.
    static GZIP: RefCell<Compressor> =
        RefCell::new(Compressor::new(CompressionLvl::new(GZIP_LEVEL).expect("libdeflate has the level")));
}

/// Level of zstd. The same tile: level 1 190 us and 38.8 kB, 3 256 us and 36.8 kB, 5 695 us and 35.7 kB.
const ZSTD_LEVEL: i32 = 3;

/// How an answer is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Not at all; such answers are made from compressed ones and not kept.
    Identity,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Encoding {
    /// Those that answers are kept in, the cheaper first.
    pub const KEPT: [Self; 2] = [Self::Zstd, Self::Gzip];

    /// `tile` in this encoding. What is empty stays empty: it is answered without a body.
    pub(super) fn encode(self, tile: &Bytes) -> Bytes {
        if tile.is_empty() {
            return Bytes::new();
        }
        match self {
            Self::Identity => tile.clone(),
            Self::Gzip => GZIP.with_borrow_mut(|compressor| {
                let mut packed = vec![0; compressor.gzip_compress_bound(tile.len())];
                let written = compressor.gzip_compress(tile, &mut packed).expect("the bound is one");
                packed.truncate(written);
                // It is kept: without the rest of the bound.
                packed.shrink_to_fit();
                packed.into()
            }),
            Self::Zstd => zstd::bulk::compress(tile, ZSTD_LEVEL).expect("memory is there, and the level too").into(),
        }
    }

    /// The tile that `encode` made `packed` from.
    pub(super) fn decode(self, packed: &Bytes) -> Bytes {
        if packed.is_empty() {
            return Bytes::new();
        }
        let mut tile = Vec::new();
        let read = match self {
            Self::Identity => return packed.clone(),
            Self::Gzip => flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut tile),
            Self::Zstd => zstd::stream::read::Decoder::new(&packed[..]).and_then(|mut it| it.read_to_end(&mut tile)),
        };
        read.expect("what is kept was compressed here");
        tile.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_tile_back_the_same_each_time() {
        for tile in [&b""[..], b"x", &[7; 100_000], &include_bytes!("encoding.rs")[..]].map(Bytes::from_static) {
            for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Zstd] {
                let packed = encoding.encode(&tile);
                assert_eq!(encoding.decode(&packed), tile, "{encoding:?}");
                assert_eq!(encoding.encode(&tile), packed, "{encoding:?}");
                assert_eq!(packed.is_empty(), tile.is_empty());
            }
        }
    }
}
