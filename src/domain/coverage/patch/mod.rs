//! Putting new outlines of a few areas into a coverage: only what lies around them is looked at, the rest is shared.
//!
//! `sides` tells which edges come and go; `locality` gathers the arcs and faces that this reaches, `faces` walks around the
//! edges there and finds the new faces, `chains` cuts new arcs, `flood` says which faces the areas now cover, and `tables`
//! puts it all into the lists. `fit` makes outlines that were drawn freely meet the borders of the map first.
//!
//! The outcome is the coverage that `Coverage::build` makes of all polygons, but for the numbers of arcs and faces, which
//! are carried over.

mod apply;
mod chains;
mod faces;
mod fit;
mod flood;
mod locality;
mod renumber;
mod sides;
mod tables;

#[cfg(test)]
mod tests;

pub use apply::{Near, Outline, Patched, Unclosed};
pub use fit::{Drawn, Fitted, fit};
