//! Deleted data is overwritten in the database before a backup reads it (JET_paramZeroDatabaseDuringBackup):
//! it is neither in the file any more nor in the copy.
//!
//! ```text
//! pages, 4 MiB ahead of the reader: looked at as they lie in the file, or in memory
//!   ─► what needs it: latched, logged (Scrub), changed ─► written ─► the backup reads
//! ```
//! Source: behaviour of backup §4, docs/format/log-records.md §4 (Scrub), database-pages.md §7. The original
//! changes pages without a record and without a new database time while it streams them, so that its copy
//! still has what was deleted, and a crash before a lazy commit is durable can leave a row that comes back
//! overwritten. Here the record comes first: a page is written once all that led to it is durable, and a
//! replay makes the same page.
//!
//! Invariants:
//! * what a snapshot may see, or a rollback need, stays (`btree::write::scrub`);
//! * a page counts as nobody's only when no transaction is left that was open when the catalog was read, or
//!   while that was being found out; where that takes too long such pages are left alone;
//! * a page that can't be read is left to the reader, who tells of it.
#![forbid(unsafe_code)]

use super::BackupPort;
use crate::btree::write::{PageUse, may_need_scrub};
use crate::cache::{DbPages, PageFault};
use crate::catalog::TreesByObject;
use crate::error::HasJetErr as _;
use crate::format::ids::{Dbtime, Objid, PageSize, Pgno};
use crate::format::page::{PageFlags, PageView};
use crate::instance::{InstanceError, OpenDb};
use crate::io::clock::Wake;
use crate::work::{Apart as _, Look, Work, WorkError};
use parking_lot::Mutex;
use std::fmt;
use std::sync::Weak;
use std::time::Duration;

/// Bytes that are scrubbed ahead of the reader.
const CHUNK: usize = 4 << 20;
/// Bytes that are looked at by one read.
const LOOK: usize = 256 << 10;
/// How long transactions that were open are waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two looks whether they are over.
const SLICE: Duration = Duration::from_millis(5);
/// Header copies in front of page 1.
const HEADER_PAGES: u64 = 2;

/// Scrubs one database ahead of who reads it, front to back.
pub struct Scrubber {
    port: BackupPort,
    db: Weak<OpenDb>,
    page_size: PageSize,
    last: u32,
    state: Mutex<State>,
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrubber")
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

/// How far it is.
struct State {
    next: u32,
    known: Option<Known>,
    counts: ScrubCounts,
}

/// What was found out before the first page.
struct Known {
    trees: TreesByObject,
    /// A page of an object up to this that is not among the trees is nobody's.
    objid_most: Objid,
    /// Database time of that moment.
    dbtime: Dbtime,
}

/// What a pass over a database did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ScrubCounts {
    /// Pages that were looked at.
    pub pages: u32,
    /// Pages on which something was overwritten.
    pub scrubbed: u32,
}

impl Scrubber {
    pub(super) fn new(port: BackupPort, db: Weak<OpenDb>, page_size: PageSize, last: u32) -> Self {
        let state = State {
            next: 1,
            known: None,
            counts: ScrubCounts::default(),
        };
        Self {
            port,
            db,
            page_size,
            last,
            state: Mutex::new(state),
        }
    }

    /// What was done so far.
    #[must_use]
    pub fn counts(&self) -> ScrubCounts {
        self.state.lock().counts
    }

    /// Everything in front of `end`, an offset in the backup's file, is scrubbed and written when this
    /// returns. `stop` is asked before each page: once it says so this ends early, with success.
    ///
    /// # Errors
    /// The log takes nothing, a page can't be written, the catalog is damaged.
    pub fn reach(&self, end: u64, stop: &dyn Fn() -> bool) -> Result<(), InstanceError> {
        let pages = end.div_ceil(self.page_size.bytes() as u64);
        let upto = pages.saturating_sub(HEADER_PAGES).min(u64::from(self.last));
        let mut state = self.state.lock();
        while u64::from(state.next) <= upto {
            if stop() {
                return Ok(());
            }
            let Some(open) = self.db.upgrade() else {
                // Who reads finds out too, and says so.
                return Ok(());
            };
            if state.known.is_none() {
                state.known = Some(self.find_out(&open, stop)?);
            }
            self.chunk(&open, &mut state, stop)?;
            if state.next > self.last {
                self.note(&open, &state);
            }
        }
        Ok(())
    }

    /// Scrubs the next pages.
    fn chunk(
        &self,
        open: &OpenDb,
        state: &mut State,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), InstanceError> {
        // The instance does not end meanwhile.
        let _call = self.port.core.calls.read_recursive();
        let count = u32::try_from(CHUNK / self.page_size.bytes()).unwrap_or(1);
        let end = state
            .next
            .saturating_add(count)
            .min(self.last.saturating_add(1));
        let first = std::mem::replace(&mut state.next, end);
        state.counts.pages += end - first;
        let wanted = self.candidates(open, first, end);
        let Some(known) = state.known.as_ref().filter(|_| !wanted.is_empty()) else {
            return Ok(());
        };
        let mut scrubbed = 0;
        let mut what = |work: &mut Work<'_>| {
            for &pgno in &wanted {
                if stop() {
                    break;
                }
                scrubbed += self.page(open, known, work, pgno, stop)?;
            }
            Ok(())
        };
        self.port.core.apart(open.work_db(), &mut what)?;
        if scrubbed > 0 {
            state.counts.scrubbed += scrubbed;
            self.write(open)?;
        }
        Ok(())
    }

    /// The pages that may need it: by what lies in the file, or is in memory.
    fn candidates(&self, open: &OpenDb, first: u32, end: u32) -> Vec<Pgno> {
        let size = self.page_size.bytes();
        let pages = open.work_db().trees.pages();
        let at_once = u32::try_from(LOOK / size).unwrap_or(1).max(1);
        let mut buf = vec![0; LOOK.max(size)];
        let mut wanted = Vec::new();
        let mut from = first;
        while from < end {
            let n = at_once.min(end - from);
            let bytes = n as usize * size;
            let part = buf.get_mut(..bytes).unwrap_or_default();
            let read = open
                .file()
                .read_raw(part, Pgno(from).offset(self.page_size));
            let whole = read.unwrap_or(0) / size;
            for (i, page) in (0..n).zip(part.chunks_exact(size)) {
                let pgno = Pgno(from + i);
                let needs = || {
                    (i as usize) < whole
                        && page.iter().any(|&b| b != 0)
                        && PageView::new(page).is_ok_and(|view| may_need_scrub(&view))
                };
                if pages.is_here(pgno) || needs() {
                    wanted.push(pgno);
                }
            }
            from += n;
        }
        wanted
    }

    /// Scrubs a page, and behind it what belongs to the long value without references that it ends in;
    /// gives how many pages.
    fn page(
        &self,
        open: &OpenDb,
        known: &Known,
        work: &mut Work<'_>,
        pgno: Pgno,
        stop: &dyn Fn() -> bool,
    ) -> Result<u32, WorkError> {
        let pages = open.work_db().trees.pages();
        let (mut at, mut first, mut orphan, mut scrubbed) = (pgno, None, None, 0);
        // Siblings in a circle end here.
        for _ in 0..self.last {
            let Some((mut page, objid)) = latched(pages, at) else {
                break;
            };
            let Some(of) = known.use_of(open, objid) else {
                break;
            };
            scrubbed += u32::from(work.writer().scrub(&mut page, of, &mut orphan)?);
            let next = page.view()?.pgno_next();
            drop(page);
            // Another one is followed when its own page's turn comes.
            let goes_on = orphan.is_some() && (first.is_none() || orphan == first);
            if !goes_on || next.is_null() || next.0 > self.last || stop() {
                break;
            }
            (at, first) = (next, orphan);
        }
        Ok(scrubbed)
    }

    /// What was scrubbed lies in the file.
    fn write(&self, open: &OpenDb) -> Result<(), InstanceError> {
        let core = &self.port.core;
        let flushed = core.cache.flush_db(open.no());
        flushed.map_err(|e| InstanceError::refused(e.jet_err(), e.to_string()))?;
        let unit = usize::try_from(core.params.atomic_unit).unwrap_or(usize::MAX);
        if self.page_size.bytes() > unit {
            // Pages that are written twice wait for a batch.
            let synced = open.file().sync();
            synced.map_err(|e| InstanceError::refused(e.jet_err(), e.to_string()))?;
        }
        Ok(())
    }

    /// Reads which trees there are, in such a way that a page of none of them is nobody's.
    fn find_out(&self, open: &OpenDb, stop: &dyn Fn() -> bool) -> Result<Known, InstanceError> {
        let core = &self.port.core;
        let work_db = open.work_db();
        let (dbtime, newest) = (work_db.trees.dbtime(), open.file().header().objid_last);
        // Whoever has a new object's number and has not written its row ends first.
        let before = self.outlived(stop);
        let trees = {
            let _call = core.calls.read_recursive();
            let look = Look::new(work_db.trees.pages(), &core.store, core.store.latest());
            TreesByObject::read(open.no(), &look)?
        };
        // And whoever may still see one that these eyes don't.
        let certain = before && self.outlived(stop);
        Ok(Known {
            trees,
            objid_most: Objid(if certain { newest } else { 0 }),
            dbtime,
        })
    }

    /// Waits until no transaction is left that is open now; `false` when that takes too long.
    fn outlived(&self, stop: &dyn Fn() -> bool) -> bool {
        let (store, clock) = (&self.port.core.store, &self.port.core.env.clock);
        let now = store.clock().next();
        let until = clock.now_monotonic().saturating_add(PATIENCE);
        while store.oldest().is_before(now) {
            if stop() || clock.now_monotonic() >= until {
                return false;
            }
            clock.wait(SLICE, &Wake::new());
        }
        true
    }

    /// The whole database was looked at: the header says so from its next write on. Not when pages that
    /// may be nobody's were left alone.
    fn note(&self, open: &OpenDb, state: &State) {
        let Some(known) = state.known.as_ref().filter(|k| k.objid_most.0 > 0) else {
            return;
        };
        let now = self.port.now();
        open.file().change_header(|h| {
            h.dbtime_last_scrub = known.dbtime;
            h.logtime_scrub = now;
        });
        let ScrubCounts { pages, scrubbed } = state.counts;
        tracing::info!(database = %open.path().display(), pages, scrubbed, "deleted data was overwritten");
    }
}

impl Known {
    /// What a page of `objid` is for; `None` where that is not certain, or where nothing is deleted.
    fn use_of(&self, open: &OpenDb, objid: Objid) -> Option<PageUse<'_>> {
        if objid == Objid::SYSTEM_ROOT || objid > self.objid_most || open.is_gone(objid) {
            return self.trees.get(objid).map(PageUse::Tree);
        }
        Some(
            self.trees
                .get(objid)
                .map_or(PageUse::Nothing, PageUse::Tree),
        )
    }
}

/// The page, latched exclusively, and whose it is; `None` when it can't be had, which a reader says too.
fn latched(pages: &DbPages, pgno: Pgno) -> Option<(crate::cache::ExclusivePage<'_>, Objid)> {
    let told = |e: PageFault| tracing::debug!(pgno = pgno.0, error = %e, "not scrubbed");
    let page = pages.exclusive(pgno).map_err(told).ok()?;
    let view = page.view().map_err(told).ok()?;
    if view.flags().contains(PageFlags::SPACE_TREE) {
        return None;
    }
    let objid = view.objid();
    Some((page, objid))
}
