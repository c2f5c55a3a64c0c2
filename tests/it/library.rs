//! The map inside another program.

use std::{fs, path::Path};

use onemap::{AccuracyKind, Crs, Map, MapError, Question, store::StoreError};

use crate::support::{
    shell::{Server, Shell},
    staff,
};

#[path = "../../examples/locate.rs"]
#[allow(dead_code)]
mod example;

/// A position in the middle of the demo district.
const CENTRE: (f64, f64) = (119.011, 25.434);

fn made() -> Shell {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 2 --no-buildings --store s.gpkg");
    shell
}

/// What is in the folder, with sizes and times.
fn listing(folder: &Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let of = |entry: fs::DirEntry| {
        let metadata = entry.metadata().expect("metadata");
        (entry.file_name().to_string_lossy().into_owned(), metadata.len(), metadata.modified().expect("a time"))
    };
    let mut listing: Vec<_> = entries.map(of).collect();
    listing.sort();
    listing
}

fn question(accuracy_m: Option<f64>) -> Question {
    Question { x: CENTRE.0, y: CENTRE.1, crs: Crs::Cgcs2000, accuracy_m, accuracy_kind: AccuracyKind::Android }
}

#[test]
fn a_store_is_asked_and_stays_untouched() {
    let shell = made();
    let (path, before) = (shell.path("s.gpkg"), listing(shell.folder.path()));
    let bytes = fs::read(&path).expect("readable");
    let map = onemap::open(&path).expect("a store");
    let answer = map.locate(CENTRE.0, CENTRE.1, Crs::Cgcs2000).expect("an answer");
    assert_eq!((map.edition(), answer.edition()), (1, 1));
    let codes: Vec<&str> = answer.chain().map(|area| area.code.as_str()).collect();
    assert_eq!(codes.first(), Some(&"350304"));
    assert_eq!(answer.area().map(|area| area.code.as_str()), codes.last().copied());
    assert!(codes.windows(2).all(|pair| pair[1].starts_with(pair[0])), "{codes:?}");
    assert!(map.locate(CENTRE.1, CENTRE.0, Crs::Cgcs2000).is_err(), "exchanged");
    assert!(map.locate(f64::NAN, 0.0, Crs::Cgcs2000).is_err());

    let far = Question { x: 0.0, ..question(None) };
    let wrong = Question { accuracy_m: Some(-1.0), ..question(None) };
    let mut found = Vec::new();
    map.locate_batch(&[question(None), wrong, far], |index, answer| {
        found.push((index, answer.ok().map(|answer| answer.area().map(|area| area.code.to_string()))));
    });
    let owner = codes.last().map(|code| (*code).to_owned());
    assert_eq!(found, [(0, Some(owner)), (1, None), (2, Some(None))]);
    drop(map);
    assert_eq!(listing(shell.folder.path()), before);
    assert!(fs::read(&path).expect("readable") == bytes);
}

#[test]
fn it_opens_within_a_runtime_beside_a_server_and_follows_what_is_published() {
    let shell = made();
    let path = shell.path("s.gpkg");
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg");
    server.until_ready();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut map = runtime.block_on(async { onemap::open(&path) }).expect("a store that is served");
    assert_eq!(map.reload().ok(), Some(false));
    shell.done("generate --units 300 --seed 2 --no-buildings --out made.geojsonl");
    let text = fs::read_to_string(shell.path("made.geojsonl")).expect("written");
    let renamed = text.replacen("荔城区", "荔城新区", 1);
    assert!(renamed != text);
    fs::write(shell.path("made.geojsonl"), renamed).expect("written");
    shell.done("import made.geojsonl --store s.gpkg");
    assert_eq!(map.reload().ok(), Some(true));
    assert_eq!(map.edition(), 2);
    let name = |map: &Map| {
        let answer = map.locate(CENTRE.0, CENTRE.1, Crs::Cgcs2000).expect("an answer");
        answer.chain().next().map(|area| area.name.clone())
    };
    assert_eq!(name(&map).as_deref(), Some("荔城新区"));
    let past = Map::open_edition(&path, 1).expect("the edition before");
    assert_eq!((past.edition(), name(&past).as_deref()), (1, Some("荔城区")));
    assert!(matches!(Map::open_edition(&path, 9), Err(MapError::NoEdition { asked: 9, head: 2 })));
}

#[test]
fn a_changed_roster_is_read_again_and_the_map_is_shared() {
    let shell = made();
    let path = shell.path("s.gpkg");
    let mut map = onemap::open(&path).expect("a store");
    let answering = |map: &Map| {
        let answer = map.locate(CENTRE.0, CENTRE.1, Crs::Cgcs2000).expect("an answer");
        let located = &answer.reply().located;
        onemap::app::areas::responsible(map.snapshot(), &located.chain, located.stacked).count()
    };
    assert!(answering(&map) > 0);
    let before = map.snapshot().index().clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = onemap::store::SqliteStore::open(&path).await.expect("opens");
        staff::replace(&store, &[]).await;
        onemap::store::Store::close(&store).await.expect("closed");
    });
    assert_eq!(map.reload().ok(), Some(true));
    assert_eq!((answering(&map), map.edition()), (0, 1));
    let (shared, total) = map.snapshot().index().shared_tiles(&before);
    assert!(total > 0 && shared == total, "{shared} of {total} tiles are shared");
    assert_eq!(map.reload().ok(), Some(false));
}

#[test]
fn what_is_no_store_is_said_and_not_made() {
    let shell = Shell::new();
    let missing = shell.path("none.gpkg");
    assert!(matches!(onemap::open(&missing), Err(MapError::Store(StoreError::Unavailable(_)))));
    assert!(!missing.exists());
    for (name, content) in [("text.gpkg", "not a store, but long enough"), ("empty.gpkg", "")] {
        fs::write(shell.path(name), content).expect("written");
        let error = onemap::open(shell.path(name)).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("is no Onemap store"), "{name}: {error}");
    }
    assert_eq!(fs::read_dir(shell.folder.path()).expect("a folder").count(), 2);
}

#[test]
fn the_example_prints_who_answers() {
    let shell = made();
    let map = onemap::open(shell.path("s.gpkg")).expect("a store");
    let mut out = Vec::new();
    let points = ["119.011,25.434", "25.434,119.011", "0,0"].map(str::to_owned);
    example::print_answers(&map, &points, &mut out).expect("answers");
    let lines: Vec<String> = String::from_utf8(out).expect("UTF-8").lines().map(str::to_owned).collect();
    assert_eq!((lines.len(), lines[0].as_str()), (4, "edition 1"));
    assert!(lines[1].starts_with("119.011,25.434: ") && lines[1].contains("荔城区 / "), "{}", lines[1]);
    assert!(lines[2].contains("look swapped"), "{}", lines[2]);
    assert_eq!(lines[3], "0,0: none");
}
