//! An index told as what would make it again: JET_INDEXCREATE, 2 and 3, with all they point to behind
//! them (behaviour-schema.md §8).
//!
//! Invariant: nothing is written unless there is room for all of it; every pointer is into the caller's
//! buffer.

use super::info_indexes::{grbit_of, key_text};
use super::locales::number_of;
use super::tables::IndexForm;
use crate::constants as jet;
use crate::gate::{Answer, DONE, demand};
use crate::strings::name_in;
use crate::structs::{
    JET_CONDITIONALCOLUMN, JET_INDEXCREATE, JET_INDEXCREATE_u1, JET_INDEXCREATE_u2,
    JET_INDEXCREATE2, JET_INDEXCREATE2_u1, JET_INDEXCREATE2_u2, JET_INDEXCREATE3,
    JET_INDEXCREATE3_u1, JET_TUPLELIMITS, JET_UNICODEINDEX2,
};
use crate::types::{Char, JET_WCHAR};
use ese_core::JetErr;
use ese_core::catalog::{Index, TableSchema};
use std::ffi::c_void;
use std::ptr::null_mut;

/// What lies in the buffer, from the strictest alignment to the loosest: each place follows from the
/// sizes before it.
struct Layout {
    conditions: usize,
    unicode: usize,
    limits: usize,
    locale: usize,
    texts: usize,
    need: usize,
}

impl Layout {
    fn of<C>(head: usize, parts: &Parts<C>) -> Self {
        let conditions = head;
        let each = size_of::<JET_CONDITIONALCOLUMN<u16>>();
        let unicode = conditions + parts.conditions.len() * each;
        let limits = unicode + usize::from(parts.locale.is_some()) * size_of::<JET_UNICODEINDEX2>();
        let locale = limits + usize::from(parts.limits.is_some()) * size_of::<JET_TUPLELIMITS>();
        let texts = locale + parts.locale.as_ref().map_or(0, |l| l.len() * 2);
        let units = parts.texts().map(<[C]>::len).sum::<usize>();
        Self {
            conditions,
            unicode,
            limits,
            locale,
            texts,
            need: texts + units * size_of::<C>(),
        }
    }
}

/// What the structure points to.
struct Parts<C> {
    name: Vec<C>,
    key: Vec<C>,
    conditions: Vec<(Vec<C>, u32)>,
    limits: Option<JET_TUPLELIMITS>,
    /// Of the third form only.
    locale: Option<Vec<JET_WCHAR>>,
}

impl<C> Parts<C> {
    fn texts(&self) -> impl Iterator<Item = &[C]> {
        let conditions = self.conditions.iter().map(|c| c.0.as_slice());
        [self.name.as_slice(), self.key.as_slice()]
            .into_iter()
            .chain(conditions)
    }
}

fn ended<C: Char>(text: &str) -> Vec<C> {
    let mut units = name_in(text);
    units.push(C::NUL);
    units
}

fn parts_of<C: Char>(schema: &TableSchema, index: &Index, form: IndexForm) -> Parts<C> {
    let conditions = index.conditional.iter().map(|segment| {
        // A sign and the name, where keys have them.
        let text = schema.segment_text(segment);
        let bits = match segment.must_be_null {
            true => jet::JET_bitIndexColumnMustBeNull,
            false => jet::JET_bitIndexColumnMustBeNonNull,
        };
        (ended(text.trim_start_matches(['+', '-'])), bits)
    });
    let locale = index.locale.as_deref().unwrap_or("");
    Parts {
        name: ended(&index.name),
        key: key_text(schema, index),
        conditions: conditions.collect(),
        limits: index.tuple.map(|t| JET_TUPLELIMITS {
            chLengthMin: t.min,
            chLengthMax: t.max,
            chToIndexMax: t.to_index,
            cchIncrement: t.increment,
            ichStart: t.start,
        }),
        locale: (form == IndexForm::Third).then(|| locale.encode_utf16().chain([0]).collect()),
    }
}

fn head_of<C: Char>(form: IndexForm) -> usize {
    match form {
        IndexForm::First => size_of::<JET_INDEXCREATE<C>>(),
        IndexForm::Second => size_of::<JET_INDEXCREATE2<C>>(),
        IndexForm::Third => size_of::<JET_INDEXCREATE3<C>>(),
    }
}

/// The structure of `form`, with its parts behind it.
///
/// # Safety
/// `result` is null or has `room` bytes.
pub(super) unsafe fn put_definition<C: Char>(
    schema: &TableSchema,
    index: &Index,
    form: IndexForm,
    result: *mut c_void,
    room: usize,
) -> Answer {
    let parts = parts_of::<C>(schema, index, form);
    let head = head_of::<C>(form);
    let lies = Layout::of(head, &parts);
    demand(
        !result.is_null() && room >= lies.need,
        JetErr::INVALID_PARAMETER,
    )?;
    let base = result.cast::<u8>();
    let mut grbit = grbit_of(index);
    if parts.limits.is_some() {
        grbit |= jet::JET_bitIndexTupleLimits;
    }
    let (density, key_bytes) = (index.density, (parts.key.len() * size_of::<C>()) as u32);
    let (segment, key_most) = (u32::from(index.var_seg_mac), u32::from(index.key_most));
    let lcid = number_of(index.locale.as_deref().unwrap_or(""));
    let count = parts.conditions.len() as u32;
    // SAFETY: the layout puts everything below `need`, and there is so much room; nothing is read, and
    // no place need be aligned.
    unsafe {
        let mut at = base.add(lies.texts);
        let mut text = |units: &[C]| {
            let here = at;
            here.copy_from_nonoverlapping(units.as_ptr().cast(), size_of_val(units));
            at = at.add(size_of_val(units));
            here.cast::<C>()
        };
        let (name, key) = (text(&parts.name), text(&parts.key));
        let conditions = base.add(lies.conditions).cast::<JET_CONDITIONALCOLUMN<C>>();
        for (i, (column, bits)) in parts.conditions.iter().enumerate() {
            conditions.add(i).write_unaligned(JET_CONDITIONALCOLUMN {
                cbStruct: size_of::<JET_CONDITIONALCOLUMN<C>>() as u32,
                szColumnName: text(column),
                grbit: *bits,
            });
        }
        let conditions = if count > 0 { conditions } else { null_mut() };
        let limits = base.add(lies.limits).cast::<JET_TUPLELIMITS>();
        if let Some(told) = parts.limits {
            limits.write_unaligned(told);
        }
        let limits = parts.limits.map(|_| limits);
        let cb_struct = head as u32;
        match form {
            IndexForm::First => {
                base.cast::<JET_INDEXCREATE<C>>()
                    .write_unaligned(JET_INDEXCREATE {
                        cbStruct: cb_struct,
                        szIndexName: name,
                        szKey: key,
                        cbKey: key_bytes,
                        grbit,
                        ulDensity: density,
                        u1: JET_INDEXCREATE_u1 { lcid },
                        u2: match limits {
                            Some(ptuplelimits) => JET_INDEXCREATE_u2 { ptuplelimits },
                            None => JET_INDEXCREATE_u2 {
                                cbVarSegMac: segment,
                            },
                        },
                        rgconditionalcolumn: conditions,
                        cConditionalColumn: count,
                        err: 0,
                        cbKeyMost: key_most,
                    })
            }
            IndexForm::Second => {
                base.cast::<JET_INDEXCREATE2<C>>()
                    .write_unaligned(JET_INDEXCREATE2 {
                        cbStruct: cb_struct,
                        szIndexName: name,
                        szKey: key,
                        cbKey: key_bytes,
                        grbit,
                        ulDensity: density,
                        u1: JET_INDEXCREATE2_u1 { lcid },
                        u2: match limits {
                            Some(ptuplelimits) => JET_INDEXCREATE2_u2 { ptuplelimits },
                            None => JET_INDEXCREATE2_u2 {
                                cbVarSegMac: segment,
                            },
                        },
                        rgconditionalcolumn: conditions,
                        cConditionalColumn: count,
                        err: 0,
                        cbKeyMost: key_most,
                        pSpacehints: null_mut(),
                    });
            }
            IndexForm::Third => {
                let units = parts.locale.as_deref().unwrap_or_default();
                let locale = base.add(lies.locale);
                locale.copy_from_nonoverlapping(units.as_ptr().cast(), size_of_val(units));
                let unicode = base.add(lies.unicode).cast::<JET_UNICODEINDEX2>();
                unicode.write_unaligned(JET_UNICODEINDEX2 {
                    szLocaleName: locale.cast(),
                    dwMapFlags: index.lcmap_flags,
                });
                base.cast::<JET_INDEXCREATE3<C>>()
                    .write_unaligned(JET_INDEXCREATE3 {
                        cbStruct: cb_struct,
                        szIndexName: name,
                        szKey: key,
                        cbKey: key_bytes,
                        grbit: grbit | jet::JET_bitIndexUnicode,
                        ulDensity: density,
                        pidxunicode: unicode,
                        u1: match limits {
                            Some(ptuplelimits) => JET_INDEXCREATE3_u1 { ptuplelimits },
                            None => JET_INDEXCREATE3_u1 {
                                cbVarSegMac: segment,
                            },
                        },
                        rgconditionalcolumn: conditions,
                        cConditionalColumn: count,
                        err: 0,
                        cbKeyMost: key_most,
                        pSpacehints: null_mut(),
                    });
            }
        }
    }
    DONE
}
