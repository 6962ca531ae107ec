//! One database file at rest: its header, its size, its pages proven one by one.
//!
//! Invariants:
//! * the file is opened for reading only, and nothing of it is ever changed, not even a bit that the
//!   checksum corrects in memory;
//! * a page that comes out of here matches its checksum (after at most one corrected bit a block),
//!   carries its own number, is sound in structure, and is not older than the flush map says.
//!
//! `dbfile` does not know what a tree is.
#![forbid(unsafe_code)]

mod flush_map;

pub use flush_map::{FlushMapUse, flush_map_path};

use crate::cache::{EachPage, PageFault, PageFaultKind, PageLoader};
use crate::error::{HasJetErr, JetErr};
use crate::format::checksum::{self, PageVerdict};
use crate::format::db_header::{DbHeader, DbState};
use crate::format::flush_map::is_lost_flush;
use crate::format::header_page::{
    self, BYTES_FOR_SELECT, CopyState, FileKind, HeaderError, SelectedHeader,
};
use crate::format::ids::{PageSize, Pgno};
use crate::format::page::PageView;
use crate::format::page_check::check_page;
use crate::io::{self, File, FileSystem, OpenMode};
use flush_map::FlushMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a file can't be looked into as a database. Each says what the file is instead.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system can't open or read it.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// Nothing but zeros at its beginning.
    #[error(
        "the file begins with zeros only: its header was never written, or its contents are lost"
    )]
    Zeros,
    /// An ESE file, but no database.
    #[error("this is a {0}, not a database")]
    OtherKind(FileKind),
    /// Not a file of this engine at all.
    #[error("this is no ESE database (no header of one is to be found)")]
    Foreign,
    /// A database whose header can't be used.
    #[error("this was a database, but {0}")]
    Header(HeaderError),
    /// The file ends with its header.
    #[error("the file ends after its header: there is no page in it ({len} bytes)")]
    NoPages {
        /// Length in bytes.
        len: u64,
    },
}

impl HasJetErr for OpenError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) => e.jet_err(),
            Self::Empty | Self::NoPages { .. } => JetErr::FILE_IO_BEYOND_EOF,
            Self::Zeros | Self::Foreign | Self::Header(_) => JetErr::READ_VERIFY_FAILURE,
            Self::OtherKind(_) => JetErr::FILE_INVALID_TYPE,
        }
    }
}

/// A database file at rest.
pub struct DbFile {
    file: Arc<dyn File>,
    selected: SelectedHeader,
    len: u64,
    corrected: AtomicU64,
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
        let mut head = vec![0u8; BYTES_FOR_SELECT];
        let n = file.read_at(&mut head, 0)?;
        head.truncate(n);
        // A log of the same header size passes for the header of an old database.
        let kind = header_page::file_kind(&head);
        let selected = match (header_page::select_header(&head), kind) {
            (Ok(selected), FileKind::Database | FileKind::TempDatabase) => selected,
            (_, FileKind::Empty) => return Err(OpenError::Empty),
            (_, FileKind::Zeros) => return Err(OpenError::Zeros),
            (_, FileKind::Foreign) => return Err(OpenError::Foreign),
            (Err(e), FileKind::Database | FileKind::TempDatabase) => {
                return Err(OpenError::Header(e));
            }
            (_, other) => return Err(OpenError::OtherKind(other)),
        };
        let db = Self {
            file,
            selected,
            len,
            corrected: AtomicU64::new(0),
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
        self.flush_map.as_ref().map_or(0, |map| map.state(pgno))
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
        let pages = (self.len / self.page_size().bytes() as u64).saturating_sub(2);
        u32::try_from(pages).unwrap_or(Pgno::MAX.0).min(Pgno::MAX.0)
    }

    /// How many pages were read with a bit that the checksum corrected.
    #[must_use]
    pub fn pages_corrected(&self) -> u64 {
        self.corrected.load(Ordering::Relaxed)
    }

    /// The bytes of a page as they lie in the file, nothing verified or corrected; shorter at the
    /// end of the file.
    pub fn raw_page(&self, pgno: Pgno) -> io::Result<Vec<u8>> {
        let mut buf = vec![0u8; self.page_size().bytes()];
        let n = self.file.read_at(&mut buf, pgno.offset(self.page_size()))?;
        buf.truncate(n);
        Ok(buf)
    }

    /// Reads pages from `first` on into `buf` as they lie in the file, nothing verified; returns the
    /// number of bytes read, fewer than asked only at the end of the file.
    pub(crate) fn read_raw(&self, first: Pgno, buf: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(buf, first.offset(self.page_size()))
    }

    /// Proves a page that was read whole.
    fn prove(&self, pgno: Pgno, mut page: &mut [u8]) -> Result<(), PageFault> {
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
        let (map, page) = (self.flush_type_in_map(pgno), view.flush_type());
        if is_lost_flush(map, page) {
            return fault(PageFaultKind::LostFlush { page, map });
        }
        Ok(())
    }

    fn in_file(&self, pgno: Pgno) -> Result<(), PageFault> {
        if pgno.is_null() || pgno.0 > self.pages_in_file() {
            return Err(PageFault::new(pgno, PageFaultKind::BeyondEof));
        }
        Ok(())
    }
}

impl PageLoader for DbFile {
    fn page_size(&self) -> PageSize {
        self.selected.page_size
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        self.in_file(pgno)?;
        self.file
            .read_exact_at(buf, pgno.offset(self.page_size()))
            .map_err(|e| PageFault::io(pgno, e))?;
        self.prove(pgno, buf)
    }

    fn load_run(&self, first: Pgno, buf: &mut [u8], each: &mut EachPage<'_>) {
        let size = self.page_size();
        let read = self.file.read_at(buf, first.offset(size));
        for (i, page) in buf.chunks_exact_mut(size.bytes()).enumerate() {
            let pgno = Pgno(first.0.saturating_add(u32::try_from(i).unwrap_or(u32::MAX)));
            let proven = match &read {
                Ok(n) if (i + 1) * size.bytes() <= *n => {
                    self.in_file(pgno).and_then(|()| self.prove(pgno, page))
                }
                Ok(_) => Err(PageFault::new(pgno, PageFaultKind::BeyondEof)),
                Err(e) => Err(PageFault::io(pgno, io::Error::new(e.kind(), e.to_string()))),
            };
            each(pgno, proven.map(|()| &*page));
        }
    }
}
