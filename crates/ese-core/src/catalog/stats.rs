//! Counts that the catalog keeps of trees, as they were when somebody asked to count (JetComputeStats).
//!
//! Those of the records lie in the row of the table, those of a secondary index in its own.
//!
//! Source: docs/format/database-catalog.md (column Stats); jet-api behaviour of the schema §10.
//!
//! Invariant: nothing but that call changes the counts.
#![forbid(unsafe_code)]

use super::live::{LiveCatalog, no_table};
use super::rows::Eyes;
use crate::format::catalog_row::{CatalogRow, RowKind};
use crate::format::ids::Objid;
use crate::work::{Look, Work, WorkError};

/// Bytes of counts and time in a row.
const STATS_BYTES: usize = 20;
/// FILETIME units of a day, and days from its first (1601) to the first of an OLE date (1899-12-30).
const UNITS_PER_DAY: f64 = 864e9;
const DAYS_BEFORE_OLE: f64 = 109_205.0;

/// What was counted in a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TreeStats {
    /// Entries.
    pub entries: u32,
    /// Keys that differ.
    pub keys: u32,
    /// Leaf pages with entries.
    pub pages: u32,
}

impl TreeStats {
    /// The bytes of a row; `filetime`: when it was.
    #[allow(clippy::cast_precision_loss)] // A time of day needs less.
    fn to_bytes(self, filetime: u64) -> Vec<u8> {
        let days = filetime as f64 / UNITS_PER_DAY - DAYS_BEFORE_OLE;
        let mut bytes = Vec::with_capacity(STATS_BYTES);
        for n in [self.entries, self.keys, self.pages] {
            bytes.extend_from_slice(&n.to_le_bytes());
        }
        bytes.extend_from_slice(&days.to_le_bytes());
        bytes
    }

    /// Those of a row; none for bytes that are none.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.split_first_chunk::<4>()?;
        let (keys, rest) = rest.split_first_chunk::<4>()?;
        let (pages, _) = rest.split_first_chunk::<4>()?;
        Some(Self {
            entries: u32::from_le_bytes(*entries),
            keys: u32::from_le_bytes(*keys),
            pages: u32::from_le_bytes(*pages),
        })
    }
}

/// The tree that a row's counts are of: that of the records, or of a secondary index.
fn is_of(row: &CatalogRow, index: Option<Objid>) -> bool {
    match index {
        None => row.kind == RowKind::Table,
        Some(objid) => row.kind == RowKind::Index && row.objid() == Some(objid),
    }
}

impl LiveCatalog {
    /// What was counted last of a table, and of its secondary indexes by object id; those that were
    /// not counted are missing.
    ///
    /// # Errors
    /// A damaged catalog.
    pub fn stats(
        &self,
        look: &Look<'_>,
        table: Objid,
    ) -> Result<Vec<(Option<Objid>, TreeStats)>, WorkError> {
        let rows = self.trees.rows_of(&Eyes::of(self.db, look), table)?;
        let stats = rows.iter().filter_map(|row| {
            let stats = TreeStats::parse(row.stats.as_deref()?)?;
            match row.kind {
                RowKind::Table => Some((None, stats)),
                RowKind::Index => Some((Some(row.objid()?), stats)),
                RowKind::Column | RowKind::LongValue | RowKind::Callback => None,
            }
        });
        Ok(stats.collect())
    }

    /// Keeps what was counted: of the records (`None`), or of the secondary index with an object id.
    /// One of a template is not known in the table's rows, and not kept.
    ///
    /// # Errors
    /// JET_errWriteConflict with others who change the rows; a damaged catalog.
    pub fn keep_stats(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        index: Option<Objid>,
        stats: TreeStats,
    ) -> Result<(), WorkError> {
        let rows = self
            .trees
            .rows_of(&Eyes::of(self.db, &work.look()), table)?;
        let Some(before) = rows.into_iter().find(|row| is_of(row, index)) else {
            return match index {
                None => Err(no_table(&format!("{}", table.0))),
                Some(_) => Ok(()),
            };
        };
        let mut row = before.clone();
        row.stats = Some(stats.to_bytes(self.now()));
        self.trees.replace(work, &before, &row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_back_with_their_time_behind() {
        let stats = TreeStats {
            entries: 5,
            keys: 4,
            pages: 1,
        };
        // 2020-01-01 00:00:00 UTC.
        let bytes = stats.to_bytes(132_223_104_000_000_000);
        assert_eq!(bytes.len(), STATS_BYTES);
        assert_eq!(TreeStats::parse(&bytes), Some(stats));
        let time = f64::from_le_bytes(bytes[12..].try_into().unwrap());
        assert_eq!(time, 43_831.0);
        assert_eq!(TreeStats::parse(&bytes[..11]), None);
    }
}
