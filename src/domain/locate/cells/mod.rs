//! Face cells: the exact index behind every look-up.
//!
//! ```text
//! directory        rows of pages of 4 x 4 tiles; a page or a tile without borders is just its face
//!   tile           one block of words: cells, records, runs
//!     cell         a line of 128 bytes that answers most look-ups without another place of memory; on vast maps a word:
//!                  the face, when no border touches it, or where its record begins
//!     record       the face at the cell's centre r, and the edges that touch the cell: what does not fit into a line
//!     run          which edges of which arcs touch the tile, for distances and error discs
//! ```
//!
//! A look-up walks from r to the position q and adds `right - left` (or its opposite) for every edge it crosses: the
//! sum telescopes from the face at r to the face at q, so that holes and enclaves cost nothing. Both r and q stand for
//! themselves moved by `(e, e^2)`: the walk never runs through a vertex, and every position has one owner.
//! Idea and figures: `../shared/FINDINGS.md`, section 1.

mod batch;
mod block;
mod build;
mod directory;
mod gather;
mod grid;
mod lanes;
mod layout;
mod line;
mod record;
mod runs;
mod strip;
mod update;

#[cfg(test)]
mod tests;

pub use directory::{LocateIndex, Spot};
pub use runs::{Edge, Nearby};
