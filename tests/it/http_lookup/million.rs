//! A million points in one request: streamed through a process of its own, whose memory stays as it was.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
};

use crate::support::shell::{Server, Shell};

const POINTS: usize = 1_000_000;
const POINTS_AT_ONCE: usize = 1_000;

/// After so many the memory is looked at for the first time: every buffer on the way has been full by then.
const WARM_POINTS: usize = 200_000;

/// How much more memory the others may take. Their answers are a few hundred megabytes.
const SLACK_KB: u64 = 16 * 1024;

/// A district's point for each number, so that neighbouring answers differ.
fn point(n: usize) -> (f64, f64) {
    (119.0 + (n % 1_009) as f64 * 2e-5, 25.42 + (n % 997) as f64 * 2e-5)
}

#[test]
fn a_million_points_of_one_request_go_through_in_order_and_in_flat_memory() {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 2 --no-buildings --store s.gpkg");
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg");
    server.until_ready();
    let stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("the server listens");
    let mut sink = stream.try_clone().expect("a second handle");
    let head = "POST /lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\
                Connection: close\r\n\r\na\r\nn,lon,lat\n\r\n";
    let sending = thread::spawn(move || {
        sink.write_all(head.as_bytes()).expect("the server reads");
        for first in (1..=POINTS).step_by(POINTS_AT_ONCE) {
            let row = |n| {
                let (lon, lat) = point(n);
                format!("{n},{lon:.7},{lat:.7}\n")
            };
            let rows: String = (first..first + POINTS_AT_ONCE).map(row).collect();
            write!(sink, "{:x}\r\n{rows}\r\n", rows.len()).expect("the server reads");
        }
        sink.write_all(b"0\r\n\r\n").expect("the server reads");
    });
    let mut rows = BufReader::new(Unchunked::after_head(BufReader::new(stream)));
    let (mut row, mut next, mut warm, mut inside) = (String::new(), 1, 0, 0);
    rows.read_line(&mut row).expect("a header");
    assert!(row.starts_with("n,lon,lat,edition,"), "{row}");
    loop {
        row.clear();
        if rows.read_line(&mut row).expect("text") == 0 {
            break;
        }
        let (number, rest) = row.split_once(',').expect("columns");
        assert_eq!(number, next.to_string());
        inside += usize::from(rest.contains(",inside,"));
        if next == WARM_POINTS {
            warm = server.peak_kb();
        }
        next += 1;
    }
    sending.join().expect("all was sent");
    assert_eq!(next - 1, POINTS);
    assert!(inside > POINTS / 10, "only {inside} lie inside");
    let peak = server.peak_kb();
    eprintln!("{warm} kB after {WARM_POINTS} points, {peak} kB after {POINTS}");
    assert!(peak <= warm + SLACK_KB, "{warm} kB after {WARM_POINTS} points, {peak} kB after {POINTS}");
}

/// The bytes of a chunked body.
struct Unchunked<R> {
    inner: R,
    left: usize,
    is_over: bool,
}

impl<R: BufRead> Unchunked<R> {
    /// The body behind a head that says 200.
    fn after_head(mut inner: R) -> Self {
        let mut line = String::new();
        inner.read_line(&mut line).expect("a status");
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        while line != "\r\n" {
            line.clear();
            inner.read_line(&mut line).expect("a header");
        }
        Self { inner, left: 0, is_over: false }
    }
}

impl<R: BufRead> Read for Unchunked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 && !self.is_over {
            let mut line = String::new();
            self.inner.read_line(&mut line)?;
            self.left = usize::from_str_radix(line.trim_end(), 16).map_err(std::io::Error::other)?;
            self.is_over = self.left == 0;
        }
        if self.is_over {
            return Ok(0);
        }
        let most = buffer.len().min(self.left);
        let taken = self.inner.read(&mut buffer[..most])?;
        self.left -= taken;
        if taken == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if self.left == 0 {
            let mut line = String::new();
            self.inner.read_line(&mut line)?;
        }
        Ok(taken)
    }
}
