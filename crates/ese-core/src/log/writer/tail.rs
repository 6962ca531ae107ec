//! The end of the log in memory: places records in segments, knows the write cursor.
//!
//! Source: docs/format/log-files.md §1.1 (positions), §4.3 (records in segments).
//!
//! The buffer is an image of the file from segment `first` on. Its end is the cursor: at a multiple
//! of the segment size a new segment is to be begun, and the position says byte 0 of it; elsewhere
//! the segment's header is there already, with its time, but not sealed.
//!
//! Invariants: only whole records are in the buffer; a record lies in one generation, and ends before
//! the last data segment does (the original leaves that byte free too, and rolls at the same places).
#![forbid(unsafe_code)]

use crate::format::ids::{Lgpos, LogTime};
use crate::format::log_fields::put;
use crate::format::log_header::{LogHeader, SEGMENT_BYTES};
use crate::format::log_record::{IGNORED_BYTES, LogRecord, LrTyp, RECORD_BYTES_MAX, RecordError};
use crate::format::log_segment::{
    FRAGMENT_BYTES_MIN, OFF_SEGMENT_TIME, SEGMENT_DATA_BYTES, SEGMENT_HEADER_BYTES,
};
use crate::io::clock::Clock;
use crate::io::tally;

/// Bytes of a FragmentBegin record before its data.
const FRAGMENT_BEGIN_BYTES: usize = 7;
/// Bytes of a Fragment record before its data.
const FRAGMENT_HEAD_BYTES: usize = 3;

/// Where a record would end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fit {
    /// Bytes from the buffer's front to the record's end.
    pub(super) end: usize,
    /// It ends inside this generation.
    pub(super) in_generation: bool,
}

/// See the module.
pub(super) struct Tail {
    buf: Vec<u8>,
    /// Segment at the buffer's front.
    first: u16,
    /// The segment reserved for a shadow: behind the data area.
    reserved: u16,
    generation: i32,
    first_data: u16,
    time_zeroed: [u8; SEGMENT_HEADER_BYTES],
}

/// Bytes from the start of the cursor's segment to the end of a record of `need` bytes put at `ib`
/// (0 or behind the segment's header).
fn end_of(ib: usize, need: usize) -> usize {
    let mut at = ib.max(SEGMENT_HEADER_BYTES);
    let mut rem = SEGMENT_BYTES.saturating_sub(at);
    if need > rem && rem < FRAGMENT_BYTES_MIN {
        at = SEGMENT_BYTES + SEGMENT_HEADER_BYTES;
        rem = SEGMENT_DATA_BYTES;
    }
    if need <= rem {
        return at.saturating_add(need);
    }
    let left = need - (rem - FRAGMENT_BEGIN_BYTES);
    let each = SEGMENT_DATA_BYTES - FRAGMENT_HEAD_BYTES;
    let (whole, rest) = (left / each, left % each);
    let tail = match rest {
        0 => 0,
        rest => SEGMENT_HEADER_BYTES + FRAGMENT_HEAD_BYTES + rest,
    };
    (at + rem)
        .saturating_add(whole.saturating_mul(SEGMENT_BYTES))
        .saturating_add(tail)
}

impl Tail {
    /// The end of a generation whose next record comes at the start of segment `first`.
    pub(super) fn new(header: &LogHeader, first: u16) -> Self {
        Self {
            buf: Vec::new(),
            first,
            reserved: header.file_segments().saturating_sub(1),
            generation: header.generation(),
            first_data: header.header_segments(),
            time_zeroed: [0; SEGMENT_HEADER_BYTES],
        }
    }

    /// Goes to the start of a new generation; nothing is in the buffer.
    pub(super) fn restart(&mut self, header: &LogHeader) {
        self.buf.clear();
        self.first = header.header_segments();
        self.first_data = self.first;
        self.reserved = header.file_segments().saturating_sub(1);
        self.generation = header.generation();
    }

    /// The generation.
    pub(super) fn generation(&self) -> i32 {
        self.generation
    }

    /// Bytes that wait.
    pub(super) fn bytes(&self) -> usize {
        self.buf.len()
    }

    fn pos_at(&self, offset: usize) -> Lgpos {
        let segment = u16::try_from(offset / SEGMENT_BYTES).unwrap_or(u16::MAX);
        let ib = u16::try_from(offset % SEGMENT_BYTES).unwrap_or(0);
        Lgpos::new(self.generation, self.first.saturating_add(segment), ib)
    }

    /// The write cursor: position of the next record.
    pub(super) fn cursor(&self) -> Lgpos {
        self.pos_at(self.buf.len())
    }

    /// Where a record of `need` bytes behind `end` (an offset in the buffer's image) would end.
    pub(super) fn fit_behind(&self, end: usize, need: usize) -> Fit {
        let ib = end % SEGMENT_BYTES;
        let end = (end - ib).saturating_add(end_of(ib, need));
        let room = usize::from(self.reserved.saturating_sub(self.first)) * SEGMENT_BYTES;
        Fit {
            end,
            in_generation: end < room,
        }
    }

    /// Whether a record of `need` bytes fits into a generation that holds nothing else.
    pub(super) fn fits_empty(&self, need: usize) -> bool {
        let room = usize::from(self.reserved.saturating_sub(self.first_data)) * SEGMENT_BYTES;
        need <= RECORD_BYTES_MAX && end_of(0, need) < room
    }

    /// `true` when not even an empty segment finds room.
    pub(super) fn is_full(&self) -> bool {
        let next = self.buf.len().div_ceil(SEGMENT_BYTES);
        usize::from(self.first).saturating_add(next) >= usize::from(self.reserved)
    }

    /// Encodes `record` at the cursor and gives its position, when it lies whole in the cursor's
    /// segment; otherwise it stands in `spare`, and nothing has changed here.
    pub(super) fn encode(
        &mut self,
        record: &LogRecord<'_>,
        spare: &mut Vec<u8>,
        clock: &dyn Clock,
    ) -> Result<Option<Lgpos>, RecordError> {
        let cursor = self.buf.len();
        let begins = cursor.is_multiple_of(SEGMENT_BYTES);
        if begins {
            self.buf.extend_from_slice(&self.time_zeroed);
        }
        let start = self.buf.len();
        if let Err(e) = record.write(&mut self.buf) {
            self.buf.truncate(cursor);
            return Err(e);
        }
        let need = self.buf.len() - start;
        let fit = self.fit_behind(cursor, need);
        if fit.in_generation && fit.end == self.buf.len() && need <= SEGMENT_DATA_BYTES {
            if begins {
                self.stamp(cursor, clock);
            }
            tally::log_record(need);
            return Ok(Some(self.pos_at(cursor)));
        }
        spare.clear();
        spare.extend_from_slice(self.buf.get(start..).unwrap_or_default());
        self.buf.truncate(cursor);
        Ok(None)
    }

    fn stamp(&mut self, segment: usize, clock: &dyn Clock) {
        let time = LogTime::from(clock.now_utc());
        put(
            self.buf
                .get_mut(segment + OFF_SEGMENT_TIME..)
                .unwrap_or_default(),
            &time.0,
        );
    }

    /// Begins a segment when the cursor stands at the start of one; gives the bytes left in it.
    fn begin_segment(&mut self, clock: &dyn Clock) -> usize {
        let at = self.buf.len();
        if at.is_multiple_of(SEGMENT_BYTES) {
            self.buf.extend_from_slice(&self.time_zeroed);
            self.stamp(at, clock);
        }
        SEGMENT_BYTES - self.buf.len() % SEGMENT_BYTES
    }

    /// Fills the segment with zeros (NOP).
    fn pad(&mut self) {
        let end = self.buf.len().next_multiple_of(SEGMENT_BYTES);
        self.buf.resize(end, 0);
    }

    /// Places the bytes of a record that fits; gives its position.
    pub(super) fn place(&mut self, record: &[u8], clock: &dyn Clock) -> Lgpos {
        tally::log_record(record.len());
        let pos = self.cursor();
        let mut rem = self.begin_segment(clock);
        if record.len() > rem && rem < FRAGMENT_BYTES_MIN {
            self.pad();
            rem = self.begin_segment(clock);
        }
        if record.len() <= rem {
            self.buf.extend_from_slice(record);
            return pos;
        }
        let total = u32::try_from(record.len()).unwrap_or(u32::MAX);
        let (piece, mut left) = record.split_at(rem - FRAGMENT_BEGIN_BYTES);
        self.buf.push(LrTyp::FragmentBegin.number());
        self.buf.extend_from_slice(&total.to_le_bytes());
        self.put_piece(piece);
        while !left.is_empty() {
            let rem = self.begin_segment(clock);
            let (piece, rest) = left.split_at(left.len().min(rem - FRAGMENT_HEAD_BYTES));
            self.buf.push(LrTyp::Fragment.number());
            self.put_piece(piece);
            left = rest;
        }
        pos
    }

    fn put_piece(&mut self, piece: &[u8]) {
        let cb = u16::try_from(piece.len()).unwrap_or(u16::MAX);
        self.buf.extend_from_slice(&cb.to_le_bytes());
        self.buf.extend_from_slice(piece);
    }

    /// Fills a begun segment with a NOP2 record, when that has room; `false` for the last segment of
    /// the file, which is never filled.
    pub(super) fn fill(&mut self) -> bool {
        let used = self.buf.len() % SEGMENT_BYTES;
        let left = SEGMENT_BYTES - used;
        if used == 0 || left < IGNORED_BYTES {
            return true;
        }
        if !self.fit_behind(self.buf.len(), left).in_generation {
            return false;
        }
        let body = u32::try_from(left - IGNORED_BYTES).unwrap_or(0);
        self.buf.push(LrTyp::Nop2.number());
        self.buf.extend_from_slice(&body.to_le_bytes());
        self.pad();
        true
    }

    /// Fills up the last segment for good. A generation always gets one last write: where nothing
    /// waits and there is room, an empty segment without a time, as the original's.
    pub(super) fn close(&mut self) {
        if self.buf.is_empty() && !self.is_full() {
            self.buf.resize(SEGMENT_BYTES, 0);
        }
        self.pad();
    }

    /// Moves all full segments into `out` (what was in it is dropped), gives the number of the first,
    /// and, with `partial`, copies the one that is not full behind them.
    pub(super) fn take(&mut self, out: &mut Vec<u8>, partial: bool) -> u16 {
        out.clear();
        std::mem::swap(&mut self.buf, out);
        let used = out.len() % SEGMENT_BYTES;
        let full = out.len() - used;
        self.buf
            .extend_from_slice(out.get(full..).unwrap_or_default());
        if !partial {
            out.truncate(full);
        }
        let first = self.first;
        let segments = u16::try_from(full / SEGMENT_BYTES).unwrap_or(u16::MAX);
        self.first = first.saturating_add(segments);
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::log_header::LogHeader;
    use crate::io::clock::ManualClock;

    fn tail(segments: u16) -> Tail {
        let mut h = LogHeader::zeroed();
        h.set_generation(3);
        h.set_header_segments(1);
        h.set_file_segments(segments);
        Tail::new(&h, 1)
    }

    #[test]
    fn what_is_measured_is_what_is_placed() {
        let clock = ManualClock::new(0);
        for ib in [0, 40, 41, 4000, 4060, 4063, 4064, 4065, 4090, 4095] {
            for need in [
                1, 2, 6, 31, 32, 33, 36, 40, 100, 4049, 4050, 4055, 4056, 4057, 8101, 8102, 8103,
                8104, 12_155, 20_000,
            ] {
                let mut t = tail(32);
                if ib > 0 {
                    t.place(&vec![9; ib - 40], &clock);
                    if ib == 40 {
                        t.buf.resize(40, 0);
                    }
                }
                assert_eq!(t.buf.len(), ib);
                let fit = t.fit_behind(ib, need);
                let pos = t.place(&vec![7; need], &clock);
                assert_eq!(fit.end, t.buf.len(), "{need} at {ib}");
                assert!(fit.in_generation);
                assert_eq!(usize::from(pos.ib), ib);
            }
        }
    }

    #[test]
    fn the_last_byte_of_the_data_area_stays_free() {
        // Segments 1 and 2 are data.
        let t = tail(4);
        assert!(t.fits_empty(2 * 4056 - 10 - 1));
        assert!(!t.fits_empty(2 * 4056 - 10));
        assert!(t.fit_behind(0, 4056).in_generation);
        assert!(t.fit_behind(4096, 4055).in_generation);
        assert!(!t.fit_behind(4096, 4056).in_generation);
        assert!(!tail(3).fits_empty(4056));
        assert!(tail(3).fits_empty(4055));
    }
}
