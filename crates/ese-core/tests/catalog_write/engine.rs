//! A database with a catalog, its sessions, their rollback and the cleanup of versions.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::work_support::{Begun, Bench};
use ese_core::btree::apply::node::Before;
use ese_core::btree::{LeafScan, ScanEvent, Tree};
use ese_core::cache::{DbNo, DbPages, Pages};
use ese_core::catalog::write::{NewColumn, NewTable, Progress, TableDef};
use ese_core::catalog::{
    LiveCatalog, LiveOptions, TableTrees, create_catalog, create_system_tables,
};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::{Dbtime, Lgpos, Objid, PageSize, Pgno};
use ese_core::format::log_record::{Begin, BeginLevels, Commit, LogRecord, Rollback};
use ese_core::format::version::FormatVersion;
use ese_core::log::LogAppend;
use ese_core::rollback::{Place, UndoTarget, Undoable};
use ese_core::trx::{CleanUp, RollbackScope, VersionCopy, VersionOper};
use ese_core::work::{SchemaEvents, SchemaNote, Work, WorkError};
use std::sync::Arc;

pub const NOW: u64 = 0x01DB_0000_0000_0000;

pub struct Engine {
    pub bench: Bench,
    pub catalog: LiveCatalog,
}

struct Target<'a>(&'a Bench);

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

impl Engine {
    pub fn new(page_size: PageSize, efv: u32) -> Self {
        let bench = Bench::new(page_size);
        let format = FormatVersion::of_efv(efv).unwrap();
        bench.alone(|w| create_catalog(w).unwrap());
        bench.world.finish_creation();
        bench.alone(|w| create_system_tables(w, format, NOW).unwrap());
        let options = LiveOptions::new(format, &bench.world.env);
        let catalog = LiveCatalog::open(&bench.db, &bench.store, options);
        let engine = Self { bench, catalog };
        engine.clean();
        engine
    }

    pub fn begin(&self, procid: u16) -> Begun {
        self.bench.begin(procid)
    }

    pub fn commit(&self, begun: Begun) {
        let procid = begun.author.procid;
        let record = LogRecord::Commit0(ese_core::format::log_record::Commit0 {
            procid,
            level_to: 0,
            trx_commit0: self.bench.store.clock().next().0,
        });
        let at = self.bench.world.log.append(&record).unwrap();
        let id = begun.trx.commit_outermost(at).unwrap();
        self.catalog.committed(procid, id);
    }

    /// One level deeper.
    pub fn begin_level(&self, begun: &mut Begun) {
        let from = begun.author.level;
        let record = LogRecord::Begin(Begin {
            procid: begun.author.procid,
            levels: BeginLevels::new(from, 1),
        });
        begun.author.level = begun.trx.begin(false).unwrap();
        self.bench.world.log.append(&record).unwrap();
        begun.trx.levels_are_logged();
    }

    pub fn commit_level(&self, begun: &mut Begun) {
        let level_to = begun.author.level - 1;
        let record = LogRecord::Commit(Commit {
            procid: begun.author.procid,
            level_to,
        });
        self.bench.world.log.append(&record).unwrap();
        begun.author.level = begun.trx.commit_inner().unwrap();
    }

    /// Rolls the deepest level back.
    pub fn rollback(&self, begun: &mut Begun) {
        let target = Target(&self.bench);
        let procid = begun.author.procid;
        let mut run = begun.trx.rollback(RollbackScope::Level).unwrap();
        let mut copy = VersionCopy::default();
        while run.next(&mut copy) {
            if let Some(note) = SchemaNote::of_version(&copy) {
                self.catalog
                    .undo_schema(&self.bench.db, &self.bench, procid, &note)
                    .unwrap();
                run.undone(copy.version);
                continue;
            }
            let oper = copy.oper.logged().unwrap();
            let (offset, amount) = copy.delta;
            let change = Undoable {
                procid,
                begin0: begun.author.begin0,
                trx_begin0: begun.author.trx_begin0,
                level: copy.stamp.level,
                rceid: copy.version.rceid,
                oper,
                db: copy.db,
                dbid: self.bench.dbid(),
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
            };
            let mut place = Place::find(&target, &change).unwrap();
            let owed = !run.owed_by(copy.version).is_null();
            place.undo(&target, &change, owed).unwrap();
            run.undone(copy.version);
        }
        let record = LogRecord::Rollback(Rollback { procid, levels: 1 });
        self.bench.world.log.append(&record).unwrap();
        begun.author.level = run.end_level().unwrap();
        self.catalog.rolled_back(procid, begun.author.level);
    }

    /// Lets go of what nobody needs: a tree goes in two steps.
    pub fn clean(&self) {
        for _ in 0..3 {
            self.clean_once();
        }
    }

    fn clean_once(&self) {
        self.bench.world.log.writer.flush().unwrap();
        let durable = Lgpos::new(i32::MAX, u16::MAX, u16::MAX);
        let mut nodes: Vec<(Tree, bool, Vec<u8>, Vec<u8>)> = Vec::new();
        let mut notes: Vec<(SchemaNoteOwned, ())> = Vec::new();
        self.bench.store.clean(durable, usize::MAX, &mut |work| {
            match work {
                CleanUp::RemoveNode(node) => nodes.push((
                    Tree::new(node.pgno_fdp, node.objid),
                    node.unique,
                    node.key.concat(),
                    node.data.to_vec(),
                )),
                other => {
                    if let Some(note) = SchemaNote::of_cleanup(other) {
                        notes.push((SchemaNoteOwned::of(&note), ()));
                    }
                }
            }
            true
        });
        for (tree, unique, key, data) in nodes {
            let tree =
                ese_core::btree::write::WriteTree::new(tree.pgno_fdp, tree.objid, unique, 80);
            let bookmark = ese_core::trx::Bookmark {
                key: &key,
                data: &data,
            };
            self.bench.alone(|w| {
                let cleaned = w.writer().clean_up(&tree, bookmark);
                if let Err(e) = cleaned {
                    panic!("{e}: {:?}", tree);
                }
            });
        }
        for (note, ()) in notes {
            self.catalog
                .clean_up_schema(&self.bench.db, &self.bench, &note.get())
                .unwrap();
        }
    }

    /// Works in a level of its own, which is rolled back when the work fails.
    pub fn ddl<T>(
        &self,
        begun: &mut Begun,
        what: impl FnOnce(&LiveCatalog, &mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, JetErr> {
        self.begin_level(begun);
        let done = self.bench.work(begun, |w| what(&self.catalog, w));
        match done {
            Ok(out) => {
                self.commit_level(begun);
                Ok(out)
            }
            Err(e) => {
                self.rollback(begun);
                Err(e.jet_err())
            }
        }
    }

    /// The same in a transaction of its own.
    pub fn alone<T>(
        &self,
        what: impl FnOnce(&LiveCatalog, &mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, JetErr> {
        let mut begun = self.begin(3);
        let out = self.ddl(&mut begun, what);
        self.commit(begun);
        out
    }

    pub fn create(&self, def: &TableDef) -> Arc<TableTrees> {
        let made: NewTable = self
            .alone(|c, w| c.create_table(w, def, &mut Progress::default()))
            .unwrap();
        made.table
    }

    pub fn seen(&self, begun: &Begun, name: &str) -> Result<Arc<TableTrees>, JetErr> {
        let procid = begun.author.procid;
        self.bench.work(begun, |w| {
            let found = self.catalog.table(&w.look(), procid, name);
            found.map_err(|e| e.jet_err())
        })
    }

    /// What everybody sees now.
    pub fn now(&self, name: &str) -> Result<Arc<TableTrees>, JetErr> {
        let begun = self.begin(12);
        let seen = self.seen(&begun, name);
        self.commit(begun);
        seen
    }

    pub fn add_column(
        &self,
        table: Objid,
        def: &ese_core::catalog::write::ColumnDef,
    ) -> Result<NewColumn, JetErr> {
        let rights = ese_core::catalog::write::Rights {
            exclusive: true,
            permit_ddl: false,
        };
        self.alone(|c, w| c.add_column(w, table, def, rights))
    }
}

/// A note that outlives the store's lock.
pub struct SchemaNoteOwned {
    oper: ese_core::trx::Oper,
    db: DbNo,
    pgno_fdp: Pgno,
    objid: Objid,
    info: Vec<u8>,
}

impl SchemaNoteOwned {
    fn of(note: &SchemaNote<'_>) -> Self {
        Self {
            oper: note.oper,
            db: note.db,
            pgno_fdp: note.pgno_fdp,
            objid: note.objid,
            info: note.info.to_vec(),
        }
    }

    fn get(&self) -> SchemaNote<'_> {
        SchemaNote {
            oper: self.oper,
            db: self.db,
            pgno_fdp: self.pgno_fdp,
            objid: self.objid,
            info: &self.info,
        }
    }
}

/// Keys and data of the live nodes of a tree.
pub fn nodes(pages: &dyn Pages, tree: Tree) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut out = Vec::new();
    for event in LeafScan::new(pages, tree, 1 << 20) {
        match event {
            ScanEvent::Leaf(page) => {
                let view = page.view().unwrap();
                for iline in 0..view.node_count() {
                    let node = view.node(iline).unwrap();
                    if !node.is_deleted() {
                        out.push((node.key(), node.data.to_vec()));
                    }
                }
            }
            ScanEvent::Fault(e) => panic!("{e}"),
        }
    }
    out
}
