//! `compact`: a clean database written anew, without what is free in it.
//!
//! Invariants: the new database appears whole, clean and under its name, or not at all; what exists is
//! never replaced; the source is only read.
#![forbid(unsafe_code)]

use crate::cli::Compact;
use crate::engine::hidden;
use crate::error::CliError;
use crate::output::{Output, Verdict, steps};
use crate::target::exists;
use crate::text::{plural, size};
use ese_core::io::FileSystem as _;
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::maintenance::compact::{CompactError, Compacted, Options, compact};
use ese_core::{HasJetErr, JetErr};
use serde_json::json;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) fn run(args: &Compact, out: &mut Output) -> Result<Verdict, CliError> {
    if fs::symlink_metadata(&args.to).is_ok() {
        return Err(exists(&args.to));
    }
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    let part = hidden(&args.to, "part")?;
    let bar = steps(0, "compacting");
    let started = std::time::Instant::now();
    let done = compact(
        &Env::real(),
        &args.db,
        &part,
        &Options::default(),
        &mut |p| {
            bar.set_length(p.pages_total);
            bar.set_position(p.pages);
            match stopped.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        },
    );
    bar.finish_and_clear();
    let done = done.map_err(|e| explain(args, &part, &e)).and_then(|done| {
        named(&part, &args.to)?;
        Ok(done)
    });
    if done.is_err() {
        // The error that led here is the one to report; often nothing was made.
        let _ = fs::remove_file(&part);
    }
    report(args, out, &done?, started.elapsed().as_secs_f64())?;
    Ok(Verdict::Good)
}

fn named(part: &Path, to: &Path) -> Result<(), CliError> {
    match RealFileSystem.rename_new(part, to) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Err(exists(to)),
        done => done.map_err(|e| CliError::io(to, &e))?,
    }
    let parent = to.parent().filter(|p| !p.as_os_str().is_empty());
    RealFileSystem
        .sync_dir(parent.unwrap_or(Path::new(".")))
        .map_err(|e| CliError::io(to, &e))
}

fn explain(args: &Compact, part: &Path, e: &CompactError) -> CliError {
    let db = args.db.display();
    match e {
        CompactError::Source(e) => crate::database::refused(&args.db, e),
        CompactError::Stopped => CliError::new("stopped; nothing was left behind"),
        CompactError::NotClean(_) => CliError::of(&args.db, e).next(format!(
            "eseutil recover {db} --to DIR makes a clean copy, which can be compacted"
        )),
        CompactError::Page(_)
        | CompactError::LongValue { .. }
        | CompactError::Root { .. }
        | CompactError::Catalog(_) => CliError::of(&args.db, e).next(format!(
            "eseutil integrity {db} names everything that is damaged; eseutil export writes what can be \
             read"
        )),
        CompactError::Io(_) | CompactError::Target(_) => {
            let text = e.to_string().replace(&part.display().to_string(), "the new file");
            let e = CliError::refused(e.jet_err(), format!("{}: {text}", args.to.display()));
            match e.jet {
                Some(JetErr::DISK_FULL) => e.next("make room there, or name another place with --to"),
                _ => e,
            }
        }
        e => CliError::of(&args.db, e),
    }
}

fn report(args: &Compact, out: &mut Output, done: &Compacted, took: f64) -> Result<(), CliError> {
    let length = |path: &Path| fs::metadata(path).map_or(0, |m| m.len());
    let (before, after) = (length(&args.db), length(&args.to));
    if out.is_json() {
        return out.json(&json!({
            "from": args.db.display().to_string(),
            "to": args.to.display().to_string(),
            "tables": done.tables,
            "records": done.records,
            "index_entries": done.entries,
            "long_values": done.long_values,
            "long_values_left_behind": done.orphans,
            "pages_before": done.pages_before,
            "pages_after": done.pages_after,
            "bytes_before": before,
            "bytes_after": after,
            "seconds": took,
        }));
    }
    out.line(format!(
        "{}: {}, {}, {} in {took:.2} s; {} before, {} now",
        args.to.display(),
        plural(done.tables.into(), "table", "tables"),
        plural(done.records, "record", "records"),
        plural(done.long_values, "long value", "long values"),
        size(before),
        size(after),
    ))
}
