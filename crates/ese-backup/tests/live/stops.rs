//! Stops that come from inside of an inner read: nothing is read and nothing handed on after them.

use crate::world::{Aligned, DIR, World, at, copy, jet, params, put};
use ese_backup::external::{END_ABORT, ExternalBackup};
use ese_backup::{INNER_READ, StopHandle};
use ese_core::JetErr;
use ese_core::format::ids::PageSize;
use ese_core::instance::CreateOptions;
use ese_core::io::FileSystem;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What the hook does: sets a stop inside of the n-th read of a file, counts those after it.
#[derive(Default)]
struct Trap {
    armed: Mutex<Option<(PathBuf, StopHandle)>>,
    at: AtomicUsize,
    reads: AtomicUsize,
    /// Bytes of the reads before the one with the stop.
    offset: Mutex<u64>,
}

impl Trap {
    fn set(&self, path: &Path, stop: StopHandle, at: usize) {
        self.at.store(at, Ordering::Relaxed);
        self.reads.store(0, Ordering::Relaxed);
        *self.armed.lock().unwrap() = Some((path.to_path_buf(), stop));
    }

    fn heard(&self, when: When, op: Op<'_>) {
        let armed = self.armed.lock().unwrap();
        let (
            Some((path, stop)),
            Op::Read {
                path: read, offset, ..
            },
        ) = (&*armed, op)
        else {
            return;
        };
        if read != path || when != When::After {
            return;
        }
        let n = self.reads.fetch_add(1, Ordering::Relaxed);
        if n == self.at.load(Ordering::Relaxed) {
            *self.offset.lock().unwrap() = offset;
            stop.stop();
        }
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }
}

fn trapped() -> (World, Arc<Trap>) {
    let trap = Arc::new(Trap::default());
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    let hears = Arc::clone(&trap);
    let fs = HookedFileSystem::new(Arc::new(memory.clone()), move |when, op| {
        hears.heard(when, op);
        Ok(())
    });
    let mut p = params(PageSize::K4);
    p.log_file_kib = Some(1024);
    (World::over(memory, Arc::new(fs), p), trap)
}

/// Reads with a buffer for everything until an error; gives what was handed on, and the error.
fn read(backup: &ExternalBackup, path: &Path) -> (usize, JetErr) {
    let opened = backup.open_file(path).unwrap();
    let mut buf = Aligned::new(opened.bytes as usize);
    let answer = backup.read_file(opened.handle, buf.get());
    (answer.as_ref().copied().unwrap_or(0), jet(&answer))
}

#[test]
fn a_stop_inside_of_one_read_is_the_last_read() {
    let (world, trap) = trapped();
    let db = world.create("a.edb");
    world.fill(&db, 1..3_000, 700);
    world.instance.checkpoint().unwrap();
    let backup = ExternalBackup::new(&world.instance);
    let bytes = world.memory.get(&at("a.edb")).unwrap().len();
    let all = bytes.div_ceil(INNER_READ);
    assert!(all >= 8, "{all} reads");
    for (name, nth) in [("first", 0), ("middle", all / 2), ("last", all - 1)] {
        backup.begin(0).unwrap();
        trap.set(&at("a.edb"), backup.stop_handle(), nth);
        let (handed_on, answer) = read(&backup, &at("a.edb"));
        assert_eq!(answer, JetErr::BACKUP_ABORT_BY_SERVER, "{name}");
        assert_eq!(handed_on, 0, "{name}: of a call that fails no byte counts");
        assert_eq!(trap.reads(), nth + 1, "{name}: a read after the stop");
        // The handle stays open, and is of no use.
        assert_eq!(jet(&backup.log_info()), JetErr::BACKUP_ABORT_BY_SERVER);
        backup.end2(END_ABORT).unwrap();
        assert_eq!(trap.reads(), nth + 1, "{name}: the end reads nothing");
    }
    // The same of a log.
    let log = world.instance.log().unwrap().archived_path(1);
    let logs = 1024 * 1024 / INNER_READ;
    for (name, nth) in [("first", 1), ("middle", 1 + logs / 2), ("last", logs)] {
        backup.begin(0).unwrap();
        copy(&backup, &at("a.edb")).unwrap();
        backup.log_info().unwrap();
        // Its open reads once.
        trap.set(&log, backup.stop_handle(), nth);
        let (handed_on, answer) = read(&backup, &log);
        assert_eq!(
            (handed_on, answer),
            (0, JetErr::BACKUP_ABORT_BY_SERVER),
            "{name}"
        );
        assert_eq!(trap.reads(), nth + 1, "{name}: a read after the stop");
        backup.end2(END_ABORT).unwrap();
    }
}

#[test]
fn a_stop_during_the_retries_ends_them() {
    // Half a minute of waits, were the stop not heard; the clock of this world does not wait.
    let (world, trap) = trapped();
    let db = world.create("a.edb");
    world.fill(&db, 1..50, 100);
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    copy(&backup, &at("a.edb")).unwrap();
    let log = backup.log_info().unwrap().files[0].clone();
    let mut bytes = world.memory.get(&log).unwrap();
    bytes[2 * 4096 + 50] ^= 1;
    bytes[2 * 4096 + 90] ^= 1;
    world.memory.put(&log, bytes);
    trap.set(&log, backup.stop_handle(), 7);
    assert_eq!(read(&backup, &log).1, JetErr::BACKUP_ABORT_BY_SERVER);
    assert_eq!(trap.reads(), 8);
    assert!(backup.is_running(), "a stop is no damage");
    backup.end2(END_ABORT).unwrap();
}

/// Time that the hook adds to each inner read.
const SLOW: Duration = Duration::from_micros(400);

#[test]
fn a_call_with_a_large_buffer_returns_soon_after_a_stop() {
    const BUFFER: usize = 64 * 1024 * 1024;
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    let fs = HookedFileSystem::new(Arc::new(memory.clone()), |when, op| {
        if when == When::Before && matches!(op, Op::Read { len, .. } if len == INNER_READ) {
            std::thread::sleep(SLOW);
        }
        Ok(())
    });
    let world = World::over(memory, Arc::new(fs), params(PageSize::K32));
    let options = CreateOptions {
        pages: Some((BUFFER / PageSize::K32.bytes()) as u32 + 8),
        ..CreateOptions::default()
    };
    let db = world.instance.create(at("a.edb"), &options).unwrap();
    let backup = ExternalBackup::new(&world.instance);
    let mut buf = Aligned::new(BUFFER);
    let mut whole = Duration::ZERO;
    let mut late = Vec::new();
    for round in 0..80 {
        backup.begin(0).unwrap();
        let opened = backup.open_file(&at("a.edb")).unwrap();
        assert!(opened.bytes > BUFFER as u64);
        if round < 2 {
            // The first one also pays for the buffer's memory.
            let start = Instant::now();
            backup.read_file(opened.handle, buf.get()).unwrap();
            whole = start.elapsed();
        } else {
            let stop = backup.stop_handle();
            let wait = whole * (round % 3 + 1) / 8;
            let stopper = std::thread::spawn(move || {
                std::thread::sleep(wait);
                let at = Instant::now();
                stop.stop();
                at
            });
            let answer = backup.read_file(opened.handle, buf.get());
            let returned = Instant::now();
            let stopped = stopper.join().unwrap();
            // On a busy machine the stop may come after the end.
            if answer.is_err() {
                assert_eq!(jet(&answer), JetErr::BACKUP_ABORT_BY_SERVER);
                late.push(returned.saturating_duration_since(stopped));
            }
        }
        backup.end2(END_ABORT).unwrap();
        if late.len() == 20 {
            break;
        }
    }
    assert_eq!(late.len(), 20, "no stop came in time");
    late.sort();
    let median = late[late.len() / 2];
    assert!(
        median < whole / 8,
        "a read of {whole:?} returned {median:?} after the stop"
    );
    drop(db);
}

#[test]
fn stops_from_many_threads_race_with_everything() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..400, 300);
    let backup = ExternalBackup::new(&world.instance);
    let done = std::sync::atomic::AtomicBool::new(false);
    let mut stopped = 0;
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    backup.stop();
                    std::thread::sleep(Duration::from_micros(300));
                }
            });
        }
        for round in 0..60 {
            backup.begin(0).unwrap();
            let copied = copy(&backup, &at("a.edb"));
            let ended = backup.end();
            for answer in [jet(&copied), jet(&ended)] {
                assert!(
                    [JetErr(0), JetErr::BACKUP_ABORT_BY_SERVER].contains(&answer),
                    "{answer:?}"
                );
            }
            if copied.is_err() {
                assert!(ended.is_err(), "round {round}: stopped, and ended well");
                stopped += 1;
            }
            assert!(!backup.is_running());
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(stopped > 0);
    // Afterwards everything is as ever.
    let session = world.instance.session().unwrap();
    put(&session, &db, 9_999, b"x");
    backup.begin(0).unwrap();
    copy(&backup, &at("a.edb")).unwrap();
    backup.end().unwrap();
}

#[test]
fn an_end_waits_for_no_more_than_a_page_of_a_read_under_way() {
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    let fs = HookedFileSystem::new(Arc::new(memory.clone()), |when, op| {
        if when == When::Before && matches!(op, Op::Read { len, .. } if len == INNER_READ) {
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    });
    let world = World::over(memory, Arc::new(fs), params(PageSize::K32));
    let options = CreateOptions {
        pages: Some(1024),
        ..CreateOptions::default()
    };
    let db = world.instance.create(at("a.edb"), &options).unwrap();
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    let opened = backup.open_file(&at("a.edb")).unwrap();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut buf = Aligned::new(opened.bytes as usize);
            jet(&backup.read_file(opened.handle, buf.get()))
        });
        std::thread::sleep(Duration::from_millis(20));
        backup.stop();
        assert_eq!(jet(&backup.end()), JetErr::BACKUP_ABORT_BY_SERVER);
        let answer = reading.join().unwrap();
        assert_eq!(answer, JetErr::BACKUP_ABORT_BY_SERVER);
    });
    drop(db);
}
