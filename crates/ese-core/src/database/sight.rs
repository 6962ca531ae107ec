//! What a cursor knows of its table's schema, from one call to the next.
//!
//! Invariants: while it lives the table is in use; after [`Sight::follow`] the cursor's indexes are
//! those that the session sees now.
#![forbid(unsafe_code)]

use super::{Database, DbError, indexes_of};
use crate::catalog::live::{InUse, LiveCatalog, SchemaStamp};
use crate::cursor::TableCursor;
use crate::format::ids::Objid;
use crate::instance::OpenDb;
use crate::session::Session;
use crate::trx::{Standing, TrxId};
use std::sync::Arc;

/// See the module.
pub(super) struct Sight {
    objid: Objid,
    /// What the schema is known for.
    known: (u64, TrxId),
    stamp: SchemaStamp,
    _in_use: InUse,
}

impl Sight {
    /// Of a table, with a cursor on it.
    pub(super) fn open(
        db: &Database,
        session: &Session,
        objid: Objid,
    ) -> Result<(Self, TableCursor), DbError> {
        let catalog = db.catalog();
        let in_use = catalog.in_use(objid);
        // Before the schema: what changes from now on is asked for again.
        let stamp = catalog.stamp(objid);
        let known = (stamp.now(), session.trx().begin0());
        let look = session.look(db.attached());
        // Who deleted it in between did not see this cursor.
        let trees = catalog.table_of(&look, session.procid(), objid)?;
        let cursor = TableCursor::new(db.attached().work_db(), indexes_of(&trees)?);
        let sight = Self {
            objid,
            known,
            stamp,
            _in_use: in_use,
        };
        Ok((sight, cursor))
    }

    /// The same for another cursor.
    pub(super) fn duplicate(&self, catalog: &Arc<LiveCatalog>) -> Self {
        Self {
            objid: self.objid,
            known: self.known,
            stamp: catalog.stamp(self.objid),
            _in_use: catalog.in_use(self.objid),
        }
    }

    /// The table, for [`LiveCatalog::with_maintained_of`].
    pub(super) fn stamp(&self) -> &SchemaStamp {
        &self.stamp
    }

    /// Nothing can look different to the session than it did at the last [`Sight::follow`].
    #[inline]
    pub(super) fn is_of_now(&self, standing: Standing) -> bool {
        (self.stamp.now(), standing.begin0) == self.known
    }

    /// Before every call: `true` when the cursor got another schema.
    #[inline]
    pub(super) fn follow(
        &mut self,
        (db, catalog): (&OpenDb, &Arc<LiveCatalog>),
        session: &Session,
        cursor: &mut TableCursor,
    ) -> Result<bool, DbError> {
        let known = (self.stamp.now(), session.trx().begin0());
        if known == self.known {
            return Ok(false);
        }
        let trees = catalog.table_of(&session.look(db), session.procid(), self.objid)?;
        let other = !Arc::ptr_eq(&trees, cursor.indexes().trees());
        if other {
            cursor.schema_changed(indexes_of(&trees)?);
        }
        self.known = known;
        Ok(other)
    }
}
