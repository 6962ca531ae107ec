//! What the cache asks of the world: where pages lie, and whether one may be written now.
//!
//! Invariant: no call from here comes back into the cache; a caller may hold latches.
#![forbid(unsafe_code)]

use super::PageLoader;
use crate::error::JetErr;
use crate::format::ids::{Lgpos, Pgno};
use std::io;
use std::ops::RangeInclusive;

/// Number of an attached database inside an engine's cache; 0 is the temporary database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DbNo(pub u8);

impl DbNo {
    /// Numbers of databases whose changes stand in the log, if there is one.
    pub const LOGGED: RangeInclusive<u8> = 1..=0x7F;
    /// Numbers of attached databases whose changes never do (JET_bitDbRecoveryOff).
    pub const UNLOGGED: RangeInclusive<u8> = 0x80..=u8::MAX;

    /// Whether changes of the database stand in the log, if there is one: not those of the temporary
    /// database, and of one that was made or attached without.
    #[must_use]
    pub fn is_logged(self) -> bool {
        Self::LOGGED.contains(&self.0)
    }
}

/// A file of pages that can be read and written.
pub trait PageStore: PageLoader {
    /// Pages in the file: `1..=pages()` may be loaded.
    fn pages(&self) -> u32;

    /// Writes one page, signed and complete, and notes its flush type in the flush map.
    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()>;

    /// Flush type (1-3) of the last write of the page by the flush map; 0 when it is not known, and
    /// the page's own counts then.
    fn flush_type(&self, pgno: Pgno) -> u8 {
        let _ = pgno;
        0
    }
}

/// The answer to "may this page be written?".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing stands against it.
    Write,
    /// Something must be durable first: the log, the waypoint in the header, an UndoInfo record.
    NotYet,
}

/// The write-ahead rules (docs/format/recovery.md §6), as the instance composes them.
pub trait WriteGate: Send + Sync {
    /// Whether a page may be written whose last change was logged at `lgpos` ([`Lgpos::MIN`] when it
    /// was not logged). `owes_undo`: since its last write the page got a Replace or FlagDelete whose
    /// before-image is not in the log; the instance knows whether it is still owed.
    fn may_write(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Verdict;

    /// Does what the page waits for, however long it takes: afterwards `may_write` with the same
    /// arguments says [`Verdict::Write`].
    fn make_way(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Result<(), JetErr>;
}

/// The gate of a database that is not logged.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenGate;

impl WriteGate for OpenGate {
    fn may_write(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Verdict {
        Verdict::Write
    }

    fn make_way(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Result<(), JetErr> {
        Ok(())
    }
}
