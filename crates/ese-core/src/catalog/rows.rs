//! Rows of the catalog as they are written and read in a running database: MSysObjects with its two
//! indexes, and the shadow, which get every change together.
//!
//! Source: docs/format/database-catalog.md §1, §1.2; the order of the writes is the original's
//! (rows, RootObjects, Name, shadow).
//!
//! Invariant: who sees a row in MSysObjects sees it in the shadow and in the indexes.
#![forbid(unsafe_code)]

use super::own;
use crate::btree::write::{DENSITY_DEFAULT, WriteError, WriteTree};
use crate::btree::{DEPTH_MOST, child_at};
use crate::cache::{DbNo, DbPages, Pages, SharedPage};
use crate::error::JetErr;
use crate::format::catalog_row::{CatalogRow, RowKind};
use crate::format::ids::{Fid, Objid, Pgno};
use crate::format::key::{KeyBuilder, KeyRules, Segment, SegmentType};
use crate::format::record::RecordView;
use crate::format::tagged::TaggedValue;
use crate::format::tagged_build::TaggedPart;
use crate::format::value::western_bytes;
use crate::lv::{LongValueError, LvTree, resolve_into};
use crate::trx::Bookmark;
use crate::work::{Look, Seen, Work, WorkError};
use std::cmp::Ordering;

/// A segment that is not NULL begins with this byte (docs/format/database-keys.md §1).
const VALUE: u8 = 0x7F;
/// Integers are ordered as unsigned ones once their sign is turned.
const SIGN_32: u32 = 0x8000_0000;
const SIGN_16: u16 = 0x8000;
/// Leaves that a look at the catalog passes at most: a circle of siblings ends here.
const LEAVES_MOST: usize = 1 << 20;

/// The five trees of the catalog.
#[derive(Debug)]
pub(super) struct CatalogTrees {
    pub(super) objects: WriteTree,
    pub(super) names: WriteTree,
    pub(super) roots: WriteTree,
    pub(super) shadow: WriteTree,
}

impl CatalogTrees {
    pub(super) fn new() -> Self {
        let tree = |fdp, objid| WriteTree::new(fdp, objid, true, DENSITY_DEFAULT);
        Self {
            objects: tree(Pgno::FDP_MSO, Objid::MSO),
            names: tree(own::PGNO_NAME_INDEX, own::OBJID_NAME_INDEX),
            roots: tree(own::PGNO_ROOT_INDEX, own::OBJID_ROOT_INDEX),
            shadow: tree(Pgno::FDP_MSO_SHADOW, Objid::MSO_SHADOW),
        }
    }
}

fn push_u32(key: &mut Vec<u8>, v: u32) {
    key.push(VALUE);
    key.extend_from_slice(&(v ^ SIGN_32).to_be_bytes());
}

/// The beginning of the keys of all rows of a table.
pub(super) fn table_prefix(table: Objid) -> Vec<u8> {
    let mut key = Vec::with_capacity(16);
    push_u32(&mut key, table.0);
    key
}

/// The beginning of the keys of a table's rows of one kind, in MSysObjects and in its index Name.
fn kind_prefix(table: Objid, kind: RowKind) -> Vec<u8> {
    let mut key = table_prefix(table);
    key.push(VALUE);
    let kind = (kind as i16).cast_unsigned();
    key.extend_from_slice(&(kind ^ SIGN_16).to_be_bytes());
    key
}

/// Key of a row: ObjidTable, Type, Id.
pub(super) fn row_key(table: Objid, kind: RowKind, id: u32) -> Vec<u8> {
    let mut key = kind_prefix(table, kind);
    push_u32(&mut key, id);
    key
}

/// A name as a segment of a key.
fn push_name(key: &mut Vec<u8>, name: &str) -> Result<(), WorkError> {
    let bytes = western_bytes(name);
    let bytes = bytes.ok_or_else(|| WorkError::refused(JetErr::INVALID_NAME, "not a name"))?;
    let mut builder = KeyBuilder::new();
    let segment = Segment::new(SegmentType::Text);
    let built = builder.build(&KeyRules::default(), &[(segment, Some(&bytes))]);
    let built = built.map_err(|e| WorkError::refused(JetErr::INVALID_NAME, e.to_string()))?;
    key.extend_from_slice(built);
    Ok(())
}

/// Key in the index Name: ObjidTable, Type, Name.
pub(super) fn name_key(table: Objid, kind: RowKind, name: &str) -> Result<Vec<u8>, WorkError> {
    let mut key = kind_prefix(table, kind);
    push_name(&mut key, name)?;
    Ok(key)
}

/// Key in the index RootObjects: RootFlag, Name.
pub(super) fn root_key(name: &str) -> Result<Vec<u8>, WorkError> {
    // A set bit as a segment.
    let mut key = vec![VALUE, 0xFF];
    push_name(&mut key, name)?;
    Ok(key)
}

/// What is said of a name that is there.
pub(super) fn duplicate(kind: RowKind) -> JetErr {
    match kind {
        RowKind::Table => JetErr::TABLE_DUPLICATE,
        RowKind::Column => JetErr::COLUMN_DUPLICATE,
        RowKind::Index => JetErr::INDEX_DUPLICATE,
        RowKind::LongValue | RowKind::Callback => JetErr::KEY_DUPLICATE,
    }
}

fn damaged(what: impl Into<String>) -> WorkError {
    WorkError::damaged(JetErr::CATALOG_CORRUPTED, what)
}

impl CatalogTrees {
    /// The bytes of a row: long columns lie in the record, whatever their size.
    fn bytes(work: &Work<'_>, row: &CatalogRow) -> Result<Vec<u8>, WorkError> {
        let mut bytes = Vec::with_capacity(96);
        let large = work.db.trees.page_size().is_large();
        let plain = |_: Fid, value: &[u8]| TaggedPart::plain(value);
        match row.build(large, plain, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(e) => {
                use crate::error::HasJetErr;
                Err(WorkError::refused(e.jet_err(), e.to_string()))
            }
        }
    }

    /// Writes a new row. A name that is taken, also by a session that has not committed, is the
    /// duplicate of its kind.
    pub(super) fn insert(&self, work: &mut Work<'_>, row: &CatalogRow) -> Result<(), WorkError> {
        let bytes = Self::bytes(work, row)?;
        let key = row_key(row.objid_table, row.kind, row.id);
        let taken = |e| match e {
            WriteError::KeyDuplicate => {
                WorkError::refused(duplicate(row.kind), format!("{} exists", row.name))
            }
            e => WorkError::Write(e),
        };
        let mut writer = work.writer();
        writer.insert(&self.objects, &key, &bytes).map_err(taken)?;
        if row.root_flag.is_some() {
            let root = root_key(&row.name)?;
            writer.insert(&self.roots, &root, &key).map_err(taken)?;
        }
        let name = name_key(row.objid_table, row.kind, &row.name)?;
        writer.insert(&self.names, &name, &key).map_err(taken)?;
        writer.insert(&self.shadow, &key, &bytes)?;
        Ok(())
    }

    /// Writes a row again that is there as `before`. Its key stays.
    pub(super) fn replace(
        &self,
        work: &mut Work<'_>,
        before: &CatalogRow,
        row: &CatalogRow,
    ) -> Result<(), WorkError> {
        let bytes = Self::bytes(work, row)?;
        let key = row_key(row.objid_table, row.kind, row.id);
        let mut writer = work.writer();
        writer.replace(&self.objects, &key, &bytes)?;
        if before.name != row.name {
            let taken = |e| match e {
                WriteError::KeyDuplicate => {
                    WorkError::refused(JetErr::KEY_DUPLICATE, format!("{} exists", row.name))
                }
                e => WorkError::Write(e),
            };
            let mut moves = Vec::new();
            if row.root_flag.is_some() {
                moves.push((&self.roots, root_key(&before.name)?, root_key(&row.name)?));
            }
            let from = name_key(row.objid_table, row.kind, &before.name)?;
            let to = name_key(row.objid_table, row.kind, &row.name)?;
            moves.push((&self.names, from, to));
            for (tree, from, to) in moves {
                if from != to {
                    writer.flag_delete(tree, bookmark(&from))?;
                    writer.insert(tree, &to, &key).map_err(taken)?;
                }
            }
        }
        writer.replace(&self.shadow, &key, &bytes)?;
        Ok(())
    }

    /// Deletes a row.
    pub(super) fn delete(&self, work: &mut Work<'_>, row: &CatalogRow) -> Result<(), WorkError> {
        let key = row_key(row.objid_table, row.kind, row.id);
        let mut writer = work.writer();
        writer.flag_delete(&self.objects, bookmark(&key))?;
        if row.root_flag.is_some() {
            let root = root_key(&row.name)?;
            writer.flag_delete(&self.roots, bookmark(&root))?;
        }
        let name = name_key(row.objid_table, row.kind, &row.name)?;
        writer.flag_delete(&self.names, bookmark(&name))?;
        writer.flag_delete(&self.shadow, bookmark(&key))?;
        Ok(())
    }

    /// Object id of a table by name, as `eyes` see it.
    pub(super) fn table_of(&self, eyes: &Eyes<'_>, name: &str) -> Result<Option<Objid>, WorkError> {
        let key = root_key(name)?;
        let mut found = None;
        eyes.scan(&self.roots, &key, &mut |k, data| {
            if k == key {
                found = objid_of_key(data);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows of a table that `eyes` see, in order of their keys.
    pub(super) fn rows_of(
        &self,
        eyes: &Eyes<'_>,
        table: Objid,
    ) -> Result<Vec<CatalogRow>, WorkError> {
        self.rows_from(eyes, &table_prefix(table))
    }

    /// All rows of the catalog that `eyes` see.
    pub(super) fn all_rows(&self, eyes: &Eyes<'_>) -> Result<Vec<CatalogRow>, WorkError> {
        self.rows_from(eyes, &[])
    }

    fn rows_from(&self, eyes: &Eyes<'_>, prefix: &[u8]) -> Result<Vec<CatalogRow>, WorkError> {
        let large = eyes.pages.page_size().is_large();
        let mut rows = Vec::new();
        // Rows are parsed when no page is latched any more: a column may lie elsewhere.
        let mut records: Vec<Vec<u8>> = Vec::new();
        eyes.scan(&self.objects, prefix, &mut |_, data| {
            records.push(data.to_vec());
            Ok(())
        })?;
        let mut lv = None;
        for record in &records {
            let view = RecordView::new(record, large).map_err(|e| damaged(e.to_string()))?;
            let fetch = |_: Fid, value: TaggedValue<'_>| {
                if value.separated && lv.is_none() {
                    lv = Some(self.own_long_values(eyes)?);
                }
                let mut out = Vec::new();
                let tree = lv.flatten();
                resolve_into(&value, tree.as_ref(), eyes.pages, &mut out)
                    .map_err(|e: LongValueError| damaged(e.to_string()))?;
                Ok(out)
            };
            rows.push(CatalogRow::parse(&view, fetch).map_err(|e: RowFault| e.0)?);
        }
        Ok(rows)
    }

    /// The tree of the catalog's own long values: the original makes one for a long row.
    fn own_long_values(&self, eyes: &Eyes<'_>) -> Result<Option<LvTree>, RowFault> {
        let prefix = kind_prefix(Objid::MSO, RowKind::LongValue);
        let large = eyes.pages.page_size().is_large();
        let mut found = None;
        eyes.scan(&self.objects, &prefix, &mut |_, data| {
            let view = RecordView::new(data, large).map_err(|e| damaged(e.to_string()))?;
            let none = |_: Fid, _: TaggedValue<'_>| Ok(Vec::new());
            let row = CatalogRow::parse(&view, none).map_err(|e: RowFault| e.0)?;
            let tree = row.pgno_fdp().zip(row.objid());
            found = tree.map(|(pgno, objid)| LvTree {
                tree: crate::btree::Tree::new(pgno, objid),
            });
            Ok(())
        })?;
        Ok(found)
    }
}

/// So that [`CatalogRow::parse`] can fail with what we fail with.
struct RowFault(WorkError);

impl From<WorkError> for RowFault {
    fn from(e: WorkError) -> Self {
        Self(e)
    }
}

impl From<crate::format::catalog_row::CatalogError> for RowFault {
    fn from(e: crate::format::catalog_row::CatalogError) -> Self {
        Self(damaged(e.to_string()))
    }
}

fn bookmark(key: &[u8]) -> Bookmark<'_> {
    Bookmark { key, data: &[] }
}

/// The table's objid, first segment of a row's key.
fn objid_of_key(key: &[u8]) -> Option<Objid> {
    let bytes: [u8; 4] = key.get(1..5)?.try_into().ok()?;
    Some(Objid(u32::from_be_bytes(bytes) ^ SIGN_32))
}

fn endless(tree: &WriteTree) -> WorkError {
    let root = tree.root();
    damaged(format!("the leaves of page {root} have no end"))
}

/// Who looks at the rows.
pub(super) struct Eyes<'l> {
    pub(super) db: DbNo,
    pub(super) pages: &'l DbPages,
    /// `None` sees what lies on the pages, committed or not.
    pub(super) look: Option<Look<'l>>,
}

/// Gets key and data of a node.
type Visit<'v> = &'v mut dyn FnMut(&[u8], &[u8]) -> Result<(), WorkError>;

impl<'l> Eyes<'l> {
    pub(super) fn of(db: DbNo, look: &Look<'l>) -> Self {
        Self {
            db,
            pages: look.pages(),
            look: Some(look.clone()),
        }
    }

    /// Sees everything, also what is not committed.
    pub(super) fn everything(db: DbNo, pages: &'l DbPages) -> Self {
        Self {
            db,
            pages,
            look: None,
        }
    }

    /// Visits the nodes of a tree whose keys begin with `prefix`, in order. A leaf is latched
    /// meanwhile.
    pub(super) fn scan(
        &self,
        tree: &WriteTree,
        prefix: &[u8],
        visit: Visit<'_>,
    ) -> Result<(), WorkError> {
        let mut page = self.leaf(tree, prefix)?;
        let mut before = Vec::new();
        for _ in 0..LEAVES_MOST {
            let view = page.view()?;
            let at = |e| page.fault(e);
            let first = view
                .partition_nodes(|n| n.cmp_key(prefix) == Ordering::Less)
                .map_err(at)?;
            for iline in first..view.node_count() {
                let node = view.node(iline).map_err(at)?;
                let key = node.key();
                if !key.starts_with(prefix) {
                    return Ok(());
                }
                let seen = match &self.look {
                    Some(look) => look.seen(self.db, tree, &node, &mut before),
                    None if node.is_deleted() => Seen::Absent,
                    None => Seen::AsOnPage,
                };
                match seen {
                    Seen::Absent => {}
                    Seen::AsOnPage => visit(&key, node.data)?,
                    Seen::Before => visit(&key, &before)?,
                }
            }
            let next = view.pgno_next();
            if next.is_null() {
                return Ok(());
            }
            // The neighbour before this one is let go: nothing slips through between them.
            page = tree.tree().page(self.pages, next, Some(true))?;
        }
        Err(endless(tree))
    }

    /// The leaf that a key belongs to, each page latched before its parent is let go.
    fn leaf(&self, tree: &WriteTree, key: &[u8]) -> Result<SharedPage<'l>, WorkError> {
        let mut page = tree.tree().root(self.pages)?;
        for _ in 0..DEPTH_MOST {
            let view = page.view()?;
            if view.is_leaf() {
                return Ok(page);
            }
            let at = |e| page.fault(e);
            let greater =
                view.partition_nodes(|n| n.key_len() != 0 && n.cmp_key(key) != Ordering::Greater);
            let last = view.node_count().saturating_sub(1);
            let iline = greater.map_err(at)?.min(last);
            let child = child_at(&page, iline)?;
            page = tree.tree().page(self.pages, child, None)?;
        }
        Err(damaged(format!(
            "the tree of page {} is deeper than trees are",
            tree.root()
        )))
    }
}
