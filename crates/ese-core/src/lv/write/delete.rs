//! A value that nothing refers to goes, node by node, from its end.
//!
//! In parts, so that no transaction grows with the value: each part cuts the root's size to what is
//! left. The nodes are flagged deleted, with versions; version cleanup removes them.
//!
//! Source: docs/format/database-records.md §8.2, §8.4, docs/format/versioning.md §8.
#![forbid(unsafe_code)]

use super::change::is_conflict;
use super::{LongValues, Value, corrupted};
use crate::btree::Seek;
use crate::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING};
use crate::trx::Bookmark;
use crate::work::{Place, Work, WorkError};

/// How far a deletion came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deletion {
    /// Nothing is left of the value, or there never was one.
    Done,
    /// There is more of it; the next part is for another transaction.
    More,
    /// The value stays: something refers to it, or may do so again.
    Kept,
}

impl LongValues {
    /// Deletes the last chunks of a value without references, at most `most` of them (at least one),
    /// and the root when no chunk is left. For whoever cleans up, in a transaction of its own that
    /// begins with the call.
    ///
    /// # Errors
    /// Those of the tree.
    pub fn delete_value(
        &mut self,
        work: &mut Work<'_>,
        lid: Lid,
        most: usize,
    ) -> Result<Deletion, WorkError> {
        let key = lid.root_key();
        if !self.walker.goto(&work.look(), &key, &[])? {
            return Ok(Deletion::Done);
        }
        let root = LvRoot::parse(self.walker.data()).map_err(|e| corrupted(lid, e))?;
        if !matches!(root.refcount, 0 | REFCOUNT_DELETING) {
            return Ok(Deletion::Kept);
        }
        match self.delete_part(work, lid, root, most.max(1)) {
            Err(e) if is_conflict(&e) => Ok(Deletion::Kept),
            done => done,
        }
    }

    fn delete_part(
        &mut self,
        work: &mut Work<'_>,
        lid: Lid,
        root: LvRoot,
        most: usize,
    ) -> Result<Deletion, WorkError> {
        // Before anything of it changes: others may be counting, or looking for it too.
        work.trx.lock(&self.node(&lid.root_key()), true)?;
        let mut end = root.size;
        for _ in 0..most {
            let Some(offset) = self.last_chunk(work, lid)? else {
                break;
            };
            self.flag_delete(work, &lid.chunk_key(offset))?;
            end = end.min(offset);
        }
        if self.last_chunk(work, lid)?.is_none() {
            self.flag_delete(work, &lid.root_key())?;
            return Ok(Deletion::Done);
        }
        let value = Value {
            lid,
            root,
            chunk: self.format.chunk,
        };
        self.set_root(work, &value, end)?;
        Ok(Deletion::More)
    }

    fn flag_delete(&self, work: &mut Work<'_>, key: &[u8]) -> Result<(), WorkError> {
        let bookmark = Bookmark { key, data: &[] };
        work.writer().flag_delete(&self.tree, bookmark)?;
        Ok(())
    }

    /// Offset of the value's last chunk that is there.
    fn last_chunk(&mut self, work: &Work<'_>, lid: Lid) -> Result<Option<u32>, WorkError> {
        let last = lid.chunk_key(u32::MAX);
        self.walker.seek(&work.look(), &last, Seek::Le)?;
        if self.walker.place() != Place::On {
            return Ok(None);
        }
        Ok(match LvKey::parse(self.walker.key()) {
            Ok(LvKey::Chunk { lid: of, offset }) if of == lid => Some(offset),
            _ => None,
        })
    }
}
