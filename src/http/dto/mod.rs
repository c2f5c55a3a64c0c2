//! The shapes on the wire: the only place of the server that serialises.

pub mod area;
pub mod assignment;
pub mod channel;
pub mod common;
pub mod duty;
pub mod edition;
pub mod given_value;
pub mod import;
pub mod indicator;
pub mod lookup;
pub mod place;
pub mod profile;
pub mod roster;
pub mod sheet;

pub use common::{AreaRef, Responsible};
