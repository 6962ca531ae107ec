//! What the lock-free pieces and the queues are made of: the standard and parking_lot types, or
//! loom's under `cfg(loom)`, so that the same code runs in the models.
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

    /// A value under a mutex.
    #[derive(Default)]
    pub(crate) struct Lock<T>(parking_lot::Mutex<T>);

    /// The right to a [`Lock`]'s value.
    pub(crate) type LockGuard<'a, T> = parking_lot::MutexGuard<'a, T>;

    impl<T> Lock<T> {
        /// Waits for the value.
        pub(crate) fn lock(&self) -> LockGuard<'_, T> {
            self.0.lock()
        }
    }

    /// Wakes who waits for it under a [`Lock`].
    #[derive(Default)]
    pub(crate) struct Bell(parking_lot::Condvar);

    impl Bell {
        /// Lets go of the value, sleeps until the bell is rung (or without a reason), takes it again.
        pub(crate) fn wait<'a, T>(&self, mut guard: LockGuard<'a, T>) -> LockGuard<'a, T> {
            self.0.wait(&mut guard);
            guard
        }

        /// Wakes one of those who wait now.
        pub(crate) fn ring(&self) {
            self.0.notify_one();
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

    #[derive(Default)]
    pub(crate) struct Lock<T>(loom::sync::Mutex<T>);

    pub(crate) type LockGuard<'a, T> = loom::sync::MutexGuard<'a, T>;

    impl<T> Lock<T> {
        pub(crate) fn lock(&self) -> LockGuard<'_, T> {
            self.0.lock().unwrap_or_else(|e| e.into_inner())
        }
    }

    #[derive(Default)]
    pub(crate) struct Bell(loom::sync::Condvar);

    impl Bell {
        pub(crate) fn wait<'a, T>(&self, guard: LockGuard<'a, T>) -> LockGuard<'a, T> {
            self.0.wait(guard).unwrap_or_else(|e| e.into_inner())
        }

        pub(crate) fn ring(&self) {
            self.0.notify_one();
        }
    }
}

pub(crate) use inner::{AtomicU32, Bell, Lock, Ordering, Sleepers, yield_now};
