//! New values and copies, and the chunks of both.
//!
//! The first chunk goes in before the root, so that a split for it is one at the end of the tree.
#![forbid(unsafe_code)]

use super::read::missing;
use super::{Content, LongValues, Value, corrupted};
use crate::btree::write::WriteError;
use crate::error::JetErr;
use crate::format::compress::{CompressPolicy, compress};
use crate::format::lv::{Lid, LvKey, LvRoot, SIZE_MOST};
use crate::work::{Walker, Work, WorkError};
use std::sync::Arc;

/// Whether a chunk is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Put {
    Insert,
    Replace,
}

impl LongValues {
    /// Makes a value with one reference.
    ///
    /// # Errors
    /// JET_errColumnTooBig for more than 2^31-1 bytes; JET_errOutOfLongValueIDs; those of the tree.
    pub fn create(
        &mut self,
        work: &mut Work<'_>,
        content: &dyn Content,
        compress: bool,
    ) -> Result<Lid, WorkError> {
        let size = size_of(content.len())?;
        let value = Value {
            lid: self.next_lid(work)?,
            root: LvRoot {
                refcount: 1,
                size,
                encrypted: false,
            },
            chunk: self.format.chunk,
        };
        self.insert_chunk_of(work, &value, content, 0, compress)?;
        self.insert_root(work, value.lid, value.root)?;
        let mut at = value.chunk;
        while at < size {
            self.insert_chunk_of(work, &value, content, at, compress)?;
            at = at.saturating_add(value.chunk);
        }
        Ok(value.lid)
    }

    fn insert_chunk_of(
        &mut self,
        work: &mut Work<'_>,
        value: &Value,
        content: &dyn Content,
        at: u32,
        compress: bool,
    ) -> Result<(), WorkError> {
        let len = value.chunk_len(at, value.root.size);
        if len == 0 {
            return Ok(());
        }
        self.plain.clear();
        content.append(u64::from(at), len, &mut self.plain);
        self.put(work, value.lid, at, Put::Insert, compress)
    }

    fn next_lid(&mut self, work: &Work<'_>) -> Result<Lid, WorkError> {
        let next = self.ids.next(self.format.wide, || {
            let mut walker = Walker::new(self.db, Arc::clone(&self.tree)).seeing_all();
            match walker.last(&work.look())? {
                true => LvKey::parse(walker.key())
                    .map(|key| Some(key.lid()))
                    .map_err(|e| WorkError::damaged(JetErr::LV_CORRUPTED, e.to_string())),
                false => Ok(None),
            }
        })?;
        next.ok_or_else(|| {
            let what = "the table has given out all ids of long values";
            WorkError::refused(JetErr::OUT_OF_LONG_VALUE_I_DS, what)
        })
    }

    fn insert_root(
        &mut self,
        work: &mut Work<'_>,
        lid: Lid,
        root: LvRoot,
    ) -> Result<(), WorkError> {
        self.packed.clear();
        root.build(&mut self.packed);
        let done = work
            .writer()
            .insert(&self.tree, &lid.root_key(), &self.packed);
        done.map_err(|e| fresh(lid, e))?;
        Ok(())
    }

    /// Stores `self.plain` as the chunk at `offset`.
    pub(super) fn put(
        &mut self,
        work: &mut Work<'_>,
        lid: Lid,
        offset: u32,
        put: Put,
        compressed: bool,
    ) -> Result<(), WorkError> {
        self.packed.clear();
        let policy = CompressPolicy {
            min_for_xpress: self.format.min_for_xpress,
            ..CompressPolicy::chunk()
        };
        let data = match compressed && compress(&self.plain, &policy, &mut self.packed) {
            true => &self.packed,
            false => &self.plain,
        };
        let key = lid.chunk_key(offset);
        let mut writer = work.writer();
        match put {
            Put::Insert => writer
                .insert(&self.tree, &key, data)
                .map_err(|e| fresh(lid, e))?,
            Put::Replace => writer
                .replace(&self.tree, &key, data)
                .map_err(|e| match e {
                    WriteError::NoNode => missing(lid, offset),
                    e => e.into(),
                })?,
        };
        Ok(())
    }

    /// Copies a value, chunks as they are stored; the copy has one reference.
    ///
    /// # Errors
    /// As of [`LongValues::create`].
    pub(super) fn copy(&mut self, work: &mut Work<'_>, from: &Value) -> Result<Value, WorkError> {
        let value = Value {
            lid: self.next_lid(work)?,
            root: LvRoot {
                refcount: 1,
                ..from.root
            },
            ..*from
        };
        let (lid, size) = (value.lid, value.root.size);
        self.copy_chunk(work, from.lid, lid, 0, size)?;
        self.insert_root(work, lid, value.root)?;
        let mut at = value.chunk;
        while at < size {
            self.copy_chunk(work, from.lid, lid, at, size)?;
            at = at.saturating_add(value.chunk);
        }
        Ok(value)
    }

    fn copy_chunk(
        &mut self,
        work: &mut Work<'_>,
        from: Lid,
        to: Lid,
        offset: u32,
        size: u32,
    ) -> Result<(), WorkError> {
        if offset >= size {
            return Ok(());
        }
        let look = work.look();
        if !self.walker.goto(&look, &from.chunk_key(offset), &[])? {
            return Err(missing(from, offset));
        }
        let key = to.chunk_key(offset);
        let data = self.walker.data();
        let done = work.writer().insert(&self.tree, &key, data);
        done.map_err(|e| fresh(to, e))?;
        Ok(())
    }
}

/// A size that a value can have.
pub(super) fn size_of(bytes: u64) -> Result<u32, WorkError> {
    let size = u32::try_from(bytes).ok().filter(|&n| n <= SIZE_MOST);
    size.ok_or_else(|| {
        let what = format!("a long value can't have {bytes} bytes");
        WorkError::refused(JetErr::COLUMN_TOO_BIG, what)
    })
}

/// A node of a new id can't be there: the tree has nodes behind its highest id, or without a root.
fn fresh(lid: Lid, e: WriteError) -> WorkError {
    match e {
        WriteError::KeyDuplicate => corrupted(lid, "a new id has nodes already"),
        e => e.into(),
    }
}
