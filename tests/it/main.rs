//! Integration tests, a module per capability.

mod coord_vectors;
mod demo;
mod geopackage;
mod http_shell;
mod profiles;
mod store_contract;
mod http_shell;
mod profiles;
mod readers;
mod tidy;
