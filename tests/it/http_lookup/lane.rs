//! Look-ups that are answered from the socket, without hyper, and how a connection goes on after one that is not.

use std::{net::SocketAddr, time::Duration};

use onemap::http::limits::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use super::{streams::Running, *};
use crate::http_shell::config;

/// A header that the lane does not know, so that hyper reads the request.
const LONG_WAY: &str = "X-Any: 1\r\n";

struct Client(TcpStream);

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("the server listens"))
    }

    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("the server reads");
    }

    /// The next answer: its head in lines, without what differs each time, and its body.
    async fn answer(&mut self) -> (Vec<String>, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(timeout(Duration::from_secs(10), self.0.read_u8()).await.expect("an answer").expect("a byte"));
        }
        let head = String::from_utf8(head).expect("ASCII");
        let mut lines: Vec<String> = head.trim_end().lines().map(str::to_owned).collect();
        let value = |name: &str| {
            lines
                .iter()
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_else(|| panic!("{name} in {head}"))
                .to_owned()
        };
        assert!(value("date: ").ends_with(" GMT"), "{head}");
        assert!(value("x-request-id: ").len() >= 8, "{head}");
        let length = value("content-length: ").parse().expect("a length");
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.expect("a body");
        lines.retain(|line| !line.starts_with("date: ") && !line.starts_with("x-request-id: "));
        lines.sort_unstable();
        (lines, String::from_utf8(body).expect("UTF-8"))
    }

    /// How long it takes until the server has closed.
    async fn until_closed(&mut self) -> Duration {
        let began = Instant::now();
        let read = timeout(Duration::from_secs(10), self.0.read_u8()).await.expect("the server closes in time");
        assert!(read.is_err(), "nothing more is sent");
        began.elapsed()
    }
}

fn look_up(query: &str, headers: &str) -> String {
    format!("GET /lookup?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lane_answers_with_the_bytes_of_the_long_way() {
    let running = Running::start().await;
    let (lon, lat, _) = some_unit(&running.service).await;
    for query in [
        format!("lon={lon}&lat={lat}"),
        format!("lon={lon}&lat={lat}&crs=gcj02"),
        "lon=1&lat=2".to_owned(),
        "lon=1".to_owned(),
        "lon=%zz&lat=2".to_owned(),
    ] {
        let (mut short, mut long) = (Client::connect(running.address).await, Client::connect(running.address).await);
        // Twice: what is kept between answers must not show.
        for _ in 0..2 {
            short.send(&look_up(&query, "Accept: */*\r\n")).await;
            long.send(&look_up(&query, &format!("Accept: */*\r\n{LONG_WAY}"))).await;
            let ((short, body), (long, expected)) = (short.answer().await, long.answer().await);
            assert_eq!(short, long, "{query}");
            let is_answer = short[0].starts_with("HTTP/1.1 200");
            assert!(if is_answer { body == expected } else { problem(&body) == problem(&expected) }, "{query}: {body}");
        }
    }
    let mut client = Client::connect(running.address).await;
    client.send(&look_up("lon=1&lat=2", "X-Request-Id: case-0001\r\n")).await;
    let mut bytes = vec![0; 4096];
    let count = client.0.read(&mut bytes).await.expect("an answer");
    let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
    assert!(text.contains("\r\nx-request-id: case-0001\r\n"), "{text}");
    drop(client);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_sent_together_or_in_pieces_are_answered_in_their_order() {
    let running = Running::start().await;
    let (lon, lat, _) = some_unit(&running.service).await;
    let queries = [format!("lon={lon}&lat={lat}"), "lon=1&lat=2".to_owned(), "lon=2&lat=3".to_owned()];
    let mut expected = Vec::new();
    for query in &queries {
        expected.push(get(&running.service, &format!("/lookup?{query}")).await.1);
    }
    let post = "POST /lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n\
                {\"lon\":[1],\"lat\":[2]}\n";
    let mut client = Client::connect(running.address).await;
    // Lane, lane, hyper, and hyper from there on.
    let together = [look_up(&queries[0], ""), look_up(&queries[1], ""), post.to_owned(), look_up(&queries[2], "")];
    client.send(&together.concat()).await;
    assert_eq!(client.answer().await.1, expected[0]);
    assert_eq!(client.answer().await.1, expected[1]);
    assert_eq!(client.answer().await.0[0], "HTTP/1.1 200 OK");
    assert_eq!(client.answer().await.1, expected[2]);

    for cut in [1, 10, 40] {
        let mut client = Client::connect(running.address).await;
        let text = look_up(&queries[0], "");
        client.send(&text[..cut]).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        client.send(&text[cut..]).await;
        assert_eq!(client.answer().await.1, expected[0]);
        client.send(&look_up(&queries[1], "Connection: close\r\n")).await;
        assert_eq!(client.answer().await.1, expected[1]);
        client.until_closed().await;
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_ends_a_connection_and_a_stop_does_not_wait_for_it() {
    const SILENCE: Duration = Duration::from_millis(600);
    let limits = Limits { header_within: SILENCE, ..Limits::new(&config()) };
    let running = Running::start_with(limits).await;
    let mut client = Client::connect(running.address).await;
    for _ in 0..4 {
        tokio::time::sleep(SILENCE / 3).await;
        client.send(&look_up("lon=1&lat=2", "")).await;
        client.answer().await;
    }
    let silent_for = client.until_closed().await;
    assert!(silent_for >= SILENCE / 2, "{silent_for:?}");
    running.stop().await;

    let running = Running::start().await;
    let mut client = Client::connect(running.address).await;
    client.send(&look_up("lon=1&lat=2", "")).await;
    client.answer().await;
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    client.until_closed().await;
}
