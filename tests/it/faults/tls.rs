//! Encrypted connections to a server with a certificate of our own making.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::Command,
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::support::{
    postgres::{Database, OwnServer},
    shell::{PATIENCE, Server, Shell},
};

/// Days that a certificate is good for; with none it has expired a second after it was made.
const GOOD: u32 = 30;
const EXPIRED: u32 = 0;

/// An authority and the certificates that it signed, in a folder that PostgreSQL may read.
struct Authority {
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let authority = Self { folder };
        authority.openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=authority");
        authority
    }

    /// Makes `NAME.pem` and `NAME.key` for a server that is called `subject`, as `IP:127.0.0.1`.
    fn sign(&self, name: &str, subject: &str, days: u32) {
        fs::write(self.path("extension"), format!("subjectAltName={subject}\n")).expect("written");
        self.openssl(&format!("req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"));
        self.openssl(&format!(
            "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -extfile extension -out {name}.pem"
        ));
        // PostgreSQL takes a key that nobody else may read, and as root its server runs as nobody.
        let own = format!("chmod 600 {name}.key; test $(id -u) != 0 || chown nobody {name}.key");
        let done = Command::new("sh").args(["-c", &own]).current_dir(self.folder.path()).status();
        assert!(done.expect("sh runs").success());
    }

    fn openssl(&self, line: &str) {
        let mut command = Command::new("openssl");
        let done = command.args(line.split_whitespace()).current_dir(self.folder.path()).output();
        let done = done.expect("openssl, which PostgreSQL comes with");
        assert!(done.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

/// Lets the server use another certificate, and returns when it does.
async fn show(server: &OwnServer, authority: &Authority, name: &str) {
    let path = authority.path(&format!("{name}.pem"));
    server.run(&format!("alter system set ssl_cert_file = '{path}'")).await;
    server.run(&format!("alter system set ssl_key_file = '{}'", authority.path(&format!("{name}.key")))).await;
    server.run("alter system set ssl = on").await;
    server.run("select pg_reload_conf()").await;
    let began = Instant::now();
    loop {
        let mut connection = PgConnection::connect(&server.url).await.expect("a connection");
        let settings = "select current_setting('ssl') || ' ' || current_setting('ssl_cert_file')";
        let shown: String = sqlx::query_scalar(settings).fetch_one(&mut connection).await.expect("an answer");
        connection.close().await.expect("closed");
        if shown == format!("on {path}") {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the server shows {shown}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_certificate_is_checked_as_far_as_the_address_asks() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    authority.sign("good", "IP:127.0.0.1,DNS:localhost", GOOD);
    authority.sign("other", "DNS:db.example.com", GOOD);
    authority.sign("old", "IP:127.0.0.1", EXPIRED);
    let made = Instant::now();
    // Settings of its command line could not be changed while it runs.
    let server = OwnServer::start(&[], &[]);
    show(&server, &authority, "good").await;
    let url = server.make("district").await;
    let shell = Shell::new();
    shell.done(&format!("generate --units 300 --store {url}"));

    let to = |parameters: &str| format!("editions --store {url}?{parameters}");
    let ours = format!("sslrootcert={}", authority.path("ca.pem"));
    let theirs = format!("sslrootcert={}", stranger.path("ca.pem"));
    for parameters in [
        "sslmode=disable",
        "sslmode=prefer",
        "sslmode=require",
        &format!("sslmode=verify-ca&{ours}"),
        &format!("sslmode=verify-full&{ours}"),
    ] {
        assert_eq!(shell.done(&to(parameters)).lines().count(), 3, "{parameters}");
    }
    is_encrypted(&shell, &url, &ours, &server).await;
    let unknown = ["不是可信机构签发的", "signed by nobody who is trusted", "sslrootcert"];
    for parameters in [&format!("sslmode=verify-full&{theirs}"), &format!("sslmode=verify-ca&{theirs}")] {
        shell.refused(&to(parameters), 1, &unknown);
    }
    // Nobody named: then those that the system trusts, of whom none has signed it.
    shell.refused(&to("sslmode=verify-full"), 1, &unknown);
    let missing = format!("sslmode=verify-full&sslrootcert={}", authority.path("missing.pem"));
    shell.refused(&to(&missing), 1, &["请检查证书文件与 sslmode", "check sslmode and the files of certificates"]);

    show(&server, &authority, "other").await;
    shell.refused(
        &to(&format!("sslmode=verify-full&{ours}")),
        1,
        &["证书不是发给这个主机名的", "certificate is for another host", "db.example.com"],
    );
    assert_eq!(shell.done(&to(&format!("sslmode=verify-ca&{ours}"))).lines().count(), 3);

    show(&server, &authority, "old").await;
    while made.elapsed() < Duration::from_secs(2) {
        tokio::task::yield_now().await;
    }
    for mode in ["verify-full", "verify-ca"] {
        let words = ["证书已过期或尚未生效", "has expired or is not valid yet"];
        shell.refused(&to(&format!("sslmode={mode}&{ours}")), 1, &words);
    }
    // Who asks for encryption only gets that.
    assert_eq!(shell.done(&to("sslmode=require")).lines().count(), 3);
}

/// A server's connections are encrypted, by the word of PostgreSQL.
async fn is_encrypted(shell: &Shell, url: &str, ours: &str, server: &OwnServer) {
    let line = format!("serve --listen 127.0.0.1:0 --store {url}?sslmode=verify-full&{ours}");
    let service = Server::start(shell, &line);
    service.until_ready();
    let mut connection = PgConnection::connect(&server.url).await.expect("a connection");
    let encrypted = "select count(*) filter (where ssl), count(*) from pg_stat_ssl join pg_stat_activity using (pid) \
                     where application_name = 'onemap'";
    let (tls, all): (i64, i64) = sqlx::query_as(encrypted).fetch_one(&mut connection).await.expect("an answer");
    assert!(tls == all && all > 0, "{tls} of {all} connections are encrypted");
    connection.close().await.expect("closed");
    service.signal("TERM");
    assert_eq!(service.end().0.code(), Some(0));
}

#[tokio::test]
async fn a_server_without_encryption_is_told() {
    let (shell, database) = (Shell::new(), Database::new());
    for mode in ["require", "verify-ca", "verify-full"] {
        let line = format!("editions --store {}?sslmode={mode}", database.url());
        shell.refused(&line, 1, &["数据库未启用 TLS", "the server has no TLS"]);
    }
}
