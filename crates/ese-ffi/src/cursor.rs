//! One cursor as the C interface sees it.
//!
//! Invariants: a cursor belongs to one session and one table from open to close; its body is locked
//! only for a moment, never while a callback of the program runs. What it holds of its table is
//! released when it is closed, or dropped.
#![forbid(unsafe_code)]

use crate::database::{Attached, Held, Mode};
use crate::gate::{Refusal, demand};
use crate::handles::lock;
use crate::session::Session;
use crate::types::{JET_DBID, JET_LS};
use ese_core::JetErr;
use ese_core::database::open_table::OpenTable;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard};

/// What a cursor is on.
pub(crate) struct Body {
    /// The table; `None` once it is closed.
    table: Option<OpenTable>,
    /// Bytes of values that are read, used again.
    pub(crate) bytes: Vec<u8>,
    /// JetSetLS.
    pub(crate) local: Option<JET_LS>,
    /// JetSetCursorFilter.
    pub(crate) filter: Vec<crate::filter::Filter>,
}

impl Body {
    /// The table.
    pub(crate) fn table(&mut self) -> Result<&mut OpenTable, Refusal> {
        self.table.as_mut().ok_or(Refusal(JetErr::INVALID_TABLE_ID))
    }

    /// The table, and the buffer for values.
    pub(crate) fn parts(&mut self) -> Result<(&mut OpenTable, &mut Vec<u8>), Refusal> {
        let table = self.table.as_mut();
        let table = table.ok_or(Refusal(JetErr::INVALID_TABLE_ID))?;
        Ok((table, &mut self.bytes))
    }
}

/// One cursor.
pub(crate) struct Cursor {
    /// Whose it is.
    pub(crate) session: Arc<Session>,
    /// Its database; `None` for a temporary table.
    db: Option<Arc<Attached>>,
    /// Object id of its table.
    pub(crate) objid: u32,
    held: Arc<Held>,
    body: Mutex<Body>,
}

impl Cursor {
    /// A cursor on an open table that `held` stands for.
    pub(crate) fn new(
        session: Arc<Session>,
        db: Arc<Attached>,
        table: OpenTable,
        held: Arc<Held>,
    ) -> Self {
        Self {
            session,
            db: Some(db),
            objid: table.objid().0,
            held,
            body: Mutex::new(Body {
                table: Some(table),
                bytes: Vec::new(),
                local: None,
                filter: Vec::new(),
            }),
        }
    }

    /// What it is on.
    pub(crate) fn body(&self) -> MutexGuard<'_, Body> {
        lock(&self.body)
    }

    /// Its database; JET_errIllegalOperation for a temporary table.
    pub(crate) fn db(&self) -> Result<&Arc<Attached>, Refusal> {
        self.db.as_ref().ok_or(Refusal(JetErr::ILLEGAL_OPERATION))
    }

    /// The number of its database.
    pub(crate) fn dbid(&self) -> Option<JET_DBID> {
        self.db.as_ref().map(|db| db.dbid)
    }

    /// What it holds of its table.
    pub(crate) fn mode(&self) -> Mode {
        self.held.mode
    }

    /// Records may be changed through it.
    pub(crate) fn check_updatable(&self) -> Result<(), Refusal> {
        demand(self.held.mode.updatable, JetErr::PERMISSION_DENIED)
    }

    /// Tells others which index is current, by its object id; 0 for the primary one.
    pub(crate) fn note_index(&self, objid: u32) {
        self.held.index.store(objid, Ordering::Relaxed);
    }

    /// Closes it: a prepared update is cancelled.
    pub(crate) fn close(&self, session: &Session) {
        let table = self.body().table.take();
        if let Some(mut table) = table {
            if let Err(e) = table.cancel(&session.core) {
                tracing::debug!(target: "esent", error = %e, "an update of a closed cursor");
            }
            drop(table);
            if let Some(db) = &self.db
                && db.release(self.objid, &self.held)
            {
                db.callbacks.forget(self.objid);
            }
        }
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        let open = self.body().table.take().is_some();
        if let (true, Some(db)) = (open, &self.db) {
            db.release(self.objid, &self.held);
        }
    }
}
