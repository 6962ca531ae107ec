//! Making versions, and forgetting those that are not needed after all.
//!
//! Source: docs/format/versioning.md §4, §6.
//!
//! Invariant: whether others stand against an operation, and that its version is there, is one step
//! under the lock of the node's head: the first updater wins.
#![forbid(unsafe_code)]

use super::super::buckets::{Entry, EntryFlags, NewEntry, NoEntry};
use super::super::chains::{self, Found, Head};
use super::super::ids::TrxId;
use super::super::oper::Oper;
use super::super::rules;
use super::super::session::Open;
use super::super::sink::{NodeId, VersionFault, VersionRef};
use super::VersionStore;
use super::copy::Delta;
use crate::cache::DbNo;
use crate::format::ids::{Objid, Pgno};

/// Number of the temporary database, which is not logged: nothing of it is owed.
pub(in crate::trx) const TEMPORARY: DbNo = DbNo(0);

/// Whose version is made.
#[derive(Clone, Copy)]
pub(in crate::trx) struct Author {
    pub(in crate::trx) slot: u32,
    pub(in crate::trx) snapshot: TrxId,
    pub(in crate::trx) level: u8,
    pub(in crate::trx) update: u32,
    pub(in crate::trx) flags: EntryFlags,
}

/// What an entry keeps beside its bookmark.
#[derive(Clone, Copy)]
pub(in crate::trx) enum Payload<'a> {
    Nothing,
    Replace {
        before: &'a [u8],
        after_len: usize,
        unchanged: bool,
    },
    Delta(Delta),
}

/// A version that was made.
#[derive(Clone, Copy, Debug)]
pub(in crate::trx) struct Created {
    pub(in crate::trx) version: VersionRef,
    /// For the page's cbUncommittedFree.
    pub(in crate::trx) uncommitted_free: i32,
    /// It was there already.
    pub(in crate::trx) again: bool,
}

impl Created {
    /// A version that is there.
    pub(in crate::trx) fn of(version: VersionRef) -> Self {
        Self {
            version,
            uncommitted_free: 0,
            again: true,
        }
    }

    pub(in crate::trx) fn entry(&self) -> Entry {
        Entry(self.version.entry)
    }
}

impl VersionStore {
    /// Makes a version of a node, unless others stand against it; those of a committed transaction
    /// (for whom an index is built) are not asked.
    pub(in crate::trx) fn create(
        &self,
        author: &Author,
        node: &NodeId<'_>,
        oper: Oper,
        payload: &Payload<'_>,
    ) -> Result<Created, VersionFault> {
        let hash = chains::hash(node);
        let mut head = self
            .chains
            .lock(hash, &self.buckets)
            .ok_or(VersionFault::TooBig)?;
        let found = head.find(hash, node);
        if found.newest.is_none() && matches!(oper, Oper::Insert | Oper::PreInsert) {
            return self.create_first(author, node, oper, hash, &mut head);
        }
        let committed = self.slots.get(author.slot).committed() != TrxId::MAX;
        if !committed {
            let chain = head.versions(found.newest);
            let chain = chain.map(|e| self.link(e, author.slot));
            if rules::conflicts(chain, author.snapshot, oper) {
                return Err(match oper {
                    Oper::Insert | Oper::PreInsert => VersionFault::KeyDuplicate,
                    _ => VersionFault::WriteConflict,
                });
            }
        }
        if let Some(created) = self.lock_again(author, found.newest, oper) {
            return Ok(created);
        }
        let mut flags = author.flags;
        flags.set(EntryFlags::UNIQUE, node.unique);
        let owes = node.db.is_logged() && !committed;
        let delta;
        let (before, space): (&[u8], _) = match *payload {
            Payload::Nothing => (&[], (0, 0)),
            Payload::Delta(d) => {
                delta = d.to_bytes();
                (&delta, (0, 0))
            }
            Payload::Replace {
                before,
                after_len,
                unchanged,
            } => {
                flags.set(EntryFlags::EMPTY_DIFF, unchanged);
                flags.set(EntryFlags::OWES, owes && !unchanged);
                let most = self.longest(author, &head, &found);
                (before, reserve(most, before.len(), after_len)?)
            }
        };
        if oper == Oper::FlagDelete {
            flags.set(EntryFlags::OWES, owes);
        }
        let new = self.new_entry(author, (node.db, node.pgno_fdp, node.objid), oper);
        let new = NewEntry {
            flags,
            hash,
            bookmark: node.parts(),
            before,
            space,
            ..new
        };
        let version = self.make(&new)?;
        let created = Created {
            version,
            uncommitted_free: i32::from(space.1),
            again: false,
        };
        head.push(&found, created.entry());
        Ok(created)
    }

    /// The version of an insert where the node has none: nobody stands against it, whoever the author is, and
    /// there is nothing before it that a page could owe or keep room for. What
    /// [`VersionStore::create`] makes of it, without asking.
    #[inline]
    fn create_first(
        &self,
        author: &Author,
        node: &NodeId<'_>,
        oper: Oper,
        hash: u64,
        head: &mut Head<'_>,
    ) -> Result<Created, VersionFault> {
        let mut flags = author.flags;
        flags.set(EntryFlags::UNIQUE, node.unique);
        let version = self.make(&NewEntry {
            oper,
            flags,
            db: node.db,
            level: author.level,
            slot: author.slot,
            update: author.update,
            hash,
            pgno_fdp: node.pgno_fdp,
            objid: node.objid,
            bookmark: node.parts(),
            before: &[],
            space: (0, 0),
        })?;
        let created = Created {
            version,
            uncommitted_free: 0,
            again: false,
        };
        head.push(&Found::NOTHING, created.entry());
        Ok(created)
    }

    /// Notes that the replace has left much of its page free.
    pub(in crate::trx) fn thins(&self, entry: Entry) {
        let head = self.chains.lock(self.buckets.hash(entry), &self.buckets);
        if self.buckets.oper(entry) == Oper::Replace {
            self.buckets.add_flags(entry, EntryFlags::THINS);
        }
        drop(head);
    }

    /// Makes a version that is not of a node.
    pub(in crate::trx) fn create_note(
        &self,
        author: &Author,
        tree: (DbNo, Pgno, Objid),
        oper: Oper,
        info: &[u8],
    ) -> Result<VersionRef, VersionFault> {
        let new = self.new_entry(author, tree, oper);
        self.make(&NewEntry {
            before: info,
            ..new
        })
    }

    fn new_entry<'a>(
        &self,
        author: &Author,
        (db, pgno_fdp, objid): (DbNo, Pgno, Objid),
        oper: Oper,
    ) -> NewEntry<'a> {
        // Locks outlive the update that needed them.
        let update = match oper {
            Oper::ReadLock | Oper::WriteLock => 0,
            _ => author.update,
        };
        NewEntry {
            oper,
            flags: author.flags,
            db,
            level: author.level,
            slot: author.slot,
            update,
            hash: 0,
            pgno_fdp,
            objid,
            bookmark: [&[]; 3],
            before: &[],
            space: (0, 0),
        }
    }

    #[inline]
    fn make(&self, new: &NewEntry<'_>) -> Result<VersionRef, VersionFault> {
        self.slots.get(new.slot).hold();
        let made = self.buckets.make(new);
        let (entry, rceid) = made.map_err(|e| {
            self.slots.let_go(new.slot);
            match e {
                NoEntry::TooBig => VersionFault::TooBig,
                NoEntry::Full => VersionFault::Full { oldest: false },
            }
        })?;
        Ok(VersionRef {
            rceid,
            entry: entry.0,
        })
    }

    /// A lock that the transaction has on top of the node's versions is not taken twice.
    fn lock_again(&self, author: &Author, newest: Option<Entry>, oper: Oper) -> Option<Created> {
        let newest = newest.filter(|_| matches!(oper, Oper::ReadLock | Oper::WriteLock))?;
        let same = self.buckets.oper(newest) == oper
            && self.buckets.slot(newest) == author.slot
            && author.slot != 0;
        same.then(|| {
            Created::of(VersionRef {
                rceid: self.buckets.rceid(newest),
                entry: newest.0,
            })
        })
    }

    /// The longest data of a node in the transaction, by its newest replace.
    fn longest(&self, author: &Author, head: &Head<'_>, found: &Found) -> Option<i16> {
        let mut chain = head.versions(found.newest);
        let replace = chain.find(|&e| {
            let link = self.link(e, author.slot);
            link.mine && link.oper == Oper::Replace && !link.rolled_back
        })?;
        Some(self.buckets.space(replace).0)
    }

    /// A reservation becomes an insert, or one again. `false` when it is none.
    pub(in crate::trx) fn promote(&self, version: VersionRef, from: Oper, to: Oper) -> bool {
        let entry = Entry(version.entry);
        let hash = self.buckets.hash(entry);
        let Some(_head) = self.chains.lock(hash, &self.buckets) else {
            return false;
        };
        let is_it = self.buckets.rceid(entry) == version.rceid
            && self.buckets.oper(entry) == from
            && !self.buckets.flags(entry).contains(EntryFlags::NULLIFIED);
        if is_it {
            self.buckets.set_oper(entry, to);
        }
        is_it
    }

    /// Takes a version of an open transaction out of its chain: it is as if it had never been.
    /// `false` when that was done before. What its page owes for it is taken back by
    /// [`VersionStore::owe_nothing`], which may not be done under the session's lock.
    pub(in crate::trx) fn nullify(&self, open: &mut Open, entry: Entry, more: EntryFlags) -> bool {
        let buckets = &self.buckets;
        if buckets.flags(entry).contains(EntryFlags::NULLIFIED) {
            return false;
        }
        if buckets.oper(entry).is_of_node() {
            if let Some(mut head) = self.chains.lock(buckets.hash(entry), buckets) {
                head.unlink(entry);
                buckets.add_flags(entry, EntryFlags::NULLIFIED | more);
            }
        } else {
            buckets.add_flags(entry, EntryFlags::NULLIFIED | more);
        }
        open.drop_nullified(buckets);
        true
    }

    /// No page owes anything for a version that is nullified.
    pub(in crate::trx) fn owe_nothing(&self, entry: Entry) {
        if self.buckets.flags(entry).contains(EntryFlags::OWES) {
            self.owed.remove(&self.buckets, entry);
        }
    }

    /// A version of an open transaction was undone on its page, but whoever builds an index still
    /// needs it: nobody sees its change any more.
    pub(in crate::trx) fn mark_rolled_back(&self, entry: Entry) {
        let hash = self.buckets.hash(entry);
        if let Some(_head) = self.chains.lock(hash, &self.buckets) {
            self.buckets.add_flags(entry, EntryFlags::ROLLED_BACK);
        }
    }
}

/// cbMaxSize and cbDelta of a replace (docs/format/versioning.md §6); `most` is the longest data so
/// far.
fn reserve(most: Option<i16>, before: usize, after: usize) -> Result<(i16, i16), VersionFault> {
    let short = |n: usize| i16::try_from(n).map_err(|_| VersionFault::TooBig);
    let (before, after) = (short(before)?, short(after)?);
    let most = most.unwrap_or(before).max(before);
    // Beyond the longest there is no reserve to use.
    let used = after.min(most) - before;
    Ok((most.max(after), -used))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// docs/format/versioning.md §6, step by step.
    #[test]
    fn reserves() {
        assert_eq!(reserve(None, 100, 100), Ok((100, 0)));
        assert_eq!(reserve(None, 100, 40), Ok((100, 60)));
        assert_eq!(reserve(Some(100), 40, 70), Ok((100, -30)));
        assert_eq!(reserve(Some(100), 70, 250), Ok((250, -30)));
        assert_eq!(reserve(Some(250), 250, 0), Ok((250, 250)));
        assert_eq!(reserve(None, 0, 32_000), Ok((32_000, 0)));
        assert_eq!(reserve(None, 40_000, 0), Err(VersionFault::TooBig));
    }
}
