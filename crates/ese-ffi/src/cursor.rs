//! One cursor as the C interface sees it.
//!
//! Invariants: a cursor belongs to one session and one table from open to close; it is used only by who is
//! inside of that session ([`crate::door`]); its body is borrowed only for a moment, never while a callback
//! of the program runs. What it holds of its table is released when it is closed, or dropped.
//!
//! `unsafe` for one promise: that of the body's cell.

use crate::database::{Attached, Held, Mode};
use crate::door::Owned;
use crate::gate::{Refusal, demand, refuse};
use crate::session::Session;
use crate::types::{JET_DBID, JET_LS, JET_SESID};
use ese_core::JetErr;
use ese_core::database::open_table::OpenTable;
use ese_core::instance::TempTable;
use std::cell::{RefCell, RefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A table that is open.
enum Open {
    Table(Box<OpenTable>),
    Temporary(Box<TempTable>),
}

/// What a cursor is on.
pub(crate) struct Body {
    /// The table; `None` once it is closed.
    open: Option<Open>,
    /// Bytes of values that are read, used again.
    pub(crate) bytes: Vec<u8>,
    /// JetSetLS.
    pub(crate) local: Option<JET_LS>,
    /// JetSetCursorFilter.
    pub(crate) filter: Vec<crate::filter::Filter>,
}

impl Body {
    /// The table; JET_errIllegalOperation for a temporary one.
    pub(crate) fn table(&mut self) -> Result<&mut OpenTable, Refusal> {
        Ok(self.parts()?.0)
    }

    /// The table, and the buffer for values.
    pub(crate) fn parts(&mut self) -> Result<(&mut OpenTable, &mut Vec<u8>), Refusal> {
        match &mut self.open {
            Some(Open::Table(table)) => Ok((table, &mut self.bytes)),
            Some(Open::Temporary(_)) => refuse(JetErr::ILLEGAL_OPERATION),
            None => refuse(JetErr::INVALID_TABLE_ID),
        }
    }

    /// The temporary table, if it is one.
    pub(crate) fn temporary(&mut self) -> Option<(&mut TempTable, &mut Vec<u8>)> {
        match &mut self.open {
            Some(Open::Temporary(table)) => Some((table, &mut self.bytes)),
            _ => None,
        }
    }
}

/// Tables that say where everything else lies: a program that changed one would damage its database.
const SYSTEM_TABLES: [&str; 4] = [
    "MSysObjects",
    "MSysObjectsShadow",
    "MSysObjids",
    "MSysLocales",
];

fn is_system(name: &str) -> bool {
    SYSTEM_TABLES.iter().any(|s| s.eq_ignore_ascii_case(name))
}

/// What only the thread that is inside of the session touches.
struct Alone<T>(RefCell<T>);

// SAFETY: a cursor is reached by who is inside of its session only (`door`), one thread at a time; what one
// leaves the next one sees, by the word of the session's door. When it is dropped nobody else has it.
unsafe impl<T: Send> Sync for Alone<T> {}

/// One cursor.
pub(crate) struct Cursor {
    /// Handle of the session whose it is.
    owner: JET_SESID,
    /// Its database; `None` for a temporary table.
    db: Option<Arc<Attached>>,
    /// Object id of its table.
    pub(crate) objid: u32,
    /// Its table is one that the engine keeps for itself.
    system: bool,
    held: Arc<Held>,
    body: Alone<Body>,
}

impl Cursor {
    /// A cursor on an open table that `held` stands for.
    pub(crate) fn new(
        session: &Session,
        db: Arc<Attached>,
        mut table: OpenTable,
        held: Arc<Held>,
    ) -> Self {
        let objid = table.objid().0;
        let schema = table.schema(&session.core);
        let system = schema.is_ok_and(|s| is_system(&s.name));
        let open = Open::Table(Box::new(table));
        let mut cursor = Self::with(session, Some(db), objid, held, open);
        cursor.system = system;
        cursor
    }

    /// A cursor on a temporary table.
    pub(crate) fn temporary(session: &Session, table: TempTable) -> Self {
        let mode = Mode {
            updatable: true,
            ..Mode::default()
        };
        let held = Arc::new(Held::new(session.core.procid(), mode, None));
        Self::with(session, None, 0, held, Open::Temporary(Box::new(table)))
    }

    fn with(
        session: &Session,
        db: Option<Arc<Attached>>,
        objid: u32,
        held: Arc<Held>,
        open: Open,
    ) -> Self {
        Self {
            owner: session.handle(),
            db,
            objid,
            system: false,
            held,
            body: Alone(RefCell::new(Body {
                open: Some(open),
                bytes: Vec::new(),
                local: None,
                filter: Vec::new(),
            })),
        }
    }

    /// What it is on.
    #[inline]
    pub(crate) fn body(&self) -> RefMut<'_, Body> {
        self.body.0.borrow_mut()
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

    /// Records may be changed through it, and are not the engine's own (docs/porting.md, "What
    /// differs").
    pub(crate) fn check_writable(&self) -> Result<(), Refusal> {
        self.check_updatable()?;
        demand(!self.system, JetErr::PERMISSION_DENIED)
    }

    /// Tells others which index is current, by its object id; 0 for the primary one.
    pub(crate) fn note_index(&self, objid: u32) {
        self.held.index.store(objid, Ordering::Relaxed);
    }

    /// Closes it: a prepared update is cancelled.
    pub(crate) fn close(&self, session: &Session) {
        let (open, local) = {
            let mut body = self.body();
            (body.open.take(), body.local.take())
        };
        if let Some(value) = local {
            crate::calls::free_cursor_local(&session.instance, value);
        }
        if let Some(mut open) = open {
            if let Open::Table(table) = &mut open
                && let Err(e) = table.cancel(&session.core)
            {
                tracing::debug!(target: "esent", error = %e, "an update of a closed cursor");
            }
            drop(open);
            if let Some(db) = &self.db
                && db.release(self.objid, &self.held)
            {
                db.callbacks.forget(self.objid);
            }
        }
    }
}

impl Owned for Cursor {
    fn owner(&self) -> JET_SESID {
        self.owner
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        let open = self.body.0.get_mut().open.take().is_some();
        if let (true, Some(db)) = (open, &self.db) {
            db.release(self.objid, &self.held);
        }
    }
}
