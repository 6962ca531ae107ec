//! LZ4: the plain block format, by `lz4_flex` in its safe form.
//!
//! Source: docs/format/database-compression.md §7. The original hides damage here (its library's
//! "partial" decoder); we check that exactly the plain size comes out.
#![forbid(unsafe_code)]

use super::CompressError;

/// Fills `dst`, whose length is the plain size, from the block behind the head.
pub(super) fn decode(block: &[u8], dst: &mut [u8]) -> Result<(), CompressError> {
    match lz4_flex::block::decompress_into(block, dst) {
        Ok(n) if n == dst.len() => Ok(()),
        _ => Err(CompressError::Stream),
    }
}
