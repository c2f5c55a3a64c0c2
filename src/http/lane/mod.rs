//! A lane beside hyper: connections that ask only what is answered at once are answered from the socket.
//!
//! A connection begins here. The first request that the lane has no answer for, and all after it, belong to hyper.

mod head;
mod run;

pub use head::Head;
pub(super) use run::{Left, run};
