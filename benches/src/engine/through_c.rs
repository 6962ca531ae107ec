//! Ours, through the C interface: the same table as in `ours`, by JetSeek, JetSetColumn and so on. Sessions
//! with the database open are kept from one transaction to the next, as programs do that know this API (in
//! `ours` the database is open once for all); the table is opened in each.
//!
//! `unsafe` for those calls. Pointers given to them are to locals or to the caller's slices, with their
//! lengths; texts end with a zero.
#![allow(unsafe_code)]

use super::indexes::{FIELDS, INDEXES, IndexedRow};
use super::ours::{CHECKPOINT_DEPTH, FILE};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::{JET_COLUMNDEF, JET_THREADSTATS};
use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::{Mutex, MutexGuard, PoisonError};

const TABLE: &CStr = c"rows";
const PAGE_BYTES: usize = 8192;
/// Pages that the cache keeps, as in `ours`.
const CACHE_PAGES_LEAST: usize = 64;
/// Buckets of the version store, as in `ours`.
const VERSION_BUCKETS: usize = 65_536;
const SESSIONS: usize = 64;
/// Longest value of a plain column, in bytes.
const VALUE_MOST: usize = 255;
/// Most room that is offered for a value: more than any has.
const ROOM_MOST: usize = 1 << 30;
const KEY_DUPLICATE: i32 = -1605;
const RECORD_NOT_FOUND: i32 = -1601;
const NO_CURRENT_RECORD: i32 = -1603;
/// A warning.
const COLUMN_NULL: i32 = 1004;

/// Ours, through C.
pub struct ThroughC;

struct Open {
    instance: usize,
    path: CString,
    mode: Durability,
    columns: Columns,
    /// Sessions that nobody uses now.
    idle: Mutex<Vec<Session>>,
}

/// A session, and the database as it has it open.
#[derive(Clone, Copy)]
struct Session {
    id: usize,
    dbid: u32,
}

/// Column ids.
#[derive(Clone, Copy, Default)]
struct Columns {
    key: u32,
    value: u32,
    long: u32,
    /// Of the fields, if the table has them.
    fields: Option<[u32; INDEXES]>,
}

fn text(s: &str) -> Result<CString> {
    Ok(CString::new(s)?)
}

/// What no error says; warnings are none.
fn ok(err: i32) -> Result<()> {
    match err {
        0.. => Ok(()),
        err => Err(format!("JET_err {err}").into()),
    }
}

/// `false` for one error that is an answer.
fn unless(no: i32, err: i32) -> Result<bool> {
    match err == no {
        true => Ok(false),
        false => ok(err).map(|()| true),
    }
}

fn len(bytes: &[u8]) -> Result<u32> {
    Ok(u32::try_from(bytes.len())?)
}

impl Engine for ThroughC {
    fn name(&self) -> &'static str {
        "ese-c"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each commit (JetCommitTransaction without bits)",
            Durability::Lazy => "not synced (JET_bitCommitLazyFlush)",
        }
    }

    fn cache(&self) -> &'static str {
        "JET_paramCacheSizeMax, set before each JetInit"
    }

    fn data_file(&self) -> Option<&'static str> {
        Some(FILE)
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let instance = start(folder, setup.cache_bytes)?;
        let path = text(&folder.join(FILE).display().to_string())?;
        let mut open = Open {
            instance,
            path,
            mode: setup.mode,
            columns: Columns::default(),
            idle: Mutex::default(),
        };
        let session = open.session()?;
        let mut dbid = 0;
        // SAFETY: as the head says.
        unsafe {
            let path = open.path.as_ptr();
            ok(JetCreateDatabaseA(session, path, null(), &raw mut dbid, 0))?;
            open.columns = table(session, dbid, setup.indexed)?;
            ok(JetEndSession(session, 0))?;
        }
        Ok(Box::new(open))
    }
}

/// An instance of its own in a folder.
fn start(folder: &Path, cache_bytes: usize) -> Result<usize> {
    let place = text(&format!("{}/", folder.display()))?;
    let mut instance = 0;
    // SAFETY: as the head says.
    unsafe {
        // Of all instances; refused once one runs, and set already then.
        JetSetSystemParameterA(
            null_mut(),
            0,
            param::JET_paramDatabasePageSize,
            PAGE_BYTES,
            null(),
        );
        // Of all instances too, but an instance takes what is set when it starts.
        for (id, value) in [
            (param::JET_paramCacheSizeMin, CACHE_PAGES_LEAST),
            (param::JET_paramCacheSizeMax, cache_bytes / PAGE_BYTES),
        ] {
            ok(JetSetSystemParameterA(null_mut(), 0, id, value, null()))?;
        }
        let name = text(&format!("bench {}", folder.display()))?;
        ok(JetCreateInstanceA(&raw mut instance, name.as_ptr()))?;
        for id in [
            param::JET_paramSystemPath,
            param::JET_paramLogFilePath,
            param::JET_paramTempPath,
        ] {
            let set = JetSetSystemParameterA(&raw mut instance, 0, id, 0, place.as_ptr());
            ok(set)?;
        }
        for (id, value) in [
            (param::JET_paramMaxVerPages, VERSION_BUCKETS),
            (param::JET_paramMaxSessions, SESSIONS),
            (param::JET_paramCircularLog, 1),
            (
                param::JET_paramCheckpointDepthMax,
                CHECKPOINT_DEPTH as usize,
            ),
        ] {
            ok(JetSetSystemParameterA(
                &raw mut instance,
                0,
                id,
                value,
                null(),
            ))?;
        }
        ok(JetInit(&raw mut instance))?;
    }
    Ok(instance)
}

/// Makes the table.
///
/// # Safety
/// Session and database are open.
unsafe fn table(session: usize, dbid: u32, indexed: bool) -> Result<Columns> {
    let mut table = 0;
    let mut ids = [0; 3 + INDEXES];
    let plain = if indexed { INDEXES } else { 0 };
    // SAFETY: as the head says.
    unsafe {
        let made = JetCreateTableA(session, dbid, TABLE.as_ptr(), 16, 80, &raw mut table);
        ok(made)?;
        let columns = [
            ("k", jet::JET_coltypBinary, jet::JET_bitColumnNotNULL),
            ("v", jet::JET_coltypBinary, 0),
            ("long", jet::JET_coltypLongBinary, 0),
        ];
        let fields = FIELDS.map(|name| (name, jet::JET_coltypBinary, 0));
        let columns = columns.iter().chain(&fields[..plain]);
        for (&(name, coltyp, grbit), id) in columns.zip(&mut ids) {
            let def = JET_COLUMNDEF {
                cbStruct: u32::try_from(size_of::<JET_COLUMNDEF>())?,
                columnid: 0,
                coltyp,
                wCountry: 0,
                langid: 0,
                cp: 0,
                wCollate: 0,
                cbMax: 0,
                grbit,
            };
            let name = text(name)?;
            let id: *mut u32 = id;
            ok(JetAddColumnA(
                session,
                table,
                name.as_ptr(),
                &raw const def,
                null(),
                0,
                id,
            ))?;
        }
        let secondary = FIELDS.map(|name| (name, name, 0));
        let primary = ("primary", "k", jet::JET_bitIndexPrimary);
        for (name, column, grbit) in [primary].iter().chain(&secondary[..plain]) {
            let key = format!("+{column}\0\0");
            ok(JetCreateIndexA(
                session,
                table,
                text(name)?.as_ptr(),
                *grbit,
                key.as_ptr().cast(),
                len(key.as_bytes())?,
                80,
            ))?;
        }
        ok(JetCloseTable(session, table))?;
    }
    let [key, value, long, fields @ ..] = ids;
    Ok(Columns {
        key,
        value,
        long,
        fields: indexed.then_some(fields),
    })
}

impl Open {
    fn session(&self) -> Result<usize> {
        let mut session = 0;
        // SAFETY: as the head says.
        ok(unsafe { JetBeginSessionA(self.instance, &raw mut session, null(), null()) })?;
        Ok(session)
    }

    /// Runs `work` with the table open in a transaction of its own session, and commits it.
    fn within(&self, grbit: u32, work: impl FnOnce(&mut Rows) -> Result<()>) -> Result<()> {
        let kept = self.with_database()?;
        let session = kept.id;
        let mut table = 0;
        // SAFETY: as the head says.
        unsafe {
            ok(JetBeginTransaction(session))?;
            ok(JetOpenTableA(
                session,
                kept.dbid,
                TABLE.as_ptr(),
                null(),
                0,
                0,
                &raw mut table,
            ))?;
        }
        let mut rows = Rows {
            session,
            table,
            columns: self.columns,
            by: None,
        };
        let done = work(&mut rows);
        // SAFETY: no pointers. The session ends whatever is open in it.
        unsafe {
            let committed = match done {
                Ok(()) => ok(JetCloseTable(session, table))
                    .and_then(|()| ok(JetCommitTransaction(session, grbit))),
                Err(e) => Err(e),
            };
            match committed {
                Ok(()) => self.idle().push(kept),
                Err(_) => ok(JetEndSession(session, 0))?,
            }
            committed
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session with the database open: an idle one, or a new one.
    fn with_database(&self) -> Result<Session> {
        let idle = self.idle().pop();
        if let Some(idle) = idle {
            return Ok(idle);
        }
        let (id, mut dbid) = (self.session()?, 0);
        let path = self.path.as_ptr();
        // SAFETY: as the head says.
        ok(unsafe { JetOpenDatabaseA(id, path, null(), &raw mut dbid, 0) })?;
        Ok(Session { id, dbid })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let idle = std::mem::take(&mut *self.idle());
        for session in idle {
            // SAFETY: no pointers; nobody else has the session.
            unsafe { JetEndSession(session.id, 0) };
        }
        // SAFETY: no pointers; nobody else has the instance.
        unsafe { JetTerm2(self.instance, jet::JET_bitTermComplete) };
    }
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let grbit = match self.mode {
            Durability::Durable => 0,
            Durability::Lazy => jet::JET_bitCommitLazyFlush,
        };
        self.within(grbit, |rows| work(rows))
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        self.within(0, |rows| work(rows))
    }

    fn settle(&self) -> Result<()> {
        let session = self.session()?;
        // SAFETY: no pointers.
        unsafe {
            // No call writes all pages; the background does so while it is measured.
            ok(JetIdle(session, 0))?;
            ok(JetEndSession(session, 0))
        }
    }

    fn pages_read(&self) -> Result<Option<u64>> {
        let size = size_of::<JET_THREADSTATS>();
        let mut stats = MaybeUninit::<JET_THREADSTATS>::zeroed();
        // SAFETY: the structure has so many bytes, and any bits are values of its fields.
        let stats = unsafe {
            ok(JetGetThreadStats(
                stats.as_mut_ptr().cast(),
                u32::try_from(size)?,
            ))?;
            stats.assume_init()
        };
        Ok(Some(
            u64::from(stats.cPageRead) + u64::from(stats.cPagePreread),
        ))
    }
}

struct Rows {
    session: usize,
    table: usize,
    columns: Columns,
    /// The field whose index is current.
    by: Option<usize>,
}

impl Rows {
    fn seek(&mut self, key: &[u8], grbit: u32) -> Result<bool> {
        // SAFETY: as the head says.
        unsafe {
            let (session, table) = (self.session, self.table);
            let data = key.as_ptr().cast();
            ok(JetMakeKey(
                session,
                table,
                data,
                len(key)?,
                jet::JET_bitNewKey,
            ))?;
            unless(RECORD_NOT_FOUND, JetSeek(session, table, grbit))
        }
    }

    fn next(&mut self) -> Result<bool> {
        // SAFETY: no pointers.
        let moved = unsafe { JetMove(self.session, self.table, jet::JET_MoveNext, 0) };
        unless(NO_CURRENT_RECORD, moved)
    }

    fn set(&mut self, column: u32, value: Option<&[u8]>) -> Result<()> {
        let (data, size) = match value {
            Some(value) => (value.as_ptr().cast(), len(value)?),
            None => (null(), 0),
        };
        // SAFETY: as the head says.
        ok(unsafe { JetSetColumn(self.session, self.table, column, data, size, 0, null_mut()) })
    }

    fn prepare(&mut self, how: u32) -> Result<()> {
        // SAFETY: no pointers.
        ok(unsafe { JetPrepareUpdate(self.session, self.table, how) })
    }

    fn update(&mut self) -> i32 {
        // SAFETY: no bookmark is asked for.
        unsafe { JetUpdate(self.session, self.table, null_mut(), 0, null_mut()) }
    }

    /// Appends a column's value; `false` for NULL.
    fn retrieve(&mut self, column: u32, out: &mut Vec<u8>) -> Result<bool> {
        loop {
            let mut got = 0;
            let rest = out.spare_capacity_mut();
            let room = rest.len().min(ROOM_MOST);
            // SAFETY: as the head says.
            let err = unsafe {
                JetRetrieveColumn(
                    self.session,
                    self.table,
                    column,
                    rest.as_mut_ptr().cast(),
                    u32::try_from(room)?,
                    &raw mut got,
                    0,
                    null_mut(),
                )
            };
            ok(err)?;
            if err == COLUMN_NULL {
                return Ok(false);
            }
            let got = got as usize;
            if got <= room {
                // SAFETY: so many bytes were written.
                unsafe { out.set_len(out.len() + got) };
                return Ok(true);
            }
            out.reserve(got);
        }
    }

    fn value(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let (value, long) = (self.columns.value, self.columns.long);
        match self.retrieve(value, out)? || self.retrieve(long, out)? {
            true => Ok(()),
            false => Err("a row has no value".into()),
        }
    }
}

impl Writer for Rows {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let Columns {
            key: k,
            value: v,
            long,
            ..
        } = self.columns;
        let (column, other) = match value.len() <= VALUE_MOST {
            true => (v, long),
            false => (long, v),
        };
        self.prepare(jet::JET_prepInsert)?;
        self.set(k, Some(key))?;
        self.set(column, Some(value))?;
        if unless(KEY_DUPLICATE, self.update())? {
            return Ok(());
        }
        self.prepare(jet::JET_prepCancel)?;
        if !self.seek(key, jet::JET_bitSeekEQ)? {
            return Err("a key is there and is not".into());
        }
        self.prepare(jet::JET_prepReplace)?;
        self.set(column, Some(value))?;
        self.set(other, None)?;
        ok(self.update())
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        let columns = self.columns;
        let fields = columns.fields.ok_or("the table has no fields")?;
        self.prepare(jet::JET_prepInsert)?;
        self.set(columns.key, Some(row.key))?;
        for (at, field) in fields.into_iter().enumerate() {
            self.set(field, Some(row.field(at)))?;
        }
        self.set(columns.value, Some(row.rest()))?;
        ok(self.update())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        let found = self.seek(key, jet::JET_bitSeekEQ)?;
        if found {
            // SAFETY: no pointers.
            ok(unsafe { JetDelete(self.session, self.table) })?;
        }
        Ok(found)
    }
}

impl Reader for Rows {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        if !self.seek(key, jet::JET_bitSeekEQ)? {
            return Ok(false);
        }
        value.clear();
        self.value(value)?;
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let mut more = self.seek(from, jet::JET_bitSeekGE)?;
        let mut found = 0;
        while more && found < most {
            self.value(values)?;
            found += 1;
            more = found < most && self.next()?;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let fields = self.columns.fields.ok_or("the table has no fields")?;
        if self.by != Some(index) {
            let name = text(FIELDS.get(index).ok_or("there is no such index")?)?;
            // SAFETY: as the head says.
            ok(unsafe { JetSetCurrentIndexA(self.session, self.table, name.as_ptr()) })?;
            self.by = Some(index);
        }
        if !self.seek(field, jet::JET_bitSeekEQ)? {
            return Ok(false);
        }
        value.clear();
        for column in fields {
            self.retrieve(column, value)?;
        }
        self.value(value)?;
        Ok(true)
    }

    fn rows(&mut self) -> Result<u64> {
        // SAFETY: no pointers.
        let moved = unsafe { JetMove(self.session, self.table, jet::JET_MoveFirst, 0) };
        let mut more = unless(NO_CURRENT_RECORD, moved)?;
        let mut rows = 0;
        while more {
            rows += 1;
            more = self.next()?;
        }
        Ok(rows)
    }
}
