//! Goal: the space of every database of the original engine is read as it is, and holds together.
//!
//! Method: docs/format/database-btree-space.md §6, invariants 1 to 7, over every tree of every witness
//! database, sample and fixture; then the damages of `damage.tsv` that break them.
#![forbid(unsafe_code)]

use ese_core::btree::Tree;
use ese_core::format::ids::{Objid, Pgno};
use ese_core::reader::Database;
use ese_core::space::audit::{Audit, TreeUse};
use std::path::Path;

/// Walks all trees; the sum over them, and the texts of the problems.
fn audit(path: &Path) -> (TreeUse, Vec<String>, u64) {
    let db = Database::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut audit = Audit::new(db.pages(), db.file_pages());
    let mut sum = TreeUse::default();
    let root = Tree::new(Pgno::SYSTEM_ROOT, Objid::SYSTEM_ROOT);
    let of_root = audit.tree(root, Pgno::NULL, &mut |_| {});
    let mut add = |u: TreeUse| {
        sum.tree_pages += u.tree_pages;
        sum.space_pages += u.space_pages;
        sum.levels = sum.levels.max(u.levels);
    };
    let (owned, free) = (of_root.owned, of_root.available);
    add(of_root);
    for table in db.tables() {
        let schema = table.schema();
        add(audit.tree(schema.tree(), Pgno::SYSTEM_ROOT, &mut |_| {}));
        for index in schema.indexes.iter().filter(|i| !i.is_primary()) {
            add(audit.tree(index.tree(), schema.pgno_fdp, &mut |_| {}));
        }
        if let Some(lv) = schema.lv {
            add(audit.tree(lv.tree, schema.pgno_fdp, &mut |_| {}));
        }
    }
    let used = sum.tree_pages + sum.space_pages;
    let problems: Vec<String> = audit.problems().iter().map(ToString::to_string).collect();
    if problems.is_empty() {
        assert_eq!(used, audit.used_pages(), "{}", path.display());
        assert!(used + free <= owned, "{}", path.display());
        assert!(audit.highest_used().0 <= db.file_pages());
    }
    (sum, problems, used)
}

#[test]
fn the_invariants_hold_on_every_witness_database() {
    let (mut trees, mut deepest) = (0, 0);
    for name in testkit::sets("databases") {
        let dir = testkit::unpack_set("databases", &name).unwrap();
        let golden = testkit::set_json("databases", &name).unwrap();
        let (sum, problems, used) = audit(&dir.join(golden["file"].as_str().unwrap()));
        assert!(problems.is_empty(), "{name}: {problems:?}");
        trees += used;
        deepest = deepest.max(sum.levels);
    }
    assert!(trees > 1000 && deepest >= 2, "{trees} {deepest}");
}

#[test]
fn the_invariants_hold_on_every_clean_sample() {
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
        if golden["state"] != "CleanShutdown" {
            continue;
        }
        let (_, problems, _) = audit(&db);
        assert!(problems.is_empty(), "{file}: {problems:?}");
    }
}
