//! `eseutil compact`: the same contents in a new file, and nothing beside it.
#![forbid(unsafe_code)]

mod common;

use common::{eseutil_fed, run};
use std::path::Path;

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_emptied_database_becomes_small_and_stays_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (db, new) = (dir.path().join("a.edb"), dir.path().join("b.edb"));
    run("create", &db, &[]).code(0);
    let lines: String = (0..30_000)
        .map(|n| format!("{{\"n\": {n}, \"t\": \"{}\"}}\n", "x".repeat(50)))
        .collect();
    let import = [
        "import".as_ref(),
        db.as_os_str(),
        "--table".as_ref(),
        "t".as_ref(),
        "--key".as_ref(),
        "+n".as_ref(),
    ];
    eseutil_fed(import, lines.as_bytes()).code(0);
    let to = new.to_str().unwrap();
    let done = run("compact", &db, &["--to", to, "--json"]).code(0).json();
    assert_eq!(
        (&done["tables"], &done["records"]),
        (&1.into(), &30_000.into())
    );
    let hash = |db: &Path| {
        run(
            "export",
            db,
            &["--format", "canonical", "--table", "t", "--json"],
        )
        .code(0)
        .json()
    };
    assert_eq!(hash(&db)["tables"], hash(&new)["tables"]);
    run("integrity", &new, &[]).code(0);
    assert_eq!(names(dir.path()), ["a.edb", "b.edb"]);
    // Never twice.
    let before = std::fs::read(&new).unwrap();
    run("compact", &db, &["--to", to]).code(1);
    assert_eq!(std::fs::read(&new).unwrap(), before);
}

#[test]
fn damage_and_dirt_end_it_and_nothing_stays() {
    let (path, _) = common::kind("index");
    let (dir, db) = common::copy(&path);
    let to = dir.path().join("new.edb");
    let to = to.to_str().unwrap();
    let page = ese_core::reader::Database::open(&db)
        .unwrap()
        .page_size()
        .bytes();
    let whole = std::fs::read(&db).unwrap();
    let mut damaged = whole.clone();
    // The root of the catalog.
    for byte in damaged.iter_mut().skip(5 * page + 100).take(200) {
        *byte ^= 0x5A;
    }
    std::fs::write(&db, &damaged).unwrap();
    let ran = run("compact", &db, &["--to", to]).code(1);
    assert!(ran.stderr.contains("page 4"), "{}", ran.stderr);
    let alone = [db.file_name().unwrap().to_str().unwrap().to_owned()];
    assert_eq!(names(dir.path()), alone);
    run("compact", Path::new("/nowhere.edb"), &["--to", to]).code(1);
    assert_eq!(names(dir.path()), alone);
}
