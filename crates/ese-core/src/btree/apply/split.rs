//! A split macro: Split2 records from the root of the path down to the leaf, then the operation on
//! the leaf that made it necessary (docs/format/log-records.md §5.3).
//!
//! Invariants: levels are given top-down, and each of their pages is redone by itself; the nodes of
//! a split page are read from a copy, so that both halves can be written, or one of them alone.
#![forbid(unsafe_code)]

use super::create::PageStyle;
use super::{ApplyError, OnPage, TRANSIENT, build, image, rebuild, version_flag};
use crate::format::ids::{Dbtime, PageSize, Pgno};
use crate::format::log_record::{LogRecord, Split2, SplitOper, SplitType};
use crate::format::node::NodeFlags;
use crate::format::page::{PageFlags, PageView};
use crate::format::page_check::check_page;
use crate::format::page_edit::{NewNode, NewPage, PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};
use std::ops::Range;

/// One level of the macro, with those of its pages that need the change.
pub struct SplitLevel<'a, 'r, P> {
    /// The record.
    pub record: &'a Split2<'r>,
    /// The page before the change ([`before`]); not needed where no page splits.
    pub before: Option<PageBuf>,
    /// The page that splits, or gets a pointer.
    pub page: Option<&'a mut P>,
    /// The new page.
    pub new: Option<&'a mut P>,
    /// The right neighbour (leaves).
    pub right: Option<&'a mut P>,
}

/// The page of a level before the change: a copy when the page itself needs the change, else what the
/// record's image shows, if it has one. The log holds no image where the new page gets nothing but
/// the inserted node.
pub fn before(
    record: &Split2<'_>,
    page: Option<&[u8]>,
    page_size: PageSize,
) -> Result<Option<PageBuf>, ApplyError> {
    match page {
        _ if record.pgno_new.is_null() => Ok(None),
        Some(page) => Ok(Some(PageBuf::from_slice(page))),
        None => image::of_split(record, page_size),
    }
}

/// Applies a whole macro: `levels` top-down, `leaf` the operation behind the last Split2 (`None` when
/// its splitoper is "none").
pub fn apply<P: PageMut>(
    levels: &mut [SplitLevel<'_, '_, P>],
    leaf: Option<&LogRecord<'_>>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let mut rest = levels;
    while let Some((level, below)) = rest.split_first_mut() {
        let child = below.first().map(|c| Child::of(c.record));
        one_level(level, child.as_ref(), leaf, style)?;
        rest = below;
    }
    Ok(())
}

/// Applies one level of a macro; `child` is the record of the level below, `leaf` as of [`apply`].
/// For callers that hold the pages of one level at a time.
pub fn apply_level<P: PageMut>(
    level: &mut SplitLevel<'_, '_, P>,
    child: Option<&Split2<'_>>,
    leaf: Option<&LogRecord<'_>>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    one_level(level, child.map(Child::of).as_ref(), leaf, style)
}

/// What the level below does to this one: a pointer to the new page, a separator for the old one.
struct Child<'a> {
    pgno: Pgno,
    pointer: [u8; 4],
    new_pointer: [u8; 4],
    separator: &'a [u8],
}

impl<'a> Child<'a> {
    fn of(record: &Split2<'a>) -> Self {
        Self {
            pgno: record.page.pgno,
            pointer: record.page.pgno.0.to_le_bytes(),
            new_pointer: record.pgno_new.0.to_le_bytes(),
            separator: record.key_parent,
        }
    }
}

fn one_level<P: PageMut>(
    level: &mut SplitLevel<'_, '_, P>,
    child: Option<&Child<'_>>,
    leaf: Option<&LogRecord<'_>>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let record = level.record;
    let pgno = record.page.pgno;
    if record.pgno_new.is_null() {
        let what = "a pointer is to be inserted, but no page below splits";
        let child = child.ok_or(ApplyError::record(pgno, what))?;
        return match &mut level.page {
            Some(page) => insert_pointer(*page, record, child),
            None => Ok(()),
        };
    }
    if level.page.is_some() || level.new.is_some() {
        let lines = Lines::new(record, level.before.as_ref(), child, leaf)?;
        if let Some(new) = &mut level.new {
            fill_new(*new, &lines, style)?;
        }
        if let Some(page) = &mut level.page {
            shorten(*page, &lines)?;
        }
    }
    if let Some(right) = &mut level.right {
        let pgno = record.pgno_right;
        let mut edit = PageEdit::new(*right).on(pgno)?;
        edit.set_pgno_prev(record.pgno_new).on(pgno)?;
        edit.set_dbtime(record.page.dbtime).on(pgno)?;
    }
    Ok(())
}

/// The parent of a page that split: a new pointer before the old one, which then leads to the new
/// page.
fn insert_pointer<P: PageMut>(
    page: &mut P,
    record: &Split2<'_>,
    child: &Child<'_>,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let iline = usize::from(record.iline_oper);
    let mut edit = PageEdit::new(page).on(pgno)?;
    if edit.view().node(iline).on(pgno)?.child() != Some(child.pgno) {
        return Err(wrong_pointer(pgno));
    }
    let flags = NodeFlags::empty();
    edit.insert_node(
        iline,
        child.separator,
        &child.pointer,
        flags,
        Space::Reserved,
    )
    .on(pgno)?;
    edit.overwrite_data(iline + 1, 0, &child.new_pointer)
        .on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

fn wrong_pointer(pgno: Pgno) -> ApplyError {
    let what = "the pointer to the page that splits is not where the log says";
    ApplyError::record(pgno, what)
}

/// A node on its way to one of the two halves; its key in two pieces.
#[derive(Clone, Copy)]
struct Line<'a> {
    key: [&'a [u8]; 2],
    data: &'a [u8],
    flags: NodeFlags,
}

/// What happens to the nodes besides the split.
enum Oper<'a> {
    Nothing,
    Insert(Line<'a>),
    Replace {
        data: &'a [u8],
        set: NodeFlags,
        clear: NodeFlags,
    },
}

/// The nodes of the split page in their new order, the operation applied.
struct Lines<'a> {
    record: &'a Split2<'a>,
    /// The page before the change and its prefix.
    before: Option<(PageView<'a>, &'a [u8])>,
    oper: Oper<'a>,
    /// Data of the node behind the inserted one, on internal pages.
    new_pointer: Option<&'a [u8]>,
    split: usize,
    count: usize,
    oper_at: usize,
}

impl<'a> Lines<'a> {
    fn new<'r: 'a>(
        record: &'a Split2<'r>,
        before: Option<&'a PageBuf>,
        child: Option<&'a Child<'r>>,
        leaf: Option<&'a LogRecord<'r>>,
    ) -> Result<Self, ApplyError> {
        let pgno = record.page.pgno;
        let wrong = |what| ApplyError::record(pgno, what);
        let oper = match (record.split_oper, child, leaf) {
            (SplitOper::NONE, _, _) => Oper::Nothing,
            (SplitOper::INSERT, Some(child), _) => Oper::Insert(Line {
                key: [child.separator, &[]],
                data: &child.pointer,
                flags: NodeFlags::empty(),
            }),
            (SplitOper::INSERT, None, Some(LogRecord::Insert(r))) => Oper::Insert(Line {
                key: [r.prefix, r.suffix],
                data: r.data,
                flags: version_flag(r.page.flags),
            }),
            (SplitOper::REPLACE, None, Some(LogRecord::Replace(r))) => Oper::Replace {
                data: r.data,
                set: version_flag(r.page.flags),
                clear: NodeFlags::empty(),
            },
            (
                SplitOper::FLAG_INSERT_AND_REPLACE_DATA,
                None,
                Some(LogRecord::FlagInsertAndReplaceData(r)),
            ) => Oper::Replace {
                data: r.data,
                set: version_flag(r.page.flags),
                clear: NodeFlags::DELETED,
            },
            _ => return Err(wrong("the split's operation is missing from the macro")),
        };
        let lines = Self {
            record,
            before: None,
            oper,
            new_pointer: child.map(|c| &c.new_pointer[..]),
            split: usize::from(record.iline_split),
            count: usize::from(record.clines),
            oper_at: usize::from(record.iline_oper),
        };
        let at_end = lines.inserts() && lines.split == lines.oper_at;
        let split_fits = match record.split_type {
            SplitType::VERTICAL => lines.split == 0,
            SplitType::RIGHT => lines.split <= lines.count,
            SplitType::APPEND => at_end && lines.split + 1 == lines.count,
            _ => false,
        };
        if !split_fits || (lines.has_oper() && lines.oper_at >= lines.count) {
            return Err(wrong("the page can't be split where the log says"));
        }
        let Some(before) = before else {
            return Ok(lines);
        };
        let view = PageView::new(before).on(pgno)?;
        if lines.count != view.node_count() + usize::from(lines.inserts()) {
            return Err(wrong(
                "the page has another number of nodes than the log says",
            ));
        }
        if let (true, Some(child)) = (lines.inserts(), child)
            && view.node(lines.oper_at).on(pgno)?.child() != Some(child.pgno)
        {
            return Err(wrong_pointer(pgno));
        }
        let prefix = view.prefix().on(pgno)?;
        Ok(Self {
            before: Some((view, prefix)),
            ..lines
        })
    }

    fn has_oper(&self) -> bool {
        !matches!(self.oper, Oper::Nothing)
    }

    fn inserts(&self) -> bool {
        matches!(self.oper, Oper::Insert(_))
    }

    /// `true` on the level of the operation, the last one.
    fn is_leaf_level(&self) -> bool {
        self.new_pointer.is_none()
    }

    /// `true` where the halves are linked: root and child of a vertical split have no siblings.
    fn has_links(&self) -> bool {
        self.is_leaf_level() && self.record.split_type != SplitType::VERTICAL
    }

    /// Node `i` of the new order.
    fn get(&self, i: usize) -> Result<Line<'_>, ApplyError> {
        let pgno = self.record.page.pgno;
        let old = match self.oper {
            Oper::Insert(line) if i == self.oper_at => return Ok(line),
            Oper::Insert(_) if i > self.oper_at => i - 1,
            _ => i,
        };
        let (view, prefix) = self.before.ok_or(ApplyError::NoImage { pgno })?;
        let node = view.node_with_prefix(old, prefix).on(pgno)?;
        let line = Line {
            key: [node.prefix, node.suffix],
            data: node.data,
            flags: node.flags - NodeFlags::COMPRESSED,
        };
        Ok(match (&self.oper, self.new_pointer) {
            (&Oper::Replace { data, set, clear }, _) if i == self.oper_at => Line {
                data,
                flags: (line.flags | set) - clear,
                ..line
            },
            (Oper::Insert(_), Some(data)) if old == self.oper_at => Line { data, ..line },
            _ => line,
        })
    }

    /// Appends nodes of the new order to a page without nodes.
    fn append_to<P: PageMut>(
        &self,
        edit: &mut PageEdit<'_, P>,
        pgno: Pgno,
        range: Range<usize>,
    ) -> Result<(), ApplyError> {
        let mut failed = None;
        let nodes = range.map_while(|i| match self.get(i) {
            Ok(Line { key, data, flags }) => Some(NewNode { key, data, flags }),
            Err(e) => {
                failed = Some(e);
                None
            }
        });
        edit.append_nodes(nodes).on(pgno)?;
        failed.map_or(Ok(()), Err)
    }
}

/// The new page: the upper nodes, their prefix, its place in the chain.
fn fill_new<P: PageMut>(
    page: &mut P,
    lines: &Lines<'_>,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let record = lines.record;
    let pgno = record.pgno_new;
    let new = NewPage {
        flags: record.new_page_flags,
        objid: record.objid_fdp,
        dbtime: record.page.dbtime,
        pgno,
        reserved_tags: style.reserved_tags,
    };
    if !page.is_unborn() {
        return build(page, new, |edit| put_upper(edit, lines));
    }
    // Where it will be seen. The time comes last: a page that is half made, whatever becomes of it, is older
    // than this record.
    let mut edit = PageEdit::new(page).on(pgno)?;
    let (flags, dbtime) = (new.flags - TRANSIENT, Dbtime::default());
    let unfinished = NewPage {
        flags,
        dbtime,
        ..new
    };
    edit.format_zeros(unfinished).on(pgno)?;
    put_upper(&mut edit, lines)?;
    check_page(&edit.view()).on(pgno)?;
    edit.set_dbtime(new.dbtime).on(pgno)
}

/// The upper nodes on the new page, which is formatted.
fn put_upper<P: PageMut>(edit: &mut PageEdit<'_, P>, lines: &Lines<'_>) -> Result<(), ApplyError> {
    let record = lines.record;
    let pgno = record.pgno_new;
    if let Ok(of) = usize::try_from(record.iline_prefix_new) {
        let of = lines.split.saturating_add(of);
        if of >= lines.count {
            let what = "the new page's prefix is the key of a node that it does not get";
            return Err(ApplyError::record(pgno, what));
        }
        edit.set_external_header(&lines.get(of)?.key.concat())
            .on(pgno)?;
    }
    lines.append_to(edit, pgno, lines.split..lines.count)?;
    if lines.has_links() {
        edit.set_pgno_prev(record.page.pgno).on(pgno)?;
        edit.set_pgno_next(record.pgno_right).on(pgno)?;
    }
    if lines.is_leaf_level() {
        edit.set_cb_uncommitted_free(record.cb_unc_free_dest)
            .on(pgno)?;
    }
    Ok(())
}

/// The page that split: the lower nodes under their new prefix; of a root one pointer to the new page.
fn shorten<P: PageMut>(page: &mut P, lines: &Lines<'_>) -> Result<(), ApplyError> {
    let record = lines.record;
    let pgno = record.page.pgno;
    if record.split_type == SplitType::APPEND {
        // Nothing moves: the page keeps nodes and prefix.
        let mut edit = PageEdit::new(page).on(pgno)?;
        return finish_old(&mut edit, lines);
    }
    rebuild(page, pgno, |edit| {
        let flags = edit.view().flags();
        let vertical = record.split_type == SplitType::VERTICAL;
        if vertical != flags.contains(PageFlags::ROOT) {
            let what = "roots split downwards, and only they";
            return Err(ApplyError::record(pgno, what));
        }
        edit.clear_nodes().on(pgno)?;
        if vertical {
            let kept = flags & TRANSIENT;
            edit.set_flags((record.split_page_flags - TRANSIENT) | kept)
                .on(pgno)?;
            let pointer = record.pgno_new.0.to_le_bytes();
            edit.insert_node(0, &[], &pointer, NodeFlags::empty(), Space::Reserved)
                .on(pgno)?;
        } else {
            edit.set_external_header(record.prefix_new).on(pgno)?;
            lines.append_to(edit, pgno, 0..lines.split)?;
        }
        finish_old(edit, lines)
    })
}

fn finish_old<P: PageMut>(edit: &mut PageEdit<'_, P>, lines: &Lines<'_>) -> Result<(), ApplyError> {
    let record = lines.record;
    let pgno = record.page.pgno;
    if lines.has_links() {
        edit.set_pgno_next(record.pgno_new).on(pgno)?;
        edit.set_cb_uncommitted_free(record.cb_unc_free_src)
            .on(pgno)?;
    }
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

#[cfg(test)]
mod tests;
