//! Stores that cannot be used: each command says why, in one line of Chinese and English, with its exit code.

use std::{fs, net::TcpListener};

use sqlx::{ConnectOptions, Connection, Executor, sqlite::SqliteConnectOptions};

use crate::support::{
    postgres::{Database, Kind, in_thread},
    shell::{Server, Shell},
};

/// A name that no host can have: the resolver refuses it without asking anybody.
const NO_HOST: &str = "no-host-has-a-label-of-more-than-sixty-three-characters-in-its-name.example";

/// Commands that read a store.
const READING: [&str; 4] = ["editions", "diff 1 2", "locate points.csv", "export -o tiles.pmtiles"];

/// Commands that open a store to write, or make one.
const WRITING: [&str; 3] = ["import a.geojsonl", "generate --units 300", "serve --listen 127.0.0.1:0 --log error"];

/// A folder with what the commands read.
fn prepared() -> Shell {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 6 --out a.geojsonl");
    fs::write(shell.path("points.csv"), "lon,lat\n119.02,25.44\n").expect("written");
    shell
}

#[track_caller]
fn refused_by(shell: &Shell, commands: &[&str], store: &str, words: &[&str]) {
    for command in commands {
        shell.refused(&format!("{command} --store {store}"), 1, words);
    }
    let names = fs::read_dir(shell.folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    // Whoever only reads a file leaves SQLite's empty log beside it.
    let begun =
        |name: &&String| !["a.geojsonl", "points.csv"].contains(&name.as_str()) && !name.starts_with("newer.gpkg");
    assert_eq!(names.iter().filter(begun).count(), 0, "{names:?}: nothing is begun");
}

/// Refused by every command, copying included.
#[track_caller]
fn refused_by_all(shell: &Shell, store: &str, words: &[&str]) {
    refused_by(shell, &READING, store, words);
    refused_by(shell, &WRITING, store, words);
    shell.refused(&format!("store copy {store} copy.gpkg"), 1, words);
    assert!(!shell.path("copy.gpkg").exists(), "no copy is begun");
}

#[test]
fn an_address_that_is_none_is_told_before_anything_is_done() {
    let shell = prepared();
    for (url, why) in [
        ("postgres://u:secret@h:99999/d", "port"),
        ("postgres://u:secret@h/d?sslmode=perhaps", "perhaps"),
        ("postgres://u:secret@h/d?sslmod=require", "there is no parameter \"sslmod\""),
    ] {
        for command in READING.iter().chain(&WRITING) {
            shell.refused(
                &format!("{command} --store {url}"),
                2,
                &["数据库地址看不懂", why, "postgres://USER@HOST/DATABASE"],
            );
        }
        shell.refused(&format!("store copy {url} copy.gpkg"), 2, &["数据库地址看不懂", why]);
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_told_with_what_is_in_the_way() {
    let shell = prepared();
    let nobody = format!("postgres://u:secret@{NO_HOST}/d");
    refused_by_all(&shell, &nobody, &[NO_HOST, "查不到这个主机名", "no host has this name"]);
    // Bound and let go: nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let closed = format!("postgres://u:secret@{free}/d");
    let words = [free.as_str(), "主机拒绝连接", "nothing listens there"];
    refused_by(&shell, &READING, &closed, &words);
    refused_by(&shell, &WRITING[..2], &closed, &words);
    shell.refused(&format!("store copy {closed} copy.gpkg"), 1, &words);
    // A server waits for it, and says so.
    let server = Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {closed}"));
    assert_eq!((server.get("/healthz").0, server.get("/readyz").0), (200, 503));
    let (status, answer) = server.get("/lookup?lon=119.02&lat=25.44");
    assert!(status == 503 && answer.contains("the database does not answer; waiting for it"), "{status} {answer}");
    drop(server);
    // It takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mute = silent.local_addr().expect("an address").to_string();
    let line = format!("editions --store postgres://u:secret@{mute}/d");
    shell.refused(&line, 1, &[&mute, "主机没有应答", "nobody answers there", "within 5 seconds"]);
    for line in [format!("editions --store {nobody}"), format!("editions --store {closed}")] {
        let ran = shell.run(&line);
        assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
    }
}

#[test]
fn a_user_who_is_not_let_in_is_told() {
    let (shell, database) = (prepared(), Database::new());
    let wrong = database.url_of("onemap", "secret");
    refused_by_all(&shell, &wrong, &["数据库拒绝连接，请检查用户、密码与库名", "password authentication failed"]);
    let nowhere = database.url().replace(database.name(), "no_such_database");
    refused_by_all(&shell, &nowhere, &["数据库拒绝连接", "no_such_database"]);
}

#[test]
fn a_database_without_its_extensions_is_told() {
    let (shell, bare) = (prepared(), Database::of(Kind::Bare));
    let user = format!("maker_{}", bare.name());
    in_thread(bare.run(&format!("create role {user} login password 'word'; grant all on schema public to {user}")));
    let url = bare.url_of(&user, "word");
    refused_by(&shell, &WRITING, &url, &["数据库缺少扩展 postgis", "create extension postgis", "administrator"]);
    // Whoever reads finds no store there, which is true as well.
    refused_by(&shell, &READING, &url, &["这不是一张图的存储", "is no Onemap store"]);
    assert_eq!(in_thread(bare.value::<i64>("select count(*) from pg_tables where schemaname = 'public'")), 0);
    // As the administrator does what the message says.
    in_thread(bare.run(&format!(
        "create extension postgis; create extension btree_gist; grant create on database {} to {user}",
        bare.name()
    )));
    shell.done(&format!("generate --units 300 --store {url}"));
    in_thread(bare.run(&format!("reassign owned by {user} to onemap; drop owned by {user}; drop role {user}")));
}

#[test]
fn who_may_only_read_is_told_by_command_line_and_service() {
    let (shell, database) = (prepared(), Database::new());
    shell.done(&format!("generate --units 300 --seed 6 --store {}", database.url()));
    let before = shell.counts(&database.url());
    let user = format!("viewer_{}", database.name());
    in_thread(database.run(&format!(
        "create role {user} login password 'word'; grant select on all tables in schema public to {user}"
    )));
    let url = database.url_of(&user, "word");
    for command in READING {
        let ran = shell.run(&format!("{command} --store {url}"));
        assert_eq!(ran.code, Some(0), "{command}: {}", ran.stderr);
    }
    let words = ["这里只能读存储，不能写", "the store may only be read"];
    let text = fs::read_to_string(shell.path("a.geojsonl")).expect("written").replace("荔城区", "新区");
    fs::write(shell.path("a.geojsonl"), &text).expect("written");
    shell.refused(&format!("import a.geojsonl --store {url}"), 1, &words);
    let server = Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {url}"));
    server.until_ready();
    let (status, answer) = server.import("title=x", &text);
    assert_eq!(status, 503, "{answer}");
    assert!(answer.contains("本服务器只能读取数据存储") && answer.contains("may only read its store"), "{answer}");
    assert_eq!(server.get("/lookup?lon=119.02&lat=25.44").0, 200);
    server.signal("TERM");
    assert_eq!(server.end().0.code(), Some(0));
    assert_eq!(shell.counts(&database.url()), before);
    in_thread(database.run(&format!("drop owned by {user}; drop role {user}")));
}

#[test]
fn a_store_of_a_newer_program_is_refused_untouched() {
    let (shell, database) = (prepared(), Database::new());
    let words = ["存储由更新的程序写成（版式 99", "请更新程序", "schema version 99", "update the program"];
    shell.done(&format!("generate --units 300 --store {}", database.url()));
    in_thread(database.run("update store_schema set version = 99"));
    refused_by_all(&shell, &database.url(), &words);
    assert_eq!(in_thread(database.value::<i64>("select version from store_schema")), 99);

    shell.done("generate --units 300 --store newer.gpkg");
    let path = shell.path("newer.gpkg");
    in_thread(async {
        let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.expect("a store");
        connection.execute("update store_schema set version = 99").await.expect("written");
        connection.close().await.expect("closed");
    });
    let before = fs::read(&path).expect("a file");
    refused_by_all(&shell, "newer.gpkg", &words);
    assert!(fs::read(&path).expect("a file") == before, "not a byte of it is changed");
}
