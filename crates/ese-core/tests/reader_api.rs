//! Goal: every way to a record leads to the same records.
//!
//! Method: one scan gives the keys of a tree in order; that list is the model. Iterators, seeks with
//! every operator, the parallel scan, lookups by bookmark and walks along secondary indexes are held
//! against it, on trees of one level and of many, unique and not.

use ese_core::btree::{Seek, TreeCursor};
use ese_core::catalog::Index;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::reader::{Database, RowEvent, Table};
use std::ops::ControlFlow;
use std::sync::Mutex;

const SETS: [&str; 4] = [
    "index-4k-9600",
    "types-16k-8920",
    "deep-32k-9600",
    "template-8k-9600",
];

fn each_table(mut visit: impl FnMut(&Database, Table<'_>, &str)) {
    for set in SETS {
        let dir = testkit::unpack_set("databases", set).expect("a fixture");
        let db = Database::open(dir.join(format!("{set}.edb"))).unwrap();
        for table in db.tables() {
            let context = format!("{set}/{}", table.schema().name);
            visit(&db, table, &context);
        }
    }
}

fn bookmarks(table: &Table<'_>) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    table.scan(|event| {
        let RowEvent::Row(row) = event else {
            panic!("damage in a clean database")
        };
        out.push(row.bookmark());
        ControlFlow::Continue(())
    });
    out
}

fn entries(table: &Table<'_>, index: &Index) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut out = Vec::new();
    table.scan_index(index, |entry| {
        let entry = entry.expect("a clean database");
        out.push((entry.node.key(), entry.node.data.to_vec()));
        ControlFlow::Continue(())
    });
    out
}

/// Keys to seek with: those that are there, their neighbours, and nonsense.
fn probes(keys: &[&[u8]], rng: &mut SeededRng) -> Vec<Vec<u8>> {
    let mut out = vec![Vec::new(), vec![0], vec![0xFF; 300]];
    for _ in 0..60 {
        let Some(key) = keys.get(rng.below(keys.len() as u64) as usize) else {
            break;
        };
        let mut near = key.to_vec();
        match rng.below(4) {
            0 => {}
            1 => near.push(rng.next_u64() as u8),
            2 => near.truncate(rng.below(near.len() as u64 + 1) as usize),
            _ => {
                if let Some(b) = near.last_mut() {
                    *b = b.wrapping_add(1);
                }
            }
        }
        out.push(near);
    }
    out
}

/// Place in the ordered `keys` where a seek lands.
fn model(keys: &[&[u8]], key: &[u8], seek: Seek) -> Option<usize> {
    let lower = keys.partition_point(|k| *k < key);
    let upper = keys.partition_point(|k| *k <= key);
    match seek {
        Seek::Eq => (lower < upper).then_some(lower),
        Seek::Ge => (lower < keys.len()).then_some(lower),
        Seek::Gt => (upper < keys.len()).then_some(upper),
        Seek::Le => upper.checked_sub(1),
        Seek::Lt => lower.checked_sub(1),
    }
}

#[test]
fn iterators_bookmarks_and_threads_see_the_same_records() {
    let mut records = 0;
    each_table(|db, table, context| {
        let wanted = bookmarks(&table);
        records += wanted.len();
        let rows: Vec<_> = table
            .rows()
            .map(|r| r.unwrap().bookmark().to_vec())
            .collect();
        assert_eq!(rows, wanted, "{context}: rows()");
        let mut back = Vec::new();
        let mut cursor = TreeCursor::new(db.pages(), table.schema().tree());
        let mut entry = cursor.last().unwrap();
        while let Some(e) = entry {
            back.push(e.node().unwrap().key());
            entry = cursor.move_prev().unwrap();
        }
        back.reverse();
        assert_eq!(back, wanted, "{context}: backwards");
        let met = Mutex::new(Vec::new());
        table.par_scan(3, |event| {
            let RowEvent::Row(row) = event else {
                panic!("damage in a clean database")
            };
            met.lock().unwrap().push(row.bookmark());
        });
        let mut met = met.into_inner().unwrap();
        met.sort();
        assert_eq!(met, wanted, "{context}: from three threads");
        for bookmark in wanted.iter().step_by(7) {
            let row = table
                .get(bookmark)
                .unwrap()
                .expect("a record that the scan met");
            assert_eq!(row.bookmark(), bookmark);
        }
        assert!(table.get(b"\xFFno such key").unwrap().is_none());
    });
    assert!(records > 3000, "{records}");
}

#[test]
fn seeks_land_where_the_ordered_list_says() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut seeks = 0;
    each_table(|db, table, context| {
        let operators = [Seek::Eq, Seek::Ge, Seek::Gt, Seek::Le, Seek::Lt];
        let ordered = bookmarks(&table);
        let keys: Vec<&[u8]> = ordered.iter().map(Vec::as_slice).collect();
        for probe in probes(&keys, &mut rng) {
            for seek in operators {
                let found = table.seek(None, &probe, seek).unwrap();
                let wanted = model(&keys, &probe, seek).map(|i| keys[i]);
                assert_eq!(
                    found.as_ref().map(|r| r.bookmark()),
                    wanted,
                    "{context}: {seek:?} {probe:02x?}"
                );
                seeks += 1;
            }
        }
        for index in table.schema().indexes.iter().filter(|i| !i.is_primary()) {
            let all = entries(&table, index);
            let keys: Vec<&[u8]> = all.iter().map(|e| e.0.as_slice()).collect();
            for probe in probes(&keys, &mut rng) {
                for seek in operators {
                    let mut cursor = TreeCursor::new(db.pages(), index.tree());
                    let found = cursor.seek(&probe, seek).unwrap();
                    let found = found.map(|e| {
                        let node = e.node().unwrap();
                        (node.key(), node.data.to_vec())
                    });
                    let wanted = model(&keys, &probe, seek).map(|i| all[i].clone());
                    assert_eq!(
                        found, wanted,
                        "{context}/{}: {seek:?} {probe:02x?}",
                        index.name
                    );
                    seeks += 1;
                }
            }
        }
    });
    assert!(seeks > 5000, "{seeks}");
}

#[test]
fn secondary_indexes_lead_to_their_records() {
    let mut walked = 0;
    each_table(|_, table, context| {
        for index in &table.schema().indexes {
            let all = entries(&table, index);
            let rows: Vec<_> = table
                .rows_by(index)
                .map(|r| r.unwrap().bookmark().to_vec())
                .collect();
            let wanted: Vec<_> = all
                .into_iter()
                .map(|(key, data)| if index.is_primary() { key } else { data })
                .collect();
            assert_eq!(rows, wanted, "{context}/{}", index.name);
            walked += rows.len();
        }
    });
    assert!(walked > 5000, "{walked}");
}

#[test]
fn keys_made_of_values_find_the_record() {
    let mut made = 0;
    each_table(|db, table, context| {
        let Some(primary) = table.schema().primary() else {
            return;
        };
        let columns: Vec<_> = primary
            .segments
            .iter()
            .filter_map(|s| {
                table
                    .schema()
                    .column_by_fid(s.fid, false)
                    .or(table.schema().column_by_fid(s.fid, true))
            })
            .collect();
        // Multi-valued keys and text keys that are cut have their own tests; here it is the way in.
        for row in table.rows().step_by(5) {
            let row = row.unwrap();
            let row = row.with(db.pages()).unwrap();
            let values: Vec<Vec<Vec<u8>>> = columns.iter().map(|c| row.bytes(c).unwrap()).collect();
            let values: Vec<Option<&[u8]>> = values
                .iter()
                .map(|v| v.first().map(Vec::as_slice))
                .collect();
            let key = table.key(primary, &values).unwrap();
            assert_eq!(key, row.bookmark(), "{context}");
            made += 1;
        }
        let too_many = vec![None; primary.segments.len() + 1];
        assert!(table.key(primary, &too_many).is_err(), "{context}");
    });
    assert!(made > 300, "{made}");
}
