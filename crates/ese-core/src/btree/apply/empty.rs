//! EmptyTree: a tree with nothing but deleted nodes becomes an empty root
//! (docs/format/log-records.md §4).
//!
//! Invariant: each function changes one page.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage, rebuild};
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::EmptyTree;
use crate::format::page::PageFlags;
use crate::format::page_mut::PageMut;

/// Applies the record to the root: an empty leaf again, with its external header.
pub fn root<P: PageMut>(page: &mut P, record: &EmptyTree<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    rebuild(page, pgno, |edit| {
        edit.clear_nodes().on(pgno)?;
        let flags = (edit.view().flags() - PageFlags::PARENT_OF_LEAF) | PageFlags::LEAF;
        edit.set_flags(flags).on(pgno)?;
        edit.set_dbtime(record.page.dbtime).on(pgno)
    })
}

/// Applies the record to `pgno`, one of the pages that it lists: freed.
pub fn below_root<P: PageMut>(page: &mut P, pgno: Pgno, dbtime: Dbtime) -> Result<(), ApplyError> {
    rebuild(page, pgno, |edit| {
        edit.free().on(pgno)?;
        edit.set_dbtime(dbtime).on(pgno)
    })
}
