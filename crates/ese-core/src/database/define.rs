//! Tables, columns and indexes in words.
//!
//! ```
//! use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
//! use ese_core::database::ColumnType;
//!
//! let people = TableDef::new("people")
//!     .column(ColumnDef::new("id", ColumnType::Long).auto_increment())
//!     .column(ColumnDef::new("name", ColumnType::Text).not_null())
//!     .column(ColumnDef::new("picture", ColumnType::LongBinary))
//!     .index(IndexDefinition::new("by_id", "+id").primary())
//!     .index(IndexDefinition::new("by_name", "+name-id"));
//! assert_eq!(people.columns.unwrap().len(), 3);
//! ```
#![forbid(unsafe_code)]

use crate::catalog::write::{
    ColumnBits, ColumnDef, ConditionDef, IndexBits, IndexDefinition, KeyColumn, TableDef,
};
use crate::format::ids::Coltyp;
use crate::record::{CODE_PAGE_ASCII, CODE_PAGE_UTF16};

/// JET_bitIndexColumnMustBeNull.
const MUST_BE_NULL: u32 = 1;
/// JET_bitIndexColumnMustBeNonNull.
const MUST_BE_NON_NULL: u32 = 2;

/// Type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    /// True or false.
    Bit,
    /// One byte.
    UnsignedByte,
    /// 16 bits, signed.
    Short,
    /// 16 bits.
    UnsignedShort,
    /// 32 bits, signed.
    Long,
    /// 32 bits.
    UnsignedLong,
    /// 64 bits, signed.
    LongLong,
    /// 64 bits.
    UnsignedLongLong,
    /// 64 bits, signed, in ten-thousandths.
    Currency,
    /// 32 bits of floating point.
    Single,
    /// 64 bits of floating point.
    Double,
    /// Days since the end of 1899 in 64 bits of floating point.
    DateTime,
    /// 16 bytes.
    Guid,
    /// Up to 255 bytes.
    Binary,
    /// UTF-16 text of up to 255 bytes.
    Text,
    /// Text of one byte a character (code page 1252), up to 255 bytes.
    AnsiText,
    /// Any number of bytes.
    LongBinary,
    /// UTF-16 text of any length.
    LongText,
}

impl ColumnType {
    fn stored(self) -> (Coltyp, u16) {
        match self {
            Self::Bit => (Coltyp::Bit, 0),
            Self::UnsignedByte => (Coltyp::UnsignedByte, 0),
            Self::Short => (Coltyp::Short, 0),
            Self::UnsignedShort => (Coltyp::UnsignedShort, 0),
            Self::Long => (Coltyp::Long, 0),
            Self::UnsignedLong => (Coltyp::UnsignedLong, 0),
            Self::LongLong => (Coltyp::LongLong, 0),
            Self::UnsignedLongLong => (Coltyp::UnsignedLongLong, 0),
            Self::Currency => (Coltyp::Currency, 0),
            Self::Single => (Coltyp::IeeeSingle, 0),
            Self::Double => (Coltyp::IeeeDouble, 0),
            Self::DateTime => (Coltyp::DateTime, 0),
            Self::Guid => (Coltyp::Guid, 0),
            Self::Binary => (Coltyp::Binary, 0),
            Self::Text => (Coltyp::Text, CODE_PAGE_UTF16),
            Self::AnsiText => (Coltyp::Text, CODE_PAGE_ASCII),
            Self::LongBinary => (Coltyp::LongBinary, 0),
            Self::LongText => (Coltyp::LongText, CODE_PAGE_UTF16),
        }
    }
}

impl ColumnDef {
    /// A column that may be NULL.
    #[must_use]
    pub fn new(name: impl Into<String>, column_type: ColumnType) -> Self {
        let (coltyp, code_page) = column_type.stored();
        Self {
            name: name.into(),
            coltyp: coltyp as u32,
            code_page,
            ..Self::default()
        }
    }

    /// With more of what the API calls grbits.
    #[must_use]
    pub fn with(mut self, bits: ColumnBits) -> Self {
        self.bits |= bits;
        self
    }

    /// NULL is refused.
    #[must_use]
    pub fn not_null(self) -> Self {
        self.with(ColumnBits::NOT_NULL)
    }

    /// Numbers the records.
    #[must_use]
    pub fn auto_increment(self) -> Self {
        self.with(ColumnBits::AUTOINCREMENT)
    }

    /// A counter that many sessions change at once without a conflict ([`super::Table::escrow_add`]):
    /// 0 where nothing was set. Of type Long; LongLong where the format has it.
    #[must_use]
    pub fn escrow(self) -> Self {
        let zero = match self.coltyp == Coltyp::Long as u32 {
            true => vec![0; 4],
            false => vec![0; 8],
        };
        self.with(ColumnBits::ESCROW_UPDATE).default_bytes(zero)
    }

    /// Counts the changes of its record. Of type Long.
    #[must_use]
    pub fn version(self) -> Self {
        self.with(ColumnBits::VERSION)
    }

    /// Values are compressed where that makes them shorter. Of a long type.
    #[must_use]
    pub fn compressed(self) -> Self {
        self.with(ColumnBits::COMPRESSED)
    }

    /// Any number of values in one record.
    #[must_use]
    pub fn multi_valued(self) -> Self {
        self.with(ColumnBits::TAGGED | ColumnBits::MULTI_VALUED)
    }

    /// At most so many bytes.
    #[must_use]
    pub fn at_most(mut self, bytes: u32) -> Self {
        self.cb_max = bytes;
        self
    }

    /// What records show that were not given a value: the bytes as they are stored.
    #[must_use]
    pub fn default_bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.default = Some(bytes.into());
        self
    }
}

impl IndexDefinition {
    /// An index by columns, each with a sign: `+` ascends, `-` descends.
    #[must_use]
    pub fn new(name: impl Into<String>, key: &str) -> Self {
        let mut columns: Vec<KeyColumn> = Vec::new();
        for c in key.chars() {
            match (c, columns.last_mut()) {
                ('+' | '-', _) => columns.push(KeyColumn {
                    name: String::new(),
                    descending: c == '-',
                }),
                (c, Some(column)) => column.name.push(c),
                // A first column without a sign ascends.
                (c, None) => columns.push(KeyColumn {
                    name: c.into(),
                    descending: false,
                }),
            }
        }
        Self {
            name: name.into(),
            key: columns,
            ..Self::default()
        }
    }

    /// With more of what the API calls grbits.
    #[must_use]
    pub fn with(mut self, bits: IndexBits) -> Self {
        self.bits |= bits;
        self
    }

    /// Only records whose column is NULL have entries.
    #[must_use]
    pub fn where_null(self, column: impl Into<String>) -> Self {
        self.condition(column, MUST_BE_NULL)
    }

    /// Only records whose column is not NULL have entries.
    #[must_use]
    pub fn where_not_null(self, column: impl Into<String>) -> Self {
        self.condition(column, MUST_BE_NON_NULL)
    }

    fn condition(mut self, column: impl Into<String>, bits: u32) -> Self {
        self.conditions.push(ConditionDef {
            name: column.into(),
            bits,
        });
        self
    }

    /// Records whose whole key is NULL have no entry.
    #[must_use]
    pub fn ignore_null(self) -> Self {
        self.with(IndexBits::IGNORE_NULL)
    }

    /// Holds the records.
    #[must_use]
    pub fn primary(self) -> Self {
        self.with(IndexBits::PRIMARY)
    }

    /// Keys do not repeat.
    #[must_use]
    pub fn unique(self) -> Self {
        self.with(IndexBits::UNIQUE)
    }
}

impl TableDef {
    /// A table without columns.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            columns: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// With one more column.
    #[must_use]
    pub fn column(mut self, column: ColumnDef) -> Self {
        self.columns.get_or_insert_default().push(column);
        self
    }

    /// With one more index.
    #[must_use]
    pub fn index(mut self, index: IndexDefinition) -> Self {
        self.indexes.push(index);
        self
    }
}
