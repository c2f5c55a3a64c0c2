//! One binary, a module per capability.

mod cli;
mod coord_vectors;
mod coverage_oracle;
mod demo;
mod disc_oracle;
mod geopackage;
mod http_api;
mod http_shell;
mod import_rules;
mod locate_oracle;
mod messy_import;
mod openapi;
mod profiles;
mod readers;
mod store_contract;
mod support;
mod tidy;
