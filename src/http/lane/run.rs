//! The loop of one connection on the lane.

use std::{
    io,
    pin::pin,
    time::{Duration, SystemTime},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::Head;
use crate::{
    clock::Clock,
    http::{limits::Limits, serve::Door},
};

/// Bytes that are read at once; a head that is longer goes to hyper.
const READ_BYTES: usize = 4096;

/// Why a connection left the lane.
pub enum Left {
    /// The bytes were read and not answered: hyper goes on with them.
    HandOver(Vec<u8>),
    /// The client has closed, failed, or was silent for too long, or the server stops: nothing is owed.
    Over,
}

/// Answers what `door` answers at once, in the order of the requests, until there is another.
pub async fn run(stream: &mut TcpStream, door: &impl Door, limits: &Limits, shutdown: &CancellationToken) -> Left {
    let mut asked = Vec::with_capacity(READ_BYTES);
    let mut last_asked = Instant::now();
    let mut answers = Answers { wire: Vec::new(), body: Vec::new(), date: Date::at(last_asked) };
    let mut idle = pin!(sleep_until(last_asked + limits.header_within));
    let mut stop = pin!(shutdown.cancelled());
    loop {
        tokio::select! {
            biased;
            read = stream.read_buf(&mut asked) => match read {
                Ok(0) | Err(_) => return Left::Over,
                Ok(_) => {}
            },
            () = &mut stop => return Left::Over,
            () = &mut idle => {
                let until = last_asked + limits.header_within;
                if until <= Instant::now() {
                    return Left::Over;
                }
                idle.as_mut().reset(until);
                continue;
            }
        }
        last_asked = Instant::now();
        let answered = answers.answer(door, &asked, last_asked);
        if write(stream, &answers.wire, limits).await.is_err() {
            return Left::Over;
        }
        answers.wire.clear();
        if answered < asked.len() {
            asked.drain(..answered);
            return Left::HandOver(asked);
        }
        // A client that always has another question would otherwise never see the server stop.
        if shutdown.is_cancelled() {
            return Left::Over;
        }
        asked.clear();
    }
}

/// Writes all of `bytes`, or gives up when the client takes nothing for a while.
async fn write(stream: &mut TcpStream, mut bytes: &[u8], limits: &Limits) -> io::Result<()> {
    while !bytes.is_empty() {
        // A timer is made only for those who do not take their answer at once.
        let written = match stream.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                timeout(limits.write_stall, stream.write(bytes)).await??
            }
            written => written?,
        };
        bytes = bytes.get(written..).filter(|_| written > 0).ok_or(io::ErrorKind::WriteZero)?;
    }
    Ok(())
}

/// Answers on their way to one client, and what is kept between them.
struct Answers {
    wire: Vec<u8>,
    body: Vec<u8>,
    date: Date,
}

impl Answers {
    /// Puts the answers to the requests in `asked` on the wire and says how many bytes of `asked` they belong to.
    fn answer(&mut self, door: &impl Door, asked: &[u8], now: Instant) -> usize {
        if self.date.until <= now {
            self.date = Date::at(now);
        }
        let mut answered = 0;
        while let Some(head) = Head::parse(&asked[answered..]) {
            self.body.clear();
            if !door.at_once(&head, &self.date.text, &mut self.body, &mut self.wire) {
                break;
            }
            answered += head.bytes;
        }
        answered
    }
}

/// The header `Date`, written once a second.
struct Date {
    text: String,
    until: Instant,
}

impl Date {
    fn at(now: Instant) -> Self {
        let time = Clock::system().now();
        let rest_of_second = Duration::from_millis(1000 - u64::from(time.millisecond()));
        Self { text: httpdate::fmt_http_date(SystemTime::from(time)), until: now + rest_of_second }
    }
}
