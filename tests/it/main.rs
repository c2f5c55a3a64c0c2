//! One binary, a module per capability.

mod coord_vectors;

mod http_shell;
mod profiles;
mod tidy;
//! it

mod demo;
