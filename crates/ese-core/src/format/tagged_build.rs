//! Builds the tagged area of a record, and changes the values of one tagged column by the engine's
//! rules of shape.
//!
//! | values | small pages | large pages |
//! |---|---|---|
//! | 1 | plain | plain |
//! | 2, added one by one, short type, both at most 255 bytes | two values | multi-values |
//! | 2 otherwise, 3 and more | multi-values | multi-values |
//!
//! Many values that become two by a deletion stay multi-values; two that become one are plain
//! again. Only the first value may be compressed; one that becomes first stays as it is. Source:
//! docs/format/database-records.md §5.
#![forbid(unsafe_code)]

use super::ids::Fid;
use super::record::RecordError;
use super::record_build::BuildError;
use super::tagged::{
    MULTI_OFFSET, MULTI_SEPARATED, TAGFLD_BYTES, TAGFLD_DERIVED, TAGFLD_HEADER, TAGFLD_IB_LARGE,
    TAGFLD_IB_SMALL, TAGFLD_NULL, TaggedColumn, TaggedFlags, TaggedValue,
};

/// Longest value in the short form of two.
const TWO_VALUE_MOST: usize = 255;

/// One value, as it will be stored.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TaggedPart {
    /// Plain or compressed bytes, or a LID.
    pub bytes: Vec<u8>,
    /// The bytes are a LID.
    pub separated: bool,
    /// The bytes are compressed: the first value only, never with `separated`.
    pub compressed: bool,
}

impl TaggedPart {
    /// A value stored as it is.
    #[must_use]
    pub fn plain(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            ..Self::default()
        }
    }

    /// A value stored compressed.
    #[must_use]
    pub fn compressed(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            compressed: true,
            ..Self::default()
        }
    }

    /// A value that lies in the long-value tree.
    #[must_use]
    pub fn separated(lid: super::lv::Lid) -> Self {
        Self {
            bytes: lid.to_record().to_vec(),
            separated: true,
            ..Self::default()
        }
    }
}

impl From<TaggedValue<'_>> for TaggedPart {
    fn from(v: TaggedValue<'_>) -> Self {
        Self {
            bytes: v.bytes.to_vec(),
            separated: v.separated,
            compressed: v.compressed,
        }
    }
}

/// A tagged column in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedBuild {
    /// The column.
    pub fid: Fid,
    /// Belongs to the template table.
    pub derived: bool,
    /// LongBinary or LongText.
    long: bool,
    encrypted: bool,
    /// Two values in the general form.
    general: bool,
    /// Empty: an explicit NULL.
    values: Vec<TaggedPart>,
    /// A NULL on a large page keeps bits of the value that it replaced.
    null_flags: TaggedFlags,
}

impl TaggedBuild {
    /// An explicit NULL, which hides a default. `long`: the column is a LongBinary or LongText.
    #[must_use]
    pub fn null(fid: Fid, derived: bool, long: bool) -> Self {
        Self {
            fid,
            derived,
            long,
            encrypted: false,
            general: false,
            values: Vec::new(),
            null_flags: TaggedFlags::empty(),
        }
    }

    /// One value.
    #[must_use]
    pub fn one(fid: Fid, derived: bool, long: bool, value: TaggedPart) -> Self {
        let mut t = Self::null(fid, derived, long);
        t.values.push(value);
        t
    }

    /// The column as it is in a record, its shape included.
    ///
    /// # Errors
    /// The values don't lie in the column.
    pub fn from_column(column: &TaggedColumn<'_>) -> Result<Self, RecordError> {
        let values = column
            .values()
            .map(|v| v.map(TaggedPart::from))
            .collect::<Result<Vec<_>, _>>()?;
        let flags = column.flags;
        Ok(Self {
            fid: column.fid,
            derived: column.derived,
            long: flags.contains(TaggedFlags::LONG_VALUE),
            encrypted: flags.contains(TaggedFlags::ENCRYPTED),
            general: flags.contains(TaggedFlags::MULTI) && !flags.contains(TaggedFlags::TWO),
            null_flags: if column.is_null() {
                flags & (TaggedFlags::COMPRESSED | TaggedFlags::MULTI | TaggedFlags::TWO)
            } else {
                TaggedFlags::empty()
            },
            values,
        })
    }

    /// The values, none for NULL.
    #[must_use]
    pub fn values(&self) -> &[TaggedPart] {
        &self.values
    }

    /// Marks the column's values as encrypted.
    pub fn set_encrypted(&mut self, encrypted: bool) {
        self.encrypted = encrypted;
    }

    /// `true` when two values may lie in the short form, by their own size and kind.
    fn two_fit(&self) -> bool {
        !self.long
            && self.values.len() == 2
            && self.values.iter().all(|v| v.bytes.len() <= TWO_VALUE_MOST)
    }

    fn settle_shape(&mut self) {
        self.general = match self.values.len() {
            0 | 1 => false,
            2 => self.general || !self.two_fit(),
            _ => true,
        };
    }

    /// Adds a value at the end; on NULL it becomes the only one.
    pub fn push(&mut self, value: TaggedPart) {
        self.values.push(value);
        self.settle_shape();
    }

    /// Replaces value `i`, from 0; `false` when there is none.
    pub fn replace(&mut self, i: usize, value: TaggedPart) -> bool {
        let Some(v) = self.values.get_mut(i) else {
            return false;
        };
        *v = value;
        self.settle_shape();
        true
    }

    /// Removes value `i`, from 0; the later ones move up. The last value can't be removed this way:
    /// set NULL or take the column out of the record.
    pub fn remove(&mut self, i: usize) -> Option<TaggedPart> {
        if self.values.len() < 2 || i >= self.values.len() {
            return None;
        }
        let gone = self.values.remove(i);
        self.settle_shape();
        Some(gone)
    }

    /// Header byte by the rules, without NULL on small pages.
    fn flags(&self, large_pages: bool) -> TaggedFlags {
        let mut flags = TaggedFlags::empty();
        flags.set(TaggedFlags::LONG_VALUE, self.long);
        flags.set(TaggedFlags::ENCRYPTED, self.encrypted);
        match self.values.as_slice() {
            [] => flags |= self.null_flags | TaggedFlags::NULL,
            [only] => {
                flags.set(TaggedFlags::SEPARATED, only.separated);
                flags.set(TaggedFlags::COMPRESSED, only.compressed);
            }
            [first, ..] => {
                flags |= TaggedFlags::MULTI;
                flags.set(TaggedFlags::COMPRESSED, first.compressed);
                flags.set(
                    TaggedFlags::TWO,
                    !large_pages && !self.general && self.two_fit(),
                );
            }
        }
        flags
    }

    /// Parts that no record can hold.
    fn check(&self) -> Result<(), BuildError> {
        let bad = self.values.iter().enumerate().any(|(i, v)| {
            (v.compressed && (i > 0 || v.separated))
                || ((v.separated || v.compressed) && !self.long)
        });
        if bad {
            Err(BuildError::Tagged(self.fid.0))
        } else {
            Ok(())
        }
    }

    /// Appends the column's bytes to `out`, the header byte first where there is one; gives the flag
    /// bits of its entry in the array.
    ///
    /// # Errors
    /// Values that can't be stored; `out` may have got a part of them.
    pub fn encode(&self, large_pages: bool, out: &mut Vec<u8>) -> Result<u16, BuildError> {
        self.check()?;
        let flags = self.flags(large_pages);
        let mut word = if self.derived { TAGFLD_DERIVED } else { 0 };
        if large_pages {
            out.push(flags.bits());
        } else if self.values.is_empty() {
            word |= TAGFLD_NULL;
        } else if !flags.is_empty() {
            word |= TAGFLD_HEADER;
            out.push(flags.bits());
        }
        self.append_body(flags, out)?;
        Ok(word)
    }

    fn append_body(&self, flags: TaggedFlags, out: &mut Vec<u8>) -> Result<(), BuildError> {
        match self.values.as_slice() {
            [] => {}
            [only] => out.extend_from_slice(&only.bytes),
            [first, second] if flags.contains(TaggedFlags::TWO) => {
                let len = u8::try_from(first.bytes.len()).map_err(|_| BuildError::TooBig)?;
                out.push(len);
                out.extend_from_slice(&first.bytes);
                out.extend_from_slice(&second.bytes);
            }
            many => {
                let mut at = 2 * many.len();
                for v in many {
                    let word = u16::try_from(at)
                        .ok()
                        .filter(|&w| w <= MULTI_OFFSET)
                        .ok_or(BuildError::TooBig)?;
                    let word = word | if v.separated { MULTI_SEPARATED } else { 0 };
                    out.extend_from_slice(&word.to_le_bytes());
                    at += v.bytes.len();
                }
                for v in many {
                    out.extend_from_slice(&v.bytes);
                }
            }
        }
        Ok(())
    }
}

/// Appends the array and the bytes of `columns`, which are in their order.
pub(super) fn build_tagged(
    columns: &[TaggedBuild],
    large_pages: bool,
    out: &mut Vec<u8>,
) -> Result<(), BuildError> {
    let start = out.len();
    out.resize(start + TAGFLD_BYTES * columns.len(), 0);
    let ib_most = if large_pages {
        TAGFLD_IB_LARGE
    } else {
        TAGFLD_IB_SMALL
    };
    for (i, column) in columns.iter().enumerate() {
        let ib = u16::try_from(out.len() - start)
            .ok()
            .filter(|&ib| ib <= ib_most)
            .ok_or(BuildError::TooBig)?;
        let word = ib | column.encode(large_pages, out)?;
        let at = start + TAGFLD_BYTES * i;
        if let Some(entry) = out.get_mut(at..at + TAGFLD_BYTES) {
            let [a, b] = column.fid.0.to_le_bytes();
            let [c, d] = word.to_le_bytes();
            entry.copy_from_slice(&[a, b, c, d]);
        }
    }
    Ok(())
}
