//! Long values: inside the record, or outside when they are long, or the record would be.
//!
//! A value whose plain size is above a limit goes out at once, others when the record gets too long:
//! first the one that is being set, then all above a threshold that is halved from try to try.
//!
//! Source: docs/format/database-records.md §7, docs/format/database-compression.md §2; jet-api behaviour
//! of records §3, "Long values".
#![forbid(unsafe_code)]

use super::tagged::{Kept, Part};
use super::{EditError, NewValue, RecordEdit, SetFlags, ValuePlace, is_too_big, refuse, too_big};
use crate::error::JetErr;
use crate::format::catalog_row::ColumnFlags;
use crate::format::compress::{compress, decompress_into};
use crate::format::lv::{Lid, LvError};
use crate::format::tagged::{TaggedFlags, TaggedValue};
use crate::format::tagged_build::{TaggedBuild, TaggedPart};
use crate::lv::INTRINSIC_PLAIN_MOST;
use crate::lv::write::{Bytes, Change, Content, HowToChange, Pieces, Zeros};
use crate::record::Column;
use crate::record::edit::layout::stored_default;
use crate::work::WorkError;

/// Part of a page that a threshold does not go below before it is the size of an id.
const THRESHOLD_PARTS: usize = 64;

/// Where values go that do not stay in their record.
pub trait LongStore {
    /// Appends a value's bytes to `out`.
    ///
    /// # Errors
    /// It can't be read.
    fn read(&mut self, lid: Lid, out: &mut Vec<u8>) -> Result<(), WorkError>;

    /// Makes a value with one reference.
    ///
    /// # Errors
    /// It can't be stored.
    fn create(&mut self, content: &dyn Content, compress: bool) -> Result<Lid, WorkError>;

    /// Changes a value that the record refers to, and gives its id then. When it is another one, the
    /// record's reference to the old one has been dropped.
    ///
    /// # Errors
    /// JET_errColumnNoChunk, JET_errColumnTooBig, a write conflict.
    fn change(&mut self, lid: Lid, change: &Change<'_>, how: HowToChange)
    -> Result<Lid, WorkError>;

    /// Drops the record's reference to a value.
    ///
    /// # Errors
    /// A write conflict.
    fn release(&mut self, lid: Lid) -> Result<(), WorkError>;
}

/// For records that have all their values inside: temporary tables, the catalog's rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLongStore;

fn nothing_outside<T>() -> Result<T, WorkError> {
    let what = "values of this table stay in their records";
    Err(WorkError::refused(
        JetErr::CANNOT_SEPARATE_INTRINSIC_LV,
        what,
    ))
}

impl LongStore for NoLongStore {
    fn read(&mut self, _: Lid, _: &mut Vec<u8>) -> Result<(), WorkError> {
        nothing_outside()
    }

    fn create(&mut self, _: &dyn Content, _: bool) -> Result<Lid, WorkError> {
        nothing_outside()
    }

    fn change(&mut self, _: Lid, _: &Change<'_>, _: HowToChange) -> Result<Lid, WorkError> {
        nothing_outside()
    }

    fn release(&mut self, _: Lid) -> Result<(), WorkError> {
        nothing_outside()
    }
}

/// What is done to a long value.
#[derive(Clone, Copy)]
enum LongOp<'a> {
    Nothing,
    /// It is NULL.
    Null,
    /// It has no byte.
    Empty,
    /// It is new, or new as a whole.
    Whole(NewValue<'a>),
    /// It is changed.
    Part(Change<'a>),
}

fn no_chunk<T>() -> Result<T, EditError> {
    let what = "the offset lies behind the value's end";
    refuse(JetErr::COLUMN_NO_CHUNK, what)
}

/// What the bits mean for a value that is there, or is not.
fn long_op<'a>(
    flags: SetFlags,
    value: NewValue<'a>,
    offset: u32,
    there: bool,
) -> Result<LongOp<'a>, EditError> {
    const SIZE_ZERO: SetFlags = SetFlags::SIZE.union(SetFlags::ZERO_LENGTH);
    const SIZE_OVERWRITE: SetFlags = SetFlags::SIZE.union(SetFlags::OVERWRITE);
    let operation = SetFlags::APPEND | SetFlags::OVERWRITE | SetFlags::SIZE | SetFlags::ZERO_LENGTH;
    let (len, bytes) = (value.len(), value.bytes());
    let size = u32::try_from(len).unwrap_or(u32::MAX);
    let zeros = LongOp::Whole(NewValue::Size(size));
    let operation = flags & operation;
    if matches!(value, NewValue::Size(1..)) && !matches!(operation, SetFlags::SIZE | SIZE_ZERO) {
        let what = "a size without bytes";
        return refuse(JetErr::INVALID_PARAMETER, what);
    }
    Ok(match (operation, len, there) {
        (SetFlags::APPEND, 0, true) | (SetFlags::OVERWRITE, 0, true) => LongOp::Nothing,
        (SetFlags::APPEND, 0, false) => LongOp::Empty,
        (SetFlags::APPEND, _, true) => LongOp::Part(Change::Append(bytes)),
        (SIZE_OVERWRITE, 0, _) => LongOp::Null,
        (SetFlags::OVERWRITE | SIZE_OVERWRITE, _, false) if offset > 0 => return no_chunk(),
        (SetFlags::OVERWRITE, 0, false) => LongOp::Empty,
        (SetFlags::OVERWRITE, _, true) => LongOp::Part(Change::Overwrite(offset, bytes)),
        (SIZE_OVERWRITE, _, true) => LongOp::Part(Change::OverwriteAndEnd(offset, bytes)),
        (SIZE_ZERO | SetFlags::ZERO_LENGTH, 0, _) => LongOp::Empty,
        (SetFlags::SIZE | SIZE_ZERO, 1.., true) => LongOp::Part(Change::Resize(size)),
        (SetFlags::SIZE | SIZE_ZERO, 1.., false) => zeros,
        (_, 0, _) => LongOp::Null,
        (_, _, _) => LongOp::Whole(value),
    })
}

/// Whether new bytes of a column are compressed where that pays.
fn compresses(column: &Column, flags: SetFlags) -> bool {
    let column = column.flags.contains(ColumnFlags::COMPRESSED);
    flags.contains(SetFlags::COMPRESSED) || (column && !flags.contains(SetFlags::UNCOMPRESSED))
}

/// Appends the plain bytes of a value inside the record.
///
/// # Errors
/// The bytes can't be decompressed, or are encrypted.
pub fn plain_into(value: &TaggedValue<'_>, out: &mut Vec<u8>) -> Result<(), EditError> {
    if value.encrypted {
        return Err(LvError::Encrypted.into());
    }
    match value.compressed {
        true => decompress_into(value.bytes, out, INTRINSIC_PLAIN_MOST)?,
        false => out.extend_from_slice(value.bytes),
    }
    Ok(())
}

/// Where the value is that is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum There {
    No,
    Inside,
    Outside(Lid),
}

/// One try to set a long value.
#[derive(Clone, Copy)]
struct LongSet<'a> {
    column: &'a Column,
    place: ValuePlace,
    value: NewValue<'a>,
    flags: SetFlags,
    compress: bool,
}

impl RecordEdit {
    /// Runs `attempt` with a threshold; while the record is too long, long values go out of it and it
    /// is run again. After an error the record is as it was.
    pub(super) fn with_room<T>(
        &mut self,
        store: &mut dyn LongStore,
        mut attempt: impl FnMut(&mut Self, &mut dyn LongStore, usize) -> Result<T, EditError>,
    ) -> Result<T, EditError> {
        let page = self.layout.page.bytes();
        match attempt(self, store, page / 2) {
            Err(e) if is_too_big(&e) => {}
            done => return done,
        }
        // What fails for want of room changes nothing.
        self.save();
        let done = self.make_room(store, page, &mut attempt);
        if done.is_err() {
            self.restore();
        }
        done
    }

    fn make_room<T>(
        &mut self,
        store: &mut dyn LongStore,
        page: usize,
        attempt: &mut impl FnMut(&mut Self, &mut dyn LongStore, usize) -> Result<T, EditError>,
    ) -> Result<T, EditError> {
        let lid_bytes = self.layout.lid_bytes;
        let mut threshold = page;
        while threshold > lid_bytes {
            threshold /= 2;
            if threshold < page / THRESHOLD_PARTS {
                threshold = lid_bytes;
            }
            self.separate_all(store, threshold)?;
            match attempt(self, store, threshold) {
                Err(e) if is_too_big(&e) => {}
                done => return done,
            }
        }
        too_big()
    }

    /// Puts every long value outside that takes more than `threshold` bytes in the record.
    fn separate_all(
        &mut self,
        store: &mut dyn LongStore,
        threshold: usize,
    ) -> Result<(), EditError> {
        let large = self.record.is_large();
        for at in 0..self.record.view()?.tagged_len() {
            let stored = self.record.view()?.tagged_at(at)?;
            if !stored.flags.contains(TaggedFlags::LONG_VALUE) || stored.is_null() {
                continue;
            }
            let mut build = TaggedBuild::from_column(&stored)?;
            let mut compress = stored.flags.contains(TaggedFlags::COMPRESSED);
            let mut changed = false;
            for (i, value) in stored.values().enumerate() {
                let value = value?;
                if value.separated || value.bytes.len() <= threshold {
                    continue;
                }
                let mut plain = Vec::new();
                plain_into(&value, &mut plain)?;
                let lid = store.create(&Bytes(&plain), compress)?;
                build.replace(i, TaggedPart::separated(lid));
                // The first value said so for all of the column.
                compress &= i > 0;
                changed = true;
            }
            if changed {
                let (fid, mut body) = (stored.fid, Vec::new());
                let word = build.encode(large, &mut body)?;
                self.record.put_tagged(at, false, Some((fid, word)), &body);
            }
        }
        Ok(())
    }

    /// Sets a long value.
    pub(super) fn set_long(
        &mut self,
        store: &mut dyn LongStore,
        column: &Column,
        place: ValuePlace,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<(), EditError> {
        if let Some(how) = flags.uniqueness(value.len()) {
            self.check_unique_long(store, column, place.itag, value.bytes(), how)?;
        }
        let set = LongSet {
            column,
            place,
            value,
            flags,
            compress: compresses(column, flags),
        };
        self.save();
        let done = self.with_room(store, |me, store, threshold| {
            me.try_long(store, &set, threshold)
        });
        if done.is_err() {
            self.restore();
        }
        done
    }

    /// Where a value is; a default that nobody set counts as the first one.
    fn there(&self, column: &Column, itag: u32) -> Result<There, EditError> {
        Ok(match self.long_value(column, itag)? {
            None => There::No,
            Some(value) if value.separated => There::Outside(Lid::from_record(value.bytes)?),
            Some(_) => There::Inside,
        })
    }

    fn long_value<'a>(
        &'a self,
        column: &'a Column,
        itag: u32,
    ) -> Result<Option<TaggedValue<'a>>, EditError> {
        let Some(i) = (itag as usize).checked_sub(1) else {
            return Ok(None);
        };
        match self.view()?.find_tagged(column.fid, column.derived)? {
            Some(stored) if i < stored.value_count()? => Ok(Some(stored.value(i)?)),
            Some(_) => Ok(None),
            None => Ok(stored_default(column)
                .filter(|_| i == 0)
                .map(|bytes| TaggedValue {
                    bytes,
                    separated: false,
                    compressed: false,
                    encrypted: false,
                })),
        }
    }

    fn try_long(
        &mut self,
        store: &mut dyn LongStore,
        set: &LongSet<'_>,
        threshold: usize,
    ) -> Result<(), EditError> {
        let (column, itag) = (set.column, set.place.itag);
        self.touch(column);
        let there = self.there(column, itag)?;
        let op = long_op(set.flags, set.value, set.place.offset, there != There::No)?;
        let is_insert = there == There::No && matches!(op, LongOp::Whole(NewValue::Bytes(_)));
        if set.flags.contains(SetFlags::CONTIGUOUS) && !is_insert {
            let what = "only a new value can be contiguous";
            return refuse(JetErr::INVALID_PARAMETER, what);
        }
        match op {
            LongOp::Nothing => return Ok(()),
            LongOp::Null => {
                if column.flags.contains(ColumnFlags::NOT_NULL) {
                    return refuse(JetErr::NULL_INVALID, "the column can't be NULL");
                }
                let revert = set.flags.contains(SetFlags::REVERT_TO_DEFAULT);
                self.remove_value(column, itag, revert)?;
            }
            LongOp::Empty => {
                self.put_value(column, itag, Part::default())?;
            }
            LongOp::Whole(value) => {
                let zeros = Zeros(value.len() as u64);
                match value {
                    NewValue::Bytes(b) => self.put_long(store, set, threshold, &Bytes(b))?,
                    _ => self.put_long(store, set, threshold, &zeros)?,
                }
            }
            LongOp::Part(change) => {
                return match there {
                    There::Outside(lid) => self.change_outside(store, set, lid, &change),
                    _ => self.change_inside(store, set, threshold, &change),
                };
            }
        }
        if let There::Outside(lid) = there {
            store.release(lid)?;
        }
        Ok(())
    }

    fn change_outside(
        &mut self,
        store: &mut dyn LongStore,
        set: &LongSet<'_>,
        lid: Lid,
        change: &Change<'_>,
    ) -> Result<(), EditError> {
        let how = HowToChange {
            compress: set.compress,
            most: set.column.cb_max,
            copy: self.copies,
        };
        let now = store.change(lid, change, how)?;
        if now != lid {
            self.put_lid(set, now)?;
        }
        Ok(())
    }

    fn change_inside(
        &mut self,
        store: &mut dyn LongStore,
        set: &LongSet<'_>,
        threshold: usize,
        change: &Change<'_>,
    ) -> Result<(), EditError> {
        let mut old = std::mem::take(&mut self.plain);
        old.clear();
        if let Some(value) = self.long_value(set.column, set.place.itag)? {
            plain_into(&value, &mut old)?;
        }
        let done = self.put_changed(store, set, threshold, (&old, change));
        self.plain = old;
        done
    }

    fn put_changed(
        &mut self,
        store: &mut dyn LongStore,
        set: &LongSet<'_>,
        threshold: usize,
        (old, change): (&[u8], &Change<'_>),
    ) -> Result<(), EditError> {
        let part = |from: usize, to: usize| Bytes(old.get(from..to).unwrap_or(&[]));
        let len = old.len();
        let nothing = Bytes(&[]);
        let (head, new, tail) = match *change {
            Change::Append(new) => (part(0, len), new, nothing),
            Change::Overwrite(at, new) | Change::OverwriteAndEnd(at, new) => {
                if at as usize > len || u64::from(at) + new.len() as u64 > u64::from(u32::MAX) {
                    return no_chunk();
                }
                let at = at as usize;
                let tail = match change {
                    Change::Overwrite(..) => part(at + new.len(), len),
                    _ => nothing,
                };
                (part(0, at), new, tail)
            }
            Change::Resize(size) => {
                let size = size as usize;
                let zeros = Zeros(size.saturating_sub(len) as u64);
                let kept = part(0, size.min(len));
                return self.put_long(store, set, threshold, &Pieces(&[&kept, &zeros]));
            }
        };
        self.put_long(store, set, threshold, &Pieces(&[&head, &Bytes(new), &tail]))
    }

    /// Stores a whole value, inside or outside.
    fn put_long(
        &mut self,
        store: &mut dyn LongStore,
        set: &LongSet<'_>,
        threshold: usize,
        content: &dyn Content,
    ) -> Result<(), EditError> {
        let most = self.layout.intrinsic_most();
        let inside = if set.flags.contains(SetFlags::SEPARATE) {
            self.layout.lid_bytes
        } else if set.flags.contains(SetFlags::INTRINSIC) {
            most
        } else {
            self.layout.intrinsic
        };
        let len = content.len();
        if set.column.cb_max > 0 && len > u64::from(set.column.cb_max) {
            let what = "a value longer than its column takes";
            return refuse(JetErr::COLUMN_TOO_BIG, what);
        }
        match usize::try_from(len) {
            Ok(len) if len <= inside => match self.put_inside(set, content, len) {
                Err(e) if is_too_big(&e) && len > threshold.max(self.layout.lid_bytes) => {
                    self.put_outside(store, set, content)
                }
                done => done,
            },
            _ => self.put_outside(store, set, content),
        }
    }

    fn put_inside(
        &mut self,
        set: &LongSet<'_>,
        content: &dyn Content,
        len: usize,
    ) -> Result<(), EditError> {
        let (column, itag) = (set.column, set.place.itag);
        let mut plain = Vec::with_capacity(len);
        content.append(0, len, &mut plain);
        let mut packed = std::mem::take(&mut self.packed);
        packed.clear();
        let tries = itag < 2 && set.compress;
        let compressed = tries && compress(&plain, &self.layout.policy(), &mut packed) && {
            let part = Part {
                bytes: &packed,
                compressed: true,
                ..Part::default()
            };
            matches!(self.put_value(column, itag, part), Ok(Kept::Yes))
        };
        self.packed = packed;
        if compressed {
            return Ok(());
        }
        let part = Part {
            bytes: &plain,
            ..Part::default()
        };
        self.put_value(column, itag, part).map(|_| ())
    }

    fn put_outside(
        &mut self,
        store: &mut dyn LongStore,
        set: &LongSet<'_>,
        content: &dyn Content,
    ) -> Result<(), EditError> {
        // The room first: what is made outside and has no place can only be undone.
        let place = [0; 8];
        let part = Part {
            bytes: place.get(..self.layout.lid_bytes).unwrap_or(&place),
            separated: true,
            compressed: false,
        };
        let count = self.count(set.column)?;
        self.put_value(set.column, set.place.itag, part)?;
        let lid = store.create(content, set.compress)?;
        // One that was appended is there now, as the last.
        let itag = match set.place.itag as usize {
            n if (1..=count).contains(&n) => set.place.itag,
            _ => u32::try_from(count + 1).unwrap_or(u32::MAX),
        };
        let place = ValuePlace { itag, ..set.place };
        self.put_lid(&LongSet { place, ..*set }, lid)
    }

    fn count(&self, column: &Column) -> Result<usize, EditError> {
        match self.view()?.find_tagged(column.fid, column.derived)? {
            Some(stored) => Ok(stored.value_count()?),
            None => Ok(0),
        }
    }

    fn put_lid(&mut self, set: &LongSet<'_>, lid: Lid) -> Result<(), EditError> {
        let bytes = lid.to_record();
        let part = Part {
            bytes: &bytes,
            separated: true,
            compressed: false,
        };
        self.put_value(set.column, set.place.itag, part).map(|_| ())
    }

    /// Gives every value outside one more reference, for a copy of the record
    /// (JET_prepInsertCopy); `refer` gives the id to refer to.
    ///
    /// # Errors
    /// Those of `refer`; JET_errRecordTooBig when an id got longer and does not fit.
    pub fn reference_all(
        &mut self,
        refer: &mut dyn FnMut(Lid) -> Result<Lid, WorkError>,
    ) -> Result<(), EditError> {
        let large = self.record.is_large();
        for at in 0..self.record.view()?.tagged_len() {
            let stored = self.record.view()?.tagged_at(at)?;
            let mut build = None;
            for (i, value) in stored.values().enumerate() {
                let value = value?;
                if !value.separated {
                    continue;
                }
                let lid = Lid::from_record(value.bytes)?;
                let now = refer(lid)?;
                if now != lid {
                    let changed = match build.take() {
                        Some(build) => build,
                        None => TaggedBuild::from_column(&stored)?,
                    };
                    let changed = build.insert(changed);
                    changed.replace(i, TaggedPart::separated(now));
                }
            }
            if let Some(build) = build {
                let (fid, mut body) = (stored.fid, Vec::new());
                let word = build.encode(large, &mut body)?;
                let len = self.record.len() + body.len() - self.record.tagged_bytes(at);
                if len > self.layout.record_most {
                    return too_big();
                }
                self.record.put_tagged(at, false, Some((fid, word)), &body);
            }
        }
        Ok(())
    }
}
