//! Memory that calls give out and `JetFreeBuffer` takes back.
//!
//! Invariant: only what was given out is freed, and once; anything else is left alone.

use crate::gate::Refusal;
use crate::handles::lock;
use ese_core::JetErr;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// Blocks that programs hold, by address.
static GIVEN: LazyLock<Mutex<HashMap<usize, Layout>>> = LazyLock::new(Mutex::default);

/// A zeroed block of `bytes`, aligned for anything.
pub(crate) fn give(bytes: usize) -> Result<*mut u8, Refusal> {
    let full = Refusal(JetErr::OUT_OF_MEMORY);
    let layout = Layout::from_size_align(bytes.max(1), 16).map_err(|_| full)?;
    // SAFETY: the layout is not empty.
    let block = unsafe { alloc_zeroed(layout) };
    if block.is_null() {
        return Err(full);
    }
    lock(&GIVEN).insert(block as usize, layout);
    Ok(block)
}

/// Takes a block back; what is none is left alone.
pub(crate) fn take_back(block: *mut u8) {
    let layout = lock(&GIVEN).remove(&(block as usize));
    if let Some(layout) = layout {
        // SAFETY: the block came from `give` with this layout and has just left the list.
        unsafe { dealloc(block, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::{give, take_back};

    #[test]
    fn blocks_are_taken_back_once() {
        let a = give(0).unwrap();
        assert!(a.is_aligned_to_16());
        take_back(a);
        take_back(a);
        take_back(std::ptr::null_mut());
        let mut local = 0_u8;
        take_back(&raw mut local);
        assert!(give(usize::MAX).is_err());
    }

    trait Aligned {
        fn is_aligned_to_16(&self) -> bool;
    }
    impl Aligned for *mut u8 {
        fn is_aligned_to_16(&self) -> bool {
            (*self as usize).is_multiple_of(16)
        }
    }
}
