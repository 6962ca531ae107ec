//! Pages that a power cut can tear are written twice: first to a file beside the database, then in place.
//!
//! A disk writes a small unit whole or not at all ([`ATOMIC_UNIT`]); a page that is larger can be torn,
//! and a page has no second copy: the log says what changed, not what the rest of the page was. So pages
//! wait here until there is a batch of them, the batch goes to the side file with one sync, and only
//! then to its places. Whoever opens the database next looks at the places that the side file names, and
//! writes the image over a page whose checksum fails.
//!
//! ```text
//! side file    two halves, used in turn, each: directory (4,096 bytes), images in the directory's order
//! directory   0  8  checksum, as that of a log segment with the number 0
//!             8  8  magic
//!            16  8  number of the batch, rising
//!            24  4  page size
//!            28  4  images
//!            32 28  signature of the database
//!            60 28  signature of the header that lay in the file then
//!            96  4n page numbers
//! ```
//!
//! Invariants:
//! * a page is touched in place only once its image is durable, and the half that holds the image is
//!   written again only once the page in place is;
//! * the newest image of a page is the page's last version: one that an engine without this file wrote
//!   later comes with another header, and then no image counts;
//! * nobody needs the file: absent, foreign or damaged it is as if it were not there. What is unsafe then
//!   is only what was torn;
//! * at most [`BATCH_BYTES`] wait, and [`BATCH_PAGES`].
#![forbid(unsafe_code)]

use super::folder_of;
use crate::format::bytes::{u32_at, u64_at};
use crate::format::checksum::{self, PageVerdict};
use crate::format::header_page::{BYTES_FOR_SELECT, select_header};
use crate::format::ids::{PageSize, Pgno, Signature};
use crate::format::log_segment;
use crate::io::env::Env;
use crate::io::{ErrorKind, File, OpenMode, Result};
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a disk is taken to write whole or not at all, in bytes: the sector of disks of today, and the
/// block of the file systems on them. The same is assumed of a log segment.
pub const ATOMIC_UNIT: u32 = 4096;
/// Images of a batch, in bytes at most.
pub(super) const BATCH_BYTES: usize = 512 * 1024;
/// Images of a batch at most.
pub(super) const BATCH_PAGES: usize = 64;

const DIRECTORY_BYTES: usize = 4096;
const OFF_MAGIC: usize = 8;
const OFF_SEQUENCE: usize = 16;
const OFF_PAGE_SIZE: usize = 24;
const OFF_COUNT: usize = 28;
const OFF_SIGN_DB: usize = 32;
const OFF_SIGN_HEADER: usize = OFF_SIGN_DB + Signature::BYTES;
const OFF_PGNOS: usize = 96;
const MAGIC: u64 = u64::from_le_bytes(*b"ESEpages");
const HALVES: u64 = 2;
const _: () = assert!(OFF_SIGN_HEADER + Signature::BYTES <= OFF_PGNOS);
const _: () = assert!(OFF_PGNOS + 4 * BATCH_PAGES <= DIRECTORY_BYTES);

/// The side file of a database: its name with `.pages` behind it.
#[must_use]
pub fn page_guard_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".pages");
    PathBuf::from(name)
}

/// What ties images to a database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tags {
    pub(super) sign_db: Signature,
    /// Of the header that lies in the file ([`crate::format::db_header::DbHeader::sign_db_hdr_flush`]).
    pub(super) sign_header: Signature,
}

fn batch_pages(size: PageSize) -> usize {
    (BATCH_BYTES / size.bytes()).clamp(1, BATCH_PAGES)
}

fn half_bytes(size: PageSize) -> u64 {
    (DIRECTORY_BYTES + batch_pages(size) * size.bytes()) as u64
}

fn put(block: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(to) = block.get_mut(at..at + bytes.len()) {
        to.copy_from_slice(bytes);
    }
}

/// Pages on their way to their places.
pub(super) struct PageGuard {
    env: Env,
    path: PathBuf,
    page_size: PageSize,
    waiting: RwLock<BTreeMap<Pgno, Arc<[u8]>>>,
    side: Mutex<Side>,
}

struct Side {
    file: Option<Arc<dyn File>>,
    sequence: u64,
    /// Pages of the half's batch were written in place, and may not be durable there.
    in_place: [bool; HALVES as usize],
    buf: Vec<u8>,
}

impl PageGuard {
    /// Of a database whose last batch had the number `last`.
    pub(super) fn new(env: &Env, database: &Path, page_size: PageSize, last: u64) -> Self {
        Self {
            env: env.clone(),
            path: page_guard_path(database),
            page_size,
            waiting: RwLock::default(),
            side: Mutex::new(Side {
                file: None,
                sequence: last.saturating_add(1),
                in_place: [false; HALVES as usize],
                buf: Vec::new(),
            }),
        }
    }

    /// A page that waits, into `buf`; `false` when the one in the file counts.
    pub(super) fn read(&self, pgno: Pgno, buf: &mut [u8]) -> bool {
        match self.waiting.read().get(&pgno) {
            Some(page) if page.len() == buf.len() => {
                buf.copy_from_slice(page);
                true
            }
            _ => false,
        }
    }

    /// Whether a page waits.
    pub(super) fn holds(&self, pgno: Pgno) -> bool {
        self.waiting.read().contains_key(&pgno)
    }

    /// Whether one of these pages waits.
    pub(super) fn holds_any(&self, first: Pgno, end: Pgno) -> bool {
        self.waiting.read().range(first..end).next().is_some()
    }

    /// Takes a page; `false` when the batch is full and has to be written first.
    pub(super) fn take(&self, pgno: Pgno, page: &[u8]) -> bool {
        let mut waiting = self.waiting.write();
        let room = waiting.len() < batch_pages(self.page_size) || waiting.contains_key(&pgno);
        if room {
            waiting.insert(pgno, Arc::from(page));
        }
        room
    }

    /// Writes what waits: to the side file, durably, then in place (`write`, with the offset). `written`
    /// hears of each page. `sync` makes the database file durable.
    pub(super) fn drain(
        &self,
        write: &dyn Fn(&[u8], u64) -> Result<()>,
        tags: &Tags,
        sync: &dyn Fn() -> Result<()>,
        written: &mut dyn FnMut(Pgno, &[u8]),
    ) -> Result<()> {
        let mut side = self.side.lock();
        let batch: Vec<(Pgno, Arc<[u8]>)> = {
            let waiting = self.waiting.read();
            let all = waiting.iter().map(|(&pgno, page)| (pgno, Arc::clone(page)));
            all.collect()
        };
        if batch.is_empty() {
            return Ok(());
        }
        let half = side.sequence % HALVES;
        if side.in_place.get(half as usize) == Some(&true) {
            sync()?;
            side.in_place = [false; HALVES as usize];
        }
        self.fill(&mut side, tags, &batch);
        let file = self.open(&mut side)?;
        file.write_all_at(&side.buf, half * half_bytes(self.page_size))?;
        file.sync_data()?;
        side.sequence = side.sequence.saturating_add(1);
        if let Some(in_place) = side.in_place.get_mut(half as usize) {
            *in_place = true;
        }
        for (pgno, page) in &batch {
            write(page, pgno.offset(self.page_size))?;
            written(*pgno, page);
        }
        let mut waiting = self.waiting.write();
        for (pgno, page) in &batch {
            if waiting.get(pgno).is_some_and(|now| Arc::ptr_eq(now, page)) {
                waiting.remove(pgno);
            }
        }
        Ok(())
    }

    /// The database file is durable, and nobody writes to it now.
    pub(super) fn settled(&self) {
        self.side.lock().in_place = [false; HALVES as usize];
    }

    /// The database is clean: the side file goes, if it can.
    pub(super) fn remove(&self) {
        let mut side = self.side.lock();
        side.file = None;
        remove(&self.env, &self.path);
    }

    fn fill(&self, side: &mut Side, tags: &Tags, batch: &[(Pgno, Arc<[u8]>)]) {
        let mut directory = [0; DIRECTORY_BYTES];
        let count = u32::try_from(batch.len()).unwrap_or(0);
        let size = u32::try_from(self.page_size.bytes()).unwrap_or(0);
        put(&mut directory, OFF_MAGIC, &MAGIC.to_le_bytes());
        put(&mut directory, OFF_SEQUENCE, &side.sequence.to_le_bytes());
        put(&mut directory, OFF_PAGE_SIZE, &size.to_le_bytes());
        put(&mut directory, OFF_COUNT, &count.to_le_bytes());
        put(&mut directory, OFF_SIGN_DB, &tags.sign_db.0);
        put(&mut directory, OFF_SIGN_HEADER, &tags.sign_header.0);
        for (i, (pgno, _)) in batch.iter().enumerate() {
            put(&mut directory, OFF_PGNOS + 4 * i, &pgno.0.to_le_bytes());
        }
        let sum = log_segment::checksum(&directory, 0);
        put(&mut directory, 0, &sum.to_le_bytes());
        side.buf.clear();
        side.buf.extend_from_slice(&directory);
        for (_, page) in batch {
            side.buf.extend_from_slice(page);
        }
    }

    /// The side file, made with all its space when there is none.
    fn open(&self, side: &mut Side) -> Result<Arc<dyn File>> {
        if let Some(file) = &side.file {
            return Ok(Arc::clone(file));
        }
        let fs = &*self.env.fs;
        let file = match fs.open(&self.path, OpenMode::ReadWrite) {
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let file = fs.open(&self.path, OpenMode::CreateNew)?;
                let zeros = vec![0; usize::try_from(half_bytes(self.page_size)).unwrap_or(0)];
                for half in 0..HALVES {
                    file.write_all_at(&zeros, half * half_bytes(self.page_size))?;
                }
                file.sync_all()?;
                fs.sync_dir(folder_of(&self.path))?;
                file
            }
            other => other?,
        };
        side.file = Some(Arc::clone(&file));
        Ok(file)
    }
}

/// Removes the side file at `path`, if it is there and can be removed.
pub(super) fn remove(env: &Env, path: &Path) {
    match env.fs.remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), error = %e, "the file of page images stays");
        }
        _ => {}
    }
}

/// What [`heal`] found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Healed {
    /// Number of the last batch; 0 when there is none.
    pub(super) last: u64,
    /// Pages that were written over.
    pub(super) pages: u32,
    /// There is a side file, of this or another database.
    pub(super) there: bool,
}

/// Writes the images of the side file over the pages of `database` (opened for writing, with `pages`
/// pages) that are damaged. `sign_db` is of the header that counts.
///
/// # Errors
/// The database can't be read or written. What is wrong with the side file is no error.
pub(super) fn heal(
    env: &Env,
    path: &Path,
    database: &dyn File,
    (sign_db, page_size, pages): (Signature, PageSize, u32),
) -> Result<Healed> {
    let mut healed = Healed::default();
    let side = match env.fs.open(&page_guard_path(path), OpenMode::Read) {
        Ok(side) => side,
        Err(_) => return Ok(healed),
    };
    healed.there = true;
    let headers = header_signatures(database, page_size)?;
    let mut newest: BTreeMap<Pgno, (u64, u64)> = BTreeMap::new();
    for half in 0..HALVES {
        let at = half * half_bytes(page_size);
        let Some(directory) = Directory::read(&*side, at, page_size) else {
            continue;
        };
        healed.last = healed.last.max(directory.sequence);
        let tags = directory.tags;
        if tags.sign_db != sign_db || !headers.contains(&tags.sign_header) {
            continue;
        }
        for (i, pgno) in (0u64..).zip(directory.pgnos) {
            let image = at + DIRECTORY_BYTES as u64 + i * page_size.bytes() as u64;
            let known = newest.entry(pgno).or_insert((directory.sequence, image));
            *known = (*known).max((directory.sequence, image));
        }
    }
    let (mut page, mut image) = (vec![0; page_size.bytes()], vec![0; page_size.bytes()]);
    for (&pgno, &(_, at)) in &newest {
        if pgno.is_null() || pgno.0 > pages {
            continue;
        }
        let place = pgno.offset(page_size);
        database.read_exact_at(&mut page, place)?;
        if checksum::verify(&page, pgno) == PageVerdict::Good {
            continue;
        }
        let read = side.read_exact_at(&mut image, at);
        if read.is_err() || checksum::verify(&image, pgno) != PageVerdict::Good {
            continue;
        }
        tracing::warn!(
            pgno = pgno.0,
            "a damaged page was taken from the file of page images"
        );
        database.write_all_at(&image, place)?;
        healed.pages += 1;
    }
    if healed.pages > 0 {
        database.sync_data()?;
    }
    Ok(healed)
}

/// Signatures of the header copies that are whole.
fn header_signatures(database: &dyn File, page_size: PageSize) -> Result<Vec<Signature>> {
    let mut head = vec![0; BYTES_FOR_SELECT];
    let n = database.read_at(&mut head, 0)?;
    head.truncate(n);
    let mut out = Vec::new();
    for copy in 0..2 {
        let mut alone = head.clone();
        // The other copy is as if it were not there.
        let other = (1 - copy) * page_size.bytes();
        if let Some(other) = alone.get_mut(other..other + page_size.bytes()) {
            other.fill(0);
        }
        if let Ok(selected) = select_header(&alone) {
            out.push(selected.header.sign_db_hdr_flush);
        }
    }
    Ok(out)
}

/// A directory that is whole.
struct Directory {
    sequence: u64,
    tags: Tags,
    pgnos: Vec<Pgno>,
}

impl Directory {
    fn read(side: &dyn File, at: u64, page_size: PageSize) -> Option<Self> {
        let mut block = [0; DIRECTORY_BYTES];
        side.read_exact_at(&mut block, at).ok()?;
        let count = usize::try_from(u32_at(&block, OFF_COUNT)?).ok()?;
        let whole = u64_at(&block, 0)? == log_segment::checksum(&block, 0)
            && u64_at(&block, OFF_MAGIC)? == MAGIC
            && u32_at(&block, OFF_PAGE_SIZE)? as usize == page_size.bytes()
            && count <= batch_pages(page_size);
        if !whole {
            return None;
        }
        Some(Self {
            sequence: u64_at(&block, OFF_SEQUENCE)?,
            tags: Tags {
                sign_db: Signature::read(&block, OFF_SIGN_DB)?,
                sign_header: Signature::read(&block, OFF_SIGN_HEADER)?,
            },
            pgnos: (0..count)
                .filter_map(|i| u32_at(&block, OFF_PGNOS + 4 * i).map(Pgno))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests;
