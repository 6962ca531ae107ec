//! A clean database is written anew: every table in order of its object id, every tree from its first
//! node to its last, on pages that are full as its density says, and nothing that is deleted.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`compact`]: source, target, the order of things |
//! | `trees` | the nodes of one tree |
//! | `repair` | what of a damaged table can be had |
//! | `error` | [`CompactError`] |
//!
//! The new file is made by an instance of its own that logs nothing. Rows of the catalog, records,
//! entries of indexes and long values are copied as they are stored: column ids, sort versions,
//! compression and reference counts stay. Long values that nothing refers to stay behind.
//!
//! Source: jet-api/behaviour-instances.md §12 (JetCompact).
//!
//! Invariants: the source is only read, and one that changes meanwhile is an error; the target does not
//! exist before; until it is whole its header says that it is not clean.
#![forbid(unsafe_code)]

mod error;
mod repair;
mod trees;

pub use error::CompactError;

use crate::cache::Budget;
use crate::catalog::Catalog;
use crate::catalog::copy::{CopiedTree, TableRows};
use crate::format::catalog_row::RowKind;
use crate::format::db_header::DbHeader;
use crate::format::space::Pool;
use crate::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use crate::io::env::Env;
use crate::reader::OpenOptions;
use crate::space::{TreeSpace, extents};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// Lowest engine format version: that of files that are older than the table of versions.
const EFV_LOWEST: u32 = 8020;
/// Versions of the rows of the largest table have to find room, in buckets of 64 KiB.
const VERSION_BUCKETS: u32 = 1024;

/// How a database is compacted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most bytes of pages of the target in memory; of the source a reader's default.
    pub cache_bytes: usize,
    /// Damage of a table does not end it: what can't be read stays behind (JET_bitCompactRepair).
    pub repair: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: 64 << 20,
            repair: false,
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Tables copied.
    pub tables: u32,
    /// Tables to copy.
    pub tables_total: u32,
    /// Leaf pages of the source that were read.
    pub pages: u64,
    /// Pages of the source: more than there are leaves.
    pub pages_total: u64,
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compacted {
    /// Tables.
    pub tables: u32,
    /// Records.
    pub records: u64,
    /// Entries of secondary indexes.
    pub entries: u64,
    /// Long values.
    pub long_values: u64,
    /// Long values that nothing referred to, left behind.
    pub orphans: u64,
    /// Pages of the source behind its header copies.
    pub pages_before: u32,
    /// Pages of the target.
    pub pages_after: u32,
    /// Damaged places of the source, of the kind that a page is: with [`Options::repair`] only.
    pub lost_pages: u64,
    /// Records that were read and stay behind, for what they refer to is lost.
    pub lost_records: u64,
    /// Indexes that were left out.
    pub lost_indexes: u64,
}

/// What was done with one table (JET_bitCompactStats).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableCompacted {
    /// Its name.
    pub name: String,
    /// Columns, fixed and variable, of its own.
    pub untagged: u32,
    /// Tagged columns of its own.
    pub tagged: u32,
    /// Secondary indexes.
    pub secondary: u32,
    /// Pages that it owned in the source.
    pub pages_owned: u64,
    /// Free ones of them.
    pub pages_free: u64,
    /// Records copied.
    pub records: u64,
    /// Their bytes.
    pub record_bytes: u64,
    /// Bytes of long values, uncompressed.
    pub long_value_bytes: u64,
    /// Leaves of records that were read.
    pub leaves: u64,
    /// Leaves of long values that were read.
    pub long_value_leaves: u64,
    /// Until its trees were made.
    pub making: Duration,
    /// Until they were filled.
    pub copying: Duration,
}

/// Hears of each table that was copied.
pub type Told<'w> = &'w mut dyn FnMut(&TableCompacted);

/// Watches; `Break` stops.
pub type Watch<'w> = &'w mut dyn FnMut(&Progress) -> ControlFlow<()>;

/// Writes the database at `source` anew to `target`.
///
/// ```
/// use ese_core::io::env::Env;
/// use ese_core::maintenance::compact::{Options, compact};
/// # use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
/// use std::ops::ControlFlow;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let (source, target) = (folder.path().join("a.edb"), folder.path().join("b.edb"));
/// # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
/// # drop(instance.create(&source, &CreateOptions::default())?);
/// # instance.term(TermKind::Clean)?;
/// let mut looks = 0;
/// let done = compact(&Env::real(), &source, &target, &Options::default(), &mut |_| {
///     looks += 1; // The place to show progress, or to stop.
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!((done.tables, done.records), (0, 0));
/// assert!(looks > 0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// JET_errDatabaseDirtyShutdown for a source that is not clean, JET_errDatabaseDuplicate for a target
/// that is there, JET_errInvalidDatabaseVersion for a source of a newer format; damage of the source,
/// with its page; what writing can meet. After any of them but the first three a target is left that is
/// not clean, and no use.
pub fn compact(
    env: &Env,
    source: &Path,
    target: &Path,
    options: &Options,
    watch: Watch<'_>,
) -> Result<Compacted, CompactError> {
    compact_telling(env, source, target, options, watch, &mut |_| ())
}

/// As [`compact`]; `told` hears of each table.
///
/// # Errors
/// As [`compact`].
pub fn compact_telling(
    env: &Env,
    source: &Path,
    target: &Path,
    options: &Options,
    watch: Watch<'_>,
    told: Told<'_>,
) -> Result<Compacted, CompactError> {
    let db = OpenOptions::new().open_in(&*env.fs, source)?;
    let header = *db.header();
    if !db.state().is_clean() {
        return Err(CompactError::NotClean(db.state()));
    }
    let version = header.version();
    if !version.is_known() {
        return Err(CompactError::Version(version));
    }
    if env.fs.kind(target)?.is_some() {
        return Err(CompactError::TargetExists(target.to_path_buf()));
    }
    let rows = Catalog::rows_at_rest(db.pages(), db.file_pages())?;
    let rows: Vec<TableRows> = rows.into_iter().filter(|t| !t.is_engines()).collect();

    let mut params = InstanceParams::new(folder_of(target));
    params.recovery = false;
    params.flush_map = false;
    params.page_size = db.page_size();
    params.max_ver_pages = VERSION_BUCKETS;
    params.engine_format_version = Some(version.efv().unwrap_or(EFV_LOWEST));
    let pages = options.cache_bytes / db.page_size().bytes();
    params.cache = Budget {
        min: 64,
        max: u32::try_from(pages).unwrap_or(u32::MAX).max(64),
    };
    let instance = Instance::start(env.clone(), params)?;
    let mut job = Job {
        progress: Progress {
            tables_total: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            pages_total: db.file_pages().into(),
            ..Progress::default()
        },
        done: Compacted {
            pages_before: db.file_pages(),
            ..Compacted::default()
        },
        source: &db,
        watch,
        told,
        env,
        repair: options.repair,
        table: TableCompacted::default(),
    };
    let copied = job.run(&instance, target, &rows);
    let done = job.done;
    let same = copied.and_then(|()| unchanged(env, source, &header));
    match same {
        Ok(()) => {
            instance.term(TermKind::Clean)?;
            Ok(done)
        }
        Err(e) => {
            // Whatever comes of it, the target is not clean.
            let _ = instance.term(TermKind::Dirty);
            Err(e)
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// Nobody has attached the source for writing since: that changes its header first.
fn unchanged(env: &Env, source: &Path, header: &DbHeader) -> Result<(), CompactError> {
    let now = OpenOptions::new().open_in(&*env.fs, source)?;
    match now.header() == header {
        true => Ok(()),
        false => Err(CompactError::SourceChanged),
    }
}

/// One compaction under way.
struct Job<'j> {
    source: &'j crate::reader::Database,
    progress: Progress,
    done: Compacted,
    watch: Watch<'j>,
    told: Told<'j>,
    env: &'j Env,
    repair: bool,
    /// The table under way.
    table: TableCompacted,
}

impl Job<'_> {
    fn run(
        &mut self,
        instance: &Instance,
        target: &Path,
        rows: &[TableRows],
    ) -> Result<(), CompactError> {
        let db = instance.create(target, &CreateOptions::default())?;
        let work_db = db.attached().work_db();
        for table in rows {
            self.look_up()?;
            let begun = self.env.clock.now_monotonic();
            let since = |job: &Self| job.env.clock.now_monotonic().saturating_sub(begun);
            self.table = self.described(table);
            let mut repair = match self.repair {
                true => self.damage_of(table)?,
                false => None,
            };
            let mut table = std::borrow::Cow::Borrowed(table);
            for &index in repair.iter().flat_map(|r| &r.bad_indexes) {
                table.to_mut().forget_index(index);
            }
            let mut trees: Vec<CopiedTree> = Vec::new();
            instance.apart().apart(work_db, &mut |work| {
                trees = db.catalog().copy_table(work, &table)?;
                Ok(())
            })?;
            self.table.making = since(self);
            if let Some(repair) = &mut repair {
                repair.begin(&trees);
            }
            for tree in &trees {
                self.copy_tree(instance, work_db, tree, &mut repair)?;
            }
            self.table.copying = since(self).saturating_sub(self.table.making);
            (self.told)(&self.table);
            self.progress.tables += 1;
            self.done.tables += 1;
        }
        self.look_up()?;
        use crate::cache::PageStore as _;
        self.done.pages_after = db.attached().file().pages();
        Ok(())
    }

    /// What is known of a table before it is copied. Space that can't be read counts as none.
    fn described(&self, rows: &TableRows) -> TableCompacted {
        let file_pages = u64::from(self.source.file_pages());
        let records = rows.trees().next().map(|(_, tree)| tree);
        let space = records.and_then(|t| extents(self.source.pages(), t, file_pages).ok());
        let secondary = rows.trees().filter(|(kind, _)| *kind == RowKind::Index);
        let [untagged, tagged] = rows.column_counts();
        TableCompacted {
            name: rows.name().to_owned(),
            untagged,
            tagged,
            secondary: u32::try_from(secondary.count()).unwrap_or(u32::MAX),
            pages_owned: space.as_ref().map_or(0, TreeSpace::owned_pages),
            pages_free: space.map_or(0, |s| s.available_pages(Pool::General)),
            ..TableCompacted::default()
        }
    }

    /// Tells the watcher; it may stop.
    fn look_up(&mut self) -> Result<(), CompactError> {
        match (self.watch)(&self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(CompactError::Stopped),
        }
    }
}
