//! Online defragmentation: the leaves of a table are passed over, from the first to the last.
//!
//! Of each leaf the deleted nodes that nobody needs go, and the leaf itself where a neighbour has room
//! for the rest: what version cleanup does where something was deleted, everywhere. The trees of a table
//! are that of its records, its secondary indexes, its long values.
//!
//! Source: jet-api/behaviour-instances.md §12; docs/format/versioning.md §8.
//!
//! Invariants: while a tree is worked on a transaction is open that saw it, so that it is not freed, and
//! for [`LEAVES`] leaves at most, so that others' versions are not kept for long; between two leaves
//! nothing is held that a session, a detach or the end of the instance would wait for.
#![forbid(unsafe_code)]

use super::core::OwnSession;
use super::{Core, Instance, OpenDb};
use crate::btree::write::WriteTree;
use crate::btree::{LeafScan, ScanEvent};
use crate::cache::{Pages as _, SharedPage};
use crate::catalog::TableTrees;
use crate::catalog::live::LiveCatalog;
use crate::error::{HasJetErr as _, JetErr};
use crate::format::ids::{Objid, Pgno};
use crate::format::log_record::LrFlags;
use crate::format::page::PageFlags;
use crate::session::{CommitKind, Transaction};
use crate::trx::Bookmark;
use crate::work::{Look, WorkError};
use std::sync::Arc;

/// Leaves that are passed over while one transaction is open.
const LEAVES: usize = 64;

/// What a pass did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Defragmented {
    /// Leaves that were looked at.
    pub leaves: u64,
    /// Deleted nodes that went, as far as their leaf did not go with them, or was a neighbour.
    pub nodes: u64,
    /// Pages that left their trees.
    pub pages: u64,
}

/// How far a pass over a table is.
#[derive(Default)]
struct Place {
    /// Trees that are done.
    over: Vec<Objid>,
    /// The tree under way, and the leaf that comes next.
    at: Option<(Objid, Pgno)>,
}

impl Instance {
    /// Passes once over a table, or over all of a database that are not the engine's own. `go_on` is
    /// asked before each leaf.
    ///
    /// # Errors
    /// JET_errObjectNotFound for a table that is not there; the instance has ended, or is unavailable; a
    /// damaged tree; the log can't be written.
    pub fn defragment(
        &self,
        db: &Arc<OpenDb>,
        table: Option<&str>,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Defragmented, WorkError> {
        self.core.defragment(db, table, go_on)
    }
}

impl Core {
    fn defragment(
        &self,
        db: &OpenDb,
        table: Option<&str>,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Defragmented, WorkError> {
        self.health.check()?;
        if db.is_read_only() {
            let what = "the database is attached for reading only";
            return Err(WorkError::refused(JetErr::DATABASE_FILE_READ_ONLY, what));
        }
        let mut done = Defragmented::default();
        let Some(catalog) = db.known_catalog() else {
            return Ok(done);
        };
        if let Some(name) = table {
            self.defragment_table(db, &catalog, name, go_on, &mut done)?;
            return Ok(done);
        }
        let names = {
            let pages = db.work_db().trees.pages();
            catalog.tables(&Look::new(pages, &self.store, self.store.latest()))?
        };
        for (_, name) in names.into_iter().filter(|(_, name)| !is_engines(name)) {
            match self.defragment_table(db, &catalog, &name, go_on, &mut done) {
                // Deleted, or about to be.
                Err(e)
                    if [JetErr::OBJECT_NOT_FOUND, JetErr::TABLE_LOCKED].contains(&e.jet_err()) => {}
                other => other?,
            }
        }
        Ok(done)
    }

    fn defragment_table(
        &self,
        db: &OpenDb,
        catalog: &LiveCatalog,
        name: &str,
        go_on: &mut dyn FnMut() -> bool,
        done: &mut Defragmented,
    ) -> Result<(), WorkError> {
        let mut place = Place::default();
        loop {
            let own = self.own_session()?;
            own.trx.begin(true)?;
            let more = self.some_leaves(&own, db, (catalog, name), &mut place, go_on, done);
            let transaction = Transaction {
                core: self,
                trx: &own.trx,
                procid: own.procid,
                touched: &[],
                own: None,
            };
            let ended = transaction.commit_level(CommitKind::Lazy);
            self.give_own_back(own);
            if !more? {
                return Ok(());
            }
            ended?;
        }
    }

    /// Goes over some leaves; `false` when that was all.
    fn some_leaves(
        &self,
        own: &OwnSession,
        db: &OpenDb,
        (catalog, name): (&LiveCatalog, &str),
        place: &mut Place,
        go_on: &mut dyn FnMut() -> bool,
        done: &mut Defragmented,
    ) -> Result<bool, WorkError> {
        let pages = db.work_db().trees.pages();
        let look = Look::new(pages, &self.store, own.trx.snapshot());
        let trees = catalog.table(&look, own.procid, name)?;
        for _ in 0..LEAVES {
            let Some(tree) = next_tree(&trees, place) else {
                return Ok(false);
            };
            if !go_on() || !self.one_leaf(db, &tree, place, done)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tidies the next leaf of a tree; `false` when the database goes.
    fn one_leaf(
        &self,
        db: &OpenDb,
        tree: &WriteTree,
        place: &mut Place,
        done: &mut Defragmented,
    ) -> Result<bool, WorkError> {
        // As cleanup does: the end of the instance and a detach wait for this, and come first else.
        let _alone = self.cleaning.lock();
        self.health.check()?;
        if db.is_closing() || self.attached.get(db.no()).is_none() {
            return Ok(false);
        }
        let pages = db.work_db().trees.pages();
        let next = place.at.filter(|(objid, _)| *objid == tree.objid());
        let first = match next {
            Some((_, pgno)) => first_node(tree, &pages.shared(pgno)?)?,
            None => match LeafScan::new(pages, tree.tree(), 1).next() {
                Some(ScanEvent::Leaf(page)) => first_node(tree, &page)?,
                Some(ScanEvent::Fault(e)) => return Err(e.into()),
                None => None,
            },
        };
        let next = match first {
            Some((bytes, key_len)) => {
                let (key, data) = bytes.split_at_checked(key_len).unwrap_or((&bytes, &[]));
                let task = LrFlags::SYSTEM_TASK;
                let work = db.work_db();
                let (cleaned, next) = self.on_its_own(work, CommitKind::Lazy, task, |w| {
                    Ok(w.writer().tidy(tree, Bookmark { key, data })?)
                })?;
                done.leaves += 1;
                done.nodes += cleaned.nodes as u64;
                done.pages += cleaned.pages as u64;
                next
            }
            // Empty, or not a leaf of this tree any more: what is left is for the next pass.
            None => Pgno::NULL,
        };
        if next.is_null() {
            place.over.push(tree.objid());
            place.at = None;
        } else {
            place.at = Some((tree.objid(), next));
        }
        Ok(true)
    }
}

/// The tree under way, or one that is not done.
fn next_tree(trees: &TableTrees, place: &Place) -> Option<Arc<WriteTree>> {
    let secondary = trees.secondary.iter().map(|(_, tree)| tree);
    let all = std::iter::once(&trees.records)
        .chain(secondary)
        .chain(&trees.long_values);
    let mut left = all.filter(|tree| !place.over.contains(&tree.objid()));
    let first = left.next()?;
    let at = place.at.map(|(objid, _)| objid);
    let under_way = std::iter::once(first).chain(left);
    let found = under_way.into_iter().find(|t| Some(t.objid()) == at);
    Some(Arc::clone(found.unwrap_or(first)))
}

/// The first node of a leaf: its key, behind it what tells equal keys apart, and the key's length;
/// `None` when this is no leaf of the tree, or one without nodes.
fn first_node(
    tree: &WriteTree,
    page: &SharedPage<'_>,
) -> Result<Option<(Vec<u8>, usize)>, WorkError> {
    let view = page.view()?;
    let own = view.is_leaf()
        && view.objid() == tree.objid()
        && !view.flags().contains(PageFlags::SPACE_TREE);
    if !own || view.node_count() == 0 {
        return Ok(None);
    }
    let node = view.node(0).map_err(|e| page.fault(e))?;
    let mut bytes = node.key().to_vec();
    let key_len = bytes.len();
    if !tree.is_unique() {
        bytes.extend_from_slice(node.data);
    }
    Ok(Some((bytes, key_len)))
}

/// Tables of the engine's own: it works on them itself.
fn is_engines(name: &str) -> bool {
    let start = name.as_bytes().get(..4);
    start.is_some_and(|start| start.eq_ignore_ascii_case(b"MSys"))
}
