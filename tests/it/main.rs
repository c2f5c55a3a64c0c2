//! One binary, a module per capability.

mod tidy;
