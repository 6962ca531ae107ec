//! What version cleanup asks for that takes columns and long values to do.
//!
//! Invariant: a value that something refers to stays.
#![forbid(unsafe_code)]

use super::rows::lv_format;
use crate::btree::write::{DENSITY_FULL, WriteTree};
use crate::format::lv::LvKey;
use crate::instance::{CleanUpHook, OpenDb};
use crate::lv::write::{Deletion, LidCounter, LongValueTree, LongValues};
use crate::trx::CleanUp;
use crate::work::{Work, WorkError};
use std::sync::{Arc, Weak};

/// Chunks that go in one transaction.
const CHUNKS: usize = 64;

/// Cleans up in one database.
pub(super) struct Columns(pub(super) Weak<OpenDb>);

impl CleanUpHook for Columns {
    fn clean_up(&self, work: &mut Work<'_>, what: &CleanUp<'_>) -> Result<(), WorkError> {
        let (CleanUp::DeleteLongValue(node), Some(db)) = (what, self.0.upgrade()) else {
            return Ok(());
        };
        let key = node.key.concat();
        let Ok(LvKey::Root(lid)) = LvKey::parse(&key) else {
            return Ok(());
        };
        let tree = LongValueTree {
            tree: Arc::new(WriteTree::new(
                node.pgno_fdp,
                node.objid,
                true,
                DENSITY_FULL,
            )),
            ids: Arc::new(LidCounter::new()),
        };
        let mut values = LongValues::new(node.db, tree, lv_format(&db, None));
        let mut left = values.delete_value(work, lid, CHUNKS)?;
        while left == Deletion::More {
            let (db, apart) = (work.db, work.apart);
            apart.apart(db, &mut |work| {
                left = values.delete_value(work, lid, CHUNKS)?;
                Ok(())
            })?;
        }
        Ok(())
    }
}
