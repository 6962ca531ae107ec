//! New pages and new trees (docs/format/log-records.md §5.1, §5.2).
//!
//! Each function makes one page, so that each can be redone by itself.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage, TRANSIENT};
use crate::format::ids::{Dbtime, Objid, Pgno};
use crate::format::log_record::{ConvertFDP2, CreateMEFDP, CreateSEFDP, LrFlags, LrPage};
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::PageMut;
use crate::format::space::{
    BITMAP_PAGES, Extent, Pool, RootHeader, SPACE_HEADER_BYTES, SpaceFlags, SpaceHeader,
};

/// What every new page needs to know of its file: the number of reserved tags to write (1 from
/// engine format version 9560 on, else 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PageStyle {
    /// Bits 12-14 of itagState.
    pub reserved_tags: u16,
}

/// Makes `page` a new one without nodes.
pub fn new_page<P: PageMut>(
    page: &mut P,
    pgno: Pgno,
    objid: Objid,
    dbtime: Dbtime,
    flags: PageFlags,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let new = NewPage {
        flags: flags - TRANSIENT,
        objid,
        dbtime,
        pgno,
        reserved_tags: style.reserved_tags,
    };
    PageEdit::new(page).on(pgno)?.format(new).on(pgno)
}

fn space_flags(head: &LrPage, more: SpaceFlags) -> SpaceFlags {
    if head.flags.contains(LrFlags::UNIQUE) {
        more
    } else {
        more | SpaceFlags::NON_UNIQUE
    }
}

fn cpg(pgno: Pgno, n: i32) -> Result<u32, ApplyError> {
    u32::try_from(n)
        .ok()
        .filter(|&n| n > 0)
        .ok_or(ApplyError::record(pgno, "an extent of no pages"))
}

/// The pages behind `pgno_fdp` as a bitmap, all free.
fn all_free(cpg: u32) -> u32 {
    if cpg > BITMAP_PAGES {
        u32::MAX
    } else {
        (1u32 << (cpg - 1)) - 1
    }
}

/// The root of a tree within one extent.
pub fn single_extent<P: PageMut>(
    page: &mut P,
    record: &CreateSEFDP,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let cpg = cpg(pgno, record.cpg_primary)?;
    let header = SpaceHeader {
        cpg,
        parent: record.pgno_fdp_parent,
        flags: space_flags(&record.page, SpaceFlags::empty()),
        bitmap_or_oe: all_free(cpg),
    };
    root(page, pgno, record.objid_fdp, record.page.dbtime, record.page_flags, &header, style)
}

fn root<P: PageMut>(
    page: &mut P,
    pgno: Pgno,
    objid: Objid,
    dbtime: Dbtime,
    flags: PageFlags,
    header: &SpaceHeader,
    style: PageStyle,
) -> Result<(), ApplyError> {
    new_page(page, pgno, objid, dbtime, flags | PageFlags::ROOT | PageFlags::LEAF, style)?;
    PageEdit::new(page)
        .on(pgno)?
        .set_external_header(&header.to_bytes())
        .on(pgno)
}

/// The root of a tree with space trees of its own.
pub fn multiple_extent<P: PageMut>(
    page: &mut P,
    record: &CreateMEFDP,
    style: PageStyle,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let header = SpaceHeader {
        cpg: cpg(pgno, record.cpg_primary)?,
        parent: record.pgno_fdp_parent,
        flags: space_flags(&record.page, SpaceFlags::MULTIPLE),
        bitmap_or_oe: record.pgno_oe.0,
    };
    root(page, pgno, record.objid_fdp, record.page.dbtime, record.page_flags, &header, style)
}

/// A space tree's root page with the given extents.
fn space_root<P: PageMut>(
    page: &mut P,
    pgno: Pgno,
    objid: Objid,
    dbtime: Dbtime,
    flags: PageFlags,
    extents: &mut [Extent],
    style: PageStyle,
) -> Result<(), ApplyError> {
    let flags = flags | PageFlags::ROOT | PageFlags::LEAF | PageFlags::SPACE_TREE;
    new_page(page, pgno, objid, dbtime, flags, style)?;
    let mut edit = PageEdit::new(page).on(pgno)?;
    edit.set_external_header(&[0; SPACE_HEADER_BYTES]).on(pgno)?;
    extents.sort_by_key(|e| e.last);
    for (iline, extent) in extents.iter().enumerate() {
        let (key, len) = extent.key();
        let key = key.get(..len).unwrap_or(&key);
        edit.insert_node(iline, key, &extent.data(), NodeFlags::empty(), Space::Reserved).on(pgno)?;
    }
    Ok(())
}

fn extent(pgno: Pgno, last: Option<u32>, cpg: u32) -> Result<Extent, ApplyError> {
    last.and_then(|last| Extent::new(Pgno(last), cpg, Pool::General))
        .ok_or(ApplyError::record(pgno, "an extent outside the database"))
}

/// Which of the two space trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaceTree {
    /// Owned extents.
    Owned,
    /// Available extents.
    Available,
}

/// One of the two space trees of a new tree: the FDP and the two roots are taken.
pub fn multiple_extent_space<P: PageMut>(
    page: &mut P,
    record: &CreateMEFDP,
    tree: SpaceTree,
    style: PageStyle,
) -> Result<(), ApplyError> {
    const TAKEN: u32 = 3;
    let fdp = record.page.pgno;
    let cpg = cpg(fdp, record.cpg_primary)?;
    let last = fdp.0.checked_add(cpg - 1);
    let (pgno, mut extents) = match tree {
        SpaceTree::Owned => (record.pgno_oe, vec![extent(fdp, last, cpg)?]),
        SpaceTree::Available if cpg > TAKEN => (record.pgno_ae, vec![extent(fdp, last, cpg - TAKEN)?]),
        SpaceTree::Available => (record.pgno_ae, Vec::new()),
    };
    let (objid, dbtime) = (record.objid_fdp, record.page.dbtime);
    space_root(page, pgno, objid, dbtime, record.page_flags, &mut extents, style)
}

/// The root of a tree that gets space trees: only the space header part of its external header
/// changes.
pub fn convert_root<P: PageMut>(page: &mut P, record: &ConvertFDP2) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let mut edit = PageEdit::new(page).on(pgno)?;
    let bytes = {
        let external = edit.view().external_header().on(pgno)?;
        let mut root = RootHeader::parse(external).map_err(|kind| ApplyError::Space { pgno, kind })?;
        root.space = SpaceHeader {
            cpg: cpg(pgno, record.cpg_primary)?,
            parent: record.pgno_fdp_parent,
            flags: root.space.flags | SpaceFlags::MULTIPLE,
            bitmap_or_oe: record.pgno_oe.0,
        };
        root.to_bytes()
    };
    edit.set_external_header(&bytes).on(pgno)?;
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// One of the two space trees that a tree gets.
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
    let primary_last = fdp.0.checked_add(primary - 1);
    let secondary_last = record.pgno_secondary_first.0.checked_add(secondary - 1);
    let (pgno, mut extents) = match tree {
        SpaceTree::Owned => (
            record.pgno_oe,
            vec![extent(fdp, primary_last, primary)?, extent(fdp, secondary_last, secondary)?],
        ),
        SpaceTree::Available => {
            let mut free = free_runs(fdp, primary, record.rgbit_avail)?;
            if let Some(rest) = secondary.checked_sub(TAKEN).filter(|&n| n > 0) {
                free.push(extent(fdp, secondary_last, rest)?);
            }
            (record.pgno_ae, free)
        }
    };
    let (objid, dbtime) = (record.objid_fdp, record.page.dbtime);
    space_root(page, pgno, objid, dbtime, record.page_flags, &mut extents, style)
}

/// The free pages of a single extent as maximal runs: by the bitmap, and beyond its reach all.
fn free_runs(fdp: Pgno, cpg: u32, bitmap: u32) -> Result<Vec<Extent>, ApplyError> {
    let mut runs = Vec::new();
    let mut run: Option<(u32, u32)> = None;
    // The pages beyond the bitmap form one run with the free ones next to them.
    let mapped = (cpg - 1).min(BITMAP_PAGES);
    let mut free: Vec<(u32, u32)> = (0..mapped)
        .filter(|i| bitmap & (1 << i) != 0)
        .map(|i| (fdp.0.saturating_add(1 + i), 1))
        .collect();
    if cpg - 1 > BITMAP_PAGES {
        free.push((fdp.0.saturating_add(1 + BITMAP_PAGES), cpg - 1 - BITMAP_PAGES));
    }
    for (first, len) in free {
        run = match run {
            Some((start, n)) if start + n == first => Some((start, n + len)),
            Some((start, n)) => {
                runs.push(extent(fdp, start.checked_add(n - 1), n)?);
                Some((first, len))
            }
            None => Some((first, len)),
        };
    }
    if let Some((start, n)) = run {
        runs.push(extent(fdp, start.checked_add(n - 1), n)?);
    }
    Ok(runs)
}
