//! `restore`: a backup set becomes clean databases in a new folder.
//!
//! Invariants: the set and the folders of `--logs` are opened for reading; the target shows clean
//! databases or nothing; Ctrl-C leaves nothing behind, exit 1.
#![forbid(unsafe_code)]

use super::verify_backup::explain;
use crate::cli::Restore;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress, steps};
use crate::text::{plural, size};
use ese_backup::set::{RestoreOptions, RestoreReport, Set, restore};
use ese_backup::{Control, StopFlag};
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::io::{FileSystem as _, OpenMode};
use ese_core::recovery::{UndoneTransaction, Watch};
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;

/// The report beside the databases.
const REPORT_NAME: &str = "restore-report.json";

/// Shows how far the replay is.
struct Replaying<'a> {
    copying: &'a ProgressBar,
    bar: &'a ProgressBar,
}

impl Watch for Replaying<'_> {
    fn generation(&self, generation: i32, first: i32, last: i32) {
        self.copying.finish_and_clear();
        let count = |from: i32, to: i32| {
            u64::try_from(i64::from(to).saturating_sub(i64::from(from))).unwrap_or(0)
        };
        self.bar.set_length(count(first, last).saturating_add(1));
        self.bar.set_position(count(first, generation));
    }

    fn undo(&self, sessions: usize) {
        self.bar
            .set_message(format!("taking back what {sessions} sessions left open"));
    }
}

pub(crate) fn run(args: &Restore, out: &mut Output) -> Result<Verdict, CliError> {
    let stop = StopFlag::new();
    let handle = stop.handle();
    // Also SIGTERM and SIGHUP: whoever ends the program leaves nothing half behind.
    ctrlc::set_handler(move || handle.stop())
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    let failed = |e: &ese_backup::SetError| explain(e, &args.dir);
    let set = Set::open(&RealFileSystem, &args.dir).map_err(|e| failed(&e))?;
    let options = RestoreOptions {
        more_logs: args.logs.clone(),
        stop: args.until.or(args.until_time),
        pass_over_missing: args.pass_over_missing,
        ..RestoreOptions::new(&args.to)
    };
    // Random numbers that differ from run to run.
    let seed = std::hash::RandomState::new().build_hasher().finish();
    let env = Env::new(
        RealFileSystem::shared(),
        Arc::new(RealClock::new()),
        Box::new(SeededRng::new(seed)),
    );
    let copying = progress(0, "copying");
    let bar = steps(0, "replaying generations");
    let watch = Replaying {
        copying: &copying,
        bar: &bar,
    };
    let mut control = Control::new(stop.handle()).observed(|p| {
        copying.set_length(p.all_total);
        copying.set_position(p.all_done);
    });
    let result = restore(&env, &set, &options, &mut control, &watch);
    drop(control);
    copying.finish_and_clear();
    bar.finish_and_clear();
    let report = result.map_err(|e| failed(&e))?;
    let json = as_json(&report, args);
    save(&args.to.join(REPORT_NAME), &json)?;
    if options.stop.is_some() && !report.outcome.stopped {
        out.note("the logs end before the place to stop at: everything was replayed");
    }
    if out.is_json() {
        out.json(&json)?;
    } else {
        print(&report, out)?;
    }
    Ok(Verdict::Good)
}

fn save(path: &Path, report: &Value) -> Result<(), CliError> {
    let text = format!("{report:#}\n");
    RealFileSystem
        .open(path, OpenMode::CreateNew)
        .and_then(|f| {
            f.write_all_at(text.as_bytes(), 0)
                .and_then(|()| f.sync_all())
        })
        .map_err(|e| {
            CliError::io(path, &e).next("the databases are restored; only this report is missing")
        })
}

fn print(report: &RestoreReport, out: &mut Output) -> Result<(), CliError> {
    let o = &report.outcome;
    for note in &report.notes {
        out.line(format!("note: {note}"))?;
    }
    if let Some((first, last)) = o.generations {
        out.line(format!(
            "replayed {} of generations {first:#x} to {last:#x} (the set has {:#x} to {:#x}){}",
            plural(o.records, "record", "records"),
            report.generations.0,
            report.generations.1,
            if o.stopped {
                ", stopped where asked"
            } else {
                ""
            }
        ))?;
    }
    if !o.undone.is_empty() {
        let changes = o.undone.iter().map(|t| t.changes).sum();
        out.line(format!(
            "undone: {} not committed, {}",
            plural(o.undone.len() as u64, "transaction", "transactions"),
            plural(changes, "change", "changes")
        ))?;
    }
    for file in &report.files {
        out.line(format!(
            "{} -> {}: {}, clean",
            file.from.display(),
            file.to.display(),
            size(file.bytes)
        ))?;
    }
    if let Some(first) = report.files.first() {
        out.line(format!(
            "done in {:.2} s; next: eseutil integrity {}; then make a new full backup: the restored \
             database knows of none",
            report.elapsed.as_secs_f64(),
            first.to.display()
        ))?;
    }
    Ok(())
}

fn as_json(report: &RestoreReport, args: &Restore) -> Value {
    let o = &report.outcome;
    let databases: Vec<Value> = report
        .files
        .iter()
        .map(|f| {
            json!({
                "from": f.from.display().to_string(),
                "to": f.to.display().to_string(),
                "copied_bytes": f.copied.bytes,
                "copied_crc32": format!("{:08x}", f.copied.crc32),
                "bytes": f.bytes,
                "state": "CleanShutdown",
            })
        })
        .collect();
    let undone = |t: &UndoneTransaction| {
        json!({
            "session": t.procid,
            "begin": t.begin0.to_string(),
            "changes": t.changes,
        })
    };
    json!({
        "set": args.dir.display().to_string(),
        "logs": args.logs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>(),
        "set_generations": report.generations,
        "generations": o.generations,
        "start": o.start.map(|p| p.to_string()),
        "end": o.end.map(|p| p.to_string()),
        "records": o.records,
        "stopped_where_asked": o.stopped,
        "databases": databases,
        "undone": o.undone.iter().map(undone).collect::<Vec<_>>(),
        "notes": report.notes,
        "seconds": report.elapsed.as_secs_f64(),
    })
}
