//! Who may use whom, and what the pure rooms may not touch. Test items are not judged.

use super::source::{Path, Source, TokenKind};

/// The rooms with what each may use beside itself, as names below the crate's root. `clock`, `telemetry` and `config` stand
/// beside the rooms: single files of plain values and functions.
const ROOMS: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("formats", &["domain"]),
    ("store", &["domain", "formats"]),
    ("app", &["domain", "formats", "store", "clock"]),
    ("http", &["domain", "formats", "store", "app", "clock", "telemetry", "config"]),
    ("cli", &["domain", "formats", "store", "app", "clock", "telemetry", "config"]),
];

/// Where `cli` may use `http`, and why.
const CLI_USES_HTTP: [(&str, &str); 2] = [
    ("src/cli/serve.rs", "the serve command starts the server"),
    ("src/cli/openapi.rs", "the openapi command prints the document that the server answers"),
];

/// Crates that wait, read, ask the time, log or draw random numbers.
const IMPURE_CRATES: [&str; 15] = [
    "tokio",
    "tokio_util",
    "futures_util",
    "sqlx",
    "axum",
    "hyper",
    "tower",
    "tower_http",
    "tracing",
    "log",
    "rand",
    "getrandom",
    "uuid",
    "indicatif",
    "clap",
];

/// Modules of std that do the same.
const IMPURE_STD: [&str; 6] = ["fs", "net", "env", "process", "thread", "os"];

/// Names that ask the time or draw a random number, wherever they come from.
const IMPURE_NAMES: [&str; 6] = ["SystemTime", "now_utc", "now_local", "thread_rng", "stdin", "stdout"];

/// Macros that print.
const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// Where serde may be: at the edges, never in the core.
const SERDE_ROOMS: [&str; 3] = ["formats", "store", "http"];

/// Single files outside those rooms that may use serde, and why.
pub(super) const SERDE_FILES: [(&str, &str); 1] =
    [("src/app/demo/source.rs", "it reads the two embedded files of data/demo, which no one else reads")];

/// Each room uses only itself and the rooms before it.
pub(super) fn dependency_rule(source: &Source) -> Vec<String> {
    let Some(room) = source.room().filter(|_| !source.is_test()) else { return Vec::new() };
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![source.at(1, format!("{room} is no room; add it to the rule or move the file"))];
    };
    let starts_server = CLI_USES_HTTP.iter().any(|(path, _)| *path == source.path);
    let mut violations = Vec::new();
    for path in source.paths() {
        let Some(used) = below_root(source, &path) else { continue };
        let fine = used == room || allowed.contains(&used) || (starts_server && used == "http");
        if !fine {
            violations.push(source.at(path.line, format!("{room} may not use {used}")));
        }
    }
    violations
}

/// The first name below the crate's root that `path` goes through, when it goes through the root at all.
fn below_root<'a>(source: &Source, path: &'a Path) -> Option<&'a str> {
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).filter(|&segment| segment != "self").collect();
    let supers = segments.iter().take_while(|&&segment| segment == "super").count();
    let first = if segments.first() == Some(&"crate") {
        1
    } else if supers > 0 && supers == source.module().len() + path.inline_modules {
        supers
    } else {
        return None;
    };
    // `pub(crate)` alone names nothing.
    path.segments.iter().map(String::as_str).filter(|&segment| segment != "self").nth(first)
}

/// `domain` and `formats` wait for nothing, touch nothing and say nothing.
pub(super) fn purity(source: &Source) -> Vec<String> {
    if source.is_test() || !matches!(source.room(), Some("domain" | "formats")) {
        return Vec::new();
    }
    let mut violations = Vec::new();
    for path in source.paths() {
        let names: Vec<&str> = path.segments.iter().map(String::as_str).collect();
        let impure = match names.as_slice() {
            [first, _, ..] if IMPURE_CRATES.contains(first) => true,
            ["std", module, ..] if IMPURE_STD.contains(module) => true,
            _ => {
                names.iter().any(|name| IMPURE_NAMES.contains(name))
                    || names.windows(2).any(|pair| pair == ["time", "Instant"] || pair == ["Instant", "now"])
            }
        };
        if impure {
            violations.push(source.at(path.line, format!("a pure room may not use {}", names.join("::"))));
        }
    }
    for pair in source.tokens.windows(2) {
        let word = pair[0].text.as_str();
        let prints = PRINTING.contains(&word) && pair[1].text == "!";
        if pair[0].kind == TokenKind::Word && (prints || word == "async" || word == "await") {
            violations.push(source.at(pair[0].line, format!("a pure room may not {word}")));
        }
    }
    violations
}

/// serde is used only where bytes become values or values bytes.
pub(super) fn serde_at_the_edges(source: &Source) -> Vec<String> {
    let in_source = source.path.starts_with("src/") || source.path.starts_with("tiles/src/");
    let edge = source.room().is_some_and(|room| SERDE_ROOMS.contains(&room));
    if !in_source || edge || source.is_test() || SERDE_FILES.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    uses_serde(source)
}

/// Every use of serde in a file.
pub(super) fn uses_serde(source: &Source) -> Vec<String> {
    let is_serde = |path: &Path| path.segments.len() > 1 && matches!(path.segments[0].as_str(), "serde" | "serde_json");
    let uses = source.paths().into_iter().filter(is_serde);
    uses.map(|path| source.at(path.line, format!("serde stays at the edges: {}", path.segments.join("::")))).collect()
}

/// The tile library is joined to the domain in one room.
pub(super) fn tiles_only_in_app(source: &Source) -> Vec<String> {
    if source.is_test() || source.room().is_none_or(|room| room == "app") {
        return Vec::new();
    }
    let uses = source.paths().into_iter().filter(|path| path.segments[0] == "onemap_tiles");
    uses.map(|path| source.at(path.line, "only app may use onemap_tiles")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule finds exactly the lines `expected` in a file of that path.
    #[track_caller]
    fn check(rule: fn(&Source) -> Vec<String>, path: &str, text: &str, expected: &[usize]) {
        let violations = rule(&Source::new(path, text));
        let line = |violation: &String| violation.split(':').nth(1).and_then(|line| line.parse().ok());
        let lines: Vec<usize> = violations.iter().filter_map(line).collect();
        assert_eq!(lines, expected, "{violations:#?}");
    }

    #[test]
    fn a_room_that_looks_right_is_found() {
        check(dependency_rule, "src/domain/area/code.rs", "use crate::domain::crs;\nuse crate::app::Lookup;", &[2]);
        check(dependency_rule, "src/store/mod.rs", "use crate::{domain::x, http};", &[1]);
        check(dependency_rule, "src/http/x.rs", "fn f() {\n    crate::cli::g();\n}", &[2]);
        check(dependency_rule, "src/cli/import.rs", "use crate::http::problem;", &[1]);
        check(dependency_rule, "src/cli/serve.rs", "use crate::http::router;", &[]);
        check(dependency_rule, "src/app/x.rs", "use crate::config::Config;\npub(crate) fn f() {}", &[1]);
        check(dependency_rule, "src/util/x.rs", "", &[1]);
    }

    #[test]
    fn a_room_reached_through_super_is_found() {
        check(dependency_rule, "src/domain/mod.rs", "use super::store::Store;", &[1]);
        check(dependency_rule, "src/domain/area/code.rs", "use super::super::super::app::x;", &[1]);
        check(dependency_rule, "src/domain/area/code.rs", "use super::super::crs::x;", &[]);
        check(dependency_rule, "src/domain/area/mod.rs", "mod inner { use super::super::super::http::x; }", &[1]);
    }

    #[test]
    fn what_tests_use_is_not_judged() {
        check(dependency_rule, "src/domain/x.rs", "#[cfg(test)]\nmod tests { use crate::formats::x; }", &[]);
        check(purity, "src/domain/x.rs", "#[cfg(test)]\nmod tests { use std::fs; }", &[]);
    }

    #[test]
    fn impurity_is_found() {
        check(purity, "src/domain/x.rs", "use std::{collections::BTreeMap, fs};", &[1]);
        check(purity, "src/formats/x.rs", "use std::io::Read;\nuse tokio::fs::File;", &[2]);
        check(purity, "src/formats/x.rs", "let t = std::time::Instant::now();", &[1]);
        check(purity, "src/domain/x.rs", "use std::time::{Duration, SystemTime};", &[1]);
        check(purity, "src/domain/x.rs", "async fn f() {}", &[1]);
        check(purity, "src/domain/x.rs", "fn print() {}\nfn f() { print(); println!(\"x\"); }", &[2]);
        check(purity, "src/domain/x.rs", "tracing::warn!(\"x\");", &[1]);
        check(purity, "src/store/x.rs", "use std::fs;", &[]);
    }

    #[test]
    fn serde_in_the_core_is_found() {
        check(serde_at_the_edges, "src/domain/x.rs", "use serde::Serialize;", &[1]);
        check(serde_at_the_edges, "src/app/x.rs", "fn f() { serde_json::to_string(&1); }", &[1]);
        check(serde_at_the_edges, "tiles/src/lib.rs", "use serde::Serialize;", &[1]);
        check(serde_at_the_edges, "src/http/dto.rs", "use serde::Serialize;", &[]);
    }

    #[test]
    fn tiles_outside_app_are_found() {
        check(tiles_only_in_app, "src/http/tiles.rs", "use onemap_tiles::Coord;", &[1]);
        check(tiles_only_in_app, "src/app/tiles.rs", "use onemap_tiles::Coord;", &[]);
    }
}
