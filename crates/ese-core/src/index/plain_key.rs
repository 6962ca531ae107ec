//! The primary key of a record whose key columns lie in it as they are: the short way of
//! [`super::EntryBuilder::primary_key`], straight from the record's bytes.
//!
//! Invariant: the key that is made is the one that the builder makes. It can't be truncated (every segment
//! goes in whole, so no more of a value is wanted either), and has no NULL that an index could forbid.
#![forbid(unsafe_code)]

use super::def::IndexDef;
use crate::catalog::TableSchema;
use crate::format::key::append_plain;
use crate::format::record::stored_at;

/// Makes the key of `record`, which is known to be one, in `key`, which is empty. `false`, with anything in
/// `key`, when the builder has to be asked: a column is tagged, NULL, empty, or not stored, its segment is
/// descending or a text, or does not fit.
#[inline]
#[must_use]
pub fn plain_primary_key(
    def: &IndexDef,
    schema: &TableSchema,
    record: &[u8],
    key: &mut Vec<u8>,
) -> bool {
    def.segments.iter().all(|s| {
        let column = schema.column_by_fid(s.column.fid, s.column.template);
        let place = column.and_then(|c| stored_at(record, c.fid, (c.offset, c.fixed_len())));
        let value = place.and_then(|at| record.get(at));
        value.is_some_and(|value| append_plain(key, &def.rules, &s.segment, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::catalog_row::ColumnFlags;
    use crate::format::ids::{Coltyp, Fid, Objid, PageSize, Pgno};
    use crate::format::key::{KeyRules, Segment, SegmentType};
    use crate::format::lv::Lid;
    use crate::format::record::RecordView;
    use crate::index::{
        ColumnError, ColumnRef, EntryBuilder, Expansion, IndexSegment, LongBytes, NullRules,
        RecordColumns,
    };
    use crate::io::rng::{Rng, SeededRng};
    use crate::record::Column;
    use crate::record::edit::{
        EditKind, LayoutOptions, NewValue, NoLongStore, RecordEdit, RecordLayout, SetFlags,
        ValuePlace,
    };
    use std::sync::Arc;

    /// Nothing lies outside these records.
    struct Nowhere;

    impl LongBytes for Nowhere {
        fn head(&self, _: Lid, _: usize, _: &mut Vec<u8>) -> Result<bool, ColumnError> {
            Err(ColumnError::NoColumn(Fid(0)))
        }
    }

    const FIXED: [Coltyp; 9] = [
        Coltyp::Bit,
        Coltyp::UnsignedByte,
        Coltyp::Short,
        Coltyp::Long,
        Coltyp::Currency,
        Coltyp::IeeeDouble,
        Coltyp::Guid,
        Coltyp::UnsignedLongLong,
        Coltyp::Binary,
    ];

    fn schema() -> TableSchema {
        let column = |fid, coltyp, cb_max, offset| Column {
            name: format!("c{fid}"),
            fid: Fid(fid),
            coltyp,
            code_page: 1252,
            cb_max,
            offset,
            flags: ColumnFlags::empty(),
            default: (fid == 130).then(|| b"default".to_vec().into_boxed_slice()),
            derived: false,
        };
        let (mut columns, mut offset) = (Vec::new(), 4);
        for (coltyp, fid) in FIXED.into_iter().zip(1..) {
            let len = coltyp.fixed_bytes().unwrap_or(11);
            columns.push(column(fid, coltyp, len as u32, offset));
            offset += len as u16;
        }
        for fid in 128..131 {
            columns.push(column(fid, Coltyp::Binary, 60, 0));
        }
        columns.push(column(131, Coltyp::Text, 60, 0));
        columns.push(column(256, Coltyp::Binary, 60, 0));
        let mut schema = TableSchema::new("t".into(), Objid(8), Pgno(8));
        schema.set_columns(columns);
        schema
    }

    fn index(rng: &mut SeededRng, columns: &[Column]) -> IndexDef {
        let key_most = [12, 30, 70, 255, 500][rng.below(5) as usize];
        let count = 1 + rng.below(3);
        let segments = (0..count).map(|_| {
            let c = &columns[rng.below(columns.len() as u64) as usize];
            IndexSegment {
                column: ColumnRef {
                    fid: c.fid,
                    template: c.derived,
                },
                multi_valued: false,
                segment: Segment {
                    ty: SegmentType::from_coltyp(c.coltyp as u32).unwrap(),
                    code_page: c.code_page,
                    fixed: c.fid.is_fixed(),
                    descending: rng.below(8) == 0,
                    cb_max: c.cb_max,
                },
            }
        });
        let segments = segments.collect();
        IndexDef {
            segments,
            rules: KeyRules {
                key_most,
                var_seg_mac: [0, 9, 28, 255][rng.below(4) as usize],
                nulls_high: rng.below(2) == 0,
                dotnet_guid: rng.below(2) == 0,
                collation: None,
            },
            primary: true,
            nulls: NullRules::from_flags(0x10 * rng.below(2) as u16),
            expansion: Expansion::First,
            disallow_truncation: rng.below(2) == 0,
            tuples: None,
            conditions: Vec::new(),
        }
    }

    #[test]
    fn the_short_way_gives_the_builders_key() {
        let seed = testkit::first_seed();
        let mut rng = SeededRng::new(seed);
        let schema = schema();
        let layout = RecordLayout::new(
            schema.columns(),
            &LayoutOptions::new(PageSize::K8, Some(255)),
        );
        let mut edit = RecordEdit::new(Arc::new(layout));
        let (mut builder, mut key) = (EntryBuilder::new(), Vec::new());
        let (mut short, mut long) = (0, 0);
        for round in 0..20_000 {
            edit.begin_insert(EditKind::Insert);
            for column in schema.columns() {
                let len = match (column.coltyp.fixed_bytes(), rng.below(6)) {
                    (_, 0) => continue,
                    (Some(len), _) => len as u64,
                    (None, 1) => 0,
                    (None, _) => rng.below(u64::from(column.cb_max) + 1),
                };
                let bytes: Vec<u8> = (0..len).map(|_| rng.next_u64() as u8).collect();
                let flags = match rng.below(4) {
                    0 => SetFlags::empty(),
                    _ => SetFlags::ZERO_LENGTH,
                };
                let (place, value) = (ValuePlace::default(), NewValue::Bytes(&bytes));
                edit.set(&mut NoLongStore, column, place, value, flags)
                    .unwrap();
            }
            let def = index(&mut rng, schema.columns());
            let view = RecordView::new(edit.record(), false).unwrap();
            let columns = RecordColumns::new(&schema, view, &Nowhere);
            let want = builder.primary_key(&def, &columns);
            key.clear();
            if plain_primary_key(&def, &schema, edit.record(), &mut key) {
                short += 1;
                assert_eq!(want.ok(), Some(&key[..]), "{seed:#x} {round} {def:?}");
                continue;
            }
            long += 1;
            // What is mostly asked for has the short way: bytes that fit.
            let room = usize::from(def.rules.key_most.min(255));
            let unlimited = def.rules.segment_most().is_none();
            let plain = def.segments.iter().all(|s| s.column.fid == Fid(128));
            let whole = columns_len(&edit, &schema);
            let fits = whole > 0 && whole.div_ceil(8) * 9 < room;
            let one = def.segments.len() == 1 && !def.segments[0].segment.descending;
            assert!(
                !(plain && one && fits && unlimited),
                "{seed:#x} {round} {def:?}"
            );
        }
        assert!(short > 1000 && long > 1000, "{short} {long}");
    }

    fn columns_len(edit: &RecordEdit, schema: &TableSchema) -> usize {
        let column = schema.column_by_fid(Fid(128), false).unwrap();
        match edit.values(column).unwrap() {
            crate::record::ColumnValues::One(value) => value.bytes.len(),
            _ => 0,
        }
    }
}
