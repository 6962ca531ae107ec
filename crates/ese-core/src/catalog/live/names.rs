//! Tables by name, for who opens the same ones again and again.
//!
//! Invariant: a name is answered here only while its table's stamp is what it was when the catalog's rows
//! last said so; whoever asks makes sure that they say so to its eyes too ([`super::State::agreed`]).
#![forbid(unsafe_code)]

use super::state::LiveTable;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// Names that are kept; with more all are forgotten.
const NAMES_KEPT: usize = 4096;

struct Known {
    live: Weak<LiveTable>,
    stamp: u64,
}

/// See the module.
#[derive(Default)]
pub(super) struct Names(Mutex<HashMap<Box<str>, Known>>);

impl Names {
    /// The table that had this name when it was last asked for, unless something about it changed since.
    pub(super) fn find(&self, name: &str) -> Option<Arc<LiveTable>> {
        let names = self.0.lock();
        let known = names.get(name)?;
        let live = known.live.upgrade()?;
        (live.stamp() == known.stamp).then_some(live)
    }

    /// Runs `what` while nobody finds a table here: who looks whether somebody has one would miss who is
    /// just about to.
    pub(super) fn while_shut<T>(&self, what: impl FnOnce() -> T) -> T {
        let _names = self.0.lock();
        what()
    }

    /// The catalog's rows gave this table to the name, asked after its stamp was read.
    pub(super) fn keep(&self, name: &str, live: &Arc<LiveTable>, stamp: u64) {
        let mut names = self.0.lock();
        if names.len() >= NAMES_KEPT {
            names.clear();
        }
        let known = Known {
            live: Arc::downgrade(live),
            stamp,
        };
        names.insert(name.into(), known);
    }
}
