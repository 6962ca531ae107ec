//! Search keys: the state behind JetMakeKey, and the limits that close a key.
//!
//! Source: docs/jet-api behaviour of cursors §6 (order of checks, every option on every kind of
//! column), docs/format/database-keys.md.
//!
//! Invariant: a refused call without NewKey leaves the key as it was; with NewKey it leaves none.
#![forbid(unsafe_code)]

use super::builder::{KeyBuilder, Made};
use super::plain::append_plain;
use super::segment::{KeyRules, Segment, SegmentType, TupleLimits, pad_fixed};
use super::{KEY_MOST_DEFAULT, KeyError, SENTINEL, SORT_KEY_SEPARATOR, TEXT_TERMINATOR};
use crate::error::{HasJetErr, JetErr};

bitflags::bitflags! {
    /// Options of JetMakeKey. Unknown bits are ignored.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct MakeKeyFlags: u32 {
        /// Begin a new key.
        const NEW_KEY = 0x0001;
        /// JET_bitStrLimit.
        const STR_LIMIT = 0x0002;
        /// JET_bitSubStrLimit.
        const SUB_STR_LIMIT = 0x0004;
        /// The data is a key, ready made.
        const NORMALIZED_KEY = 0x0008;
        /// No data means a zero-length value, not NULL.
        const ZERO_LENGTH = 0x0010;
        /// The first column is given although it is a placeholder.
        const OVERRIDE_PLACEHOLDER = 0x0020;
        /// Start of all entries that begin with these columns.
        const FULL_COLUMN_START = 0x0100;
        /// End of all entries that begin with these columns.
        const FULL_COLUMN_END = 0x0200;
        /// Start of all entries whose last column begins with the data.
        const PARTIAL_COLUMN_START = 0x0400;
        /// End of all entries whose last column begins with the data.
        const PARTIAL_COLUMN_END = 0x0800;
        const _ = !0;
    }
}

impl MakeKeyFlags {
    const LIMITS: Self = Self::from_bits_retain(0x0F00);
    const PARTIAL: Self = Self::from_bits_retain(0x0C00);
    /// Whatever closes a key.
    const ANY_LIMIT: Self = Self::LIMITS
        .union(Self::STR_LIMIT)
        .union(Self::SUB_STR_LIMIT);
}

/// Why JetMakeKey refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchKeyError {
    /// No key was begun.
    #[error("no key was begun")]
    NotMade,
    /// The key has all its columns, or a limit closed it.
    #[error("the key is complete")]
    Made,
    /// A fixed column's data has another size than the column; zero length of a type without one.
    #[error("the data does not have the column's size")]
    BufferSize,
    /// Two limits at once, or a partial one on a column that has no parts.
    #[error("these options do not go together with this column")]
    Grbit,
    /// A ready-made key longer than any key of the index.
    #[error("the ready-made key is longer than any key of the index")]
    TooLong,
    /// Less data than the shortest tuple.
    #[error("the data is shorter than the shortest tuple of the index")]
    TupleTooSmall,
    /// The value has no key.
    #[error(transparent)]
    Value(#[from] KeyError),
}

impl HasJetErr for SearchKeyError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NotMade => JetErr::KEY_NOT_MADE,
            Self::Made => JetErr::KEY_IS_MADE,
            Self::BufferSize => JetErr::INVALID_BUFFER_SIZE,
            Self::Grbit => JetErr::INVALID_GRBIT,
            Self::TooLong => JetErr::INVALID_PARAMETER,
            Self::TupleTooSmall => JetErr::INDEX_TUPLES_KEY_TOO_SMALL,
            Self::Value(e) => e.jet_err(),
        }
    }
}

/// The index that a key is made for.
#[derive(Clone, Copy, Debug)]
pub struct SearchIndex<'a> {
    /// Limits and orders.
    pub rules: &'a KeyRules,
    /// Its columns in key order; empty for a table without a primary index, whose keys can only be
    /// given ready-made.
    pub segments: &'a [Segment],
    /// Limits of a tuple index.
    pub tuples: Option<TupleLimits>,
    /// The first column is a placeholder (column flag 0x0800) that callers leave out.
    pub placeholder: bool,
}

/// A search key under way.
#[derive(Debug, Default)]
pub struct SearchKey {
    builder: KeyBuilder,
    columns: usize,
    truncated: bool,
    closed: bool,
    prepared: bool,
}

impl SearchKey {
    /// No key yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key, `None` when none was made.
    #[must_use]
    pub fn key(&self) -> Option<&[u8]> {
        self.prepared.then(|| self.builder.key())
    }

    /// `true` when a limit closed the key.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.closed
    }

    /// Number of columns that were given.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Forgets the key.
    pub fn reset(&mut self) {
        self.builder.clear();
        self.columns = 0;
        self.truncated = false;
        self.closed = false;
        self.prepared = false;
    }

    /// Adds one column (JetMakeKey). No data is NULL, or a zero-length value with that option.
    pub fn make(
        &mut self,
        index: &SearchIndex<'_>,
        data: &[u8],
        flags: MakeKeyFlags,
    ) -> Result<(), SearchKeyError> {
        if flags.contains(MakeKeyFlags::NORMALIZED_KEY) {
            return self.take(index.rules, data);
        }
        if flags.contains(MakeKeyFlags::NEW_KEY) {
            self.reset();
        } else if self.closed {
            return Err(SearchKeyError::Made);
        } else if !self.prepared {
            return Err(SearchKeyError::NotMade);
        }
        let fresh = !self.prepared;
        let made = self.add(index, data, flags);
        if made.is_err() && fresh {
            self.reset();
        }
        made
    }

    /// A ready-made key: counts as one column.
    fn take(&mut self, rules: &KeyRules, data: &[u8]) -> Result<(), SearchKeyError> {
        let most = usize::from(rules.key_most) + 1;
        if data.len() > most && data.len() > usize::from(KEY_MOST_DEFAULT) {
            return Err(SearchKeyError::TooLong);
        }
        self.reset();
        let data = data.get(..most).unwrap_or(data);
        self.builder.key_mut().extend_from_slice(data);
        self.columns = 1;
        self.prepared = true;
        self.closed = data.len() >= most;
        Ok(())
    }

    fn add(
        &mut self,
        index: &SearchIndex<'_>,
        data: &[u8],
        flags: MakeKeyFlags,
    ) -> Result<(), SearchKeyError> {
        let skip = !self.prepared
            && index.placeholder
            && !flags.contains(MakeKeyFlags::OVERRIDE_PLACEHOLDER);
        if skip && let Some(first) = index.segments.first() {
            self.builder
                .append(index.rules, first, Some(&[0]), usize::MAX)?;
            self.columns = 1;
        }
        let segment = index
            .segments
            .get(self.columns)
            .ok_or(SearchKeyError::Made)?;
        let mut buffer = [0; 256];
        let data = padded(segment, data, &mut buffer)?;
        check_limits(segment, flags)?;
        let full = self.builder.key().len() >= usize::from(index.rules.key_most);
        if !self.truncated && !full {
            let tuples = index.tuples.filter(|_| self.columns == 0);
            self.normalise(index.rules, segment, tuples, data, flags)?;
        }
        self.columns += 1;
        self.prepared = true;
        Ok(())
    }

    fn normalise(
        &mut self,
        rules: &KeyRules,
        segment: &Segment,
        tuples: Option<TupleLimits>,
        data: &[u8],
        flags: MakeKeyFlags,
    ) -> Result<(), SearchKeyError> {
        let data = match tuples {
            Some(limits) => tuple(segment, limits, data)?,
            None => data,
        };
        let zero_length = flags.contains(MakeKeyFlags::ZERO_LENGTH);
        if data.is_empty() && zero_length && (segment.fixed || !segment.ty.is_variable()) {
            return Err(SearchKeyError::BufferSize);
        }
        let value = (!data.is_empty() || zero_length).then_some(data);
        if let Some(value) = value
            && !flags.intersects(MakeKeyFlags::ANY_LIMIT)
            && append_plain(self.builder.key_mut(), rules, segment, value)
        {
            self.truncated = false;
            return Ok(());
        }
        let start = self.builder.key().len();
        let made = self.builder.append_whole(rules, segment, value)?;
        self.truncated = made.truncated;
        self.limit(rules, segment, start, made, flags);
        Ok(())
    }

    /// Applies a limit option to the segment that begins at `start`.
    fn limit(
        &mut self,
        rules: &KeyRules,
        segment: &Segment,
        start: usize,
        made: Made,
        flags: MakeKeyFlags,
    ) {
        let end = usize::from(rules.key_most) + 1;
        let is_text = segment.ty == SegmentType::Text;
        let limits = flags.intersection(MakeKeyFlags::LIMITS);
        let (partial, sentinel) = if limits == MakeKeyFlags::FULL_COLUMN_START {
            (false, false)
        } else if limits == MakeKeyFlags::FULL_COLUMN_END {
            (false, true)
        } else if limits == MakeKeyFlags::PARTIAL_COLUMN_START {
            (true, false)
        } else if limits == MakeKeyFlags::PARTIAL_COLUMN_END
            || flags.contains(MakeKeyFlags::SUB_STR_LIMIT) && is_text
        {
            (true, true)
        } else if flags.contains(MakeKeyFlags::STR_LIMIT) {
            (!is_text, true)
        } else {
            return;
        };
        self.closed = true;
        let key = self.builder.key_mut();
        let cut = if !partial {
            None
        } else if is_text {
            text_end(key, start, segment)
        } else {
            (made.delimiter > 0).then_some(start + made.delimiter)
        };
        let fill_to = match cut {
            // Of a binary value only the piece is filled, and one byte more.
            Some(_) if !is_text => key.len() + 1,
            _ => end,
        };
        if let Some(cut) = cut {
            key.truncate(cut);
        }
        if sentinel {
            key.resize(fill_to.max(key.len()), SENTINEL);
        }
    }
}

/// Where the prefix of a text ends in its key: the first weight separator, or the terminator.
/// `None` for a NULL or zero-length text, which has no prefix.
fn text_end(key: &[u8], start: usize, segment: &Segment) -> Option<usize> {
    let body = key.get(start + 1..)?;
    let flip = if segment.descending { 0xFF } else { 0 };
    let last = *body.last()?;
    let len = if segment.is_unicode() {
        let separator = SORT_KEY_SEPARATOR ^ flip;
        body.iter()
            .position(|&b| b == separator)
            .unwrap_or(body.len())
    } else if last == TEXT_TERMINATOR ^ flip {
        body.len() - 1
    } else {
        body.len()
    };
    Some(start + 1 + len)
}

/// Data of a fixed column has its size; shorter text is padded.
fn padded<'a>(
    segment: &Segment,
    data: &'a [u8],
    buffer: &'a mut [u8; 256],
) -> Result<&'a [u8], SearchKeyError> {
    if !segment.fixed || data.is_empty() || data.len() == segment.cb_max as usize {
        return Ok(data);
    }
    if segment.ty == SegmentType::Text && data.len() < segment.cb_max as usize {
        let padded = pad_fixed(segment, data, buffer);
        if padded.len() == segment.cb_max as usize {
            return Ok(padded);
        }
    }
    Err(SearchKeyError::BufferSize)
}

/// At most one limit, and a partial one only on columns that have an end mark.
fn check_limits(segment: &Segment, flags: MakeKeyFlags) -> Result<(), SearchKeyError> {
    let limits = flags.intersection(MakeKeyFlags::LIMITS);
    let has_parts = match segment.ty {
        SegmentType::Text => true,
        SegmentType::Binary => !segment.fixed,
        _ => false,
    };
    if limits.bits().count_ones() > 1 || limits.intersects(MakeKeyFlags::PARTIAL) && !has_parts {
        return Err(SearchKeyError::Grbit);
    }
    Ok(())
}

/// The data of a tuple index's first column: not too short, and a longer text is cut.
fn tuple<'a>(
    segment: &Segment,
    limits: TupleLimits,
    data: &'a [u8],
) -> Result<&'a [u8], SearchKeyError> {
    let unit = segment.char_bytes();
    let characters = data.len() / unit;
    if characters == 0 || characters < limits.length_min as usize {
        return Err(SearchKeyError::TupleTooSmall);
    }
    let most = (limits.length_max as usize).saturating_mul(unit);
    Ok(data.get(..most).unwrap_or(data))
}
