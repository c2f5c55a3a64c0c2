//! it

mod demo;
