//! The test that the tester works: a small store with a log, right and wrong.
//!
//! `log` holds transactions, `data` the slots. A commit appends to the log and syncs it. A checkpoint
//! writes the slots to `data`, syncs, and puts a new, empty log in the place of the old one (made as
//! `log.new`, synced, renamed, folder synced). Opening replays the log. The sweep proves the right
//! order at every operation, and finds each of the wrong ones.
#![forbid(unsafe_code)]

use ese_core::io::faulty::{
    Case, CrashKind, Fault, FaultyFileSystem, OpKind, Plan, Point, Sweep, SweepFailed, Swept,
    is_crash,
};
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{Error, ErrorKind, File, FileSystem, OpenMode, Result};
use std::path::Path;
use std::sync::Arc;

/// Eight bytes each: the data has five sectors.
const SLOTS: usize = 320;
/// Slots that a transaction sets.
const WRITES: usize = 5;
/// Sequence number, slots and values, checksum.
const RECORD: usize = 8 + WRITES * 16 + 8;

type Slots = Vec<u64>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    /// The commit is acknowledged before the log is synced.
    NoLogSync,
    /// The slots go to the data before the log has the transaction.
    DataBeforeLog,
    /// The log is thrown away before the data is synced.
    NoDataSync,
    /// The new log gets its name before its header is there.
    NoNewLogSync,
    /// The new log's name is not made durable.
    NoDirSync,
    /// Files of a new store get no durable names.
    NoFirstDirSync,
    /// The log is emptied in place, without waiting for the data.
    LogCutInPlace,
    /// A torn record at the end of the log is believed.
    NoChecksum,
    /// A sync that failed is asked again, and believed then.
    SyncAgain,
    /// A write that failed is passed over.
    WriteErrorIgnored,
    /// What is left of a read that was too short is believed.
    ShortReadBelieved,
}

const FOLDER: &str = "/db";

fn at(name: &str) -> std::path::PathBuf {
    Path::new(FOLDER).join(name)
}

struct Store {
    fs: FaultyFileSystem,
    wrong: Wrong,
    log: Arc<dyn File>,
    log_end: u64,
    data: Arc<dyn File>,
    slots: Slots,
    seq: u64,
}

fn checksum(bytes: &[u8]) -> u64 {
    // FNV-1a, enough for torn records.
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01B3)
    })
}

fn word(bytes: &[u8], i: usize) -> u64 {
    u64::from_le_bytes(bytes[i * 8..i * 8 + 8].try_into().unwrap())
}

const MAGIC: &[u8; 8] = b"toy log!";

impl Store {
    fn sync(&self, file: &Arc<dyn File>) -> Result<()> {
        match file.sync_data() {
            Err(e) if self.wrong == Wrong::SyncAgain && !is_crash(&e) => file.sync_data(),
            other => other,
        }
    }

    fn write(&self, file: &Arc<dyn File>, bytes: &[u8], offset: u64) -> Result<()> {
        match file.write_all_at(bytes, offset) {
            Err(e) if self.wrong == Wrong::WriteErrorIgnored && !is_crash(&e) => Ok(()),
            other => other,
        }
    }

    /// A new log in the place of the old one.
    fn new_log(fs: &FaultyFileSystem, wrong: Wrong) -> Result<Arc<dyn File>> {
        if fs.kind(&at("log.new"))?.is_some() {
            fs.remove_file(&at("log.new"))?;
        }
        let log = fs.open_locked(&at("log.new"), OpenMode::CreateNew)?;
        log.write_all_at(MAGIC, 0)?;
        if wrong != Wrong::NoNewLogSync {
            log.sync_data()?;
        }
        fs.rename(&at("log.new"), &at("log"))?;
        if wrong != Wrong::NoDirSync {
            fs.sync_dir(Path::new(FOLDER))?;
        }
        Ok(log)
    }

    /// Opens the store, making it when there is no log: the log comes last.
    fn open(fs: &FaultyFileSystem, wrong: Wrong) -> Result<Self> {
        let name = at("data");
        if fs.kind(&at("log"))?.is_none() {
            if fs.kind(&name)?.is_some() {
                fs.remove_file(&name)?;
            }
            let data = fs.open_locked(&name, OpenMode::CreateNew)?;
            data.set_len(SLOTS as u64 * 8)?;
            data.sync_all()?;
            let log = if wrong == Wrong::NoFirstDirSync {
                Self::new_log(fs, Wrong::NoDirSync)?
            } else {
                Self::new_log(fs, wrong)?
            };
            return Ok(Self {
                fs: fs.clone(),
                wrong,
                log,
                log_end: 8,
                data,
                slots: vec![0; SLOTS],
                seq: 0,
            });
        }
        let log = fs.open_locked(&at("log"), OpenMode::ReadWrite)?;
        let data = fs.open_locked(&name, OpenMode::ReadWrite)?;
        let read = |file: &Arc<dyn File>, buf: &mut [u8], offset| {
            let n = file.read_at(buf, offset)?;
            if n < buf.len() && wrong != Wrong::ShortReadBelieved {
                return Err(Error::from(ErrorKind::UnexpectedEof));
            }
            Ok(())
        };
        let mut bytes = vec![0; SLOTS * 8];
        read(&data, &mut bytes, 0)?;
        let slots = (0..SLOTS).map(|i| word(&bytes, i)).collect();
        let mut bytes = vec![0; log.len()? as usize];
        read(&log, &mut bytes, 0)?;
        if bytes.get(..8) != Some(MAGIC) {
            return Err(Error::from(ErrorKind::InvalidData));
        }
        let mut store = Self {
            fs: fs.clone(),
            wrong,
            log,
            log_end: 8,
            data,
            slots,
            seq: 0,
        };
        for record in bytes[8..].chunks_exact(RECORD) {
            let sum = checksum(&record[..RECORD - 8]);
            if word(record, 0) == 0 || (wrong != Wrong::NoChecksum && sum != word(record, 11)) {
                break;
            }
            store.seq = word(record, 0);
            for i in 0..WRITES {
                let slot = word(record, 1 + 2 * i) as usize % SLOTS;
                store.slots[slot] = word(record, 2 + 2 * i);
            }
            store.log_end += RECORD as u64;
        }
        // What is behind the last good record must never join what comes now.
        store.checkpoint()?;
        Ok(store)
    }

    fn commit(&mut self, writes: &[(usize, u64)]) -> Result<()> {
        self.seq += 1;
        let mut record = self.seq.to_le_bytes().to_vec();
        for (slot, value) in writes {
            record.extend((*slot as u64).to_le_bytes());
            record.extend(value.to_le_bytes());
        }
        record.extend(checksum(&record).to_le_bytes());
        for (slot, value) in writes {
            self.slots[*slot] = *value;
        }
        if self.wrong == Wrong::DataBeforeLog {
            self.write_data()?;
        }
        self.write(&self.log, &record, self.log_end)?;
        self.log_end += record.len() as u64;
        if self.wrong != Wrong::NoLogSync {
            self.sync(&self.log)?;
        }
        Ok(())
    }

    fn write_data(&self) -> Result<()> {
        for (i, sectors) in self.slots.chunks(64).enumerate() {
            let bytes: Vec<u8> = sectors.iter().flat_map(|v| v.to_le_bytes()).collect();
            self.write(&self.data, &bytes, i as u64 * 512)?;
        }
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<()> {
        self.write_data()?;
        if self.wrong == Wrong::LogCutInPlace {
            self.log.set_len(8)?;
            self.log.sync_data()?;
            self.sync(&self.data)?;
            self.log_end = 8;
            return Ok(());
        }
        if self.wrong != Wrong::NoDataSync {
            self.sync(&self.data)?;
        }
        self.log = Self::new_log(&self.fs, self.wrong)?;
        self.log_end = 8;
        Ok(())
    }
}

const COMMITS: u64 = 9;

fn transaction(n: u64) -> Vec<(usize, u64)> {
    let mut rng = SeededRng::new(n);
    (0..WRITES)
        .map(|_| (rng.below(SLOTS as u64) as usize, rng.next_u64() | 1))
        .collect()
}

/// The slots after the first `n` transactions.
fn after(n: u64) -> Slots {
    let mut slots = vec![0; SLOTS];
    for (slot, value) in (1..=n).flat_map(transaction) {
        slots[slot] = value;
    }
    slots
}

/// Commits, with checkpoints and a restart in between; how many were acknowledged, and the error that
/// ended it.
fn workload(fs: &FaultyFileSystem, wrong: Wrong) -> (u64, Option<Error>) {
    let mut acknowledged = 0;
    let mut go = || {
        let mut store = Store::open(fs, wrong)?;
        for n in 1..=COMMITS {
            store.commit(&transaction(n))?;
            acknowledged = n;
            // The sixth record reaches into the log's second sector: it can be torn.
            if n == 6 {
                store.checkpoint()?;
            }
            if n == 8 {
                drop(store);
                store = Store::open(fs, wrong)?;
            }
        }
        Ok(())
    };
    let error = go().err();
    (acknowledged, error)
}

/// A store that comes up again has what was acknowledged, perhaps the next transaction, and works.
fn check(
    acknowledged: u64,
    disk: &FaultyFileSystem,
    wrong: Wrong,
) -> std::result::Result<(), String> {
    let open = |fs: &FaultyFileSystem| Store::open(fs, wrong).map_err(|e| format!("no store: {e}"));
    let store = open(disk)?;
    if store.slots != after(acknowledged) && store.slots != after(acknowledged + 1) {
        let like = (0..=COMMITS).find(|n| store.slots == after(*n));
        return Err(format!("{acknowledged} acknowledged, found {like:?}"));
    }
    let before = store.slots.clone();
    drop(store);
    let mut store = open(disk)?;
    if store.slots != before {
        return Err("a second start changes the contents".into());
    }
    store.commit(&transaction(77)).map_err(|e| e.to_string())?;
    Ok(())
}

fn start() -> FaultyFileSystem {
    let fs = FaultyFileSystem::default();
    fs.put_dir(FOLDER);
    fs
}

fn crashes(wrong: Wrong, sweep: &Sweep) -> std::result::Result<Swept, SweepFailed> {
    sweep.crashes(
        &start(),
        |fs| workload(fs, wrong),
        |case, (acknowledged, error), disk| {
            let undisturbed = matches!(case.point, Point::Nowhere);
            match error {
                None if undisturbed => {}
                Some(e) if !undisturbed && is_crash(e) => {}
                other => return Err(format!("ended with {other:?}")),
            }
            check(*acknowledged, disk, wrong)
        },
    )
}

fn faults(wrong: Wrong, fault: Fault) -> std::result::Result<Swept, SweepFailed> {
    let swept = Sweep::new(1).faults(
        &start(),
        fault,
        |fs| workload(fs, wrong),
        |case, (acknowledged, error), disk| {
            if case.point == Point::Nowhere && error.is_some() {
                return Err(format!("undisturbed, it ended with {error:?}"));
            }
            // Started again on the same machine, and after a power cut.
            check(acknowledged, &disk.fork(Plan::quiet()), wrong)?;
            check(acknowledged, &disk.image(CrashKind::PowerCut, 0), wrong)
        },
    )?;
    Ok(swept)
}

#[test]
fn the_right_store_survives_a_crash_at_every_operation() {
    let sweep = Sweep::new(testkit::first_seed()).torn(testkit::rounds(4, 60));
    let swept = crashes(Wrong::Nothing, &sweep).unwrap_or_else(|e| panic!("{e}"));
    assert!(swept.ops > 50, "{swept:?}");
    assert_eq!(swept.runs, 1 + 2 * swept.ops);
    assert!(swept.cases >= swept.runs * 6);
}

#[test]
fn recovery_survives_crashes_too() {
    let outer = Sweep::new(3).torn(1).sample(testkit::rounds(12, 1000));
    outer
        .crashes(
            &start(),
            |fs| workload(fs, Wrong::Nothing).0,
            |_, acknowledged, disk| {
                let inner = Sweep::new(4).torn(2);
                inner
                    .crashes(
                        disk,
                        |fs| Store::open(fs, Wrong::Nothing).map(|_| ()).err(),
                        |_, _, disk| check(*acknowledged, disk, Wrong::Nothing),
                    )
                    .map(|_| ())
                    .map_err(|e| e.to_string())
            },
        )
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn the_right_store_survives_each_fault_at_every_operation() {
    for fault in [
        Fault::EIO,
        Fault::ENOSPC,
        Fault::FailAfter(ErrorKind::Other),
        Fault::PartialWrite(ErrorKind::StorageFull),
        Fault::ShortRead,
    ] {
        let swept = faults(Wrong::Nothing, fault).unwrap_or_else(|e| panic!("{e}"));
        assert!(swept.runs > 1);
    }
}

#[test]
fn a_full_disk_at_every_size() {
    for capacity in (0..6000).step_by(100) {
        let fs = start().fork(Plan::seeded(1).capacity(capacity));
        let (acknowledged, error) = workload(&fs, Wrong::Nothing);
        if let Some(e) = error {
            assert_eq!(e.kind(), ErrorKind::StorageFull, "{capacity}");
        }
        let up = fs.image(CrashKind::PowerCut, 0);
        check(acknowledged, &up, Wrong::Nothing).unwrap_or_else(|e| panic!("{capacity}: {e}"));
    }
    assert_eq!(
        workload(&start().fork(Plan::quiet().capacity(6000)), Wrong::Nothing).0,
        COMMITS
    );
}

/// The wrong order is found, and the case that is named shows it again.
#[test]
fn every_wrong_store_is_caught_by_the_crashes() {
    for wrong in [
        Wrong::NoLogSync,
        Wrong::DataBeforeLog,
        Wrong::NoDataSync,
        Wrong::NoNewLogSync,
        Wrong::NoDirSync,
        Wrong::NoFirstDirSync,
        Wrong::LogCutInPlace,
        Wrong::NoChecksum,
    ] {
        let sweep = Sweep::new(1).torn(20);
        let Err(failed) = crashes(wrong, &sweep) else {
            panic!("{wrong:?} was not caught");
        };
        eprintln!("{wrong:?}: {failed}");
        again(wrong, &sweep, &failed);
    }
}

/// What a failed sweep names is enough to see it again.
fn again(wrong: Wrong, sweep: &Sweep, failed: &SweepFailed) {
    let Case {
        point,
        image: Some((kind, seed)),
    } = &*failed.case
    else {
        panic!("a crash has an image");
    };
    let plan = match point {
        Point::Nowhere => Plan::quiet(),
        Point::At(fault, op) => {
            let only = crashes(wrong, &sweep.clone().only(op.op));
            assert_eq!(only.as_ref().err(), Some(failed));
            Plan::quiet().at(op.op, *fault)
        }
    };
    let fs = start().fork(plan);
    let (acknowledged, _) = workload(&fs, wrong);
    assert!(check(acknowledged, &fs.image(*kind, *seed), wrong).is_err());
}

#[test]
fn every_wrong_store_is_caught_by_the_faults() {
    for (wrong, fault) in [
        (Wrong::SyncAgain, Fault::EIO),
        (Wrong::WriteErrorIgnored, Fault::ENOSPC),
        (
            Wrong::WriteErrorIgnored,
            Fault::PartialWrite(ErrorKind::Other),
        ),
        (Wrong::ShortReadBelieved, Fault::ShortRead),
    ] {
        let Err(failed) = faults(wrong, fault) else {
            panic!("{wrong:?} was not caught");
        };
        eprintln!("{wrong:?}: {failed}");
    }
}

/// Disks that lie are noticed by what is lost: the right order does not help, and the sweep says so.
#[test]
fn a_lying_disk_is_noticed() {
    for fault in [Fault::FalseSync, Fault::LostWrite] {
        let failed = faults(Wrong::Nothing, fault).expect_err("nothing can be done about that");
        assert!(matches!(failed.case.point, Point::At(f, _) if f == fault));
    }
}

#[test]
fn a_sweep_takes_the_operations_asked_for() {
    let all = Sweep::new(1).torn(0);
    let ops = crashes(Wrong::Nothing, &all).unwrap().ops;
    let syncs = all.clone().kinds(&[OpKind::Sync, OpKind::SyncDir]);
    let swept = crashes(Wrong::Nothing, &syncs).unwrap();
    assert!(swept.runs > 20 && swept.runs < ops, "{swept:?}");
    assert_eq!(swept.cases, swept.runs * 2);
    let few = crashes(Wrong::Nothing, &all.clone().sample(7)).unwrap();
    assert_eq!(few.runs, 15);
    let one = crashes(Wrong::Nothing, &all.only(5)).unwrap();
    assert_eq!((one.runs, one.cases), (3, 4));
}

#[test]
fn a_sweep_crashes_before_and_after_with_every_kind_of_image() {
    let sweep = Sweep::new(5).torn(2).kinds(&[OpKind::SyncDir]);
    let mut seen = Vec::new();
    sweep
        .crashes(
            &start(),
            |fs| workload(fs, Wrong::Nothing),
            |case, _, _| {
                let point = match &case.point {
                    Point::Nowhere => None,
                    Point::At(fault, op) => Some((*fault, op.op)),
                };
                seen.push((point, case.image));
                Ok(())
            },
        )
        .unwrap();
    let mut points: Vec<_> = seen.iter().map(|(point, _)| *point).collect();
    points.dedup();
    assert_eq!(points.len() * 4, seen.len());
    assert_eq!(points[0], None);
    for pair in points[1..].chunks(2) {
        let [Some((before, a)), Some((after, b))] = pair else {
            panic!("{pair:?}");
        };
        assert_eq!((*before, *after), (Fault::CrashBefore, Fault::CrashAfter));
        assert_eq!(a, b);
    }
    let mut seeds = std::collections::BTreeSet::new();
    for images in seen.chunks(4) {
        let images: Vec<_> = images.iter().filter_map(|(_, image)| *image).collect();
        assert_eq!(images[0], (CrashKind::ProcessCrash, 0));
        assert_eq!(images[1], (CrashKind::PowerCut, 0));
        for (kind, seed) in &images[2..] {
            assert_eq!(*kind, CrashKind::TornWrites);
            assert!(seeds.insert(*seed), "each image is another one");
        }
    }
}

/// A workload that is not a function of its start is refused, not half tested.
#[test]
fn a_workload_that_does_not_repeat_itself_is_told() {
    let mut run = 0;
    let failed = Sweep::new(1)
        .faults(
            &start(),
            Fault::EIO,
            |fs| {
                run += 1;
                if run > 2 {
                    let _ = fs.read_dir(Path::new(FOLDER));
                }
                workload(fs, Wrong::Nothing).0
            },
            |_, _, _| Ok(()),
        )
        .unwrap_err();
    assert!(failed.to_string().contains("repeat"), "{failed}");
}
