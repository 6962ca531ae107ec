//! Values of one tagged column: they are appended, replaced, removed, and the column may be NULL.
//!
//! Source: docs/format/database-records.md §5.5; jet-api behaviour of records §3, "itagSequence".
#![forbid(unsafe_code)]

use super::{EditError, RecordEdit, SetFlags, refuse, too_big};
use crate::error::JetErr;
use crate::format::catalog_row::ColumnFlags;
use crate::format::tagged::{
    TAGFLD_BYTES, TAGFLD_DERIVED, TAGFLD_HEADER, TAGFLD_NULL, TaggedFlags,
};
use crate::format::tagged_build::{TaggedBuild, TaggedPart};
use crate::record::Column;

/// A value as it will lie in the record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) separated: bool,
    pub(super) compressed: bool,
}

impl From<Part<'_>> for TaggedPart {
    fn from(part: Part<'_>) -> Self {
        Self {
            bytes: part.bytes.to_vec(),
            separated: part.separated,
            compressed: part.compressed,
        }
    }
}

/// Whether a value could be stored as it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kept {
    Yes,
    /// Only the first value of a column can be compressed: nothing was stored.
    NotCompressed,
}

/// Place of a value among `count`, from 0; `None` for one more.
fn place_of(itag: u32, count: usize) -> Option<usize> {
    let i = (itag as usize).checked_sub(1)?;
    (i < count).then_some(i)
}

impl RecordEdit {
    /// Sets a tagged column that is no long one.
    pub(super) fn set_short_tagged(
        &mut self,
        column: &Column,
        itag: u32,
        value: Option<&[u8]>,
        flags: SetFlags,
    ) -> Result<(), EditError> {
        if value.is_none() && column.flags.contains(ColumnFlags::NOT_NULL) {
            return refuse(JetErr::NULL_INVALID, "the column can't be NULL");
        }
        self.touch(column);
        let revert = flags.contains(SetFlags::REVERT_TO_DEFAULT);
        let Some(bytes) = value else {
            return self.remove_value(column, itag, revert);
        };
        self.check_short(column, bytes)?;
        if let Some(how) = flags.uniqueness(bytes.len()) {
            self.check_unique_short(column, itag, bytes, how)?;
        }
        let part = Part {
            bytes,
            ..Part::default()
        };
        self.put_value(column, itag, part).map(|_| ())
    }

    fn check_short(&self, column: &Column, bytes: &[u8]) -> Result<(), EditError> {
        let exact = column.coltyp.fixed_bytes();
        let most = exact.unwrap_or(column.cb_max as usize);
        if most > 0 && bytes.len() > most {
            let what = "a value longer than its column takes";
            return refuse(JetErr::COLUMN_TOO_BIG, what);
        }
        if !bytes.is_empty() && exact.is_some_and(|n| n != bytes.len()) {
            let what = "a value of another size than the column's";
            return refuse(JetErr::INVALID_BUFFER_SIZE, what);
        }
        if bytes.len() > self.layout.intrinsic_most() {
            let what = "a value longer than a record";
            return refuse(JetErr::COLUMN_DOES_NOT_FIT, what);
        }
        Ok(())
    }

    /// Stores a value: as the only one, as one more, or in the place of another.
    pub(super) fn put_value(
        &mut self,
        column: &Column,
        itag: u32,
        part: Part<'_>,
    ) -> Result<Kept, EditError> {
        let view = self.record.view()?;
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        let done = match view.tagged_place(column.fid, column.derived) {
            Err(at) => Ok(Some((at, true, self.encode_one(column, part, &mut body)))),
            Ok(at) => {
                let stored = view.tagged_at(at)?;
                let many = stored.flags.contains(TaggedFlags::MULTI) && !stored.is_null();
                let only = !many && (itag == 1 || stored.is_null());
                if only {
                    Ok(Some((at, false, self.encode_one(column, part, &mut body))))
                } else if part.compressed && !(many && itag == 1) {
                    Ok(None)
                } else {
                    let mut build = TaggedBuild::from_column(&stored)?;
                    match place_of(itag, build.values().len()) {
                        Some(i) => {
                            build.replace(i, part.into());
                        }
                        None => build.push(part.into()),
                    }
                    build
                        .encode(self.record.is_large(), &mut body)
                        .map(|word| Some((at, false, word)))
                }
            }
        };
        let done = match done {
            Ok(None) => Ok(Kept::NotCompressed),
            Ok(Some((at, is_new, word))) => self
                .store_body(column, (at, is_new), Some(word), &body)
                .map(|()| Kept::Yes),
            Err(e) => Err(e.into()),
        };
        self.body = body;
        done
    }

    /// The bytes of a column with one value; gives the flag bits of its entry.
    fn encode_one(&self, column: &Column, part: Part<'_>, body: &mut Vec<u8>) -> u16 {
        let mut flags = TaggedFlags::empty();
        flags.set(TaggedFlags::LONG_VALUE, column.coltyp.is_long());
        flags.set(TaggedFlags::SEPARATED, part.separated);
        flags.set(TaggedFlags::COMPRESSED, part.compressed);
        let mut word = derived_bit(column);
        if self.record.is_large() {
            body.push(flags.bits());
        } else if !flags.is_empty() {
            word |= TAGFLD_HEADER;
            body.push(flags.bits());
        }
        body.extend_from_slice(part.bytes);
        word
    }

    /// Puts a column's bytes into the record, if there is room.
    fn store_body(
        &mut self,
        column: &Column,
        (at, is_new): (usize, bool),
        word: Option<u16>,
        body: &[u8],
    ) -> Result<(), EditError> {
        let old = match is_new {
            true => 0,
            false => TAGFLD_BYTES + self.record.tagged_bytes(at),
        };
        let new = word.map_or(0, |_| TAGFLD_BYTES + body.len());
        let len = self.record.len() + new - old.min(self.record.len());
        if len > self.layout.record_most && new > old {
            return too_big();
        }
        let entry = word.map(|word| (column.fid, word));
        self.record.put_tagged(at, is_new, entry, body);
        Ok(())
    }

    /// Removes a value; the column becomes NULL, or goes, with its last one.
    pub(super) fn remove_value(
        &mut self,
        column: &Column,
        itag: u32,
        revert: bool,
    ) -> Result<(), EditError> {
        let view = self.record.view()?;
        let hides_default = column.flags.contains(ColumnFlags::DEFAULT) && !revert;
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        let large = self.record.is_large();
        let long = match column.coltyp.is_long() {
            true => TaggedFlags::LONG_VALUE,
            false => TaggedFlags::empty(),
        };
        let change = match view.tagged_place(column.fid, column.derived) {
            Err(at) => {
                let marks = hides_default && itag == 1;
                marks.then(|| (at, true, Some(null_mark(column, large, long, &mut body))))
            }
            Ok(at) => {
                let stored = view.tagged_at(at)?;
                let count = stored.value_count()?;
                match place_of(itag, count) {
                    _ if stored.is_null() => revert.then_some((at, false, None)),
                    None => None,
                    Some(i) if count > 1 => {
                        let mut build = TaggedBuild::from_column(&stored)?;
                        build.remove(i);
                        let word = build.encode(large, &mut body)?;
                        Some((at, false, Some(word)))
                    }
                    Some(_) if hides_default => {
                        // The other bits of the header byte stay.
                        let kept = stored.flags.difference(TaggedFlags::SEPARATED);
                        let word = null_mark(column, large, kept, &mut body);
                        Some((at, false, Some(word)))
                    }
                    Some(_) => Some((at, false, None)),
                }
            }
        };
        let done = match change {
            Some((at, is_new, word)) => self.store_body(column, (at, is_new), word, &body),
            None => Ok(()),
        };
        self.body = body;
        done
    }
}

fn derived_bit(column: &Column) -> u16 {
    if column.derived { TAGFLD_DERIVED } else { 0 }
}

/// The bytes of an explicit NULL; gives the flag bits of its entry.
fn null_mark(column: &Column, large: bool, flags: TaggedFlags, body: &mut Vec<u8>) -> u16 {
    if large {
        body.push((flags | TaggedFlags::NULL).bits());
        return derived_bit(column);
    }
    derived_bit(column) | TAGFLD_NULL
}
