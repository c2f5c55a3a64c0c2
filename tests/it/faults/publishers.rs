//! Two who publish at once, and a database that goes in the middle of it.

use std::{
    fs,
    process::{Output, Stdio},
    thread,
    time::Instant,
};

use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::runtime::Runtime;

use crate::support::{
    postgres::Database,
    shell::{PATIENCE, Server, Shell},
};

/// Files that each give the district another name, and the text of each.
fn two_files(shell: &Shell) -> [String; 2] {
    shell.done("generate --units 300 --seed 8 --out made.geojsonl");
    let text = fs::read_to_string(shell.path("made.geojsonl")).expect("written");
    [("a", "甲区"), ("b", "乙区")].map(|(file, name)| {
        let text = text.replace("荔城区", name);
        fs::write(shell.path(&format!("{file}.geojsonl")), &text).expect("written");
        text
    })
}

/// Where two publishers must have come before either goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// They are yet to open the store, for which each takes a turn to write.
    TheStart,
    /// They are services that are ready.
    Readiness,
}

/// Lets `work` go on in a thread and holds the two publishers in it until both have read the head and wait for their turn
/// to write; what `work` came to.
fn meeting<T: Send>(database: &Database, from: From, work: impl FnOnce() -> T + Send) -> T {
    let runtime = Runtime::new().expect("a runtime");
    let held = |lock: &'static str| {
        let mut holder = runtime.block_on(database.connect());
        runtime.block_on(holder.execute(lock)).expect("a lock");
        holder
    };
    let turn = "begin; select value from counter where name = 'change' for update";
    thread::scope(|scope| {
        if from == From::Readiness {
            let holder = held(turn);
            let working = scope.spawn(work);
            two_wait(&runtime, database, "counter");
            runtime.block_on(holder.close()).expect("let go");
            return working.join().expect("no panic");
        }
        // Opened, they ask for the head, and get no answer; only then is the turn taken from them.
        let head = held("begin; lock table edition in access exclusive mode");
        let working = scope.spawn(work);
        two_wait(&runtime, database, "edition");
        let holder = held(turn);
        runtime.block_on(head.close()).expect("let go");
        two_wait(&runtime, database, "counter");
        runtime.block_on(holder.close()).expect("let go");
        working.join().expect("no panic")
    })
}

/// Returns when two statements about `table` wait for a lock.
fn two_wait(runtime: &Runtime, database: &Database, table: &str) {
    let waiting = format!(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' \
         and query like '%{table}%'"
    );
    let mut watcher = runtime.block_on(database.connect());
    let began = Instant::now();
    loop {
        let asked = sqlx::query_scalar(AssertSqlSafe(waiting.clone()));
        let found: i64 = runtime.block_on(asked.fetch_one(&mut watcher)).expect("an answer");
        if found >= 2 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{found} wait for {table}, not 2");
        thread::yield_now();
    }
}

#[test]
fn of_two_imports_on_one_database_exactly_one_wins() {
    let (shell, database) = (Shell::new(), Database::new());
    let url = database.url();
    two_files(&shell);
    shell.done(&format!("generate --units 300 --seed 8 --store {url}"));
    // Both have judged their files by edition 2 when the first of them may write.
    let ended = meeting(&database, From::TheStart, || {
        let start = |file: &str| {
            let mut command = shell.command(&format!("import {file}.geojsonl --store {url} --author {file}"));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
        };
        ["a", "b"].map(start).map(|child| child.wait_with_output().expect("an end"))
    });
    one_won(&ended, 3);
    let listed = shell.done(&format!("editions --store {url}"));
    assert_eq!(listed.lines().count(), 4, "{listed}");
    assert_eq!(shell.counts(&url)[0], 3);
}

/// One exit code 0 with edition `number`, one 1 that says whose is in the way.
#[track_caller]
fn one_won(ended: &[Output; 2], number: u32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (won, lost): (Vec<&Output>, Vec<&Output>) = ended.iter().partition(|output| output.status.code() == Some(0));
    assert_eq!((won.len(), lost.len()), (1, 1), "{ended:?}");
    let said = text(&won[0].stdout);
    assert!(said.contains(&format!("published edition {number}")), "{said}");
    let said = text(&lost[0].stderr);
    assert_eq!((lost[0].status.code(), said.lines().count()), (Some(1), 1), "{said}");
    for word in [
        format!("其间已有人发布了第 {number} 版，未作任何改动，请重试"),
        format!("the head is edition {number}, not {}", number - 1),
    ] {
        assert!(said.contains(&word), "{word}: {said}");
    }
}

#[test]
fn of_two_services_on_one_database_exactly_one_publishes() {
    let (shell, database) = (Shell::new(), Database::new());
    let url = database.url();
    let texts = two_files(&shell);
    shell.done(&format!("generate --units 300 --seed 8 --store {url}"));
    let servers = [(); 2].map(|()| Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {url}")));
    servers.iter().for_each(Server::until_ready);
    let mut answers = meeting(&database, From::Readiness, || {
        thread::scope(|scope| {
            let post = |index: usize| {
                let (server, text) = (&servers[index], &texts[index]);
                scope.spawn(move || server.import("title=x", text))
            };
            [0, 1].map(post).map(|answer| answer.join().expect("an answer"))
        })
    });
    answers.sort();
    let [(won, published), (lost, problem)] = &answers;
    assert_eq!((*won, *lost), (201, 409), "{published} {problem}");
    assert!(published.contains("\"edition\":3"), "{published}");
    assert!(
        problem.contains("导入期间已发布第 3 版") && problem.contains("edition 3 was published meanwhile"),
        "{problem}"
    );
    assert_eq!(shell.counts(&url)[0], 3);
}

#[test]
fn of_two_imports_into_one_file_none_is_half_there() {
    let shell = Shell::new();
    two_files(&shell);
    shell.done("generate --units 300 --seed 8 --store s.gpkg");
    let start = |file: &str| {
        let mut command = shell.command(&format!("import {file}.geojsonl --store s.gpkg --author {file}"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
    };
    let ended = ["a", "b"].map(start).map(|child| child.wait_with_output().expect("an end"));
    let editions = shell.counts("s.gpkg")[0];
    // Whether they met depends on the machine: both may have had their turn, one after the other.
    match ended.iter().filter(|output| output.status.success()).count() {
        2 => assert_eq!(editions, 4, "{ended:?}"),
        _ => {
            one_won(&ended, 3);
            assert_eq!(editions, 3);
        }
    }
}

#[test]
fn a_connection_that_is_cut_in_a_publish_is_told_and_leaves_nothing() {
    let (shell, database) = (Shell::new(), Database::new());
    let url = database.url();
    let [text, _] = two_files(&shell);
    shell.done(&format!("generate --units 300 --seed 8 --store {url}"));
    let server = Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {url}"));
    server.until_ready();
    let before = (server.get("/editions"), server.get("/changes?since=0"), shell.counts(&url));
    let runtime = Runtime::new().expect("a runtime");
    for table in ["edition", "area", "change_log"] {
        let cut = "create or replace function cut() returns trigger language plpgsql as $$ begin \
                   perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return new; end $$";
        runtime.block_on(database.run(cut));
        runtime.block_on(
            database.run(&format!("create trigger cut after insert on {table} for each row execute function cut()")),
        );
        let (status, answer) = server.import("title=cut", &text);
        assert_eq!(status, 503, "{table}: {answer}");
        assert!(
            answer.contains("数据存储暂不可用") && answer.contains("the store does not answer"),
            "{table}: {answer}"
        );
        let ran = shell.run(&format!("import a.geojsonl --store {url}"));
        assert_eq!((ran.code, ran.stderr.lines().count()), (Some(1), 1), "{table}: {}", ran.stderr);
        assert!(ran.stderr.contains("terminating connection"), "{table}: {}", ran.stderr);
        assert_eq!(server.get("/lookup?lon=119.02&lat=25.44").0, 200);
        runtime.block_on(database.run(&format!("drop trigger cut on {table}")));
        assert_eq!((server.get("/editions"), server.get("/changes?since=0"), shell.counts(&url)), before, "{table}");
    }
    let (status, answer) = server.import("title=whole", &text);
    assert!(status == 201 && answer.contains("\"edition\":3"), "{status} {answer}");
}
