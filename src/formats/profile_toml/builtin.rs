//! The profiles and schemes that the program carries.

use std::sync::LazyLock;

use super::{SchemeCatalogue, parse_profile, parse_scheme};
use crate::domain::profile::Profile;

macro_rules! texts {
    ($folder:literal: $($name:literal)*) => {
        &[$((concat!($folder, "/", $name, ".toml"),
            include_str!(concat!("../../../data/", $folder, "/", $name, ".toml")))),*]
    };
}

/// Name and text of each scheme file.
const SCHEMES: &[(&str, &str)] = texts!("schemes": "stat-12" "unit-grid-15" "pro-grid-20" "shanghai-zh-13"
    "range-15-18" "kindchar-16-20" "checked-19");

/// Name and text of each profile; the first is the default.
const PROFILES: &[(&str, &str)] = texts!("profiles": "licheng" "shifeng" "danjiangkou" "chibi" "xianning");

static SCHEME_CATALOGUE: LazyLock<SchemeCatalogue> = LazyLock::new(|| {
    let read = |(file, text): &(&str, &str)| parse_scheme(text, file).expect("a built-in scheme is valid");
    SchemeCatalogue::new(SCHEMES.iter().map(read).collect())
});

static PROFILE_LIST: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let read = |(file, text): &(&str, &str)| {
        parse_profile(text, file, builtin_schemes()).expect("a built-in profile is valid")
    };
    PROFILES.iter().map(read).collect()
});

/// The schemes of `data/schemes/`.
pub fn builtin_schemes() -> &'static SchemeCatalogue {
    &SCHEME_CATALOGUE
}

/// The profiles of `data/profiles/`; the first is the default.
pub fn builtin_profiles() -> &'static [Profile] {
    &PROFILE_LIST
}

/// The built-in profile with the given id.
pub fn find_profile(id: &str) -> Option<&'static Profile> {
    builtin_profiles().iter().find(|profile| profile.id == id)
}
