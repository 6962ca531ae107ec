//! Calls of backups, restores and snapshots.
//!
//! Invariant: as in `engine`.

use super::callbacks::status;
use super::engine::{set, set_text};
use super::source::{Source, Text};
use super::world::World;
use super::{Op, either, given};
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::*;
use std::ptr::null;

/// Calls with their weights.
pub const OPS: &[Op] = &[
    Op(2, "JetBeginExternalBackupInstance", begin_backup),
    Op(1, "JetGetAttachInfoInstance", attach_info),
    Op(3, "backup", backup),
    Op(2, "restored", restored),
    Op(1, "JetGetLogInfoInstance2", backup_logs),
    Op(2, "JetOpenFileInstance", open_file),
    Op(2, "JetReadFileInstance", read_file),
    Op(1, "JetCloseFileInstance", close_file),
    Op(1, "JetTruncateLogInstance", truncate),
    Op(2, "JetEndExternalBackupInstance2", end_backup),
    Op(1, "JetStopBackupInstance", stop_backup),
    Op(1, "JetBackupInstance", backup_instance),
    Op(1, "JetRestoreInstance", restore),
    Op(1, "JetExternalRestore", external_restore),
    Op(1, "JetBeginSurrogateBackup", surrogate),
    Op(2, "JetOSSnapshotPrepare", snapshot_prepare),
    Op(1, "JetOSSnapshotPrepareInstance", snapshot_instance),
    Op(2, "JetOSSnapshotFreeze", freeze),
    Op(1, "JetOSSnapshotTruncateLog", snapshot_truncate),
    Op(2, "JetOSSnapshotEnd", snapshot_end),
    Op(1, "single", single),
];

/// Milliseconds that a snapshot may stop everybody: nobody else is there to thaw it.
const FREEZE_MS: usize = 20;

fn begin_backup(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let bits = s.bits(&[
        jet::JET_bitBackupIncremental,
        jet::JET_bitBackupSnapshot,
        jet::JET_bitInternalCopy,
    ]);
    unsafe {
        if s.chance(8) {
            JetBeginExternalBackup(bits)
        } else {
            JetBeginExternalBackupInstance(instance, bits)
        }
    }
}

fn attach_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, room, got) = (w.instance(s), s.room(), s.out::<u32>());
    unsafe {
        either!(
            s,
            JetGetAttachInfoInstanceA
                | JetGetAttachInfoInstanceW(instance, room.at(), room.size(), got.at())
        )
    }
}

/// A backup as programs do it: its first file is opened, and read in part.
fn backup(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let mut names = [0_u16; 2000];
    let (mut got, mut file, mut low, mut high) = (0, 0, 0, 0);
    unsafe {
        let err = JetBeginExternalBackupInstance(instance, 0);
        if err < 0 && !s.chance(2) {
            return err;
        }
        let room = (size_of_val(&names)) as u32;
        let err = JetGetAttachInfoInstanceW(instance, names.as_mut_ptr(), room, &raw mut got);
        if err < 0 || got <= 2 {
            return err;
        }
        if s.chance(2) {
            let err = JetGetLogInfoInstanceW(instance, names.as_mut_ptr(), room, &raw mut got);
            if err < 0 {
                return err;
            }
        }
        let err = JetOpenFileInstanceW(
            instance,
            names.as_ptr(),
            &raw mut file,
            &raw mut low,
            &raw mut high,
        );
        if err >= 0 {
            w.files.push((instance, file));
            for _ in 0..s.below(4) {
                read_file(w, s);
            }
        }
        err
    }
}

/// A backup restored by an instance of its own.
fn restored(w: &mut World, s: &mut Source<'_>) -> i32 {
    let number = w.instances.len() + w.stale.len();
    let (name, to) = (Text::new(&format!("r{number}")), Text::new("restored/"));
    let mut made = 0;
    w.rough = true;
    unsafe {
        let err = JetCreateInstanceW(&raw mut made, name.p());
        if err < 0 {
            return err;
        }
        w.instances.push(made);
        set(made, param::JET_paramCreatePathIfNotExist, 1);
        set(made, param::JET_paramLogFileSize, 64);
        for id in [
            param::JET_paramSystemPath,
            param::JET_paramLogFilePath,
            param::JET_paramTempPath,
        ] {
            set_text(made, id, "restored/");
        }
        let from = Text::new(s.of(&["bk", "bk2"]));
        let err = JetRestoreInstanceW(made, from.p(), to.p(), Some(status));
        if err >= 0 && s.chance(2) {
            return JetInit(&raw mut made);
        }
        err
    }
}

fn backup_logs(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, room, got) = (w.instance(s), s.room(), s.out::<u32>());
    unsafe {
        match s.byte() % 3 {
            0 => {
                let mut info: JET_LOGINFO_W = std::mem::zeroed();
                info.cbSize = s.size_of::<JET_LOGINFO_W>();
                let info = given!(s, info);
                JetGetLogInfoInstance2W(instance, room.at(), room.size(), got.at(), info.at())
            }
            1 => either!(
                s,
                JetGetTruncateLogInfoInstanceA
                    | JetGetTruncateLogInfoInstanceW(instance, room.at(), room.size(), got.at())
            ),
            _ => either!(
                s,
                JetGetLogInfoInstanceA
                    | JetGetLogInfoInstanceW(instance, room.at(), room.size(), got.at())
            ),
        }
    }
}

fn open_file(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let name = if s.chance(3) {
        Text::new(s.of(&["edb00001.log", "edb00002.log", "edb.log"]))
    } else {
        s.path()
    };
    let (file, low, high) = (s.out::<usize>(), s.out::<u32>(), s.out::<u32>());
    let err = unsafe {
        either!(
            s,
            JetOpenFileInstanceA
                | JetOpenFileInstanceW(instance, name.p(), file.at(), low.at(), high.at())
        )
    };
    if err >= 0 {
        w.files.push((instance, file.value()));
    }
    err
}

fn read_file(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((instance, file), got) = (w.file(s), s.out::<u32>());
    let room = if s.wrong() { s.room() } else { s.room_of(4096) };
    unsafe { JetReadFileInstance(instance, file, room.v(), room.size(), got.at()) }
}

fn close_file(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, file) = w.file(s);
    unsafe { JetCloseFileInstance(instance, file) }
}

fn truncate(w: &mut World, s: &mut Source<'_>) -> i32 {
    unsafe {
        if s.chance(8) {
            JetTruncateLog()
        } else {
            JetTruncateLogInstance(w.instance(s))
        }
    }
}

fn end_backup(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let bits = s.bits(&[
        jet::JET_bitBackupEndNormal,
        jet::JET_bitBackupEndAbort,
        jet::JET_bitBackupTruncateDone,
    ]);
    unsafe {
        if s.chance(2) {
            JetEndExternalBackupInstance(instance)
        } else {
            JetEndExternalBackupInstance2(instance, bits)
        }
    }
}

fn stop_backup(w: &mut World, s: &mut Source<'_>) -> i32 {
    unsafe {
        if s.chance(8) {
            JetStopBackup()
        } else {
            JetStopBackupInstance(w.instance(s))
        }
    }
}

fn backup_instance(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let to = if s.chance(4) {
        Text::null()
    } else {
        Text::new(s.of(&["bk", "bk2"]))
    };
    let bits = s.bits(&[jet::JET_bitBackupAtomic, jet::JET_bitBackupIncremental]);
    w.choose_answer(s);
    unsafe {
        either!(
            s,
            JetBackupInstanceA | JetBackupInstanceW(instance, to.p(), bits, Some(status))
        )
    }
}

fn restore(w: &mut World, s: &mut Source<'_>) -> i32 {
    let instance = w.instance(s);
    let from = if s.wrong() {
        s.path()
    } else {
        Text::new(s.of(&["bk", "bk2"]))
    };
    let to = if s.chance(2) {
        Text::null()
    } else {
        Text::new(s.of(&["sub/", "./", "new/"]))
    };
    w.rough = true;
    w.choose_answer(s);
    unsafe {
        either!(
            s,
            JetRestoreInstanceA | JetRestoreInstanceW(instance, from.p(), to.p(), Some(status))
        )
    }
}

fn external_restore(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (old, new, logs, from) = (
        s.path(),
        s.path(),
        Text::new("./"),
        Text::new(s.of(&["bk", "bk2", "./"])),
    );
    let mut map = [JET_RSTMAP_W {
        szDatabaseName: old.m(),
        szNewDatabaseName: new.m(),
    }];
    let count = s.of(&[0, 1, 1, -1]).min(1);
    // An inverted range is JET_errInternalError by contract.
    let (low, high) = (s.of(&[0, 1, 1, -1]), s.of(&[1, 2, 2, 5]));
    w.rough = true;
    unsafe {
        JetExternalRestoreW(
            logs.m(),
            logs.m(),
            map.as_mut_ptr(),
            count,
            from.m(),
            low,
            high,
            Some(status),
        )
    }
}

fn surrogate(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (instance, low, high) = (w.instance(s), s.number(), s.number());
    unsafe {
        if s.chance(2) {
            JetBeginSurrogateBackup(
                instance,
                low,
                high,
                s.bits(&[jet::JET_bitBackupSurrogate, jet::JET_bitBackupIncremental]),
            )
        } else {
            JetEndSurrogateBackup(instance, s.bits(&[1, 2, 0x100]))
        }
    }
}

fn snapshot_prepare(w: &mut World, s: &mut Source<'_>) -> i32 {
    let out = s.out::<usize>();
    let bits = s.bits(&[
        jet::JET_bitIncrementalSnapshot,
        jet::JET_bitCopySnapshot,
        jet::JET_bitContinueAfterThaw,
        jet::JET_bitExplicitPrepare,
    ]);
    let err = unsafe { JetOSSnapshotPrepare(out.at(), bits) };
    if err >= 0 {
        w.snapshots.push(out.value());
    }
    err
}

fn snapshot_instance(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (snapshot, instance) = (w.snapshot(s), w.instance(s));
    unsafe { JetOSSnapshotPrepareInstance(snapshot, instance, s.bits(&[])) }
}

fn freeze(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (snapshot, count, list) = (w.snapshot(s), s.out::<u32>(), s.out::<usize>());
    unsafe {
        set(0, param::JET_paramOSSnapshotTimeout, FREEZE_MS);
        let err = match s.byte() % 4 {
            0 => either!(
                s,
                JetOSSnapshotGetFreezeInfoA
                    | JetOSSnapshotGetFreezeInfoW(snapshot, count.at(), list.at(), 0)
            ),
            _ => either!(
                s,
                JetOSSnapshotFreezeA
                    | JetOSSnapshotFreezeW(snapshot, count.at(), list.at(), s.bits(&[]))
            ),
        };
        if err >= 0 {
            w.given.push(list.value());
        }
        err
    }
}

fn snapshot_truncate(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (snapshot, instance) = (w.snapshot(s), w.instance(s));
    unsafe {
        if s.chance(2) {
            JetOSSnapshotTruncateLog(snapshot, s.bits(&[jet::JET_bitAllDatabasesSnapshot]))
        } else {
            JetOSSnapshotTruncateLogInstance(snapshot, instance, s.bits(&[]))
        }
    }
}

fn snapshot_end(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (snapshot, bits) = (w.snapshot(s), s.bits(&[]));
    unsafe {
        match s.byte() % 4 {
            0 => JetOSSnapshotAbort(snapshot, bits),
            1 => JetOSSnapshotEnd(snapshot, s.bits(&[jet::JET_bitAbortSnapshot])),
            _ => JetOSSnapshotThaw(snapshot, bits),
        }
    }
}

/// Calls that name no instance.
fn single(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (path, room, got) = (Text::new(s.of(&["bk", "bk2"])), s.room(), s.out::<u32>());
    unsafe {
        match s.byte() % 8 {
            0 => JetBackupW(path.p(), s.bits(&[4]), Some(status)),
            1 => {
                w.rough = true;
                JetRestoreW(path.p(), Some(status))
            }
            2 => {
                w.rough = true;
                JetRestore2W(path.p(), null(), None)
            }
            3 => JetGetAttachInfoW(room.at(), room.size(), got.at()),
            4 => JetGetLogInfoW(room.at(), room.size(), got.at()),
            5 => JetEndExternalBackup(),
            6 => JetReadFile(w.file(s).1, room.v(), room.size(), got.at()),
            _ => JetCloseFile(w.file(s).1),
        }
    }
}
