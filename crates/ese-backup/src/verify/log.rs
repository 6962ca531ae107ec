//! Segments of a version-8 log: data up to the end, then zeros and leftovers of older lives.
//!
//! ```text
//! segment 0   1 … last      last + 1 …                         csecLGFile - 1
//! header      data          shadow of `last`, older segments,  reserved for a shadow,
//!                           older shadows, zeros               not looked at
//! ```
//! Source: docs/format/log-files.md §4 and §5, whose reader this follows segment by segment.
//!
//! Invariant: data behind the end of the data, and garbage anywhere but in the reserved segment, is
//! damage. A torn last segment passes if its shadow is good: a reader takes that.
#![forbid(unsafe_code)]

use super::{FileKind, Finding, NextUnit};
use crate::error::{Reason, StreamError, Unit};
use ese_core::format::bytes::{all_zero, i32_at, slice, u16_at, u32_at};
use ese_core::format::checksum::{self, PageVerdict};
use ese_core::format::header_page::checksum_ok;
use ese_core::format::ids::{Lgpos, Pgno};
use ese_core::format::page::{OFF_FLAGS, PageFlags};
use ese_core::format::page_mut::PageBuf;

/// Bytes of a segment, and of a log header.
pub(crate) const UNIT: usize = 4096;
const OFF_GENERATION: usize = 4;
const OFF_CB_SEC: usize = 8;
const OFF_CSEC_HEADER: usize = 10;
const OFF_CSEC_FILE: usize = 12;
const OFF_MAJOR: usize = 32;
const OFF_UPDATE_MAJOR: usize = 40;
/// Offset of a segment's own position.
const OFF_LGPOS: usize = 8;
/// First major version with segments.
const MAJOR_SEGMENTS: u32 = 8;
/// First update major version whose unused space is zero.
const UPDATE_ZERO_FILLED: u32 = 2;

/// Judges the segments of one log.
#[derive(Clone, Debug)]
pub(crate) struct LogVerifier {
    generation: i32,
    csec_file: u64,
    zero_filled: bool,
    segments: bool,
    /// The end of the data was passed.
    empty: bool,
}

impl LogVerifier {
    /// Reads the header.
    pub(crate) fn new(len: u64, head: &[u8]) -> Result<Self, StreamError> {
        let Some(header) = slice(head, 0, UNIT) else {
            return Err(StreamError::CutOff {
                len,
                needed: UNIT as u64,
            });
        };
        let bad = |reason| {
            Err(StreamError::Damaged {
                unit: Unit::Segment(0),
                reason,
                offset: 0,
                in_log: true,
            })
        };
        if !checksum_ok(header) {
            return bad(Reason::NoHeader);
        }
        let field = |off| u64::from(u16_at(header, off).unwrap_or(0));
        let (cb_sec, csec_header, csec_file) = (
            field(OFF_CB_SEC),
            field(OFF_CSEC_HEADER),
            field(OFF_CSEC_FILE),
        );
        let segments = u32_at(header, OFF_MAJOR).unwrap_or(0) >= MAJOR_SEGMENTS;
        let bad = |what, value| bad(Reason::HeaderField { what, value });
        if cb_sec == 0 || (segments && cb_sec != UNIT as u64) {
            return bad("cbSec", cb_sec);
        }
        if cb_sec * csec_header != UNIT as u64 {
            return bad("csecHeader", csec_header);
        }
        let expected = cb_sec * csec_file;
        if len < expected {
            return Err(StreamError::CutOff {
                len,
                needed: expected,
            });
        }
        if len > expected {
            return Err(StreamError::LogSize { len, expected });
        }
        Ok(Self {
            generation: i32_at(header, OFF_GENERATION).unwrap_or(0),
            csec_file,
            zero_filled: u32_at(header, OFF_UPDATE_MAJOR).unwrap_or(0) >= UPDATE_ZERO_FILLED,
            segments,
            empty: false,
        })
    }

    pub(crate) fn kind(&self) -> FileKind {
        FileKind::Log {
            generation: self.generation,
            segments: self.segments,
        }
    }

    #[inline]
    pub(crate) fn judge(
        &mut self,
        index: u64,
        bytes: &[u8],
        next: NextUnit<'_>,
    ) -> Result<Finding, Reason> {
        if index == 0 {
            return if checksum_ok(bytes) {
                Ok(Finding::Verified)
            } else {
                Err(Reason::NoHeader)
            };
        }
        if !self.segments || index + 1 >= self.csec_file {
            return Ok(Finding::Unverifiable);
        }
        // The number of segments is a u16 in the header.
        let isec = u16::try_from(index).unwrap_or(u16::MAX);
        let place = Lgpos::new(self.generation, isec, 0);
        match judge_segment(bytes, isec) {
            Segment::Valid { lgpos, finding } => {
                if lgpos < place {
                    self.empty = true;
                    return Ok(Finding::Leftover);
                }
                if lgpos > place {
                    return Err(Reason::WrongPosition(lgpos));
                }
                if self.empty {
                    return Err(Reason::AfterTheEnd);
                }
                Ok(finding)
            }
            Segment::Invalid(reason) => self.judge_invalid(place, bytes, reason, next),
        }
    }

    #[cold]
    fn judge_invalid(
        &mut self,
        place: Lgpos,
        bytes: &[u8],
        reason: Reason,
        next: NextUnit<'_>,
    ) -> Result<Finding, Reason> {
        let shadow =
            place.isec > 1 && matches!(judge_segment(bytes, place.isec - 1), Segment::Valid { .. });
        if shadow {
            self.empty = true;
            return Ok(Finding::Leftover);
        }
        if self.zero_filled && all_zero(bytes) {
            self.empty = true;
            return Ok(Finding::Zero);
        }
        if !self.zero_filled && is_fill_pattern(bytes) {
            self.empty = true;
            return Ok(Finding::Leftover);
        }
        if self.empty {
            return Err(Reason::GarbageAfterTheEnd);
        }
        let mut behind = [0u8; UNIT];
        if next(&mut behind) == UNIT
            && let Segment::Valid { lgpos, .. } = judge_segment(&behind, place.isec)
            && lgpos == place
        {
            return Ok(Finding::Torn);
        }
        Err(reason)
    }
}

enum Segment {
    Valid { lgpos: Lgpos, finding: Finding },
    Invalid(Reason),
}

/// The checksum of a segment is that of a small page with the segment's number
/// (docs/format/log-files.md §4.2); a correctable segment counts as good.
fn judge_segment(bytes: &[u8], isec: u16) -> Segment {
    let number = Pgno(u32::from(isec));
    let flags = PageFlags::from_bits_retain(u32_at(bytes, OFF_FLAGS).unwrap_or(0));
    let lgpos = |b: &[u8]| Lgpos::read(b, OFF_LGPOS).unwrap_or_default();
    let (stored, computed) = match checksum::verify(bytes, number) {
        // Segments never had the legacy checksum.
        PageVerdict::Good if flags.contains(PageFlags::NEW_CHECKSUM) => {
            return Segment::Valid {
                lgpos: lgpos(bytes),
                finding: Finding::Verified,
            };
        }
        PageVerdict::Correctable { .. } => {
            let mut corrected = PageBuf::from_slice(bytes);
            checksum::correct(&mut corrected, number);
            return Segment::Valid {
                lgpos: lgpos(&corrected),
                finding: Finding::Correctable,
            };
        }
        PageVerdict::Bad {
            expected, actual, ..
        } => (expected, actual),
        _ => (0, 0),
    };
    Segment::Invalid(Reason::Checksum {
        stored,
        computed,
        looks_like: None,
    })
}

/// What unused space held before it was zero (docs/format/log-files.md §7.4).
fn is_fill_pattern(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(i, &b)| {
        let step = if i % 16 == 0 { i % 512 } else { 0 };
        usize::from(b) == (0xDA + step) % 256
    })
}
