//! Random sequences of calls of the C interface: what the fuzz target `api` and the test of seeds run.
//!
//! An input is bytes; calls and their arguments are made of them ([`source`]). Fifteen of sixteen calls have
//! right arguments, so that a sequence gets somewhere; the others may be null, misaligned, too small, too
//! large, stale, foreign.
//!
//! What is asked ([`run`]): no panic, no answer JET_errInternalError; every instance can be ended; what is
//! left in the folder is clean and sound, or dirty for a reason that the sequence gave.
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "each call keeps the contract that `engine` states"
)]

mod backups;
mod callbacks;
mod engine;
mod records;
mod schema;
mod source;
mod world;

use engine::{set, set_text};
use ese_core::JetErr;
use ese_core::format::db_header::DbState;
use ese_core::io::real::RealFileSystem;
use ese_core::maintenance::integrity::{Options, check_path};
use ese_core::reader::OpenOptions;
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::JET_COLUMNDEF;
use source::{Source, Text};
use std::collections::BTreeMap;
use std::ffi::c_char;
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};
use world::World;

/// Calls of one input at most: a longer one finds nothing new, and slower.
const CALLS_MAX: usize = 400;

/// Places of damage that are told.
const DAMAGE_SHOWN: usize = 4;

/// One kind of call: weight, name, body.
pub struct Op(u8, &'static str, fn(&mut World, &mut Source<'_>) -> i32);

/// The A or the W form.
macro_rules! either {
    ($s:ident, $a:ident | $w:ident ( $($x:expr),* $(,)? )) => {
        if $s.chance(4) { $a($($x),*) } else { $w($($x),*) }
    };
}
use either;

/// A pointer to a value that is made first.
macro_rules! given {
    ($s:ident, $value:expr) => {{
        let value = $value;
        $s.given(value)
    }};
}
use given;

/// How often each call worked, and was refused.
pub type Tally = BTreeMap<&'static str, (u32, u32)>;

/// All kinds of calls.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|op| op.1)
}

fn all() -> impl Iterator<Item = &'static Op> {
    engine::OPS
        .iter()
        .chain(backups::OPS)
        .chain(schema::OPS)
        .chain(records::OPS)
}

/// Runs an input in the current folder, which is empty.
///
/// # Errors
/// What is wrong, in words.
pub fn run(input: &[u8]) -> Result<Tally, String> {
    let wheel: Vec<&Op> = all()
        .flat_map(|op| std::iter::repeat_n(op, op.0.into()))
        .collect();
    let mut s = Source::new(input);
    let mut w = World::new();
    reset();
    begin(&mut w, &mut s);
    let mut calls = 0;
    while !s.is_over() && calls < CALLS_MAX {
        let at = usize::from(s.byte()) << 8 | usize::from(s.byte());
        let op = missing(&w, &mut s).unwrap_or(wheel[at % wheel.len()]);
        s.begin();
        let err = (op.2)(&mut w, &mut s);
        if trace() {
            eprintln!("{:>4} {} {err}", calls, op.1);
        }
        if err == JetErr::INTERNAL_ERROR.0 {
            let _ = end(&mut w);
            return Err(format!("{} answers JET_errInternalError", op.1));
        }
        w.sweep();
        let said = w.tally.entry(op.1).or_default();
        if err >= 0 {
            said.0 += 1;
        } else {
            said.1 += 1;
        }
        calls += 1;
    }
    end(&mut w)?;
    judge(w.rough)?;
    Ok(std::mem::take(&mut w.tally))
}

/// A call for what everything else needs and is not there, most times.
fn missing(w: &World, s: &mut Source<'_>) -> Option<&'static Op> {
    let wanted: &[&str] = if w.instances.is_empty() {
        &["instance", "instance", "JetInit"]
    } else if w.sessions.is_empty() {
        &[
            "JetBeginSession",
            "JetBeginSession",
            "JetBeginSession",
            "JetInit",
            "instance",
        ]
    } else if w.databases.is_empty() {
        &["JetOpenDatabase", "JetAttachDatabase", "JetCreateDatabase"]
    } else if w.cursors.is_empty() {
        &[
            "JetOpenTable",
            "JetCreateTableColumnIndex",
            "JetCreateTable",
            "JetOpenDatabase",
        ]
    } else {
        return None;
    };
    let name = s.of(wanted);
    (!s.chance(4)).then(|| all().find(|op| op.1 == name))?
}

/// Each call is printed: for looking at a find.
fn trace() -> bool {
    std::env::var_os("ESE_TRACE_CALLS").is_some()
}

/// Parameters of the process as they are in the beginning, for small files.
fn reset() {
    unsafe {
        set(0, param::JET_paramConfiguration, 1);
        set(0, param::JET_paramDatabasePageSize, 4096);
        set(0, param::JET_paramEnableAdvanced, 1);
    }
}

/// What most inputs begin with: an instance, two sessions, a database, a table with some rows.
fn begin(w: &mut World, s: &mut Source<'_>) {
    let how = s.byte();
    if how % 16 == 15 {
        return;
    }
    let single = how % 8 == 6;
    unsafe {
        set(
            0,
            param::JET_paramDatabasePageSize,
            s.of(&[4096, 8192, 16_384, 32_768]),
        );
        let mut instance = 0;
        if single {
            set_text(0, param::JET_paramLogFilePath, "./");
        } else {
            JetCreateInstanceW(&raw mut instance, Text::new("one").p());
        }
        set(instance, param::JET_paramLogFileSize, 64);
        set(instance, param::JET_paramDbExtensionSize, 16);
        set(
            instance,
            param::JET_paramCircularLog,
            usize::from(how % 4 == 1),
        );
        if single {
            JetInit(null_mut())
        } else {
            JetInit(&raw mut instance)
        };
        w.instances.push(instance);
        let (mut session, mut other, mut dbid, mut table) = (0, 0, 0, 0);
        JetBeginSessionW(instance, &raw mut other, null(), null());
        JetBeginSessionW(instance, &raw mut session, null(), null());
        w.add_session(other);
        w.add_session(session);
        JetCreateDatabaseW(session, Text::new("a.edb").p(), null(), &raw mut dbid, 0);
        w.databases.push((session, dbid));
        JetBeginTransaction(session);
        JetCreateTableW(session, dbid, Text::new("t").p(), 1, 80, &raw mut table);
        for (name, coltyp, grbit) in [
            ("id", jet::JET_coltypLong, 0),
            ("word", jet::JET_coltypText, 0),
            ("large", jet::JET_coltypLongBinary, 0),
            (
                "tags",
                jet::JET_coltypLong,
                jet::JET_bitColumnMultiValued | jet::JET_bitColumnTagged,
            ),
            ("count", jet::JET_coltypLong, jet::JET_bitColumnEscrowUpdate),
        ] {
            let zero = 0_u32;
            let def = JET_COLUMNDEF {
                cbStruct: size_of::<JET_COLUMNDEF>() as u32,
                columnid: 0,
                coltyp,
                wCountry: 0,
                langid: 0,
                cp: 1252,
                wCollate: 0,
                cbMax: 0,
                grbit,
            };
            let (default, size) = if name == "count" {
                ((&raw const zero).cast(), 4)
            } else {
                (null(), 0)
            };
            let mut id = 0;
            JetAddColumnW(
                session,
                table,
                Text::new(name).p(),
                &raw const def,
                default,
                size,
                &raw mut id,
            );
            w.add_column(id);
        }
        for (name, key, grbit) in [
            ("by_id", "+id\0", jet::JET_bitIndexPrimary),
            ("by_word", "+word\0", 0),
            ("by_tags", "+tags\0", jet::JET_bitIndexIgnoreNull),
        ] {
            let key = Text::new(key);
            JetCreateIndexA(
                session,
                table,
                Text::new(name).p(),
                grbit,
                key.p::<c_char>(),
                key.len(),
                80,
            );
        }
        for n in 0..i32::from(how) / 8 {
            JetPrepareUpdate(session, table, jet::JET_prepInsert);
            JetSetColumn(session, table, 1, (&raw const n).cast(), 4, 0, null_mut());
            JetSetColumn(session, table, 128, (&raw const n).cast(), 1, 0, null_mut());
            JetUpdate(session, table, null_mut(), 0, null_mut());
        }
        JetCommitTransaction(session, 0);
        w.add_cursor(session, table);
    }
}

/// Ends everything that may be left.
fn end(w: &mut World) -> Result<(), String> {
    unsafe {
        for snapshot in &w.snapshots {
            JetOSSnapshotAbort(*snapshot, 0);
        }
        for session in w.sessions.iter().chain(&w.stale) {
            JetRollback(*session, jet::JET_bitRollbackAll);
            JetResetSessionContext(*session);
            JetEndSession(*session, 0);
        }
        JetEndExternalBackup();
        for instance in &w.instances {
            JetEndSurrogateBackup(*instance, jet::JET_bitBackupEndAbort);
            JetEndExternalBackupInstance2(*instance, jet::JET_bitBackupEndAbort);
        }
        for block in &w.given {
            JetFreeBuffer(*block as *mut c_char);
        }
        let mut said = Vec::new();
        for instance in w.instances.iter().chain(&w.stale).chain(&[0]) {
            let complete = JetTerm2(*instance, jet::JET_bitTermComplete);
            // After JetStopService only this ends a backup.
            let stop = jet::JET_bitTermAbrupt | jet::JET_bitTermStopBackup;
            said.push((
                complete,
                if complete < 0 {
                    JetTerm2(*instance, stop)
                } else {
                    0
                },
            ));
        }
        let (mut count, mut list) = (0, null_mut());
        let err = JetGetInstanceInfoW(&raw mut count, &raw mut list);
        JetFreeBuffer(list.cast());
        if err != 0 || count != 0 {
            return Err(format!(
                "{count} instances can't be ended ({err}); JetTerm2 says {said:?}"
            ));
        }
    }
    Ok(())
}

/// Databases below the current folder, without copies of backups and without temporary ones.
fn databases(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !name.starts_with("bk") && name != "restored" {
                databases(&path, found);
            }
        } else if name.ends_with(".edb") && !name.starts_with("tmp") {
            found.push(path);
        }
    }
}

/// What the input left behind: clean and sound, or dirty for a reason.
fn judge(rough: bool) -> Result<(), String> {
    let mut found = Vec::new();
    databases(Path::new("."), &mut found);
    for path in found {
        let name = path.display();
        let clean = match OpenOptions::new().open(&path) {
            Ok(db) => db.header().state() == DbState::CleanShutdown,
            Err(why) if rough => {
                let _ = why;
                continue;
            }
            Err(why) => return Err(format!("{name}: {why}")),
        };
        if !clean {
            if rough {
                continue;
            }
            return Err(format!("{name} is dirty, and nothing asked for that"));
        }
        let report = check_path(
            RealFileSystem::shared().as_ref(),
            &path,
            &Options::default(),
            &|_| {},
        )
        .map_err(|why| format!("{name}: {why}"))?;
        let damage: Vec<_> = report.damage().take(DAMAGE_SHOWN).collect();
        if !damage.is_empty() {
            return Err(format!("{name} is damaged: {damage:#?}"));
        }
    }
    Ok(())
}
