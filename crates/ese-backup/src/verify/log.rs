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
use ese_core::format::log_header::{
    LOG_HEADER_BYTES, LogHeader, LogHeaderError, LogSupport, LogVersion,
};
use ese_core::format::log_segment::{SEGMENT_BYTES, SegmentKind, classify};

/// Bytes of a segment, and of a log header.
pub(crate) const UNIT: usize = SEGMENT_BYTES;
/// The first data segment: a version-8 header fills segment 0.
const FIRST: u16 = 1;

/// Judges the segments of one log.
#[derive(Clone, Debug)]
pub(crate) struct LogVerifier {
    generation: i32,
    /// The last segment, reserved for a shadow.
    reserved: u64,
    zero_filled: bool,
    segments: bool,
    /// The end of the data was passed.
    empty: bool,
}

impl LogVerifier {
    /// Reads the header.
    pub(crate) fn new(len: u64, head: &[u8]) -> Result<Self, StreamError> {
        let header = LogHeader::parse(head).map_err(|e| match e {
            LogHeaderError::Short(_) => StreamError::CutOff {
                len,
                needed: LOG_HEADER_BYTES as u64,
            },
            e => StreamError::Damaged {
                unit: Unit::Segment(0),
                reason: Reason::LogHeader(e),
                offset: 0,
                in_log: true,
            },
        })?;
        let expected = header.file_bytes();
        if len < expected {
            return Err(StreamError::CutOff {
                len,
                needed: expected,
            });
        }
        if len > expected {
            return Err(StreamError::LogSize { len, expected });
        }
        let version = header.version();
        Ok(Self {
            generation: header.generation(),
            reserved: u64::from(header.file_segments()).saturating_sub(1),
            zero_filled: version >= LogVersion::ZERO_FILLED,
            segments: matches!(version.support(), LogSupport::Segments | LogSupport::Newer),
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
            LogHeader::parse(bytes).map_err(Reason::LogHeader)?;
            return Ok(Finding::Verified);
        }
        if !self.segments || index >= self.reserved {
            return Ok(Finding::Unverifiable);
        }
        // The number of segments is a u16 in the header.
        let isec = u16::try_from(index).unwrap_or(u16::MAX);
        match self.classify(bytes, isec) {
            SegmentKind::Data { .. } if self.empty => Err(Reason::AfterTheEnd),
            SegmentKind::Data { bit: None } => Ok(Finding::Verified),
            SegmentKind::Data { bit: Some(_) } => Ok(Finding::Correctable),
            SegmentKind::Newer { lgpos } => Err(Reason::WrongPosition(lgpos)),
            SegmentKind::Older { .. } | SegmentKind::Shadow => {
                self.empty = true;
                Ok(Finding::Leftover)
            }
            SegmentKind::Zero if self.zero_filled => {
                self.empty = true;
                Ok(Finding::Zero)
            }
            SegmentKind::Zero => self.judge_bad(isec, bytes, (0, 0), next),
            SegmentKind::Bad { expected, actual } => {
                self.judge_bad(isec, bytes, (expected, actual), next)
            }
        }
    }

    fn classify(&self, bytes: &[u8], isec: u16) -> SegmentKind {
        classify(bytes, self.generation, isec, isec == FIRST)
    }

    /// Nothing whole: unused space of an old version, or the torn end of the data.
    #[cold]
    fn judge_bad(
        &mut self,
        isec: u16,
        bytes: &[u8],
        (stored, computed): (u64, u64),
        next: NextUnit<'_>,
    ) -> Result<Finding, Reason> {
        if !self.zero_filled && is_fill_pattern(bytes) {
            self.empty = true;
            return Ok(Finding::Leftover);
        }
        if self.empty {
            return Err(Reason::GarbageAfterTheEnd);
        }
        let mut behind = [0u8; UNIT];
        if next(&mut behind) == UNIT
            && matches!(self.classify(&behind, isec), SegmentKind::Data { .. })
        {
            return Ok(Finding::Torn);
        }
        Err(Reason::Checksum {
            stored,
            computed,
            looks_like: None,
        })
    }
}

/// What unused space held before it was zero (docs/format/log-files.md §7.4).
fn is_fill_pattern(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(i, &b)| {
        let step = if i % 16 == 0 { i % 512 } else { 0 };
        usize::from(b) == (0xDA + step) % 256
    })
}
