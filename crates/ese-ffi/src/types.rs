//! The scalar types of the API, under the names that C programs use.
//!
//! Invariants: `unsigned long` of the API is 32 bits wide on every platform; handles are as wide as
//! a pointer; a W string is made of 16-bit units.
#![forbid(unsafe_code)]
#![allow(non_camel_case_types)]

use std::ffi::{c_char, c_void};
use std::fmt::Debug;

/// Result of every function: 0, a negative error, a positive warning.
pub type JET_ERR = i32;
/// As wide as a pointer.
pub type JET_API_PTR = usize;
/// A file of a streaming backup.
pub type JET_HANDLE = JET_API_PTR;
/// An instance.
pub type JET_INSTANCE = JET_API_PTR;
/// A session.
pub type JET_SESID = JET_API_PTR;
/// A cursor.
pub type JET_TABLEID = JET_API_PTR;
/// A value that the program keeps at a cursor or table.
pub type JET_LS = JET_API_PTR;
/// A snapshot.
pub type JET_OSSNAPID = JET_API_PTR;
/// A database as a session has opened it.
pub type JET_DBID = u32;
/// A column.
pub type JET_COLUMNID = u32;
/// Type of a column.
pub type JET_COLTYP = u32;
/// Bits that change what a function does.
pub type JET_GRBIT = u32;
/// Kind of an object.
pub type JET_OBJTYP = u32;
/// Kinds of callbacks.
pub type JET_CBTYP = u32;
/// What a status callback is told about.
pub type JET_SNP = u32;
/// What a status callback is told.
pub type JET_SNT = u32;
/// Kind of a status message.
pub type JET_SNC = u32;
/// A comparison.
pub type JET_RELOP = i32;
/// Category of an error.
pub type JET_ERRCAT = i32;
/// Days since 1899-12-30.
pub type JET_DATESERIAL = f64;
/// Operation of `JetConvertDDL`.
pub type JET_OPDDLCONV = i32;
/// Setting of `JetSetResourceParam`.
pub type JET_RESOPER = i32;
/// Resource of `JetSetResourceParam`.
pub type JET_RESID = i32;
/// Operation of `JetTracing`.
pub type JET_TRACEOP = i32;
/// Area of `JetTracing`.
pub type JET_TRACETAG = i32;
/// Operation of `JetTestHook`.
pub type TESTHOOK_OP = i32;
/// Operation of `JetDBUtilities`.
pub type DBUTIL_OP = i32;
/// Dump of `JetDBUtilities`.
pub type EDBDUMP_OP = i32;
/// A UTF-16 unit; surrogates need not be paired.
pub type JET_WCHAR = u16;
/// A string of bytes that ends with a zero.
pub type JET_PCSTR = *const c_char;
/// Room for such a string.
pub type JET_PSTR = *mut c_char;
/// A string of UTF-16 units that ends with a zero.
pub type JET_PCWSTR = *const JET_WCHAR;
/// Room for such a string.
pub type JET_PWSTR = *mut JET_WCHAR;

/// Told what a long call is doing.
pub type JET_PFNSTATUS =
    Option<unsafe extern "C" fn(JET_SESID, JET_SNP, JET_SNT, *mut c_void) -> JET_ERR>;
/// The same for `JetInit4`, with the caller's own value at the end.
pub type JET_PFNINITCALLBACK =
    Option<unsafe extern "C" fn(JET_SNP, JET_SNT, *mut c_void, *mut c_void) -> JET_ERR>;
/// Called for records, local storage and computed defaults.
pub type JET_CALLBACK = Option<
    unsafe extern "C" fn(
        JET_SESID,
        JET_DBID,
        JET_TABLEID,
        JET_CBTYP,
        *mut c_void,
        *mut c_void,
        *mut c_void,
        JET_API_PTR,
    ) -> JET_ERR,
>;
/// Allocates, grows or frees memory for `JetEnumerateColumns`.
pub type JET_PFNREALLOC =
    Option<unsafe extern "C" fn(*mut c_void, *mut c_void, u32) -> *mut c_void>;

/// A character of the A form (a byte) or of the W form (a UTF-16 unit): what bodies that serve both
/// are written over.
pub trait Char: Copy + Debug + PartialEq + sealed::Sealed + 'static {
    /// `true` for the W form.
    const WIDE: bool;
    /// The end of a string.
    const NUL: Self;
    /// As a number: 0 to 255 in the A form.
    fn unit(self) -> u16;
    /// From a number; what does not fit a byte is cut.
    fn of_unit(unit: u16) -> Self;
}

impl Char for c_char {
    const WIDE: bool = false;
    const NUL: Self = 0;

    fn unit(self) -> u16 {
        u16::from(self.to_ne_bytes()[0])
    }

    fn of_unit(unit: u16) -> Self {
        Self::from_ne_bytes([unit.to_le_bytes()[0]])
    }
}

impl Char for JET_WCHAR {
    const WIDE: bool = true;
    const NUL: Self = 0;

    fn unit(self) -> u16 {
        self
    }

    fn of_unit(unit: u16) -> Self {
        unit
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for std::ffi::c_char {}
    impl Sealed for u16 {}
}
