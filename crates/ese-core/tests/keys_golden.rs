//! Goal: every index entry can be computed again from the records.
//!
//! Method: for every table of every database, the entries of each index are made from the records
//! and compared with the entries its tree holds, key and bookmark; the primary keys with the
//! records' own. Where the golden of a witness database has a hash of an index's keys as the
//! original returned them, the computed keys must give it. Indexes over UTF-16 text of the witness
//! databases agree too, though they say nothing about Windows: another system's tables weighed them
//! (witness/README.md). Those of the real samples do.
#![forbid(unsafe_code)]

use ese_core::index::{AtRest, Entries, EntryBuilder, IndexDef, RecordColumns};
use ese_core::reader::{Database, RowEvent, Table};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use std::path::Path;

/// What was compared.
#[derive(Default, Debug)]
struct Seen {
    primary: u64,
    secondary: u64,
    hashes: u64,
    unicode_entries: u64,
    entries: u64,
}

/// Key and bookmark.
type Pair = (Vec<u8>, Vec<u8>);

struct Check<'a> {
    golden: &'a Json,
    seen: &'a mut Seen,
    problems: &'a mut Vec<String>,
}

impl Check<'_> {
    fn database(&mut self, path: &Path, name: &str) {
        let db = Database::open(path).unwrap_or_else(|e| panic!("{name}: {e}"));
        for table in db.tables() {
            let context = format!("{name}/{}", table.schema().name);
            self.table(&table, &context);
        }
    }

    fn table(&mut self, table: &Table<'_>, context: &str) {
        let schema = table.schema();
        let pages = table.database().pages();
        let defs: Vec<IndexDef> = schema
            .indexes
            .iter()
            .map(|index| {
                IndexDef::of_schema(schema, index)
                    .unwrap_or_else(|e| panic!("{context}: {}: {e}", index.name))
            })
            .collect();
        let mut made: Vec<Vec<Pair>> = vec![Vec::new(); defs.len()];
        let mut builder = EntryBuilder::new();
        let mut entries = Entries::default();
        let mut previous = Vec::new();
        table.scan(|event| {
            let row = match event {
                RowEvent::Row(row) => row,
                RowEvent::Fault(e) => panic!("{context}: {e}"),
            };
            let bookmark = row.bookmark();
            if !defs.iter().any(|def| def.primary) {
                assert_eq!(bookmark.len(), 4, "{context}");
                assert!(previous < bookmark, "{context}");
                previous.clone_from(&bookmark);
            }
            let long = AtRest::new(schema, pages);
            let columns = RecordColumns::new(schema, row.record(), &long);
            for (i, def) in defs.iter().enumerate() {
                builder
                    .entries_into(def, &columns, &mut entries)
                    .unwrap_or_else(|e| panic!("{context}: {}: {e}", schema.indexes[i].name));
                if def.primary {
                    assert_eq!(entries.len(), 1, "{context}");
                }
                made[i].extend(entries.iter().map(|key| (key.to_vec(), bookmark.clone())));
            }
            ControlFlow::Continue(())
        });
        for (i, def) in defs.iter().enumerate() {
            made[i].sort();
            self.index(table, i, def, &made[i], context);
        }
    }

    fn index(&mut self, table: &Table<'_>, i: usize, def: &IndexDef, made: &[Pair], context: &str) {
        let index = &table.schema().indexes[i];
        let context = format!("{context}/{}", index.name);
        let mut stored: Vec<Pair> = Vec::new();
        table.scan_index(index, |entry| {
            let entry = entry.unwrap_or_else(|e| panic!("{context}: {e}"));
            let key = entry.node.key();
            let bookmark = if def.primary {
                key.clone()
            } else {
                entry.node.data.to_vec()
            };
            stored.push((key, bookmark));
            ControlFlow::Continue(())
        });
        // Unique trees hold keys alone in order; the bookmark then orders nothing.
        assert!(
            stored.windows(2).all(|w| w[0] < w[1]),
            "{context}: not in order"
        );
        self.seen.entries += made.len() as u64;
        if def.primary {
            self.seen.primary += 1;
        } else {
            self.seen.secondary += 1;
        }
        if def.has_unicode_text() {
            self.seen.unicode_entries += made.len() as u64;
        }
        if made != stored {
            let show = |p: &Pair| format!("{} > {}", testkit::hex(&p.0), testkit::hex(&p.1));
            let only = |a: &[Pair], b: &[Pair]| -> Vec<String> {
                a.iter()
                    .filter(|p| b.binary_search(p).is_err())
                    .take(3)
                    .map(show)
                    .collect()
            };
            self.problems.push(format!(
                "{context}: {} made, {} stored\n  made only   {:#?}\n  stored only {:#?}",
                made.len(),
                stored.len(),
                only(made, &stored),
                only(&stored, made)
            ));
        }
        let golden = &self.golden["tables"][&table.schema().name]["indexes"][&index.name];
        if let Some(count) = golden["entries"].as_u64() {
            assert_eq!(made.len() as u64, count, "{context}");
        }
        if let Some(hash) = golden["keys_sha256"].as_str() {
            let mut keys = Sha256::new();
            for (key, _) in made {
                keys.update((key.len() as u32).to_le_bytes());
                keys.update(key);
            }
            if testkit::hex(&keys.finalize()) != hash {
                self.problems.push(format!("{context}: hash of the keys"));
            }
            self.seen.hashes += 1;
        }
    }
}

fn report(seen: &Seen, problems: &[String]) {
    println!("{seen:?}");
    assert!(
        problems.is_empty(),
        "{} differences:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn every_entry_of_the_witness_databases() {
    let (mut seen, mut problems) = (Seen::default(), Vec::new());
    for name in testkit::sets("databases") {
        let dir = testkit::unpack_set("databases", &name).unwrap();
        let golden = testkit::set_json("databases", &name).unwrap();
        Check {
            golden: &golden,
            seen: &mut seen,
            problems: &mut problems,
        }
        .database(&dir.join(golden["file"].as_str().unwrap()), &name);
    }
    report(&seen, &problems);
    assert!(seen.hashes > 0 && seen.secondary > 0);
}

#[test]
fn every_entry_of_the_samples() {
    let (mut seen, mut problems) = (Seen::default(), Vec::new());
    for path in testkit::goldens() {
        let golden = testkit::json(&path);
        if golden["tables"].is_null() {
            continue;
        }
        let file = golden["file"].as_str().unwrap();
        let Some(db) = testkit::sample(file) else {
            testkit::skip(file);
            continue;
        };
        Check {
            golden: &golden,
            seen: &mut seen,
            problems: &mut problems,
        }
        .database(&db, file);
    }
    report(&seen, &problems);
}
