//! What the latches are made of: the standard and parking_lot types, or loom's under `cfg(loom)`,
//! so that the same code runs in the models.
//!
//! Invariant: only what both sides offer alike is named here.
#![forbid(unsafe_code)]

#[cfg(not(loom))]
mod inner {
    pub(crate) use std::sync::atomic::{AtomicU32, Ordering};
    pub(crate) use std::thread::yield_now;

    /// Threads that sleep under a mutex until somebody wakes them all.
    #[derive(Default)]
    pub(crate) struct Sleepers(parking_lot::Mutex<()>, parking_lot::Condvar);

    impl Sleepers {
        /// Sleeps once unless `stay_awake`, which runs under the mutex.
        pub(crate) fn sleep_unless(&self, stay_awake: impl FnOnce() -> bool) {
            let mut guard = self.0.lock();
            if !stay_awake() {
                self.1.wait(&mut guard);
            }
        }

        /// Runs `change` under the mutex and wakes all.
        pub(crate) fn wake_all(&self, change: impl FnOnce()) {
            let _guard = self.0.lock();
            change();
            self.1.notify_all();
        }
    }
}

#[cfg(loom)]
mod inner {
    pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};
    pub(crate) use loom::thread::yield_now;

    /// As above, on loom's mutex and condition.
    #[derive(Default)]
    pub(crate) struct Sleepers(loom::sync::Mutex<()>, loom::sync::Condvar);

    impl Sleepers {
        pub(crate) fn sleep_unless(&self, stay_awake: impl FnOnce() -> bool) {
            // A poisoned mutex means that the model has failed already.
            if let Ok(guard) = self.0.lock()
                && !stay_awake()
            {
                drop(self.1.wait(guard));
            }
        }

        pub(crate) fn wake_all(&self, change: impl FnOnce()) {
            let _guard = self.0.lock();
            change();
            self.1.notify_all();
        }
    }
}

pub(crate) use inner::{AtomicU32, Ordering, Sleepers, yield_now};
