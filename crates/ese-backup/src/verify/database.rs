//! Pages of a database: header copies, then page 1, 2, … by checksum and number.
//!
//! ```text
//! unit 0       unit 1              unit n (n >= 2)
//! header       second header copy  page n - 1, at byte n * page size
//! ```
//! Source: docs/format/database-header.md §1, database-pages.md §5, database-btree-space.md.
//!
//! Invariant: a page up to the last one that the database owns is valid, correctable or all zero.
//! Behind that anything is legal: the file is extended ahead of its use, and a restored one may end
//! with a backup's trailer. Of a backup copy every page is, but the last.
#![forbid(unsafe_code)]

use super::Finding;
use crate::error::{Reason, StreamError, Unit};
use ese_core::format::bytes::array;
use ese_core::format::checksum::{self, PageVerdict};
use ese_core::format::db_header::{DbHeader, DbState};
use ese_core::format::header_page::{HeaderError, checksum_ok, select_header};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::File;

/// Header copies in front of page 1.
const HEADER_UNITS: u64 = 2;
/// A tree is never deeper; a longer way is a circle.
const DEPTH_MOST: usize = 32;

/// Judges the pages of one database.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseVerifier {
    size: PageSize,
    /// Last page that the database owns, where its space tree can be read.
    owned_last: Option<Pgno>,
    /// The first header copy was bad.
    header_bad: bool,
}

/// The name of unit `index`.
pub(crate) fn unit(index: u64) -> Unit {
    match index {
        0 => Unit::Header,
        1 => Unit::ShadowHeader,
        _ => Unit::Page(pgno(index)),
    }
}

/// Page number of unit `index`; beyond all numbers one that no page can have.
fn pgno(index: u64) -> Pgno {
    Pgno(u32::try_from(index.saturating_sub(1)).unwrap_or(u32::MAX))
}

fn is_header_copy(bytes: &[u8], size: PageSize) -> bool {
    bytes.len() == size.bytes()
        && checksum_ok(bytes)
        && DbHeader::parse(bytes).and_then(|h| h.page_size()) == Some(size)
}

impl DatabaseVerifier {
    /// Finds the header that counts and the end of what belongs to the database.
    pub(crate) fn new(file: &dyn File, len: u64, head: &[u8]) -> Result<Self, StreamError> {
        let selected = select_header(head).map_err(|e| match e {
            HeaderError::Short(_) => StreamError::CutOff {
                len,
                needed: HEADER_UNITS * PageSize::K4.bytes() as u64,
            },
            HeaderError::BothBad | HeaderError::NoDatabase => StreamError::Damaged {
                unit: Unit::Header,
                reason: Reason::NoHeader,
                offset: 0,
                in_log: false,
            },
        })?;
        let size = selected.page_size;
        let page = size.bytes() as u64;
        if selected.header.is_unfinished_backup_copy() {
            return Ok(Self::of_copy(len, size));
        }
        let owned_last = owned_last(file, size);
        let needed = match owned_last {
            Some(last) => last.offset(size) + page,
            // Without a space tree nothing says that an odd end is no part of a page; and its root
            // is missing only in a database that was just being made.
            None if selected.header.state() == DbState::JustCreated => HEADER_UNITS * page,
            None => Pgno::SYSTEM_OE.offset(size) + page,
        };
        let needed = match owned_last {
            Some(_) => needed,
            None => needed.max(len.next_multiple_of(page)),
        };
        if len < needed {
            return Err(StreamError::CutOff { len, needed });
        }
        Ok(Self {
            size,
            owned_last,
            header_bad: false,
        })
    }

    /// A backup copy: its pages are of different moments, so that its space tree may name pages that
    /// it has not. All but the last, the trailer, are valid.
    pub(crate) fn of_copy(len: u64, size: PageSize) -> Self {
        let units = len.div_ceil(size.bytes() as u64);
        let last = units.saturating_sub(HEADER_UNITS + 1);
        Self {
            size,
            owned_last: Some(Pgno(u32::try_from(last).unwrap_or(u32::MAX))),
            header_bad: false,
        }
    }

    pub(crate) fn unit_bytes(&self) -> usize {
        self.size.bytes()
    }

    #[inline]
    pub(crate) fn judge(&mut self, index: u64, bytes: &[u8]) -> Result<Finding, Reason> {
        if index < HEADER_UNITS {
            return self.judge_header(index, bytes);
        }
        let pgno = pgno(index);
        match checksum::verify(bytes, pgno) {
            PageVerdict::Good => Ok(Finding::Verified),
            verdict => self.judge_imperfect(verdict, pgno, bytes),
        }
    }

    #[cold]
    fn judge_imperfect(
        &self,
        verdict: PageVerdict,
        pgno: Pgno,
        bytes: &[u8],
    ) -> Result<Finding, Reason> {
        let reason = match verdict {
            PageVerdict::Good => return Ok(Finding::Verified),
            PageVerdict::Zero => return Ok(Finding::Zero),
            PageVerdict::Correctable { .. } => return Ok(Finding::Correctable),
            PageVerdict::Bad {
                expected,
                actual,
                looks_like,
                block: _,
            } => Reason::Checksum {
                stored: expected,
                computed: actual,
                looks_like,
            },
            PageVerdict::WrongPgno { found, .. } => Reason::WrongPgno(found),
            // Part of a page, at the end of the file.
            PageVerdict::NotAPage { .. } => Reason::Checksum {
                stored: array(bytes, 0).map_or(0, u64::from_le_bytes),
                computed: 0,
                looks_like: None,
            },
        };
        match self.owned_last {
            Some(last) if pgno > last => Ok(Finding::BehindEnd),
            _ => Err(reason),
        }
    }

    fn judge_header(&mut self, index: u64, bytes: &[u8]) -> Result<Finding, Reason> {
        if is_header_copy(bytes, self.size) {
            return Ok(Finding::Verified);
        }
        if index == 0 {
            self.header_bad = true;
        } else if self.header_bad {
            return Err(Reason::NoHeader);
        }
        Ok(Finding::BadHeaderCopy)
    }
}

/// Reads a page, corrected where it can be; `None` when it can't be used.
fn read_page(file: &dyn File, size: PageSize, pgno: Pgno) -> Option<PageBuf> {
    let mut page = PageBuf::zeroed(size);
    file.read_exact_at(page.as_mut_slice(), pgno.offset(size))
        .ok()?;
    checksum::correct(&mut page, pgno).usable(pgno).ok()?;
    Some(page)
}

/// The last page that the database owns: the greatest key of the tree of owned extents, whose keys
/// are the big-endian numbers of each extent's last page (docs/format/database-btree-space.md §6).
/// `None` when the tree can't be read: then no page may be bad.
fn owned_last(file: &dyn File, size: PageSize) -> Option<Pgno> {
    let mut pgno = Pgno::SYSTEM_OE;
    for _ in 0..DEPTH_MOST {
        let page = read_page(file, size, pgno)?;
        let view = PageView::new(&page).ok()?;
        let mut nodes = (0..view.node_count()).rev().map(|i| view.node(i));
        if !view.flags().contains(PageFlags::LEAF) {
            pgno = nodes.next()?.ok()?.child()?;
            continue;
        }
        let last = nodes.find_map(|n| match n {
            Ok(n) if n.is_deleted() => None,
            other => Some(other.map(|n| n.key())),
        })?;
        let key: [u8; 4] = last.ok()?.try_into().ok()?;
        return Some(Pgno(u32::from_be_bytes(key))).filter(|p| *p <= Pgno::MAX);
    }
    None
}
