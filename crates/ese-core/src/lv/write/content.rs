//! The bytes of a long value to be, piece by piece, and what may be done to one.
//!
//! Invariant: a piece that is asked for and does not exist is no byte.
#![forbid(unsafe_code)]

/// Where bytes come from.
pub trait Content {
    /// How many there are.
    fn len(&self) -> u64;

    /// There are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends the bytes from `offset` on, at most `most`, to `out`.
    fn append(&self, offset: u64, most: usize, out: &mut Vec<u8>);
}

/// Bytes at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Content for Bytes<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn append(&self, offset: u64, most: usize, out: &mut Vec<u8>) {
        let from = usize::try_from(offset).ok();
        let rest = from.and_then(|at| self.0.get(at..)).unwrap_or(&[]);
        out.extend_from_slice(rest.get(..most).unwrap_or(rest));
    }
}

/// Zeros.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zeros(pub u64);

impl Content for Zeros {
    fn len(&self) -> u64 {
        self.0
    }

    fn append(&self, offset: u64, most: usize, out: &mut Vec<u8>) {
        let left = self.0.saturating_sub(offset);
        let n = usize::try_from(left).unwrap_or(usize::MAX).min(most);
        out.resize(out.len() + n, 0);
    }
}

/// Pieces, one behind the other.
pub struct Pieces<'a>(pub &'a [&'a dyn Content]);

impl Content for Pieces<'_> {
    fn len(&self) -> u64 {
        self.0.iter().map(|p| p.len()).sum()
    }

    fn append(&self, offset: u64, most: usize, out: &mut Vec<u8>) {
        let (mut offset, mut most) = (offset, most);
        for piece in self.0 {
            let len = piece.len();
            if offset >= len {
                offset -= len;
                continue;
            }
            let before = out.len();
            piece.append(offset, most, out);
            most -= (out.len() - before).min(most);
            offset = 0;
        }
    }
}

/// What is done to a value that exists.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    /// Bytes are added at the end.
    Append(&'a [u8]),
    /// Bytes are written over those from an offset on, and behind them when there are more.
    Overwrite(u32, &'a [u8]),
    /// The same, and what was written last is the end then.
    OverwriteAndEnd(u32, &'a [u8]),
    /// The value is cut, or zeros are added.
    Resize(u32),
}

impl Change<'_> {
    /// Size of the value afterwards, of one that has `size` bytes; `None` when the offset lies behind
    /// its end.
    #[must_use]
    pub fn size_after(&self, size: u64) -> Option<u64> {
        let end = |at: u32, bytes: &[u8]| {
            let within = u64::from(at) <= size;
            within.then_some(u64::from(at) + bytes.len() as u64)
        };
        match *self {
            Self::Append(bytes) => Some(size + bytes.len() as u64),
            Self::Overwrite(at, bytes) => end(at, bytes).map(|e| e.max(size)),
            Self::OverwriteAndEnd(at, bytes) => end(at, bytes),
            Self::Resize(size) => Some(u64::from(size)),
        }
    }

    /// Does it to bytes at hand; nothing when the offset lies behind their end.
    pub fn apply(&self, bytes: &mut Vec<u8>) {
        let size = bytes.len() as u64;
        let Some(after) = self.size_after(size).and_then(|n| usize::try_from(n).ok()) else {
            return;
        };
        match *self {
            Self::Append(new) => bytes.extend_from_slice(new),
            Self::Overwrite(at, new) | Self::OverwriteAndEnd(at, new) => {
                bytes.resize(after, 0);
                let at = at as usize;
                if let Some(place) = bytes.get_mut(at..at + new.len()) {
                    place.copy_from_slice(new);
                }
            }
            Self::Resize(_) => bytes.resize(after, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(content: &dyn Content, offset: u64, most: usize) -> Vec<u8> {
        let mut out = vec![9];
        content.append(offset, most, &mut out);
        assert_eq!(out.remove(0), 9);
        out
    }

    #[test]
    fn pieces_are_one_sequence() {
        let (a, b): (&[u8], &[u8]) = (b"abc", b"de");
        let all = Pieces(&[&Bytes(a), &Zeros(2), &Bytes(b), &Zeros(0)]);
        assert_eq!(all.len(), 7);
        let want = b"abc\0\0de";
        for from in 0..9 {
            for most in 0..9 {
                let rest = want.get(from..).unwrap_or(&[]);
                let rest = rest.get(..most).unwrap_or(rest);
                assert_eq!(take(&all, from as u64, most), rest, "{from} {most}");
            }
        }
    }

    #[test]
    fn a_change_says_its_size_and_does_it() {
        let changes = [
            (Change::Append(b"xy"), Some(&b"abcdxy"[..])),
            (Change::Overwrite(1, b"xy"), Some(b"axyd")),
            (Change::Overwrite(3, b"xy"), Some(b"abcxy")),
            (Change::Overwrite(4, b"xy"), Some(b"abcdxy")),
            (Change::Overwrite(5, b"xy"), None),
            (Change::OverwriteAndEnd(1, b"xy"), Some(b"axy")),
            (Change::OverwriteAndEnd(4, b"xy"), Some(b"abcdxy")),
            (Change::OverwriteAndEnd(5, b"xy"), None),
            (Change::Resize(2), Some(b"ab")),
            (Change::Resize(6), Some(b"abcd\0\0")),
        ];
        for (i, (change, want)) in changes.iter().enumerate() {
            let mut bytes = b"abcd".to_vec();
            change.apply(&mut bytes);
            assert_eq!(bytes, want.unwrap_or(b"abcd"), "{i}");
            let size = change.size_after(4);
            assert_eq!(size, want.map(|w| w.len() as u64), "{i}");
        }
    }
}
