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
use super::options::StopAt;
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
    /// The record that ended it, when it left the databases clean.
    pub(super) last_term: Option<Lgpos>,
    /// Where the caller wanted replay to stop, and it did.
    pub(super) stopped: Option<Lgpos>,
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
            stopped: None,
        })
    }

    /// Replays everything that the stream has, or up to where the caller wants to stop.
    pub(super) fn redo(&mut self, stream: &mut LogStream) -> Result<(), RecoveryError> {
        let (first, last) = stream.range();
        let attachments = stream.attachments().to_vec();
        let stop = self.world.options.stop;
        let stop_at = stop.and_then(stop_position);
        let mut at_start = true;
        let mut prefetch = Prefetch::new(&self.world.cache);
        while let Some(mut generation) = stream.next_generation()? {
            let number = generation.number();
            if stop_at.is_some_and(|s| Lgpos::new(number, 0, 0) >= s) {
                self.stopped = stop_at;
                return Ok(());
            }
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
            while let Some((at, time, record)) = generation.next_timed() {
                let late = match stop {
                    Some(StopAt::Time(last)) => time.is_after(last),
                    _ => stop_at.is_some_and(|s| at >= s),
                };
                if late {
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
                self.record(at, &record)
                    .map_err(|e| e.at(at).in_file(&path))?;
            }
        }
        Ok(())
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
            | LogRecord::RecoveryUndo(_)
            | LogRecord::RecoveryUndo2(_)
            | LogRecord::FullBackup(_)
            | LogRecord::IncBackup(_)
            | LogRecord::Backup(_) => return Ok(()),
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
                if !self.ended && self.records > 1 {
                    self.end_run(at, false)?;
                }
                self.ended = false;
                self.last_term = None;
                self.shutdown_mark = None;
                Ok(())
            }
            LogRecord::Term(_)
            | LogRecord::Term2(_)
            | LogRecord::RecoveryQuit(_)
            | LogRecord::RecoveryQuit2(_) => self.end_of_run(at, false),
            LogRecord::RecoveryQuitKeepAttachments(_) => self.end_of_run(at, true),
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
        if at <= db.lgpos_attach {
            return Ok(());
        }
        if db.file_record(&self.world, record, at)? {
            return Ok(());
        }
        let done = self
            .redoer
            .record(&mut db.redo, &mut self.sessions, record, at);
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
    fn end_of_run(&mut self, at: Lgpos, keep: bool) -> Result<(), RecoveryError> {
        if !self.ended {
            self.end_run(at, keep)?;
            self.ended = true;
            self.last_term = (!keep).then_some(at);
        }
        Ok(())
    }

    /// All transactions are over; the databases are clean at the ShutDownMark, unless they stay
    /// attached.
    fn end_run(&mut self, at: Lgpos, keep: bool) -> Result<(), RecoveryError> {
        self.sessions.end_all();
        if keep {
            return Ok(());
        }
        let mark = self.shutdown_mark.unwrap_or(at);
        for dbid in self.dbs.numbers() {
            self.dbs.detach(&self.world, dbid, mark)?;
        }
        self.dbs.forget_waiting();
        Ok(())
    }
}
