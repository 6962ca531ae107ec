//! Which tree a page belongs to, by its object id and the catalog.
#![forbid(unsafe_code)]

use ese_core::catalog::{Index, TableSchema};
use ese_core::format::catalog_row::{IdxFlagsEx, IndexFlags};
use ese_core::format::ids::Objid;
use ese_core::format::key::{DecodedSegment, KeyRules, Segment, SegmentType, decode_key};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::reader::Database;
use serde_json::{Value, json};
use std::sync::Arc;

/// The tree of a page.
pub(super) enum Owner<'d> {
    /// The database's own root.
    Root,
    /// Records of a table.
    Table(&'d Arc<TableSchema>),
    /// Entries of a secondary index.
    Index(&'d Arc<TableSchema>, &'d Index),
    /// Long values of a table.
    LongValues(&'d Arc<TableSchema>),
    /// An object that the catalog does not know.
    Unknown,
}

impl<'d> Owner<'d> {
    pub(super) fn find(db: Option<&'d Database>, view: &PageView<'_>) -> Self {
        let objid = view.objid();
        if objid == Objid::SYSTEM_ROOT {
            return Self::Root;
        }
        for schema in db.into_iter().flat_map(|db| db.catalog().tables()) {
            if schema.objid == objid {
                return Self::Table(schema);
            }
            if let Some(index) = schema.indexes.iter().find(|i| i.objid == objid) {
                return Self::Index(schema, index);
            }
            if schema.lv.is_some_and(|lv| lv.tree.objid == objid) {
                return Self::LongValues(schema);
            }
        }
        Self::Unknown
    }

    /// The tree's name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Root => "the database's root".into(),
            Self::Table(t) => format!("table {}", t.name),
            Self::Index(t, i) => format!("index {} of table {}", i.name, t.name),
            Self::LongValues(t) => format!("long values of table {}", t.name),
            Self::Unknown => "not in the catalog".into(),
        }
    }

    pub(super) fn json(&self) -> Value {
        match self {
            Self::Root => json!({"kind": "root"}),
            Self::Table(t) => json!({"kind": "table", "table": t.name}),
            Self::Index(t, i) => json!({"kind": "index", "table": t.name, "index": i.name}),
            Self::LongValues(t) => json!({"kind": "long values", "table": t.name}),
            Self::Unknown => Value::Null,
        }
    }

    /// What the page is, in words.
    pub(super) fn words(&self, view: &PageView<'_>) -> String {
        let f = view.flags();
        if f.contains(PageFlags::EMPTY) {
            return "freed page, its contents mean nothing".into();
        }
        let place = match (f.contains(PageFlags::ROOT), f.contains(PageFlags::LEAF)) {
            (true, true) => "root, and leaf,",
            (true, false) => "root",
            (false, true) => "leaf",
            (false, false) if f.contains(PageFlags::PARENT_OF_LEAF) => "parent of leaves",
            (false, false) => "internal page",
        };
        let tree = if f.contains(PageFlags::SPACE_TREE) {
            "a space tree (OE or AE)"
        } else if f.contains(PageFlags::INDEX) {
            "a secondary index"
        } else if f.contains(PageFlags::LONG_VALUE) {
            "a long-value tree"
        } else {
            "a table"
        };
        format!("{place} of {tree}: {}", self.name())
    }

    /// The key in words, segment by segment, where it can be read back.
    pub(super) fn key_text(&self, key: &[u8]) -> Option<String> {
        let (schema, index) = match self {
            Self::Table(t) => (t, t.primary()?),
            Self::Index(t, i) => (t, *i),
            _ => return None,
        };
        let mut segments = Vec::new();
        let mut columns = Vec::new();
        for s in &index.segments {
            let column = schema
                .column_by_fid(s.fid, s.template)
                .or_else(|| schema.column_by_fid(s.fid, !s.template))?;
            segments.push(Segment {
                ty: SegmentType::from_coltyp(column.coltyp as u32)?,
                code_page: column.code_page,
                fixed: column.fid.is_fixed(),
                descending: s.descending,
                cb_max: column.cb_max,
            });
            columns.push(column);
        }
        let rules = KeyRules {
            key_most: index.key_most,
            var_seg_mac: index.var_seg_mac,
            nulls_high: index.flags.contains(IndexFlags::SORT_NULLS_HIGH),
            dotnet_guid: index.flags_ex.contains(IdxFlagsEx::DOT_NET_GUID),
            collation: None,
        };
        let parts: Vec<String> = decode_key(key, &rules, &segments)
            .into_iter()
            .zip(&columns)
            .map(|(part, column)| {
                let text = match part {
                    DecodedSegment::Null => "NULL".into(),
                    DecodedSegment::ZeroLength => "\"\"".into(),
                    DecodedSegment::Value(v) => {
                        crate::value::text_of(column.coltyp, column.code_page, &v)
                    }
                    DecodedSegment::Text(t) => format!("{:?}", String::from_utf8_lossy(&t)),
                    DecodedSegment::Cut(b) => format!("{}…", crate::text::hex(&b)),
                    DecodedSegment::Opaque(b) => format!("[{}]", crate::text::hex(&b)),
                };
                format!("{}={text}", column.name)
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}
