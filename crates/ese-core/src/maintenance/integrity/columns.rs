//! Catalog and record in the words of `index`: what an index is made of, and the values of a record.
//!
//! Invariant: a value that can't be had is an error, never another value.
#![forbid(unsafe_code)]

use crate::cache::Pages;
use crate::catalog::{Index, TableSchema};
use crate::format::catalog_row::{ColumnFlags, IdxFlagsEx, IndexFlags, TableFlags};
use crate::format::ids::{Coltyp, Fid};
use crate::format::key::{KeyRules, Segment, SegmentType, TupleLimits};
use crate::format::lv::Lid;
use crate::format::record::{RecordError, RecordView};
use crate::format::sortkey::Collation;
use crate::format::tagged::TaggedValue;
use crate::index::{
    ColumnRef, ColumnSource, Condition, Expansion, IndexDef, IndexSegment, NullRules,
};
use crate::lv::{LongValueError, resolve_into};
use crate::record::{Column, ColumnValues, column_values};
use std::borrow::Cow;

/// The definition of an index; `None` when it names a column that the table does not have or that
/// no index can have.
pub(super) fn index_def(schema: &TableSchema, index: &Index) -> Option<IndexDef> {
    let column = |fid: Fid, template: bool| {
        schema.column_by_fid(fid, template && schema.flags.contains(TableFlags::DERIVED))
    };
    let segments = index
        .segments
        .iter()
        .map(|s| {
            let c = column(s.fid, s.template)?;
            Some(IndexSegment {
                column: ColumnRef {
                    fid: s.fid,
                    template: s.template,
                },
                multi_valued: c.fid.is_tagged() && c.flags.contains(ColumnFlags::MULTI_VALUED),
                segment: Segment {
                    ty: SegmentType::from_coltyp(c.coltyp as u32)?,
                    code_page: c.code_page,
                    fixed: c.fid.is_fixed(),
                    descending: s.descending,
                    cb_max: c.cb_max,
                },
            })
        })
        .collect::<Option<Vec<_>>>()?;
    let or = |n: u32, usual: u32| if n == 0 { usual } else { n };
    let usual = TupleLimits::default();
    Some(IndexDef {
        segments,
        rules: KeyRules {
            key_most: index.key_most,
            var_seg_mac: index.var_seg_mac,
            nulls_high: index.flags.contains(IndexFlags::SORT_NULLS_HIGH),
            dotnet_guid: index.flags_ex.contains(IdxFlagsEx::DOT_NET_GUID),
            collation: Collation::of_index(
                index.locale.as_deref().unwrap_or(""),
                index.sort_id.as_ref(),
                index.lcmap_flags,
            ),
        },
        primary: index.is_primary(),
        nulls: NullRules::from_flags(index.flags.bits()),
        expansion: Expansion::from_flags(index.flags.bits()),
        disallow_truncation: index.flags.contains(IndexFlags::DISALLOW_TRUNCATION),
        tuples: index.tuple.map(|t| TupleLimits {
            length_min: or(t.min, usual.length_min),
            length_max: or(t.max, usual.length_max),
            tuples_most: or(t.to_index, usual.tuples_most),
            increment: or(t.increment, usual.increment),
            start: t.start,
        }),
        conditions: index
            .conditional
            .iter()
            .map(|s| Condition {
                column: ColumnRef {
                    fid: s.fid,
                    template: s.template,
                },
                must_be_null: s.must_be_null,
            })
            .collect(),
    })
}

/// Why a column's value can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Its long value.
    #[error(transparent)]
    LongValue(#[from] LongValueError),
    /// A default that only the application knows.
    #[error("the value is a default that the application computes")]
    Computed,
    /// A column that the table does not have.
    #[error("the table has no column {0}")]
    NoColumn(u16),
}

/// A record's columns.
pub(super) struct RecordColumns<'a> {
    pub(super) record: RecordView<'a>,
    pub(super) schema: &'a TableSchema,
    pub(super) pages: &'a dyn Pages,
}

/// Ends the reading of a long value when enough of it is there.
enum Stop {
    Enough,
    Bad(LongValueError),
}

impl From<LongValueError> for Stop {
    fn from(e: LongValueError) -> Self {
        Self::Bad(e)
    }
}

fn cut(bytes: &[u8], offset: usize, max: usize) -> &[u8] {
    let from = bytes.get(offset.min(bytes.len())..).unwrap_or(&[]);
    from.get(..max).unwrap_or(from)
}

impl<'a> RecordColumns<'a> {
    fn plain(
        &self,
        value: &TaggedValue<'a>,
        offset: usize,
        max: usize,
    ) -> Result<Cow<'a, [u8]>, SourceError> {
        if value.is_plain() {
            return Ok(Cow::Borrowed(cut(value.bytes, offset, max)));
        }
        let mut out = Vec::new();
        if value.separated && !value.encrypted {
            let lv = self.schema.lv.as_ref().ok_or(LongValueError::NoTree)?;
            let lid = Lid::from_record(value.bytes).map_err(LongValueError::from)?;
            if max == 0 {
                return Ok(Cow::Borrowed(&[]));
            }
            let wanted = offset.saturating_add(max);
            let read = lv.for_each_chunk(self.pages, lid, |chunk| {
                out.extend_from_slice(chunk);
                if out.len() >= wanted {
                    Err(Stop::Enough)
                } else {
                    Ok(())
                }
            });
            if let Err(Stop::Bad(e)) = read {
                return Err(e.into());
            }
        } else {
            resolve_into(value, self.schema.lv.as_ref(), self.pages, &mut out)?;
        }
        Ok(Cow::Owned(cut(&out, offset, max).to_vec()))
    }

    /// What the record holds of a column.
    pub(super) fn find(&self, column: ColumnRef) -> Result<&'a Column, SourceError> {
        let derived = column.template && self.schema.flags.contains(TableFlags::DERIVED);
        self.schema
            .column_by_fid(column.fid, derived)
            .ok_or(SourceError::NoColumn(column.fid.0))
    }
}

impl ColumnSource for RecordColumns<'_> {
    type Error = SourceError;

    fn value(
        &self,
        column: ColumnRef,
        itag: u32,
        offset: usize,
        max: usize,
    ) -> Result<Option<Cow<'_, [u8]>>, SourceError> {
        let column = self.find(column)?;
        let place = (itag as usize).wrapping_sub(1);
        match column_values(&self.record, column)? {
            ColumnValues::Null if is_absent(&self.record, column) => {
                if column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) {
                    return Err(SourceError::Computed);
                }
                Ok(None)
            }
            ColumnValues::Null => Ok(None),
            ColumnValues::Default(_)
                if column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) =>
            {
                Err(SourceError::Computed)
            }
            ColumnValues::Default(d) if place == 0 => Ok(Some(Cow::Borrowed(cut(d, offset, max)))),
            ColumnValues::One(v) if place == 0 => self.plain(&v, offset, max).map(Some),
            ColumnValues::Many(t) if place < t.value_count()? => {
                let v = t.value(place)?;
                self.plain(&v, offset, max).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// `true` when the record says nothing of the column.
fn is_absent(record: &RecordView<'_>, column: &Column) -> bool {
    if column.fid.is_fixed() {
        column.fid.0 > u16::from(record.fid_fixed_last())
    } else if column.fid.is_var() {
        column.fid.0 > u16::from(record.fid_var_last())
    } else {
        matches!(record.find_tagged(column.fid, column.derived), Ok(None))
    }
}

/// `true` when keys of the index hold sort keys of Unicode text.
pub(super) fn has_unicode(def: &IndexDef) -> bool {
    def.segments.iter().any(|s| s.segment.is_unicode())
}

/// The size that every value of a type has.
pub(super) fn fixed_size(coltyp: Coltyp) -> Option<usize> {
    coltyp.fixed_bytes()
}
