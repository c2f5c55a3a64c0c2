//! The command line: a file per command, and what they share.

mod assign;
mod author;
mod diff;
mod editions;
mod export;
mod failure;
mod generate;
mod import;
mod import_places;
mod indicators;
mod locate;
mod new_file;
mod openapi;
mod options;
pub mod profile;
mod program;
mod progress;
mod report;
mod roster;
mod serve;
mod signals;
mod store;
mod table;
mod which;

pub use program::run;
