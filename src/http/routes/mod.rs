//! The business routes, by noun.

mod answer;
mod areas;
mod assignments;
mod basemap;
mod changes;
mod duty;
mod editions;
mod events;
mod imports;
mod indicators;
mod indicators_import;
mod indicators_table;
mod lookup;
mod min_edition;
mod ogc;
mod places;
mod profile;
mod rosters;
mod sheet;
mod sprites;
mod styles;
mod table;
mod tiles;
mod trouble;
mod which;

pub(super) use lookup::STREAMED;
pub(in crate::http) use min_edition::X_MIN_EDITION;
pub use table::{Desk, business, express, openapi};
