//! Values of a column that must not repeat.
//!
//! Compared are the bytes, or the keys of the first 255 bytes in the default order. The value that is
//! replaced does not count, nor does a default that nobody set.
//!
//! Source: jet-api behaviour of records §3, "Unique bits".
#![forbid(unsafe_code)]

use super::flags::Uniqueness;
use super::{EditError, LongStore, RecordEdit, refuse};
use crate::error::JetErr;
use crate::format::key::{KEY_MOST_DEFAULT, KeyBuilder, KeyRules, Segment, SegmentType};
use crate::format::lv::Lid;
use crate::record::Column;

/// A new value, and how others are compared with it.
struct Newcomer<'v> {
    bytes: &'v [u8],
    /// Its key, and that the key was cut; `None` where bytes count, or it has no key.
    key: Option<(Vec<u8>, bool)>,
    rules: KeyRules,
    segment: Option<Segment>,
    builder: KeyBuilder,
}

impl<'v> Newcomer<'v> {
    fn new(column: &Column, bytes: &'v [u8], how: Uniqueness) -> Self {
        let ty = SegmentType::from_coltyp(column.coltyp as u32);
        let segment = ty.filter(|_| how == Uniqueness::Normalized).map(|ty| {
            let mut segment = Segment::new(ty);
            segment.code_page = column.code_page;
            segment
        });
        let mut new = Self {
            bytes,
            key: None,
            rules: KeyRules::default(),
            segment,
            builder: KeyBuilder::new(),
        };
        new.key = new
            .key_of(bytes)
            .map(|k| k.to_vec())
            .map(|k| (k, new.builder.is_truncated()));
        new
    }

    /// The key of a value; `None` where there is none: then its bytes count.
    fn key_of(&mut self, value: &[u8]) -> Option<&[u8]> {
        let segment = self.segment.as_ref()?;
        let most = usize::from(KEY_MOST_DEFAULT);
        let value = value.get(..most).unwrap_or(value);
        self.builder.clear();
        let done = self.builder.append(&self.rules, segment, Some(value), most);
        done.is_ok().then_some(self.builder.key())
    }

    fn compare(&mut self, other: &[u8]) -> Result<(), EditError> {
        let mine = self.key.take();
        let equal = match (&mine, self.key_of(other)) {
            (Some((mine, _)), Some(theirs)) => mine == theirs,
            _ => self.bytes == other,
        };
        let cut = mine.as_ref().is_some_and(|&(_, cut)| cut);
        self.key = mine;
        match (equal, cut) {
            (false, _) => Ok(()),
            (true, false) => refuse(
                JetErr::MULTI_VALUED_DUPLICATE,
                "the column has this value already",
            ),
            (true, true) => refuse(
                JetErr::MULTI_VALUED_DUPLICATE_AFTER_TRUNCATION,
                "the column has a value that begins like this one",
            ),
        }
    }
}

impl RecordEdit {
    /// Refuses a value that another one of the column equals.
    pub(super) fn check_unique_short(
        &self,
        column: &Column,
        itag: u32,
        bytes: &[u8],
        how: Uniqueness,
    ) -> Result<(), EditError> {
        let Some(stored) = self.view()?.find_tagged(column.fid, column.derived)? else {
            return Ok(());
        };
        let mut new = Newcomer::new(column, bytes, how);
        for (value, tag) in stored.values().zip(1u32..) {
            let value = value?;
            if tag != itag {
                new.compare(value.bytes)?;
            }
        }
        Ok(())
    }

    /// The same of a long column: whole values are compared, wherever they lie.
    pub(super) fn check_unique_long(
        &self,
        store: &mut dyn LongStore,
        column: &Column,
        itag: u32,
        bytes: &[u8],
        how: Uniqueness,
    ) -> Result<(), EditError> {
        let Some(stored) = self.view()?.find_tagged(column.fid, column.derived)? else {
            return Ok(());
        };
        let mut new = Newcomer::new(column, bytes, how);
        let mut plain = Vec::new();
        for (value, tag) in stored.values().zip(1u32..) {
            let value = value?;
            if tag == itag {
                continue;
            }
            plain.clear();
            if value.separated {
                store.read(Lid::from_record(value.bytes)?, &mut plain)?;
            } else {
                super::long::plain_into(&value, &mut plain)?;
            }
            new.compare(&plain)?;
        }
        Ok(())
    }
}
