//! Generated from `api/functions.tsv` and the bodies in `calls/` by `cargo xtask codegen`; not
//! edited by hand.
//!
//! Every name that a program can link against. Invariant: nothing happens here but the gate.
#![allow(non_snake_case)]
#![allow(clippy::missing_safety_doc, clippy::too_many_arguments)]

use crate::calls;
use crate::gate::gate;
use crate::structs::*;
use crate::types::*;
use std::ffi::{c_char, c_void};

/// Adds a column to a table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errFixedDDL, JET_errInvalidParameter, JET_errInTransaction, JET_errColumnDuplicate,
/// JET_errTableNotEmpty, JET_errRecordTooBig, JET_errTooManyColumns, JET_errColumnRedundant,
/// JET_errCallbackNotResolved, JET_wrnColumnMaxTruncated, JET_errInvalidName,
/// JET_errInvalidColumnType, JET_errInvalidCodePage, JET_errTaggedNotNULL,
/// JET_errInvalidGrbit, JET_errMultiValuedColumnMustBeTagged, JET_errCannotBeTagged,
/// JET_errExclusiveTableLockRequired.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAddColumn(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
    pcolumndef: *const JET_COLUMNDEF,
    pvDefault: *const c_void,
    cbDefault: u32,
    pcolumnid: *mut JET_COLUMNID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAddColumn(sesid, tableid, szColumnName, pcolumndef, pvDefault, cbDefault, pcolumnid) aligned(pcolumndef, pcolumnid) => unsafe { calls::jet_add_column::<c_char>(sesid, tableid, szColumnName, pcolumndef, pvDefault, cbDefault, pcolumnid) })
}

/// Adds a column to a table.
///
/// Errors named by its page:
/// JET_errFixedDDL, JET_errInvalidParameter, JET_errInTransaction, JET_errColumnDuplicate,
/// JET_errTableNotEmpty, JET_errRecordTooBig, JET_errTooManyColumns, JET_errColumnRedundant,
/// JET_errCallbackNotResolved, JET_wrnColumnMaxTruncated, JET_errInvalidName,
/// JET_errInvalidColumnType, JET_errInvalidCodePage, JET_errTaggedNotNULL,
/// JET_errInvalidGrbit, JET_errMultiValuedColumnMustBeTagged, JET_errCannotBeTagged,
/// JET_errExclusiveTableLockRequired.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAddColumnA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
    pcolumndef: *const JET_COLUMNDEF,
    pvDefault: *const c_void,
    cbDefault: u32,
    pcolumnid: *mut JET_COLUMNID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAddColumnA(sesid, tableid, szColumnName, pcolumndef, pvDefault, cbDefault, pcolumnid) aligned(pcolumndef, pcolumnid) => unsafe { calls::jet_add_column::<c_char>(sesid, tableid, szColumnName, pcolumndef, pvDefault, cbDefault, pcolumnid) })
}

/// Adds a column to a table.
///
/// Errors named by its page:
/// JET_errFixedDDL, JET_errInvalidParameter, JET_errInTransaction, JET_errColumnDuplicate,
/// JET_errTableNotEmpty, JET_errRecordTooBig, JET_errTooManyColumns, JET_errColumnRedundant,
/// JET_errCallbackNotResolved, JET_wrnColumnMaxTruncated, JET_errInvalidName,
/// JET_errInvalidColumnType, JET_errInvalidCodePage, JET_errTaggedNotNULL,
/// JET_errInvalidGrbit, JET_errMultiValuedColumnMustBeTagged, JET_errCannotBeTagged,
/// JET_errExclusiveTableLockRequired.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAddColumnW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCWSTR,
    pcolumndef: *const JET_COLUMNDEF,
    pvDefault: *const c_void,
    cbDefault: u32,
    pcolumnid: *mut JET_COLUMNID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAddColumnW(sesid, tableid, szColumnName, pcolumndef, pvDefault, cbDefault, pcolumnid) aligned(szColumnName, pcolumndef, pcolumnid) => unsafe { calls::jet_add_column::<JET_WCHAR>(sesid, tableid, szColumnName, pcolumndef, pvDefault, cbDefault, pcolumnid) })
}

/// Attaches a database file to the instance, so that it can be opened. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseFileReadOnly, JET_errDatabaseInUse,
/// JET_errDatabaseInvalidPath, JET_errDatabaseSharingViolation, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errPrimaryIndexCorrupted, JET_errSecondaryIndexCorrupted,
/// JET_errTooManyAttachedDatabases, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase(sesid, szFilename, grbit) aligned() => unsafe { calls::jet_attach_database::<c_char>(sesid, szFilename, grbit) })
}

/// Attaches a database file to the instance, so that it can be opened.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseFileReadOnly, JET_errDatabaseInUse,
/// JET_errDatabaseInvalidPath, JET_errDatabaseSharingViolation, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errPrimaryIndexCorrupted, JET_errSecondaryIndexCorrupted,
/// JET_errTooManyAttachedDatabases, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabaseA(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabaseA(sesid, szFilename, grbit) aligned() => unsafe { calls::jet_attach_database::<c_char>(sesid, szFilename, grbit) })
}

/// Attaches a database file to the instance, so that it can be opened.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseFileReadOnly, JET_errDatabaseInUse,
/// JET_errDatabaseInvalidPath, JET_errDatabaseSharingViolation, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errPrimaryIndexCorrupted, JET_errSecondaryIndexCorrupted,
/// JET_errTooManyAttachedDatabases, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabaseW(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabaseW(sesid, szFilename, grbit) aligned(szFilename) => unsafe { calls::jet_attach_database::<JET_WCHAR>(sesid, szFilename, grbit) })
}

/// Attaches a database file and limits its size in pages. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseFileReadOnly, JET_errDatabaseInUse,
/// JET_errDatabaseInvalidPath, JET_errDatabaseSharingViolation, JET_errFileNotFound,
/// JET_errPrimaryIndexCorrupted, JET_errSecondaryIndexCorrupted,
/// JET_errTooManyAttachedDatabases, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase2(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase2(sesid, szFilename, cpgDatabaseSizeMax, grbit) aligned() => unsafe { calls::jet_attach_database2::<c_char>(sesid, szFilename, cpgDatabaseSizeMax, grbit) })
}

/// Attaches a database file and limits its size in pages.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseFileReadOnly, JET_errDatabaseInUse,
/// JET_errDatabaseInvalidPath, JET_errDatabaseSharingViolation, JET_errFileNotFound,
/// JET_errPrimaryIndexCorrupted, JET_errSecondaryIndexCorrupted,
/// JET_errTooManyAttachedDatabases, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase2A(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase2A(sesid, szFilename, cpgDatabaseSizeMax, grbit) aligned() => unsafe { calls::jet_attach_database2::<c_char>(sesid, szFilename, cpgDatabaseSizeMax, grbit) })
}

/// Attaches a database file and limits its size in pages.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseFileReadOnly, JET_errDatabaseInUse,
/// JET_errDatabaseInvalidPath, JET_errDatabaseSharingViolation, JET_errFileNotFound,
/// JET_errPrimaryIndexCorrupted, JET_errSecondaryIndexCorrupted,
/// JET_errTooManyAttachedDatabases, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase2W(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    cpgDatabaseSizeMax: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase2W(sesid, szFilename, cpgDatabaseSizeMax, grbit) aligned(szFilename) => unsafe { calls::jet_attach_database2::<JET_WCHAR>(sesid, szFilename, cpgDatabaseSizeMax, grbit) })
}

/// Attaches a database file with parameters of its own. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase3(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    rgsetdbparam: *mut JET_SETDBPARAM,
    csetdbparam: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase3(sesid, szFilename, rgsetdbparam, csetdbparam, grbit) aligned(rgsetdbparam) => unsafe { calls::jet_attach_database3::<c_char>(sesid, szFilename, rgsetdbparam, csetdbparam, grbit) })
}

/// Attaches a database file with parameters of its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase3A(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    rgsetdbparam: *mut JET_SETDBPARAM,
    csetdbparam: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase3A(sesid, szFilename, rgsetdbparam, csetdbparam, grbit) aligned(rgsetdbparam) => unsafe { calls::jet_attach_database3::<c_char>(sesid, szFilename, rgsetdbparam, csetdbparam, grbit) })
}

/// Attaches a database file with parameters of its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabase3W(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    rgsetdbparam: *mut JET_SETDBPARAM,
    csetdbparam: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetAttachDatabase3W(sesid, szFilename, rgsetdbparam, csetdbparam, grbit) aligned(szFilename, rgsetdbparam) => unsafe { calls::jet_attach_database3::<JET_WCHAR>(sesid, szFilename, rgsetdbparam, csetdbparam, grbit) })
}

/// Attached a database with its streaming file; such files are no more. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabaseWithStreaming(
    sesid: JET_SESID,
    szDbFileName: JET_PCSTR,
    szSLVFileName: JET_PCSTR,
    szSLVRootName: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetAttachDatabaseWithStreaming(sesid, szDbFileName, szSLVFileName, szSLVRootName, cpgDatabaseSizeMax, grbit) aligned() => calls::not_available())
}

/// Attached a database with its streaming file; such files are no more.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabaseWithStreamingA(
    sesid: JET_SESID,
    szDbFileName: JET_PCSTR,
    szSLVFileName: JET_PCSTR,
    szSLVRootName: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetAttachDatabaseWithStreamingA(sesid, szDbFileName, szSLVFileName, szSLVRootName, cpgDatabaseSizeMax, grbit) aligned() => calls::not_available())
}

/// Attached a database with its streaming file; such files are no more.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetAttachDatabaseWithStreamingW(
    sesid: JET_SESID,
    wszDbFileName: JET_PCWSTR,
    wszSLVFileName: JET_PCWSTR,
    wszSLVRootName: JET_PCWSTR,
    cpgDatabaseSizeMax: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetAttachDatabaseWithStreamingW(sesid, wszDbFileName, wszSLVFileName, wszSLVRootName, cpgDatabaseSizeMax, grbit) aligned(wszDbFileName, wszSLVFileName, wszSLVRootName) => calls::not_available())
}

/// Makes a backup of all databases into a folder, by the only instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errLoggingDisabled,
/// JET_errLogReadVerifyFailure, JET_errLogWriteFail, JET_errNotInitialized,
/// JET_errReadVerifyFailure, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBackup(
    szBackupPath: JET_PCSTR,
    grbit: JET_GRBIT,
    pfnStatus: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBackup(szBackupPath, grbit, pfnStatus) aligned() => unsafe { calls::jet_backup::<c_char>(szBackupPath, grbit, pfnStatus) })
}

/// Makes a backup of all databases into a folder, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errLoggingDisabled,
/// JET_errLogReadVerifyFailure, JET_errLogWriteFail, JET_errNotInitialized,
/// JET_errReadVerifyFailure, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBackupA(
    szBackupPath: JET_PCSTR,
    grbit: JET_GRBIT,
    pfnStatus: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBackupA(szBackupPath, grbit, pfnStatus) aligned() => unsafe { calls::jet_backup::<c_char>(szBackupPath, grbit, pfnStatus) })
}

/// Makes a backup of all databases into a folder, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errLoggingDisabled,
/// JET_errLogReadVerifyFailure, JET_errLogWriteFail, JET_errNotInitialized,
/// JET_errReadVerifyFailure, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBackupW(
    szBackupPath: JET_PCWSTR,
    grbit: JET_GRBIT,
    pfnStatus: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBackupW(szBackupPath, grbit, pfnStatus) aligned(szBackupPath) => unsafe { calls::jet_backup::<JET_WCHAR>(szBackupPath, grbit, pfnStatus) })
}

/// Makes a backup of all databases of an instance into a folder. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errLoggingDisabled,
/// JET_errLogReadVerifyFailure, JET_errLogWriteFail, JET_errNotInitialized,
/// JET_errReadVerifyFailure, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBackupInstance(
    instance: JET_INSTANCE,
    szBackupPath: JET_PCSTR,
    grbit: JET_GRBIT,
    pfnStatus: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBackupInstance(instance, szBackupPath, grbit, pfnStatus) aligned() => unsafe { calls::jet_backup_instance::<c_char>(instance, szBackupPath, grbit, pfnStatus) })
}

/// Makes a backup of all databases of an instance into a folder.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errLoggingDisabled,
/// JET_errLogReadVerifyFailure, JET_errLogWriteFail, JET_errNotInitialized,
/// JET_errReadVerifyFailure, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBackupInstanceA(
    instance: JET_INSTANCE,
    szBackupPath: JET_PCSTR,
    grbit: JET_GRBIT,
    pfnStatus: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBackupInstanceA(instance, szBackupPath, grbit, pfnStatus) aligned() => unsafe { calls::jet_backup_instance::<c_char>(instance, szBackupPath, grbit, pfnStatus) })
}

/// Makes a backup of all databases of an instance into a folder.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errLoggingDisabled,
/// JET_errLogReadVerifyFailure, JET_errLogWriteFail, JET_errNotInitialized,
/// JET_errReadVerifyFailure, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBackupInstanceW(
    instance: JET_INSTANCE,
    szBackupPath: JET_PCWSTR,
    grbit: JET_GRBIT,
    pfnStatus: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBackupInstanceW(instance, szBackupPath, grbit, pfnStatus) aligned(szBackupPath) => unsafe { calls::jet_backup_instance::<JET_WCHAR>(instance, szBackupPath, grbit, pfnStatus) })
}

/// Begins to patch a database with pages of a replica. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginDatabaseIncrementalReseed(
    instance: JET_INSTANCE,
    szDatabase: JET_PCSTR,
    genFirstDivergedLog: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetBeginDatabaseIncrementalReseed(instance, szDatabase, genFirstDivergedLog, grbit) aligned() => calls::not_available())
}

/// Begins to patch a database with pages of a replica.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginDatabaseIncrementalReseedA(
    instance: JET_INSTANCE,
    szDatabase: JET_PCSTR,
    genFirstDivergedLog: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetBeginDatabaseIncrementalReseedA(instance, szDatabase, genFirstDivergedLog, grbit) aligned() => calls::not_available())
}

/// Begins to patch a database with pages of a replica.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginDatabaseIncrementalReseedW(
    instance: JET_INSTANCE,
    szDatabase: JET_PCWSTR,
    genFirstDivergedLog: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetBeginDatabaseIncrementalReseedW(instance, szDatabase, genFirstDivergedLog, grbit) aligned(szDatabase) => calls::not_available())
}

/// Begins a streaming backup, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errCheckpointCorrupt,
/// JET_errCheckpointFileNotFound, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errLoggingDisabled, JET_errLogWriteFail, JET_errMissingFullBackup,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginExternalBackup(grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginExternalBackup(grbit) aligned() => unsafe { calls::jet_begin_external_backup(grbit) })
}

/// Begins a streaming backup of an instance.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errBackupNotAllowedYet, JET_errCheckpointCorrupt,
/// JET_errCheckpointFileNotFound, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackup, JET_errInvalidGrbit,
/// JET_errLoggingDisabled, JET_errLogWriteFail, JET_errMissingFullBackup,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginExternalBackupInstance(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginExternalBackupInstance(instance, grbit) aligned() => unsafe { calls::jet_begin_external_backup_instance(instance, grbit) })
}

/// Begins a session of an instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errOutOfSessions, JET_errRestoreInProgress,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginSession(
    instance: JET_INSTANCE,
    psesid: *mut JET_SESID,
    szUserName: JET_PCSTR,
    szPassword: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginSession(instance, psesid, szUserName, szPassword) aligned(psesid) => unsafe { calls::jet_begin_session::<c_char>(instance, psesid, szUserName, szPassword) })
}

/// Begins a session of an instance.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errOutOfSessions, JET_errRestoreInProgress,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginSessionA(
    instance: JET_INSTANCE,
    psesid: *mut JET_SESID,
    szUserName: JET_PCSTR,
    szPassword: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginSessionA(instance, psesid, szUserName, szPassword) aligned(psesid) => unsafe { calls::jet_begin_session::<c_char>(instance, psesid, szUserName, szPassword) })
}

/// Begins a session of an instance.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errOutOfSessions, JET_errRestoreInProgress,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginSessionW(
    instance: JET_INSTANCE,
    psesid: *mut JET_SESID,
    szUserName: JET_PCWSTR,
    szPassword: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginSessionW(instance, psesid, szUserName, szPassword) aligned(psesid, szUserName, szPassword) => unsafe { calls::jet_begin_session::<JET_WCHAR>(instance, psesid, szUserName, szPassword) })
}

/// Notes that a replica is being backed up in place of this instance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginSurrogateBackup(
    instance: JET_INSTANCE,
    lgenFirst: u32,
    lgenLast: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginSurrogateBackup(instance, lgenFirst, lgenLast, grbit) aligned() => unsafe { calls::jet_begin_surrogate_backup(instance, lgenFirst, lgenLast, grbit) })
}

/// Begins a transaction, or a level inside one.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errTransTooDeep, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginTransaction(sesid: JET_SESID) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginTransaction(sesid) aligned() => unsafe { calls::jet_begin_transaction(sesid) })
}

/// Begins a transaction, read-only if wanted.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errTransTooDeep, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginTransaction2(sesid: JET_SESID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginTransaction2(sesid, grbit) aligned() => unsafe { calls::jet_begin_transaction2(sesid, grbit) })
}

/// Begins a transaction and names it for traces.
///
/// Errors named by its page:
/// JET_errTransReadOnly, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errTransTooDeep.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetBeginTransaction3(
    sesid: JET_SESID,
    trxid: i64,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetBeginTransaction3(sesid, trxid, grbit) aligned() => unsafe { calls::jet_begin_transaction3(sesid, trxid, grbit) })
}

/// Closes a database that the session has opened.
///
/// Errors named by its page:
/// JET_errDatabaseNotFound, JET_errInvalidDatabaseId.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCloseDatabase(
    sesid: JET_SESID,
    dbid: JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCloseDatabase(sesid, dbid, grbit) aligned() => unsafe { calls::jet_close_database(sesid, dbid, grbit) })
}

/// Closes a file of a streaming backup, by the only instance.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCloseFile(hfFile: JET_HANDLE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCloseFile(hfFile) aligned() => unsafe { calls::jet_close_file(hfFile) })
}

/// Closes a file of a streaming backup.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCloseFileInstance(
    instance: JET_INSTANCE,
    hfFile: JET_HANDLE,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCloseFileInstance(instance, hfFile) aligned() => unsafe { calls::jet_close_file_instance(instance, hfFile) })
}

/// Closes a cursor, and a temporary table with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCloseTable(sesid: JET_SESID, tableid: JET_TABLEID) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCloseTable(sesid, tableid) aligned() => unsafe { calls::jet_close_table(sesid, tableid) })
}

/// Commits the innermost level of the transaction.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidGrbit,
/// JET_errNotInitialized, JET_errNotInTransaction, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCommitTransaction(sesid: JET_SESID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCommitTransaction(sesid, grbit) aligned() => unsafe { calls::jet_commit_transaction(sesid, grbit) })
}

/// Commits, says how long the disk may take, and gives the number of the commit.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidGrbit,
/// JET_errNotInitialized, JET_errNotInTransaction, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCommitTransaction2(
    sesid: JET_SESID,
    grbit: JET_GRBIT,
    cmsecDurableCommit: u32,
    pCommitId: *mut JET_COMMIT_ID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCommitTransaction2(sesid, grbit, cmsecDurableCommit, pCommitId) aligned(pCommitId) => unsafe { calls::jet_commit_transaction2(sesid, grbit, cmsecDurableCommit, pCommitId) })
}

/// Writes a compact copy of a database. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errFeatureNotAvailable,
/// JET_errInstanceUnavailable, JET_errInTransaction, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCompact(
    sesid: JET_SESID,
    szDatabaseSrc: JET_PCSTR,
    szDatabaseDest: JET_PCSTR,
    pfnStatus: JET_PFNSTATUS,
    pconvert: *mut JET_CONVERT_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCompact(sesid, szDatabaseSrc, szDatabaseDest, pfnStatus, pconvert, grbit) aligned(pconvert) => unsafe { calls::jet_compact::<c_char>(sesid, szDatabaseSrc, szDatabaseDest, pfnStatus, pconvert, grbit) })
}

/// Writes a compact copy of a database.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errFeatureNotAvailable,
/// JET_errInstanceUnavailable, JET_errInTransaction, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCompactA(
    sesid: JET_SESID,
    szDatabaseSrc: JET_PCSTR,
    szDatabaseDest: JET_PCSTR,
    pfnStatus: JET_PFNSTATUS,
    pconvert: *mut JET_CONVERT_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCompactA(sesid, szDatabaseSrc, szDatabaseDest, pfnStatus, pconvert, grbit) aligned(pconvert) => unsafe { calls::jet_compact::<c_char>(sesid, szDatabaseSrc, szDatabaseDest, pfnStatus, pconvert, grbit) })
}

/// Writes a compact copy of a database.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errFeatureNotAvailable,
/// JET_errInstanceUnavailable, JET_errInTransaction, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCompactW(
    sesid: JET_SESID,
    szDatabaseSrc: JET_PCWSTR,
    szDatabaseDest: JET_PCWSTR,
    pfnStatus: JET_PFNSTATUS,
    pconvert: *mut JET_CONVERT_W,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCompactW(sesid, szDatabaseSrc, szDatabaseDest, pfnStatus, pconvert, grbit) aligned(szDatabaseSrc, szDatabaseDest, pconvert) => unsafe { calls::jet_compact::<JET_WCHAR>(sesid, szDatabaseSrc, szDatabaseDest, pfnStatus, pconvert, grbit) })
}

/// Counts records, keys and pages of a table's indexes for later information calls.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errRollbackError, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetComputeStats(sesid: JET_SESID, tableid: JET_TABLEID) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetComputeStats(sesid, tableid) aligned() => unsafe { calls::jet_compute_stats(sesid, tableid) })
}

/// Says what of the cache a crash dump should hold.
///
/// Partly: no part of the cache can be left out.
///
/// Errors named by its page:
/// JET_errInternalError.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetConfigureProcessForCrashDump(grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetConfigureProcessForCrashDump(grbit) aligned() => unsafe { calls::jet_configure_process_for_crash_dump(grbit) })
}

/// Takes log data that another instance has emitted.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetConsumeLogData(
    instance: JET_INSTANCE,
    pEmitLogDataCtx: *mut JET_EMITDATACTX,
    pvLogData: *mut c_void,
    cbLogData: u32,
    grbits: JET_GRBIT,
) -> JET_ERR {
    gate!(JetConsumeLogData(instance, pEmitLogDataCtx, pvLogData, cbLogData, grbits) aligned(pEmitLogDataCtx) => calls::not_available())
}

/// Changes a schema in ways that the ordinary calls do not allow. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetConvertDDL(
    sesid: JET_SESID,
    dbid: JET_DBID,
    convtyp: JET_OPDDLCONV,
    pvData: *mut c_void,
    cbData: u32,
) -> JET_ERR {
    gate!(JetConvertDDL(sesid, dbid, convtyp, pvData, cbData) aligned() => calls::not_available())
}

/// Changes a schema in ways that the ordinary calls do not allow.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetConvertDDLA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    convtyp: JET_OPDDLCONV,
    pvData: *mut c_void,
    cbData: u32,
) -> JET_ERR {
    gate!(JetConvertDDLA(sesid, dbid, convtyp, pvData, cbData) aligned() => calls::not_available())
}

/// Changes a schema in ways that the ordinary calls do not allow.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetConvertDDLW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    convtyp: JET_OPDDLCONV,
    pvData: *mut c_void,
    cbData: u32,
) -> JET_ERR {
    gate!(JetConvertDDLW(sesid, dbid, convtyp, pvData, cbData) aligned() => calls::not_available())
}

/// Creates a database, attaches and opens it. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errDatabaseDuplicate, JET_errDatabaseInUse, JET_errDatabaseInvalidPages,
/// JET_errDatabaseInvalidPath, JET_errDatabaseLocked, JET_errDatabaseNotFound,
/// JET_errDatabaseSharingViolation, JET_errInTransaction, JET_errInvalidDatabase,
/// JET_errOneDatabasePerSession, JET_errOutOfMemory, JET_errTooManyAttachedDatabases,
/// JET_wrnDatabaseAttached, JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    szConnect: JET_PCSTR,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase(sesid, szFilename, szConnect, pdbid, grbit) aligned(pdbid) => unsafe { calls::jet_create_database::<c_char>(sesid, szFilename, szConnect, pdbid, grbit) })
}

/// Creates a database, attaches and opens it.
///
/// Errors named by its page:
/// JET_errDatabaseDuplicate, JET_errDatabaseInUse, JET_errDatabaseInvalidPages,
/// JET_errDatabaseInvalidPath, JET_errDatabaseLocked, JET_errDatabaseNotFound,
/// JET_errDatabaseSharingViolation, JET_errInTransaction, JET_errInvalidDatabase,
/// JET_errOneDatabasePerSession, JET_errOutOfMemory, JET_errTooManyAttachedDatabases,
/// JET_wrnDatabaseAttached, JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabaseA(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    szConnect: JET_PCSTR,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabaseA(sesid, szFilename, szConnect, pdbid, grbit) aligned(pdbid) => unsafe { calls::jet_create_database::<c_char>(sesid, szFilename, szConnect, pdbid, grbit) })
}

/// Creates a database, attaches and opens it.
///
/// Errors named by its page:
/// JET_errDatabaseDuplicate, JET_errDatabaseInUse, JET_errDatabaseInvalidPages,
/// JET_errDatabaseInvalidPath, JET_errDatabaseLocked, JET_errDatabaseNotFound,
/// JET_errDatabaseSharingViolation, JET_errInTransaction, JET_errInvalidDatabase,
/// JET_errOneDatabasePerSession, JET_errOutOfMemory, JET_errTooManyAttachedDatabases,
/// JET_wrnDatabaseAttached, JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabaseW(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    szConnect: JET_PCWSTR,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabaseW(sesid, szFilename, szConnect, pdbid, grbit) aligned(szFilename, szConnect, pdbid) => unsafe { calls::jet_create_database::<JET_WCHAR>(sesid, szFilename, szConnect, pdbid, grbit) })
}

/// Creates a database and limits its size in pages. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errDatabaseDuplicate, JET_errDatabaseInUse, JET_errDatabaseInvalidPages,
/// JET_errDatabaseInvalidPath, JET_errDatabaseLocked, JET_errDatabaseNotFound,
/// JET_errDatabaseSharingViolation, JET_errInTransaction, JET_errInvalidDatabase,
/// JET_errOneDatabasePerSession, JET_errOutOfMemory, JET_errTooManyAttachedDatabases,
/// JET_wrnDatabaseAttached, JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase2(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase2(sesid, szFilename, cpgDatabaseSizeMax, pdbid, grbit) aligned(pdbid) => unsafe { calls::jet_create_database2::<c_char>(sesid, szFilename, cpgDatabaseSizeMax, pdbid, grbit) })
}

/// Creates a database and limits its size in pages.
///
/// Errors named by its page:
/// JET_errDatabaseDuplicate, JET_errDatabaseInUse, JET_errDatabaseInvalidPages,
/// JET_errDatabaseInvalidPath, JET_errDatabaseLocked, JET_errDatabaseNotFound,
/// JET_errDatabaseSharingViolation, JET_errInTransaction, JET_errInvalidDatabase,
/// JET_errOneDatabasePerSession, JET_errOutOfMemory, JET_errTooManyAttachedDatabases,
/// JET_wrnDatabaseAttached, JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase2A(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase2A(sesid, szFilename, cpgDatabaseSizeMax, pdbid, grbit) aligned(pdbid) => unsafe { calls::jet_create_database2::<c_char>(sesid, szFilename, cpgDatabaseSizeMax, pdbid, grbit) })
}

/// Creates a database and limits its size in pages.
///
/// Errors named by its page:
/// JET_errDatabaseDuplicate, JET_errDatabaseInUse, JET_errDatabaseInvalidPages,
/// JET_errDatabaseInvalidPath, JET_errDatabaseLocked, JET_errDatabaseNotFound,
/// JET_errDatabaseSharingViolation, JET_errInTransaction, JET_errInvalidDatabase,
/// JET_errOneDatabasePerSession, JET_errOutOfMemory, JET_errTooManyAttachedDatabases,
/// JET_wrnDatabaseAttached, JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase2W(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    cpgDatabaseSizeMax: u32,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase2W(sesid, szFilename, cpgDatabaseSizeMax, pdbid, grbit) aligned(szFilename, pdbid) => unsafe { calls::jet_create_database2::<JET_WCHAR>(sesid, szFilename, cpgDatabaseSizeMax, pdbid, grbit) })
}

/// Creates a database with parameters of its own. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase3(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    pdbid: *mut JET_DBID,
    rgsetdbparam: *mut JET_SETDBPARAM,
    csetdbparam: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase3(sesid, szFilename, pdbid, rgsetdbparam, csetdbparam, grbit) aligned(pdbid, rgsetdbparam) => unsafe { calls::jet_create_database3::<c_char>(sesid, szFilename, pdbid, rgsetdbparam, csetdbparam, grbit) })
}

/// Creates a database with parameters of its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase3A(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    pdbid: *mut JET_DBID,
    rgsetdbparam: *mut JET_SETDBPARAM,
    csetdbparam: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase3A(sesid, szFilename, pdbid, rgsetdbparam, csetdbparam, grbit) aligned(pdbid, rgsetdbparam) => unsafe { calls::jet_create_database3::<c_char>(sesid, szFilename, pdbid, rgsetdbparam, csetdbparam, grbit) })
}

/// Creates a database with parameters of its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabase3W(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    pdbid: *mut JET_DBID,
    rgsetdbparam: *mut JET_SETDBPARAM,
    csetdbparam: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateDatabase3W(sesid, szFilename, pdbid, rgsetdbparam, csetdbparam, grbit) aligned(szFilename, pdbid, rgsetdbparam) => unsafe { calls::jet_create_database3::<JET_WCHAR>(sesid, szFilename, pdbid, rgsetdbparam, csetdbparam, grbit) })
}

/// Created a database with a streaming file; such files are no more. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabaseWithStreaming(
    sesid: JET_SESID,
    szDbFileName: JET_PCSTR,
    szSLVFileName: JET_PCSTR,
    szSLVRootName: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetCreateDatabaseWithStreaming(sesid, szDbFileName, szSLVFileName, szSLVRootName, cpgDatabaseSizeMax, pdbid, grbit) aligned(pdbid) => calls::not_available())
}

/// Created a database with a streaming file; such files are no more.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabaseWithStreamingA(
    sesid: JET_SESID,
    szDbFileName: JET_PCSTR,
    szSLVFileName: JET_PCSTR,
    szSLVRootName: JET_PCSTR,
    cpgDatabaseSizeMax: u32,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetCreateDatabaseWithStreamingA(sesid, szDbFileName, szSLVFileName, szSLVRootName, cpgDatabaseSizeMax, pdbid, grbit) aligned(pdbid) => calls::not_available())
}

/// Created a database with a streaming file; such files are no more.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateDatabaseWithStreamingW(
    sesid: JET_SESID,
    wszDbFileName: JET_PCWSTR,
    wszSLVFileName: JET_PCWSTR,
    wszSLVRootName: JET_PCWSTR,
    cpgDatabaseSizeMax: u32,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetCreateDatabaseWithStreamingW(sesid, wszDbFileName, wszSLVFileName, wszSLVRootName, cpgDatabaseSizeMax, pdbid, grbit) aligned(wszDbFileName, wszSLVFileName, wszSLVRootName, pdbid) => calls::not_available())
}

/// Makes a key for encrypted columns.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateEncryptionKey(
    encryptionAlgorithm: u32,
    pvKey: *mut c_void,
    cbKey: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    gate!(JetCreateEncryptionKey(encryptionAlgorithm, pvKey, cbKey, pcbActual) aligned(pcbActual) => calls::not_available())
}

/// Creates an index over columns of a table. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    grbit: JET_GRBIT,
    szKey: *const c_char,
    cbKey: u32,
    lDensity: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex(sesid, tableid, szIndexName, grbit, szKey, cbKey, lDensity) aligned() => unsafe { calls::jet_create_index::<c_char>(sesid, tableid, szIndexName, grbit, szKey, cbKey, lDensity) })
}

/// Creates an index over columns of a table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndexA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    grbit: JET_GRBIT,
    szKey: *const c_char,
    cbKey: u32,
    lDensity: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndexA(sesid, tableid, szIndexName, grbit, szKey, cbKey, lDensity) aligned() => unsafe { calls::jet_create_index::<c_char>(sesid, tableid, szIndexName, grbit, szKey, cbKey, lDensity) })
}

/// Creates an index over columns of a table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndexW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
    grbit: JET_GRBIT,
    szKey: *const JET_WCHAR,
    cbKey: u32,
    lDensity: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndexW(sesid, tableid, szIndexName, grbit, szKey, cbKey, lDensity) aligned(szIndexName, szKey) => unsafe { calls::jet_create_index::<JET_WCHAR>(sesid, tableid, szIndexName, grbit, szKey, cbKey, lDensity) })
}

/// Creates several indexes at once (JET_INDEXCREATE). The A form under its plain name.
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE_A,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex2(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index2::<c_char>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Creates several indexes at once (JET_INDEXCREATE).
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex2A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE_A,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex2A(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index2::<c_char>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Creates several indexes at once (JET_INDEXCREATE).
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex2W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE_W,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex2W(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index2::<JET_WCHAR>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Creates several indexes at once (JET_INDEXCREATE2).
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail, JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex3A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE2_A,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex3A(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index3::<c_char>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Creates several indexes at once (JET_INDEXCREATE2).
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail, JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex3W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE2_W,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex3W(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index3::<JET_WCHAR>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Creates several indexes at once (JET_INDEXCREATE3).
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail, JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex4A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE3_A,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex4A(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index4::<c_char>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Creates several indexes at once (JET_INDEXCREATE3).
///
/// Errors named by its page:
/// JET_errCannotIndex, JET_errColumnNotFound, JET_errDensityInvalid, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errUnicodeTranslationFail, JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateIndex4W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pindexcreate: *mut JET_INDEXCREATE3_W,
    cIndexCreate: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateIndex4W(sesid, tableid, pindexcreate, cIndexCreate) aligned(pindexcreate) => unsafe { calls::jet_create_index4::<JET_WCHAR>(sesid, tableid, pindexcreate, cIndexCreate) })
}

/// Makes an instance that can be set up and initialised. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInstanceNameInUse, JET_errInvalidParameter, JET_errRunningInOneInstanceMode,
/// JET_errTooManyInstances, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateInstance(
    pinstance: *mut JET_INSTANCE,
    szInstanceName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateInstance(pinstance, szInstanceName) aligned(pinstance) => unsafe { calls::jet_create_instance::<c_char>(pinstance, szInstanceName) })
}

/// Makes an instance that can be set up and initialised.
///
/// Errors named by its page:
/// JET_errInstanceNameInUse, JET_errInvalidParameter, JET_errRunningInOneInstanceMode,
/// JET_errTooManyInstances, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateInstanceA(
    pinstance: *mut JET_INSTANCE,
    szInstanceName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateInstanceA(pinstance, szInstanceName) aligned(pinstance) => unsafe { calls::jet_create_instance::<c_char>(pinstance, szInstanceName) })
}

/// Makes an instance that can be set up and initialised.
///
/// Errors named by its page:
/// JET_errInstanceNameInUse, JET_errInvalidParameter, JET_errRunningInOneInstanceMode,
/// JET_errTooManyInstances, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateInstanceW(
    pinstance: *mut JET_INSTANCE,
    szInstanceName: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateInstanceW(pinstance, szInstanceName) aligned(pinstance, szInstanceName) => unsafe { calls::jet_create_instance::<JET_WCHAR>(pinstance, szInstanceName) })
}

/// Makes an instance with a name and a name to show. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInstanceNameInUse, JET_errInvalidParameter, JET_errRunningInOneInstanceMode,
/// JET_errTooManyInstances, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateInstance2(
    pinstance: *mut JET_INSTANCE,
    szInstanceName: JET_PCSTR,
    szDisplayName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateInstance2(pinstance, szInstanceName, szDisplayName, grbit) aligned(pinstance) => unsafe { calls::jet_create_instance2::<c_char>(pinstance, szInstanceName, szDisplayName, grbit) })
}

/// Makes an instance with a name and a name to show.
///
/// Errors named by its page:
/// JET_errInstanceNameInUse, JET_errInvalidParameter, JET_errRunningInOneInstanceMode,
/// JET_errTooManyInstances, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateInstance2A(
    pinstance: *mut JET_INSTANCE,
    szInstanceName: JET_PCSTR,
    szDisplayName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateInstance2A(pinstance, szInstanceName, szDisplayName, grbit) aligned(pinstance) => unsafe { calls::jet_create_instance2::<c_char>(pinstance, szInstanceName, szDisplayName, grbit) })
}

/// Makes an instance with a name and a name to show.
///
/// Errors named by its page:
/// JET_errInstanceNameInUse, JET_errInvalidParameter, JET_errRunningInOneInstanceMode,
/// JET_errTooManyInstances, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateInstance2W(
    pinstance: *mut JET_INSTANCE,
    szInstanceName: JET_PCWSTR,
    szDisplayName: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateInstance2W(pinstance, szInstanceName, szDisplayName, grbit) aligned(pinstance, szInstanceName, szDisplayName) => unsafe { calls::jet_create_instance2::<JET_WCHAR>(pinstance, szInstanceName, szDisplayName, grbit) })
}

/// Creates an empty table and opens it. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesVarSegMacNotAllowed,
/// JET_errIndexTuplesTextColumnsOnly, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTable(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    lPages: u32,
    lDensity: u32,
    ptableid: *mut JET_TABLEID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTable(sesid, dbid, szTableName, lPages, lDensity, ptableid) aligned(ptableid) => unsafe { calls::jet_create_table::<c_char>(sesid, dbid, szTableName, lPages, lDensity, ptableid) })
}

/// Creates an empty table and opens it.
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesVarSegMacNotAllowed,
/// JET_errIndexTuplesTextColumnsOnly, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    lPages: u32,
    lDensity: u32,
    ptableid: *mut JET_TABLEID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableA(sesid, dbid, szTableName, lPages, lDensity, ptableid) aligned(ptableid) => unsafe { calls::jet_create_table::<c_char>(sesid, dbid, szTableName, lPages, lDensity, ptableid) })
}

/// Creates an empty table and opens it.
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesVarSegMacNotAllowed,
/// JET_errIndexTuplesTextColumnsOnly, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    lPages: u32,
    lDensity: u32,
    ptableid: *mut JET_TABLEID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableW(sesid, dbid, szTableName, lPages, lDensity, ptableid) aligned(szTableName, ptableid) => unsafe { calls::jet_create_table::<JET_WCHAR>(sesid, dbid, szTableName, lPages, lDensity, ptableid) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE). The A form under its plain name.
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndexA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndexA(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndexW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndexW(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index::<JET_WCHAR>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE2). The A form under its plain name.
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex2(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE2_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex2(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index2::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE2).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex2A(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE2_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex2A(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index2::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE2).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex2W(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE2_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex2W(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index2::<JET_WCHAR>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE3).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail,
/// JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex3A(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE3_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex3A(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index3::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE3).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail,
/// JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex3W(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE3_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex3W(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index3::<JET_WCHAR>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE4).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail,
/// JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex4A(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE4_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex4A(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index4::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE4).
///
/// Errors named by its page:
/// JET_errCallbackNotResolved, JET_errCannotIndex, JET_errCannotNestDDL,
/// JET_errColumnDuplicate, JET_errColumnNotFound, JET_errColumnRedundant,
/// JET_errDensityInvalid, JET_errDDLNotInheritable, JET_errIndexDuplicate,
/// JET_errIndexHasPrimary, JET_errIndexInvalidDef, JET_errIndexTuplesInvalidLimits,
/// JET_errIndexTuplesNonUniqueOnly, JET_errIndexTuplesOneColumnOnly,
/// JET_errIndexTuplesSecondaryIndexOnly, JET_errIndexTuplesTextColumnsOnly,
/// JET_errIndexTuplesVarSegMacNotAllowed, JET_errInTransaction, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidCreateIndex, JET_errInvalidGrbit,
/// JET_errInvalidLanguageId, JET_errInvalidParameter, JET_errRecordTooBig,
/// JET_errTableDuplicate, JET_errTooManyColumns, JET_errUnicodeTranslationFail,
/// JET_errSpaceHintsInvalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex4W(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE4_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex4W(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index4::<JET_WCHAR>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE5).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex5A(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE5_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex5A(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index5::<c_char>(sesid, dbid, ptablecreate) })
}

/// Creates a table with columns and indexes (JET_TABLECREATE5).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetCreateTableColumnIndex5W(
    sesid: JET_SESID,
    dbid: JET_DBID,
    ptablecreate: *mut JET_TABLECREATE5_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetCreateTableColumnIndex5W(sesid, dbid, ptablecreate) aligned(ptablecreate) => unsafe { calls::jet_create_table_column_index5::<JET_WCHAR>(sesid, dbid, ptablecreate) })
}

/// Does the work of a database tool. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDBUtilities(pdbutil: *mut JET_DBUTIL_A) -> JET_ERR {
    gate!(JetDBUtilities(pdbutil) aligned(pdbutil) => calls::not_available())
}

/// Does the work of a database tool.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDBUtilitiesA(pdbutil: *mut JET_DBUTIL_A) -> JET_ERR {
    gate!(JetDBUtilitiesA(pdbutil) aligned(pdbutil) => calls::not_available())
}

/// Does the work of a database tool.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDBUtilitiesW(pdbutil: *mut JET_DBUTIL_W) -> JET_ERR {
    gate!(JetDBUtilitiesW(pdbutil) aligned(pdbutil) => calls::not_available())
}

/// Starts or stops the background check of a database's checksums.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDatabaseScan(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pcSecondsMax: *mut u32,
    cmsecSleep: u32,
    pfnCallback: JET_CALLBACK,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetDatabaseScan(sesid, dbid, pcSecondsMax, cmsecSleep, pfnCallback, grbit) aligned(pcSecondsMax) => calls::not_available())
}

/// Starts or stops defragmenting a database while it is used. The A form under its plain name.
///
/// Partly: leaves are joined, but no page is moved, and space trees stay as they are.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errDatabaseFileReadOnly,
/// JET_errDistributedTransactionAlreadyPreparedToCommit, JET_errInstanceUnavailable,
/// JET_errInvalidDatabaseId, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment(sesid, dbid, szTableName, pcPasses, pcSeconds, grbit) aligned(pcPasses, pcSeconds) => unsafe { calls::jet_defragment::<c_char>(sesid, dbid, szTableName, pcPasses, pcSeconds, grbit) })
}

/// Starts or stops defragmenting a database while it is used.
///
/// Partly: leaves are joined, but no page is moved, and space trees stay as they are.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errDatabaseFileReadOnly,
/// JET_errDistributedTransactionAlreadyPreparedToCommit, JET_errInstanceUnavailable,
/// JET_errInvalidDatabaseId, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragmentA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragmentA(sesid, dbid, szTableName, pcPasses, pcSeconds, grbit) aligned(pcPasses, pcSeconds) => unsafe { calls::jet_defragment::<c_char>(sesid, dbid, szTableName, pcPasses, pcSeconds, grbit) })
}

/// Starts or stops defragmenting a database while it is used.
///
/// Partly: leaves are joined, but no page is moved, and space trees stay as they are.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errDatabaseFileReadOnly,
/// JET_errDistributedTransactionAlreadyPreparedToCommit, JET_errInstanceUnavailable,
/// JET_errInvalidDatabaseId, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragmentW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragmentW(sesid, dbid, szTableName, pcPasses, pcSeconds, grbit) aligned(szTableName, pcPasses, pcSeconds) => unsafe { calls::jet_defragment::<JET_WCHAR>(sesid, dbid, szTableName, pcPasses, pcSeconds, grbit) })
}

/// Starts or stops defragmenting a database, with a callback at the end. The A form under its plain name.
///
/// Partly: leaves are joined, but no page is moved, and space trees stay as they are.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errDatabaseFileReadOnly,
/// JET_errDistributedTransactionAlreadyPreparedToCommit, JET_errInstanceUnavailable,
/// JET_errInvalidDatabaseId, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment2(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    callback: JET_CALLBACK,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment2(sesid, dbid, szTableName, pcPasses, pcSeconds, callback, grbit) aligned(pcPasses, pcSeconds) => unsafe { calls::jet_defragment2::<c_char>(sesid, dbid, szTableName, pcPasses, pcSeconds, callback, grbit) })
}

/// Starts or stops defragmenting a database, with a callback at the end.
///
/// Partly: leaves are joined, but no page is moved, and space trees stay as they are.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errDatabaseFileReadOnly,
/// JET_errDistributedTransactionAlreadyPreparedToCommit, JET_errInstanceUnavailable,
/// JET_errInvalidDatabaseId, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment2A(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    callback: JET_CALLBACK,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment2A(sesid, dbid, szTableName, pcPasses, pcSeconds, callback, grbit) aligned(pcPasses, pcSeconds) => unsafe { calls::jet_defragment2::<c_char>(sesid, dbid, szTableName, pcPasses, pcSeconds, callback, grbit) })
}

/// Starts or stops defragmenting a database, with a callback at the end.
///
/// Partly: leaves are joined, but no page is moved, and space trees stay as they are.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errDatabaseFileReadOnly,
/// JET_errDistributedTransactionAlreadyPreparedToCommit, JET_errInstanceUnavailable,
/// JET_errInvalidDatabaseId, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_wrnDefragAlreadyRunning, JET_wrnDefragNotRunning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment2W(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    callback: JET_CALLBACK,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment2W(sesid, dbid, szTableName, pcPasses, pcSeconds, callback, grbit) aligned(szTableName, pcPasses, pcSeconds) => unsafe { calls::jet_defragment2::<JET_WCHAR>(sesid, dbid, szTableName, pcPasses, pcSeconds, callback, grbit) })
}

/// Starts or stops defragmenting a database that is named by its path. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment3(
    sesid: JET_SESID,
    szDatabaseName: JET_PCSTR,
    szTableName: JET_PCSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    callback: JET_CALLBACK,
    pvContext: *mut c_void,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment3(sesid, szDatabaseName, szTableName, pcPasses, pcSeconds, callback, pvContext, grbit) aligned(pcPasses, pcSeconds) => unsafe { calls::jet_defragment3::<c_char>(sesid, szDatabaseName, szTableName, pcPasses, pcSeconds, callback, pvContext, grbit) })
}

/// Starts or stops defragmenting a database that is named by its path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment3A(
    sesid: JET_SESID,
    szDatabaseName: JET_PCSTR,
    szTableName: JET_PCSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    callback: JET_CALLBACK,
    pvContext: *mut c_void,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment3A(sesid, szDatabaseName, szTableName, pcPasses, pcSeconds, callback, pvContext, grbit) aligned(pcPasses, pcSeconds) => unsafe { calls::jet_defragment3::<c_char>(sesid, szDatabaseName, szTableName, pcPasses, pcSeconds, callback, pvContext, grbit) })
}

/// Starts or stops defragmenting a database that is named by its path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDefragment3W(
    sesid: JET_SESID,
    szDatabaseName: JET_PCWSTR,
    szTableName: JET_PCWSTR,
    pcPasses: *mut u32,
    pcSeconds: *mut u32,
    callback: JET_CALLBACK,
    pvContext: *mut c_void,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDefragment3W(sesid, szDatabaseName, szTableName, pcPasses, pcSeconds, callback, pvContext, grbit) aligned(szDatabaseName, szTableName, pcPasses, pcSeconds) => unsafe { calls::jet_defragment3::<JET_WCHAR>(sesid, szDatabaseName, szTableName, pcPasses, pcSeconds, callback, pvContext, grbit) })
}

/// Deletes the record under the cursor.
///
/// Errors named by its page:
/// JET_errCallbackFailed, JET_errClientRequestToStopJetService, JET_errIllegalOperation,
/// JET_errInstanceUnavailable, JET_errNoCurrentRecord, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errPermissionDenied, JET_errRollbackError,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly,
/// JET_errVersionStoreOutOfMemory, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDelete(sesid: JET_SESID, tableid: JET_TABLEID) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDelete(sesid, tableid) aligned() => unsafe { calls::jet_delete(sesid, tableid) })
}

/// Deletes a column. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errColumnInUse, JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errInvalidName,
/// JET_errPermissionDenied, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteColumn(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteColumn(sesid, tableid, szColumnName) aligned() => unsafe { calls::jet_delete_column::<c_char>(sesid, tableid, szColumnName) })
}

/// Deletes a column.
///
/// Errors named by its page:
/// JET_errColumnInUse, JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errInvalidName,
/// JET_errPermissionDenied, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteColumnA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteColumnA(sesid, tableid, szColumnName) aligned() => unsafe { calls::jet_delete_column::<c_char>(sesid, tableid, szColumnName) })
}

/// Deletes a column.
///
/// Errors named by its page:
/// JET_errColumnInUse, JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errInvalidName,
/// JET_errPermissionDenied, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteColumnW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteColumnW(sesid, tableid, szColumnName) aligned(szColumnName) => unsafe { calls::jet_delete_column::<JET_WCHAR>(sesid, tableid, szColumnName) })
}

/// Deletes a column, those of a template table apart if wanted. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errColumnInUse, JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errInvalidName,
/// JET_errPermissionDenied, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteColumn2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteColumn2(sesid, tableid, szColumnName, grbit) aligned() => unsafe { calls::jet_delete_column2::<c_char>(sesid, tableid, szColumnName, grbit) })
}

/// Deletes a column, those of a template table apart if wanted.
///
/// Errors named by its page:
/// JET_errColumnInUse, JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errInvalidName,
/// JET_errPermissionDenied, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteColumn2A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteColumn2A(sesid, tableid, szColumnName, grbit) aligned() => unsafe { calls::jet_delete_column2::<c_char>(sesid, tableid, szColumnName, grbit) })
}

/// Deletes a column, those of a template table apart if wanted.
///
/// Errors named by its page:
/// JET_errColumnInUse, JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errInvalidName,
/// JET_errPermissionDenied, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteColumn2W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteColumn2W(sesid, tableid, szColumnName, grbit) aligned(szColumnName) => unsafe { calls::jet_delete_column2::<JET_WCHAR>(sesid, tableid, szColumnName, grbit) })
}

/// Deletes an index. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errIndexNotFound, JET_errPermissionDenied,
/// JET_errSessionSharingViolation, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteIndex(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteIndex(sesid, tableid, szIndexName) aligned() => unsafe { calls::jet_delete_index::<c_char>(sesid, tableid, szIndexName) })
}

/// Deletes an index.
///
/// Errors named by its page:
/// JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errIndexNotFound, JET_errPermissionDenied,
/// JET_errSessionSharingViolation, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteIndexA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteIndexA(sesid, tableid, szIndexName) aligned() => unsafe { calls::jet_delete_index::<c_char>(sesid, tableid, szIndexName) })
}

/// Deletes an index.
///
/// Errors named by its page:
/// JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errIndexNotFound, JET_errPermissionDenied,
/// JET_errSessionSharingViolation, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteIndexW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteIndexW(sesid, tableid, szIndexName) aligned(szIndexName) => unsafe { calls::jet_delete_index::<JET_WCHAR>(sesid, tableid, szIndexName) })
}

/// Deletes a table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errTableInUse, JET_errCannotDeleteTemplateTable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteTable(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteTable(sesid, dbid, szTableName) aligned() => unsafe { calls::jet_delete_table::<c_char>(sesid, dbid, szTableName) })
}

/// Deletes a table.
///
/// Errors named by its page:
/// JET_errTableInUse, JET_errCannotDeleteTemplateTable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteTableA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteTableA(sesid, dbid, szTableName) aligned() => unsafe { calls::jet_delete_table::<c_char>(sesid, dbid, szTableName) })
}

/// Deletes a table.
///
/// Errors named by its page:
/// JET_errTableInUse, JET_errCannotDeleteTemplateTable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteTableW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteTableW(sesid, dbid, szTableName) aligned(szTableName) => unsafe { calls::jet_delete_table::<JET_WCHAR>(sesid, dbid, szTableName) })
}

/// Deletes a table with options of revert snapshots. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteTable2(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteTable2(sesid, dbid, szTableName, grbit) aligned() => unsafe { calls::jet_delete_table2::<c_char>(sesid, dbid, szTableName, grbit) })
}

/// Deletes a table with options of revert snapshots.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteTable2A(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteTable2A(sesid, dbid, szTableName, grbit) aligned() => unsafe { calls::jet_delete_table2::<c_char>(sesid, dbid, szTableName, grbit) })
}

/// Deletes a table with options of revert snapshots.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDeleteTable2W(
    sesid: JET_SESID,
    dbid: JET_DBID,
    wszTableName: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDeleteTable2W(sesid, dbid, wszTableName, grbit) aligned(wszTableName) => unsafe { calls::jet_delete_table2::<JET_WCHAR>(sesid, dbid, wszTableName, grbit) })
}

/// Detaches a database from the instance, cleanly. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseInUse, JET_errDatabaseNotFound,
/// JET_errInTransaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDetachDatabase(sesid: JET_SESID, szFilename: JET_PCSTR) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDetachDatabase(sesid, szFilename) aligned() => unsafe { calls::jet_detach_database::<c_char>(sesid, szFilename) })
}

/// Detaches a database from the instance, cleanly.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseInUse, JET_errDatabaseNotFound,
/// JET_errInTransaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDetachDatabaseA(sesid: JET_SESID, szFilename: JET_PCSTR) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDetachDatabaseA(sesid, szFilename) aligned() => unsafe { calls::jet_detach_database::<c_char>(sesid, szFilename) })
}

/// Detaches a database from the instance, cleanly.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseInUse, JET_errDatabaseNotFound,
/// JET_errInTransaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDetachDatabaseW(sesid: JET_SESID, szFilename: JET_PCWSTR) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDetachDatabaseW(sesid, szFilename) aligned(szFilename) => unsafe { calls::jet_detach_database::<JET_WCHAR>(sesid, szFilename) })
}

/// Detaches a database with options. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseInUse, JET_errDatabaseNotFound,
/// JET_errForceDetachNotAllowed, JET_errInTransaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDetachDatabase2(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDetachDatabase2(sesid, szFilename, grbit) aligned() => unsafe { calls::jet_detach_database2::<c_char>(sesid, szFilename, grbit) })
}

/// Detaches a database with options.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseInUse, JET_errDatabaseNotFound,
/// JET_errForceDetachNotAllowed, JET_errInTransaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDetachDatabase2A(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDetachDatabase2A(sesid, szFilename, grbit) aligned() => unsafe { calls::jet_detach_database2::<c_char>(sesid, szFilename, grbit) })
}

/// Detaches a database with options.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errDatabaseInUse, JET_errDatabaseNotFound,
/// JET_errForceDetachNotAllowed, JET_errInTransaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDetachDatabase2W(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDetachDatabase2W(sesid, szFilename, grbit) aligned(szFilename) => unsafe { calls::jet_detach_database2::<JET_WCHAR>(sesid, szFilename, grbit) })
}

/// Opens a second cursor on the table of a cursor.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errOutOfCursors, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDupCursor(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    ptableid: *mut JET_TABLEID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDupCursor(sesid, tableid, ptableid, grbit) aligned(ptableid) => unsafe { calls::jet_dup_cursor(sesid, tableid, ptableid, grbit) })
}

/// Begins another session of the same instance.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errOutOfSessions, JET_errRestoreInProgress,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetDupSession(sesid: JET_SESID, psesid: *mut JET_SESID) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetDupSession(sesid, psesid) aligned(psesid) => unsafe { calls::jet_dup_session(sesid, psesid) })
}

/// Sets parameters of the process and allows several instances. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errIndexTuplesInvalidLimits, JET_errInvalidPath, JET_errRunningInOneInstanceMode,
/// JET_errSystemParamsAlreadySet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEnableMultiInstance(
    psetsysparam: *mut JET_SETSYSPARAM_A,
    csetsysparam: u32,
    pcsetsucceed: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEnableMultiInstance(psetsysparam, csetsysparam, pcsetsucceed) aligned(psetsysparam, pcsetsucceed) => unsafe { calls::jet_enable_multi_instance::<c_char>(psetsysparam, csetsysparam, pcsetsucceed) })
}

/// Sets parameters of the process and allows several instances.
///
/// Errors named by its page:
/// JET_errIndexTuplesInvalidLimits, JET_errInvalidPath, JET_errRunningInOneInstanceMode,
/// JET_errSystemParamsAlreadySet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEnableMultiInstanceA(
    psetsysparam: *mut JET_SETSYSPARAM_A,
    csetsysparam: u32,
    pcsetsucceed: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEnableMultiInstanceA(psetsysparam, csetsysparam, pcsetsucceed) aligned(psetsysparam, pcsetsucceed) => unsafe { calls::jet_enable_multi_instance::<c_char>(psetsysparam, csetsysparam, pcsetsucceed) })
}

/// Sets parameters of the process and allows several instances.
///
/// Errors named by its page:
/// JET_errIndexTuplesInvalidLimits, JET_errInvalidPath, JET_errRunningInOneInstanceMode,
/// JET_errSystemParamsAlreadySet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEnableMultiInstanceW(
    psetsysparam: *mut JET_SETSYSPARAM_W,
    csetsysparam: u32,
    pcsetsucceed: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEnableMultiInstanceW(psetsysparam, csetsysparam, pcsetsucceed) aligned(psetsysparam, pcsetsucceed) => unsafe { calls::jet_enable_multi_instance::<JET_WCHAR>(psetsysparam, csetsysparam, pcsetsucceed) })
}

/// Ends the patching of a database with pages of a replica. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndDatabaseIncrementalReseed(
    instance: JET_INSTANCE,
    szDatabase: JET_PCSTR,
    genMinRequired: u32,
    genFirstDivergedLog: u32,
    genMaxRequired: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetEndDatabaseIncrementalReseed(instance, szDatabase, genMinRequired, genFirstDivergedLog, genMaxRequired, grbit) aligned() => calls::not_available())
}

/// Ends the patching of a database with pages of a replica.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndDatabaseIncrementalReseedA(
    instance: JET_INSTANCE,
    szDatabase: JET_PCSTR,
    genMinRequired: u32,
    genFirstDivergedLog: u32,
    genMaxRequired: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetEndDatabaseIncrementalReseedA(instance, szDatabase, genMinRequired, genFirstDivergedLog, genMaxRequired, grbit) aligned() => calls::not_available())
}

/// Ends the patching of a database with pages of a replica.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndDatabaseIncrementalReseedW(
    instance: JET_INSTANCE,
    szDatabase: JET_PCWSTR,
    genMinRequired: u32,
    genFirstDivergedLog: u32,
    genMaxRequired: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetEndDatabaseIncrementalReseedW(instance, szDatabase, genMinRequired, genFirstDivergedLog, genMaxRequired, grbit) aligned(szDatabase) => calls::not_available())
}

/// Ends a streaming backup, by the only instance.
///
/// Errors named by its page:
/// JET_errNotInitialized, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errTermInProgress, JET_errRestoreInProgress, JET_errNoBackup,
/// JET_errBackupAbortByServer, JET_errRunningInMultiInstanceMode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndExternalBackup() -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEndExternalBackup() aligned() => unsafe { calls::jet_end_external_backup() })
}

/// Ends a streaming backup.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errNoBackup, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndExternalBackupInstance(instance: JET_INSTANCE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEndExternalBackupInstance(instance) aligned() => unsafe { calls::jet_end_external_backup_instance(instance) })
}

/// Ends a streaming backup and says whether it is complete.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errNoBackup, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndExternalBackupInstance2(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEndExternalBackupInstance2(instance, grbit) aligned() => unsafe { calls::jet_end_external_backup_instance2(instance, grbit) })
}

/// Ends a session; what it has not committed is undone.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInvalidParameter, JET_errInvalidSesid,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errSessionInUse, JET_errInstanceUnavailable,
/// JET_errOutOfBuffers, JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndSession(sesid: JET_SESID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEndSession(sesid, grbit) aligned() => unsafe { calls::jet_end_session(sesid, grbit) })
}

/// Notes that the backup of a replica has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEndSurrogateBackup(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEndSurrogateBackup(instance, grbit) aligned() => unsafe { calls::jet_end_surrogate_backup(instance, grbit) })
}

/// Retrieves many or all values of a record at once.
///
/// Errors named by its page:
/// JET_errBadColumnId, JET_errClientRequestToStopJetService, JET_errColumnNotFound,
/// JET_errInstanceUnavailable, JET_errInvalidGrbit, JET_errInvalidParameter,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errRecordDeleted,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errOutOfMemory, JET_errCallbackFailed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEnumerateColumns(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    cEnumColumnId: u32,
    rgEnumColumnId: *mut JET_ENUMCOLUMNID,
    pcEnumColumn: *mut u32,
    prgEnumColumn: *mut *mut JET_ENUMCOLUMN,
    pfnRealloc: JET_PFNREALLOC,
    pvReallocContext: *mut c_void,
    cbDataMost: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEnumerateColumns(sesid, tableid, cEnumColumnId, rgEnumColumnId, pcEnumColumn, prgEnumColumn, pfnRealloc, pvReallocContext, cbDataMost, grbit) aligned(rgEnumColumnId, pcEnumColumn, prgEnumColumn) => unsafe { calls::jet_enumerate_columns(sesid, tableid, cEnumColumnId, rgEnumColumnId, pcEnumColumn, prgEnumColumn, pfnRealloc, pvReallocContext, cbDataMost, grbit) })
}

/// Adds a number to an escrow column, without conflicts between sessions.
///
/// Errors named by its page:
/// JET_errAlreadyPrepared, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidBufferSize, JET_errInvalidOperation, JET_errNoCurrentRecord,
/// JET_errNotInTransaction, JET_errNotInitialized, JET_errPermissionDenied,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errTransReadOnly, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetEscrowUpdate(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columnid: JET_COLUMNID,
    pv: *mut c_void,
    cbMax: u32,
    pvOld: *mut c_void,
    cbOldMax: u32,
    pcbOldActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetEscrowUpdate(sesid, tableid, columnid, pv, cbMax, pvOld, cbOldMax, pcbOldActual, grbit) aligned(pcbOldActual) => unsafe { calls::jet_escrow_update(sesid, tableid, columnid, pv, cbMax, pvOld, cbOldMax, pcbOldActual, grbit) })
}

/// Restores databases from files that a backup program has put back. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errDatabaseCorrupted, JET_errFileNotFound,
/// JET_errInvalidPath, JET_errRestoreOfNonBackupDatabase, JET_errStartingRestoreLogTooHigh,
/// JET_errEndingRestoreLogTooLow, JET_errBadRestoreTargetInstance,
/// JET_errRunningInOneInstanceMode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetExternalRestore(
    szCheckpointFilePath: JET_PSTR,
    szLogPath: JET_PSTR,
    rgrstmap: *mut JET_RSTMAP_A,
    crstfilemap: i32,
    szBackupLogPath: JET_PSTR,
    genLow: i32,
    genHigh: i32,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetExternalRestore(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, genLow, genHigh, pfn) aligned(rgrstmap) => unsafe { calls::jet_external_restore::<c_char>(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, genLow, genHigh, pfn) })
}

/// Restores databases from files that a backup program has put back.
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errDatabaseCorrupted, JET_errFileNotFound,
/// JET_errInvalidPath, JET_errRestoreOfNonBackupDatabase, JET_errStartingRestoreLogTooHigh,
/// JET_errEndingRestoreLogTooLow, JET_errBadRestoreTargetInstance,
/// JET_errRunningInOneInstanceMode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetExternalRestoreA(
    szCheckpointFilePath: JET_PSTR,
    szLogPath: JET_PSTR,
    rgrstmap: *mut JET_RSTMAP_A,
    crstfilemap: i32,
    szBackupLogPath: JET_PSTR,
    genLow: i32,
    genHigh: i32,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetExternalRestoreA(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, genLow, genHigh, pfn) aligned(rgrstmap) => unsafe { calls::jet_external_restore::<c_char>(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, genLow, genHigh, pfn) })
}

/// Restores databases from files that a backup program has put back.
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errDatabaseCorrupted, JET_errFileNotFound,
/// JET_errInvalidPath, JET_errRestoreOfNonBackupDatabase, JET_errStartingRestoreLogTooHigh,
/// JET_errEndingRestoreLogTooLow, JET_errBadRestoreTargetInstance,
/// JET_errRunningInOneInstanceMode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetExternalRestoreW(
    szCheckpointFilePath: JET_PWSTR,
    szLogPath: JET_PWSTR,
    rgrstmap: *mut JET_RSTMAP_W,
    crstfilemap: i32,
    szBackupLogPath: JET_PWSTR,
    genLow: i32,
    genHigh: i32,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetExternalRestoreW(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, genLow, genHigh, pfn) aligned(szCheckpointFilePath, szLogPath, rgrstmap, szBackupLogPath) => unsafe { calls::jet_external_restore::<JET_WCHAR>(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, genLow, genHigh, pfn) })
}

/// Restores databases from files that a backup program has put back, into other folders. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBadRestoreTargetInstance, JET_errDatabaseCorrupted, JET_errEndingRestoreLogTooLow,
/// JET_errFileNotFound, JET_errInvalidParameter, JET_errInvalidPath, JET_errOutOfMemory,
/// JET_errRestoreOfNonBackupDatabase, JET_errRunningInOneInstanceMode,
/// JET_errStartingRestoreLogTooHigh.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetExternalRestore2(
    szCheckpointFilePath: JET_PSTR,
    szLogPath: JET_PSTR,
    rgrstmap: *mut JET_RSTMAP_A,
    crstfilemap: i32,
    szBackupLogPath: JET_PSTR,
    pLogInfo: *mut JET_LOGINFO_A,
    szTargetInstanceName: JET_PSTR,
    szTargetInstanceLogPath: JET_PSTR,
    szTargetInstanceCheckpointPath: JET_PSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetExternalRestore2(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath, pfn) aligned(rgrstmap, pLogInfo) => unsafe { calls::jet_external_restore2::<c_char>(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath, pfn) })
}

/// Restores databases from files that a backup program has put back, into other folders.
///
/// Errors named by its page:
/// JET_errBadRestoreTargetInstance, JET_errDatabaseCorrupted, JET_errEndingRestoreLogTooLow,
/// JET_errFileNotFound, JET_errInvalidParameter, JET_errInvalidPath, JET_errOutOfMemory,
/// JET_errRestoreOfNonBackupDatabase, JET_errRunningInOneInstanceMode,
/// JET_errStartingRestoreLogTooHigh.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetExternalRestore2A(
    szCheckpointFilePath: JET_PSTR,
    szLogPath: JET_PSTR,
    rgrstmap: *mut JET_RSTMAP_A,
    crstfilemap: i32,
    szBackupLogPath: JET_PSTR,
    pLogInfo: *mut JET_LOGINFO_A,
    szTargetInstanceName: JET_PSTR,
    szTargetInstanceLogPath: JET_PSTR,
    szTargetInstanceCheckpointPath: JET_PSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetExternalRestore2A(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath, pfn) aligned(rgrstmap, pLogInfo) => unsafe { calls::jet_external_restore2::<c_char>(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath, pfn) })
}

/// Restores databases from files that a backup program has put back, into other folders.
///
/// Errors named by its page:
/// JET_errBadRestoreTargetInstance, JET_errDatabaseCorrupted, JET_errEndingRestoreLogTooLow,
/// JET_errFileNotFound, JET_errInvalidParameter, JET_errInvalidPath, JET_errOutOfMemory,
/// JET_errRestoreOfNonBackupDatabase, JET_errRunningInOneInstanceMode,
/// JET_errStartingRestoreLogTooHigh.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetExternalRestore2W(
    szCheckpointFilePath: JET_PWSTR,
    szLogPath: JET_PWSTR,
    rgrstmap: *mut JET_RSTMAP_W,
    crstfilemap: i32,
    szBackupLogPath: JET_PWSTR,
    pLogInfo: *mut JET_LOGINFO_W,
    szTargetInstanceName: JET_PWSTR,
    szTargetInstanceLogPath: JET_PWSTR,
    szTargetInstanceCheckpointPath: JET_PWSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetExternalRestore2W(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath, pfn) aligned(szCheckpointFilePath, szLogPath, rgrstmap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath) => unsafe { calls::jet_external_restore2::<JET_WCHAR>(szCheckpointFilePath, szLogPath, rgrstmap, crstfilemap, szBackupLogPath, pLogInfo, szTargetInstanceName, szTargetInstanceLogPath, szTargetInstanceCheckpointPath, pfn) })
}

/// Frees memory that a call has given out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetFreeBuffer(pbBuf: *mut c_char) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetFreeBuffer(pbBuf) aligned() => unsafe { calls::jet_free_buffer(pbBuf) })
}

/// Names the database files to back up, by the only instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetAttachInfo(
    szzDatabases: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetAttachInfo(szzDatabases, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_attach_info::<c_char>(szzDatabases, cbMax, pcbActual) })
}

/// Names the database files to back up, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetAttachInfoA(
    szzDatabases: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetAttachInfoA(szzDatabases, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_attach_info::<c_char>(szzDatabases, cbMax, pcbActual) })
}

/// Names the database files to back up, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetAttachInfoW(
    wszzDatabases: JET_PWSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetAttachInfoW(wszzDatabases, cbMax, pcbActual) aligned(wszzDatabases, pcbActual) => unsafe { calls::jet_get_attach_info::<JET_WCHAR>(wszzDatabases, cbMax, pcbActual) })
}

/// Names the database files to back up. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetAttachInfoInstance(
    instance: JET_INSTANCE,
    szzDatabases: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetAttachInfoInstance(instance, szzDatabases, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_attach_info_instance::<c_char>(instance, szzDatabases, cbMax, pcbActual) })
}

/// Names the database files to back up.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetAttachInfoInstanceA(
    instance: JET_INSTANCE,
    szzDatabases: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetAttachInfoInstanceA(instance, szzDatabases, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_attach_info_instance::<c_char>(instance, szzDatabases, cbMax, pcbActual) })
}

/// Names the database files to back up.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetAttachInfoInstanceW(
    instance: JET_INSTANCE,
    szzDatabases: JET_PWSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetAttachInfoInstanceW(instance, szzDatabases, cbMax, pcbActual) aligned(szzDatabases, pcbActual) => unsafe { calls::jet_get_attach_info_instance::<JET_WCHAR>(instance, szzDatabases, cbMax, pcbActual) })
}

/// Gets the bookmark of the record under the cursor.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetBookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvBookmark: *mut c_void,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetBookmark(sesid, tableid, pvBookmark, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_bookmark(sesid, tableid, pvBookmark, cbMax, pcbActual) })
}

/// Tells about a column of a table that is named. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errColumnNotFound, JET_errFeatureNotAvailable, JET_errInvalidName,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetColumnInfo(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pColumnNameOrId: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetColumnInfo(sesid, dbid, szTableName, pColumnNameOrId, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_column_info::<c_char>(sesid, dbid, szTableName, pColumnNameOrId, pvResult, cbMax, InfoLevel) })
}

/// Tells about a column of a table that is named.
///
/// Errors named by its page:
/// JET_errColumnNotFound, JET_errFeatureNotAvailable, JET_errInvalidName,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetColumnInfoA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pColumnNameOrId: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetColumnInfoA(sesid, dbid, szTableName, pColumnNameOrId, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_column_info::<c_char>(sesid, dbid, szTableName, pColumnNameOrId, pvResult, cbMax, InfoLevel) })
}

/// Tells about a column of a table that is named.
///
/// Errors named by its page:
/// JET_errColumnNotFound, JET_errFeatureNotAvailable, JET_errInvalidName,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetColumnInfoW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    pwColumnNameOrId: JET_PCWSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetColumnInfoW(sesid, dbid, szTableName, pwColumnNameOrId, pvResult, cbMax, InfoLevel) aligned(szTableName, pwColumnNameOrId) => unsafe { calls::jet_get_column_info::<JET_WCHAR>(sesid, dbid, szTableName, pwColumnNameOrId, pvResult, cbMax, InfoLevel) })
}

/// Read a counter; counters are no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetCounter(
    sesid: JET_SESID,
    CounterType: i32,
    plValue: *mut i32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetCounter(sesid, CounterType, plValue) aligned(plValue) => unsafe { calls::jet_get_counter(sesid, CounterType, plValue) })
}

/// Gets the name of the current index. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetCurrentIndex(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PSTR,
    cbIndexName: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetCurrentIndex(sesid, tableid, szIndexName, cbIndexName) aligned() => unsafe { calls::jet_get_current_index::<c_char>(sesid, tableid, szIndexName, cbIndexName) })
}

/// Gets the name of the current index.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetCurrentIndexA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PSTR,
    cbIndexName: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetCurrentIndexA(sesid, tableid, szIndexName, cbIndexName) aligned() => unsafe { calls::jet_get_current_index::<c_char>(sesid, tableid, szIndexName, cbIndexName) })
}

/// Gets the name of the current index.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetCurrentIndexW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PWSTR,
    cbIndexName: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetCurrentIndexW(sesid, tableid, szIndexName, cbIndexName) aligned(szIndexName) => unsafe { calls::jet_get_current_index::<JET_WCHAR>(sesid, tableid, szIndexName, cbIndexName) })
}

/// Tells whether other sessions have changes of the record under way.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetCursorInfo(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetCursorInfo(sesid, tableid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_cursor_info(sesid, tableid, pvResult, cbMax, InfoLevel) })
}

/// Tells about a database file, which need not be attached. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInvalidBufferSize, JET_errBufferTooSmall, JET_errFeatureNotAvailable,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabaseFileInfo(
    szDatabaseName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetDatabaseFileInfo(szDatabaseName, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_database_file_info::<c_char>(szDatabaseName, pvResult, cbMax, InfoLevel) })
}

/// Tells about a database file, which need not be attached.
///
/// Errors named by its page:
/// JET_errInvalidBufferSize, JET_errBufferTooSmall, JET_errFeatureNotAvailable,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabaseFileInfoA(
    szDatabaseName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetDatabaseFileInfoA(szDatabaseName, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_database_file_info::<c_char>(szDatabaseName, pvResult, cbMax, InfoLevel) })
}

/// Tells about a database file, which need not be attached.
///
/// Errors named by its page:
/// JET_errInvalidBufferSize, JET_errBufferTooSmall, JET_errFeatureNotAvailable,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabaseFileInfoW(
    szDatabaseName: JET_PCWSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetDatabaseFileInfoW(szDatabaseName, pvResult, cbMax, InfoLevel) aligned(szDatabaseName) => unsafe { calls::jet_get_database_file_info::<JET_WCHAR>(szDatabaseName, pvResult, cbMax, InfoLevel) })
}

/// Tells about an open database. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errFeatureNotAvailable, JET_errInvalidBufferSize,
/// JET_errInvalidParameter, JET_errTransTooDeep.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabaseInfo(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetDatabaseInfo(sesid, dbid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_database_info::<c_char>(sesid, dbid, pvResult, cbMax, InfoLevel) })
}

/// Tells about an open database.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errFeatureNotAvailable, JET_errInvalidBufferSize,
/// JET_errInvalidParameter, JET_errTransTooDeep.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabaseInfoA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetDatabaseInfoA(sesid, dbid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_database_info::<c_char>(sesid, dbid, pvResult, cbMax, InfoLevel) })
}

/// Tells about an open database.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errFeatureNotAvailable, JET_errInvalidBufferSize,
/// JET_errInvalidParameter, JET_errTransTooDeep.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabaseInfoW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetDatabaseInfoW(sesid, dbid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_database_info::<JET_WCHAR>(sesid, dbid, pvResult, cbMax, InfoLevel) })
}

/// Reads raw pages of a database for a replica.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetDatabasePages(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pgnoStart: u32,
    cpg: u32,
    pv: *mut c_void,
    cb: u32,
    pcbActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetGetDatabasePages(sesid, dbid, pgnoStart, cpg, pv, cb, pcbActual, grbit) aligned(pcbActual) => calls::not_available())
}

/// Tells the category of an error.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errDisabledFunctionality.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetErrorInfoW(
    pvContext: *mut c_void,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetErrorInfoW(pvContext, pvResult, cbMax, InfoLevel, grbit) aligned() => unsafe { calls::jet_get_error_info(pvContext, pvResult, cbMax, InfoLevel, grbit) })
}

/// Tells about an index of a table that is named. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errIndexNotFound, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetIndexInfo(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    szIndexName: JET_PCSTR,
    pvResult: *mut c_void,
    cbResult: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetIndexInfo(sesid, dbid, szTableName, szIndexName, pvResult, cbResult, InfoLevel) aligned() => unsafe { calls::jet_get_index_info::<c_char>(sesid, dbid, szTableName, szIndexName, pvResult, cbResult, InfoLevel) })
}

/// Tells about an index of a table that is named.
///
/// Errors named by its page:
/// JET_errIndexNotFound, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetIndexInfoA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    szIndexName: JET_PCSTR,
    pvResult: *mut c_void,
    cbResult: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetIndexInfoA(sesid, dbid, szTableName, szIndexName, pvResult, cbResult, InfoLevel) aligned() => unsafe { calls::jet_get_index_info::<c_char>(sesid, dbid, szTableName, szIndexName, pvResult, cbResult, InfoLevel) })
}

/// Tells about an index of a table that is named.
///
/// Errors named by its page:
/// JET_errIndexNotFound, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetIndexInfoW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    szIndexName: JET_PCWSTR,
    pvResult: *mut c_void,
    cbResult: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetIndexInfoW(sesid, dbid, szTableName, szIndexName, pvResult, cbResult, InfoLevel) aligned(szTableName, szIndexName) => unsafe { calls::jet_get_index_info::<JET_WCHAR>(sesid, dbid, szTableName, szIndexName, pvResult, cbResult, InfoLevel) })
}

/// Lists all instances of the process with their databases. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetInstanceInfo(
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetInstanceInfo(pcInstanceInfo, paInstanceInfo) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_get_instance_info::<c_char>(pcInstanceInfo, paInstanceInfo) })
}

/// Lists all instances of the process with their databases.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetInstanceInfoA(
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetInstanceInfoA(pcInstanceInfo, paInstanceInfo) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_get_instance_info::<c_char>(pcInstanceInfo, paInstanceInfo) })
}

/// Lists all instances of the process with their databases.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOutOfMemory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetInstanceInfoW(
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetInstanceInfoW(pcInstanceInfo, paInstanceInfo) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_get_instance_info::<JET_WCHAR>(pcInstanceInfo, paInstanceInfo) })
}

/// Tells about the log stream of an instance.
///
/// Partly: no revert snapshots.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetInstanceMiscInfo(
    instance: JET_INSTANCE,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetInstanceMiscInfo(instance, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_instance_misc_info(instance, pvResult, cbMax, InfoLevel) })
}

/// Gets the value that the program keeps at a cursor or table.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidGrbit,
/// JET_errLSNotSet, JET_errNotInitialized, JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLS(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pls: *mut JET_LS,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLS(sesid, tableid, pls, grbit) aligned(pls) => unsafe { calls::jet_get_ls(sesid, tableid, pls, grbit) })
}

/// Takes a read or write lock on the record under the cursor.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidGrbit,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errNotInTransaction,
/// JET_errPermissionDenied, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errTransReadOnly, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLock(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLock(sesid, tableid, grbit) aligned() => unsafe { calls::jet_get_lock(sesid, tableid, grbit) })
}

/// Tells what the header of a log file says. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogFileInfo(
    szLog: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogFileInfo(szLog, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_log_file_info::<c_char>(szLog, pvResult, cbMax, InfoLevel) })
}

/// Tells what the header of a log file says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogFileInfoA(
    szLog: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogFileInfoA(szLog, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_log_file_info::<c_char>(szLog, pvResult, cbMax, InfoLevel) })
}

/// Tells what the header of a log file says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogFileInfoW(
    szLog: JET_PCWSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogFileInfoW(szLog, pvResult, cbMax, InfoLevel) aligned(szLog) => unsafe { calls::jet_get_log_file_info::<JET_WCHAR>(szLog, pvResult, cbMax, InfoLevel) })
}

/// Names the log files to back up, by the only instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfo(
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfo(szzLogs, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_log_info::<c_char>(szzLogs, cbMax, pcbActual) })
}

/// Names the log files to back up, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoA(
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoA(szzLogs, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_log_info::<c_char>(szzLogs, cbMax, pcbActual) })
}

/// Names the log files to back up, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoW(
    szzLogs: JET_PWSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoW(szzLogs, cbMax, pcbActual) aligned(szzLogs, pcbActual) => unsafe { calls::jet_get_log_info::<JET_WCHAR>(szzLogs, cbMax, pcbActual) })
}

/// Names the log files to back up. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoInstance(
    instance: JET_INSTANCE,
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoInstance(instance, szzLogs, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_log_info_instance::<c_char>(instance, szzLogs, cbMax, pcbActual) })
}

/// Names the log files to back up.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoInstanceA(
    instance: JET_INSTANCE,
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoInstanceA(instance, szzLogs, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_log_info_instance::<c_char>(instance, szzLogs, cbMax, pcbActual) })
}

/// Names the log files to back up.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoInstanceW(
    instance: JET_INSTANCE,
    wszzLogs: JET_PWSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoInstanceW(instance, wszzLogs, cbMax, pcbActual) aligned(wszzLogs, pcbActual) => unsafe { calls::jet_get_log_info_instance::<JET_WCHAR>(instance, wszzLogs, cbMax, pcbActual) })
}

/// Names the log files to back up and tells their range. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoInstance2(
    instance: JET_INSTANCE,
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
    pLogInfo: *mut JET_LOGINFO_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoInstance2(instance, szzLogs, cbMax, pcbActual, pLogInfo) aligned(pcbActual, pLogInfo) => unsafe { calls::jet_get_log_info_instance2::<c_char>(instance, szzLogs, cbMax, pcbActual, pLogInfo) })
}

/// Names the log files to back up and tells their range.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoInstance2A(
    instance: JET_INSTANCE,
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
    pLogInfo: *mut JET_LOGINFO_A,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoInstance2A(instance, szzLogs, cbMax, pcbActual, pLogInfo) aligned(pcbActual, pLogInfo) => unsafe { calls::jet_get_log_info_instance2::<c_char>(instance, szzLogs, cbMax, pcbActual, pLogInfo) })
}

/// Names the log files to back up and tells their range.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetLogInfoInstance2W(
    instance: JET_INSTANCE,
    wszzLogs: JET_PWSTR,
    cbMax: u32,
    pcbActual: *mut u32,
    pLogInfo: *mut JET_LOGINFO_W,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetLogInfoInstance2W(instance, wszzLogs, cbMax, pcbActual, pLogInfo) aligned(wszzLogs, pcbActual, pLogInfo) => unsafe { calls::jet_get_log_info_instance2::<JET_WCHAR>(instance, wszzLogs, cbMax, pcbActual, pLogInfo) })
}

/// Gets the size limit of a database in pages.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetMaxDatabaseSize(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pcpg: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetGetMaxDatabaseSize(sesid, dbid, pcpg, grbit) aligned(pcpg) => calls::not_available())
}

/// Tells about one table or lists all of them. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errInvalidName, JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetObjectInfo(
    sesid: JET_SESID,
    dbid: JET_DBID,
    objtyp: JET_OBJTYP,
    szContainerName: JET_PCSTR,
    szObjectName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetObjectInfo(sesid, dbid, objtyp, szContainerName, szObjectName, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_object_info::<c_char>(sesid, dbid, objtyp, szContainerName, szObjectName, pvResult, cbMax, InfoLevel) })
}

/// Tells about one table or lists all of them.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errInvalidName, JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetObjectInfoA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    objtyp: JET_OBJTYP,
    szContainerName: JET_PCSTR,
    szObjectName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetObjectInfoA(sesid, dbid, objtyp, szContainerName, szObjectName, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_object_info::<c_char>(sesid, dbid, objtyp, szContainerName, szObjectName, pvResult, cbMax, InfoLevel) })
}

/// Tells about one table or lists all of them.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errInvalidName, JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetObjectInfoW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    objtyp: JET_OBJTYP,
    szContainerName: JET_PCWSTR,
    szObjectName: JET_PCWSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetObjectInfoW(sesid, dbid, objtyp, szContainerName, szObjectName, pvResult, cbMax, InfoLevel) aligned(szContainerName, szObjectName) => unsafe { calls::jet_get_object_info::<JET_WCHAR>(sesid, dbid, objtyp, szContainerName, szObjectName, pvResult, cbMax, InfoLevel) })
}

/// Checks pages in memory.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetPageInfo(
    pvPages: *mut c_void,
    cbData: u32,
    rgPageInfo: *mut JET_PAGEINFO,
    cbPageInfo: u32,
    grbit: JET_GRBIT,
    ulInfoLevel: u32,
) -> JET_ERR {
    gate!(JetGetPageInfo(pvPages, cbData, rgPageInfo, cbPageInfo, grbit, ulInfoLevel) aligned(rgPageInfo) => calls::not_available())
}

/// Checks pages in memory, with more detail.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetPageInfo2(
    pvPages: *mut c_void,
    cbData: u32,
    rgPageInfo: *mut c_void,
    cbPageInfo: u32,
    grbit: JET_GRBIT,
    ulInfoLevel: u32,
) -> JET_ERR {
    gate!(JetGetPageInfo2(pvPages, cbData, rgPageInfo, cbPageInfo, grbit, ulInfoLevel) aligned() => calls::not_available())
}

/// Tells what the header of a revert snapshot says.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetRBSFileInfoA(
    szRBSFileName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    gate!(JetGetRBSFileInfoA(szRBSFileName, pvResult, cbMax, InfoLevel) aligned() => calls::not_available())
}

/// Tells what the header of a revert snapshot says.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetRBSFileInfoW(
    szRBSFileName: JET_PCWSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    gate!(JetGetRBSFileInfoW(szRBSFileName, pvResult, cbMax, InfoLevel) aligned(szRBSFileName) => calls::not_available())
}

/// Tells how far into the index the cursor stands.
///
/// Errors named by its page:
/// JET_errNotInitialized, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errNoCurrentRecord, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetRecordPosition(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    precpos: *mut JET_RECPOS,
    cbRecpos: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetRecordPosition(sesid, tableid, precpos, cbRecpos) aligned(precpos) => unsafe { calls::jet_get_record_position(sesid, tableid, precpos, cbRecpos) })
}

/// Tells how many bytes a record takes.
///
/// Errors named by its page:
/// JET_errInvalidGrbit, JET_errNotInitialized, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errTermInProgress, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errNoCurrentRecord, JET_errRecordDeleted,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetRecordSize(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    precsize: *mut JET_RECSIZE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetRecordSize(sesid, tableid, precsize, grbit) aligned(precsize) => unsafe { calls::jet_get_record_size(sesid, tableid, precsize, grbit) })
}

/// Tells how many bytes a record takes, compressed ones too.
///
/// Errors named by its page:
/// JET_errInvalidGrbit, JET_errNotInitialized, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errTermInProgress, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errNoCurrentRecord, JET_errRecordDeleted,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetRecordSize2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    precsize: *mut JET_RECSIZE2,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetRecordSize2(sesid, tableid, precsize, grbit) aligned(precsize) => unsafe { calls::jet_get_record_size2(sesid, tableid, precsize, grbit) })
}

/// Tells how many bytes a record takes, in all detail.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetRecordSize3(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    precsize: *mut JET_RECSIZE3,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetGetRecordSize3(sesid, tableid, precsize, grbit) aligned(precsize) => calls::not_available())
}

/// Reads a setting of the engine's memory.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetResourceParam(
    instance: JET_INSTANCE,
    resoper: JET_RESOPER,
    resid: JET_RESID,
    pulParam: *mut JET_API_PTR,
) -> JET_ERR {
    gate!(JetGetResourceParam(instance, resoper, resid, pulParam) aligned(pulParam) => calls::not_available())
}

/// Gets the bookmark of a record with its entry in the current index.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errNoCurrentIndex, JET_errNoCurrentRecord, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetSecondaryIndexBookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvSecondaryKey: *mut c_void,
    cbSecondaryKeyMax: u32,
    pcbSecondaryKeyActual: *mut u32,
    pvPrimaryBookmark: *mut c_void,
    cbPrimaryBookmarkMax: u32,
    pcbPrimaryBookmarkActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetSecondaryIndexBookmark(sesid, tableid, pvSecondaryKey, cbSecondaryKeyMax, pcbSecondaryKeyActual, pvPrimaryBookmark, cbPrimaryBookmarkMax, pcbPrimaryBookmarkActual, grbit) aligned(pcbSecondaryKeyActual, pcbPrimaryBookmarkActual) => unsafe { calls::jet_get_secondary_index_bookmark(sesid, tableid, pvSecondaryKey, cbSecondaryKeyMax, pcbSecondaryKeyActual, pvPrimaryBookmark, cbPrimaryBookmarkMax, pcbPrimaryBookmarkActual, grbit) })
}

/// Tells about a session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetSessionInfo(
    sesid: JET_SESID,
    pvResult: *mut c_void,
    cbMax: u32,
    ulInfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetSessionInfo(sesid, pvResult, cbMax, ulInfoLevel) aligned() => unsafe { calls::jet_get_session_info(sesid, pvResult, cbMax, ulInfoLevel) })
}

/// Reads a parameter of a session.
///
/// Partly: what is only for diagnosis (client descriptions, I/O priority and trace flags) is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetSessionParameter(
    sesid: JET_SESID,
    sesparamid: u32,
    pvParam: *mut c_void,
    cbParamMax: u32,
    pcbParamActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetSessionParameter(sesid, sesparamid, pvParam, cbParamMax, pcbParamActual) aligned(pcbParamActual) => unsafe { calls::jet_get_session_parameter(sesid, sesparamid, pvParam, cbParamMax, pcbParamActual) })
}

/// Reads a system parameter of the process or of an instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errTermInProgress, JET_errInvalidSesid, JET_errInvalidInstance, JET_wrnBufferTruncated,
/// JET_errBufferTooSmall.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetSystemParameter(
    instance: JET_INSTANCE,
    sesid: JET_SESID,
    paramid: u32,
    plParam: *mut JET_API_PTR,
    szParam: JET_PSTR,
    cbMax: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetSystemParameter(instance, sesid, paramid, plParam, szParam, cbMax) aligned(plParam) => unsafe { calls::jet_get_system_parameter::<c_char>(instance, sesid, paramid, plParam, szParam, cbMax) })
}

/// Reads a system parameter of the process or of an instance.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errTermInProgress, JET_errInvalidSesid, JET_errInvalidInstance, JET_wrnBufferTruncated,
/// JET_errBufferTooSmall.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetSystemParameterA(
    instance: JET_INSTANCE,
    sesid: JET_SESID,
    paramid: u32,
    plParam: *mut JET_API_PTR,
    szParam: JET_PSTR,
    cbMax: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetSystemParameterA(instance, sesid, paramid, plParam, szParam, cbMax) aligned(plParam) => unsafe { calls::jet_get_system_parameter::<c_char>(instance, sesid, paramid, plParam, szParam, cbMax) })
}

/// Reads a system parameter of the process or of an instance.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errTermInProgress, JET_errInvalidSesid, JET_errInvalidInstance, JET_wrnBufferTruncated,
/// JET_errBufferTooSmall.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetSystemParameterW(
    instance: JET_INSTANCE,
    sesid: JET_SESID,
    paramid: u32,
    plParam: *mut JET_API_PTR,
    szParam: JET_PWSTR,
    cbMax: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetSystemParameterW(instance, sesid, paramid, plParam, szParam, cbMax) aligned(plParam, szParam) => unsafe { calls::jet_get_system_parameter::<JET_WCHAR>(instance, sesid, paramid, plParam, szParam, cbMax) })
}

/// Tells about a column of an open table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errColumnNotFound, JET_errFeatureNotAvailable, JET_errInvalidName,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableColumnInfo(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableColumnInfo(sesid, tableid, szColumnName, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_table_column_info::<c_char>(sesid, tableid, szColumnName, pvResult, cbMax, InfoLevel) })
}

/// Tells about a column of an open table.
///
/// Errors named by its page:
/// JET_errColumnNotFound, JET_errFeatureNotAvailable, JET_errInvalidName,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableColumnInfoA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableColumnInfoA(sesid, tableid, szColumnName, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_table_column_info::<c_char>(sesid, tableid, szColumnName, pvResult, cbMax, InfoLevel) })
}

/// Tells about a column of an open table.
///
/// Errors named by its page:
/// JET_errColumnNotFound, JET_errFeatureNotAvailable, JET_errInvalidName,
/// JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableColumnInfoW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szColumnName: JET_PCWSTR,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableColumnInfoW(sesid, tableid, szColumnName, pvResult, cbMax, InfoLevel) aligned(szColumnName) => unsafe { calls::jet_get_table_column_info::<JET_WCHAR>(sesid, tableid, szColumnName, pvResult, cbMax, InfoLevel) })
}

/// Tells about an index of an open table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errIndexNotFound, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableIndexInfo(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    pvResult: *mut c_void,
    cbResult: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableIndexInfo(sesid, tableid, szIndexName, pvResult, cbResult, InfoLevel) aligned() => unsafe { calls::jet_get_table_index_info::<c_char>(sesid, tableid, szIndexName, pvResult, cbResult, InfoLevel) })
}

/// Tells about an index of an open table.
///
/// Errors named by its page:
/// JET_errIndexNotFound, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableIndexInfoA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    pvResult: *mut c_void,
    cbResult: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableIndexInfoA(sesid, tableid, szIndexName, pvResult, cbResult, InfoLevel) aligned() => unsafe { calls::jet_get_table_index_info::<c_char>(sesid, tableid, szIndexName, pvResult, cbResult, InfoLevel) })
}

/// Tells about an index of an open table.
///
/// Errors named by its page:
/// JET_errIndexNotFound, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableIndexInfoW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
    pvResult: *mut c_void,
    cbResult: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableIndexInfoW(sesid, tableid, szIndexName, pvResult, cbResult, InfoLevel) aligned(szIndexName) => unsafe { calls::jet_get_table_index_info::<JET_WCHAR>(sesid, tableid, szIndexName, pvResult, cbResult, InfoLevel) })
}

/// Tells about an open table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errFeatureNotAvailable, JET_errInvalidBufferSize,
/// JET_errInvalidOperation, JET_errObjectNotFound, JET_errQueryNotSupported,
/// JET_errTableInUse, JET_errTableLocked, JET_wrnTableInUseBySystem.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableInfo(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableInfo(sesid, tableid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_table_info::<c_char>(sesid, tableid, pvResult, cbMax, InfoLevel) })
}

/// Tells about an open table.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errFeatureNotAvailable, JET_errInvalidBufferSize,
/// JET_errInvalidOperation, JET_errObjectNotFound, JET_errQueryNotSupported,
/// JET_errTableInUse, JET_errTableLocked, JET_wrnTableInUseBySystem.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableInfoA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableInfoA(sesid, tableid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_table_info::<c_char>(sesid, tableid, pvResult, cbMax, InfoLevel) })
}

/// Tells about an open table.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errFeatureNotAvailable, JET_errInvalidBufferSize,
/// JET_errInvalidOperation, JET_errObjectNotFound, JET_errQueryNotSupported,
/// JET_errTableInUse, JET_errTableLocked, JET_wrnTableInUseBySystem.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTableInfoW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvResult: *mut c_void,
    cbMax: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTableInfoW(sesid, tableid, pvResult, cbMax, InfoLevel) aligned() => unsafe { calls::jet_get_table_info::<JET_WCHAR>(sesid, tableid, pvResult, cbMax, InfoLevel) })
}

/// Reads what the calling thread has made the engine do.
///
/// Errors named by its page:
/// JET_errBufferTooSmall.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetThreadStats(pvResult: *mut c_void, cbMax: u32) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetThreadStats(pvResult, cbMax) aligned() => unsafe { calls::jet_get_thread_stats(pvResult, cbMax) })
}

/// Names the log files that may go after this backup. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errBackupAbortByServer, JET_errInvalidBackupSequence,
/// JET_errNoBackup, JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTruncateLogInfoInstance(
    instance: JET_INSTANCE,
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTruncateLogInfoInstance(instance, szzLogs, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_truncate_log_info_instance::<c_char>(instance, szzLogs, cbMax, pcbActual) })
}

/// Names the log files that may go after this backup.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errBackupAbortByServer, JET_errInvalidBackupSequence,
/// JET_errNoBackup, JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTruncateLogInfoInstanceA(
    instance: JET_INSTANCE,
    szzLogs: JET_PSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTruncateLogInfoInstanceA(instance, szzLogs, cbMax, pcbActual) aligned(pcbActual) => unsafe { calls::jet_get_truncate_log_info_instance::<c_char>(instance, szzLogs, cbMax, pcbActual) })
}

/// Names the log files that may go after this backup.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errBackupAbortByServer, JET_errInvalidBackupSequence,
/// JET_errNoBackup, JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetTruncateLogInfoInstanceW(
    instance: JET_INSTANCE,
    wszzLogs: JET_PWSTR,
    cbMax: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetTruncateLogInfoInstanceW(instance, wszzLogs, cbMax, pcbActual) aligned(wszzLogs, pcbActual) => unsafe { calls::jet_get_truncate_log_info_instance::<JET_WCHAR>(instance, wszzLogs, cbMax, pcbActual) })
}

/// Tells the version of the engine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGetVersion(sesid: JET_SESID, pwVersion: *mut u32) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGetVersion(sesid, pwVersion) aligned(pwVersion) => unsafe { calls::jet_get_version(sesid, pwVersion) })
}

/// Moves the cursor to a bookmark.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidBookmark,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errRecordDeleted,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGotoBookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvBookmark: *mut c_void,
    cbBookmark: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGotoBookmark(sesid, tableid, pvBookmark, cbBookmark) aligned() => unsafe { calls::jet_goto_bookmark(sesid, tableid, pvBookmark, cbBookmark) })
}

/// Moves the cursor to about a fraction of the index.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errRecordNotFound, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGotoPosition(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    precpos: *mut JET_RECPOS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGotoPosition(sesid, tableid, precpos) aligned(precpos) => unsafe { calls::jet_goto_position(sesid, tableid, precpos) })
}

/// Moves the cursor to a bookmark by its entry in the current index.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidBookmark,
/// JET_errNoCurrentIndex, JET_errNotInitialized, JET_errRecordDeleted,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGotoSecondaryIndexBookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvSecondaryKey: *mut c_void,
    cbSecondaryKey: u32,
    pvPrimaryBookmark: *mut c_void,
    cbPrimaryBookmark: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGotoSecondaryIndexBookmark(sesid, tableid, pvSecondaryKey, cbSecondaryKey, pvPrimaryBookmark, cbPrimaryBookmark, grbit) aligned() => unsafe { calls::jet_goto_secondary_index_bookmark(sesid, tableid, pvSecondaryKey, cbSecondaryKey, pvPrimaryBookmark, cbPrimaryBookmark, grbit) })
}

/// Makes a database file larger.
///
/// Errors named by its page:
/// JET_errDiskFull, JET_errDiskIO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetGrowDatabase(
    sesid: JET_SESID,
    dbid: JET_DBID,
    cpg: u32,
    pcpgReal: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetGrowDatabase(sesid, dbid, cpg, pcpgReal) aligned(pcpgReal) => unsafe { calls::jet_grow_database(sesid, dbid, cpg, pcpgReal) })
}

/// Lets background work be done, or tells how much waits.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errInvalidGrbit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetIdle(sesid: JET_SESID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetIdle(sesid, grbit) aligned() => unsafe { calls::jet_idle(sesid, grbit) })
}

/// Counts index entries from the cursor on.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetIndexRecordCount(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pcrec: *mut u32,
    crecMax: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetIndexRecordCount(sesid, tableid, pcrec, crecMax) aligned(pcrec) => unsafe { calls::jet_index_record_count(sesid, tableid, pcrec, crecMax) })
}

/// Counts index entries from the cursor on, in 64 bits.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetIndexRecordCount2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pcrec: *mut u64,
    crecMax: u64,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetIndexRecordCount2(sesid, tableid, pcrec, crecMax) aligned(pcrec) => unsafe { calls::jet_index_record_count2(sesid, tableid, pcrec, crecMax) })
}

/// Initialises an instance and recovers what its logs hold.
///
/// Errors named by its page:
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errCheckpointCorrupt,
/// JET_errMissingLogFile, JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation,
/// JET_errInvalidLogSequence, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit(pinstance: *mut JET_INSTANCE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit(pinstance) aligned(pinstance) => unsafe { calls::jet_init(pinstance) })
}

/// Initialises an instance with options.
///
/// Errors named by its page:
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errCheckpointCorrupt,
/// JET_errMissingLogFile, JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation,
/// JET_errInvalidLogSequence, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit2(pinstance: *mut JET_INSTANCE, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit2(pinstance, grbit) aligned(pinstance) => unsafe { calls::jet_init2(pinstance, grbit) })
}

/// Initialises an instance with options, other paths and a callback. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errCheckpointCorrupt,
/// JET_errMissingLogFile, JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation,
/// JET_errInvalidLogSequence, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit3(
    pinstance: *mut JET_INSTANCE,
    prstInfo: *mut JET_RSTINFO_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit3(pinstance, prstInfo, grbit) aligned(pinstance, prstInfo) => unsafe { calls::jet_init3::<c_char>(pinstance, prstInfo, grbit) })
}

/// Initialises an instance with options, other paths and a callback.
///
/// Errors named by its page:
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errCheckpointCorrupt,
/// JET_errMissingLogFile, JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation,
/// JET_errInvalidLogSequence, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit3A(
    pinstance: *mut JET_INSTANCE,
    prstInfo: *mut JET_RSTINFO_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit3A(pinstance, prstInfo, grbit) aligned(pinstance, prstInfo) => unsafe { calls::jet_init3::<c_char>(pinstance, prstInfo, grbit) })
}

/// Initialises an instance with options, other paths and a callback.
///
/// Errors named by its page:
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errCheckpointCorrupt,
/// JET_errMissingLogFile, JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation,
/// JET_errInvalidLogSequence, JET_wrnDatabaseAttached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit3W(
    pinstance: *mut JET_INSTANCE,
    prstInfo: *mut JET_RSTINFO_W,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit3W(pinstance, prstInfo, grbit) aligned(pinstance, prstInfo) => unsafe { calls::jet_init3::<JET_WCHAR>(pinstance, prstInfo, grbit) })
}

/// Initialises an instance with control over its recovery. The A form under its plain name.
///
/// Partly: the callback hears how far recovery is, and is not asked to control it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit4(
    pinstance: *mut JET_INSTANCE,
    prstInfo: *mut JET_RSTINFO2_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit4(pinstance, prstInfo, grbit) aligned(pinstance, prstInfo) => unsafe { calls::jet_init4::<c_char>(pinstance, prstInfo, grbit) })
}

/// Initialises an instance with control over its recovery.
///
/// Partly: the callback hears how far recovery is, and is not asked to control it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit4A(
    pinstance: *mut JET_INSTANCE,
    prstInfo: *mut JET_RSTINFO2_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit4A(pinstance, prstInfo, grbit) aligned(pinstance, prstInfo) => unsafe { calls::jet_init4::<c_char>(pinstance, prstInfo, grbit) })
}

/// Initialises an instance with control over its recovery.
///
/// Partly: the callback hears how far recovery is, and is not asked to control it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetInit4W(
    pinstance: *mut JET_INSTANCE,
    prstInfo: *mut JET_RSTINFO2_W,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetInit4W(pinstance, prstInfo, grbit) aligned(pinstance, prstInfo) => unsafe { calls::jet_init4::<JET_WCHAR>(pinstance, prstInfo, grbit) })
}

/// Lists the records that lie in several index ranges at once.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errInvalidSesid, JET_errNotInitialized, JET_errOutOfCursors,
/// JET_errOutOfMemory, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errTooManyOpenIndexes, JET_errTooManyOpenTables,
/// JET_errTooManySorts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetIntersectIndexes(
    sesid: JET_SESID,
    rgindexrange: *mut JET_INDEXRANGE,
    cindexrange: u32,
    precordlist: *mut JET_RECORDLIST,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetIntersectIndexes(sesid, rgindexrange, cindexrange, precordlist, grbit) aligned(rgindexrange, precordlist) => unsafe { calls::jet_intersect_indexes(sesid, rgindexrange, cindexrange, precordlist, grbit) })
}

/// Builds a search key, one column after the other.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errIndexTuplesKeyTooSmall,
/// JET_errInstanceUnavailable, JET_errInvalidBufferSize, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errKeyIsMade, JET_errKeyNotMade, JET_errNoCurrentIndex,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetMakeKey(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetMakeKey(sesid, tableid, pvData, cbData, grbit) aligned() => unsafe { calls::jet_make_key(sesid, tableid, pvData, cbData, grbit) })
}

/// Moves the cursor along the current index.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errRecordDeleted, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetMove(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    cRow: i32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetMove(sesid, tableid, cRow, grbit) aligned() => unsafe { calls::jet_move(sesid, tableid, cRow, grbit) })
}

/// Gives a snapshot up.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotInvalidSnapId.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotAbort(snapId: JET_OSSNAPID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotAbort(snapId, grbit) aligned() => unsafe { calls::jet_os_snapshot_abort(snapId, grbit) })
}

/// Ends a snapshot.
///
/// Errors named by its page:
/// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSequence, JET_errOSSnapshotInvalidSnapId,
/// JET_errOSSnapshotTimeOut.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotEnd(snapId: JET_OSSNAPID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotEnd(snapId, grbit) aligned() => unsafe { calls::jet_os_snapshot_end(snapId, grbit) })
}

/// Stops all writing, so that the volume can be copied. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotInvalidSequence, JET_errOSSnapshotNotAllowed,
/// JET_errOSSnapshotInvalidSnapId, JET_errOutOfMemory, JET_errOutOfThreads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotFreeze(
    snapId: JET_OSSNAPID,
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotFreeze(snapId, pcInstanceInfo, paInstanceInfo, grbit) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_os_snapshot_freeze::<c_char>(snapId, pcInstanceInfo, paInstanceInfo, grbit) })
}

/// Stops all writing, so that the volume can be copied.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotInvalidSequence, JET_errOSSnapshotNotAllowed,
/// JET_errOSSnapshotInvalidSnapId, JET_errOutOfMemory, JET_errOutOfThreads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotFreezeA(
    snapId: JET_OSSNAPID,
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotFreezeA(snapId, pcInstanceInfo, paInstanceInfo, grbit) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_os_snapshot_freeze::<c_char>(snapId, pcInstanceInfo, paInstanceInfo, grbit) })
}

/// Stops all writing, so that the volume can be copied.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotInvalidSequence, JET_errOSSnapshotNotAllowed,
/// JET_errOSSnapshotInvalidSnapId, JET_errOutOfMemory, JET_errOutOfThreads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotFreezeW(
    snapId: JET_OSSNAPID,
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_W,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotFreezeW(snapId, pcInstanceInfo, paInstanceInfo, grbit) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_os_snapshot_freeze::<JET_WCHAR>(snapId, pcInstanceInfo, paInstanceInfo, grbit) })
}

/// Lists the instances that a snapshot has frozen. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errOSSnapshotInvalidSnapId,
/// JET_errOSSnapshotInvalidSequence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotGetFreezeInfo(
    snapId: JET_OSSNAPID,
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotGetFreezeInfo(snapId, pcInstanceInfo, paInstanceInfo, grbit) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_os_snapshot_get_freeze_info::<c_char>(snapId, pcInstanceInfo, paInstanceInfo, grbit) })
}

/// Lists the instances that a snapshot has frozen.
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errOSSnapshotInvalidSnapId,
/// JET_errOSSnapshotInvalidSequence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotGetFreezeInfoA(
    snapId: JET_OSSNAPID,
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_A,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotGetFreezeInfoA(snapId, pcInstanceInfo, paInstanceInfo, grbit) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_os_snapshot_get_freeze_info::<c_char>(snapId, pcInstanceInfo, paInstanceInfo, grbit) })
}

/// Lists the instances that a snapshot has frozen.
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errOSSnapshotInvalidSnapId,
/// JET_errOSSnapshotInvalidSequence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotGetFreezeInfoW(
    snapId: JET_OSSNAPID,
    pcInstanceInfo: *mut u32,
    paInstanceInfo: *mut *mut JET_INSTANCE_INFO_W,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotGetFreezeInfoW(snapId, pcInstanceInfo, paInstanceInfo, grbit) aligned(pcInstanceInfo, paInstanceInfo) => unsafe { calls::jet_os_snapshot_get_freeze_info::<JET_WCHAR>(snapId, pcInstanceInfo, paInstanceInfo, grbit) })
}

/// Begins a snapshot.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotInvalidSequence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotPrepare(
    psnapId: *mut JET_OSSNAPID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotPrepare(psnapId, grbit) aligned(psnapId) => unsafe { calls::jet_os_snapshot_prepare(psnapId, grbit) })
}

/// Adds an instance to a snapshot.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotInvalidSequence, JET_errOSSnapshotInvalidSnapId.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotPrepareInstance(
    snapId: JET_OSSNAPID,
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotPrepareInstance(snapId, instance, grbit) aligned() => unsafe { calls::jet_os_snapshot_prepare_instance(snapId, instance, grbit) })
}

/// Lets writing go on.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errOSSnapshotTimeOut, JET_errOSSnapshotInvalidSnapId.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotThaw(snapId: JET_OSSNAPID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotThaw(snapId, grbit) aligned() => unsafe { calls::jet_os_snapshot_thaw(snapId, grbit) })
}

/// Deletes logs that a snapshot has made unnecessary.
///
/// Errors named by its page:
/// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSequence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotTruncateLog(
    snapId: JET_OSSNAPID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotTruncateLog(snapId, grbit) aligned() => unsafe { calls::jet_os_snapshot_truncate_log(snapId, grbit) })
}

/// Deletes logs of one instance that a snapshot has made unnecessary.
///
/// Errors named by its page:
/// JET_errInvalidGrbit, JET_errOSSnapshotInvalidSequence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOSSnapshotTruncateLogInstance(
    snapId: JET_OSSNAPID,
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOSSnapshotTruncateLogInstance(snapId, instance, grbit) aligned() => unsafe { calls::jet_os_snapshot_truncate_log_instance(snapId, instance, grbit) })
}

/// Replaces a damaged page of an open database.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOnlinePatchDatabasePage(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pgno: u32,
    pvToken: *const c_void,
    cbToken: u32,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetOnlinePatchDatabasePage(sesid, dbid, pgno, pvToken, cbToken, pvData, cbData, grbit) aligned() => calls::not_available())
}

/// Opens a database that is attached. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errDatabaseInUse, JET_errDatabaseInvalidPath, JET_errDatabaseLocked,
/// JET_errDatabaseNotFound, JET_errInvalidDatabase, JET_errOneDatabasePerSession,
/// JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenDatabase(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    szConnect: JET_PCSTR,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenDatabase(sesid, szFilename, szConnect, pdbid, grbit) aligned(pdbid) => unsafe { calls::jet_open_database::<c_char>(sesid, szFilename, szConnect, pdbid, grbit) })
}

/// Opens a database that is attached.
///
/// Errors named by its page:
/// JET_errDatabaseInUse, JET_errDatabaseInvalidPath, JET_errDatabaseLocked,
/// JET_errDatabaseNotFound, JET_errInvalidDatabase, JET_errOneDatabasePerSession,
/// JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenDatabaseA(
    sesid: JET_SESID,
    szFilename: JET_PCSTR,
    szConnect: JET_PCSTR,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenDatabaseA(sesid, szFilename, szConnect, pdbid, grbit) aligned(pdbid) => unsafe { calls::jet_open_database::<c_char>(sesid, szFilename, szConnect, pdbid, grbit) })
}

/// Opens a database that is attached.
///
/// Errors named by its page:
/// JET_errDatabaseInUse, JET_errDatabaseInvalidPath, JET_errDatabaseLocked,
/// JET_errDatabaseNotFound, JET_errInvalidDatabase, JET_errOneDatabasePerSession,
/// JET_wrnFileOpenReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenDatabaseW(
    sesid: JET_SESID,
    szFilename: JET_PCWSTR,
    szConnect: JET_PCWSTR,
    pdbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenDatabaseW(sesid, szFilename, szConnect, pdbid, grbit) aligned(szFilename, szConnect, pdbid) => unsafe { calls::jet_open_database::<JET_WCHAR>(sesid, szFilename, szConnect, pdbid, grbit) })
}

/// Opens a file of a streaming backup, by the only instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errInstanceUnavailable, JET_errInvalidBackupSequence,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errMissingFileToBackup, JET_errNoBackup,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errRunningInMultiInstanceMode,
/// JET_errTermInProgress, JET_errRestoreInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFile(
    szFileName: JET_PCSTR,
    phfFile: *mut JET_HANDLE,
    pulFileSizeLow: *mut u32,
    pulFileSizeHigh: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenFile(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) aligned(phfFile, pulFileSizeLow, pulFileSizeHigh) => unsafe { calls::jet_open_file::<c_char>(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) })
}

/// Opens a file of a streaming backup, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errInstanceUnavailable, JET_errInvalidBackupSequence,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errMissingFileToBackup, JET_errNoBackup,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errRunningInMultiInstanceMode,
/// JET_errTermInProgress, JET_errRestoreInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileA(
    szFileName: JET_PCSTR,
    phfFile: *mut JET_HANDLE,
    pulFileSizeLow: *mut u32,
    pulFileSizeHigh: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenFileA(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) aligned(phfFile, pulFileSizeLow, pulFileSizeHigh) => unsafe { calls::jet_open_file::<c_char>(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) })
}

/// Opens a file of a streaming backup, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errInstanceUnavailable, JET_errInvalidBackupSequence,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errMissingFileToBackup, JET_errNoBackup,
/// JET_errNotInitialized, JET_errOutOfMemory, JET_errRunningInMultiInstanceMode,
/// JET_errTermInProgress, JET_errRestoreInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileW(
    szFileName: JET_PCWSTR,
    phfFile: *mut JET_HANDLE,
    pulFileSizeLow: *mut u32,
    pulFileSizeHigh: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenFileW(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) aligned(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) => unsafe { calls::jet_open_file::<JET_WCHAR>(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) })
}

/// Opens a file of a streaming backup. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errInvalidBackupSequence, JET_errInvalidPath,
/// JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errMissingFileToBackup,
/// JET_errNoBackup, JET_errNotInitialized, JET_errOutOfMemory, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileInstance(
    instance: JET_INSTANCE,
    szFileName: JET_PCSTR,
    phfFile: *mut JET_HANDLE,
    pulFileSizeLow: *mut u32,
    pulFileSizeHigh: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenFileInstance(instance, szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) aligned(phfFile, pulFileSizeLow, pulFileSizeHigh) => unsafe { calls::jet_open_file_instance::<c_char>(instance, szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) })
}

/// Opens a file of a streaming backup.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errInvalidBackupSequence, JET_errInvalidPath,
/// JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errMissingFileToBackup,
/// JET_errNoBackup, JET_errNotInitialized, JET_errOutOfMemory, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileInstanceA(
    instance: JET_INSTANCE,
    szFileName: JET_PCSTR,
    phfFile: *mut JET_HANDLE,
    pulFileSizeLow: *mut u32,
    pulFileSizeHigh: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenFileInstanceA(instance, szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) aligned(phfFile, pulFileSizeLow, pulFileSizeHigh) => unsafe { calls::jet_open_file_instance::<c_char>(instance, szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) })
}

/// Opens a file of a streaming backup.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService, JET_errFileAccessDenied,
/// JET_errFileNotFound, JET_errInvalidBackupSequence, JET_errInvalidPath,
/// JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errMissingFileToBackup,
/// JET_errNoBackup, JET_errNotInitialized, JET_errOutOfMemory, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileInstanceW(
    instance: JET_INSTANCE,
    szFileName: JET_PCWSTR,
    phfFile: *mut JET_HANDLE,
    pulFileSizeLow: *mut u32,
    pulFileSizeHigh: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenFileInstanceW(instance, szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) aligned(szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) => unsafe { calls::jet_open_file_instance::<JET_WCHAR>(instance, szFileName, phfFile, pulFileSizeLow, pulFileSizeHigh) })
}

/// Opens a section of a file of a streaming backup. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileSectionInstance(
    instance: JET_INSTANCE,
    szFile: JET_PSTR,
    phFile: *mut JET_HANDLE,
    iSection: i32,
    cSections: i32,
    ibRead: u64,
    pulSectionSizeLow: *mut u32,
    plSectionSizeHigh: *mut i32,
) -> JET_ERR {
    gate!(JetOpenFileSectionInstance(instance, szFile, phFile, iSection, cSections, ibRead, pulSectionSizeLow, plSectionSizeHigh) aligned(phFile, pulSectionSizeLow, plSectionSizeHigh) => calls::not_available())
}

/// Opens a section of a file of a streaming backup.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileSectionInstanceA(
    instance: JET_INSTANCE,
    szFile: JET_PSTR,
    phFile: *mut JET_HANDLE,
    iSection: i32,
    cSections: i32,
    ibRead: u64,
    pulSectionSizeLow: *mut u32,
    plSectionSizeHigh: *mut i32,
) -> JET_ERR {
    gate!(JetOpenFileSectionInstanceA(instance, szFile, phFile, iSection, cSections, ibRead, pulSectionSizeLow, plSectionSizeHigh) aligned(phFile, pulSectionSizeLow, plSectionSizeHigh) => calls::not_available())
}

/// Opens a section of a file of a streaming backup.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenFileSectionInstanceW(
    instance: JET_INSTANCE,
    szFile: JET_PWSTR,
    phFile: *mut JET_HANDLE,
    iSection: i32,
    cSections: i32,
    ibRead: u64,
    pulSectionSizeLow: *mut u32,
    plSectionSizeHigh: *mut i32,
) -> JET_ERR {
    gate!(JetOpenFileSectionInstanceW(instance, szFile, phFile, iSection, cSections, ibRead, pulSectionSizeLow, plSectionSizeHigh) aligned(szFile, phFile, pulSectionSizeLow, plSectionSizeHigh) => calls::not_available())
}

/// Opens a cursor on a table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errInvalidDatabaseId, JET_errInvalidGrbit, JET_errInvalidName, JET_errObjectNotFound,
/// JET_errOutOfCursors, JET_errTableInUse, JET_errTableLocked, JET_errTooManyOpenTables.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTable(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pvParameters: *const c_void,
    cbParameters: u32,
    grbit: JET_GRBIT,
    ptableid: *mut JET_TABLEID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTable(sesid, dbid, szTableName, pvParameters, cbParameters, grbit, ptableid) aligned(ptableid) => unsafe { calls::jet_open_table::<c_char>(sesid, dbid, szTableName, pvParameters, cbParameters, grbit, ptableid) })
}

/// Opens a cursor on a table.
///
/// Errors named by its page:
/// JET_errInvalidDatabaseId, JET_errInvalidGrbit, JET_errInvalidName, JET_errObjectNotFound,
/// JET_errOutOfCursors, JET_errTableInUse, JET_errTableLocked, JET_errTooManyOpenTables.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTableA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    pvParameters: *const c_void,
    cbParameters: u32,
    grbit: JET_GRBIT,
    ptableid: *mut JET_TABLEID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTableA(sesid, dbid, szTableName, pvParameters, cbParameters, grbit, ptableid) aligned(ptableid) => unsafe { calls::jet_open_table::<c_char>(sesid, dbid, szTableName, pvParameters, cbParameters, grbit, ptableid) })
}

/// Opens a cursor on a table.
///
/// Errors named by its page:
/// JET_errInvalidDatabaseId, JET_errInvalidGrbit, JET_errInvalidName, JET_errObjectNotFound,
/// JET_errOutOfCursors, JET_errTableInUse, JET_errTableLocked, JET_errTooManyOpenTables.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTableW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    pvParameters: *const c_void,
    cbParameters: u32,
    grbit: JET_GRBIT,
    ptableid: *mut JET_TABLEID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTableW(sesid, dbid, szTableName, pvParameters, cbParameters, grbit, ptableid) aligned(szTableName, ptableid) => unsafe { calls::jet_open_table::<JET_WCHAR>(sesid, dbid, szTableName, pvParameters, cbParameters, grbit, ptableid) })
}

/// Opens a temporary table.
///
/// Errors named by its page:
/// JET_errCannotMaterializeForwardOnlySort, JET_errClientRequestToStopJetService,
/// JET_errIndexInvalidDef, JET_errInstanceUnavailable, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidLanguageId, JET_errInvalidLCMapStringFlags,
/// JET_errInvalidSesid, JET_errNotInitialized, JET_errOutOfCursors, JET_errOutOfMemory,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errTooManyColumns, JET_errTooManyOpenIndexes, JET_errTooManyOpenTables,
/// JET_errTooManySorts, JET_errKeyDuplicate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTempTable(
    sesid: JET_SESID,
    prgcolumndef: *const JET_COLUMNDEF,
    ccolumn: u32,
    grbit: JET_GRBIT,
    ptableid: *mut JET_TABLEID,
    prgcolumnid: *mut JET_COLUMNID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTempTable(sesid, prgcolumndef, ccolumn, grbit, ptableid, prgcolumnid) aligned(prgcolumndef, ptableid, prgcolumnid) => unsafe { calls::jet_open_temp_table(sesid, prgcolumndef, ccolumn, grbit, ptableid, prgcolumnid) })
}

/// Opens a temporary table whose texts are sorted by a locale number.
///
/// Errors named by its page:
/// JET_errCannotMaterializeForwardOnlySort, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidCodePage, JET_errInvalidColumnType,
/// JET_errIndexInvalidDef, JET_errInvalidLanguageId, JET_errInvalidLCMapStringFlags,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errOutOfMemory, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTooManyColumns,
/// JET_errTooManyOpenIndexes, JET_errTooManyOpenTables, JET_errTooManySorts,
/// JET_errKeyDuplicate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTempTable2(
    sesid: JET_SESID,
    prgcolumndef: *const JET_COLUMNDEF,
    ccolumn: u32,
    lcid: u32,
    grbit: JET_GRBIT,
    ptableid: *mut JET_TABLEID,
    prgcolumnid: *mut JET_COLUMNID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTempTable2(sesid, prgcolumndef, ccolumn, lcid, grbit, ptableid, prgcolumnid) aligned(prgcolumndef, ptableid, prgcolumnid) => unsafe { calls::jet_open_temp_table2(sesid, prgcolumndef, ccolumn, lcid, grbit, ptableid, prgcolumnid) })
}

/// Opens a temporary table whose texts are sorted by locale and flags.
///
/// Errors named by its page:
/// JET_errCannotMaterializeForwardOnlySort, JET_errClientRequestToStopJetService,
/// JET_errIndexInvalidDef, JET_errInstanceUnavailable, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidLanguageId, JET_errInvalidLCMapStringFlags,
/// JET_errInvalidSesid, JET_errNotInitialized, JET_errOutOfCursors, JET_errOutOfMemory,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errTooManyColumns, JET_errTooManyOpenIndexes, JET_errTooManyOpenTables,
/// JET_errTooManySorts, JET_errKeyDuplicate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTempTable3(
    sesid: JET_SESID,
    prgcolumndef: *const JET_COLUMNDEF,
    ccolumn: u32,
    pidxunicode: *mut JET_UNICODEINDEX,
    grbit: JET_GRBIT,
    ptableid: *mut JET_TABLEID,
    prgcolumnid: *mut JET_COLUMNID,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTempTable3(sesid, prgcolumndef, ccolumn, pidxunicode, grbit, ptableid, prgcolumnid) aligned(prgcolumndef, pidxunicode, ptableid, prgcolumnid) => unsafe { calls::jet_open_temp_table3(sesid, prgcolumndef, ccolumn, pidxunicode, grbit, ptableid, prgcolumnid) })
}

/// Opens a temporary table (JET_OPENTEMPORARYTABLE).
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errNotInitialized,
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errTermInProgress,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errInvalidSesid,
/// JET_errOutOfCursors, JET_errTooManySorts, JET_errCannotMaterializeForwardOnlySort,
/// JET_errTooManyColumns, JET_errTooManyOpenTables, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidLanguageId, JET_errInvalidLCMapStringFlags,
/// JET_errIndexInvalidDef, JET_errTooManyOpenIndexes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTemporaryTable(
    sesid: JET_SESID,
    popentemporarytable: *mut JET_OPENTEMPORARYTABLE,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTemporaryTable(sesid, popentemporarytable) aligned(popentemporarytable) => unsafe { calls::jet_open_temporary_table(sesid, popentemporarytable) })
}

/// Opens a temporary table (JET_OPENTEMPORARYTABLE2).
///
/// Errors named by its page:
/// JET_errOutOfMemory, JET_errInvalidParameter, JET_errNotInitialized,
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errTermInProgress,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errInvalidSesid,
/// JET_errOutOfCursors, JET_errTooManySorts, JET_errCannotMaterializeForwardOnlySort,
/// JET_errTooManyColumns, JET_errTooManyOpenTables, JET_errInvalidCodePage,
/// JET_errInvalidColumnType, JET_errInvalidLanguageId, JET_errInvalidLCMapStringFlags,
/// JET_errIndexInvalidDef, JET_errTooManyOpenIndexes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetOpenTemporaryTable2(
    sesid: JET_SESID,
    popentemporarytable: *mut JET_OPENTEMPORARYTABLE2,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetOpenTemporaryTable2(sesid, popentemporarytable) aligned(popentemporarytable) => unsafe { calls::jet_open_temporary_table2(sesid, popentemporarytable) })
}

/// Writes raw pages into a database that is being reseeded. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPatchDatabasePages(
    instance: JET_INSTANCE,
    szDatabase: JET_PCSTR,
    pgnoStart: u32,
    cpg: u32,
    pv: *const c_void,
    cb: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetPatchDatabasePages(instance, szDatabase, pgnoStart, cpg, pv, cb, grbit) aligned() => calls::not_available())
}

/// Writes raw pages into a database that is being reseeded.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPatchDatabasePagesA(
    instance: JET_INSTANCE,
    szDatabase: JET_PCSTR,
    pgnoStart: u32,
    cpg: u32,
    pv: *const c_void,
    cb: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetPatchDatabasePagesA(instance, szDatabase, pgnoStart, cpg, pv, cb, grbit) aligned() => calls::not_available())
}

/// Writes raw pages into a database that is being reseeded.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPatchDatabasePagesW(
    instance: JET_INSTANCE,
    szDatabase: JET_PCWSTR,
    pgnoStart: u32,
    cpg: u32,
    pv: *const c_void,
    cb: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetPatchDatabasePagesW(instance, szDatabase, pgnoStart, cpg, pv, cb, grbit) aligned(szDatabase) => calls::not_available())
}

/// Would have prepared a distributed transaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrepareToCommitTransaction(
    sesid: JET_SESID,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetPrepareToCommitTransaction(sesid, pvData, cbData, grbit) aligned() => unsafe { calls::jet_prepare_to_commit_transaction(sesid, pvData, cbData, grbit) })
}

/// Begins to insert, replace or copy a record.
///
/// Errors named by its page:
/// JET_errAlreadyPrepared, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errNotInTransaction,
/// JET_errRestoreInProgress, JET_errRollbackError, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errUpdateNotPrepared, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrepareUpdate(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    prep: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetPrepareUpdate(sesid, tableid, prep) aligned() => unsafe { calls::jet_prepare_update(sesid, tableid, prep) })
}

/// Reads ahead values that references name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrereadColumnsByReference(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    rgpvReferences: *const *const c_void,
    rgcbReferences: *const u32,
    cReferences: u32,
    cPageCacheMin: u32,
    cPageCacheMax: u32,
    pcReferencesPreread: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetPrereadColumnsByReference(sesid, tableid, rgpvReferences, rgcbReferences, cReferences, cPageCacheMin, cPageCacheMax, pcReferencesPreread, grbit) aligned(rgpvReferences, rgcbReferences, pcReferencesPreread) => calls::not_available())
}

/// Reads ahead the pages of one index range.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrereadIndexRange(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pIndexRange: *const JET_INDEX_RANGE,
    cPageCacheMin: u32,
    cPageCacheMax: u32,
    grbit: JET_GRBIT,
    pcPageCacheActual: *mut u32,
) -> JET_ERR {
    gate!(JetPrereadIndexRange(sesid, tableid, pIndexRange, cPageCacheMin, cPageCacheMax, grbit, pcPageCacheActual) aligned(pIndexRange, pcPageCacheActual) => calls::not_available())
}

/// Reads ahead the pages of index ranges.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrereadIndexRanges(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    rgIndexRanges: *const JET_INDEX_RANGE,
    cIndexRanges: u32,
    pcRangesPreread: *mut u32,
    rgcolumnidPreread: *const JET_COLUMNID,
    ccolumnidPreread: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetPrereadIndexRanges(sesid, tableid, rgIndexRanges, cIndexRanges, pcRangesPreread, rgcolumnidPreread, ccolumnidPreread, grbit) aligned(rgIndexRanges, pcRangesPreread, rgcolumnidPreread) => unsafe { calls::jet_preread_index_ranges(sesid, tableid, rgIndexRanges, cIndexRanges, pcRangesPreread, rgcolumnidPreread, ccolumnidPreread, grbit) })
}

/// Reads ahead the pages of keys.
///
/// Errors named by its page:
/// JET_errInvalidGrbit, JET_errInvalidBufferSize, JET_errInvalidParameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrereadKeys(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    rgpvKeys: *mut *const c_void,
    rgcbKeys: *const u32,
    ckeys: i32,
    pckeysPreread: *mut i32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetPrereadKeys(sesid, tableid, rgpvKeys, rgcbKeys, ckeys, pckeysPreread, grbit) aligned(rgpvKeys, rgcbKeys, pckeysPreread) => unsafe { calls::jet_preread_keys(sesid, tableid, rgpvKeys, rgcbKeys, ckeys, pckeysPreread, grbit) })
}

/// Reads ahead the roots of tables.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetPrereadTablesW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    rgwszTables: *mut JET_PCWSTR,
    cwszTables: i32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetPrereadTablesW(sesid, dbid, rgwszTables, cwszTables, grbit) aligned(rgwszTables) => calls::not_available())
}

/// Gives up reverting to a snapshot.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRBSCancelRevert(instance: JET_INSTANCE) -> JET_ERR {
    gate!(JetRBSCancelRevert(instance) aligned() => calls::not_available())
}

/// Reverts databases to a snapshot.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRBSExecuteRevert(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
    prbsrevertinfomisc: *mut JET_RBSREVERTINFOMISC,
) -> JET_ERR {
    gate!(JetRBSExecuteRevert(instance, grbit, prbsrevertinfomisc) aligned(prbsrevertinfomisc) => calls::not_available())
}

/// Looks for a snapshot to revert to.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRBSPrepareRevert(
    instance: JET_INSTANCE,
    jltRevertExpected: JET_LOGTIME,
    cpgCache: i32,
    grbit: JET_GRBIT,
    pjltRevertActual: *mut JET_LOGTIME,
) -> JET_ERR {
    gate!(JetRBSPrepareRevert(instance, jltRevertExpected, cpgCache, grbit, pjltRevertActual) aligned(pjltRevertActual) => calls::not_available())
}

/// Reads from a file of a streaming backup, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errNoBackup,
/// JET_errNotInitialized, JET_errReadVerifyFailure, JET_errLogReadVerifyFailure,
/// JET_errRestoreInProgress, JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetReadFile(
    hfFile: JET_HANDLE,
    pv: *mut c_void,
    cb: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetReadFile(hfFile, pv, cb, pcbActual) aligned(pcbActual) => unsafe { calls::jet_read_file(hfFile, pv, cb, pcbActual) })
}

/// Reads from a file of a streaming backup; every page is verified.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errLogReadVerifyFailure,
/// JET_errNoBackup, JET_errNotInitialized, JET_errReadVerifyFailure, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetReadFileInstance(
    instance: JET_INSTANCE,
    hfFile: JET_HANDLE,
    pv: *mut c_void,
    cb: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetReadFileInstance(instance, hfFile, pv, cb, pcbActual) aligned(pcbActual) => unsafe { calls::jet_read_file_instance(instance, hfFile, pv, cb, pcbActual) })
}

/// Registers a function that is called for events of a table.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRegisterCallback(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    cbtyp: JET_CBTYP,
    pCallback: JET_CALLBACK,
    pvContext: *mut c_void,
    phCallbackId: *mut JET_HANDLE,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRegisterCallback(sesid, tableid, cbtyp, pCallback, pvContext, phCallbackId) aligned(phCallbackId) => unsafe { calls::jet_register_callback(sesid, tableid, cbtyp, pCallback, pvContext, phCallbackId) })
}

/// Removes a log file that a database no longer needs.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRemoveLogfileA(
    szDatabase: JET_PCSTR,
    szLogfile: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetRemoveLogfileA(szDatabase, szLogfile, grbit) aligned() => calls::not_available())
}

/// Removes a log file that a database no longer needs.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRemoveLogfileW(
    wszDatabase: JET_PCWSTR,
    wszLogfile: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetRemoveLogfileW(wszDatabase, wszLogfile, grbit) aligned(wszDatabase, wszLogfile) => calls::not_available())
}

/// Renames a column. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errColumnNotFound, JET_errInvalidName,
/// JET_errInvalidParameter, JET_errInstanceUnavailable, JET_errInTransaction,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRenameColumn(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szName: JET_PCSTR,
    szNameNew: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRenameColumn(sesid, tableid, szName, szNameNew, grbit) aligned() => unsafe { calls::jet_rename_column::<c_char>(sesid, tableid, szName, szNameNew, grbit) })
}

/// Renames a column.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errColumnNotFound, JET_errInvalidName,
/// JET_errInvalidParameter, JET_errInstanceUnavailable, JET_errInTransaction,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRenameColumnA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szName: JET_PCSTR,
    szNameNew: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRenameColumnA(sesid, tableid, szName, szNameNew, grbit) aligned() => unsafe { calls::jet_rename_column::<c_char>(sesid, tableid, szName, szNameNew, grbit) })
}

/// Renames a column.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errColumnNotFound, JET_errInvalidName,
/// JET_errInvalidParameter, JET_errInstanceUnavailable, JET_errInTransaction,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionSharingViolation,
/// JET_errTermInProgress, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRenameColumnW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szName: JET_PCWSTR,
    szNameNew: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRenameColumnW(sesid, tableid, szName, szNameNew, grbit) aligned(szName, szNameNew) => unsafe { calls::jet_rename_column::<JET_WCHAR>(sesid, tableid, szName, szNameNew, grbit) })
}

/// Renames a table. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidDatabase,
/// JET_errInvalidDatabaseId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errObjectNotFound, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRenameTable(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szName: JET_PCSTR,
    szNameNew: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRenameTable(sesid, dbid, szName, szNameNew) aligned() => unsafe { calls::jet_rename_table::<c_char>(sesid, dbid, szName, szNameNew) })
}

/// Renames a table.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidDatabase,
/// JET_errInvalidDatabaseId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errObjectNotFound, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRenameTableA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szName: JET_PCSTR,
    szNameNew: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRenameTableA(sesid, dbid, szName, szNameNew) aligned() => unsafe { calls::jet_rename_table::<c_char>(sesid, dbid, szName, szNameNew) })
}

/// Renames a table.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidDatabase,
/// JET_errInvalidDatabaseId, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errObjectNotFound, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_errTransReadOnly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRenameTableW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szName: JET_PCWSTR,
    szNameNew: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRenameTableW(sesid, dbid, szName, szNameNew) aligned(szName, szNameNew) => unsafe { calls::jet_rename_table::<JET_WCHAR>(sesid, dbid, szName, szNameNew) })
}

/// Reset a counter; counters are no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetResetCounter(sesid: JET_SESID, CounterType: i32) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetResetCounter(sesid, CounterType) aligned() => unsafe { calls::jet_reset_counter(sesid, CounterType) })
}

/// Frees the session from the thread that has set its context.
///
/// Errors named by its page:
/// JET_errInstanceUnavailable, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionContextNotSetByThisThread, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetResetSessionContext(sesid: JET_SESID) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetResetSessionContext(sesid) aligned() => unsafe { calls::jet_reset_session_context(sesid) })
}

/// Takes back the hint that a table is read in order.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetResetTableSequential(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetResetTableSequential(sesid, tableid, grbit) aligned() => unsafe { calls::jet_reset_table_sequential(sesid, tableid, grbit) })
}

/// Makes a database file larger or smaller.
///
/// Partly: a database that shrinks gives up what is free at the end of its file; no page is moved out of the way.
///
/// Errors named by its page:
/// JET_errDiskFull, JET_errDiskIO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetResizeDatabase(
    sesid: JET_SESID,
    dbid: JET_DBID,
    cpgTarget: u32,
    pcpgActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetResizeDatabase(sesid, dbid, cpgTarget, pcpgActual, grbit) aligned(pcpgActual) => unsafe { calls::jet_resize_database(sesid, dbid, cpgTarget, pcpgActual, grbit) })
}

/// Restores a backup that JetBackup has made, by the only instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestore(szSource: JET_PCSTR, pfn: JET_PFNSTATUS) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestore(szSource, pfn) aligned() => unsafe { calls::jet_restore::<c_char>(szSource, pfn) })
}

/// Restores a backup that JetBackup has made, by the only instance.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestoreA(szSource: JET_PCSTR, pfn: JET_PFNSTATUS) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestoreA(szSource, pfn) aligned() => unsafe { calls::jet_restore::<c_char>(szSource, pfn) })
}

/// Restores a backup that JetBackup has made, by the only instance.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestoreW(szSource: JET_PCWSTR, pfn: JET_PFNSTATUS) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestoreW(szSource, pfn) aligned(szSource) => unsafe { calls::jet_restore::<JET_WCHAR>(szSource, pfn) })
}

/// Restores a backup that JetBackup has made, into another folder. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestore2(
    sz: JET_PCSTR,
    szDest: JET_PCSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestore2(sz, szDest, pfn) aligned() => unsafe { calls::jet_restore2::<c_char>(sz, szDest, pfn) })
}

/// Restores a backup that JetBackup has made, into another folder.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestore2A(
    sz: JET_PCSTR,
    szDest: JET_PCSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestore2A(sz, szDest, pfn) aligned() => unsafe { calls::jet_restore2::<c_char>(sz, szDest, pfn) })
}

/// Restores a backup that JetBackup has made, into another folder.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestore2W(
    sz: JET_PCWSTR,
    szDest: JET_PCWSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestore2W(sz, szDest, pfn) aligned(sz, szDest) => unsafe { calls::jet_restore2::<JET_WCHAR>(sz, szDest, pfn) })
}

/// Restores a backup that JetBackupInstance has made. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestoreInstance(
    instance: JET_INSTANCE,
    sz: JET_PCSTR,
    szDest: JET_PCSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestoreInstance(instance, sz, szDest, pfn) aligned() => unsafe { calls::jet_restore_instance::<c_char>(instance, sz, szDest, pfn) })
}

/// Restores a backup that JetBackupInstance has made.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestoreInstanceA(
    instance: JET_INSTANCE,
    sz: JET_PCSTR,
    szDest: JET_PCSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestoreInstanceA(instance, sz, szDest, pfn) aligned() => unsafe { calls::jet_restore_instance::<c_char>(instance, sz, szDest, pfn) })
}

/// Restores a backup that JetBackupInstance has made.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errInvalidLogSequence, JET_errInvalidParameter,
/// JET_errInvalidPath, JET_errPageSizeMismatch, JET_errRunningInMultiInstanceMode,
/// JET_errReadVerifyFailure, JET_errLogFileCorrupt, JET_errBadPageLink, JET_errMissingLogFile,
/// JET_errAttachedDatabaseMismatch, JET_errDatabaseSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRestoreInstanceW(
    instance: JET_INSTANCE,
    sz: JET_PCWSTR,
    szDest: JET_PCWSTR,
    pfn: JET_PFNSTATUS,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRestoreInstanceW(instance, sz, szDest, pfn) aligned(sz, szDest) => unsafe { calls::jet_restore_instance::<JET_WCHAR>(instance, sz, szDest, pfn) })
}

/// Retrieves one value of the record under the cursor.
///
/// Errors named by its page:
/// JET_errBadColumnId, JET_errBadItagSequence, JET_errClientRequestToStopJetService,
/// JET_errColumnNotFound, JET_errIndexTuplesCannotRetrieveFromIndex,
/// JET_errInstanceUnavailable, JET_errInvalidBufferSize, JET_errInvalidParameter,
/// JET_errInvalidGrbit, JET_errNoCurrentRecord, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_wrnBufferTruncated, JET_wrnColumnNull.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRetrieveColumn(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columnid: JET_COLUMNID,
    pvData: *mut c_void,
    cbData: u32,
    pcbActual: *mut u32,
    grbit: JET_GRBIT,
    pretinfo: *mut JET_RETINFO,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRetrieveColumn(sesid, tableid, columnid, pvData, cbData, pcbActual, grbit, pretinfo) aligned(pcbActual, pretinfo) => unsafe { calls::jet_retrieve_column(sesid, tableid, columnid, pvData, cbData, pcbActual, grbit, pretinfo) })
}

/// Retrieves a long value by a reference to it.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRetrieveColumnByReference(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvReference: *const c_void,
    cbReference: u32,
    ibData: u32,
    pvData: *mut c_void,
    cbData: u32,
    pcbActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetRetrieveColumnByReference(sesid, tableid, pvReference, cbReference, ibData, pvData, cbData, pcbActual, grbit) aligned(pcbActual) => calls::not_available())
}

/// Takes the next value from a stream of records.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRetrieveColumnFromRecordStream(
    pvData: *mut c_void,
    cbData: u32,
    piRecord: *mut u32,
    pcolumnid: *mut JET_COLUMNID,
    pitagSequence: *mut u32,
    pibValue: *mut u32,
    pcbValue: *mut u32,
) -> JET_ERR {
    gate!(JetRetrieveColumnFromRecordStream(pvData, cbData, piRecord, pcolumnid, pitagSequence, pibValue, pcbValue) aligned(piRecord, pcolumnid, pitagSequence, pibValue, pcbValue) => calls::not_available())
}

/// Retrieves several values of the record under the cursor.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errBadColumnId, JET_errClientRequestToStopJetService,
/// JET_errColumnNotFound, JET_errIndexTuplesCannotRetrieveFromIndex, JET_errInvalidBufferSize,
/// JET_errInvalidGrbit, JET_errInvalidParameter, JET_errInstanceUnavailable,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRetrieveColumns(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pretrievecolumn: *mut JET_RETRIEVECOLUMN,
    cretrievecolumn: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRetrieveColumns(sesid, tableid, pretrievecolumn, cretrievecolumn) aligned(pretrievecolumn) => unsafe { calls::jet_retrieve_columns(sesid, tableid, pretrievecolumn, cretrievecolumn) })
}

/// Gets the key under the cursor, or the search key.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errKeyNotMade,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress, JET_wrnBufferTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRetrieveKey(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvKey: *mut c_void,
    cbMax: u32,
    pcbActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRetrieveKey(sesid, tableid, pvKey, cbMax, pcbActual, grbit) aligned(pcbActual) => unsafe { calls::jet_retrieve_key(sesid, tableid, pvKey, cbMax, pcbActual, grbit) })
}

/// Lists the tagged columns of a record.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRetrieveTaggedColumnList(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pcColumns: *mut u32,
    pvData: *mut c_void,
    cbData: u32,
    columnidStart: JET_COLUMNID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetRetrieveTaggedColumnList(sesid, tableid, pcColumns, pvData, cbData, columnidStart, grbit) aligned(pcColumns) => calls::not_available())
}

/// Undoes the innermost level of the transaction, or all of it.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errNotInTransaction, JET_errRestoreInProgress, JET_errRollbackError,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetRollback(sesid: JET_SESID, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetRollback(sesid, grbit) aligned() => unsafe { calls::jet_rollback(sesid, grbit) })
}

/// Moves the cursor by the search key.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errKeyNotMade,
/// JET_errNotInitialized, JET_errRecordNotFound, JET_errRestoreInProgress,
/// JET_wrnSeekNotEqual, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_wrnUniqueKey.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSeek(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSeek(sesid, tableid, grbit) aligned() => unsafe { calls::jet_seek(sesid, tableid, grbit) })
}

/// Sets one value of the record that is being prepared.
///
/// Errors named by its page:
/// JET_errBadColumnId, JET_errClientRequestToStopJetService, JET_errColumnNotFound,
/// JET_errColumnNotUpdatable, JET_errColumnTooBig, JET_errInstanceUnavailable,
/// JET_errInvalidBufferSize, JET_errInvalidColumnType, JET_errInvalidGrbit,
/// JET_errInvalidParameter, JET_errMultiValuedDuplicate, JET_errNotInitialized,
/// JET_errNotInTransaction, JET_errNullInvalid, JET_errColumnIllegalNull, JET_errRecordTooBig,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errUpdateNotPrepared, JET_errVersionStoreOutOfMemory, JET_wrnColumnMaxTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetColumn(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columnid: JET_COLUMNID,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
    psetinfo: *mut JET_SETINFO,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetColumn(sesid, tableid, columnid, pvData, cbData, grbit, psetinfo) aligned(psetinfo) => unsafe { calls::jet_set_column(sesid, tableid, columnid, pvData, cbData, grbit, psetinfo) })
}

/// Changes the default value of a column. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errColumnIllegalNull, JET_errColumnInUse,
/// JET_errColumnNotFound, JET_errInstanceUnavailable, JET_errInvalidDatabaseId,
/// JET_errInvalidName, JET_errNotInitialized, JET_errNullInvalid, JET_errObjectNotFound,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTableInUse,
/// JET_errTermInProgress, JET_errTransReadOnly, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetColumnDefaultValue(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    szColumnName: JET_PCSTR,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetColumnDefaultValue(sesid, dbid, szTableName, szColumnName, pvData, cbData, grbit) aligned() => unsafe { calls::jet_set_column_default_value::<c_char>(sesid, dbid, szTableName, szColumnName, pvData, cbData, grbit) })
}

/// Changes the default value of a column.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errColumnIllegalNull, JET_errColumnInUse,
/// JET_errColumnNotFound, JET_errInstanceUnavailable, JET_errInvalidDatabaseId,
/// JET_errInvalidName, JET_errNotInitialized, JET_errNullInvalid, JET_errObjectNotFound,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTableInUse,
/// JET_errTermInProgress, JET_errTransReadOnly, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetColumnDefaultValueA(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCSTR,
    szColumnName: JET_PCSTR,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetColumnDefaultValueA(sesid, dbid, szTableName, szColumnName, pvData, cbData, grbit) aligned() => unsafe { calls::jet_set_column_default_value::<c_char>(sesid, dbid, szTableName, szColumnName, pvData, cbData, grbit) })
}

/// Changes the default value of a column.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errColumnIllegalNull, JET_errColumnInUse,
/// JET_errColumnNotFound, JET_errInstanceUnavailable, JET_errInvalidDatabaseId,
/// JET_errInvalidName, JET_errNotInitialized, JET_errNullInvalid, JET_errObjectNotFound,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTableInUse,
/// JET_errTermInProgress, JET_errTransReadOnly, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetColumnDefaultValueW(
    sesid: JET_SESID,
    dbid: JET_DBID,
    szTableName: JET_PCWSTR,
    szColumnName: JET_PCWSTR,
    pvData: *const c_void,
    cbData: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetColumnDefaultValueW(sesid, dbid, szTableName, szColumnName, pvData, cbData, grbit) aligned(szTableName, szColumnName) => unsafe { calls::jet_set_column_default_value::<JET_WCHAR>(sesid, dbid, szTableName, szColumnName, pvData, cbData, grbit) })
}

/// Sets several values of the record that is being prepared.
///
/// Errors named by its page:
/// JET_errBadColumnId, JET_errClientRequestToStopJetService, JET_errColumnIllegalNull,
/// JET_errColumnNotFound, JET_errColumnNotUpdatable, JET_errColumnTooBig,
/// JET_errInstanceUnavailable, JET_errInvalidBufferSize, JET_errInvalidColumnType,
/// JET_errInvalidGrbit, JET_errInvalidParameter, JET_errMultiValuedDuplicate,
/// JET_errNotInitialized, JET_errNotInTransaction, JET_errNullInvalid, JET_errRecordTooBig,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errUpdateNotPrepared, JET_wrnColumnMaxTruncated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetColumns(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    psetcolumn: *mut JET_SETCOLUMN,
    csetcolumn: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetColumns(sesid, tableid, psetcolumn, csetcolumn) aligned(psetcolumn) => unsafe { calls::jet_set_columns(sesid, tableid, psetcolumn, csetcolumn) })
}

/// Chooses the index that the cursor moves along. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInvalidIndexId,
/// JET_errInstanceUnavailable, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errOutOfCursors,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex(sesid, tableid, szIndexName) aligned() => unsafe { calls::jet_set_current_index::<c_char>(sesid, tableid, szIndexName) })
}

/// Chooses the index that the cursor moves along.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInvalidIndexId,
/// JET_errInstanceUnavailable, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errOutOfCursors,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndexA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndexA(sesid, tableid, szIndexName) aligned() => unsafe { calls::jet_set_current_index::<c_char>(sesid, tableid, szIndexName) })
}

/// Chooses the index that the cursor moves along.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInvalidIndexId,
/// JET_errInstanceUnavailable, JET_errInvalidName, JET_errInvalidParameter,
/// JET_errNoCurrentRecord, JET_errNotInitialized, JET_errOutOfCursors,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndexW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndexW(sesid, tableid, szIndexName) aligned(szIndexName) => unsafe { calls::jet_set_current_index::<JET_WCHAR>(sesid, tableid, szIndexName) })
}

/// Chooses the index and says whether the cursor stays at its record. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex2(sesid, tableid, szIndexName, grbit) aligned() => unsafe { calls::jet_set_current_index2::<c_char>(sesid, tableid, szIndexName, grbit) })
}

/// Chooses the index and says whether the cursor stays at its record.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex2A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex2A(sesid, tableid, szIndexName, grbit) aligned() => unsafe { calls::jet_set_current_index2::<c_char>(sesid, tableid, szIndexName, grbit) })
}

/// Chooses the index and says whether the cursor stays at its record.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex2W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex2W(sesid, tableid, szIndexName, grbit) aligned(szIndexName) => unsafe { calls::jet_set_current_index2::<JET_WCHAR>(sesid, tableid, szIndexName, grbit) })
}

/// Chooses the index, and which value of a column the cursor stays at. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex3(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    grbit: JET_GRBIT,
    itagSequence: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex3(sesid, tableid, szIndexName, grbit, itagSequence) aligned() => unsafe { calls::jet_set_current_index3::<c_char>(sesid, tableid, szIndexName, grbit, itagSequence) })
}

/// Chooses the index, and which value of a column the cursor stays at.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex3A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    grbit: JET_GRBIT,
    itagSequence: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex3A(sesid, tableid, szIndexName, grbit, itagSequence) aligned() => unsafe { calls::jet_set_current_index3::<c_char>(sesid, tableid, szIndexName, grbit, itagSequence) })
}

/// Chooses the index, and which value of a column the cursor stays at.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex3W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
    grbit: JET_GRBIT,
    itagSequence: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex3W(sesid, tableid, szIndexName, grbit, itagSequence) aligned(szIndexName) => unsafe { calls::jet_set_current_index3::<JET_WCHAR>(sesid, tableid, szIndexName, grbit, itagSequence) })
}

/// Chooses the index by its id. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex4(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    pindexid: *mut JET_INDEXID,
    grbit: JET_GRBIT,
    itagSequence: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex4(sesid, tableid, szIndexName, pindexid, grbit, itagSequence) aligned(pindexid) => unsafe { calls::jet_set_current_index4::<c_char>(sesid, tableid, szIndexName, pindexid, grbit, itagSequence) })
}

/// Chooses the index by its id.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex4A(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCSTR,
    pindexid: *mut JET_INDEXID,
    grbit: JET_GRBIT,
    itagSequence: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex4A(sesid, tableid, szIndexName, pindexid, grbit, itagSequence) aligned(pindexid) => unsafe { calls::jet_set_current_index4::<c_char>(sesid, tableid, szIndexName, pindexid, grbit, itagSequence) })
}

/// Chooses the index by its id.
///
/// Errors named by its page:
/// JET_errBadItagSequence, JET_errClientRequestToStopJetService, JET_errInstanceUnavailable,
/// JET_errInvalidIndexId, JET_errInvalidName, JET_errInvalidParameter, JET_errNoCurrentRecord,
/// JET_errNotInitialized, JET_errOutOfCursors, JET_errRestoreInProgress,
/// JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCurrentIndex4W(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    szIndexName: JET_PCWSTR,
    pindexid: *mut JET_INDEXID,
    grbit: JET_GRBIT,
    itagSequence: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCurrentIndex4W(sesid, tableid, szIndexName, pindexid, grbit, itagSequence) aligned(szIndexName, pindexid) => unsafe { calls::jet_set_current_index4::<JET_WCHAR>(sesid, tableid, szIndexName, pindexid, grbit, itagSequence) })
}

/// Lets the cursor skip records by conditions on their columns.
///
/// Errors named by its page:
/// JET_errFilteredMoveNotSupported.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetCursorFilter(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    rgColumnFilters: *mut JET_INDEX_COLUMN,
    cColumnFilters: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetCursorFilter(sesid, tableid, rgColumnFilters, cColumnFilters, grbit) aligned(rgColumnFilters) => unsafe { calls::jet_set_cursor_filter(sesid, tableid, rgColumnFilters, cColumnFilters, grbit) })
}

/// Sets the size of a database file that is not attached. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errDatabaseInconsistent, JET_errDatabaseDirtyShutdown, JET_errDatabaseInvalidPath,
/// JET_errDiskFull, JET_errInvalidParameter, JET_errOutOfMemory, JET_errDiskIO,
/// JET_errFileNotFound, JET_errInvalidPath, JET_errFileAccessDenied, JET_errOutOfFileHandles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetDatabaseSize(
    sesid: JET_SESID,
    szDatabaseName: JET_PCSTR,
    cpg: u32,
    pcpgReal: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetDatabaseSize(sesid, szDatabaseName, cpg, pcpgReal) aligned(pcpgReal) => unsafe { calls::jet_set_database_size::<c_char>(sesid, szDatabaseName, cpg, pcpgReal) })
}

/// Sets the size of a database file that is not attached.
///
/// Errors named by its page:
/// JET_errDatabaseInconsistent, JET_errDatabaseDirtyShutdown, JET_errDatabaseInvalidPath,
/// JET_errDiskFull, JET_errInvalidParameter, JET_errOutOfMemory, JET_errDiskIO,
/// JET_errFileNotFound, JET_errInvalidPath, JET_errFileAccessDenied, JET_errOutOfFileHandles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetDatabaseSizeA(
    sesid: JET_SESID,
    szDatabaseName: JET_PCSTR,
    cpg: u32,
    pcpgReal: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetDatabaseSizeA(sesid, szDatabaseName, cpg, pcpgReal) aligned(pcpgReal) => unsafe { calls::jet_set_database_size::<c_char>(sesid, szDatabaseName, cpg, pcpgReal) })
}

/// Sets the size of a database file that is not attached.
///
/// Errors named by its page:
/// JET_errDatabaseInconsistent, JET_errDatabaseDirtyShutdown, JET_errDatabaseInvalidPath,
/// JET_errDiskFull, JET_errInvalidParameter, JET_errOutOfMemory, JET_errDiskIO,
/// JET_errFileNotFound, JET_errInvalidPath, JET_errFileAccessDenied, JET_errOutOfFileHandles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetDatabaseSizeW(
    sesid: JET_SESID,
    szDatabaseName: JET_PCWSTR,
    cpg: u32,
    pcpgReal: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetDatabaseSizeW(sesid, szDatabaseName, cpg, pcpgReal) aligned(szDatabaseName, pcpgReal) => unsafe { calls::jet_set_database_size::<JET_WCHAR>(sesid, szDatabaseName, cpg, pcpgReal) })
}

/// Limits the cursor to a range that ends at the search key.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidOperation,
/// JET_errKeyNotMade, JET_errNoCurrentIndex, JET_errNoCurrentRecord, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetIndexRange(
    sesid: JET_SESID,
    tableidSrc: JET_TABLEID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetIndexRange(sesid, tableidSrc, grbit) aligned() => unsafe { calls::jet_set_index_range(sesid, tableidSrc, grbit) })
}

/// Keeps a value of the program at a cursor or table.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInvalidGrbit, JET_errInstanceUnavailable,
/// JET_errLSAlreadySet, JET_errLSCallbackNotSpecified, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetLS(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    ls: JET_LS,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetLS(sesid, tableid, ls, grbit) aligned() => unsafe { calls::jet_set_ls(sesid, tableid, ls, grbit) })
}

/// Sets the size limit of a database in pages.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetMaxDatabaseSize(
    sesid: JET_SESID,
    dbid: JET_DBID,
    cpg: u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetSetMaxDatabaseSize(sesid, dbid, cpg, grbit) aligned() => calls::not_available())
}

/// Changes a setting of the engine's memory.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetResourceParam(
    instance: JET_INSTANCE,
    resoper: JET_RESOPER,
    resid: JET_RESID,
    ulParam: JET_API_PTR,
) -> JET_ERR {
    gate!(JetSetResourceParam(instance, resoper, resid, ulParam) aligned() => calls::not_available())
}

/// Binds the session to the calling thread under a value of its own.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errInvalidParameter,
/// JET_errNotInitialized, JET_errRestoreInProgress, JET_errSessionContextAlreadySet,
/// JET_errTermInProgress, JET_errSessionSharingViolation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetSessionContext(sesid: JET_SESID, ulContext: JET_API_PTR) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetSessionContext(sesid, ulContext) aligned() => unsafe { calls::jet_set_session_context(sesid, ulContext) })
}

/// Changes a parameter of a session.
///
/// Partly: what is only for diagnosis (client descriptions, I/O priority and trace flags) is refused.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errClientRequestToStopJetService,
/// JET_errIndexTuplesInvalidLimits, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress, JET_errInvalidSesid,
/// JET_errInvalidInstance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetSessionParameter(
    sesid: JET_SESID,
    sesparamid: u32,
    pvParam: *mut c_void,
    cbParam: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetSessionParameter(sesid, sesparamid, pvParam, cbParam) aligned() => unsafe { calls::jet_set_session_parameter(sesid, sesparamid, pvParam, cbParam) })
}

/// Changes a system parameter of the process or of an instance. The A form under its plain name.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errClientRequestToStopJetService,
/// JET_errIndexTuplesInvalidLimits, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress, JET_errInvalidSesid,
/// JET_errInvalidInstance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetSystemParameter(
    pinstance: *mut JET_INSTANCE,
    sesid: JET_SESID,
    paramid: u32,
    lParam: JET_API_PTR,
    szParam: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetSystemParameter(pinstance, sesid, paramid, lParam, szParam) aligned(pinstance) => unsafe { calls::jet_set_system_parameter::<c_char>(pinstance, sesid, paramid, lParam, szParam) })
}

/// Changes a system parameter of the process or of an instance.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errClientRequestToStopJetService,
/// JET_errIndexTuplesInvalidLimits, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress, JET_errInvalidSesid,
/// JET_errInvalidInstance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetSystemParameterA(
    pinstance: *mut JET_INSTANCE,
    sesid: JET_SESID,
    paramid: u32,
    lParam: JET_API_PTR,
    szParam: JET_PCSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetSystemParameterA(pinstance, sesid, paramid, lParam, szParam) aligned(pinstance) => unsafe { calls::jet_set_system_parameter::<c_char>(pinstance, sesid, paramid, lParam, szParam) })
}

/// Changes a system parameter of the process or of an instance.
///
/// Errors named by its page:
/// JET_errAlreadyInitialized, JET_errClientRequestToStopJetService,
/// JET_errIndexTuplesInvalidLimits, JET_errInitInProgress, JET_errInstanceUnavailable,
/// JET_errInvalidParameter, JET_errInvalidPath, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress, JET_errInvalidSesid,
/// JET_errInvalidInstance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetSystemParameterW(
    pinstance: *mut JET_INSTANCE,
    sesid: JET_SESID,
    paramid: u32,
    lParam: JET_API_PTR,
    szParam: JET_PCWSTR,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetSystemParameterW(pinstance, sesid, paramid, lParam, szParam) aligned(pinstance, szParam) => unsafe { calls::jet_set_system_parameter::<JET_WCHAR>(pinstance, sesid, paramid, lParam, szParam) })
}

/// Changes a setting of an open table. The A form under its plain name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetTableInfo(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvParam: *const c_void,
    cbParam: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetTableInfo(sesid, tableid, pvParam, cbParam, InfoLevel) aligned() => unsafe { calls::jet_set_table_info::<c_char>(sesid, tableid, pvParam, cbParam, InfoLevel) })
}

/// Changes a setting of an open table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetTableInfoA(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvParam: *const c_void,
    cbParam: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetTableInfoA(sesid, tableid, pvParam, cbParam, InfoLevel) aligned() => unsafe { calls::jet_set_table_info::<c_char>(sesid, tableid, pvParam, cbParam, InfoLevel) })
}

/// Changes a setting of an open table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetTableInfoW(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvParam: *const c_void,
    cbParam: u32,
    InfoLevel: u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetTableInfoW(sesid, tableid, pvParam, cbParam, InfoLevel) aligned() => unsafe { calls::jet_set_table_info::<JET_WCHAR>(sesid, tableid, pvParam, cbParam, InfoLevel) })
}

/// Hints that a table will be read in order.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSetTableSequential(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetSetTableSequential(sesid, tableid, grbit) aligned() => unsafe { calls::jet_set_table_sequential(sesid, tableid, grbit) })
}

/// Was planned and never made. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSnapshotStart(
    instance: JET_INSTANCE,
    szDatabases: JET_PSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetSnapshotStart(instance, szDatabases, grbit) aligned() => calls::not_available())
}

/// Was planned and never made.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSnapshotStartA(
    instance: JET_INSTANCE,
    szDatabases: JET_PSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetSnapshotStartA(instance, szDatabases, grbit) aligned() => calls::not_available())
}

/// Was planned and never made.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSnapshotStartW(
    instance: JET_INSTANCE,
    szDatabases: JET_PWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetSnapshotStartW(instance, szDatabases, grbit) aligned(szDatabases) => calls::not_available())
}

/// Was planned and never made.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetSnapshotStop(instance: JET_INSTANCE, grbit: JET_GRBIT) -> JET_ERR {
    gate!(JetSnapshotStop(instance, grbit) aligned() => calls::not_available())
}

/// Stops the backup that runs, by the only instance.
///
/// Errors named by its page:
/// JET_errRunningInMultiInstanceMode, JET_errBackupAbortByServer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetStopBackup() -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetStopBackup() aligned() => unsafe { calls::jet_stop_backup() })
}

/// Stops the backup of an instance; a read under way ends within a page.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errBackupAbortByServer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetStopBackupInstance(instance: JET_INSTANCE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetStopBackupInstance(instance) aligned() => unsafe { calls::jet_stop_backup_instance(instance) })
}

/// Makes the only instance ready to end: from now on calls are refused.
///
/// Errors named by its page:
/// JET_errRunningInMultiInstanceMode, JET_errClientRequestToStopJetService.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetStopService() -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetStopService() aligned() => unsafe { calls::jet_stop_service() })
}

/// Makes an instance ready to end: from now on calls are refused.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errClientRequestToStopJetService.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetStopServiceInstance(instance: JET_INSTANCE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetStopServiceInstance(instance) aligned() => unsafe { calls::jet_stop_service_instance(instance) })
}

/// Quiets an instance wholly or in parts, or lets it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetStopServiceInstance2(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetStopServiceInstance2(instance, grbit) aligned() => unsafe { calls::jet_stop_service_instance2(instance, grbit) })
}

/// Retrieves columns of many records into one buffer.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetStreamRecords(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    ccolumnid: u32,
    rgcolumnid: *const JET_COLUMNID,
    pvData: *mut c_void,
    cbData: u32,
    pcbActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetStreamRecords(sesid, tableid, ccolumnid, rgcolumnid, pvData, cbData, pcbActual, grbit) aligned(rgcolumnid, pcbActual) => calls::not_available())
}

/// Ends an instance.
///
/// Errors named by its page:
/// JET_errInvalidParameter, JET_errNotInitialized, JET_errTermInProgress,
/// JET_errRestoreInProgress, JET_errBackupInProgress, JET_errTooManyActiveUsers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetTerm(instance: JET_INSTANCE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetTerm(instance) aligned() => unsafe { calls::jet_term(instance) })
}

/// Ends an instance and says how.
///
/// Errors named by its page:
/// JET_errBackupInProgress, JET_errInvalidParameter, JET_errNotInitialized,
/// JET_errTermInProgress, JET_errRestoreInProgress, JET_errTooManyActiveUsers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetTerm2(instance: JET_INSTANCE, grbit: JET_GRBIT) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetTerm2(instance, grbit) aligned() => unsafe { calls::jet_term2(instance, grbit) })
}

/// Is for tests of the original engine.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetTestHook(opcode: TESTHOOK_OP, pv: *mut c_void) -> JET_ERR {
    gate!(JetTestHook(opcode, pv) aligned() => calls::not_available())
}

/// Is for traces of the original engine.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetTracing(
    traceop: JET_TRACEOP,
    tracetag: JET_TRACETAG,
    ul: JET_API_PTR,
) -> JET_ERR {
    gate!(JetTracing(traceop, tracetag, ul) aligned() => calls::not_available())
}

/// Deletes logs that the backup has made unnecessary, by the only instance.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetTruncateLog() -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetTruncateLog() aligned() => unsafe { calls::jet_truncate_log() })
}

/// Deletes logs that the backup has made unnecessary.
///
/// Errors named by its page:
/// JET_errBackupAbortByServer, JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable, JET_errInvalidBackupSequence, JET_errInvalidParameter,
/// JET_errNoBackup, JET_errNotInitialized, JET_errRestoreInProgress,
/// JET_errRunningInMultiInstanceMode, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetTruncateLogInstance(instance: JET_INSTANCE) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetTruncateLogInstance(instance) aligned() => unsafe { calls::jet_truncate_log_instance(instance) })
}

/// Takes a registered callback back.
///
/// Errors named by its page:
/// JET_errClientRequestToStopJetService, JET_errInstanceUnavailable, JET_errNotInitialized,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetUnregisterCallback(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    cbtyp: JET_CBTYP,
    hCallbackId: JET_HANDLE,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetUnregisterCallback(sesid, tableid, cbtyp, hCallbackId) aligned() => unsafe { calls::jet_unregister_callback(sesid, tableid, cbtyp, hCallbackId) })
}

/// Finishes the record that is being prepared.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errClientRequestToStopJetService, JET_errColumnIllegalNull,
/// JET_errDiskFull, JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errKeyDuplicate,
/// JET_errKeyTruncated, JET_errMultiValuedIndexViolation, JET_errNotInitialized,
/// JET_errNullInvalid, JET_errNullKeyDisallowed, JET_errRecordPrimaryChanged,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errTransReadOnly, JET_errUpdateNotPrepared, JET_errVersionStoreOutOfMemory,
/// JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetUpdate(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvBookmark: *mut c_void,
    cbBookmark: u32,
    pcbActual: *mut u32,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetUpdate(sesid, tableid, pvBookmark, cbBookmark, pcbActual) aligned(pcbActual) => unsafe { calls::jet_update(sesid, tableid, pvBookmark, cbBookmark, pcbActual) })
}

/// Finishes the record that is being prepared, with options.
///
/// Errors named by its page:
/// JET_errBufferTooSmall, JET_errClientRequestToStopJetService, JET_errDiskFull,
/// JET_errInstanceUnavailable, JET_errInvalidParameter, JET_errKeyDuplicate,
/// JET_errKeyTruncated, JET_errMultiValuedIndexViolation, JET_errNotInitialized,
/// JET_errNullInvalid, JET_errNullKeyDisallowed, JET_errRecordPrimaryChanged,
/// JET_errRestoreInProgress, JET_errSessionSharingViolation, JET_errTermInProgress,
/// JET_errUpdateNotPrepared, JET_errWriteConflict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetUpdate2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    pvBookmark: *mut c_void,
    cbBookmark: u32,
    pcbActual: *mut u32,
    grbit: JET_GRBIT,
) -> JET_ERR {
    // SAFETY: the caller keeps the contract of the C function.
    gate!(JetUpdate2(sesid, tableid, pvBookmark, cbBookmark, pcbActual, grbit) aligned(pcbActual) => unsafe { calls::jet_update2(sesid, tableid, pvBookmark, cbBookmark, pcbActual, grbit) })
}

/// Upgraded a database of an old format; such formats are no more. The A form under its plain name.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetUpgradeDatabase(
    sesid: JET_SESID,
    szDbFileName: JET_PCSTR,
    szSLVFileName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetUpgradeDatabase(sesid, szDbFileName, szSLVFileName, grbit) aligned() => calls::not_available())
}

/// Upgraded a database of an old format; such formats are no more.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetUpgradeDatabaseA(
    sesid: JET_SESID,
    szDbFileName: JET_PCSTR,
    szSLVFileName: JET_PCSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetUpgradeDatabaseA(sesid, szDbFileName, szSLVFileName, grbit) aligned() => calls::not_available())
}

/// Upgraded a database of an old format; such formats are no more.
///
/// Not available yet: answers JET_errFeatureNotAvailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn JetUpgradeDatabaseW(
    sesid: JET_SESID,
    szDbFileName: JET_PCWSTR,
    szSLVFileName: JET_PCWSTR,
    grbit: JET_GRBIT,
) -> JET_ERR {
    gate!(JetUpgradeDatabaseW(sesid, szDbFileName, szSLVFileName, grbit) aligned(szDbFileName, szSLVFileName) => calls::not_available())
}
