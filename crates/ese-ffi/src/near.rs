//! Where the places of the handles lie that this thread named last.
//!
//! A handle's place lies where its index says, for as long as the process lives: segments of a table are
//! never let go. So it is looked for once as long as a thread names the same session and cursor, which
//! programs do for each record.
//!
//! Invariant: nothing is said of whom the place belongs to now: its door or seat says that each time.
#![forbid(unsafe_code)]

use crate::cursor::Cursor;
use crate::door::{Door, Seat, THREAD_MOST};
use crate::handles::generation_of;
use crate::process::process;
use crate::session::Session;
use crate::types::{JET_SESID, JET_TABLEID};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

type Near<T> = Cell<(usize, Option<&'static T>)>;

struct Here {
    number: Cell<u64>,
    door: Near<Door<Session>>,
    seat: Near<Seat<Cursor>>,
}

thread_local! {
    static HERE: Here = const {
        Here {
            number: Cell::new(0),
            door: Cell::new((0, None)),
            seat: Cell::new((0, None)),
        }
    };
}

/// What a cell has for a handle, or what `find` finds.
#[inline(always)]
fn near<T>(
    cell: &Near<T>,
    handle: usize,
    find: impl FnOnce(usize) -> Option<&'static T>,
) -> Option<&'static T> {
    let (named, place) = cell.get();
    if named == handle && place.is_some() {
        return place;
    }
    let place = find(handle);
    cell.set((handle, place));
    place
}

/// A number of this thread that no other thread has: only after a million million threads they come
/// again.
#[inline]
pub(crate) fn thread_number() -> u64 {
    HERE.with(number)
}

#[inline(always)]
fn number(here: &Here) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    #[cold]
    fn new() -> u64 {
        NEXT.fetch_add(1, Ordering::Relaxed) % THREAD_MOST + 1
    }
    if here.number.get() == 0 {
        here.number.set(new());
    }
    here.number.get()
}

/// The door of a session's handle, the generation that the handle is of, and the number of this thread.
#[inline(always)]
pub(crate) fn door(sesid: JET_SESID) -> Option<(&'static Door<Session>, usize, u64)> {
    #[cold]
    fn find(sesid: JET_SESID) -> Option<&'static Door<Session>> {
        Some(process().sessions.front(sesid)?.0)
    }
    HERE.with(|here| {
        let door = near(&here.door, sesid, find)?;
        Some((door, generation_of(sesid), number(here)))
    })
}

/// The seat of a cursor's handle.
#[inline(always)]
pub(crate) fn seat(tableid: JET_TABLEID) -> Option<&'static Seat<Cursor>> {
    #[cold]
    fn find(tableid: JET_TABLEID) -> Option<&'static Seat<Cursor>> {
        Some(process().cursors.front(tableid)?.0)
    }
    HERE.with(|here| near(&here.seat, tableid, find))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_keeps_its_number_and_no_other_has_it() {
        let own = thread_number();
        assert_eq!(own, thread_number());
        let other = std::thread::spawn(thread_number).join().unwrap();
        assert!(own != 0 && other != 0 && own != other);
    }

    #[test]
    fn another_handle_is_looked_for() {
        let (a, b): (&'static u8, &'static u8) = (&1, &2);
        let cell = Cell::new((0, None));
        let mut asked = 0;
        let mut at = |handle, there| {
            let found = near(&cell, handle, |_| {
                asked += 1;
                there
            });
            (found.copied(), asked)
        };
        assert_eq!(at(5, Some(a)), (Some(1), 1));
        assert_eq!(at(5, None), (Some(1), 1));
        assert_eq!(at(6, Some(b)), (Some(2), 2));
        assert_eq!(at(7, None), (None, 3));
        assert_eq!(at(7, Some(b)), (Some(2), 4));
        // No handle is 0, and none was named yet.
        assert_eq!(at(0, None), (None, 5));
    }
}
