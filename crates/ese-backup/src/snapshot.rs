//! Sessions of OS snapshots (VSS): instances stand still while somebody copies the volume.
//!
//! ```text
//! prepare ─► freeze ─► thaw ─► (truncate)* ─► end
//!                 └─(time over)─► timed out ─► abort
//! ```
//! Source: behaviour of backup §11. The functions are those of the API by name; instances are the
//! [`ExternalBackup`]s that stand for them.
//!
//! Invariants: an instance is in one session only, and from the freeze on held as by any backup; whatever
//! ends a session thaws first; nothing is recorded of one that was aborted or ran out of time.
#![forbid(unsafe_code)]

use crate::external::{BackupError, ExternalBackup};
use ese_core::JetErr;
use ese_core::backup_port::{Freeze, Reservation, Step};
use ese_core::format::ids::BkInfo;
use ese_core::format::log_record::{BackupPhase, BackupScope, BackupType};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// `JET_bitIncrementalSnapshot`.
pub const PREPARE_INCREMENTAL: u32 = 1;
/// `JET_bitCopySnapshot`.
pub const PREPARE_COPY: u32 = 2;
/// `JET_bitContinueAfterThaw`.
pub const PREPARE_CONTINUE_AFTER_THAW: u32 = 4;
/// `JET_bitExplicitPrepare`.
pub const PREPARE_EXPLICIT: u32 = 8;
/// `JET_bitAllDatabasesSnapshot`.
pub const TRUNCATE_ALL_DATABASES: u32 = 1;
/// `JET_bitAbortSnapshot`.
pub const END_ABORT_SNAPSHOT: u32 = 1;
/// JET_paramOSSnapshotTimeout by default.
pub const FREEZE_MOST: Duration = Duration::from_secs(70);
/// `JET_wrnNyi`, for an instance outside of the session.
const NOT_IN_SESSION: JetErr = JetErr(-1);

/// A snapshot session. Never given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SnapshotId(pub u64);

/// What a freeze says of an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrozenInstance {
    /// Which of the session's instances, in the order in which they became members.
    pub member: usize,
    /// Its logged databases.
    pub databases: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Prepared,
    Frozen,
    Thawed,
    TimedOut,
}

struct Member {
    external: Arc<ExternalBackup>,
    held: Option<Held>,
}

/// An instance from the freeze on.
struct Held {
    reservation: Reservation,
    freeze: Option<Freeze>,
    info: BkInfo,
    databases: Vec<PathBuf>,
}

struct Session {
    grbit: u32,
    stage: Stage,
    members: Vec<Member>,
}

/// All snapshot sessions of a process.
#[derive(Default)]
pub struct Snapshots(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    sessions: BTreeMap<SnapshotId, Session>,
    last: u64,
}

impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots").finish_non_exhaustive()
    }
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, BackupError> {
    Err(BackupError::refused(err, what))
}

fn bits(grbit: u32, known: u32) -> Result<(), BackupError> {
    match grbit & !known {
        0 => Ok(()),
        _ => refused(JetErr::INVALID_GRBIT, "unknown bits"),
    }
}

fn sequence<T>() -> Result<T, BackupError> {
    refused(
        JetErr::OS_SNAPSHOT_INVALID_SEQUENCE,
        "not at this step of the snapshot",
    )
}

fn not_allowed<T>(what: &str) -> Result<T, BackupError> {
    refused(JetErr::OS_SNAPSHOT_NOT_ALLOWED, what)
}

impl Inner {
    fn session(&mut self, id: SnapshotId) -> Result<&mut Session, BackupError> {
        let Some(session) = self.sessions.get_mut(&id) else {
            return refused(
                JetErr::OS_SNAPSHOT_INVALID_SNAP_ID,
                "there is no such snapshot",
            );
        };
        session.look_at_the_time();
        Ok(session)
    }

    fn is_member(&self, external: &Arc<ExternalBackup>) -> bool {
        let mut members = self.sessions.values().flat_map(|s| &s.members);
        members.any(|m| Arc::ptr_eq(&m.external, external))
    }
}

impl Snapshots {
    /// JetOSSnapshotPrepare. Of the `instances` that there are, `running` are initialised; without
    /// [`PREPARE_EXPLICIT`] all of these that are in no session become members.
    ///
    /// # Errors
    /// JET_errInvalidGrbit; JET_errNotInitialized when there is no instance.
    pub fn prepare(
        &self,
        grbit: u32,
        instances: usize,
        running: &[Arc<ExternalBackup>],
    ) -> Result<SnapshotId, BackupError> {
        bits(
            grbit,
            PREPARE_INCREMENTAL | PREPARE_COPY | PREPARE_CONTINUE_AFTER_THAW | PREPARE_EXPLICIT,
        )?;
        if instances == 0 {
            return refused(JetErr::NOT_INITIALIZED, "there is no instance");
        }
        let mut inner = self.0.lock();
        let wanted = match grbit & PREPARE_EXPLICIT {
            0 => running,
            _ => &[],
        };
        let free = wanted.iter().filter(|e| !inner.is_member(e));
        let members = free.map(Member::new).collect();
        inner.last = inner.last.wrapping_add(1);
        let id = SnapshotId(inner.last);
        inner.sessions.insert(
            id,
            Session {
                grbit,
                stage: Stage::Prepared,
                members,
            },
        );
        Ok(id)
    }

    /// JetOSSnapshotPrepareInstance.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId, JET_errOSSnapshotInvalidSequence;
    /// JET_errOSSnapshotNotAllowed for an instance in a backup, in a session, or not running.
    pub fn prepare_instance(
        &self,
        id: SnapshotId,
        external: &Arc<ExternalBackup>,
        grbit: u32,
    ) -> Result<(), BackupError> {
        bits(grbit, 0)?;
        let mut inner = self.0.lock();
        let member = inner.is_member(external);
        let session = inner.session(id)?;
        if session.stage != Stage::Prepared {
            return sequence();
        }
        if member || external.is_running() || external.port().check().is_err() {
            return not_allowed("the instance is in a backup or in a snapshot, or does not run");
        }
        session.members.push(Member::new(external));
        Ok(())
    }

    /// JetOSSnapshotFreeze: when it returns, nothing of the members changes on the disk, for at most
    /// `most`. Gives those that have logged databases.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId, JET_errOSSnapshotInvalidSequence;
    /// JET_errOSSnapshotNotAllowed when a member is in a backup; JET_errMissingFullBackup,
    /// JET_errInvalidBackup of an incremental one; errors of the log. Nothing is frozen then.
    pub fn freeze(
        &self,
        id: SnapshotId,
        grbit: u32,
        most: Duration,
    ) -> Result<Vec<FrozenInstance>, BackupError> {
        bits(grbit, 0)?;
        let mut inner = self.0.lock();
        let session = inner.session(id)?;
        if session.stage != Stage::Prepared {
            return sequence();
        }
        let incremental = session.is_incremental();
        for member in &mut session.members {
            match member.freeze(incremental, most) {
                Ok(held) => member.held = Some(held),
                Err(e) => {
                    session.let_go();
                    return Err(e);
                }
            }
        }
        session.stage = Stage::Frozen;
        Ok(session.frozen())
    }

    /// JetOSSnapshotGetFreezeInfo: what the freeze said; in every step.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId.
    pub fn freeze_info(
        &self,
        id: SnapshotId,
        grbit: u32,
    ) -> Result<Vec<FrozenInstance>, BackupError> {
        bits(grbit, 0)?;
        Ok(self.0.lock().session(id)?.frozen())
    }

    /// JetOSSnapshotThaw. Without [`PREPARE_CONTINUE_AFTER_THAW`] it is the end as well, and recorded.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId, JET_errOSSnapshotInvalidSequence;
    /// JET_errOSSnapshotTimeOut, each time, when the time was over before.
    pub fn thaw(&self, id: SnapshotId, grbit: u32) -> Result<(), BackupError> {
        bits(grbit, 0)?;
        let mut inner = self.0.lock();
        let session = inner.session(id)?;
        match session.stage {
            Stage::Frozen => {}
            Stage::TimedOut => {
                return refused(
                    JetErr::OS_SNAPSHOT_TIME_OUT,
                    "the instances went on before the thaw",
                );
            }
            Stage::Prepared | Stage::Thawed => return sequence(),
        }
        session.thaw()?;
        if session.grbit & PREPARE_CONTINUE_AFTER_THAW != 0 {
            return Ok(());
        }
        let recorded = session.record();
        inner.sessions.remove(&id);
        recorded
    }

    /// JetOSSnapshotTruncateLog: of every member. Deletes only with [`TRUNCATE_ALL_DATABASES`].
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId; JET_errOSSnapshotInvalidSequence before the
    /// thaw, and of a copy; the first log that can't be deleted.
    pub fn truncate(&self, id: SnapshotId, grbit: u32) -> Result<(), BackupError> {
        self.truncate_where(id, grbit, |_| true).map(|_| ())
    }

    /// JetOSSnapshotTruncateLogInstance: of one.
    ///
    /// # Errors
    /// As [`Snapshots::truncate`]; JET_wrnNyi (-1) for an instance that is no member.
    pub fn truncate_instance(
        &self,
        id: SnapshotId,
        external: &Arc<ExternalBackup>,
        grbit: u32,
    ) -> Result<(), BackupError> {
        let of = |m: &Member| Arc::ptr_eq(&m.external, external);
        match self.truncate_where(id, grbit, of)? {
            0 => refused(NOT_IN_SESSION, "the instance is not in this snapshot"),
            _ => Ok(()),
        }
    }

    fn truncate_where(
        &self,
        id: SnapshotId,
        grbit: u32,
        of: impl Fn(&Member) -> bool,
    ) -> Result<usize, BackupError> {
        bits(grbit, TRUNCATE_ALL_DATABASES)?;
        let mut inner = self.0.lock();
        let session = inner.session(id)?;
        if session.stage != Stage::Thawed || session.grbit & PREPARE_COPY != 0 {
            return sequence();
        }
        let mut members = 0;
        for member in session.members.iter().filter(|m| of(m)) {
            members += 1;
            let circular = member.external.port().params().circular;
            if let Some(held) = &member.held
                && grbit & TRUNCATE_ALL_DATABASES != 0
                && !circular
            {
                let checkpoint = held.reservation.port().checkpoint_generation()?;
                let last = i32::try_from(held.info.gen_high).unwrap_or(0);
                held.reservation.delete_logs(last.min(checkpoint))?;
            }
        }
        Ok(members)
    }

    /// JetOSSnapshotEnd: from the first step, or after the thaw, when it is recorded. With
    /// [`END_ABORT_SNAPSHOT`] from any step, and nothing is.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId; JET_errOSSnapshotInvalidSequence while frozen
    /// or timed out: the session goes on.
    pub fn end(&self, id: SnapshotId, grbit: u32) -> Result<(), BackupError> {
        bits(grbit, END_ABORT_SNAPSHOT)?;
        let mut inner = self.0.lock();
        let session = inner.session(id)?;
        let ended = match (grbit & END_ABORT_SNAPSHOT != 0, session.stage) {
            (true, _) => session.abort(),
            (false, Stage::Prepared) => Ok(()),
            (false, Stage::Thawed) => session.record(),
            (false, Stage::Frozen | Stage::TimedOut) => return sequence(),
        };
        inner.sessions.remove(&id);
        ended
    }

    /// JetOSSnapshotAbort.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSnapId; errors of the log: the session is over all the
    /// same.
    pub fn abort(&self, id: SnapshotId, grbit: u32) -> Result<(), BackupError> {
        bits(grbit, 0)?;
        self.end(id, END_ABORT_SNAPSHOT)
    }
}

impl Member {
    fn new(external: &Arc<ExternalBackup>) -> Self {
        Self {
            external: Arc::clone(external),
            held: None,
        }
    }

    fn freeze(&self, incremental: bool, most: Duration) -> Result<Held, BackupError> {
        let port = self.external.port();
        if port.check().is_err() || self.external.is_running() {
            return not_allowed("an instance is in a backup, or does not run");
        }
        let Ok(reservation) = port.reserve(false, Arc::new(|| {})) else {
            return not_allowed("an instance is in a backup");
        };
        let mut info = BkInfo {
            time: port.now(),
            ..BkInfo::default()
        };
        let databases = reservation.databases();
        if incremental {
            let continues = |h: &ese_core::format::db_header::DbHeader| {
                !h.bkinfo_full_prev.is_none()
                    && h.bkinfo_type_full_prev == BackupType::OS_SNAPSHOT.0
            };
            if !databases.iter().all(|db| continues(db.header())) {
                return refused(
                    JetErr::MISSING_FULL_BACKUP,
                    "no full snapshot is recorded that could be continued",
                );
            }
            if port.params().circular {
                return refused(
                    JetErr::INVALID_BACKUP,
                    "an incremental snapshot needs logs that circular logging does not keep",
                );
            }
            reservation.keep_all()?;
        } else {
            let first = reservation.keep_from_checkpoint()?;
            info.gen_low = u32::try_from(first).unwrap_or(0);
        }
        reservation.log_step(&step(BackupPhase::BEGIN, incremental, info))?;
        let prepare = step(BackupPhase::PREPARE_LOGS, incremental, info);
        let freeze = reservation.freeze(&prepare, most)?;
        Ok(Held {
            reservation,
            freeze: Some(freeze),
            info,
            databases: databases.iter().map(|db| db.path().to_path_buf()).collect(),
        })
    }
}

/// A step of no one database: only the time goes with it.
fn step(phase: BackupPhase, incremental: bool, info: BkInfo) -> Step {
    Step {
        phase,
        kind: BackupType::OS_SNAPSHOT,
        scope: match incremental {
            true => BackupScope::INCREMENTAL,
            false => BackupScope::FULL,
        },
        info: BkInfo {
            time: info.time,
            ..BkInfo::default()
        },
    }
}

impl Session {
    fn is_incremental(&self) -> bool {
        self.grbit & PREPARE_INCREMENTAL != 0
    }

    fn held(&self) -> impl Iterator<Item = &Held> {
        self.members.iter().filter_map(|m| m.held.as_ref())
    }

    fn look_at_the_time(&mut self) {
        let over = |held: &Held| held.freeze.as_ref().is_some_and(Freeze::is_timed_out);
        if self.stage == Stage::Frozen && self.held().any(over) {
            self.stage = Stage::TimedOut;
        }
    }

    fn frozen(&self) -> Vec<FrozenInstance> {
        let members = self.members.iter().enumerate();
        let of = |(member, m): (usize, &Member)| {
            let databases = m.held.as_ref()?.databases.clone();
            (!databases.is_empty()).then_some(FrozenInstance { member, databases })
        };
        members.filter_map(of).collect()
    }

    /// Everybody goes on; what was frozen is known by its generations then.
    fn thaw(&mut self) -> Result<(), BackupError> {
        let incremental = self.is_incremental();
        let mut first_error = None;
        for held in self.members.iter_mut().filter_map(|m| m.held.as_mut()) {
            let Some(freeze) = held.freeze.take() else {
                continue;
            };
            match freeze.thaw() {
                Ok(at) => {
                    held.info.mark = at;
                    held.info.gen_high =
                        u32::try_from(at.generation.saturating_sub(1)).unwrap_or(0);
                    if incremental {
                        let oldest = held.reservation.closed_logs()?.first().map(|(g, _)| *g);
                        let oldest = oldest.and_then(|g| u32::try_from(g).ok());
                        held.info.gen_low = oldest.unwrap_or(held.info.gen_high);
                    }
                }
                Err(e) => first_error = Some(e),
            }
        }
        self.stage = Stage::Thawed;
        first_error.map_or(Ok(()), |e| Err(e.into()))
    }

    fn record(&self) -> Result<(), BackupError> {
        let scope = match (self.is_incremental(), self.grbit & PREPARE_COPY != 0) {
            (false, false) => BackupScope::FULL,
            (false, true) => BackupScope::COPY,
            (true, false) => BackupScope::INCREMENTAL,
            (true, true) => BackupScope::DIFFERENTIAL,
        };
        for held in self.held() {
            for db in held.reservation.databases() {
                // One that was created behind the thaw is not in the snapshot.
                if held.databases.iter().any(|path| path == db.path()) {
                    held.reservation
                        .stamp(&db, scope, BackupType::OS_SNAPSHOT, held.info)?;
                }
            }
            let stop = step(BackupPhase::STOP, self.is_incremental(), held.info);
            held.reservation.log_step(&stop)?;
        }
        Ok(())
    }

    fn abort(&mut self) -> Result<(), BackupError> {
        let thawed = match self.stage {
            Stage::Frozen | Stage::TimedOut => self.thaw(),
            Stage::Prepared | Stage::Thawed => Ok(()),
        };
        for held in self.held() {
            for phase in [BackupPhase::ABORT, BackupPhase::STOP] {
                let aborted = step(phase, self.is_incremental(), held.info);
                held.reservation.log_step(&aborted)?;
            }
        }
        thawed
    }

    /// A freeze that did not come about: those that are frozen go on.
    fn let_go(&mut self) {
        for member in &mut self.members {
            member.held = None;
        }
    }
}
