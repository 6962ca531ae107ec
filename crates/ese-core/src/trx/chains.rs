//! How the versions of a node are found: a hash of nodes, each with its versions, newest first.
//!
//! Every head of the table has a lock of its own; who holds it may read and change all entries that
//! hang there. The newest version of a node hangs in the head's chain, the older ones behind it.
//!
//! Most heads have nothing, and who has latched a node's page may know that without the lock: a
//! version is made under the latch of the page, so one that it has to see is there before.
//!
//! Invariants: the versions of a node are in one list, newest first, linked both ways; a chain holds
//! no nullified entry.
#![forbid(unsafe_code)]

use super::buckets::{Buckets, Entry};
use super::sink::NodeId;
use super::words::{self, Words};
use crate::cache::want;
use crate::sync::{AtomicU32, Lock, LockGuard, Ordering};

/// Entries that a head stands for when the store is full.
const ENTRIES_PER_HEAD: usize = 4;
const HEADS_MOST: usize = 1 << 20;

/// The table.
#[derive(Debug)]
pub(super) struct Chains {
    heads: Box<[HeadSlot]>,
}

#[derive(Debug, Default)]
struct HeadSlot {
    lock: Lock<()>,
    /// The first entry; changes under the lock only.
    first: AtomicU32,
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
        let heads = (entries_most / ENTRIES_PER_HEAD).next_power_of_two();
        let heads = heads.min(HEADS_MOST);
        Self {
            heads: (0..heads).map(|_| HeadSlot::default()).collect(),
        }
    }

    /// Nothing hangs anywhere.
    #[cfg(all(test, not(loom)))]
    pub(super) fn is_empty(&self, buckets: &Buckets) -> bool {
        let mut hashes = 0..self.heads.len() as u64;
        hashes.all(|h| self.lock(h, buckets).is_some_and(|head| head.is_empty()))
    }

    /// Locks the head of a hash. `None` never happens: there is at least one.
    pub(super) fn lock<'a>(&'a self, hash: u64, buckets: &'a Buckets) -> Option<Head<'a>> {
        let slot = self.slot(hash)?;
        Some(Head {
            slot,
            _lock: slot.lock.lock(),
            buckets,
        })
    }

    fn slot(&self, hash: u64) -> Option<&HeadSlot> {
        let place = usize::try_from(hash & (self.heads.len() as u64 - 1)).ok()?;
        self.heads.get(place)
    }

    /// Has the processor bring the head of a hash: it lies anywhere in a large table.
    #[inline]
    pub(super) fn expect(&self, hash: u64) {
        self.slot(hash).inspect(|slot| want(*slot));
    }

    /// Nothing hangs at the head of a node whose page the caller has latched.
    #[inline]
    pub(super) fn has_none(&self, hash: u64) -> bool {
        let first = self
            .slot(hash)
            .map_or(0, |s| s.first.load(Ordering::Acquire));
        Entry(first).is_none()
    }
}

impl Head<'_> {
    /// Nothing hangs here.
    #[cfg(all(test, not(loom)))]
    pub(super) fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    fn first(&self) -> Entry {
        Entry(self.slot.first.load(Ordering::Relaxed))
    }

    fn set_first(&self, entry: Entry) {
        self.slot.first.store(entry.0, Ordering::Release);
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
