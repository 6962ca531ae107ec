//! Before-images: a whole page inside a Split2 or Merge2 record
//! (docs/format/log-records.md §5.3).
//!
//! An image shows the page before the change but already with the change's dbtime. It may lack the
//! gap between data and tags ("dehydrated") and may be XPRESS-compressed.
//!
//! Invariant: what comes out has exactly the page's size.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage};
use crate::format::compress::{CompressError, decompress_into};
use crate::format::ids::{Dbtime, PageSize, Pgno};
use crate::format::log_record::ImageFlags;
use crate::format::page::{ITAG_COUNT_MASK, OFF_IB_MIC_FREE, OFF_ITAG_STATE, TAG_BYTES};
use crate::format::page_edit::PageEdit;
use crate::format::page_mut::PageBuf;

/// Unpacks the image of page `pgno` and gives it back the dbtime that it had before the change;
/// `None` when the record carries none.
pub fn unpack(
    image: &[u8],
    flags: ImageFlags,
    page_size: PageSize,
    pgno: Pgno,
    dbtime_before: Dbtime,
) -> Result<Option<PageBuf>, ApplyError> {
    if image.is_empty() {
        return Ok(None);
    }
    let size = page_size.bytes();
    let mut plain = Vec::new();
    let bytes = if flags.contains(ImageFlags::XPRESS) {
        decompress_into(image, &mut plain, size).map_err(|kind| ApplyError::Image { pgno, kind })?;
        &plain
    } else {
        image
    };
    let mut page = if flags.contains(ImageFlags::DEHYDRATED) {
        rehydrate(bytes, page_size).ok_or(ApplyError::record(pgno, "the before-image does not fit its own header"))?
    } else if bytes.len() == size {
        PageBuf::from_slice(bytes)
    } else {
        let kind = CompressError::Size {
            found: bytes.len(),
            wanted: size,
        };
        return Err(ApplyError::Image { pgno, kind });
    };
    PageEdit::new(&mut page).on(pgno)?.set_dbtime(dbtime_before).on(pgno)?;
    Ok(Some(page))
}

/// Puts the gap back between the data area and the tags.
fn rehydrate(bytes: &[u8], page_size: PageSize) -> Option<PageBuf> {
    let word = |off| crate::format::bytes::u16_at(bytes, off).map(usize::from);
    let data_end = page_size.header_bytes() + word(OFF_IB_MIC_FREE)?;
    let tags = TAG_BYTES * (word(OFF_ITAG_STATE)? & usize::from(ITAG_COUNT_MASK));
    let gap = page_size.bytes().checked_sub(data_end + tags)?;
    if bytes.len() != data_end + tags {
        return None;
    }
    let mut page = bytes.get(..data_end)?.to_vec();
    page.resize(data_end + gap, 0);
    page.extend_from_slice(bytes.get(data_end..)?);
    Some(PageBuf::from_slice(&page))
}
