//! app.

pub mod demo;
