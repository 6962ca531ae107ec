//! The end of the log on the disk: which segments are written in which order.
//!
//! Source: docs/format/log-files.md §4.4 (writing and shadowing), §5.4 (XOR of the checksums).
//!
//! A segment that is not full is written twice, at its place and behind it (the *shadow*). Before the
//! shadow's place is used for something else, or the segment grows, the segment itself is written and
//! synced; only then comes what follows, or the new shadow. So at every instant one whole copy of what
//! was durable is there, wherever a write is torn.
//!
//! Invariant: a full segment is written once (twice, when it had a shadow), and never again.
#![forbid(unsafe_code)]

use crate::format::bytes::u64_at;
use crate::format::ids::{Lgpos, LogTime};
use crate::format::log_header::SEGMENT_BYTES;
use crate::format::log_segment::{OFF_SEGMENT_TIME, seal};
use crate::io::{File, Result};
use std::sync::Arc;

/// The current log file, and what is on its way to it.
pub(super) struct Disk {
    file: Arc<dyn File>,
    generation: i32,
    /// The next segment to be written is there already, not full, with a shadow behind it.
    shadow: bool,
    /// XOR of the checksums of the full segments.
    xor: u64,
    /// Segments on their way; the last may be cut short.
    pub(super) out: Vec<u8>,
}

impl Disk {
    /// The file of a generation whose segments so far sum up to `xor`.
    pub(super) fn new(file: Arc<dyn File>, generation: i32, xor: u64) -> Self {
        Self {
            file,
            generation,
            shadow: false,
            xor,
            out: Vec::new(),
        }
    }

    /// Goes on with the file of the next generation.
    pub(super) fn restart(&mut self, file: Arc<dyn File>, generation: i32) {
        self.file = file;
        self.generation = generation;
        self.shadow = false;
        self.xor = 0;
    }

    /// XOR of the checksums of all segments, once the last one is full.
    pub(super) fn xor(&self) -> u64 {
        self.xor
    }

    /// Makes what was written durable.
    pub(super) fn sync(&self) -> Result<()> {
        self.file.sync_data()
    }

    fn seal(&mut self, first: u16) {
        for (isec, segment) in (first..).zip(self.out.chunks_exact_mut(SEGMENT_BYTES)) {
            let time = LogTime::read(segment, OFF_SEGMENT_TIME).unwrap_or_default();
            seal(segment, Lgpos::new(self.generation, isec, 0), time);
        }
    }

    /// Writes the segments in `out`, the first of which is number `first`. What is not full gets a
    /// shadow. Nothing is durable before [`Disk::sync`].
    pub(super) fn write(&mut self, first: u16) -> Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let full = self.out.len() / SEGMENT_BYTES;
        let partial = !self.out.len().is_multiple_of(SEGMENT_BYTES);
        let segments = full + usize::from(partial);
        self.out.resize(segments * SEGMENT_BYTES, 0);
        self.seal(first);
        for segment in self.out.chunks_exact(SEGMENT_BYTES).take(full) {
            self.xor ^= u64_at(segment, 0).unwrap_or(0);
        }
        if partial {
            self.out.extend_from_within(full * SEGMENT_BYTES..);
        }
        let mut at = u64::from(first) * SEGMENT_BYTES as u64;
        let mut rest: &[u8] = &self.out;
        if self.shadow {
            let (head, behind) = self.out.split_at(SEGMENT_BYTES);
            self.file.write_all_at(head, at)?;
            self.file.sync_data()?;
            at += SEGMENT_BYTES as u64;
            // Nothing follows: the shadow becomes a copy of the segment as it is now.
            rest = if behind.is_empty() { head } else { behind };
        }
        self.file.write_all_at(rest, at)?;
        self.shadow = partial;
        Ok(())
    }
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
        let mut disk = Disk::new(Arc::clone(&file), 5, 0);
        let mut seen = 0;
        let mut put = |disk: &mut Disk, first: u16, bytes: usize| {
            disk.out = vec![7; bytes];
            disk.write(first).unwrap();
            done(&fs, &mut seen)
        };
        // Not full: segment and shadow.
        assert_eq!(put(&mut disk, 1, 100), [(1, 2)]);
        // Longer, still not full: the segment alone, then its shadow.
        assert_eq!(put(&mut disk, 1, 200), [(1, 1), (0, 0), (2, 1)]);
        // Full, and two more, and a piece.
        let xor = disk.xor();
        assert_eq!(put(&mut disk, 1, 3 * 4096 + 9), [(1, 1), (0, 0), (2, 4)]);
        assert_ne!(disk.xor(), xor);
        // Full, nothing behind it: its shadow becomes a copy.
        assert_eq!(put(&mut disk, 4, 4096), [(4, 1), (0, 0), (5, 1)]);
        // No shadow any more.
        assert_eq!(put(&mut disk, 5, 2 * 4096), [(5, 2)]);
        assert_eq!(put(&mut disk, 7, 0), []);
        let mut sum = 0;
        for isec in 1..=6u16 {
            let mut b = [0; 4096];
            file.read_exact_at(&mut b, u64::from(isec) * 4096).unwrap();
            let kind = classify(&b, 5, isec, false);
            assert_eq!(kind, SegmentKind::Data { bit: None }, "{isec}");
            sum ^= u64_at(&b, 0).unwrap();
        }
        assert_eq!(sum, disk.xor());
    }
}
