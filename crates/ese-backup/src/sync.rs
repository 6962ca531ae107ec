//! What the stop flag and the session's slot are made of: the standard and parking_lot types, or
//! loom's under `cfg(loom)`, so that the same code runs in the models.
//!
//! Invariant: only what both sides offer alike is named here.
#![forbid(unsafe_code)]

#[cfg(not(loom))]
mod inner {
    pub(crate) use std::sync::atomic::{AtomicBool, Ordering};

    /// A value under a mutex.
    #[derive(Default)]
    pub(crate) struct Lock<T>(parking_lot::Mutex<T>);

    /// The right to a [`Lock`]'s value.
    pub(crate) type LockGuard<'a, T> = parking_lot::MutexGuard<'a, T>;

    impl<T> Lock<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(parking_lot::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> LockGuard<'_, T> {
            self.0.lock()
        }
    }
}

#[cfg(loom)]
mod inner {
    pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};

    #[derive(Default)]
    pub(crate) struct Lock<T>(loom::sync::Mutex<T>);

    pub(crate) type LockGuard<'a, T> = loom::sync::MutexGuard<'a, T>;

    impl<T> Lock<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> LockGuard<'_, T> {
            self.0.lock().unwrap_or_else(|e| e.into_inner())
        }
    }
}

pub(crate) use inner::{AtomicBool, Lock, LockGuard, Ordering};
