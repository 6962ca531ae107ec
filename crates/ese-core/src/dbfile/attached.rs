//! One database file opened for reading and writing, under the lock of its only writer.
//!
//! The header in force lies in memory ([`AttachedFile::header`]); it reaches the file when
//! [`AttachedFile::write_header`] is called, with new signatures, one copy after the other, each
//! synced before the next is touched. Pages are written as they come; nothing of them is durable
//! before [`AttachedFile::sync`], or a header that says "clean".
//!
//! Pages that are larger than what the disk writes whole go through the guard ([`AttachedFile::guard`]):
//! they wait in memory, and are written twice. For everybody above they are written.
//!
//! Source: docs/format/database-header.md §1, §5; recovery.md §6, §7.
//!
//! Invariants:
//! * at every moment one copy of the header on the disk is whole, and it is the one written last or
//!   the one before; a copy that is, or may be, damaged is written before the good one is touched;
//! * a header that says "clean" is written only after every page is durable;
//! * the flush map on the disk never says anything false of a page (`map_keeper`): pages are written
//!   only while it is marked as in use, or while the header does not go with it;
//! * opening changes nothing but pages that a power cut tore, or left as they were before their last
//!   write;
//! * after a sync failed that pages needed, none counts as durable any more: the system may have dropped
//!   what it could not write.
//!
//! Locks, in this order: `changes`, `disk`, the guard's, then `header`, the map's or a range's, alone.
#![forbid(unsafe_code)]

use super::map_keeper::{MapKeeper, MapUse};
use super::page_file::{LastWrites as _, PageFile, len_of_pages, pages_of_len};
use super::page_guard::{self, PageGuard, Tags, page_guard_path};
use super::ranges::Ranges;
use super::{OpenError, flush_map_path, folder_of, new_signature, read_header};
use crate::cache::{EachPage, PageFault, PageLoader, PageStore};
use crate::format::bytes::u32_at;
use crate::format::db_header::DbHeader;
use crate::format::header_page::{CopyState, HeaderCopy, stamp_header};
use crate::format::ids::{Dbtime, PageSize, Pgno, Signature};
use crate::format::page::PageView;
use crate::format::page_mut::PageBuf;
use crate::io::env::Env;
use crate::io::tally;
use crate::io::{self, ErrorKind, OpenMode};
use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// An attached database file.
pub struct AttachedFile {
    env: Env,
    path: PathBuf,
    pages: PageFile,
    /// Pages behind the header copies.
    size: AtomicU32,
    copies: CopyState,
    header: Mutex<DbHeader>,
    disk: Mutex<OnDisk>,
    map: MapKeeper,
    guard: Option<PageGuard>,
    /// Number of the last batch of images that was found when the file was opened.
    last_batch: u64,
    pages_restored: u32,
    /// Pages were written in place since the last sync.
    unsettled: AtomicBool,
    /// A sync failed that pages needed.
    broken: AtomicBool,
    /// Whether pages may be written as far as the flush map goes. Held shared over a page write.
    changes: RwLock<bool>,
    /// Held shared over a page write, alone by who reads raw.
    ranges: Ranges,
}

/// The header as it lies in the file.
struct OnDisk {
    header: DbHeader,
    /// The copy that is not, or may not be, the same as the other: it is written first.
    suspect: HeaderCopy,
    /// The header was written here, with a new signature and without a map: it goes with none.
    severed: bool,
}

/// A file that does not change; see [`AttachedFile::freeze`].
pub struct Frozen<'a> {
    _changes: RwLockWriteGuard<'a, bool>,
    _disk: MutexGuard<'a, OnDisk>,
}

impl AttachedFile {
    /// Opens a database. A second opening, in this or another process, is
    /// `JET_errFileAccessDenied`. A file without any page can be opened: a creation may have ended
    /// there.
    pub fn open(env: &Env, path: &Path, map: MapUse) -> Result<Self, OpenError> {
        let file = env.fs.open_locked(path, OpenMode::ReadWrite)?;
        Self::of_file(env, path, file, Some(map))
    }

    /// Opens a database that is only read: any number may at a time. Everything that writes is
    /// `ErrorKind::PermissionDenied`, and the flush map is not looked at.
    pub fn open_read_only(env: &Env, path: &Path) -> Result<Self, OpenError> {
        let file = env.fs.open(path, OpenMode::Read)?;
        Self::of_file(env, path, file, None)
    }

    /// `written`: how the flush map is used of a file that is not only read.
    fn of_file(
        env: &Env,
        path: &Path,
        file: Arc<dyn io::File>,
        written: Option<MapUse>,
    ) -> Result<Self, OpenError> {
        let selected = read_header(&*file)?;
        let pages = pages_of_len(file.len()?, selected.page_size);
        let id = (selected.header.sign_db, selected.page_size, pages);
        let (map, healed) = match written {
            Some(map) => (map, page_guard::heal(env, path, &*file, id)?),
            None => (MapUse::Off, page_guard::Healed::default()),
        };
        let suspect = match selected.state {
            CopyState::Equal | CopyState::SecondOnly => HeaderCopy::First,
            // The first counts, so it stays whole until the second is its equal again.
            CopyState::Differ | CopyState::FirstOnly => HeaderCopy::Second,
        };
        Ok(Self {
            env: env.clone(),
            path: path.to_path_buf(),
            pages: PageFile::new(file, selected.page_size),
            size: AtomicU32::new(pages),
            copies: selected.state,
            header: Mutex::new(selected.header),
            disk: Mutex::new(OnDisk {
                header: selected.header,
                suspect,
                severed: false,
            }),
            map: MapKeeper::open(env, path, &selected.header, map),
            guard: None,
            last_batch: healed.last,
            pages_restored: healed.pages,
            unsettled: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            changes: RwLock::new(false),
            ranges: Ranges::default(),
        })
    }

    /// Makes a database file of `pages` pages (zeros), with `header` in both copies, and opens it.
    /// It is durable, name and all, when this returns; when it fails, what was made is left for
    /// [`Self::remove`]. An existing file is `ErrorKind::AlreadyExists`; a header without a legal
    /// page size and more pages than the format has are `ErrorKind::InvalidInput`.
    pub fn create(
        env: &Env,
        path: &Path,
        header: &DbHeader,
        pages: u32,
        map: MapUse,
    ) -> io::Result<Self> {
        let page_size = header
            .page_size()
            .ok_or_else(|| invalid("a header without a legal page size"))?;
        check_pages(pages)?;
        let file = env.fs.open_locked(path, OpenMode::CreateNew)?;
        file.set_len(len_of_pages(pages, page_size))?;
        let made = Self {
            env: env.clone(),
            path: path.to_path_buf(),
            pages: PageFile::new(file, page_size),
            size: AtomicU32::new(pages),
            copies: CopyState::Equal,
            header: Mutex::new(*header),
            disk: Mutex::new(OnDisk {
                header: *header,
                suspect: HeaderCopy::First,
                severed: false,
            }),
            map: MapKeeper::create(env, path, map),
            guard: None,
            last_batch: 0,
            pages_restored: 0,
            unsettled: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            changes: RwLock::new(false),
            ranges: Ranges::default(),
        };
        made.write_header()?;
        env.fs.sync_dir(folder_of(path))?;
        Ok(made)
    }

    /// Removes a database file that nobody has open, and its flush map if there is one.
    pub fn remove(env: &Env, path: &Path) -> io::Result<()> {
        drop(env.fs.open_locked(path, OpenMode::ReadWrite)?);
        for beside in [flush_map_path(path), page_guard_path(path)] {
            match env.fs.remove_file(&beside) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        env.fs.remove_file(path)?;
        env.fs.sync_dir(folder_of(path))
    }

    /// Pages are written so that a power cut can't tear them, on a disk that writes `unit` bytes whole
    /// or not at all: nothing changes for pages that are no larger. To be called before the first page
    /// is written.
    pub fn guard(&mut self, unit: u32) {
        let size = self.pages.page_size;
        if size.bytes() > unit as usize {
            self.guard = Some(PageGuard::new(&self.env, &self.path, size, self.last_batch));
        } else if self.last_batch > 0 {
            // Images that nobody keeps up with the pages.
            page_guard::remove(&self.env, &page_guard_path(&self.path));
        }
    }

    /// How many pages were taken from their images when the file was opened.
    #[must_use]
    pub fn pages_restored(&self) -> u32 {
        self.pages_restored
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the two header copies compared when the file was opened.
    #[must_use]
    pub fn copies(&self) -> CopyState {
        self.copies
    }

    /// How many pages were read with a bit that the checksum corrected.
    #[must_use]
    pub fn pages_corrected(&self) -> u64 {
        self.pages.corrected()
    }

    /// The header in force.
    #[must_use]
    pub fn header(&self) -> DbHeader {
        *self.header.lock()
    }

    /// The header that lies in the file: what a crash would find.
    #[must_use]
    pub fn header_on_disk(&self) -> DbHeader {
        self.disk.lock().header
    }

    /// Changes the header in force, in memory. `change` is short and calls nothing of this file.
    pub fn change_header<R>(&self, change: impl FnOnce(&mut DbHeader) -> R) -> R {
        change(&mut self.header.lock())
    }

    /// Writes the header in force to both copies, durably, with new signatures. When it says
    /// "clean", every page is made durable first and the flush map is settled: the caller has
    /// written all pages and writes none now.
    ///
    /// After an error the file has the old header or the new one, and this can be called again.
    pub fn write_header(&self) -> io::Result<()> {
        let mut clean = self.header().state().is_clean();
        loop {
            let changes = clean.then(|| self.changes.write());
            let mut disk = self.disk.lock();
            let header = self.header();
            if header.state().is_clean() && changes.is_none() {
                clean = true;
                continue;
            }
            let Some(mut begun) = changes else {
                return self.put_header(&mut disk, header);
            };
            self.settle_pages(&disk)?;
            self.map.settle(disk.header.sign_db_hdr_flush);
            *begun = false;
            self.put_header(&mut disk, header)?;
            if let Some(guard) = &self.guard {
                guard.remove();
            }
            return Ok(());
        }
    }

    /// Makes the pages in the file durable. Once that failed it never counts as done again.
    fn sync_file(&self) -> io::Result<()> {
        if self.broken.load(Ordering::Acquire) {
            return Err(io::Error::other("an earlier sync of the file failed"));
        }
        self.sync_all_of_it()
    }

    /// Makes the file durable, whatever became of its pages before: for what is written anew after an
    /// error, as headers are.
    fn sync_all_of_it(&self) -> io::Result<()> {
        let pages = self.unsettled.swap(false, Ordering::AcqRel);
        let done = self.pages.file.sync_data();
        if done.is_err() && (pages || self.unsettled.load(Ordering::Acquire)) {
            self.broken.store(true, Ordering::Release);
        }
        done
    }

    /// Writes a page, while nobody reads its range raw.
    fn write_in_place(&self, page: &[u8], offset: u64) -> io::Result<()> {
        let _range = self.ranges.write(offset);
        self.unsettled.store(true, Ordering::Release);
        self.pages.file.write_all_at(page, offset)
    }

    /// Every page that waits in the guard is in its place.
    fn drain(&self, disk: &OnDisk) -> io::Result<()> {
        let Some(guard) = &self.guard else {
            return Ok(());
        };
        let tags = Tags {
            sign_db: disk.header.sign_db,
            sign_header: disk.header.sign_db_hdr_flush,
        };
        let mut written = |pgno, page: &[u8]| {
            if let Ok(view) = PageView::new(page) {
                self.map.note(pgno, view.flush_type(), view.dbtime());
            }
        };
        let sync = || self.sync_file();
        let write = |page: &[u8], offset| self.write_in_place(page, offset);
        guard.drain(&write, &tags, &sync, &mut written)
    }

    /// Every page written so far is durable in its place. The lock of the disk's header keeps others
    /// from draining meanwhile.
    fn settle_pages(&self, disk: &OnDisk) -> io::Result<()> {
        self.drain(disk)?;
        self.sync_file()?;
        if let Some(guard) = &self.guard {
            guard.settled();
        }
        Ok(())
    }

    /// Writes `header` with new signatures.
    fn put_header(&self, disk: &mut OnDisk, mut header: DbHeader) -> io::Result<()> {
        header.sign_db_hdr_flush = new_signature(&self.env);
        header.sign_flush_map_hdr_flush = self.map.signature();
        let mut page = PageBuf::zeroed(self.pages.page_size);
        header
            .write(page.as_mut_slice())
            .ok_or_else(|| invalid("the header does not fit its page"))?;
        stamp_header(page.as_mut_slice());
        let both = match disk.suspect {
            HeaderCopy::First => [HeaderCopy::First, HeaderCopy::Second],
            HeaderCopy::Second => [HeaderCopy::Second, HeaderCopy::First],
        };
        for copy in both {
            disk.suspect = copy;
            let at = match copy {
                HeaderCopy::First => 0,
                HeaderCopy::Second => self.pages.page_size.bytes() as u64,
            };
            self.pages.file.write_all_at(&page, at)?;
            self.sync_all_of_it()?;
        }
        disk.suspect = HeaderCopy::First;
        header.checksum = u32_at(&page, 0).unwrap_or(0);
        disk.header = header;
        disk.severed = header.sign_flush_map_hdr_flush == Signature::NONE;
        let mut now = self.header.lock();
        now.checksum = header.checksum;
        now.sign_db_hdr_flush = header.sign_db_hdr_flush;
        now.sign_flush_map_hdr_flush = header.sign_flush_map_hdr_flush;
        Ok(())
    }

    /// Makes every page written so far durable.
    ///
    /// # Errors
    /// The file's. After a failed sync of the file every later call fails too.
    pub fn sync(&self) -> io::Result<()> {
        match &self.guard {
            None => self.sync_file(),
            Some(_) => self.settle_pages(&self.disk.lock()),
        }
    }

    /// Nothing of the file changes, neither pages nor header, until the answer is dropped: for a snapshot
    /// of the volume. Waits for writes under way.
    #[must_use]
    pub fn freeze(&self) -> Frozen<'_> {
        let changes = self.changes.write();
        Frozen {
            _changes: changes,
            _disk: self.disk.lock(),
        }
    }

    /// Reads bytes of pages as they lie in the file, for a backup: no page is written within the part of
    /// 256 KiB that is being read, so that none is half old. `offset` counts from the file's start;
    /// fewer bytes than asked only at the file's end.
    pub fn read_raw(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|r| !r.is_empty()) {
            let at = offset.saturating_add(done as u64);
            let n = Ranges::left(at).min(rest.len());
            let Some(part) = rest.get_mut(..n) else {
                break;
            };
            let _alone = self.ranges.read(at);
            let got = self.pages.file.read_at(part, at)?;
            done += got;
            if got < n {
                break;
            }
        }
        Ok(done)
    }

    /// Gives the file exactly `pages` pages, durably: new ones are zeros, those behind are gone, and
    /// so are bytes that make no whole page. The header's counts are the caller's
    /// ([`super::transitions`]), and so are pages in a cache. More pages than the format has are
    /// `ErrorKind::InvalidInput`.
    pub fn set_pages(&self, pages: u32) -> io::Result<()> {
        check_pages(pages)?;
        let _begun = self.begin_exclusive()?;
        self.drain(&self.disk.lock())?;
        let (size, file) = (self.pages.page_size, &self.pages.file);
        let old = self.size.load(Ordering::Relaxed);
        // Bytes of an odd end must not come back inside a new page.
        let whole = len_of_pages(old, size);
        if file.len()? > whole {
            file.set_len(whole)?;
        }
        if pages < old {
            self.size.store(pages, Ordering::Release);
            self.map.forget_from(Pgno(pages + 1));
        }
        file.set_len(len_of_pages(pages, size))?;
        self.sync_file()?;
        self.size.store(pages, Ordering::Release);
        Ok(())
    }

    /// Whether bytes lie behind the last page that make no whole one.
    pub fn has_odd_end(&self) -> io::Result<bool> {
        let whole = len_of_pages(self.size.load(Ordering::Relaxed), self.pages.page_size);
        Ok(self.pages.file.len()? > whole)
    }

    /// Makes pages zeros, durably: a range that was trimmed. Pages behind the end of the file are not
    /// made.
    pub fn zero_pages(&self, first: Pgno, count: u32) -> io::Result<()> {
        let _begun = self.begin_exclusive()?;
        self.drain(&self.disk.lock())?;
        let end = first
            .0
            .saturating_add(count)
            .min(self.pages().saturating_add(1));
        let zeros = PageBuf::zeroed(self.pages.page_size);
        for pgno in (first.0..end).map(Pgno).filter(|p| !p.is_null()) {
            self.map.note(pgno, 0, Dbtime(0));
            self.write_in_place(&zeros, pgno.offset(self.pages.page_size))?;
        }
        self.sync_file()
    }

    /// As [`Self::set_pages`], but never cuts the file.
    pub fn grow_to(&self, pages: u32) -> io::Result<()> {
        if pages > self.pages() {
            self.set_pages(pages)?;
        }
        Ok(())
    }

    /// Makes the flush map that is to be kept and is not there: an attach does so, whether a page changes
    /// or not.
    pub fn see_to_map(&self) -> io::Result<()> {
        if self.map.is_unmade() {
            drop(self.begin_exclusive()?);
        }
        Ok(())
    }

    /// The lock under which pages are written; before the first, the flush map is made one that
    /// nobody believes, or the header one that goes with none.
    fn begin(&self) -> io::Result<RwLockReadGuard<'_, bool>> {
        let begun = self.changes.read();
        if *begun {
            return Ok(begun);
        }
        drop(begun);
        Ok(RwLockWriteGuard::downgrade(self.begin_exclusive()?))
    }

    fn begin_exclusive(&self) -> io::Result<RwLockWriteGuard<'_, bool>> {
        let mut begun = self.changes.write();
        if !*begun {
            let mut disk = self.disk.lock();
            if !self.map.begin(disk.header.sign_db_hdr_flush) && !disk.severed {
                // What the header says otherwise is not to be written before its time.
                let same = disk.header;
                self.put_header(&mut disk, same)?;
            }
            *begun = true;
        }
        Ok(begun)
    }
}

impl PageLoader for AttachedFile {
    fn page_size(&self) -> PageSize {
        self.pages.page_size
    }

    /// Not while the same page is written: the cache has it then, and does not ask.
    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        if self.guard.as_ref().is_some_and(|g| g.read(pgno, buf)) {
            return Ok(());
        }
        let clock = &self.env.clock;
        let asked = clock.now_monotonic();
        let loaded = self.pages.load(self.pages(), Some(&self.map), pgno, buf);
        tally::page_read(clock.now_monotonic().saturating_sub(asked));
        loaded
    }

    fn load_run(&self, first: Pgno, buf: &mut [u8], each: &mut EachPage<'_>) {
        let size = self.pages.page_size.bytes();
        let count = u32::try_from(buf.len() / size).unwrap_or(u32::MAX);
        let end = Pgno(first.0.saturating_add(count));
        if self.guard.as_ref().is_some_and(|g| g.holds_any(first, end)) {
            for (pgno, page) in (first.0..end.0).map(Pgno).zip(buf.chunks_exact_mut(size)) {
                let loaded = self.load(pgno, page);
                each(pgno, loaded.map(|()| &*page));
            }
            return;
        }
        self.pages
            .load_run(self.pages(), Some(&self.map), first, buf, each);
    }
}

impl PageStore for AttachedFile {
    fn pages(&self) -> u32 {
        self.size.load(Ordering::Acquire)
    }

    /// A page behind the end of the file is `ErrorKind::UnexpectedEof` (`JET_errFileIOBeyondEOF`).
    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() != self.pages.page_size.bytes() {
            return Err(invalid("not one page"));
        }
        let view = PageView::new(bytes).map_err(io::Error::other)?;
        let _begun = self.begin()?;
        if pgno.is_null() || pgno.0 > self.pages() {
            return Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                format!("page {pgno} lies behind the end of the file"),
            ));
        }
        // Until it is known to have arrived, either version may be there.
        self.map.note(pgno, 0, Dbtime(0));
        if let Some(guard) = &self.guard {
            while !guard.take(pgno, bytes) {
                self.drain(&self.disk.lock())?;
            }
            return Ok(());
        }
        self.write_in_place(bytes, pgno.offset(self.pages.page_size))?;
        self.map.note(pgno, view.flush_type(), view.dbtime());
        Ok(())
    }

    fn flush_type(&self, pgno: Pgno) -> u8 {
        // A page that waits has a version before it in the file. The next gets the type of the one that
        // waits, for that is what follows the one in the file.
        if let Some(waits) = self.guard.as_ref().and_then(|g| g.flush_type(pgno)) {
            return last_flush_type(waits);
        }
        self.map.last_write(pgno)
    }
}

/// The type that `flush_type` follows (1 to 3, round).
fn last_flush_type(flush_type: u8) -> u8 {
    match flush_type {
        0 | 1 => 3,
        other => other - 1,
    }
}

fn check_pages(pages: u32) -> io::Result<()> {
    if pages > Pgno::MAX.0 {
        return Err(invalid("more pages than a database can have"));
    }
    Ok(())
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, what)
}

#[cfg(test)]
mod tests;
