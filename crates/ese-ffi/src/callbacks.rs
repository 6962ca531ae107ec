//! Callbacks that programs register on tables (behaviour-schema.md §10).
//!
//! Invariants: the newest registration is called first; a handle that is none of ours is refused;
//! registrations live as long as somebody has the table open. No lock is held while one runs.
#![forbid(unsafe_code)]

use crate::handles::lock;
use crate::types::{JET_CALLBACK, JET_CBTYP};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// One registration.
#[derive(Clone, Copy)]
pub(crate) struct Registered {
    pub(crate) id: usize,
    pub(crate) kinds: JET_CBTYP,
    pub(crate) function: JET_CALLBACK,
    /// The program's own pointer, as a number: it is only passed on.
    pub(crate) context: usize,
}

/// The registrations of a database, by the object id of the table.
#[derive(Default)]
pub(crate) struct Callbacks {
    all: Mutex<HashMap<u32, Vec<Registered>>>,
    /// There was one: most databases never have any, and each update asks.
    any: AtomicBool,
}

impl Callbacks {
    /// One more; gives its id, which is never 0.
    pub(crate) fn add(
        &self,
        objid: u32,
        kinds: JET_CBTYP,
        function: JET_CALLBACK,
        context: usize,
    ) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        self.any.store(true, Ordering::Relaxed);
        lock(&self.all).entry(objid).or_default().push(Registered {
            id,
            kinds,
            function,
            context,
        });
        id
    }

    /// One less; `false` when there was none with this id.
    pub(crate) fn remove(&self, objid: u32, id: usize) -> bool {
        let mut all = lock(&self.all);
        let Some(list) = all.get_mut(&objid) else {
            return false;
        };
        let before = list.len();
        list.retain(|r| r.id != id);
        list.len() < before
    }

    /// Those of a kind, the newest first.
    pub(crate) fn of(&self, objid: u32, kind: JET_CBTYP) -> Vec<Registered> {
        // Who registered one before this call, on whatever thread, is heard: that thread told this one.
        if !self.any.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let all = lock(&self.all);
        let list = all.get(&objid).into_iter().flatten().rev();
        list.filter(|r| r.kinds & kind != 0).copied().collect()
    }

    /// Nobody has the table open any more.
    pub(crate) fn forget(&self, objid: u32) {
        lock(&self.all).remove(&objid);
    }
}
