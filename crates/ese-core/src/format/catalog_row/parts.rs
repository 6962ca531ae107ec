//! What the other columns of a catalog row say: kind, flags, space hints, sort version.
//!
//! Source: docs/format/database-catalog.md §1.3, §3, §4.4, §5.
#![forbid(unsafe_code)]

use super::{CatalogError, SPACE_HINTS};
use crate::format::bytes::u32_at;
use std::fmt;

/// What a row describes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(i16)]
pub enum RowKind {
    /// A table.
    Table = 1,
    /// A column.
    Column = 2,
    /// An index.
    Index = 3,
    /// The tree of a table's long values.
    LongValue = 4,
    /// A callback of a table.
    Callback = 5,
}

impl RowKind {
    /// From the number in the row.
    #[must_use]
    pub fn from_i16(v: i16) -> Option<Self> {
        Some(match v {
            1 => Self::Table,
            2 => Self::Column,
            3 => Self::Index,
            4 => Self::LongValue,
            5 => Self::Callback,
            _ => return None,
        })
    }
}

bitflags::bitflags! {
    /// Flags of a table row (docs/format/database-catalog.md §3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TableFlags: u32 {
        /// A table of the engine.
        const SYSTEM = 0x8000_0000;
        /// Its schema can't be changed.
        const FIXED_DDL = 0x4000_0000;
        /// Other tables may inherit from it.
        const TEMPLATE = 0x2000_0000;
        /// Inherits from a template.
        const DERIVED = 0x1000_0000;
        /// A table of the engine whose schema may be changed.
        const SYSTEM_DYNAMIC_DDL = 0x0800_0000;
        /// Template: derived tables can't add fixed or variable columns.
        const NO_FIXED_VAR_IN_DERIVED = 0x0400_0000;
        // Bits of newer engines are kept as they are.
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Flags of a column row (docs/format/database-catalog.md §3.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ColumnFlags: u32 {
        /// NULL is forbidden.
        const NOT_NULL = 0x0001;
        /// Counts the changes of its record.
        const VERSION = 0x0002;
        /// Numbers records.
        const AUTOINCREMENT = 0x0004;
        /// May have several values.
        const MULTI_VALUED = 0x0008;
        /// Has a default.
        const DEFAULT = 0x0010;
        /// Escrow updates.
        const ESCROW = 0x0020;
        /// A callback runs when the escrow column reaches 0.
        const FINALIZE = 0x0040;
        /// Its default comes from a callback.
        const USER_DEFINED_DEFAULT = 0x0080;
        /// A column of a template table.
        const TEMPLATE = 0x0100;
        /// The record is deleted when the escrow column reaches 0.
        const DELETE_ON_ZERO = 0x0200;
        /// Placeholder in a primary index.
        const PRIMARY_PLACEHOLDER = 0x0800;
        /// Values are compressed.
        const COMPRESSED = 0x1000;
        /// Values are encrypted.
        const ENCRYPTED = 0x2000;
        // Bits of newer engines are kept as they are.
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Events of a callback row (docs/format/database-catalog.md §3.5).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct CallbackType: u32 {
        /// An escrow column reached 0.
        const FINALIZE = 0x001;
        /// Before an insert.
        const BEFORE_INSERT = 0x002;
        /// After an insert.
        const AFTER_INSERT = 0x004;
        /// Before a replace.
        const BEFORE_REPLACE = 0x008;
        /// After a replace.
        const AFTER_REPLACE = 0x010;
        /// Before a delete.
        const BEFORE_DELETE = 0x020;
        /// After a delete.
        const AFTER_DELETE = 0x040;
        /// A user-defined default is asked for.
        const USER_DEFINED_DEFAULT = 0x080;
        /// Online defragmentation is done.
        const DEFRAG_DONE = 0x100;
        // Bits of newer engines are kept as they are.
        const _ = !0;
    }
}

/// Version of the sort order that an index was built with: `(NLS version << 32) + defined version`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SortVersion(pub u64);

impl SortVersion {
    /// NLS version.
    #[must_use]
    pub fn nls(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Defined version.
    #[must_use]
    pub fn defined(self) -> u32 {
        self.0 as u32
    }
}

impl fmt::Display for SortVersion {
    /// As MSysLocales writes it: `6020f0006020f`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}{:08x}", self.nls(), self.defined())
    }
}

impl fmt::Debug for SortVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Members of the space hints; 0 where nothing was said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SpaceHints {
    /// Density in percent at creation.
    pub initial_density: u32,
    /// First extent in bytes.
    pub initial_bytes: u32,
    /// Flags of the API.
    pub grbit: u32,
    /// Density in percent that maintenance keeps.
    pub maint_density: u32,
    /// Growth in percent.
    pub growth: u32,
    /// Smallest extent in bytes.
    pub min_extent: u32,
    /// Largest extent in bytes.
    pub max_extent: u32,
}

/// Version of the blob.
const HINTS_VERSION: u8 = 1;
/// Members of the structure.
const HINTS_MEMBERS: usize = 7;

/// Which member the blob of an object begins with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HintsOf {
    /// A table: from `grbit` on.
    Table,
    /// An index: from `initial_bytes` on.
    Index,
    /// A long-value tree that doesn't exist yet: everything.
    DeferredLongValue,
}

impl HintsOf {
    fn first_member(self) -> usize {
        match self {
            Self::DeferredLongValue => 0,
            Self::Index => 1,
            Self::Table => 2,
        }
    }
}

impl SpaceHints {
    fn members(self) -> [u32; HINTS_MEMBERS] {
        [
            self.initial_density,
            self.initial_bytes,
            self.grbit,
            self.maint_density,
            self.growth,
            self.min_extent,
            self.max_extent,
        ]
    }

    /// Parses a blob: version, then members from the object's first one on; zeros at the end are cut.
    ///
    /// # Errors
    /// [`CatalogError::Length`] for another version, a broken member or too many of them.
    pub fn parse(b: &[u8], of: HintsOf) -> Result<Self, CatalogError> {
        let bad = CatalogError::Length {
            fid: SPACE_HINTS.0,
            len: b.len(),
        };
        let (&version, rest) = b.split_first().ok_or(bad)?;
        let first = of.first_member();
        if version != HINTS_VERSION || rest.len() % 4 != 0 || rest.len() / 4 + first > HINTS_MEMBERS
        {
            return Err(bad);
        }
        let mut m = [0u32; HINTS_MEMBERS];
        for (slot, c) in m.iter_mut().skip(first).zip(rest.chunks_exact(4)) {
            *slot = u32_at(c, 0).unwrap_or(0);
        }
        let [
            initial_density,
            initial_bytes,
            grbit,
            maint_density,
            growth,
            min_extent,
            max_extent,
        ] = m;
        Ok(Self {
            initial_density,
            initial_bytes,
            grbit,
            maint_density,
            growth,
            min_extent,
            max_extent,
        })
    }

    /// The blob; `None` when every member from the object's first one on is 0.
    #[must_use]
    pub fn build(self, of: HintsOf) -> Option<Vec<u8>> {
        let members = self.members();
        let stored = members.get(of.first_member()..)?;
        let last = stored.iter().rposition(|&m| m != 0)?;
        let mut out = vec![HINTS_VERSION];
        for m in stored.iter().take(last + 1) {
            out.extend_from_slice(&m.to_le_bytes());
        }
        Some(out)
    }
}
