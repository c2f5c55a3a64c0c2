//! Code schemes.
