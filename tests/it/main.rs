//! it

mod readers;
