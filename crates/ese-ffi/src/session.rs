//! One session as the C interface sees it, and how a call gets into it.
//!
//! Invariants: one thread is inside of a session at a time, a second one is refused; it may come in
//! again from inside of a callback. Inside of a transaction calls that change levels come from the
//! thread, or the context, that began it (behaviour-instances.md §8).
//!
//! What a session has open lies in [`State`], locked only for a moment: a callback of the program
//! never runs under its lock.
//!
//! Calls hold no references: what is closed while somebody is inside, be it the session itself out of a
//! callback, lies in the session until the last one leaves ([`Session::leftovers`]). `unsafe` for what
//! follows from that: who came in by the door of a session may use it, and what it has open.

use crate::constants as jet;
use crate::cursor::Cursor;
use crate::database::Attached;
use crate::door::{CameIn, Closed, Door, Wrong};
use crate::gate::{Refusal, demand, refuse};
use crate::handles::{generation_of, lock};
use crate::instance::{Instance, Running};
use crate::near::{self, thread_number};
use crate::process::process;
use crate::types::{JET_DBID, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::session::CommitKind;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
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
    /// Cursors that were closed since somebody came in.
    closed: Vec<Arc<Cursor>>,
    /// The session was ended.
    ended: bool,
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
    /// Something is to be let go by the last who leaves: closed cursors, or the session.
    leftovers: AtomicBool,
    /// JET_sesparamCommitDefault.
    pub(crate) commit_default: AtomicU32,
    state: Mutex<State>,
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
            leftovers: AtomicBool::new(false),
            commit_default: AtomicU32::new(commit_default as u32),
            state: Mutex::new(State {
                cache_priority: CACHE_PRIORITY,
                operation,
                ..State::default()
            }),
        }
    }

    /// Its handle.
    pub(crate) fn handle(&self) -> JET_SESID {
        self.handle.load(Ordering::Relaxed)
    }

    /// What it has open.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// How commits are that say nothing.
    pub(crate) fn commit_kind(&self) -> CommitKind {
        match self.commit_default.load(Ordering::Relaxed) & jet::JET_bitCommitLazyFlush {
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
        if self.core.level() == 0 {
            return Ok(());
        }
        let state = self.state();
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

    /// Gives it a handle: from now on the end of its instance waits for calls inside of it.
    pub(crate) fn register(self) -> Result<JET_SESID, Refusal> {
        let session = Arc::new(self);
        // Nobody comes in by a handle that nobody was given: who guesses it finds a session in order.
        let handle = process().sessions.insert(Arc::clone(&session))?;
        session.handle.store(handle, Ordering::Relaxed);
        session.instance.add_session(handle);
        Ok(handle)
    }
}

/// Whether a handle is that of a session.
pub(crate) fn lives(sesid: JET_SESID) -> bool {
    let front = process().sessions.front(sesid);
    front.is_some_and(|(door, generation)| door.is_open(generation))
}

/// A call inside of a session; dropped, it is out.
///
/// Two words, so that it is handed on in registers.
pub(crate) struct Entered {
    session: NonNull<Session>,
    /// The way out; `None` for who came from inside.
    door: Option<&'static Door<Session>>,
}

impl Deref for Entered {
    type Target = Session;

    #[inline]
    fn deref(&self) -> &Session {
        // SAFETY: it came in by the door, and the session is not let go before the last has left.
        unsafe { self.session.as_ref() }
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        if let Some(door) = self.door {
            if self.leftovers.load(Ordering::Relaxed) && self.let_go() {
                return;
            }
            door.leave(generation_of(self.handle()));
        }
    }
}

impl Entered {
    /// Lets go of what was closed; `true` if that was the session.
    #[cold]
    fn let_go(&self) -> bool {
        self.leftovers.store(false, Ordering::Relaxed);
        let (closed, ended) = {
            let mut state = self.state();
            (std::mem::take(&mut state.closed), state.ended)
        };
        drop(closed);
        // Its door is shut by that.
        ended && process().sessions.remove(self.handle()).is_ok()
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
            // A callback may have closed it.
            if self.cursor(handle).is_ok_and(|cursor| which(cursor, level)) {
                self.close_cursor(handle);
            }
        }
    }

    /// Closes one.
    pub(crate) fn close_cursor(&self, handle: JET_TABLEID) {
        if self.cursor(handle).is_err() {
            return;
        }
        let Ok(cursor) = process().cursors.remove(handle) else {
            return;
        };
        self.state().cursors.retain(|(h, _)| *h != handle);
        cursor.close(self);
        // Somebody further out may be using it.
        self.state().closed.push(cursor);
        self.leftovers.store(true, Ordering::Relaxed);
    }

    /// Closes everything.
    pub(crate) fn close_all(&self) {
        self.close_cursors(|_, _| true);
        let open = std::mem::take(&mut self.state().open);
        for o in open {
            o.db.closed(o.count, o.exclusive);
        }
    }

    /// Ends the session: its handle is stale for whoever comes now.
    pub(crate) fn end(&self) {
        self.state().ended = true;
        self.leftovers.store(true, Ordering::Relaxed);
    }

    /// What the handle of one of its cursors stands for (behaviour-cursors.md §1).
    #[inline]
    fn cursor(&self, tableid: JET_TABLEID) -> Result<&Cursor, Refusal> {
        let cursor = cursor_of(self.handle(), tableid)?;
        // SAFETY: it is this session's, and so is not let go before the last has left.
        Ok(unsafe { cursor.as_ref() })
    }

    #[inline(always)]
    fn check_open(&self, stop: bool) -> Result<(), Refusal> {
        demand(
            !stop || !self.instance.is_stopped(),
            JetErr::CLIENT_REQUEST_TO_STOP_JET_SERVICE,
        )?;
        self.instance.check_runs()
    }
}

/// The place of a cursor of a session.
#[inline(always)]
fn cursor_of(sesid: JET_SESID, tableid: JET_TABLEID) -> Result<NonNull<Cursor>, Refusal> {
    let stale = Refusal(JetErr::INVALID_TABLE_ID);
    let seat = near::seat(tableid).ok_or(stale)?;
    seat.of(sesid, tableid).map_err(|why| match why {
        Wrong::Stale => stale,
        Wrong::Foreign => Refusal(JetErr::SESID_TABLE_ID_MISMATCH),
    })
}

/// Comes in by the door of a session, whatever its instance does. Who comes from inside may find that the
/// session has ended.
#[inline(always)]
fn come_in(sesid: JET_SESID) -> Result<Entered, Closed> {
    let (door, generation, thread) = near::door(sesid).ok_or(Closed::Stale)?;
    let (how, session) = door.enter(generation, thread)?;
    let entered = Entered {
        session,
        door: (how == CameIn::First).then_some(door),
    };
    if how == CameIn::Again && entered.state().ended {
        return Err(Closed::Stale);
    }
    Ok(entered)
}

#[cold]
fn refusal(why: Closed) -> Refusal {
    Refusal(match why {
        Closed::Stale => JetErr::INVALID_SESID,
        Closed::Busy => JetErr::SESSION_SHARING_VIOLATION,
        Closed::Ending => JetErr::TERM_IN_PROGRESS,
    })
}

/// Enters a session (behaviour-instances.md §2, "session calls"). `stop`: refused after JetStopService.
fn enter_as(sesid: JET_SESID, stop: bool) -> Result<Entered, Refusal> {
    let entered = come_in(sesid).map_err(refusal)?;
    entered.check_open(stop)?;
    Ok(entered)
}

/// Enters a session for a call that is refused after JetStopService.
pub(crate) fn enter(sesid: JET_SESID) -> Result<Entered, Refusal> {
    enter_as(sesid, true)
}

/// Enters a session for a call that works after JetStopService.
pub(crate) fn enter_stopped(sesid: JET_SESID) -> Result<Entered, Refusal> {
    enter_as(sesid, false)
}

/// A call inside of a session, at one of its cursors; dropped, it is out.
pub(crate) struct AtCursor {
    session: Entered,
    cursor: NonNull<Cursor>,
}

impl AtCursor {
    /// Its session.
    #[inline]
    pub(crate) fn session(&self) -> &Entered {
        &self.session
    }

    /// The cursor.
    #[inline]
    pub(crate) fn cursor(&self) -> &Cursor {
        // SAFETY: it is the session's, and so is not let go before the last has left.
        unsafe { self.cursor.as_ref() }
    }

    /// Session and cursor.
    #[inline]
    pub(crate) fn parts(&self) -> (&Entered, &Cursor) {
        (self.session(), self.cursor())
    }
}

/// Why somebody did not come in to a cursor: the session first, then the cursor, then what is in the way.
#[cold]
fn refusal_at(why: Closed, sesid: JET_SESID, tableid: JET_TABLEID) -> Refusal {
    match (why, cursor_of(sesid, tableid)) {
        (Closed::Busy | Closed::Ending, Err(of_cursor)) => of_cursor,
        (why, _) => refusal(why),
    }
}

/// Enters a session with one of its cursors (behaviour-cursors.md §1).
pub(crate) fn enter_cursor(sesid: JET_SESID, tableid: JET_TABLEID) -> Result<AtCursor, Refusal> {
    enter_often(sesid, tableid, true)
}

/// The same for a call that works after JetStopService.
pub(crate) fn enter_cursor_as(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    stop: bool,
) -> Result<AtCursor, Refusal> {
    enter_often(sesid, tableid, stop)
}

/// The same for calls that are made for each record: it becomes part of the caller, because what comes
/// back by memory is waited for.
#[inline(always)]
pub(crate) fn enter_often(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    stop: bool,
) -> Result<AtCursor, Refusal> {
    let session = match come_in(sesid) {
        Ok(session) => session,
        Err(why) => return Err(refusal_at(why, sesid, tableid)),
    };
    let cursor = cursor_of(sesid, tableid)?;
    session.check_open(stop)?;
    Ok(AtCursor { session, cursor })
}

/// The sessions of an instance that ends, with their doors shut; dropped, they are opened again.
#[derive(Default)]
pub(crate) struct Ending(Vec<Entered>);

impl Ending {
    /// Shuts the doors of these sessions as far as nobody is inside, and says whether that is all of them;
    /// `None` when this thread is inside of one.
    pub(crate) fn shut(&mut self, all: &[JET_SESID]) -> Option<bool> {
        let mut every = true;
        for sesid in all.iter().copied() {
            let Some((door, generation)) = process().sessions.front(sesid) else {
                continue;
            };
            match door.end(generation) {
                Ok(session) => self.0.push(Entered {
                    session,
                    door: Some(door),
                }),
                // Here before; or nobody's any more.
                Err(Closed::Ending | Closed::Stale) => {}
                Err(Closed::Busy) => {
                    if door.thread_inside(generation) == Some(thread_number()) {
                        return None;
                    }
                    every = false;
                }
            }
        }
        Some(every)
    }

    /// Whether these, as far as they live, are shut.
    pub(crate) fn has(&self, all: &[JET_SESID]) -> bool {
        let shut = |sesid: &JET_SESID| self.0.iter().any(|s| s.handle() == *sesid);
        all.iter().all(|sesid| shut(sesid) || !lives(*sesid))
    }

    /// Ends them.
    pub(crate) fn end(self) {
        for session in self.0 {
            session.close_all();
            session.end();
        }
    }
}
