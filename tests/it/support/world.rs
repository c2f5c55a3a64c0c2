//! A district in a store of its own, in a temporary folder.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
};

use onemap::{
    app::{
        District,
        demo::DemoDistrict,
        district::GenerateError,
        import::{ImportOptions, ImportReport, ImportSource, Outcome, Progress},
    },
    clock::Clock,
    domain::{
        area::{Finding, NewArea, Severity, Snapshot},
        profile::Profile,
    },
    store::{Counts, Store, StoredArea},
};
use time::macros::datetime;
use tokio::runtime::Runtime;

/// A store in a temporary folder, with the runtime that its connections live on.
pub struct World {
    pub district: District,
    pub profile: Arc<Profile>,
    runtime: Runtime,
    dir: tempfile::TempDir,
}

impl World {
    /// An empty store for `profile`.
    pub fn empty(profile: &Profile) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let dir = tempfile::tempdir().expect("a temporary folder");
        let clock = Clock::fixed(datetime!(2026-01-05 08:00 UTC));
        let path = dir.path().join("store.gpkg");
        let district = runtime.block_on(District::open(&path, Some(profile.clone()), clock)).expect("a new store");
        Self { profile: Arc::clone(district.profile()), district, runtime, dir }
    }

    /// A store with `areas`, which are valid.
    pub fn of_areas(profile: &Profile, areas: Vec<NewArea>) -> Self {
        let world = Self::empty(profile);
        let demo = DemoDistrict { areas, places: Vec::new(), postings: Vec::new() };
        match world.wait(world.district.adopt_demo(demo, "test")) {
            Ok(_) => {}
            Err(GenerateError::Invalid(invalid)) => panic!("{:#?}", errors(&invalid.findings)),
            Err(error) => panic!("{error}"),
        }
        world
    }

    /// A store with what `files` hold, which is valid.
    pub fn of_files(profile: &Profile, files: &[PathBuf], options: ImportOptions) -> Self {
        let world = Self::empty(profile);
        let report = world.import(files, options);
        assert_eq!(report.outcome, Outcome::Published, "{:#?}", errors(&report.findings));
        world
    }

    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Imports files under their names.
    pub fn import(&self, files: &[PathBuf], options: ImportOptions) -> ImportReport {
        let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
        let of = |path: &PathBuf| ImportSource { name: name(path), path: path.clone(), content_type: None };
        let sources = files.iter().map(of).collect();
        self.wait(self.district.import(None, sources, options, Progress::default())).expect("an import that is judged")
    }

    /// Writes a file into the world's own folder and imports it.
    pub fn import_text(&self, name: &str, content: impl AsRef<[u8]>, options: ImportOptions) -> ImportReport {
        let path = self.write(name, content);
        self.import(&[path], options)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, content).expect("a file in a temporary folder");
        path
    }

    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// The areas of the head edition as the store holds them.
    pub fn stored(&self) -> Vec<StoredArea> {
        let head = self.wait(self.district.store().head()).expect("a head").map_or(0, |edition| edition.number);
        self.wait(self.district.store().areas(head)).expect("areas")
    }

    pub fn snapshot(&self) -> Snapshot {
        self.wait(self.district.snapshot()).expect("a snapshot")
    }

    /// What must not change when an import is refused.
    pub fn digest(&self) -> (Counts, u32) {
        let store = self.district.store();
        let head = self.wait(store.head()).expect("a head").map_or(0, |edition| edition.number);
        (self.wait(store.counts()).expect("counts"), head)
    }
}

/// The errors among findings, as rule, areas and text.
pub fn errors(findings: &[Finding]) -> Vec<String> {
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    findings
        .iter()
        .filter(is_error)
        .map(|found| format!("{} {:?} {}", found.rule.id(), found.areas, found.en))
        .collect()
}
