//! Work under way that everybody who wants its outcome shares.

use std::{
    collections::HashMap,
    hash::Hash,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};

/// The work panicked: a bug of ours, told to everybody who waited for it. The next who asks begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("drawing a tile panicked")]
pub struct Broken;

type Outcome<T> = Result<T, Broken>;
type Work<T> = BoxFuture<'static, Outcome<T>>;
type Flight<T> = Shared<Work<T>>;

/// Work under way, by key. Whoever waits drives it; when the last one is gone it stops at its next wait.
pub(super) struct Flights<K, T>(Arc<Mutex<Table<K, T>>>);

/// Written by whoever begins a flight and by the flight's end; held for moments.
struct Table<K, T> {
    /// With the number of each.
    flights: HashMap<K, (u64, WeakShared<Work<T>>)>,
    begun: u64,
}

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Table { flights: HashMap::new(), begun: 0 })))
    }
}

impl<K, T> Flights<K, T>
where
    K: Copy + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The outcome of the work for `key`: of that under way, else what `kept` has by now, else of `work`.
    ///
    /// Work must see to it that `kept` has its outcome before it ends; then nothing is done twice.
    pub(super) async fn join(
        &self,
        key: K,
        kept: impl FnOnce() -> Option<T>,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Outcome<T> {
        let flight = {
            let mut table = lock(&self.0);
            let under_way = table.flights.get(&key).and_then(|(_, flight)| flight.upgrade());
            match under_way {
                Some(flight) => flight,
                None => match kept() {
                    Some(kept) => return Ok(kept),
                    None => self.begin(&mut table, key, work),
                },
            }
        };
        flight.await
    }

    fn begin(&self, table: &mut Table<K, T>, key: K, work: impl Future<Output = T> + Send + 'static) -> Flight<T> {
        table.begun += 1;
        let landing = Landing { table: Arc::clone(&self.0), key, number: table.begun };
        let flight = async move {
            // Lands when the work is done, has panicked, or is given up.
            let _landing = landing;
            AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Broken)
        };
        let flight = flight.boxed().shared();
        let weak = flight.downgrade().expect("a flight that has not been polled is not over");
        table.flights.insert(key, (table.begun, weak));
        flight
    }

    #[cfg(test)]
    fn under_way(&self) -> usize {
        lock(&self.0).flights.len()
    }
}

/// Takes a flight off the table.
struct Landing<K: Copy + Eq + Hash, T> {
    table: Arc<Mutex<Table<K, T>>>,
    key: K,
    number: u64,
}

impl<K: Copy + Eq + Hash, T> Drop for Landing<K, T> {
    fn drop(&mut self) {
        let mut table = lock(&self.table);
        // One that was given up may land after the next for its key has begun.
        if table.flights.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            table.flights.remove(&self.key);
        }
    }
}

fn lock<K, T>(table: &Mutex<Table<K, T>>) -> MutexGuard<'_, Table<K, T>> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    /// Counts how often work is begun, and lets it end when told.
    #[derive(Default)]
    struct Slow {
        begun: AtomicUsize,
        go: Notify,
    }

    impl Slow {
        fn run(self: &Arc<Self>, outcome: fn() -> u32) -> impl Future<Output = u32> + use<> {
            let work = Arc::clone(self);
            async move {
                work.begun.fetch_add(1, Ordering::Relaxed);
                work.go.notified().await;
                outcome()
            }
        }
    }

    #[tokio::test]
    async fn equal_misses_share_one_work_and_others_do_not() {
        let (flights, work) = (Flights::default(), Arc::new(Slow::default()));
        let mut all: Vec<_> = (0..50).map(|_| Box::pin(flights.join('a', || None, work.run(|| 1)))).collect();
        let mut other = Box::pin(flights.join('b', || None, work.run(|| 2)));
        for one in &mut all {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert!(futures_util::poll!(&mut other).is_pending());
        assert_eq!((work.begun.load(Ordering::Relaxed), flights.under_way()), (2, 2));
        work.go.notify_waiters();
        assert_eq!(futures_util::future::join_all(all).await, vec![Ok(1); 50]);
        assert_eq!((other.await, flights.under_way()), (Ok(2), 0));
    }

    #[tokio::test]
    async fn what_is_kept_by_now_is_not_worked_for() {
        let (flights, work) = (Flights::default(), Arc::new(Slow::default()));
        assert_eq!(flights.join('a', || Some(3), work.run(|| 1)).await, Ok(3));
        assert_eq!(work.begun.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_panic_is_told_to_all_who_waited_and_the_next_begins_anew() {
        let (flights, work) = (Flights::default(), Arc::new(Slow::default()));
        let mut all: Vec<_> =
            (0..3).map(|_| Box::pin(flights.join('a', || None, work.run(|| panic!("as the test wants"))))).collect();
        for one in &mut all {
            assert!(futures_util::poll!(one).is_pending());
        }
        work.go.notify_waiters();
        assert_eq!(futures_util::future::join_all(all).await, [Err(Broken); 3]);
        assert_eq!(flights.under_way(), 0);
        work.go.notify_one();
        assert_eq!(flights.join('a', || None, work.run(|| 4)).await, Ok(4));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_given_up_and_leaves_no_trace() {
        let (flights, work) = (Flights::default(), Arc::new(Slow::default()));
        let mut first = Box::pin(flights.join('a', || None, work.run(|| 1)));
        let mut second = Box::pin(flights.join('a', || None, work.run(|| 2)));
        assert!(futures_util::poll!(&mut first).is_pending() && futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert_eq!(flights.under_way(), 1, "another waits still");
        drop(second);
        assert_eq!(flights.under_way(), 0);
        work.go.notify_one();
        assert_eq!(flights.join('a', || None, work.run(|| 3)).await, Ok(3));
        assert_eq!(work.begun.load(Ordering::Relaxed), 2);
    }
}
