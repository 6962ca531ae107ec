//! Pages that came in and have to show that they are wanted again: in the order in which they came.
//!
//! As long as they are more than their part of the cache, room is made by the oldest of them: used since
//! it came, it stays, and is from then on one of those that the clock's hand passes; not used, it goes.
//! A page that comes back soon after that does not wait again. So what a scan brings pushes out what a
//! scan brought, and nothing that is in use.
//!
//! Source: the two queues of "2Q" and "S3-FIFO", public descriptions of replacement.
//!
//! Invariants: a page waits at most once; an entry counts only if its frame still holds the page that it
//! names; no more entries than twice the frames.
#![forbid(unsafe_code)]

use super::write::Mode;
use super::{Cache, ExclusiveFrame, FrameNo, Ordering};
use std::collections::VecDeque;

/// Part of the cache that newcomers may take before they have to go.
const PART: usize = 8;
/// Newcomers that are looked at for one frame, before the hand looks for it.
const LOOKED_MOST: usize = 16;
/// Mixes the bits of an owner; any odd number of the kind does.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// See the module.
#[derive(Default)]
pub(super) struct Newcomers {
    waiting: VecDeque<(FrameNo, u64)>,
    /// Owners of pages that went from here, each at the place of its hash; made when the first one goes.
    gone: Vec<u64>,
}

impl Newcomers {
    fn place(&self, owner: u64) -> Option<usize> {
        let hash = (owner.wrapping_mul(FACTOR) >> 32) as usize;
        hash.checked_rem(self.gone.len())
    }

    fn came_back(&mut self, owner: u64) -> bool {
        let place = self.place(owner);
        let entry = place.and_then(|p| self.gone.get_mut(p));
        entry.is_some_and(|entry| std::mem::take(entry) == owner)
    }

    fn went(&mut self, owner: u64, most: usize) {
        if self.gone.is_empty() {
            self.gone = vec![0; most];
        }
        let place = self.place(owner);
        if let Some(entry) = place.and_then(|p| self.gone.get_mut(p)) {
            *entry = owner;
        }
    }
}

impl Cache {
    /// A page came into a frame.
    pub(super) fn came(&self, frame: FrameNo, owner: u64) {
        let mut newcomers = self.newcomers.lock();
        let waits = !newcomers.came_back(owner);
        self.is_new(frame, waits);
        if !waits {
            return;
        }
        newcomers.waiting.push_back((frame, owner));
        // Of a cache that is not full, where nobody has to go.
        if newcomers.waiting.len() > 2 * self.frames.len()
            && let Some((frame, _)) = newcomers.waiting.pop_front()
        {
            self.is_new(frame, false);
        }
    }

    fn is_new(&self, frame: FrameNo, new: bool) {
        if let Some(state) = self.state(frame) {
            state.is_new.store(new, Ordering::Relaxed);
        }
    }

    /// The frame of the oldest newcomer that nobody has used, emptied; `None` when there are few.
    pub(super) fn newcomer_goes(&self) -> Option<ExclusiveFrame<'_>> {
        let part = self.size.load(Ordering::Relaxed) as usize / PART;
        for _ in 0..LOOKED_MOST {
            let (frame, owner) = {
                let mut newcomers = self.newcomers.lock();
                if newcomers.waiting.len() <= part {
                    return None;
                }
                newcomers.waiting.pop_front()?
            };
            if self.memory.owner(frame) != owner {
                continue;
            }
            self.is_new(frame, false);
            if self.memory.is_used(frame) {
                continue;
            }
            // What can't be written at once is left to the hand.
            if let Some(emptied) = self.empty(frame, Mode::IfReady) {
                self.newcomers.lock().went(owner, self.frames.len());
                return Some(emptied);
            }
        }
        None
    }
}
