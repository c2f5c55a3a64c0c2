//! Over HTTP: the built binary beside servers that do no more than they must.

mod bare;
mod bodies;
mod client;
mod compare;
mod many;
mod sheet;
mod single;

pub use bare::serve as serve_bare;
pub use compare::compare;
