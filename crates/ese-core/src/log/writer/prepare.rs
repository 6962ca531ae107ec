//! The file of the next generation, made before it is needed.
//!
//! ```text
//! an archived generation that nobody needs (circular logging) ─▶ renamed
//! else a new file ─▶ zeros                                            ├─▶ edbtmp ─▶ header ─▶ edb
//! the disk is full ─▶ a reserve log ─▶ renamed
//! ```
//! Zeros that were written make later syncs much cheaper: the file's room is its own by then. But nobody
//! waits for them: room for all of the file is promised first, and who needs it at once takes it as far as
//! it is filled.
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

use super::config::LogConfig;
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
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes of one write that fills a file: whole segments.
const FILL_BYTES: usize = 256 * 1024;
const _: () = assert!(FILL_BYTES.is_multiple_of(SEGMENT_BYTES));

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
    /// The generation that the file is for.
    next: i32,
    sign_log: Signature,
    /// Filled with fences, not with zeros.
    fences: bool,
    /// Circular logging: what may be used again.
    pub(super) recycle: Option<&'a Retention>,
}

impl Want<'_> {
    /// A file like that of the current log, made anew.
    pub(super) fn of(current: &LogHeader, config: &LogConfig) -> Self {
        Self {
            bytes: current.file_bytes(),
            generation: current.generation(),
            next: current.generation().saturating_add(1),
            sign_log: current.sign_log(),
            fences: config.fences,
            recycle: None,
        }
    }

    /// The first file of a sequence, whose header this is.
    pub(super) fn first(header: &LogHeader, config: &LogConfig) -> Self {
        Self {
            next: header.generation(),
            ..Self::of(header, config)
        }
    }
}

/// A file under the temporary name, without a header of its own.
pub(super) struct Prepared {
    pub(super) file: Arc<dyn File>,
    pub(super) source: Source,
    /// The generation it was filled for, and how many of its segments are fences of that.
    fences: (i32, u16),
}

impl Prepared {
    fn of(file: Arc<dyn File>, source: Source) -> Self {
        Self {
            file,
            source,
            fences: (0, 0),
        }
    }

    /// Segments below this number are fences of `generation`, durably; none is, if it is 0.
    pub(super) fn fences(&self, generation: i32) -> u16 {
        match self.fences {
            (own, below) if own == generation => below,
            _ => 0,
        }
    }

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
    /// Somebody waits for it.
    wanted: AtomicBool,
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
            let go_on = || !self.wanted.load(Ordering::Acquire);
            *ready = Some(self.make(files, want, &go_on)?);
        }
        Ok(())
    }

    /// Gives the file, and makes it now if there is none.
    pub(super) fn take(&self, files: &Files, want: &Want<'_>) -> Result<Prepared> {
        self.wanted.store(true, Ordering::Release);
        let mut ready = self.ready.lock();
        self.wanted.store(false, Ordering::Release);
        if let Some(prepared) = ready.take()
            && prepared.file.len()? == want.bytes
            && files.has_temp()
        {
            return Ok(prepared);
        }
        self.make(files, want, &|| true)
    }

    /// Makes it; a new file is filled as long as `go_on` says so.
    fn make(&self, files: &Files, want: &Want<'_>, go_on: &dyn Fn() -> bool) -> Result<Prepared> {
        let path = files.path(LogKind::Temp);
        let made = match want.recycle.is_none() && files.has_temp() {
            true => write_over(files, want.bytes, &path).map(|file| (file, 0)),
            false => {
                files.remove(&path)?;
                if let Some(file) = recycle(files, want, &path) {
                    // No fences: they would double what is written to the disk.
                    return Ok(Prepared::of(file, Source::Recycled));
                }
                make_new(files, &path, &mut |file| fill_ahead(file, want, go_on))
            }
        };
        match made {
            Ok((file, below)) => Ok(Prepared {
                fences: (want.next, below),
                ..Prepared::of(file, Source::New)
            }),
            Err(e) if e.kind() == ErrorKind::StorageFull => {
                // With a reserve there is a current log too: nobody needs this file then.
                if self.pool.has_any() {
                    files.remove(&path)?;
                }
                let file = self.pool.take(files, want.bytes, &path).ok_or(e)?;
                Ok(Prepared::of(file, Source::Reserve))
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
    make_new(files, path, &mut |file| fill(file, bytes)).map(|(file, ())| file)
}

/// Makes a file and lets `fill` fill it.
fn make_new<T>(
    files: &Files,
    path: &Path,
    fill: &mut dyn FnMut(&dyn File) -> Result<T>,
) -> Result<(Arc<dyn File>, T)> {
    let file = files.fs.open_locked(path, OpenMode::CreateNew)?;
    match fill(&*file) {
        Ok(filled) => Ok((file, filled)),
        Err(e) => {
            drop(file);
            // The disk may be full: the space is worth more than the half-made file.
            let _ = files.fs.remove_file(path);
            Err(e)
        }
    }
}

/// Fills a new file with the fences of its generation, or zeros, as long as `go_on` says so, if there is
/// room for what is not written; durable afterwards. Gives how many segments are fences.
fn fill_ahead(file: &dyn File, want: &Want<'_>, go_on: &dyn Fn() -> bool) -> Result<u16> {
    let reserved = file.reserve_len(want.bytes)?;
    let go_on = || !reserved || go_on();
    if !want.fences {
        return fill_while(file, want.bytes, &zeros, &go_on).map(|_| 0);
    }
    let fences = |isec: u16, piece: &mut [u8]| {
        for (isec, segment) in (isec..).zip(piece.chunks_exact_mut(SEGMENT_BYTES)) {
            segment.copy_from_slice(&fence(want.next, isec));
        }
    };
    let filled = fill_while(file, want.bytes, &fences, &go_on)?;
    Ok(u16::try_from(filled / SEGMENT_BYTES as u64).unwrap_or(u16::MAX))
}

/// Writes zeros up to `bytes`, and makes them durable.
pub(super) fn fill(file: &dyn File, bytes: u64) -> Result<()> {
    fill_while(file, bytes, &zeros, &|| true).map(|_| ())
}

fn zeros(_: u16, piece: &mut [u8]) {
    piece.fill(0);
}

/// Fills a file up to `bytes` with what `make` makes of a piece that begins with that segment, and makes
/// it durable; gives up to where it did.
fn fill_while(
    file: &dyn File,
    bytes: u64,
    make: &dyn Fn(u16, &mut [u8]),
    go_on: &dyn Fn() -> bool,
) -> Result<u64> {
    let mut buf = vec![0; FILL_BYTES];
    let mut at = 0;
    while at < bytes && go_on() {
        let n = usize::try_from(bytes - at).unwrap_or(FILL_BYTES);
        let piece = match buf.len() > n {
            true => buf.get_mut(..n).unwrap_or_default(),
            false => &mut buf,
        };
        let isec = u16::try_from(at / SEGMENT_BYTES as u64).unwrap_or(u16::MAX);
        make(isec, piece);
        file.write_all_at(piece, at)?;
        at += piece.len() as u64;
    }
    file.sync_all()?;
    Ok(at)
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::io::hooked::{HookedFileSystem, Op, When};
    use crate::io::memory::MemoryFileSystem;
    use std::path::PathBuf;
    use std::sync::atomic::AtomicU64;

    const PIECES: u64 = 4;
    const BYTES: u64 = PIECES * FILL_BYTES as u64;

    fn want() -> Want<'static> {
        Want {
            bytes: BYTES,
            generation: 1,
            next: 2,
            sign_log: Signature::NONE,
            fences: true,
            recycle: None,
        }
    }

    /// Whether the segments below `below` are fences of generation 2, and all others zeros.
    fn is_fenced(file: &dyn File, below: u16) -> bool {
        let count = u16::try_from(BYTES / SEGMENT_BYTES as u64).unwrap();
        let mut b = [0; SEGMENT_BYTES];
        (0..count).all(|isec| {
            let at = u64::from(isec) * SEGMENT_BYTES as u64;
            file.read_exact_at(&mut b, at).unwrap();
            b == match isec < below {
                true => fence(2, isec),
                false => [0; SEGMENT_BYTES],
            }
        })
    }

    /// Files in memory; `piece` is called before each piece that fills one, with its offset.
    fn files(piece: impl Fn(u64) + Send + Sync + 'static) -> Files {
        let fs = MemoryFileSystem::new();
        let config = LogConfig::new(PathBuf::from("/"), "edb");
        let hooked = HookedFileSystem::new(Arc::new(fs), move |when, op| {
            if let (When::Before, Op::Write { offset, .. }) = (when, op) {
                piece(offset);
            }
            Ok(())
        });
        Files::new(Arc::new(hooked), &config)
    }

    #[test]
    fn who_has_time_fills_all_of_it() {
        let written = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&written);
        let files = files(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let next = NextFile::default();
        next.prepare(&files, &want()).unwrap();
        assert_eq!(written.load(Ordering::Relaxed), PIECES);
        let prepared = next.take(&files, &want()).unwrap();
        assert_eq!(prepared.fences(2), 256);
        assert!(is_fenced(&*prepared.file, 256));
        // It was filled for another generation than that.
        assert_eq!(prepared.fences(3), 0);
        assert_eq!(written.load(Ordering::Relaxed), PIECES);
    }

    /// Who needs the file while it is being filled gets it after the piece under way.
    #[test]
    fn who_needs_it_does_not_wait() {
        let next = Arc::new(NextFile::default());
        let last = Arc::new(AtomicU64::new(0));
        let (began, begins) = std::sync::mpsc::channel();
        let files = {
            let (next, last) = (Arc::clone(&next), Arc::clone(&last));
            Arc::new(files(move |offset| {
                last.store(offset, Ordering::Relaxed);
                if offset == FILL_BYTES as u64 {
                    began.send(()).unwrap();
                    while !next.wanted.load(Ordering::Acquire) {
                        std::thread::yield_now();
                    }
                }
            }))
        };
        std::thread::scope(|scope| {
            scope.spawn(|| next.prepare(&files, &want()).unwrap());
            begins.recv().unwrap();
            let prepared = next.take(&files, &want()).unwrap();
            // The second piece was the last, and the file is whole.
            assert_eq!(last.load(Ordering::Relaxed), FILL_BYTES as u64);
            assert_eq!(prepared.fences(2), 128);
            assert!(is_fenced(&*prepared.file, 128));
        });
        // The next one is filled again.
        files.remove(&files.path(LogKind::Temp)).unwrap();
        assert!(!next.wanted.load(Ordering::Acquire));
    }
}
