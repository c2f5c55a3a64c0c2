//! PMTiles archives as a base map: header, metadata, directories and the way down to a tile.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use onemap::formats::pmtiles::{HEADER_BYTES, Layout, PmtilesError, Span, find_tile, inflate_tile};

/// Numbers of tiles that are looked for: the first ones, and some of every zoom.
const TILES: [u64; 16] = [0, 1, 2, 3, 4, 5, 21, 85, 342, 1_400, 5_500, 21_900, 88_000, 19_078_479, 1 << 40, u64::MAX];

fuzz_target!(|data: &[u8]| {
    check(data);
    // the same bytes as all directories of an archive that is not compressed, with a header around that is right
    check(&archive(data));
    let _ = inflate_tile(data);
});

fn check(file: &[u8]) {
    let Ok(layout) = Layout::parse(&file[..file.len().min(HEADER_BYTES)], file.len() as u64) else { return };
    let (bounds, center) = (layout.bounds(), layout.center());
    assert!(bounds.is_some() || center.is_none());
    if let Ok((offset, length)) = layout.metadata() {
        let _ = layout.read_metadata(part(file, offset, length));
    }
    let Ok((offset, length)) = layout.root() else { return };
    let Ok(root) = layout.read_root(part(file, offset, length)) else { return };
    let root = Arc::new(root);
    for id in TILES {
        let leaf = |span: Span| layout.read_leaf(part(file, span.offset, span.length as usize)).map(Arc::new);
        if let Ok(Some(span)) = find_tile::<PmtilesError>(&layout, &root, id, leaf) {
            part(file, span.offset, span.length as usize);
        }
    }
}

/// What the layout says lies within the file.
fn part(file: &[u8], offset: u64, length: usize) -> &[u8] {
    if length == 0 { &[] } else { &file[offset as usize..][..length] }
}

fn archive(directories: &[u8]) -> Vec<u8> {
    let mut file = b"PMTiles\x03".to_vec();
    let body = [HEADER_BYTES as u64, directories.len() as u64];
    for [offset, length] in [body, [0, 0], body, [0, HEADER_BYTES as u64 + body[1]]] {
        file.extend(offset.to_le_bytes());
        file.extend(length.to_le_bytes());
    }
    file.extend([0; 24]);
    // clustered, nothing compressed, MVT, zooms 0 to 14
    file.extend([1, 1, 1, 1, 0, 14]);
    file.resize(HEADER_BYTES, 0);
    file.extend(directories);
    file
}
