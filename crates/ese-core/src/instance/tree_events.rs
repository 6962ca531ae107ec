//! Schema changes of databases without a catalog in memory: trees that were made and not kept go.
#![forbid(unsafe_code)]

use crate::format::log_record::FdpType;
use crate::space::alloc::Dropped;
use crate::trx::{Oper, TrxId};
use crate::work::{Apart, SchemaEvents, SchemaNote, WorkDb, WorkError};

/// Frees the trees whose creation is undone (`Oper::CreateTable`, `CreateIndex`, `CreateLv`) and those
/// whose deletion is committed (`DeleteTable`, `DeleteIndex`). Nothing else is known of the schema.
#[derive(Clone, Copy, Debug, Default)]
pub struct TreesOnly;

impl SchemaEvents for TreesOnly {
    fn undo_schema(
        &self,
        db: &WorkDb,
        apart: &dyn Apart,
        _: u16,
        note: &SchemaNote<'_>,
    ) -> Result<(), WorkError> {
        match note.oper {
            Oper::CreateTable | Oper::CreateIndex | Oper::CreateLv => apart.apart(db, &mut |w| {
                Ok(w.db.space.free_tree(&w.author, note.pgno_fdp, None)?)
            }),
            _ => Ok(()),
        }
    }

    fn rolled_back(&self, _: u16, _: u8) {}

    fn committed(&self, _: u16, _: Option<TrxId>) {}

    fn clean_up_schema(
        &self,
        db: &WorkDb,
        apart: &dyn Apart,
        note: &SchemaNote<'_>,
    ) -> Result<(), WorkError> {
        let fdp_type = match note.oper {
            Oper::DeleteTable => FdpType::TABLE,
            Oper::DeleteIndex => FdpType::INDEX,
            _ => return Ok(()),
        };
        let dropped = Dropped {
            fdp_type,
            trx_committed: 0,
        };
        apart.apart(db, &mut |w| {
            let space = &w.db.space;
            Ok(space.free_tree(&w.author, note.pgno_fdp, Some(dropped))?)
        })
    }
}
