//! Which transactions are open, as far as cleanup has to know: the oldest begin.
//!
//! A session that begins is not to be overtaken by cleanup: between the moment in which it takes its
//! id and the one in which it says so, cleanup must not throw away what the session is going to see.
//! So it first says "beginning, not before the newest id that I know of", then takes its id, then
//! says which.
//!
//! ```text
//! session                         cleanup
//! says: not before P              newest = N
//! fence                           fence
//! takes its id B                  looks at all sessions
//! says: B
//! ```
//! If cleanup misses "not before P", its fence is before the session's, so B is behind N; and it
//! takes no version that was committed behind N. If it sees it, it takes none that was committed
//! behind P.
//!
//! Invariant: [`oldest`] is never behind the begin of a transaction that is open or just beginning.
#![forbid(unsafe_code)]

use super::ids::{TrxClock, TrxId};
use crate::sync::{AtomicU32, Ordering, fence};

/// What one session says.
#[derive(Debug)]
pub(super) struct Begin(AtomicU32);

impl Default for Begin {
    fn default() -> Self {
        Self(AtomicU32::new(TrxId::MAX.0))
    }
}

impl Begin {
    /// A transaction begins; returns its id.
    pub(super) fn begin(&self, clock: &TrxClock, read_only: bool) -> TrxId {
        self.0.store(clock.newest().0, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let id = if read_only {
            clock.read_only()
        } else {
            clock.next()
        };
        self.0.store(id.0, Ordering::Release);
        id
    }

    /// It ended.
    pub(super) fn end(&self) {
        self.0.store(TrxId::MAX.0, Ordering::Release);
    }

    /// Its id, for the session itself; [`TrxId::MAX`] when none is open.
    #[inline]
    pub(super) fn id(&self) -> TrxId {
        TrxId(self.0.load(Ordering::Acquire))
    }
}

/// What was committed before this is seen by everybody, now and later.
pub(super) fn oldest<'a>(clock: &TrxClock, begins: impl Iterator<Item = &'a Begin>) -> TrxId {
    let newest = clock.newest();
    fence(Ordering::SeqCst);
    let mut oldest = TrxClock::between(newest);
    for begin in begins {
        let id = begin.id();
        if id.is_before(oldest) {
            oldest = id;
        }
    }
    oldest
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    /// One session begins while another commits and cleanup decides: what the new session may not
    /// see yet was not taken.
    fn beginning(read_only: bool) {
        loom::model(move || {
            let clock = Arc::new(TrxClock::starting_at(100));
            let begin = Arc::new(Begin::default());
            let (c, b) = (Arc::clone(&clock), Arc::clone(&begin));
            let session = loom::thread::spawn(move || b.begin(&c, read_only));
            let c = Arc::clone(&clock);
            let committer = loom::thread::spawn(move || c.next());
            let oldest = oldest(&clock, [&*begin].into_iter());
            let id = session.join().unwrap();
            let committed = committer.join().unwrap();
            assert!(!oldest.is_after(id), "{oldest:?} {id:?}");
            // The version of that commit is cleaned only if the session began behind it.
            assert!(!committed.is_before(oldest) || committed.is_before(id));
        });
    }

    #[test]
    fn cleanup_does_not_overtake_a_begin() {
        beginning(false);
    }

    #[test]
    fn cleanup_does_not_overtake_a_reader() {
        beginning(true);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_of_all() {
        let clock = TrxClock::starting_at(u32::MAX - 20);
        let sessions: [Begin; 3] = Default::default();
        let now = || oldest(&clock, sessions.iter());
        assert_eq!(now(), TrxClock::between(clock.newest()));
        let [a, b, c] = &sessions;
        let first = a.begin(&clock, false);
        let reader = b.begin(&clock, true);
        for _ in 0..9 {
            c.begin(&clock, false);
        }
        assert_eq!(now(), first);
        a.end();
        assert_eq!(now(), reader);
        b.end();
        c.end();
        assert!(clock.newest().is_before(now()), "all committed may go");
    }
}
