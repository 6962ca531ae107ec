//! How the versions of a node are found: a hash of nodes, each with its versions, newest first.
//!
//! Every head of the table has a lock of its own; who holds it may read and change all entries that
//! hang there. The newest version of a node hangs in the head's chain, the older ones behind it.
//!
//! Most heads have nothing, and who has latched a node's page may know that without the lock: a
//! version is made under the latch of the page, so one that it has to see is there before.
//!
//! The table grows with the buckets in use: a small one stays in the processor's caches. Heads are split one
//! by one meanwhile, each under its lock; whoever comes to one that was split since it chose it goes on to the
//! other part.
//!
//! Invariants: the versions of a node are in one list, newest first, linked both ways; a chain holds
//! no nullified entry; an entry hangs where as many bits of its hash say as its head has.
#![forbid(unsafe_code)]

use super::buckets::{Buckets, Entry};
use super::sink::NodeId;
use super::words::{self, Words};
use crate::cache::want;
use crate::sync::{AtomicU8, AtomicU32, Lock, LockGuard, Ordering};
use once_cell::sync::OnceCell;

/// Heads that there are at first, as a power of two: few enough for the processor's nearest cache, for as
/// long as little is kept.
const BITS_FIRST: u32 = if cfg!(loom) { 0 } else { 12 };
/// Most heads, as a power of two.
const BITS_MOST: u32 = 20;
/// Entries that a head stands for when the store is full.
const ENTRIES_PER_HEAD: usize = if cfg!(loom) { 1 } else { 4 };
/// How many bits suit so many buckets in use, each of which has some 600 entries of short keys. Few steps: every
/// entry is moved at each, and comes from far away when there are many.
const STEPS: [(usize, u32); 2] = match cfg!(loom) {
    true => [(1, 0), (usize::MAX, 1)],
    false => [(16, BITS_FIRST), (64, 16)],
};
/// Growths that there can be.
const GROWTHS: usize = (BITS_MOST - BITS_FIRST) as usize;

/// The table. The upper half of one of `2^n` heads is made when it is first needed, and never goes again.
#[derive(Debug)]
pub(super) struct Chains {
    first: Box<[HeadSlot]>,
    /// The upper halves, each as long as all before it.
    more: [OnceCell<Box<[HeadSlot]>>; GROWTHS],
    /// So many bits of a hash say which head it is.
    bits: AtomicU32,
    bits_most: u32,
    /// Held by who has the table grow.
    growing: Lock<()>,
}

#[derive(Debug)]
struct HeadSlot {
    lock: Lock<()>,
    /// The bits of the hash by which its entries were chosen; changes under the lock only.
    bits: AtomicU8,
    /// The first entry; changes under the lock only.
    first: AtomicU32,
}

impl HeadSlot {
    fn new(bits: u32) -> Self {
        Self {
            lock: Lock::new(()),
            bits: AtomicU8::new(bits as u8),
            first: AtomicU32::new(0),
        }
    }

    fn first(&self) -> Entry {
        Entry(self.first.load(Ordering::Relaxed))
    }

    fn set_first(&self, entry: Entry) {
        self.first.store(entry.0, Ordering::Release);
    }
}

/// A locked head.
pub(super) struct Head<'a> {
    slot: &'a HeadSlot,
    _lock: LockGuard<'a, ()>,
    buckets: &'a Buckets,
}

/// A node that was looked for.
pub(super) struct Found {
    /// Its newest version, if any.
    pub(super) newest: Option<Entry>,
    /// The node before it in the chain.
    before: Option<Entry>,
}

impl Found {
    /// No version, no node before it.
    pub(super) const NOTHING: Self = Self {
        newest: None,
        before: None,
    };
}

impl Chains {
    pub(super) fn new(entries_most: usize) -> Self {
        let most = (entries_most / ENTRIES_PER_HEAD).max(1).next_power_of_two();
        let bits_most = most.ilog2().min(BITS_MOST);
        let bits = bits_most.min(BITS_FIRST);
        Self {
            first: (0..1usize << bits).map(|_| HeadSlot::new(bits)).collect(),
            more: std::array::from_fn(|_| OnceCell::new()),
            bits: AtomicU32::new(bits),
            bits_most,
            growing: Lock::new(()),
        }
    }

    /// Nothing hangs anywhere.
    #[cfg(all(test, not(loom)))]
    pub(super) fn is_empty(&self, buckets: &Buckets) -> bool {
        let mut hashes = 0..self.heads() as u64;
        hashes.all(|h| self.lock(h, buckets).is_some_and(|head| head.is_empty()))
    }

    /// How many there are now.
    #[cfg(test)]
    pub(super) fn heads(&self) -> usize {
        1 << self.bits.load(Ordering::Acquire)
    }

    /// Locks the head of a hash. `None` never happens: there is at least one.
    #[inline]
    pub(super) fn lock<'a>(&'a self, hash: u64, buckets: &'a Buckets) -> Option<Head<'a>> {
        let mut bits = self.bits.load(Ordering::Acquire);
        loop {
            let slot = self.slot(hash, bits)?;
            let lock = slot.lock.lock();
            let now = u32::from(slot.bits.load(Ordering::Relaxed));
            if now <= bits {
                return Some(Head {
                    slot,
                    _lock: lock,
                    buckets,
                });
            }
            // Half of its entries have gone to a head of their own.
            bits = now;
        }
    }

    /// The head of a hash in a table of so many bits, all of whose heads have been made.
    #[inline]
    fn slot(&self, hash: u64, bits: u32) -> Option<&HeadSlot> {
        let place = usize::try_from(hash & ((1 << bits) - 1)).ok()?;
        if let Some(slot) = self.first.get(place) {
            return Some(slot);
        }
        // Its highest bit says which half it is in.
        let high = place.ilog2();
        let half = self.more.get((high - self.first.len().ilog2()) as usize)?;
        half.get()?.get(place - (1 << high))
    }

    /// Has the processor bring the head of a hash: it lies anywhere in the table.
    #[inline]
    pub(super) fn expect(&self, hash: u64) {
        let bits = self.bits.load(Ordering::Relaxed);
        self.slot(hash, bits).inspect(|slot| want(*slot));
    }

    /// Nothing hangs at the head of a node whose page the caller has latched.
    #[inline]
    pub(super) fn has_none(&self, hash: u64) -> bool {
        let mut bits = self.bits.load(Ordering::Acquire);
        loop {
            let Some(slot) = self.slot(hash, bits) else {
                return true;
            };
            let none = Entry(slot.first.load(Ordering::Acquire)).is_none();
            // After the chain was looked at: who shortens it because the table grows says so before.
            let now = u32::from(slot.bits.load(Ordering::Acquire));
            if now <= bits {
                return none;
            }
            bits = now;
        }
    }

    /// Has the table grow to what so many buckets in use want. Whoever holds a head must not ask.
    #[inline]
    pub(super) fn fit(&self, in_use: usize, buckets: &Buckets) {
        let step = STEPS.iter().find(|(most, _)| in_use <= *most);
        let wanted = step
            .map_or(BITS_MOST, |&(_, bits)| bits)
            .min(self.bits_most);
        if wanted > self.bits.load(Ordering::Relaxed) {
            self.grow(wanted, buckets);
        }
    }

    #[cold]
    fn grow(&self, to: u32, buckets: &Buckets) {
        let Some(_growing) = self.growing.try_lock() else {
            return;
        };
        let (from, first) = (self.bits.load(Ordering::Relaxed), self.first.len().ilog2());
        for bits in from..to {
            let Some(half) = self.more.get((bits - first) as usize) else {
                return;
            };
            half.get_or_init(|| (0..1usize << bits).map(|_| HeadSlot::new(to)).collect());
        }
        for place in 0..1 << from {
            if let Some(lower) = self.slot(place, from) {
                self.split(lower, to, buckets);
            }
        }
        self.bits.store(to, Ordering::Release);
    }

    /// Has the entries of a head hang where `to` bits of their hashes say: there or at heads that nobody knows
    /// of yet.
    fn split(&self, lower: &HeadSlot, to: u32, buckets: &Buckets) {
        let _lock = lower.lock.lock();
        let mut left = Entry::default();
        let mut at = lower.first();
        while let Some(entry) = at.some() {
            at = buckets.next_node(entry);
            match self.slot(buckets.hash(entry), to) {
                Some(upper) if !std::ptr::eq(upper, lower) => {
                    buckets.set_next_node(entry, upper.first());
                    upper.set_first(entry);
                }
                _ => {
                    buckets.set_next_node(entry, left);
                    left = entry;
                }
            }
        }
        // In this order: who looks without the lock finds every entry where the bits say that it is, or sees
        // afterwards that they have changed.
        lower.bits.store(to as u8, Ordering::Release);
        lower.set_first(left);
    }
}

impl Head<'_> {
    /// Nothing hangs here.
    #[cfg(all(test, not(loom)))]
    pub(super) fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    fn first(&self) -> Entry {
        self.slot.first()
    }

    fn set_first(&self, entry: Entry) {
        self.slot.set_first(entry);
    }

    /// Looks for a node.
    #[inline]
    pub(super) fn find(&self, hash: u64, node: &NodeId<'_>) -> Found {
        let buckets = self.buckets;
        if self.first().is_none() {
            return Found::NOTHING;
        }
        let [prefix, suffix] = node.key;
        let len = node.parts().iter().map(|p| p.len()).sum();
        let lens = (prefix.len() + suffix.len(), len);
        let bookmark = Words::new(node.parts());
        let mut before = None;
        let mut at = self.first();
        while let Some(entry) = at.some() {
            if buckets.hash(entry) == hash {
                let (db, pgno_fdp, _) = buckets.tree(entry);
                if (db, pgno_fdp) == (node.db, node.pgno_fdp)
                    && buckets.is_of(entry, lens, &bookmark)
                {
                    return Found {
                        newest: at.some(),
                        before,
                    };
                }
            }
            before = Some(entry);
            at = buckets.next_node(entry);
        }
        Found::NOTHING
    }

    /// Versions of a node from one on, newest first.
    pub(super) fn versions(&self, from: Option<Entry>) -> impl Iterator<Item = Entry> + Clone {
        std::iter::successors(from, |&e| self.buckets.older(e).some())
    }

    /// Hangs a new version in front of those of its node.
    #[inline]
    pub(super) fn push(&mut self, found: &Found, entry: Entry) {
        let buckets = self.buckets;
        if let Some(newest) = found.newest {
            let next = buckets.next_node(newest);
            buckets.set_older(entry, newest);
            buckets.set_newer(newest, entry);
            buckets.set_next_node(entry, next);
            self.link(found.before, entry);
        } else {
            buckets.set_next_node(entry, self.first());
            self.set_first(entry);
        }
    }

    /// Takes a version out.
    pub(super) fn unlink(&mut self, entry: Entry) {
        let buckets = self.buckets;
        let (older, newer) = (buckets.older(entry), buckets.newer(entry));
        if let Some(older) = older.some() {
            buckets.set_newer(older, newer);
        }
        if let Some(newer) = newer.some() {
            buckets.set_older(newer, older);
            return;
        }
        // The newest of its node: the chain goes on with the one behind it.
        let next = buckets.next_node(entry);
        let mut before = None;
        let mut at = self.first();
        while at != entry && !at.is_none() {
            before = at.some();
            at = buckets.next_node(at);
        }
        if let Some(older) = older.some() {
            buckets.set_next_node(older, next);
            self.link(before, older);
        } else {
            self.link(before, next);
        }
    }

    fn link(&mut self, before: Option<Entry>, entry: Entry) {
        match before {
            Some(before) => self.buckets.set_next_node(before, entry),
            None => self.set_first(entry),
        }
    }
}

/// Hash of a node.
#[inline]
pub(super) fn hash(node: &NodeId<'_>) -> u64 {
    words::hash(node)
}
