//! One binary, a module per capability.

mod cli;
mod cli_locate;
mod coord_vectors;
mod coverage_oracle;
mod demo;
mod disc_oracle;
mod geopackage;
mod http_api;
mod http_lookup;
mod http_shell;
mod import_rules;
mod library;
mod locate_oracle;
mod messy_import;
mod openapi;
mod profiles;
mod pyramid_oracle;
mod readers;
mod recipes;
mod store_contract;
mod support;
mod tidy;
