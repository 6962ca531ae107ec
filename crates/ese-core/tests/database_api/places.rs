//! Where cursors stand: what a closed one leaves to the next, and what is changed is what was found.
#![forbid(unsafe_code)]

use super::{fresh, people};
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::open_table::OpenTable;
use ese_core::database::{ColumnType, Table};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::value::Value;
use ese_core::session::Session;

/// Cursors leave their buffers to those that are opened after them, and nothing else.
#[test]
fn what_a_closed_cursor_leaves_is_no_place_and_no_record() {
    let (_, engine, db) = fresh();
    let (session, other) = (engine.session().unwrap(), engine.session().unwrap());
    db.create_table(&session, &people()).unwrap();
    let id = |table: &mut Table<'_>| match table.value("id").unwrap() {
        Some(Value::Long(id)) => Some(id),
        _ => None,
    };
    {
        let mut table = db.table(&session, "people").unwrap();
        for n in 1..=5 {
            let mut row = table.insert().unwrap();
            row.set("id", n).unwrap().set("name", "all").unwrap();
            row.save().unwrap();
        }
        table.use_index(Some("by_name")).unwrap();
        // Downwards.
        assert!(table.first().unwrap());
        assert_eq!(id(&mut table), Some(5));
        // Half of a record.
        table.insert().unwrap().set("name", "left").unwrap();
    }
    {
        let transaction = other.transaction().unwrap();
        let mut table = db.table(&other, "people").unwrap();
        // On the first record of the primary index.
        assert_eq!(id(&mut table), Some(1));
        assert!(table.next().unwrap());
        assert_eq!(id(&mut table), Some(2));
        // Nothing of another record.
        let mut row = table.insert().unwrap();
        row.set("id", 6).unwrap();
        row.save().unwrap();
        assert!(table.find(&[Some(&6i32.to_le_bytes())]).unwrap());
        assert_eq!(table.value("name").unwrap(), None);
        drop(table);
        transaction.commit().unwrap();
    }
    // Another schema, another cursor: it has the column, and one more row than there was.
    db.add_column(
        &session,
        "people",
        &ColumnDef::new("age", ColumnType::Short),
    )
    .unwrap();
    let mut table = db.table(&session, "people").unwrap();
    assert!(table.last().unwrap());
    assert_eq!(id(&mut table), Some(6));
    assert_eq!(table.value("age").unwrap(), None);
    // A table is in use while it is open, and not by what is kept of it.
    let refused = db.delete_table(&other, "people").unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::TABLE_IN_USE);
    drop(table);
    db.delete_table(&other, "people").unwrap();
    assert!(db.table(&session, "people").is_err());
}

/// A closed cursor serves the next opening of its table where it lies, of that table only, and of one
/// opening at a time.
#[test]
fn a_closed_cursor_is_handed_on_as_it_lies() {
    let (_, engine, db) = fresh();
    let session = engine.session().unwrap();
    db.create_table(&session, &people()).unwrap();
    let others = TableDef::new("others").column(ColumnDef::new("id", ColumnType::Long));
    db.create_table(&session, &others).unwrap();
    let open = |name| OpenTable::open(&db, &session, name).unwrap();
    let place = |table: &OpenTable| std::ptr::from_ref(table.cursor());

    let first = open("people");
    let was = place(&first);
    drop(first);
    let other = open("others");
    assert_ne!(place(&other), was);
    let (again, beside) = (open("people"), open("people"));
    assert_eq!(place(&again), was);
    assert_ne!(place(&beside), was);
    let more = place(&beside);
    drop(again);
    drop(beside);
    // The newest first.
    let (last, before) = (open("people"), open("people"));
    assert_eq!((place(&last), place(&before)), (more, was));
}

/// Rows are changed where they were found, unless their page has changed since.
#[test]
fn what_is_changed_is_what_was_found() {
    let (_, engine, db) = fresh();
    let (session, other) = (engine.session().unwrap(), engine.session().unwrap());
    // Without secondary indexes.
    let plain = TableDef::new("plain")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&session, &plain).unwrap();
    let add = |session: &Session, id: i32| {
        let mut table = db.table(session, "plain").unwrap();
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap().set("name", "before").unwrap();
        row.save().unwrap();
    };
    for id in [10, 20, 30] {
        add(&session, id);
    }
    let mut table = db.table(&session, "plain").unwrap();
    // Each time rows come before the one that was found.
    assert!(table.find(&[Some(&20i32.to_le_bytes())]).unwrap());
    add(&other, 5);
    let mut row = table.replace().unwrap();
    row.set("name", "after").unwrap();
    row.save().unwrap();
    assert!(table.find(&[Some(&30i32.to_le_bytes())]).unwrap());
    add(&other, 6);
    table.delete().unwrap();
    let mut rows = Vec::new();
    let mut more = table.first().unwrap();
    while more {
        let id = match table.value("id").unwrap() {
            Some(Value::Long(id)) => id,
            other => panic!("{other:?}"),
        };
        let after = match table.value("name").unwrap() {
            Some(Value::Text(name)) => name.to_string() == "after",
            _ => false,
        };
        rows.push((id, after));
        more = table.next().unwrap();
    }
    assert_eq!(rows, [(5, false), (6, false), (10, false), (20, true)]);
}
