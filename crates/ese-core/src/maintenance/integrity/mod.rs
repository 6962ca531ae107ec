//! Every promise of the format, checked on a database at rest; nothing is written.
//!
//! ```no_run
//! use ese_core::maintenance::integrity::{Options, check_path};
//! use ese_core::io::real::RealFileSystem;
//!
//! let fs = RealFileSystem::shared();
//! let report = check_path(fs.as_ref(), "SRUDB.dat".as_ref(), &Options::default(), &|_| {})?;
//! for finding in &report.findings {
//!     println!("{finding}");
//! }
//! println!("{}", if report.is_sound() { "sound" } else { "damaged" });
//! # Ok::<(), ese_core::dbfile::OpenError>(())
//! ```
//!
//! # Order of work
//! Header; the catalog against its shadow; space (who owns what); then every tree from its root to its
//! leaves, several at once, each page read once: order, links, separators, depth, ownership, and by
//! kind records, index entries or long values; then what only shows when all trees were seen: indexes
//! against records, references to long values, the map of object ids, leaks; at last the pages that are
//! in no tree. The list of all promises is [`Rule::ALL`].
//!
//! Invariants:
//! * memory is a few bits a page, a buffer a thread, and bounded tables where two sides differ;
//! * any input ends in a report: nothing panics or runs in circles;
//! * a finding says page and rule; a promise that could not be checked is a note that says so.
#![forbid(unsafe_code)]

mod bitmap;
mod catalog;
mod columns;
mod context;
mod finding;
mod flush;
mod hash;
mod header;
mod index;
mod long_values;
mod objects;
mod records;
mod references;
mod rest;
mod rule;
mod space;
mod walk;

pub use context::Progress;
pub use finding::{Finding, Object};
pub use rule::{Rule, Severity};

use crate::cache::{PageLoader, ReadCache};
use crate::catalog::Catalog;
use crate::dbfile::{DbFile, OpenError};
use crate::format::ids::{Objid, Pgno};
use crate::io::{File, FileSystem, OpenMode};
use bitmap::PageSet;
use catalog::ColumnFacts;
use context::{Context, Counters};
use finding::Findings;
use flush::FlushStates;
use index::{IndexSink, IndexWork};
use long_values::LvSink;
use objects::{TreeInfo, TreeKind};
use parking_lot::Mutex;
use records::{RecordSink, TableCheck, TableWork};
use space::TreeSpace;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use walk::{LeafSink, TreeRef, walk};

/// How to check.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that walk trees (at least 1).
    pub threads: usize,
    /// Places of one rule in one object that are listed; more are counted.
    pub places: usize,
    /// Bytes of pages kept in memory for looking at single ones.
    pub cache_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            places: 20,
            cache_bytes: 32 << 20,
        }
    }
}

/// What came of a check.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Damage first, then notes; by rule, object, page.
    pub findings: Vec<Finding>,
    /// Findings that were only counted.
    pub hidden: u64,
    /// Whole pages of the file.
    pub pages: u32,
    /// Pages in trees.
    pub pages_used: u64,
    /// Pages that trees have as available.
    pub pages_available: u64,
    /// Pages that are owned, but neither used nor available.
    pub pages_leaked: u64,
    /// Tables, the system's among them.
    pub tables: usize,
    /// Trees of all kinds.
    pub trees: usize,
    /// Records.
    pub records: u64,
    /// Entries of secondary indexes.
    pub entries: u64,
    /// Separated long values.
    pub long_values: u64,
}

impl Report {
    /// `true` when nothing is damaged (there may be notes).
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|f| f.severity == Severity::Note)
    }

    /// The damage among the findings.
    pub fn damage(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|f| f.severity == Severity::Damage)
    }
}

/// Checks a database by its path, with the flush map beside it where there is one.
///
/// # Errors
/// The file is no database, or neither copy of its header can be used.
pub fn check_path(
    fs: &dyn FileSystem,
    path: &Path,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, OpenError> {
    let map = fs.open(&path.with_extension("jfm"), OpenMode::Read).ok();
    check_file(fs.open(path, OpenMode::Read)?, map, options, progress)
}

/// Checks a database that is at hand as a file; `map` is its flush map.
///
/// # Errors
/// As [`check_path`].
pub fn check_file(
    file: Arc<dyn File>,
    map: Option<Arc<dyn File>>,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, OpenError> {
    let file = Arc::new(DbFile::from_file(file)?);
    let last = Pgno(file.pages_in_file());
    let header = file.header();
    let cache = ReadCache::new(file.page_size(), options.cache_bytes);
    let cx = Context {
        pages: cache.pages(Arc::clone(&file) as _),
        size: file.page_size(),
        last,
        // While attached, the header's dbtime stands still.
        dbtime_most: header.state().is_clean().then_some(header.dbtime_dirtied),
        flush: map.and_then(|map| FlushStates::load(map.as_ref(), header, last)),
        findings: Findings::new(options.places),
        seen: PageSet::new(last),
        used: PageSet::new(last),
        available: PageSet::new(last),
        owned: PageSet::new(last),
        owned_below: PageSet::new(last),
        counters: Counters::default(),
        progress,
        done: AtomicU64::new(0),
        database: Arc::new(Object::database()),
        file: &file,
    };
    header::check_header(&cx);
    let moved = catalog::compare_shadow(&cx);
    let catalog = load_catalog(&cx);
    let facts = catalog.as_ref().map(|c| catalog::check_rows(&cx, c));
    let trees = objects::list_trees(&cx, catalog.as_ref(), &moved);
    let spaces = space::check_space(&cx, &trees);
    let tables = catalog
        .as_ref()
        .zip(facts)
        .map_or_else(HashMap::new, |(c, facts)| table_works(c, &facts, &trees));
    let complete = walk_trees(&cx, &trees, &spaces, &tables, options.threads);
    space::check_buffers(&cx, &trees, &spaces);
    compare(&cx, &trees, &tables, &complete);
    if let Some(catalog) = &catalog {
        catalog::check_objid_map(&cx, catalog, &trees);
    }
    if catalog.is_some() {
        space::check_leaks(&cx, &trees, &spaces, &complete);
    }
    rest::check_rest(&cx, spaces.first().map_or(last, TreeSpace::last_owned));
    progress(Progress {
        done: u64::from(last.0),
        total: u64::from(last.0),
    });
    let counters = cx.counters;
    let (findings, hidden) = cx.findings.finish();
    let count = |n: AtomicU64| n.into_inner();
    Ok(Report {
        findings,
        hidden,
        pages: last.0,
        pages_used: count(counters.pages_used),
        pages_available: count(counters.pages_available),
        pages_leaked: count(counters.pages_leaked),
        tables: tables.len(),
        trees: trees.len(),
        records: count(counters.records),
        entries: count(counters.entries),
        long_values: count(counters.long_values),
    })
}

fn load_catalog(cx: &Context<'_>) -> Option<Catalog> {
    match Catalog::load(&cx.pages, cx.last.0) {
        Ok(catalog) => Some(catalog),
        Err(e) => {
            let detail = format!("neither the catalog nor its shadow can be read: {e}");
            cx.findings
                .add(Rule::CatalogRow, Pgno::FDP_MSO, &cx.database, detail);
            None
        }
    }
}

fn table_works(
    catalog: &Catalog,
    facts: &ColumnFacts,
    trees: &[TreeInfo],
) -> HashMap<Objid, TableWork> {
    trees
        .iter()
        .filter(|info| info.kind == TreeKind::Table)
        .filter_map(|info| {
            let schema = Arc::clone(info.schema.as_ref()?);
            let work = TableWork {
                object: Arc::clone(&info.object),
                check: TableCheck::new(catalog, &schema, facts),
                indexes: schema
                    .indexes
                    .iter()
                    .enumerate()
                    .map(|(place, index)| IndexWork::new(&schema, place, index))
                    .collect(),
                references: Mutex::default(),
                counted: Mutex::default(),
                schema,
            };
            Some((info.objid, work))
        })
        .collect()
}

/// A root page that holds nothing but space.
struct NoLeaves;

impl LeafSink for NoLeaves {
    fn leaf(&mut self, _: Pgno, _: &crate::format::page::PageView<'_>) {}
}

/// Walks all trees, the largest first; says of each whether all of it could be read.
fn walk_trees(
    cx: &Context<'_>,
    trees: &[TreeInfo],
    spaces: &[TreeSpace],
    tables: &HashMap<Objid, TableWork>,
    threads: usize,
) -> Vec<bool> {
    let mut order: Vec<usize> = (0..trees.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(spaces.get(i).map_or(0, TreeSpace::cpg_owned)));
    let complete: Vec<Mutex<bool>> = trees.iter().map(|_| Mutex::new(false)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(&place) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let (Some(info), Some(space), Some(slot)) =
                (trees.get(place), spaces.get(place), complete.get(place))
            {
                *slot.lock() = walk_tree(cx, info, space, tables);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(trees.len()) {
            scope.spawn(work);
        }
        work();
    });
    complete.into_iter().map(Mutex::into_inner).collect()
}

fn walk_tree(
    cx: &Context<'_>,
    info: &TreeInfo,
    space: &TreeSpace,
    tables: &HashMap<Objid, TableWork>,
) -> bool {
    let tree = TreeRef {
        root: info.root,
        objid: info.objid,
        kind: info.page_kind(),
        unique: info.unique,
        object: Arc::clone(&info.object),
        extents: space.complete.then_some(&space.extents),
    };
    let table = info.schema.as_ref().and_then(|s| tables.get(&s.objid));
    let walked = match (info.kind, table) {
        (TreeKind::Table, Some(work)) => {
            let mut sink = RecordSink::new(cx, work);
            let walked = walk(cx, &tree, false, &mut sink);
            sink.finish();
            walked
        }
        (TreeKind::Index(place), Some(work)) if work.indexes.get(place).is_some() => {
            let mut walked = walk::Walked::default();
            if let Some(index) = work.indexes.get(place) {
                let mut sink = IndexSink::new(index);
                walked = walk(cx, &tree, false, &mut sink);
                sink.finish(cx);
            }
            walked
        }
        (TreeKind::LongValues, Some(work)) => {
            let mut sink = LvSink::new(cx, work, &info.object);
            let walked = walk(cx, &tree, false, &mut sink);
            sink.finish();
            walked
        }
        _ => walk(cx, &tree, false, &mut NoLeaves),
    };
    cx.counters
        .pages_used
        .fetch_add(walked.pages, Ordering::Relaxed);
    walked.complete
}

/// What only shows when all trees were walked.
fn compare(
    cx: &Context<'_>,
    trees: &[TreeInfo],
    tables: &HashMap<Objid, TableWork>,
    complete: &[bool],
) {
    let whole = |place: usize| complete.get(place).copied().unwrap_or(false);
    for (place, info) in trees.iter().enumerate() {
        let Some(table) = info.schema.as_ref().and_then(|s| tables.get(&s.objid)) else {
            continue;
        };
        let both = whole(place) && info.parent.is_some_and(whole);
        match info.kind {
            TreeKind::Index(at) => {
                if let Some(index) = table.indexes.get(at) {
                    index::compare_index(cx, table, index, both);
                }
            }
            TreeKind::LongValues => {
                references::compare_references(cx, table, &info.object, both);
            }
            TreeKind::Table => {
                if let Some(primary) = table
                    .indexes
                    .iter()
                    .find(|i| i.def.as_ref().is_some_and(|d| d.primary))
                {
                    index::compare_index(cx, table, primary, whole(place));
                }
                // References without a tree that could hold what they lead to.
                if table.schema.lv.is_none() {
                    references::compare_references(cx, table, &info.object, whole(place));
                }
            }
            TreeKind::Database => {}
        }
    }
}
