//! Sessions as the log shows them: levels, open macros, and the versions that undo would need.
//!
//! A session is known from its first Begin0 behind the start of the replay on; what it logged before
//! is on the pages, and its records are skipped (docs/format/recovery.md §2.3).
//!
//! Versions are made as docs/format/recovery.md §2.5 says. When a page has a Replace or FlagDelete
//! already, what was before comes with an UndoInfo record; until then the version is deferred. When
//! redo makes such a change, the page owes that record: the debts are kept in [`Owed`].
//!
//! Invariants:
//! * versions and macros of open transactions never take more memory than the limit;
//! * a version that is live here, and whose page owes nothing, has its before-image in the log.
#![forbid(unsafe_code)]

use super::RecoveryError;
use super::macros::{MacroRecords, OpenMacros};
use super::owed::Owed;
use crate::btree::apply::node::Before;
use crate::cache::DbNo;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Dbtime, Lgpos, Pgno};
use crate::format::log_record::{
    Begin, Begin0, Commit, Commit0, LogRecord, LrFlags, LrNode, LrPage, MacroBegin, RecordError,
    Rollback, UndoInfo,
};
use crate::format::node::Node;
use crate::trx::{
    Bookmark, Change, NewVersion, ReplaceSpace, Version, VersionError, VersionOper, Versions,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Memory that versions and open macros may take by default: far more than any engine's version
/// store, which ends such a transaction long before.
const BYTES_MOST: usize = 2 << 30;
/// Buffers of macros that are kept for the next one.
const SPARE_MACROS: usize = 4;

/// A session.
#[derive(Debug)]
pub struct Session {
    procid: u16,
    begin0: Lgpos,
    trx_begin0: u32,
    /// Its records are redone: a Begin0 of it was seen.
    begun: bool,
    versions: Versions,
    macros: OpenMacros,
}

impl Session {
    /// Its number in the log.
    #[must_use]
    pub fn procid(&self) -> u16 {
        self.procid
    }

    /// Where its newest transaction began.
    #[must_use]
    pub fn begin0(&self) -> Lgpos {
        self.begin0
    }

    /// Id of that transaction's begin.
    #[must_use]
    pub fn trx_begin0(&self) -> u32 {
        self.trx_begin0
    }

    /// Level of its transaction, 0 when none is open.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.versions.level()
    }

    /// Its versions.
    #[must_use]
    pub fn versions(&self) -> &Versions {
        &self.versions
    }
}

/// All sessions of a replay.
#[derive(Debug)]
pub struct Sessions {
    owed: Arc<Owed>,
    limit: usize,
    /// Memory of open macros.
    macro_bytes: usize,
    /// Memory of versions.
    version_bytes: usize,
    all: BTreeMap<u16, Session>,
    spare: Vec<MacroRecords>,
}

impl From<VersionError> for RecoveryError {
    fn from(e: VersionError) -> Self {
        Self::refused(e.jet_err(), e.to_string())
    }
}

fn damaged(what: impl Into<String>) -> RecoveryError {
    RecoveryError::refused(JetErr::LOG_CORRUPTED, what)
}

fn unreadable(e: RecordError) -> RecoveryError {
    RecoveryError::refused(e.jet_err(), e.to_string())
}

impl Sessions {
    /// No sessions yet. What their pages owe is noted in `owed`.
    #[must_use]
    pub fn new(owed: Arc<Owed>) -> Self {
        Self::with_limit(owed, BYTES_MOST)
    }

    /// As [`Sessions::new`]; versions and open macros may take `limit` bytes. A log that needs more is
    /// refused with JET_errVersionStoreOutOfMemory.
    #[must_use]
    pub fn with_limit(owed: Arc<Owed>, limit: usize) -> Self {
        Self {
            owed,
            limit,
            macro_bytes: 0,
            version_bytes: 0,
            all: BTreeMap::new(),
            spare: Vec::new(),
        }
    }

    /// The debts of the sessions' pages.
    #[must_use]
    pub fn owed(&self) -> &Arc<Owed> {
        &self.owed
    }

    // ---- levels --------------------------------------------------------------------------------

    /// A transaction begins at level 0; the record stands at `at`.
    pub fn begin0(&mut self, r: &Begin0, at: Lgpos) -> Result<(), RecoveryError> {
        let session = self.make(r.procid);
        session.versions.begin(r.levels.from(), r.levels.count())?;
        session.begun = true;
        session.begin0 = at;
        session.trx_begin0 = r.trx_begin0;
        Ok(())
    }

    /// Inner levels begin.
    pub fn begin(&mut self, r: &Begin) -> Result<(), RecoveryError> {
        if let Some(session) = self.begun_mut(r.procid) {
            session.versions.begin(r.levels.from(), r.levels.count())?;
        }
        Ok(())
    }

    /// An inner level commits.
    pub fn commit(&mut self, r: &Commit) -> Result<(), RecoveryError> {
        self.end_level(r.procid, |v| v.commit(r.level_to))
    }

    /// A transaction commits: nothing of it will be undone, and its pages owe nothing.
    pub fn commit0(&mut self, r: &Commit0) -> Result<(), RecoveryError> {
        self.end_level(r.procid, |v| v.commit(r.level_to))
    }

    /// Levels end whose versions were undone by Undo records. Returns how many were not: they are
    /// forgotten without an effect on pages (docs/format/recovery.md §2.5).
    pub fn rollback(&mut self, r: &Rollback) -> Result<u64, RecoveryError> {
        let mut left_over = 0;
        self.end_level(r.procid, |v| {
            left_over = v.rollback(r.levels)?;
            Ok(())
        })?;
        Ok(left_over)
    }

    fn end_level(
        &mut self,
        procid: u16,
        end: impl FnOnce(&mut Versions) -> Result<(), VersionError>,
    ) -> Result<(), RecoveryError> {
        let Some(session) = self.begun_mut(procid) else {
            return Ok(());
        };
        let before = session.versions.bytes();
        end(&mut session.versions)?;
        let (level, after) = (session.level(), session.versions.bytes());
        self.version_bytes = (self.version_bytes + after).saturating_sub(before);
        if level == 0 {
            self.owed.transaction_ended(procid);
        }
        Ok(())
    }

    /// Where the session's newest transaction began; `None` when its records are skipped.
    #[must_use]
    pub fn begun(&self, procid: u16) -> Option<Lgpos> {
        self.get(procid).map(|s| s.begin0)
    }

    /// A session whose records are redone.
    #[must_use]
    pub fn get(&self, procid: u16) -> Option<&Session> {
        self.all.get(&procid).filter(|s| s.begun)
    }

    /// Oldest begin of an open transaction: a checkpoint must not pass it.
    #[must_use]
    pub fn oldest_begin0(&self) -> Option<Lgpos> {
        let open = self.all.values().filter(|s| s.level() > 0);
        open.map(|s| s.begin0).min()
    }

    /// Sessions whose records are redone, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = &Session> {
        self.all.values().filter(|s| s.begun)
    }

    /// Versions of open transactions whose before-image has not come: at the end of redo there must
    /// be none. Session and version of each, ascending by session.
    #[must_use]
    pub fn deferred(&self) -> Vec<(u16, u32)> {
        let waiting = self.iter().filter(|s| s.versions.deferred() > 0);
        let of = |s: &Session| {
            let procid = s.procid;
            let deferred = s.versions.iter().filter(|v| v.is_deferred());
            deferred.map(|v| (procid, v.rceid)).collect::<Vec<_>>()
        };
        waiting.flat_map(of).collect()
    }

    /// Init, Term or RecoveryQuit: whatever is open ends without effect (docs/format/recovery.md
    /// §2.7).
    pub fn end_all(&mut self) {
        self.all.clear();
        self.macro_bytes = 0;
        self.version_bytes = 0;
        self.owed.clear();
    }

    // ---- versions ------------------------------------------------------------------------------

    /// Makes the versions of a record, if it says that there are some. `old` is the node before the
    /// change, `None` when the page has the change already; `pgno` the page that the node lies on (in
    /// a split, the one it goes to).
    ///
    /// Returns whether the page owes a before-image from now on: it must not be written before
    /// [`Owed::is_owed`] says otherwise. Call it before the change is made.
    pub fn remember(
        &mut self,
        db: DbNo,
        record: &LogRecord<'_>,
        old: Option<&Node<'_>>,
        pgno: Pgno,
        at: Lgpos,
    ) -> Result<bool, RecoveryError> {
        let (Some(page), Some(node)) = (record.page(), record.node()) else {
            return Ok(false);
        };
        if !page.flags.contains(LrFlags::VERSIONED) {
            return Ok(false);
        }
        self.remember_versioned(db, record, page, node, old, pgno)
            .map_err(|e| e.at(at))
    }

    fn remember_versioned(
        &mut self,
        db: DbNo,
        record: &LogRecord<'_>,
        page: &LrPage,
        node: &LrNode,
        old: Option<&Node<'_>>,
        pgno: Pgno,
    ) -> Result<bool, RecoveryError> {
        let Some(session) = self.begun_mut(page.procid) else {
            return Ok(false);
        };
        if page.level == 0 || session.level() == 0 {
            return Err(damaged(
                "a change that could be undone outside a transaction",
            ));
        }
        let before = session.versions.bytes();
        let nothing: &[u8] = &[];
        let mut making = Making {
            versions: &mut session.versions,
            base: NewVersion {
                rceid: node.rceid,
                db,
                dbid: page.dbid,
                pgno_fdp: node.pgno_fdp,
                objid_fdp: node.objid_fdp,
                unique: page.flags.contains(LrFlags::UNIQUE),
                level: page.level,
                key: [nothing, nothing],
                bookmark_data: nothing,
                change: Change::Insert,
            },
            old,
            pgno,
        };
        let owes = match record {
            LogRecord::Insert(r) => making.keyed([r.prefix, r.suffix], r.data, Change::Insert)?,
            LogRecord::FlagInsert(r) => making.keyed([r.key, nothing], r.data, Change::Insert)?,
            LogRecord::FlagInsertAndReplaceData(r) => {
                making.keyed([r.key, nothing], r.data, Change::Insert)?;
                making.base.rceid = r.rceid_replace;
                making.changed(VersionOper::Replace)?
            }
            LogRecord::Replace(_) | LogRecord::ReplaceD(_) => {
                making.changed(VersionOper::Replace)?
            }
            LogRecord::FlagDelete(_) => making.changed(VersionOper::FlagDelete)?,
            LogRecord::Delta(r) => {
                let change = Change::Delta(r.cb_offset, i64::from(r.delta));
                making.keyed([r.key, nothing], r.bookmark_data, change)?
            }
            LogRecord::Delta64(r) => {
                let change = Change::Delta64(r.cb_offset, r.delta);
                making.keyed([r.key, nothing], r.bookmark_data, change)?
            }
            _ => false,
        };
        let after = session.versions.bytes();
        self.version_bytes = (self.version_bytes + after).saturating_sub(before);
        self.check_limit()?;
        if owes {
            self.owed.add(db, pgno, page.procid);
        }
        Ok(owes)
    }

    /// An UndoInfo record: completes a deferred version, or pays for one that is known.
    pub fn undo_info(&mut self, db: DbNo, r: &UndoInfo<'_>) -> Result<(), RecoveryError> {
        let (procid, rceid) = (r.page.procid, r.node.rceid);
        let Some(session) = self.begun_mut(procid).filter(|s| s.level() > 0) else {
            return Ok(());
        };
        let space = ReplaceSpace {
            cb_max_size: r.cb_max_size,
            cb_delta: 0,
        };
        let change = match VersionOper::of_number(r.oper) {
            Some(VersionOper::Replace) => Change::Replace(r.data, space),
            Some(VersionOper::FlagDelete) => Change::FlagDelete,
            _ => return Err(damaged("an UndoInfo of a change that needs none")),
        };
        let Some(&known) = session.versions.get(rceid) else {
            return Ok(());
        };
        if known.db != db {
            return Err(damaged(
                "an UndoInfo names another database than its change",
            ));
        }
        let before = session.versions.bytes();
        let bookmark = Bookmark {
            key: r.key,
            data: r.bookmark_data,
        };
        session
            .versions
            .fill(rceid, r.page.level, bookmark, change)?;
        let after = session.versions.bytes();
        self.version_bytes += after.saturating_sub(before);
        self.check_limit()?;
        self.paid(procid, &known, Lgpos::MIN);
        Ok(())
    }

    /// The before-image of a version is in the log: its page owes it no longer.
    pub(super) fn paid(&mut self, procid: u16, version: &Version, logged: Lgpos) {
        if version.owed_by.is_null() {
            return;
        }
        if let Some(session) = self.begun_mut(procid) {
            session.versions.set_owed_by(version.rceid, Pgno::NULL);
        }
        self.owed.paid(version.db, version.owed_by, procid, logged);
    }

    /// What undoing a version needs; `None` when it is not there. A deferred version gives
    /// [`Before::Nothing`], which is too little for a replace: `apply` refuses it.
    #[must_use]
    pub fn version(&self, procid: u16, rceid: u32) -> Option<Before<'_>> {
        let versions = &self.get(procid)?.versions;
        let version = versions.get(rceid)?;
        Some(before_of(versions, version))
    }

    /// A version was undone: forgets it.
    pub fn nullify(&mut self, procid: u16, rceid: u32) {
        let Some(session) = self.begun_mut(procid) else {
            return;
        };
        if let Some(version) = session.versions.nullify(rceid)
            && !version.owed_by.is_null()
        {
            self.owed
                .paid(version.db, version.owed_by, procid, Lgpos::MIN);
        }
    }

    // ---- macros --------------------------------------------------------------------------------

    /// A macro begins.
    pub fn open_macro(&mut self, r: &MacroBegin, at: Lgpos) -> Result<(), RecoveryError> {
        let spare = self.spare.pop().unwrap_or_default();
        let opened = self.make(r.procid).macros.open(r.dbtime, at, spare);
        if !opened {
            return Err(damaged("a macro begins that is open already").at(at));
        }
        self.macro_bytes += MacroRecords::default().memory();
        self.check_limit()
    }

    /// Keeps a record that belongs to an open macro, and says whether it does. UndoInfo and NewPage
    /// never do.
    pub fn buffer(&mut self, record: &LogRecord<'_>, at: Lgpos) -> Result<bool, RecoveryError> {
        let (procid, dbtime) = match record {
            LogRecord::UndoInfo(_) => return Ok(false),
            LogRecord::RootPageMove(r) => (r.procid, r.dbtime),
            _ => match record.page() {
                Some(page) => (page.procid, page.dbtime),
                None => return Ok(false),
            },
        };
        let Some(session) = self.begun_mut(procid) else {
            return Ok(false);
        };
        if session.macros.is_empty() {
            return Ok(false);
        }
        let pushed = session.macros.push(dbtime, at, record);
        let Some(bytes) = pushed.map_err(|e| unreadable(e).at(at))? else {
            return Ok(false);
        };
        self.macro_bytes += bytes;
        self.check_limit()?;
        Ok(true)
    }

    /// A macro commits: its records, which are none when its session has not begun. `None` when no
    /// such macro is open.
    pub fn take_macro(&mut self, procid: u16, dbtime: Dbtime) -> Option<MacroRecords> {
        let session = self.all.get_mut(&procid)?;
        let records = session.macros.take(dbtime)?;
        self.macro_bytes = self.macro_bytes.saturating_sub(records.memory());
        Some(records)
    }

    /// A macro is dropped. Returns `false` when no such macro is open.
    pub fn abort_macro(&mut self, procid: u16, dbtime: Dbtime) -> bool {
        let dropped = self.take_macro(procid, dbtime);
        let found = dropped.is_some();
        if let Some(records) = dropped {
            self.recycle(records);
        }
        found
    }

    /// Gives the memory of a macro that was redone back for the next one.
    pub fn recycle(&mut self, records: MacroRecords) {
        if self.spare.len() < SPARE_MACROS {
            self.spare.push(records);
        }
    }

    /// Macros that are open, with their sessions, ascending.
    #[must_use]
    pub fn open_macros(&self) -> Vec<(u16, Dbtime)> {
        let of = |s: &Session| {
            let procid = s.procid;
            let open = s.macros.dbtimes().map(|t| (procid, t));
            open.collect::<Vec<_>>()
        };
        self.all.values().flat_map(of).collect()
    }

    // ---- inner ---------------------------------------------------------------------------------

    fn check_limit(&self) -> Result<(), RecoveryError> {
        if self.version_bytes.saturating_add(self.macro_bytes) > self.limit {
            return Err(VersionError::Full.into());
        }
        Ok(())
    }

    fn begun_mut(&mut self, procid: u16) -> Option<&mut Session> {
        self.all.get_mut(&procid).filter(|s| s.begun)
    }

    /// The session, made when it is not known.
    fn make(&mut self, procid: u16) -> &mut Session {
        self.all.entry(procid).or_insert_with(|| Session {
            procid,
            begin0: Lgpos::MIN,
            trx_begin0: 0,
            begun: false,
            versions: Versions::default(),
            macros: OpenMacros::default(),
        })
    }
}

/// The versions of one record, being made.
struct Making<'m, 'a> {
    versions: &'m mut Versions,
    /// What they have in common.
    base: NewVersion<'a>,
    old: Option<&'m Node<'a>>,
    pgno: Pgno,
}

impl<'a> Making<'_, 'a> {
    /// A version of a change whose record names the node. Its page owes nothing.
    fn keyed(
        &mut self,
        key: [&'a [u8]; 2],
        data: &'a [u8],
        change: Change<'a>,
    ) -> Result<bool, VersionError> {
        let base = self.base;
        self.versions.push(&NewVersion {
            key,
            bookmark_data: if base.unique { &[] } else { data },
            change,
            ..base
        })?;
        Ok(false)
    }

    /// A version of a change that only the page before it tells the undo of. Returns whether the page
    /// owes that to the log.
    fn changed(&mut self, oper: VersionOper) -> Result<bool, VersionError> {
        let Some(old) = self.old else {
            self.versions.push_deferred(&self.base, oper)?;
            return Ok(false);
        };
        let change = if oper == VersionOper::FlagDelete {
            Change::FlagDelete
        } else {
            Change::Replace(old.data, ReplaceSpace::starting_at(old.data.len()))
        };
        self.keyed([old.prefix, old.suffix], old.data, change)?;
        self.versions.set_owed_by(self.base.rceid, self.pgno);
        Ok(true)
    }
}

/// What undoing a version needs.
pub(super) fn before_of<'v>(versions: &'v Versions, version: &Version) -> Before<'v> {
    match version.oper {
        _ if version.is_deferred() => Before::Nothing,
        VersionOper::Insert | VersionOper::FlagDelete => Before::Nothing,
        VersionOper::Replace => Before::Data(versions.before(version)),
        VersionOper::Delta | VersionOper::Delta64 => {
            let (offset, amount) = version.delta();
            Before::Delta { offset, amount }
        }
    }
}

#[cfg(test)]
mod tests;
