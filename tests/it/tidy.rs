//! Keeps the house in order: who may use whom, what is pure, how long a file may be.
//!
//! The rules are DESIGN's; this module reads the tracked files and judges them. Each rule is a function from a file to
//! its violations, and each is tried on a sample that breaks it: a check that cannot fail would be worth nothing.

mod files;
mod rooms;
mod source;

use source::Source;

/// All tracked files of the repository that are text.
fn tracked() -> Vec<Source> {
    let root = env!("CARGO_MANIFEST_DIR");
    // `--others` lets a new file be judged before it is committed.
    let listed = std::process::Command::new("git")
        .args(["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .expect("git is on the machine");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("our file names are UTF-8");
    let read = |name: &str| {
        let text = String::from_utf8(std::fs::read(format!("{root}/{name}")).ok()?).ok()?;
        Some(Source::new(name, &text))
    };
    let sources: Vec<Source> = names.split('\0').filter(|name| !name.is_empty()).filter_map(read).collect();
    assert!(sources.iter().any(|source| source.path == "src/lib.rs"), "the list of files is the project's");
    sources
}

/// Fails with every violation of `rule` in the repository.
#[track_caller]
fn check(rule: impl Fn(&Source) -> Vec<String>) {
    let violations: Vec<String> = tracked().iter().flat_map(rule).collect();
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn rooms_use_only_the_rooms_before_them() {
    check(rooms::dependency_rule);
}

#[test]
fn domain_and_formats_are_pure() {
    check(rooms::purity);
}

#[test]
fn serde_stays_at_the_edges() {
    check(rooms::serde_at_the_edges);
}

#[test]
fn only_app_joins_the_tiles_to_the_domain() {
    check(rooms::tiles_only_in_app);
}

#[test]
fn files_are_short() {
    check(files::length);
}

#[test]
fn every_exception_is_still_needed() {
    let sources = tracked();
    let unneeded = files::unneeded_exceptions(&sources);
    assert!(unneeded.is_empty(), "take these out of their lists of exceptions:\n{}", unneeded.join("\n"));
}

#[test]
fn module_roots_hold_docs_modules_and_re_exports() {
    check(files::module_root);
}

#[test]
fn migrations_come_in_pairs() {
    let violations = files::migration_pairs(&tracked());
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn no_registry_is_named() {
    check(files::registry_hosts);
}

#[test]
fn no_level_is_named_in_the_code() {
    let sources = tracked();
    let levels = files::profile_levels(&sources);
    assert!(levels.iter().any(|level| level == "community"), "the profiles' levels are found: {levels:?}");
    let violations: Vec<String> = sources.iter().flat_map(|source| files::level_names(source, &levels)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
