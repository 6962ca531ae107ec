//! Sizes of records (behaviour-records.md §7).

use super::retrieve::damaged;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand};
use crate::session::enter_cursor;
use crate::structs::{JET_RECSIZE, JET_RECSIZE2};
use crate::types::{JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::database::DbError;
use ese_core::database::open_table::{From, Prepare, Reading};
use ese_core::record::ColumnValues;

/// Bytes that every record has.
const HEAD: u64 = 4;
/// Bytes of a node beside its key and data: size of the key, and what an insert adds.
const NODE_OVERHEAD: u64 = 4 + 2;
/// Bytes of a long value's root, and of the key of a chunk.
const ROOT_DATA: u64 = 8;
const CHUNK_KEY: u64 = 12;

/// What a record takes.
fn sizes(reading: &mut Reading<'_>, local: bool) -> Result<JET_RECSIZE2, DbError> {
    let (schema, view) = (reading.schema, reading.view);
    let mut s = JET_RECSIZE2 {
        cbData: 0,
        cbLongValueData: 0,
        cbOverhead: 0,
        cbLongValueOverhead: 0,
        cNonTaggedColumns: 0,
        cTaggedColumns: 0,
        cLongValues: 0,
        cMultiValues: 0,
        cCompressedColumns: 0,
        cbDataCompressed: 0,
        cbLongValueDataCompressed: 0,
    };
    for column in schema.columns() {
        let tagged = column.fid.is_tagged();
        let present = match tagged {
            true => {
                let found = view.find_tagged(column.fid, column.derived);
                found.map_err(|e| damaged(&e))?.is_some()
            }
            // All up to the last one are there.
            false if column.fid.is_fixed() => column.fid.0 <= u16::from(view.fid_fixed_last()),
            false => column.fid.0 <= u16::from(view.fid_var_last()),
        };
        if !present {
            continue;
        }
        match tagged {
            true => s.cTaggedColumns += 1,
            false => s.cNonTaggedColumns += 1,
        }
        let values = ese_core::record::column_values(&view, column).map_err(|e| damaged(&e))?;
        if matches!(values, ColumnValues::Null) && column.fid.is_fixed() {
            // Its place in the record is there all the same.
            s.cbData += column.fixed_len() as u64;
            s.cbDataCompressed += column.fixed_len() as u64;
        }
        let values: Vec<_> = match values {
            ColumnValues::Null | ColumnValues::Default(_) => Vec::new(),
            ColumnValues::One(value) => vec![value],
            ColumnValues::Many(many) => many
                .values()
                .collect::<Result<_, _>>()
                .map_err(|e| damaged(&e))?,
        };
        s.cMultiValues += (values.len() as u64).saturating_sub(1);
        for value in values {
            let bytes = value.bytes.len() as u64;
            if value.separated {
                s.cLongValues += 1;
                if let Some(extent) = reading.extent(&value)?.filter(|_| !local) {
                    s.cbLongValueData += extent.size;
                    s.cbLongValueDataCompressed += extent.stored;
                    s.cbLongValueOverhead += NODE_OVERHEAD + bytes + ROOT_DATA;
                    s.cbLongValueOverhead += extent.chunks * (NODE_OVERHEAD + CHUNK_KEY);
                }
                continue;
            }
            let size = match value.compressed {
                true => reading.bytes(&value, 0, usize::MAX, &mut Vec::new())?,
                false => bytes,
            };
            s.cbData += size;
            s.cbDataCompressed += bytes;
        }
    }
    let whole = view.bytes().len() as u64;
    // Ids of separated values count as overhead.
    s.cbOverhead = whole.saturating_sub(s.cbDataCompressed).max(HEAD);
    Ok(s)
}

fn size_of_record(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
    null: bool,
) -> Result<JET_RECSIZE2, Refusal> {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(!null, JetErr::INVALID_PARAMETER)?;
    let known = jet::JET_bitRecordSizeInCopyBuffer
        | jet::JET_bitRecordSizeRunningTotal
        | jet::JET_bitRecordSizeLocal;
    demand(grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    let copy = grbit & jet::JET_bitRecordSizeInCopyBuffer != 0;
    let local = grbit & jet::JET_bitRecordSizeLocal != 0;
    let from = if copy { From::Copy } else { From::Record };
    let mut body = cursor.body();
    if let Some((table, _)) = body.temporary() {
        let new = copy && table.prepared().is_some();
        let mut s = table.read(&session.core, copy, |reading| sizes(reading, local))?;
        s.cbOverhead += NODE_OVERHEAD;
        if !new {
            s.cbOverhead += table.key(&session.core)?.len() as u64;
        }
        return Ok(s);
    }
    let table = body.table()?;
    let new = copy
        && table
            .prepared(&session.core)?
            .is_some_and(|p| !matches!(p, Prepare::Replace | Prepare::ReplaceNoLock));
    let mut s = table.read(&session.core, from, |reading| sizes(reading, local))?;
    s.cbOverhead += NODE_OVERHEAD;
    if !new {
        let (at, _) = table.at(&session.core)?;
        s.cbOverhead += at.bookmark().map_or(0, |key| key.len() as u64);
    }
    Ok(s)
}

/// JetGetRecordSize.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_record_size(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut JET_RECSIZE,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    unsafe {
        let s = size_of_record(sesid, tableid, grbit, place.is_null())?;
        let total = grbit & jet::JET_bitRecordSizeRunningTotal != 0;
        let place = crate::arguments::needed(place)?;
        let sum = |was: u64, n: u64| if total { was.wrapping_add(n) } else { n };
        *place = JET_RECSIZE {
            cbData: sum(place.cbData, s.cbData),
            cbLongValueData: sum(place.cbLongValueData, s.cbLongValueData),
            cbOverhead: sum(place.cbOverhead, s.cbOverhead),
            cbLongValueOverhead: sum(place.cbLongValueOverhead, s.cbLongValueOverhead),
            cNonTaggedColumns: sum(place.cNonTaggedColumns, s.cNonTaggedColumns),
            cTaggedColumns: sum(place.cTaggedColumns, s.cTaggedColumns),
            cLongValues: sum(place.cLongValues, s.cLongValues),
            cMultiValues: sum(place.cMultiValues, s.cMultiValues),
        };
    }
    DONE
}

/// JetGetRecordSize2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_record_size2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut JET_RECSIZE2,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    unsafe {
        let s = size_of_record(sesid, tableid, grbit, place.is_null())?;
        let total = grbit & jet::JET_bitRecordSizeRunningTotal != 0;
        let place = crate::arguments::needed(place)?;
        let sum = |was: u64, n: u64| if total { was.wrapping_add(n) } else { n };
        *place = JET_RECSIZE2 {
            cbData: sum(place.cbData, s.cbData),
            cbLongValueData: sum(place.cbLongValueData, s.cbLongValueData),
            cbOverhead: sum(place.cbOverhead, s.cbOverhead),
            cbLongValueOverhead: sum(place.cbLongValueOverhead, s.cbLongValueOverhead),
            cNonTaggedColumns: sum(place.cNonTaggedColumns, s.cNonTaggedColumns),
            cTaggedColumns: sum(place.cTaggedColumns, s.cTaggedColumns),
            cLongValues: sum(place.cLongValues, s.cLongValues),
            cMultiValues: sum(place.cMultiValues, s.cMultiValues),
            cCompressedColumns: sum(place.cCompressedColumns, s.cCompressedColumns),
            cbDataCompressed: sum(place.cbDataCompressed, s.cbDataCompressed),
            cbLongValueDataCompressed: sum(
                place.cbLongValueDataCompressed,
                s.cbLongValueDataCompressed,
            ),
        };
    }
    DONE
}
