//! `tables`: what tables there are, in ASCII order of their names.
#![forbid(unsafe_code)]

use crate::cli::Tables;
use crate::database::{self, Opened};
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::{Grid, plural};
use crate::value::filetime_iso;
use ese_core::catalog::TableSchema;
use ese_core::format::catalog_row::TableFlags;
use ese_core::reader::Table;
use serde_json::{Value, json};

/// What sort of table it is.
pub(super) fn kind(schema: &TableSchema) -> &'static str {
    if schema.is_system() {
        "system"
    } else if schema.flags.contains(TableFlags::TEMPLATE) {
        "template"
    } else if schema.flags.contains(TableFlags::DERIVED) {
        "derived"
    } else {
        "table"
    }
}

/// The trees of a table: the records, the secondary indexes, the long values.
pub(super) fn trees(schema: &TableSchema) -> Vec<Value> {
    let primary = json!({
        "kind": "primary",
        "name": schema.primary().map_or(&schema.name, |i| &i.name),
        "objid": schema.objid.0,
        "pgno_fdp": schema.pgno_fdp.0,
    });
    let secondary = schema.indexes.iter().filter(|i| !i.is_primary()).map(
        |i| json!({"kind": "index", "name": i.name, "objid": i.objid.0, "pgno_fdp": i.pgno_fdp.0}),
    );
    let lv = schema.lv.map(|lv| {
        json!({
            "kind": "long values",
            "name": "(long values)",
            "objid": lv.tree.objid.0,
            "pgno_fdp": lv.tree.pgno_fdp.0,
        })
    });
    std::iter::once(primary)
        .chain(secondary)
        .chain(lv)
        .collect()
}

/// The tables in byte order of their names.
pub(super) fn by_name(opened: &Opened) -> Vec<Table<'_>> {
    let mut tables: Vec<Table<'_>> = opened.db.tables().collect();
    tables.sort_by(|a, b| a.schema().name.as_bytes().cmp(b.schema().name.as_bytes()));
    tables
}

pub(super) fn run(args: &Tables, out: &mut Output) -> Result<Verdict, CliError> {
    let mut opened = database::open(&args.db, out)?;
    let mut damage = std::mem::take(&mut opened.damage);
    let mut heading = vec![
        "name",
        "kind",
        "objid",
        "root page",
        "columns",
        "indexes",
        "long values",
    ];
    if args.count {
        heading.push("records");
    }
    let mut grid = Grid::new(&heading);
    let mut list = Vec::new();
    let mut total = 0;
    for table in by_name(&opened) {
        let schema = table.schema();
        let records = args.count.then(|| {
            let (records, faults) = table.count();
            for fault in &faults {
                damage.fault(fault);
            }
            total += records;
            records
        });
        let secondary = schema.indexes.iter().filter(|i| !i.is_primary()).count();
        let mut cells = vec![
            schema.name.clone(),
            kind(schema).to_owned(),
            schema.objid.to_string(),
            schema.pgno_fdp.to_string(),
            schema.columns().len().to_string(),
            (secondary + usize::from(schema.primary().is_some())).to_string(),
            schema
                .lv
                .map_or_else(|| "-".into(), |lv| lv.tree.pgno_fdp.to_string()),
        ];
        cells.extend(records.map(|n| n.to_string()));
        grid.row(cells);
        let mut entry = json!({
            "name": schema.name,
            "kind": kind(schema),
            "objid": schema.objid.0,
            "pgno_fdp": schema.pgno_fdp.0,
            "columns": schema.columns().len(),
            "template": schema.template,
            "last_set": schema.fdp_last_set.and_then(filetime_iso),
            "trees": trees(schema),
        });
        if let Some(n) = records {
            entry["records"] = n.into();
        }
        list.push(entry);
    }
    if out.is_json() {
        out.json(&json!({
            "file": opened.path.display().to_string(),
            "state": opened.db.state().name(),
            "tables": list,
            "damage": damage.json(),
        }))?;
    } else {
        for line in grid.lines(0) {
            out.line(line)?;
        }
        let mut sum = plural(list.len() as u64, "table", "tables");
        if args.count {
            sum.push_str(&format!(", {}", plural(total, "record", "records")));
        }
        out.line("")?;
        out.line(sum)?;
    }
    if let Some(text) = damage.summary() {
        out.note(text);
    }
    Ok(damage.verdict())
}
