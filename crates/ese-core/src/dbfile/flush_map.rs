//! The flush map beside a database: which write of each page was the last.
//!
//! Source: docs/format/database-header.md §5, log-files.md §9.
//!
//! Invariants:
//! * a map is believed only when database and map were closed in order and one of their common
//!   signatures agrees: the map of a database in use lags behind its pages;
//! * a page of the map with a wrong checksum says nothing about any page;
//! * at most [`PAGES_KEPT`] pages of the map are in memory.
#![forbid(unsafe_code)]

use super::page_file::LastWrites;
use crate::format::checksum::PageVerdict;
use crate::format::db_header::DbHeader;
use crate::format::flush_map::{
    FlushMapError, FlushMapHeader, FlushMapPage, MAP_PAGE, locate, page_offset,
};
use crate::format::ids::Pgno;
use crate::io::{self, File, FileSystem, OpenMode};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pages of the map in memory: states of two million database pages.
pub(super) const PAGES_KEPT: usize = 64;

/// What became of the flush map.
#[derive(Debug, thiserror::Error)]
pub enum FlushMapUse {
    /// Nobody asked for it.
    #[error("not asked for")]
    NotAsked,
    /// There is none.
    #[error("there is none")]
    Absent,
    /// It can't be read.
    #[error("it can't be read: {0}")]
    Unreadable(io::Error),
    /// It is damaged, or another database's.
    #[error("{0}")]
    Refused(FlushMapError),
    /// It belongs to the database, but one of the two was not closed in order.
    #[error("it was not closed in order, so it may lag behind the pages")]
    Open,
    /// Lost writes are found by it.
    #[error("in use")]
    Used,
}

/// A flush map in use.
pub(super) struct FlushMap {
    file: Arc<dyn File>,
    pages: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Number and bytes; `None` for a page that can't be used.
    pages: Vec<(u32, Option<Box<[u8]>>)>,
    hand: usize,
}

/// The name of a database's flush map.
#[must_use]
pub fn flush_map_path(database: &Path) -> PathBuf {
    database.with_extension("jfm")
}

impl FlushMap {
    /// Looks for the map of `database`.
    pub(super) fn find(
        fs: &dyn FileSystem,
        database: &Path,
        header: &DbHeader,
    ) -> (Option<Self>, FlushMapUse) {
        match Self::open(fs, &flush_map_path(database), header) {
            Ok(map) => (Some(map), FlushMapUse::Used),
            Err(why) => (None, why),
        }
    }

    fn open(fs: &dyn FileSystem, path: &Path, header: &DbHeader) -> Result<Self, FlushMapUse> {
        let unreadable = |e: io::Error| match e.kind() {
            io::ErrorKind::NotFound => FlushMapUse::Absent,
            _ => FlushMapUse::Unreadable(e),
        };
        let file = fs.open(path, OpenMode::Read).map_err(unreadable)?;
        let mut page = vec![0; MAP_PAGE.bytes()];
        let n = file.read_at(&mut page, 0).map_err(unreadable)?;
        page.truncate(n);
        let map = FlushMapHeader::open(&page)
            .and_then(|map| map.belongs_to(header).map(|()| map))
            .map_err(FlushMapUse::Refused)?;
        if !map.is_clean() || !header.state().is_clean() {
            return Err(FlushMapUse::Open);
        }
        Ok(Self {
            file,
            pages: Mutex::default(),
        })
    }

    fn load(&self, number: u32) -> Option<Box<[u8]>> {
        let mut page = vec![0; MAP_PAGE.bytes()].into_boxed_slice();
        self.file
            .read_exact_at(&mut page, page_offset(number))
            .ok()?;
        let verdict = FlushMapPage::new(&page)?.verify(number);
        (verdict == PageVerdict::Good).then_some(page)
    }
}

impl LastWrites for FlushMap {
    fn last_write(&self, pgno: Pgno) -> u8 {
        let (number, index) = locate(pgno);
        let mut kept = self.pages.lock();
        let kept = &mut *kept;
        let at = match kept.pages.iter().position(|p| p.0 == number) {
            Some(at) => at,
            None => {
                let page = (number, self.load(number));
                if kept.pages.len() < PAGES_KEPT {
                    kept.pages.push(page);
                    kept.pages.len() - 1
                } else {
                    kept.hand = (kept.hand + 1) % PAGES_KEPT;
                    kept.pages[kept.hand] = page;
                    kept.hand
                }
            }
        };
        kept.pages[at]
            .1
            .as_deref()
            .and_then(FlushMapPage::new)
            .map_or(0, |page| page.state(index))
    }
}
