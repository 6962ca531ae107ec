//! One database of an instance that is backed up: its header copy, its pages, its trailer.
//!
//! ```text
//! offset 0     1 page      2 pages …            (last + 2) pages
//! header copy  the same    pages 1 to last       trailer
//! ```
//! Source: docs/format/backup-files.md §2, §3.
//!
//! Invariants: the header copy is taken before the size is; a page is read as it lies in the file, under
//! the lock of its range; the trailer is made after every page before it in the same read; the live
//! header is not touched.
#![forbid(unsafe_code)]

use super::{BackupPort, Reservation, Scrubber};
use crate::cache::PageStore as _;
use crate::error::JetErr;
use crate::format::db_header::{DbHeader, DbState};
use crate::format::header_page::stamp_header;
use crate::format::ids::{BkInfo, LogTime, PageSize, Pgno};
use crate::format::page_mut::PageBuf;
use crate::format::trailer::Trailer;
use crate::format::version::FormatVersion;
use crate::instance::{InstanceError, OpenDb};
use crate::io::{self, Error, ErrorKind, File};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

/// Header copies in front of page 1, and the trailer behind the last page.
const PAGES_MORE: u64 = 3;
/// Header copies in front of page 1.
const HEADER_PAGES: u64 = 2;
/// Engine format version from which on a trailer says which generations are required.
const EFV_TRAILER_GENERATIONS: u32 = 9300;

/// A database that can be backed up. It does not hold the file open.
#[derive(Clone)]
pub struct BackupDatabase {
    db: Weak<OpenDb>,
    path: PathBuf,
    dbid: u8,
    header: DbHeader,
}

impl fmt::Debug for BackupDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BackupDatabase").field(&self.path).finish()
    }
}

impl BackupDatabase {
    /// `None` for a database that is being created.
    pub(super) fn of(db: &Arc<OpenDb>) -> Option<Self> {
        let header = db.file().header();
        (header.state() != DbState::JustCreated).then(|| Self {
            db: Arc::downgrade(db),
            path: db.path().to_path_buf(),
            dbid: db.dbid(),
            header,
        })
    }

    pub(super) fn open(&self) -> Option<Arc<OpenDb>> {
        self.db.upgrade()
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its number in the log.
    #[must_use]
    pub fn dbid(&self) -> u8 {
        self.dbid
    }

    /// Its header when this was asked for.
    #[must_use]
    pub fn header(&self) -> &DbHeader {
        &self.header
    }

    /// Bytes of the database as a backup would hand it on now; 0 when it is not attached any more.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.open().map_or(0, |open| {
            (u64::from(open.file().pages()) + PAGES_MORE) * open.page_size().bytes() as u64
        })
    }

    /// The database as a backup hands it on. `mark` is the backup's, with its first generation and no
    /// last one.
    ///
    /// # Errors
    /// JET_errDatabaseNotFound when it is not attached any more.
    pub fn image(
        &self,
        reservation: &Reservation,
        mark: BkInfo,
    ) -> Result<DatabaseImage, InstanceError> {
        let gone = || InstanceError::refused(JetErr::DATABASE_NOT_FOUND, "it is not attached");
        let open = self.open().ok_or_else(gone)?;
        let page_size = open.page_size();
        let mut header = open.file().header();
        header.bkinfo_full_cur = mark;
        let mut page = PageBuf::zeroed(page_size);
        header
            .write(page.as_mut_slice())
            .ok_or_else(|| InstanceError::refused(JetErr::INTERNAL_ERROR, "a header of no page"))?;
        stamp_header(page.as_mut_slice());
        Ok(DatabaseImage {
            port: reservation.port().clone(),
            db: Weak::clone(&self.db),
            header: page,
            mark,
            page_size,
            pages: open.file().pages(),
        })
    }
}

/// A database as a backup hands it on, as one file: read front to back, once.
pub struct DatabaseImage {
    port: BackupPort,
    db: Weak<OpenDb>,
    header: PageBuf,
    mark: BkInfo,
    page_size: PageSize,
    pages: u32,
}

impl fmt::Debug for DatabaseImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseImage")
            .field("pages", &self.pages)
            .field("mark", &self.mark)
            .finish_non_exhaustive()
    }
}

impl DatabaseImage {
    /// Size of its pages.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// Number of the last page.
    #[must_use]
    pub fn last(&self) -> Pgno {
        Pgno(self.pages)
    }

    /// Bytes of the whole: header copies, pages, trailer.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (u64::from(self.pages) + PAGES_MORE) * self.page_size.bytes() as u64
    }

    /// Who overwrites deleted data ahead of the reads of this image; `None` unless the instance was told
    /// to ([`crate::instance::InstanceParams::zero_during_backup`]).
    #[must_use]
    pub fn scrubber(&self) -> Option<Scrubber> {
        let wanted = self.port.params().zero_during_backup;
        wanted.then(|| {
            Scrubber::new(
                self.port.clone(),
                Weak::clone(&self.db),
                self.page_size,
                self.pages,
            )
        })
    }

    /// Where the trailer begins.
    fn trailer_at(&self) -> u64 {
        self.bytes() - self.page_size.bytes() as u64
    }

    fn trailer(&self, open: &OpenDb) -> io::Result<PageBuf> {
        let header = open.file().header();
        let (current, _) = self.port.log().map_err(Error::other)?.current();
        let high = current.max(header.gen_max_committed);
        let mut trailer = Trailer {
            bkinfo: BkInfo {
                gen_high: u32::try_from(high).unwrap_or(0),
                ..self.mark
            },
            sign_db: header.sign_db,
            sign_log: header.sign_log,
            ..Trailer::default()
        };
        let says_generations =
            FormatVersion::of_efv(EFV_TRAILER_GENERATIONS).is_some_and(|v| header.version() >= v);
        if says_generations {
            trailer.gen_min_required = header.gen_min_required;
            trailer.gen_max_required = header.gen_max_required;
            trailer.gen_max_committed = header.gen_max_committed;
            trailer.logtime_gen_max_required = header.logtime_gen_max_required;
            trailer.logtime_gen_max_committed = header.logtime_gen_max_create;
        } else {
            trailer.logtime_gen_max_required = LogTime::NONE;
        }
        let mut page = PageBuf::zeroed(self.page_size);
        trailer
            .build(page.as_mut_slice())
            .ok_or_else(|| Error::other("a trailer of no page"))?;
        Ok(page)
    }

    /// The part of `buf`, which begins at `offset`, that lies in `from..to`, and where that begins.
    fn part(buf: &mut [u8], offset: u64, from: u64, to: u64) -> Option<(&mut [u8], u64)> {
        let end = offset.checked_add(buf.len() as u64)?;
        let (low, high) = (from.max(offset), to.min(end));
        if low >= high {
            return None;
        }
        let first = usize::try_from(low - offset).ok()?;
        let last = usize::try_from(high - offset).ok()?;
        Some((buf.get_mut(first..last)?, low))
    }
}

fn copy_from(page: &[u8], at: u64, to: &mut [u8]) {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    for (to, from) in to.iter_mut().zip(page.get(at..).unwrap_or_default()) {
        *to = *from;
    }
}

fn no_writing<T>() -> io::Result<T> {
    Err(ErrorKind::PermissionDenied.into())
}

impl File for DatabaseImage {
    /// A database that is not attached any more, and an instance that has ended, are
    /// `ErrorKind::PermissionDenied`.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let page = self.page_size.bytes() as u64;
        let (pages_at, trailer_at, end) = (HEADER_PAGES * page, self.trailer_at(), self.bytes());
        let left = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = left.min(buf.len());
        let buf = buf.get_mut(..wanted).unwrap_or_default();
        if buf.is_empty() {
            return Ok(0);
        }
        // The instance does not end within a read.
        let _call = self.port.core.calls.read_recursive();
        let Some(open) = self.db.upgrade() else {
            return Err(ErrorKind::PermissionDenied.into());
        };
        for copy in 0..HEADER_PAGES {
            if let Some((part, at)) = Self::part(buf, offset, copy * page, (copy + 1) * page) {
                copy_from(&self.header, at - copy * page, part);
            }
        }
        if let Some((part, at)) = Self::part(buf, offset, pages_at, trailer_at) {
            let got = open.file().read_raw(part, at)?;
            if got < part.len() {
                let good = at.saturating_add(got as u64).saturating_sub(offset);
                return Ok(usize::try_from(good).unwrap_or(0));
            }
        }
        if let Some((part, at)) = Self::part(buf, offset, trailer_at, end) {
            let trailer = self.trailer(&open)?;
            copy_from(&trailer, at - trailer_at, part);
        }
        Ok(buf.len())
    }

    fn write_all_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        no_writing()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes())
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        no_writing()
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        Ok(())
    }
}
