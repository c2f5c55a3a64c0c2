//! Use cases: everything that the server and the command line do, once.

pub mod address;
pub mod areas;
pub mod assign;
pub mod basemap;
pub mod demo;
pub mod district;
pub mod duty;
pub mod editions;
pub mod export;
pub mod feed;
pub mod import;
pub mod indicators;
pub mod library;
pub mod lookup;
pub mod places;
pub mod roster;
pub mod search;
pub mod served;
pub mod service;
pub mod sheet;
pub mod story;
pub mod tasks;
pub mod tiles;
pub mod view;

pub use district::{District, OpenError};
pub use served::{Places, Served};
pub use service::{App, AppOptions};
pub use view::View;
