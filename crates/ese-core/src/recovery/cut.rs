//! Cuts a log sequence off, so that it ends where a replay stopped.
//!
//! Wanted when the caller stops a replay before the end and undoes what is open there, and when the
//! newest logs are damaged or missing and the caller gives them up. What is behind the cut is gone.
//!
//! The new end is made beside the old one and takes its place with one rename; what is too much goes
//! then, the kept generation's archived copy at last. Invariant: at every moment the records before
//! the cut can be read from the lowest generation on, so that the same call comes to the same cut.
#![forbid(unsafe_code)]

use super::RecoveryError;
use super::names::LogFolder;
use super::stream::LogTail;
use crate::dbfile::transitions::Generation;
use crate::error::{HasJetErr as _, JetErr};
use crate::format::ids::{Lgpos, Signature};
use crate::format::log_header::{LogHeader, SEGMENT_BYTES};
use crate::format::log_record::LogRecord;
use crate::format::log_segment::{SEGMENT_HEADER_BYTES, SegmentHeader, seal};
use crate::io::{ErrorKind, FileSystem, OpenMode};
use crate::log::LogFile;
use std::path::{Path, PathBuf};

/// Segments that are copied or zeroed with one write.
const AT_ONCE: usize = 64;

/// The last generation that stays, and where in it the data ends.
struct Last {
    path: PathBuf,
    header: LogHeader,
    /// Data from here on goes; `None`: nothing of it.
    from: Option<Lgpos>,
}

/// A cut that was looked into, and is not made yet.
pub(super) struct Cut {
    last: Last,
    /// The folder.
    dir: PathBuf,
    /// Where the current log has to be.
    current: PathBuf,
    /// Where it is made.
    temp: PathBuf,
    /// Archived logs that go, in this order.
    too_much: Vec<PathBuf>,
}

impl Cut {
    /// Finds out what it takes to cut the sequence in `folder` off before the record at `at`. Nothing
    /// is written.
    pub(super) fn plan(
        fs: &dyn FileSystem,
        folder: &LogFolder,
        at: Lgpos,
    ) -> Result<Self, RecoveryError> {
        let last = find_last(fs, folder, at)?;
        let kept = folder.archived_from(last.header.generation());
        let kept = kept.filter(|&(g, _)| !folder.is_borrowed(g));
        Ok(Self {
            dir: folder.dir().to_path_buf(),
            current: folder.current_path(),
            temp: folder.temp_path(),
            too_much: kept.rev().map(|(_, path)| path.to_path_buf()).collect(),
            last,
        })
    }

    /// The generation in which the logs will end.
    pub(super) fn last(&self) -> Generation {
        Generation {
            number: self.last.header.generation(),
            created: self.last.header.tm_create(),
        }
    }

    /// Cuts, and gives the log that is the current one then.
    pub(super) fn carry_out(self, fs: &dyn FileSystem) -> Result<LogTail, RecoveryError> {
        if self.last.path != self.current || self.last.from.is_some() {
            let made = make_end(fs, &self.last, &self.temp);
            made.map_err(|e| e.in_file(&self.temp))?;
            fs.rename(&self.temp, &self.current)?;
            fs.sync_dir(&self.dir)?;
        }
        for path in &self.too_much {
            fs.remove_file(path)
                .map_err(|e| RecoveryError::from(e).in_file(path))?;
        }
        if !self.too_much.is_empty() {
            fs.sync_dir(&self.dir)?;
        }
        tail(fs, &self.current, self.last.header.generation())
    }
}

/// How the new end reads.
fn tail(fs: &dyn FileSystem, path: &Path, generation: i32) -> Result<LogTail, RecoveryError> {
    let log = open(fs, path)?.ok_or_else(|| missing(generation))?;
    let mut records = log
        .records()
        .map_err(|e| RecoveryError::from(e).in_file(path))?;
    let end = records.finish();
    match end.jet_err() {
        None => Ok(LogTail::new(
            path,
            log.header(),
            records.verdict(),
            end,
            true,
        )),
        Some(jet) => Err(RecoveryError::refused(jet, format!("the log {end}")).in_file(path)),
    }
}

/// Databases that are made or attached behind `at`: their signatures and logged paths. Of damaged
/// logs what can be read.
pub(super) fn databases_behind(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    at: Lgpos,
    see: &mut dyn FnMut(Signature, &str),
) {
    let archived = folder.archived_from(at.generation).map(|(_, path)| path);
    for path in archived.chain(folder.current()) {
        let Ok(Some(log)) = open(fs, path) else {
            continue;
        };
        let Ok(mut records) = log.records() else {
            continue;
        };
        while let Some((pos, record)) = records.next() {
            match record {
                _ if pos < at => {}
                LogRecord::CreateDb(r) => see(r.sign_db, &r.path.text()),
                LogRecord::AttachDb(r) => see(r.sign_db, &r.path.text()),
                _ => {}
            }
        }
    }
}

fn missing(generation: i32) -> RecoveryError {
    RecoveryError::refused(
        JetErr::MISSING_LOG_FILE,
        format!("generation {generation:#x}, in which the logs are to end, is missing"),
    )
}

/// A log; `None` when it is not there, or not one of a log.
fn open(fs: &dyn FileSystem, path: &Path) -> Result<Option<LogFile>, RecoveryError> {
    match fs.open(path, OpenMode::Read) {
        Ok(file) => match LogFile::open(file) {
            Ok(log) => Ok(Some(log)),
            Err(e) if e.jet_err() == JetErr::DISK_IO => Err(RecoveryError::from(e).in_file(path)),
            Err(_) => Ok(None),
        },
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(RecoveryError::from(e).in_file(path)),
    }
}

/// The file of a generation, the archived one first: it is what replay reads.
fn find(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    generation: i32,
) -> Result<Option<(PathBuf, LogHeader)>, RecoveryError> {
    for path in folder
        .archived(generation)
        .into_iter()
        .chain(folder.current())
    {
        let log = open(fs, path)?;
        if let Some(log) = log.filter(|log| log.header().generation() == generation) {
            return Ok(Some((path.to_path_buf(), log.header().clone())));
        }
    }
    Ok(None)
}

fn find_last(fs: &dyn FileSystem, folder: &LogFolder, at: Lgpos) -> Result<Last, RecoveryError> {
    let here = find(fs, folder, at.generation)?;
    let begins = here.as_ref().map_or(u16::MAX, |(_, h)| h.header_segments());
    let holds_data = (at.isec, at.ib) > (begins, 0);
    if !holds_data && let Some((path, header)) = find(fs, folder, at.generation.saturating_sub(1))?
    {
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

/// Makes the log that ends the sequence: the kept one as far as it is kept, then zeros.
fn make_end(fs: &dyn FileSystem, last: &Last, path: &Path) -> Result<(), RecoveryError> {
    match fs.remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e.into()),
        _ => {}
    }
    let segments = usize::from(last.header.file_segments());
    let (whole, partly) = match last.from {
        None => (segments, None),
        Some(from) => {
            let partly = usize::from(from.ib) > SEGMENT_HEADER_BYTES;
            (usize::from(from.isec).min(segments), partly.then_some(from))
        }
    };
    let source = fs.open(&last.path, OpenMode::Read)?;
    let file = fs.open(path, OpenMode::CreateNew)?;
    let mut buffer = vec![0; AT_ONCE * SEGMENT_BYTES];
    each_part(&mut buffer, 0, whole, &mut |part, at| {
        source.read_exact_at(part, at)?;
        file.write_all_at(part, at)
    })?;
    let mut done = whole;
    if let Some(from) = partly {
        let cut = cut_segment(fs, last, from)?;
        file.write_all_at(&cut, offset(whole))?;
        done += 1;
    }
    buffer.fill(0);
    each_part(&mut buffer, done, segments, &mut |part, at| {
        file.write_all_at(part, at)
    })?;
    file.sync_all()?;
    Ok(())
}

/// Calls `work` with a part of the buffer for each run of segments, and its offset in the file.
fn each_part(
    buffer: &mut [u8],
    from: usize,
    to: usize,
    work: &mut dyn FnMut(&mut [u8], u64) -> crate::io::Result<()>,
) -> crate::io::Result<()> {
    let mut begin = from;
    while begin < to {
        let end = begin.saturating_add(AT_ONCE).min(to);
        if let Some(part) = buffer.get_mut(..(end - begin) * SEGMENT_BYTES) {
            work(part, offset(begin))?;
        }
        begin = end;
    }
    Ok(())
}

fn offset(segment: usize) -> u64 {
    segment as u64 * SEGMENT_BYTES as u64
}

/// The segment with its records before `from` alone. A flipped bit is put right.
fn cut_segment(fs: &dyn FileSystem, last: &Last, from: Lgpos) -> Result<Vec<u8>, RecoveryError> {
    let log = open(fs, &last.path)?.ok_or_else(|| missing(from.generation))?;
    let mut scan = log.segments()?;
    while let Some(isec) = scan.next_segment() {
        if isec != from.isec {
            continue;
        }
        let mut segment = scan.segment().to_vec();
        let time = SegmentHeader::read(&segment).map_or_else(Default::default, |h| h.time);
        if let Some(rest) = segment.get_mut(usize::from(from.ib)..) {
            rest.fill(0);
        }
        seal(
            &mut segment,
            Lgpos::new(from.generation, from.isec, 0),
            time,
        );
        return Ok(segment);
    }
    Err(RecoveryError::refused(
        JetErr::LOG_FILE_CORRUPT,
        format!(
            "segment {:#x}, in which the logs are to end, is damaged",
            from.isec
        ),
    )
    .in_file(&last.path))
}

#[cfg(test)]
mod tests;
