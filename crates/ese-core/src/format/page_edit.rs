//! Changing a page: the mutators that the engine, redo and the tools share, generic over [`PageMut`].
//!
//! Accounting, all offsets relative to the end of the page header
//! (docs/format/database-pages.md §6):
//! ```text
//! cbFree            = (cbPage - cbHdr) - sum of all line lengths - 4 * tags
//! ibMicFree        >= end of every line
//! contiguous free   = (cbPage - cbHdr) - 4 * tags - ibMicFree
//! cbUncommittedFree <= cbFree
//! ```
//!
//! Invariants:
//! * a method that returns an error changed nothing, except where the page was already inconsistent;
//! * a page that passes [`super::page_check::check_page`] passes it after every method (keys are in
//!   the order in which the caller puts them);
//! * on any page, however damaged, no method panics or writes outside the page.
//!
//! Room `nodes`: what is done to nodes and to the external header; `append`: many nodes at once.
#![forbid(unsafe_code)]

mod append;
mod nodes;

pub use append::NewNode;

use super::bytes::{common_len, u32_at, u64_at};
use super::ids::{Dbtime, Objid, PageSize, Pgno};
use super::node::{LENGTH_MASK, NodeFlags};
use super::page::{
    FLUSH_TYPE_SHIFT, ITAG_COUNT_MASK, OFF_CB_FREE, OFF_CB_UNCOMMITTED_FREE, OFF_DBTIME, OFF_FLAGS,
    OFF_IB_MIC_FREE, OFF_ITAG_STATE, OFF_OBJID, OFF_PGNO_LARGE, OFF_PGNO_NEXT, OFF_PGNO_PREV,
    PageError, PageFlags, PageView, TAG_BYTES, Tag,
};
use super::page_mut::{OutsidePage, PageMut};
use crate::error::{HasJetErr, JetErr};

/// A prefix of this length or less is not worth the second length word.
pub const PREFIX_NOT_WORTH: usize = 2;
/// Highest number of tags: twelve bits.
pub const TAGS_MAX: usize = ITAG_COUNT_MASK as usize;
/// Shift of the number of reserved tags inside itagState.
const RESERVED_TAGS_SHIFT: u16 = 12;
/// Bits of that number.
const RESERVED_TAGS_MASK: u16 = 7;
/// Shift of the node flags inside the first length word of a line of a large page.
const LINE_FLAGS_SHIFT: u16 = 13;
/// Bytes of a length word.
const LENGTH_WORD: usize = 2;
/// Longest head of a node: two length words and the longest suffix.
const NODE_HEAD_MAX: usize = 4 + LENGTH_MASK as usize;
/// Bytes that are filled at once.
const FILL_BYTES: usize = 512;
/// Lines of so many bytes are put together before they are stored.
const STORED_AT_ONCE: usize = 256;

/// Why a page was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The page is damaged, or has no such line.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The line does not fit: time to split.
    #[error("{needed} bytes are needed, {free} are free")]
    Full {
        /// Bytes that the change takes.
        needed: usize,
        /// Bytes that may be taken.
        free: usize,
    },
    /// A key, or a node's data of no bytes, that the format can't hold.
    #[error("a key of {key} bytes with {data} bytes of data is no node")]
    Node {
        /// Length of the key.
        key: usize,
        /// Length of the data.
        data: usize,
    },
    /// A write outside the page: a bug, or a page whose size changed meanwhile.
    #[error(transparent)]
    Outside(#[from] OutsidePage),
}

impl HasJetErr for EditError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(e) => e.jet_err(),
            // Callers split or report their own limit; that a page was full never reaches the API.
            Self::Full { .. } | Self::Node { .. } | Self::Outside(_) => JetErr::INTERNAL_ERROR,
        }
    }
}

/// Which free bytes an insertion may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// All but those that a rollback could need again.
    Committed,
    /// Those too: the operation reserved them itself, or it is the rollback.
    Reserved,
}

/// What a new page starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPage {
    /// Flags; those of the new formats are added.
    pub flags: PageFlags,
    /// Owner.
    pub objid: Objid,
    /// dbtime of the operation.
    pub dbtime: Dbtime,
    /// The page's number (kept on large pages only).
    pub pgno: Pgno,
    /// Number of reserved tags to write: 1 from engine format version 9560 on, 0 before (it means 1).
    pub reserved_tags: u16,
}

/// Bytes of the line of a node, by the prefix rule (docs/format/database-pages.md §4.3).
#[must_use]
pub fn node_line_len(page_prefix: &[u8], key: &[u8], data_len: usize) -> usize {
    line_len_of(prefix_taken(page_prefix, key), key.len(), data_len)
}

/// The same, of a node that takes `taken` bytes of its key from the prefix.
#[inline]
pub(crate) fn line_len_of(taken: usize, key_len: usize, data_len: usize) -> usize {
    let words = if taken > 0 { 2 } else { 1 };
    words * LENGTH_WORD + key_len - taken + data_len
}

/// Bytes of the page prefix that a node with this key takes: all common ones, or none.
#[must_use]
pub fn prefix_taken(page_prefix: &[u8], key: &[u8]) -> usize {
    prefix_taken_of(page_prefix, [key, &[]])
}

/// As [`prefix_taken`], the key in two pieces.
#[inline]
fn prefix_taken_of(page_prefix: &[u8], [head, tail]: [&[u8]; 2]) -> usize {
    let mut common = common_len(page_prefix, head);
    if common == head.len() {
        common += common_len(page_prefix.get(common..).unwrap_or(&[]), tail);
    }
    if common > PREFIX_NOT_WORTH { common } else { 0 }
}

/// A page under change.
pub struct PageEdit<'p, P: PageMut> {
    page: &'p mut P,
    size: PageSize,
}

impl<'p, P: PageMut> PageEdit<'p, P> {
    /// To change `page`, whose length must be a page size.
    #[inline]
    pub fn new(page: &'p mut P) -> Result<Self, EditError> {
        let size = PageView::new(page)?.size();
        Ok(Self { page, size })
    }

    /// The page as it is now.
    #[inline]
    #[must_use]
    pub fn view(&self) -> PageView<'_> {
        PageView::of(self.page, self.size)
    }

    /// `cbPage - cbHdr`.
    #[inline]
    fn cb_data(&self) -> usize {
        self.size.bytes() - self.size.header_bytes()
    }

    /// Free bytes between the lines and the tags.
    #[must_use]
    pub fn contiguous_free(&self) -> usize {
        self.accounting().contiguous_free(self.cb_data())
    }

    /// Free bytes that an insertion may take.
    #[must_use]
    pub fn usable_free(&self, space: Space) -> usize {
        self.accounting().usable_free(space)
    }

    // ---- header fields -------------------------------------------------------------------------

    /// Sets the dbtime of the last change. What is free on the page does not count as overwritten any
    /// more: a scrub sets [`PageFlags::SCRUBBED`] after its time.
    #[inline]
    pub fn set_dbtime(&mut self, dbtime: Dbtime) -> Result<(), EditError> {
        self.page.store_u64(OFF_DBTIME, dbtime.0)?;
        let flags = u32_at(self.page, OFF_FLAGS).unwrap_or(0);
        if flags & PageFlags::SCRUBBED.bits() != 0 {
            let flags = flags & !PageFlags::SCRUBBED.bits();
            self.page.store_u32(OFF_FLAGS, flags)?;
        }
        Ok(())
    }

    /// Sets the left sibling.
    pub fn set_pgno_prev(&mut self, pgno: Pgno) -> Result<(), EditError> {
        Ok(self.page.store_u32(OFF_PGNO_PREV, pgno.0)?)
    }

    /// Sets the right sibling.
    pub fn set_pgno_next(&mut self, pgno: Pgno) -> Result<(), EditError> {
        Ok(self.page.store_u32(OFF_PGNO_NEXT, pgno.0)?)
    }

    /// Sets the page's own number, which only large pages hold.
    pub fn set_own_pgno(&mut self, pgno: Pgno) -> Result<(), EditError> {
        if self.size.is_large() {
            self.page.store_u32(OFF_PGNO_LARGE, pgno.0)?;
        }
        Ok(())
    }

    /// Sets the owner.
    pub fn set_objid(&mut self, objid: Objid) -> Result<(), EditError> {
        Ok(self.page.store_u32(OFF_OBJID, objid.0)?)
    }

    /// Sets all page flags.
    pub fn set_flags(&mut self, flags: PageFlags) -> Result<(), EditError> {
        Ok(self.page.store_u32(OFF_FLAGS, flags.bits())?)
    }

    /// Sets the flush type (0-3), as before each write
    /// (docs/format/database-header.md §5.2: `old % 3 + 1`).
    pub fn set_flush_type(&mut self, flush_type: u8) -> Result<(), EditError> {
        let bits = (u32::from(flush_type) & 3) << FLUSH_TYPE_SHIFT;
        let kept = self.view().flags().bits() & !PageFlags::FLUSH_TYPE.bits();
        Ok(self.page.store_u32(OFF_FLAGS, kept | bits)?)
    }

    /// Sets the part of cbFree that a rollback could need again; more than cbFree becomes cbFree.
    pub fn set_cb_uncommitted_free(&mut self, cb: u16) -> Result<(), EditError> {
        let cb = cb.min(self.view().cb_free());
        Ok(self.page.store_u16(OFF_CB_UNCOMMITTED_FREE, cb)?)
    }

    // ---- whole page ----------------------------------------------------------------------------

    /// Makes the page a new one: zeros, header, an external header of no bytes.
    pub fn format(&mut self, new: NewPage) -> Result<(), EditError> {
        self.fill(0, self.size.bytes(), 0)?;
        self.format_zeros(new)
    }

    /// As [`PageEdit::format`], of a page that is all zeros.
    pub(crate) fn format_zeros(&mut self, new: NewPage) -> Result<(), EditError> {
        self.format_header(new)?;
        self.store_itag_state(new.reserved_tags, 1)?;
        self.store_free(self.cb_data() - TAG_BYTES)
    }

    /// Makes the page a new one that nothing has been put on yet: as [`PageEdit::format`], but with
    /// the flag that says so and without any tag (docs/format/log-records.md §5.1, NewPage).
    pub fn format_preinit(&mut self, new: NewPage) -> Result<(), EditError> {
        self.fill(0, self.size.bytes(), 0)?;
        self.format_header(NewPage {
            flags: new.flags | PageFlags::PREINIT,
            ..new
        })?;
        self.store_free(self.cb_data())
    }

    /// The header's marks of a new page, on zeros.
    fn format_header(&mut self, new: NewPage) -> Result<(), EditError> {
        self.set_dbtime(new.dbtime)?;
        self.set_objid(new.objid)?;
        self.set_flags(new.flags | PageFlags::NEW_RECORD_FORMAT | PageFlags::NEW_CHECKSUM)?;
        self.set_own_pgno(new.pgno)
    }

    /// Marks the page as freed: empty flag, no lines, all bytes free; the rest of its content stays
    /// (docs/format/database-pages.md §6).
    pub fn free(&mut self) -> Result<(), EditError> {
        let flags = (self.view().flags() | PageFlags::EMPTY) - PageFlags::PREINIT;
        self.set_flags(flags)?;
        let reserved = self.view().reserved_tags();
        self.store_itag_state(self.reserved_bits(), reserved)?;
        for itag in 0..reserved {
            self.store_tag(itag, Tag::default())?;
        }
        self.page.store_u16(OFF_IB_MIC_FREE, 0)?;
        self.page.store_u16(OFF_CB_UNCOMMITTED_FREE, 0)?;
        self.store_free(self.cb_data() - TAG_BYTES * reserved)
    }

    /// Removes all nodes; the external header stays and moves to the front of the data area.
    pub fn clear_nodes(&mut self) -> Result<(), EditError> {
        let view = self.view();
        let reserved = view.reserved_tags();
        if view.node_count() > 0 {
            self.header_sane()?;
            let mut kept = 0;
            for itag in 0..reserved {
                kept += self.view().tag(itag)?.cb;
            }
            let free = self.cb_data().saturating_sub(TAG_BYTES * reserved + kept);
            self.store_itag_state(self.reserved_bits(), reserved)?;
            self.store_free(free)?;
        }
        self.page.store_u16(OFF_CB_UNCOMMITTED_FREE, 0)?;
        self.reorganise()
    }

    /// Slides all lines together and overwrites what is free behind them.
    pub fn fill_free(&mut self, byte: u8) -> Result<(), EditError> {
        self.reorganise()?;
        let at = self.size.header_bytes() + usize::from(self.view().ib_mic_free());
        self.fill(at, self.contiguous_free(), byte)
    }

    /// Slides all lines together from the start of the data area, in the order in which they lie;
    /// the order of the tags stays.
    pub fn reorganise(&mut self) -> Result<(), EditError> {
        let count = self.header_sane()?;
        let mut order = [0u16; TAGS_MAX];
        let order = order.get_mut(..count).unwrap_or_default();
        for (slot, itag) in order.iter_mut().zip(0u16..) {
            *slot = itag;
        }
        let view = self.view();
        order.sort_unstable_by_key(|&itag| view.tag(usize::from(itag)).map_or(0, |t| t.ib));
        let header = self.size.header_bytes();
        let mut to = 0;
        for &itag in order.iter() {
            let itag = usize::from(itag);
            let tag = self.view().tag(itag)?;
            if tag.cb == 0 {
                continue;
            }
            if tag.ib != to {
                self.page.shift(header + tag.ib, tag.cb, header + to)?;
                self.store_tag(itag, Tag { ib: to, ..tag })?;
            }
            to += tag.cb;
        }
        Ok(self.page.store_u16(OFF_IB_MIC_FREE, to_u16(to))?)
    }

    // ---- lines ---------------------------------------------------------------------------------

    /// Inserts a line as tag `itag` (tags from there on move up by one); `now` is what the header says.
    fn insert_line(
        &mut self,
        mut now: Accounting,
        itag: usize,
        line: &NodeLine<'_>,
        space: Space,
    ) -> Result<(), EditError> {
        let count = self.sane(now)?;
        if itag > count || itag == 0 || count >= TAGS_MAX {
            return Err(PageError::NoSuchTag(itag).into());
        }
        let cb = line.len();
        let needed = cb + TAG_BYTES;
        let free = now.usable_free(space);
        if needed > free {
            return Err(EditError::Full { needed, free });
        }
        if now.contiguous_free(self.cb_data()) < needed {
            self.reorganise()?;
            now = self.accounting();
            let free = now.contiguous_free(self.cb_data());
            if free < needed {
                // cbFree promised more than the lines leave.
                return Err(EditError::Full { needed, free });
            }
        }
        let ib = usize::from(now.ib_mic_free);
        let end = self.size.bytes();
        let moved = TAG_BYTES * (count - itag);
        if moved > 0 {
            let tags = end - TAG_BYTES * count;
            self.page.shift(tags, moved, tags - TAG_BYTES)?;
        }
        self.store_line(ib, line)?;
        self.store_tag(itag, line.tag(ib))?;
        self.store_accounting(now.with_line(count, ib, cb))
    }

    /// Removes tag `itag` and its line.
    fn delete_line(&mut self, itag: usize) -> Result<(), EditError> {
        let count = self.header_sane()?;
        let (_, tag) = self.view().line(itag)?;
        let ib_mic_free = usize::from(self.view().ib_mic_free());
        if tag.cb > 0 && tag.ib + tag.cb == ib_mic_free {
            self.page.store_u16(OFF_IB_MIC_FREE, to_u16(tag.ib))?;
        }
        let end = self.size.bytes();
        let moved = TAG_BYTES * (count - 1 - itag);
        self.page.shift(
            end - TAG_BYTES * count,
            moved,
            end - TAG_BYTES * (count - 1),
        )?;
        self.store_itag_state(self.reserved_bits(), count - 1)?;
        self.store_free(usize::from(self.view().cb_free()) + tag.cb + TAG_BYTES)
    }

    /// Keeps the first `keep` bytes of a line and puts `tail` behind them.
    fn replace_tail(
        &mut self,
        itag: usize,
        keep: usize,
        tail: &[u8],
        space: Space,
    ) -> Result<(), EditError> {
        self.header_sane()?;
        let (line, tag) = self.view().line(itag)?;
        let keep = keep.min(line.len());
        let cb = keep + tail.len();
        let ib_mic_free = usize::from(self.view().ib_mic_free());
        let is_last = tag.cb > 0 && tag.ib + tag.cb == ib_mic_free;
        let cb_free = usize::from(self.view().cb_free());
        let header = self.size.header_bytes();
        if cb <= tag.cb {
            if !tail.is_empty() {
                self.page.store(header + tag.ib + keep, tail)?;
            }
            self.store_tag(itag, Tag { cb, ..tag })?;
            if is_last {
                self.page.store_u16(OFF_IB_MIC_FREE, to_u16(tag.ib + cb))?;
            }
            return self.store_free(cb_free + tag.cb - cb);
        }
        let needed = cb - tag.cb;
        let free = self.usable_free(space);
        if needed > free {
            return Err(EditError::Full { needed, free });
        }
        let contiguous = self.contiguous_free();
        let ib = if is_last && contiguous >= needed {
            tag.ib
        } else if contiguous >= cb {
            // A line of no bytes may carry any offset.
            if keep > 0 {
                self.page
                    .shift(header + tag.ib, keep, header + ib_mic_free)?;
            }
            ib_mic_free
        } else {
            // The old copy counts as free while the others slide together, so what is kept of it is
            // held here meanwhile.
            let mut head = [0u8; NODE_HEAD_MAX];
            let kept = line.get(..keep).unwrap_or(&[]);
            let head = head
                .get_mut(..keep)
                .ok_or(EditError::Page(PageError::Suffix { itag }))?;
            head.copy_from_slice(kept);
            self.store_tag(itag, Tag { cb: 0, ..tag })?;
            self.reorganise()?;
            let ib = usize::from(self.view().ib_mic_free());
            if ib + cb
                > self
                    .cb_data()
                    .saturating_sub(TAG_BYTES * self.view().tag_count())
            {
                return Err(PageError::CbFree {
                    stored: self.view().cb_free(),
                    computed: -1,
                }
                .into());
            }
            self.page.store(header + ib, head)?;
            ib
        };
        self.page.store(header + ib + keep, tail)?;
        self.store_tag(itag, Tag { ib, cb, ..tag })?;
        self.page.store_u16(OFF_IB_MIC_FREE, to_u16(ib + cb))?;
        self.store_free(cb_free.saturating_sub(needed))
    }

    // ---- inner ---------------------------------------------------------------------------------

    /// Stores `len` times the same byte.
    fn fill(&mut self, at: usize, len: usize, byte: u8) -> Result<(), EditError> {
        let piece = [byte; FILL_BYTES];
        let end = at.saturating_add(len);
        for at in (at..end).step_by(FILL_BYTES) {
            let n = FILL_BYTES.min(end - at);
            self.page.store(at, piece.get(..n).unwrap_or(&piece))?;
        }
        Ok(())
    }

    /// Number of tags of a page whose header can be worked with.
    fn header_sane(&self) -> Result<usize, EditError> {
        self.sane(self.accounting())
    }

    #[inline]
    fn sane(&self, now: Accounting) -> Result<usize, EditError> {
        let count = now.tag_count();
        let cb_tags = TAG_BYTES * count;
        let Some(room) = self.cb_data().checked_sub(cb_tags).filter(|_| count > 0) else {
            return Err(PageError::TagCount(now.itag_state & ITAG_COUNT_MASK).into());
        };
        if usize::from(now.ib_mic_free) > room {
            return Err(PageError::IbMicFree(now.ib_mic_free).into());
        }
        if usize::from(now.cb_free) > room {
            return Err(PageError::CbFree {
                stored: now.cb_free,
                computed: i64::try_from(room).unwrap_or(i64::MAX),
            }
            .into());
        }
        Ok(count)
    }

    #[inline]
    fn accounting(&self) -> Accounting {
        Accounting::of(self.page)
    }

    fn reserved_bits(&self) -> u16 {
        self.accounting().reserved_bits()
    }

    fn store_itag_state(&mut self, reserved: u16, count: usize) -> Result<(), EditError> {
        let state = itag_state(reserved, count);
        Ok(self.page.store_u16(OFF_ITAG_STATE, state)?)
    }

    /// Stores all numbers of the accounting at once: they lie behind one another.
    #[inline]
    fn store_accounting(&mut self, a: Accounting) -> Result<(), EditError> {
        let low = u64::from(a.cb_free) | u64::from(a.cb_uncommitted_free) << 16;
        let high = u64::from(a.ib_mic_free) | u64::from(a.itag_state) << 16;
        Ok(self.page.store_u64(OFF_CB_FREE, low | high << 32)?)
    }

    /// Stores cbFree, and keeps cbUncommittedFree below it.
    fn store_free(&mut self, cb: usize) -> Result<(), EditError> {
        let cb = to_u16(cb);
        self.page.store_u16(OFF_CB_FREE, cb)?;
        if self.view().cb_uncommitted_free() > cb {
            self.page.store_u16(OFF_CB_UNCOMMITTED_FREE, cb)?;
        }
        Ok(())
    }

    #[inline]
    fn store_tag(&mut self, itag: usize, tag: Tag) -> Result<(), EditError> {
        let at = self
            .size
            .bytes()
            .checked_sub(TAG_BYTES * (itag + 1))
            .ok_or(PageError::NoSuchTag(itag))?;
        let flags = if self.size.is_large() {
            0
        } else {
            u16::from(tag.small_flags & 7) << 13
        };
        let (cb, ib) = (to_u16(tag.cb), to_u16(tag.ib) | flags);
        Ok(self
            .page
            .store_u32(at, u32::from(cb) | u32::from(ib) << 16)?)
    }

    /// Stores a line. A page that others may look at is stored to in words: better once than piece by
    /// piece.
    #[inline]
    fn store_line(&mut self, ib: usize, line: &NodeLine<'_>) -> Result<(), EditError> {
        let mut all = [0u8; STORED_AT_ONCE];
        match line.put_into(&mut all) {
            Some(all) => Ok(self.page.store(self.size.header_bytes() + ib, all)?),
            None => self.store_long_line(ib, line),
        }
    }

    #[inline(never)]
    fn store_long_line(&mut self, ib: usize, line: &NodeLine<'_>) -> Result<(), EditError> {
        let mut at = self.size.header_bytes() + ib;
        let [rest, rest_tail] = line.rest;
        for part in [line.words(), rest, rest_tail, line.data] {
            if !part.is_empty() {
                self.page.store(at, part)?;
                at += part.len();
            }
        }
        Ok(())
    }
}

/// The line of a node, in pieces.
struct NodeLine<'n> {
    /// The length words; the first one is there only if the node takes bytes from the page's prefix.
    words: [u8; 2 * LENGTH_WORD],
    is_compressed: bool,
    /// What the prefix does not give of the key, in two pieces.
    rest: [&'n [u8]; 2],
    data: &'n [u8],
    /// The node flags of small pages, which lie in the tag.
    small_flags: u8,
}

impl<'n> NodeLine<'n> {
    /// That of a node whose key is in two pieces, by the prefix rule; `None` for a key that is too long.
    #[inline]
    fn new(
        size: PageSize,
        prefix: &[u8],
        key: [&'n [u8]; 2],
        data: &'n [u8],
        flags: NodeFlags,
    ) -> Option<Self> {
        let taken = prefix_taken_of(prefix, key);
        let [head, tail] = key;
        let rest = [
            head.get(taken..).unwrap_or(&[]),
            tail.get(taken.saturating_sub(head.len())..).unwrap_or(&[]),
        ];
        let suffix = rest[0].len() + rest[1].len();
        if taken.max(suffix) > usize::from(LENGTH_MASK) {
            return None;
        }
        let is_compressed = taken > 0;
        let mut flags = flags;
        flags.set(NodeFlags::COMPRESSED, is_compressed);
        let (in_line, small_flags) = match size.is_large() {
            true => (u16::from(flags.bits()) << LINE_FLAGS_SHIFT, 0),
            false => (0, flags.bits()),
        };
        // The flags of large pages lie in the first word that is there.
        let [a, b] = (to_u16(taken) | in_line).to_le_bytes();
        let lone = if is_compressed { 0 } else { in_line };
        let [c, d] = (to_u16(suffix) | lone).to_le_bytes();
        Some(Self {
            words: [a, b, c, d],
            is_compressed,
            rest,
            data,
            small_flags,
        })
    }

    #[inline]
    fn words(&self) -> &[u8] {
        match self.is_compressed {
            true => &self.words,
            false => self.words.get(LENGTH_WORD..).unwrap_or(&[]),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        let words = if self.is_compressed { 2 } else { 1 } * LENGTH_WORD;
        let [rest, rest_tail] = self.rest;
        words + rest.len() + rest_tail.len() + self.data.len()
    }

    /// The tag of the line at `ib`.
    #[inline]
    fn tag(&self, ib: usize) -> Tag {
        Tag {
            ib,
            cb: self.len(),
            small_flags: self.small_flags,
        }
    }

    /// Puts the line into one piece; `None` when it is longer than that.
    #[inline]
    fn put_into<'b>(&self, all: &'b mut [u8; STORED_AT_ONCE]) -> Option<&'b [u8]> {
        let cb = self.len();
        let line = all.get_mut(..cb)?;
        let (words, mut left) = line.split_at_mut_checked(self.words().len())?;
        words.copy_from_slice(self.words());
        let [rest, rest_tail] = self.rest;
        for part in [rest, rest_tail] {
            if !part.is_empty() {
                let (place, behind) = left.split_at_mut_checked(part.len())?;
                place.copy_from_slice(part);
                left = behind;
            }
        }
        left.copy_from_slice(self.data);
        all.get(..cb)
    }
}

/// The numbers of a page header that say what is free.
#[derive(Clone, Copy)]
struct Accounting {
    cb_free: u16,
    cb_uncommitted_free: u16,
    ib_mic_free: u16,
    itag_state: u16,
}

impl Accounting {
    /// Those of a page, with one load.
    #[inline]
    fn of(page: &[u8]) -> Self {
        let all = u64_at(page, OFF_CB_FREE).unwrap_or(0);
        Self {
            cb_free: all as u16,
            cb_uncommitted_free: (all >> 16) as u16,
            ib_mic_free: (all >> 32) as u16,
            itag_state: (all >> 48) as u16,
        }
    }

    /// The same after a line of `cb` bytes came to `ib`, as one more than `count`.
    #[inline]
    fn with_line(self, count: usize, ib: usize, cb: usize) -> Self {
        let cb_free = self.cb_free.saturating_sub(to_u16(cb + TAG_BYTES));
        Self {
            cb_free,
            cb_uncommitted_free: self.cb_uncommitted_free.min(cb_free),
            ib_mic_free: to_u16(ib + cb),
            itag_state: itag_state(self.reserved_bits(), count + 1),
        }
    }

    /// Tags that are no nodes, as [`PageView::reserved_tags`].
    #[inline]
    fn reserved_tags(self) -> usize {
        usize::from(self.reserved_bits() & RESERVED_TAGS_MASK).max(1)
    }

    #[inline]
    fn tag_count(self) -> usize {
        usize::from(self.itag_state & ITAG_COUNT_MASK)
    }

    #[inline]
    fn reserved_bits(self) -> u16 {
        self.itag_state >> RESERVED_TAGS_SHIFT
    }

    #[inline]
    fn usable_free(self, space: Space) -> usize {
        let reserved = match space {
            Space::Committed => self.cb_uncommitted_free,
            Space::Reserved => 0,
        };
        usize::from(self.cb_free.saturating_sub(reserved))
    }

    /// Between the lines and the tags of a page with `cb_data` bytes for both.
    #[inline]
    fn contiguous_free(self, cb_data: usize) -> usize {
        let used = TAG_BYTES * self.tag_count() + usize::from(self.ib_mic_free);
        cb_data.saturating_sub(used)
    }
}

const _: () = assert!(
    OFF_CB_UNCOMMITTED_FREE == OFF_CB_FREE + 2
        && OFF_IB_MIC_FREE == OFF_CB_FREE + 4
        && OFF_ITAG_STATE == OFF_CB_FREE + 6,
    "the accounting is stored as one word"
);

#[inline]
fn itag_state(reserved: u16, count: usize) -> u16 {
    (reserved << RESERVED_TAGS_SHIFT) | (to_u16(count) & ITAG_COUNT_MASK)
}

/// Every number of a page fits in 16 bits; one that doesn't comes from a damaged page and is cut.
#[inline]
fn to_u16(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
