//! it
mod profiles;

mod coord_vectors;
