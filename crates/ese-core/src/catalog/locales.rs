//! MSysLocales: the sort orders that indexes of a database were built with, each with the number of
//! indexes that were made with it.
//!
//! A store of keys (text) and numbers. Source: docs/format/database-catalog.md §9.
//!
//! Invariant: the number of an entry is not less than that of the rows of indexes over Unicode text with
//! its locale, sort id and version. It never falls: indexes that are deleted, or rolled back, stay in it.
#![forbid(unsafe_code)]

use super::new_rows::utf16;
use super::rows::Eyes;
use crate::btree::write::WriteTree;
use crate::error::JetErr;
use crate::format::catalog_row::SortVersion;
use crate::format::ids::{Fid, Objid, Pgno};
use crate::format::key::{KeyBuilder, KeyRules, Segment, SegmentType};
use crate::format::record::{FixedSlot, RecordView};
use crate::format::record_build::RecordBuilder;
use crate::format::value::Guid;
use crate::work::{Work, WorkError};

/// Name of the table.
pub(super) const NAME: &str = "MSysLocales";
/// Density of its tree.
pub(super) const DENSITY: u32 = 92;
/// Column `Type`.
pub(super) const TYPE: FixedSlot = FixedSlot {
    fid: Fid(1),
    offset: 4,
    len: 1,
};
/// Column `iValue`.
pub(super) const VALUE: FixedSlot = FixedSlot {
    fid: Fid(2),
    offset: 5,
    len: 4,
};
/// Column `i64Value` of the second form of the store; no entry here has it.
pub(super) const VALUE_64: FixedSlot = FixedSlot {
    fid: Fid(3),
    offset: 9,
    len: 8,
};
/// Column `rgbValue`, likewise.
pub(super) const VALUE_BYTES: Fid = Fid(256);
/// Column `Key`.
pub(super) const KEY: Fid = Fid(128);

const SLOTS: [FixedSlot; 2] = [TYPE, VALUE];
/// An entry about the store itself.
const TYPE_SCHEMA: u8 = 1;
/// An entry of its user.
const TYPE_LONG: u8 = 2;
/// Entry of the store's own form, and what the second form has there.
const UPDATE: &str = ".Schema\\Internal\\Update";
const UPDATE_SECOND: i32 = 2;
/// What the store says of itself: the version of its own form and of what its user keeps in it.
const SCHEMA: [(&str, i32); 6] = [
    (".Schema\\Internal\\Major", 1),
    (".Schema\\Internal\\Minor", 0),
    (UPDATE, 0),
    (".Schema\\External\\Major", 1),
    (".Schema\\External\\Minor", 0),
    (".Schema\\External\\Update", 0),
];
/// 1 when the entries are those of all indexes.
const CONSISTENT: (&str, i32) = ("MSysLocalesConsistent", 1);

/// Its tree.
pub(super) fn tree(fdp: Pgno, objid: Objid) -> WriteTree {
    let density = u8::try_from(DENSITY).unwrap_or(crate::btree::write::DENSITY_FULL);
    WriteTree::new(fdp, objid, true, density)
}

/// The name of a sort order's entry.
pub(super) fn name(locale: &str, sort_id: Guid, version: SortVersion) -> String {
    format!("LocaleName={locale},SortID={sort_id},Ver={version}")
}

/// Keys are stored with their terminator.
fn stored(name: &str) -> Vec<u8> {
    let mut bytes = utf16(name);
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

fn refused(e: impl std::fmt::Display) -> WorkError {
    WorkError::refused(JetErr::INTERNAL_ERROR, e.to_string())
}

fn key(name: &str) -> Result<Vec<u8>, WorkError> {
    let mut builder = KeyBuilder::new();
    let value = stored(name);
    let segment = Segment::new(SegmentType::Binary);
    let built = builder.build(&KeyRules::default(), &[(segment, Some(&value))]);
    Ok(built.map_err(refused)?.to_vec())
}

fn record(work: &Work<'_>, name: &str, ty: u8, value: i32) -> Result<Vec<u8>, WorkError> {
    let mut builder = RecordBuilder::new(&SLOTS, work.db.trees.page_size().is_large());
    let mut bytes = Vec::new();
    builder
        .set_fixed(TYPE.fid, Some(&[ty]))
        .and_then(|()| builder.set_fixed(VALUE.fid, Some(&value.to_le_bytes())))
        .and_then(|()| builder.set_var(KEY, Some(&stored(name))))
        .and_then(|()| builder.build(&mut bytes))
        .map_err(refused)?;
    Ok(bytes)
}

/// The entries of a new store, of its `second` form or its first.
pub(super) fn fill(work: &mut Work<'_>, tree: &WriteTree, second: bool) -> Result<(), WorkError> {
    let schema = SCHEMA.map(|(name, value)| match name == UPDATE && second {
        true => (name, TYPE_SCHEMA, UPDATE_SECOND),
        false => (name, TYPE_SCHEMA, value),
    });
    let consistent = (CONSISTENT.0, TYPE_LONG, CONSISTENT.1);
    for (name, ty, value) in schema.into_iter().chain([consistent]) {
        let record = record(work, name, ty, value)?;
        work.writer().insert(tree, &key(name)?, &record)?;
    }
    Ok(())
}

/// One index more has this sort order. Called by one at a time, in a transaction that commits.
pub(super) fn count(work: &mut Work<'_>, tree: &WriteTree, name: &str) -> Result<(), WorkError> {
    let key = key(name)?;
    let large = work.db.trees.page_size().is_large();
    let mut stored = None;
    let eyes = Eyes::of(work.db.trees.no(), &work.look());
    eyes.scan(tree, &key, &mut |k, data| {
        if k == key {
            let view = RecordView::new(data, large).map_err(damaged)?;
            let value = view.fixed(VALUE.fid, VALUE.offset, usize::from(VALUE.len));
            let value = value.map_err(damaged)?.value();
            stored = value
                .and_then(|v| v.try_into().ok())
                .map(i32::from_le_bytes);
        }
        Ok(())
    })?;
    let now = stored.unwrap_or(0).saturating_add(1);
    let record = record(work, name, TYPE_LONG, now)?;
    let mut writer = work.writer();
    match stored {
        Some(_) => writer.replace(tree, &key, &record)?,
        None => writer.insert(tree, &key, &record)?,
    };
    Ok(())
}

fn damaged(e: impl std::fmt::Display) -> WorkError {
    WorkError::damaged(JetErr::CATALOG_CORRUPTED, format!("MSysLocales: {e}"))
}
