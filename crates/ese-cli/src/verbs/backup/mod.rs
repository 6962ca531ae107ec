//! `backup`: databases into a set, by an instance of its own or by a running program; `stop-backup`.
//!
//! | room | purpose |
//! |---|---|
//! | here | what both kinds share: the answer, the check of the set |
//! | `own` | an instance of its own |
//! | `live` | a running program, through its control socket |
//!
//! Invariants: Ctrl-C is a stop: the set says that it is not complete, exit 1, the databases unharmed;
//! an existing set is never written to.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod live;
mod own;

#[cfg(target_os = "linux")]
pub(crate) use live::stop;

use super::verify_backup;
use crate::cli::Backup;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress};
use crate::text::{plural, size};
use ese_backup::set::{Set, SetKind, verify};
use ese_backup::{Control, StopFlag};
use ese_core::io::real::RealFileSystem;
use serde_json::{Value, json};
use std::path::Path;

/// What a backup came to.
struct Made {
    files: usize,
    bytes: u64,
    seconds: f64,
    generations: Option<(i32, i32)>,
}

pub(crate) fn run(args: &Backup, out: &mut Output) -> Result<Verdict, CliError> {
    let stop = StopFlag::new();
    let made = match (&args.live, &args.from) {
        #[cfg(target_os = "linux")]
        (Some(socket), _) => live::backup(args, socket)?,
        #[cfg(not(target_os = "linux"))]
        (Some(_), _) => return Err(CliError::usage("--live needs Linux")),
        (None, Some(from)) => own::backup(args, from)?,
        (None, None) => {
            return Err(CliError::usage(
                "name a database, a folder or --live SOCKET",
            ));
        }
    };
    let checked = match args.verify {
        true => Some(check(&args.to, &stop)?),
        false => None,
    };
    let good = checked.as_ref().is_none_or(|r| r.is_good());
    if out.is_json() {
        let mut answer = as_json(&made, args);
        if let Some(report) = &checked {
            answer["verified"] = verify_backup::as_json(report);
        }
        out.json(&answer)?;
    } else {
        print(&made, args, out)?;
        if let Some(report) = &checked {
            verify_backup::print(report, &args.to, out)?;
        }
    }
    Ok(match good {
        true => Verdict::Good,
        false => Verdict::Damage,
    })
}

/// The kind of set that the options ask for.
fn kind(args: &Backup) -> SetKind {
    match (args.incremental, args.no_truncate) {
        (false, false) => SetKind::Full,
        (false, true) => SetKind::Copy,
        (true, false) => SetKind::Incremental,
        (true, true) => SetKind::Differential,
    }
}

fn check(dir: &Path, stop: &StopFlag) -> Result<ese_backup::SetReport, CliError> {
    let failed = |e: &ese_backup::SetError| verify_backup::explain(e, dir);
    let set = Set::open(&RealFileSystem, dir).map_err(|e| failed(&e))?;
    let bar = progress(0, "verifying");
    let mut control = Control::new(stop.handle()).observed(|p| {
        bar.set_length(p.all_total);
        bar.set_position(p.all_done);
    });
    let report = verify(&RealFileSystem, &set, &mut control);
    drop(control);
    bar.finish_and_clear();
    report.map_err(|e| failed(&e))
}

fn print(made: &Made, args: &Backup, out: &mut Output) -> Result<(), CliError> {
    let generations = match made.generations {
        Some((first, last)) => format!(", generations {first:#x} to {last:#x}"),
        None => String::new(),
    };
    out.line(format!(
        "{} set in {}: {}, {}{generations}, in {:.2} s ({:.0} MB/s)",
        kind(args).name(),
        args.to.display(),
        plural(made.files as u64, "file", "files"),
        size(made.bytes),
        made.seconds,
        made.bytes as f64 / 1e6 / made.seconds.max(1e-9)
    ))?;
    if !args.verify {
        out.line(format!("next: eseutil verify-backup {}", args.to.display()))?;
    }
    Ok(())
}

fn as_json(made: &Made, args: &Backup) -> Value {
    json!({
        "set": args.to.display().to_string(),
        "kind": kind(args).name(),
        "files": made.files,
        "bytes": made.bytes,
        "seconds": made.seconds,
        "generations": made.generations.map(|(first, last)| [first, last]),
    })
}
