//! How page bytes are changed: one trait, so that mutators are written once.
//!
//! A page in the cache may be looked at by an optimistic reader while it changes, so its bytes are
//! only ever stored through atomics (`design` §4.1); a private buffer is a plain slice. `format`
//! and `apply` are generic over this trait and do not know which of the two they have.
//!
//! Invariant: no method panics; a range outside the page is refused and changes nothing.
#![forbid(unsafe_code)]

use std::ops::Deref;

/// A range that does not lie in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bytes {offset}..{offset}+{len} do not lie in a page of {page} bytes")]
pub struct OutsidePage {
    /// First byte.
    pub offset: usize,
    /// Length in bytes.
    pub len: usize,
    /// Size of the page in bytes.
    pub page: usize,
}

/// Bytes of one page that may be changed. Reading goes through `Deref`.
pub trait PageMut: Deref<Target = [u8]> {
    /// Stores `src` at `offset`.
    fn store(&mut self, offset: usize, src: &[u8]) -> Result<(), OutsidePage>;

    /// Moves `len` bytes from `from` to `to`; the ranges may overlap.
    fn shift(&mut self, from: usize, len: usize, to: usize) -> Result<(), OutsidePage>;

    /// Replaces the whole page; `src` has the page's size.
    fn store_page(&mut self, src: &[u8]) -> Result<(), OutsidePage>;

    /// Every byte is zero, and nobody else has seen the page yet: what is half made of it harms nobody.
    #[inline]
    fn is_unborn(&self) -> bool {
        false
    }

    /// Stores a little-endian u16.
    #[inline]
    fn store_u16(&mut self, offset: usize, v: u16) -> Result<(), OutsidePage> {
        self.store(offset, &v.to_le_bytes())
    }

    /// Stores a little-endian u32.
    #[inline]
    fn store_u32(&mut self, offset: usize, v: u32) -> Result<(), OutsidePage> {
        self.store(offset, &v.to_le_bytes())
    }

    /// Stores a little-endian u64.
    #[inline]
    fn store_u64(&mut self, offset: usize, v: u64) -> Result<(), OutsidePage> {
        self.store(offset, &v.to_le_bytes())
    }
}

/// A private page: an owned buffer nobody else sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageBuf(Box<[u8]>);

impl PageBuf {
    /// A page of zeros.
    #[must_use]
    pub fn zeroed(size: super::ids::PageSize) -> Self {
        Self(vec![0; size.bytes()].into_boxed_slice())
    }

    /// A copy of `bytes`, whatever their length.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The bytes, for filling from a file.
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// The buffer itself.
    #[must_use]
    pub fn into_boxed(self) -> Box<[u8]> {
        self.0
    }
}

impl Deref for PageBuf {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl PageMut for PageBuf {
    #[inline]
    fn store(&mut self, offset: usize, src: &[u8]) -> Result<(), OutsidePage> {
        (&mut *self.0).store(offset, src)
    }

    #[inline]
    fn shift(&mut self, from: usize, len: usize, to: usize) -> Result<(), OutsidePage> {
        (&mut *self.0).shift(from, len, to)
    }

    #[inline]
    fn store_page(&mut self, src: &[u8]) -> Result<(), OutsidePage> {
        (&mut *self.0).store_page(src)
    }
}

/// A borrowed private page, such as a part of a read buffer.
impl PageMut for &mut [u8] {
    #[inline]
    fn store(&mut self, offset: usize, src: &[u8]) -> Result<(), OutsidePage> {
        let outside = OutsidePage {
            offset,
            len: src.len(),
            page: self.len(),
        };
        let end = offset.checked_add(src.len()).ok_or(outside)?;
        self.get_mut(offset..end)
            .ok_or(outside)?
            .copy_from_slice(src);
        Ok(())
    }

    #[inline]
    fn shift(&mut self, from: usize, len: usize, to: usize) -> Result<(), OutsidePage> {
        let page = self.len();
        let fits = |offset: usize| offset.checked_add(len).filter(|&end| end <= page);
        let outside = |offset| OutsidePage { offset, len, page };
        let end = fits(from).ok_or(outside(from))?;
        fits(to).ok_or(outside(to))?;
        self.copy_within(from..end, to);
        Ok(())
    }

    #[inline]
    fn store_page(&mut self, src: &[u8]) -> Result<(), OutsidePage> {
        if src.len() != self.len() {
            return Err(OutsidePage {
                offset: 0,
                len: src.len(),
                page: self.len(),
            });
        }
        self.copy_from_slice(src);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ids::PageSize;

    #[test]
    fn ranges_outside_change_nothing() {
        let mut p = PageBuf::zeroed(PageSize::K2);
        p.store(2046, &[1, 2]).unwrap();
        let before = p.clone();
        assert!(p.store(2047, &[9, 9]).is_err());
        assert!(p.store(usize::MAX, &[9]).is_err());
        assert!(p.shift(2000, 100, 0).is_err());
        assert!(p.shift(0, 100, 2000).is_err());
        assert!(p.store_page(&[0; 4096]).is_err());
        assert_eq!(p, before);
        p.shift(2046, 2, 0).unwrap();
        assert_eq!(p.get(..2), Some(&[1u8, 2][..]));
    }
}
