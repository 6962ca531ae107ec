//! Pages that redo had to leave behind, in the hope that the log takes them away later.
//!
//! While a database may hold changes of logs that are still to come (its required range), a page that a
//! record speaks of can be gone already: cut off with the end of the file, trimmed to zeros, freed and
//! reverted. Or it is too old for the record: a write was lost, or the page lay behind the end of the
//! file between then and now. Redo passes over such a page and notes it here. The records that take
//! pages away remove the notes; a note that is left at the end of the required range is an error.
//!
//! Invariants: the first note of a page stays; a page that is missing is not touched again before its
//! note is removed, a page that is too old is looked at each time. Memory: one entry for a page that a
//! record names, so never more than the logs are long.
//!
//! Source: docs/format/recovery.md §2.6, docs/format/log-records.md §6.
#![forbid(unsafe_code)]

use super::error::{PageTime, RecoveryError};
use crate::error::JetErr;
use crate::format::ids::{Dbtime, Lgpos, Pgno};
use std::collections::BTreeMap;

/// dbtime of a page that ShrinkDB3 took away without cutting the file.
pub const DBTIME_SHRUNK: Dbtime = Dbtime(u64::MAX - 2);
/// dbtime of a page that a revert snapshot made a new one again.
pub const DBTIME_REVERTED: Dbtime = Dbtime(u64::MAX - 3);

/// Why a page was passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The file ends before it.
    BeyondEof,
    /// It is all zeros.
    NotInitialized,
    /// It says that it was shrunk away ([`DBTIME_SHRUNK`]).
    Shrunk,
    /// It says that it was reverted to a new page ([`DBTIME_REVERTED`]).
    Reverted,
    /// The same, of a tree that is deleted later on: no error even if nothing takes the note away.
    RevertedOfDeleted,
    /// Its dbtime lies before the one that the record changes.
    TooOld,
}

impl Missing {
    fn is_reverted(self) -> bool {
        matches!(self, Self::Reverted | Self::RevertedOfDeleted)
    }

    /// Which of several notes is the error: the original's last word.
    fn weight(self) -> u8 {
        match self {
            Self::RevertedOfDeleted => 0,
            Self::BeyondEof | Self::NotInitialized | Self::Shrunk => 1,
            Self::TooOld => 2,
            Self::Reverted => 3,
        }
    }
}

/// A note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Note {
    /// What is the matter.
    pub missing: Missing,
    /// The record that wanted the page.
    pub lgpos: Lgpos,
    /// The page's dbtime, where there is a page.
    pub found: Dbtime,
    /// The dbtimes of the record, after and before.
    pub times: (Dbtime, Dbtime),
}

/// The notes of one database.
#[derive(Clone, Debug, Default)]
pub struct RedoMap(BTreeMap<Pgno, Note>);

impl RedoMap {
    /// `true` when no page is noted. The checkpoint stays where it is until then.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many pages are noted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The note of a page.
    #[must_use]
    pub fn get(&self, pgno: Pgno) -> Option<&Note> {
        self.0.get(&pgno)
    }

    /// `true` when a page is not to be looked at.
    #[inline]
    #[must_use]
    pub fn is_missing(&self, pgno: Pgno) -> bool {
        !self.0.is_empty()
            && self
                .0
                .get(&pgno)
                .is_some_and(|n| n.missing != Missing::TooOld)
    }

    /// Notes a page, unless it is noted already.
    pub fn note(&mut self, pgno: Pgno, note: Note) {
        self.0.entry(pgno).or_insert(note);
    }

    /// ShrinkDB: the file ends with `last` now; `cpg` pages go by the record, and it had `in_file`
    /// pages until now.
    pub fn shrunk(&mut self, last: Pgno, cpg: u32, in_file: u32) {
        let first = last.0.saturating_add(1);
        let end = last.0.saturating_add(cpg).max(in_file);
        self.taken_away(first, end);
    }

    /// TrimDB: `cpg` pages from `first` on are a hole now.
    pub fn trimmed(&mut self, first: Pgno, cpg: u32) {
        if let Some(more) = cpg.checked_sub(1) {
            self.taken_away(first.0, first.0.saturating_add(more));
        }
    }

    fn taken_away(&mut self, first: u32, last: u32) {
        self.remove(first, last, |missing| !missing.is_reverted());
    }

    /// A page is freed (EmptyTree, Merge2, PageMove): what comes next makes it anew.
    pub fn freed(&mut self, pgno: Pgno) {
        self.remove(pgno.0, pgno.0, |missing| missing == Missing::Reverted);
    }

    /// ExtentFreed: `cpg` pages from `first` on are freed.
    pub fn extent_freed(&mut self, first: Pgno, cpg: u32) {
        if let Some(more) = cpg.checked_sub(1) {
            let last = first.0.saturating_add(more);
            self.remove(first.0, last, Missing::is_reverted);
        }
    }

    fn remove(&mut self, first: u32, last: u32, which: impl Fn(Missing) -> bool) {
        if first > last || self.0.is_empty() {
            return;
        }
        let range = Pgno(first)..=Pgno(last);
        let gone: Vec<Pgno> = self
            .0
            .range(range)
            .filter(|(_, note)| which(note.missing))
            .map(|(&pgno, _)| pgno)
            .collect();
        for pgno in gone {
            self.0.remove(&pgno);
        }
    }

    /// The end of the required range, or of redo: nothing may be left, and nothing is left after
    /// success. Of several notes the error is the oldest one's among the gravest.
    ///
    /// Errors: JET_errFileIOBeyondEOF, JET_errPageNotInitialized, JET_errRecoveryVerifyFailure
    /// (shrunk and reverted pages), JET_errDbTimeTooOld.
    pub fn end(&mut self) -> Result<(), RecoveryError> {
        let first = self
            .0
            .iter()
            .filter(|(_, n)| n.missing != Missing::RevertedOfDeleted)
            .min_by_key(|(_, n)| (std::cmp::Reverse(n.missing.weight()), n.lgpos));
        let Some((&pgno, note)) = first else {
            self.0.clear();
            return Ok(());
        };
        Err(error_of(pgno, note))
    }
}

/// What a page is that nothing took away.
pub(super) fn error_of(pgno: Pgno, note: &Note) -> RecoveryError {
    let (jet, what) = match note.missing {
        Missing::TooOld => {
            let kind = PageTime::TooOld;
            return RecoveryError::page_time(pgno, note.found, note.times, kind).at(note.lgpos);
        }
        Missing::BeyondEof => (JetErr::FILE_IO_BEYOND_EOF, "lies behind the file's end"),
        Missing::NotInitialized => (JetErr::PAGE_NOT_INITIALIZED, "was never written"),
        Missing::Shrunk => (JetErr::RECOVERY_VERIFY_FAILURE, "was shrunk away"),
        Missing::Reverted | Missing::RevertedOfDeleted => {
            (JetErr::RECOVERY_VERIFY_FAILURE, "was reverted")
        }
    };
    let what = format!("page {pgno} {what}, but the log changes it and nothing takes it away");
    RecoveryError::refused(jet, what).at(note.lgpos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HasJetErr;

    fn note(missing: Missing, at: u16) -> Note {
        Note {
            missing,
            lgpos: Lgpos::new(3, at, 0),
            found: Dbtime(5),
            times: (Dbtime(9), Dbtime(7)),
        }
    }

    fn map(notes: &[(u32, Missing, u16)]) -> RedoMap {
        let mut map = RedoMap::default();
        for &(pgno, missing, at) in notes {
            map.note(Pgno(pgno), note(missing, at));
        }
        map
    }

    #[test]
    fn each_kind_is_its_own_error() {
        for (missing, jet) in [
            (Missing::BeyondEof, JetErr::FILE_IO_BEYOND_EOF),
            (Missing::NotInitialized, JetErr::PAGE_NOT_INITIALIZED),
            (Missing::Shrunk, JetErr::RECOVERY_VERIFY_FAILURE),
            (Missing::Reverted, JetErr::RECOVERY_VERIFY_FAILURE),
            (Missing::TooOld, JetErr::DB_TIME_TOO_OLD),
        ] {
            let e = map(&[(8, missing, 4)]).end().unwrap_err();
            assert_eq!(e.jet_err(), jet, "{e}");
            assert_eq!(e.lgpos, Some(Lgpos::new(3, 4, 0)));
        }
        let mut deleted = map(&[(8, Missing::RevertedOfDeleted, 4)]);
        assert!(deleted.is_missing(Pgno(8)));
        assert!(deleted.end().is_ok() && deleted.is_empty());
    }

    #[test]
    fn the_oldest_of_the_gravest_is_the_error() {
        let mut notes = vec![
            (1, Missing::NotInitialized, 7),
            (2, Missing::BeyondEof, 5),
            (3, Missing::BeyondEof, 6),
        ];
        let jet = |notes: &[_]| map(notes).end().unwrap_err().jet_err();
        assert_eq!(jet(&notes), JetErr::FILE_IO_BEYOND_EOF);
        notes.push((4, Missing::TooOld, 9));
        assert_eq!(jet(&notes), JetErr::DB_TIME_TOO_OLD);
        notes.push((5, Missing::Reverted, 9));
        assert_eq!(jet(&notes), JetErr::RECOVERY_VERIFY_FAILURE);
    }

    #[test]
    fn the_first_note_stays_and_too_old_is_looked_at_again() {
        let mut map = map(&[(8, Missing::TooOld, 4), (9, Missing::Shrunk, 4)]);
        map.note(Pgno(9), note(Missing::BeyondEof, 9));
        assert_eq!(map.get(Pgno(9)).map(|n| n.missing), Some(Missing::Shrunk));
        assert!(!map.is_missing(Pgno(8)) && map.is_missing(Pgno(9)) && !map.is_missing(Pgno(7)));
    }

    #[test]
    fn records_take_their_pages_away_and_no_others() {
        let all = |map: &RedoMap| map.0.keys().map(|p| p.0).collect::<Vec<_>>();
        let notes: Vec<_> = (1..=9).map(|n| (n, Missing::BeyondEof, 1)).collect();
        let mut trim = map(&notes);
        trim.trimmed(Pgno(3), 2);
        trim.trimmed(Pgno(1), 0);
        assert_eq!(all(&trim), [1, 2, 5, 6, 7, 8, 9]);
        let mut shrink = map(&notes);
        shrink.shrunk(Pgno(5), 2, 5);
        assert_eq!(all(&shrink), [1, 2, 3, 4, 5, 8, 9]);
        shrink.shrunk(Pgno(3), 1, 8);
        assert_eq!(all(&shrink), [1, 2, 3, 9]);
        shrink.shrunk(Pgno(u32::MAX), u32::MAX, u32::MAX);
        let mut reverted = map(&[
            (1, Missing::Reverted, 1),
            (2, Missing::RevertedOfDeleted, 1),
            (3, Missing::Reverted, 1),
            (4, Missing::TooOld, 1),
        ]);
        reverted.trimmed(Pgno(1), 3);
        reverted.freed(Pgno(1));
        reverted.freed(Pgno(2));
        reverted.freed(Pgno(4));
        assert_eq!(all(&reverted), [2, 3, 4]);
        reverted.extent_freed(Pgno(2), 9);
        assert_eq!(all(&reverted), [4]);
        reverted.shrunk(Pgno(0), 4, 0);
        assert!(reverted.is_empty());
    }
}
