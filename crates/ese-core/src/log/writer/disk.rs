//! The end of the log on the disk: which segments are written in which order.
//!
//! Source: docs/format/log-files.md §4.4 (writing and shadowing), §5.4 (XOR of the checksums).
//!
//! A segment that is not full is written twice, at its place and behind it (the *shadow*). Before it
//! grows, it is written and synced alone; only then comes what follows, or the new shadow. So at every
//! instant one whole copy of what was durable is there, wherever a write is torn.
//!
//! What is not durable yet may arrive in any order and torn at sectors, and the reader has to tell that
//! from damage to what was. So everything is written over a *fence*
//! ([`crate::format::log_segment::fence`]), which is durable before: a segment that lacks a sector shows
//! the fence's. With each full segment that becomes durable goes the fence of the next. Of several
//! segments the first sector of the first is written last, when all the rest is durable, for behind the
//! first there was no fence: while that place shows the fence's sector, nothing behind it counts, and a
//! disk writes a sector whole or not at all (`log::segments` reads it that way).
//!
//! A new file is filled with the fences of all its segments while nobody needs it yet (`prepare`). Where
//! each segment is written over a fence, several need no second sync: the first that lacks a sector shows
//! it.
//!
//! Invariants: a full segment is written once (twice, when it had a shadow), and never again; behind
//! what is durable stands a fence, or the shadow of a segment that is not full; every segment behind all
//! that was written and below `fenced` is its fence, durably.
#![forbid(unsafe_code)]

use crate::format::bytes::u64_at;
use crate::format::ids::{Lgpos, LogTime};
use crate::format::log_header::SEGMENT_BYTES;
use crate::format::log_segment::{OFF_SEGMENT_TIME, fence, seal};
use crate::io::{File, Result};
use std::sync::Arc;

/// What of a segment a disk writes whole or not at all, in bytes, however old it is.
const SECTOR_BYTES: usize = 512;

/// What comes behind a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Then {
    /// More of the same; nothing of it has to be durable yet.
    More,
    /// A sync ([`Disk::sync`]): behind the last segment comes its shadow, or a fence.
    Sync,
    /// A sync, and the next generation: nothing more comes in this file.
    NextFile,
}

/// The current log file, and what is on its way to it.
pub(super) struct Disk {
    file: Arc<dyn File>,
    generation: i32,
    /// The next segment to be written is there already, not full, with a shadow behind it.
    shadow: bool,
    /// The first sector of what was written behind the fence, and its place in the file.
    head: Option<(u64, [u8; SECTOR_BYTES])>,
    /// The segment behind all that was written, when it has no fence.
    bare: Option<u16>,
    /// Below this number what is not written is a fence; 0 when nobody knows.
    fenced: u16,
    /// XOR of the checksums of the full segments.
    xor: u64,
    /// Segments on their way; the last may be cut short.
    pub(super) out: Vec<u8>,
}

impl Disk {
    /// The file of a generation whose segments so far sum up to `xor`; behind them stands a fence, and
    /// all below `fenced` are.
    pub(super) fn new(file: Arc<dyn File>, generation: i32, xor: u64, fenced: u16) -> Self {
        Self {
            file,
            generation,
            shadow: false,
            head: None,
            bare: None,
            fenced,
            xor,
            out: Vec::new(),
        }
    }

    /// Goes on with the file of the next generation, whose segments below `fenced` are fences.
    pub(super) fn restart(&mut self, file: Arc<dyn File>, generation: i32, fenced: u16) {
        self.file = file;
        self.generation = generation;
        self.shadow = false;
        self.head = None;
        self.bare = None;
        self.fenced = fenced;
        self.xor = 0;
    }

    /// XOR of the checksums of all segments, once the last one is full.
    pub(super) fn xor(&self) -> u64 {
        self.xor
    }

    /// The file.
    pub(super) fn file(&self) -> Arc<dyn File> {
        Arc::clone(&self.file)
    }

    /// Makes what was written durable.
    pub(super) fn sync(&mut self) -> Result<()> {
        self.file.sync_data()?;
        if let Some((at, head)) = self.head {
            self.file.write_all_at(&head, at)?;
            self.file.sync_data()?;
            self.head = None;
        }
        Ok(())
    }

    fn seal(&mut self, first: u16) {
        for (isec, segment) in (first..).zip(self.out.chunks_exact_mut(SEGMENT_BYTES)) {
            let time = LogTime::read(segment, OFF_SEGMENT_TIME).unwrap_or_default();
            seal(segment, Lgpos::new(self.generation, isec, 0), time);
        }
    }

    /// Writes the segments in `out`, the first of which is number `first`. Nothing is durable before
    /// [`Disk::sync`].
    pub(super) fn write(&mut self, first: u16, then: Then) -> Result<()> {
        if self.out.is_empty() {
            // All was written before, but for the fence.
            return match self.bare.filter(|_| then == Then::Sync) {
                Some(isec) => {
                    self.bare = None;
                    self.file
                        .write_all_at(&fence(self.generation, isec), at(isec))
                }
                None => Ok(()),
            };
        }
        let full = self.out.len() / SEGMENT_BYTES;
        let partial = !self.out.len().is_multiple_of(SEGMENT_BYTES);
        let segments = full + usize::from(partial);
        self.out.resize(segments * SEGMENT_BYTES, 0);
        self.seal(first);
        for segment in self.out.chunks_exact(SEGMENT_BYTES).take(full) {
            self.xor ^= u64_at(segment, 0).unwrap_or(0);
        }
        let place = |n: usize| first.saturating_add(u16::try_from(n).unwrap_or(u16::MAX));
        let behind = place(segments);
        let is_fenced = behind < self.fenced;
        match then {
            _ if partial => self
                .out
                .extend_from_within((segments - 1) * SEGMENT_BYTES..),
            Then::Sync if !is_fenced => {
                self.out.extend_from_slice(&fence(self.generation, behind));
            }
            Then::Sync | Then::More | Then::NextFile => {}
        }
        self.bare = (then == Then::More && !partial && !is_fenced).then_some(behind);
        let mut written = 0;
        if self.shadow {
            // Alone, for its shadow saves it; then the shadow becomes a fence.
            let segment = self.out.get(..SEGMENT_BYTES).unwrap_or_default();
            self.file.write_all_at(segment, at(first))?;
            self.file.sync_data()?;
            self.put_fence(place(1))?;
            written = 1;
        }
        let left = segments - written;
        let several = !is_fenced && (left > 1 || (left > 0 && then == Then::More));
        if left == 1 && partial && !several && !is_fenced && self.head.is_none() {
            // The shadow, too, is written over a fence.
            self.put_fence(behind)?;
        }
        let rest = self.out.get(written * SEGMENT_BYTES..).unwrap_or_default();
        match rest.split_first_chunk::<SECTOR_BYTES>() {
            Some((head, behind)) if several && self.head.is_none() => {
                let at = at(place(written));
                self.file.write_all_at(behind, at + SECTOR_BYTES as u64)?;
                self.head = Some((at, *head));
            }
            Some(_) => self.file.write_all_at(rest, at(place(written)))?,
            None => {}
        }
        self.shadow = partial;
        Ok(())
    }

    fn put_fence(&self, isec: u16) -> Result<()> {
        self.file
            .write_all_at(&fence(self.generation, isec), at(isec))?;
        self.file.sync_data()
    }
}

/// Where a segment lies in the file.
fn at(isec: u16) -> u64 {
    u64::from(isec) * SEGMENT_BYTES as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::log_segment::{SegmentKind, classify};
    use crate::io::faulty::{FaultyFileSystem, OpKind, Plan};
    use crate::io::{FileSystem, OpenMode};
    use std::path::Path;

    /// The writes and syncs since the last call: first segment and number of them, `(0, 0)` a sync.
    fn done(fs: &FaultyFileSystem, seen: &mut usize) -> Vec<(u64, u64)> {
        let trace = fs.trace();
        let new = &trace[*seen..];
        *seen = trace.len();
        new.iter()
            .filter(|r| matches!(r.kind, OpKind::Write | OpKind::Sync))
            .map(|r| (r.offset / 4096, r.len / 4096))
            .collect()
    }

    #[test]
    fn a_whole_copy_is_always_left() {
        let fs = FaultyFileSystem::new(Plan::quiet().traced());
        let file = fs.open(Path::new("a"), OpenMode::CreateNew).unwrap();
        let mut disk = Disk::new(Arc::clone(&file), 5, 0, 0);
        let mut seen = 0;
        let mut put = |disk: &mut Disk, first: u16, bytes: usize| {
            disk.out = vec![7; bytes];
            disk.write(first, Then::Sync).unwrap();
            disk.sync().unwrap();
            done(&fs, &mut seen)
        };
        // Not full: the fence of its shadow, then segment and shadow.
        assert_eq!(put(&mut disk, 1, 100), [(2, 1), (0, 0), (1, 2), (0, 0)]);
        // Longer, still not full: the segment alone, the fence, its shadow.
        let alone = [(1, 1), (0, 0), (2, 1), (0, 0)];
        assert_eq!(put(&mut disk, 1, 200)[..4], alone);
        // Full, and two more, and a piece: of these the first sector comes last.
        let xor = disk.xor();
        let done = put(&mut disk, 1, 3 * 4096 + 9);
        assert_eq!(done[..4], alone);
        assert_eq!(done[4..], [(2, 3), (0, 0), (2, 0), (0, 0)]);
        assert_ne!(disk.xor(), xor);
        // Full: its shadow becomes a fence.
        assert_eq!(
            put(&mut disk, 4, 4096)[..4],
            [(4, 1), (0, 0), (5, 1), (0, 0)]
        );
        // One, and the fence behind it.
        assert_eq!(put(&mut disk, 5, 4096), [(5, 2), (0, 0)]);
        // Two: of these the first sector comes last.
        assert_eq!(
            put(&mut disk, 6, 2 * 4096),
            [(6, 2), (0, 0), (6, 0), (0, 0)]
        );
        assert_eq!(put(&mut disk, 8, 0), [(0, 0)]);
        let mut sum = 0;
        for isec in 1..=7u16 {
            let mut b = [0; 4096];
            file.read_exact_at(&mut b, u64::from(isec) * 4096).unwrap();
            let kind = classify(&b, 5, isec, false);
            assert_eq!(kind, SegmentKind::Data { bit: None }, "{isec}");
            sum ^= u64_at(&b, 0).unwrap();
        }
        assert_eq!(sum, disk.xor());
        let mut b = [0; 4096];
        file.read_exact_at(&mut b, 8 * 4096).unwrap();
        let lgpos = Lgpos::new(4, 8, 0);
        assert_eq!(classify(&b, 5, 8, false), SegmentKind::Older { lgpos });
    }

    /// Where every segment lies over a fence one sync is enough, and the fence behind is there.
    #[test]
    fn over_fences_one_sync_is_enough() {
        let fs = FaultyFileSystem::new(Plan::quiet().traced());
        let file = fs.open(Path::new("a"), OpenMode::CreateNew).unwrap();
        for isec in 0..8u16 {
            file.write_all_at(&fence(5, isec), at(isec)).unwrap();
        }
        let mut disk = Disk::new(Arc::clone(&file), 5, 0, 8);
        let mut seen = 0;
        done(&fs, &mut seen);
        let mut put = |disk: &mut Disk, first: u16, bytes: usize, then: Then| {
            disk.out = vec![7; bytes];
            disk.write(first, then).unwrap();
            if then == Then::Sync {
                disk.sync().unwrap();
            }
            done(&fs, &mut seen)
        };
        assert_eq!(put(&mut disk, 1, 4096, Then::Sync), [(1, 1), (0, 0)]);
        assert_eq!(put(&mut disk, 2, 2 * 4096, Then::More), [(2, 2)]);
        assert_eq!(put(&mut disk, 4, 0, Then::Sync), [(0, 0)]);
        // A piece with its shadow; then it grows, and the shadow's place is a fence again.
        assert_eq!(put(&mut disk, 4, 100, Then::Sync), [(4, 2), (0, 0)]);
        assert_eq!(
            put(&mut disk, 4, 4096, Then::Sync),
            [(4, 1), (0, 0), (5, 1), (0, 0), (0, 0)]
        );
        let mut b = [0; 4096];
        file.read_exact_at(&mut b, at(5)).unwrap();
        assert_eq!(b, fence(5, 5));
        // Beyond the fences: as ever.
        assert_eq!(
            put(&mut disk, 5, 3 * 4096, Then::Sync),
            [(5, 3), (0, 0), (5, 0), (0, 0)]
        );
        assert_eq!(put(&mut disk, 8, 4096, Then::Sync), [(8, 2), (0, 0)]);
    }
}
