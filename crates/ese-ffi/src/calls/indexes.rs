//! Indexes: made and deleted (behaviour-schema.md §4, §5).

use super::columns::{change, rights};
use super::tables::{IndexForm, check_may_change, stride};
use crate::arguments::copied;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::enter_cursor;
use crate::strings::{PATH_UNITS_MAX, loose_name, name, units};
use crate::structs::{
    JET_CONDITIONALCOLUMN, JET_INDEXCREATE, JET_INDEXCREATE2, JET_INDEXCREATE3, JET_INDEXCREATEOLD,
    JET_SPACEHINTS, JET_TUPLELIMITS, JET_UNICODEINDEX, JET_UNICODEINDEX2,
};
use crate::types::{Char, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::catalog::write::{ConditionDef, IndexBits, IndexDefinition, parse_key};
use ese_core::format::catalog_row::{SpaceHints, TupleLimits};
use std::ffi::c_void;
use std::sync::Arc;

/// Density of pages where a call says none, in percent.
const DENSITY_DEFAULT: u32 = 80;
/// Conditions of an index; more are refused.
const CONDITIONS_MOST: u32 = 16;

/// Space hints as a structure of the caller.
pub(super) struct HintsPtr(pub(super) *const JET_SPACEHINTS);

impl HintsPtr {
    /// The hints, if there are any.
    ///
    /// # Safety
    /// The pointer is null or points to hints.
    pub(super) unsafe fn read(&self) -> Result<Option<SpaceHints>, Refusal> {
        // SAFETY: by the contract above.
        let Some(h) = (unsafe { copied(self.0) }) else {
            return Ok(None);
        };
        let size = size_of::<JET_SPACEHINTS>();
        demand(h.cbStruct as usize == size, JetErr::SPACE_HINTS_INVALID)?;
        Ok(Some(SpaceHints {
            initial_density: h.ulInitialDensity,
            initial_bytes: h.cbInitial,
            grbit: h.grbit,
            maint_density: h.ulMaintDensity,
            growth: h.ulGrowth,
            min_extent: h.cbMinExtent,
            max_extent: h.cbMaxExtent,
        }))
    }
}

/// One index to be made, whatever structure described it.
pub(super) struct IndexParts<C: Char> {
    name: *const C,
    key: *const C,
    key_bytes: u32,
    grbit: JET_GRBIT,
    density: u32,
    unicode: Option<Unicode>,
    /// JET_bitIndexUnicode was given without what it stands for.
    unicode_missing: bool,
    /// cbVarSegMac, or the address of limits.
    segment: u32,
    tuples: *const JET_TUPLELIMITS,
    conditions: *const JET_CONDITIONALCOLUMN<C>,
    condition_count: u32,
    err: *mut i32,
    key_most: u32,
    hints: *const JET_SPACEHINTS,
}

/// How text is sorted.
struct Unicode {
    locale: String,
    flags: u32,
}

impl Unicode {
    /// # Safety
    /// `pointer` is null or points to a structure.
    unsafe fn of_lcid(pointer: *const JET_UNICODEINDEX) -> Option<Self> {
        // SAFETY: by the contract above.
        let u = unsafe { copied(pointer) }?;
        Some(Self {
            locale: locale_of(u.lcid),
            flags: u.dwMapFlags,
        })
    }

    /// # Safety
    /// `pointer` is null or points to a structure.
    unsafe fn of_name(pointer: *const JET_UNICODEINDEX2) -> Option<Self> {
        // SAFETY: by the contract above.
        let u = unsafe { copied(pointer) }?;
        let most = PATH_UNITS_MAX;
        // SAFETY: the caller's contract.
        let name = unsafe { units(u.szLocaleName.cast_const(), most, JetErr::INVALID_PARAMETER) };
        let name = name.ok().flatten().unwrap_or_default();
        Some(Self {
            locale: String::from_utf16_lossy(&name),
            flags: u.dwMapFlags,
        })
    }
}

/// The name of a locale by its number; one that nobody knows has a name that no locale has.
pub(super) fn locale_of(lcid: u32) -> String {
    super::locales::name_of(lcid).map_or_else(|| format!("lcid {lcid:x}"), str::to_owned)
}

/// An array of indexes, taken apart.
///
/// # Safety
/// `first` is null or points to `count` elements, each as large as it says.
pub(super) unsafe fn index_parts<C: Char>(
    first: *mut c_void,
    count: u32,
    form: IndexForm,
) -> Result<Vec<IndexParts<C>>, Refusal> {
    let mut parts = Vec::new();
    if count == 0 {
        return Ok(parts);
    }
    demand(!first.is_null(), JetErr::INVALID_PARAMETER)?;
    let mut at = first.cast::<u8>();
    for _ in 0..count {
        // SAFETY: an element begins with its size.
        let says = unsafe { at.cast::<u32>().read_unaligned() } as usize;
        let size = stride::<C>(form);
        let old = size_of::<JET_INDEXCREATEOLD<C>>();
        let fits = says == size || (form == IndexForm::First && says == old);
        demand(fits, JetErr::INVALID_PARAMETER)?;
        // SAFETY: it has as many bytes as it says.
        unsafe {
            parts.push(match form {
                IndexForm::First if says == old => of_old(at.cast()),
                IndexForm::First => of_first(at.cast()),
                IndexForm::Second => of_second(at.cast()),
                IndexForm::Third => of_third(at.cast()),
            });
            at = at.add(says);
        }
    }
    Ok(parts)
}

macro_rules! by_lcid {
    ($name:ident, $form:ident, |$i:ident| $key_most:expr, $hints:expr) => {
        /// # Safety
        /// The element is one.
        unsafe fn $name<C: Char>(element: *mut $form<C>) -> IndexParts<C> {
            // SAFETY: by the contract above.
            let $i = unsafe { element.read_unaligned() };
            let unicode = $i.grbit & jet::JET_bitIndexUnicode != 0;
            let limits = $i.grbit & jet::JET_bitIndexTupleLimits != 0;
            // SAFETY: the bits say which member of the unions it is.
            unsafe {
                let given = if unicode {
                    Unicode::of_lcid($i.u1.pidxunicode)
                } else {
                    None
                };
                IndexParts {
                    name: $i.szIndexName,
                    key: $i.szKey,
                    key_bytes: $i.cbKey,
                    grbit: $i.grbit,
                    density: $i.ulDensity,
                    unicode_missing: unicode && given.is_none(),
                    unicode: given.or_else(|| {
                        let lcid = if unicode { 0 } else { $i.u1.lcid };
                        (lcid != 0).then(|| Unicode {
                            locale: locale_of(lcid),
                            flags: 0,
                        })
                    }),
                    segment: if limits { 0 } else { $i.u2.cbVarSegMac },
                    tuples: if limits {
                        $i.u2.ptuplelimits
                    } else {
                        std::ptr::null()
                    },
                    conditions: $i.rgconditionalcolumn,
                    condition_count: $i.cConditionalColumn,
                    err: &raw mut (*element).err,
                    key_most: $key_most,
                    hints: $hints,
                }
            }
        }
    };
}

by_lcid!(of_old, JET_INDEXCREATEOLD, |i| 0, std::ptr::null());
by_lcid!(of_first, JET_INDEXCREATE, |i| i.cbKeyMost, std::ptr::null());
by_lcid!(of_second, JET_INDEXCREATE2, |i| i.cbKeyMost, i.pSpacehints);

/// # Safety
/// The element is one.
unsafe fn of_third<C: Char>(element: *mut JET_INDEXCREATE3<C>) -> IndexParts<C> {
    // SAFETY: by the contract above.
    let i = unsafe { element.read_unaligned() };
    let unicode = i.grbit & jet::JET_bitIndexUnicode != 0;
    let limits = i.grbit & jet::JET_bitIndexTupleLimits != 0;
    // SAFETY: the bits say which member of the union it is.
    unsafe {
        let given = if unicode {
            Unicode::of_name(i.pidxunicode)
        } else {
            None
        };
        IndexParts {
            name: i.szIndexName,
            key: i.szKey,
            key_bytes: i.cbKey,
            grbit: i.grbit,
            density: i.ulDensity,
            unicode_missing: unicode && given.is_none(),
            unicode: given,
            segment: if limits { 0 } else { i.u1.cbVarSegMac },
            tuples: if limits {
                i.u1.ptuplelimits
            } else {
                std::ptr::null()
            },
            conditions: i.rgconditionalcolumn,
            condition_count: i.cConditionalColumn,
            err: &raw mut (*element).err,
            key_most: i.cbKeyMost,
            hints: i.pSpacehints,
        }
    }
}

impl<C: Char> IndexParts<C> {
    /// Refuses a bit without what it stands for.
    pub(super) fn check_unicode(&self) -> Result<(), Refusal> {
        demand(!self.unicode_missing, JetErr::INVALID_PARAMETER)
    }

    /// How it fared, for its caller.
    pub(super) fn tell(&mut self, err: JetErr) {
        // SAFETY: the element was read when this was made, and is the caller's to be written.
        unsafe { self.err.write_unaligned(err.0) }
    }

    /// What is asked for.
    pub(super) fn definition(&self) -> Result<IndexDefinition, Refusal> {
        let bits = IndexBits::from_bits_retain(self.grbit);
        // SAFETY: the pointers are the caller's, for the call.
        unsafe {
            let hints = HintsPtr(self.hints).read()?;
            let limits = bits.contains(IndexBits::TUPLE_LIMITS);
            demand(!limits || !self.tuples.is_null(), JetErr::INDEX_INVALID_DEF)?;
            Ok(IndexDefinition {
                name: loose_name(self.name),
                key: parse_key(&self.key_text()?)?,
                bits,
                density: self.density,
                unicode: self.unicode.as_ref().map(|u| (u.locale.clone(), u.flags)),
                var_seg_mac: self.segment,
                key_most: self.key_most,
                tuples: copied(self.tuples).map(|t| TupleLimits {
                    min: t.chLengthMin,
                    max: t.chLengthMax,
                    to_index: t.chToIndexMax,
                    increment: t.cchIncrement,
                    start: t.ichStart,
                }),
                conditions: self.conditions()?,
                hints,
            })
        }
    }

    /// The text of the key, in bytes.
    ///
    /// # Safety
    /// The key has as many bytes as it says.
    unsafe fn key_text(&self) -> Result<Vec<u8>, Refusal> {
        let characters = self.key_bytes as usize / size_of::<C>();
        if self.key.is_null() {
            return match characters {
                0 => Ok(Vec::new()),
                _ => refuse(JetErr::INVALID_PARAMETER),
            };
        }
        let mut text = Vec::with_capacity(characters.min(PATH_UNITS_MAX));
        for i in 0..characters {
            // SAFETY: by the contract above.
            let c = unsafe { self.key.add(i).read_unaligned() };
            let Some(byte) = crate::strings::byte_of(c) else {
                return refuse(JetErr::INVALID_NAME);
            };
            text.push(byte);
        }
        Ok(text)
    }

    /// # Safety
    /// The conditions are as many as it says.
    unsafe fn conditions(&self) -> Result<Vec<ConditionDef>, Refusal> {
        let mut out = Vec::new();
        if self.condition_count == 0 {
            return Ok(out);
        }
        demand(
            self.condition_count <= CONDITIONS_MOST && !self.conditions.is_null(),
            JetErr::INDEX_INVALID_DEF,
        )?;
        for i in 0..self.condition_count as usize {
            // SAFETY: by the contract above; not null.
            let c = unsafe { self.conditions.add(i).read_unaligned() };
            let size = size_of::<JET_CONDITIONALCOLUMN<C>>();
            let bad = if C::WIDE {
                JetErr::INVALID_PARAMETER
            } else {
                JetErr::INDEX_INVALID_DEF
            };
            demand(c.cbStruct as usize == size, bad)?;
            out.push(ConditionDef {
                // SAFETY: by the contract above.
                name: unsafe { loose_name(c.szColumnName.cast_const()) },
                bits: c.grbit,
            });
        }
        Ok(out)
    }
}

/// JetCreateIndex.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_index<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
    grbit: JET_GRBIT,
    key: *const C,
    key_bytes: u32,
    density: u32,
) -> Answer {
    let mut err = 0;
    let parts = IndexParts {
        name: index,
        key,
        key_bytes,
        // Locale and limits can't be given here.
        grbit: grbit & !(jet::JET_bitIndexUnicode),
        // Not the table's: this call names a density always.
        density: if density == 0 {
            DENSITY_DEFAULT
        } else {
            density
        },
        unicode: None,
        unicode_missing: false,
        segment: 0,
        tuples: std::ptr::null(),
        conditions: std::ptr::null(),
        condition_count: 0,
        err: &raw mut err,
        key_most: if grbit & jet::JET_bitIndexKeyMost != 0 {
            255
        } else {
            0
        },
        hints: std::ptr::null(),
    };
    create(sesid, tableid, &[parts])
}

/// JetCreateIndex2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_index2<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    indexes: *mut JET_INDEXCREATE<C>,
    count: u32,
) -> Answer {
    let _gate = enter_cursor(sesid, tableid)?;
    // SAFETY: the caller's contract.
    let parts = unsafe { index_parts::<C>(indexes.cast(), count, IndexForm::First) }?;
    create(sesid, tableid, &parts)
}

/// JetCreateIndex3.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_index3<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    indexes: *mut JET_INDEXCREATE2<C>,
    count: u32,
) -> Answer {
    let _gate = enter_cursor(sesid, tableid)?;
    // SAFETY: the caller's contract.
    let parts = unsafe { index_parts::<C>(indexes.cast(), count, IndexForm::Second) }?;
    create(sesid, tableid, &parts)
}

/// JetCreateIndex4.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_index4<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    indexes: *mut JET_INDEXCREATE3<C>,
    count: u32,
) -> Answer {
    let _gate = enter_cursor(sesid, tableid)?;
    // SAFETY: the caller's contract.
    let parts = unsafe { index_parts::<C>(indexes.cast(), count, IndexForm::Third) }?;
    create(sesid, tableid, &parts)
}

fn create<C: Char>(sesid: JET_SESID, tableid: JET_TABLEID, parts: &[IndexParts<C>]) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    if parts.is_empty() {
        return DONE;
    }
    for part in parts {
        part.check_unicode()?;
    }
    let several = parts.len() > 1;
    let in_transaction = session.core.level() > 0;
    if several {
        demand(!in_transaction, JetErr::IN_TRANSACTION)?;
        demand(
            cursor.mode().deny_read,
            JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED,
        )?;
        let alone =
            jet::JET_bitIndexPrimary | jet::JET_bitIndexUnversioned | jet::JET_bitIndexEmpty;
        let any = parts.iter().any(|p| p.grbit & alone != 0);
        demand(!any, JetErr::INVALID_GRBIT)?;
    }
    let unversioned = parts
        .iter()
        .any(|p| p.grbit & jet::JET_bitIndexUnversioned != 0);
    demand(
        !unversioned || !in_transaction || cursor.mode().deny_read,
        JetErr::IN_TRANSACTION,
    )?;
    check_may_change(session, cursor)?;
    let core = cursor.db()?.core()?;
    let objid = cursor.body().table()?.objid();
    let rights = rights(cursor);
    let mut defs = Vec::new();
    for part in parts {
        // SAFETY: the name is the caller's.
        unsafe { name(part.name) }?;
        defs.push(part.definition()?);
    }
    core.create_indexes_on(&session.core, objid, &defs, rights)?;
    if defs.iter().any(|d| d.bits.contains(IndexBits::PRIMARY)) {
        let mut body = cursor.body();
        body.table()?.at(&session.core)?.0.before_first();
    }
    DONE
}

/// JetDeleteIndex.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_delete_index<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    // SAFETY: the caller's contract.
    let name = unsafe { name(index) }?.text();
    check_may_change(session, cursor)?;
    let core = cursor.db()?.core()?;
    let catalog = Arc::clone(core.catalog());
    let (objid, schema) = {
        let mut body = cursor.body();
        let table = body.table()?;
        (table.objid(), table.schema(&session.core)?)
    };
    if let Some(index) = schema.index(&name).filter(|i| !i.is_primary()) {
        let fixed = schema
            .flags
            .contains(ese_core::format::catalog_row::TableFlags::FIXED_DDL);
        let inherited = index
            .flags
            .contains(ese_core::format::catalog_row::IndexFlags::DERIVED);
        let used = cursor.db()?.is_index_used(objid.0, index.objid.0);
        demand(fixed || inherited || !used, JetErr::INDEX_IN_USE)?;
    }
    change(session, cursor, |work| {
        catalog.delete_index(work, objid, &name)
    })?;
    DONE
}
