//! Stopping, without a clock: the flag is set from inside a read, a sink or an observer, and nothing
//! happens after that.
#![forbid(unsafe_code)]

mod common;

use common::{database, inner_reads, log, segment, with_file};
use ese_backup::{
    Control, INNER_READ, Retry, StopFlag, StreamError, VerifiedFile, VerifiedReader, stream,
};
use ese_core::HasJetErr as _;
use ese_core::JetErr;
use ese_core::format::ids::PageSize;
use ese_core::io::clock::{Clock as _, ManualClock};
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Counts what reaches it.
#[derive(Default)]
struct Counting {
    calls: usize,
    bytes: usize,
}

impl Write for Counting {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.calls += 1;
        self.bytes += buf.len();
        Ok(buf.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A file system that stops `stop` inside the n-th read from 0 on, counted by `reads`.
fn stopping(
    memory: &MemoryFileSystem,
    stop: &StopFlag,
    nth: Arc<AtomicUsize>,
    when: When,
) -> (HookedFileSystem, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let (seen, handle) = (reads.clone(), stop.handle());
    let fs = HookedFileSystem::new(Arc::new(memory.clone()), move |at, op| {
        if let Op::Read { .. } = op {
            let n = match at {
                When::Before => seen.fetch_add(1, Ordering::Relaxed),
                When::After => seen.load(Ordering::Relaxed) - 1,
            };
            if at == when && n == nth.load(Ordering::Relaxed) {
                handle.stop();
            }
        }
        Ok(())
    });
    (fs, reads)
}

fn whole_files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("small pages", database(PageSize::K4, 400, 1)),
        ("large pages", database(PageSize::K32, 60, 2)),
        ("one block", database(PageSize::K8, 10, 3)),
        ("log", log(7, 400, 300, 4)),
    ]
}

#[test]
fn a_stop_inside_a_read_is_the_last_thing_that_happens() {
    for (name, bytes) in whole_files() {
        let reads_of_all = inner_reads(bytes.len());
        let memory = with_file("f", bytes);
        for k in [0, 1, reads_of_all / 2, reads_of_all - 1] {
            for when in [When::Before, When::After] {
                let k = k.min(reads_of_all - 1);
                let stop = StopFlag::new();
                let nth = Arc::new(AtomicUsize::new(usize::MAX));
                let (fs, reads) = stopping(&memory, &stop, nth.clone(), when);
                let file = VerifiedFile::open(&fs, Path::new("f")).unwrap();
                let before = reads.load(Ordering::Relaxed);
                nth.store(before + k, Ordering::Relaxed);
                let mut sink = Counting::default();
                let e = stream(&file, &mut Control::new(stop.handle()), &mut sink).unwrap_err();
                assert!(e.is_stopped(), "{name}, read {k}: {e}");
                assert_eq!(e.jet_err(), JetErr::BACKUP_ABORT_BY_SERVER);
                // No further read, and only what was handed on before the stop.
                assert_eq!(
                    reads.load(Ordering::Relaxed) - before,
                    k + 1,
                    "{name}, read {k}"
                );
                assert_eq!(sink.bytes, k * INNER_READ, "{name}, read {k}");
                assert!(
                    matches!(e, StreamError::Stopped { done, .. } if done as usize == sink.bytes)
                );
            }
        }
    }
}

#[test]
fn a_stop_inside_one_large_call_ends_it_within_a_read() {
    for (name, bytes) in whole_files() {
        let reads_of_all = inner_reads(bytes.len());
        let memory = with_file("f", bytes.clone());
        for k in [0, reads_of_all / 2, reads_of_all - 1] {
            let stop = StopFlag::new();
            let nth = Arc::new(AtomicUsize::new(usize::MAX));
            let (fs, reads) = stopping(&memory, &stop, nth.clone(), When::Before);
            let file = VerifiedFile::open(&fs, Path::new("f")).unwrap();
            let before = reads.load(Ordering::Relaxed);
            nth.store(before + k, Ordering::Relaxed);
            let mut reader = VerifiedReader::new(&file);
            let mut buf = vec![0; 64 << 20];
            let e = reader
                .read(&mut Control::new(stop.handle()), &mut buf)
                .unwrap_err();
            assert!(e.is_stopped(), "{name}: {e}");
            assert_eq!(reads.load(Ordering::Relaxed) - before, k + 1, "{name}");
            let good = reader.position() as usize;
            assert_eq!(good, k * INNER_READ);
            assert_eq!(buf[..good], bytes[..good]);
            // Sticky: the next call does nothing either.
            assert!(
                reader
                    .read(&mut Control::new(stop.handle()), &mut buf)
                    .unwrap_err()
                    .is_stopped()
            );
            assert_eq!(reads.load(Ordering::Relaxed) - before, k + 1);
        }
    }
}

#[test]
fn a_stop_between_two_pages_of_a_block() {
    // Page 5 is damaged on the first read only; the stop comes inside its second read. Page 9 of
    // the same block stays damaged: were it looked at, the error would be another one.
    let good = database(PageSize::K4, 40, 5);
    let mut bytes = good.clone();
    let at = |pgno: usize| (pgno + 1) * 4096 + 1000;
    bytes[at(5)..at(5) + 8].fill(0);
    bytes[at(9)..at(9) + 8].fill(0);
    let memory = with_file("f", bytes);
    for stops in [false, true] {
        let stop = StopFlag::new();
        let (handle, inside, mended) = (stop.handle(), memory.clone(), good.clone());
        let fs = HookedFileSystem::new(Arc::new(memory.clone()), move |when, op| {
            if let (When::Before, Op::Read { offset, len, .. }) = (when, op)
                && (offset, len) == (6 * 4096, 4096)
            {
                use ese_core::io::{FileSystem as _, OpenMode};
                let f = inside.open(Path::new("f"), OpenMode::ReadWrite)?;
                f.write_all_at(&mended[6 * 4096..7 * 4096], 6 * 4096)?;
                if stops {
                    handle.stop();
                }
            }
            Ok(())
        });
        let file = VerifiedFile::open(&fs, Path::new("f")).unwrap();
        let e = stream(
            &file,
            &mut Control::new(stop.handle()),
            &mut std::io::sink(),
        )
        .unwrap_err();
        assert_eq!(e.is_stopped(), stops, "{e}");
        if !stops {
            assert!(e.to_string().starts_with("page 9 "), "{e}");
        }
        // Damage it again for the second round.
        let mut again = memory.get(Path::new("f")).unwrap();
        again[at(5)..at(5) + 8].fill(0);
        memory.put(Path::new("f"), again);
    }
}

#[test]
fn a_stop_from_the_observer_or_the_sink() {
    struct Stopper(StopFlag, usize);
    impl Write for Stopper {
        fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
            self.1 += 1;
            self.0.stop();
            Ok(buf.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let memory = with_file("f", database(PageSize::K8, 200, 6));
    let file = VerifiedFile::open(&memory, Path::new("f")).unwrap();

    let stop = StopFlag::new();
    let handle = stop.handle();
    let mut sink = Stopper(stop, 0);
    let e = stream(&file, &mut Control::new(handle), &mut sink).unwrap_err();
    assert!(matches!(e, StreamError::Stopped { done, .. } if done as usize == INNER_READ));
    assert_eq!(sink.1, 1);

    let stop = StopFlag::new();
    let (handle, seen) = (stop.handle(), AtomicUsize::new(0));
    let mut control = Control::new(stop.handle()).observed(|p| {
        assert_eq!(p.total, file.len());
        assert_eq!((p.all_done, p.all_total), (p.done, p.total));
        seen.fetch_add(1, Ordering::Relaxed);
        handle.stop();
    });
    let mut sink = Counting::default();
    assert!(
        stream(&file, &mut control, &mut sink)
            .unwrap_err()
            .is_stopped()
    );
    assert_eq!((sink.calls, seen.load(Ordering::Relaxed)), (1, 1));
}

#[test]
fn stopped_before_it_began() {
    let memory = with_file("f", database(PageSize::K8, 20, 7));
    let mut stop = StopFlag::new();
    stop.stop();
    let reads = Arc::new(AtomicUsize::new(usize::MAX));
    let (fs, seen) = stopping(&memory, &stop, reads, When::Before);
    let file = VerifiedFile::open(&fs, Path::new("f")).unwrap();
    let before = seen.load(Ordering::Relaxed);
    let mut sink = Counting::default();
    assert!(
        stream(&file, &mut Control::new(stop.handle()), &mut sink)
            .unwrap_err()
            .is_stopped()
    );
    assert_eq!((seen.load(Ordering::Relaxed), sink.calls), (before, 0));
    // The owner takes the stop back: the next stream goes through.
    stop.reset();
    let report = stream(&file, &mut Control::new(stop.handle()), &mut sink).unwrap();
    assert_eq!(report.bytes, file.len());
}

#[test]
fn the_throttle_waits_between_the_reads_and_a_stop_ends_it() {
    let bytes = database(PageSize::K8, 126, 8);
    assert_eq!(bytes.len(), 4 * INNER_READ);
    let memory = with_file("f", bytes);
    let file = VerifiedFile::open(&memory, Path::new("f")).unwrap();
    let rate = NonZeroU64::new(INNER_READ as u64).unwrap();

    // One inner read a second: three waits between four reads.
    let clock = Arc::new(ManualClock::new(0));
    let stop = StopFlag::new();
    let mut control = Control::new(stop.handle())
        .throttled(rate)
        .with_clock(clock.clone());
    let report = stream(&file, &mut control, &mut std::io::sink()).unwrap();
    assert_eq!(clock.now_monotonic(), Duration::from_secs(3));
    assert_eq!(report.elapsed, Duration::from_secs(3));

    // On the real clock the sleep between the first two reads would take 73 hours.
    let stop = StopFlag::new();
    let handle = stop.handle();
    let (tx, rx) = std::sync::mpsc::channel();
    std::thread::scope(|s| {
        s.spawn(move || {
            rx.recv().unwrap();
            handle.stop();
        });
        let mut control = Control::new(stop.handle())
            .throttled(NonZeroU64::MIN)
            .observed(move |_| tx.send(()).unwrap());
        let e = stream(&file, &mut control, &mut std::io::sink()).unwrap_err();
        assert!(matches!(e, StreamError::Stopped { done, .. } if done as usize == INNER_READ));
    });
}

#[test]
fn a_stop_ends_the_wait_before_a_retry() {
    let mut bytes = log(3, 20, 10, 9);
    bytes[5 * 4096 + 100..5 * 4096 + 110].fill(0xFF);
    let memory = with_file("f", bytes);
    let file = VerifiedFile::open(&memory, Path::new("f")).unwrap();
    let stop = StopFlag::new();
    // All waits together: 13.6 seconds, on a clock that stands still until somebody waits.
    let clock = Arc::new(ManualClock::new(0));
    let mut control = Control::new(stop.handle())
        .retrying(Retry::LIVE)
        .with_clock(clock.clone());
    let e = stream(&file, &mut control, &mut std::io::sink()).unwrap_err();
    assert!(matches!(e, StreamError::Damaged { .. }));
    assert_eq!(clock.now_monotonic(), Duration::from_millis(13_600));

    let hour = Retry {
        times: 1,
        step: Duration::from_secs(3_600),
    };
    let handle = stop.handle();
    std::thread::scope(|s| {
        s.spawn(move || handle.stop());
        let mut control = Control::new(stop.handle()).retrying(hour);
        assert!(
            stream(&file, &mut control, &mut std::io::sink())
                .unwrap_err()
                .is_stopped()
        );
    });
}

#[test]
fn a_torn_segment_is_followed_by_its_shadow_across_blocks() {
    // Segment 63 is the last of the first inner read; its shadow lies in the second.
    let mut bytes = log(9, 200, 63, 10);
    bytes.splice(64 * 4096..65 * 4096, segment(9, 63, 10));
    bytes[63 * 4096 + 2048..64 * 4096].fill(0xEE);
    let memory = with_file("f", bytes);
    let file = VerifiedFile::open(&memory, Path::new("f")).unwrap();
    let stop = StopFlag::new();
    let report = stream(
        &file,
        &mut Control::new(stop.handle()),
        &mut std::io::sink(),
    )
    .unwrap();
    assert_eq!(report.counts.torn, 1);
    assert_eq!(report.counts.leftovers, 1);
}

#[test]
fn a_stop_while_the_last_segment_of_a_block_is_judged() {
    // Its shadow is read from the next block, and the stop comes inside that read: the block is
    // verified then, and still does not go out.
    let mut bytes = log(9, 200, 63, 10);
    bytes.splice(64 * 4096..65 * 4096, segment(9, 63, 10));
    bytes[63 * 4096 + 2048..64 * 4096].fill(0xEE);
    let memory = with_file("f", bytes);
    let stop = StopFlag::new();
    let (fs, reads) = {
        let (handle, reads) = (stop.handle(), Arc::new(AtomicUsize::new(0)));
        let seen = reads.clone();
        let fs = HookedFileSystem::new(Arc::new(memory), move |when, op| {
            if let (When::Before, Op::Read { offset, .. }) = (when, op) {
                seen.fetch_add(1, Ordering::Relaxed);
                if offset == 64 * 4096 {
                    handle.stop();
                }
            }
            Ok(())
        });
        (fs, reads)
    };
    let file = VerifiedFile::open(&fs, Path::new("f")).unwrap();
    let before = reads.load(Ordering::Relaxed);
    let mut sink = Counting::default();
    let e = stream(&file, &mut Control::new(stop.handle()), &mut sink).unwrap_err();
    assert!(matches!(e, StreamError::Stopped { done: 0, .. }), "{e}");
    assert_eq!((sink.calls, reads.load(Ordering::Relaxed) - before), (0, 2));
}
