//! `eseutil integrity`: every promise of the format, checked; nothing is written.
//!
//! Damage ends with exit code 1; notes (leaks and other left-overs of crashes) do not.
#![forbid(unsafe_code)]

use crate::cli::Integrity;
use crate::database::refused;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress};
use crate::text::{harmless, plural};
use ese_core::io::real::RealFileSystem;
use ese_core::maintenance::integrity::{Finding, Options, Report, Severity, check_path};
use ese_core::reader::Error;
use serde_json::{Value, json};

pub(crate) fn run(args: &Integrity, out: &mut Output) -> Result<Verdict, CliError> {
    let mut options = Options::default();
    if let Some(threads) = args.threads {
        options.threads = threads.into();
    }
    let bar = progress(0, "checking");
    let report = check_path(
        RealFileSystem::shared().as_ref(),
        &args.db,
        &options,
        &|at| {
            bar.set_length(at.total);
            bar.set_position(at.done);
        },
    )
    .map_err(|e| refused(&args.db, &Error::Open(e)))?;
    bar.finish_and_clear();
    if out.is_json() {
        let json = as_json(&args.db.display().to_string(), &report);
        out.json(&json)?;
    } else {
        as_text(&args.db.display().to_string(), &report, out)?;
    }
    Ok(if report.is_sound() {
        Verdict::Good
    } else {
        Verdict::Damage
    })
}

fn as_json(path: &str, report: &Report) -> Value {
    let findings: Vec<Value> = report.findings.iter().map(finding).collect();
    json!({
        "file": path,
        "sound": report.is_sound(),
        "pages": report.pages,
        "pages_used": report.pages_used,
        "pages_available": report.pages_available,
        "pages_leaked": report.pages_leaked,
        "tables": report.tables,
        "trees": report.trees,
        "records": report.records,
        "index_entries": report.entries,
        "long_values": report.long_values,
        "findings": findings,
        "findings_not_listed": report.hidden,
    })
}

fn finding(f: &Finding) -> Value {
    json!({
        "severity": f.severity.name(),
        "rule": f.rule.name(),
        "promise": f.rule.sentence(),
        "source": f.rule.source(),
        "page": f.pgno.map(|p| p.0),
        "table": (!f.object.table.is_empty()).then_some(&f.object.table),
        "part": (!f.object.part.is_empty()).then_some(&f.object.part),
        "detail": f.detail,
    })
}

fn as_text(path: &str, report: &Report, out: &mut Output) -> Result<(), CliError> {
    let mut rule = None;
    for f in &report.findings {
        if rule != Some((f.severity, f.rule)) {
            rule = Some((f.severity, f.rule));
            let kind = match f.severity {
                Severity::Damage => "DAMAGE",
                Severity::Note => "note",
            };
            let (name, sentence) = (f.rule.name(), f.rule.sentence());
            out.line(format!("{kind} {name}: not so: \"{sentence}\""))?;
        }
        let page = f.pgno.map_or_else(String::new, |p| format!("page {p}, "));
        let line = format!("  {page}{}: {}", f.object, f.detail);
        out.line(harmless(&line))?;
    }
    if report.hidden > 0 {
        let more = plural(report.hidden, "place", "places");
        out.line(format!("  {more} more, of the kinds above"))?;
    }
    out.line(format!(
        "{path}: {} pages ({} in trees, {} available), {} tables, {} trees, {} records, {} index entries, {} long values",
        report.pages,
        report.pages_used,
        report.pages_available,
        report.tables,
        report.trees,
        report.records,
        report.entries,
        report.long_values,
    ))?;
    let damage = report.damage().count() as u64;
    let notes = report.findings.len() as u64 - damage;
    out.line(match (damage, notes) {
        (0, 0) => "sound".to_owned(),
        (0, n) => format!("sound; {}", plural(n, "note", "notes")),
        (d, _) => format!("DAMAGED: {}", plural(d, "finding", "findings")),
    })
}
