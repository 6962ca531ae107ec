//! `schema`: columns and indexes of every table, with the trees that hold them.
#![forbid(unsafe_code)]

use super::tables::{by_name, kind, trees};
use crate::cli::Schema;
use crate::database;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::Grid;
use crate::value::{filetime_iso, text_of};
use ese_core::catalog::{Index, TableSchema};
use ese_core::format::catalog_row::{ColumnFlags, IndexFlags, SortVersion};
use ese_core::format::value::Guid;
use ese_core::record::Column;
use serde_json::{Value, json};

pub(super) fn run(args: &Schema, out: &mut Output) -> Result<Verdict, CliError> {
    let opened = database::open(&args.db, out)?;
    let wanted = if args.tables.is_empty() {
        by_name(&opened)
    } else {
        args.tables
            .iter()
            .map(|name| opened.table(name))
            .collect::<Result<_, _>>()?
    };
    let damage = &opened.damage;
    if out.is_json() {
        let tables: Vec<Value> = wanted.iter().map(|t| table_json(t.schema())).collect();
        out.json(&json!({
            "file": opened.path.display().to_string(),
            "state": opened.db.state().name(),
            "tables": tables,
            "damage": damage.json(),
        }))?;
    } else {
        for (i, table) in wanted.iter().enumerate() {
            if i > 0 {
                out.line("")?;
            }
            table_text(table.schema(), out)?;
        }
    }
    if let Some(text) = damage.summary() {
        out.note(text);
    }
    Ok(damage.verdict())
}

fn flag_words<'a>(names: impl Iterator<Item = (&'a str, bool)>) -> Vec<String> {
    names
        .filter(|(_, set)| *set)
        .map(|(n, _)| n.to_ascii_lowercase().replace('_', "-"))
        .collect()
}

fn column_words(flags: ColumnFlags) -> Vec<String> {
    flag_words(flags.iter_names().map(|(n, _)| (n, true)))
}

fn index_words(index: &Index) -> Vec<String> {
    let mut out = flag_words(index.flags.iter_names().map(|(n, _)| (n, true)));
    // Which form the segments have is the file's own business.
    out.extend(flag_words(
        index
            .flags_ex
            .iter_names()
            .map(|(n, _)| (n, n != "EXTENDED_COLUMNS")),
    ));
    out
}

fn default_text(column: &Column) -> Option<String> {
    let bytes = column.default.as_deref()?;
    Some(text_of(column.coltyp, column.code_page, bytes))
}

fn segments(schema: &TableSchema, index: &Index) -> Vec<String> {
    index
        .segments
        .iter()
        .map(|s| schema.segment_text(s))
        .collect()
}

fn conditions(schema: &TableSchema, index: &Index) -> Vec<String> {
    index
        .conditional
        .iter()
        .map(|s| {
            let name = schema.segment_text(s);
            let name = name.trim_start_matches(['+', '-']);
            let not = if s.must_be_null { "" } else { "not " };
            format!("{name} is {not}null")
        })
        .collect()
}

fn table_text(schema: &TableSchema, out: &mut Output) -> Result<(), CliError> {
    let mut head = format!(
        "{} ({}, objid {}, root page {}, density {} %",
        schema.name,
        kind(schema),
        schema.objid,
        schema.pgno_fdp,
        schema.density
    );
    if let Some(template) = &schema.template {
        head.push_str(&format!(", derived from {template}"));
    }
    if let Some(lv) = schema.lv {
        head.push_str(&format!(
            ", long values: objid {}, root page {}",
            lv.tree.objid, lv.tree.pgno_fdp
        ));
    }
    if let Some(time) = schema.fdp_last_set.and_then(filetime_iso) {
        head.push_str(&format!(", set {time}"));
    }
    out.line(head + ")")?;
    let mut grid = Grid::new(&["id", "column", "type", "bytes", "flags", "default"]);
    for c in schema.columns() {
        let mut coltyp = c.coltyp.name().to_owned();
        if c.coltyp.is_text() {
            coltyp.push_str(&format!("/{}", c.code_page));
        }
        let bytes = match (c.coltyp.fixed_bytes(), c.cb_max) {
            (Some(n), _) => n.to_string(),
            (None, 0) => "-".into(),
            (None, n) => n.to_string(),
        };
        let mut words = column_words(c.flags);
        if c.derived {
            words.push("from-template".into());
        }
        grid.row(vec![
            c.fid.0.to_string(),
            c.name.clone(),
            coltyp,
            bytes,
            words.join(" "),
            default_text(c).unwrap_or_default(),
        ]);
    }
    for line in grid.lines(2) {
        out.line(line.trim_end())?;
    }
    let mut grid = Grid::new(&["index", "key", "objid", "root page", "flags", "more"]);
    for i in &schema.indexes {
        let mut more = Vec::new();
        if i.key_most != 255 {
            more.push(format!("key most {}", i.key_most));
        }
        if i.flags.contains(IndexFlags::LOCALIZED_TEXT) {
            more.push(format!(
                "locale {:?} flags {:#x} sort {} version {}",
                i.locale.as_deref().unwrap_or(""),
                i.lcmap_flags,
                i.sort_id
                    .map_or_else(|| "-".into(), |g| Guid(g).to_string()),
                i.version
                    .map_or_else(|| "-".into(), |v| SortVersion(v).to_string())
            ));
        }
        if let Some(t) = i.tuple {
            more.push(format!("{t:?}"));
        }
        more.extend(conditions(schema, i));
        grid.row(vec![
            i.name.clone(),
            segments(schema, i).concat(),
            i.objid.to_string(),
            i.pgno_fdp.to_string(),
            index_words(i).join(" "),
            more.join("; "),
        ]);
    }
    if !schema.indexes.is_empty() {
        for line in grid.lines(2) {
            out.line(line.trim_end())?;
        }
    }
    Ok(())
}

fn table_json(schema: &TableSchema) -> Value {
    let columns: Vec<Value> = schema
        .columns()
        .iter()
        .map(|c| {
            json!({
                "name": c.name,
                "id": c.fid.0,
                "columnid": c.columnid(),
                "type": c.coltyp.name(),
                "coltyp": c.coltyp as u32,
                "code_page": c.code_page,
                "bytes_most": c.cb_max,
                "flags": column_words(c.flags),
                "flag_bits": c.flags.bits(),
                "default": default_text(c),
                "default_hex": c.default.as_deref().map(crate::text::hex),
                "derived": c.derived,
            })
        })
        .collect();
    let indexes: Vec<Value> = schema
        .indexes
        .iter()
        .map(|i| {
            json!({
                "name": i.name,
                "key": segments(schema, i),
                "conditions": conditions(schema, i),
                "objid": i.objid.0,
                "pgno_fdp": i.pgno_fdp.0,
                "flags": index_words(i),
                "flag_bits": u32::from(i.flags.bits()) | u32::from(i.flags_ex.bits()) << 16,
                "key_most": i.key_most,
                "var_seg_mac": i.var_seg_mac,
                "tuple_limits": i.tuple.map(|t| format!("{t:?}")),
                "locale": i.locale,
                "lcmap_flags": i.lcmap_flags,
                "sort_id": i.sort_id.map(|g| Guid(g).to_string()),
                "sort_version": i.version.map(|v| SortVersion(v).to_string()),
                "density": i.density,
            })
        })
        .collect();
    json!({
        "name": schema.name,
        "kind": kind(schema),
        "objid": schema.objid.0,
        "pgno_fdp": schema.pgno_fdp.0,
        "flag_bits": schema.flags.bits(),
        "density": schema.density,
        "initial_pages": schema.initial_pages,
        "template": schema.template,
        "last_set": schema.fdp_last_set.and_then(filetime_iso),
        "columns": columns,
        "indexes": indexes,
        "trees": trees(schema),
    })
}
