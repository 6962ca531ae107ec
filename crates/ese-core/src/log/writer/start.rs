//! Before a log is gone on with: what a crash left behind its end must not come to life again.
//!
//! The reader finds the end of the data by the first segment that is unused. Behind that a crash may
//! have left anything: torn segments, shadows, even whole segments of this generation that were
//! written before those in front of them. Once new segments fill the gap they would pass for data.
//!
//! Source: docs/format/log-files.md §5, §5.1, recovery.md §5.
//!
//! Invariants: afterwards the last segment is whole at its own place, its shadow stands behind it (the
//! writer's `disk` says why), everything behind that is unused (zeros or an older generation), and all
//! that was read is durable. Repeating it changes nothing. A crash meanwhile leaves what a reader takes
//! for the same end: the shadow comes first, since behind it nothing counts.
#![forbid(unsafe_code)]

use crate::format::log_header::{LogHeader, SEGMENT_BYTES};
use crate::format::log_segment::{SegmentKind, classify};
use crate::io::{Error, ErrorKind, File, Result};

/// Segments of one read.
const READ_SEGMENTS: usize = 64;

/// See the module; `last` is the last segment with data.
pub(super) fn make_ready(file: &dyn File, header: &LogHeader, last: Option<u16>) -> Result<()> {
    if file.len()? < header.file_bytes() {
        file.set_len(header.file_bytes())?;
    }
    let mut next = header.header_segments();
    if let Some(last) = last {
        mend(file, header, last)?;
        fence(file, last)?;
        next = last.saturating_add(2);
    }
    clear(file, header, next)?;
    // Of what was read some may never have reached the disk: a process crash leaves it in memory.
    file.sync_all()
}

/// Puts the last segment in its place when only its shadow is whole.
fn mend(file: &dyn File, header: &LogHeader, last: u16) -> Result<()> {
    let at = u64::from(last) * SEGMENT_BYTES as u64;
    let mut segment = vec![0; SEGMENT_BYTES];
    // What can't be read is treated as a torn segment, as the reader does.
    let read = file.read_exact_at(&mut segment, at);
    let is_whole = |b: &[u8]| {
        matches!(
            classify(b, header.generation(), last, true),
            SegmentKind::Data { .. }
        )
    };
    if read.is_ok() && is_whole(&segment) {
        return Ok(());
    }
    file.read_exact_at(&mut segment, at + SEGMENT_BYTES as u64)?;
    if !is_whole(&segment) {
        return Err(Error::new(
            ErrorKind::InvalidData,
            format!("neither segment {last:#x} nor its shadow is whole"),
        ));
    }
    file.write_all_at(&segment, at)?;
    file.sync_data()
}

/// Makes the segment behind the last one its shadow.
fn fence(file: &dyn File, last: u16) -> Result<()> {
    let at = u64::from(last) * SEGMENT_BYTES as u64;
    let (mut segment, mut behind) = (vec![0; SEGMENT_BYTES], vec![0; SEGMENT_BYTES]);
    file.read_exact_at(&mut segment, at)?;
    let there = file.read_exact_at(&mut behind, at + SEGMENT_BYTES as u64);
    if there.is_ok() && segment == behind {
        return Ok(());
    }
    file.write_all_at(&segment, at + SEGMENT_BYTES as u64)?;
    file.sync_data()
}

/// Zeroes what is not unused from segment `next` on.
fn clear(file: &dyn File, header: &LogHeader, next: u16) -> Result<()> {
    let end = header.file_segments();
    let mut buf = vec![0; READ_SEGMENTS * SEGMENT_BYTES];
    let mut from = next;
    while from < end {
        let count = usize::from(end - from).min(READ_SEGMENTS);
        let window = buf
            .get_mut(..count * SEGMENT_BYTES)
            .ok_or(ErrorKind::InvalidInput)?;
        let at = u64::from(from) * SEGMENT_BYTES as u64;
        file.read_exact_at(window, at)?;
        for (isec, segment) in (from..end).zip(window.chunks_exact_mut(SEGMENT_BYTES)) {
            let kind = classify(segment, header.generation(), isec, true);
            if !matches!(kind, SegmentKind::Zero | SegmentKind::Older { .. }) {
                segment.fill(0);
                let at = u64::from(isec) * SEGMENT_BYTES as u64;
                file.write_all_at(segment, at)?;
            }
        }
        from = from.saturating_add(u16::try_from(count).unwrap_or(u16::MAX));
    }
    Ok(())
}
