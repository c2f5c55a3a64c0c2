//! The commands on a store in PostgreSQL, named by its address: the same words and files as of a GeoPackage.

use std::fs;

use crate::support::{
    postgres::{Database, Kind, in_thread},
    shell::{SERVER_LOG, Server, Shell},
};

/// The district in a file, `a.gpkg`, and the very same in a database.
fn both() -> (Shell, Database) {
    let shell = Shell::new();
    let database = Database::new();
    shell.done("generate --units 300 --seed 4 --store a.gpkg");
    shell.done(&format!("store copy a.gpkg {}", database.url()));
    (shell, database)
}

/// What a command says of either store, which must be the same.
#[track_caller]
fn alike(shell: &Shell, database: &Database, line: &str) -> String {
    let of_file = shell.done(&format!("{line} --store a.gpkg"));
    let of_database = shell.done(&format!("{line} --store {}", database.url()));
    assert_eq!(of_file, of_database, "{line}");
    assert!(!of_file.contains("postgres://"), "{line} tells an address on stdout: {of_file}");
    of_file
}

/// The file that a command writes of either store, which must be the same.
#[track_caller]
fn alike_file(shell: &Shell, database: &Database, line: &str, name: &str) -> Vec<u8> {
    let written = |store: &str| {
        shell.done(&format!("{line} -o {name} --store {store}"));
        let bytes = fs::read(shell.path(name)).expect("written");
        fs::remove_file(shell.path(name)).expect("removed");
        bytes
    };
    let (of_file, of_database) = (written("a.gpkg"), written(&database.url()));
    assert!(of_file == of_database, "{line}: {} and {} bytes", of_file.len(), of_database.len());
    of_file
}

#[test]
fn what_is_read_is_the_same_from_a_database() {
    let (shell, database) = both();
    let listed = alike(&shell, &database, "editions");
    assert_eq!(listed.lines().count(), 3, "{listed}");
    let told = alike(&shell, &database, "diff 1 2");
    assert!(told.contains("edition 1 to 2"), "{told}");
    let codes = alike_file(&shell, &database, "diff 1 2", "codes.csv");
    assert!(codes.len() > 1_000, "{} bytes", codes.len());
    fs::write(shell.path("points.csv"), "lon,lat\n119.02,25.44\n119.05,25.45\n10,10\n").expect("written");
    let located = alike(&shell, &database, "locate points.csv");
    assert!(located.lines().count() == 4 && located.contains("350304"), "{located}");
    alike(&shell, &database, "locate points.csv --edition 1");
    let tiles = alike_file(&shell, &database, "export --zooms 8-12", "tiles.pmtiles");
    assert!(tiles.starts_with(b"PMTiles"), "an archive");
    // And back into a file: the same once more.
    shell.done(&format!("store copy {} b.gpkg", database.url()));
    assert_eq!(shell.done("editions --store b.gpkg"), listed);
}

#[test]
fn what_is_written_into_a_database_is_served_from_it() {
    let (shell, database) = (Shell::new(), Database::of(Kind::Bare));
    let url = database.url();
    // An empty database without extensions is made a store of.
    let said = shell.done(&format!("generate --units 300 --seed 4 --store {url}"));
    assert!(said.contains("published edition 2"), "{said}");
    shell.refused(&format!("generate --units 300 --store {url}"), 1, &["已有第 2 版", "already has edition 2"]);
    shell.done("generate --units 300 --seed 4 --out a.geojsonl");
    let text = fs::read_to_string(shell.path("a.geojsonl")).expect("written");
    fs::write(shell.path("a.geojsonl"), text.replace("\"name\":\"", "\"name\":\"改")).expect("written");
    let checked = shell.done(&format!("import a.geojsonl --store {url} --dry-run"));
    assert!(checked.contains("checked, nothing published"), "{checked}");
    let imported = shell.done(&format!("import a.geojsonl --store {url} --author 网格中心 --title 改名"));
    assert!(imported.contains("published edition 3"), "{imported}");
    let again = shell.done(&format!("import a.geojsonl --store {url}"));
    assert!(again.contains("unchanged, nothing published"), "{again}");
    let listed = shell.done(&format!("editions --store {url}"));
    assert!(listed.lines().last().is_some_and(|line| line.ends_with("\t网格中心\t改名")), "{listed}");

    let server = Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {url}"));
    server.until_ready();
    // The server of the tests may lose what it has acknowledged, and whoever serves from it is told so.
    let log = fs::read_to_string(shell.path(SERVER_LOG)).expect("a log");
    let is_off = in_thread(database.value::<String>("show fsync")) == "off";
    assert_eq!(log.contains("fsync is off in PostgreSQL"), is_off, "{log}");
    let (status, found) = server.get("/areas/350304");
    assert!(status == 200 && found.contains("改荔城区"), "{status} {found}");
    let (status, published) = server.import("title=%E5%86%8D", &text);
    assert!(status == 201 && published.contains("\"edition\":4"), "{status} {published}");
    assert!(server.get("/areas/350304").1.contains("\"荔城区\""));
    server.signal("TERM");
    assert_eq!(server.end().0.code(), Some(0));
    assert_eq!(shell.counts(&url)[0], 4);
    // Whoever names an address by the environment does not show it to other users of the machine.
    let mut shell = shell;
    shell.environment.push(("ONEMAP_STORE", url));
    assert_eq!(shell.done("editions").lines().count(), 5);
}

#[test]
fn whoever_publishes_is_named() {
    let (shell, database) = (Shell::new(), Database::new());
    shell.done("generate --units 300 --seed 4 --out a.geojsonl");
    let user = std::process::Command::new("id").arg("-un").output().expect("id runs").stdout;
    let user = String::from_utf8(user).expect("UTF-8").trim().to_owned();
    for store in ["s.gpkg".to_owned(), database.url()] {
        shell.refused(
            &format!("import a.geojsonl --author= --store {store}"),
            2,
            &["--author：须写明", "name who publishes"],
        );
        shell.refused(&format!("generate --units 300 --author= --store {store}"), 2, &["--author：须写明"]);
        shell.done(&format!("import a.geojsonl --store {store}"));
        let listed = shell.done(&format!("editions --store {store}"));
        assert!(listed.contains(&format!("\t{user}\t导入 / Import")), "{user}: {listed}");
        // The service has no sign-in yet: who is not named is said to be nobody known, in the log as well.
        let server = Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {store}"));
        server.until_ready();
        let text = fs::read_to_string(shell.path("a.geojsonl")).expect("written");
        for (edition, query, author) in
            [(2, "title=x", "匿名 / anonymous"), (3, "author=%20", "匿名 / anonymous"), (4, "author=%E5%BC%A0", "张")]
        {
            let (status, answer) = server.import(query, &text.replace("荔城区", &format!("区{edition}")));
            assert_eq!(status, 201, "{answer}");
            let editions: serde_json::Value = serde_json::from_str(&server.get("/editions").1).expect("JSON");
            assert_eq!(editions["items"][edition - 1]["author"], author, "{editions}");
            let changes: serde_json::Value = serde_json::from_str(&server.get("/changes?since=0").1).expect("JSON");
            let entry = changes["items"].as_array().and_then(|items| items.last()).expect("an entry");
            assert_eq!((&entry["actor"], &entry["edition"]), (&author.into(), &edition.into()), "{changes}");
        }
        server.signal("TERM");
        assert_eq!(server.end().0.code(), Some(0));
    }
}
