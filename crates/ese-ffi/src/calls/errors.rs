//! Errors about errors, and memory that goes back.

use crate::arguments::{buffer, given};
use crate::constants as jet;
use crate::gate::{Answer, DONE, demand, refuse};
use crate::memory;
use crate::structs::JET_ERRINFOBASIC_W;
use crate::types::{JET_ERR, JET_ERRCAT, JET_GRBIT};
use ese_core::JetErr;
use ese_core::error::JetErrInfo;
use std::ffi::{c_char, c_void};

/// JetGetErrorInfo: the category of the error in `context`.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_error_info(
    context: *mut c_void,
    result: *mut c_void,
    size: u32,
    level: u32,
    grbit: JET_GRBIT,
) -> Answer {
    demand(
        level == jet::JET_ErrorInfoSpecificErr && grbit == jet::JET_bitNil,
        JetErr::INVALID_PARAMETER,
    )?;
    let context = context.cast::<JET_ERR>();
    demand(context.is_aligned(), JetErr::INVALID_PARAMETER)?;
    // SAFETY: the caller's contract.
    let error = unsafe { given(context) }?;
    let need = size_of::<JET_ERRINFOBASIC_W>();
    demand(
        usize::try_from(size).is_ok_and(|s| s >= need),
        JetErr::INVALID_BUFFER_SIZE,
    )?;
    // SAFETY: the caller's contract.
    let room = unsafe { buffer(result, size) }?;
    let Some(info) = JetErr(*error).info() else {
        return refuse(JetErr::INVALID_PARAMETER);
    };
    let path = hierarchy(info);
    let mut levels = [0; 8];
    for (place, category) in levels.iter_mut().zip(path) {
        *place = u8::try_from(category).unwrap_or(0);
    }
    let said = JET_ERRINFOBASIC_W {
        cbStruct: u32::try_from(need).unwrap_or(0),
        errValue: *error,
        errcatMostSpecific: category(info.category),
        rgCategoricalHierarchy: levels,
        lSourceLine: 0,
        rgszSourceFile: [0; 64],
    };
    // SAFETY: there is room for it; it may lie anywhere.
    unsafe {
        room.as_mut_ptr()
            .cast::<JET_ERRINFOBASIC_W>()
            .write_unaligned(said)
    };
    DONE
}

/// The categories of an error from the most general one, "error", down.
fn hierarchy(info: &JetErrInfo) -> impl Iterator<Item = JET_ERRCAT> + use<> {
    let mut path = Vec::new();
    let mut at = category(info.category);
    while at != jet::JET_errcatUnknown {
        path.push(at);
        at = above(at);
    }
    path.into_iter().rev()
}

/// The number of a category that the error table names.
fn category(name: &str) -> JET_ERRCAT {
    match name {
        "error" => jet::JET_errcatError,
        "operation" => jet::JET_errcatOperation,
        "fatal" => jet::JET_errcatFatal,
        "io" => jet::JET_errcatIO,
        "resource" => jet::JET_errcatResource,
        "memory" => jet::JET_errcatMemory,
        "quota" => jet::JET_errcatQuota,
        "disk" => jet::JET_errcatDisk,
        "data" => jet::JET_errcatData,
        "corruption" => jet::JET_errcatCorruption,
        "inconsistent" => jet::JET_errcatInconsistent,
        "fragmentation" => jet::JET_errcatFragmentation,
        "api" => jet::JET_errcatApi,
        "usage" => jet::JET_errcatUsage,
        "state" => jet::JET_errcatState,
        "obsolete" => jet::JET_errcatObsolete,
        _ => jet::JET_errcatUnknown,
    }
}

/// The category that holds another (api/README of the tables: hierarchy).
fn above(category: JET_ERRCAT) -> JET_ERRCAT {
    match category {
        jet::JET_errcatOperation | jet::JET_errcatData | jet::JET_errcatApi => jet::JET_errcatError,
        jet::JET_errcatFatal | jet::JET_errcatIO | jet::JET_errcatResource => {
            jet::JET_errcatOperation
        }
        jet::JET_errcatMemory | jet::JET_errcatQuota | jet::JET_errcatDisk => {
            jet::JET_errcatResource
        }
        jet::JET_errcatCorruption | jet::JET_errcatInconsistent | jet::JET_errcatFragmentation => {
            jet::JET_errcatData
        }
        jet::JET_errcatUsage | jet::JET_errcatState | jet::JET_errcatObsolete => jet::JET_errcatApi,
        _ => jet::JET_errcatUnknown,
    }
}

/// JetFreeBuffer: takes back what a call has given out.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_free_buffer(block: *mut c_char) -> Answer {
    memory::take_back(block.cast());
    DONE
}
