//! Temporary tables (behaviour-cursors.md §11): opened here, and what the calls on cursors do on them.
//!
//! Invariant: what a temporary table does not do in its present form is JET_errIllegalOperation.

use super::indexes::locale_of;
use super::retrieve::{Found, Wanted};
use crate::arguments::{aligned, copied, needed, versioned};
use crate::constants as jet;
use crate::cursor::Cursor;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter};
use crate::strings::{PATH_UNITS_MAX, units};
use crate::structs::{
    JET_COLUMNDEF, JET_OPENTEMPORARYTABLE, JET_OPENTEMPORARYTABLE2, JET_UNICODEINDEX,
    JET_UNICODEINDEX2,
};
use crate::types::{JET_COLUMNID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::cursor::{Hit, Move, RangeFlags, SeekOptions};
use ese_core::database::DbError;
use ese_core::database::open_table::Prepare;
use ese_core::format::key::MakeKeyFlags;
use ese_core::instance::{TempBits, TempColumn, TempColumnBits, TempForm, TempTable, TempTableDef};
use ese_core::record::edit::{NewValue, SetFlags, Stored, ValuePlace};
use ese_core::session::Session;
use ese_core::work::WorkError;
use std::slice;
use std::sync::Arc;

/// Locale and flags of text in the key; `None`: the usual ones.
type Unicode = Option<(String, u32)>;

/// An opened table becomes a cursor; gives its handle and the ids of its columns.
pub(super) fn open(
    session: &Entered,
    def: &TempTableDef,
) -> Result<(JET_TABLEID, Vec<JET_COLUMNID>), Refusal> {
    let table = session.core.open_temp_table(def)?;
    let ids = table.fids().iter().map(|fid| u32::from(fid.0)).collect();
    let cursor = Cursor::temporary(session, table);
    Ok((session.add_cursor(Arc::new(cursor))?, ids))
}

/// The columns of a definition.
///
/// # Safety
/// `columns` is null or points to `count` definitions.
unsafe fn columns_of(
    columns: *const JET_COLUMNDEF,
    count: u32,
) -> Result<Vec<TempColumn>, Refusal> {
    if count == 0 {
        return Ok(Vec::new());
    }
    demand(!columns.is_null(), JetErr::INVALID_PARAMETER)?;
    aligned(columns)?;
    // SAFETY: by the contract above.
    let all = unsafe { slice::from_raw_parts(columns, count as usize) };
    Ok(all
        .iter()
        .map(|c| TempColumn {
            coltyp: c.coltyp,
            code_page: c.cp,
            cb_max: c.cbMax,
            bits: TempColumnBits::from_bits_retain(c.grbit),
        })
        .collect())
}

/// What all forms have in common.
struct Asked {
    columns: *const JET_COLUMNDEF,
    count: u32,
    unicode: Unicode,
    grbit: JET_GRBIT,
    ids: *mut JET_COLUMNID,
    key_most: u32,
    var_seg_mac: u32,
}

/// # Safety
/// The contract of the C function.
unsafe fn open_asked(session: &Entered, asked: &Asked) -> Result<JET_TABLEID, Refusal> {
    // SAFETY: passed on.
    let columns = unsafe { columns_of(asked.columns, asked.count) }?;
    demand(
        !asked.ids.is_null() || asked.count == 0,
        JetErr::INVALID_PARAMETER,
    )?;
    let def = TempTableDef {
        columns,
        bits: TempBits::from_bits_retain(asked.grbit),
        unicode: asked.unicode.clone(),
        key_most: asked.key_most,
        var_seg_mac: asked.var_seg_mac,
    };
    let (tableid, ids) = open(session, &def)?;
    for (i, id) in ids.iter().enumerate() {
        // SAFETY: the caller has a place for each column.
        unsafe { asked.ids.add(i).write_unaligned(*id) };
    }
    Ok(tableid)
}

/// JetOpenTempTable.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_temp_table(
    sesid: JET_SESID,
    columns: *const JET_COLUMNDEF,
    count: u32,
    grbit: JET_GRBIT,
    tableid: *mut JET_TABLEID,
    ids: *mut JET_COLUMNID,
) -> Answer {
    // SAFETY: passed on.
    unsafe { simple(sesid, columns, count, None, grbit, tableid, ids) }
}

/// JetOpenTempTable2: with a locale.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_temp_table2(
    sesid: JET_SESID,
    columns: *const JET_COLUMNDEF,
    count: u32,
    lcid: u32,
    grbit: JET_GRBIT,
    tableid: *mut JET_TABLEID,
    ids: *mut JET_COLUMNID,
) -> Answer {
    let unicode = (lcid != 0).then(|| {
        // The flags are the usual ones; a wrong session is told later.
        let flags = match enter(sesid) {
            Ok(session) => session.instance.params().unicode_index().flags,
            Err(_) => 0,
        };
        (locale_of(lcid), flags)
    });
    // SAFETY: passed on.
    unsafe { simple(sesid, columns, count, unicode, grbit, tableid, ids) }
}

/// JetOpenTempTable3: with a locale and flags.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_temp_table3(
    sesid: JET_SESID,
    columns: *const JET_COLUMNDEF,
    count: u32,
    unicode: *mut JET_UNICODEINDEX,
    grbit: JET_GRBIT,
    tableid: *mut JET_TABLEID,
    ids: *mut JET_COLUMNID,
) -> Answer {
    // SAFETY: the caller's contract.
    let unicode = unsafe { by_lcid(unicode) };
    // SAFETY: passed on.
    unsafe { simple(sesid, columns, count, unicode, grbit, tableid, ids) }
}

/// # Safety
/// `unicode` is null or points to a structure.
unsafe fn by_lcid(unicode: *const JET_UNICODEINDEX) -> Unicode {
    // SAFETY: by the contract above.
    unsafe { copied(unicode) }.map(|u| (locale_of(u.lcid), u.dwMapFlags))
}

/// # Safety
/// The contract of the C functions.
unsafe fn simple(
    sesid: JET_SESID,
    columns: *const JET_COLUMNDEF,
    count: u32,
    unicode: Unicode,
    grbit: JET_GRBIT,
    tableid: *mut JET_TABLEID,
    ids: *mut JET_COLUMNID,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let place = unsafe { needed(tableid) }?;
    *place = jet::JET_tableidNil;
    let asked = Asked {
        columns,
        count,
        unicode,
        grbit,
        ids,
        key_most: 0,
        var_seg_mac: 0,
    };
    // SAFETY: passed on.
    *place = unsafe { open_asked(&session, &asked) }?;
    DONE
}

/// JetOpenTemporaryTable.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_temporary_table(
    sesid: JET_SESID,
    table: *mut JET_OPENTEMPORARYTABLE,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    unsafe {
        let t = versioned(table)?;
        t.tableid = jet::JET_tableidNil;
        let asked = Asked {
            columns: t.prgcolumndef,
            count: t.ccolumn,
            unicode: by_lcid(t.pidxunicode),
            grbit: t.grbit,
            ids: t.prgcolumnid,
            key_most: t.cbKeyMost,
            var_seg_mac: t.cbVarSegMac,
        };
        t.tableid = open_asked(&session, &asked)?;
    }
    DONE
}

/// JetOpenTemporaryTable2: locales by name.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_temporary_table2(
    sesid: JET_SESID,
    table: *mut JET_OPENTEMPORARYTABLE2,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    unsafe {
        let t = versioned(table)?;
        t.tableid = jet::JET_tableidNil;
        let unicode = match copied(t.pidxunicode.cast_const()) {
            None => None,
            Some(JET_UNICODEINDEX2 {
                szLocaleName,
                dwMapFlags,
            }) => {
                let bad = JetErr::INVALID_LANGUAGE_ID;
                let name = units(szLocaleName.cast_const(), PATH_UNITS_MAX, bad)?;
                let name = String::from_utf16_lossy(&name.unwrap_or_default());
                Some((name, dwMapFlags))
            }
        };
        let asked = Asked {
            columns: t.prgcolumndef,
            count: t.ccolumn,
            unicode,
            grbit: t.grbit,
            ids: t.prgcolumnid,
            key_most: t.cbKeyMost,
            var_seg_mac: t.cbVarSegMac,
        };
        t.tableid = open_asked(&session, &asked)?;
    }
    DONE
}

// ---- what calls on cursors do -------------------------------------------------------------------

fn place_of(table: &TempTable, columnid: JET_COLUMNID) -> Result<usize, DbError> {
    let of = |fid: u32| table.fids().iter().position(|f| u32::from(f.0) == fid);
    let err = match table.schema().by_columnid(columnid) {
        Ok(_) => JetErr::COLUMN_NOT_FOUND,
        Err(e) => ese_core::HasJetErr::jet_err(&e),
    };
    of(columnid).ok_or_else(|| WorkError::refused(err, "no such column").into())
}

pub(super) fn seek(table: &mut TempTable, session: &Session, options: SeekOptions) -> Answer {
    if table.form() == TempForm::Tree {
        table.cancel();
    }
    Ok(match table.seek(session, options)? {
        Hit::Exact => JetErr::SUCCESS,
        Hit::Unique => JetErr::WRN_UNIQUE_KEY,
        Hit::NotEqual => JetErr::WRN_SEEK_NOT_EQUAL,
    })
}

pub(super) fn go(table: &mut TempTable, session: &Session, to: Move, key_ne: bool) -> Answer {
    table.cancel();
    table.move_to(session, to, key_ne)?;
    DONE
}

pub(super) fn make_key(table: &mut TempTable, data: &[u8], grbit: JET_GRBIT) -> Answer {
    table.make_key(data, MakeKeyFlags::from_bits_retain(grbit))?;
    DONE
}

pub(super) fn set_range(table: &mut TempTable, session: &Session, grbit: JET_GRBIT) -> Answer {
    table.set_range(session, RangeFlags::from_bits_retain(grbit))?;
    DONE
}

pub(super) fn prepare(table: &mut TempTable, session: &Session, what: Prepare) -> Answer {
    if table.form() == TempForm::Sorted {
        return refuse(JetErr::ILLEGAL_OPERATION);
    }
    demand(table.prepared().is_none(), JetErr::ALREADY_PREPARED)?;
    match what {
        Prepare::Insert => table.begin_insert()?,
        Prepare::Replace | Prepare::ReplaceNoLock => table.begin_replace(session)?,
        _ if table.form() == TempForm::Inserting => return refuse(JetErr::NO_CURRENT_RECORD),
        _ => return refuse(JetErr::FEATURE_NOT_AVAILABLE),
    }
    DONE
}

pub(super) fn set(
    table: &mut TempTable,
    session: &Session,
    columnid: JET_COLUMNID,
    place: ValuePlace,
    value: NewValue<'_>,
    flags: SetFlags,
) -> Result<Stored, Refusal> {
    if table.form() == TempForm::Sorted {
        return refuse(JetErr::ILLEGAL_OPERATION);
    }
    demand(table.prepared().is_some(), JetErr::UPDATE_NOT_PREPARED)?;
    let column = place_of(table, columnid)?;
    Ok(table.set(session, column, place, value, flags)?)
}

impl Wanted {
    /// As [`Wanted::read`], of a temporary table.
    pub(super) fn read_temporary(
        &self,
        table: &mut TempTable,
        session: &Session,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Found, DbError> {
        check_readable(table)?;
        let copy = self.grbit & jet::JET_bitRetrieveCopy != 0;
        if self.columnid == 0 {
            return table.read(session, copy, |reading| self.read_any(reading, most, out));
        }
        // A column that is not there is told before a record that is not.
        table.schema().by_columnid(self.columnid)?;
        table.read(session, copy, |reading| {
            let column = reading.schema.by_columnid(self.columnid)?;
            self.read_column(reading, column, most, out)
        })
    }
}

/// Refuses what is read while records are inserted that are to be sorted.
pub(super) fn check_readable(table: &TempTable) -> Result<(), DbError> {
    match table.form() {
        TempForm::Inserting => {
            let what = "records are still inserted";
            Err(WorkError::refused(JetErr::ILLEGAL_OPERATION, what).into())
        }
        TempForm::Sorted | TempForm::Tree => Ok(()),
    }
}

// ---- lists that information calls give ------------------------------------------------------------

/// A row of a list: the bytes of every column, `None` for NULL.
pub(super) type Row = Vec<Option<Vec<u8>>>;

/// A list as a table with the cursor on its first row; gives the ids of its columns.
pub(super) fn list(
    session: &Entered,
    columns: Vec<TempColumn>,
    rows: &[Row],
) -> Result<(JET_TABLEID, Vec<JET_COLUMNID>), Refusal> {
    let keyed = columns.iter().any(|c| c.bits.contains(TempColumnBits::KEY));
    let def = TempTableDef {
        columns,
        bits: match keyed {
            true => TempBits::SCROLLABLE | TempBits::INDEXED,
            false => TempBits::SCROLLABLE,
        },
        ..TempTableDef::default()
    };
    let mut table = session.core.open_temp_table(&def)?;
    for row in rows {
        table.begin_insert()?;
        for (column, value) in row.iter().enumerate() {
            let Some(value) = value else { continue };
            let place = ValuePlace::default();
            let value = NewValue::Bytes(value);
            let flags = SetFlags::ZERO_LENGTH;
            table.set(&session.core, column, place, value, flags)?;
        }
        table.save(&session.core)?;
    }
    match table.move_to(&session.core, Move::First, false) {
        Ok(()) => {}
        Err(e) if ese_core::HasJetErr::jet_err(&e) == JetErr::NO_CURRENT_RECORD => {}
        Err(e) => return Err(e.into()),
    }
    let ids = table.fids().iter().map(|fid| u32::from(fid.0)).collect();
    let cursor = Cursor::temporary(session, table);
    Ok((session.add_cursor(Arc::new(cursor))?, ids))
}
