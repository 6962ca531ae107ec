//! One database file at rest: its header, its size, its pages proven one by one.
//!
//! Invariants:
//! * the file is opened for reading only, and nothing of it is ever changed, not even a bit that the
//!   checksum corrects in memory;
//! * a page that comes out of here is proven (`page_file`).
#![forbid(unsafe_code)]

use super::flush_map::{FlushMap, FlushMapUse};
use super::page_file::{LastWrites as _, PageFile, pages_of_len};
use super::{OpenError, read_header};
use crate::cache::{EachPage, PageFault, PageLoader};
use crate::format::db_header::{DbHeader, DbState};
use crate::format::header_page::{CopyState, SelectedHeader};
use crate::format::ids::{PageSize, Pgno};
use crate::io::{self, File, FileSystem, OpenMode};
use std::path::Path;
use std::sync::Arc;

/// A database file at rest.
pub struct DbFile {
    pages: PageFile,
    selected: SelectedHeader,
    len: u64,
    flush_map: Option<FlushMap>,
    flush_map_use: FlushMapUse,
}

impl DbFile {
    /// Opens a database of a file system.
    pub fn open(fs: &dyn FileSystem, path: &Path) -> Result<Self, OpenError> {
        Self::from_file(fs.open(path, OpenMode::Read)?)
    }

    /// A database that is at hand as a file.
    pub fn from_file(file: Arc<dyn File>) -> Result<Self, OpenError> {
        let len = file.len()?;
        let selected = read_header(&*file)?;
        let db = Self {
            pages: PageFile::new(file, selected.page_size),
            selected,
            len,
            flush_map: None,
            flush_map_use: FlushMapUse::NotAsked,
        };
        if db.pages_in_file() == 0 {
            return Err(OpenError::NoPages { len });
        }
        Ok(db)
    }

    /// Looks for the flush map of the database at `path` and uses it, if it goes with it, to find
    /// pages whose last write was lost; [`Self::flush_map_use`] says what came of it.
    #[must_use]
    pub fn with_flush_map(mut self, fs: &dyn FileSystem, path: &Path) -> Self {
        (self.flush_map, self.flush_map_use) = FlushMap::find(fs, path, self.header());
        self
    }

    /// What became of the flush map.
    #[must_use]
    pub fn flush_map_use(&self) -> &FlushMapUse {
        &self.flush_map_use
    }

    /// The flush type that the map knows of a page; 0 when it is not known.
    #[must_use]
    pub fn flush_type_in_map(&self, pgno: Pgno) -> u8 {
        self.flush_map
            .as_ref()
            .map_or(0, |map| map.last_write(pgno))
    }

    /// The header in force.
    #[must_use]
    pub fn header(&self) -> &DbHeader {
        &self.selected.header
    }

    /// The choice between the two header copies.
    #[must_use]
    pub fn selected(&self) -> &SelectedHeader {
        &self.selected
    }

    /// How the two header copies compare.
    #[must_use]
    pub fn copies(&self) -> CopyState {
        self.selected.state
    }

    /// Clean, dirty and so on.
    #[must_use]
    pub fn state(&self) -> DbState {
        self.selected.header.state()
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// `false`: a database has bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whole pages behind the two header copies. A part of a page at the end does not count.
    #[must_use]
    pub fn pages_in_file(&self) -> u32 {
        pages_of_len(self.len, self.page_size())
    }

    /// How many pages were read with a bit that the checksum corrected.
    #[must_use]
    pub fn pages_corrected(&self) -> u64 {
        self.pages.corrected()
    }

    /// The bytes of a page as they lie in the file, nothing verified or corrected; shorter at the
    /// end of the file.
    pub fn raw_page(&self, pgno: Pgno) -> io::Result<Vec<u8>> {
        let mut buf = vec![0u8; self.page_size().bytes()];
        let n = self.read_raw(pgno, &mut buf)?;
        buf.truncate(n);
        Ok(buf)
    }

    /// Reads pages from `first` on into `buf` as they lie in the file, nothing verified; returns the
    /// number of bytes read, fewer than asked only at the end of the file.
    pub(crate) fn read_raw(&self, first: Pgno, buf: &mut [u8]) -> io::Result<usize> {
        self.pages.read_raw(first, buf)
    }
}

impl PageLoader for DbFile {
    fn page_size(&self) -> PageSize {
        self.selected.page_size
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        let (pages, map) = (self.pages_in_file(), self.flush_map.as_ref());
        self.pages.load(pages, map, pgno, buf)
    }

    fn load_run(&self, first: Pgno, buf: &mut [u8], each: &mut EachPage<'_>) {
        let (pages, map) = (self.pages_in_file(), self.flush_map.as_ref());
        self.pages.load_run(pages, map, first, buf, each);
    }
}
