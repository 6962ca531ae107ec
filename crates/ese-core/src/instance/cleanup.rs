//! What is done about versions that nobody needs any more: deleted nodes leave their pages, dropped
//! trees the file.
//!
//! Source: docs/format/versioning.md §8.
//!
//! Invariants: a node is looked at before anything is logged about it; of a tree that is gone nothing
//! is touched; no page is latched, and no session waited for, between two versions.
#![forbid(unsafe_code)]

use super::{Core, OpenDb};
use crate::btree::Tree;
use crate::btree::write::{DENSITY_DEFAULT, TreeWriter, WriteError, WriteTree};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Objid;
use crate::format::log_record::LrFlags;
use crate::session::CommitKind;
use crate::trx::{Bookmark, CleanUp, Cleaned, NodeId, Oper};
use crate::work::{SchemaNote, WorkError};
use std::sync::Arc;

/// Versions that a background pass lets go of before it looks up.
pub(super) const PASS: usize = 4096;
/// Passes until what a deleted long value leaves has gone: its count, its nodes, their versions, and one
/// that finds nothing.
const ROUNDS: usize = 4;

impl Core {
    /// Lets go of versions, at most `most`.
    pub(super) fn clean(&self, most: usize) -> Cleaned {
        let gone: Vec<(Arc<OpenDb>, Vec<Objid>)> = self
            .attached
            .all()
            .into_iter()
            .map(|db| (Arc::clone(&db), db.gone()))
            .collect();
        let cleaned = self
            .store
            .clean(self.durable(), most, &mut |work| self.clean_up(work));
        if !cleaned.more {
            for (db, trees) in &gone {
                db.forget_gone(trees);
            }
        }
        cleaned
    }

    /// Does what the going of a version asks for; `false` leaves it for the next time.
    fn clean_up(&self, what: &CleanUp<'_>) -> bool {
        if self.health.fatal().is_some() {
            return false;
        }
        let no = match what {
            CleanUp::RemoveNode(node)
            | CleanUp::MergePage(node)
            | CleanUp::DeleteLongValue(node) => node.db,
            CleanUp::Finalize { node, .. } => node.db,
            CleanUp::Schema { db, .. } => *db,
        };
        // Of a database that is detached, or about to be, the nodes stay flagged: they are found when
        // their pages are changed the next time.
        let _alone = self.cleaning.lock();
        let Some(db) = self.attached.get(no).filter(|db| !db.is_closing()) else {
            return true;
        };
        let done = match what {
            CleanUp::RemoveNode(node) => self.remove_node(&db, node),
            CleanUp::MergePage(node) => self.merge_page(&db, node),
            CleanUp::DeleteLongValue(_) | CleanUp::Finalize { .. } => self.by_hook(&db, what),
            CleanUp::Schema { .. } => self.clean_schema(&db, what),
        };
        match done.map_err(|e| self.judge(e)) {
            Ok(()) => true,
            Err(e) if self.health.fatal().is_some() || is_passing(&e) => false,
            Err(e) => {
                tracing::warn!(error = %e, "cleanup leaves something behind");
                true
            }
        }
    }

    fn remove_node(&self, db: &Arc<OpenDb>, node: &NodeId<'_>) -> Result<(), WorkError> {
        if db.is_gone(node.objid) {
            return Ok(());
        }
        let (bytes, key_len) = bookmark_bytes(node);
        let tree = Tree::new(node.pgno_fdp, node.objid);
        {
            let pages = db.work_db().trees.pages();
            let (page, iline) = tree.exclusive_node(pages, &bytes, key_len)?;
            let Some(iline) = iline else {
                return Ok(());
            };
            let view = page.view()?;
            let found = view.node(iline).map_err(|e| page.fault(e))?;
            if !found.is_deleted() || self.store.is_active(node) {
                return Ok(());
            }
        }
        self.on_tree_of(db, node, (&bytes, key_len), |writer, tree, bookmark| {
            writer.clean_up(tree, bookmark).map(|_| ())
        })
    }

    /// Rows that became shorter leave pages thin, which no delete would ever join: the file would grow
    /// until every page fits the longest rows that it ever held. (The original joins pages after deletes
    /// only.)
    fn merge_page(&self, db: &Arc<OpenDb>, node: &NodeId<'_>) -> Result<(), WorkError> {
        if db.is_gone(node.objid) {
            return Ok(());
        }
        let (bytes, key_len) = bookmark_bytes(node);
        self.on_tree_of(db, node, (&bytes, key_len), |writer, tree, bookmark| {
            writer.merge_if_underfull(tree, bookmark).map(|_| ())
        })
    }

    /// Changes the tree of a node in a transaction of its own.
    fn on_tree_of(
        &self,
        db: &Arc<OpenDb>,
        node: &NodeId<'_>,
        (bytes, key_len): (&[u8], usize),
        change: impl FnOnce(&mut TreeWriter<'_>, &WriteTree, Bookmark<'_>) -> Result<(), WriteError>,
    ) -> Result<(), WorkError> {
        let tree = WriteTree::new(node.pgno_fdp, node.objid, node.unique, DENSITY_DEFAULT);
        let (key, data) = bytes.split_at_checked(key_len).unwrap_or((bytes, &[]));
        let task = LrFlags::SYSTEM_TASK;
        self.on_its_own(db.work_db(), CommitKind::Lazy, task, |w| {
            change(&mut w.writer(), &tree, Bookmark { key, data })?;
            Ok(())
        })
    }

    fn by_hook(&self, db: &Arc<OpenDb>, what: &CleanUp<'_>) -> Result<(), WorkError> {
        let Some(hook) = db.hook() else {
            return Ok(());
        };
        let task = LrFlags::SYSTEM_TASK;
        self.on_its_own(db.work_db(), CommitKind::Lazy, task, |w| {
            hook.clean_up(w, what)
        })
    }

    fn clean_schema(&self, db: &Arc<OpenDb>, what: &CleanUp<'_>) -> Result<(), WorkError> {
        let Some(note) = SchemaNote::of_cleanup(what) else {
            return Ok(());
        };
        if matches!(note.oper, Oper::DeleteTable | Oper::DeleteIndex) {
            db.tree_is_gone(note.objid);
        }
        db.events().clean_up_schema(db.work_db(), self, &note)
    }

    /// Whether the next changes may not find room for their versions.
    pub(crate) fn store_is_filling(&self) -> bool {
        let (used, most) = self.store.buckets();
        used.saturating_add(1) >= most
    }

    /// Lets go of what may go once the log is durable, at most `most` versions.
    ///
    /// # Errors
    /// The log can't be written.
    pub(crate) fn clean_durable(&self, most: usize) -> Result<Cleaned, WorkError> {
        if let Some(log) = &self.log {
            log.flush()?;
        }
        Ok(self.clean(most))
    }

    /// Lets go of versions, and of those that are made while doing so, at most `most` a pass.
    ///
    /// # Errors
    /// The log can't be written.
    pub(crate) fn clean_through(&self, most: usize) -> Result<Cleaned, WorkError> {
        let mut all = self.clean(most);
        for _ in 1..ROUNDS {
            // What is left waits for others, or for the log.
            if !all.more || !self.store.may_clean() {
                break;
            }
            let pass = self.clean_durable(most)?;
            all.versions += pass.versions;
            all.buckets += pass.buckets;
            all.more = pass.more;
            if pass.versions == 0 {
                break;
            }
        }
        Ok(all)
    }

    /// Makes room in the version store, as far as there is something that nobody needs; `false` when there is
    /// none. Others are not waited for: whoever has the oldest transaction may take its time, and who is
    /// refused can roll back. The caller holds no latch.
    pub(crate) fn make_room(&self) -> bool {
        let freed = self.clean_durable(usize::MAX);
        let (used, most) = self.store.buckets();
        // Who cleans in the background may have been faster.
        freed.is_ok_and(|cleaned| cleaned.buckets > 0) || used < most
    }
}

/// The key of a node in one piece, behind it what tells equal keys apart; and the key's length.
fn bookmark_bytes(node: &NodeId<'_>) -> (Vec<u8>, usize) {
    let [prefix, suffix] = node.key;
    let data = if node.unique { &[] } else { node.data };
    ([prefix, suffix, data].concat(), prefix.len() + suffix.len())
}

/// Whether it may go next time.
fn is_passing(e: &WorkError) -> bool {
    [
        JetErr::OUT_OF_BUFFERS,
        JetErr::LOG_DISK_FULL,
        JetErr::CHECKPOINT_DEPTH_TOO_DEEP,
        JetErr::OUT_OF_SESSIONS,
        JetErr::DISK_FULL,
    ]
    .contains(&e.jet_err())
}

#[cfg(test)]
mod tests {
    use crate::catalog::write::{ColumnDef, IndexDefinition, TableDef};
    use crate::database::{ColumnType, Database};
    use crate::instance::{CreateOptions, Instance, InstanceParams};
    use crate::io::FileSystem as _;
    use crate::io::clock::ManualClock;
    use crate::io::env::Env;
    use crate::io::memory::MemoryFileSystem;
    use crate::io::rng::SeededRng;
    use crate::session::{CommitKind, Session};
    use std::path::Path;
    use std::sync::Arc;

    /// An instance that does nothing by itself.
    fn instance() -> Instance {
        let (clock, rng) = (Arc::new(ManualClock::new(0)), Box::new(SeededRng::new(1)));
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new("/db")).unwrap();
        let env = Env::new(Arc::new(fs), clock, rng);
        let mut params = InstanceParams::new("/db");
        params.background = false;
        Instance::start(env, params).unwrap()
    }

    /// A database with the table `rows`: an id, and `column`.
    fn with_rows(instance: &Instance, session: &Session, column: ColumnDef) -> Database {
        let db = instance
            .create("/db/a.edb", &CreateOptions::default())
            .unwrap();
        let rows = TableDef::new("rows")
            .column(ColumnDef::new("id", ColumnType::Long).not_null())
            .column(column)
            .index(IndexDefinition::new("by_id", "+id").primary());
        db.create_table(session, &rows).unwrap();
        db
    }

    /// Somebody else may have cleaned between the change that found no room and its own look.
    #[test]
    fn room_that_another_made_is_room() {
        let instance = instance();
        assert!(!instance.core.store_is_filling());
        assert!(instance.core.make_room());
    }

    /// Rows that were long, and are short for good, take the room of short ones.
    #[test]
    fn pages_of_rows_that_shrank_are_joined() {
        const ROWS: i32 = 300;
        let instance = instance();
        let session = instance.session().unwrap();
        let db = with_rows(
            &instance,
            &session,
            ColumnDef::new("note", ColumnType::Binary),
        );
        let mut table = db.table(&session, "rows").unwrap();
        let transaction = session.transaction().unwrap();
        for id in 0..ROWS {
            let mut row = table.insert().unwrap();
            row.set("id", id).unwrap();
            row.set("note", &[7_u8; 250]).unwrap();
            row.save().unwrap();
        }
        transaction.commit().unwrap();
        instance.clean(usize::MAX).unwrap();
        let (fdp, objid) = (table.schema().pgno_fdp, table.schema().objid);
        let used = || {
            let (owned, free) = db.space_of(fdp, objid).unwrap();
            owned - free
        };
        let long = used();
        let mut more = table.first().unwrap();
        while more {
            let mut row = table.replace().unwrap();
            row.set("note", &[7_u8; 5]).unwrap();
            row.save_as(CommitKind::Lazy).unwrap();
            more = table.next().unwrap();
        }
        instance.clean(usize::MAX).unwrap();
        let short = used();
        assert!(short * 3 < long, "{long} pages, then {short}");
        let mut count = 0;
        let mut more = table.first().unwrap();
        while more {
            count += 1;
            more = table.next().unwrap();
        }
        assert_eq!(count, ROWS);
    }

    /// The count of a long value goes, then its nodes, then their versions: all in one call.
    #[test]
    fn nothing_is_left_of_deleted_long_values() {
        let instance = instance();
        let session = instance.session().unwrap();
        let db = with_rows(
            &instance,
            &session,
            ColumnDef::new("blob", ColumnType::LongBinary),
        );
        let mut table = db.table(&session, "rows").unwrap();
        for id in 0..5_i32 {
            let mut row = table.insert().unwrap();
            row.set("id", id).unwrap();
            let blob: Vec<u8> = (0..20_000_i32).map(|i| (i * i + id) as u8).collect();
            row.set("blob", &blob).unwrap();
            row.save_as(CommitKind::Lazy).unwrap();
        }
        let transaction = session.transaction().unwrap();
        while table.first().unwrap() {
            table.delete().unwrap();
        }
        transaction.commit_as(CommitKind::Lazy).unwrap();
        assert!(instance.clean(usize::MAX).unwrap().versions > 0);
        let rest = instance.clean(usize::MAX).unwrap();
        assert_eq!((rest.versions, rest.more), (0, false));
    }
}
