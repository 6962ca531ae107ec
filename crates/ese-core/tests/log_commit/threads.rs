//! Many threads commit at once: fewer syncs than commits, and no image of the disk, taken at any
//! moment, lacks a commit that was acknowledged before it.
#![forbid(unsafe_code)]

use crate::log_writer_support::{parse, read_all};
use crate::script::{DIR, disk};
use ese_core::format::ids::Lgpos;
use ese_core::format::log_fields::Field;
use ese_core::format::log_record::{LogRecord, LrTyp};
use ese_core::io::FileSystem;
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::faulty::{CrashKind, FaultyFileSystem};
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::log::{DurableWatch, LogAppend, LogConfig, LogWriter};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Acknowledged = Mutex<BTreeMap<Lgpos, u32>>;

fn env(fs: Arc<dyn FileSystem>) -> Env {
    Env::new(fs, Arc::new(RealClock::new()), Box::new(SeededRng::new(3)))
}

fn begin(env: &Env, dir: &Path, segments: u16) -> LogWriter {
    let mut config = LogConfig::new(dir.to_path_buf(), "edb");
    config.file_segments = segments;
    let params = Field::get(&[0; 567], 0);
    LogWriter::begin_new(env, &config, params, dir).unwrap()
}

/// A record that says `n`.
fn bytes_of(n: u32) -> Vec<u8> {
    let mut b = vec![LrTyp::Begin0.number()];
    b.extend(n.to_le_bytes());
    b.extend([0; 3]);
    b
}

/// Ends who attends to a log, also when a test fails.
struct Stop<'a>(&'a AtomicBool, &'a LogWriter);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.ring();
    }
}

/// Commits from `threads` threads, each `each` times; some lazily. Somebody tends the log.
fn commit_all(writer: &LogWriter, threads: u32, each: u32, acknowledged: &Acknowledged) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|s| {
        s.spawn(|| writer.attend(&stop));
        let _stop = Stop(&stop, writer);
        let workers: Vec<_> = (0..threads)
            .map(|t| {
                s.spawn(move || {
                    for n in 0..each {
                        let number = t * each + n;
                        let at = writer.append(&parse(&bytes_of(number))).unwrap();
                        if n % 16 == 7 {
                            writer.commit_lazily(at, Some(Duration::from_millis(1)));
                            continue;
                        }
                        let durable = writer.wait_durable(at).unwrap();
                        assert!(at < durable);
                        acknowledged.lock().unwrap().insert(at, number);
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
    });
}

/// What the folder holds: positions and numbers, in order.
fn read_back(fs: &dyn FileSystem, dir: &Path) -> BTreeMap<Lgpos, u32> {
    let all = read_all(fs, dir).unwrap();
    let mut out = BTreeMap::new();
    let mut last = Lgpos::MIN;
    for (at, b) in all.into_iter().flat_map(|g| g.records) {
        assert!(last < at || last == Lgpos::MIN, "the order is kept");
        last = at;
        if b[0] == LrTyp::Begin0.number() {
            out.insert(at, u32::from_le_bytes([b[1], b[2], b[3], b[4]]));
        }
    }
    out
}

fn contains(have: &BTreeMap<Lgpos, u32>, want: &BTreeMap<Lgpos, u32>) {
    for (at, number) in want {
        assert_eq!(have.get(at), Some(number), "the commit at {at} is lost");
    }
}

#[test]
fn on_memory_every_commit_is_there() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let writer = begin(&env(Arc::new(fs.clone())), Path::new(DIR), 60);
    let acknowledged = Acknowledged::default();
    commit_all(&writer, 32, 100, &acknowledged);
    writer.wait_all().unwrap();
    let have = read_back(&fs, Path::new(DIR));
    contains(&have, &acknowledged.lock().unwrap());
    assert_eq!(have.len(), 3200, "the lazy ones too");
}

#[test]
fn on_a_real_disk_commits_share_syncs() {
    let dir = tempfile::tempdir().unwrap();
    let syncs = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&syncs);
    let fs = HookedFileSystem::new(Arc::new(RealFileSystem), move |when, op| {
        if when == When::Before && matches!(op, Op::Sync(_)) {
            counter.fetch_add(1, Ordering::AcqRel);
            // A slow disk, so that a group comes together.
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    });
    let env = env(Arc::new(fs));
    let writer = begin(&env, dir.path(), 120);
    let acknowledged = Acknowledged::default();
    let before = syncs.load(Ordering::Acquire);
    commit_all(&writer, 16, 40, &acknowledged);
    let used = syncs.load(Ordering::Acquire) - before;
    let commits = acknowledged.lock().unwrap().len() as u64;
    assert_eq!(commits, 16 * 37, "the others are lazy");
    assert!(used * 2 < commits, "{used} syncs for {commits} commits");
    writer.end().unwrap();
    let have = read_back(&*env.fs, dir.path());
    contains(&have, &acknowledged.lock().unwrap());
    assert_eq!(have.len(), 640);
}

#[test]
fn no_image_lacks_what_was_acknowledged_before_it() {
    let inner: FaultyFileSystem = disk();
    let acknowledged = Arc::new(Acknowledged::default());
    let images = Arc::new(Mutex::new(Vec::new()));
    let calls = Arc::new(AtomicU64::new(0));
    let fs = {
        let (inner, acknowledged) = (inner.clone(), Arc::clone(&acknowledged));
        let images = Arc::clone(&images);
        HookedFileSystem::new(Arc::new(inner.clone()), move |when, op| {
            let n = calls.fetch_add(1, Ordering::AcqRel);
            let interesting = !matches!(op, Op::Read { .. });
            if interesting && n % 5 == u64::from(when == When::After) {
                // First what is known, then the disk.
                let known = acknowledged.lock().unwrap().clone();
                let kind = if n.is_multiple_of(2) {
                    CrashKind::PowerCut
                } else {
                    CrashKind::ProcessCrash
                };
                let image = inner.image(kind, n);
                images.lock().unwrap().push((known, image));
            }
            std::thread::yield_now();
            Ok(())
        })
    };
    let writer = begin(&env(Arc::new(fs)), Path::new(DIR), 12);
    commit_all(&writer, 8, 60, &acknowledged);
    let images = std::mem::take(&mut *images.lock().unwrap());
    assert!(images.len() > 50, "{}", images.len());
    let mut richest = 0;
    for (known, image) in images {
        if known.is_empty() {
            continue;
        }
        contains(&read_back(&image, Path::new(DIR)), &known);
        richest = richest.max(known.len());
    }
    assert!(richest > 200, "{richest}");
}

/// Holds what it hears against what it heard before.
#[derive(Default)]
struct Heard(Mutex<Lgpos>);

impl DurableWatch for Heard {
    fn durable(&self, upto: Lgpos) {
        let mut last = self.0.lock().unwrap();
        assert!(*last <= upto, "{} after {}", upto, *last);
        *last = upto;
    }
}

#[test]
fn who_watches_hears_before_who_waits() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let writer = begin(&env(Arc::new(fs)), Path::new(DIR), 30);
    let heard = Arc::new(Heard::default());
    writer.set_durable_watch(Arc::clone(&heard) as _);
    std::thread::scope(|s| {
        for t in 0..8 {
            let (writer, heard) = (&writer, &heard);
            s.spawn(move || {
                for n in 0..100 {
                    let at = writer.append(&parse(&bytes_of(t * 100 + n))).unwrap();
                    writer.wait_durable(at).unwrap();
                    assert!(at < *heard.0.lock().unwrap());
                }
            });
        }
    });
}

#[test]
fn numbers_stand_in_the_log_in_their_order() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let writer = begin(&env(Arc::new(fs.clone())), Path::new(DIR), 9);
    let next = AtomicU64::new(0);
    std::thread::scope(|s| {
        for _ in 0..8 {
            s.spawn(|| {
                for n in 0..500 {
                    let at = writer
                        .append_with(|| {
                            let number = next.fetch_add(1, Ordering::Relaxed) as u32;
                            LogRecord::parse(&BYTES[number as usize % BYTES.len()])
                                .unwrap()
                                .0
                        })
                        .unwrap();
                    if n % 50 == 0 {
                        writer.wait_durable(at).unwrap();
                    }
                }
            });
        }
    });
    writer.end().unwrap();
    let have: Vec<u32> = read_back(&fs, Path::new(DIR)).into_values().collect();
    let want: Vec<u32> = (0..4000).map(|n| n % BYTES.len() as u32).collect();
    assert!(have == want);
}

/// Ready-made records that say 0 to 96.
static BYTES: std::sync::LazyLock<Vec<Vec<u8>>> =
    std::sync::LazyLock::new(|| (0..97).map(bytes_of).collect());

#[test]
fn a_lazy_commit_is_durable_in_its_time_without_anybody_waiting() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let writer = begin(&env(Arc::new(fs)), Path::new(DIR), 30);
    let stop = AtomicBool::new(false);
    std::thread::scope(|s| {
        s.spawn(|| writer.attend(&stop));
        let _stop = Stop(&stop, &writer);
        let at = writer.append(&parse(&bytes_of(1))).unwrap();
        // Forty times the promise: the machine may be busy.
        writer.commit_lazily(at, Some(Duration::from_millis(50)));
        let clock = RealClock::new();
        use ese_core::io::clock::Clock as _;
        while writer.durable() <= at {
            assert!(clock.now_monotonic() < Duration::from_secs(2), "forgotten");
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}
