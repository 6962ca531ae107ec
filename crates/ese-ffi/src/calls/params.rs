//! System parameters (behaviour-instances.md §5).

use crate::arguments::{needed, out};
use crate::gate::{Answer, DONE, demand, refuse};
use crate::params::{Input, Param, UnicodeIndex, Value, table};
use crate::process::process;
use crate::strings::{path, path_in, text, text_in};
use crate::structs::JET_UNICODEINDEX;
use crate::types::{Char, JET_API_PTR, JET_INSTANCE, JET_SESID};
use ese_core::JetErr;
use std::ffi::{c_char, c_int};
use std::sync::atomic::Ordering;

unsafe extern "C" {
    /// What JET_paramPrintFunction is: the C library's.
    fn printf(format: *const c_char, ...) -> c_int;
}

/// JetSetSystemParameter.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_system_parameter<C: Char>(
    instance: *mut JET_INSTANCE,
    sesid: JET_SESID,
    id: u32,
    number: JET_API_PTR,
    string: *const C,
) -> Answer {
    let param = Param::of(id)?;
    // SAFETY: the caller's contract.
    let instance = unsafe { instance.as_ref() }.copied().unwrap_or(0);
    if id == table::JET_paramUnicodeIndexDefault {
        // SAFETY: the caller's contract: the number is a pointer here.
        return unsafe { set_unicode_index(param, instance, sesid, number) };
    }
    let most = param.longest();
    let too_long = JetErr::INVALID_PARAMETER;
    // SAFETY: the caller's contract.
    let string = unsafe {
        match (param.kind.is_text(), param.kind.is_path()) {
            (false, _) => Ok(None),
            (true, true) => path(string, most, too_long),
            (true, false) => text(string, most, too_long),
        }
    };
    process().with_values(param, instance, sesid, |values, late, whose| {
        let input = if param.kind.is_text() {
            match &string {
                Ok(text) => Input::Text(text.as_deref()),
                // Too long: after the refusals that come before the length is looked at.
                Err(why) => {
                    demand(!late || param.settable_late(), JetErr::ALREADY_INITIALIZED)?;
                    return Err(*why);
                }
            }
        } else {
            Input::Number(number)
        };
        values.set(param, &input, late, whose)
    })
}

/// Sets the locale of indexes that name none; NULL gives back the standard.
///
/// # Safety
/// `number` is 0 or the address of a JET_UNICODEINDEX.
unsafe fn set_unicode_index(
    param: &'static Param,
    instance: JET_INSTANCE,
    sesid: JET_SESID,
    number: JET_API_PTR,
) -> Answer {
    let given = std::ptr::with_exposed_provenance::<JET_UNICODEINDEX>(number);
    demand(given.is_aligned(), JetErr::INVALID_PARAMETER)?;
    // SAFETY: the caller's contract.
    let wanted = unsafe { given.as_ref() }.map_or(UnicodeIndex::STANDARD, |u| UnicodeIndex {
        lcid: u.lcid,
        flags: u.dwMapFlags,
    });
    process().with_values(param, instance, sesid, |values, late, _| {
        demand(!late, JetErr::ALREADY_INITIALIZED)?;
        values.set_unicode_index(wanted)?;
        DONE
    })
}

/// JetGetSystemParameter. `room` counts bytes.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_system_parameter<C: Char>(
    instance: JET_INSTANCE,
    sesid: JET_SESID,
    id: u32,
    number: *mut JET_API_PTR,
    string: *mut C,
    room: u32,
) -> Answer {
    if id == table::JET_paramErrorToString {
        // SAFETY: the caller's contract.
        return unsafe { error_to_string(number, string, room) };
    }
    let param = Param::of(id)?;
    if id == table::JET_paramPrintFunction {
        demand(!number.is_null(), JetErr::INVALID_PARAMETER)?;
        // SAFETY: the caller's contract.
        unsafe { out(number) }.set((printf as *const ()).expose_provenance());
        return DONE;
    }
    if let Ok(session) = process().sessions.get(sesid) {
        let of_session = match id {
            table::JET_paramTransactionLevel => Some(u32::from(session.core.level())),
            table::JET_paramCommitDefault => Some(session.commit_default.load(Ordering::Relaxed)),
            _ => None,
        };
        if let Some(n) = of_session {
            demand(!number.is_null(), JetErr::INVALID_PARAMETER)?;
            // SAFETY: not null, and the caller's contract.
            unsafe { put_low_half(number, n) };
            return DONE;
        }
    }
    process().with_values(param, instance, sesid, |values, _, _| {
        if id == table::JET_paramUnicodeIndexDefault {
            let index = values.unicode_index();
            // SAFETY: the caller's contract: the number's place is a structure here.
            return unsafe { get_unicode_index(index, number, room) };
        }
        if let Value::Text(text) = values.get(param) {
            let characters = if param.kind.is_path() {
                path_in(text)
            } else {
                text_in(text)
            };
            // SAFETY: the caller's contract.
            return unsafe { put_string(&characters, string, room) };
        }
        demand(!number.is_null(), JetErr::INVALID_PARAMETER)?;
        let Some(shown) = values.shown(param) else {
            return refuse(JetErr::INVALID_PARAMETER);
        };
        if id == table::JET_paramCommitDefault {
            // Bits are 32 wide; what else the caller has there stays.
            let low = shown as u32;
            // SAFETY: not null, and the caller's contract.
            unsafe { put_low_half(number, low) };
        } else {
            // SAFETY: the caller's contract.
            unsafe { out(number) }.set(shown);
        }
        DONE
    })
}

/// Writes the low 32 bits of a number.
///
/// # Safety
/// `number` points to a number.
unsafe fn put_low_half(number: *mut JET_API_PTR, low: u32) {
    const LOW: JET_API_PTR = u32::MAX as JET_API_PTR;
    // SAFETY: by the contract above.
    unsafe { *number = (*number & !LOW) | low as JET_API_PTR };
}

/// Writes a string with its zero, or nothing when there is no room.
///
/// # Safety
/// `string` is null or has `room` bytes.
unsafe fn put_string<C: Char>(characters: &[C], string: *mut C, room: u32) -> Answer {
    let room = usize::try_from(room).unwrap_or(usize::MAX) / size_of::<C>();
    demand(!string.is_null() && room >= 1, JetErr::INVALID_PARAMETER)?;
    demand(characters.len() < room, JetErr::BUFFER_TOO_SMALL)?;
    // SAFETY: there is room for all of them and a zero.
    unsafe {
        string.copy_from_nonoverlapping(characters.as_ptr(), characters.len());
        string.add(characters.len()).write(C::NUL);
    }
    DONE
}

/// # Safety
/// `number` is null or the address of `room` bytes.
unsafe fn get_unicode_index(index: UnicodeIndex, number: *mut JET_API_PTR, room: u32) -> Answer {
    let place = number.cast::<JET_UNICODEINDEX>();
    demand(!place.is_null(), JetErr::INVALID_PARAMETER)?;
    let fits = usize::try_from(room).is_ok_and(|r| r >= size_of::<JET_UNICODEINDEX>());
    demand(fits, JetErr::BUFFER_TOO_SMALL)?;
    // SAFETY: the caller has room for it.
    *unsafe { needed(place) }? = JET_UNICODEINDEX {
        lcid: index.lcid,
        dwMapFlags: index.flags,
    };
    DONE
}

/// JET_paramErrorToString: "name, explanation" of the error that `number` holds.
///
/// # Safety
/// The contract of the C function.
unsafe fn error_to_string<C: Char>(number: *mut JET_API_PTR, string: *mut C, room: u32) -> Answer {
    // SAFETY: the caller's contract.
    let number = *unsafe { needed(number) }?;
    // The error is in the low half, whatever stands in the other.
    let said = match JetErr(number as u32 as i32).info() {
        Some(info) => format!("{}, {}", info.full_name, info.meaning),
        None => "Unknown Error, no error has this number".to_owned(),
    };
    let units: Vec<u16> = said.encode_utf16().collect();
    // SAFETY: the caller's contract.
    unsafe { put_string(&text_in::<C>(&units), string, room) }
}
