//! The log writer: appends records to a log sequence, makes them durable, begins new generations.
//!
//! Source: docs/format/log-files.md §1.1, §3, §4, §5.4, §6, recovery.md §5.
//!
//! | room | purpose |
//! |---|---|
//! | `config` | what the writer is told |
//! | `open` | how a writer comes to be; `headers`: what new generations say of themselves |
//! | `place` | appending |
//! | `tail` | the end of the log in memory: records into segments, positions |
//! | `flush` | making durable, waiting for it, lazy commits |
//! | `disk` | the end of the log on the disk: order of writes, shadows |
//! | `roll` | one generation is closed, the next one begun |
//! | `files`, `prepare`, `reserves` | names, removal; the next file made ahead; what a full disk leaves |
//! | `tend` | what is done in the background |
//! | `depth` | how far the log may run ahead of the checkpoint |
//! | `start` | a log that a crash left is made ready to be gone on with |
//!
//! Any number of threads may append: an append takes one short lock and moves bytes in memory. The
//! other lock belongs to whoever writes to the disk; appending goes on while it does. Locks are taken
//! in the order commit queue, disk, tail, next file. Who appends what does not fit (into the buffer,
//! into the generation) takes both and writes out or rolls first.
//!
//! Invariants:
//! * records lie in the log in the order of the calls, each whole in one generation;
//! * [`LogWriter::durable`] never lies: what it names is read back after any crash;
//! * memory is bounded by the configured buffer and one record, or one call of
//!   [`crate::log::LogAppend::append_all`];
//! * after an error of the disk nothing is written any more, and every call gets that error again.
#![forbid(unsafe_code)]

mod config;
mod depth;
mod disk;
mod files;
mod flush;
mod headers;
mod open;
mod place;
mod prepare;
mod reserves;
mod roll;
mod start;
mod tail;
mod tend;

pub use config::{
    BUFFER_SEGMENTS, ENGINE_FORMAT_VERSION, FILE_SEGMENTS, FlushStyle, GENERATION_MAX,
    GENERATION_MAX_RECOVERY, LAZY_MOST, LogConfig, NEW_SEQUENCE_VERSION,
};

pub use depth::{CHECKPOINT_TOO_DEEP_MAX, CHECKPOINT_TOO_DEEP_MIN};
pub use files::KeepLogs;
pub use place::APPEND_WITH_BYTES_MAX;
pub use reserves::{RESERVES, RESERVES_AGGRESSIVE};
pub use tend::Tended;

use super::append::LogWriteError;
use super::commit::CommitQueue;
use crate::format::ids::{Lgpos, LogTime, Signature};
use crate::format::log_fields::attach::AttachList;
use crate::format::log_fields::params::DbmsParam;
use crate::format::log_header::{LogHeader, LogVersion};
use crate::io::clock::Wake;
use crate::io::env::Env;
use depth::Depth;
use disk::Disk;
use files::{Files, Retention};
use flush::Lazy;
use parking_lot::{Mutex, RwLock};
use prepare::NextFile;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use tail::Tail;

/// Fewer segments are no buffer.
const BUFFER_SEGMENTS_MIN: u16 = 4;

/// Hears of every new generation, from the thread that needed it, before the first record is in it:
/// the place to bring the database headers' genMaxCommitted and genMaxRequired up
/// (docs/format/log-files.md §6.3).
///
/// Both locks of the writer are held: of the writer only [`LogWriter::generation`] and
/// [`LogWriter::durable`] may be called.
pub trait RollWatch: Send + Sync {
    /// Generation `generation`, made at `tm_create`, is the current log now. An error closes the log.
    fn rolled(&self, generation: i32, tm_create: LogTime) -> std::io::Result<()>;
}

/// Hears when more of the log is durable (JET_paramDurableCommitCallback), from the thread that made it
/// so, before those who wait for it wake.
///
/// The lock of the disk is held: of the writer only what asks may be called.
pub trait DurableWatch: Send + Sync {
    /// Everything below `upto` is durable.
    fn durable(&self, upto: Lgpos);

    /// The log is closed: what is not durable now is lost with a crash.
    fn closed(&self, why: &LogWriteError) {
        let _ = why;
    }
}

/// Both ends of the state that the lock of the appenders guards.
struct State {
    tail: Tail,
    /// Header of the current log.
    header: LogHeader,
    /// Attachments, checkpoint, parameters for the next header; the rest of it is not used.
    next: LogHeader,
    watch: Option<Arc<dyn RollWatch>>,
    /// Bytes of a record, or of several, on their way into the tail.
    spare: Vec<u8>,
    /// Where each record in `spare` ends.
    ends: Vec<usize>,
    closed: Option<LogWriteError>,
    /// The lowest version of the generations to come; `None`: as the current one.
    version: Option<LogVersion>,
    /// The version has to rise before the next record.
    must_roll: bool,
    /// Enough is in the buffer to be written out ahead, and the background was told.
    spilling: bool,
    depth: Depth,
}

/// Writes a log sequence; see the module.
pub struct LogWriter {
    env: Env,
    config: LogConfig,
    files: Files,
    disk: Mutex<Disk>,
    state: Mutex<State>,
    next: NextFile,
    queue: CommitQueue,
    lazy: Mutex<Lazy>,
    retention: Arc<Retention>,
    /// Rung when there is something to do in the background.
    bell: Wake,
    watch: RwLock<Option<Arc<dyn DurableWatch>>>,
    generation: AtomicI32,
    durable: AtomicU64,
}

fn pack(p: Lgpos) -> u64 {
    u64::from(p.generation.cast_unsigned()) << 32 | u64::from(p.isec) << 16 | u64::from(p.ib)
}

fn unpack(n: u64) -> Lgpos {
    let [a, b, c, d, e, f, g, h] = n.to_le_bytes();
    Lgpos::new(
        i32::from_le_bytes([e, f, g, h]),
        u16::from_le_bytes([c, d]),
        u16::from_le_bytes([a, b]),
    )
}

fn io(e: std::io::Error) -> LogWriteError {
    LogWriteError::Io(Arc::new(e))
}

impl LogWriter {
    /// Who is to hear of new generations.
    pub fn set_watch(&self, watch: Arc<dyn RollWatch>) {
        self.state.lock().watch = Some(watch);
    }

    /// Who is to hear of what became durable.
    pub fn set_durable_watch(&self, watch: Arc<dyn DurableWatch>) {
        *self.watch.write() = Some(watch);
    }

    /// From here on generations have at least version `version` (JET_paramEngineFormatVersion): when
    /// that is more than the current one has, the log rolls before its next record.
    pub fn raise_version(&self, version: LogVersion) {
        let mut state = self.state.lock();
        let current = state.header.version();
        let raised = headers::raised(state.version.unwrap_or(current), Some(version));
        state.version = Some(raised);
        state.must_roll |= headers::raised(current, Some(raised)) != current;
    }

    /// The attachment list of the headers to come.
    pub fn set_attachments(&self, attachments: AttachList<'_>) {
        self.state.lock().next.set_attachments(attachments);
    }

    /// The checkpoint: for the headers to come, and for how deep the log is behind it.
    pub fn set_checkpoint(&self, checkpoint: Lgpos) {
        let mut state = self.state.lock();
        state.next.set_lgpos_checkpoint(checkpoint);
        state.depth.checkpoint(checkpoint.generation);
    }

    /// The parameters of the headers to come; without this call those of the log before are kept.
    pub fn set_dbms_param(&self, dbms_param: DbmsParam<'_>) {
        self.state.lock().next.set_dbms_param(dbms_param);
    }

    /// Generation of the current log.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.generation.load(Ordering::Acquire)
    }

    /// The current generation and when it was made.
    #[must_use]
    pub fn current(&self) -> (i32, LogTime) {
        let state = self.state.lock();
        (state.header.generation(), state.header.tm_create())
    }

    /// Segments of a file of this sequence.
    #[must_use]
    pub fn file_segments(&self) -> u16 {
        self.state.lock().header.file_segments()
    }

    /// Segments of a header: number of the first data segment.
    #[must_use]
    pub fn header_segments(&self) -> u16 {
        self.state.lock().header.header_segments()
    }

    /// Signature of the sequence.
    #[must_use]
    pub fn sign_log(&self) -> Signature {
        self.state.lock().header.sign_log()
    }

    /// The error that closed the log, if it is closed.
    #[must_use]
    pub fn failure(&self) -> Option<LogWriteError> {
        self.state.lock().closed.clone()
    }

    /// Header of the current log.
    #[must_use]
    pub fn header(&self) -> LogHeader {
        self.state.lock().header.clone()
    }

    /// Position that the next record gets, if it needs no new generation.
    #[must_use]
    pub fn position(&self) -> Lgpos {
        self.state.lock().tail.cursor()
    }

    /// Up to where the log is on the disk: every record whose position is below it will be read again
    /// after a crash.
    #[must_use]
    pub fn durable(&self) -> Lgpos {
        unpack(self.durable.load(Ordering::Acquire))
    }
}

impl State {
    fn check(&self) -> Result<(), LogWriteError> {
        match &self.closed {
            Some(e) => Err(e.clone()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWriter")
            .field("generation", &self.generation())
            .field("durable", &self.durable())
            .finish_non_exhaustive()
    }
}
