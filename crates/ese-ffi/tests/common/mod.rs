//! Compiles C and C++ programs against the header and the library of this build.
//!
//! Invariant: without a compiler a test is skipped loudly, and under `CI=true` that is a failure.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A language with the command that compiles it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    pub(crate) compiler: &'static str,
    pub(crate) arguments: &'static [&'static str],
}

pub(crate) const C11: Language = Language {
    compiler: "gcc",
    arguments: &["-x", "c", "-std=c11"],
};
pub(crate) const CPP17: Language = Language {
    compiler: "g++",
    arguments: &["-x", "c++", "-std=c++17"],
};

/// Folder of this crate.
pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Folder of `libesent.so` and `libesent.a` of this build: that of the test program.
pub(crate) fn libraries() -> PathBuf {
    let program = std::env::current_exe().expect("the test runs");
    program.parent().expect("it lies in a folder").to_path_buf()
}

/// `false`, with a message, where a program can't be started.
pub(crate) fn has(program: &str) -> bool {
    let works = Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success());
    if !works {
        testkit::skip(&format!("{program}, for the tests of the C library"));
    }
    works
}

/// Compiles with the header; `more` goes behind the sources.
pub(crate) fn compile(
    language: Language,
    flags: &[&str],
    source: &Path,
    to: &Path,
    more: &[&str],
) -> Output {
    Command::new(language.compiler)
        .args(language.arguments)
        .args(flags)
        .arg("-I")
        .arg(here().join("include"))
        .arg(source)
        .arg("-o")
        .arg(to)
        .args(more)
        .output()
        .expect("the compiler starts")
}

/// Panics with what a program said, unless it ended well.
pub(crate) fn expect_success(what: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{what}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
