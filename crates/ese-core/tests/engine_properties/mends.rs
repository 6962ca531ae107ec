//! What the runs have found, and what was known to be missing: each with the smallest case.
#![forbid(unsafe_code)]

use super::recovery_support::check::clean_and_sound;
use super::recovery_support::world::{DIR, NOW, at};
use super::world::NAME;
use ese_core::cache::Pages;
use ese_core::catalog::write::{ColumnBits, ColumnDef, IndexBits, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, Table};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::catalog_row::SpaceHints;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::reader::OpenOptions;
use ese_core::session::Session;
use std::path::Path;
use std::sync::Arc;

fn disk() -> MemoryFileSystem {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    fs
}

fn start(fs: &MemoryFileSystem) -> Instance {
    let clock = Arc::new(ManualClock::new(NOW));
    let env = Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(3)));
    let mut params = InstanceParams::new(DIR);
    params.page_size = PageSize::K8;
    params.background = false;
    Instance::start(env, params).unwrap()
}

fn create(fs: &MemoryFileSystem) -> (Instance, Database) {
    let engine = start(fs);
    let db = engine.create(at(NAME), &CreateOptions::default()).unwrap();
    (engine, db)
}

/// The end, after which the file is sound.
fn end(fs: &MemoryFileSystem, engine: Instance) {
    engine.term(TermKind::Clean).unwrap();
    drop(engine);
    assert_eq!(clean_and_sound(fs, &at(NAME)), Vec::<String>::new());
}

fn long(bytes: &[u8]) -> i64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    i64::from_le_bytes(wide)
}

/// The values of a column, record for record; -1 for NULL.
fn numbers(db: &Database, session: &Session, table: &str, column: &str) -> Vec<i64> {
    let mut table = db.table(session, table).unwrap();
    let (mut out, mut buf) = (Vec::new(), Vec::new());
    let mut more = table.first().unwrap();
    while more {
        let there = table.get(column, &mut buf).unwrap().is_some();
        out.push(if there { long(&buf) } else { -1 });
        more = table.next().unwrap();
    }
    out
}

fn insert(table: &mut Table<'_>, id: i32) -> Option<u64> {
    let mut row = table.insert().unwrap();
    row.set("id", id).unwrap();
    let number = row.auto_increment().unwrap();
    row.save().unwrap();
    number
}

fn ids(name: &str) -> TableDef {
    TableDef::new(name).column(ColumnDef::new("id", ColumnType::Long))
}

/// Each cursor had numbers of its own: the second one gave those of the first again.
#[test]
fn cursors_of_a_table_share_its_numbers() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let (one, two) = (engine.session().unwrap(), engine.session().unwrap());
    let counted = ids("counted").column(ColumnDef::new("n", ColumnType::Long).auto_increment());
    db.create_table(&one, &counted).unwrap();
    db.create_table(&one, &ids("heap")).unwrap();
    for name in ["counted", "heap"] {
        let mut first = db.table(&one, name).unwrap();
        let mut second = db.table(&two, name).unwrap();
        let begun = (one.transaction().unwrap(), two.transaction().unwrap());
        let mut given = Vec::new();
        for id in 0..6 {
            let cursor = if id % 2 == 0 { &mut first } else { &mut second };
            given.extend(insert(cursor, id));
        }
        begun.0.commit().unwrap();
        begun.1.commit().unwrap();
        assert_eq!(numbers(&db, &one, name, "id"), [0, 1, 2, 3, 4, 5], "{name}");
        let want: &[u64] = if name == "heap" {
            &[]
        } else {
            &[1, 2, 3, 4, 5, 6]
        };
        assert_eq!(given, want);
    }
    drop((one, two, db));
    end(&fs, engine);
}

#[test]
fn a_version_column_counts_the_changes_of_its_record() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let session = engine.session().unwrap();
    let version = ColumnDef::new("v", ColumnType::Long).with(ColumnBits::VERSION);
    db.create_table(&session, &ids("t").column(version))
        .unwrap();
    let mut table = db.table(&session, "t").unwrap();
    insert(&mut table, 1);
    assert!(table.first().unwrap());
    for want in [1, 2, 2, 3] {
        let mut row = table.replace().unwrap();
        // An equal value is a change, none is none.
        if !(want == 2 && numbers(&db, &session, "t", "v") == [2]) {
            row.set("id", 1).unwrap();
        }
        row.save().unwrap();
        assert_eq!(numbers(&db, &session, "t", "v"), [want]);
    }
    let mut row = table.replace().unwrap();
    let e = row.set("v", 9).err().unwrap();
    assert_eq!(e.jet_err(), JetErr::INVALID_COLUMN_TYPE);
    drop(row);
    let mut row = table.insert().unwrap();
    row.set("v", 9).unwrap();
    row.save().unwrap();
    assert_eq!(numbers(&db, &session, "t", "v"), [3, 9]);
    drop(table);
    drop((session, db));
    end(&fs, engine);
}

/// Sessions that made indexes of one sort order at a time met in MSysLocales.
#[test]
fn sessions_make_indexes_of_a_sort_order_side_by_side() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let (one, two) = (engine.session().unwrap(), engine.session().unwrap());
    for (name, session) in [("a", &one), ("b", &two)] {
        let text = ColumnDef::new("text", ColumnType::Text);
        db.create_table(session, &ids(name).column(text)).unwrap();
    }
    let (first, second) = (one.transaction().unwrap(), two.transaction().unwrap());
    for (name, session) in [("a", &one), ("b", &two), ("a", &one)] {
        let count = db.schema(session, name).unwrap().indexes.len();
        let index = IndexDefinition::new(format!("i{count}"), "+text");
        db.create_index(session, name, &index).unwrap();
    }
    first.commit().unwrap();
    second.rollback().unwrap();
    drop((one, two, db));
    end(&fs, engine);
}

#[test]
fn a_column_that_numbers_is_added_to_records_that_are_there() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let (one, two) = (engine.session().unwrap(), engine.session().unwrap());
    let table = ids("t").index(IndexDefinition::new("by_id", "-id").primary());
    db.create_table(&one, &table).unwrap();
    let mut cursor = db.table(&one, "t").unwrap();
    for id in 0..300 {
        insert(&mut cursor, id);
    }
    let n = ColumnDef::new("n", ColumnType::LongLong).auto_increment();
    let refused = |e: ese_core::database::DbError| e.jet_err();
    let add = |n: &ColumnDef| db.add_column(&one, "t", n);
    let open = add(&n).map_err(refused);
    assert_eq!(open, Err(JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED));
    drop(cursor);
    let escrow = ColumnDef::new("e", ColumnType::Long)
        .with(ColumnBits::ESCROW_UPDATE)
        .default_bytes([5, 0, 0, 0]);
    assert_eq!(add(&escrow).map_err(refused), Err(JetErr::TABLE_NOT_EMPTY));
    // Taken back.
    let level = one.transaction().unwrap();
    add(&n).unwrap();
    assert_eq!(numbers(&db, &one, "t", "n")[..3], [1, 2, 3]);
    level.rollback().unwrap();
    assert!(db.schema(&one, "t").unwrap().column("n").is_none());
    // Who began before would write records without a number.
    let older = two.transaction().unwrap();
    add(&n).unwrap();
    let locked = db.table(&two, "t").map(|_| ()).map_err(refused);
    assert_eq!(locked, Err(JetErr::TABLE_LOCKED));
    older.commit().unwrap();
    let mut cursor = db.table(&two, "t").unwrap();
    assert_eq!(insert(&mut cursor, -1), Some(301));
    let want: Vec<i64> = (1..=301).collect();
    assert_eq!(numbers(&db, &two, "t", "n"), want);
    drop(cursor);
    // Into an empty table.
    db.create_table(&one, &ids("empty")).unwrap();
    db.add_column(&one, "empty", &escrow).unwrap();
    insert(&mut db.table(&one, "empty").unwrap(), 1);
    assert_eq!(numbers(&db, &one, "empty", "e"), [5]);
    drop((one, two, db));
    end(&fs, engine);
}

/// The catalog kept it, and records did not follow it.
#[test]
fn a_table_says_from_which_length_on_its_values_are_separated() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let session = engine.session().unwrap();
    for (name, from) in [("usual", 0), ("early", 100), ("late", 3000)] {
        let blob = ColumnDef::new("blob", ColumnType::LongBinary);
        let mut def = ids(name).column(blob);
        def.separate_lv = from;
        db.create_table(&session, &def).unwrap();
        let mut table = db.table(&session, name).unwrap();
        let separated = |db: &Database| db.schema(&session, name).unwrap().lv.is_some();
        for len in [100, 101, 1023, 1024, 3000, 3001] {
            let mut row = table.insert().unwrap();
            row.set("blob", &vec![200; len]).unwrap();
            row.save().unwrap();
            let most = if from == 0 { 1023 } else { from as usize };
            assert_eq!(separated(&db), len > most, "{name} {len}");
        }
    }
    drop((session, db));
    end(&fs, engine);
}

/// The same with space hints.
#[test]
fn trees_grow_as_their_rows_say() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let session = engine.session().unwrap();
    let page = PageSize::K8.bytes() as u32;
    let hints = SpaceHints {
        min_extent: 24 * page,
        max_extent: 24 * page,
        growth: 100,
        ..SpaceHints::default()
    };
    let blob = ColumnDef::new("blob", ColumnType::LongBinary);
    let mut def = ids("t").column(blob);
    def.columns
        .as_mut()
        .unwrap()
        .push(ColumnDef::new("pad", ColumnType::Binary));
    def.hints = Some(hints);
    def.lv_hints = Some(hints);
    db.create_table(&session, &def).unwrap();
    drop(session);
    drop(db);
    // By who made it not at all, but by who reads the catalog.
    engine.term(TermKind::Clean).unwrap();
    drop(engine);
    let engine = start(&fs);
    let db = engine.open(at(NAME)).unwrap();
    let session = engine.session().unwrap();
    let mut table = db.table(&session, "t").unwrap();
    for id in 0..400_i32 {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.set("pad", &vec![200; 255]).unwrap();
        row.set("blob", &vec![200; 3000]).unwrap();
        row.save().unwrap();
    }
    let schema = db.schema(&session, "t").unwrap();
    let pages = db.attached().work_db().trees.pages();
    assert_eq!(pages.page_size(), PageSize::K8);
    for tree in [schema.tree(), schema.lv.as_ref().unwrap().tree] {
        let space = ese_core::space::extents(pages, tree, 1 << 20).unwrap();
        let sizes: Vec<u32> = space.owned.iter().map(|e| e.cpg).collect();
        assert!(sizes.iter().any(|n| *n >= 20), "{tree:?}: {sizes:?}");
        // The table gives its long values what it has.
        let others = sizes.iter().filter(|n| **n < 20).count();
        assert!(others < 3, "{tree:?}: {sizes:?}");
    }
    drop(table);
    drop((session, db));
    end(&fs, engine);
}

/// A database without MSysObjids and MSysLocales gets them when it is opened, filled.
#[test]
fn missing_system_tables_are_made() {
    let fs = disk();
    let engine = start(&fs);
    let made = engine.create_database(
        &at(NAME),
        &CreateOptions::default(),
        &mut ese_core::catalog::create_catalog,
    );
    drop(made.unwrap());
    engine.term(TermKind::Clean).unwrap();
    drop(engine);
    let count = |table: &str| {
        let db = OpenOptions::new().open_in(&fs, &at(NAME)).unwrap();
        db.table(table).ok().map(|t| t.count().0)
    };
    assert_eq!((count("MSysObjids"), count("MSysLocales")), (None, None));
    let engine = start(&fs);
    drop(engine.open(at(NAME)).unwrap());
    end(&fs, engine);
    // The catalog, its two indexes, its shadow, the list itself and the other table.
    assert_eq!(count("MSysObjids"), Some(6));
    let fresh = count("MSysLocales").unwrap();
    let engine = start(&fs);
    let db = engine.open(at(NAME)).unwrap();
    let session = engine.session().unwrap();
    let text = ColumnDef::new("text", ColumnType::Text);
    let index = IndexDefinition::new("by_text", "+text").with(IndexBits::UNIQUE);
    db.create_table(&session, &ids("t").column(text).index(index))
        .unwrap();
    drop((session, db));
    end(&fs, engine);
    assert_eq!(count("MSysObjids"), Some(8));
    assert_eq!(count("MSysLocales"), Some(fresh + 1));
}

/// What others have added to a counter and not committed was seen by everybody, and copied.
#[test]
fn a_counter_shows_what_its_session_sees() {
    let fs = disk();
    let (engine, db) = create(&fs);
    let (one, two) = (engine.session().unwrap(), engine.session().unwrap());
    let counter = ColumnDef::new("n", ColumnType::Long)
        .with(ColumnBits::ESCROW_UPDATE)
        .default_bytes([7, 0, 0, 0]);
    db.create_table(&one, &ids("t").column(counter)).unwrap();
    let mut first = db.table(&one, "t").unwrap();
    let mut second = db.table(&two, "t").unwrap();
    insert(&mut first, 1);
    assert!(first.first().unwrap() && second.first().unwrap());
    let adding = one.transaction().unwrap();
    first.escrow_add("n", -2).unwrap();
    assert_eq!(numbers(&db, &one, "t", "n"), [5]);
    assert_eq!(numbers(&db, &two, "t", "n"), [7]);
    let other = two.transaction().unwrap();
    second.escrow_add("n", 30).unwrap();
    second.copy().unwrap().save().unwrap();
    assert_eq!(numbers(&db, &two, "t", "n"), [37, 37]);
    adding.commit().unwrap();
    assert_eq!(numbers(&db, &two, "t", "n"), [37, 37]);
    other.commit().unwrap();
    assert_eq!(numbers(&db, &one, "t", "n"), [35, 37]);
    // Deleted by somebody who is not seen.
    let deleting = one.transaction().unwrap();
    first.delete().unwrap();
    let e = second.escrow_add("n", 1).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::WRITE_CONFLICT);
    deleting.commit().unwrap();
    drop((first, second));
    drop((one, two, db));
    end(&fs, engine);
}
