//! `cargo xtask bench GROUP`: ratios formed inside one run.
//!
//! Method: docs/performance.md. Invariants: both sides of a ratio are measured in the same round,
//! each in a fresh process; what is printed is the median with the lowest and highest; a wish is
//! printed beside the figure and never fails the task.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, output, root, run as run_command, target};
use crate::{python, samples};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let group = args.word().ok_or_else(|| {
        Failure::Usage("which group? backup, checksum, engine, ffi, read, recovery, stop".into())
    })?;
    let json = args.flag("--json");
    let runs: Option<usize> = args.value("--runs")?;
    let file: Option<PathBuf> = args.value("--file")?;
    if group == "engine" {
        return engine(runs, json, args);
    }
    args.done()?;
    let report = match group.as_str() {
        "checksum" => checksum(runs.unwrap_or(10))?,
        "ffi" => ffi(runs.unwrap_or(5))?,
        "read" => read(runs.unwrap_or(7), file)?,
        "recovery" => recovery(runs.unwrap_or(10))?,
        "stop" => return stop(runs.unwrap_or(300), json),
        "backup" => return backup(runs.unwrap_or(5), json),
        other => {
            return Err(Failure::Usage(format!(
                "there is no group {other:?}; there are backup, checksum, engine, ffi, read, recovery, stop"
            )));
        }
    };
    if json {
        println!("{}", report.json(&group));
    } else {
        print!("{}", report.text());
    }
    Ok(())
}

/// Figures of one run.
#[derive(Default)]
struct Report {
    notes: Vec<String>,
    figures: Vec<Figure>,
}

/// One figure with every measurement behind it.
struct Figure {
    name: String,
    unit: &'static str,
    values: Vec<f64>,
    /// What is hoped for, in words.
    wanted: &'static str,
}

impl Figure {
    fn sorted(&self) -> Vec<f64> {
        let mut v = self.values.clone();
        v.sort_by(f64::total_cmp);
        v
    }

    /// Value below which `share` of the measurements lie.
    fn quantile(&self, share: f64) -> f64 {
        let v = self.sorted();
        let at = (share * v.len() as f64).ceil() as usize;
        v.get(at.saturating_sub(1).min(v.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

impl Report {
    fn add(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        values: Vec<f64>,
        wanted: &'static str,
    ) {
        self.figures.push(Figure {
            name: name.into(),
            unit,
            values,
            wanted,
        });
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for note in &self.notes {
            let _ = writeln!(out, "{note}");
        }
        let _ = writeln!(
            out,
            "{:<34} {:>10} {:>10} {:>10} {:>10} {:>4}  wanted",
            "", "median", "lowest", "p99", "highest", "n"
        );
        for f in &self.figures {
            let _ = writeln!(
                out,
                "{:<34} {:>10.3} {:>10.3} {:>10.3} {:>10.3} {:>4}  {} {}",
                f.name,
                f.quantile(0.5),
                f.quantile(0.0),
                f.quantile(0.99),
                f.quantile(1.0),
                f.values.len(),
                f.unit,
                f.wanted,
            );
        }
        out
    }

    fn json(&self, group: &str) -> String {
        let quoted = |s: &str| format!("\"{}\"", s.replace('\\', "\\\\").replace('"', "\\\""));
        let mut out = format!("{{\"group\":{}", quoted(group));
        let notes: Vec<String> = self.notes.iter().map(|n| quoted(n)).collect();
        let _ = write!(out, ",\"notes\":[{}],\"figures\":[", notes.join(","));
        for (i, f) in self.figures.iter().enumerate() {
            let values: Vec<String> = f.values.iter().map(|v| format!("{v:.6}")).collect();
            let _ = write!(
                out,
                "{}{{\"name\":{},\"unit\":{},\"median\":{:.6},\"p99\":{:.6},\"wanted\":{},\"values\":[{}]}}",
                if i == 0 { "" } else { "," },
                quoted(&f.name),
                quoted(f.unit),
                f.quantile(0.5),
                f.quantile(0.99),
                quoted(f.wanted),
                values.join(","),
            );
        }
        out.push_str("]}");
        out
    }
}

/// Builds one of the measuring programs.
fn built(name: &str) -> Result<PathBuf, Failure> {
    run_command(cargo().args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "ese-bench",
        "--bin",
        name,
    ]))?;
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
    let program = built("checksum")?;
    let mut report = Report::default();
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
    let program = built("decode")?;
    let mut report = Report::default();
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
    let plain = target().join("bench").join(name);
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
    let program = built("recovery")?;
    let mut report = Report::default();
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
    let program = built("ffi")?;
    let mut report = Report::default();
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

/// The stream of a running instance; the program prints table or JSON.
fn backup(rounds: usize, json: bool) -> Outcome {
    let build = ["build", "--quiet", "--release", "--package", "ese-bench"];
    run_command(cargo().args(build).args([
        "--features",
        "peers",
        "--bin",
        "backup",
        "--bin",
        "stop_cost",
    ]))?;
    let release = target().join("release");
    let mut program = Command::new(release.join("backup"));
    program.args(["--runs", &rounds.to_string()]);
    if let Some(share) = stop_cost(&release.join("stop_cost"))? {
        program.args(["--stop-cost", &share.to_string()]);
    }
    if json {
        program.arg("--json");
    }
    run_command(&mut program)
}

/// What share of the stream's instructions asks the stop flag; `None` without valgrind.
fn stop_cost(program: &Path) -> Result<Option<f64>, Failure> {
    let mut counts = [0.0; 3];
    let out = target().join("bench").join("stop_cost.callgrind");
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
        let text = std::fs::read_to_string(&out).map_err(|e| Failure::failed(e.to_string()))?;
        let total = text.lines().find_map(|l| l.strip_prefix("totals: "));
        *count = number(total.as_ref())?;
    }
    let [stream, asks, asks_not] = counts;
    Ok(Some((asks - asks_not) / stream))
}

/// The engines side by side; the program runs them in alternation and prints table or JSON.
fn engine(rounds: Option<usize>, json: bool, args: &mut Args) -> Outcome {
    let quick = args.flag("--quick");
    let seed: Option<u64> = args.value("--seed")?;
    let folder: Option<PathBuf> = args.value("--folder")?;
    let reads = args.flag("--reads");
    let rows: Option<usize> = args.value("--rows")?;
    args.done()?;
    let build = ["build", "--quiet", "--release", "--package", "ese-bench"];
    run_command(
        cargo()
            .args(build)
            .args(["--features", "peers", "--bin", "engine"]),
    )?;
    let mut program = Command::new(target().join("release").join("engine"));
    program.args(["--rounds", &rounds.unwrap_or(3).to_string()]);
    if let Some(seed) = seed {
        program.args(["--seed", &seed.to_string()]);
    }
    if let Some(folder) = folder {
        program.arg("--folder").arg(folder);
    }
    if quick {
        program.arg("--quick");
    }
    if reads {
        program.arg("--reads");
    }
    if let Some(rows) = rows {
        program.args(["--rows", &rows.to_string()]);
    }
    if json {
        program.arg("--json");
    }
    run_command(&mut program)
}

/// From setting the flag to the end of the stream; the program prints its own table.
fn stop(stops: usize, json: bool) -> Outcome {
    let mut program = Command::new(built("stop")?);
    program.args(["--stops", &stops.to_string()]);
    if json {
        program.arg("--json");
    }
    run_command(&mut program)
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn figures_are_medians_and_the_json_is_whole() {
        let mut r = Report::default();
        r.notes.push("a \"note\"".into());
        r.add("x", "x faster", vec![3.0, 1.0, 2.0], ">= 1");
        assert!((r.figures[0].quantile(0.5) - 2.0).abs() < 1e-9);
        assert!((r.figures[0].quantile(0.99) - 3.0).abs() < 1e-9);
        assert!((r.figures[0].quantile(0.0) - 1.0).abs() < 1e-9);
        assert_eq!(
            r.json("g"),
            "{\"group\":\"g\",\"notes\":[\"a \\\"note\\\"\"],\"figures\":[{\"name\":\"x\",\
             \"unit\":\"x faster\",\"median\":2.000000,\"p99\":3.000000,\"wanted\":\">= 1\",\
             \"values\":[3.000000,1.000000,2.000000]}]}"
        );
        assert!(r.text().contains("2.000"));
    }
}
