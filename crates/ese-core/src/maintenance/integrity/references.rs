//! References to long values: what the records hold against what the roots count.
//!
//! Source: docs/format/database-records.md §8.2.
#![forbid(unsafe_code)]

use super::context::Context;
use super::finding::Object;
use super::index::{differences, for_each_node};
use super::records::{TableWork, hash_lid, references_of};
use super::rule::Rule;
use crate::format::ids::Pgno;
use crate::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING};
use crate::format::record::RecordView;
use std::sync::Arc;

/// Visits every reference to a long value that a record holds.
fn for_each_reference(
    cx: &Context<'_>,
    table: &TableWork,
    visit: &mut dyn FnMut(Pgno, usize, Lid),
) {
    for_each_node(cx, table.schema.tree(), |pgno, iline, node| {
        let Ok(record) = RecordView::new(node.data, cx.size.is_large()) else {
            return;
        };
        for column in record.tagged().flatten() {
            match table.schema.column_by_fid(column.fid, column.derived) {
                Some(c) if !c.coltyp.is_long() => continue,
                Some(_) => {}
                None => {
                    references_of(&column).for_each(|lid| visit(pgno, iline, lid));
                    continue;
                }
            }
            for value in column.values().flatten().filter(|v| v.separated) {
                if let Ok(lid) = Lid::from_record(value.bytes) {
                    visit(pgno, iline, lid);
                }
            }
        }
    });
}

/// Visits every root: page, id, references counted.
fn for_each_root(cx: &Context<'_>, table: &TableWork, visit: &mut dyn FnMut(Pgno, Lid, u32)) {
    let Some(lv) = &table.schema.lv else { return };
    for_each_node(cx, lv.tree, |pgno, _, node| {
        if let Ok(LvKey::Root(lid)) = LvKey::parse(&node.key())
            && let Ok(root) = LvRoot::parse(node.data)
        {
            let count = if root.refcount == REFCOUNT_DELETING {
                0
            } else {
                root.refcount
            };
            visit(pgno, lid, count);
        }
    });
}

/// Compares the two. `complete`: both trees were walked whole.
pub(super) fn compare_references(
    cx: &Context<'_>,
    table: &TableWork,
    object: &Arc<Object>,
    complete: bool,
) {
    let (references, counted) = (*table.references.lock(), *table.counted.lock());
    if references == counted || !complete {
        return;
    }
    let differ = differences(
        references.count.max(counted.count),
        |take| for_each_reference(cx, table, &mut |_, _, lid| take(hash_lid(lid), 1)),
        |take| {
            for_each_root(cx, table, &mut |_, lid, n| {
                take(hash_lid(lid), i64::from(n))
            })
        },
    );
    let mut rooted = std::collections::HashSet::new();
    for_each_root(cx, table, &mut |pgno, lid, n| {
        let more = differ.get(&hash_lid(lid)).copied().unwrap_or(0);
        rooted.extend((more != 0).then_some(lid));
        let (rule, there) = match more {
            0 => return,
            more if more > 0 => (Rule::LvRefcountLow, i64::from(n) + more),
            more => (Rule::LvRefcountHigh, i64::from(n) + more),
        };
        let detail = format!("long value {lid} counts {n} references, there are {there}");
        cx.findings.add(rule, pgno, object, detail);
    });
    for_each_reference(cx, table, &mut |pgno, iline, lid| {
        if differ.get(&hash_lid(lid)).copied().unwrap_or(0) > 0 && !rooted.contains(&lid) {
            let detail = format!("line {iline}: long value {lid} is not in the table's tree");
            cx.findings
                .add(Rule::LvDangling, pgno, &table.object, detail);
        }
    });
}
