//! A table with an index of every kind, and its records.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::sessions::{eyes, statement};
use crate::work_support::{Begun, Bench};
use ese_core::btree::Seek;
use ese_core::catalog::{Index, TableSchema, TableTrees};
use ese_core::cursor::{CursorError, Hit, SeekOptions, TableCursor};
use ese_core::format::catalog_row::{ColumnFlags, IdxFlagsEx, IndexFlags, IndexSegment};
use ese_core::format::ids::{Coltyp, Fid, PageSize, Pgno};
use ese_core::format::key::MakeKeyFlags;
use ese_core::format::page::PageFlags;
use ese_core::format::record::{FixedSlot, RecordView};
use ese_core::format::record_build::RecordBuilder;
use ese_core::format::tagged_build::{TaggedBuild, TaggedPart};
use ese_core::index::{TableIndexes, Touched};
use ese_core::record::{Column, ColumnValues, column_values};
use ese_core::space::create::NewTree;
use std::sync::Arc;

const ID: Fid = Fid(1);
const ONCE: Fid = Fid(2);
const NAME: Fid = Fid(128);
const FILL: Fid = Fid(129);
pub const TAGS: Fid = Fid(256);

const SLOTS: [FixedSlot; 2] = [
    FixedSlot {
        fid: ID,
        offset: 4,
        len: 4,
    },
    FixedSlot {
        fid: ONCE,
        offset: 8,
        len: 4,
    },
];

/// Not unique, on NAME.
pub const BY_NAME: &str = "by_name";
/// Unique, on ONCE, which may be NULL: then the record is not in it.
pub const BY_ONCE: &str = "by_once";
/// Not unique, on the values of TAGS, descending.
pub const BY_TAG: &str = "by_tag";

/// A record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Row {
    pub id: i32,
    pub once: Option<i32>,
    pub name: Vec<u8>,
    pub fill: usize,
    pub tags: Vec<i32>,
}

impl Row {
    pub fn new(id: i32, name: &str) -> Self {
        Self {
            id,
            name: name.into(),
            ..Self::default()
        }
    }

    pub fn bytes(&self, page_size: PageSize) -> Vec<u8> {
        let mut b = RecordBuilder::new(&SLOTS, page_size.is_large());
        b.set_fixed(ID, Some(&self.id.to_le_bytes())).unwrap();
        let once = self.once.map(i32::to_le_bytes);
        b.set_fixed(ONCE, once.as_ref().map(|o| &o[..])).unwrap();
        b.set_var(NAME, Some(&self.name)).unwrap();
        b.set_var(FILL, Some(&vec![7; self.fill])).unwrap();
        let mut tags = self
            .tags
            .iter()
            .map(|t| TaggedPart::plain(&t.to_le_bytes()));
        if let Some(first) = tags.next() {
            let mut column = TaggedBuild::one(TAGS, false, false, first);
            tags.for_each(|t| column.push(t));
            b.set_tagged(column).unwrap();
        }
        let mut out = Vec::new();
        b.build(&mut out).unwrap();
        out
    }

    pub fn parse(schema: &TableSchema, bytes: &[u8], page_size: PageSize) -> Self {
        let view = RecordView::new(bytes, page_size.is_large()).unwrap();
        let value = |fid| column_values(&view, schema.column_by_fid(fid, false).unwrap()).unwrap();
        let number = |b: &[u8]| i32::from_le_bytes(b.try_into().unwrap());
        let one = |fid| match value(fid) {
            ColumnValues::One(v) => Some(v.bytes.to_vec()),
            _ => None,
        };
        let tags = match value(TAGS) {
            ColumnValues::One(v) => vec![number(v.bytes)],
            ColumnValues::Many(all) => (0..all.value_count().unwrap())
                .map(|i| number(all.value(i).unwrap().bytes))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            id: number(&one(ID).unwrap()),
            once: one(ONCE).map(|o| number(&o)),
            name: one(NAME).unwrap_or_default(),
            fill: one(FILL).map_or(0, |f| f.len()),
            tags,
        }
    }
}

pub struct Table {
    pub bench: Bench,
    pub indexes: Arc<TableIndexes>,
    pub page_size: PageSize,
}

fn columns() -> Vec<Column> {
    let column = |name: &str, fid, coltyp, cb_max, offset, flags| Column {
        name: name.into(),
        fid,
        coltyp,
        code_page: 0,
        cb_max,
        offset,
        flags,
        default: None,
        derived: false,
    };
    let none = ColumnFlags::empty();
    vec![
        column("id", ID, Coltyp::Long, 4, 4, none),
        column("once", ONCE, Coltyp::Long, 4, 8, none),
        column("name", NAME, Coltyp::Binary, 255, 0, none),
        column("fill", FILL, Coltyp::Binary, 255, 0, none),
        column("tags", TAGS, Coltyp::Long, 4, 0, ColumnFlags::MULTI_VALUED),
    ]
}

impl Table {
    /// With all indexes, or numbered records and no index at all.
    pub fn new(page_size: PageSize, keyed: bool) -> Self {
        let bench = Bench::new(page_size);
        let tree = |parent, unique, index| {
            bench.alone(|w| {
                let new = NewTree {
                    parent,
                    unique,
                    page_flags: match index {
                        true => PageFlags::INDEX,
                        false => PageFlags::empty(),
                    },
                    ..NewTree::table(1)
                };
                w.db.space.create_tree(&w.author, &new).unwrap()
            })
        };
        let records = tree(Pgno(1), true, false);
        let mut schema = TableSchema::new("t".into(), records.objid, records.pgno_fdp);
        schema.set_columns(columns());
        let all = IndexFlags::ALLOW_ALL_NULLS
            | IndexFlags::ALLOW_FIRST_NULL
            | IndexFlags::ALLOW_SOME_NULLS;
        let primary = IndexFlags::PRIMARY | IndexFlags::UNIQUE | all;
        let specs = [
            ("pk", primary, ID, false),
            (BY_NAME, all, NAME, false),
            (BY_ONCE, IndexFlags::UNIQUE, ONCE, false),
            (BY_TAG, IndexFlags::MULTI_VALUED, TAGS, true),
        ];
        for (name, flags, fid, descending) in specs.into_iter().filter(|_| keyed) {
            let (objid, pgno_fdp) = match name {
                "pk" => (records.objid, records.pgno_fdp),
                _ => {
                    let unique = flags.contains(IndexFlags::UNIQUE);
                    let made = tree(records.pgno_fdp, unique, true);
                    (made.objid, made.pgno_fdp)
                }
            };
            schema.indexes.push(Index {
                name: name.into(),
                objid,
                pgno_fdp,
                flags,
                flags_ex: IdxFlagsEx::empty(),
                segments: vec![IndexSegment {
                    fid,
                    descending,
                    must_be_null: false,
                    template: false,
                }],
                conditional: Vec::new(),
                key_most: 255,
                var_seg_mac: 255,
                tuple: None,
                lcmap_flags: 0,
                locale: None,
                sort_id: None,
                version: None,
                density: 80,
            });
        }
        let trees = Arc::new(TableTrees::new(Arc::new(schema), None));
        let indexes = Arc::new(TableIndexes::new(trees).unwrap());
        Self {
            bench,
            indexes,
            page_size,
        }
    }

    pub fn cursor(&self) -> TableCursor {
        TableCursor::new(&self.bench.db, Arc::clone(&self.indexes))
    }

    pub fn trees(&self) -> Vec<&ese_core::btree::write::WriteTree> {
        let secondary = self.indexes.secondary().iter().map(|i| &*i.tree);
        secondary.chain([&*self.indexes.trees().records]).collect()
    }

    pub fn insert(
        &self,
        begun: &mut Begun,
        cursor: &mut TableCursor,
        row: &Row,
    ) -> Result<(), CursorError> {
        let bytes = row.bytes(self.page_size);
        statement(&self.bench, begun, |w| cursor.insert_record(w, &bytes))
    }

    pub fn replace(
        &self,
        begun: &mut Begun,
        cursor: &mut TableCursor,
        row: &Row,
    ) -> Result<(), CursorError> {
        let bytes = row.bytes(self.page_size);
        statement(&self.bench, begun, |w| {
            cursor.replace_record(w, &bytes, Touched::All, None)
        })
    }

    pub fn delete(&self, begun: &mut Begun, cursor: &mut TableCursor) -> Result<(), CursorError> {
        statement(&self.bench, begun, |w| {
            cursor.delete_record(w, &mut |_, _| Ok(()))
        })
    }

    /// Rows, in one transaction.
    pub fn fill(&self, rows: &[Row]) {
        let mut begun = self.bench.begin(3);
        let mut cursor = self.cursor();
        for row in rows {
            self.insert(&mut begun, &mut cursor, row).unwrap();
        }
        self.bench.commit(begun);
    }

    pub fn row(&self, begun: &Begun, cursor: &mut TableCursor) -> Result<Row, CursorError> {
        let eyes = eyes(&self.bench, begun);
        let bytes = cursor.record(&eyes)?;
        Ok(Row::parse(self.indexes.schema(), bytes, self.page_size))
    }

    /// Goes to a record by its id; whether it is there.
    pub fn find(&self, begun: &Begun, cursor: &mut TableCursor, id: i32) -> bool {
        let eyes = eyes(&self.bench, begun);
        cursor
            .set_index(&eyes, None, ese_core::cursor::Keep::First)
            .unwrap();
        make(cursor, &id.to_le_bytes());
        match cursor.seek(&eyes, SeekOptions::new(Seek::Eq)) {
            Ok(hit) => {
                assert_eq!(hit, Hit::Exact);
                true
            }
            Err(CursorError::RecordNotFound) => false,
            Err(e) => panic!("{e}"),
        }
    }
}

/// Makes a search key of one column.
pub fn make(cursor: &mut TableCursor, data: &[u8]) {
    cursor.make_key(data, MakeKeyFlags::NEW_KEY).unwrap();
}
