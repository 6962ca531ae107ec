//! JetSetCursorFilter (behaviour-cursors.md §9).

use super::input;
use crate::constants as jet;
use crate::filter::Filter;
use crate::gate::{Answer, DONE, Refusal, demand};
use crate::session::enter_cursor;
use crate::structs::JET_INDEX_COLUMN;
use crate::types::{JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::Coltyp;
use ese_core::record::Column;
use std::slice;

/// What a filter of a column may be.
fn check(column: &Column, asked: &JET_INDEX_COLUMN) -> Result<(), Refusal> {
    let text = matches!(column.coltyp, Coltyp::Text | Coltyp::LongText);
    let called = column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
    demand(
        !column.coltyp.is_long() && !text && !called,
        JetErr::FILTERED_MOVE_NOT_SUPPORTED,
    )?;
    let binary = column.coltyp == Coltyp::Binary;
    let empty = asked.grbit & jet::JET_bitZeroLength != 0;
    let prefix = asked.relop == jet::JET_relopPrefixEquals;
    demand(binary || !(empty || prefix), JetErr::INVALID_PARAMETER)?;
    demand(!prefix || asked.cb > 0, JetErr::INVALID_PARAMETER)?;
    let mask = asked.relop == jet::JET_relopBitmaskEqualsZero
        || asked.relop == jet::JET_relopBitmaskNotEqualsZero;
    let no_mask = matches!(column.coltyp, Coltyp::Bit | Coltyp::Guid | Coltyp::Binary);
    demand(
        !mask || (!no_mask && asked.cb > 0),
        JetErr::INVALID_PARAMETER,
    )?;
    let fixed = column.coltyp.fixed_bytes();
    let fits = asked.cb == 0 || fixed.is_none_or(|n| n == asked.cb as usize);
    demand(fits, JetErr::INVALID_PARAMETER)
}

/// JetSetCursorFilter.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_cursor_filter(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    filters: *mut JET_INDEX_COLUMN,
    count: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    // Any error leaves no filter.
    body.filter.clear();
    demand(grbit == 0, JetErr::INVALID_GRBIT)?;
    let secondary = body.table()?.at(&session.core)?.0.index().is_some();
    demand(!secondary, JetErr::FILTERED_MOVE_NOT_SUPPORTED)?;
    if count == 0 {
        return DONE;
    }
    demand(!filters.is_null(), JetErr::INVALID_PARAMETER)?;
    let schema = body.table()?.schema(&session.core)?;
    let mut all = Vec::new();
    // SAFETY: the caller's contract.
    for f in unsafe { slice::from_raw_parts(filters, count as usize) } {
        let empty = f.grbit & jet::JET_bitZeroLength != 0;
        demand(
            f.grbit & !jet::JET_bitZeroLength == 0
                && (!empty || f.cb == 0)
                && (!f.pv.is_null() || f.cb == 0),
            JetErr::INVALID_PARAMETER,
        )?;
        let column = schema.by_columnid(f.columnid)?;
        check(column, f)?;
        // SAFETY: the caller's contract.
        let data = unsafe { input(f.pv.cast_const(), f.cb) }?;
        all.push(Filter {
            columnid: f.columnid,
            relation: f.relop,
            value: (f.cb > 0 || empty).then(|| data.to_vec()),
        });
    }
    body.filter = all;
    DONE
}
