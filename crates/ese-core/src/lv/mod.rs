//! Long values out of their tree, joined and decompressed.
//!
//! Invariants:
//! * a value's bytes are delivered in order and their number equals the size in its root, or the
//!   call fails;
//! * memory is bounded by the chunk, not by the value ([`LvTree::for_each_chunk`]).
//!
//! What is read here are files at rest. A running engine reads and writes through [`mod@write`].
#![forbid(unsafe_code)]

pub mod write;

use crate::btree::{Entry, Seek, Tree, TreeCursor};
use crate::cache::{PageFault, Pages};
use crate::error::{HasJetErr, JetErr};
use crate::format::compress;
use crate::format::lv::{Lid, LvError, LvKey, LvRoot, append_chunk, chunk_plain_len};
use crate::format::tagged::TaggedValue;

/// Most bytes that an intrinsic compressed value may have when plain. Such a value lies in a record,
/// so its compressed form is at most a page; the 7-bit schemes at most double it, the others state
/// a 16-bit size, XPRESS9 states none and is held to this.
pub(crate) const INTRINSIC_PLAIN_MOST: usize = 1 << 20;

/// Why a long value can't be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LongValueError {
    /// A page on the way is bad.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// The value's nodes do not fit together.
    #[error("long value {lid}: {kind}", lid = .lid.value())]
    Value {
        /// The value.
        lid: Lid,
        /// What is wrong.
        kind: LvError,
    },
    /// The tree has no root node for this id.
    #[error("long value {} is not in the table's tree", .0.value())]
    Missing(Lid),
    /// A reference to a long value in a table without a tree for them.
    #[error("the table has no tree of long values")]
    NoTree,
    /// The reference or the compressed bytes in the record are damaged.
    #[error(transparent)]
    Stored(#[from] LvError),
}

impl HasJetErr for LongValueError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(p) => p.jet_err(),
            Self::Value { kind, .. } | Self::Stored(kind) => kind.jet_err(),
            Self::Missing(_) => JetErr::RECORD_NOT_FOUND,
            Self::NoTree => JetErr::LV_CORRUPTED,
        }
    }
}

/// The tree of a table's separated values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LvTree {
    /// The tree.
    pub tree: Tree,
}

impl LvTree {
    /// The root of a value: size and reference count.
    pub fn root(&self, pages: &dyn Pages, lid: Lid) -> Result<LvRoot, LongValueError> {
        let mut cursor = TreeCursor::new(pages, self.tree);
        Self::seek_root(&mut cursor, lid)
    }

    fn seek_root(cursor: &mut TreeCursor<'_>, lid: Lid) -> Result<LvRoot, LongValueError> {
        let entry = cursor
            .seek(&lid.root_key(), Seek::Eq)?
            .ok_or(LongValueError::Missing(lid))?;
        LvRoot::parse(entry.node()?.data).map_err(|kind| LongValueError::Value { lid, kind })
    }

    /// Calls `each` with the value's bytes, a chunk at a time.
    pub fn for_each_chunk<E: From<LongValueError>>(
        &self,
        pages: &dyn Pages,
        lid: Lid,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<LvRoot, E> {
        let bad = |kind| LongValueError::Value { lid, kind };
        let mut cursor = TreeCursor::new(pages, self.tree);
        let root = Self::seek_root(&mut cursor, lid)?;
        if root.encrypted {
            return Err(bad(LvError::Encrypted).into());
        }
        let mut plain = Vec::new();
        let mut done = 0u32;
        let mut current = Self::next_chunk(&mut cursor, lid)?;
        while let Some((offset, entry)) = current {
            let next = Self::next_chunk(&mut cursor, lid)?;
            if offset != done {
                return Err(bad(LvError::Offset {
                    offset,
                    size: root.size,
                })
                .into());
            }
            let len =
                chunk_plain_len(offset, next.as_ref().map(|n| n.0), root.size).map_err(bad)?;
            plain.clear();
            append_chunk(
                entry.node().map_err(LongValueError::from)?.data,
                len,
                &mut plain,
            )
            .map_err(bad)?;
            done = done.saturating_add(u32::try_from(len).unwrap_or(u32::MAX));
            each(&plain)?;
            current = next;
        }
        if done != root.size {
            return Err(bad(LvError::Offset {
                offset: done,
                size: root.size,
            })
            .into());
        }
        Ok(root)
    }

    fn next_chunk<'p>(
        cursor: &mut TreeCursor<'p>,
        lid: Lid,
    ) -> Result<Option<(u32, Entry<'p>)>, LongValueError> {
        let Some(entry) = cursor.move_next()? else {
            return Ok(None);
        };
        match LvKey::parse(&entry.node()?.key()) {
            Ok(LvKey::Chunk { lid: of, offset }) if of == lid => Ok(Some((offset, entry))),
            _ => Ok(None),
        }
    }

    /// Appends the whole value to `out`. Nothing is appended when the value is damaged.
    pub fn read_into(
        &self,
        pages: &dyn Pages,
        lid: Lid,
        out: &mut Vec<u8>,
    ) -> Result<(), LongValueError> {
        let start = out.len();
        let result = self.for_each_chunk(pages, lid, |chunk| {
            out.extend_from_slice(chunk);
            Ok::<_, LongValueError>(())
        });
        result.map(|_| ()).inspect_err(|_| out.truncate(start))
    }
}

/// Appends the plain bytes of a stored value to `out`: as it is, decompressed, or from the tree.
pub fn resolve_into(
    value: &TaggedValue<'_>,
    lv: Option<&LvTree>,
    pages: &dyn Pages,
    out: &mut Vec<u8>,
) -> Result<(), LongValueError> {
    if value.separated && !value.encrypted {
        let lid = Lid::from_record(value.bytes)?;
        return lv.ok_or(LongValueError::NoTree)?.read_into(pages, lid, out);
    }
    inline_into(value, out)
}

/// Appends the plain bytes of a value that lies in its record.
///
/// # Errors
/// It is encrypted, or its compressed bytes are damaged.
pub fn inline_into(value: &TaggedValue<'_>, out: &mut Vec<u8>) -> Result<(), LongValueError> {
    if value.encrypted {
        return Err(LvError::Encrypted.into());
    }
    if value.compressed {
        compress::decompress_into(value.bytes, out, INTRINSIC_PLAIN_MOST).map_err(LvError::from)?;
        return Ok(());
    }
    out.extend_from_slice(value.bytes);
    Ok(())
}
