//! A body that is read on while its answers wait to be taken.
//!
//! Many clients, browsers among them, send everything before they read anything. If reading waited for them to take
//! answers, neither side would ever go on.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Bytes of a body that may be read before their turn: some two million points of CSV.
pub(super) const MAX_READ_AHEAD_BYTES: usize = 64 << 20;

/// What a chunk costs beside its bytes.
const CHUNK_BYTES: usize = 128;

type Chunk = Result<Bytes, axum::Error>;

/// The chunks of a body, in order.
pub(super) struct ReadAhead(mpsc::UnboundedReceiver<(Chunk, OwnedSemaphorePermit)>);

impl ReadAhead {
    /// The next chunk, `None` behind the last.
    pub(super) async fn next(&mut self) -> Option<Chunk> {
        self.0.recv().await.map(|(chunk, _room)| chunk)
    }
}

/// `body`, and the work of reading it, which ends with the body or when nobody wants its chunks any more.
pub(super) fn read_ahead(body: Body) -> (ReadAhead, impl Future<Output = ()> + Send + 'static) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(MAX_READ_AHEAD_BYTES));
    let reading = async move {
        let mut body = body.into_data_stream();
        loop {
            let next = async {
                let chunk = body.next().await?;
                let bytes = chunk.as_ref().map_or(0, Bytes::len).saturating_add(CHUNK_BYTES).min(MAX_READ_AHEAD_BYTES);
                let room = Arc::clone(&room).acquire_many_owned(bytes as u32).await.ok()?;
                Some((chunk, room))
            };
            let next = tokio::select! {
                next = next => next,
                () = sender.closed() => None,
            };
            let Some(next) = next else { return };
            if sender.send(next).is_err() {
                return;
            }
        }
    };
    (ReadAhead(receiver), reading)
}
