//! `eseutil`: what an administrator or an investigator runs on ESE files.
//!
//! One room a verb (`verbs/`), one for the arguments (`cli`), one for what goes to the screen
//! (`output`, `text`), one for errors that say what to do next (`error`); what the verbs share:
//! opening a database (`database`), collecting damage (`damage`), values as text (`value`), files
//! that appear whole (`target`), positions and times in logs as people write them (`until`), an
//! engine for the verbs that make and fill databases (`engine`).
//!
//! Invariants: exit code 0 good, 1 damage or failure, 2 usage; no verb writes to its input but
//! `import` and `recover --in-place`; what goes to standard output is the answer, everything else goes
//! to standard error.
#![forbid(unsafe_code)]

mod cli;
mod damage;
mod database;
mod engine;
mod error;
mod output;
mod target;
mod text;
mod until;
mod value;
mod verbs;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // clap prints usage errors itself and exits with 2.
    let args = cli::Cli::parse();
    let mut out = output::Output::new(args.json);
    let result = verbs::run(&args.verb, &mut out);
    match result.and_then(|verdict| out.finish().map(|()| verdict)) {
        Ok(verdict) => verdict.exit_code(),
        Err(e) => {
            output::report(&e, args.json);
            ExitCode::from(if e.usage { 2 } else { 1 })
        }
    }
}
