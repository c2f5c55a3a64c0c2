//! it
mod profiles;

mod coord_vectors;

mod http_shell;
