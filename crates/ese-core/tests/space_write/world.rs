//! A database in memory: file, log, cache, trees, space; and what is asked of it afterwards.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::recovery_support::check::{different_pages, read};
use crate::recovery_support::sets::{Files, is_log, logs_only, witness_options};
use crate::recovery_support::world::{DIR, NOW, Recovered, at, run};
use ese_core::btree::Tree;
use ese_core::btree::apply::create::PageStyle;
use ese_core::btree::write::{
    Author, DENSITY_DEFAULT, Scratch, TreeDb, TreeDbConfig, TreeWriter, WriteTree,
};
use ese_core::cache::{Budget, Cache, DbNo, OpenGate};
use ese_core::dbfile::transitions::{self, Birth, Detach, Generation, Marks};
use ese_core::dbfile::{AttachedFile, MapUse};
use ese_core::format::ids::{Dbtime, Lgpos, LogTime, Objid, PageSize, Pgno, Signature};
use ese_core::format::log_fields::Field;
use ese_core::format::log_fields::params::DbmsParam;
use ese_core::format::log_record::{
    Begin0, BeginLevels, Commit0, CreateDb, CreateDbFinish, CreateVersion, DbFlags, LogRecord,
    LrFlags, Text,
};
use ese_core::format::space::Extent;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::log::{LogAppend, LogConfig, LogWriteError, LogWriter};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::recovery::Options;
use ese_core::space::alloc::{FreedRecord, Space, SpaceConfig};
use ese_core::space::audit::Audit;
use ese_core::space::grow::DatabaseFile;
use ese_core::space::{TreeSpace, extents};
use ese_core::trx::{Bookmark, Unversioned};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

pub const DBID: u8 = 1;
pub const NAME: &str = "a.edb";
const DB: DbNo = DbNo(1);
/// Segments of a log file, and the parameter that says the same.
const LOG_SEGMENTS: u16 = 512;
const LOG_KIB: u32 = 2048;

/// How a world is.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub page_size: PageSize,
    /// Pages that the file is made with.
    pub pages: u32,
    /// Pages by which it grows.
    pub extension: u32,
    pub pages_most: u32,
    pub new_pages: bool,
    pub freed: FreedRecord,
}

impl Kind {
    pub fn new(page_size: PageSize) -> Self {
        Self {
            page_size,
            pages: 254,
            extension: 16,
            pages_most: 0,
            new_pages: false,
            freed: FreedRecord::Second,
        }
    }
}

/// The real log, and a list of all its records.
pub struct Tee {
    pub writer: LogWriter,
    pub records: Mutex<Vec<Vec<u8>>>,
}

impl LogAppend for Tee {
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        let mut list = self.records.lock();
        self.writer.append_all(records, at)?;
        for record in records {
            let mut bytes = Vec::new();
            record.write(&mut bytes).map_err(LogWriteError::Record)?;
            list.push(bytes);
        }
        Ok(())
    }

    fn append(&self, record: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        let mut at = Vec::new();
        self.append_all(std::slice::from_ref(record), &mut at)?;
        Ok(at[0])
    }
}

/// A tree that sessions change.
#[derive(Debug)]
pub struct Table {
    pub tree: WriteTree,
    pub fdp: Pgno,
    pub objid: Objid,
}

pub struct World {
    pub kind: Kind,
    pub fs: MemoryFileSystem,
    pub env: Env,
    pub log: Arc<Tee>,
    pub file: Arc<AttachedFile>,
    pub cache: Arc<Cache>,
    pub db: Arc<TreeDb>,
    pub space: Space,
    trx: AtomicU32,
}

pub fn env(fs: &MemoryFileSystem) -> Env {
    let clock = Arc::new(ManualClock::new(NOW));
    Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(7)))
}

fn params() -> DbmsParam<'static> {
    DbmsParam::get(&[0; 567], 0)
}

pub fn new_log(env: &Env, page_size: PageSize) -> LogWriter {
    let mut config = LogConfig::new(PathBuf::from(DIR), "edb");
    config.page_size = page_size;
    config.file_segments = LOG_SEGMENTS;
    config.digits = 8;
    LogWriter::begin_new(env, &config, params(), Path::new(DIR)).expect("a log")
}

pub fn options(page_size: PageSize) -> Options {
    Options {
        log_file_kib: Some(LOG_KIB),
        ..witness_options(page_size)
    }
}

fn sign() -> Signature {
    Signature::new(9, LogTime::NONE)
}

impl World {
    /// A file with pages 1 to 3, and the log that says so. No catalog.
    pub fn new(kind: Kind) -> Self {
        let fs = MemoryFileSystem::new();
        ese_core::io::FileSystem::create_dir(&fs, Path::new(DIR)).unwrap();
        let env = env(&fs);
        let log = Arc::new(Tee {
            writer: new_log(&env, kind.page_size),
            records: Mutex::default(),
        });
        let path = format!("{DIR}/{NAME}\0");
        let lgpos = log
            .append(&LogRecord::CreateDb(CreateDb {
                procid: 1,
                dbid: DBID,
                grbit: 0,
                cpg_size_max: 0,
                sign_db: sign(),
                flags: DbFlags::VERSION,
                version: CreateVersion::LOGGED,
                path: Text::ansi(path.as_bytes()),
            }))
            .unwrap();
        let header = transitions::just_created(&Birth {
            sign_db: sign(),
            sign_log: log.writer.header().sign_log(),
            lgpos,
            dbid: DBID,
            page_size: kind.page_size,
            no_shadow_catalog: false,
        });
        let file = AttachedFile::create(&env, &at(NAME), &header, kind.pages, MapUse::Off).unwrap();
        let file = Arc::new(file);
        let cache = Cache::new(kind.page_size, Budget { min: 16, max: 1024 }).unwrap();
        let pages = cache
            .attach(DB, Arc::clone(&file) as _, Arc::new(OpenGate))
            .unwrap();
        let db = Arc::new(TreeDb::new(TreeDbConfig {
            no: DB,
            dbid: DBID,
            pages,
            log: Some(Arc::clone(&log) as _),
            dbtime: Dbtime(header.dbtime_dirtied.0),
            style: PageStyle::default(),
            log_new_pages: kind.new_pages,
            compress_images: true,
        }));
        let config = SpaceConfig {
            extension: kind.extension,
            pages_most: kind.pages_most,
            freed_record: kind.freed,
            temporary: false,
        };
        let database = DatabaseFile::new(Arc::clone(&file), &env);
        let space = Space::new(Arc::clone(&db), Arc::new(database), config);
        let world = Self {
            kind,
            fs,
            env,
            log,
            file,
            cache,
            db,
            space,
            trx: AtomicU32::new(4),
        };
        world.space.log_first_size(kind.pages).unwrap();
        world.in_transaction(|author| {
            let root = world.space.create_root(author, kind.pages).unwrap();
            assert_eq!((root.pgno_fdp, root.objid), (Pgno(1), Objid(1)));
        });
        world
    }

    /// The space of the same database once more.
    #[allow(dead_code)] // Who works in transactions of a version store has one of its own.
    pub fn new_space(&self) -> Space {
        let config = SpaceConfig {
            extension: self.kind.extension,
            pages_most: self.kind.pages_most,
            freed_record: self.kind.freed,
            temporary: false,
        };
        let database = DatabaseFile::new(Arc::clone(&self.file), &self.env);
        Space::new(Arc::clone(&self.db), Arc::new(database), config)
    }

    /// The database is complete.
    pub fn finish_creation(&self) {
        self.log
            .append(&LogRecord::CreateDbFinish(CreateDbFinish {
                procid: 1,
                dbid: DBID,
            }))
            .unwrap();
        let current = Generation {
            number: 1,
            created: LogTime::NONE,
        };
        let now = self.env.clock.now_utc().into();
        self.file.change_header(|h| {
            transitions::create_finished(h, Marks::default(), current, now, None)
        });
        self.file.write_header().unwrap();
    }

    pub fn begin(&self, procid: u16) -> Author {
        let trx_begin0 = self.trx.fetch_add(4, Ordering::Relaxed);
        let begin0 = self.log.append(&LogRecord::Begin0(Begin0 {
            procid,
            levels: BeginLevels::new(0, 1),
            trx_begin0,
        }));
        Author {
            procid,
            trx_begin0,
            level: 1,
            begin0: begin0.unwrap(),
            flags: LrFlags::empty(),
        }
    }

    pub fn commit(&self, author: &Author) {
        let record = Commit0 {
            procid: author.procid,
            level_to: 0,
            trx_commit0: self.trx.fetch_add(4, Ordering::Relaxed),
        };
        self.log.append(&LogRecord::Commit0(record)).unwrap();
    }

    pub fn in_transaction<T>(&self, work: impl FnOnce(&Author) -> T) -> T {
        let author = self.begin(3);
        let out = work(&author);
        self.commit(&author);
        out
    }

    /// Changes a tree.
    pub fn write<T>(
        &self,
        author: &Author,
        tree: &WriteTree,
        what: impl FnOnce(&mut TreeWriter<'_>, &WriteTree) -> T,
    ) -> T {
        let mut writer = TreeWriter {
            db: &self.db,
            space: &self.space,
            versions: &Unversioned(author.stamp()),
            author,
            scratch: &mut Scratch::default(),
        };
        what(&mut writer, tree)
    }

    /// Deletes a node, and what is left of its page if that is little.
    pub fn delete(&self, author: &Author, table: &Table, key: &[u8]) {
        let bookmark = Bookmark { key, data: &[] };
        self.write(author, &table.tree, |w, t| w.flag_delete(t, bookmark))
            .unwrap();
        self.write(author, &table.tree, |w, t| w.clean_up(t, bookmark))
            .unwrap();
    }

    pub fn table(&self, fdp: Pgno, objid: Objid) -> Table {
        Table {
            tree: WriteTree::new(fdp, objid, true, DENSITY_DEFAULT),
            fdp,
            objid,
        }
    }

    /// The space of a tree as it lies on its pages.
    pub fn space_of(&self, fdp: Pgno, objid: Objid) -> TreeSpace {
        let tree = Tree::new(fdp, objid);
        let space = extents(self.db.pages(), tree, u64::from(self.pages())).unwrap();
        assert!(space.faults.is_empty(), "{:?}", space.faults);
        space
    }

    /// Sizes of a tree's owned extents, by page.
    pub fn owned(&self, fdp: Pgno, objid: Objid) -> Vec<u32> {
        let space = self.space_of(fdp, objid);
        space.owned.iter().map(|e: &Extent| e.cpg).collect()
    }

    /// Last page that the database owns.
    pub fn pages(&self) -> u32 {
        let tree = Tree::new(Pgno(1), Objid(1));
        let space = extents(self.db.pages(), tree, 1 << 20).unwrap();
        space.owned.last().map_or(0, |e| e.last.0)
    }

    /// A copy of the file, as a clean shutdown would leave it.
    pub fn clean_copy(&self) -> Files {
        assert_eq!(self.cache.flush_db(DB).unwrap().held_back, 0);
        let bytes = read(&self.fs, &at(NAME)).unwrap();
        let fs = MemoryFileSystem::new();
        ese_core::io::FileSystem::create_dir(&fs, Path::new(DIR)).unwrap();
        fs.put(&at(NAME), bytes);
        let env = env(&fs);
        let file = AttachedFile::open(&env, &at(NAME), MapUse::Off).unwrap();
        let marks = Marks {
            dbtime: self.db.dbtime(),
            objid: Objid(self.file.header().objid_last),
        };
        file.change_header(|h| {
            transitions::detached(
                h,
                &Detach {
                    lgpos: self.log.writer.position(),
                    now: env.clock.now_utc().into(),
                    marks,
                    restored: false,
                },
            );
        });
        file.write_header().unwrap();
        drop(file);
        let bytes = read(&fs, &at(NAME)).unwrap();
        Files::from([(NAME.to_owned(), bytes)])
    }

    /// The judge over the whole file.
    pub fn check(&self) {
        let copy = self.clean_copy();
        let fs = MemoryFileSystem::new();
        ese_core::io::FileSystem::create_dir(&fs, Path::new(DIR)).unwrap();
        fs.put(&at(NAME), copy[NAME].clone());
        let leaked = sound(&fs);
        assert_eq!(leaked, 0, "pages are leaked");
    }

    /// The judge over the trees alone, where there is no catalog to find them by: children of page 1
    /// and their children, in order. Gives pages that are in no tree and not free.
    pub fn audit(&self, tables: &[(&Table, Pgno)]) {
        let pages = self.db.pages();
        let mut audit = Audit::new(pages, self.pages());
        let root = Tree::new(Pgno(1), Objid(1));
        audit.tree(root, Pgno::NULL, &mut |_| {});
        for (table, parent) in tables {
            audit.tree(Tree::new(table.fdp, table.objid), *parent, &mut |_| {});
        }
        let problems: Vec<String> = audit.problems().iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// The logs alone give the same pages.
    pub fn replays(&self) {
        self.log.writer.flush().unwrap();
        let ours = self.clean_copy();
        let all = crate::recovery_support::world::files(&self.fs);
        let logs = logs_only(&all);
        assert!(logs.keys().any(|n| is_log(n)));
        let recovered = run(&logs, &options(self.kind.page_size));
        recovered.outcome().unwrap();
        let theirs = &recovered.files()[NAME];
        let different = different_pages(&ours[NAME], theirs, self.kind.page_size);
        let first: Vec<_> = different.iter().take(5).collect();
        assert!(first.is_empty(), "{} pages: {first:?}", different.len());
    }

    /// The log up to the `n`th record, recovered.
    pub fn cut_after(&self, n: usize) -> Recovered {
        let records = self.log.records.lock();
        let fs = MemoryFileSystem::new();
        ese_core::io::FileSystem::create_dir(&fs, Path::new(DIR)).unwrap();
        let log = new_log(&env(&fs), self.kind.page_size);
        for bytes in &records[..n] {
            log.append(&LogRecord::parse(bytes).unwrap().0).unwrap();
        }
        log.flush().unwrap();
        drop(log);
        run(
            &crate::recovery_support::world::files(&fs),
            &options(self.kind.page_size),
        )
    }
}

/// Asserts that the database is sound; gives the pages that are leaked.
pub fn sound(fs: &MemoryFileSystem) -> u64 {
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(fs, &at(NAME), &options, &|_| {}).unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(
        damage.is_empty(),
        "{} findings:\n{}",
        damage.len(),
        damage.join("\n")
    );
    report.pages_leaked
}
