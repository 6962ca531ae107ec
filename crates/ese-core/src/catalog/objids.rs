//! MSysObjids: which table a tree belongs to, by object id.
//!
//! One row for every tree of tables, secondary indexes and long values. Source:
//! docs/format/database-catalog.md §8, §10.
//!
//! Invariant: a row comes and goes with the catalog row of its tree.
#![forbid(unsafe_code)]

use crate::btree::write::{DENSITY_FULL, WriteError, WriteTree};
use crate::error::JetErr;
use crate::format::catalog_row::RowKind;
use crate::format::ids::{Fid, Objid, Pgno};
use crate::format::record_build::RecordBuilder;
use crate::format::tagged_build::{TaggedBuild, TaggedPart};
use crate::trx::Bookmark;
use crate::work::{Work, WorkError};

/// Name of the table.
pub(super) const NAME: &str = "MSysObjids";
/// Column `objid`.
pub(super) const OBJID: Fid = Fid(256);
/// Column `objidTable`.
pub(super) const OBJID_TABLE: Fid = Fid(257);
/// Column `type`.
pub(super) const TYPE: Fid = Fid(258);
/// Density of its tree.
pub(super) const DENSITY: u32 = 100;

/// Its tree.
pub(super) fn tree(fdp: Pgno, objid: Objid) -> WriteTree {
    WriteTree::new(fdp, objid, true, DENSITY_FULL)
}

/// Key of a row.
fn key(objid: Objid) -> [u8; 5] {
    let [a, b, c, d] = (objid.0 ^ 0x8000_0000).to_be_bytes();
    [0x7F, a, b, c, d]
}

fn record(large: bool, objid: Objid, table: Objid, kind: RowKind) -> Result<Vec<u8>, WorkError> {
    let mut builder = RecordBuilder::new(&[], large);
    let columns: [(Fid, &[u8]); 3] = [
        (OBJID, &objid.0.to_le_bytes()),
        (OBJID_TABLE, &table.0.to_le_bytes()),
        (TYPE, &(kind as i16).to_le_bytes()),
    ];
    let mut bytes = Vec::new();
    let built = columns.into_iter().try_for_each(|(fid, value)| {
        builder.set_tagged(TaggedBuild::one(
            fid,
            false,
            false,
            TaggedPart::plain(value),
        ))
    });
    built
        .and_then(|()| builder.build(&mut bytes))
        .map_err(|e| WorkError::refused(JetErr::INTERNAL_ERROR, e.to_string()))?;
    Ok(bytes)
}

/// Notes a new tree. One that is noted already, by whoever came before, is left as it is.
pub(super) fn insert(
    work: &mut Work<'_>,
    objids: &WriteTree,
    (objid, table, kind): (Objid, Objid, RowKind),
) -> Result<(), WorkError> {
    let large = work.db.trees.page_size().is_large();
    let record = record(large, objid, table, kind)?;
    match work.writer().insert(objids, &key(objid), &record) {
        Ok(_) | Err(WriteError::KeyDuplicate) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// Strikes a tree off. One that is not there is no harm: files without the table exist.
pub(super) fn delete(
    work: &mut Work<'_>,
    objids: &WriteTree,
    objid: Objid,
) -> Result<(), WorkError> {
    let key = key(objid);
    let bookmark = Bookmark {
        key: &key,
        data: &[],
    };
    match work.writer().flag_delete(objids, bookmark) {
        Ok(_) | Err(WriteError::NoNode) => Ok(()),
        Err(e) => Err(e.into()),
    }
}
