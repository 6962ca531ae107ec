//! When a page of a running database may be written, and how headers follow the log.
//!
//! Three things come before a page: the log up to its last change, the header that says the change's
//! generation is required, and the before-image of what is not committed on it
//! (docs/format/recovery.md §6 rules 1-3, §7.1). [`RunGate`] asks for all three; the header's part is
//! shared with recovery.
//!
//! Invariants: what [`WriteGate::may_write`] says yes to is durable already; [`RunGate`] waits for
//! commits in the same queue as everybody, so writing pages does not cost syncs of its own.
#![forbid(unsafe_code)]

use super::AttachedFile;
use super::transitions::{self, Advance, Generation};
use crate::cache::{DbNo, Verdict, WriteGate};
use crate::error::{HasJetErr, JetErr};
use crate::format::db_header::DbState;
use crate::format::ids::{Lgpos, Pgno};
use crate::io;
use crate::log::LogWriter;
use std::sync::Arc;

/// What pages owe the log; the version store answers (docs/format/recovery.md §6 rule 3).
pub trait UndoOwed: Send + Sync {
    /// Whether a before-image of an uncommitted change on the page is not in the log.
    fn is_owed(&self, db: DbNo, pgno: Pgno) -> bool;

    /// The newest UndoInfo record that was logged for the page; `None` when there is none, or it is
    /// known to be durable.
    fn logged(&self, db: DbNo, pgno: Pgno) -> Option<Lgpos>;

    /// Logs what the page owes. A change that comes later owes again.
    fn log_owed(&self, db: DbNo, pgno: Pgno) -> Result<(), JetErr>;
}

/// Whether the header on the disk says that a change in the generation of `lgpos` is required. A file
/// that is being made needs no cover: a crash has it made again.
#[must_use]
pub fn header_covers(file: &AttachedFile, lgpos: Lgpos) -> bool {
    let header = file.header_on_disk();
    header.state() == DbState::JustCreated || lgpos.generation <= header.gen_max_required
}

/// Makes the header on the disk cover every change up to generation `current`.
pub fn cover(file: &AttachedFile, current: Generation) -> io::Result<()> {
    let advance = Advance {
        committed: Some(current),
        waypoint: Some(current),
        ..Advance::default()
    };
    file.change_header(|h| transitions::generations_moved(h, &advance));
    file.write_header()
}

/// A new generation is there: the header in force knows it; on the disk it can wait
/// (docs/format/recovery.md §7.1), until a page of it is written ([`cover`]).
pub fn rolled(file: &AttachedFile, current: Generation) {
    let advance = Advance {
        committed: Some(current),
        ..Advance::default()
    };
    file.change_header(|h| transitions::generations_moved(h, &advance));
}

/// Brings a file up to the checkpoint: pages written so far durable, then a header that says
/// generations below `min_required` are not needed (docs/format/log-files.md §8.2). Nothing is asked
/// of a file that is being made.
pub fn settle_for_checkpoint(
    file: &AttachedFile,
    min_required: i32,
    min_consistent: i32,
) -> io::Result<()> {
    // Before the header in force says it: somebody else may write that one at any time.
    file.sync()?;
    if file.header().state() == DbState::JustCreated {
        return Ok(());
    }
    let advance = Advance {
        min_required: Some(min_required),
        min_consistent: Some(min_consistent),
        ..Advance::default()
    };
    let moved = file.change_header(|h| transitions::generations_moved(h, &advance));
    // An earlier attempt may have come as far as the header in force only.
    let behind = file.header_on_disk().gen_min_required < file.header().gen_min_required;
    if moved.write || behind {
        file.write_header()?;
    }
    Ok(())
}

/// The gate of one logged database of a running instance.
pub struct RunGate {
    writer: Arc<LogWriter>,
    file: Arc<AttachedFile>,
    owed: Arc<dyn UndoOwed>,
}

impl RunGate {
    /// A gate for the pages of `file`.
    pub fn new(writer: Arc<LogWriter>, file: Arc<AttachedFile>, owed: Arc<dyn UndoOwed>) -> Self {
        Self { writer, file, owed }
    }

    /// Up to where the log has to be durable for the page.
    fn needs(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Lgpos {
        let undo = owes_undo.then(|| self.owed.logged(db, pgno)).flatten();
        lgpos.max(undo.unwrap_or(Lgpos::MIN))
    }
}

impl WriteGate for RunGate {
    fn may_write(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Verdict {
        // What is owed is asked first: who logs it notes the record, then forgets the debt.
        let owed = owes_undo && self.owed.is_owed(db, pgno);
        let needs = self.needs(db, pgno, lgpos, owes_undo);
        let logged = needs.is_min() || needs < self.writer.durable();
        if !owed && logged && header_covers(&self.file, lgpos) {
            Verdict::Write
        } else {
            Verdict::NotYet
        }
    }

    fn make_way(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Result<(), JetErr> {
        if owes_undo && self.owed.is_owed(db, pgno) {
            self.owed.log_owed(db, pgno)?;
        }
        let needs = self.needs(db, pgno, lgpos, owes_undo);
        if !needs.is_min() {
            self.writer.wait_durable(needs).map_err(|e| e.jet_err())?;
        }
        if !header_covers(&self.file, lgpos) {
            let (number, created) = self.writer.current();
            cover(&self.file, Generation { number, created }).map_err(|e| e.jet_err())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
