//! Levels and rollback: what an instance adds to a [`Bench`].
#![forbid(unsafe_code)]
#![allow(unreachable_pub, dead_code)] // A test has no outside, and takes what it needs.

use super::{Begun, Bench};
use ese_core::btree::apply::node::Before;
use ese_core::cache::{DbNo, DbPages};
use ese_core::format::ids::{Dbtime, Lgpos};
use ese_core::format::log_record::{Begin, BeginLevels, Commit, LogRecord, Rollback};
use ese_core::log::LogAppend;
use ese_core::rollback::{Place, UndoTarget, Undoable};
use ese_core::trx::{RollbackScope, VersionCopy, VersionOper};
use ese_core::work::Work;

struct Target<'b>(&'b Bench);

impl UndoTarget for Target<'_> {
    fn pages(&self, _: DbNo) -> Option<&DbPages> {
        Some(self.0.db.trees.pages())
    }

    fn next_dbtime(&self, _: DbNo) -> Dbtime {
        self.0.db.trees.next_dbtime()
    }

    fn log(&self) -> &dyn LogAppend {
        &*self.0.world.log
    }
}

/// Behind every record.
pub const DURABLE: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: 0,
    ib: 0,
};

/// Runs a call in a level of its own, which is rolled back when it fails.
pub fn statement<T, E>(
    bench: &Bench,
    begun: &mut Begun,
    what: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
) -> Result<T, E> {
    begin_level(bench, begun);
    let done = bench.work(begun, what);
    match done {
        Ok(_) => commit_level(bench, begun),
        Err(_) => undo(bench, begun, RollbackScope::Level),
    }
    done
}

pub fn begin_level(bench: &Bench, begun: &mut Begun) {
    let from = begun.trx.level();
    let level = begun.trx.begin(false).unwrap();
    let record = LogRecord::Begin(Begin {
        procid: begun.author.procid,
        levels: BeginLevels::new(from, 1),
    });
    bench.world.log.append(&record).unwrap();
    begun.trx.levels_are_logged();
    begun.author.level = level;
}

pub fn commit_level(bench: &Bench, begun: &mut Begun) {
    let level = begun.trx.commit_inner().unwrap();
    let record = LogRecord::Commit(Commit {
        procid: begun.author.procid,
        level_to: level,
    });
    bench.world.log.append(&record).unwrap();
    begun.author.level = level;
}

/// Undoes a level, or an update.
pub fn undo(bench: &Bench, begun: &mut Begun, scope: RollbackScope) {
    let target = Target(bench);
    let mut run = begun.trx.rollback(scope).unwrap();
    let mut copy = VersionCopy::default();
    while run.next(&mut copy) {
        let oper = copy.oper.logged().unwrap();
        let before = match oper {
            VersionOper::Replace => Before::Data(&copy.before),
            VersionOper::Delta => {
                let (offset, amount) = copy.delta;
                Before::Delta { offset, amount }
            }
            _ => Before::Nothing,
        };
        let change = Undoable {
            procid: copy.stamp.procid,
            begin0: begun.author.begin0,
            trx_begin0: copy.stamp.trx_begin0,
            level: copy.stamp.level,
            rceid: copy.version.rceid,
            oper,
            db: copy.db,
            dbid: bench.dbid(),
            pgno_fdp: copy.pgno_fdp,
            objid_fdp: copy.objid,
            unique: copy.unique,
            bookmark: &copy.bookmark,
            key_len: copy.key_len,
            before,
            space: copy.space,
        };
        let mut place = Place::find(&target, &change).unwrap();
        let owed = !run.owed_by(copy.version).is_null();
        place.undo(&target, &change, owed).unwrap();
        run.undone(copy.version);
    }
    if let RollbackScope::Level = scope {
        let record = LogRecord::Rollback(Rollback {
            procid: begun.author.procid,
            levels: 1,
        });
        bench.world.log.append(&record).unwrap();
        begun.author.level = run.end_level().unwrap();
    }
}

pub fn rollback(bench: &Bench, mut begun: Begun) {
    while begun.trx.level() > 0 {
        undo(bench, &mut begun, RollbackScope::Level);
    }
}
