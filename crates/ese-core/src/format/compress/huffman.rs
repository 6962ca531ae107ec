//! Canonical codes as XPRESS9 and XPRESS10 store them, and the part of their symbols that is the same.
//!
//! Source: docs/format/database-compression.md §1.2, §5.3. A code's most significant bit comes first
//! in the stream; everything else is least significant first.
//!
//! Invariants: a code that is incomplete or oversubscribed is refused when it is built, so that
//! decoding a symbol always ends; no allocation.
#![forbid(unsafe_code)]

use super::CompressError;
use super::bits::BitReader;

/// Most symbols of a code.
pub(super) const SYMBOLS_MOST: usize = 704;
/// Longest code in bits.
const LENGTH_MOST: usize = 27;
/// Bits that one look into the table resolves.
const ROOT_BITS: u32 = 10;
/// Symbols of the small code that codes lengths.
const SMALL_SYMBOLS: usize = 33;
/// Lengths come in rows of this many.
const ROW: usize = 16;

/// Code lengths of an alphabet.
pub(super) struct Lengths {
    len: [u8; SYMBOLS_MOST],
    count: usize,
}

impl Lengths {
    fn new(count: usize) -> Result<Self, CompressError> {
        if count == 0 || count > SYMBOLS_MOST {
            return Err(CompressError::Stream);
        }
        Ok(Self {
            len: [0; SYMBOLS_MOST],
            count,
        })
    }

    fn as_slice(&self) -> &[u8] {
        self.len.get(..self.count).unwrap_or(&[])
    }

    fn get(&self, i: usize) -> Option<u8> {
        self.as_slice().get(i).copied()
    }

    fn set(&mut self, i: usize, v: u8) -> Result<(), CompressError> {
        *self
            .len
            .get_mut(..self.count)
            .and_then(|l| l.get_mut(i))
            .ok_or(CompressError::Stream)? = v;
        Ok(())
    }

    /// Lengths that nothing is stored for: all within one bit of each other.
    pub(super) fn flat(count: usize) -> Result<Self, CompressError> {
        let mut lengths = Self::new(count)?;
        let low = u8::try_from(count.ilog2()).map_err(|_| CompressError::Stream)?;
        let shorter = (2usize << low) - count;
        for i in 0..count {
            lengths.set(i, if i < shorter { low } else { low + 1 })?;
        }
        Ok(lengths)
    }

    /// Lengths as the stream holds them, through a small code of their own.
    pub(super) fn coded(count: usize, bits: &mut BitReader<'_>) -> Result<Self, CompressError> {
        let mut small = Self::new(SMALL_SYMBOLS)?;
        let mut prev = 4u32;
        for k in 0..SMALL_SYMBOLS {
            if bits.bits(1)? == 1 {
                let n = bits.bits(3)?;
                prev = if n >= prev { n + 1 } else { n };
            }
            small.set(k, u8::try_from(prev).map_err(|_| CompressError::Stream)?)?;
        }
        let code = Code::new(&small)?;
        let mut lengths = Self::new(count)?;
        let mut last = 8u8;
        let mut i = 0;
        while i < count {
            match code.symbol(bits)? {
                s @ 0..=27 => {
                    let s = u8::try_from(s).unwrap_or(0);
                    lengths.set(i, s)?;
                    if s > 0 {
                        last = s;
                    }
                    i += 1;
                }
                28 => i = (i / ROW + 1) * ROW,
                29 => {
                    let mut n = bits.bits(2)? as usize + 5;
                    if n == 8 {
                        loop {
                            let x = bits.bits(3)? as usize;
                            n += x;
                            if x != 7 || n > count {
                                break;
                            }
                        }
                    }
                    // A run that reaches the end of its row must be written as symbol 28.
                    if i + n > count || i / ROW != (i + n) / ROW {
                        return Err(CompressError::Stream);
                    }
                    i += n;
                }
                30 => {
                    lengths.set(i, last)?;
                    i += 1;
                }
                31 => {
                    last = i
                        .checked_sub(ROW)
                        .and_then(|above| lengths.get(above))
                        .filter(|&v| v != 0)
                        .ok_or(CompressError::Stream)?;
                    lengths.set(i, last)?;
                    i += 1;
                }
                _ => {
                    last = i
                        .checked_sub(ROW)
                        .and_then(|above| lengths.get(above))
                        .filter(|&v| usize::from(v) < LENGTH_MOST)
                        .ok_or(CompressError::Stream)?
                        + 1;
                    lengths.set(i, last)?;
                    i += 1;
                }
            }
        }
        Ok(lengths)
    }
}

/// A code ready to decode with.
pub(super) struct Code {
    /// By the next [`ROOT_BITS`] bits: `symbol << 4 | length`, 0 for longer codes.
    root: [u16; 1 << ROOT_BITS],
    /// Symbols in the order of their codes.
    sorted: [u16; SYMBOLS_MOST],
    /// Per length: first code, number of codes, place of the first in `sorted`.
    rows: [(u32, u32, u32); LENGTH_MOST + 1],
    /// The one symbol of a code that has no other; its bits may be anything.
    single: Option<(u16, u32)>,
}

impl Code {
    /// The canonical code of these lengths.
    pub(super) fn new(lengths: &Lengths) -> Result<Self, CompressError> {
        let mut code = Self {
            root: [0; 1 << ROOT_BITS],
            sorted: [0; SYMBOLS_MOST],
            rows: [(0, 0, 0); LENGTH_MOST + 1],
            single: None,
        };
        let mut used = 0u32;
        for &l in lengths.as_slice().iter().filter(|&&l| l > 0) {
            let row = code
                .rows
                .get_mut(usize::from(l))
                .ok_or(CompressError::Stream)?;
            row.1 += 1;
            used += 1;
        }
        let (mut next, mut place, mut room) = (0u32, 0u32, 1u64 << LENGTH_MOST);
        for (l, row) in code.rows.iter_mut().enumerate().skip(1) {
            next <<= 1;
            (row.0, row.2) = (next, place);
            next += row.1;
            place += row.1;
            room = room
                .checked_sub(u64::from(row.1) << (LENGTH_MOST - l))
                .ok_or(CompressError::Stream)?;
        }
        if used == 0 || (used > 1 && room != 0) {
            return Err(CompressError::Stream);
        }
        // By (length, symbol): each length's symbols go to its next free place.
        let mut filled = [0u32; LENGTH_MOST + 1];
        for (symbol, &l) in (0u16..).zip(lengths.as_slice()) {
            if l == 0 {
                continue;
            }
            if used == 1 {
                code.single = Some((symbol, u32::from(l)));
                break;
            }
            let (Some(n), Some(&(first, _, place))) = (
                filled.get_mut(usize::from(l)),
                code.rows.get(usize::from(l)),
            ) else {
                return Err(CompressError::Stream);
            };
            if let Some(slot) = code.sorted.get_mut((place + *n) as usize) {
                *slot = symbol;
            }
            let bits = u32::from(l);
            if bits <= ROOT_BITS {
                let low = (first + *n).reverse_bits() >> (32 - bits);
                let entry = symbol << 4 | u16::from(l);
                for slot in code.root.iter_mut().skip(low as usize).step_by(1 << bits) {
                    *slot = entry;
                }
            }
            *n += 1;
        }
        Ok(code)
    }

    /// The next symbol.
    #[inline]
    pub(super) fn symbol(&self, bits: &mut BitReader<'_>) -> Result<usize, CompressError> {
        let next = bits.peek();
        let entry = self
            .root
            .get((next & ((1 << ROOT_BITS) - 1)) as usize)
            .copied()
            .unwrap_or(0);
        if entry != 0 {
            bits.skip(u32::from(entry & 15))?;
            return Ok(usize::from(entry >> 4));
        }
        if let Some((symbol, len)) = self.single {
            bits.skip(len)?;
            return Ok(usize::from(symbol));
        }
        self.long_symbol(next, bits)
    }

    #[cold]
    fn long_symbol(&self, next: u64, bits: &mut BitReader<'_>) -> Result<usize, CompressError> {
        let mut value = 0u32;
        for (len, &(first, count, place)) in (0u32..).zip(&self.rows).skip(1) {
            value = value << 1 | ((next >> (len - 1)) & 1) as u32;
            let i = value.wrapping_sub(first);
            if value >= first && i < count {
                bits.skip(len)?;
                return self
                    .sorted
                    .get((place + i) as usize)
                    .map(|&s| usize::from(s))
                    .ok_or(CompressError::Stream);
            }
        }
        Err(CompressError::Stream)
    }
}

/// First symbol of matches in the short alphabet.
pub(super) const FIRST_MATCH: usize = 256;
/// Length field that says "a long symbol follows".
const LENGTH_MORE: usize = 15;
/// First symbol of the long alphabet that has extra bits.
const LONG_EXTRA: usize = 232;

/// The part of a match's length above the smallest match: the short symbol's low four bits, and a
/// long symbol when these are full.
#[inline]
pub(super) fn match_length(
    nibble: usize,
    long: &Code,
    bits: &mut BitReader<'_>,
) -> Result<usize, CompressError> {
    if nibble < LENGTH_MORE {
        return Ok(nibble);
    }
    let q = long.symbol(bits)?;
    let q = match q.checked_sub(LONG_EXTRA) {
        None => q,
        Some(e) => bits.power(u32::try_from(e).unwrap_or(0))? + LONG_EXTRA - 1,
    };
    Ok(q + LENGTH_MORE)
}

/// The offsets of the last matches, newest first.
pub(super) struct Recent {
    offsets: [usize; 4],
    count: usize,
}

impl Recent {
    /// `count` entries, at most four, all unset.
    pub(super) fn new(count: usize) -> Self {
        Self {
            offsets: [0; 4],
            count: count.min(4),
        }
    }

    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Fills an entry from the stream.
    pub(super) fn set(&mut self, i: usize, off: usize) {
        if let Some(o) = self.offsets.get_mut(i) {
            *o = off;
        }
    }

    /// Entry `i`, which moves to the front; unset or missing is an error.
    #[inline]
    pub(super) fn take(&mut self, i: usize) -> Result<usize, CompressError> {
        let used = self
            .offsets
            .get_mut(..self.count)
            .and_then(|o| o.get_mut(..=i))
            .ok_or(CompressError::Stream)?;
        used.rotate_right(1);
        used.first()
            .copied()
            .filter(|&o| o != 0)
            .ok_or(CompressError::Stream)
    }

    /// A new offset comes to the front, the last one is dropped.
    #[inline]
    pub(super) fn push(&mut self, off: usize) {
        let mut carry = off;
        for o in self.offsets.iter_mut().take(self.count) {
            std::mem::swap(o, &mut carry);
        }
    }
}
