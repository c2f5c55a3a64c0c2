//! A line between a service and its database that can be cut, go silent, or lose every ring of the doorbell.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

/// How a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// It carries everything.
    Whole,
    /// It carries everything but what the database tells unasked.
    Deaf,
    /// It takes connections and carries nothing, as a machine that hangs.
    Silent,
    /// Nobody is there: connections break, new ones are refused.
    Cut,
}

/// A line to a database.
pub struct Telephone {
    /// The address of the database through it.
    pub url: String,
    line: watch::Sender<Line>,
    _tasks: JoinSet<()>,
}

impl Telephone {
    pub async fn to(url: &str, line: Line) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let there = url.rsplit_once('@').and_then(|(_, place)| place.split('/').next()).expect("a place").to_owned();
        let url = format!("{}?sslmode=disable", url.replace(&there, &here.to_string()));
        let (sender, mut state) = watch::channel(line);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut calls = JoinSet::new();
            let mut listener = Some(listener);
            loop {
                if *state.borrow_and_update() == Line::Cut {
                    listener = None;
                    calls.shutdown().await;
                    if state.changed().await.is_err() {
                        return;
                    }
                    continue;
                }
                if listener.is_none() {
                    listener = Some(TcpListener::bind(here).await.expect("the same port"));
                }
                tokio::select! {
                    accepted = listener.as_ref().expect("it listens").accept() => {
                        let (client, _) = accepted.expect("a connection");
                        calls.spawn(carry(client, there.clone(), state.clone()));
                    }
                    changed = state.changed() => if changed.is_err() { return },
                }
            }
        });
        Self { url, line: sender, _tasks: tasks }
    }

    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

/// Carries bytes both ways until either side ends.
async fn carry(mut client: TcpStream, there: String, mut state: watch::Receiver<Line>) {
    let Ok(mut server) = TcpStream::connect(&there).await else { return };
    let (mut from_client, mut from_server) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut heard = Vec::new();
    loop {
        if state.wait_for(|line| *line != Line::Silent).await.is_err() {
            return;
        }
        tokio::select! {
            biased;
            changed = state.changed() => if changed.is_err() { return },
            read = client.read(&mut from_client) => {
                let Ok(count @ 1..) = read else { return };
                if server.write_all(&from_client[..count]).await.is_err() { return }
            }
            read = server.read(&mut from_server) => {
                let Ok(count @ 1..) = read else { return };
                heard.extend_from_slice(&from_server[..count]);
                let is_deaf = *state.borrow() == Line::Deaf;
                if client.write_all(&messages(&mut heard, is_deaf)).await.is_err() { return }
            }
        }
    }
}

/// Takes the whole messages out of `heard`: a letter, a length, the rest; without those that tell of a notification, if deaf.
fn messages(heard: &mut Vec<u8>, is_deaf: bool) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(length) = heard.get(1..5) {
        let length = 1 + u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        if heard.len() < length {
            break;
        }
        let message: Vec<u8> = heard.drain(..length).collect();
        if !(is_deaf && message[0] == b'A') {
            whole.extend(message);
        }
    }
    whole
}
