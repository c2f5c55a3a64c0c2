//! Streams through a real connection.

use super::*;
