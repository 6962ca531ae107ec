//! `copy`: files under a new name, every page verified on the way.
//!
//! Invariants: the target shows the whole copy or nothing; Ctrl-C stops within a page, exit 1.
#![forbid(unsafe_code)]

use crate::cli::Copy;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress};
use ese_backup::{Control, CopyError, CopyReport, StopFlag, StreamError, Unit, copy};
use ese_core::HasJetErr as _;
use ese_core::io::real::RealFileSystem;
use serde_json::{Value, json};
use std::num::NonZeroU64;

pub(crate) fn run(args: &Copy, out: &mut Output) -> Result<Verdict, CliError> {
    let stop = StopFlag::new();
    let handle = stop.handle();
    // Also SIGTERM and SIGHUP: whoever ends the program leaves nothing half behind.
    ctrlc::set_handler(move || handle.stop())
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;

    let bar = progress(0, "copying");
    let mut control = Control::new(stop.handle()).observed(|p| {
        bar.set_length(p.all_total);
        bar.set_position(p.all_done);
    });
    if let Some(rate) = args.throttle.and_then(NonZeroU64::new) {
        control = control.throttled(rate);
    }
    let result = copy(&RealFileSystem, &args.files, &args.to, &mut control);
    drop(control);
    bar.finish_and_clear();
    let report = result.map_err(|e| explain(&e))?;
    print(&report, out)?;
    Ok(Verdict::Good)
}

/// Adds the next step.
fn explain(e: &CopyError) -> CliError {
    let jet = Some(e.jet_err());
    let next = match e {
        CopyError::TargetExists(_) => Some("name a target that does not exist".to_owned()),
        CopyError::Source { path, source } => match source {
            StreamError::Stopped { .. } => None,
            StreamError::Damaged {
                unit: Unit::Page(pgno),
                ..
            } => Some(format!("eseutil page {} {pgno}", path.display())),
            StreamError::Damaged { in_log: true, .. } | StreamError::LogSize { .. } => {
                Some(format!("eseutil logs {}", path.display()))
            }
            StreamError::Damaged { .. } | StreamError::CutOff { .. } => {
                Some(format!("eseutil checksum {}", path.display()))
            }
            _ => None,
        },
        _ => None,
    };
    let message = if e.is_stopped() {
        format!("{e}; nothing was left behind")
    } else {
        e.to_string()
    };
    CliError {
        next,
        jet,
        ..CliError::new(message)
    }
}

fn print(report: &CopyReport, out: &mut Output) -> Result<(), CliError> {
    if out.is_json() {
        return out.json(&as_json(report));
    }
    for file in &report.files {
        let r = &file.report;
        out.line(format!(
            "{}: {}, {} bytes, crc32 {:08x}",
            file.to.display(),
            r.kind,
            r.bytes,
            r.crc32
        ))?;
        let c = r.counts;
        let remarks = [
            (
                c.correctable,
                "with one flipped bit, which readers correct (copied as stored)",
            ),
            (
                c.bad_header_copies,
                "header copy damaged, the other is good",
            ),
            (c.torn, "torn log segment, its shadow is good"),
            (c.behind_end, "behind the end of the database, not verified"),
        ];
        for (n, what) in remarks.into_iter().filter(|(n, _)| *n > 0) {
            out.line(format!("  note: {n} {what}"))?;
        }
    }
    let seconds = report.elapsed.as_secs_f64();
    out.line(format!(
        "{} of {} verified and copied in {seconds:.2} s ({:.0} MB/s)",
        if report.files.len() == 1 {
            "1 file"
        } else {
            "all files"
        },
        indicatif::HumanBytes(report.bytes),
        report.bytes as f64 / 1e6 / seconds.max(1e-9)
    ))
}

fn as_json(report: &CopyReport) -> Value {
    let files: Vec<Value> = report
        .files
        .iter()
        .map(|file| {
            let r = &file.report;
            let c = r.counts;
            json!({
                "from": file.from.display().to_string(),
                "to": file.to.display().to_string(),
                "kind": r.kind.to_string(),
                "bytes": r.bytes,
                "crc32": format!("{:08x}", r.crc32),
                "units": c.units(),
                "verified": c.verified,
                "correctable": c.correctable,
                "zero": c.zero,
                "bad_header_copies": c.bad_header_copies,
                "torn": c.torn,
                "leftovers": c.leftovers,
                "behind_end": c.behind_end,
                "unverifiable": c.unverifiable,
                "rereads": r.rereads,
                "seconds": r.elapsed.as_secs_f64(),
            })
        })
        .collect();
    json!({
        "files": files,
        "bytes": report.bytes,
        "seconds": report.elapsed.as_secs_f64(),
    })
}
