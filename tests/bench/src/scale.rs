//! Time and memory of an import and of a start, by the size of the district.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::process::{Server, run};

/// The profile of the generated district.
pub const PROFILE: &str = "licheng";
/// Longest time until a server is ready.
const READY_WITHIN: Duration = Duration::from_secs(1800);
/// Pause between two questions whether it is.
const READY_POLL: Duration = Duration::from_millis(20);

/// Generates a district, imports it twice, starts on it, prints a row, and returns the store.
pub fn measure(binary: &Path, work: &Path, units: u64) -> Result<PathBuf> {
    let path = |name: String| work.join(name);
    let (file, store, log) =
        (path(format!("{units}.geojsonl")), path(format!("{units}.gpkg")), path(format!("{units}.log")));
    let text = |path: &Path| path.to_string_lossy().into_owned();
    for old in [store.clone(), path(format!("{units}.gpkg-wal")), path(format!("{units}.gpkg-shm"))] {
        if old.exists() {
            std::fs::remove_file(old)?;
        }
    }
    if !file.exists() {
        let making = path("making.geojsonl".to_owned());
        run(
            binary,
            &["generate", "--profile", PROFILE, "--units", &units.to_string(), "--seed", "1", "--out", &text(&making)],
            &log,
        )?;
        std::fs::rename(making, &file)?;
    }

    let (file_text, store_text) = (text(&file), text(&store));
    let import = ["import", &file_text, "--store", &store_text, "--profile", PROFILE];
    let first = run(binary, &import, &log)?;
    let second = run(binary, &import, &log)?;

    let started = Instant::now();
    let server =
        Server::start(binary, &["serve", "--listen", "127.0.0.1:0", "--store", &store_text, "--profile", PROFILE])?;
    while !is_ready(&server.address) {
        ensure!(started.elapsed() < READY_WITHIN, "the server becomes ready");
        std::thread::sleep(READY_POLL);
    }
    let ready = started.elapsed().as_secs_f64();
    let peak_mb = server.peak_mb()?;
    drop(server);

    let megabytes = |path: &Path| -> Result<f64> { Ok(std::fs::metadata(path)?.len() as f64 / 1e6) };
    println!(
        "| {units} | {:.0} | {:.1} | {:.0} | {:.1} | {ready:.2} | {peak_mb:.0} | {:.0} |",
        megabytes(&file)?,
        first.seconds,
        first.peak_mb,
        second.seconds,
        megabytes(&store)?,
    );
    Ok(store)
}

/// Whether `/readyz` answers 200.
pub fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200"))
}
