//! Information about databases, instances and files (behaviour-instances.md §11).

use super::databases::db_path;
use super::info_tables::{pages, put_name};
use super::put;
use super::transactions::signature_of;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::process::process;
use crate::session::enter;
use crate::strings::path_in;
use crate::structs::{
    JET_BKINFO, JET_BKINFO_u1, JET_CHECKPOINTINFO, JET_DBINFOMISC, JET_DBINFOMISC2,
    JET_DBINFOMISC3, JET_DBINFOMISC4, JET_DBINFOMISC5, JET_DBINFOMISC6, JET_DBINFOMISC7,
    JET_DBINFOUPGRADE, JET_LGPOS, JET_LOGTIME,
};
use crate::types::{Char, JET_DBID, JET_INSTANCE, JET_SESID};
use ese_core::JetErr;
use ese_core::format::db_header::DbHeader;
use ese_core::format::header_page::{BYTES_FOR_SELECT, FileType, select_header};
use ese_core::format::ids::{BkInfo, Lgpos, LogTime, Objid, Pgno};
use ese_core::io::OpenMode;
use ese_core::io::env::Env;
use std::ffi::c_void;
use std::path::Path;

/// What JET_DbInfoVersion says.
const VERSION: u32 = 0x620;
/// What JET_DbInfoTransactions says: levels of a transaction.
const LEVELS: u32 = 7;
/// Locale number of an instance that was told none.
const LCID: u32 = 1033;
/// Code page of names.
const CODE_PAGE: u32 = 1252;

/// A position as the API shows it.
pub(super) fn lgpos_of(at: Lgpos) -> JET_LGPOS {
    JET_LGPOS {
        ib: at.ib,
        isec: at.isec,
        lGeneration: at.generation,
    }
}

/// A time as the API shows it.
pub(super) fn time_of(time: LogTime) -> JET_LOGTIME {
    let [s, m, h, d, mo, y, f1, f2] = time.0.map(u8::cast_signed);
    JET_LOGTIME {
        bSeconds: s,
        bMinutes: m,
        bHours: h,
        bDay: d,
        bMonth: mo,
        bYear: y,
        bFiller1: f1,
        bFiller2: f2,
    }
}

fn backup_of(info: BkInfo) -> JET_BKINFO {
    JET_BKINFO {
        lgposMark: lgpos_of(info.mark),
        u1: JET_BKINFO_u1 {
            logtimeMark: time_of(info.time),
        },
        genLow: info.gen_low,
        genHigh: info.gen_high,
    }
}

/// The header of a database as the API shows it: what older forms have comes first in newer ones.
fn misc(h: &DbHeader) -> JET_DBINFOMISC7 {
    JET_DBINFOMISC7 {
        ulVersion: h.version_major,
        ulUpdate: h.update_major,
        signDb: signature_of(h.sign_db),
        dbstate: h.dbstate,
        lgposConsistent: lgpos_of(h.lgpos_consistent),
        logtimeConsistent: time_of(h.logtime_consistent),
        logtimeAttach: time_of(h.logtime_attach),
        lgposAttach: lgpos_of(h.lgpos_attach),
        logtimeDetach: time_of(h.logtime_detach),
        lgposDetach: lgpos_of(h.lgpos_detach),
        signLog: signature_of(h.sign_log),
        bkinfoFullPrev: backup_of(h.bkinfo_full_prev),
        bkinfoIncPrev: backup_of(h.bkinfo_inc_prev),
        bkinfoFullCur: backup_of(h.bkinfo_full_cur),
        fShadowingDisabled: h.db_flags & 1,
        fUpgradeDb: 0,
        dwMajorVersion: h.os_major,
        dwMinorVersion: h.os_minor,
        dwBuildNumber: h.os_build,
        lSPNumber: h.os_service_pack.cast_signed(),
        cbPageSize: h.cb_page_size,
        genMinRequired: h.gen_min_required.cast_unsigned(),
        genMaxRequired: h.gen_max_required.cast_unsigned(),
        logtimeGenMaxCreate: time_of(h.logtime_gen_max_create),
        ulRepairCount: h.repair_count,
        logtimeRepair: time_of(h.logtime_repair),
        ulRepairCountOld: h.repair_count_old,
        ulECCFixSuccess: h.ecc_fix_success_count,
        logtimeECCFixSuccess: time_of(h.logtime_ecc_fix_success),
        ulECCFixSuccessOld: h.ecc_fix_success_count_old,
        ulECCFixFail: h.ecc_fix_fail_count,
        logtimeECCFixFail: time_of(h.logtime_ecc_fix_fail),
        ulECCFixFailOld: h.ecc_fix_fail_count_old,
        ulBadChecksum: h.bad_checksum_count,
        logtimeBadChecksum: time_of(h.logtime_bad_checksum),
        ulBadChecksumOld: h.bad_checksum_count_old,
        genCommitted: h.gen_max_committed.cast_unsigned(),
        bkinfoCopyPrev: backup_of(h.bkinfo_copy_prev),
        bkinfoDiffPrev: backup_of(h.bkinfo_diff_prev),
        ulIncrementalReseedCount: h.incremental_reseed_count,
        logtimeIncrementalReseed: time_of(h.logtime_incremental_reseed),
        ulIncrementalReseedCountOld: h.incremental_reseed_count_old,
        ulPagePatchCount: h.page_patch_count,
        logtimePagePatch: time_of(h.logtime_page_patch),
        ulPagePatchCountOld: h.page_patch_count_old,
        logtimeChecksumPrev: time_of(h.logtime_dbscan_prev),
        logtimeChecksumStart: time_of(h.logtime_dbscan_start),
        cpgDatabaseChecked: h.pgno_dbscan_highest_continuous,
        logtimeLastReAttach: time_of(h.logtime_last_reattach),
        lgposLastReAttach: lgpos_of(h.lgpos_last_reattach),
    }
}

/// Writes the form of [`misc`] that the size names.
///
/// # Safety
/// `result` is null or has `size` bytes.
unsafe fn put_misc(h: &DbHeader, result: *mut c_void, size: usize) -> Answer {
    let forms = [
        size_of::<JET_DBINFOMISC>(),
        size_of::<JET_DBINFOMISC2>(),
        size_of::<JET_DBINFOMISC3>(),
        size_of::<JET_DBINFOMISC4>(),
        size_of::<JET_DBINFOMISC5>(),
        size_of::<JET_DBINFOMISC6>(),
        size_of::<JET_DBINFOMISC7>(),
    ];
    demand(forms.contains(&size), JetErr::INVALID_BUFFER_SIZE)?;
    demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
    let all = misc(h);
    // SAFETY: there is room for so many bytes, and the structure has as many.
    unsafe {
        result
            .cast::<u8>()
            .copy_from_nonoverlapping((&raw const all).cast(), size);
    }
    DONE
}

fn exactly(size: u32, need: usize) -> Result<(), Refusal> {
    demand(size as usize == need, JetErr::INVALID_BUFFER_SIZE)
}

/// JetGetDatabaseInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_database_info<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    let core = db.core()?;
    let open = core.attached();
    let number = |n: u32| {
        exactly(size, 4)?;
        // SAFETY: the size was checked.
        unsafe { put(result, n) }
    };
    let own = || core.space_of(Pgno::SYSTEM_ROOT, Objid::SYSTEM_ROOT);
    // SAFETY: the caller's contract; each level has checked the room.
    unsafe {
        match level & !jet::JET_DbInfoUseCachedResult {
            jet::JET_DbInfoFilename => {
                let units = crate::strings::path_units(path_bytes(&db.path));
                let mut characters: Vec<C> = path_in(&units);
                characters.push(C::NUL);
                let need = characters.len() * size_of::<C>();
                demand(size as usize >= need, JetErr::BUFFER_TOO_SMALL)?;
                demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
                result
                    .cast::<u8>()
                    .copy_from_nonoverlapping(characters.as_ptr().cast(), need);
                DONE
            }
            jet::JET_DbInfoConnect => put_name::<C>(result, size, ""),
            jet::JET_DbInfoCountry => number(1),
            jet::JET_DbInfoLCID => number(LCID),
            jet::JET_DbInfoCp => number(CODE_PAGE),
            jet::JET_DbInfoCollate => number(0),
            jet::JET_DbInfoOptions => {
                let state = session.state();
                let exclusive = state.open.iter().any(|o| o.db.dbid == dbid && o.exclusive);
                drop(state);
                number(if exclusive {
                    jet::JET_bitDbExclusive
                } else {
                    0
                })
            }
            jet::JET_DbInfoTransactions => number(LEVELS),
            jet::JET_DbInfoVersion => number(VERSION),
            jet::JET_DbInfoIsam | 16 => refuse(JetErr::FEATURE_NOT_AVAILABLE),
            jet::JET_DbInfoFilesize | jet::JET_DbInfoFilesizeOnDisk => {
                // The size is not looked at; what has no room is not written.
                if size >= 4 {
                    put(result, open.file_pages())?;
                }
                DONE
            }
            jet::JET_DbInfoSpaceOwned => {
                exactly(size, 4)?;
                number(pages(own()?.0))
            }
            jet::JET_DbInfoSpaceAvailable => {
                demand(size >= 4, JetErr::INVALID_PARAMETER)?;
                put(result, pages(own()?.1))
            }
            jet::JET_DbInfoPageSize => {
                demand(size == 4, JetErr::BUFFER_TOO_SMALL)?;
                put(result, open.page_size().bytes() as u32)
            }
            jet::JET_DbInfoMisc => put_misc(&open.file().header(), result, size as usize),
            _ => refuse(JetErr::INVALID_PARAMETER),
        }
    }
}

fn path_bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes()
}

/// The header of a file: in memory where the database is attached in this process.
fn header_at(path: &Path) -> Result<(DbHeader, bool), Refusal> {
    for (_, instance) in process().instances.all() {
        let Some(running) = instance.engine() else {
            continue;
        };
        let all = running.databases();
        if let Some(db) = all.iter().find(|db| db.path == path) {
            let core = db.core()?;
            return Ok((core.attached().file().header(), true));
        }
    }
    // The header alone counts: whether a page is behind it, and what kind of file it names, is not
    // asked.
    let mut head = vec![0; BYTES_FOR_SELECT];
    let env = Env::real();
    let file = env.fs.open(path, OpenMode::Read);
    let read = file.and_then(|file| file.read_at(&mut head, 0));
    head.truncate(read.map_err(|_| Refusal(JetErr::READ_VERIFY_FAILURE))?);
    match select_header(&head) {
        Ok(selected) => Ok((selected.header, false)),
        Err(_) => refuse(JetErr::READ_VERIFY_FAILURE),
    }
}

/// The header of what says that it is a database.
fn database_header_at(path: &Path) -> Result<DbHeader, Refusal> {
    let (header, _) = header_at(path)?;
    let kind = header.file_type();
    demand(
        matches!(kind, FileType::Database | FileType::TempDatabase),
        JetErr::FILE_INVALID_TYPE,
    )?;
    Ok(header)
}

/// The page size that a header stands for.
fn page_size_of(header: &DbHeader) -> u32 {
    let size = header.page_size();
    size.map_or(header.cb_page_size, |size| size.bytes() as u32)
}

/// JetGetDatabaseFileInfo: by name; no instance is needed.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_database_file_info<C: Char>(
    name: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    // SAFETY: the caller's contract.
    let path = unsafe { db_path(name) }?;
    let Ok(meta) = std::fs::metadata(&path) else {
        return refuse(JetErr::FILE_NOT_FOUND);
    };
    // SAFETY: the caller's contract; each level has checked the room.
    unsafe {
        match level {
            jet::JET_DbInfoFilesize | jet::JET_DbInfoFilesizeOnDisk => {
                exactly(size, 8)?;
                put(result, meta.len())
            }
            jet::JET_DbInfoUpgrade => {
                let need = size_of::<JET_DBINFOUPGRADE>();
                exactly(size, need)?;
                demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
                let says = result.cast::<u32>().read_unaligned();
                demand(says as usize == need, JetErr::INVALID_PARAMETER)?;
                header_at(&path)?;
                put(
                    result,
                    JET_DBINFOUPGRADE {
                        cbStruct: need as u32,
                        cbFilesizeLow: meta.len() as u32,
                        cbFilesizeHigh: (meta.len() >> 32) as u32,
                        cbFreeSpaceRequiredLow: 0,
                        cbFreeSpaceRequiredHigh: 0,
                        csecToUpgrade: 0,
                        // It is of the newest form already.
                        ulFlags: 2,
                    },
                )
            }
            jet::JET_DbInfoMisc => put_misc(&database_header_at(&path)?, result, size as usize),
            jet::JET_DbInfoPageSize => {
                exactly(size, 4)?;
                put(result, page_size_of(&header_at(&path)?.0))
            }
            jet::JET_DbInfoFileType => {
                exactly(size, 4)?;
                put(result, header_at(&path)?.0.filetype)
            }
            jet::JET_DbInfoDBInUse => {
                exactly(size, 4)?;
                put(result, u32::from(header_at(&path)?.1))
            }
            _ => refuse(JetErr::INVALID_PARAMETER),
        }
    }
}

/// JetSetDatabaseSize: a file that is not attached grows. The next attach cuts it back to what the
/// database owns.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_database_size<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    wanted: u32,
    real: *mut u32,
) -> Answer {
    const LEAST: u32 = 32;
    const HEADERS: u64 = 2;
    let _session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let path = unsafe { db_path(name) }?;
    demand(wanted >= LEAST, JetErr::INVALID_PARAMETER)?;
    demand(path.exists(), JetErr::FILE_NOT_FOUND)?;
    let (header, attached) = header_at(&path)?;
    demand(!attached, JetErr::FILE_ACCESS_DENIED)?;
    demand(
        header.dbstate == jet::JET_dbstateCleanShutdown,
        JetErr::DATABASE_DIRTY_SHUTDOWN,
    )?;
    let page = u64::from(page_size_of(&header)).max(1);
    let file = std::fs::OpenOptions::new().write(true).open(&path)?;
    let now = file.metadata()?.len() / page;
    let target = u64::from(wanted) + HEADERS;
    if target > now {
        file.set_len(target * page)?;
    }
    let pages_now = target.max(now).saturating_sub(HEADERS);
    // SAFETY: the caller's contract.
    unsafe { crate::arguments::out(real) }.set(pages(pages_now));
    DONE
}

/// JetGetInstanceMiscInfo.
///
/// # Safety
/// The contract of the C function.
// PARTLY: no revert snapshots
pub(crate) unsafe fn jet_get_instance_misc_info(
    instance: JET_INSTANCE,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let (_, instance) = process().instance(&process().state(), instance)?;
    let running = instance.running(true)?;
    match level {
        jet::JET_InstanceMiscInfoLogSignature => {
            let signature = running.core.log().map(|log| log.sign_log());
            let signature = signature.unwrap_or(ese_core::format::ids::Signature::NONE);
            let shown = signature_of(signature);
            demand(
                size as usize >= size_of_val(&shown),
                JetErr::BUFFER_TOO_SMALL,
            )?;
            // SAFETY: the size was checked.
            unsafe { put(result, shown) }
        }
        jet::JET_InstanceMiscInfoCheckpoint => {
            let need = size_of::<JET_CHECKPOINTINFO>();
            demand(size as usize >= need, JetErr::BUFFER_TOO_SMALL)?;
            let log = running.core.log().map(|log| log.current());
            let (newest, made) = log.unwrap_or_default();
            let oldest = running.core.checkpoint_position().map(|at| at.generation);
            let shown = JET_CHECKPOINTINFO {
                genMin: oldest.unwrap_or(0).cast_unsigned(),
                genMax: newest.cast_unsigned(),
                logtimeGenMaxCreate: time_of(made),
            };
            // SAFETY: the size was checked.
            unsafe { put(result, shown) }
        }
        jet::JET_InstanceMiscInfoRBS => refuse(JetErr::FEATURE_NOT_AVAILABLE),
        _ => refuse(JetErr::INVALID_PARAMETER),
    }
}
