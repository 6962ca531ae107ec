//! Records of `image` applied to pages made by hand, for what no recorded history holds.
#![forbid(unsafe_code)]

use super::super::testing::{AFTER, BEFORE, LIVE, leaf};
use super::*;
use crate::error::{HasJetErr, JetErr};
use crate::format::page::PageView;
use crate::format::page_check::check_page;

/// The page without `cut` bytes of its gap, and with the dbtime of the change.
fn dehydrated(page: &PageBuf, cut: usize) -> Vec<u8> {
    let view = PageView::new(page).unwrap();
    let tags_at = page.len() - TAG_BYTES * view.tag_count();
    let mut image = page.clone();
    let cb_free = view.cb_free() - u16::try_from(cut).unwrap();
    image.store_u16(OFF_CB_FREE, cb_free).unwrap();
    PageEdit::new(&mut image)
        .unwrap()
        .set_dbtime(AFTER)
        .unwrap();
    let mut out = image[..tags_at - cut].to_vec();
    out.extend_from_slice(&image[tags_at..]);
    out
}

fn shown(image: &[u8], flags: ImageFlags, size: PageSize) -> Result<Option<PageBuf>, ApplyError> {
    unpack(image, flags, size, Pgno(50), BEFORE)
}

#[test]
fn the_gap_comes_back() {
    for size in PageSize::ALL {
        let page = leaf(size, &[(b"a", b"first", LIVE), (b"b", b"second", LIVE)]);
        let view = PageView::new(&page).unwrap();
        let gap = size.bytes()
            - size.header_bytes()
            - usize::from(view.ib_mic_free())
            - TAG_BYTES * view.tag_count();
        // All of the gap, most of it, none.
        for cut in [gap, gap - 4, 0] {
            let got = shown(&dehydrated(&page, cut), ImageFlags::DEHYDRATED, size);
            assert!(got == Ok(Some(page.clone())), "{size:?} {cut}");
        }
        let whole = dehydrated(&page, 0);
        assert!(shown(&whole, ImageFlags::empty(), size) == Ok(Some(page.clone())));
        check_page(&PageView::new(&page).unwrap()).unwrap();
    }
}

#[test]
fn what_is_no_page_is_refused() {
    let size = PageSize::K4;
    let page = leaf(size, &[(b"a", b"first", LIVE)]);
    assert_eq!(shown(&[], ImageFlags::empty(), size), Ok(None));
    let good = dehydrated(&page, 3000);
    for len in 1..good.len() {
        // Shorter ones may still hold data and tags: then they are a page, whose tags say nonsense.
        if let Ok(Some(page)) = shown(&good[..len], ImageFlags::DEHYDRATED, size) {
            assert_eq!(page.len(), 4096);
        }
        let error = shown(&good[..len], ImageFlags::empty(), size).unwrap_err();
        assert_eq!(error.jet_err(), JetErr::LOG_CORRUPTED);
    }
    assert!(shown(&good[..40], ImageFlags::DEHYDRATED, size).is_err());
    let long = vec![0; 4097];
    assert!(shown(&long, ImageFlags::DEHYDRATED, size).is_err());
    assert!(shown(&long, ImageFlags::empty(), size).is_err());
    assert!(shown(&good, ImageFlags::XPRESS, size).is_err());
}
