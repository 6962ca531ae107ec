//! What kind of file it is, and what "whole" means for each of its units.
//!
//! | file | unit | verified by |
//! |---|---|---|
//! | database | page | checksum and page number; header copies by their XOR |
//! | log, version 8 | segment of 4 KiB | checksum, position, the order of data and leftovers |
//! | checkpoint | copy of 4 KiB | XOR; one good copy is enough |
//! | flush map | page of 8 KiB | XOR of the header, checksum and number of the others |
//! | reserve log, log in preparation, revert snapshot | block of 4 KiB | nothing |
//!
//! Source: docs/format/database-header.md §1, database-pages.md §5, log-files.md §3-5, 8 and 9.
//!
//! Invariants: opening reads a header and at most a few pages; a unit is judged from its own bytes
//! and what the units before it said; nothing is changed, so what is legal on disk although it is
//! not perfect (a correctable bit, an old segment) is counted and passed on as it is.
#![forbid(unsafe_code)]

pub(crate) mod database;
pub(crate) mod log;
pub(crate) mod small;

use crate::error::{Reason, StreamError, Unit};
use database::DatabaseVerifier;
use ese_core::backup_port::{DatabaseImage, Scrubber};
use ese_core::format::bytes::all_zero;
use ese_core::format::header_page;
use ese_core::io::{File, FileSystem, OpenMode};
use log::LogVerifier;
use small::{CheckpointVerifier, FlushMapVerifier};
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Unit of a file without checksums.
const PLAIN_UNIT: usize = 4096;

/// Kind of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// A database.
    Database {
        /// Size of a page in bytes.
        page_size: u32,
    },
    /// A log.
    Log {
        /// Its generation.
        generation: i32,
        /// `false` for a log before version 8, whose body is passed on unverified.
        segments: bool,
    },
    /// A checkpoint.
    Checkpoint,
    /// A persisted flush map.
    FlushMap,
    /// A reserve log, or the next log in preparation: no header yet.
    Reserve,
    /// A revert snapshot, passed on unverified.
    RevertSnapshot,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { page_size } => {
                write!(f, "database ({} KiB pages)", page_size / 1024)
            }
            Self::Log { generation, .. } => write!(f, "log (generation {generation:#x})"),
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::FlushMap => f.write_str("flush map"),
            Self::Reserve => f.write_str("reserve log"),
            Self::RevertSnapshot => f.write_str("revert snapshot"),
        }
    }
}

/// How many units were found how. Every unit counts once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Checksum and number are right.
    pub verified: u64,
    /// One flipped bit per checksum, which a reader corrects; passed on as stored.
    pub correctable: u64,
    /// All zero: pages never written, log space not used yet.
    pub zero: u64,
    /// A header copy with a wrong checksum beside a good one.
    pub bad_header_copies: u64,
    /// A torn last log segment whose shadow is good; a reader takes the shadow.
    pub torn: u64,
    /// Older segments and shadows behind the end of a log's data.
    pub leftovers: u64,
    /// Behind the last page that the database owns, and not valid as a page: left by an extension,
    /// or the trailer of a backup.
    pub behind_end: u64,
    /// Without a checksum to verify.
    pub unverifiable: u64,
}

impl Counts {
    /// All units.
    #[must_use]
    pub fn units(&self) -> u64 {
        let Self {
            verified,
            correctable,
            zero,
            bad_header_copies,
            torn,
            leftovers,
            behind_end,
            unverifiable,
        } = self;
        verified
            + correctable
            + zero
            + bad_header_copies
            + torn
            + leftovers
            + behind_end
            + unverifiable
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        let counter = match finding {
            Finding::Verified => &mut self.verified,
            Finding::Correctable => &mut self.correctable,
            Finding::Zero => &mut self.zero,
            Finding::BadHeaderCopy => &mut self.bad_header_copies,
            Finding::Torn => &mut self.torn,
            Finding::Leftover => &mut self.leftovers,
            Finding::BehindEnd => &mut self.behind_end,
            Finding::Unverifiable => &mut self.unverifiable,
        };
        *counter += 1;
    }
}

/// Why a unit may pass; one counter of [`Counts`] each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Finding {
    Verified,
    Correctable,
    Zero,
    BadHeaderCopy,
    Torn,
    Leftover,
    BehindEnd,
    Unverifiable,
}

/// Fetches the unit behind the one that is judged: how many bytes there are, 0 when they can't be
/// read.
pub(crate) type NextUnit<'a> = &'a mut dyn FnMut(&mut [u8]) -> usize;

/// Judges the units of one file, in order.
#[derive(Clone, Debug)]
pub(crate) enum Verifier {
    Database(DatabaseVerifier),
    Log(LogVerifier),
    Checkpoint(CheckpointVerifier),
    FlushMap(FlushMapVerifier),
    Plain,
}

impl Verifier {
    /// Bytes of a unit; divides [`crate::INNER_READ`].
    pub(crate) fn unit_bytes(&self) -> usize {
        match self {
            Self::Database(v) => v.unit_bytes(),
            Self::Log(_) => log::UNIT,
            Self::Checkpoint(_) => small::CHECKPOINT_UNIT,
            Self::FlushMap(_) => small::FLUSH_MAP_UNIT,
            Self::Plain => PLAIN_UNIT,
        }
    }

    /// The name of unit `index`.
    pub(crate) fn unit(&self, index: u64) -> Unit {
        match self {
            Self::Database(_) => database::unit(index),
            Self::Log(_) => Unit::Segment(u32::try_from(index).unwrap_or(u32::MAX)),
            Self::Checkpoint(_) => {
                Unit::CheckpointCopy(u32::try_from(index).map_or(u32::MAX, |i| i.saturating_add(1)))
            }
            Self::FlushMap(_) => match index.checked_sub(1) {
                None => Unit::MapHeader,
                Some(page) => Unit::MapPage(u32::try_from(page).unwrap_or(u32::MAX)),
            },
            Self::Plain => Unit::Block(index),
        }
    }

    /// Judges unit `index`, whose bytes are fewer than a unit only at the end of the file. A refusal
    /// leaves the verifier as it was, so that the unit can be read again.
    #[inline]
    pub(crate) fn judge(
        &mut self,
        index: u64,
        bytes: &[u8],
        next: NextUnit<'_>,
    ) -> Result<Finding, Reason> {
        match self {
            Self::Database(v) => v.judge(index, bytes),
            Self::Log(v) => v.judge(index, bytes, next),
            Self::Checkpoint(v) => v.judge(index, bytes),
            Self::FlushMap(v) => v.judge(index, bytes),
            Self::Plain if all_zero(bytes) => Ok(Finding::Zero),
            Self::Plain => Ok(Finding::Unverifiable),
        }
    }
}

/// A file that can be streamed verified. Opened for reading only. A clone is the same open file.
#[derive(Clone)]
pub struct VerifiedFile {
    pub(crate) file: Arc<dyn File>,
    pub(crate) len: u64,
    pub(crate) verifier: Verifier,
    /// Of a running database whose deleted data is overwritten before it is read.
    pub(crate) scrubber: Option<Arc<Scrubber>>,
    kind: FileKind,
}

impl fmt::Debug for VerifiedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedFile")
            .field("len", &self.len)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl VerifiedFile {
    /// Opens a file and finds out what it is.
    ///
    /// # Errors
    /// What is no ESE file, has no readable header or is cut off is refused here, before a byte is
    /// streamed.
    pub fn open(fs: &dyn FileSystem, path: &Path) -> Result<Self, StreamError> {
        let file = fs.open(path, OpenMode::Read).map_err(StreamError::Open)?;
        Self::from_file(file, path.file_name().unwrap_or_default())
    }

    /// The same for a file that is open already. The name only serves to know reserve logs and logs
    /// in preparation, which have no header.
    pub fn from_file(file: Arc<dyn File>, name: &OsStr) -> Result<Self, StreamError> {
        let len = file.len().map_err(StreamError::Open)?;
        let mut head = vec![0; header_page::BYTES_FOR_SELECT];
        let n = file.read_at(&mut head, 0).map_err(StreamError::Open)?;
        head.truncate(n);
        let (verifier, kind) = recognise(&*file, len, &head, name)?;
        Ok(Self {
            file,
            len,
            verifier,
            scrubber: None,
            kind,
        })
    }

    /// A database of a running instance, as a backup hands it on. Where the instance was told so, deleted
    /// data is overwritten in the database ahead of the reads.
    #[must_use]
    pub fn of_image(image: DatabaseImage) -> Self {
        let (len, size) = (image.bytes(), image.page_size());
        Self {
            scrubber: image.scrubber().map(Arc::new),
            file: Arc::new(image),
            len,
            verifier: Verifier::Database(DatabaseVerifier::of_copy(len, size)),
            kind: FileKind::Database {
                page_size: u32::try_from(size.bytes()).unwrap_or(0),
            },
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Length in bytes, as of the open.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// `false`: an empty file is not opened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of a page, segment or other unit: what buffers must be a multiple of.
    #[must_use]
    pub fn unit_bytes(&self) -> usize {
        self.verifier.unit_bytes()
    }
}

/// `true` for the names of reserve logs and of the log in preparation (docs/format/log-files.md §2).
fn is_reserve_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    name.ends_with(".jrs") || name.ends_with("tmp.log") || name.ends_with("tmp.jtx")
}

fn recognise(
    file: &dyn File,
    len: u64,
    head: &[u8],
    name: &OsStr,
) -> Result<(Verifier, FileKind), StreamError> {
    if len == 0 {
        return Err(StreamError::Empty);
    }
    match header_page::file_kind(head) {
        header_page::FileKind::Database | header_page::FileKind::TempDatabase => {
            let v = DatabaseVerifier::new(file, len, head)?;
            let page_size = u32::try_from(v.unit_bytes()).unwrap_or(0);
            Ok((Verifier::Database(v), FileKind::Database { page_size }))
        }
        header_page::FileKind::Log => {
            let v = LogVerifier::new(len, head)?;
            let kind = v.kind();
            Ok((Verifier::Log(v), kind))
        }
        header_page::FileKind::FlushMap => {
            let v = FlushMapVerifier::new(len, head)?;
            Ok((Verifier::FlushMap(v), FileKind::FlushMap))
        }
        // The first copy of a checkpoint may be anything.
        kind if kind == header_page::FileKind::Checkpoint
            || CheckpointVerifier::is_checkpoint(head) =>
        {
            let v = CheckpointVerifier::new(len, head)?;
            Ok((Verifier::Checkpoint(v), FileKind::Checkpoint))
        }
        header_page::FileKind::RevertSnapshot => Ok((Verifier::Plain, FileKind::RevertSnapshot)),
        header_page::FileKind::Zeros if is_reserve_name(name) => {
            Ok((Verifier::Plain, FileKind::Reserve))
        }
        header_page::FileKind::Zeros => Err(StreamError::Zeros),
        _ => Err(StreamError::Foreign),
    }
}
