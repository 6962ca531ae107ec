//! The small files beside databases and logs: checkpoint and flush map.
//!
//! Source: docs/format/log-files.md §8 (two copies of 4 KiB) and §9 (header of 8 KiB, then map pages
//! of 8 KiB with the checksum of a page of that size, numbered from 0).
//!
//! Invariant: a checkpoint passes with one good copy, as it can be used then.
#![forbid(unsafe_code)]

use super::{Finding, OFF_FILETYPE, filetype};
use crate::error::{Reason, StreamError};
use ese_core::format::bytes::{slice, u32_at};
use ese_core::format::checksum::{self, PageVerdict, header_xor};
use ese_core::format::ids::Pgno;

/// Bytes of one copy of a checkpoint.
pub(crate) const CHECKPOINT_UNIT: usize = 4096;
/// Bytes of a checkpoint file.
const CHECKPOINT_BYTES: u64 = 2 * CHECKPOINT_UNIT as u64;
/// Bytes of a page of a flush map.
pub(crate) const FLUSH_MAP_UNIT: usize = 8192;

fn is_header(bytes: &[u8], filetype: u32) -> bool {
    u32_at(bytes, OFF_FILETYPE) == Some(filetype) && u32_at(bytes, 0) == Some(header_xor(bytes))
}

/// Judges the copies of a checkpoint.
#[derive(Clone, Debug)]
pub(crate) struct CheckpointVerifier {
    first_bad: bool,
}

impl CheckpointVerifier {
    /// `None` when it is no checkpoint, or one without a good copy.
    pub(crate) fn recognise(len: u64, head: &[u8]) -> Result<Option<Self>, StreamError> {
        let good = |at| {
            slice(head, at, CHECKPOINT_UNIT).is_some_and(|b| is_header(b, filetype::CHECKPOINT))
        };
        if !good(0) && !good(CHECKPOINT_UNIT) {
            return Ok(None);
        }
        if len < CHECKPOINT_BYTES {
            return Err(StreamError::CutOff {
                len,
                needed: CHECKPOINT_BYTES,
            });
        }
        Ok(Some(Self { first_bad: false }))
    }

    pub(crate) fn judge(&mut self, index: u64, bytes: &[u8]) -> Result<Finding, Reason> {
        match index {
            _ if index > 1 => Ok(Finding::Unverifiable),
            _ if is_header(bytes, filetype::CHECKPOINT) => Ok(Finding::Verified),
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
    /// `None` when it is no flush map, or one without a good header.
    pub(crate) fn recognise(head: &[u8]) -> Option<Self> {
        slice(head, 0, FLUSH_MAP_UNIT)
            .is_some_and(|b| is_header(b, filetype::FLUSH_MAP))
            .then_some(Self)
    }

    pub(crate) fn judge(&self, index: u64, bytes: &[u8]) -> Result<Finding, Reason> {
        let Some(number) = index.checked_sub(1) else {
            return if is_header(bytes, filetype::FLUSH_MAP) {
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
