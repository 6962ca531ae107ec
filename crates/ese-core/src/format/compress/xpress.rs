//! XPRESS: plain LZ77 of [MS-XCA] with the end mark that the engine's decoder asks for.
//!
//! ```text
//! u32 flags, used from bit 31 down: 0 literal byte, 1 match
//! match: u16 (offset - 1) << 3 | length - 3, lengths from 10 on continue in a half byte, a byte, a u16
//! ```
//! Source: docs/format/database-compression.md §4.
//!
//! Invariants: every read is checked against the end of the stream; behind the last plain byte one
//! more flag must be 1. Bytes behind that are ignored, as the original does.
#![forbid(unsafe_code)]

use super::lz77::Window;
use super::{CompressError, PLAIN_MOST, Scheme};

/// Shortest stream, and the plain size that needs more than a stream of that.
const STREAM_LEAST: usize = 8;
/// Farthest a match may reach back.
const OFFSET_MOST: usize = 8192;
/// Shortest match.
const MATCH_LEAST: usize = 3;
/// Value of a length field that says "continued".
const LENGTH_MORE_3BITS: usize = 7;
const LENGTH_MORE_4BITS: usize = 15;
const LENGTH_MORE_8BITS: usize = 255;
/// Smallest value of the u16 form of a length.
const LENGTH16_LEAST: usize = LENGTH_MORE_8BITS + LENGTH_MORE_4BITS + LENGTH_MORE_3BITS;

/// A reader of bytes that are checked.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    #[inline]
    fn take(&mut self, n: usize) -> Result<&'a [u8], CompressError> {
        let (head, rest) = self.0.split_at_checked(n).ok_or(CompressError::Stream)?;
        self.0 = rest;
        Ok(head)
    }

    #[inline]
    fn byte(&mut self) -> Result<usize, CompressError> {
        let (&b, rest) = self.0.split_first().ok_or(CompressError::Stream)?;
        self.0 = rest;
        Ok(usize::from(b))
    }

    #[inline]
    fn word(&mut self) -> Result<usize, CompressError> {
        let (w, rest) = self
            .0
            .split_first_chunk::<2>()
            .ok_or(CompressError::Stream)?;
        self.0 = rest;
        Ok(usize::from(u16::from_le_bytes(*w)))
    }

    #[inline]
    fn flags(&mut self) -> Result<u32, CompressError> {
        let (w, rest) = self
            .0
            .split_first_chunk::<4>()
            .ok_or(CompressError::Stream)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*w))
    }
}

/// Fills `dst`, whose length is the plain size, from the stream behind the head.
pub(super) fn decode(stream: &[u8], dst: &mut [u8]) -> Result<(), CompressError> {
    if dst.len() <= STREAM_LEAST || stream.len() < STREAM_LEAST || stream.len() >= dst.len() {
        return Err(CompressError::Stream);
    }
    let mut input = Input(stream);
    let mut out = Window::new(dst);
    // Flags not used yet, the next one in bit 31; `left` of them count.
    let (mut flags, mut left) = (0u32, 0u32);
    // The second half of a half-byte pair, when one is pending.
    let mut half: Option<usize> = None;
    loop {
        if left == 0 {
            flags = input.flags()?;
            left = 32;
        }
        // A run of literals is copied at once.
        let run = flags.leading_zeros().min(left);
        if run > 0 {
            out.literals(input.take(run as usize)?)?;
            flags = flags.checked_shl(run).unwrap_or(0);
            left -= run;
            continue;
        }
        flags <<= 1;
        left -= 1;
        if out.is_full() {
            return Ok(());
        }
        let w = input.word()?;
        let off = (w >> 3) + 1;
        let mut len = w & LENGTH_MORE_3BITS;
        if len == LENGTH_MORE_3BITS {
            len = match half.take() {
                Some(high) => high,
                None => {
                    let b = input.byte()?;
                    half = Some(b >> 4);
                    b & LENGTH_MORE_4BITS
                }
            };
            if len == LENGTH_MORE_4BITS {
                len = input.byte()?;
                if len == LENGTH_MORE_8BITS {
                    len = input
                        .word()?
                        .checked_sub(LENGTH16_LEAST)
                        .ok_or(CompressError::Stream)?
                        + LENGTH_MORE_8BITS;
                }
                len += LENGTH_MORE_4BITS;
            }
            len += LENGTH_MORE_3BITS;
        }
        out.copy(off, len + MATCH_LEAST)?;
    }
}

/// Bits of the hash of three bytes: few enough to be cleared soon, enough that a page fills a fraction.
const HASH_BITS: u32 = 14;
/// How many earlier places with the same hash are looked at.
const CHAIN_MOST: usize = 16;
/// "No place" in the hash chains.
const NOWHERE: u16 = u16::MAX;

/// The three bytes at a place as a number.
#[inline]
fn three(plain: &[u8], at: usize) -> Option<u32> {
    let rest = plain.get(at..)?;
    if let Some(four) = rest.first_chunk::<4>() {
        return Some(u32::from_le_bytes(*four) & 0x00FF_FFFF);
    }
    let [x, y, z] = *rest.first_chunk::<3>()?;
    Some(u32::from_le_bytes([x, y, z, 0]))
}

/// How many bytes two runs have in common.
#[inline]
fn common(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 8;
    let (mut left, mut right, mut same) = (a, b, 0);
    while let (Some((x, a)), Some((y, b))) = (
        left.split_first_chunk::<STEP>(),
        right.split_first_chunk::<STEP>(),
    ) {
        let differ = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if differ != 0 {
            return same + differ.trailing_zeros() as usize / 8;
        }
        (left, right, same) = (a, b, same + STEP);
    }
    same + left.iter().zip(right).take_while(|(x, y)| x == y).count()
}

/// Finds earlier occurrences by chains of places whose three bytes hash alike.
struct Matcher<'a> {
    plain: &'a [u8],
    head: Vec<u16>,
    prev: Vec<u16>,
}

impl<'a> Matcher<'a> {
    fn new(plain: &'a [u8]) -> Self {
        Self {
            plain,
            head: vec![NOWHERE; 1 << HASH_BITS],
            prev: vec![NOWHERE; plain.len()],
        }
    }

    #[inline]
    fn hash(three: u32) -> usize {
        (three.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
    }

    /// The place becomes the newest of its chain; the newest before it is what is left.
    #[inline]
    fn insert(&mut self, at: usize, three: u32) -> u16 {
        let Some(head) = self.head.get_mut(Self::hash(three)) else {
            return NOWHERE;
        };
        let before = std::mem::replace(head, u16::try_from(at).unwrap_or(NOWHERE));
        if let Some(prev) = self.prev.get_mut(at) {
            *prev = before;
        }
        before
    }

    fn insert_all(&mut self, places: std::ops::Range<usize>) {
        for at in places {
            if let Some(three) = three(self.plain, at) {
                self.insert(at, three);
            }
        }
    }

    /// Offset and length of the longest match at `at`, at least three bytes; `candidate` is the newest
    /// place of the chain.
    #[inline]
    fn find(&self, at: usize, bytes: u32, mut candidate: u16) -> Option<(usize, usize)> {
        let here = self.plain.get(at..)?;
        let mut best: Option<(usize, usize)> = None;
        for _ in 0..CHAIN_MOST {
            if candidate == NOWHERE {
                break;
            }
            let from = usize::from(candidate);
            let off = at.checked_sub(from)?;
            if off > OFFSET_MOST {
                break;
            }
            // Most of a chain hashes alike and is not alike.
            if three(self.plain, from) == Some(bytes) {
                let len = common(self.plain.get(from..)?, here);
                if best.is_none_or(|(_, l)| len > l) {
                    best = Some((off, len));
                    if len == here.len() {
                        break;
                    }
                }
            }
            candidate = *self.prev.get(from)?;
        }
        best
    }
}

/// The stream being written: where the current flag word and half byte lie.
struct Output<'a> {
    out: &'a mut Vec<u8>,
    flags: u32,
    used: u32,
    flags_at: usize,
    half_at: Option<usize>,
}

impl Output<'_> {
    fn flag(&mut self, bit: u32) {
        if self.used == 32 {
            self.next_flags();
        }
        self.flags |= bit << (31 - self.used);
        self.used += 1;
    }

    fn next_flags(&mut self) {
        self.close_flags();
        self.flags_at = self.out.len();
        self.out.extend_from_slice(&[0; 4]);
        (self.flags, self.used) = (0, 0);
    }

    fn close_flags(&mut self) {
        let word = self.flags.to_le_bytes();
        if let Some(place) = self.out.get_mut(self.flags_at..self.flags_at + 4) {
            place.copy_from_slice(&word);
        }
    }

    fn literals(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.used == 32 {
                self.next_flags();
            }
            let room = (32 - self.used) as usize;
            let (head, rest) = bytes.split_at(room.min(bytes.len()));
            self.out.extend_from_slice(head);
            self.used += u32::try_from(head.len()).unwrap_or(0);
            bytes = rest;
        }
    }

    fn half(&mut self, value: u8) {
        match self.half_at.take() {
            Some(at) => {
                if let Some(b) = self.out.get_mut(at) {
                    *b |= value << 4;
                }
            }
            None => {
                self.half_at = Some(self.out.len());
                self.out.push(value);
            }
        }
    }

    fn copy(&mut self, off: usize, len: usize) {
        self.flag(1);
        let rest = len - MATCH_LEAST;
        let field = |v: usize, most: usize| u8::try_from(v.min(most)).unwrap_or(u8::MAX);
        let word = (off - 1) << 3 | rest.min(LENGTH_MORE_3BITS);
        self.out
            .extend_from_slice(&u16::try_from(word).unwrap_or(0).to_le_bytes());
        let Some(rest3) = rest.checked_sub(LENGTH_MORE_3BITS) else {
            return;
        };
        self.half(field(rest3, LENGTH_MORE_4BITS));
        let Some(rest4) = rest3.checked_sub(LENGTH_MORE_4BITS) else {
            return;
        };
        self.out.push(field(rest4, LENGTH_MORE_8BITS));
        if rest4 >= LENGTH_MORE_8BITS {
            self.out
                .extend_from_slice(&u16::try_from(rest).unwrap_or(0).to_le_bytes());
        }
    }
}

/// Appends the XPRESS form of `plain` to `out`. `false`, and nothing is appended, when the form is
/// not shorter than the plain bytes, for too few bytes, or for more than 65,535 bytes.
///
/// Greedy, the longest match of the last 16 candidates: close to what the original
/// makes, not equal to it; every valid stream is as good (docs/format/README.md).
pub fn encode(plain: &[u8], out: &mut Vec<u8>) -> bool {
    encode_with(plain, out, longest_matches)
}

/// As [`encode`], many times as fast: the newest candidate only, ever fewer places are looked at where
/// nothing matches, and `false` too when the first 2 KiB get hardly shorter. For what is written once and
/// read seldom.
pub fn encode_fast(plain: &[u8], out: &mut Vec<u8>) -> bool {
    encode_with(plain, out, newest_matches)
}

fn longest_matches(plain: &[u8], stream: &mut Output<'_>) -> bool {
    let mut matcher = Matcher::new(plain);
    let mut at = 0;
    while let Some(&byte) = plain.get(at) {
        let found = three(plain, at).and_then(|bytes| {
            let newest = matcher.insert(at, bytes);
            matcher.find(at, bytes, newest)
        });
        if let Some((off, len)) = found {
            stream.copy(off, len);
            matcher.insert_all(at + 1..at + len);
            at += len;
        } else {
            stream.flag(0);
            stream.out.push(byte);
            at += 1;
        }
    }
    true
}

/// Bits of the hash of four bytes.
const FAST_HASH_BITS: u32 = 12;
/// So many places without a match make the step to the next one longer by one; a match takes half of
/// them back, so that chance finds in noise do not slow it down.
const PATIENCE: usize = 8;
/// Bytes after which is asked whether it pays, and the part (one in so many) that has to be saved then.
const TRIAL: usize = 2048;
const TRIAL_SAVES: usize = 8;

fn newest_matches(plain: &[u8], stream: &mut Output<'_>) -> bool {
    let start = stream.flags_at;
    let mut on_trial = true;
    let mut newest = [NOWHERE; 1 << FAST_HASH_BITS];
    let word = |at: usize| {
        let rest = plain.get(at..)?;
        rest.first_chunk::<4>().map(|w| u32::from_le_bytes(*w))
    };
    // What lies between `from` and `at` has no match.
    let (mut from, mut at, mut missed) = (0, 0, 0);
    while let Some(bytes) = word(at) {
        let hash = (bytes.wrapping_mul(0x9E37_79B1) >> (32 - FAST_HASH_BITS)) as usize;
        let place = newest.get_mut(hash);
        let now = u16::try_from(at).unwrap_or(NOWHERE);
        let before = place.map_or(NOWHERE, |p| std::mem::replace(p, now));
        let candidate = usize::from(before);
        let off = at.wrapping_sub(candidate);
        if before == NOWHERE || off > OFFSET_MOST || word(candidate) != Some(bytes) {
            missed += 1;
            at += 1 + missed / PATIENCE;
            continue;
        }
        if on_trial && at >= TRIAL {
            on_trial = false;
            let written = stream.out.len() - start + (at - from);
            if written > at - at / TRIAL_SAVES {
                return false;
            }
        }
        let rest = |at: usize| plain.get(at..).unwrap_or_default();
        let len = common(rest(candidate), rest(at));
        stream.literals(plain.get(from..at).unwrap_or_default());
        stream.copy(off, len);
        at += len;
        (from, missed) = (at, missed / 2);
    }
    stream.literals(plain.get(from..).unwrap_or_default());
    true
}

fn encode_with(
    plain: &[u8],
    out: &mut Vec<u8>,
    matches: impl FnOnce(&[u8], &mut Output<'_>) -> bool,
) -> bool {
    if plain.len() <= STREAM_LEAST || plain.len() > PLAIN_MOST {
        return false;
    }
    let start = out.len();
    out.push(Scheme::Xpress.first_byte(0));
    out.extend_from_slice(&u16::try_from(plain.len()).unwrap_or(0).to_le_bytes());
    let head = out.len();
    out.extend_from_slice(&[0; 4]);
    let mut stream = Output {
        flags_at: head,
        out,
        flags: 0,
        used: 0,
        half_at: None,
    };
    if !matches(plain, &mut stream) {
        out.truncate(start);
        return false;
    }
    // The end mark: one more flag, and ones to the end of the word.
    stream.flag(1);
    if stream.used < 32 {
        stream.flags |= u32::MAX >> stream.used;
    }
    stream.close_flags();
    let len = out.len() - head;
    if len < STREAM_LEAST || out.len() - start >= plain.len() {
        out.truncate(start);
        return false;
    }
    true
}
