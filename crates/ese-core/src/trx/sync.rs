//! The atomics of the lock-free rooms: the standard ones, or loom's under `cfg(loom)`, so that the
//! same code runs in the models.
//!
//! Invariant: only what both sides offer alike is named here.
#![forbid(unsafe_code)]

#[cfg(not(loom))]
mod inner {
    pub(crate) use std::sync::atomic::{AtomicU32, Ordering, fence};
    pub(crate) use std::thread::yield_now;
}

#[cfg(loom)]
mod inner {
    pub(crate) use loom::sync::atomic::{AtomicU32, Ordering, fence};
    pub(crate) use loom::thread::yield_now;
}

pub(super) use inner::{AtomicU32, Ordering, fence, yield_now};
