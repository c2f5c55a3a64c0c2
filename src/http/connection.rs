//! One TCP connection: a stream that drops clients who take nothing, and a close that lets the last answer be read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// Most bytes thrown away while a connection closes.
const LINGER_BYTES: u64 = 1 << 20;

/// A stream whose writes fail once the other side has taken nothing for a while.
pub struct StallGuard {
    stream: TcpStream,
    stall: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    /// What was read of the stream before, and how much of it was given on.
    ahead: Vec<u8>,
    given: usize,
}

impl StallGuard {
    /// `stream`, of which `ahead` was read already, given up when a write makes no progress for `stall`.
    pub fn new(stream: TcpStream, ahead: Vec<u8>, stall: Duration) -> Self {
        Self { stream, stall, stalled: None, ahead, given: 0 }
    }

    /// Closes the writing side, then throws away what still comes, so that the answer is not lost to a reset.
    ///
    /// Ends after `linger`, or a mebibyte, or when the client closes.
    pub async fn close(mut self, linger: Duration) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let mut rest = self.stream.take(LINGER_BYTES);
        // Neither the time-out nor an error matters: the connection is over either way.
        let _ = timeout(linger, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }

    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall = self.stall;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + stall)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of its answer")))
    }
}

impl AsyncRead for StallGuard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.given < self.ahead.len() {
            let rest = &self.ahead[self.given..];
            let next = &rest[..rest.len().min(buffer.remaining())];
            buffer.put_slice(next);
            self.given += next.len();
            if self.given == self.ahead.len() {
                self.ahead = Vec::new();
                self.given = 0;
            }
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for StallGuard {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
