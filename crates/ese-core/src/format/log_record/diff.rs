//! The diff of a ReplaceD record: how a node's old data becomes the new.
//!
//! ```text
//! narrow (2 bytes): bits 0-12 offset, 0x2000 same length, 0x4000 insert, 0x8000 two-byte lengths
//! wide (3 bytes):   u16 offset, u8: 0x20 same length, 0x40 insert, 0x80 two-byte lengths
//! then: new length; old length unless it is the same or an insert; new bytes
//! ```
//! Source: docs/format/log-records.md §4.1.
//!
//! Invariants: offsets never fall; nothing is read outside diff or old data; the result is never
//! longer than the length that the record names.
#![forbid(unsafe_code)]

use super::super::bytes::{slice, u8_at, u16_at};
use super::ReplaceD;
use crate::error::{HasJetErr, JetErr};

const SAME_LENGTH: u8 = 0x20;
const INSERT: u8 = 0x40;
const TWO_BYTE_LENGTHS: u8 = 0x80;
const NARROW_OFFSET_MASK: u16 = 0x1FFF;

/// One step of a diff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiffStep<'a> {
    /// Offset inside the old data.
    pub offset: usize,
    /// Old bytes that go, 0 for an insert.
    pub old_len: usize,
    /// Bytes that come in their place.
    pub new: &'a [u8],
}

/// Why a diff cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiffError {
    /// The diff ends inside a step.
    #[error("the diff ends inside a step")]
    Short,
    /// A step reaches outside the old data, or before the step before.
    #[error("a step of the diff lies outside the old data ({old_bytes} bytes)")]
    Outside {
        /// Length of the old data.
        old_bytes: usize,
    },
    /// The result has another length than the record says.
    #[error("the diff gives {got} bytes, the record says {want}")]
    Result {
        /// Length that came out (or would have).
        got: usize,
        /// Length by the record.
        want: usize,
    },
}

impl HasJetErr for DiffError {
    fn jet_err(&self) -> JetErr {
        JetErr::LOG_CORRUPTED
    }
}

fn step(diff: &[u8], wide: bool) -> Option<(DiffStep<'_>, &[u8])> {
    let word = u16_at(diff, 0)?;
    let (offset, flags, mut at) = if wide {
        (word, u8_at(diff, 2)?, 3)
    } else {
        let [_, high] = word.to_le_bytes();
        (word & NARROW_OFFSET_MASK, high, 2)
    };
    let mut length = || {
        if flags & TWO_BYTE_LENGTHS != 0 {
            at += 2;
            u16_at(diff, at - 2).map(usize::from)
        } else {
            at += 1;
            u8_at(diff, at - 1).map(usize::from)
        }
    };
    let new_len = length()?;
    let old_len = if flags & INSERT != 0 {
        0
    } else if flags & SAME_LENGTH != 0 {
        new_len
    } else {
        length()?
    };
    let new = slice(diff, at, new_len)?;
    Some((
        DiffStep {
            offset: usize::from(offset),
            old_len,
            new,
        },
        diff.get(at + new_len..)?,
    ))
}

impl<'a> ReplaceD<'a> {
    /// The steps of the diff.
    pub fn steps(&self) -> impl Iterator<Item = Result<DiffStep<'a>, DiffError>> + use<'a> {
        let wide = self.cb.is_wide();
        let mut rest = Some(self.diff);
        std::iter::from_fn(move || {
            let diff = rest.take().filter(|d| !d.is_empty())?;
            match step(diff, wide) {
                Some((step, tail)) => {
                    rest = Some(tail);
                    Some(Ok(step))
                }
                None => Some(Err(DiffError::Short)),
            }
        })
    }

    /// Makes the new data from the old into `out` (emptied first).
    pub fn apply(&self, old: &[u8], out: &mut Vec<u8>) -> Result<(), DiffError> {
        out.clear();
        let outside = DiffError::Outside {
            old_bytes: old.len(),
        };
        let want = usize::from(self.cb_new);
        let mut at = 0;
        let mut add = |bytes: &[u8]| {
            let got = out.len() + bytes.len();
            if got > want {
                return Err(DiffError::Result { got, want });
            }
            out.extend_from_slice(bytes);
            Ok(())
        };
        for step in self.steps() {
            let step = step?;
            add(old.get(at..step.offset).ok_or(outside)?)?;
            add(step.new)?;
            at = step.offset + step.old_len;
        }
        add(old.get(at..).ok_or(outside)?)?;
        match out.len() {
            got if got == want => Ok(()),
            got => Err(DiffError::Result { got, want }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DiffSize, LrNode, tests::page};
    use super::*;
    use crate::format::ids::{Objid, Pgno};

    fn record(diff: &[u8], wide: bool, cb_new: u16) -> ReplaceD<'_> {
        ReplaceD {
            page: page(),
            node: LrNode {
                rceid: 0,
                pgno_fdp: Pgno(1),
                objid_fdp: Objid(1),
            },
            cb: DiffSize::new(diff.len(), wide).unwrap(),
            cb_old: 0,
            cb_new,
            diff,
        }
    }

    fn apply(diff: &[u8], wide: bool, old: &[u8], new: &[u8]) {
        let mut out = vec![9];
        let r = record(diff, wide, u16::try_from(new.len()).unwrap());
        assert_eq!(r.apply(old, &mut out), Ok(()));
        assert_eq!(out, new);
    }

    #[test]
    fn narrow_and_wide_steps() {
        // Insert "XY" at 2; replace two bytes at 4 by one; same length at 7.
        let narrow = [2, 0x40, 2, b'X', b'Y', 4, 0, 1, 2, b'-', 7, 0x20, 1, b'!'];
        apply(&narrow, false, b"0123456789", b"01XY23-6!89");
        let wide = [
            2, 0, 0x40, 2, b'X', b'Y', 4, 0, 0, 1, 2, b'-', 7, 0, 0x20, 1, b'!',
        ];
        apply(&wide, true, b"0123456789", b"01XY23-6!89");
        // Two-byte lengths.
        apply(&[0, 0x80, 1, 0, 3, 0, b'z'], false, b"abcd", b"zd");
        apply(&[], false, b"abcd", b"abcd");
    }

    #[test]
    fn damaged_diffs_are_errors() {
        let mut out = Vec::new();
        let old = b"0123";
        for (diff, want) in [
            (
                &[5u8, 0x40, 1, b'x'][..],
                DiffError::Outside { old_bytes: 4 },
            ),
            (&[3, 0, 1, 2, b'x'], DiffError::Outside { old_bytes: 4 }),
            (
                &[2, 0x40, 1, b'x', 1, 0x40, 1, b'y'],
                DiffError::Outside { old_bytes: 4 },
            ),
            (&[2, 0x40, 9, b'x'], DiffError::Short),
            (&[2], DiffError::Short),
            (&[0, 0x40, 1, b'x'], DiffError::Result { got: 5, want: 4 }),
            (&[0, 0, 0, 1], DiffError::Result { got: 3, want: 4 }),
        ] {
            assert_eq!(
                record(diff, false, 4).apply(old, &mut out),
                Err(want),
                "{diff:?}"
            );
        }
    }
}
