//! One binary, a module per capability.

mod cli;
mod coord_vectors;
mod demo;
mod geopackage;
mod http_shell;
mod profiles;
mod readers;
mod store_contract;
mod tidy;
