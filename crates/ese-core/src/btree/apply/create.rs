//! New pages and new trees (docs/format/log-records.md §5.1, §5.2).
//!
//! Invariant: each function makes one page, so that each can be redone by itself.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage, build, rebuild};
use crate::format::ids::Pgno;
use crate::format::log_record::{ConvertFDP2, CreateMEFDP, CreateSEFDP, LrFlags, NewPage};
use crate::format::node::NodeFlags;
use crate::format::page::{PageFlags, PageView};
use crate::format::page_edit::{self, PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};
use crate::format::space::{
    BITMAP_PAGES, Extent, Pool, RootHeader, SPACE_HEADER_BYTES, SpaceFlags, SpaceHeader,
};
use crate::format::version::{Feature, FormatVersion};

/// What every new page needs to know of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PageStyle {
    /// Bits 12-14 of itagState: 1 from engine format version 9560 on, else 0 (which means 1).
    pub reserved_tags: u16,
}

impl PageStyle {
    /// The style of databases of this version.
    #[must_use]
    pub fn of(version: FormatVersion) -> Self {
        Self {
            reserved_tags: u16::from(version.has(Feature::ReservedTags)),
        }
    }
}

/// Which of the two space trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaceTree {
    /// Owned extents.
    Owned,
    /// Available extents.
    Available,
}

/// Applies NewPage: a page that nothing has been put on yet.
pub fn new_page<P: PageMut>(page: &mut P, record: &NewPage) -> Result<(), ApplyError> {
    let pgno = record.pgno;
    let mut new = PageBuf::zeroed(PageView::new(page).on(pgno)?.size());
    PageEdit::new(&mut new)
        .on(pgno)?
        .format_preinit(page_edit::NewPage {
            flags: PageFlags::empty(),
            objid: record.objid,
            dbtime: record.dbtime,
            pgno,
            reserved_tags: 0,
        })
        .on(pgno)?;
    page.store_page(&new).on(pgno)
}

/// Applies CreateSEFDP: the root of a tree within one extent.
pub fn single_extent<P: PageMut>(
    page: &mut P,
    record: &CreateSEFDP,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let cpg = cpg(record.page.pgno, record.cpg_primary)?;
    let header = SpaceHeader {
        cpg,
        parent: record.pgno_fdp_parent,
        flags: uniqueness(record.page.flags),
        bitmap_or_oe: all_free(cpg),
    };
    let new = page_edit::NewPage {
        flags: record.page_flags,
        objid: record.objid_fdp,
        dbtime: record.page.dbtime,
        pgno: record.page.pgno,
        reserved_tags: style.reserved_tags,
    };
    root(page, new, &header)
}

/// Applies CreateMEFDP to the root of a tree with space trees of its own.
pub fn multiple_extent<P: PageMut>(
    page: &mut P,
    record: &CreateMEFDP,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let header = SpaceHeader {
        cpg: cpg(record.page.pgno, record.cpg_primary)?,
        parent: record.pgno_fdp_parent,
        flags: uniqueness(record.page.flags) | SpaceFlags::MULTIPLE,
        bitmap_or_oe: record.pgno_oe.0,
    };
    let new = page_edit::NewPage {
        flags: record.page_flags,
        objid: record.objid_fdp,
        dbtime: record.page.dbtime,
        pgno: record.page.pgno,
        reserved_tags: style.reserved_tags,
    };
    root(page, new, &header)
}

/// Applies CreateMEFDP to the root of one of the new tree's space trees.
pub fn multiple_extent_space<P: PageMut>(
    page: &mut P,
    record: &CreateMEFDP,
    tree: SpaceTree,
    style: PageStyle,
) -> Result<(), ApplyError> {
    /// The three roots come from the front of the extent.
    const TAKEN: u32 = 3;
    let fdp = record.page.pgno;
    let cpg = cpg(fdp, record.cpg_primary)?;
    let (pgno, free) = match tree {
        SpaceTree::Owned => (record.pgno_oe, cpg),
        SpaceTree::Available => (record.pgno_ae, cpg.saturating_sub(TAKEN)),
    };
    let last = last_of(fdp, cpg);
    let mut extents = Vec::new();
    if free > 0 {
        extents.push(extent(pgno, last, free)?);
    }
    let new = page_edit::NewPage {
        flags: record.page_flags,
        objid: record.objid_fdp,
        dbtime: record.page.dbtime,
        pgno,
        reserved_tags: style.reserved_tags,
    };
    space_root(page, new, extents)
}

/// Applies ConvertFDP2 to the root of the tree that gets space trees: only the space header part of
/// its external header changes.
pub fn convert_root<P: PageMut>(page: &mut P, record: &ConvertFDP2) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let cpg = cpg(pgno, record.cpg_primary)?;
    rebuild(page, pgno, |edit| {
        change_space_header(edit, pgno, |space| {
            space.cpg = cpg;
            space.parent = record.pgno_fdp_parent;
            space.flags |= SpaceFlags::MULTIPLE;
            space.bitmap_or_oe = record.pgno_oe.0;
        })?;
        edit.set_dbtime(record.page.dbtime).on(pgno)
    })
}

/// Applies ConvertFDP2 to the root of one of the space trees that the tree gets.
pub fn convert_space<P: PageMut>(
    page: &mut P,
    record: &ConvertFDP2,
    tree: SpaceTree,
    style: PageStyle,
) -> Result<(), ApplyError> {
    /// The two new roots come from the front of the secondary extent.
    const TAKEN: u32 = 2;
    let fdp = record.page.pgno;
    let primary = cpg(fdp, record.cpg_primary)?;
    let secondary = cpg(fdp, record.cpg_secondary)?;
    let secondary_last = last_of(record.pgno_secondary_first, secondary);
    let (pgno, extents) = match tree {
        SpaceTree::Owned => {
            let of_primary = extent(fdp, last_of(fdp, primary), primary)?;
            let of_secondary = extent(fdp, secondary_last, secondary)?;
            (record.pgno_oe, vec![of_primary, of_secondary])
        }
        SpaceTree::Available => {
            let mut free = free_runs(fdp, primary, record.rgbit_avail)?;
            if secondary > TAKEN {
                free.push(extent(fdp, secondary_last, secondary - TAKEN)?);
            }
            (record.pgno_ae, free)
        }
    };
    let new = page_edit::NewPage {
        flags: record.page_flags,
        objid: record.objid_fdp,
        dbtime: record.page.dbtime,
        pgno,
        reserved_tags: style.reserved_tags,
    };
    space_root(page, new, extents)
}

/// Changes the 16 bytes that say what pages a tree has; what else the root's external header holds
/// stays.
pub(super) fn change_space_header<P: PageMut>(
    edit: &mut PageEdit<'_, P>,
    pgno: Pgno,
    change: impl FnOnce(&mut SpaceHeader),
) -> Result<(), ApplyError> {
    let bytes = {
        let external = edit.view().external_header().on(pgno)?;
        let mut root = RootHeader::parse(external).on(pgno)?;
        change(&mut root.space);
        root.to_bytes()
    };
    edit.set_external_header(&bytes).on(pgno)
}

fn root<P: PageMut>(
    page: &mut P,
    new: page_edit::NewPage,
    header: &SpaceHeader,
) -> Result<(), ApplyError> {
    let new = page_edit::NewPage {
        flags: new.flags | PageFlags::ROOT | PageFlags::LEAF,
        ..new
    };
    build(page, new, |edit| {
        edit.set_external_header(&header.to_bytes()).on(new.pgno)
    })
}

/// A space tree's root with the given extents and an empty split buffer.
fn space_root<P: PageMut>(
    page: &mut P,
    new: page_edit::NewPage,
    mut extents: Vec<Extent>,
) -> Result<(), ApplyError> {
    let pgno = new.pgno;
    let new = page_edit::NewPage {
        flags: new.flags | PageFlags::ROOT | PageFlags::LEAF | PageFlags::SPACE_TREE,
        ..new
    };
    extents.sort_unstable_by_key(|e| e.last);
    build(page, new, |edit| {
        edit.set_external_header(&[0; SPACE_HEADER_BYTES])
            .on(pgno)?;
        for (iline, extent) in extents.iter().enumerate() {
            let (key, len) = extent.key();
            let key = key.get(..len).unwrap_or(&key);
            let flags = NodeFlags::empty();
            edit.insert_node(iline, key, &extent.data(), flags, Space::Reserved)
                .on(pgno)?;
        }
        Ok(())
    })
}

fn uniqueness(flags: LrFlags) -> SpaceFlags {
    if flags.contains(LrFlags::UNIQUE) {
        SpaceFlags::empty()
    } else {
        SpaceFlags::NON_UNIQUE
    }
}

fn cpg(pgno: Pgno, n: i32) -> Result<u32, ApplyError> {
    u32::try_from(n)
        .ok()
        .filter(|&n| n > 0)
        .ok_or(ApplyError::record(pgno, "an extent of no pages"))
}

/// Last page of an extent of `cpg` pages, of which there is at least one.
fn last_of(first: Pgno, cpg: u32) -> Option<u32> {
    first.0.checked_add(cpg.saturating_sub(1))
}

fn extent(pgno: Pgno, last: Option<u32>, cpg: u32) -> Result<Extent, ApplyError> {
    last.and_then(|last| Extent::new(Pgno(last), cpg, Pool::General))
        .ok_or(ApplyError::record(pgno, "an extent outside the database"))
}

/// The pages behind the root of a new single extent as a bitmap: all free.
fn all_free(cpg: u32) -> u32 {
    if cpg > BITMAP_PAGES {
        u32::MAX
    } else {
        (1u32 << cpg.saturating_sub(1)) - 1
    }
}

/// The free pages of a single extent as maximal runs: by the bitmap, and beyond its reach all.
fn free_runs(fdp: Pgno, cpg: u32, bitmap: u32) -> Result<Vec<Extent>, ApplyError> {
    // Counted from the page behind the root.
    let pages = cpg.saturating_sub(1);
    let mapped = pages.min(BITMAP_PAGES);
    let mut runs: Vec<(u32, u32)> = Vec::new();
    let mut add = |first: u32, len: u32| match runs.last_mut() {
        Some((start, n)) if *start + *n == first => *n += len,
        _ => runs.push((first, len)),
    };
    for i in (0..mapped).filter(|i| bitmap & (1 << i) != 0) {
        add(i, 1);
    }
    if pages > mapped {
        add(mapped, pages - mapped);
    }
    let end = |(start, len): (u32, u32)| fdp.0.checked_add(start)?.checked_add(len);
    runs.into_iter()
        .map(|run| extent(fdp, end(run), run.1))
        .collect()
}

#[cfg(test)]
mod tests;
