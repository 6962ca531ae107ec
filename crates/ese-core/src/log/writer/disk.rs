//! The end of the log on the disk: which segments are written in which order.
//!
//! Source: docs/format/log-files.md §4.4 (writing and shadowing), §5.4 (XOR of the checksums).
//!
//! The last segment of what is to become durable is written twice, at its place and behind it (the
//! *shadow*). Before a segment that is not full grows, it is written and synced alone; only then comes
//! what follows, or the new shadow. So at every instant one whole copy of what was durable is there,
//! wherever a write is torn.
//!
//! What comes behind the shadow may arrive in any order and torn at sectors, and the reader has to tell
//! that from damage to what was durable. So a write of several segments begins behind the first sector
//! of its first segment: there the shadow stays, which says that nothing behind it counts, until all
//! the rest is durable. Then that sector is written, which a disk does whole or not at all
//! (`log::segments` reads it that way). A new generation has no shadow to stay: its first segment is
//! made durable with one before others follow.
//!
//! Invariants: a full segment is written once (twice, when it had a shadow), and never again; when
//! something is durable, its last segment is followed by its shadow.
#![forbid(unsafe_code)]

use crate::format::bytes::u64_at;
use crate::format::ids::{Lgpos, LogTime};
use crate::format::log_header::SEGMENT_BYTES;
use crate::format::log_segment::{OFF_SEGMENT_TIME, seal};
use crate::io::{File, Result};
use std::sync::Arc;

/// What of a segment a disk writes whole or not at all, in bytes, however old it is.
const SECTOR_BYTES: usize = 512;

/// What comes behind a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Then {
    /// More of the same; nothing of it has to be durable yet.
    More,
    /// A sync ([`Disk::sync`]): the last segment gets a shadow.
    Sync,
    /// A sync, and the next generation: no shadow is needed.
    NextFile,
}

/// The current log file, and what is on its way to it.
pub(super) struct Disk {
    file: Arc<dyn File>,
    generation: i32,
    /// The next segment to be written is there already, not full, with a shadow behind it.
    shadow: bool,
    /// A segment of this generation is durable, and its shadow behind it.
    fenced: bool,
    /// The first sector of what was written behind that shadow, and its place in the file.
    head: Option<(u64, [u8; SECTOR_BYTES])>,
    /// The last segment that was written, when it has no shadow, and the shadow's place in the file.
    bare: Option<(u64, Vec<u8>)>,
    /// XOR of the checksums of the full segments.
    xor: u64,
    /// Segments on their way; the last may be cut short.
    pub(super) out: Vec<u8>,
}

impl Disk {
    /// The file of a generation whose segments so far sum up to `xor`; `fenced`: there are some, and
    /// the last has its shadow.
    pub(super) fn new(file: Arc<dyn File>, generation: i32, xor: u64, fenced: bool) -> Self {
        Self {
            file,
            generation,
            shadow: false,
            fenced,
            head: None,
            bare: None,
            xor,
            out: Vec::new(),
        }
    }

    /// Goes on with the file of the next generation.
    pub(super) fn restart(&mut self, file: Arc<dyn File>, generation: i32) {
        self.file = file;
        self.generation = generation;
        self.shadow = false;
        self.fenced = false;
        self.head = None;
        self.bare = None;
        self.xor = 0;
    }

    /// XOR of the checksums of all segments, once the last one is full.
    pub(super) fn xor(&self) -> u64 {
        self.xor
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
        let bare = self.bare.take();
        if self.out.is_empty() {
            // All was written before, but for the shadow.
            return match bare {
                Some((at, segment)) if then == Then::Sync => self.file.write_all_at(&segment, at),
                bare => {
                    self.bare = bare;
                    Ok(())
                }
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
        let place = |segment: usize| (u64::from(first) + segment as u64) * SEGMENT_BYTES as u64;
        let last = (segments - 1) * SEGMENT_BYTES;
        match then {
            Then::Sync => self.out.extend_from_within(last..),
            Then::More => {
                let segment = self.out.get(last..).unwrap_or_default();
                self.bare = Some((place(segments), segment.to_vec()));
            }
            Then::NextFile => {}
        }
        let grown = self.shadow;
        let several = segments > 1 || then == Then::More;
        // The first segment goes alone: it has a shadow that saves it, or gets the first one.
        let alone = grown || (several && !self.fenced);
        if alone {
            let segment = self.out.get(..SEGMENT_BYTES).unwrap_or_default();
            match grown {
                true => self.file.write_all_at(segment, place(0))?,
                false => {
                    let twice = [segment, segment].concat();
                    self.file.write_all_at(&twice, place(0))?;
                }
            }
            self.file.sync_data()?;
            self.fenced = true;
        }
        let written = usize::from(alone);
        let rest = self.out.get(written * SEGMENT_BYTES..).unwrap_or_default();
        // Behind the shadow of a segment as it was before it grew a lone one, too: what it was torn from
        // would not be known.
        let withhold = self.head.is_none() && segments > written && (several || grown);
        match rest.split_first_chunk::<SECTOR_BYTES>() {
            Some((head, behind)) if withhold => {
                let at = place(written);
                self.file.write_all_at(behind, at + SECTOR_BYTES as u64)?;
                self.head = Some((at, *head));
            }
            Some(_) => self.file.write_all_at(rest, place(written))?,
            None => {}
        }
        self.shadow = partial;
        self.fenced |= then == Then::Sync;
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
        let mut disk = Disk::new(Arc::clone(&file), 5, 0, false);
        let mut seen = 0;
        let mut put = |disk: &mut Disk, first: u16, bytes: usize| {
            disk.out = vec![7; bytes];
            disk.write(first, Then::Sync).unwrap();
            disk.sync().unwrap();
            done(&fs, &mut seen)
        };
        // Not full: segment and shadow.
        assert_eq!(put(&mut disk, 1, 100), [(1, 2), (0, 0)]);
        // Longer, still not full: the segment alone, then its shadow.
        assert_eq!(put(&mut disk, 1, 200), [(1, 1), (0, 0), (2, 1), (0, 0)]);
        // Full, and two more, and a piece: of these the first sector comes last.
        let xor = disk.xor();
        assert_eq!(
            put(&mut disk, 1, 3 * 4096 + 9),
            [(1, 1), (0, 0), (2, 3), (0, 0), (2, 0), (0, 0)]
        );
        assert_ne!(disk.xor(), xor);
        // Full, nothing behind it: its shadow becomes a copy.
        assert_eq!(put(&mut disk, 4, 4096), [(4, 1), (0, 0), (5, 1), (0, 0)]);
        // Two, and the shadow of the second.
        assert_eq!(
            put(&mut disk, 5, 2 * 4096),
            [(5, 2), (0, 0), (5, 0), (0, 0)]
        );
        assert_eq!(put(&mut disk, 7, 0), [(0, 0)]);
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
