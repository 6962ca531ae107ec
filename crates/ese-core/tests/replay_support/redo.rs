//! Records on pages.
#![forbid(unsafe_code)]

use super::same::same_page;
use super::{Outcome, Replayer};
use ese_core::btree::apply::create::{self, SpaceTree};
use ese_core::btree::apply::merge::{self, MergeLeaf};
use ese_core::btree::apply::split::{self, SplitLevel};
use ese_core::btree::apply::{ApplyError, empty, image, node, page_move};
use ese_core::format::ids::{Dbtime, Pgno};
use ese_core::format::log_record::{
    ConvertFDP2, CreateMEFDP, EmptyTree, LogRecord, Merge2, PageMove, PageMoveFlags, Split2, Undo,
};
use ese_core::format::page::PageView;
use ese_core::format::page_check::check_page;
use ese_core::format::page_mut::PageBuf;
use std::collections::BTreeMap;

/// Pages of one level of a macro, out of their database while they change.
#[derive(Default)]
struct Level {
    before: Option<PageBuf>,
    page: Option<PageBuf>,
    new: Option<PageBuf>,
    left: Option<PageBuf>,
    right: Option<PageBuf>,
}

impl Replayer {
    /// A record outside macros.
    pub fn redo(&mut self, record: &LogRecord<'_>) -> Outcome {
        if let LogRecord::NewPage(r) = record {
            let db = self.attached(r.dbid)?;
            return self.change_new(db, r.pgno, r.dbtime, |p| create::new_page(p, r));
        }
        let Some(head) = record.page().copied() else {
            return Ok(());
        };
        if !self.begun(head.procid) {
            return Ok(());
        }
        let db = self.attached(head.dbid)?;
        let style = self.databases[db].style();
        let after = head.dbtime;
        match record {
            LogRecord::UndoInfo(r) => {
                let compared = self.session(head.procid).undo_info(r)?;
                self.tally.undo_infos += u64::from(compared);
                Ok(())
            }
            LogRecord::Undo(r) => self.undo(db, r),
            LogRecord::CreateSEFDP(r) => {
                self.change_new(db, head.pgno, after, |p| create::single_extent(p, r, style))
            }
            LogRecord::CreateMEFDP(r) => self.create_multiple(db, r),
            LogRecord::ConvertFDP2(r) => self.convert(db, r),
            LogRecord::EmptyTree(r) => self.empty_tree(db, r),
            LogRecord::PageMove(r) => self.page_move(db, r, None),
            LogRecord::Split2(_) | LogRecord::Merge2(_) => Err("outside a macro".into()),
            _ => {
                let needed = self.needs(db, head.pgno, after, head.dbtime_before)?;
                if needed && !self.trusting {
                    self.check_old_length(db, record)?;
                }
                self.one_node(db, record, needed)
            }
        }
    }

    /// A replace names the length of the data before (but not inside RootPageMove, where the second
    /// one of a page names another row's).
    fn check_old_length(&self, db: usize, record: &LogRecord<'_>) -> Outcome {
        let (head, said) = match record {
            LogRecord::Replace(r) => (r.page, r.cb_old),
            LogRecord::ReplaceD(r) => (r.page, r.cb_old),
            _ => return Ok(()),
        };
        let view = PageView::new(&self.databases[db].pages[&head.pgno])?;
        let old = view.node(usize::from(head.iline))?.data.len();
        if old != usize::from(said) {
            return Err(format!("{said} bytes are replaced, there are {old}").into());
        }
        Ok(())
    }

    /// The records of a macro that was committed.
    pub fn redo_macro(&mut self, records: &[Vec<u8>]) -> Outcome {
        let parsed: Result<Vec<LogRecord<'_>>, _> = records
            .iter()
            .map(|b| LogRecord::parse(b).map(|(r, _)| r))
            .collect();
        let records = parsed?;
        let Some(first) = records.first() else {
            return Ok(());
        };
        if !self.begun(first.procid().unwrap_or_default()) {
            return Ok(());
        }
        let db = self.attached(first.dbid().unwrap_or_default())?;
        match first {
            LogRecord::Split2(_) => self.split(db, &records),
            LogRecord::Merge2(_) => self.merge(db, &records),
            LogRecord::RootPageMove(_) => self.root_move(db, &records),
            _ => Err(format!("a macro of {}", first.typ()).into()),
        }
    }

    fn begun(&mut self, procid: u16) -> bool {
        let begun = self.session(procid).begun;
        self.tally.unseen += u64::from(!begun);
        begun
    }

    fn needs(&mut self, db: usize, pgno: Pgno, after: Dbtime, before: Dbtime) -> Outcome<bool> {
        if self.trusting {
            let known = self.databases[db].pages.contains_key(&pgno);
            return known.then_some(true).ok_or_else(|| "no such page".into());
        }
        let needed = self.databases[db].needs(pgno, after, before)?;
        self.tally.not_needed += u64::from(!needed);
        Ok(needed)
    }

    /// Changes a page that exists, if it needs it.
    fn change(
        &mut self,
        db: usize,
        pgno: Pgno,
        (after, before): (Dbtime, Dbtime),
        change: impl FnOnce(&mut PageBuf) -> Result<(), ApplyError>,
    ) -> Outcome {
        if self.needs(db, pgno, after, before)? {
            self.change_needed(db, pgno, change)?;
        }
        Ok(())
    }

    fn change_needed(
        &mut self,
        db: usize,
        pgno: Pgno,
        change: impl FnOnce(&mut PageBuf) -> Result<(), ApplyError>,
    ) -> Outcome {
        let page = self.databases[db].pages.get_mut(&pgno);
        change(page.ok_or("no such page")?)?;
        self.touched.push((db, pgno));
        Ok(())
    }

    /// Makes a page, if it needs to be made.
    fn change_new(
        &mut self,
        db: usize,
        pgno: Pgno,
        after: Dbtime,
        change: impl FnOnce(&mut PageBuf) -> Result<(), ApplyError>,
    ) -> Outcome {
        if let Some(mut page) = self.take_new(db, pgno, after) {
            change(&mut page)?;
            self.put(db, pgno, Some(page));
        }
        Ok(())
    }

    /// Takes a page out of its database, if it needs the change; a null page number is no page.
    fn take(
        &mut self,
        db: usize,
        pgno: Pgno,
        after: Dbtime,
        before: Dbtime,
    ) -> Outcome<Option<PageBuf>> {
        if pgno.is_null() || !self.needs(db, pgno, after, before)? {
            return Ok(None);
        }
        Ok(self.databases[db].pages.remove(&pgno))
    }

    fn take_new(&mut self, db: usize, pgno: Pgno, after: Dbtime) -> Option<PageBuf> {
        let needed = self.databases[db].needs_new(pgno, after);
        self.tally.not_needed += u64::from(!needed);
        needed.then(|| PageBuf::zeroed(self.page_size))
    }

    fn put(&mut self, db: usize, pgno: Pgno, page: Option<PageBuf>) {
        if let Some(page) = page {
            self.databases[db].pages.insert(pgno, page);
            self.touched.push((db, pgno));
        }
    }

    /// A record that changes one node or the external header of one page.
    fn one_node(&mut self, db: usize, record: &LogRecord<'_>, needed: bool) -> Outcome {
        let head = *record.page().ok_or("no page")?;
        let page = self.databases[db].pages.get(&head.pgno);
        let view = PageView::new(page.ok_or("no such page")?)?;
        let old = view.node(usize::from(head.iline)).ok();
        let session = self.sessions.entry(head.procid).or_default();
        session.remember(record, old.as_ref().filter(|_| needed))?;
        if needed {
            let mut scratch = std::mem::take(&mut self.scratch);
            let done = self.change_needed(db, head.pgno, |p| node::apply(p, record, &mut scratch));
            self.scratch = scratch;
            done?;
        }
        Ok(())
    }

    fn undo(&mut self, db: usize, record: &Undo<'_>) -> Outcome {
        let head = record.page;
        let rceid = record.node.rceid;
        let version = self.session(head.procid).versions.remove(&rceid);
        let version = version.ok_or_else(|| format!("version {rceid} is not known"))?;
        self.tally.undone += 1;
        let times = (head.dbtime, head.dbtime_before);
        self.change(db, head.pgno, times, |p| {
            node::undo(p, record, version.change.before())
        })
    }

    fn create_multiple(&mut self, db: usize, r: &CreateMEFDP) -> Outcome {
        let (style, after) = (self.databases[db].style(), r.page.dbtime);
        self.change_new(db, r.page.pgno, after, |p| {
            create::multiple_extent(p, r, style)
        })?;
        for (pgno, tree) in [
            (r.pgno_oe, SpaceTree::Owned),
            (r.pgno_ae, SpaceTree::Available),
        ] {
            self.change_new(db, pgno, after, |p| {
                create::multiple_extent_space(p, r, tree, style)
            })?;
        }
        Ok(())
    }

    fn convert(&mut self, db: usize, r: &ConvertFDP2) -> Outcome {
        let (style, after) = (self.databases[db].style(), r.page.dbtime);
        let times = (after, r.page.dbtime_before);
        self.change(db, r.page.pgno, times, |p| create::convert_root(p, r))?;
        for (pgno, tree) in [
            (r.pgno_oe, SpaceTree::Owned),
            (r.pgno_ae, SpaceTree::Available),
        ] {
            self.change_new(db, pgno, after, |p| {
                create::convert_space(p, r, tree, style)
            })?;
        }
        Ok(())
    }

    fn empty_tree(&mut self, db: usize, r: &EmptyTree<'_>) -> Outcome {
        let after = r.page.dbtime;
        for below in r.pages.iter() {
            let times = (after, below.dbtime_before);
            self.change(db, below.pgno, times, |p| {
                empty::below_root(p, below.pgno, after)
            })?;
        }
        let times = (after, r.page.dbtime_before);
        self.change(db, r.page.pgno, times, |p| empty::root(p, r))
    }

    fn split(&mut self, db: usize, records: &[LogRecord<'_>]) -> Outcome {
        let splits: Vec<&Split2<'_>> = records
            .iter()
            .map_while(|r| match r {
                LogRecord::Split2(r) => Some(r),
                _ => None,
            })
            .collect();
        let leaf = match &records[splits.len()..] {
            [] => None,
            [leaf] => Some(leaf),
            _ => return Err("a split with several operations".into()),
        };
        let mut levels: Vec<Level> = Vec::new();
        let mut done = Ok(());
        for r in &splits {
            let mut level = Level::default();
            done = self.take_split(db, r, &mut level);
            levels.push(level);
            if done.is_err() {
                break;
            }
        }
        if done.is_ok() {
            done = self.split_pages(db, &splits, &mut levels, leaf);
        }
        for (r, level) in splits.iter().zip(levels) {
            self.put(db, r.page.pgno, level.page);
            self.put(db, r.pgno_right, level.right);
            self.put(db, r.pgno_new, level.new.filter(|_| done.is_ok()));
        }
        done
    }

    fn take_split(&mut self, db: usize, r: &Split2<'_>, level: &mut Level) -> Outcome {
        let after = r.page.dbtime;
        level.page = self.take(db, r.page.pgno, after, r.page.dbtime_before)?;
        level.right = self.take(db, r.pgno_right, after, r.dbtime_right_before)?;
        if !r.pgno_new.is_null() {
            level.new = self.take_new(db, r.pgno_new, after);
        }
        if let (Some(page), Some(shown)) = (&level.page, image::of_split(r, self.page_size)?) {
            self.compare_image(page, &shown)?;
        }
        level.before = split::before(r, level.page.as_deref(), self.page_size)?;
        Ok(())
    }

    fn compare_image(&mut self, page: &PageBuf, shown: &PageBuf) -> Outcome {
        if !self.trusting {
            same_page(page, shown).map_err(|e| format!("the image shows another page: {e}"))?;
            check_page(&PageView::new(shown)?)?;
        }
        self.tally.images += 1;
        Ok(())
    }

    fn split_pages(
        &mut self,
        db: usize,
        splits: &[&Split2<'_>],
        levels: &mut [Level],
        leaf: Option<&LogRecord<'_>>,
    ) -> Outcome {
        if let (Some(op), Some(level), Some(r)) = (leaf, levels.last(), splits.last()) {
            let before = level.before.as_ref().filter(|_| level.page.is_some());
            let view = before.map(|b| PageView::new(b)).transpose()?;
            let old = view.and_then(|v| v.node(usize::from(r.iline_oper)).ok());
            let procid = op.procid().unwrap_or_default();
            self.session(procid).remember(op, old.as_ref())?;
        }
        let style = self.databases[db].style();
        let mut levels: Vec<SplitLevel<'_, '_, PageBuf>> = splits
            .iter()
            .zip(levels)
            .map(|(record, level)| SplitLevel {
                record,
                before: level.before.take(),
                page: level.page.as_mut(),
                new: level.new.as_mut(),
                right: level.right.as_mut(),
            })
            .collect();
        Ok(split::apply(&mut levels, leaf, style)?)
    }

    fn merge(&mut self, db: usize, records: &[LogRecord<'_>]) -> Outcome {
        let merges: Option<Vec<&Merge2<'_>>> = records
            .iter()
            .map(|r| match r {
                LogRecord::Merge2(r) => Some(r),
                _ => None,
            })
            .collect();
        let merges = merges.ok_or("a merge with another record in it")?;
        let Some((leaf, above)) = merges.split_last() else {
            return Ok(());
        };
        for r in above {
            let times = (r.page.dbtime, r.page.dbtime_before);
            self.change(db, r.page.pgno, times, |p| merge::internal(p, r, leaf))?;
        }
        let mut level = Level::default();
        let mut done = self.take_merge(db, leaf, &mut level);
        if done.is_ok() {
            let pages = MergeLeaf {
                before: level.before,
                page: level.page.as_mut(),
                left: level.left.as_mut(),
                right: level.right.as_mut(),
            };
            done = merge::leaf(leaf, pages).map_err(Into::into);
        }
        self.put(db, leaf.page.pgno, level.page);
        self.put(db, leaf.pgno_left, level.left);
        self.put(db, leaf.pgno_right, level.right);
        done
    }

    fn take_merge(&mut self, db: usize, r: &Merge2<'_>, level: &mut Level) -> Outcome {
        let after = r.page.dbtime;
        level.page = self.take(db, r.page.pgno, after, r.page.dbtime_before)?;
        level.left = self.take(db, r.pgno_left, after, r.dbtime_left_before)?;
        level.right = self.take(db, r.pgno_right, after, r.dbtime_right_before)?;
        if let (Some(page), Some(shown)) = (&level.page, image::of_merge(r, self.page_size)?) {
            self.compare_image(page, &shown)?;
        }
        level.before = merge::before(r, level.page.as_deref(), self.page_size)?;
        Ok(())
    }

    fn page_move(&mut self, db: usize, r: &PageMove<'_>, new_oe: Option<Pgno>) -> Outcome {
        let (pgno, after) = (r.page.pgno, r.page.dbtime);
        let shown = page_move::image(r, self.page_size)?;
        let needed = self.needs(db, pgno, after, r.page.dbtime_before)?;
        let source = match self.databases[db].pages.get(&pgno).filter(|_| needed) {
            Some(page) => page.clone(),
            None => shown.clone(),
        };
        if needed && !self.trusting {
            same_page(&source, &shown).map_err(|e| format!("the image shows another page: {e}"))?;
            self.tally.moved += 1;
        }
        self.change_new(db, r.pgno_dest, after, |p| {
            page_move::destination(p, r, &source, new_oe)
        })?;
        if needed {
            self.change_needed(db, pgno, |p| page_move::source(p, r))?;
        }
        if !r.pgno_parent.is_null() {
            let times = (after, r.dbtime_parent_before);
            self.change(db, r.pgno_parent, times, |p| page_move::parent(p, r))?;
        }
        if !r.pgno_left.is_null() {
            let times = (after, r.dbtime_left_before);
            self.change(db, r.pgno_left, times, |p| page_move::left(p, r))?;
        }
        if !r.pgno_right.is_null() {
            let times = (after, r.dbtime_right_before);
            self.change(db, r.pgno_right, times, |p| page_move::right(p, r))?;
        }
        Ok(())
    }

    /// RootPageMove and what follows it. Several rows of one catalog page may change, and each record
    /// names the time before the macro: whether a page needs the macro is asked once.
    fn root_move(&mut self, db: usize, records: &[LogRecord<'_>]) -> Outcome {
        let new_oe = records.iter().find_map(|r| match r {
            LogRecord::PageMove(r) if r.flags.contains(PageMoveFlags::ROOT_OE) => Some(r.pgno_dest),
            _ => None,
        });
        let mut asked: BTreeMap<Pgno, bool> = BTreeMap::new();
        for record in records {
            match record {
                LogRecord::RootPageMove(_) => {}
                LogRecord::PageMove(r) => self.page_move(db, r, new_oe)?,
                _ => {
                    let head = *record.page().ok_or("a record without a page")?;
                    let needed = match asked.get(&head.pgno) {
                        Some(&needed) => needed,
                        None => self.needs(db, head.pgno, head.dbtime, head.dbtime_before)?,
                    };
                    asked.insert(head.pgno, needed);
                    self.one_node(db, record, needed)?;
                }
            }
        }
        Ok(())
    }
}
