//! Which pages must not be written yet, because the log does not hold what undoing them takes.
//!
//! A page with an uncommitted Replace or FlagDelete owes the log an UndoInfo record
//! (docs/format/recovery.md §6 rule 3). In redo none can be logged: the page waits until the record
//! comes up in the log or the transaction ends. In the undo phase it is logged when the page has to
//! go.
//!
//! A debt belongs to the page that the change's record names, and stays there, wherever a split, merge
//! or page move takes the node afterwards. For what the next redo can know depends on that page alone:
//! while its dbtime in the file is older than the record, redo makes the change again and sees what was
//! before; the page that took the node over may be in the file or not, since each page of a record is
//! tested for itself. (The original leaves the obligation with the source page, too.)
//!
//! Invariants: a debt ends only with its UndoInfo record or its transaction; memory is bounded by the
//! pages that running transactions touched.
#![forbid(unsafe_code)]

use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Pgno};
use parking_lot::Mutex;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// A page and the session of a transaction that it owes something.
type Place = (DbNo, Pgno, u16);

/// What a page owes to one transaction.
#[derive(Clone, Copy, Debug, Default)]
struct Debt {
    /// Versions of this page whose before-image is not in the log.
    versions: u32,
    /// Its newest UndoInfo record.
    logged: Lgpos,
}

#[derive(Debug, Default)]
struct Books {
    debts: BTreeMap<Place, Debt>,
    /// Pages that have a [`Debt`] to the running transaction of a session.
    transactions: HashMap<u16, Vec<(DbNo, Pgno)>>,
}

/// The debts of all pages. Shared by recovery and the gates of its databases.
#[derive(Debug, Default)]
pub struct Owed(Mutex<Books>);

impl Owed {
    /// A page owes a before-image to the running transaction of session `procid`.
    pub fn add(&self, db: DbNo, pgno: Pgno, procid: u16) {
        let mut books = self.0.lock();
        books.debt(db, pgno, procid).versions += 1;
    }

    /// Whether a before-image of the page is not in the log, and its transaction is running.
    #[must_use]
    pub fn is_owed(&self, db: DbNo, pgno: Pgno) -> bool {
        let books = self.0.lock();
        books.open(db, pgno).next().is_some()
    }

    /// The newest UndoInfo record that was logged for the page during this run: the log must be
    /// durable up to it before the page is written. `None` when there is none.
    #[must_use]
    pub fn logged(&self, db: DbNo, pgno: Pgno) -> Option<Lgpos> {
        let books = self.0.lock();
        let newest = books.of_page(db, pgno).map(|(_, d)| d.logged).max()?;
        Some(newest).filter(|&at| at > Lgpos::MIN)
    }

    /// The before-image of one version of the page is in the log, at `logged`; [`Lgpos::MIN`] when it
    /// is durable already.
    pub fn paid(&self, db: DbNo, pgno: Pgno, procid: u16, logged: Lgpos) {
        let mut books = self.0.lock();
        if let Some(debt) = books.debts.get_mut(&(db, pgno, procid)) {
            debt.versions = debt.versions.saturating_sub(1);
            debt.logged = debt.logged.max(logged);
        }
    }

    /// The transaction of a session ended: committed, or all of it was undone.
    pub fn transaction_ended(&self, procid: u16) {
        let mut books = self.0.lock();
        for (db, pgno) in books.transactions.remove(&procid).unwrap_or_default() {
            books.debts.remove(&(db, pgno, procid));
        }
    }

    /// Sessions whom a page still owes, ascending.
    #[must_use]
    pub fn debtors(&self, db: DbNo, pgno: Pgno) -> Vec<u16> {
        self.0.lock().open(db, pgno).collect()
    }

    /// Pages with a debt that is not paid.
    #[must_use]
    pub fn pages(&self) -> usize {
        let books = self.0.lock();
        let open = books.debts.iter().filter(|(_, d)| d.versions > 0);
        let mut pages: Vec<(DbNo, Pgno)> = open.map(|(&(db, pgno, _), _)| (db, pgno)).collect();
        pages.dedup();
        pages.len()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.0.lock() = Books::default();
    }
}

impl Books {
    fn debt(&mut self, db: DbNo, pgno: Pgno, procid: u16) -> &mut Debt {
        match self.debts.entry((db, pgno, procid)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let pages = self.transactions.entry(procid).or_default();
                pages.push((db, pgno));
                new.insert(Debt::default())
            }
        }
    }

    fn of_page(&self, db: DbNo, pgno: Pgno) -> impl Iterator<Item = (&Place, &Debt)> {
        self.debts.range((db, pgno, 0)..=(db, pgno, u16::MAX))
    }

    /// Sessions whom a page owes something that is not paid.
    fn open(&self, db: DbNo, pgno: Pgno) -> impl Iterator<Item = u16> {
        let open = self.of_page(db, pgno).filter(|(_, d)| d.versions > 0);
        open.map(|(&(_, _, procid), _)| procid)
    }
}

#[cfg(test)]
mod tests;
