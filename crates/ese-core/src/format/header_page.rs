//! Pages in the header format: their checksum, which of a database's two copies counts, and what kind
//! of file a header belongs to.
//!
//! ```text
//! any header    0  4  checksum: XOR of the words from 1 on, seed 0x89ABCDEF
//!               4  4  magic (database)
//!             667  4  file type (unaligned)
//! database      0 .. cbPage         first header
//!          cbPage .. 2*cbPage       second header, a copy
//! ```
//! Source: docs/format/database-header.md §1.1-1.3.
//!
//! Invariants: a header is only believed with a right checksum over the whole page that it says it
//! has; the first copy wins.
#![forbid(unsafe_code)]

use super::bytes::{all_zero, u32_at};
use super::checksum::header_xor;
use super::db_header::DbHeader;
use super::ids::PageSize;
use crate::error::{HasJetErr, JetErr};
use std::fmt;

/// Magic of a database header (offset 4).
pub const HEADER_MAGIC: u32 = 0x89AB_CDEF;
/// Offset of the magic.
pub const OFF_MAGIC: usize = 4;
/// Offset of the file type in every header; unaligned.
pub const OFF_FILETYPE: usize = 667;
const _: () = assert!(OFF_MAGIC + 4 <= OFF_FILETYPE && OFF_FILETYPE + 4 <= DbHeader::BYTES);
/// Bytes of a file's start that [`select_header`] wants to see: both copies of the largest pages.
pub const BYTES_FOR_SELECT: usize = 2 * PageSize::K32.bytes();
/// Bytes of a log, checkpoint header.
const LOG_HEADER_BYTES: usize = 4096;
/// Bytes of a flush map's header page.
const FLUSH_MAP_HEADER_BYTES: usize = 8192;

/// `true` when the first word of a header page is its checksum.
#[must_use]
pub fn checksum_ok(page: &[u8]) -> bool {
    u32_at(page, 0).is_some_and(|stored| stored == header_xor(page))
}

/// Writes the checksum of a header page into its first word; a page shorter than a word stays.
pub fn stamp_header(page: &mut [u8]) {
    let sum = header_xor(page).to_le_bytes();
    if let Some(word) = page.first_chunk_mut::<4>() {
        *word = sum;
    }
}

/// The file type that a header names at byte 667.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileType {
    /// 0: not said (old files).
    Unspecified,
    /// 1: database.
    Database,
    /// 3: log.
    Log,
    /// 4: checkpoint.
    Checkpoint,
    /// 5: temporary database.
    TempDatabase,
    /// 7: flush map.
    FlushMap,
    /// 10: revert snapshot.
    RevertSnapshot,
    /// Any other number.
    Unknown(u32),
}

impl FileType {
    /// From the header's number.
    #[must_use]
    pub fn from_u32(v: u32) -> Self {
        match v {
            0 => Self::Unspecified,
            1 => Self::Database,
            3 => Self::Log,
            4 => Self::Checkpoint,
            5 => Self::TempDatabase,
            7 => Self::FlushMap,
            10 => Self::RevertSnapshot,
            v => Self::Unknown(v),
        }
    }

    /// The header's number.
    #[must_use]
    pub fn to_u32(self) -> u32 {
        match self {
            Self::Unspecified => 0,
            Self::Database => 1,
            Self::Log => 3,
            Self::Checkpoint => 4,
            Self::TempDatabase => 5,
            Self::FlushMap => 7,
            Self::RevertSnapshot => 10,
            Self::Unknown(v) => v,
        }
    }
}

/// What a file is, by its first bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// A database.
    Database,
    /// A temporary database.
    TempDatabase,
    /// A transaction log, a prepared next log among them.
    Log,
    /// A checkpoint file.
    Checkpoint,
    /// A flush map.
    FlushMap,
    /// A revert snapshot.
    RevertSnapshot,
    /// No bytes.
    Empty,
    /// Nothing but zeros as far as was looked: a reserve log that was never written, or a file whose
    /// content is lost.
    Zeros,
    /// None of these.
    Foreign,
}

impl FileKind {
    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::TempDatabase => "temporary database",
            Self::Log => "transaction log",
            Self::Checkpoint => "checkpoint",
            Self::FlushMap => "flush map",
            Self::RevertSnapshot => "revert snapshot",
            Self::Empty => "empty file",
            Self::Zeros => "file of zeros",
            Self::Foreign => "no ESE file",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// What kind of file begins with `head` (up to [`BYTES_FOR_SELECT`] bytes; more does no harm).
///
/// A header with a right checksum is believed first. Without one, a magic number or a plausible file
/// type still names the kind, so that a damaged file is reported as what it was.
#[must_use]
pub fn file_kind(head: &[u8]) -> FileKind {
    if head.is_empty() {
        return FileKind::Empty;
    }
    if all_zero(head) {
        return FileKind::Zeros;
    }
    let file_type = FileType::from_u32(u32_at(head, OFF_FILETYPE).unwrap_or(0));
    let signed = |len: usize| head.get(..len).is_some_and(checksum_ok);
    let by_type = match file_type {
        FileType::Log if signed(LOG_HEADER_BYTES) => Some(FileKind::Log),
        FileType::Checkpoint if signed(LOG_HEADER_BYTES) => Some(FileKind::Checkpoint),
        FileType::FlushMap if signed(FLUSH_MAP_HEADER_BYTES) => Some(FileKind::FlushMap),
        FileType::RevertSnapshot if signed(LOG_HEADER_BYTES) || signed(FLUSH_MAP_HEADER_BYTES) => {
            Some(FileKind::RevertSnapshot)
        }
        _ => None,
    };
    if let Some(kind) = by_type {
        return kind;
    }
    let selected = select_header(head);
    if let Ok(chosen) = &selected {
        return match chosen.header.file_type() {
            FileType::TempDatabase => FileKind::TempDatabase,
            _ => FileKind::Database,
        };
    }
    if u32_at(head, OFF_MAGIC) == Some(HEADER_MAGIC) {
        return FileKind::Database;
    }
    match file_type {
        FileType::Log => FileKind::Log,
        FileType::Checkpoint => FileKind::Checkpoint,
        FileType::FlushMap => FileKind::FlushMap,
        FileType::RevertSnapshot => FileKind::RevertSnapshot,
        FileType::Unspecified if is_old_log(head) => FileKind::Log,
        _ => FileKind::Foreign,
    }
}

/// A log of before the file type existed: signed over its header, segments of a disk sector, and the
/// length of the header fits (docs/format/log-files.md §3, §7.1).
fn is_old_log(head: &[u8]) -> bool {
    let cb_sec = super::bytes::u16_at(head, 8).map_or(0, usize::from);
    let csec_header = super::bytes::u16_at(head, 10).map_or(0, usize::from);
    matches!(cb_sec, 512 | 1024 | 2048 | 4096)
        && cb_sec * csec_header == LOG_HEADER_BYTES
        && head.get(..LOG_HEADER_BYTES).is_some_and(checksum_ok)
}

/// One of the two copies of a database header.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeaderCopy {
    /// At offset 0; wins when both are valid.
    First,
    /// At the offset of one page.
    Second,
}

/// How the two copies compare.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CopyState {
    /// Both valid and byte-equal.
    Equal,
    /// Both valid, but different: a header write was torn between the two.
    Differ,
    /// The first is valid only (the second is damaged or lies behind the end of the file).
    FirstOnly,
    /// The second is valid only.
    SecondOnly,
}

/// The header that counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SelectedHeader {
    /// The header.
    pub header: DbHeader,
    /// Page size by the place and the checksum of the copy, never in contradiction to the field.
    pub page_size: PageSize,
    /// Which copy it is.
    pub copy: HeaderCopy,
    /// How the copies compare.
    pub state: CopyState,
}

/// Why no header counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HeaderError {
    /// The file ends inside the first header.
    #[error("the file ends after {0} bytes, inside its header")]
    Short(usize),
    /// Neither copy is valid.
    #[error("neither copy of the database header is valid")]
    BothBad,
    /// Neither copy is valid and there is no sign of a database.
    #[error("this is no ESE database")]
    NoDatabase,
}

impl HasJetErr for HeaderError {
    fn jet_err(&self) -> JetErr {
        // What JetGetDatabaseFileInfo says; an attach answers JET_errDatabaseCorrupted
        // (docs/format/database-header.md §1.1).
        JetErr::READ_VERIFY_FAILURE
    }
}

/// A copy of page size `size` at `offset`, when it is valid there: checksum over the whole page and
/// a page size that agrees. The magic decides only where nothing else does: with a right checksum and
/// a wrong magic the original reports the version, not damage.
fn copy_at(head: &[u8], offset: usize, size: PageSize) -> Option<(DbHeader, &[u8])> {
    let page = super::bytes::slice(head, offset, size.bytes())?;
    let header = DbHeader::parse(page)?;
    // A zeroed small header before its valid copy sums up to a right checksum of a page twice the
    // size: what has no fields is no header.
    let fits =
        header.page_size() == Some(size) && header != DbHeader::default() && checksum_ok(page);
    fits.then_some((header, page))
}

/// Chooses the header by the file's first bytes: as many of the first [`BYTES_FOR_SELECT`] as the
/// file has (docs/format/database-header.md §1.1).
///
/// The first copy names its page size itself; when it is not valid, the second is looked for at the
/// place that each page size gives it.
pub fn select_header(head: &[u8]) -> Result<SelectedHeader, HeaderError> {
    let first = DbHeader::parse(head)
        .and_then(|h| h.page_size())
        .and_then(|size| Some((size, copy_at(head, 0, size)?)));
    if let Some((page_size, (header, page))) = first {
        let state = match copy_at(head, page_size.bytes(), page_size) {
            Some((_, second)) if second == page => CopyState::Equal,
            Some(_) => CopyState::Differ,
            None => CopyState::FirstOnly,
        };
        return Ok(SelectedHeader {
            header,
            page_size,
            copy: HeaderCopy::First,
            state,
        });
    }
    let second = PageSize::ALL.into_iter().find_map(|size| {
        copy_at(head, size.bytes(), size)
            // Any zero-checksummed run could pass by accident at a foreign place: here the magic
            // counts.
            .filter(|(header, _)| header.has_magic())
            .map(|(header, _)| (header, size))
    });
    if let Some((header, page_size)) = second {
        return Ok(SelectedHeader {
            header,
            page_size,
            copy: HeaderCopy::Second,
            state: CopyState::SecondOnly,
        });
    }
    let magic_seen = [0]
        .into_iter()
        .chain(PageSize::ALL.map(PageSize::bytes))
        .any(|at| u32_at(head, at + OFF_MAGIC) == Some(HEADER_MAGIC));
    Err(if !magic_seen {
        HeaderError::NoDatabase
    } else if head.len() < PageSize::K2.bytes() {
        HeaderError::Short(head.len())
    } else {
        HeaderError::BothBad
    })
}

/// Why a file with a right header is not attached (docs/format/database-header.md §1.1 step 5, §2.5).
/// Reading tools look inside all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AttachRefusal {
    /// Magic, version major, or an update major that is not known.
    #[error("format version {0} is not known")]
    Version(super::version::FormatVersion),
    /// The header is that of another kind of file.
    #[error("the header says file type {}", .0.to_u32())]
    FileType(FileType),
    /// A state that needs recovery.
    #[error("{}", .0.words())]
    Dirty(super::db_header::DbState),
    /// An operation on the whole file did not finish.
    #[error("{}", .0.words())]
    Unfinished(super::db_header::DbState),
}

impl HasJetErr for AttachRefusal {
    fn jet_err(&self) -> JetErr {
        use super::db_header::DbState;
        match self {
            Self::Version(_) => JetErr::INVALID_DATABASE_VERSION,
            Self::FileType(_) => JetErr::DATABASE_CORRUPTED,
            Self::Unfinished(DbState::BeingConverted) => JetErr::DATABASE_INCOMPLETE_UPGRADE,
            Self::Unfinished(DbState::IncrementalReseed) => {
                JetErr::DATABASE_INCOMPLETE_INCREMENTAL_RESEED
            }
            Self::Unfinished(DbState::Revert) => JetErr::DATABASE_INCOMPLETE_REVERT,
            Self::Dirty(_) | Self::Unfinished(_) => JetErr::DATABASE_DIRTY_SHUTDOWN,
        }
    }
}

/// Whether the original would attach a file with this header.
pub fn may_attach(header: &DbHeader) -> Result<(), AttachRefusal> {
    use super::db_header::DbState;
    if !header.has_magic() || !header.version().is_known() {
        return Err(AttachRefusal::Version(header.version()));
    }
    match header.file_type() {
        FileType::Unspecified | FileType::Database => {}
        other => return Err(AttachRefusal::FileType(other)),
    }
    match header.state() {
        DbState::CleanShutdown => Ok(()),
        s @ (DbState::BeingConverted | DbState::IncrementalReseed | DbState::Revert) => {
            Err(AttachRefusal::Unfinished(s))
        }
        s => Err(AttachRefusal::Dirty(s)),
    }
}

#[cfg(test)]
mod tests;
