//! The system's allocator, which counts: how many bytes are in use, and how many there were at most.
//!
//! A test binary that wants to know makes it its own:
//! `#[global_allocator] static HEAP: testkit::counting::Counting = testkit::counting::Counting;`
//!
//! Invariant: what is counted is what was asked for; the allocator's own overhead is not.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// See the module.
#[derive(Debug)]
pub struct Counting;

/// Bytes in use.
#[must_use]
pub fn now() -> usize {
    NOW.load(Relaxed)
}

/// Bytes that were in use at most since [`begin`].
#[must_use]
pub fn most() -> usize {
    MOST.load(Relaxed)
}

/// Counts the most from now on; gives what is in use.
pub fn begin() -> usize {
    let now = now();
    MOST.store(now, Relaxed);
    now
}

fn more(bytes: usize) {
    let now = NOW.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(now, Relaxed);
}

fn less(bytes: usize) {
    NOW.fetch_sub(bytes, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came; the counters touch no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one that is asked for.
        let at = unsafe { System.alloc(layout) };
        if !at.is_null() {
            more(layout.size());
        }
        at
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let at = unsafe { System.alloc_zeroed(layout) };
        if !at.is_null() {
            more(layout.size());
        }
        at
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) };
        less(layout.size());
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let to = unsafe { System.realloc(at, layout, size) };
        if !to.is_null() {
            more(size);
            less(layout.size());
        }
        to
    }
}
