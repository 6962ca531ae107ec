//! The bodies of the functions, one for all forms of a name.
//!
//! A body is `pub(crate) unsafe fn jet_name` (JetName in words) in a room of this folder; `cargo
//! xtask codegen` finds it and gives it to the exports. With a type parameter, `<C: Char>`, it
//! serves the A and the W form. A line `// PARTLY: …` above it says what is missing. Invariant: a
//! body checks in the documented order, and what it refuses changes nothing.

mod errors;
mod instances;
mod params;

pub(crate) use errors::*;
pub(crate) use instances::*;
pub(crate) use params::*;

use crate::gate::{Answer, refuse};
use ese_core::JetErr;

/// What a function without a body answers.
pub(crate) fn not_available() -> Answer {
    refuse(JetErr::FEATURE_NOT_AVAILABLE)
}
