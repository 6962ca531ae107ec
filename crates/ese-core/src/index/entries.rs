//! The keys of a record in an index.
//!
//! Source: docs/format/database-keys.md §6.1-6.3.
//!
//! Invariant: the number of keys is bounded before they are made; a cross product larger than the
//! limit is an error, not a wait.
#![forbid(unsafe_code)]

use super::def::{ColumnRef, Expansion, IndexDef};
use crate::error::{HasJetErr, JetErr};
use crate::format::key::{KeyBuilder, KeyError, SEGMENTS_MOST};
use std::borrow::Cow;

/// Most keys that one record can have in one index here; the original knows no limit.
pub const ENTRIES_MOST: u64 = 1 << 20;

/// Most bytes of all keys of one record in one index.
pub const ENTRY_BYTES_MOST: usize = 64 << 20;

/// The columns of one record.
pub trait ColumnSource {
    /// Why a column could not be read.
    type Error;

    /// Value `itag` (from 1) of a column, from byte `offset` on and at most `max` bytes of it;
    /// `None` when the column is NULL or has no such value. Behind the value's end there is an
    /// empty one.
    ///
    /// A column without a stored value has its default, unless it was set to NULL. Long values and
    /// compressed ones come as what they stand for.
    fn value(
        &self,
        column: ColumnRef,
        itag: u32,
        offset: usize,
        max: usize,
    ) -> Result<Option<Cow<'_, [u8]>>, Self::Error>;
}

/// Why a record has no proper keys in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError<E> {
    /// A column could not be read.
    #[error(transparent)]
    Source(E),
    /// A value has no key.
    #[error(transparent)]
    Key(KeyError),
    /// A NULL in an index that forbids it.
    #[error("a column of the index is NULL, which the index forbids")]
    NullKey,
    /// A truncated key in an index that forbids it.
    #[error("the key does not fit, and the index forbids truncation")]
    Truncated,
    /// More keys than [`ENTRIES_MOST`], or more bytes than [`ENTRY_BYTES_MOST`].
    #[error("the record has too many keys in the index")]
    TooMany,
}

impl<E: HasJetErr> HasJetErr for EntryError<E> {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Source(e) => e.jet_err(),
            Self::Key(e) => e.jet_err(),
            Self::NullKey => JetErr::NULL_KEY_DISALLOWED,
            Self::Truncated => JetErr::KEY_TRUNCATED,
            Self::TooMany => JetErr::OUT_OF_MEMORY,
        }
    }
}

/// The keys of a record in an index: sorted, each once.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    bytes: Vec<u8>,
    ends: Vec<(usize, usize)>,
    repeats: bool,
}

impl Entries {
    /// Values or tuples of the record shared a key: it counts once, but a unique index can't be built
    /// over such a record (docs/format/database-keys.md §6.2).
    #[must_use]
    pub fn has_repeats(&self) -> bool {
        self.repeats
    }

    /// The keys in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.ends
            .iter()
            .map(|&(start, end)| self.bytes.get(start..end).unwrap_or(&[]))
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// `true` when the record is not in the index.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// `true` when one of the keys is this one.
    #[must_use]
    pub fn contains(&self, key: &[u8]) -> bool {
        self.ends
            .binary_search_by(|&(start, end)| self.bytes.get(start..end).unwrap_or(&[]).cmp(key))
            .is_ok()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn push(&mut self, key: &[u8]) -> bool {
        let start = self.bytes.len();
        if start + key.len() > ENTRY_BYTES_MOST {
            return false;
        }
        self.bytes.extend_from_slice(key);
        self.ends.push((start, self.bytes.len()));
        true
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        let key = |&(start, end): &(usize, usize)| bytes.get(start..end).unwrap_or(&[]);
        self.ends.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let made = self.ends.len();
        self.ends.dedup_by(|a, b| key(a) == key(b));
        self.repeats = self.ends.len() < made;
    }
}

/// What one value of a record is in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKey<'k> {
    /// It has an entry with this key.
    Key(&'k [u8]),
    /// It has none: by the null rules, a condition, or as too short a text.
    NoEntry,
    /// The record has fewer values.
    NoValue,
}

/// What came of one combination of values.
enum Outcome {
    /// A key, with which NULLs.
    Key(Nulls),
    /// The value has no (further) tuple.
    NoTuple,
}

#[derive(Clone, Copy)]
struct Nulls {
    all: bool,
    first: bool,
    some: bool,
}

impl Nulls {
    /// Whether a key with these NULLs is in the index.
    fn are_indexed(self, def: &IndexDef) -> bool {
        if self.all {
            def.nulls.allow_all
        } else if self.first {
            def.nulls.allow_first
        } else {
            !self.some || def.nulls.allow_some
        }
    }
}

/// Makes the keys of records. Keep one and use it for many records: its buffers are reused.
#[derive(Debug, Default)]
pub struct EntryBuilder {
    key: KeyBuilder,
}

impl EntryBuilder {
    /// A builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The keys of a record, sorted, each once.
    pub fn entries<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
    ) -> Result<Entries, EntryError<S::Error>> {
        let mut entries = Entries::default();
        self.entries_into(def, source, &mut entries)?;
        Ok(entries)
    }

    /// The same into a list that is emptied first and whose memory is reused.
    pub fn entries_into<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
        entries: &mut Entries,
    ) -> Result<(), EntryError<S::Error>> {
        entries.clear();
        self.for_each(def, source, |key| entries.push(key))?;
        entries.sort();
        Ok(())
    }

    /// The key of a record in the primary index.
    pub fn primary_key<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
    ) -> Result<&[u8], EntryError<S::Error>> {
        let nulls = self.base_key(def, source)?;
        if def.nulls.forbid && nulls.some {
            return Err(EntryError::NullKey);
        }
        Ok(self.key.key())
    }

    /// The key of the entry that value `itag` (from 1; 0 counts as 1) of a record makes: of the first
    /// multi-valued segment, in a nested table of all of them; of a tuple index its first tuple. Where
    /// the index has no multi-valued segment the number does not matter.
    pub fn key_of_value<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
        itag: u32,
    ) -> Result<ValueKey<'_>, EntryError<S::Error>> {
        if def.primary {
            return self.primary_key(def, source).map(ValueKey::Key);
        }
        let itag = itag.max(1);
        let mut itags = [1; SEGMENTS_MOST];
        let mut has_value = itag == 1;
        let nested = def.expansion == Expansion::NestedTable && def.tuples.is_none();
        let mut first = true;
        for (of_segment, segment) in itags.iter_mut().zip(&def.segments) {
            if segment.multi_valued && (first || nested) {
                first = false;
                *of_segment = itag;
                has_value = has_value
                    || source
                        .value(segment.column, itag, 0, 0)
                        .map_err(EntryError::Source)?
                        .is_some();
            }
        }
        if !has_value && !first {
            return Ok(ValueKey::NoValue);
        }
        if !Self::conditions_hold(def, source)? {
            return Ok(ValueKey::NoEntry);
        }
        let character = def.tuples.map(|t| u64::from(t.start));
        match self.make(def, source, &itags, character)? {
            Outcome::Key(nulls) if nulls.are_indexed(def) => Ok(ValueKey::Key(self.key.key())),
            Outcome::Key(_) | Outcome::NoTuple => Ok(ValueKey::NoEntry),
        }
    }

    /// Whether a record is in the index as far as its conditions go.
    fn conditions_hold<S: ColumnSource>(
        def: &IndexDef,
        source: &S,
    ) -> Result<bool, EntryError<S::Error>> {
        for condition in &def.conditions {
            let value = source
                .value(condition.column, 1, 0, 0)
                .map_err(EntryError::Source)?;
            if value.is_none() != condition.must_be_null {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn base_key<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
    ) -> Result<Nulls, EntryError<S::Error>> {
        match self.make(def, source, &[1; SEGMENTS_MOST], None)? {
            Outcome::Key(nulls) => Ok(nulls),
            // Without a tuple's place there is no "no tuple".
            Outcome::NoTuple => Ok(Nulls {
                all: true,
                first: true,
                some: true,
            }),
        }
    }

    /// Hands every key to `emit` as it is made: in no order, equal ones again. `emit` says whether
    /// it could take the key.
    fn for_each<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
        mut emit: impl FnMut(&[u8]) -> bool,
    ) -> Result<(), EntryError<S::Error>> {
        if def.primary {
            let key = self.primary_key(def, source)?;
            return if emit(key) {
                Ok(())
            } else {
                Err(EntryError::TooMany)
            };
        }
        if !Self::conditions_hold(def, source)? {
            return Ok(());
        }
        let mut combinations = Combinations::new(def, source)?;
        let mut left = ENTRIES_MOST;
        while let Some(itags) = combinations.next() {
            let tuples = def.tuples.map_or(1, |t| t.tuples_most);
            for tuple in 0..tuples {
                left = left.checked_sub(1).ok_or(EntryError::TooMany)?;
                let character = def.tuples.map(|t| {
                    let step = u64::from(tuple) * u64::from(t.increment);
                    u64::from(t.start) + step
                });
                let nulls = match self.make(def, source, &itags, character)? {
                    Outcome::NoTuple => break,
                    Outcome::Key(nulls) => nulls,
                };
                if def.nulls.forbid && nulls.some {
                    return Err(EntryError::NullKey);
                }
                if nulls.are_indexed(def) && !emit(self.key.key()) {
                    return Err(EntryError::TooMany);
                }
            }
        }
        Ok(())
    }

    /// Makes the key of one combination, of one tuple that begins at `character`.
    fn make<S: ColumnSource>(
        &mut self,
        def: &IndexDef,
        source: &S,
        itags: &[u32; SEGMENTS_MOST],
        character: Option<u64>,
    ) -> Result<Outcome, EntryError<S::Error>> {
        let mut data_most = usize::from(def.rules.key_most).max(1);
        loop {
            self.key.clear();
            let mut nulls = Nulls {
                all: true,
                first: false,
                some: false,
            };
            for (i, (segment, &itag)) in def.segments.iter().zip(itags).enumerate() {
                let tuple = def.tuples.zip(character).filter(|_| i == 0);
                let unit = segment.segment.char_bytes();
                let (offset, most) = match tuple {
                    Some((limits, at)) => {
                        let offset = usize::try_from(at).unwrap_or(usize::MAX);
                        let most = (limits.length_max as usize).saturating_mul(unit);
                        (offset.saturating_mul(unit), data_most.min(most))
                    }
                    None if segment.segment.ty.is_variable() => (0, data_most),
                    None => (0, usize::MAX),
                };
                let value = source
                    .value(segment.column, itag, offset, most)
                    .map_err(EntryError::Source)?;
                let value = value.as_deref().map(|v| v.get(..most).unwrap_or(v));
                if let Some((limits, _)) = tuple {
                    let least = (limits.length_min as usize).saturating_mul(unit).max(1);
                    if value.is_none_or(|v| v.len() < least) {
                        return Ok(Outcome::NoTuple);
                    }
                }
                nulls.all &= value.is_none();
                nulls.some |= value.is_none();
                nulls.first |= i == 0 && value.is_none();
                self.key
                    .append(&def.rules, &segment.segment, value, data_most)
                    .map_err(EntryError::Key)?;
            }
            if def.disallow_truncation && self.key.is_truncated() {
                return Err(EntryError::Truncated);
            }
            if !self.key.wants_more() {
                return Ok(Outcome::Key(nulls));
            }
            data_most = data_most.saturating_mul(2);
        }
    }
}

/// Which value of each segment goes into a key, combination by combination.
struct Combinations {
    itags: [u32; SEGMENTS_MOST],
    /// Values of each segment, at least 1.
    counts: [u32; SEGMENTS_MOST],
    nested: bool,
    done: bool,
}

impl Combinations {
    fn new<S: ColumnSource>(def: &IndexDef, source: &S) -> Result<Self, EntryError<S::Error>> {
        // A tuple index with nested table never ends in the original; the tuples of its first
        // column are all that can be meant (docs/format/database-keys.md §6.3).
        let expansion = match def.expansion {
            Expansion::NestedTable if def.tuples.is_some() => Expansion::First,
            expansion => expansion,
        };
        let only = match expansion {
            Expansion::First if def.tuples.is_some() => Some(0),
            Expansion::First => def.first_multi_valued(),
            _ => None,
        };
        let mut counts = [1; SEGMENTS_MOST];
        for (i, (segment, count)) in def.segments.iter().zip(&mut counts).enumerate() {
            if !segment.multi_valued || only.is_some_and(|only| only != i) {
                continue;
            }
            while u64::from(*count) < ENTRIES_MOST
                && source
                    .value(segment.column, *count + 1, 0, 0)
                    .map_err(EntryError::Source)?
                    .is_some()
            {
                *count += 1;
            }
        }
        let nested = expansion == Expansion::NestedTable;
        let product = counts
            .iter()
            .fold(1u64, |all, &n| all.saturating_mul(u64::from(n)));
        if !nested && product > ENTRIES_MOST {
            return Err(EntryError::TooMany);
        }
        if nested {
            // All roll on together, up to the longest.
            let longest = counts.iter().copied().max().unwrap_or(1);
            for (segment, count) in def.segments.iter().zip(&mut counts) {
                *count = if segment.multi_valued { longest } else { 1 };
            }
        }
        Ok(Self {
            itags: [1; SEGMENTS_MOST],
            counts,
            nested,
            done: false,
        })
    }

    fn next(&mut self) -> Option<[u32; SEGMENTS_MOST]> {
        if self.done {
            return None;
        }
        let now = self.itags;
        self.done = true;
        // The last segment turns fastest.
        for (itag, &count) in self.itags.iter_mut().zip(&self.counts).rev() {
            if *itag < count {
                *itag += 1;
                self.done = false;
                if !self.nested {
                    break;
                }
            } else if !self.nested {
                *itag = 1;
            }
        }
        Some(now)
    }
}
