//! An instance in a file system of the test's choice, a small schema without a catalog, a workload of
//! interleaved sessions from a seed, and what must be there after a crash at any moment of it.
//!
//! A test includes this with `#[path = "../engine_support/mod.rs"]`.
#![forbid(unsafe_code)]
#![allow(unreachable_pub, dead_code)] // A test has no outside, and takes what it needs.

pub mod workload;

use ese_core::btree::write::{DENSITY_DEFAULT, WriteTree};
use ese_core::btree::{LeafScan, ScanEvent, Tree};
use ese_core::cache::{Budget, DbNo, DbPages, Pages as _, SharedPage};
use ese_core::format::ids::{Objid, PageSize, Pgno};
use ese_core::instance::OpenDb;
use ese_core::instance::{AttachOptions, CreateOptions, Instance, InstanceError, InstanceParams};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::rng::SeededRng;
use ese_core::space::audit::Audit;
use ese_core::space::create::NewTree;
use ese_core::work::{Look, Seen, Work, WorkError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const DIR: &str = "/set";
pub const NAME: &str = "a.edb";
/// The time of every run.
pub const NOW: u64 = 1_795_700_000_000;

/// What is in a database: tree, key, data.
pub type Contents = BTreeSet<(u8, Vec<u8>, Vec<u8>)>;

pub fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

/// The same world for the same seed.
pub fn env(fs: Arc<dyn FileSystem>, seed: u64) -> Env {
    let clock = Arc::new(ManualClock::new(NOW));
    Env::new(fs, clock, Box::new(SeededRng::new(seed)))
}

/// Small logs, a small cache, no threads.
pub fn params(page_size: PageSize) -> InstanceParams {
    let mut params = InstanceParams::new(DIR);
    params.page_size = page_size;
    params.log_file_kib = Some(64);
    params.cache = Budget { min: 16, max: 64 };
    params.db_extension = 16;
    params.checkpoint_depth = 64 * 1024;
    params.create_path = true;
    params.background = false;
    params
}

/// The trees of every database of these tests: their roots are always the same.
pub struct Trees {
    pub trees: [WriteTree; 2],
}

impl Default for Trees {
    /// Key and data are whatever; of the second tree they are unique together only.
    fn default() -> Self {
        let tree =
            |pgno, objid, unique| WriteTree::new(Pgno(pgno), Objid(objid), unique, DENSITY_DEFAULT);
        Self {
            trees: [tree(4, 2, true), tree(5, 3, false)],
        }
    }
}

/// Makes them in a new database.
pub fn fill(w: &mut Work<'_>) -> Result<(), WorkError> {
    for tree in &Trees::default().trees {
        let new = NewTree {
            unique: tree.is_unique(),
            ..NewTree::table(1)
        };
        let made = w.db.space.create_tree(&w.author, &new)?;
        assert_eq!((made.pgno_fdp, made.objid), (tree.fdp(), tree.objid()));
    }
    Ok(())
}

pub fn create(instance: &Instance) -> Result<Arc<OpenDb>, InstanceError> {
    instance.create_database(&path(NAME), &CreateOptions::default(), &mut fill)
}

pub fn attach(instance: &Instance) -> Result<Arc<OpenDb>, InstanceError> {
    instance.attach(&path(NAME), &AttachOptions::default())
}

/// Every leaf of a tree, deleted nodes and all.
fn each_leaf(pages: &DbPages, tree: Tree, see: &mut dyn FnMut(&SharedPage<'_>)) {
    for event in LeafScan::new(pages, tree, 1 << 20) {
        match event {
            ScanEvent::Leaf(page) => see(&page),
            ScanEvent::Fault(e) => panic!("{e}"),
        }
    }
}

/// Everything that is seen.
pub fn contents(look: &Look<'_>, no: DbNo) -> Contents {
    let mut out = Contents::new();
    for (number, tree) in (0u8..).zip(&Trees::default().trees) {
        let mut before = Vec::new();
        each_leaf(look.pages(), tree.tree(), &mut |page| {
            let view = page.view().unwrap();
            for iline in 0..view.node_count() {
                let node = view.node(iline).unwrap();
                let data = match look.seen(no, tree, &node, &mut before) {
                    Seen::Absent => None,
                    Seen::AsOnPage => Some(node.data.to_vec()),
                    Seen::Before => Some(before.clone()),
                };
                if let Some(data) = data {
                    out.insert((number, node.key().to_vec(), data));
                }
            }
        });
    }
    out
}

/// Nodes that lie on pages, deleted or not.
pub fn nodes_on_pages(db: &OpenDb) -> usize {
    let mut count = 0;
    for tree in &Trees::default().trees {
        let pages = db.work_db().trees.pages();
        each_leaf(pages, tree.tree(), &mut |page| {
            count += page.view().unwrap().node_count();
        });
    }
    count
}

/// What somebody without a transaction sees.
pub fn seen_by_all(instance: &Instance, db: &OpenDb) -> Contents {
    let session = instance.session().unwrap();
    contents(&session.look(db), db.no())
}

/// What is wrong with trees and space.
pub fn problems(db: &OpenDb) -> Vec<String> {
    let pages = db.work_db().trees.pages();
    let owned = {
        let tree = Tree::new(Pgno(1), Objid(1));
        let space = ese_core::space::extents(pages, tree, 1 << 20).unwrap();
        space.owned.last().map_or(0, |e| e.last.0)
    };
    let mut audit = Audit::new(pages, owned);
    audit.tree(Tree::new(Pgno(1), Objid(1)), Pgno::NULL, &mut |_| {});
    for tree in &Trees::default().trees {
        audit.tree(tree.tree(), Pgno(1), &mut |_| {});
    }
    // The order of keys, and every page readable.
    for tree in &Trees::default().trees {
        let mut last: Option<(Vec<u8>, Vec<u8>)> = None;
        each_leaf(pages, tree.tree(), &mut |page| {
            let view = page.view().unwrap();
            for iline in 0..view.node_count() {
                let node = view.node(iline).unwrap();
                let data = match tree.is_unique() {
                    true => Vec::new(),
                    false => node.data.to_vec(),
                };
                let now = (node.key().to_vec(), data);
                assert!(last.as_ref().is_none_or(|l| *l < now), "{last:?} {now:?}");
                last = Some(now);
            }
        });
    }
    assert_eq!(pages.page_size(), db.page_size());
    audit.problems().iter().map(ToString::to_string).collect()
}
