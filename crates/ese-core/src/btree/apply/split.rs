//! A split macro: Split2 records from the root of the path down to the leaf, then the operation on
//! the leaf that made it necessary (docs/format/log-records.md §5.3).
//!
//! Invariants: levels are given top-down and are redone one by one, each page by itself; the nodes
//! of a split page are read from a copy, so that both halves can be written in place.
#![forbid(unsafe_code)]

use super::create::{PageStyle, new_page};
use super::{ApplyError, OnPage, TRANSIENT};
use crate::format::ids::Pgno;
use crate::format::log_record::{LogRecord, LrFlags, Split2, SplitOper, SplitType};
use crate::format::node::NodeFlags;
use crate::format::page::PageView;
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};

/// One level of the macro, with those of its pages that need the change.
pub struct SplitLevel<'a, 'r, P> {
    /// The record.
    pub record: &'a Split2<'r>,
    /// The page before the change: a copy of the page itself when it needs the change, else the
    /// record's before-image. `None` when neither is to be had.
    pub before: Option<PageBuf>,
    /// The page that splits, or gets a pointer.
    pub page: Option<&'a mut P>,
    /// The new page.
    pub new: Option<&'a mut P>,
    /// The right neighbour (leaves).
    pub right: Option<&'a mut P>,
}

/// Applies a whole macro: `levels` top-down, `leaf` the operation behind the last Split2 (`None` when
/// its splitoper is "none").
pub fn apply<P: PageMut>(
    levels: &mut [SplitLevel<'_, '_, P>],
    leaf: Option<&LogRecord<'_>>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    for i in 0..levels.len() {
        let child = levels.get(i + 1).map(|c| Child {
            pgno: c.record.page.pgno,
            pgno_new: c.record.pgno_new,
            separator: c.record.key_parent,
        });
        if let Some(level) = levels.get_mut(i) {
            one_level(level, child, leaf.filter(|_| child.is_none()), style)?;
        }
    }
    Ok(())
}

/// What the level below does to this one.
#[derive(Clone, Copy)]
struct Child<'a> {
    pgno: Pgno,
    pgno_new: Pgno,
    separator: &'a [u8],
}

fn one_level<P: PageMut>(
    level: &mut SplitLevel<'_, '_, P>,
    child: Option<Child<'_>>,
    leaf: Option<&LogRecord<'_>>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let record = level.record;
    let pgno = record.page.pgno;
    if record.pgno_new.is_null() {
        return match (&mut level.page, child) {
            (None, _) => Ok(()),
            (Some(page), Some(child)) => insert_pointer(*page, record, child),
            (Some(_), None) => Err(ApplyError::record(pgno, "a pointer is to be inserted, but no page below splits")),
        };
    }
    if level.page.is_some() || level.new.is_some() {
        // The new page's nodes come from the old page; without it there is nothing to be had.
        let before = level.before.as_ref().ok_or(ApplyError::NoImage { pgno })?;
        let lines = Lines::new(record, before, child, leaf)?;
        if let Some(new) = &mut level.new {
            fill_new(*new, record, &lines, style)?;
        }
        if let Some(page) = &mut level.page {
            shorten(*page, record, &lines)?;
        }
    }
    if let Some(right) = &mut level.right {
        let mut edit = PageEdit::new(*right).on(record.pgno_right)?;
        edit.set_pgno_prev(record.pgno_new).on(record.pgno_right)?;
        edit.set_dbtime(record.page.dbtime).on(record.pgno_right)?;
    }
    Ok(())
}

/// The parent of a page that split: a new pointer before the old one, which then leads to the new
/// page.
fn insert_pointer<P: PageMut>(page: &mut P, record: &Split2<'_>, child: Child<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let iline = usize::from(record.iline_oper);
    let mut edit = PageEdit::new(page).on(pgno)?;
    if edit.view().node(iline).on(pgno)?.child() != Some(child.pgno) {
        return Err(ApplyError::record(pgno, "the pointer to the page that splits is not where the log says"));
    }
    let pointer = child.pgno.0.to_le_bytes();
    edit.insert_node(iline, child.separator, &pointer, NodeFlags::empty(), Space::Reserved).on(pgno)?;
    edit.replace_data(iline + 1, &child.pgno_new.0.to_le_bytes(), Space::Reserved).on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// A node on its way to one of the two halves.
struct Line<'a> {
    key: Vec<u8>,
    data: Vec<u8>,
    flags: NodeFlags,
    _of: std::marker::PhantomData<&'a ()>,
}

/// The nodes of the split page in their new order, the operation applied.
struct Lines<'a> {
    pgno: Pgno,
    before: PageView<'a>,
    prefix: &'a [u8],
    record: &'a Split2<'a>,
    child: Option<Child<'a>>,
    leaf: Option<&'a LogRecord<'a>>,
}

impl<'a> Lines<'a> {
    fn new<'r: 'a>(
        record: &'a Split2<'r>,
        before: &'a PageBuf,
        child: Option<Child<'a>>,
        leaf: Option<&'a LogRecord<'r>>,
    ) -> Result<Self, ApplyError> {
        let pgno = record.page.pgno;
        let view = PageView::new(before).on(pgno)?;
        let inserts = usize::from(record.split_oper == SplitOper::INSERT);
        if usize::from(record.clines) != view.node_count() + inserts || record.iline_split > record.clines {
            return Err(ApplyError::record(pgno, "the page has another number of nodes than the log says"));
        }
        let leaf_fits = match record.split_oper {
            SplitOper::INSERT => child.is_some() || matches!(leaf, Some(LogRecord::Insert(_))),
            SplitOper::REPLACE => matches!(leaf, Some(LogRecord::Replace(_))),
            SplitOper::FLAG_INSERT_AND_REPLACE_DATA => {
                matches!(leaf, Some(LogRecord::FlagInsertAndReplaceData(_)))
            }
            _ => true,
        };
        if !leaf_fits {
            return Err(ApplyError::record(pgno, "the split's operation is missing from the macro"));
        }
        let prefix = view.prefix().on(pgno)?;
        Ok(Self {
            pgno,
            before: view,
            prefix,
            record,
            child,
            leaf,
        })
    }

    /// Node `i` of the new order.
    fn get(&self, i: usize) -> Result<Line<'a>, ApplyError> {
        let oper_at = usize::from(self.record.iline_oper);
        let inserts = self.record.split_oper == SplitOper::INSERT;
        if inserts && i == oper_at {
            return self.inserted();
        }
        let old = if inserts && i > oper_at { i - 1 } else { i };
        let node = self.before.node_with_prefix(old, self.prefix).on(self.pgno)?;
        let mut line = Line {
            key: node.key(),
            data: node.data.to_vec(),
            flags: node.flags - NodeFlags::COMPRESSED,
            _of: std::marker::PhantomData,
        };
        if i == oper_at {
            match self.leaf {
                Some(LogRecord::Replace(r)) => {
                    line.data = r.data.to_vec();
                    line.flags |= version(&r.page.flags);
                }
                Some(LogRecord::FlagInsertAndReplaceData(r)) => {
                    line.data = r.data.to_vec();
                    line.flags -= NodeFlags::DELETED;
                    line.flags |= version(&r.page.flags);
                }
                _ => {}
            }
        }
        if let Some(child) = self.child
            && inserts
            && i == oper_at + 1
        {
            line.data = child.pgno_new.0.to_le_bytes().to_vec();
        }
        Ok(line)
    }

    fn inserted(&self) -> Result<Line<'a>, ApplyError> {
        let (key, data, flags) = match (self.child, self.leaf) {
            (Some(child), _) => (
                child.separator.to_vec(),
                child.pgno.0.to_le_bytes().to_vec(),
                NodeFlags::empty(),
            ),
            (None, Some(LogRecord::Insert(r))) => {
                ([r.prefix, r.suffix].concat(), r.data.to_vec(), version(&r.page.flags))
            }
            _ => return Err(ApplyError::record(self.pgno, "the split inserts a node that the macro does not hold")),
        };
        Ok(Line {
            key,
            data,
            flags,
            _of: std::marker::PhantomData,
        })
    }

    /// Appends the nodes `range` of the new order to a page without nodes.
    fn append_to<P: PageMut>(
        &self,
        edit: &mut PageEdit<'_, P>,
        pgno: Pgno,
        range: std::ops::Range<usize>,
    ) -> Result<(), ApplyError> {
        for (iline, i) in range.enumerate() {
            let line = self.get(i)?;
            edit.insert_node(iline, &line.key, &line.data, line.flags, Space::Reserved).on(pgno)?;
        }
        Ok(())
    }
}

fn version(flags: &LrFlags) -> NodeFlags {
    if flags.contains(LrFlags::VERSIONED) {
        NodeFlags::VERSION
    } else {
        NodeFlags::empty()
    }
}

fn is_leaf_level(record: &Split2<'_>, lines: &Lines<'_>) -> bool {
    record.split_type != SplitType::VERTICAL && lines.before.is_leaf()
}

/// The new page: the upper nodes, their prefix, its place in the chain.
fn fill_new<P: PageMut>(
    page: &mut P,
    record: &Split2<'_>,
    lines: &Lines<'_>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let pgno = record.pgno_new;
    let (split, count) = (usize::from(record.iline_split), usize::from(record.clines));
    new_page(page, pgno, record.objid_fdp, record.page.dbtime, record.new_page_flags, style)?;
    let mut edit = PageEdit::new(page).on(pgno)?;
    if let Ok(of) = usize::try_from(record.iline_prefix_new) {
        let prefix = lines.get(split.saturating_add(of))?.key;
        edit.set_external_header(&prefix).on(pgno)?;
    }
    lines.append_to(&mut edit, pgno, split..count)?;
    if is_leaf_level(record, lines) {
        edit.set_pgno_prev(record.page.pgno).on(pgno)?;
        edit.set_pgno_next(record.pgno_right).on(pgno)?;
    }
    if lines.child.is_none() {
        edit.set_cb_uncommitted_free(record.cb_unc_free_dest).on(pgno)?;
    }
    Ok(())
}

/// The page that split: the lower nodes under their new prefix; of a root one pointer to the new page.
fn shorten<P: PageMut>(page: &mut P, record: &Split2<'_>, lines: &Lines<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let split = usize::from(record.iline_split);
    let mut edit = PageEdit::new(page).on(pgno)?;
    if record.split_type == SplitType::APPEND {
        // Nothing moves: the page keeps nodes and prefix.
        edit.set_pgno_next(record.pgno_new).on(pgno)?;
        edit.set_cb_uncommitted_free(record.cb_unc_free_src).on(pgno)?;
        return edit.set_dbtime(record.page.dbtime).on(pgno);
    }
    edit.clear_nodes().on(pgno)?;
    if record.split_type == SplitType::VERTICAL {
        let keep = edit.view().flags() & TRANSIENT;
        edit.set_flags((record.split_page_flags - TRANSIENT) | keep).on(pgno)?;
        let pointer = record.pgno_new.0.to_le_bytes();
        edit.insert_node(0, &[], &pointer, NodeFlags::empty(), Space::Reserved).on(pgno)?;
    } else {
        edit.set_external_header(record.prefix_new).on(pgno)?;
        lines.append_to(&mut edit, pgno, 0..split)?;
        if is_leaf_level(record, lines) {
            edit.set_pgno_next(record.pgno_new).on(pgno)?;
        }
    }
    if lines.child.is_none() {
        edit.set_cb_uncommitted_free(record.cb_unc_free_src).on(pgno)?;
    }
    edit.set_dbtime(record.page.dbtime).on(pgno)
}
