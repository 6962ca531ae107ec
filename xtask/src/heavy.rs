//! The steps of the full run that take long or need other code: models, sanitizers, a day of churn.
//!
//! The sanitizers run with the stable toolchain (`RUSTC_BOOTSTRAP=1`); the standard library is not
//! instrumented. Each build has a folder of its own below `target/`, so that none spoils another.
//!
//! Invariant: a step says how it is run alone.
#![forbid(unsafe_code)]

use crate::process::{Outcome, cargo, root, run, target};
use std::process::Command;

/// The target that the sanitizers know.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
/// Seconds of each test of eight threads under ThreadSanitizer.
const MIXED_SECONDS: &str = "60";
/// Updates of the simulated day.
const CHURN_UPDATES: &str = "10000000";

/// How to run the models alone.
pub(crate) const MODELS: &str = "RUSTFLAGS='--cfg loom' CARGO_TARGET_DIR=target/loom \
                                 cargo test -p ese-core -p ese-backup -p ese-ffi --lib models";
/// How to run a day of churn alone.
pub(crate) const CHURN: &str =
    "ESE_CHURN_UPDATES=10000000 cargo test --release -p ese-core --test churn_long";
/// How to run the tests under AddressSanitizer alone.
pub(crate) const ADDRESS: &str = "RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=address --cfg words_only' \
     ESE_SANITIZER=address CARGO_TARGET_DIR=target/asan cargo test -p ese-core -p ese-backup --lib --tests \
     --target x86_64-unknown-linux-gnu";
/// How to run 64 threads with wrong handles under AddressSanitizer alone.
pub(crate) const HANDLES: &str = "RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=address --cfg words_only' ESE_FULL=1 \
     CARGO_TARGET_DIR=target/asan cargo test -p ese-ffi --test threads \
     --target x86_64-unknown-linux-gnu";
/// How to run eight threads under ThreadSanitizer alone.
pub(crate) const THREAD: &str = "RUSTC_BOOTSTRAP=1 \
     RUSTFLAGS='-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer --cfg words_only' \
     CARGO_TARGET_DIR=target/tsan TSAN_OPTIONS=suppressions=$PWD/xtask/tsan.supp \
     ESE_MIXED_SECONDS=60 cargo test -p ese-core --test mixed_threads \
     --target x86_64-unknown-linux-gnu -- --test-threads=1";

/// The models of everything that is lock-free (docs/concurrency.md).
pub(crate) fn models() -> Outcome {
    let mut models = cargo();
    models.args(["test", "-p", "ese-core", "-p", "ese-backup"]);
    models.args(["-p", "ese-ffi", "--lib", "models"]);
    models.env("RUSTFLAGS", "--cfg loom");
    models.env("CARGO_TARGET_DIR", target().join("loom"));
    run(&mut models)
}

fn sanitized(name: &str, flags: &str, package: &str) -> Command {
    let mut test = cargo();
    test.args(["test", "--target", TRIPLE, "-p", package]);
    test.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", flags);
    test.env("CARGO_TARGET_DIR", target().join(name));
    test
}

/// The tests of engine and backup, every access to memory checked.
pub(crate) fn address() -> Outcome {
    let mut test = sanitized("asan", "-Zsanitizer=address --cfg words_only", "ese-core");
    test.args(["-p", "ese-backup", "--lib", "--tests"]);
    // Tests that judge the memory of the process leave that out.
    test.env("ESE_SANITIZER", "address");
    run(&mut test)
}

/// A minute of 64 threads on the C interface, some with wrong handles: no bad access, no leak.
pub(crate) fn handles() -> Outcome {
    let mut test = sanitized("asan", "-Zsanitizer=address --cfg words_only", "ese-ffi");
    test.args(["--test", "threads"]);
    test.env("ESE_FULL", "1");
    run(&mut test)
}

/// Eight threads that do everything at once, every race reported.
pub(crate) fn thread() -> Outcome {
    let flags = "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer --cfg words_only";
    let mut test = sanitized("tsan", flags, "ese-core");
    test.args(["--test", "mixed_threads", "--", "--test-threads=1"]);
    let suppressions = root().join("xtask/tsan.supp");
    test.env(
        "TSAN_OPTIONS",
        format!("suppressions={}", suppressions.display()),
    );
    test.env("ESE_MIXED_SECONDS", MIXED_SECONDS);
    run(&mut test)
}

/// A day of updates on a fixed set of rows.
pub(crate) fn churn() -> Outcome {
    let mut test = cargo();
    test.args([
        "test",
        "--release",
        "-p",
        "ese-core",
        "--test",
        "churn_long",
    ]);
    test.args(["--", "--nocapture"]);
    test.env("ESE_CHURN_UPDATES", CHURN_UPDATES);
    run(&mut test)
}
