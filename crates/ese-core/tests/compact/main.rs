//! Goal: a compacted database holds what the source holds, in every way in which a reader, the schema
//! or the engine can look at it, and is sound; the source is as it was, whatever happens.
//!
//! Method: every clean database of the witness and every clean sample is compacted and compared: the
//! canonical dump of every table, columns and indexes as the catalog describes them, keys of every
//! index in order, sizes and reference counts of long values; integrity has no finding. Then the engine
//! goes on in the copy. Compactions that stop half way leave what nobody takes for a database.

use ese_core::HasJetErr;
use ese_core::JetErr;
use ese_core::btree::{LeafScan, ScanEvent};
use ese_core::catalog::{Index, TableSchema};
use ese_core::format::lv::{LvKey, LvRoot};
use ese_core::format::space::RootHeader;
use ese_core::instance::{Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::maintenance::compact::{Compacted, Options, compact};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::reader::canonical::CanonicalWriter;
use ese_core::reader::{Database, RowEvent, Table};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn compacted(source: &Path, target: &Path) -> Compacted {
    let watch = &mut |_: &_| ControlFlow::Continue(());
    compact(&Env::real(), source, target, &Options::default(), watch)
        .unwrap_or_else(|e| panic!("{}: {e}", source.display()))
}

fn canonical(table: &Table<'_>) -> (u64, String) {
    let mut writer = CanonicalWriter::default();
    let (mut records, mut hash) = (0, Sha256::new());
    table.scan(|event| {
        let RowEvent::Row(row) = event else {
            panic!("{}: damage", table.schema().name)
        };
        let record = writer.record(&row, &|_| true).unwrap();
        hash.update((record.len() as u32).to_le_bytes());
        hash.update(record);
        records += 1;
        ControlFlow::Continue(())
    });
    (records, testkit::hex(&hash.finalize()))
}

/// Keys and data of an index, in order.
fn entries(table: &Table<'_>, index: &Index) -> (u64, String) {
    let (mut count, mut hash) = (0, Sha256::new());
    table.scan_index(index, |entry| {
        let node = entry.unwrap().node;
        let key = node.key();
        hash.update((key.len() as u32).to_le_bytes());
        hash.update(&key);
        if !index.is_primary() {
            hash.update(node.data);
        }
        count += 1;
        ControlFlow::Continue(())
    });
    (count, testkit::hex(&hash.finalize()))
}

/// Size and references of every long value that something refers to.
fn long_values(db: &Database, schema: &TableSchema) -> Vec<(u64, u32, u32)> {
    let Some(lv) = schema.lv else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for event in LeafScan::new(db.pages(), lv.tree, db.file_pages().into()) {
        let ScanEvent::Leaf(page) = event else {
            panic!("{}: damage", schema.name)
        };
        let view = page.view().unwrap();
        for iline in 0..view.node_count() {
            let node = view.node(iline).unwrap();
            if node.is_deleted() {
                continue;
            }
            if let Ok(LvKey::Root(lid)) = LvKey::parse(&node.key()) {
                let root = LvRoot::parse(node.data).unwrap();
                if root.refcount > 0 && root.refcount < u32::MAX {
                    found.push((lid.value(), root.size, root.refcount));
                }
            }
        }
    }
    found
}

/// Up to which number the table's root says that its records are numbered.
fn numbered(db: &Database, schema: &TableSchema) -> Option<u64> {
    let page = db.pages().shared(schema.pgno_fdp).unwrap();
    let external = page.view().unwrap().external_header().unwrap().to_vec();
    RootHeader::parse(&external).unwrap().auto_increment
}

/// Everything of an index but its place.
fn described(index: &Index) -> Index {
    Index {
        objid: ese_core::format::ids::Objid(0),
        pgno_fdp: ese_core::format::ids::Pgno(0),
        ..index.clone()
    }
}

fn same(a: &Database, b: &Database, context: &str) {
    let user = |db: &Database| -> BTreeMap<String, ()> {
        let tables = db.tables().filter(|t| !t.schema().is_system());
        tables.map(|t| (t.schema().name.clone(), ())).collect()
    };
    assert_eq!(user(a), user(b), "{context}");
    for name in user(a).into_keys() {
        let (x, y) = (a.table(&name).unwrap(), b.table(&name).unwrap());
        let (s, t) = (x.schema(), y.schema());
        let context = format!("{context}: {name}");
        assert_eq!(s.columns(), t.columns(), "{context}");
        assert_eq!(
            (
                s.flags,
                s.density,
                s.initial_pages,
                &s.template,
                s.lv_chunk_max
            ),
            (
                t.flags,
                t.density,
                t.initial_pages,
                &t.template,
                t.lv_chunk_max
            ),
            "{context}"
        );
        let indexes = |s: &TableSchema| -> BTreeMap<String, Index> {
            let indexes = s.indexes.iter().map(|i| (i.name.clone(), described(i)));
            indexes.collect()
        };
        assert_eq!(indexes(s), indexes(t), "{context}");
        assert_eq!(canonical(&x), canonical(&y), "{context}");
        for index in &s.indexes {
            let other = t.index(&index.name).unwrap();
            assert_eq!(
                entries(&x, index),
                entries(&y, other),
                "{context}: {}",
                index.name
            );
        }
        assert_eq!(long_values(a, s), long_values(b, t), "{context}");
        assert_eq!(numbered(a, s), numbered(b, t), "{context}");
    }
}

fn check(name: &str, source: &Path) -> Option<Compacted> {
    let db = Database::open(source).unwrap();
    if !db.state().is_clean() || !db.header().version().is_known() {
        let folder = tempfile::tempdir().unwrap();
        let watch = &mut |_: &_| ControlFlow::Continue(());
        let to = folder.path().join("new.edb");
        let refused = compact(&Env::real(), source, &to, &Options::default(), watch);
        let expected = match db.state().is_clean() {
            true => JetErr::INVALID_DATABASE_VERSION,
            false => JetErr::DATABASE_DIRTY_SHUTDOWN,
        };
        assert_eq!(refused.unwrap_err().jet_err(), expected, "{name}");
        assert!(!to.exists(), "{name}");
        return None;
    }
    let before = testkit::sha256_hex(&std::fs::read(source).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new.edb");
    let done = compacted(source, &target);
    assert_eq!(
        testkit::sha256_hex(&std::fs::read(source).unwrap()),
        before,
        "{name}"
    );
    let new = Database::open(&target).unwrap();
    assert!(new.state().is_clean(), "{name}");
    assert_eq!(new.page_size(), db.page_size(), "{name}");
    same(&db, &new, name);
    let fs = RealFileSystem::shared();
    let report = check_path(
        fs.as_ref(),
        &target,
        &integrity::Options::default(),
        &|_| {},
    );
    let report = report.unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{name}: {damage:?}");
    drop(new);
    goes_on(name, &target, folder.path());
    Some(done)
}

/// The engine attaches the copy and leaves it clean.
fn goes_on(name: &str, target: &Path, folder: &Path) {
    let mut params = InstanceParams::new(folder);
    params.page_size = Database::open(target).unwrap().page_size();
    let instance = Instance::start(Env::real(), params).unwrap();
    let db = instance
        .open(target)
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    let session = instance.session().unwrap();
    for table in db.table_names(&session).unwrap() {
        let mut table = db.table(&session, &table).unwrap();
        table.first().unwrap();
    }
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
}

#[test]
fn databases_of_the_original_are_the_same_afterwards() {
    let (mut seen, mut smaller) = (0, 0);
    for name in testkit::sets("databases") {
        let dir = testkit::unpack_set("databases", &name).unwrap();
        if let Some(done) = check(&name, &dir.join(format!("{name}.edb"))) {
            seen += 1;
            smaller += u32::from(done.pages_after < done.pages_before);
        }
    }
    assert!(seen >= 8, "{seen}");
    assert!(smaller > 0);
}

#[test]
fn samples_are_the_same_afterwards() {
    let goldens = testkit::goldens();
    if goldens.is_empty() {
        testkit::skip("samples");
        return;
    }
    let mut seen = 0;
    for golden in goldens {
        let json = testkit::json(&golden);
        if json["tables"].is_null() || json["state"] != "CleanShutdown" {
            continue;
        }
        let file = json["file"].as_str().unwrap();
        match testkit::sample(file) {
            Some(path) => seen += u32::from(check(file, &path).is_some()),
            None => testkit::skip(file),
        }
    }
    println!("{seen} samples");
}

fn deleted() -> PathBuf {
    let name = testkit::sets("databases").into_iter();
    let name = name.filter(|n| n.starts_with("deleted")).min().unwrap();
    let dir = testkit::unpack_set("databases", &name).unwrap();
    dir.join(format!("{name}.edb"))
}

#[test]
fn a_target_that_is_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new.edb");
    std::fs::write(&target, b"mine").unwrap();
    let watch = &mut |_: &_| ControlFlow::Continue(());
    let refused = compact(
        &Env::real(),
        &deleted(),
        &target,
        &Options::default(),
        watch,
    );
    assert_eq!(refused.unwrap_err().jet_err(), JetErr::DATABASE_DUPLICATE);
    assert_eq!(std::fs::read(&target).unwrap(), b"mine");
}

#[test]
fn stopped_anywhere_the_target_is_not_clean_and_the_source_as_it_was() {
    let source = deleted();
    let before = std::fs::read(&source).unwrap();
    let mut looks = 0;
    let folder = tempfile::tempdir().unwrap();
    let count = &mut |_: &_| {
        looks += 1;
        ControlFlow::Continue(())
    };
    let env = Env::real();
    compact(
        &env,
        &source,
        &folder.path().join("whole"),
        &Options::default(),
        count,
    )
    .unwrap();
    assert!(looks > 3);
    for stop in 0..looks {
        let target = folder.path().join(format!("{stop}"));
        let mut left = stop;
        let watch = &mut |_: &_| match left {
            0 => ControlFlow::Break(()),
            _ => {
                left -= 1;
                ControlFlow::Continue(())
            }
        };
        compact(&env, &source, &target, &Options::default(), watch).unwrap_err();
        let state = Database::open(&target).map(|db| db.state().is_clean());
        assert!(!matches!(state, Ok(true)), "stopped at {stop}");
        assert!(env.fs.kind(&target).unwrap().is_some());
    }
    assert_eq!(std::fs::read(&source).unwrap(), before);
}

// ---- damage ------------------------------------------------------------------------------------

/// A database with rows, an index over them, and long values that rows share with nobody.
fn with_rows(folder: &Path) -> PathBuf {
    use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
    use ese_core::database::ColumnType;
    let path = folder.join("a.edb");
    let mut params = InstanceParams::new(folder);
    params.page_size = ese_core::format::ids::PageSize::K4;
    let instance = Instance::start(Env::real(), params).unwrap();
    let db = instance.create(&path, &Default::default()).unwrap();
    let session = instance.session().unwrap();
    let table = |name: &str| {
        TableDef::new(name)
            .column(ColumnDef::new("id", ColumnType::Long).not_null())
            .column(ColumnDef::new("name", ColumnType::Text))
            .column(ColumnDef::new("picture", ColumnType::LongBinary))
            .index(IndexDefinition::new("by_id", "+id").primary())
            .index(IndexDefinition::new("by_name", "+name"))
    };
    for name in ["people", "others"] {
        db.create_table(&session, &table(name)).unwrap();
        let trx = session.transaction().unwrap();
        let mut rows = db.table(&session, name).unwrap();
        for id in 0..ROWS {
            let mut row = rows.insert().unwrap();
            row.set("id", id).unwrap();
            row.set("name", format!("{:05} of {name}", (id * 7) % ROWS).as_str())
                .unwrap();
            if id % 4 == 0 {
                row.set("picture", &vec![id as u8; 2500][..]).unwrap();
            }
            row.save().unwrap();
        }
        drop(rows);
        trx.commit().unwrap();
    }
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    path
}

const ROWS: i32 = 1000;

/// Breaks the leaf in the middle of a tree; gives what `count` finds of its nodes.
fn break_leaf(path: &Path, tree: impl Fn(&TableSchema) -> ese_core::btree::Tree) -> usize {
    use std::io::{Seek as _, Write as _};
    let (at, nodes) = {
        let db = Database::open(path).unwrap();
        let tree = tree(db.table("people").unwrap().schema());
        let leaves = LeafScan::new(db.pages(), tree, db.file_pages().into());
        let leaves: Vec<_> = leaves
            .map(|event| match event {
                ScanEvent::Leaf(page) => (page.pgno(), page.view().unwrap().node_count()),
                ScanEvent::Fault(e) => panic!("{e}"),
            })
            .collect();
        assert!(leaves.len() > 4, "{leaves:?}");
        let (pgno, nodes) = leaves[leaves.len() / 2];
        (pgno.offset(db.page_size()), nodes)
    };
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(std::io::SeekFrom::Start(at + 1000)).unwrap();
    // Not one value: changes that repeat cancel each other out in a checksum.
    let bytes: Vec<u8> = (1..=61).collect();
    file.write_all(&bytes).unwrap();
    nodes
}

/// Compacts with and without repair; gives what was done, and the copy, which is sound.
fn repaired(source: &Path) -> (Compacted, PathBuf) {
    let before = std::fs::read(source).unwrap();
    let (no, target) = (source.with_extension("no"), source.with_extension("new"));
    let watch = &mut |_: &_| ControlFlow::Continue(());
    let refused = compact(&Env::real(), source, &no, &Options::default(), watch);
    assert_eq!(refused.unwrap_err().jet_err(), JetErr::READ_VERIFY_FAILURE);
    let options = Options {
        repair: true,
        ..Options::default()
    };
    let watch = &mut |_: &_| ControlFlow::Continue(());
    let done = compact(&Env::real(), source, &target, &options, watch).unwrap();
    assert_eq!(std::fs::read(source).unwrap(), before);
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(&*Env::real().fs, &target, &options, &|_| {}).unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{}", damage.join("\n"));
    let (a, b) = (
        Database::open(source).unwrap(),
        Database::open(&target).unwrap(),
    );
    // What is not damaged is the same.
    let others = |db: &Database| canonical(&db.table("others").unwrap());
    assert_eq!(others(&a), others(&b));
    (done, target)
}

fn counts(path: &Path) -> (u64, Option<u64>, usize) {
    let db = Database::open(path).unwrap();
    let table = db.table("people").unwrap();
    let schema = table.schema();
    let secondary = schema.indexes.iter().find(|i| !i.is_primary());
    (
        canonical(&table).0,
        secondary.map(|index| entries(&table, index).0),
        long_values(&db, schema).len(),
    )
}

#[test]
fn of_a_damaged_leaf_of_records_the_rest_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let source = with_rows(folder.path());
    let lost = break_leaf(&source, |s| ese_core::btree::Tree::new(s.pgno_fdp, s.objid));
    assert!(lost > 10);
    let (done, target) = repaired(&source);
    assert_eq!(
        (done.lost_pages, done.lost_records, done.lost_indexes),
        (1, 0, 0)
    );
    let (records, entries, values) = counts(&target);
    assert_eq!(records, ROWS as u64 - lost as u64);
    assert_eq!(entries, Some(records));
    // One of four rows had one.
    assert!(values < 250 && values > 200, "{values}");
}

#[test]
fn a_damaged_index_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let source = with_rows(folder.path());
    break_leaf(&source, |s| {
        let index = s.indexes.iter().find(|i| !i.is_primary()).unwrap();
        ese_core::btree::Tree::new(index.pgno_fdp, index.objid)
    });
    let (done, target) = repaired(&source);
    assert_eq!(
        (done.lost_pages, done.lost_records, done.lost_indexes),
        (1, 0, 1)
    );
    assert_eq!(counts(&target), (ROWS as u64, None, 250));
}

#[test]
fn records_whose_long_values_are_damaged_stay_behind() {
    let folder = tempfile::tempdir().unwrap();
    let source = with_rows(folder.path());
    break_leaf(&source, |s| s.lv.unwrap().tree);
    let (done, target) = repaired(&source);
    assert_eq!((done.lost_pages, done.lost_indexes), (1, 0));
    assert!((1..4).contains(&done.lost_records), "{done:?}");
    let left = ROWS as u64 - done.lost_records;
    assert_eq!(
        counts(&target),
        (left, Some(left), 250 - done.lost_records as usize)
    );
}

#[test]
fn each_table_is_told_of() {
    use ese_core::maintenance::compact::compact_telling;
    let folder = tempfile::tempdir().unwrap();
    let source = with_rows(folder.path());
    let mut told = Vec::new();
    compact_telling(
        &Env::real(),
        &source,
        &folder.path().join("b.edb"),
        &Options::default(),
        &mut |_| ControlFlow::Continue(()),
        &mut |table| told.push(table.clone()),
    )
    .unwrap();
    let names: Vec<&str> = told.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["people", "others"]);
    for table in &told {
        assert_eq!((table.untagged, table.tagged, table.secondary), (2, 1, 1));
        assert_eq!((table.records, table.long_value_bytes), (1000, 250 * 2500));
        assert!(table.record_bytes > 20_000 && table.record_bytes < 60_000);
        assert!(table.leaves > 5 && table.long_value_leaves > 100);
        assert!(table.pages_owned > 200 && table.pages_free < table.pages_owned);
    }
}
