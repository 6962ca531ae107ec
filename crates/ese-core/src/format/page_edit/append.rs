//! Many nodes at once, behind those that a page has: as splits and reorganisations fill pages.
//!
//! Invariant: the page is what inserting them one after another would have made of it; after an error it
//! has none of them.
#![forbid(unsafe_code)]

use super::super::node::{LENGTH_MASK, NodeFlags};
use super::super::page::{PageError, TAG_BYTES, Tag};
use super::super::page_mut::PageMut;
use super::{
    Accounting, EditError, PageEdit, Space, TAGS_MAX, itag_state, prefix_taken_of, to_u16,
};

/// A node to be appended: its key in two pieces, its data, its flags (version and deleted; compressed is
/// decided here).
#[derive(Clone, Copy)]
pub struct NewNode<'n> {
    /// Prefix and suffix, as nodes and log records hold a key.
    pub key: [&'n [u8]; 2],
    /// Its data.
    pub data: &'n [u8],
    /// Version and deleted.
    pub flags: NodeFlags,
}

impl<P: PageMut> PageEdit<'_, P> {
    /// Appends nodes; they may take all bytes that are free.
    ///
    /// # Errors
    /// A node that is none, or does not fit.
    pub fn append_nodes<'n>(
        &mut self,
        nodes: impl IntoIterator<Item = NewNode<'n>>,
    ) -> Result<(), EditError> {
        let mut now = self.accounting();
        let count = self.sane(now)?;
        if now.contiguous_free(self.cb_data()) < now.usable_free(Space::Reserved) {
            self.reorganise()?;
            now = self.accounting();
        }
        let view = self.view();
        let (is_leaf, reserved) = (view.is_leaf(), view.reserved_tags());
        let prefix = view.prefix()?.to_vec();
        // On internal pages only the last key may be empty.
        let mut last_is_null = match count.checked_sub(reserved + 1) {
            Some(last) if !is_leaf => view.node(last)?.key_len() == 0,
            _ => false,
        };
        for (count, node) in (count..).zip(nodes) {
            let NewNode { key, data, flags } = node;
            let key_len = key.iter().map(|k| k.len()).sum::<usize>();
            if last_is_null || data.is_empty() || (is_leaf && key_len == 0) {
                let data = data.len();
                return Err(EditError::Node { key: key_len, data });
            }
            last_is_null = key_len == 0;
            now = self.append_line(now, count, (&prefix, key), (data, flags))?;
        }
        self.store_accounting(now)
    }

    /// Puts one node behind the last, and its tag; what the header says then is given back.
    fn append_line(
        &mut self,
        now: Accounting,
        count: usize,
        (prefix, [head, tail]): (&[u8], [&[u8]; 2]),
        (data, flags): (&[u8], NodeFlags),
    ) -> Result<Accounting, EditError> {
        let taken = prefix_taken_of(prefix, [head, tail]);
        let rest = head.get(taken..).unwrap_or(&[]);
        let rest_tail = tail.get(taken.saturating_sub(head.len())..).unwrap_or(&[]);
        let suffix = rest.len() + rest_tail.len();
        if taken.max(suffix) > usize::from(LENGTH_MASK) {
            let key = head.len() + tail.len();
            let data = data.len();
            return Err(EditError::Node { key, data });
        }
        let mut flags = flags - NodeFlags::COMPRESSED;
        flags.set(NodeFlags::COMPRESSED, taken > 0);
        let (in_line, small_flags) = match self.size.is_large() {
            true => (u16::from(flags.bits()) << 13, 0),
            false => (0, flags.bits()),
        };
        let [a, b] = (to_u16(taken) | in_line).to_le_bytes();
        let lone = match taken > 0 {
            true => 0,
            false => in_line,
        };
        let [c, d] = (to_u16(suffix) | lone).to_le_bytes();
        let both = [a, b, c, d];
        let words = match taken > 0 {
            true => both.as_slice(),
            false => both.get(2..).unwrap_or(&[]),
        };
        let cb = words.len() + suffix + data.len();
        let (needed, free) = (cb + TAG_BYTES, now.contiguous_free(self.cb_data()));
        let free = free.min(now.usable_free(Space::Reserved));
        if needed > free {
            return Err(EditError::Full { needed, free });
        }
        if count >= TAGS_MAX {
            return Err(PageError::NoSuchTag(count).into());
        }
        let ib = usize::from(now.ib_mic_free);
        self.store_parts(ib, &[words, rest, rest_tail, data])?;
        let tag = Tag {
            ib,
            cb,
            small_flags,
        };
        self.store_tag(count, tag)?;
        let cb_free = now.cb_free.saturating_sub(to_u16(needed));
        Ok(Accounting {
            cb_free,
            cb_uncommitted_free: now.cb_uncommitted_free.min(cb_free),
            ib_mic_free: to_u16(ib + cb),
            itag_state: itag_state(now.reserved_bits(), count + 1),
        })
    }
}
