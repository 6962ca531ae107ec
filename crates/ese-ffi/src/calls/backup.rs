//! Streaming backup (behaviour-backup.md §1-§8): the calls of the API over
//! [`ese_backup::external::ExternalBackup`], which keeps the order of calls and the stop flag.
//!
//! Invariant: a stop takes no lock that another call of a backup holds.

use crate::arguments::{buffer, out};
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::instance::{Instance, Running};
use crate::process::process;
use crate::strings::{PATH_UNITS_MAX, os_path, path, path_in, path_units};
use crate::structs::{JET_LOGINFO, JET_SNPROG};
use crate::types::{Char, JET_GRBIT, JET_HANDLE, JET_INSTANCE, JET_PFNSTATUS, JET_SESID};
use ese_backup::external::FileHandle;
use ese_backup::legacy::{LegacyStatus, backup_to_directory};
use ese_core::JetErr;
use std::ffi::c_void;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that a buffer for reading is aligned to.
const ALIGNMENT: usize = 4096;

/// The instance of a call that names none.
fn only() -> Result<Arc<Instance>, Refusal> {
    Ok(process().only_instance()?.1)
}

/// The instance of a call that names one.
fn named(instance: JET_INSTANCE) -> Result<Arc<Instance>, Refusal> {
    let process = process();
    let found = process.instance(&process.state(), instance)?;
    Ok(found.1)
}

/// Enters an instance for a call of its backup.
fn with<T>(
    instance: &Instance,
    call: impl FnOnce(&Running) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let running = instance.running(true)?;
    let _inside = instance.enter()?;
    call(&running)
}

fn begin(instance: &Instance, grbit: JET_GRBIT) -> Answer {
    with(instance, |r| Ok(r.backup.begin(grbit)?))?;
    DONE
}

/// JetBeginExternalBackup.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_external_backup(grbit: JET_GRBIT) -> Answer {
    begin(&*only()?, grbit)
}

/// JetBeginExternalBackupInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_external_backup_instance(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> Answer {
    begin(&*named(instance)?, grbit)
}

/// JetBeginSurrogateBackup: somebody else copies the generations `first` to `last`.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_surrogate_backup(
    instance: JET_INSTANCE,
    first: u32,
    last: u32,
    grbit: JET_GRBIT,
) -> Answer {
    with(&*named(instance)?, |r| {
        Ok(r.backup.begin_surrogate(first, last, grbit)?)
    })?;
    DONE
}

/// JetEndSurrogateBackup.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_end_surrogate_backup(instance: JET_INSTANCE, grbit: JET_GRBIT) -> Answer {
    with(&*named(instance)?, |r| Ok(r.backup.end_surrogate(grbit)?))?;
    DONE
}

/// Gives a caller a list of paths, each with its zero, and one more at the end. What does not fit is
/// an error in the A form, and cut in the W form.
///
/// # Safety
/// `place` is null or has `most` bytes; `actual` is null or a number.
unsafe fn give_list<C: Char>(
    paths: &[PathBuf],
    place: *mut C,
    most: u32,
    actual: *mut u32,
    tell_needed: bool,
) -> Answer {
    let mut all: Vec<C> = Vec::new();
    for path in paths {
        all.extend(path_in::<C>(&path_units(path.as_os_str().as_bytes())));
        all.push(C::NUL);
    }
    all.push(C::NUL);
    let needed = all.len() * size_of::<C>();
    // SAFETY: the caller's contract.
    let mut actual = unsafe { out(actual) };
    let told = u32::try_from(needed).unwrap_or(u32::MAX);
    if place.is_null() {
        actual.set(told);
        return DONE;
    }
    let room = most as usize;
    if needed > room {
        demand(C::WIDE, JetErr::BUFFER_TOO_SMALL)?;
        actual.set(if tell_needed { told } else { most.min(told) });
    } else {
        actual.set(told);
    }
    let len = needed.min(room) / size_of::<C>();
    // SAFETY: there is room for so many characters.
    unsafe { place.copy_from_nonoverlapping(all.as_ptr(), len) }
    DONE
}

/// # Safety
/// As [`give_list`].
unsafe fn attach_info<C: Char>(
    instance: &Instance,
    place: *mut C,
    most: u32,
    actual: *mut u32,
) -> Answer {
    let paths = with(instance, |r| Ok(r.backup.attach_info()?))?;
    // SAFETY: passed on.
    unsafe { give_list(&paths, place, most, actual, true) }
}

/// JetGetAttachInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_attach_info<C: Char>(
    place: *mut C,
    most: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { attach_info(&*only()?, place, most, actual) }
}

/// JetGetAttachInfoInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_attach_info_instance<C: Char>(
    instance: JET_INSTANCE,
    place: *mut C,
    most: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { attach_info(&*named(instance)?, place, most, actual) }
}

/// # Safety
/// The pointers are null or the caller's.
unsafe fn open_file<C: Char>(
    instance: &Instance,
    name: *const C,
    handle: *mut JET_HANDLE,
    low: *mut u32,
    high: *mut u32,
) -> Answer {
    // SAFETY: the caller's contract.
    let name = unsafe { path(name, PATH_UNITS_MAX, JetErr::INVALID_PARAMETER) }?;
    // Without a place for the handle nobody could close it: refused as without a name.
    let name = name.filter(|_| !handle.is_null());
    let name = os_path(&name.unwrap_or_default());
    let opened = with(instance, |r| Ok(r.backup.open_file(Path::new(&name))?))?;
    // SAFETY: the caller's contract.
    unsafe {
        out(handle).set(opened.handle.0 as JET_HANDLE);
        out(low).set(opened.bytes as u32);
        out(high).set((opened.bytes >> 32) as u32);
    }
    DONE
}

/// JetOpenFile.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_file<C: Char>(
    name: *const C,
    handle: *mut JET_HANDLE,
    low: *mut u32,
    high: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { open_file(&*only()?, name, handle, low, high) }
}

/// JetOpenFileInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_file_instance<C: Char>(
    instance: JET_INSTANCE,
    name: *const C,
    handle: *mut JET_HANDLE,
    low: *mut u32,
    high: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { open_file(&*named(instance)?, name, handle, low, high) }
}

/// # Safety
/// `place` is null or has `size` bytes; `actual` is null or a number.
unsafe fn read_file(
    instance: &Instance,
    handle: JET_HANDLE,
    place: *mut c_void,
    size: u32,
    actual: *mut u32,
) -> Answer {
    let running = instance.running(true)?;
    let _inside = instance.enter()?;
    let aligned = (place as usize).is_multiple_of(ALIGNMENT);
    if !aligned || place.is_null() {
        // Whether a backup runs, and was stopped, is said before.
        running.backup.attach_info().map(|_| ()).or_else(|e| {
            use ese_core::HasJetErr;
            match e.jet_err() {
                JetErr::INVALID_BACKUP_SEQUENCE => Ok(()),
                err => refuse(err),
            }
        })?;
        return refuse(JetErr::INVALID_PARAMETER);
    }
    // SAFETY: the caller's contract.
    let room = unsafe { buffer(place, size) }?;
    let read = running.backup.read_file(FileHandle(handle as u64), room)?;
    // SAFETY: the caller's contract.
    unsafe { out(actual) }.set(u32::try_from(read).unwrap_or(u32::MAX));
    DONE
}

/// JetReadFile.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_read_file(
    handle: JET_HANDLE,
    place: *mut c_void,
    size: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { read_file(&*only()?, handle, place, size, actual) }
}

/// JetReadFileInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_read_file_instance(
    instance: JET_INSTANCE,
    handle: JET_HANDLE,
    place: *mut c_void,
    size: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { read_file(&*named(instance)?, handle, place, size, actual) }
}

fn close_file(instance: &Instance, handle: JET_HANDLE) -> Answer {
    with(instance, |r| {
        Ok(r.backup.close_file(FileHandle(handle as u64))?)
    })?;
    DONE
}

/// JetCloseFile.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_close_file(handle: JET_HANDLE) -> Answer {
    close_file(&*only()?, handle)
}

/// JetCloseFileInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_close_file_instance(instance: JET_INSTANCE, handle: JET_HANDLE) -> Answer {
    close_file(&*named(instance)?, handle)
}

/// # Safety
/// As [`give_list`]; `info` is null or the caller's.
unsafe fn log_info<C: Char>(
    instance: &Instance,
    place: *mut C,
    most: u32,
    actual: *mut u32,
    info: *mut JET_LOGINFO<C>,
) -> Answer {
    let size = size_of::<JET_LOGINFO<C>>();
    // SAFETY: the caller's contract.
    let info = unsafe { info.as_mut() };
    if let Some(info) = &info {
        demand(info.cbSize as usize == size, JetErr::INVALID_PARAMETER)?;
    }
    let logs = with(instance, |r| Ok(r.backup.log_info()?))?;
    // SAFETY: passed on.
    unsafe { give_list(&logs.files, place, most, actual, false) }?;
    if let Some(info) = info {
        info.ulGenLow = logs.gen_low.cast_unsigned();
        info.ulGenHigh = logs.gen_high.cast_unsigned();
        let base: Vec<u16> = logs.base.encode_utf16().collect();
        for (to, from) in info.szBaseName.iter_mut().zip(base.iter().chain(&[0])) {
            *to = C::of_unit(*from);
        }
    }
    DONE
}

/// JetGetLogInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_log_info<C: Char>(
    place: *mut C,
    most: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { log_info(&*only()?, place, most, actual, std::ptr::null_mut()) }
}

/// JetGetLogInfoInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_log_info_instance<C: Char>(
    instance: JET_INSTANCE,
    place: *mut C,
    most: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe {
        log_info(
            &*named(instance)?,
            place,
            most,
            actual,
            std::ptr::null_mut(),
        )
    }
}

/// JetGetLogInfoInstance2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_log_info_instance2<C: Char>(
    instance: JET_INSTANCE,
    place: *mut C,
    most: u32,
    actual: *mut u32,
    info: *mut JET_LOGINFO<C>,
) -> Answer {
    // SAFETY: passed on.
    unsafe { log_info(&*named(instance)?, place, most, actual, info) }
}

/// JetGetTruncateLogInfoInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_truncate_log_info_instance<C: Char>(
    instance: JET_INSTANCE,
    place: *mut C,
    most: u32,
    actual: *mut u32,
) -> Answer {
    let instance = named(instance)?;
    let logs = with(&instance, |r| Ok(r.backup.truncate_log_info()?))?;
    // SAFETY: passed on.
    unsafe { give_list(&logs.files, place, most, actual, false) }
}

fn truncate(instance: &Instance) -> Answer {
    with(instance, |r| Ok(r.backup.truncate_log()?))?;
    DONE
}

/// JetTruncateLog.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_truncate_log() -> Answer {
    truncate(&*only()?)
}

/// JetTruncateLogInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_truncate_log_instance(instance: JET_INSTANCE) -> Answer {
    truncate(&*named(instance)?)
}

/// JetEndExternalBackup.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_end_external_backup() -> Answer {
    with(&*only()?, |r| Ok(r.backup.end()?))?;
    DONE
}

/// JetEndExternalBackupInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_end_external_backup_instance(instance: JET_INSTANCE) -> Answer {
    with(&*named(instance)?, |r| Ok(r.backup.end()?))?;
    DONE
}

/// JetEndExternalBackupInstance2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_end_external_backup_instance2(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> Answer {
    with(&*named(instance)?, |r| Ok(r.backup.end2(grbit)?))?;
    DONE
}

/// Stops a backup: from any thread, at any time, whether there is one or not.
fn stop(instance: &Instance) -> Answer {
    if let Some(running) = instance.engine() {
        running.backup.stop();
    }
    DONE
}

/// JetStopBackup.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_stop_backup() -> Answer {
    stop(&*only()?)
}

/// JetStopBackupInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_stop_backup_instance(instance: JET_INSTANCE) -> Answer {
    stop(&*named(instance)?)
}

/// # Safety
/// `path` is null or text; `status` is null or a function that may be called with what the page of
/// JetBackupInstance says.
unsafe fn to_directory<C: Char>(
    instance: &Instance,
    folder: *const C,
    grbit: JET_GRBIT,
    status: JET_PFNSTATUS,
) -> Answer {
    // SAFETY: the caller's contract.
    let folder = unsafe { path(folder, PATH_UNITS_MAX, JetErr::INVALID_PATH) }?;
    let folder = folder.map(|f| os_path(&f));
    let mut tell = |what: LegacyStatus| {
        let Some(status) = status else { return };
        let mut progress = JET_SNPROG {
            cbStruct: size_of::<JET_SNPROG>() as u32,
            cunitDone: 0,
            cunitTotal: 100,
        };
        let (kind, more) = match what {
            LegacyStatus::Begin => (jet::JET_sntBegin, (&raw mut progress).cast()),
            LegacyStatus::Complete => (jet::JET_sntComplete, std::ptr::null_mut()),
        };
        // SAFETY: the caller's contract. What it answers does not count.
        unsafe { status(usize::MAX as JET_SESID, jet::JET_snpBackup, kind, more) };
    };
    with(instance, |r| {
        backup_to_directory(&r.backup, folder.as_deref(), grbit, &mut tell)?;
        Ok(())
    })?;
    DONE
}

/// JetBackup.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_backup<C: Char>(
    folder: *const C,
    grbit: JET_GRBIT,
    status: JET_PFNSTATUS,
) -> Answer {
    // SAFETY: passed on.
    unsafe { to_directory(&*only()?, folder, grbit, status) }
}

/// JetBackupInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_backup_instance<C: Char>(
    instance: JET_INSTANCE,
    folder: *const C,
    grbit: JET_GRBIT,
    status: JET_PFNSTATUS,
) -> Answer {
    // SAFETY: passed on.
    unsafe { to_directory(&*named(instance)?, folder, grbit, status) }
}
