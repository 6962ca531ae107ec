//! A value is changed in part: append, overwrite, resize.
//!
//! The new root comes first: its version is the lock that keeps others away. A value that more than
//! one record refers to, or whose count others are changing, is copied and the copy is changed.
//!
//! Source: docs/format/database-records.md §8.4; jet-api behaviour of records §3, "Sharing".
#![forbid(unsafe_code)]

use super::create::{Put, size_of};
use super::read::{REFCOUNT_AT, missing};
use super::{Bytes, Change, Content, LongValues, Value, Zeros};
use crate::btree::write::WriteError;
use crate::error::JetErr;
use crate::format::lv::{Lid, LvRoot};
use crate::trx::{Bookmark, VersionFault};
use crate::work::{Work, WorkError};

/// How a value is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HowToChange {
    /// Chunks that are written are compressed where that pays.
    pub compress: bool,
    /// Most bytes that the column may have, 0 for no limit of its own.
    pub most: u32,
    /// The value stays as it is, and a copy is changed.
    pub copy: bool,
}

impl LongValues {
    /// Changes a value. Gives its id afterwards: another one when it had to be copied. The reference
    /// to the old one is then the caller's to drop ([`LongValues::dereference`]), with the record
    /// locked.
    ///
    /// # Errors
    /// JET_errColumnNoChunk for an offset behind the end, JET_errColumnTooBig; JET_errWriteConflict
    /// when another session changes the value, or has since the transaction began.
    pub fn change(
        &mut self,
        work: &mut Work<'_>,
        lid: Lid,
        change: &Change<'_>,
        how: HowToChange,
    ) -> Result<Lid, WorkError> {
        let mut value = self.open(&work.look(), lid)?;
        let Some(size) = change.size_after(u64::from(value.root.size)) else {
            let what = format!("the offset lies behind the end of long value {lid}");
            return Err(WorkError::refused(JetErr::COLUMN_NO_CHUNK, what));
        };
        if how.most > 0 && size > u64::from(how.most) {
            let what = format!("{size} bytes in a column of at most {}", how.most);
            return Err(WorkError::refused(JetErr::COLUMN_TOO_BIG, what));
        }
        let size = size_of(size)?;
        let mut copied = how.copy || value.root.refcount > 1;
        if !copied {
            match self.take(work, &value, size) {
                Err(e) if is_conflict(&e) && self.count_moves(work, lid) => copied = true,
                done => done?,
            }
        }
        if copied {
            value = self.copy(work, &value)?;
            if value.root.size != size {
                self.set_root(work, &value, size)?;
            }
        }
        self.change_chunks(work, value, size, change, how.compress)?;
        Ok(value.lid)
    }

    /// Makes the value this transaction's, with its new size.
    fn take(&self, work: &mut Work<'_>, value: &Value, size: u32) -> Result<(), WorkError> {
        if value.root.size == size {
            work.trx.lock(&self.node(&value.lid.root_key()), true)?;
            return Ok(());
        }
        self.set_root(work, value, size)
    }

    pub(super) fn set_root(
        &self,
        work: &mut Work<'_>,
        value: &Value,
        size: u32,
    ) -> Result<(), WorkError> {
        let mut data = Vec::with_capacity(crate::format::lv::ROOT_BYTES_WITH_FLAGS);
        LvRoot { size, ..value.root }.build(&mut data);
        let key = value.lid.root_key();
        work.writer().replace(&self.tree, &key, &data)?;
        Ok(())
    }

    /// Whether others are changing the count of references.
    fn count_moves(&self, work: &Work<'_>, lid: Lid) -> bool {
        let (store, snapshot) = (work.trx.store(), work.trx.snapshot());
        store.escrow_is_active(&self.node(&lid.root_key()), snapshot, REFCOUNT_AT)
    }

    /// `value` has its old size yet.
    fn change_chunks(
        &mut self,
        work: &mut Work<'_>,
        mut value: Value,
        size: u32,
        change: &Change<'_>,
        compress: bool,
    ) -> Result<(), WorkError> {
        if size < value.root.size {
            self.truncate(work, &value, size, compress)?;
            value.root.size = size;
        }
        match *change {
            Change::Append(bytes) => {
                let end = value.root.size;
                self.write_range(work, &value, end, &Bytes(bytes), compress)
            }
            Change::Overwrite(at, bytes) | Change::OverwriteAndEnd(at, bytes) => {
                self.write_range(work, &value, at, &Bytes(bytes), compress)
            }
            Change::Resize(_) => {
                let end = value.root.size;
                let zeros = Zeros(u64::from(size.saturating_sub(end)));
                self.write_range(work, &value, end, &zeros, compress)
            }
        }
    }

    /// Writes bytes from `offset` on, which is not behind the end.
    fn write_range(
        &mut self,
        work: &mut Work<'_>,
        value: &Value,
        offset: u32,
        content: &dyn Content,
        compress: bool,
    ) -> Result<(), WorkError> {
        let end = size_of(u64::from(offset) + content.len())?;
        let size = value.root.size;
        let mut at = value.chunk_at(offset);
        while at < end && offset < end {
            let chunk_end = at.saturating_add(value.chunk).min(end);
            let from = at.max(offset);
            let old_len = value.chunk_len(at, size);
            let (head, new_len) = ((from - at) as usize, (chunk_end - at) as usize);
            if old_len > new_len || head > 0 {
                self.load(&work.look(), value, at)?;
            } else {
                self.plain.clear();
            }
            // What is behind the new bytes comes behind them again.
            let tail = self.plain.split_off(new_len.min(self.plain.len()));
            self.plain.truncate(head);
            let skip = u64::from(from - offset);
            let count = (chunk_end - from) as usize;
            content.append(skip, count, &mut self.plain);
            self.plain.extend_from_slice(&tail);
            let put = match old_len {
                0 => Put::Insert,
                _ => Put::Replace,
            };
            self.put(work, value.lid, at, put, compress)?;
            at = at.saturating_add(value.chunk);
        }
        Ok(())
    }

    /// Cuts the value; the chunks behind go.
    fn truncate(
        &mut self,
        work: &mut Work<'_>,
        value: &Value,
        size: u32,
        compress: bool,
    ) -> Result<(), WorkError> {
        let mut at = value.chunk_at(size);
        if at < size {
            self.load(&work.look(), value, at)?;
            self.plain.truncate((size - at) as usize);
            self.put(work, value.lid, at, Put::Replace, compress)?;
            at = at.saturating_add(value.chunk);
        }
        while at < value.root.size {
            let key = value.lid.chunk_key(at);
            let bookmark = Bookmark {
                key: &key,
                data: &[],
            };
            let done = work.writer().flag_delete(&self.tree, bookmark);
            done.map_err(|e| match e {
                WriteError::NoNode => missing(value.lid, at),
                e => e.into(),
            })?;
            at = at.saturating_add(value.chunk);
        }
        Ok(())
    }
}

/// Another session stands against it.
pub(super) fn is_conflict(e: &WorkError) -> bool {
    matches!(
        e,
        WorkError::Version(VersionFault::WriteConflict)
            | WorkError::Write(WriteError::Version(VersionFault::WriteConflict))
    )
}
