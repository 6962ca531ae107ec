//! The definition of an index in plain fields.
#![forbid(unsafe_code)]

use crate::format::ids::Fid;
use crate::format::key::{KeyRules, Segment, TupleLimits};

/// A column as an index names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ColumnRef {
    /// Its id.
    pub fid: Fid,
    /// `true` when it is a column of the template table (segment flag 0x80).
    pub template: bool,
}

/// A column of the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IndexSegment {
    /// Which column.
    pub column: ColumnRef,
    /// `true` for a tagged column with the multi-valued flag.
    pub multi_valued: bool,
    /// How its values are normalised.
    pub segment: Segment,
}

/// A column that decides whether a record is in the index at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Which column.
    pub column: ColumnRef,
    /// `true`: it must be NULL; `false`: it must not be.
    pub must_be_null: bool,
}

/// What NULLs in a key do (low half of the index row's flags).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NullRules {
    /// 0x02: a key of NULLs alone is indexed.
    pub allow_all: bool,
    /// 0x04: a key whose first segment is NULL, but not all, is indexed.
    pub allow_first: bool,
    /// 0x08: a key with a NULL elsewhere is indexed.
    pub allow_some: bool,
    /// 0x10: a NULL is an error.
    pub forbid: bool,
}

const FLAG_ALLOW_ALL_NULLS: u16 = 0x0002;
const FLAG_ALLOW_FIRST_NULL: u16 = 0x0004;
const FLAG_ALLOW_SOME_NULLS: u16 = 0x0008;
const FLAG_NO_NULL_SEG: u16 = 0x0010;
const FLAG_CROSS_PRODUCT: u16 = 0x2000;
const FLAG_NESTED_TABLE: u16 = 0x8000;

impl NullRules {
    /// From the flags of an index row (docs/format/database-catalog.md §3.3).
    #[must_use]
    pub const fn from_flags(flags: u16) -> Self {
        Self {
            allow_all: flags & FLAG_ALLOW_ALL_NULLS != 0,
            allow_first: flags & FLAG_ALLOW_FIRST_NULL != 0,
            allow_some: flags & FLAG_ALLOW_SOME_NULLS != 0,
            forbid: flags & FLAG_NO_NULL_SEG != 0,
        }
    }
}

/// Which values of multi-valued columns make keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Expansion {
    /// Each value of the first multi-valued segment, with value 1 of the others.
    #[default]
    First,
    /// Every combination (0x2000).
    CrossProduct,
    /// Value 1 of all, value 2 of all, and so on; what has fewer values is NULL (0x8000).
    NestedTable,
}

impl Expansion {
    /// From the flags of an index row. Both bits together do not exist; then nested table holds.
    #[must_use]
    pub const fn from_flags(flags: u16) -> Self {
        if flags & FLAG_NESTED_TABLE != 0 {
            Self::NestedTable
        } else if flags & FLAG_CROSS_PRODUCT != 0 {
            Self::CrossProduct
        } else {
            Self::First
        }
    }
}

/// An index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexDef {
    /// Columns of the key, 1 to 16.
    pub segments: Vec<IndexSegment>,
    /// Limits and orders of the key.
    pub rules: KeyRules,
    /// `true` for the primary index: every record is in it, once.
    pub primary: bool,
    /// NULLs.
    pub nulls: NullRules,
    /// Multi-valued columns.
    pub expansion: Expansion,
    /// 0x4000: a truncated key is an error.
    pub disallow_truncation: bool,
    /// Limits of a tuple index, whose first segment is cut into pieces.
    pub tuples: Option<TupleLimits>,
    /// All of them must hold for a record to be in the index.
    pub conditions: Vec<Condition>,
}

impl IndexDef {
    /// The segment whose values make one key each, unless all combinations are asked for.
    #[must_use]
    pub fn first_multi_valued(&self) -> Option<usize> {
        self.segments.iter().position(|s| s.multi_valued)
    }
}
