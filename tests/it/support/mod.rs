//! What the tests of the geometric core share: worlds in temporary stores, data sets, naive judges; and of the program's
//! own tests: a shell.

pub mod bulk_naive;
pub mod data;
pub mod drawn;
pub mod naive;
pub mod plane;
pub mod postgres;
pub mod random;
pub mod shell;
pub mod staff;
pub mod world;
