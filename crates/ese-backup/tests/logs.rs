//! What may and what may not follow the data of a log (docs/format/log-files.md §5).
#![forbid(unsafe_code)]

mod common;

use common::{SEGMENT, log, segment, stream_to_vec, with_file};
use ese_backup::{Counts, Reason, StreamError, Unit};
use ese_core::format::header_page::stamp_header;
use ese_core::format::ids::Lgpos;
use std::path::Path;

const GENERATION: i32 = 6;
const SEGMENTS: u16 = 40;
const DATA: u16 = 10;

/// A log of 40 segments with ten of data, changed.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Result<Counts, StreamError> {
    let mut bytes = log(GENERATION, SEGMENTS, DATA, 1);
    change(&mut bytes);
    let fs = with_file("edb.log", bytes.clone());
    let (out, result) = stream_to_vec(&fs, Path::new("edb.log"));
    result.map(|report| {
        assert_eq!(out, bytes);
        report.counts
    })
}

fn put(bytes: &mut [u8], isec: u16, segment: &[u8]) {
    let at = usize::from(isec) * SEGMENT;
    bytes[at..at + SEGMENT].copy_from_slice(segment);
}

fn garbage() -> Vec<u8> {
    segment(1, 999, 77)
}

/// The segment and the reason of a refusal.
fn refused(result: Result<Counts, StreamError>) -> (u32, Reason) {
    match result {
        Err(StreamError::Damaged {
            unit: Unit::Segment(n),
            reason,
            offset,
            in_log: true,
        }) => {
            assert_eq!(offset, u64::from(n) * SEGMENT as u64);
            (n, reason)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_log() {
    let counts = changed(|_| ()).unwrap();
    // Header and data; zeros; the reserved last segment.
    assert_eq!(
        (counts.verified, counts.zero, counts.unverifiable),
        (11, 28, 1)
    );
}

#[test]
fn leftovers_are_legal() {
    let counts = changed(|b| {
        put(b, 11, &segment(GENERATION, 10, 1)); // the shadow
        put(b, 12, &segment(GENERATION - 1, 12, 2)); // an older life
        put(b, 13, &segment(GENERATION - 3, 12, 3)); // its shadow
        put(b, SEGMENTS - 1, &garbage()); // reserved: not looked at
    })
    .unwrap();
    assert_eq!(
        (counts.leftovers, counts.zero, counts.unverifiable),
        (3, 25, 1)
    );
}

#[test]
fn one_flipped_bit_is_counted_and_passed_on() {
    let counts = changed(|b| b[3 * SEGMENT + 500] ^= 4).unwrap();
    assert_eq!((counts.correctable, counts.verified), (1, 10));
    // Also where it hits the position.
    let counts = changed(|b| b[3 * SEGMENT + 13] ^= 0x40).unwrap();
    assert_eq!((counts.correctable, counts.verified), (1, 10));
}

#[test]
fn damage_in_the_data() {
    let (n, reason) = refused(changed(|b| b[4 * SEGMENT + 99] = !b[4 * SEGMENT + 99]));
    assert!(
        n == 4 && matches!(reason, Reason::Checksum { .. }),
        "{n} {reason}"
    );
    let newer = Lgpos::new(GENERATION + 1, 4, 0);
    let (n, reason) = refused(changed(|b| put(b, 4, &segment(newer.generation, 4, 1))));
    assert_eq!((n, reason), (4, Reason::WrongPosition(newer)));
}

#[test]
fn a_torn_end_needs_its_shadow() {
    let tear = |b: &mut Vec<u8>| b[10 * SEGMENT + 2048..11 * SEGMENT].fill(0xEE);
    let counts = changed(|b| {
        tear(b);
        put(b, 11, &segment(GENERATION, 10, 1));
    })
    .unwrap();
    assert_eq!((counts.torn, counts.leftovers), (1, 1));

    assert_eq!(refused(changed(tear)).0, 10);
    // The shadow of another generation does not help.
    let foreign = |b: &mut Vec<u8>| {
        tear(b);
        put(b, 11, &segment(GENERATION - 1, 10, 1));
    };
    assert_eq!(refused(changed(foreign)).0, 10);
}

#[test]
fn behind_the_end_nothing_is_valid_and_nothing_is_garbage() {
    let data = refused(changed(|b| put(b, 20, &segment(GENERATION, 20, 1))));
    assert_eq!(data, (20, Reason::AfterTheEnd));
    assert_eq!(
        refused(changed(|b| put(b, 20, &garbage()))),
        (20, Reason::GarbageAfterTheEnd)
    );
    // Not even where a shadow of it follows: the data ended before.
    let with_shadow = |b: &mut Vec<u8>| {
        put(b, 20, &garbage());
        put(b, 21, &segment(GENERATION, 20, 1));
    };
    assert_eq!(
        refused(changed(with_shadow)),
        (20, Reason::GarbageAfterTheEnd)
    );
}

#[test]
fn old_logs_are_filled_with_a_pattern() {
    let old = |b: &mut Vec<u8>| {
        b[40..44].copy_from_slice(&1u32.to_le_bytes());
        stamp_header(&mut b[..SEGMENT]);
    };
    let fill = |b: &mut Vec<u8>| {
        old(b);
        for (i, byte) in b[11 * SEGMENT..].iter_mut().enumerate() {
            *byte = if i % 16 == 0 {
                (0xDA + i % 512) as u8
            } else {
                0xDA
            };
        }
    };
    let counts = changed(fill).unwrap();
    assert_eq!((counts.verified, counts.leftovers), (11, 28));
    // Zeros mean nothing there, and one wrong byte is garbage.
    assert_eq!(refused(changed(old)).0, 11);
    let nearly = |b: &mut Vec<u8>| {
        fill(b);
        b[15 * SEGMENT + 16] = 0xDA;
    };
    assert_eq!(refused(changed(nearly)), (15, Reason::GarbageAfterTheEnd));
}

#[test]
fn a_log_before_version_8_has_no_segments_to_verify() {
    let counts = changed(|b| {
        b[8..10].copy_from_slice(&512u16.to_le_bytes());
        b[10..12].copy_from_slice(&8u16.to_le_bytes());
        b[12..14].copy_from_slice(&(8 * SEGMENTS).to_le_bytes());
        b[32..36].copy_from_slice(&7u32.to_le_bytes());
        b[36..40].copy_from_slice(&3704u32.to_le_bytes());
        stamp_header(&mut b[..SEGMENT]);
        put(b, 5, &garbage());
    })
    .unwrap();
    assert_eq!((counts.verified, counts.unverifiable), (1, 39));
}

#[test]
fn the_length_is_that_of_the_header() {
    let longer = changed(|b| b.extend([0; SEGMENT]));
    assert!(
        matches!(longer, Err(StreamError::LogSize { .. })),
        "{longer:?}"
    );
    let shorter = changed(|b| b.truncate(20 * SEGMENT));
    assert!(
        matches!(shorter, Err(StreamError::CutOff { .. })),
        "{shorter:?}"
    );
    let (n, reason) = refused(changed(|b| {
        b[8] = 7;
        stamp_header(&mut b[..SEGMENT]);
    }));
    assert!(n == 0 && matches!(reason, Reason::LogHeader(_)), "{reason}");
}
