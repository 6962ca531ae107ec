//! What criterion left behind in its folder, as a report: one comparison for each path, a figure for each
//! sample.
//!
//! Criterion keeps `benchmark.json` (its name), `sample.json` (`iters` and `times` in nanoseconds, side by side)
//! in the folder `new` of each benchmark.
//!
//! Invariant: the figures are those of the samples, in their order.
#![forbid(unsafe_code)]

use super::{Comparison, Measure, Report};
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn numbers(of: &Value, name: &str) -> Vec<f64> {
    let values = of.get(name).and_then(Value::as_array);
    (values.into_iter().flatten())
        .filter_map(Value::as_f64)
        .collect()
}

/// The benchmark whose folder this is; `None` where it is none.
fn benchmark(new: &Path) -> Result<Option<Comparison>> {
    if !new.join("sample.json").is_file() {
        return Ok(None);
    }
    let about = json(&new.join("benchmark.json"))?;
    let sample = json(&new.join("sample.json"))?;
    let name = about.get("full_id").and_then(Value::as_str);
    let (iters, times) = (numbers(&sample, "iters"), numbers(&sample, "times"));
    let each = iters.iter().zip(&times).map(|(n, t)| t / n).collect();
    Ok(Some(Comparison {
        name: name.ok_or("a benchmark has no name")?.into(),
        unit: "ns",
        durability: "none: in memory",
        measure: Measure::Plain,
        rounds: vec![("ours".into(), each)],
    }))
}

fn walk(folder: &Path, found: &mut Vec<Comparison>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        match path.file_name().is_some_and(|n| n == "new") {
            true => found.extend(benchmark(&path)?),
            false => walk(&path, found)?,
        }
    }
    Ok(())
}

/// Everything below criterion's folder, by name.
///
/// # Errors
/// The folder or a file of criterion's is not there or not what it should be.
pub fn report(folder: &Path) -> Result<Report> {
    let mut comparisons = Vec::new();
    walk(folder, &mut comparisons)?;
    comparisons.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Report {
        group: "paths".into(),
        comparisons,
        ..Report::default()
    })
}

#[cfg(test)]
mod tests {
    use super::report;
    use std::fs;

    #[test]
    fn samples_become_figures() {
        let folder = tempfile::tempdir().unwrap();
        for (name, times) in [("b", "[10.0, 60.0]"), ("a", "[5.0, 5.0]")] {
            let new = folder.path().join(format!("group/{name}/new"));
            fs::create_dir_all(&new).unwrap();
            let about = format!("{{\"full_id\": \"group/{name}\"}}");
            fs::write(new.join("benchmark.json"), about).unwrap();
            let sample = format!("{{\"iters\": [10.0, 20.0], \"times\": {times}}}");
            fs::write(new.join("sample.json"), sample).unwrap();
            fs::create_dir_all(folder.path().join(format!("group/{name}/base"))).unwrap();
        }
        let found = report(folder.path()).unwrap().comparisons;
        let names: Vec<_> = found.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["group/a", "group/b"]);
        assert_eq!(found[1].rounds, [("ours".to_owned(), vec![1.0, 3.0])]);
        assert!(report(&folder.path().join("nowhere")).is_err());
    }
}
