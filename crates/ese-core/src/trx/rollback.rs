//! Which versions a rollback undoes, and in which order: newest first.
//!
//! The store hands them out as copies; whoever undoes them on their pages (the layer `rollback`) says
//! so while the page is latched, and the version is forgotten. Locks and reservations are dropped
//! here, replaces by the same data too.
//!
//! Source: docs/format/versioning.md §7.
//!
//! Invariants: while this lives nobody makes versions on behalf of the transaction; a level ends only
//! when nothing of it is left.
#![forbid(unsafe_code)]

use super::buckets::{Entry, EntryFlags};
use super::oper::Oper;
use super::session::TrxSession;
use super::sink::{VersionFault, VersionRef};
use super::store::VersionCopy;
use crate::format::ids::Pgno;
use crate::sync::GateAlone;

/// What is rolled back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RollbackScope {
    /// The deepest level.
    Level,
    /// The versions of one update, whatever their level; locks stay.
    Update(u32),
}

/// A rollback under way.
pub struct RollbackRun<'s> {
    session: &'s TrxSession,
    scope: RollbackScope,
    /// Where the search goes on; `None` at the beginning, none at the end.
    resume: Option<Entry>,
    _ending: GateAlone<'s, ()>,
}

impl<'s> RollbackRun<'s> {
    pub(super) fn new(session: &'s TrxSession, scope: RollbackScope) -> Self {
        Self {
            session,
            scope,
            resume: None,
            _ending: session.seat().ending.write(),
        }
    }

    /// Copies the next version to undo; `false` when there is none any more. One that is not undone
    /// is not handed out again.
    pub fn next(&mut self, copy: &mut VersionCopy) -> bool {
        let (store, seat) = (self.session.store(), self.session.seat());
        let buckets = &store.buckets;
        let mut open = seat.open.lock();
        let deepest = open.level;
        for entry in open.entries(buckets, self.resume) {
            let level = open.level_of(buckets, entry);
            let oper = buckets.oper(entry);
            let flags = buckets.flags(entry);
            let in_scope = match self.scope {
                RollbackScope::Level => level >= deepest,
                RollbackScope::Update(update) => {
                    buckets.update(entry) == update && oper.is_of_node()
                }
            };
            if !in_scope || flags.contains(EntryFlags::ROLLED_BACK) {
                continue;
            }
            if oper.is_dropped_by_rollback() || flags.contains(EntryFlags::EMPTY_DIFF) {
                store.nullify(&mut open, entry, EntryFlags::empty());
                continue;
            }
            self.resume = Some(buckets.place(entry).0);
            store.copy_out(entry, level, copy);
            return true;
        }
        self.resume = Some(Entry::NONE);
        false
    }

    /// The page that owes a version's before-image to the log, null for none: UndoInfo is logged
    /// before its Undo then.
    #[must_use]
    pub fn owed_by(&self, version: VersionRef) -> Pgno {
        let buckets = &self.session.store().buckets;
        let entry = Entry(version.entry);
        if buckets.flags(entry).contains(EntryFlags::OWES) {
            buckets.owed_by(entry)
        } else {
            Pgno::NULL
        }
    }

    /// A version was undone, its Undo is logged; its page is still latched.
    pub fn undone(&self, version: VersionRef) {
        let (store, seat) = (self.session.store(), self.session.seat());
        let entry = Entry(version.entry);
        let removes = store.buckets.oper(entry) == Oper::Insert;
        let more = if removes {
            EntryFlags::REMOVE_NODE
        } else {
            EntryFlags::empty()
        };
        store.nullify(&mut seat.open.lock(), entry, more);
        store.owe_nothing(entry);
    }

    /// A version was undone on its page, but has to stay until somebody who builds an index is done
    /// with it. Nobody sees its change; others still conflict with it. It is forgotten with the level.
    pub fn undone_but_kept(&self, version: VersionRef) {
        let store = self.session.store();
        store.mark_rolled_back(Entry(version.entry));
        store.owe_nothing(Entry(version.entry));
    }

    /// Ends the level, once all its versions were undone; returns the level below.
    /// [`VersionFault::NotUndone`] when one was not.
    pub fn end_level(self) -> Result<u8, VersionFault> {
        let (store, seat) = (self.session.store(), self.session.seat());
        let mut open = seat.open.lock();
        let deepest = open.level;
        for entry in open.entries(&store.buckets, None) {
            let kept = store.buckets.flags(entry).contains(EntryFlags::ROLLED_BACK);
            if kept && open.level_of(&store.buckets, entry) >= deepest {
                let removes = store.buckets.oper(entry) == Oper::Insert;
                let more = if removes {
                    EntryFlags::REMOVE_NODE
                } else {
                    EntryFlags::empty()
                };
                store.nullify(&mut open, entry, more);
            }
        }
        drop(open);
        self.session.end_rolled_back()
    }
}
