//! A server whose database is away when it starts.

use super::{
    line::{Line, Telephone},
    *,
};
use crate::support::shell::{Server, Shell};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_waits_for_its_database() {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    for line in [Line::Cut, Line::Silent] {
        let telephone = Telephone::to(&database.url(), line).await;
        let shell = Shell::new();
        let server = Server::start(&shell, &format!("serve --listen 127.0.0.1:0 --store {}", telephone.url));
        let health = server.get("/healthz").0;
        let (ready, why) = server.get("/readyz");
        let (refused, problem) = server.get("/profile");
        assert_eq!((health, ready, refused), (200, 503, 503), "{why}");
        assert!(problem.contains("数据库不应答"), "{problem}");
        telephone.set(Line::Whole);
        server.until_ready();
        let (status, profile) = server.get("/profile");
        assert!(status == 200 && profile.contains("licheng"), "{profile}");
    }
}
