//! A program in Python (ctypes) on the library of this build: it makes and fills a database, backs it up,
//! stops a backup, and restores.
#![forbid(unsafe_code)]

mod common;

use common::{expect_success, has, here, libraries};
use std::process::Command;

#[test]
fn a_program_in_python() {
    if !has("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let said = Command::new("python3")
        .arg(here().join("tests/python/smoke.py"))
        .arg(libraries().join("libesent.so"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    expect_success("smoke.py", &said);
}
