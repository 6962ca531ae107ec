//! Nodes of a page under change, and its external header.
//!
//! Invariants: as of the room above; keys are stored by the prefix rule
//! (docs/format/database-pages.md §4.3), whoever asks.
#![forbid(unsafe_code)]

use super::super::bytes::u16_at;
use super::super::node::{LENGTH_MASK, NodeFlags};
use super::super::page::{PageError, PageView, Tag};
use super::super::page_mut::{OutsidePage, PageMut};
use super::{EditError, NodeLine, PageEdit, Space};

impl<P: PageMut> PageEdit<'_, P> {
    /// Replaces the external header (tag 0). On a page whose nodes take bytes from it, the caller
    /// encodes the nodes again.
    pub fn set_external_header(&mut self, bytes: &[u8]) -> Result<(), EditError> {
        self.replace_tail(0, 0, bytes, Space::Reserved)
    }

    /// Inserts a node as number `iline`, its key stored by the prefix rule. `flags`: version and
    /// deleted; compressed is decided here.
    pub fn insert_node(
        &mut self,
        iline: usize,
        key: &[u8],
        data: &[u8],
        flags: NodeFlags,
        space: Space,
    ) -> Result<(), EditError> {
        self.insert_node_of(iline, [key, &[]], data, flags, space)
    }

    /// As [`PageEdit::insert_node`], the key in two pieces: nodes and log records hold it like that.
    pub fn insert_node_of(
        &mut self,
        iline: usize,
        key: [&[u8]; 2],
        data: &[u8],
        flags: NodeFlags,
        space: Space,
    ) -> Result<(), EditError> {
        let now = self.accounting();
        let reserved = now.reserved_tags();
        if iline > now.tag_count().saturating_sub(reserved) {
            return Err(PageError::NoSuchTag(iline.saturating_add(reserved)).into());
        }
        let key_len = key.iter().map(|k| k.len()).sum::<usize>();
        let prefix = PageView::of(self.page, self.size).prefix()?;
        let line = NodeLine::new(self.size, prefix, key, data, flags);
        let (Some(line), false, true) =
            (line, data.is_empty(), self.null_key_fits(iline, key_len)?)
        else {
            return Err(EditError::Node {
                key: key_len,
                data: data.len(),
            });
        };
        self.insert_line(now, iline + reserved, &line, space)
    }

    /// Whether a node with a key of `key_len` bytes may become number `iline`: the empty key is that
    /// of the last node of an internal page, and nothing comes behind it.
    #[inline]
    fn null_key_fits(&self, iline: usize, key_len: usize) -> Result<bool, EditError> {
        let view = self.view();
        if view.is_leaf() {
            return Ok(key_len > 0);
        }
        if iline < view.node_count() {
            return Ok(key_len > 0);
        }
        match iline.checked_sub(1) {
            Some(last) => Ok(view.node(last)?.key_len() > 0),
            None => Ok(true),
        }
    }

    /// Overwrites bytes of the data of node `iline` from `offset` on; its length stays.
    pub fn overwrite_data(
        &mut self,
        iline: usize,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), EditError> {
        let at = self.data_at(iline, offset, bytes.len())?;
        Ok(self.page.store(at, bytes)?)
    }

    /// Fills the data of node `iline` from `offset` to its end; its length stays.
    pub fn fill_data(&mut self, iline: usize, offset: usize, byte: u8) -> Result<(), EditError> {
        let len = self.view().node(iline)?.data.len();
        let at = self.data_at(iline, offset, len.saturating_sub(offset))?;
        self.fill(at, len.saturating_sub(offset), byte)
    }

    /// Replaces the data of node `iline`.
    pub fn replace_data(
        &mut self,
        iline: usize,
        data: &[u8],
        space: Space,
    ) -> Result<(), EditError> {
        let itag = self.itag(iline)?;
        let head = self.node_head(iline)?;
        if data.is_empty() {
            return Err(EditError::Node { key: 0, data: 0 });
        }
        self.replace_tail(itag, head, data, space)
    }

    /// Changes node flags of node `iline`: `set` is added, `clear` taken away. How the key is stored
    /// can't be changed by a flag, so `COMPRESSED` is left alone.
    pub fn change_node_flags(
        &mut self,
        iline: usize,
        set: NodeFlags,
        clear: NodeFlags,
    ) -> Result<(), EditError> {
        let itag = self.itag(iline)?;
        let (line, tag) = self.view().line(itag)?;
        let change = |old: u8| {
            let keep = NodeFlags::COMPRESSED.bits();
            (old & keep) | (((old | set.bits()) & !clear.bits()) & !keep)
        };
        if self.size.is_large() {
            let short = PageError::LineShort {
                itag,
                cb: line.len(),
            };
            let first = u16_at(line, 0).ok_or(short)?;
            let flags = u16::from(change((first >> 13) as u8) & 7) << 13;
            let at = self.size.header_bytes() + tag.ib;
            Ok(self.page.store_u16(at, (first & LENGTH_MASK) | flags)?)
        } else {
            let small_flags = change(tag.small_flags) & 7;
            self.store_tag(itag, Tag { small_flags, ..tag })
        }
    }

    /// Flags node `iline` as deleted.
    pub fn flag_delete(&mut self, iline: usize) -> Result<(), EditError> {
        self.change_node_flags(iline, NodeFlags::DELETED, NodeFlags::empty())
    }

    /// Takes the deleted flag away.
    pub fn undelete(&mut self, iline: usize) -> Result<(), EditError> {
        self.change_node_flags(iline, NodeFlags::empty(), NodeFlags::DELETED)
    }

    /// Removes node `iline`.
    pub fn delete_node(&mut self, iline: usize) -> Result<(), EditError> {
        let itag = self.itag(iline)?;
        self.delete_line(itag)
    }

    // ---- inner ---------------------------------------------------------------------------------

    /// Where in the page bytes `offset..offset + len` of the data of node `iline` lie.
    fn data_at(&self, iline: usize, offset: usize, len: usize) -> Result<usize, EditError> {
        let itag = self.itag(iline)?;
        let (line, tag) = self.view().line(itag)?;
        let from = self.node_head(iline)?.saturating_add(offset);
        let end = from.saturating_add(len);
        if end > line.len() {
            return Err(EditError::Outside(OutsidePage {
                offset: from,
                len,
                page: line.len(),
            }));
        }
        Ok(self.size.header_bytes() + tag.ib + from)
    }

    /// Tag of node `iline`.
    fn itag(&self, iline: usize) -> Result<usize, EditError> {
        let view = self.view();
        if iline < view.node_count() {
            Ok(iline + view.reserved_tags())
        } else {
            Err(PageError::NoSuchTag(iline.saturating_add(view.reserved_tags())).into())
        }
    }

    /// Bytes of a node before its data.
    fn node_head(&self, iline: usize) -> Result<usize, EditError> {
        let node = self.view().node(iline)?;
        let overhead = if node.flags.contains(NodeFlags::COMPRESSED) {
            4
        } else {
            2
        };
        Ok(overhead + node.suffix.len())
    }
}
