//! What spreadsheets compute.

/// Whether a spreadsheet would take a text for a formula: a `'` before it keeps it a text.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
