//! Online defragmentation of a table: what deletes left behind goes from its trees, and from no other's.
#![forbid(unsafe_code)]

use super::recovery_support::world::{DIR, at};
use super::{instance, judge, people};
use ese_core::HasJetErr;
use ese_core::catalog::write::TableDef;
use ese_core::database::Database;
use ese_core::error::JetErr;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Defragmented, TermKind};
use ese_core::io::FileSystem as _;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::session::Session;
use std::path::Path;

const ROWS: i32 = 1500;
/// One row in so many stays.
const STAYS: i32 = 10;

/// Tables with rows of which most were deleted, by an instance that did not clean up.
fn thinned(fs: &MemoryFileSystem) {
    fs.create_dir(Path::new(DIR)).unwrap();
    let engine = instance(fs, PageSize::K4);
    let db = engine
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    let session = engine.session().unwrap();
    for name in ["people", "others"] {
        let def = TableDef {
            name: name.to_owned(),
            ..people()
        };
        db.create_table(&session, &def).unwrap();
        let trx = session.transaction().unwrap();
        let mut table = db.table(&session, name).unwrap();
        for id in 0..ROWS {
            let mut row = table.insert().unwrap();
            row.set("id", id).unwrap();
            row.set("name", format!("name {:05}", (id * 7) % ROWS).as_str())
                .unwrap();
            if id % 3 == 0 {
                row.set("picture", &vec![id as u8; 2500][..]).unwrap();
            }
            row.save().unwrap();
        }
        drop(table);
        trx.commit().unwrap();
        let trx = session.transaction().unwrap();
        let mut table = db.table(&session, name).unwrap();
        let mut more = table.first().unwrap();
        for id in 0..ROWS {
            assert!(more);
            if id % STAYS != 0 {
                table.delete().unwrap();
            }
            more = table.next().unwrap();
        }
        drop(table);
        trx.commit().unwrap();
    }
    drop((session, db));
    engine.term(TermKind::Abrupt).unwrap();
}

/// Free pages of a table's trees: records, index, long values.
fn free(db: &Database, session: &Session, name: &str) -> Vec<u64> {
    let schema = db.schema(session, name).unwrap();
    let secondary = schema.indexes.iter().find(|i| !i.is_primary()).unwrap();
    let trees = [
        (schema.pgno_fdp, schema.objid),
        (secondary.pgno_fdp, secondary.objid),
    ];
    let free = |(fdp, objid)| db.space_of(fdp, objid).unwrap().1;
    trees.into_iter().map(free).collect()
}

fn rows(db: &Database, session: &Session, name: &str) -> usize {
    let mut table = db.table(session, name).unwrap();
    let mut count = 0;
    let mut more = table.first().unwrap();
    while more {
        count += 1;
        more = table.next().unwrap();
    }
    count
}

#[test]
fn a_pass_over_one_table_leaves_the_others_alone() {
    let fs = MemoryFileSystem::new();
    thinned(&fs);
    let engine = instance(&fs, PageSize::K4);
    let db = engine.open(at("a.edb")).unwrap();
    let session = engine.session().unwrap();
    let before = free(&db, &session, "people");
    let others = free(&db, &session, "others");
    let open = db.attached();
    let pass = |table: Option<&str>| engine.defragment(open, table, &mut || true).unwrap();

    // Who does not want to go on is asked before the first leaf.
    let nothing = engine.defragment(open, Some("people"), &mut || false);
    assert_eq!(nothing.unwrap(), Defragmented::default());
    let absent = engine.defragment(open, Some("none"), &mut || true);
    assert_eq!(absent.unwrap_err().jet_err(), JetErr::OBJECT_NOT_FOUND);

    let first = pass(Some("people"));
    assert!(first.nodes > 100, "{first:?}");
    assert!(first.pages > 20, "{first:?}");
    let after = free(&db, &session, "people");
    assert!(
        after.iter().zip(&before).all(|(a, b)| a > b),
        "{before:?} {after:?}"
    );
    assert_eq!(free(&db, &session, "others"), others);
    assert_eq!(rows(&db, &session, "people"), (ROWS / STAYS) as usize);
    // Nothing is left for another.
    let second = pass(Some("people"));
    assert_eq!((second.nodes, second.pages), (0, 0), "{second:?}");
    assert_eq!(second.leaves, first.leaves - first.pages);

    // A crash, and what was not done yet, for all tables.
    drop(engine);
    drop((session, db));
    let engine = instance(&fs, PageSize::K4);
    let db = engine.open(at("a.edb")).unwrap();
    let session = engine.session().unwrap();
    let all = engine
        .defragment(db.attached(), None, &mut || true)
        .unwrap();
    assert!(all.pages > 20, "{all:?}");
    for name in ["people", "others"] {
        assert_eq!(rows(&db, &session, name), (ROWS / STAYS) as usize, "{name}");
    }
    drop((session, db));
    engine.term(TermKind::Clean).unwrap();
    judge(&fs, &["people", "others"]);
}

/// Others go on meanwhile, and may delete the table.
#[test]
fn a_pass_stops_for_who_deletes_the_table() {
    let fs = MemoryFileSystem::new();
    thinned(&fs);
    let engine = instance(&fs, PageSize::K4);
    let db = engine.open(at("a.edb")).unwrap();
    let session = engine.session().unwrap();
    let mut asked = 0;
    let done = engine.defragment(db.attached(), Some("people"), &mut || {
        asked += 1;
        match asked {
            20 => {
                let mut table = db.table(&session, "people").unwrap();
                let mut row = table.insert().unwrap();
                row.set("id", ROWS + 1).unwrap();
                row.save().unwrap();
            }
            30 => {
                db.delete_table(&session, "people").unwrap();
                engine.clean(usize::MAX).unwrap();
            }
            _ => {}
        }
        true
    });
    // Its trees are there as long as the pass has a transaction that saw them.
    assert_eq!(done.unwrap_err().jet_err(), JetErr::OBJECT_NOT_FOUND);
    assert!((31..200).contains(&asked), "{asked}");
    engine.clean(usize::MAX).unwrap();
    drop((session, db));
    engine.term(TermKind::Clean).unwrap();
    judge(&fs, &["others"]);
}
