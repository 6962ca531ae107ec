//! What a call through the C interface costs beyond the same call of the Rust API, by processor time.
//!
//! A table of [`ROWS`] records with three columns is walked by JetMove, and a column of its record is read
//! by JetRetrieveColumn, in blocks that alternate with the same work by
//! [`OpenTable`], which the C interface stands on. Each line:
//! what, nanoseconds in C, in Rust; the median of the blocks.

use ese_core::cache::Budget;
use ese_core::cursor::Move;
use ese_core::database::open_table::{From, OpenTable};
use ese_core::format::ids::PageSize;
use ese_core::instance::{Instance, InstanceParams};
use ese_core::io::env::Env;
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::JET_COLUMNDEF;
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::ffi::CString;
use std::path::Path;
use std::ptr::{null, null_mut};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROWS: u32 = 10_000;
/// Blocks of each side.
const BLOCKS: usize = 40;
/// Reads of a column at one record.
const READS: u32 = 100_000;

/// Nanoseconds of processor time of this thread.
fn now() -> f64 {
    let t = clock_gettime(ClockId::ThreadCPUTime);
    t.tv_sec as f64 * 1e9 + t.tv_nsec as f64
}

fn text(s: &str) -> Result<CString> {
    Ok(CString::new(s)?)
}

fn ok(err: i32) -> Result<()> {
    if err < 0 {
        Err(format!("JET_err {err}").into())
    } else {
        Ok(())
    }
}

/// The C side: a session with a cursor.
struct ByC {
    instance: usize,
    session: usize,
    table: usize,
}

impl ByC {
    /// Starts an instance in a folder, with a session.
    fn start(folder: &Path) -> Result<(usize, usize)> {
        let place = text(&format!("{}/", folder.display()))?;
        let (mut instance, mut session) = (0, 0);
        // SAFETY: pointers to locals, texts that end with a zero.
        unsafe {
            ok(JetCreateInstanceA(
                &raw mut instance,
                text("bench")?.as_ptr(),
            ))?;
            for id in [
                param::JET_paramSystemPath,
                param::JET_paramLogFilePath,
                param::JET_paramTempPath,
            ] {
                ok(JetSetSystemParameterA(
                    &raw mut instance,
                    0,
                    id,
                    0,
                    place.as_ptr(),
                ))?;
            }
            ok(JetInit(&raw mut instance))?;
            ok(JetBeginSessionA(instance, &raw mut session, null(), null()))?;
        }
        Ok((instance, session))
    }

    fn path(folder: &Path) -> Result<CString> {
        text(&folder.join("bench.edb").display().to_string())
    }

    /// The table of the database that [`ByC::make`] made.
    fn open(folder: &Path) -> Result<Self> {
        let (instance, session) = Self::start(folder)?;
        let path = Self::path(folder)?;
        let (mut dbid, mut table) = (0, 0);
        // SAFETY: pointers to locals, texts that end with a zero.
        unsafe {
            ok(JetAttachDatabaseA(session, path.as_ptr(), 0))?;
            ok(JetOpenDatabaseA(
                session,
                path.as_ptr(),
                null(),
                &raw mut dbid,
                0,
            ))?;
            ok(JetOpenTableA(
                session,
                dbid,
                text("t")?.as_ptr(),
                null(),
                0,
                0,
                &raw mut table,
            ))?;
        }
        Ok(Self {
            instance,
            session,
            table,
        })
    }

    /// Makes a database with the table, and closes it.
    fn make(folder: &Path) -> Result<()> {
        let (instance, session) = Self::start(folder)?;
        let path = Self::path(folder)?;
        let (mut dbid, mut table) = (0, 0);
        // SAFETY: pointers to locals, texts that end with a zero.
        unsafe {
            ok(JetCreateDatabaseA(
                session,
                path.as_ptr(),
                null(),
                &raw mut dbid,
                0,
            ))?;
            ok(JetBeginTransaction(session))?;
            ok(JetCreateTableA(
                session,
                dbid,
                text("t")?.as_ptr(),
                16,
                80,
                &raw mut table,
            ))?;
            for (name, coltyp) in [
                ("id", jet::JET_coltypLong),
                ("n", jet::JET_coltypLong),
                ("word", jet::JET_coltypText),
            ] {
                let def = JET_COLUMNDEF {
                    cbStruct: size_of::<JET_COLUMNDEF>() as u32,
                    columnid: 0,
                    coltyp,
                    wCountry: 0,
                    langid: 0,
                    cp: 1252,
                    wCollate: 0,
                    cbMax: 0,
                    grbit: 0,
                };
                let mut id = 0;
                ok(JetAddColumnA(
                    session,
                    table,
                    text(name)?.as_ptr(),
                    &raw const def,
                    null(),
                    0,
                    &raw mut id,
                ))?;
            }
            let key = b"+id\0\0";
            ok(JetCreateIndexA(
                session,
                table,
                text("by_id")?.as_ptr(),
                jet::JET_bitIndexPrimary,
                key.as_ptr().cast(),
                5,
                80,
            ))?;
            ok(JetCommitTransaction(session, 0))?;
            for n in 0..ROWS {
                let at: *const u32 = &raw const n;
                ok(JetPrepareUpdate(session, table, jet::JET_prepInsert))?;
                ok(JetSetColumn(session, table, 1, at.cast(), 4, 0, null_mut()))?;
                ok(JetSetColumn(session, table, 2, at.cast(), 4, 0, null_mut()))?;
                ok(JetSetColumn(
                    session,
                    table,
                    128,
                    b"some words".as_ptr().cast(),
                    10,
                    0,
                    null_mut(),
                ))?;
                ok(JetBeginTransaction(session))?;
                ok(JetUpdate(session, table, null_mut(), 0, null_mut()))?;
                ok(JetCommitTransaction(session, jet::JET_bitCommitLazyFlush))?;
            }
        }
        Self {
            instance,
            session,
            table,
        }
        .close()
    }

    fn begin(&self) -> Result<()> {
        // SAFETY: no pointers.
        ok(unsafe { JetBeginTransaction(self.session) })
    }

    fn first(&self) -> Result<()> {
        // SAFETY: no pointers.
        ok(unsafe { JetMove(self.session, self.table, jet::JET_MoveFirst, 0) })
    }

    /// Nanoseconds of a step to the next record.
    fn moves(&self) -> Result<f64> {
        self.first()?;
        let start = now();
        for _ in 1..ROWS {
            // SAFETY: no pointers.
            ok(unsafe { JetMove(self.session, self.table, 1, 0) })?;
        }
        Ok((now() - start) / f64::from(ROWS - 1))
    }

    /// Nanoseconds of a read of a column.
    fn reads(&self, column: u32) -> Result<f64> {
        self.first()?;
        let (mut room, mut got) = ([0_u8; 16], 0);
        let start = now();
        for _ in 0..READS {
            // SAFETY: pointers to locals of that size.
            ok(unsafe {
                JetRetrieveColumn(
                    self.session,
                    self.table,
                    column,
                    room.as_mut_ptr().cast(),
                    16,
                    &raw mut got,
                    0,
                    null_mut(),
                )
            })?;
        }
        std::hint::black_box((room, got));
        Ok((now() - start) / f64::from(READS))
    }

    fn close(self) -> Result<()> {
        // SAFETY: no pointers.
        unsafe {
            JetRollback(self.session, 0);
            ok(JetTerm2(self.instance, jet::JET_bitTermComplete))
        }
    }
}

/// The Rust side: the same on a copy of the file.
struct ByRust {
    session: ese_core::session::Session,
    table: OpenTable,
}

impl ByRust {
    fn open(instance: &Instance, path: &Path) -> Result<Self> {
        let db = instance.open(path)?;
        let session = instance.session()?;
        let table = OpenTable::open(&db, &session, "t")?;
        Ok(Self { session, table })
    }

    fn go(&mut self, to: Move) -> Result<()> {
        self.table.cancel(&self.session)?;
        let (at, eyes) = self.table.at(&self.session)?;
        Ok(at.move_to(&eyes, to, false)?)
    }

    fn moves(&mut self) -> Result<f64> {
        self.go(Move::First)?;
        let start = now();
        for _ in 1..ROWS {
            self.go(Move::By(1))?;
        }
        Ok((now() - start) / f64::from(ROWS - 1))
    }

    fn reads(&mut self, column: u32) -> Result<f64> {
        self.go(Move::First)?;
        let mut out = Vec::new();
        let start = now();
        for _ in 0..READS {
            out.clear();
            self.table.read(&self.session, From::Record, |reading| {
                let column = reading.schema.by_columnid(column)?;
                use ese_core::record::ColumnValues;
                match reading.values(column)? {
                    ColumnValues::Default(bytes) => out.extend_from_slice(bytes),
                    ColumnValues::One(value) => {
                        reading.bytes(&value, 0, usize::MAX, &mut out)?;
                    }
                    ColumnValues::Many(_) | ColumnValues::Null => {}
                }
                Ok(())
            })?;
            std::hint::black_box(&out);
        }
        Ok((now() - start) / f64::from(READS))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    ByC::make(folder.path())?;
    let other = tempfile::tempdir()?;
    let copy = other.path().join("copy.edb");
    std::fs::copy(folder.path().join("bench.edb"), &copy)?;
    let c = ByC::open(folder.path())?;
    let mut params = InstanceParams::new(other.path().to_path_buf());
    params.page_size = PageSize::K4;
    params.cache = Budget {
        min: 256,
        max: 16_384,
    };
    let instance = Instance::start(Env::real(), params)?;
    let mut rust = ByRust::open(&instance, &copy)?;
    // As programs read: inside of a transaction.
    c.begin()?;
    rust.session.begin(true)?;
    type Pair = (Vec<f64>, Vec<f64>);
    let (mut moves, mut fixed, mut words): (Pair, Pair, Pair) = Default::default();
    for block in 0..=BLOCKS {
        let pairs = [
            (&mut moves, c.moves()?, rust.moves()?),
            (&mut fixed, c.reads(2)?, rust.reads(2)?),
            (&mut words, c.reads(128)?, rust.reads(128)?),
        ];
        for (pair, by_c, by_rust) in pairs {
            // The first block warms the caches.
            if block > 0 {
                pair.0.push(by_c);
                pair.1.push(by_rust);
            }
        }
    }
    for (name, pair) in [
        ("JetMove to the next record", moves),
        ("JetRetrieveColumn, 4 bytes, fixed", fixed),
        ("JetRetrieveColumn, 10 bytes of text", words),
    ] {
        println!("{name}\t{:.1}\t{:.1}", median(pair.0), median(pair.1));
    }
    c.close()
}
