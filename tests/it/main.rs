//! it
mod profiles;
