//! Long values: ids, the keys and nodes of the tree they lie in, and the rule of the chunks.
//!
//! ```text
//! root   key  LID big-endian               data  u32 refcount | u32 size | [u8 flags]
//! chunk  key  LID big-endian | u32 offset  data  the value's bytes from that offset, maybe compressed
//! ```
//! Source: docs/format/database-records.md §8.
//!
//! Invariants: a [`Lid`] is 4 bytes wide exactly when its top bit (of 64) is clear, and LIDs sort as
//! their keys do.
#![forbid(unsafe_code)]

use super::bytes::{array, u8_at, u32_at, u32_be_at, u64_be_at};
use super::compress::{self, CompressError};
use super::ids::PageSize;
use crate::error::{HasJetErr, JetErr};
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;

/// The bit that tells a 64-bit LID from a 32-bit one.
const WIDE_BIT: u64 = 1 << 63;
/// Highest 32-bit LID.
const NARROW_MOST: u64 = 0x7FFF_FFFF;
/// Bytes of a root's data without flags.
pub const ROOT_BYTES: usize = 8;
/// Bytes of a root's data with flags.
pub const ROOT_BYTES_WITH_FLAGS: usize = 9;
/// Flag of a root: the chunks are encrypted.
pub const ROOT_ENCRYPTED: u8 = 1;
/// Longest long value in bytes.
pub const SIZE_MOST: u32 = 0x7FFF_FFFF;
/// Refcount of a value that is being deleted.
pub const REFCOUNT_DELETING: u32 = 0xFFFF_FFFF;
/// What a page holds besides one old-style chunk and its header (docs/format/database-records.md §8.3).
const CHUNK_OVERHEAD: usize = 42;

/// What is wrong with a node of a long-value tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LvError {
    /// Bytes that are no LID.
    #[error("{len} bytes ({value:#x}) are no long-value id")]
    Lid {
        /// Length.
        len: usize,
        /// The number, 0 when the length is wrong.
        value: u64,
    },
    /// A key of a length or shape that no node has.
    #[error("a key of {0} bytes is no long-value key")]
    Key(usize),
    /// A root's data of the wrong length, or with unknown flags.
    #[error("{len} bytes with flags {flags:#x} are no long-value root")]
    Root {
        /// Length of the data.
        len: usize,
        /// Its flags.
        flags: u8,
    },
    /// A size above 2^31-1.
    #[error("a long value can't have {0} bytes")]
    Size(u32),
    /// A chunk that does not follow the one before, or lies behind the value's end.
    #[error("chunk at {offset} of a value of {size} bytes is out of place")]
    Offset {
        /// Offset of the chunk.
        offset: u32,
        /// Size by the root.
        size: u32,
    },
    /// A chunk with more bytes than its place in the value.
    #[error("a chunk of {stored} bytes can't stand for {plain} bytes")]
    ChunkLong {
        /// Bytes stored.
        stored: usize,
        /// Bytes that belong there.
        plain: usize,
    },
    /// A compressed chunk that can't be decompressed to the length its place asks for.
    #[error("chunk: {0}")]
    Compress(#[from] CompressError),
    /// Encrypted, and there is no key.
    #[error("the long value is encrypted")]
    Encrypted,
}

impl HasJetErr for LvError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Compress(e) => e.jet_err(),
            Self::Encrypted => JetErr::COLUMN_NO_ENCRYPTION_KEY,
            _ => JetErr::LV_CORRUPTED,
        }
    }
}

/// Id of a long value inside its tree: 32 bits (1 to 0x7FFFFFFF) or 64 bits (top bit set).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lid(u64);

impl Lid {
    /// The first 64-bit LID that a new tree gives out.
    pub const FIRST_WIDE: Self = Self(0x8000_0000_8000_0001);
    /// The first 32-bit LID.
    pub const FIRST_NARROW: Self = Self(1);

    /// A LID from its number, `None` for 0 and for numbers between the two ranges.
    #[must_use]
    pub fn new(value: u64) -> Option<Self> {
        (value & WIDE_BIT != 0 || (1..=NARROW_MOST).contains(&value)).then_some(Self(value))
    }

    /// From the bytes in a record: little-endian, 4 or 8 of them.
    ///
    /// # Errors
    /// [`LvError::Lid`] for another length, or a number that does not go with the length.
    pub fn from_record(b: &[u8]) -> Result<Self, LvError> {
        let value = match b.len() {
            4 => array(b, 0).map(u32::from_le_bytes).map(u64::from),
            8 => array(b, 0).map(u64::from_le_bytes),
            _ => None,
        };
        Self::checked(value, b.len())
    }

    /// From the bytes in a key: big-endian, 4 or 8 of them.
    ///
    /// # Errors
    /// [`LvError::Lid`] as in [`Self::from_record`].
    pub fn from_key(b: &[u8]) -> Result<Self, LvError> {
        let value = match b.len() {
            4 => u32_be_at(b, 0).map(u64::from),
            8 => u64_be_at(b, 0),
            _ => None,
        };
        Self::checked(value, b.len())
    }

    fn checked(value: Option<u64>, len: usize) -> Result<Self, LvError> {
        value
            .and_then(Self::new)
            .filter(|lid| lid.len() == len)
            .ok_or(LvError::Lid {
                len,
                value: value.unwrap_or(0),
            })
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> u64 {
        self.0
    }

    /// `true` for a 64-bit LID.
    #[must_use]
    pub fn is_wide(self) -> bool {
        self.0 & WIDE_BIT != 0
    }

    /// Bytes in a record and in a key: 4 or 8.
    #[allow(clippy::len_without_is_empty)]
    #[must_use]
    pub fn len(self) -> usize {
        if self.is_wide() { 8 } else { 4 }
    }

    /// The next one of the same width; `None` when the numbers have run out.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::new(self.0.checked_add(1)?).filter(|n| n.is_wide() == self.is_wide())
    }

    /// The bytes in a record.
    #[must_use]
    pub fn to_record(self) -> LvKeyBuf {
        let mut buf = LvKeyBuf::default();
        if self.is_wide() {
            buf.push(&self.0.to_le_bytes());
        } else {
            // A narrow LID has no bits above the low four bytes.
            buf.push(self.0.to_le_bytes().first_chunk::<4>().unwrap_or(&[0; 4]));
        }
        buf
    }

    /// Key of the value's root.
    #[must_use]
    pub fn root_key(self) -> LvKeyBuf {
        let mut buf = LvKeyBuf::default();
        if self.is_wide() {
            buf.push(&self.0.to_be_bytes());
        } else {
            buf.push(self.0.to_be_bytes().last_chunk::<4>().unwrap_or(&[0; 4]));
        }
        buf
    }

    /// Key of the chunk at `offset`.
    #[must_use]
    pub fn chunk_key(self, offset: u32) -> LvKeyBuf {
        let mut buf = self.root_key();
        buf.push(&offset.to_be_bytes());
        buf
    }
}

impl fmt::Debug for Lid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LID {:#x}", self.0)
    }
}

impl fmt::Display for Lid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// Up to twelve bytes of a key or LID, without an allocation. Derefs to the bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct LvKeyBuf {
    bytes: [u8; 12],
    len: usize,
}

impl LvKeyBuf {
    fn push(&mut self, b: &[u8]) {
        for (dst, src) in self.bytes.iter_mut().skip(self.len).zip(b) {
            *dst = *src;
        }
        self.len = (self.len + b.len()).min(self.bytes.len());
    }
}

impl Deref for LvKeyBuf {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

/// What a key of a long-value tree leads to. Sorts as the keys do: a root before its chunks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LvKey {
    /// The value's root.
    Root(Lid),
    /// A chunk of it.
    Chunk {
        /// The value.
        lid: Lid,
        /// Offset of the chunk's first byte in the value.
        offset: u32,
    },
}

impl LvKey {
    /// Parses a whole key. Eight bytes are a 64-bit root when the top bit is set, else a 32-bit
    /// LID with an offset.
    ///
    /// # Errors
    /// [`LvError::Key`] for other lengths, [`LvError::Lid`] for an impossible LID.
    pub fn parse(key: &[u8]) -> Result<Self, LvError> {
        let wide = u8_at(key, 0).is_some_and(|b| b & 0x80 != 0);
        let (lid, offset) = match (key.len(), wide) {
            (4, false) | (8, true) => return Lid::from_key(key).map(Self::Root),
            (8, false) | (12, true) => key.split_at(key.len() - 4),
            _ => return Err(LvError::Key(key.len())),
        };
        Ok(Self::Chunk {
            lid: Lid::from_key(lid)?,
            offset: u32_be_at(offset, 0).ok_or(LvError::Key(key.len()))?,
        })
    }

    /// The value that the key belongs to.
    #[must_use]
    pub fn lid(self) -> Lid {
        match self {
            Self::Root(lid) | Self::Chunk { lid, .. } => lid,
        }
    }

    /// The key's bytes.
    #[must_use]
    pub fn to_bytes(self) -> LvKeyBuf {
        match self {
            Self::Root(lid) => lid.root_key(),
            Self::Chunk { lid, offset } => lid.chunk_key(offset),
        }
    }
}

impl Ord for LvKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let parts = |k: &Self| match *k {
            Self::Root(lid) => (lid, None),
            Self::Chunk { lid, offset } => (lid, Some(offset)),
        };
        parts(self).cmp(&parts(other))
    }
}

impl PartialOrd for LvKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Data of a root node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LvRoot {
    /// Record columns that point to the value; 0 an orphan, [`REFCOUNT_DELETING`] on its way out.
    pub refcount: u32,
    /// Plain bytes of the whole value.
    pub size: u32,
    /// The chunks are encrypted.
    pub encrypted: bool,
}

impl LvRoot {
    /// Parses the data of a root node.
    ///
    /// # Errors
    /// [`LvError::Root`] for a wrong length or unknown flags, [`LvError::Size`] for a size that no
    /// value can have.
    pub fn parse(data: &[u8]) -> Result<Self, LvError> {
        let flags = u8_at(data, ROOT_BYTES).unwrap_or(0);
        let bad = LvError::Root {
            len: data.len(),
            flags,
        };
        if data.len() > ROOT_BYTES_WITH_FLAGS || flags & !ROOT_ENCRYPTED != 0 {
            return Err(bad);
        }
        let refcount = u32_at(data, 0).ok_or(bad)?;
        let size = u32_at(data, 4).ok_or(bad)?;
        if size > SIZE_MOST {
            return Err(LvError::Size(size));
        }
        Ok(Self {
            refcount,
            size,
            encrypted: flags & ROOT_ENCRYPTED != 0,
        })
    }

    /// The data of the node, appended to `out`: nine bytes only when a flag is set.
    pub fn build(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.refcount.to_le_bytes());
        out.extend_from_slice(&self.size.to_le_bytes());
        if self.encrypted {
            out.push(ROOT_ENCRYPTED);
        }
    }
}

/// Chunk size of tables that are made now and have no LVChunkMax: one chunk per small page, four
/// per large one.
#[must_use]
pub fn chunk_bytes(page: PageSize) -> usize {
    match page {
        PageSize::K16 => 4050,
        PageSize::K32 => 8150,
        _ => chunk_bytes_old(page),
    }
}

/// Chunk size of old files, one chunk per page. When reading, the chunks' offsets rule.
#[must_use]
pub fn chunk_bytes_old(page: PageSize) -> usize {
    page.bytes() - page.header_bytes() - CHUNK_OVERHEAD
}

/// Plain bytes that the chunk at `offset` stands for: up to the next chunk, the last one to the
/// value's end. The chunk size itself isn't needed for reading.
///
/// # Errors
/// [`LvError::Offset`] when the offsets don't ascend or the chunk lies behind the value's end.
pub fn chunk_plain_len(offset: u32, next: Option<u32>, size: u32) -> Result<usize, LvError> {
    let end = next.unwrap_or(size).min(size);
    end.checked_sub(offset)
        .filter(|&n| n > 0)
        .map(|n| n as usize)
        .ok_or(LvError::Offset { offset, size })
}

/// Appends the `plain_len` plain bytes of a chunk to `out`: as they are when there are that many,
/// decompressed when there are fewer. No other mark exists. Not for encrypted values.
///
/// # Errors
/// [`LvError::ChunkLong`], or the decompressor's error; `out` is then as before.
pub fn append_chunk(data: &[u8], plain_len: usize, out: &mut Vec<u8>) -> Result<(), LvError> {
    match data.len().cmp(&plain_len) {
        Ordering::Equal => out.extend_from_slice(data),
        Ordering::Greater => {
            return Err(LvError::ChunkLong {
                stored: data.len(),
                plain: plain_len,
            });
        }
        Ordering::Less => {
            let found = compress::decompressed_len(data)?;
            if found != plain_len {
                return Err(CompressError::Size {
                    found,
                    wanted: plain_len,
                }
                .into());
            }
            compress::decompress_into(data, out, plain_len)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_bytes_and_parse_back() {
        let narrow = |n| Lid::new(n).unwrap();
        let mut keys = Vec::new();
        for lid in [
            narrow(1),
            narrow(2),
            narrow(0x7FFF_FFFF),
            Lid::FIRST_WIDE,
            Lid::FIRST_WIDE.next().unwrap(),
            narrow(u64::MAX),
        ] {
            keys.push(LvKey::Root(lid));
            for offset in [0, 1, 4014, 0x7FFF_0000] {
                keys.push(LvKey::Chunk { lid, offset });
            }
        }
        for (i, a) in keys.iter().enumerate() {
            assert_eq!(LvKey::parse(&a.to_bytes()), Ok(*a));
            assert_eq!(Lid::from_record(&a.lid().to_record()), Ok(a.lid()));
            for (j, b) in keys.iter().enumerate() {
                assert_eq!(a.cmp(b), i.cmp(&j));
                assert_eq!(a.to_bytes().cmp(&*b.to_bytes()), i.cmp(&j));
            }
        }
    }

    #[test]
    fn no_number_between_the_two_ranges_is_a_lid() {
        for no in [0, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, (1 << 63) - 1] {
            assert_eq!(Lid::new(no), None, "{no:#x}");
        }
        assert!(Lid::from_record(&[0; 4]).is_err());
        assert!(Lid::from_record(&[1, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(Lid::from_record(&[1, 0, 0]).is_err());
        assert!(LvKey::parse(&[0x80, 0, 0, 1]).is_err());
        assert!(LvKey::parse(&[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(LvKey::parse(&[]).is_err());
        assert_eq!(Lid::new(0x7FFF_FFFF).unwrap().next(), None);
        assert_eq!(Lid::new(u64::MAX).unwrap().next(), None);
    }

    #[test]
    fn root_has_nine_bytes_only_with_a_flag() {
        let root = |encrypted| LvRoot {
            refcount: 2,
            size: 9000,
            encrypted,
        };
        for encrypted in [false, true] {
            let mut out = Vec::new();
            root(encrypted).build(&mut out);
            assert_eq!(out.len(), 8 + usize::from(encrypted));
            assert_eq!(LvRoot::parse(&out), Ok(root(encrypted)));
        }
        assert!(LvRoot::parse(&[0; 7]).is_err());
        assert!(LvRoot::parse(&[0; 10]).is_err());
        assert!(LvRoot::parse(&[1, 0, 0, 0, 1, 0, 0, 0, 2]).is_err());
        assert_eq!(
            LvRoot::parse(&[1, 0, 0, 0, 0, 0, 0, 0x80]),
            Err(LvError::Size(0x8000_0000))
        );
    }

    #[test]
    fn chunk_sizes_of_the_page_sizes() {
        // docs/format/database-records.md §8.3
        let now: Vec<usize> = PageSize::ALL.into_iter().map(chunk_bytes).collect();
        assert_eq!(now, [1966, 4014, 8110, 4050, 8150]);
        let old: Vec<usize> = PageSize::ALL.into_iter().map(chunk_bytes_old).collect();
        assert_eq!(old, [1966, 4014, 8110, 16262, 32646]);
    }

    #[test]
    fn a_chunk_is_plain_or_compressed_by_its_length() {
        let mut out = vec![7];
        append_chunk(b"abc", 3, &mut out).unwrap();
        assert_eq!(out, b"\x07abc");
        // 64 times 'a' in LZ4.
        let lz4 = b"\x38\x40\x00\x1f\x61\x01\x00\x27\x50\x61\x61\x61\x61\x61";
        append_chunk(lz4, 64, &mut out).unwrap();
        assert_eq!(out.len(), 68);
        assert!(append_chunk(lz4, 65, &mut out).is_err());
        assert!(append_chunk(lz4, 13, &mut out).is_err());
        assert_eq!(out.len(), 68);
        assert_eq!(chunk_plain_len(0, Some(10), 25), Ok(10));
        assert_eq!(chunk_plain_len(20, None, 25), Ok(5));
        assert!(chunk_plain_len(25, None, 25).is_err());
        assert!(chunk_plain_len(20, Some(10), 25).is_err());
        // The next chunk may lie behind a value that was cut.
        assert_eq!(chunk_plain_len(20, Some(30), 25), Ok(5));
    }
}
