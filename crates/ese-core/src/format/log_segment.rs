//! One segment (4,096 bytes) of a version-8 log: its header, checksum, and what it is to a reader.
//!
//! ```text
//! off size field
//!   0    8 checksum: XOR part low, ECC part high; the segment's number is mixed into the XOR
//!   8    8 lgposSegment: byte 0, the segment's number, the generation
//!  16    8 time of the first record
//!  24   12 reserved, zero
//!  36    4 flags: 0x2000
//!  40 4056 records
//! ```
//! Source: docs/format/log-files.md §4.1, §4.2, §5.
//!
//! The last segment that was written, when not full, has a *shadow*: the same bytes once more at the
//! next place, still with its own number in header and checksum. Behind the end of data lie zeros,
//! or segments of an older generation whose file was used again.
//!
//! Invariants: the checksum covers every byte but itself; of a single flipped bit the format flag
//! and the checksum are reported, all others corrected.
#![forbid(unsafe_code)]

use super::bytes::{all_zero, u64_at};
use super::checksum::{FORMAT_FLAG_BIT, ecc_block, single_bit};
use super::ids::{Lgpos, LogTime};
use super::log_fields::{Field, covers, put};
pub use super::log_header::SEGMENT_BYTES;

/// Bytes of the header: records begin here.
pub const SEGMENT_HEADER_BYTES: usize = 40;
/// Bytes of a segment that hold records.
pub const SEGMENT_DATA_BYTES: usize = SEGMENT_BYTES - SEGMENT_HEADER_BYTES;
/// The flags of every segment.
pub const SEGMENT_FLAGS: u32 = 0x2000;
/// A record that does not fit is not split when fewer bytes than this are left in the segment: they
/// stay zero and the record begins in the next.
pub const FRAGMENT_BYTES_MIN: usize = 32;

const OFF_LGPOS: usize = 8;
/// Offset of the time in the header.
pub const OFF_SEGMENT_TIME: usize = 16;
const OFF_RESERVED: usize = 24;
const OFF_FLAGS: usize = 36;
const _: () = assert!(
    covers(
        0,
        SEGMENT_HEADER_BYTES,
        &[
            (0, 8),
            (OFF_LGPOS, Lgpos::BYTES),
            (OFF_SEGMENT_TIME, 8),
            (OFF_RESERVED, 12),
            (OFF_FLAGS, 4),
        ],
    ),
    "the header's fields must cover every byte once"
);
/// Bits of the stored checksum.
const CHECKSUM_BITS: u32 = 64;

/// The header of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentHeader {
    /// Stored checksum.
    pub checksum: u64,
    /// Generation and number of the segment; byte 0.
    pub lgpos: Lgpos,
    /// When the first record was placed; none for a segment that was forced.
    pub time: LogTime,
    /// Zero.
    pub reserved: [u8; 12],
    /// [`SEGMENT_FLAGS`].
    pub flags: u32,
}

impl SegmentHeader {
    /// The header at the front of a segment, `None` when the bytes are too few.
    #[must_use]
    pub fn read(segment: &[u8]) -> Option<Self> {
        let b = segment.get(..SEGMENT_HEADER_BYTES)?;
        Some(Self {
            checksum: u64::get(b, 0),
            lgpos: Lgpos::get(b, OFF_LGPOS),
            time: LogTime::get(b, OFF_SEGMENT_TIME),
            reserved: Field::get(b, OFF_RESERVED),
            flags: u32::get(b, OFF_FLAGS),
        })
    }

    /// The 40 bytes on disk.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut out = [0; SEGMENT_HEADER_BYTES];
        let mut at = |off: usize, src: &[u8]| put(out.get_mut(off..).unwrap_or_default(), src);
        at(0, &self.checksum.to_le_bytes());
        at(OFF_LGPOS, &self.lgpos.to_bytes());
        at(OFF_SEGMENT_TIME, &self.time.0);
        at(OFF_RESERVED, &self.reserved);
        at(OFF_FLAGS, &self.flags.to_le_bytes());
        out
    }
}

/// The checksum that the bytes of a segment give at place `isec`.
#[must_use]
pub fn checksum(segment: &[u8], isec: u16) -> u64 {
    ecc_block(segment, true).stored(u32::from(isec))
}

/// Makes `segment` segment `lgpos.isec` of generation `lgpos.generation`: header and checksum. The
/// records stand from byte 40 on already; what is no whole segment stays as it is.
pub fn seal(segment: &mut [u8], lgpos: Lgpos, time: LogTime) {
    if segment.len() != SEGMENT_BYTES {
        return;
    }
    let mut header = SegmentHeader {
        checksum: 0,
        lgpos: Lgpos { ib: 0, ..lgpos },
        time,
        reserved: [0; 12],
        flags: SEGMENT_FLAGS,
    };
    put(segment, &header.to_bytes());
    header.checksum = checksum(segment, lgpos.isec);
    put(segment, &header.to_bytes());
}

/// The fence of place `isec`: what stands behind the last durable segment of `generation`. To a reader it
/// is a segment of the generation before, unused space like any other; but every sector of it is
/// different from all others, so that what was torn while it was written over can be told.
#[must_use]
pub fn fence(generation: i32, isec: u16) -> [u8; SEGMENT_BYTES] {
    let mut segment = [0; SEGMENT_BYTES];
    let seed = (u64::from(generation.unsigned_abs()) << 16 | u64::from(isec)) << 16;
    for (i, word) in (1u64..).zip(segment.chunks_exact_mut(8)) {
        put(word, &mixed(seed.wrapping_add(i)).to_le_bytes());
    }
    let before = generation.saturating_sub(1);
    seal(&mut segment, Lgpos::new(before, isec, 0), LogTime::NONE);
    segment
}

/// The finaliser of SplitMix64: as good as random, and never 0 for what is not.
fn mixed(z: u64) -> u64 {
    let z = z.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What the checksum says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentCheck {
    /// It fits.
    Good,
    /// It fits once this bit (counted from the segment's first) is flipped.
    Correctable {
        /// Number of the bit.
        bit: u32,
    },
    /// It does not fit.
    Bad {
        /// What is stored.
        expected: u64,
        /// What the bytes give.
        actual: u64,
    },
}

/// Judges the bytes of a segment as number `isec`, without changing them.
#[must_use]
pub fn check(segment: &[u8], isec: u16) -> SegmentCheck {
    let expected = u64_at(segment, 0).unwrap_or(0);
    let actual = checksum(segment, isec);
    if segment.len() != SEGMENT_BYTES {
        return SegmentCheck::Bad { expected, actual };
    }
    if expected == actual {
        return SegmentCheck::Good;
    }
    match single_bit(SEGMENT_BYTES, expected, actual) {
        // The format flag is what said that there is an ECC at all.
        Some(bit) if bit >= CHECKSUM_BITS && bit != FORMAT_FLAG_BIT => {
            SegmentCheck::Correctable { bit }
        }
        _ => SegmentCheck::Bad { expected, actual },
    }
}

/// Flips one bit; a bit outside changes nothing.
pub fn flip(segment: &mut [u8], bit: u32) {
    let byte = usize::try_from(bit / 8).unwrap_or(usize::MAX);
    if let Some(b) = segment.get_mut(byte) {
        *b ^= 1 << (bit % 8);
    }
}

/// What a segment is to someone who reads generation `g` and stands at place `isec`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentKind {
    /// The segment of this generation and place.
    Data {
        /// Bit to flip first, when the ECC found one.
        bit: Option<u32>,
    },
    /// A whole segment of an earlier generation: unused space.
    Older {
        /// Its own position.
        lgpos: Lgpos,
    },
    /// A whole segment of a later place or generation: damage.
    Newer {
        /// Its own position.
        lgpos: Lgpos,
    },
    /// The shadow of the segment before: unused space.
    Shadow,
    /// All zero.
    Zero,
    /// None of these.
    Bad {
        /// Stored checksum.
        expected: u64,
        /// Checksum of the bytes.
        actual: u64,
    },
}

/// Says what the bytes at place `isec` are to a reader of `generation`; `is_first`: the first data
/// segment, which has none before it whose shadow it could be.
#[must_use]
pub fn classify(segment: &[u8], generation: i32, isec: u16, is_first: bool) -> SegmentKind {
    let whole = |bit: Option<u32>| {
        let lgpos = corrected_lgpos(segment, bit);
        match lgpos.cmp(&Lgpos::new(generation, isec, 0)) {
            std::cmp::Ordering::Less => SegmentKind::Older { lgpos },
            std::cmp::Ordering::Equal => SegmentKind::Data { bit },
            std::cmp::Ordering::Greater => SegmentKind::Newer { lgpos },
        }
    };
    match check(segment, isec) {
        SegmentCheck::Good => whole(None),
        SegmentCheck::Correctable { bit } => whole(Some(bit)),
        SegmentCheck::Bad { expected, actual } => {
            if !is_first && is_shadow_of(segment, isec.wrapping_sub(1)) {
                SegmentKind::Shadow
            } else if all_zero(segment) {
                SegmentKind::Zero
            } else {
                SegmentKind::Bad { expected, actual }
            }
        }
    }
}

/// `true` for a whole copy of segment `before`, of whatever generation. The header must say so too:
/// neighbours' checksums differ by the number alone, so that one flipped bit in the stored checksum
/// of an odd segment would make it pass for a shadow, and the log end there unnoticed.
fn is_shadow_of(segment: &[u8], before: u16) -> bool {
    let bit = match check(segment, before) {
        SegmentCheck::Good => None,
        SegmentCheck::Correctable { bit } => Some(bit),
        SegmentCheck::Bad { .. } => return false,
    };
    corrected_lgpos(segment, bit).isec == before
}

/// The position in the header, as it is once `bit` is flipped.
fn corrected_lgpos(segment: &[u8], bit: Option<u32>) -> Lgpos {
    let mut head = [0u8; SEGMENT_HEADER_BYTES];
    put(&mut head, segment);
    if let Some(bit) = bit {
        flip(&mut head, bit);
    }
    Lgpos::get(&head, OFF_LGPOS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::rng::{Rng, SeededRng};

    fn segment(seed: u64, lgpos: Lgpos) -> Vec<u8> {
        let mut rng = SeededRng::new(seed);
        let mut b: Vec<u8> = (0..SEGMENT_BYTES).map(|_| rng.next_u64() as u8).collect();
        seal(&mut b, lgpos, LogTime([1, 2, 3, 4, 5, 126, 1, 0]));
        b
    }

    #[test]
    fn sealed_segments_are_good_and_their_header_comes_back() {
        let pos = Lgpos::new(3, 7, 0);
        let b = segment(1, pos);
        assert_eq!(check(&b, 7), SegmentCheck::Good);
        let h = SegmentHeader::read(&b).unwrap();
        assert_eq!((h.lgpos, h.flags), (pos, SEGMENT_FLAGS));
        assert_eq!(h.to_bytes(), b[..SEGMENT_HEADER_BYTES]);
        assert_eq!(classify(&b, 3, 7, true), SegmentKind::Data { bit: None });
        assert_eq!(classify(&b, 4, 7, false), SegmentKind::Older { lgpos: pos });
        assert_eq!(classify(&b, 2, 7, false), SegmentKind::Newer { lgpos: pos });
        assert_eq!(classify(&b, 3, 8, false), SegmentKind::Shadow);
        assert!(matches!(classify(&b, 3, 8, true), SegmentKind::Bad { .. }));
        assert!(matches!(classify(&b, 3, 9, false), SegmentKind::Bad { .. }));
        assert_eq!(
            classify(&[0; SEGMENT_BYTES], 3, 7, false),
            SegmentKind::Zero
        );
        assert!(matches!(check(&b[1..], 7), SegmentCheck::Bad { .. }));
    }

    /// The definition of docs/format/log-files.md §4.2, bit by bit.
    #[test]
    fn the_checksum_is_the_documented_one() {
        let b = segment(5, Lgpos::new(1, 9, 0));
        let (mut xor, mut lo, mut parity) = (9u32, 0u32, false);
        for (i, &byte) in b.iter().enumerate().skip(8) {
            xor ^= u32::from(byte) << (8 * (i % 4));
            for bit in (0..8).filter(|bit| byte >> bit & 1 == 1) {
                lo ^= 8 * i as u32 + bit;
                parity = !parity;
            }
        }
        let hi = lo ^ if parity { 0x7FFF } else { 0 };
        let all = u64::from(hi) << 48 | u64::from(lo) << 32 | u64::from(xor);
        assert_eq!(checksum(&b, 9), all);
    }

    #[test]
    fn one_flipped_bit_is_corrected_or_reported_two_are_reported() {
        let mut rng = SeededRng::new(testkit::first_seed());
        for seed in 1..4 {
            let pos = Lgpos::new(3, 7, 0);
            let good = segment(seed, pos);
            // 64 spread over the segment, and all of the header.
            let spread = (0..64).map(|i| i * (8 * SEGMENT_BYTES as u32 / 64) + i);
            for bit in spread.chain(0..8 * SEGMENT_HEADER_BYTES as u32) {
                let mut b = good.clone();
                flip(&mut b, bit);
                let verdict = check(&b, 7);
                if bit < 64 || bit == FORMAT_FLAG_BIT {
                    assert!(matches!(verdict, SegmentCheck::Bad { .. }), "{bit}");
                } else {
                    assert_eq!(verdict, SegmentCheck::Correctable { bit });
                    assert_eq!(
                        classify(&b, 3, 7, false),
                        SegmentKind::Data { bit: Some(bit) }
                    );
                    flip(&mut b, bit);
                    assert_eq!(b, good);
                }
            }
            for _ in 0..500 {
                let (x, y) = (
                    rng.below(8 * SEGMENT_BYTES as u64) as u32,
                    rng.below(8 * SEGMENT_BYTES as u64) as u32,
                );
                let mut b = good.clone();
                flip(&mut b, x);
                flip(&mut b, y);
                let bad = matches!(check(&b, 7), SegmentCheck::Bad { .. });
                assert_eq!(bad, x != y, "{x} {y}");
            }
        }
    }
}
