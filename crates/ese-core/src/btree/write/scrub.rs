//! What was deleted is overwritten: the free space of a page, the data of deleted nodes that nobody sees
//! any more, pieces of long values that nobody refers to, pages that belong to nothing.
//!
//! Source: docs/format/log-records.md §4 (Scrub), docs/format/database-pages.md §7.
//!
//! Invariants:
//! * what a snapshot may still see, or a rollback may need, stays as it is; so does every key, and in a
//!   tree whose keys repeat all data, for it is part of the order;
//! * a page is scrubbed only when there is something to overwrite;
//! * a page that does not take its record is left alone before anything is logged: damage is for the
//!   reader to tell of.
#![forbid(unsafe_code)]

use super::db::fault;
use super::record::lr_node;
use super::{TreeWriter, WriteError, WriteTree};
use crate::btree::apply::node::{self, FILL_DELETED, FILL_LV, SCRUB_DATA, SCRUB_LV, SCRUB_NONE};
use crate::cache::ExclusivePage;
use crate::format::compress::Scheme;
use crate::format::ids::Pgno;
use crate::format::log_record::{LogRecord, Scrub, ScrubFlags};
use crate::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING};
use crate::format::node::Node;
use crate::format::page::{PageError, PageFlags, PageView};
use crate::format::page_mut::PageBuf;
use crate::trx::Made;

/// What a page is for, as the catalog says.
#[derive(Clone, Copy, Debug)]
pub enum PageUse<'t> {
    /// It belongs to this tree.
    Tree(&'t WriteTree),
    /// It belonged to a tree that is gone, and to nobody's eyes any more.
    Nothing,
}

/// What is to be overwritten on a page.
enum Plan {
    Nothing,
    Page,
    /// One code a node.
    Nodes(Vec<u8>),
}

/// Whether there may be something to overwrite on a page, by its bytes alone. `false` is certain until
/// the page changes, or a version goes.
#[must_use]
pub fn may_need_scrub(view: &PageView<'_>) -> bool {
    let flags = view.flags();
    if flags.intersects(PageFlags::SPACE_TREE | PageFlags::PREINIT) {
        return false;
    }
    if !flags.contains(PageFlags::SCRUBBED) {
        return true;
    }
    let bare = |n: Result<Node<'_>, PageError>| n.is_ok_and(|n| is_bare(&n));
    flags.contains(PageFlags::LEAF)
        && ((0..view.node_count()).any(|i| bare(view.node(i)))
            || (flags.contains(PageFlags::LONG_VALUE) && ends_in_unwanted(view)))
}

/// Whether the last long value that begins on a page may go on behind it, and nobody refers to it.
fn ends_in_unwanted(view: &PageView<'_>) -> bool {
    for iline in (0..view.node_count()).rev() {
        let Ok(node) = view.node(iline) else {
            return false;
        };
        if let Ok(LvKey::Root(_)) = LvKey::parse(&node.key()) {
            return !node.is_deleted() && is_unwanted(node.data);
        }
    }
    false
}

/// Data of the root of a long value without references.
fn is_unwanted(root: &[u8]) -> bool {
    LvRoot::parse(root).is_ok_and(|r| [0, REFCOUNT_DELETING].contains(&r.refcount))
}

/// A deleted node that still shows its data.
fn is_bare(node: &Node<'_>) -> bool {
    node.is_deleted() && node.data.iter().any(|&b| b != FILL_DELETED)
}

/// A piece of a long value that shows its bytes.
fn shows_piece(data: &[u8]) -> bool {
    match data.split_first() {
        Some((&head, rest)) => {
            head != Scheme::Scrubbed.first_byte(0) || rest.iter().any(|&b| b != FILL_LV)
        }
        None => false,
    }
}

impl TreeWriter<'_> {
    /// Overwrites what nobody needs on a page, logged; gives whether there was anything. `orphan` is the
    /// long value without references that the page before this one ended in, and becomes that of this
    /// page.
    ///
    /// # Errors
    /// A page that can't be read, the log.
    pub fn scrub(
        &mut self,
        page: &mut ExclusivePage<'_>,
        of: PageUse<'_>,
        orphan: &mut Option<Lid>,
    ) -> Result<bool, WriteError> {
        let pgno = page.pgno();
        let view = page.view()?;
        let plan = self
            .plan_of(&view, of, orphan)
            .map_err(|e| fault(pgno, e))?;
        let (flags, opers) = match &plan {
            Plan::Nothing => return Ok(false),
            Plan::Page => (ScrubFlags::UNUSED, &[][..]),
            Plan::Nodes(opers) => (ScrubFlags::empty(), opers.as_slice()),
        };
        let before = view.dbtime();
        let uncommitted = match &plan {
            Plan::Page => 0,
            _ => view.cb_uncommitted_free(),
        };
        let record = self.scrub_record(&view, pgno, flags, opers)?;
        // Once it is logged the page has to take it.
        let mut trial = PageBuf::from_slice(page);
        if let Err(e) = node::apply(&mut trial, &record, &mut self.scratch.data) {
            tracing::warn!(pgno = pgno.0, error = %e, "the page can't be scrubbed");
            return Ok(false);
        }
        let LogRecord::Scrub(mut record) = record else {
            return Ok(false);
        };
        record.page.dbtime = self.db.dbtime_after([before])?;
        record.page.dbtime_before = before;
        self.change(page, &LogRecord::Scrub(record), uncommitted)?;
        Ok(true)
    }

    /// The record, but for its time.
    fn scrub_record<'r>(
        &self,
        view: &PageView<'_>,
        pgno: Pgno,
        flags: ScrubFlags,
        opers: &'r [u8],
    ) -> Result<LogRecord<'r>, WriteError> {
        // The record speaks of a page, not of a tree: its root is not named.
        let tree = WriteTree::new(
            Pgno::NULL,
            view.objid(),
            !view.flags().contains(PageFlags::NON_UNIQUE),
            0,
        );
        let made = Made::default();
        let times = (view.dbtime(), view.dbtime());
        let page = self.head(&tree, pgno, 0, times, &made);
        let node = lr_node(&tree, &made);
        let cscrub_oper = u32::try_from(opers.len()).map_err(|_| WriteError::NotHere)?;
        Ok(LogRecord::Scrub(Scrub {
            page,
            node,
            flags,
            cscrub_oper,
            data: opers,
        }))
    }

    fn plan_of(
        &self,
        view: &PageView<'_>,
        of: PageUse<'_>,
        orphan: &mut Option<Lid>,
    ) -> Result<Plan, PageError> {
        let flags = view.flags();
        let before = orphan.take();
        if flags.intersects(PageFlags::SPACE_TREE | PageFlags::PREINIT) {
            return Ok(Plan::Nothing);
        }
        let scrubbed = flags.contains(PageFlags::SCRUBBED);
        let tree = match of {
            PageUse::Tree(tree) if !flags.contains(PageFlags::EMPTY) => tree,
            _ if scrubbed => return Ok(Plan::Nothing),
            _ => return Ok(Plan::Page),
        };
        let mut opers = vec![SCRUB_NONE; view.node_count()];
        if flags.contains(PageFlags::LEAF) {
            *orphan = self.plan_leaf(view, tree, before, &mut opers)?;
        }
        match scrubbed && opers.iter().all(|&o| o == SCRUB_NONE) {
            true => Ok(Plan::Nothing),
            false => Ok(Plan::Nodes(opers)),
        }
    }

    /// Says of each node of a leaf what becomes of it; gives the long value without references that the
    /// leaf ends in.
    fn plan_leaf(
        &self,
        view: &PageView<'_>,
        tree: &WriteTree,
        mut orphan: Option<Lid>,
        opers: &mut [u8],
    ) -> Result<Option<Lid>, PageError> {
        let long_values = view.flags().contains(PageFlags::LONG_VALUE);
        let prefix = view.prefix()?;
        let mut key = Vec::new();
        for (iline, oper) in opers.iter_mut().enumerate() {
            let node = view.node_with_prefix(iline, prefix)?;
            if node.is_deleted() {
                if tree.is_unique() && is_bare(&node) && !self.is_active(tree, &node) {
                    *oper = SCRUB_DATA;
                }
                continue;
            }
            if !long_values {
                continue;
            }
            key.clear();
            node.key_into(&mut key);
            match LvKey::parse(&key) {
                Ok(LvKey::Root(lid)) => {
                    let lost = is_unwanted(node.data) && !self.is_active(tree, &node);
                    orphan = lost.then_some(lid);
                }
                Ok(LvKey::Chunk { lid, .. }) if orphan == Some(lid) => {
                    if shows_piece(node.data) && !self.is_active(tree, &node) {
                        *oper = SCRUB_LV;
                    }
                }
                _ => orphan = None,
            }
        }
        Ok(orphan)
    }
}
