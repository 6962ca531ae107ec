//! Columns are read (behaviour-records.md §7).

use super::temp_tables::check_readable;
use crate::arguments::{array_mut, out};
use crate::constants as jet;
use crate::cursor::Body;
use crate::gate::{Answer, Refusal, demand};
use crate::session::enter_often;
use crate::structs::{JET_RETINFO, JET_RETRIEVECOLUMN};
use crate::types::{JET_COLUMNID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::catalog::TableSchema;
use ese_core::database::DbError;
use ese_core::database::open_table::{From, OpenTable, PlainValue, Reading};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::tagged::TaggedValue;
use ese_core::record::{Column, ColumnValues};
use ese_core::session::Session;
use ese_core::work::WorkError;
use std::ffi::c_void;

/// Bits that are the engine's own.
const INTERNAL: JET_GRBIT = 0xF000_0000;
/// Bits that read from a key.
const FROM_KEY: JET_GRBIT = jet::JET_bitRetrieveFromIndex | jet::JET_bitRetrieveFromPrimaryBookmark;

/// What is wanted of a column.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) columnid: JET_COLUMNID,
    pub(super) itag: u32,
    pub(super) offset: u32,
    pub(super) grbit: JET_GRBIT,
}

/// What was found.
pub(super) struct Found {
    /// Length from the offset on.
    pub(super) len: u64,
    pub(super) columnid: JET_COLUMNID,
    /// Success, JET_wrnColumnNull or JET_wrnColumnSetNull.
    pub(super) answer: JetErr,
    /// Number of the value that was read, where that is said.
    pub(super) itag: Option<u32>,
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, DbError> {
    Err(WorkError::refused(err, what).into())
}

pub(crate) fn plain(bytes: &[u8]) -> TaggedValue<'_> {
    TaggedValue {
        bytes,
        separated: false,
        compressed: false,
        encrypted: false,
    }
}

impl Wanted {
    fn check(&self) -> Result<(), Refusal> {
        demand(self.grbit & INTERNAL == 0, JetErr::INVALID_GRBIT)?;
        let tuple = self.grbit & jet::JET_bitRetrieveTuple != 0;
        let from_index = self.grbit & jet::JET_bitRetrieveFromIndex != 0;
        demand(!tuple || from_index, JetErr::INVALID_GRBIT)
    }

    fn has(&self, bit: JET_GRBIT) -> bool {
        self.grbit & bit != 0
    }

    fn source(&self) -> From {
        match self.has(jet::JET_bitRetrieveCopy) {
            true => From::Copy,
            false => From::Record,
        }
    }

    /// Appends at most `most` bytes of the value to `out`.
    pub(super) fn read(
        &self,
        table: &mut OpenTable,
        session: &Session,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Found, DbError> {
        if self.columnid == 0 {
            if self.has(FROM_KEY) {
                return refused(JetErr::BAD_COLUMN_ID, "no column");
            }
            return table.read(session, self.source(), |reading| {
                self.read_any(reading, most, out)
            });
        }
        if self.has(FROM_KEY) {
            return super::from_key::read(self, table, session, most, out);
        }
        let done = table.read(session, self.source(), |reading| {
            let schema = reading.schema;
            self.read_column(reading, self.column(schema)?, most, out)
        });
        // A column that is none is said before anything about the record.
        done.or_else(|why| {
            self.column(&*table.schema(session)?)?;
            Err(why)
        })
    }

    /// The column, if it is one that can be read.
    fn column<'s>(&self, schema: &'s TableSchema) -> Result<&'s Column, DbError> {
        let column = schema.by_columnid(self.columnid)?;
        if column.flags.contains(ColumnFlags::ENCRYPTED) {
            return refused(JetErr::COLUMN_NO_ENCRYPTION_KEY, "no key was given");
        }
        Ok(column)
    }

    fn found(&self, len: u64) -> Found {
        Found {
            len,
            columnid: self.columnid,
            answer: JetErr::SUCCESS,
            itag: None,
        }
    }

    pub(super) fn null(&self) -> Found {
        Found {
            answer: JetErr::WRN_COLUMN_NULL,
            ..self.found(0)
        }
    }

    /// One value of a column.
    pub(super) fn read_column(
        &self,
        reading: &mut Reading<'_>,
        column: &Column,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Found, DbError> {
        let tagged = column.fid.is_tagged();
        if tagged && self.itag == 0 {
            return refused(JetErr::BAD_ITAG_SEQUENCE, "values are numbered from 1");
        }
        if column.flags.contains(ColumnFlags::ESCROW) && most < column.fixed_len() {
            return refused(
                JetErr::INVALID_BUFFER_SIZE,
                "an escrow column is read whole",
            );
        }
        let first = !tagged || self.itag == 1;
        let view = reading.view;
        let values = ese_core::record::column_values(&view, column);
        let values = values.map_err(|e| damaged(&e))?;
        let value = match values {
            ColumnValues::Default(_) if tagged && self.has(jet::JET_bitRetrieveIgnoreDefault) => {
                return Ok(self.null());
            }
            ColumnValues::Default(_)
                if column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) =>
            {
                return refused(
                    JetErr::CALLBACK_FAILED,
                    "defaults by callback are not called",
                );
            }
            ColumnValues::Default(bytes) if first => plain(bytes),
            ColumnValues::One(value) if first => value,
            ColumnValues::Many(all) => {
                let i = self.itag as usize - 1;
                if i >= all.value_count().map_err(|e| damaged(&e))? {
                    return Ok(self.null());
                }
                all.value(i).map_err(|e| damaged(&e))?
            }
            _ => return Ok(self.null()),
        };
        let offset = match column.coltyp.is_long() {
            true => self.offset,
            false => 0,
        };
        let len = reading.bytes(&value, offset, most, out)?;
        Ok(self.found(len.saturating_sub(u64::from(offset))))
    }

    /// The n-th value of all tagged columns (column id 0).
    pub(super) fn read_any(
        &self,
        reading: &mut Reading<'_>,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Found, DbError> {
        if self.itag == 0 {
            return refused(JetErr::BAD_ITAG_SEQUENCE, "values are numbered from 1");
        }
        let mut left = self.itag;
        for (column, count, set_null) in tagged_columns(reading, self.grbit)? {
            let here = if set_null { 1 } else { count };
            if left > here {
                left -= here;
                continue;
            }
            let one = Self {
                columnid: reading.schema.columnid_of(&column),
                itag: left,
                ..*self
            };
            if set_null {
                return Ok(Found {
                    answer: JetErr::WRN_COLUMN_SET_NULL,
                    ..one.found(0)
                });
            }
            return one.read_column(reading, &column, most, out);
        }
        Ok(Found {
            columnid: 0,
            ..self.null()
        })
    }
}

pub(super) fn damaged(e: &(impl ese_core::HasJetErr + std::fmt::Display)) -> DbError {
    WorkError::damaged(e.jet_err(), e.to_string()).into()
}

/// The tagged columns that a record has values of, by id, the template's first; with their number, and
/// whether it is an explicit NULL that is to be told.
fn tagged_columns(
    reading: &Reading<'_>,
    grbit: JET_GRBIT,
) -> Result<Vec<(Column, u32, bool)>, DbError> {
    let mut columns: Vec<&Column> = reading.schema.columns().iter().collect();
    columns.retain(|c| c.fid.is_tagged());
    columns.sort_by_key(|c| (!c.derived, c.fid));
    let nulls = grbit & jet::JET_bitRetrieveNull != 0;
    let defaults = grbit & jet::JET_bitRetrieveIgnoreDefault == 0;
    let mut out = Vec::new();
    for column in columns {
        let user = column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
        let stored = reading.view.find_tagged(column.fid, column.derived);
        let stored = stored.map_err(|e| damaged(&e))?.is_some();
        let count = match reading.values(column)? {
            ColumnValues::Null if stored && nulls => {
                out.push((column.clone(), 0, true));
                continue;
            }
            ColumnValues::Null => 0,
            ColumnValues::Default(_) => u32::from(defaults && !user),
            ColumnValues::One(_) => 1,
            ColumnValues::Many(all) => all.value_count().map_err(|e| damaged(&e))? as u32,
        };
        if count > 0 {
            out.push((column.clone(), count, false));
        }
    }
    Ok(out)
}

/// JetRetrieveColumn.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_retrieve_column(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columnid: JET_COLUMNID,
    place: *mut c_void,
    most: u32,
    actual: *mut u32,
    grbit: JET_GRBIT,
    info: *mut JET_RETINFO,
) -> Answer {
    let inside = enter_often(sesid, tableid, true)?;
    let (session, cursor) = inside.parts();
    // What goes wrong inside of the session says a size of 0.
    // SAFETY: the caller's contract.
    unsafe { out(actual) }.set(0);
    let mut wanted = Wanted {
        columnid,
        itag: 1,
        offset: 0,
        grbit,
    };
    // SAFETY: the caller's contract.
    let mut info = unsafe { info.as_mut() };
    if let Some(info) = &info {
        demand(
            info.cbStruct as usize >= size_of::<JET_RETINFO>(),
            JetErr::INVALID_PARAMETER,
        )?;
        wanted.itag = info.itagSequence;
        wanted.offset = info.ibLongValue;
    }
    wanted.check()?;
    demand(!place.is_null() || most == 0, JetErr::INVALID_PARAMETER)?;
    let mut body = cursor.body();
    if info.is_none() && grbit == 0 {
        // SAFETY: the caller's contract.
        let plain = unsafe { plain_value(&mut body, &session.core, columnid, place, most, actual) };
        if let Some(answer) = plain? {
            return Ok(answer);
        }
    }
    let found = match wanted.read_body(&mut body, &session.core, most as usize) {
        Ok(found) => found,
        Err(why) => {
            // An escrow column, which is read whole, says how long it is.
            if why.0 == JetErr::INVALID_BUFFER_SIZE {
                let schema = body.table()?.schema(&session.core)?;
                let len = schema.by_columnid(columnid)?.fixed_len();
                // SAFETY: the caller's contract.
                unsafe { out(actual) }.set(len as u32);
            }
            return Err(why);
        }
    };
    let bytes = &body.bytes;
    // SAFETY: the caller's contract.
    let answer = unsafe { deliver(&found, bytes, place, most, actual) };
    if let Some(info) = &mut info {
        info.columnidNextTagged = found.columnid;
        if let Some(itag) = found.itag {
            info.itagSequence = itag;
        }
    }
    Ok(answer)
}

/// Gives a caller the first value of a column, where it lies in the record as it is; `None`: nothing was
/// done.
///
/// # Safety
/// `place` is null or has `most` bytes; `actual` is null or a number.
#[inline]
unsafe fn plain_value(
    body: &mut Body,
    session: &Session,
    columnid: JET_COLUMNID,
    place: *mut c_void,
    most: u32,
    actual: *mut u32,
) -> Result<Option<JetErr>, Refusal> {
    let Ok(table) = body.table() else {
        return Ok(None);
    };
    Ok(match table.plain_value(session, columnid)? {
        None => None,
        Some(PlainValue::Null) => {
            // SAFETY: by the contract above.
            unsafe { out(actual) }.set(0);
            Some(JetErr::WRN_COLUMN_NULL)
        }
        Some(PlainValue::Bytes(bytes)) => {
            // SAFETY: by the contract above.
            let whole = unsafe { super::copy_out(bytes, place, most, actual) }?;
            Some(match whole {
                true => JetErr::SUCCESS,
                false => JetErr::WRN_BUFFER_TRUNCATED,
            })
        }
    })
}

/// Gives a caller what was found.
///
/// # Safety
/// `place` is null or has `most` bytes; `actual` is null or a number.
unsafe fn deliver(
    found: &Found,
    bytes: &[u8],
    place: *mut c_void,
    most: u32,
    actual: *mut u32,
) -> JetErr {
    let len = bytes.len().min(most as usize);
    if len > 0 {
        // SAFETY: by the contract above; the source is ours.
        unsafe {
            place
                .cast::<u8>()
                .copy_from_nonoverlapping(bytes.as_ptr(), len)
        }
    }
    // SAFETY: by the contract above.
    unsafe { out(actual) }.set(u32::try_from(found.len).unwrap_or(u32::MAX));
    match found.answer {
        JetErr::SUCCESS if found.len > u64::from(most) => JetErr::WRN_BUFFER_TRUNCATED,
        answer => answer,
    }
}

/// JetRetrieveColumns: element by element, up to the first error.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_retrieve_columns(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columns: *mut JET_RETRIEVECOLUMN,
    count: u32,
) -> Answer {
    let inside = enter_often(sesid, tableid, true)?;
    let (session, cursor) = inside.parts();
    // SAFETY: the caller's contract.
    let columns = unsafe { array_mut(columns, count) }?;
    let mut body = cursor.body();
    let mut truncated = false;
    for c in columns {
        demand(c.grbit & INTERNAL == 0, JetErr::INVALID_GRBIT)?;
        demand(
            !c.pvData.is_null() || c.cbData == 0,
            JetErr::INVALID_PARAMETER,
        )?;
        let wanted = Wanted {
            columnid: c.columnid,
            itag: c.itagSequence,
            offset: c.ibLongValue,
            grbit: c.grbit,
        };
        if c.itagSequence == 0 && !wanted.has(FROM_KEY) {
            c.itagSequence = wanted.count(&mut body, &session.core)?;
            c.cbActual = 0;
            c.columnidNextTagged = c.columnid;
            c.err = JetErr::SUCCESS.0;
            continue;
        }
        if (c.itagSequence, c.ibLongValue, c.grbit) == (1, 0, 0) {
            let actual = &raw mut c.cbActual;
            // SAFETY: the caller's contract.
            let plain = unsafe {
                let core = &session.core;
                plain_value(&mut body, core, c.columnid, c.pvData, c.cbData, actual)
            };
            if let Some(answer) = plain? {
                c.columnidNextTagged = c.columnid;
                c.err = answer.0;
                truncated |= answer == JetErr::WRN_BUFFER_TRUNCATED;
                continue;
            }
        }
        let found = wanted.read_body(&mut body, &session.core, c.cbData as usize)?;
        // SAFETY: the caller's contract.
        let answer =
            unsafe { deliver(&found, &body.bytes, c.pvData, c.cbData, &raw mut c.cbActual) };
        c.columnidNextTagged = found.columnid;
        if let Some(itag) = found.itag {
            c.itagSequence = itag;
        }
        c.err = answer.0;
        truncated |= answer == JetErr::WRN_BUFFER_TRUNCATED;
    }
    Ok(if truncated {
        JetErr::WRN_BUFFER_TRUNCATED
    } else {
        JetErr::SUCCESS
    })
}

impl Wanted {
    /// Reads at a cursor, whatever it is on; the bytes are in the buffer of the body then.
    fn read_body(&self, body: &mut Body, session: &Session, most: usize) -> Result<Found, Refusal> {
        Ok(match body.temporary() {
            Some((table, bytes)) => {
                bytes.clear();
                self.read_temporary(table, session, most, bytes)?
            }
            None => {
                let (table, bytes) = body.parts()?;
                bytes.clear();
                self.read(table, session, most, bytes)?
            }
        })
    }

    /// How many values there are.
    fn count(&self, body: &mut Body, session: &Session) -> Result<u32, Refusal> {
        if let Some((table, _)) = body.temporary() {
            check_readable(table)?;
            self.check_column(table.schema())?;
            let copy = self.source() == From::Copy;
            return Ok(table.read(session, copy, |reading| self.count_in(reading))?);
        }
        let table = body.table()?;
        self.check_column(table.schema(session)?.as_ref())?;
        Ok(table.read(session, self.source(), |reading| self.count_in(reading))?)
    }

    /// Refuses a column that is not there.
    fn check_column(&self, schema: &TableSchema) -> Result<(), DbError> {
        if self.columnid != 0 {
            schema.by_columnid(self.columnid)?;
        }
        Ok(())
    }

    fn count_in(&self, reading: &Reading<'_>) -> Result<u32, DbError> {
        if self.columnid == 0 {
            let all = tagged_columns(reading, self.grbit)?;
            return Ok(all.iter().map(|(_, n, null)| n + u32::from(*null)).sum());
        }
        let column = reading.schema.by_columnid(self.columnid)?;
        if !column.fid.is_tagged() {
            return Ok(1);
        }
        Ok(match reading.values(column)? {
            ColumnValues::Null => 0,
            ColumnValues::Default(_) | ColumnValues::One(_) => 1,
            ColumnValues::Many(all) => all.value_count().map_err(|e| damaged(&e))? as u32,
        })
    }
}
