//! Indexes built over records hold what updates would have put there.
#![forbid(unsafe_code)]

use crate::sessions::{latest, new_tree};
use crate::table::{BY_NAME, BY_ONCE, BY_TAG, Row, Table};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::index::build;
use ese_core::work::Walker;
use std::sync::Arc;

fn entries(t: &Table, tree: &Arc<ese_core::btree::write::WriteTree>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let look = latest(&t.bench).look;
    let mut w = Walker::new(t.bench.db.trees.no(), Arc::clone(tree));
    let mut all = Vec::new();
    let mut found = w.first(&look).unwrap();
    while found {
        all.push((w.key().to_vec(), w.data().to_vec()));
        found = w.next(&look).unwrap();
    }
    all
}

#[test]
fn a_built_index_is_a_kept_one() {
    let t = Table::new(PageSize::K4, true);
    let rows: Vec<Row> = (0..700)
        .map(|i| Row {
            once: (i % 3 != 0).then_some((i * 7919) % 100_000),
            fill: (i % 90) as usize,
            tags: (0..i % 4).map(|k| (i * k) % 50).collect(),
            ..Row::new(i, ["b", "a", "c"][(i % 3) as usize])
        })
        .collect();
    t.fill(&rows);
    for name in [BY_NAME, BY_ONCE, BY_TAG] {
        let index = t.indexes.secondary().iter();
        let index = index
            .clone()
            .find(|i| t.indexes.described(i).unwrap().name == name)
            .unwrap();
        let tree = Arc::new(new_tree(&t.bench, index.tree.is_unique()));
        let built = t
            .bench
            .alone(|w| build(w, &t.indexes, &index.def, &tree).unwrap());
        let kept = entries(&t, &index.tree);
        assert!(kept.len() > 400);
        assert_eq!(built, kept.len() as u64, "{name}");
        assert_eq!(entries(&t, &tree), kept, "{name}");
    }
    t.bench.world.finish_creation();
    t.bench.world.replays();
}

#[test]
fn a_unique_index_over_equal_keys() {
    let t = Table::new(PageSize::K4, true);
    t.fill(&[Row::new(1, "n"), Row::new(2, "n")]);
    let named = |name: &str| {
        let mut all = t.indexes.secondary().iter();
        all.find(|i| t.indexes.described(i).unwrap().name == name)
            .unwrap()
    };
    let fails = |def| {
        let tree = new_tree(&t.bench, true);
        let e = t
            .bench
            .alone(|w| build(w, &t.indexes, def, &tree).unwrap_err());
        assert_eq!(e.jet_err(), JetErr::KEY_DUPLICATE);
    };
    fails(&named(BY_NAME).def);
    // Equal values of one record count once when it is inserted, but not here.
    let t = Table::new(PageSize::K4, true);
    t.fill(&[Row {
        tags: vec![5, 5],
        ..Row::new(1, "n")
    }]);
    let tree = new_tree(&t.bench, true);
    let mut all = t.indexes.secondary().iter();
    let by_tag = all
        .find(|i| t.indexes.described(i).unwrap().name == BY_TAG)
        .unwrap();
    let e = t
        .bench
        .alone(|w| build(w, &t.indexes, &by_tag.def, &tree).unwrap_err());
    assert_eq!(e.jet_err(), JetErr::KEY_DUPLICATE);
}
