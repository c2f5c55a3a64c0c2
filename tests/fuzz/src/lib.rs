//! What the fuzz targets share. A target passes when it neither panics nor hangs nor eats memory; some also check that what was
//! read is written and read again to the same.

/// More records than this are not asked for: a reader that yields for ever is caught by libFuzzer's time limit before.
pub const MAX_RECORDS: usize = 100_000;

/// Takes every item of a reader and lets it go.
pub fn drain(items: impl Iterator) {
    items.take(MAX_RECORDS).for_each(drop);
}
