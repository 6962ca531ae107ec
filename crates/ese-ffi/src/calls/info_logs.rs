//! Information about log files (behaviour-instances.md §11).

use super::info_databases::{lgpos_of, time_of};
use super::put;
use super::transactions::signature_of;
use crate::constants as jet;
use crate::gate::{Answer, demand, refuse};
use crate::params::absolute;
use crate::strings::{PATH_UNITS_MAX, os_path, path};
use crate::structs::{JET_LOGINFOMISC, JET_LOGINFOMISC2, JET_LOGINFOMISC3};
use crate::types::Char;
use ese_core::JetErr;
use ese_core::io::OpenMode;
use ese_core::io::env::Env;
use ese_core::log::LogFile;
use std::ffi::c_void;

/// JetGetLogFileInfo: the header of a log. That which an engine writes can't be looked at.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_log_file_info<C: Char>(
    name: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    // SAFETY: the caller's contract.
    let name = unsafe { path(name, PATH_UNITS_MAX, JetErr::INVALID_PATH) }?;
    let name = os_path(&absolute(&name.unwrap_or_default())?);
    let fs = Env::real().fs;
    // Who only may read it writes no log there.
    if std::fs::metadata(&name).is_ok_and(|m| m.is_file() && !m.permissions().readonly()) {
        drop(fs.open_locked(&name, OpenMode::ReadWrite)?);
    }
    let file = fs.open(&name, OpenMode::Read)?;
    let need = match level {
        jet::JET_LogInfoMisc => size_of::<JET_LOGINFOMISC>(),
        jet::JET_LogInfoMisc2 => size_of::<JET_LOGINFOMISC2>(),
        jet::JET_LogInfoMisc3 => size_of::<JET_LOGINFOMISC3>(),
        _ => return refuse(JetErr::INVALID_PARAMETER),
    };
    let log = LogFile::open(file)?;
    demand(size as usize == need, JetErr::INVALID_BUFFER_SIZE)?;
    let h = log.header();
    let all = JET_LOGINFOMISC3 {
        ulGeneration: h.generation().cast_unsigned(),
        signLog: signature_of(h.sign_log()),
        logtimeCreate: time_of(h.tm_create()),
        logtimePreviousGeneration: time_of(h.tm_prev_gen()),
        ulFlags: u32::from(h.flags().bits()),
        ulVersionMajor: h.major(),
        ulVersionUpdateMajor: h.update_major(),
        ulVersionUpdateMinor: h.update_minor(),
        cbSectorSize: u32::from(h.segment_bytes()),
        // These two are numbers of sectors, whatever they are called.
        cbHeader: u32::from(h.header_segments()),
        cbFile: u32::from(h.file_segments()),
        cbDatabasePageSize: h.page_size().map_or(0, |size| size.bytes() as u32),
        lgposCheckpoint: lgpos_of(h.lgpos_checkpoint()),
        ulVersionMinorDeprecated: h.minor(),
        checksumPrevLogAllSegments: h.prev_segments_xor(),
    };
    // SAFETY: the size was checked.
    unsafe {
        match level {
            jet::JET_LogInfoMisc3 => put(result, all),
            jet::JET_LogInfoMisc2 => put(
                result,
                JET_LOGINFOMISC2 {
                    ulGeneration: all.ulGeneration,
                    signLog: all.signLog,
                    logtimeCreate: all.logtimeCreate,
                    logtimePreviousGeneration: all.logtimePreviousGeneration,
                    ulFlags: all.ulFlags,
                    ulVersionMajor: all.ulVersionMajor,
                    ulVersionMinor: h.minor(),
                    ulVersionUpdate: h.update_major(),
                    cbSectorSize: all.cbSectorSize,
                    cbHeader: all.cbHeader,
                    cbFile: all.cbFile,
                    cbDatabasePageSize: all.cbDatabasePageSize,
                    lgposCheckpoint: all.lgposCheckpoint,
                },
            ),
            _ => put(
                result,
                JET_LOGINFOMISC {
                    ulGeneration: all.ulGeneration,
                    signLog: all.signLog,
                    logtimeCreate: all.logtimeCreate,
                    logtimePreviousGeneration: all.logtimePreviousGeneration,
                    ulFlags: all.ulFlags,
                    ulVersionMajor: all.ulVersionMajor,
                    ulVersionMinor: h.minor(),
                    ulVersionUpdate: h.update_major(),
                    cbSectorSize: all.cbSectorSize,
                    cbHeader: all.cbHeader,
                    cbFile: all.cbFile,
                    cbDatabasePageSize: all.cbDatabasePageSize,
                },
            ),
        }
    }
}
