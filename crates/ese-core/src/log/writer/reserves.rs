//! Reserve logs: space for the log when the disk is full.
//!
//! A small pool of files of a log's length lies ready (`edbres00001.jrs` and so on). When the disk has
//! no room for the next generation, one of them becomes it, and the log is *quiesced*: no transaction
//! begins any more, but what is begun can commit or be undone, and the instance can end. When there is
//! room again, the pool is made whole, and the log goes on as before.
//!
//! Source: docs/format/log-files.md §2, §6.2.
//!
//! Invariants: a reserve log holds zeros only; the pool is a help, never a hindrance: what is wrong
//! with it is an error only when there is no other file to be had.
#![forbid(unsafe_code)]

use super::LogWriter;
use super::files::Files;
use super::prepare::{fill, is_zeros, make_zeros};
use crate::io::{ErrorKind, File, OpenMode, Result};
use crate::log::append::LogWriteError;
use crate::log::names::LogKind;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Reserve logs of an instance by default.
pub const RESERVES: u32 = 2;
/// With JET_paramAggressiveLogRollover.
pub const RESERVES_AGGRESSIVE: u32 = 10;

/// The pool.
#[derive(Default)]
pub(super) struct Pool {
    numbers: Mutex<Numbers>,
    quiesced: AtomicBool,
}

#[derive(Default)]
struct Numbers {
    /// How many there should be.
    wanted: u32,
    /// Those that are there, lowest first.
    there: Vec<u32>,
}

fn path_of(files: &Files, number: u32) -> PathBuf {
    files.path(LogKind::Reserve { number })
}

impl Pool {
    pub(super) fn is_quiesced(&self) -> bool {
        self.quiesced.load(Ordering::Acquire)
    }

    /// Makes the pool whole: numbers 1 to `wanted`, of `bytes` each, others deleted. With the first
    /// error it stays as large as it got; the log is quiesced when that says that the disk is full,
    /// and not any more when all went well.
    fn fill_up(&self, files: &Files, wanted: u32, bytes: u64) -> Result<()> {
        let mut numbers = self.numbers.lock();
        numbers.wanted = wanted;
        numbers.there.clear();
        let result = (|| {
            for number in files.reserves()? {
                if number == 0 || number > wanted {
                    files.remove(&path_of(files, number))?;
                }
            }
            for number in 1..=wanted {
                make_reserve(files, number, bytes)?;
                numbers.there.push(number);
            }
            files.sync_names()
        })();
        match &result {
            Ok(()) => self.quiesced.store(false, Ordering::Release),
            Err(e) if e.kind() == ErrorKind::StorageFull => {
                self.quiesced.store(true, Ordering::Release);
            }
            // It says nothing about room.
            Err(_) => {}
        }
        result
    }

    /// Whether there is one.
    pub(super) fn has_any(&self) -> bool {
        !self.numbers.lock().there.is_empty()
    }

    /// Turns a reserve log into the file at `path`; `None` when there is none to be had.
    pub(super) fn take(&self, files: &Files, bytes: u64, path: &Path) -> Option<Arc<dyn File>> {
        let mut numbers = self.numbers.lock();
        self.quiesced.store(true, Ordering::Release);
        while let Some(number) = numbers.there.pop() {
            let reserve = path_of(files, number);
            let file = (|| {
                let file = files.fs.open_locked(&reserve, OpenMode::ReadWrite)?;
                if file.len()? != bytes {
                    return Err(ErrorKind::InvalidData.into());
                }
                files.fs.rename_new(&reserve, path)?;
                Ok::<_, crate::io::Error>(file)
            })();
            if let Ok(file) = file {
                return Some(file);
            }
        }
        None
    }
}

/// Sees to it that a reserve log is there, of the right length and zero.
fn make_reserve(files: &Files, number: u32, bytes: u64) -> Result<()> {
    let path = path_of(files, number);
    let file = match files.fs.open_locked(&path, OpenMode::ReadWrite) {
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return make_zeros(files, bytes, &path).map(|_| ());
        }
        opened => opened?,
    };
    if file.len()? > bytes {
        file.set_len(bytes)?;
    }
    if is_zeros(&*file, bytes)? {
        return Ok(());
    }
    fill(&*file, bytes)
}

impl LogWriter {
    /// Makes the pool of reserve logs: [`RESERVES`] or [`RESERVES_AGGRESSIVE`]; those of another
    /// length, or more than that, are made anew or deleted. Called at the start of an instance, which
    /// goes on after an error: then the pool is smaller, and on a full disk the log quiesced.
    pub fn make_reserves(&self, wanted: u32) -> Result<()> {
        let bytes = self.header().file_bytes();
        self.next.pool.fill_up(&self.files, wanted, bytes)
    }

    /// Whether the log lives on its reserves.
    #[must_use]
    pub fn is_quiesced(&self) -> bool {
        self.next.pool.is_quiesced()
    }

    /// Whether a transaction may begin: asked before its first record.
    ///
    /// # Errors
    /// [`LogWriteError::Quiesced`] on a full disk; the error that closed the log.
    pub fn may_begin(&self) -> std::result::Result<(), LogWriteError> {
        if let Some(e) = self.failure() {
            return Err(e);
        }
        if self.is_quiesced() {
            return Err(LogWriteError::Quiesced);
        }
        Ok(())
    }

    /// Tries to get out of the quiesced state.
    pub(super) fn refill_reserves(&self) -> Result<()> {
        let wanted = self.next.pool.numbers.lock().wanted;
        self.make_reserves(wanted)
    }
}
