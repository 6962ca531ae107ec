//! A table, to a session: where it stands, what is there.
//!
//! Invariant: before every call the cursor has heard what became of the session's levels, and knows
//! the table's schema as the session sees it now.
#![forbid(unsafe_code)]

use super::sight::Sight;
use super::spares::{CopyBuffer, Lent, Spares};
use super::{Database, DbError};
use crate::btree::Seek;
use crate::catalog::TableSchema;
use crate::catalog::live::LiveCatalog;
use crate::cursor::{CursorError, Eyes, Hit, Keep, Move, SeekOptions, TableCursor};
use crate::format::ids::Objid;
use crate::format::key::MakeKeyFlags;
use crate::instance::OpenDb;
use crate::record::update::Update;
use crate::session::{Session, Watch};
use crate::trx::Standing;
use crate::work::Look;
use std::sync::Arc;

/// No turn of a session.
pub(super) const NEVER: u64 = u64::MAX;

/// A table, to a session. It stands on one record, or before the first or behind the last.
pub struct Table<'s> {
    pub(super) session: &'s Session,
    pub(super) db: Arc<OpenDb>,
    pub(super) catalog: Arc<LiveCatalog>,
    pub(super) objid: Objid,
    pub(super) sight: Sight,
    watch: Arc<Watch>,
    pub(super) cursor: Lent,
    /// For reading columns.
    pub(super) reading: Option<Update>,
    /// A value that does not lie in its record as it is.
    pub(super) own: Vec<u8>,
    /// The session's turn at which the cursor got the record that it has; none outside of a transaction.
    pub(super) fresh: u64,
    /// Place in the schema of the column that was last asked for by name; that of none at first.
    pub(super) asked: usize,
    /// The copy buffer of the last update.
    pub(super) spare: Option<CopyBuffer>,
    spares: Arc<Spares>,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        let buffer = self.spare.take();
        self.spares.keep(&mut self.cursor, buffer);
    }
}

impl<'s> Table<'s> {
    pub(super) fn open(db: &Database, session: &'s Session, name: &str) -> Result<Self, DbError> {
        let (sight, trees) = Sight::of_name(db, session, name)?;
        let (cursor, spare) = db.spares.open(db.attached().work_db(), &trees)?;
        Ok(Self {
            session,
            db: Arc::clone(db.attached()),
            catalog: Arc::clone(db.catalog()),
            objid: sight.objid(),
            spares: Arc::clone(&db.spares),
            sight,
            watch: session.watch(),
            cursor,
            reading: None,
            own: Vec::new(),
            fresh: NEVER,
            asked: usize::MAX,
            spare,
        })
    }

    /// The table as the catalog describes it.
    #[must_use]
    pub fn schema(&self) -> &TableSchema {
        self.cursor.indexes().schema()
    }

    /// The same, to be kept: a later change of the table makes another value.
    #[must_use]
    pub fn schema_now(&self) -> Arc<TableSchema> {
        Arc::clone(&self.cursor.indexes().trees().schema)
    }

    /// Before every call.
    #[inline]
    pub(super) fn ready(&mut self) -> Result<Standing, DbError> {
        self.fresh = NEVER;
        let standing = self.session.trx().standing();
        if self.watch.is_told() || !self.sight.is_of_now(standing) {
            self.get_ready()?;
        }
        Ok(standing)
    }

    #[cold]
    fn get_ready(&mut self) -> Result<(), DbError> {
        if let Some(ended) = self.watch.take() {
            self.cursor.levels_ended(|level| ended.now(level));
        }
        let place = (&*self.db, &self.catalog);
        if self.sight.follow(place, self.session, &mut self.cursor)? {
            self.reading = None;
            self.spare = None;
            self.asked = usize::MAX;
        }
        Ok(())
    }

    /// The cursor has its record as the session sees it, in a transaction until the session's next turn.
    #[inline]
    pub(super) fn is_fresh(&mut self, standing: Standing) {
        if standing.level > 0 {
            self.fresh = self.session.turn();
        }
    }

    fn moved(&mut self, to: Move) -> Result<bool, DbError> {
        self.ready()?;
        let eyes = eyes(self.session, &self.db);
        match self.cursor.move_to(&eyes, to, false) {
            Ok(()) => Ok(true),
            Err(CursorError::NoCurrentRecord) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// Goes to the first record of the current index; `false` when there is none.
    ///
    /// # Errors
    /// A page can't be had.
    pub fn first(&mut self) -> Result<bool, DbError> {
        self.moved(Move::First)
    }

    /// Goes to the last one.
    ///
    /// # Errors
    /// As [`Table::first`].
    pub fn last(&mut self) -> Result<bool, DbError> {
        self.moved(Move::Last)
    }

    /// Goes to the next one; `false` behind the last.
    ///
    /// # Errors
    /// As [`Table::first`].
    #[allow(clippy::should_implement_trait)] // It can fail, and yields no item.
    pub fn next(&mut self) -> Result<bool, DbError> {
        let standing = self.ready()?;
        let eyes = eyes_at(self.session, &self.db, standing);
        if self.cursor.next_at_hand(&eyes) {
            self.is_fresh(standing);
            return Ok(true);
        }
        self.moved(Move::By(1))
    }

    /// Goes to the one before; `false` before the first.
    ///
    /// # Errors
    /// As [`Table::first`].
    pub fn previous(&mut self) -> Result<bool, DbError> {
        self.moved(Move::By(-1))
    }

    /// Makes an index current, on its first record: by name, or the primary one.
    ///
    /// # Errors
    /// JET_errIndexNotFound.
    pub fn use_index(&mut self, name: Option<&str>) -> Result<(), DbError> {
        self.ready()?;
        let eyes = eyes(self.session, &self.db);
        Ok(self.cursor.set_index(&eyes, name, Keep::First)?)
    }

    /// Goes to the first record of the current index whose key begins with these values, given as the
    /// bytes of their columns (`None` for NULL); `false` when there is none.
    ///
    /// # Errors
    /// Bytes that are no value of their column; more values than the index has columns.
    pub fn find(&mut self, values: &[Option<&[u8]>]) -> Result<bool, DbError> {
        self.seek(values, Seek::Eq).map(|hit| hit.is_some())
    }

    /// Goes to a record by its place relative to a key; `None` when there is none on that side.
    ///
    /// # Errors
    /// As [`Table::find`].
    pub fn seek(
        &mut self,
        values: &[Option<&[u8]>],
        relation: Seek,
    ) -> Result<Option<Hit>, DbError> {
        let standing = self.ready()?;
        let mut flags = MakeKeyFlags::NEW_KEY;
        for value in values {
            let empty = match value {
                Some([]) => MakeKeyFlags::ZERO_LENGTH,
                _ => MakeKeyFlags::empty(),
            };
            self.cursor.make_key(value.unwrap_or(&[]), flags | empty)?;
            flags = MakeKeyFlags::empty();
        }
        let eyes = eyes_at(self.session, &self.db, standing);
        match self.cursor.seek(&eyes, SeekOptions::new(relation)) {
            Ok(hit) => Ok(Some(hit)),
            Err(CursorError::RecordNotFound) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The record's bookmark, which finds it again as long as it is there.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord.
    pub fn bookmark(&self) -> Result<&[u8], DbError> {
        Ok(self.cursor.bookmark()?)
    }
}

pub(super) fn eyes<'a>(session: &'a Session, db: &'a OpenDb) -> Eyes<'a> {
    eyes_at(session, db, session.trx().standing())
}

/// As [`eyes`], of where the session's transaction is known to stand.
#[inline]
pub(super) fn eyes_at<'a>(session: &'a Session, db: &'a OpenDb, standing: Standing) -> Eyes<'a> {
    let trx = session.trx();
    let pages = db.work_db().trees.pages();
    Eyes {
        look: Look::new(pages, trx.store(), trx.snapshot_of(standing)),
        level: standing.level,
    }
}

/// Where a cursor stands is a place of this level, before a step of one above changes the record.
pub(super) fn settle(
    cursor: &mut TableCursor,
    (db, session): (&OpenDb, &Session),
) -> Result<(), DbError> {
    match cursor.settle_record(&eyes(session, db)) {
        Ok(()) | Err(CursorError::NoCurrentRecord) => Ok(()),
        Err(e) => Err(e.into()),
    }
}
