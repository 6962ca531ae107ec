//! Who sees what, and who stands in whose way: pure functions over the versions of one node.
//!
//! Source: docs/format/versioning.md §3 and §4; the recordings of txn-conflicts, txn-visibility and
//! txn-escrow. The versions of a node come newest first.
//!
//! Invariant: nothing here depends on anything but its arguments.
#![forbid(unsafe_code)]

use super::ids::TrxId;
use super::oper::Oper;

/// What the rules ask of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// What was done.
    pub oper: Oper,
    /// When its transaction was committed; [`TrxId::MAX`] when it is not.
    pub committed: TrxId,
    /// It is of the transaction that asks.
    pub mine: bool,
    /// It was undone on the page, and waits to be forgotten.
    pub rolled_back: bool,
}

impl Link {
    /// Not committed by another, or committed behind the snapshot.
    #[must_use]
    pub fn is_active_for(&self, snapshot: TrxId) -> bool {
        if self.committed == TrxId::MAX {
            !self.mine
        } else {
            self.committed.is_after(snapshot)
        }
    }
}

/// How a node looks to a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen<T> {
    /// As it lies on the page: with the deleted flag there is none.
    AsOnPage,
    /// There is no such node.
    Absent,
    /// As on the page, but it is there even when it is flagged deleted.
    Undeleted,
    /// It is there, with the data before this version.
    Before(T),
}

/// How a snapshot sees a node that has these versions.
pub fn visible<T>(chain: impl IntoIterator<Item = (T, Link)>, snapshot: TrxId) -> Seen<T> {
    let mut last = None;
    let mut replace = None;
    for (version, link) in chain {
        // What is below an own version was seen, or it could not have been made.
        let own = link.committed == TrxId::MAX && link.mine;
        if own || link.committed.is_before(snapshot) {
            break;
        }
        if link.rolled_back {
            continue;
        }
        match link.oper {
            Oper::Replace => {
                replace = Some(version);
                last = Some(link.oper);
            }
            Oper::Insert | Oper::FlagDelete | Oper::PreInsert => last = Some(link.oper),
            _ => {}
        }
    }
    match (last, replace) {
        (Some(Oper::Insert), _) => Seen::Absent,
        (_, Some(version)) => Seen::Before(version),
        (Some(Oper::FlagDelete), None) => Seen::Undeleted,
        _ => Seen::AsOnPage,
    }
}

/// What has to be added to a number on the page, or in the data that [`visible`] names, for a
/// snapshot (docs/format/versioning.md §3): the escrow changes that it does not see, taken back.
/// `amounts` are the versions of the node and, for escrow changes of that number, their amounts.
///
/// A replace that the snapshot does not see starts anew: what was before it does not contain the
/// newer changes.
pub fn compensation(chain: impl IntoIterator<Item = (Option<i64>, Link)>, snapshot: TrxId) -> i64 {
    let mut sum = 0i64;
    for (amount, link) in chain {
        if !link.is_active_for(snapshot) {
            continue;
        }
        match amount {
            _ if link.oper == Oper::Replace => sum = 0,
            Some(amount) => sum = sum.wrapping_sub(amount),
            None => {}
        }
    }
    sum
}

/// Whether versions of others stand against an operation on their node.
pub fn conflicts(
    chain: impl IntoIterator<Item = Link, IntoIter: Clone>,
    snapshot: TrxId,
    oper: Oper,
) -> bool {
    let mut chain = chain.into_iter();
    let all = chain.clone();
    let Some(newest) = chain.next() else {
        return false;
    };
    if newest.is_active_for(snapshot) {
        let mut later = all.take_while(|link| link.committed.is_after(snapshot));
        return !oper.commutes() || later.any(|link| link.oper != oper);
    }
    let mut all = all;
    newest.oper.commutes() && newest.oper != oper && all.any(|link| link.is_active_for(snapshot))
}

#[cfg(test)]
mod tests;
