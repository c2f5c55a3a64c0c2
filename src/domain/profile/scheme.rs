//! Code schemes.

/// How the codes of some levels are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeScheme {
    /// Id: `range-15-18`.
    pub id: String,
}
