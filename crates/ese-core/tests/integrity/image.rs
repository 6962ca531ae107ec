//! A database in memory that defects are planted into; every changed page is signed again.

use ese_core::btree::{LeafScan, ScanEvent, Seek, Tree, TreeCursor};
use ese_core::catalog::{Index, TableSchema};
use ese_core::format::checksum;
use ese_core::format::flush_map;
use ese_core::format::header_page::stamp_header;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::node::NodeFlags;
use ese_core::format::page::PageView;
use ese_core::format::page_edit::{PageEdit, Space};
use ese_core::format::page_mut::PageBuf;
use ese_core::format::space::{Extent, Pool, RootHeader};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::maintenance::integrity::{Options, Report, check_path};
use ese_core::reader::Database;
use std::path::Path;
use std::sync::Arc;

/// A line as it lies on a page, with the flags that small pages keep in the tag.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) bytes: Vec<u8>,
    pub(crate) flags: u8,
}

pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) map: Option<Vec<u8>>,
    pub(crate) size: PageSize,
    /// The database before anything was planted, to look things up.
    pub(crate) db: Arc<Database>,
}

impl Image {
    pub(crate) fn open(name: &str) -> Self {
        let dir = testkit::unpack_set("databases", name).unwrap();
        let path = dir.join(format!("{name}.edb"));
        let db = Database::open(&path).unwrap();
        Self {
            name: name.to_owned(),
            bytes: std::fs::read(&path).unwrap(),
            map: std::fs::read(path.with_extension("jfm")).ok(),
            size: db.page_size(),
            db: Arc::new(db),
        }
    }

    pub(crate) fn fresh(&self) -> Self {
        Self {
            name: self.name.clone(),
            bytes: self.bytes.clone(),
            map: self.map.clone(),
            size: self.size,
            db: Arc::clone(&self.db),
        }
    }

    pub(crate) fn check(&self) -> Result<Report, String> {
        let fs = MemoryFileSystem::new();
        fs.put(Path::new("d.edb"), self.bytes.clone());
        if let Some(map) = &self.map {
            fs.put(Path::new("d.jfm"), map.clone());
        }
        check_path(&fs, Path::new("d.edb"), &Options::default(), &|_| {}).map_err(|e| e.to_string())
    }

    // ---- pages -----------------------------------------------------------------------------------

    fn at(&self, pgno: Pgno) -> std::ops::Range<usize> {
        let at = pgno.offset(self.size) as usize;
        at..at + self.size.bytes()
    }

    pub(crate) fn page(&self, pgno: Pgno) -> Vec<u8> {
        self.bytes[self.at(pgno)].to_vec()
    }

    /// Changes a page by its bytes and signs it.
    pub(crate) fn poke(&mut self, pgno: Pgno, change: impl FnOnce(&mut [u8])) {
        let mut page = PageBuf::from_slice(&self.page(pgno));
        change(page.as_mut_slice());
        checksum::stamp(&mut page, pgno).unwrap();
        let at = self.at(pgno);
        self.bytes[at].copy_from_slice(&page);
    }

    pub(crate) fn poke_u32(&mut self, pgno: Pgno, offset: usize, v: u32) {
        self.poke(pgno, |p| {
            p[offset..offset + 4].copy_from_slice(&v.to_le_bytes())
        });
    }

    pub(crate) fn u32(&self, pgno: Pgno, offset: usize) -> u32 {
        u32::from_le_bytes(self.page(pgno)[offset..offset + 4].try_into().unwrap())
    }

    /// Changes a page as the engine does, and signs it.
    pub(crate) fn edit(&mut self, pgno: Pgno, change: impl FnOnce(&mut PageEdit<'_, PageBuf>)) {
        let mut page = PageBuf::from_slice(&self.page(pgno));
        change(&mut PageEdit::new(&mut page).unwrap());
        checksum::stamp(&mut page, pgno).unwrap();
        let at = self.at(pgno);
        self.bytes[at].copy_from_slice(&page);
    }

    /// Changes the lines of a page (0 is the external header) and lays them out anew, the accounting
    /// right, whatever the lines are.
    pub(crate) fn relay(&mut self, pgno: Pgno, change: impl FnOnce(&mut Vec<Line>)) {
        let page = self.page(pgno);
        let view = PageView::new(&page).unwrap();
        let mut lines: Vec<Line> = (0..view.tag_count())
            .map(|itag| {
                let (bytes, tag) = view.line(itag).unwrap();
                Line {
                    bytes: bytes.to_vec(),
                    flags: tag.small_flags,
                }
            })
            .collect();
        change(&mut lines);
        let (size, state) = (self.size, view.itag_state());
        self.poke(pgno, |p| {
            let header = size.header_bytes();
            let mut ib = 0;
            for (itag, line) in lines.iter().enumerate() {
                let cb = line.bytes.len();
                p[header + ib..header + ib + cb].copy_from_slice(&line.bytes);
                let tag = p.len() - 4 * (itag + 1);
                p[tag..tag + 2].copy_from_slice(&(cb as u16).to_le_bytes());
                let word = ib as u16 | u16::from(line.flags) << 13;
                p[tag + 2..tag + 4].copy_from_slice(&word.to_le_bytes());
                ib += cb;
            }
            let free = p.len() - header - ib - 4 * lines.len();
            p[28..30].copy_from_slice(&(free as u16).to_le_bytes());
            p[30..32].copy_from_slice(&[0, 0]);
            p[32..34].copy_from_slice(&(ib as u16).to_le_bytes());
            let state = state & 0xF000 | lines.len() as u16;
            p[34..36].copy_from_slice(&state.to_le_bytes());
        });
    }

    /// Key and data of a node.
    pub(crate) fn node(&self, pgno: Pgno, iline: usize) -> (Vec<u8>, Vec<u8>) {
        let page = self.page(pgno);
        let node = PageView::new(&page).unwrap().node(iline).unwrap();
        (node.key(), node.data.to_vec())
    }

    pub(crate) fn nodes(&self, pgno: Pgno) -> usize {
        let page = self.page(pgno);
        PageView::new(&page).unwrap().node_count()
    }

    pub(crate) fn delete(&mut self, pgno: Pgno, iline: usize) {
        self.edit(pgno, |e| e.delete_node(iline).unwrap());
    }

    /// Inserts a node in front of the first with a greater key (and data).
    pub(crate) fn insert(&mut self, pgno: Pgno, key: &[u8], data: &[u8]) {
        let at = (0..self.nodes(pgno))
            .find(|&i| {
                let (k, d) = self.node(pgno, i);
                (k.as_slice(), d.as_slice()) > (key, data)
            })
            .unwrap_or(self.nodes(pgno));
        self.edit(pgno, |e| {
            e.insert_node(at, key, data, NodeFlags::empty(), Space::Reserved)
                .unwrap();
        });
    }

    /// Changes the data of a node, keeping its length.
    pub(crate) fn data(&mut self, pgno: Pgno, iline: usize, change: impl FnOnce(&mut [u8])) {
        let (_, mut data) = self.node(pgno, iline);
        change(&mut data);
        self.edit(pgno, |e| {
            e.replace_data(iline, &data, Space::Reserved).unwrap()
        });
    }

    // ---- headers ---------------------------------------------------------------------------------

    /// Changes one copy of the header (0 or 1) and signs it.
    pub(crate) fn header(&mut self, copy: usize, change: impl FnOnce(&mut [u8])) {
        let n = self.size.bytes();
        let header = &mut self.bytes[copy * n..(copy + 1) * n];
        change(header);
        stamp_header(header);
    }

    pub(crate) fn headers(&mut self, change: impl Fn(&mut [u8])) {
        self.header(0, &change);
        self.header(1, &change);
    }

    /// Sets a page's state in the flush map.
    pub(crate) fn set_flush_state(&mut self, pgno: Pgno, state: u8) -> Option<()> {
        let (k, index) = flush_map::locate(pgno);
        let at = flush_map::page_offset(k) as usize;
        let map = self.map.as_mut()?;
        let mut page = PageBuf::from_slice(map.get(at..at + flush_map::MAP_PAGE.bytes())?);
        flush_map::set_state(&mut page, index, state, Default::default()).unwrap();
        flush_map::stamp_page(&mut page).unwrap();
        map[at..at + flush_map::MAP_PAGE.bytes()].copy_from_slice(&page);
        Some(())
    }

    // ---- trees -----------------------------------------------------------------------------------

    pub(crate) fn tables(&self) -> Vec<Arc<TableSchema>> {
        self.db
            .tables()
            .map(|t| Arc::clone(t.schema()))
            .filter(|s| !s.is_system())
            .collect()
    }

    /// All user tables with their secondary indexes.
    pub(crate) fn indexes(&self) -> Vec<(Arc<TableSchema>, Index)> {
        self.tables()
            .into_iter()
            .flat_map(|t| {
                let all: Vec<Index> = t
                    .indexes
                    .iter()
                    .filter(|i| !i.is_primary())
                    .cloned()
                    .collect();
                all.into_iter().map(move |i| (Arc::clone(&t), i))
            })
            .collect()
    }

    pub(crate) fn leaves(&self, tree: Tree) -> Vec<Pgno> {
        LeafScan::new(self.db.pages(), tree, u64::from(self.db.file_pages()))
            .filter_map(|e| match e {
                ScanEvent::Leaf(page) => Some(page.pgno()),
                ScanEvent::Fault(_) => None,
            })
            .collect()
    }

    /// A tree of records with at least three leaves, and a leaf that is neither first nor last and
    /// has at least four nodes.
    pub(crate) fn table_leaf(&self) -> Option<(Arc<TableSchema>, Pgno)> {
        self.tables().into_iter().find_map(|t| {
            let leaves = self.leaves(t.tree());
            let mid = leaves.len().checked_sub(3).map(|n| 1 + n / 2)?;
            let leaf = *leaves.get(mid)?;
            let full = |&&p: &&Pgno| self.nodes(p) >= 4;
            let first = leaves.iter().take(2).filter(full).count();
            (first == 2 && self.nodes(leaf) >= 4).then_some((t, leaf))
        })
    }

    /// The parent of leaves at the left edge of a tree of records that has one.
    pub(crate) fn parent(&self) -> Option<(Arc<TableSchema>, Pgno)> {
        let (t, _) = self.table_leaf()?;
        let mut pgno = t.pgno_fdp;
        loop {
            let page = self.page(pgno);
            let view = PageView::new(&page).ok()?;
            let flags = view.flags();
            if flags.contains(ese_core::format::page::PageFlags::PARENT_OF_LEAF) {
                return Some((t, pgno));
            }
            pgno = view.node(0).ok()?.child()?;
        }
    }

    /// Page of the record with this bookmark.
    pub(crate) fn page_of(&self, tree: Tree, key: &[u8]) -> Option<Pgno> {
        let mut cursor = TreeCursor::new(self.db.pages(), tree);
        Some(cursor.seek(key, Seek::Eq).ok()??.pgno())
    }

    /// Roots of the space trees of a tree that has them, both of one page.
    pub(crate) fn space_roots(&self, fdp: Pgno) -> Option<(Pgno, Pgno)> {
        let page = self.page(fdp);
        let view = PageView::new(&page).ok()?;
        let header = RootHeader::parse(view.external_header().ok()?).ok()?;
        let (oe, ae) = header.space.oe_and_ae()?;
        let leaf = |p| PageView::new(&self.page(p)).is_ok_and(|v| v.is_leaf());
        (leaf(oe) && leaf(ae)).then_some((oe, ae))
    }

    /// Live extents of a space tree of one page, with their lines.
    pub(crate) fn extents(&self, root: Pgno) -> Vec<(usize, Extent)> {
        let page = self.page(root);
        let view = PageView::new(&page).unwrap();
        (0..view.node_count())
            .filter_map(|i| {
                let node = view.node(i).unwrap();
                let live = !node.is_deleted();
                live.then(|| (i, Extent::from_node(&node).unwrap()))
            })
            .filter(|(_, e)| e.pool == Pool::General)
            .collect()
    }

    pub(crate) fn insert_extent(&mut self, root: Pgno, last: Pgno, cpg: u32) {
        let extent = Extent::new(last, cpg, Pool::General).unwrap();
        let (key, len) = extent.key();
        // A node flagged deleted may have the key already.
        let old = (0..self.nodes(root)).find(|&i| self.node(root, i).0 == key[..len]);
        if let Some(i) = old {
            self.delete(root, i);
        }
        self.insert(root, &key[..len], &extent.data());
    }

    /// Page and line of the first row of the catalog (or of its shadow) that `wanted` likes, by its
    /// record's bytes.
    pub(crate) fn catalog_row(
        &self,
        shadow: bool,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Option<(Pgno, usize)> {
        let tables: Vec<_> = self.db.tables().collect();
        let t = tables[usize::from(shadow)].schema().tree();
        self.leaves(t).into_iter().find_map(|p| {
            let hit = (0..self.nodes(p)).find(|&i| wanted(&self.node(p, i).1))?;
            Some((p, hit))
        })
    }

    /// Changes a row in both copies of the catalog; returns the page in MSysObjects.
    pub(crate) fn both_rows(
        &mut self,
        wanted: impl Fn(&[u8]) -> bool + Copy,
        change: impl Fn(&mut [u8]),
    ) -> Option<Pgno> {
        let main = self.catalog_row(false, wanted)?;
        let shadow = self.catalog_row(true, wanted)?;
        self.data(main.0, main.1, &change);
        self.data(shadow.0, shadow.1, &change);
        Some(main.0)
    }
}
