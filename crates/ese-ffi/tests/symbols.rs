//! Every name of the API is exported, by the shared library and by the static one.
#![forbid(unsafe_code)]

mod common;

use common::{has, libraries};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Names of functions that start with `Jet`, as `nm` lists them.
fn exported(library: &Path, flags: &[&str]) -> BTreeSet<String> {
    let said = Command::new("nm")
        .args(flags)
        .arg(library)
        .output()
        .unwrap();
    common::expect_success("nm", &said);
    String::from_utf8_lossy(&said.stdout)
        .lines()
        .filter_map(|l| l.split_once(" T "))
        .map(|(_, name)| name.trim().to_owned())
        .filter(|name| name.starts_with("Jet"))
        .collect()
}

fn names() -> BTreeSet<String> {
    let table = esent::function_table::FUNCTIONS;
    let names: BTreeSet<_> = table.iter().map(|f| f.name.to_owned()).collect();
    assert_eq!(names.len(), table.len(), "no name twice");
    assert_eq!(names.len(), 379);
    names
}

#[test]
fn the_shared_library_exports_every_name() {
    if has("nm") {
        let library = libraries().join("libesent.so");
        assert_eq!(exported(&library, &["-D", "--defined-only"]), names());
    }
}

#[test]
fn the_static_library_exports_every_name() {
    if has("nm") {
        let library = libraries().join("libesent.a");
        assert_eq!(exported(&library, &["--defined-only"]), names());
    }
}

#[test]
fn the_shared_library_names_itself() {
    if has("readelf") {
        let said = Command::new("readelf")
            .arg("-d")
            .arg(libraries().join("libesent.so"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.contains("soname: [libesent.so]"), "{said}");
    }
}
