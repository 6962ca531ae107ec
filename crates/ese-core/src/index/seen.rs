//! The long values of a table as a snapshot sees them, for indexes.
//!
//! Invariant: nothing is made ready before a record has a separated value that an index looks at.
#![forbid(unsafe_code)]

use super::record_columns::{ColumnError, LongBytes};
use crate::cache::{DbNo, Pages};
use crate::catalog::TableTrees;
use crate::error::HasJetErr;
use crate::format::lv::Lid;
use crate::lv::LongValueError;
use crate::lv::write::{Format, LongValueTree, LongValues};
use crate::work::Look;
use std::cell::RefCell;

/// The long values of a table, by somebody's eyes.
pub struct Seen<'a> {
    look: Look<'a>,
    db: DbNo,
    trees: &'a TableTrees,
    values: RefCell<Option<LongValues>>,
}

impl<'a> Seen<'a> {
    /// Those of a table of `db`, by `look`.
    #[must_use]
    pub fn new(db: DbNo, trees: &'a TableTrees, look: Look<'a>) -> Self {
        Self {
            look,
            db,
            trees,
            values: RefCell::new(None),
        }
    }
}

impl LongBytes for Seen<'_> {
    fn head(&self, lid: Lid, until: usize, out: &mut Vec<u8>) -> Result<bool, ColumnError> {
        let mut values = self.values.borrow_mut();
        if values.is_none() {
            let tree = LongValueTree::of(self.trees).ok_or(LongValueError::NoTree)?;
            // What ids new values would get does not matter to a reader.
            let page_size = self.look.pages().page_size();
            let format = Format::new(page_size, true, self.trees.schema.lv_chunk_max);
            *values = Some(LongValues::new(self.db, tree, format));
        }
        let Some(values) = values.as_mut() else {
            return Err(LongValueError::NoTree.into());
        };
        let read = values.read_at(&self.look, lid, 0, until, out);
        let size = read.map_err(|e| ColumnError::Unseen {
            err: e.jet_err(),
            what: e.to_string(),
        })?;
        Ok(usize::try_from(size).is_ok_and(|size| size <= until))
    }
}
