//! What a caller hands over by pointer: checked once here, so that bodies read and write safely.
//!
//! Invariants: a null pointer is an error or nothing, as the function says, and never read; lengths
//! are checked against what a slice may have. That a pointer points to what its type says is the
//! caller's word (the contract of C).

use crate::gate::{Refusal, demand, refuse};
use ese_core::JetErr;
use std::ffi::c_void;
use std::slice;

/// Where a call writes one value.
pub(crate) struct Out<'a, T>(Option<&'a mut T>);

impl<T> Out<'_, T> {
    /// Writes, if the caller wants it.
    pub(crate) fn set(&mut self, value: T) {
        if let Some(place) = &mut self.0 {
            **place = value;
        }
    }
}

/// A place that may be missing.
///
/// # Safety
/// `pointer` is null or points to a `T` that nobody else uses during the call.
pub(crate) unsafe fn out<'a, T>(pointer: *mut T) -> Out<'a, T> {
    // SAFETY: by the contract above.
    Out(unsafe { pointer.as_mut() })
}

/// Refuses a pointer that its type does not allow. The gate has seen those that a call is given; this is
/// for those inside of structures.
pub(crate) fn aligned<T>(pointer: *const T) -> Result<(), Refusal> {
    demand(pointer.is_aligned(), JetErr::INVALID_PARAMETER)
}

/// A structure that another one points to, wherever it lies; `None` for null.
///
/// # Safety
/// `pointer` is null or points to a `T` that nobody changes during the call.
pub(crate) unsafe fn copied<T: Copy>(pointer: *const T) -> Option<T> {
    // SAFETY: by the contract above.
    (!pointer.is_null()).then(|| unsafe { pointer.read_unaligned() })
}

/// A place that must be there.
///
/// # Safety
/// As [`out`].
pub(crate) unsafe fn needed<'a, T>(pointer: *mut T) -> Result<&'a mut T, Refusal> {
    aligned(pointer)?;
    // SAFETY: by the contract above.
    unsafe { pointer.as_mut() }.ok_or(Refusal(JetErr::INVALID_PARAMETER))
}

/// A value that must be there.
///
/// # Safety
/// `pointer` is null or points to a `T` that nobody changes during the call.
pub(crate) unsafe fn given<'a, T>(pointer: *const T) -> Result<&'a T, Refusal> {
    aligned(pointer)?;
    // SAFETY: by the contract above.
    unsafe { pointer.as_ref() }.ok_or(Refusal(JetErr::INVALID_PARAMETER))
}

/// An array whose elements are read and written; null is an empty one only with a count of 0.
///
/// # Safety
/// `pointer` is null or points to `count` values that nobody else uses during the call.
pub(crate) unsafe fn array_mut<'a, T>(pointer: *mut T, count: u32) -> Result<&'a mut [T], Refusal> {
    aligned(pointer)?;
    let count = elements::<T>(pointer.is_null(), count)?;
    if count == 0 {
        return Ok(&mut []);
    }
    // SAFETY: by the contract above; not null, and no longer than a slice may be.
    Ok(unsafe { slice::from_raw_parts_mut(pointer, count) })
}

/// Bytes that a call fills; null is an empty buffer only with a size of 0.
///
/// # Safety
/// `pointer` is null or points to `bytes` bytes that nobody else uses during the call.
pub(crate) unsafe fn buffer<'a>(pointer: *mut c_void, bytes: u32) -> Result<&'a mut [u8], Refusal> {
    // SAFETY: by the contract above.
    unsafe { array_mut(pointer.cast(), bytes) }
}

fn elements<T>(null: bool, count: u32) -> Result<usize, Refusal> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let fits = count
        .checked_mul(size_of::<T>())
        .is_some_and(|bytes| isize::try_from(bytes).is_ok());
    if (null && count != 0) || !fits {
        return refuse(JetErr::INVALID_PARAMETER);
    }
    Ok(count)
}

/// A structure that says its own size in its first field, `cbStruct`.
///
/// # Safety
/// Every implementor is `repr(C)` and begins with a `u32`.
pub(crate) unsafe trait Sized32: Copy {}

macro_rules! sized {
    ($($plain:ident),* ; $($generic:ident),*) => {
        // SAFETY: repr(C), and the first field is `cbStruct: u32`.
        $(unsafe impl Sized32 for crate::structs::$plain {})*
        // SAFETY: the same.
        $(unsafe impl<C: crate::types::Char> Sized32 for crate::structs::$generic<C> {})*
    };
}
sized!(JET_OPENTEMPORARYTABLE, JET_OPENTEMPORARYTABLE2, JET_RECORDLIST, JET_INDEXRANGE, JET_INDEXID;
    JET_RSTINFO, JET_RSTINFO2, JET_RSTMAP2, JET_TABLECREATE, JET_TABLECREATE2, JET_TABLECREATE3, JET_TABLECREATE4,
    JET_TABLECREATE5, JET_COLUMNCREATE, JET_CONDITIONALCOLUMN, JET_DBUTIL);

/// The structure, if it is there and says the size that this version has.
///
/// # Safety
/// As [`needed`].
pub(crate) unsafe fn versioned<'a, T: Sized32>(pointer: *mut T) -> Result<&'a mut T, Refusal> {
    aligned(pointer)?;
    if pointer.is_null() {
        return refuse(JetErr::INVALID_PARAMETER);
    }
    // SAFETY: not null; every such structure begins with its size, which a caller of any version
    // has filled in: the rest is not looked at before.
    let says = unsafe { pointer.cast::<u32>().read() };
    if usize::try_from(says) != Ok(size_of::<T>()) {
        return refuse(JetErr::INVALID_PARAMETER);
    }
    // SAFETY: by the contract above.
    unsafe { needed(pointer) }
}

#[cfg(test)]
mod tests {
    use super::{Sized32, array_mut, given, needed, out, versioned};
    use crate::structs::JET_SNPROG;
    use ese_core::JetErr;
    use std::ptr::null_mut;

    // SAFETY: repr(C), begins with cbStruct.
    unsafe impl Sized32 for JET_SNPROG {}

    #[test]
    fn null_is_never_read() {
        // SAFETY: null pointers, or pointers to locals.
        unsafe {
            out(null_mut::<u32>()).set(1);
            assert!(needed(null_mut::<u32>()).is_err() && given(null_mut::<u32>()).is_err());
            assert!(array_mut(null_mut::<u64>(), 1).is_err());
            assert_eq!(array_mut(null_mut::<u64>(), 0).unwrap().len(), 0);
            assert!(versioned(null_mut::<JET_SNPROG>()).is_err());
            let odd = [0_u64; 4].as_mut_ptr().cast::<u8>().wrapping_add(1);
            assert!(needed(odd.cast::<u32>()).is_err() && given(odd.cast::<u32>()).is_err());
            assert!(array_mut(odd.cast::<u32>(), 0).is_err());
            assert!(versioned(odd.cast::<JET_SNPROG>()).is_err());
            let mut n = 0_u32;
            out(&raw mut n).set(7);
            assert_eq!(n, 7);
        }
    }

    #[test]
    fn a_structure_of_another_size_is_refused() {
        let mut s = JET_SNPROG {
            cbStruct: 12,
            cunitDone: 1,
            cunitTotal: 2,
        };
        // SAFETY: pointers to a local.
        unsafe {
            assert_eq!(versioned(&raw mut s).unwrap().cunitTotal, 2);
            for wrong in [0, 11, 13, u32::MAX] {
                s.cbStruct = wrong;
                let refused = versioned(&raw mut s).err().map(|r| r.0);
                assert_eq!(refused, Some(JetErr::INVALID_PARAMETER));
            }
        }
    }
}
