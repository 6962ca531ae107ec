//! Calls about tables, columns, indexes, what is told of them, and temporary tables.
//!
//! Invariant: as in `engine`.

use super::callbacks::of_table;
use super::source::{Form, Room, Source, Text};
use super::world::World;
use super::{Op, either, given};
use esent::constants as jet;
use esent::exports::*;
use esent::structs::*;
use std::ptr::{null, null_mut};

/// Calls with their weights.
pub const OPS: &[Op] = &[
    Op(1, "JetCreateTable", create_table),
    Op(3, "JetCreateTableColumnIndex", create_whole),
    Op(1, "JetDeleteTable", delete_table),
    Op(1, "JetRenameTable", rename_table),
    Op(6, "JetOpenTable", open_table),
    Op(2, "JetCloseTable", close_table),
    Op(1, "JetDupCursor", dup_cursor),
    Op(3, "JetAddColumn", add_column),
    Op(1, "JetDeleteColumn", delete_column),
    Op(1, "JetRenameColumn", rename_column),
    Op(1, "JetSetColumnDefaultValue", set_default),
    Op(3, "JetCreateIndex", create_index),
    Op(2, "JetCreateIndex4", create_index_4),
    Op(1, "JetDeleteIndex", delete_index),
    Op(3, "JetOpenTempTable", open_temp),
    Op(1, "JetGetTableInfo", table_info),
    Op(1, "JetSetTableInfo", set_table_info),
    Op(1, "JetGetColumnInfo", column_info),
    Op(1, "JetGetTableColumnInfo", table_column_info),
    Op(1, "JetGetIndexInfo", index_info),
    Op(1, "JetGetTableIndexInfo", table_index_info),
    Op(1, "JetGetObjectInfo", object_info),
    Op(1, "JetRegisterCallback", register),
    Op(1, "JetSetLS", local_storage),
    Op(1, "JetComputeStats", compute_stats),
];

const COLTYPS: &[u32] = &[
    4, 10, 12, 11, 9, 1, 2, 3, 5, 6, 7, 8, 14, 15, 16, 17, 0, 13, 18,
];
const COLUMN_BITS: &[u32] = &[
    jet::JET_bitColumnTagged | jet::JET_bitColumnMultiValued,
    jet::JET_bitColumnTagged,
    jet::JET_bitColumnFixed,
    jet::JET_bitColumnNotNULL,
    jet::JET_bitColumnAutoincrement,
    jet::JET_bitColumnVersion,
    jet::JET_bitColumnEscrowUpdate,
    jet::JET_bitColumnFinalize,
    jet::JET_bitColumnTTKey,
    jet::JET_bitColumnTTDescending,
    jet::JET_bitColumnCompressed,
];

fn create_table(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), name, out) = (w.database(s), s.table(), s.out::<usize>());
    let (pages, density) = (s.number() % 500, s.of(&[80, 100, 0, 20, 19, 101]));
    let err = unsafe {
        either!(
            s,
            JetCreateTableA | JetCreateTableW(session, dbid, name.p(), pages, density, out.at())
        )
    };
    if err >= 0 {
        w.add_cursor(session, out.value());
    }
    err
}

/// Texts and values that structures point to while a call runs.
struct Parts {
    names: Vec<Text>,
    keys: Vec<Key>,
    rooms: Vec<Room>,
}

/// The columns of an index: `+name\0-other\0\0`.
struct Key {
    text: Text,
    units: u32,
}

fn key(s: &mut Source<'_>) -> Key {
    let plain = [
        "+id",
        "+word",
        "-id\0+word",
        "+count",
        "+tags",
        "+large",
        "-word",
        "+more",
        "+word\0+tags",
    ];
    let wrong = ["", "id", "+", "+none", "*id", "+id\0+id"];
    let mut text = if s.wrong() {
        s.of(&wrong)
    } else {
        s.of(&plain)
    }
    .to_owned();
    text.push('\0');
    if s.chance(16) {
        // The locale of the original's oldest form, behind the columns.
        text.push('\u{409}');
    }
    let text = Text::new(&text);
    let mut units = text.len();
    if s.wrong() {
        units -= s.of(&[1, 2, 3]).min(units);
    }
    Key { text, units }
}

fn column_create<C: Form + esent::types::Char>(
    s: &mut Source<'_>,
    parts: &mut Parts,
) -> JET_COLUMNCREATE<C> {
    let (name, default) = (s.column(), s.data());
    let made = JET_COLUMNCREATE {
        cbStruct: s.size_of::<JET_COLUMNCREATE<C>>(),
        szColumnName: name.m(),
        coltyp: s.of(COLTYPS),
        cbMax: s.number(),
        grbit: s.bits(COLUMN_BITS),
        pvDefault: if s.chance(4) { default.v() } else { null_mut() },
        cbDefault: if s.chance(2) { 0 } else { default.size() },
        cp: s.of(&[1252, 1200, 0, 7]),
        columnid: 0,
        err: 0,
    };
    parts.names.push(name);
    parts.rooms.push(default);
    made
}

const INDEX_BITS: &[u32] = &[
    jet::JET_bitIndexPrimary | jet::JET_bitIndexUnique,
    jet::JET_bitIndexPrimary,
    jet::JET_bitIndexUnique,
    jet::JET_bitIndexIgnoreNull,
    jet::JET_bitIndexDisallowNull,
    jet::JET_bitIndexIgnoreAnyNull,
    jet::JET_bitIndexIgnoreFirstNull,
    jet::JET_bitIndexSortNullsHigh,
    jet::JET_bitIndexTuples,
    jet::JET_bitIndexTuples | jet::JET_bitIndexTupleLimits,
    jet::JET_bitIndexCrossProduct,
    jet::JET_bitIndexKeyMost,
    jet::JET_bitIndexDisallowTruncation,
    jet::JET_bitIndexNestedTable,
    jet::JET_bitIndexUnicode,
    jet::JET_bitIndexDotNetGuid,
];

fn index_create<C: Form + esent::types::Char>(
    s: &mut Source<'_>,
    parts: &mut Parts,
) -> JET_INDEXCREATE3<C> {
    let (name, key) = (s.index(), key(s));
    let limits = given!(
        s,
        JET_TUPLELIMITS {
            chLengthMin: 3,
            chLengthMax: s.of(&[10, 3, 2, 300]),
            chToIndexMax: 100,
            cchIncrement: s.of(&[1, 0, 2]),
            ichStart: 0
        }
    );
    let locale = Text::new(s.of(&["en-us", "de-de", "xx", ""]));
    let unicode = given!(
        s,
        JET_UNICODEINDEX2 {
            szLocaleName: locale.m(),
            dwMapFlags: s.of(&[0x30401, 0x400, 0, u32::MAX])
        }
    );
    let hints = given!(
        s,
        JET_SPACEHINTS {
            cbStruct: s.size_of::<JET_SPACEHINTS>(),
            ulInitialDensity: s.of(&[80, 0, 100, 101]),
            cbInitial: s.of(&[0, 16_384, 4095]),
            grbit: 0,
            ulMaintDensity: 0,
            ulGrowth: s.of(&[0, 110, 99]),
            cbMinExtent: s.of(&[0, 32_768]),
            cbMaxExtent: s.of(&[0, 65_536]),
        }
    );
    let condition_name = s.column();
    let condition = given!(
        s,
        JET_CONDITIONALCOLUMN::<C> {
            cbStruct: s.size_of::<JET_CONDITIONALCOLUMN<C>>(),
            szColumnName: condition_name.m(),
            grbit: s.of(&[
                jet::JET_bitIndexColumnMustBeNull,
                jet::JET_bitIndexColumnMustBeNonNull,
                0
            ]),
        }
    );
    let grbit = s.bits(INDEX_BITS);
    let tuples = grbit & jet::JET_bitIndexTupleLimits != 0;
    let unit = size_of::<C>() as u32;
    let made = JET_INDEXCREATE3 {
        cbStruct: s.size_of::<JET_INDEXCREATE3<C>>(),
        szIndexName: name.m(),
        szKey: key.text.m(),
        cbKey: key.units * unit,
        grbit,
        ulDensity: s.of(&[80, 0, 100, 101]),
        pidxunicode: if grbit & jet::JET_bitIndexUnicode != 0 {
            unicode.at()
        } else {
            null_mut()
        },
        u1: if tuples {
            JET_INDEXCREATE3_u1 {
                ptuplelimits: limits.at(),
            }
        } else {
            JET_INDEXCREATE3_u1 {
                cbVarSegMac: s.of(&[0, 0, 20, 255, 3000]),
            }
        },
        rgconditionalcolumn: if s.chance(4) {
            condition.at()
        } else {
            null_mut()
        },
        cConditionalColumn: u32::from(s.chance(2)),
        err: 0,
        cbKeyMost: s.of(&[0, 0, 255, 500, 1000, 5000]),
        pSpacehints: if s.chance(8) { hints.at() } else { null_mut() },
    };
    parts.names.extend([name, locale, condition_name]);
    parts.keys.push(key);
    parts.rooms.extend([limits, unicode, hints, condition]);
    made
}

fn parts() -> Parts {
    Parts {
        names: Vec::new(),
        keys: Vec::new(),
        rooms: Vec::new(),
    }
}

fn create_whole(w: &mut World, s: &mut Source<'_>) -> i32 {
    let mut parts = parts();
    let (session, dbid) = w.database(s);
    let (name, template, callback) = (s.table(), s.table(), Text::new("alib!function"));
    let mut columns: Vec<JET_COLUMNCREATE_W> = (0..s.below(5))
        .map(|_| column_create(s, &mut parts))
        .collect();
    let mut indexes: Vec<JET_INDEXCREATE3_W> = (0..s.below(3))
        .map(|_| index_create(s, &mut parts))
        .collect();
    let template = if s.chance(4) {
        template.m()
    } else {
        null_mut()
    };
    let bits = s.bits(&[1, 2, 4, 8]);
    let (columns_at, ccolumns) = (columns.as_mut_ptr(), columns.len() as u32);
    let (indexes_at, cindexes) = (indexes.as_mut_ptr(), indexes.len() as u32);
    let (pages, density) = (s.number() % 500, s.of(&[80, 0, 100, 101]));
    let called = if s.chance(16) {
        callback.m()
    } else {
        null_mut()
    };
    let (err, made) = unsafe {
        match s.byte() % 3 {
            0 => {
                let t = given!(
                    s,
                    JET_TABLECREATE4_W {
                        cbStruct: s.size_of::<JET_TABLECREATE4_W>(),
                        szTableName: name.m(),
                        szTemplateTableName: template,
                        ulPages: pages,
                        ulDensity: density,
                        rgcolumncreate: columns_at,
                        cColumns: ccolumns,
                        rgindexcreate: indexes_at,
                        cIndexes: cindexes,
                        szCallback: called,
                        cbtyp: if called.is_null() { 0 } else { 2 },
                        grbit: bits,
                        pSeqSpacehints: null_mut(),
                        pLVSpacehints: null_mut(),
                        cbSeparateLV: s.of(&[0, 100, 5000]),
                        tableid: 0,
                        cCreated: 0,
                    }
                );
                let err = JetCreateTableColumnIndex4W(session, dbid, t.at());
                (err, t.value::<JET_TABLECREATE4_W>().tableid)
            }
            1 => {
                let t = given!(
                    s,
                    JET_TABLECREATE5_W {
                        cbStruct: s.size_of::<JET_TABLECREATE5_W>(),
                        szTableName: name.m(),
                        szTemplateTableName: template,
                        ulPages: pages,
                        ulDensity: density,
                        rgcolumncreate: columns_at,
                        cColumns: ccolumns,
                        rgindexcreate: indexes_at,
                        cIndexes: cindexes,
                        szCallback: called,
                        cbtyp: 0,
                        grbit: bits,
                        pSeqSpacehints: null_mut(),
                        pLVSpacehints: null_mut(),
                        cbSeparateLV: 0,
                        cbLVChunkMax: s.of(&[0, 1000, u32::MAX]),
                        tableid: 0,
                        cCreated: 0,
                    }
                );
                let err = JetCreateTableColumnIndex5W(session, dbid, t.at());
                (err, t.value::<JET_TABLECREATE5_W>().tableid)
            }
            _ => {
                let t = given!(
                    s,
                    JET_TABLECREATE_W {
                        cbStruct: s.size_of::<JET_TABLECREATE_W>(),
                        szTableName: name.m(),
                        szTemplateTableName: template,
                        ulPages: pages,
                        ulDensity: density,
                        rgcolumncreate: columns_at,
                        cColumns: ccolumns,
                        rgindexcreate: null_mut(),
                        cIndexes: 0,
                        grbit: bits,
                        tableid: 0,
                        cCreated: 0,
                    }
                );
                let err = JetCreateTableColumnIndexW(session, dbid, t.at());
                (err, t.value::<JET_TABLECREATE_W>().tableid)
            }
        }
    };
    if err >= 0 {
        w.add_cursor(session, made);
        for column in &columns {
            w.add_column(column.columnid);
        }
    }
    err
}

fn delete_table(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), name) = (w.database(s), s.table());
    unsafe {
        if s.chance(2) {
            return either!(
                s,
                JetDeleteTableA | JetDeleteTableW(session, dbid, name.p())
            );
        }
        either!(
            s,
            JetDeleteTable2A | JetDeleteTable2W(session, dbid, name.p(), s.bits(&[1, 2]))
        )
    }
}

fn rename_table(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), name, new) = (w.database(s), s.table(), s.table());
    unsafe {
        either!(
            s,
            JetRenameTableA | JetRenameTableW(session, dbid, name.p(), new.p())
        )
    }
}

fn open_table(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), out) = (w.database(s), s.out::<usize>());
    let name = s.table();
    let bits = s.bits(&[
        jet::JET_bitTableUpdatable,
        jet::JET_bitTableUpdatable,
        jet::JET_bitTableReadOnly,
        jet::JET_bitTableDenyRead,
        jet::JET_bitTableDenyWrite,
        jet::JET_bitTableUpdatable,
        jet::JET_bitTablePermitDDL,
        jet::JET_bitTableSequential,
    ]);
    let err = unsafe {
        either!(
            s,
            JetOpenTableA | JetOpenTableW(session, dbid, name.p(), null(), 0, bits, out.at())
        )
    };
    if err >= 0 {
        w.add_cursor(session, out.value());
    }
    err
}

fn close_table(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe { JetCloseTable(session, cursor) }
}

fn dup_cursor(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), out) = (w.cursor(s), s.out::<usize>());
    let err = unsafe { JetDupCursor(session, cursor, out.at(), s.bits(&[])) };
    if err >= 0 {
        w.add_cursor(session, out.value());
    }
    err
}

fn column_def(s: &mut Source<'_>) -> JET_COLUMNDEF {
    JET_COLUMNDEF {
        cbStruct: s.size_of::<JET_COLUMNDEF>(),
        columnid: 0,
        coltyp: s.of(COLTYPS),
        wCountry: 0,
        langid: s.of(&[0, 0x409]),
        cp: s.of(&[1252, 1200, 0, 7]),
        wCollate: 0,
        cbMax: s.number(),
        grbit: s.bits(COLUMN_BITS),
    }
}

fn add_column(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name, out) = (w.cursor(s), s.column(), s.out::<u32>());
    let (def, default) = (column_def(s), s.data());
    let def = given!(s, def);
    let (value, size) = if s.chance(4) {
        (default.v(), default.size())
    } else {
        (null_mut(), 0)
    };
    let err = unsafe {
        either!(
            s,
            JetAddColumnA
                | JetAddColumnW(session, cursor, name.p(), def.at(), value, size, out.at())
        )
    };
    if err >= 0 {
        w.add_column(out.value());
    }
    err
}

fn delete_column(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name) = (w.cursor(s), s.column());
    unsafe {
        if s.chance(2) {
            return either!(
                s,
                JetDeleteColumnA | JetDeleteColumnW(session, cursor, name.p())
            );
        }
        either!(
            s,
            JetDeleteColumn2A | JetDeleteColumn2W(session, cursor, name.p(), s.bits(&[1]))
        )
    }
}

fn rename_column(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name, new) = (w.cursor(s), s.column(), s.column());
    unsafe {
        either!(
            s,
            JetRenameColumnA | JetRenameColumnW(session, cursor, name.p(), new.p(), s.bits(&[]))
        )
    }
}

fn set_default(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), table, name, data) = (w.database(s), s.table(), s.column(), s.data());
    unsafe {
        either!(
            s,
            JetSetColumnDefaultValueA
                | JetSetColumnDefaultValueW(
                    session,
                    dbid,
                    table.p(),
                    name.p(),
                    data.v(),
                    data.size(),
                    s.bits(&[])
                )
        )
    }
}

fn create_index(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name, key) = (w.cursor(s), s.index(), key(s));
    let bits = s.bits(INDEX_BITS) & !jet::JET_bitIndexUnicode;
    let density = s.of(&[80, 0, 100, 101]);
    unsafe {
        if s.chance(2) {
            JetCreateIndexA(
                session,
                cursor,
                name.p(),
                bits,
                key.text.p(),
                key.units,
                density,
            )
        } else {
            JetCreateIndexW(
                session,
                cursor,
                name.p(),
                bits,
                key.text.p(),
                key.units * 2,
                density,
            )
        }
    }
}

fn create_index_4(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (mut parts, (session, cursor)) = (parts(), w.cursor(s));
    unsafe {
        if s.chance(2) {
            let mut list: Vec<JET_INDEXCREATE3_W> = (0..1 + s.below(2))
                .map(|_| index_create(s, &mut parts))
                .collect();
            JetCreateIndex4W(session, cursor, list.as_mut_ptr(), list.len() as u32)
        } else {
            let mut list: Vec<JET_INDEXCREATE3_A> = (0..1 + s.below(2))
                .map(|_| index_create(s, &mut parts))
                .collect();
            JetCreateIndex4A(session, cursor, list.as_mut_ptr(), list.len() as u32)
        }
    }
}

fn delete_index(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name) = (w.cursor(s), s.index());
    unsafe {
        either!(
            s,
            JetDeleteIndexA | JetDeleteIndexW(session, cursor, name.p())
        )
    }
}

fn open_temp(w: &mut World, s: &mut Source<'_>) -> i32 {
    let session = w.session(s);
    let defs: Vec<JET_COLUMNDEF> = (0..s.below(4)).map(|_| column_def(s)).collect();
    let mut ids = vec![0_u32; defs.len()];
    let count = defs.len() as u32;
    let bits = s.bits(&[
        jet::JET_bitTTIndexed,
        jet::JET_bitTTUnique,
        jet::JET_bitTTUpdatable,
        jet::JET_bitTTScrollable,
        jet::JET_bitTTSortNullsHigh,
        jet::JET_bitTTForwardOnly,
        jet::JET_bitTTErrorOnDuplicateInsertion,
        jet::JET_bitTTDotNetGuid,
    ]);
    let out = s.out::<usize>();
    let (at, to) = (defs.as_ptr(), ids.as_mut_ptr());
    let (err, made) = unsafe {
        match s.byte() % 4 {
            0 => (
                JetOpenTempTable(session, at, count, bits, out.at(), to),
                out.value(),
            ),
            1 => (
                JetOpenTempTable2(session, at, count, s.of(&[0x409, 0, 7]), bits, out.at(), to),
                out.value(),
            ),
            2 => {
                let unicode = given!(
                    s,
                    JET_UNICODEINDEX {
                        lcid: s.of(&[0x409, 0, 7]),
                        dwMapFlags: 0x30401
                    }
                );
                (
                    JetOpenTempTable3(session, at, count, unicode.at(), bits, out.at(), to),
                    out.value(),
                )
            }
            _ => {
                let t = given!(
                    s,
                    JET_OPENTEMPORARYTABLE {
                        cbStruct: s.size_of::<JET_OPENTEMPORARYTABLE>(),
                        prgcolumndef: at,
                        ccolumn: count,
                        pidxunicode: null_mut(),
                        grbit: bits,
                        prgcolumnid: to,
                        cbKeyMost: s.of(&[0, 255, 1000, 5000]),
                        cbVarSegMac: s.of(&[0, 100]),
                        tableid: 0,
                    }
                );
                (
                    JetOpenTemporaryTable(session, t.at()),
                    t.value::<JET_OPENTEMPORARYTABLE>().tableid,
                )
            }
        }
    };
    if err >= 0 {
        w.add_cursor(session, made);
        for id in ids {
            w.add_column(id);
        }
    }
    err
}

fn table_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), room) = (w.cursor(s), s.room());
    let level = s.below(18) as u32;
    unsafe {
        either!(
            s,
            JetGetTableInfoA | JetGetTableInfoW(session, cursor, room.v(), room.size(), level)
        )
    }
}

fn set_table_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), data) = (w.cursor(s), s.data());
    unsafe {
        either!(
            s,
            JetSetTableInfoA | JetSetTableInfoW(session, cursor, data.v(), data.size(), s.number())
        )
    }
}

/// Room for what an info level tells, and a list's cursor that it leaves.
fn info_room<T>(s: &mut Source<'_>) -> Room {
    if s.chance(2) {
        s.room()
    } else {
        s.room_of(size_of::<T>())
    }
}

/// A list that a call gave is a temporary table.
fn keep_list(w: &mut World, session: usize, room: &Room, is_list: bool) {
    if is_list && room.size() as usize >= size_of::<JET_COLUMNLIST>() {
        w.add_cursor(session, room.value::<JET_COLUMNLIST>().tableid);
    }
}

fn column_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), table, name) = (w.database(s), s.table(), s.column());
    let level = s.below(12) as u32;
    let room = info_room::<JET_COLUMNLIST>(s);
    // A level may take a number for the name.
    let by_id = [6_u32, 9].contains(&level);
    let id = given!(s, w.column(s));
    let err = unsafe {
        let name = if by_id { id.at() } else { name.p::<u16>() };
        JetGetColumnInfoW(session, dbid, table.p(), name, room.v(), room.size(), level)
    };
    keep_list(w, session, &room, err >= 0 && [1, 4, 7, 8].contains(&level));
    err
}

fn table_column_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name) = (w.cursor(s), s.column());
    let level = s.below(12) as u32;
    let room = info_room::<JET_COLUMNLIST>(s);
    let by_id = [6_u32, 9].contains(&level);
    let id = given!(s, w.column(s));
    let err = unsafe {
        let name = if by_id { id.at() } else { name.p::<u16>() };
        JetGetTableColumnInfoW(session, cursor, name, room.v(), room.size(), level)
    };
    keep_list(w, session, &room, err >= 0 && [1, 4, 7, 8].contains(&level));
    err
}

fn index_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), table, name) = (w.database(s), s.table(), s.index());
    let (level, room) = (s.below(18) as u32, info_room::<JET_INDEXLIST>(s));
    let name = if s.chance(4) { Text::null() } else { name };
    let err = unsafe {
        either!(
            s,
            JetGetIndexInfoA
                | JetGetIndexInfoW(
                    session,
                    dbid,
                    table.p(),
                    name.p(),
                    room.v(),
                    room.size(),
                    level
                )
        )
    };
    keep_list(w, session, &room, err >= 0 && level <= 2);
    err
}

fn table_index_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name) = (w.cursor(s), s.index());
    let (level, room) = (s.below(18) as u32, info_room::<JET_INDEXLIST>(s));
    let name = if s.chance(4) { Text::null() } else { name };
    let err = unsafe {
        either!(
            s,
            JetGetTableIndexInfoA
                | JetGetTableIndexInfoW(session, cursor, name.p(), room.v(), room.size(), level)
        )
    };
    keep_list(w, session, &room, err >= 0 && level <= 2);
    err
}

fn object_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, dbid), container, name) = (
        w.database(s),
        Text::new(s.of(&["Tables", "", "x"])),
        s.table(),
    );
    let (level, room) = (s.below(9) as u32, info_room::<JET_OBJECTLIST>(s));
    let (container, name) = (
        if s.chance(2) { Text::null() } else { container },
        if s.chance(2) { Text::null() } else { name },
    );
    let objtyp = s.of(&[1, 0, 2]);
    let err = unsafe {
        either!(
            s,
            JetGetObjectInfoA
                | JetGetObjectInfoW(
                    session,
                    dbid,
                    objtyp,
                    container.p(),
                    name.p(),
                    room.v(),
                    room.size(),
                    level
                )
        )
    };
    keep_list(w, session, &room, err >= 0 && [1, 2].contains(&level));
    err
}

fn register(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), out) = (w.cursor(s), s.out::<usize>());
    let kinds = s.bits(&[2, 4, 8, 16, 32, 64, 0x1000]);
    if s.chance(3) {
        let id = w.registrations.last().copied().unwrap_or(9);
        return unsafe { JetUnregisterCallback(session, cursor, kinds, id) };
    }
    w.choose_answer(s);
    let err = unsafe {
        JetRegisterCallback(session, cursor, kinds, Some(of_table), null_mut(), out.at())
    };
    if err >= 0 {
        w.registrations.push(out.value());
    }
    err
}

fn local_storage(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), out) = (w.cursor(s), s.out::<usize>());
    let bits = s.bits(&[1, 2, 4]);
    unsafe {
        if s.chance(2) {
            JetSetLS(session, cursor, s.of(&[5, usize::MAX, 0]), bits)
        } else {
            JetGetLS(session, cursor, out.at(), bits)
        }
    }
}

fn compute_stats(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe { JetComputeStats(session, cursor) }
}
