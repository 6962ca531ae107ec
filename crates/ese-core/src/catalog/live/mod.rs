//! The schema of a database while sessions change it.
//!
//! The rows of the catalog are the truth, and versioned like all nodes: a session sees a table as its
//! snapshot sees the rows. A table that nobody has changed for as long as anybody looks is kept in
//! memory as one immutable [`TableTrees`] for all; any other is read from its rows, by the eyes of who
//! asks. Beside the rows lies in memory what snapshots do not show:
//!
//! * a table that is being deleted or renamed is locked for others;
//! * an index that is being deleted is gone for everybody at once, but has to be maintained until the
//!   deletion is committed ([`LiveCatalog::with_maintained`]);
//! * an index that is being made has to be maintained by sessions that do not see it;
//! * a column's new name or default is everybody's as soon as it is committed;
//! * the first tree of long values is everybody's at once: it is made in a transaction of its own.
//!
//! Source: docs/jet-api behaviour-schema §6, docs/format/versioning.md §1.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`LiveCatalog`]: tables to whoever asks |
//! | `state` | what is known of one table beside its rows |
//! | `names` | tables by name, once they were found |
//! | `events` | what becomes of it when transactions end |
//! | `view` | from rows to schemas |
//!
//! Invariants: a change is noted in the version store, and counted here, before its first row is
//! written; while no change is counted, the rows look the same to everybody. No latch is held where a
//! lock of this room is taken; of its locks that of a table's use comes first, then that of what
//! sessions changed, then that of the list of tables, then that of names, then that of a table's state.
#![forbid(unsafe_code)]

mod events;
mod names;
mod state;
mod view;

use super::new_rows::{LCMAP_DEFAULT, LOCALE_DEFAULT};
use super::rows::{CatalogTrees, Eyes};
use super::{TableTrees, locales, objids};
use crate::btree::write::WriteTree;
use crate::cache::DbNo;
use crate::error::JetErr;
use crate::format::catalog_row::{RowKind, SortVersion};
use crate::format::ids::{Objid, PageSize, Pgno};
use crate::format::version::FormatVersion;
use crate::io::env::Env;
use crate::trx::{Oper, VersionStore};
use crate::work::{Look, Work, WorkDb, WorkError};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) use state::{Away, Fate, Given, IndexFate, LiveTable, NoteKind, Override};
use state::{Note, State};

/// Tables kept in memory that nobody uses; beyond it some are forgotten.
const TABLES_KEPT: usize = 4096;
/// Version of the sort orders that this crate's tables are of (docs/format/sort-keys.md), as it
/// stands on the rows of indexes over Unicode text.
const SORT_VERSION: SortVersion = SortVersion(0x0006_020F_0006_020F);

/// How a database's schema is kept.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// Format of the database.
    pub format: FormatVersion,
    /// Locale of an index that names none (JET_paramUnicodeIndexDefault).
    pub locale: String,
    /// LCMap flags of an index that names none.
    pub lcmap_flags: u32,
    /// The clock.
    pub env: Env,
}

impl LiveOptions {
    /// Those of an engine that was told nothing.
    #[must_use]
    pub fn new(format: FormatVersion, env: &Env) -> Self {
        Self {
            format,
            locale: LOCALE_DEFAULT.to_owned(),
            lcmap_flags: LCMAP_DEFAULT,
            env: env.clone(),
        }
    }
}

/// The schema of an attached database. One value serves all sessions.
pub struct LiveCatalog {
    pub(super) db: DbNo,
    pub(super) page_size: PageSize,
    pub(super) store: Arc<VersionStore>,
    pub(super) trees: CatalogTrees,
    pub(super) options: LiveOptions,
    tables: Mutex<HashMap<Objid, Arc<LiveTable>>>,
    names: names::Names,
    /// Tables that a session has changed since it last committed.
    changed: Mutex<HashMap<u16, Vec<Arc<LiveTable>>>>,
    /// Sessions in `changed`: a commit looks here first.
    changing: AtomicUsize,
    /// The engine's own tables of objects and sort orders, once they were asked for.
    engine: Mutex<EngineTables>,
    /// Held while a sort order is counted.
    pub(super) counting: Mutex<()>,
}

/// A cursor on a table: while it lives the table is in use.
pub struct InUse(SchemaStamp);

impl InUse {
    fn of(live: Arc<LiveTable>) -> Self {
        // Before the table's state is looked at: who takes the table away says so there first, and counts
        // then.
        live.cursors.fetch_add(1, Ordering::AcqRel);
        Self(SchemaStamp(live))
    }

    /// The number of the table's schema.
    #[inline]
    #[must_use]
    pub fn stamp(&self) -> &SchemaStamp {
        &self.0
    }

    /// The table.
    #[must_use]
    pub fn objid(&self) -> Objid {
        self.0.0.objid
    }

    /// Another cursor on it.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::of(Arc::clone(&self.0.0))
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.0.cursors.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A table that a cursor is on from now on.
pub struct OpenedTable {
    /// For as long as the cursor is there.
    pub in_use: InUse,
    /// The schema's number before it was looked at: what changes from then on is asked for again.
    pub stamp: u64,
    /// The schema.
    pub trees: Arc<TableTrees>,
}

/// A number that grows whenever the schema of a table looks, or may look, different to somebody.
/// Who keeps a [`TableTrees`] between two calls asks for it again when the number is another. No lock
/// is taken for that.
pub struct SchemaStamp(Arc<LiveTable>);

impl SchemaStamp {
    /// The number now.
    #[inline]
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.stamp()
    }
}

#[derive(Default)]
struct EngineTables {
    objids: Option<Arc<WriteTree>>,
    locales: Option<Arc<WriteTree>>,
}

impl LiveCatalog {
    /// Of a database whose catalog is there. Nothing is read yet.
    #[must_use]
    pub fn open(db: &WorkDb, store: &Arc<VersionStore>, options: LiveOptions) -> Self {
        Self {
            db: db.trees.no(),
            page_size: db.trees.page_size(),
            store: Arc::clone(store),
            trees: CatalogTrees::new(),
            options,
            tables: Mutex::default(),
            names: names::Names::default(),
            changed: Mutex::default(),
            changing: AtomicUsize::new(0),
            engine: Mutex::default(),
            counting: Mutex::default(),
        }
    }

    /// A table by name, as a session sees it. `procid` is the session's number.
    ///
    /// # Errors
    /// JET_errInvalidName; JET_errObjectNotFound; JET_errTableLocked while another session deletes or
    /// renames it; JET_errRecordDeleted when the catalog has lost its row; a damaged catalog.
    pub fn table(
        &self,
        look: &Look<'_>,
        procid: u16,
        name: &str,
    ) -> Result<Arc<TableTrees>, WorkError> {
        if let Some(live) = self.names.find(name)
            && let Some(trees) = live.state().agreed(look.snapshot())
        {
            return Ok(trees);
        }
        let asked = name;
        let name = super::write::names::checked(name)?;
        let objid = self.find(look, &name)?;
        let live = self.live(objid);
        live.check_away(procid, look)?;
        let stamp = live.stamp();
        // Again, now that the stamp is read: a change since the first time would be missed.
        if self.find(look, &name).is_ok_and(|o| o == objid) {
            self.names.keep(asked, &live, stamp);
        }
        self.view(look, procid, &live).map_err(|e| {
            use crate::error::HasJetErr;
            match e.jet_err() {
                // The same eyes see its name, still: it was not deleted and forgotten in between.
                JetErr::OBJECT_NOT_FOUND if self.find(look, &name).is_ok_and(|o| o == objid) => {
                    WorkError::damaged(
                        JetErr::RECORD_DELETED,
                        format!("the catalog knows the name {name}, and has no row of the table"),
                    )
                }
                _ => e,
            }
        })
    }

    /// A table by name for a cursor on it: as [`LiveCatalog::table`], in use from then on.
    ///
    /// # Errors
    /// As [`LiveCatalog::table`].
    pub fn open_table(
        &self,
        look: &Look<'_>,
        procid: u16,
        name: &str,
    ) -> Result<OpenedTable, WorkError> {
        if let Some(live) = self.names.find(name) {
            let in_use = InUse::of(live);
            let stamp = in_use.stamp().now();
            let agreed = in_use.0.0.state().agreed(look.snapshot());
            if let Some(trees) = agreed {
                return Ok(OpenedTable {
                    in_use,
                    stamp,
                    trees,
                });
            }
        }
        let trees = self.table(look, procid, name)?;
        // Who deleted it in between did not see this cursor.
        self.open_objid(look, procid, trees.schema.objid)
    }

    /// The same by object id.
    ///
    /// # Errors
    /// As [`LiveCatalog::table`].
    pub fn open_objid(
        &self,
        look: &Look<'_>,
        procid: u16,
        objid: Objid,
    ) -> Result<OpenedTable, WorkError> {
        let live = self.live(objid);
        let in_use = InUse::of(Arc::clone(&live));
        let stamp = live.stamp();
        live.check_away(procid, look)?;
        let trees = self.view(look, procid, &live)?;
        Ok(OpenedTable {
            in_use,
            stamp,
            trees,
        })
    }

    /// A table by object id, as a session sees it.
    ///
    /// # Errors
    /// As [`LiveCatalog::table`].
    pub fn table_of(
        &self,
        look: &Look<'_>,
        procid: u16,
        objid: Objid,
    ) -> Result<Arc<TableTrees>, WorkError> {
        let live = self.live(objid);
        live.check_away(procid, look)?;
        self.view(look, procid, &live)
    }

    /// Somebody has a cursor on a table.
    #[must_use]
    pub fn is_in_use(&self, objid: Objid) -> bool {
        // As long as there is one its table is in the list, unless it is gone.
        let tables = self.tables.lock();
        tables
            .get(&objid)
            .is_some_and(|live| live.cursors.load(Ordering::Acquire) > 0)
    }

    /// The number of a table's schema, for who looks at it before every call.
    #[must_use]
    pub fn stamp(&self, objid: Objid) -> SchemaStamp {
        SchemaStamp(self.live(objid))
    }

    /// Works with all trees of a table that an update has to maintain: also with indexes that others
    /// have made or deleted and not committed. While somebody makes an index this waits.
    ///
    /// Called for every update anew, in a transaction: no tree is freed before the transaction ends.
    /// `what` holds no latch when it is called, does not change the schema, does not end a transaction, and does not call this again.
    ///
    /// # Errors
    /// As [`LiveCatalog::table`].
    pub fn with_maintained<T>(
        &self,
        look: &Look<'_>,
        objid: Objid,
        what: impl FnOnce(&Arc<TableTrees>) -> T,
    ) -> Result<T, WorkError> {
        let stamp = self.stamp(objid);
        let live = &stamp.0;
        let _using = live.in_use.read();
        let trees = self.everything(look, live)?;
        Ok(what(&trees))
    }

    /// The same for who has the table's stamp at hand, and trees of which [`TableTrees::settled_at`] is `own`:
    /// `None` when those are all that have to be maintained.
    ///
    /// # Errors
    /// As [`LiveCatalog::table`].
    #[inline]
    pub fn with_maintained_of<T>(
        &self,
        look: &Look<'_>,
        (stamp, own): (&SchemaStamp, u64),
        what: impl FnOnce(Option<&Arc<TableTrees>>) -> T,
    ) -> Result<T, WorkError> {
        let live = &stamp.0;
        let _using = live.in_use.read();
        // The number is another as soon as somebody begins to change the schema.
        if own != 0 && own == live.stamp() {
            return Ok(what(None));
        }
        let trees = self.everything(look, live)?;
        Ok(what(Some(&trees)))
    }

    /// The names of all tables that a session sees, with their object ids, the engine's own included,
    /// by object id.
    ///
    /// # Errors
    /// A damaged catalog.
    pub fn tables(&self, look: &Look<'_>) -> Result<Vec<(Objid, String)>, WorkError> {
        let rows = self.trees.all_rows(&Eyes::of(self.db, look))?;
        let tables = rows.into_iter().filter(|r| r.kind == RowKind::Table);
        Ok(tables.map(|r| (r.objid_table, r.name)).collect())
    }

    /// Tables of which something is known in memory: those that were asked for, until they are deleted
    /// and nobody sees them any more, or until there are many.
    #[must_use]
    pub fn known_tables(&self) -> usize {
        self.tables.lock().len()
    }

    // ---- for the rooms that write ---------------------------------------------------------------

    /// Object id of a table that a session sees.
    pub(super) fn find(&self, look: &Look<'_>, name: &str) -> Result<Objid, WorkError> {
        let found = self.trees.table_of(&Eyes::of(self.db, look), name)?;
        found.ok_or_else(|| no_table(name))
    }

    /// What is known of a table; it need not exist.
    pub(super) fn live(&self, objid: Objid) -> Arc<LiveTable> {
        let mut tables = self.tables.lock();
        if let Some(live) = tables.get(&objid) {
            return Arc::clone(live);
        }
        if tables.len() >= TABLES_KEPT {
            self.names.while_shut(|| {
                tables.retain(|_, live| Arc::strong_count(live) > 1 || !live.is_idle());
            });
        }
        let live = Arc::new(LiveTable::new(objid));
        tables.insert(objid, Arc::clone(&live));
        live
    }

    /// Forgets a table that is gone.
    pub(super) fn forget(&self, objid: Objid) {
        let gone = self.tables.lock().remove(&objid);
        if let Some(live) = gone {
            // Who holds its stamp asks again.
            live.touch(&mut live.state());
        }
    }

    /// Notes a change in the version store, and counts it, before its first row is written. `known`
    /// adds what is to be known beside the rows.
    pub(super) fn note(
        &self,
        work: &Work<'_>,
        live: &Arc<LiveTable>,
        oper: Oper,
        (kind, fdp, objid): (NoteKind, Pgno, Objid),
        known: impl FnOnce(&mut State),
    ) -> Result<(), WorkError> {
        let note = Note {
            kind,
            table: live.objid,
            commit: 0,
        };
        let mut changed = self.changed.lock();
        let tables = changed.entry(work.author.procid).or_default();
        let mut state = live.state();
        work.trx
            .note(oper, (self.db, fdp, objid), &note.to_bytes())?;
        known(&mut state);
        state.notes += 1;
        if !tables.iter().any(|t| Arc::ptr_eq(t, live)) {
            tables.push(Arc::clone(live));
            state.changers += 1;
        }
        live.touch(&mut state);
        drop(state);
        self.changing.store(changed.len(), Ordering::Release);
        Ok(())
    }

    /// The tables that a session changed since it last committed.
    fn changed_by(&self, procid: u16) -> Vec<Arc<LiveTable>> {
        if self.changing.load(Ordering::Acquire) == 0 {
            return Vec::new();
        }
        let mut changed = self.changed.lock();
        let tables = changed.remove(&procid).unwrap_or_default();
        self.changing.store(changed.len(), Ordering::Release);
        tables
    }

    /// FILETIME now.
    #[must_use]
    pub fn now(&self) -> u64 {
        filetime(&self.options.env)
    }

    /// FILETIME now, where the format keeps it beside roots.
    pub(super) fn root_time(&self) -> Option<u64> {
        use crate::format::version::Feature;
        let kept = self.options.format.has(Feature::NonRevertableTables);
        kept.then(|| filetime(&self.options.env))
    }

    /// Version of the sort orders that keys are made by.
    pub(super) fn sort_version(&self) -> SortVersion {
        SORT_VERSION
    }

    /// MSysObjids, `None` when the database has none.
    pub(super) fn objids(&self, work: &Work<'_>) -> Result<Option<Arc<WriteTree>>, WorkError> {
        let known = self.engine.lock().objids.clone();
        if known.is_some() {
            return Ok(known);
        }
        let tree = self.engine_tree(work, objids::NAME, objids::tree)?;
        self.engine.lock().objids.clone_from(&tree);
        Ok(tree)
    }

    /// MSysLocales, `None` when the database has none.
    pub(super) fn locales(&self, work: &Work<'_>) -> Result<Option<Arc<WriteTree>>, WorkError> {
        let known = self.engine.lock().locales.clone();
        if known.is_some() {
            return Ok(known);
        }
        let tree = self.engine_tree(work, locales::NAME, locales::tree)?;
        self.engine.lock().locales.clone_from(&tree);
        Ok(tree)
    }

    /// Whether the database has all of the engine's own tables.
    ///
    /// # Errors
    /// A damaged catalog.
    pub fn has_system_tables(&self, db: &WorkDb) -> Result<bool, WorkError> {
        let look = Look::new(db.trees.pages(), &self.store, self.store.latest());
        let eyes = Eyes::of(self.db, &look);
        for name in [objids::NAME, locales::NAME] {
            if self.trees.table_of(&eyes, name)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn engine_tree(
        &self,
        work: &Work<'_>,
        name: &str,
        tree: fn(Pgno, Objid) -> WriteTree,
    ) -> Result<Option<Arc<WriteTree>>, WorkError> {
        let look = work.look();
        let eyes = Eyes::of(self.db, &look);
        let Some(objid) = self.trees.table_of(&eyes, name)? else {
            return Ok(None);
        };
        let rows = self.trees.rows_of(&eyes, objid)?;
        let table = rows.into_iter().find(|r| r.kind == RowKind::Table);
        let fdp = table.and_then(|r| r.pgno_fdp());
        Ok(fdp.map(|fdp| Arc::new(tree(fdp, objid))))
    }
}

/// What is answered for a table that is not there.
pub(super) fn no_table(name: &str) -> WorkError {
    WorkError::refused(
        JetErr::OBJECT_NOT_FOUND,
        format!("there is no table {name}"),
    )
}

/// The catalog's own two tables.
pub(super) fn is_own(objid: Objid) -> bool {
    objid == Objid::MSO || objid == Objid::MSO_SHADOW
}

/// Days from 1601-01-01 to a day, by the calendar that knows no change.
fn days_since_1601(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March have their leap day last.
    let (year, month) = match month {
        ..3 => (year.saturating_sub(1), month + 9),
        _ => (year, month - 3),
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    // The same sum for 1601-01-01.
    days.saturating_sub(584_695)
}

/// Hundred nanoseconds since 1601.
fn filetime(env: &Env) -> u64 {
    let t = env.clock.now_utc();
    let days = days_since_1601(u64::from(t.year), u64::from(t.month), u64::from(t.day));
    let hours = days * 24 + u64::from(t.hour);
    let seconds = (hours * 60 + u64::from(t.minute)) * 60 + u64::from(t.second);
    (seconds * 1000 + u64::from(t.millisecond)) * 10_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::clock::ManualClock;
    use crate::io::memory::MemoryFileSystem;
    use crate::io::rng::SeededRng;

    #[test]
    fn filetimes_are_those_of_windows() {
        assert_eq!(days_since_1601(1601, 1, 1), 0);
        let at = |ms| {
            let clock = Arc::new(ManualClock::new(ms));
            let fs = Arc::new(MemoryFileSystem::new());
            filetime(&Env::new(fs, clock, Box::new(SeededRng::new(1))))
        };
        // The beginning of Unix's time, and one second into a leap day.
        assert_eq!(at(0), 116_444_736_000_000_000);
        assert_eq!(at(1_709_164_801_000), 133_536_384_010_000_000);
    }
}
