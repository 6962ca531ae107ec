//! Which pages must not be written yet: those with a change that cannot be undone from the log alone.
//!
//! A page that got a Replace or FlagDelete owes the log its before-image (UndoInfo) until that is
//! durable there, or the transaction's end is: until its Commit0 record is durable, a crash still
//! undoes the transaction (docs/format/recovery.md §6 rule 3). Versions that were undone owe nothing:
//! the rollback logged what was before.
//!
//! The debt is that of the page that the change's record names, and stays there when the node goes to
//! another page (split, merge): redo of that record makes the version from that page, or, when the page
//! is newer, needs the UndoInfo. The page that got the node may be written: it owes nothing.
//!
//! The versions that a page owes hang in a list, which is found by a hash of the page. A commit does
//! not touch the lists: who asks looks at the transaction's slot, and cleanup takes the entries out.
//!
//! Invariant: an entry hangs in a list exactly while it names a page.
#![forbid(unsafe_code)]

use super::buckets::{Buckets, Entry};
use super::slots::{Slots, TrxState};
use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Pgno};
use crate::sync::{Lock, LockGuard};

const LISTS_MOST: usize = 1 << 14;

/// What stands against writing a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UndoDebt {
    /// Nothing.
    None,
    /// Its changes are committed: the log must be durable up to behind the record at this position.
    UntilDurable(Lgpos),
    /// UndoInfo of open transactions is not in the log.
    Owed,
}

/// The lists of all pages.
#[derive(Debug)]
pub(super) struct Owed {
    lists: Box<[Lock<Entry>]>,
}

impl Owed {
    pub(super) fn new(entries_most: usize) -> Self {
        let lists = (entries_most / 16).next_power_of_two().min(LISTS_MOST);
        Self {
            lists: (0..lists).map(|_| Lock::new(Entry::NONE)).collect(),
        }
    }

    fn number(&self, db: DbNo, pgno: Pgno) -> usize {
        let mixed = (pgno.0 ^ u32::from(db.0) << 24).wrapping_mul(0x9E37_79B1);
        usize::try_from(mixed >> 8).unwrap_or(0) & (self.lists.len() - 1)
    }

    fn lock(&self, db: DbNo, pgno: Pgno) -> Option<LockGuard<'_, Entry>> {
        Some(self.lists.get(self.number(db, pgno))?.lock())
    }

    /// No page owes anything.
    #[cfg(all(test, not(loom)))]
    pub(super) fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.lock().is_none())
    }

    /// Page `pgno` owes what was before `entry`.
    pub(super) fn add(&self, buckets: &Buckets, entry: Entry, pgno: Pgno) {
        let (db, ..) = buckets.tree(entry);
        if let Some(mut list) = self.lock(db, pgno) {
            push(buckets, &mut list, entry, pgno);
        }
    }

    /// Nothing is owed for `entry` any more.
    pub(super) fn remove(&self, buckets: &Buckets, entry: Entry) {
        let (db, ..) = buckets.tree(entry);
        loop {
            let pgno = buckets.owed_by(entry);
            if pgno.is_null() {
                return;
            }
            let Some(mut list) = self.lock(db, pgno) else {
                return;
            };
            // Who logged its before-image may have been faster.
            if buckets.owed_by(entry) == pgno {
                unlink(buckets, &mut list, entry);
                return;
            }
        }
    }

    /// What a page owes.
    pub(super) fn debt(&self, buckets: &Buckets, slots: &Slots, db: DbNo, pgno: Pgno) -> UndoDebt {
        let Some(list) = self.lock(db, pgno) else {
            return UndoDebt::None;
        };
        let mut debt = UndoDebt::None;
        for entry in of_page(buckets, *list, db, pgno) {
            let slot = slots.get(buckets.slot(entry));
            match (slot.state(), debt) {
                (TrxState::Open, _) => return UndoDebt::Owed,
                (TrxState::Committed(_), UndoDebt::UntilDurable(at)) => {
                    debt = UndoDebt::UntilDurable(at.max(slot.commit_at()));
                }
                (TrxState::Committed(_), _) => debt = UndoDebt::UntilDurable(slot.commit_at()),
                (TrxState::Undone, _) => {}
            }
        }
        debt
    }

    /// The versions of open transactions that a page owes.
    pub(super) fn each(
        &self,
        buckets: &Buckets,
        slots: &Slots,
        (db, pgno): (DbNo, Pgno),
        mut see: impl FnMut(Entry),
    ) {
        let Some(list) = self.lock(db, pgno) else {
            return;
        };
        for entry in of_page(buckets, *list, db, pgno) {
            if slots.get(buckets.slot(entry)).state() == TrxState::Open {
                see(entry);
            }
        }
    }

    /// The before-images of these versions are durable in the log.
    pub(super) fn pay(&self, buckets: &Buckets, (db, pgno): (DbNo, Pgno), rceids: &[u32]) {
        let Some(mut list) = self.lock(db, pgno) else {
            return;
        };
        let mut at = *list;
        while let Some(entry) = at.some() {
            at = buckets.owed_next(entry);
            let of_page = buckets.owed_by(entry) == pgno && buckets.tree(entry).0 == db;
            if of_page && rceids.contains(&buckets.rceid(entry)) {
                unlink(buckets, &mut list, entry);
            }
        }
    }
}

fn of_page(buckets: &Buckets, first: Entry, db: DbNo, pgno: Pgno) -> impl Iterator<Item = Entry> {
    let all = std::iter::successors(first.some(), |&e| buckets.owed_next(e).some());
    all.filter(move |&e| buckets.owed_by(e) == pgno && buckets.tree(e).0 == db)
}

fn push(buckets: &Buckets, list: &mut Entry, entry: Entry, pgno: Pgno) {
    if let Some(first) = list.some() {
        buckets.set_owed_links(first, buckets.owed_next(first), entry);
    }
    buckets.set_owed_links(entry, *list, Entry::NONE);
    buckets.set_owed_by(entry, pgno);
    *list = entry;
}

fn unlink(buckets: &Buckets, list: &mut Entry, entry: Entry) {
    let (next, previous) = (buckets.owed_next(entry), buckets.owed_previous(entry));
    if let Some(next) = next.some() {
        buckets.set_owed_links(next, buckets.owed_next(next), previous);
    }
    match previous.some() {
        Some(p) => buckets.set_owed_links(p, next, buckets.owed_previous(p)),
        None => *list = next,
    }
    buckets.set_owed_by(entry, Pgno::NULL);
}
