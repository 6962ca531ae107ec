//! An index as JetCreateIndex2, 3 or 4 would be given it (behaviour-schema.md §8, levels CreateIndex,
//! CreateIndex2 and CreateIndex3).
//!
//! Invariant: the structure lies at the beginning of the caller's buffer, and whatever it points to
//! behind it, aligned like the buffer itself.

use super::info_indexes::grbit_of;
use super::locales::number_of;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand};
use crate::strings::name_in;
use crate::structs::{
    JET_CONDITIONALCOLUMN, JET_INDEXCREATE, JET_INDEXCREATE2, JET_INDEXCREATE3, JET_SPACEHINTS,
    JET_TUPLELIMITS, JET_UNICODEINDEX, JET_UNICODEINDEX2,
};
use crate::types::Char;
use ese_core::JetErr;
use ese_core::catalog::{Index, TableSchema};
use ese_core::format::catalog_row::{SpaceHints, TableFlags};
use std::ffi::c_void;
use std::mem::zeroed;

/// The caller's buffer, given away from its front.
struct Room {
    base: *mut u8,
    size: usize,
    used: usize,
}

impl Room {
    /// The next place for `count` of a type; JET_errBufferTooSmall when there is none.
    fn take<T>(&mut self, count: usize) -> Result<*mut T, Refusal> {
        let start = self.used.next_multiple_of(align_of::<T>());
        let end = size_of::<T>()
            .checked_mul(count)
            .and_then(|n| start.checked_add(n))
            .filter(|&end| end <= self.size);
        let end = end.ok_or(Refusal(JetErr::BUFFER_TOO_SMALL))?;
        self.used = end;
        Ok(self.base.wrapping_add(start).cast())
    }

    /// Refuses a buffer that has no place for a single character.
    fn begin_text<C: Char>(&self) -> Result<(), Refusal> {
        let left = self.size.saturating_sub(self.used);
        demand(left >= size_of::<C>(), JetErr::INVALID_PARAMETER)
    }

    /// Puts a value there.
    fn put<T>(&mut self, value: T) -> Result<*mut T, Refusal> {
        let place = self.take::<T>(1)?;
        // SAFETY: the place lies within the buffer; where the buffer begins is the caller's.
        unsafe { place.write_unaligned(value) };
        Ok(place)
    }

    /// Puts characters there.
    fn text<C: Char>(&mut self, characters: &[C]) -> Result<*mut C, Refusal> {
        let place = self.take::<C>(characters.len())?;
        for (i, &c) in characters.iter().enumerate() {
            // SAFETY: as above.
            unsafe { place.wrapping_add(i).write_unaligned(c) };
        }
        Ok(place)
    }
}

/// A name with its zero.
fn zeroed_name<C: Char>(text: &str) -> Vec<C> {
    let mut characters: Vec<C> = name_in(text);
    characters.push(C::NUL);
    characters
}

/// The key of an index as it is written: signs, names, zeros.
fn key_text<C: Char>(schema: &TableSchema, index: &Index) -> Vec<C> {
    let mut text = Vec::new();
    for segment in &index.segments {
        text.extend(zeroed_name::<C>(&schema.segment_text(segment)));
    }
    text.push(C::NUL);
    text
}

/// What all forms have.
struct Common<C: Char> {
    name: *mut C,
    key: *mut C,
    key_bytes: u32,
    grbit: u32,
    conditions: *mut JET_CONDITIONALCOLUMN<C>,
    condition_count: u32,
    tuples: *mut JET_TUPLELIMITS,
}

fn common<C: Char>(
    room: &mut Room,
    schema: &TableSchema,
    index: &Index,
) -> Result<Common<C>, Refusal> {
    let mut grbit = grbit_of(index) | jet::JET_bitIndexUnicode;
    let tuples = match &index.tuple {
        None => std::ptr::null_mut(),
        Some(limits) => {
            grbit |= jet::JET_bitIndexTupleLimits;
            room.put(JET_TUPLELIMITS {
                chLengthMin: limits.min,
                chLengthMax: limits.max,
                chToIndexMax: limits.to_index,
                cchIncrement: limits.increment,
                ichStart: limits.start,
            })?
        }
    };
    let derived = schema.flags.contains(TableFlags::DERIVED);
    let list = match index.conditional.len() {
        0 => std::ptr::null_mut(),
        n => room.take::<JET_CONDITIONALCOLUMN<C>>(n)?,
    };
    for (i, condition) in index.conditional.iter().enumerate() {
        let column = schema.column_by_fid(condition.fid, condition.template && derived);
        let column = zeroed_name::<C>(column.map_or("", |c| c.name.as_str()));
        let one = JET_CONDITIONALCOLUMN {
            cbStruct: size_of::<JET_CONDITIONALCOLUMN<C>>() as u32,
            szColumnName: room.text(&column)?,
            grbit: match condition.must_be_null {
                true => jet::JET_bitIndexColumnMustBeNull,
                false => jet::JET_bitIndexColumnMustBeNonNull,
            },
        };
        // SAFETY: the list has a place for each.
        unsafe { list.wrapping_add(i).write_unaligned(one) };
    }
    let key = key_text::<C>(schema, index);
    Ok(Common {
        name: room.text(&zeroed_name::<C>(&index.name))?,
        key: room.text(&key)?,
        key_bytes: size_of_val(key.as_slice()) as u32,
        grbit,
        conditions: list,
        condition_count: index.conditional.len() as u32,
        tuples,
    })
}

fn hints(schema: &TableSchema, index: &Index) -> JET_SPACEHINTS {
    let of = schema
        .growth
        .iter()
        .find(|(root, _)| *root == index.pgno_fdp);
    let known = of.map(|(_, hints)| *hints).unwrap_or_default();
    let SpaceHints {
        initial_bytes,
        grbit,
        maint_density,
        growth,
        min_extent,
        max_extent,
        ..
    } = known;
    JET_SPACEHINTS {
        cbStruct: size_of::<JET_SPACEHINTS>() as u32,
        ulInitialDensity: index.density,
        cbInitial: initial_bytes,
        grbit,
        ulMaintDensity: maint_density,
        ulGrowth: growth,
        cbMinExtent: min_extent,
        cbMaxExtent: max_extent,
    }
}

/// The locale by its number.
fn by_number(room: &mut Room, index: &Index) -> Result<*mut JET_UNICODEINDEX, Refusal> {
    room.put(JET_UNICODEINDEX {
        lcid: number_of(index.locale.as_deref().unwrap_or("")),
        dwMapFlags: index.lcmap_flags,
    })
}

/// The locale by its name.
fn by_name(room: &mut Room, index: &Index) -> Result<*mut JET_UNICODEINDEX2, Refusal> {
    let locale: Vec<u16> = zeroed_name(index.locale.as_deref().unwrap_or(""));
    let locale = room.text(&locale)?;
    room.put(JET_UNICODEINDEX2 {
        szLocaleName: locale,
        dwMapFlags: index.lcmap_flags,
    })
}

/// Sets what all forms have, in a structure that is zero.
macro_rules! fill {
    ($s:ident, $limits:ident, $common:expr, $index:expr) => {
        $s.cbStruct = size_of_val(&$s) as u32;
        $s.szIndexName = $common.name;
        $s.szKey = $common.key;
        $s.cbKey = $common.key_bytes;
        $s.grbit = $common.grbit;
        $s.ulDensity = $index.density;
        match $common.tuples.is_null() {
            true => $s.$limits.cbVarSegMac = u32::from($index.var_seg_mac),
            false => $s.$limits.ptuplelimits = $common.tuples,
        }
        $s.rgconditionalcolumn = $common.conditions;
        $s.cConditionalColumn = $common.condition_count;
        $s.cbKeyMost = u32::from($index.key_most);
    };
}

/// Bytes that a level needs at least.
pub(super) fn least<C: Char>(level: u32) -> usize {
    match level {
        jet::JET_IdxInfoCreateIndex => size_of::<JET_INDEXCREATE<C>>(),
        jet::JET_IdxInfoCreateIndex2 => size_of::<JET_INDEXCREATE2<C>>(),
        _ => size_of::<JET_INDEXCREATE3<C>>(),
    }
}

/// Writes the index as a level wants it.
///
/// # Safety
/// `result` is null or has `size` bytes.
pub(super) unsafe fn put_create<C: Char>(
    schema: &TableSchema,
    index: &Index,
    result: *mut c_void,
    size: usize,
    level: u32,
) -> Answer {
    demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
    let mut room = Room {
        base: result.cast(),
        size,
        used: 0,
    };
    match level {
        jet::JET_IdxInfoCreateIndex => {
            let place = room.take::<JET_INDEXCREATE<C>>(1)?;
            // SAFETY: numbers and pointers may be zero.
            let mut s: JET_INDEXCREATE<C> = unsafe { zeroed() };
            room.begin_text::<C>()?;
            s.u1.pidxunicode = by_number(&mut room, index)?;
            let common = common::<C>(&mut room, schema, index)?;
            fill!(s, u2, common, index);
            // SAFETY: the place lies within the buffer.
            unsafe { place.write_unaligned(s) };
        }
        jet::JET_IdxInfoCreateIndex2 => {
            let place = room.take::<JET_INDEXCREATE2<C>>(1)?;
            // SAFETY: as above.
            let mut s: JET_INDEXCREATE2<C> = unsafe { zeroed() };
            s.pSpacehints = room.put(hints(schema, index))?;
            room.begin_text::<C>()?;
            s.u1.pidxunicode = by_number(&mut room, index)?;
            let common = common::<C>(&mut room, schema, index)?;
            fill!(s, u2, common, index);
            // SAFETY: as above.
            unsafe { place.write_unaligned(s) };
        }
        _ => {
            let place = room.take::<JET_INDEXCREATE3<C>>(1)?;
            // SAFETY: as above.
            let mut s: JET_INDEXCREATE3<C> = unsafe { zeroed() };
            s.pSpacehints = room.put(hints(schema, index))?;
            room.begin_text::<C>()?;
            s.pidxunicode = by_name(&mut room, index)?;
            let common = common::<C>(&mut room, schema, index)?;
            fill!(s, u1, common, index);
            // SAFETY: as above.
            unsafe { place.write_unaligned(s) };
        }
    }
    DONE
}
