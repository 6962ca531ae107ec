//! Records and keys of a table are counted (JetComputeStats).
//!
//! Source: jet-api behaviour of the schema §10.
//!
//! Invariant: what is kept was counted by one snapshot.
#![forbid(unsafe_code)]

use super::{Database, DbError};
use crate::btree::write::WriteTree;
use crate::catalog::TreeStats;
use crate::format::ids::Objid;
use crate::session::{CommitKind, Session};
use crate::work::{Look, Walker, Work, WorkError};
use std::sync::Arc;

/// Counts what a snapshot sees of a tree.
fn count(work: &Work<'_>, look: &Look<'_>, tree: &Arc<WriteTree>) -> Result<TreeStats, WorkError> {
    let mut walker = Walker::new(work.db.trees.no(), Arc::clone(tree));
    let mut stats = TreeStats::default();
    let (mut key, mut page) = (Vec::new(), None);
    let mut more = walker.first(look)?;
    while more {
        if stats.entries == 0 || walker.key() != key {
            stats.keys = stats.keys.saturating_add(1);
            key.clear();
            key.extend_from_slice(walker.key());
        }
        if stats.entries == 0 || walker.leaf() != page {
            stats.pages = stats.pages.saturating_add(1);
            page = walker.leaf();
        }
        stats.entries = stats.entries.saturating_add(1);
        more = walker.next(look)?;
    }
    Ok(stats)
}

impl Database {
    /// Counts records, keys and leaf pages of a table and of its secondary indexes, and keeps the
    /// counts in the catalog.
    ///
    /// # Errors
    /// As [`Database::schema`]; JET_errWriteConflict.
    pub fn compute_stats(&self, session: &Session, table: Objid) -> Result<(), DbError> {
        let catalog = self.catalog();
        let procid = session.procid();
        Ok(
            session.update_as(self.attached(), CommitKind::Lazy, |work| {
                let trees = catalog.table_of(&work.look(), procid, table)?;
                let stats = count(work, &work.look(), &trees.records)?;
                catalog.keep_stats(work, table, None, stats)?;
                for (_, tree) in &trees.secondary {
                    let stats = count(work, &work.look(), tree)?;
                    catalog.keep_stats(work, table, Some(tree.objid()), stats)?;
                }
                Ok(())
            })?,
        )
    }

    /// What was counted last of a table (`None`) and of its secondary indexes, by object id.
    ///
    /// # Errors
    /// A damaged catalog.
    pub fn stats(
        &self,
        session: &Session,
        table: Objid,
    ) -> Result<Vec<(Option<Objid>, TreeStats)>, DbError> {
        let look = session.look(self.attached());
        Ok(self.catalog().stats(&look, table)?)
    }
}
