//! Disks that fail without a crash: a full disk, an error of a read, a write or a sync, at each
//! operation of a life in turn; and bits that turn over between two lives, writes that are lost.
#![forbid(unsafe_code)]

use super::life::{Bases, World, check, found, live, open, start};
use super::model::{History, State};
use super::work::Mix;
use ese_core::HasJetErr as _;
use ese_core::JetErr;
use ese_core::format::ids::PageSize;
use ese_core::io::ErrorKind;
use ese_core::io::faulty::{CrashKind, Fault, FaultyFileSystem, OpKind, Pick, Plan, Sweep};
use ese_core::io::rng::{Rng as _, SeededRng};
use std::sync::Arc;

/// What a life on a bad disk may end with: of the disk itself, and of an instance that may not go on.
const OF_A_BAD_DISK: &[JetErr] = &[
    JetErr::DISK_IO,
    JetErr::DISK_READ_VERIFICATION_FAILURE,
    JetErr::LOG_WRITE_FAIL,
    JetErr::INSTANCE_UNAVAILABLE,
    // What was to be undone could not be read or written.
    JetErr::ROLLBACK_ERROR,
    JetErr::CHECKPOINT_FILE_NOT_FOUND,
    JetErr::CHECKPOINT_CORRUPT,
];
const OF_A_FULL_DISK: &[JetErr] = &[
    JetErr::DISK_FULL,
    JetErr::LOG_DISK_FULL,
    JetErr::LOG_WRITE_FAIL,
    // A sync that failed for that: what it was for is not known to be durable ever again.
    JetErr::DISK_IO,
    JetErr::ROLLBACK_ERROR,
    JetErr::INSTANCE_UNAVAILABLE,
    JetErr::INSTANCE_UNAVAILABLE_DUE_TO_FATAL_LOG_DISK_FULL,
];

/// What a file may seem that ends too early.
const OF_A_SHORT_FILE: &[JetErr] = &[
    JetErr::FILE_IO_BEYOND_EOF,
    JetErr::READ_VERIFY_FAILURE,
    JetErr::DATABASE_CORRUPTED,
    JetErr::LOG_FILE_CORRUPT,
    JetErr::LOG_FILE_SIZE_MISMATCH,
    JetErr::CHECKPOINT_CORRUPT,
    JetErr::DISK_IO,
    JetErr::LOG_WRITE_FAIL,
    JetErr::ROLLBACK_ERROR,
    JetErr::INSTANCE_UNAVAILABLE,
];

fn documented(history: &History, fault: Fault) -> Result<(), String> {
    let Some(ended) = &history.ended else {
        return Ok(());
    };
    let allowed = match fault {
        Fault::Fail(ErrorKind::StorageFull) | Fault::PartialWrite(ErrorKind::StorageFull) => {
            OF_A_FULL_DISK
        }
        Fault::ShortRead => OF_A_SHORT_FILE,
        _ => OF_A_BAD_DISK,
    };
    let names = || allowed.iter().map(|e| e.name());
    match names().any(|name| ended.contains(name)) {
        true => Ok(()),
        false => Err(format!(
            "the life ended with {ended}, not one of {}",
            names().collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The faults of a sweep.
pub const FAULTS: [Fault; 6] = [
    Fault::EIO,
    Fault::ENOSPC,
    Fault::PartialWrite(ErrorKind::Other),
    Fault::PartialWrite(ErrorKind::StorageFull),
    Fault::FailAfter(ErrorKind::Other),
    Fault::ShortRead,
];

/// Each fault once, at each operation of a life (or `sample` of them); afterwards a start on the disk as
/// it is, and one after a power cut, lose nothing that was acknowledged.
pub fn sweep(seed: u64, page_size: PageSize, sample: u64) -> Result<u64, String> {
    let mut bases = Bases::default();
    let world = World {
        page_size,
        sector: 512,
        circular: true,
        cache: 40,
    };
    let (base, state) = bases.get(&world);
    let mix = Mix {
        steps: 110,
        ..Mix::new(seed)
    };
    let mut cases = 0;
    for fault in FAULTS {
        let sweep = Sweep::new(seed).sample(sample);
        let work = |fs: &FaultyFileSystem| live(fs, &world, &mix, &state, true);
        let swept = sweep.faults(&base, fault, work, |_, history, fs| {
            documented(&history, fault)?;
            let on = fs.fork(Plan::quiet());
            check(&on, &world, &history, seed + 5).map_err(|e| format!("as it is: {e}"))?;
            let cut = fs.image_in(CrashKind::PowerCut, 0, world.sector);
            check(&cut, &world, &history, seed + 7).map_err(|e| format!("power cut: {e}"))
        });
        cases += swept.map_err(|e| e.to_string())?.cases;
    }
    Ok(cases + dies(&base, &world, &mix, &state, sample)?)
}

/// The disk fails for good at an operation, and is mended before the next start.
fn dies(
    base: &FaultyFileSystem,
    world: &World,
    mix: &Mix,
    state: &State,
    sample: u64,
) -> Result<u64, String> {
    let ops = {
        let fs = base.fork(Plan::seeded(1));
        live(&fs, world, mix, state, true);
        fs.ops()
    };
    let mut rng = SeededRng::new(mix.seed);
    let count = sample.min(ops);
    for n in 0..count {
        let at = if count == ops { n } else { rng.below(ops) };
        for fault in [Fault::EIO, Fault::ENOSPC] {
            let writes = |op: &ese_core::io::faulty::OpRecord| {
                !matches!(op.kind, OpKind::Read | OpKind::Open | OpKind::ReadDir)
            };
            let pick = Pick::from_op(at);
            // A full disk can be read.
            let pick = match fault {
                Fault::ENOSPC => pick.matching(writes),
                _ => pick,
            };
            let fs = base.fork(Plan::seeded(at).on(pick, fault));
            let history = live(&fs, world, mix, state, true);
            let why = |e: String| format!("{fault:?} from op {at} on: {e}");
            documented(&history, fault).map_err(why)?;
            for kind in [CrashKind::ProcessCrash, CrashKind::PowerCut] {
                let after = fs.image_in(kind, 0, world.sector);
                check(&after, world, &history, mix.seed + 9)
                    .map_err(|e| format!("{kind:?}: {e}"))
                    .map_err(why)?;
            }
        }
    }
    Ok(count * 4)
}

// ---- what rots, what is lost -------------------------------------------------------------------

/// What a start, or reading, may say of a damaged file.
fn is_of_damage(e: &str) -> bool {
    const WORDS: [&str; 15] = [
        "page ",
        "log",
        "header",
        "checksum",
        "segment",
        "JET_errReadVerifyFailure",
        "JET_errLogFileCorrupt",
        "JET_errPageNotInitialized",
        "JET_errDbTimeTooOld",
        "JET_errReadLostFlushVerifyFailure",
        "checkpoint",
        "space",
        "catalog",
        "flush",
        // What was to be undone is not there: the instance ended by it.
        "JET_errRollbackError",
    ];
    WORDS.iter().any(|w| e.contains(w))
}

/// Starts on a disk with damage: right contents, or an error that says where. Never anything else.
fn judge(
    fs: &FaultyFileSystem,
    world: &World,
    history: &History,
    seed: u64,
) -> Result<bool, String> {
    let looked = || -> Result<State, String> {
        let run = start(Arc::new(fs.clone()), world, seed)
            .map_err(|e| format!("{} ({})", e, e.jet_err().name()))?;
        open(&run, false)?;
        found(&run, history)
    };
    match looked() {
        Ok(there) => history.allows(&there).map(|()| true),
        Err(e) if is_of_damage(&e) => Ok(false),
        Err(e) => Err(format!("an error that does not say what is damaged: {e}")),
    }
}

/// What a run on a damaged disk came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rotten {
    /// Everything was right.
    pub right: u64,
    /// The damage was told.
    pub told: u64,
}

impl Rotten {
    fn add(&mut self, right: bool) {
        match right {
            true => self.right += 1,
            false => self.told += 1,
        }
    }
}

/// One bit of one file turns over, behind a clean end or a crash; or three bits of one page, which no
/// checksum corrects.
pub fn rot(bases: &mut Bases, seed: u64, sum: &mut Rotten) -> Result<(), String> {
    let world = World::new(seed, None);
    let (base, state) = bases.get(&world);
    let mut rng = SeededRng::new(seed);
    let mix = Mix {
        steps: 60,
        ..Mix::new(rng.next_u64())
    };
    let at = match rng.below(2) {
        0 => u64::MAX,
        _ => 20 + rng.below(300),
    };
    let fs = base.fork(Plan::seeded(seed).at(at, Fault::CrashBefore));
    let history = live(&fs, &world, &mix, &state, true);
    fs.crash_now();
    let image = fs.image_in(CrashKind::ProcessCrash, 0, world.sector);
    for _ in 0..6 {
        let after = image.fork(Plan::quiet());
        let files: Vec<_> = after
            .snapshot()
            .into_iter()
            .filter(|(_, b)| !b.is_empty())
            .collect();
        let (path, bytes) = &files[rng.below(files.len() as u64) as usize];
        let offset = match rng.below(2) {
            // Headers, or anything.
            0 => rng.below(bytes.len().min(3 * world.page_size.bytes()) as u64),
            _ => rng.below(bytes.len() as u64),
        };
        let bits = if rng.below(3) == 0 { 3 } else { 1 };
        for n in 0..bits {
            after.flip_bit(
                path,
                (offset ^ n).min(bytes.len() as u64 - 1),
                (rng.below(8)) as u8,
            );
        }
        let right = judge(&after, &world, &history, rng.next_u64() >> 1).map_err(|e| {
            format!(
                "{world:?}, op {at}: {bits} bits at {offset} of {}: {e}",
                path.display()
            )
        })?;
        sum.add(right);
    }
    Ok(())
}

/// Writes of pages that the disk acknowledges and loses. What is read later is right, or is told.
pub fn lost(bases: &mut Bases, seed: u64, sum: &mut Rotten) -> Result<(), String> {
    let world = World::new(seed, None);
    let (base, state) = bases.get(&world);
    let mut rng = SeededRng::new(seed);
    let mix = Mix {
        steps: 120,
        ..Mix::new(rng.next_u64())
    };
    let page = world.page_size.bytes() as u64;
    let of_pages = move |op: &ese_core::io::faulty::OpRecord| op.offset >= 2 * page;
    let pick = Pick::of(OpKind::Write)
        .named(super::life::NAME)
        .matching(of_pages)
        .skip(rng.below(40))
        .times(1);
    let fs = base.fork(Plan::seeded(seed).on(pick, Fault::LostWrite));
    let history = live(&fs, &world, &mix, &state, true);
    if fs.fired().is_empty() {
        return Ok(());
    }
    if let Some(e) = &history.ended {
        // Told while it ran: whoever knows goes back to a copy.
        sum.add(false);
        return match is_of_damage(e) {
            true => Ok(()),
            false => Err(format!("{world:?}: {e}")),
        };
    }
    let after = fs.fork(Plan::quiet());
    let right = judge(&after, &world, &history, rng.next_u64() >> 1)
        .map_err(|e| format!("{world:?}, {}: {e}", fs.fired()[0].0))?;
    sum.add(right);
    Ok(())
}
