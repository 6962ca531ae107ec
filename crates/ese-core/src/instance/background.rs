//! What goes on beside the sessions: lazy commits are flushed, the next log is made, old ones go,
//! pages are written and the checkpoint follows, versions are cleaned up; memory is taken for the cache ahead
//! of its use.
//!
//! Four threads, or [`Instance::tick`], which does each once but the last, which nobody needs.
//!
//! Invariant: nothing here is needed for what is committed to be safe; threads end before the
//! instance does.
#![forbid(unsafe_code)]

use super::cleanup::PASS;
use super::{Core, Instance, InstanceError};
use crate::work::WorkError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Longest time between two passes of version cleanup.
const CLEAN_EVERY: Duration = Duration::from_millis(200);

/// The same while many versions wait for somebody: as soon as a long load has committed, its rows are to be
/// read without the version store. A pass that finds nothing to do looks at one version.
const CLEAN_SOON: Duration = Duration::from_millis(10);

/// So many buckets of versions are many.
const MANY_BUCKETS: usize = 16;

/// Every so often the log is flushed for versions that wait for nothing else: what was committed
/// lazily would keep deleted rows in the file for as long as nobody commits durably.
const DURABLE_EVERY: Duration = Duration::from_secs(10);

/// The threads of an instance; none when they are not wanted.
#[derive(Default)]
pub(super) struct Threads {
    handles: Vec<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
}

/// How long cleanup waits after a pass that left so many buckets in use.
fn pause(buckets: usize) -> Duration {
    match buckets >= MANY_BUCKETS {
        true => CLEAN_SOON,
        false => CLEAN_EVERY,
    }
}

impl Threads {
    /// Starts the threads that the parameters ask for.
    pub(super) fn start(core: &Arc<Core>) -> std::io::Result<Self> {
        let mut threads = Self::default();
        if !core.params.background {
            return Ok(threads);
        }
        let started = threads.start_all(core);
        if started.is_err() {
            threads.end(core);
        }
        started.map(|()| threads)
    }

    fn start_all(&mut self, core: &Arc<Core>) -> std::io::Result<()> {
        if let Some(log) = &core.log {
            let (log, stop) = (Arc::clone(log), Arc::clone(&self.stop));
            self.spawn("ese-log", move || log.attend(&stop))?;
        }
        if let Some(checkpointer) = &core.checkpointer {
            let (checkpointer, stop) = (Arc::clone(checkpointer), Arc::clone(&self.stop));
            self.spawn("ese-checkpoint", move || checkpointer.attend(&stop))?;
        }
        let (cache, clock) = (Arc::clone(&core.cache), Arc::clone(&core.env.clock));
        let stop = Arc::clone(&self.stop);
        self.spawn("ese-memory", move || cache.attend(&*clock, &stop))?;
        let (core, stop) = (Arc::clone(core), Arc::clone(&self.stop));
        self.spawn("ese-cleanup", move || {
            let clock = Arc::clone(&core.env.clock);
            let mut durable_at = clock.now_monotonic();
            while !stop.load(Ordering::Acquire) {
                while core.clean(PASS).versions >= PASS && !stop.load(Ordering::Acquire) {}
                let now = clock.now_monotonic();
                if now.saturating_sub(durable_at) >= DURABLE_EVERY {
                    durable_at = now;
                    // A log that can't be written has ended the instance already.
                    if core.store.may_clean() {
                        _ = core.clean_through(PASS);
                    }
                }
                if !core.store.cleanup_wanted() {
                    let (buckets, _) = core.store.buckets();
                    clock.wait(pause(buckets), core.store.cleanup_bell());
                }
            }
        })
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        let handle = Builder::new().name(name.to_owned()).spawn(work)?;
        self.handles.push(handle);
        Ok(())
    }

    /// Ends the threads, and waits for them.
    pub(super) fn end(&mut self, core: &Core) {
        self.stop.store(true, Ordering::Release);
        core.store.cleanup_bell().ring();
        core.cache.ring();
        if let Some(log) = &core.log {
            log.ring();
        }
        if let Some(checkpointer) = &core.checkpointer {
            checkpointer.ring();
        }
        for handle in self.handles.drain(..) {
            if handle.join().is_err() {
                core.health.die(crate::error::JetErr::INTERNAL_ERROR);
            }
        }
    }
}

impl Instance {
    /// Does once what the threads do all the time: for instances without them.
    ///
    /// # Errors
    /// The log or the checkpoint file can't be written; the instance has ended.
    pub fn tick(&self) -> Result<(), InstanceError> {
        let core = &self.core;
        core.health.check()?;
        if let Some(log) = &core.log {
            log.tend(&mut core.tended.lock())?;
        }
        core.clean_through(PASS)?;
        if let Some(checkpointer) = &core.checkpointer {
            checkpointer.tick()?;
        }
        Ok(())
    }

    /// Writes every page that is dirty now, and moves the checkpoint as far as it can go.
    ///
    /// # Errors
    /// A page, the log or the checkpoint file can't be written; the instance has ended.
    pub fn checkpoint(&self) -> Result<(), InstanceError> {
        let core = &self.core;
        core.health.check()?;
        for db in core.attached.writable() {
            core.cache
                .flush_db(db.no())
                .map_err(|e| Core::told(&e.to_string(), &e))?;
        }
        if let Some(log) = &core.log {
            log.flush()?;
        }
        if let Some(checkpointer) = &core.checkpointer {
            checkpointer.advance(crate::log::checkpointing::When::Moved)?;
        }
        if let Some(log) = &core.log
            && let Err(e) = log.delete_disposable(0)
        {
            tracing::warn!(error = %e, "old log files can't be deleted");
        }
        core.health.check().map_err(WorkError::into)
    }
}
