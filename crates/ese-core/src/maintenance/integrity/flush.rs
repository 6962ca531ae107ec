//! The flush map beside the database, loaded.
//!
//! Invariant: a map that does not go with the header, or a damaged page of one, knows nothing.
#![forbid(unsafe_code)]

use crate::format::checksum::PageVerdict;
use crate::format::db_header::DbHeader;
use crate::format::flush_map::{
    FlushMapHeader, FlushMapPage, MAP_PAGE, is_lost_flush, locate, page_offset, pages_for,
};
use crate::format::ids::Pgno;
use crate::io::File;

/// States of all pages: two bits a page of the database.
pub(super) struct FlushStates {
    pages: Vec<Option<Box<[u8]>>>,
}

impl FlushStates {
    /// Loads the map for a database whose last page is `last`; `None` when it is of no use.
    pub(super) fn load(map: &dyn File, header: &DbHeader, last: Pgno) -> Option<Self> {
        let mut head = vec![0u8; MAP_PAGE.bytes()];
        map.read_exact_at(&mut head, 0).ok()?;
        let map_header = FlushMapHeader::open(&head).ok()?;
        map_header.belongs_to(header).ok()?;
        let pages = (0..pages_for(last))
            .map(|k| {
                let mut page = vec![0u8; MAP_PAGE.bytes()];
                map.read_exact_at(&mut page, page_offset(k)).ok()?;
                let good = FlushMapPage::new(&page)?.verify(k) == PageVerdict::Good;
                good.then(|| page.into_boxed_slice())
            })
            .collect();
        Some(Self { pages })
    }

    /// The map's state when it contradicts the page's flush type.
    pub(super) fn lost(&self, pgno: Pgno, in_page: u8) -> Option<u8> {
        let (k, index) = locate(pgno);
        let page = self.pages.get(k as usize)?.as_deref()?;
        let in_map = FlushMapPage::new(page)?.state(index);
        is_lost_flush(in_map, in_page).then_some(in_map)
    }
}
