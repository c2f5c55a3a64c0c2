//! A PostgreSQL of our own for a while: a new cluster in a temporary folder, reached over a socket in it, never as root.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// The system user that owns the cluster when we are root, whom PostgreSQL refuses.
const SYSTEM_USER: &str = "postgres";
/// The database's own superuser.
const USER: &str = "bench";
/// Memory for tables and indexes, no waiting for disks, one process a query: what is asked is how fast it finds.
const SETTINGS: &str =
    "-c listen_addresses= -c shared_buffers=1GB -c fsync=off -c jit=off -c max_parallel_workers_per_gather=0";

/// A running cluster; stopped and removed when dropped.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
}

/// Why there is no PostGIS here, or `Ok` with the folder of its programs.
pub fn present() -> std::result::Result<PathBuf, String> {
    let ask = |option: &str| -> std::result::Result<PathBuf, String> {
        let output =
            Command::new("pg_config").arg(option).output().map_err(|error| format!("no pg_config: {error}"))?;
        Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
    };
    let (programs, shared) = (ask("--bindir")?, ask("--sharedir")?);
    for program in ["initdb", "postgres", "pg_ctl", "psql", "pgbench"] {
        if !programs.join(program).exists() {
            return Err(format!("no {program} in {}", programs.display()));
        }
    }
    if !shared.join("extension/postgis.control").exists() {
        return Err("PostgreSQL is here, its extension postgis is not".to_owned());
    }
    Ok(programs)
}

impl Cluster {
    /// Makes and starts a cluster with PostGIS in it.
    pub fn start(programs: PathBuf) -> Result<Self> {
        let made = run(command(Path::new("mktemp"))?.args(["-d", "/tmp/onemap-bench-XXXXXXXX"]))?;
        let cluster = Self { programs, folder: PathBuf::from(String::from_utf8(made.stdout)?.trim()) };
        let data = cluster.folder.join("data");
        run(cluster.program("initdb")?.args(["--no-sync", "-A", "trust", "-U", USER, "-D"]).arg(&data))?;
        let options = format!("-k {} {SETTINGS}", cluster.folder.display());
        let log = cluster.folder.join("log");
        // Without pipes: the server would keep them open.
        let status = cluster
            .program("pg_ctl")?
            .arg("-D")
            .arg(&data)
            .args(["-w", "-s", "-o", &options, "-l"])
            .arg(&log)
            .arg("start")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        ensure!(status.success(), "PostgreSQL does not start");
        cluster.sql("create extension postgis")?;
        Ok(cluster)
    }

    /// Runs statements and returns what they print, unaligned.
    pub fn sql(&self, statements: &str) -> Result<String> {
        let output = run(self.psql()?.args(["-c", statements]))?;
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs a `copy ... from stdin` with the given lines.
    pub fn copy_in(&self, statement: &str, lines: impl Iterator<Item = String>) -> Result<()> {
        let mut child = self.psql()?.args(["-c", statement]).stdin(Stdio::piped()).spawn()?;
        let mut input = std::io::BufWriter::new(child.stdin.take().expect("the input is piped"));
        for line in lines {
            input.write_all(line.as_bytes())?;
            input.write_all(b"\n")?;
        }
        input.flush()?;
        drop(input);
        let status = child.wait()?;
        ensure!(status.success(), "{statement} did not work");
        Ok(())
    }

    /// Mean time of one run of a pgbench script, prepared, on one connection, in nanoseconds.
    pub fn pgbench_ns(&self, script: &str, runs: usize) -> Result<f64> {
        let mut command = self.program("pgbench")?;
        command.args(["-n", "-M", "prepared", "-c", "1", "-t", &runs.to_string(), "-f", "-", "-h"]);
        let mut child = command
            .arg(&self.folder)
            .args(["-U", USER, "postgres"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().expect("the input is piped").write_all(script.as_bytes())?;
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        ensure!(text.contains(&format!("{runs}/{runs}")), "pgbench did not do all runs:\n{text}");
        let line = text.lines().find_map(|line| line.strip_prefix("latency average = "));
        let milliseconds: f64 = line.and_then(|line| line.split(' ').next()).context("a latency")?.parse()?;
        Ok(milliseconds * 1e6)
    }

    fn psql(&self) -> Result<Command> {
        let mut psql = self.program("psql")?;
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", "postgres", "-h"])
            .arg(&self.folder);
        Ok(psql)
    }

    fn program(&self, name: &str) -> Result<Command> {
        command(&self.programs.join(name))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = self.program("pg_ctl").and_then(|mut pg_ctl| {
            run(pg_ctl.args(["-s", "-m", "immediate", "-D"]).arg(self.folder.join("data")).arg("stop"))
        });
        let removed = std::fs::remove_dir_all(&self.folder);
        if let Err(error) = stopped.map(drop).and(removed.map_err(Into::into)) {
            eprintln!("the cluster in {} is not gone: {error:#}", self.folder.display());
        }
    }
}

/// A command in the root folder, as the system user when we are root.
fn command(program: &Path) -> Result<Command> {
    let id = run(Command::new("id").arg("-u"))?;
    let mut command = if id.stdout.trim_ascii() == b"0" {
        let mut command = Command::new("setpriv");
        let (user, group) = (format!("--reuid={SYSTEM_USER}"), format!("--regid={SYSTEM_USER}"));
        command.args([&user, &group, "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/").env("LC_ALL", "C").env("PGOPTIONS", "--client-min-messages=warning");
    Ok(command)
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("{command:?} starts"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output)
}
