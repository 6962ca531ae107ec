//! One side of a cursor: a place in one index, with the search key and the range that belong to it.
//!
//! A cursor has one for the primary index and, while a secondary index is current, one for that. Key
//! and range of the primary side outlive a change to a secondary index and back.
//!
//! Source: jet-api behaviour of cursors §2, §4, §7.
//!
//! Invariant: the limit of a range is the bytes of the search key, used up or not: a new key changes it.
#![forbid(unsafe_code)]

use crate::cache::PageFault;
use crate::format::key::{
    KeyRules, MakeKeyFlags, SearchIndex, SearchKey, SearchKeyError, Segment, TupleLimits,
};
use crate::index::IndexDef;
use crate::work::{Look, Walker};

bitflags::bitflags! {
    /// Options of JetSetIndexRange; the numbers are the API's.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct RangeFlags: u32 {
        /// Entries equal to the key are in.
        const INCLUSIVE = 0x1;
        /// The key is a limit for forward moves; else for backward ones.
        const UPPER = 0x2;
        /// Test only.
        const INSTANT = 0x4;
        /// Remove the range.
        const REMOVE = 0x8;
        const _ = !0;
    }
}

/// A place in one index.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) walker: Walker,
    key: SearchKey,
    /// The key may be sought with, or added to.
    key_is_fresh: bool,
    range: Option<RangeFlags>,
    segments: Vec<Segment>,
}

impl Side {
    pub(super) fn new(walker: Walker, def: Option<&IndexDef>) -> Self {
        let segments = def.map(|d| d.segments.iter().map(|s| s.segment).collect());
        Self {
            walker,
            key: SearchKey::new(),
            key_is_fresh: false,
            range: None,
            segments: segments.unwrap_or_default(),
        }
    }

    /// As it was made, with its buffers.
    pub(super) fn begin_again(&mut self) {
        self.walker.begin_again();
        self.key.reset();
        self.key_is_fresh = false;
        self.range = None;
    }

    /// The index is known anew.
    pub(super) fn set_def(&mut self, def: Option<&IndexDef>) {
        let segments = def.map(|d| d.segments.iter().map(|s| s.segment));
        self.segments.clear();
        self.segments.extend(segments.into_iter().flatten());
    }

    /// Adds a column to the search key.
    pub(super) fn make_key(
        &mut self,
        (rules, tuples): (&KeyRules, Option<TupleLimits>),
        placeholder: bool,
        data: &[u8],
        flags: MakeKeyFlags,
    ) -> Result<(), SearchKeyError> {
        let begins = MakeKeyFlags::NEW_KEY | MakeKeyFlags::NORMALIZED_KEY;
        if !self.key_is_fresh && !flags.intersects(begins) {
            return Err(SearchKeyError::NotMade);
        }
        let index = SearchIndex {
            rules,
            segments: &self.segments,
            tuples,
            placeholder,
        };
        let fresh = self.key.make(&index, data, flags);
        match fresh {
            Ok(()) => self.key_is_fresh = true,
            // With NewKey there is none now; a refused ready-made key leaves the old one.
            Err(_) => self.key_is_fresh &= self.key.key().is_some(),
        }
        fresh
    }

    /// The search key, if it may be sought with.
    pub(super) fn search_key(&self) -> Option<&[u8]> {
        self.key.key().filter(|_| self.key_is_fresh)
    }

    /// The bytes of the key that was made last, used up or not.
    pub(super) fn key_bytes(&self) -> Option<&[u8]> {
        self.key.key()
    }

    pub(super) fn use_up_key(&mut self) {
        self.key_is_fresh = false;
    }

    pub(super) fn range(&self) -> Option<RangeFlags> {
        self.range
    }

    pub(super) fn set_range(&mut self, range: Option<RangeFlags>) {
        self.range = range;
    }

    /// The walker, and the key to seek with.
    pub(super) fn seek_parts(&mut self) -> Option<(&mut Walker, &[u8])> {
        let key = self.key.key().filter(|_| self.key_is_fresh)?;
        Some((&mut self.walker, key))
    }

    /// Whether the range, if it is one for moves of this direction, excludes the walker's key.
    pub(super) fn is_outside(&self, forward: bool) -> bool {
        let range = self
            .range
            .filter(|r| r.contains(RangeFlags::UPPER) == forward);
        let (Some(range), Some(limit)) = (range, self.key.key()) else {
            return false;
        };
        let order = self.walker.key().cmp(limit);
        let order = if forward { order } else { order.reverse() };
        match range.contains(RangeFlags::INCLUSIVE) {
            true => order.is_gt(),
            false => order.is_ge(),
        }
    }

    /// Leaves the index at the end that a move of this direction reaches.
    pub(super) fn leave(&mut self, forward: bool) {
        match forward {
            true => self.walker.after_last(),
            false => self.walker.before_first(),
        }
    }

    /// One step; `false`, and off the end, when there is no entry within the range.
    pub(super) fn step(
        &mut self,
        look: &Look<'_>,
        forward: bool,
        key_ne: bool,
    ) -> Result<bool, PageFault> {
        let found = match (forward, key_ne) {
            (true, false) => self.walker.next(look),
            (true, true) => self.walker.next_key(look),
            (false, false) => self.walker.prev(look),
            (false, true) => self.walker.prev_key(look),
        };
        if !found? {
            return Ok(false);
        }
        if self.is_outside(forward) {
            self.range = None;
            self.leave(forward);
            return Ok(false);
        }
        Ok(true)
    }
}
