//! The rows of a new database are the original's.
#![forbid(unsafe_code)]

use crate::engine::{Engine, NOW, nodes};
use ese_core::btree::Tree;
use ese_core::format::ids::{Objid, PageSize, Pgno};
use ese_core::reader::Database;

/// The trees that every new database has, by root and object.
const TREES: [(u32, u32); 6] = [(4, 2), (24, 3), (7, 4), (10, 5), (29, 6), (30, 7)];
/// Offset in a catalog row of the time at which its root was set.
const TIME: std::ops::Range<usize> = 43..51;
/// Last fixed column of a row that holds that time.
const WITH_TIME: u8 = 13;

/// A row whose time is ours.
fn timeless(mut data: Vec<u8>, now: u64) -> Vec<u8> {
    if data.first() == Some(&WITH_TIME) && data.len() > TIME.end {
        data[TIME].copy_from_slice(&now.to_le_bytes());
    }
    data
}

fn compare(name: &str, page_size: PageSize, efv: u32, tables: usize) {
    let Some(dir) = testkit::unpack_set("databases", name) else {
        testkit::skip(&format!("witness/databases/{name}"));
        return;
    };
    let theirs = Database::open(dir.join(format!("{name}.edb"))).unwrap();
    assert_eq!(theirs.catalog().tables().len(), tables, "{name}");
    let ours = Engine::new(page_size, efv);
    for (fdp, objid) in TREES {
        let tree = Tree::new(Pgno(fdp), Objid(objid));
        let theirs = nodes(theirs.pages(), tree);
        let ours = nodes(ours.bench.db.trees.pages(), tree);
        let time = |n: Vec<(Vec<u8>, Vec<u8>)>| -> Vec<(Vec<u8>, Vec<u8>)> {
            n.into_iter().map(|(k, d)| (k, timeless(d, NOW))).collect()
        };
        let (ours, theirs) = (time(ours), time(theirs));
        let known = |of: &(Vec<u8>, Vec<u8>)| theirs.contains(of);
        if tables == 4 {
            assert_eq!(ours.len(), theirs.len(), "{name}: tree {fdp}");
        }
        for row in &ours {
            assert!(known(row), "{name}: tree {fdp}: {row:02x?}");
        }
    }
    ours.bench.world.check();
    ours.bench.world.replays();
}

#[test]
fn a_new_database_of_the_base_format() {
    compare("empty-4k-8020", PageSize::K4, 8020, 4);
}

#[test]
fn a_new_database_of_newer_formats() {
    compare("empty-4k-9180", PageSize::K4, 9180, 4);
    compare("empty-4k-9400", PageSize::K4, 9400, 4);
}

#[test]
fn a_new_database_that_keeps_times() {
    compare("empty-4k-9520", PageSize::K4, 9520, 4);
    compare("empty-4k-9600", PageSize::K4, 9600, 4);
}

#[test]
fn every_page_size_is_sound() {
    for page_size in [PageSize::K8, PageSize::K16, PageSize::K32] {
        let engine = Engine::new(page_size, 8920);
        engine.bench.world.check();
        engine.bench.world.replays();
    }
}
