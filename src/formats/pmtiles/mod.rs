//! PMTiles version 3: what a reader of one file needs, bounded whatever the file holds, and the metadata of ours.
//!
//! Files are written by the crate `pmtiles`; names of kinds and the numbers of tiles are its own as well. Its reader is not
//! used: it decompresses directories without a limit, keeps offsets to itself, and so cannot say what is cut off.
//! Source: the specification of version 3, <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>.

mod directory;
mod error;
mod inflate;
mod layout;
mod metadata;
#[cfg(test)]
mod tests;

pub use directory::{Directory, MAX_LEAF_DEPTH, Span, find_tile};
pub use error::{Part, PmtilesError};
pub use inflate::inflate_tile;
pub use layout::{HEADER_BYTES, Layout};
pub use metadata::{Metadata, Origin, VectorLayer};
