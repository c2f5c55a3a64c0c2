//! Digests as the store writes them.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// SHA-256 of a text, in hexadecimal.
pub(in crate::store) fn of_text(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// Bytes in hexadecimal.
pub(in crate::store) fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(digits, "{byte:02x}").expect("a string takes all that is written");
    }
    digits
}
