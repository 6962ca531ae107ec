//! Where a frame for one more page comes from: free, untouched, or emptied by the clock.
//!
//! A page comes in unused; every later use counts, up to two. Newcomers make room first (`newcomers`);
//! of the others the hand takes one use off as it passes, and empties what has none.
//!
//! Invariant: a latch or a right to write is only ever tried here, never waited for.
#![forbid(unsafe_code)]

use super::write::{Mode, Wrote};
use super::{Cache, ExclusiveFrame, FrameNo, FrameState, Ordering, page_of};
use crate::cache::gate::DbNo;
use crate::format::ids::Pgno;
use crate::sync::yield_now;
use std::ops::RangeInclusive;

/// Unused pages that are passed by because they are latched, or can't be written at once. After so
/// many the log is made durable: otherwise the few clean pages would be emptied over and over.
const PASSED_MOST: u32 = 8;
/// Turns of the hand that leave pages in use alone.
const TURNS_EASY: u32 = if cfg!(loom) { 0 } else { 3 };
/// Turns after which there is no frame: all are latched, or can't be written.
const TURNS_MOST: u32 = if cfg!(loom) { 2 } else { 32 };

impl Cache {
    /// A frame of nobody, latched exclusively; `None` when there is none to be had.
    pub(super) fn take_frame(&self) -> Option<ExclusiveFrame<'_>> {
        let size = self.size.load(Ordering::Relaxed);
        let more = |n: u32| (n < size).then_some(n + 1);
        let got = self
            .resident
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, more);
        if got.is_err() {
            return self.newcomer_goes().or_else(|| self.turn_the_hand());
        }
        let free = self.free.lock().pop();
        let no = free.unwrap_or_else(|| {
            let no = self.touched.fetch_add(1, Ordering::AcqRel);
            self.ahead.used(no);
            no
        });
        self.memory.exclusive(no, 0)
    }

    /// Gives a frame back, whose page no table names any more.
    pub(super) fn free_frame(&self, mut frame: ExclusiveFrame<'_>) {
        let no = frame.no();
        frame.set_owner(0);
        drop(frame);
        self.free.lock().push(no);
        self.resident.fetch_sub(1, Ordering::AcqRel);
    }

    fn turn_the_hand(&self) -> Option<ExclusiveFrame<'_>> {
        let mut passed = 0;
        for turn in 0..TURNS_MOST {
            let touched = self.touched.load(Ordering::Acquire).max(1);
            for _ in 0..touched {
                let no = self.hand.fetch_add(1, Ordering::Relaxed) % touched;
                let waits = |s: &FrameState| s.is_new.load(Ordering::Relaxed);
                if turn == 0 && self.state(no).is_some_and(waits) {
                    continue;
                }
                let cold = self.memory.is_cold(no) || turn > TURNS_EASY;
                if !cold || self.memory.owner(no) == 0 {
                    continue;
                }
                let mode = if passed < PASSED_MOST && turn == 0 {
                    Mode::IfReady
                } else {
                    Mode::MakeWay
                };
                if let Some(frame) = self.empty(no, mode) {
                    return Some(frame);
                }
                passed += 1;
            }
            if turn >= TURNS_EASY {
                yield_now();
            }
        }
        None
    }

    /// Empties a frame, if it is clean or can be made so.
    pub(super) fn empty(&self, no: FrameNo, mode: Mode) -> Option<ExclusiveFrame<'_>> {
        let state = self.state(no)?;
        if state.dirt.is_dirty() && !matches!(self.write_frame(no, mode), Ok(Wrote::Clean)) {
            // A write that failed leaves the page dirty; the file's owner knows.
            return None;
        }
        let mut frame = self.memory.try_exclusive(no)?;
        let (db, pgno) = page_of(frame.owner())?;
        if state.dirt.is_dirty() {
            return None;
        }
        let slot = self.slot(db)?;
        slot.table.clear(pgno);
        frame.set_owner(0);
        Some(frame)
    }

    /// Sets how many pages may be resident, within the budget, and empties frames down to that as
    /// far as they can be written at once. Returns how many pages are resident then.
    pub fn set_size(&self, pages: u32) -> u32 {
        let size = pages.clamp(self.budget.min, self.budget.max);
        self.size.store(size, Ordering::Relaxed);
        let touched = self.touched.load(Ordering::Acquire);
        for no in (0..touched).chain(0..touched) {
            if self.resident.load(Ordering::Relaxed) <= size {
                break;
            }
            if let Some(frame) = self.empty(no, Mode::IfReady) {
                self.free_frame(frame);
            }
        }
        self.resident.load(Ordering::Relaxed)
    }

    /// Forgets every page of a database, dirty ones too. Nobody uses the database meanwhile.
    pub fn purge(&self, db: DbNo) {
        self.forget(db, Pgno(0)..=Pgno(u32::MAX));
    }

    /// Forgets pages of a database, dirty ones too: they are cut off the file, or become a hole in
    /// it. Nobody uses these pages meanwhile. Looks at every frame.
    pub fn forget(&self, db: DbNo, pages: RangeInclusive<Pgno>) {
        let Some(slot) = self.slot(db) else { return };
        let is_one = |(of, pgno): &(DbNo, Pgno)| *of == db && pages.contains(pgno);
        for no in 0..self.touched.load(Ordering::Acquire) {
            let owner = self.memory.owner(no);
            let Some((_, pgno)) = page_of(owner).filter(is_one) else {
                continue;
            };
            // A write under way would otherwise end after the frame has gone to another page.
            let writing = self.memory.writing(no, true);
            if let (Some(frame), Some(state)) = (self.memory.exclusive(no, owner), self.state(no)) {
                state.dirt.forget(no, &slot.dirty);
                slot.table.clear(pgno);
                self.free_frame(frame);
            }
            drop(writing);
        }
    }
}
