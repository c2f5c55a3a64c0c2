//! Measures the built binary and the library beside their peers, and prints the tables.
//!
//! `onemap-bench run BINARY WORK_DIR UNITS...` prints everything; `onemap-bench locate` only what needs no server, `served`
//! instead of `run` only what does; `onemap-bench bare` is the server compared with. BENCH_LOCATE_UNITS names the sizes of
//! the maps for point location.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use onemap_bench::{http, locate, probe, report::Report, scale};

/// Units of the maps for point location.
const LOCATE_UNITS: &str = "40000 400000 4000000";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut report = Report::default();
    match words.as_slice() {
        ["bare"] => {
            http::serve_bare()?;
            return Ok(ExitCode::SUCCESS);
        }
        ["locate"] => location(&mut report)?,
        [what @ ("run" | "served"), binary, work, sizes @ ..] if !sizes.is_empty() => {
            if *what == "run" {
                location(&mut report)?;
            }
            let (binary, work) = (Path::new(binary), Path::new(work));
            if let Err(error) = served(&mut report, binary, work, sizes) {
                report.fail(format!("{error:#}"));
            }
        }
        _ => bail!("usage: onemap-bench run BINARY WORK_DIR UNITS...   (or: onemap-bench locate, onemap-bench bare)"),
    }
    Ok(if report.close() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What needs no server.
fn location(report: &mut Report) -> Result<()> {
    let sizes = std::env::var("BENCH_LOCATE_UNITS").unwrap_or_else(|_| LOCATE_UNITS.to_owned());
    let number =
        |word: &str| word.parse().with_context(|| format!("{word} in BENCH_LOCATE_UNITS is a number of units"));
    let sizes: Vec<usize> = sizes.split_whitespace().map(number).collect::<Result<_>>()?;
    let probe = probe::run();
    locate::compare(report, probe, &sizes);
    locate::figures(report, &std::env::current_exe()?.with_file_name("allocations"));
    Ok(())
}

/// Import, start, and look-ups over HTTP.
fn served(report: &mut Report, binary: &Path, work: &Path, sizes: &[&str]) -> Result<()> {
    std::fs::create_dir_all(work)?;
    println!("## Import and start\n");
    println!("One run each.\n");
    println!("| units | file, MB | import, s | peak, MB | import again, s | start, s | peak, MB | store, MB |");
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut first_store = None;
    for size in sizes {
        let units: u64 = size.parse().with_context(|| format!("{size} is a number of units"))?;
        let store = scale::measure(binary, work, units)?;
        first_store.get_or_insert(store);
    }
    println!();
    http::compare(report, binary, &first_store.context("at least one size was measured")?)
}
