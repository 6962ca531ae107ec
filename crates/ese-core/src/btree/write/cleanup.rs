//! A deleted node goes for good, and its page with it if it is empty.
#![forbid(unsafe_code)]

use super::{TreeWriter, WriteError, WriteTree};
use crate::error::JetErr;
use crate::trx::Bookmark;

/// What a clean-up did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CleanedUp {
    /// Nodes that are gone.
    pub nodes: usize,
    /// Pages that left the tree.
    pub pages: usize,
}

impl TreeWriter<'_> {
    /// Removes the flag-deleted nodes without an active version from the leaf of a bookmark, then
    /// takes the page out of the tree if that left it empty, or joins it with a neighbour if that
    /// has room for what is left: what version cleanup does for each flag delete, in a transaction
    /// of level 1 of its own.
    pub fn clean_up(&mut self, _: &WriteTree, _: Bookmark<'_>) -> Result<CleanedUp, WriteError> {
        Err(WriteError::Space(JetErr::FEATURE_NOT_AVAILABLE))
    }
}
