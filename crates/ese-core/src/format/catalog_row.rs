//! A row of MSysObjects (and of its shadow): every column, by the engine's own fixed layout.
//!
//! ```text
//! fixed     1 ObjidTable i32 @4    2 Type i16 @8        3 Id i32 @10       4 ColtypOrPgnoFDP i32 @14
//!           5 SpaceUsage i32 @18   6 Flags i32 @22      7 PagesOrLocale i32 @26
//!           8 RootFlag bit @30     9 RecordOffset i16 @31   10 LCMapFlags i32 @33
//!          11 KeyMost u16 @37     12 LVChunkMax i32 @39     13 PgnoFDPLastSetTime u64 @43
//! variable 128 Name | 129 Stats | 130 TemplateTable/Callback | 131 DefaultValue | 132 KeyFldIDs
//!          133 VarSegMac | 134 ConditionalColumns | 135 TupleLimits | 136 Version | 137 SortID
//! tagged   256 CallbackData | 257 CallbackDependencies | 258 SeparateLV | 259 SpaceHints
//!          260 SpaceDeferredLVHints | 261 LocaleName
//! ```
//! Source: docs/format/database-catalog.md §1-5. The file's own rows for the catalog are not needed
//! to read it, and old files lack some of them.
//!
//! Invariants: a row owns its bytes; columns keep their stored form, methods say what they mean, so
//! that a row builds again to the bytes it came from. Long columns may lie in the catalog's
//! long-value tree: who parses hands in a function that fetches them.
#![forbid(unsafe_code)]

mod build;
mod index;
mod parts;

use super::bytes::{array, u16_at, u32_at, u64_at};
use super::ids::{Coltyp, Fid, Objid, Pgno};
use super::record::{FixedSlot, RecordError, RecordView, Stored};
use super::tagged::TaggedValue;
use super::value::{CODE_PAGE_UNICODE, CODE_PAGE_WESTERN, Guid, Text, Value};
use crate::error::{HasJetErr, JetErr};

pub use build::RowBuildError;
pub use index::{IdxFlagsEx, IndexFlags, IndexSegment, SegmentFlags, TupleLimits};
pub use parts::{CallbackType, ColumnFlags, HintsOf, RowKind, SortVersion, SpaceHints, TableFlags};

const fn fixed(fid: u16, offset: u16, len: u16) -> FixedSlot {
    FixedSlot {
        fid: Fid(fid),
        offset,
        len,
    }
}

/// ObjidTable.
pub const OBJID_TABLE: FixedSlot = fixed(1, 4, 4);
/// Type.
pub const TYPE: FixedSlot = fixed(2, 8, 2);
/// Id.
pub const ID: FixedSlot = fixed(3, 10, 4);
/// ColtypOrPgnoFDP.
pub const COLTYP_OR_PGNO_FDP: FixedSlot = fixed(4, 14, 4);
/// SpaceUsage.
pub const SPACE_USAGE: FixedSlot = fixed(5, 18, 4);
/// Flags.
pub const FLAGS: FixedSlot = fixed(6, 22, 4);
/// PagesOrLocale.
pub const PAGES_OR_LOCALE: FixedSlot = fixed(7, 26, 4);
/// RootFlag.
pub const ROOT_FLAG: FixedSlot = fixed(8, 30, 1);
/// RecordOffset.
pub const RECORD_OFFSET: FixedSlot = fixed(9, 31, 2);
/// LCMapFlags.
pub const LCMAP_FLAGS: FixedSlot = fixed(10, 33, 4);
/// KeyMost.
pub const KEY_MOST: FixedSlot = fixed(11, 37, 2);
/// LVChunkMax.
pub const LV_CHUNK_MAX: FixedSlot = fixed(12, 39, 4);
/// PgnoFDPLastSetTime.
pub const PGNO_FDP_LAST_SET_TIME: FixedSlot = fixed(13, 43, 8);

/// All fixed columns in order.
pub const FIXED_COLUMNS: [FixedSlot; 13] = [
    OBJID_TABLE,
    TYPE,
    ID,
    COLTYP_OR_PGNO_FDP,
    SPACE_USAGE,
    FLAGS,
    PAGES_OR_LOCALE,
    ROOT_FLAG,
    RECORD_OFFSET,
    LCMAP_FLAGS,
    KEY_MOST,
    LV_CHUNK_MAX,
    PGNO_FDP_LAST_SET_TIME,
];

/// Name.
pub const NAME: Fid = Fid(128);
/// Stats.
pub const STATS: Fid = Fid(129);
/// TemplateTable of a table row, Callback of a callback or column row.
pub const TEMPLATE_OR_CALLBACK: Fid = Fid(130);
/// DefaultValue.
pub const DEFAULT_VALUE: Fid = Fid(131);
/// KeyFldIDs.
pub const KEY_FLD_IDS: Fid = Fid(132);
/// VarSegMac.
pub const VAR_SEG_MAC: Fid = Fid(133);
/// ConditionalColumns.
pub const CONDITIONAL_COLUMNS: Fid = Fid(134);
/// TupleLimits.
pub const TUPLE_LIMITS: Fid = Fid(135);
/// Version.
pub const VERSION: Fid = Fid(136);
/// SortID.
pub const SORT_ID: Fid = Fid(137);
/// CallbackData.
pub const CALLBACK_DATA: Fid = Fid(256);
/// CallbackDependencies.
pub const CALLBACK_DEPENDENCIES: Fid = Fid(257);
/// SeparateLV.
pub const SEPARATE_LV: Fid = Fid(258);
/// SpaceHints.
pub const SPACE_HINTS: Fid = Fid(259);
/// SpaceDeferredLVHints.
pub const SPACE_DEFERRED_LV_HINTS: Fid = Fid(260);
/// LocaleName.
pub const LOCALE_NAME: Fid = Fid(261);

/// KeyMost of an index that does not say.
pub const KEY_MOST_DEFAULT: u16 = 255;

/// What is wrong with a row of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The record itself is damaged.
    #[error("catalog row: {0}")]
    Record(#[from] RecordError),
    /// A column that every row has is NULL or absent.
    #[error("catalog row without column {0}")]
    Missing(u16),
    /// A row of an unknown kind.
    #[error("catalog row of type {0}")]
    Kind(i16),
    /// A column whose bytes don't have the length of their type.
    #[error("column {fid} of a catalog row has {len} bytes")]
    Length {
        /// The column.
        fid: u16,
        /// Its length.
        len: usize,
    },
    /// A long column with several values or an encrypted one.
    #[error("column {0} of a catalog row is of a form that the catalog does not use")]
    Form(u16),
}

impl HasJetErr for CatalogError {
    fn jet_err(&self) -> JetErr {
        JetErr::CATALOG_CORRUPTED
    }
}

/// One row of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogRow {
    /// The table that the row belongs to.
    pub objid_table: Objid,
    /// What the row describes.
    pub kind: RowKind,
    /// Table, index, LV: its objid; column: its id; callback: 5.
    pub id: u32,
    /// Column: its type; table, index, LV: page of the root.
    pub coltyp_or_pgno_fdp: u32,
    /// Column: most bytes; table, index, LV: density in percent.
    pub space_usage: u32,
    /// Flags, by the kind of row.
    pub flags: u32,
    /// Table: first pages; column: code page; index: locale id of old files.
    pub pages_or_locale: u32,
    /// Set (0xFF) on table rows.
    pub root_flag: Option<u8>,
    /// Fixed columns: offset in the record.
    pub record_offset: Option<u16>,
    /// Index: flags of LCMapString.
    pub lcmap_flags: Option<u32>,
    /// Index: longest key, when it is not 255.
    pub key_most: Option<u16>,
    /// Table: bytes of a long value's chunk, when not the default.
    pub lv_chunk_max: Option<u32>,
    /// FILETIME of the last change of the root's page number.
    pub pgno_fdp_last_set_time: Option<u64>,
    /// Name of the object (code page 1252).
    pub name: String,
    /// Statistics of an index, mostly absent.
    pub stats: Option<Vec<u8>>,
    /// Table: its template's name; callback and column rows: `dll!function`.
    pub template_or_callback: Option<String>,
    /// Column: its default, in the bytes of its type.
    pub default_value: Option<Vec<u8>>,
    /// Index: its segments, see [`CatalogRow::key_segments`].
    pub key_fld_ids: Option<Vec<u8>>,
    /// Index: most bytes of a text or binary segment.
    pub var_seg_mac: Option<u16>,
    /// Index: its conditions, see [`CatalogRow::conditional_columns`].
    pub conditional_columns: Option<Vec<u8>>,
    /// Index: limits of tuples, see [`CatalogRow::tuple_limits`].
    pub tuple_limits: Option<Vec<u8>>,
    /// Index: version of the sort order.
    pub version: Option<SortVersion>,
    /// Index: id of the sort order.
    pub sort_id: Option<Guid>,
    /// Column: parameters of a user-defined default.
    pub callback_data: Option<Vec<u8>>,
    /// Column: what a user-defined default depends on, column ids of four bytes, 0 ends.
    pub callback_dependencies: Option<Vec<u8>>,
    /// Table: size in bytes from which long values are separated.
    pub separate_lv: Option<u32>,
    /// Space hints, see [`SpaceHints`].
    pub space_hints: Option<Vec<u8>>,
    /// Space hints of a long-value tree that doesn't exist yet.
    pub space_deferred_lv_hints: Option<Vec<u8>>,
    /// Index: its locale, UTF-16LE without terminator, as stored.
    pub locale_name: Option<Vec<u8>>,
}

/// Reads the columns of one row.
struct Reader<'r, 'a> {
    record: &'r RecordView<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn fixed<const N: usize>(&self, column: FixedSlot) -> Result<Option<[u8; N]>, CatalogError> {
        match self
            .record
            .fixed(column.fid, column.offset, usize::from(column.len))?
        {
            Stored::Value(v) => array::<N>(v, 0).map(Some).ok_or(CatalogError::Length {
                fid: column.fid.0,
                len: v.len(),
            }),
            Stored::Absent | Stored::Null => Ok(None),
        }
    }

    fn must<const N: usize>(&self, column: FixedSlot) -> Result<[u8; N], CatalogError> {
        self.fixed(column)?
            .ok_or(CatalogError::Missing(column.fid.0))
    }

    fn must_u32(&self, column: FixedSlot) -> Result<u32, CatalogError> {
        self.must(column).map(u32::from_le_bytes)
    }

    fn var(&self, fid: Fid) -> Result<Option<&'a [u8]>, CatalogError> {
        Ok(self.record.var(fid)?.value())
    }

    fn bytes(&self, fid: Fid) -> Result<Option<Vec<u8>>, CatalogError> {
        Ok(self.var(fid)?.map(<[u8]>::to_vec))
    }

    fn text(&self, fid: Fid) -> Result<Option<String>, CatalogError> {
        Ok(self
            .var(fid)?
            .map(|b| Text::new(b, CODE_PAGE_WESTERN).to_string()))
    }

    /// A variable column that has exactly the length that `read` wants.
    fn sized<T>(
        &self,
        fid: Fid,
        len: usize,
        read: impl FnOnce(&[u8], usize) -> Option<T>,
    ) -> Result<Option<T>, CatalogError> {
        let Some(b) = self.var(fid)? else {
            return Ok(None);
        };
        let bad = CatalogError::Length {
            fid: fid.0,
            len: b.len(),
        };
        if b.len() != len {
            return Err(bad);
        }
        read(b, 0).map(Some).ok_or(bad)
    }
}

impl CatalogRow {
    /// Parses a row. `fetch` is called for every long column that the row holds, with the value as
    /// it lies in the record; it returns the plain bytes (from the catalog's long-value tree when
    /// [`TaggedValue::separated`], decompressed when [`TaggedValue::compressed`]).
    ///
    /// # Errors
    /// A damaged record, a row without one of the columns that every row has, or `fetch`'s error.
    pub fn parse<E: From<CatalogError>>(
        record: &RecordView<'_>,
        mut fetch: impl FnMut(Fid, TaggedValue<'_>) -> Result<Vec<u8>, E>,
    ) -> Result<Self, E> {
        let r = Reader { record };
        let mut long = |fid: Fid| -> Result<Option<Vec<u8>>, E> {
            let Some(column) = record.find_tagged(fid, false).map_err(CatalogError::from)? else {
                return Ok(None);
            };
            match column.value_count().map_err(CatalogError::from)? {
                0 => Ok(None),
                1 => {
                    let value = column.value(0).map_err(CatalogError::from)?;
                    if value.is_plain() {
                        Ok(Some(value.bytes.to_vec()))
                    } else {
                        fetch(fid, value).map(Some)
                    }
                }
                _ => Err(CatalogError::Form(fid.0).into()),
            }
        };
        let kind = i16::from_le_bytes(r.must(TYPE)?);
        let separate_lv = match long(SEPARATE_LV)? {
            None => None,
            Some(b) if b.len() == 4 => u32_at(&b, 0),
            Some(b) => {
                return Err(CatalogError::Length {
                    fid: SEPARATE_LV.0,
                    len: b.len(),
                }
                .into());
            }
        };
        Ok(Self {
            objid_table: Objid(r.must_u32(OBJID_TABLE)?),
            kind: RowKind::from_i16(kind).ok_or(CatalogError::Kind(kind))?,
            id: r.must_u32(ID)?,
            coltyp_or_pgno_fdp: r.must_u32(COLTYP_OR_PGNO_FDP)?,
            space_usage: r.must_u32(SPACE_USAGE)?,
            flags: r.must_u32(FLAGS)?,
            pages_or_locale: r.must_u32(PAGES_OR_LOCALE)?,
            root_flag: r.fixed(ROOT_FLAG)?.map(u8::from_le_bytes),
            record_offset: r.fixed(RECORD_OFFSET)?.map(u16::from_le_bytes),
            lcmap_flags: r.fixed(LCMAP_FLAGS)?.map(u32::from_le_bytes),
            key_most: r.fixed(KEY_MOST)?.map(u16::from_le_bytes),
            lv_chunk_max: r.fixed(LV_CHUNK_MAX)?.map(u32::from_le_bytes),
            pgno_fdp_last_set_time: r.fixed(PGNO_FDP_LAST_SET_TIME)?.map(u64::from_le_bytes),
            name: r.text(NAME)?.ok_or(CatalogError::Missing(NAME.0))?,
            stats: r.bytes(STATS)?,
            template_or_callback: r.text(TEMPLATE_OR_CALLBACK)?,
            default_value: r.bytes(DEFAULT_VALUE)?,
            key_fld_ids: r.bytes(KEY_FLD_IDS)?,
            var_seg_mac: r.sized(VAR_SEG_MAC, 2, u16_at)?,
            conditional_columns: r.bytes(CONDITIONAL_COLUMNS)?,
            tuple_limits: r.bytes(TUPLE_LIMITS)?,
            version: r.sized(VERSION, 8, u64_at)?.map(SortVersion),
            sort_id: r.sized(SORT_ID, 16, array::<16>)?.map(Guid),
            callback_data: long(CALLBACK_DATA)?,
            callback_dependencies: long(CALLBACK_DEPENDENCIES)?,
            separate_lv,
            space_hints: long(SPACE_HINTS)?,
            space_deferred_lv_hints: long(SPACE_DEFERRED_LV_HINTS)?,
            locale_name: long(LOCALE_NAME)?,
        })
    }

    /// Page of the root of the table, index or long-value tree; `None` on other rows.
    #[must_use]
    pub fn pgno_fdp(&self) -> Option<Pgno> {
        matches!(
            self.kind,
            RowKind::Table | RowKind::Index | RowKind::LongValue
        )
        .then_some(Pgno(self.coltyp_or_pgno_fdp))
    }

    /// Objid of the table, index or long-value tree; `None` on other rows.
    #[must_use]
    pub fn objid(&self) -> Option<Objid> {
        self.pgno_fdp().map(|_| Objid(self.id))
    }

    /// Id of a column; `None` on other rows, and for a number that is no column id.
    #[must_use]
    pub fn fid(&self) -> Option<Fid> {
        (self.kind == RowKind::Column)
            .then(|| u16::try_from(self.id).ok().map(Fid))
            .flatten()
            .filter(|f| f.0 > 0)
    }

    /// Type of a column; `None` on other rows, and for an unknown number.
    #[must_use]
    pub fn coltyp(&self) -> Option<Coltyp> {
        (self.kind == RowKind::Column)
            .then(|| Coltyp::from_u32(self.coltyp_or_pgno_fdp))
            .flatten()
    }

    /// Code page of a column (0 for columns that are no text).
    #[must_use]
    pub fn code_page(&self) -> u16 {
        u16::try_from(self.pages_or_locale).unwrap_or(0)
    }

    /// Flags of a table row.
    #[must_use]
    pub fn table_flags(&self) -> TableFlags {
        TableFlags::from_bits_retain(self.flags)
    }

    /// Flags of a column row.
    #[must_use]
    pub fn column_flags(&self) -> ColumnFlags {
        ColumnFlags::from_bits_retain(self.flags)
    }

    /// Low half of the flags of an index row.
    #[must_use]
    pub fn index_flags(&self) -> IndexFlags {
        IndexFlags::from_bits_retain((self.flags & 0xFFFF) as u16)
    }

    /// High half of the flags of an index row.
    #[must_use]
    pub fn index_flags_ex(&self) -> IdxFlagsEx {
        IdxFlagsEx::from_bits_retain((self.flags >> 16) as u16)
    }

    /// The event of a callback row.
    #[must_use]
    pub fn callback_type(&self) -> CallbackType {
        CallbackType::from_bits_retain(self.flags)
    }

    /// The default of a column as a typed value, `None` when it has none.
    ///
    /// # Errors
    /// The stored bytes are no value of the column's type.
    pub fn default_typed(&self) -> Option<Result<Value<'_>, super::value::ValueError>> {
        let bytes = self.default_value.as_deref()?;
        Some(Value::new(self.coltyp()?, self.code_page(), bytes))
    }

    /// Name of an index's locale, `None` when the row has none.
    #[must_use]
    pub fn locale(&self) -> Option<String> {
        self.locale_name
            .as_deref()
            .map(|b| Text::new(b, CODE_PAGE_UNICODE).trim_end_nul().to_string())
    }

    /// Longest key of an index in bytes.
    #[must_use]
    pub fn key_most_or_default(&self) -> u16 {
        self.key_most.unwrap_or(KEY_MOST_DEFAULT)
    }

    /// Longest text or binary segment of an index in bytes.
    #[must_use]
    pub fn var_seg_mac_or_default(&self) -> u16 {
        self.var_seg_mac
            .unwrap_or_else(|| self.key_most_or_default())
    }

    /// Segments of an index's key, in order.
    ///
    /// # Errors
    /// A length that is no whole number of segments, too many of them, or a column id of 0.
    pub fn key_segments(&self) -> Result<Vec<IndexSegment>, CatalogError> {
        index::segments(
            self.key_fld_ids.as_deref().unwrap_or(&[]),
            KEY_FLD_IDS,
            self.index_flags_ex(),
        )
    }

    /// Conditions of an index: columns that must (not) be NULL for a record to be indexed.
    ///
    /// # Errors
    /// As [`Self::key_segments`].
    pub fn conditional_segments(&self) -> Result<Vec<IndexSegment>, CatalogError> {
        index::segments(
            self.conditional_columns.as_deref().unwrap_or(&[]),
            CONDITIONAL_COLUMNS,
            self.index_flags_ex(),
        )
    }

    /// Limits of a tuple index, `None` for other indexes.
    ///
    /// # Errors
    /// A length that is neither 12 nor 20 bytes.
    pub fn tuple(&self) -> Result<Option<TupleLimits>, CatalogError> {
        self.tuple_limits
            .as_deref()
            .map(TupleLimits::parse)
            .transpose()
    }

    /// Column ids that a user-defined default depends on.
    #[must_use]
    pub fn dependencies(&self) -> Vec<u32> {
        self.callback_dependencies
            .as_deref()
            .unwrap_or(&[])
            .chunks_exact(4)
            .filter_map(|c| u32_at(c, 0))
            .take_while(|&id| id != 0)
            .collect()
    }
}
