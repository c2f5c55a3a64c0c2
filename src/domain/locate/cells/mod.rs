//! Face cells: the exact index behind every look-up.
//!
//! ```text
//! directory        pages of 32 x 32 tiles; a page or a tile without borders is just its face
//!   tile           one block of words: cells, records, runs
//!     cell         the face, when no border touches it, or where its record begins
//!     record       the face at the cell's centre r, and the edges that touch the cell
//!     run          which edges of which arcs touch the tile, for distances and error discs
//! ```
//!
//! A look-up walks from r to the position q and adds `right - left` (or its opposite) for every edge it crosses: the
//! sum telescopes from the face at r to the face at q, so that holes and enclaves cost nothing. Both r and q stand for
//! themselves moved by `(e, e^2)`: the walk never runs through a vertex, and every position has one owner.
//! Idea and figures: `../shared/FINDINGS.md`, section 1.

mod block;
mod build;
mod directory;
mod gather;
mod lanes;
mod layout;
mod record;
mod runs;
mod update;

#[cfg(test)]
mod tests;

pub use directory::{LocateIndex, Spot};
pub use runs::Edge;
