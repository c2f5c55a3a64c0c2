//! The same shell over a socket: what it endures.

use super::*;

/// A server on a free port; stopped and joined by `stop`.
struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    #[expect(clippy::disallowed_methods, reason = "the handle is kept and joined by stop")]
    async fn start(change: impl FnOnce(&mut Limits)) -> Self {
        let config = config();
        let mut limits = Limits::new(&config);
        change(&mut limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shutdown = CancellationToken::new();
        let (router, _) = app(&config, limits.clone(), viewer);
        let task = tokio::spawn(serve(listener, router, Arc::new(limits), shutdown.clone()));
        Self { address, shutdown, task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server listens")
    }

    /// What comes back for `bytes` until the server closes.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.expect("the server reads");
        read_all(&mut stream).await
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.expect("serve does not panic").expect("serve ends well");
    }
}

/// Everything until the server closes; fails the test when it does not.
async fn read_all(stream: &mut TcpStream) -> String {
    const PATIENCE: Duration = Duration::from_secs(10);
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    read.expect("the server closes in time").expect("it closes in order");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn malformed_requests_on_a_socket_get_one_answer_and_a_close() {
    let server = Running::start(|_| {}).await;
    let big = format!("GET /areas HTTP/1.1\r\nHost: x\r\nX-Big: {}\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET /areas HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: 1\r\n".repeat(1000));
    let cases: [(&str, &str); 9] = [
        ("\x16\x03\x01garbage\r\n\r\n", "400"),
        ("GET /areas HTTP/1.1\r\nConnection: close\r\n\r\n", "400"),
        ("GET /areas HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "400"),
        ("POST /areas HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 30\r\n\r\n{}", "400"),
        (
            "POST /areas HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "411",
        ),
        (
            "POST /lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
            "400",
        ),
        ("POST /areas HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\nExpect: 100-continue\r\n\r\n", "413"),
        (&big, "431"),
        (&many, "431"),
    ];
    for (request, status) in cases {
        let answer = server.exchange(request.as_bytes()).await;
        let start: String = request.chars().take(90).collect();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{start:?} got {answer:?}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{start:?} got {answer:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn silent_and_slow_clients_are_dropped() {
    let server = Running::start(|limits| {
        limits.header_within = Duration::from_millis(100);
        limits.body_grace = Duration::from_millis(100);
    })
    .await;
    let mut silent = server.connect().await;
    assert_eq!(read_all(&mut silent).await, "");
    let mut half = server.connect().await;
    half.write_all(b"GET /areas HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    assert_eq!(read_all(&mut half).await, "");
    let kept = server.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(kept.starts_with("HTTP/1.1 200 "), "{kept}");
    let slow = "POST /lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n[";
    let slow = server.exchange(slow.as_bytes()).await;
    assert!(slow.starts_with("HTTP/1.1 408 ") && slow.contains("/problems/request-timeout"), "{slow}");
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_does_not_take_its_answer_is_dropped() {
    let server = Running::start(|limits| limits.write_stall = Duration::from_millis(100)).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut begun = [0; 12];
    stream.read_exact(&mut begun).await.expect("the answer begins");
    // The drain lasts 20 s; only the stalled write can end the connection sooner.
    tokio::time::timeout(Duration::from_secs(10), server.stop()).await.expect("nothing is left to drain");
}

#[tokio::test]
async fn a_full_server_serves_the_next_when_a_place_is_free() {
    let server = Running::start(|limits| {
        limits.max_connections = 2;
        limits.header_within = Duration::from_millis(200);
    })
    .await;
    let (_first, _second) = (server.connect().await, server.connect().await);
    let answer = server.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn shutdown_lets_a_request_end_and_hangs_up_on_one_that_does_not() {
    let server = Running::start(|_| {}).await;
    let mut stream = server.connect().await;
    let head = "POST /lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut continued = [0; 25];
    stream.read_exact(&mut continued).await.expect("the handler is reading the body");
    server.shutdown.cancel();
    stream.write_all(b"[[1,2.5]]").await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.contains("200 OK") && answer.ends_with("{\"results\":1}"), "{answer}");
    server.stop().await;

    let server = Running::start(|limits| limits.drain = Duration::from_millis(50)).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut other = server.connect().await;
    other.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut begun = [0; 12];
    other.read_exact(&mut begun).await.expect("both connections are taken");
    server.stop().await;
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.is_empty(), "nothing was answered: {rest:?}");
}
