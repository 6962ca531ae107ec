//! Before-images: a whole page inside a Split2 or Merge2 record
//! (docs/format/log-records.md §5.3).
//!
//! An image shows the page before the change but already with the change's dbtime. It may lack the
//! gap between data and tags, or most of it ("dehydrated": its cbFree is smaller by what is missing),
//! and may be XPRESS-compressed.
//!
//! Invariant: what comes out has exactly the page's size.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage};
use crate::format::bytes::u16_at;
use crate::format::compress::{CompressError, decompress_into};
use crate::format::ids::{Dbtime, PageSize, Pgno};
use crate::format::log_record::{ImageFlags, Merge2, Split2};
use crate::format::page::{
    ITAG_COUNT_MASK, OFF_CB_FREE, OFF_IB_MIC_FREE, OFF_ITAG_STATE, TAG_BYTES,
};
use crate::format::page_edit::PageEdit;
use crate::format::page_mut::{PageBuf, PageMut};

/// The page that splits as it was before, from the record's image; `None` when there is none.
pub fn of_split(record: &Split2<'_>, page_size: PageSize) -> Result<Option<PageBuf>, ApplyError> {
    let head = &record.page;
    let (flags, before) = (record.image_flags, head.dbtime_before);
    unpack(record.image, flags, page_size, head.pgno, before)
}

/// The source of a merge as it was before, from the record's image; `None` when there is none.
pub fn of_merge(record: &Merge2<'_>, page_size: PageSize) -> Result<Option<PageBuf>, ApplyError> {
    let head = &record.page;
    let (flags, before) = (record.image_flags, head.dbtime_before);
    unpack(record.image, flags, page_size, head.pgno, before)
}

/// Unpacks the image of page `pgno` and gives it back the dbtime that it had before the change.
fn unpack(
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
        decompress_into(image, &mut plain, size).on(pgno)?;
        &plain
    } else {
        image
    };
    let mut page = if flags.contains(ImageFlags::DEHYDRATED) {
        let what = "the before-image does not fit its own header";
        rehydrate(bytes, page_size).ok_or(ApplyError::record(pgno, what))?
    } else if bytes.len() == size {
        PageBuf::from_slice(bytes)
    } else {
        let kind = CompressError::Size {
            found: bytes.len(),
            wanted: size,
        };
        return Err(ApplyError::Image { pgno, kind });
    };
    PageEdit::new(&mut page)
        .on(pgno)?
        .set_dbtime(dbtime_before)
        .on(pgno)?;
    Ok(Some(page))
}

/// Makes a page of the usual size of one whose gap between data and tags was made smaller: the tags
/// go back to the page's end, and cbFree, which went down with the gap, goes up again. `None` when
/// the bytes are no such page.
fn rehydrate(bytes: &[u8], page_size: PageSize) -> Option<PageBuf> {
    let grown = page_size.bytes().checked_sub(bytes.len())?;
    let data_end = page_size.header_bytes() + usize::from(u16_at(bytes, OFF_IB_MIC_FREE)?);
    let cb_tags = TAG_BYTES * usize::from(u16_at(bytes, OFF_ITAG_STATE)? & ITAG_COUNT_MASK);
    let cb_free = usize::from(u16_at(bytes, OFF_CB_FREE)?).checked_add(grown)?;
    let (data, tags) = bytes.split_at_checked(bytes.len().checked_sub(cb_tags)?)?;
    if data_end > data.len() {
        return None;
    }
    let mut page = PageBuf::zeroed(page_size);
    page.store(0, data).ok()?;
    page.store(data.len() + grown, tags).ok()?;
    let cb_free = u16::try_from(cb_free).ok()?;
    page.store_u16(OFF_CB_FREE, cb_free).ok()?;
    Some(page)
}

#[cfg(test)]
mod tests;
