//! A database file in memory, and gates that let some pages out of the cache and keep others in.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use ese_core::cache::{DbNo, PageFault, PageFaultKind, PageLoader, PageStore, Verdict, WriteGate};
use ese_core::error::JetErr;
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::ids::{Lgpos, PageSize, Pgno};
use ese_core::format::page::PageView;
use ese_core::format::page_check::check_page;
use ese_core::recovery::owed::Owed;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// What lies on the disk.
#[derive(Clone, Default)]
pub struct Disk {
    /// Pages that are not zeros.
    pub pages: BTreeMap<Pgno, Vec<u8>>,
    /// Pages of the file.
    pub last: u32,
    /// Where the file was last made longer or shorter, as its header says it.
    pub last_resize: Option<Lgpos>,
    /// Reads and writes.
    pub reads: u64,
    pub writes: u64,
}

/// The file.
pub struct Store {
    page_size: PageSize,
    pub disk: Mutex<Disk>,
}

impl Store {
    pub fn new(page_size: PageSize, disk: Disk) -> Arc<Self> {
        let disk = Mutex::new(disk);
        Arc::new(Self { page_size, disk })
    }

    /// The file gets `last` pages: longer, or shorter.
    pub fn resize(&self, last: u32, at: Lgpos) {
        let mut disk = self.disk.lock();
        disk.last = last;
        disk.pages.retain(|&pgno, _| pgno.0 <= last);
        disk.last_resize = Some(at);
    }

    /// A range of the file becomes a hole.
    pub fn trim(&self, first: Pgno, n: u32) {
        let end = first.0.saturating_add(n);
        let mut disk = self.disk.lock();
        disk.pages.retain(|&pgno, _| pgno < first || pgno.0 >= end);
    }
}

impl PageLoader for Store {
    fn page_size(&self) -> PageSize {
        self.page_size
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        let mut disk = self.disk.lock();
        disk.reads += 1;
        let fault = |kind| PageFault::new(pgno, kind);
        if pgno.0 > disk.last {
            return Err(fault(PageFaultKind::BeyondEof));
        }
        let page = disk.pages.get(&pgno);
        buf.copy_from_slice(page.ok_or_else(|| fault(PageFaultKind::NotInitialized))?);
        assert_eq!(verify(buf, pgno), PageVerdict::Good, "{pgno}");
        let view = PageView::new(buf).map_err(|e| fault(PageFaultKind::Structure(e)))?;
        check_page(&view).map_err(|e| fault(PageFaultKind::Structure(e)))
    }
}

impl PageStore for Store {
    fn pages(&self) -> u32 {
        self.disk.lock().last
    }

    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()> {
        let mut disk = self.disk.lock();
        assert!(
            pgno.0 <= disk.last,
            "{pgno} is written behind {}",
            disk.last
        );
        disk.writes += 1;
        disk.pages.insert(pgno, bytes.to_vec());
        Ok(())
    }
}

/// Lets a random part of the pages out, another part each time [`Picky::turn`] is called, and never
/// one that owes the log a before-image.
pub struct Picky {
    owed: Arc<Owed>,
    turn: Mutex<(u64, u64)>,
}

impl Picky {
    pub fn new(owed: Arc<Owed>) -> Arc<Self> {
        let turn = Mutex::new((0, 0));
        Arc::new(Self { owed, turn })
    }

    /// From now on `part` of 100 pages may be written, chosen by `seed`.
    pub fn turn(&self, seed: u64, part: u64) {
        *self.turn.lock() = (seed, part);
    }
}

impl WriteGate for Picky {
    fn may_write(&self, db: DbNo, pgno: Pgno, _: Lgpos, owes_undo: bool) -> Verdict {
        let (seed, part) = *self.turn.lock();
        let mixed = (u64::from(pgno.0) ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        if owes_undo && self.owed.is_owed(db, pgno) || (mixed >> 32) % 100 >= part {
            return Verdict::NotYet;
        }
        Verdict::Write
    }

    fn make_way(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Result<(), JetErr> {
        Ok(())
    }
}
