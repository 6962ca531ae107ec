//! Merges: a leaf goes out of the tree, its nodes to a neighbour; or only some of them go.
//!
//! The path is latched exclusively from the lowest page on that no change goes beyond; then the left
//! neighbour, the leaf, the right neighbour. The left one is found by a look at the leaf: when it is
//! another by the time it is latched, all begins anew.
//!
//! Source: docs/format/database-btree-space.md §4.5, docs/format/log-records.md §5.4, §4 (EmptyTree).
//!
//! Invariants: separators stay as the format wants them (between the nodes left and right of them,
//! the last of a page that of its parent); a merge that would not fit somewhere is not begun.
#![forbid(unsafe_code)]

use super::db::fault;
use super::image::Image;
use super::merge_plan::{MergePlan, Neighbours};
use super::path::{Held, child};
use super::place::check_own;
use super::record::{lr_node, short};
use super::split::check_link;
use super::{TreeWriter, WriteError, WriteTree};
use crate::btree::DEPTH_MOST;
use crate::btree::apply::empty;
use crate::btree::apply::merge::{self, MergeLeaf};
use crate::cache::ExclusivePage;
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::{
    DBTIME_NIL, EmptyPages, EmptyTree, ImageFlags, LogRecord, LrFlags, Merge2, MergeFlags,
    MergeType,
};
use crate::format::page::PageFlags;
use crate::format::page_mut::PageBuf;
use crate::trx::{Bookmark, Made};

/// How often the left neighbour may be another one.
const TRIES: usize = 10;
/// Most pages below the root that EmptyTree can list.
const EMPTY_PAGES_MOST: usize = 8;

/// Which neighbour a page's nodes go to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// The pages of a merge.
pub(super) struct MergePages<'p> {
    /// Internal pages, from the highest that may change down to the parent of the leaf.
    pub(super) above: Vec<Held<'p>>,
    pub(super) left: Option<ExclusivePage<'p>>,
    pub(super) page: ExclusivePage<'p>,
    pub(super) right: Option<ExclusivePage<'p>>,
}

impl<'a> TreeWriter<'a> {
    /// Takes the leaf of a bookmark out of the tree if no live node is on it, or moves its nodes to
    /// the neighbour of this side; `partly`: as many as fit, if not all do. Gives how many pages left
    /// the tree; `None` when nothing was done: there is no such neighbour, it has no room, a
    /// separator does not fit, or a deleted node has an active version.
    ///
    /// The author is as for [`TreeWriter::clean_up`].
    pub fn merge(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        side: Side,
        partly: bool,
    ) -> Result<Option<usize>, WriteError> {
        self.join(tree, bookmark);
        let Some(mut pages) = self.merge_path(tree)? else {
            return Ok(None);
        };
        let Some(plan) = self.plan_merge(tree, &pages, side, partly)? else {
            return Ok(None);
        };
        let freed = match plan.merge_type {
            MergeType::EMPTY_TREE => match self.empty_tree(tree, &mut pages)? {
                Some(freed) => freed,
                None => return Ok(None),
            },
            _ => {
                self.log_and_apply_merge(tree, &mut pages, &plan)?;
                let emptied = plan.above.iter().zip(&pages.above);
                let emptied = emptied.filter(|(f, _)| f.contains(MergeFlags::EMPTY_PAGE));
                let emptied = emptied.map(|(_, held)| held.pgno());
                let leaf = (!plan.is_partial()).then_some(pages.page.pgno());
                emptied.chain(leaf).collect()
            }
        };
        drop(pages);
        if !freed.is_empty()
            && let Err(e) = self.space.free(self.author, tree, &freed)
        {
            if e.leaves_page_wrong {
                return Err(e.into());
            }
            // The pages are out of the tree; what can't be given back is leaked, which is legal.
            tracing::warn!(pages = freed.len(), error = %e, "pages are leaked");
        }
        Ok(Some(freed.len()))
    }

    /// Latches the pages of a merge; `None` when the tree is one leaf, or does not hold still.
    fn merge_path(&self, tree: &WriteTree) -> Result<Option<MergePages<'a>>, WriteError> {
        for _ in 0..TRIES {
            let Some((above, leaf)) = self.path_above(tree)? else {
                return Ok(None);
            };
            if let Some(pages) = self.latch_leaves(tree, above, leaf)? {
                return Ok(Some(pages));
            }
        }
        Ok(None)
    }

    /// Latches internal pages downwards. What is above a page of which neither the only nor the last
    /// pointer is taken can't change, and is let go.
    fn path_above(&self, tree: &WriteTree) -> Result<Option<(Vec<Held<'a>>, Pgno)>, WriteError> {
        let db = self.db;
        let mut levels: Vec<Held<'a>> = Vec::new();
        let mut pgno = tree.root();
        for depth in 0..DEPTH_MOST {
            if levels.iter().any(|l| l.pgno() == pgno) {
                return Err(WriteError::tree(pgno, "a page is below itself"));
            }
            let page = db.pages().exclusive(pgno)?;
            check_own(tree, &page)?;
            let view = page.view()?;
            if view.is_leaf() {
                return match depth {
                    0 => Ok(None),
                    _ => Err(WriteError::tree(pgno, "a leaf above leaves")),
                };
            }
            let above_leaf = view.flags().contains(PageFlags::PARENT_OF_LEAF);
            let (iline, next) = child(&view, pgno, &self.scratch.bookmark)?;
            if iline + 1 < view.node_count() {
                levels.clear();
            }
            levels.push(Held { page, iline });
            if above_leaf {
                return Ok(Some((levels, next)));
            }
            pgno = next;
        }
        Err(WriteError::tree(
            tree.root(),
            "the tree is deeper than trees are",
        ))
    }

    /// Latches left neighbour, leaf and right neighbour; `None` when the left one is another by now.
    fn latch_leaves(
        &self,
        tree: &WriteTree,
        above: Vec<Held<'a>>,
        leaf: Pgno,
    ) -> Result<Option<MergePages<'a>>, WriteError> {
        let pages = self.db.pages();
        let held = |pgno: Pgno| above.iter().any(|l| l.pgno() == pgno);
        if held(leaf) {
            return Err(WriteError::tree(leaf, "a page is below itself"));
        }
        let prev = tree
            .tree()
            .page(pages, leaf, Some(true))?
            .view()?
            .pgno_prev();
        if prev == leaf || held(prev) {
            return Err(WriteError::tree(leaf, "a page is its own left neighbour"));
        }
        let left = match prev.is_null() {
            true => None,
            false => Some(pages.exclusive(prev)?),
        };
        let page = pages.exclusive(leaf)?;
        check_own(tree, &page)?;
        let view = page.view()?;
        if view.pgno_prev() != prev {
            return Ok(None);
        }
        if let Some(left) = &left {
            check_own(tree, left)?;
            check_link(left.pgno(), &left.view()?, &page)?;
        }
        let next = view.pgno_next();
        if !next.is_null() && (next == leaf || next == prev || held(next)) {
            return Err(WriteError::tree(leaf, "a page is its own right neighbour"));
        }
        let right = match next.is_null() {
            true => None,
            false => {
                let right = pages.exclusive(next)?;
                check_own(tree, &right)?;
                check_link(leaf, &view, &right)?;
                Some(right)
            }
        };
        Ok(Some(MergePages {
            above,
            left,
            page,
            right,
        }))
    }

    fn log_and_apply_merge(
        &mut self,
        tree: &WriteTree,
        pages: &mut MergePages<'a>,
        plan: &MergePlan,
    ) -> Result<(), WriteError> {
        let made = Made::default();
        let times = pages.times()?;
        let dbtime = self.db.dbtime_after(times)?;
        let at = |e| fault(pages.page.pgno(), e);
        let image = match plan.moves_nodes() && self.db.log().is_some() {
            true => {
                Image::of(&pages.page.view()?, dbtime, self.db.compresses_images()).map_err(at)?
            }
            false => Image::none(),
        };
        let records = self.merge_records(tree, pages, plan, &image, dbtime)?;
        let Some((leaf, above)) = records.split_last() else {
            return Err(WriteError::NotHere);
        };
        let procid = self.stamp(&made).procid;
        let inside = records.iter().copied().map(LogRecord::Merge2);
        let touched = records
            .iter()
            .flat_map(|r| [r.page.pgno, r.pgno_left, r.pgno_right]);
        let end = self.log_macro(&[], dbtime, procid, inside, touched)?;
        let change = self.db.change(self.author, end);

        let skipped = pages.above.len() - above.len().min(pages.above.len());
        for (held, record) in pages.above.iter_mut().skip(skipped).zip(above) {
            merge::internal(&mut held.page, record, leaf)?;
            held.page.mark_dirty(change);
        }
        let MergePages {
            left, page, right, ..
        } = pages;
        let before = match plan.moves_nodes() {
            true => Some(PageBuf::from_slice(page)),
            false => None,
        };
        merge::leaf(
            leaf,
            MergeLeaf {
                before,
                page: Some(page),
                left: left.as_mut(),
                right: right.as_mut(),
            },
        )?;
        for page in [left.as_mut(), Some(page), right.as_mut()]
            .into_iter()
            .flatten()
        {
            page.mark_dirty(change);
        }
        Ok(())
    }

    /// Records of the internal pages that change, from the highest down, and of the leaf.
    fn merge_records<'r>(
        &self,
        tree: &WriteTree,
        pages: &MergePages<'_>,
        plan: &'r MergePlan,
        image: &'r Image,
        dbtime: Dbtime,
    ) -> Result<Vec<Merge2<'r>>, WriteError> {
        let mut records = Vec::with_capacity(pages.above.len() + 1);
        let mut parent = (Pgno::NULL, DBTIME_NIL);
        let mut record = |page: &ExclusivePage<'_>, iline: usize, flags: MergeFlags| {
            let before = page.view()?.dbtime();
            let times = (dbtime, before);
            let mut head = self.head(tree, page.pgno(), short(iline), times, &Made::default());
            head.flags -= LrFlags::VERSIONED;
            let record = Merge2 {
                page: head,
                pgno_right: Pgno::NULL,
                dbtime_right_before: DBTIME_NIL,
                pgno_left: Pgno::NULL,
                dbtime_left_before: DBTIME_NIL,
                pgno_parent: parent.0,
                dbtime_parent_before: parent.1,
                pgno_fdp: tree.fdp(),
                objid_fdp: tree.objid(),
                cb_size_total: 0,
                cb_size_max_total: 0,
                cb_unc_free_dest: 0,
                iline_merge: 0,
                flags,
                merge_type: MergeType::NONE,
                image_flags: ImageFlags::empty(),
                key_parent_sep: &[],
                image: &[],
            };
            parent = (page.pgno(), before);
            Ok::<_, WriteError>(record)
        };
        for (held, &flags) in pages.above.iter().zip(&plan.above) {
            if !flags.is_empty() {
                records.push(record(&held.page, held.iline, flags)?);
            }
        }
        let flags = match plan.is_partial() {
            true => MergeFlags::empty(),
            false => MergeFlags::EMPTY_PAGE,
        };
        let mut leaf = record(&pages.page, 0, flags)?;
        let of = |p: &Option<ExclusivePage<'_>>| match p {
            Some(p) => Ok::<_, WriteError>((p.pgno(), p.view()?.dbtime())),
            None => Ok((Pgno::NULL, DBTIME_NIL)),
        };
        (leaf.pgno_left, leaf.dbtime_left_before) = of(&pages.left)?;
        (leaf.pgno_right, leaf.dbtime_right_before) = of(&pages.right)?;
        leaf.merge_type = plan.merge_type;
        leaf.iline_merge = short(plan.iline_merge);
        leaf.cb_size_total = short(plan.size);
        leaf.cb_size_max_total = short(plan.size_max);
        leaf.cb_unc_free_dest = plan.unc_dest;
        leaf.key_parent_sep = &plan.separator;
        leaf.image_flags = image.flags;
        leaf.image = &image.bytes;
        records.push(leaf);
        Ok(records)
    }

    /// The only leaf has no live node: the root becomes an empty leaf. Gives the pages that were
    /// below it; `None` for a tree too deep for the record.
    fn empty_tree(
        &mut self,
        tree: &WriteTree,
        pages: &mut MergePages<'a>,
    ) -> Result<Option<Vec<Pgno>>, WriteError> {
        for held in &pages.above {
            if held.page.view()?.node_count() != 1 {
                return Err(WriteError::tree(
                    held.pgno(),
                    "a leaf without neighbours has some",
                ));
            }
        }
        let (root, below) = match pages.above.split_first_mut() {
            Some((root, below)) if root.pgno() == tree.root() => (&mut root.page, below),
            _ => return Ok(None),
        };
        let mut below: Vec<&mut ExclusivePage<'_>> =
            below.iter_mut().map(|held| &mut held.page).collect();
        below.push(&mut pages.page);
        if below.len() > EMPTY_PAGES_MOST {
            return Ok(None);
        }
        let before = root.view()?.dbtime();
        let mut times = vec![before];
        let mut list = Vec::with_capacity(below.len() * EmptyPages::ENTRY_BYTES);
        for page in &below {
            let view = page.view()?;
            times.push(view.dbtime());
            list.extend_from_slice(&view.dbtime().0.to_le_bytes());
            list.extend_from_slice(&page.pgno().0.to_le_bytes());
            list.extend_from_slice(&view.flags().bits().to_le_bytes());
        }
        let dbtime = self.db.dbtime_after(times)?;
        let made = Made::default();
        let record = EmptyTree {
            page: self.head(tree, root.pgno(), 0, (dbtime, before), &made),
            node: lr_node(tree, &made),
            pages: EmptyPages::new(&list).ok_or(WriteError::NotHere)?,
        };
        let end = self.log(&LogRecord::EmptyTree(record))?;
        let change = self.db.change(self.author, end);
        empty::root(root, &record)?;
        root.mark_dirty(change);
        let mut freed = Vec::with_capacity(below.len());
        for page in below {
            let pgno = page.pgno();
            empty::below_root(page, pgno, dbtime)?;
            page.mark_dirty(change);
            freed.push(pgno);
        }
        Ok(Some(freed))
    }
}

impl MergePages<'_> {
    pub(super) fn neighbours(&self) -> Neighbours {
        Neighbours {
            left: self.left.is_some(),
            right: self.right.is_some(),
        }
    }

    fn times(&self) -> Result<Vec<Dbtime>, WriteError> {
        let above = self.above.iter().map(|l| &l.page);
        let leaves = [self.left.as_ref(), Some(&self.page), self.right.as_ref()];
        let all = above.chain(leaves.into_iter().flatten());
        all.map(|p| Ok(p.view()?.dbtime())).collect()
    }
}
