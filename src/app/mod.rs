//! Use cases: everything that the server and the command line do, once.

pub mod demo;
pub mod search;
pub mod served;
pub mod tiles;

pub use served::Served;
