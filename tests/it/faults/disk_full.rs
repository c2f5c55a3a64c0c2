//! No space left: the write is undone and said to be, what is in memory goes on being served, and all is well when there is
//! space again.

use std::fs;

use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::disk::Disk;
use crate::support::{
    postgres::OwnServer,
    shell::{Server, Shell},
};

/// What the command line and the service say of it.
const WORDS: [&str; 2] = ["磁盘已满，这次写入已全部撤销", "no space is left for the store, the write was undone"];

/// Edition 2 in the store, and a file of it with other names, which has to be written anew area by area.
fn renamed(shell: &Shell, store: &str) -> String {
    shell.done(&format!("generate --units 300 --seed 5 --store {store}"));
    shell.done("generate --units 300 --seed 5 --out a.geojsonl");
    let text = fs::read_to_string(shell.path("a.geojsonl")).expect("written");
    let text = text.replace("\"name\":\"", "\"name\":\"改");
    fs::write(shell.path("a.geojsonl"), &text).expect("written");
    text
}

/// A server that runs out of space in the middle, and the command line after it.
fn runs_out_of_space(shell: &Shell, store: &str, disk: &Disk) {
    let text = renamed(shell, store);
    let before = shell.counts(store);
    let server = Server::start(shell, &format!("serve --listen 127.0.0.1:0 --store {store}"));
    server.until_ready();
    let editions = server.get("/editions");
    let changes = server.get("/changes?since=0");
    disk.fill();
    for _ in 0..2 {
        let (status, answer) = server.import("title=full", &text);
        assert_eq!(status, 503, "{answer}");
        for word in WORDS {
            assert!(answer.contains(word), "{word}: {answer}");
        }
        assert_eq!(server.get("/lookup?lon=119.02&lat=25.44").0, 200);
        assert_eq!(server.get("/editions"), editions);
    }
    disk.free();
    assert_eq!(server.get("/changes?since=0"), changes);
    let (status, answer) = server.import("title=space", &text);
    assert!(status == 201 && answer.contains("\"edition\":3"), "{status} {answer}");
    server.signal("TERM");
    assert_eq!(server.end().0.code(), Some(0));
    let [editions, areas, places, postings] = shell.counts(store);
    assert_eq!([editions, places, postings], [before[0] + 1, before[2], before[3]]);
    assert!(areas > before[1], "{areas} rows");

    // The command line.
    let text = text.replace("\"name\":\"改", "\"name\":\"又");
    fs::write(shell.path("a.geojsonl"), text).expect("written");
    disk.fill();
    shell.refused(&format!("import a.geojsonl --store {store}"), 1, &WORDS);
    disk.free();
    assert_eq!(shell.counts(store), [editions, areas, places, postings]);
    let done = shell.done(&format!("import a.geojsonl --store {store}"));
    assert!(done.contains("published edition 4"), "{done}");
}

#[test]
fn a_full_disk_leaves_a_file_as_it_was() {
    let mut shell = Shell::new();
    // Of this store, and of the log beside it.
    let disk = Disk::under(&shell.path("s.gpkg").display().to_string());
    shell.environment.clone_from(&disk.environment);
    runs_out_of_space(&shell, "s.gpkg", &disk);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let checked: String = runtime.block_on(async {
        let mut connection = SqliteConnectOptions::new()
            .filename(shell.path("s.gpkg"))
            .read_only(true)
            .connect()
            .await
            .expect("a store");
        let checked = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut connection).await.expect("an answer");
        connection.close().await.expect("closed");
        checked
    });
    assert_eq!(checked, "ok");
}

#[test]
fn a_full_disk_leaves_a_database_as_it_was() {
    // Of the files of tables: as when they lie on a disk of their own.
    let disk = Disk::under("/data/base/");
    let environment: Vec<(&str, &str)> = disk.environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = OwnServer::start(&["fsync=on"], &environment);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = runtime.block_on(server.make("district"));
    runs_out_of_space(&Shell::new(), &url, &disk);
}

#[test]
fn a_server_without_space_for_bodies_says_so() {
    let mut shell = Shell::new();
    let spool = tempfile::tempdir().expect("a folder");
    let disk = Disk::under(&spool.path().display().to_string());
    shell.environment.clone_from(&disk.environment);
    shell.environment.push(("TMPDIR", spool.path().display().to_string()));
    let text = renamed(&shell, "s.gpkg");
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg");
    server.until_ready();
    disk.fill();
    let (status, answer) = server.import("title=full", &text);
    assert_eq!(status, 503, "{answer}");
    assert!(answer.contains("暂存文件的磁盘已满") && answer.contains("no space left to hold the body"), "{answer}");
    disk.free();
    assert_eq!(server.import("title=space", &text).0, 201);
    assert_eq!(fs::read_dir(spool.path()).expect("a folder").count(), 0, "no body is left behind");
}
