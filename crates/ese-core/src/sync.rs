//! What the lock-free pieces and the queues are made of: the standard and parking_lot types, or
//! loom's under `cfg(loom)`, so that the same code runs in the models.
//!
//! Invariant: only what both sides offer alike is named here.
#![forbid(unsafe_code)]

#[cfg(not(loom))]
mod inner {
    pub(crate) use parking_lot::{
        Mutex as Lock, MutexGuard as LockGuard, RwLock as Gate, RwLockReadGuard as GateShared,
        RwLockWriteGuard as GateAlone,
    };
    pub(crate) use std::sync::atomic::{
        AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence,
    };
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

    /// Bytes that a lock guards and the model checker can't see: it is told of every look and every
    /// change, and finds those that nothing orders. Nothing at all outside of the models.
    #[derive(Default)]
    pub(crate) struct Guarded;

    impl Guarded {
        /// The bytes are looked at.
        #[inline(always)]
        pub(crate) fn looked(&self) {}

        /// The bytes change.
        #[inline(always)]
        pub(crate) fn changed(&self) {}

        /// The bytes change, and the version says so already.
        #[inline(always)]
        pub(crate) fn stored(&self, _version: u64) {}

        /// The bytes are read by somebody who proves afterwards that they did not change.
        #[inline(always)]
        pub(crate) fn peeked(&self) {}
    }
}

#[cfg(loom)]
mod inner {
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence,
    };
    pub(crate) use loom::sync::{
        MutexGuard as LockGuard, RwLockReadGuard as GateShared, RwLockWriteGuard as GateAlone,
    };
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

    #[derive(Debug, Default)]
    pub(crate) struct Lock<T>(loom::sync::Mutex<T>);

    impl<T> Lock<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> LockGuard<'_, T> {
            self.0.lock().unwrap_or_else(|e| e.into_inner())
        }

        pub(crate) fn try_lock(&self) -> Option<LockGuard<'_, T>> {
            self.0.try_lock().ok()
        }
    }

    #[derive(Debug)]
    pub(crate) struct Gate<T>(loom::sync::RwLock<T>);

    impl<T: Default> Default for Gate<T> {
        fn default() -> Self {
            Self(loom::sync::RwLock::new(T::default()))
        }
    }

    impl<T> Gate<T> {
        pub(crate) fn read(&self) -> GateShared<'_, T> {
            self.0.read().unwrap_or_else(|e| e.into_inner())
        }

        pub(crate) fn write(&self) -> GateAlone<'_, T> {
            self.0.write().unwrap_or_else(|e| e.into_inner())
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

    #[derive(Default)]
    pub(crate) struct Guarded(loom::cell::UnsafeCell<()>, AtomicU64);

    impl Guarded {
        pub(crate) fn looked(&self) {
            self.0.with(|_| ());
        }

        pub(crate) fn changed(&self) {
            self.0.with_mut(|_| ());
        }

        /// As above. A number stands for the bytes: the version at which they were stored.
        pub(crate) fn stored(&self, version: u64) {
            self.1.store(version, Ordering::Relaxed);
        }

        /// As above; the number.
        pub(crate) fn peeked(&self) -> u64 {
            self.1.load(Ordering::Relaxed)
        }
    }
}

pub(crate) use inner::{
    AtomicBool, AtomicU8, AtomicU32, AtomicU64, Bell, Gate, GateAlone, GateShared, Guarded, Lock,
    LockGuard, Ordering, Sleepers, fence, yield_now,
};
