//! One binary, a module per capability.

mod coord_vectors;
mod profiles;
mod tidy;
