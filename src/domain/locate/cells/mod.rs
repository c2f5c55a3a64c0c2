//! Face cells: the exact index behind every look-up.
//!
//! ```text
//! directory        strips of four rows of tiles, eight bytes a tile; a tile without borders is just its face
//!   tile           its cells, its records and its runs, after each other with those of the strip
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
//!
//! How fast a look-up is, one at a time, is how many of them a processor has on its way while it waits for memory. That is
//! bounded by its registers for whole numbers: the way to the cell is therefore computed in vectors ([`lanes`]), and no branch
//! but seldom ones depends on the map.

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
pub(super) use lanes::prefetch;
pub use runs::{Edge, Nearby};
