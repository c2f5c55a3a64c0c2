//! The business routes, by noun.

mod answer;
mod areas;
mod basemap;
mod imports;
mod lookup;
mod profile;
mod styles;
mod table;
mod tiles;
mod trouble;

pub(super) use lookup::STREAMED;
pub use table::{Desk, business, express, openapi};
