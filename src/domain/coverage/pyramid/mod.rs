//! Arcs simplified zoom by zoom, together, so that the map of every zoom is the same map.
mod block;
mod build;
mod frame;
mod levels;
mod meet;
mod near;
mod pyramid;
mod stage;
mod update;
mod zooms;

#[cfg(test)]
mod tests;

pub use pyramid::Pyramid;
