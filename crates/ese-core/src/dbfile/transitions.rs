//! What the events of a database's life change in its header. Pure: nothing here reads or writes.
//!
//! ```text
//! just_created ──create_finished──▶ dirty ──detached──▶ clean
//!                                     ▲                   │
//!                                     └─────attached──────┘
//! ```
//! In between: [`generations_moved`] (a new log, the waypoint, the checkpoint), [`grown`], [`shrunk`],
//! [`resized_at`], [`set_version`], [`backed_up`], [`reattached`], [`reached`].
//!
//! Source: docs/format/database-header.md §2.5, §2.6; recovery.md §4, §7; the databases and header
//! fields of the witness.
//!
//! Invariants:
//! * high-water marks (dbtime, objid) and generations of a header never go back, but for the end
//!   ([`detached`]) and logs that are given up ([`committed_lost`]);
//! * no field is touched that the original's does not touch, but for the flavour bits of `db_flags`,
//!   which are left as they are.
#![forbid(unsafe_code)]

use crate::format::db_header::{DbHeader, DbState};
use crate::format::header_page::{FileType, HEADER_MAGIC};
use crate::format::ids::{BkInfo, Dbtime, Lgpos, LogTime, Objid, PageSize, Signature};
use crate::format::log_record::{BackupScope, BackupType};
use crate::format::version::{Feature, FormatVersion};

/// `db_flags`: there is no shadow catalog.
pub const DB_FLAG_NO_SHADOW_CATALOG: u32 = 0x01;
/// The dbtime that a new database starts from (docs/format/database-header.md §2.4).
pub const DBTIME_START: Dbtime = Dbtime(0x40);
/// The engine format version that is noted in headers as that of this engine
/// (`efv_max_bin_attach`): the newest one that is understood.
pub const ENGINE_EFV: u32 = 9600;
/// Engine format version from which redo lowers the required range to where it begins.
const EFV_LOWER_MIN_REQUIRED: u32 = 9300;

/// A log generation and its creation time, as its header has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Generation {
    /// Number, from 1.
    pub number: i32,
    /// Creation time (tmCreate).
    pub created: LogTime,
}

/// The highest dbtime and object id given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// dbtime.
    pub dbtime: Dbtime,
    /// Object id.
    pub objid: Objid,
}

/// The operating system that a header notes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OsVersion {
    /// Major version.
    pub major: u32,
    /// Minor version.
    pub minor: u32,
    /// Build.
    pub build: u32,
    /// Service pack.
    pub service_pack: u32,
}

/// A database to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Birth {
    /// Its signature.
    pub sign_db: Signature,
    /// Signature of the log sequence; [`Signature::NONE`] without logging.
    pub sign_log: Signature,
    /// Position of the CreateDB record; [`Lgpos::MIN`] without logging.
    pub lgpos: Lgpos,
    /// Slot in the instance, 1 and up.
    pub dbid: u8,
    /// Page size.
    pub page_size: PageSize,
    /// JET_bitDbShadowingOff.
    pub no_shadow_catalog: bool,
}

/// Header of a database whose CreateDB was just logged.
#[must_use]
pub fn just_created(birth: &Birth) -> DbHeader {
    let base = FormatVersion::BASE;
    let generation = birth.lgpos.generation;
    DbHeader {
        magic: HEADER_MAGIC,
        version_major: base.major,
        update_major: base.update_major,
        create_version: base.major,
        create_update: base.update_major,
        dbtime_dirtied: DBTIME_START,
        sign_db: birth.sign_db,
        dbstate: DbState::JustCreated.to_u32(),
        lgpos_attach: birth.lgpos,
        dbid: u32::from(birth.dbid),
        sign_log: birth.sign_log,
        db_flags: if birth.no_shadow_catalog {
            DB_FLAG_NO_SHADOW_CATALOG
        } else {
            0
        },
        // A valid page size fits.
        cb_page_size: u32::try_from(birth.page_size.bytes()).unwrap_or(0),
        gen_min_required: generation,
        gen_max_required: generation,
        gen_max_committed: generation,
        gen_min_consistent: generation,
        filetype: FileType::Database.to_u32(),
        ..DbHeader::default()
    }
}

/// CreateDBFinish: the database is complete. `current`: the generation being written, or replayed.
/// `running`: by the running engine on this system; `None` in redo.
pub fn create_finished(
    h: &mut DbHeader,
    marks: Marks,
    current: Generation,
    now: LogTime,
    running: Option<OsVersion>,
) {
    raise(h, marks);
    h.logtime_attach = now;
    let from = h.lgpos_attach.generation;
    go_dirty(h, from, current);
    resized_at(h, h.lgpos_attach);
    if let Some(os) = running {
        note_os(h, os);
    }
}

/// An attach, by the running engine or by redo of an AttachDB record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attach {
    /// Position of the AttachDB record.
    pub lgpos: Lgpos,
    /// Signature of the log sequence.
    pub sign_log: Signature,
    /// Slot in the instance.
    pub dbid: u8,
    /// The generation being written, or replayed.
    pub current: Generation,
    /// Time of day.
    pub now: LogTime,
    /// Redo.
    pub redo: bool,
}

/// AttachDB: the database is in use from here on. A database that was last in another log sequence
/// loses its position there and its backups.
pub fn attached(h: &mut DbHeader, attach: &Attach) {
    h.gen_recovering = if attach.redo {
        attach.lgpos.generation
    } else {
        0
    };
    match h.state() {
        DbState::DirtyShutdown => {}
        DbState::DirtyAndPatched if attach.lgpos.generation < h.gen_max_required => {}
        _ => went_dirty(h, attach.current),
    }
    let other_sequence = h.sign_log != attach.sign_log;
    if other_sequence {
        h.bkinfo_full_prev = BkInfo::default();
        h.bkinfo_inc_prev = BkInfo::default();
        h.bkinfo_copy_prev = BkInfo::default();
        h.bkinfo_diff_prev = BkInfo::default();
        h.bkinfo_type_full_prev = 0;
        h.bkinfo_type_inc_prev = 0;
        h.bkinfo_type_copy_prev = 0;
        h.bkinfo_type_diff_prev = 0;
    }
    h.bkinfo_full_cur = BkInfo::default();
    h.bkinfo_snapshot_cur = BkInfo::default();
    h.lgpos_attach = attach.lgpos;
    h.lgpos_last_reattach = Lgpos::MIN;
    if other_sequence {
        h.gen_pre_redo_min_required = 0;
        h.gen_pre_redo_min_consistent = 0;
        h.lgpos_consistent = Lgpos::MIN;
        h.lgpos_last_resize = Lgpos::MIN;
        h.sign_log = attach.sign_log;
    }
    resized_at(h, attach.lgpos);
    h.logtime_attach = attach.now;
    h.lgpos_detach = Lgpos::MIN;
    h.logtime_detach = LogTime::NONE;
    h.dbid = u32::from(attach.dbid);
}

/// ReAttach: a database that recovery kept attached is in use again. `running`: by the running
/// engine, not by redo.
pub fn reattached(h: &mut DbHeader, lgpos: Lgpos, now: LogTime, running: bool) {
    h.lgpos_last_reattach = lgpos;
    h.logtime_last_reattach = now;
    if running {
        h.gen_recovering = 0;
        h.bkinfo_full_cur = BkInfo::default();
        h.bkinfo_snapshot_cur = BkInfo::default();
    }
}

/// A clean database is changed from here on, first in generation `current`.
pub fn went_dirty(h: &mut DbHeader, current: Generation) {
    go_dirty(h, current.number, current);
}

/// State dirty: generations `from` to `to` are needed.
fn go_dirty(h: &mut DbHeader, from: i32, to: Generation) {
    h.dbstate = DbState::DirtyShutdown.to_u32();
    h.gen_min_required = from;
    h.gen_min_consistent = from;
    h.gen_max_required = to.number;
    h.gen_max_committed = to.number;
    h.logtime_gen_max_create = to.created;
    h.logtime_gen_max_required = if h.version().has(Feature::LogtimeGenMaxRequired) {
        to.created
    } else {
        LogTime::NONE
    };
}

/// Redo takes the database over in generation `current` (docs/format/recovery.md §4.3), after
/// [`attached`] where a record says so. A clean header goes dirty: the log ran on in it.
pub fn redo_begins(h: &mut DbHeader, current: Generation) {
    if !matches!(h.state(), DbState::DirtyShutdown | DbState::DirtyAndPatched) {
        went_dirty(h, current);
    }
    // A resize in a log that is not needed, and may be gone, is one at the end of those that are.
    if !h.lgpos_last_resize.is_min()
        && h.gen_max_required > 0
        && h.lgpos_last_resize.generation > h.gen_max_required
    {
        h.lgpos_last_resize = Lgpos::new(h.gen_max_required, u16::MAX, u16::MAX);
    }
    let lowers = FormatVersion::of_efv(EFV_LOWER_MIN_REQUIRED).is_some_and(|v| h.version() >= v);
    if lowers && h.gen_min_required > 0 {
        lower(
            &mut h.gen_min_required,
            &mut h.gen_pre_redo_min_required,
            current.number,
        );
        lower(
            &mut h.gen_min_consistent,
            &mut h.gen_pre_redo_min_consistent,
            current.number,
        );
    }
    h.gen_min_consistent = h.gen_min_required;
    reached(h, current.number);
}

/// What lies between `current` and the lowest needed generation may be redone, so a crash needs it.
fn lower(needed: &mut i32, before_redo: &mut i32, current: i32) {
    if current < *needed {
        *before_redo = (*before_redo).max(*needed);
        *needed = current;
    }
}

/// Redo has come to generation `number`.
pub fn reached(h: &mut DbHeader, number: i32) {
    h.gen_recovering = h.gen_recovering.max(number);
}

/// Redo has replayed generation `number` to its end: a patched database whose required logs are
/// through is a dirty one.
pub fn patches_replayed(h: &mut DbHeader, number: i32) {
    if h.state() == DbState::DirtyAndPatched && number >= h.gen_max_required {
        h.dbstate = DbState::DirtyShutdown.to_u32();
    }
}

/// Redo is over.
pub fn redo_ended(h: &mut DbHeader) {
    h.gen_recovering = 0;
}

/// Raises the high-water marks.
pub fn raise(h: &mut DbHeader, marks: Marks) {
    h.dbtime_dirtied = h.dbtime_dirtied.max(marks.dbtime);
    h.objid_last = h.objid_last.max(marks.objid.0);
}

/// A detach, or the end of the instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Detach {
    /// Position of the DetachDB record, or of the ShutDownMark; [`Lgpos::MIN`] without logging.
    pub lgpos: Lgpos,
    /// Time of day.
    pub now: LogTime,
    /// Highest dbtime and object id given out.
    pub marks: Marks,
    /// The end of a restore: backups remembered so far do not count any more.
    pub restored: bool,
}

/// DetachDB, or the end of instance or recovery: the database is clean. A patched one that redo has
/// not brought to its end stays what it is, with the positions and times of the detach.
pub fn detached(h: &mut DbHeader, detach: &Detach) {
    raise(h, detach.marks);
    if h.state() != DbState::DirtyAndPatched {
        h.dbstate = DbState::CleanShutdown.to_u32();
        h.gen_min_required = 0;
        h.gen_max_required = 0;
        h.gen_max_committed = 0;
        h.gen_min_consistent = 0;
        h.gen_pre_redo_min_required = 0;
        h.gen_pre_redo_min_consistent = 0;
        h.logtime_gen_max_create = LogTime::NONE;
        h.logtime_gen_max_required = LogTime::NONE;
    }
    if h.bkinfo_full_cur.gen_low != 0 {
        h.bkinfo_full_cur = BkInfo::default();
        h.bkinfo_inc_prev = BkInfo::default();
        h.bkinfo_type_inc_prev = 0;
    }
    h.bkinfo_snapshot_cur = BkInfo::default();
    if detach.restored {
        h.bkinfo_full_prev = BkInfo::default();
        h.bkinfo_inc_prev = BkInfo::default();
        h.bkinfo_copy_prev = BkInfo::default();
        h.bkinfo_diff_prev = BkInfo::default();
        h.bkinfo_type_full_prev = 0;
        h.bkinfo_type_inc_prev = 0;
    }
    if !detach.lgpos.is_min() {
        h.lgpos_detach = detach.lgpos;
        h.lgpos_consistent = detach.lgpos;
        if h.version().has(Feature::LgposLastResize) {
            h.lgpos_last_resize = detach.lgpos;
        }
    }
    h.logtime_detach = detach.now;
    h.logtime_consistent = detach.now;
}

/// How far logs, waypoint and checkpoint have come. What is `None` has not moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Advance {
    /// The current log generation: it exists, durably.
    pub committed: Option<Generation>,
    /// The waypoint: pages changed up to this generation may be written once the header says so. At
    /// most the current generation.
    pub waypoint: Option<Generation>,
    /// Generation of the checkpoint: nothing before it is needed.
    pub min_required: Option<i32>,
    /// Generation of lgposDbConsistency.
    pub min_consistent: Option<i32>,
}

/// What a change of generations asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moved {
    /// Pages written so far are made durable before the header is written: less log is needed.
    pub sync_first: bool,
    /// The header is written, before the waypoint or the checkpoint moves. `false`: what changed, if
    /// anything, can wait for the next header write.
    pub write: bool,
}

/// A new log generation, a new waypoint, a new checkpoint (docs/format/recovery.md §7.1).
pub fn generations_moved(h: &mut DbHeader, advance: &Advance) -> Moved {
    let mut moved = Moved::default();
    if let Some(waypoint) = advance.waypoint
        && waypoint.number > h.gen_max_required
    {
        h.gen_max_required = waypoint.number;
        h.logtime_gen_max_required = if h.version().has(Feature::LogtimeGenMaxRequired) {
            waypoint.created
        } else {
            LogTime::NONE
        };
        moved.write = true;
    }
    if let Some(committed) = advance.committed
        && committed.number >= h.gen_max_committed
    {
        h.gen_max_committed = committed.number;
        h.logtime_gen_max_create = committed.created;
    }
    let attach = h.lgpos_attach.generation;
    if let Some(min) = advance.min_required
        && min.max(attach) > h.gen_min_required
    {
        h.gen_min_required = min.max(attach);
        if h.gen_min_required >= h.gen_pre_redo_min_required {
            h.gen_pre_redo_min_required = 0;
        }
        moved.sync_first = true;
        moved.write = true;
    }
    if let Some(min) = advance.min_consistent
        && min.max(attach) > h.gen_min_consistent
    {
        h.gen_min_consistent = min.max(attach);
        if h.gen_min_consistent >= h.gen_pre_redo_min_consistent {
            h.gen_pre_redo_min_consistent = 0;
        }
    }
    moved
}

/// The newest logs are lost and given up: `last` is the last that is there
/// (docs/format/recovery.md §3). `true` when the header changed and is to be written.
pub fn committed_lost(h: &mut DbHeader, last: Generation) -> bool {
    if h.gen_max_committed <= last.number {
        return false;
    }
    h.gen_max_committed = last.number;
    h.logtime_gen_max_create = last.created;
    h.gen_recovering = 0;
    true
}

/// SetDbVersion. `true` when the header changed and is to be written. A version below the file's
/// changes nothing: files never go back.
pub fn set_version(h: &mut DbHeader, version: FormatVersion) -> bool {
    if version <= h.version() {
        return false;
    }
    h.version_major = version.major;
    h.update_major = version.update_major;
    if version.has(Feature::SetDbVersion) {
        h.update_minor = version.update_minor;
        h.efv_max_bin_attach = h.efv_max_bin_attach.max(ENGINE_EFV);
    }
    if h.create_version == 0 {
        h.create_version = version.major;
        h.create_update = version.update_major;
    }
    true
}

/// Notes the operating system.
pub fn note_os(h: &mut DbHeader, os: OsVersion) {
    h.os_major = os.major;
    h.os_minor = os.minor;
    h.os_build = os.build;
    h.os_service_pack = os.service_pack;
}

/// The file grows (ExtendDB).
pub fn grown(h: &mut DbHeader, now: LogTime) {
    h.extend_count = h.extend_count.wrapping_add(1);
    h.logtime_last_extend = now;
}

/// The file is cut (ShrinkDB).
pub fn shrunk(h: &mut DbHeader, now: LogTime) {
    h.shrink_count = h.shrink_count.wrapping_add(1);
    h.logtime_last_shrink = now;
}

/// A range of the file became a hole (TrimDB).
pub fn trimmed(h: &mut DbHeader) {
    h.trim_count = h.trim_count.wrapping_add(1);
}

/// The file was resized by the record at `lgpos`. `true` when the header changed and is to be
/// written, after the new size is durable. Formats below 9180 do not note it.
pub fn resized_at(h: &mut DbHeader, lgpos: Lgpos) -> bool {
    let newer = h.version().has(Feature::LgposLastResize) && lgpos > h.lgpos_last_resize;
    if newer {
        h.lgpos_last_resize = lgpos;
    }
    newer
}

/// A backup that is complete (Backup2, phase 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backup {
    /// What of the data went where.
    pub kind: BackupType,
    /// Logs only: incremental or differential, not full or copy.
    pub logs_only: bool,
    /// Logs were truncated: full or incremental, not copy or differential.
    pub truncated: bool,
    /// Mark and generations.
    pub info: BkInfo,
}

impl Backup {
    /// As the record names it.
    #[must_use]
    pub fn of_record(kind: BackupType, scope: BackupScope, info: BkInfo) -> Self {
        let is = |scopes: [BackupScope; 2]| scopes.contains(&scope);
        Self {
            kind,
            logs_only: is([BackupScope::INCREMENTAL, BackupScope::DIFFERENTIAL]),
            truncated: is([BackupScope::FULL, BackupScope::INCREMENTAL]),
            info,
        }
    }
}

/// Notes a backup (docs/format/log-records.md §7, Backup2). `false`: the header knows a newer one.
/// The header need not be written for it.
pub fn backed_up(h: &mut DbHeader, backup: &Backup) -> bool {
    // A surrogate backup is a snapshot taken on another machine.
    let kind = if backup.kind == BackupType::SURROGATE {
        BackupType::OS_SNAPSHOT
    } else {
        backup.kind
    };
    let (noted, noted_kind) = match (backup.logs_only, backup.truncated) {
        (false, false) => (&mut h.bkinfo_copy_prev, &mut h.bkinfo_type_copy_prev),
        (false, true) => (&mut h.bkinfo_full_prev, &mut h.bkinfo_type_full_prev),
        (true, false) => (&mut h.bkinfo_diff_prev, &mut h.bkinfo_type_diff_prev),
        (true, true) => (&mut h.bkinfo_inc_prev, &mut h.bkinfo_type_inc_prev),
    };
    if noted.mark > backup.info.mark {
        return false;
    }
    *noted = backup.info;
    *noted_kind = kind.0;
    if backup.truncated {
        if !backup.logs_only {
            h.bkinfo_inc_prev = BkInfo::default();
            h.bkinfo_type_inc_prev = BackupType::NORMAL.0;
            h.bkinfo_diff_prev = BkInfo::default();
            h.bkinfo_type_diff_prev = BackupType::NORMAL.0;
        }
        if kind == BackupType::NORMAL {
            h.bkinfo_snapshot_cur = BkInfo::default();
            h.bkinfo_type_inc_prev = BackupType::NORMAL.0;
        }
    }
    true
}

#[cfg(test)]
mod tests;
