//! The engine's cache: pages of several databases that are read, changed and written back.
//!
//! One [`Cache`] serves an engine; a database is attached with its file ([`PageStore`]) and its
//! write-ahead rules ([`WriteGate`]) and is then used through its [`DbPages`].
//!
//! Order of a change (`design` §4.2): latch the pages, log, store through [`ExclusivePage`], then
//! [`ExclusivePage::mark_dirty`], let go. Order of a write: shared latch, copy, let go; ask the gate;
//! flush type and checksum into the copy; write; clean, unless the page changed meanwhile.
//!
//! Invariants:
//! * memory never exceeds the budget: a page is only brought into a frame that is free or was
//!   emptied; when no frame can be had, that is [`PageFaultKind::NoBuffer`], not growth;
//! * a dirty page is in its frame or in the file, never lost: a frame is only emptied when clean;
//! * a frame belongs to one page, a page to at most one frame, from before it is read until it is
//!   clean and forgotten: no stale copy can be read into a second frame;
//! * no thread waits for a latch while it looks for a frame.
//!
//! A thread latches a page once (a clone of a [`SharedPage`] is one more hold), pages in the order of
//! the design, and calls the flushing functions with no latch held.
#![forbid(unsafe_code)]

use super::dirty::{Change, Dirt, DirtyList};
use super::gate::{DbNo, PageStore, Verdict, WriteGate};
use super::page_memory::{ExclusiveFrame, FrameNo, OptimisticFrame, PageMemory, SharedFrame};
use super::page_table::PageTable;
use super::{PageFault, PageFaultKind};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{PageSize, Pgno};
use crate::format::page_mut::PageBuf;
use crate::sync::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use ahead::Ahead;
use newcomers::Newcomers;
use parking_lot::{Mutex, RwLock};
use std::io;
use std::sync::Arc;

mod ahead;
mod evict;
mod newcomers;
mod optimistic;
mod pages;
mod write;

#[cfg(all(test, loom))]
mod models;
#[cfg(all(test, not(loom)))]
mod tests;

pub(crate) use optimistic::{Expected, FrameAt, OptimisticPage};
pub use pages::{DbPages, ExclusivePage};
pub use write::{Flushed, WriteFault, WriteFaultKind};

/// Databases that can be attached at a time.
const DATABASES: usize = 256;
/// Private buffers that are kept for the next read or write.
const BUFFERS_KEPT: usize = 16;

/// How much memory the cache may use, in pages (JET_paramCacheSizeMin, JET_paramCacheSizeMax).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// What [`Cache::set_size`] never goes below.
    pub min: u32,
    /// Never exceeded; the memory is taken from the system as it is needed, or a little ahead
    /// ([`Cache::attend`]).
    pub max: u32,
}

/// Why a database can't be attached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AttachFault {
    /// The number is taken.
    #[error("database {0:?} is attached already")]
    InUse(DbNo),
    /// A cache has one page size.
    #[error("the file has pages of {file} bytes, the cache of {cache}")]
    PageSize {
        /// The file's page size in bytes.
        file: usize,
        /// The cache's.
        cache: usize,
    },
}

impl HasJetErr for AttachFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::InUse(_) => JetErr::DATABASE_IN_USE,
            Self::PageSize { .. } => JetErr::PAGE_SIZE_MISMATCH,
        }
    }
}

/// How the cache is used at this moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Frames that hold a page.
    pub resident: u32,
    /// Frames among them that the file is behind of.
    pub dirty: u32,
}

/// What is known of a frame beside its bytes.
#[derive(Default)]
struct FrameState {
    dirt: Dirt,
    /// Flush type of the page's last write, as far as this cache knows.
    flush_type: AtomicU8,
    /// The page waits among the newcomers: the hand leaves it alone. A hint, which models need not see.
    is_new: std::sync::atomic::AtomicBool,
}

/// An attached database.
struct Slot {
    db: DbNo,
    store: Arc<dyn PageStore>,
    gate: Arc<dyn WriteGate>,
    table: PageTable,
    dirty: DirtyList,
    detached: AtomicBool,
}

impl Slot {
    fn owner(&self, pgno: Pgno) -> u64 {
        OWNED | u64::from(self.db.0) << 32 | u64::from(pgno.0)
    }
}

/// Set in the owner word of every frame that holds a page; 0 is a free frame.
const OWNED: u64 = 1 << 40;

fn page_of(owner: u64) -> Option<(DbNo, Pgno)> {
    (owner & OWNED != 0).then_some((DbNo((owner >> 32) as u8), Pgno(owner as u32)))
}

/// The cache.
pub struct Cache {
    memory: PageMemory,
    frames: Box<[FrameState]>,
    page_size: PageSize,
    budget: Budget,
    /// Frames that may be in use now, between the budget's ends.
    size: AtomicU32,
    /// Frames in use or promised to somebody.
    resident: AtomicU32,
    /// Frames that were ever used: those after are untouched memory.
    touched: AtomicU32,
    free: Mutex<Vec<FrameNo>>,
    /// Memory for those after.
    ahead: Ahead,
    hand: AtomicU32,
    newcomers: Mutex<Newcomers>,
    slots: RwLock<Vec<Option<Arc<Slot>>>>,
    buffers: Mutex<Vec<PageBuf>>,
}

impl Cache {
    /// A cache for pages of one size. A budget of no page at all is taken as one.
    pub fn new(page_size: PageSize, budget: Budget) -> io::Result<Arc<Self>> {
        let max = budget.max.clamp(1, u32::MAX - 1);
        let budget = Budget {
            min: budget.min.clamp(1, max),
            max,
        };
        Ok(Arc::new(Self {
            memory: PageMemory::new(page_size, max)?,
            frames: (0..max).map(|_| FrameState::default()).collect(),
            page_size,
            budget,
            size: AtomicU32::new(max),
            resident: AtomicU32::new(0),
            touched: AtomicU32::new(0),
            free: Mutex::default(),
            ahead: Ahead::new(page_size.bytes()),
            hand: AtomicU32::new(0),
            newcomers: Mutex::default(),
            slots: RwLock::new((0..DATABASES).map(|_| None).collect()),
            buffers: Mutex::default(),
        }))
    }

    /// Size of the pages.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// Pages that may be in memory at a time now.
    #[must_use]
    pub fn pages_most(&self) -> u32 {
        self.size.load(Ordering::Relaxed)
    }

    /// Lets a database in.
    pub fn attach(
        self: &Arc<Self>,
        db: DbNo,
        store: Arc<dyn PageStore>,
        gate: Arc<dyn WriteGate>,
    ) -> Result<DbPages, AttachFault> {
        if store.page_size() != self.page_size {
            return Err(AttachFault::PageSize {
                file: store.page_size().bytes(),
                cache: self.page_size.bytes(),
            });
        }
        let mut slots = self.slots.write();
        let place = slots
            .get_mut(usize::from(db.0))
            .filter(|p| p.is_none())
            .ok_or(AttachFault::InUse(db))?;
        let slot = Arc::new(Slot {
            db,
            store,
            gate,
            table: PageTable::new(),
            dirty: DirtyList::default(),
            detached: AtomicBool::new(false),
        });
        *place = Some(Arc::clone(&slot));
        Ok(DbPages::new(Arc::clone(self), slot))
    }

    /// Forgets every page of a database, dirty ones too, and frees its number. Whoever wants them in
    /// the file calls [`Cache::flush_db`] first. Nobody uses the database any more; a [`DbPages`]
    /// that is left over reads nothing.
    pub fn detach(&self, db: DbNo) {
        if let Some(slot) = self.slot(db) {
            slot.detached.store(true, Ordering::Release);
            self.purge(db);
            if let Some(place) = self.slots.write().get_mut(usize::from(db.0)) {
                *place = None;
            }
        }
    }

    /// How the cache is used now.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let dirty = |s: &Arc<Slot>| s.dirty.len();
        let dirty: usize = self.slots.read().iter().flatten().map(dirty).sum();
        Usage {
            resident: self.resident.load(Ordering::Relaxed),
            dirty: u32::try_from(dirty).unwrap_or(u32::MAX),
        }
    }

    fn slot(&self, db: DbNo) -> Option<Arc<Slot>> {
        self.slots.read().get(usize::from(db.0))?.clone()
    }

    fn state(&self, frame: FrameNo) -> Option<&FrameState> {
        self.frames.get(frame as usize)
    }

    fn buffer(&self) -> PageBuf {
        let kept = self.buffers.lock().pop();
        kept.unwrap_or_else(|| PageBuf::zeroed(self.page_size))
    }

    fn give_back(&self, buffer: PageBuf) {
        let mut kept = self.buffers.lock();
        if kept.len() < BUFFERS_KEPT {
            kept.push(buffer);
        }
    }
}
