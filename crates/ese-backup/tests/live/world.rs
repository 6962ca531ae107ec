//! An instance in memory, with small logs, that is backed up.

use ese_backup::external::{ExternalBackup, FileHandle};
use ese_backup::set::{self, RestoreOptions, Set, SetError};
use ese_backup::{BackupError, Control, RestoreReport, StopFlag};
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database};
use ese_core::format::db_header::DbHeader;
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::reader::{OpenOptions, RowEvent};
use ese_core::recovery::Unwatched;
use ese_core::session::{CommitKind, Session};
use ese_core::{HasJetErr, JetErr};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) const DIR: &str = "/live";
pub(crate) const NOW: u64 = 1_795_700_000_000;

pub(crate) fn at(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

pub(crate) fn env(fs: Arc<dyn FileSystem>, seed: u64) -> Env {
    let clock = Arc::new(ManualClock::new(NOW));
    Env::new(fs, clock, Box::new(SeededRng::new(seed)))
}

/// What a table holds: the rows by their key.
pub(crate) type Rows = BTreeMap<i32, Vec<u8>>;

pub(crate) struct World {
    pub(crate) memory: MemoryFileSystem,
    pub(crate) fs: Arc<dyn FileSystem>,
    pub(crate) instance: Instance,
}

pub(crate) fn params(page_size: PageSize) -> InstanceParams {
    let mut params = InstanceParams::new(DIR);
    params.page_size = page_size;
    params.log_file_kib = Some(64);
    params.background = false;
    params
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(params(PageSize::K4))
    }

    pub(crate) fn of(params: InstanceParams) -> Self {
        let memory = MemoryFileSystem::new();
        memory.create_dir(Path::new(DIR)).expect("an empty tree");
        Self::over(memory.clone(), Arc::new(memory), params)
    }

    /// An instance over `fs`, which passes on to `memory`.
    pub(crate) fn over(
        memory: MemoryFileSystem,
        fs: Arc<dyn FileSystem>,
        params: InstanceParams,
    ) -> Self {
        let instance = Instance::start(env(Arc::clone(&fs), 7), params).expect("a start");
        Self {
            memory,
            fs,
            instance,
        }
    }

    /// A database with a table of rows.
    pub(crate) fn create(&self, name: &str) -> Database {
        let db = self
            .instance
            .create(at(name), &CreateOptions::default())
            .expect("a database");
        let session = self.instance.session().expect("a session");
        db.create_table(&session, &table()).expect("a table");
        db
    }

    /// Puts rows `from..to` into a database, each in a transaction of its own.
    pub(crate) fn fill(&self, db: &Database, keys: std::ops::Range<i32>, bytes: usize) {
        let session = self.instance.session().expect("a session");
        for key in keys {
            put(&session, db, key, &value(key, bytes));
        }
        session.wait_all().expect("durable");
    }

    pub(crate) fn header(&self, name: &str) -> DbHeader {
        let all = self.instance.databases();
        let db = all.iter().find(|db| db.path() == at(name));
        db.expect("it is attached").file().header_on_disk()
    }

    /// The generations of the closed logs that are there.
    pub(crate) fn logs(&self) -> Vec<i32> {
        let log = self.instance.log().expect("it is logged");
        let closed = log.archived().expect("a folder");
        closed.into_iter().map(|(g, _)| g).collect()
    }

    pub(crate) fn restore(&self, set: &str, to: &str) -> Result<RestoreReport, SetError> {
        self.restore_with(set, to, &[])
    }

    pub(crate) fn restore_with(
        &self,
        set: &str,
        to: &str,
        more: &[&str],
    ) -> Result<RestoreReport, SetError> {
        let fs: Arc<dyn FileSystem> = Arc::new(self.memory.clone());
        let env = env(Arc::clone(&fs), 1);
        let set = Set::open(&*fs, Path::new(set))?;
        let mut options = RestoreOptions::new(Path::new(to));
        options.more_logs = more.iter().map(PathBuf::from).collect();
        let stop = StopFlag::new();
        set::restore(
            &env,
            &set,
            &options,
            &mut Control::new(stop.handle()),
            &Unwatched,
        )
    }

    /// The rows of a clean database, which integrity finds sound.
    pub(crate) fn rows(&self, path: &Path) -> Rows {
        rows_of(&self.memory, path)
    }
}

/// The value of a row: bytes that compress badly.
pub(crate) fn value(key: i32, bytes: usize) -> Vec<u8> {
    let mut rng = SeededRng::new(key as u64);
    (0..bytes).map(|_| rng.next_u64() as u8).collect()
}

pub(crate) fn table() -> TableDef {
    TableDef::new("rows")
        .column(ColumnDef::new("key", ColumnType::Long).not_null())
        .column(ColumnDef::new("value", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_key", "+key").primary())
}

pub(crate) fn put(session: &Session, db: &Database, key: i32, value: &[u8]) {
    let mut rows = db.table(session, "rows").expect("the table");
    let transaction = session.transaction().expect("a transaction");
    let mut row = rows.insert().expect("a row");
    row.set("key", key).expect("a key");
    row.set("value", value).expect("a value");
    row.save().expect("saved");
    transaction.commit_as(CommitKind::Lazy).expect("committed");
}

pub(crate) fn rows_of(memory: &MemoryFileSystem, path: &Path) -> Rows {
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(memory, path, &options, &|_| {}).expect("a database");
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{}", damage.join("\n"));
    let db = OpenOptions::new()
        .open_in(memory, path)
        .expect("a database");
    let mut out = Rows::new();
    let table = db.table("rows").expect("the table");
    table.scan(|event| {
        let row = match event {
            RowEvent::Row(row) => row,
            RowEvent::Fault(fault) => panic!("integrity found the table sound: {fault}"),
        };
        let (mut one, mut two) = (Vec::new(), Vec::new());
        let key = match row.get("key", &mut one).expect("a key") {
            Some(Value::Long(key)) => key,
            other => panic!("{other:?}"),
        };
        let value = match row.get("value", &mut two).expect("a value") {
            Some(Value::Binary(value)) => value.to_vec(),
            other => panic!("{other:?}"),
        };
        out.insert(key, value);
        ControlFlow::Continue(())
    });
    out
}

/// A buffer that begins at a multiple of 4 KiB.
pub(crate) struct Aligned(Vec<u8>, usize, usize);

impl Aligned {
    pub(crate) fn new(bytes: usize) -> Self {
        let v = vec![0; bytes + 4096];
        let at = v.as_ptr().align_offset(4096);
        Self(v, at, bytes)
    }

    pub(crate) fn get(&mut self) -> &mut [u8] {
        &mut self.0[self.1..self.1 + self.2]
    }

    /// One byte off.
    pub(crate) fn off(&mut self) -> &mut [u8] {
        &mut self.0[self.1 + 1..self.1 + self.2 + 1 - 4096]
    }
}

/// Reads an open file to its end.
pub(crate) fn read_all(
    backup: &ExternalBackup,
    handle: FileHandle,
) -> Result<Vec<u8>, BackupError> {
    let mut buf = Aligned::new(128 * 1024);
    let mut out = Vec::new();
    loop {
        let n = backup.read_file(handle, buf.get())?;
        if n == 0 {
            return Ok(out);
        }
        out.extend_from_slice(&buf.get()[..n]);
    }
}

/// Copies a file with the streaming calls.
pub(crate) fn copy(backup: &ExternalBackup, path: &Path) -> Result<Vec<u8>, BackupError> {
    let opened = backup.open_file(path)?;
    let bytes = read_all(backup, opened.handle)?;
    assert_eq!(bytes.len() as u64, opened.bytes);
    backup.close_file(opened.handle)?;
    Ok(bytes)
}

pub(crate) fn jet<T>(answer: &Result<T, BackupError>) -> JetErr {
    match answer {
        Ok(_) => JetErr(0),
        Err(e) => e.jet_err(),
    }
}
