//! A base map from a PMTiles file, read piece by piece: only directories are kept in memory.

use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    ops::RangeInclusive,
    os::unix::fs::FileExt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use pmtiles::{Compression, TileCoord, TileId, TileType};

use crate::formats::pmtiles::{Directory, HEADER_BYTES, Layout, Metadata, PmtilesError, Span, find_tile, inflate_tile};

/// Bytes of leaf directories that are kept; a real one takes some 100 KB to 1 MB.
const KEPT_BYTES: usize = 64 << 20;

/// What a map draws of a base map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasemapKind {
    /// Vector tiles: a style decides how their layers look.
    Vector,
    /// Pictures.
    Raster,
}

/// Why a base map, or a tile of it, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BasemapError {
    /// It is a folder, a pipe or a device.
    #[error("this is no plain file")]
    NoFile,
    /// The system does not give its bytes.
    #[error("cannot read: {0}")]
    Read(#[from] io::Error),
    /// Its bytes are wrong.
    #[error(transparent)]
    Archive(#[from] PmtilesError),
}

impl BasemapError {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NoFile => "不是普通文件".to_owned(),
            Self::Read(error) if error.kind() == io::ErrorKind::NotFound => "没有这个文件".to_owned(),
            Self::Read(_) => "无法读取".to_owned(),
            Self::Archive(error) => error.zh(),
        }
    }
}

/// An open base map. The file stays open: one that takes its name later is not seen before the next start.
pub struct Basemap {
    file: File,
    layout: Layout,
    root: Arc<Directory>,
    metadata: Metadata,
    leaves: Mutex<Leaves>,
}

/// A tile of a base map, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasemapTile {
    /// Its bytes.
    pub bytes: Bytes,
    /// How they are compressed, as HTTP says it; `None` when they are not.
    pub encoding: Option<&'static str>,
}

impl BasemapTile {
    /// The tile without its compression; `None` when that is one that is only handed on, not read.
    pub fn plain(&self) -> Option<Result<Vec<u8>, BasemapError>> {
        match self.encoding {
            None => Some(Ok(self.bytes.to_vec())),
            Some("gzip") => Some(inflate_tile(&self.bytes).map_err(BasemapError::from)),
            Some(_) => None,
        }
    }
}

/// Leaf directories by where they lie. Written and read by requests; dropping it costs time, nothing else.
#[derive(Default)]
struct Leaves {
    kept: HashMap<Span, (Arc<Directory>, u64)>,
    bytes: usize,
    /// Counts uses, to know which was used least recently.
    clock: u64,
}

impl Basemap {
    /// Opens the file and judges header, metadata and root directory.
    pub fn open(path: &Path) -> Result<Self, BasemapError> {
        // Before opening: whoever opens a pipe waits for its other end.
        if !fs::metadata(path)?.is_file() {
            return Err(BasemapError::NoFile);
        }
        let file = File::open(path)?;
        let file_bytes = file.metadata()?.len();
        let start = read(&file, 0, HEADER_BYTES.min(usize::try_from(file_bytes).unwrap_or(HEADER_BYTES)))?;
        let layout = Layout::parse(&start, file_bytes)?;
        let (offset, length) = layout.metadata()?;
        let metadata = layout.read_metadata(&read(&file, offset, length)?)?;
        let (offset, length) = layout.root()?;
        let root = Arc::new(layout.read_root(&read(&file, offset, length)?)?);
        Ok(Self { file, layout, root, metadata, leaves: Mutex::default() })
    }

    /// The tile in column `x` and row `y` of zoom `z`; `None` when the file has none there. Reads the disk.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<BasemapTile>, BasemapError> {
        let Ok(coord) = TileCoord::new(z, x, y) else { return Ok(None) };
        let leaf = |span| self.leaf(span);
        let Some(span) = find_tile(&self.layout, &self.root, TileId::from(coord).value(), leaf)? else {
            return Ok(None);
        };
        let bytes = read(&self.file, span.offset, span.length as usize)?.into();
        Ok(Some(BasemapTile { bytes, encoding: self.layout.tile_compression().content_encoding() }))
    }

    /// What a map draws of it.
    pub fn kind(&self) -> BasemapKind {
        match self.layout.tile_type() {
            TileType::Mvt => BasemapKind::Vector,
            _ => BasemapKind::Raster,
        }
    }

    /// Media type of its tiles.
    pub fn content_type(&self) -> &'static str {
        self.layout.tile_type().content_type()
    }

    /// Whether its tiles can be given to somebody who takes no compression.
    pub fn has_plain_tiles(&self) -> bool {
        matches!(self.layout.tile_compression(), Compression::None | Compression::Gzip)
    }

    /// The zooms that it has tiles on.
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.layout.zooms()
    }

    /// West, south, east, north in degrees, when the file says it.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        self.layout.bounds()
    }

    /// Longitude, latitude and zoom to look at first, when the file says it.
    pub fn center(&self) -> Option<(f64, f64, u8)> {
        self.layout.center()
    }

    /// What the file says of itself.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn leaf(&self, span: Span) -> Result<Arc<Directory>, BasemapError> {
        if let Some(kept) = self.leaves.lock().unwrap_or_else(PoisonError::into_inner).get(span) {
            return Ok(kept);
        }
        let directory = Arc::new(self.layout.read_leaf(&read(&self.file, span.offset, span.length as usize)?)?);
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner).keep(span, &directory, KEPT_BYTES);
        Ok(directory)
    }
}

impl Leaves {
    fn get(&mut self, span: Span) -> Option<Arc<Directory>> {
        let (directory, used) = self.kept.get_mut(&span)?;
        self.clock += 1;
        *used = self.clock;
        Some(Arc::clone(directory))
    }

    /// Keeps a directory, and lets go of those that were not used for longest while all take more than `limit`.
    fn keep(&mut self, span: Span, directory: &Arc<Directory>, limit: usize) {
        self.clock += 1;
        let before = self.kept.insert(span, (Arc::clone(directory), self.clock));
        self.bytes = self.bytes + directory.bytes() - before.map_or(0, |(before, _)| before.bytes());
        while self.bytes > limit {
            let oldest = self.kept.iter().min_by_key(|(_, (_, used))| *used).map(|(&span, _)| span);
            let Some((gone, _)) = oldest.and_then(|span| self.kept.remove(&span)) else { break };
            self.bytes -= gone.bytes();
        }
    }
}

/// `length` bytes at `offset`; the callers keep `length` within limits and, by the layout, within the file.
fn read(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use pmtiles::PmTilesWriter;

    use super::*;

    /// An archive with `tiles` tiles in leaf directories of some 4,096 each.
    fn archive(path: &Path, tiles: u64) {
        let mut writer =
            PmTilesWriter::new(TileType::Png).max_zoom(12).create(File::create(path).expect("made")).expect("begun");
        for id in 0..tiles {
            let coord = TileCoord::from(TileId::new(id).expect("an id"));
            writer.add_tile(coord, &id.to_le_bytes()).expect("added");
        }
        writer.finalize().expect("whole");
    }

    #[test]
    fn leaf_directories_are_kept_up_to_a_limit_the_used_ones_longest() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.pmtiles");
        archive(&path, 40_000);
        let basemap = Basemap::open(&path).expect("a base map");
        let coord = |id: u64| TileCoord::from(TileId::new(id).expect("an id"));
        for id in (0..40_000).step_by(501) {
            let (coord, expected) = (coord(id), Bytes::copy_from_slice(&id.to_le_bytes()));
            let tile = basemap.tile(coord.z(), coord.x(), coord.y()).expect("readable");
            assert_eq!(tile.map(|tile| tile.bytes), Some(expected));
        }
        let mut leaves = basemap.leaves.into_inner().expect("not poisoned");
        assert!(leaves.kept.len() >= 5);
        assert_eq!(leaves.bytes, leaves.kept.values().map(|(directory, _)| directory.bytes()).sum::<usize>());
        let spans: Vec<Span> = leaves.kept.keys().copied().collect();
        let used = leaves.get(spans[0]).expect("kept");
        let limit = leaves.bytes - 1;
        leaves.keep(spans[0], &used, limit);
        assert!(leaves.bytes <= limit && leaves.get(spans[0]).is_some());
        leaves.keep(spans[0], &used, used.bytes() - 1);
        assert_eq!((leaves.bytes, leaves.kept.len()), (0, 0));
    }
}
