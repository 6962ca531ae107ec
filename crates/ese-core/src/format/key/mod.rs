//! Keys: how column values become bytes that compare as the values do.
//!
//! A key is the concatenation of its segments, nothing between them; a segment is a prefix byte and
//! the normalised value:
//!
//! | prefix | meaning |
//! |---|---|
//! | 0x00 | NULL |
//! | 0x40 | zero-length text or binary |
//! | 0x7F | the value follows |
//! | 0xC0 | NULL of an index whose NULLs sort high |
//! | 0xFF | sentinel of search keys, never stored |
//!
//! All bytes of a descending segment are complemented. Source: docs/format/database-keys.md.
//!
//! Invariants:
//! * a stored key is at most `key_most` bytes, a search key one more;
//! * every value of a type has a key, or an error says that it is no value of that type;
//! * once a key is truncated nothing is added to it.
#![forbid(unsafe_code)]

mod builder;
mod decode;
mod limits;
mod plain;
mod search;
mod segment;

pub use builder::KeyBuilder;
pub use decode::{DecodedSegment, decode_key};
pub use limits::{FieldLimits, minimised};
pub use plain::append_plain;
pub use search::{MakeKeyFlags, SearchIndex, SearchKey, SearchKeyError};
pub use segment::{KeyRules, Segment, SegmentType, TupleLimits, pad_fixed};

use crate::error::{HasJetErr, JetErr};

/// Prefix of a NULL.
pub const PREFIX_NULL: u8 = 0x00;
/// Prefix of a zero-length text or binary value.
pub const PREFIX_ZERO_LENGTH: u8 = 0x40;
/// Prefix of a value.
pub const PREFIX_VALUE: u8 = 0x7F;
/// Prefix of a NULL that sorts high.
pub const PREFIX_NULL_HIGH: u8 = 0xC0;
/// Fills search keys up to their end.
pub const SENTINEL: u8 = 0xFF;

/// Length limit of keys where the index row says nothing, and the one that also limits how much of
/// a text is looked at (docs/format/database-keys.md §4.3).
pub const KEY_MOST_DEFAULT: u16 = 255;
/// Largest length limit of any page size.
pub const KEY_MOST_MAX: u16 = 2000;
/// Most segments of an index.
pub const SEGMENTS_MOST: usize = 16;
/// Code page of UTF-16 columns.
pub const CODE_PAGE_UNICODE: u16 = 1200;

/// Data bytes of a piece of a variable-length binary value.
const BINARY_CHUNK: usize = 8;
/// End mark of a piece that is not the last.
const BINARY_MORE: u8 = 9;
/// End of an ASCII text.
const TEXT_TERMINATOR: u8 = 0x00;
/// What separates the sections of a sort key.
const SORT_KEY_SEPARATOR: u8 = 0x01;

/// Why a value has no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A value of a fixed-size type that has another size.
    #[error("a value of {got} bytes where the type has {expected}")]
    ValueSize {
        /// Bytes of the type.
        expected: usize,
        /// Bytes of the value.
        got: usize,
    },
    /// A UTF-16 text of one byte.
    #[error("a Unicode text of one byte has no key")]
    HalfUnit,
    /// A Unicode text in an index whose sort is not known.
    #[error("the index is in an order that is not known here")]
    UnknownOrder,
}

impl HasJetErr for KeyError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::ValueSize { .. } => JetErr::INVALID_BUFFER_SIZE,
            Self::HalfUnit => JetErr::UNICODE_TRANSLATION_FAIL,
            Self::UnknownOrder => JetErr::UNICODE_NORMALIZATION_NOT_SUPPORTED,
        }
    }
}

/// The key of a record of a table without a primary index: its number, from 1, big-endian
/// (docs/format/database-keys.md §5.1).
#[must_use]
pub const fn sequential_key(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}
