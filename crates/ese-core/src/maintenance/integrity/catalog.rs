//! The catalog against its shadow, against itself, and against the map of object ids.
//!
//! Source: docs/format/database-catalog.md.
//!
//! Invariant: the two copies are compared as they are read, side by side; neither is kept.
#![forbid(unsafe_code)]

use super::context::Context;
use super::finding::Object;
use super::objects::{TreeInfo, TreeKind};
use super::rule::Rule;
use super::walk::Hex;
use crate::btree::{LeafScan, ScanEvent, Tree};
use crate::cache::{PageFaultKind, SharedPage};
use crate::catalog::{Catalog, CatalogFault, TableSchema, for_each_row};
use crate::format::catalog_row::{self, CatalogRow, IndexFlags, RowKind};
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};
use crate::format::record::RecordView;
use crate::record::{ColumnValues, column_values};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Name of the map of object ids.
const OBJID_MAP: &str = "MSysObjids";
/// What the map calls the kinds of trees.
const MAP_TABLE: u64 = 1;
const MAP_INDEX: u64 = 3;
const MAP_LV: u64 = 4;
/// Roots that every file has in the same place (docs/format/database-header.md §4.1).
const FIXED_ROOTS: [(Objid, Objid, Pgno); 4] = [
    (Objid::MSO, Objid::MSO, Pgno::FDP_MSO),
    (Objid::MSO, Objid(4), Pgno(7)),
    (Objid::MSO, Objid(5), Pgno(10)),
    (Objid::MSO_SHADOW, Objid::MSO_SHADOW, Pgno::FDP_MSO_SHADOW),
];

/// The live nodes of a tree, one after the other.
struct Nodes<'p> {
    scan: LeafScan<'p>,
    page: Option<(SharedPage<'p>, usize)>,
    /// Something could not be read.
    broken: bool,
}

impl<'p> Nodes<'p> {
    fn new(cx: &'p Context<'_>, tree: Tree) -> Self {
        Self {
            scan: LeafScan::new(&cx.pages, tree, u64::from(cx.last.0)),
            page: None,
            broken: false,
        }
    }

    fn step(&mut self) -> Option<(SharedPage<'p>, usize)> {
        loop {
            if let Some((page, iline)) = &mut self.page {
                let count = page.view().map_or(0, |v| v.node_count());
                while *iline < count {
                    let at = *iline;
                    *iline += 1;
                    let live = page
                        .view()
                        .is_ok_and(|v| v.node(at).is_ok_and(|n| !n.is_deleted()));
                    if live {
                        return Some((page.clone(), at));
                    }
                }
            }
            self.page = match self.scan.next()? {
                ScanEvent::Leaf(page) => Some((page, 0)),
                ScanEvent::Fault(e) => {
                    // Links that do not agree lose nothing.
                    self.broken |= !matches!(e.kind, PageFaultKind::BadLink { .. });
                    None
                }
            };
        }
    }
}

/// Key and data of a node at hand.
fn key_and_data<'a>(at: &'a (SharedPage<'_>, usize)) -> Option<(Vec<u8>, &'a [u8])> {
    let node = at.0.view().ok()?.node(at.1).ok()?;
    Some((node.key(), node.data))
}

/// Compares the catalog with its shadow. Returns the roots of trees of which the two name different
/// ones and only the shadow's is right.
pub(super) fn compare_shadow(cx: &Context<'_>) -> HashMap<Objid, Pgno> {
    let main_object = Object::new("MSysObjects", "");
    let shadow_object = Object::new("MSysObjectsShadow", "");
    let mut main = Nodes::new(cx, Tree::new(Pgno::FDP_MSO, Objid::MSO));
    let mut shadow = Nodes::new(cx, Tree::new(Pgno::FDP_MSO_SHADOW, Objid::MSO_SHADOW));
    let mut moved = HashMap::new();
    let (mut a, mut b) = (main.step(), shadow.step());
    loop {
        let order = match (&a, &b) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(x), Some(y)) => match (key_and_data(x), key_and_data(y)) {
                (Some((kx, dx)), Some((ky, dy))) => {
                    let order = kx.cmp(&ky);
                    if order == Ordering::Equal && !same_row(dx, dy) {
                        differing(cx, &main_object, x, y, &mut moved);
                    }
                    order
                }
                _ => break,
            },
        };
        match order {
            Ordering::Equal => (a, b) = (main.step(), shadow.step()),
            Ordering::Less => {
                // What a damaged page holds can't be said to be missing.
                if let Some(x) = &a
                    && !shadow.broken
                {
                    lone(cx, Rule::CatalogShadowMissing, &main_object, x);
                }
                a = main.step();
            }
            Ordering::Greater => {
                if let Some(y) = &b
                    && !main.broken
                {
                    lone(cx, Rule::CatalogShadowExtra, &shadow_object, y);
                }
                b = shadow.step();
            }
        }
    }
    moved
}

/// `true` when two rows differ at most in the time at which their root was last set: moving a root
/// sets it in each copy by itself.
fn same_row(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    let time = catalog_row::PGNO_FDP_LAST_SET_TIME;
    let from = usize::from(time.offset);
    let to = from + usize::from(time.len);
    let has_it = |r: &[u8]| r.first().is_some_and(|&last| u16::from(last) >= time.fid.0);
    has_it(a)
        && has_it(b)
        && a.len() == b.len()
        && a.get(..from) == b.get(..from)
        && a.get(to..) == b.get(to..)
}

fn lone(cx: &Context<'_>, rule: Rule, object: &Arc<Object>, at: &(SharedPage<'_>, usize)) {
    let key = key_and_data(at).map(|(k, _)| k).unwrap_or_default();
    let what = row_at(cx, at).map_or_else(String::new, |r| format!(" ({})", describe(&r)));
    let detail = format!("line {}, key {}{what} is in one copy only", at.1, Hex(&key));
    cx.findings.add(rule, at.0.pgno(), object, detail);
}

fn differing(
    cx: &Context<'_>,
    object: &Arc<Object>,
    main: &(SharedPage<'_>, usize),
    shadow: &(SharedPage<'_>, usize),
    moved: &mut HashMap<Objid, Pgno>,
) {
    let rows = (row_at(cx, main), row_at(cx, shadow));
    let what = rows.0.as_ref().map_or_else(String::new, describe);
    let detail = format!(
        "line {} ({what}) and line {} of page {} of the shadow differ",
        main.1,
        shadow.1,
        shadow.0.pgno()
    );
    cx.findings
        .add(Rule::CatalogShadowDiffers, main.0.pgno(), object, detail);
    if let (Some(x), Some(y)) = rows
        && let (Some(objid), Some(here), Some(there)) = (x.objid(), x.pgno_fdp(), y.pgno_fdp())
        && here != there
        && !is_root_of(cx, here, objid)
        && is_root_of(cx, there, objid)
    {
        moved.insert(objid, there);
    }
}

fn is_root_of(cx: &Context<'_>, pgno: Pgno, objid: Objid) -> bool {
    crate::cache::Pages::shared(&cx.pages, pgno)
        .is_ok_and(|page| page.view().is_ok_and(|v| v.is_root() && v.objid() == objid))
}

fn row_at(cx: &Context<'_>, at: &(SharedPage<'_>, usize)) -> Option<CatalogRow> {
    let node = at.0.view().ok()?.node(at.1).ok()?;
    let record = RecordView::new(node.data, cx.size.is_large()).ok()?;
    CatalogRow::parse(&record, |_, _| {
        Ok::<_, catalog_row::CatalogError>(Vec::new())
    })
    .ok()
}

fn describe(row: &CatalogRow) -> String {
    let kind = match row.kind {
        RowKind::Table => "table",
        RowKind::Column => "column",
        RowKind::Index => "index",
        RowKind::LongValue => "long values",
        RowKind::Callback => "callback",
    };
    format!("{kind} {} of object {}", row.name, row.objid_table.0)
}

/// What the catalog says of a column, dropped ones included.
pub(super) struct ColumnFact {
    name: String,
    id: u32,
    coltyp: u32,
    /// Most bytes of a value.
    pub(super) most: u32,
    /// Offset of a fixed column.
    pub(super) offset: Option<u16>,
    pgno: Pgno,
}

impl ColumnFact {
    /// Its id, when it is one.
    pub(super) fn fid(&self) -> Option<Fid> {
        u16::try_from(self.id).ok().filter(|&id| id > 0).map(Fid)
    }
}

/// The columns of all tables by id.
#[derive(Default)]
pub(super) struct ColumnFacts(BTreeMap<Objid, BTreeMap<u32, ColumnFact>>);

impl ColumnFacts {
    /// The columns of one table.
    pub(super) fn of(&self, table: Objid) -> impl Iterator<Item = &ColumnFact> {
        self.0.get(&table).into_iter().flat_map(BTreeMap::values)
    }

    /// The highest ids given out: fixed, variable, tagged.
    pub(super) fn last(&self, table: Objid) -> [Fid; 3] {
        let mut last = [Fid::default(); 3];
        for fid in self.of(table).filter_map(ColumnFact::fid) {
            let kind = usize::from(fid.is_var()) + 2 * usize::from(fid.is_tagged());
            if let Some(slot) = last.get_mut(kind) {
                *slot = (*slot).max(fid);
            }
        }
        last
    }
}

/// Checks what the rows say, and collects the columns (of both copies: what one has lost the other may
/// have).
pub(super) fn check_rows(cx: &Context<'_>, catalog: &Catalog) -> ColumnFacts {
    let object = Object::new("MSysObjects", "");
    for fault in catalog.faults() {
        let rule = match fault {
            // Said when the trees are walked.
            CatalogFault::Page(_) => continue,
            CatalogFault::Orphans(_) => Rule::CatalogOrphan,
            CatalogFault::NoTemplate { .. } => Rule::CatalogTemplate,
            _ => Rule::CatalogRow,
        };
        cx.findings.add(rule, fault.pgno(), &object, fault);
    }
    let mut facts = ColumnFacts::default();
    for shadow in [false, true] {
        // Its faults are the ones above, or those of the shadow, which the comparison shows.
        let mut faults = Vec::new();
        for_each_row(&cx.pages, shadow, cx.last.0, &mut faults, &mut |found| {
            let row = found.row;
            if row.kind == RowKind::Column {
                facts
                    .0
                    .entry(row.objid_table)
                    .or_default()
                    .entry(row.id)
                    .or_insert(ColumnFact {
                        id: row.id,
                        coltyp: row.coltyp_or_pgno_fdp,
                        most: row.space_usage,
                        offset: row.record_offset,
                        name: row.name,
                        pgno: found.pgno,
                    });
                return;
            }
            let fixed = FIXED_ROOTS
                .iter()
                .find(|(table, id, _)| *table == row.objid_table && row.objid() == Some(*id));
            if let Some((_, _, pgno)) = fixed
                && row.pgno_fdp() != Some(*pgno)
            {
                let detail = format!("{}: the root is always page {pgno}", describe(&row));
                cx.findings
                    .add(Rule::CatalogRoot, found.pgno, &object, detail);
            }
        });
    }
    for schema in catalog.tables() {
        let object = Object::new(&schema.name, "");
        if schema.objid != Objid::MSO && schema.objid != Objid::MSO_SHADOW {
            check_columns(cx, &object, &facts, schema.objid);
        }
        check_indexes(cx, &object, schema);
    }
    facts
}

fn check_columns(cx: &Context<'_>, object: &Arc<Object>, facts: &ColumnFacts, table: Objid) {
    let mut names = HashSet::new();
    let mut fixed_end = (0u32, 0u32);
    for row in facts.of(table) {
        let add = |detail: String| {
            cx.findings
                .add(Rule::CatalogColumn, row.pgno, object, detail);
        };
        let Some(fid) = row.fid() else {
            add(format!("column {}: {} is no column id", row.name, row.id));
            continue;
        };
        if !names.insert(row.name.to_ascii_lowercase()) {
            add(format!("two columns are called {}", row.name));
        }
        let Some(coltyp) = Coltyp::from_u32(row.coltyp) else {
            add(format!("column {}: {} is no type", row.name, row.coltyp));
            continue;
        };
        let size = coltyp.fixed_bytes().and_then(|n| u32::try_from(n).ok());
        if coltyp.is_long() && !fid.is_tagged() {
            add(format!(
                "column {}: a long type in column {}",
                row.name, fid.0
            ));
        }
        if let Some(size) = size
            && row.most != size
        {
            add(format!(
                "column {}: {} bytes, the type has {size}",
                row.name, row.most
            ));
        }
        if fid.is_fixed() && coltyp != Coltyp::Nil {
            let offset = u32::from(row.offset.unwrap_or(0));
            if offset < 4 || offset < fixed_end.0 {
                add(format!(
                    "column {}: offset {offset} lies in column {}, which ends at {}",
                    row.name, fixed_end.1, fixed_end.0
                ));
            }
            fixed_end = (offset + size.unwrap_or(row.most), u32::from(fid.0));
        }
    }
}

fn check_indexes(cx: &Context<'_>, object: &Arc<Object>, schema: &TableSchema) {
    let add = |detail: String| {
        cx.findings
            .add(Rule::CatalogIndex, Pgno::FDP_MSO, object, detail);
    };
    let mut primaries = 0;
    let mut names = HashSet::new();
    for index in &schema.indexes {
        if !names.insert(index.name.to_ascii_lowercase()) {
            add(format!("two indexes are called {}", index.name));
        }
        if index.segments.is_empty() {
            add(format!("index {} has no segments", index.name));
        }
        for segment in index.segments.iter().chain(&index.conditional) {
            let derived =
                segment.template && schema.flags.contains(catalog_row::TableFlags::DERIVED);
            if schema.column_by_fid(segment.fid, derived).is_none() {
                add(format!(
                    "index {} uses column {}, which the table does not have",
                    index.name, segment.fid.0
                ));
            }
        }
        if index.is_primary() {
            primaries += 1;
            let unique = index.flags.contains(IndexFlags::UNIQUE);
            if index.pgno_fdp != schema.pgno_fdp || index.objid != schema.objid || !unique {
                add(format!(
                    "primary index {} is object {} at page {}, the table {} at {}",
                    index.name, index.objid.0, index.pgno_fdp, schema.objid.0, schema.pgno_fdp
                ));
            }
        }
    }
    if primaries > 1 {
        add(format!("{primaries} primary indexes"));
    }
}

/// The map of object ids against the trees, both ways.
pub(super) fn check_objid_map(cx: &Context<'_>, catalog: &Catalog, trees: &[TreeInfo]) {
    let Some(schema) = catalog.table(OBJID_MAP) else {
        return;
    };
    let object = Object::new(&schema.name, "");
    let mut wanted: HashMap<u64, (u64, u64, &TreeInfo)> = HashMap::new();
    for info in trees {
        let kind = match info.kind {
            TreeKind::Database => continue,
            TreeKind::Table => MAP_TABLE,
            TreeKind::Index(_) => MAP_INDEX,
            TreeKind::LongValues => MAP_LV,
        };
        let table = info.schema.as_ref().map_or(0, |s| s.objid.0);
        wanted.insert(u64::from(info.objid.0), (u64::from(table), kind, info));
    }
    // The engine fills the map table by table after the database was made, and does so at the next
    // attach when the catalog's last table is not in it: a crash may leave its beginning, or nothing.
    let last_table = wanted.values().map(|(table, ..)| *table).max();
    let mut filled_to = 0;
    let mut nodes = Nodes::new(cx, schema.tree());
    while let Some(at) = nodes.step() {
        let number = |name: &str| -> Option<u64> {
            let (_, data) = key_and_data(&at)?;
            let record = RecordView::new(data, cx.size.is_large()).ok()?;
            match column_values(&record, schema.column(name)?).ok()? {
                ColumnValues::One(v) => {
                    let mut bytes = [0u8; 8];
                    bytes.get_mut(..v.bytes.len())?.copy_from_slice(v.bytes);
                    Some(u64::from_le_bytes(bytes))
                }
                _ => None,
            }
        };
        let (Some(objid), Some(table), Some(kind)) =
            (number("objid"), number("objidTable"), number("type"))
        else {
            cx.findings.add(
                Rule::ObjidMapExtra,
                at.0.pgno(),
                &object,
                format!("line {}: not a row of the map", at.1),
            );
            continue;
        };
        let right = wanted
            .remove(&objid)
            .is_some_and(|(t, k, _)| t == table && k == kind);
        filled_to = filled_to.max(table);
        if !right {
            cx.findings.add(
                Rule::ObjidMapExtra,
                at.0.pgno(),
                &object,
                format!(
                    "line {}: object {objid} of table {table}, type {kind}: no such tree",
                    at.1
                ),
            );
        }
    }
    if nodes.broken {
        return;
    }
    let unfinished = last_table.is_some_and(|last| wanted.contains_key(&last));
    for (objid, (table, _, info)) in wanted {
        let rule = if unfinished && table > filled_to {
            Rule::ObjidMapUnfinished
        } else {
            Rule::ObjidMapMissing
        };
        cx.findings.add(
            rule,
            schema.pgno_fdp,
            &object,
            format!("object {objid}, {}, is not in the map", info.object),
        );
    }
}
