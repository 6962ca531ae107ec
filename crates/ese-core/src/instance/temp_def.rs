//! Temporary tables as they are asked for.
//!
//! Source: jet-api/behaviour-cursors.md §11.
//!
//! Invariant: checks come in the original's order, so that the same mistake gives the same error.
#![forbid(unsafe_code)]

use crate::catalog::{Index, LiveOptions, TableSchema};
use crate::error::JetErr;
use crate::format::catalog_row::{ColumnFlags, IdxFlagsEx, IndexFlags, IndexSegment};
use crate::format::ids::{Coltyp, Fid, Objid, PageSize, Pgno};
use crate::format::record::RECORD_HEAD_BYTES;
use crate::format::sortkey::{Collation, SortFlags, is_locale_name};
use crate::record::edit::record_most;
use crate::record::{CODE_PAGE_ASCII, CODE_PAGE_UTF16, Column};
use crate::work::WorkError;

/// Fixed columns that a table can have.
const FIXED_MOST: usize = 127;
/// Variable columns that a table can have.
const VARIABLE_MOST: usize = 128;
/// Tagged columns that a table can have.
const TAGGED_MOST: usize = 64_993;
/// Columns of a key; more are ignored.
const SEGMENTS_MOST: usize = 16;
/// Bytes of a key where nothing else is said, and the least that can be.
const KEY_MOST_DEFAULT: u16 = 255;
/// Bytes of short text and binary.
const SHORT_MOST: u32 = 255;

bitflags::bitflags! {
    /// JET_bitTT...
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TempBits: u32 {
        /// It is sought in.
        const INDEXED = 0x1;
        /// Duplicates are dropped, where they would be kept.
        const UNIQUE = 0x2;
        /// Records change after they were sorted.
        const UPDATABLE = 0x4;
        /// It is moved in freely.
        const SCROLLABLE = 0x8;
        /// NULL sorts last.
        const SORT_NULLS_HIGH = 0x10;
        /// A tree from the beginning: a duplicate is an error at once.
        const FORCE_MATERIALIZATION = 0x20;
        /// Never a tree: forward moves only.
        const FORWARD_ONLY = 0x40;
        /// Long values stay in their record.
        const INTRINSIC_LVS_ONLY = 0x80;
        /// GUIDs sort as .NET does.
        const DOT_NET_GUID = 0x100;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// The bits of JET_COLUMNDEF that count.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TempColumnBits: u32 {
        /// In the fixed part of the record.
        const FIXED = 0x1;
        /// In its tagged part.
        const TAGGED = 0x2;
        /// Part of the key.
        const KEY = 0x40;
        /// That part descends.
        const DESCENDING = 0x80;
        const _ = !0;
    }
}

/// A column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TempColumn {
    /// Its type by number.
    pub coltyp: u32,
    /// Code page of text: 1252, 1200, or 0 for 1252.
    pub code_page: u16,
    /// Most bytes, 0 for the most of the type.
    pub cb_max: u32,
    /// What kind of column.
    pub bits: TempColumnBits,
}

impl TempColumn {
    /// A column of a type.
    #[must_use]
    pub fn new(coltyp: Coltyp) -> Self {
        let code_page = match coltyp.is_text() {
            true => CODE_PAGE_UTF16,
            false => 0,
        };
        Self {
            coltyp: coltyp as u32,
            code_page,
            ..Self::default()
        }
    }

    /// Part of the key.
    #[must_use]
    pub fn key(mut self) -> Self {
        self.bits |= TempColumnBits::KEY;
        self
    }

    /// Part of the key, the highest first.
    #[must_use]
    pub fn descending_key(mut self) -> Self {
        self.bits |= TempColumnBits::KEY | TempColumnBits::DESCENDING;
        self
    }
}

/// A temporary table to be opened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TempTableDef {
    /// Its columns.
    pub columns: Vec<TempColumn>,
    /// What kind of table.
    pub bits: TempBits,
    /// Locale and LCMap flags of Unicode text in the key; `None`: the usual ones. Unlike those of an
    /// index, flags of 0 are no flags but the sort key's.
    pub unicode: Option<(String, u32)>,
    /// Most bytes of a key, 0 for 255.
    pub key_most: u32,
    /// Most bytes of a text or binary column in the key, 0 for no limit of its own.
    pub var_seg_mac: u32,
}

/// A table that may be opened.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// In the order of their ids.
    pub(super) columns: Vec<Column>,
    /// Ids in the order of the definition.
    pub(super) fids: Vec<Fid>,
    /// The key; `None` without key columns.
    pub(super) index: Option<Index>,
    pub(super) bits: TempBits,
    /// A tree from the beginning.
    pub(super) at_once: bool,
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, WorkError> {
    Err(WorkError::refused(err, what))
}

impl TempTableDef {
    /// A table without columns.
    #[must_use]
    pub fn new(bits: TempBits) -> Self {
        Self {
            bits,
            ..Self::default()
        }
    }

    /// With one more column.
    #[must_use]
    pub fn column(mut self, column: TempColumn) -> Self {
        self.columns.push(column);
        self
    }

    /// Checks the definition, and says what the table is.
    pub(super) fn plan(&self, page: PageSize, usual: &LiveOptions) -> Result<Plan, WorkError> {
        let bits = self.bits;
        let (locale, lcmap) = match &self.unicode {
            Some((locale, flags)) => (locale.clone(), *flags),
            None => (usual.locale.clone(), usual.lcmap_flags),
        };
        if !is_locale_name(&locale) || Collation::of_index(&locale, None, lcmap).is_none() {
            return refused(JetErr::INVALID_LANGUAGE_ID, "a locale that is not known");
        }
        let Some(lcmap) = SortFlags::of_sort_key(lcmap) else {
            let what = "unknown flags of the order";
            return refused(JetErr::INVALID_LC_MAP_STRING_FLAGS, what);
        };
        let lcmap = lcmap.bits();
        let needs_tree = TempBits::INDEXED
            | TempBits::UPDATABLE
            | TempBits::SCROLLABLE
            | TempBits::FORCE_MATERIALIZATION;
        let cannot = || {
            refused(
                JetErr::CANNOT_MATERIALIZE_FORWARD_ONLY_SORT,
                "a table for forward moves only is no tree",
            )
        };
        if bits.contains(TempBits::FORWARD_ONLY) && bits.intersects(needs_tree) {
            return cannot();
        }
        let (key_most, var_seg_mac) = self.limits(page)?;
        let Laid { columns, fids } = self.lay(page)?;
        let mut segments: Vec<IndexSegment> = Vec::new();
        for (def, &fid) in self.columns.iter().zip(&fids) {
            if def.bits.contains(TempColumnBits::KEY) && segments.len() < SEGMENTS_MOST {
                segments.push(IndexSegment {
                    fid,
                    descending: def.bits.contains(TempColumnBits::DESCENDING),
                    must_be_null: false,
                    template: false,
                });
            }
        }
        let separable = !bits.contains(TempBits::INTRINSIC_LVS_ONLY)
            && columns.iter().any(|c| c.coltyp.is_long());
        let at_once =
            segments.is_empty() || separable || bits.contains(TempBits::FORCE_MATERIALIZATION);
        if at_once && bits.contains(TempBits::FORWARD_ONLY) {
            return cannot();
        }
        let mut flags = IndexFlags::UNIQUE
            | IndexFlags::PRIMARY
            | IndexFlags::ALLOW_ALL_NULLS
            | IndexFlags::ALLOW_FIRST_NULL
            | IndexFlags::ALLOW_SOME_NULLS;
        flags.set(
            IndexFlags::SORT_NULLS_HIGH,
            bits.contains(TempBits::SORT_NULLS_HIGH),
        );
        let mut flags_ex = IdxFlagsEx::empty();
        flags_ex.set(
            IdxFlagsEx::DOT_NET_GUID,
            bits.contains(TempBits::DOT_NET_GUID),
        );
        let index = (!segments.is_empty()).then(|| Index {
            name: String::new(),
            objid: Objid(0),
            pgno_fdp: Pgno::NULL,
            flags,
            flags_ex,
            segments,
            conditional: Vec::new(),
            key_most,
            var_seg_mac,
            tuple: None,
            lcmap_flags: lcmap,
            locale: Some(locale),
            sort_id: None,
            version: None,
            density: 100,
        });
        Ok(Plan {
            columns,
            fids,
            index,
            bits,
            at_once,
        })
    }

    fn limits(&self, page: PageSize) -> Result<(u16, u16), WorkError> {
        let most = key_most_of(page);
        let key_most = match self.key_most {
            0 => KEY_MOST_DEFAULT,
            n => match u16::try_from(n) {
                Ok(n) if (KEY_MOST_DEFAULT..=most).contains(&n) => n,
                _ => return refused(JetErr::INVALID_PARAMETER, "no such length of a key"),
            },
        };
        match u16::try_from(self.var_seg_mac) {
            Ok(0) => Ok((key_most, key_most)),
            Ok(n) if n <= key_most => Ok((key_most, n)),
            _ => refused(
                JetErr::INVALID_PARAMETER,
                "a column can't be longer than the key it is in",
            ),
        }
    }

    /// Ids and places of the columns.
    fn lay(&self, page: PageSize) -> Result<Laid, WorkError> {
        let (mut fixed, mut variable, mut tagged) = (Vec::new(), Vec::new(), Vec::new());
        let mut fids = Vec::with_capacity(self.columns.len());
        let mut offset = RECORD_HEAD_BYTES;
        for def in &self.columns {
            let column = checked(def)?;
            let long = column.coltyp.is_long();
            let (class, first, most) = if long || def.bits.contains(TempColumnBits::TAGGED) {
                (&mut tagged, Fid::TAGGED_LEAST, TAGGED_MOST)
            } else if column.coltyp.fixed_bytes().is_some()
                || def.bits.contains(TempColumnBits::FIXED)
            {
                (&mut fixed, Fid(1), FIXED_MOST)
            } else {
                (&mut variable, Fid::VAR_LEAST, VARIABLE_MOST)
            };
            if class.len() >= most {
                return refused(JetErr::TOO_MANY_COLUMNS, "there are too many columns");
            }
            let fid = Fid(first.0 + u16::try_from(class.len()).unwrap_or(0));
            let mut column = Column { fid, ..column };
            if fid.is_fixed() {
                column.offset = u16::try_from(offset).unwrap_or(u16::MAX);
                offset = offset.saturating_add(column.fixed_len());
            }
            if offset > record_most(page, Some(KEY_MOST_DEFAULT)) {
                return refused(JetErr::RECORD_TOO_BIG, "the fixed columns fit no record");
            }
            fids.push(fid);
            class.push(column);
        }
        let columns = fixed.into_iter().chain(variable).chain(tagged).collect();
        Ok(Laid { columns, fids })
    }
}

struct Laid {
    columns: Vec<Column>,
    fids: Vec<Fid>,
}

/// Longest key of pages of this size (JET_paramKeyMost).
fn key_most_of(page: PageSize) -> u16 {
    match page {
        PageSize::K2 => 500,
        PageSize::K4 => 1000,
        PageSize::K8 | PageSize::K16 | PageSize::K32 => 2000,
    }
}

fn checked(def: &TempColumn) -> Result<Column, WorkError> {
    let coltyp = match Coltyp::from_u32(def.coltyp) {
        Some(Coltyp::Nil | Coltyp::Slv) | None => {
            return refused(JetErr::INVALID_COLUMN_TYPE, "no type of a column");
        }
        Some(coltyp) => coltyp,
    };
    let code_page = match (coltyp.is_text(), def.code_page) {
        (false, _) => 0,
        (true, 0) => CODE_PAGE_ASCII,
        (true, page @ (CODE_PAGE_ASCII | CODE_PAGE_UTF16)) => page,
        (true, _) => return refused(JetErr::INVALID_CODE_PAGE, "no code page of a column"),
    };
    let cb_max = match coltyp.fixed_bytes() {
        Some(bytes) => u32::try_from(bytes).unwrap_or(0),
        None if coltyp.is_long() => def.cb_max,
        None if def.cb_max == 0 => SHORT_MOST,
        None => def.cb_max.min(SHORT_MOST),
    };
    let mut flags = ColumnFlags::empty();
    if coltyp.is_long() || def.bits.contains(TempColumnBits::TAGGED) {
        flags |= ColumnFlags::MULTI_VALUED;
    }
    Ok(Column {
        name: String::new(),
        fid: Fid(0),
        coltyp,
        code_page,
        cb_max,
        offset: 0,
        flags,
        default: None,
        derived: false,
    })
}

impl Plan {
    /// Of records with equal keys only one stays.
    pub(super) fn is_unique(&self) -> bool {
        self.bits.contains(TempBits::UNIQUE) || !self.bits.contains(TempBits::FORWARD_ONLY)
    }

    /// The table around the tree at `fdp`; `keyed`: its records are in the order of the key, not
    /// numbered.
    pub(super) fn schema(&self, (fdp, objid): (Pgno, Objid), keyed: bool) -> TableSchema {
        let mut schema = TableSchema::new(String::new(), objid, fdp);
        schema.density = 100;
        schema.set_columns(self.columns.clone());
        if let (Some(index), true) = (&self.index, keyed) {
            schema.indexes.push(Index {
                objid,
                pgno_fdp: fdp,
                ..index.clone()
            });
        }
        schema
    }
}
