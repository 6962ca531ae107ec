//! The checkpoint against a host that is only data.
#![forbid(unsafe_code)]

use super::*;
use crate::format::log_record::{LogRecord, ShutDownMark};
use crate::io::clock::ManualClock;
use crate::io::faulty::{Fault, FaultyFileSystem, OpKind, Pick, Plan};
use crate::io::rng::SeededRng;
use crate::log::{LogAppend, LogConfig};

const DIR: &str = "/logs";
const FILE: &str = "/logs/edb.chk";
const SEGMENTS: u16 = 8;

/// Answers as told; notes what is asked of it.
#[derive(Default)]
struct Host {
    transaction: Mutex<Option<Lgpos>>,
    dirty: Mutex<Option<Lgpos>>,
    map: Mutex<Option<i32>>,
    settled: Mutex<Vec<(i32, i32)>>,
    flushed: Mutex<Vec<Lgpos>>,
    refuses: AtomicBool,
    /// Called when the transactions are asked for.
    asked: Mutex<Option<Box<dyn FnMut() + Send>>>,
    fs: Mutex<Option<FaultyFileSystem>>,
}

impl CheckpointHost for Host {
    fn oldest_transaction(&self) -> Option<Lgpos> {
        let answer = *self.transaction.lock();
        if let Some(asked) = &mut *self.asked.lock() {
            asked();
        }
        answer
    }

    fn oldest_dirty(&self) -> Option<Lgpos> {
        *self.dirty.lock()
    }

    fn flush_map_generation(&self) -> Option<i32> {
        *self.map.lock()
    }

    fn settle(&self, min_required: i32, min_consistent: i32) -> Result<(), JetErr> {
        if self.refuses.load(Ordering::Acquire) {
            return Err(JetErr::DISK_IO);
        }
        if let Some(fs) = &*self.fs.lock() {
            let file = checkpoint_file::read(fs, Path::new(FILE)).unwrap().unwrap();
            let at = file.checkpoint.lgpos_checkpoint();
            assert!(at.generation <= min_required, "the header comes first");
        }
        self.settled.lock().push((min_required, min_consistent));
        Ok(())
    }

    fn flush_up_to(&self, upto: Lgpos) -> Result<(), JetErr> {
        self.flushed.lock().push(upto);
        let mut dirty = self.dirty.lock();
        *dirty = dirty.filter(|&d| d >= upto);
        Ok(())
    }

    fn describe(&self, _: &mut Checkpoint) {}
}

struct World {
    fs: FaultyFileSystem,
    writer: Arc<LogWriter>,
    host: Arc<Host>,
    checkpointer: Checkpointer,
}

fn world(circular: bool) -> World {
    let fs = FaultyFileSystem::default();
    fs.put_dir(DIR);
    let env = Env::new(
        Arc::new(fs.clone()),
        Arc::new(ManualClock::new(1_700_000_000_000)),
        Box::new(SeededRng::new(1)),
    );
    let mut config = LogConfig::new(PathBuf::from(DIR), "edb");
    config.file_segments = SEGMENTS;
    config.circular = circular;
    let params = crate::format::log_fields::Field::get(&[0; 567], 0);
    let writer = LogWriter::begin_new(&env, &config, params, Path::new(DIR)).unwrap();
    let writer = Arc::new(writer);
    let host = Arc::new(Host::default());
    let known = checkpoint_file::read(&fs, Path::new(FILE))
        .unwrap()
        .unwrap();
    *host.fs.lock() = Some(fs.clone());
    let checkpointer = Checkpointer::new(
        &env,
        Arc::clone(&writer),
        Arc::clone(&host) as _,
        Path::new(FILE),
        &known.checkpoint,
    );
    World {
        fs,
        writer,
        host,
        checkpointer,
    }
}

impl World {
    /// A durable record more.
    fn log(&self) -> Lgpos {
        let record = LogRecord::ShutDownMark(ShutDownMark {});
        let at = self.writer.append(&record).unwrap();
        self.writer.wait_durable(at).unwrap();
        at
    }

    fn on_disk(&self) -> (Lgpos, Lgpos) {
        let file = checkpoint_file::read(&self.fs, Path::new(FILE));
        let c = file.unwrap().unwrap().checkpoint;
        (c.lgpos_checkpoint(), c.lgpos_db_consistency())
    }
}

#[test]
fn it_is_the_lowest_of_all_and_never_goes_back() {
    let w = world(false);
    let p: Vec<_> = (0..20).map(|_| w.log()).collect();
    let tip = w.writer.durable();
    let to = |w: &World| w.checkpointer.advance(When::Moved).unwrap();
    *w.host.transaction.lock() = Some(p[5]);
    *w.host.dirty.lock() = Some(p[3]);
    assert_eq!(to(&w), Advanced::To(p[3]));
    *w.host.dirty.lock() = Some(p[9]);
    assert_eq!(to(&w), Advanced::To(p[5]));
    *w.host.transaction.lock() = None;
    assert_eq!(to(&w), Advanced::To(p[9]));
    *w.host.dirty.lock() = Some(p[2]);
    assert_eq!(to(&w), Advanced::NotDue);
    assert_eq!(w.checkpointer.position(), p[9]);
    *w.host.dirty.lock() = None;
    // The flush map holds back one of the two only.
    let generation = tip.generation - 1;
    *w.host.map.lock() = Some(generation);
    let map = Lgpos::new(generation, 1, 0);
    assert!(map > p[9], "the test needs more generations");
    assert_eq!(to(&w), Advanced::To(map));
    assert_eq!(w.on_disk(), (map, tip));
    *w.host.map.lock() = None;
    assert_eq!(to(&w), Advanced::To(tip));
    let settled = w.host.settled.lock();
    assert!(settled.is_sorted(), "{settled:?}");
}

#[test]
fn what_moves_from_the_transactions_to_the_pages_is_seen() {
    // While the checkpoint asks, a transaction ends: its page is dirty by then.
    let w = world(false);
    let begin = w.log();
    for _ in 0..10 {
        w.log();
    }
    *w.host.transaction.lock() = Some(begin);
    let host = Arc::clone(&w.host);
    *w.host.asked.lock() = Some(Box::new(move || {
        *host.dirty.lock() = Some(begin);
        *host.transaction.lock() = None;
    }));
    for _ in 0..2 {
        match w.checkpointer.advance(When::Moved).unwrap() {
            Advanced::To(at) => assert!(at <= begin),
            Advanced::NotDue => {}
            Advanced::Held => unreachable!(),
        }
    }
    // What is logged after the first look does not count either.
    let w = world(false);
    w.log();
    let tip = w.writer.durable();
    let writer = Arc::clone(&w.writer);
    *w.host.asked.lock() = Some(Box::new(move || {
        let record = LogRecord::ShutDownMark(ShutDownMark {});
        let at = writer.append(&record).unwrap();
        writer.wait_durable(at).unwrap();
    }));
    let advanced = w.checkpointer.advance(When::Moved).unwrap();
    assert_eq!(advanced, Advanced::To(tip));
}

/// A transaction that is over for everybody, but whose commit is only in memory (JET_bitCommitLazyFlush): a crash
/// loses the commit, and what was done has to be undone. It begins before the checkpoint that is looked for.
#[test]
fn a_commit_that_could_be_lost_is_made_durable_first() {
    let w = world(false);
    for _ in 0..10 {
        w.log();
    }
    let tip = w.writer.durable();
    let record = LogRecord::ShutDownMark(ShutDownMark {});
    let commit = w.writer.append(&record).unwrap();
    assert!(commit >= tip && w.writer.durable() == tip);
    // Nobody has a transaction open, and no page is dirty.
    let advanced = w.checkpointer.advance(When::Moved).unwrap();
    assert_eq!(advanced, Advanced::To(tip));
    assert!(w.writer.durable() > commit);
    // Where nothing is written, nothing has to be.
    let commit = w.writer.append(&record).unwrap();
    *w.host.dirty.lock() = Some(tip);
    let advanced = w.checkpointer.advance(When::Moved).unwrap();
    assert_eq!(advanced, Advanced::NotDue);
    assert!(w.writer.durable() <= commit);
}

#[test]
fn nothing_moves_while_it_is_held() {
    let w = world(true);
    w.log();
    let first = w.checkpointer.hold();
    let second = w.checkpointer.hold();
    for hold in [first, second] {
        assert_eq!(w.checkpointer.advance(When::Moved).unwrap(), Advanced::Held);
        drop(hold);
    }
    assert_eq!(w.on_disk().0, Lgpos::new(1, 1, 0));
    let advanced = w.checkpointer.advance(When::Moved).unwrap();
    assert_eq!(advanced, Advanced::To(w.writer.durable()));
}

#[test]
fn a_step_of_the_depth_is_what_it_takes() {
    let w = world(false);
    w.checkpointer.set_depth(16 * 4096 * 4);
    let mut written = 0;
    for _ in 0..40 {
        w.log(); // A segment each.
        match w.checkpointer.tick().unwrap() {
            Advanced::To(_) => written += 1,
            Advanced::NotDue => {}
            Advanced::Held => unreachable!(),
        }
    }
    // Eight segments a file, of which five or six take a record.
    assert!((5..=8).contains(&written), "{written}");
    assert!(w.host.flushed.lock().is_empty());
}

#[test]
fn pages_are_written_when_it_lies_too_far_back() {
    let w = world(false);
    let depth = 20 * 4096;
    w.checkpointer.set_depth(depth);
    let ruler = w.checkpointer.ruler();
    let mut deepest = 0;
    for _ in 0..100 {
        let at = w.log();
        w.host.dirty.lock().get_or_insert(at);
        w.checkpointer.tick().unwrap();
        let back = ruler.between(w.checkpointer.position(), w.writer.durable());
        deepest = deepest.max(back);
    }
    assert!(deepest > depth / 2 && deepest <= depth + 2 * 4096 + depth / STEPS);
    let flushed = w.host.flushed.lock().len();
    assert!(flushed > 2 && flushed < 60, "{flushed}");
}

#[test]
fn what_fails_moves_nothing() {
    let w = world(true);
    let start = w.on_disk();
    w.log();
    w.host.refuses.store(true, Ordering::Release);
    let e = w.checkpointer.advance(When::Moved).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::DISK_IO);
    w.host.refuses.store(false, Ordering::Release);
    let pick = Pick::of(OpKind::Write).named("edb.chk");
    w.fs.set_plan(Plan::quiet().on(pick, Fault::EIO));
    let e = w.checkpointer.advance(When::Moved).unwrap_err();
    assert!(matches!(e, CheckpointFault::File(_)), "{e}");
    assert_eq!(w.checkpointer.position(), start.0);
    assert_eq!(w.on_disk(), start);
    w.fs.set_plan(Plan::quiet());
    // A dead log does not move it either.
    w.writer.end().unwrap();
    let e = w.checkpointer.advance(When::Moved).unwrap_err();
    assert!(matches!(e, CheckpointFault::Log(_)), "{e}");
    // But its end does.
    let end = Lgpos::new(1, 3, 0);
    w.checkpointer.finish(end).unwrap();
    let file = checkpoint_file::read(&w.fs, Path::new(FILE));
    let c = file.unwrap().unwrap().checkpoint;
    assert_eq!(c.lgpos_checkpoint(), end);
    assert_eq!(c.flags(), CheckpointFlags::empty());
    assert_eq!(c.attachments().entries().count(), 0);
}

#[test]
fn distances_cross_generations() {
    let ruler = Ruler { segments: 8 };
    let p = Lgpos::new;
    assert_eq!(ruler.between(p(1, 7, 0), p(2, 1, 5)), 2 * 4096 + 5);
    assert_eq!(ruler.between(p(2, 1, 0), p(1, 7, 0)), 0);
    assert_eq!(ruler.back(p(2, 1, 77), 4096), p(2, 0, 0));
    assert_eq!(ruler.back(p(2, 1, 77), 4097), p(1, 7, 0));
    assert_eq!(ruler.back(p(1, 1, 0), 1 << 40), Lgpos::MIN);
    let far = p(i32::MAX, u16::MAX, u16::MAX);
    assert!(ruler.between(Lgpos::MIN, far) > 0);
}
