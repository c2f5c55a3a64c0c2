//! CPU work off the async threads.

use std::sync::OnceLock;

use tokio::sync::Semaphore;

/// Pieces of CPU work at once; more wait their turn, so that answers to others go on.
const MAX_AT_ONCE: usize = 2;

#[expect(clippy::disallowed_methods, reason = "this is the one bounded place")]
/// Runs `work`, of a millisecond or more, on a blocking thread; a panic in it is a panic here.
pub async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    static PLACES: OnceLock<Semaphore> = OnceLock::new();
    let places = PLACES.get_or_init(|| Semaphore::new(MAX_AT_ONCE));
    // The work keeps its place to its end, also when nobody waits for it any more.
    let place = places.acquire().await.expect("the semaphore is never closed");
    let placed = move || {
        let _place = place;
        work()
    };
    match tokio::task::spawn_blocking(placed).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
