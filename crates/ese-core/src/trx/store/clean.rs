//! Cleanup: which versions nobody needs any more, in the order in which they were made, and what has
//! to be done on pages about them.
//!
//! A version may go when its transaction was committed before everybody's begin. The work that its
//! going asks for is handed out as data: whoever takes it does it in a transaction of its own, and
//! looks at the page again first. Work that is not taken stays, and so do all versions behind it.
//!
//! Source: docs/format/versioning.md §8.
//!
//! Invariants: one cleans at a time; a version whose page waits for its commit to be durable stays
//! until the caller says that it is.
#![forbid(unsafe_code)]

use super::super::buckets::{Entry, EntryFlags};
use super::super::ids::TrxId;
use super::super::oper::Oper;
use super::super::sink::NodeId;
use super::super::slots::TrxState;
use super::VersionStore;
use super::create::TEMPORARY;
use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Objid, Pgno};
use crate::sync::LockGuard;

/// What has to be done because a version goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CleanUp<'a> {
    /// Remove the node from its page, if it is still flagged deleted and no version of it is active.
    RemoveNode(NodeId<'a>),
    /// Join the node's page with a neighbour, if it is still as empty as the change left it.
    MergePage(NodeId<'a>),
    /// Delete the long value whose root this node is, if nothing refers to it any more.
    DeleteLongValue(NodeId<'a>),
    /// If the escrow number is still 0: call back, or delete the record, or both.
    Finalize {
        /// The record.
        node: NodeId<'a>,
        /// Of the number in its data.
        offset: u16,
        /// It has 8 bytes.
        wide: bool,
        /// JET_bitColumnDeleteOnZero.
        delete: bool,
        /// JET_bitColumnFinalize.
        callback: bool,
    },
    /// A schema change that all see now. Of a deleted table or index the space is freed.
    Schema {
        /// What was done.
        oper: Oper,
        /// The object.
        db: DbNo,
        /// Root of its tree.
        pgno_fdp: Pgno,
        /// Its id.
        objid: Objid,
        /// What was noted.
        info: &'a [u8],
    },
}

/// What a cleanup did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cleaned {
    /// Versions that went.
    pub versions: usize,
    /// Buckets that are free now.
    pub buckets: usize,
    /// Versions are left.
    pub more: bool,
}

/// Entries that went one behind the other and are of one transaction. Its slot keeps them until the run ends:
/// so it is nobody else's meanwhile.
#[derive(Default)]
struct Run {
    slot: u32,
    versions: u32,
    /// The transaction was committed before everybody's begin; else it was undone.
    committed: bool,
}

/// Where cleanup is.
#[derive(Debug, Default)]
pub(in crate::trx) struct Cleaner {
    /// The newest entry of the oldest bucket that is gone.
    last: Option<Entry>,
    /// Known durable end of the log.
    durable: Option<Lgpos>,
    bookmark: Vec<u8>,
    info: Vec<u8>,
}

impl Cleaner {
    /// Whether an entry was let go of: it still lies in its bucket, which goes as a whole, but its slot
    /// may be another transaction's by now.
    pub(in crate::trx) fn has_passed(&self, entry: Entry) -> bool {
        let of_bucket = |last: &Entry| last.is_in_bucket_of(entry);
        self.last
            .filter(of_bucket)
            .is_some_and(|last| entry <= last)
    }
}

impl VersionStore {
    /// Lets go of versions that nobody needs, the oldest first, at most `most`. `durable` is the
    /// durable end of the log. `take` gets the work; `false` leaves it for the next time, and ends
    /// this one. It may latch pages, and make versions, but not clean.
    pub fn clean(
        &self,
        durable: Lgpos,
        most: usize,
        take: &mut dyn FnMut(&CleanUp<'_>) -> bool,
    ) -> Cleaned {
        let mut cleaner = self.cleaner.lock();
        cleaner.durable = cleaner.durable.max(Some(durable));
        self.fit_heads();
        self.clean_with(&mut cleaner, most, take)
    }

    /// Frees a bucket without the help of others; for who needs one, and holds no session's lock.
    /// `false` when none came free.
    pub(in crate::trx) fn make_room(&self) -> bool {
        self.buckets.want_cleanup();
        let Some(mut cleaner) = self.cleaner.try_lock() else {
            return false;
        };
        let cleaned = self.clean_with(&mut cleaner, usize::MAX, &mut |_| false);
        cleaned.buckets > 0
    }

    /// Whether the oldest version is one that nobody needs, but for the log that may have to be durable
    /// first.
    #[must_use]
    pub fn may_clean(&self) -> bool {
        let cleaner = self.cleaner.lock();
        let next = match cleaner.last {
            None => self
                .buckets
                .nth(0)
                .and_then(|bucket| self.buckets.first(bucket)),
            Some(last) => self.buckets.behind(last),
        };
        let whole = Lgpos::new(i32::MAX, u16::MAX, u16::MAX);
        next.is_some_and(|entry| self.may_go(entry, self.oldest(), Some(whole)))
    }

    /// Nothing is cleaned while this is held.
    pub(in crate::trx) fn hold_cleanup(&self) -> LockGuard<'_, Cleaner> {
        self.cleaner.lock()
    }

    fn clean_with(
        &self,
        cleaner: &mut Cleaner,
        most: usize,
        take: &mut dyn FnMut(&CleanUp<'_>) -> bool,
    ) -> Cleaned {
        let mut cleaned = Cleaned::default();
        let oldest = self.oldest();
        let mut run = Run::default();
        self.clean_run(cleaner, &mut run, (oldest, most), &mut cleaned, take);
        self.end_run(&mut run);
        cleaned
    }

    fn clean_run(
        &self,
        cleaner: &mut Cleaner,
        run: &mut Run,
        (oldest, most): (TrxId, usize),
        cleaned: &mut Cleaned,
        take: &mut dyn FnMut(&CleanUp<'_>) -> bool,
    ) {
        // Only who cleans gives buckets back: the oldest stays that.
        let mut oldest_bucket = self.buckets.nth(0);
        loop {
            let Some(bucket) = oldest_bucket else {
                return;
            };
            let next = match cleaner.last {
                None => self.buckets.first(bucket),
                Some(last) => self.buckets.behind(last),
            };
            let Some(entry) = next else {
                if self.buckets.free_oldest(cleaner.last) {
                    cleaner.last = None;
                    cleaned.buckets += 1;
                }
                oldest_bucket = self.buckets.nth(0);
                continue;
            };
            if let Some(next) = self.buckets.behind(entry) {
                self.chains.expect(self.buckets.hash(next));
            }
            let durable = cleaner.durable;
            if cleaned.versions >= most {
                cleaned.more = true;
                return;
            }
            if !self.let_plain_go(run, entry) {
                if !self.may_go(entry, oldest, durable) || !self.work(cleaner, entry, take) {
                    cleaned.more = true;
                    return;
                }
                self.let_go(run, entry);
            }
            cleaner.last = Some(entry);
            cleaned.versions += 1;
        }
    }

    /// The next of a run of plain inserts: of the transaction before it, which is committed for all, asking
    /// for no work and owed by no page. As [`VersionStore::let_go`] behind the questions that were answered
    /// for the one before, under one lock. `false` for every other.
    fn let_plain_go(&self, run: &mut Run, entry: Entry) -> bool {
        let buckets = &self.buckets;
        if run.slot == 0 || !run.committed || buckets.slot(entry) != run.slot {
            return false;
        }
        let Some(mut head) = self.chains.lock(buckets.hash(entry), buckets) else {
            return false;
        };
        let not_plain = EntryFlags::OWES | EntryFlags::NULLIFIED;
        if buckets.oper(entry) != Oper::Insert || buckets.flags(entry).intersects(not_plain) {
            return false;
        }
        head.unlink(entry);
        run.versions += 1;
        true
    }

    /// The slot of a run loses the entries that went.
    fn end_run(&self, run: &mut Run) {
        let run = std::mem::take(run);
        self.slots.let_all_go(run.slot, run.versions);
    }

    fn may_go(&self, entry: Entry, oldest: TrxId, durable: Option<Lgpos>) -> bool {
        let slot = self.slots.get(self.buckets.slot(entry));
        match slot.state() {
            TrxState::Open => false,
            TrxState::Undone => true,
            TrxState::Committed(id) => {
                let flags = self.buckets.flags(entry);
                let waits = flags.contains(EntryFlags::OWES)
                    && !flags.contains(EntryFlags::NULLIFIED)
                    && durable.is_none_or(|durable| slot.commit_at() >= durable);
                id.is_before(oldest) && !waits
            }
        }
    }

    /// Hands out what has to be done about a version; `false` when it was not taken.
    fn work(
        &self,
        cleaner: &mut Cleaner,
        entry: Entry,
        take: &mut dyn FnMut(&CleanUp<'_>) -> bool,
    ) -> bool {
        let buckets = &self.buckets;
        let oper = buckets.oper(entry);
        let (db, pgno_fdp, objid) = buckets.tree(entry);
        let delta = if matches!(oper, Oper::Delta | Oper::Delta64) {
            self.delta(entry)
        } else {
            Default::default()
        };
        let flags = {
            let head = self.chains.lock(buckets.hash(entry), buckets);
            let flags = buckets.flags(entry);
            let nullified = flags.contains(EntryFlags::NULLIFIED);
            let asks = match oper {
                _ if db == TEMPORARY => false,
                _ if nullified => flags.contains(EntryFlags::REMOVE_NODE),
                Oper::FlagDelete => !self.leave_to_newer(entry),
                Oper::Replace => flags.contains(EntryFlags::THINS),
                Oper::Delta | Oper::Delta64 => delta.then != Default::default(),
                _ => !oper.is_of_node() && oper != Oper::AllocExt,
            };
            drop(head);
            if !asks {
                return true;
            }
            flags
        };
        let Cleaner { bookmark, info, .. } = cleaner;
        bookmark.clear();
        buckets.copy_bookmark(entry, bookmark);
        let split = bookmark.split_at_checked(buckets.key_len(entry));
        let (key, data) = split.unwrap_or((bookmark, &[]));
        let unique = flags.contains(EntryFlags::UNIQUE);
        let node = NodeId::new((db, pgno_fdp, objid), unique, key).with_data(data);
        let work = match oper {
            Oper::Delta | Oper::Delta64 if delta.then.deferred_delete => {
                CleanUp::DeleteLongValue(node)
            }
            Oper::Delta | Oper::Delta64 => CleanUp::Finalize {
                node,
                offset: delta.offset,
                wide: oper == Oper::Delta64,
                delete: delta.then.delete_on_zero,
                callback: delta.then.callback_on_zero,
            },
            Oper::Replace => CleanUp::MergePage(node),
            _ if oper.is_of_node() => CleanUp::RemoveNode(node),
            _ => {
                info.clear();
                buckets.copy_before(entry, info);
                CleanUp::Schema {
                    oper,
                    db,
                    pgno_fdp,
                    objid,
                    info,
                }
            }
        };
        take(&work)
    }

    /// A deleted node with a newer version: an insert, which may come to nothing yet. Its version has
    /// to see to the node then. The head is locked.
    fn leave_to_newer(&self, entry: Entry) -> bool {
        let newer = self.buckets.newer(entry).some();
        if let Some(newer) = newer {
            self.buckets.add_flags(newer, EntryFlags::REMOVE_NODE);
        }
        newer.is_some()
    }

    fn let_go(&self, run: &mut Run, entry: Entry) {
        let buckets = &self.buckets;
        if buckets.oper(entry).is_of_node()
            && let Some(mut head) = self.chains.lock(buckets.hash(entry), buckets)
            && !buckets.flags(entry).contains(EntryFlags::NULLIFIED)
        {
            head.unlink(entry);
        }
        self.owe_nothing(entry);
        let slot = buckets.slot(entry);
        if run.slot != slot {
            self.end_run(run);
            // It may go, so it is committed for all or undone.
            let committed = self.slots.get(slot).committed() != TrxId::MAX;
            *run = Run {
                slot,
                versions: 0,
                committed,
            };
        }
        run.versions += 1;
    }
}
