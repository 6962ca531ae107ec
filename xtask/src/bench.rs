//! Placeholder.
#![forbid(unsafe_code)]
use crate::process::{Args, Outcome};
pub(crate) fn run(_: &mut Args) -> Outcome {
    Ok(())
}
