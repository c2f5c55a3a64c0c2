//! One binary, a module per capability.

mod coord_vectors;
mod demo;
mod http_shell;
mod profiles;
mod tidy;
