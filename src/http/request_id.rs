//! The id of a request: the client's when it is well formed, else a new one.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries it, both ways.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// **Invariant**: 8 to 64 ASCII letters, digits, `-`, `_` or `.`; safe in a header, a log line and a file name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The id in `headers`, or a new one when it is absent, repeated or malformed.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut given = headers.get_all(X_REQUEST_ID).iter();
        let first = given.next().filter(|_| given.next().is_none());
        Self::of_bytes(first.map(HeaderValue::as_bytes))
    }

    /// The id that a client gave, or a new one when it gave none, or a malformed one.
    pub fn of_bytes(given: Option<&[u8]>) -> Self {
        match given.and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            Some(text) if is_well_formed(text) => Self(text.to_owned()),
            _ => Self(hexadecimal(fresh())),
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// It as a header.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("a request id has only characters that a header may have")
    }
}

/// A number that no other request of this process has, and none of another process but by a chance of 2^-64.
///
/// Drawn once and counted on: a draw for each request would be a call of the system.
fn fresh() -> u128 {
    /// Odd, so that distinct counts stay distinct; it spreads them over all digits.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    static FIRST: OnceLock<u128> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let first = *FIRST.get_or_init(|| Uuid::new_v4().as_u128());
    first.wrapping_add(u128::from(COUNT.fetch_add(1, Ordering::Relaxed)).wrapping_mul(SPREAD))
}

/// 32 digits.
fn hexadecimal(number: u128) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let digits: [u8; 32] = std::array::from_fn(|at| DIGITS[(number >> (4 * (31 - at))) as usize & 15]);
    std::str::from_utf8(&digits).expect("digits are ASCII").to_owned()
}

fn is_well_formed(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_formed_id_is_kept_and_any_other_replaced() {
        let of = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(X_REQUEST_ID, HeaderValue::from_bytes(value).unwrap());
            }
            RequestId::of(&headers).0
        };
        assert_eq!(of(&[b"case-0001.a_b"]), "case-0001.a_b");
        for bad in [
            &[b"short".as_slice()][..],
            &[],
            &[b"a b c d e f"],
            &[b"12345678", b"12345679"],
            &[b"1234567\xff"],
            &[&[b'a'; 65]],
        ] {
            let made = of(bad);
            assert_eq!(made.len(), 32, "{bad:?} became {made}");
        }
        assert_ne!(of(&[]), of(&[]));
        for number in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978] {
            assert_eq!(hexadecimal(number), format!("{number:032x}"));
        }
    }
}
