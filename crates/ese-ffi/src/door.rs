//! How a call gets to a session and its cursors without a lock and without counting a reference.
//!
//! Each session has a [`Door`]: one word that says of which generation the session is and which thread is
//! inside. A call takes the word by one compare-and-exchange, and gives it back by one store. Each cursor
//! has a [`Seat`]: whose it is, under which handle, and where it lies.
//!
//! Invariants:
//! * whoever is inside of a session has the use of it, of its cursors, and of their seats alone: they are
//!   opened, changed and closed by nobody else;
//! * a session, and a cursor, is let go when nobody is inside any more: by whoever leaves last, or by the
//!   end of the instance, which takes every word first;
//! * a handle that is stale, or foreign, changes no word.
//!
//! No `unsafe` but in the models, which use what they get in, as the sessions do.
#![cfg_attr(not(loom), forbid(unsafe_code))]

use crate::handles::Front;
use std::ptr::NonNull;
use std::sync::Arc;

#[cfg(loom)]
use loom::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};

/// Bits of the word that say who is inside, lowest; the generation is above them.
const THREAD_BITS: u32 = 40;
/// Nobody is inside.
const NOBODY: u64 = 0;
/// The instance ends: nobody comes in any more.
const ENDING: u64 = (1 << THREAD_BITS) - 1;
/// The word of a door without a session: no handle has generation 0.
const SHUT: u64 = 0;

/// Largest generation that the word has room for.
const GENERATION_MOST: usize = (1 << (u64::BITS - THREAD_BITS)) - 1;

/// Numbers of threads are from 1 to this.
pub(crate) const THREAD_MOST: u64 = ENDING - 1;

/// How a call came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CameIn {
    /// From outside: it has to leave.
    First,
    /// From inside of a callback.
    Again,
}

/// Why a call did not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// There is no such session.
    Stale,
    /// Another thread is inside.
    Busy,
    /// Its instance ends.
    Ending,
}

/// The door of a session, whichever is in its place.
pub(crate) struct Door<T> {
    word: AtomicU64,
    value: AtomicPtr<T>,
}

impl<T> Default for Door<T> {
    fn default() -> Self {
        Self {
            word: AtomicU64::new(SHUT),
            value: AtomicPtr::new(std::ptr::null_mut()),
        }
    }
}

#[inline(always)]
fn word(generation: usize, inside: u64) -> u64 {
    (generation as u64) << THREAD_BITS | inside
}

/// Why a word is not free for `who`, unless it has it.
#[cold]
fn other(generation: usize, there: u64, who: u64) -> Result<CameIn, Closed> {
    if there >> THREAD_BITS != generation as u64 {
        return Err(Closed::Stale);
    }
    match there & ENDING {
        ENDING => Err(Closed::Ending),
        inside if inside == who => Ok(CameIn::Again),
        _ => Err(Closed::Busy),
    }
}

impl<T> Door<T> {
    #[inline(always)]
    fn take(&self, generation: usize, who: u64) -> Result<CameIn, Closed> {
        // What a handle says may be anything; 0 would be taken for nobody's.
        if generation.wrapping_sub(1) >= GENERATION_MOST {
            return Err(Closed::Stale);
        }
        let free = word(generation, NOBODY);
        let taken = word(generation, who);
        let there = (self.word).compare_exchange(free, taken, Ordering::AcqRel, Ordering::Relaxed);
        match there {
            Ok(_) => Ok(CameIn::First),
            Err(there) => other(generation, there, who),
        }
    }

    /// A thread comes in.
    #[inline(always)]
    pub(crate) fn enter(
        &self,
        generation: usize,
        thread: u64,
    ) -> Result<(CameIn, NonNull<T>), Closed> {
        let how = self.take(generation, thread)?;
        Ok((how, self.value()?))
    }

    /// Takes the word for the end of the instance.
    pub(crate) fn end(&self, generation: usize) -> Result<NonNull<T>, Closed> {
        self.take(generation, ENDING)?;
        self.value()
    }

    fn value(&self) -> Result<NonNull<T>, Closed> {
        // Whoever has the word sees what was stored before the door was opened.
        NonNull::new(self.value.load(Ordering::Relaxed)).ok_or(Closed::Stale)
    }

    /// Who came in first leaves, or the instance does not end after all.
    #[inline(always)]
    pub(crate) fn leave(&self, generation: usize) {
        (self.word).store(word(generation, NOBODY), Ordering::Release);
    }

    /// The thread that is inside, if there is one.
    pub(crate) fn thread_inside(&self, generation: usize) -> Option<u64> {
        let there = self.word.load(Ordering::Relaxed);
        let inside = there & ENDING;
        let somebody = inside != NOBODY && inside != ENDING;
        (somebody && there >> THREAD_BITS == generation as u64).then_some(inside)
    }

    /// Whether the session lives.
    pub(crate) fn is_open(&self, generation: usize) -> bool {
        self.word.load(Ordering::Relaxed) >> THREAD_BITS == generation as u64
    }
}

impl<T> Front<T> for Door<T> {
    const GENERATION_MOST: usize = GENERATION_MOST;

    fn opened(&self, _handle: usize, generation: usize, value: &Arc<T>) {
        let value = Arc::as_ptr(value).cast_mut();
        self.value.store(value, Ordering::Relaxed);
        self.leave(generation);
    }

    /// By whoever has the word.
    fn closed(&self) {
        self.value.store(std::ptr::null_mut(), Ordering::Relaxed);
        self.word.store(SHUT, Ordering::Release);
    }
}

/// Something that belongs to a session.
pub(crate) trait Owned {
    /// Handle of the session.
    fn owner(&self) -> usize;
}

/// Why a seat is not what a handle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Nobody has it under this handle.
    Stale,
    /// Another session has.
    Foreign,
}

/// Where a cursor is, whichever is in its place. Only who is inside of its session changes it, and may
/// use what it points to.
pub(crate) struct Seat<T> {
    owner: AtomicUsize,
    handle: AtomicUsize,
    value: AtomicPtr<T>,
}

impl<T> Default for Seat<T> {
    fn default() -> Self {
        Self {
            owner: AtomicUsize::new(0),
            handle: AtomicUsize::new(0),
            value: AtomicPtr::new(std::ptr::null_mut()),
        }
    }
}

impl<T> Seat<T> {
    /// What the handle of a session's own stands for. What is of another session may change while it is
    /// asked for; what is the asker's does not.
    #[inline(always)]
    pub(crate) fn of(&self, owner: usize, handle: usize) -> Result<NonNull<T>, Wrong> {
        // First whose it is: the asker's own stays as it is.
        let own = self.owner.load(Ordering::Acquire) == owner;
        let same = self.handle.load(Ordering::Relaxed) == handle;
        if own && same {
            return NonNull::new(self.value.load(Ordering::Relaxed)).ok_or(Wrong::Stale);
        }
        Err(match same {
            true => Wrong::Foreign,
            false => Wrong::Stale,
        })
    }
}

impl<T: Owned> Front<T> for Seat<T> {
    fn opened(&self, handle: usize, _generation: usize, value: &Arc<T>) {
        let pointer = Arc::as_ptr(value).cast_mut();
        self.value.store(pointer, Ordering::Relaxed);
        self.handle.store(handle, Ordering::Relaxed);
        self.owner.store(value.owner(), Ordering::Release);
    }

    fn closed(&self) {
        self.owner.store(0, Ordering::Relaxed);
        self.handle.store(0, Ordering::Relaxed);
        self.value.store(std::ptr::null_mut(), Ordering::Relaxed);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{CameIn, Closed, Door, Owned, Seat, THREAD_MOST, Wrong};
    use crate::handles::Front;
    use std::sync::Arc;

    #[test]
    fn one_thread_is_inside_and_may_come_again() {
        let door = Door::default();
        let value = Arc::new(7_u32);
        assert_eq!(door.enter(1, 5).unwrap_err(), Closed::Stale, "nobody there");
        door.opened(0, 1, &value);
        let (how, found) = door.enter(1, 5).unwrap();
        assert_eq!(
            (how, found.as_ptr().cast_const()),
            (CameIn::First, Arc::as_ptr(&value))
        );
        assert_eq!(door.enter(1, 5).unwrap().0, CameIn::Again);
        assert_eq!(door.enter(1, 6).unwrap_err(), Closed::Busy);
        assert_eq!(door.end(1).unwrap_err(), Closed::Busy);
        assert_eq!(door.thread_inside(1), Some(5));
        assert_eq!((door.thread_inside(2), door.thread_inside(0)), (None, None));
        door.leave(1);
        assert_eq!(door.thread_inside(1), None);
        assert_eq!(door.enter(1, THREAD_MOST).unwrap().0, CameIn::First);
        door.leave(1);
        door.end(1).unwrap();
        assert_eq!(door.enter(1, 5).unwrap_err(), Closed::Ending);
        assert_eq!(door.end(1).unwrap_err(), Closed::Ending);
        assert_eq!(door.thread_inside(1), None);
    }

    #[test]
    fn stale_handles_change_nothing() {
        let door = Door::default();
        let value = Arc::new(7_u32);
        let most = Door::<u32>::GENERATION_MOST;
        for shut in [0, 1, most, most + 1, most + 2, usize::MAX] {
            assert_eq!(door.enter(shut, 5).unwrap_err(), Closed::Stale);
            assert_eq!(door.end(shut).unwrap_err(), Closed::Stale);
        }
        for generation in [1, 2, most] {
            door.opened(0, generation, &value);
            for stale in [
                0,
                generation - 1,
                generation + 1,
                generation + most + 1,
                usize::MAX,
            ] {
                assert_eq!(door.enter(stale, 5).unwrap_err(), Closed::Stale);
                assert!(!door.is_open(stale) && door.is_open(generation));
            }
            door.enter(generation, 5).unwrap();
            assert_eq!(door.enter(generation - 1, 5).unwrap_err(), Closed::Stale);
            door.closed();
            assert_eq!(door.enter(generation, 5).unwrap_err(), Closed::Stale);
            assert!(!door.is_open(generation));
        }
    }

    struct Mine(usize);

    impl Owned for Mine {
        fn owner(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn a_seat_is_of_one_owner_under_one_handle() {
        let seat = Seat::default();
        assert_eq!(seat.of(3, 9).unwrap_err(), Wrong::Stale);
        assert!(seat.of(0, 0).is_err(), "nobody's is nobody's");
        let cursor = Arc::new(Mine(3));
        seat.opened(9, 1, &cursor);
        let found = seat.of(3, 9).unwrap();
        assert_eq!(found.as_ptr().cast_const(), Arc::as_ptr(&cursor));
        assert_eq!(seat.of(4, 9).unwrap_err(), Wrong::Foreign);
        assert_eq!(seat.of(3, 8).unwrap_err(), Wrong::Stale);
        Front::<Mine>::closed(&seat);
        assert_eq!(seat.of(3, 9).unwrap_err(), Wrong::Stale);
    }
}

/// Run by the command of docs/concurrency.md.
#[cfg(all(test, loom))]
mod models {
    use super::{Closed, Door, Owned, Seat, Wrong};
    use crate::handles::Front;
    use loom::cell::UnsafeCell;
    use loom::thread;
    use std::sync::Arc;

    /// What a session guards: the checker finds two who use it at once.
    struct Session {
        name: usize,
        bytes: UnsafeCell<usize>,
    }

    fn session(name: usize) -> Arc<Session> {
        let bytes = UnsafeCell::new(0);
        Arc::new(Session { name, bytes })
    }

    /// Uses the session, if it gets in.
    fn call(door: &Door<Session>, generation: usize, thread: u64) -> Result<usize, Closed> {
        let (_, session) = door.enter(generation, thread)?;
        // SAFETY: the models keep their sessions until all threads have ended.
        let session = unsafe { session.as_ref() };
        // SAFETY: what the model proves.
        session.bytes.with_mut(|b| unsafe { *b += 1 });
        door.leave(generation);
        Ok(session.name)
    }

    #[test]
    fn two_threads_call() {
        loom::model(|| {
            let all = session(1);
            let door = Arc::new(Door::default());
            door.opened(0, 1, &all);
            let other = Arc::clone(&door);
            let other = thread::spawn(move || call(&other, 1, 2));
            let own = call(&door, 1, 1);
            let theirs = other.join().unwrap();
            assert!(own.is_ok() || theirs.is_ok(), "both were refused");
            for refused in [own, theirs].into_iter().filter_map(Result::err) {
                assert_eq!(refused, Closed::Busy);
            }
        });
    }

    #[test]
    fn a_session_ends_and_another_takes_its_place() {
        loom::model(|| {
            let (first, second) = (session(1), session(2));
            let door = Arc::new(Door::default());
            door.opened(0, 1, &first);
            let other = Arc::clone(&door);
            let other = thread::spawn(move || call(&other, 1, 2));
            // Ends it, as JetEndSession: from inside.
            if let Ok((_, session)) = door.enter(1, 1) {
                // SAFETY: as above.
                let session = unsafe { session.as_ref() };
                // SAFETY: as above.
                session.bytes.with_mut(|b| unsafe { *b += 1 });
                door.closed();
                // Let go: nobody uses it from here on.
                first.bytes.with_mut(|_| ());
                door.opened(0, 2, &second);
                assert_eq!(call(&door, 2, 1), Ok(2), "a stale handle was in the way");
            }
            match other.join().unwrap() {
                Ok(name) => assert_eq!(name, 1, "a stale handle got another session"),
                Err(why) => assert!(matches!(why, Closed::Busy | Closed::Stale)),
            }
        });
    }

    #[test]
    fn an_instance_ends_while_a_call_is_inside() {
        loom::model(|| {
            let all = session(1);
            let door = Arc::new(Door::default());
            door.opened(0, 1, &all);
            let other = Arc::clone(&door);
            let other = thread::spawn(move || call(&other, 1, 2));
            let ended = loop {
                match door.end(1) {
                    Ok(session) => break session,
                    Err(_) => thread::yield_now(),
                }
            };
            // SAFETY: as above.
            let ended = unsafe { ended.as_ref() };
            // SAFETY: as above.
            ended.bytes.with_mut(|b| unsafe { *b += 1 });
            assert_eq!(call(&door, 1, 1), Err(Closed::Ending));
            door.closed();
            all.bytes.with_mut(|_| ());
            match other.join().unwrap() {
                Ok(_) | Err(Closed::Ending | Closed::Stale) => {}
                Err(Closed::Busy) => panic!("nobody else called"),
            }
        });
    }

    struct Cursor {
        owner: usize,
        bytes: UnsafeCell<usize>,
    }

    impl Owned for Cursor {
        fn owner(&self) -> usize {
            self.owner
        }
    }

    #[test]
    fn a_cursor_changes_hands_while_a_stranger_asks() {
        const CURSOR: usize = 9;
        const NEXT: usize = 10;
        loom::model(|| {
            let cursor = |owner| {
                let bytes = UnsafeCell::new(0);
                Arc::new(Cursor { owner, bytes })
            };
            let (own, next) = (cursor(3), cursor(5));
            let seat = Arc::new(Seat::default());
            seat.opened(CURSOR, 1, &own);
            let other = Arc::clone(&seat);
            // Inside of session 4, which has none of them.
            let other = thread::spawn(move || {
                for handle in [CURSOR, NEXT, 0] {
                    let why = other.of(4, handle).err();
                    assert!(why.is_some(), "a stranger got a cursor");
                }
            });
            let found = seat.of(3, CURSOR).unwrap();
            // SAFETY: the model keeps the cursors.
            let found = unsafe { found.as_ref() };
            // SAFETY: nobody else uses it.
            found.bytes.with_mut(|b| unsafe { *b += 1 });
            Front::<Cursor>::closed(&*seat);
            assert_eq!(seat.of(3, CURSOR).unwrap_err(), Wrong::Stale);
            seat.opened(NEXT, 2, &next);
            assert!(seat.of(5, NEXT).is_ok());
            other.join().unwrap();
        });
    }
}
