//! The cache: kept answers, and drawings under way.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;

use super::{
    super::{super::tasks, TileSource},
    Broken, Encoding, TileKey,
    flights::Flights,
    kept::Kept,
};

/// Whole compressed answers, as many as fit into a number of bytes. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct TileCache(Arc<Inner>);

struct Inner {
    /// Written and read by whoever asks for a tile; held for moments.
    kept: Mutex<Kept<TileKey>>,
    flights: Flights<TileKey, Bytes>,
    hits: AtomicU64,
    misses: AtomicU64,
    drawn: AtomicU64,
}

/// What the cache holds and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheFigures {
    /// Answers kept.
    pub entries: usize,
    /// Bytes that they take.
    pub bytes: usize,
    /// Answers that were kept when asked for.
    pub hits: u64,
    /// Answers that were not.
    pub misses: u64,
    /// Tiles drawn.
    pub drawn: u64,
}

impl TileCache {
    /// A cache of `limit_bytes`; 0 keeps nothing.
    pub fn new(limit_bytes: usize) -> Self {
        Self(Arc::new(Inner {
            kept: Mutex::new(Kept::new(limit_bytes)),
            flights: Flights::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            drawn: AtomicU64::new(0),
        }))
    }

    /// The answer for `key`, whose version is that of `source`; empty when nothing is there.
    pub async fn answer(&self, source: &Arc<TileSource>, key: TileKey) -> Result<Bytes, Broken> {
        if let Some(answer) = self.hit(key) {
            return Ok(answer);
        }
        let is_quick = source.is_quick(key.tileset, key.coord);
        let source = Arc::clone(source);
        let work = self.work(key, move || source.draw(key.tileset, key.coord));
        // To hand it to another thread and back would cost a good part of what it takes.
        if is_quick { self.join(key, async { work() }).await } else { self.join(key, tasks::compute(work)).await }
    }

    /// The answer for `key`: a kept one, or what `draw` gives, compressed.
    pub async fn answer_by(
        &self,
        key: TileKey,
        draw: impl FnOnce() -> Vec<u8> + Send + 'static,
    ) -> Result<Bytes, Broken> {
        match self.hit(key) {
            Some(answer) => Ok(answer),
            None => self.join(key, tasks::compute(self.work(key, draw))).await,
        }
    }

    fn hit(&self, key: TileKey) -> Option<Bytes> {
        let answer = self.0.get(key)?;
        self.0.hits.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    }

    /// What makes the answer for `key`. Once begun it is kept at its end, also when nobody waits for it any more.
    fn work<D: FnOnce() -> Vec<u8> + Send + 'static>(
        &self,
        key: TileKey,
        draw: D,
    ) -> impl FnOnce() -> Bytes + Send + use<D> {
        let inner = Arc::clone(&self.0);
        move || inner.make(key, draw)
    }

    /// The outcome of the work for `key` that is under way, or of `work`.
    async fn join(&self, key: TileKey, work: impl Future<Output = Bytes> + Send + 'static) -> Result<Bytes, Broken> {
        self.0.misses.fetch_add(1, Ordering::Relaxed);
        let made = self.0.flights.join(key, || self.0.get(key), work).await;
        if made.is_err() {
            tracing::error!(tileset = ?key.tileset, coord = %key.coord, "a tile cannot be drawn");
        }
        made
    }

    /// What it holds and did.
    pub fn figures(&self) -> CacheFigures {
        let (entries, bytes) = self.0.kept().size();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Inner { hits, misses, drawn, .. } = &*self.0;
        CacheFigures { entries, bytes, hits: count(hits), misses: count(misses), drawn: count(drawn) }
    }
}

impl Inner {
    /// Makes an answer: from one in another encoding when there is one, else by drawing.
    fn make(&self, key: TileKey, draw: impl FnOnce() -> Vec<u8>) -> Bytes {
        let others = Encoding::KEPT.into_iter().filter(|&encoding| encoding != key.encoding);
        let found = others.into_iter().find_map(|encoding| Some((encoding, self.get(key.in_encoding(encoding))?)));
        let tile = match &found {
            Some((encoding, packed)) => encoding.decode(packed),
            None => {
                self.drawn.fetch_add(1, Ordering::Relaxed);
                Bytes::from(draw())
            }
        };
        match (key.encoding, found) {
            (Encoding::Identity, Some(_)) => tile,
            // Kept compressed, for the next.
            (Encoding::Identity, None) => {
                let cheaper = Encoding::KEPT[0];
                self.kept().put(key.in_encoding(cheaper), cheaper.encode(&tile));
                tile
            }
            (encoding, _) => {
                let packed = encoding.encode(&tile);
                self.kept().put(key, packed.clone());
                packed
            }
        }
    }

    fn get(&self, key: TileKey) -> Option<Bytes> {
        self.kept().get(key)
    }

    fn kept(&self) -> MutexGuard<'_, Kept<TileKey>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::tiles::{PlaceTiles, Scope, Tileset, tile_coord},
        domain::{
            geometry::Position,
            place::{Place, PlaceGeometry, PlaceLayer},
        },
    };
    use std::sync::mpsc;

    /// The key of a tile; what is drawn there is `Some(id)` of a place, or nothing.
    fn key(x: u32, place: Option<i64>, encoding: Encoding) -> TileKey {
        let coord = tile_coord(10, x, 5).expect("inside");
        let (least, most) = (coord.bounds(0).min(), coord.bounds(0).max());
        let [lon, lat] = [0, 1].map(|axis| i32::midpoint(least[axis], most[axis]));
        let at = Position::new(lon, lat).expect("in the world");
        let place = place.map(|id| Place::bare(id, PlaceLayer::Water, PlaceGeometry::Point(at)));
        let version = PlaceTiles::new(place.as_slice(), &[]).version(coord);
        TileKey { tileset: Tileset::Places, version, coord, scope: Scope::Public, encoding }
    }

    #[tokio::test]
    async fn a_hundred_equal_misses_are_drawn_once() {
        let cache = TileCache::new(1 << 20);
        // The drawing goes on only when all others have asked.
        let (all_asked, wait) = mpsc::channel();
        let wait = Arc::new(Mutex::new(wait));
        let ask = || {
            let wait = Arc::clone(&wait);
            let draw = move || {
                wait.lock().expect("only one draws").recv().expect("the test goes on");
                b"a tile".to_vec()
            };
            Box::pin(cache.answer_by(key(1, None, Encoding::Gzip), draw))
        };
        let mut asking: Vec<_> = (0..100).map(|_| ask()).collect();
        for one in &mut asking {
            assert!(futures_util::poll!(one).is_pending());
        }
        all_asked.send(()).expect("it waits");
        let answers = futures_util::future::join_all(asking).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(Encoding::Gzip.decode(&answers[0].clone().expect("drawn")), &b"a tile"[..]);
        assert_eq!(cache.figures().drawn, 1);
    }

    #[tokio::test]
    async fn a_tile_is_drawn_once_for_all_encodings_and_kept_compressed() {
        for first in [Encoding::Identity, Encoding::Gzip, Encoding::Zstd] {
            let cache = TileCache::new(1 << 20);
            for encoding in [first, Encoding::Identity, Encoding::Gzip, Encoding::Zstd, Encoding::Identity] {
                let answer = cache.answer_by(key(1, None, encoding), || vec![9; 5000]).await.expect("drawn");
                assert_eq!(encoding.decode(&answer), vec![9; 5000], "{first:?}, then {encoding:?}");
            }
            let figures = cache.figures();
            assert_eq!((figures.drawn, figures.entries), (1, 2), "{first:?}: {figures:?}");
            assert!(figures.bytes < 2000, "{figures:?}");
        }
    }

    #[tokio::test]
    async fn a_tile_that_panics_harms_no_other_and_may_be_asked_for_again() {
        let cache = TileCache::new(1 << 20);
        let [one, other] = [1, 2].map(|x| key(x, None, Encoding::Gzip));
        assert_eq!(cache.answer_by(one, || panic!("as the test wants")).await, Err(Broken));
        assert!(cache.answer_by(other, || vec![1]).await.is_ok());
        assert!(cache.answer_by(one, || vec![1]).await.is_ok());
    }

    #[tokio::test]
    async fn what_was_begun_is_kept_also_when_whoever_asked_is_gone() {
        let cache = TileCache::new(1 << 20);
        let ((began, has_begun), (go, gone)) = (tokio::sync::oneshot::channel(), mpsc::channel());
        let asked = key(1, None, Encoding::Zstd);
        let asking = cache.answer_by(asked, move || {
            began.send(()).expect("the test waits for it");
            gone.recv().expect("the test goes on");
            vec![1]
        });
        tokio::select! {
            _ = asking => unreachable!("it is not told to go on"),
            begun = has_begun => begun.expect("it is drawn"),
        }
        go.send(()).expect("it waits");
        while cache.figures().entries == 0 {
            tokio::task::yield_now().await;
        }
        assert!(cache.answer_by(asked, || unreachable!("it is kept")).await.is_ok());
    }

    #[tokio::test]
    async fn another_version_is_another_answer_and_the_old_one_stays() {
        let cache = TileCache::new(1 << 20);
        let [old, new] = [Some(1), Some(2)].map(|place| key(1, place, Encoding::Gzip));
        assert_ne!(old.version, new.version);
        let first = cache.answer_by(old, || vec![1]).await.expect("drawn");
        assert_ne!(cache.answer_by(new, || vec![2]).await.expect("drawn"), first);
        assert_eq!(cache.answer_by(old, || vec![3]).await, Ok(first));
        assert_eq!((cache.figures().drawn, cache.figures().hits), (2, 1));
    }

    #[tokio::test]
    async fn without_room_every_answer_is_drawn() {
        let cache = TileCache::new(0);
        for _ in 0..2 {
            assert!(cache.answer_by(key(1, None, Encoding::Gzip), || vec![1]).await.is_ok());
        }
        assert_eq!((cache.figures().drawn, cache.figures().entries), (2, 0));
    }
}
