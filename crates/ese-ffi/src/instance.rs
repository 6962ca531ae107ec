//! One instance as the C interface sees it: name, parameters, how far its life has come.
//!
//! The engine that it runs will be held here. Invariant: the parameters of an instance are its own
//! from the moment it is made; defaults that change later do not reach it.
#![forbid(unsafe_code)]

use crate::handles::lock;
use crate::params::Values;
use std::sync::{Arc, Mutex, MutexGuard};

/// How far the life of an instance has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Made, and its parameters may be set.
    Created,
}

/// One instance.
#[derive(Debug)]
pub(crate) struct Instance {
    /// `None` where the program gave none; an empty name is one (behaviour-instances.md §1).
    pub(crate) name: Option<Vec<u16>>,
    params: Mutex<Values>,
    phase: Mutex<Phase>,
}

impl Instance {
    /// An instance with parameters of its own.
    pub(crate) fn new(name: Option<Vec<u16>>, params: Values) -> Self {
        Self {
            name,
            params: Mutex::new(params),
            phase: Mutex::new(Phase::Created),
        }
    }

    /// Its parameters.
    pub(crate) fn params(&self) -> MutexGuard<'_, Values> {
        lock(&self.params)
    }

    /// How far its life has come.
    pub(crate) fn phase(&self) -> Phase {
        *lock(&self.phase)
    }

    /// `true` once parameters that are fixed at initialisation can't change any more.
    pub(crate) fn is_initialised(&self) -> bool {
        self.phase() != Phase::Created
    }
}

/// One session as the C interface sees it; the engine's session will be held here.
#[derive(Debug)]
pub(crate) struct Session {
    /// The instance that it belongs to.
    pub(crate) instance: Arc<Instance>,
}
