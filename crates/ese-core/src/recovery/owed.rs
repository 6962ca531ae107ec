//! Which pages must not be written yet, because the log does not hold what undoing them takes.
//!
//! A page with an uncommitted Replace or FlagDelete owes the log an UndoInfo record
//! (docs/format/recovery.md §6 rule 3). In redo none can be logged: the page waits until the record
//! comes up in the log or the transaction ends. In the undo phase it is logged when the page has to
//! go.
//!
//! After a split, merge or move nobody knows which of a page's versions went along. The page that
//! took nodes over then waits until its debtor owes nothing at all: too long, never too short.
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
    /// The page took nodes over from one that owed.
    inherited: bool,
    /// Its newest UndoInfo record.
    logged: Lgpos,
}

/// A session's running transaction.
#[derive(Debug, Default)]
struct Transaction {
    /// Its versions whose before-image is not in the log.
    versions: u32,
    logged: Lgpos,
    /// Pages that have a [`Debt`] to it.
    pages: Vec<(DbNo, Pgno)>,
}

#[derive(Debug, Default)]
struct Books {
    debts: BTreeMap<Place, Debt>,
    transactions: HashMap<u16, Transaction>,
}

/// The debts of all pages. Shared by recovery and the gates of its databases.
#[derive(Debug, Default)]
pub struct Owed(Mutex<Books>);

impl Owed {
    /// A page owes a before-image to the running transaction of session `procid`.
    pub fn add(&self, db: DbNo, pgno: Pgno, procid: u16) {
        let mut books = self.0.lock();
        books.debt(db, pgno, procid).versions += 1;
        books.transaction(procid).versions += 1;
    }

    /// Nodes went from page `from` to page `to` of one database (split, merge, page move). Returns
    /// whether `to` owes something now.
    pub fn inherit(&self, db: DbNo, from: Pgno, to: Pgno) -> bool {
        let mut books = self.0.lock();
        let procids: Vec<u16> = books.open(db, from).map(|(procid, _)| procid).collect();
        for &procid in &procids {
            books.debt(db, to, procid).inherited = true;
        }
        !procids.is_empty()
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
        let of_transaction = |(&(_, _, procid), d): (&Place, &Debt)| {
            let all = books.transactions.get(&procid).filter(|_| d.inherited);
            d.logged.max(all.map_or(Lgpos::MIN, |t| t.logged))
        };
        let newest = books.of_page(db, pgno).map(of_transaction).max()?;
        Some(newest).filter(|&at| at > Lgpos::MIN)
    }

    /// The before-image of one version of the page is in the log, at `logged`; [`Lgpos::MIN`] when it
    /// is durable already.
    pub fn paid(&self, db: DbNo, pgno: Pgno, procid: u16, logged: Lgpos) {
        let mut books = self.0.lock();
        let Some(transaction) = books.transactions.get_mut(&procid) else {
            return;
        };
        transaction.versions = transaction.versions.saturating_sub(1);
        transaction.logged = transaction.logged.max(logged);
        if let Some(debt) = books.debts.get_mut(&(db, pgno, procid)) {
            debt.versions = debt.versions.saturating_sub(1);
            debt.logged = debt.logged.max(logged);
        }
    }

    /// The transaction of a session ended: committed, or all of it was undone.
    pub fn transaction_ended(&self, procid: u16) {
        let mut books = self.0.lock();
        let Some(transaction) = books.transactions.remove(&procid) else {
            return;
        };
        for (db, pgno) in transaction.pages {
            books.debts.remove(&(db, pgno, procid));
        }
    }

    /// Whom a page still owes: session, and whether the page took nodes over, so that any version of
    /// the transaction may lie on it.
    #[must_use]
    pub fn debtors(&self, db: DbNo, pgno: Pgno) -> Vec<(u16, bool)> {
        let books = self.0.lock();
        let debtors = books
            .open(db, pgno)
            .map(|(procid, d)| (procid, d.inherited));
        debtors.collect()
    }

    /// Pages with a debt that is not paid.
    #[must_use]
    pub fn pages(&self) -> usize {
        let books = self.0.lock();
        let open = books.debts.iter().filter(|&(p, d)| books.is_open(p, d));
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
    fn transaction(&mut self, procid: u16) -> &mut Transaction {
        self.transactions.entry(procid).or_default()
    }

    fn debt(&mut self, db: DbNo, pgno: Pgno, procid: u16) -> &mut Debt {
        match self.debts.entry((db, pgno, procid)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let transaction = self.transactions.entry(procid).or_default();
                transaction.pages.push((db, pgno));
                new.insert(Debt::default())
            }
        }
    }

    fn of_page(&self, db: DbNo, pgno: Pgno) -> impl Iterator<Item = (&Place, &Debt)> {
        self.debts.range((db, pgno, 0)..=(db, pgno, u16::MAX))
    }

    /// Debts of a page that are not paid.
    fn open(&self, db: DbNo, pgno: Pgno) -> impl Iterator<Item = (u16, &Debt)> {
        let open = self.of_page(db, pgno).filter(|&(p, d)| self.is_open(p, d));
        open.map(|(&(_, _, procid), d)| (procid, d))
    }

    fn is_open(&self, &(_, _, procid): &Place, debt: &Debt) -> bool {
        let transaction = self.transactions.get(&procid);
        let owes_any = transaction.is_some_and(|t| t.versions > 0);
        debt.versions > 0 || (debt.inherited && owes_any)
    }
}

#[cfg(test)]
mod tests;
