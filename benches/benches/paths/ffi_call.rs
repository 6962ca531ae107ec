//! Calls of the C interface: one that only comes in and goes out again, and the two that are made for each record.
//!
//! `unsafe` for those calls. Pointers given to them are to locals, with their lengths; texts end with a zero.
#![allow(unsafe_code)]

use super::Result;
use criterion::Criterion;
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::JET_COLUMNDEF;
use std::ffi::CString;
use std::path::Path;
use std::ptr::{null, null_mut};

const ROWS: u32 = 1000;
const NO_CURRENT_RECORD: i32 = -1603;

fn text(s: &str) -> Result<CString> {
    Ok(CString::new(s)?)
}

fn ok(err: i32) -> Result<()> {
    match err {
        0.. => Ok(()),
        err => Err(format!("JET_err {err}").into()),
    }
}

/// A session with a table of numbers open, in a transaction.
struct Opened {
    instance: usize,
    session: usize,
    table: usize,
    column: u32,
}

impl Opened {
    fn new(folder: &Path) -> Result<Self> {
        let place = text(&format!("{}/", folder.display()))?;
        let path = text(&folder.join("calls.edb").display().to_string())?;
        let (mut instance, mut session, mut dbid, mut table, mut column) = (0, 0, 0, 0, 0);
        // SAFETY: as the head says.
        unsafe {
            let name = text("calls")?;
            ok(JetCreateInstanceA(&raw mut instance, name.as_ptr()))?;
            for id in [
                param::JET_paramSystemPath,
                param::JET_paramLogFilePath,
                param::JET_paramTempPath,
            ] {
                let set = JetSetSystemParameterA(&raw mut instance, 0, id, 0, place.as_ptr());
                ok(set)?;
            }
            ok(JetInit(&raw mut instance))?;
            ok(JetBeginSessionA(instance, &raw mut session, null(), null()))?;
            let path = path.as_ptr();
            ok(JetCreateDatabaseA(session, path, null(), &raw mut dbid, 0))?;
            ok(JetBeginTransaction(session))?;
            let name = text("t")?;
            let made = JetCreateTableA(session, dbid, name.as_ptr(), 16, 80, &raw mut table);
            ok(made)?;
            let def = JET_COLUMNDEF {
                cbStruct: u32::try_from(size_of::<JET_COLUMNDEF>())?,
                columnid: 0,
                coltyp: jet::JET_coltypLong,
                wCountry: 0,
                langid: 0,
                cp: 0,
                wCollate: 0,
                cbMax: 0,
                grbit: 0,
            };
            ok(JetAddColumnA(
                session,
                table,
                text("n")?.as_ptr(),
                &raw const def,
                null(),
                0,
                &raw mut column,
            ))?;
            for n in 0..ROWS {
                ok(JetPrepareUpdate(session, table, jet::JET_prepInsert))?;
                let at: *const u32 = &raw const n;
                let set = JetSetColumn(session, table, column, at.cast(), 4, 0, null_mut());
                ok(set)?;
                ok(JetUpdate(session, table, null_mut(), 0, null_mut()))?;
            }
            ok(JetCommitTransaction(session, jet::JET_bitCommitLazyFlush))?;
            // As programs read: inside of a transaction.
            ok(JetBeginTransaction(session))?;
            ok(JetMove(session, table, jet::JET_MoveFirst, 0))?;
        }
        Ok(Self {
            instance,
            session,
            table,
            column,
        })
    }

    /// To the next record, from the last one to the first.
    fn step(&self) -> i32 {
        // SAFETY: no pointers.
        unsafe {
            match JetMove(self.session, self.table, jet::JET_MoveNext, 0) {
                NO_CURRENT_RECORD => JetMove(self.session, self.table, jet::JET_MoveFirst, 0),
                err => err,
            }
        }
    }

    fn value(&self) -> (i32, u32) {
        let (mut value, mut got) = (0_u32, 0);
        let to: *mut u32 = &raw mut value;
        let (session, table) = (self.session, self.table);
        // SAFETY: as the head says.
        let err = unsafe {
            JetRetrieveColumn(
                session,
                table,
                self.column,
                to.cast(),
                4,
                &raw mut got,
                0,
                null_mut(),
            )
        };
        (err, value)
    }

    /// A call that does nothing with what it is given.
    fn index(&self) -> i32 {
        // SAFETY: no index name is the primary one.
        unsafe { JetSetCurrentIndexA(self.session, self.table, null()) }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: no pointers; nobody else has the instance.
        unsafe { JetTerm2(self.instance, jet::JET_bitTermComplete) };
    }
}

pub(super) fn bench(c: &mut Criterion) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let opened = Opened::new(folder.path())?;
    for n in [1, 2] {
        ok(opened.step())?;
        if opened.value() != (0, n) {
            return Err("a record is not the next one".into());
        }
    }
    let mut group = c.benchmark_group("ffi call");
    group.bench_function("JetRetrieveColumn", |b| b.iter(|| opened.value()));
    group.bench_function("JetMove", |b| b.iter(|| opened.step()));
    group.bench_function("JetSetCurrentIndex", |b| b.iter(|| opened.index()));
    group.finish();
    Ok(())
}
