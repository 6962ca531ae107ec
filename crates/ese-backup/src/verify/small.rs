//! The small files beside databases and logs: checkpoint and flush map.
//!
//! Source: docs/format/log-files.md §8 (two copies of 4 KiB) and §9 (header of 8 KiB, then map pages
//! of 8 KiB with the checksum of a page of that size, numbered from 0).
//!
//! Invariant: a checkpoint passes with one good copy, as it can be used then.
#![forbid(unsafe_code)]

use super::Finding;
use crate::error::{Reason, StreamError, Unit};
use ese_core::format::bytes::{slice, u32_at};
use ese_core::format::checkpoint::{CHECKPOINT_COPY_BYTES, CHECKPOINT_FILE_BYTES, Checkpoint};
use ese_core::format::checksum::{self, PageVerdict};
use ese_core::format::header_page::{FileType, OFF_FILETYPE, checksum_ok};
use ese_core::format::ids::Pgno;

/// Bytes of one copy of a checkpoint.
pub(crate) const CHECKPOINT_UNIT: usize = CHECKPOINT_COPY_BYTES;
/// Bytes of a page of a flush map.
pub(crate) const FLUSH_MAP_UNIT: usize = 8192;

fn is_map_header(bytes: &[u8]) -> bool {
    u32_at(bytes, OFF_FILETYPE).map(FileType::from_u32) == Some(FileType::FlushMap)
        && checksum_ok(bytes)
}

fn no_header(unit: Unit) -> StreamError {
    StreamError::Damaged {
        unit,
        reason: Reason::NoHeader,
        offset: 0,
        in_log: false,
    }
}

/// Judges the copies of a checkpoint.
#[derive(Clone, Debug)]
pub(crate) struct CheckpointVerifier {
    first_bad: bool,
}

impl CheckpointVerifier {
    /// `true` when one of the copies is good.
    pub(crate) fn is_checkpoint(head: &[u8]) -> bool {
        Checkpoint::parse_file(head).is_ok()
    }

    pub(crate) fn new(len: u64, head: &[u8]) -> Result<Self, StreamError> {
        let needed = CHECKPOINT_FILE_BYTES as u64;
        if len < needed {
            return Err(StreamError::CutOff { len, needed });
        }
        if !Self::is_checkpoint(head) {
            return Err(no_header(Unit::CheckpointCopy(1)));
        }
        Ok(Self { first_bad: false })
    }

    pub(crate) fn judge(&mut self, index: u64, bytes: &[u8]) -> Result<Finding, Reason> {
        match index {
            _ if index > 1 => Ok(Finding::Unverifiable),
            _ if Checkpoint::parse(bytes).is_ok() => Ok(Finding::Verified),
            0 => {
                self.first_bad = true;
                Ok(Finding::BadHeaderCopy)
            }
            _ if self.first_bad => Err(Reason::NoHeader),
            _ => Ok(Finding::BadHeaderCopy),
        }
    }
}

/// Judges the pages of a flush map.
#[derive(Clone, Debug)]
pub(crate) struct FlushMapVerifier;

impl FlushMapVerifier {
    pub(crate) fn new(len: u64, head: &[u8]) -> Result<Self, StreamError> {
        let Some(header) = slice(head, 0, FLUSH_MAP_UNIT) else {
            return Err(StreamError::CutOff {
                len,
                needed: FLUSH_MAP_UNIT as u64,
            });
        };
        if !is_map_header(header) {
            return Err(no_header(Unit::MapHeader));
        }
        Ok(Self)
    }

    pub(crate) fn judge(&self, index: u64, bytes: &[u8]) -> Result<Finding, Reason> {
        let Some(number) = index.checked_sub(1) else {
            return if is_map_header(bytes) {
                Ok(Finding::Verified)
            } else {
                Err(Reason::NoHeader)
            };
        };
        let number = Pgno(u32::try_from(number).unwrap_or(u32::MAX));
        match checksum::verify(bytes, number) {
            PageVerdict::Good => Ok(Finding::Verified),
            PageVerdict::Zero => Ok(Finding::Zero),
            PageVerdict::Correctable { .. } => Ok(Finding::Correctable),
            PageVerdict::Bad {
                expected, actual, ..
            } => Err(Reason::Checksum {
                stored: expected,
                computed: actual,
                looks_like: None,
            }),
            PageVerdict::WrongPgno { found, .. } => Err(Reason::WrongPgno(found)),
            // The map's last page may not be whole; it is a help, not a need.
            PageVerdict::NotAPage { .. } => Ok(Finding::Unverifiable),
        }
    }
}
