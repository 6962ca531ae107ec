//! Goal: `recover` puts pages right that a power cut tore, from the file of page images beside the
//! database; without that file the page is lost, and `integrity` says which.
#![forbid(unsafe_code)]

mod common;

use common::run;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::ColumnType;
use ese_core::dbfile::page_guard_path;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use std::fs;
use std::path::Path;

const ROWS: i32 = 300;
/// Where the directory of a half of the side file has the number of images, and their pages.
const COUNT_AT: usize = 28;
const PAGES_AT: usize = 96;

/// A database that was not ended, its pages on the disk by way of the side file.
fn leave(dir: &Path) {
    let mut params = InstanceParams::new(dir);
    params.page_size = PageSize::K8;
    params.background = false;
    let instance = Instance::start(Env::real(), params).unwrap();
    let db = instance
        .create(dir.join("a.edb"), &CreateOptions::default())
        .unwrap();
    let session = instance.session().unwrap();
    let rows = TableDef::new("rows")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("text", ColumnType::LongText))
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&session, &rows).unwrap();
    let mut table = db.table(&session, "rows").unwrap();
    for id in 0..ROWS {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.set("text", format!("{id} ").repeat(40).as_str())
            .unwrap();
        row.save().unwrap();
    }
    instance.checkpoint().unwrap();
    drop(table);
    drop((session, db));
    instance.term(TermKind::Dirty).unwrap();
}

/// Pages of which the side file has images, the table's own among them: those behind the catalog's.
fn guarded(dir: &Path) -> Vec<Pgno> {
    let bytes = fs::read(page_guard_path(&dir.join("a.edb"))).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let half = bytes.len() / 2;
    let halves = [0, half].map(|half| {
        let count = word(half + COUNT_AT) as usize;
        (0..count).map(move |i| half + PAGES_AT + 4 * i)
    });
    halves
        .into_iter()
        .flatten()
        .map(|at| Pgno(word(at)))
        .collect()
}

#[test]
fn torn_pages_come_from_their_images() {
    let dir = tempfile::tempdir().unwrap();
    leave(dir.path());
    let db = dir.path().join("a.edb");
    let pages = guarded(dir.path());
    let torn = *pages.iter().max().expect("pages were written");
    // Only the first half of the page arrived.
    let mut bytes = fs::read(&db).unwrap();
    let at = usize::try_from(torn.offset(PageSize::K8)).unwrap();
    let unit = PageSize::K8.bytes() / 2;
    assert!(bytes[at + unit..at + 2 * unit].iter().any(|b| *b != 0));
    bytes[at + unit..at + 2 * unit].fill(0);
    fs::write(&db, bytes).unwrap();

    let to = dir.path().join("out");
    let recover = |to: &Path| run("recover", &db, &["--to", to.to_str().unwrap()]);
    recover(&to).code(0);
    let made = to.join("a.edb");
    run("integrity", &made, &[]).code(0);
    let rows = run("export", &made, &["--table", "rows", "--format", "jsonl"]).code(0);
    assert_eq!(rows.text().lines().count(), usize::try_from(ROWS).unwrap());
    assert!(!page_guard_path(&made).exists());

    // It was the images that did it: no log that is replayed speaks of this page.
    fs::remove_file(page_guard_path(&db)).unwrap();
    let again = dir.path().join("again");
    recover(&again).code(0);
    let judged = run("integrity", &again.join("a.edb"), &[]);
    assert_ne!(judged.code, 0);
    let named = format!("page {torn}");
    assert!(judged.text().contains(&named), "{}", judged.text());
}
