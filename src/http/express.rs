//! What may be answered before routing: requests that are asked most and cost microseconds.

use std::{panic::AssertUnwindSafe, sync::Arc};

/// A GET without a body, as far as an answer at once may depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The path, not decoded.
    pub path: &'a str,
    /// The query without its question mark, not decoded.
    pub query: &'a str,
    /// Whether the client says which encodings it takes: what is worth compressing is compressed on the long way.
    pub names_encodings: bool,
}

/// What an answer at once says of its body, which is JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtOnce {
    /// The edition that answered; 0 for an empty store.
    pub edition: u32,
}

/// Appends the answer to a buffer. For everything else, problems included, it has none, and the request goes the long way,
/// through the router, to the very same one.
pub type Express = Arc<dyn Fn(&Ask<'_>, &mut Vec<u8>) -> Option<AtOnce> + Send + Sync>;

/// The answer of `express` to `ask`, appended to `body`; a panic is none, and the long way meets it again and tells it.
pub(super) fn answer(express: &Express, ask: &Ask<'_>, body: &mut Vec<u8>) -> Option<AtOnce> {
    let length = body.len();
    let answered = std::panic::catch_unwind(AssertUnwindSafe(|| express(ask, body))).ok().flatten();
    if answered.is_none() {
        body.truncate(length);
    }
    answered
}
