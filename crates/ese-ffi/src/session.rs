//! One session as the C interface sees it, and how a call gets into it.
//!
//! Invariants: one thread is inside of a session at a time, a second one is refused; it may come in
//! again from inside of a callback. Inside of a transaction calls that change levels come from the
//! thread, or the context, that began it (behaviour-instances.md §8).
//!
//! What a session has open lies in [`State`], locked only for a moment: a callback of the program
//! never runs under its lock.
#![forbid(unsafe_code)]

use crate::constants as jet;
use crate::cursor::Cursor;
use crate::database::Attached;
use crate::gate::{Refusal, demand, refuse};
use crate::handles::lock;
use crate::instance::{Instance, Running};
use crate::process::process;
use crate::types::{JET_DBID, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::session::CommitKind;
use std::cell::Cell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// Who began a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    Thread(u64),
    Context(usize),
}

/// A database that a session has open.
pub(crate) struct Opened {
    pub(crate) db: Arc<Attached>,
    /// How often.
    pub(crate) count: u32,
    /// Opened for this session alone.
    pub(crate) exclusive: bool,
}

/// What a session has open, and what was set for it.
#[derive(Default)]
pub(crate) struct State {
    /// Value and thread of JetSetSessionContext.
    pub(crate) context: Option<(usize, u64)>,
    /// Who began the transaction that is open.
    pub(crate) owner: Option<Owner>,
    pub(crate) open: Vec<Opened>,
    /// Cursors, each with the level in which it was opened.
    pub(crate) cursors: Vec<(JET_TABLEID, u8)>,
    /// JET_sesparamCommitDefault.
    pub(crate) commit_default: u32,
    /// JET_sesparamCommitGenericContext.
    pub(crate) commit_context: Vec<u8>,
    pub(crate) correlation: u32,
    /// JET_OPERATIONCONTEXT as bytes.
    pub(crate) operation: [u8; 8],
    pub(crate) cache_priority: u32,
    /// JET_sesparamIOPriority.
    pub(crate) io_priority: u32,
    /// A rollback has failed.
    pub(crate) broken: bool,
}

/// One session.
pub(crate) struct Session {
    /// The instance that it belongs to.
    pub(crate) instance: Arc<Instance>,
    pub(crate) running: Arc<Running>,
    /// The engine's session.
    pub(crate) core: ese_core::session::Session,
    /// Its handle; 0 until it has one.
    handle: AtomicUsize,
    /// Number of the thread that is inside, 0 for none, and how deep it is: only that thread changes
    /// the depth.
    thread: AtomicU64,
    depth: AtomicU32,
    state: Mutex<State>,
}

/// A number of this thread that no other thread ever has.
pub(crate) fn thread_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static OWN: Cell<u64> = const { Cell::new(0) };
    }
    OWN.with(|own| {
        if own.get() == 0 {
            own.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        own.get()
    })
}

/// User of an operation context that nobody has set.
const USER_NONE: u32 = 0x8000_0000;
/// JET_sesparamCachePriority by default.
const CACHE_PRIORITY: u32 = 100;

impl Session {
    pub(crate) fn new(
        instance: Arc<Instance>,
        running: Arc<Running>,
        core: ese_core::session::Session,
    ) -> Self {
        let commit_default = instance.number(crate::params::table::JET_paramCommitDefault);
        let mut operation = [0; 8];
        if let Some(user) = operation.first_chunk_mut::<4>() {
            *user = USER_NONE.to_ne_bytes();
        }
        Self {
            instance,
            running,
            core,
            handle: AtomicUsize::new(0),
            thread: AtomicU64::new(0),
            depth: AtomicU32::new(0),
            state: Mutex::new(State {
                commit_default: commit_default as u32,
                cache_priority: CACHE_PRIORITY,
                operation,
                ..State::default()
            }),
        }
    }

    /// What it has open.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// How commits are that say nothing.
    pub(crate) fn commit_kind(&self) -> CommitKind {
        match self.state().commit_default & jet::JET_bitCommitLazyFlush {
            0 => CommitKind::Durable,
            _ => CommitKind::Lazy,
        }
    }

    /// Who would be the owner of a transaction that begins now.
    pub(crate) fn me(state: &State) -> Owner {
        match state.context {
            Some((context, thread)) if thread == thread_number() => Owner::Context(context),
            _ => Owner::Thread(thread_number()),
        }
    }

    /// Refuses another thread than that of the open transaction.
    pub(crate) fn check_owner(&self) -> Result<(), Refusal> {
        let state = self.state();
        if self.core.level() == 0 {
            return Ok(());
        }
        let own = state.owner.is_none_or(|o| o == Self::me(&state));
        demand(own, JetErr::SESSION_SHARING_VIOLATION)
    }

    /// Refuses what changes something in a transaction that only reads.
    pub(crate) fn check_not_read_only(&self) -> Result<(), Refusal> {
        let trx = self.core.trx();
        let read_only = self.core.level() > 0 && trx.is_read_only();
        demand(!read_only, JetErr::TRANS_READ_ONLY)
    }

    /// A database that this session has open.
    pub(crate) fn db(&self, dbid: JET_DBID) -> Result<Arc<Attached>, Refusal> {
        let state = self.state();
        let open = state.open.iter().find(|o| o.db.dbid == dbid);
        open.map(|o| Arc::clone(&o.db))
            .ok_or(Refusal(JetErr::INVALID_DATABASE_ID))
    }

    /// A new cursor of this session; gives its handle.
    pub(crate) fn add_cursor(&self, cursor: Arc<Cursor>) -> Result<JET_TABLEID, Refusal> {
        let most = self
            .instance
            .number(crate::params::table::JET_paramMaxCursors);
        let handle = process().cursors.insert(cursor)?;
        let mut state = self.state();
        if state.cursors.len() >= most {
            drop(state);
            let _ = process().cursors.remove(handle);
            return refuse(JetErr::OUT_OF_CURSORS);
        }
        state.cursors.push((handle, self.core.level()));
        Ok(handle)
    }

    /// Closes cursors: those that `which` picks, by handle and level.
    pub(crate) fn close_cursors(&self, which: impl Fn(&Cursor, u8) -> bool) {
        let all = self.state().cursors.clone();
        for (handle, level) in all {
            let Ok(cursor) = process().cursors.get(handle) else {
                continue;
            };
            if which(&cursor, level) {
                self.close_cursor(handle, &cursor);
            }
        }
    }

    /// Closes one.
    pub(crate) fn close_cursor(&self, handle: JET_TABLEID, cursor: &Cursor) {
        let _ = process().cursors.remove(handle);
        self.state().cursors.retain(|(h, _)| *h != handle);
        cursor.close(self);
    }

    /// Closes everything.
    pub(crate) fn close_all(&self) {
        self.close_cursors(|_, _| true);
        let open = std::mem::take(&mut self.state().open);
        for o in open {
            o.db.closed(o.count, o.exclusive);
        }
    }

    /// Gives it a handle: from now on the end of its instance waits for calls inside of it.
    pub(crate) fn register(self) -> Result<JET_SESID, Refusal> {
        let session = Arc::new(self);
        session.instance.add_session(&session);
        let handle = process().sessions.insert(Arc::clone(&session))?;
        session.handle.store(handle, Ordering::Release);
        Ok(handle)
    }

    /// Number of the thread that is inside; 0 for none.
    pub(crate) fn thread_inside(&self) -> u64 {
        self.thread.load(Ordering::SeqCst)
    }

    /// Comes in; the second of two threads is refused, and everybody while the instance does not run.
    ///
    /// The end of an instance first says so and then looks who is inside; who comes in first says so and
    /// then looks whether the instance ends: one of the two sees the other.
    fn come_in(&self, stop: bool) -> Result<(), Refusal> {
        demand(
            !stop || !self.instance.is_stopped(),
            JetErr::CLIENT_REQUEST_TO_STOP_JET_SERVICE,
        )?;
        self.instance.check_runs()?;
        let me = thread_number();
        let free = self
            .thread
            .compare_exchange(0, me, Ordering::SeqCst, Ordering::SeqCst);
        let depth = match free {
            Ok(_) => 0,
            Err(there) if there == me => self.depth.load(Ordering::Relaxed),
            Err(_) => return refuse(JetErr::SESSION_SHARING_VIOLATION),
        };
        self.depth.store(depth + 1, Ordering::Relaxed);
        self.instance.check_runs().inspect_err(|_| self.go_out())
    }

    fn go_out(&self) {
        let depth = self.depth.load(Ordering::Relaxed) - 1;
        self.depth.store(depth, Ordering::Relaxed);
        if depth == 0 {
            self.thread.store(0, Ordering::Release);
        }
    }
}

/// A call inside of a session; dropped, it is out.
pub(crate) struct Entered {
    session: Arc<Session>,
}

impl Deref for Entered {
    type Target = Arc<Session>;

    fn deref(&self) -> &Arc<Session> {
        &self.session
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.session.go_out();
    }
}

/// Enters a session (behaviour-instances.md §2, "session calls"). `stop`: refused after JetStopService.
fn enter_as(session: Arc<Session>, stop: bool) -> Result<Entered, Refusal> {
    session.come_in(stop)?;
    Ok(Entered { session })
}

/// Enters a session for a call that is refused after JetStopService.
pub(crate) fn enter(sesid: JET_SESID) -> Result<Entered, Refusal> {
    enter_as(process().sessions.get(sesid)?, true)
}

/// Enters a session for a call that works after JetStopService.
pub(crate) fn enter_stopped(sesid: JET_SESID) -> Result<Entered, Refusal> {
    enter_as(process().sessions.get(sesid)?, false)
}

/// A cursor with its session (behaviour-cursors.md §1).
fn cursor_of(sesid: JET_SESID, tableid: JET_TABLEID) -> Result<Arc<Cursor>, Refusal> {
    let cursor = match process().cursors.get(tableid) {
        // The cursors of a session are closed before its handle is freed.
        Ok(c) if c.session.handle.load(Ordering::Acquire) == sesid => return Ok(c),
        found => found,
    };
    // The session first, then the cursor.
    let session = process().sessions.get(sesid)?;
    let cursor = cursor?;
    demand(
        Arc::ptr_eq(&cursor.session, &session),
        JetErr::SESID_TABLE_ID_MISMATCH,
    )?;
    Ok(cursor)
}

/// Enters a session with one of its cursors.
pub(crate) fn enter_cursor(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
) -> Result<(Entered, Arc<Cursor>), Refusal> {
    enter_cursor_as(sesid, tableid, true)
}

/// The same for a call that works after JetStopService.
pub(crate) fn enter_cursor_as(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    stop: bool,
) -> Result<(Entered, Arc<Cursor>), Refusal> {
    let cursor = cursor_of(sesid, tableid)?;
    Ok((enter_as(Arc::clone(&cursor.session), stop)?, cursor))
}

/// A call inside of the session of a cursor; dropped, it is out. For calls that are made for each
/// record: it counts one reference, not two.
pub(crate) struct AtCursor {
    cursor: Arc<Cursor>,
}

impl AtCursor {
    /// Enters.
    pub(crate) fn enter(sesid: JET_SESID, tableid: JET_TABLEID) -> Result<Self, Refusal> {
        let cursor = cursor_of(sesid, tableid)?;
        cursor.session.come_in(true)?;
        Ok(Self { cursor })
    }

    /// The cursor's session.
    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.cursor.session
    }
}

impl Deref for AtCursor {
    type Target = Cursor;

    fn deref(&self) -> &Cursor {
        &self.cursor
    }
}

impl Drop for AtCursor {
    fn drop(&mut self) {
        self.cursor.session.go_out();
    }
}
