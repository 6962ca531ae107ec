//! Goal: what a program makes through the public API is a database that the reader reads, `integrity`
//! finds sound, and a crash does not hurt. Some are left in `target/testdata/written` for the independent
//! readers (`xtask/python/compare.py`).
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;

mod defragment;
mod places;

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, Table};
use ese_core::dbfile::DbFile;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::db_header::DbState;
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::reader::OpenOptions;
use ese_core::record::edit::{SetFlags, ValuePlace};
use ese_core::session::Session;
use recovery_support::world::{DIR, NOW, at};
use std::path::Path;
use std::sync::Arc;

fn env(fs: &MemoryFileSystem) -> Env {
    let clock = Arc::new(ManualClock::new(NOW));
    Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(7)))
}

fn instance(fs: &MemoryFileSystem, page_size: PageSize) -> Instance {
    let mut params = InstanceParams::new(DIR);
    params.page_size = page_size;
    params.background = false;
    Instance::start(env(fs), params).unwrap()
}

/// An instance, and a new database of it with pages of 4 KiB.
fn fresh() -> (MemoryFileSystem, Instance, Database) {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(&fs, PageSize::K4);
    let db = engine
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    (fs, engine, db)
}

fn people() -> TableDef {
    TableDef::new("people")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("picture", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_name", "+name-id"))
}

/// Leaves a clean database and the records of its table for the independent readers. One of them counts
/// nodes flagged deleted, which a crash leaves behind.
fn leave(fs: &MemoryFileSystem, name: &str, table: &str, records: usize, crashed: bool) {
    let folder = testkit::target().join("testdata/written");
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = recovery_support::check::read(fs, &at("a.edb")).unwrap();
    std::fs::write(folder.join(format!("{name}.edb")), bytes).unwrap();
    let known = match crashed {
        true => r#", "readers_differ": {"impacket": "counts nodes flagged deleted"}"#,
        false => "",
    };
    let golden = format!("{{\"tables\": {{\"{table}\": {{\"records\": {records}{known}}}}}}}\n");
    std::fs::write(folder.join(format!("{name}.json")), golden).unwrap();
}

/// Nothing is wrong with the file, and the reader finds these tables.
fn judge(fs: &MemoryFileSystem, tables: &[&str]) {
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(fs, &at("a.edb"), &options, &|_| {}).unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{}", damage.join("\n"));
    let read = OpenOptions::new().open_in(fs, &at("a.edb")).unwrap();
    let found: Vec<&str> = read
        .catalog()
        .tables()
        .iter()
        .filter(|t| !t.is_system())
        .map(|t| t.name.as_str())
        .filter(|n| !n.starts_with("MSys"))
        .collect();
    assert_eq!(found, tables);
}

#[test]
fn a_new_database_is_sound_and_has_its_tables() {
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new(DIR)).unwrap();
        let engine = instance(&fs, page_size);
        let db = engine
            .create(at("a.edb"), &CreateOptions::default())
            .unwrap();
        let session = engine.session().unwrap();
        db.create_table(&session, &people()).unwrap();
        // A table of a transaction that is not committed.
        let transaction = session.transaction().unwrap();
        db.create_table(&session, &TableDef::new("nobody")).unwrap();
        assert_eq!(db.table_names(&session).unwrap(), ["people", "nobody"]);
        drop(transaction);
        assert_eq!(db.table_names(&session).unwrap(), ["people"]);
        let mut table = db.table(&session, "People").unwrap();
        assert_eq!(table.schema().indexes.len(), 2);
        assert!(!table.first().unwrap() && !table.next().unwrap());
        drop(table);
        drop((session, db));
        engine.term(TermKind::Clean).unwrap();
        drop(engine);
        judge(&fs, &["people"]);
        let engine = instance(&fs, page_size);
        let db = engine.open(at("a.edb")).unwrap();
        let session = engine.session().unwrap();
        assert_eq!(db.table_names(&session).unwrap(), ["people"]);
        db.delete_table(&session, "people").unwrap();
        drop((session, db));
        engine.term(TermKind::Clean).unwrap();
        drop(engine);
        judge(&fs, &[]);
    }
}

/// A long value that depends on its record. Its bytes are 128 and up: two of the independent readers
/// take a third piece of a value for a compressed one by its first byte (fixtures/README.md).
fn picture(id: i32) -> Vec<u8> {
    (0..id * 37 % 40_000)
        .map(|n| 128 + (n * id % 127) as u8)
        .collect()
}

fn name(id: i32) -> String {
    format!("name {:05}", id * 7919 % 100_003)
}

fn fill(table: &mut Table<'_>, ids: impl Iterator<Item = i32>) {
    for id in ids {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.set("name", &name(id)).unwrap();
        row.set("picture", &picture(id)).unwrap();
        row.save().unwrap();
    }
}

fn read(table: &mut Table<'_>) -> (i32, String, Vec<u8>) {
    let mut buf = Vec::new();
    let Some(Value::Long(id)) = table.get("id", &mut buf).unwrap() else {
        panic!("an id is missing");
    };
    let Some(Value::Text(text)) = table.get("name", &mut buf).unwrap() else {
        panic!("a name is missing");
    };
    let text = text.to_string();
    let picture = match table.get("picture", &mut buf).unwrap() {
        Some(Value::Binary(b)) => b.to_vec(),
        Some(other) => panic!("{other:?}"),
        None => Vec::new(),
    };
    (id, text, picture)
}

/// The whole table, by both indexes.
fn contents(db: &Database, session: &Session) -> Vec<i32> {
    let mut table = db.table(session, "people").unwrap();
    let mut ids = Vec::new();
    let mut more = table.first().unwrap();
    while more {
        let (id, text, bytes) = read(&mut table);
        assert!(text == name(id) || text == format!("new {id}"), "{text}");
        assert_eq!(bytes, picture(id), "picture of {id}");
        ids.push(id);
        more = table.next().unwrap();
    }
    assert!(ids.is_sorted());
    table.use_index(Some("by_name")).unwrap();
    let mut by_name = Vec::new();
    let mut more = table.first().unwrap();
    while more {
        let (id, text, _) = read(&mut table);
        by_name.push((text, id));
        more = table.next().unwrap();
    }
    assert!(by_name.is_sorted());
    assert_eq!(by_name.len(), ids.len());
    ids
}

#[test]
fn rows_are_written_changed_and_read() {
    for page_size in [PageSize::K4, PageSize::K32] {
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new(DIR)).unwrap();
        let engine = instance(&fs, page_size);
        let db = engine
            .create(at("a.edb"), &CreateOptions::default())
            .unwrap();
        let session = engine.session().unwrap();
        db.create_table(&session, &people()).unwrap();
        let mut table = db.table(&session, "people").unwrap();
        let transaction = session.transaction().unwrap();
        fill(&mut table, (0..400).rev());
        transaction.commit().unwrap();
        assert_eq!(contents(&db, &session), Vec::from_iter(0..400));
        // Taken back.
        let transaction = session.transaction().unwrap();
        fill(&mut table, 400..450);
        assert!(table.find(&[Some(&17_i32.to_le_bytes())]).unwrap());
        table.delete().unwrap();
        assert_eq!(contents(&db, &session).len(), 449);
        drop(transaction);
        assert_eq!(contents(&db, &session), Vec::from_iter(0..400));
        // A key twice; the row is not there, and the session goes on.
        let mut row = table.insert().unwrap();
        row.set("id", 5).unwrap();
        row.set("picture", &picture(500)).unwrap();
        let e = row.save().unwrap_err();
        assert_eq!(e.jet_err(), JetErr::KEY_DUPLICATE);
        assert_eq!(session.level(), 0);
        // Some go, some change.
        for id in (0..400_i32).step_by(3) {
            assert!(table.find(&[Some(&id.to_le_bytes())]).unwrap());
            table.delete().unwrap();
        }
        for id in (1..400_i32).step_by(3) {
            assert!(table.find(&[Some(&id.to_le_bytes())]).unwrap());
            let mut row = table.replace().unwrap();
            row.set("name", &format!("new {id}")).unwrap();
            row.save().unwrap();
        }
        let left: Vec<i32> = (0..400).filter(|id| id % 3 != 0).collect();
        assert_eq!(contents(&db, &session), left);
        drop(table);
        drop((session, db));
        // A crash, and again.
        engine.term(TermKind::Dirty).unwrap();
        drop(engine);
        let left_behind = DbFile::open(&fs, &at("a.edb")).unwrap();
        assert_eq!(left_behind.state(), DbState::DirtyShutdown);
        drop(left_behind);
        let engine = instance(&fs, page_size);
        let db = engine.open(at("a.edb")).unwrap();
        let session = engine.session().unwrap();
        assert_eq!(contents(&db, &session), left);
        drop((session, db));
        engine.term(TermKind::Clean).unwrap();
        drop(engine);
        judge(&fs, &["people"]);
        let name = format!("rows-{}k", page_size.bytes() / 1024);
        leave(&fs, &name, "people", left.len(), true);
    }
}

/// Text of `n` characters, too long for a record when it has some thousand, and different from its
/// beginning on.
fn text(seed: usize, n: usize) -> String {
    let letter = |i: usize| char::from(b'a' + ((seed + i * i) % 26) as u8);
    (0..n).map(letter).collect()
}

/// What of a text is compared: enough to tell it from others.
fn start(text: &str) -> String {
    text.chars().take(12).collect()
}

/// Beginnings of the texts of the table `notes` by its index, with their ids.
fn by_text(db: &Database, session: &Session) -> Vec<(String, i32)> {
    let mut table = db.table(session, "notes").unwrap();
    table.use_index(Some("by_text")).unwrap();
    let (mut all, mut buf) = (Vec::new(), Vec::new());
    let mut more = table.first().unwrap();
    while more {
        let Some(Value::Long(id)) = table.get("id", &mut buf).unwrap() else {
            panic!("an id is missing");
        };
        let Some(Value::Text(text)) = table.get("text", &mut buf).unwrap() else {
            panic!("a text is missing");
        };
        all.push((start(&text.to_string()), id));
        more = table.next().unwrap();
    }
    all
}

/// Entries of long values are made and taken away as the values were, also where a value changes where
/// it lies, after the record was prepared and before it is stored.
#[test]
fn an_index_over_long_values_follows_them() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(&fs, PageSize::K8);
    let db = engine
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    let session = engine.session().unwrap();
    let notes = TableDef::new("notes")
        .column(ColumnDef::new("id", ColumnType::Long).auto_increment())
        .column(ColumnDef::new("text", ColumnType::LongText))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_text", "+text"));
    db.create_table(&session, &notes).unwrap();
    let mut table = db.table(&session, "notes").unwrap();
    let mut expected = Vec::new();
    for seed in 0..20 {
        let text = text(seed, 4000 + seed);
        let mut row = table.insert().unwrap();
        row.set("text", &text).unwrap();
        let id = row.auto_increment().unwrap().unwrap();
        row.save().unwrap();
        expected.push((start(&text), i32::try_from(id).unwrap()));
    }
    let sorted = |all: &[(String, i32)]| {
        let mut all = all.to_vec();
        all.sort();
        all
    };
    assert_eq!(by_text(&db, &session), sorted(&expected));
    // The first characters are overwritten where they lie.
    for (text, id) in expected.iter_mut().step_by(2) {
        assert!(table.find(&[Some(&id.to_le_bytes())]).unwrap());
        let mut row = table.replace().unwrap();
        row.set_at("text", ValuePlace::default(), "zzzz", SetFlags::OVERWRITE)
            .unwrap();
        row.save().unwrap();
        text.replace_range(..4, "zzzz");
    }
    assert_eq!(by_text(&db, &session), sorted(&expected));
    // Twice in one transaction, and taken back.
    let transaction = session.transaction().unwrap();
    for word in ["yyyy", "xxxx"] {
        let mut row = table.replace().unwrap();
        row.set_at("text", ValuePlace::default(), word, SetFlags::OVERWRITE)
            .unwrap();
        row.save().unwrap();
    }
    drop(transaction);
    assert_eq!(by_text(&db, &session), sorted(&expected));
    drop(table);
    drop((session, db));
    engine.term(TermKind::Clean).unwrap();
    drop(engine);
    judge(&fs, &["notes"]);
    leave(&fs, "notes-8k", "notes", expected.len(), false);
}

/// Rows that come, change and go while another session makes an index, by somebody who does not see
/// the index: its entries follow all the same.
#[test]
fn an_index_that_is_made_follows_the_rows_of_others() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(&fs, PageSize::K8);
    let db = engine
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    let (maker, other) = (engine.session().unwrap(), engine.session().unwrap());
    let plain = TableDef::new("people")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("picture", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&maker, &plain).unwrap();
    let mut table = db.table(&other, "people").unwrap();
    fill(&mut table, 0..50);
    let change = |table: &mut Table<'_>, ids: std::ops::Range<i32>| {
        fill(table, ids.clone());
        let (gone, renamed) = (ids.start - 50, ids.start - 49);
        assert!(table.find(&[Some(&gone.to_le_bytes())]).unwrap());
        table.delete().unwrap();
        assert!(table.find(&[Some(&renamed.to_le_bytes())]).unwrap());
        let mut row = table.replace().unwrap();
        row.set("name", &format!("new {renamed}")).unwrap();
        row.save().unwrap();
    };
    // While the index is made.
    let making = maker.transaction().unwrap();
    let index = IndexDefinition::new("by_name", "+name-id");
    db.create_index(&maker, "people", &index).unwrap();
    assert!(table.use_index(Some("by_name")).is_err());
    change(&mut table, 50..60);
    // When it is made, by who began before.
    let old = other.transaction().unwrap();
    assert_eq!(table.schema().indexes.len(), 1);
    making.commit().unwrap();
    change(&mut table, 60..70);
    assert!(table.use_index(Some("by_name")).is_err());
    old.commit().unwrap();
    // An index that is taken back leaves nothing.
    let making = maker.transaction().unwrap();
    let index = IndexDefinition::new("by_picture", "+picture");
    db.create_index(&maker, "people", &index).unwrap();
    change(&mut table, 70..80);
    drop(making);
    let left = |id: &i32| ![0, 10, 20].contains(id);
    let ids: Vec<i32> = (0..80).filter(left).collect();
    assert_eq!(contents(&db, &other), ids);
    drop(table);
    drop((maker, other, db));
    engine.term(TermKind::Clean).unwrap();
    drop(engine);
    judge(&fs, &["people"]);
}

/// A database whose creation was cut off behind its finish has no system tables beside its catalog.
#[test]
fn a_database_without_its_later_system_tables_works() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(&fs, PageSize::K4);
    let made = engine.create_database(
        &at("a.edb"),
        &CreateOptions::default(),
        &mut ese_core::catalog::create_catalog,
    );
    drop(made.unwrap());
    engine.term(TermKind::Dirty).unwrap();
    drop(engine);
    let engine = instance(&fs, PageSize::K4);
    let db = engine.open(at("a.edb")).unwrap();
    let session = engine.session().unwrap();
    db.create_table(&session, &people()).unwrap();
    let mut table = db.table(&session, "people").unwrap();
    fill(&mut table, 0..20);
    assert_eq!(contents(&db, &session), Vec::from_iter(0..20));
    drop(table);
    drop((session, db));
    engine.term(TermKind::Clean).unwrap();
    drop(engine);
    judge(&fs, &["people"]);
}

/// Who reads outside of a transaction reads one moment for each value: the long value of the record
/// that was found is there, whatever others do and whatever is cleaned up meanwhile.
#[test]
fn a_value_read_outside_of_a_transaction_is_whole() {
    const ROUNDS: usize = 500;
    let (_, engine, db) = fresh();
    let session = engine.session().unwrap();
    db.create_table(&session, &people()).unwrap();
    let mut table = db.table(&session, "people").unwrap();
    fill(&mut table, 100..101);
    drop(table);
    drop(session);
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let session = engine.session().unwrap();
            let mut table = db.table(&session, "people").unwrap();
            assert!(table.first().unwrap());
            let (mut buf, mut read) = (Vec::new(), 0);
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let Some(Value::Binary(bytes)) = table.get("picture", &mut buf).unwrap() else {
                    panic!("a picture is missing");
                };
                let first = bytes[0];
                assert!(bytes.iter().all(|b| *b == first) || bytes == picture(100));
                read += 1;
            }
            assert!(read > 0);
        });
        let session = engine.session().unwrap();
        let mut table = db.table(&session, "people").unwrap();
        assert!(table.first().unwrap());
        for round in 0..ROUNDS {
            let mut row = table.replace().unwrap();
            row.set(
                "picture",
                &vec![128 + (round % 100) as u8; 20_000 + round % 50],
            )
            .unwrap();
            row.save().unwrap();
            engine.tick().unwrap();
            engine.clean(usize::MAX).unwrap();
        }
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        reader.join().unwrap();
    });
}

/// Two instances on the same files, two sessions on the same row: the second one is told.
#[test]
fn whoever_comes_second_is_told() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(&fs, PageSize::K8);
    let mut params = InstanceParams::new(DIR);
    params.page_size = PageSize::K8;
    params.background = false;
    let second = Instance::start(env(&fs), params).unwrap_err();
    assert_eq!(second.jet_err(), JetErr::FILE_ACCESS_DENIED);
    let db = engine
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    let (one, two) = (engine.session().unwrap(), engine.session().unwrap());
    db.create_table(&one, &people()).unwrap();
    let mut first = db.table(&one, "people").unwrap();
    fill(&mut first, 1..3);
    let mut table = db.table(&two, "people").unwrap();
    let (changing, waiting) = (one.transaction().unwrap(), two.transaction().unwrap());
    let key = 1_i32.to_le_bytes();
    assert!(first.find(&[Some(&key)]).unwrap() && table.find(&[Some(&key)]).unwrap());
    let mut row = first.replace().unwrap();
    row.set("name", "new 1").unwrap();
    row.save().unwrap();
    let conflict = |e: ese_core::database::DbError| e.jet_err() == JetErr::WRITE_CONFLICT;
    assert!(conflict(table.replace().err().unwrap()));
    assert!(conflict(table.delete().unwrap_err()));
    changing.commit().unwrap();
    // What was committed since is as much in the way; a new transaction sees it.
    assert!(conflict(table.delete().unwrap_err()));
    drop(waiting);
    // The place was taken in what is rolled back, and went with it.
    let lost = table.delete().unwrap_err();
    assert_eq!(lost.jet_err(), JetErr::NO_CURRENT_RECORD);
    assert!(table.find(&[Some(&key)]).unwrap());
    table.delete().unwrap();
    assert_eq!(contents(&db, &two), [2]);
}

#[test]
fn what_is_counted_is_kept() {
    let (fs, engine, db) = fresh();
    let session = engine.session().unwrap();
    db.create_table(&session, &people()).unwrap();
    let objid = db.schema(&session, "people").unwrap().objid;
    assert!(db.stats(&session, objid).unwrap().is_empty());
    db.compute_stats(&session, objid).unwrap();
    let none = db.stats(&session, objid).unwrap();
    assert!(none.len() == 2 && none.iter().all(|(_, s)| *s == Default::default()));
    let mut table = db.table(&session, "people").unwrap();
    for id in 0..500 {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.set("name", "the same for everybody").unwrap();
        row.save().unwrap();
    }
    drop(table);
    let index = db
        .schema(&session, "people")
        .unwrap()
        .index("by_name")
        .unwrap()
        .objid;
    // Nothing changes them but the call, and a rollback takes that back.
    assert_eq!(db.stats(&session, objid).unwrap(), none);
    let transaction = session.transaction().unwrap();
    db.compute_stats(&session, objid).unwrap();
    drop(transaction);
    assert_eq!(db.stats(&session, objid).unwrap(), none);
    db.compute_stats(&session, objid).unwrap();
    for (tree, stats) in db.stats(&session, objid).unwrap() {
        assert_eq!((stats.entries, stats.keys), (500, 500), "{tree:?}");
        assert!((2..200).contains(&stats.pages), "{stats:?}");
        assert!(tree.is_none_or(|tree| tree == index));
    }
    drop((session, db));
    engine.term(TermKind::Clean).unwrap();
    judge(&fs, &["people"]);
}

#[test]
fn several_indexes_are_made_or_none() {
    let (fs, engine, db) = fresh();
    let session = engine.session().unwrap();
    db.create_table(&session, &people()).unwrap();
    let objid = db.schema(&session, "people").unwrap().objid;
    let rights = ese_core::catalog::write::Rights {
        exclusive: true,
        permit_ddl: false,
    };
    let two = [
        IndexDefinition::new("one", "+name"),
        IndexDefinition::new("two", "+nobody"),
    ];
    let refused = db.create_indexes_on(&session, objid, &two, rights);
    assert_eq!(refused.unwrap_err().jet_err(), JetErr::COLUMN_NOT_FOUND);
    assert_eq!(db.schema(&session, "people").unwrap().indexes.len(), 2);
    let two = [
        IndexDefinition::new("one", "+name"),
        IndexDefinition::new("two", "-name"),
    ];
    db.create_indexes_on(&session, objid, &two, rights).unwrap();
    assert_eq!(db.schema(&session, "people").unwrap().indexes.len(), 4);
    drop((session, db));
    engine.term(TermKind::Clean).unwrap();
    judge(&fs, &["people"]);
}

#[test]
fn derived_tables_grow_like_their_template() {
    use ese_core::catalog::write::TableBits;
    use ese_core::format::catalog_row::SpaceHints;
    let (_, engine, db) = fresh();
    let session = engine.session().unwrap();
    let grow = |growth| {
        Some(SpaceHints {
            growth,
            min_extent: 65_536,
            max_extent: 1 << 20,
            initial_density: 80,
            ..SpaceHints::default()
        })
    };
    let mut template = TableDef::new("template")
        .column(ColumnDef::new("id", ColumnType::Long))
        .index(IndexDefinition {
            hints: grow(150),
            ..IndexDefinition::new("by_id", "+id")
        });
    template.bits = TableBits::TEMPLATE;
    template.hints = grow(200);
    template.lv_hints = grow(300);
    template.separate_lv = 100;
    db.create_table(&session, &template).unwrap();
    let derived = |name: &str, hints| TableDef {
        template: Some("template".into()),
        hints,
        columns: None,
        ..TableDef::new(name)
    };
    db.create_table(&session, &derived("plain", None)).unwrap();
    db.create_table(&session, &derived("own", grow(120)))
        .unwrap();
    for (name, records) in [("template", 200), ("plain", 200), ("own", 120)] {
        let schema = db.schema(&session, name).unwrap();
        let growth_of = |fdp| {
            let mut all = schema.growth.iter().filter(|(of, _)| *of == fdp);
            let found = all.next().map(|(_, hints)| hints.growth);
            assert!(all.next().is_none());
            found
        };
        assert_eq!(growth_of(schema.pgno_fdp), Some(records), "{name}");
        let index = schema.index("by_id").unwrap();
        assert_eq!(growth_of(index.pgno_fdp), Some(150), "{name}");
        // What the template says of long values is its own.
        let own = name == "template";
        assert_eq!(schema.lv_growth.is_some(), own, "{name}");
        assert_eq!(schema.separate_lv.is_some(), own, "{name}");
    }
}

#[test]
fn escrow_on_what_another_session_takes_away() {
    use ese_core::database::open_table::OpenTable;
    let (_, engine, db) = fresh();
    let (a, b) = (engine.session().unwrap(), engine.session().unwrap());
    let counted = TableDef::new("t")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(
            ColumnDef::new("n", ColumnType::Long)
                .escrow()
                .default_bytes([0; 4]),
        )
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&a, &counted).unwrap();
    let mut table = db.table(&a, "t").unwrap();
    for id in 0..3 {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.save().unwrap();
    }
    drop(table);
    let schema = db.schema(&a, "t").unwrap();
    let column = schema.column("n").unwrap();
    let (mut of_a, mut of_b) = (
        OpenTable::open(&db, &a, "t").unwrap(),
        OpenTable::open(&db, &b, "t").unwrap(),
    );
    // Places of no level, which a rollback does not take.
    for (table, session) in [(&mut of_a, &a), (&mut of_b, &b)] {
        let (cursor, eyes) = table.at(session).unwrap();
        cursor.settle(&eyes).unwrap();
    }
    // Both add; each gets what lies on the page.
    let (ta, tb) = (a.transaction().unwrap(), b.transaction().unwrap());
    assert_eq!(of_a.escrow(&a, column, 5).unwrap(), 0);
    assert_eq!(of_b.escrow(&b, column, 7).unwrap(), 5);
    drop(ta);
    tb.commit().unwrap();
    let ta = a.transaction().unwrap();
    assert_eq!(of_a.escrow(&a, column, 1).unwrap(), 7);
    drop(ta);
    // A deletes what B still sees: in conflict, before and after the commit.
    let (ta, tb) = (a.transaction().unwrap(), b.transaction().unwrap());
    let mut rows = db.table(&a, "t").unwrap();
    assert!(rows.first().unwrap());
    rows.delete().unwrap();
    drop(rows);
    let refused = of_b.escrow(&b, column, 1).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::WRITE_CONFLICT);
    ta.commit().unwrap();
    let refused = of_b.escrow(&b, column, 1).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::WRITE_CONFLICT);
    drop(tb);
    // For who begins afterwards it is just gone.
    let tb = b.transaction().unwrap();
    let refused = of_b.escrow(&b, column, 1).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::RECORD_DELETED);
    drop(tb);
}

fn number(table: &mut Table<'_>, column: &str) -> i64 {
    match table.value(column).unwrap().unwrap() {
        Value::Long(n) => i64::from(n),
        Value::LongLong(n) => n,
        other => panic!("{other:?}"),
    }
}

/// What is added for good is seen at once, outlives a rollback, and is durable with its transaction, in
/// whatever way that ends; records that another session is changing are refused.
#[test]
fn what_is_added_for_good_stays() {
    use ese_core::database::open_table::OpenTable;
    use ese_core::session::CommitKind;
    /// From here on there are escrow columns of 64 bits (docs/format/database-header.md §3).
    const EFV_ESCROW_64: u32 = 9040;
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let start = || {
        let mut params = InstanceParams::new(DIR);
        params.page_size = PageSize::K4;
        params.background = false;
        params.engine_format_version = Some(EFV_ESCROW_64);
        Instance::start(env(&fs), params).unwrap()
    };
    let engine = start();
    let db = engine
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    let (a, b) = (engine.session().unwrap(), engine.session().unwrap());
    let counter = |name, ty, zero: &[u8]| ColumnDef::new(name, ty).escrow().default_bytes(zero);
    let counted = TableDef::new("t")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(counter("n", ColumnType::Long, &[0; 4]))
        .column(counter("m", ColumnType::LongLong, &[0; 8]))
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&a, &counted).unwrap();
    let mut table = db.table(&a, "t").unwrap();
    for id in 0..2 {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.save().unwrap();
    }
    drop(table);
    let schema = db.schema(&a, "t").unwrap();
    let (n, m) = (schema.column("n").unwrap(), schema.column("m").unwrap());
    let (mut of_a, mut of_b) = (
        OpenTable::open(&db, &a, "t").unwrap(),
        OpenTable::open(&db, &b, "t").unwrap(),
    );
    for (table, session) in [(&mut of_a, &a), (&mut of_b, &b)] {
        let (cursor, eyes) = table.at(session).unwrap();
        cursor.settle(&eyes).unwrap();
    }
    let seen = |session: &Session| {
        let mut table = db.table(session, "t").unwrap();
        assert!(table.first().unwrap());
        number(&mut table, "n")
    };
    // Two sessions, each with what it may lose and what it may not; one rolls back.
    let (ta, tb) = (a.transaction().unwrap(), b.transaction().unwrap());
    assert_eq!(of_a.escrow(&a, n, 1).unwrap(), 0);
    assert_eq!(of_a.escrow_for_good(&a, n, 10).unwrap(), 1);
    assert_eq!(of_b.escrow_for_good(&b, n, 100).unwrap(), 11);
    assert_eq!(of_b.escrow(&b, n, 1000).unwrap(), 111);
    // Each sees what is for good, and the own.
    assert_eq!((seen(&a), seen(&b)), (111, 1110));
    drop(ta);
    assert_eq!(seen(&a), 110);
    tb.commit().unwrap();
    assert_eq!(seen(&a), 1110);
    // Two widths of one record stand against each other, as without the bit.
    let (ta, tb) = (a.transaction().unwrap(), b.transaction().unwrap());
    of_a.escrow(&a, n, 1).unwrap();
    let refused = of_b.escrow_for_good(&b, m, 1).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::WRITE_CONFLICT);
    drop((ta, tb));
    // A rollback of the other must not put its before-image over it.
    let (ta, tb) = (a.transaction().unwrap(), b.transaction().unwrap());
    let mut rows = db.table(&a, "t").unwrap();
    assert!(rows.first().unwrap());
    let mut row = rows.replace().unwrap();
    row.set("m", 5i64).unwrap();
    row.save().unwrap();
    drop(rows);
    let refused = of_b.escrow_for_good(&b, n, 1).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::WRITE_CONFLICT);
    drop((ta, tb));
    // A committed transaction that did nothing else is durable; one that is open at the crash has its
    // records in the log before it.
    let tb = b.transaction().unwrap();
    assert_eq!(of_b.escrow_for_good(&b, m, 1 << 40).unwrap(), 0);
    tb.commit().unwrap();
    a.begin(false).unwrap();
    assert_eq!(of_a.escrow(&a, n, 1).unwrap(), 1110);
    assert_eq!(of_a.escrow_for_good(&a, n, 10_000).unwrap(), 1111);
    b.begin(false).unwrap();
    of_b.escrow_for_good(&b, n, 0).unwrap();
    b.commit(CommitKind::Durable).unwrap();
    // The instance first: what is open then stays as a crash leaves it.
    drop(engine);
    drop((of_a, a, of_b, b, db));
    let engine = start();
    let db = engine.open(at("a.edb")).unwrap();
    let session = engine.session().unwrap();
    let mut table = db.table(&session, "t").unwrap();
    assert!(table.first().unwrap());
    assert_eq!(number(&mut table, "n"), 11_110);
    assert_eq!(number(&mut table, "m"), 1 << 40);
}

/// A database that was never logged is sound, with its catalog and all, and read by others.
#[test]
fn a_database_without_a_log_is_sound() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(&fs, PageSize::K8);
    let options = CreateOptions {
        unlogged: true,
        ..CreateOptions::default()
    };
    let db = engine.create(at("a.edb"), &options).unwrap();
    let session = engine.session().unwrap();
    db.create_table(&session, &people()).unwrap();
    for keep in [true, false, true] {
        let trx = session.transaction().unwrap();
        let mut table = db.table(&session, "people").unwrap();
        for id in 0..200 {
            let mut row = table.insert().unwrap();
            row.set("id", if keep { id * 2 } else { id * 2 + 1 }).ok();
            row.set("name", "somebody").unwrap();
            row.set("picture", &vec![7; 9000][..]).unwrap();
            if row.save().is_err() {
                break;
            }
        }
        drop(table);
        match keep {
            true => trx.commit().unwrap(),
            false => drop(trx),
        }
    }
    drop((session, db));
    engine.detach(&at("a.edb")).unwrap();
    drop(engine);
    judge(&fs, &["people"]);
    leave(&fs, "unlogged", "people", 200, false);
}
