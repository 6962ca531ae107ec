//! Every record, catalog row and long value of every database at hand: it parses, its values lie
//! where the catalog says, and it builds again to the same bytes.
#![forbid(unsafe_code)]

mod records_support;

use ese_core::format::catalog_row::{
    self, CatalogError, CatalogRow, ColumnFlags, HintsOf, RowKind, SpaceHints, TableFlags,
};
use ese_core::format::compress::{self, PLAIN_MOST, Scheme};
use ese_core::format::ids::{Coltyp, Fid, Objid};
use ese_core::format::lv::{self, Lid, LvKey, LvRoot};
use ese_core::format::record::{FixedSlot, RecordView, Stored};
use ese_core::format::record_build::RecordBuilder;
use ese_core::format::tagged_build::{TaggedBuild, TaggedPart};
use ese_core::format::value::Value;
use records_support::{Database, Leaves, databases};
use std::collections::{BTreeMap, HashMap};
use testkit::hex;

/// Fetches the long columns of catalog rows that lie in the record; separated ones are counted.
fn intrinsic(
    value: ese_core::format::tagged::TaggedValue<'_>,
    missing: &mut u32,
) -> Result<Vec<u8>, CatalogError> {
    if value.separated {
        *missing += 1;
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    compress::decompress_into(value.bytes, &mut out, PLAIN_MOST).expect("a compressed column");
    Ok(out)
}

/// Rows of the catalog by their primary key, the newest version of each.
fn catalog(db: &Database, objid: Objid) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut rows = BTreeMap::new();
    db.leaves(Leaves::Records, |o, key, data| {
        if o == objid {
            rows.insert(key.to_vec(), data.to_vec());
        }
    });
    rows
}

/// Fails when nothing was tested; with all samples at hand, when it was much less than usual.
fn assert_enough(seen: u64, with_all: u64) {
    let all = databases().len() > 40;
    assert!(seen > if all { with_all } else { 0 }, "only {seen}");
}

/// `true`, said loudly, when no database is at hand.
fn nothing_at_hand() -> bool {
    let none = databases().is_empty();
    if none {
        testkit::skip("records of whole databases");
    }
    none
}

#[test]
fn catalog_rows_build_again() {
    if nothing_at_hand() {
        return;
    }
    let (mut seen, mut separated) = (0u32, 0);
    let mut kinds = BTreeMap::new();
    for path in databases() {
        let db = Database::open(&path);
        let large = db.page_size.is_large();
        for data in catalog(&db, Objid::MSO).values() {
            let what = format!("{}: {}", path.display(), hex(data));
            let view = RecordView::new(data, large).expect(&what);
            let mut missing = 0;
            // Long columns that are compressed are built again to the form they had.
            let mut forms: HashMap<Fid, TaggedPart> = HashMap::new();
            for c in view.tagged() {
                let c = c.expect(&what);
                if c.value_count() == Ok(1) {
                    forms.insert(c.fid, c.value(0).expect(&what).into());
                }
            }
            let row = CatalogRow::parse(&view, |_, v| intrinsic(v, &mut missing)).expect(&what);
            separated += missing;
            let mut built = Vec::new();
            row.build(
                large,
                |fid, bytes| forms.remove(&fid).unwrap_or(TaggedPart::plain(bytes)),
                &mut built,
            )
            .expect(&what);
            assert_eq!(hex(&built), hex(data), "{}", path.display());

            *kinds.entry(row.kind).or_insert(0u32) += 1;
            match row.kind {
                RowKind::Column => {
                    assert!(row.coltyp().is_some() && row.fid().is_some(), "{what}");
                    assert!(row.default_typed().is_none_or(|v| v.is_ok()), "{what}");
                }
                RowKind::Index => {
                    let segments = row.key_segments().expect(&what);
                    assert!(!segments.is_empty(), "{what}");
                    let again: Vec<u8> = segments.iter().flat_map(|s| s.to_bytes()).collect();
                    assert_eq!(Some(again), row.key_fld_ids, "{what}");
                    let conditions = row.conditional_segments().expect(&what);
                    let again: Vec<u8> = conditions.iter().flat_map(|s| s.to_bytes()).collect();
                    assert_eq!(again, row.conditional_columns.clone().unwrap_or_default());
                    if let Some(t) = row.tuple().expect(&what) {
                        assert_eq!(Some(t.to_bytes()), row.tuple_limits, "{what}");
                    }
                    assert!(!row.locale().expect(&what).is_empty(), "{what}");
                }
                _ => {}
            }
            for (blob, of) in [
                (
                    &row.space_hints,
                    if row.kind == RowKind::Table {
                        HintsOf::Table
                    } else {
                        HintsOf::Index
                    },
                ),
                (&row.space_deferred_lv_hints, HintsOf::DeferredLongValue),
            ] {
                if let Some(b) = blob {
                    let hints = SpaceHints::parse(b, of).expect(&what);
                    assert_eq!(hints.build(of).as_ref(), Some(b), "{what}");
                }
            }
            seen += 1;
        }
    }
    println!("{seen} rows, {separated} separated columns, {kinds:?}");
    assert!(kinds.len() >= 3, "{kinds:?}");
    assert_enough(u64::from(seen), 70_000);
}

/// A table's columns, as far as records need them.
#[derive(Default)]
struct Columns {
    slots: Vec<FixedSlot>,
    by_fid: HashMap<(u16, bool), CatalogRow>,
}

fn tables(db: &Database) -> HashMap<Objid, Columns> {
    let large = db.page_size.is_large();
    let rows: Vec<CatalogRow> = catalog(db, Objid::MSO)
        .values()
        .map(|data| {
            let view = RecordView::new(data, large).expect("a catalog row");
            CatalogRow::parse(&view, |_, v| intrinsic(v, &mut 0)).expect("a catalog row")
        })
        .collect();
    let by_name: HashMap<&str, Objid> = rows
        .iter()
        .filter(|r| r.kind == RowKind::Table)
        .map(|r| (r.name.as_str(), r.objid_table))
        .collect();
    let mut out = HashMap::new();
    for table in rows.iter().filter(|r| r.kind == RowKind::Table) {
        let mut columns = Columns::default();
        let template = table
            .table_flags()
            .contains(TableFlags::DERIVED)
            .then(|| by_name[table.template_or_callback.as_deref().expect("a template")]);
        for r in rows.iter().filter(|r| r.kind == RowKind::Column) {
            let derived = Some(r.objid_table) == template;
            if r.objid_table != table.objid_table && !derived {
                continue;
            }
            let fid = r.fid().expect("a column id");
            if fid.is_fixed() {
                let len = r
                    .coltyp()
                    .and_then(Coltyp::fixed_bytes)
                    .unwrap_or(r.space_usage as usize);
                columns.slots.push(FixedSlot {
                    fid,
                    offset: r.record_offset.expect("fixed columns have an offset"),
                    len: len as u16,
                });
            }
            columns.by_fid.insert((fid.0, derived), r.clone());
        }
        columns.slots.sort_by_key(|s| s.fid);
        // The catalog's own rows all carry a dummy offset (docs/format/database-catalog.md §2.2).
        if table.objid_table == Objid::MSO || table.objid_table == Objid::MSO_SHADOW {
            columns.slots = catalog_row::FIXED_COLUMNS.to_vec();
        }
        out.insert(table.objid_table, columns);
    }
    out
}

/// Takes a record apart by its columns and builds it from the pieces, by the calls that a writer makes.
fn rebuilt(view: &RecordView<'_>, columns: &Columns, what: &str) -> Vec<u8> {
    let mut b = RecordBuilder::new(&columns.slots, view.large_pages());
    for s in &columns.slots {
        let stored = view.fixed(s.fid, s.offset, usize::from(s.len)).expect(what);
        if stored == Stored::Absent {
            continue;
        }
        let at = usize::from(s.offset);
        let old = &view.bytes()[at..at + usize::from(s.len)];
        b.set_fixed(s.fid, Some(old)).expect(what);
        if stored == Stored::Null {
            b.set_fixed(s.fid, None).expect(what);
        }
    }
    for fid in (128..=u16::from(view.fid_var_last())).map(Fid) {
        b.set_var(fid, view.var(fid).expect(what).value())
            .expect(what);
    }
    for c in view.tagged() {
        let c = c.expect(what);
        assert_eq!(
            view.find_tagged(c.fid, c.derived).expect(what),
            Some(c),
            "{what}"
        );
        b.set_tagged(TaggedBuild::from_column(&c).expect(what))
            .expect(what);
    }
    let mut out = Vec::new();
    b.build(&mut out).expect(what);
    out
}

#[test]
fn records_build_again() {
    if nothing_at_hand() {
        return;
    }
    let (mut records, mut values, mut wrong_length) = (0u64, 0u64, 0u64);
    for path in databases() {
        let db = Database::open(&path);
        let tables = tables(&db);
        let large = db.page_size.is_large();
        db.leaves(Leaves::Records, |objid, _, data| {
            // Freed pages of dropped tables keep their objid; there is no catalog row for it then.
            let Some(columns) = tables.get(&objid) else {
                return;
            };
            let what = || format!("{} objid {objid}: {}", path.display(), hex(data));
            let view = RecordView::new(data, large).unwrap_or_else(|e| panic!("{e}: {}", what()));
            let copy = RecordBuilder::from_view(&view, &columns.slots)
                .unwrap_or_else(|e| panic!("{e}: {}", what()));
            let mut out = Vec::new();
            copy.build(&mut out).expect("what was built before");
            assert!(out == data, "{} built as {}", what(), hex(&out));
            // The large sample has records of tens of thousands of columns: a part of it will do.
            if data.len() < 4_000 || records % 50 == 0 {
                let deleted = columns
                    .by_fid
                    .values()
                    .any(|r| r.coltyp() == Some(Coltyp::Nil));
                if !deleted {
                    let out = rebuilt(&view, columns, &path.display().to_string());
                    assert!(out == data, "{} rebuilt as {}", what(), hex(&out));
                }
            }
            records += 1;
            for c in view.tagged() {
                let c = c.expect("checked above");
                let Some(row) = columns.by_fid.get(&(c.fid.0, c.derived)) else {
                    continue;
                };
                let Some(coltyp) = row.coltyp().filter(|&t| t != Coltyp::Nil) else {
                    continue;
                };
                if c.value_count().expect("checked above") > 1 {
                    assert!(
                        row.column_flags().contains(ColumnFlags::MULTI_VALUED),
                        "{}",
                        what()
                    );
                }
                for v in c.values() {
                    let v = v.expect("checked above");
                    values += 1;
                    if v.separated {
                        Lid::from_record(v.bytes).unwrap_or_else(|e| panic!("{e}: {}", what()));
                        assert!(coltyp.is_long(), "{}", what());
                    } else if v.compressed {
                        let mut plain = Vec::new();
                        compress::decompress_into(v.bytes, &mut plain, PLAIN_MOST)
                            .unwrap_or_else(|e| panic!("{e}: {}", what()));
                    } else if Value::new(coltyp, row.code_page(), v.bytes).is_err() {
                        wrong_length += 1;
                    }
                }
            }
        });
    }
    println!("{records} records, {values} tagged values, {wrong_length} of a wrong length");
    assert_enough(records, 150_000);
    assert_enough(values, 100_000);
    assert_eq!(wrong_length, 0);
}

#[test]
fn long_values_join() {
    if nothing_at_hand() {
        return;
    }
    let (mut joined, mut schemes) = (0u32, BTreeMap::new());
    let mut chunks_seen = 0u32;
    for path in databases() {
        let db = Database::open(&path);
        let mut trees: HashMap<Objid, BTreeMap<LvKey, Vec<u8>>> = HashMap::new();
        db.leaves(Leaves::LongValues, |objid, key, data| {
            let parsed = LvKey::parse(key).unwrap_or_else(|e| panic!("{e}: {}", path.display()));
            assert_eq!(parsed.to_bytes()[..], *key, "{}", path.display());
            trees
                .entry(objid)
                .or_default()
                .insert(parsed, data.to_vec());
        });
        for nodes in trees.values() {
            let roots: Vec<(Lid, LvRoot)> = nodes
                .iter()
                .filter_map(|(k, data)| match k {
                    LvKey::Root(lid) => {
                        let root = LvRoot::parse(data).expect("a root");
                        let mut again = Vec::new();
                        root.build(&mut again);
                        assert_eq!(&again, data);
                        Some((*lid, root))
                    }
                    LvKey::Chunk { .. } => None,
                })
                .collect();
            for (lid, root) in roots {
                let chunks: Vec<(u32, &Vec<u8>)> = nodes
                    .range(LvKey::Root(lid)..)
                    .take_while(|(k, _)| k.lid() == lid)
                    .filter_map(|(k, d)| match k {
                        LvKey::Chunk { offset, .. } => Some((*offset, d)),
                        LvKey::Root(_) => None,
                    })
                    .collect();
                let mut plain = Vec::new();
                for (i, (offset, data)) in chunks.iter().enumerate() {
                    let what = format!("{} {lid:?} at {offset}", path.display());
                    assert_eq!(plain.len(), *offset as usize, "{what}");
                    let next = chunks.get(i + 1).map(|c| c.0);
                    let n = lv::chunk_plain_len(*offset, next, root.size).expect(&what);
                    if data.len() < n {
                        let scheme = compress::scheme(data).expect(&what);
                        *schemes.entry(scheme as u8).or_insert(0u32) += 1;
                    }
                    lv::append_chunk(data, n, &mut plain)
                        .unwrap_or_else(|e| panic!("{e}: {what}: {}", hex(data)));
                    if let Some(next) = next {
                        // Every chunk but the last has the one size that the rule names.
                        let size = next - offset;
                        let page = db.page_size;
                        assert!(
                            [lv::chunk_bytes(page), lv::chunk_bytes_old(page)]
                                .contains(&(size as usize)),
                            "{what}: chunks of {size}"
                        );
                    }
                    chunks_seen += 1;
                }
                assert_eq!(
                    plain.len(),
                    root.size as usize,
                    "{} {lid:?}",
                    path.display()
                );
                joined += 1;
            }
        }
    }
    println!("{joined} long values of {chunks_seen} chunks, compressed: {schemes:?}");
    assert_enough(u64::from(joined), 5_000);
    let xpress = schemes.get(&(Scheme::Xpress as u8)).copied().unwrap_or(0);
    assert_enough(u64::from(xpress), 1_000);
}

#[test]
fn catalog_layout_is_the_rows_own() {
    // The hard-coded layout against the catalog's rows about itself, which carry types and order.
    for path in databases() {
        let db = Database::open(&path);
        let large = db.page_size.is_large();
        for data in catalog(&db, Objid::MSO).values() {
            let view = RecordView::new(data, large).expect("a row");
            let row = CatalogRow::parse(&view, |_, v| intrinsic(v, &mut 0)).expect("a row");
            if row.objid_table != Objid::MSO || row.kind != RowKind::Column {
                continue;
            }
            let fid = row.fid().expect("a column id");
            if let Some(slot) = catalog_row::FIXED_COLUMNS.iter().find(|s| s.fid == fid) {
                let bytes = row.coltyp().and_then(Coltyp::fixed_bytes);
                assert_eq!(bytes, Some(usize::from(slot.len)), "{}", row.name);
            } else {
                assert!(
                    (128..=137).contains(&fid.0) || (256..=261).contains(&fid.0),
                    "{}",
                    row.name
                );
            }
        }
    }
}
