//! What the crate promises, seen from outside.

mod coords;
mod coverage;
mod oracle;
mod rings;
mod wire;
