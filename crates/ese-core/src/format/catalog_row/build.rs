//! Builds a catalog row: which columns each kind of row stores, and how far its fixed part goes.
//!
//! Source: docs/format/database-catalog.md §1.3: the fixed part ends at the last column that the
//! row needs, so that old engines can read it; unset columns before it are filled and NULL.
#![forbid(unsafe_code)]

use super::*;
use crate::format::record_build::{BuildError, RecordBuilder};
use crate::format::tagged_build::{TaggedBuild, TaggedPart};
use crate::format::value::western_bytes;

/// Why a row can't be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowBuildError {
    /// The record can't be built.
    #[error("catalog row: {0}")]
    Build(#[from] BuildError),
    /// A name that code page 1252 can't hold.
    #[error("column {0} of a catalog row has characters outside code page 1252")]
    Name(u16),
}

impl HasJetErr for RowBuildError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Build(e) => e.jet_err(),
            Self::Name(_) => JetErr::INVALID_NAME,
        }
    }
}

impl CatalogRow {
    /// Last fixed column that a row of this kind stores whether it has a value or not.
    fn fixed_last_of_kind(&self) -> Fid {
        match self.kind {
            RowKind::Table => ROOT_FLAG.fid,
            RowKind::Column if self.record_offset.is_some() => RECORD_OFFSET.fid,
            RowKind::Index => LCMAP_FLAGS.fid,
            RowKind::Column | RowKind::LongValue | RowKind::Callback => PAGES_OR_LOCALE.fid,
        }
    }

    /// Appends the row's record to `out`. `long` decides how a long column is stored: plain,
    /// compressed, or as the LID of a value that it put in the catalog's long-value tree.
    ///
    /// # Errors
    /// A name outside code page 1252, or a value that is too big.
    pub fn build(
        &self,
        large_pages: bool,
        mut long: impl FnMut(Fid, &[u8]) -> TaggedPart,
        out: &mut Vec<u8>,
    ) -> Result<(), RowBuildError> {
        let mut b = RecordBuilder::new(&FIXED_COLUMNS, large_pages);
        for (column, v) in [
            (OBJID_TABLE, self.objid_table.0),
            (ID, self.id),
            (COLTYP_OR_PGNO_FDP, self.coltyp_or_pgno_fdp),
            (SPACE_USAGE, self.space_usage),
            (FLAGS, self.flags),
            (PAGES_OR_LOCALE, self.pages_or_locale),
        ] {
            b.set_fixed(column.fid, Some(&v.to_le_bytes()))?;
        }
        b.set_fixed(TYPE.fid, Some(&(self.kind as i16).to_le_bytes()))?;
        if self.fixed_last_of_kind() > PAGES_OR_LOCALE.fid {
            b.set_fixed(self.fixed_last_of_kind(), None)?;
        }
        if let Some(v) = self.root_flag {
            b.set_fixed(ROOT_FLAG.fid, Some(&[v]))?;
        }
        for (column, v) in [
            (RECORD_OFFSET, self.record_offset),
            (KEY_MOST, self.key_most),
        ] {
            if let Some(v) = v {
                b.set_fixed(column.fid, Some(&v.to_le_bytes()))?;
            }
        }
        for (column, v) in [
            (LCMAP_FLAGS, self.lcmap_flags),
            (LV_CHUNK_MAX, self.lv_chunk_max),
        ] {
            if let Some(v) = v {
                b.set_fixed(column.fid, Some(&v.to_le_bytes()))?;
            }
        }
        if let Some(v) = self.pgno_fdp_last_set_time {
            b.set_fixed(PGNO_FDP_LAST_SET_TIME.fid, Some(&v.to_le_bytes()))?;
        }

        let western = |fid: Fid, s: &str| western_bytes(s).ok_or(RowBuildError::Name(fid.0));
        b.set_var(NAME, Some(&western(NAME, &self.name)?))?;
        if let Some(s) = &self.template_or_callback {
            b.set_var(
                TEMPLATE_OR_CALLBACK,
                Some(&western(TEMPLATE_OR_CALLBACK, s)?),
            )?;
        }
        for (fid, v) in [
            (STATS, &self.stats),
            (DEFAULT_VALUE, &self.default_value),
            (KEY_FLD_IDS, &self.key_fld_ids),
            (CONDITIONAL_COLUMNS, &self.conditional_columns),
            (TUPLE_LIMITS, &self.tuple_limits),
        ] {
            if let Some(v) = v {
                b.set_var(fid, Some(v))?;
            }
        }
        if let Some(v) = self.var_seg_mac {
            b.set_var(VAR_SEG_MAC, Some(&v.to_le_bytes()))?;
        }
        if let Some(v) = self.version {
            b.set_var(VERSION, Some(&v.0.to_le_bytes()))?;
        }
        if let Some(v) = self.sort_id {
            b.set_var(SORT_ID, Some(&v.0))?;
        }

        let separate = self.separate_lv.map(|v| v.to_le_bytes().to_vec());
        for (fid, v) in [
            (CALLBACK_DATA, &self.callback_data),
            (CALLBACK_DEPENDENCIES, &self.callback_dependencies),
            (SEPARATE_LV, &separate),
            (SPACE_HINTS, &self.space_hints),
            (SPACE_DEFERRED_LV_HINTS, &self.space_deferred_lv_hints),
            (LOCALE_NAME, &self.locale_name),
        ] {
            if let Some(v) = v {
                b.set_tagged(TaggedBuild::one(fid, false, true, long(fid, v)))?;
            }
        }
        b.build(out)?;
        Ok(())
    }
}
