//! The built program, as a user's shell runs it.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use onemap::{
    app::import::{ImportReport, Outcome, PostToFill},
    domain::area::{AreaCode, Finding, Level, Rule, Severity, finding::Source},
    domain::geometry::Position,
    formats::{
        findings::{Post, Posts, Summary, findings_json},
        profile_toml::find_profile,
    },
    http::dto::import::ImportJson,
};
use serde_json::{Value, json};

use crate::support::shell::{Server, Shell};

/// What the brief of the server gives it to end in.
const STOPS_WITHIN: Duration = Duration::from_secs(5);

#[test]
fn a_generated_file_imports_and_a_second_time_changes_nothing() {
    let shell = Shell::new();
    shell.done("generate --profile licheng --units 300 --seed 7 --editions 1 --store made.gpkg");
    let [editions, areas, places, postings] = shell.counts("made.gpkg");
    assert_eq!(editions, 1);
    assert!(areas > 430 && places > 0 && postings > 0, "{areas} {places} {postings}");

    let said = shell.done("generate --profile licheng --units 300 --seed 7 --out made.geojsonl");
    assert!(said.contains(&format!("made.geojsonl: {areas} areas; places and posts are not in the file")), "{said}");
    let text = std::fs::read_to_string(shell.path("made.geojsonl")).expect("written");
    assert_eq!(text.lines().count() as u64, areas);

    let first = shell.done("import made.geojsonl --store imported.gpkg --profile licheng --title 首次");
    let published = format!(
        "published edition 1: {areas} records, {areas} created, 0 changed, 0 unchanged, 0 noded, 0 retired; 0 errors"
    );
    assert!(first.contains(&published), "{first}");
    let again = shell.done("import made.geojsonl --store imported.gpkg");
    let unchanged = format!("unchanged, nothing published: {areas} records, 0 created, 0 changed, {areas} unchanged");
    assert!(again.contains(&unchanged), "{again}");
    assert_eq!(shell.counts("imported.gpkg"), [1, areas, 0, 0]);
    let names = std::fs::read_dir(shell.folder.path()).expect("a folder").count();
    assert_eq!(names, 3, "nothing but two stores and a file is left, and no log of a store");
}

#[test]
fn equal_seeds_make_equal_files_and_a_store_is_made_once() {
    let shell = Shell::new();
    for (seed, name) in [(1, "a"), (1, "b"), (2, "c")] {
        shell.done(&format!("generate --units 300 --seed {seed} --no-buildings --out {name}.geojsonl"));
    }
    let text = |name| std::fs::read(shell.path(name)).expect("written");
    assert!(text("a.geojsonl") == text("b.geojsonl"));
    assert!(text("a.geojsonl") != text("c.geojsonl"));
    shell.done("generate --units 300 --store one.gpkg");
    let before = shell.counts("one.gpkg");
    shell.refused("generate --units 300 --store one.gpkg", 1, &["one.gpkg", "已有第 2 版", "already has edition 2"]);
    assert_eq!(shell.counts("one.gpkg"), before);
}

#[test]
fn a_dry_run_checks_and_leaves_no_edition() {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 3 --out made.geojsonl");
    let said = shell.done("import made.geojsonl --store dry.gpkg --dry-run");
    assert!(said.contains("checked, nothing published (dry run)"), "{said}");
    assert_eq!(shell.counts("dry.gpkg"), [0, 0, 0, 0]);
}

/// Two records of the top level: the second has no code and a count that is none.
const BROKEN: &str = concat!(
    r#"{"type":"Feature","properties":{"code":"350304","level":"1","name":"荔城区"},"geometry":"#,
    r#"{"type":"Polygon","coordinates":[[[119.0,25.4],[119.1234567,25.4],[119.1,25.5654321],[119.0,25.4]]]}}"#,
    "\n",
    r#"{"type":"Feature","properties":{"kode":"350305","level":"1","households":"=viele"},"geometry":"#,
    r#"{"type":"Polygon","coordinates":[[[119.2,25.4],[119.3234567,25.4],[119.3,25.5654321],[119.2,25.4]]]}}"#,
    "\n"
);

#[test]
fn a_broken_file_is_told_by_file_record_and_field_in_every_format() {
    let shell = Shell::new();
    std::fs::write(shell.path("broken.geojsonl"), BROKEN).expect("written");
    let table = shell.run("import broken.geojsonl --store s.gpkg --report all.json");
    assert_eq!(table.code, Some(1), "{}{}", table.stdout, table.stderr);
    let row = |field: &str| {
        let mut lines = table.stdout.lines();
        let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let row = lines.by_ref().map(cells).find(|cells| cells.iter().any(|cell| cell == field));
        (
            row.unwrap_or_else(|| panic!("no row of {field}: {}", table.stdout)),
            lines.next().unwrap_or("").trim().to_owned(),
        )
    };
    let (cells, below) = row("code");
    assert_eq!(cells, ["错误", "error", "G10", "broken.geojsonl", "2", "code", "缺少编码"]);
    assert!(below.starts_with("field code is missing"), "{below}");
    assert_eq!(row("households").0[..6], ["错误", "error", "record", "broken.geojsonl", "2", "households"]);
    assert!(table.stdout.contains("rejected, nothing was changed: 2 records"), "{}", table.stdout);
    assert_eq!(shell.counts("s.gpkg"), [0, 0, 0, 0]);

    let report: Value =
        serde_json::from_slice(&std::fs::read(shell.path("all.json")).expect("a report")).expect("JSON");
    let found = |index: usize, member: &str| report["findings"][index][member].clone();
    assert_eq!((&report["outcome"], &report["records"]), (&json!("rejected"), &json!(2)));
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(2));
    for (index, field) in [(0, "code"), (1, "households")] {
        assert_eq!(
            [found(index, "file"), found(index, "record"), found(index, "field"), found(index, "severity")],
            [json!("broken.geojsonl"), json!(2), json!(field), json!("error")]
        );
    }

    let printed = shell.run("import broken.geojsonl --store s.gpkg --format json");
    assert_eq!(printed.code, Some(1));
    assert_eq!(serde_json::from_str::<Value>(&printed.stdout).expect("JSON"), report);
    assert!(printed.stderr.contains("rejected"), "{}", printed.stderr);

    let csv = shell.run("import broken.geojsonl --store s.gpkg --format csv --report all.csv");
    assert_eq!(std::fs::read_to_string(shell.path("all.csv")).expect("a report"), csv.stdout);
    let mut reader = csv::Reader::from_reader(csv.stdout.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a line of CSV")).collect();
    let cells = |row: &csv::StringRecord| row.iter().take(5).map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    assert_eq!(rows[0], ["error", "G10", "broken.geojsonl", "2", "code"]);
    assert_eq!(rows[1], ["error", "record", "broken.geojsonl", "2", "households"]);
    assert_eq!(rows.len(), 2);
}

#[test]
fn the_report_of_the_command_line_is_that_of_the_service() {
    let source = Source { file: "a.csv".to_owned(), record: Some(3), field: None };
    let finding = Finding {
        areas: vec![AreaCode::new("350304").expect("a code")],
        level: Some(Level(1)),
        position: Position::from_degrees(119.0, 25.5),
        area_m2: Some(12.345_6),
        ..Finding::new(Rule::Gap, Severity::Warning, "缝", "gap").at(source).allowed(("无", "none"))
    };
    let profile = find_profile("licheng").expect("built in");
    let report = ImportReport {
        outcome: Outcome::Published,
        edition: Some(4),
        effective_from: Some(time::macros::datetime!(2027-01-01 00:00 UTC)),
        records: 1,
        created: 2,
        changed: 3,
        unchanged: 5,
        noded: 6,
        retired: 7,
        posts_to_fill: vec![PostToFill {
            area: AreaCode::new("350304").expect("a code"),
            name: "荔城区".to_owned(),
            role: "chief".to_owned(),
            missing: 2,
        }],
        findings: vec![finding],
    };
    let summary = Summary {
        outcome: "published",
        edition: Some(4),
        effective_from: Some("2027-01-01T00:00:00Z".to_owned()),
        records: 1,
        created: 2,
        changed: 3,
        unchanged: 5,
        noded: 6,
        retired: 7,
        posts_to_fill: Posts {
            number_matched: 1,
            items: vec![Post {
                area: "350304".to_owned(),
                name: "荔城区".to_owned(),
                role: "chief".to_owned(),
                missing: 2,
            }],
        },
    };
    let ours = findings_json(summary, &report.findings, |level| profile.level(level).id.as_str());
    let theirs = serde_json::to_value(ImportJson::new(&report, profile)).expect("JSON");
    assert_eq!(serde_json::from_str::<Value>(&ours).expect("JSON"), theirs);
}

#[test]
fn wrong_arguments_name_what_is_allowed_and_make_no_store() {
    let shell = Shell::new();
    std::fs::write(shell.path("a.geojson"), BROKEN).expect("written");
    let import = "import a.geojson --store s.gpkg";
    shell.refused(&format!("{import} --level planet"), 2, &["没有层级 planet", "planet", "allowed are", "or 1 to 5"]);
    shell.refused(&format!("{import} --crs EPSG:9999"), 2, &["坐标系", "allowed are EPSG:4490"]);
    shell.refused(&format!("{import} --map kode=X"), 2, &["code=DLBM", "allowed are code, parent"]);
    for snap_m in ["0", "-1", "1.5", "NaN"] {
        shell.refused(&format!("{import} --snap-m {snap_m}"), 2, &[snap_m, "above 0, at most 1"]);
    }
    shell.refused(&format!("{import} --report a.txt"), 2, &[".json 或 .csv", "must end in .json or .csv"]);
    shell.refused(&format!("{import} --profile nowhere"), 1, &["无法读取配置 nowhere", "built in: licheng"]);
    shell.refused("import absent.geojson --store s.gpkg", 1, &["absent.geojson", "无法读取", "cannot read"]);
    shell.refused("generate --units 10 --store s.gpkg", 2, &["10", "allowed are 200 to 4000000"]);
    shell.refused("generate --units many --store s.gpkg", 2, &["many", "allowed are 200 to 4000000"]);
    shell.refused("generate --profile chibi --store s.gpkg", 2, &["chibi", "allowed is licheng"]);
    shell.refused("generate --units 300 --out no/such/folder.geojsonl", 1, &["无法写入", "cannot write"]);
    for line in ["import", "import a.geojson", "generate --units 300", "generate --store a --out b", "fly"] {
        let ran = shell.run(line);
        assert_eq!(ran.code, Some(2), "{line}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("命令行参数有误 / the arguments are wrong:"), "{line}: {}", ran.stderr);
    }
    let names = std::fs::read_dir(shell.folder.path()).expect("a folder").count();
    assert_eq!(names, 1, "only a.geojson");
}

#[test]
fn a_report_never_overwrites_what_is_imported() {
    let shell = Shell::new();
    std::fs::write(shell.path("areas.csv"), "code\n1\n").expect("written");
    shell.refused("import areas.csv --store s.gpkg --report ./areas.csv", 2, &["不能覆盖", "write over"]);
    assert_eq!(std::fs::read_to_string(shell.path("areas.csv")).expect("there"), "code\n1\n");
}

#[test]
fn help_version_and_documents_go_to_stdout() {
    let shell = Shell::new();
    assert_eq!(shell.done("--version"), format!("onemap {}\n", env!("CARGO_PKG_VERSION")));
    let help = shell.done("--help");
    for word in ["一张图", "Onemap", "serve", "import", "generate", "profile", "openapi"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert!(shell.done("profile list").contains("licheng"));
    let document: Value = serde_json::from_str(&shell.done("openapi")).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/lookup", "/imports", "/healthz"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}

#[test]
fn the_demo_has_a_past_and_the_codes_then_and_now_are_told() {
    let shell = Shell::new();
    let said = shell.done("generate --units 8000 --seed 1 --no-buildings --editions 2 --title 今 --store s.gpkg");
    assert!(said.contains("published edition 2"), "{said}");
    let listed = shell.done("editions --store s.gpkg");
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[1].starts_with("1\t历史 past\t") && lines[2].starts_with("2\t现行 in_force\t"), "{listed}");
    assert!(lines[2].ends_with("\tonemap generate\t今"), "{listed}");
    let told = shell.done("diff 1 2 --store s.gpkg -o codes.csv");
    assert!(told.contains("edition 1 to 2") && told.contains("拆分 split") && told.contains("新设 created"), "{told}");
    let csv = std::fs::read_to_string(shell.path("codes.csv")).expect("written");
    assert!(csv.starts_with("\u{feff}层级 level,旧编码 code_before,"), "{csv}");
    assert!(csv.contains("拆分 split") && csv.contains("按面积估算 area"), "{csv}");
    shell.done("diff 1 2 --store s.gpkg -o codes.xlsx");
    let first = std::fs::read(shell.path("codes.xlsx")).expect("written");
    shell.done("diff 1 2 --store s.gpkg -o codes.xlsx --force");
    assert_eq!(std::fs::read(shell.path("codes.xlsx")).expect("written"), first, "equal tables are equal bytes");
    shell.refused("diff 1 2 --store s.gpkg -o codes.csv", 1, &["codes.csv"]);
    shell.refused("diff 1 2 --store s.gpkg -o codes.pdf", 2, &[".csv 或 .xlsx", "must end in .csv or .xlsx"]);
    shell.refused("diff 1 9 --store s.gpkg", 1, &["没有第 9 版", "no edition 9; its newest is 2"]);
    shell.refused("editions --store none.gpkg", 1, &["没有这个存储", "no such store"]);
}

#[test]
fn an_edition_is_published_for_a_time_to_come_and_not_for_one_gone_by() {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 1 --no-buildings --out a.geojsonl");
    let import = "import a.geojsonl --store s.gpkg";
    shell.refused(&format!("{import} --effective-from 2001-01-01"), 2, &["已过", "has gone by"]);
    shell.refused(&format!("{import} --effective-from 2999-01-01T00:00:00"), 2, &["不是时间", "is no time"]);
    let far = ["--effective-from：2071-12-31T16:00:00Z 过远，最晚为发布后两年", "at most two years after the publish"];
    shell.refused(&format!("{import} --effective-from 2072-01-01"), 2, &far);
    let day = (onemap::clock::Clock::system().now() + time::Duration::days(400)).date();
    let begins = onemap::formats::moment::moment_text(day.midnight().assume_utc() - time::Duration::hours(8));
    let said = shell.done(&format!("{import} --effective-from {day}"));
    assert!(said.contains(&format!("published edition 1, in force from {begins}")), "{said}");
    assert!(shell.done("editions --store s.gpkg").contains(&format!("1\t待生效 scheduled\t{begins}")));
    let text = std::fs::read_to_string(shell.path("a.geojsonl")).expect("written");
    std::fs::write(shell.path("b.geojsonl"), text.replace("荔城区", "新区")).expect("written");
    let words = ["第 1 版将于", "edition 1 takes force at", "--effective-from"];
    shell.refused("import b.geojsonl --store s.gpkg", 1, &words);
    let next = day.next_day().expect("a day of this century");
    shell.done(&format!("import b.geojsonl --store s.gpkg --effective-from {next}"));
}

/// No log of the store is left beside it.
#[track_caller]
fn at_rest(store: &Path) {
    for end in ["-wal", "-shm"] {
        let beside = PathBuf::from(format!("{}{end}", store.display()));
        assert!(!beside.exists(), "{}", beside.display());
    }
}

#[test]
fn a_server_answers_and_ends_when_told_to() {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 5 --store s.gpkg");
    for signal in ["TERM", "INT"] {
        let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg --profile licheng");
        assert!(server.url.starts_with("http://127.0.0.1:") && !server.url.ends_with(":0"), "{}", server.url);
        assert_eq!(server.get("/healthz").0, 200);
        server.until_ready();
        let (status, profile) = server.get("/profile");
        assert!(status == 200 && profile.contains("licheng"), "{status} {profile}");
        assert_eq!(server.get("/nothing-here").0, 404);

        let told = Instant::now();
        server.signal(signal);
        let (status, rest) = server.end();
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "{signal}");
        assert!(told.elapsed() < STOPS_WITHIN, "{signal}: {:?}", told.elapsed());
        at_rest(&shell.path("s.gpkg"));
    }
}

#[test]
fn a_server_that_cannot_start_says_why_in_a_line() {
    let shell = Shell::new();
    let serve = "serve --listen 127.0.0.1:0";
    shell.refused(&format!("{serve} --store no/such/s.gpkg"), 1, &["no/such/s.gpkg", "存储打不开", "does not answer"]);
    std::fs::write(shell.path("text.gpkg"), "not a store, but long enough for one").expect("written");
    shell.refused(&format!("{serve} --store text.gpkg"), 1, &["text.gpkg", "不是一张图的存储", "is no Onemap store"]);
    shell.refused(&format!("{serve} --store s.gpkg --profile nowhere"), 1, &["nowhere", "built in: licheng"]);
    shell.done("generate --units 300 --store s.gpkg");
    shell.refused(&format!("{serve} --store s.gpkg --profile chibi"), 1, &["licheng", "chibi", "--profile"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound");
    let line = format!("serve --listen {address} --store s.gpkg --log error");
    shell.refused(&line, 1, &[&address.to_string(), "无法监听", "cannot listen"]);
}
