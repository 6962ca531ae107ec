//! Writing dirty pages: for the checkpoint, for a detach, for room.
//!
//! Invariants: one write of a page at a time; no latch is held while the gate or the file is asked
//! for something slow; what changed after the copy stays dirty.
#![forbid(unsafe_code)]

use super::{Cache, FrameNo, Ordering, PageStore, Slot, Verdict, page_of};
use crate::cache::gate::DbNo;
use crate::error::{HasJetErr, JetErr};
use crate::format::bytes::u32_at;
use crate::format::checksum::stamp;
use crate::format::flush_map::next_flush_type;
use crate::format::ids::{Lgpos, Pgno};
use crate::format::page::{FLUSH_TYPE_SHIFT, OFF_FLAGS, PageFlags};
use crate::format::page_mut::{OutsidePage, PageBuf, PageMut};
use std::io;
use std::sync::Arc;

/// Dirty frames looked up at a time.
const BATCH: usize = 64;

/// How far a write goes to happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Only if nothing is in the way.
    IfReady,
    /// Has the gate make way, but waits for no latch.
    MakeWay,
    /// Has the gate make way, and waits.
    Wait,
}

/// What became of a frame that was to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrote {
    /// It is written, and was clean at that moment.
    Clean,
    /// There was nothing to write.
    Nothing,
    /// The gate is closed.
    HeldBack,
    /// Somebody else has it.
    Busy,
}

/// Why a page could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteFaultKind {
    /// The file's error.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The log or the header could not be made durable first.
    #[error("the log or the header could not be made durable first: {0}")]
    Gate(JetErr),
}

/// A page that could not be written. It stays dirty.
#[derive(Debug, thiserror::Error)]
#[error("page {pgno} of database {}: {kind}", db.0)]
pub struct WriteFault {
    /// The database.
    pub db: DbNo,
    /// The page.
    pub pgno: Pgno,
    /// Why.
    pub kind: WriteFaultKind,
}

impl HasJetErr for WriteFault {
    fn jet_err(&self) -> JetErr {
        match &self.kind {
            WriteFaultKind::Io(e) => e.jet_err(),
            WriteFaultKind::Gate(e) => *e,
        }
    }
}

/// What a flush did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flushed {
    /// Pages written.
    pub written: u32,
    /// Pages that the gate held back although it was asked to make way.
    pub held_back: u32,
}

impl Cache {
    /// Writes every page that was first changed before `upto`, oldest first, over all databases one
    /// after another: afterwards nothing dirty holds the checkpoint back before `upto`, except what
    /// changed meanwhile. The caller holds no latch.
    pub fn flush_up_to(&self, upto: Lgpos) -> Result<Flushed, WriteFault> {
        let slots: Vec<_> = self.slots.read().iter().flatten().cloned().collect();
        let mut done = Flushed::default();
        for slot in slots {
            self.flush_list(&slot, Some(upto), BATCH, &mut done)?;
        }
        Ok(done)
    }

    /// Writes every page of a database that is dirty at this moment, oldest first. The caller holds
    /// no latch.
    pub fn flush_db(&self, db: DbNo) -> Result<Flushed, WriteFault> {
        let mut done = Flushed::default();
        if let Some(slot) = self.slot(db) {
            self.flush_list(&slot, None, usize::MAX, &mut done)?;
        }
        Ok(done)
    }

    /// The lowest position that a checkpoint must not pass because of a dirty page of `db`; `None`
    /// when no logged change is dirty.
    #[must_use]
    pub fn oldest_dirty(&self, db: DbNo) -> Option<Lgpos> {
        self.slot(db)?.dirty.oldest()
    }

    fn flush_list(
        &self,
        slot: &Slot,
        before: Option<Lgpos>,
        batch: usize,
        done: &mut Flushed,
    ) -> Result<(), WriteFault> {
        let mut after = None;
        loop {
            let frames = slot.dirty.batch(after, before, batch);
            for &(_, no) in &frames {
                match self.write_frame(no, Mode::Wait)? {
                    Wrote::Clean => done.written += 1,
                    Wrote::HeldBack => done.held_back += 1,
                    Wrote::Nothing | Wrote::Busy => {}
                }
            }
            after = frames.last().copied();
            if after.is_none() || batch == usize::MAX {
                return Ok(());
            }
        }
    }

    pub(super) fn write_frame(&self, no: FrameNo, mode: Mode) -> Result<Wrote, WriteFault> {
        let wait = mode == Mode::Wait;
        let Some(_writing) = self.memory.writing(no, wait) else {
            return Ok(Wrote::Busy);
        };
        // While this right is held, the frame stays with its page: it is dirty, so it is not
        // emptied, and a purge waits for the right.
        let owner = self.memory.owner(no);
        let (Some((db, pgno)), Some(state)) = (page_of(owner), self.state(no)) else {
            return Ok(Wrote::Nothing);
        };
        let (Some(slot), Some(needs)) = (self.slot(db), state.dirt.needs()) else {
            return Ok(Wrote::Nothing);
        };
        let may = |n: crate::cache::dirty::Needs| {
            slot.gate.may_write(db, pgno, n.lgpos, n.owes_undo) == Verdict::Write
        };
        if mode == Mode::IfReady && !may(needs) {
            return Ok(Wrote::HeldBack);
        }
        let page = if wait {
            self.memory.shared(no, owner)
        } else {
            self.memory.try_shared(no).filter(|p| p.owner() == owner)
        };
        let Some(page) = page else {
            return Ok(Wrote::Busy);
        };
        let Some(needs) = state.dirt.copied() else {
            return Ok(Wrote::Nothing);
        };
        let mut copy = self.buffer();
        copy.as_mut_slice().copy_from_slice(&page);
        drop(page);
        let fault = |kind| WriteFault { db, pgno, kind };
        let result = (|| {
            if !may(needs) {
                if mode == Mode::IfReady {
                    return Ok(Wrote::HeldBack);
                }
                slot.gate
                    .make_way(db, pgno, needs.lgpos, needs.owes_undo)
                    .map_err(|e| fault(WriteFaultKind::Gate(e)))?;
                if !may(needs) {
                    return Ok(Wrote::HeldBack);
                }
            }
            let known = match slot.store.flush_type(pgno) {
                0 => state.flush_type.load(Ordering::Relaxed),
                known => known,
            };
            let flush_type = next_flush_type(known);
            sign(&mut copy, pgno, flush_type).map_err(|e| fault(io::Error::other(e).into()))?;
            write(&slot.store, pgno, &copy).map_err(|e| fault(e.into()))?;
            state.flush_type.store(flush_type, Ordering::Relaxed);
            state.dirt.written(no, &slot.dirty);
            Ok(Wrote::Clean)
        })();
        self.give_back(copy);
        result
    }
}

fn write(store: &Arc<dyn PageStore>, pgno: Pgno, copy: &PageBuf) -> io::Result<()> {
    store.write(pgno, copy)
}

/// Sets flush type and checksum of a page that is about to be written
/// (docs/format/database-pages.md §5.5).
fn sign(copy: &mut PageBuf, pgno: Pgno, flush_type: u8) -> Result<(), OutsidePage> {
    let others = u32_at(copy, OFF_FLAGS).unwrap_or(0) & !PageFlags::FLUSH_TYPE.bits();
    copy.store_u32(
        OFF_FLAGS,
        others | u32::from(flush_type) << FLUSH_TYPE_SHIFT,
    )?;
    stamp(copy, pgno)
}
