//! One table: scans that survive damage, rows in order, seeks.
#![forbid(unsafe_code)]

use super::row::{Row, RowRef};
use super::{Database, Error, Fault};
use crate::btree::{Entry, LeafScan, ScanEvent, Seek, Tree, TreeCursor, leaf_batches, salvage};
use crate::cache::{PageFault, Pages, SharedPage};
use crate::catalog::{Index, TableSchema};
use crate::format::ids::Pgno;
use crate::format::key::KeyBuilder;
use crate::format::node::Node;
use crate::format::page::PageFlags;
use crate::format::record::RecordView;
use crate::index::IndexDef;
use parking_lot::Mutex;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A table of an open database.
#[derive(Clone, Copy)]
pub struct Table<'d> {
    pub(super) db: &'d Database,
    pub(super) schema: &'d Arc<TableSchema>,
}

type VisitNode<'v> = dyn FnMut(usize, Result<Node<'_>, PageFault>) -> ControlFlow<()> + 'v;

/// What a scan meets.
pub enum RowEvent<'a> {
    /// A record.
    Row(RowRef<'a>),
    /// Something that can't be read; the scan goes on behind it.
    Fault(Fault),
}

impl<'d> Table<'d> {
    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &'d Arc<TableSchema> {
        self.schema
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &'d Database {
        self.db
    }

    fn pages(&self) -> &'d dyn Pages {
        self.db.pages()
    }

    fn row<'a>(
        &'a self,
        page: &'a SharedPage<'_>,
        iline: usize,
        node: Node<'a>,
    ) -> Result<RowRef<'a>, Fault> {
        let record =
            RecordView::new(node.data, self.db.page_size().is_large()).map_err(|kind| {
                Fault::Record {
                    pgno: page.pgno(),
                    iline,
                    kind,
                }
            })?;
        Ok(RowRef {
            schema: self.schema,
            pages: self.pages(),
            record,
            key: (node.prefix, node.suffix),
            pgno: page.pgno(),
            iline,
        })
    }

    /// Looks at every live node of a leaf.
    fn leaf(page: &SharedPage<'_>, visit: &mut VisitNode<'_>) -> ControlFlow<()> {
        let (view, prefix) = match page
            .view()
            .and_then(|v| Ok((v, v.prefix().map_err(|e| page.fault(e))?)))
        {
            Ok(x) => x,
            Err(e) => return visit(0, Err(e)),
        };
        for iline in 0..view.node_count() {
            match view.node_with_prefix(iline, prefix) {
                Ok(node) if node.is_deleted() => {}
                Ok(node) => visit(iline, Ok(node))?,
                Err(e) => visit(iline, Err(page.fault(e)))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// Visits the leaves of a tree, damage or not; where an internal page was lost, the leaves below
    /// it are found by their object id and come last.
    fn leaves(
        &self,
        tree: Tree,
        kind: PageFlags,
        visit: &mut dyn FnMut(ScanEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let file_pages = self.db.file_pages();
        let mut scan = LeafScan::new(self.pages(), tree, u64::from(file_pages));
        for event in scan.by_ref() {
            visit(event)?;
        }
        if scan.lost_children() {
            for pgno in salvage(self.pages(), tree, kind, file_pages, scan.visited()) {
                visit(match self.pages().shared(pgno) {
                    Ok(page) => ScanEvent::Leaf(page),
                    Err(e) => ScanEvent::Fault(e),
                })?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Visits every record in primary-key order, each leaf latched once. Damage comes as
    /// [`RowEvent::Fault`] and costs what lies on the damaged page.
    pub fn scan(&self, mut visit: impl FnMut(RowEvent<'_>) -> ControlFlow<()>) {
        let _ = self.leaves(
            self.schema.tree(),
            PageFlags::empty(),
            &mut |event| match event {
                ScanEvent::Fault(e) => visit(RowEvent::Fault(e.into())),
                ScanEvent::Leaf(page) => Self::leaf(&page, &mut |iline, node| match node
                    .map_err(Fault::from)
                    .and_then(|node| self.row(&page, iline, node))
                {
                    Ok(row) => visit(RowEvent::Row(row)),
                    Err(e) => visit(RowEvent::Fault(e)),
                }),
            },
        );
    }

    /// Visits every entry of a secondary index in key order: key, then the record's primary key.
    pub fn scan_index(
        &self,
        index: &Index,
        mut visit: impl FnMut(Result<IndexEntry<'_>, Fault>) -> ControlFlow<()>,
    ) {
        let kind = if index.is_primary() {
            PageFlags::empty()
        } else {
            PageFlags::INDEX
        };
        let _ = self.leaves(index.tree(), kind, &mut |event| match event {
            ScanEvent::Fault(e) => visit(Err(e.into())),
            ScanEvent::Leaf(page) => Self::leaf(&page, &mut |iline, node| {
                visit(node.map_err(Fault::from).map(|node| IndexEntry {
                    node,
                    pgno: page.pgno(),
                    iline,
                }))
            }),
        });
    }

    /// Visits every record from `threads` threads at once: in key order within a leaf, in no order
    /// between leaves. Damage is visited too; leaves below a lost internal page are not looked for,
    /// as [`Self::scan`] does.
    pub fn par_scan(&self, threads: usize, visit: impl Fn(RowEvent<'_>) + Sync) {
        let batches = Mutex::new(leaf_batches(
            self.pages(),
            self.schema.tree(),
            u64::from(self.db.file_pages()),
        ));
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    loop {
                        // Taken in a statement of its own: the lock must not be held while rows are
                        // visited.
                        let batch = batches.lock().next();
                        match batch {
                            None => break,
                            Some(Err(e)) => visit(RowEvent::Fault(e.into())),
                            Some(Ok(leaves)) => self.visit_leaves(&leaves, &visit),
                        }
                    }
                });
            }
        });
    }

    fn visit_leaves(&self, leaves: &[Pgno], visit: &impl Fn(RowEvent<'_>)) {
        self.pages().prefetch(leaves);
        for &pgno in leaves {
            let page = match self.schema.tree().page(self.pages(), pgno, Some(true)) {
                Ok(page) => page,
                Err(e) => {
                    visit(RowEvent::Fault(e.into()));
                    continue;
                }
            };
            let _ = Self::leaf(&page, &mut |iline, node| {
                match node
                    .map_err(Fault::from)
                    .and_then(|node| self.row(&page, iline, node))
                {
                    Ok(row) => visit(RowEvent::Row(row)),
                    Err(e) => visit(RowEvent::Fault(e)),
                }
                ControlFlow::Continue(())
            });
        }
    }

    /// Number of live records, and the damage met on the way.
    #[must_use]
    pub fn count(&self) -> (u64, Vec<Fault>) {
        let (mut rows, mut faults) = (0, Vec::new());
        self.scan(|event| {
            match event {
                RowEvent::Row(_) => rows += 1,
                RowEvent::Fault(e) => faults.push(e),
            }
            ControlFlow::Continue(())
        });
        (rows, faults)
    }

    /// The records in primary-key order, as an iterator of copies.
    #[must_use]
    pub fn rows(&self) -> Rows<'d> {
        Rows {
            table: *self,
            cursor: TreeCursor::new(self.pages(), self.schema.tree()),
            done: false,
        }
    }

    /// An index by name.
    pub fn index(&self, name: &str) -> Result<&'d Index, Error> {
        self.schema.index(name).ok_or_else(|| Error::NoIndex {
            table: self.schema.name.clone(),
            index: name.to_owned(),
        })
    }

    /// The record with this primary key (bookmark).
    pub fn get(&self, bookmark: &[u8]) -> Result<Option<Row>, Fault> {
        let mut cursor = TreeCursor::new(self.pages(), self.schema.tree());
        match cursor.seek(bookmark, Seek::Eq)? {
            Some(entry) => self.copy(&entry).map(Some),
            None => Ok(None),
        }
    }

    fn copy(&self, entry: &Entry<'_>) -> Result<Row, Fault> {
        let node = entry.node()?;
        let record =
            RecordView::new(node.data, self.db.page_size().is_large()).map_err(|kind| {
                Fault::Record {
                    pgno: entry.pgno(),
                    iline: entry.iline(),
                    kind,
                }
            })?;
        let row = RowRef {
            schema: self.schema,
            pages: self.pages(),
            record,
            key: (node.prefix, node.suffix),
            pgno: entry.pgno(),
            iline: entry.iline(),
        };
        Ok(row.to_row(self.schema))
    }

    /// The normalised key of column values, as stored bytes in the order of the index's segments
    /// (`None` for NULL); fewer values than segments make a prefix to seek with [`Seek::Ge`].
    ///
    /// # Errors
    /// [`Error::Key`]: more values than segments, or one that its column can't hold.
    pub fn key(&self, index: &Index, values: &[Option<&[u8]>]) -> Result<Vec<u8>, Error> {
        let bad = |e: &dyn std::fmt::Display| Error::Key(format!("index {}: {e}", index.name));
        let def = IndexDef::of_schema(self.schema, index).map_err(|e| bad(&e))?;
        if values.len() > def.segments.len() {
            return Err(bad(&format!(
                "{} values for {} columns",
                values.len(),
                def.segments.len()
            )));
        }
        let pairs: Vec<_> = def
            .segments
            .iter()
            .zip(values)
            .map(|(s, v)| (s.segment, *v))
            .collect();
        let mut builder = KeyBuilder::new();
        let key = builder.build(&def.rules, &pairs).map_err(|e| bad(&e))?;
        Ok(key.to_vec())
    }

    /// The first record at or after a normalised key of an index (`None`: the primary order), found
    /// as `seek` says.
    pub fn seek(
        &self,
        index: Option<&Index>,
        key: &[u8],
        seek: Seek,
    ) -> Result<Option<Row>, Fault> {
        let secondary = index.filter(|i| !i.is_primary());
        let tree = secondary.map_or(self.schema.tree(), Index::tree);
        let mut cursor = TreeCursor::new(self.pages(), tree);
        let Some(entry) = cursor.seek(key, seek)? else {
            return Ok(None);
        };
        if secondary.is_none() {
            return self.copy(&entry).map(Some);
        }
        self.follow(&entry).map(Some)
    }

    /// The record that an entry of a secondary index leads to.
    fn follow(&self, entry: &Entry<'_>) -> Result<Row, Fault> {
        self.get(entry.node()?.data)?.ok_or(Fault::Dangling {
            pgno: entry.pgno(),
            iline: entry.iline(),
        })
    }

    /// The records in the order of an index, as an iterator of copies.
    #[must_use]
    pub fn rows_by(&self, index: &'d Index) -> IndexRows<'d> {
        IndexRows {
            table: *self,
            cursor: TreeCursor::new(self.pages(), index.tree()),
            primary: index.is_primary(),
            done: false,
        }
    }
}

/// An entry of a secondary index.
#[derive(Clone, Copy)]
pub struct IndexEntry<'a> {
    /// Key and data; the data is the record's primary key.
    pub node: Node<'a>,
    /// Page.
    pub pgno: Pgno,
    /// Line on that page.
    pub iline: usize,
}

/// Records in primary-key order. After a fault the iterator ends; [`Table::scan`] goes on.
pub struct Rows<'d> {
    table: Table<'d>,
    cursor: TreeCursor<'d>,
    done: bool,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.cursor.move_next() {
            Ok(Some(entry)) => Some(self.table.copy(&entry)),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(e) => {
                self.done = true;
                Some(Err(e.into()))
            }
        }
    }
}

/// Records in the order of an index. After a fault in the index the iterator ends.
pub struct IndexRows<'d> {
    table: Table<'d>,
    cursor: TreeCursor<'d>,
    primary: bool,
    done: bool,
}

impl Iterator for IndexRows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.cursor.move_next() {
            Ok(Some(entry)) if self.primary => Some(self.table.copy(&entry)),
            Ok(Some(entry)) => Some(self.table.follow(&entry)),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(e) => {
                self.done = true;
                Some(Err(e.into()))
            }
        }
    }
}
