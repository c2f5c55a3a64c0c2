//! A disk that obeys the tests: `disk.c`, built once.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command, sync::OnceLock};

use tempfile::TempDir;

/// A disk that is full while the test says so.
pub struct Disk {
    folder: TempDir,
    /// What the program must find in its environment.
    pub environment: Vec<(&'static str, String)>,
}

impl Disk {
    /// About the files whose path contains `under`.
    pub fn under(under: &str) -> Self {
        // Readable for whoever PostgreSQL runs as.
        let folder = tempfile::tempdir().expect("a folder");
        open_to_all(folder.path());
        let order = folder.path().join("order").display().to_string();
        let environment = vec![
            ("LD_PRELOAD", library().display().to_string()),
            ("ONEMAP_DISK_UNDER", under.to_owned()),
            ("ONEMAP_DISK_ORDER", order),
        ];
        Self { folder, environment }
    }

    pub fn fill(&self) {
        fs::write(self.order(), "full").expect("written");
        open_to_all(&self.order());
    }

    pub fn free(&self) {
        fs::remove_file(self.order()).expect("removed");
    }

    fn order(&self) -> PathBuf {
        self.folder.path().join("order")
    }
}

fn open_to_all(path: &std::path::Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
}

/// The library that stands between a program and its disk.
fn library() -> PathBuf {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        open_to_all(folder.path());
        let path = folder.path().join("disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/disk.c");
        let mut compiler = Command::new("cc");
        compiler
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&path)
            .args([source, "-ldl"]);
        let built = compiler.output().expect("a C compiler, as scripts/need.sh cc provides");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        (folder, path)
    });
    path.clone()
}
