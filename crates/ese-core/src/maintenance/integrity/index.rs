//! Secondary indexes against records, both ways.
//!
//! While the trees are walked, each side is only summed up (see [`super::hash`]); where the sums
//! differ, both are scanned again, this time keeping the hashes that have no counterpart, in as many
//! rounds as memory asks for; then the entries behind those hashes are named.
//!
//! Source: docs/format/database-keys.md §6.
//!
//! Invariant: memory is bounded by [`HASHES_MOST`] and by the number of findings that are kept.
#![forbid(unsafe_code)]

use super::columns::{RecordColumns, has_unicode, index_def};
use super::context::Context;
use super::finding::Object;
use super::hash::{Sum, hash128};
use super::records::TableWork;
use super::rule::Rule;
use super::walk::{Hex, LeafSink};
use crate::btree::{LeafScan, ScanEvent, Seek, Tree, TreeCursor};
use crate::catalog::{Index, TableSchema};
use crate::format::catalog_row::IdxFlagsEx;
use crate::format::ids::Pgno;
use crate::format::node::Node;
use crate::format::page::PageView;
use crate::format::record::RecordView;
use crate::format::sortkey::{Uncertainty, Utf16Le};
use crate::index::{ColumnSource, Entries, EntryBuilder, IndexDef};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Hashes kept at a time when two sides are compared one by one.
const HASHES_MOST: u64 = 4 << 20;
/// Differences named of one index; the rest is counted.
const NAMED_MOST: usize = 1000;

/// NLS versions (upper three bytes) whose tables are the ones known here
/// (docs/format/database-keys.md §8.2).
const NLS_KNOWN: [u32; 2] = [0x00_0602, 0x00_0603];
/// Bytes of a text that take part in a key, at most (docs/format/database-keys.md §4.3).
const TEXT_MOST: usize = 4096;

/// One side of the comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Side {
    /// Entries: key and primary key.
    pub(super) keys: Sum,
    /// Primary keys alone.
    pub(super) bookmarks: Sum,
    /// Records whose entries are not known.
    pub(super) unknown: u64,
    /// Records whose own key is in an order that is not ours.
    pub(super) other_order: u64,
}

impl Side {
    pub(super) fn add(&mut self, key: &[u8], bookmark: &[u8]) {
        self.keys.add(hash128(&[key, bookmark]));
        self.bookmarks.add(hash128(&[bookmark]));
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.keys.merge(other.keys);
        self.bookmarks.merge(other.bookmarks);
        self.unknown += other.unknown;
        self.other_order += other.other_order;
    }
}

/// An index of a table and its two sides.
pub(super) struct IndexWork {
    /// Place in the schema.
    pub(super) place: usize,
    pub(super) def: Option<IndexDef>,
    pub(super) object: Arc<Object>,
    pub(super) tree: Tree,
    /// Keys hold sort keys of Unicode text.
    pub(super) unicode: bool,
    /// The index names sort tables whose weights are known here.
    known_order: bool,
    /// A record can have several entries.
    collapses: bool,
    /// The index is filled later, on purpose.
    deferred: bool,
    pub(super) expected: Mutex<Side>,
    pub(super) found: Mutex<Side>,
}

impl IndexWork {
    pub(super) fn new(schema: &TableSchema, place: usize, index: &Index) -> Self {
        let def = index_def(schema, index);
        let part = if index.is_primary() {
            String::new()
        } else {
            format!("index {}", index.name)
        };
        Self {
            place,
            unicode: def.as_ref().is_some_and(has_unicode),
            known_order: index
                .version
                .is_some_and(|v| NLS_KNOWN.contains(&((v >> 40) as u32))),
            collapses: def
                .as_ref()
                .is_some_and(|d| d.tuples.is_some() || d.first_multi_valued().is_some()),
            def,
            object: Object::new(&schema.name, part),
            tree: index.tree(),
            deferred: index.flags_ex.contains(IdxFlagsEx::DEFERRED_POPULATE),
            expected: Mutex::default(),
            found: Mutex::default(),
        }
    }
}

/// Sums up an index tree.
pub(super) struct IndexSink<'s> {
    work: &'s IndexWork,
    key: Vec<u8>,
    side: Side,
}

impl<'s> IndexSink<'s> {
    pub(super) fn new(work: &'s IndexWork) -> Self {
        Self {
            work,
            key: Vec::new(),
            side: Side::default(),
        }
    }

    /// Hands over what was summed up.
    pub(super) fn finish(self, cx: &Context<'_>) {
        cx.counters
            .entries
            .fetch_add(self.side.keys.count, Ordering::Relaxed);
        self.work.found.lock().merge(&self.side);
    }
}

impl LeafSink for IndexSink<'_> {
    fn leaf(&mut self, _: Pgno, page: &PageView<'_>) {
        let Ok(prefix) = page.prefix() else { return };
        for iline in 0..page.node_count() {
            if let Ok(node) = page.node_with_prefix(iline, prefix)
                && !node.is_deleted()
            {
                self.key.clear();
                node.key_into(&mut self.key);
                self.side.add(&self.key, node.data);
            }
        }
    }
}

/// Visits the live nodes of a tree; damage is passed over (it is reported by the walk).
pub(super) fn for_each_node(
    cx: &Context<'_>,
    tree: Tree,
    mut visit: impl FnMut(Pgno, usize, &Node<'_>),
) {
    for event in LeafScan::new(&cx.pages, tree, u64::from(cx.last.0)) {
        let ScanEvent::Leaf(page) = event else {
            continue;
        };
        let Ok(view) = page.view() else { continue };
        let Ok(prefix) = view.prefix() else { continue };
        for iline in 0..view.node_count() {
            if let Ok(node) = view.node_with_prefix(iline, prefix)
                && !node.is_deleted()
            {
                visit(page.pgno(), iline, &node);
            }
        }
    }
}

/// `true` when no Unicode text of the record's key is weighed by rules that are not sure.
fn is_certain(def: &IndexDef, columns: &RecordColumns<'_>) -> bool {
    let Some(collation) = def.rules.collation else {
        return false;
    };
    let unicode = def.segments.iter().filter(|s| s.segment.is_unicode());
    let mut all = unicode.flat_map(|s| {
        (1..).map_while(|itag| {
            columns
                .value(s.column, itag, 0, TEXT_MOST)
                .transpose()
                .filter(|_| itag == 1 || s.multi_valued)
        })
    });
    all.all(|value| value.is_ok_and(|v| Uncertainty::of(Utf16Le(&v), collation).is_empty()))
}

/// What has no counterpart: hash, and by how many one side has more (positive: the first).
pub(super) type Differences = HashMap<u128, i64>;

/// Compares two multisets that can be listed again and again. `count`: members of the larger.
pub(super) fn differences(
    count: u64,
    mut first: impl FnMut(&mut dyn FnMut(u128, i64)),
    mut second: impl FnMut(&mut dyn FnMut(u128, i64)),
) -> Differences {
    let rounds = u128::from(count / HASHES_MOST + 1);
    let mut out = Differences::new();
    for round in 0..rounds {
        let mut now = Differences::new();
        let mut take = |hash: u128, times: i64| {
            if (hash >> 64) % rounds == round {
                *now.entry(hash).or_default() += times;
            }
        };
        first(&mut take);
        second(&mut |hash, times| take(hash, -times));
        now.retain(|_, times| *times != 0);
        out.extend(now);
        if out.len() > NAMED_MOST * 64 {
            break;
        }
    }
    out
}

/// An entry that one side only has.
struct Lone {
    /// The key is beyond doubt: no Unicode text, or text whose weights are known to be the file's.
    certain: bool,
    pgno: Pgno,
    iline: usize,
    key: Vec<u8>,
    bookmark: Vec<u8>,
}

/// Compares what the records ask for with what the index has. `complete`: both trees were walked
/// whole.
pub(super) fn compare_index(
    cx: &Context<'_>,
    table: &TableWork,
    index: &IndexWork,
    complete: bool,
) {
    let unchecked = |why: &str| {
        cx.findings.add(
            Rule::IndexUnchecked,
            index.tree.pgno_fdp,
            &index.object,
            why,
        );
    };
    let Some(def) = &index.def else {
        return unchecked("the index's definition can't be used");
    };
    let (expected, found) = (*index.expected.lock(), *index.found.lock());
    if def.primary {
        if expected.other_order > 0 {
            other_order(cx, index, expected.other_order);
        }
        return;
    }
    if index.deferred {
        return unchecked("the index is filled later");
    }
    if !complete {
        return unchecked("a page of the table or of the index is lost");
    }
    if expected.unknown > 0 {
        return unchecked(&format!(
            "the keys of {} records can't be computed",
            expected.unknown
        ));
    }
    if expected.keys == found.keys {
        return;
    }
    let (missing, extra) = lone_entries(
        cx,
        table,
        index,
        def,
        expected.keys.count.max(found.keys.count),
    );
    report(cx, table, index, missing, extra);
}

fn other_order(cx: &Context<'_>, index: &IndexWork, count: u64) {
    let detail = format!(
        "{count} keys of Unicode text are in another order than the one known here (made with other sort tables)"
    );
    cx.findings
        .add(Rule::IndexSort, index.tree.pgno_fdp, &index.object, detail);
}

/// Takes an entry that a record asks for: page and line of the record, key, bookmark, columns.
type Expected<'v> = dyn FnMut((Pgno, usize), &[u8], &[u8], &RecordColumns<'_>) + 'v;

/// Lists the entries that the records ask for.
fn for_each_expected(
    cx: &Context<'_>,
    table: &TableWork,
    def: &IndexDef,
    visit: &mut Expected<'_>,
) {
    let mut builder = EntryBuilder::new();
    let mut entries = Entries::default();
    for_each_node(cx, table.schema.tree(), |pgno, iline, node| {
        let Ok(record) = RecordView::new(node.data, cx.size.is_large()) else {
            return;
        };
        let columns = RecordColumns {
            record,
            schema: &table.schema,
            pages: &cx.pages,
        };
        if builder.entries_into(def, &columns, &mut entries).is_ok() {
            let bookmark = node.key();
            for key in entries.iter() {
                visit((pgno, iline), key, &bookmark, &columns);
            }
        }
    });
}

fn lone_entries(
    cx: &Context<'_>,
    table: &TableWork,
    index: &IndexWork,
    def: &IndexDef,
    count: u64,
) -> (Vec<Lone>, Vec<Lone>) {
    let differ = differences(
        count,
        |take| {
            for_each_expected(cx, table, def, &mut |_, key, bookmark, _| {
                take(hash128(&[key, bookmark]), 1);
            });
        },
        |take| {
            for_each_node(cx, index.tree, |_, _, node| {
                take(hash128(&[&node.key(), node.data]), 1);
            });
        },
    );
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let lone = |certain, (pgno, iline), key: &[u8], bookmark: &[u8]| Lone {
        certain,
        pgno,
        iline,
        key: key.to_vec(),
        bookmark: bookmark.to_vec(),
    };
    for_each_expected(cx, table, def, &mut |place, key, bookmark, columns| {
        let more = differ.get(&hash128(&[key, bookmark])).copied().unwrap_or(0);
        if more > 0 {
            let certain = !index.unicode || (index.known_order && is_certain(def, columns));
            missing.push(lone(certain, place, key, bookmark));
        }
    });
    for_each_node(cx, index.tree, |pgno, iline, node| {
        let key = node.key();
        let more = differ
            .get(&hash128(&[&key, node.data]))
            .copied()
            .unwrap_or(0);
        if more < 0 {
            extra.push(lone(true, (pgno, iline), &key, node.data));
        }
    });
    (missing, extra)
}

/// Names the differences: an entry of a record under another key, one too many, one too few.
fn report(
    cx: &Context<'_>,
    table: &TableWork,
    index: &IndexWork,
    missing: Vec<Lone>,
    extra: Vec<Lone>,
) {
    let mut by_bookmark: HashMap<Vec<u8>, Vec<Lone>> = HashMap::new();
    for entry in missing {
        by_bookmark
            .entry(entry.bookmark.clone())
            .or_default()
            .push(entry);
    }
    let mut sorted_otherwise = 0;
    for entry in extra {
        let wanted = by_bookmark
            .get_mut(&entry.bookmark)
            .and_then(|list| list.pop());
        let place = format!("line {}, key {}", entry.iline, Hex(&entry.key));
        match wanted {
            Some(wanted) if !wanted.certain => sorted_otherwise += 1,
            Some(wanted) => cx.findings.add(
                Rule::IndexKey,
                entry.pgno,
                &index.object,
                format!(
                    "{place}: its record (page {}, line {}) asks for key {}",
                    wanted.pgno,
                    wanted.iline,
                    Hex(&wanted.key)
                ),
            ),
            None => {
                let mut cursor = TreeCursor::new(&cx.pages, table.schema.tree());
                let there = matches!(cursor.seek(&entry.bookmark, Seek::Eq), Ok(Some(_)));
                let detail = if there {
                    format!("{place}: its record does not ask for this entry")
                } else {
                    format!("{place}: there is no record {}", Hex(&entry.bookmark))
                };
                cx.findings
                    .add(Rule::IndexExtra, entry.pgno, &index.object, detail);
            }
        }
    }
    for entry in by_bookmark.into_values().flatten() {
        // Texts that weigh alike in one order and not in another have fewer entries there.
        if !entry.certain && index.collapses {
            sorted_otherwise += 1;
            continue;
        }
        cx.findings.add(
            Rule::IndexMissing,
            entry.pgno,
            &index.object,
            format!(
                "the record at line {} has no entry with key {}",
                entry.iline,
                Hex(&entry.key)
            ),
        );
    }
    if sorted_otherwise > 0 {
        other_order(cx, index, sorted_otherwise);
    }
}
