//! Goal: every database reads exactly as the original engine reads it.
//!
//! Method: the canonical dump of each table is hashed, whole and per column, and compared with what
//! the original returned through its API (`sha256.original` of the samples, `sha256` of the witness
//! databases); schema, record counts and index entries likewise. Where independent readers
//! disagree, the goldens name the wrong ones; nothing here depends on them.

use ese_core::catalog::TableSchema;
use ese_core::reader::canonical::CanonicalWriter;
use ese_core::reader::{Database, RowEvent, Table};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

struct Hashes {
    records: u64,
    table: String,
    columns: BTreeMap<String, String>,
}

fn hash_table(table: &Table<'_>, context: &str) -> Hashes {
    let mut writer = CanonicalWriter::default();
    let mut whole = Sha256::new();
    let mut columns: BTreeMap<String, Sha256> = BTreeMap::new();
    let mut ordinal = 0u32;
    table.scan(|event| {
        let row = match event {
            RowEvent::Row(row) => row,
            RowEvent::Fault(e) => panic!("{context}: {e}"),
        };
        let record = writer
            .record(&row, &|_| true)
            .unwrap_or_else(|e| panic!("{context}: {e}"));
        whole.update((record.len() as u32).to_le_bytes());
        whole.update(record);
        for entry in writer.columns() {
            let name = &table.schema().columns()[entry.place].name;
            let hash = columns.entry(name.clone()).or_default();
            hash.update(ordinal.to_le_bytes());
            hash.update(entry.bytes);
        }
        ordinal += 1;
        ControlFlow::Continue(())
    });
    Hashes {
        records: u64::from(ordinal),
        table: testkit::hex(&whole.finalize()),
        columns: columns
            .into_iter()
            .map(|(n, h)| (n, testkit::hex(&h.finalize())))
            .collect(),
    }
}

fn check_schema(schema: &TableSchema, golden: &Json, context: &str, problems: &mut Vec<String>) {
    let Some(wanted) = golden["columns"].as_array() else {
        return;
    };
    let mut ours: Vec<(String, u64, u64)> = schema
        .columns()
        .iter()
        .map(|c| (c.name.clone(), c.coltyp as u64, u64::from(c.fid.0)))
        .collect();
    let mut theirs: Vec<(String, u64, u64)> = wanted
        .iter()
        .map(|c| {
            (
                c[0].as_str().unwrap().to_owned(),
                c[1].as_u64().unwrap(),
                c[2].as_u64().unwrap(),
            )
        })
        .collect();
    // The catalog's columns are the engine's own list, longer than an old file's rows say.
    if schema.name.starts_with("MSysObjects") {
        ours.retain(|c| theirs.contains(c));
    }
    ours.sort();
    theirs.sort();
    if ours != theirs {
        let missing: Vec<_> = theirs
            .iter()
            .filter(|c| !ours.contains(c))
            .take(5)
            .collect();
        let extra: Vec<_> = ours
            .iter()
            .filter(|c| !theirs.contains(c))
            .take(5)
            .collect();
        problems.push(format!(
            "{context}: columns differ: missing {missing:?}, extra {extra:?}"
        ));
    }
}

fn check_indexes(table: &Table<'_>, golden: &Json, context: &str, problems: &mut Vec<String>) {
    let entries: BTreeMap<String, u64> = match (&golden["index_entries"], &golden["indexes"]) {
        (Json::Object(m), _) => m
            .iter()
            .map(|(n, v)| (n.clone(), v.as_u64().unwrap()))
            .collect(),
        (_, Json::Object(m)) => m
            .iter()
            .map(|(n, v)| (n.clone(), v["entries"].as_u64().unwrap()))
            .collect(),
        _ => return,
    };
    for (name, count) in entries {
        let Some(index) = table.schema().index(&name) else {
            problems.push(format!("{context}: index {name} is missing"));
            continue;
        };
        let key = &golden["indexes"][&name];
        if let Some(text) = key["key"].as_str() {
            let ours: String = index
                .segments
                .iter()
                .map(|s| table.schema().segment_text(s))
                .collect();
            if ours != text {
                problems.push(format!(
                    "{context}: index {name} is {ours}, the original says {text}"
                ));
            }
        }
        let mut found = 0;
        let mut keys = Sha256::new();
        table.scan_index(index, |entry| {
            let entry = entry.unwrap_or_else(|e| panic!("{context}: {name}: {e}"));
            let k = entry.node.key();
            keys.update((k.len() as u32).to_le_bytes());
            keys.update(&k);
            found += 1;
            ControlFlow::Continue(())
        });
        if found != count {
            problems.push(format!(
                "{context}: index {name} has {found} entries, the original met {count}"
            ));
        }
        if let Some(hash) = key["keys_sha256"].as_str() {
            let ours = testkit::hex(&keys.finalize());
            if ours != hash {
                problems.push(format!("{context}: keys of index {name} differ"));
            }
        }
    }
}

fn check(path: &Path, golden: &Json, name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let db = Database::open(path).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(
        db.state().name(),
        golden["state"].as_str().unwrap(),
        "{name}"
    );
    assert_eq!(
        db.page_size().bytes() as u64,
        golden["page_size"].as_u64().unwrap(),
        "{name}"
    );
    let tables = golden["tables"].as_object().unwrap();
    for table in db.tables() {
        if !tables.contains_key(&table.schema().name) {
            problems.push(format!(
                "{name}: table {} is not in the golden",
                table.schema().name
            ));
        }
    }
    for (table_name, wanted) in tables {
        let context = format!("{name}/{table_name}");
        let Ok(table) = db.table(table_name) else {
            problems.push(format!("{context}: no such table"));
            continue;
        };
        check_schema(table.schema(), wanted, &context, &mut problems);
        check_indexes(&table, wanted, &context, &mut problems);
        let ours = hash_table(&table, &context);
        let records = wanted["records"]
            .as_u64()
            .or(wanted["count_agreed"].as_u64())
            .or(wanted["records"]["original"].as_u64());
        if Some(ours.records) != records {
            problems.push(format!(
                "{context}: {} records, the original has {records:?}",
                ours.records
            ));
        }
        let hash = wanted["sha256"]
            .as_str()
            .or(wanted["sha256"]["original"].as_str())
            .expect("a golden has its hash");
        if ours.table != hash {
            let mut differ = Vec::new();
            if let Some(columns) = wanted["columns_sha256"].as_object() {
                for (column, h) in columns {
                    let h = h.as_str().or(h["original"].as_str()).unwrap_or("?");
                    if ours.columns.get(column).is_none_or(|o| o != h) {
                        differ.push(column.clone());
                    }
                }
                differ.extend(
                    ours.columns
                        .keys()
                        .filter(|c| !columns.contains_key(*c))
                        .map(|c| format!("+{c}")),
                );
            }
            problems.push(format!("{context}: contents differ in {differ:?}"));
        }
    }
    problems
}

fn report(problems: Vec<String>) {
    assert!(
        problems.is_empty(),
        "{} differences:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn witness_databases_read_as_the_original_reads_them() {
    let sets = testkit::sets("databases");
    assert!(sets.len() >= 10, "the fixtures alone are more: {sets:?}");
    let mut problems = Vec::new();
    for name in sets {
        let dir = testkit::unpack_set("databases", &name).unwrap();
        let golden = testkit::set_json("databases", &name).unwrap();
        problems.extend(check(
            &dir.join(golden["file"].as_str().unwrap()),
            &golden,
            &name,
        ));
    }
    report(problems);
}

#[test]
fn samples_read_as_the_original_reads_them() {
    let mut problems = Vec::new();
    let mut seen = 0;
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
        seen += 1;
        problems.extend(check(&db, &golden, file));
    }
    println!("{seen} samples");
    report(problems);
}
