//! Split buffers: pages that a space tree keeps for its own splits, so that it never allocates while
//! it splits.
//!
//! Source: docs/format/database-btree-space.md §5.4.
//!
//! Invariant: before a node is added to a space tree its buffer holds what the split for that node may
//! take; the OE's holds twice as much, for the extent that refills it is itself a node there.
#![forbid(unsafe_code)]

use super::{Fdp, Space};
use crate::btree::apply::create::SpaceTree;
use crate::btree::write::{AllocError, Author, PageAllocator, Scratch, TreeWriter, WriteTree};
use crate::cache::Pages;
use crate::error::JetErr;
use crate::format::ids::Pgno;
use crate::format::page::PageFlags;
use crate::format::space::{Extent, Pool, SPACE_HEADER_BYTES, SpaceError, SplitBuffer};
use crate::space::error::SpaceWriteError;
use crate::space::policy::{Purpose, SpaceDepth};
use crate::trx::Unversioned;

/// How often filling one buffer may empty the other.
const ROUNDS: usize = 8;
/// Bytes free on an OE root that is a leaf, so that an extent goes there without a split.
const ROOM_FOR_NODE: u16 = 80;
/// Pages that the database's root takes from the file at least.
const FROM_FILE_LEAST: u32 = 4;

/// Reads a split buffer: its slots, and the bytes of the external header behind it. `None` when the
/// root has none.
fn read(space: &Space, root: Pgno) -> Result<Option<(SplitBuffer, Vec<u8>)>, SpaceWriteError> {
    let page = space.db.pages().shared(root)?;
    let view = page.view()?;
    let external = view.external_header().map_err(|e| page.fault(e))?;
    let bytes = |kind: SpaceError| SpaceWriteError::Bytes { pgno: root, kind };
    let (front, rest) = external
        .split_at_checked(SPACE_HEADER_BYTES)
        .unwrap_or((external, &[]));
    let buffer = SplitBuffer::parse(front).map_err(bytes)?;
    Ok(buffer.map(|buffer| (buffer, rest.to_vec())))
}

fn pages_of(buffer: &SplitBuffer) -> u32 {
    let cpg = buffer.extents().map(|e| e.cpg);
    cpg.fold(0, u32::saturating_add)
}

/// Takes the first page.
fn pop(buffer: &mut SplitBuffer) -> Option<Pgno> {
    buffer.slots.iter_mut().find_map(|(last, cpg)| {
        let first = Extent::new(*last, *cpg, Pool::General)?.first();
        *cpg -= 1;
        if *cpg == 0 {
            *last = Pgno::NULL;
        }
        Some(first)
    })
}

/// Puts an extent in: in front of or behind the pages of a slot, or into an empty one, or instead of
/// the smaller one, which comes back.
fn put(buffer: &mut SplitBuffer, extent: Extent) -> Option<Extent> {
    for (last, cpg) in &mut buffer.slots {
        match Extent::new(*last, *cpg, Pool::General) {
            Some(slot) if slot.first().0 == extent.last.0 + 1 => *cpg += extent.cpg,
            Some(slot) if slot.last.0 + 1 == extent.first().0 => {
                *last = extent.last;
                *cpg += extent.cpg;
            }
            _ => continue,
        }
        return None;
    }
    let [(_, first), (_, second)] = buffer.slots;
    let (last, cpg) = match buffer.slots.split_first_mut() {
        Some((slot, _)) if first <= second => slot,
        Some((_, [slot, ..])) => slot,
        _ => return Some(extent),
    };
    let old = Extent::new(*last, *cpg, Pool::General);
    (*last, *cpg) = (extent.last, extent.cpg);
    old
}

impl Fdp<'_> {
    /// Fills both split buffers as far as the trees may need them for a node each.
    pub(in crate::space) fn fill_buffers(&mut self) -> Result<(), SpaceWriteError> {
        for _ in 0..ROUNDS {
            let mut released = Vec::new();
            let mut again = self.fill(SpaceTree::Owned, &mut released)?;
            again |= self.fill(SpaceTree::Available, &mut released)?;
            again |= !released.is_empty();
            for extent in released {
                let owned = self.extent_at(SpaceTree::Owned, Pool::General, extent.last)?;
                match owned.filter(|o| o.contains(extent.first())) {
                    Some(owned) => self.free_inside(owned, extent, false)?,
                    None => tracing::warn!(fdp = %self.pgno, ?extent, "pages are leaked"),
                }
            }
            if !again {
                return Ok(());
            }
        }
        Ok(())
    }

    fn depth_of(&self, root: Pgno) -> Result<SpaceDepth, SpaceWriteError> {
        let page = self.space.db.pages().shared(root)?;
        let view = page.view()?;
        let flags = view.flags();
        Ok(if flags.contains(PageFlags::LEAF) {
            SpaceDepth::Leaf(view.cb_free())
        } else if flags.contains(PageFlags::PARENT_OF_LEAF) {
            SpaceDepth::ParentOfLeaf
        } else {
            SpaceDepth::Deep
        })
    }

    /// Fills one buffer; `true` when the OE changed for it.
    fn fill(
        &mut self,
        which: SpaceTree,
        released: &mut Vec<Extent>,
    ) -> Result<bool, SpaceWriteError> {
        let root = self.space_root(which)?;
        let depth = self.depth_of(root)?;
        let split = depth.pages_of_split();
        let mut required = match which {
            SpaceTree::Owned => 2 * split,
            SpaceTree::Available => split,
        };
        if required == 0 {
            return Ok(false);
        }
        let held = read(self.space, root)?.map_or(0, |(buffer, _)| pages_of(&buffer));
        if held >= required {
            return Ok(false);
        }
        // Of a run that is longer: no node comes or goes.
        if let Some(run) = self.run_of(required + 1)? {
            let extent = self.take_front(run, depth.pages_wanted(required).min(run.cpg - 1))?;
            self.put(which, extent, released)?;
            return Ok(false);
        }
        let extent = if self.has_parent() {
            let wanted = depth.pages_wanted(required);
            self.with_parent(|parent| parent.give(wanted, required, Purpose::Growth))?
        } else {
            required = required.max(FROM_FILE_LEAST);
            self.extend_file(depth.pages_wanted(required), required)?
        };
        let first = which == SpaceTree::Available || held >= split || {
            matches!(depth, SpaceDepth::Leaf(free) if free >= ROOM_FOR_NODE)
        };
        if first {
            self.add(SpaceTree::Owned, extent)?;
            self.put(which, extent, released)?;
        } else {
            // The OE can't take a node without these pages.
            self.put(which, extent, released)?;
            self.add(SpaceTree::Owned, extent)?;
        }
        Ok(true)
    }

    fn put(
        &mut self,
        which: SpaceTree,
        extent: Extent,
        released: &mut Vec<Extent>,
    ) -> Result<(), SpaceWriteError> {
        let tree = self.space_tree(which)?;
        let (mut buffer, rest) = read(self.space, tree.root())?.unwrap_or_default();
        let old = put(&mut buffer, extent);
        let bytes = [&buffer.to_bytes()[..], &rest].concat();
        self.write(&tree, |writer, tree| {
            writer.set_external_header(tree, &bytes)
        })?;
        released.extend(old);
        Ok(())
    }
}

/// Gives the splits of space trees their pages: out of the tree's buffer. The space of the tree that
/// it belongs to is locked.
pub(super) struct Buffers<'s>(pub(super) &'s Space);

impl Buffers<'_> {
    fn change<T>(
        &self,
        author: &Author,
        tree: &WriteTree,
        what: impl FnOnce(&mut SplitBuffer) -> Option<T>,
    ) -> Result<T, AllocError> {
        if !tree.is_space() {
            // Only headers of other trees change here, and they do not grow.
            return Err(JetErr::INTERNAL_ERROR.into());
        }
        let read = read(self.0, tree.root())?;
        let (mut buffer, rest) = read.ok_or(JetErr::OUT_OF_DATABASE_SPACE)?;
        let out = what(&mut buffer).ok_or(JetErr::OUT_OF_DATABASE_SPACE)?;
        let bytes = [&buffer.to_bytes()[..], &rest].concat();
        let mut writer = TreeWriter {
            db: &self.0.db,
            space: self,
            versions: &Unversioned(author.stamp()),
            author,
            scratch: &mut Scratch::default(),
        };
        writer.set_external_header(tree, &bytes)?;
        Ok(out)
    }
}

impl PageAllocator for Buffers<'_> {
    fn reserve(
        &self,
        author: &Author,
        tree: &WriteTree,
        _: Pgno,
        pages: usize,
    ) -> Result<Vec<Pgno>, AllocError> {
        self.change(author, tree, |buffer| {
            (0..pages).map(|_| pop(buffer)).collect()
        })
    }

    fn give_back(
        &self,
        author: &Author,
        tree: &WriteTree,
        pages: &[Pgno],
    ) -> Result<(), AllocError> {
        self.change(author, tree, |buffer| {
            // The last that was taken goes back first: in front of those that stayed.
            for &pgno in pages.iter().rev() {
                let page = Extent::new(pgno, 1, Pool::General)?;
                if let Some(extent) = put(buffer, page) {
                    tracing::warn!(root = %tree.root(), ?extent, "pages are leaked");
                }
            }
            Some(())
        })
    }

    fn free(&self, author: &Author, tree: &WriteTree, pages: &[Pgno]) -> Result<(), AllocError> {
        self.give_back(author, tree, pages)
    }
}

#[cfg(test)]
mod tests;
