//! The versions of one session's transaction.
//!
//! Entries lie in the order in which they were made; keys and before-images behind one another in
//! one arena, which is emptied with the transaction, so that a version costs no allocation.
//!
//! Levels: all that was made while level `n` was the deepest lies behind the mark of `n`. A commit
//! forgets the mark, so its entries belong to the level below without being touched; a rollback cuts
//! at the mark. An entry may be of a lower level than its place (made for the session by somebody who
//! builds an index, docs/format/log-records.md §2.3): the lower of both counts.
//!
//! Ids grow by 2 and wrap; nearly always they come in order, and are found by halving. As soon as one
//! does not, a hash of all ids is kept for the rest of the transaction.
//!
//! Invariants: marks never fall with the level; an id is live at most once.
#![forbid(unsafe_code)]

use super::LEVEL_MOST;
use super::version::{Bookmark, Change, NewVersion, ReplaceSpace, State, Version, VersionOper};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Pgno;
use std::collections::HashMap;

/// Why a version can't be made, or a level not begun or ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VersionError {
    /// Its id is taken.
    #[error("version {0} is made twice")]
    Twice(u32),
    /// A bookmark or before-image longer than a node can be.
    #[error("version {0} has a bookmark or data longer than a node")]
    TooLong(u32),
    /// The versions take more memory than they may.
    #[error("the versions of open transactions take more memory than they may")]
    Full,
    /// A level begins elsewhere than at the current one.
    #[error("a level begins at {from}, the session is at {at}")]
    Begin {
        /// Level before, by who begins.
        from: u8,
        /// Level of the session.
        at: u8,
    },
    /// More levels than there may be, or none at all.
    #[error("{count} levels begin at {at}")]
    TooDeep {
        /// Level of the session.
        at: u8,
        /// How many begin.
        count: u8,
    },
    /// A level ends that is not the current one.
    #[error("level {at} ends, and level {to} should be left")]
    End {
        /// Level of the session.
        at: u8,
        /// Level afterwards, by who ends it.
        to: u8,
    },
}

impl HasJetErr for VersionError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Full => JetErr::VERSION_STORE_OUT_OF_MEMORY,
            Self::Twice(_)
            | Self::TooLong(_)
            | Self::Begin { .. }
            | Self::TooDeep { .. }
            | Self::End { .. } => JetErr::LOG_CORRUPTED,
        }
    }
}

/// The versions of a transaction, and its level.
#[derive(Debug, Default)]
pub struct Versions {
    level: u8,
    /// Number of entries when each level began; `[0]` is not used.
    marks: [usize; LEVEL_MOST as usize + 1],
    entries: Vec<Version>,
    arena: Vec<u8>,
    /// End of the highest bytes that belong to an entry older than its neighbours in the arena.
    late_end: usize,
    /// Place of each live id, once ids came out of order.
    places: Option<HashMap<u32, u32>>,
    deferred: usize,
    live: usize,
}

impl Versions {
    /// Transaction level, 0 when none is open.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Versions that can be undone.
    #[must_use]
    pub fn live(&self) -> usize {
        self.live
    }

    /// Versions whose before-image is not known yet.
    #[must_use]
    pub fn deferred(&self) -> usize {
        self.deferred
    }

    /// Bytes of memory in use.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.arena.len() + self.entries.len() * size_of::<Version>()
    }

    /// `count` levels begin at level `from`.
    pub fn begin(&mut self, from: u8, count: u8) -> Result<(), VersionError> {
        let at = self.level;
        if from != at {
            return Err(VersionError::Begin { from, at });
        }
        let to = at.saturating_add(count);
        if count == 0 || to > LEVEL_MOST {
            return Err(VersionError::TooDeep { at, count });
        }
        let here = self.entries.len();
        for level in usize::from(at) + 1..=usize::from(to) {
            if let Some(mark) = self.marks.get_mut(level) {
                *mark = here;
            }
        }
        self.level = to;
        Ok(())
    }

    /// The deepest level becomes a part of the one below, `to`; at 0 nothing can be undone any more.
    pub fn commit(&mut self, to: u8) -> Result<(), VersionError> {
        let at = self.level;
        if at.checked_sub(1) != Some(to) {
            return Err(VersionError::End { at, to });
        }
        self.level = to;
        if to == 0 {
            self.clear();
        }
        Ok(())
    }

    /// Ends the `count` deepest levels; returns how many of their versions were not undone.
    pub fn rollback(&mut self, count: u8) -> Result<u64, VersionError> {
        let at = self.level;
        let to = at.checked_sub(count).filter(|_| count > 0);
        let to = to.ok_or(VersionError::End {
            at,
            to: at.saturating_sub(count),
        })?;
        let from = self.mark(to + 1);
        let mut left_over = 0;
        for i in from..self.entries.len() {
            let keep = self.entries.get(i).is_none_or(|e| e.level <= to);
            if !keep && self.nullify_at(i) {
                left_over += 1;
            }
        }
        self.level = to;
        if to == 0 {
            self.clear();
        } else {
            self.cut(from);
        }
        Ok(left_over)
    }

    /// Makes a version.
    pub fn push(&mut self, new: &NewVersion<'_>) -> Result<(), VersionError> {
        let long = VersionError::TooLong(new.rceid);
        let [head, tail] = new.key;
        let key_len = u16::try_from(head.len() + tail.len()).map_err(|_| long)?;
        let bookmark_data_len = u16::try_from(new.bookmark_data.len()).map_err(|_| long)?;
        let (before, space): (&[u8], _) = match new.change {
            Change::Replace(before, space) => (before, space),
            _ => (&[], ReplaceSpace::default()),
        };
        let before_len = u16::try_from(before.len()).map_err(|_| long)?;
        let (offset, amount) = match new.change {
            Change::Delta(offset, amount) | Change::Delta64(offset, amount) => (offset, amount),
            _ => (0, 0),
        };
        let bookmark_at = self.room_for(&[head, tail, new.bookmark_data, before])?;
        self.place(new.rceid)?;
        let before_at = self.store(&[head, tail, new.bookmark_data], before);
        self.entries.push(Version {
            rceid: new.rceid,
            db: new.db,
            dbid: new.dbid,
            pgno_fdp: new.pgno_fdp,
            objid_fdp: new.objid_fdp,
            unique: new.unique,
            oper: new.change.oper(),
            owed_by: Pgno::NULL,
            space,
            level: new.level.min(self.level),
            state: State::Known,
            offset,
            amount,
            bookmark_at,
            key_len,
            bookmark_data_len,
            before_at,
            before_len,
        });
        self.live += 1;
        Ok(())
    }

    /// Notes that a version exists whose before-image comes later.
    pub fn push_deferred(
        &mut self,
        new: &NewVersion<'_>,
        oper: VersionOper,
    ) -> Result<(), VersionError> {
        self.push(&NewVersion {
            key: [&[], &[]],
            bookmark_data: &[],
            change: Change::Insert,
            ..*new
        })?;
        if let Some(entry) = self.entries.last_mut() {
            entry.oper = oper;
            entry.state = State::Deferred;
            self.deferred += 1;
        }
        Ok(())
    }

    /// Fills in what a deferred version waits for. Returns `false`, and changes nothing, when the
    /// version does not wait for it.
    pub fn fill(
        &mut self,
        rceid: u32,
        level: u8,
        bookmark: Bookmark<'_>,
        change: Change<'_>,
    ) -> Result<bool, VersionError> {
        let long = VersionError::TooLong(rceid);
        let key_len = u16::try_from(bookmark.key.len()).map_err(|_| long)?;
        let bookmark_data_len = u16::try_from(bookmark.data.len()).map_err(|_| long)?;
        let (before, space): (&[u8], _) = match change {
            Change::Replace(before, space) => (before, space),
            _ => (&[], ReplaceSpace::default()),
        };
        let before_len = u16::try_from(before.len()).map_err(|_| long)?;
        let Some(i) = self.find(rceid) else {
            return Ok(false);
        };
        if !self.at(i).is_some_and(Version::is_deferred) {
            return Ok(false);
        }
        let bookmark_at = self.room_for(&[bookmark.key, bookmark.data, before])?;
        let before_at = self.store(&[bookmark.key, bookmark.data], before);
        let most = self.level;
        let Some(entry) = self.entries.get_mut(i) else {
            return Ok(false);
        };
        entry.bookmark_at = bookmark_at;
        entry.before_at = before_at;
        entry.key_len = key_len;
        entry.bookmark_data_len = bookmark_data_len;
        entry.before_len = before_len;
        entry.oper = change.oper();
        entry.space = space;
        entry.level = entry.level.min(level).min(most);
        entry.state = State::Known;
        self.deferred = self.deferred.saturating_sub(1);
        self.late_end = self.arena.len();
        Ok(true)
    }

    /// A version that was not undone.
    #[must_use]
    pub fn get(&self, rceid: u32) -> Option<&Version> {
        self.at(self.find(rceid)?)
    }

    /// A version that was not undone, and its place.
    #[must_use]
    pub fn find_live(&self, rceid: u32) -> Option<(usize, &Version)> {
        let place = self.find(rceid)?;
        Some((place, self.at(place)?))
    }

    /// The version at a place that [`Versions::deepest`] gave out, unless it was undone.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Version> {
        self.entries.get(place).filter(|e| !e.is_nullified())
    }

    /// Changes which page waits for the version's before-image; null for none.
    pub fn set_owed_by(&mut self, rceid: u32, pgno: Pgno) {
        if let Some(entry) = self.find(rceid).and_then(|i| self.entries.get_mut(i)) {
            entry.owed_by = pgno;
        }
    }

    /// What identifies the version's node: its key, and behind it the data that the bookmark has
    /// beside; and the length of the key.
    #[must_use]
    pub fn bookmark(&self, version: &Version) -> (&[u8], usize) {
        let key_len = usize::from(version.key_len);
        let len = key_len + usize::from(version.bookmark_data_len);
        (self.bytes_at(version.bookmark_at, len), key_len)
    }

    /// The data before a replace; empty for other versions.
    #[must_use]
    pub fn before(&self, version: &Version) -> &[u8] {
        self.bytes_at(version.before_at, usize::from(version.before_len))
    }

    /// The level that a version counts for now.
    #[must_use]
    pub fn level_of(&self, place: usize) -> u8 {
        let own = self.entries.get(place).map_or(0, |e| e.level);
        let by_place = (1..=self.level).rev().find(|&l| self.mark(l) <= place);
        own.min(by_place.unwrap_or(0).max(u8::from(self.level > 0)))
    }

    /// Takes a version away: it was undone. Returns it, `None` when it is not there.
    pub fn nullify(&mut self, rceid: u32) -> Option<Version> {
        let i = self.find(rceid)?;
        let version = *self.entries.get(i)?;
        self.nullify_at(i).then_some(version)
    }

    /// Places of the versions of the deepest level, in the order in which they are undone: newest
    /// id first (docs/format/recovery.md §5). Places stay right until the level ends.
    #[must_use]
    pub fn deepest(&self) -> Vec<usize> {
        let level = self.level;
        let first = self.mark(level);
        let of_level = |&i: &usize| self.at(i).is_some_and(|e| e.level >= level);
        let mut places: Vec<usize> = (first..self.entries.len()).rev().filter(of_level).collect();
        if self.places.is_some() {
            // A total order also for ids that no engine would write.
            let id = |i: &usize| self.entries.get(*i).map_or(0, |e| self.rank(e.rceid));
            places.sort_by_key(|i| std::cmp::Reverse(id(i)));
        }
        places
    }

    /// All versions that were not undone, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Version> {
        self.entries.iter().filter(|e| !e.is_nullified())
    }

    // ---- inner ---------------------------------------------------------------------------------

    fn mark(&self, level: u8) -> usize {
        self.marks.get(usize::from(level)).copied().unwrap_or(0)
    }

    /// Where the next bytes will lie, if they find room.
    fn room_for(&self, parts: &[&[u8]]) -> Result<u32, VersionError> {
        let at = self.arena.len();
        let end = parts.iter().fold(at, |end, p| end.saturating_add(p.len()));
        u32::try_from(end).map_err(|_| VersionError::Full)?;
        u32::try_from(at).map_err(|_| VersionError::Full)
    }

    /// Stores a bookmark and a before-image, which have room; returns where the latter lies.
    fn store(&mut self, bookmark: &[&[u8]], before: &[u8]) -> u32 {
        for part in bookmark {
            self.arena.extend_from_slice(part);
        }
        let before_at = u32::try_from(self.arena.len()).unwrap_or(u32::MAX);
        self.arena.extend_from_slice(before);
        before_at
    }

    fn bytes_at(&self, at: u32, len: usize) -> &[u8] {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let rest = self.arena.get(at..).unwrap_or(&[]);
        rest.get(..len).unwrap_or(&[])
    }

    /// Position of an id in an order that starts with the first entry's.
    fn rank(&self, rceid: u32) -> i32 {
        let first = self.entries.first().map_or(0, |e| e.rceid);
        rceid.wrapping_sub(first).cast_signed()
    }

    /// Makes room for an id at the end.
    fn place(&mut self, rceid: u32) -> Result<(), VersionError> {
        let here = u32::try_from(self.entries.len()).map_err(|_| VersionError::Full)?;
        let last = self.entries.last().map(|e| self.rank(e.rceid));
        let in_order = last.is_none_or(|last| self.rank(rceid) > last);
        if !in_order && self.places.is_none() {
            let live = self.entries.iter().zip(0u32..);
            let live = live.filter(|(e, _)| !e.is_nullified());
            self.places = Some(live.map(|(e, i)| (e.rceid, i)).collect());
        }
        if let Some(places) = &mut self.places {
            if places.contains_key(&rceid) {
                return Err(VersionError::Twice(rceid));
            }
            places.insert(rceid, here);
        }
        Ok(())
    }

    fn find(&self, rceid: u32) -> Option<usize> {
        let last = self.entries.len().checked_sub(1)?;
        let i = if self.entries.get(last)?.rceid == rceid {
            last
        } else if let Some(places) = &self.places {
            usize::try_from(*places.get(&rceid)?).ok()?
        } else {
            let rank = self.rank(rceid);
            let by_rank = |e: &Version| self.rank(e.rceid).cmp(&rank);
            self.entries.binary_search_by(by_rank).ok()?
        };
        self.at(i).map(|_| i)
    }

    fn nullify_at(&mut self, i: usize) -> bool {
        let Some(entry) = self.entries.get_mut(i).filter(|e| !e.is_nullified()) else {
            return false;
        };
        if entry.is_deferred() {
            self.deferred = self.deferred.saturating_sub(1);
        }
        entry.state = State::Nullified;
        self.live = self.live.saturating_sub(1);
        let rceid = entry.rceid;
        if let Some(places) = &mut self.places {
            places.remove(&rceid);
        }
        true
    }

    /// Gives back what lies behind the last live entry, but nothing before `from`.
    fn cut(&mut self, from: usize) {
        let live = |e: &Version| !e.is_nullified();
        let behind = self.entries.get(from..).unwrap_or(&[]);
        let keep = from + behind.iter().rposition(live).map_or(0, |i| i + 1);
        if let Some(first) = self.entries.get(keep) {
            let at = usize::try_from(first.bookmark_at).unwrap_or(usize::MAX);
            self.entries.truncate(keep);
            self.arena.truncate(at.max(self.late_end));
        }
    }

    /// Forgets everything; memory of an ordinary transaction's size is kept for the next.
    fn clear(&mut self) {
        const KEPT_BYTES: usize = 1 << 20;
        self.entries.clear();
        self.arena.clear();
        self.entries.shrink_to(KEPT_BYTES / size_of::<Version>());
        self.arena.shrink_to(KEPT_BYTES);
        self.late_end = 0;
        self.places = None;
        self.deferred = 0;
        self.live = 0;
    }
}

#[cfg(test)]
mod tests;
