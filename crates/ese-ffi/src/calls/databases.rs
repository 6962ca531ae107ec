//! Databases: created, attached, opened, closed, detached, resized (behaviour-instances.md §10, §11).

use crate::arguments::{array_mut, needed, out};
use crate::constants as jet;
use crate::database::Attached;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::instance::Running;
use crate::params::{absolute, table};
use crate::session::{Entered, Opened, Session, enter, enter_stopped};
use crate::strings::{PATH_UNITS_MAX, os_path, path};
use crate::structs::JET_SETDBPARAM;
use crate::types::{Char, JET_DBID, JET_GRBIT, JET_SESID};
use ese_core::database::Database;
use ese_core::instance::{AttachOptions, CreateOptions};
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A database's path, absolute; JET_errDatabaseInvalidPath for none and an empty one.
///
/// # Safety
/// `pointer` is null or ends with a zero.
pub(super) unsafe fn db_path<C: Char>(pointer: *const C) -> Result<PathBuf, Refusal> {
    let bad = JetErr::DATABASE_INVALID_PATH;
    // SAFETY: passed on.
    let text = unsafe { path(pointer, PATH_UNITS_MAX, bad) }?;
    match text {
        Some(text) if !text.is_empty() => absolute(&text)
            .map(|t| os_path(&t))
            .map_err(|_| Refusal(bad)),
        _ => refuse(bad),
    }
}

/// What JET_SETDBPARAM entries ask for.
#[derive(Default)]
struct DbParams {
    pages_most: u32,
}

/// # Safety
/// The contract of the C function that the array came with.
unsafe fn db_params(list: *mut JET_SETDBPARAM, count: u32) -> Result<DbParams, Refusal> {
    let mut params = DbParams::default();
    // SAFETY: the caller's contract.
    for entry in unsafe { array_mut(list, count) }? {
        let known = jet::JET_dbparamDbSizeMaxPages..jet::JET_dbparamMaxValueInvalid;
        demand(known.contains(&entry.dbparamid), JetErr::INVALID_DBPARAM_ID)?;
        demand(entry.cbParam == 4, JetErr::INVALID_BUFFER_SIZE)?;
        demand(!entry.pvParam.is_null(), JetErr::INVALID_PARAMETER)?;
        // SAFETY: not null, and of four bytes.
        let value = unsafe { entry.pvParam.cast::<u32>().read_unaligned() };
        if entry.dbparamid == jet::JET_dbparamDbSizeMaxPages {
            params.pages_most = value;
        }
    }
    Ok(params)
}

/// Checks that create and attach share, and this session's number of databases.
fn check_call(session: &Entered, grbit: JET_GRBIT) -> Result<(), Refusal> {
    demand(session.core.level() == 0, JetErr::IN_TRANSACTION)?;
    let versioning = grbit & jet::JET_bitDbVersioningOff == 0;
    demand(
        versioning || grbit & jet::JET_bitDbRecoveryOff != 0,
        JetErr::CANNOT_DISABLE_VERSIONING,
    )
}

fn check_one_per_session(session: &Entered, path: &Path) -> Result<(), Refusal> {
    let one = session
        .instance
        .number(table::JET_paramOneDatabasePerSession)
        != 0;
    let state = session.state();
    let other = state.open.iter().any(|o| o.db.path != path);
    demand(!one || !other, JetErr::ONE_DATABASE_PER_SESSION)
}

/// The database at a path, if it is attached here.
pub(super) fn attached_at(running: &Running, path: &Path) -> Option<Arc<Attached>> {
    let all = running.databases();
    all.iter().find(|db| db.path == path).cloned()
}

/// Refuses a file that another instance of the process holds.
fn check_other_instances(session: &Entered, path: &Path) -> Result<(), Refusal> {
    for (_, instance) in crate::process::process().instances.all() {
        if Arc::ptr_eq(&instance, &session.instance) {
            continue;
        }
        if let Some(other) = instance.engine() {
            demand(
                attached_at(&other, path).is_none(),
                JetErr::DATABASE_SHARING_VIOLATION,
            )?;
        }
    }
    Ok(())
}

fn note(session: &Entered, db: Attached) -> Arc<Attached> {
    let db = Arc::new(db);
    let mut all = session.running.databases();
    all.push(Arc::clone(&db));
    all.sort_by_key(|d| d.dbid);
    db
}

/// A session opens an attached database once more.
fn open(session: &Entered, db: &Arc<Attached>, exclusive: bool) -> Result<(), Refusal> {
    let mut state = session.state();
    let own = state.open.iter_mut().find(|o| Arc::ptr_eq(&o.db, db));
    db.opened(exclusive, own.is_some())?;
    match own {
        Some(own) => {
            own.count += 1;
            own.exclusive |= exclusive;
        }
        None => state.open.push(Opened {
            db: Arc::clone(db),
            count: 1,
            exclusive,
        }),
    }
    Ok(())
}

/// JetCreateDatabase.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_database<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    _connect: *const C,
    dbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { create(sesid, name, DbParams::default(), dbid, grbit) }
}

/// JetCreateDatabase2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_database2<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    pages_most: u32,
    dbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { create(sesid, name, DbParams { pages_most }, dbid, grbit) }
}

/// JetCreateDatabase3.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_database3<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    dbid: *mut JET_DBID,
    params: *mut JET_SETDBPARAM,
    count: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let _gate = enter(sesid)?;
    // SAFETY: the caller's contract.
    unsafe {
        let params = db_params(params, count)?;
        create(sesid, name, params, dbid, grbit)
    }
}

/// # Safety
/// The contract of the C function.
unsafe fn create<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    params: DbParams,
    dbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    check_call(&session, grbit)?;
    // SAFETY: the caller's contract.
    let (path, place) = unsafe { (db_path(name)?, needed(dbid)?) };
    check_one_per_session(&session, &path)?;
    check_other_instances(&session, &path)?;
    let unlogged = grbit & jet::JET_bitDbRecoveryOff != 0;
    let options = CreateOptions {
        overwrite: grbit & jet::JET_bitDbOverwriteExisting != 0,
        pages_most: params.pages_most,
        pages: None,
        unlogged,
    };
    let core = session.running.core.create(&path, &options)?;
    let db = note(&session, Attached::new(core, path, false, unlogged));
    open(&session, &db, grbit & jet::JET_bitDbExclusive != 0)?;
    *place = db.dbid;
    DONE
}

/// JetAttachDatabase.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_attach_database<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { attach(sesid, name, DbParams::default(), grbit) }
}

/// JetAttachDatabase2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_attach_database2<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    pages_most: u32,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { attach(sesid, name, DbParams { pages_most }, grbit) }
}

/// JetAttachDatabase3.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_attach_database3<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    params: *mut JET_SETDBPARAM,
    count: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let _gate = enter(sesid)?;
    // SAFETY: the caller's contract.
    unsafe {
        let params = db_params(params, count)?;
        attach(sesid, name, params, grbit)
    }
}

/// # Safety
/// The contract of the C function.
unsafe fn attach<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    params: DbParams,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    check_call(&session, grbit)?;
    // SAFETY: the caller's contract.
    let path = unsafe { db_path(name) }?;
    let read_only = grbit & jet::JET_bitDbReadOnly != 0;
    demand(
        !read_only || grbit & jet::JET_bitDbDeleteUnicodeIndexes == 0,
        JetErr::INVALID_GRBIT,
    )?;
    if attached_at(&session.running, &path).is_some() {
        session.running.core.check_no_backup()?;
        return Ok(JetErr::WRN_DATABASE_ATTACHED);
    }
    check_one_per_session(&session, &path)?;
    check_other_instances(&session, &path)?;
    let unlogged = grbit & jet::JET_bitDbRecoveryOff != 0;
    let options = AttachOptions {
        pages_most: params.pages_most,
        read_only,
        unlogged,
    };
    let core = session.running.core.open_with(&path, &options)?;
    // The schema is read once, so that its damage is told now.
    let seen = core.catalog().tables(&session.core.look(core.attached()));
    if let Err(e) = seen {
        drop(core);
        // What made the attach fail is the error to report.
        let _ = session.running.core.detach(&path);
        return Err(e.into());
    }
    note(&session, Attached::new(core, path, read_only, unlogged));
    DONE
}

/// JetOpenDatabase.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_database<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    _connect: *const C,
    dbid: *mut JET_DBID,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let place = unsafe { needed(dbid) }?;
    *place = jet::JET_dbidNil;
    // SAFETY: the caller's contract.
    let path = unsafe { db_path(name) }?;
    demand(
        session.running.temp.as_ref() != Some(&path),
        JetErr::INVALID_DATABASE,
    )?;
    let Some(db) = attached_at(&session.running, &path) else {
        return refuse(JetErr::DATABASE_NOT_FOUND);
    };
    check_one_per_session(&session, &path)?;
    open(&session, &db, grbit & jet::JET_bitDbExclusive != 0)?;
    *place = db.dbid;
    DONE
}

/// JetCloseDatabase. With the last close the session's cursors there go.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_close_database(
    sesid: JET_SESID,
    dbid: JET_DBID,
    _grbit: JET_GRBIT,
) -> Answer {
    let session = enter_stopped(sesid)?;
    let db = session.db(dbid)?;
    let last = {
        let mut state = session.state();
        let Some(at) = state.open.iter().position(|o| o.db.dbid == dbid) else {
            return refuse(JetErr::INVALID_DATABASE_ID);
        };
        let Some(own) = state.open.get_mut(at) else {
            return refuse(JetErr::INVALID_DATABASE_ID);
        };
        own.count = own.count.saturating_sub(1);
        db.closed(1, std::mem::take(&mut own.exclusive));
        let last = own.count == 0;
        if last {
            state.open.remove(at);
        }
        last
    };
    if last {
        session.close_cursors(|cursor, _| cursor.dbid() == Some(dbid));
    }
    DONE
}

/// JetDetachDatabase.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_detach_database<C: Char>(sesid: JET_SESID, name: *const C) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_detach_database2(sesid, name, 0) }
}

/// JetDetachDatabase2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_detach_database2<C: Char>(
    sesid: JET_SESID,
    name: *const C,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter_stopped(sesid)?;
    let force = jet::JET_bitForceDetach | jet::JET_bitForceCloseAndDetach;
    demand(grbit & force == 0, JetErr::FORCE_DETACH_NOT_ALLOWED)?;
    demand(session.core.level() == 0, JetErr::IN_TRANSACTION)?;
    // Before the database is looked for (behaviour-backup.md §1).
    session.running.core.check_no_backup()?;
    // SAFETY: the caller's contract.
    let text = unsafe { path(name, PATH_UNITS_MAX, JetErr::DATABASE_INVALID_PATH) }?;
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        let all: Vec<_> = session.running.databases().clone();
        for db in all {
            detach(&session, &db)?;
        }
        return DONE;
    };
    let path = os_path(&absolute(&text)?);
    match attached_at(&session.running, &path) {
        Some(db) => detach(&session, &db),
        None => refuse(JetErr::DATABASE_NOT_FOUND),
    }
}

fn detach(session: &Session, db: &Arc<Attached>) -> Answer {
    demand(db.open_count() == 0, JetErr::DATABASE_IN_USE)?;
    let running = &session.running;
    let mut all = running.databases();
    if let Err(why) = detach_core(running, db) {
        // It is as it was: somebody has it, or something failed.
        if db.core().is_err()
            && let Ok(core) = running.core.open_with(&db.path, &db.options())
        {
            let again = Attached::new(core, db.path.clone(), db.read_only, db.unlogged);
            all.retain(|d| d.dbid != db.dbid);
            all.push(Arc::new(again));
        }
        return Err(why);
    }
    all.retain(|d| !Arc::ptr_eq(d, db));
    drop(all);
    super::free_table_locals(&session.instance, db.take_locals());
    DONE
}

/// The engine's part of a detach.
pub(super) fn detach_core(running: &Running, db: &Attached) -> Result<(), Refusal> {
    // Asked before the handle goes: what a backup holds back can't be opened again either.
    running.core.check_no_backup()?;
    let core = db.core()?;
    let path = core.attached().path().to_path_buf();
    db.let_go();
    drop(core);
    // The engine's own threads may look at it for a moment.
    const TRIES: u32 = 500;
    const NAP: std::time::Duration = std::time::Duration::from_millis(2);
    let mut done = running.core.detach(&path);
    for _ in 0..TRIES {
        match &done {
            Err(e) if e.jet_err() == JetErr::DATABASE_IN_USE => std::thread::sleep(NAP),
            _ => break,
        }
        done = running.core.detach(&path);
    }
    Ok(done?)
}

/// A database for the calls that change its size.
fn sized(session: &Entered, dbid: JET_DBID) -> Result<(Arc<Attached>, Database), Refusal> {
    let db = session.db(dbid)?;
    demand(!db.read_only, JetErr::FILE_ACCESS_DENIED)?;
    let core = db.core()?;
    Ok((db, core))
}

/// JetGrowDatabase: a total size, headers included.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_grow_database(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pages: u32,
    real: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_resize_database(sesid, dbid, pages, real, jet::JET_bitResizeDatabaseOnlyGrow) }
}

/// JetResizeDatabase.
///
/// # Safety
/// The contract of the C function.
// PARTLY: a database that shrinks gives up what is free at the end of its file; no page is moved out of the way
pub(crate) unsafe fn jet_resize_database(
    sesid: JET_SESID,
    dbid: JET_DBID,
    pages: u32,
    actual: *mut u32,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let mut actual = unsafe { out(actual) };
    actual.set(0);
    let (grow, shrink) = (
        jet::JET_bitResizeDatabaseOnlyGrow,
        jet::JET_bitResizeDatabaseOnlyShrink,
    );
    demand(
        grbit & !(grow | shrink) == 0 && grbit != (grow | shrink),
        JetErr::INVALID_GRBIT,
    )?;
    let (_, core) = sized(&session, dbid)?;
    let now = core.attached().file_pages();
    if pages > now && grbit != shrink {
        core.grow_to(&session.core, pages)?;
    } else if pages < now && grbit != grow {
        let on = table::JET_paramEnableShrinkDatabase;
        let on = session.instance.number(on) & jet::JET_bitShrinkDatabaseOn as usize;
        demand(on != 0, JetErr::FEATURE_NOT_AVAILABLE)?;
        session
            .running
            .core
            .shrink_database(core.attached(), pages)?;
    }
    actual.set(core.attached().file_pages());
    DONE
}
