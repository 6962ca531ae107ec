//! What a folder of logs holds.
#![forbid(unsafe_code)]

use super::world::DIR;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogFile, LogSequence};
use std::collections::BTreeMap;
use std::path::Path;

/// Numbers of records by the name of their type, over all generations; of broken logs what can be read.
pub fn count(fs: &dyn FileSystem) -> Result<BTreeMap<String, u64>, String> {
    let mut out = BTreeMap::new();
    each(fs, &mut |name| {
        *out.entry(name.to_owned()).or_default() += 1;
    })?;
    Ok(out)
}

fn each(fs: &dyn FileSystem, see: &mut dyn FnMut(&str)) -> Result<(), String> {
    let sequence = LogSequence::open(fs, Path::new(DIR), None).map_err(|e| e.to_string())?;
    for file in sequence.files.iter().filter(|f| f.kind != LogKind::Temp) {
        let opened = fs.open(&file.path, OpenMode::Read);
        let log = LogFile::open(opened.map_err(|e| e.to_string())?);
        let log = log.map_err(|e| format!("{}: {e}", file.path.display()))?;
        let mut records = log.records().map_err(|e| e.to_string())?;
        while let Some((_, record)) = records.next() {
            see(record.typ().name());
        }
        let end = records.finish();
        if let Some(jet) = end.jet_err() {
            return Err(format!("{}: {end} ({jet})", file.path.display()));
        }
    }
    Ok(())
}

/// The same of a set's JSON.
#[must_use]
pub fn golden_count(generations: &serde_json::Value) -> BTreeMap<String, u64> {
    let mut out = BTreeMap::new();
    for generation in generations.as_array().expect("generations") {
        for (name, n) in generation["types"].as_object().expect("types") {
            *out.entry(name.clone()).or_default() += n.as_u64().expect("a number");
        }
    }
    out
}

/// Whether the logs reach back to the creation of their databases.
#[must_use]
pub fn from_creation(generations: &serde_json::Value) -> bool {
    let first = generations.as_array().and_then(|g| g.first());
    let life = first.and_then(|g| g["life"].as_array());
    let is_create = |line: &serde_json::Value| {
        let line = line.as_str();
        line.is_some_and(|l| l.starts_with("CreateDB "))
    };
    life.is_some_and(|life| life.iter().any(is_create))
}
