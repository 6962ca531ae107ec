//! The temporary database: number 0, in the instance's cache, of which nothing is logged.
//!
//! It is made when the first table is opened in it, goes with the instance, and is never part of a
//! recovery: what a crash leaves of its file is overwritten by the next instance that needs one. Its
//! tables are no rows of a catalog: whoever opens one knows it ([`super::TempTable`]).
//!
//! Source: jet-api/behaviour-instances.md §3, §5, §7; docs/format/versioning.md §7.1.
//!
//! Invariants: no record of the log, no checkpoint and no list of databases knows of it; nothing of it
//! is synced; its size is bounded by the disk, its memory by the cache.
#![forbid(unsafe_code)]

use super::databases::TempParts;
use super::start::see_to_folder;
use super::{Core, InstanceError, OpenDb};
use crate::cache::DbNo;
use crate::dbfile::transitions::{self, Birth};
use crate::dbfile::{AttachedFile, MapUse};
use crate::error::JetErr;
use crate::format::header_page::FileType;
use crate::format::ids::{Lgpos, Objid, Pgno, Signature};
use crate::format::log_record::LrFlags;
use crate::format::version::FormatVersion;
use crate::io::{self, DirEntry, ErrorKind, File, FileSystem, OpenMode, PathKind};
use crate::session::CommitKind;
use crate::space::policy;
use crate::work::WorkError;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Its number in cache and version store.
pub(crate) const TEMPORARY: DbNo = DbNo(0);
/// Its file where JET_paramTempPath names a folder.
pub(super) const FILE_NAME: &str = "tmp.edb";

/// The temporary database of an instance.
#[derive(Default)]
pub(super) struct Temporary {
    db: Mutex<Option<Arc<OpenDb>>>,
    /// Tables that are open in it.
    tables: AtomicU32,
}

/// One of the tables that may be open at a time.
pub(crate) struct TableSlot(Arc<Core>);

impl Drop for TableSlot {
    fn drop(&mut self) {
        self.0.temporary.tables.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Core {
    /// One more temporary table.
    ///
    /// # Errors
    /// JET_errTooManySorts: there are as many as JET_paramMaxTemporaryTables allows.
    pub(crate) fn temp_table_slot(self: &Arc<Self>) -> Result<TableSlot, WorkError> {
        let most = self.params.max_temp_tables;
        let more = |n: u32| (n < most).then(|| n.saturating_add(1));
        let tables = &self.temporary.tables;
        match tables.fetch_update(Ordering::AcqRel, Ordering::Acquire, more) {
            Ok(_) => Ok(TableSlot(Arc::clone(self))),
            Err(open) => Err(WorkError::refused(
                JetErr::TOO_MANY_SORTS,
                format!("{open} temporary tables are open"),
            )),
        }
    }

    /// The temporary database if there is one yet.
    pub(super) fn temporary_if_made(&self) -> Option<Arc<OpenDb>> {
        self.temporary.db.lock().clone()
    }

    /// The temporary database, made when this is called first.
    ///
    /// # Errors
    /// Its file can't be made; JET_errTempPathInUse: another instance has it.
    pub(crate) fn temporary(&self) -> Result<Arc<OpenDb>, InstanceError> {
        let mut known = self.temporary.db.lock();
        if let Some(db) = &*known {
            return Ok(Arc::clone(db));
        }
        self.health.check()?;
        let db = self.make_temporary()?;
        *known = Some(Arc::clone(&db));
        Ok(db)
    }

    fn temp_file(&self) -> PathBuf {
        let path = self.params.temp_file();
        match self.env.fs.kind(&path) {
            Ok(Some(PathKind::Dir)) => path.join(FILE_NAME),
            _ => path,
        }
    }

    fn make_temporary(&self) -> Result<Arc<OpenDb>, InstanceError> {
        let path = self.temp_file();
        let at = |e: io::Error| match e.kind() {
            ErrorKind::PermissionDenied => InstanceError::refused(
                JetErr::TEMP_PATH_IN_USE,
                format!("{}: another instance has it: {e}", path.display()),
            ),
            _ => InstanceError::io(&path, e),
        };
        if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            see_to_folder(&self.env, dir, self.params.create_path)?;
        }
        let fs = Arc::new(Unsynced(Arc::clone(&self.env.fs)));
        let env = self.env.with_files(fs);
        // What a crash left.
        if env.fs.kind(&path).map_err(at)? == Some(PathKind::File) {
            drop(env.fs.open_locked(&path, OpenMode::ReadWrite).map_err(at)?);
            env.fs.remove_file(&path).map_err(at)?;
        }
        let page_size = self.params.page_size;
        let now = env.clock.now_utc().into();
        let mut header = transitions::just_created(&Birth {
            sign_db: Signature::new(env.random() as u32, now),
            sign_log: Signature::NONE,
            lgpos: Lgpos::MIN,
            dbid: TEMPORARY.0,
            page_size,
            no_shadow_catalog: true,
        });
        header.filetype = FileType::TempDatabase.to_u32();
        let pages = policy::database_pages(page_size, self.params.db_extension);
        let file = AttachedFile::create(&env, &path, &header, pages, MapUse::Off);
        let file = Arc::new(file.map_err(at)?);
        let db = self.temporary_db(TempParts {
            file,
            header,
            version: FormatVersion::BASE,
            path: &path,
        })?;
        let work = db.work_db();
        let made = self.on_its_own(work, CommitKind::Lazy, LrFlags::empty(), |w| {
            Ok(w.db.space.create_root(&w.author, pages)?)
        });
        match made {
            Ok(root) if (root.pgno_fdp, root.objid) == (Pgno::SYSTEM_ROOT, Objid::SYSTEM_ROOT) => {
                Ok(db)
            }
            other => {
                self.cache.detach(TEMPORARY);
                other.map_err(InstanceError::from).and_then(|_| {
                    let what = "the temporary database has a root already";
                    Err(InstanceError::refused(JetErr::INTERNAL_ERROR, what))
                })
            }
        }
    }

    /// The instance ends: the temporary database is gone, and its file.
    pub(super) fn end_temporary(&self) {
        let Some(db) = self.temporary.db.lock().take() else {
            return;
        };
        db.set_closing(true);
        self.cache.detach(TEMPORARY);
        // Nobody misses it if it stays: the next instance overwrites it.
        if let Err(e) = self.env.fs.remove_file(db.path()) {
            tracing::debug!(error = %e, "the temporary database stays");
        }
    }
}

/// A file system whose files are as durable as it happens: for what a crash ends anyway.
struct Unsynced(Arc<dyn FileSystem>);

impl FileSystem for Unsynced {
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(UnsyncedFile(self.0.open(path, mode)?)))
    }

    fn open_locked(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(UnsyncedFile(self.0.open_locked(path, mode)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename_new(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.0.remove_file(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.0.read_dir(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.0.create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.0.remove_dir(path)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<PathKind>> {
        self.0.kind(path)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn free_bytes(&self, path: &Path) -> io::Result<Option<u64>> {
        self.0.free_bytes(path)
    }
}

/// A file of it.
struct UnsyncedFile(Arc<dyn File>);

impl File for UnsyncedFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }

    fn write_all_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(buf, offset)
    }

    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        Ok(())
    }
}
