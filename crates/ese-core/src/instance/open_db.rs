//! A database that is attached to a running instance.
//!
//! Invariant: its numbers in the log and in cache and version store are its own for as long as it
//! lives; the latter are not given out again soon, so that versions that are left over meet nobody.
#![forbid(unsafe_code)]

use super::owed::DbOwed;
use crate::cache::{DbNo, PageStore as _};
use crate::catalog::live::LiveCatalog;
use crate::dbfile::AttachedFile;
use crate::dbfile::transitions::Marks;
use crate::format::ids::{Lgpos, Objid, PageSize, Pgno};
use crate::format::version::FormatVersion;
use crate::trx::CleanUp;
use crate::work::{SchemaEvents, Work, WorkDb, WorkError};
use once_cell::sync::OnceCell;
use parking_lot::{Mutex, RwLock};
use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Pages of a file that hold its header.
const HEADER_PAGES: u32 = 2;

/// Work of version cleanup that needs to know columns: [`CleanUp::DeleteLongValue`] and
/// [`CleanUp::Finalize`].
pub trait CleanUpHook: Send + Sync {
    /// Does it, in a transaction of the engine's own that is committed afterwards. The page is looked
    /// at again first: since the version was made much may have happened.
    ///
    /// # Errors
    /// The transaction is rolled back, and the work not asked for again.
    fn clean_up(&self, work: &mut Work<'_>, what: &CleanUp<'_>) -> Result<(), WorkError>;
}

/// A database that is attached to a running instance.
pub struct OpenDb {
    work: WorkDb,
    file: Arc<AttachedFile>,
    version: FormatVersion,
    path: PathBuf,
    /// The path as records have it: UTF-16 with its terminator.
    logged_path: Vec<u8>,
    pages_most: u32,
    read_only: bool,
    owed: Option<Arc<DbOwed>>,
    events: RwLock<Arc<dyn SchemaEvents>>,
    catalog: OnceCell<Arc<LiveCatalog>>,
    hook: RwLock<Option<Arc<dyn CleanUpHook>>>,
    /// Transactions that changed it and are open.
    users: AtomicU32,
    closing: AtomicBool,
    /// Trees whose creation was undone: what is left to clean up in them is not.
    gone: Mutex<HashSet<Objid>>,
}

impl fmt::Debug for OpenDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenDb")
            .field("path", &self.path)
            .field("dbid", &self.dbid())
            .finish_non_exhaustive()
    }
}

/// What an [`OpenDb`] is made of.
pub(super) struct OpenDbParts {
    pub(super) work: WorkDb,
    pub(super) file: Arc<AttachedFile>,
    pub(super) version: FormatVersion,
    pub(super) path: PathBuf,
    pub(super) logged_path: Vec<u8>,
    pub(super) pages_most: u32,
    /// Nothing of it changes.
    pub(super) read_only: bool,
    /// What its pages owe; `None` when nothing is logged.
    pub(super) owed: Option<Arc<DbOwed>>,
    pub(super) events: Arc<dyn SchemaEvents>,
}

impl OpenDb {
    pub(super) fn new(parts: OpenDbParts) -> Arc<Self> {
        Arc::new(Self {
            work: parts.work,
            file: parts.file,
            version: parts.version,
            path: parts.path,
            logged_path: parts.logged_path,
            pages_most: parts.pages_most,
            read_only: parts.read_only,
            owed: parts.owed,
            events: RwLock::new(parts.events),
            catalog: OnceCell::new(),
            hook: RwLock::new(None),
            users: AtomicU32::new(0),
            closing: AtomicBool::new(false),
            gone: Mutex::default(),
        })
    }

    /// Its trees and its space.
    #[must_use]
    pub fn work_db(&self) -> &WorkDb {
        &self.work
    }

    /// Its number in cache and version store.
    #[must_use]
    pub fn no(&self) -> DbNo {
        self.work.trees.no()
    }

    /// Its number in the log, 1 to 6.
    #[must_use]
    pub fn dbid(&self) -> u8 {
        self.work.trees.dbid()
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Size of its pages.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.work.trees.page_size()
    }

    /// Its format version.
    #[must_use]
    pub fn version(&self) -> FormatVersion {
        self.version
    }

    /// Most pages that it may have, 0 for no limit.
    #[must_use]
    pub fn pages_most(&self) -> u32 {
        self.pages_most
    }

    /// It was attached for reading only: every change is JET_errPermissionDenied, the log does not know
    /// of it, and no byte of its file changes.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Its changes stand in the log, if the instance has one: it was not made or attached with
    /// JET_bitDbRecoveryOff.
    #[must_use]
    pub fn is_logged(&self) -> bool {
        self.no().is_logged()
    }

    /// Its file.
    #[must_use]
    pub fn file(&self) -> &Arc<AttachedFile> {
        &self.file
    }

    /// Pages of its file, the two headers included.
    #[must_use]
    pub fn file_pages(&self) -> u32 {
        self.file.pages().saturating_add(HEADER_PAGES)
    }

    /// Its schema in memory; `make` makes it for who asks first.
    pub(crate) fn catalog(&self, make: impl FnOnce() -> Arc<LiveCatalog>) -> Arc<LiveCatalog> {
        Arc::clone(self.catalog.get_or_init(make))
    }

    /// The same, if somebody asked for it.
    pub(super) fn known_catalog(&self) -> Option<Arc<LiveCatalog>> {
        self.catalog.get().cloned()
    }

    /// Who hears what becomes of schema changes.
    #[must_use]
    pub fn events(&self) -> Arc<dyn SchemaEvents> {
        Arc::clone(&self.events.read())
    }

    /// From now on `events` hears it, instead of [`super::TreesOnly`].
    pub fn set_events(&self, events: Arc<dyn SchemaEvents>) {
        *self.events.write() = events;
    }

    /// Who cleans up what needs to know columns. Nobody at first: then such work is left undone.
    pub fn set_clean_up(&self, hook: Arc<dyn CleanUpHook>) {
        *self.hook.write() = Some(hook);
    }

    pub(super) fn hook(&self) -> Option<Arc<dyn CleanUpHook>> {
        self.hook.read().clone()
    }

    /// The before-image that `pgno` owed was logged at `at`, by a rollback: said before the debt is
    /// forgotten.
    pub(crate) fn undo_info_logged(&self, pgno: Pgno, at: Lgpos) {
        if let Some(owed) = &self.owed {
            owed.note(pgno, at);
        }
    }

    pub(super) fn logged_path(&self) -> &[u8] {
        &self.logged_path
    }

    /// The highest database time and object id.
    pub(super) fn marks(&self) -> Marks {
        Marks {
            dbtime: self.work.trees.dbtime(),
            objid: Objid(self.file.header().objid_last),
        }
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    pub(super) fn set_closing(&self, closing: bool) {
        self.closing.store(closing, Ordering::Release);
    }

    /// One more transaction changes it.
    pub(crate) fn enter(&self) {
        self.users.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn leave(&self) {
        self.users.fetch_sub(1, Ordering::AcqRel);
    }

    pub(super) fn users(&self) -> u32 {
        self.users.load(Ordering::Acquire)
    }

    pub(crate) fn tree_is_gone(&self, objid: Objid) {
        self.gone.lock().insert(objid);
    }

    pub(crate) fn is_gone(&self, objid: Objid) -> bool {
        self.gone.lock().contains(&objid)
    }

    /// Trees of the temporary database go, whatever transactions did in them: what they did is not
    /// undone. `open`: there are transactions; without any nobody asks for older ones any more.
    pub(crate) fn trees_are_gone(&self, trees: &[Objid], open: bool) {
        let mut gone = self.gone.lock();
        if !open {
            gone.clear();
            return;
        }
        gone.extend(trees);
    }

    /// Those trees.
    pub(super) fn gone(&self) -> Vec<Objid> {
        self.gone.lock().iter().copied().collect()
    }

    /// No version of these is left.
    pub(super) fn forget_gone(&self, trees: &[Objid]) {
        let mut gone = self.gone.lock();
        for objid in trees {
            gone.remove(objid);
        }
    }
}
