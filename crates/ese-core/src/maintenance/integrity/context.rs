//! What all rooms of the check share: the file, the sets of pages, the findings; and how a page comes
//! out of the file proven.
//!
//! Invariant: nothing is allocated by a number that the file names; the sets are as large as the file
//! has pages.
#![forbid(unsafe_code)]

use super::bitmap::PageSet;
use super::finding::{Findings, Object};
use super::flush::FlushStates;
use super::rule::{Rule, Severity};
use crate::cache::CachedPages;
use crate::dbfile::DbFile;
use crate::format::checksum::{self, PageVerdict};
use crate::format::ids::{Dbtime, PageSize, Pgno};
use crate::format::page::{PageError, PageView};
use crate::format::page_check::NodeProblem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// dbtimes from here on are marks, no times (docs/format/database-header.md §2.4).
const DBTIME_MARKS: u64 = 0xFFFF_FFFF_FFFF_FFF0;
/// Pages between two calls of the progress function.
const PROGRESS_STEP: u64 = 256;

/// How far the check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pages looked at.
    pub done: u64,
    /// Pages of the file.
    pub total: u64,
}

/// Counters of the report.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) records: AtomicU64,
    pub(super) entries: AtomicU64,
    pub(super) long_values: AtomicU64,
    pub(super) pages_used: AtomicU64,
    pub(super) pages_available: AtomicU64,
    pub(super) pages_leaked: AtomicU64,
}

/// The check's common ground.
pub(super) struct Context<'a> {
    pub(super) file: &'a DbFile,
    /// The same pages through a cache, for those who look at single ones in no order.
    pub(super) pages: CachedPages,
    pub(super) size: PageSize,
    /// Last whole page of the file.
    pub(super) last: Pgno,
    /// Highest dbtime that a page may have; `None` when the header does not know it (not clean).
    pub(super) dbtime_most: Option<Dbtime>,
    pub(super) flush: Option<FlushStates>,
    pub(super) findings: Findings,
    /// Pages that were looked at.
    pub(super) seen: PageSet,
    /// Pages of trees and of split buffers.
    pub(super) used: PageSet,
    /// Pages that a tree has as available.
    pub(super) available: PageSet,
    /// Pages that a table owns.
    pub(super) owned: PageSet,
    /// Pages that an index or a long-value tree owns.
    pub(super) owned_below: PageSet,
    pub(super) counters: Counters,
    pub(super) progress: &'a (dyn Fn(Progress) + Sync),
    pub(super) done: AtomicU64,
    /// The database itself, for findings.
    pub(super) database: Arc<Object>,
}

impl Context<'_> {
    /// Reads pages from `first` on into `buf` (whole pages), nothing verified; returns how many came
    /// whole. A failed read is a finding.
    pub(super) fn read_run(&self, first: Pgno, buf: &mut [u8], object: &Arc<Object>) -> usize {
        match self.file.read_raw(first, buf) {
            Ok(n) => n / self.size.bytes(),
            Err(e) => {
                self.findings.add(Rule::PageRead, first, object, e);
                0
            }
        }
    }

    /// Proves a page that was read: checksum, number, flush type, dbtime. A flipped bit is corrected
    /// in `page`. `false`: the page can't be used (and a finding says why).
    pub(super) fn prove(&self, pgno: Pgno, mut page: &mut [u8], object: &Arc<Object>) -> bool {
        self.seen.insert(pgno);
        self.step(1);
        let bad = |rule: Rule, detail: String| {
            self.findings.add(rule, pgno, object, detail);
            false
        };
        match checksum::correct(&mut page, pgno) {
            PageVerdict::Good => {}
            PageVerdict::Correctable { bits } => {
                let detail = format!("a flipped bit was corrected: {:?}", bits.as_slice());
                self.findings.add(Rule::PageBit, pgno, object, detail);
            }
            PageVerdict::Zero => {
                return bad(Rule::PageZero, "the page is all zeros".to_owned());
            }
            PageVerdict::Bad {
                expected,
                actual,
                looks_like,
                ..
            } => {
                let like = looks_like.map_or_else(String::new, |p| format!("; it is page {p}"));
                return bad(
                    Rule::PageChecksum,
                    format!("stored {expected:016x}, computed {actual:016x}{like}"),
                );
            }
            PageVerdict::WrongPgno { found, .. } => {
                return bad(Rule::PageNumber, format!("the page says it is {found}"));
            }
            PageVerdict::NotAPage { len } => return bad(Rule::PageRead, format!("{len} bytes")),
        }
        let Ok(view) = PageView::new(page) else {
            return false;
        };
        self.check_flush(pgno, &view, object);
        self.check_dbtime(pgno, &view, object, Severity::Damage);
        true
    }

    fn check_flush(&self, pgno: Pgno, view: &PageView<'_>, object: &Arc<Object>) {
        let Some(map) = &self.flush else { return };
        if let Some(in_map) = map.lost(pgno, view.flush_type()) {
            let detail = format!(
                "the page has flush type {}, the flush map {in_map}: a write was lost",
                view.flush_type()
            );
            self.findings.add(Rule::PageLostFlush, pgno, object, detail);
        }
    }

    /// The page's dbtime against the header's.
    fn check_dbtime(
        &self,
        pgno: Pgno,
        view: &PageView<'_>,
        object: &Arc<Object>,
        severity: Severity,
    ) {
        let dbtime = view.dbtime();
        if let Some(most) = self.dbtime_most
            && dbtime > most
            && dbtime.0 < DBTIME_MARKS
        {
            let detail = format!("dbtime {:#x}, the header's is {:#x}", dbtime.0, most.0);
            self.findings
                .add_as(severity, Rule::PageDbtime, pgno, object, detail);
        }
    }

    /// What can be asked of a page that is in no tree.
    pub(super) fn check_unused(&self, pgno: Pgno, view: &PageView<'_>) {
        self.check_flush(pgno, view, &self.database);
        self.check_dbtime(pgno, view, &self.database, Severity::Damage);
    }

    /// Counts pages and tells the caller now and then.
    pub(super) fn step(&self, pages: u64) {
        let before = self.done.fetch_add(pages, Ordering::Relaxed);
        if before / PROGRESS_STEP != (before + pages) / PROGRESS_STEP {
            (self.progress)(Progress {
                done: (before + pages).min(u64::from(self.last.0)),
                total: u64::from(self.last.0),
            });
        }
    }
}

/// The rule that a structural fault breaks.
pub(super) fn rule_of(e: &PageError) -> Rule {
    match e {
        PageError::Size(_) | PageError::TagCount(_) | PageError::NoSuchTag(_) => Rule::PageTags,
        PageError::LineOutside { .. } => Rule::PageLine,
        PageError::Overlap(..) => Rule::PageOverlap,
        PageError::CbFree { .. } | PageError::IbMicFree(_) => Rule::PageFree,
        PageError::CbUncommittedFree { .. } => Rule::PageUncommitted,
        PageError::Prefix { .. } => Rule::NodePrefix,
        PageError::LineShort { .. } | PageError::Suffix { .. } | PageError::NoData { .. } => {
            Rule::NodeShape
        }
        PageError::NullKey { .. } => Rule::NodeKey,
        PageError::Flags(_) => Rule::PageFlags,
        PageError::Child { .. } => Rule::NodeChild,
    }
}

/// The rule that a node breaks.
pub(super) fn rule_of_node(problem: &NodeProblem) -> Rule {
    match problem {
        NodeProblem::Page(e) => rule_of(e),
        NodeProblem::Order { .. } => Rule::NodeOrder,
        NodeProblem::PrefixRule { .. } => Rule::NodePrefixRule,
        NodeProblem::Child { .. } | NodeProblem::ChildNull { .. } => Rule::NodeChild,
        NodeProblem::NoChildren => Rule::TreeNoChild,
        NodeProblem::Siblings { .. } | NodeProblem::RootSiblings => Rule::TreeInternalLink,
        NodeProblem::Extent { .. } => Rule::NodeExtent,
    }
}
