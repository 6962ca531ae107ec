//! Information about columns (behaviour-schema.md §7).

use super::info_tables::{column_of as column_of_type, long_of, text_column, text_of};
use super::put;
use super::temp_tables::list;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter, enter_cursor};
use crate::strings::{name, name_in};
use crate::structs::{JET_COLUMNBASE, JET_COLUMNDEF, JET_COLUMNLIST};
use crate::types::{Char, JET_DBID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::catalog::TableSchema;
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::Coltyp;
use ese_core::instance::TempColumn;
use ese_core::record::Column;
use std::ffi::c_void;

/// Country of a column: nobody asks for another.
const COUNTRY: u16 = 1;
/// Language of a column: the instance's default (JET_paramUnicodeIndexDefault).
const LANGUAGE: u16 = 1033;

/// The bits that a column was made with, as far as they are told.
pub(super) fn grbit_of(column: &Column, updatable: bool) -> JET_GRBIT {
    let mut grbit = match () {
        () if column.fid.is_fixed() => jet::JET_bitColumnFixed,
        () if column.fid.is_tagged() => jet::JET_bitColumnTagged,
        () => 0,
    };
    if updatable {
        grbit |= jet::JET_bitColumnUpdatable;
    }
    for (flag, bit) in [
        (ColumnFlags::NOT_NULL, jet::JET_bitColumnNotNULL),
        (ColumnFlags::AUTOINCREMENT, jet::JET_bitColumnAutoincrement),
        (ColumnFlags::VERSION, jet::JET_bitColumnVersion),
        (ColumnFlags::MULTI_VALUED, jet::JET_bitColumnMultiValued),
        (ColumnFlags::ESCROW, jet::JET_bitColumnEscrowUpdate),
        (ColumnFlags::FINALIZE, jet::JET_bitColumnFinalize),
        (ColumnFlags::DELETE_ON_ZERO, jet::JET_bitColumnDeleteOnZero),
        (
            ColumnFlags::USER_DEFINED_DEFAULT,
            jet::JET_bitColumnUserDefinedDefault,
        ),
        (ColumnFlags::COMPRESSED, jet::JET_bitColumnCompressed),
        (ColumnFlags::ENCRYPTED, jet::JET_bitColumnEncrypted),
    ] {
        if column.flags.contains(flag) {
            grbit |= bit;
        }
    }
    grbit
}

/// Most bytes of a column as it is told.
pub(super) fn cb_max_of(column: &Column) -> u32 {
    let fixed = column
        .coltyp
        .fixed_bytes()
        .and_then(|n| u32::try_from(n).ok());
    fixed.unwrap_or(column.cb_max)
}

fn column_def(schema: &TableSchema, column: &Column, updatable: bool) -> JET_COLUMNDEF {
    JET_COLUMNDEF {
        cbStruct: size_of::<JET_COLUMNDEF>() as u32,
        columnid: schema.columnid_of(column),
        coltyp: column.coltyp as u32,
        wCountry: COUNTRY,
        langid: LANGUAGE,
        cp: column.code_page,
        wCollate: 0,
        cbMax: cb_max_of(column),
        grbit: grbit_of(column, updatable),
    }
}

fn column_base<C: Char>(
    schema: &TableSchema,
    column: &Column,
    updatable: bool,
) -> JET_COLUMNBASE<C> {
    let mut base = JET_COLUMNBASE {
        cbStruct: size_of::<JET_COLUMNBASE<C>>() as u32,
        columnid: schema.columnid_of(column),
        coltyp: column.coltyp as u32,
        wCountry: COUNTRY,
        langid: LANGUAGE,
        cp: column.code_page,
        wFiller: 0,
        cbMax: cb_max_of(column),
        grbit: grbit_of(column, updatable),
        szBaseTableName: [C::NUL; 256],
        szBaseColumnName: [C::NUL; 256],
    };
    for (place, text) in [
        (&mut base.szBaseTableName, &schema.name),
        (&mut base.szBaseColumnName, &column.name),
    ] {
        let characters: Vec<C> = name_in(text);
        for (to, from) in place.iter_mut().zip(characters) {
            *to = from;
        }
    }
    base
}

/// The levels that describe one column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Def,
    DefById,
    Base,
    BaseById,
    List,
}

fn level_of(level: u32) -> Result<Level, Refusal> {
    let high = jet::JET_ColInfoGrbitNonDerivedColumnsOnly
        | jet::JET_ColInfoGrbitMinimalInfo
        | jet::JET_ColInfoGrbitSortByColumnid;
    Ok(match level & !high {
        jet::JET_ColInfo => Level::Def,
        jet::JET_ColInfoByColid => Level::DefById,
        jet::JET_ColInfoBase => Level::Base,
        jet::JET_ColInfoBaseByColid => Level::BaseById,
        jet::JET_ColInfoList | jet::JET_ColInfoListCompact | jet::JET_ColInfoListSortColumnid => {
            Level::List
        }
        jet::JET_ColInfoSysTabCursor => return refuse(JetErr::FEATURE_NOT_AVAILABLE),
        _ => return refuse(JetErr::INVALID_PARAMETER),
    })
}

fn size_of_level<C: Char>(level: Level) -> usize {
    match level {
        Level::Def | Level::DefById => size_of::<JET_COLUMNDEF>(),
        Level::Base | Level::BaseById => size_of::<JET_COLUMNBASE<C>>(),
        Level::List => size_of::<crate::structs::JET_COLUMNLIST>(),
    }
}

/// The column that is asked about.
///
/// # Safety
/// `which` is null, a name, or for the levels by id the address of one.
unsafe fn column_of<C: Char>(
    schema: &TableSchema,
    level: Level,
    which: *const C,
) -> Result<&Column, Refusal> {
    let not_found = Refusal(JetErr::COLUMN_NOT_FOUND);
    if matches!(level, Level::DefById | Level::BaseById) {
        demand(!which.is_null(), JetErr::INVALID_PARAMETER)?;
        // SAFETY: by the contract above.
        let id = unsafe { which.cast::<u32>().read_unaligned() };
        return schema.by_columnid(id).map_err(|_| not_found);
    }
    if which.is_null() {
        return Err(not_found);
    }
    // SAFETY: by the contract above.
    if unsafe { which.read_unaligned() } == C::NUL {
        return Err(not_found);
    }
    // SAFETY: by the contract above.
    let name = unsafe { name(which) }?;
    schema.column(&name.text()).ok_or(not_found)
}

/// The columns of a table as a list.
///
/// # Safety
/// `result` has room for the structure.
unsafe fn columns<C: Char>(
    session: &Entered,
    schema: &TableSchema,
    form: u32,
    result: *mut c_void,
    updatable: bool,
) -> Answer {
    let bits = jet::JET_ColInfoGrbitNonDerivedColumnsOnly
        | jet::JET_ColInfoGrbitMinimalInfo
        | jet::JET_ColInfoGrbitSortByColumnid;
    let minimal = form & jet::JET_ColInfoGrbitMinimalInfo != 0;
    let own_only = form & jet::JET_ColInfoGrbitNonDerivedColumnsOnly != 0;
    let level = form & !bits;
    let compact = level == jet::JET_ColInfoListCompact;
    let by_id = level == jet::JET_ColInfoListSortColumnid
        || form & jet::JET_ColInfoGrbitSortByColumnid != 0;
    let mut all: Vec<&Column> = schema.columns().iter().collect();
    all.retain(|c| !(c.derived && (own_only || compact)));
    all.sort_by_key(|c| (c.fid, c.derived));
    let mut rows = Vec::new();
    for c in all {
        let short = |n: u16| Some(n.to_le_bytes().to_vec()).filter(|_| !minimal);
        let long = |n: u32| long_of(n).filter(|_| !minimal);
        let id = schema.columnid_of(c);
        rows.push(vec![
            long_of(id).filter(|_| by_id),
            text_of::<C>(&c.name),
            long_of(id),
            long(c.coltyp as u32),
            short(COUNTRY),
            short(LANGUAGE),
            short(c.code_page),
            short(0),
            long(cb_max_of(c)),
            long(grbit_of(c, updatable)),
            c.default
                .as_deref()
                .map(<[u8]>::to_vec)
                .filter(|_| !minimal),
            text_of::<C>(&schema.name).filter(|_| !minimal),
            text_of::<C>(&c.name).filter(|_| !minimal),
        ]);
    }
    let key = |column: TempColumn| match compact {
        true => column,
        false => column.key(),
    };
    let default = match compact {
        true => Coltyp::Binary,
        false => Coltyp::LongBinary,
    };
    let long = || column_of_type(Coltyp::Long);
    let short = || column_of_type(Coltyp::Short);
    let text = text_column::<C>;
    let columns = vec![
        key(long()),
        key(text()),
        long(),
        long(),
        short(),
        short(),
        short(),
        short(),
        long(),
        long(),
        column_of_type(default),
        text(),
        text(),
    ];
    let (tableid, ids) = list(session, columns, &rows)?;
    let id = |i: usize| ids.get(i).copied().unwrap_or(0);
    // SAFETY: by the contract above.
    unsafe {
        put(
            result,
            JET_COLUMNLIST {
                cbStruct: size_of::<JET_COLUMNLIST>() as u32,
                tableid,
                cRecord: rows.len() as u32,
                columnidPresentationOrder: id(0),
                columnidcolumnname: id(1),
                columnidcolumnid: id(2),
                columnidcoltyp: id(3),
                columnidCountry: id(4),
                columnidLangid: id(5),
                columnidCp: id(6),
                columnidCollate: id(7),
                columnidcbMax: id(8),
                columnidgrbit: id(9),
                columnidDefault: id(10),
                columnidBaseTableName: id(11),
                columnidBaseColumnName: id(12),
                columnidDefinitionName: id(12),
            },
        )
    }
}

/// # Safety
/// The contract of the C function.
unsafe fn tell<C: Char>(
    session: &Entered,
    schema: &TableSchema,
    (level, form): (Level, u32),
    which: *const C,
    result: *mut c_void,
    updatable: bool,
) -> Answer {
    if level == Level::List {
        // SAFETY: the size was checked.
        return unsafe { columns::<C>(session, schema, form, result, updatable) };
    }
    // SAFETY: passed on; the size was checked.
    unsafe {
        let column = column_of(schema, level, which)?;
        match level {
            Level::Def | Level::DefById => put(result, column_def(schema, column, updatable))?,
            _ => put(result, column_base::<C>(schema, column, updatable))?,
        };
    }
    DONE
}

/// JetGetTableColumnInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_table_column_info<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    column: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    // Before the level is looked at.
    demand(cursor.dbid().is_some(), JetErr::ILLEGAL_OPERATION)?;
    let form = level;
    let level = level_of(level)?;
    demand(
        size as usize >= size_of_level::<C>(level),
        JetErr::BUFFER_TOO_SMALL,
    )?;
    let schema = cursor.body().table()?.schema(&session.core)?;
    // SAFETY: passed on.
    unsafe {
        tell(
            session,
            &schema,
            (level, form),
            column,
            result,
            cursor.mode().updatable,
        )
    }
}

/// JetGetColumnInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_column_info<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    column: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    let form = level;
    let level = level_of(level)?;
    demand(
        size as usize >= size_of_level::<C>(level),
        JetErr::BUFFER_TOO_SMALL,
    )?;
    demand(!table.is_null(), JetErr::INVALID_PARAMETER)?;
    // SAFETY: the caller's contract.
    let table = unsafe { name(table) }?;
    let schema = db.core()?.schema(&session.core, &table.text())?;
    // SAFETY: passed on.
    unsafe { tell(&session, &schema, (level, form), column, result, false) }
}
