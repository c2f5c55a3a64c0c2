//! Streams through a real connection: in order, in flat memory, and no longer than somebody listens.

use std::{sync::Arc, time::Duration};

use onemap::http::{limits::Limits, serve::serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::http_shell::config;

/// What is read ahead, and much more than any other buffer on the way may hold, the system's among them.
const MOST_HELD_BYTES: usize = (64 + 48) << 20;

/// A service behind a socket.
pub(super) struct Running {
    pub(super) service: Service,
    pub(super) address: std::net::SocketAddr,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub(super) async fn start() -> Self {
        Self::start_with(Limits::new(&config())).await
    }

    #[expect(clippy::disallowed_methods, reason = "the handle is kept and joined by stop")]
    pub(super) async fn start_with(limits: Limits) -> Self {
        let service = service(300).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(listener, service.router.clone(), Arc::new(limits), shutdown.clone()));
        Self { service, address, shutdown, task }
    }

    /// A request whose body is still to come.
    async fn begin(&self, media_type: &str) -> (OwnedReadHalf, OwnedWriteHalf) {
        let stream = TcpStream::connect(self.address).await.expect("the server listens");
        let (read, mut write) = stream.into_split();
        let head = format!(
            "POST /lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\
             Connection: close\r\n\r\n"
        );
        write.write_all(head.as_bytes()).await.expect("the server reads");
        (read, write)
    }

    pub(super) async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(15), self.task).await.expect("it drains").expect("joined").expect("it served");
    }
}

async fn send(write: &mut OwnedWriteHalf, bytes: &[u8]) {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    write.write_all(&chunk).await.expect("the server reads");
}

/// The body of an answer without its chunks, and whether it came to its end.
fn body_of(answer: &[u8]) -> (Vec<u8>, bool) {
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut rest = &answer[find(answer, b"\r\n\r\n").expect("a head") + 4..];
    let mut body = Vec::new();
    while let Some(end) = find(&rest[..rest.len().min(20)], b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).expect("ASCII"), 16).expect("a size");
        if size == 0 {
            return (body, true);
        }
        if rest.len() < end + 4 + size {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    (body, false)
}

const POINTS: usize = 150_000;
const POINTS_AT_ONCE: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_rows_go_through_in_order_while_they_are_sent() {
    let running = Running::start().await;
    let (lon, lat, code) = some_unit(&running.service).await;
    let (mut read, mut write) = running.begin("text/csv").await;
    let sending = async {
        send(&mut write, b"n,lon,lat\n").await;
        for first in (1..=POINTS).step_by(POINTS_AT_ONCE) {
            let rows: String = (first..first + POINTS_AT_ONCE).map(|n| format!("{n},{lon},{lat}\n")).collect();
            send(&mut write, rows.as_bytes()).await;
        }
        write.write_all(b"0\r\n\r\n").await.expect("the server reads");
    };
    let mut answer = Vec::new();
    let (_, taken) = tokio::join!(sending, read.read_to_end(&mut answer));
    taken.expect("a whole answer");
    let (body, is_whole) = body_of(&answer);
    let text = String::from_utf8(body).expect("UTF-8");
    let mut rows = text.lines();
    assert!(is_whole && rows.next().is_some_and(|head| head.starts_with("n,lon,lat,edition,")));
    for n in 1..=POINTS {
        let row = rows.next().expect("a row for each");
        assert!(row.starts_with(&format!("{n},{lon},{lat},1,inside,{code},")), "{row}");
    }
    assert_eq!(rows.next(), None);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_takes_nothing_is_read_from_no_further() {
    let running = Running::start().await;
    let (lon, lat, _) = some_unit(&running.service).await;
    let (read, mut write) = running.begin("application/x-ndjson").await;
    let lines = format!("{{\"lon\":{lon},\"lat\":{lat}}}\n").repeat(POINTS_AT_ONCE);
    let mut sent = 0;
    while timeout(Duration::from_secs(2), send(&mut write, lines.as_bytes())).await.is_ok() {
        sent += lines.len();
        assert!(sent < MOST_HELD_BYTES, "the server reads on, though nobody takes its answers");
    }
    assert!(sent > lines.len());
    // And when the client is gone, so is the work: nothing is left to wait for.
    drop((read, write));
    running.stop().await;
}

// A client that reads nothing before it has sent everything used to wait for ever, as did the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_send_everything_before_it_reads() {
    const ROWS: usize = 80_000;
    let running = Running::start().await;
    let (lon, lat, _) = some_unit(&running.service).await;
    let (mut read, mut write) = running.begin("text/csv").await;
    let row = format!("{lon},{lat},{}\n", "x".repeat(400));
    send(&mut write, b"lon,lat,note\n").await;
    let rows = row.repeat(100);
    for sent in 0..ROWS / 100 {
        let sending = timeout(Duration::from_secs(15), send(&mut write, rows.as_bytes()));
        assert!(sending.await.is_ok(), "the server reads no further than {sent} hundreds of rows");
    }
    write.write_all(b"0\r\n\r\n").await.expect("the server reads");
    let mut answer = Vec::new();
    read.read_to_end(&mut answer).await.expect("the answer ends");
    let (body, is_whole) = body_of(&answer);
    assert!(is_whole);
    assert_eq!(body.iter().filter(|&&byte| byte == b'\n').count(), 1 + ROWS);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_after_the_answer_has_begun_is_its_last_record() {
    let running = Running::start().await;
    let (lon, lat, code) = some_unit(&running.service).await;
    let (mut read, mut write) = running.begin("text/csv").await;
    send(&mut write, format!("lon,lat,note\n{lon},{lat},x\n").as_bytes()).await;
    let mut answer = vec![0; 1 << 16];
    let mut length = 0;
    while !body_of_some(&answer[..length]).contains(&code) {
        length += read.read(&mut answer[length..]).await.expect("the answer begins");
    }
    send(&mut write, b"1,2,\"never closed\n").await;
    write.write_all(b"0\r\n\r\n").await.expect("the server reads");
    answer.truncate(length);
    read.read_to_end(&mut answer).await.expect("the answer ends");
    let (body, is_whole) = body_of(&answer);
    let text = String::from_utf8(body).expect("UTF-8");
    assert!(is_whole && text.lines().count() == 3, "{text}");
    assert!(text.ends_with(&format!(",,{}a quoted field does not end\r\n", ",".repeat(30))), "{text}");
    running.stop().await;
}

fn body_of_some(answer: &[u8]) -> String {
    if answer.windows(4).any(|window| window == b"\r\n\r\n") {
        String::from_utf8(body_of(answer).0).expect("UTF-8")
    } else {
        String::new()
    }
}
