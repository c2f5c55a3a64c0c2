//! The accept loop: bounded connections, timers on each, a drain at the end, every task joined.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::StallGuard;
use super::lane::{self, Head, Left};
use super::limits::{LINGER, LINGER_AT_SHUTDOWN, Limits, MAX_HEADER_BYTES};

/// Pause after an accept that failed, first and longest; it doubles in between.
const ACCEPT_PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// The other end of the connection a request came on; in the extensions of every request that came over a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// What requests go in by.
///
/// A service of `tower` would do, but for what its layers cost a request that is answered within microseconds.
pub trait Door: Clone + Send + Sync + Unpin + 'static {
    /// An answer on its way.
    type Answering: Future<Output = Response> + Send + Unpin + 'static;

    /// Answers a request that came from `peer`.
    fn answer(&self, request: Request, peer: Peer) -> Self::Answering;

    /// Appends the whole answer to a plain request to `wire`, by way of the empty `body`, or leaves `wire` alone and says
    /// no: then the request goes to [`answer`](Self::answer), to the same answer.
    fn at_once(&self, head: &Head<'_>, date: &str, body: &mut Vec<u8>, wire: &mut Vec<u8>) -> bool;
}

/// Serves what is behind `door` on `listener` until `shutdown`, then lets requests under way end, at most for `limits.drain`.
///
/// When it returns, no connection and no task of its own is left.
pub async fn serve(
    listener: TcpListener,
    door: impl Door,
    limits: Arc<Limits>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    let connections = TaskTracker::new();
    let hang_up = CancellationToken::new();
    accept(listener, &door, &limits, &shutdown, &hang_up, &connections).await;

    connections.close();
    let open = connections.len();
    tracing::info!(open, "stopped listening, draining");
    if tokio::time::timeout(limits.drain, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "drain time is over, hanging up");
        hang_up.cancel();
        connections.wait().await;
    }
    Ok(())
}

async fn accept(
    listener: TcpListener,
    door: &impl Door,
    limits: &Arc<Limits>,
    shutdown: &CancellationToken,
    hang_up: &CancellationToken,
    connections: &TaskTracker,
) {
    let places = Arc::new(Semaphore::new(limits.max_connections));
    let mut pause = ACCEPT_PAUSE.0;
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            next = next => next,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = ACCEPT_PAUSE.0;
                let connection = connect(stream, peer, door.clone(), Arc::clone(limits), shutdown.clone());
                let hang_up = hang_up.clone();
                connections.spawn(async move {
                    let _place = place;
                    let _ = hang_up.run_until_cancelled(connection).await;
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, pause_ms = pause.as_millis(), "cannot accept");
                let _ = shutdown.run_until_cancelled(tokio::time::sleep(pause)).await;
                pause = (pause * 2).min(ACCEPT_PAUSE.1);
            }
        }
    }
}

/// Whether the client that was being accepted is to blame, so that the next can be taken at once.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connect(
    mut stream: TcpStream,
    peer: SocketAddr,
    door: impl Door,
    limits: Arc<Limits>,
    shutdown: CancellationToken,
) {
    // Small answers should leave at once; where the system refuses, they merely leave later.
    let _ = stream.set_nodelay(true);
    let ahead = match lane::run(&mut stream, &door, &limits, &shutdown).await {
        Left::HandOver(ahead) => ahead,
        Left::Over => {
            let linger = if shutdown.is_cancelled() { LINGER_AT_SHUTDOWN } else { LINGER };
            return StallGuard::new(stream, Vec::new(), limits.write_stall).close(linger).await;
        }
    };
    let answer = move |request: hyper::Request<Incoming>| {
        // A body of no bytes takes no memory.
        let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(body) });
        door.answer(request, Peer(peer)).map(Ok::<_, Infallible>)
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_within)
        .max_header_size(MAX_HEADER_BYTES)
        .max_buf_size(MAX_HEADER_BYTES + 1)
        .serve_connection(TokioIo::new(StallGuard::new(stream, ahead, limits.write_stall)), service_fn(answer));

    let mut draining = false;
    let ended = loop {
        tokio::select! {
            ended = std::future::poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
            () = shutdown.cancelled(), if !draining => {
                draining = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended");
    }
    let linger = if draining { LINGER_AT_SHUTDOWN } else { LINGER };
    connection.into_parts().io.into_inner().close(linger).await;
}
