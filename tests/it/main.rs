//! it

mod coord_vectors;
