//! What a caller wants of a set: the bits of JetSetColumn.
//!
//! Source: jet-api behaviour of records §3.
#![forbid(unsafe_code)]

use super::EditError;
use crate::error::JetErr;

bitflags::bitflags! {
    /// The bits of JetSetColumn, by their numbers. Others are ignored, but for the highest four.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct SetFlags: u32 {
        /// JET_bitSetAppendLV.
        const APPEND = 0x1;
        /// JET_bitSetOverwriteLV.
        const OVERWRITE = 0x4;
        /// JET_bitSetSizeLV.
        const SIZE = 0x8;
        /// JET_bitSetZeroLength.
        const ZERO_LENGTH = 0x20;
        /// JET_bitSetSeparateLV.
        const SEPARATE = 0x40;
        /// JET_bitSetUniqueMultiValues.
        const UNIQUE = 0x80;
        /// JET_bitSetUniqueNormalizedMultiValues.
        const UNIQUE_NORMALIZED = 0x100;
        /// JET_bitSetRevertToDefaultValue.
        const REVERT_TO_DEFAULT = 0x200;
        /// JET_bitSetIntrinsicLV.
        const INTRINSIC = 0x400;
        /// JET_bitSetUncompressed.
        const UNCOMPRESSED = 0x1_0000;
        /// JET_bitSetCompressed.
        const COMPRESSED = 0x2_0000;
        /// JET_bitSetContiguousLV.
        const CONTIGUOUS = 0x4_0000;
        const _ = !0;
    }
}

/// Bits that are the engine's own.
const INTERNAL: u32 = 0xF000_0000;

impl SetFlags {
    const PARTIAL: Self = Self::APPEND.union(Self::OVERWRITE).union(Self::SIZE);
    const UNIQUE_ANY: Self = Self::UNIQUE.union(Self::UNIQUE_NORMALIZED);

    /// What can be said of the bits alone, before the column is looked for. `len` is the size asked
    /// for, `page` that of a page.
    ///
    /// # Errors
    /// JET_errInvalidGrbit, JET_errInvalidBufferSize.
    pub fn check(self, len: usize, page: usize) -> Result<(), EditError> {
        let refuse = |err, what| Err(EditError::Refused { err, what });
        if self.intersects(Self::UNIQUE_ANY) && self.intersects(Self::PARTIAL) {
            let what = "a value that must be unique can't be set in part";
            return refuse(JetErr::INVALID_GRBIT, what);
        }
        if self.contains(Self::CONTIGUOUS) {
            if !self.contains(Self::SEPARATE) {
                let what = "only separated values can be contiguous";
                return refuse(JetErr::INVALID_GRBIT, what);
            }
            if len < page {
                let what = "contiguous values have at least a page of data";
                return refuse(JetErr::INVALID_BUFFER_SIZE, what);
            }
        }
        if self.bits() & INTERNAL != 0 {
            return refuse(JetErr::INVALID_GRBIT, "bits that are not for callers");
        }
        Ok(())
    }

    /// Whether a value is to be unique, and by which measure.
    pub(super) fn uniqueness(self, len: usize) -> Option<Uniqueness> {
        if len == 0 && !self.contains(Self::ZERO_LENGTH) {
            return None;
        }
        if self.contains(Self::UNIQUE_NORMALIZED) {
            Some(Uniqueness::Normalized)
        } else {
            self.contains(Self::UNIQUE).then_some(Uniqueness::Bytes)
        }
    }
}

/// How values are compared that must not be equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Uniqueness {
    Bytes,
    /// By the key of their first 255 bytes.
    Normalized,
}
