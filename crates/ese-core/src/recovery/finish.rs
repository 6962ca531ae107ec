//! The end of a recovery: what must have been replayed, undo, and the databases clean.
//!
//! Source: docs/format/recovery.md §3, §5.
//!
//! Order on the disk: RecoveryUndo2 and what undo logs, pages behind it; ShutDownMark; the rest of the
//! pages; headers clean at the mark; RecoveryQuit2; the checkpoint. Invariant: a crash between any two
//! of these leaves what the next recovery can begin from.
#![forbid(unsafe_code)]

use super::attach::Deferral;
use super::cut::{self, Cut};
use super::databases::Attached;
use super::gate::{Phase, Undoing};
use super::outcome::UndoneTransaction;
use super::replay::Replay;
use super::sessions::Sessions;
use super::stream::LogTail;
use super::undo::UndoPhase;
use super::{Cause, InitBits, LogStream, NameDigits, RecoveryError};
use crate::cache::{DbNo, DbPages};
use crate::dbfile::transitions::{self, Advance, Generation};
use crate::error::{HasJetErr as _, JetErr};
use crate::format::checkpoint::{Checkpoint, CheckpointFlags};
use crate::format::db_header::DbHeader;
use crate::format::header_page::{BYTES_FOR_SELECT, select_header};
use crate::format::ids::{Dbtime, Lgpos, LogTime};
use crate::format::log_fields::attach::{AttachFlags, AttachInfo, AttachList};
use crate::format::log_record::{
    LogRecord, RecoveryQuit2, RecoveryQuitKeepAttachments, RecoveryUndo2, ShutDownMark,
};
use crate::io::{ErrorKind, FileSystem, OpenMode};
use crate::log::writer::{GENERATION_MAX_RECOVERY, LogConfig, RollWatch};
use crate::log::{LogAppend, LogWriter, checkpoint_file};
use crate::rollback::UndoTarget;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

/// Undo begins with no higher database time: more changes than there can be are left above it. A log
/// that names a higher one was not written by an engine.
const DBTIME_LAST: Dbtime = Dbtime(u64::MAX / 2);

/// What the end of a recovery tells besides the databases.
#[derive(Default)]
pub(super) struct Finished {
    pub(super) undone: Vec<UndoneTransaction>,
    pub(super) committed_logs_lost: bool,
}

/// Keeps the gates' generation when the undo phase fills a log. The phase has the writer, which has
/// this: it must not have the phase, or the log would stay open and locked when a recovery fails.
struct Rolls(Weak<Phase>);

impl RollWatch for Rolls {
    fn rolled(&self, generation: i32, made: LogTime) -> io::Result<()> {
        if let Some(phase) = self.0.upgrade() {
            phase.set_generation(generation, made);
        }
        Ok(())
    }
}

impl Replay<'_> {
    fn wants(&self, bit: InitBits) -> bool {
        self.world.options.bits.contains(bit)
    }

    /// Redo is through: everything behind it. `tail` is where the logs end.
    pub(super) fn finish(
        &mut self,
        stream: &LogStream,
        tail: &LogTail,
    ) -> Result<Finished, RecoveryError> {
        let mut finished = Finished::default();
        for db in self.dbs.attached_mut() {
            db.redo
                .leave_required_range()
                .map_err(|e| e.in_file(db.file.path()))?;
        }
        finished.committed_logs_lost = self.check_generations(tail)?;
        self.check_waiting()?;
        if self.wants(InitBits::RECOVERY_WITHOUT_UNDO) && !self.ended {
            return Err(self.stop_before_undo());
        }
        let keep = self.wants(InitBits::KEEP_DB_ATTACHED_AT_END_OF_RECOVERY);
        if self.world.options.delete_out_of_range_logs {
            // Before a generation is made that bears the number of one of them.
            stream.folder().remove_out_of_range(&*self.world.env.fs)?;
        }
        if self.kept && keep && !self.last_is_shutdown {
            // They were kept already: there is nothing to say.
            self.keep_databases()?;
        } else if !self.ended || self.is_closed_elsewhere(tail) {
            self.undo(stream, tail, &mut finished)?;
        } else if let Some(term) = self.last_term {
            // As the next start reads it: where replay began may give a record that did not fit into
            // the segment before another name.
            self.write_checkpoint(stream, tail, tail.closed.unwrap_or(term))?;
            if self.wants(InitBits::RECOVERY_WITHOUT_UNDO) {
                return Err(nothing_to_undo());
            }
            if self.wants(InitBits::TRUNCATE_LOGS_AFTER_RECOVERY) {
                let current = tail.header.generation();
                let fs = &*self.world.env.fs;
                stream.folder().remove_below(fs, current)?;
            }
        }
        Ok(finished)
    }

    /// The record that closed the last run is not the last of the current log: a crash came between
    /// that log's beginning and its first record. Nothing would tell the next start that all is done,
    /// so this recovery closes that log too.
    fn is_closed_elsewhere(&self, tail: &LogTail) -> bool {
        let here = tail.is_current && tail.closed.is_some();
        !here && self.stopped.is_none() && !self.wants(InitBits::RECOVERY_WITHOUT_UNDO)
    }

    /// Redo ended with `e`, because of a log. When the databases do not need that log to be
    /// consistent and the caller gives up what it holds, recovery ends before it: gives the position.
    pub(super) fn give_up_logs(
        &mut self,
        stream: &LogStream,
        e: RecoveryError,
    ) -> Result<Lgpos, RecoveryError> {
        let Some(bad) = stream.bad_generation() else {
            return Err(e);
        };
        if self.world.restores.is_some() {
            return Err(e);
        }
        if self.dbs.attached().any(|db| db.holds_up_to >= bad) {
            return Err(e);
        }
        let committed = |db: &Attached| db.file.header().gen_max_committed >= bad;
        if !self.wants(InitBits::REPLAY_IGNORE_LOST_LOGS)
            || !self.world.options.delete_out_of_range_logs
        {
            if !self.dbs.attached().any(committed) {
                return Err(e);
            }
            let jet = match e.jet_err() {
                JetErr::INVALID_LOG_SEQUENCE => JetErr::COMMITTED_LOG_FILES_MISSING,
                _ => JetErr::COMMITTED_LOG_FILE_CORRUPT,
            };
            let what = format!(
                "{}. The databases can be made consistent without it: accept the loss of the newest \
                 work (JET_bitReplayIgnoreLostLogs with JET_paramDeleteOutOfRangeLogs, eseutil recover \
                 --accept-lost-logs)",
                e.cause
            );
            return Err(RecoveryError {
                cause: Box::new(Cause::Refused { jet, what }),
                ..e
            });
        }
        let here = e.lgpos.filter(|at| at.generation == bad);
        Ok(here.unwrap_or(Lgpos::new(bad, 0, 0)))
    }

    /// The logs end at `at` from now on, where replay ended. Nothing is changed unless it is sure that
    /// the databases can be made clean there.
    pub(super) fn cut(&mut self, stream: &LogStream, at: Lgpos) -> Result<LogTail, RecoveryError> {
        self.check_cut(stream, at)?;
        let fs = &*self.world.env.fs;
        let cut = Cut::plan(fs, stream.folder(), at)?;
        for db in self.dbs.attached_mut() {
            db.redo
                .leave_required_range()
                .map_err(|e| e.in_file(db.file.path()))?;
        }
        self.check_waiting()?;
        // First: when the logs are gone, nothing tells any more that their end was wanted.
        for db in self.dbs.attached() {
            let last = cut.last();
            if db
                .file
                .change_header(|h| transitions::committed_lost(h, last))
            {
                db.file
                    .write_header()
                    .map_err(|e| RecoveryError::from(e).in_file(db.file.path()))?;
            }
        }
        cut.carry_out(fs)
    }

    /// The databases may end at `at`: none holds more already.
    fn check_cut(&self, stream: &LogStream, at: Lgpos) -> Result<(), RecoveryError> {
        let refused = |what: String| {
            Err(RecoveryError::refused(
                JetErr::REQUIRED_LOG_FILES_MISSING,
                what,
            ))
        };
        if at <= stream.start() {
            let start = stream.start();
            return refused(format!(
                "replay begins at {start} and can't stop at {at}, before that; an older copy of the \
                 database, and no checkpoint, make it begin earlier"
            ));
        }
        let ahead = |db: &&Attached| Lgpos::new(db.holds_up_to.saturating_add(1), 0, 0) > at;
        if let Some(db) = self.dbs.attached().find(ahead) {
            return refused(format!(
                "the database may hold changes of generation {:#x} already: replay can't stop before \
                 the end of that",
                db.holds_up_to
            ))
            .map_err(|e| e.in_file(db.file.path()));
        }
        // Those that are not attached where replay ends: named before that, or behind it.
        let fs = &*self.world.env.fs;
        let seen = self.dbs.seen().iter();
        let mut named: BTreeSet<([u8; 28], PathBuf)> =
            seen.map(|db| (db.sign_db.0, db.path.clone())).collect();
        cut::databases_behind(fs, stream.folder(), at, &mut |sign_db, logged| {
            if !self.world.is_unwanted(sign_db, logged) {
                named.insert((sign_db.0, self.world.path_of(sign_db, logged)));
            }
        });
        for (sign_db, path) in &named {
            let Some(header) = header_of(fs, path)? else {
                continue;
            };
            let newest = header.lgpos_attach.max(header.lgpos_consistent);
            let is_of_these = header.sign_db.0 == *sign_db && header.sign_log == stream.sign_log();
            if is_of_these && newest >= at {
                return refused(format!(
                    "the database was attached or clean at {newest}: replay can't stop before that"
                ))
                .map_err(|e| e.in_file(path));
            }
        }
        Ok(())
    }

    /// The logs that the databases need were all there (docs/format/recovery.md §3). `true` when
    /// committed ones were not, and the caller accepts that.
    fn check_generations(&mut self, tail: &LogTail) -> Result<bool, RecoveryError> {
        let last = Generation {
            number: tail.header.generation(),
            created: tail.header.tm_create(),
        };
        for db in self.dbs.attached() {
            let required = db.file.header().gen_max_required;
            if required > last.number {
                return Err(RecoveryError::refused(
                    JetErr::REQUIRED_LOG_FILES_MISSING,
                    format!(
                        "the database requires the logs up to generation {required:#x}, the last that is \
                         there is {:#x}: add the missing ones",
                        last.number
                    ),
                )
                .in_file(db.file.path()));
            }
        }
        let mut lost = false;
        for db in self.dbs.attached() {
            let committed = db.file.header().gen_max_committed;
            if committed <= last.number {
                continue;
            }
            if !self.wants(InitBits::REPLAY_IGNORE_LOST_LOGS) {
                return Err(RecoveryError::refused(
                    JetErr::COMMITTED_LOG_FILES_MISSING,
                    format!(
                        "work up to generation {committed:#x} was committed, the last log that is there is \
                         {:#x}: add the missing ones, or accept the loss of the newest work \
                         (JET_bitReplayIgnoreLostLogs, eseutil recover --accept-lost-logs)",
                        last.number
                    ),
                )
                .in_file(db.file.path()));
            }
            lost = true;
            db.file
                .change_header(|h| transitions::committed_lost(h, last));
            db.file
                .write_header()
                .map_err(|e| RecoveryError::from(e).in_file(db.file.path()))?;
        }
        Ok(lost)
    }

    /// No database is left out that the logs say is attached.
    fn check_waiting(&self) -> Result<(), RecoveryError> {
        if self.ended || self.wants(InitBits::REPLAY_IGNORE_MISSING_DB) {
            return Ok(());
        }
        let left_out = self
            .dbs
            .waiting()
            .filter(|db| db.why != Deferral::Skipped)
            .find(|db| !(self.last_is_shutdown && db.why == Deferral::ConsistentFuture));
        match left_out {
            None => Ok(()),
            Some(db) => Err(RecoveryError::refused(
                match db.why {
                    Deferral::AccessDenied => JetErr::ACCESS_DENIED,
                    _ => JetErr::ATTACHED_DATABASE_MISMATCH,
                },
                format!(
                    "the logs say that this database is attached, but {}: bring the file that belongs to \
                     these logs, or pass over missing databases (JET_bitReplayIgnoreMissingDB)",
                    db.why
                ),
            )
            .in_file(&db.path)),
        }
    }

    /// Ends after redo: databases stay dirty, brought forward as far as they can be.
    pub(super) fn stop_before_undo(&mut self) -> RecoveryError {
        if self.ended {
            return nothing_to_undo();
        }
        if let Err(e) = self.keep_databases() {
            return e;
        }
        RecoveryError::refused(
            JetErr::RECOVERED_WITHOUT_UNDO,
            "the logs are replayed; nothing was undone, as it was asked for",
        )
    }

    fn log_config(&self, stream: &LogStream) -> LogConfig {
        let folder = stream.folder();
        let mut config = LogConfig::new(folder.dir().to_path_buf(), &self.world.options.base);
        config.family = folder.family();
        config.digits = match folder.digits() {
            NameDigits::Five => 5,
            NameDigits::Eight | NameDigits::Detect => 8,
        };
        config.page_size = self.world.page_size;
        config.circular = self.world.options.circular;
        config.generation_max = GENERATION_MAX_RECOVERY;
        config
    }

    fn open_writer(&self, stream: &LogStream, tail: &LogTail) -> Result<LogWriter, RecoveryError> {
        let config = self.log_config(stream);
        let mut list = Vec::new();
        let attachments = self.attachment_list(&mut list)?;
        let writer = if tail.is_current {
            LogWriter::go_on(
                self.world.env,
                &config,
                tail.header.clone(),
                &tail.path,
                tail.last_segment,
                tail.segments_xor,
            )?
        } else {
            LogWriter::begin_after(
                self.world.env,
                &config,
                &tail.header,
                tail.segments_xor,
                attachments,
                stream.start(),
            )?
        };
        writer.set_attachments(attachments);
        writer.set_checkpoint(stream.start());
        Ok(writer)
    }

    /// The attached databases as a log header lists them.
    fn attachment_list<'l>(&self, list: &'l mut Vec<u8>) -> Result<AttachList<'l>, RecoveryError> {
        let paths: Vec<Vec<u8>> = self
            .dbs
            .attached()
            .map(|db| utf16_z(&db.logged_path))
            .collect();
        let entries: Vec<AttachInfo<'_>> = (self.dbs.attached().zip(&paths))
            .map(|(db, path)| attach_info(db, path))
            .collect();
        AttachList::build(&entries, list)
            .map_err(|e| RecoveryError::refused(JetErr::LOG_CORRUPTED, e.to_string()))
    }

    fn undo(
        &mut self,
        stream: &LogStream,
        tail: &LogTail,
        finished: &mut Finished,
    ) -> Result<(), RecoveryError> {
        let sessions = Sessions::new(Arc::clone(&self.world.phase.owed));
        let sessions = std::mem::replace(&mut self.sessions, sessions);
        // Nothing is written before it is sure that all can be undone.
        let undo = Arc::new(UndoPhase::new(sessions)?);
        for db in self.dbs.attached() {
            if db.marks().dbtime > DBTIME_LAST {
                return Err(RecoveryError::refused(
                    JetErr::OUT_OF_DBTIME_VALUES,
                    "the logs name a database time that leaves none for what has to be undone",
                )
                .in_file(db.file.path()));
            }
        }
        let writer = Arc::new(self.open_writer(stream, tail)?);
        let header = writer.header();
        let current = Generation {
            number: header.generation(),
            created: header.tm_create(),
        };
        self.world.generation = current.number;
        self.world.made = current.created;
        let phase = Arc::clone(&self.world.phase);
        phase.set_generation(current.number, current.created);
        phase.set_undoing(Undoing {
            writer: Arc::clone(&writer),
            phase: Arc::clone(&undo),
        });
        writer.set_watch(Arc::new(Rolls(Arc::downgrade(&phase))));
        for db in self.dbs.attached() {
            require(db, current).map_err(|e| e.in_file(db.file.path()))?;
        }
        let mut undo_at = Lgpos::MIN;
        let shutdown_mark = self.shutdown_mark.filter(|_| self.last_is_shutdown);
        if shutdown_mark.is_none() {
            let time = self.world.now();
            undo_at = writer.append(&LogRecord::RecoveryUndo2(RecoveryUndo2 { time }))?;
        }
        self.watch.undo(undo.open_sessions());
        let target = Target::new(self, &writer);
        let undone = undo.run(&target, self.watch);
        let dbtimes = target.dbtimes();
        for (no, dbtime) in dbtimes {
            if let Some(db) = self.dbs.get_mut(no.0) {
                db.redo.dbtime = dbtime;
            }
        }
        finished.undone = undone?;
        if self.wants(InitBits::KEEP_DB_ATTACHED_AT_END_OF_RECOVERY) && shutdown_mark.is_none() {
            return self.keep_attached(stream, &writer, undo_at);
        }
        let mark = match shutdown_mark {
            Some(mark) => mark,
            None => {
                for db in self.dbs.attached() {
                    db.flush(&self.world)
                        .map_err(|e| e.in_file(db.file.path()))?;
                }
                writer.append(&LogRecord::ShutDownMark(ShutDownMark {}))?
            }
        };
        writer.flush()?;
        self.close_databases(mark)?;
        let quit = writer.append(&LogRecord::RecoveryQuit2(RecoveryQuit2 {
            lgpos: undo_at,
            lgpos_redo_from: stream.start(),
            hard: u8::from(self.world.restores.is_some()),
            time: self.world.now(),
        }))?;
        writer.end()?;
        self.write_checkpoint(stream, tail, quit)?;
        if self.wants(InitBits::TRUNCATE_LOGS_AFTER_RECOVERY) {
            writer.delete_below(quit.generation)?;
        }
        Ok(())
    }

    /// The databases stay attached, and dirty: the checkpoint stays where it is. One that was never
    /// finished goes.
    fn keep_attached(
        &mut self,
        stream: &LogStream,
        writer: &LogWriter,
        undo_at: Lgpos,
    ) -> Result<(), RecoveryError> {
        for dbid in self.dbs.numbers() {
            if self.dbs.get_mut(dbid).is_some_and(|db| db.is_being_made()) {
                self.dbs.remove_unfinished(&self.world, dbid)?;
            }
        }
        let quit = RecoveryQuitKeepAttachments {
            lgpos: undo_at,
            lgpos_redo_from: stream.start(),
            hard: u8::from(self.world.restores.is_some()),
            time: self.world.now(),
        };
        writer.append(&LogRecord::RecoveryQuitKeepAttachments(quit))?;
        self.keep_databases()?;
        writer.end()?;
        Ok(())
    }

    /// The databases go as far forward as they can, and stay dirty.
    fn keep_databases(&self) -> Result<(), RecoveryError> {
        for db in self.dbs.attached() {
            db.keep(&self.world)
                .map_err(|e| e.in_file(db.file.path()))?;
        }
        Ok(())
    }

    /// All databases go clean at `mark`.
    fn close_databases(&mut self, mark: Lgpos) -> Result<(), RecoveryError> {
        for dbid in self.dbs.numbers() {
            self.dbs.detach(&self.world, dbid, mark)?;
        }
        self.dbs.forget_waiting();
        Ok(())
    }

    /// The checkpoint says that everything is done: it names the record that closed the log.
    fn write_checkpoint(
        &self,
        stream: &LogStream,
        tail: &LogTail,
        closed: Lgpos,
    ) -> Result<(), RecoveryError> {
        let path = stream.folder().checkpoint_path();
        let mut checkpoint = match stream.checkpoint() {
            Some(known) => known.clone(),
            None => {
                let mut new = Checkpoint::zeroed();
                new.set_sign_log(tail.header.sign_log());
                new.set_dbms_param(tail.header.dbms_param());
                new.set_filetype(crate::format::checkpoint::FILETYPE_CHECKPOINT);
                new
            }
        };
        checkpoint.set_lgpos_checkpoint(closed);
        checkpoint.set_lgpos_db_consistency(closed);
        checkpoint.set_flags(checkpoint.flags() - CheckpointFlags::ATTACH_LIST);
        let mut empty = Vec::new();
        if let Ok(none) = AttachList::build(&[], &mut empty) {
            checkpoint.set_attachments(none);
        }
        checkpoint_file::write(&*self.world.env.fs, &path, &checkpoint)
            .map_err(|e| RecoveryError::from(e).in_file(&path))
    }
}

fn nothing_to_undo() -> RecoveryError {
    RecoveryError::refused(
        JetErr::RECOVERED_WITHOUT_UNDO_DATABASES_CONSISTENT,
        "the logs are replayed, there was nothing to undo, and the databases are clean",
    )
}

/// The header of a database file; `None` when there is none to be read.
fn header_of(fs: &dyn FileSystem, path: &Path) -> Result<Option<DbHeader>, RecoveryError> {
    let mut head = vec![0; BYTES_FOR_SELECT];
    let read = fs.open(path, OpenMode::Read);
    let read = read.and_then(|file| file.read_at(&mut head, 0));
    match read {
        Ok(n) => {
            let head = head.get(..n).unwrap_or_default();
            Ok(select_header(head).ok().map(|found| found.header))
        }
        Err(e) => match e.kind() {
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::InvalidInput => Ok(None),
            _ => Err(RecoveryError::from(e).in_file(path)),
        },
    }
}

/// The databases as undo sees them.
struct Target<'t> {
    dbs: Vec<(DbNo, &'t DbPages, AtomicU64)>,
    writer: &'t LogWriter,
}

impl<'t> Target<'t> {
    fn new(replay: &'t Replay<'_>, writer: &'t LogWriter) -> Self {
        let db = |db: &'t Attached| {
            let last = AtomicU64::new(db.marks().dbtime.0);
            (db.redo.no, &db.redo.pages, last)
        };
        Self {
            dbs: replay.dbs.attached().map(db).collect(),
            writer,
        }
    }

    fn find(&self, no: DbNo) -> Option<&(DbNo, &'t DbPages, AtomicU64)> {
        self.dbs.iter().find(|(of, ..)| *of == no)
    }

    /// The highest database times that were given out.
    fn dbtimes(&self) -> Vec<(DbNo, Dbtime)> {
        let last =
            |(no, _, last): &(DbNo, _, AtomicU64)| (*no, Dbtime(last.load(Ordering::Relaxed)));
        self.dbs.iter().map(last).collect()
    }
}

impl UndoTarget for Target<'_> {
    fn pages(&self, db: DbNo) -> Option<&DbPages> {
        self.find(db).map(|(_, pages, _)| *pages)
    }

    fn next_dbtime(&self, db: DbNo) -> Dbtime {
        match self.find(db) {
            Some((_, _, last)) => Dbtime(last.fetch_add(1, Ordering::Relaxed).saturating_add(1)),
            None => Dbtime(0),
        }
    }

    fn log(&self) -> &dyn LogAppend {
        self.writer
    }
}

/// A path as attachment lists have it: UTF-16 with its terminator.
fn utf16_z(path: &str) -> Vec<u8> {
    let units = path.encode_utf16().chain([0]);
    units.flat_map(u16::to_le_bytes).collect()
}

fn attach_info<'a>(db: &Attached, path: &'a [u8]) -> AttachInfo<'a> {
    let header = db.file.header();
    let marks = db.marks();
    AttachInfo {
        dbid: db.redo.no.0,
        flags: AttachFlags::UNICODE,
        dbtime: marks.dbtime,
        objid_last: marks.objid,
        cpg_size_max: db.cpg_size_max,
        lgpos_attach: db.lgpos_attach,
        lgpos_consistent: header.lgpos_consistent,
        sign_db: header.sign_db,
        path,
    }
}

/// The header says that the current generation is required: undo changes pages in it.
fn require(db: &Attached, current: Generation) -> Result<(), RecoveryError> {
    let advance = Advance {
        committed: Some(current),
        waypoint: Some(current),
        ..Advance::default()
    };
    let marks = db.marks();
    db.file.change_header(|h| {
        transitions::patches_replayed(h, current.number);
        transitions::raise(h, marks);
        transitions::generations_moved(h, &advance)
    });
    if !db.is_being_made() {
        db.file.write_header()?;
    }
    Ok(())
}
