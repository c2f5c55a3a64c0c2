//! Onemap (一张图): every governance grid and unit of a district as an exact, coded polygon.
//!
//! The rooms, each using only those before it: `domain`, `formats`, `store`, `app`, then `http` and `cli`.
//! See ARCHITECTURE.md.
//!
//! Another program opens a store with [`open`] and asks it without a server: see [`Map`].

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod formats;
pub mod http;
pub mod store;
pub mod telemetry;

pub use app::library::{Answer, Map, MapError, open};
pub use app::lookup::{Question, QuestionError};
pub use domain::{crs::Crs, locate::AccuracyKind};
