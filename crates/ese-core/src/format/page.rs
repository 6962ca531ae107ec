//! A database page as it lies on disk: header fields, tags, lines.
//!
//! ```text
//! small (2/4/8 KiB)                         large (16/32 KiB)
//! 0        40                cbPage         0        80                 cbPage
//! +--------+------------------+--+--+--+    +--------+-------------------+--+--+--+
//! | header | data ->   free   |t2|t1|t0|    | header | data ->    free   |t2|t1|t0|
//! +--------+------------------+--+--+--+    +--------+-------------------+--+--+--+
//!
//!  off size field               off size field
//!    0   8  checksum             32   2  ibMicFree (relative to the header's end)
//!    8   8  dbtimeDirtied        34   2  itagState (bits 0-11 number of tags, 12-14 reserved tags)
//!   16   4  pgnoPrev (leaf)      36   4  flags
//!   20   4  pgnoNext (leaf)      40  24  checksums 1-3      (large pages)
//!   24   4  objidFDP             64   4  pgno               (large pages)
//!   28   2  cbFree               68  12  reserved           (large pages)
//!   30   2  cbUncommittedFree
//! ```
//! Source: docs/format/database-pages.md §1-4.
//!
//! Invariant: a view never reads outside its bytes; what a damaged page says is an error value.
#![forbid(unsafe_code)]

use super::bytes::{slice, u16_at, u32_at, u64_at};
use super::ids::{Dbtime, Objid, PageSize, Pgno};
use crate::error::{HasJetErr, JetErr};

/// Offset of the checksum (u64).
pub const OFF_CHECKSUM: usize = 0;
/// Offset of dbtimeDirtied (u64).
pub const OFF_DBTIME: usize = 8;
/// Offset of pgnoPrev (u32).
pub const OFF_PGNO_PREV: usize = 16;
/// Offset of pgnoNext (u32).
pub const OFF_PGNO_NEXT: usize = 20;
/// Offset of objidFDP (u32).
pub const OFF_OBJID: usize = 24;
/// Offset of cbFree (u16).
pub const OFF_CB_FREE: usize = 28;
/// Offset of cbUncommittedFree (u16).
pub const OFF_CB_UNCOMMITTED_FREE: usize = 30;
/// Offset of ibMicFree (u16).
pub const OFF_IB_MIC_FREE: usize = 32;
/// Offset of itagState (u16).
pub const OFF_ITAG_STATE: usize = 34;
/// Offset of the flags (u32).
pub const OFF_FLAGS: usize = 36;
/// Offset of checksums 1-3 (3 × u64, large pages).
pub const OFF_CHECKSUMS_LARGE: usize = 40;
/// Offset of the page's own number (u32, large pages).
pub const OFF_PGNO_LARGE: usize = 64;
// Each field begins where the one before ends; 12 reserved bytes close the large header.
const _: () = assert!(
    OFF_DBTIME == OFF_CHECKSUM + 8
        && OFF_PGNO_PREV == OFF_DBTIME + 8
        && OFF_PGNO_NEXT == OFF_PGNO_PREV + 4
        && OFF_OBJID == OFF_PGNO_NEXT + 4
        && OFF_CB_FREE == OFF_OBJID + 4
        && OFF_CB_UNCOMMITTED_FREE == OFF_CB_FREE + 2
        && OFF_IB_MIC_FREE == OFF_CB_UNCOMMITTED_FREE + 2
        && OFF_ITAG_STATE == OFF_IB_MIC_FREE + 2
        && OFF_FLAGS == OFF_ITAG_STATE + 2
        && OFF_FLAGS + 4 == PageSize::K8.header_bytes()
        && OFF_CHECKSUMS_LARGE == OFF_FLAGS + 4
        && OFF_PGNO_LARGE == OFF_CHECKSUMS_LARGE + 3 * 8
        && OFF_PGNO_LARGE + 4 + 12 == PageSize::K32.header_bytes()
);
/// Mask of the number of tags in itagState.
pub const ITAG_COUNT_MASK: u16 = 0x0FFF;
/// Bytes of one tag.
pub const TAG_BYTES: usize = 4;

bitflags::bitflags! {
    /// Page flags (offset 36, docs/format/database-pages.md §3).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct PageFlags: u32 {
        /// Root page of a tree.
        const ROOT = 0x0001;
        /// Leaf.
        const LEAF = 0x0002;
        /// Internal page whose children are leaves.
        const PARENT_OF_LEAF = 0x0004;
        /// Freed; content meaningless.
        const EMPTY = 0x0008;
        /// Touched by repair.
        const REPAIRED = 0x0010;
        /// Page of an owned- or available-extents tree.
        const SPACE_TREE = 0x0020;
        /// Secondary index.
        const INDEX = 0x0040;
        /// Long-value tree.
        const LONG_VALUE = 0x0080;
        /// Keys are not unique: order is by key ‖ data.
        const NON_UNIQUE = 0x0400;
        /// New record format; always set by modern engines.
        const NEW_RECORD_FORMAT = 0x0800;
        /// New checksum format; clear means the legacy XOR.
        const NEW_CHECKSUM = 0x2000;
        /// Free space was overwritten.
        const SCRUBBED = 0x4000;
        /// Both bits of the flush type.
        const FLUSH_TYPE = 0x1_8000;
        /// Newly formatted, nothing logged.
        const PREINIT = 0x2_0000;
        /// Root of a tree being deleted.
        const FDP_DELETE = 0x4_0000;
        // Bits of other engines are kept as they are.
        const _ = !0;
    }
}

/// Shift of the flush type inside the flags.
pub const FLUSH_TYPE_SHIFT: u32 = 15;

/// What is wrong with a page's structure. The original refuses such a page as a whole
/// (docs/format/database-pages.md §5.4 step 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Not one of the five page sizes.
    #[error("{0} bytes are no page")]
    Size(usize),
    /// Number of tags is 0, or the tag array would reach into the header.
    #[error("tag count {0} is impossible")]
    TagCount(u16),
    /// A line number that the page does not have.
    #[error("the page has no tag {0}")]
    NoSuchTag(usize),
    /// A line lies outside the data area.
    #[error("tag {itag} points outside the page (offset {ib}, length {cb})")]
    LineOutside {
        /// Tag number.
        itag: usize,
        /// Offset relative to the header's end.
        ib: usize,
        /// Length.
        cb: usize,
    },
    /// A line too short for a node.
    #[error("the line of tag {itag} is too short for a node ({cb} bytes)")]
    LineShort {
        /// Tag number.
        itag: usize,
        /// Length.
        cb: usize,
    },
    /// Two lines share bytes.
    #[error("the lines of tags {0} and {1} overlap")]
    Overlap(usize, usize),
    /// The accounting of free bytes is wrong.
    #[error("cbFree is {stored}, the lines leave {computed}")]
    CbFree {
        /// Value in the header.
        stored: u16,
        /// Value by the lines.
        computed: i64,
    },
    /// `cbUncommittedFree > cbFree`.
    #[error("cbUncommittedFree {uncommitted} is more than cbFree {free}")]
    CbUncommittedFree {
        /// Value in the header.
        uncommitted: u16,
        /// cbFree.
        free: u16,
    },
    /// ibMicFree before the end of a line or behind the tags.
    #[error("ibMicFree {0} is impossible")]
    IbMicFree(u16),
    /// A node's prefix is longer than the page's.
    #[error("the node of tag {itag} uses {cb_prefix} prefix bytes, the page has {page_prefix}")]
    Prefix {
        /// Tag number.
        itag: usize,
        /// Bytes the node takes from the prefix.
        cb_prefix: usize,
        /// Bytes the page has.
        page_prefix: usize,
    },
    /// A node's key is longer than its line.
    #[error("the key of tag {itag} does not fit in its line")]
    Suffix {
        /// Tag number.
        itag: usize,
    },
    /// A node without data.
    #[error("the node of tag {itag} has no data")]
    NoData {
        /// Tag number.
        itag: usize,
    },
    /// A node without a key where every node has one.
    #[error("the node of tag {itag} has no key")]
    NullKey {
        /// Tag number.
        itag: usize,
    },
    /// Flags that contradict each other.
    #[error("page flags {0:#x} contradict each other")]
    Flags(u32),
    /// An internal page's node whose data is no page number.
    #[error("the node of tag {itag} holds no child page number")]
    Child {
        /// Tag number.
        itag: usize,
    },
}

impl HasJetErr for PageError {
    fn jet_err(&self) -> JetErr {
        JetErr::DATABASE_CORRUPTED
    }
}

/// A page to look at. Cheap to make and to copy; nothing is checked beyond the size.
#[derive(Clone, Copy)]
pub struct PageView<'a> {
    bytes: &'a [u8],
    size: PageSize,
}

/// A tag: where a line lies. Offset relative to the end of the page header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// Offset of the line.
    pub ib: usize,
    /// Length of the line.
    pub cb: usize,
    /// The three flag bits of a small page's tag; 0 on large pages, where they are in the line.
    pub small_flags: u8,
}

impl Tag {
    /// The tag that a word of a page's end says (docs/format/database-pages.md §4.4).
    #[inline]
    pub(crate) fn of_word(word: u32, large: bool) -> Self {
        let (cb, ib) = (word as u16, (word >> 16) as u16);
        match large {
            true => Self {
                ib: usize::from(ib & 0x7FFF),
                cb: usize::from(cb & 0x7FFF),
                small_flags: 0,
            },
            false => Self {
                ib: usize::from(ib & 0x1FFF),
                cb: usize::from(cb & 0x1FFF),
                small_flags: (ib >> 13) as u8,
            },
        }
    }
}

impl<'a> PageView<'a> {
    /// A view of `bytes`, whose length must be a page size.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Result<Self, PageError> {
        let size = u32::try_from(bytes.len())
            .ok()
            .and_then(PageSize::from_bytes)
            .ok_or(PageError::Size(bytes.len()))?;
        Ok(Self { bytes, size })
    }

    /// A view of bytes whose size was found out before. They may be a page's header alone: then only what
    /// stands there can be asked for.
    #[inline]
    pub(crate) fn of(bytes: &'a [u8], size: PageSize) -> Self {
        Self { bytes, size }
    }

    /// All bytes of the page.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Size of the page.
    #[must_use]
    pub fn size(&self) -> PageSize {
        self.size
    }

    // The header lies inside every page size, so the fields below always exist.
    #[inline]
    fn u16(&self, off: usize) -> u16 {
        u16_at(self.bytes, off).unwrap_or(0)
    }
    #[inline]
    fn u32(&self, off: usize) -> u32 {
        u32_at(self.bytes, off).unwrap_or(0)
    }
    #[inline]
    fn u64(&self, off: usize) -> u64 {
        u64_at(self.bytes, off).unwrap_or(0)
    }

    /// Stored checksum: XOR part low, ECC part high; of a legacy page the XOR and the page number.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.u64(OFF_CHECKSUM)
    }

    /// dbtime of the last change.
    #[must_use]
    pub fn dbtime(&self) -> Dbtime {
        Dbtime(self.u64(OFF_DBTIME))
    }

    /// Left sibling (leaves only).
    #[must_use]
    pub fn pgno_prev(&self) -> Pgno {
        Pgno(self.u32(OFF_PGNO_PREV))
    }

    /// Right sibling (leaves only).
    #[must_use]
    pub fn pgno_next(&self) -> Pgno {
        Pgno(self.u32(OFF_PGNO_NEXT))
    }

    /// Object that the page belongs to.
    #[must_use]
    pub fn objid(&self) -> Objid {
        Objid(self.u32(OFF_OBJID))
    }

    /// Free bytes by the header.
    #[must_use]
    pub fn cb_free(&self) -> u16 {
        self.u16(OFF_CB_FREE)
    }

    /// Free bytes that a rollback could need again.
    #[must_use]
    pub fn cb_uncommitted_free(&self) -> u16 {
        self.u16(OFF_CB_UNCOMMITTED_FREE)
    }

    /// First byte behind the highest-placed line, relative to the header's end.
    #[must_use]
    pub fn ib_mic_free(&self) -> u16 {
        self.u16(OFF_IB_MIC_FREE)
    }

    /// The raw word with the number of tags and of reserved tags.
    #[inline]
    #[must_use]
    pub fn itag_state(&self) -> u16 {
        self.u16(OFF_ITAG_STATE)
    }

    /// Number of tags, tag 0 included.
    #[inline]
    #[must_use]
    pub fn tag_count(&self) -> usize {
        usize::from(self.itag_state() & ITAG_COUNT_MASK)
    }

    /// Tags that are no nodes: 1 (the external header) unless the page says more.
    #[inline]
    #[must_use]
    pub fn reserved_tags(&self) -> usize {
        usize::from((self.itag_state() >> 12) & 7).max(1)
    }

    /// Number of nodes.
    #[inline]
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.tag_count().saturating_sub(self.reserved_tags())
    }

    /// Page flags.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> PageFlags {
        PageFlags::from_bits_retain(self.u32(OFF_FLAGS))
    }

    /// Flush type 0-3 of the last write.
    #[must_use]
    pub fn flush_type(&self) -> u8 {
        ((self.u32(OFF_FLAGS) >> FLUSH_TYPE_SHIFT) & 3) as u8
    }

    /// The page's own number; `None` on small pages, which don't hold it.
    #[must_use]
    pub fn own_pgno(&self) -> Option<Pgno> {
        self.size.is_large().then(|| Pgno(self.u32(OFF_PGNO_LARGE)))
    }

    /// `true` on a leaf.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.flags().contains(PageFlags::LEAF)
    }

    /// `true` on a tree's root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.flags().contains(PageFlags::ROOT)
    }

    /// Tag `itag` as stored. Tag 0 is the external header.
    #[inline]
    pub fn tag(&self, itag: usize) -> Result<Tag, PageError> {
        if itag >= self.tag_count() {
            return Err(PageError::NoSuchTag(itag));
        }
        let off = (itag + 1)
            .checked_mul(TAG_BYTES)
            .and_then(|n| self.bytes.len().checked_sub(n))
            .filter(|&off| off >= self.size.header_bytes())
            .ok_or(PageError::TagCount(self.itag_state() & ITAG_COUNT_MASK))?;
        Ok(Tag::of_word(self.u32(off), self.size.is_large()))
    }

    /// The bytes of a line.
    #[inline]
    pub fn line(&self, itag: usize) -> Result<(&'a [u8], Tag), PageError> {
        let tag = self.tag(itag)?;
        let limit = self
            .bytes
            .len()
            .saturating_sub(TAG_BYTES * self.tag_count());
        let start = self.size.header_bytes() + tag.ib;
        // A line of no bytes may carry any offset (docs/format/database-pages.md §4.4).
        if tag.cb == 0 {
            return Ok((&[], tag));
        }
        match slice(self.bytes, start, tag.cb) {
            Some(line) if start + tag.cb <= limit => Ok((line, tag)),
            _ => Err(PageError::LineOutside {
                itag,
                ib: tag.ib,
                cb: tag.cb,
            }),
        }
    }

    /// The external header (tag 0).
    #[inline]
    pub fn external_header(&self) -> Result<&'a [u8], PageError> {
        if self.tag_count() == 0 {
            return Err(PageError::TagCount(0));
        }
        Ok(self.line(0)?.0)
    }

    /// The bytes that compressed keys of this page begin with (docs/format/database-pages.md §4.2).
    #[inline]
    pub fn prefix(&self) -> Result<&'a [u8], PageError> {
        let flags = self.flags();
        let header = self.external_header()?;
        Ok(if !flags.contains(PageFlags::ROOT) {
            header
        } else if flags.contains(PageFlags::SPACE_TREE) {
            header.get(16..).unwrap_or(&[])
        } else {
            &[]
        })
    }
}
