//! Many nodes at once, behind those that a page has: as splits and reorganisations fill pages.
//!
//! Invariant: the page is what inserting them one after another would have made of it; after an error it
//! has none of them.
#![forbid(unsafe_code)]

use super::super::node::NodeFlags;
use super::super::page::{PageError, TAG_BYTES};
use super::super::page_mut::PageMut;
use super::{Accounting, EditError, NodeLine, PageEdit, Space, TAGS_MAX};

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
        (prefix, key): (&[u8], [&[u8]; 2]),
        (data, flags): (&[u8], NodeFlags),
    ) -> Result<Accounting, EditError> {
        let Some(line) = NodeLine::new(self.size, prefix, key, data, flags) else {
            let key = key.iter().map(|k| k.len()).sum::<usize>();
            let data = data.len();
            return Err(EditError::Node { key, data });
        };
        let cb = line.len();
        let (needed, free) = (cb + TAG_BYTES, now.contiguous_free(self.cb_data()));
        let free = free.min(now.usable_free(Space::Reserved));
        if needed > free {
            return Err(EditError::Full { needed, free });
        }
        if count >= TAGS_MAX {
            return Err(PageError::NoSuchTag(count).into());
        }
        let ib = usize::from(now.ib_mic_free);
        self.store_line(ib, &line)?;
        self.store_tag(count, line.tag(ib))?;
        Ok(now.with_line(count, ib, cb))
    }
}
