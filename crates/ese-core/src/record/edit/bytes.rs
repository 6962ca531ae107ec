//! A record as bytes, changed in place.
//!
//! ```text
//! head | fixed values | NULL bitmap | variable end offsets | variable values | tagged array | values
//! ```
//! The layout stands in [`crate::format::record`]; what may be stored where is decided above.
//!
//! Invariants:
//! * the bytes are always a record that [`RecordView`] takes;
//! * what is refused changes nothing.
#![forbid(unsafe_code)]

use crate::format::bytes::u16_at;
use crate::format::ids::{Coltyp, Fid};
use crate::format::record::{
    FID_VAR_NONE, FixedSlot, OFF_FID_FIXED_LAST, OFF_FID_VAR_LAST, OFF_IB_END_OF_FIXED,
    RECORD_HEAD_BYTES, RecordError, RecordView, Stored, VAR_NULL, VAR_OFFSET_BYTES,
    VAR_OFFSET_MASK, null_bitmap_bytes,
};
use crate::format::record_build::{FILL, pad_fixed};
use crate::format::tagged::{TAGFLD_BYTES, TAGFLD_IB_LARGE, TAGFLD_IB_SMALL};
use crate::record::Column;

/// Variable columns that a record can have.
const VAR_MOST: usize = Fid::VAR_MOST.0 as usize - Fid::VAR_LEAST.0 as usize + 1;
/// A stored Bit that is set.
const BIT_SET: u8 = 0xFF;

/// A record as bytes.
#[derive(Clone, Debug)]
pub(super) struct RecordBytes {
    bytes: Vec<u8>,
    large: bool,
}

impl RecordBytes {
    /// A record without columns.
    pub(super) fn empty(large: bool) -> Self {
        let end = RECORD_HEAD_BYTES as u8;
        Self {
            bytes: vec![0, FID_VAR_NONE, end, 0],
            large,
        }
    }

    /// Takes the bytes of another record.
    pub(super) fn take(&mut self, record: &[u8]) -> Result<(), RecordError> {
        let view = RecordView::new(record, self.large)?;
        for column in view.tagged() {
            column?.value_count()?;
        }
        self.bytes.clear();
        self.bytes.extend_from_slice(record);
        Ok(())
    }

    /// Takes the bytes of a record that is one already, for pages of the same kind: nothing is looked at.
    #[inline]
    pub(super) fn take_same(&mut self, record: &Self) {
        debug_assert_eq!(self.large, record.large);
        self.bytes.clear();
        self.bytes.extend_from_slice(&record.bytes);
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn view(&self) -> Result<RecordView<'_>, RecordError> {
        RecordView::new(&self.bytes, self.large)
    }

    pub(super) fn is_large(&self) -> bool {
        self.large
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn word(&self, at: usize) -> u16 {
        u16_at(&self.bytes, at).unwrap_or(0)
    }

    fn put_word(&mut self, at: usize, word: u16) {
        if let Some(place) = self.bytes.get_mut(at..at + 2) {
            place.copy_from_slice(&word.to_le_bytes());
        }
    }

    /// Puts bytes in the place of `old` bytes; what lies behind moves along.
    fn splice(&mut self, at: usize, old: usize, new: &[u8]) {
        let len = self.bytes.len();
        let Some(behind) = at.checked_add(old).filter(|&b| b <= len) else {
            return;
        };
        if new.len() > old {
            self.bytes.resize(len + new.len() - old, 0);
        }
        self.bytes.copy_within(behind..len, at + new.len());
        self.bytes.truncate(len + new.len() - old);
        if let Some(place) = self.bytes.get_mut(at..at + new.len()) {
            place.copy_from_slice(new);
        }
    }

    fn fixed_last(&self) -> u8 {
        self.byte(OFF_FID_FIXED_LAST)
    }

    fn end_of_fixed(&self) -> usize {
        usize::from(self.word(OFF_IB_END_OF_FIXED))
    }

    fn bitmap(&self) -> usize {
        let len = null_bitmap_bytes(self.fixed_last());
        self.end_of_fixed().saturating_sub(len)
    }

    fn var_count(&self) -> usize {
        usize::from(self.byte(OFF_FID_VAR_LAST).saturating_sub(FID_VAR_NONE))
    }

    fn var_data(&self) -> usize {
        self.end_of_fixed() + VAR_OFFSET_BYTES * self.var_count()
    }

    /// End of variable column `i` in the variable data; 0 before the first.
    fn var_end(&self, i: Option<usize>) -> usize {
        let Some(i) = i else { return 0 };
        let word = self.word(self.end_of_fixed() + VAR_OFFSET_BYTES * i);
        usize::from(word & VAR_OFFSET_MASK)
    }

    fn tagged_start(&self) -> usize {
        self.var_data() + self.var_end(self.var_count().checked_sub(1))
    }

    // ---- fixed columns ------------------------------------------------------------------------

    /// Gives room to the fixed columns up to `slot`, with the values that they have in `defaults`;
    /// `false` when the record would have more than `most` bytes.
    pub(super) fn extend_fixed(
        &mut self,
        slot: FixedSlot,
        slots: &[FixedSlot],
        defaults: &Self,
        most: usize,
    ) -> bool {
        let last = self.fixed_last();
        let Some(fid) = u8::try_from(slot.fid.0).ok().filter(|&f| f > last) else {
            return true;
        };
        let (old_bitmap, old_end) = (self.bitmap(), self.end_of_fixed());
        let new_bitmap = usize::from(slot.offset) + usize::from(slot.len);
        let new_bitmap = new_bitmap.max(old_bitmap);
        let new_end = new_bitmap + null_bitmap_bytes(fid);
        let Ok(end_word) = u16::try_from(new_end) else {
            return false;
        };
        if self.bytes.len() + (new_end - old_end) > most {
            return false;
        }
        let mut nulls = [0xFF; 16];
        let known = self.bytes.get(old_bitmap..old_end).unwrap_or(&[]);
        for (to, from) in nulls.iter_mut().zip(known) {
            *to = *from;
        }
        // Spare bits of a record from elsewhere may say anything.
        for bit in usize::from(last)..nulls.len() * 8 {
            set_bit(&mut nulls, bit, true);
        }
        let fill = std::iter::repeat_n(FILL, new_bitmap - old_bitmap);
        let bitmap = nulls.into_iter().take(new_end - new_bitmap);
        self.bytes.splice(old_bitmap..old_end, fill.chain(bitmap));
        self.put_word(OFF_IB_END_OF_FIXED, end_word);
        if let Some(place) = self.bytes.get_mut(OFF_FID_FIXED_LAST) {
            *place = fid;
        }
        let Ok(view) = defaults.view() else {
            return true;
        };
        let new = u16::from(last) + 1..=u16::from(fid);
        for s in slots.iter().filter(|s| new.contains(&s.fid.0)) {
            if let Ok(Stored::Value(v)) = view.fixed(s.fid, s.offset, usize::from(s.len)) {
                self.store_fixed(*s, Some(v));
            }
        }
        true
    }

    /// Stores a fixed column that has room: exactly its bytes, or NULL, which keeps the old ones.
    pub(super) fn store_fixed(&mut self, slot: FixedSlot, value: Option<&[u8]>) {
        let (start, bitmap, end) = (usize::from(slot.offset), self.bitmap(), self.end_of_fixed());
        if let Some(value) = value
            && start + value.len() <= bitmap
            && let Some(place) = self.bytes.get_mut(start..start + value.len())
        {
            place.copy_from_slice(value);
        }
        let bit = usize::from(slot.fid.0.saturating_sub(1));
        if let Some(nulls) = self.bytes.get_mut(bitmap..end) {
            set_bit(nulls, bit, value.is_none());
        }
    }

    // ---- variable columns ---------------------------------------------------------------------

    /// Stores a variable column. Columns in between that get room take the values of `defaults`, else
    /// NULL. `false` when the record would have more than `most` bytes.
    pub(super) fn set_var(
        &mut self,
        fid: Fid,
        value: Option<&[u8]>,
        defaults: &Self,
        most: usize,
    ) -> bool {
        let i = usize::from(fid.0.saturating_sub(Fid::VAR_LEAST.0));
        let old_count = self.var_count();
        if i == old_count {
            return self.append_var(value, most);
        }
        let count = old_count.max(i + 1);
        let Some(last) = u8::try_from(usize::from(FID_VAR_NONE) + count).ok() else {
            return false;
        };
        let default = |n: usize| {
            let fid = Fid(Fid::VAR_LEAST.0 + u16::try_from(n).ok()?);
            defaults.view().ok()?.var(fid).ok()?.value()
        };
        // Columns between the last one that has room and this one.
        let between = old_count..i;
        let burst: usize = between.filter_map(default).map(<[u8]>::len).sum();
        let new = value.unwrap_or(&[]);
        let old_len = match i < old_count {
            true => self
                .var_end(Some(i))
                .saturating_sub(self.var_end(i.checked_sub(1))),
            false => 0,
        };
        let offsets = VAR_OFFSET_BYTES * (count - old_count);
        let data = self.var_end(old_count.checked_sub(1)) + burst + new.len() - old_len;
        let len = self.bytes.len() + offsets + burst + new.len() - old_len;
        if len > most || data > usize::from(VAR_OFFSET_MASK) {
            return false;
        }
        if count > old_count {
            let (array_end, tagged) = (self.var_data(), self.tagged_start());
            let mut end = self.var_end(old_count.checked_sub(1));
            // From the back: the values, then the array before them.
            let mut at = tagged;
            let mut words = [0; VAR_OFFSET_BYTES * VAR_MOST];
            for (n, word) in (old_count..count).zip(words.chunks_exact_mut(VAR_OFFSET_BYTES)) {
                let bytes = if n + 1 < count { default(n) } else { None };
                let part = bytes.unwrap_or(&[]);
                if !part.is_empty() {
                    self.splice(at, 0, part);
                }
                at += part.len();
                end += part.len();
                word.copy_from_slice(&var_word(end, bytes.is_none()).to_le_bytes());
            }
            self.splice(array_end, 0, words.get(..offsets).unwrap_or(&words));
            if let Some(place) = self.bytes.get_mut(OFF_FID_VAR_LAST) {
                *place = last;
            }
        }
        let start = self.var_end(i.checked_sub(1));
        let data = self.var_data();
        self.splice(data + start, old_len, new);
        let array = self.end_of_fixed();
        for n in i..count {
            let at = array + VAR_OFFSET_BYTES * n;
            let word = self.word(at);
            let end = usize::from(word & VAR_OFFSET_MASK) + new.len() - old_len;
            let null = match n == i {
                true => value.is_none(),
                false => word & VAR_NULL != 0,
            };
            self.put_word(at, var_word(end, null));
        }
        true
    }

    /// Gives room and a value to the variable column behind the last one that has room, as records are
    /// mostly made: nothing is asked of `defaults`, and no other column's end changes. `false`, and nothing
    /// is changed, when the record would have more than `most` bytes.
    fn append_var(&mut self, value: Option<&[u8]>, most: usize) -> bool {
        let (count, len) = (self.var_count(), self.bytes.len());
        let array_end = self.end_of_fixed() + VAR_OFFSET_BYTES * count;
        let end = self.var_end(count.checked_sub(1));
        let tagged = array_end + end;
        let new = value.unwrap_or(&[]);
        let room = VAR_OFFSET_BYTES + new.len();
        let Ok(last) = u8::try_from(usize::from(FID_VAR_NONE) + count + 1) else {
            return false;
        };
        if len + room > most || end + new.len() > usize::from(VAR_OFFSET_MASK) {
            return false;
        }
        let word = var_word(end + new.len(), value.is_none());
        if tagged == len {
            // Nothing lies behind the values: they make room for the word, and the new one is put there.
            self.bytes.reserve(room);
            self.bytes.extend_from_slice(&word.to_le_bytes());
            if end > 0 {
                let values = array_end + VAR_OFFSET_BYTES;
                self.bytes.copy_within(array_end..len, values);
                self.put_word(array_end, word);
            }
            self.bytes.extend_from_slice(new);
        } else {
            self.bytes.resize(len + room, 0);
            // From the back: the tagged area, the values, the array.
            self.bytes.copy_within(tagged..len, tagged + room);
            let values = array_end + VAR_OFFSET_BYTES;
            self.bytes.copy_within(array_end..tagged, values);
            self.put_word(array_end, word);
            let at = tagged + VAR_OFFSET_BYTES;
            if let Some(place) = self.bytes.get_mut(at..at + new.len()) {
                place.copy_from_slice(new);
            }
        }
        if let Some(place) = self.bytes.get_mut(OFF_FID_VAR_LAST) {
            *place = last;
        }
        true
    }

    // ---- tagged columns -----------------------------------------------------------------------

    /// Start of the tagged area, the offset bits of an entry, and how many entries there are.
    fn tagged_array(&self) -> (usize, u16, usize) {
        let start = self.tagged_start();
        let mask = match self.large {
            true => TAGFLD_IB_LARGE,
            false => TAGFLD_IB_SMALL,
        };
        let count = match self.bytes.len() > start {
            true => usize::from(self.word(start + 2) & mask) / TAGFLD_BYTES,
            false => 0,
        };
        (start, mask, count)
    }

    /// Where the bytes of tagged column `i` begin in the tagged area; behind the last: its end.
    fn ib(&self, i: usize) -> usize {
        let (start, mask, count) = self.tagged_array();
        match i < count {
            true => usize::from(self.word(start + TAGFLD_BYTES * i + 2) & mask),
            false => self.bytes.len().saturating_sub(start),
        }
    }

    /// Bytes of tagged column `i`, its header byte included.
    pub(super) fn tagged_bytes(&self, i: usize) -> usize {
        self.ib(i + 1).saturating_sub(self.ib(i))
    }

    /// Stores the bytes of tagged column `i` of the array: those of a new entry there, those of the
    /// entry there, or none at all. `entry` is the entry's id and flag bits. What it does to the length
    /// was looked at before.
    pub(super) fn put_tagged(
        &mut self,
        i: usize,
        is_new: bool,
        entry: Option<(Fid, u16)>,
        body: &[u8],
    ) {
        let (start, mask, count) = self.tagged_array();
        let (from, to) = match is_new {
            true => (self.ib(i), self.ib(i)),
            false => (self.ib(i), self.ib(i + 1)),
        };
        let old_len = to.saturating_sub(from);
        self.splice(start + from, old_len, body);
        let at = start + TAGFLD_BYTES * i;
        let new_count = match (is_new, entry) {
            (true, Some(_)) => {
                self.splice(at, 0, &[0; TAGFLD_BYTES]);
                count + 1
            }
            (false, None) => {
                self.bytes.drain(at..at + TAGFLD_BYTES);
                count.saturating_sub(1)
            }
            _ => count,
        };
        for n in 0..new_count {
            let at = start + TAGFLD_BYTES * n;
            // Where it was in the old array.
            let before = match (n.cmp(&i), is_new, entry) {
                (std::cmp::Ordering::Greater, true, Some(_)) => n - 1,
                (std::cmp::Ordering::Less, ..) | (_, _, Some(_)) => n,
                (_, _, None) => n + 1,
            };
            let word = self.word(at + 2);
            let (fid, flags, old_ib) = match entry {
                Some((fid, flags)) if n == i => (fid.0, flags, from),
                _ => (self.word(at), word & !mask, usize::from(word & mask)),
            };
            let moved = match before > i || (is_new && before >= i && n != i) {
                true => (old_ib + body.len()).saturating_sub(old_len),
                false => old_ib,
            };
            let ib = (moved + TAGFLD_BYTES * new_count).saturating_sub(TAGFLD_BYTES * count);
            let ib = u16::try_from(ib).unwrap_or(mask) & mask;
            self.put_word(at, fid);
            self.put_word(at + 2, ib | flags);
        }
    }
}

fn var_word(end: usize, null: bool) -> u16 {
    let word = u16::try_from(end).unwrap_or(VAR_OFFSET_MASK) & VAR_OFFSET_MASK;
    if null { word | VAR_NULL } else { word }
}

fn set_bit(bits: &mut [u8], bit: usize, set: bool) {
    if let Some(b) = bits.get_mut(bit / 8) {
        let mask = 1 << (bit % 8);
        *b = if set { *b | mask } else { *b & !mask };
    }
}

/// The bytes of a fixed column's value, `None` when a value of that length can't be stored.
pub(in crate::record) fn fixed_value(column: &Column, value: &[u8], len: usize) -> Option<Vec<u8>> {
    let exact = column.coltyp.fixed_bytes().is_some();
    if value.len() > len || (exact && value.len() != len) {
        return None;
    }
    Some(match column.coltyp {
        Coltyp::Bit => {
            let set = value.iter().any(|&b| b != 0);
            vec![if set { BIT_SET } else { 0 }]
        }
        coltyp => pad_fixed(coltyp, column.code_page, value, len),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::record_build::RecordBuilder;
    use crate::io::rng::{Rng, SeededRng};

    #[test]
    fn columns_that_are_appended_lie_as_in_a_record_built_at_once() {
        let mut rng = SeededRng::new(testkit::first_seed());
        let none = RecordBytes::empty(false);
        for round in 0..2_000 {
            let mut record = RecordBytes::empty(false);
            let mut built = RecordBuilder::new(&[], false);
            let mut values: Vec<Option<Vec<u8>>> = Vec::new();
            for fid in (Fid::VAR_LEAST.0..)
                .take(1 + rng.below(6) as usize)
                .map(Fid)
            {
                let value = match rng.below(4) {
                    0 => None,
                    n => Some(vec![fid.0 as u8; n as usize - 1 + rng.below(40) as usize]),
                };
                let before = record.as_slice().to_vec();
                let more = VAR_OFFSET_BYTES + value.as_ref().map_or(0, Vec::len);
                let len = before.len() + more;
                assert!(!record.set_var(fid, value.as_deref(), &none, len - 1));
                assert_eq!(record.as_slice(), before, "{round}");
                assert!(record.set_var(fid, value.as_deref(), &none, len));
                values.push(value);
            }
            for (value, fid) in values.iter().zip(Fid::VAR_LEAST.0..) {
                built.set_var(Fid(fid), value.as_deref()).unwrap();
            }
            let mut want = Vec::new();
            built.build(&mut want).unwrap();
            assert_eq!(record.as_slice(), want, "{round}");
        }
    }
}
