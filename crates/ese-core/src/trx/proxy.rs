//! Versions that are made on behalf of another session's transaction, by who builds an index while
//! that session goes on changing records (docs/format/log-records.md §2.3).
//!
//! The builder walks the versions of the table ([`VersionStore::versions_of_tree`]) and brings what
//! they did into the index. Its versions there are the owner's: they commit, roll back and are seen
//! with the version of the record. When that is committed already, so are they, at level 0, and are
//! not logged as versioned.
//!
//! Invariant: while a [`ProxySink`] lives its owner neither commits nor rolls back.
#![forbid(unsafe_code)]

use super::buckets::{Entry, EntryFlags};
use super::oper::Oper;
use super::session::{Open, Seat, TrxSession};
use super::sink::{Made, NodeChange, NodeId, Stamp, VersionFault, VersionRef, VersionSink};
use super::slots::TrxState;
use super::store::{Author, Created, Payload, Snapshot, VersionCopy, VersionStore};
use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Pgno};
use crate::sync::GateShared;
use std::cell::Cell;

/// Makes versions for the owner of a version.
pub struct ProxySink<'a> {
    builder: &'a TrxSession,
    owner: &'a Seat,
    slot: u32,
    /// Level of the owner's version; 0 when it is committed.
    level: u8,
    /// Of a committed owner: the versions of the last change, which its record does not tell of.
    untold: Cell<[VersionRef; 2]>,
    _ending: GateShared<'a, ()>,
}

impl VersionStore {
    /// Copies the versions of a tree's nodes that are not nullified and have an id behind `behind`,
    /// in the order in which they were made. Not to be called while cleaning.
    pub fn versions_of_tree(
        &self,
        (db, pgno_fdp): (DbNo, Pgno),
        behind: u32,
        see: &mut dyn FnMut(&VersionCopy),
    ) {
        let newer = |store: &Self, e| store.buckets.rceid(e).wrapping_sub(behind).cast_signed() > 0;
        self.versions_where((db, pgno_fdp), newer, see);
    }

    /// The same of those whose change a snapshot does not see.
    pub fn versions_unseen(
        &self,
        tree: (DbNo, Pgno),
        snapshot: Snapshot,
        see: &mut dyn FnMut(&VersionCopy),
    ) {
        let unseen = |store: &Self, e| {
            let link = store.link(e, snapshot.slot);
            !link.mine && !link.committed.is_before(snapshot.at)
        };
        self.versions_where(tree, unseen, see);
    }

    /// The data of a node right after the change that `version` is of: `true` when it was copied to
    /// `after`, which is emptied first; `false` when it is what lies on the node's page, which is
    /// latched. The version's transaction can't end meanwhile ([`TrxSession::proxy_for`]).
    pub fn data_after(&self, version: VersionRef, after: &mut Vec<u8>) -> bool {
        after.clear();
        let buckets = &self.buckets;
        let entry = Entry(version.entry);
        let Some(_head) = self.chains.lock(buckets.hash(entry), buckets) else {
            return false;
        };
        let mut newer =
            std::iter::successors(buckets.newer(entry).some(), |&e| buckets.newer(e).some());
        let replace = newer.find(|&e| {
            let undone = buckets.flags(e).contains(EntryFlags::ROLLED_BACK);
            buckets.oper(e) == Oper::Replace && !undone
        });
        if let Some(replace) = replace {
            buckets.copy_before(replace, after);
        }
        replace.is_some()
    }

    fn versions_where(
        &self,
        (db, pgno_fdp): (DbNo, Pgno),
        wanted: impl Fn(&Self, Entry) -> bool,
        see: &mut dyn FnMut(&VersionCopy),
    ) {
        let cleanup = self.hold_cleanup();
        let mut copy = VersionCopy::default();
        let buckets = &self.buckets;
        for n in 0.. {
            let Some(bucket) = buckets.nth(n) else {
                return;
            };
            let entries = std::iter::successors(buckets.first(bucket), |&e| buckets.behind(e));
            for entry in entries {
                if cleanup.has_passed(entry) {
                    continue;
                }
                let (of_db, of_fdp, _) = buckets.tree(entry);
                if (of_db, of_fdp) != (db, pgno_fdp) || !buckets.oper(entry).is_of_node() {
                    continue;
                }
                // Under the head's lock it is not just being made.
                let Some(_head) = self.chains.lock(buckets.hash(entry), buckets) else {
                    continue;
                };
                let gone = EntryFlags::NULLIFIED | EntryFlags::ROLLED_BACK;
                if !buckets.flags(entry).intersects(gone) && wanted(self, entry) {
                    self.copy_out(entry, buckets.level(entry), &mut copy);
                    see(&copy);
                }
            }
        }
    }
}

impl TrxSession {
    /// A sink that speaks for the owner of `version`; `None` when the version was undone meanwhile, or
    /// is gone. Not to be called while cleaning.
    #[must_use]
    pub fn proxy_for(&self, version: VersionRef) -> Option<ProxySink<'_>> {
        let store = self.store();
        let buckets = &store.buckets;
        let entry = Entry(version.entry);
        let cleanup = store.hold_cleanup();
        let is_it = || {
            buckets.rceid(entry) == version.rceid
                && !buckets.flags(entry).contains(EntryFlags::NULLIFIED)
        };
        let gone = !buckets.holds(entry) || cleanup.has_passed(entry);
        if version.is_none() || gone || !is_it() {
            return None;
        }
        let slot = buckets.slot(entry);
        let owner = store.seat_of(slot)?;
        let ending = owner.ending.read();
        let level = match store.slots.get(slot).state() {
            _ if !is_it() => return None,
            TrxState::Undone => return None,
            TrxState::Committed(_) => 0,
            TrxState::Open => owner.level_of(store, entry),
        };
        if level == 0 {
            // The slot must outlive what is made for it.
            store.slots.get(slot).hold();
        }
        Some(ProxySink {
            builder: self,
            owner,
            slot,
            level,
            untold: Cell::default(),
            _ending: ending,
        })
    }
}

impl Drop for ProxySink<'_> {
    fn drop(&mut self) {
        if self.level == 0 {
            self.builder.store().slots.let_go(self.slot);
        }
    }
}

impl ProxySink<'_> {
    /// Where the owner's open transaction began in the log; `None` when it is committed.
    #[must_use]
    pub fn begin0_at(&self) -> Option<Lgpos> {
        self.owner.begin0_at().filter(|_| self.level > 0)
    }

    fn create(
        &self,
        open: &mut Open,
        node: &NodeId<'_>,
        oper: Oper,
        payload: &Payload<'_>,
    ) -> Result<Created, VersionFault> {
        let store = self.builder.store();
        let author = Author {
            slot: self.slot,
            snapshot: store.slots.get(self.slot).begin0(),
            level: self.level,
            update: 0,
            flags: EntryFlags::PROXY,
        };
        let created = store.create(&author, node, oper, payload)?;
        if self.level > 0 && !created.again {
            open.add(&store.buckets, created.entry(), node.db);
        }
        Ok(created)
    }

    fn with_room<T>(
        &self,
        mut make: impl FnMut(&mut Open) -> Result<T, VersionFault>,
    ) -> Result<T, VersionFault> {
        loop {
            let made = make(&mut self.owner.open.lock());
            match made {
                Err(VersionFault::Full { .. }) if self.builder.store().make_room() => {}
                made => return made,
            }
        }
    }
}

impl VersionSink for ProxySink<'_> {
    fn reserve(&self, node: &NodeId<'_>) -> Result<VersionRef, VersionFault> {
        let made = |open: &mut Open| self.create(open, node, Oper::PreInsert, &Payload::Nothing);
        Ok(self.with_room(made)?.version)
    }

    fn change(
        &self,
        node: &NodeId<'_>,
        leaf: Pgno,
        reserved: VersionRef,
        change: &NodeChange<'_>,
    ) -> Result<Made, VersionFault> {
        let store = self.builder.store();
        let created = self.with_room(|open| {
            let create = |open: &mut Open, oper, payload: &Payload<'_>| {
                self.create(open, node, oper, payload)
            };
            TrxSession::change_open(store, open, create, reserved, change)
        })?;
        let made = TrxSession::made(store, leaf, created, self.stamp());
        if self.level > 0 {
            return Ok(made);
        }
        // Nobody takes it back: the record, and with it the node, says nothing of a version
        // (docs/format/log-records.md §2.3).
        self.untold.set([made.version, made.replace]);
        Ok(Made {
            version: VersionRef::NONE,
            replace: VersionRef::NONE,
            ..made
        })
    }

    fn undo_of(&self, made: &Made) {
        let [version, replace] = self.untold.take();
        let untold = Made {
            version,
            replace,
            ..*made
        };
        for made in [made, &untold] {
            self.builder.forget(self.owner, made);
        }
    }

    fn reserved_space(&self, node: &NodeId<'_>) -> u16 {
        self.builder.reserved_space(node)
    }

    fn is_active(&self, node: &NodeId<'_>) -> bool {
        self.builder.is_active(node)
    }

    fn stamp(&self) -> Stamp {
        let slot = self.builder.store().slots.get(self.slot);
        Stamp {
            procid: self.owner.procid(),
            trx_begin0: slot.begin0().0,
            level: self.level,
        }
    }
}
