//! Walks the segments of one generation and finds the end of its data.
//!
//! Source: docs/format/log-files.md §5. Segments follow each other until the first that is unused (an
//! older generation's, a shadow, zeros); behind that nothing of this generation may come. A segment
//! that is none of these is replaced by its shadow at the next place, or ends the walk as damage.
//!
//! What a crash left of a write that was never durable is no damage. The writer (its `disk`) writes
//! everything over a fence, which differs from all else in every sector:
//!
//! | behind the last data segment stands | it means |
//! |---|---|
//! | a fence, or a segment with a sector of the fence | nothing behind it was ever durable, whatever it looks like |
//!
//! Everything else is damage: of what was durable, each sector has been written. (A disk that loses
//! what it said was durable can leave such a segment, too: what lies behind is lost with it, and shows
//! only where a database, or the next generation's header, has seen it.)
//!
//! Invariants: data segments come in order, without a gap, each with a right checksum (corrected
//! where one bit was flipped); reads are at most [`READ_BYTES`] long, and no byte is read twice but a
//! shadow; after a damage the rest is only looked through to tell a torn end from a hole.
#![forbid(unsafe_code)]

use crate::format::ids::Lgpos;
use crate::format::log_header::{LogHeader, LogVersion, SEGMENT_BYTES};
use crate::format::log_segment::{SegmentHeader, SegmentKind, classify, fence, flip};
use crate::io::{ErrorKind, File, Result};
use std::sync::Arc;

/// Length of an inner read at most, in bytes.
pub const READ_BYTES: usize = 256 * 1024;
const READ_SEGMENTS: u32 = (READ_BYTES / SEGMENT_BYTES) as u32;

/// What is wrong with a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmentFault {
    /// The checksum does not fit, there is no shadow to take its place.
    #[error("its checksum is {expected:016x}, its bytes give {actual:016x}, and it has no shadow")]
    Checksum {
        /// What is stored.
        expected: u64,
        /// What the bytes give.
        actual: u64,
    },
    /// The disk did not give it.
    #[error("it cannot be read ({0})")]
    Unreadable(ErrorKind),
    /// A whole segment of another, later place.
    #[error("it says that it is segment {0} (generation:segment:byte)")]
    Place(Lgpos),
    /// A whole segment of this generation behind unused space.
    #[error("it is whole, but unused segments come before it")]
    AfterEnd,
    /// Neither unused nor whole, behind the end of data.
    #[error("it is neither unused nor whole, behind the end of the data")]
    GarbageAfterEnd,
}

/// Where and why the walk met damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentDamage {
    /// The segment.
    pub isec: u16,
    /// What is wrong with it.
    pub fault: SegmentFault,
    /// `true` when whole segments of this generation come behind it: no torn end, but a hole.
    pub followed: bool,
}

/// What the walk found. Complete once it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ScanVerdict {
    /// Last data segment, `None` when there is none.
    pub last_segment: Option<u16>,
    /// Data segments.
    pub segments: u32,
    /// XOR of their checksums: what the next generation's header must hold.
    pub segments_xor: u64,
    /// Segments in which one flipped bit was corrected.
    pub corrected: u32,
    /// `true` when the shadow stood in for the last segment.
    pub shadow_used: bool,
    /// First segment of what was written and never became durable, when there is some: it does not
    /// count. Only the newest log of a sequence can have it.
    pub unsynced: Option<u16>,
    /// Damage, when there is one.
    pub damage: Option<SegmentDamage>,
    /// First segment that the file is too short to hold, when the walk came to it.
    pub missing_from: Option<u16>,
    /// `true` when the file ended before the end of the data was seen.
    pub cut: bool,
    /// Segments of an older generation that lie in unused space.
    pub older: u32,
    /// Generation of the first of them.
    pub older_generation: Option<i32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Data may come.
    Data,
    /// The end of data was seen.
    Empty,
    /// A fence was seen: behind it nothing counts.
    Fenced,
    /// Damage was seen; only `followed` is still open.
    Damaged,
    /// Nothing more to see.
    Done,
}

/// Where the bytes of the current segment lie.
#[derive(Clone, Copy)]
enum Place {
    Window(u32),
    Spare,
}

/// A walk through the segments of one generation.
pub struct SegmentScan {
    file: Arc<dyn File>,
    generation: i32,
    first: u32,
    /// First segment behind the data area: the one reserved for a shadow.
    end: u32,
    zero_filled: bool,
    next: u32,
    state: State,
    verdict: ScanVerdict,
    window: Vec<u8>,
    window_first: u32,
    window_count: u32,
    spare: Vec<u8>,
    current: Place,
}

/// What a disk writes whole or not at all, in bytes, however old it is.
const SECTOR_BYTES: usize = 512;

/// What a read of one segment gave.
enum Loaded {
    /// Its index in the window.
    Window(u32),
    /// The file ends before it does.
    Missing,
    Unreadable(ErrorKind),
}

impl SegmentScan {
    /// A walk from the first data segment on. The header is one of the segment format.
    #[must_use]
    pub fn new(file: Arc<dyn File>, header: &LogHeader) -> Self {
        let first = u32::from(header.header_segments());
        Self {
            file,
            generation: header.generation(),
            first,
            end: u32::from(header.file_segments()).saturating_sub(1),
            zero_filled: header.version() >= LogVersion::ZERO_FILLED,
            next: first,
            state: State::Data,
            verdict: ScanVerdict::default(),
            window: Vec::new(),
            window_first: 0,
            window_count: 0,
            spare: Vec::new(),
            current: Place::Spare,
        }
    }

    /// Another walk through the same file, from its beginning.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            file: Arc::clone(&self.file),
            generation: self.generation,
            first: self.first,
            end: self.end,
            zero_filled: self.zero_filled,
            next: self.first,
            state: State::Data,
            verdict: ScanVerdict::default(),
            window: Vec::new(),
            window_first: 0,
            window_count: 0,
            spare: Vec::new(),
            current: Place::Spare,
        }
    }

    /// What was found so far; complete once [`SegmentScan::next_segment`] gave `None`.
    #[must_use]
    pub fn verdict(&self) -> &ScanVerdict {
        &self.verdict
    }

    /// The bytes of the segment that [`SegmentScan::next_segment`] gave last; empty before the first.
    #[must_use]
    pub fn segment(&self) -> &[u8] {
        match self.current {
            Place::Window(i) => self.in_window(i),
            Place::Spare => &self.spare,
        }
    }

    /// Goes to the next data segment and gives its number, `None` when there is no more: then the
    /// verdict is complete. Damage is no error but part of the verdict.
    pub fn next_segment(&mut self) -> Option<u16> {
        while self.state != State::Done && self.next < self.end {
            let i = self.next;
            self.next += 1;
            // Segments are numbered by u16: the header's file length is one.
            let isec = u16::try_from(i).unwrap_or(u16::MAX);
            let kind = match self.load(i) {
                Loaded::Window(at) => {
                    self.current = Place::Window(at);
                    let kind = classify(self.segment(), self.generation, isec, i == self.first);
                    match kind {
                        // Before 8.4000.2 unused space held a pattern, never zeros.
                        SegmentKind::Zero if !self.zero_filled => SegmentKind::Bad {
                            expected: 0,
                            actual: 0,
                        },
                        kind => kind,
                    }
                }
                Loaded::Missing => {
                    self.verdict.missing_from = Some(isec);
                    self.verdict.cut = self.state == State::Data;
                    self.state = State::Done;
                    continue;
                }
                Loaded::Unreadable(kind) => {
                    if self.bad(isec, SegmentFault::Unreadable(kind)) {
                        return Some(isec);
                    }
                    continue;
                }
            };
            if self.step(isec, kind) {
                return Some(isec);
            }
        }
        self.state = State::Done;
        self.current = Place::Spare;
        self.spare.clear();
        None
    }

    /// One step of the walk; `true` when segment `isec` is data and stands in `current`.
    fn step(&mut self, isec: u16, kind: SegmentKind) -> bool {
        match kind {
            SegmentKind::Data { bit } => match self.state {
                State::Data => {
                    if let Some(bit) = bit {
                        self.correct(bit);
                        self.verdict.corrected += 1;
                    }
                    self.accept(isec);
                    return true;
                }
                State::Damaged => {
                    if let Some(damage) = &mut self.verdict.damage {
                        damage.followed = true;
                    }
                    self.state = State::Done;
                }
                State::Empty => self.damage(isec, SegmentFault::AfterEnd),
                State::Fenced => self.ignore(isec),
                State::Done => {}
            },
            SegmentKind::Older { .. } if self.state == State::Data && self.is_fence(isec) => {
                self.state = State::Fenced;
            }
            SegmentKind::Older { lgpos } => {
                self.verdict.older += 1;
                self.verdict
                    .older_generation
                    .get_or_insert(lgpos.generation);
                self.unused();
            }
            SegmentKind::Shadow | SegmentKind::Zero => self.unused(),
            SegmentKind::Newer { lgpos } => match self.state {
                State::Damaged => {}
                State::Fenced => self.ignore(isec),
                _ => self.damage(isec, SegmentFault::Place(lgpos)),
            },
            SegmentKind::Bad { expected, actual } => {
                return self.bad(isec, SegmentFault::Checksum { expected, actual });
            }
        }
        false
    }

    fn unused(&mut self) {
        if self.state == State::Data {
            self.state = State::Empty;
        }
    }

    fn damage(&mut self, isec: u16, fault: SegmentFault) {
        self.verdict.damage = Some(SegmentDamage {
            isec,
            fault,
            followed: false,
        });
        self.state = if self.state == State::Empty {
            State::Done
        } else {
            State::Damaged
        };
    }

    /// A segment that is nothing: its shadow may stand in. `true` when it does.
    fn bad(&mut self, isec: u16, fault: SegmentFault) -> bool {
        match self.state {
            State::Data => {
                let whole = self.take_shadow(isec);
                if whole {
                    self.verdict.shadow_used = true;
                    self.accept(isec);
                } else {
                    match self.has_sector_of_fence(isec) {
                        true => self.ignore(isec),
                        false => self.damage(isec, fault),
                    }
                }
                whole
            }
            State::Empty => {
                self.damage(isec, SegmentFault::GarbageAfterEnd);
                false
            }
            State::Fenced => {
                self.ignore(isec);
                false
            }
            State::Damaged | State::Done => false,
        }
    }

    /// Nothing of this counts.
    fn ignore(&mut self, isec: u16) {
        self.verdict.unsynced = Some(isec);
        self.state = State::Done;
    }

    /// Whether the current segment is the fence of its place.
    fn is_fence(&self, isec: u16) -> bool {
        self.segment() == fence(self.generation, isec)
    }

    /// Whether a sector of the current segment was never written over, so that nothing of it was durable.
    fn has_sector_of_fence(&self, isec: u16) -> bool {
        let fence = fence(self.generation, isec);
        let sectors = self.segment().chunks_exact(SECTOR_BYTES);
        let mut pairs = sectors.zip(fence.chunks_exact(SECTOR_BYTES));
        pairs.any(|(a, b)| a == b)
    }

    fn accept(&mut self, isec: u16) {
        let checksum = SegmentHeader::read(self.segment()).map_or(0, |h| h.checksum);
        self.verdict.segments_xor ^= checksum;
        self.verdict.segments += 1;
        self.verdict.last_segment = Some(isec);
    }

    /// Copies the current segment aside and flips the bit there.
    fn correct(&mut self, bit: u32) {
        let mut spare = std::mem::take(&mut self.spare);
        spare.clear();
        spare.extend_from_slice(self.segment());
        flip(&mut spare, bit);
        self.spare = spare;
        self.current = Place::Spare;
    }

    /// Reads the segment behind `isec` and takes it when it is a whole copy of `isec`.
    fn take_shadow(&mut self, isec: u16) -> bool {
        let at = (u64::from(isec) + 1) * SEGMENT_BYTES as u64;
        let mut spare = std::mem::take(&mut self.spare);
        spare.resize(SEGMENT_BYTES, 0);
        let read = self.file.read_exact_at(&mut spare, at);
        let kind = classify(&spare, self.generation, isec, true);
        if let (Ok(()), SegmentKind::Data { bit }) = (read, kind) {
            if let Some(bit) = bit {
                flip(&mut spare, bit);
                self.verdict.corrected += 1;
            }
            self.spare = spare;
            self.current = Place::Spare;
            return true;
        }
        self.spare = spare;
        false
    }

    fn in_window(&self, i: u32) -> &[u8] {
        let at = i as usize * SEGMENT_BYTES;
        self.window.get(at..at + SEGMENT_BYTES).unwrap_or_default()
    }

    /// Makes segment `i` stand in the window.
    fn load(&mut self, i: u32) -> Loaded {
        let inside = i.checked_sub(self.window_first);
        if let Some(at) = inside.filter(|&at| at < self.window_count) {
            return Loaded::Window(at);
        }
        let want = READ_SEGMENTS.min(self.end.saturating_sub(i)).max(1);
        match self.read(i, want) {
            Ok(0) => Loaded::Missing,
            Ok(_) => Loaded::Window(0),
            // One bad block must not hide its neighbours: once more, this segment alone.
            Err(_) if want > 1 => match self.read(i, 1) {
                Ok(0) => Loaded::Missing,
                Ok(_) => Loaded::Window(0),
                Err(e) => Loaded::Unreadable(e.kind()),
            },
            Err(e) => Loaded::Unreadable(e.kind()),
        }
    }

    /// Reads up to `count` segments from `i` on into the window; gives how many are whole.
    fn read(&mut self, i: u32, count: u32) -> Result<u32> {
        self.window_count = 0;
        self.window.resize(count as usize * SEGMENT_BYTES, 0);
        let n = self
            .file
            .read_at(&mut self.window, u64::from(i) * SEGMENT_BYTES as u64)?;
        self.window_first = i;
        self.window_count = u32::try_from(n / SEGMENT_BYTES).unwrap_or(0).min(count);
        Ok(self.window_count)
    }
}
