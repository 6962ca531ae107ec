//! The witness programs (tests/witness): C programs over the whole API, whose transcripts were
//! recorded from the original engine, run on the library of this build and compared line by line.
//!
//! `tests/witness/run.py` prints what differs, and how many lines and programs agree. The floors here
//! only rise.
#![forbid(unsafe_code)]

mod common;

use common::{has, here, libraries};
use std::process::Command;

/// Least share of lines that agree, in percent.
const LINES: &str = "97";
/// Least share of programs that agree from the first line to the last, in percent.
const PROGRAMS: &str = "85";

#[test]
fn the_original_and_this_library_say_the_same() {
    if !has("gcc") || !has("python3") {
        return;
    }
    let witness = here().join("tests/witness");
    let said = Command::new("python3")
        .arg(witness.join("run.py"))
        .arg("--lib")
        .arg(libraries())
        .arg("--include")
        .arg(here().join("include"))
        .args(["--floor-lines", LINES, "--floor-programs", PROGRAMS])
        .args(["--show", "2"])
        .output()
        .expect("python3 starts");
    let text = String::from_utf8_lossy(&said.stdout);
    println!("{text}");
    assert!(said.status.success(), "{text}");
}
