//! What a file may hold, and how much of it.

use std::collections::BTreeSet;

use super::rooms;
use super::source::{Source, Token, TokenKind};

/// Lines that a file may have before its tests.
const MAX_LINES: usize = 400;

/// Longer files, and why.
const LONG: [(&str, &str); 0] = [];

/// Files that no one wrote by hand.
const GENERATED: [&str; 1] = ["web-viewer/src/api/schema.d.ts"];

/// Roots of modules that hold more than docs, modules and re-exports, and why.
const FULL_ROOTS: [(&str, &str); 1] = [("src/domain/area/mod.rs", "the plain value types that the whole room shares")];

/// Rooms that may name a level, and why: what they make is one certain district.
const NAMES_LEVELS: [(&str, &str); 1] = [("src/app/demo", "the demo district is built for the licheng profile")];

/// Words that are a level's id in some profile and mean something else below a path: path, word, why.
const OTHER_MEANING: [(&str, &str, &str); 5] = [
    ("src/", "building", "also a class of places, which the map draws whatever the profile"),
    ("src/http/", "unit", "in an assignment: the area that was picked among those of one footprint"),
    ("src/app/assign/", "unit", "in an assignment: the area that was picked among those of one footprint"),
    ("src/cli/assign/", "unit", "in an assignment: the area that was picked among those of one footprint"),
    ("src/formats/assignment.rs", "unit", "in an assignment: the area that was picked among those of one footprint"),
];

/// No file is longer than [`MAX_LINES`] before its tests. Files of tests alone are not judged.
pub(super) fn length(source: &Source) -> Vec<String> {
    match too_long(source) {
        Some(lines) if !listed(&LONG, &source.path) => {
            vec![source.at(MAX_LINES, format!("{lines} lines before the tests; split it, {MAX_LINES} is the limit"))]
        }
        _ => Vec::new(),
    }
}

fn too_long(source: &Source) -> Option<usize> {
    let is_code = [".rs", ".ts", ".tsx", ".mjs", ".py", ".sh", ".sql"].iter().any(|end| source.path.ends_with(end));
    if !is_code || source.is_test() || GENERATED.contains(&source.path.as_str()) {
        return None;
    }
    let lines: Vec<&str> = source.text.lines().collect();
    // Helpers for tests may stand anywhere; the module of tests ends what counts.
    let is_module = |line: &str| line.trim_start_matches("pub ").trim_start_matches("pub(crate) ").starts_with("mod ");
    let tests =
        lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && is_module(pair[1]) && pair[1].ends_with('{'));
    Some(tests.unwrap_or(lines.len())).filter(|&before_tests| before_tests > MAX_LINES)
}

fn listed(exceptions: &[(&str, &str)], path: &str) -> bool {
    exceptions.iter().any(|(exception, _)| *exception == path)
}

/// `mod.rs` and `lib.rs` hold docs, `mod` lines and re-exports, nothing else.
pub(super) fn module_root(source: &Source) -> Vec<String> {
    match first_other_item(source) {
        Some(line) if !listed(&FULL_ROOTS, &source.path) => {
            vec![
                source.at(line, "a module root holds docs, mod lines and re-exports; give the rest a file with a name"),
            ]
        }
        _ => Vec::new(),
    }
}

/// The line of the first item of a module root that is neither `mod x;` nor a `use`.
fn first_other_item(source: &Source) -> Option<usize> {
    let is_root = source.path.ends_with("/mod.rs") || source.path.ends_with("/lib.rs");
    if !is_root || source.is_test() {
        return None;
    }
    let mut rest = source.tokens.as_slice();
    while let Some(first) = rest.first() {
        if first.text == "#" && first.kind == TokenKind::Mark {
            // `#[...]` or `#![...]`.
            let open = if rest.get(1).is_some_and(|token| token.text == "!") { 2 } else { 1 };
            rest = &rest[open + group_length(&rest[open..])..];
            continue;
        }
        let mut item = rest;
        if item[0].text == "pub" {
            item = &item[1..];
            if item.first().is_some_and(|token| token.text == "(") {
                item = &item[group_length(item)..];
            }
        }
        let is_use = item.first().is_some_and(|token| token.text == "use");
        let is_module = item.len() > 2 && item[0].text == "mod" && item[2].text == ";";
        let end = item.iter().position(|token| token.text == ";" && token.kind == TokenKind::Mark);
        match end {
            Some(end) if is_use || is_module => rest = &item[end + 1..],
            _ => return Some(first.line),
        }
    }
    None
}

/// How many tokens the bracketed group at the start of `tokens` takes.
fn group_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        match (token.kind, token.text.as_str()) {
            (TokenKind::Mark, "(" | "[" | "{") => depth += 1,
            (TokenKind::Mark, ")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    tokens.len()
}

/// Exceptions whose file is gone or keeps the rule by now.
pub(super) fn unneeded_exceptions(sources: &[Source]) -> Vec<String> {
    let find = |path: &str| sources.iter().find(|source| source.path == path);
    let unneeded = |list: &[(&str, &str)], breaks: fn(&Source) -> bool| {
        let fine = list.iter().filter(|(path, _)| !find(path).is_some_and(breaks));
        fine.map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>()
    };
    let mut found = unneeded(&LONG, |source| too_long(source).is_some());
    found.extend(unneeded(&FULL_ROOTS, |source| first_other_item(source).is_some()));
    found.extend(unneeded(&rooms::SERDE_FILES, |source| !rooms::uses_serde(source).is_empty()));
    found
}

/// Both dialects have the same migrations, once both exist.
pub(super) fn migration_pairs(sources: &[Source]) -> Vec<String> {
    let names = |dialect: &str| -> BTreeSet<&str> {
        sources.iter().filter_map(|source| source.path.strip_prefix(dialect)?.strip_suffix(".sql")).collect()
    };
    let (sqlite, postgres) = (names("migrations/sqlite/"), names("migrations/postgres/"));
    if sqlite.is_empty() || postgres.is_empty() {
        return Vec::new();
    }
    sqlite.symmetric_difference(&postgres).map(|name| format!("migration {name} is in one dialect only")).collect()
}

/// No file names the host of a package registry; lock files, as their clients write them, may.
pub(super) fn registry_hosts(source: &Source) -> Vec<String> {
    // Put together here, so that this file keeps its own rule.
    let hosts = [
        ["crates", "io"],
        ["npmjs", "org"],
        ["npmjs", "com"],
        ["pypi", "org"],
        ["pythonhosted", "org"],
        ["debian", "org"],
        ["npmmirror", "com"],
        ["yarnpkg", "com"],
    ]
    .map(|parts| parts.join("."));
    if source.path.ends_with("Cargo.lock") || source.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let mut violations = Vec::new();
    for (line, text) in source.text.lines().enumerate() {
        if let Some(host) = hosts.iter().find(|host| text.contains(host.as_str())) {
            violations.push(source.at(line + 1, format!("names the registry {host}")));
        }
    }
    violations
}

/// The ids of the levels of all shipped profiles.
pub(super) fn profile_levels(sources: &[Source]) -> BTreeSet<String> {
    let is_profile = |source: &&Source| source.path.starts_with("data/profiles/") && source.path.ends_with(".toml");
    let mut levels = BTreeSet::new();
    for source in sources.iter().filter(is_profile) {
        let profile: toml::Table = source.text.parse().unwrap_or_else(|e| panic!("{} is TOML: {e}", source.path));
        let listed = profile.get("levels").and_then(toml::Value::as_array);
        for level in listed.unwrap_or_else(|| panic!("{} lists its levels", source.path)) {
            levels.extend(level.get("id").and_then(toml::Value::as_str).map(str::to_owned));
        }
    }
    levels
}

/// No string in the code is the id of a level: levels come from the profile.
pub(super) fn level_names(source: &Source, levels: &BTreeSet<String>) -> Vec<String> {
    let may = NAMES_LEVELS.iter().any(|(room, _)| source.path.starts_with(room));
    if !source.path.starts_with("src/") || source.is_test() || may {
        return Vec::new();
    }
    let other =
        |word: &str| OTHER_MEANING.iter().any(|(path, meant, _)| source.path.starts_with(path) && *meant == word);
    let names = source.tokens.iter().filter(|token| token.kind == TokenKind::Text && levels.contains(&token.text));
    let names = names.filter(|token| !other(&token.text));
    names
        .map(|token| source.at(token.line, format!("names the level {:?}; levels come from the profile", token.text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: impl Fn(&Source) -> Vec<String>, path: &str, text: &str, expected: usize) {
        let violations = rule(&Source::new(path, text));
        assert_eq!(violations.len(), expected, "{violations:#?}");
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let long = "x\n".repeat(MAX_LINES + 1);
        let tested = |module: &str| format!("{}#[cfg(test)]\n{module}\n{long}}}", "x\n".repeat(MAX_LINES));
        check(length, "src/app/x.rs", &long, 1);
        check(length, "web-viewer/src/map.ts", &long, 1);
        check(length, "src/app/x.rs", &tested("mod tests {"), 0);
        check(length, "src/app/x.rs", &tested("pub mod tests {"), 0);
        check(length, "src/app/x.rs", &tested("mod fixtures;"), 1);
        check(length, "docs/x.md", &long, 0);
    }

    #[test]
    fn a_module_root_with_a_type_is_found() {
        let modules = "//! Docs.\n#![warn(x)]\n#[path = \"y.rs\"]\nmod y;\npub(crate) mod z;\npub use y::{A, B};\n";
        check(module_root, "src/app/mod.rs", modules, 0);
        check(module_root, "src/app/mod.rs", &format!("{modules}/// X.\npub struct X;"), 1);
        check(module_root, "src/lib.rs", "mod x { fn f() {} }", 1);
        check(module_root, "src/app/x.rs", "pub struct X;", 0);
    }

    #[test]
    fn a_migration_without_its_twin_is_found() {
        let file = |path: &str| Source::new(path, "");
        let mut files = vec![file("migrations/sqlite/0001_area.sql"), file("migrations/sqlite/0002_duty.sql")];
        assert_eq!(migration_pairs(&files).len(), 0);
        files.push(file("migrations/postgres/0001_area.sql"));
        assert_eq!(migration_pairs(&files), ["migration 0002_duty is in one dialect only"]);
    }

    #[test]
    fn a_registry_is_found() {
        let text = format!("a\nhttps://registry.{}/x", ["npmjs", "org"].join("."));
        check(registry_hosts, "Makefile", &text, 1);
        check(registry_hosts, "web-viewer/package-lock.json", &text, 0);
    }

    #[test]
    fn a_named_level_is_found() {
        let levels = BTreeSet::from(["street".to_owned()]);
        let rule = |source: &Source| level_names(source, &levels);
        check(rule, "src/app/lookup.rs", "let level = \"street\"; let other = \"streets\"; // \"street\"", 1);
        check(rule, "src/app/demo/streets.rs", "\"street\"", 0);
        check(rule, "src/app/x.rs", "#[cfg(test)]\nmod tests { const X: &str = \"street\"; }", 0);
    }
}
