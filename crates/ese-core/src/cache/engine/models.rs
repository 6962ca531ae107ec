//! Models of the cache: frames that change hands while pages are read, changed and written, in every
//! order of the threads' steps (up to the preemption bound).
//!
//! What is modelled is the cache itself. Its files are arrays under a lock, with a step for the
//! checker before and after each call: the disk takes its time. Bytes of frames are seen by the
//! checker through `sync::Guarded`: a look and a change that no latch orders end the model.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::{PageLoader, Pages};
use crate::format::bytes::u32_at;
use crate::format::page_mut::PageMut as _;
use crate::sync::yield_now;
use std::collections::BTreeMap;
use std::sync::Arc;

const DB: DbNo = DbNo(1);
const SIZE: PageSize = PageSize::K2;
/// Where a page's number of changes stands.
const COUNT_AT: usize = 64;
/// Where its own number stands.
const PGNO_AT: usize = 72;

/// A file of three pages. Locked for no longer than no other thread can run.
struct File {
    pages: Mutex<BTreeMap<Pgno, Vec<u8>>>,
    steps: AtomicU32,
}

impl File {
    fn new() -> Arc<Self> {
        let page = |n: u32| {
            let mut bytes = vec![0; SIZE.bytes()];
            bytes[PGNO_AT..PGNO_AT + 4].copy_from_slice(&n.to_le_bytes());
            (Pgno(n), bytes)
        };
        Arc::new(Self {
            pages: Mutex::new((1..=3).map(page).collect()),
            steps: AtomicU32::new(0),
        })
    }

    fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self, pgno: u32) -> u8 {
        self.pages.lock()[&Pgno(pgno)][COUNT_AT]
    }
}

impl PageLoader for File {
    fn page_size(&self) -> PageSize {
        SIZE
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        self.step();
        buf.copy_from_slice(&self.pages.lock()[&pgno]);
        self.step();
        Ok(())
    }
}

impl PageStore for File {
    fn pages(&self) -> u32 {
        3
    }

    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()> {
        self.step();
        assert_eq!(
            own_number(bytes),
            pgno.0,
            "another page's bytes are written"
        );
        self.pages.lock().insert(pgno, bytes.to_vec());
        self.step();
        Ok(())
    }
}

fn own_number(bytes: &[u8]) -> u32 {
    u32_at(bytes, PGNO_AT).unwrap()
}

struct World {
    file: Arc<File>,
    cache: Arc<Cache>,
    pages: DbPages,
}

impl World {
    fn new(frames: u32) -> Arc<Self> {
        let file = File::new();
        let budget = Budget {
            min: 1,
            max: frames,
        };
        let cache = Cache::new(SIZE, budget).unwrap();
        let store: Arc<dyn PageStore> = Arc::clone(&file) as _;
        let gate = Arc::new(crate::cache::OpenGate);
        let pages = cache.attach(DB, store, gate).unwrap();
        // The table makes its pieces by the standard library, which the checker does not see: here,
        // before there are threads.
        drop(pages.shared(Pgno(1)).unwrap());
        cache.forget(DB, Pgno(1)..=Pgno(1));
        Arc::new(Self { file, cache, pages })
    }

    /// Looks at a page, if there is a frame for it.
    fn read(&self, pgno: u32) -> Option<u8> {
        match self.pages.shared(Pgno(pgno)) {
            Ok(page) => {
                assert_eq!(own_number(&page), pgno, "another page's bytes");
                Some(page[COUNT_AT])
            }
            Err(e) => {
                assert!(matches!(e.kind, PageFaultKind::NoBuffer), "{e}");
                None
            }
        }
    }

    /// Counts in a page; `false` when there was no frame for it.
    fn change(&self, pgno: u32) -> bool {
        match self.pages.exclusive(Pgno(pgno)) {
            Ok(mut page) => {
                assert_eq!(own_number(&page), pgno, "another page's bytes");
                let next = page[COUNT_AT] + 1;
                page.store(COUNT_AT, &[next]).unwrap();
                page.mark_dirty(Change::UNLOGGED);
                true
            }
            Err(e) => {
                assert!(matches!(e.kind, PageFaultKind::NoBuffer), "{e}");
                false
            }
        }
    }

    fn flush(&self) {
        self.cache.flush_db(DB).unwrap();
    }

    /// What is left when all is quiet: changes are counted, and the file gets them.
    fn settle(&self, pgno: u32, changes: u8) {
        assert_eq!(self.read(pgno), Some(changes), "a change is lost");
        self.flush();
        assert_eq!(self.file.count(pgno), changes, "the file is behind");
        assert_eq!(self.cache.usage().dirty, 0);
        let most = self.cache.pages_most();
        assert!(self.cache.usage().resident <= most);
    }
}

/// Threads at a cache of `frames` frames, the last on the main thread; then `after`.
fn check<const N: usize>(frames: u32, work: [fn(&World) -> u8; N], after: fn(&World, changes: u8)) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 20_000;
    model.check(move || {
        let world = World::new(frames);
        let (mine, others) = work.split_last().unwrap();
        let threads: Vec<_> = others
            .iter()
            .map(|&work| {
                let world = Arc::clone(&world);
                loom::thread::spawn(move || work(&world))
            })
            .collect();
        let mut changes = mine(&world);
        for thread in threads {
            changes += thread.join().unwrap();
        }
        yield_now();
        after(&world, changes);
    });
}

/// Two pages want one frame: whoever gets a page gets that page's bytes.
#[test]
fn readers_and_a_frame_that_changes_hands() {
    let one = |w: &World| {
        w.read(1);
        0
    };
    let two = |w: &World| {
        w.read(2);
        w.read(1);
        0
    };
    check(1, [one, two], |w, _| assert_eq!(w.read(1), Some(0)));
}

/// A page comes into one frame only, however many ask for it at once.
#[test]
fn two_bring_the_same_page() {
    let work = |w: &World| u8::from(w.change(1));
    check(2, [work, work], |w, changes| {
        assert_eq!(changes, 2);
        w.settle(1, changes);
    });
}

/// A changed page loses its frame to another page: the change is in the file then.
#[test]
fn a_changed_page_is_pushed_out() {
    let change = |w: &World| u8::from(w.change(1));
    let push = |w: &World| {
        w.read(2);
        0
    };
    check(1, [change, push], |w, changes| w.settle(1, changes));
}

/// Changes during a write are written with the next one.
#[test]
fn a_change_during_a_write_stays_dirty() {
    let change = |w: &World| u8::from(w.change(1)) + u8::from(w.change(1));
    let flush = |w: &World| {
        w.flush();
        0
    };
    check(1, [change, flush], |w, changes| {
        assert_eq!(changes, 2);
        w.settle(1, changes);
    });
}

/// A checkpoint and somebody who needs the frame write the same page.
#[test]
fn a_write_meets_an_eviction() {
    let flush = |w: &World| {
        let changed = u8::from(w.change(1));
        w.flush();
        changed
    };
    let push = |w: &World| {
        w.read(2);
        u8::from(w.change(1))
    };
    check(1, [flush, push], |w, changes| w.settle(1, changes));
}

/// Pages are forgotten (their file is cut) while they are being written: the frame's next page is not
/// written in their place, and what is counted of it stays right.
#[test]
fn pages_are_forgotten_during_a_write() {
    let flush = |w: &World| {
        w.flush();
        0
    };
    let forget = |w: &World| {
        assert!(w.change(1));
        w.cache.forget(DB, Pgno(1)..=Pgno(1));
        u8::from(w.change(2))
    };
    check(1, [flush, forget], |w, changes| w.settle(2, changes));
}
