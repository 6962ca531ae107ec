//! The cache against a model, against its gate, and under many threads.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::{OpenGate, PageLoader, Pages};
use crate::format::checksum::{PageVerdict, verify};
use crate::format::flush_map::next_flush_type;
use crate::format::ids::Lgpos;
use crate::format::page_mut::PageMut;
use crate::io::rng::{Rng, SeededRng};
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;

const DB: DbNo = DbNo(3);
const SIZE: PageSize = PageSize::K4;
/// Where a test page carries the generation of its last change.
const OFF_LGPOS: usize = 64;
/// Where its contents begin; what lies before is the header's and signed on the way out.
const OFF_BODY: usize = 72;

fn at(generation: u32) -> Lgpos {
    Lgpos::new(generation as i32, 0, 0)
}

fn lgpos_of(page: &[u8]) -> Lgpos {
    at(u32_of(page, OFF_LGPOS))
}

fn u32_of(page: &[u8], off: usize) -> u32 {
    u32::from_le_bytes(page[off..off + 4].try_into().unwrap())
}

/// A log that is durable up to a generation.
#[derive(Default)]
struct Log {
    durable: AtomicU32,
    stuck: AtomicBool,
}

impl WriteGate for Log {
    fn may_write(&self, db: DbNo, _: Pgno, lgpos: Lgpos, _: bool) -> Verdict {
        assert_eq!(db, DB);
        if lgpos <= at(self.durable.load(Ordering::SeqCst)) {
            Verdict::Write
        } else {
            Verdict::NotYet
        }
    }

    fn make_way(&self, _: DbNo, _: Pgno, lgpos: Lgpos, _: bool) -> Result<(), JetErr> {
        if self.stuck.load(Ordering::SeqCst) {
            return Err(JetErr::LOG_WRITE_FAIL);
        }
        let to = u32::try_from(lgpos.generation).unwrap();
        self.durable.fetch_max(to, Ordering::SeqCst);
        Ok(())
    }
}

/// A file in memory that tests what is written into it.
#[derive(Default)]
struct File {
    pages: Mutex<HashMap<u32, Vec<u8>>>,
    count: AtomicU32,
    log: Arc<Log>,
    loads: AtomicUsize,
    broken: AtomicBool,
    written: Mutex<Vec<u32>>,
}

impl PageLoader for File {
    fn page_size(&self) -> PageSize {
        SIZE
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        let pages = self.pages.lock();
        let page = pages
            .get(&pgno.0)
            .ok_or(PageFault::new(pgno, PageFaultKind::NotInitialized))?;
        buf.copy_from_slice(page);
        Ok(())
    }
}

impl PageStore for File {
    fn pages(&self) -> u32 {
        self.count.load(Ordering::SeqCst)
    }

    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(io::Error::other("broken"));
        }
        assert_eq!(verify(bytes, pgno), PageVerdict::Good);
        let durable = at(self.log.durable.load(Ordering::SeqCst));
        assert!(lgpos_of(bytes) <= durable, "written before its log");
        let mut pages = self.pages.lock();
        let flush = |p: &[u8]| ((u32_of(p, 36) >> 15) & 3) as u8;
        let before = pages.get(&pgno.0).map_or(0, |p| flush(p));
        assert_eq!(flush(bytes), next_flush_type(before), "{pgno}");
        pages.insert(pgno.0, bytes.to_vec());
        self.written.lock().push(pgno.0);
        Ok(())
    }
}

struct Rig {
    log: Arc<Log>,
    file: Arc<File>,
    cache: Arc<Cache>,
    pages: DbPages,
    generation: AtomicU32,
}

fn rig(max: u32) -> Rig {
    let log = Arc::new(Log::default());
    let file = Arc::new(File {
        log: Arc::clone(&log),
        ..File::default()
    });
    let cache = Cache::new(SIZE, Budget { min: 2, max }).unwrap();
    let pages = cache
        .attach(DB, Arc::clone(&file) as _, Arc::clone(&log) as _)
        .unwrap();
    Rig {
        log,
        file,
        cache,
        pages,
        generation: AtomicU32::new(0),
    }
}

impl Rig {
    fn log_record(&self) -> u32 {
        self.generation.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Logs and makes one change.
    fn change(&self, page: &mut ExclusivePage<'_>, off: usize, bytes: &[u8]) -> Lgpos {
        let generation = self.log_record();
        page.store(off, bytes).unwrap();
        page.store_u32(OFF_LGPOS, generation).unwrap();
        page.mark_dirty(Change::at(at(generation)));
        at(generation)
    }

    fn create(&self, n: u32) {
        let mut page = self.pages.new_page(Pgno(n)).unwrap();
        page.store_page(&[0; SIZE.bytes()]).unwrap();
        self.change(&mut page, OFF_BODY, &n.to_le_bytes());
        self.file.count.fetch_max(n, Ordering::SeqCst);
    }
}

/// What a page holds, and since when the file is behind.
struct Known {
    body: Vec<u8>,
    oldest: Option<Lgpos>,
}

#[test]
fn the_same_as_a_map() {
    for seed in testkit::first_seed()..testkit::first_seed() + testkit::rounds(20, 500) {
        let mut rng = SeededRng::new(seed);
        let max = 3 + rng.below(8) as u32;
        let mut rig = rig(max);
        let mut model: HashMap<u32, Known> = HashMap::new();
        for step in 0..600 {
            let n = 1 + rng.below(30) as u32;
            let here = model.contains_key(&n);
            match rng.below(12) {
                0..4 if here => {
                    let page = rig.pages.shared(Pgno(n)).unwrap();
                    assert!(
                        page[OFF_BODY..] == model[&n].body,
                        "seed {seed} step {step}"
                    );
                }
                0..8 => {
                    let mut page = if here {
                        rig.pages.exclusive(Pgno(n)).unwrap()
                    } else {
                        let mut page = rig.pages.new_page(Pgno(n)).unwrap();
                        page.store_page(&[0; SIZE.bytes()]).unwrap();
                        page
                    };
                    rig.file.count.fetch_max(n, Ordering::SeqCst);
                    let off = rng.below((SIZE.bytes() - OFF_BODY - 8) as u64) as usize;
                    let bytes = rng.next_u64().to_le_bytes();
                    let lgpos = rig.change(&mut page, OFF_BODY + off, &bytes);
                    let known = model.entry(n).or_insert_with(|| Known {
                        body: vec![0; SIZE.bytes() - OFF_BODY],
                        oldest: None,
                    });
                    known.body[off..off + 8].copy_from_slice(&bytes);
                    // Getting the page may have written others, so those go first.
                    let written = std::mem::take(&mut *rig.file.written.lock());
                    for w in written {
                        model.get_mut(&w).unwrap().oldest = None;
                    }
                    model.get_mut(&n).unwrap().oldest.get_or_insert(lgpos);
                }
                8 => {
                    let upto = at(rng.below(u64::from(rig.log_record())) as u32);
                    assert_eq!(rig.cache.flush_up_to(upto).unwrap().held_back, 0);
                    assert!(rig.cache.oldest_dirty(DB).is_none_or(|o| o >= upto));
                    let mut last = Lgpos::MIN;
                    for w in rig.file.written.lock().iter() {
                        // The oldest first (others may have been written for room before).
                        let oldest = model[w].oldest.unwrap_or(last);
                        assert!(oldest >= last || oldest >= upto);
                        last = oldest;
                    }
                }
                9 if rng.below(8) == 0 => {
                    rig.cache.flush_db(DB).unwrap();
                    assert_eq!(rig.cache.usage().dirty, 0);
                    if rng.below(2) == 0 {
                        rig.cache.detach(DB);
                        assert_eq!(rig.cache.usage().resident, 0);
                        assert!(rig.pages.shared(Pgno(n)).is_err(), "detached");
                        let file = Arc::clone(&rig.file);
                        rig.pages = rig
                            .cache
                            .attach(DB, file, Arc::clone(&rig.log) as _)
                            .unwrap();
                    }
                }
                10 => {
                    rig.cache.set_size(rng.below(12) as u32);
                }
                _ => {
                    let run: Vec<_> = (n..n + rng.below(6) as u32).map(Pgno).collect();
                    rig.pages.prefetch(&run);
                }
            }
            for w in std::mem::take(&mut *rig.file.written.lock()) {
                model.get_mut(&w).unwrap().oldest = None;
            }
            let oldest = model.values().filter_map(|k| k.oldest).min();
            assert_eq!(
                rig.cache.oldest_dirty(DB),
                oldest,
                "seed {seed} step {step}"
            );
            let usage = rig.cache.usage();
            assert!(usage.resident <= max && usage.dirty <= usage.resident);
        }
        rig.cache.flush_db(DB).unwrap();
        for (n, known) in &model {
            assert!(rig.file.pages.lock()[n][OFF_BODY..] == known.body);
        }
    }
}

/// Fills the body so that any mixture of two fillings shows.
fn fill(page: &mut ExclusivePage<'_>, tag: u32) {
    let words = (SIZE.bytes() - OFF_BODY) / 4;
    for i in 0..words {
        page.store_u32(OFF_BODY + 4 * i, tag.wrapping_mul(i as u32 + 1))
            .unwrap();
    }
}

fn check(page: &[u8], n: u32) {
    let tag = u32_of(page, OFF_BODY);
    assert_eq!(tag % 64, n, "another page's bytes");
    for (i, word) in page[OFF_BODY..].chunks_exact(4).enumerate() {
        assert_eq!(u32_of(word, 0), tag.wrapping_mul(i as u32 + 1), "torn");
    }
}

#[test]
fn no_torn_page_under_threads() {
    const PAGES: u32 = 24;
    let rig = rig(10);
    for n in 1..=PAGES {
        rig.create(n);
        let mut page = rig.pages.exclusive(Pgno(n)).unwrap();
        fill(&mut page, n);
        rig.change(&mut page, OFF_LGPOS, &[0; 4]);
    }
    let changes = AtomicU32::new(0);
    let rounds = testkit::rounds(4_000, 100_000);
    let changed: Vec<AtomicU32> = (0..=PAGES).map(|_| AtomicU32::new(0)).collect();
    std::thread::scope(|s| {
        for thread in 0..4 {
            let (rig, changes, changed) = (&rig, &changes, &changed);
            s.spawn(move || {
                let mut rng = SeededRng::new(testkit::first_seed() ^ thread);
                for round in 0..rounds {
                    let n = 1 + rng.below(u64::from(PAGES)) as u32;
                    if rng.below(3) == 0 {
                        let tag = changes.fetch_add(64, Ordering::Relaxed);
                        let mut page = rig.pages.exclusive(Pgno(n)).unwrap();
                        check(&page, n);
                        fill(&mut page, tag / 64 * 64 + n);
                        rig.change(&mut page, OFF_LGPOS, &[0; 4]);
                        changed[n as usize].store(tag / 64 * 64 + n, Ordering::Relaxed);
                        if round % 5 == 0 {
                            check(&page.downgrade().unwrap(), n);
                        }
                    } else {
                        let page = rig.pages.shared(Pgno(n)).unwrap();
                        check(&page, n);
                        let tag = changed[n as usize].load(Ordering::Relaxed);
                        assert!(tag == 0 || u32_of(&page, OFF_BODY) == tag, "a stale copy");
                        if n.is_multiple_of(4) {
                            check(&page.clone(), n);
                        }
                    }
                    if thread == 0 && round % 100 == 0 {
                        let upto = at(rig.generation.load(Ordering::SeqCst) / 2);
                        rig.cache.flush_up_to(upto).unwrap();
                    }
                    assert!(rig.cache.usage().resident <= 10);
                }
            });
        }
    });
    rig.cache.flush_db(DB).unwrap();
    assert_eq!(rig.cache.usage().dirty, 0);
    for (&n, page) in rig.file.pages.lock().iter() {
        check(page, n);
    }
}

#[test]
fn no_room_is_an_error_and_passes() {
    let rig = rig(2);
    (1..=3).for_each(|n| rig.create(n));
    let a = rig.pages.shared(Pgno(1)).unwrap();
    let b = rig.pages.exclusive(Pgno(2)).unwrap();
    let full = rig.pages.shared(Pgno(3)).err().unwrap();
    assert_eq!(full.jet_err(), JetErr::OUT_OF_BUFFERS);
    assert!(rig.pages.try_exclusive(Pgno(1)).unwrap().is_none());
    drop(b);
    assert_eq!(u32_of(&rig.pages.shared(Pgno(3)).unwrap(), OFF_BODY), 3);
    drop(a);
    // Dirty pages that can't be written are as good as latched, and are not lost.
    rig.log.stuck.store(true, Ordering::SeqCst);
    for n in [1, 2] {
        let mut page = rig.pages.exclusive(Pgno(n)).unwrap();
        rig.change(&mut page, OFF_BODY, &[7; 4]);
    }
    let full = rig.pages.shared(Pgno(3)).err().unwrap();
    assert_eq!(full.jet_err(), JetErr::OUT_OF_BUFFERS);
    let stuck = rig.cache.flush_db(DB).unwrap_err();
    assert_eq!(stuck.jet_err(), JetErr::LOG_WRITE_FAIL);
    rig.log.stuck.store(false, Ordering::SeqCst);
    rig.file.broken.store(true, Ordering::SeqCst);
    assert!(matches!(
        rig.cache.flush_db(DB).unwrap_err().kind,
        WriteFaultKind::Io(_)
    ));
    assert!(rig.pages.shared(Pgno(3)).is_err());
    rig.file.broken.store(false, Ordering::SeqCst);
    rig.pages.shared(Pgno(3)).unwrap();
    for n in [1, 2] {
        assert_eq!(rig.pages.shared(Pgno(n)).unwrap()[OFF_BODY..][..4], [7; 4]);
    }
}

#[test]
fn a_scan_leaves_hot_pages() {
    let rig = rig(20);
    (1..=400).for_each(|n| rig.create(n));
    rig.cache.flush_db(DB).unwrap();
    for _ in 0..3 {
        (1..=8).for_each(|n| drop(rig.pages.shared(Pgno(n)).unwrap()));
    }
    let before = rig.file.loads.load(Ordering::SeqCst);
    for n in 100..400 {
        rig.pages.shared(Pgno(n)).unwrap();
        rig.pages.shared(Pgno(1 + n % 8)).unwrap();
    }
    let loads = rig.file.loads.load(Ordering::SeqCst) - before;
    assert!(loads <= 310, "{loads} loads for a scan of 300");
}

#[test]
fn faults_and_unborn_pages_leave_nothing() {
    let rig = rig(4);
    rig.create(2);
    let missing = |n| rig.pages.shared(Pgno(n)).err().unwrap().kind;
    for _ in 0..9 {
        assert!(matches!(missing(1), PageFaultKind::NotInitialized));
        assert!(matches!(missing(u32::MAX), PageFaultKind::BeyondEof));
        assert!(matches!(missing(0), PageFaultKind::BeyondEof));
        drop(rig.pages.new_page(Pgno(9)).unwrap());
    }
    assert_eq!(
        rig.cache.usage(),
        Usage {
            resident: 1,
            dirty: 1
        }
    );
    // Dirt that nobody marked is dirt, but does not hold the checkpoint.
    rig.cache.flush_db(DB).unwrap();
    let mut page = rig.pages.exclusive(Pgno(2)).unwrap();
    page.store(OFF_BODY, &[9]).unwrap();
    drop(page);
    assert_eq!(
        (rig.cache.usage().dirty, rig.cache.oldest_dirty(DB)),
        (1, None)
    );
    rig.cache.flush_up_to(at(u32::MAX >> 2)).unwrap();
    rig.cache.flush_db(DB).unwrap();
    assert_eq!(rig.file.pages.lock()[&2][OFF_BODY], 9);
    // A purge forgets.
    rig.pages
        .exclusive(Pgno(2))
        .unwrap()
        .store(OFF_BODY, &[1])
        .unwrap();
    rig.cache.purge(DB);
    assert_eq!(rig.cache.usage(), Usage::default());
    assert_eq!(rig.pages.shared(Pgno(2)).unwrap()[OFF_BODY], 9);
    let again = rig
        .cache
        .attach(DB, Arc::clone(&rig.file) as _, Arc::new(OpenGate));
    assert_eq!(again.err(), Some(AttachFault::InUse(DB)));
}

#[test]
fn a_range_is_forgotten_and_nothing_else() {
    let rig = rig(10);
    for n in 1..=5 {
        rig.create(n);
    }
    rig.cache.forget(DbNo(DB.0 + 1), Pgno(1)..=Pgno(9));
    assert_eq!(rig.cache.usage().dirty, 5);
    rig.cache.forget(DB, Pgno(2)..=Pgno(3));
    let usage = rig.cache.usage();
    assert_eq!((usage.resident, usage.dirty), (3, 3));
    rig.cache.flush_db(DB).unwrap();
    let mut written = rig.file.written.lock().clone();
    written.sort_unstable();
    assert_eq!(written, [1, 4, 5]);
    assert!(rig.pages.shared(Pgno(2)).is_err(), "it is nowhere");
    assert!(rig.pages.shared(Pgno(4)).is_ok());
}
