//! Before-images: a page as it is before a split or merge takes nodes from it, for the record.
//!
//! The image already has the time of the change. The gap between data and tags is left out where that
//! saves a tenth of the page, and what is left is XPRESS-compressed where that makes it shorter: as
//! the original does (docs/format/log-records.md §5.3).
//!
//! Invariant: [`crate::btree::apply::image`] gives the page back.
#![forbid(unsafe_code)]

use crate::format::bytes::u16_at;
use crate::format::compress::encode_xpress_fast;
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
        if compress && encode_xpress_fast(&bytes, &mut packed) {
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

#[cfg(test)]
mod tests {
    use super::Image;
    use crate::btree::apply::image::of_merge;
    use crate::format::ids::{Dbtime, Objid, PageSize, Pgno};
    use crate::format::log_record::{
        DBTIME_NIL, ImageFlags, LrFlags, LrPage, Merge2, MergeFlags, MergeType,
    };
    use crate::format::node::NodeFlags;
    use crate::format::page::{PageFlags, PageView};
    use crate::format::page_edit::{NewPage, PageEdit, Space};
    use crate::format::page_mut::PageBuf;

    fn record<'a>(image: &'a Image) -> Merge2<'a> {
        Merge2 {
            page: LrPage {
                procid: 1,
                dbid: 1,
                pgno: Pgno(9),
                dbtime: Dbtime(77),
                dbtime_before: Dbtime(5),
                trx_begin0: 4,
                level: 1,
                iline: 0,
                flags: LrFlags::empty(),
            },
            pgno_right: Pgno::NULL,
            dbtime_right_before: DBTIME_NIL,
            pgno_left: Pgno::NULL,
            dbtime_left_before: DBTIME_NIL,
            pgno_parent: Pgno::NULL,
            dbtime_parent_before: DBTIME_NIL,
            pgno_fdp: Pgno(4),
            objid_fdp: Objid(3),
            cb_size_total: 0,
            cb_size_max_total: 0,
            cb_unc_free_dest: 0,
            iline_merge: 0,
            flags: MergeFlags::empty(),
            merge_type: MergeType::FULL_RIGHT,
            image_flags: image.flags,
            key_parent_sep: &[],
            image: &image.bytes,
        }
    }

    #[test]
    fn images_come_back() {
        let mut seen = std::collections::BTreeSet::new();
        for size in PageSize::ALL {
            for (rows, noise) in [
                (0, false),
                (3, false),
                (3, true),
                (4000, false),
                (4000, true),
            ] {
                for compress in [false, true] {
                    let mut page = PageBuf::zeroed(size);
                    let mut edit = PageEdit::new(&mut page).unwrap();
                    let new = NewPage {
                        flags: PageFlags::LEAF,
                        objid: Objid(3),
                        dbtime: Dbtime(5),
                        pgno: Pgno(9),
                        reserved_tags: 1,
                    };
                    edit.format(new).unwrap();
                    let mut state = 1u32;
                    for i in 0..rows {
                        let mut byte = |n: usize| {
                            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                            if noise { (state >> 24) as u8 } else { n as u8 }
                        };
                        let key: Vec<u8> = (1..32).map(&mut byte).collect();
                        let flags = NodeFlags::empty();
                        if edit
                            .insert_node(i, &key, &[7], flags, Space::Reserved)
                            .is_err()
                        {
                            break;
                        }
                    }
                    let view = PageView::new(&page).unwrap();
                    let image = Image::of(&view, Dbtime(77), compress).unwrap();
                    assert!(image.bytes.len() <= size.bytes());
                    assert!(compress || !image.flags.contains(ImageFlags::XPRESS));
                    seen.insert(image.flags.bits());
                    let back = of_merge(&record(&image), size).unwrap().unwrap();
                    let (a, b) = (view, PageView::new(&back).unwrap());
                    assert_eq!((a.dbtime(), a.cb_free()), (b.dbtime(), b.cb_free()));
                    assert_eq!(a.node_count(), b.node_count());
                    for i in 0..a.node_count() {
                        assert_eq!(a.node(i).unwrap(), b.node(i).unwrap());
                    }
                }
            }
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
