//! Models of the cache: frames that change hands while pages are read, changed and written, in every
//! order of the threads' steps (up to the preemption bound).
//!
//! What is modelled is the cache itself. Its files are arrays under a lock, with a step for the
//! checker before and after each call: the disk takes its time. Bytes of frames are seen by the
//! checker through `sync::Guarded`: a look and a change that no latch orders end the model.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::Child;
use crate::cache::Followed;
use crate::cache::{PageLoader, Pages};
use crate::format::bytes::u32_at;
use crate::format::ids::{Dbtime, Objid};
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{NewPage, PageEdit, Space};
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
    /// Page 1 is cut off.
    cut: std::sync::atomic::AtomicBool,
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
            cut: std::sync::atomic::AtomicBool::new(false),
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
        let cut = self.cut.load(Ordering::Relaxed);
        assert!(
            !cut || pgno != Pgno(1),
            "a page is written that was cut off"
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
        // What is dirty stands under locks that are no steps: here the others may go first.
        self.file.step();
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
    check_from(frames, &[], work, after);
}

/// As [`check`], with pages that are in the cache at first.
fn check_from<const N: usize>(
    frames: u32,
    there: &'static [u32],
    work: [fn(&World) -> u8; N],
    after: fn(&World, changes: u8),
) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 20_000;
    model.check(move || {
        let world = World::new(frames);
        for &pgno in there {
            world.read(pgno);
        }
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

/// The same where the page is in memory already, and its frame goes while somebody waits for it.
#[test]
fn a_page_goes_while_somebody_wants_to_change_it() {
    let change = |w: &World| u8::from(w.change(1));
    let push = |w: &World| {
        w.read(2);
        0
    };
    check_from(1, &[1], [change, push], |w, changes| w.settle(1, changes));
}

/// Who waits for a page whose frame went to another one does not wait for that one's holder, who may
/// be waiting in turn.
#[test]
fn nobody_waits_for_a_page_that_is_gone() {
    let holder = |w: &World| {
        let held = w.pages.shared(Pgno(3));
        w.read(1);
        drop(held);
        0
    };
    let other = |w: &World| {
        let two = w.pages.exclusive(Pgno(2));
        let changed = u8::from(w.change(3));
        drop(two);
        changed
    };
    check_from(2, &[1, 3], [holder, other], |w, changes| {
        w.settle(3, changes);
    });
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

/// Two write the same page: the older copy does not come last.
#[test]
fn two_write_the_same_page() {
    let work = |w: &World| {
        let changed = u8::from(w.change(1));
        w.flush();
        changed
    };
    check(2, [work, work], |w, changes| {
        assert_eq!(changes, 2);
        assert_eq!(w.read(1), Some(2));
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
        w.file.step();
        w.cache.forget(DB, Pgno(1)..=Pgno(1));
        w.file.cut.store(true, Ordering::Relaxed);
        u8::from(w.change(2))
    };
    check(1, [flush, forget], |w, changes| w.settle(2, changes));
}

// ---- without latches ---------------------------------------------------------------------------

/// An internal page whose one pointer leads to a child. Its object is the child's number.
fn internal_page(child: u32) -> PageBuf {
    let mut page = PageBuf::zeroed(SIZE);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags: PageFlags::ROOT | PageFlags::PARENT_OF_LEAF,
        objid: Objid(child),
        dbtime: Dbtime(1),
        pgno: Pgno(1),
        reserved_tags: 1,
    })
    .unwrap();
    let (end, child) = ([], child.to_le_bytes());
    edit.insert_node(0, &end, &child, NodeFlags::empty(), Space::Reserved)
        .unwrap();
    page
}

impl World {
    /// Page 1 becomes an internal page that leads to a child.
    fn lead_to(&self, child: u32) {
        let bytes = internal_page(child);
        let mut page = self.pages.exclusive(Pgno(1)).unwrap();
        page.store_page(&bytes).unwrap();
        // In the free space.
        page.store(PGNO_AT, &1u32.to_le_bytes()).unwrap();
    }

    /// Looks through page 1 as a descent with latches does.
    fn pass(&self) {
        let page = self.pages.shared(Pgno(1)).unwrap();
        page.is_passed(&page.view().unwrap());
    }

    /// The child that page 1 leads to, latched, without a latch on page 1.
    fn descend(&self) -> Option<u32> {
        let page = self.pages.optimistic(Pgno(1))?;
        let heads = page.heads()?;
        let told = heads.told();
        let line = match heads.child_line(&told, b"key") {
            Child::At(line) => line,
            Child::Among(..) => return None,
        };
        let child = page.child(&self.pages, &heads, line, true)?;
        if !page.is_same() {
            return None;
        }
        let leaf = child.latch()?;
        assert_eq!(
            own_number(&leaf),
            told.objid.0,
            "the child of another moment"
        );
        Some(told.objid.0)
    }
}

/// The page changes while somebody descends by its heads and somebody else tells it anew.
#[test]
fn a_descent_meets_a_change() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 20_000;
    model.check(|| {
        let world = World::new(3);
        world.lead_to(2);
        world.read(2);
        world.read(3);
        world.pass();
        world.pass();
        assert_eq!(world.descend(), Some(2));
        let other = Arc::clone(&world);
        let changing = loom::thread::spawn(move || {
            other.lead_to(3);
            other.pass();
            other.pass();
        });
        world.descend();
        changing.join().unwrap();
        assert_eq!(world.descend(), Some(3));
    });
}

/// A pointer comes in front of the one that the key goes by, and the heads follow, while somebody descends.
#[test]
fn a_descent_meets_heads_that_follow() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 20_000;
    model.check(|| {
        let world = World::new(3);
        world.lead_to(2);
        world.read(2);
        world.read(3);
        world.pass();
        world.pass();
        assert_eq!(world.descend(), Some(2));
        let other = Arc::clone(&world);
        let descending = loom::thread::spawn(move || {
            other.descend();
        });
        {
            let mut page = world.pages.exclusive(Pgno(1)).unwrap();
            let heads = page.heads_of_before();
            let (lower, child) = (b"a", 3u32.to_le_bytes());
            PageEdit::new(&mut page)
                .unwrap()
                .insert_node(0, lower, &child, NodeFlags::empty(), Space::Reserved)
                .unwrap();
            page.follow(heads, Followed::Inserted(0));
        }
        descending.join().unwrap();
        // Nobody has looked through the page meanwhile.
        assert_eq!(world.descend(), Some(2));
    });
}

/// The child's frame goes to another page while somebody descends to it by the hint beside the parent.
#[test]
fn a_descent_meets_an_eviction() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 20_000;
    model.check(|| {
        let world = World::new(2);
        world.lead_to(2);
        world.read(2);
        world.pass();
        world.pass();
        assert_eq!(world.descend(), Some(2));
        // In use, so that it stays.
        world.pass();
        let other = Arc::clone(&world);
        let pushing = loom::thread::spawn(move || {
            other.read(3);
        });
        world.descend();
        pushing.join().unwrap();
    });
}

/// A page that is read without a latch, as a row of a leaf is. Where it lies is known from before.
struct Loose {
    world: Arc<World>,
    at: FrameAt,
}

impl Loose {
    fn new(frames: u32) -> Self {
        let world = World::new(frames);
        let at = world.pages.shared(Pgno(1)).unwrap().frame_at().unwrap();
        Self { world, at }
    }

    /// Reads page 1 if it is there as it was; whether that came about.
    fn read(&self) -> bool {
        let page = self.world.pages.optimistic_at(self.at, Pgno(1));
        page.is_some_and(|page| read_in(&page))
    }

    /// Reads page 1 wherever it lies.
    fn find(&self) -> bool {
        let page = self.world.pages.optimistic(Pgno(1));
        page.is_some_and(|page| read_in(&page))
    }
}

/// Copies bytes of the page, and proves them. The checker does not see words of frames; the number that
/// stands for them is read as they are, before and after.
fn read_in(page: &OptimisticPage<'_>) -> bool {
    let bytes = page.bytes();
    let before = bytes.stored_at();
    bytes.copy(COUNT_AT, 12, &mut Vec::new(), 0).unwrap();
    let after = bytes.stored_at();
    if !page.is_same() {
        return false;
    }
    assert_eq!(before, after, "bytes of two moments");
    let version = page.frame_at().version();
    assert_eq!(before + 1, version, "bytes of another moment");
    true
}

fn check_loose(frames: u32, reader: fn(&Loose) -> bool, other: fn(&World)) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 20_000;
    model.check(move || {
        let loose = Loose::new(frames);
        assert!(reader(&loose), "nobody is in the way");
        let world = Arc::clone(&loose.world);
        let others = loom::thread::spawn(move || other(&world));
        reader(&loose);
        others.join().unwrap();
    });
}

/// A row is read without a latch while somebody changes the page.
#[test]
fn a_loose_row_meets_a_writer() {
    let change = |w: &World| assert!(w.change(1) && w.change(1));
    check_loose(1, Loose::read, change);
    check_loose(1, Loose::find, change);
}

/// The frame goes to another page, and back, while a row of the page that lay there is read.
#[test]
fn a_loose_row_meets_an_eviction() {
    let push = |w: &World| {
        w.read(2);
        w.read(1);
    };
    check_loose(1, Loose::read, push);
    check_loose(1, Loose::find, push);
}
