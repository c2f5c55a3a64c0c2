//! The embedded store is one file that other programs can read.
