//! A database as the C interface sees it: attached to an instance, opened by sessions, its tables
//! locked by cursors.
//!
//! Invariants: a database is detached only while no session has it open; what cursors hold of a table
//! ([`Mode`]) is known here from open to close, and decides about later opens
//! (behaviour-schema.md §6).
#![forbid(unsafe_code)]

use crate::callbacks::Callbacks;
use crate::calls::Batch;
use crate::gate::{Refusal, refuse};
use crate::handles::lock;
use crate::types::{JET_DBID, JET_LS};
use ese_core::JetErr;
use ese_core::catalog::TableSchema;
use ese_core::database::Database;
use ese_core::format::catalog_row::TableFlags;
use ese_core::instance::AttachOptions;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// What a cursor holds of its table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Mode {
    /// Records may be changed through it.
    pub(crate) updatable: bool,
    /// JET_bitTableUpdatable was given.
    pub(crate) asked_updatable: bool,
    pub(crate) deny_write: bool,
    pub(crate) deny_read: bool,
    pub(crate) permit_ddl: bool,
}

/// One cursor on a table, as others have to know it.
#[derive(Debug)]
pub(crate) struct Held {
    /// The session, by its number in the log.
    pub(crate) procid: u16,
    pub(crate) mode: Mode,
    /// The table that this one inherits from.
    template: Option<String>,
    /// Object id of the secondary index that is current; 0 for none.
    pub(crate) index: AtomicU32,
}

impl Held {
    pub(crate) fn new(procid: u16, mode: Mode, template: Option<String>) -> Self {
        Self {
            procid,
            mode,
            template,
            index: AtomicU32::new(0),
        }
    }
}

/// Opens of a database.
#[derive(Default)]
struct Opens {
    count: u32,
    exclusive: bool,
}

/// An attached database.
pub(crate) struct Attached {
    /// Its number.
    pub(crate) dbid: JET_DBID,
    /// Where it lies, absolute.
    pub(crate) path: PathBuf,
    /// Nothing changes in it.
    pub(crate) read_only: bool,
    /// It is not logged (JET_bitDbRecoveryOff): lists of logged databases leave it out.
    pub(crate) unlogged: bool,
    /// Most pages that it may have, 0 for no limit.
    pages_most: u32,
    /// The engine's handle; `None` once it is detached.
    core: Mutex<Option<Database>>,
    opens: Mutex<Opens>,
    /// Cursors by the object id of their table.
    held: Mutex<HashMap<u32, Vec<Arc<Held>>>>,
    /// Values that programs keep at tables, open or not, by their object id (JetSetLS).
    locals: Mutex<HashMap<u32, JET_LS>>,
    /// Callbacks of its tables.
    pub(crate) callbacks: Callbacks,
    /// The batch that defragments it, or did.
    defragmenting: Mutex<Option<Arc<Batch>>>,
}

impl Attached {
    pub(crate) fn new(core: Database, path: PathBuf, read_only: bool, unlogged: bool) -> Self {
        Self {
            dbid: u32::from(core.attached().dbid()),
            path,
            read_only,
            unlogged,
            pages_most: core.attached().pages_most(),
            core: Mutex::new(Some(core)),
            opens: Mutex::default(),
            held: Mutex::default(),
            locals: Mutex::default(),
            callbacks: Callbacks::default(),
            defragmenting: Mutex::default(),
        }
    }

    /// How it was attached, for who has to attach it again.
    pub(crate) fn options(&self) -> AttachOptions {
        AttachOptions {
            pages_most: self.pages_most,
            read_only: self.read_only,
            unlogged: self.unlogged,
        }
    }

    /// The engine's handle.
    pub(crate) fn core(&self) -> Result<Database, Refusal> {
        lock(&self.core)
            .clone()
            .ok_or(Refusal(JetErr::INVALID_DATABASE_ID))
    }

    /// The batch that defragments it, or did.
    pub(crate) fn defragmenting(&self) -> MutexGuard<'_, Option<Arc<Batch>>> {
        lock(&self.defragmenting)
    }

    /// Lets go of the engine's handle.
    pub(crate) fn let_go(&self) {
        if let Some(batch) = self.defragmenting().take() {
            batch.stop();
        }
        *lock(&self.core) = None;
    }

    /// A session opens it once more. `own`: it has it open already.
    pub(crate) fn opened(&self, exclusive: bool, own: bool) -> Result<(), Refusal> {
        let mut opens = lock(&self.opens);
        if opens.exclusive && !own {
            return refuse(JetErr::DATABASE_LOCKED);
        }
        if exclusive && opens.count > 0 {
            return refuse(JetErr::DATABASE_IN_USE);
        }
        opens.count += 1;
        opens.exclusive |= exclusive;
        Ok(())
    }

    /// A session closes it `count` times.
    pub(crate) fn closed(&self, count: u32, exclusive: bool) {
        let mut opens = lock(&self.opens);
        opens.count = opens.count.saturating_sub(count);
        if exclusive || opens.count == 0 {
            opens.exclusive = false;
        }
    }

    /// Sessions have it open so often.
    pub(crate) fn open_count(&self) -> u32 {
        lock(&self.opens).count
    }

    // ---- tables --------------------------------------------------------------------------------

    /// A session takes a table, by the rules of behaviour-schema.md §6.
    pub(crate) fn hold(
        &self,
        table: &TableSchema,
        procid: u16,
        mode: Mode,
    ) -> Result<Arc<Held>, Refusal> {
        let mut held = lock(&self.held);
        // What a template gets, tables that inherit from it would have too.
        let inherits = |h: &Arc<Held>| {
            let template = h.template.as_deref();
            template.is_some_and(|t| t.eq_ignore_ascii_case(&table.name))
        };
        if mode.permit_ddl
            && table.flags.contains(TableFlags::TEMPLATE)
            && held.values().flatten().any(inherits)
        {
            return refuse(JetErr::TABLE_IN_USE);
        }
        let all = held.entry(table.objid.0).or_default();
        let mut others = all.iter().filter(|h| h.procid != procid);
        if others.clone().any(|h| h.mode.deny_read) {
            return refuse(JetErr::TABLE_LOCKED);
        }
        if mode.asked_updatable && others.clone().any(|h| h.mode.deny_write) {
            return refuse(JetErr::TABLE_LOCKED);
        }
        if mode.deny_write
            && (all.iter().any(|h| h.mode.deny_write) || others.any(|h| h.mode.updatable))
        {
            return refuse(JetErr::TABLE_IN_USE);
        }
        if mode.deny_read && all.iter().any(|h| h.procid != procid) {
            return refuse(JetErr::TABLE_IN_USE);
        }
        let one = Arc::new(Held::new(procid, mode, table.template.clone()));
        all.push(Arc::clone(&one));
        Ok(one)
    }

    /// A cursor lets go of a table; `true` when it was the last.
    pub(crate) fn release(&self, objid: u32, one: &Arc<Held>) -> bool {
        let mut held = lock(&self.held);
        let Some(all) = held.get_mut(&objid) else {
            return true;
        };
        all.retain(|h| !Arc::ptr_eq(h, one));
        let last = all.is_empty();
        if last {
            held.remove(&objid);
        }
        last
    }

    /// Another session than `procid` has a cursor on the table.
    pub(crate) fn is_held_by_others(&self, objid: u32, procid: u16) -> bool {
        let held = lock(&self.held);
        let mut all = held.get(&objid).into_iter().flatten();
        all.any(|h| h.procid != procid)
    }

    /// Another session than `procid` lets nobody look at the table.
    pub(crate) fn is_denied_by_others(&self, objid: u32, procid: u16) -> bool {
        let held = lock(&self.held);
        let mut all = held.get(&objid).into_iter().flatten();
        all.any(|h| h.procid != procid && h.mode.deny_read)
    }

    /// The values that are kept at tables; nothing is kept from now on.
    pub(crate) fn take_locals(&self) -> Vec<JET_LS> {
        lock(&self.locals).drain().map(|(_, value)| value).collect()
    }

    /// JetSetLS of a table: runs `what` with its value.
    pub(crate) fn with_local<T>(
        &self,
        objid: u32,
        what: impl FnOnce(&mut Option<JET_LS>) -> T,
    ) -> T {
        let mut locals = lock(&self.locals);
        let mut value = locals.remove(&objid);
        let said = what(&mut value);
        if let Some(value) = value {
            locals.insert(objid, value);
        }
        said
    }

    /// Somebody has this index current.
    pub(crate) fn is_index_used(&self, objid: u32, index: u32) -> bool {
        let held = lock(&self.held);
        let mut all = held.get(&objid).into_iter().flatten();
        all.any(|h| h.index.load(Ordering::Relaxed) == index)
    }
}
