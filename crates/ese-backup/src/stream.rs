//! The verified stream: file → verify → the caller's buffer, or on into a sink.
//!
//! ```text
//! ask stop, wait for the throttle ─► inner read (256 KiB, aligned) ─► per unit: ask stop, verify
//!         ▲                                                                    │
//!         └──────────── observer ◄── sink takes the block ◄── ask stop ◄───────┘
//! ```
//! The block is verified while it is in the cache, in the very buffer it goes out from: no copy.
//!
//! Invariants:
//! * the stop flag is asked before every read, before every unit and before the sink gets a block;
//! * nothing is handed on that was not verified; of a block with a damaged unit nothing is;
//! * the bytes handed on are the file's, unchanged.
#![forbid(unsafe_code)]

use crate::control::Control;
use crate::error::StreamError;
use crate::stop::Stopped;
use crate::verify::{Counts, FileKind, VerifiedFile, Verifier};
use ese_core::io::ErrorKind;
use std::io::Write;
use std::time::Duration;

/// Bytes of one inner read. Larger ones read no faster and make a stop wait for the read
/// (docs/performance.md: p99 of a stop 0.1 ms here, 2.3 ms at 4 MiB).
pub const INNER_READ: usize = 256 * 1024;

/// What a whole stream was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamReport {
    /// What the file is.
    pub kind: FileKind,
    /// Bytes handed on: all of the file.
    pub bytes: u64,
    /// How its units were found.
    pub counts: Counts,
    /// Reads that were done again because a unit did not verify or a read failed.
    pub rereads: u64,
    /// CRC-32 (IEEE) of all bytes.
    pub crc32: u32,
    /// Time from the first read to the last byte, throttling included.
    pub elapsed: Duration,
}

/// Reads a file front to back, verified.
#[derive(Debug)]
pub struct VerifiedReader {
    file: VerifiedFile,
    verifier: Verifier,
    at: u64,
    counts: Counts,
    rereads: u64,
}

impl VerifiedReader {
    /// Starts at the file's first byte.
    #[must_use]
    pub fn new(file: &VerifiedFile) -> Self {
        Self {
            file: file.clone(),
            verifier: file.verifier.clone(),
            at: 0,
            counts: Counts::default(),
            rereads: 0,
        }
    }

    /// Bytes that were verified and handed on so far: also after an error, when the first
    /// `position() - (position before)` bytes of the buffer are good and the rest is not to be used.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.file.len
    }

    /// `true` for a file of no bytes, which is refused at its opening.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.file.len == 0
    }

    /// Reads that were done again so far.
    #[must_use]
    pub fn rereads(&self) -> u64 {
        self.rereads
    }

    /// How the units so far were found.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Fills `buf` by inner reads, every unit verified. Returns the number of bytes: less than the
    /// buffer only at the end of the file, 0 behind it.
    ///
    /// # Errors
    /// However large the buffer is, a stop ends the call within one inner read or one unit; a
    /// damaged unit ends it too. [`Self::position`] then tells how much of the buffer is good.
    /// A buffer that is no multiple of [`VerifiedFile::unit_bytes`] is refused.
    pub fn read(
        &mut self,
        control: &mut Control<'_>,
        buf: &mut [u8],
    ) -> Result<usize, StreamError> {
        let unit = self.verifier.unit_bytes();
        if buf.is_empty() || !buf.len().is_multiple_of(unit) {
            return Err(StreamError::Buffer {
                len: buf.len(),
                unit,
            });
        }
        let mut filled = 0;
        while let Some(rest) = buf.get_mut(filled..).filter(|r| !r.is_empty()) {
            let n = self.read_inner(control, rest)?;
            if n == 0 {
                break;
            }
            filled += n;
            control.report(self.at, self.file.len);
        }
        Ok(filled)
    }

    /// One inner read into the front of `buf`.
    fn read_inner(
        &mut self,
        control: &mut Control<'_>,
        buf: &mut [u8],
    ) -> Result<usize, StreamError> {
        let len = self.file.len;
        let aligned = INNER_READ - (self.at % INNER_READ as u64) as usize;
        let left = usize::try_from(len - self.at).unwrap_or(usize::MAX);
        let n = aligned.min(buf.len()).min(left);
        let Some(block) = buf.get_mut(..n).filter(|b| !b.is_empty()) else {
            return Ok(0);
        };
        let stopped = |_: Stopped| StreamError::Stopped {
            done: self.at,
            total: len,
        };
        control.before_read(n).map_err(stopped)?;
        if let Some(scrubber) = &self.file.scrubber {
            let stop = || control.stop.is_stopped();
            scrubber
                .reach(self.at + n as u64, &stop)
                .map_err(StreamError::Scrub)?;
            control.stop.check().map_err(stopped)?;
        }
        self.read_block(control, block, self.at)?;
        self.verify_block(control, block)?;
        self.at += n as u64;
        Ok(n)
    }

    /// Reads `block` whole, again where that fails.
    fn read_block(
        &mut self,
        control: &Control<'_>,
        block: &mut [u8],
        offset: u64,
    ) -> Result<(), StreamError> {
        let mut tries = 0;
        loop {
            match self.file.file.read_at(block, offset) {
                Ok(n) if n == block.len() => return Ok(()),
                Ok(n) => {
                    return Err(StreamError::CutOff {
                        len: offset + n as u64,
                        needed: self.file.len,
                    });
                }
                Err(source) => {
                    let hopeless = matches!(
                        source.kind(),
                        ErrorKind::PermissionDenied | ErrorKind::InvalidInput
                    );
                    if hopeless || tries == control.retry.times {
                        return Err(StreamError::Read {
                            unit: self.unit_at(offset),
                            offset,
                            source,
                        });
                    }
                }
            }
            tries += 1;
            self.again(control, tries)?;
        }
    }

    fn verify_block(&mut self, control: &Control<'_>, block: &mut [u8]) -> Result<(), StreamError> {
        let unit = self.verifier.unit_bytes();
        let first = self.at / unit as u64;
        for (index, bytes) in (first..).zip(block.chunks_mut(unit)) {
            if control.stop.is_stopped() {
                return Err(self.stopped());
            }
            let mut tries = 0;
            let finding = loop {
                let file = &self.file;
                let mut next = |buf: &mut [u8]| {
                    // A stop may have come with the block.
                    if control.stop.is_stopped() {
                        return 0;
                    }
                    let offset = (index + 1) * unit as u64;
                    file.file.read_at(buf, offset).unwrap_or(0)
                };
                match self.verifier.judge(index, bytes, &mut next) {
                    Ok(finding) => break finding,
                    Err(_) if control.stop.is_stopped() => return Err(self.stopped()),
                    Err(reason) if tries == control.retry.times => {
                        return Err(StreamError::Damaged {
                            unit: self.verifier.unit(index),
                            reason,
                            offset: index * unit as u64,
                            in_log: matches!(self.verifier, Verifier::Log(_)),
                        });
                    }
                    Err(_) => {}
                }
                tries += 1;
                self.again(control, tries)?;
                self.read_block(control, bytes, index * unit as u64)?;
            };
            self.counts.add(finding);
        }
        Ok(())
    }

    /// Counts a retry and waits before it.
    #[cold]
    fn again(&mut self, control: &Control<'_>, tries: u32) -> Result<(), StreamError> {
        self.rereads += 1;
        control.before_retry(tries).map_err(|_| self.stopped())
    }

    fn stopped(&self) -> StreamError {
        StreamError::Stopped {
            done: self.at,
            total: self.file.len,
        }
    }

    fn unit_at(&self, offset: u64) -> crate::error::Unit {
        self.verifier
            .unit(offset / self.verifier.unit_bytes() as u64)
    }
}

/// Streams the whole file into `sink`, block by block, each verified before the sink gets it.
///
/// The sink is not flushed; a sink that blocks (a pipe nobody reads) also blocks a stop.
///
/// # Errors
/// Everything of [`VerifiedReader::read`], and the sink's own. What the sink got until then are
/// verified bytes from the start of the file.
pub fn stream(
    file: &VerifiedFile,
    control: &mut Control<'_>,
    sink: &mut dyn Write,
) -> Result<StreamReport, StreamError> {
    let started = control.clock.now_monotonic();
    let mut reader = VerifiedReader::new(file);
    let whole = usize::try_from(file.len)
        .unwrap_or(usize::MAX)
        .checked_next_multiple_of(file.unit_bytes())
        .unwrap_or(INNER_READ);
    let mut buf = vec![0; whole.min(INNER_READ)];
    let mut crc = crc32fast::Hasher::new();
    let mut done = 0;
    loop {
        let n = reader.read_inner(control, &mut buf).map_err(|e| match e {
            StreamError::Stopped { total, .. } => StreamError::Stopped { done, total },
            other => other,
        })?;
        let Some(block) = buf.get(..n).filter(|b| !b.is_empty()) else {
            break;
        };
        if control.stop.is_stopped() {
            return Err(StreamError::Stopped {
                done,
                total: file.len,
            });
        }
        crc.update(block);
        sink.write_all(block)
            .map_err(|source| StreamError::Sink { done, source })?;
        done = reader.position();
        control.report(done, file.len);
    }
    Ok(StreamReport {
        kind: file.kind(),
        bytes: done,
        counts: reader.counts,
        rereads: reader.rereads,
        crc32: crc.finalize(),
        elapsed: control.clock.now_monotonic().saturating_sub(started),
    })
}
