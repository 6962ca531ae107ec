//! Calls about instances, parameters, sessions, transactions and databases.
//!
//! Invariant: a call gets pointers of the contract only: null, misaligned, or good for what is said.

use super::callbacks::{init_status, status};
use super::source::{Room, Source, Text};
use super::world::World;
use super::{Op, either, given};
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::*;
use std::ffi::c_char;
use std::ptr::{null, null_mut};

/// Calls with their weights.
pub const OPS: &[Op] = &[
    Op(2, "instance", instance),
    Op(1, "JetCreateInstance", create_instance),
    Op(2, "JetSetSystemParameter", set_parameter),
    Op(2, "JetGetSystemParameter", get_parameter),
    Op(1, "JetEnableMultiInstance", enable_multi),
    Op(1, "JetInit", init),
    Op(2, "JetTerm2", term),
    Op(1, "JetStopServiceInstance2", stop_service),
    Op(1, "JetGetInstanceInfo", instance_info),
    Op(1, "JetGetInstanceMiscInfo", misc_info),
    Op(1, "JetFreeBuffer", free_buffer),
    Op(3, "JetBeginSession", begin_session),
    Op(1, "JetDupSession", dup_session),
    Op(1, "JetEndSession", end_session),
    Op(1, "JetSetSessionContext", session_context),
    Op(1, "JetSetSessionParameter", session_parameter),
    Op(1, "JetGetSessionParameter", get_session_parameter),
    Op(1, "JetGetSessionInfo", session_info),
    Op(1, "JetGetVersion", version),
    Op(1, "JetIdle", idle),
    Op(8, "JetBeginTransaction", begin),
    Op(6, "JetCommitTransaction", commit),
    Op(4, "JetRollback", rollback),
    Op(1, "JetCreateDatabase", create_database),
    Op(1, "JetAttachDatabase", attach),
    Op(1, "JetDetachDatabase", detach),
    Op(2, "JetOpenDatabase", open_database),
    Op(1, "JetCloseDatabase", close_database),
    Op(1, "JetGrowDatabase", grow),
    Op(1, "JetSetDatabaseSize", set_size),
    Op(1, "JetGetDatabaseInfo", database_info),
    Op(1, "JetGetDatabaseFileInfo", file_info),
    Op(1, "JetGetLogFileInfo", log_info),
    Op(1, "JetDefragment", defragment),
    Op(1, "JetCompact", compact),
    Op(1, "JetGetErrorInfo", error_info),
    Op(1, "JetGetThreadStats", thread_stats),
];

/// Sets a number.
pub unsafe fn set(instance: usize, id: u32, number: usize) -> i32 {
    let mut instance = instance;
    // SAFETY: a local, and no text.
    unsafe { JetSetSystemParameterA(&raw mut instance, 0, id, number, null()) }
}

/// Sets a text.
pub unsafe fn set_text(instance: usize, id: u32, text: &str) -> i32 {
    let mut instance = instance;
    let text = Text::new(text);
    // SAFETY: locals.
    unsafe { JetSetSystemParameterA(&raw mut instance, 0, id, 0, text.p()) }
}

/// An instance with folders of its own, initialised.
fn instance(w: &mut World, s: &mut Source<'_>) -> i32 {
    unsafe {
        let number = w.instances.len();
        let mut made = 0;
        let name = Text::new(&format!("i{number}"));
        let err = JetCreateInstanceW(&raw mut made, name.p());
        if err < 0 {
            return err;
        }
        w.instances.push(made);
        // Most begin where the one before left its files.
        let folder = if s.chance(4) {
            format!("sub{}/", number % 3)
        } else {
            "./".to_owned()
        };
        for id in [
            param::JET_paramSystemPath,
            param::JET_paramLogFilePath,
            param::JET_paramTempPath,
        ] {
            set_text(made, id, &folder);
        }
        set(made, param::JET_paramCreatePathIfNotExist, 1);
        set(made, param::JET_paramLogFileSize, 64);
        set(made, param::JET_paramDbExtensionSize, 16);
        if s.chance(8) {
            set_text(made, param::JET_paramRecovery, "off");
            w.rough = true;
        }
        if s.chance(4) {
            set(made, param::JET_paramCircularLog, 1);
        }
        JetInit(&raw mut made)
    }
}

fn create_instance(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (out, name) = (s.out::<usize>(), s.table());
    unsafe {
        let err = if s.chance(2) {
            either!(
                s,
                JetCreateInstanceA | JetCreateInstanceW(out.at(), name.p())
            )
        } else {
            let bits = s.bits(&[]);
            either!(
                s,
                JetCreateInstance2A | JetCreateInstance2W(out.at(), name.p(), name.p(), bits)
            )
        };
        if err >= 0 {
            w.instances.push(out.value());
        }
        err
    }
}

/// Parameters with a range that matters; any other id now and then.
const PARAMS: &[u32] = &[
    param::JET_paramMaxSessions,
    param::JET_paramMaxCursors,
    param::JET_paramMaxOpenTables,
    param::JET_paramMaxVerPages,
    param::JET_paramMaxTemporaryTables,
    param::JET_paramLogFileSize,
    param::JET_paramCircularLog,
    param::JET_paramCommitDefault,
    param::JET_paramDbExtensionSize,
    param::JET_paramPageTempDBMin,
    param::JET_paramCheckpointDepthMax,
    param::JET_paramEnableOnlineDefrag,
    param::JET_paramCacheSizeMin,
    param::JET_paramCacheSizeMax,
    param::JET_paramEnableIndexChecking,
    param::JET_paramOneDatabasePerSession,
    param::JET_paramDeleteOutOfRangeLogs,
    param::JET_paramEnableTempTableVersioning,
    param::JET_paramEnableShrinkDatabase,
    param::JET_paramLegacyFileNames,
    param::JET_paramEngineFormatVersion,
    param::JET_paramMaxInstances,
    param::JET_paramDatabasePageSize,
    param::JET_paramRecovery,
    param::JET_paramBaseName,
    param::JET_paramTempPath,
    param::JET_paramEventSource,
    param::JET_paramLogFilePath,
    param::JET_paramSystemPath,
    param::JET_paramAlternateDatabaseRecoveryPath,
];

/// Ids whose number is a pointer for the library.
fn is_pointer(id: u32) -> bool {
    [
        param::JET_paramUnicodeIndexDefault,
        param::JET_paramRuntimeCallback,
        param::JET_paramDurableCommitCallback,
        param::JET_paramEmitLogDataCallback,
        param::JET_paramEmitLogDataCallbackCtx,
        param::JET_paramAbortRetryFailCallback,
    ]
    .contains(&id)
}

fn param_id(s: &mut Source<'_>) -> u32 {
    let id = if s.chance(3) {
        u32::from(s.byte())
    } else {
        s.of(PARAMS)
    };
    if is_pointer(id) {
        param::JET_paramMaxCursors
    } else {
        id
    }
}

fn set_parameter(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = given!(s, w.instance(s));
    let session = if s.chance(4) { w.session(s) } else { 0 };
    let id = param_id(s);
    let number = match s.byte() % 4 {
        0 => 1,
        1 => s.of(&[0_usize, 2, 16, 64, 100, 128, 4096, 8192, 16_384, 32_768]),
        2 => s.number() as usize,
        _ => s.wide() as usize,
    };
    // Not for a test: steps that make files nobody can read to their end, and a version store so small that
    // each change waits for whoever has an old transaction open, which is this thread.
    let number = match id {
        param::JET_paramDbExtensionSize => number % 1000,
        param::JET_paramMaxVerPages => number.max(64),
        _ => number,
    };
    let text = match s.byte() % 4 {
        0 => s.path(),
        1 => Text::new(s.of(&["on", "off", "edb", "res", "abc", "tmp.edb", "sub/", "./"])),
        2 => Text::null(),
        _ => s.table(),
    };
    w.rough = true;
    unsafe {
        either!(
            s,
            JetSetSystemParameterA
                | JetSetSystemParameterW(instance.at(), session, id, number, text.p())
        )
    }
}

fn get_parameter(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, session) = (w.instance(s), w.session(s));
    let (id, number) = (param_id(s), given!(s, s_any(s)));
    let room = s.room();
    let ptr = if room.v().is_null() { 0 } else { room.size() };
    unsafe {
        either!(
            s,
            JetGetSystemParameterA
                | JetGetSystemParameterW(instance, session, id, number.at(), room.at(), ptr)
        )
    }
}

fn s_any(s: &mut Source<'_>) -> usize {
    s.of(&[
        0_usize,
        usize::MAX,
        -1601_isize as usize,
        -1206_isize as usize,
        1,
    ])
}

fn enable_multi(_: &mut World, s: &mut Source<'_>) -> i32 {
    let text = s.path();
    let entries: Vec<JET_SETSYSPARAM_W> = (0..s.below(3))
        .map(|_| JET_SETSYSPARAM_W {
            paramid: param_id(s),
            lParam: s.number() as usize,
            sz: text.p(),
            err: 0,
        })
        .collect();
    let mut entries = entries;
    let (count, done) = (entries.len() as u32, s.out::<u32>());
    let list = if s.wrong() {
        null_mut()
    } else {
        entries.as_mut_ptr()
    };
    unsafe { JetEnableMultiInstanceW(list, count, done.at()) }
}

fn init(w: &mut World, s: &mut Source<'_>) -> i32 {
    let room = given!(s, w.instance(s));
    let bits = s.bits(&[
        jet::JET_bitReplayIgnoreMissingDB,
        jet::JET_bitRecoveryWithoutUndo,
        jet::JET_bitTruncateLogsAfterRecovery,
        jet::JET_bitLogStreamMustExist,
        jet::JET_bitReplayIgnoreLostLogs,
    ]);
    if bits != 0 {
        w.rough = true;
    }
    let err = unsafe {
        match s.byte() % 4 {
            0 => JetInit(room.at()),
            1 => JetInit2(room.at(), bits),
            2 => {
                let (old, new) = (s.path(), s.path());
                let mut map = [JET_RSTMAP_W {
                    szDatabaseName: old.m(),
                    szNewDatabaseName: new.m(),
                }];
                let info = JET_RSTINFO_W {
                    cbStruct: s.size_of::<JET_RSTINFO_W>(),
                    rgrstmap: if s.chance(3) {
                        null_mut()
                    } else {
                        map.as_mut_ptr()
                    },
                    crstmap: s.of(&[1, 0, 0, 1]),
                    lgposStop: JET_LGPOS {
                        ib: u16::from(s.byte()),
                        isec: 8,
                        lGeneration: s.of(&[0, 0, 1, 2, -1]),
                    },
                    logtimeStop: std::mem::zeroed(),
                    pfnStatus: if s.chance(2) { Some(status) } else { None },
                };
                w.rough = true;
                w.choose_answer(s);
                let info = given!(s, info);
                JetInit3W(room.at(), info.at(), bits)
            }
            _ => {
                let (old, new) = (s.path(), s.path());
                let mut map = [JET_RSTMAP2_W {
                    cbStruct: s.size_of::<JET_RSTMAP2_W>(),
                    szDatabaseName: old.m(),
                    szNewDatabaseName: new.m(),
                    rgsetdbparam: null_mut(),
                    csetdbparam: 0,
                    grbit: s.bits(&[1, 2, 4]),
                }];
                let info = JET_RSTINFO2_W {
                    cbStruct: s.size_of::<JET_RSTINFO2_W>(),
                    rgrstmap: if s.chance(3) {
                        null_mut()
                    } else {
                        map.as_mut_ptr()
                    },
                    crstmap: s.of(&[1, 0, 0, 1]),
                    lgposStop: std::mem::zeroed(),
                    logtimeStop: std::mem::zeroed(),
                    pfnCallback: if s.chance(2) { Some(init_status) } else { None },
                    pvCallbackContext: null_mut(),
                };
                w.rough = true;
                w.choose_answer(s);
                let info = given!(s, info);
                JetInit4W(room.at(), info.at(), bits)
            }
        }
    };
    if err >= 0 && !room.at::<usize>().is_null() {
        w.instances.push(room.value());
    }
    err
}

fn term(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    // Whatever is in the way goes first, most times.
    if !s.chance(4) {
        for session in &w.sessions {
            unsafe { JetRollback(*session, jet::JET_bitRollbackAll) };
        }
    }
    let bits = s.bits(&[
        jet::JET_bitTermComplete,
        jet::JET_bitTermAbrupt,
        jet::JET_bitTermStopBackup,
        jet::JET_bitTermDirty,
    ]);
    if bits & jet::JET_bitTermDirty != 0 {
        w.rough = true;
    }
    unsafe {
        if s.chance(4) {
            JetTerm(instance)
        } else {
            JetTerm2(instance, bits)
        }
    }
}

fn stop_service(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let bits = s.bits(&[2, 4, 8, jet::JET_bitStopServiceResume, 6]);
    unsafe {
        match s.byte() % 8 {
            0 => JetStopServiceInstance(instance),
            1 => JetStopService(),
            // The mild ones leave the rest of the input something to do.
            _ => JetStopServiceInstance2(instance, if bits == 0 { 2 } else { bits }),
        }
    }
}

fn instance_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (count, list) = (s.out::<u32>(), s.out::<usize>());
    let err = unsafe {
        either!(
            s,
            JetGetInstanceInfoA | JetGetInstanceInfoW(count.at(), list.at())
        )
    };
    if err >= 0 {
        w.given.push(list.value());
    }
    err
}

fn misc_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, room) = (w.instance(s), s.room());
    let level = s.below(5) as u32;
    unsafe { JetGetInstanceMiscInfo(instance, room.v(), room.size(), level) }
}

fn free_buffer(w: &mut World, s: &mut Source<'_>) -> i32 {
    let which = s.below(w.given.len() + 1);
    // Left in the list: it is given again.
    let block = w.given.get(which).copied().unwrap_or(0);
    unsafe { JetFreeBuffer(block as *mut c_char) }
}

fn begin_session(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, out) = (w.instance(s), s.out::<usize>());
    let name = s.table();
    let err = unsafe {
        either!(
            s,
            JetBeginSessionA | JetBeginSessionW(instance, out.at(), name.p(), name.p())
        )
    };
    if err >= 0 {
        w.add_session(out.value());
    }
    err
}

fn dup_session(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, out) = (w.session(s), s.out::<usize>());
    let err = unsafe { JetDupSession(session, out.at()) };
    if err >= 0 {
        w.add_session(out.value());
    }
    err
}

fn end_session(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, bits) = (w.session(s), s.bits(&[jet::JET_bitForceSessionClosed]));
    unsafe { JetEndSession(session, bits) }
}

fn session_context(w: &mut World, s: &mut Source<'_>) -> i32 {
    let session = w.session(s);
    unsafe {
        if s.chance(2) {
            JetSetSessionContext(session, s.of(&[5, 6, 0, usize::MAX]))
        } else {
            JetResetSessionContext(session)
        }
    }
}

fn session_parameter(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, data) = (w.session(s), s.data());
    let id = 4096 + s.below(16) as u32;
    unsafe { JetSetSessionParameter(session, id, data.v(), data.size()) }
}

fn get_session_parameter(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, room, got) = (w.session(s), s.room(), s.out::<u32>());
    let id = 4096 + s.below(16) as u32;
    unsafe { JetGetSessionParameter(session, id, room.v(), room.size(), got.at()) }
}

fn session_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, room) = (w.session(s), s.room_of(size_of::<JET_SESSIONINFO>()));
    unsafe { JetGetSessionInfo(session, room.v(), room.size(), s.number() % 2) }
}

fn version(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, out) = (w.session(s), s.out::<u32>());
    unsafe { JetGetVersion(session, out.at()) }
}

fn idle(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, bits) = (w.session(s), s.bits(&[1, 2, 4, 8, 16]));
    unsafe { JetIdle(session, bits) }
}

fn begin(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, bits) = (
        w.session(s),
        s.bits(&[0, 0, 0, jet::JET_bitTransactionReadOnly]),
    );
    unsafe {
        match s.byte() % 4 {
            0 => JetBeginTransaction2(session, bits),
            1 => JetBeginTransaction3(session, 7, bits),
            _ => JetBeginTransaction(session),
        }
    }
}

fn commit(w: &mut World, s: &mut Source<'_>) -> i32 {
    let session = w.session(s);
    let bits = s.bits(&[
        jet::JET_bitCommitLazyFlush,
        jet::JET_bitWaitLastLevel0Commit,
        jet::JET_bitWaitAllLevel0Commit,
        jet::JET_bitForceNewLog,
    ]);
    unsafe {
        if s.chance(2) {
            return JetCommitTransaction(session, bits);
        }
        let id = s.out::<JET_COMMIT_ID>();
        JetCommitTransaction2(session, bits, s.of(&[0, 0, 100]), id.at())
    }
}

fn rollback(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, bits) = (w.session(s), s.bits(&[jet::JET_bitRollbackAll]));
    unsafe { JetRollback(session, bits) }
}

const DB_BITS: &[u32] = &[
    jet::JET_bitDbReadOnly,
    jet::JET_bitDbExclusive,
    jet::JET_bitDbDeleteCorruptIndexes,
    jet::JET_bitDbDeleteUnicodeIndexes,
];
const CREATE_BITS: &[u32] = &[
    jet::JET_bitDbOverwriteExisting,
    jet::JET_bitDbShadowingOff,
    jet::JET_bitDbRecoveryOff,
    jet::JET_bitDbRecoveryOff | jet::JET_bitDbVersioningOff,
];

/// A parameter of a database; `value` outlives it.
fn db_param(s: &mut Source<'_>, value: &Room) -> JET_SETDBPARAM {
    JET_SETDBPARAM {
        dbparamid: 4096 + s.below(6) as u32,
        pvParam: value.v(),
        cbParam: s.of(&[4, 4, 4, 0]),
    }
}

fn create_database(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, path, out) = (w.session(s), s.path(), s.out::<u32>());
    let bits = s.bits(CREATE_BITS);
    if bits & jet::JET_bitDbRecoveryOff != 0 {
        w.rough = true;
    }
    let err = unsafe {
        match s.byte() % 3 {
            0 => either!(
                s,
                JetCreateDatabaseA | JetCreateDatabaseW(session, path.p(), null(), out.at(), bits)
            ),
            1 => either!(
                s,
                JetCreateDatabase2A
                    | JetCreateDatabase2W(session, path.p(), s_size(s), out.at(), bits)
            ),
            _ => {
                let value = given!(s, s.number());
                let mut list = [db_param(s, &value)];
                let count = s.below(2) as u32;
                JetCreateDatabase3W(session, path.p(), out.at(), list.as_mut_ptr(), count, bits)
            }
        }
    };
    if err >= 0 {
        w.databases.push((session, out.value()));
    }
    err
}

fn s_size(s: &mut Source<'_>) -> u32 {
    s.of(&[0, 0, 300, 1000, u32::MAX])
}

fn attach(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, path, bits) = (w.session(s), s.path(), s.bits(DB_BITS));
    unsafe {
        match s.byte() % 3 {
            0 => either!(
                s,
                JetAttachDatabaseA | JetAttachDatabaseW(session, path.p(), bits)
            ),
            1 => either!(
                s,
                JetAttachDatabase2A | JetAttachDatabase2W(session, path.p(), s_size(s), bits)
            ),
            _ => {
                let value = given!(s, s.number());
                let mut list = [db_param(s, &value)];
                let count = s.below(2) as u32;
                JetAttachDatabase3W(session, path.p(), list.as_mut_ptr(), count, bits)
            }
        }
    }
}

fn detach(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, path) = (w.session(s), s.path());
    let path = if s.chance(4) { Text::null() } else { path };
    unsafe {
        if s.chance(2) {
            return either!(
                s,
                JetDetachDatabaseA | JetDetachDatabaseW(session, path.p())
            );
        }
        let bits = s.bits(&[jet::JET_bitForceDetach]);
        either!(
            s,
            JetDetachDatabase2A | JetDetachDatabase2W(session, path.p(), bits)
        )
    }
}

fn open_database(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, path, out) = (w.session(s), s.path(), s.out::<u32>());
    let bits = s.bits(DB_BITS);
    let err = unsafe {
        either!(
            s,
            JetOpenDatabaseA | JetOpenDatabaseW(session, path.p(), null(), out.at(), bits)
        )
    };
    if err >= 0 {
        w.databases.push((session, out.value()));
    }
    err
}

fn close_database(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, dbid) = w.database(s);
    unsafe { JetCloseDatabase(session, dbid, s.bits(&[])) }
}

/// Pages: what a file of some mebibytes has, and what none can have.
fn pages(s: &mut Source<'_>) -> u32 {
    s.of(&[0, 1, 31, 32, 256, 300, 400, u32::MAX, 0x7FFF_FFFF])
}

fn grow(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), out) = (w.database(s), s.out::<u32>());
    // What a sparse file can have is not what the test wants to read afterwards.
    let pages = s.of(&[0, 1, 256, 300, 400]);
    unsafe {
        if s.chance(2) {
            return JetGrowDatabase(session, dbid, pages, out.at());
        }
        JetResizeDatabase(session, dbid, pages, out.at(), s.bits(&[1, 2]))
    }
}

fn set_size(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, path, out) = (w.session(s), s.path(), s.out::<u32>());
    let pages = pages(s).min(400);
    unsafe {
        either!(
            s,
            JetSetDatabaseSizeA | JetSetDatabaseSizeW(session, path.p(), pages, out.at())
        )
    }
}

fn database_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), room) = (w.database(s), s.room());
    let level = s.below(24) as u32;
    unsafe {
        either!(
            s,
            JetGetDatabaseInfoA | JetGetDatabaseInfoW(session, dbid, room.v(), room.size(), level)
        )
    }
}

fn file_info(_: &mut World, s: &mut Source<'_>) -> i32 {
    let (path, room) = (s.path(), s.room());
    let level = s.below(24) as u32;
    unsafe {
        either!(
            s,
            JetGetDatabaseFileInfoA
                | JetGetDatabaseFileInfoW(path.p(), room.v(), room.size(), level)
        )
    }
}

fn log_info(_: &mut World, s: &mut Source<'_>) -> i32 {
    let name = if s.chance(2) {
        s.path()
    } else {
        Text::new(s.of(&["edb00001.log", "edb00002.log", "edb.log"]))
    };
    let size = s.of(&[
        size_of::<JET_LOGINFOMISC>(),
        size_of::<JET_LOGINFOMISC2>(),
        size_of::<JET_LOGINFOMISC3>(),
    ]);
    let room = s.room_of(size);
    unsafe {
        either!(
            s,
            JetGetLogFileInfoA
                | JetGetLogFileInfoW(name.p(), room.v(), room.size(), s.below(5) as u32)
        )
    }
}

fn defragment(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), name) = (w.database(s), s.table());
    let name = if s.chance(2) { Text::null() } else { name };
    let (passes, seconds) = (given!(s, 1_u32), given!(s, 1_u32));
    let bits = s.bits(&[1, 2, 0x40, 0x100, 0x201]);
    unsafe {
        if s.chance(2) {
            return either!(
                s,
                JetDefragmentA
                    | JetDefragmentW(session, dbid, name.p(), passes.at(), seconds.at(), bits)
            );
        }
        either!(
            s,
            JetDefragment2A
                | JetDefragment2W(
                    session,
                    dbid,
                    name.p(),
                    passes.at(),
                    seconds.at(),
                    None,
                    bits
                )
        )
    }
}

fn compact(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, from, to) = (w.session(s), s.path(), s.path());
    let bits = s.bits(&[
        jet::JET_bitCompactStats,
        jet::JET_bitCompactPreserveOriginal,
        jet::JET_bitCompactRepair,
    ]);
    w.rough = true;
    w.choose_answer(s);
    unsafe {
        either!(
            s,
            JetCompactA | JetCompactW(session, from.p(), to.p(), Some(status), null_mut(), bits)
        )
    }
}

fn error_info(_: &mut World, s: &mut Source<'_>) -> i32 {
    let error = given!(s, s.of(&[-1601_i32, -510, 0, 1004, i32::MIN]));
    let room = s.room_of(size_of::<JET_ERRINFOBASIC_W>());
    unsafe {
        JetGetErrorInfoW(
            error.v(),
            room.v(),
            room.size(),
            s.below(3) as u32,
            s.bits(&[]),
        )
    }
}

fn thread_stats(_: &mut World, s: &mut Source<'_>) -> i32 {
    let room = s.room();
    unsafe { JetGetThreadStats(room.v(), room.size()) }
}
