//! Root and bytes of a value as a snapshot sees them.
//!
//! Invariant: what comes out has as many bytes as the root says, or the call fails and nothing is
//! appended.
#![forbid(unsafe_code)]

use super::{LongValues, Value, corrupted, not_there};
use crate::format::lv::{Lid, LvError, LvKey, LvRoot, append_chunk};
use crate::work::{Look, WorkError};

/// What a long value takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Extent {
    /// Its bytes.
    pub size: u64,
    /// Bytes of its chunks as they are stored.
    pub stored: u64,
    /// How many chunks there are.
    pub chunks: u64,
}

/// Offset of the reference count in a root's data.
pub(super) const REFCOUNT_AT: u16 = 0;

impl LongValues {
    /// The root of a value, as it is seen; the references as they were counted then.
    ///
    /// # Errors
    /// JET_errRecordNotFound when there is none.
    pub fn root(&mut self, look: &Look<'_>, lid: Lid) -> Result<LvRoot, WorkError> {
        let key = lid.root_key();
        if !self.walker.goto(look, &key, &[])? {
            return Err(not_there(lid));
        }
        let mut root = LvRoot::parse(self.walker.data()).map_err(|e| corrupted(lid, e))?;
        let count = (REFCOUNT_AT, false);
        let unseen = look
            .store()
            .compensation(&self.node(&key), look.snapshot(), count, &[]);
        // A 32-bit number: what is above wraps away.
        root.refcount = root.refcount.wrapping_add(unseen as u32);
        Ok(root)
    }

    /// The value and the size of its chunks.
    pub(super) fn open(&mut self, look: &Look<'_>, lid: Lid) -> Result<Value, WorkError> {
        let root = self.root(look, lid)?;
        if root.encrypted {
            let what = format!("long value {lid} is encrypted");
            return Err(WorkError::refused(
                crate::error::HasJetErr::jet_err(&LvError::Encrypted),
                what,
            ));
        }
        let mut value = Value {
            lid,
            root,
            chunk: self.format.chunk,
        };
        let second = lid.chunk_key(value.chunk);
        if root.size > value.chunk && !self.walker.goto(look, &second, &[])? {
            value.chunk = self.foreign_chunk(look, lid, root.size)?;
        }
        Ok(value)
    }

    /// Size of the chunks of a value that is not laid out as ours are.
    fn foreign_chunk(&mut self, look: &Look<'_>, lid: Lid, size: u32) -> Result<u32, WorkError> {
        let most = self.format.old_chunk;
        if !self.walker.goto(look, &lid.chunk_key(0), &[])? {
            return Err(corrupted(lid, "its first chunk is missing"));
        }
        let second = match self.walker.next(look)? {
            true => LvKey::parse(self.walker.key()).map_err(|e| corrupted(lid, e))?,
            false => LvKey::Root(lid),
        };
        let chunk = match second {
            LvKey::Chunk { lid: of, offset } if of == lid => offset,
            // All of it is in one.
            _ => size,
        };
        match chunk {
            1.. if chunk <= most => Ok(if chunk == size { most } else { chunk }),
            _ => Err(corrupted(lid, format_args!("chunks of {chunk} bytes"))),
        }
    }

    /// The plain bytes of a chunk, in `self.plain`.
    pub(super) fn load(
        &mut self,
        look: &Look<'_>,
        value: &Value,
        offset: u32,
    ) -> Result<(), WorkError> {
        self.plain.clear();
        let lid = value.lid;
        if !self.walker.goto(look, &lid.chunk_key(offset), &[])? {
            return Err(missing(lid, offset));
        }
        let len = value.chunk_len(offset, value.root.size);
        append_chunk(self.walker.data(), len, &mut self.plain).map_err(|e| bad_chunk(lid, &e))
    }

    /// Appends the bytes from `offset` on, at most `most`, to `out`; gives the size of the value. Behind
    /// its end there are none.
    ///
    /// # Errors
    /// JET_errLVCorrupted; JET_errColumnNoEncryptionKey.
    pub fn read_at(
        &mut self,
        look: &Look<'_>,
        lid: Lid,
        offset: u32,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<u32, WorkError> {
        let value = self.open(look, lid)?;
        let start = out.len();
        self.read_range(look, &value, offset, most, out)
            .inspect_err(|_| out.truncate(start))?;
        Ok(value.root.size)
    }

    /// What a value takes: all its chunks are looked at.
    ///
    /// # Errors
    /// As of [`LongValues::read_at`].
    pub fn extent(&mut self, look: &Look<'_>, lid: Lid) -> Result<Extent, WorkError> {
        let value = self.open(look, lid)?;
        let mut extent = Extent {
            size: u64::from(value.root.size),
            ..Extent::default()
        };
        let mut at = 0u32;
        while at < value.root.size {
            let key = lid.chunk_key(at);
            let here = match at {
                0 => self.walker.goto(look, &key, &[])?,
                _ => self.walker.next(look)? && *self.walker.key() == *key,
            };
            if !here {
                return Err(missing(lid, at));
            }
            extent.stored += self.walker.data().len() as u64;
            extent.chunks += 1;
            at = at.saturating_add(value.chunk.max(1));
        }
        Ok(extent)
    }

    fn read_range(
        &mut self,
        look: &Look<'_>,
        value: &Value,
        offset: u32,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), WorkError> {
        let (lid, size) = (value.lid, value.root.size);
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let end = offset.saturating_add(most).min(size);
        let mut at = value.chunk_at(offset);
        let mut first = true;
        while offset < end && at < end {
            let key = lid.chunk_key(at);
            let here = match first {
                true => self.walker.goto(look, &key, &[])?,
                false => self.walker.next(look)? && *self.walker.key() == *key,
            };
            if !here {
                return Err(missing(lid, at));
            }
            first = false;
            let len = value.chunk_len(at, size);
            let data = self.walker.data();
            let skip = offset.saturating_sub(at) as usize;
            let take = (end - at) as usize;
            if skip == 0 && len <= take {
                append_chunk(data, len, out).map_err(|e| bad_chunk(lid, &e))?;
            } else {
                self.plain.clear();
                append_chunk(data, len, &mut self.plain).map_err(|e| bad_chunk(lid, &e))?;
                let part = self.plain.get(skip..take.min(len)).unwrap_or(&[]);
                out.extend_from_slice(part);
            }
            at = at.saturating_add(value.chunk);
        }
        Ok(())
    }

    /// Appends the whole value to `out`.
    ///
    /// # Errors
    /// As of [`LongValues::read_at`].
    pub fn read_into(
        &mut self,
        look: &Look<'_>,
        lid: Lid,
        out: &mut Vec<u8>,
    ) -> Result<(), WorkError> {
        self.read_at(look, lid, 0, usize::MAX, out).map(|_| ())
    }
}

/// A chunk that does not stand for the bytes of its place.
fn bad_chunk(lid: Lid, e: &LvError) -> WorkError {
    WorkError::damaged(
        crate::error::HasJetErr::jet_err(e),
        format!("long value {lid}: {e}"),
    )
}

pub(super) fn missing(lid: Lid, offset: u32) -> WorkError {
    corrupted(lid, format_args!("the chunk at {offset} is missing"))
}
