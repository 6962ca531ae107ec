//! The state table of the contract: every call in every state, with and without a stop.

use crate::world::{Aligned, DIR, World, at, copy, jet};
use ese_backup::external::{
    BEGIN_INCREMENTAL, END_ABORT, END_NORMAL, END_TRUNCATE_DONE, ExternalBackup, FileHandle,
};
use ese_core::instance::{AttachOptions, CreateOptions, TermKind};
use ese_core::io::FileSystem as _;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

const OK: JetErr = JetErr(0);
const NONE: JetErr = JetErr::NO_BACKUP;
const BUSY: JetErr = JetErr::BACKUP_IN_PROGRESS;
const SEQUENCE: JetErr = JetErr::INVALID_BACKUP_SEQUENCE;
const PARAMETER: JetErr = JetErr::INVALID_PARAMETER;
const STOPPED: JetErr = JetErr::BACKUP_ABORT_BY_SERVER;
const MEMORY: JetErr = JetErr::OUT_OF_MEMORY;
const MISSING: JetErr = JetErr::MISSING_FILE_TO_BACKUP;

#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    NotStarted,
    Databases,
    DatabasesOpen,
    Logs,
    LogsOpen,
    Incremental,
}

const STATES: [State; 6] = [
    State::NotStarted,
    State::Databases,
    State::DatabasesOpen,
    State::Logs,
    State::LogsOpen,
    State::Incremental,
];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Call {
    Begin,
    BeginIncremental,
    AttachInfo,
    OpenDatabase,
    OpenNothing,
    OpenAbsent,
    OpenAbsentLog,
    OpenCurrentLog,
    OpenNoLogsName,
    Read,
    ReadOff,
    Close,
    CloseStranger,
    LogInfo,
    TruncateInfo,
    Truncate,
    End,
    EndAbort,
    EndBoth,
    EndNeither,
    Stop,
}

/// Call; answers in the six states; in which of them the backup is over afterwards.
type Row = (Call, [JetErr; 6], [bool; 6]);

const ON: [bool; 6] = [true, false, false, false, false, false];
const OVER: [bool; 6] = [true; 6];
const OVER_IN_LOGS: [bool; 6] = [true, false, false, true, false, true];

const TABLE: &[Row] = &[
    (Call::Begin, [OK, BUSY, BUSY, BUSY, BUSY, BUSY], [false; 6]),
    (
        Call::BeginIncremental,
        [OK, BUSY, BUSY, BUSY, BUSY, BUSY],
        [false; 6],
    ),
    (Call::AttachInfo, [NONE, OK, OK, OK, OK, SEQUENCE], ON),
    (
        Call::OpenDatabase,
        [NONE, OK, MEMORY, SEQUENCE, MEMORY, SEQUENCE],
        OVER_IN_LOGS,
    ),
    (
        Call::OpenNothing,
        [NONE, PARAMETER, PARAMETER, PARAMETER, PARAMETER, PARAMETER],
        ON,
    ),
    (
        Call::OpenAbsent,
        [
            NONE,
            JetErr::DATABASE_NOT_FOUND,
            MEMORY,
            MISSING,
            MEMORY,
            MISSING,
        ],
        OVER_IN_LOGS,
    ),
    (
        Call::OpenAbsentLog,
        [
            NONE,
            JetErr::DATABASE_NOT_FOUND,
            MEMORY,
            MISSING,
            MEMORY,
            MISSING,
        ],
        OVER_IN_LOGS,
    ),
    (
        Call::OpenCurrentLog,
        [
            NONE,
            JetErr::DATABASE_NOT_FOUND,
            MEMORY,
            PARAMETER,
            MEMORY,
            PARAMETER,
        ],
        OVER_IN_LOGS,
    ),
    (
        Call::OpenNoLogsName,
        [
            NONE,
            JetErr::DATABASE_NOT_FOUND,
            MEMORY,
            PARAMETER,
            MEMORY,
            PARAMETER,
        ],
        OVER_IN_LOGS,
    ),
    (
        Call::Read,
        [NONE, PARAMETER, OK, PARAMETER, OK, PARAMETER],
        ON,
    ),
    (
        Call::ReadOff,
        [NONE, PARAMETER, PARAMETER, PARAMETER, PARAMETER, PARAMETER],
        ON,
    ),
    (
        Call::Close,
        [NONE, PARAMETER, OK, PARAMETER, OK, PARAMETER],
        ON,
    ),
    (
        Call::CloseStranger,
        [NONE, PARAMETER, PARAMETER, PARAMETER, PARAMETER, PARAMETER],
        ON,
    ),
    (Call::LogInfo, [NONE, OK, SEQUENCE, OK, SEQUENCE, OK], ON),
    (
        Call::TruncateInfo,
        [NONE, OK, SEQUENCE, OK, SEQUENCE, OK],
        ON,
    ),
    (
        Call::Truncate,
        [
            NONE,
            SEQUENCE,
            SEQUENCE,
            JetErr::LOG_FILE_NOT_COPIED,
            SEQUENCE,
            SEQUENCE,
        ],
        ON,
    ),
    (Call::End, [NONE, OK, OK, OK, OK, OK], OVER),
    (Call::EndAbort, [NONE, OK, OK, OK, OK, OK], OVER),
    (Call::EndBoth, [PARAMETER; 6], ON),
    (Call::EndNeither, [PARAMETER; 6], ON),
    (Call::Stop, [OK; 6], ON),
];

/// What each call answers once the backup is stopped, and whether it is over then.
fn stopped(call: Call, state: State) -> (JetErr, bool) {
    let open = matches!(state, State::DatabasesOpen | State::LogsOpen);
    match call {
        Call::Begin | Call::BeginIncremental => (BUSY, false),
        Call::Close => (if open { OK } else { PARAMETER }, false),
        Call::CloseStranger => (PARAMETER, false),
        Call::End => (STOPPED, true),
        Call::EndAbort => (OK, true),
        Call::EndBoth | Call::EndNeither => (PARAMETER, false),
        Call::Stop => (OK, false),
        _ => (STOPPED, false),
    }
}

/// An instance whose database has a full backup, and the calls on it.
struct Bench {
    world: World,
    backup: ExternalBackup,
    handle: FileHandle,
}

impl Bench {
    fn new() -> Self {
        let world = World::new();
        let db = world.create("a.edb");
        world.fill(&db, 1..20, 100);
        let backup = ExternalBackup::new(&world.instance);
        let mut bench = Self {
            world,
            backup,
            handle: FileHandle(u64::MAX),
        };
        bench.full();
        bench
    }

    /// A whole backup that truncates.
    fn full(&mut self) {
        self.backup.begin(0).unwrap();
        copy(&self.backup, &at("a.edb")).unwrap();
        for log in self.backup.log_info().unwrap().files {
            copy(&self.backup, &log).unwrap();
        }
        self.backup.truncate_log().unwrap();
        self.backup.end().unwrap();
    }

    fn reach(&mut self, state: State) {
        match state {
            State::NotStarted => {}
            State::Databases => self.backup.begin(0).unwrap(),
            State::DatabasesOpen => {
                self.reach(State::Databases);
                self.handle = self.backup.open_file(&at("a.edb")).unwrap().handle;
            }
            State::Logs => {
                self.reach(State::Databases);
                copy(&self.backup, &at("a.edb")).unwrap();
                self.backup.log_info().unwrap();
            }
            State::LogsOpen => {
                self.reach(State::Logs);
                let log = self.backup.log_info().unwrap().files[0].clone();
                self.handle = self.backup.open_file(&log).unwrap().handle;
            }
            State::Incremental => self.backup.begin(BEGIN_INCREMENTAL).unwrap(),
        }
    }

    fn call(&mut self, call: Call) -> JetErr {
        let b = &self.backup;
        let mut buf = Aligned::new(64 * 1024);
        match call {
            Call::Begin => jet(&b.begin(0)),
            Call::BeginIncremental => jet(&b.begin(BEGIN_INCREMENTAL)),
            Call::AttachInfo => jet(&b.attach_info()),
            Call::OpenDatabase => jet(&b.open_file(&at("a.edb"))),
            Call::OpenNothing => jet(&b.open_file(Path::new(""))),
            Call::OpenAbsent => jet(&b.open_file(&at("none.txt"))),
            Call::OpenAbsentLog => jet(&b.open_file(&at("edb0FFFF.log"))),
            Call::OpenCurrentLog => jet(&b.open_file(&at("edb.log"))),
            Call::OpenNoLogsName => jet(&b.open_file(Path::new("none.log"))),
            Call::Read => jet(&b.read_file(self.handle, buf.get())),
            Call::ReadOff => jet(&b.read_file(self.handle, buf.off())),
            Call::Close => jet(&b.close_file(self.handle)),
            Call::CloseStranger => jet(&b.close_file(FileHandle(u64::MAX))),
            Call::LogInfo => jet(&b.log_info()),
            Call::TruncateInfo => jet(&b.truncate_log_info()),
            Call::Truncate => jet(&b.truncate_log()),
            Call::End => jet(&b.end()),
            Call::EndAbort => jet(&b.end2(END_ABORT)),
            Call::EndBoth => jet(&b.end2(END_NORMAL | END_ABORT)),
            Call::EndNeither => jet(&b.end2(END_TRUNCATE_DONE)),
            Call::Stop => {
                b.stop();
                OK
            }
        }
    }
}

#[test]
fn every_call_in_every_state() {
    let mut bench = Bench::new();
    for (call, answers, over) in TABLE {
        for ((state, answer), over) in STATES.into_iter().zip(answers).zip(over) {
            bench.reach(state);
            assert_eq!(bench.call(*call), *answer, "{call:?} in {state:?}");
            assert_eq!(!bench.backup.is_running(), *over, "{call:?} in {state:?}");
            let _ = bench.backup.end2(END_ABORT);
            assert!(!bench.backup.is_running());
        }
    }
}

#[test]
fn every_call_in_every_state_after_a_stop() {
    let mut bench = Bench::new();
    for (call, ..) in TABLE {
        for state in STATES.into_iter().filter(|s| *s != State::NotStarted) {
            bench.reach(state);
            bench.backup.stop();
            let (answer, over) = stopped(*call, state);
            assert_eq!(bench.call(*call), answer, "{call:?} in {state:?}, stopped");
            assert_eq!(!bench.backup.is_running(), over, "{call:?} in {state:?}");
            let _ = bench.backup.end2(END_ABORT);
        }
    }
    // A stop without a backup does not hit the next one.
    bench.backup.stop();
    bench.full();
}

#[test]
fn after_the_service_was_stopped_only_the_stop_answers() {
    let refused = JetErr::CLIENT_REQUEST_TO_STOP_JET_SERVICE;
    for state in STATES {
        let mut bench = Bench::new();
        bench.reach(state);
        bench.world.instance.stop_service();
        for (call, ..) in TABLE {
            let parameter = matches!(call, Call::EndBoth | Call::EndNeither);
            let wanted = match call {
                Call::Stop => OK,
                _ => refused,
            };
            assert_eq!(bench.call(*call), wanted, "{call:?} {parameter}");
        }
        let clean = bench.world.instance.term(TermKind::Clean);
        match state {
            State::NotStarted => clean.unwrap(),
            _ => {
                assert_eq!(clean.unwrap_err().jet_err(), BUSY);
                bench.world.instance.term(TermKind::Abrupt).unwrap();
            }
        }
    }
}

#[test]
fn an_instance_that_ends() {
    for (kind, state) in [
        (TermKind::Abrupt, State::DatabasesOpen),
        (TermKind::Dirty, State::LogsOpen),
    ] {
        let mut bench = Bench::new();
        bench.reach(state);
        // With a backup, a clean end is refused, and nothing else has happened.
        let refused = bench.world.instance.term(TermKind::Clean).unwrap_err();
        assert_eq!(refused.jet_err(), BUSY);
        assert_eq!(bench.call(Call::Read), OK);
        // Nor does it hinder later backups.
        bench.backup.end2(END_ABORT).unwrap();
        bench.reach(state);
        bench.world.instance.term(kind).unwrap();
        for (call, ..) in TABLE {
            let wanted = match call {
                Call::Stop => OK,
                _ => JetErr::NOT_INITIALIZED,
            };
            assert_eq!(bench.call(*call), wanted, "{call:?}");
        }
    }
}

/// What every call but the stop answers, asked by another thread within a write of the end.
fn asked_while_it_ends(kind: TermKind, backup_runs: bool) -> Vec<JetErr> {
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    let backup: Arc<OnceLock<Arc<ExternalBackup>>> = Arc::default();
    let (armed, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::default()));
    let hook = {
        let (backup, armed, answers) = (backup.clone(), armed.clone(), Arc::clone(&answers));
        move |when, op: Op<'_>| {
            let writes = when == When::Before && matches!(op, Op::Write { .. });
            if writes && armed.swap(false, Ordering::SeqCst) {
                let (backup, (said, heard)) = (backup.get().unwrap().clone(), channel());
                std::thread::spawn(move || said.send(every_answer(&backup)));
                let waits = Duration::from_secs(60);
                *answers.lock().unwrap() = heard.recv_timeout(waits).expect("a call waits");
            }
            Ok(())
        }
    };
    let hooked = HookedFileSystem::new(Arc::new(memory.clone()), hook);
    let params = crate::world::params(ese_core::format::ids::PageSize::K4);
    let world = World::over(memory, Arc::new(hooked), params);
    let db = world.create("a.edb");
    world.fill(&db, 1..50, 300);
    drop(db);
    let this = backup.get_or_init(|| Arc::new(ExternalBackup::new(&world.instance)));
    if backup_runs {
        this.begin(0).unwrap();
        this.open_file(&at("a.edb")).unwrap();
    }
    armed.store(true, Ordering::SeqCst);
    world.instance.term(kind).unwrap();
    std::mem::take(&mut *answers.lock().unwrap())
}

fn every_answer(backup: &ExternalBackup) -> Vec<JetErr> {
    let mut buf = Aligned::new(16 * 4096);
    let handle = FileHandle(1);
    backup.stop();
    vec![
        jet(&backup.begin(0)),
        jet(&backup.begin(BEGIN_INCREMENTAL)),
        jet(&backup.begin(0x80)),
        jet(&backup.attach_info()),
        jet(&backup.open_file(&at("a.edb"))),
        jet(&backup.open_file(Path::new(""))),
        jet(&backup.read_file(handle, buf.get())),
        jet(&backup.close_file(handle)),
        jet(&backup.log_info()),
        jet(&backup.truncate_log_info()),
        jet(&backup.truncate_log()),
        jet(&backup.end()),
        jet(&backup.end2(END_ABORT)),
        jet(&backup.end2(END_ABORT | END_NORMAL)),
    ]
}

/// A dirty end is over before anybody can ask: it writes nothing.
#[test]
fn while_an_instance_ends_only_the_stop_answers() {
    for (kind, backup_runs) in [
        (TermKind::Clean, false),
        (TermKind::Abrupt, true),
        (TermKind::Abrupt, false),
    ] {
        let answers = asked_while_it_ends(kind, backup_runs);
        assert_eq!(answers, [JetErr::TERM_IN_PROGRESS; 14], "{kind:?}");
    }
}

#[test]
fn a_stop_in_the_middle_of_an_abrupt_end_is_the_servers() {
    let mut bench = Bench::new();
    bench.reach(State::DatabasesOpen);
    assert!(!bench.backup.stop_handle().is_stopped());
    bench.world.instance.term(TermKind::Abrupt).unwrap();
    assert!(bench.backup.stop_handle().is_stopped());
}

#[test]
fn begin_refuses_in_the_contracts_order() {
    // Logging off.
    let mut params = crate::world::params(ese_core::format::ids::PageSize::K4);
    params.recovery = false;
    let world = World::of(params);
    let backup = ExternalBackup::new(&world.instance);
    assert_eq!(jet(&backup.begin(0)), JetErr::LOGGING_DISABLED);
    assert_eq!(jet(&backup.begin(0x1000)), JetErr::LOGGING_DISABLED);
    assert_eq!(jet(&backup.attach_info()), NONE);
    // Circular logging.
    let mut params = crate::world::params(ese_core::format::ids::PageSize::K4);
    params.circular = true;
    let world = World::of(params);
    let backup = ExternalBackup::new(&world.instance);
    assert_eq!(
        jet(&backup.begin(BEGIN_INCREMENTAL)),
        JetErr::INVALID_BACKUP
    );
    assert_eq!(jet(&backup.begin(0x1001)), JetErr::INVALID_GRBIT);
    // Every bit.
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..5, 10);
    let backup = ExternalBackup::new(&world.instance);
    assert_eq!(
        jet(&backup.begin(BEGIN_INCREMENTAL)),
        JetErr::MISSING_FULL_BACKUP
    );
    for bit in 1..32 {
        assert_eq!(jet(&backup.begin(1 << bit)), JetErr::INVALID_GRBIT, "{bit}");
    }
    // Of two who begin, one does.
    backup.begin(0).unwrap();
    let other = ExternalBackup::new(&world.instance);
    assert_eq!(jet(&other.begin(0)), BUSY);
    assert_eq!(jet(&other.end()), NONE);
    backup.end2(END_ABORT).unwrap();
    other.begin(0).unwrap();
    drop(other);
    backup.begin(0).unwrap();
}

#[test]
fn what_a_backup_holds_back() {
    let world = World::new();
    let b = world.create("b.edb");
    drop(b);
    world.instance.detach(&at("b.edb")).unwrap();
    let db = world.create("a.edb");
    world.fill(&db, 1..5, 10);
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    for _ in ["running", "stopped"] {
        let attach = |name: &str| {
            let answer = world.instance.attach(&at(name), &AttachOptions::default());
            answer.map(|_| ()).unwrap_err().jet_err()
        };
        assert_eq!(attach("b.edb"), BUSY);
        assert_eq!(attach("a.edb"), BUSY);
        assert_eq!(attach("none.edb"), JetErr::FILE_NOT_FOUND);
        let detach = |name: &str| world.instance.detach(&at(name)).unwrap_err().jet_err();
        assert_eq!((detach("a.edb"), detach("none.edb")), (BUSY, BUSY));
        backup.stop();
    }
    // Creating is not held back, and the new one belongs to the next backup at once.
    let c = world
        .instance
        .create(at("c.edb"), &CreateOptions::default());
    backup.end2(END_ABORT).unwrap();
    backup.begin(0).unwrap();
    let d = world
        .instance
        .create(at("d.edb"), &CreateOptions::default());
    let attached: Vec<PathBuf> = backup.attach_info().unwrap();
    assert_eq!(attached, [at("a.edb"), at("c.edb"), at("d.edb")]);
    copy(&backup, Path::new("d.edb")).unwrap();
    drop((c, d));
    backup.end2(END_ABORT).unwrap();
    world.instance.detach(&at("d.edb")).unwrap();
}
