//! One binary, a module per capability.

mod coord_vectors;
mod demo;
mod http_shell;
mod locate_oracle;
mod profiles;
mod readers;
mod support;
mod tidy;
