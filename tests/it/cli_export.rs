//! `onemap export`, as a user's shell runs it: good input and bad.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::OnceLock,
};

use crate::{
    pmtiles_export::{read, tiles},
    support::shell::Shell,
};

/// A store with two editions, of which the second has another name for the district; only read.
fn store() -> &'static str {
    static SHELL: OnceLock<(Shell, String)> = OnceLock::new();
    let (_, path) = SHELL.get_or_init(|| {
        let shell = Shell::new();
        shell.done("generate --units 300 --seed 2 --editions 1 --store s.gpkg");
        fs::copy(shell.path("s.gpkg"), shell.path("first.gpkg")).expect("copied");
        shell.done("generate --units 300 --seed 2 --no-buildings --out made.geojsonl");
        let text = fs::read_to_string(shell.path("made.geojsonl")).expect("written");
        fs::write(shell.path("made.geojsonl"), text.replacen("荔城区", "荔城新区", 1)).expect("written");
        shell.done("import made.geojsonl --store s.gpkg");
        let path = shell.path("s.gpkg").display().to_string();
        (shell, path)
    });
    path
}

#[track_caller]
fn done(shell: &Shell, rest: &str) -> String {
    let ran = shell.run(&format!("export --store {} {rest}", store()));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{rest}: {}", ran.stderr);
    ran.stderr
}

#[track_caller]
fn refused(shell: &Shell, rest: &str, code: i32, words: &[&str]) {
    shell.refused(&format!("export --store {} {rest}", store()), code, words);
}

fn names(shell: &Shell) -> Vec<String> {
    let entries = fs::read_dir(shell.folder.path()).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_edition_goes_into_a_file_and_an_old_one_is_what_it_was() {
    let shell = Shell::new();
    let said = done(&shell, "--format pmtiles --zooms 6-12 -o new.pmtiles");
    let count = tiles(&read(&shell.path("new.pmtiles"), None)).len();
    assert!(said.contains(&format!("已写出 {count} 张瓦片，6-12 级")) && said.contains("edition 2"), "{said}");
    assert!(said.contains(&format!("{} bytes", fs::metadata(shell.path("new.pmtiles")).expect("written").len())));
    done(&shell, "--edition 1 --zooms 6-12 -o old.pmtiles");
    // The same edition, before another was published.
    let first = store().replace("s.gpkg", "first.gpkg");
    shell.done(&format!("export --store {first} --zooms 6-12 -o first.pmtiles"));
    let file = |name: &str| fs::read(shell.path(name)).expect("written");
    assert!(file("old.pmtiles") == file("first.pmtiles") && file("old.pmtiles") != file("new.pmtiles"));
    let name = |file: &str| {
        let found = read(&shell.path(file), Some("district"));
        (found["metadata"]["onemap"]["edition"].clone(), found["gdal"]["features"][0]["name"].clone())
    };
    assert_eq!(name("old.pmtiles"), (1.into(), "荔城区".into()));
    assert_eq!(name("new.pmtiles"), (2.into(), "荔城新区".into()));
    assert_eq!(names(&shell), ["first.pmtiles", "new.pmtiles", "old.pmtiles"]);
}

#[test]
fn an_edition_is_named_by_a_time_as_well() {
    let shell = Shell::new();
    let listed = shell.done(&format!("editions --store {}", store()));
    let cell =
        |line: usize, at: usize| listed.lines().nth(line).and_then(|line| line.split('\t').nth(at)).expect("a cell");
    let (first, second, known) = (cell(1, 2), cell(2, 2), cell(1, 3));
    for (args, number) in [
        (format!("--as-of {first}"), 1),
        (format!("--as-of {second}"), 2),
        (format!("--as-of {second} --known-at {known}"), 1),
        (format!("--known-at {known}"), 1),
        ("--as-of 2999-01-01".to_owned(), 2),
    ] {
        let said = done(&shell, &format!("{args} --zooms 6-8 -o t.pmtiles --force"));
        assert!(said.contains(&format!("edition {number},")), "{args}: {said}");
    }
    let early = ["--as-of：当时还没有版本", "no edition was in force then; the first one is from", first];
    refused(&shell, "-o a.pmtiles --as-of 2001-01-01", 1, &early);
    let unknown = ["--known-at：当时生效的版本那时尚未公布", "not known yet at that time"];
    refused(&shell, "-o a.pmtiles --known-at 2001-01-01", 1, &unknown);
    refused(&shell, "-o a.pmtiles --as-of yesterday", 2, &["--as-of：yesterday 不是时间", "is no time"]);
    refused(&shell, "-o a.pmtiles --tileset places --known-at 2999-01-01", 2, &["--known-at：点位不分版本"]);
    for both in ["--edition 1 --as-of 2999-01-01", "--known-at 2999-01-01 --edition 1"] {
        let ran = shell.run(&format!("export --store {} -o a.pmtiles {both}", store()));
        assert!(ran.code == Some(2) && ran.stderr.contains("cannot be used with"), "{both}: {}", ran.stderr);
    }
    assert_eq!(names(&shell), ["t.pmtiles"]);
}

#[test]
fn one_area_one_zoom_and_places_can_be_asked_for() {
    let shell = Shell::new();
    done(&shell, "--area 350304 --zooms 11 -o a.pmtiles");
    let found = read(&shell.path("a.pmtiles"), None);
    assert!(tiles(&found).keys().all(|name| name.starts_with("11/")));
    assert_eq!(found["metadata"]["onemap"]["area"], "350304");
    done(&shell, "--tileset places --area 350304 --zooms 14 --format pmtiles -o b");
    let found = read(&shell.path("b"), Some("building"));
    assert_eq!(found["metadata"]["onemap"]["tileset"], "places");
    assert!(found["gdal"]["features"].as_array().is_some_and(|features| features.len() > 50));
}

#[test]
fn bad_arguments_are_one_line_and_leave_nothing() {
    let shell = Shell::new();
    for zooms in ["16-8", "8-19", "a", "8-", "-1-3"] {
        refused(&shell, &format!("-o a.pmtiles --zooms={zooms}"), 2, &["--zooms", zooms, "0 至 18", "from 0 to 18"]);
    }
    refused(&shell, "-o a.mbtiles", 2, &["a.mbtiles", ".pmtiles 结尾", "must end in .pmtiles"]);
    refused(&shell, "-o -", 2, &["须写到文件", "goes to a file"]);
    refused(&shell, "-o a.pmtiles --area 999", 1, &["第 2 版没有区域 999", "edition 2 has no area \"999\""]);
    refused(&shell, "-o a.pmtiles --edition 9", 1, &["没有第 9 版", "no edition 9; its newest is 2"]);
    refused(&shell, "-o a.pmtiles --tileset places --edition 1", 2, &["点位不分版本", "places have no editions"]);
    refused(&shell, "-o a.pmtiles --zooms 0-3", 1, &["0-3 级上没有任何内容", "nothing is drawn on zooms 0-3"]);
    refused(&shell, "-o no/such/a.pmtiles", 1, &["无法写入", "cannot write"]);
    refused(&shell, &format!("--force --format pmtiles -o {}", store()), 2, &["不能覆盖", "write over"]);
    shell.refused("export -o a.pmtiles --store none.gpkg", 1, &["none.gpkg", "没有这个存储", "no such store"]);
    shell.done("import --help");
    assert_eq!(names(&shell), [""; 0]);
    for line in ["export", "export -o a.pmtiles --tileset roads", "export -o a.pmtiles --format mbtiles"] {
        assert_eq!(shell.run(line).code, Some(2), "{line}");
    }
}

#[test]
fn a_file_is_replaced_only_when_told_and_only_by_a_whole_one() {
    let shell = Shell::new();
    fs::write(shell.path("a.pmtiles"), "mine").expect("written");
    refused(&shell, "-o a.pmtiles --zooms 8", 1, &["a.pmtiles", "文件已存在", "--force replaces it"]);
    refused(&shell, "-o a.pmtiles --zooms 0-3 --force", 1, &["nothing is drawn"]);
    assert_eq!(fs::read_to_string(shell.path("a.pmtiles")).expect("there"), "mine");
    done(&shell, "-o a.pmtiles --zooms 8 --force");
    assert!(fs::read(shell.path("a.pmtiles")).expect("there").starts_with(b"PMTiles\x03"));
    assert_eq!(names(&shell), ["a.pmtiles"]);
}

#[test]
fn an_interrupted_export_leaves_no_file() {
    let shell = Shell::new();
    let mut command = shell.command(&format!("export --store {} --zooms 0-18 -o a.pmtiles", store()));
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the program runs");
    // The unfinished file is there from the beginning, long before the deepest zoom is drawn.
    while names(&shell).is_empty() {
        std::thread::yield_now();
    }
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(sent.expect("sh runs").success());
    let said: Vec<String> =
        BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok).collect();
    assert_eq!(child.wait().expect("a status").code(), Some(130), "{said:?}");
    assert!(said.iter().any(|line| line.contains("已中断")), "{said:?}");
    assert_eq!(names(&shell), [""; 0]);
}
