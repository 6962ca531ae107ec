//! A version of the store as something that can be undone on its page.
#![forbid(unsafe_code)]

use super::OpenDb;
use crate::btree::apply::node::Before;
use crate::cache::{DbNo, DbPages};
use crate::format::ids::{Dbtime, Lgpos};
use crate::format::log_record::LogRecord;
use crate::log::{LogAppend, LogWriteError};
use crate::rollback::{UndoTarget, Undoable};
use crate::trx::{VersionCopy, VersionOper};

/// The undo of a version; `None` for one of no node, or of a lock. `begin0`: where its transaction
/// began in the log.
pub(crate) fn undoable(copy: &VersionCopy, dbid: u8, begin0: Lgpos) -> Option<Undoable<'_>> {
    let oper = copy.oper.logged()?;
    let (offset, amount) = copy.delta;
    Some(Undoable {
        procid: copy.stamp.procid,
        begin0,
        trx_begin0: copy.stamp.trx_begin0,
        level: copy.stamp.level,
        rceid: copy.version.rceid,
        oper,
        db: copy.db,
        dbid,
        pgno_fdp: copy.pgno_fdp,
        objid_fdp: copy.objid,
        unique: copy.unique,
        bookmark: &copy.bookmark,
        key_len: copy.key_len,
        before: match oper {
            VersionOper::Replace => Before::Data(&copy.before),
            VersionOper::Delta | VersionOper::Delta64 => Before::Delta { offset, amount },
            VersionOper::Insert | VersionOper::FlagDelete => Before::Nothing,
        },
        space: copy.space,
    })
}

/// One database, for undo.
pub(crate) struct UndoDb<'a>(pub(crate) &'a OpenDb);

impl UndoTarget for UndoDb<'_> {
    fn pages(&self, db: DbNo) -> Option<&DbPages> {
        (db == self.0.no()).then(|| self.0.work_db().trees.pages())
    }

    fn next_dbtime(&self, _: DbNo) -> Dbtime {
        self.0.work_db().trees.next_dbtime()
    }

    fn log(&self) -> &dyn LogAppend {
        self.0.work_db().trees.log().unwrap_or(&NoLog)
    }
}

/// The log of a database that is not logged.
struct NoLog;

impl LogAppend for NoLog {
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        at.clear();
        at.resize(records.len(), Lgpos::MIN);
        Ok(())
    }

    fn append(&self, _: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        Ok(Lgpos::MIN)
    }
}
