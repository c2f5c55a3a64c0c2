//! One binary, a module per capability.

mod tidy;
//! it
mod profiles;

mod coord_vectors;
