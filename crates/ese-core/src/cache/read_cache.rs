//! A page cache for files that nobody changes: bounded, shared by any number of threads.
//!
//! Pages lie in shards by number, each under a short mutex that is never held during I/O; second
//! chance ("clock") decides what goes, and pages that were wanted once only go first. A page that a caller still holds lives on outside the cache
//! until it is let go.
//!
//! Invariant: the number of cached pages never exceeds the budget (at least one page a shard).
#![forbid(unsafe_code)]

use super::{PageFault, PageLoader, Pages, SharedPage};
use crate::format::ids::{PageSize, Pgno};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Shards: more than the threads that will meet at one page's mutex, few enough for small budgets.
const SHARDS: usize = 16;
/// Bytes that one read-ahead may bring with a single read.
const RUN_BYTES: usize = 64 * 1024;
/// Pages that must follow one another for a single read to pay for the copy that it costs.
const RUN_PAGES_LEAST: usize = 4;

/// One in so many frames is for pages that were wanted once.
const COLD_SHARE: usize = 16;

/// Frames of a shard that pages wanted once may always use: what one read-ahead brings must not push
/// itself out.
const COLD_LEAST: usize = 4;

/// A file's number inside a cache.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FileNo(u32);

type Key = u64;

/// Page and file numbers are spread already; one multiplication separates the shards' keys.
#[derive(Default)]
struct PageHasher(u64);

impl Hasher for PageHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }
    fn write_u64(&mut self, v: u64) {
        self.0 = (self.0 ^ v)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }
}

/// How often a page was wanted while it was here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Read ahead, not asked for yet.
    NotYet,
    /// Once: what a scan does to every page that it passes.
    Once,
    /// Again since the hand last passed.
    Again,
}

struct Frame {
    key: Key,
    bytes: Arc<[u8]>,
    wanted: Wanted,
    /// The shard's count of pages brought in when this one was wanted last.
    at: u64,
    /// Has been wanted again at some time: does not belong to the pages that scans push through.
    hot: bool,
}

#[derive(Default)]
struct Shard {
    places: HashMap<Key, usize, BuildHasherDefault<PageHasher>>,
    frames: Vec<Frame>,
    hand: usize,
    /// Frames that are not hot.
    cold: usize,
    /// Pages brought in so far.
    brought: u64,
    /// Memory of a page that went and that nobody holds.
    spare: Option<Arc<[u8]>>,
}

impl Shard {
    fn get(&mut self, key: Key) -> Option<Arc<[u8]>> {
        let frame = self.frames.get_mut(*self.places.get(&key)?)?;
        frame.wanted = match frame.wanted {
            Wanted::NotYet => Wanted::Once,
            // Several looks in one visit say nothing of a next one.
            Wanted::Once if frame.at == self.brought => Wanted::Once,
            Wanted::Once | Wanted::Again => Wanted::Again,
        };
        frame.at = self.brought;
        Some(Arc::clone(&frame.bytes))
    }

    fn put(&mut self, key: Key, bytes: Arc<[u8]>, wanted: Wanted, limit: usize) -> Arc<[u8]> {
        if self.places.contains_key(&key)
            && let Some(there) = self.get(key)
        {
            return there;
        }
        let frame = Frame {
            key,
            bytes: Arc::clone(&bytes),
            wanted,
            at: self.brought + 1,
            hot: false,
        };
        self.brought += 1;
        match self.victim(limit) {
            None => {
                self.places.insert(key, self.frames.len());
                // The hand stands on the newest page, so that it is the last to be looked at.
                self.hand = self.frames.len();
                self.frames.push(frame);
                self.cold += 1;
            }
            Some(place) => {
                if let Some(slot) = self.frames.get_mut(place) {
                    let old = std::mem::replace(slot, frame);
                    self.cold += usize::from(old.hot);
                    self.places.remove(&old.key);
                    self.places.insert(key, place);
                    self.spare = Some(old.bytes).filter(|b| Arc::strong_count(b) == 1);
                }
            }
        }
        bytes
    }

    /// The place of the page that goes; `None` while there is room. Pages wanted once use a share of
    /// the room only, so that a scan neither drives out the hot ones nor touches memory that it
    /// gains nothing from.
    fn victim(&mut self, limit: usize) -> Option<usize> {
        let cold_most = (limit / COLD_SHARE).max(COLD_LEAST);
        loop {
            let room = self.frames.len() < limit;
            if room && self.cold < cold_most {
                return None;
            }
            self.hand = (self.hand + 1) % self.frames.len().max(1);
            let frame = self.frames.get_mut(self.hand)?;
            if frame.wanted == Wanted::Again {
                frame.wanted = Wanted::Once;
                self.cold -= usize::from(!frame.hot);
                frame.hot = true;
            } else if !frame.hot || !room {
                return Some(self.hand);
            }
        }
    }
}

/// The cache. One may serve several files of one page size.
pub struct ReadCache {
    shards: Vec<Mutex<Shard>>,
    page_size: PageSize,
    pages_per_shard: usize,
    next_file: AtomicU32,
}

impl ReadCache {
    /// A cache of at most `budget` bytes of pages.
    #[must_use]
    pub fn new(page_size: PageSize, budget: usize) -> Arc<Self> {
        Arc::new(Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            page_size,
            pages_per_shard: (budget / page_size.bytes() / SHARDS).max(1),
            next_file: AtomicU32::new(0),
        })
    }

    /// A number for one more file.
    pub fn register(&self) -> FileNo {
        FileNo(self.next_file.fetch_add(1, Ordering::Relaxed))
    }

    /// The pages of one file through this cache.
    #[must_use]
    pub fn pages(self: &Arc<Self>, loader: Arc<dyn PageLoader>) -> CachedPages {
        CachedPages {
            file: self.register(),
            cache: Arc::clone(self),
            loader,
        }
    }

    /// How many pages are cached now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|s| s.lock().frames.len()).sum()
    }

    /// `true` when nothing is cached.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, key: Key) -> Option<&Mutex<Shard>> {
        self.shards.get((key as usize) % SHARDS)
    }

    fn has(&self, key: Key) -> bool {
        self.shard(key)
            .is_some_and(|s| s.lock().places.contains_key(&key))
    }

    /// The page, or memory to load it into.
    fn get_or_memory(&self, key: Key) -> Result<Arc<[u8]>, Arc<[u8]>> {
        let spare = match self.shard(key) {
            None => None,
            Some(shard) => {
                let mut shard = shard.lock();
                if let Some(bytes) = shard.get(key) {
                    return Ok(bytes);
                }
                shard.spare.take()
            }
        };
        Err(spare.unwrap_or_else(|| std::iter::repeat_n(0u8, self.page_size.bytes()).collect()))
    }

    fn put(&self, key: Key, bytes: Arc<[u8]>, wanted: Wanted) -> Arc<[u8]> {
        match self.shard(key) {
            Some(shard) => shard.lock().put(key, bytes, wanted, self.pages_per_shard),
            None => bytes,
        }
    }
}

/// One file's pages behind a [`ReadCache`].
pub struct CachedPages {
    cache: Arc<ReadCache>,
    file: FileNo,
    loader: Arc<dyn PageLoader>,
}

impl CachedPages {
    fn key(&self, pgno: Pgno) -> Key {
        u64::from(self.file.0) << 32 | u64::from(pgno.0)
    }
}

impl Pages for CachedPages {
    fn page_size(&self) -> PageSize {
        self.cache.page_size
    }

    fn shared(&self, pgno: Pgno) -> Result<SharedPage<'_>, PageFault> {
        let key = self.key(pgno);
        let mut bytes = match self.cache.get_or_memory(key) {
            Ok(bytes) => return Ok(SharedPage::new(bytes, pgno)),
            Err(memory) => memory,
        };
        // Nobody else has it yet, so this never copies.
        self.loader.load(pgno, Arc::make_mut(&mut bytes))?;
        Ok(SharedPage::new(
            self.cache.put(key, bytes, Wanted::Once),
            pgno,
        ))
    }

    fn prefetch(&self, pgnos: &[Pgno]) {
        let size = self.cache.page_size.bytes();
        let run_most = RUN_BYTES / size;
        if run_most < RUN_PAGES_LEAST {
            return;
        }
        let mut wanted = pgnos
            .iter()
            .copied()
            .filter(|&p| !self.cache.has(self.key(p)))
            .peekable();
        let mut buf = Vec::new();
        while let Some(first) = wanted.next() {
            let mut count = 1;
            while count < run_most
                && wanted
                    .next_if(|p| p.0 == first.0.wrapping_add(count as u32))
                    .is_some()
            {
                count += 1;
            }
            if count < RUN_PAGES_LEAST {
                continue;
            }
            buf.resize(count * size, 0);
            self.loader.load_run(first, &mut buf, &mut |pgno, page| {
                if let Ok(page) = page {
                    self.cache.put(self.key(pgno), page.into(), Wanted::NotYet);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::PageFaultKind;
    use std::sync::atomic::AtomicUsize;

    struct Counting(AtomicUsize);
    impl PageLoader for Counting {
        fn page_size(&self) -> PageSize {
            PageSize::K4
        }
        fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if pgno.0 == 13 {
                return Err(PageFault::new(pgno, PageFaultKind::NotInitialized));
            }
            buf.fill(pgno.0 as u8);
            Ok(())
        }
    }

    #[test]
    fn budget_holds_and_pages_are_right() {
        let cache = ReadCache::new(PageSize::K4, 64 * 4096);
        let loader = Arc::new(Counting(AtomicUsize::new(0)));
        let pages = cache.pages(Arc::clone(&loader) as _);
        for round in 0..3 {
            for n in 20..1020u32 {
                assert_eq!(pages.shared(Pgno(n)).unwrap()[17], n as u8, "{round}");
                assert!(cache.len() <= 64);
            }
        }
        assert_eq!(
            loader.0.load(Ordering::Relaxed),
            3000,
            "a scan larger than the cache can't hit"
        );
        // A hot page survives a scan that passes by, and the scan stays in its share.
        let before = loader.0.load(Ordering::Relaxed);
        for n in 2000..2400u32 {
            pages.shared(Pgno(7)).unwrap();
            pages.shared(Pgno(n)).unwrap();
        }
        assert!(loader.0.load(Ordering::Relaxed) - before <= 402);
    }

    #[test]
    fn pages_wanted_once_use_a_share_of_the_room() {
        let cache = ReadCache::new(PageSize::K4, 1024 * 4096);
        let loader = Arc::new(Counting(AtomicUsize::new(0)));
        let pages = cache.pages(Arc::clone(&loader) as _);
        let load = |range: std::ops::Range<u32>| {
            let before = loader.0.load(Ordering::Relaxed);
            range.for_each(|n| drop(pages.shared(Pgno(n)).unwrap()));
            loader.0.load(Ordering::Relaxed) - before
        };
        // Wanted again after others were: these become the hot ones, and more than a scan may have.
        for group in 0..31u32 {
            let range = 96 + 16 * group..112 + 16 * group;
            assert_eq!(load(range.clone()), 16);
            assert_eq!(load(10_000 + 16 * group..10_016 + 16 * group), 16);
            assert_eq!(load(range), 0);
        }
        assert_eq!(load(1000..3000), 2000);
        assert!(
            cache.len() <= 500 + 1024 / COLD_SHARE + SHARDS,
            "{}",
            cache.len()
        );
        assert_eq!(load(96..592), 0, "the scan drove out a hot page");
    }

    #[test]
    fn faults_are_not_cached_and_prefetch_is_silent() {
        let cache = ReadCache::new(PageSize::K4, 1 << 20);
        let loader = Arc::new(Counting(AtomicUsize::new(0)));
        let pages = cache.pages(Arc::clone(&loader) as _);
        pages.prefetch(&[Pgno(11), Pgno(12), Pgno(13), Pgno(14), Pgno(30)]);
        assert_eq!(cache.len(), 3);
        let loads = loader.0.load(Ordering::Relaxed);
        assert_eq!(pages.shared(Pgno(14)).unwrap()[0], 14);
        assert_eq!(loader.0.load(Ordering::Relaxed), loads);
        assert!(matches!(
            pages.shared(Pgno(13)),
            Err(PageFault { pgno: Pgno(13), .. })
        ));
        assert!(pages.shared(Pgno(13)).is_err());
    }

    #[test]
    fn files_do_not_mix() {
        let cache = ReadCache::new(PageSize::K4, 1 << 20);
        let a = cache.pages(Arc::new(Counting(AtomicUsize::new(0))));
        let other = Arc::new(Counting(AtomicUsize::new(0)));
        let b = cache.pages(Arc::clone(&other) as _);
        a.shared(Pgno(5)).unwrap();
        b.shared(Pgno(5)).unwrap();
        assert_eq!(other.0.load(Ordering::Relaxed), 1);
    }
}
