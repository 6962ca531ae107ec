//! The lines of a page: external header, nodes.
#![forbid(unsafe_code)]

use super::owner::Owner;
use crate::text::hex;
use crate::value::text_of;
use crate::verbs::facts::Facts;
use ese_core::catalog::TableSchema;
use ese_core::format::lv::{LvKey, LvRoot};
use ese_core::format::node::Node;
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::record::RecordView;
use ese_core::format::space::{Extent, RootHeader, SplitBuffer};
use ese_core::format::tagged::TaggedValue;
use ese_core::record::{Column, ColumnValues, column_values, tagged_values};
use serde_json::{Map, Value, json};

/// Bytes of data shown in text; JSON has them all.
const SHOWN_BYTES: usize = 64;

/// Shows all lines, and returns them for machines.
pub(super) fn show(view: &PageView<'_>, owner: &Owner<'_>, facts: &mut Facts) -> Value {
    let flags = view.flags();
    if let Ok(external) = view.external_header() {
        facts.fact(
            "external header",
            external_text(external, flags),
            "external_header",
            hex(external),
        );
    }
    if flags.contains(PageFlags::EMPTY) {
        return Value::Array(Vec::new());
    }
    facts.group("Nodes");
    let mut list: Vec<Value> = Vec::new();
    for iline in 0..view.node_count() {
        let itag = iline + view.reserved_tags();
        let mut entry = Map::new();
        entry.insert("line".into(), iline.into());
        let place = match view.tag(itag) {
            Ok(tag) => {
                entry.insert("offset".into(), tag.ib.into());
                entry.insert("length".into(), tag.cb.into());
                format!("at {} length {}", tag.ib, tag.cb)
            }
            Err(e) => e.to_string(),
        };
        match view.node(iline) {
            Ok(node) => {
                facts.text(&format!("line {iline}"), place);
                one(view, owner, &node, &mut entry, facts);
            }
            Err(e) => {
                let raw = view.line(itag).map(|(b, _)| hex(b)).unwrap_or_default();
                facts.text(&format!("line {iline}"), format!("{place}: DAMAGED: {e}"));
                facts.text("", raw.clone());
                entry.insert("error".into(), e.to_string().into());
                entry.insert("raw".into(), raw.into());
            }
        }
        list.push(entry.into());
    }
    list.into()
}

fn external_text(b: &[u8], flags: PageFlags) -> String {
    if b.is_empty() {
        return "empty".into();
    }
    if !flags.contains(PageFlags::ROOT) {
        return format!("key prefix {}", hex(b));
    }
    if flags.contains(PageFlags::SPACE_TREE) {
        return match SplitBuffer::parse(b.get(..16).unwrap_or(b)) {
            Ok(Some(s)) => {
                let runs: Vec<String> = s
                    .extents()
                    .map(|e| format!("{}-{}", e.first(), e.last))
                    .collect();
                format!(
                    "split buffer: {}",
                    if runs.is_empty() {
                        "empty".into()
                    } else {
                        runs.join(", ")
                    }
                )
            }
            Ok(None) => "empty".into(),
            Err(e) => e.to_string(),
        };
    }
    match RootHeader::parse(b) {
        Ok(h) => {
            let space = match h.space.oe_and_ae() {
                Some((oe, ae)) => format!("extents in OE {oe} and AE {ae}"),
                None => format!("free pages bitmap {:#x}", h.space.bitmap_or_oe),
            };
            let auto = h
                .auto_increment
                .map_or_else(String::new, |n| format!(", auto-increment {n}"));
            format!(
                "space: {} pages, parent {}, flags {:?}, {space}{auto}",
                h.space.cpg, h.space.parent, h.space.flags
            )
        }
        Err(e) => format!("{e}: {}", hex(b)),
    }
}

fn one(
    view: &PageView<'_>,
    owner: &Owner<'_>,
    node: &Node<'_>,
    entry: &mut Map<String, Value>,
    facts: &mut Facts,
) {
    let flags: Vec<String> = node
        .flags
        .iter_names()
        .map(|(n, _)| n.to_ascii_lowercase())
        .collect();
    let key = node.key();
    let decoded = if view.flags().contains(PageFlags::SPACE_TREE) {
        None
    } else {
        owner.key_text(&key)
    };
    let mut text = if key.is_empty() {
        "none (greater than all)".to_owned()
    } else {
        hex(&key)
    };
    if let Some(decoded) = &decoded {
        text.push_str(&format!("  {decoded}"));
    }
    if !flags.is_empty() {
        facts.text("  flags", flags.join(", "));
    }
    facts.text("  key", text);
    entry.insert("flags".into(), flags.into());
    entry.insert("key".into(), hex(&key).into());
    entry.insert("key_text".into(), decoded.into());
    entry.insert("prefix_bytes".into(), node.prefix.len().into());
    entry.insert("data".into(), hex(node.data).into());
    data(view, owner, node, entry, facts);
}

fn raw_text(b: &[u8]) -> String {
    let shown = b.get(..SHOWN_BYTES).unwrap_or(b);
    if shown.len() < b.len() {
        format!("{}… ({} bytes)", hex(shown), b.len())
    } else {
        hex(b)
    }
}

fn data(
    view: &PageView<'_>,
    owner: &Owner<'_>,
    node: &Node<'_>,
    entry: &mut Map<String, Value>,
    facts: &mut Facts,
) {
    let flags = view.flags();
    if !flags.contains(PageFlags::LEAF) {
        match node.child() {
            Some(child) => {
                facts.text("  child", format!("page {child}"));
                entry.insert("child".into(), child.0.into());
            }
            None => facts.text("  data", raw_text(node.data)),
        }
        return;
    }
    if flags.contains(PageFlags::SPACE_TREE) {
        match Extent::from_node(node) {
            Ok(e) => {
                let text = format!("pages {}-{} ({}, {:?})", e.first(), e.last, e.cpg, e.pool);
                facts.text("  extent", text);
                entry.insert(
                    "extent".into(),
                    json!({"first": e.first().0, "last": e.last.0, "pages": e.cpg, "pool": format!("{:?}", e.pool)}),
                );
            }
            Err(e) => facts.text("  extent", format!("DAMAGED: {e}: {}", hex(node.data))),
        }
        return;
    }
    match owner {
        Owner::Table(schema) => record(view, schema, node, entry, facts),
        Owner::Index(schema, _) => {
            let key = Owner::Table(schema).key_text(node.data);
            let text = key.clone().map_or_else(String::new, |k| format!("  {k}"));
            facts.text("  leads to", format!("{}{text}", raw_text(node.data)));
            entry.insert("bookmark_text".into(), key.into());
        }
        Owner::LongValues(_) => long_value(node, entry, facts),
        Owner::Root | Owner::Unknown => facts.text("  data", raw_text(node.data)),
    }
}

fn long_value(node: &Node<'_>, entry: &mut Map<String, Value>, facts: &mut Facts) {
    let text = match LvKey::parse(&node.key()) {
        Ok(LvKey::Root(lid)) => match LvRoot::parse(node.data) {
            Ok(root) => format!("root of value {}: {root:?}", lid.value()),
            Err(e) => format!("root of value {}: DAMAGED: {e}", lid.value()),
        },
        Ok(key) => format!(
            "piece of value {}: {key:?}, {} bytes as stored",
            key.lid().value(),
            node.data.len()
        ),
        Err(e) => format!("DAMAGED: {e}"),
    };
    facts.text("  long value", text.clone());
    facts.text("  data", raw_text(node.data));
    entry.insert("long_value".into(), text.into());
}

fn record(
    view: &PageView<'_>,
    schema: &TableSchema,
    node: &Node<'_>,
    entry: &mut Map<String, Value>,
    facts: &mut Facts,
) {
    let record = match RecordView::new(node.data, view.size().is_large()) {
        Ok(record) => record,
        Err(e) => {
            facts.text("  record", format!("DAMAGED: {e}"));
            facts.text("  data", raw_text(node.data));
            entry.insert("error".into(), e.to_string().into());
            return;
        }
    };
    let mut shown = Map::new();
    let mut put = |column: &Column, text: String| {
        facts.text("  value", format!("{} = {text}", column.name));
        shown.insert(column.name.clone(), text.into());
    };
    for column in schema.columns().iter().filter(|c| !c.fid.is_tagged()) {
        match column_values(&record, column) {
            Ok(ColumnValues::One(v)) => put(column, value(column, &v)),
            Ok(_) => {}
            Err(e) => put(column, format!("DAMAGED: {e}")),
        }
    }
    for tagged in record.tagged() {
        let column = match &tagged {
            Ok(t) => schema.column_by_fid(t.fid, t.derived),
            Err(_) => None,
        };
        match (tagged, column) {
            (Ok(t), Some(column)) => {
                let text = match tagged_values(t) {
                    Ok(ColumnValues::One(v)) => value(column, &v),
                    Ok(ColumnValues::Many(t)) => {
                        let all: Vec<String> = t
                            .values()
                            .map(|v| {
                                v.map_or_else(|e| format!("DAMAGED: {e}"), |v| value(column, &v))
                            })
                            .collect();
                        format!("[{}]", all.join(", "))
                    }
                    Ok(_) => "NULL".into(),
                    Err(e) => format!("DAMAGED: {e}"),
                };
                put(column, text);
            }
            (Ok(_), None) => {}
            (Err(e), _) => {
                facts.text("  record", format!("DAMAGED: {e}"));
                entry.insert("error".into(), e.to_string().into());
                break;
            }
        }
    }
    entry.insert("record".into(), shown.into());
}

/// A stored value: long ones that lie elsewhere by their id, compressed ones as they are.
fn value(column: &Column, v: &TaggedValue<'_>) -> String {
    if v.separated {
        return format!("long value {}", hex(v.bytes));
    }
    if v.encrypted || v.compressed {
        let how = if v.encrypted {
            "encrypted"
        } else {
            "compressed"
        };
        return format!("{how} {}", raw_text(v.bytes));
    }
    text_of(column.coltyp, column.code_page, v.bytes)
}
