//! Redo's pages are read before redo wants them: in the order of the file, many with one read.
//!
//! A second reader runs ahead of redo by one window, collects the pages that its records name, and has
//! the cache bring those that are missing. Where nothing is missing any more, the rest of the
//! generation is not looked at.
//!
//! Invariant: what is brought is a part of the cache that leaves redo its room; a page that can't be
//! read is reported when redo asks for it, not here.
#![forbid(unsafe_code)]

use super::databases::Databases;
use super::redo::ahead::Ahead;
use crate::cache::{Cache, Pages as _};
use crate::format::ids::Lgpos;
use crate::log::LogRecords;

/// Records of a window at most.
const RECORDS: usize = 4096;
/// Pages of a window at most.
const PAGES_MOST: usize = 1024;
/// Part of the cache that the pages of a window may fill.
const PART: usize = 8;
/// Windows without a missing page after which a generation is not looked at any more.
const IDLE_MOST: u32 = 2;

/// The reader that runs ahead.
pub(super) struct Prefetch {
    records: Option<LogRecords>,
    ahead: Ahead,
    /// Records before this position were looked at.
    upto: Lgpos,
    idle: u32,
}

impl Prefetch {
    pub(super) fn new(cache: &Cache) -> Self {
        let most = (cache.pages_most() as usize / PART).clamp(1, PAGES_MOST);
        Self {
            records: None,
            ahead: Ahead::new(most, false),
            upto: Lgpos::MIN,
            idle: 0,
        }
    }

    /// A generation begins; `records` reads it from where redo does.
    pub(super) fn begin(&mut self, records: LogRecords) {
        self.records = Some(records);
        self.idle = 0;
        self.upto = Lgpos::MIN;
    }

    /// Redo is at a record that was not looked at.
    #[inline]
    pub(super) fn is_due(&self, at: Lgpos) -> bool {
        at >= self.upto && self.records.is_some()
    }

    /// Looks through the next window and brings its pages.
    pub(super) fn fetch(&mut self, dbs: &mut Databases) {
        let Some(records) = &mut self.records else {
            return;
        };
        self.ahead
            .set_new_pages(dbs.attached().any(|db| db.redo.future));
        let mut seen = 0;
        let mut ended = false;
        while seen < RECORDS && !self.ahead.is_full() {
            let Some((at, record)) = records.next() else {
                ended = true;
                break;
            };
            self.ahead.record(&record);
            self.upto = at;
            seen += 1;
        }
        let mut missing = 0;
        self.ahead.take(|dbid, pgnos| {
            if let Some(db) = dbs.get_mut(dbid) {
                missing += pgnos.iter().filter(|&&p| !db.redo.pages.is_here(p)).count();
                db.redo.pages.prefetch(pgnos);
            }
        });
        self.idle = if missing == 0 { self.idle + 1 } else { 0 };
        if ended || self.idle >= IDLE_MOST {
            self.records = None;
        }
    }
}
