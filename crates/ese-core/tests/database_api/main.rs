//! Goal: what a program makes through the public API is a database that the reader reads, `integrity`
//! finds sound, and the logs alone bring back.
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::ColumnType;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::reader::OpenOptions;
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

fn people() -> TableDef {
    TableDef::new("people")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("picture", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_name", "+name-id"))
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
