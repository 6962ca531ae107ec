//! A damaged table is copied as far as it can be read (JET_bitCompactRepair).
//!
//! Leaves that can't be read are passed over. Nothing in the copy points to what is lost: a record that
//! refers to a long value of which a piece is missing stays behind, a long value has as many references
//! as the records that came along, entries of indexes lead to records that are there. An index of which
//! a page is lost would miss records: it is left out, and can be made again.
//!
//! (The original copies a damaged table up to the first page that it can't read, and makes its indexes
//! anew: `comp.cxx`, `sortapi.cxx`.)
//!
//! Invariant: a table without damage is copied as any other.
#![forbid(unsafe_code)]

use super::{CompactError, Job};
use crate::btree::{LeafScan, ScanEvent, Seek, Tree, TreeCursor};
use crate::catalog::copy::{CopiedTree, TableRows};
use crate::format::catalog_row::RowKind;
use crate::format::ids::{Objid, PageSize};
use crate::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING, chunk_bytes};
use crate::format::record::RecordView;
use crate::record::edit::long_values_of;
use crate::work::WorkDb;
use std::collections::{HashMap, HashSet};

/// What is known of a damaged table.
pub(super) struct Repair {
    /// Secondary indexes of which a page is lost, by their objects in the source.
    pub(super) bad_indexes: Vec<Objid>,
    /// Long values of which every piece is there.
    whole: HashSet<Lid>,
    /// References of the records that were copied.
    references: HashMap<Lid, u32>,
    /// The records of the copy.
    records: Option<Tree>,
    page_size: PageSize,
}

impl Repair {
    pub(super) fn begin(&mut self, trees: &[CopiedTree]) {
        let records = trees.iter().find(|t| t.kind == RowKind::Table);
        self.records = records.map(|t| t.to.tree());
    }

    /// Whether a record comes along.
    pub(super) fn wants_record(&mut self, record: &[u8]) -> bool {
        let view = RecordView::new(record, self.page_size.is_large());
        let lids = view
            .map_err(|_| ())
            .and_then(|v| long_values_of(&v).map_err(|_| ()));
        let Ok(lids) = lids else { return false };
        if lids.iter().any(|lid| !self.whole.contains(lid)) {
            return false;
        }
        for lid in lids {
            *self.references.entry(lid).or_default() += 1;
        }
        true
    }

    /// The root of a long value as it comes along; `None` stays behind.
    pub(super) fn root_of(&self, lid: Lid, root: LvRoot) -> Option<LvRoot> {
        let refcount = *self.references.get(&lid)?;
        Some(LvRoot { refcount, ..root })
    }

    /// Whether the record of an entry came along: `bookmark` is its key.
    pub(super) fn has_record(&self, db: &WorkDb, bookmark: &[u8]) -> Result<bool, CompactError> {
        let Some(records) = self.records else {
            return Ok(false);
        };
        let mut cursor = TreeCursor::new(db.trees.pages(), records);
        Ok(cursor.seek(bookmark, Seek::Eq)?.is_some())
    }
}

/// One long value, as its nodes come by.
struct Pieces {
    lid: Lid,
    size: u32,
    /// Bytes between two chunks; 0 before the second.
    step: u32,
    /// Offset of the last chunk.
    last: Option<u32>,
    whole: bool,
}

impl Pieces {
    fn add(&mut self, offset: u32) {
        match self.last.replace(offset) {
            None => self.whole &= offset == 0,
            Some(0) => self.step = offset,
            Some(last) => self.whole &= last.checked_add(self.step) == Some(offset),
        }
    }

    fn is_whole(&self, chunk: u32) -> bool {
        let longest = if self.step == 0 { chunk } else { self.step };
        let reaches = match self.last {
            None => self.size == 0,
            Some(last) => self.size > last && self.size - last <= longest,
        };
        self.whole && reaches
    }
}

impl Job<'_> {
    /// Looks a table over; `None` when nothing of it is damaged.
    pub(super) fn damage_of(&mut self, table: &TableRows) -> Result<Option<Repair>, CompactError> {
        let page_size = self.source.page_size();
        let mut repair = Repair {
            bad_indexes: Vec::new(),
            whole: HashSet::new(),
            references: HashMap::new(),
            records: None,
            page_size,
        };
        let mut lost = 0;
        for (kind, tree) in table.trees() {
            let bad = match kind {
                RowKind::LongValue => self.whole_values(tree, table, &mut repair.whole)?,
                _ => self.lost_pages(tree)?,
            };
            if bad > 0 && kind == RowKind::Index {
                repair.bad_indexes.push(tree.objid);
            }
            lost += bad;
        }
        self.done.lost_pages += lost;
        self.done.lost_indexes += repair.bad_indexes.len() as u64;
        Ok((lost > 0).then_some(repair))
    }

    fn lost_pages(&mut self, tree: Tree) -> Result<u64, CompactError> {
        let file_pages = u64::from(self.source.file_pages());
        let events = LeafScan::new(self.source.pages(), tree, file_pages);
        let mut lost = 0;
        for event in events {
            match event {
                ScanEvent::Leaf(page) => lost += u64::from(!is_readable(&page)),
                ScanEvent::Fault(_) => lost += 1,
            }
        }
        self.look_up()?;
        Ok(lost)
    }

    /// Finds the long values that are whole; gives the number of damaged pages.
    fn whole_values(
        &mut self,
        tree: Tree,
        table: &TableRows,
        whole: &mut HashSet<Lid>,
    ) -> Result<u64, CompactError> {
        let page = self.source.page_size();
        let chunk = table
            .lv_chunk_most()
            .map_or(chunk_bytes(page) as u64, u64::from);
        let chunk = u32::try_from(chunk).unwrap_or(u32::MAX);
        let file_pages = u64::from(self.source.file_pages());
        let mut lost = 0;
        let mut now: Option<Pieces> = None;
        let mut end = |pieces: Option<Pieces>| {
            if let Some(pieces) = pieces.filter(|p| p.is_whole(chunk)) {
                whole.insert(pieces.lid);
            }
        };
        for event in LeafScan::new(self.source.pages(), tree, file_pages) {
            let page = match event {
                ScanEvent::Leaf(page) if is_readable(&page) => page,
                _ => {
                    lost += 1;
                    continue;
                }
            };
            let view = page.view()?;
            for iline in 0..view.node_count() {
                let node = view.node(iline).map_err(|e| page.fault(e))?;
                if node.is_deleted() {
                    continue;
                }
                match (LvKey::parse(&node.key().to_vec()), LvRoot::parse(node.data)) {
                    (Ok(LvKey::Root(lid)), Ok(root)) => end(now.replace(Pieces {
                        lid,
                        size: root.size,
                        step: 0,
                        last: None,
                        whole: root.refcount != 0 && root.refcount != REFCOUNT_DELETING,
                    })),
                    (Ok(LvKey::Chunk { lid, offset }), _) => {
                        if let Some(pieces) = now.as_mut().filter(|p| p.lid == lid) {
                            pieces.add(offset);
                        }
                    }
                    _ => lost += 1,
                }
            }
        }
        end(now);
        self.look_up()?;
        Ok(lost)
    }
}

/// Whether every node of a leaf can be read.
fn is_readable(page: &crate::cache::SharedPage<'_>) -> bool {
    page.view()
        .is_ok_and(|view| (0..view.node_count()).all(|iline| view.node(iline).is_ok()))
}
