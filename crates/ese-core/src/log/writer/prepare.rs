//! The file of the next generation, made before it is needed.
//!
//! ```text
//! an archived generation that nobody needs (circular logging) ─▶ renamed
//! else a new file ─▶ zeros, or room for them                           ├─▶ edbtmp ─▶ header ─▶ edb
//! the disk is full ─▶ a reserve log ─▶ renamed
//! ```
//! Zeros that were written make later syncs cheaper: the file's room is its own by then. A log that is full
//! sooner than it could be filled with zeros is not: room is reserved for it, and that is all.
//!
//! Made in the background after a roll ([`LogWriter::tend`](super::LogWriter::tend)), or by the roll
//! itself when nobody did. What a renamed generation holds is not wiped: its segments bear a lower
//! generation and so are unused ones (docs/format/log-files.md §4.4).
//!
//! Source: docs/format/log-files.md §6.2, §6.3.
//!
//! Invariants:
//! * the file is whole, of the right length, and durable before its header is written, and lies under
//!   its temporary name until it has one: it is never half made under the current log's name;
//! * only a generation of this sequence, older than the current one, is used again;
//! * a temporary file that was not made by this writer is thrown away.
#![forbid(unsafe_code)]

use super::files::{Files, Retention};
use super::reserves::Pool;
use crate::format::ids::Signature;
use crate::format::log_header::{LOG_HEADER_BYTES, LogHeader, LogVersion, SEGMENT_BYTES};
use crate::format::log_segment::fence;
use crate::io::{Error, ErrorKind, File, OpenMode, Result};
use crate::log::names::LogKind;
use parking_lot::Mutex;
use std::path::Path;
use std::sync::Arc;

/// Bytes of one write of zeros.
const FILL_BYTES: usize = 256 * 1024;

/// Where a file comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// It is new.
    New,
    /// It was a generation that is not needed any more.
    Recycled,
    /// It was a reserve log.
    Reserve,
}

/// What the next file has to be.
#[derive(Clone, Copy)]
pub(super) struct Want<'a> {
    /// Its length.
    bytes: u64,
    /// The current generation, and its sequence.
    generation: i32,
    sign_log: Signature,
    /// Circular logging: what may be used again.
    pub(super) recycle: Option<&'a Retention>,
    /// Generations follow one another quickly: nobody has time for zeros.
    pub(super) quick: bool,
}

impl Want<'_> {
    /// A file like that of the current log, made anew.
    pub(super) fn of(current: &LogHeader) -> Self {
        Self {
            bytes: current.file_bytes(),
            generation: current.generation(),
            sign_log: current.sign_log(),
            recycle: None,
            quick: false,
        }
    }
}

/// A file under the temporary name, without a header of its own.
pub(super) struct Prepared {
    pub(super) file: Arc<dyn File>,
    pub(super) source: Source,
}

impl Prepared {
    /// Makes it the file of a generation, durably: header, and the fence of the first segment.
    pub(super) fn put_header(&self, header: &LogHeader) -> Result<()> {
        self.file.write_all_at(header.as_bytes(), 0)?;
        let first = header.header_segments();
        let fence = fence(header.generation(), first);
        self.file
            .write_all_at(&fence, u64::from(first) * SEGMENT_BYTES as u64)?;
        self.file.sync_data()
    }
}

/// The next file, and the reserves for it.
#[derive(Default)]
pub(super) struct NextFile {
    ready: Mutex<Option<Prepared>>,
    pub(super) pool: Pool,
}

impl NextFile {
    /// Whether a file is ready, or being made.
    pub(super) fn is_ready(&self) -> bool {
        self.ready.try_lock().is_none_or(|ready| ready.is_some())
    }

    /// Makes the file if there is none; waits when somebody does.
    pub(super) fn prepare(&self, files: &Files, want: &Want<'_>) -> Result<()> {
        let mut ready = self.ready.lock();
        if ready.is_none() {
            *ready = Some(self.make(files, want)?);
        }
        Ok(())
    }

    /// Gives the file, and makes it now if there is none.
    pub(super) fn take(&self, files: &Files, want: &Want<'_>) -> Result<Prepared> {
        let mut ready = self.ready.lock();
        if let Some(prepared) = ready.take()
            && prepared.file.len()? == want.bytes
            && files.has_temp()
        {
            return Ok(prepared);
        }
        self.make(files, want)
    }

    fn make(&self, files: &Files, want: &Want<'_>) -> Result<Prepared> {
        let path = files.path(LogKind::Temp);
        let made = match want.recycle.is_none() && files.has_temp() {
            true => write_over(files, want.bytes, &path),
            false => {
                files.remove(&path)?;
                if let Some(file) = recycle(files, want, &path) {
                    let source = Source::Recycled;
                    return Ok(Prepared { file, source });
                }
                match want.quick {
                    true => make_room(files, want.bytes, &path),
                    false => make_zeros(files, want.bytes, &path),
                }
            }
        };
        match made {
            Ok(file) => {
                let source = Source::New;
                Ok(Prepared { file, source })
            }
            Err(e) if e.kind() == ErrorKind::StorageFull => {
                // With a reserve there is a current log too: nobody needs this file then.
                if self.pool.has_any() {
                    files.remove(&path)?;
                }
                let file = self.pool.take(files, want.bytes, &path).ok_or(e)?;
                let source = Source::Reserve;
                Ok(Prepared { file, source })
            }
            Err(e) => Err(e),
        }
    }
}

/// Fills the file that is there with zeros. It is not removed first: where there is no current log it
/// says that a roll was under way and nothing is lost (the start decision of recovery).
fn write_over(files: &Files, bytes: u64, path: &Path) -> Result<Arc<dyn File>> {
    let file = files.fs.open_locked(path, OpenMode::ReadWrite)?;
    file.set_len(bytes)?;
    fill(&*file, bytes)?;
    Ok(file)
}

/// Uses the oldest generation again, if it may go and fits. What hinders that is not told: the file
/// can be made anew.
fn recycle(files: &Files, want: &Want<'_>, path: &Path) -> Option<Arc<dyn File>> {
    want.recycle?.dispose(want.generation, |below| {
        let (generation, old) = files.archived_below(below).ok()?.into_iter().next()?;
        let file = files.fs.open_locked(&old, OpenMode::ReadWrite).ok()?;
        if !is_reusable(&*file, want, generation) {
            return None;
        }
        files.fs.rename_new(&old, path).ok()?;
        // Its new header must not be found under its old name.
        if files.sync_names().is_err() {
            let _ = files.remove(path);
            return None;
        }
        Some(file)
    })
}

/// Whether a file is the whole generation `generation` of the sequence, of the same length.
fn is_reusable(file: &dyn File, want: &Want<'_>, generation: i32) -> bool {
    let mut b = vec![0; LOG_HEADER_BYTES];
    if file.read_exact_at(&mut b, 0).is_err() {
        return false;
    }
    LogHeader::parse(&b).is_ok_and(|h| {
        h.generation() == generation
            && h.sign_log() == want.sign_log
            && h.version() >= LogVersion::ZERO_FILLED
            && h.file_bytes() == want.bytes
            && file.len().is_ok_and(|len| len == want.bytes)
    })
}

/// Makes a file of zeros, durable but for its name. A failed attempt leaves nothing, where that can be.
pub(super) fn make_zeros(files: &Files, bytes: u64, path: &Path) -> Result<Arc<dyn File>> {
    make_file(files, path, |file| fill(file, bytes))
}

/// The same where the zeros are not written if there is room for them.
fn make_room(files: &Files, bytes: u64, path: &Path) -> Result<Arc<dyn File>> {
    make_file(files, path, |file| match file.reserve_len(bytes)? {
        true => file.sync_all(),
        false => fill(file, bytes),
    })
}

fn make_file(
    files: &Files,
    path: &Path,
    fill: impl FnOnce(&dyn File) -> Result<()>,
) -> Result<Arc<dyn File>> {
    let file = files.fs.open_locked(path, OpenMode::CreateNew)?;
    match fill(&*file) {
        Ok(()) => Ok(file),
        Err(e) => {
            drop(file);
            // The disk may be full: the space is worth more than the half-made file.
            let _ = files.fs.remove_file(path);
            Err(e)
        }
    }
}

/// Writes zeros up to `bytes`, and makes them durable.
pub(super) fn fill(file: &dyn File, bytes: u64) -> Result<()> {
    let zeros = vec![0; FILL_BYTES];
    let mut at = 0;
    while at < bytes {
        let n = usize::try_from(bytes - at).unwrap_or(FILL_BYTES);
        let piece = zeros.get(..n).unwrap_or(&zeros);
        file.write_all_at(piece, at)?;
        at += piece.len() as u64;
    }
    file.sync_all()
}

/// Whether a file holds nothing but zeros, `bytes` of them.
pub(super) fn is_zeros(file: &dyn File, bytes: u64) -> Result<bool> {
    if file.len()? != bytes {
        return Ok(false);
    }
    let mut b = vec![0; FILL_BYTES];
    let mut at = 0;
    while at < bytes {
        let n = file.read_at(&mut b, at)?;
        if n == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        if b.iter().take(n).any(|&byte| byte != 0) {
            return Ok(false);
        }
        at += n as u64;
    }
    Ok(true)
}
