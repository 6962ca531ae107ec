//! The sets of witness and samples: their files, and how the original was called.
#![forbid(unsafe_code)]

use super::world::DIR;
use ese_core::format::ids::PageSize;
use ese_core::recovery::{InitBits, NameDigits, Options};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Files by their names: a folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A set of the witness.
#[derive(Clone)]
pub struct Set {
    pub name: String,
    pub files: Files,
    pub json: Json,
    pub options: Options,
}

/// The files of a folder.
#[must_use]
pub fn read_folder(dir: &Path) -> Files {
    let mut out = Files::new();
    for entry in std::fs::read_dir(dir).expect("an unpacked set can be read") {
        let path = entry.expect("an unpacked set can be read").path();
        let name = path.file_name().and_then(|n| n.to_str()).expect("a name");
        let bytes = std::fs::read(&path).expect("a file of a set can be read");
        out.insert(name.to_owned(), bytes);
    }
    out
}

#[must_use]
pub fn is_database(name: &str) -> bool {
    name.ends_with(".edb") || name == "SRUDB.dat"
}

/// A log that recovery reads; reserves and `edbtmp.log` are none.
#[must_use]
pub fn is_log(name: &str) -> bool {
    name.ends_with(".log") && !name.ends_with("tmp.log")
}

/// Names of the databases of a folder.
#[must_use]
pub fn databases(files: &Files) -> Vec<String> {
    let names = files.keys().filter(|n| is_database(n));
    names.cloned().collect()
}

/// Only the logs of a folder.
#[must_use]
pub fn logs_only(files: &Files) -> Files {
    let mut out = files.clone();
    out.retain(|name, _| is_log(name));
    out
}

/// Files that differ, with how they do.
#[must_use]
pub fn different(before: &Files, after: &Files) -> BTreeMap<String, &'static str> {
    let mut out = BTreeMap::new();
    for (name, bytes) in before {
        match after.get(name) {
            None => out.insert(name.clone(), "is gone"),
            Some(now) if now.len() != bytes.len() => out.insert(name.clone(), "has another length"),
            Some(now) if now != bytes => out.insert(name.clone(), "has other bytes"),
            Some(_) => None,
        };
    }
    for name in after.keys().filter(|n| !before.contains_key(*n)) {
        out.insert(name.clone(), "is new");
    }
    out
}

/// The parameters of every call in the witness (crashes/README.md).
#[must_use]
pub fn witness_options(page_size: PageSize) -> Options {
    Options {
        digits: NameDigits::Eight,
        page_size: Some(page_size),
        log_file_kib: Some(128),
        ..Options::of_folder(PathBuf::from(DIR), "edb")
    }
}

fn number(word: &str) -> u32 {
    let digits = word.strip_prefix("0x");
    let n = digits.map_or_else(|| word.parse(), |hex| u32::from_str_radix(hex, 16));
    n.unwrap_or_else(|e| panic!("{word}: {e}"))
}

/// The call of a crash or damaged set.
#[must_use]
pub fn options_of(json: &Json) -> Options {
    let bytes = json["page_size"].as_u64().expect("a page size");
    let size = u32::try_from(bytes).ok().and_then(PageSize::from_bytes);
    let mut o = witness_options(size.expect("a page size"));
    let call = &json["call"];
    for parameter in call["parameters"].as_array().expect("parameters") {
        let words: Vec<&str> = parameter.as_str().expect("words").split(' ').collect();
        match words.as_slice() {
            ["param", "11", kib] => o.log_file_kib = Some(number(kib)),
            ["param", "17", yes] => o.circular = *yes == "1",
            ["param", "52", yes] => o.delete_out_of_range_logs = *yes == "1",
            ["param", "77", yes] => o.cleanup_mismatched_logs = *yes == "1",
            // JET_bitESE98FileNames is the extension, JET_bitEightDotThreeSoftCompat the digits.
            ["param", "136", bits] if number(bits) & 2 != 0 => o.digits = NameDigits::Five,
            ["param", "136", _] => o.digits = NameDigits::Eight,
            ["sparam", "34", word] => o.recovery = *word == "on",
            other => panic!("what is {other:?}?"),
        }
    }
    let init: Vec<&str> = call["init"].as_str().expect("words").split(' ').collect();
    let ["init", bits] = init.as_slice() else {
        panic!("what is {init:?}?");
    };
    o.bits = InitBits::from_bits(number(bits)).expect("known bits");
    o.format_version = call["engine_format_version"].as_u64().map(|v| v as u32);
    o
}

/// A crash set, `None` when it is not at hand.
#[must_use]
pub fn crash(name: &str) -> Option<Set> {
    let dir = testkit::unpack_set("crashes", name)?;
    set(name, &dir, testkit::set_json("crashes", name)?)
}

/// A damaged set, `None` when it or its base is not at hand.
#[must_use]
pub fn damaged(name: &str) -> Option<Set> {
    let dir = testkit::unpack_damaged(name)?;
    let json = testkit::set_json("crashes", &format!("damaged-{name}"))?;
    set(name, &dir, json)
}

fn set(name: &str, dir: &Path, json: Json) -> Option<Set> {
    Some(Set {
        name: name.to_owned(),
        files: read_folder(dir),
        options: options_of(&json),
        json,
    })
}

/// A history, with all its files.
#[must_use]
pub fn history(name: &str) -> Option<Set> {
    let dir = testkit::unpack_set("histories", name)?;
    let json = testkit::set_json("histories", name)?;
    let bytes = json["page_size"].as_u64().expect("a page size");
    let size = u32::try_from(bytes).ok().and_then(PageSize::from_bytes);
    Some(Set {
        name: name.to_owned(),
        files: read_folder(&dir),
        options: witness_options(size.expect("a page size")),
        json,
    })
}

/// The files of a folder of samples, `None` when it is not at hand.
#[must_use]
pub fn sample_folder(name: &str) -> Option<Files> {
    let log = testkit::sample(&format!("{name}/SRU.log"))?;
    Some(read_folder(log.parent().expect("a folder")))
}

/// The files of a base of the damaged sets.
#[must_use]
pub fn base(name: &str) -> Option<Files> {
    let archive = testkit::witness_file(&format!("crashes/bases/{name}.tar.xz"))?;
    Some(read_folder(&testkit::unpack(&archive)))
}
