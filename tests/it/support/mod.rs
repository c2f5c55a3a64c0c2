//! What the tests of the geometric core share: worlds in temporary stores, data sets, a naive judge; and of the program's own tests: a
//! shell.

pub mod data;
pub mod drawn;
pub mod naive;
pub mod random;
pub mod shell;
pub mod world;
