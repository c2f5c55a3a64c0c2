//! What cannot go into a tile.

use std::fmt;

/// Why something cannot go into a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildError {
    /// A layer needs a name.
    UnnamedLayer,
    /// The tile has had a layer of this name.
    DuplicateLayer {
        /// The name.
        name: String,
    },
    /// A feature has a key twice.
    DuplicateKey {
        /// The key.
        key: String,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnnamedLayer => write!(f, "a layer has no name"),
            Self::DuplicateLayer { name } => write!(f, "layer {name} is twice in the tile"),
            Self::DuplicateKey { key } => write!(f, "attribute {key} is twice in a feature"),
        }
    }
}

impl std::error::Error for BuildError {}
