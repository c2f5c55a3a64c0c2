//! A wire between a store and its database, which breaks once at a chosen moment.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::support::postgres::Database;

/// When a wire breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The server gets the commit; its answer is lost.
    AfterCommit,
    /// The server does not get the commit.
    BeforeCommit,
}

/// A wire; it breaks once.
pub struct Wire {
    /// The address of the database through it.
    pub url: String,
    cut: Arc<AtomicBool>,
    _tasks: JoinSet<()>,
}

impl Wire {
    pub async fn to(database: &Database, when: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address").to_string();
        let url = database.url();
        let there = url.rsplit_once('@').and_then(|(_, place)| place.split('/').next()).expect("a place").to_owned();
        let url = url.replace(&there, &here);
        let cut = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        let was_cut = Arc::clone(&cut);
        tasks.spawn(async move {
            let mut wires = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&there).await.expect("the database");
                wires.spawn(carry(client, server, when, Arc::clone(&was_cut)));
            }
        });
        Self { url, cut, _tasks: tasks }
    }

    pub fn was_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }
}

/// Carries bytes both ways until either side ends or the wire breaks.
async fn carry(mut client: TcpStream, mut server: TcpStream, when: Cut, cut: Arc<AtomicBool>) {
    let (mut from_client, mut from_server) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let Ok(count @ 1..) = read else { return };
                let bytes = &from_client[..count];
                // The driver sends it as a message of its own: `Q`, a length, the text, a zero.
                let commits = bytes.windows(7).any(|word| word == b"COMMIT\0");
                let breaks = commits && !cut.swap(true, Ordering::SeqCst);
                if breaks && when == Cut::BeforeCommit {
                    return;
                }
                if server.write_all(bytes).await.is_err() {
                    return;
                }
                if breaks {
                    // Until the server has done it.
                    let _ = server.read(&mut from_server).await;
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(count @ 1..) = read else { return };
                if client.write_all(&from_server[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}
