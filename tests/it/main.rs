//! One binary, a module per capability.

mod coord_vectors;
mod demo;
mod geopackage;
mod http_shell;
mod locate_oracle;
mod profiles;
mod readers;
mod store_contract;
mod support;
mod tidy;
