//! Text as UTF-16 units, wherever the units lie.
//!
//! Invariant: a unit behind the end is `None`; an odd last byte is no unit.
#![forbid(unsafe_code)]

use crate::format::bytes::u16_at;

/// A text that can be looked at unit by unit.
pub trait Units: Copy {
    /// Number of UTF-16 units.
    fn len(self) -> usize;

    /// Unit `i`, `None` behind the end.
    fn get(self, i: usize) -> Option<u16>;

    /// `true` when there is no unit.
    fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl Units for &[u16] {
    #[inline]
    fn len(self) -> usize {
        <[u16]>::len(self)
    }

    #[inline]
    fn get(self, i: usize) -> Option<u16> {
        <[u16]>::get(self, i).copied()
    }
}

/// The value of a Unicode column: little-endian UTF-16, at any alignment.
#[derive(Clone, Copy, Debug)]
pub struct Utf16Le<'a>(pub &'a [u8]);

impl Units for Utf16Le<'_> {
    #[inline]
    fn len(self) -> usize {
        self.0.len() / 2
    }

    #[inline]
    fn get(self, i: usize) -> Option<u16> {
        u16_at(self.0, i.checked_mul(2)?)
    }
}
