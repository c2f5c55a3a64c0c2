//! What the tests of the geometric core share: worlds in temporary stores, data sets, a naive judge.

pub mod data;
pub mod drawn;
pub mod naive;
pub mod random;
pub mod world;
