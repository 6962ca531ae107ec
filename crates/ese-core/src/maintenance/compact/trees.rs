//! The nodes of one tree, from its first to its last.
//!
//! Source: docs/format/database-btree-space.md §5.1 (the root's auto-increment value),
//! database-records.md §6 (long values).
//!
//! Invariants: nodes are written in the order in which they are read, so that pages fill one behind
//! another; of a long value that is left behind no chunk comes along.
#![forbid(unsafe_code)]

use super::repair::Repair;
use super::{CompactError, Job};
use crate::btree::{LeafScan, ScanEvent};
use crate::catalog::copy::CopiedTree;
use crate::format::catalog_row::RowKind;
use crate::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING};
use crate::format::space::RootHeader;
use crate::instance::Instance;
use crate::work::{Work, WorkDb, WorkError};

/// Leaves that are copied in one transaction.
const LEAVES: usize = 64;

/// Nodes that were read and are to be written.
#[derive(Default)]
struct Nodes {
    bytes: Vec<u8>,
    /// Where key and data of each end.
    ends: Vec<(usize, usize)>,
}

impl Nodes {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn push(&mut self, key: (&[u8], &[u8]), data: &[u8]) {
        self.bytes.extend_from_slice(key.0);
        self.bytes.extend_from_slice(key.1);
        let key_end = self.bytes.len();
        self.bytes.extend_from_slice(data);
        self.ends.push((key_end, self.bytes.len()));
    }

    fn write(&self, work: &mut Work<'_>, tree: &CopiedTree) -> Result<(), WorkError> {
        let unversioned = work.unversioned();
        let mut writer = work.plain_writer(&unversioned);
        let mut start = 0;
        for &(key_end, end) in &self.ends {
            let key = self.bytes.get(start..key_end).unwrap_or_default();
            let data = self.bytes.get(key_end..end).unwrap_or_default();
            writer.insert(&tree.to, key, data)?;
            start = end;
        }
        Ok(())
    }
}

/// Which long value the chunks that are met belong to.
#[derive(Default)]
struct LongValues {
    left_behind: Option<Lid>,
    /// The root that was met, as it comes along.
    root: Option<LvRoot>,
}

impl LongValues {
    /// Whether a node comes along, and whether it is the root of a value.
    fn wants(
        &mut self,
        key: &[u8],
        data: &[u8],
        repair: Option<&Repair>,
    ) -> Result<(bool, bool), crate::format::lv::LvError> {
        match LvKey::parse(key)? {
            LvKey::Root(lid) => {
                let root = LvRoot::parse(data)?;
                let dead = root.refcount == 0 || root.refcount == REFCOUNT_DELETING;
                self.root = match repair {
                    Some(repair) => repair.root_of(lid, root),
                    None => Some(root),
                };
                let wanted = !dead && self.root.is_some();
                self.left_behind = (!wanted).then_some(lid);
                Ok((wanted, true))
            }
            LvKey::Chunk { lid, .. } => Ok((self.left_behind != Some(lid), false)),
        }
    }
}

impl Job<'_> {
    pub(super) fn copy_tree(
        &mut self,
        instance: &Instance,
        db: &WorkDb,
        tree: &CopiedTree,
        repair: &mut Option<Repair>,
    ) -> Result<(), CompactError> {
        if tree.kind == RowKind::Table {
            let done = self.copy_auto_increment(instance, db, tree);
            // Of a table that is damaged there may be no root.
            if repair.is_none() {
                done?;
            }
        }
        let source = self.source;
        let file_pages = u64::from(source.file_pages());
        let mut long_values = LongValues::default();
        let mut nodes = Nodes::default();
        let (mut key, mut new_root) = (Vec::new(), Vec::new());
        let mut leaves = 0;
        for event in LeafScan::new(source.pages(), tree.from, file_pages) {
            let page = match event {
                ScanEvent::Leaf(page) => page,
                ScanEvent::Fault(_) if repair.is_some() => continue,
                ScanEvent::Fault(e) => return Err(e.into()),
            };
            match tree.kind {
                RowKind::Table => self.table.leaves += 1,
                RowKind::LongValue => self.table.long_value_leaves += 1,
                _ => {}
            }
            let view = page.view()?;
            let prefix = view.prefix().map_err(|e| page.fault(e))?;
            for iline in 0..view.node_count() {
                let node = view.node_with_prefix(iline, prefix);
                let node = match node {
                    Err(_) if repair.is_some() => continue,
                    node => node.map_err(|e| page.fault(e))?,
                };
                if node.is_deleted() {
                    continue;
                }
                let mut data = node.data;
                if tree.kind == RowKind::LongValue {
                    key.clear();
                    key.extend_from_slice(node.prefix);
                    key.extend_from_slice(node.suffix);
                    let pgno = page.pgno();
                    let wants = long_values.wants(&key, node.data, repair.as_ref());
                    let (wanted, root) = match wants {
                        Err(_) if repair.is_some() => continue,
                        wants => wants.map_err(|kind| CompactError::LongValue { pgno, kind })?,
                    };
                    match (root, wanted) {
                        (true, true) => self.done.long_values += 1,
                        (true, false) => self.done.orphans += 1,
                        (false, _) => {}
                    }
                    if !wanted {
                        continue;
                    }
                    if let Some(root) = long_values.root.take() {
                        self.table.long_value_bytes += u64::from(root.size);
                        new_root.clear();
                        root.build(&mut new_root);
                        data = &new_root;
                    }
                }
                if let Some(repair) = repair.as_mut() {
                    let wanted = match tree.kind {
                        RowKind::Table => repair.wants_record(data),
                        RowKind::Index => repair.has_record(db, data)?,
                        _ => true,
                    };
                    if !wanted {
                        self.done.lost_records += u64::from(tree.kind == RowKind::Table);
                        continue;
                    }
                }
                if tree.kind == RowKind::Table {
                    self.table.records += 1;
                    self.table.record_bytes += data.len() as u64;
                }
                nodes.push((node.prefix, node.suffix), data);
            }
            drop(page);
            leaves += 1;
            self.progress.pages += 1;
            if leaves == LEAVES {
                self.put(instance, db, tree, &mut nodes)?;
                leaves = 0;
            }
        }
        self.put(instance, db, tree, &mut nodes)
    }

    fn put(
        &mut self,
        instance: &Instance,
        db: &WorkDb,
        tree: &CopiedTree,
        nodes: &mut Nodes,
    ) -> Result<(), CompactError> {
        let count = nodes.ends.len() as u64;
        match tree.kind {
            RowKind::Table => self.done.records += count,
            RowKind::Index => self.done.entries += count,
            _ => {}
        }
        if count > 0 {
            let apart = instance.apart();
            apart.apart(db, &mut |work| nodes.write(work, tree))?;
        }
        nodes.clear();
        self.look_up()
    }

    /// The number that the table gives to its next record.
    fn copy_auto_increment(
        &self,
        instance: &Instance,
        db: &WorkDb,
        tree: &CopiedTree,
    ) -> Result<(), CompactError> {
        let pgno = tree.from.pgno_fdp;
        let page = self.source.pages().shared(pgno)?;
        let external = page.view()?.external_header();
        let external = external.map_err(|e| page.fault(e))?;
        let header = RootHeader::parse(external);
        let header = header.map_err(|kind| CompactError::Root { pgno, kind })?;
        let Some(number) = header.auto_increment else {
            return Ok(());
        };
        drop(page);
        instance.apart().apart(db, &mut |work| {
            let root = tree.to.root();
            let space = &work.db.space;
            let set = |header: &mut RootHeader<'_>| header.auto_increment = Some(number);
            Ok(space.change_root_header(&work.author, root, set)?)
        })?;
        Ok(())
    }
}
