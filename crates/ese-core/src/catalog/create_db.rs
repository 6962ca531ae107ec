//! The catalog of a new database, and the tables that the engine keeps beside it.
//!
//! ```text
//! CreateDB, ExtendDB, root of the space      Space::log_first_size, Space::create_root
//! MSysObjects, shadow, their rows            create_catalog
//! CreateDBFinish
//! MSysObjids, MSysLocales                    create_system_tables
//! ```
//!
//! Every format version gets the same tables, columns and rows, but for the time of creation on the
//! rows of the tables that come last. Source: docs/format/database-catalog.md §10.
//!
//! Invariant: page numbers and object ids are those of every other database; a file where they would
//! differ is no new one, and refused.
#![forbid(unsafe_code)]

use super::new_rows::{self, ascending};
use super::rows::{CatalogTrees, Eyes};
use super::{locales, objids, own};
use crate::btree::write::WriteTree;
use crate::error::JetErr;
use crate::format::catalog_row::{
    self as row, CatalogRow, ColumnFlags, IdxFlagsEx, IndexFlags, RowKind, TableFlags,
};
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};
use crate::format::page::PageFlags;
use crate::format::version::{Feature, FormatVersion};
use crate::record::CODE_PAGE_ASCII;
use crate::space::create::{Created, NewTree};
use crate::work::{Work, WorkError};

/// Pages of the catalog's trees at creation.
const PAGES_OBJECTS: u32 = 20;
const PAGES_SHADOW: u32 = 5;
const PAGES_INDEX: u32 = 3;
/// Offset that all rows of the catalog's own fixed columns carry.
const DUMMY_OFFSET: u16 = 4;
/// Density of the catalog.
const DENSITY: u32 = 80;
/// Its flags.
const OWN_TABLE: TableFlags = TableFlags::SYSTEM.union(TableFlags::FIXED_DDL);

fn expect(made: Created, objid: Objid, fdp: Pgno) -> Result<(), WorkError> {
    if (made.objid, made.pgno_fdp) == (objid, fdp) {
        return Ok(());
    }
    Err(WorkError::damaged(
        JetErr::DATABASE_CORRUPTED,
        format!(
            "a new database gives page {} and object {} where it has to be {fdp} and {objid}",
            made.pgno_fdp, made.objid
        ),
    ))
}

fn own_tree(parent: Pgno, pages: u32, page_flags: PageFlags) -> NewTree {
    NewTree {
        parent,
        multiple: true,
        page_flags,
        ..NewTree::table(pages)
    }
}

/// Makes the catalog of a database that has nothing but the root of its space: the trees of
/// MSysObjects and its shadow, and the rows that describe them.
///
/// # Errors
/// The database is not new; its pages can't be had.
pub fn create_catalog(work: &mut Work<'_>) -> Result<(), WorkError> {
    let (author, space) = (work.author, &work.db.space);
    let none = PageFlags::empty();
    let root = NewTree::table(0).parent;
    let made = space.create_tree(&author, &own_tree(root, PAGES_OBJECTS, none))?;
    expect(made, Objid::MSO, Pgno::FDP_MSO)?;
    let made = space.create_tree(&author, &own_tree(root, PAGES_SHADOW, none))?;
    expect(made, Objid::MSO_SHADOW, Pgno::FDP_MSO_SHADOW)?;
    for (objid, fdp) in [
        (own::OBJID_NAME_INDEX, own::PGNO_NAME_INDEX),
        (own::OBJID_ROOT_INDEX, own::PGNO_ROOT_INDEX),
    ] {
        let index = own_tree(Pgno::FDP_MSO, PAGES_INDEX, PageFlags::INDEX);
        expect(space.create_tree(&author, &index)?, objid, fdp)?;
    }
    let trees = CatalogTrees::new();
    for shadow in [false, true] {
        let schema = own::schema(shadow);
        let objid = schema.objid;
        let mut table = new_rows::table(objid, schema.pgno_fdp, &schema.name, OWN_TABLE);
        table.space_usage = DENSITY;
        table.pages_or_locale = schema.initial_pages;
        trees.insert(work, &table)?;
        for column in schema.columns() {
            let fid = column.fid;
            let not_null = fid <= row::PAGES_OR_LOCALE.fid || fid == row::NAME;
            let flags = match not_null {
                true => ColumnFlags::NOT_NULL,
                false => ColumnFlags::empty(),
            };
            let what = (column.coltyp, CODE_PAGE_ASCII, column.cb_max);
            let offset = fid.is_fixed().then_some(DUMMY_OFFSET);
            let column = new_rows::column(objid, fid, &column.name, what, flags, offset);
            trees.insert(work, &column)?;
        }
        for index in &schema.indexes {
            let tree = (index.objid, index.pgno_fdp);
            let flags = (index.flags, index.flags_ex);
            let mut index = new_rows::index(objid, tree, &index.name, flags, &index.segments, &[]);
            index.space_usage = DENSITY;
            trees.insert(work, &index)?;
        }
    }
    Ok(())
}

/// Makes MSysObjids and MSysLocales with the rows of a new database, behind CreateDBFinish. `format`
/// is the database's; `now` the FILETIME that newer formats keep beside every root.
///
/// # Errors
/// They are there already (JET_errTableDuplicate); pages can't be had.
pub fn create_system_tables(
    work: &mut Work<'_>,
    format: FormatVersion,
    now: u64,
) -> Result<(), WorkError> {
    let list = create_objids(work, format, now)?;
    let own = [
        (Objid::MSO, Objid::MSO, RowKind::Table),
        (own::OBJID_NAME_INDEX, Objid::MSO, RowKind::Index),
        (own::OBJID_ROOT_INDEX, Objid::MSO, RowKind::Index),
        (Objid::MSO_SHADOW, Objid::MSO_SHADOW, RowKind::Table),
        (list.objid(), list.objid(), RowKind::Table),
    ];
    for entry in own {
        objids::insert(work, &list, entry)?;
    }
    create_locales(work, format, now, &list).map(|_| ())
}

/// Makes those of the engine's own tables that a database does not have, with what belongs in them: one
/// whose creation was cut off, or that an older engine made, lacks them. Source:
/// docs/format/database-catalog.md §8.
///
/// # Errors
/// A damaged catalog; pages can't be had.
pub fn complete_system_tables(
    work: &mut Work<'_>,
    format: FormatVersion,
    now: u64,
) -> Result<(), WorkError> {
    let trees = CatalogTrees::new();
    let no = work.db.trees.no();
    let known = |work: &Work<'_>, name: &str| trees.table_of(&Eyes::of(no, &work.look()), name);
    let fdp_of = |work: &Work<'_>, objid: Objid| -> Result<Pgno, WorkError> {
        let rows = trees.rows_of(&Eyes::of(no, &work.look()), objid)?;
        let table = rows.iter().find(|r| r.kind == RowKind::Table);
        let fdp = table.and_then(CatalogRow::pgno_fdp);
        fdp.ok_or_else(|| {
            let what = "a table of the engine without its own row";
            WorkError::damaged(JetErr::CATALOG_CORRUPTED, what)
        })
    };
    let list = match known(work, objids::NAME)? {
        Some(objid) => objids::tree(fdp_of(work, objid)?, objid),
        None => {
            let list = create_objids(work, format, now)?;
            let rows = trees.all_rows(&Eyes::of(no, &work.look()))?;
            for row in rows {
                let entry = match (row.kind, row.objid()) {
                    (RowKind::Table | RowKind::LongValue, Some(objid)) => objid,
                    (RowKind::Index, Some(objid)) if objid != row.objid_table => objid,
                    _ => continue,
                };
                objids::insert(work, &list, (entry, row.objid_table, row.kind))?;
            }
            list
        }
    };
    if known(work, locales::NAME)?.is_none() {
        let tree = create_locales(work, format, now, &list)?;
        let rows = trees.all_rows(&Eyes::of(no, &work.look()))?;
        let indexes = rows.iter().filter(|r| r.kind == RowKind::Index);
        for row in indexes {
            if let Some(name) = locales::of_index(row) {
                locales::count(work, &tree, &name)?;
            }
        }
    }
    Ok(())
}

/// Makes MSysObjids, without an entry.
fn create_objids(
    work: &mut Work<'_>,
    format: FormatVersion,
    now: u64,
) -> Result<WriteTree, WorkError> {
    let trees = CatalogTrees::new();
    let time = format.has(Feature::NonRevertableTables).then_some(now);
    let author = work.author;
    let made = work.db.space.create_tree(&author, &NewTree::table(1))?;
    let objid = made.objid;
    let flags = OWN_TABLE | TableFlags::SYSTEM_DYNAMIC_DDL;
    let mut table = new_rows::table(objid, made.pgno_fdp, objids::NAME, flags);
    table.space_usage = objids::DENSITY;
    table.pgno_fdp_last_set_time = time;
    trees.insert(work, &table)?;
    for (fid, name, coltyp, bytes) in [
        (objids::OBJID, "objid", Coltyp::Long, 4),
        (objids::OBJID_TABLE, "objidTable", Coltyp::Long, 4),
        (objids::TYPE, "type", Coltyp::Short, 2),
    ] {
        let none = ColumnFlags::empty();
        let column = new_rows::column(objid, fid, name, (coltyp, 0, bytes), none, None);
        trees.insert(work, &column)?;
    }
    let index = primary(
        ("primary", objids::OBJID, objids::DENSITY),
        made,
        PLAIN,
        time,
    );
    trees.insert(work, &index)?;
    Ok(objids::tree(made.pgno_fdp, objid))
}

/// A primary index of every record.
const PLAIN: IndexFlags = IndexFlags::UNIQUE
    .union(IndexFlags::PRIMARY)
    .union(IndexFlags::ALLOW_ALL_NULLS)
    .union(IndexFlags::ALLOW_FIRST_NULL)
    .union(IndexFlags::ALLOW_SOME_NULLS);

/// The row of the primary index of such a table.
fn primary(
    (name, fid, density): (&str, Fid, u32),
    made: Created,
    flags: IndexFlags,
    time: Option<u64>,
) -> CatalogRow {
    let tree = (made.objid, made.pgno_fdp);
    let flags = (flags, IdxFlagsEx::EXTENDED_COLUMNS);
    let mut index = new_rows::index(made.objid, tree, name, flags, &[ascending(fid)], &[]);
    index.space_usage = density;
    index.pgno_fdp_last_set_time = time;
    index
}

/// Makes MSysLocales, with what it says of itself.
fn create_locales(
    work: &mut Work<'_>,
    format: FormatVersion,
    now: u64,
    list: &WriteTree,
) -> Result<WriteTree, WorkError> {
    let trees = CatalogTrees::new();
    let time = format.has(Feature::NonRevertableTables).then_some(now);
    let author = work.author;
    let made = work.db.space.create_tree(&author, &NewTree::table(1))?;
    let objid = made.objid;
    let flags = TableFlags::SYSTEM | TableFlags::SYSTEM_DYNAMIC_DDL;
    let mut table = new_rows::table(objid, made.pgno_fdp, locales::NAME, flags);
    table.space_usage = locales::DENSITY;
    table.pgno_fdp_last_set_time = time;
    trees.insert(work, &table)?;
    objids::insert(work, list, (objid, objid, RowKind::Table))?;
    let column = |fid: Fid, name, what, flags, offset| {
        new_rows::column(objid, fid, name, what, flags, offset)
    };
    let (ty, value) = (locales::TYPE, locales::VALUE);
    let none = ColumnFlags::empty();
    let escrow = ColumnFlags::ESCROW | ColumnFlags::DEFAULT;
    let mut rows = [
        column(locales::KEY, "Key", (Coltyp::Binary, 0, 255), none, None),
        column(
            ty.fid,
            "Type",
            (Coltyp::UnsignedByte, 0, u32::from(ty.len)),
            ColumnFlags::NOT_NULL,
            Some(ty.offset),
        ),
        column(
            value.fid,
            "iValue",
            (Coltyp::Long, 0, u32::from(value.len)),
            escrow,
            Some(value.offset),
        ),
    ];
    let [_, _, number] = &mut rows;
    number.default_value = Some(0i32.to_le_bytes().to_vec());
    for column in &rows {
        trees.insert(work, column)?;
    }
    if format.has(Feature::KvpStore2) {
        let (wide, bytes) = (locales::VALUE_64, locales::VALUE_BYTES);
        let what = (Coltyp::Currency, 0, u32::from(wide.len));
        let wide = column(wide.fid, "i64Value", what, none, Some(wide.offset));
        trees.insert(work, &wide)?;
        let what = (Coltyp::LongBinary, 0, 0);
        trees.insert(work, &column(bytes, "rgbValue", what, none, None))?;
    }
    let whole = PLAIN | IndexFlags::DISALLOW_TRUNCATION;
    let of = ("KeyPrimary", locales::KEY, locales::DENSITY);
    trees.insert(work, &primary(of, made, whole, time))?;
    let second = format.has(Feature::KvpStore2);
    let tree = locales::tree(made.pgno_fdp, objid);
    locales::fill(work, &tree, second)?;
    Ok(tree)
}
