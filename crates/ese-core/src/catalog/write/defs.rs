//! What is asked for: tables, columns and indexes to be made, as the API's structures say it.
//!
//! Source: docs/jet-api behaviour-schema §2-4; the bits are those of the API.
//!
//! Invariant: nothing here was checked yet.
#![forbid(unsafe_code)]

use crate::error::JetErr;
use crate::format::catalog_row::{SpaceHints, TupleLimits};
use crate::format::value::western_char;
use crate::work::WorkError;

bitflags::bitflags! {
    /// JET_bitTableCreate...
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TableBits: u32 {
        /// The schema stays as it is.
        const FIXED_DDL = 0x1;
        /// Others may inherit from it.
        const TEMPLATE = 0x2;
        /// What is derived gets tagged columns only.
        const NO_FIXED_VAR_IN_DERIVED = 0x4;
        /// Nothing is written back to the caller's structure.
        const IMMUTABLE_STRUCTURE = 0x8;
        /// A table of the engine.
        const SYSTEM = 0x8000_0000;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// JET_bitColumn...
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ColumnBits: u32 {
        /// In the fixed part of the record.
        const FIXED = 0x1;
        /// In its tagged part.
        const TAGGED = 0x2;
        /// NULL is forbidden.
        const NOT_NULL = 0x4;
        /// Counts the changes of its record.
        const VERSION = 0x8;
        /// Numbers records.
        const AUTOINCREMENT = 0x10;
        /// Only reported.
        const UPDATABLE = 0x20;
        /// Several values.
        const MULTI_VALUED = 0x400;
        /// Escrow updates.
        const ESCROW_UPDATE = 0x800;
        /// Visible at once.
        const UNVERSIONED = 0x1000;
        /// May be NULL through an outer join.
        const MAYBE_NULL = 0x2000;
        /// The callback runs when the value reaches 0.
        const FINALIZE = 0x4000;
        /// The default comes from a callback.
        const USER_DEFINED_DEFAULT = 0x8000;
        /// The record goes when the value reaches 0.
        const DELETE_ON_ZERO = 0x2_0000;
        /// Values are compressed.
        const COMPRESSED = 0x8_0000;
        /// Values are encrypted.
        const ENCRYPTED = 0x10_0000;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// JET_bitIndex...
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct IndexBits: u32 {
        /// Keys do not repeat.
        const UNIQUE = 0x1;
        /// Holds the records.
        const PRIMARY = 0x2;
        /// A NULL is an error.
        const DISALLOW_NULL = 0x4;
        /// Without records whose key is all NULL.
        const IGNORE_NULL = 0x8;
        /// Without records that have any NULL in the key.
        const IGNORE_ANY_NULL = 0x20;
        /// Without records whose first key column is NULL.
        const IGNORE_FIRST_NULL = 0x40;
        /// Not looked at.
        const LAZY_FLUSH = 0x80;
        /// Nothing is in it yet.
        const EMPTY = 0x100;
        /// Visible at once.
        const UNVERSIONED = 0x200;
        /// NULLs sort high.
        const SORT_NULLS_HIGH = 0x400;
        /// Locale and flags are given.
        const UNICODE = 0x800;
        /// Pieces of the first column are indexed.
        const TUPLES = 0x1000;
        /// The same, with limits.
        const TUPLE_LIMITS = 0x2000;
        /// All combinations of multi-values.
        const CROSS_PRODUCT = 0x4000;
        /// The length of keys is given.
        const KEY_MOST = 0x8000;
        /// A key that would be cut is an error.
        const DISALLOW_TRUNCATION = 0x1_0000;
        /// Multi-values of the same number belong together.
        const NESTED_TABLE = 0x2_0000;
        /// GUIDs sort as .NET does.
        const DOT_NET_GUID = 0x4_0000;
        const _ = !0;
    }
}

/// A default that a callback gives (JET_USERDEFINEDDEFAULT).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserDefault {
    /// `library!function`.
    pub callback: String,
    /// What the callback gets.
    pub data: Option<Vec<u8>>,
    /// Columns whose values it looks at.
    pub depends_on: Vec<String>,
}

/// A column to be made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ColumnDef {
    /// Its name.
    pub name: String,
    /// Its type by number.
    pub coltyp: u32,
    /// Code page of text: 1252, 1200, or 0 for 1252.
    pub code_page: u16,
    /// Most bytes, 0 for the most of the type.
    pub cb_max: u32,
    /// What kind of column.
    pub bits: ColumnBits,
    /// Its default; not with a user-defined one.
    pub default: Option<Vec<u8>>,
    /// Its default by callback, with [`ColumnBits::USER_DEFINED_DEFAULT`].
    pub user_default: Option<UserDefault>,
}

/// A column of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyColumn {
    /// Its name.
    pub name: String,
    /// Sorts descending.
    pub descending: bool,
}

/// A condition of an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConditionDef {
    /// A column.
    pub name: String,
    /// JET_bitIndexColumnMustBeNull (1) or JET_bitIndexColumnMustBeNonNull (2).
    pub bits: u32,
}

/// An index to be made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IndexDefinition {
    /// Its name.
    pub name: String,
    /// Columns of its key.
    pub key: Vec<KeyColumn>,
    /// What kind of index.
    pub bits: IndexBits,
    /// Density in percent, 0 for that of the table. The API's first form of the structure says it; in
    /// the newer ones `ulDensity` is not looked at, and space hints say it.
    pub density: u32,
    /// Locale and LCMap flags (0: the usual ones), with [`IndexBits::UNICODE`].
    pub unicode: Option<(String, u32)>,
    /// Most bytes of a text or binary column in the key, 0 for no limit.
    pub var_seg_mac: u32,
    /// Most bytes of a key, with [`IndexBits::KEY_MOST`].
    pub key_most: u32,
    /// Limits of tuples, with [`IndexBits::TUPLE_LIMITS`].
    pub tuples: Option<TupleLimits>,
    /// Conditions.
    pub conditions: Vec<ConditionDef>,
    /// Space hints (JET_SPACEHINTS); their density holds where [`IndexDefinition::density`] is 0.
    pub hints: Option<SpaceHints>,
}

impl IndexDefinition {
    /// The density that was asked for, 0 for none.
    pub(super) fn asked_density(&self) -> u32 {
        match (self.density, &self.hints) {
            (0, Some(hints)) => hints.initial_density,
            (density, _) => density,
        }
    }
}

/// A table to be made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableDef {
    /// Its name.
    pub name: String,
    /// The template that it inherits from.
    pub template: Option<String>,
    /// First pages.
    pub pages: u32,
    /// Density in percent, 0 for 80.
    pub density: u32,
    /// Its columns; `None` is the API's NULL.
    pub columns: Option<Vec<ColumnDef>>,
    /// Its indexes.
    pub indexes: Vec<IndexDefinition>,
    /// A callback: the events, and `library!function`.
    pub callback: Option<(u32, String)>,
    /// What kind of table.
    pub bits: TableBits,
    /// Space hints of a table without primary index.
    pub hints: Option<SpaceHints>,
    /// Space hints of its long values.
    pub lv_hints: Option<SpaceHints>,
    /// Bytes from which long values are separated, 0 for the usual.
    pub separate_lv: u32,
    /// Bytes of a long value's piece, 0 for the usual.
    pub lv_chunk_max: u32,
}

/// Takes a key apart that is written as the API writes it: a sign and a name for every column, each
/// ended by a zero, and one more zero at the end.
///
/// # Errors
/// JET_errInvalidParameter for no byte, JET_errIndexInvalidDef for a text of another form.
pub fn parse_key(key: &[u8]) -> Result<Vec<KeyColumn>, WorkError> {
    let bad = || {
        WorkError::refused(
            JetErr::INDEX_INVALID_DEF,
            "the text of a key has another form",
        )
    };
    if key.is_empty() {
        let what = "the text of a key is empty";
        return Err(WorkError::refused(JetErr::INVALID_PARAMETER, what));
    }
    if !matches!(key.first(), Some(b'+' | b'-')) {
        return Err(bad());
    }
    let body = key.strip_suffix(&[0, 0]).ok_or_else(bad)?;
    let mut columns = Vec::new();
    for part in body.split(|&b| b == 0) {
        let (descending, name) = match part.split_first() {
            Some((b'-', name)) => (true, name),
            Some((b'+', name)) => (false, name),
            Some(_) => (false, part),
            // A second end before the end.
            None => return Err(bad()),
        };
        columns.push(KeyColumn {
            name: name.iter().map(|&b| western_char(b)).collect(),
            descending,
        });
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HasJetErr;

    #[test]
    fn keys_are_taken_apart_as_the_original_does() {
        let column = |name: &str, descending| KeyColumn {
            name: name.into(),
            descending,
        };
        assert_eq!(
            parse_key(b"+a\0-b\0c\0\0").unwrap(),
            [column("a", false), column("b", true), column("c", false)]
        );
        assert_eq!(parse_key(b"+ a\0\0").unwrap(), [column(" a", false)]);
        let err = |key: &[u8]| parse_key(key).unwrap_err().jet_err();
        assert_eq!(err(b""), JetErr::INVALID_PARAMETER);
        for bad in [&b"a\0\0"[..], b"+a\0", b"+a", b"+a\0\0b\0\0", b"+a\0\0\0"] {
            assert_eq!(err(bad), JetErr::INDEX_INVALID_DEF, "{bad:?}");
        }
    }
}
