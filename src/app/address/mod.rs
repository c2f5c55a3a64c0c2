//! Addresses: from what people say to the located answer.

mod answer;
mod book;

pub use answer::{AddressSource, located};
pub use book::{AreaBook, PlaceBook};
