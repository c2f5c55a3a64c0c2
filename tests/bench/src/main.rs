//! Measures the built binary: import, start, and the CPU time of a look-up over HTTP beside a bare axum route.
//!
//! `onemap-bench run BINARY WORK_DIR UNITS...` prints the tables; `onemap-bench bare` is the server compared with.

mod bare;
mod load;
mod process;
mod scale;

use std::path::Path;

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["bare"] => bare::serve(),
        ["run", binary, work, sizes @ ..] if !sizes.is_empty() => run(Path::new(binary), Path::new(work), sizes),
        _ => bail!("usage: onemap-bench run BINARY WORK_DIR UNITS...   (or: onemap-bench bare)"),
    }
}

fn run(binary: &Path, work: &Path, sizes: &[&str]) -> Result<()> {
    std::fs::create_dir_all(work)?;
    println!("| units | file, MB | import, s | peak, MB | import again, s | start, s | peak, MB | store, MB |");
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut first_store = None;
    for size in sizes {
        let units: u64 = size.parse().with_context(|| format!("{size} is a number of units"))?;
        let store = scale::measure(binary, work, units)?;
        first_store.get_or_insert(store);
    }
    println!();
    load::compare(binary, &first_store.context("at least one size was measured")?)
}
