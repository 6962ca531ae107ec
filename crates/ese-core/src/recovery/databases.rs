//! The databases of a replay: which are attached, which wait, and their life-cycle records.
//!
//! Source: docs/format/recovery.md §4.
//!
//! Invariants:
//! * a database number belongs to one attachment at a time;
//! * a file says "clean" only after all its pages are durable, and then it is closed;
//! * what waits (deferred) is never touched, but for unequal copies of a header that counts.
#![forbid(unsafe_code)]

use super::attach::{self, Decision, Deferral, Logged, Now, Occasion};
use super::gate::{Phase, RecoveryGate};
use super::hard::{BackupCopy, SetRange};
use super::outcome::{DbFate, RecoveredDb};
use super::redo::RedoDb;
use super::{InitBits, Options, RecoveryError, StartAttachment};
use crate::btree::apply::create::PageStyle;
use crate::cache::{Cache, DbNo, PageLoader as _};
use crate::dbfile::transitions::{self, Attach, Birth, Detach, Generation, Marks};
use crate::dbfile::{AttachedFile, MapUse, OpenError};
use crate::error::JetErr;
use crate::format::db_header::DbState;
use crate::format::header_page::CopyState;
use crate::format::ids::{Lgpos, LogTime, Objid, PageSize, Signature};
use crate::format::log_record::{AttachDb, CreateDb};
use crate::io::ErrorKind;
use crate::io::env::Env;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Highest number of a database in the logs (docs/format/log-files.md §1.5).
const DBID_MAX: u8 = 6;
/// JET_bitDbShadowingOff ("jethdr.w").
const JET_BIT_DB_SHADOWING_OFF: u32 = 0x80;
/// Pages of a file that is being made, until ExtendDB says how many ("db.cxx"); of pages of 2 KiB one
/// more.
const PAGES_AT_CREATION: u32 = 30;

/// What all databases of a replay share.
pub(super) struct World<'a> {
    pub(super) env: &'a Env,
    pub(super) options: &'a Options,
    pub(super) cache: Arc<Cache>,
    pub(super) phase: Arc<Phase>,
    pub(super) sign_log: Signature,
    pub(super) page_size: PageSize,
    /// Generation that is being replayed, and when it was made.
    pub(super) generation: i32,
    pub(super) made: LogTime,
    /// The set that is being restored, in a hard recovery.
    pub(super) restores: Option<SetRange>,
}

impl World<'_> {
    pub(super) fn now(&self) -> LogTime {
        LogTime::from(self.env.clock.now_utc())
    }

    fn place(&self, lgpos: Lgpos) -> Now {
        Now {
            sign_log: self.sign_log,
            lgpos,
            generation: self.generation,
        }
    }

    /// The generation that is being replayed.
    pub(super) fn current(&self) -> Generation {
        Generation {
            number: self.generation,
            created: self.made,
        }
    }

    /// `true` for a database that the caller does not want to be touched.
    pub(super) fn is_unwanted(&self, sign_db: Signature, logged: &str) -> bool {
        let (known, named) = (&self.options.database_files, &self.options.database_names);
        self.options.listed_only
            && !known.iter().any(|f| f.sign_db == sign_db)
            && !named.iter().any(|n| n.is_of(logged))
    }

    /// Why an unwanted database is left out: a map of names says so, or a tool that answers for it.
    fn why_unwanted(&self) -> Deferral {
        match self.options.database_names.is_empty() {
            true => Deferral::Missing,
            false => Deferral::Skipped,
        }
    }

    /// Where a logged database lies here.
    pub(super) fn path_of(&self, sign_db: Signature, logged: &str) -> PathBuf {
        let known = self.options.database_files.iter();
        if let Some(file) = known.clone().find(|f| f.sign_db == sign_db) {
            return file.path.clone();
        }
        let mut named = self.options.database_names.iter();
        if let Some(name) = named.find(|n| n.is_of(logged)) {
            return name.path.clone();
        }
        match &self.options.database_dir {
            Some(dir) => dir.join(last_component(logged)),
            None => PathBuf::from(logged),
        }
    }
}

/// The file name of a logged path, which is one of Windows.
pub(super) fn last_component(path: &str) -> &str {
    path.rsplit(['\\', '/', ':']).next().unwrap_or(path)
}

/// A database that is replayed on.
pub(super) struct Attached {
    pub(super) file: Arc<AttachedFile>,
    pub(super) redo: RedoDb,
    /// Records up to here are of another life of the file.
    pub(super) lgpos_attach: Lgpos,
    /// Path by the log.
    pub(super) logged_path: String,
    /// Largest allowed size in pages by the log; 0 for no limit.
    pub(super) cpg_size_max: u32,
    /// The generation up to which the file may hold changes that were not made by this replay; 0 for
    /// none.
    pub(super) holds_up_to: i32,
    seen: usize,
}

impl Attached {
    /// CreateDB was replayed, CreateDBFinish not yet.
    pub(super) fn is_being_made(&self) -> bool {
        self.file.header().state() == DbState::JustCreated
    }
}

/// A database that is not replayed on.
pub(super) struct Waiting {
    pub(super) why: Deferral,
    pub(super) path: PathBuf,
}

enum Entry {
    Attached(Box<Attached>),
    Waiting(Waiting),
}

/// What a file turned out to be.
enum Found {
    File(Box<AttachedFile>),
    Missing,
    Denied,
    Unreadable(OpenError),
}

/// The databases of a replay.
#[derive(Default)]
pub(super) struct Databases {
    entries: BTreeMap<u8, Entry>,
    seen: Vec<RecoveredDb>,
}

fn bad_dbid(dbid: u8) -> RecoveryError {
    RecoveryError::refused(
        JetErr::LOG_CORRUPTED,
        format!("a database has the number {dbid}, which none can have"),
    )
}

/// The file of a database, ready to be replayed on: a copy that a backup took gets its trailer taken
/// over first, where the caller allows to recover one.
fn open(world: &World<'_>, path: &Path, sign_db: Signature) -> Result<Found, RecoveryError> {
    let found = open_file(world, path)?;
    let Found::File(file) = &found else {
        return Ok(found);
    };
    let header = file.header();
    let allowed = InitBits::ALLOW_SOFT_RECOVERY_ON_BACKUP;
    let is_copy = world.options.bits.contains(allowed)
        && header.is_unfinished_backup_copy()
        && (header.sign_db, header.sign_log) == (sign_db, world.sign_log);
    if !is_copy {
        return Ok(found);
    }
    drop(found);
    BackupCopy::open(&*world.env.fs, path)?.take_over(world.env, None)?;
    open_file(world, path)
}

fn open_file(world: &World<'_>, path: &Path) -> Result<Found, RecoveryError> {
    match AttachedFile::open(world.env, path, MapUse::Keep) {
        Ok(mut file) => {
            file.guard(world.options.atomic_unit);
            Ok(Found::File(Box::new(file)))
        }
        Err(OpenError::Io(e)) => match e.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput => {
                Ok(Found::Missing)
            }
            ErrorKind::PermissionDenied => Ok(Found::Denied),
            _ => Err(RecoveryError::from(e).in_file(path)),
        },
        Err(e) => Ok(Found::Unreadable(e)),
    }
}

/// A database that is complete is not replayed, but a crash in the header write that said so may have
/// left two copies that differ: the one that counts is written to both.
fn mend_copies(file: &AttachedFile, why: Deferral, logged: &Logged) -> Result<(), RecoveryError> {
    let cut_off = why == Deferral::ConsistentFuture
        && file.copies() != CopyState::Equal
        && file.header().sign_db == logged.sign_db;
    if cut_off {
        file.write_header()
            .map_err(|e| RecoveryError::from(e).in_file(file.path()))?;
    }
    Ok(())
}

impl Databases {
    /// The database that records of this number are replayed on.
    pub(super) fn get_mut(&mut self, dbid: u8) -> Option<&mut Attached> {
        match self.entries.get_mut(&dbid)? {
            Entry::Attached(db) => Some(db),
            Entry::Waiting(_) => None,
        }
    }

    /// All that are replayed on.
    pub(super) fn attached(&self) -> impl Iterator<Item = &Attached> {
        self.entries.values().filter_map(|e| match e {
            Entry::Attached(db) => Some(&**db),
            Entry::Waiting(_) => None,
        })
    }

    /// All that are replayed on, to be changed.
    pub(super) fn attached_mut(&mut self) -> impl Iterator<Item = &mut Attached> {
        self.entries.values_mut().filter_map(|e| match e {
            Entry::Attached(db) => Some(&mut **db),
            Entry::Waiting(_) => None,
        })
    }

    /// All that wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.entries.values().filter_map(|e| match e {
            Entry::Attached(_) => None,
            Entry::Waiting(db) => Some(db),
        })
    }

    /// Numbers of all that are replayed on.
    pub(super) fn numbers(&self) -> Vec<u8> {
        let attached = |(&dbid, e): (&u8, &Entry)| matches!(e, Entry::Attached(_)).then_some(dbid);
        self.entries.iter().filter_map(attached).collect()
    }

    /// All databases that were named so far.
    pub(super) fn seen(&self) -> &[RecoveredDb] {
        &self.seen
    }

    /// What became of all databases that were named.
    pub(super) fn into_seen(self) -> Vec<RecoveredDb> {
        self.seen
    }

    /// What became of a database, from now on.
    pub(super) fn set_fate(&mut self, dbid: u8, fate: DbFate) {
        if let Some(Entry::Attached(db)) = self.entries.get(&dbid)
            && let Some(seen) = self.seen.get_mut(db.seen)
        {
            seen.fate = fate;
        }
    }

    fn see(&mut self, dbid: u8, sign_db: Signature, logged: &str, path: &Path) -> usize {
        let known = self.seen.iter().position(|s| s.sign_db == sign_db);
        if let Some(known) = known {
            if let Some(seen) = self.seen.get_mut(known) {
                seen.dbid = dbid;
            }
            return known;
        }
        self.seen.push(RecoveredDb {
            dbid,
            logged_path: logged.to_owned(),
            path: path.to_path_buf(),
            sign_db,
            fate: DbFate::PassedOver,
        });
        self.seen.len() - 1
    }

    fn defer(&mut self, dbid: u8, seen: usize, why: Deferral, path: PathBuf) {
        tracing::info!(dbid, path = %path.display(), %why, "a database is passed over here");
        if why == Deferral::ConsistentFuture
            && let Some(seen) = self.seen.get_mut(seen)
            && seen.fate == DbFate::PassedOver
        {
            seen.fate = DbFate::AlreadyConsistent;
        }
        self.entries
            .insert(dbid, Entry::Waiting(Waiting { why, path }));
    }

    fn take_number(&mut self, dbid: u8) -> Result<(), RecoveryError> {
        if !(1..=DBID_MAX).contains(&dbid) {
            return Err(bad_dbid(dbid));
        }
        if self.entries.contains_key(&dbid) {
            return Err(RecoveryError::refused(
                JetErr::DATABASE_DUPLICATE,
                format!("database number {dbid} is attached while it is attached already"),
            ));
        }
        Ok(())
    }

    /// A database of the list at the start of the replay.
    pub(super) fn attach_at_start(
        &mut self,
        world: &World<'_>,
        a: &StartAttachment,
    ) -> Result<(), RecoveryError> {
        self.take_number(a.dbid)?;
        let logged = Logged {
            sign_db: a.sign_db,
            lgpos_attach: a.lgpos_attach,
            lgpos_consistent: a.lgpos_consistent,
        };
        let at = Lgpos::MIN;
        self.attach(world, a.dbid, &a.path, logged, Occasion::Start, at)?;
        if let Some(db) = self.get_mut(a.dbid) {
            db.cpg_size_max = a.cpg_size_max;
            db.redo.dbtime = db.redo.dbtime.max(a.dbtime);
            db.redo.objid = db.redo.objid.max(a.objid_last);
        }
        Ok(())
    }

    /// An AttachDB record.
    pub(super) fn attach_record(
        &mut self,
        world: &World<'_>,
        r: &AttachDb<'_>,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        self.take_number(r.dbid)?;
        let logged = Logged {
            sign_db: r.sign_db,
            lgpos_attach: at,
            lgpos_consistent: r.lgpos_consistent,
        };
        let occasion = Occasion::Attach {
            sign_log_before: r.sign_log,
        };
        self.attach(world, r.dbid, &r.path.text(), logged, occasion, at)?;
        self.limit(r.dbid, r.cpg_size_max);
        Ok(())
    }

    fn limit(&mut self, dbid: u8, cpg_size_max: u32) {
        if let Some(db) = self.get_mut(dbid) {
            db.cpg_size_max = cpg_size_max;
        }
    }

    fn attach(
        &mut self,
        world: &World<'_>,
        dbid: u8,
        logged_path: &str,
        logged: Logged,
        occasion: Occasion,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let path = world.path_of(logged.sign_db, logged_path);
        let seen = self.see(dbid, logged.sign_db, logged_path, &path);
        if world.is_unwanted(logged.sign_db, logged_path) {
            self.defer(dbid, seen, world.why_unwanted(), path);
            return Ok(());
        }
        let file = match open(world, &path, logged.sign_db)? {
            Found::File(file) => file,
            Found::Missing => {
                self.defer(dbid, seen, Deferral::Missing, path);
                return Ok(());
            }
            Found::Denied => {
                self.defer(dbid, seen, Deferral::AccessDenied, path);
                return Ok(());
            }
            Found::Unreadable(e) => {
                return Err(RecoveryError::refused(
                    JetErr::READ_VERIFY_FAILURE,
                    format!("{e}: bring a whole copy of the database"),
                )
                .in_file(&path));
            }
        };
        let header = file.header();
        let decision = attach::attach(&header, &logged, occasion, &world.place(at))
            .map_err(|e| e.in_file(&path))?;
        match decision {
            Decision::Defer(why) => {
                mend_copies(&file, why, &logged)?;
                self.defer(dbid, seen, why, path);
                return Ok(());
            }
            Decision::Attach | Decision::AttachAfterHeader | Decision::Create => {}
        }
        if file.page_size() != world.page_size {
            return Err(RecoveryError::refused(
                JetErr::PAGE_SIZE_MISMATCH,
                format!(
                    "the database has pages of {} bytes, the logs are for {}",
                    file.page_size().bytes(),
                    world.page_size.bytes()
                ),
            )
            .in_file(&path));
        }
        let attached = Attach {
            lgpos: at,
            sign_log: world.sign_log,
            dbid,
            current: world.current(),
            now: world.now(),
            redo: true,
        };
        file.change_header(|h| {
            if occasion != Occasion::Start {
                transitions::attached(h, &attached);
            }
            transitions::redo_begins(h, world.current());
        });
        self.begin(
            world,
            dbid,
            *file,
            logged.lgpos_attach,
            header.gen_max_required,
            seen,
        )
        .map_err(|e| e.in_file(&path))
    }

    /// Makes an open file one that is replayed on.
    fn begin(
        &mut self,
        world: &World<'_>,
        dbid: u8,
        file: AttachedFile,
        lgpos_attach: Lgpos,
        holds_up_to: i32,
        seen: usize,
    ) -> Result<(), RecoveryError> {
        if let Some(set) = world.restores {
            file.change_header(|h| set.note(h));
        }
        file.write_header()?;
        let header = file.header();
        let file = Arc::new(file);
        let gate = RecoveryGate {
            phase: Arc::clone(&world.phase),
            file: Arc::clone(&file),
        };
        let no = DbNo(dbid);
        let pages = world
            .cache
            .attach(no, Arc::clone(&file) as _, Arc::new(gate))
            .map_err(|e| RecoveryError::refused(crate::HasJetErr::jet_err(&e), e.to_string()))?;
        let future = world.generation <= header.gen_max_required;
        let mut redo = RedoDb::new(no, pages, PageStyle::of(header.version()), future);
        redo.dbtime = header.dbtime_dirtied;
        redo.objid = Objid(header.objid_last);
        self.entries.insert(
            dbid,
            Entry::Attached(Box::new(Attached {
                file,
                redo,
                lgpos_attach,
                logged_path: self
                    .seen
                    .get(seen)
                    .map_or(String::new(), |s| s.logged_path.clone()),
                cpg_size_max: 0,
                holds_up_to,
                seen,
            })),
        );
        if let Some(db) = self.seen.get_mut(seen)
            && db.fate != DbFate::Rebuilt
        {
            db.fate = DbFate::Redone;
        }
        Ok(())
    }

    /// A CreateDB record.
    pub(super) fn create_record(
        &mut self,
        world: &World<'_>,
        r: &CreateDb<'_>,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        self.take_number(r.dbid)?;
        let logged = Logged {
            sign_db: r.sign_db,
            lgpos_attach: at,
            lgpos_consistent: Lgpos::MIN,
        };
        let logged_path = r.path.text();
        let path = world.path_of(r.sign_db, &logged_path);
        let seen = self.see(r.dbid, r.sign_db, &logged_path, &path);
        if world.is_unwanted(r.sign_db, &logged_path) {
            self.defer(r.dbid, seen, world.why_unwanted(), path);
            return Ok(());
        }
        let (file, decision) = match open(world, &path, logged.sign_db)? {
            Found::Missing => (None, Decision::Create),
            Found::Denied => (None, Decision::Defer(Deferral::AccessDenied)),
            Found::Unreadable(_) => (None, attach::create(None, &logged, &world.place(at))?),
            Found::File(file) => {
                let header = file.header();
                let decision = attach::create(Some(&header), &logged, &world.place(at))
                    .map_err(|e| e.in_file(&path))?;
                (Some(file), decision)
            }
        };
        match (decision, file) {
            (Decision::Defer(why), file) => {
                if let Some(file) = file {
                    mend_copies(&file, why, &logged)?;
                }
                self.defer(r.dbid, seen, why, path);
                Ok(())
            }
            (Decision::Attach | Decision::AttachAfterHeader, Some(file)) => {
                let holds_up_to = file.header().gen_max_required;
                file.change_header(|h| transitions::redo_begins(h, world.current()));
                self.begin(world, r.dbid, *file, at, holds_up_to, seen)
                    .map_err(|e| e.in_file(&path))
            }
            (_, file) => {
                // The lock goes before the file does.
                drop(file);
                let made = self.make(world, r, at, &path, seen);
                made.map_err(|e| e.in_file(&path))?;
                self.limit(r.dbid, r.cpg_size_max);
                Ok(())
            }
        }
    }

    fn make(
        &mut self,
        world: &World<'_>,
        r: &CreateDb<'_>,
        at: Lgpos,
        path: &Path,
        seen: usize,
    ) -> Result<(), RecoveryError> {
        if r.version.numbers() != Some((2, 0)) {
            return Err(RecoveryError::refused(
                JetErr::INVALID_CREATE_DB_VERSION,
                "the database was made by an engine that did not log what a new database holds",
            ));
        }
        match AttachedFile::remove(world.env, path) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
        let header = transitions::just_created(&Birth {
            sign_db: r.sign_db,
            sign_log: world.sign_log,
            lgpos: at,
            dbid: r.dbid,
            page_size: world.page_size,
            no_shadow_catalog: r.grbit & JET_BIT_DB_SHADOWING_OFF != 0,
        });
        let pages = match world.page_size {
            PageSize::K2 => PAGES_AT_CREATION + 1,
            _ => PAGES_AT_CREATION,
        };
        let mut file = AttachedFile::create(world.env, path, &header, pages, MapUse::Keep)?;
        file.guard(world.options.atomic_unit);
        if let Some(db) = self.seen.get_mut(seen) {
            db.fate = DbFate::Rebuilt;
        }
        self.begin(world, r.dbid, file, at, 0, seen)
    }

    /// A CreateDBFinish record: the database is complete.
    pub(super) fn create_finish(
        &mut self,
        world: &World<'_>,
        dbid: u8,
    ) -> Result<(), RecoveryError> {
        let Some(db) = self.get_mut(dbid).filter(|db| db.is_being_made()) else {
            return Ok(());
        };
        let (marks, current, now) = (db.marks(), world.current(), world.now());
        db.file
            .change_header(|h| transitions::create_finished(h, marks, current, now, None));
        db.file
            .write_header()
            .map_err(|e| RecoveryError::from(e).in_file(db.file.path()))
    }

    /// The end of an attachment: a DetachDB record, or the end of a run. The file is clean at `at`
    /// afterwards; one whose creation was not finished is removed.
    pub(super) fn detach(
        &mut self,
        world: &World<'_>,
        dbid: u8,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let Some(Entry::Attached(db)) = self.entries.get_mut(&dbid) else {
            self.entries.remove(&dbid);
            return Ok(());
        };
        if db.is_being_made() {
            return self.remove_unfinished(world, dbid);
        }
        let fate = match self.seen.get(db.seen).map(|s| s.fate) {
            Some(DbFate::Rebuilt) => DbFate::Rebuilt,
            _ => DbFate::Recovered,
        };
        let done = db.end(world, at);
        done.map_err(|e| e.in_file(db.file.path()))?;
        world.cache.detach(db.redo.no);
        self.set_fate(dbid, fate);
        self.entries.remove(&dbid);
        Ok(())
    }

    /// Removes a database whose creation the log does not finish.
    pub(super) fn remove_unfinished(
        &mut self,
        world: &World<'_>,
        dbid: u8,
    ) -> Result<(), RecoveryError> {
        self.set_fate(dbid, DbFate::Removed);
        let Some(Entry::Attached(db)) = self.entries.remove(&dbid) else {
            return Ok(());
        };
        world.cache.detach(db.redo.no);
        let Attached { file, redo, .. } = *db;
        let path = file.path().to_path_buf();
        // Everybody who holds the file's lock goes before the file does.
        drop(redo);
        drop(file);
        AttachedFile::remove(world.env, &path).map_err(|e| RecoveryError::from(e).in_file(&path))
    }

    /// Forgets what waits: the run that named it is over.
    pub(super) fn forget_waiting(&mut self) {
        self.entries.retain(|_, e| matches!(e, Entry::Attached(_)));
    }
}

impl Attached {
    /// The highest time and object of the log.
    pub(super) fn marks(&self) -> Marks {
        Marks {
            dbtime: self.redo.dbtime,
            objid: self.redo.objid,
        }
    }

    fn end(&mut self, world: &World<'_>, at: Lgpos) -> Result<(), RecoveryError> {
        self.redo.leave_required_range()?;
        self.flush(world)?;
        self.settle_size(world)?;
        let detached = Detach {
            lgpos: at,
            now: world.now(),
            marks: self.marks(),
            restored: world.restores.is_some(),
        };
        self.file.change_header(|h| {
            transitions::patches_replayed(h, world.generation);
            transitions::redo_ended(h);
            transitions::detached(h, &detached);
        });
        self.file.write_header()?;
        Ok(())
    }

    /// Writes every dirty page.
    pub(super) fn flush(&self, world: &World<'_>) -> Result<(), RecoveryError> {
        let done = world.cache.flush_db(self.redo.no)?;
        if done.held_back > 0 {
            return Err(RecoveryError::refused(
                JetErr::INTERNAL_ERROR,
                format!(
                    "{} pages could not be written: what undoing them takes is not in the log",
                    done.held_back
                ),
            ));
        }
        Ok(())
    }

    /// Brings the file forward as far as it can be; it stays dirty.
    pub(super) fn keep(&self, world: &World<'_>) -> Result<(), RecoveryError> {
        world.cache.flush_db(self.redo.no)?;
        self.file.sync()?;
        let marks = self.marks();
        self.file.change_header(|h| transitions::raise(h, marks));
        self.file.write_header()?;
        Ok(())
    }

    /// Redo comes to a generation.
    pub(super) fn enter_generation(&mut self, world: &World<'_>) -> Result<(), RecoveryError> {
        let header = self.file.change_header(|h| {
            transitions::patches_replayed(h, world.generation.saturating_sub(1));
            transitions::reached(h, world.generation);
            *h
        });
        if world.generation <= header.gen_max_required {
            self.redo.future = true;
            return Ok(());
        }
        if self.redo.future {
            self.redo
                .leave_required_range()
                .map_err(|e| e.in_file(self.file.path()))?;
        }
        Ok(())
    }
}
