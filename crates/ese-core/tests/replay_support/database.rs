//! The pages of one database, and whether one of them needs a record.
#![forbid(unsafe_code)]

use super::Outcome;
use ese_core::btree::apply::create::PageStyle;
use ese_core::format::ids::{Dbtime, PageSize, Pgno, Signature};
use ese_core::format::page::PageView;
use ese_core::format::page_mut::PageBuf;
use ese_core::format::version::FormatVersion;
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Database {
    pub sign: Signature,
    pub page_size: PageSize,
    pub version: FormatVersion,
    /// Pages that were ever written; all others are zeros.
    pub pages: BTreeMap<Pgno, PageBuf>,
    /// Pages may be newer than the log's position: the replay began with a file and is still inside
    /// its required range.
    pub future: bool,
}

impl Database {
    #[must_use]
    pub fn new(sign: Signature, page_size: PageSize) -> Self {
        Self {
            sign,
            page_size,
            version: FormatVersion::BASE,
            pages: BTreeMap::new(),
            future: false,
        }
    }

    #[must_use]
    pub fn style(&self) -> PageStyle {
        PageStyle::of(self.version)
    }

    /// Whether a page that must exist needs a record (docs/format/recovery.md §2.4).
    pub fn needs(&self, pgno: Pgno, after: Dbtime, before: Dbtime) -> Outcome<bool> {
        let page = self.pages.get(&pgno);
        let page = page.ok_or_else(|| format!("page {pgno} was never written"))?;
        let now = PageView::new(page)?.dbtime();
        if now >= after {
            if self.future {
                return Ok(false);
            }
            return Err(format!("page {pgno} is newer than the log ({now:?}, {after:?})").into());
        }
        if now != before {
            let what = format!("page {pgno} has {now:?}, the record is one for {before:?}");
            return Err(what.into());
        }
        Ok(true)
    }

    /// Whether a page that the record makes has to be made.
    #[must_use]
    pub fn needs_new(&self, pgno: Pgno, after: Dbtime) -> bool {
        let now = self.pages.get(&pgno).and_then(|p| PageView::new(p).ok());
        !(self.future && now.is_some_and(|p| p.dbtime() >= after))
    }

    /// The file ends with page `last` from now on.
    pub fn cut_behind(&mut self, last: Pgno) {
        self.pages.retain(|&pgno, _| pgno <= last);
    }

    /// A range of the file becomes a hole.
    pub fn trim(&mut self, first: Pgno, n: u32) {
        let end = first.0.saturating_add(n);
        self.pages.retain(|&pgno, _| pgno < first || pgno.0 >= end);
    }
}
