//! New pages, new trees, trees that become empty (docs/format/log-records.md §4 EmptyTree, §5.1, §5.2).
//!
//! Invariant: one page after another, each latched alone.
#![forbid(unsafe_code)]

use super::RedoDb;
use crate::btree::apply::create::{self, SpaceTree};
use crate::btree::apply::{ApplyError, empty};
use crate::cache::{Change, ExclusivePage};
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::{ConvertFDP2, CreateMEFDP, CreateSEFDP, EmptyTree, NewPage};
use crate::recovery::error::RecoveryError;

/// Makes a page, if it has to be made.
fn make(
    db: &mut RedoDb,
    pgno: Pgno,
    after: Dbtime,
    change: Change,
    how: impl FnOnce(&mut ExclusivePage<'_>) -> Result<(), ApplyError>,
) -> Result<(), RecoveryError> {
    if let Some(mut page) = db.access(change.lgpos).fresh(pgno, after)? {
        how(&mut page)?;
        page.mark_dirty(change);
    }
    Ok(())
}

/// Changes a page that exists, if it needs it.
pub(super) fn alter(
    db: &mut RedoDb,
    pgno: Pgno,
    times: (Dbtime, Dbtime),
    change: Change,
    how: impl FnOnce(&mut ExclusivePage<'_>) -> Result<(), ApplyError>,
) -> Result<(), RecoveryError> {
    if let Some(mut page) = db.access(change.lgpos).needed(pgno, times)? {
        how(&mut page)?;
        page.mark_dirty(change);
    }
    Ok(())
}

pub(super) fn new_page(db: &mut RedoDb, r: &NewPage, change: Change) -> Result<(), RecoveryError> {
    make(db, r.pgno, r.dbtime, change, |p| create::new_page(p, r))
}

pub(super) fn single_extent(
    db: &mut RedoDb,
    r: &CreateSEFDP,
    change: Change,
) -> Result<(), RecoveryError> {
    let style = db.style;
    make(db, r.page.pgno, r.page.dbtime, change, |p| {
        create::single_extent(p, r, style)
    })
}

pub(super) fn multiple_extent(
    db: &mut RedoDb,
    r: &CreateMEFDP,
    change: Change,
) -> Result<(), RecoveryError> {
    let (style, after) = (db.style, r.page.dbtime);
    make(db, r.page.pgno, after, change, |p| {
        create::multiple_extent(p, r, style)
    })?;
    for (pgno, tree) in [
        (r.pgno_oe, SpaceTree::Owned),
        (r.pgno_ae, SpaceTree::Available),
    ] {
        make(db, pgno, after, change, |p| {
            create::multiple_extent_space(p, r, tree, style)
        })?;
    }
    Ok(())
}

pub(super) fn convert(
    db: &mut RedoDb,
    r: &ConvertFDP2,
    change: Change,
) -> Result<(), RecoveryError> {
    let (style, after) = (db.style, r.page.dbtime);
    let times = (after, r.page.dbtime_before);
    alter(db, r.page.pgno, times, change, |p| {
        create::convert_root(p, r)
    })?;
    for (pgno, tree) in [
        (r.pgno_oe, SpaceTree::Owned),
        (r.pgno_ae, SpaceTree::Available),
    ] {
        make(db, pgno, after, change, |p| {
            create::convert_space(p, r, tree, style)
        })?;
    }
    Ok(())
}

pub(super) fn empty(
    db: &mut RedoDb,
    r: &EmptyTree<'_>,
    change: Change,
) -> Result<(), RecoveryError> {
    let after = r.page.dbtime;
    for below in r.pages.iter() {
        let times = (after, below.dbtime_before);
        alter(db, below.pgno, times, change, |p| {
            empty::below_root(p, below.pgno, after)
        })?;
    }
    let times = (after, r.page.dbtime_before);
    alter(db, r.page.pgno, times, change, |p| empty::root(p, r))
}
