//! A page goes to another number (docs/format/log-records.md §5.5, §5.6).
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage};
use crate::format::ids::{Dbtime, PageSize, Pgno};
use crate::format::log_record::{PageMove, PageMoveFlags};
use crate::format::page::OFF_PGNO_LARGE;
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};
use crate::format::space::RootHeader;

/// The source as the record shows it: head and tail, zeros between.
pub fn image(record: &PageMove<'_>, page_size: PageSize) -> Result<PageBuf, ApplyError> {
    let pgno = record.page.pgno;
    let mut page = PageBuf::zeroed(page_size);
    let tail_at = page_size
        .bytes()
        .checked_sub(record.trailer.len())
        .filter(|&at| at >= record.header.len())
        .ok_or(ApplyError::record(pgno, "the image of the moved page is larger than a page"))?;
    page.store(0, record.header).and_then(|()| page.store(tail_at, record.trailer)).map_err(|e| {
        ApplyError::Page {
            pgno,
            kind: e.into(),
        }
    })?;
    Ok(page)
}

/// The destination: a copy of the source under its new number. `oe` is the new number of the owned
/// extents' root when the whole tree moves and this is its FDP: nothing in the record says so.
pub fn destination<P: PageMut>(
    page: &mut P,
    record: &PageMove<'_>,
    source: &[u8],
    oe: Option<Pgno>,
) -> Result<(), ApplyError> {
    let pgno = record.pgno_dest;
    let outside = |e: crate::format::page_mut::OutsidePage| ApplyError::Page {
        pgno,
        kind: e.into(),
    };
    page.store_page(source).map_err(outside)?;
    let large = PageEdit::new(page).on(pgno)?.view().size().is_large();
    if large {
        page.store_u32(OFF_PGNO_LARGE, pgno.0).map_err(outside)?;
    }
    let mut edit = PageEdit::new(page).on(pgno)?;
    if let Some(oe) = oe.filter(|_| record.flags.contains(PageMoveFlags::ROOT_FDP)) {
        let bytes = {
            let external = edit.view().external_header().on(pgno)?;
            let mut root = RootHeader::parse(external).map_err(|kind| ApplyError::Space { pgno, kind })?;
            root.space.bitmap_or_oe = oe.0;
            root.to_bytes()
        };
        edit.set_external_header(&bytes).on(pgno)?;
    }
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// The source: freed. A root keeps its external header.
pub fn source<P: PageMut>(page: &mut P, record: &PageMove<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let mut edit = PageEdit::new(page).on(pgno)?;
    let header = edit.view().external_header().on(pgno)?.to_vec();
    edit.free().on(pgno)?;
    if record.flags.intersects(PageMoveFlags::ROOT_FDP | PageMoveFlags::ROOT_OE | PageMoveFlags::ROOT_AE) {
        edit.set_external_header(&header).on(pgno)?;
    }
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// The parent: its pointer leads to the new number.
pub fn parent<P: PageMut>(page: &mut P, record: &PageMove<'_>) -> Result<(), ApplyError> {
    let pgno = record.pgno_parent;
    let iline = usize::try_from(record.iline_parent)
        .map_err(|_| ApplyError::record(pgno, "a moved page with a parent, but without its line there"))?;
    let mut edit = PageEdit::new(page).on(pgno)?;
    edit.replace_data(iline, &record.pgno_dest.0.to_le_bytes(), Space::Reserved).on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// A neighbour: its link leads to the new number.
pub fn neighbour<P: PageMut>(page: &mut P, pgno: Pgno, dest: Pgno, is_left: bool, dbtime: Dbtime) -> Result<(), ApplyError> {
    let mut edit = PageEdit::new(page).on(pgno)?;
    if is_left {
        edit.set_pgno_next(dest).on(pgno)?;
    } else {
        edit.set_pgno_prev(dest).on(pgno)?;
    }
    edit.set_dbtime(dbtime).on(pgno)
}
