//! Crash states and damaged sets of the witness: the files, the call that the original was given, and
//! what it answered.
//!
//! Source: `crashes/README.md` of the witness. Invariant: a set is unpacked as it was recorded; what
//! is not understood in its JSON fails the test that asks for it.
#![forbid(unsafe_code)]

use crate::{damaged_sets, set_json, sets, unpack_damaged, unpack_set, witness_file};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Prefix of the JSON of a damaged set.
const DAMAGED: &str = "damaged-";

/// How the original was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// JET_paramDatabasePageSize.
    pub page_size: u32,
    /// Numeric parameters by number. Those that the README gives for every set are not among them.
    pub params: BTreeMap<u32, u32>,
    /// Text parameters by number.
    pub texts: BTreeMap<u32, String>,
    /// Grbit of JetInit2 or JetInit3.
    pub init_bits: u32,
    /// JET_paramEngineFormatVersion, when it was set.
    pub engine_format_version: Option<u32>,
    /// Databases that were attached after JetInit.
    pub attached_afterwards: Vec<String>,
}

/// What the original answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Name of JetInit's answer (`JET_errSuccess`).
    pub init: String,
    /// Name of JetAttachDatabase's, when it was called.
    pub attach: Option<String>,
    /// Name of JetTerm's, when it was called.
    pub term: Option<String>,
    /// The files afterwards.
    pub files: Vec<String>,
}

/// A crash state or damaged set.
#[derive(Clone, Debug)]
pub struct CrashSet {
    /// Its name: `mixed-end-4k`, `damaged-missing-middle`.
    pub name: String,
    /// The call.
    pub call: Call,
    /// The answer.
    pub answer: Answer,
    /// Everything that was recorded: `as_left`, `result`, ...
    pub json: Value,
    /// The files as they were left. Read only: see [`CrashSet::copy_to`].
    pub dir: PathBuf,
}

/// Names of all crash states and damaged sets that are at hand.
#[must_use]
pub fn names() -> Vec<String> {
    let mut names = sets("crashes");
    names.extend(damaged_sets().into_iter().map(|n| format!("{DAMAGED}{n}")));
    names
}

/// A set by its name; `None` when it, or the base it is made from, is not at hand.
#[must_use]
pub fn set(name: &str) -> Option<CrashSet> {
    witness_file(&format!("crashes/{name}.json"))?;
    let dir = match name.strip_prefix(DAMAGED) {
        Some(damaged) => unpack_damaged(damaged),
        None => unpack_set("crashes", name),
    }?;
    let json = set_json("crashes", name)?;
    Some(CrashSet {
        name: name.to_owned(),
        call: Call::of(&json),
        answer: Answer::of(&json["result"]),
        json,
        dir,
    })
}

/// All sets that are at hand.
pub fn all() -> impl Iterator<Item = CrashSet> {
    names().into_iter().filter_map(|name| set(&name))
}

fn text(v: &Value) -> String {
    v.as_str()
        .unwrap_or_else(|| panic!("no text: {v}"))
        .to_owned()
}

fn texts(v: &Value) -> Vec<String> {
    let list = v.as_array().unwrap_or_else(|| panic!("no list: {v}"));
    list.iter().map(text).collect()
}

/// A number as C writes it.
fn number(s: &str) -> u32 {
    let parsed = match s.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => s.parse(),
    };
    parsed.unwrap_or_else(|_| panic!("no number: {s}"))
}

impl Call {
    fn of(json: &Value) -> Self {
        let call = &json["call"];
        let (mut params, mut words) = (BTreeMap::new(), BTreeMap::new());
        for line in texts(&call["parameters"]) {
            match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
                ["param", n, v] => drop(params.insert(number(n), number(v))),
                ["sparam", n, v] => drop(words.insert(number(n), v.to_owned())),
                _ => panic!("parameter {line}"),
            }
        }
        let init = text(&call["init"]);
        let bits = match init.split_once(' ') {
            Some(("init" | "init3", bits)) => number(bits),
            _ => panic!("call {init}"),
        };
        let page_size = json["page_size"].as_u64().expect("a page size");
        Self {
            page_size: u32::try_from(page_size).expect("a page size"),
            params,
            texts: words,
            init_bits: bits,
            engine_format_version: call["engine_format_version"]
                .as_u64()
                .map(|v| u32::try_from(v).expect("a format version")),
            attached_afterwards: texts(&call["attached_afterwards"]),
        }
    }
}

impl Answer {
    fn of(result: &Value) -> Self {
        let maybe = |v: &Value| v.as_str().map(str::to_owned);
        Self {
            init: text(&result["init"]),
            attach: maybe(&result["attach"]),
            term: maybe(&result["term"]),
            files: texts(&result["files"]),
        }
    }
}

impl CrashSet {
    /// Copies the files into a folder that has none of them.
    pub fn copy_to(&self, dir: &Path) {
        fs::create_dir_all(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        for (name, bytes) in self.files() {
            let to = dir.join(&name);
            assert!(!to.exists(), "{} is there already", to.display());
            fs::write(&to, bytes).unwrap_or_else(|e| panic!("{}: {e}", to.display()));
        }
    }

    /// Names and contents of the files, in the order of their names.
    #[must_use]
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut out: Vec<(String, Vec<u8>)> = fs::read_dir(&self.dir)
            .unwrap_or_else(|e| panic!("{}: {e}", self.dir.display()))
            .map(|e| {
                let e = e.expect("an unpacked set can be read");
                let name = e.file_name().into_string().expect("a name");
                (
                    name,
                    fs::read(e.path()).expect("an unpacked set can be read"),
                )
            })
            .collect();
        out.sort();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_as_they_were_left() {
        let all: Vec<CrashSet> = all().collect();
        assert!(all.iter().any(|s| s.name == "two-dbs-end"));
        assert!(all.iter().any(|s| s.name == "damaged-missing-middle"));
        for set in &all {
            let left: Vec<String> = set.files().into_iter().map(|(n, _)| n).collect();
            assert_eq!(left, texts(&set.json["as_left"]["files"]), "{}", set.name);
            assert!(set.answer.init.starts_with("JET_"), "{}", set.name);
        }
    }

    #[test]
    fn calls_are_understood() {
        let call = |name: &str| set(name).map(|s| s.call);
        let plain = call("damaged-none").expect("in the fixtures");
        assert_eq!((plain.page_size, plain.init_bits), (4096, 0));
        assert_eq!(plain.attached_afterwards, ["a.edb"]);
        assert!(plain.params.is_empty() && plain.texts.is_empty());
        if let Some(c) = call("damaged-log-size-cleanup-circular") {
            assert_eq!(c.params, BTreeMap::from([(11, 256), (17, 1), (77, 1)]));
        }
        if let Some(c) = call("damaged-recovery-off") {
            assert_eq!(c.texts[&34], "off");
        }
        if let Some(c) = call("damaged-missing-current-must-exist") {
            assert_eq!(c.init_bits, 0x40);
        }
        if let Some(c) = call("damaged-version-too-low") {
            assert_eq!(c.engine_format_version, Some(8920));
        }
    }
}
