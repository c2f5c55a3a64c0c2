//! What `make bench` measures, and how: every figure stands beside a peer that was measured in the same run.

pub mod http;
pub mod locate;
pub mod points;
pub mod probe;
pub mod process;
pub mod random;
pub mod report;
pub mod scale;
pub mod series;
pub mod stopwatch;
pub mod world;
