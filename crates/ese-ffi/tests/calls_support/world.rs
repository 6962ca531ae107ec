//! What an input has made so far: handles, living and dead, and what must be freed.
//!
//! Invariant: a handle that was ever given out is known until the end, so that it can be given again
//! when it is stale, and closed when it is not.

use super::callbacks::{ANSWER, CURSOR, Pool, SESSION};
use super::source::{Room, Source};
use ese_core::JetErr;
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ptr::null_mut;
use std::sync::atomic::Ordering;

/// One more that is stale; not kept among the others.
fn keep(stale: &mut Vec<usize>, handle: usize) -> bool {
    if !stale.contains(&handle) {
        stale.push(handle);
    }
    false
}

/// What a call may be asked to succeed in.
pub struct World {
    pub instances: Vec<usize>,
    /// The cursor that most calls use, with its session.
    current: Cell<(usize, usize)>,
    pub sessions: Vec<usize>,
    /// Session and database, session and cursor.
    pub databases: Vec<(usize, u32)>,
    pub cursors: Vec<(usize, usize)>,
    pub columns: Vec<u32>,
    pub files: Vec<(usize, usize)>,
    pub snapshots: Vec<usize>,
    pub registrations: Vec<usize>,
    pub bookmarks: Vec<Vec<u8>>,
    /// What was closed or ended: sessions, cursors, instances.
    pub stale: Vec<usize>,
    /// What JetFreeBuffer takes.
    pub given: Vec<usize>,
    pub pool: Pool,
    /// Something was asked for that may leave a database dirty, or cut it.
    pub rough: bool,
    /// How often each call worked, and was refused.
    pub tally: BTreeMap<&'static str, (u32, u32)>,
}

impl World {
    pub fn new() -> Self {
        Self {
            instances: Vec::new(),
            current: Cell::new((0, 0)),
            sessions: Vec::new(),
            databases: Vec::new(),
            cursors: Vec::new(),
            // Tagged, variable, fixed columns of small numbers.
            columns: vec![1, 2, 128, 256, 257],
            files: Vec::new(),
            snapshots: Vec::new(),
            registrations: Vec::new(),
            bookmarks: vec![vec![0x7f, 0x80, 0, 0, 1]],
            stale: Vec::new(),
            given: Vec::new(),
            pool: Pool::default(),
            rough: false,
            tally: BTreeMap::new(),
        }
    }

    fn foreign(&self, s: &mut Source<'_>) -> usize {
        let pairs = |all: &[(usize, usize)]| all.last().map_or(0, |p| p.1);
        match s.byte() % 12 {
            0 => 0,
            1 => usize::MAX,
            2 => s.wide() as usize,
            3 => self.instances.last().copied().unwrap_or(1),
            4 => self.sessions.first().copied().unwrap_or(2),
            5 => pairs(&self.cursors),
            6 => pairs(&self.files),
            7 => self.snapshots.last().copied().unwrap_or(3),
            n => self
                .stale
                .get(self.stale.len().wrapping_sub(usize::from(n - 7)))
                .copied()
                .unwrap_or(3),
        }
    }

    fn one<T: Clone>(s: &mut Source<'_>, all: &[T]) -> Option<T> {
        // Mostly the newest.
        match s.byte() {
            0..=159 => all.last().cloned(),
            n => all.get(usize::from(n) % all.len().max(1)).cloned(),
        }
    }

    pub fn instance(&self, s: &mut Source<'_>) -> usize {
        if s.wrong() {
            return self.foreign(s);
        }
        // The first has the database.
        match s.byte() {
            0..=127 => self.instances.first().copied().unwrap_or(0),
            _ => Self::one(s, &self.instances).unwrap_or(0),
        }
    }

    pub fn session(&self, s: &mut Source<'_>) -> usize {
        if s.wrong() {
            return self.foreign(s);
        }
        let (session, _) = self.current.get();
        if s.byte() < 160 && self.sessions.contains(&session) {
            return session;
        }
        Self::one(s, &self.sessions).unwrap_or(0)
    }

    pub fn database(&self, s: &mut Source<'_>) -> (usize, u32) {
        let (session, db) = Self::one(s, &self.databases).unwrap_or((0, 0));
        match (s.wrong(), s.wrong()) {
            (true, _) => (self.session(s), db),
            (_, true) => (session, s.number()),
            _ => (session, db),
        }
    }

    pub fn cursor(&self, s: &mut Source<'_>) -> (usize, usize) {
        let mut current = self.current.get();
        if s.byte() >= 232 || !self.cursors.contains(&current) {
            current = Self::one(s, &self.cursors).unwrap_or((0, 0));
            self.current.set(current);
        }
        let (session, cursor) = current;
        match (s.wrong(), s.wrong()) {
            (true, _) => (self.session(s), cursor),
            (_, true) => (session, self.foreign(s)),
            _ => (session, cursor),
        }
    }

    pub fn file(&self, s: &mut Source<'_>) -> (usize, usize) {
        let (instance, file) = Self::one(s, &self.files).unwrap_or((0, 0));
        match (s.wrong(), s.wrong()) {
            (true, _) => (self.instance(s), file),
            (_, true) => (instance, self.foreign(s)),
            _ => (instance, file),
        }
    }

    pub fn snapshot(&self, s: &mut Source<'_>) -> usize {
        if s.wrong() {
            return self.foreign(s);
        }
        Self::one(s, &self.snapshots).unwrap_or(0)
    }

    pub fn column(&self, s: &mut Source<'_>) -> u32 {
        if s.wrong() {
            return s.any();
        }
        s.of(&self.columns)
    }

    /// Lays aside what no longer lives, so that right arguments stay right.
    pub fn sweep(&mut self) {
        let mut stale = std::mem::take(&mut self.stale);
        let mut number = 0_usize;
        let mut word = 0_u32;
        // SAFETY: pointers to locals; a handle may be anything.
        unsafe {
            let (mut count, mut list) = (0, null_mut());
            JetGetInstanceInfoW(&raw mut count, &raw mut list);
            JetFreeBuffer(list.cast());
            self.instances.retain(|i| {
                if count == 0 {
                    return keep(&mut stale, *i);
                }
                let said = JetGetSystemParameterW(
                    *i,
                    0,
                    param::JET_paramMaxCursors,
                    &raw mut number,
                    null_mut(),
                    0,
                );
                said >= 0 || keep(&mut stale, *i)
            });
            self.sessions.retain(|i| {
                let said = JetGetVersion(*i, &raw mut word);
                said != JetErr::INVALID_SESID.0 || keep(&mut stale, *i)
            });
            self.databases.retain(|(session, db)| {
                let said = JetGetDatabaseInfoW(
                    *session,
                    *db,
                    (&raw mut word).cast(),
                    4,
                    jet::JET_DbInfoLCID,
                );
                said != JetErr::INVALID_SESID.0 && said != JetErr::INVALID_DATABASE_ID.0
            });
            self.cursors.retain(|(session, cursor)| {
                let said = JetMove(*session, *cursor, 0, 0);
                let gone = [
                    JetErr::INVALID_SESID.0,
                    JetErr::INVALID_TABLE_ID.0,
                    JetErr::SESID_TABLE_ID_MISMATCH.0,
                ];
                !gone.contains(&said) || keep(&mut stale, *cursor)
            });
        }
        self.stale = stale;
    }

    /// Remembers a session, for callbacks too.
    pub fn add_session(&mut self, session: usize) {
        SESSION.store(session, Ordering::Relaxed);
        self.sessions.push(session);
    }

    pub fn add_cursor(&mut self, session: usize, cursor: usize) {
        if cursor != 0 && cursor != usize::MAX {
            CURSOR.store(cursor, Ordering::Relaxed);
            self.cursors.push((session, cursor));
        }
    }

    pub fn add_column(&mut self, column: u32) {
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
    }

    /// Keeps bytes that a call gave out, to be handed in again.
    pub fn keep_bookmark(&mut self, room: &mut Room, actual: u32) {
        let len = (actual as usize).min(room.size() as usize);
        if let Some(bytes) = room.bytes().get(..len).filter(|b| !b.is_empty()) {
            self.bookmarks.push(bytes.to_vec());
        }
    }

    /// A bookmark or key, in room of its own.
    pub fn bookmark(&self, s: &mut Source<'_>) -> Room {
        if s.wrong() {
            return s.data();
        }
        let bytes = Self::one(s, &self.bookmarks).map_or(0, |_| self.bookmarks.len() - 1);
        let which = if s.chance(4) {
            s.below(self.bookmarks.len())
        } else {
            bytes
        };
        let bytes = self.bookmarks.get(which).cloned().unwrap_or_default();
        let mut room = s.room_of(bytes.len());
        let len = bytes.len().min(room.size() as usize);
        room.bytes()[..len].copy_from_slice(&bytes[..len]);
        room
    }

    /// What callbacks answer from now on: mostly success.
    pub fn choose_answer(&self, s: &mut Source<'_>) {
        // Never JET_errInternalError, which only the library says.
        let answer = if s.chance(8) {
            -1 - i32::from(s.byte() % 100)
        } else {
            0
        };
        ANSWER.store(answer, Ordering::Relaxed);
    }
}
