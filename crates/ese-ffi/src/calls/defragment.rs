//! Online defragmentation (behaviour-instances.md §12).
//!
//! What it does here is to clean up what deletes and replaces left, which merges pages and frees
//! space; the engine does so by itself as well. A batch is a thread that passes over it so often, or
//! so long, as was asked.
//!
//! Invariants: one batch at a time for each database; its thread ends with the database's attachment.

use crate::constants as jet;
use crate::database::Attached;
use crate::gate::{Answer, DONE, demand, refuse};
use crate::handles::lock;
use crate::instance::Running;
use crate::session::{Entered, enter};
use crate::strings::name;
use crate::types::{Char, JET_CALLBACK, JET_DBID, JET_GRBIT, JET_SESID};
use ese_core::JetErr;
use std::ffi::c_void;
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::time::{Duration, Instant};

/// Versions that one pass cleans up at most.
const PASS_MOST: usize = 10_000;
/// How long a batch rests behind each pass: it is never in a hurry.
const REST: Duration = Duration::from_millis(200);

/// How far a batch is.
#[derive(Default)]
struct Progress {
    passes: u32,
    /// Somebody wants it to end.
    stop: bool,
    /// It has ended.
    over: bool,
}

/// A batch of a database.
pub(crate) struct Batch {
    progress: Mutex<Progress>,
    changed: Condvar,
    begun: Instant,
}

impl Batch {
    fn is_over(&self) -> bool {
        lock(&self.progress).over
    }

    /// It ends at the next pass.
    pub(crate) fn stop(&self) {
        lock(&self.progress).stop = true;
        self.changed.notify_all();
    }

    fn run(&self, running: &Weak<Running>, passes: Option<u32>, time: Option<Duration>) {
        loop {
            let Some(running) = running.upgrade() else {
                break;
            };
            // What can't be cleaned now can be later, or the instance is over.
            if running.core.clean(PASS_MOST).is_err() {
                break;
            }
            drop(running);
            let mut progress = lock(&self.progress);
            progress.passes = progress.passes.saturating_add(1);
            if !progress.stop {
                let rested = self.changed.wait_timeout(progress, REST);
                progress = rested.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            }
            let done = progress.stop
                || passes.is_some_and(|most| progress.passes >= most)
                || time.is_some_and(|most| self.begun.elapsed() >= most);
            if done {
                break;
            }
        }
        lock(&self.progress).over = true;
    }
}

/// What JetDefragment and 2 are asked for.
struct Call<'c> {
    passes: Option<&'c mut u32>,
    seconds: Option<&'c mut u32>,
    callback: JET_CALLBACK,
    grbit: JET_GRBIT,
}

/// JetDefragment.
///
/// # Safety
/// The contract of the C function.
// PARTLY: a table is not cleaned apart from the others, and no page is moved
pub(crate) unsafe fn jet_defragment<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    passes: *mut u32,
    seconds: *mut u32,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_defragment2(sesid, dbid, table, passes, seconds, None, grbit) }
}

/// JetDefragment2. The callback is called from a thread of the library, once, when the batch is over.
///
/// # Safety
/// The contract of the C function.
// PARTLY: a table is not cleaned apart from the others, and no page is moved
pub(crate) unsafe fn jet_defragment2<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    passes: *mut u32,
    seconds: *mut u32,
    callback: JET_CALLBACK,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    session.check_not_read_only()?;
    let db = session.db(dbid)?;
    demand(!db.read_only, JetErr::DATABASE_FILE_READ_ONLY)?;
    let on = session
        .instance
        .number(crate::params::table::JET_paramEnableOnlineDefrag);
    if on == 0 {
        return DONE;
    }
    if grbit & jet::JET_bitDefragmentBTree != 0 {
        demand(grbit == jet::JET_bitDefragmentBTree, JetErr::INVALID_GRBIT)?;
        // SAFETY: the caller's contract.
        let table = unsafe { name(table) }?;
        db.core()?.schema(&session.core, &table.text())?;
        session.running.core.clean(PASS_MOST)?;
        return DONE;
    }
    // SAFETY: the caller's contract.
    let call = unsafe {
        Call {
            passes: passes.as_mut(),
            seconds: seconds.as_mut(),
            callback,
            grbit,
        }
    };
    batch(&session, &db, sesid, call)
}

fn batch(session: &Entered, db: &Arc<Attached>, sesid: JET_SESID, call: Call<'_>) -> Answer {
    let (start, stop) = (
        jet::JET_bitDefragmentBatchStart,
        jet::JET_bitDefragmentBatchStop,
    );
    let both = call.grbit & (start | stop);
    demand(both == start || both == stop, JetErr::INVALID_GRBIT)?;
    let known = start
        | stop
        | jet::JET_bitDefragmentAvailSpaceTreesOnly
        | jet::JET_bitDefragmentNoPartialMerges;
    demand(call.grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    let mut current = db.defragmenting();
    let runs = current.as_ref().filter(|batch| !batch.is_over()).cloned();
    if both == stop {
        *current = None;
        drop(current);
        let (passes, seconds) = match &runs {
            Some(batch) => {
                batch.stop();
                let passes = lock(&batch.progress).passes;
                (passes, batch.begun.elapsed().as_secs())
            }
            None => (0, 0),
        };
        if let Some(place) = call.passes {
            *place = passes;
        }
        if let Some(place) = call.seconds {
            *place = u32::try_from(seconds).unwrap_or(u32::MAX);
        }
        return match runs {
            Some(_) => DONE,
            None => Ok(JetErr::WRN_DEFRAG_NOT_RUNNING),
        };
    }
    if runs.is_some() {
        return Ok(JetErr::WRN_DEFRAG_ALREADY_RUNNING);
    }
    let batch = Arc::new(Batch {
        progress: Mutex::default(),
        changed: Condvar::new(),
        begun: Instant::now(),
    });
    let passes = call.passes.map(|n| *n).filter(|n| *n > 0);
    let time = call.seconds.map(|n| *n).filter(|n| *n > 0);
    let time = time.map(|n| Duration::from_secs(n.into()));
    let (running, own) = (Arc::downgrade(&session.running), Arc::clone(&batch));
    let (callback, dbid) = (call.callback, db.dbid);
    let thread = std::thread::Builder::new().name("ese-defragment".to_owned());
    let begun = thread.spawn(move || {
        own.run(&running, passes, time);
        if let Some(callback) = callback {
            let (nil, none) = (crate::constants::JET_tableidNil, std::ptr::null_mut());
            let kind = jet::JET_cbtypOnlineDefragCompleted;
            // SAFETY: the caller of JetDefragment2 gave it for just this.
            unsafe { callback(sesid, dbid, nil, kind, none, none, none, 0) };
        }
    });
    demand(begun.is_ok(), JetErr::OUT_OF_THREADS)?;
    *current = Some(batch);
    DONE
}

/// JetDefragment3: refused, as the original does.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_defragment3<C: Char>(
    sesid: JET_SESID,
    _name: *const C,
    _table: *const C,
    _passes: *mut u32,
    _seconds: *mut u32,
    _callback: JET_CALLBACK,
    _context: *mut c_void,
    _grbit: JET_GRBIT,
) -> Answer {
    let _session = enter(sesid)?;
    refuse(JetErr::INVALID_PARAMETER)
}
