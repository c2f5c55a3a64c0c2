//! Addresses: from what people say to the located answer.

mod answer;
mod batch;
mod book;

pub use answer::{AddressSource, located};
pub use batch::{AddressBatch, AddressTally};
pub use book::{AreaBook, PlaceBook};
