//! `space`: who owns the pages of a database, tree by tree.
#![forbid(unsafe_code)]

use super::tables::by_name;
use crate::cli::Space;
use crate::database;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::{Grid, plural, size};
use ese_core::HasJetErr as _;
use ese_core::btree::Tree;
use ese_core::format::ids::{Objid, Pgno};
use ese_core::space::audit::{Audit, TreeUse};
use serde_json::{Map, Value, json};

/// One tree in the list.
struct Row {
    name: String,
    kind: &'static str,
    depth: usize,
    tree: Tree,
    used: TreeUse,
}

pub(super) fn run(args: &Space, out: &mut Output) -> Result<Verdict, CliError> {
    let mut opened = database::open(&args.db, out)?;
    let mut damage = std::mem::take(&mut opened.damage);
    let db = &opened.db;
    let mut audit = Audit::new(db.pages(), db.file_pages());
    let mut rows = Vec::new();
    let mut walk = |name: &str, kind, depth, tree: Tree, parent| {
        rows.push(Row {
            name: name.to_owned(),
            kind,
            depth,
            tree,
            used: audit.tree(tree, parent, &mut |_| {}),
        });
    };
    let root = Tree::new(Pgno::SYSTEM_ROOT, Objid::SYSTEM_ROOT);
    walk("(database)", "root", 0, root, Pgno::NULL);
    for table in by_name(&opened) {
        let schema = table.schema();
        walk(&schema.name, "table", 1, schema.tree(), Pgno::SYSTEM_ROOT);
        for i in schema.indexes.iter().filter(|i| !i.is_primary()) {
            walk(&i.name, "index", 2, i.tree(), schema.pgno_fdp);
        }
        if let Some(lv) = schema.lv {
            walk("(long values)", "long values", 2, lv.tree, schema.pgno_fdp);
        }
    }
    for problem in audit.problems() {
        damage.add(
            Some(problem.pgno().0),
            problem.to_string(),
            problem.jet_err(),
        );
    }
    let totals = Totals::new(&rows, &audit, db.file_pages());
    if out.is_json() {
        let mut answer = facts(&opened, &totals);
        let page = db.page_size().bytes() as u64;
        answer["trees"] = rows.iter().map(|r| row_json(r, page)).collect();
        answer["damage"] = damage.json();
        out.json(&answer)?;
    } else {
        print(&opened, &rows, &totals, out)?;
    }
    if let Some(text) = damage.summary() {
        out.note(text);
    }
    Ok(damage.verdict())
}

/// Sums over all trees.
struct Totals {
    counts: [(&'static str, u64); 4],
    owned: u64,
    used: u64,
    available: u64,
    shelved: u64,
    split_buffer: u64,
    leaked: u64,
    highest: u32,
    tail: u32,
}

impl Totals {
    fn new(rows: &[Row], audit: &Audit<'_>, file_pages: u32) -> Self {
        let count = |kind: &str| rows.iter().filter(|r| r.kind == kind).count() as u64;
        let sum = |f: fn(&TreeUse) -> u64| rows.iter().map(|r| f(&r.used)).sum::<u64>();
        let owned = rows.first().map_or(0, |r| r.used.owned);
        let (used, available) = (audit.used_pages(), sum(|u| u.available));
        let split_buffer = sum(|u| u.split_buffer);
        let highest = audit.highest_used().0;
        Self {
            counts: [
                ("tables", count("table")),
                ("trees", rows.len() as u64),
                ("indexes", count("index")),
                ("long_value_trees", count("long values")),
            ],
            owned,
            used,
            available,
            shelved: sum(|u| u.shelved),
            split_buffer,
            leaked: owned.saturating_sub(used + available + split_buffer),
            highest,
            tail: file_pages.saturating_sub(highest),
        }
    }
}

/// Bytes that the file takes on the disk, and the disk's block, where the system says.
fn on_disk(path: &std::path::Path) -> (Option<u64>, Option<u64>) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let Ok(m) = std::fs::metadata(path) {
            return (Some(m.blocks() * 512), Some(m.blksize()));
        }
    }
    let _ = path;
    (None, None)
}

fn facts(opened: &database::Opened, t: &Totals) -> Value {
    let (disk, cluster) = on_disk(&opened.path);
    let mut v = Map::new();
    let page = opened.db.page_size().bytes();
    v.insert("file".into(), opened.path.display().to_string().into());
    v.insert("state".into(), opened.db.state().name().into());
    v.insert("page_size".into(), page.into());
    v.insert("bytes".into(), opened.db.file().len().into());
    v.insert("bytes_on_disk".into(), disk.into());
    v.insert("cluster_bytes".into(), cluster.into());
    v.insert("file_pages".into(), opened.db.file_pages().into());
    let counts: Map<String, Value> = t
        .counts
        .iter()
        .map(|&(name, n)| (name.to_owned(), n.into()))
        .collect();
    v.insert("counts".into(), counts.into());
    for (key, n) in [
        ("owned", t.owned),
        ("used", t.used),
        ("available", t.available),
        ("shelved", t.shelved),
        ("split_buffer", t.split_buffer),
        ("leaked", t.leaked),
        ("lowest_used_page", u64::from(t.highest.min(1))),
        ("highest_used_page", u64::from(t.highest)),
        ("unused_tail", u64::from(t.tail)),
    ] {
        v.insert(key.into(), n.into());
    }
    Value::Object(v)
}

fn row_json(r: &Row, page: u64) -> Value {
    let u = &r.used;
    json!({
        "name": r.name,
        "kind": r.kind,
        "depth": r.depth,
        "objid": r.tree.objid.0,
        "pgno_fdp": r.tree.pgno_fdp.0,
        "owned": u.owned,
        "owned_bytes": u.owned * page,
        "available": u.available,
        "continuous": u.continuous,
        "shelved": u.shelved,
        "split_buffer": u.split_buffer,
        "tree_pages": u.tree_pages,
        "space_pages": u.space_pages,
        "extents": u.extents,
        "levels": u.levels,
    })
}

fn print(
    opened: &database::Opened,
    rows: &[Row],
    t: &Totals,
    out: &mut Output,
) -> Result<(), CliError> {
    let page = opened.db.page_size().bytes() as u64;
    let mut grid = Grid::new(&[
        "tree",
        "kind",
        "objid",
        "root",
        "MiB",
        "share",
        "owned",
        "available",
        "in tree",
        "space",
        "levels",
    ]);
    for r in rows {
        let u = &r.used;
        let share = if t.owned == 0 {
            0.0
        } else {
            u.owned as f64 * 100.0 / t.owned as f64
        };
        grid.row(vec![
            format!("{}{}", "  ".repeat(r.depth), r.name),
            r.kind.to_owned(),
            r.tree.objid.to_string(),
            r.tree.pgno_fdp.to_string(),
            format!("{:.3}", (u.owned * page) as f64 / (1 << 20) as f64),
            format!("{share:.2}%"),
            u.owned.to_string(),
            u.available.to_string(),
            u.tree_pages.to_string(),
            u.space_pages.to_string(),
            u.levels.to_string(),
        ]);
    }
    for line in grid.lines(0) {
        out.line(line)?;
    }
    let (disk, cluster) = on_disk(&opened.path);
    out.line("")?;
    out.line(format!(
        "file: {} bytes ({}), on disk {}, block {}; {} pages of {page} bytes",
        opened.db.file().len(),
        size(opened.db.file().len()),
        disk.map_or_else(|| "unknown".into(), size),
        cluster.map_or_else(|| "unknown".into(), |c| c.to_string()),
        opened.db.file_pages(),
    ))?;
    let counts: Vec<String> = t
        .counts
        .iter()
        .map(|(name, n)| format!("{n} {}", name.replace('_', " ")))
        .collect();
    out.line(counts.join(", "))?;
    out.line(format!(
        "{} owned: {} used, {} available, {} in split buffers, {} in no tree (left by crashes, or \
         cut off behind small trees)",
        plural(t.owned, "page", "pages"),
        t.used,
        t.available,
        t.split_buffer,
        t.leaked
    ))?;
    out.line(format!(
        "lowest used page {}, highest {}; unused tail {}; shelved {}",
        t.highest.min(1),
        t.highest,
        plural(u64::from(t.tail), "page", "pages"),
        t.shelved
    ))
}
