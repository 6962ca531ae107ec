//! What others see of changes, and what a rollback leaves of them.
#![forbid(unsafe_code)]

use crate::engine::Engine;
use crate::golden::Nothing;
use crate::work_support::Begun;
use ese_core::catalog::write::{
    ColumnBits, ColumnDef, IndexDefinition, Progress, Rights, TableDef, parse_key,
};
use ese_core::error::JetErr;
use ese_core::format::ids::{Coltyp, Objid, PageSize};

const RIGHTS: Rights = Rights {
    exclusive: true,
    permit_ddl: false,
};

fn column(name: &str, coltyp: Coltyp) -> ColumnDef {
    ColumnDef {
        name: name.into(),
        coltyp: coltyp as u32,
        ..ColumnDef::default()
    }
}

fn table(name: &str) -> TableDef {
    TableDef {
        name: name.into(),
        columns: Some(vec![
            column("a", Coltyp::Long),
            column("l", Coltyp::LongText),
        ]),
        indexes: vec![index("i", b"+a\0\0")],
        ..TableDef::default()
    }
}

fn index(name: &str, key: &[u8]) -> IndexDefinition {
    IndexDefinition {
        name: name.into(),
        key: parse_key(key).unwrap(),
        ..IndexDefinition::default()
    }
}

fn engine() -> Engine {
    Engine::new(PageSize::K4, 8920)
}

fn create(e: &Engine, begun: &mut Begun, name: &str) -> Result<Objid, JetErr> {
    let made = e.ddl(begun, |c, w| {
        c.create_table(w, &table(name), &mut Progress::default())
    });
    made.map(|t| t.table.schema.objid)
}

/// Everything is over: nothing is leaked, and the logs alone give the same pages.
fn settle(e: &Engine) {
    e.clean();
    e.bench.world.check();
    e.bench.world.replays();
}

/// Indexes that an update of the table has to maintain.
fn maintained(e: &Engine, begun: &Begun, objid: Objid) -> Vec<String> {
    e.bench.work(begun, |w| {
        let names = e.catalog.with_maintained(&w.look(), objid, |trees| {
            let indexes = trees.secondary.iter();
            let name = |&(place, _): &(usize, _)| trees.schema.indexes[place].name.clone();
            indexes.map(name).collect()
        });
        names.unwrap()
    })
}

#[test]
fn a_table_is_there_for_others_once_it_is_committed() {
    let e = engine();
    let (mut a, mut b) = (e.begin(3), e.begin(4));
    create(&e, &mut a, "T").unwrap();
    assert_eq!(e.seen(&a, "t").unwrap().schema.indexes.len(), 1);
    assert_eq!(e.seen(&b, "t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    assert_eq!(
        create(&e, &mut b, "t").unwrap_err(),
        JetErr::TABLE_DUPLICATE
    );
    e.commit(a);
    assert_eq!(e.seen(&b, "t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    assert_eq!(e.now("t").unwrap().schema.name, "T");
    e.commit(b);
    e.clean();
    let (one, two) = (e.now("T").unwrap(), e.now("t").unwrap());
    assert!(
        std::sync::Arc::ptr_eq(&one, &two),
        "a settled schema is shared"
    );
    settle(&e);
}

/// Before its creation is cleaned up, too; and each change of it is seen by those who may.
#[test]
fn the_schema_of_a_young_table_is_shared_by_those_who_see_all_of_it() {
    let e = engine();
    let older = e.begin(8);
    let mut a = e.begin(3);
    let objid = create(&e, &mut a, "t").unwrap();
    e.commit(a);
    let (one, two) = (e.begin(4), e.begin(5));
    let first = e.seen(&one, "t").unwrap();
    for name in ["T", "t", "t"] {
        let again = e.seen(&two, name).unwrap();
        assert!(std::sync::Arc::ptr_eq(&first, &again), "{name}");
        let unseen = e.seen(&older, name).unwrap_err();
        assert_eq!(unseen, JetErr::OBJECT_NOT_FOUND);
    }
    let has_more = |begun: &Begun| {
        let seen = e.seen(begun, "t").unwrap();
        seen.schema.column("more").is_some()
    };
    let mut a = e.begin(3);
    let more = column("more", Coltyp::Long);
    e.ddl(&mut a, |c, w| c.add_column(w, objid, &more, RIGHTS))
        .unwrap();
    assert!(has_more(&a) && !has_more(&one) && !has_more(&two));
    e.commit(a);
    let after = e.begin(6);
    for _ in 0..2 {
        assert!(has_more(&after) && !has_more(&one));
    }
    let (mut a, b) = (e.begin(3), e.begin(7));
    e.ddl(&mut a, |c, w| c.rename_table(w, "t", "v")).unwrap();
    assert_eq!(e.seen(&b, "t").unwrap_err(), JetErr::TABLE_LOCKED);
    e.commit(a);
    assert_eq!(e.now("t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    assert_eq!(e.now("v").unwrap().schema.objid, objid);
    for begun in [older, one, two, after, b] {
        e.commit(begun);
    }
    settle(&e);
}

#[test]
fn a_table_that_is_rolled_back_leaves_nothing() {
    let e = engine();
    let mut a = e.begin(3);
    let objid = create(&e, &mut a, "t").unwrap();
    e.ddl(&mut a, |c, w| c.create_long_values(w, objid))
        .unwrap();
    assert!(e.seen(&a, "t").unwrap().long_values.is_some());
    e.rollback(&mut a);
    let mut a = e.begin(3);
    assert_eq!(e.seen(&a, "t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    let again = create(&e, &mut a, "t").unwrap();
    assert!(again > objid, "object ids are never given again");
    e.commit(a);
    settle(&e);
}

#[test]
fn a_deleted_table_is_locked_at_once() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let older = e.begin(8);
    let (mut a, b) = (e.begin(3), e.begin(4));
    let busy = e.ddl(&mut a, |c, w| c.delete_table(w, "t", &mut |_| true));
    assert_eq!(busy.unwrap_err(), JetErr::TABLE_IN_USE);
    assert_eq!(e.seen(&b, "t").unwrap().schema.objid, objid);
    // Somebody opens it while it is being deleted.
    let mut asked = 0;
    let late = e.ddl(&mut a, |c, w| {
        c.delete_table(w, "t", &mut |_| {
            asked += 1;
            asked > 1
        })
    });
    assert_eq!(late.unwrap_err(), JetErr::TABLE_IN_USE);
    assert_eq!(e.seen(&b, "t").unwrap().schema.objid, objid);

    e.ddl(&mut a, |c, w| c.delete_table(w, "t", &mut |_| false))
        .unwrap();
    assert_eq!(e.seen(&b, "t").unwrap_err(), JetErr::TABLE_LOCKED);
    assert_eq!(e.seen(&a, "t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    e.rollback(&mut a);
    assert_eq!(e.seen(&b, "t").unwrap().schema.objid, objid);

    let mut a = e.begin(3);
    e.ddl(&mut a, |c, w| c.delete_table(w, "t", &mut |_| false))
        .unwrap();
    let again = create(&e, &mut a, "t").unwrap();
    assert_eq!(e.seen(&a, "t").unwrap().schema.objid, again);
    assert_eq!(e.seen(&b, "t").unwrap_err(), JetErr::TABLE_LOCKED);
    e.commit(a);
    assert_eq!(e.seen(&older, "t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    e.commit(older);
    e.commit(b);
    assert_eq!(e.now("t").unwrap().schema.objid, again);
    settle(&e);
}

#[test]
fn the_engines_tables_stay() {
    let e = engine();
    for name in [
        "MSysObjects",
        "msysobjectsshadow",
        "MSysObjids",
        "MSysLocales",
    ] {
        let no = e.alone(|c, w| c.delete_table(w, name, &mut |_| false));
        assert_eq!(
            no.unwrap_err(),
            JetErr::CANNOT_DELETE_SYSTEM_TABLE,
            "{name}"
        );
        let no = e.alone(|c, w| c.rename_table(w, name, "x"));
        assert_eq!(no.unwrap_err(), JetErr::FIXED_DDL, "{name}");
    }
    assert_eq!(e.now("MSysObjects").unwrap().secondary.len(), 2);
}

#[test]
fn a_deleted_index_is_gone_at_once_and_maintained_until_it_is_committed() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let older = e.begin(8);
    let indexes = |begun: &Begun| e.seen(begun, "t").unwrap().schema.indexes.len();
    let mut a = e.begin(3);
    e.ddl(&mut a, |c, w| c.delete_index(w, objid, "I")).unwrap();
    assert_eq!((indexes(&a), indexes(&older)), (0, 0));
    assert_eq!(maintained(&e, &older, objid), ["i"]);
    e.rollback(&mut a);
    assert_eq!(indexes(&older), 1);
    let mut a = e.begin(3);
    e.ddl(&mut a, |c, w| c.delete_index(w, objid, "i")).unwrap();
    e.commit(a);
    assert_eq!(indexes(&older), 0);
    assert!(maintained(&e, &older, objid).is_empty());
    e.commit(older);
    settle(&e);
}

#[test]
fn a_new_index_is_maintained_by_those_who_do_not_see_it() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let older = e.begin(8);
    let mut a = e.begin(3);
    let build = &mut Nothing;
    e.ddl(&mut a, |c, w| {
        c.create_index(w, objid, &index("j", b"-a\0\0"), RIGHTS, build)
    })
    .unwrap();
    assert_eq!(e.seen(&a, "t").unwrap().schema.indexes.len(), 2);
    assert_eq!(e.seen(&older, "t").unwrap().schema.indexes.len(), 1);
    assert_eq!(maintained(&e, &older, objid), ["i", "j"]);
    let mut b = e.begin(4);
    let same = e.ddl(&mut b, |c, w| {
        c.create_index(w, objid, &index("J", b"-a\0\0"), RIGHTS, &mut Nothing)
    });
    assert_eq!(same.unwrap_err(), JetErr::INDEX_DUPLICATE);
    e.commit(b);
    e.rollback(&mut a);
    assert_eq!(maintained(&e, &older, objid), ["i"]);
    e.commit(older);
    settle(&e);
}

#[test]
fn columns_are_added_side_by_side_and_ids_are_given_once() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let (mut a, mut b) = (e.begin(3), e.begin(4));
    let one = column("one", Coltyp::Long);
    let first = e
        .ddl(&mut a, |c, w| c.add_column(w, objid, &one, RIGHTS))
        .unwrap();
    let same = e.ddl(&mut b, |c, w| c.add_column(w, objid, &one, RIGHTS));
    assert_eq!(same.unwrap_err(), JetErr::COLUMN_DUPLICATE);
    let two = column("two", Coltyp::Long);
    let second = e
        .ddl(&mut b, |c, w| c.add_column(w, objid, &two, RIGHTS))
        .unwrap();
    assert!(second.fid > first.fid);
    e.commit(b);
    assert!(e.seen(&a, "t").unwrap().schema.column("two").is_none());
    e.rollback(&mut a);
    let third = e.add_column(objid, &one).unwrap();
    assert!(third.fid > second.fid, "an id is given once");
    let offsets: Vec<u16> = e
        .now("t")
        .unwrap()
        .schema
        .columns()
        .iter()
        .map(|c| c.offset)
        .collect();
    assert!(offsets[..3].windows(2).all(|o| o[0] < o[1]), "{offsets:?}");
    settle(&e);
}

#[test]
fn a_column_that_is_deleted_stays_for_older_snapshots_and_one_renamed_does_not() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    let with = ColumnDef {
        default: Some(vec![1, 0, 0, 0]),
        ..column("d", Coltyp::Long)
    };
    e.add_column(objid, &with).unwrap();
    e.add_column(objid, &column("e", Coltyp::Bit)).unwrap();
    e.clean();
    let older = e.begin(8);
    let in_use = e.alone(|c, w| c.delete_column(w, objid, "a"));
    assert_eq!(in_use.unwrap_err(), JetErr::COLUMN_IN_USE);
    e.alone(|c, w| c.delete_column(w, objid, "e")).unwrap();
    e.alone(|c, w| c.rename_column(w, objid, "d", "f")).unwrap();
    e.alone(|c, w| c.set_default(w, objid, "f", &[2, 0, 0, 0]))
        .unwrap();
    let taken = e.alone(|c, w| c.rename_column(w, objid, "f", "A"));
    assert_eq!(taken.unwrap_err(), JetErr::KEY_DUPLICATE);
    let seen = e.seen(&older, "t").unwrap();
    assert!(seen.schema.column("e").is_some() && seen.schema.column("d").is_none());
    let renamed = seen.schema.column("f").unwrap();
    assert_eq!(renamed.default.as_deref(), Some(&[2, 0, 0, 0][..]));
    assert!(e.now("t").unwrap().schema.column("e").is_none());
    e.commit(older);
    settle(&e);
    let after = e.now("t").unwrap();
    assert_eq!(
        after.schema.column("f").unwrap().default.as_deref(),
        Some(&[2, 0, 0, 0][..])
    );
}

#[test]
fn the_first_long_value_outlives_its_transaction() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let (mut a, b) = (e.begin(3), e.begin(4));
    let tree = e
        .ddl(&mut a, |c, w| c.create_long_values(w, objid))
        .unwrap();
    assert_eq!(
        e.seen(&b, "t").unwrap().long_values.as_ref().unwrap().fdp(),
        tree.fdp()
    );
    e.rollback(&mut a);
    let again = e.alone(|c, w| c.create_long_values(w, objid)).unwrap();
    assert_eq!(again.fdp(), tree.fdp());
    e.commit(b);
    settle(&e);
}

#[test]
fn a_table_that_is_renamed_is_locked_until_the_end() {
    let e = engine();
    e.create(&table("t"));
    e.create(&table("u"));
    e.clean();
    let (mut a, b) = (e.begin(3), e.begin(4));
    let taken = e.ddl(&mut a, |c, w| c.rename_table(w, "t", "U"));
    assert_eq!(taken.unwrap_err(), JetErr::KEY_DUPLICATE);
    e.ddl(&mut a, |c, w| c.rename_table(w, "t", "v")).unwrap();
    assert_eq!(e.seen(&b, "t").unwrap_err(), JetErr::TABLE_LOCKED);
    assert_eq!(e.seen(&b, "v").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    assert_eq!(e.seen(&a, "V").unwrap().schema.name, "v");
    e.commit(a);
    e.commit(b);
    assert_eq!(e.now("t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    assert_eq!(e.now("v").unwrap().schema.name, "v");
    settle(&e);
}

#[test]
fn parts_that_are_refused_are_named() {
    let e = engine();
    let mut progress = Progress::default();
    let mut def = table("t");
    def.indexes.push(index("no", b"+zzz\0\0"));
    let failed = e.alone(|c, w| c.create_table(w, &def, &mut progress));
    assert_eq!(failed.unwrap_err(), JetErr::COLUMN_NOT_FOUND);
    let place = ese_core::catalog::write::Part::Index(1);
    assert_eq!((progress.created, progress.failed), (4, Some(place)));
    let numbers = |bits| ColumnDef {
        bits,
        ..column("n", Coltyp::Long)
    };
    def = table("t");
    def.columns.as_mut().unwrap().extend([
        numbers(ColumnBits::AUTOINCREMENT),
        ColumnDef {
            name: "m".into(),
            ..numbers(ColumnBits::AUTOINCREMENT)
        },
    ]);
    let failed = e.alone(|c, w| c.create_table(w, &def, &mut progress));
    assert_eq!(failed.unwrap_err(), JetErr::COLUMN_REDUNDANT);
    assert_eq!(e.now("t").unwrap_err(), JetErr::OBJECT_NOT_FOUND);
    settle(&e);
}

#[test]
fn a_tree_stays_while_somebody_may_have_touched_it() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let (mut a, mut b) = (e.begin(3), e.begin(4));
    let build = &mut Nothing;
    e.ddl(&mut a, |c, w| {
        c.create_index(w, objid, &index("j", b"+a\0\0"), RIGHTS, build)
    })
    .unwrap();
    // Another session maintains the index that it does not see.
    let tree = e.bench.work(&b, |w| {
        let look = w.look();
        let tree = |t: &std::sync::Arc<ese_core::catalog::TableTrees>| t.secondary[1].1.clone();
        e.catalog.with_maintained(&look, objid, tree).unwrap()
    });
    e.bench
        .work(&b, |w| {
            w.writer().insert(&tree, b"key", b"bookmark").map(|_| ())
        })
        .unwrap();
    e.rollback(&mut a);
    e.clean();
    // Its undo finds the tree as it was.
    e.rollback(&mut b);
    settle(&e);
    assert_eq!(e.now("t").unwrap().secondary.len(), 1);
}

/// Who knows the number of a schema that nobody saw otherwise is told that nothing else has to be maintained, and
/// no longer from the moment on at which somebody begins to make an index, nor when that is taken back.
#[test]
fn a_settled_schema_holds_until_somebody_changes_it() {
    let e = engine();
    let objid = e.create(&table("t")).schema.objid;
    e.clean();
    let own = e.now("t").unwrap();
    let stamp = e.catalog.stamp(objid);
    let (mut a, mut b) = (e.begin(3), e.begin(4));
    // How many indexes there are beside those that are known.
    let others = |b: &Begun| {
        e.bench.work(b, |w| {
            let known = (&stamp, own.settled_at());
            let told = e.catalog.with_maintained_of(&w.look(), known, |all| {
                all.map(|all| all.secondary.len() - own.secondary.len())
            });
            told.unwrap()
        })
    };
    assert_eq!(others(&b), None);
    let build = &mut Nothing;
    e.ddl(&mut a, |c, w| {
        c.create_index(w, objid, &index("j", b"+a\0\0"), RIGHTS, build)
    })
    .unwrap();
    assert_eq!(others(&b), Some(1));
    e.rollback(&mut a);
    assert_eq!(others(&b), Some(0), "looked at anew");
    e.rollback(&mut b);
    settle(&e);
    assert_ne!(e.now("t").unwrap().settled_at(), own.settled_at());
}
