//! An area's sheet (一套表): base data, who answers, places by class, indicators, with source and date of each.

mod blocks;
mod gather;
mod places;

pub use blocks::page_of;
pub use gather::{Answering, Base, IndicatorLine, LevelCount, Sheet, SheetError, SheetTime, Vacancy};
pub use places::{CountedPlaces, PlaceCount, PlaceCounts};
