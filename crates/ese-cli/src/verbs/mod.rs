//! One room a verb.
#![forbid(unsafe_code)]

mod copy;

use crate::cli::Verb;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use ese_core::JetErr;

pub(crate) fn run(verb: &Verb, out: &mut Output) -> Result<Verdict, CliError> {
    match verb {
        Verb::Copy(args) => copy::run(args, out),
        _ => Err(CliError {
            message: "this verb is not built yet".into(),
            next: None,
            jet: Some(JetErr::FEATURE_NOT_AVAILABLE),
        }),
    }
}
