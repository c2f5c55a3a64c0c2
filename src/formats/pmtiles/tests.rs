//! Archives that the crate writes, read by us, whole and damaged.

use std::{collections::BTreeMap, io::Cursor, sync::Arc};

use pmtiles::{Compression, PmTilesWriter, TileCoord, TileId, TileType};

use super::{Directory, HEADER_BYTES, Layout, PmtilesError, Span, find_tile};

/// An archive with the tiles `ids`, whose contents repeat every `kinds`.
fn archive(ids: impl Iterator<Item = u64>, kinds: u64) -> (Vec<u8>, BTreeMap<u64, Vec<u8>>) {
    let mut file = Cursor::new(Vec::new());
    let mut tiles = BTreeMap::new();
    let writer = PmTilesWriter::new(TileType::Png).metadata(r#"{"name":"t"}"#).min_zoom(0).max_zoom(12);
    let mut writer = writer.create(&mut file).expect("begun");
    for id in ids {
        let content = format!("tile {}", id % kinds).into_bytes();
        writer.add_tile(TileCoord::from(TileId::new(id).expect("an id")), &content).expect("added");
        tiles.insert(id, content);
    }
    writer.finalize().expect("whole");
    (file.into_inner(), tiles)
}

fn slice(file: &[u8], offset: u64, length: usize) -> &[u8] {
    &file[offset as usize..offset as usize + length]
}

/// Everything that a server does with a file.
fn open(file: &[u8]) -> Result<(Layout, Arc<Directory>), PmtilesError> {
    let layout = Layout::parse(&file[..file.len().min(HEADER_BYTES)], file.len() as u64)?;
    let (offset, length) = layout.metadata()?;
    layout.read_metadata(slice(file, offset, length))?;
    let (offset, length) = layout.root()?;
    let root = Arc::new(layout.read_root(slice(file, offset, length))?);
    Ok((layout, root))
}

fn find(file: &[u8], layout: &Layout, root: &Arc<Directory>, id: u64) -> Result<Option<Span>, PmtilesError> {
    let leaf = |span: Span| layout.read_leaf(slice(file, span.offset, span.length as usize)).map(Arc::new);
    find_tile(layout, root, id, leaf)
}

#[track_caller]
fn check(ids: impl Iterator<Item = u64>, kinds: u64, has_leaves: bool) {
    let (file, tiles) = archive(ids, kinds);
    let (layout, root) = open(&file).expect("an archive");
    assert_eq!(layout.leaves.length > 0, has_leaves);
    assert_eq!((layout.tile_type(), layout.tile_compression()), (TileType::Png, Compression::None));
    let last = tiles.keys().last().copied().unwrap_or_default();
    // Each look-up below the root unpacks a leaf again.
    for id in (0..=last + 3).step_by(if has_leaves { 97 } else { 1 }) {
        let found = find(&file, &layout, &root, id).expect("a whole archive");
        let content = found.map(|span| slice(&file, span.offset, span.length as usize).to_vec());
        assert_eq!(content.as_ref(), tiles.get(&id), "{id}");
    }
}

#[test]
fn every_tile_of_an_archive_is_found_and_no_other() {
    check(0..100, 7, false);
    check((0..100).map(|id| id / 10 * 20 + id % 10), 2, false);
    check(std::iter::empty(), 1, false);
    check((0..60_000).filter(|id| id * id % 7 != 1), 1_000, true);
}

#[test]
fn a_file_that_is_cut_anywhere_is_told_from_a_whole_one() {
    let (file, _) = archive((0..40_000).map(|id| id * 2), 1_000_000);
    let cut = |bytes: usize| open(&file[..bytes]).err();
    assert_eq!(cut(0), Some(PmtilesError::Foreign));
    assert_eq!(cut(50), Some(PmtilesError::ShortHeader { found: 50 }));
    for bytes in [HEADER_BYTES, 5_000, 16_384, 16_390, 20_000, file.len() / 2, file.len() - 1] {
        assert!(matches!(cut(bytes), Some(PmtilesError::CutOff { .. })), "{bytes}: {:?}", cut(bytes));
    }
    assert_eq!(cut(file.len()), None);
}

#[test]
fn another_file_or_version_is_named() {
    let start = |bytes: &[u8]| open(&[bytes, &[0; 200]].concat()).expect_err("refused");
    assert_eq!(start(b"SQLite format 3\0"), PmtilesError::Foreign);
    assert_eq!(start(b"PM\x02\x00"), PmtilesError::Version(2));
    assert_eq!(start(b"PM\x07\x00"), PmtilesError::Foreign);
    assert_eq!(start(b"PMTiles\x04"), PmtilesError::Version(4));
    let (file, _) = archive(0..9, 2);
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        open(&file).expect_err("refused")
    };
    assert_eq!(with(97, 3), PmtilesError::Compression("brotli"));
    assert!(matches!(with(97, 9), PmtilesError::Header(_)));
    assert!(matches!(with(98, 0), PmtilesError::Header(_)));
    assert_eq!(with(99, 0), PmtilesError::TileType);
    assert_eq!(with(99, 77), PmtilesError::TileType);
    assert!(matches!(with(100, 13), PmtilesError::Header(_)));
    assert!(matches!(with(101, 31), PmtilesError::Header(_)));
    assert!(matches!(with(140, 99), PmtilesError::Damaged { .. }));
}

/// An uncompressed archive whose root and leaf section are both these bytes.
fn plain(directory: &[u8]) -> Vec<u8> {
    let (mut file, _) = archive(std::iter::empty(), 1);
    file.truncate(HEADER_BYTES);
    let mut section = |number: usize, offset: usize, length: usize| {
        file[8 + 16 * number..16 + 16 * number].copy_from_slice(&(offset as u64).to_le_bytes());
        file[16 + 16 * number..24 + 16 * number].copy_from_slice(&(length as u64).to_le_bytes());
    };
    section(0, HEADER_BYTES, directory.len());
    section(1, 0, 0);
    section(2, HEADER_BYTES, directory.len());
    section(3, 0, HEADER_BYTES);
    file[97] = 1;
    file.extend(directory);
    file
}

#[test]
fn hostile_directories_are_refused() {
    let refused = |bytes: &[u8]| match open(&plain(bytes)) {
        Err(PmtilesError::Damaged { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&[]), "it has no count");
    assert_eq!(refused(&[0x80; 11]), "it has no count");
    assert_eq!(refused(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]), "its count is more than it holds");
    assert_eq!(refused(&[2, 5, 0, 1, 1, 1, 1, 1, 1]), "its tiles do not ascend");
    let most = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1];
    assert_eq!(refused(&[&[2], &most[..], &[1, 1, 1, 1, 1, 1]].concat()), "its tiles do not ascend");
    assert_eq!(refused(&[&[1, 5], &most[..], &[1, 1]].concat()), "a run is too long");
    assert_eq!(refused(&[1, 5, 1, 0, 1]), "an entry is empty or larger than 16 MiB");
    assert_eq!(refused(&[1, 5, 1, 1, 0]), "the first entry lies behind nothing");
    assert_eq!(refused(&[1, 5, 1, 100, 100]), "an entry lies outside of the archive");
    assert_eq!(refused(&[&[1, 5, 1, 1], &most[..]].concat()), "an entry lies outside of the archive");
    assert_eq!(refused(&[1, 5, 1, 1, 1, 0]), "there is something behind its entries");
    assert_eq!(refused(&[1, 5, 1, 1, 0x80]), "it ends within an entry");
    // A leaf that is itself: there is no way down to a tile.
    let file = plain(&[1, 0, 0, 5, 1]);
    let (layout, root) = open(&file).expect("a directory that can be read");
    assert!(matches!(find(&file, &layout, &root, 3), Err(PmtilesError::Damaged { .. })));
}

#[test]
fn a_damaged_file_never_panics() {
    let (file, _) = archive((0..30_000).filter(|id| id % 5 != 3), 700);
    let (leaves, length) = {
        let (layout, _) = open(&file).expect("an archive");
        (layout.leaves.offset as usize, layout.leaves.length as usize)
    };
    // A fixed sequence (splitmix64): the same damage on every run.
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (bits ^ (bits >> 27)) as usize % below
    };
    let mut opened = 0;
    for _ in 0..300 {
        let mut broken = file.clone();
        let at = [random(HEADER_BYTES), HEADER_BYTES + random(300), leaves + random(length)][random(3)];
        broken[at] = random(256) as u8;
        let Ok((layout, root)) = open(&broken) else { continue };
        opened += 1;
        for id in (0..30_000).step_by(1_999) {
            // Any answer is one; a span lies within the file.
            if let Ok(Some(span)) = find(&broken, &layout, &root, id) {
                slice(&broken, span.offset, span.length as usize);
            }
        }
    }
    assert!(opened > 30, "{opened}");
}
