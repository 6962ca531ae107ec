//! The read-only engine: look into any database, clean, dirty or damaged.
//!
//! ```no_run
//! use ese_core::reader::{Database, RowEvent};
//! use std::ops::ControlFlow;
//!
//! let db = Database::open("SRUDB.dat")?;
//! for table in db.tables() {
//!     let (records, damage) = table.count();
//!     println!("{} {records} records, {} damaged places", table.schema().name, damage.len());
//! }
//! let ids = db.table("SruDbIdMapTable")?;
//! ids.scan(|event| {
//!     match event {
//!         RowEvent::Row(row) => println!("{:?}", row.get("IdIndex", &mut Vec::new())),
//!         RowEvent::Fault(damage) => eprintln!("{damage}"),
//!     }
//!     ControlFlow::Continue(())
//! });
//! # Ok::<(), ese_core::reader::Error>(())
//! ```
//!
//! Invariants:
//! * nothing is ever written, no lock is taken, no log is replayed: what is seen is the file as it
//!   lies there, and [`Database::state`] says what that is worth;
//! * memory is bounded by the cache budget, whatever the file's size;
//! * damage is never silent: what could not be read comes out as a [`Fault`] with its page.
#![forbid(unsafe_code)]

pub mod canonical;
mod fault;
mod folder;
mod row;
mod table;

pub use fault::{Error, Fault};
pub use folder::{FolderEntry, list_folder};
pub use row::{Row, RowRef};
pub use table::{IndexEntry, IndexRows, RowEvent, Rows, Table};

use crate::cache::{CachedPages, PageLoader, Pages, ReadCache};
use crate::catalog::Catalog;
use crate::dbfile::DbFile;
use crate::format::db_header::{DbHeader, DbState};
use crate::format::ids::PageSize;
use crate::io::real::RealFileSystem;
use crate::io::{File, FileSystem};
use std::path::Path;
use std::sync::Arc;

/// Cache budget unless asked otherwise: 32 MiB.
pub const CACHE_BYTES_DEFAULT: usize = 32 << 20;

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    cache_bytes: usize,
    flush_map: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            cache_bytes: CACHE_BYTES_DEFAULT,
            flush_map: true,
        }
    }
}

impl OpenOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Most bytes of pages kept in memory.
    #[must_use]
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Whether a flush map beside the database that belongs to it is used to find lost writes
    /// (default: yes).
    #[must_use]
    pub fn flush_map(mut self, yes: bool) -> Self {
        self.flush_map = yes;
        self
    }

    /// Opens a database by its path.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Database, Error> {
        self.open_in(RealFileSystem::shared().as_ref(), path.as_ref())
    }

    /// Opens a database of a file system.
    pub fn open_in(&self, fs: &dyn FileSystem, path: &Path) -> Result<Database, Error> {
        let file = DbFile::open(fs, path)?;
        self.finish(if self.flush_map {
            file.with_flush_map(fs, path)
        } else {
            file
        })
    }

    /// Opens a database that is at hand as a file.
    pub fn open_file(&self, file: Arc<dyn File>) -> Result<Database, Error> {
        self.finish(DbFile::from_file(file)?)
    }

    fn finish(&self, file: DbFile) -> Result<Database, Error> {
        let file = Arc::new(file);
        let cache = ReadCache::new(file.page_size(), self.cache_bytes);
        let pages = cache.pages(Arc::clone(&file) as _);
        let catalog = Catalog::load(&pages, file.pages_in_file()).map_err(Error::Catalog)?;
        Ok(Database {
            file,
            pages,
            catalog,
        })
    }
}

/// A database to look into.
pub struct Database {
    file: Arc<DbFile>,
    pages: CachedPages,
    catalog: Catalog,
}

impl Database {
    /// Opens a database with the default options.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        OpenOptions::new().open(path)
    }

    /// The file: header, both copies' state, size.
    #[must_use]
    pub fn file(&self) -> &DbFile {
        &self.file
    }

    /// The header in force.
    #[must_use]
    pub fn header(&self) -> &DbHeader {
        self.file.header()
    }

    /// Clean, dirty and so on.
    #[must_use]
    pub fn state(&self) -> DbState {
        self.file.state()
    }

    /// Page size.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.file.page_size()
    }

    /// Whole pages in the file, both header copies not counted.
    #[must_use]
    pub fn file_pages(&self) -> u32 {
        self.file.pages_in_file()
    }

    /// The pages, for those who look at single ones.
    #[must_use]
    pub fn pages(&self) -> &dyn Pages {
        &self.pages
    }

    /// The schema of everything.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// All tables, the system's first, then by object id.
    pub fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        self.catalog
            .tables()
            .iter()
            .map(|schema| Table { db: self, schema })
    }

    /// A table by name, ASCII case ignored.
    pub fn table(&self, name: &str) -> Result<Table<'_>, Error> {
        match self.catalog.table(name) {
            Some(schema) => Ok(Table { db: self, schema }),
            None => Err(Error::NoTable(name.to_owned())),
        }
    }
}
