//! The checkpoint of the running engine: where a restart would begin, and how far that lies back.
//!
//! ```text
//! lgposDbConsistency = min(durable end of the log, Begin0 of the oldest open transaction,
//!                          oldest dirty page, waypoint)
//! lgposCheckpoint    = min(lgposDbConsistency, what the flush map still needs)
//! ```
//! An advance writes in this order: the log as far as it was appended, database files synced, their headers
//! (genMinRequired), the checkpoint file. Then generations below it are released for circular logging.
//!
//! Source: docs/format/log-files.md §8.1-§8.3, recovery.md §6, §7.1.
//!
//! Invariants:
//! * the checkpoint never goes back, and never passes what a restart needs: the end of the log is
//!   looked at first, then the transactions, then the pages, so that what moves from one to the next
//!   meanwhile is seen at least once ([`CheckpointHost`] says what the host has to do for that);
//! * what was taken for the end of a transaction is durable before the checkpoint passes its begin: a commit
//!   that is only in memory may be lost, and then somebody has to undo what it committed;
//! * a database header may be ahead of the checkpoint file, never behind it;
//! * while somebody holds the checkpoint ([`Checkpointer::hold`]) nothing of it is written;
//! * a generation is released only after the checkpoint file on the disk is above it.
#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;

use super::append::LogWriteError;
use super::checkpoint_file;
use super::writer::LogWriter;
use crate::error::{HasJetErr, JetErr};
use crate::format::checkpoint::{Checkpoint, CheckpointFlags, FILETYPE_CHECKPOINT};
use crate::format::ids::Lgpos;
use crate::format::log_fields::Field as _;
use crate::format::log_fields::attach::AttachList;
use crate::format::log_header::SEGMENT_BYTES;
use crate::io;
use crate::io::clock::Wake;
use crate::io::env::Env;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Depth by default (JET_paramCheckpointDepthMax), in bytes of log.
pub const CHECKPOINT_DEPTH: u64 = 20 * 1024 * 1024;
/// Once the checkpoint lies too far back it is written when it has moved by this part of the depth.
const STEPS: u64 = 16;
/// Before that it is when it could go on by this part: while nothing is dirty it could follow every
/// record.
const PARTS: u64 = 8;
/// Longest time between two looks in the background.
const SLICE: Duration = Duration::from_millis(200);

/// What the checkpoint asks of the instance. Answers that are too low cost time at a restart; one
/// that is too high loses data.
pub trait CheckpointHost: Send + Sync {
    /// Lowest Begin0 of the transactions that have logged something and are open; `None`: there is
    /// none.
    ///
    /// A session makes itself known with [`LogWriter::position`] *before* it logs its Begin0, and
    /// leaves only after every page it changed is marked dirty. Every logged change is a
    /// transaction's.
    fn oldest_transaction(&self) -> Option<Lgpos>;

    /// Lowest begin0 of the dirty pages of all logged databases (`Cache::oldest_dirty`); `None`: all
    /// is in the files.
    fn oldest_dirty(&self) -> Option<Lgpos>;

    /// Where the part of the log begins whose pages must not be written yet (waypoint); `None`: there
    /// is no such latency.
    fn waypoint(&self) -> Option<Lgpos> {
        None
    }

    /// Generation from which on the flush maps would have to be made anew; `None`: nothing is needed.
    fn flush_map_generation(&self) -> Option<i32> {
        None
    }

    /// Makes every page written so far durable, in every attached database, and then the headers say
    /// that generations below `min_required` are not needed, durably
    /// (`dbfile::gate::settle_for_checkpoint`).
    fn settle(&self, min_required: i32, min_consistent: i32) -> Result<(), JetErr>;

    /// Writes the pages that were first changed before `upto` (`Cache::flush_up_to`).
    fn flush_up_to(&self, upto: Lgpos) -> Result<(), JetErr>;

    /// Fills in what the checkpoint file says besides the positions: attachments, parameters, backups.
    /// `checkpoint` is the last one written.
    fn describe(&self, checkpoint: &mut Checkpoint);
}

/// Why the checkpoint could not be advanced. It stays where it was; the log goes on.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointFault {
    /// A database file or its header.
    #[error("the checkpoint can't move: the databases can't be brought up to it: {0}")]
    Host(JetErr),
    /// The checkpoint file.
    #[error("the checkpoint file can't be written: {0}")]
    File(io::Error),
    /// The log is closed.
    #[error("{0}")]
    Log(LogWriteError),
}

impl HasJetErr for CheckpointFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Host(e) => *e,
            Self::File(e) => e.jet_err(),
            Self::Log(e) => e.jet_err(),
        }
    }
}

/// When an advance writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// When the checkpoint moved by a fraction of the depth.
    Due,
    /// When it moved at all.
    Moved,
}

/// What an advance did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Advanced {
    /// The checkpoint file says this position now.
    To(Lgpos),
    /// It is not worth while yet.
    NotDue,
    /// Somebody holds the checkpoint.
    Held,
}

/// A place in the log for redo to begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    checkpoint: Lgpos,
    consistency: Lgpos,
}

struct Work {
    /// The last one written.
    file: Checkpoint,
    /// Where the host's headers are known to be at least.
    place: Place,
    holds: u32,
}

/// Keeps the checkpoint of an instance; see the module.
pub struct Checkpointer {
    env: Env,
    writer: Arc<LogWriter>,
    host: Arc<dyn CheckpointHost>,
    path: PathBuf,
    depth: AtomicU64,
    bell: Wake,
    work: Mutex<Work>,
}

/// Holds the checkpoint where it is, until dropped: while a database attaches or detaches, or a backup
/// asks.
pub struct Hold<'a>(&'a Checkpointer);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut work = self.0.work.lock();
        work.holds = work.holds.saturating_sub(1);
        if work.holds == 0 {
            self.0.bell.ring();
        }
    }
}

/// Distances in a log whose files have `segments` segments.
#[derive(Clone, Copy)]
struct Ruler {
    segments: u64,
}

impl Ruler {
    fn segment(self, p: Lgpos) -> u64 {
        let generation = u64::try_from(p.generation).unwrap_or(0);
        generation
            .saturating_mul(self.segments)
            .saturating_add(u64::from(p.isec))
    }

    /// Bytes from `from` to `to`; 0 when `to` lies before.
    fn between(self, from: Lgpos, to: Lgpos) -> u64 {
        let offset = |p: Lgpos| {
            self.segment(p)
                .saturating_mul(SEGMENT_BYTES as u64)
                .saturating_add(u64::from(p.ib))
        };
        offset(to).saturating_sub(offset(from))
    }

    /// About `bytes` before `p`, at the start of a segment.
    fn back(self, p: Lgpos, bytes: u64) -> Lgpos {
        let segments = bytes.div_ceil(SEGMENT_BYTES as u64);
        let at = self.segment(p).saturating_sub(segments);
        let (generation, isec) = (at / self.segments, at % self.segments);
        match (i32::try_from(generation), u16::try_from(isec)) {
            (Ok(generation), Ok(isec)) if generation > 0 => Lgpos::new(generation, isec, 0),
            _ => Lgpos::MIN,
        }
    }
}

impl Checkpointer {
    /// The checkpoint in the file at `path`, which `known` was read from or is to be made of; the
    /// positions in it count, so it is no further than what the log and the databases need.
    pub fn new(
        env: &Env,
        writer: Arc<LogWriter>,
        host: Arc<dyn CheckpointHost>,
        path: &Path,
        known: &Checkpoint,
    ) -> Self {
        let place = Place {
            checkpoint: known.lgpos_checkpoint(),
            consistency: known.lgpos_db_consistency(),
        };
        writer.set_checkpoint(place.checkpoint);
        Self {
            env: env.clone(),
            writer,
            host,
            path: path.to_path_buf(),
            depth: AtomicU64::new(CHECKPOINT_DEPTH),
            bell: Wake::new(),
            work: Mutex::new(Work {
                file: known.clone(),
                place,
                holds: 0,
            }),
        }
    }

    /// JET_paramCheckpointDepthMax, in bytes; may change at any time.
    pub fn set_depth(&self, bytes: u64) {
        self.depth.store(bytes, Ordering::Relaxed);
        self.bell.ring();
    }

    /// lgposCheckpoint as the file has it.
    #[must_use]
    pub fn position(&self) -> Lgpos {
        self.work.lock().place.checkpoint
    }

    /// Where the checkpoint file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Holds the checkpoint; waits for an advance that is under way. The caller has no lock that the
    /// host's answers need.
    #[must_use]
    pub fn hold(&self) -> Hold<'_> {
        let mut work = self.work.lock();
        work.holds = work.holds.saturating_add(1);
        Hold(self)
    }

    fn ruler(&self) -> Ruler {
        Ruler {
            segments: u64::from(self.writer.file_segments().max(1)),
        }
    }

    /// How far a checkpoint could go now. The order of the questions matters: see the module.
    fn look(&self) -> Place {
        let tip = self.writer.durable();
        let first_segment = self.writer.header_segments();
        let mut consistency = tip;
        for bound in [
            self.host.oldest_transaction(),
            self.host.oldest_dirty(),
            self.host.waypoint(),
        ] {
            consistency = consistency.min(bound.unwrap_or(tip));
        }
        let map = self.host.flush_map_generation();
        let map = map.map_or(tip, |generation| Lgpos::new(generation, first_segment, 0));
        let behind_header = |p: Lgpos| match p.isec {
            0 => Lgpos::new(p.generation, first_segment, 0),
            _ => p,
        };
        Place {
            checkpoint: behind_header(consistency.min(map)),
            consistency: behind_header(consistency),
        }
    }

    /// Has pages written when the checkpoint lies too far back, then advances it if that is due: what
    /// the background does.
    pub fn tick(&self) -> Result<Advanced, CheckpointFault> {
        let (ruler, depth) = (self.ruler(), self.depth.load(Ordering::Relaxed));
        let tip = self.writer.durable();
        if ruler.between(self.look().checkpoint, tip) > depth {
            self.alive()?;
            // A step further, so that the next time is not the next tick.
            let upto = ruler.back(tip, depth - depth / STEPS);
            self.host.flush_up_to(upto).map_err(CheckpointFault::Host)?;
        }
        self.advance(When::Due)
    }

    fn alive(&self) -> Result<(), CheckpointFault> {
        match self.writer.failure() {
            Some(e) => Err(CheckpointFault::Log(e)),
            None => Ok(()),
        }
    }

    /// Brings headers and checkpoint file up to what is not needed any more.
    pub fn advance(&self, when: When) -> Result<Advanced, CheckpointFault> {
        let mut work = self.work.lock();
        if work.holds > 0 {
            return Ok(Advanced::Held);
        }
        let now = self.look();
        let place = Place {
            checkpoint: now.checkpoint.max(work.place.checkpoint),
            consistency: now.consistency.max(work.place.consistency),
        };
        let moved = self
            .ruler()
            .between(work.place.checkpoint, place.checkpoint);
        let least = match when {
            When::Moved => 1,
            When::Due => {
                let depth = self.depth.load(Ordering::Relaxed);
                let tip = self.writer.durable();
                let deep = self.ruler().between(work.place.checkpoint, tip) > depth;
                (depth / if deep { STEPS } else { PARTS }).max(1)
            }
        };
        if moved < least {
            return Ok(Advanced::NotDue);
        }
        self.alive()?;
        // Who was no open transaction any more had its commit appended before: only now it can't be lost.
        self.writer.wait_all().map_err(CheckpointFault::Log)?;
        self.host
            .settle(place.checkpoint.generation, place.consistency.generation)
            .map_err(CheckpointFault::Host)?;
        let mut file = work.file.clone();
        file.set_sign_log(self.writer.sign_log());
        file.set_filetype(FILETYPE_CHECKPOINT);
        file.set_flags(CheckpointFlags::ATTACH_LIST);
        self.host.describe(&mut file);
        self.write(&mut work, file, place)?;
        Ok(Advanced::To(place.checkpoint))
    }

    /// The clean end: the checkpoint names the record that closed the log (Term2), and no database is
    /// attached any more.
    pub fn finish(&self, closed: Lgpos) -> Result<(), CheckpointFault> {
        let mut work = self.work.lock();
        let mut file = work.file.clone();
        self.host.describe(&mut file);
        file.set_sign_log(self.writer.sign_log());
        file.set_filetype(FILETYPE_CHECKPOINT);
        file.set_flags(CheckpointFlags::empty());
        file.set_attachments(AttachList::get(&[0], 0));
        let place = Place {
            checkpoint: closed,
            consistency: closed,
        };
        self.write(&mut work, file, place)
    }

    fn write(
        &self,
        work: &mut Work,
        mut file: Checkpoint,
        place: Place,
    ) -> Result<(), CheckpointFault> {
        file.set_lgpos_checkpoint(place.checkpoint);
        file.set_lgpos_db_consistency(place.consistency);
        checkpoint_file::write(&*self.env.fs, &self.path, &file).map_err(CheckpointFault::File)?;
        work.file = file;
        work.place = place;
        self.writer.set_checkpoint(place.checkpoint);
        self.writer.release_below(place.checkpoint.generation);
        Ok(())
    }

    /// Ticks until `stop` is set (and [`Checkpointer::ring`] called), or the log is closed: the work
    /// of one thread.
    pub fn attend(&self, stop: &AtomicBool) {
        while !stop.load(Ordering::Acquire) {
            match self.tick() {
                Err(CheckpointFault::Log(_)) => return,
                Err(e) => tracing::warn!(error = %e, "the checkpoint stays where it is"),
                Ok(_) => {}
            }
            self.env.clock.wait(SLICE, &self.bell);
        }
    }

    /// Wakes who attends to the checkpoint.
    pub fn ring(&self) {
        self.bell.ring();
    }
}
