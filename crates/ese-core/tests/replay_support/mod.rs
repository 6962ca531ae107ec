//! A reference model of redo: whole logs replayed into pages in memory, as simple as it can be.
//!
//! It knows files only as maps of pages, has no cache, no checkpoint, no undo phase of its own (the
//! logs hold what an undo phase did). The real recovery is measured against it.
//!
//! Rooms: `database` (pages, and whether one needs a record), `session` (levels, macros, versions),
//! `redo` (records on pages), `fragment` (one record or macro apart), `same` (when two pages are equal).
#![forbid(unsafe_code)]
#![allow(dead_code, unreachable_pub)] // Each test uses a part.

pub mod database;
pub mod fragment;
mod redo;
pub mod same;
pub mod session;

use database::Database;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::log_record::{LogRecord, LrTyp};
use ese_core::format::page::PageView;
use ese_core::format::page_check::{check_nodes, check_page};
use ese_core::format::version::FormatVersion;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogFile, LogSequence};
use session::Session;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What was compared and looked at on the way.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Records by type, those inside macros too.
    pub records: BTreeMap<LrTyp, u64>,
    /// Changes of a page.
    pub pages: u64,
    /// Changes that a page already had.
    pub not_needed: u64,
    /// Before-images of splits and merges that were compared with the page they show.
    pub images: u64,
    /// Images inside PageMove that were compared with the page they show.
    pub moved: u64,
    /// UndoInfo records whose data was compared with the version's.
    pub undo_infos: u64,
    /// Changes taken back by Undo.
    pub undone: u64,
    /// Versions that a Rollback met although no Undo had come.
    pub left_over: u64,
    /// Records of sessions whose first transaction was not seen.
    pub unseen: u64,
}

/// The state of a replay.
#[derive(Clone)]
pub struct Replayer {
    pub page_size: PageSize,
    /// Every database of the logs, in the order of their creation.
    pub databases: Vec<Database>,
    /// dbid to database.
    pub attached: BTreeMap<u8, usize>,
    pub sessions: BTreeMap<u16, Session>,
    pub tally: Tally,
    /// Every page is taken to need every record: for damaged records.
    pub trusting: bool,
    scratch: Vec<u8>,
    /// Pages that the record under way has changed.
    touched: Vec<(usize, Pgno)>,
}

impl Replayer {
    #[must_use]
    pub fn new(page_size: PageSize) -> Self {
        Self {
            page_size,
            databases: Vec::new(),
            attached: BTreeMap::new(),
            sessions: BTreeMap::new(),
            tally: Tally::default(),
            trusting: false,
            scratch: Vec::new(),
            touched: Vec::new(),
        }
    }

    /// Replays all logs of a folder from nothing.
    pub fn replay_folder(dir: &Path) -> Outcome<Self> {
        Self::watch_folder(dir, |_, _| Ok(()))
    }

    /// As [`Replayer::replay_folder`]; `watch` sees each record before it is replayed.
    pub fn watch_folder(
        dir: &Path,
        watch: impl FnMut(&Self, &LogRecord<'_>) -> Outcome,
    ) -> Outcome<Self> {
        Self::watch_in(&RealFileSystem, dir, watch)
    }

    /// As [`Replayer::watch_folder`], in any file system.
    pub fn watch_in(
        fs: &dyn FileSystem,
        dir: &Path,
        mut watch: impl FnMut(&Self, &LogRecord<'_>) -> Outcome,
    ) -> Outcome<Self> {
        let sequence = LogSequence::open(fs, dir, None)?;
        let mut replayer: Option<Self> = None;
        for file in sequence.files.iter().filter(|f| f.kind != LogKind::Temp) {
            let log = LogFile::open(fs.open(&file.path, OpenMode::Read)?)?;
            let size = log.header().page_size().ok_or("no page size")?;
            let replayer = replayer.get_or_insert_with(|| Self::new(size));
            let mut records = log.records()?;
            while let Some((pos, record)) = records.next() {
                watch(replayer, &record)?;
                replayer
                    .replay(&record)
                    .map_err(|e| format!("{pos}: {e}\n  {}", short(&record)))?;
            }
            let end = records.finish();
            if let Some(jet) = end.jet_err() {
                return Err(format!("{}: {end} ({jet:?})", file.path.display()).into());
            }
        }
        replayer.ok_or_else(|| "no logs".into())
    }

    /// Replays one record.
    pub fn replay(&mut self, record: &LogRecord<'_>) -> Outcome {
        *self.tally.records.entry(record.typ()).or_default() += 1;
        self.touched.clear();
        if let Some(buffered) = self.macro_of(record) {
            let mut bytes = Vec::new();
            record.write(&mut bytes)?;
            buffered.push(bytes);
            return Ok(());
        }
        match record {
            LogRecord::Begin0(r) => self.session(r.procid).begin(0, r.levels.count(), true)?,
            LogRecord::Begin(r) => {
                let (from, count) = (r.levels.from(), r.levels.count());
                self.session(r.procid).begin(from, count, false)?;
            }
            LogRecord::Commit(r) => self.session(r.procid).commit(r.level_to),
            LogRecord::Commit0(r) => self.session(r.procid).commit(0),
            LogRecord::Rollback(r) => {
                let left_over = self.session(r.procid).rollback(r.levels)?;
                self.tally.left_over += left_over;
            }
            LogRecord::MacroBegin(r) => {
                self.session(r.procid).macros.insert(r.dbtime, Vec::new());
            }
            LogRecord::MacroAbort(r) => {
                let dropped = self.session(r.procid).macros.remove(&r.dbtime);
                dropped.ok_or("a macro ends that did not begin")?;
            }
            LogRecord::MacroCommit(r) => {
                let records = self.session(r.procid).macros.remove(&r.dbtime);
                self.redo_macro(&records.ok_or("a macro ends that did not begin")?)?;
            }
            LogRecord::Init(_) | LogRecord::Init2(_) => self.sessions.clear(),
            LogRecord::Term(_)
            | LogRecord::Term2(_)
            | LogRecord::RecoveryQuit(_)
            | LogRecord::RecoveryQuit2(_) => {
                self.sessions.clear();
                self.attached.clear();
            }
            LogRecord::RecoveryQuitKeepAttachments(_) => self.sessions.clear(),
            _ => self.file_or_page(record)?,
        }
        self.check_touched()
    }

    /// Records of database files; all others are page operations or change nothing.
    fn file_or_page(&mut self, record: &LogRecord<'_>) -> Outcome {
        match record {
            LogRecord::CreateDb(r) => {
                if r.version.numbers().map(|(v, _)| v) != Some(2) {
                    return Err("a CreateDB whose content is not in the log".into());
                }
                self.attached.insert(r.dbid, self.databases.len());
                self.databases
                    .push(Database::new(r.sign_db, self.page_size));
            }
            LogRecord::AttachDb(r) => {
                let known = self.databases.iter().position(|d| d.sign == r.sign_db);
                let known = known.ok_or("a database is attached that was not created")?;
                self.attached.insert(r.dbid, known);
            }
            LogRecord::DetachDb(r) => {
                self.attached.remove(&r.dbid);
            }
            LogRecord::SetDbVersion(r) => {
                self.database(r.dbid)?.version = FormatVersion {
                    major: r.major,
                    update_major: r.update_major,
                    update_minor: r.update_minor,
                };
            }
            LogRecord::ShrinkDb(r) => self.database(r.dbid)?.cut_behind(r.pgno_last),
            LogRecord::ShrinkDb2(r) => self.database(r.dbid)?.cut_behind(r.pgno_last),
            LogRecord::ShrinkDb3(r) => self.database(r.dbid)?.cut_behind(r.pgno_last),
            LogRecord::TrimDb(r) => {
                let n = u32::try_from(r.cpg)?;
                self.database(r.dbid)?.trim(r.pgno_start, n);
            }
            _ => self.redo(record)?,
        }
        Ok(())
    }

    pub fn session(&mut self, procid: u16) -> &mut Session {
        self.sessions.entry(procid).or_default()
    }

    fn database(&mut self, dbid: u8) -> Outcome<&mut Database> {
        let at = self.attached(dbid)?;
        Ok(&mut self.databases[at])
    }

    fn attached(&self, dbid: u8) -> Outcome<usize> {
        let at = self.attached.get(&dbid).copied();
        at.ok_or_else(|| format!("database {dbid} is not attached").into())
    }

    /// The open macro that a record belongs to.
    fn macro_of(&mut self, record: &LogRecord<'_>) -> Option<&mut Vec<Vec<u8>>> {
        match record {
            LogRecord::MacroCommit(_) | LogRecord::MacroAbort(_) | LogRecord::UndoInfo(_) => None,
            LogRecord::NewPage(_) => None,
            _ => {
                let dbtime = record.dbtime()?;
                self.session(record.procid()?).macros.get_mut(&dbtime)
            }
        }
    }

    /// Whatever a record did, its pages are sound.
    fn check_touched(&mut self) -> Outcome {
        for &(db, pgno) in &self.touched {
            let page = &self.databases[db].pages[&pgno];
            let view = PageView::new(page)?;
            check_page(&view).map_err(|e| format!("page {pgno}: {e}"))?;
            let mut problems = Vec::new();
            check_nodes(&view, &mut |p| problems.push(p.to_string()));
            if !problems.is_empty() {
                return Err(format!("page {pgno}: {}", problems.join("; ")).into());
            }
            self.tally.pages += 1;
        }
        Ok(())
    }
}

/// A record's text without its long parts.
#[must_use]
pub fn short(record: &LogRecord<'_>) -> String {
    record.line().chars().take(900).collect()
}
