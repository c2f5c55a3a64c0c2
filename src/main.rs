//! The `onemap` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    onemap::cli::run()
}
