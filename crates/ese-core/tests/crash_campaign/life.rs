//! One seed: a life that a crash ends, recoveries that crashes end, and what is there then.
#![forbid(unsafe_code)]

use super::model::{History, State, nothing};
use super::work::{Mix, named, read, run};
use ese_core::HasJetErr as _;
use ese_core::JetErr;
use ese_core::cache::Budget;
use ese_core::database::Database;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceError, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::faulty::{CrashKind, Fault, FaultyFileSystem, Plan};
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::maintenance::integrity::{self, check_path};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const DIR: &str = "/set";
pub const NAME: &str = "a.edb";
const NOW: u64 = 1_795_700_000_000;
/// Operations of a recovery that a crash may come in.
const RECOVERY_OPS: u64 = 250;
/// Recoveries that are cut off at most.
const CUT_RECOVERIES: u64 = 3;

/// The world that a seed is run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct World {
    pub page_size: PageSize,
    /// Bytes that the disk writes whole or not at all.
    pub sector: u64,
    pub circular: bool,
    pub cache: u32,
}

impl World {
    /// A world for a seed; torn writes come in sectors of 512 and of 4,096 bytes.
    pub fn new(seed: u64, page_size: Option<PageSize>) -> Self {
        let mut rng = SeededRng::new(seed ^ 0x776F_726C_6400);
        let sizes = [
            PageSize::K4,
            PageSize::K8,
            PageSize::K16,
            PageSize::K32,
            PageSize::K4,
            PageSize::K2,
        ];
        let at = rng.below(sizes.len() as u64) as usize;
        Self {
            page_size: page_size.unwrap_or(sizes[at]),
            sector: if rng.below(3) == 0 { 4096 } else { 512 },
            circular: rng.below(3) == 0,
            cache: 40 + rng.below(60) as u32,
        }
    }

    pub fn params(&self) -> InstanceParams {
        let mut params = InstanceParams::new(DIR);
        params.page_size = self.page_size;
        params.log_file_kib = Some(if self.page_size > PageSize::K8 {
            256
        } else {
            64
        });
        params.cache = Budget {
            min: 16,
            max: self.cache,
        };
        params.db_extension = 16;
        params.checkpoint_depth = 64 * 1024;
        params.create_path = true;
        params.background = false;
        params.circular = self.circular;
        params.max_sessions = 8;
        params.atomic_unit = self.sector as u32;
        params
    }
}

pub fn path() -> PathBuf {
    Path::new(DIR).join(NAME)
}

/// A run of the engine: its instance and its clock.
pub struct Run {
    pub instance: Instance,
    pub clock: Arc<ManualClock>,
}

/// Every start has random numbers of its own: signatures tell lives apart.
pub fn start(fs: Arc<dyn FileSystem>, world: &World, seed: u64) -> Result<Run, InstanceError> {
    let clock = Arc::new(ManualClock::new(NOW));
    let env = Env::new(fs, Arc::clone(&clock) as _, Box::new(SeededRng::new(seed)));
    let instance = Instance::start(env, world.params())?;
    Ok(Run { instance, clock })
}

/// The database, made if it has to be. `None`: it is not there.
pub fn open(run: &Run, make: bool) -> Result<Option<Database>, String> {
    match run.instance.open(path()) {
        Ok(db) => return Ok(Some(db)),
        Err(e) if e.jet_err() == JetErr::FILE_NOT_FOUND => {}
        Err(e) => return Err(format!("open: {}", named(&e))),
    }
    if !make {
        return Ok(None);
    }
    let made = run.instance.create(path(), &CreateOptions::default());
    made.map(Some).map_err(|e| format!("create: {}", named(&e)))
}

/// Starts, opens (or makes) the database, works, ends. Whatever fails ends it.
pub fn live(fs: &FaultyFileSystem, world: &World, mix: &Mix, from: &State, made: bool) -> History {
    let mut history = History::new(from.clone(), made);
    let mut go = || -> Result<(), String> {
        let run = start(Arc::new(fs.clone()), world, mix.seed)
            .map_err(|e| format!("start: {}", named(&e)))?;
        live_on(&run, mix, &mut history)?;
        run.instance
            .term(TermKind::Clean)
            .map_err(|e| format!("end: {}", named(&e)))?;
        history.settle();
        Ok(())
    };
    if let Err(e) = go() {
        history.ended = Some(e);
    }
    history
}

/// Works on a running instance.
pub fn live_on(on: &Run, mix: &Mix, history: &mut History) -> Result<(), String> {
    let Some(db) = open(on, true)? else {
        return Err("it is neither there nor can it be made".to_owned());
    };
    history.made = true;
    run(&on.instance, &on.clock, &db, mix, history)
}

/// Everything that is in the database of a running instance; nothing when there is none.
pub fn found(run: &Run, history: &History) -> Result<State, String> {
    let Some(db) = open(run, false)? else {
        return match history.made {
            true => Err("the database is gone".to_owned()),
            false => Ok(nothing()),
        };
    };
    let session = run.instance.session().map_err(|e| e.to_string())?;
    read(&db, &session)
}

/// What is wrong with the file.
pub fn integrity(fs: &dyn FileSystem) -> Result<(), String> {
    integrity_of(fs, &path())
}

pub fn integrity_of(fs: &dyn FileSystem, path: &Path) -> Result<(), String> {
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(fs, path, &options, &|_| {}).map_err(|e| e.to_string())?;
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    match damage.is_empty() {
        true => Ok(()),
        false => Err(format!("integrity:\n{}", damage.join("\n"))),
    }
}

/// Recovers what a crash left, holds it against what is allowed, goes on writing, ends cleanly.
pub fn check(
    fs: &FaultyFileSystem,
    world: &World,
    history: &History,
    seed: u64,
) -> Result<(), String> {
    let run = start(Arc::new(fs.clone()), world, seed).map_err(|e| format!("recovery: {e}"))?;
    let there = found(&run, history)?;
    history.allows(&there)?;
    let mix = Mix {
        steps: 30,
        ..Mix::new(seed)
    };
    let mut after = History::new(there, history.made);
    live_on(&run, &mix, &mut after).map_err(|e| format!("afterwards: {e}"))?;
    let ends = |e: InstanceError| format!("end: {e}");
    run.instance.term(TermKind::Clean).map_err(ends)?;
    drop(run);
    integrity(fs)?;
    let run = start(Arc::new(fs.clone()), world, seed + 1).map_err(|e| format!("start: {e}"))?;
    after.settle();
    let there = found(&run, &after)?;
    after
        .allows(&there)
        .map_err(|e| format!("after a clean end: {e}"))
}

/// Databases that have lived for a while, one for each world.
#[derive(Default)]
pub struct Bases(HashMap<String, (FaultyFileSystem, State)>);

impl Bases {
    pub fn get(&mut self, world: &World) -> (FaultyFileSystem, State) {
        // The sector and the cache are not in the files.
        let key = format!("{:?} {}", world.page_size, world.circular);
        let made = self.0.entry(key).or_insert_with(|| {
            let fs = FaultyFileSystem::new(Plan::seeded(1));
            let mix = Mix {
                steps: 400,
                ids: 40,
                longest: 20_000,
                ..Mix::new(77)
            };
            let history = live(&fs, world, &mix, &nothing(), false);
            assert_eq!(history.ended, None, "the life of the base");
            let state = history.last().clone();
            (fs, state)
        });
        made.clone()
    }
}

/// What a seed did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Operation of the disk that the crash came at.
    pub op: u64,
    pub cut_recoveries: u64,
    pub states: usize,
}

/// Runs a seed: the same every time.
pub fn seed(
    bases: &mut Bases,
    seed: u64,
    kind: CrashKind,
    page_size: Option<PageSize>,
) -> Result<Done, String> {
    let world = World::new(seed, page_size);
    let mut rng = SeededRng::new(seed);
    let newborn = rng.below(8) == 0;
    let (base, state) = match newborn {
        true => (FaultyFileSystem::new(Plan::quiet()), nothing()),
        false => bases.get(&world),
    };
    let mix = Mix::new(rng.next_u64());
    // Most crashes are early, some late, some come when everything is over.
    let at = match rng.below(3) {
        0 => rng.below(150),
        1 => rng.below(800),
        _ => rng.below(3_000),
    };
    let fault = match rng.below(2) {
        0 => Fault::CrashBefore,
        _ => Fault::CrashAfter,
    };
    let fs = base.fork(Plan::seeded(seed).at(at, fault));
    let history = live(&fs, &world, &mix, &state, !newborn);
    if let (Some(e), false) = (&history.ended, fs.is_down()) {
        return Err(format!("an error without a crash: {e}"));
    }
    let mut done = Done {
        op: fs.ops(),
        cut_recoveries: 0,
        states: history.states.len(),
    };
    fs.crash_now();
    let mut image = fs.image_in(kind, rng.next_u64(), world.sector);
    let why = |e: String, done: &Done| {
        let was = match &history.ended {
            Some(ended) => format!("the life ended at op {} with: {ended}", done.op),
            None => "the life came to its end".to_owned(),
        };
        format!(
            "{world:?}, {kind:?}, {} cut recoveries; {was}\n{e}",
            done.cut_recoveries
        )
    };
    for _ in 0..rng.below(CUT_RECOVERIES + 1) {
        let at = rng.below(RECOVERY_OPS);
        let cut = image.fork(Plan::seeded(rng.next_u64()).at(at, Fault::CrashBefore));
        let started = start(Arc::new(cut.clone()), &world, rng.next_u64());
        if let (Err(e), false) = (&started, cut.is_down()) {
            return Err(why(format!("recovery: {e}"), &done));
        }
        cut.crash_now();
        drop(started);
        image = cut.image_in(kind, rng.next_u64(), world.sector);
        done.cut_recoveries += 1;
    }
    check(&image, &world, &history, rng.next_u64() >> 1).map_err(|e| why(e, &done))?;
    Ok(done)
}
