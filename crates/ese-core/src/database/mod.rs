//! Databases and tables, as programs use them.
//!
//! ```
//! use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
//! use ese_core::database::ColumnType;
//! use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
//! use ese_core::io::env::Env;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! // Logs and checkpoint lie in the folder. What a crash left there is recovered first.
//! let instance = Instance::start(Env::real(), InstanceParams::new(folder))?;
//! let db = instance.create(folder.join("people.edb"), &CreateOptions::default())?;
//! let session = instance.session()?;
//! let people = TableDef::new("people")
//!     .column(ColumnDef::new("id", ColumnType::Long).auto_increment())
//!     .column(ColumnDef::new("name", ColumnType::Text).not_null())
//!     .index(IndexDefinition::new("by_id", "+id").primary())
//!     .index(IndexDefinition::new("by_name", "+name"));
//! db.create_table(&session, &people)?;
//!
//! let mut table = db.table(&session, "people")?;
//! let transaction = session.transaction()?;
//! for name in ["Grace", "Ada", "Edsger"] {
//!     let mut row = table.insert()?;
//!     row.set("name", name)?;
//!     row.save()?;
//! }
//! transaction.commit()?; // Durable now. Dropped, it would be rolled back.
//!
//! table.use_index(Some("by_name"))?;
//! let (mut names, mut buf) = (Vec::new(), Vec::new());
//! let mut more = table.first()?;
//! while more {
//!     if let Some(ese_core::format::value::Value::Text(name)) = table.get("name", &mut buf)? {
//!         names.push(name.to_string());
//!     }
//!     more = table.next()?;
//! }
//! assert_eq!(names, ["Ada", "Edsger", "Grace"]);
//! drop(table);
//! drop((session, db));
//! instance.term(TermKind::Clean)?;
//! # Ok(())
//! # }
//! ```
//!
//! | room | purpose |
//! |---|---|
//! | here | [`Database`]: create, open, its schema |
//! | `define` | tables, columns and indexes in words |
//! | `table` | [`Table`]: a cursor of a session |
//! | [`open_table`] | what the calls of the API do to a table: updates that outlive a call |
//! | `values` | values of the current record |
//! | `rows` | [`RowEdit`]: making and changing records |
//! | `range` | [`Rows`]: a part of an index, in either direction |
//! | `typed` | [`Typed`]: columns with the Rust type of their values |
//! | `sight` | what a cursor knows of its table's schema |
//! | [`column_ids`] | ids of columns as the API gives them |
//! | `space` | pages that trees own, and free ones |
//! | `given` | [`Given`]: values for columns |
//! | `spares` | what closed cursors leave to the next |
//! | `clean_up` | what versions leave behind in columns |
//! | `error` | [`DbError`] |
//!
//! Invariant: there is one catalog in memory for every attached database, whoever opens it.
#![forbid(unsafe_code)]

mod ahead;
mod change;
mod clean_up;
pub mod column_ids;
mod define;
mod error;
mod given;
pub mod open_table;
mod range;
mod rows;
mod sight;
mod space;
mod spares;
mod stats;
mod table;
mod typed;
mod values;

pub use ahead::ReadAhead;
pub use define::ColumnType;
pub use error::DbError;
pub use given::Given;
pub use range::{Each, Rows};
pub use rows::RowEdit;
pub use table::Table;
use table::{eyes, settle};
pub use typed::{ColumnValue, Typed};
pub use values::ColumnRef;

use crate::catalog::live::{LiveCatalog, LiveOptions};
use crate::catalog::write::{ColumnDef, IndexBuild, IndexDefinition, Progress, Rights, TableDef};
use crate::catalog::{TableSchema, TableTrees};
use crate::catalog::{complete_system_tables, create_catalog, create_system_tables};
use crate::error::JetErr;
use crate::index::{TableIndexes, build};
use crate::instance::{AttachOptions, CreateOptions, Instance, OpenDb};
use crate::session::Session;
use crate::work::{Work, WorkError};
use spares::Spares;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// An attached database. Clones are handles of the same; it can't be detached while there are any.
#[derive(Clone)]
pub struct Database {
    open: Arc<OpenDb>,
    catalog: Arc<LiveCatalog>,
    spares: Arc<Spares>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Database").field(&self.open.path()).finish()
    }
}

impl Instance {
    /// Makes a database and attaches it.
    ///
    /// # Errors
    /// As [`Instance::create_database`].
    pub fn create(
        &self,
        path: impl AsRef<Path>,
        options: &CreateOptions,
    ) -> Result<Database, DbError> {
        let open = self.create_database(path.as_ref(), options, &mut create_catalog)?;
        let catalog = self.catalog_of(&open);
        let (format, now) = (open.version(), catalog.now());
        self.apart().apart(open.work_db(), &mut |work| {
            create_system_tables(work, format, now)
        })?;
        Ok(Database::of(open, catalog))
    }

    /// Attaches a database, or gives another handle of one that is attached.
    ///
    /// # Errors
    /// As [`Instance::attach`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Database, DbError> {
        self.open_with(path, &AttachOptions::default())
    }

    /// As [`Instance::open`], with options: for reading only, for example. A database that is attached
    /// stays as it was attached.
    ///
    /// # Errors
    /// As [`Instance::attach`].
    pub fn open_with(
        &self,
        path: impl AsRef<Path>,
        options: &AttachOptions,
    ) -> Result<Database, DbError> {
        let path = path.as_ref();
        let before = self.databases().iter().any(|db| db.path() == path);
        let open = self.attach(path, options)?;
        match self.whole_catalog_of(&open) {
            Ok(catalog) => Ok(Database::of(open, catalog)),
            Err(e) => {
                drop(open);
                if !before {
                    // What made the attach fail is the error to report.
                    let _ = self.detach(path);
                }
                Err(e)
            }
        }
    }

    /// The catalog of a database that was attached; what older engines did not make is made.
    fn whole_catalog_of(&self, open: &Arc<OpenDb>) -> Result<Arc<LiveCatalog>, DbError> {
        let catalog = self.catalog_of(open);
        if !catalog.has_system_tables(open.work_db())? {
            let (format, now) = (open.version(), catalog.now());
            self.apart().apart(open.work_db(), &mut |work| {
                complete_system_tables(work, format, now)
            })?;
        }
        Ok(catalog)
    }

    fn catalog_of(&self, open: &Arc<OpenDb>) -> Arc<LiveCatalog> {
        let made = open.catalog(|| {
            let options = LiveOptions::new(open.version(), self.env());
            Arc::new(LiveCatalog::open(open.work_db(), self.store(), options))
        });
        open.set_events(Arc::clone(&made) as _);
        open.set_clean_up(Arc::new(clean_up::Columns(Arc::downgrade(open))));
        made
    }
}

/// Builds indexes of tables.
struct Build;

impl IndexBuild for Build {
    fn build(
        &mut self,
        work: &mut Work<'_>,
        table: &Arc<TableTrees>,
        place: usize,
    ) -> Result<(), WorkError> {
        let indexes = indexes_of(table)?;
        let index = indexes.secondary().iter().find(|i| i.place == place);
        let Some(index) = index else {
            let what = "an index that is made is not in the schema";
            return Err(WorkError::refused(JetErr::INDEX_NOT_FOUND, what));
        };
        build(work, &indexes, &index.def, &index.tree).map(|_| ())
    }
}

fn indexes_of(trees: &Arc<TableTrees>) -> Result<Arc<TableIndexes>, WorkError> {
    use crate::error::HasJetErr;
    let indexes = TableIndexes::new(Arc::clone(trees));
    let indexes = indexes.map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?;
    Ok(Arc::new(indexes))
}

impl Database {
    fn of(open: Arc<OpenDb>, catalog: Arc<LiveCatalog>) -> Self {
        Self {
            open,
            catalog,
            spares: Arc::default(),
        }
    }

    /// The attached file.
    #[must_use]
    pub fn attached(&self) -> &Arc<OpenDb> {
        &self.open
    }

    /// Its schema, as sessions change it.
    #[must_use]
    pub fn catalog(&self) -> &Arc<LiveCatalog> {
        &self.catalog
    }

    /// The names of the tables that a session sees, the engine's own left out.
    ///
    /// # Errors
    /// A damaged catalog.
    pub fn table_names(&self, session: &Session) -> Result<Vec<String>, DbError> {
        let tables = self.catalog.tables(&session.look(&self.open))?;
        let names = tables.into_iter().map(|(_, name)| name);
        Ok(names.filter(|n| !n.starts_with("MSys")).collect())
    }

    /// The schema of a table, as a session sees it.
    ///
    /// # Errors
    /// JET_errObjectNotFound and others of [`LiveCatalog::table`].
    pub fn schema(&self, session: &Session, table: &str) -> Result<Arc<TableSchema>, DbError> {
        let look = session.look(&self.open);
        let trees = self.catalog.table(&look, session.procid(), table)?;
        Ok(Arc::clone(&trees.schema))
    }

    /// A cursor on a table, on its first record.
    ///
    /// # Errors
    /// As [`Database::schema`].
    pub fn table<'s>(&self, session: &'s Session, name: &str) -> Result<Table<'s>, DbError> {
        Table::open(self, session, name)
    }

    // ---- schema changes: each is a step of the open transaction, or one of its own ---------------

    /// Makes a table with its columns and indexes.
    ///
    /// # Errors
    /// JET_errTableDuplicate, and those of the rules of tables, columns and indexes
    /// (jet-api/behaviour-schema.md §2).
    pub fn create_table(&self, session: &Session, table: &TableDef) -> Result<(), DbError> {
        let mut progress = Progress::default();
        Ok(session.update(&self.open, |work| {
            self.catalog.create_table(work, table, &mut progress)?;
            Ok(())
        })?)
    }

    /// Deletes a table. Its space is free when nobody can see it any more.
    ///
    /// # Errors
    /// JET_errObjectNotFound, JET_errTableInUse and others (jet-api/behaviour-schema.md §3).
    pub fn delete_table(&self, session: &Session, name: &str) -> Result<(), DbError> {
        Ok(session.update(&self.open, |work| {
            self.catalog
                .delete_table(work, name, &mut |objid| self.catalog.is_in_use(objid))?;
            Ok(())
        })?)
    }

    /// Gives a table another name.
    ///
    /// # Errors
    /// As [`LiveCatalog::rename_table`].
    pub fn rename_table(&self, session: &Session, name: &str, to: &str) -> Result<(), DbError> {
        Ok(session.update(&self.open, |work| self.catalog.rename_table(work, name, to))?)
    }

    /// Adds a column. Records that are there show its default, or NULL; one that numbers records numbers
    /// them from 1 on, in the order of the primary index. A column that numbers records or takes escrow
    /// updates is added while nobody, this session included, has a cursor on the table.
    ///
    /// # Errors
    /// As [`LiveCatalog::add_column`]; JET_errExclusiveTableLockRequired when there are cursors.
    pub fn add_column(
        &self,
        session: &Session,
        table: &str,
        column: &ColumnDef,
    ) -> Result<(), DbError> {
        let objid = self.schema(session, table)?.objid;
        Ok(session.update(&self.open, |work| {
            let rights = Rights {
                exclusive: !self.catalog.is_in_use(objid),
                ..Rights::default()
            };
            let added = self.catalog.add_column(work, objid, column, rights)?;
            if added.auto_increment {
                // Whoever opened it since stands before the lock.
                if self.catalog.is_in_use(objid) {
                    let what = format!("table {table} is open");
                    return Err(WorkError::refused(
                        JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED,
                        what,
                    ));
                }
                let procid = session.procid();
                let trees = self.catalog.table_of(&work.look(), procid, objid)?;
                rows::number_all(&self.open, work, &trees)?;
            }
            Ok(())
        })?)
    }

    /// Adds an index, with the records that are there.
    ///
    /// # Errors
    /// As [`LiveCatalog::create_index`]; JET_errKeyDuplicate and JET_errNullKeyDisallowed by a record.
    pub fn create_index(
        &self,
        session: &Session,
        table: &str,
        index: &IndexDefinition,
    ) -> Result<(), DbError> {
        let objid = self.schema(session, table)?.objid;
        Ok(session.update(&self.open, |work| {
            self.catalog
                .create_index(work, objid, index, Rights::default(), &mut Build)?;
            Ok(())
        })?)
    }
}
