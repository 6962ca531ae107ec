//! Long values that several records, several sessions, or several snapshots look at.
//!
//! Source: jet-api behaviour of records §3, "Sharing"; the recordings of lv-sharing and lv-versions.
#![forbid(unsafe_code)]

use crate::sessions::{delete_unreferenced, rollback, statement, undo};
use crate::table::{Table, column};
use crate::work_support::Begun;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING};
use ese_core::lv::write::{
    Bytes, Change, Deletion, Format, HowToChange, LongValueSource, LongValues,
};
use ese_core::record::edit::{EditKind, NewValue, SetFlags, ValuePlace};
use ese_core::record::update::{CopyOf, Got, Update};
use ese_core::trx::NodeId;
use ese_core::work::{Look, Work, WorkError};
use std::sync::Arc;

const PLAIN: HowToChange = HowToChange {
    compress: false,
    most: 0,
    copy: false,
};

fn table() -> Table {
    let none = ColumnFlags::empty();
    Table::new(
        PageSize::K8,
        vec![
            column("a", 256, Coltyp::LongBinary, 0, none),
            column("b", 257, Coltyp::LongBinary, 0, ColumnFlags::COMPRESSED),
        ],
    )
}

fn text(len: usize) -> Vec<u8> {
    (0..len).map(|n| b'a' + (n % 26) as u8).collect()
}

fn set(
    table: &Table,
    begun: &mut Begun,
    update: &mut Update,
    value: &[u8],
    flags: SetFlags,
) -> Result<(), JetErr> {
    let (column, place) = (table.column("a"), ValuePlace::default());
    let done = statement(&table.bench, begun, |w| {
        let value = NewValue::Bytes(value);
        update.set(w, &table.source, column, place, value, flags)
    });
    done.map(|_| ()).map_err(|e| e.jet_err())
}

/// A record with one long value, committed.
fn insert(table: &Table, key: &[u8], value: &[u8]) {
    let mut begun = table.bench.begin(3);
    let mut update = table.update();
    update.begin_insert(EditKind::Insert);
    set(table, &mut begun, &mut update, value, SetFlags::empty()).unwrap();
    store(table, &begun, &update, key, true);
    table.bench.commit(begun);
}

fn store(table: &Table, begun: &Begun, update: &Update, key: &[u8], new: bool) {
    let record = update.edit().record();
    table.bench.work(begun, |w| match new {
        true => w.writer().insert(&table.records, key, record).unwrap(),
        false => w.writer().replace(&table.records, key, record).unwrap(),
    });
}

fn record(table: &Table, look: &Look<'_>, key: &[u8]) -> Vec<u8> {
    table.all(look)[&key.to_vec()].clone()
}

/// A replace of a record, begun.
fn replace(table: &Table, begun: &Begun, key: &[u8]) -> Update {
    let mut update = table.update();
    let record = record(table, &table.look(begun), key);
    update.begin_replace(&table.records, key, &record).unwrap();
    update
}

/// The value of a stored record.
fn read(table: &Table, look: &Look<'_>, key: &[u8]) -> Option<Vec<u8>> {
    let mut update = table.update();
    let record = record(table, look, key);
    update.begin_replace(&table.records, key, &record).unwrap();
    let (column, place) = (table.column("a"), ValuePlace::default());
    let mut out = Vec::new();
    let got = update.get(look, &table.source, column, place, usize::MAX, &mut out);
    (got.unwrap() != Got::Null).then_some(out)
}

fn lock(table: &Table, begun: &Begun, key: &[u8]) -> Result<(), JetErr> {
    let no = table.bench.db.trees.no();
    let tree = (no, table.records.fdp(), table.records.objid());
    let locked = begun.trx.lock(&NodeId::new(tree, true, key), true);
    locked.map(|_| ()).map_err(|e| e.jet_err())
}

/// The record of `from` once more, referring to the same value.
fn share(table: &Table, from: &[u8], to: &[u8]) {
    let mut begun = table.bench.begin(3);
    let mut update = table.update();
    let record = record(table, &table.look(&begun), from);
    statement(&table.bench, &mut begun, |w| {
        update.begin_copy(w, &table.source, &record, CopyOf::Kept)
    })
    .unwrap();
    store(table, &begun, &update, to, true);
    table.bench.commit(begun);
}

fn finish(table: &Table) {
    table.bench.world.finish_creation();
    table.bench.world.replays();
}

#[test]
fn a_shared_value_is_copied_before_it_changes() {
    let t = table();
    let old = text(20_000);
    insert(&t, b"1", &old);
    share(&t, b"1", b"2");
    let counts = |t: &Table| t.counts(&t.latest()).into_values().collect::<Vec<_>>();
    assert_eq!(counts(&t), [2]);
    let mut begun = t.bench.begin(3);
    let mut update = replace(&t, &begun, b"2");
    set(&t, &mut begun, &mut update, b"!", SetFlags::APPEND).unwrap();
    store(&t, &begun, &update, b"2", false);
    t.bench.commit(begun);
    assert_eq!(counts(&t), [1, 1]);
    let mut longer = old.clone();
    longer.push(b'!');
    assert_eq!(read(&t, &t.latest(), b"1"), Some(old));
    assert_eq!(read(&t, &t.latest(), b"2"), Some(longer));
    finish(&t);
}

#[test]
fn a_value_handed_over_is_copied_too() {
    let t = table();
    let old = text(3000);
    insert(&t, b"1", &old);
    let mut begun = t.bench.begin(3);
    let mut update = t.update();
    let bytes = record(&t, &t.look(&begun), b"1");
    statement(&t.bench, &mut begun, |w| {
        update.begin_copy(w, &t.source, &bytes, CopyOf::Replaced)
    })
    .unwrap();
    set(&t, &mut begun, &mut update, b"!", SetFlags::APPEND).unwrap();
    // The old record is as it was until it is deleted.
    assert_eq!(read(&t, &t.look(&begun), b"1"), Some(old));
    store(&t, &begun, &update, b"2", true);
    t.bench.commit(begun);
    let counts: Vec<_> = t.counts(&t.latest()).into_values().collect();
    assert_eq!(counts, [0, 1]);
    let mut values = t.long_values().unwrap();
    assert_eq!(delete_unreferenced(&t.bench, &mut values, 1), 1);
    finish(&t);
}

#[test]
fn two_sessions_do_not_change_one_value() {
    let t = table();
    insert(&t, b"1", &text(3000));
    let (mut a, mut b) = (t.bench.begin(3), t.bench.begin(4));
    let (mut ua, mut ub) = (replace(&t, &a, b"1"), replace(&t, &b, b"1"));
    let conflict = Err(JetErr::WRITE_CONFLICT);
    set(&t, &mut a, &mut ua, b"!", SetFlags::APPEND).unwrap();
    // In part, to the same size, as a whole, to NULL.
    let before = ub.edit().record().to_vec();
    for (value, flags) in [
        (&b"?"[..], SetFlags::APPEND),
        (b"?", SetFlags::OVERWRITE),
        (b"?", SetFlags::empty()),
        (b"", SetFlags::empty()),
    ] {
        assert_eq!(set(&t, &mut b, &mut ub, value, flags), conflict);
        assert_eq!(ub.edit().record(), before);
    }
    store(&t, &a, &ua, b"1", false);
    t.bench.commit(a);
    // Committed since `b` began.
    assert_eq!(set(&t, &mut b, &mut ub, b"?", SetFlags::APPEND), conflict);
    rollback(&t.bench, b);
    finish(&t);
}

#[test]
fn dropping_a_reference_locks_the_record_and_a_partial_change_does_not() {
    let t = table();
    for key in [b"1", b"2", b"3"] {
        insert(&t, key, &text(3000));
    }
    share(&t, b"3", b"4");
    let (mut a, b) = (t.bench.begin(3), t.bench.begin(4));
    let change = |a: &mut Begun, key: &[u8], value: &[u8], flags| {
        let mut update = replace(&t, a, key);
        set(&t, a, &mut update, value, flags).unwrap();
    };
    change(&mut a, b"1", b"!", SetFlags::APPEND);
    change(&mut a, b"2", b"small", SetFlags::empty());
    change(&mut a, b"3", b"!", SetFlags::APPEND);
    let conflict = Err(JetErr::WRITE_CONFLICT);
    assert_eq!(lock(&t, &b, b"1"), Ok(()));
    assert_eq!(lock(&t, &b, b"2"), conflict);
    assert_eq!(lock(&t, &b, b"3"), conflict);
    assert_eq!(lock(&t, &b, b"4"), Ok(()));
    rollback(&t.bench, a);
    rollback(&t.bench, b);
    finish(&t);
}

#[test]
fn references_are_counted_by_several_sessions_at_once() {
    let t = table();
    insert(&t, b"1", &text(30_000));
    share(&t, b"1", b"2");
    let (mut a, mut b) = (t.bench.begin(3), t.bench.begin(4));
    let old = t.bench.begin(5);
    for (begun, key) in [(&mut a, b"1"), (&mut b, b"2")] {
        let mut update = replace(&t, begun, key);
        set(&t, begun, &mut update, b"", SetFlags::empty()).unwrap();
        store(&t, begun, &update, key, false);
    }
    t.bench.commit(a);
    t.bench.commit(b);
    // Nobody refers to it, but somebody still sees it.
    let mut values = t.long_values().unwrap();
    assert_eq!(delete_unreferenced(&t.bench, &mut values, 2), 0);
    assert_eq!(read(&t, &t.look(&old), b"1"), Some(text(30_000)));
    assert_eq!(t.counts(&t.latest()).into_values().collect::<Vec<_>>(), [0]);
    t.bench.commit(old);
    assert_eq!(delete_unreferenced(&t.bench, &mut values, 2), 1);
    assert_eq!(t.long_nodes(&t.latest()), []);
    finish(&t);
}

#[test]
fn a_value_whose_count_moves_is_copied_and_not_changed() {
    let t = table();
    insert(&t, b"1", &text(3000));
    let (mut a, mut b) = (t.bench.begin(3), t.bench.begin(4));
    // One more reference, not committed: `b` sees one only, and may not touch the root.
    let mut copy = t.update();
    let bytes = record(&t, &t.look(&a), b"1");
    statement(&t.bench, &mut a, |w| {
        copy.begin_copy(w, &t.source, &bytes, CopyOf::Kept)
    })
    .unwrap();
    store(&t, &a, &copy, b"2", true);
    let mut update = replace(&t, &b, b"1");
    set(&t, &mut b, &mut update, b"!", SetFlags::APPEND).unwrap();
    store(&t, &b, &update, b"1", false);
    t.bench.commit(b);
    t.bench.commit(a);
    assert_eq!(read(&t, &t.latest(), b"2"), Some(text(3000)));
    assert_eq!(read(&t, &t.latest(), b"1").unwrap().len(), 3001);
    let counts: Vec<_> = t.counts(&t.latest()).into_values().collect();
    assert_eq!(counts, [1, 1]);
    // The other way round: a value that is being changed is copied for who wants to refer to it.
    let (mut a, mut b) = (t.bench.begin(3), t.bench.begin(4));
    let mut update = replace(&t, &a, b"2");
    set(&t, &mut a, &mut update, b"!", SetFlags::APPEND).unwrap();
    let bytes = record(&t, &t.look(&b), b"2");
    statement(&t.bench, &mut b, |w| {
        copy.begin_copy(w, &t.source, &bytes, CopyOf::Kept)
    })
    .unwrap();
    assert_ne!(copy.edit().record(), bytes);
    store(&t, &b, &copy, b"3", true);
    t.bench.commit(b);
    rollback(&t.bench, a);
    assert_eq!(read(&t, &t.latest(), b"3"), Some(text(3000)));
    assert_eq!(t.counts(&t.latest()).len(), 3);
    finish(&t);
}

#[test]
fn a_snapshot_keeps_its_value() {
    let t = table();
    let old = text(40_000);
    insert(&t, b"1", &old);
    let reader = t.bench.begin(5);
    for (value, flags) in [
        (&b"xyz"[..], SetFlags::OVERWRITE),
        (&[0; 100], SetFlags::SIZE),
        (&[0; 30_000], SetFlags::SIZE),
        (b"tail", SetFlags::APPEND),
        (b"", SetFlags::empty()),
    ] {
        let mut begun = t.bench.begin(3);
        let mut update = replace(&t, &begun, b"1");
        set(&t, &mut begun, &mut update, value, flags).unwrap();
        // Not stored yet: the own record says what it said.
        let look = t.look(&begun).before_update(update.number().unwrap());
        assert_eq!(read(&t, &look, b"1"), read(&t, &t.latest(), b"1"));
        store(&t, &begun, &update, b"1", false);
        assert_eq!(read(&t, &t.look(&reader), b"1").as_ref(), Some(&old));
        t.bench.commit(begun);
        assert_eq!(read(&t, &t.look(&reader), b"1").as_ref(), Some(&old));
    }
    assert_eq!(read(&t, &t.latest(), b"1"), None);
    t.bench.commit(reader);
    finish(&t);
}

#[test]
fn a_cancelled_update_leaves_nothing() {
    let t = table();
    insert(&t, b"1", &text(3000));
    let mut begun = t.bench.begin(3);
    let mut update = replace(&t, &begun, b"1");
    assert_eq!(update.cancel(), None);
    let mut update = replace(&t, &begun, b"1");
    set(&t, &mut begun, &mut update, b"!", SetFlags::APPEND).unwrap();
    set(&t, &mut begun, &mut update, &text(9000), SetFlags::empty()).unwrap();
    let scope = update.cancel().unwrap();
    undo(&t.bench, &mut begun, scope);
    assert_eq!(read(&t, &t.look(&begun), b"1"), Some(text(3000)));
    t.bench.commit(begun);
    assert_eq!(t.counts(&t.latest()).into_values().collect::<Vec<_>>(), [1]);
    finish(&t);
}

#[test]
fn parts_are_read_alone() {
    let t = table();
    let value = text(25_000);
    insert(&t, b"1", &value);
    let look = t.latest();
    let mut values = t.long_values().unwrap();
    let mut at = |offset: u32, most: usize| {
        let mut out = vec![7];
        let lid = Lid::FIRST_WIDE;
        let size = values.read_at(&look, lid, offset, most, &mut out).unwrap();
        assert_eq!((size, out.remove(0)), (25_000, 7));
        out
    };
    let chunk = t.format.chunk as usize;
    for offset in [
        0,
        1,
        chunk - 1,
        chunk,
        chunk + 1,
        2 * chunk,
        24_999,
        25_000,
        30_000,
    ] {
        for most in [0, 1, 2, chunk - 1, chunk, chunk + 1, 3 * chunk, usize::MAX] {
            let end = offset.saturating_add(most).min(value.len());
            let want = value.get(offset..end).unwrap_or(&[]);
            assert_eq!(at(offset as u32, most), want, "{offset} {most}");
        }
    }
}

/// A value by its nodes, whatever they are.
fn plant(table: &Table, lid: Lid, root: &[u8], chunks: &[(u32, &[u8])]) -> LongValues {
    table.bench.alone(|w| {
        let tree = table.source.make(w).unwrap().tree;
        for (offset, data) in chunks {
            let key = lid.chunk_key(*offset);
            w.writer().insert(&tree, &key, data).unwrap();
        }
        if !root.is_empty() {
            w.writer().insert(&tree, &lid.root_key(), root).unwrap();
        }
    });
    table.long_values().unwrap()
}

fn root(refcount: u32, size: u32) -> Vec<u8> {
    let mut out = Vec::new();
    LvRoot {
        refcount,
        size,
        encrypted: false,
    }
    .build(&mut out);
    out
}

fn whole(t: &Table, values: &mut LongValues, lid: Lid) -> Result<Vec<u8>, JetErr> {
    let mut out = Vec::new();
    let done = values.read_into(&t.latest(), lid, &mut out);
    done.map(|()| out).map_err(|e| e.jet_err())
}

#[test]
fn values_with_larger_chunks_are_read_and_changed() {
    let none = ColumnFlags::empty();
    let columns = vec![column("a", 256, Coltyp::LongBinary, 0, none)];
    let t = Table::new(PageSize::K16, columns);
    let old = t.format.old_chunk;
    assert!(old > t.format.chunk);
    let mut value = text(old as usize + 3000);
    let (first, second) = value.split_at(old as usize);
    let lid = Lid::new(5).unwrap();
    let mut values = plant(
        &t,
        lid,
        &root(1, value.len() as u32),
        &[(0, first), (old, second)],
    );
    assert_eq!(whole(&t, &mut values, lid), Ok(value.clone()));
    let alone = Lid::new(6).unwrap();
    plant(&t, alone, &root(1, 9000), &[(0, &text(9000))]);
    let more = text(40_000);
    t.bench.alone(|w| {
        for lid in [lid, alone] {
            let kept = values
                .change(w, lid, &Change::Append(&more), PLAIN)
                .unwrap();
            assert_eq!(kept, lid);
        }
    });
    value.extend_from_slice(&more);
    assert_eq!(whole(&t, &mut values, lid), Ok(value));
    let joined = [&text(9000)[..], &more].concat();
    assert_eq!(whole(&t, &mut values, alone), Ok(joined));
    let offsets = |of: Lid| -> Vec<u32> {
        let nodes = t.long_nodes(&t.latest()).into_iter();
        nodes
            .filter_map(|(key, _)| match key {
                LvKey::Chunk { lid, offset } if lid == of => Some(offset),
                _ => None,
            })
            .collect()
    };
    assert_eq!(offsets(lid), [0, old, 2 * old, 3 * old]);
    assert_eq!(offsets(alone), [0, old, 2 * old, 3 * old]);
    t.bench.alone(|w| {
        let cut = Change::Resize(100);
        values.change(w, lid, &cut, PLAIN).unwrap();
    });
    assert_eq!(whole(&t, &mut values, lid), Ok(text(100)));
    finish(&t);
}

#[test]
fn damaged_values_are_reported() {
    let t = table();
    let chunk = t.format.chunk;
    let lid = |n| Lid::new(n).unwrap();
    let full = text(chunk as usize);
    type Chunks<'a> = &'a [(u32, &'a [u8])];
    let bad: [(&[u8], Chunks<'_>); 8] = [
        // No root; no chunk; a hole; a chunk too long; one that is no stream; no root at all; a size
        // that no value has; chunks of no known size.
        (b"", &[(0, b"abc")]),
        (&root(1, 5), &[]),
        (&root(1, 2 * chunk + 5), &[(0, &full), (chunk, &full)]),
        (&root(1, 2), &[(0, b"abc")]),
        (&root(1, 200), &[(0, b"abc")]),
        (b"abc", &[(0, b"abc")]),
        (&root(1, 0x8000_0000), &[(0, b"abc")]),
        (&root(1, 20_000), &[(0, &full), (3, b"abc")]),
    ];
    let corrupted = JetErr::LV_CORRUPTED;
    for ((root, chunks), n) in bad.into_iter().zip(1..) {
        let mut values = plant(&t, lid(n), root, chunks);
        let read = whole(&t, &mut values, lid(n));
        let bad = match n {
            1 => [JetErr::RECORD_NOT_FOUND; 2],
            _ => [JetErr::LV_CORRUPTED, JetErr::DECOMPRESSION_FAILED],
        };
        assert!(read.is_err_and(|e| bad.contains(&e)), "{n}");
        let mut fails =
            |what: &mut dyn FnMut(&mut Work<'_>, &mut LongValues) -> Option<WorkError>| {
                let mut begun = t.bench.begin(3);
                let failed = statement(&t.bench, &mut begun, |w| match what(w, &mut values) {
                    Some(e) => Err(e),
                    None => Ok(()),
                });
                rollback(&t.bench, begun);
                failed.map_err(|e| e.jet_err())
            };
        let grown = fails(&mut |w, v| v.change(w, lid(n), &Change::Append(b"x"), PLAIN).err());
        let copied = fails(&mut |w, v| {
            let how = HowToChange {
                copy: true,
                ..PLAIN
            };
            v.change(w, lid(n), &Change::Append(b"x"), how).err()
        });
        // What is not looked at is not found: but nothing panics, and nothing hangs.
        if n != 3 && n != 5 {
            let wanted = if n == 1 {
                JetErr::RECORD_NOT_FOUND
            } else {
                corrupted
            };
            assert_eq!((grown, copied), (Err(wanted), Err(wanted)), "{n}");
        }
    }
    let missing = lid(99);
    let mut values = t.long_values().unwrap();
    t.bench.alone(|w| {
        let none = JetErr::RECORD_NOT_FOUND;
        let failed = values.dereference(w, missing).unwrap_err();
        assert_eq!(failed.jet_err(), none);
        let failed = values.reference(w, missing).unwrap_err();
        assert_eq!(failed.jet_err(), none);
        assert_eq!(values.delete_value(w, missing, 1).unwrap(), Deletion::Done);
        let cut = Change::Overwrite(9, b"x");
        assert!(values.change(w, missing, &cut, PLAIN).is_err());
    });
}

#[test]
fn a_value_that_is_going_goes_whatever_is_left_of_it() {
    let t = table();
    let going = Lid::new(3).unwrap();
    let chunk = t.format.chunk;
    let full = text(chunk as usize);
    // Its first chunk is gone already, as the original leaves it when it stops in between.
    let mut values = plant(
        &t,
        going,
        &root(REFCOUNT_DELETING, 3 * chunk),
        &[(chunk, &full), (2 * chunk, &full)],
    );
    let kept = Lid::new(4).unwrap();
    plant(&t, kept, &root(1, 3), &[(0, b"abc")]);
    let mut delete = |lid| t.bench.alone(|w| values.delete_value(w, lid, 1)).unwrap();
    assert_eq!(delete(kept), Deletion::Kept);
    assert_eq!(delete(going), Deletion::More);
    assert_eq!(delete(going), Deletion::Done);
    assert_eq!(delete(going), Deletion::Done);
    assert_eq!(t.long_nodes(&t.latest()).len(), 2);
    finish(&t);
}

#[test]
fn old_databases_get_narrow_ids() {
    let t = table();
    let mut values = t.bench.alone(|w| {
        let tree = t.source.make(w).unwrap();
        let format = Format {
            wide: false,
            ..t.format
        };
        LongValues::new(t.bench.db.trees.no(), tree, format)
    });
    let mut make = || {
        let made = t
            .bench
            .alone(|w| values.create(w, &Bytes(b"a value"), false));
        made.unwrap().value()
    };
    assert_eq!((make(), make()), (1, 2));
    // Who knows nothing yet looks at the tree, also at what is not committed.
    let begun = t.bench.begin(3);
    t.bench
        .work(&begun, |w| values.create(w, &Bytes(b"x"), false))
        .unwrap();
    let tree = ese_core::lv::write::LongValueTree {
        tree: Arc::clone(values.tree()),
        ids: Arc::default(),
    };
    let mut other = LongValues::new(t.bench.db.trees.no(), tree, values.format());
    let made = t
        .bench
        .alone(|w| other.create(w, &Bytes(b"y"), false))
        .unwrap();
    assert_eq!(made.value(), 4);
    rollback(&t.bench, begun);
    finish(&t);
}

#[test]
fn threads_make_and_drop_values_together() {
    const THREADS: u16 = 4;
    let t = table();
    // The tree is there before: who makes it is the catalog's business.
    t.bench.alone(|w| t.source.make(w)).unwrap();
    std::thread::scope(|s| {
        for thread in 0..THREADS {
            let t = &t;
            s.spawn(move || {
                let mut values = t.long_values().unwrap();
                for n in 0..40usize {
                    let begun = t.bench.begin(10 + thread);
                    let value = text(n * 311 % 20_000 + 1);
                    let lid = t.bench.work(&begun, |w| {
                        let lid = values.create(w, &Bytes(&value), n % 2 == 0).unwrap();
                        let more = Change::Append(b"more");
                        values.change(w, lid, &more, PLAIN).unwrap()
                    });
                    match n % 3 {
                        0 => rollback(&t.bench, begun),
                        _ => t.bench.commit(begun),
                    }
                    if n % 3 == 1 {
                        let want = [&value[..], b"more"].concat();
                        assert_eq!(whole(t, &mut values, lid), Ok(want));
                        t.bench.alone_as(20 + thread, |w| {
                            values.dereference(w, lid).unwrap();
                        });
                    }
                }
            });
        }
    });
    let mut values = t.long_values().unwrap();
    let gone = delete_unreferenced(&t.bench, &mut values, 1);
    assert_eq!(gone, usize::from(THREADS) * 13);
    assert_eq!(t.counts(&t.latest()).len(), usize::from(THREADS) * 13);
    finish(&t);
}
