//! What the crate promises, seen from outside.

mod coords;
mod coverage;
mod oracle;
mod places;
mod rings;
mod sheet;
mod wire;
