//! The header: where the parts of an archive are, and what its tiles are.

use std::ops::RangeInclusive;

use pmtiles::{Compression, Header, PmtError, TileType};

use super::{
    directory::Directory,
    error::{Part, PmtilesError},
    inflate::inflate,
    metadata::Metadata,
};

/// Length of the header.
pub const HEADER_BYTES: usize = 127;

/// Deepest zoom of an archive that is served; numbers of deeper tiles do not matter to any map.
const MAX_ZOOM: u8 = 30;

/// Largest stored root directory. The specification ends it within the first 16 KiB of the file.
const MAX_ROOT_BYTES: u64 = 1 << 20;

/// Largest stored metadata, and the largest decompressed one.
const MAX_METADATA_BYTES: (u64, u64) = (4 << 20, 16 << 20);

/// Bounds of the world on a map, west, south, east, north.
const WORLD: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];

/// A run of bytes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// The header of an archive, judged against the length of its file.
///
/// **Invariant**: all sections lie within the file; the least zoom is not above the largest.
#[derive(Debug)]
pub struct Layout {
    root: Section,
    metadata: Section,
    pub(super) leaves: Section,
    pub(super) tiles: Section,
    header: Header,
}

impl Layout {
    /// Judges the first bytes of a file of `file_bytes`.
    pub fn parse(start: &[u8], file_bytes: u64) -> Result<Self, PmtilesError> {
        let Some(version) = start.strip_prefix(b"PMTiles") else {
            // The two versions before began with a number of two bytes.
            return Err(match start {
                [b'P', b'M', low, high, ..] if (1..3).contains(low) && *high == 0 => {
                    PmtilesError::Version((*low).into())
                }
                _ => PmtilesError::Foreign,
            });
        };
        let Some(bytes) = start.get(..HEADER_BYTES) else {
            return Err(PmtilesError::ShortHeader { found: file_bytes });
        };
        if version[0] != 3 {
            return Err(PmtilesError::Version(version[0].into()));
        }
        let header = Header::try_from_bytes(bytes.to_vec().into()).map_err(|error| match error {
            PmtError::InvalidCompression => PmtilesError::Header("it names an unknown compression"),
            PmtError::InvalidTileType => PmtilesError::TileType,
            _ => PmtilesError::Header("it cannot be read"),
        })?;
        if matches!(header.tile_type, TileType::Unknown | TileType::Mlt) {
            return Err(PmtilesError::TileType);
        }
        if header.tile_compression == Compression::Unknown {
            return Err(PmtilesError::Header("it does not say how tiles are compressed"));
        }
        if header.min_zoom > header.max_zoom || header.max_zoom > MAX_ZOOM {
            return Err(PmtilesError::Header("its zooms are not in order, or deeper than 30"));
        }
        let section = |number: usize, part: Part| -> Result<Section, PmtilesError> {
            let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
            let (offset, length) = (word(8 + 16 * number), word(16 + 16 * number));
            let end = offset.saturating_add(length);
            if end > file_bytes && length > 0 {
                return Err(PmtilesError::CutOff { part, end, found: file_bytes });
            }
            Ok(Section { offset, length })
        };
        Ok(Self {
            root: section(0, Part::Root)?,
            metadata: section(1, Part::Metadata)?,
            leaves: section(2, Part::Leaves)?,
            tiles: section(3, Part::Tiles)?,
            header,
        })
    }

    /// Where the root directory is: offset and length.
    pub fn root(&self) -> Result<(u64, usize), PmtilesError> {
        bounded(self.root, Part::Root, MAX_ROOT_BYTES)
    }

    /// Where the metadata is: offset and length.
    pub fn metadata(&self) -> Result<(u64, usize), PmtilesError> {
        bounded(self.metadata, Part::Metadata, MAX_METADATA_BYTES.0)
    }

    /// Reads the root directory from its stored bytes.
    pub fn read_root(&self, stored: &[u8]) -> Result<Directory, PmtilesError> {
        Directory::parse(stored, self, Part::Root)
    }

    /// Reads a leaf directory from its stored bytes.
    pub fn read_leaf(&self, stored: &[u8]) -> Result<Directory, PmtilesError> {
        Directory::parse(stored, self, Part::Leaves)
    }

    /// Reads the metadata from its stored bytes; none at all says nothing.
    pub fn read_metadata(&self, stored: &[u8]) -> Result<Metadata, PmtilesError> {
        if stored.is_empty() {
            return Ok(Metadata::default());
        }
        Metadata::parse(&inflate(stored, self.internal_compression(), Part::Metadata, MAX_METADATA_BYTES.1)?)
    }

    /// What the tiles are.
    pub fn tile_type(&self) -> TileType {
        self.header.tile_type
    }

    /// How the tiles are compressed.
    pub fn tile_compression(&self) -> Compression {
        self.header.tile_compression
    }

    /// How directories and metadata are compressed.
    pub(super) fn internal_compression(&self) -> Compression {
        self.header.internal_compression()
    }

    /// The zooms that have tiles.
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.header.min_zoom..=self.header.max_zoom
    }

    /// West, south, east, north in degrees; `None` when the header says nothing sensible.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let header = &self.header;
        let bounds = [header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude];
        let [west, south, east, north] = bounds;
        let is_sensible = WORLD[0] <= west && west < east && east <= WORLD[2];
        (is_sensible && WORLD[1] <= south && south < north && north <= WORLD[3]).then_some(bounds)
    }

    /// Longitude, latitude and zoom to look at first; `None` when they are outside of what there is.
    pub fn center(&self) -> Option<(f64, f64, u8)> {
        let [west, south, east, north] = self.bounds()?;
        let (lon, lat) = (self.header.center_longitude, self.header.center_latitude);
        let is_sensible = (west..=east).contains(&lon) && (south..=north).contains(&lat);
        let zoom = self.header.center_zoom;
        (is_sensible && self.zooms().contains(&zoom)).then_some((lon, lat, zoom))
    }
}

fn bounded(section: Section, part: Part, limit: u64) -> Result<(u64, usize), PmtilesError> {
    if section.length > limit {
        return Err(PmtilesError::TooLarge { part, limit });
    }
    Ok((section.offset, section.length as usize))
}
