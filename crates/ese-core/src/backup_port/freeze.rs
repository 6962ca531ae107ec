//! A frozen instance: nothing of its log and of its databases changes on the disk, until it is thawed or
//! the time is over.
//!
//! A thread holds what has to be held, in this order: the checkpoint; the log, in the middle of the
//! exchange of its files; every database file. Reads of pages in memory go on, commits wait.
//!
//! Source: behaviour of backup §11, docs/format/backup-files.md §9. Invariants: when
//! [`Reservation::freeze`] returns everything is held; when [`Freeze::thaw`] returns, or the time limit is
//! over, nothing is; what lies on the disk meanwhile is what a crash would leave.
#![forbid(unsafe_code)]

use super::{Reservation, Step};
use crate::error::JetErr;
use crate::format::ids::Lgpos;
use crate::instance::{Core, InstanceError};
use crate::io::clock::Wake;
use crate::log::{LogWriteError, LogWriter};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Longest time between two looks at what a ring may have been missed for.
const SLICE: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Shared {
    thaw: AtomicBool,
    timed_out: AtomicBool,
    bell: Wake,
}

/// A frozen instance. Dropped, it is thawed.
pub struct Freeze {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<Lgpos, LogWriteError>>>,
}

impl fmt::Debug for Freeze {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Freeze")
            .field("timed_out", &self.is_timed_out())
            .finish_non_exhaustive()
    }
}

impl Reservation {
    /// Freezes the instance: the log is rolled half-way, and everything held until
    /// [`Freeze::thaw`], at most for `most`. `step` becomes the first record of the new generation, after
    /// the thaw.
    ///
    /// # Errors
    /// The log takes nothing; the thread can't be started.
    pub fn freeze(&self, step: &Step, most: Duration) -> Result<Freeze, InstanceError> {
        let core = Arc::clone(&self.port().core);
        let log = Arc::clone(self.port().log()?);
        let shared = Arc::new(Shared::default());
        let (step, holds) = (*step, Arc::clone(&shared));
        let (frozen, is_frozen) = channel();
        let spawned = Builder::new()
            .name("ese-freeze".to_owned())
            .spawn(move || hold(&core, &log, &step, most, &holds, &frozen));
        let thread = spawned.map_err(|e| {
            InstanceError::refused(JetErr::OUT_OF_THREADS, format!("no thread to freeze: {e}"))
        })?;
        let freeze = Freeze {
            shared,
            thread: Some(thread),
        };
        match is_frozen.recv() {
            Ok(()) => Ok(freeze),
            // It ended without coming so far.
            Err(_) => Err(freeze.thaw().err().unwrap_or_else(|| {
                InstanceError::refused(JetErr::INTERNAL_ERROR, "the freeze did not hold")
            })),
        }
    }
}

/// The thread: holds everything until it is told to let go, or the time is over.
fn hold(
    core: &Core,
    log: &LogWriter,
    step: &Step,
    most: Duration,
    shared: &Shared,
    frozen: &Sender<()>,
) -> Result<Lgpos, LogWriteError> {
    let _checkpoint = core.checkpointer.as_ref().map(|c| c.hold());
    let clock = &core.env.clock;
    let at = log.roll_frozen(&step.record(0), &mut || {
        let databases = core.attached.all();
        let _files: Vec<_> = databases.iter().map(|db| db.file().freeze()).collect();
        if frozen.send(()).is_err() {
            return;
        }
        let until = clock.now_monotonic().saturating_add(most);
        while !shared.thaw.load(Ordering::Acquire) {
            let left = until.saturating_sub(clock.now_monotonic());
            if left.is_zero() {
                shared.timed_out.store(true, Ordering::Release);
                return;
            }
            clock.wait(left.min(SLICE), &shared.bell);
        }
    })?;
    log.flush()?;
    let newest = core.backup.newest();
    newest.prepared(step.is_incremental(), at, step.info.time);
    Ok(at)
}

impl Freeze {
    /// Whether the time was over before the thaw: the snapshot is worth nothing.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        self.shared.timed_out.load(Ordering::Acquire)
    }

    /// Lets everything go on; gives the position of the step's record.
    ///
    /// # Errors
    /// The log could not go on: the instance is dead then.
    pub fn thaw(mut self) -> Result<Lgpos, InstanceError> {
        match self.end() {
            Some(Ok(at)) => Ok(at?),
            _ => Err(InstanceError::refused(
                JetErr::INTERNAL_ERROR,
                "the freeze ended unexpectedly",
            )),
        }
    }

    fn end(&mut self) -> Option<std::thread::Result<Result<Lgpos, LogWriteError>>> {
        self.shared.thaw.store(true, Ordering::Release);
        self.shared.bell.ring();
        self.thread.take().map(JoinHandle::join)
    }
}

impl Drop for Freeze {
    fn drop(&mut self) {
        // Thawed all the same; an error of the log is in the log.
        let _ = self.end();
    }
}
