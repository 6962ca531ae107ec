//! Cuts a log sequence off, so that it ends where a replay stopped.
//!
//! Wanted when the caller stops a replay before the end and undoes what is open there, and when the
//! newest logs are damaged or missing and the caller gives them up. What is behind the cut is gone.
//!
//! Invariant: at every moment what lies on the disk is a whole sequence that ends at or behind the
//! cut, except that its last generation may still bear its archived name.
#![forbid(unsafe_code)]

use super::RecoveryError;
use super::names::LogFolder;
use super::stream::LogTail;
use crate::error::{HasJetErr as _, JetErr};
use crate::format::ids::Lgpos;
use crate::format::log_header::{LogHeader, SEGMENT_BYTES};
use crate::format::log_segment::{SEGMENT_HEADER_BYTES, SegmentHeader, seal};
use crate::io::{ErrorKind, File, FileSystem, OpenMode};
use crate::log::LogFile;
use std::path::{Path, PathBuf};

/// Segments that are zeroed with one write.
const ZERO_AT_ONCE: usize = 64;

/// The last generation that stays, and where in it the data ends.
struct Last {
    path: PathBuf,
    header: LogHeader,
    /// Data from here on goes; `None`: nothing of it.
    from: Option<Lgpos>,
}

/// Cuts the sequence in `folder` off before the record at `at`, and gives the log that is the current
/// one now.
pub(super) fn cut(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    at: Lgpos,
) -> Result<LogTail, RecoveryError> {
    let current = match folder.current() {
        Some(path) => header_of(fs, path)?.map(|h| (path.to_path_buf(), h)),
        None => None,
    };
    let last = find_last(fs, folder, current.as_ref(), at)?;
    let keep = last.header.generation();
    if let Some((path, header)) = &current
        && header.generation() > keep
    {
        remove(fs, path)?;
    }
    let highest = folder.range().map_or(keep, |(_, last)| last);
    for generation in (keep.saturating_add(1)..=highest).rev() {
        if let Some(path) = folder.archived(generation) {
            remove(fs, path)?;
        }
    }
    fs.sync_dir(folder.dir())?;
    if let Some(from) = last.from {
        drop_data(fs, &last, from).map_err(|e| e.in_file(&last.path))?;
    }
    let path = folder.current_path();
    if last.path != path {
        fs.rename(&last.path, &path)?;
        fs.sync_dir(folder.dir())?;
    }
    let log = open(fs, &path)?.ok_or_else(|| missing(keep))?;
    let mut records = log
        .records()
        .map_err(|e| RecoveryError::from(e).in_file(&path))?;
    let end = records.finish();
    match end.jet_err() {
        None => Ok(LogTail::new(
            &path,
            log.header(),
            records.verdict(),
            end,
            true,
        )),
        Some(jet) => Err(RecoveryError::refused(jet, format!("the log {end}")).in_file(&path)),
    }
}

fn missing(generation: i32) -> RecoveryError {
    RecoveryError::refused(
        JetErr::MISSING_LOG_FILE,
        format!("generation {generation:#x}, in which the logs are to end, is missing"),
    )
}

fn open(fs: &dyn FileSystem, path: &Path) -> Result<Option<LogFile>, RecoveryError> {
    match fs.open(path, OpenMode::Read) {
        Ok(file) => match LogFile::open(file) {
            Ok(log) => Ok(Some(log)),
            Err(e) if e.jet_err() == JetErr::DISK_IO => Err(e.into()),
            Err(_) => Ok(None),
        },
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(RecoveryError::from(e).in_file(path)),
    }
}

/// Its header; `None` when it is not there, or not one of a log.
fn header_of(fs: &dyn FileSystem, path: &Path) -> Result<Option<LogHeader>, RecoveryError> {
    Ok(open(fs, path)?.map(|log| log.header().clone()))
}

fn find_last(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    current: Option<&(PathBuf, LogHeader)>,
    at: Lgpos,
) -> Result<Last, RecoveryError> {
    let find = |generation: i32| -> Result<Option<(PathBuf, LogHeader)>, RecoveryError> {
        if let Some(path) = folder.archived(generation)
            && let Some(header) = header_of(fs, path)?
        {
            return Ok((header.generation() == generation).then(|| (path.to_path_buf(), header)));
        }
        let current = current.filter(|(_, h)| h.generation() == generation);
        Ok(current.cloned())
    };
    let here = find(at.generation)?;
    let begins = here.as_ref().map_or(u16::MAX, |(_, h)| h.header_segments());
    let holds_data = (at.isec, at.ib) > (begins, 0);
    if !holds_data && let Some((path, header)) = find(at.generation.saturating_sub(1))? {
        return Ok(Last {
            path,
            header,
            from: None,
        });
    }
    let (path, header) = here.ok_or_else(|| missing(at.generation))?;
    let first = Lgpos::new(at.generation, header.header_segments(), 0);
    Ok(Last {
        path,
        header,
        from: Some(at.max(first)),
    })
}

fn remove(fs: &dyn FileSystem, path: &Path) -> Result<(), RecoveryError> {
    fs.remove_file(path)
        .map_err(|e| RecoveryError::from(e).in_file(path))
}

/// Zeroes what a log holds from `from` on. Of the segment that is cut in two, the copy behind it is
/// written first.
fn drop_data(fs: &dyn FileSystem, last: &Last, from: Lgpos) -> Result<(), RecoveryError> {
    let file = fs.open_locked(&last.path, OpenMode::ReadWrite)?;
    let file = &*file;
    let segments = usize::from(last.header.file_segments());
    let partly = usize::from(from.ib) > SEGMENT_HEADER_BYTES;
    let first_gone = usize::from(from.isec) + usize::from(partly);
    // From the end on, so that the data never has a hole.
    let zeros = vec![0; ZERO_AT_ONCE * SEGMENT_BYTES];
    let mut end = segments;
    while end > first_gone {
        let begin = end.saturating_sub(ZERO_AT_ONCE).max(first_gone);
        let part = zeros.get(..(end - begin) * SEGMENT_BYTES).unwrap_or(&zeros);
        file.write_all_at(part, offset(begin))?;
        end = begin;
    }
    file.sync_data()?;
    if partly {
        let cut = cut_segment(file, from)?;
        for at in [first_gone, usize::from(from.isec)] {
            file.write_all_at(&cut, offset(at))?;
            file.sync_data()?;
        }
    }
    Ok(())
}

fn offset(segment: usize) -> u64 {
    segment as u64 * SEGMENT_BYTES as u64
}

/// The segment with its records before `from` alone.
fn cut_segment(file: &dyn File, from: Lgpos) -> Result<Vec<u8>, RecoveryError> {
    let mut segment = vec![0; SEGMENT_BYTES];
    file.read_exact_at(&mut segment, offset(usize::from(from.isec)))?;
    let time = SegmentHeader::read(&segment).map_or_else(Default::default, |h| h.time);
    if let Some(rest) = segment.get_mut(usize::from(from.ib)..) {
        rest.fill(0);
    }
    seal(
        &mut segment,
        Lgpos::new(from.generation, from.isec, 0),
        time,
    );
    Ok(segment)
}
