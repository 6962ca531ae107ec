//! A table without a catalog: columns, records by number, long values on demand.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::work_support::{Begun, Bench};
use ese_core::btree::write::{DENSITY_DEFAULT, DENSITY_FULL, WriteTree};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::{Coltyp, Fid, PageSize, Pgno};
use ese_core::format::lv::{LvKey, LvRoot};
use ese_core::lv::write::{Format, LidCounter, LongValueSource, LongValueTree, LongValues};
use ese_core::record::Column;
use ese_core::record::edit::{LayoutOptions, RecordLayout};
use ese_core::record::update::Update;
use ese_core::space::create::NewTree;
use ese_core::work::{Look, Walker, Work, WorkError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Where the table's long values lie.
pub struct Source {
    table: Pgno,
    tree: Mutex<Option<LongValueTree>>,
}

impl LongValueSource for Source {
    fn existing(&self) -> Option<LongValueTree> {
        self.tree.lock().unwrap().clone()
    }

    fn make(&self, work: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        let mut tree = self.tree.lock().unwrap();
        if let Some(tree) = &*tree {
            return Ok(tree.clone());
        }
        let mut made = None;
        work.apart.apart(work.db, &mut |w| {
            let new = NewTree::long_values(self.table);
            let created = w.db.space.create_tree(&w.author, &new)?;
            made = Some((created.pgno_fdp, created.objid));
            Ok(())
        })?;
        let (fdp, objid) = made.unwrap();
        let new = LongValueTree {
            tree: Arc::new(WriteTree::new(fdp, objid, true, DENSITY_FULL)),
            ids: Arc::new(LidCounter::new()),
        };
        *tree = Some(new.clone());
        Ok(new)
    }
}

pub struct Table {
    pub bench: Bench,
    pub columns: Vec<Column>,
    pub records: Arc<WriteTree>,
    pub source: Source,
    pub layout: Arc<RecordLayout>,
    pub format: Format,
}

impl Table {
    pub fn new(page_size: PageSize, columns: Vec<Column>) -> Self {
        let bench = Bench::new(page_size);
        let created = bench.alone(|w| {
            let new = NewTree {
                parent: Pgno(1),
                ..NewTree::table(1)
            };
            w.db.space.create_tree(&w.author, &new).unwrap()
        });
        let records = WriteTree::new(created.pgno_fdp, created.objid, true, DENSITY_DEFAULT);
        let options = LayoutOptions::new(page_size, None);
        Self {
            layout: Arc::new(RecordLayout::new(&columns, &options)),
            format: Format::new(page_size, true, None),
            source: Source {
                table: created.pgno_fdp,
                tree: Mutex::default(),
            },
            records: Arc::new(records),
            bench,
            columns,
        }
    }

    pub fn column(&self, name: &str) -> &Column {
        let found = self.columns.iter().find(|c| c.name == name);
        found.unwrap_or_else(|| panic!("column {name}"))
    }

    pub fn update(&self) -> Update {
        let no = self.bench.db.trees.no();
        Update::new(no, Arc::clone(&self.layout), self.format)
    }

    /// The long values, once there are some.
    pub fn long_values(&self) -> Option<LongValues> {
        let no = self.bench.db.trees.no();
        let tree = self.source.existing()?;
        Some(LongValues::new(no, tree, self.format))
    }

    pub fn look(&self, begun: &Begun) -> Look<'_> {
        let pages = self.bench.db.trees.pages();
        Look::new(pages, &self.bench.store, begun.trx.snapshot())
    }

    pub fn latest(&self) -> Look<'_> {
        let pages = self.bench.db.trees.pages();
        Look::new(pages, &self.bench.store, self.bench.store.latest())
    }

    /// All records, by key.
    pub fn all(&self, look: &Look<'_>) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let no = self.bench.db.trees.no();
        let mut walker = Walker::new(no, Arc::clone(&self.records));
        let mut out = BTreeMap::new();
        let mut more = walker.first(look).unwrap();
        while more {
            out.insert(walker.key().to_vec(), walker.data().to_vec());
            more = walker.next(look).unwrap();
        }
        out
    }

    /// Nodes of the tree of long values, as they are seen.
    pub fn long_nodes(&self, look: &Look<'_>) -> Vec<(LvKey, Vec<u8>)> {
        let Some(tree) = self.source.existing() else {
            return Vec::new();
        };
        let mut walker = Walker::new(self.bench.db.trees.no(), tree.tree);
        let mut out = Vec::new();
        let mut more = walker.first(look).unwrap();
        while more {
            let key = LvKey::parse(walker.key()).unwrap();
            out.push((key, walker.data().to_vec()));
            more = walker.next(look).unwrap();
        }
        out
    }

    /// References to long values, as their roots count them.
    pub fn counts(&self, look: &Look<'_>) -> BTreeMap<u64, u32> {
        let nodes = self.long_nodes(look).into_iter();
        nodes
            .filter_map(|(key, data)| match key {
                LvKey::Root(lid) => Some((lid.value(), LvRoot::parse(&data).unwrap().refcount)),
                LvKey::Chunk { .. } => None,
            })
            .collect()
    }
}

/// A column; fixed ones get their place by [`placed`].
pub fn column(name: &str, fid: u16, coltyp: Coltyp, cb_max: u32, flags: ColumnFlags) -> Column {
    Column {
        name: name.to_owned(),
        fid: Fid(fid),
        coltyp,
        code_page: if coltyp.is_text() { 1252 } else { 0 },
        cb_max,
        offset: 0,
        flags,
        default: None,
        derived: false,
    }
}

pub fn with_default(mut column: Column, default: &[u8]) -> Column {
    column.default = Some(default.into());
    column.flags |= ColumnFlags::DEFAULT;
    column
}

/// Fixed columns, one behind the other.
pub fn placed(mut columns: Vec<Column>) -> Vec<Column> {
    let mut at = 4;
    for column in columns.iter_mut().filter(|c| c.fid.is_fixed()) {
        column.offset = at;
        at += u16::try_from(column.fixed_len()).unwrap();
    }
    columns
}
