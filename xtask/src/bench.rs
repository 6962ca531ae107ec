//! `cargo xtask bench GROUP`: ratios formed inside one run.
//!
//! Method: docs/performance.md. Invariants: both sides of a ratio are measured in the same round,
//! each in a fresh process; what is printed is the median with the lowest and highest; a wish is
//! printed beside the figure and never fails the task; every run leaves its JSON and its plots under
//! `target/bench`.
#![forbid(unsafe_code)]

mod figures;

use self::figures::Report;
use crate::process::{Args, Failure, Outcome, cargo, output, root, run as run_command, target};
use crate::{python, samples};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GROUPS: &str = "backup, checksum, engine, ffi, paths, read, recovery, stop";

pub(crate) fn run(args: &mut Args) -> Outcome {
    let group = args
        .word()
        .ok_or_else(|| Failure::Usage(format!("which group? {GROUPS}")))?;
    let json = args.flag("--json");
    let runs: Option<usize> = args.value("--runs")?;
    if group == "engine" {
        return engine(runs, json, args);
    }
    let file: Option<PathBuf> = args.value("--file")?;
    args.done()?;
    let report = match group.as_str() {
        "checksum" => checksum(runs.unwrap_or(10))?,
        "ffi" => ffi(runs.unwrap_or(5))?,
        "read" => read(runs.unwrap_or(7), file)?,
        "recovery" => recovery(runs.unwrap_or(10))?,
        "paths" => return paths(json),
        "stop" => return stop(runs.unwrap_or(300), json),
        "backup" => return backup(runs.unwrap_or(5), json),
        other => {
            return Err(Failure::Usage(format!(
                "there is no group {other:?}; there are {GROUPS}"
            )));
        }
    };
    if !json {
        print!("{}", report.text());
    }
    let part = part(&group)?;
    fs::write(&part, report.json(&group)).map_err(|e| Failure::failed(e.to_string()))?;
    stamp(&[], &["--from".as_ref(), part.as_os_str()], json)?;
    remove(&part)
}

/// Where the reports and plots lie.
fn folder() -> PathBuf {
    target().join("bench")
}

/// Where a program puts its report before that is stamped.
fn part(group: &str) -> Result<PathBuf, Failure> {
    fs::create_dir_all(folder()).map_err(|e| Failure::failed(e.to_string()))?;
    Ok(folder().join(format!("{group}.part")))
}

fn remove(part: &Path) -> Outcome {
    fs::remove_file(part).map_err(|e| Failure::failed(format!("{}: {e}", part.display())))
}

/// Adds date, commit and machine to a report, and writes it and its plots; with `json` it is printed too.
fn stamp(features: &[&str], from: &[&OsStr], json: bool) -> Outcome {
    let mut program = Command::new(built("report", features)?);
    program.current_dir(root());
    program.arg("--folder").arg(folder()).args(from);
    if json {
        program.arg("--json");
    }
    run_command(&mut program)
}

/// Runs a program that makes its own report; it prints its table unless JSON is wanted.
fn reported(group: &str, features: &[&str], mut program: Command, json: bool) -> Outcome {
    let part = part(group)?;
    program.arg("--json-to").arg(&part);
    if json {
        // What is printed is the stamped report.
        program.stdout(std::process::Stdio::null());
    }
    run_command(&mut program)?;
    stamp(features, &["--from".as_ref(), part.as_os_str()], json)?;
    remove(&part)
}

/// Builds one of the measuring programs.
fn built(name: &str, features: &[&str]) -> Result<PathBuf, Failure> {
    let build = ["build", "--quiet", "--release", "--package", "ese-bench"];
    run_command(
        cargo()
            .args(build)
            .args(["--features", &features.join(",")])
            .args(["--bin", name]),
    )?;
    Ok(target().join("release").join(name))
}

/// Rows of tab-separated words.
fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|l| l.split('\t').collect()).collect()
}

fn number(word: Option<&&str>) -> Result<f64, Failure> {
    word.and_then(|w| w.parse().ok())
        .ok_or_else(|| Failure::failed("a measuring program printed something unexpected"))
}

/// Checksums against memcpy, every start of the program one measurement.
fn checksum(starts: usize) -> Result<Report, Failure> {
    let program = built("checksum", &[])?;
    let mut report = Report {
        durability: "none: in memory",
        ..Report::default()
    };
    for _ in 0..starts {
        for row in rows(&output(&mut Command::new(&program))?) {
            let [page, form, _] = row.as_slice() else {
                return Err(Failure::failed(
                    "the checksum program printed something unexpected",
                ));
            };
            let name = format!("{form}, pages of {page} bytes");
            let value = number(row.get(2))?;
            match report.figures.iter_mut().find(|f| f.name == name) {
                Some(f) => f.values.push(value),
                None => {
                    let wanted = match *form {
                        "portable" => ">= 0.4",
                        "avx2" => ">= 1.0",
                        _ => "",
                    };
                    report.add(name, "x memcpy", vec![value], wanted);
                }
            }
        }
    }
    Ok(report)
}

/// Full decode beside the independent readers.
fn read(rounds: usize, file: Option<PathBuf>) -> Result<Report, Failure> {
    let python = python::with_readers().map_err(|m| Failure::failed(m.0))?;
    let files = match file {
        Some(file) => vec![file],
        None => ["Windows.edb", "SRUDB.dat"]
            .iter()
            .map(|n| unpacked(&python, n))
            .collect::<Result<_, _>>()?,
    };
    let program = built("decode", &[])?;
    let mut report = Report {
        durability: "none: reads",
        ..Report::default()
    };
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let mut ours = Vec::new();
        let mut peers = [("libesedb", Vec::new()), ("dissect", Vec::new())];
        for round in 0..=rounds {
            let text = output(Command::new(&program).arg(file))?;
            let row = rows(&text).into_iter().next().unwrap_or_default();
            let mine = number(row.first())?;
            let mut lines = vec![format!(
                "{name}: we decode {} records into {} bytes, {} faults",
                row.get(1).unwrap_or(&"?"),
                row.get(2).unwrap_or(&"?"),
                row.get(3).unwrap_or(&"?")
            )];
            for (peer, ratios) in &mut peers {
                let script = root().join("benches/peers/decode.py");
                let text = output(Command::new(&python).arg(script).arg(*peer).arg(file))?;
                let row = rows(&text).into_iter().next().unwrap_or_default();
                // The first round only warms the page cache.
                if round > 0 {
                    ratios.push(number(row.first())? / mine);
                }
                lines.push(format!(
                    "{name}: {peer} decodes {} records, gives up in {} tables",
                    row.get(1).unwrap_or(&"?"),
                    row.get(2).unwrap_or(&"?")
                ));
            }
            if round > 0 {
                ours.push(mine * 1e3);
            } else {
                report.notes.extend(lines);
            }
        }
        let [(_, libesedb), (_, dissect)] = peers;
        report.add(format!("{name}: ours"), "ms", ours, "");
        report.add(
            format!("{name}: against libesedb"),
            "x faster",
            libesedb,
            ">= 5",
        );
        report.add(
            format!("{name}: against dissect"),
            "x faster",
            dissect,
            ">= 100",
        );
    }
    Ok(report)
}

/// A sample as a plain file under `target/bench`.
fn unpacked(python: &Path, name: &str) -> Result<PathBuf, Failure> {
    let packed = samples::fetch()?.join(format!("{name}.gz"));
    let plain = folder().join(name);
    if !plain.is_file() {
        python::script(
            python,
            "xtask/python/gunzip.py",
            &[packed.as_os_str(), plain.as_os_str()] as &[&OsStr],
        )?;
    }
    Ok(plain)
}

/// Replay of Insert records beside reading them, every start of the program one measurement.
fn recovery(starts: usize) -> Result<Report, Failure> {
    let program = built("recovery", &[])?;
    let mut report = Report {
        durability: "none: files in memory",
        ..Report::default()
    };
    let (mut replayed, mut shares) = (Vec::new(), Vec::new());
    for _ in 0..starts {
        let text = output(&mut Command::new(&program))?;
        let row = rows(&text).into_iter().next().unwrap_or_default();
        let (replay, read) = (number(row.first())?, number(row.get(1))?);
        replayed.push(replay / 1e6);
        shares.push(replay / read);
        if report.notes.is_empty() {
            report.notes.push(format!(
                "{} Insert records in {} bytes of logs, pages in the cache, one thread",
                row.get(2).unwrap_or(&"?"),
                row.get(3).unwrap_or(&"?")
            ));
        }
    }
    report.add("Insert records replayed", "M/s", replayed, ">= 1");
    report.add("against reading them only", "x", shares, "");
    Ok(report)
}

/// Calls through the C interface beside the same of the Rust API, every start one measurement.
fn ffi(starts: usize) -> Result<Report, Failure> {
    let program = built("ffi", &[])?;
    let mut report = Report {
        durability: "none: reads",
        ..Report::default()
    };
    for _ in 0..starts {
        for row in rows(&output(&mut Command::new(&program))?) {
            let (c, rust) = (number(row.get(1))?, number(row.get(2))?);
            let name = row.first().unwrap_or(&"?");
            for (name, unit, value, wanted) in [
                (format!("{name}: more in C"), "ns", c - rust, "<= 60"),
                (format!("{name}: C against Rust"), "x", c / rust, ""),
            ] {
                match report.figures.iter_mut().find(|f| f.name == name) {
                    Some(f) => f.values.push(value),
                    None => report.add(name, unit, vec![value], wanted),
                }
            }
        }
    }
    Ok(report)
}

/// The stream of a running instance, beside the peers' backups.
fn backup(rounds: usize, json: bool) -> Outcome {
    let stop_cost_program = built("stop_cost", &["peers"])?;
    let mut program = Command::new(built("backup", &["peers"])?);
    program.args(["--runs", &rounds.to_string()]);
    if let Some(share) = stop_cost(&stop_cost_program)? {
        program.args(["--stop-cost", &share.to_string()]);
    }
    reported("backup", &["peers"], program, json)
}

/// What share of the stream's instructions asks the stop flag; `None` without valgrind.
fn stop_cost(program: &Path) -> Result<Option<f64>, Failure> {
    let mut counts = [0.0; 3];
    let out = folder().join("stop_cost.callgrind");
    // Makes the file, which would take long in valgrind.
    run_command(Command::new(program).arg("asks"))?;
    for (mode, count) in ["stream", "asks", "asks-not"].iter().zip(&mut counts) {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--tool=callgrind", "--toggle-collect=*counted*"])
            .arg(format!("--callgrind-out-file={}", out.display()))
            .arg(program)
            .arg(mode);
        match valgrind.output() {
            Ok(done) if done.status.success() => {}
            Ok(done) => {
                let text = String::from_utf8_lossy(&done.stderr).into_owned();
                return Err(Failure::failed(format!("valgrind: {text}")));
            }
            Err(_) => {
                eprintln!("valgrind is not here: what asking the flag costs is not counted");
                return Ok(None);
            }
        }
        let text = fs::read_to_string(&out).map_err(|e| Failure::failed(e.to_string()))?;
        let total = text.lines().find_map(|l| l.strip_prefix("totals: "));
        *count = number(total.as_ref())?;
    }
    let [stream, asks, asks_not] = counts;
    Ok(Some((asks - asks_not) / stream))
}

/// The engines side by side: the program runs them in alternation, and takes the rest of the options.
fn engine(rounds: Option<usize>, json: bool, args: &mut Args) -> Outcome {
    let features: &[&str] = match args.flag("--rocksdb") {
        true => &["peers", "rocksdb"],
        false => &["peers"],
    };
    let mut program = Command::new(built("engine", features)?);
    program.args(["--rounds", &rounds.unwrap_or(3).to_string()]);
    program.args(args.rest());
    reported("engine", features, program, json)
}

/// From setting the flag to the end of the stream.
fn stop(stops: usize, json: bool) -> Outcome {
    let mut program = Command::new(built("stop", &[])?);
    program.args(["--stops", &stops.to_string()]);
    reported("stop", &[], program, json)
}

/// Single paths under criterion.
fn paths(json: bool) -> Outcome {
    let samples = folder().join("criterion");
    // What an earlier run left is not of this one.
    let _ = fs::remove_dir_all(&samples);
    let mut bench = cargo();
    bench.args([
        "bench",
        "--quiet",
        "--package",
        "ese-bench",
        "--bench",
        "paths",
    ]);
    bench.env("CRITERION_HOME", &samples);
    if json {
        bench.stdout(std::process::Stdio::null());
    }
    run_command(&mut bench)?;
    stamp(&[], &["--criterion".as_ref(), samples.as_os_str()], json)
}
