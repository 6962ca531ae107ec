//! The trees of the database, as the catalog names them.
//!
//! Invariant: a parent stands before its children; no two trees have one root or one object id.
#![forbid(unsafe_code)]

use super::context::Context;
use super::finding::Object;
use super::rule::Rule;
use crate::catalog::{Catalog, TableSchema};
use crate::format::catalog_row::IndexFlags;
use crate::format::ids::{Objid, Pgno};
use crate::format::page::PageFlags;
use std::collections::HashMap;
use std::sync::Arc;

/// What a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TreeKind {
    /// Nothing: the database's own root.
    Database,
    /// Records.
    Table,
    /// Entries of the table's index of this place.
    Index(usize),
    /// Long values.
    LongValues,
}

/// A tree.
pub(super) struct TreeInfo {
    pub(super) kind: TreeKind,
    pub(super) root: Pgno,
    pub(super) objid: Objid,
    /// Place of the tree that this one takes space from.
    pub(super) parent: Option<usize>,
    pub(super) unique: bool,
    pub(super) object: Arc<Object>,
    /// The table.
    pub(super) schema: Option<Arc<TableSchema>>,
}

impl TreeInfo {
    /// The type flags of the tree's pages.
    pub(super) fn page_kind(&self) -> PageFlags {
        match self.kind {
            TreeKind::Database | TreeKind::Table => PageFlags::empty(),
            TreeKind::Index(_) => PageFlags::INDEX,
            TreeKind::LongValues => PageFlags::LONG_VALUE,
        }
    }
}

/// Lists the trees. `moved` names roots where the catalog's copies disagree and the other copy is the
/// right one.
pub(super) fn list_trees(
    cx: &Context<'_>,
    catalog: Option<&Catalog>,
    moved: &HashMap<Objid, Pgno>,
) -> Vec<TreeInfo> {
    let mut out = vec![TreeInfo {
        kind: TreeKind::Database,
        root: Pgno::SYSTEM_ROOT,
        objid: Objid(1),
        parent: None,
        unique: true,
        object: Arc::clone(&cx.database),
        schema: None,
    }];
    let mut roots: HashMap<Pgno, Arc<Object>> = HashMap::new();
    let mut objids: HashMap<Objid, Arc<Object>> = HashMap::new();
    roots.insert(Pgno::SYSTEM_ROOT, Arc::clone(&cx.database));
    objids.insert(Objid(1), Arc::clone(&cx.database));
    let mut add = |out: &mut Vec<TreeInfo>, info: TreeInfo| -> Option<usize> {
        let root = moved.get(&info.objid).copied().unwrap_or(info.root);
        let bad = |detail: String| {
            cx.findings
                .add(Rule::CatalogRoot, root, &info.object, detail);
            None
        };
        if root.is_null() || root > cx.last {
            return bad(format!("the root is page {root}, which is not in the file"));
        }
        if let Some(other) = roots.get(&root) {
            return bad(format!("page {root} is the root of {other} too"));
        }
        if let Some(other) = objids.get(&info.objid) {
            return bad(format!("{other} has object id {} too", info.objid.0));
        }
        roots.insert(root, Arc::clone(&info.object));
        objids.insert(info.objid, Arc::clone(&info.object));
        out.push(TreeInfo { root, ..info });
        Some(out.len() - 1)
    };
    for schema in catalog.into_iter().flat_map(Catalog::tables) {
        let table = TreeInfo {
            kind: TreeKind::Table,
            root: schema.pgno_fdp,
            objid: schema.objid,
            parent: Some(0),
            unique: true,
            object: Object::new(&schema.name, ""),
            schema: Some(Arc::clone(schema)),
        };
        let Some(parent) = add(&mut out, table) else {
            continue;
        };
        let child = |kind, root, objid, unique, part: String| TreeInfo {
            kind,
            root,
            objid,
            parent: Some(parent),
            unique,
            object: Object::new(&schema.name, part),
            schema: Some(Arc::clone(schema)),
        };
        for (i, index) in schema.indexes.iter().enumerate() {
            if index.is_primary() {
                continue;
            }
            let unique = index.flags.contains(IndexFlags::UNIQUE);
            let part = format!("index {}", index.name);
            let info = child(
                TreeKind::Index(i),
                index.pgno_fdp,
                index.objid,
                unique,
                part,
            );
            add(&mut out, info);
        }
        if let Some(lv) = &schema.lv {
            let (root, objid) = (lv.tree.pgno_fdp, lv.tree.objid);
            let info = child(
                TreeKind::LongValues,
                root,
                objid,
                true,
                "long values".to_owned(),
            );
            add(&mut out, info);
        }
    }
    let last = Objid(cx.file.header().objid_last);
    for info in &out {
        if info.objid > last {
            let detail = format!(
                "object id {}, the header's last is {}",
                info.objid.0, last.0
            );
            cx.findings
                .add(Rule::HeaderObjid, info.root, &info.object, detail);
        }
    }
    out
}
