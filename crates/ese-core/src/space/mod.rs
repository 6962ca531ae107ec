//! Who owns which pages: the space trees of a tree, read and changed.
//!
//! A tree with a single extent keeps a bitmap in its root; any other has two trees of extents,
//! owned (OE) and available (AE). Source: docs/format/database-btree-space.md §5.
//!
//! * [`extents`] reads the space of one tree;
//! * [`audit::Audit`] holds the space of all trees of a database against each other;
//! * [`alloc::Space`] gives trees pages and takes them back at run time, [`create`] makes trees,
//!   [`grow`] the file longer; [`policy`] says how much, [`error`] why not.
//!
//! Invariant: what is read comes out as it is stored; whether it makes sense is the audit's question.
#![forbid(unsafe_code)]

pub mod alloc;
pub mod audit;
pub mod create;
pub mod error;
pub mod grow;
pub mod policy;

use crate::btree::{LeafScan, ScanEvent, Tree};
use crate::cache::{PageFault, Pages, SharedPage};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Pgno;
use crate::format::space::{Extent, Pool, RootHeader, SpaceError, SpaceHeader, SplitBuffer};

/// Damage in the space of a tree.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SpaceFault {
    /// A page of a space tree.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// The root's external header, a split buffer or an extent.
    #[error("page {pgno}: {kind}")]
    Bytes {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        kind: SpaceError,
    },
}

impl SpaceFault {
    /// The damaged page.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        match self {
            Self::Page(p) => p.pgno,
            Self::Bytes { pgno, .. } => *pgno,
        }
    }
}

impl HasJetErr for SpaceFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(p) => p.jet_err(),
            Self::Bytes { kind, .. } => kind.jet_err(),
        }
    }
}

/// The space of one tree.
#[derive(Clone, Debug)]
pub struct TreeSpace {
    /// Root of the tree.
    pub pgno_fdp: Pgno,
    /// The space header in the root.
    pub header: SpaceHeader,
    /// Highest reserved auto-increment value, when the root keeps one.
    pub auto_increment: Option<u64>,
    /// Owned extents, ascending; of a small tree its one extent.
    pub owned: Vec<Extent>,
    /// Free extents, ascending by pool and page; of a small tree its free pages as runs.
    pub available: Vec<Extent>,
    /// Pages held ready for splits of the space trees.
    pub split_buffer: Vec<Extent>,
    /// Pages of the OE and AE trees themselves.
    pub space_pages: Vec<Pgno>,
    /// What could not be read.
    pub faults: Vec<SpaceFault>,
}

impl TreeSpace {
    /// Number of pages in the owned extents.
    #[must_use]
    pub fn owned_pages(&self) -> u64 {
        self.owned.iter().map(|e| u64::from(e.cpg)).sum()
    }

    /// Number of free pages of a pool; shelved ones count as free of none of the others.
    #[must_use]
    pub fn available_pages(&self, pool: Pool) -> u64 {
        self.available
            .iter()
            .filter(|e| e.pool == pool)
            .map(|e| u64::from(e.cpg))
            .sum()
    }

    /// Number of pages in the split buffers.
    #[must_use]
    pub fn split_buffer_pages(&self) -> u64 {
        self.split_buffer.iter().map(|e| u64::from(e.cpg)).sum()
    }
}

/// Reads the space of `tree`; `file_pages` bounds the walks. Damage below the root is listed in the
/// result.
///
/// # Errors
/// The root can't be read.
pub fn extents(pages: &dyn Pages, tree: Tree, file_pages: u64) -> Result<TreeSpace, PageFault> {
    let root = tree.root(pages)?;
    let view = root.view()?;
    let external = view.external_header().map_err(|e| root.fault(e))?;
    let mut space = TreeSpace {
        pgno_fdp: tree.pgno_fdp,
        header: SpaceHeader {
            cpg: 0,
            parent: Pgno::NULL,
            flags: crate::format::space::SpaceFlags::empty(),
            bitmap_or_oe: 0,
        },
        auto_increment: None,
        owned: Vec::new(),
        available: Vec::new(),
        split_buffer: Vec::new(),
        space_pages: Vec::new(),
        faults: Vec::new(),
    };
    let header = match RootHeader::parse(external) {
        Ok(header) => header,
        Err(kind) => {
            let pgno = tree.pgno_fdp;
            space.faults.push(SpaceFault::Bytes { pgno, kind });
            return Ok(space);
        }
    };
    space.header = header.space;
    space.auto_increment = header.auto_increment;
    match header.space.oe_and_ae() {
        None => {
            space
                .owned
                .extend(header.space.single_extent(tree.pgno_fdp));
            free_runs(header.space, tree.pgno_fdp, &mut space.available);
        }
        Some((oe, ae)) => {
            let mut owned = Vec::new();
            read_tree(
                pages,
                Tree::space_tree(oe, tree.objid),
                file_pages,
                &mut owned,
                &mut space,
            );
            space.owned = owned;
            let mut available = Vec::new();
            read_tree(
                pages,
                Tree::space_tree(ae, tree.objid),
                file_pages,
                &mut available,
                &mut space,
            );
            space.available = available;
        }
    }
    Ok(space)
}

/// The free pages of a small tree as runs. Bits behind the end of the extent mean nothing.
fn free_runs(header: SpaceHeader, fdp: Pgno, out: &mut Vec<Extent>) {
    let last = header.single_extent(fdp).map_or(fdp, |e| e.last);
    for pgno in header.single_free_pages(fdp).filter(|p| *p <= last) {
        match out.last_mut() {
            Some(run) if run.last.0 + 1 == pgno.0 => {
                run.last = pgno;
                run.cpg += 1;
            }
            _ => out.extend(Extent::new(pgno, 1, Pool::General)),
        }
    }
}

/// Reads all extents of an OE or AE tree, with its split buffer.
fn read_tree(
    pages: &dyn Pages,
    tree: Tree,
    file_pages: u64,
    out: &mut Vec<Extent>,
    space: &mut TreeSpace,
) {
    if let Ok(root) = tree.root(pages)
        && let Ok(external) = root
            .view()
            .and_then(|v| v.external_header().map_err(|e| root.fault(e)))
    {
        // What follows the buffer in a root's external header is the prefix of its keys.
        let buffer = external.get(..16).unwrap_or(external);
        match SplitBuffer::parse(buffer) {
            Ok(buffer) => space
                .split_buffer
                .extend(buffer.into_iter().flat_map(SplitBuffer::extents)),
            Err(kind) => space.faults.push(SpaceFault::Bytes {
                pgno: tree.pgno_fdp,
                kind,
            }),
        }
    }
    let mut scan = LeafScan::new(pages, tree, file_pages);
    for event in scan.by_ref() {
        match event {
            ScanEvent::Leaf(page) => {
                space.space_pages.push(page.pgno());
                leaf(&page, out, &mut space.faults);
            }
            ScanEvent::Fault(e) => space.faults.push(e.into()),
        }
    }
    space.space_pages.extend_from_slice(scan.internal_pages());
}

fn leaf(page: &SharedPage<'_>, out: &mut Vec<Extent>, faults: &mut Vec<SpaceFault>) {
    let view = match page.view() {
        Ok(view) => view,
        Err(e) => return faults.push(e.into()),
    };
    for iline in 0..view.node_count() {
        match view.node(iline) {
            // The last page of a run was taken: the node stays, its count is stale.
            Ok(node) if node.is_deleted() => {}
            Ok(node) => match Extent::from_node(&node) {
                Ok(extent) => out.push(extent),
                Err(kind) => faults.push(SpaceFault::Bytes {
                    pgno: page.pgno(),
                    kind,
                }),
            },
            Err(e) => faults.push(page.fault(e).into()),
        }
    }
}
