//! PageMove: a page goes to another number; alone, or as a part of RootPageMove, which moves the three
//! roots of a tree (docs/format/log-records.md §5.5, §5.6).
//!
//! Invariant: each function changes one page.
#![forbid(unsafe_code)]

use super::create::change_space_header;
use super::{ApplyError, OnPage, rebuild};
use crate::format::ids::{PageSize, Pgno};
use crate::format::log_record::{PageMove, PageMoveFlags};
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};

/// The flags of a move of a root.
const ROOTS: PageMoveFlags = PageMoveFlags::ROOT_FDP
    .union(PageMoveFlags::ROOT_OE)
    .union(PageMoveFlags::ROOT_AE);

/// The source before the move, as the record shows it: its head and its tail, zeros between. Inside
/// RootPageMove it carries the move's dbtime already, so it is given back the one before.
pub fn image(record: &PageMove<'_>, page_size: PageSize) -> Result<PageBuf, ApplyError> {
    let pgno = record.page.pgno;
    let what = "the image of the moved page is larger than a page";
    let tail_at = page_size
        .bytes()
        .checked_sub(record.trailer.len())
        .filter(|&at| at >= record.header.len())
        .ok_or(ApplyError::record(pgno, what))?;
    let mut page = PageBuf::zeroed(page_size);
    page.store(0, record.header).on(pgno)?;
    page.store(tail_at, record.trailer).on(pgno)?;
    PageEdit::new(&mut page)
        .on(pgno)?
        .set_dbtime(record.page.dbtime_before)
        .on(pgno)?;
    Ok(page)
}

/// Applies the record to the destination: a copy of the source before the move, under its new number.
///
/// `new_oe` is the new number of the owned extents' root when a whole tree moves and this is its FDP:
/// nothing in the record says so, but the record of the macro that moves that root does.
pub fn destination<P: PageMut>(
    page: &mut P,
    record: &PageMove<'_>,
    source: &[u8],
    new_oe: Option<Pgno>,
) -> Result<(), ApplyError> {
    let pgno = record.pgno_dest;
    let new_oe = new_oe.filter(|_| record.flags.contains(PageMoveFlags::ROOT_FDP));
    super::finish(page, pgno, PageBuf::from_slice(source), |edit| {
        edit.set_own_pgno(pgno).on(pgno)?;
        if let Some(oe) = new_oe {
            change_space_header(edit, pgno, |space| space.bitmap_or_oe = oe.0)?;
        }
        edit.set_dbtime(record.page.dbtime).on(pgno)
    })
}

/// Applies the record to the source: freed. A root keeps its external header.
pub fn source<P: PageMut>(page: &mut P, record: &PageMove<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    rebuild(page, pgno, |edit| {
        if record.flags.intersects(ROOTS) {
            let header = edit.view().external_header().on(pgno)?.to_vec();
            edit.free().on(pgno)?;
            edit.set_external_header(&header).on(pgno)?;
        } else {
            edit.free().on(pgno)?;
        }
        edit.set_dbtime(record.page.dbtime).on(pgno)
    })
}

/// Applies the record to the parent: its pointer leads to the new number.
pub fn parent<P: PageMut>(page: &mut P, record: &PageMove<'_>) -> Result<(), ApplyError> {
    let pgno = record.pgno_parent;
    let mut edit = PageEdit::new(page).on(pgno)?;
    let what = "the pointer to the page that moves is not where the log says";
    let wrong = ApplyError::record(pgno, what);
    let iline = usize::try_from(record.iline_parent).map_err(|_| wrong)?;
    if edit.view().node(iline).on(pgno)?.child() != Some(record.page.pgno) {
        return Err(wrong);
    }
    let pointer = record.pgno_dest.0.to_le_bytes();
    edit.replace_data(iline, &pointer, Space::Reserved)
        .on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// Applies the record to the left neighbour: its link leads to the new number.
pub fn left<P: PageMut>(page: &mut P, record: &PageMove<'_>) -> Result<(), ApplyError> {
    let pgno = record.pgno_left;
    let mut edit = PageEdit::new(page).on(pgno)?;
    edit.set_pgno_next(record.pgno_dest).on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// Applies the record to the right neighbour: its link leads to the new number.
pub fn right<P: PageMut>(page: &mut P, record: &PageMove<'_>) -> Result<(), ApplyError> {
    let pgno = record.pgno_right;
    let mut edit = PageEdit::new(page).on(pgno)?;
    edit.set_pgno_prev(record.pgno_dest).on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}
