//! `onemap locate FILE`: points in, the same points with who answers for them out, without a server.

mod addresses;
mod answering;
mod args;
mod run;
mod source;
mod summary;
mod target;
mod text;
mod workbook;

pub use args::LocateArgs;
pub use run::run;
