//! Rosters as tables: organisations, people and postings in, from CSV and XLSX with findings per row, and out again.
//!
//! A row is one posting with whoever holds it; a row without area and role only registers a person or an organisation, one with
//! an area and a group only a channel (联络群).
//! What a table says is compared with what is known (`plan`), and only what differs is written.

mod apply;
mod book;
mod channels;
mod columns;
mod export;
mod ground;
mod import;
mod names;
mod people;
mod plan;
mod posts;
mod report;
mod row;
mod teller;
mod template;
mod vacant;
mod wanted;

pub use apply::RosterError;
pub use export::PhoneShown;
pub use import::RosterOptions;
pub use report::{Counted, RosterOutcome, RosterReport};
pub use template::template;
pub use vacant::{MAX_STILL_VACANT, StillVacant};
