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
//! with a backup's trailer.
#![forbid(unsafe_code)]

use super::{Finding, OFF_FILETYPE, filetype};
use crate::error::{Reason, StreamError, Unit};
use ese_core::format::bytes::{array, slice, u32_at};
use ese_core::format::checksum::{self, PageVerdict, header_xor};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::File;

/// Offset of the magic number in a header.
const OFF_MAGIC: usize = 4;
/// The magic number.
const MAGIC: u32 = 0x89AB_CDEF;
/// Offset of dbstate in a header.
const OFF_STATE: usize = 52;
/// dbstate "just created": the system tables need not be there yet.
const STATE_JUST_CREATED: u32 = 1;
/// Offset of cbPageSize in a header.
const OFF_PAGE_SIZE: usize = 236;
/// Page size of files that hold none.
const OLD_PAGE_SIZE: u32 = 4096;
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

/// `true` when the file begins like a database header.
pub(crate) fn has_magic(head: &[u8]) -> bool {
    u32_at(head, OFF_MAGIC) == Some(MAGIC)
}

/// A header with another magic number may still say that it is a database's.
fn is_of_database(header: &[u8]) -> bool {
    has_magic(header) || u32_at(header, OFF_FILETYPE) == Some(filetype::DATABASE)
}

fn page_size_field(header: &[u8]) -> Option<PageSize> {
    match u32_at(header, OFF_PAGE_SIZE)? {
        0 => PageSize::from_bytes(OLD_PAGE_SIZE),
        n => PageSize::from_bytes(n),
    }
}

fn is_header_copy(bytes: &[u8], size: PageSize) -> bool {
    bytes.len() == size.bytes()
        && u32_at(bytes, 0) == Some(header_xor(bytes))
        && page_size_field(bytes) == Some(size)
}

/// The header to believe: the first copy, else the second at one of the places it can have.
fn find_header(head: &[u8]) -> Option<(&[u8], PageSize)> {
    let copy = |at: usize, size: PageSize| {
        slice(head, at, size.bytes())
            .filter(|b| is_header_copy(b, size) && is_of_database(b))
            .map(|b| (b, size))
    };
    PageSize::ALL
        .into_iter()
        .find_map(|size| copy(0, size))
        .or_else(|| {
            PageSize::ALL
                .into_iter()
                .find_map(|size| copy(size.bytes(), size))
        })
}

impl DatabaseVerifier {
    /// `None` when it is no database; an error when it is one that can't be whole.
    pub(crate) fn recognise(
        file: &dyn File,
        len: u64,
        head: &[u8],
    ) -> Result<Option<Self>, StreamError> {
        let Some((header, size)) = find_header(head) else {
            // A header that was cut off is told from one that is damaged.
            return match page_size_field(head).filter(|_| has_magic(head)) {
                Some(size) if len < size.bytes() as u64 => Err(StreamError::CutOff {
                    len,
                    needed: HEADER_UNITS * size.bytes() as u64,
                }),
                _ => Ok(None),
            };
        };
        let page = size.bytes() as u64;
        let owned_last = owned_last(file, size);
        let just_created = u32_at(header, OFF_STATE) == Some(STATE_JUST_CREATED);
        let needed = match owned_last {
            Some(last) => last.offset(size) + page,
            // Not even the root of the space tree is there.
            None if !just_created => Pgno::SYSTEM_OE.offset(size) + page,
            None => HEADER_UNITS * page,
        };
        // Without a space tree nothing says that an odd end is not part of a page.
        let needed = if owned_last.is_none() {
            needed.max(len.next_multiple_of(page))
        } else {
            needed
        };
        if len < needed {
            return Err(StreamError::CutOff { len, needed });
        }
        Ok(Some(Self {
            size,
            owned_last,
            header_bad: false,
        }))
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
