//! What an answer is kept under.

use onemap_tiles::TileCoord;

use super::{
    super::{Tileset, Version},
    Encoding,
};

/// Whose eyes an answer is for.
///
/// Tiles show what everybody may see, so there is one scope. A tileset that differs by caller gets its scopes from
/// sign-in; that they are in the key keeps one caller's answer from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody's.
    Public,
}

impl Scope {
    /// Who may store the answer, as `Cache-Control` says it.
    pub const fn cache_word(self) -> &'static str {
        match self {
            Self::Public => "public",
        }
    }
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// The tileset.
    pub tileset: Tileset,
    /// What the tile is drawn from.
    pub version: Version,
    /// Where it lies.
    pub coord: TileCoord,
    /// Who may see it.
    pub scope: Scope,
    /// How it is compressed.
    pub encoding: Encoding,
}

impl TileKey {
    /// The same tile in another encoding.
    pub const fn in_encoding(self, encoding: Encoding) -> Self {
        Self { encoding, ..self }
    }
}
