//! One instance as the C interface sees it: name, parameters, how far its life has come, the engine.
//!
//! Invariants: the parameters of an instance are its own from the moment it is made; defaults that
//! change later do not reach it. The end of the instance waits until nobody is inside: it takes the door of
//! each session, by which calls with one come in ([`crate::door`]); others count themselves in
//! (`Instance::enter`).
#![forbid(unsafe_code)]

use crate::database::Attached;
use crate::gate::{Refusal, demand, refuse};
use crate::handles::lock;
use crate::params::{Param, Value, Values};
use crate::session::Ending;
use crate::types::JET_SESID;
use ese_backup::external::ExternalBackup;
use ese_core::JetErr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// How far the life of an instance has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Made, and its parameters may be set.
    Created = 0,
    /// JetInit is at work.
    Initialising = 1,
    /// Sessions may begin.
    Running = 2,
    /// JetTerm is at work.
    Terminating = 3,
    /// JetRestoreInstance is at work.
    Restoring = 4,
}

/// One instance.
pub(crate) struct Instance {
    /// `None` where the program gave none; an empty name is one (behaviour-instances.md §1).
    pub(crate) name: Option<Vec<u16>>,
    params: Mutex<Values>,
    phase: AtomicU8,
    /// Calls that are inside without a session.
    inside: AtomicUsize,
    /// Handles of its sessions: who is inside of one is inside of the instance.
    sessions: Mutex<Vec<JET_SESID>>,
    /// JetStopService: nothing new begins.
    stopped: AtomicBool,
    running: Mutex<Option<Arc<Running>>>,
}

/// What an initialised instance has.
pub(crate) struct Running {
    /// The engine.
    pub(crate) core: ese_core::instance::Instance,
    /// Its streaming backup.
    pub(crate) backup: Arc<ExternalBackup>,
    /// Attached databases, by their number.
    databases: Mutex<Vec<Arc<Attached>>>,
    /// Folders that no other instance may have (JET_paramLogFilePath, JET_paramSystemPath); `None`
    /// where nothing is logged.
    pub(crate) folders: Option<(PathBuf, PathBuf)>,
    /// File of the temporary database; `None` where there is none.
    pub(crate) temp: Option<PathBuf>,
    /// For who backs the program up from outside, where it was asked for.
    #[cfg(unix)]
    _control: Option<ese_backup::ControlSocket>,
}

/// Names the place of a control socket (docs/backup.md).
#[cfg(unix)]
const CONTROL_SOCKET: &str = "ESE_CONTROL_SOCKET";

/// The socket that the environment asks for. Without it the program runs as well: what is in the way
/// is told to the trace only. Of several instances of a process the first has it.
#[cfg(unix)]
fn control_socket(
    core: &ese_core::instance::Instance,
    backup: &ExternalBackup,
) -> Option<ese_backup::ControlSocket> {
    let place = PathBuf::from(std::env::var_os(CONTROL_SOCKET).filter(|p| !p.is_empty())?);
    let opened = ese_backup::ControlSocket::open(core, &place, vec![backup.stop_handle()]);
    opened
        .inspect_err(|e| {
            tracing::warn!(place = %place.display(), error = %e, "there is no control socket");
        })
        .ok()
}

impl Running {
    /// A started engine.
    pub(crate) fn new(
        core: ese_core::instance::Instance,
        folders: Option<(PathBuf, PathBuf)>,
        temp: Option<PathBuf>,
    ) -> Self {
        let backup = Arc::new(ExternalBackup::new(&core));
        Self {
            #[cfg(unix)]
            _control: control_socket(&core, &backup),
            backup,
            core,
            databases: Mutex::default(),
            folders,
            temp,
        }
    }

    /// The attached databases, by their number; locked while one is attached or detached.
    pub(crate) fn databases(&self) -> MutexGuard<'_, Vec<Arc<Attached>>> {
        lock(&self.databases)
    }
}

/// A call that is inside of an instance; dropped, it is out.
pub(crate) struct Inside<'i>(&'i Instance);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Instance {
    /// An instance with parameters of its own.
    pub(crate) fn new(name: Option<Vec<u16>>, params: Values) -> Self {
        Self {
            name,
            params: Mutex::new(params),
            phase: AtomicU8::new(Phase::Created as u8),
            inside: AtomicUsize::new(0),
            sessions: Mutex::default(),
            stopped: AtomicBool::new(false),
            running: Mutex::default(),
        }
    }

    /// Its parameters.
    pub(crate) fn params(&self) -> MutexGuard<'_, Values> {
        lock(&self.params)
    }

    /// A numeric parameter.
    pub(crate) fn number(&self, id: u32) -> usize {
        self.params().number(id)
    }

    /// A textual parameter.
    pub(crate) fn text(&self, id: u32) -> Vec<u16> {
        match Param::of(id).map(|p| self.params().get(p).clone()) {
            Ok(Value::Text(text)) => text,
            _ => Vec::new(),
        }
    }

    /// How far its life has come.
    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::SeqCst) {
            0 => Phase::Created,
            1 => Phase::Initialising,
            2 => Phase::Running,
            4 => Phase::Restoring,
            _ => Phase::Terminating,
        }
    }

    /// It goes on to `to`, if it is at `from`.
    pub(crate) fn advance(&self, from: Phase, to: Phase) -> bool {
        let (from, to) = (from as u8, to as u8);
        let done = (self.phase).compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst);
        done.is_ok()
    }

    /// `true` once parameters that are fixed at initialisation can't change any more.
    pub(crate) fn is_initialised(&self) -> bool {
        self.phase() != Phase::Created
    }

    /// Nothing new begins (JetStopService).
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// Whether it was stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Gives it its engine.
    pub(crate) fn set_running(&self, running: Option<Arc<Running>>) {
        *lock(&self.running) = running;
    }

    /// Its engine, whatever its phase.
    pub(crate) fn engine(&self) -> Option<Arc<Running>> {
        lock(&self.running).clone()
    }

    /// The engine for a call about an instance (behaviour-instances.md §2, "instance calls").
    ///
    /// `stop`: refused after JetStopService.
    pub(crate) fn running(&self, stop: bool) -> Result<Arc<Running>, Refusal> {
        demand(
            !stop || !self.is_stopped(),
            JetErr::CLIENT_REQUEST_TO_STOP_JET_SERVICE,
        )?;
        match self.phase() {
            Phase::Terminating => refuse(JetErr::TERM_IN_PROGRESS),
            Phase::Restoring => refuse(JetErr::RESTORE_IN_PROGRESS),
            Phase::Created | Phase::Initialising => refuse(JetErr::NOT_INITIALIZED),
            Phase::Running => self.engine().ok_or(Refusal(JetErr::NOT_INITIALIZED)),
        }
    }

    /// A call comes in without a session; refused while the instance ends.
    pub(crate) fn enter(&self) -> Result<Inside<'_>, Refusal> {
        self.inside.fetch_add(1, Ordering::SeqCst);
        let inside = Inside(self);
        self.check_runs()?;
        Ok(inside)
    }

    /// Refuses while the instance does not run.
    #[inline]
    pub(crate) fn check_runs(&self) -> Result<(), Refusal> {
        match self.phase.load(Ordering::SeqCst) == Phase::Running as u8 {
            true => Ok(()),
            false => self.check_runs_not(),
        }
    }

    #[cold]
    fn check_runs_not(&self) -> Result<(), Refusal> {
        match self.phase() {
            Phase::Running => Ok(()),
            Phase::Terminating => refuse(JetErr::TERM_IN_PROGRESS),
            Phase::Restoring => refuse(JetErr::RESTORE_IN_PROGRESS),
            Phase::Created | Phase::Initialising => refuse(JetErr::NOT_INITIALIZED),
        }
    }

    /// One more session; those that are gone are forgotten now and then.
    pub(crate) fn add_session(&self, session: JET_SESID) {
        let mut all = lock(&self.sessions);
        if all.len() == all.capacity() {
            all.retain(|s| crate::session::lives(*s));
        }
        all.push(session);
    }

    /// Waits until nobody is inside, and shuts the doors of all sessions; `None` when this thread is inside,
    /// which would wait for itself (a call out of a callback). Said before: that the instance ends.
    pub(crate) fn wait_until_empty(&self) -> Option<Ending> {
        const NAP: Duration = Duration::from_millis(1);
        let mut ending = Ending::default();
        loop {
            // Asked each time: a call that is inside may make another session.
            let all = lock(&self.sessions).clone();
            let shut = ending.shut(&all)?;
            let empty = shut && self.inside.load(Ordering::SeqCst) == 0;
            if empty && ending.has(&lock(&self.sessions)) {
                return Some(ending);
            }
            std::thread::sleep(NAP);
        }
    }
}
