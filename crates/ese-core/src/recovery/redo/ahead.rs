//! Which pages the records ahead will want, so that they can be read before they are wanted.
//!
//! Invariants: memory is bounded by the limit given; a page is mostly named once (a small table of
//! the last ones sorts out repetitions, the rest is sorted out when the list is handed over).
#![forbid(unsafe_code)]

use crate::format::ids::Pgno;
use crate::format::log_record::LogRecord;

/// Pages that the filter remembers.
const FILTER: usize = 1024;
/// A multiplier that spreads page numbers over the filter (2⁶⁴ / golden ratio).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
/// Shift that leaves the index of the filter.
const SHIFT: u32 = u64::BITS - FILTER.trailing_zeros();

/// Pages by database, as the records name them.
#[derive(Debug)]
pub struct Ahead {
    filter: Box<[u64]>,
    wanted: Vec<u64>,
    most: usize,
    new_pages: bool,
}

impl Ahead {
    /// Collects up to `most` pages. `new_pages`: also those that a record makes; they are only read
    /// while the file may hold them already (`RedoDb::future`).
    #[must_use]
    pub fn new(most: usize, new_pages: bool) -> Self {
        Self {
            filter: vec![0; FILTER].into_boxed_slice(),
            wanted: Vec::with_capacity(most.min(FILTER)),
            most,
            new_pages,
        }
    }

    /// Sets whether pages that a record makes are collected.
    pub fn set_new_pages(&mut self, new_pages: bool) {
        self.new_pages = new_pages;
    }

    /// `true` when nothing more is collected before [`Ahead::take`].
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.wanted.len() >= self.most
    }

    /// Collects the pages of a record.
    pub fn record(&mut self, record: &LogRecord<'_>) {
        let Some(dbid) = record.dbid() else { return };
        if let LogRecord::NewPage(r) = record {
            return self.new_page(dbid, r.pgno);
        }
        let Some(head) = record.page() else { return };
        match record {
            // Without effect on the page, or a page that is made.
            LogRecord::UndoInfo(_) => return,
            LogRecord::CreateSEFDP(r) => return self.new_page(dbid, r.page.pgno),
            LogRecord::CreateMEFDP(r) => {
                for pgno in [r.page.pgno, r.pgno_oe, r.pgno_ae] {
                    self.new_page(dbid, pgno);
                }
                return;
            }
            LogRecord::ConvertFDP2(r) => {
                self.new_page(dbid, r.pgno_oe);
                self.new_page(dbid, r.pgno_ae);
            }
            LogRecord::EmptyTree(r) => {
                for page in r.pages.iter() {
                    self.page(dbid, page.pgno);
                }
            }
            LogRecord::Split2(r) => {
                self.page(dbid, r.pgno_right);
                self.new_page(dbid, r.pgno_new);
            }
            LogRecord::Merge2(r) => {
                self.page(dbid, r.pgno_left);
                self.page(dbid, r.pgno_right);
            }
            LogRecord::PageMove(r) => {
                for pgno in [r.pgno_left, r.pgno_right, r.pgno_parent] {
                    self.page(dbid, pgno);
                }
                self.new_page(dbid, r.pgno_dest);
            }
            _ => {}
        }
        self.page(dbid, head.pgno);
    }

    fn new_page(&mut self, dbid: u8, pgno: Pgno) {
        if self.new_pages {
            self.page(dbid, pgno);
        }
    }

    #[inline]
    fn page(&mut self, dbid: u8, pgno: Pgno) {
        if pgno.is_null() {
            return;
        }
        let page = u64::from(dbid) << u32::BITS | u64::from(pgno.0);
        let at = (page.wrapping_mul(SPREAD) >> SHIFT) as usize;
        let Some(last) = self.filter.get_mut(at) else {
            return;
        };
        if *last != page && self.wanted.len() < self.most {
            *last = page;
            self.wanted.push(page);
        }
    }

    /// Hands the pages over, ascending and each once, one call for a database; then there are none.
    pub fn take(&mut self, mut each: impl FnMut(u8, &[Pgno])) {
        self.wanted.sort_unstable();
        self.wanted.dedup();
        let mut pgnos = Vec::with_capacity(self.wanted.len());
        for pages in self
            .wanted
            .chunk_by(|a, b| a >> u32::BITS == b >> u32::BITS)
        {
            pgnos.clear();
            pgnos.extend(pages.iter().map(|&p| Pgno(p as u32)));
            if let Some(first) = pages.first() {
                each((first >> u32::BITS) as u8, &pgnos);
            }
        }
        self.wanted.clear();
        self.filter.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ids::{Dbtime, Objid};
    use crate::format::log_record::{Delete, LrFlags, LrNode, LrPage, NewPage};

    fn delete(dbid: u8, pgno: u32) -> LogRecord<'static> {
        LogRecord::Delete(Delete {
            page: LrPage {
                procid: 1,
                dbid,
                pgno: Pgno(pgno),
                dbtime: Dbtime(2),
                dbtime_before: Dbtime(1),
                trx_begin0: 0,
                level: 0,
                iline: 0,
                flags: LrFlags::empty(),
            },
            node: LrNode {
                rceid: 0,
                pgno_fdp: Pgno(1),
                objid_fdp: Objid(1),
            },
        })
    }

    fn new_page(pgno: u32) -> LogRecord<'static> {
        LogRecord::NewPage(NewPage {
            procid: 1,
            dbid: 2,
            pgno: Pgno(pgno),
            objid: Objid(1),
            dbtime: Dbtime(2),
        })
    }

    fn taken(ahead: &mut Ahead) -> Vec<(u8, Vec<u32>)> {
        let mut out = Vec::new();
        ahead.take(|db, pgnos| out.push((db, pgnos.iter().map(|p| p.0).collect())));
        out
    }

    #[test]
    fn pages_come_once_and_in_order() {
        let mut ahead = Ahead::new(100, false);
        for (dbid, pgno) in [(2, 9), (1, 7), (2, 3), (2, 9), (2, 9), (2, 0), (2, 3)] {
            ahead.record(&delete(dbid, pgno));
        }
        ahead.record(&new_page(5));
        assert_eq!(taken(&mut ahead), [(1, vec![7]), (2, vec![3, 9])]);
        assert_eq!(taken(&mut ahead), []);
        // What was handed over is wanted again: it may have gone meanwhile.
        ahead.set_new_pages(true);
        ahead.record(&delete(2, 9));
        ahead.record(&new_page(5));
        assert_eq!(taken(&mut ahead), [(2, vec![5, 9])]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut ahead = Ahead::new(10, false);
        for pgno in 1..10_000 {
            ahead.record(&delete(1, pgno));
            ahead.record(&delete(1, pgno));
        }
        assert!(ahead.is_full() && ahead.wanted.len() == 10);
        let got = taken(&mut ahead);
        assert_eq!(got, [(1, (1..=10).collect())]);
        assert!(!ahead.is_full());
    }
}
