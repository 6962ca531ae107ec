//! Online defragmentation (behaviour-instances.md §12).
//!
//! A pass cleans up what deletes and replaces left, and goes over the leaves of one table, or of all:
//! deleted nodes go, leaves that fit into a neighbour are joined with it. A batch is a thread that
//! passes so often, or so long, as was asked; with JET_bitDefragmentBTree the call itself makes one pass
//! (the original has a thread make it later). Tables of batches need not be there: the original does not
//! even look at their names.
//!
//! Invariants: one batch at a time for each database; its thread ends with the database's attachment,
//! which it asks for before each leaf, and holds the database only for as long as a pass takes.

use crate::arguments::out;
use crate::constants as jet;
use crate::database::Attached;
use crate::gate::{Answer, DONE, demand, refuse};
use crate::handles::lock;
use crate::instance::Running;
use crate::session::{Entered, enter};
use crate::strings::name;
use crate::types::{Char, JET_CALLBACK, JET_DBID, JET_GRBIT, JET_SESID};
use ese_core::{HasJetErr as _, JetErr};
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

    fn run(&self, work: &Work) {
        let Work { passes, time, .. } = *work;
        let late = || time.is_some_and(|most| self.begun.elapsed() >= most);
        loop {
            let go_on = &mut || !lock(&self.progress).stop && !late();
            if work.pass(go_on).is_none() {
                break;
            }
            let mut progress = lock(&self.progress);
            progress.passes = progress.passes.saturating_add(1);
            if !progress.stop {
                let rested = self.changed.wait_timeout(progress, REST);
                progress = rested.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            }
            let done =
                progress.stop || passes.is_some_and(|most| progress.passes >= most) || late();
            if done {
                break;
            }
        }
        lock(&self.progress).over = true;
    }
}

/// What a batch is to do.
struct Work {
    running: Weak<Running>,
    db: Weak<Attached>,
    /// `None` for all.
    table: Option<String>,
    /// Leaves are passed over, too.
    leaves: bool,
    passes: Option<u32>,
    time: Option<Duration>,
}

impl Work {
    /// One pass; `None` when there is nothing to pass over any more.
    fn pass(&self, go_on: &mut dyn FnMut() -> bool) -> Option<()> {
        let (running, db) = (self.running.upgrade()?, self.db.upgrade()?);
        // What can't be cleaned now can be later, or the instance is over.
        running.core.clean(PASS_MOST).ok()?;
        if self.leaves {
            let core = db.core().ok()?;
            let table = self.table.as_deref();
            match running.core.defragment(core.attached(), table, go_on) {
                Err(e) if e.jet_err() != JetErr::OBJECT_NOT_FOUND => return None,
                _ => {}
            }
        }
        Some(())
    }
}

/// What JetDefragment and 2 are asked for.
struct Call<'c> {
    table: Option<String>,
    passes: Option<&'c mut u32>,
    seconds: Option<&'c mut u32>,
    callback: JET_CALLBACK,
    grbit: JET_GRBIT,
}

/// JetDefragment.
///
/// # Safety
/// The contract of the C function.
// PARTLY: leaves are joined, but no page is moved, and space trees stay as they are
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
// PARTLY: leaves are joined, but no page is moved, and space trees stay as they are
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
        // SAFETY: the caller's contract.
        unsafe {
            out(passes).set(0);
            out(seconds).set(0);
        }
        demand(grbit == jet::JET_bitDefragmentBTree, JetErr::INVALID_GRBIT)?;
        demand(callback.is_none(), JetErr::INVALID_PARAMETER)?;
        // SAFETY: the caller's contract.
        let table = unsafe { name(table) }?.text();
        let core = db.core()?;
        core.schema(&session.core, &table)?;
        let running = &session.running.core;
        running.clean(PASS_MOST)?;
        running.defragment(core.attached(), Some(&table), &mut || true)?;
        return DONE;
    }
    if grbit & jet::JET_bitDefragmentBTreeBatch != 0 {
        // To go on with tables that were asked for before: they are all done.
        let start = jet::JET_bitDefragmentBTreeBatch | jet::JET_bitDefragmentBatchStart;
        let none = passes.is_null() && seconds.is_null();
        demand(none, JetErr::INVALID_PARAMETER)?;
        demand(grbit == start, JetErr::INVALID_GRBIT)?;
        let none = callback.is_none() && table.is_null();
        demand(none, JetErr::INVALID_PARAMETER)?;
        return DONE;
    }
    let table = match table.is_null() {
        true => None,
        // SAFETY: the caller's contract. What is no name is the name of no table.
        false => Some(unsafe { name(table) }.map_or_else(|_| String::new(), |n| n.text())),
    };
    // SAFETY: the caller's contract.
    let call = unsafe {
        Call {
            table,
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
    let time = call.seconds.map(|n| *n).filter(|n| *n > 0);
    let work = Work {
        running: Arc::downgrade(&session.running),
        db: Arc::downgrade(db),
        table: call.table,
        leaves: call.grbit & jet::JET_bitDefragmentAvailSpaceTreesOnly == 0,
        passes: call.passes.map(|n| *n).filter(|n| *n > 0),
        time: time.map(|n| Duration::from_secs(n.into())),
    };
    let own = Arc::clone(&batch);
    let (callback, dbid) = (call.callback, db.dbid);
    let thread = std::thread::Builder::new().name("ese-defragment".to_owned());
    let begun = thread.spawn(move || {
        own.run(&work);
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
