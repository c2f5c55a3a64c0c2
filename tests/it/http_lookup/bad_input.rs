//! Bad input: a located answer or a clear problem.

use super::*;
