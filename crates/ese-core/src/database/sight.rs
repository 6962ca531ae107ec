//! What a cursor knows of its table's schema, from one call to the next.
//!
//! Invariants: while it lives the table is in use; after [`Sight::follow`] the cursor's indexes are
//! those that the session sees now.
#![forbid(unsafe_code)]

use super::{Database, DbError, indexes_of};
use crate::catalog::TableTrees;
use crate::catalog::live::{InUse, LiveCatalog, OpenedTable, SchemaStamp};
use crate::cursor::TableCursor;
use crate::format::ids::Objid;
use crate::instance::OpenDb;
use crate::session::Session;
use crate::trx::{Standing, TrxId};
use std::sync::Arc;

/// See the module.
pub(super) struct Sight {
    /// What the schema is known for.
    known: (u64, TrxId),
    in_use: InUse,
}

impl Sight {
    /// Of a table by name; gives its schema, for a cursor on it.
    pub(super) fn of_name(
        db: &Database,
        session: &Session,
        name: &str,
    ) -> Result<(Self, Arc<TableTrees>), DbError> {
        let begin0 = session.trx().begin0();
        let look = session.look(db.attached());
        let opened = db.catalog().open_table(&look, session.procid(), name)?;
        Ok(Self::of(opened, begin0))
    }

    /// The same by object id.
    pub(super) fn of_objid(
        db: &Database,
        session: &Session,
        objid: Objid,
    ) -> Result<(Self, Arc<TableTrees>), DbError> {
        let begin0 = session.trx().begin0();
        let look = session.look(db.attached());
        let opened = db.catalog().open_objid(&look, session.procid(), objid)?;
        Ok(Self::of(opened, begin0))
    }

    fn of(opened: OpenedTable, begin0: TrxId) -> (Self, Arc<TableTrees>) {
        let sight = Self {
            known: (opened.stamp, begin0),
            in_use: opened.in_use,
        };
        (sight, opened.trees)
    }

    /// The same for another cursor.
    pub(super) fn duplicate(&self) -> Self {
        Self {
            known: self.known,
            in_use: self.in_use.again(),
        }
    }

    /// The table.
    pub(super) fn objid(&self) -> Objid {
        self.in_use.objid()
    }

    /// The table, for [`LiveCatalog::with_maintained_of`].
    #[inline]
    pub(super) fn stamp(&self) -> &SchemaStamp {
        self.in_use.stamp()
    }

    /// Nothing can look different to the session than it did at the last [`Sight::follow`].
    #[inline]
    pub(super) fn is_of_now(&self, standing: Standing) -> bool {
        (self.stamp().now(), standing.begin0) == self.known
    }

    /// Before every call: `true` when the cursor got another schema.
    #[inline]
    pub(super) fn follow(
        &mut self,
        (db, catalog): (&OpenDb, &Arc<LiveCatalog>),
        session: &Session,
        cursor: &mut TableCursor,
    ) -> Result<bool, DbError> {
        let known = (self.stamp().now(), session.trx().begin0());
        if known == self.known {
            return Ok(false);
        }
        let trees = catalog.table_of(&session.look(db), session.procid(), self.objid())?;
        let other = !Arc::ptr_eq(&trees, cursor.indexes().trees());
        if other {
            cursor.schema_changed(indexes_of(&trees)?);
        }
        self.known = known;
        Ok(other)
    }
}
