//! JetIntersectIndexes (behaviour-cursors.md §9).

use super::info_tables::column_of;
use super::temp_tables::list;
use crate::arguments::versioned;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter, enter_cursor};
use crate::structs::{JET_INDEXRANGE, JET_RECORDLIST};
use crate::types::{JET_GRBIT, JET_SESID};
use ese_core::JetErr;
use ese_core::cursor::{CursorError, Move};
use ese_core::format::ids::Coltyp;
use std::collections::BTreeSet;
use std::slice;

/// Most ranges of one call.
const RANGES_MOST: u32 = 64;

/// The records of a cursor's index from its place to the end of its range, by their bookmarks.
fn bookmarks(sesid: JET_SESID, range: &JET_INDEXRANGE) -> Result<BTreeSet<Vec<u8>>, Refusal> {
    let inside = enter_cursor(sesid, range.tableid)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    let table = body.table()?;
    table.cancel(&session.core)?;
    let (at, eyes) = table.at(&session.core)?;
    at.move_to(&eyes, Move::By(0), false)?;
    let mut all = BTreeSet::new();
    loop {
        all.insert(at.bookmark()?.to_vec());
        match at.move_to(&eyes, Move::By(1), false) {
            Ok(()) => {}
            Err(CursorError::NoCurrentRecord) => return Ok(all),
            Err(e) => return Err(e.into()),
        }
    }
}

/// What must hold of the cursors together.
fn check(session: &Entered, sesid: JET_SESID, ranges: &[JET_INDEXRANGE]) -> Result<(), Refusal> {
    let mut seen: Vec<(u32, u32)> = Vec::new();
    for range in ranges {
        let size = size_of::<JET_INDEXRANGE>();
        demand(range.cbStruct as usize == size, JetErr::INVALID_PARAMETER)?;
        let inside = enter_cursor(sesid, range.tableid)?;
        let cursor = inside.cursor();
        let index = {
            let mut body = cursor.body();
            let (at, _) = body.table()?.at(&session.core)?;
            at.index().map(|i| i.tree.objid().0)
        };
        let Some(index) = index else {
            return refuse(JetErr::INVALID_PARAMETER);
        };
        demand(
            range.grbit == jet::JET_bitRecordInIndex,
            JetErr::INVALID_GRBIT,
        )?;
        let fits = seen.iter().all(|s| s.0 == cursor.objid && s.1 != index);
        demand(fits, JetErr::INVALID_PARAMETER)?;
        seen.push((cursor.objid, index));
    }
    Ok(())
}

/// JetIntersectIndexes.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_intersect_indexes(
    sesid: JET_SESID,
    ranges: *mut JET_INDEXRANGE,
    count: u32,
    result: *mut JET_RECORDLIST,
    _grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let result = unsafe { versioned(result) }?;
    demand(
        count > 0 && count <= RANGES_MOST && !ranges.is_null(),
        JetErr::INVALID_PARAMETER,
    )?;
    // SAFETY: the caller's contract.
    let ranges = unsafe { slice::from_raw_parts(ranges.cast_const(), count as usize) };
    check(&session, sesid, ranges)?;
    let mut common: Option<BTreeSet<Vec<u8>>> = None;
    for range in ranges {
        let here = bookmarks(sesid, range)?;
        common = Some(match common {
            None => here,
            Some(before) => before.intersection(&here).cloned().collect(),
        });
    }
    let rows: Vec<_> = common
        .unwrap_or_default()
        .into_iter()
        .map(|bookmark| vec![Some(bookmark)])
        .collect();
    let columns = vec![column_of(Coltyp::Binary).key()];
    let (tableid, ids) = list(&session, columns, &rows)?;
    *result = JET_RECORDLIST {
        cbStruct: size_of::<JET_RECORDLIST>() as u32,
        tableid,
        cRecord: rows.len() as u32,
        columnidBookmark: ids.first().copied().unwrap_or(0),
    };
    DONE
}
