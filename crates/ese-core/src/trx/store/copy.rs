//! A version, copied out of the store for whoever undoes it or logs its before-image.
//!
//! Invariant: a copy is taken while the version cannot go.
#![forbid(unsafe_code)]

use super::super::buckets::{Entry, EntryFlags};
use super::super::oper::Oper;
use super::super::sink::{OnCleanup, Stamp, VersionRef};
use super::super::version::ReplaceSpace;
use super::VersionStore;
use crate::cache::DbNo;
use crate::format::ids::{Objid, Pgno};

/// An escrow change, as an entry keeps it in 16 bytes: the amount, the offset, flags, zeros.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::trx) struct Delta {
    pub(in crate::trx) offset: u16,
    pub(in crate::trx) amount: i64,
    pub(in crate::trx) then: OnCleanup,
}

const DEFERRED_DELETE: u8 = 1;
const DELETE_ON_ZERO: u8 = 2;
const CALLBACK_ON_ZERO: u8 = 4;

impl Delta {
    pub(in crate::trx) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let flag = |set, bit| if set { bit } else { 0 };
        let flags = flag(self.then.deferred_delete, DEFERRED_DELETE)
            | flag(self.then.delete_on_zero, DELETE_ON_ZERO)
            | flag(self.then.callback_on_zero, CALLBACK_ON_ZERO);
        let [a, b] = self.offset.to_le_bytes();
        let amount = self.amount.to_le_bytes();
        for (to, from) in bytes
            .iter_mut()
            .zip(amount.into_iter().chain([a, b, flags]))
        {
            *to = from;
        }
        bytes
    }

    fn from_words((amount, rest): (u64, u64)) -> Self {
        let [a, b, flags, ..] = rest.to_le_bytes();
        Self {
            offset: u16::from_le_bytes([a, b]),
            amount: amount.cast_signed(),
            then: OnCleanup {
                deferred_delete: flags & DEFERRED_DELETE != 0,
                delete_on_zero: flags & DELETE_ON_ZERO != 0,
                callback_on_zero: flags & CALLBACK_ON_ZERO != 0,
            },
        }
    }
}

/// What is known of a version. One value is used again for many, so that copying allocates nothing.
#[derive(Clone, Debug)]
pub struct VersionCopy {
    /// Names it.
    pub version: VersionRef,
    /// What was done.
    pub oper: Oper,
    /// The database; for an operation without a node that of its object.
    pub db: DbNo,
    /// Root of the tree.
    pub pgno_fdp: Pgno,
    /// The tree's object.
    pub objid: Objid,
    /// The tree's keys are unique.
    pub unique: bool,
    /// Whose it is, and the level at which it counts now.
    pub stamp: Stamp,
    /// Key and bookmark data, one behind the other.
    pub bookmark: Vec<u8>,
    /// Bytes of the key.
    pub key_len: usize,
    /// The data before a replace; what an operation without a node noted.
    pub before: Vec<u8>,
    /// Of a replace.
    pub space: ReplaceSpace,
    /// Offset in the node's data and amount of an escrow change.
    pub delta: (u16, i64),
    /// The update that it is of; 0 for none.
    pub update: u32,
    /// The page that owes its before-image to the log, null for none.
    pub owed_by: Pgno,
}

impl Default for VersionCopy {
    fn default() -> Self {
        Self {
            version: VersionRef::NONE,
            oper: Oper::ReadLock,
            db: DbNo(0),
            pgno_fdp: Pgno::NULL,
            objid: Objid(0),
            unique: false,
            stamp: Stamp::default(),
            bookmark: Vec::new(),
            key_len: 0,
            before: Vec::new(),
            space: ReplaceSpace::default(),
            delta: (0, 0),
            update: 0,
            owed_by: Pgno::NULL,
        }
    }
}

impl VersionStore {
    /// Copies a version that cannot go.
    pub(in crate::trx) fn copy_out(&self, entry: Entry, level: u8, copy: &mut VersionCopy) {
        let buckets = &self.buckets;
        let slot = self.slots.get(buckets.slot(entry));
        let flags = buckets.flags(entry);
        let (max, delta) = buckets.space(entry);
        copy.version = VersionRef {
            rceid: buckets.rceid(entry),
            entry: entry.0,
        };
        copy.oper = buckets.oper(entry);
        (copy.db, copy.pgno_fdp, copy.objid) = buckets.tree(entry);
        copy.unique = flags.contains(EntryFlags::UNIQUE);
        copy.stamp = Stamp {
            procid: self.seat_of(buckets.slot(entry)).map_or(0, |s| s.procid()),
            trx_begin0: slot.begin0().0,
            level,
        };
        copy.bookmark.clear();
        buckets.copy_bookmark(entry, &mut copy.bookmark);
        copy.key_len = buckets.key_len(entry);
        copy.before.clear();
        copy.delta = (0, 0);
        if matches!(copy.oper, Oper::Delta | Oper::Delta64) {
            let delta = self.delta(entry);
            copy.delta = (delta.offset, delta.amount);
        } else {
            buckets.copy_before(entry, &mut copy.before);
        }
        copy.space = ReplaceSpace {
            cb_max_size: max,
            cb_delta: delta,
        };
        copy.update = buckets.update(entry);
        copy.owed_by = if flags.contains(EntryFlags::OWES) {
            buckets.owed_by(entry)
        } else {
            Pgno::NULL
        };
    }

    /// The escrow change of an entry.
    pub(in crate::trx) fn delta(&self, entry: Entry) -> Delta {
        Delta::from_words(self.buckets.before_words(entry))
    }
}
