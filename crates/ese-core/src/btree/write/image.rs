//! Before-images: a page as it is before a split or merge takes nodes from it, for the record.
//!
//! The image already has the time of the change. The gap between data and tags is left out where that
//! saves a tenth of the page, and what is left is XPRESS-compressed where that makes it shorter: as
//! the original does (docs/format/log-records.md §5.3).
//!
//! Invariant: [`crate::btree::apply::image`] gives the page back.
#![forbid(unsafe_code)]

use crate::format::bytes::u16_at;
use crate::format::compress::encode_xpress;
use crate::format::ids::Dbtime;
use crate::format::log_record::ImageFlags;
use crate::format::page::{OFF_CB_FREE, OFF_DBTIME, PageError, PageView, TAG_BYTES};

/// Bytes of the image of a page, and how it is stored.
pub(super) struct Image {
    pub(super) bytes: Vec<u8>,
    pub(super) flags: ImageFlags,
}

impl Image {
    /// No image at all.
    pub(super) fn none() -> Self {
        Self {
            bytes: Vec::new(),
            flags: ImageFlags::empty(),
        }
    }

    /// The image of a page that is about to get the time `dbtime`.
    pub(super) fn of(
        view: &PageView<'_>,
        dbtime: Dbtime,
        compress: bool,
    ) -> Result<Self, PageError> {
        let size = view.size().bytes();
        let mut flags = ImageFlags::empty();
        let mut bytes = match dehydrated(view) {
            Some(bytes) if bytes.len() <= size * 9 / 10 => {
                flags |= ImageFlags::DEHYDRATED;
                bytes
            }
            _ => view.bytes().to_vec(),
        };
        let at = OFF_DBTIME..OFF_DBTIME + size_of::<u64>();
        let time = bytes.get_mut(at).ok_or(PageError::Size(size))?;
        time.copy_from_slice(&dbtime.0.to_le_bytes());
        let mut packed = Vec::new();
        if compress && encode_xpress(&bytes, &mut packed) {
            flags |= ImageFlags::XPRESS;
            bytes = packed;
        }
        Ok(Self { bytes, flags })
    }
}

/// The page without the gap between data and tags; an even number of bytes stays, so that tags lie
/// where words lie.
fn dehydrated(view: &PageView<'_>) -> Option<Vec<u8>> {
    let page = view.bytes();
    let data_end = view.size().header_bytes() + usize::from(view.ib_mic_free());
    let data_end = data_end.next_multiple_of(2);
    let tags_at = page.len().checked_sub(TAG_BYTES * view.tag_count())?;
    let gap = u16::try_from(tags_at.checked_sub(data_end)?).ok()?;
    let mut bytes = Vec::with_capacity(page.len());
    bytes.extend_from_slice(page.get(..data_end)?);
    bytes.extend_from_slice(page.get(tags_at..)?);
    let free = u16_at(&bytes, OFF_CB_FREE)?.checked_sub(gap)?;
    let at = OFF_CB_FREE..OFF_CB_FREE + size_of::<u16>();
    bytes.get_mut(at)?.copy_from_slice(&free.to_le_bytes());
    Some(bytes)
}
