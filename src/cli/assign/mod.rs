//! `onemap assign`: who is to answer for a case, or for the cases of a table, without a server and without recording anything.

mod args;
mod cases;
mod run;

pub use args::AssignArgs;
pub use run::run;
