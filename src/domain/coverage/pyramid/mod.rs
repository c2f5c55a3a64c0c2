//! Arcs simplified zoom by zoom, together, so that the map of every zoom is the same map.
//!
//! ```text
//!  levels     each arc alone: from which zoom on is each vertex needed? (Douglas and Peucker, half a pixel)
//!  stage      from the finest zoom to the coarsest: what the next finer zoom has, less what no arc needs here;
//!             what is left out between two vertices is a shortcut, and some collide
//!  build      rounds: every shortcut that collides gets back one vertex, all at once, until none does
//!  block      kept: a byte for each exact vertex (the coarsest zoom that has it), and what collisions put there
//!  replay     after a change: the same rounds, but only where something is different
//! ```
//!
//! A shortcut **collides** when it meets another segment as the zoom has it (other than at a common end), or when a vertex
//! of the zoom, its own arc's among them, lies between it and what it leaves out. Where nothing collides, no arc was
//! pulled over a node or over a vertex of another arc, and nothing crosses or touches: faces keep their neighbours, their
//! order around every node, their orientation and what they enclose. The next finer zoom, with all its vertices, is such
//! a map; as every collision brings some of them back, the rounds end.
//!
//! The rounds are synchronous: whether a shortcut collides depends on the state that the round began with, so neither the
//! order of arcs nor their numbers can be seen, and an arc's way depends on what is near it. What a collision put into an
//! arc is on record with its round. That is enough to know the state of every arc in every round, so an update begins at
//! the arcs that moved and judges again what lies there, round by round; where a round goes another way than the
//! record says, that place too is judged from then on. Equal, bit for bit, to building anew.
//!
//! | generated units | edges | build | kept | the coverage | update of one border |
//! | --- | --- | --- | --- | --- | --- |
//! | 40k | 811,213 | 0.33 s | 1.8 MB | 11.7 MB | 0.2 ms |
//! | 400k | 8,070,038 | 3.4 s | 17.8 MB | 116 MB | under 1 ms |
//!
//! (Zooms 8 to 17, time of one thread, `tests/bench/src/world.rs` at 100 m.) Edges by zoom at 40k: z17 56 %, z16 40 %,
//! z15 28 %, z14 20 %, z13 14 %, z12 and above 10 %, where an arc is one edge. The worst that we could think of, one ring
//! of 100,000 spikes 20 km long and a few metres wide, takes some 4 s.

mod block;
mod build;
mod frame;
mod levels;
mod meet;
mod near;
mod replay;
mod simplified;
mod stage;
mod update;
mod zooms;

#[cfg(test)]
mod tests;

pub use simplified::Pyramid;
