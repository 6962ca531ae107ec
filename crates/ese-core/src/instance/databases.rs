//! Databases are made, attached, detached.
//!
//! ```text
//! create:  CreateDB durable → file → ExtendDB, root, contents, [SetDbVersion], CreateDBFinish durable
//!          → header dirty
//! attach:  AttachDB durable → header dirty → [SetDbVersion]
//! detach:  pages → DetachDB durable → header clean
//! read-only: neither record nor header
//! unlogged:  the same steps without a record (JET_bitDbRecoveryOff)
//! ```
//! Source: docs/format/recovery.md §4, §6 rule 7; log-records.md §6, §7.1; database-header.md §2.6,
//! §4.3; jet-api/behaviour-instances.md §10; the histories of the witness.
//!
//! Invariants: the checkpoint stays where it is meanwhile; what fails before its record is logged
//! changed nothing; what fails behind it ends the instance, and the next start sets it right. A
//! database that is not logged ([`DbNo::is_logged`]) has no position in any log: what a crash leaves of
//! it is dirty, and no recovery knows of it.
#![forbid(unsafe_code)]

use super::claims::Claim;
use super::health::{LiveGate, UnloggedGate};
use super::open_db::OpenDbParts;
use super::owed::DbOwed;
use super::start::see_to_folder;
use super::temp::TEMPORARY;
use super::{Core, Instance, InstanceError, OpenDb, TreesOnly};
use crate::btree::apply::create::PageStyle;
use crate::btree::write::{TreeDb, TreeDbConfig};
use crate::btree::{Tree, TreeCursor};
use crate::cache::{DbNo, DbPages, PageStore as _, Pages as _, WriteGate};
use crate::dbfile::transitions::{self, Attach, Birth, Generation};
use crate::dbfile::{AttachedFile, MapUse, OpenError, RunGate};
use crate::error::{HasJetErr, JetErr};
use crate::format::bytes::u32_be_at;
use crate::format::db_header::{DbHeader, DbState};
use crate::format::ids::{Dbtime, Lgpos, Objid, Pgno, Signature};
use crate::format::log_header::LogVersion;
use crate::format::log_record::{
    AttachDb, CreateDb, CreateDbFinish, CreateVersion, DbFlags, DetachDb, DetachFlags, LogRecord,
    LrFlags, SetDbVersion, Text,
};
use crate::format::version::{Feature, FormatVersion, STEPS};
use crate::io::{ErrorKind, PathKind};
use crate::log::{LogAppend, LogWriter};
use crate::session::CommitKind;
use crate::space::alloc::{FreedRecord, Space, SpaceConfig};
use crate::space::grow::DatabaseFile;
use crate::space::policy;
use crate::work::{SchemaEvents, Work, WorkDb, WorkError};
use std::path::Path;
use std::sync::Arc;

/// Engine format version below which databases have no flush map
/// (docs/format/database-header.md §3).
const EFV_FLUSH_MAP: u32 = 8220;
/// Session that log records of whole databases name: the first that a user can have.
const PROCID: u16 = 5;

/// How a database is made.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// An existing file is overwritten (JET_bitDbOverwriteExisting).
    pub overwrite: bool,
    /// Most pages that it may have, 0 for no limit.
    pub pages_most: u32,
    /// Pages that its file begins with; `None`: by JET_paramDbExtensionSize.
    pub pages: Option<u32>,
    /// Nothing of it is logged, so that no recovery and no backup knows of it, and a crash leaves it
    /// dirty for good (JET_bitDbRecoveryOff).
    pub unlogged: bool,
}

/// How a database is attached.
#[derive(Clone, Debug, Default)]
pub struct AttachOptions {
    /// Most pages that it may have, 0 for no limit.
    pub pages_most: u32,
    /// Only for reading (JET_bitDbReadOnly): no byte of the file changes, and nothing is logged. Others
    /// may have it attached likewise.
    pub read_only: bool,
    /// As [`CreateOptions::unlogged`], until it is detached.
    pub unlogged: bool,
}

fn refused<T>(err: JetErr, path: &Path, what: &str) -> Result<T, InstanceError> {
    let what = format!("{}: {what}", path.display());
    Err(InstanceError::refused(err, what))
}

impl Instance {
    /// Makes a database and attaches it. `fill` writes its system tables, in one transaction behind
    /// that which made the root of its space; page 4 is the first that is free.
    ///
    /// # Errors
    /// JET_errDatabaseDuplicate, JET_errTooManyAttachedDatabases, JET_errInvalidPath and others before
    /// anything is logged. Any error behind that ends the instance, as in the original, and the next
    /// start removes what was made.
    pub fn create_database(
        &self,
        path: &Path,
        options: &CreateOptions,
        fill: &mut dyn FnMut(&mut Work<'_>) -> Result<(), WorkError>,
    ) -> Result<Arc<OpenDb>, InstanceError> {
        self.core.create(path, options, fill)
    }

    /// Attaches a database, or gives the handle of one that is attached (JET_wrnDatabaseAttached).
    ///
    /// # Errors
    /// Those of jet-api/behaviour-instances.md §10, before anything is changed:
    /// JET_errDatabaseDirtyShutdown, JET_errPageSizeMismatch, JET_errInvalidDatabaseVersion,
    /// JET_errFileNotFound, JET_errFileAccessDenied and so on.
    pub fn attach(
        &self,
        path: &Path,
        options: &AttachOptions,
    ) -> Result<Arc<OpenDb>, InstanceError> {
        self.core.attach(path, options)
    }

    /// Refuses while a backup of any kind holds attach and detach back (behaviour of backup, entry
    /// rule 4).
    ///
    /// # Errors
    /// JET_errBackupInProgress, JET_errSurrogateBackupInProgress.
    pub fn check_no_backup(&self) -> Result<(), InstanceError> {
        self.core.backup.refuse()
    }

    /// Detaches a database: it is clean afterwards.
    ///
    /// # Errors
    /// JET_errDatabaseNotFound; JET_errDatabaseInUse while somebody has its handle, or a transaction
    /// that changed it is open.
    pub fn detach(&self, path: &Path) -> Result<(), InstanceError> {
        self.core.detach(path)
    }
}

impl Core {
    /// A free number in cache and version store: not one that was given out lately.
    fn next_no(&self, unlogged: bool) -> DbNo {
        let mut last = self.last_no.lock();
        let (last, range) = match unlogged {
            false => (&mut last.logged, DbNo::LOGGED),
            true => (&mut last.unlogged, DbNo::UNLOGGED),
        };
        loop {
            let next = last.checked_add(1).filter(|next| range.contains(next));
            *last = next.unwrap_or(*range.start());
            if self.attached.is_free(DbNo(*last)) {
                return DbNo(*last);
            }
        }
    }

    /// The log of a database; `None` when nothing of it is logged.
    pub(super) fn log_of(&self, no: DbNo) -> Option<&Arc<LogWriter>> {
        self.log.as_ref().filter(|_| no.is_logged())
    }

    fn sign_log(&self, no: DbNo) -> Signature {
        match self.log_of(no) {
            Some(log) => log.sign_log(),
            None => Signature::NONE,
        }
    }

    /// The generation that is being written.
    fn current(&self, no: DbNo) -> Generation {
        match self.log_of(no) {
            Some(log) => {
                let (number, created) = log.current();
                Generation { number, created }
            }
            None => Generation::default(),
        }
    }

    fn map_use(&self, version: FormatVersion) -> MapUse {
        let kept = self.params.flush_map && version.efv().is_some_and(|efv| efv >= EFV_FLUSH_MAP);
        // A version is that of several engines; the oldest of them kept none.
        let kept = kept || (self.params.flush_map && version == FormatVersion::BASE);
        match kept {
            true => MapUse::Keep,
            false => MapUse::Off,
        }
    }

    pub(super) fn log_version(&self) -> Option<LogVersion> {
        self.log.as_ref().map(|log| log.header().version())
    }

    /// Logs a record of a whole database, durably; [`Lgpos::MIN`] when nothing is logged.
    fn log_durably(&self, no: DbNo, record: &LogRecord<'_>) -> Result<Lgpos, InstanceError> {
        let Some(log) = self.log_of(no) else {
            return Ok(Lgpos::MIN);
        };
        let at = log.append(record)?;
        log.flush()?;
        Ok(at)
    }

    /// Whether the log knows records of a feature: its version goes with one of the file's.
    fn logs(&self, feature: Feature) -> bool {
        let step = STEPS.iter().find(|s| s.features.contains(&feature));
        let needed = step.and_then(|s| LogVersion::of_efv(s.efv));
        match (self.log_version(), needed) {
            (Some(version), Some(needed)) => version >= needed,
            _ => false,
        }
    }

    /// Puts a database together around its file.
    fn open_db(&self, new: NewDb<'_>) -> Arc<OpenDb> {
        let NewDb {
            file,
            pages,
            header,
            version,
            dbtime,
            ..
        } = new;
        let dbid = u8::try_from(header.dbid).unwrap_or(0);
        let new_pages = version.has(Feature::NewPageRecord) && self.logs(Feature::NewPageRecord);
        let freed_record = if self.logs(Feature::NonRevertableTables) {
            FreedRecord::of(version)
        } else if self.logs(Feature::RevertSnapshot) && version.has(Feature::RevertSnapshot) {
            FreedRecord::First
        } else {
            FreedRecord::None
        };
        let log = self.log_of(new.no).filter(|_| !new.read_only);
        let trees = Arc::new(TreeDb::new(TreeDbConfig {
            no: new.no,
            dbid,
            pages,
            log: log.map(|log| Arc::clone(log) as _),
            dbtime,
            style: PageStyle::of(version),
            log_new_pages: new_pages,
            compress_images: true,
        }));
        let config = SpaceConfig {
            extension: self.params.db_extension,
            pages_most: new.pages_most,
            freed_record,
            temporary: new.no == TEMPORARY,
        };
        let database = DatabaseFile::new(Arc::clone(&file), &self.env);
        let space = Space::new(Arc::clone(&trees), Arc::new(database), config);
        OpenDb::new(OpenDbParts {
            work: WorkDb { trees, space },
            file,
            version,
            path: new.path.to_path_buf(),
            logged_path: new.logged_path,
            pages_most: new.pages_most,
            read_only: new.read_only,
            owed: new.owed,
            events: new.events,
        })
    }

    /// Lets the pages of a file in; also what they owe, when they are logged.
    fn cache_attach(
        &self,
        no: DbNo,
        file: &Arc<AttachedFile>,
        dbid: u8,
    ) -> Result<(DbPages, Option<Arc<DbOwed>>), InstanceError> {
        let health = Arc::clone(&self.health);
        let owed = self
            .log_of(no)
            .map(|log| Arc::new(DbOwed::new(Arc::clone(&self.store), Arc::clone(log), dbid)));
        let gate: Arc<dyn WriteGate> = match (self.log_of(no), &owed) {
            (Some(log), Some(owed)) => {
                let gate = RunGate::new(Arc::clone(log), Arc::clone(file), Arc::clone(owed) as _);
                Arc::new(LiveGate { gate, health })
            }
            _ => Arc::new(UnloggedGate(health)),
        };
        let pages = self.cache.attach(no, Arc::clone(file) as _, gate);
        match pages {
            Ok(pages) => Ok((pages, owed)),
            Err(e) => Err(InstanceError::refused(e.jet_err(), e.to_string())),
        }
    }

    /// What fails behind a record of a whole database ends the instance.
    fn or_die<T>(&self, done: Result<T, InstanceError>) -> Result<T, InstanceError> {
        done.inspect_err(|_| self.health.die(JetErr::INSTANCE_UNAVAILABLE))
    }

    /// The database brought to version `to`, in the log and in its header; gives the version.
    fn raise_version(
        &self,
        file: &AttachedFile,
        (no, dbid): (DbNo, u8),
        to: FormatVersion,
    ) -> Result<FormatVersion, InstanceError> {
        let version = to.max(file.header().version());
        if let Some(log) = self.log_of(no) {
            if !self.logs(Feature::SetDbVersion) {
                return Ok(file.header().version());
            }
            log.append(&LogRecord::SetDbVersion(SetDbVersion {
                dbid,
                major: version.major,
                update_major: version.update_major,
                update_minor: version.update_minor,
            }))?;
        }
        file.change_header(|h| transitions::set_version(h, version));
        Ok(version)
    }
}

/// What a database is put together of.
struct NewDb<'a> {
    no: DbNo,
    file: Arc<AttachedFile>,
    pages: DbPages,
    header: DbHeader,
    version: FormatVersion,
    dbtime: Dbtime,
    path: &'a Path,
    logged_path: Vec<u8>,
    pages_most: u32,
    read_only: bool,
    owed: Option<Arc<DbOwed>>,
    events: Arc<dyn SchemaEvents>,
}

/// What the temporary database is put together of.
pub(super) struct TempParts<'a> {
    pub(super) file: Arc<AttachedFile>,
    pub(super) header: DbHeader,
    pub(super) version: FormatVersion,
    pub(super) path: &'a Path,
}

impl Core {
    /// Puts the temporary database together: not in the list of those that are attached.
    pub(super) fn temporary_db(&self, parts: TempParts<'_>) -> Result<Arc<OpenDb>, InstanceError> {
        let TempParts {
            file,
            header,
            version,
            path,
        } = parts;
        let gate: Arc<dyn WriteGate> = Arc::new(UnloggedGate(Arc::clone(&self.health)));
        let pages = self.cache.attach(TEMPORARY, Arc::clone(&file) as _, gate);
        let pages = pages.map_err(|e| InstanceError::refused(e.jet_err(), e.to_string()))?;
        Ok(self.open_db(NewDb {
            no: TEMPORARY,
            file,
            pages,
            header,
            version,
            dbtime: header.dbtime_dirtied,
            path,
            logged_path: Vec::new(),
            pages_most: 0,
            read_only: false,
            owed: None,
            events: Arc::new(TreesOnly),
        }))
    }
}

/// A path as records have it.
fn logged_path(path: &Path) -> Result<Vec<u8>, InstanceError> {
    let Some(text) = path.to_str().filter(|t| !t.is_empty() && !t.contains('\0')) else {
        return refused(
            JetErr::DATABASE_INVALID_PATH,
            path,
            "the path can't be logged",
        );
    };
    let units = text.encode_utf16().chain([0]);
    Ok(units.flat_map(u16::to_le_bytes).collect())
}

// ---- create ------------------------------------------------------------------------------------

impl Core {
    fn create(
        &self,
        path: &Path,
        options: &CreateOptions,
        fill: &mut dyn FnMut(&mut Work<'_>) -> Result<(), WorkError>,
    ) -> Result<Arc<OpenDb>, InstanceError> {
        let _lifecycle = self.lifecycle.lock();
        self.health.check()?;
        let logged = logged_path(path)?;
        if self.attached.at(path).is_some() {
            return refused(JetErr::DATABASE_DUPLICATE, path, "it is attached");
        }
        let Some(dbid) = self.attached.free_dbid() else {
            return refused(
                JetErr::TOO_MANY_ATTACHED_DATABASES,
                path,
                "six databases are attached",
            );
        };
        let _claim = Claim::of(path);
        self.place_for(path, options.overwrite)?;
        let _held = self.checkpointer.as_ref().map(|c| c.hold());
        let no = self.next_no(options.unlogged);
        let mut is_ours = false;
        let ids = (no, dbid, &mut is_ours);
        let made = self.create_behind_record(path, logged, ids, options, fill);
        match made {
            // No record says that there is one.
            Err(e) if options.unlogged && self.health.fatal().is_none() => {
                self.attached.remove(no);
                self.cache.detach(no);
                if is_ours {
                    // What failed before is the error to report.
                    let _ = AttachedFile::remove(&self.env, path);
                }
                Err(e)
            }
            made => self.or_die(made),
        }
    }

    /// There is a folder, and no file that must stay.
    fn place_for(&self, path: &Path, overwrite: bool) -> Result<(), InstanceError> {
        let fs = &*self.env.fs;
        if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            see_to_folder(&self.env, dir, self.params.create_path)?;
        }
        match fs.kind(path).map_err(|e| InstanceError::io(path, e))? {
            None => Ok(()),
            Some(PathKind::File) if overwrite => {
                AttachedFile::remove(&self.env, path).map_err(|e| InstanceError::io(path, e))
            }
            Some(PathKind::Dir) if overwrite => {
                refused(JetErr::FILE_ACCESS_DENIED, path, "this is a folder")
            }
            Some(_) => refused(JetErr::DATABASE_DUPLICATE, path, "there is such a file"),
        }
    }

    /// Says whether the file was made, even when something fails behind that: another process may have
    /// been faster.
    fn create_behind_record(
        &self,
        path: &Path,
        logged: Vec<u8>,
        (no, dbid, is_ours): (DbNo, u8, &mut bool),
        options: &CreateOptions,
        fill: &mut dyn FnMut(&mut Work<'_>) -> Result<(), WorkError>,
    ) -> Result<Arc<OpenDb>, InstanceError> {
        let page_size = self.params.page_size;
        let now = self.env.clock.now_utc().into();
        let sign_db = Signature::new(self.env.random() as u32, now);
        let create = LogRecord::CreateDb(CreateDb {
            procid: PROCID,
            dbid,
            grbit: 0,
            cpg_size_max: options.pages_most,
            sign_db,
            flags: DbFlags::VERSION | DbFlags::UNICODE,
            version: CreateVersion::LOGGED,
            path: Text::utf16(&logged),
        });
        let lgpos = self.log_durably(no, &create)?;
        let header = transitions::just_created(&Birth {
            sign_db,
            sign_log: self.sign_log(no),
            lgpos,
            dbid,
            page_size,
            no_shadow_catalog: false,
        });
        let pages = options
            .pages
            .unwrap_or_else(|| policy::database_pages(page_size, self.params.db_extension));
        let wanted = self.params.new_database_version();
        let io = |e| InstanceError::io(path, e);
        let map = self.map_use(wanted);
        let mut file = AttachedFile::create(&self.env, path, &header, pages, map).map_err(io)?;
        *is_ours = true;
        file.guard(self.params.atomic_unit);
        let file = Arc::new(file);
        let (db_pages, owed) = self.cache_attach(no, &file, dbid)?;
        let new = |version, dbtime| NewDb {
            no,
            file: Arc::clone(&file),
            pages: db_pages.clone(),
            header,
            version,
            dbtime,
            path,
            logged_path: logged.clone(),
            pages_most: options.pages_most,
            read_only: false,
            owed: owed.clone(),
            events: Arc::new(TreesOnly),
        };
        // Pages are of the base version until the log says another one.
        let db = self.open_db(new(FormatVersion::BASE, header.dbtime_dirtied));
        self.attached.put(Arc::clone(&db));
        if let Some(log) = &self.log {
            self.attached.tell(log)?;
        }
        let work = db.work_db();
        work.space.log_first_size(pages).map_err(WorkError::from)?;
        let plain = LrFlags::empty();
        self.on_its_own(work, CommitKind::Lazy, plain, |w| {
            let made = w.db.space.create_root(&w.author, pages)?;
            match (made.pgno_fdp, made.objid) {
                (Pgno::SYSTEM_ROOT, Objid::SYSTEM_ROOT) => Ok(()),
                _ => Err(WorkError::damaged(
                    JetErr::DATABASE_CORRUPTED,
                    "a new database has a root already",
                )),
            }
        })?;
        self.on_its_own(work, CommitKind::Durable, plain, |w| fill(w))?;
        let version = self.raise_version(&file, (no, dbid), wanted)?;
        let finish = CreateDbFinish {
            procid: PROCID,
            dbid,
        };
        self.log_durably(no, &LogRecord::CreateDbFinish(finish))?;
        let (marks, current, now) = (
            db.marks(),
            self.current(no),
            self.env.clock.now_utc().into(),
        );
        file.change_header(|h| transitions::create_finished(h, marks, current, now, None));
        file.write_header().map_err(io)?;
        let db = self.open_db(new(version, work.trees.dbtime()));
        self.attached.put(Arc::clone(&db));
        Ok(db)
    }
}

// ---- attach ------------------------------------------------------------------------------------

impl Core {
    fn attach(&self, path: &Path, options: &AttachOptions) -> Result<Arc<OpenDb>, InstanceError> {
        let _lifecycle = self.lifecycle.lock();
        self.health.check()?;
        let logged = logged_path(path)?;
        if let Err(busy) = self.backup.refuse() {
            // An absent file is told first (behaviour of backup, entry rule 4).
            self.open_file_exists(path)?;
            return Err(busy);
        }
        if let Some(db) = self.attached.at(path) {
            return Ok(db);
        }
        let file = self.open_file(path, options.read_only)?;
        let header = file.header();
        if self.attached.has_signature(header.sign_db) {
            return refused(
                JetErr::DATABASE_SIGN_IN_USE,
                path,
                "a copy of this database is attached",
            );
        }
        let Some(dbid) = self.attached.free_dbid() else {
            return refused(
                JetErr::TOO_MANY_ATTACHED_DATABASES,
                path,
                "six databases are attached",
            );
        };
        self.check_header(path, &header)?;
        if let Some(wanted) = self.params.wanted_version()
            && header.version() > wanted
        {
            return refused(
                JetErr::ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_DATABASE_VERSION,
                path,
                "it is of a newer format than JET_paramEngineFormatVersion allows",
            );
        }
        if options.read_only {
            return self.attach_read_only(path, logged, dbid, file);
        }
        let _held = self.checkpointer.as_ref().map(|c| c.hold());
        let no = self.next_no(options.unlogged);
        let (pages, owed) = self.cache_attach(no, &file, dbid)?;
        let owned = root_is_there(&pages).and_then(|()| owned_pages(&file, &pages));
        let from = match owned {
            Ok(owned) => AttachPages {
                no,
                pages,
                owed,
                owned,
            },
            // Damage that shows before anything is logged is the database's alone.
            Err(e) => {
                drop(pages);
                self.cache.detach(no);
                return Err(e);
            }
        };
        self.or_die(self.attach_behind_record(path, logged, dbid, file, from, options))
    }

    /// Lets in a clean file whose header passed. Its number in the log is taken, although the log never
    /// names it.
    fn attach_read_only(
        &self,
        path: &Path,
        logged_path: Vec<u8>,
        dbid: u8,
        file: Arc<AttachedFile>,
    ) -> Result<Arc<OpenDb>, InstanceError> {
        let mut header = file.header();
        header.dbid = u32::from(dbid);
        let no = self.next_no(false);
        let gate: Arc<dyn WriteGate> = Arc::new(UnloggedGate(Arc::clone(&self.health)));
        let pages = self.cache.attach(no, Arc::clone(&file) as _, gate);
        let pages = pages.map_err(|e| InstanceError::refused(e.jet_err(), e.to_string()))?;
        if let Err(e) = root_is_there(&pages) {
            drop(pages);
            self.cache.detach(no);
            return Err(e);
        }
        let db = self.open_db(NewDb {
            no,
            file,
            pages,
            header,
            version: header.version(),
            dbtime: header.dbtime_dirtied,
            path,
            logged_path,
            pages_most: 0,
            read_only: true,
            owed: None,
            events: Arc::new(TreesOnly),
        });
        self.attached.put(Arc::clone(&db));
        Ok(db)
    }

    fn open_file_exists(&self, path: &Path) -> Result<(), InstanceError> {
        let kind = self.env.fs.kind(path);
        match kind.map_err(|e| InstanceError::io(path, e))? {
            Some(PathKind::File) => Ok(()),
            Some(PathKind::Dir) => refused(JetErr::FILE_ACCESS_DENIED, path, "this is a folder"),
            None => refused(JetErr::FILE_NOT_FOUND, path, "there is no such file"),
        }
    }

    /// The file as a database, its header not looked at.
    fn open_file(&self, path: &Path, read_only: bool) -> Result<Arc<AttachedFile>, InstanceError> {
        self.open_file_exists(path)?;
        // By the newest version that the file may get.
        let version = self.params.wanted_version().unwrap_or(FormatVersion::BASE);
        let opened = match read_only {
            true => AttachedFile::open_read_only(&self.env, path),
            false => AttachedFile::open(&self.env, path, self.map_use(version)),
        };
        match opened {
            Ok(mut file) => {
                if !read_only {
                    file.guard(self.params.atomic_unit);
                }
                Ok(Arc::new(file))
            }
            Err(OpenError::Io(e)) if e.kind() == ErrorKind::NotFound => {
                refused(JetErr::FILE_NOT_FOUND, path, "there is no such file")
            }
            Err(OpenError::Io(e)) => Err(InstanceError::io(path, e)),
            Err(e) => refused(JetErr::DATABASE_CORRUPTED, path, &e.to_string()),
        }
    }

    /// What an attach asks of a header, in this order.
    fn check_header(&self, path: &Path, header: &DbHeader) -> Result<(), InstanceError> {
        if header.page_size() != Some(self.params.page_size) {
            return refused(
                JetErr::PAGE_SIZE_MISMATCH,
                path,
                "its pages are not of the instance's size",
            );
        }
        match header.state() {
            DbState::CleanShutdown => {}
            DbState::BeingConverted => {
                return refused(
                    JetErr::DATABASE_INCOMPLETE_UPGRADE,
                    path,
                    "its upgrade did not end",
                );
            }
            DbState::IncrementalReseed => {
                return refused(
                    JetErr::DATABASE_INCOMPLETE_INCREMENTAL_RESEED,
                    path,
                    "its incremental reseed did not end",
                );
            }
            DbState::Revert => {
                return refused(
                    JetErr::DATABASE_INCOMPLETE_REVERT,
                    path,
                    "its revert did not end",
                );
            }
            _ if header.bkinfo_full_cur.gen_low != 0 => {
                return refused(
                    JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE,
                    path,
                    "it is a copy of a backup that has to be restored",
                );
            }
            _ => {
                return refused(
                    JetErr::DATABASE_DIRTY_SHUTDOWN,
                    path,
                    "it was not shut down cleanly: recover it with its logs first",
                );
            }
        }
        if !header.has_magic() || !header.version().is_known() {
            return refused(
                JetErr::INVALID_DATABASE_VERSION,
                path,
                "it is of a format that is not known",
            );
        }
        Ok(())
    }

    fn attach_behind_record(
        &self,
        path: &Path,
        logged_path: Vec<u8>,
        dbid: u8,
        file: Arc<AttachedFile>,
        from: AttachPages,
        options: &AttachOptions,
    ) -> Result<Arc<OpenDb>, InstanceError> {
        let AttachPages {
            no,
            pages,
            owed,
            owned,
        } = from;
        let io = |e| InstanceError::io(path, e);
        let before = file.header();
        let record = LogRecord::AttachDb(AttachDb {
            procid: PROCID,
            dbid,
            cpg_size_max: options.pages_most,
            lgpos_consistent: before.lgpos_consistent,
            sign_db: before.sign_db,
            sign_log: before.sign_log,
            flags: DbFlags::UNICODE,
            path: Text::utf16(&logged_path),
        });
        let lgpos = self.log_durably(no, &record)?;
        let attach = Attach {
            lgpos,
            sign_log: self.sign_log(no),
            dbid,
            current: self.current(no),
            now: self.env.clock.now_utc().into(),
            redo: false,
        };
        file.change_header(|h| transitions::attached(h, &attach));
        file.write_header().map_err(io)?;
        let wanted = self.params.wanted_version().unwrap_or(before.version());
        let version = self.raise_version(&file, (no, dbid), wanted)?;
        if version != before.version() {
            file.write_header().map_err(io)?;
        }
        file.see_to_map().map_err(io)?;
        if owned != file.pages() || file.has_odd_end().map_err(io)? {
            file.set_pages(owned).map_err(io)?;
        }
        let header = file.header();
        let db = self.open_db(NewDb {
            no,
            file,
            pages,
            header,
            version,
            dbtime: header.dbtime_dirtied,
            path,
            logged_path,
            pages_most: options.pages_most,
            read_only: false,
            owed,
            events: Arc::new(TreesOnly),
        });
        self.attached.put(Arc::clone(&db));
        if let Some(log) = &self.log {
            self.attached.tell(log)?;
        }
        Ok(db)
    }
}

/// What an attach has read of a file before it logs anything.
struct AttachPages {
    no: DbNo,
    pages: DbPages,
    owed: Option<Arc<DbOwed>>,
    /// The last page that the database owns: where its file ends.
    owned: u32,
}

/// The root of all space can be read.
fn root_is_there(pages: &DbPages) -> Result<(), InstanceError> {
    let page = pages.shared(Pgno::SYSTEM_ROOT).map_err(WorkError::from)?;
    page.view().map_err(WorkError::from)?;
    Ok(())
}

/// The last page that the database owns.
fn owned_pages(file: &AttachedFile, pages: &DbPages) -> Result<u32, InstanceError> {
    let tree = Tree::space_tree(Pgno::SYSTEM_OE, Objid::SYSTEM_ROOT);
    let mut cursor = TreeCursor::new(pages, tree);
    let last = cursor.last().map_err(WorkError::from)?;
    let key = match &last {
        Some(entry) => {
            let node = entry.node().map_err(WorkError::from)?;
            u32_be_at(&node.key().to_vec(), 0)
        }
        None => None,
    };
    match key.filter(|&k| k > 0 && k <= Pgno::MAX.0) {
        Some(owned) => Ok(owned),
        None => refused(
            JetErr::DATABASE_CORRUPTED,
            file.path(),
            "the database's own space tree does not say how long the file is",
        ),
    }
}

// ---- detach ------------------------------------------------------------------------------------

impl Core {
    fn detach(&self, path: &Path) -> Result<(), InstanceError> {
        let _lifecycle = self.lifecycle.lock();
        self.health.check()?;
        self.backup.refuse()?;
        let Some(db) = self.attached.at(path) else {
            return refused(JetErr::DATABASE_NOT_FOUND, path, "it is not attached");
        };
        self.clean_all()?;
        {
            // Nobody is inside of a call, and cleanup is between two versions.
            let _alone = self.calls.write();
            let _still = self.cleaning.lock();
            // The list has one handle, this call the other.
            if db.users() > 0 || Arc::strong_count(&db) > 2 {
                return refused(JetErr::DATABASE_IN_USE, path, "somebody is using it");
            }
            db.set_closing(true);
        }
        if db.is_read_only() {
            self.attached.remove(db.no());
            self.cache.detach(db.no());
            return Ok(());
        }
        let _held = self.checkpointer.as_ref().map(|c| c.hold());
        if let Err(e) = self.flush_whole(&db) {
            db.set_closing(false);
            return Err(e);
        }
        self.or_die(self.detach_flushed(&db))
    }

    fn detach_flushed(&self, db: &OpenDb) -> Result<(), InstanceError> {
        let record = LogRecord::DetachDb(DetachDb {
            procid: PROCID,
            dbid: db.dbid(),
            flags: DetachFlags::UNICODE,
            path: Text::utf16(db.logged_path()),
        });
        let lgpos = self.log_durably(db.no(), &record)?;
        self.make_clean(db, lgpos)?;
        self.attached.remove(db.no());
        self.cache.detach(db.no());
        if let Some(log) = &self.log {
            self.attached.tell(log)?;
        }
        Ok(())
    }
}
