//! Date, commit and machine, and the files of a report: `GROUP-DATE.json`, `GROUP-DATE.svg` with the ratios as
//! bars, and one `GROUP-DATE-LINE.svg` for each line.
//!
//! Invariant: what is drawn is read from the JSON that lies beside it.
#![forbid(unsafe_code)]

use super::Points;
use super::plot::{self, Group};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const DAY: u64 = 86_400;

/// A moment as `2026-12-01T08-30-00Z`: sorts by time, and may be part of a file's name everywhere.
#[must_use]
pub fn date(seconds: u64) -> String {
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let (mut year, mut left) = (1970, days);
    let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    loop {
        let length = 365 + u64::from(leap(year));
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    let day = left + 1;
    format!("{year}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}Z")
}

/// The commit of the folder this runs in, with a `+` when files differ from it.
#[must_use]
pub fn commit() -> String {
    let git = |args: &[&str]| {
        let out = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8_lossy(&out.stdout).trim().to_owned();
        out.status.success().then_some(text)
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else {
        return "unknown".into();
    };
    match git(&["status", "--porcelain", "--untracked-files=no"]).as_deref() {
        Some("") => commit,
        _ => format!("{commit}+"),
    }
}

/// What is known of the machine.
#[must_use]
pub fn machine() -> Value {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with(name));
        line.and_then(|l| l.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
    };
    json!({
        "processor": field("/proc/cpuinfo", "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": field("/proc/meminfo", "MemTotal"),
        "load": fs::read_to_string("/proc/loadavg").ok().map(|t| t.trim().to_owned()),
        "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    })
}

fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of.get(name).and_then(Value::as_str).unwrap_or("")
}

fn array<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    let values = of.get(name).and_then(Value::as_array);
    values.map_or(&[], Vec::as_slice)
}

/// The ratios of a comparison, or what stands for itself as a ratio.
fn group(comparison: &Value) -> Option<Group> {
    let figures = |name: &str| comparison.get(name).and_then(Value::as_object);
    let mut bars: Vec<(String, f64)> = (figures("ratios").into_iter().flatten())
        .filter_map(|(peer, r)| Some((peer.clone(), r.get("median")?.as_f64()?)))
        .collect();
    if bars.is_empty() && text(comparison, "unit").starts_with('x') {
        bars = (figures("medians").into_iter().flatten())
            .filter_map(|(who, m)| Some((who.clone(), m.as_f64()?)))
            .collect();
    }
    let name = text(comparison, "name").to_owned();
    (!bars.is_empty()).then_some(Group { name, bars })
}

fn series(line: &Value) -> Vec<(String, Points)> {
    let point = |p: &Value| Some((p.get(0)?.as_f64()?, p.get(1)?.as_f64()?));
    let all = line.get("series").and_then(Value::as_object);
    (all.into_iter().flatten())
        .map(|(who, points)| {
            let points = points.as_array().map_or(&[][..], Vec::as_slice);
            (who.clone(), points.iter().filter_map(point).collect())
        })
        .collect()
}

/// A name as part of a file's name.
fn slug(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

/// The plots of a stamped report: what follows the stem of the file's name, and the picture.
#[must_use]
pub fn plots(report: &Value) -> Vec<(String, String)> {
    let title = |what: &str| {
        let (group, commit, date) = (
            text(report, "group"),
            text(report, "commit"),
            text(report, "date"),
        );
        format!("{group}: {what} ({commit}, {date})")
    };
    let mut out = Vec::new();
    let groups: Vec<Group> = array(report, "comparisons")
        .iter()
        .filter_map(group)
        .collect();
    if !groups.is_empty() {
        let bars = plot::bars(
            &title("ratios; right of 1 ours is faster, sizes: larger"),
            &groups,
        );
        out.push((String::new(), bars));
    }
    for line in array(report, "lines") {
        let name = text(line, "name");
        let picture = plot::lines(
            &title(name),
            text(line, "x"),
            text(line, "y"),
            &series(line),
        );
        out.push((format!("-{}", slug(name)), picture));
    }
    out
}

/// Adds date, commit and machine, and writes the files into `folder`; their paths.
///
/// # Errors
/// The report is no object, or a file can't be written.
pub fn write(report: &mut Value, folder: &Path, seconds: u64) -> Result<Vec<PathBuf>> {
    let fields = report.as_object_mut().ok_or("a report is an object")?;
    fields.insert("date".into(), json!(date(seconds)));
    fields.insert("commit".into(), json!(commit()));
    fields.insert("machine".into(), machine());
    fs::create_dir_all(folder)?;
    let stem = format!("{}-{}", slug(text(report, "group")), date(seconds));
    let path = folder.join(format!("{stem}.json"));
    fs::write(&path, format!("{report:#}\n"))?;
    let mut written = vec![path];
    for (name, picture) in plots(report) {
        let path = folder.join(format!("{stem}{name}.svg"));
        fs::write(&path, picture)?;
        written.push(path);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::{date, plots, write};
    use serde_json::{Value, json};

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00-00-00Z"),
            (951_782_399, "2000-02-28T23-59-59Z"),
            (951_782_400, "2000-02-29T00-00-00Z"),
            (1_709_251_199, "2024-02-29T23-59-59Z"),
            (1_796_083_200, "2026-12-01T00-00-00Z"),
            (4_107_542_400, "2100-03-01T00-00-00Z"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }

    fn report() -> Value {
        json!({
            "group": "checksum",
            "comparisons": [
                {"name": "avx2", "unit": "x memcpy", "medians": {"ours": 1.25}, "ratios": {}},
                {"name": "reads", "unit": "ns", "medians": {"ese": 1.0, "lmdb": 2.0},
                 "ratios": {"lmdb": {"median": 2.0}}},
                {"name": "levels", "unit": "", "medians": {"ese": 3.0}, "ratios": {}},
            ],
            "lines": [{"name": "random reads", "x": "rows", "y": "times", "series": {"ese": [[10, 1], [100, 2]]}}],
        })
    }

    #[test]
    fn ratios_become_bars_and_what_is_none_is_left_out() {
        let plots = plots(&report());
        assert_eq!(plots.len(), 2);
        let (bars, line) = (&plots[0], &plots[1]);
        assert_eq!((bars.0.as_str(), line.0.as_str()), ("", "-random-reads"));
        assert!(bars.1.contains("ours: 1.25") && bars.1.contains("lmdb: 2.00"));
        assert!(!bars.1.contains("levels"));
        assert!(line.1.contains("<polyline") && line.1.contains(">rows<"));
    }

    #[test]
    fn the_files_have_date_commit_and_machine() {
        let folder = tempfile::tempdir().unwrap();
        let written = write(&mut report(), folder.path(), 1_796_083_200).unwrap();
        let names: Vec<_> = written
            .iter()
            .map(|p| p.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "checksum-2026-12-01T00-00-00Z.json",
                "checksum-2026-12-01T00-00-00Z.svg",
                "checksum-2026-12-01T00-00-00Z-random-reads.svg",
            ]
        );
        let text = std::fs::read_to_string(&written[0]).unwrap();
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["date"], "2026-12-01T00-00-00Z");
        assert!(back["commit"].is_string() && back["machine"]["cores"].as_u64() >= Some(1));
        assert_eq!(back["comparisons"], report()["comparisons"]);
        assert!(write(&mut json!([1]), folder.path(), 0).is_err());
    }
}
