//! The definition of an index from the catalog's description of it.
#![forbid(unsafe_code)]

use super::def::{ColumnRef, Condition, Expansion, IndexDef, IndexSegment, NullRules};
use crate::catalog::{Index, TableSchema};
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::{self, ColumnFlags, IdxFlagsEx, IndexFlags, TableFlags};
use crate::format::ids::Fid;
use crate::format::key::{KeyRules, Segment, SegmentType, TupleLimits};
use crate::format::sortkey::Collation;

/// Why an index of the catalog can't be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexDefError {
    /// A segment names a column that the table does not have.
    #[error("the index names column {}, which the table does not have", .0.0)]
    NoColumn(Fid),
    /// A column of a type that cannot be in a key.
    #[error("column {} is of a type that can't be indexed", .0.0)]
    Type(Fid),
}

impl HasJetErr for IndexDefError {
    fn jet_err(&self) -> JetErr {
        JetErr::CATALOG_CORRUPTED
    }
}

impl IndexDef {
    /// The definition of one of a table's indexes.
    ///
    /// An index whose sort is not known has no collation: the keys of its Unicode texts can't be
    /// computed then ([`crate::format::key::KeyError::UnknownOrder`]).
    pub fn of_schema(table: &TableSchema, index: &Index) -> Result<Self, IndexDefError> {
        let derived = table.flags.contains(TableFlags::DERIVED);
        let column_ref = |s: &catalog_row::IndexSegment| ColumnRef {
            fid: s.fid,
            // A template's own index rows carry the flag too.
            template: s.template && derived,
        };
        let mut segments = Vec::with_capacity(index.segments.len());
        for s in &index.segments {
            let column_ref = column_ref(s);
            let column = table
                .column_by_fid(column_ref.fid, column_ref.template)
                .ok_or(IndexDefError::NoColumn(s.fid))?;
            let ty =
                SegmentType::from_coltyp(column.coltyp as u32).ok_or(IndexDefError::Type(s.fid))?;
            segments.push(IndexSegment {
                column: column_ref,
                multi_valued: column.flags.contains(ColumnFlags::MULTI_VALUED)
                    && column.fid.is_tagged(),
                segment: Segment {
                    ty,
                    code_page: column.code_page,
                    fixed: column.fid.is_fixed(),
                    descending: s.descending,
                    cb_max: column.cb_max,
                },
            });
        }
        let flags = index.flags;
        Ok(Self {
            segments,
            rules: KeyRules {
                key_most: index.key_most,
                var_seg_mac: index.var_seg_mac,
                nulls_high: flags.contains(IndexFlags::SORT_NULLS_HIGH),
                dotnet_guid: index.flags_ex.contains(IdxFlagsEx::DOT_NET_GUID),
                collation: Collation::of_index(
                    index.locale.as_deref().unwrap_or(""),
                    index.sort_id.as_ref(),
                    index.lcmap_flags,
                ),
            },
            primary: flags.contains(IndexFlags::PRIMARY),
            nulls: NullRules::from_flags(flags.bits()),
            expansion: Expansion::from_flags(flags.bits()),
            disallow_truncation: flags.contains(IndexFlags::DISALLOW_TRUNCATION),
            tuples: index.tuple.map(|t| {
                TupleLimits {
                    length_min: t.min,
                    length_max: t.max,
                    tuples_most: t.to_index,
                    increment: t.increment,
                    start: t.start,
                }
                .or_defaults()
            }),
            conditions: index
                .conditional
                .iter()
                .map(|s| Condition {
                    column: column_ref(s),
                    must_be_null: s.must_be_null,
                })
                .collect(),
        })
    }

    /// `true` when a text of the key is Unicode, so that its order is that of a Windows sort.
    #[must_use]
    pub fn has_unicode_text(&self) -> bool {
        self.segments.iter().any(|s| s.segment.is_unicode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ids::{Coltyp, Objid, Pgno};
    use crate::record::Column;

    fn column(fid: u16, coltyp: Coltyp, derived: bool, flags: ColumnFlags) -> Column {
        Column {
            name: format!("c{fid}{derived}"),
            fid: Fid(fid),
            coltyp,
            code_page: 1200,
            cb_max: 10,
            offset: 4,
            flags,
            default: None,
            derived,
        }
    }

    fn index(segments: &[(u16, bool, bool)]) -> Index {
        Index {
            name: "i".into(),
            objid: Objid(9),
            pgno_fdp: Pgno(9),
            flags: IndexFlags::ALLOW_SOME_NULLS | IndexFlags::CROSS_PRODUCT,
            flags_ex: IdxFlagsEx::DOT_NET_GUID,
            segments: segments
                .iter()
                .map(|&(fid, descending, template)| catalog_row::IndexSegment {
                    fid: Fid(fid),
                    descending,
                    must_be_null: false,
                    template,
                })
                .collect(),
            conditional: Vec::new(),
            key_most: 500,
            var_seg_mac: 20,
            tuple: Some(catalog_row::TupleLimits {
                min: 0,
                max: 5,
                to_index: 0,
                increment: 0,
                start: 2,
            }),
            lcmap_flags: 0x30401,
            locale: Some("sv-SE".into()),
            sort_id: None,
            version: None,
            density: 100,
        }
    }

    #[test]
    fn what_the_catalog_says_is_what_keys_are_made_by() {
        let mut table = TableSchema::new("t".into(), Objid(8), Pgno(8));
        let none = ColumnFlags::empty();
        table.set_columns(vec![
            column(1, Coltyp::Binary, false, none),
            column(256, Coltyp::LongText, true, ColumnFlags::MULTI_VALUED),
            column(256, Coltyp::Long, false, none),
        ]);
        let of = |table: &TableSchema, index: &Index| IndexDef::of_schema(table, index);
        // In the template itself, and in plain tables, the flag says nothing.
        let own = of(&table, &index(&[(1, true, true), (256, false, false)])).unwrap();
        assert!(own.segments[0].segment.fixed && own.segments[0].segment.descending);
        assert_eq!(own.segments[0].segment.cb_max, 10);
        assert_eq!(own.segments[1].segment.ty, SegmentType::Long);
        assert!(!own.segments[1].segment.fixed && !own.segments[1].multi_valued);
        assert!(!own.has_unicode_text());
        assert_eq!(own.expansion, Expansion::CrossProduct);
        assert!(own.nulls.allow_some && !own.nulls.allow_all);
        assert!(own.rules.dotnet_guid && !own.rules.nulls_high);
        assert_eq!(own.rules.segment_most(), Some(20));
        assert_eq!(own.rules.collation.unwrap().sort.number(), 0x1A);
        let tuples = own.tuples.unwrap();
        assert_eq!((tuples.length_min, tuples.length_max), (3, 5));
        assert_eq!(
            (tuples.tuples_most, tuples.increment, tuples.start),
            (32_767, 1, 2)
        );

        table.flags = TableFlags::DERIVED;
        let derived = of(&table, &index(&[(256, false, true)])).unwrap();
        assert_eq!(derived.segments[0].segment.ty, SegmentType::Text);
        assert!(derived.segments[0].multi_valued && derived.has_unicode_text());

        let error = of(&table, &index(&[(7, false, false)])).unwrap_err();
        assert_eq!(error, IndexDefError::NoColumn(Fid(7)));
        let mut unknown = index(&[(256, false, true)]);
        unknown.sort_id = Some([7; 16]);
        assert_eq!(of(&table, &unknown).unwrap().rules.collation, None);
    }
}
