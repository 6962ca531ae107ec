//! JetEnumerateColumns (behaviour-records.md §7).
//!
//! Invariant: what the program's allocator gave is in the output, or was given back.

use super::retrieve::{damaged, plain};
use super::temp_tables::check_readable;
use crate::arguments::needed;
use crate::constants as jet;
use crate::gate::{Answer, Refusal, demand, refuse};
use crate::session::enter_cursor;
use crate::structs::{
    JET_ENUMCOLUMN, JET_ENUMCOLUMN_u1, JET_ENUMCOLUMN_u1_s1, JET_ENUMCOLUMN_u1_s2,
    JET_ENUMCOLUMNID, JET_ENUMCOLUMNVALUE,
};
use crate::types::{JET_ERR, JET_GRBIT, JET_PFNREALLOC, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::database::DbError;
use ese_core::database::open_table::{From, Reading};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::tagged::TaggedValue;
use ese_core::record::{Column, ColumnValues};
use std::ffi::c_void;
use std::slice;

/// One value, to be handed over.
struct ValueOut {
    itag: u32,
    err: JetErr,
    bytes: Option<Vec<u8>>,
}

/// One column, to be handed over.
struct ColumnOut {
    columnid: u32,
    err: JetErr,
    values: Vec<ValueOut>,
}

impl ColumnOut {
    fn says(columnid: u32, err: JetErr) -> Self {
        Self {
            columnid,
            err,
            values: Vec::new(),
        }
    }

    /// A column without values: of each that is asked for that is said, else of the column.
    fn absent(columnid: u32, err: JetErr, itags: &[u32]) -> Self {
        if itags.is_empty() {
            return Self::says(columnid, err);
        }
        let values = itags.iter().map(|&itag| ValueOut {
            itag,
            err: match itag {
                0 => JetErr::WRN_COLUMN_SKIPPED,
                _ => err,
            },
            bytes: None,
        });
        Self {
            values: values.collect(),
            ..Self::says(columnid, JetErr::SUCCESS)
        }
    }
}

/// What is wanted of every column.
struct Wanted {
    grbit: JET_GRBIT,
    most: usize,
}

impl Wanted {
    fn has(&self, bit: JET_GRBIT) -> bool {
        self.grbit & bit != 0
    }

    fn value(
        &self,
        reading: &mut Reading<'_>,
        itag: u32,
        value: &TaggedValue<'_>,
    ) -> Result<ValueOut, DbError> {
        let says = |err| ValueOut {
            itag,
            err,
            bytes: None,
        };
        if self.has(jet::JET_bitEnumeratePresenceOnly) {
            return Ok(says(JetErr::WRN_COLUMN_PRESENT));
        }
        if value.separated && self.has(jet::JET_bitEnumerateInRecordOnly) {
            return Ok(says(JetErr::WRN_COLUMN_NOT_IN_RECORD));
        }
        let most = match value.separated {
            true => self.most,
            false => usize::MAX,
        };
        let mut bytes = Vec::new();
        let len = reading.bytes(value, 0, most, &mut bytes)?;
        let cut = len > bytes.len() as u64;
        Ok(ValueOut {
            itag,
            err: if cut {
                JetErr::WRN_COLUMN_TRUNCATED
            } else {
                JetErr::SUCCESS
            },
            bytes: Some(bytes),
        })
    }

    /// A column with those of its values that are asked for; all when `itags` is empty.
    fn column(
        &self,
        reading: &mut Reading<'_>,
        column: &Column,
        itags: &[u32],
    ) -> Result<ColumnOut, DbError> {
        let id = reading.schema.columnid_of(column);
        let view = reading.view;
        let values = ese_core::record::column_values(&view, column).map_err(|e| damaged(&e))?;
        let all: Vec<TaggedValue<'_>> = match values {
            ColumnValues::Null => return Ok(ColumnOut::absent(id, JetErr::WRN_COLUMN_NULL, itags)),
            ColumnValues::Default(bytes) => {
                let user = column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
                let hidden = self.has(jet::JET_bitEnumerateIgnoreDefault)
                    || user && self.has(jet::JET_bitEnumerateIgnoreUserDefinedDefault);
                if column.fid.is_tagged() && hidden {
                    return Ok(ColumnOut::absent(id, JetErr::WRN_COLUMN_DEFAULT, itags));
                }
                vec![plain(bytes)]
            }
            ColumnValues::One(value) => vec![value],
            ColumnValues::Many(many) => many
                .values()
                .collect::<Result<_, _>>()
                .map_err(|e| damaged(&e))?,
        };
        if self.has(jet::JET_bitEnumeratePresenceOnly) && itags.is_empty() {
            return Ok(ColumnOut::says(id, JetErr::WRN_COLUMN_PRESENT));
        }
        let mut out = ColumnOut::says(id, JetErr::SUCCESS);
        if itags.is_empty() {
            let single = all.len() == 1 && all.iter().all(|v| !v.separated);
            for (i, value) in (1..).zip(&all) {
                out.values.push(self.value(reading, i, value)?);
            }
            if single && self.has(jet::JET_bitEnumerateCompressOutput) {
                out.err = JetErr::WRN_COLUMN_SINGLE_VALUE;
            }
            return Ok(out);
        }
        for &itag in itags {
            let at = (itag as usize).checked_sub(1);
            out.values.push(match at.map(|i| all.get(i)) {
                None => ValueOut {
                    itag,
                    err: JetErr::WRN_COLUMN_SKIPPED,
                    bytes: None,
                },
                Some(None) => ValueOut {
                    itag,
                    err: JetErr::WRN_COLUMN_NULL,
                    bytes: None,
                },
                Some(Some(value)) => self.value(reading, itag, value)?,
            });
        }
        Ok(out)
    }

    /// All columns of a record.
    fn everything(&self, reading: &mut Reading<'_>) -> Result<Vec<ColumnOut>, DbError> {
        let mut columns: Vec<Column> = reading.schema.columns().to_vec();
        columns.sort_by_key(|c| (c.fid.is_tagged(), !c.derived, c.fid));
        let mut out = Vec::new();
        for column in columns {
            let tagged = column.fid.is_tagged();
            if !tagged && self.has(jet::JET_bitEnumerateTaggedOnly) {
                continue;
            }
            if tagged {
                let stored = reading.view.find_tagged(column.fid, column.derived);
                let stored = stored.map_err(|e| damaged(&e))?.is_some();
                let user = column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
                let hidden = self.has(jet::JET_bitEnumerateIgnoreDefault)
                    || user && self.has(jet::JET_bitEnumerateIgnoreUserDefinedDefault);
                if !stored && (column.default.is_none() || hidden) {
                    continue;
                }
            }
            out.push(self.column(reading, &column, &[])?);
        }
        Ok(out)
    }
}

/// The program's allocator.
struct Allocator {
    function: JET_PFNREALLOC,
    context: *mut c_void,
    given: Vec<*mut c_void>,
}

impl Allocator {
    fn take(&mut self, bytes: usize) -> Result<*mut u8, Refusal> {
        let full = Refusal(JetErr::OUT_OF_MEMORY);
        let function = self.function.ok_or(full)?;
        let size = u32::try_from(bytes).map_err(|_| full)?;
        // SAFETY: the contract of the allocator: a new block for a null pointer.
        let block = unsafe { function(self.context, std::ptr::null_mut(), size) };
        if block.is_null() {
            return Err(full);
        }
        self.given.push(block);
        Ok(block.cast())
    }

    fn give_all_back(&mut self) {
        for block in self.given.drain(..) {
            if let Some(function) = self.function {
                // SAFETY: the contract of the allocator: a block that it gave, and size 0.
                unsafe { function(self.context, block, 0) };
            }
        }
    }

    fn bytes(&mut self, bytes: Option<&[u8]>) -> Result<(*mut c_void, u32), Refusal> {
        let Some(bytes) = bytes else {
            return Ok((std::ptr::null_mut(), 0));
        };
        let block = self.take(bytes.len())?;
        // SAFETY: the block has as many bytes.
        unsafe { block.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok((block.cast(), bytes.len() as u32))
    }

    fn column(&mut self, column: &ColumnOut) -> Result<JET_ENUMCOLUMN, Refusal> {
        let err: JET_ERR = column.err.0;
        if column.err == JetErr::WRN_COLUMN_SINGLE_VALUE {
            let bytes = column.values.first().and_then(|v| v.bytes.as_deref());
            let (pv, cb) = self.bytes(bytes.or(Some(&[])))?;
            return Ok(JET_ENUMCOLUMN {
                columnid: column.columnid,
                err,
                u1: JET_ENUMCOLUMN_u1 {
                    s2: JET_ENUMCOLUMN_u1_s2 {
                        cbData: cb,
                        pvData: pv,
                    },
                },
            });
        }
        let mut list = std::ptr::null_mut();
        if !column.values.is_empty() {
            let size = column.values.len() * size_of::<JET_ENUMCOLUMNVALUE>();
            list = self.take(size)?.cast::<JET_ENUMCOLUMNVALUE>();
        }
        for (i, value) in column.values.iter().enumerate() {
            let (pv, cb) = self.bytes(value.bytes.as_deref())?;
            let out = JET_ENUMCOLUMNVALUE {
                itagSequence: value.itag,
                err: value.err.0,
                cbData: cb,
                pvData: pv,
            };
            // SAFETY: the list has a place for each.
            unsafe { list.add(i).write_unaligned(out) };
        }
        Ok(JET_ENUMCOLUMN {
            columnid: column.columnid,
            err,
            u1: JET_ENUMCOLUMN_u1 {
                s1: JET_ENUMCOLUMN_u1_s1 {
                    cEnumColumnValue: column.values.len() as u32,
                    rgEnumColumnValue: list,
                },
            },
        })
    }
}

/// Bits that a program may give.
const KNOWN: JET_GRBIT = jet::JET_bitEnumerateCopy
    | jet::JET_bitEnumerateIgnoreDefault
    | jet::JET_bitEnumeratePresenceOnly
    | jet::JET_bitEnumerateTaggedOnly
    | jet::JET_bitEnumerateCompressOutput
    | jet::JET_bitEnumerateIgnoreUserDefinedDefault
    | jet::JET_bitEnumerateInRecordOnly;

/// JetEnumerateColumns.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_enumerate_columns(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    asked_count: u32,
    asked: *mut JET_ENUMCOLUMNID,
    count: *mut u32,
    list: *mut *mut JET_ENUMCOLUMN,
    realloc: JET_PFNREALLOC,
    context: *mut c_void,
    most: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    // SAFETY: the caller's contract.
    let (count, list) = unsafe { (needed(count)?, needed(list)?) };
    demand(realloc.is_some(), JetErr::INVALID_PARAMETER)?;
    (*count, *list) = (0, std::ptr::null_mut());
    demand(grbit & !KNOWN == 0, JetErr::INVALID_GRBIT)?;
    demand(
        asked_count == 0 || grbit & jet::JET_bitEnumerateTaggedOnly == 0,
        JetErr::INVALID_GRBIT,
    )?;
    demand(
        asked_count == 0 || !asked.is_null(),
        JetErr::INVALID_PARAMETER,
    )?;
    let wanted = Wanted {
        grbit,
        most: most as usize,
    };
    let from = match wanted.has(jet::JET_bitEnumerateCopy) {
        true => From::Copy,
        false => From::Record,
    };
    let asked = match asked_count {
        0 => &[][..],
        // SAFETY: the caller's contract.
        n => unsafe { slice::from_raw_parts(asked.cast_const(), n as usize) },
    };
    let mut first_bad = None;
    let mut chosen = |reading: &mut Reading<'_>| {
        if asked.is_empty() {
            return wanted.everything(reading);
        }
        let mut out = Vec::new();
        for one in asked {
            if one.columnid == 0 {
                out.push(ColumnOut::says(0, JetErr::WRN_COLUMN_SKIPPED));
                continue;
            }
            let column = match reading.schema.by_columnid(one.columnid) {
                Ok(column) => column,
                Err(e) => {
                    let err = ese_core::HasJetErr::jet_err(&e);
                    first_bad = first_bad.or(Some(err));
                    out.push(ColumnOut::says(one.columnid, err));
                    continue;
                }
            };
            let itags = match one.ctagSequence {
                0 => &[][..],
                _ if one.rgtagSequence.is_null() || !one.rgtagSequence.is_aligned() => {
                    return Err(no_list());
                }
                // SAFETY: the caller's contract: so many numbers.
                n => unsafe { slice::from_raw_parts(one.rgtagSequence.cast_const(), n as usize) },
            };
            out.push(wanted.column(reading, column, itags)?);
        }
        Ok(out)
    };
    let columns = {
        let mut body = cursor.body();
        if let Some((table, _)) = body.temporary() {
            check_readable(table)?;
            table.read(&session.core, from == From::Copy, &mut chosen)?
        } else {
            let table = body.table()?;
            let schema = table.schema(&session.core)?;
            let called = |c: &Column| c.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
            let ignored =
                jet::JET_bitEnumerateIgnoreDefault | jet::JET_bitEnumerateIgnoreUserDefinedDefault;
            if grbit & ignored == 0 && schema.columns().iter().any(called) {
                return refuse(JetErr::CALLBACK_FAILED);
            }
            table.read(&session.core, from, &mut chosen)?
        }
    };
    let mut allocator = Allocator {
        function: realloc,
        context,
        given: Vec::new(),
    };
    match hand_over(&mut allocator, &columns) {
        Ok(array) => {
            *count = columns.len() as u32;
            *list = array;
            match first_bad {
                Some(err) => refuse(err),
                None => Ok(JetErr::SUCCESS),
            }
        }
        Err(why) => {
            allocator.give_all_back();
            Err(why)
        }
    }
}

fn no_list() -> DbError {
    ese_core::work::WorkError::refused(JetErr::INVALID_PARAMETER, "numbers without a list").into()
}

fn hand_over(
    allocator: &mut Allocator,
    columns: &[ColumnOut],
) -> Result<*mut JET_ENUMCOLUMN, Refusal> {
    if columns.is_empty() {
        return Ok(std::ptr::null_mut());
    }
    let array = allocator.take(size_of_val_of(columns.len()))?;
    let array = array.cast::<JET_ENUMCOLUMN>();
    for (i, column) in columns.iter().enumerate() {
        let out = allocator.column(column)?;
        // SAFETY: the array has a place for each.
        unsafe { array.add(i).write_unaligned(out) };
    }
    Ok(array)
}

fn size_of_val_of(columns: usize) -> usize {
    columns * size_of::<JET_ENUMCOLUMN>()
}
