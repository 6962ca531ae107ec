//! Tables: made, opened, closed, renamed, deleted (behaviour-schema.md §2, §3, §6;
//! behaviour-cursors.md §3).

use super::indexes::{HintsPtr, IndexParts, index_parts};
use crate::arguments::{array_mut, needed, versioned};
use crate::constants as jet;
use crate::cursor::Cursor;
use crate::database::{Attached, Mode};
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter, enter_cursor, enter_cursor_as};
use crate::strings::{loose_name, name};
use crate::structs::{
    JET_COLUMNCREATE, JET_INDEXCREATE, JET_INDEXCREATE2, JET_INDEXCREATE3, JET_SPACEHINTS,
    JET_TABLECREATE, JET_TABLECREATE2, JET_TABLECREATE3, JET_TABLECREATE4, JET_TABLECREATE5,
};
use crate::types::{Char, JET_DBID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::catalog::write::{ColumnBits, ColumnDef, Part, Progress, TableBits, TableDef};
use ese_core::database::Database;
use ese_core::database::column_ids::COLUMNID_OF_TEMPLATE;
use ese_core::database::open_table::OpenTable;
use ese_core::format::ids::Objid;
use ese_core::{HasJetErr, JetErr};
use std::ffi::c_void;
use std::sync::Arc;

/// An open table becomes a cursor of the session; gives its handle.
pub(super) fn add_cursor(
    session: &Entered,
    db: &Arc<Attached>,
    table: OpenTable,
    mode: Mode,
) -> Result<JET_TABLEID, Refusal> {
    let schema = table.cursor().indexes().schema();
    let held = db.hold(schema, session.core.procid(), mode)?;
    let cursor = Cursor::new(session, Arc::clone(db), table, held);
    session.add_cursor(Arc::new(cursor))
}

/// JetOpenTable.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_open_table<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    _parameters: *const c_void,
    _size: u32,
    grbit: JET_GRBIT,
    tableid: *mut JET_TABLEID,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let place = unsafe { needed(tableid) }?;
    *place = jet::JET_tableidNil;
    let has = |bit| grbit & bit != 0;
    demand(
        !has(jet::JET_bitTableDelete) && !has(jet::JET_bitTableCreate),
        JetErr::INVALID_GRBIT,
    )?;
    let db = session.db(dbid)?;
    let (deny_read, permit_ddl) = (
        has(jet::JET_bitTableDenyRead),
        has(jet::JET_bitTablePermitDDL),
    );
    let read_only = has(jet::JET_bitTableReadOnly);
    demand(!permit_ddl || deny_read, JetErr::INVALID_GRBIT)?;
    demand(
        permit_ddl || !(deny_read && read_only),
        JetErr::INVALID_GRBIT,
    )?;
    // SAFETY: the caller's contract.
    let name = unsafe { name(table) }?;
    let open = OpenTable::open(&db.core()?, &session.core, &name.text())?;
    let asked_updatable = has(jet::JET_bitTableUpdatable);
    demand(!(read_only && asked_updatable), JetErr::INVALID_GRBIT)?;
    let mode = Mode {
        updatable: !read_only && !db.read_only,
        asked_updatable,
        deny_write: has(jet::JET_bitTableDenyWrite),
        deny_read,
        permit_ddl,
    };
    *place = add_cursor(&session, &db, open, mode)?;
    DONE
}

/// JetDupCursor: on the first record of the primary index.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_dup_cursor(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    new: *mut JET_TABLEID,
    _grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    // SAFETY: the caller's contract.
    let place = unsafe { needed(new) }?;
    *place = jet::JET_tableidNil;
    let temporary = match cursor.body().temporary() {
        Some((table, _)) => Some(table.duplicate(&session.core)?),
        None => None,
    };
    if let Some(table) = temporary {
        let duplicate = Cursor::temporary(session, table);
        *place = session.add_cursor(Arc::new(duplicate))?;
        return DONE;
    }
    let duplicate = cursor.body().table()?.duplicate(&session.core);
    let mode = Mode {
        updatable: cursor.mode().updatable,
        ..Mode::default()
    };
    *place = add_cursor(session, cursor.db()?, duplicate, mode)?;
    DONE
}

/// JetCloseTable.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_close_table(sesid: JET_SESID, tableid: JET_TABLEID) -> Answer {
    let inside = enter_cursor_as(sesid, tableid, false)?;
    inside.session().close_cursor(tableid);
    DONE
}

// ---- create ------------------------------------------------------------------------------------

/// What all forms of a table to be made have in common.
struct Making<C: Char> {
    name: *const C,
    template: *const C,
    pages: u32,
    density: u32,
    columns: *mut JET_COLUMNCREATE<C>,
    column_count: u32,
    indexes: *mut c_void,
    index_count: u32,
    /// Which structure the indexes are.
    form: IndexForm,
    callback: Option<(*const C, u32)>,
    grbit: JET_GRBIT,
    hints: *const JET_SPACEHINTS,
    lv_hints: *const JET_SPACEHINTS,
    separate_lv: u32,
    lv_chunk: u32,
}

/// The structures that describe indexes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexForm {
    /// JET_INDEXCREATE, or the older one that is shorter.
    First,
    /// JET_INDEXCREATE2.
    Second,
    /// JET_INDEXCREATE3: locales by name.
    Third,
}

/// What a table that was made gives back.
struct Made {
    tableid: JET_TABLEID,
    created: u32,
    answer: Answer,
}

/// JetCreateTable: a table without columns.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_table<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    pages: u32,
    density: u32,
    tableid: *mut JET_TABLEID,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let place = unsafe { needed(tableid) }?;
    *place = jet::JET_tableidNil;
    let making = Making {
        name: table,
        template: std::ptr::null(),
        pages,
        density,
        columns: std::ptr::null_mut(),
        column_count: 0,
        indexes: std::ptr::null_mut(),
        index_count: 0,
        form: IndexForm::First,
        callback: None,
        grbit: 0,
        hints: std::ptr::null(),
        lv_hints: std::ptr::null(),
        separate_lv: 0,
        lv_chunk: 0,
    };
    // SAFETY: the caller's contract.
    let made = unsafe { create(&session, dbid, &making) };
    *place = made.tableid;
    made.answer
}

macro_rules! create_form {
    ($name:ident, $form:ident, $check:ident, $index_form:expr, |$t:ident| $callback:expr, $hints:expr, $lv_hints:expr, $separate:expr, $chunk:expr) => {
        /// # Safety
        /// The contract of the C function.
        unsafe fn $name<C: Char>(sesid: JET_SESID, dbid: JET_DBID, table: *mut $form<C>) -> Answer {
            let session = enter(sesid)?;
            session.db(dbid)?;
            // SAFETY: the caller's contract.
            let $t = unsafe { $check(table) }?;
            $t.cCreated = 0;
            $t.tableid = jet::JET_tableidNil;
            let making = Making {
                name: $t.szTableName,
                template: $t.szTemplateTableName,
                pages: $t.ulPages,
                density: $t.ulDensity,
                columns: $t.rgcolumncreate,
                column_count: $t.cColumns,
                indexes: $t.rgindexcreate.cast(),
                index_count: $t.cIndexes,
                form: $index_form,
                callback: $callback,
                grbit: $t.grbit,
                hints: $hints,
                lv_hints: $lv_hints,
                separate_lv: $separate,
                lv_chunk: $chunk,
            };
            // SAFETY: the caller's contract.
            let made = unsafe { create(&session, dbid, &making) };
            $t.tableid = made.tableid;
            $t.cCreated = made.created;
            made.answer
        }
    };
}

/// A callback that a table is made with.
fn callback<C: Char>(name: *const C, kinds: u32) -> Option<(*const C, u32)> {
    (!name.is_null() || kinds != 0).then_some((name, kinds))
}

create_form!(
    form1,
    JET_TABLECREATE,
    needed,
    IndexForm::First,
    |t| None,
    std::ptr::null(),
    std::ptr::null(),
    0,
    0
);
create_form!(
    form2,
    JET_TABLECREATE2,
    versioned,
    IndexForm::First,
    |t| callback(t.szCallback.cast_const(), t.cbtyp),
    std::ptr::null(),
    std::ptr::null(),
    0,
    0
);
create_form!(
    form3,
    JET_TABLECREATE3,
    versioned,
    IndexForm::Second,
    |t| callback(t.szCallback.cast_const(), t.cbtyp),
    t.pSeqSpacehints,
    t.pLVSpacehints,
    t.cbSeparateLV,
    0
);
create_form!(
    form4,
    JET_TABLECREATE4,
    versioned,
    IndexForm::Third,
    |t| callback(t.szCallback.cast_const(), t.cbtyp),
    t.pSeqSpacehints,
    t.pLVSpacehints,
    t.cbSeparateLV,
    0
);
create_form!(
    form5,
    JET_TABLECREATE5,
    versioned,
    IndexForm::Third,
    |t| callback(t.szCallback.cast_const(), t.cbtyp),
    t.pSeqSpacehints,
    t.pLVSpacehints,
    t.cbSeparateLV,
    t.cbLVChunkMax
);

/// JetCreateTableColumnIndex. The size of its structure is not looked at.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_table_column_index<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *mut JET_TABLECREATE<C>,
) -> Answer {
    // SAFETY: passed on.
    unsafe { form1(sesid, dbid, table) }
}

/// JetCreateTableColumnIndex2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_table_column_index2<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *mut JET_TABLECREATE2<C>,
) -> Answer {
    // SAFETY: passed on.
    unsafe { form2(sesid, dbid, table) }
}

/// JetCreateTableColumnIndex3.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_table_column_index3<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *mut JET_TABLECREATE3<C>,
) -> Answer {
    // SAFETY: passed on.
    unsafe { form3(sesid, dbid, table) }
}

/// JetCreateTableColumnIndex4.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_table_column_index4<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *mut JET_TABLECREATE4<C>,
) -> Answer {
    // SAFETY: passed on.
    unsafe { form4(sesid, dbid, table) }
}

/// JetCreateTableColumnIndex5.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_table_column_index5<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *mut JET_TABLECREATE5<C>,
) -> Answer {
    // SAFETY: passed on.
    unsafe { form5(sesid, dbid, table) }
}

/// Elements of a table's definition, to be told how they fared.
struct Parts<'p, C: Char> {
    columns: &'p mut [JET_COLUMNCREATE<C>],
    indexes: Vec<IndexParts<C>>,
}

/// # Safety
/// The contract of the C function that the table came with.
unsafe fn create<C: Char>(session: &Entered, dbid: JET_DBID, making: &Making<C>) -> Made {
    let mut made = Made {
        tableid: jet::JET_tableidNil,
        created: 0,
        answer: DONE,
    };
    // SAFETY: passed on.
    match unsafe { try_create(session, dbid, making, &mut made.created) } {
        Ok((tableid, warning)) => {
            made.tableid = tableid;
            made.answer = Ok(warning);
        }
        Err(why) => made.answer = Err(why),
    }
    made
}

/// # Safety
/// As [`create`].
unsafe fn try_create<C: Char>(
    session: &Entered,
    dbid: JET_DBID,
    making: &Making<C>,
    created: &mut u32,
) -> Result<(JET_TABLEID, JetErr), Refusal> {
    let db = session.db(dbid)?;
    demand(!db.read_only, JetErr::PERMISSION_DENIED)?;
    let bits = TableBits::from_bits_retain(making.grbit);
    demand(
        !bits.contains(TableBits::TEMPLATE) || making.template.is_null(),
        JetErr::CANNOT_NEST_DDL,
    )?;
    let refused = TableBits::NO_FIXED_VAR_IN_DERIVED | TableBits::SYSTEM;
    demand(!bits.intersects(refused), JetErr::INVALID_GRBIT)?;
    // SAFETY: the caller's contract.
    let indexes = unsafe { index_parts::<C>(making.indexes, making.index_count, making.form) }?;
    for index in &indexes {
        index.check_unicode()?;
    }
    // SAFETY: the caller's contract.
    let own = unsafe { name(making.name) }?.text();
    session.check_not_read_only()?;
    session.check_owner()?;
    // SAFETY: the caller's contract.
    let template = match unsafe { crate::arguments::given(making.template) } {
        // SAFETY: the caller's contract.
        Ok(_) => Some(unsafe { name(making.template) }?.text()),
        Err(_) => None,
    };
    // SAFETY: the caller's contract.
    let columns = unsafe { array_mut(making.columns, making.column_count) };
    let no_array = columns.is_err();
    let mut parts = Parts {
        columns: columns.unwrap_or_default(),
        indexes,
    };
    let mut def = TableDef {
        name: own,
        template,
        pages: making.pages,
        density: making.density,
        columns: (!making.columns.is_null()).then(Vec::new),
        bits,
        separate_lv: making.separate_lv,
        lv_chunk_max: making.lv_chunk,
        ..TableDef::default()
    };
    // SAFETY: the caller's contract.
    unsafe {
        def.hints = HintsPtr(making.hints).read()?;
        def.lv_hints = HintsPtr(making.lv_hints).read()?;
        if let Some((name, kinds)) = making.callback {
            def.callback = Some((kinds, loose_callback(name)));
        }
    }
    let quiet = bits.contains(TableBits::IMMUTABLE_STRUCTURE);
    // Elements that can't be read end the list: what comes before is looked at first.
    let mut late = no_array.then_some(JetErr::INVALID_PARAMETER);
    for element in parts.columns.iter() {
        if late.is_some() {
            break;
        }
        // SAFETY: the caller's contract.
        match unsafe { column_def(element) } {
            Ok(column) => def.columns.get_or_insert_default().push(column),
            Err(why) => late = Some(why.0),
        }
    }
    let index_defs: Vec<_> = parts.indexes.iter().map(IndexParts::definition).collect();
    for index in index_defs {
        if late.is_some() {
            break;
        }
        match index {
            Ok(index) => def.indexes.push(index),
            Err(why) => late = Some(why.0),
        }
    }
    let mut progress = Progress::default();
    let core = db.core()?;
    let catalog = Arc::clone(core.catalog());
    let done = session
        .core
        .update_as(core.attached(), session.commit_kind(), |work| {
            let made = catalog.create_table(work, &def, &mut progress)?;
            match late {
                Some(err) => Err(ese_core::work::WorkError::refused(
                    err,
                    "a part of the table",
                )),
                None => Ok(made.table.schema.objid),
            }
        });
    *created = progress.created;
    if !quiet {
        report(
            &mut parts,
            &progress,
            done.as_ref().err().map(HasJetErr::jet_err),
            match bits.contains(TableBits::TEMPLATE) {
                true => COLUMNID_OF_TEMPLATE,
                false => 0,
            },
        );
    }
    let objid = done?;
    let tableid = open_made(
        session,
        &db,
        &core,
        objid,
        bits.contains(TableBits::TEMPLATE),
    )?;
    let cut = !progress.cut.is_empty();
    Ok((
        tableid,
        if cut {
            JetErr::WRN_COLUMN_MAX_TRUNCATED
        } else {
            JetErr::SUCCESS
        },
    ))
}

/// The table that was just made, for its maker alone.
fn open_made(
    session: &Entered,
    db: &Arc<Attached>,
    core: &Database,
    objid: Objid,
    template: bool,
) -> Result<JET_TABLEID, Refusal> {
    let open = OpenTable::open_objid(core, &session.core, objid)?;
    let mode = Mode {
        updatable: true,
        asked_updatable: true,
        deny_read: true,
        // The schema of a template is what the call says.
        permit_ddl: !template,
        ..Mode::default()
    };
    add_cursor(session, db, open, mode)
}

/// Tells every element how it fared, as far as the work came.
fn report<C: Char>(
    parts: &mut Parts<'_, C>,
    progress: &Progress,
    failed: Option<JetErr>,
    of_template: u32,
) {
    for (i, fid) in progress.columns.iter().enumerate() {
        if let Some(element) = parts.columns.get_mut(i) {
            element.columnid = u32::from(fid.0) | of_template;
            element.err = match progress.cut.contains(&i) {
                true => JetErr::WRN_COLUMN_MAX_TRUNCATED.0,
                false => JetErr::SUCCESS.0,
            };
        }
    }
    let columns = progress.columns.len();
    let made = (progress.created as usize).saturating_sub(1 + columns);
    for index in parts.indexes.iter_mut().take(made) {
        index.tell(JetErr::SUCCESS);
    }
    let Some(err) = failed else { return };
    match progress.failed {
        Some(Part::Column(i)) => {
            if let Some(element) = parts.columns.get_mut(i) {
                element.err = err.0;
            }
        }
        Some(Part::Index(i)) => {
            if let Some(index) = parts.indexes.get_mut(i) {
                index.tell(err);
            }
        }
        None => {}
    }
}

/// The name of a callback, `library!function`.
///
/// # Safety
/// `pointer` is null or ends with a zero.
pub(super) unsafe fn loose_callback<C: Char>(pointer: *const C) -> String {
    const MOST: usize = 512;
    // SAFETY: passed on.
    let text = unsafe { crate::strings::text(pointer, MOST, JetErr::INVALID_PARAMETER) };
    let text = text.ok().flatten().unwrap_or_default();
    String::from_utf16_lossy(&text)
}

/// A column as an element of a table's definition describes it.
///
/// # Safety
/// The pointers of the element are the caller's.
unsafe fn column_def<C: Char>(element: &JET_COLUMNCREATE<C>) -> Result<ColumnDef, Refusal> {
    let size = size_of::<JET_COLUMNCREATE<C>>();
    demand(element.cbStruct as usize == size, JetErr::INVALID_PARAMETER)?;
    let bits = ColumnBits::from_bits_retain(element.grbit);
    let mut def = ColumnDef {
        // SAFETY: passed on.
        name: unsafe { loose_name(element.szColumnName.cast_const()) },
        coltyp: element.coltyp,
        code_page: u16::try_from(element.cp).unwrap_or(u16::MAX),
        cb_max: element.cbMax,
        bits,
        ..ColumnDef::default()
    };
    // SAFETY: the caller's contract.
    unsafe { super::columns::defaults(&mut def, element.pvDefault, element.cbDefault, C::WIDE) }?;
    Ok(def)
}

// ---- delete, rename ----------------------------------------------------------------------------

/// JetDeleteTable.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_delete_table<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    session.check_not_read_only()?;
    session.check_owner()?;
    // SAFETY: the caller's contract.
    let name = unsafe { name(table) }?.text();
    let core = db.core()?;
    let catalog = Arc::clone(core.catalog());
    let schema = core.schema(&session.core, &name);
    if db.read_only {
        schema?;
        return refuse(JetErr::PERMISSION_DENIED);
    }
    if let Ok(schema) = schema {
        let denied = db.is_denied_by_others(schema.objid.0, session.core.procid());
        demand(!denied, JetErr::TABLE_LOCKED)?;
    }
    session
        .core
        .update_as(core.attached(), session.commit_kind(), |work| {
            catalog.delete_table(work, &name, &mut |objid| catalog.is_in_use(objid))
        })?;
    DONE
}

/// JetDeleteTable2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_delete_table2<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    _grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_delete_table(sesid, dbid, table) }
}

/// JetRenameTable.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_rename_table<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    from: *const C,
    to: *const C,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    session.check_not_read_only()?;
    session.check_owner()?;
    demand(!db.read_only, JetErr::PERMISSION_DENIED)?;
    // SAFETY: the caller's contract.
    let (from, to) = unsafe { (name(from)?.text(), name(to)?.text()) };
    let core = db.core()?;
    let catalog = Arc::clone(core.catalog());
    session
        .core
        .update_as(core.attached(), session.commit_kind(), |work| {
            catalog.rename_table(work, &from, &to)
        })?;
    DONE
}

/// The elements of an index array, each of the size that it says.
pub(super) fn stride<C: Char>(form: IndexForm) -> usize {
    match form {
        IndexForm::First => size_of::<JET_INDEXCREATE<C>>(),
        IndexForm::Second => size_of::<JET_INDEXCREATE2<C>>(),
        IndexForm::Third => size_of::<JET_INDEXCREATE3<C>>(),
    }
}

/// Refuses a table whose schema this cursor may not change.
pub(super) fn check_may_change(session: &Entered, cursor: &Cursor) -> Result<(), Refusal> {
    cursor.check_updatable()?;
    session.check_not_read_only()?;
    session.check_owner()
}
