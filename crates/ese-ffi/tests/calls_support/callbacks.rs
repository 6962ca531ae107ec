//! Functions of the program that the library calls: status, records, memory.
//!
//! Invariant: memory given out is known by its address, so that what the library never gives back is
//! freed at the end of an input.

use esent::exports::*;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

/// What the callbacks answer.
pub static ANSWER: AtomicI32 = AtomicI32::new(0);
/// A session and a cursor that callbacks use.
pub static SESSION: AtomicUsize = AtomicUsize::new(0);
pub static CURSOR: AtomicUsize = AtomicUsize::new(0);

fn use_the_api() {
    let (session, cursor) = (
        SESSION.load(Ordering::Relaxed),
        CURSOR.load(Ordering::Relaxed),
    );
    let mut word = 0_u32;
    // SAFETY: handles may be anything; the pointer is good.
    unsafe {
        JetMove(session, cursor, 0, 0);
        JetGetVersion(session, &raw mut word);
        JetRetrieveColumn(
            session,
            cursor,
            1,
            (&raw mut word).cast(),
            4,
            std::ptr::null_mut(),
            0,
            std::ptr::null_mut(),
        );
    }
}

pub unsafe extern "C" fn status(_: usize, _: u32, _: u32, _: *mut c_void) -> i32 {
    use_the_api();
    ANSWER.load(Ordering::Relaxed)
}

pub unsafe extern "C" fn init_status(_: u32, _: u32, _: *mut c_void, _: *mut c_void) -> i32 {
    ANSWER.load(Ordering::Relaxed)
}

pub unsafe extern "C" fn of_table(
    _: usize,
    _: u32,
    _: usize,
    _: u32,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    _: usize,
) -> i32 {
    use_the_api();
    ANSWER.load(Ordering::Relaxed)
}

/// What [`realloc`] gave out.
#[derive(Default)]
pub struct Pool {
    blocks: HashMap<usize, Layout>,
    /// Calls until there is no memory; 0 for never.
    pub until: u32,
}

impl Drop for Pool {
    fn drop(&mut self) {
        for (block, layout) in self.blocks.drain() {
            // SAFETY: given out with this layout, and not freed.
            unsafe { dealloc(block as *mut u8, layout) }
        }
    }
}

/// Allocates, grows, frees; `context` is a [`Pool`].
pub unsafe extern "C" fn realloc(
    context: *mut c_void,
    block: *mut c_void,
    size: u32,
) -> *mut c_void {
    // SAFETY: whoever names this function gives a pool, which lives during the call.
    let pool = unsafe { &mut *context.cast::<Pool>() };
    let old = pool.blocks.remove(&(block as usize));
    assert!(
        block.is_null() || old.is_some(),
        "the library gives back what it got"
    );
    if pool.until > 0 {
        pool.until -= 1;
        if pool.until == 0 && size > 0 {
            if let Some(old) = old {
                pool.blocks.insert(block as usize, old);
            }
            return std::ptr::null_mut();
        }
    }
    let mut new = std::ptr::null_mut();
    if size > 0 {
        let layout = Layout::from_size_align(size as usize, 16).expect("a small block");
        // SAFETY: not empty.
        new = unsafe { alloc_zeroed(layout) };
        if let Some(old) = old {
            // SAFETY: both blocks are that large.
            unsafe { new.copy_from_nonoverlapping(block.cast(), old.size().min(layout.size())) }
        }
        pool.blocks.insert(new as usize, layout);
    }
    if let Some(old) = old {
        // SAFETY: given out with this layout, and freed once.
        unsafe { dealloc(block.cast(), old) }
    }
    new.cast()
}
