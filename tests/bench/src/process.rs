//! Child processes: how long, how much memory, how much processor time.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use wait4::Wait4;

/// Clock ticks per second in `/proc/PID/stat`; the same on every Linux that we meet.
const TICKS_PER_SECOND: f64 = 100.0;
/// Longest time until a server prints its address.
const ADDRESS_WITHIN: Duration = Duration::from_secs(1800);

/// What one run of a program took.
pub struct Took {
    pub seconds: f64,
    /// The most memory it had, in MB.
    pub peak_mb: f64,
}

/// Runs a program to its end; its output goes to a file beside the store, and is shown when it fails.
pub fn run(program: &Path, arguments: &[&str], log: &Path) -> Result<Took> {
    let output = std::fs::File::create(log)?;
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .with_context(|| format!("{} starts", program.display()))?;
    let ended = child.wait4()?;
    let seconds = started.elapsed().as_secs_f64();
    if !ended.status.success() {
        bail!(
            "{} {} ended with {}:\n{}",
            program.display(),
            arguments.join(" "),
            ended.status,
            std::fs::read_to_string(log)?
        );
    }
    Ok(Took { seconds, peak_mb: ended.rusage.maxrss as f64 / 1e6 })
}

/// A server under measurement; killed when dropped.
pub struct Server {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
}

impl Server {
    /// Starts a server that prints `http://127.0.0.1:PORT` on its standard output once it listens.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} starts", program.display()))?;
        let output = child.stdout.take().expect("the output is piped");
        let mut server = Self { child, address: String::new() };
        let started = Instant::now();
        let mut lines = BufReader::new(output);
        let mut line = String::new();
        while server.address.is_empty() {
            ensure!(started.elapsed() < ADDRESS_WITHIN, "{} prints its address", program.display());
            line.clear();
            ensure!(lines.read_line(&mut line)? > 0, "{} ended before it listened", program.display());
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                server.address = format!("127.0.0.1:{port}");
            }
        }
        // Read on, so that the server never waits for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Ok(server)
    }

    /// The processor time it has used so far, in seconds, of all its threads.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is the program's name in brackets and may hold anything.
        let (_, fields) = stat.rsplit_once(')').context("stat names the program")?;
        let ticks = |field: usize| -> Result<f64> {
            Ok(fields.split_whitespace().nth(field).context("stat has its fields")?.parse()?)
        };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
    }

    /// The most memory it has had so far, in MB.
    pub fn peak_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("status has VmHWM")?;
        let kib: f64 = line.split_whitespace().nth(1).context("VmHWM has a value")?.parse()?;
        Ok(kib * 1024.0 / 1e6)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
