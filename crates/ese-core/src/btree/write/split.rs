//! Splits.
#![forbid(unsafe_code)]

use super::node::Job;
use super::{Spot, TreeWriter, WriteError, WriteTree};
use crate::error::JetErr;
use crate::format::ids::Pgno;

impl TreeWriter<'_> {
    /// To come.
    pub(super) fn split_and_perform(
        &mut self,
        _: &WriteTree,
        _: &mut Job<'_>,
        _: Pgno,
    ) -> Result<Spot, WriteError> {
        Err(WriteError::Space(JetErr::FEATURE_NOT_AVAILABLE))
    }

    /// To come.
    pub(super) fn split_root(&mut self, _: &WriteTree) -> Result<(), WriteError> {
        Err(WriteError::Space(JetErr::FEATURE_NOT_AVAILABLE))
    }
}
