//! The bodies of the functions, one for all forms of a name.
//!
//! A body is `pub(crate) unsafe fn jet_name` (JetName in words) in a room of this folder; `cargo
//! xtask codegen` finds it and gives it to the exports. With a type parameter, `<C: Char>`, it
//! serves the A and the W form. A line `// PARTLY: …` above it says what is missing. Invariant: a
//! body checks in the documented order, and what it refuses changes nothing.

mod backup;
mod columns;
mod compact;
mod compact_stats;
mod cursor_filter;
mod cursor_moves;
mod cursor_places;
mod cursor_positions;
mod databases;
mod defragment;
mod enumerate;
mod errors;
mod from_key;
mod indexes;
mod info_columns;
mod info_databases;
mod info_index_create;
mod info_indexes;
mod info_logs;
mod info_tables;
mod instance_lists;
mod instances;
mod intersect;
mod locales;
mod maintenance;
mod params;
mod program_calls;
mod record_size;
mod recovering;
mod restore;
mod retrieve;
mod sessions;
mod snapshots;
mod tables;
mod temp_tables;
mod transactions;
mod updates;

pub(crate) use backup::*;
pub(crate) use columns::*;
pub(crate) use compact::*;
pub(crate) use cursor_filter::*;
pub(crate) use cursor_moves::*;
pub(crate) use cursor_places::*;
pub(crate) use cursor_positions::*;
pub(crate) use databases::*;
pub(crate) use defragment::*;
pub(crate) use enumerate::*;
pub(crate) use errors::*;
pub(crate) use indexes::*;
pub(crate) use info_columns::*;
pub(crate) use info_databases::*;
pub(crate) use info_indexes::*;
pub(crate) use info_logs::*;
pub(crate) use info_tables::*;
pub(crate) use instances::*;
pub(crate) use intersect::*;
pub(crate) use maintenance::*;
pub(crate) use params::*;
pub(crate) use program_calls::*;
pub(crate) use record_size::*;
pub(crate) use recovering::Recovering;
pub(crate) use restore::*;
pub(crate) use retrieve::*;
pub(crate) use sessions::*;
pub(crate) use snapshots::*;
pub(crate) use tables::*;
pub(crate) use temp_tables::*;
pub(crate) use transactions::*;
pub(crate) use updates::*;

use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use ese_core::JetErr;
use std::ffi::c_void;
use std::slice;

/// What a function without a body answers.
pub(crate) fn not_available() -> Answer {
    refuse(JetErr::FEATURE_NOT_AVAILABLE)
}

/// Bytes that a caller hands in; null is none, whatever the size.
///
/// # Safety
/// `pointer` is null or has `size` bytes that nobody changes during the call.
unsafe fn input<'a>(pointer: *const c_void, size: u32) -> Result<&'a [u8], Refusal> {
    if pointer.is_null() || size == 0 {
        return Ok(&[]);
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    demand(isize::try_from(size).is_ok(), JetErr::INVALID_PARAMETER)?;
    // SAFETY: by the contract above, and no longer than a slice may be.
    Ok(unsafe { slice::from_raw_parts(pointer.cast(), size) })
}

/// Copies bytes to a caller as far as there is room, and says how many there are; `true` when all
/// found room.
///
/// # Safety
/// `place` is null or has `most` bytes; `actual` is null or a number.
unsafe fn copy_out(
    bytes: &[u8],
    place: *mut c_void,
    most: u32,
    actual: *mut u32,
) -> Result<bool, Refusal> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    demand(!place.is_null() || most == 0, JetErr::INVALID_PARAMETER)?;
    let len = bytes.len().min(most);
    if len > 0 {
        // SAFETY: both have so many bytes; the source is ours.
        unsafe {
            place
                .cast::<u8>()
                .copy_from_nonoverlapping(bytes.as_ptr(), len)
        }
    }
    // SAFETY: by the contract above.
    unsafe { crate::arguments::out(actual) }.set(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    Ok(len == bytes.len())
}

/// Writes a structure, wherever it lies.
///
/// # Safety
/// `place` is null or has room for it.
unsafe fn put<T>(place: *mut c_void, value: T) -> Answer {
    demand(!place.is_null(), JetErr::INVALID_PARAMETER)?;
    // SAFETY: not null, and by the contract above.
    unsafe { place.cast::<T>().write_unaligned(value) }
    DONE
}
