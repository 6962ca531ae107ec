//! Redo: every record of the logs, in its order, to where it belongs.
//!
//! Source: docs/format/recovery.md §2.
//!
//! Invariants: nothing is logged; a transaction's changes are redone only when its begin was seen; an
//! error names the record at which it came up, and leaves everything so that the next recovery begins
//! again.
#![forbid(unsafe_code)]

use super::databases::{Databases, World};
use super::gate::Phase;
use super::hard::SetRange;
use super::options::{InitBits, StopAt};
use super::outcome::Watch;
use super::owed::Owed;
use super::prefetch::Prefetch;
use super::redo::Redoer;
use super::sessions::Sessions;
use super::{LogStream, Options, RecoveryError};
use crate::cache::{Budget, Cache};
use crate::error::JetErr;
use crate::format::ids::{Dbtime, Lgpos, LogTime};
use crate::format::log_record::LogRecord;
use crate::io::env::Env;
use std::sync::Arc;

/// Pages that a cache has at least, however little memory is allowed.
const PAGES_LEAST: usize = 256;

/// Records between two questions whether to give up.
const RECORDS_BETWEEN_QUESTIONS: u64 = 1024;

/// A redo under way.
pub(super) struct Replay<'a> {
    pub(super) world: World<'a>,
    pub(super) watch: &'a dyn Watch,
    pub(super) dbs: Databases,
    pub(super) sessions: Sessions,
    redoer: Redoer,
    pub(super) records: u64,
    /// The last record that means anything is a ShutDownMark.
    pub(super) last_is_shutdown: bool,
    /// The last ShutDownMark of the run.
    pub(super) shutdown_mark: Option<Lgpos>,
    /// No run is open: the last one ended with Term or RecoveryQuit.
    pub(super) ended: bool,
    /// The record that ended it.
    pub(super) last_term: Option<Lgpos>,
    /// The last run ended with its databases attached and dirty; the next goes on with them.
    pub(super) kept: bool,
    /// Where the caller wanted replay to stop, and it did.
    pub(super) stopped: Option<Lgpos>,
    /// An undo phase is being replayed.
    in_undo: bool,
}

/// The first position that is not replayed.
fn stop_position(stop: StopAt) -> Option<Lgpos> {
    let StopAt::Position {
        generation,
        isec,
        ib,
    } = stop
    else {
        return None;
    };
    Some(match (isec, ib) {
        (Some(isec), Some(ib)) => Lgpos::new(generation, isec, ib),
        (Some(isec), None) => Lgpos::new(generation, isec.saturating_add(1), 0),
        (None, _) => Lgpos::new(generation.saturating_add(1), 0, 0),
    })
}

impl<'a> Replay<'a> {
    pub(super) fn new(
        env: &'a Env,
        options: &'a Options,
        watch: &'a dyn Watch,
        stream: &LogStream,
        restores: Option<SetRange>,
    ) -> Result<Self, RecoveryError> {
        let page_size = stream.page_size();
        let pages = (options.cache_bytes / page_size.bytes()).max(PAGES_LEAST);
        let max = u32::try_from(pages).unwrap_or(u32::MAX);
        let owed = Arc::new(Owed::default());
        Ok(Self {
            world: World {
                env,
                options,
                cache: Cache::new(page_size, Budget { min: max, max })?,
                phase: Phase::new(Arc::clone(&owed)),
                sign_log: stream.sign_log(),
                page_size,
                generation: 0,
                made: LogTime::NONE,
                restores,
            },
            watch,
            dbs: Databases::default(),
            sessions: Sessions::new(owed),
            redoer: Redoer::new(),
            records: 0,
            last_is_shutdown: false,
            shutdown_mark: None,
            ended: false,
            last_term: None,
            kept: false,
            stopped: None,
            in_undo: false,
        })
    }

    /// Replays everything that the stream has, or up to where the caller wants to stop.
    ///
    /// A stop before or in an undo phase takes back what that phase takes back: the phase is replayed
    /// to its end. So the call that was cut off while it undid finds what it did, and goes on.
    pub(super) fn redo(&mut self, stream: &mut LogStream) -> Result<(), RecoveryError> {
        let (first, last) = stream.range();
        let attachments = stream.attachments().to_vec();
        let stop = self.world.options.stop;
        let stop_at = stop.and_then(stop_position);
        if stop_at.is_some_and(|s| s <= stream.start()) {
            self.stopped = stop_at;
            return Ok(());
        }
        let mut at_start = true;
        let mut prefetch = Prefetch::new(&self.world.cache);
        // All before the stop is replayed: what comes then may be missing or of anybody.
        let mut through = false;
        loop {
            let mut generation = match stream.next_generation() {
                Ok(Some(generation)) => generation,
                Ok(None) => return Ok(()),
                Err(_) if through && !self.in_undo => {
                    self.stopped = stop_at;
                    return Ok(());
                }
                Err(e) => return Err(e),
            };
            let number = generation.number();
            self.watch.generation(number, first, last);
            let path = generation.path().to_path_buf();
            self.enter(number, generation.header().tm_create());
            if at_start {
                at_start = false;
                for a in &attachments {
                    self.dbs.attach_at_start(&self.world, a)?;
                }
            }
            let world = &self.world;
            for db in self.dbs.attached_mut() {
                db.enter_generation(world)?;
            }
            prefetch.begin(generation.look_ahead());
            loop {
                // Not moved out: records are large.
                let next = generation.next_timed();
                let Some((at, time, record)) = &next else {
                    break;
                };
                let at = *at;
                let late = match stop {
                    Some(StopAt::Time(last)) => time.is_after(last),
                    _ => stop_at.is_some_and(|s| at >= s),
                };
                if late && !self.goes_on(record) {
                    self.stopped = Some(at);
                    return Ok(());
                }
                if self.records.is_multiple_of(RECORDS_BETWEEN_QUESTIONS) && self.watch.give_up() {
                    return Err(RecoveryError::refused(
                        JetErr::TERM_IN_PROGRESS,
                        "the recovery was given up; it can be begun again at any time",
                    ));
                }
                self.records += 1;
                if prefetch.is_due(at) {
                    prefetch.fetch(&mut self.dbs);
                }
                self.record(at, record)
                    .map_err(|e| e.at(at).in_file(&path))?;
            }
            let next = Lgpos::new(
                number.saturating_add(1),
                generation.header().header_segments(),
                0,
            );
            through = !generation.is_current() && stop_at.is_some_and(|s| s <= next);
            if through {
                stream.end_generation()?;
            }
        }
    }

    /// Whether replay goes on with a record behind the stop.
    fn goes_on(&self, record: &LogRecord<'_>) -> bool {
        let bits = self.world.options.bits;
        !bits.contains(InitBits::RECOVERY_WITHOUT_UNDO)
            && match record {
                LogRecord::RecoveryUndo(_) | LogRecord::RecoveryUndo2(_) => true,
                LogRecord::RecoveryQuit(_) | LogRecord::RecoveryQuit2(_) => {
                    self.in_undo || self.last_is_shutdown
                }
                _ => self.in_undo,
            }
    }

    fn enter(&mut self, generation: i32, made: LogTime) {
        self.world.generation = generation;
        self.world.made = made;
        self.world.phase.set_generation(generation, made);
    }

    /// One record.
    fn record(&mut self, at: Lgpos, record: &LogRecord<'_>) -> Result<(), RecoveryError> {
        match record {
            // These don't take back that the run was about to end.
            LogRecord::Nop(_)
            | LogRecord::Nop2(_)
            | LogRecord::Trace(_)
            | LogRecord::JetOp(_)
            | LogRecord::ForceWriteLog(_)
            | LogRecord::ForceLogRollover(_)
            | LogRecord::FullBackup(_)
            | LogRecord::IncBackup(_)
            | LogRecord::Backup(_) => return Ok(()),
            LogRecord::RecoveryUndo(_) | LogRecord::RecoveryUndo2(_) => {
                self.in_undo = true;
                return Ok(());
            }
            LogRecord::Backup2(r) => {
                if let Some(db) = self.dbs.get_mut(r.dbid) {
                    db.file_record(&self.world, record, at)?;
                }
                return Ok(());
            }
            LogRecord::ShutDownMark(_) => {
                self.last_is_shutdown = true;
                self.shutdown_mark = Some(at);
                return Ok(());
            }
            _ => self.last_is_shutdown = false,
        }
        match record {
            LogRecord::Begin0(r) => self.sessions.begin0(r, at),
            LogRecord::Begin(r) => self.sessions.begin(r),
            LogRecord::Commit(r) => self.sessions.commit(r),
            LogRecord::Commit0(r) => self.sessions.commit0(r),
            LogRecord::Rollback(r) => self.sessions.rollback(r).map(|_| ()),
            LogRecord::MacroBegin(r) => self.sessions.open_macro(r, at),
            LogRecord::MacroCommit(r) => self.commit_macro(r.procid, r.dbtime, at),
            LogRecord::MacroAbort(r) => {
                self.sessions.abort_macro(r.procid, r.dbtime);
                Ok(())
            }
            LogRecord::Init(_) | LogRecord::Init2(_) => {
                if !self.ended && !self.kept && self.records > 1 {
                    self.end_run(at)?;
                }
                self.ended = false;
                self.kept = false;
                self.in_undo = false;
                self.last_term = None;
                self.shutdown_mark = None;
                Ok(())
            }
            LogRecord::Term(_)
            | LogRecord::Term2(_)
            | LogRecord::RecoveryQuit(_)
            | LogRecord::RecoveryQuit2(_) => self.end_of_run(at),
            LogRecord::RecoveryQuitKeepAttachments(_) => {
                self.sessions.end_all();
                self.in_undo = false;
                self.kept = true;
                Ok(())
            }
            LogRecord::CreateDb(r) => self.dbs.create_record(&self.world, r, at),
            LogRecord::CreateDbFinish(r) => self.dbs.create_finish(&self.world, r.dbid),
            LogRecord::AttachDb(r) => self.dbs.attach_record(&self.world, r, at),
            LogRecord::DetachDb(r) => self.dbs.detach(&self.world, r.dbid, at),
            _ => self.change(at, record),
        }
    }

    /// A record of pages, or of a file as a whole.
    fn change(&mut self, at: Lgpos, record: &LogRecord<'_>) -> Result<(), RecoveryError> {
        let Some(db) = record.dbid().and_then(|dbid| self.dbs.get_mut(dbid)) else {
            return Ok(());
        };
        // The times of a macro that never commits are given out again: they don't count here.
        if at > db.lgpos_attach && self.sessions.buffer(record, at)? {
            return Ok(());
        }
        db.redo.saw(record);
        if at <= db.lgpos_attach || db.file_record(&self.world, record, at)? {
            return Ok(());
        }
        let done = self
            .redoer
            .seen_record(&mut db.redo, &mut self.sessions, record, at);
        done.map_err(|e| e.in_file(db.file.path()))
    }

    fn commit_macro(
        &mut self,
        procid: u16,
        dbtime: Dbtime,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let Some(records) = self.sessions.take_macro(procid, dbtime) else {
            return Ok(());
        };
        let dbid = match records.iter().next() {
            Some(first) => first
                .map_err(|e| RecoveryError::refused(JetErr::LOG_CORRUPTED, e.to_string()))?
                .1
                .dbid(),
            None => None,
        };
        let mut done = Ok(());
        if let Some(db) = dbid.and_then(|dbid| self.dbs.get_mut(dbid)) {
            done = self
                .redoer
                .committed_macro(&mut db.redo, &mut self.sessions, &records, at)
                .map_err(|e| e.in_file(db.file.path()));
        }
        self.sessions.recycle(records);
        done
    }

    /// Term or RecoveryQuit.
    fn end_of_run(&mut self, at: Lgpos) -> Result<(), RecoveryError> {
        if !self.ended {
            self.end_run(at)?;
            self.ended = true;
            self.in_undo = false;
            self.kept = false;
            self.last_term = Some(at);
        }
        Ok(())
    }

    /// All transactions are over; the databases are clean at the ShutDownMark.
    fn end_run(&mut self, at: Lgpos) -> Result<(), RecoveryError> {
        self.sessions.end_all();
        let mark = self.shutdown_mark.unwrap_or(at);
        for dbid in self.dbs.numbers() {
            self.dbs.detach(&self.world, dbid, mark)?;
        }
        self.dbs.forget_waiting();
        Ok(())
    }
}
