//! Profiles and code schemes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::formats::profile_toml::{builtin_schemes, parse_profile, parse_scheme};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = parse_profile(text, "fuzz.toml", builtin_schemes());
        let _ = parse_scheme(text, "fuzz.toml");
    }
});
