//! Addresses of this service in its own answers.

use crate::config::PublicUrl;

/// Makes links: below the public address when one is set, else relative. Never from `Host`, which the client writes.
#[derive(Debug, Clone, Default)]
pub struct Links(Option<PublicUrl>);

impl Links {
    /// Links below `public_url`.
    pub const fn new(public_url: Option<PublicUrl>) -> Self {
        Self(public_url)
    }

    /// The address of `path`, which begins with a slash and may have a query.
    pub fn href(&self, path: &str) -> String {
        self.0.as_ref().map_or_else(|| path.to_owned(), |url| url.join(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_unless_a_public_address_is_set() {
        assert_eq!(Links::default().href("/areas?limit=1"), "/areas?limit=1");
        let public = Links::new(Some("https://map.example/one/".parse().unwrap()));
        assert_eq!(public.href("/areas"), "https://map.example/one/areas");
    }
}
