//! The built program, as a user's shell runs it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use onemap::{
    app::District,
    clock::Clock,
    store::{Store, StoreAddress},
};
use tempfile::TempDir;

/// A generous limit for what takes a moment; only a server that hangs meets it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The file in the folder of a shell that has the stderr of the server started last.
pub const SERVER_LOG: &str = "server.log";

/// The program in a folder of its own.
pub struct Shell {
    pub folder: TempDir,
    /// All that the program finds in its environment.
    pub environment: Vec<(&'static str, String)>,
}

/// What a run of the program left.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Shell {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), environment: Vec::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_onemap"));
        command.args(line.split_whitespace()).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, line: &str) -> Ran {
        let Output { status, stdout, stderr } = self.command(line).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Runs what must work, and gives its stdout.
    #[track_caller]
    pub fn done(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.code, Some(0), "{line}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Runs what must be refused, with one line on stderr that has all of `words`.
    #[track_caller]
    pub fn refused(&self, line: &str, code: i32, words: &[&str]) {
        let ran = self.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{line}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{line}: {}", ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "{line}: {word} is not in {}", ran.stderr);
        }
    }

    /// How many editions, areas, places and postings the store has: a file of the folder, or a database.
    pub fn counts(&self, store: &str) -> [u64; 4] {
        let address = match StoreAddress::from(store) {
            StoreAddress::File(name) => StoreAddress::File(self.folder.path().join(name)),
            database => database,
        };
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let district = District::open(address, None, Clock::system()).await.expect("a store");
            let counts = district.store().counts().await.expect("counts");
            district.store().close().await.expect("closed");
            [counts.editions, counts.area_rows, counts.places, counts.postings]
        })
    }
}

/// A running server; killed when it is dropped.
pub struct Server {
    child: Child,
    pub url: String,
    /// The rest of its stdout.
    stdout: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub fn start(shell: &Shell, line: &str) -> Self {
        let mut command = shell.command(line);
        let log = File::create(shell.path(SERVER_LOG)).expect("a file");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut url = String::new();
        stdout.read_line(&mut url).expect("a line");
        Self { child, url: url.trim_end().to_owned(), stdout }
    }

    /// Status and body of the answer at `path`.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut answer = agent().get(format!("{}{path}", self.url)).call().expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    }

    /// Status and body of the answer to GeoJSON, a feature a line, that is imported; `query` as `title=x`.
    pub fn import(&self, query: &str, features: &str) -> (u16, String) {
        self.post(&format!("/imports?{query}"), "application/geo+json-seq", features)
    }

    /// Status and body of the answer to a body.
    pub fn post(&self, path: &str, media_type: &str, body: &str) -> (u16, String) {
        let request = agent().post(format!("{}{path}", self.url));
        let sent = request.header("content-type", media_type).send(body);
        let mut answer = sent.expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    }

    /// The most memory that the process has had so far, in kB.
    pub fn peak_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its most memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Asks until the server says that it is ready.
    pub fn until_ready(&self) {
        let began = Instant::now();
        while self.get("/readyz").0 != 200 {
            assert!(began.elapsed() < PATIENCE, "the server becomes ready");
            std::thread::yield_now();
        }
    }

    /// Sends a signal to this very process.
    pub fn signal(&self, name: &str) {
        // The shell's own `kill`: a small machine has no other.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(sent.expect("sh runs").success());
    }

    /// Waits for the end: the status, and what else stood on stdout.
    pub fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        // Ends with the process, which closes the pipe.
        self.stdout.read_to_string(&mut rest).expect("text");
        (self.child.wait().expect("a status"), rest)
    }
}

/// A client that takes every status as an answer.
fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder();
    config.http_status_as_error(false).proxy(None).timeout_global(Some(PATIENCE)).build().into()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
