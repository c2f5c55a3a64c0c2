//! crs.
