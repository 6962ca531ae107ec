//! Building a key, segment by segment.
//!
//! Source: docs/format/database-keys.md §1-5. The amount of a value that is looked at (`data_most`)
//! belongs to the format: a Unicode text whose first bytes already fill the key is not read on, and
//! reading on could give other bytes. [`KeyBuilder::wants_more`] says when it must be.
//!
//! Invariant: nothing is allocated once the buffers have their size.
#![forbid(unsafe_code)]

use super::segment::{KeyRules, Segment, SegmentType};
use super::{
    BINARY_CHUNK, BINARY_MORE, KEY_MOST_DEFAULT, KeyError, PREFIX_NULL, PREFIX_NULL_HIGH,
    PREFIX_VALUE, PREFIX_ZERO_LENGTH, TEXT_TERMINATOR,
};
use crate::format::bytes::array;
use crate::format::sortkey::{SortKeyBuffers, Utf16Le, upper_key_into};

/// A key under way. Made once and used for many keys.
#[derive(Debug, Default)]
pub struct KeyBuilder {
    key: Vec<u8>,
    sort: SortKeyBuffers,
    truncated: bool,
    wants_more: bool,
}

/// What a segment's normalisation says about itself.
#[derive(Clone, Copy, Default)]
pub(super) struct Made {
    /// Cut for want of room in the key (a cut by VarSegMac does not count).
    pub(super) truncated: bool,
    /// Offset in the segment of what ends the last piece of a binary value; 0 when there is none.
    pub(super) delimiter: usize,
}

impl KeyBuilder {
    /// A builder with an empty key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Empties the key.
    pub fn clear(&mut self) {
        self.key.clear();
        self.truncated = false;
        self.wants_more = false;
    }

    /// The key so far.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// `true` when something did not fit into the key. Being cut by VarSegMac is not truncation.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// `true` when a value was cut at `data_most` and the key has room for more of it: then the
    /// key must be built again from twice as much (docs/format/database-keys.md §4.3).
    #[must_use]
    pub fn wants_more(&self) -> bool {
        self.wants_more
    }

    /// Appends a segment. `value` is the column's value, `None` for NULL; of a text or binary value
    /// the first `data_most` bytes are looked at. To begin with that is `key_most` bytes; see
    /// [`Self::wants_more`].
    ///
    /// A key that is full or truncated stays as it is, and is truncated from now on.
    pub fn append(
        &mut self,
        rules: &KeyRules,
        segment: &Segment,
        value: Option<&[u8]>,
        data_most: usize,
    ) -> Result<(), KeyError> {
        let key_most = usize::from(rules.key_most);
        let available = key_most.saturating_sub(self.key.len());
        if self.truncated || available == 0 {
            self.truncated = true;
            return Ok(());
        }
        let start = self.key.len();
        let value = value.map(|v| looked_at(segment, v, data_most));
        let made = normalise(
            &mut self.key,
            &mut self.sort,
            rules,
            segment,
            value,
            available,
        )
        .inspect_err(|_| self.key.truncate(start))?;
        self.truncated |= made.truncated;
        let len = self.key.len() - start;
        self.wants_more |= segment.ty.is_variable()
            && value.is_some_and(|v| v.len() == data_most)
            && len < available
            && rules.segment_most().is_none_or(|most| len < most)
            && rules.key_most != KEY_MOST_DEFAULT;
        Ok(())
    }

    /// The key of whole values: [`Self::append`] repeated with more data until that changes nothing.
    pub fn build(
        &mut self,
        rules: &KeyRules,
        segments: &[(Segment, Option<&[u8]>)],
    ) -> Result<&[u8], KeyError> {
        let mut data_most = usize::from(rules.key_most).max(1);
        loop {
            self.clear();
            for (segment, value) in segments {
                self.append(rules, segment, *value, data_most)?;
            }
            if !self.wants_more {
                return Ok(&self.key);
            }
            data_most = data_most.saturating_mul(2);
        }
    }

    /// Appends one segment of a search key from a whole value and says how it was made.
    pub(super) fn append_whole(
        &mut self,
        rules: &KeyRules,
        segment: &Segment,
        value: Option<&[u8]>,
    ) -> Result<Made, KeyError> {
        let start = self.key.len();
        let available = usize::from(rules.key_most).saturating_sub(start);
        let mut data_most = usize::from(rules.key_most).max(1);
        loop {
            let cut = value.map(|v| looked_at(segment, v, data_most));
            let made = normalise(
                &mut self.key,
                &mut self.sort,
                rules,
                segment,
                cut,
                available,
            )
            .inspect_err(|_| self.key.truncate(start))?;
            let more = segment.ty.is_variable()
                && cut.is_some_and(|v| v.len() == data_most)
                && self.key.len() - start < available
                && rules.key_most != KEY_MOST_DEFAULT;
            if !more {
                return Ok(made);
            }
            self.key.truncate(start);
            data_most = data_most.saturating_mul(2);
        }
    }

    /// The key's bytes, for the limits of search keys.
    pub(super) fn key_mut(&mut self) -> &mut Vec<u8> {
        &mut self.key
    }
}

/// What of a value counts: numbers are never taken in part.
fn looked_at<'v>(segment: &Segment, value: &'v [u8], data_most: usize) -> &'v [u8] {
    match value.get(..data_most) {
        Some(first) if segment.ty.is_variable() => first,
        _ => value,
    }
}

/// Appends one segment of at most `available` bytes (at least 1).
fn normalise(
    key: &mut Vec<u8>,
    sort: &mut SortKeyBuffers,
    rules: &KeyRules,
    segment: &Segment,
    value: Option<&[u8]>,
    available: usize,
) -> Result<Made, KeyError> {
    let start = key.len();
    let made = match value {
        None => {
            key.push(null_prefix(rules));
            Made::default()
        }
        Some([]) => {
            // A number is never of zero length: the original takes that for NULL.
            key.push(if segment.ty.is_variable() {
                PREFIX_ZERO_LENGTH
            } else {
                null_prefix(rules)
            });
            Made::default()
        }
        Some(value) => {
            key.push(PREFIX_VALUE);
            match segment.ty {
                SegmentType::Text => text(key, sort, rules, segment, value, available)?,
                SegmentType::Binary if segment.fixed => limited(key, rules, available, |key| {
                    key.extend_from_slice(value);
                }),
                SegmentType::Binary => binary(key, rules, value, available),
                _ => fixed(key, rules, segment.ty, value, available)?,
            }
        }
    };
    if segment.descending
        && let Some(bytes) = key.get_mut(start..)
    {
        bytes.iter_mut().for_each(|b| *b = !*b);
    }
    Ok(made)
}

fn null_prefix(rules: &KeyRules) -> u8 {
    if rules.nulls_high {
        PREFIX_NULL_HIGH
    } else {
        PREFIX_NULL
    }
}

/// Lets `write` append behind the prefix that is there, then cuts at VarSegMac and at the room.
fn limited(
    key: &mut Vec<u8>,
    rules: &KeyRules,
    available: usize,
    write: impl FnOnce(&mut Vec<u8>),
) -> Made {
    let start = key.len() - 1;
    write(key);
    let most = rules.segment_most().unwrap_or(usize::MAX);
    let wanted = (key.len() - start).min(most);
    key.truncate(start + wanted.min(available));
    Made {
        truncated: wanted > available,
        delimiter: 0,
    }
}

/// Pieces of eight bytes, each with an end mark (docs/format/database-keys.md §3).
fn binary(key: &mut Vec<u8>, rules: &KeyRules, value: &[u8], available: usize) -> Made {
    let start = key.len() - 1;
    let pieces = value.len().div_ceil(BINARY_CHUNK);
    let mut made = limited(key, rules, available, |key| {
        let mut left = pieces;
        for piece in value.chunks(BINARY_CHUNK) {
            // More than the room is never seen.
            if key.len() - start > available {
                break;
            }
            left -= 1;
            let mut chunk = [0; BINARY_CHUNK + 1];
            match (piece.first_chunk::<BINARY_CHUNK>(), chunk.first_chunk_mut()) {
                (Some(whole), Some(to)) => *to = *whole,
                _ => chunk
                    .iter_mut()
                    .zip(piece)
                    .for_each(|(to, from)| *to = *from),
            }
            let [.., mark] = &mut chunk;
            *mark = if left == 0 {
                piece.len() as u8
            } else {
                BINARY_MORE
            };
            key.extend_from_slice(&chunk);
        }
    });
    let delimiter = 1 + pieces.saturating_sub(1) + value.len();
    if delimiter < key.len() - start {
        made.delimiter = delimiter;
    }
    made
}

fn text(
    key: &mut Vec<u8>,
    sort: &mut SortKeyBuffers,
    rules: &KeyRules,
    segment: &Segment,
    value: &[u8],
    available: usize,
) -> Result<Made, KeyError> {
    let start = key.len();
    let room = rules.segment_most().unwrap_or(usize::MAX).min(available) - 1;
    let whole = if segment.is_unicode() {
        let collation = rules.collation.ok_or(KeyError::UnknownOrder)?;
        let units = Utf16Le(value);
        if value.len() < 2 {
            return Err(KeyError::HalfUnit);
        }
        if collation.is_uppercase() {
            // What the original leaves in a key that this is too long for is not defined.
            upper_key_into(units, room, key)
        } else {
            sort.key_into(units, collation, room, key)
        }
    } else {
        ascii(key, value, room)
    };
    let len = key.len() - start;
    let by_var_seg_mac = rules.segment_most().is_some_and(|most| len + 1 >= most);
    Ok(Made {
        truncated: !whole && !by_var_seg_mac,
        delimiter: 0,
    })
}

/// Upper case up to the first NUL, then the terminator (docs/format/database-keys.md §4.1).
fn ascii(key: &mut Vec<u8>, value: &[u8], room: usize) -> bool {
    // Not even an end mark fits; the original does not call that truncation.
    let Some(text_most) = room.checked_sub(1) else {
        return true;
    };
    let (text, next) = match value.split_at_checked(text_most) {
        Some((text, [next, ..])) if *next != 0 => (text, Some(*next)),
        Some((text, _)) => (text, None),
        None => (value, None),
    };
    let end = text.iter().position(|&b| b == 0);
    let text = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
    key.extend(text.iter().map(u8::to_ascii_uppercase));
    match next {
        Some(next) if end.is_none() => {
            // An accident of the original that all its indexes hold: the byte in the terminator's
            // place is "upper-cased" whatever it is.
            key.push(next.wrapping_sub(b'a' - b'A'));
            false
        }
        _ => {
            key.push(TEXT_TERMINATOR);
            true
        }
    }
}

/// Order of a GUID's bytes in a key.
const GUID_ORDER: [usize; 16] = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];
/// The same with the .NET flag.
const GUID_ORDER_DOTNET: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/// Order of a GUID's bytes in the key of an index.
pub(super) fn guid_order(rules: &KeyRules) -> &'static [usize; 16] {
    if rules.dotnet_guid {
        &GUID_ORDER_DOTNET
    } else {
        &GUID_ORDER
    }
}

/// Types of one size (docs/format/database-keys.md §2).
pub(super) fn fixed(
    key: &mut Vec<u8>,
    rules: &KeyRules,
    ty: SegmentType,
    value: &[u8],
    available: usize,
) -> Result<Made, KeyError> {
    let start = key.len() - 1;
    let expected = ty.size().unwrap_or(0);
    let size = KeyError::ValueSize {
        expected,
        got: value.len(),
    };
    if value.len() != expected {
        return Err(size);
    }
    match ty {
        SegmentType::Bit => key.push(if value == [0] { 0x00 } else { 0xFF }),
        SegmentType::Guid => {
            let guid: [u8; 16] = array(value, 0).ok_or(size)?;
            key.extend(guid_order(rules).iter().filter_map(|&i| guid.get(i)));
        }
        _ => {
            let at = key.len();
            key.extend(value.iter().rev());
            let high = key.get_mut(at..).ok_or(size)?;
            let negative = high.first().is_some_and(|b| b & 0x80 != 0);
            match ty {
                SegmentType::IeeeSingle | SegmentType::IeeeDouble | SegmentType::DateTime
                    if negative =>
                {
                    high.iter_mut().for_each(|b| *b = !*b);
                }
                SegmentType::UnsignedByte
                | SegmentType::UnsignedShort
                | SegmentType::UnsignedLong
                | SegmentType::UnsignedLongLong => {}
                _ => high.iter_mut().take(1).for_each(|b| *b ^= 0x80),
            }
        }
    }
    let wanted = key.len() - start;
    key.truncate(start + wanted.min(available));
    Ok(Made {
        truncated: wanted > available,
        delimiter: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(rules: &KeyRules, segments: &[(Segment, Option<&[u8]>)]) -> (Vec<u8>, bool) {
        let mut b = KeyBuilder::new();
        let key = b.build(rules, segments).unwrap().to_vec();
        (key, b.is_truncated())
    }

    #[test]
    fn worked_keys_of_the_catalog() {
        let rules = KeyRules::default();
        let long = Segment::new(SegmentType::Long);
        let (name, cut) = key(
            &rules,
            &[
                (long, Some(&8i32.to_le_bytes())),
                (Segment::new(SegmentType::Short), Some(&2i16.to_le_bytes())),
                (Segment::new(SegmentType::Text), Some(b"Id")),
            ],
        );
        assert_eq!(
            name,
            [0x7F, 0x80, 0, 0, 8, 0x7F, 0x80, 2, 0x7F, 0x49, 0x44, 0]
        );
        assert!(!cut);
        let (root, _) = key(
            &rules,
            &[
                (Segment::new(SegmentType::Bit), Some(&[0xFF])),
                (Segment::new(SegmentType::Text), Some(b"basic")),
            ],
        );
        assert_eq!(root, [0x7F, 0xFF, 0x7F, 0x42, 0x41, 0x53, 0x49, 0x43, 0]);
        assert_eq!(super::super::sequential_key(3), [0, 0, 0, 3]);
    }

    #[test]
    fn values_that_are_none() {
        let mut b = KeyBuilder::new();
        let rules = KeyRules::default();
        let unicode = Segment {
            code_page: 1200,
            ..Segment::new(SegmentType::Text)
        };
        assert_eq!(
            b.append(&rules, &Segment::new(SegmentType::Long), Some(&[1, 2]), 255),
            Err(KeyError::ValueSize {
                expected: 4,
                got: 2
            })
        );
        assert_eq!(
            b.append(&rules, &unicode, Some(b"a"), 255),
            Err(KeyError::HalfUnit)
        );
        let unknown = KeyRules {
            collation: None,
            ..rules
        };
        assert_eq!(
            b.append(&unknown, &unicode, Some(b"a\0"), 255),
            Err(KeyError::UnknownOrder)
        );
        assert_eq!(b.key(), b"");
    }

    #[test]
    fn a_full_key_before_its_last_segment_is_truncated() {
        let rules = KeyRules {
            key_most: 5,
            ..KeyRules::default()
        };
        let long = (Segment::new(SegmentType::Long), Some(&[0u8; 4][..]));
        assert!(!key(&rules, &[long]).1);
        let (two, cut) = key(&rules, &[long, long]);
        assert_eq!(two.len(), 5);
        assert!(cut);
    }
}
