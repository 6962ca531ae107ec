//! A toy engine on the version store: pages are maps under a mutex, which stands for the latch.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use ese_core::cache::DbNo;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::{Lgpos, Objid, Pgno};
use ese_core::trx::{
    CleanUp, Cleaned, Limits, Made, NodeChange, NodeId, OnCleanup, Oper, RollbackScope, Snapshot,
    TrxClock, TrxSession, VersionCopy, VersionRef, VersionSink, VersionStore, Visibility,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Everything in the log is durable.
pub(crate) const DURABLE: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: 0,
    ib: 0,
};

pub(crate) const TREE: (DbNo, Pgno, Objid) = (DbNo(1), Pgno(77), Objid(9));

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) data: Vec<u8>,
    pub(crate) deleted: bool,
}

#[derive(Default)]
pub(crate) struct Page {
    pub(crate) nodes: BTreeMap<Vec<u8>, Node>,
    /// As the page's cbUncommittedFree would be if nothing was ever committed.
    pub(crate) uncommitted_free: i64,
}

pub(crate) struct Toy {
    pub(crate) store: Arc<VersionStore>,
    pages: Vec<Mutex<Page>>,
}

pub(crate) fn node(key: &[u8]) -> NodeId<'_> {
    NodeId::new(TREE, true, key)
}

/// Where the escrow number lies in a node's data.
const ESCROW: u16 = 0;

pub(crate) fn number(data: &[u8]) -> i32 {
    i32::from_le_bytes(data[..4].try_into().unwrap())
}

pub(crate) fn add(data: &mut [u8], amount: i32) {
    let sum = number(data).wrapping_add(amount);
    data[..4].copy_from_slice(&sum.to_le_bytes());
}

impl Toy {
    pub(crate) fn new(buckets: u32, pages: usize) -> Self {
        let limits = Limits {
            buckets,
            sessions: 40,
        };
        Self {
            store: VersionStore::new(limits, TrxClock::default()),
            pages: (0..pages).map(|_| Mutex::default()).collect(),
        }
    }

    fn number_of(&self, key: &[u8]) -> usize {
        key.iter().map(|&b| usize::from(b)).sum::<usize>() % self.pages.len()
    }

    pub(crate) fn pgno(&self, key: &[u8]) -> Pgno {
        Pgno(100 + self.number_of(key) as u32)
    }

    pub(crate) fn latch(&self, key: &[u8]) -> MutexGuard<'_, Page> {
        self.pages[self.number_of(key)].lock().unwrap()
    }

    // ---- reading -------------------------------------------------------------------------------

    pub(crate) fn read(&self, key: &[u8], snapshot: Snapshot) -> Option<Vec<u8>> {
        let page = self.latch(key);
        self.read_on(&page, key, snapshot)
    }

    fn read_on(&self, page: &Page, key: &[u8], snapshot: Snapshot) -> Option<Vec<u8>> {
        let on_page = page.nodes.get(key)?;
        let mut before = Vec::new();
        let (there, mut data) = match self.store.visible(&node(key), snapshot, &mut before) {
            Visibility::Unversioned | Visibility::AsOnPage => {
                (!on_page.deleted, on_page.data.clone())
            }
            Visibility::Absent => (false, Vec::new()),
            Visibility::Undeleted => (true, on_page.data.clone()),
            Visibility::Before => (true, before),
        };
        if !there {
            return None;
        }
        let more = self
            .store
            .compensation(&node(key), snapshot, (ESCROW, false), &[]);
        add(&mut data, more as i32);
        Some(data)
    }

    // ---- changing ------------------------------------------------------------------------------

    pub(crate) fn insert(
        &self,
        s: &dyn VersionSink,
        key: &[u8],
        data: &[u8],
    ) -> Result<(), JetErr> {
        let reserved = s.reserve(&node(key)).map_err(|e| e.jet_err())?;
        let give_up = |why| {
            s.undo_of(&Made {
                version: reserved,
                ..Made::default()
            });
            Err(why)
        };
        let mut page = self.latch(key);
        let new = Node {
            data: data.to_vec(),
            deleted: false,
        };
        let change = match page.nodes.get(key) {
            Some(n) if !n.deleted => return give_up(JetErr::KEY_DUPLICATE),
            Some(n) => NodeChange::FlagInsertAndReplace {
                before: &n.data,
                after_len: data.len(),
            },
            None => NodeChange::Insert,
        };
        match s.change(&node(key), self.pgno(key), reserved, &change) {
            Ok(made) => {
                // A change in the name of who has committed tells nobody of its version.
                let told = match s.stamp().level {
                    0 => VersionRef::NONE,
                    _ => reserved,
                };
                assert_eq!(made.version, told);
                page.uncommitted_free += i64::from(made.uncommitted_free);
                page.nodes.insert(key.to_vec(), new);
                Ok(())
            }
            Err(e) => give_up(e.jet_err()),
        }
    }

    pub(crate) fn replace(&self, s: &TrxSession, key: &[u8], data: &[u8]) -> Result<(), JetErr> {
        let mut page = self.latch(key);
        if self.read_on(&page, key, s.snapshot()).is_none() {
            return Err(JetErr::RECORD_NOT_FOUND);
        }
        let before = page.nodes[key].data.clone();
        let change = NodeChange::Replace {
            before: &before,
            after_len: data.len(),
            unchanged: before == data,
        };
        let made = self.change(s, key, &change)?;
        page.uncommitted_free += i64::from(made.uncommitted_free);
        page.nodes.get_mut(key).unwrap().data = data.to_vec();
        Ok(())
    }

    pub(crate) fn delete(&self, s: &TrxSession, key: &[u8]) -> Result<(), JetErr> {
        let mut page = self.latch(key);
        if self.read_on(&page, key, s.snapshot()).is_none() {
            return Err(JetErr::RECORD_NOT_FOUND);
        }
        self.change(s, key, &NodeChange::FlagDelete)?;
        page.nodes.get_mut(key).unwrap().deleted = true;
        Ok(())
    }

    pub(crate) fn escrow(&self, s: &TrxSession, key: &[u8], amount: i32) -> Result<(), JetErr> {
        let mut page = self.latch(key);
        if self.read_on(&page, key, s.snapshot()).is_none() {
            return Err(JetErr::RECORD_NOT_FOUND);
        }
        let change = NodeChange::Delta {
            offset: ESCROW,
            amount,
            then: OnCleanup::default(),
        };
        self.change(s, key, &change)?;
        add(&mut page.nodes.get_mut(key).unwrap().data, amount);
        Ok(())
    }

    pub(crate) fn lock(&self, s: &TrxSession, key: &[u8], write: bool) -> Result<(), JetErr> {
        let page = self.latch(key);
        if self.read_on(&page, key, s.snapshot()).is_none() {
            return Err(JetErr::RECORD_NOT_FOUND);
        }
        s.lock(&node(key), write)
            .map(|_| ())
            .map_err(|e| e.jet_err())
    }

    fn change(&self, s: &TrxSession, key: &[u8], change: &NodeChange<'_>) -> Result<Made, JetErr> {
        s.change(&node(key), self.pgno(key), VersionRef::NONE, change)
            .map_err(|e| e.jet_err())
    }

    // ---- ends ----------------------------------------------------------------------------------

    pub(crate) fn commit(&self, s: &TrxSession) {
        if s.level() > 1 {
            s.commit_inner().unwrap();
        } else {
            s.commit_outermost(Lgpos::MIN).unwrap();
        }
    }

    /// Undoes a scope; returns the ids of what was undone.
    pub(crate) fn undo(&self, s: &TrxSession, scope: RollbackScope) -> Vec<u32> {
        let mut run = s.rollback(scope).unwrap();
        let mut copy = VersionCopy::default();
        let mut undone = Vec::new();
        while run.next(&mut copy) {
            let key = copy.bookmark.clone();
            let mut page = self.latch(&key);
            let node = page.nodes.get_mut(&key).unwrap();
            match copy.oper {
                Oper::Insert => node.deleted = true,
                Oper::FlagDelete => node.deleted = false,
                Oper::Replace => node.data.clone_from(&copy.before),
                Oper::Delta => add(&mut node.data, (copy.delta.1 as i32).wrapping_neg()),
                other => panic!("{other:?} is not to be undone here"),
            }
            page.uncommitted_free -= i64::from(copy.space.cb_delta);
            run.undone(copy.version);
            undone.push(copy.version.rceid);
        }
        if scope == RollbackScope::Level {
            run.end_level().unwrap();
        }
        undone
    }

    pub(crate) fn rollback(&self, s: &TrxSession) -> Vec<u32> {
        self.undo(s, RollbackScope::Level)
    }

    /// Cleans, and removes the nodes that are to be removed.
    pub(crate) fn clean(&self, most: usize) -> Cleaned {
        self.store.clean(DURABLE, most, &mut |work| {
            if let CleanUp::RemoveNode(n) = work {
                let [key, _] = n.key;
                let mut page = self.latch(key);
                let deleted = page.nodes.get(key).is_some_and(|n| n.deleted);
                if deleted && !self.store.is_active(n) {
                    page.nodes.remove(key);
                }
            }
            true
        })
    }

    /// Nothing is left of any transaction.
    pub(crate) fn assert_clean(&self) {
        let cleaned = self.clean(usize::MAX);
        assert!(!cleaned.more, "{cleaned:?}");
        assert_eq!(self.store.buckets().0, 0);
        let mut buffer = Vec::new();
        for page in &self.pages {
            for (key, n) in &page.lock().unwrap().nodes {
                let seen = self
                    .store
                    .visible(&node(key), self.store.latest(), &mut buffer);
                assert_eq!(seen, Visibility::Unversioned);
                assert!(!n.deleted, "{key:?} was not removed");
                assert_eq!(self.store.reserved_space(&node(key)), 0);
            }
        }
    }
}
