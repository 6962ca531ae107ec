//! The pages of a database file, read and proven: what a file at rest and an attached one share.
//!
//! Invariant: a page that comes out of here matches its checksum (after at most one corrected bit a
//! block, in memory only), carries its own number, is sound in structure, and is not older than the
//! flush map says.
#![forbid(unsafe_code)]

use crate::cache::{EachPage, PageFault, PageFaultKind};
use crate::format::checksum::{self, PageVerdict};
use crate::format::flush_map::is_lost_flush;
use crate::format::ids::{PageSize, Pgno};
use crate::format::page::PageView;
use crate::format::page_check::check_page;
use crate::io::{self, File};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Header copies before page 1, in pages.
const HEADER_PAGES: u64 = 2;

/// The flush type that a map knows of a page; 0 when it knows none.
pub(super) trait LastWrites {
    fn last_write(&self, pgno: Pgno) -> u8;
}

/// A file of pages.
pub(super) struct PageFile {
    pub(super) file: Arc<dyn File>,
    pub(super) page_size: PageSize,
    corrected: AtomicU64,
}

/// Pages that a file of `len` bytes holds behind its header copies. A part of a page at the end does
/// not count.
pub(super) fn pages_of_len(len: u64, page_size: PageSize) -> u32 {
    let pages = (len / page_size.bytes() as u64).saturating_sub(HEADER_PAGES);
    u32::try_from(pages).unwrap_or(Pgno::MAX.0).min(Pgno::MAX.0)
}

/// Length in bytes of a file of `pages` pages.
pub(super) fn len_of_pages(pages: u32, page_size: PageSize) -> u64 {
    (u64::from(pages) + HEADER_PAGES) * page_size.bytes() as u64
}

impl PageFile {
    pub(super) fn new(file: Arc<dyn File>, page_size: PageSize) -> Self {
        Self {
            file,
            page_size,
            corrected: AtomicU64::new(0),
        }
    }

    /// How many pages were read with a bit that the checksum corrected.
    pub(super) fn corrected(&self) -> u64 {
        self.corrected.load(Ordering::Relaxed)
    }

    /// Reads pages as they lie in the file; fewer bytes than asked only at its end.
    pub(super) fn read_raw(&self, first: Pgno, buf: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(buf, first.offset(self.page_size))
    }

    /// [`crate::cache::PageLoader::load`] in a file of `pages` pages.
    pub(super) fn load(
        &self,
        pages: u32,
        map: Option<&impl LastWrites>,
        pgno: Pgno,
        buf: &mut [u8],
    ) -> Result<(), PageFault> {
        in_file(pgno, pages)?;
        self.file
            .read_exact_at(buf, pgno.offset(self.page_size))
            .map_err(|e| PageFault::io(pgno, e))?;
        self.prove(map, pgno, buf)
    }

    /// [`crate::cache::PageLoader::load_run`] in a file of `pages` pages, by one read.
    pub(super) fn load_run(
        &self,
        pages: u32,
        map: Option<&impl LastWrites>,
        first: Pgno,
        buf: &mut [u8],
        each: &mut EachPage<'_>,
    ) {
        let size = self.page_size.bytes();
        let read = self.read_raw(first, buf);
        for (i, page) in buf.chunks_exact_mut(size).enumerate() {
            let pgno = Pgno(first.0.saturating_add(u32::try_from(i).unwrap_or(u32::MAX)));
            let proven = match &read {
                Ok(n) if (i + 1) * size <= *n => {
                    in_file(pgno, pages).and_then(|()| self.prove(map, pgno, page))
                }
                Ok(_) => Err(PageFault::new(pgno, PageFaultKind::BeyondEof)),
                Err(e) => Err(PageFault::io(pgno, io::Error::new(e.kind(), e.to_string()))),
            };
            each(pgno, proven.map(|()| &*page));
        }
    }

    /// Proves a page that was read whole.
    fn prove(
        &self,
        map: Option<&impl LastWrites>,
        pgno: Pgno,
        mut page: &mut [u8],
    ) -> Result<(), PageFault> {
        let fault = |kind| Err(PageFault::new(pgno, kind));
        match checksum::correct(&mut page, pgno) {
            PageVerdict::Good => {}
            PageVerdict::Correctable { bits } => {
                self.corrected.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(pgno = pgno.0, bits = ?bits.as_slice(), "a flipped bit was corrected in memory");
            }
            PageVerdict::Zero => return fault(PageFaultKind::NotInitialized),
            PageVerdict::Bad {
                expected,
                actual,
                looks_like,
                ..
            } => {
                return fault(PageFaultKind::Checksum {
                    stored: expected,
                    actual,
                    looks_like,
                });
            }
            PageVerdict::WrongPgno { found, .. } => return fault(PageFaultKind::WrongPgno(found)),
            PageVerdict::NotAPage { .. } => return fault(PageFaultKind::BeyondEof),
        }
        let structure = |e| PageFault::new(pgno, PageFaultKind::Structure(e));
        let view = PageView::new(page).map_err(structure)?;
        check_page(&view).map_err(structure)?;
        let page = view.flush_type();
        let map = map.map_or(0, |map| map.last_write(pgno));
        if is_lost_flush(map, page) {
            return fault(PageFaultKind::LostFlush { page, map });
        }
        Ok(())
    }
}

fn in_file(pgno: Pgno, pages: u32) -> Result<(), PageFault> {
    if pgno.is_null() || pgno.0 > pages {
        return Err(PageFault::new(pgno, PageFaultKind::BeyondEof));
    }
    Ok(())
}
