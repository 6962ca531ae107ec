//! The memory of the version store: buckets of 64 KiB, in which entries lie one behind the other.
//!
//! Buckets are filled one after the other and emptied in the same order. There are at most so many
//! (JET_paramMaxVerPages); memory of one is taken when it is first needed and kept for the next.
//!
//! An entry is a header of words, the bookmark and what was before:
//!
//! ```text
//! 0  size in words | key bytes | flags | db | oper | level      u16 u16 u8 u8 u8 u8
//! 1  rceid | slot                                               u32 u32
//! 2  older | newer version of the node                          u32 u32
//! 3  next node of the hash chain | update id                    u32 u32
//! 4  hash of the node
//! 5  pgnoFDP | objid                                            u32 u32
//! 6  bookmark data bytes | bytes before | cbMaxSize | cbDelta   u16 u16 i16 i16
//! 7  next older of the transaction | number in it               u32 u32
//! 8  with OWES: next | previous of the page's list              u32 u32
//! 9  with OWES: the page | unused                               u32 u32
//!    key and bookmark data, filled up to words
//!    what was before, filled up to words
//! ```
//! Words are atomics, read and written relaxed: each has a lock that guards it (word 0, 2, 3, 6 the
//! node's chain; 7 the transaction; 8 and 9 the page's list), the others are written once. They are the standard atomics in the models too, which check the locks.
//!
//! Invariants: an entry is not written over before cleanup has passed it; memory is bounded by the
//! number of buckets.
#![forbid(unsafe_code)]

use super::oper::Oper;
use super::words::{self, Words, words_for};
use crate::cache::DbNo;
use crate::format::ids::{Objid, Pgno};
use crate::io::clock::Wake;
use crate::sync::{AtomicU32, Lock, Ordering};
use once_cell::sync::OnceCell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// Bytes of a bucket.
pub(super) const BUCKET_BYTES: usize = if cfg!(loom) { 512 } else { 64 << 10 };
const BUCKET_WORDS: usize = BUCKET_BYTES / 8;
/// Bits of an entry's number that say where in its bucket it begins.
const PLACE_BITS: u32 = BUCKET_WORDS.trailing_zeros();
/// Most buckets: 4 GiB.
pub(super) const BUCKETS_MOST: u32 = 1 << 16;
/// Each time that so many more buckets are in use, cleanup is asked to run. What it gives back is used again
/// first: so a load of short transactions stays in memory that the processor has at hand, instead of
/// touching ever new pages until cleanup's time comes.
pub(super) const CLEAN_AFTER: usize = 4;
/// Words of an entry before its bookmark.
const HEADER: usize = 8;
/// The same of one that a page may owe.
const HEADER_OWING: usize = 10;
/// Words of the smallest entry.
pub(super) const ENTRY_LEAST: usize = HEADER;
/// The first word is no entry, so that number 0 is none.
const FIRST: usize = 1;

/// An entry, by bucket and word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct Entry(pub(super) u32);

impl Entry {
    pub(super) const NONE: Self = Self(0);

    fn new(bucket: u32, word: usize) -> Self {
        let word = u32::try_from(word).unwrap_or(0);
        Self(bucket << PLACE_BITS | word)
    }

    /// Whether both lie in one bucket.
    pub(super) fn is_in_bucket_of(self, other: Self) -> bool {
        self.0 >> PLACE_BITS == other.0 >> PLACE_BITS
    }

    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    pub(super) fn some(self) -> Option<Self> {
        (!self.is_none()).then_some(self)
    }

    fn bucket(self) -> usize {
        usize::try_from(self.0 >> PLACE_BITS).unwrap_or(usize::MAX)
    }

    fn word(self) -> usize {
        usize::try_from(self.0).unwrap_or(0) % BUCKET_WORDS
    }
}

bitflags::bitflags! {
    /// What is true of an entry.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(super) struct EntryFlags: u8 {
        /// The tree's keys are unique.
        const UNIQUE = 0x01;
        /// Undone on the page, not forgotten yet.
        const ROLLED_BACK = 0x02;
        /// A replace by the same data.
        const EMPTY_DIFF = 0x04;
        /// It has the words of a page's list.
        const OWES = 0x08;
        /// It is as if it had never been.
        const NULLIFIED = 0x10;
        /// Its node was inserted, that was undone: cleanup removes it.
        const REMOVE_NODE = 0x20;
        /// Made for the transaction by somebody who builds an index.
        const PROXY = 0x40;
        /// A replace that left much of its page free: when all see it, the page may be joined with a
        /// neighbour.
        const THINS = 0x80;
    }
}

/// An entry about to be made.
pub(super) struct NewEntry<'a> {
    pub(super) oper: Oper,
    pub(super) flags: EntryFlags,
    pub(super) db: DbNo,
    pub(super) level: u8,
    pub(super) slot: u32,
    pub(super) update: u32,
    pub(super) hash: u64,
    pub(super) pgno_fdp: Pgno,
    pub(super) objid: Objid,
    /// Prefix and suffix of the key, and the data of the bookmark.
    pub(super) bookmark: [&'a [u8]; 3],
    pub(super) before: &'a [u8],
    pub(super) space: (i16, i16),
}

#[derive(Debug)]
struct Bucket {
    words: Box<[AtomicU64]>,
    /// Words in use. Stored last, so that cleanup finds whole entries before it.
    used: AtomicU32,
}

#[derive(Debug)]
struct Filling {
    /// Buckets in use, oldest first; entries are made in the last.
    order: VecDeque<u32>,
    free: Vec<u32>,
    /// Buckets that memory was taken for.
    made: u32,
    rceid: u32,
}

/// All buckets.
#[derive(Debug)]
pub(super) struct Buckets {
    all: Box<[OnceCell<Bucket>]>,
    filling: Lock<Filling>,
    /// Length of `order`, for who asks without the lock.
    taken: AtomicU32,
    /// Cleanup should run.
    wanted: AtomicBool,
    /// Rung then.
    bell: Arc<Wake>,
}

/// Why no entry was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NoEntry {
    Full,
    TooBig,
}

impl Buckets {
    pub(super) fn new(most: u32) -> Self {
        let most = most.clamp(1, BUCKETS_MOST);
        Self {
            all: (0..most).map(|_| OnceCell::new()).collect(),
            filling: Lock::new(Filling {
                order: VecDeque::new(),
                free: Vec::new(),
                made: 0,
                rceid: 1,
            }),
            taken: AtomicU32::new(0),
            wanted: AtomicBool::new(false),
            bell: Arc::default(),
        }
    }

    /// Most entries at once.
    pub(super) fn entries_most(&self) -> usize {
        self.all.len() * (BUCKET_WORDS / ENTRY_LEAST)
    }

    /// Buckets in use, and how many there may be.
    pub(super) fn in_use(&self) -> (usize, usize) {
        (self.taken(), self.all.len())
    }

    /// Buckets in use; another thread may take or free one at this moment.
    #[inline]
    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::Acquire) as usize
    }

    /// Buckets that memory was ever taken for.
    pub(super) fn touched(&self) -> u32 {
        self.filling.lock().made
    }

    /// There is no entry that a page the caller has latched, or proves afterwards to be unchanged, could be
    /// concerned by: an entry is made under the latch of its page, and its bucket is counted before.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.taken.load(Ordering::Acquire) == 0
    }

    /// Cleanup should run.
    pub(super) fn want_cleanup(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Whether it should, said once.
    pub(super) fn cleanup_wanted(&self) -> bool {
        self.wanted.swap(false, Ordering::Relaxed)
    }

    /// Rung when buckets fill up.
    pub(super) fn bell(&self) -> &Arc<Wake> {
        &self.bell
    }

    /// The newest id that was given out.
    pub(super) fn newest_rceid(&self) -> u32 {
        self.filling.lock().rceid.wrapping_sub(2)
    }

    /// Makes an entry. Its id is behind those of all entries that exist.
    pub(super) fn make(&self, new: &NewEntry<'_>) -> Result<(Entry, u32), NoEntry> {
        let [prefix, suffix, data] = new.bookmark;
        let short = |n: usize| u16::try_from(n).map_err(|_| NoEntry::TooBig);
        let key_len = short(prefix.len() + suffix.len())?;
        let data_len = short(data.len())?;
        let before_len = short(new.before.len())?;
        let bookmark_words = words_for(usize::from(key_len) + usize::from(data_len));
        let header = header_words(new.flags);
        let size = header + bookmark_words + words_for(new.before.len());
        if size > BUCKET_WORDS - FIRST {
            return Err(NoEntry::TooBig);
        }
        let size_short = short(size)?;

        let first = word0(
            size_short, key_len, new.flags, new.db.0, new.oper, new.level,
        );
        let sixth = word6(data_len, before_len, new.space);

        let mut filling = self.filling.lock();
        let (bucket, number, at) = self.room(&mut filling, size).ok_or(NoEntry::Full)?;
        let rceid = filling.rceid;
        let entry = Entry::new(number, at);
        // All words of the header that there always are, by one look at the bucket's bounds.
        let place = bucket.words.get(at..at + size);
        let place = place.and_then(<[AtomicU64]>::split_first_chunk::<HEADER>);
        let (head, mut rest) = place.ok_or(NoEntry::TooBig)?;
        filling.rceid = rceid.wrapping_add(2);
        let [w0, w1, w2, w3, w4, w5, w6, w7] = head;
        w0.store(first, Ordering::Relaxed);
        w1.store(pair(rceid, new.slot), Ordering::Relaxed);
        w4.store(new.hash, Ordering::Relaxed);
        w5.store(pair(new.pgno_fdp.0, new.objid.0), Ordering::Relaxed);
        bucket.used.store((at + size) as u32, Ordering::Release);
        let rings = at == FIRST && filling.order.len().is_multiple_of(CLEAN_AFTER);
        drop(filling);

        w2.store(0, Ordering::Relaxed);
        w3.store(pair(0, new.update), Ordering::Relaxed);
        w6.store(sixth, Ordering::Relaxed);
        w7.store(0, Ordering::Relaxed);
        if let Some((owing, behind)) = rest.split_at_checked(header - HEADER) {
            owing.iter().for_each(|w| w.store(0, Ordering::Relaxed));
            rest = behind;
        }
        let (bookmark, before) = rest.split_at_checked(bookmark_words).unwrap_or_default();
        words::store_words(new.bookmark, bookmark);
        if !new.before.is_empty() {
            words::store_words([new.before, &[], &[]], before);
        }
        if rings {
            self.ring();
        }
        Ok((entry, rceid))
    }

    /// Has cleanup run.
    #[cold]
    fn ring(&self) {
        self.want_cleanup();
        self.bell.ring();
    }

    /// Room for so many words in the last bucket, or in a new one.
    #[inline]
    fn room(&self, filling: &mut Filling, size: usize) -> Option<(&Bucket, u32, usize)> {
        if let Some(&number) = filling.order.back() {
            let bucket = self.bucket(number)?;
            let used = usize::try_from(bucket.used.load(Ordering::Acquire)).ok()?;
            if used + size <= BUCKET_WORDS {
                return Some((bucket, number, used));
            }
        }
        self.new_room(filling)
    }

    /// The next bucket: of those that came back the last, whose memory was used a moment ago.
    #[cold]
    fn new_room(&self, filling: &mut Filling) -> Option<(&Bucket, u32, usize)> {
        let number = match filling.free.pop() {
            Some(number) => number,
            None => {
                let number = filling.made;
                let place = self.all.get(usize::try_from(number).ok()?)?;
                place.get_or_init(|| Bucket {
                    words: (0..BUCKET_WORDS).map(|_| AtomicU64::new(0)).collect(),
                    used: AtomicU32::new(0),
                });
                filling.made += 1;
                number
            }
        };
        let bucket = self.bucket(number)?;
        bucket.used.store(FIRST as u32, Ordering::Release);
        filling.order.push_back(number);
        self.count(filling);
        Some((bucket, number, FIRST))
    }

    fn count(&self, filling: &Filling) {
        let taken = u32::try_from(filling.order.len()).unwrap_or(u32::MAX);
        self.taken.store(taken, Ordering::Release);
    }

    // ---- cleanup ------------------------------------------------------------------------------

    /// The `n`th bucket in use, oldest first.
    pub(super) fn nth(&self, n: usize) -> Option<u32> {
        self.filling.lock().order.get(n).copied()
    }

    /// The first entry of a bucket.
    pub(super) fn first(&self, bucket: u32) -> Option<Entry> {
        (self.used(bucket) > FIRST).then(|| Entry::new(bucket, FIRST))
    }

    /// The entry behind another in its bucket.
    pub(super) fn behind(&self, entry: Entry) -> Option<Entry> {
        let bucket = entry.0 >> PLACE_BITS;
        let next = entry.word() + self.size(entry).max(1);
        (next < self.used(bucket)).then(|| Entry::new(bucket, next))
    }

    /// Gives the oldest bucket back if all its entries up to `last` were the last that it has.
    /// `false` when there came another meanwhile.
    pub(super) fn free_oldest(&self, last: Option<Entry>) -> bool {
        let mut filling = self.filling.lock();
        let Some(&number) = filling.order.front() else {
            return false;
        };
        let next = last.map_or_else(|| self.first(number), |last| self.behind(last));
        if next.is_some() {
            return false;
        }
        filling.order.pop_front();
        filling.free.push(number);
        self.count(&filling);
        true
    }

    /// Whether an entry begins here. Cleanup is held.
    pub(super) fn holds(&self, entry: Entry) -> bool {
        let number = entry.0 >> PLACE_BITS;
        let in_use = self.filling.lock().order.contains(&number);
        let mut all = std::iter::successors(self.first(number), |&e| self.behind(e));
        in_use && all.any(|e| e == entry)
    }

    // ---- words ---------------------------------------------------------------------------------

    fn bucket(&self, number: u32) -> Option<&Bucket> {
        self.all.get(usize::try_from(number).ok()?)?.get()
    }

    fn used(&self, number: u32) -> usize {
        let used = self
            .bucket(number)
            .map_or(0, |b| b.used.load(Ordering::Acquire));
        usize::try_from(used).unwrap_or(0).min(BUCKET_WORDS)
    }

    fn slice(&self, entry: Entry, from: usize, to: usize) -> &[AtomicU64] {
        let bucket = self.all.get(entry.bucket()).and_then(OnceCell::get);
        let at = entry.word();
        bucket
            .and_then(|b| b.words.get(at + from..at + to))
            .unwrap_or(&[])
    }

    fn get(&self, entry: Entry, i: usize) -> u64 {
        let bucket = self.all.get(entry.bucket()).and_then(OnceCell::get);
        let word = bucket.and_then(|b| b.words.get(entry.word() + i));
        word.map_or(0, |w| w.load(Ordering::Relaxed))
    }

    fn set(&self, entry: Entry, i: usize, value: u64) {
        let bucket = self.all.get(entry.bucket()).and_then(OnceCell::get);
        if let Some(word) = bucket.and_then(|b| b.words.get(entry.word() + i)) {
            word.store(value, Ordering::Relaxed);
        }
    }

    fn halves(&self, entry: Entry, i: usize) -> (u32, u32) {
        halves(self.get(entry, i))
    }

    fn bytes0(&self, entry: Entry) -> [u8; 8] {
        self.get(entry, 0).to_le_bytes()
    }

    fn size(&self, entry: Entry) -> usize {
        let [a, b, ..] = self.bytes0(entry);
        usize::from(u16::from_le_bytes([a, b]))
    }

    // ---- what never changes --------------------------------------------------------------------

    pub(super) fn rceid(&self, entry: Entry) -> u32 {
        self.halves(entry, 1).0
    }

    pub(super) fn slot(&self, entry: Entry) -> u32 {
        self.halves(entry, 1).1
    }

    pub(super) fn update(&self, entry: Entry) -> u32 {
        self.halves(entry, 3).1
    }

    pub(super) fn hash(&self, entry: Entry) -> u64 {
        self.get(entry, 4)
    }

    pub(super) fn tree(&self, entry: Entry) -> (DbNo, Pgno, Objid) {
        let [.., db, _, _] = self.bytes0(entry);
        let (pgno_fdp, objid) = self.halves(entry, 5);
        (DbNo(db), Pgno(pgno_fdp), Objid(objid))
    }

    /// Level at which it was made.
    pub(super) fn level(&self, entry: Entry) -> u8 {
        let [.., level] = self.bytes0(entry);
        level
    }

    pub(super) fn key_len(&self, entry: Entry) -> usize {
        let [_, _, a, b, ..] = self.bytes0(entry);
        usize::from(u16::from_le_bytes([a, b]))
    }

    fn lens(&self, entry: Entry) -> (usize, usize) {
        let [a, b, c, d, ..] = self.get(entry, 6).to_le_bytes();
        let len = |a, b| usize::from(u16::from_le_bytes([a, b]));
        (self.key_len(entry) + len(a, b), len(c, d))
    }

    /// Whether it is of a node, whose key and whose whole bookmark have so many bytes.
    pub(super) fn is_of(&self, entry: Entry, lens: (usize, usize), words: &Words<'_>) -> bool {
        let (bookmark, _) = self.lens(entry);
        if (self.key_len(entry), bookmark) != lens {
            return false;
        }
        let header = header_words(self.flags(entry));
        let stored = self.slice(entry, header, header + words_for(bookmark));
        let stored = stored.iter().map(|w| w.load(Ordering::Relaxed));
        stored.eq(words.clone())
    }

    /// Appends key and bookmark data.
    pub(super) fn copy_bookmark(&self, entry: Entry, to: &mut Vec<u8>) {
        let (bookmark, _) = self.lens(entry);
        self.copy(entry, header_words(self.flags(entry)), bookmark, to);
    }

    /// Appends what was before.
    pub(super) fn copy_before(&self, entry: Entry, to: &mut Vec<u8>) {
        let (bookmark, before) = self.lens(entry);
        let at = header_words(self.flags(entry)) + words_for(bookmark);
        self.copy(entry, at, before, to);
    }

    fn copy(&self, entry: Entry, at: usize, len: usize, to: &mut Vec<u8>) {
        let end = to.len() + len;
        to.reserve(words_for(len) * 8);
        for word in self.slice(entry, at, at + words_for(len)) {
            to.extend_from_slice(&word.load(Ordering::Relaxed).to_le_bytes());
        }
        to.truncate(end);
    }

    /// The first two words of what was before.
    pub(super) fn before_words(&self, entry: Entry) -> (u64, u64) {
        let (bookmark, _) = self.lens(entry);
        let at = header_words(self.flags(entry)) + words_for(bookmark);
        (self.get(entry, at), self.get(entry, at + 1))
    }

    // ---- guarded by the node's chain -----------------------------------------------------------

    pub(super) fn oper(&self, entry: Entry) -> Oper {
        let [.., oper, _] = self.bytes0(entry);
        Oper::of(oper)
    }

    pub(super) fn set_oper(&self, entry: Entry, oper: Oper) {
        let mut bytes = self.bytes0(entry);
        let [.., code, _] = &mut bytes;
        *code = oper.code();
        self.set(entry, 0, u64::from_le_bytes(bytes));
    }

    pub(super) fn flags(&self, entry: Entry) -> EntryFlags {
        let [_, _, _, _, flags, ..] = self.bytes0(entry);
        EntryFlags::from_bits_retain(flags)
    }

    pub(super) fn add_flags(&self, entry: Entry, more: EntryFlags) {
        let mut bytes = self.bytes0(entry);
        let [_, _, _, _, flags, ..] = &mut bytes;
        *flags |= more.bits();
        self.set(entry, 0, u64::from_le_bytes(bytes));
    }

    pub(super) fn older(&self, entry: Entry) -> Entry {
        Entry(self.halves(entry, 2).0)
    }

    pub(super) fn newer(&self, entry: Entry) -> Entry {
        Entry(self.halves(entry, 2).1)
    }

    pub(super) fn set_older(&self, entry: Entry, older: Entry) {
        self.set(entry, 2, pair(older.0, self.newer(entry).0));
    }

    pub(super) fn set_newer(&self, entry: Entry, newer: Entry) {
        self.set(entry, 2, pair(self.older(entry).0, newer.0));
    }

    /// Next node of the hash chain; kept by the newest version of a node.
    pub(super) fn next_node(&self, entry: Entry) -> Entry {
        Entry(self.halves(entry, 3).0)
    }

    pub(super) fn set_next_node(&self, entry: Entry, next: Entry) {
        self.set(entry, 3, pair(next.0, self.update(entry)));
    }

    /// cbMaxSize and cbDelta.
    pub(super) fn space(&self, entry: Entry) -> (i16, i16) {
        let [_, _, _, _, a, b, c, d] = self.get(entry, 6).to_le_bytes();
        (i16::from_le_bytes([a, b]), i16::from_le_bytes([c, d]))
    }

    // ---- guarded by the transaction ------------------------------------------------------------

    /// Next older entry of the transaction, and its own number in it.
    pub(super) fn place(&self, entry: Entry) -> (Entry, u32) {
        let (older, number) = self.halves(entry, 7);
        (Entry(older), number)
    }

    pub(super) fn set_place(&self, entry: Entry, older: Entry, number: u32) {
        self.set(entry, 7, pair(older.0, number));
    }

    // ---- guarded by the page's list ------------------------------------------------------------

    pub(super) fn owed_next(&self, entry: Entry) -> Entry {
        Entry(self.halves(entry, 8).0)
    }

    pub(super) fn owed_previous(&self, entry: Entry) -> Entry {
        Entry(self.halves(entry, 8).1)
    }

    pub(super) fn set_owed_links(&self, entry: Entry, next: Entry, previous: Entry) {
        self.set(entry, 8, pair(next.0, previous.0));
    }

    /// The page that owes it; null for none.
    pub(super) fn owed_by(&self, entry: Entry) -> Pgno {
        Pgno(self.halves(entry, 9).0)
    }

    pub(super) fn set_owed_by(&self, entry: Entry, pgno: Pgno) {
        self.set(entry, 9, pair(pgno.0, 0));
    }
}

fn header_words(flags: EntryFlags) -> usize {
    if flags.contains(EntryFlags::OWES) {
        HEADER_OWING
    } else {
        HEADER
    }
}

fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn halves(word: u64) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
    (
        u32::from_le_bytes([a, b, c, d]),
        u32::from_le_bytes([e, f, g, h]),
    )
}

fn word0(size: u16, key_len: u16, flags: EntryFlags, db: u8, oper: Oper, level: u8) -> u64 {
    let ([a, b], [c, d]) = (size.to_le_bytes(), key_len.to_le_bytes());
    u64::from_le_bytes([a, b, c, d, flags.bits(), db, oper.code(), level])
}

fn word6(data_len: u16, before_len: u16, (max, delta): (i16, i16)) -> u64 {
    let ([a, b], [c, d]) = (data_len.to_le_bytes(), before_len.to_le_bytes());
    let ([e, f], [g, h]) = (max.to_le_bytes(), delta.to_le_bytes());
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(all(test, not(loom)))]
mod tests;
