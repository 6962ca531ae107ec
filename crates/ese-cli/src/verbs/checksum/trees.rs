//! The second pass over a database: every tree from its root: links, owners of pages, and whether
//! each entry of an index leads to a record.
//!
//! Invariant: memory is bounded by the cache, one bit a page, and [`BATCH_BYTES`] of bookmarks.
#![forbid(unsafe_code)]

use super::findings::FileCheck;
use crate::text::plural;
use ese_core::btree::{Seek, Tree, TreeCursor};
use ese_core::cache::{Pages, SharedPage};
use ese_core::format::ids::{Objid, Pgno};
use ese_core::reader::Database;
use ese_core::space::audit::Audit;
use ese_core::{HasJetErr, JetErr};
use std::path::Path;

/// Bookmarks that are looked up together, sorted, so that each leaf of the table is asked for once.
const BATCH_BYTES: usize = 4 << 20;

pub(super) fn check(path: &Path, check: &mut FileCheck) {
    let db = match Database::open(path) {
        Ok(db) => db,
        Err(e) => {
            check.file_damage(format!("trees can't be walked: {e}"), e.jet_err());
            return;
        }
    };
    for fault in db.catalog().faults() {
        let page = fault.pgno().unwrap_or(Pgno::FDP_MSO);
        check.damage(i64::from(page.0), None, fault.to_string(), fault.jet_err());
    }
    let mut audit = Audit::new(db.pages(), db.file_pages());
    let root = Tree::new(Pgno::SYSTEM_ROOT, Objid::SYSTEM_ROOT);
    audit.tree(root, Pgno::NULL, &mut |_| {});
    let mut trees = 1;
    for table in db.tables() {
        let schema = table.schema();
        audit.tree(schema.tree(), Pgno::SYSTEM_ROOT, &mut |_| {});
        trees += 1;
        for index in schema.indexes.iter().filter(|i| !i.is_primary()) {
            let mut entries = Entries::new(db.pages(), schema.tree(), &schema.name, &index.name);
            audit.tree(index.tree(), schema.pgno_fdp, &mut |leaf| {
                entries.leaf(leaf, check);
            });
            entries.look_up(check);
            trees += 1;
        }
        if let Some(lv) = schema.lv {
            audit.tree(lv.tree, schema.pgno_fdp, &mut |_| {});
            trees += 1;
        }
    }
    for problem in audit.problems() {
        check.damage(
            i64::from(problem.pgno().0),
            None,
            problem.to_string(),
            problem.jet_err(),
        );
    }
    if audit.omitted() > 0 {
        check.remark(format!(
            "{} of the trees are not listed",
            plural(audit.omitted(), "further problem", "further problems")
        ));
    }
    check.fact("trees", trees);
    check.fact("pages_in_trees", audit.used_pages());
    check.line(format!(
        "{} walked, {} in use",
        plural(trees, "tree", "trees"),
        plural(audit.used_pages(), "page", "pages")
    ));
}

/// The entries of an index, gathered until there are enough to look their records up.
struct Entries<'d> {
    pages: &'d dyn Pages,
    table: Tree,
    what: String,
    bytes: Vec<u8>,
    /// Start and end of a bookmark, page and line of its entry.
    list: Vec<(usize, usize, Pgno, usize)>,
}

impl<'d> Entries<'d> {
    fn new(pages: &'d dyn Pages, table: Tree, name: &str, index: &str) -> Self {
        Self {
            pages,
            table,
            what: format!("index {index} of {name}"),
            bytes: Vec::new(),
            list: Vec::new(),
        }
    }

    fn leaf(&mut self, page: &SharedPage<'_>, check: &mut FileCheck) {
        let Ok(view) = page.view() else { return };
        for iline in 0..view.node_count() {
            // A node that can't be read was reported with its page.
            if let Ok(node) = view.node(iline)
                && !node.is_deleted()
            {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(node.data);
                self.list
                    .push((start, self.bytes.len(), page.pgno(), iline));
            }
        }
        if self.bytes.len() >= BATCH_BYTES {
            self.look_up(check);
        }
    }

    fn look_up(&mut self, check: &mut FileCheck) {
        let bytes = &self.bytes;
        let key = |e: &(usize, usize, Pgno, usize)| bytes.get(e.0..e.1).unwrap_or(&[]);
        self.list.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let mut cursor = TreeCursor::new(self.pages, self.table);
        for entry in &self.list {
            // Damage on the way is the table's, and reported with it.
            if let Ok(None) = cursor.seek(key(entry), Seek::Eq) {
                check.damage(
                    i64::from(entry.2.0),
                    None,
                    format!(
                        "{}: the entry at line {} leads to no record",
                        self.what, entry.3
                    ),
                    JetErr::RECORD_DELETED,
                );
            }
        }
        self.bytes.clear();
        self.list.clear();
    }
}
