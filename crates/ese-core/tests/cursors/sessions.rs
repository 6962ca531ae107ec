//! Sessions with statements, rollback and cleanup: what an instance adds to a [`Bench`].
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::work_support::{Begun, Bench};
use ese_core::btree::apply::node::Before;
use ese_core::btree::write::{DENSITY_DEFAULT, Scratch, TreeWriter, WriteTree};
use ese_core::cache::{DbNo, DbPages};
use ese_core::cursor::Eyes;
use ese_core::format::ids::{Dbtime, Lgpos};
use ese_core::format::log_record::{Begin, BeginLevels, Commit, LogRecord, Rollback};
use ese_core::log::LogAppend;
use ese_core::rollback::{Place, UndoTarget, Undoable};
use ese_core::trx::{Bookmark, CleanUp, RollbackScope, Unversioned, VersionCopy, VersionOper};
use ese_core::work::{Look, Work};

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

const DURABLE: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: 0,
    ib: 0,
};

/// Runs a statement in a level of its own, which is rolled back when it fails.
pub fn statement<T, E>(
    bench: &Bench,
    begun: &mut Begun,
    what: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let level = begin_level(bench, begun);
    let done = bench.work(begun, what);
    match done {
        Ok(_) => commit_level(bench, begun),
        Err(_) => rollback_level(bench, begun),
    }
    assert_eq!(begun.trx.level(), level - 1);
    done
}

pub fn begin_level(bench: &Bench, begun: &mut Begun) -> u8 {
    let from = begun.trx.level();
    let level = begun.trx.begin(false).unwrap();
    let record = LogRecord::Begin(Begin {
        procid: begun.author.procid,
        levels: BeginLevels::new(from, 1),
    });
    bench.world.log.append(&record).unwrap();
    begun.trx.levels_are_logged();
    begun.author.level = level;
    level
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

/// Rolls back the deepest level.
pub fn rollback_level(bench: &Bench, begun: &mut Begun) {
    let target = Target(bench);
    let mut run = begun.trx.rollback(RollbackScope::Level).unwrap();
    let mut copy = VersionCopy::default();
    while run.next(&mut copy) {
        let oper = copy.oper.logged().unwrap();
        let before = match oper {
            VersionOper::Replace => Before::Data(&copy.before),
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
    let record = LogRecord::Rollback(Rollback {
        procid: begun.author.procid,
        levels: 1,
    });
    bench.world.log.append(&record).unwrap();
    begun.author.level = run.end_level().unwrap();
}

pub fn rollback(bench: &Bench, mut begun: Begun) {
    while begun.trx.level() > 0 {
        rollback_level(bench, &mut begun);
    }
}

/// Cleans up what nobody sees any more, pages included: how many nodes were to go, and how many pages
/// left their tree. `trees` are all that there are.
pub fn clean(bench: &Bench, trees: &[&WriteTree]) -> (usize, usize) {
    let mut nodes = Vec::new();
    bench.store.clean(DURABLE, usize::MAX, &mut |work| {
        if let CleanUp::RemoveNode(id) = work {
            nodes.push((id.objid, id.key.concat(), id.data.to_vec(), id.unique));
        }
        true
    });
    let author = bench.world.begin(0xFFFF);
    let mut scratch = Scratch::default();
    let mut pages = 0;
    for (objid, key, data, unique) in &nodes {
        let tree = trees.iter().find(|t| t.objid() == *objid).unwrap();
        let versions = Active {
            bench,
            none: Unversioned(author.stamp()),
        };
        let mut writer = TreeWriter {
            db: &bench.db.trees,
            space: &bench.db.space,
            versions: &versions,
            author: &author,
            scratch: &mut scratch,
        };
        let data = if *unique { &[][..] } else { data };
        pages += writer.clean_up(tree, Bookmark { key, data }).unwrap().pages;
    }
    bench.world.commit(&author);
    (nodes.len(), pages)
}

/// A cleaner makes no versions, but asks for those of others.
struct Active<'b> {
    bench: &'b Bench,
    none: Unversioned,
}

impl ese_core::trx::VersionSink for Active<'_> {
    fn reserve(
        &self,
        node: &ese_core::trx::NodeId<'_>,
    ) -> Result<ese_core::trx::VersionRef, ese_core::trx::VersionFault> {
        self.none.reserve(node)
    }

    fn change(
        &self,
        node: &ese_core::trx::NodeId<'_>,
        leaf: ese_core::format::ids::Pgno,
        reserved: ese_core::trx::VersionRef,
        change: &ese_core::trx::NodeChange<'_>,
    ) -> Result<ese_core::trx::Made, ese_core::trx::VersionFault> {
        self.none.change(node, leaf, reserved, change)
    }

    fn undo_of(&self, made: &ese_core::trx::Made) {
        self.none.undo_of(made);
    }

    fn reserved_space(&self, node: &ese_core::trx::NodeId<'_>) -> u16 {
        self.bench.store.reserved_space(node)
    }

    fn is_active(&self, node: &ese_core::trx::NodeId<'_>) -> bool {
        self.bench.store.is_active(node)
    }

    fn stamp(&self) -> ese_core::trx::Stamp {
        self.none.stamp()
    }
}

/// The eyes of a session's transaction.
pub fn eyes<'b>(bench: &'b Bench, begun: &Begun) -> Eyes<'b> {
    Eyes {
        look: Look::new(bench.db.trees.pages(), &bench.store, begun.trx.snapshot()),
        level: begun.trx.level(),
    }
}

/// The eyes of nobody's transaction.
pub fn latest(bench: &Bench) -> Eyes<'_> {
    Eyes {
        look: Look::new(bench.db.trees.pages(), &bench.store, bench.store.latest()),
        level: 0,
    }
}

/// A tree of its own, below page 1.
pub fn new_tree(bench: &Bench, unique: bool) -> WriteTree {
    let created = bench.alone(|w| {
        let new = ese_core::space::create::NewTree {
            unique,
            ..ese_core::space::create::NewTree::table(1)
        };
        w.db.space.create_tree(&w.author, &new).unwrap()
    });
    WriteTree::new(created.pgno_fdp, created.objid, unique, DENSITY_DEFAULT)
}
