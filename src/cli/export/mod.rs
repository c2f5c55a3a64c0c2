//! `onemap export`: the tiles of an edition as one file, without a server.

mod args;
mod run;

pub use args::ExportArgs;
pub use run::run;
