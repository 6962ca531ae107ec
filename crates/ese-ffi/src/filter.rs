//! Filters of cursors (JetSetCursorFilter, behaviour-cursors.md §9): which records moves and seeks
//! stop at.
//!
//! Invariant: a filter is of columns that it was checked for; NULL sorts below everything.
#![forbid(unsafe_code)]

use crate::constants as jet;
use crate::cursor::Body;
use crate::gate::Refusal;
use crate::session::Session;
use ese_core::database::open_table::From;
use ese_core::format::ids::Coltyp;
use ese_core::format::key::{KEY_MOST_DEFAULT, KeyBuilder, KeyRules, Segment, SegmentType};
use ese_core::record::{Column, ColumnValues};
use std::cmp::Ordering;

/// One condition.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) columnid: u32,
    pub(crate) relation: i32,
    /// The value; `None` for NULL.
    pub(crate) value: Option<Vec<u8>>,
}

/// A value as its column's keys order it.
fn normalised(column: &Column, value: Option<&[u8]>) -> Option<Vec<u8>> {
    let ty = SegmentType::from_coltyp(column.coltyp as u32)?;
    let mut builder = KeyBuilder::new();
    let rules = KeyRules::default();
    let most = usize::from(KEY_MOST_DEFAULT);
    builder
        .append(&rules, &Segment::new(ty), value, most)
        .ok()?;
    Some(builder.key().to_vec())
}

/// A value as a number, for tests of bits.
fn bits(value: Option<&[u8]>) -> u64 {
    let mut wide = [0; 8];
    for (to, from) in wide.iter_mut().zip(value.unwrap_or_default()) {
        *to = *from;
    }
    u64::from_le_bytes(wide)
}

impl Filter {
    /// Whether a value passes.
    pub(crate) fn admits(&self, column: &Column, value: Option<&[u8]>) -> bool {
        let own = self.value.as_deref();
        let order = || normalised(column, value).cmp(&normalised(column, own));
        let equal = || match (value, own) {
            (Some(a), Some(b)) if column.coltyp == Coltyp::Bit => {
                bits(Some(a)) != 0 && bits(Some(b)) != 0 || bits(Some(a)) == bits(Some(b))
            }
            (a, b) => a == b,
        };
        match self.relation {
            jet::JET_relopEquals => equal(),
            jet::JET_relopNotEquals => !equal(),
            jet::JET_relopPrefixEquals => match (value, own) {
                (Some(value), Some(own)) => value.starts_with(own),
                (None, None) => true,
                _ => false,
            },
            jet::JET_relopLessThan => order() == Ordering::Less,
            jet::JET_relopLessThanOrEqual => order() != Ordering::Greater,
            jet::JET_relopGreaterThan => order() == Ordering::Greater,
            jet::JET_relopGreaterThanOrEqual => order() != Ordering::Less,
            jet::JET_relopBitmaskEqualsZero => bits(value) & bits(own) == 0,
            jet::JET_relopBitmaskNotEqualsZero => bits(value) & bits(own) != 0,
            // As the original: what nobody knows holds.
            _ => true,
        }
    }
}

/// Whether the current record passes the cursor's filter.
pub(crate) fn passes(session: &Session, body: &mut Body) -> Result<bool, Refusal> {
    let filters = std::mem::take(&mut body.filter);
    let done = all_pass(session, body, &filters);
    body.filter = filters;
    done
}

fn all_pass(session: &Session, body: &mut Body, filters: &[Filter]) -> Result<bool, Refusal> {
    let (table, bytes) = body.parts()?;
    let passed = table.read(&session.core, From::Record, |reading| {
        for filter in filters {
            let column = reading.schema.by_columnid(filter.columnid)?;
            let value = match reading.values(column)? {
                ColumnValues::Null => None,
                ColumnValues::Default(bytes) => Some(crate::calls::plain(bytes)),
                ColumnValues::One(value) => Some(value),
                ColumnValues::Many(all) => all.value(0).ok(),
            };
            bytes.clear();
            let value = match value {
                None => None,
                Some(value) => {
                    reading.bytes(&value, 0, usize::MAX, bytes)?;
                    Some(bytes.as_slice())
                }
            };
            if !filter.admits(column, value) {
                return Ok(false);
            }
        }
        Ok(true)
    })?;
    Ok(passed)
}
