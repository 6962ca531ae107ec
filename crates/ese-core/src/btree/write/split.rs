//! Splits: pages are asked for, the path is latched, one macro changes it.
//!
//! The course: ask for a page, latch leaf and parent exclusively, look again (others may have made
//! room meanwhile), plan; when the plan takes more levels or pages than are at hand, let go, get them,
//! and begin anew. A split that could not do the operation along is followed by another try.
//!
//! Source: docs/format/log-records.md §5.3, §5.7; design §4.3.
//!
//! Invariants: while the allocator works no page is latched; pages that were not used are given back,
//! whatever happens (a crash leaks them, which the format allows); a macro is in the log as a whole,
//! with nothing between.
#![forbid(unsafe_code)]

use super::db::fault;
use super::image::Image;
use super::node::{Diffed, Job, Spot, owes, step_record};
use super::path::{Held, Path};
use super::place::check_own;
use super::plan::{LevelPlan, PageSplit, Plan};
use super::record::short;
use super::step::{Op, Step, step_of};
use super::{AllocError, TreeWriter, WriteError, WriteTree};
use crate::btree::DEPTH_MOST;
use crate::btree::apply::split::{self, SplitLevel};
use crate::cache::{ExclusivePage, Followed, PageFault, PageFaultKind};
use crate::error::JetErr;
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::{
    DBTIME_NIL, ImageFlags, LogRecord, LrFlags, NewPage, Split2, SplitOper, SplitType,
};
use crate::format::page::{PageFlags, PageView};
use crate::trx::{Made, Stamp};

/// How often an operation may find that the tree changed, or split without being done itself.
const TRIES: usize = 256;
/// Levels that are latched exclusively at first: most splits end at the leaf's parent.
const LEVELS_FIRST: usize = 2;

/// Pages that were reserved and not used yet, lowest last.
struct Pool {
    pages: Vec<Pgno>,
    near: Pgno,
}

impl<'a> TreeWriter<'a> {
    /// Does an operation that did not fit its leaf, page `near`.
    pub(super) fn split_and_perform(
        &mut self,
        tree: &WriteTree,
        job: &mut Job<'_>,
        near: Pgno,
    ) -> Result<Spot, WriteError> {
        self.with_pool(tree, near, |writer, pool| {
            writer.split_until_done(tree, job, pool)
        })
    }

    /// Splits the root downwards, to make room for its external header.
    pub(super) fn split_root(&mut self, tree: &WriteTree) -> Result<(), WriteError> {
        self.with_pool(tree, tree.root(), |writer, pool| {
            writer.reserve(tree, pool, 1)?;
            let page = writer.db.pages().exclusive(tree.root())?;
            check_own(tree, &page)?;
            let levels = vec![Held { page, iline: 0 }];
            let path = Path { levels };
            let plan = writer.plan_root(tree, &path)?;
            writer.execute(tree, path, &plan, None, pool)?;
            Ok(())
        })
    }

    fn with_pool<T>(
        &mut self,
        tree: &WriteTree,
        near: Pgno,
        work: impl FnOnce(&mut Self, &mut Pool) -> Result<T, WriteError>,
    ) -> Result<T, WriteError> {
        let mut pool = Pool {
            pages: Vec::new(),
            near,
        };
        let done = work(self, &mut pool);
        if !pool.pages.is_empty() {
            pool.pages.reverse();
            let back = self.space.give_back(self.author, tree, &pool.pages);
            if let Err(e) = back {
                if e.leaves_page_wrong {
                    return Err(e.into());
                }
                // Pages that can't be given back are leaked, which is legal; the operation stands.
                tracing::warn!(pages = pool.pages.len(), error = %e, "pages are leaked");
            }
        }
        done
    }

    fn reserve(&self, tree: &WriteTree, pool: &mut Pool, pages: usize) -> Result<(), WriteError> {
        let more = pages.saturating_sub(pool.pages.len());
        if more > 0 {
            let mut got = self.space.reserve(self.author, tree, pool.near, more)?;
            got.reverse();
            got.append(&mut pool.pages);
            pool.pages = got;
        }
        Ok(())
    }

    fn split_until_done(
        &mut self,
        tree: &WriteTree,
        job: &mut Job<'_>,
        pool: &mut Pool,
    ) -> Result<Spot, WriteError> {
        self.join(tree, job.op.bookmark());
        let (mut levels, mut pages) = (LEVELS_FIRST, 1);
        for _ in 0..TRIES {
            self.reserve(tree, pool, pages)?;
            let mut path = self.path(tree, levels)?;
            let leaf = path.leaf()?;
            if let Some(spot) = self.on_leaf(tree, leaf, job, None)? {
                return Ok(spot);
            }
            pool.near = leaf.pgno();
            let step = step_of(&leaf.view()?, tree, &job.op, None);
            let step = step.map_err(|e| fault(pool.near, e))??;
            if self.trim_prefix(tree, leaf, step)? {
                continue;
            }
            let Some(plan) = self.plan(tree, &path, &job.op, step)? else {
                levels = (levels + 1).min(DEPTH_MOST);
                continue;
            };
            if plan.new_pages() > pool.pages.len() {
                pages = plan.new_pages();
                continue;
            }
            let oper = plan.performs.then_some((&mut *job, step));
            if let Some(spot) = self.execute(tree, path, &plan, oper, pool)? {
                return Ok(spot);
            }
            (levels, pages) = (LEVELS_FIRST, 1);
        }
        Err(WriteError::Restless(tree.root()))
    }

    /// A page whose one node grows can't be split; but its prefix may be longer than the node uses:
    /// a key that is gone.
    fn trim_prefix(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        step: Step,
    ) -> Result<bool, WriteError> {
        let view = leaf.view()?;
        let at = |e| fault(leaf.pgno(), e);
        if view.node_count() != 1 || view.is_root() || matches!(step, Step::Insert(_)) {
            return Ok(false);
        }
        let used = view.node(0).map_err(at)?.prefix.to_vec();
        if used.len() == view.external_header().map_err(at)?.len() {
            return Ok(false);
        }
        self.header_on_page(tree, leaf, &used)
    }

    /// Logs and makes a split; gives where the node is now, if the operation was done along.
    fn execute(
        &mut self,
        tree: &WriteTree,
        path: Path<'a>,
        plan: &Plan,
        oper: Option<(&mut Job<'_>, Step)>,
        pool: &mut Pool,
    ) -> Result<Option<Spot>, WriteError> {
        let mut pages = Pages {
            path,
            right: None,
            news: Vec::new(),
        };
        let done = self.execute_on(tree, &mut pages, plan, oper, pool);
        if let Err(e) = &done
            && !matches!(e, WriteError::Apply(_))
        {
            // Nothing is logged: they are still nobody's.
            let unused = pages.news.iter().rev();
            pool.pages.extend(unused.map(ExclusivePage::pgno));
        }
        done
    }

    fn execute_on(
        &mut self,
        tree: &WriteTree,
        pages: &mut Pages<'a>,
        plan: &Plan,
        oper: Option<(&mut Job<'_>, Step)>,
        pool: &mut Pool,
    ) -> Result<Option<Spot>, WriteError> {
        let Some((lowest, split)) = lowest(plan) else {
            return Err(WriteError::NotHere);
        };
        pages.right = self.right_of(tree, &pages.path, lowest, split)?;
        self.take_new(pages, plan, pool)?;
        let to_new = split.is_downwards() || split.iline_oper >= split.cut.at;
        let spot = match to_new.then_some(pages.news.last()).flatten() {
            Some(new) => Spot {
                pgno: new.pgno(),
                iline: short(split.iline_oper.saturating_sub(split.cut.at)),
            },
            None => Spot {
                pgno: pages.level(lowest)?.pgno(),
                iline: short(split.iline_oper),
            },
        };
        let mut made = Made::default();
        let mut done = None;
        if let Some((job, step)) = oper {
            (made, _) = self.make(tree, &pages.level(lowest)?.page, job, step, spot.pgno)?;
            done = Some((job.op, step));
        }
        self.log_and_apply(tree, pages, plan, done, &made)
            .inspect_err(|e| self.unmake(e, &made))?;
        if split.cut.split_type == SplitType::APPEND
            && let Some(new) = pages.news.last_mut()
        {
            tree.set_rightmost(new.pgno());
        }
        if done.is_some_and(|(_, step)| owes(step, &made)) {
            match pages.news.last_mut().filter(|_| to_new) {
                Some(new) => new.owe_undo(),
                None => pages.path.leaf()?.owe_undo(),
            }
        }
        Ok(done.map(|_| spot))
    }

    /// The right neighbour of a leaf that splits to the right.
    fn right_of(
        &self,
        tree: &WriteTree,
        path: &Path<'a>,
        level: usize,
        split: &PageSplit,
    ) -> Result<Option<ExclusivePage<'a>>, WriteError> {
        let Some(held) = path.levels.get(level) else {
            return Err(WriteError::NotHere);
        };
        let (pgno, view) = (held.pgno(), held.page.view()?);
        let next = view.pgno_next();
        if !view.is_leaf() || split.is_downwards() || next.is_null() {
            return Ok(None);
        }
        if path.holds(next) {
            return Err(WriteError::tree(pgno, "a page is its own right neighbour"));
        }
        let right = self.db.pages().exclusive(next)?;
        check_own(tree, &right)?;
        check_link(pgno, &view, &right)?;
        Ok(Some(right))
    }

    /// Latches a page of the pool for each page that splits, from the highest down.
    fn take_new(
        &self,
        pages: &mut Pages<'a>,
        plan: &Plan,
        pool: &mut Pool,
    ) -> Result<(), WriteError> {
        for _ in 0..plan.new_pages() {
            let pgno = pool.pages.pop().ok_or(WriteError::NotHere)?;
            let held = |p: &ExclusivePage<'_>| p.pgno() == pgno;
            let taken = pages.path.holds(pgno)
                || pages.right.as_ref().is_some_and(held)
                || pages.news.iter().any(held);
            if taken || pgno.is_null() {
                // The tree owns it already: what is said to be free is not.
                return Err(AllocError::from(JetErr::SP_AVAIL_EXT_CORRUPTED).into());
            }
            match self.db.pages().new_page(pgno) {
                Ok(page) => pages.news.push(page),
                Err(e) => {
                    pool.pages.push(pgno);
                    return Err(e.into());
                }
            }
        }
        Ok(())
    }

    fn log_and_apply(
        &mut self,
        tree: &WriteTree,
        pages: &mut Pages<'a>,
        plan: &Plan,
        oper: Option<(Op<'_>, Step)>,
        made: &Made,
    ) -> Result<(), WriteError> {
        let stamp = self.stamp(made);
        let new_records: Vec<NewPage> = match self.db.logs_new_pages() {
            true => pages
                .news
                .iter()
                .map(|new| self.new_page(tree, new, stamp))
                .collect(),
            false => Vec::new(),
        };
        let times = pages.times(plan)?;
        let dbtime = self.db.dbtime_after(times)?;
        let images = self.images(pages, plan, dbtime)?;
        let splits = self.split_records(tree, pages, plan, &images, dbtime, made)?;
        let leaf = match oper {
            Some((op, step)) => Some(self.oper_record(tree, pages, op, step, (dbtime, made))?),
            None => None,
        };
        let inside = splits.iter().copied().map(LogRecord::Split2).chain(leaf);
        let touched = splits
            .iter()
            .flat_map(|r| [r.page.pgno, r.pgno_new, r.pgno_right]);
        let at = self.log_macro(&new_records, dbtime, stamp.procid, inside, touched)?;

        let change = self.db.change(self.author, at);
        let (page_size, style) = (self.db.page_size(), self.db.style());
        let mut news = pages.news.iter_mut();
        for (i, (level, record)) in plan.levels.iter().zip(&splits).enumerate() {
            let child = splits.get(i + 1);
            let page = pages.path.levels.get_mut(level.depth);
            let page = &mut page.ok_or(WriteError::NotHere)?.page;
            let new = match level.split {
                Some(_) => news.next(),
                None => None,
            };
            let right = pages.right.as_mut().filter(|_| child.is_none());
            let heads = page.heads_of_before();
            let right_heads = right.as_deref().and_then(ExclusivePage::heads_of_before);
            let before = match record.split_type {
                // Nothing of it moves.
                SplitType::APPEND => None,
                _ => split::before(record, Some(page), page_size)?,
            };
            let mut apply = SplitLevel {
                record,
                before,
                page: Some(page),
                new,
                right,
            };
            split::apply_level(&mut apply, child, leaf.as_ref(), style)?;
            let SplitLevel {
                mut page,
                mut new,
                mut right,
                ..
            } = apply;
            match (&mut page, &mut new, &level.split) {
                (Some(page), _, None) => {
                    page.follow(heads, Followed::Inserted(record.iline_oper.into()));
                }
                (Some(page), Some(new), Some(split)) if leaf_moves(split, child) => {
                    // More will come here.
                    page.tell_heads();
                    new.tell_heads();
                }
                _ => {}
            }
            if let Some(right) = &mut right {
                right.follow(right_heads, Followed::Same);
            }
            for page in [page, new, right].into_iter().flatten() {
                page.mark_dirty(change);
            }
        }
        Ok(())
    }

    fn new_page(&self, tree: &WriteTree, new: &ExclusivePage<'_>, stamp: Stamp) -> NewPage {
        NewPage {
            procid: stamp.procid,
            dbid: self.db.dbid(),
            pgno: new.pgno(),
            objid: tree.objid(),
            dbtime: self.db.next_dbtime(),
        }
    }

    /// The images that the log must hold: one for each level of the plan.
    fn images(
        &self,
        pages: &Pages<'_>,
        plan: &Plan,
        dbtime: Dbtime,
    ) -> Result<Vec<Image>, WriteError> {
        let of = |level: &LevelPlan| match &level.split {
            Some(split) if split.moves_nodes() && self.db.log().is_some() => {
                let held = pages.level(level.depth)?;
                let image = Image::of(&held.page.view()?, dbtime, self.db.compresses_images());
                image.map_err(|e| fault(held.pgno(), e))
            }
            _ => Ok(Image::none()),
        };
        plan.levels.iter().map(of).collect()
    }

    fn split_records<'r>(
        &self,
        tree: &WriteTree,
        pages: &Pages<'_>,
        plan: &'r Plan,
        images: &'r [Image],
        dbtime: Dbtime,
        made: &Made,
    ) -> Result<Vec<Split2<'r>>, WriteError> {
        let mut parent = (Pgno::NULL, DBTIME_NIL);
        let mut news = pages.news.iter();
        let mut records = Vec::with_capacity(plan.levels.len());
        let last = plan.levels.len().saturating_sub(1);
        for (i, (level, image)) in plan.levels.iter().zip(images).enumerate() {
            let held = pages.level(level.depth)?;
            let before = held.page.view()?.dbtime();
            let mut page = self.head(tree, held.pgno(), 0, (dbtime, before), made);
            page.flags -= LrFlags::VERSIONED;
            let mut record = Split2 {
                page,
                pgno_new: Pgno::NULL,
                pgno_right: Pgno::NULL,
                dbtime_right_before: DBTIME_NIL,
                pgno_parent: parent.0,
                dbtime_parent_before: parent.1,
                pgno_fdp: tree.fdp(),
                objid_fdp: tree.objid(),
                split_type: SplitType::VERTICAL,
                split_oper: SplitOper::NONE,
                iline_oper: short(held.iline),
                iline_split: 0,
                clines: 0,
                new_page_flags: PageFlags::empty(),
                split_page_flags: PageFlags::empty(),
                cb_unc_free_src: 0,
                cb_unc_free_dest: 0,
                iline_prefix_split: 0,
                iline_prefix_new: 0,
                image_flags: ImageFlags::empty(),
                key_parent: &[],
                prefix_old: &[],
                prefix_new: &[],
                image: &[],
            };
            if let Some(split) = &level.split {
                let new = news.next().ok_or(WriteError::NotHere)?;
                record.pgno_new = new.pgno();
                if let Some(right) = pages.right.as_ref().filter(|_| i == last) {
                    record.pgno_right = right.pgno();
                    record.dbtime_right_before = right.view()?.dbtime();
                }
                fill(&mut record, split, image);
            }
            parent = (held.pgno(), before);
            records.push(record);
        }
        Ok(records)
    }

    /// The record of the operation itself: with a whole key, and never a diff.
    fn oper_record<'r>(
        &self,
        tree: &WriteTree,
        pages: &Pages<'_>,
        op: Op<'r>,
        step: Step,
        (dbtime, made): (Dbtime, &Made),
    ) -> Result<LogRecord<'r>, WriteError> {
        let what = || WriteError::node_length(op.key().len(), op.data().len());
        let leaf = pages.path.levels.last().ok_or(WriteError::NotHere)?;
        let pgno = leaf.pgno();
        let old_len = match step {
            Step::Insert(_) | Step::FlagInsert(_) => 0,
            Step::Revive(i) | Step::Replace(i) => {
                let node = leaf.page.view()?.node(i);
                node.map_err(|e| fault(pgno, e))?.data.len()
            }
        };
        let iline = short(step.iline());
        let head = self.head(tree, pgno, iline, (dbtime, DBTIME_NIL), made);
        let diffed = Diffed {
            old_len,
            ..Diffed::default()
        };
        step_record(tree, &op, step, made, head, 0, diffed).ok_or_else(what)
    }
}

/// The pages of a split.
struct Pages<'p> {
    path: Path<'p>,
    right: Option<ExclusivePage<'p>>,
    /// From the highest level down.
    news: Vec<ExclusivePage<'p>>,
}

impl<'p> Pages<'p> {
    fn level(&self, depth: usize) -> Result<&Held<'p>, WriteError> {
        self.path.levels.get(depth).ok_or(WriteError::NotHere)
    }

    /// dbtimes of the pages that change.
    fn times(&self, plan: &Plan) -> Result<Vec<Dbtime>, WriteError> {
        let mut times = Vec::with_capacity(plan.levels.len() + 1);
        for level in &plan.levels {
            times.push(self.level(level.depth)?.page.view()?.dbtime());
        }
        if let Some(right) = &self.right {
            times.push(right.view()?.dbtime());
        }
        Ok(times)
    }
}

/// The lowest level of a plan, which always splits.
fn lowest(plan: &Plan) -> Option<(usize, &PageSplit)> {
    let level = plan.levels.last()?;
    Some((level.depth, level.split.as_ref()?))
}

/// The two halves of a leaf, each with nodes that were there before.
fn leaf_moves(split: &PageSplit, child: Option<&Split2<'_>>) -> bool {
    child.is_none() && split.moves_nodes() && !split.is_downwards()
}

fn fill<'r>(record: &mut Split2<'r>, split: &'r PageSplit, image: &'r Image) {
    record.split_type = split.cut.split_type;
    record.split_oper = split.oper;
    record.iline_oper = short(split.iline_oper);
    record.iline_split = short(split.cut.at);
    record.clines = short(split.clines);
    record.new_page_flags = split.new_flags;
    record.split_page_flags = split.old_flags;
    record.cb_unc_free_src = split.unc_src;
    record.cb_unc_free_dest = split.unc_dest;
    record.iline_prefix_split = split.cut.old.logged();
    record.iline_prefix_new = split.cut.new.logged();
    record.image_flags = image.flags;
    record.key_parent = &split.separator;
    record.prefix_old = &split.prefix_old;
    record.prefix_new = &split.prefix_new;
    record.image = &image.bytes;
}

/// Leaves that follow one another say so of each other.
pub(super) fn check_link(
    left: Pgno,
    left_view: &PageView<'_>,
    right: &ExclusivePage<'_>,
) -> Result<(), WriteError> {
    let right_view = right.view()?;
    if left_view.pgno_next() == right.pgno() && right_view.pgno_prev() == left {
        return Ok(());
    }
    let kind = PageFaultKind::BadLink {
        left,
        left_next: left_view.pgno_next(),
        right: right.pgno(),
        right_prev: right_view.pgno_prev(),
    };
    Err(PageFault::new(left, kind).into())
}
